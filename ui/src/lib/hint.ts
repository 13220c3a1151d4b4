/**
 * What to say when nothing is read. How: a thin sample of each frame tells a dark picture from a moving one; whatever is
 * neither is too far away. When: after two seconds without a read, and changed no sooner than that, so that it can be
 * followed.
 */
export type Hint = 'light' | 'still' | 'closer';

export const HINT_MS = 2_000;
/** Mean brightness, of 255, below which a hall is too dark for a camera. */
const DARK = 45;
/** Mean change of a pixel from frame to frame that only movement makes. */
const MOVED = 16;
const SAMPLE = 997;

export class Hints {
  #since: number | null = null;
  #before: number[] = [];
  #hint: Hint | null = null;

  /** Starts anew: something was read, or nobody looks. */
  reset(): void {
    this.#since = null;
    this.#hint = null;
  }

  /** Takes a frame without a read at `now` ms; answers what to say. */
  look(luma: Uint8Array, now: number): Hint | null {
    const seen: number[] = [];
    for (let at = 0; at < luma.length; at += SAMPLE) seen.push(luma[at]!);
    const mean = (list: number[]) => list.reduce((sum, one) => sum + one, 0) / Math.max(1, list.length);
    const change = mean(seen.map((one, at) => Math.abs(one - (this.#before[at] ?? one))));
    this.#before = seen;
    this.#since ??= now;
    if (now - this.#since >= HINT_MS) {
      this.#since = now;
      this.#hint = mean(seen) < DARK ? 'light' : change > MOVED ? 'still' : 'closer';
    }
    return this.#hint;
  }
}
