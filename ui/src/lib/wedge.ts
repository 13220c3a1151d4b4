/**
 * Hand scanners that type. How: a scanner's keys come a few milliseconds apart, a person's do not; what comes at that
 * cadence is gathered, taken back from the field it fell into, and handed on as one text. Enter within a burst is a line
 * break of the payload, not its end: a vCard has many. When: on every staff screen, whatever has the focus.
 */

/** How a layout of the system turns a scanner's US key presses into other characters, and what brings them back. */
export type Repair = (text: string) => string;

const SWAPS: Record<'us' | 'de' | 'pl214', Record<string, string>> = {
  us: {},
  de: {
    z: 'y', y: 'z', Z: 'Y', Y: 'Z', ß: '-', '?': '_', ö: ';', Ö: ':', ä: "'", Ä: '"', ü: '[', Ü: '{', '+': ']', '*': '}',
    '-': '/', _: '?', ';': '<', ':': '>', '"': '@', '§': '#', '&': '^', '/': '&', '(': '*', ')': '(', '=': ')', '´': '=',
    '`': '+', '#': '\\', "'": '|', '^': '`', '°': '~',
  }, // prettier-ignore
  pl214: {
    z: 'y', y: 'z', Z: 'Y', Y: 'Z', '+': '-', '?': '_', ł: ';', Ł: ':', ą: "'", ę: '"', ż: '[', ń: '{', ś: ']', ć: '}',
    '-': '/', _: '?', ';': '<', ':': '>', '"': '@', '&': '^', '/': '&', '(': '*', ')': '(', '=': ')', "'": '=', '*': '+',
    ó: '\\', ź: '|',
  }, // prettier-ignore
};

export type Layout = keyof typeof SWAPS;

/** The repair for a layout; a hook, so that another layout is one table more. */
export function repairFor(layout: Layout): Repair {
  const swaps = SWAPS[layout];
  return (text) => [...text].map((letter) => swaps[letter] ?? letter).join('');
}

export interface WedgeSettings {
  prefix: string;
  suffix: string;
  layout: Layout;
}

/** Longest gap within a burst, in ms. Slow Bluetooth scanners take 20; the fastest typists 60. */
export const GAP = 35;
/** Keys at that cadence before it is called a scanner. */
export const SURE = 5;
/** Quiet after the last key that ends a burst, in ms. */
export const QUIET = 90;

/** Tells scanner from person, by key and time alone. */
export class Wedge {
  #keys: string[] = [];
  #last = Number.NEGATIVE_INFINITY;

  /** Takes a key at `at` ms. Answers what it is part of so far. */
  press(key: string, at: number): 'first' | 'perhaps' | 'scanner' {
    const quick = at - this.#last <= GAP;
    this.#last = at;
    if (!quick && !this.scanning) this.#keys = [];
    this.#keys.push(key === 'Enter' ? '\n' : key === 'Tab' ? '\t' : key);
    if (this.#keys.length === 1) return 'first';
    return this.scanning ? 'scanner' : 'perhaps';
  }

  /** True once the cadence is a scanner's. */
  get scanning(): boolean {
    return this.#keys.length >= SURE;
  }

  /** Ends the burst; the text without prefix, suffix and line end, or `null` where it was a person. */
  end(settings: WedgeSettings, inField = false): string | null {
    const scanned = this.scanning;
    const text = repairFor(settings.layout)(this.#keys.join(''));
    this.#keys = [];
    return scanned && (!inField || looksScanned(text, settings)) ? strip(text, settings) : null;
  }
}

/**
 * True for what a scanner ends or begins with. Asked only where the keys fell into a field: there an on-screen keyboard,
 * a text expander or a test that types may be as quick as a scanner.
 */
function looksScanned(text: string, { prefix, suffix }: WedgeSettings): boolean {
  if (/[\n\t]$/.test(text)) return true;
  if ((prefix && text.startsWith(prefix)) || (suffix && text.endsWith(suffix))) return true;
  return /^\s*(BEGIN:|MECARD:|BIZCARD:|https?:\/\/|[[{]")/i.test(text);
}

/** `text` without what the scanner puts around it. */
export function strip(text: string, { prefix, suffix }: Pick<WedgeSettings, 'prefix' | 'suffix'>): string {
  let rest = text.replace(/[\n\t]+$/, '');
  if (prefix && rest.startsWith(prefix)) rest = rest.slice(prefix.length);
  if (suffix && rest.endsWith(suffix)) rest = rest.slice(0, -suffix.length);
  return rest.replace(/^[\n\t]+|[\n\t]+$/g, '');
}

type Typed = HTMLInputElement | HTMLTextAreaElement;

function isField(element: Element | null): element is Typed {
  return element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement;
}

/** Listens on `window`. `scanned` gets a scanner's text, `pressed` a person's key outside a field, a moment later. */
export function listenForWedge(
  settings: () => WedgeSettings,
  scanned: (text: string) => void,
  pressed: (event: KeyboardEvent) => void,
): () => void {
  const wedge = new Wedge();
  let field: Typed | null = null;
  let before = '';
  let human: KeyboardEvent | null = null;
  let quiet: ReturnType<typeof setTimeout> | undefined;

  const finish = () => {
    const text = wedge.end(settings(), field !== null);
    if (text !== null) takeBack();
    if (text) scanned(text);
    else if (text === null && human) pressed(human);
    human = null;
  };

  const takeBack = () => {
    if (!field || field.value === before) return;
    field.value = before;
    field.dispatchEvent(new Event('input', { bubbles: true }));
  };

  const onKey = (event: KeyboardEvent) => {
    const counts = event.key.length === 1 || event.key === 'Enter' || event.key === 'Tab';
    if (!counts || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const focused = isField(document.activeElement) ? document.activeElement : null;
    // A secret is nobody's badge, however quickly it comes.
    if (focused?.type === 'password') return;
    const was = focused?.value ?? '';
    const kind = wedge.press(event.key, event.timeStamp);
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
