import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { GAP, listenForWedge, QUIET, repairFor, strip, SURE, Wedge, type WedgeSettings } from '$lib/wedge';

const PLAIN: WedgeSettings = { prefix: '', suffix: '', layout: 'us' };

function feed(wedge: Wedge, text: string, gap: number, from = 0): void {
  [...text].forEach((key, at) => wedge.press(key === '\n' ? 'Enter' : key, from + at * gap));
}

describe('cadence', () => {
  it('takes a scanner for a scanner', () => {
    const wedge = new Wedge();
    feed(wedge, 'MECARD:N:Lis;;', 8);
    expect(wedge.end(PLAIN)).toBe('MECARD:N:Lis;;');
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

  it('keeps the line breaks within a payload and drops the last', () => {
    const wedge = new Wedge();
    feed(wedge, 'BEGIN:VCARD\nFN:Ewa Lis\nEND:VCARD\n', 10);
    expect(wedge.end(PLAIN)).toBe('BEGIN:VCARD\nFN:Ewa Lis\nEND:VCARD');
  });

  it('starts anew after a pause, so that a typed letter is not part of the scan', () => {
    const wedge = new Wedge();
    wedge.press('x', 0);
    feed(wedge, 'MECARD:;', 6, 400);
    expect(wedge.end(PLAIN)).toBe('MECARD:;');
  });
});

describe('prefix, suffix and layout', () => {
  it('takes off what the scanner puts around', () => {
    expect(strip('~MECARD:;#\n', { prefix: '~', suffix: '#' })).toBe('MECARD:;');
    expect(strip('MECARD:;', { prefix: '~', suffix: '#' })).toBe('MECARD:;');
  });

  it('repairs what a German or Polish layout made of US keys', () => {
    expect(repairFor('de')('MECARDÖNÖLis')).toBe('MECARD:N:Lis');
    expect(repairFor('de')('Zofia')).toBe('Yofia');
    expect(repairFor('pl214')('yofia"mlzn')).toBe('zofia@mlyn');
    expect(repairFor('us')('zofia@mlyn')).toBe('zofia@mlyn');
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

  it('gives back the field that the scan fell into', () => {
    const field = document.getElementById('note') as HTMLInputElement;
    field.focus();
    type([...'MECARD:N:Lis;;', 'Enter'], 6);
    expect(scanned).toHaveBeenCalledExactlyOnceWith('MECARD:N:Lis;;');
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
