import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { Delayed, UNDO_MS } from '$lib/undo';

describe('what is done a little late', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it('is done after its time, once', async () => {
    const act = vi.fn(async () => undefined);
    const late = new Delayed(act, UNDO_MS);
    await vi.advanceTimersByTimeAsync(UNDO_MS - 1);
    expect(act).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    await late.flush();
    expect(act).toHaveBeenCalledOnce();
    expect(late.undo()).toBe(false);
  });

  it('is not done when it was undone in time', async () => {
    const act = vi.fn(async () => undefined);
    const late = new Delayed(act, UNDO_MS);
    expect(late.undo()).toBe(true);
    await vi.advanceTimersByTimeAsync(UNDO_MS * 2);
    await late.flush();
    expect(act).not.toHaveBeenCalled();
  });

  it('is done at once when the page goes', async () => {
    const act = vi.fn(async () => undefined);
    const late = new Delayed(act, UNDO_MS);
    await late.flush();
    await vi.advanceTimersByTimeAsync(UNDO_MS);
    expect(act).toHaveBeenCalledOnce();
  });
});
