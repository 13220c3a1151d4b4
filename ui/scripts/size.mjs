/** Weighs the build: JavaScript of both windows, gzipped, against the budget; and looks that each holds only its own. */
import { readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const BUDGET = 120_000;
const folder = new URL('../dist/', import.meta.url);
const scripts = (html) =>
  [...readFileSync(new URL(html, folder), 'utf8').matchAll(/assets\/[\w.-]+\.js/g)].map(([path]) => path);

let failed = false;
const total = readdirSync(new URL('assets/', folder))
  .filter((name) => name.endsWith('.js'))
  .reduce((sum, name) => sum + gzipSync(readFileSync(new URL(`assets/${name}`, folder))).length, 0);
console.log(`JavaScript, gzipped: ${(total / 1000).toFixed(1)} kB of ${BUDGET / 1000} kB`);
if (total > BUDGET) failed = true;

const read = (html) =>
  scripts(html)
    .map((path) => readFileSync(new URL(path, folder), 'utf8'))
    .join('\n');
const [staff, attendee] = [read('index.html'), read('attendee.html')];
const messages = JSON.parse(readFileSync(new URL('../messages/pl.json', import.meta.url), 'utf8'));
const foreign = [
  ['attendee', attendee, messages.scan_aim],
  ['attendee', attendee, messages.err_keyring_locked],
  ['attendee', attendee, 'scan_frame'],
  ['staff', staff, messages.att_boxes],
  ['staff', staff, 'zgodaFake'],
  ['attendee', attendee, 'zgodaFake'],
];
for (const [name, text, mark] of foreign) {
  if (!text.includes(mark)) continue;
  console.error(`The ${name} window's script holds what is not its own: ${mark}`);
  failed = true;
}
process.exit(failed ? 1 : 0);
