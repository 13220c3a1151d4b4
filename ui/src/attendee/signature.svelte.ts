/** The strokes of a signature while they are drawn: whole numbers in a box, and no more than Rust takes. */
import type { Signed } from '$backend';

export const WIDTH = 1000;
export const HEIGHT = 320;
/** As many as take no more bytes than Rust does, however long the steps: a line is ended before it is refused. */
const MAX_STROKES = 64;
const MAX_POINTS = 2_000;
/** A step shorter than this changes nothing that one could see. */
const STEP = 4;

type Point = [number, number];

/** One stroke as the path of an SVG; a dot is a line to itself. */
const drawn = (points: Point[]): string => {
  const all = points.map((point) => point.join(' '));
  return `M${(all.length > 1 ? all : [all[0], all[0]]).join('L')}`;
};

export class Pad {
  strokes = $state.raw<Point[][]>([]);
  /** The typed name, where that takes the place of strokes. */
  name = $state('');
  typing = $state(false);
  #down = false;

  get path(): string {
    return this.strokes.map(drawn).join('');
  }

  /** `x` and `y` from 0 to 1 across and down the box. */
  begin(x: number, y: number): void {
    if (this.strokes.length >= MAX_STROKES || this.#points() >= MAX_POINTS) return;
    this.#down = true;
    this.strokes = [...this.strokes, [this.#point(x, y)]];
  }

  move(x: number, y: number): void {
    const last = this.strokes.at(-1);
    if (!this.#down || !last || this.#points() >= MAX_POINTS) return;
    const point = this.#point(x, y);
    const from = last.at(-1)!;
    if (Math.hypot(point[0] - from[0], point[1] - from[1]) < STEP) return;
    this.strokes = [...this.strokes.slice(0, -1), [...last, point]];
  }

  end(): void {
    this.#down = false;
  }

  undo(): void {
    this.end();
    this.strokes = this.strokes.slice(0, -1);
  }

  clear(): void {
    this.end();
    this.strokes = [];
  }

  /** What is sent; nothing where it was left empty. */
  get signed(): Signed | null {
    if (this.typing) return this.name.trim() ? { by: 'typed', value: this.name.trim() } : null;
    return this.strokes.length ? { by: 'drawn', value: this.strokes } : null;
  }

  #points(): number {
    return this.strokes.reduce((sum, stroke) => sum + stroke.length, 0);
  }

  #point(x: number, y: number): Point {
    const within = (part: number, most: number) => Math.round(Math.min(Math.max(part, 0), 1) * most);
    return [within(x, WIDTH), within(y, HEIGHT)];
  }
}
