/**
 * Hand scanners that type. How: a scanner's keys come a few milliseconds apart, a person's do not; what comes at that
 * cadence is gathered, taken back from the field it fell into, and handed on, with the keys' places. Enter within a burst is a line
 * break of the payload, not its end: a vCard has many. When: on every staff screen, whatever has the focus.
 */

import type { ScannerView, Typing } from '$backend';

/** What a US keyboard has on a key, plain and with shift, by the key's place (`KeyboardEvent.code`). */
const PLACES: Record<string, string> = { Space: '  ', Enter: '\n\n', Tab: '\t\t', NumpadEnter: '\n\n' };
const ROWS: [string, string][] = [
  [
    'Backquote Digit1 Digit2 Digit3 Digit4 Digit5 Digit6 Digit7 Digit8 Digit9 Digit0 Minus Equal',
    '`~1!2@3#4$5%6^7&8*9(0)-_=+',
  ],
  ['BracketLeft BracketRight Backslash Semicolon Quote Comma Period Slash', '[{]}\\|;:\'",<.>/?'],
];
for (const [codes, keys] of ROWS)
  codes.split(' ').forEach((code, at) => (PLACES[code] = keys.slice(2 * at, 2 * at + 2)));
for (const letter of 'ABCDEFGHIJKLMNOPQRSTUVWXYZ') PLACES[`Key${letter}`] = letter.toLowerCase() + letter;

/** The part of a key press that tells what a scanner meant, whatever the layout. */
export type Press = Pick<KeyboardEvent, 'key'> & Partial<Pick<KeyboardEvent, 'code' | 'shiftKey'>>;

/** Longest gap within a burst, in ms. Slow Bluetooth scanners take 20; the fastest typists 60. */
export const GAP = 35;
/** Keys at that cadence before it is called a scanner. */
export const SURE = 5;
/** Quiet after the last key that ends a burst, in ms. */
export const QUIET = 90;

/** Tells scanner from person, by key and time alone. */
export class Wedge {
  #presses: Press[] = [];
  #last = Number.NEGATIVE_INFINITY;

  /** Takes a key at `at` ms. Answers what it is part of so far. */
  press(press: Press, at: number): 'first' | 'perhaps' | 'scanner' {
    const quick = at - this.#last <= GAP;
    this.#last = at;
    if (!quick && !this.scanning) this.#presses = [];
    this.#presses.push(press);
    if (this.#presses.length === 1) return 'first';
    return this.scanning ? 'scanner' : 'perhaps';
  }

  /** True once the cadence is a scanner's. */
  get scanning(): boolean {
    return this.#presses.length >= SURE;
  }

  /** Ends the burst; what was typed, or `null` where it was a person. What it means is told in Rust. */
  end(scanner: ScannerView, inField = false): Typing | null {
    const [scanned, presses] = [this.scanning, this.#presses];
    this.#presses = [];
    const shown = presses.map(({ key }) => LINE[key] ?? (key.length === 1 ? key : '')).join('');
    const places = presses.map(({ code, shiftKey }) => PLACES[code ?? '']?.[shiftKey ? 1 : 0]);
    const keyed = places.every((one) => one !== undefined) ? places.join('') : null;
    const known = !inField || [shown, keyed ?? ''].some((text) => looksScanned(text, scanner));
    return scanned && known ? { shown, keyed, scanner: { ...scanner } } : null;
  }
}

const LINE: Record<string, string> = { Enter: '\n', Tab: '\t' };

/**
 * True for what a scanner ends or begins with. Asked only where the keys fell into a field: there an on-screen keyboard,
 * a text expander or a test that types may be as quick as a scanner. Under a German layout Z and Y change places.
 */
function looksScanned(text: string, { prefix, suffix }: ScannerView): boolean {
  if (/[\n\t]$/.test(text)) return true;
  if ((prefix && text.startsWith(prefix)) || (suffix && text.endsWith(suffix))) return true;
  return /^\s*(BEGIN\W|MECARD\W|BI[ZY]CARD\W|https?\W|[[{]")/i.test(text);
}

type Typed = HTMLInputElement | HTMLTextAreaElement;

function isField(element: Element | null): element is Typed {
  return element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement;
}

/** Listens on `window`. `scanned` gets a scanner's text, `pressed` a person's key outside a field, a moment later. */
export function listenForWedge(
  settings: () => ScannerView,
  scanned: (typed: Typing) => void,
  pressed: (event: KeyboardEvent) => void,
): () => void {
  const wedge = new Wedge();
  let field: Typed | null = null;
  let before = '';
  let human: KeyboardEvent | null = null;
  let quiet: ReturnType<typeof setTimeout> | undefined;

  const finish = () => {
    const typed = wedge.end(settings(), field !== null);
    if (typed) {
      takeBack();
      scanned(typed);
    } else if (human) pressed(human);
    human = null;
  };

  const takeBack = () => {
    if (!field || field.value === before) return;
    field.value = before;
    field.dispatchEvent(new Event('input', { bubbles: true }));
  };

  const onKey = (event: KeyboardEvent) => {
    // A dead key shows nothing, but its place tells what a scanner meant by it.
    const counts = event.key.length === 1 || event.key in LINE || event.key === 'Dead' || event.isComposing;
    // A key that is held repeats as quickly as a scanner types; a scanner holds none.
    if (!counts || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
    const focused = isField(document.activeElement) ? document.activeElement : null;
    // A secret is nobody's badge, however quickly it comes.
    if (focused?.type === 'password') return;
    const was = focused?.value ?? '';
    const kind = wedge.press(event, event.timeStamp);
    clearTimeout(quiet);
    quiet = setTimeout(finish, QUIET);
    if (kind === 'first') {
      [field, before, human] = [focused, was, focused || event.key.length > 1 ? null : event];
      return;
    }
    human = null;
    if (kind !== 'scanner') return;
    event.stopPropagation();
    // A line break amid a payload must not press a button, send a form or move the focus; outside fields nothing may.
    if (!focused || event.key.length > 1) event.preventDefault();
  };

  window.addEventListener('keydown', onKey, { capture: true });
  return () => {
    clearTimeout(quiet);
    window.removeEventListener('keydown', onKey, { capture: true });
  };
}
