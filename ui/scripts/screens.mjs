/**
 * Draws every screen from the fake backend into docs/screens/<language>/<screen>-<size>.png.
 *
 *     npm run screens                     all of them
 *     npm run screens -- --only sheet,lead --lang pl --size tall --scheme dark --out /tmp/look
 */
import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';

import { filled, launch, open, serve, SIZES } from './browser.mjs';
import { SCENES } from './scenes.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    lang: { type: 'string', default: 'pl,en,de' },
    size: { type: 'string' },
    scheme: { type: 'string', default: 'light' },
    out: { type: 'string', default: join(root, 'docs/screens') },
  },
});

/** German pictures in one size: all three languages in both would weigh more than they tell. */
const USUAL = { pl: 'wide,tall', en: 'wide,tall', de: 'tall' };

const has = (tool) => {
  try {
    execFileSync('which', [tool], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};
const convert = has('convert');
const folder = mkdtempSync(join(tmpdir(), 'zgoda-screens-'));

/** A still badge as a camera's film, where ImageMagick is there to make it; else no camera in the picture. */
function film() {
  if (!convert) return null;
  const path = join(folder, 'camera.mjpeg');
  const badge = join(root, 'tests/fixtures/badges/demo.jpg');
  const args = [
    badge,
    '-resize',
    '1280x640',
    '-background',
    '#3d3d3d',
    '-gravity',
    'center',
    '-extent',
    '1280x720',
    `jpeg:${path}`,
  ];
  execFileSync('convert', args);
  return path;
}

/** Few colours are enough for flat screens, and keep the pictures small. */
async function squeeze(path) {
  if (!convert) return;
  const args = [
    path,
    '-strip',
    '-dither',
    'None',
    '-colors',
    '64',
    '-define',
    'png:compression-level=9',
    `PNG8:${path}`,
  ];
  await promisify(execFile)('convert', args);
}

const server = await serve();
const camera = film();
const browsers = { camera: await launch(camera), none: await launch(null) };
const wanted = values.only?.split(',');
let drawn = 0;
let failed = false;

async function draw({ name, scene, page: file, act, camera: live }, lang, size) {
  const options = { page: file, scene, lang, size: SIZES[size], scheme: values.scheme };
  const { page, context, problems } = await open(browsers[live ? 'camera' : 'none'], server.url, options);
  if (live) await page.waitForTimeout(900);
  await act?.(page, lang);
  if (!(await filled(page))) problems.push('the page stays empty');
  if (!live) await page.waitForTimeout(150);
  const path = join(values.out, lang, `${name}-${size}.png`);
  await page.screenshot({ path });
  await squeeze(path);
  drawn += 1;
  if (problems.length) {
    failed = true;
    console.error(`${lang}/${name}-${size}: ${problems.join('; ')}`);
  }
  await context.close();
}

const jobs = values.lang.split(',').flatMap((lang) => {
  mkdirSync(join(values.out, lang), { recursive: true });
  const sizes = (values.size ?? USUAL[lang]).split(',');
  const scenes = SCENES.filter(({ name }) => !wanted || wanted.includes(name));
  return scenes.flatMap((scene) => sizes.map((size) => () => draw(scene, lang, size)));
});
const work = async () => {
  for (let job = jobs.shift(); job; job = jobs.shift()) await job();
};
await Promise.all([work(), work(), work()]);
await Promise.all(Object.values(browsers).map((one) => one.close()));
server.close();
rmSync(folder, { recursive: true });
console.log(`${drawn} pictures`);
process.exit(failed ? 1 : 0);
