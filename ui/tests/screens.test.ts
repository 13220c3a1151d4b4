import { mount, tick, unmount, type Component } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { backend } from '$backend/staff';
import { speak } from '$lib/language.svelte';

import Attendee from '../src/attendee/Attendee.svelte';
import DroppedList from '../src/staff/scan/DroppedList.svelte';
import { staff } from '../src/staff/state.svelte';

const by = (id: string) => document.querySelector<HTMLElement>(`[data-testid="${id}"]`);
let shown: Record<string, unknown> | undefined;

function show<Props extends Record<string, unknown>>(component: Component<Props>, props: Props) {
  document.body.innerHTML = '<div id="app"></div>';
  shown = mount(component, { target: document.getElementById('app')!, props });
}

afterEach(async () => {
  if (shown) await unmount(shown);
  shown = undefined;
});

describe('the attendee’s window', () => {
  it('shows no ticked box, two buttons, and nothing of the staff’s', async () => {
    show(Attendee, {});
    await vi.waitFor(() => expect(by('ask')).not.toBeNull());
    const boxes = [...document.querySelectorAll<HTMLInputElement>('input[type=checkbox]')];
    expect(boxes.length).toBe(2);
    expect(boxes.every((box) => !box.checked)).toBe(true);
    expect(by('save')?.className).toBe(by('nothing')?.className);
    expect(document.querySelector('[data-testid^="nav-"]')).toBeNull();
  });

  it('speaks the language that is picked, at once', async () => {
    show(Attendee, {});
    await vi.waitFor(() => expect(by('lang-de')).not.toBeNull());
    by('lang-de')!.click();
    await tick();
    expect(by('save')!.textContent).toContain('Speichern');
    expect(document.documentElement.lang).toBe('de');
    by('lang-pl')!.click();
  });
});

describe('what was dropped', () => {
  it('is named, and only named', () => {
    speak('en');
    show(DroppedList, { dropped: ['birthday', 'claimed_consent'] });
    expect(by('dropped')!.textContent).toBe('BirthdayA consent claimed by the badge');
  });
});

describe('an erasure', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it('waits five seconds, and can be undone', async () => {
    const erase = vi.spyOn(backend, 'erase');
    const [first, second] = (await backend.leads({ text: '', filter: null }, null)).rows;
    await staff.erase(first!.id, first!.name);
    staff.toast!.undo!();
    await vi.advanceTimersByTimeAsync(6_000);
    expect(erase).not.toHaveBeenCalled();
    await staff.erase(second!.id, second!.name);
    expect(staff.erasing).toBe(second!.id);
    await vi.advanceTimersByTimeAsync(6_000);
    expect(erase).toHaveBeenCalledExactlyOnceWith(second!.id);
    erase.mockRestore();
  });

  it('is carried out before the screen locks', async () => {
    const erase = vi.spyOn(backend, 'erase');
    const [first] = (await backend.leads({ text: '', filter: null }, null)).rows;
    await staff.erase(first!.id, first!.name);
    await staff.lock();
    expect(erase).toHaveBeenCalledExactlyOnceWith(first!.id);
    expect(staff.view?.phase).toBe('locked');
  });
});
