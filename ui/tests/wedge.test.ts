import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import type { ScannerView } from '$backend';
import { GAP, listenForWedge, QUIET, SURE, Wedge } from '$lib/wedge';

const PLAIN: ScannerView = { prefix: '', suffix: '', layout: 'auto' };

function feed(wedge: Wedge, text: string, gap: number, from = 0): void {
  [...text].forEach((key, at) => wedge.press({ key: key === '\n' ? 'Enter' : key }, from + at * gap));
}

describe('cadence', () => {
  it('takes a scanner for a scanner', () => {
    const wedge = new Wedge();
    feed(wedge, 'MECARD:N:Lis;;', 8);
    expect(wedge.end(PLAIN)?.shown).toBe('MECARD:N:Lis;;');
  });

  it('takes a fast typist for a person', () => {
    const wedge = new Wedge();
    feed(wedge, 'Wiśniewska', GAP + 25);
    expect(wedge.end(PLAIN)).toBeNull();
  });

  it('takes few quick keys for a person: two hands can roll', () => {
    const wedge = new Wedge();
    feed(wedge, 'abcd', 5);
    expect('abcd'.length).toBeLessThan(SURE);
    expect(wedge.end(PLAIN)).toBeNull();
  });

  it('keeps the line breaks of a payload', () => {
    const wedge = new Wedge();
    feed(wedge, 'BEGIN:VCARD\nFN:Ewa Lis\nEND:VCARD\n', 10);
    expect(wedge.end(PLAIN)?.shown).toBe('BEGIN:VCARD\nFN:Ewa Lis\nEND:VCARD\n');
  });

  it('starts anew after a pause, so that a typed letter is not part of the scan', () => {
    const wedge = new Wedge();
    wedge.press({ key: 'x' }, 0);
    feed(wedge, 'MECARD:;', 6, 400);
    expect(wedge.end(PLAIN)?.shown).toBe('MECARD:;');
  });
});

describe('what is handed on', () => {
  /** A US scanner at a German computer: what the layout shows, and the places of the keys. */
  const GERMAN = [
    { key: 'z', code: 'KeyY' },
    { key: 'Z', code: 'KeyY', shiftKey: true },
    { key: 'Ö', code: 'Semicolon', shiftKey: true },
    { key: '"', code: 'Digit2', shiftKey: true },
    { key: 'Dead', code: 'Equal' },
    { key: 'ß', code: 'Minus' },
    { key: 'Enter', code: 'Enter' },
  ];

  it('tells what is shown, and by the places what was meant, a dead key too', () => {
    const wedge = new Wedge();
    GERMAN.forEach((press, at) => wedge.press(press, at * 6));
    const scanner: ScannerView = { prefix: '~', suffix: '#', layout: 'de' };
    expect(wedge.end(scanner)).toEqual({ shown: 'zZÖ"ß\n', keyed: 'yY:@=-\n', scanner });
  });

  it('tells no places where one is not known', () => {
    const wedge = new Wedge();
    [...GERMAN, { key: 'é', code: '' }].forEach((press, at) => wedge.press(press, at * 6));
    expect(wedge.end(PLAIN)?.keyed).toBeNull();
  });

  it('knows a scan in a field by its prefix, as it is shown or as it was meant', () => {
    const scanner: ScannerView = { prefix: '@', suffix: '', layout: 'auto' };
    const presses = [
      { key: '"', code: 'Digit2', shiftKey: true },
      ...[...'77777'].map((key) => ({ key, code: 'Digit7' })),
    ];
    const wedge = new Wedge();
    presses.forEach((press, at) => wedge.press(press, at * 6));
    expect(wedge.end(scanner, true)?.keyed).toBe('@77777');
    presses.slice(1).forEach((press, at) => wedge.press(press, 900 + at * 6));
    expect(wedge.end(scanner, true)).toBeNull();
  });

  it('knows a payload in a field under a German or Polish layout', () => {
    for (const text of ['BEGINÖVCARD', 'MECARDŁNŁLis', 'BIYCARDÖNÖEwa', 'httpsÖ&&x.example']) {
      const wedge = new Wedge();
      feed(wedge, text, 6);
      expect(wedge.end(PLAIN, true)?.shown).toBe(text);
    }
  });
});

describe('on a page', () => {
  const scanned = vi.fn();
  const pressed = vi.fn();
  let stop: () => void;

  beforeEach(() => {
    vi.useFakeTimers();
    scanned.mockReset();
    pressed.mockReset();
    document.body.innerHTML = '<form><input id="note" value="before" /></form>';
    stop = listenForWedge(() => PLAIN, scanned, pressed);
  });
  afterEach(() => {
    stop();
    vi.useRealTimers();
  });

  function type(keys: string[], gap: number): void {
    const field = document.getElementById('note') as HTMLInputElement;
    keys.forEach((key, at) => {
      const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true });
      Object.defineProperty(event, 'timeStamp', { value: 1_000 + at * gap });
      (document.activeElement ?? document.body).dispatchEvent(event);
      // What a browser does with a key that nobody prevented.
      if (!event.defaultPrevented && key.length === 1 && document.activeElement === field) field.value += key;
    });
    vi.advanceTimersByTime(QUIET + 1);
  }

  it('takes a key that is held for a person’s, however quickly it repeats', () => {
    for (let at = 0; at < 2 * SURE; at += 1) {
      const event = new KeyboardEvent('keydown', {
        key: 'Tab',
        repeat: at > 0,
        bubbles: true,
        cancelable: true,
      });
      Object.defineProperty(event, 'timeStamp', { value: 1_000 + at * 30 });
      document.body.dispatchEvent(event);
      expect(event.defaultPrevented).toBe(false);
    }
    vi.advanceTimersByTime(QUIET + 1);
    expect(scanned).not.toHaveBeenCalled();
  });

  it('gives back the field that the scan fell into', () => {
    const field = document.getElementById('note') as HTMLInputElement;
    field.focus();
    type([...'MECARD:N:Lis;;', 'Enter'], 6);
    expect(scanned).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ shown: 'MECARD:N:Lis;;\n' }));
    expect(field.value).toBe('before');
  });

  it('leaves a person alone', () => {
    const field = document.getElementById('note') as HTMLInputElement;
    field.focus();
    type([...' and after'], 120);
    expect(scanned).not.toHaveBeenCalled();
    expect(field.value).toBe('before and after');
    expect(pressed).not.toHaveBeenCalled();
  });

  it('leaves quick typing in a field alone: an on-screen keyboard, a text expander, a test', () => {
    const field = document.getElementById('note') as HTMLInputElement;
    field.focus();
    type([...' Zofia Wiśniewska'], 4);
    expect(scanned).not.toHaveBeenCalled();
    expect(field.value).toBe('before Zofia Wiśniewska');
  });

  it('never listens to a secret', () => {
    const field = document.getElementById('note') as HTMLInputElement;
    field.type = 'password';
    field.focus();
    type([...'25802580', 'Enter'], 4);
    expect(scanned).not.toHaveBeenCalled();
  });

  it('hands a single key on as a shortcut, and none of a scan', () => {
    type(['2'], 0);
    expect(pressed).toHaveBeenCalledOnce();
    type([...'LLLLLLLL'], 5);
    expect(pressed).toHaveBeenCalledOnce();
    expect(scanned).toHaveBeenCalledOnce();
  });
});
