import { describe, expect, it } from 'vitest';

import { fit, luma, onCover } from '$lib/luma';

describe('luma', () => {
  it('weighs the colours and leaves alpha out', () => {
    const rgba = new Uint8ClampedArray([
      255, 255, 255, 0, 0, 0, 0, 255, 255, 0, 0, 255, 0, 255, 0, 255, 0, 0, 255, 9,
    ]);
    expect([...luma(rgba, new Uint8Array(5))]).toEqual([255, 0, 76, 149, 28]);
  });

  it('is fast enough for thirty frames a second', () => {
    const rgba = new Uint8ClampedArray(1280 * 720 * 4).fill(120);
    const into = new Uint8Array(1280 * 720);
    luma(rgba, into);
    const start = performance.now();
    for (let turn = 0; turn < 5; turn += 1) luma(rgba, into);
    expect((performance.now() - start) / 5).toBeLessThan(33);
    expect(into[9_999]).toBe(120);
  });
});

describe('sizes', () => {
  it('shrinks a large camera, keeps a small one', () => {
    expect(fit({ width: 1920, height: 1080 }, { width: 1280, height: 720 })).toEqual({
      width: 1280,
      height: 720,
    });
    expect(fit({ width: 640, height: 480 }, { width: 1280, height: 720 })).toEqual({
      width: 640,
      height: 480,
    });
  });

  it('finds a corner on a picture that covers its box', () => {
    const frame = { width: 1280, height: 720 };
    expect(onCover([640, 360], frame, { width: 768, height: 960 })).toEqual([384, 480]);
    expect(onCover([0, 0], frame, { width: 1280, height: 720 })).toEqual([0, 0]);
  });
});
