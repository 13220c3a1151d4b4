import { mount, tick, unmount } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { backend } from '$backend/staff';
import { speak } from '$lib/language.svelte';

import Lists from '../src/staff/lists/Lists.svelte';
import { staff } from '../src/staff/state.svelte';

const by = <T extends HTMLElement = HTMLElement>(id: string) =>
  document.querySelector<T>(`[data-testid="${id}"]`);
let shown: Record<string, unknown> | undefined;

async function show() {
  staff.profile = await backend.profileView();
  document.body.innerHTML = '<div id="app"></div>';
  shown = mount(Lists, { target: document.getElementById('app')! });
  await tick();
}

/** A file is chosen: the step after it shows. */
async function choose() {
  const file = new File(['x'], 'webinar.csv');
  const input = by<HTMLInputElement>('list-input')!;
  Object.defineProperty(input, 'files', { value: [file], configurable: true });
  input.dispatchEvent(new Event('change', { bubbles: true }));
  await vi.waitFor(() => expect(by('list-preview')).not.toBeNull());
}

function write(id: string, value: string, event = 'input') {
  const field = by<HTMLInputElement>(id)!;
  field.value = value;
  field.dispatchEvent(new Event(event, { bubbles: true }));
}

beforeEach(() => speak('en'));

afterEach(async () => {
  vi.restoreAllMocks();
  if (shown) await unmount(shown);
  shown = undefined;
});

describe('a list', () => {
  it('is not previewed before each chosen purpose has column, version and wording', async () => {
    await show();
    await choose();
    const preview = () => by<HTMLButtonElement>('list-preview')!;
    expect(preview().disabled).toBe(true);
    by('cover-newsletter-email')!.click();
    await tick();
    write('cover-newsletter-email-version', '3');
    write('cover-newsletter-email-wording', 'Send me the newsletter by e-mail.');
    await tick();
    write('list-collected', '2026-11-18');
    await tick();
    expect(preview().disabled, 'consent has no column yet').toBe(true);
    write('cover-newsletter-email-column', 'Newsletter?', 'change');
    await tick();
    expect(preview().disabled).toBe(false);
    const looked = vi.spyOn(backend, 'listPreview');
    preview().click();
    await vi.waitFor(() => expect(by('list-counts')).not.toBeNull());
    const [stated] = looked.mock.calls[0]!;
    expect(stated.covers).toEqual([
      {
        purpose: 'newsletter',
        channel: 'email',
        column: 'Newsletter?',
        version: '3',
        wording: 'Send me the newsletter by e-mail.',
      },
    ]);
    expect(stated.columns['Industry']).toBe('skip');
  });

  it('is let go when its page is left', async () => {
    const discard = vi.spyOn(backend, 'listDiscard');
    await show();
    await choose();
    await unmount(shown!);
    shown = undefined;
    expect(discard).toHaveBeenCalledOnce();
  });
});
