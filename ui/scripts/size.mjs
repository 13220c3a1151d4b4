/**
 * Weighs the build: the JavaScript, gzipped, that the two windows load at their start, against the budget, and all there
 * is; and looks that each window holds only its own, in what it loads later too.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const BUDGET = 120_000;
const folder = new URL('../dist/', import.meta.url);
const all = readdirSync(new URL('assets/', folder)).filter((name) => name.endsWith('.js'));
const text = (name) => readFileSync(new URL(`assets/${name}`, folder), 'utf8');
const kilobytes = (names) => [...names].reduce((sum, name) => sum + gzipSync(text(name)).length, 0) / 1000;

/** What `found` loads, and what that loads; `imports` are the forms of an import that count. */
function closure(html, imports) {
  const found = new Set();
  const look = (source, forms) => {
    for (const form of forms)
      for (const [, name] of source.matchAll(form)) {
        if (found.has(name) || !all.includes(name)) continue;
        found.add(name);
        look(text(name), imports);
      }
  };
  look(readFileSync(new URL(html, folder), 'utf8'), [/assets\/([\w.-]+\.js)/g]);
  return found;
}

// The shell is fetched behind the first screen, unasked: it weighs as what is loaded at the start.
const AT_START = [
  /(?:from|import)\s*["'`]\.\/([\w.-]+\.js)["'`]/g,
  /import\(\s*["'`]\.\/(Shell-[\w-]+\.js)["'`]/g,
];
const EVER = [/["'`]\.\/([\w.-]+\.js)["'`]/g];
const windows = ['index.html', 'attendee.html'];
const start = kilobytes(windows.flatMap((html) => [...closure(html, AT_START)]));
const total = kilobytes(new Set(windows.flatMap((html) => [...closure(html, EVER)])));
console.log(
  `JavaScript, gzipped: ${start.toFixed(1)} kB of ${BUDGET / 1000} kB at the start, ${total.toFixed(1)} kB in all`,
);
let failed = start > BUDGET / 1000;

const read = (html, imports) => [...closure(html, imports)].map(text).join('\n');
const [staff, attendee] = windows.map((html) => read(html, EVER));
const messages = JSON.parse(readFileSync(new URL('../messages/pl.json', import.meta.url), 'utf8'));
const foreign = [
  ['attendee', attendee, messages.scan_aim],
  ['attendee', attendee, messages.err_keyring_locked],
  ['attendee', attendee, 'scan_frame'],
  ['staff', staff, 'attendee_answer'],
  // The editor shows the visitor's page; nothing else of the staff's does.
  ['staff (at its start)', read('index.html', AT_START), messages.att_boxes],
  ['staff', staff, 'zgodaFake'],
  ['attendee', attendee, 'zgodaFake'],
];
for (const [name, script, mark] of foreign) {
  if (!script.includes(mark)) continue;
  console.error(`The ${name} window's script holds what is not its own: ${mark}`);
  failed = true;
}
// A form of import that the search above does not know would weigh nothing.
for (const name of all) {
  if (windows.some((html) => closure(html, EVER).has(name))) continue;
  console.error(`Nothing loads ${name}`);
  failed = true;
}
process.exit(failed ? 1 : 0);
