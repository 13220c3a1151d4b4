import { mount, tick, unmount } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { backend } from '$backend/staff';
import { speak } from '$lib/language.svelte';

import { cardDraft } from '../src/backend/fake/card';
import Sheet from '../src/staff/scan/Sheet.svelte';
import { staff } from '../src/staff/state.svelte';

const by = (id: string) => document.querySelector<HTMLElement>(`[data-testid="${id}"]`);
const value = (field: string) => by(`field-${field}`)?.querySelector('.value')?.textContent?.trim();
let shown: Record<string, unknown> | undefined;

beforeEach(async () => {
  await staff.begin();
  speak('en');
  staff.take({ outcome: 'person', draft: cardDraft(), corners: null });
  // As Rust does, the fake has the draft in hand that it read.
  (globalThis as { zgodaFake?: { scan: unknown } }).zgodaFake!.scan = staff.read;
  await backend.scanPhoto(new Uint8Array());
  document.body.innerHTML = '<div id="app"></div>';
  const read = staff.read as Extract<typeof staff.read, { outcome: 'person' }>;
  shown = mount(Sheet, { target: document.getElementById('app')!, props: { read } });
  await vi.waitFor(() => expect(by('card-line-0')).not.toBeNull());
});
afterEach(async () => {
  if (shown) await unmount(shown);
  staff.read = null;
  vi.restoreAllMocks();
});

describe('a card beside its fields', () => {
  it('asks for a line’s text when it is touched, and not before', async () => {
    const asked = vi.spyOn(backend, 'cardLine');
    await tick();
    expect(asked).not.toHaveBeenCalled();
    expect(document.body.textContent).not.toContain('Kierowniczka');
    by('card-line-2')!.click();
    await vi.waitFor(() => expect(by('card-picker')).not.toBeNull());
    expect(asked).toHaveBeenCalledExactlyOnceWith(0, 2);
    expect(by('card-picker')!.textContent).toContain('Kierowniczka utrzymania ruchu');
  });

  it('puts a touched line into the field that is chosen', async () => {
    by('card-line-2')!.click();
    await vi.waitFor(() => expect(by('card-put-company')).not.toBeNull());
    by('card-put-company')!.click();
    await vi.waitFor(() => expect(value('company')).toBe('Kierowniczka utrzymania ruchu'));
  });

  it('swaps two fields by two presses, as by a drag', async () => {
    by('swap-name')!.click();
    await tick();
    expect(by('swap-company')!.getAttribute('aria-label')).toBe('Swap with Name');
    by('swap-company')!.click();
    await vi.waitFor(() => expect(value('name')).toBe('Odlewnia Karpie Sp. z o.o.'));
    expect(value('company')).toBe('Jagoda Wierzba');
    expect(by('swap-name')!.getAttribute('aria-pressed')).toBe('false');
  });

  it('lets a held field go with Escape', async () => {
    const edited = vi.spyOn(backend, 'draftEdit');
    by('swap-name')!.click();
    await tick();
    by('swap-name')!.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }));
    await tick();
    expect(by('swap-name')!.getAttribute('aria-pressed')).toBe('false');
    expect(edited).not.toHaveBeenCalled();
  });

  it('offers no swap into a field of another kind', () => {
    expect(by('swap-email')).toBeNull();
    expect(by('swap-phone')).toBeNull();
  });

  it('marks what was not read surely, beside and on the card', () => {
    expect(document.querySelector('[data-field=company]')!.classList).toContain('doubtful');
    const outline = (line: number) => document.querySelector(`[data-line="${line}"]`)!.getAttribute('class');
    expect(outline(0)).toContain('unsure');
    expect(outline(1)).not.toContain('unsure');
  });
});
