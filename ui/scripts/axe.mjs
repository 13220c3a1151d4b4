/**
 * Runs axe on every screen and state at both sizes, and its rules about colours in both themes; fails on any finding.
 * Beyond axe it looks for what axe does not see: a page that scrolls sideways, a target under 24 px, a script that the
 * policy refused.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

import { filled, launch, open, serve, SIZES } from './browser.mjs';
import { SCENES } from './scenes.mjs';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
/** The themes differ in their colours alone: in the dark one, the rules that look at colours. */
const COLOURS = ['color-contrast', 'link-in-text-block'];
const only = process.argv[2]?.split(',');

const LOOKS = ['light', 'dark'].flatMap((scheme) =>
  Object.entries(SIZES).map(([name, size]) => ({ scheme, name, size })),
);

const server = await serve();
const browsers = { none: await launch(null), camera: await launch(null, true) };
let runs = 0;
let found = 0;

function report(name, look, lines) {
  runs += 1;
  found += lines.length;
  for (const line of lines) console.error(`${name} (${look}): ${line}`);
}

/** Axe on the page as it stands. */
async function examine(page, scheme, noScroll) {
  const runOnly = scheme === 'dark' ? { type: 'rule', values: COLOURS } : { type: 'tag', values: RULES };
  const result = await page.evaluate(async (runOnly) => {
    const { violations } = await globalThis.axe.run(document, { runOnly });
    const { scrollWidth, scrollHeight } = document.documentElement;
    return {
      wide: scrollWidth > innerWidth + 1,
      tall: scrollHeight > innerHeight + 1,
      lines: violations.flatMap(({ id, nodes }) =>
        nodes.map((node) => `${id} at ${node.target}: ${node.failureSummary}`.replaceAll('\n', ' ')),
      ),
    };
  }, runOnly);
  if (result.wide) result.lines.push('the page scrolls sideways');
  if (noScroll && result.tall) result.lines.push('the visitor would have to scroll');
  return result.lines;
}

async function visit({ name, scene, page: file, act, camera }, lang) {
  const options = { page: file, scene, lang, size: SIZES.wide };
  const { page, context, problems } = await open(browsers[camera ? 'camera' : 'none'], server.url, options);
  if (camera) await page.waitForTimeout(500);
  await act?.(page, lang);
  if (!(await filled(page))) problems.push('the page stays empty');
  await page.waitForTimeout(100);
  await page.evaluate(AXE);
  for (const { scheme, name: sizeName, size } of LOOKS) {
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
    await page.setViewportSize(size);
    const lines = await examine(page, scheme, name === 'attendee');
    report(name, `${lang}, ${scheme}, ${sizeName}`, lines);
  }
  if (problems.length) report(name, lang, problems);
  await context.close();
}

const jobs = SCENES.filter(({ name }) => !only || only.includes(name)).flatMap((scene) => {
  // The visitor's page must fit in every language; elsewhere the longest stands for all.
  const languages = scene.name === 'attendee' ? ['pl', 'en', 'de'] : ['pl'];
  return languages.map((lang) => () => visit(scene, lang));
});
const work = async () => {
  for (let job = jobs.shift(); job; job = jobs.shift()) await job();
};
await Promise.all([work(), work()]);
await Promise.all(Object.values(browsers).map((one) => one.close()));
server.close();
console.log(`axe: ${runs} runs over ${SCENES.length} states, ${found} findings`);
process.exit(found ? 1 : 0);
