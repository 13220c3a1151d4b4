/** What is tried on the screens; the numbers are the rows of tests/fixtures/attacks.md. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { mount, tick, unmount, type Component } from 'svelte';
import { afterEach, describe, expect, it, vi } from 'vitest';

import { backend } from '$backend/attendee';
import { backend as staffs } from '$backend/staff';
import { shut } from '$lib/shut';

import Attendee from '../src/attendee/Attendee.svelte';
import LeadsRow from '../src/staff/leads/LeadsRow.svelte';

const by = (id: string) => document.querySelector<HTMLElement>(`[data-testid="${id}"]`);
let shown: Record<string, unknown> | undefined;

function show<Props extends Record<string, unknown>>(component: Component<Props>, props: Props) {
  document.body.innerHTML = '<div id="app"></div>';
  shown = mount(component, { target: document.getElementById('app')!, props });
}

afterEach(async () => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  if (shown) await unmount(shown);
  shown = undefined;
});

const sources = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.(svelte|ts)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !path.includes('paraglide'));

describe('markup', () => {
  const markup = '<script>document.title="gone"</script><b>Lis</b>';

  it('attack_10_markup_in_a_name_is_text_in_the_list', async () => {
    const [row] = (await staffs.leads({ text: '', filter: null }, null)).rows;
    show(LeadsRow, { row: { ...row!, name: markup, company: markup } });
    expect(document.querySelector('#app script, #app b')).toBeNull();
    expect(by('lead-row')!.textContent).toContain(markup);
  });

  it('attack_10_markup_is_text_on_the_attendees_screen', async () => {
    const view = await backend.attendeeView();
    const fields = view!.fields.map((one) =>
      one.value.kind === 'text' ? { ...one, value: { kind: 'text' as const, value: markup } } : one,
    );
    vi.spyOn(backend, 'attendeeView').mockResolvedValue({ ...view!, fields, controller: markup });
    show(Attendee, {});
    await vi.waitFor(() => expect(by('ask')).not.toBeNull());
    expect(document.querySelector('#app script, #app b')).toBeNull();
    expect(by('ask')!.textContent).toContain(markup);
  });

  it('attack_10_no_source_writes_html', () => {
    const found = sources('src').filter((path) =>
      /\{@html|innerHTML|insertAdjacentHTML|document\.write/.test(readFileSync(path, 'utf8')),
    );
    expect(sources('src').length).toBeGreaterThan(80);
    expect(found).toEqual([]);
  });
});

describe('the attendee’s window', () => {
  it('attack_26_a_double_tap_sends_one_answer', async () => {
    const answer = vi.spyOn(backend, 'attendeeAnswer');
    show(Attendee, {});
    await vi.waitFor(() => expect(by('save')).not.toBeNull());
    const save = by('save')!;
    // Without a frame between them, and the other button too.
    save.click();
    save.click();
    by('nothing')!.click();
    await vi.waitFor(() => expect(by('ask')).toBeNull());
    expect(answer).toHaveBeenCalledOnce();
  });

  it('attack_27_no_menu_and_no_dropped_file', () => {
    const page = new EventTarget();
    shut(page as Window, { menu: true });
    for (const type of ['contextmenu', 'dragover', 'drop']) {
      const event = new Event(type, { cancelable: true });
      page.dispatchEvent(event);
      expect(event.defaultPrevented, type).toBe(true);
    }
    expect(readFileSync('src/attendee/main.ts', 'utf8')).toContain('shut(window, { menu: true })');
  });

  it('attack_27_it_leads_nowhere', () => {
    for (const path of [...sources('src/attendee'), ...sources('src/parts')]) {
      const text = readFileSync(path, 'utf8');
      expect(text, path).not.toMatch(/<a\s|window\.open|history\.|localStorage|sessionStorage/);
      expect(text, path).not.toMatch(/backend\/staff/);
    }
  });

  it('attack_27_who_goes_away_leaves_a_blank_screen', async () => {
    vi.useFakeTimers();
    const timeout = vi.spyOn(backend, 'attendeeTimeout');
    show(Attendee, {});
    await vi.waitFor(() => expect(by('ask')).not.toBeNull());
    const name = (await backend.attendeeView())!.fields.find((one) => one.field === 'name')!.value.value;
    expect(document.body.textContent).toContain(name);
    document.querySelector<HTMLInputElement>('input[type=checkbox]')!.click();
    await tick();
    await vi.advanceTimersByTimeAsync(95_000);
    expect(by('hand-back')).not.toBeNull();
    expect(timeout).toHaveBeenCalledOnce();
    expect(document.body.textContent).not.toContain(name);
    expect(document.querySelector('input[type=checkbox]')).toBeNull();
  });
});
