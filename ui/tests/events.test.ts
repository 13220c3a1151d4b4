import { mount, unmount, type Component } from 'svelte';
import { afterEach, describe, expect, it, vi } from 'vitest';

import type { AppView } from '$backend';
import { backend } from '$backend/staff';
import { LANGUAGES } from '$lib/language.svelte';

import Closing from '../src/staff/events/Closing.svelte';
import Events from '../src/staff/events/Events.svelte';
import MoveIn from '../src/staff/events/MoveIn.svelte';
import { found, helpIn } from '../src/staff/help/text';
import { staff } from '../src/staff/state.svelte';

const by = (id: string) => document.querySelector<HTMLElement>(`[data-testid="${id}"]`);
const click = (id: string) => vi.waitFor(() => expect(by(id)).not.toBeNull()).then(() => by(id)!.click());
let shown: Record<string, unknown> | undefined;

async function show<Props extends Record<string, unknown>>(component: Component<Props>, props: Props) {
  await staff.enter(await backend.appState());
  document.body.innerHTML = '<div id="app"></div>';
  shown = mount(component, { target: document.getElementById('app')!, props });
}

afterEach(async () => {
  if (shown) await unmount(shown);
  shown = undefined;
  vi.restoreAllMocks();
});

describe('going over to another event', () => {
  it('asks first where something is left, then for the PIN, and only then goes', async () => {
    const use = vi.spyOn(backend, 'eventUse');
    await show(Events, {});
    await click('event-use');
    await vi.waitFor(() => expect(by('leaving')).not.toBeNull());
    expect(use).toHaveBeenLastCalledWith('wiosna-2026', '', false);
    expect(by('secret')).toBeNull();
    await click('leave');
    await vi.waitFor(() => expect(by('secret')).not.toBeNull());
    expect(use).toHaveBeenLastCalledWith('wiosna-2026', '', true);
    expect(staff.view?.event?.id).not.toBe('wiosna-2026');
  });
});

describe('the end of an event', () => {
  it('offers to close all the same only after it was tried and something waits', async () => {
    const close = vi.spyOn(backend, 'eventClose');
    await show(Closing, {});
    await vi.waitFor(() => expect(by('close')).not.toBeNull());
    expect(by('close-anyway')).toBeNull();
    expect(by('closing-save')).toBeNull();
    await click('close');
    await vi.waitFor(() => expect(by('close-anyway')).not.toBeNull());
    expect(close).toHaveBeenCalledExactlyOnceWith(false);
    await click('close-anyway');
    await vi.waitFor(() => expect(by('reopen')).not.toBeNull());
    expect(staff.view?.event?.closed).toBe(true);
    await click('reopen');
    await vi.waitFor(() => expect(staff.view?.event?.closed).toBe(false));
  });
});

describe('a file of another device', () => {
  it('is taken over with its passphrase, and a wrong one changes nothing', async () => {
    await show(MoveIn, {});
    const input = by('move-in-input') as HTMLInputElement;
    const file = new File(['sealed'], 'device.zgoda');
    Object.defineProperty(input, 'files', { value: [file] });
    input.dispatchEvent(new Event('change', { bubbles: true }));
    const type = async (text: string) => {
      await vi.waitFor(() => expect(by('move-in-pass')).not.toBeNull());
      const field = by('move-in-pass') as HTMLInputElement;
      field.value = text;
      field.dispatchEvent(new Event('input', { bubbles: true }));
      await click('move-in');
    };
    await type('not the passphrase');
    await vi.waitFor(() => expect(document.body.textContent).toContain('Złe hasło do pliku'));
    expect(by('moved-in')).toBeNull();
    await type('zielone pole rzepaku');
    await vi.waitFor(() => expect(by('moved-in')?.textContent).toContain('12 nowych kontaktów'));
  });
});

describe('the tour', () => {
  const at = async (phase: AppView['phase']) => staff.enter({ ...(await backend.appState()), phase });

  it('comes after the first start and never again by itself', async () => {
    staff.touring = false;
    await at('first_start');
    await at('staff');
    expect(staff.touring).toBe(true);
    staff.touring = false;
    await at('locked');
    await at('staff');
    expect(staff.touring).toBe(false);
  });
});

describe('the help', () => {
  it('has the same questions in every language, each with an answer', async () => {
    const all = await Promise.all(LANGUAGES.map(helpIn));
    const places = all.map((one) =>
      one.flatMap(({ id, topics }) => topics.map((topic) => `${id}/${topic.id}`)),
    );
    for (const other of places.slice(1)) expect(other).toEqual(places[0]);
    const topics = all.flatMap((one) => one.flatMap((chapter) => chapter.topics));
    for (const { title, text } of topics) {
      expect(title.trim()).not.toBe('');
      expect(text.length).toBeGreaterThan(0);
      // Backticks come in pairs: what stands between them is typed in a terminal.
      for (const paragraph of text) expect(paragraph.split('`').length % 2).toBe(1);
    }
  });

  it('finds by every word, whatever the case', async () => {
    const chapters = await helpIn('en');
    const ids = (text: string) => found(chapters, text).flatMap((one) => one.topics.map((topic) => topic.id));
    expect(ids('PIN wrong')).toContain('lock');
    expect(ids('tablet breaks')).toEqual(['device']);
    expect(ids('nothing of that kind')).toEqual([]);
    expect(ids('').length).toBeGreaterThan(10);
  });
});
