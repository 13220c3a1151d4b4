/** Which questions are come to, and what a signature's field takes. */
import { describe, expect, it } from 'vitest';

import { PROFILE } from '../src/backend/fake/profile';
import { HEIGHT, Pad, WIDTH } from '../src/attendee/signature.svelte';
import { answered, onTheWay, standing, toggled, valuesOf } from '../src/lib/questions';

const ids = (all: { id: string }[]) => all.map((one) => one.id);
const staffs = PROFILE.questions.filter((one) => one.ask === 'staff');

describe('questions', () => {
  it('hang on the answer that leads to them', () => {
    expect(ids(onTheWay(staffs, []))).toEqual(['machines', 'hectares']);
    const press = answered([], 'machines', ['seeder', 'press']);
    expect(ids(onTheWay(staffs, press))).toEqual(['machines', 'bales', 'hectares']);
  });

  it('are not sent where no way leads to them any more, nor where nothing is said', () => {
    let replies = answered([], 'machines', ['press']);
    replies = answered(replies, 'bales', ['round']);
    replies = answered(replies, 'hectares', []);
    expect(standing(staffs, replies).map((one) => one.question)).toEqual(['machines', 'bales']);
    replies = answered(replies, 'machines', ['sprayer']);
    expect(standing(staffs, replies).map((one) => one.question)).toEqual(['machines']);
    expect(valuesOf(replies, 'bales')).toEqual(['round']);
  });

  it('take one option or several, and let each go again', () => {
    const [machines, bales] = staffs;
    expect(toggled(machines!, ['press'], 'seeder')).toEqual(['press', 'seeder']);
    expect(toggled(bales!, ['round'], 'square')).toEqual(['square']);
    expect(toggled(bales!, ['square'], 'square')).toEqual([]);
  });
});

describe('a signature', () => {
  it('is whole numbers in its box, in strokes that can be taken back', () => {
    const pad = new Pad();
    expect(pad.signed).toBeNull();
    pad.move(0.5, 0.5);
    expect(pad.strokes).toEqual([]);
    pad.begin(0.1, 0.5);
    pad.move(0.10001, 0.5);
    pad.move(0.3334, 2);
    pad.end();
    pad.move(0.9, 0.9);
    pad.begin(1, -1);
    expect(pad.strokes).toEqual([
      [
        [100, 160],
        [333, HEIGHT],
      ],
      [[WIDTH, 0]],
    ]);
    expect(pad.path).toBe('M100 160L333 320M1000 0L1000 0');
    pad.undo();
    expect(pad.signed).toEqual({
      by: 'drawn',
      value: [
        [
          [100, 160],
          [333, HEIGHT],
        ],
      ],
    });
    pad.clear();
    expect(pad.signed).toBeNull();
  });

  it('ends before it is more than Rust takes', () => {
    const pad = new Pad();
    for (let stroke = 0; stroke < 100; stroke += 1) {
      pad.begin(0, 0);
      for (let step = 0; step < 100; step += 1) pad.move(step % 2, step % 2);
      pad.end();
    }
    const points = pad.strokes.reduce((sum, one) => sum + one.length, 0);
    expect(pad.strokes.length).toBeLessThanOrEqual(64);
    // Two numbers of two bytes each at the most, and two for the length of a stroke.
    expect(points * 4 + pad.strokes.length * 2).toBeLessThanOrEqual(8_192);
  });

  it('may be a typed name', () => {
    const pad = new Pad();
    pad.typing = true;
    pad.name = '  ';
    expect(pad.signed).toBeNull();
    pad.name = ' Ewa Lis ';
    expect(pad.signed).toEqual({ by: 'typed', value: 'Ewa Lis' });
  });
});
