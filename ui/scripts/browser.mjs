/** Serves a build of the screens with the fake behind them, and opens Debian's Chromium on it. */
import { createReadStream, existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';

import { chromium } from 'playwright-core';

const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.woff2': 'font/woff2' };
const ROOT = fileURLToPath(new URL('../dist-fake', import.meta.url));
/** The policy of tauri.conf.json as far as a browser has it: what it would refuse in the app fails here first. */
const CSP = [
  "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' blob:",
  "media-src 'self' blob: mediastream:; form-action 'none'; base-uri 'none'",
].join('; ');

/** The two sizes that everything must work at. */
export const SIZES = { wide: { width: 1366, height: 768 }, tall: { width: 768, height: 1024 } };
/** A day of the demo fair, so that pictures do not change from day to day. */
export const NOW = new Date('2026-11-24T11:20:00+01:00');

export async function serve() {
  const server = createServer((request, response) => {
    const path = `${ROOT}${new URL(request.url, 'http://localhost').pathname}`;
    if (path.endsWith('favicon.ico')) return response.writeHead(204).end();
    if (!existsSync(path)) return response.writeHead(404).end();
    response.writeHead(200, {
      'content-type': TYPES[extname(path)] ?? 'text/plain',
      'content-security-policy': CSP,
    });
    createReadStream(path).pipe(response);
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return { url: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}

/** Chromium; `film` plays as the camera's picture, `camera` alone is the browser's own test picture. */
export async function launch(film, camera = Boolean(film)) {
  const args = [
    '--disable-gpu',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ];
  args.push('--use-fake-ui-for-media-stream');
  if (camera) args.push('--use-fake-device-for-media-stream');
  if (film) args.push(`--use-file-for-fake-video-capture=${film}`);
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    headless: true,
    chromiumSandbox: false,
    args,
  });
}

export async function open(
  browser,
  base,
  { page: file = 'index.html', scene = '', lang = 'pl', size, scheme = 'light' },
) {
  const context = await browser.newContext({
    viewport: size,
    colorScheme: scheme,
    reducedMotion: 'reduce',
    locale: { pl: 'pl-PL', en: 'en-GB', de: 'de-DE' }[lang],
    timezoneId: 'Europe/Warsaw',
  });
  const page = await context.newPage();
  const problems = [];
  page.on('pageerror', (error) => problems.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
  await page.clock.setFixedTime(NOW);
  await page.goto(`${base}/${file}?scene=${scene}&lang=${lang}`);
  await page.evaluate(() => document.fonts.ready);
  return { page, context, problems };
}

/** Waits until there is something to see in the page's main part, some of which is fetched late; false where it stays empty. */
export async function filled(page) {
  const shows = () =>
    [...document.querySelectorAll('main')].every(
      (main) => main.innerText.trim() !== '' || main.querySelector('video, img, canvas, input'),
    );
  return page.waitForFunction(shows, null, { timeout: 5000 }).then(
    () => true,
    () => false,
  );
}
