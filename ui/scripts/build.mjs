/**
 * Builds the two windows one after the other, never together: a bundler shares chunks between entries, and nothing of the
 * staff's may be in what the attendee's window loads.
 *
 *     node scripts/build.mjs [mode] [folder]
 */
import { build } from 'vite';

const [mode = 'production', outDir = 'dist'] = process.argv.slice(2);

for (const entry of ['index', 'attendee']) {
  process.env.ZGODA_ENTRY = entry;
  await build({ mode, logLevel: 'warn', build: { outDir, emptyOutDir: entry === 'index' } });
}
