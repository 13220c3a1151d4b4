import { describe, expect, it } from 'vitest';

import { HINT_MS, Hints } from '$lib/hint';

const frame = (value: number) => new Uint8Array(40_000).fill(value);

describe('the hint', () => {
  it('comes after two seconds without a read, not before', () => {
    const hints = new Hints();
    expect(hints.look(frame(120), 0)).toBeNull();
    expect(hints.look(frame(120), HINT_MS - 1)).toBeNull();
    expect(hints.look(frame(120), HINT_MS)).toBe('closer');
  });

  it('tells a dark hall from a moving badge', () => {
    const dark = new Hints();
    dark.look(frame(10), 0);
    expect(dark.look(frame(12), HINT_MS)).toBe('light');
    const moving = new Hints();
    moving.look(frame(80), 0);
    expect(moving.look(frame(160), HINT_MS)).toBe('still');
  });

  it('is steady: it changes no sooner than two seconds later', () => {
    const hints = new Hints();
    hints.look(frame(120), 0);
    expect(hints.look(frame(120), HINT_MS)).toBe('closer');
    expect(hints.look(frame(10), HINT_MS + 500)).toBe('closer');
    expect(hints.look(frame(10), 2 * HINT_MS)).toBe('light');
  });

  it('starts anew after a read', () => {
    const hints = new Hints();
    hints.look(frame(120), 0);
    hints.look(frame(120), HINT_MS);
    hints.reset();
    expect(hints.look(frame(120), HINT_MS + 100)).toBeNull();
  });
});
