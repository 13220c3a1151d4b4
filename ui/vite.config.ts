import { fileURLToPath } from 'node:url';

import { paraglideVitePlugin } from '@inlang/paraglide-js';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

import { leanMessages } from './scripts/lean-messages';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig(({ mode }) => {
  // The fake stands in wherever there is no Tauri; the production build never sees its files.
  const fake = mode === 'fake' || mode === 'test';
  return {
    plugins: [
      paraglideVitePlugin({
        project: './project.inlang',
        outdir: './src/paraglide',
        strategy: ['globalVariable', 'baseLocale'],
        // As in a build, so that the tests run what is shipped.
        outputStructure: 'message-modules',
      }),
      leanMessages(['pl', 'en', 'de'], here('./src/paraglide/runtime.js')),
      svelte(),
    ],
    resolve: {
      alias: {
        $lib: here('./src/lib'),
        $parts: here('./src/parts'),
        $backend: here('./src/backend'),
        $connect: here(fake ? './src/backend/fake/index.ts' : './src/backend/tauri.ts'),
        $m: here('./src/paraglide/messages/_index.js'),
        $runtime: here('./src/paraglide/runtime.js'),
      },
      ...(mode === 'test' ? { conditions: ['browser'] } : {}),
    },
    // Relative, so that the same build is served from any place.
    base: './',
    clearScreen: false,
    server: { port: 5173, strictPort: true, host: '127.0.0.1' },
    build: {
      target: 'es2022',
      modulePreload: { polyfill: false },
      // The strict CSP allows no data: fonts or pictures.
      assetsInlineLimit: 0,
      rollupOptions: {
        // One window at a time, see scripts/build.mjs.
        input: here(process.env['ZGODA_ENTRY'] === 'attendee' ? './attendee.html' : './index.html'),
      },
    },
    test: {
      environment: 'happy-dom',
      include: ['tests/**/*.test.ts'],
      setupFiles: ['tests/setup.ts'],
      // For what hangs: a slow machine fails nothing.
      testTimeout: 30_000,
    },
  };
});
