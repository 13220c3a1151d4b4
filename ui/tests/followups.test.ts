import { mount, tick, unmount } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { backend } from '$backend/staff';
import { speak } from '$lib/language.svelte';

import FollowUps from '../src/staff/followups/FollowUps.svelte';
import { staff } from '../src/staff/state.svelte';

const all = (id: string) => [...document.querySelectorAll<HTMLElement>(`[data-testid="${id}"]`)];
let shown: Record<string, unknown> | undefined;

async function show() {
  document.body.innerHTML = '<div id="app"></div>';
  shown = mount(FollowUps, { target: document.getElementById('app')! });
  await vi.waitFor(() => expect(all('followup').length).toBeGreaterThan(0));
}

beforeEach(() => speak('en'));

afterEach(async () => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  if (shown) await unmount(shown);
  shown = undefined;
});

describe('promises', () => {
  it('stand by their day, the overdue first', async () => {
    await show();
    const days = [...document.querySelectorAll('h2')].map((one) => one.className.split(' ')[0]);
    expect(days).toEqual(['overdue', 'today', 'tomorrow', 'later']);
    expect(all('followup').length).toBe((await backend.followUps()).length);
  });

  it('are kept five seconds after “sent”, and not at all when undone', async () => {
    const kept = vi.spyOn(backend, 'promiseKept');
    await show();
    vi.useFakeTimers();
    const before = all('followup').length;
    all('followup-sent')[0]!.click();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(all('followup').length).toBe(before - 1);
    expect(kept).not.toHaveBeenCalled();
    staff.toast!.undo!();
    await tick();
    expect(all('followup').length).toBe(before);
    all('followup-sent')[0]!.click();
    await vi.advanceTimersByTimeAsync(6_000);
    expect(kept).toHaveBeenCalledOnce();
  });

  it('are written to in the mail program, and stay open', async () => {
    const write = vi.spyOn(backend, 'followUpWrite');
    await show();
    const before = all('followup').length;
    all('followup-write')[0]!.click();
    await vi.waitFor(() => expect(staff.toast?.text).toContain('mail program'));
    expect(write).toHaveBeenCalledOnce();
    expect(all('followup').length).toBe(before);
  });
});
