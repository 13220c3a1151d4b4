/** Where the cursor is after a page was left, or a button was disabled or went. */
import { mount, unmount, type Component } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import type { MendedView, NewerVersion, SyncView, TestView, TrustView } from '$backend';
import { backend } from '$backend/staff';
import { speak } from '$lib/language.svelte';

import MoveOut from '../src/staff/events/MoveOut.svelte';
import CrmSecret from '../src/staff/settings/CrmSecret.svelte';
import CrmTest from '../src/staff/settings/CrmTest.svelte';
import Trust from '../src/staff/settings/Trust.svelte';
import Updates from '../src/staff/settings/Updates.svelte';
import Mend from '../src/staff/start/Mend.svelte';
import Shell from '../src/staff/Shell.svelte';
import Sync from '../src/staff/sync/Sync.svelte';
import { staff } from '../src/staff/state.svelte';

const by = (id: string) => document.querySelector<HTMLButtonElement>(`[data-testid="${id}"]`);
let shown: Record<string, unknown> | undefined;

function show<P extends Record<string, unknown>>(component: Component<P>, props = {} as P) {
  document.body.innerHTML = '<div id="app"></div>';
  shown = mount(component, { target: document.getElementById('app')!, props });
}

/** A browser takes the cursor from what is disabled; this one leaves it there, and what is disabled cannot be left either. */
function lose() {
  const other = document.body.appendChild(document.createElement('input'));
  other.focus();
  other.remove();
  expect(document.activeElement).toBe(document.body);
}

/** Presses it as the keyboard does. */
async function press(id: string) {
  await vi.waitFor(() => expect(by(id)?.disabled).toBe(false));
  by(id)!.focus();
  by(id)!.click();
  await vi.waitFor(() => expect(by(id)?.disabled ?? true).toBe(true));
  lose();
}

const onIt = (id: string) =>
  vi.waitFor(() => expect((document.activeElement as HTMLElement).dataset['testid']).toBe(id));

/** Answers, or fails, when it is told to. */
function held<T>() {
  let [answer, fail]: [(value: T) => void, (error: unknown) => void] = [() => {}, () => {}];
  const promise = new Promise<T>((done, failed) => ([answer, fail] = [done, failed]));
  return {
    promise,
    answer: (value: T) => answer(value),
    fail: (code: string) => fail({ code, params: {}, findings: [] }),
  };
}

beforeEach(() => speak('en'));
afterEach(async () => {
  if (shown) await unmount(shown);
  shown = undefined;
  staff.page = 'scan';
  vi.restoreAllMocks();
});

describe('the cursor, where a page is left', () => {
  beforeEach(async () => {
    await staff.begin();
    staff.page = 'sync';
    show(Shell);
    await vi.waitFor(() => expect(by('sync-start')).not.toBeNull());
  });

  it('goes to the new page, if it was in the old one', async () => {
    by('sync-start')!.focus();
    staff.go('help');
    await vi.waitFor(() => expect(document.activeElement).toBe(document.getElementById('page')));
  });

  it('stays on the button that led there', async () => {
    by('nav-leads')!.focus();
    by('nav-leads')!.click();
    await vi.waitFor(() => expect(by('sync-start')).toBeNull());
    expect(document.activeElement).toBe(by('nav-leads'));
  });
});

describe('the cursor, where a button is disabled for a while', () => {
  it('comes back to the test of the CRM, also from what the test brought', async () => {
    const lacks: TestView = {
      ok: false,
      reason: null,
      account: null,
      missing: [{ what: 'custom_field', name: 'x' }],
      can_make: true,
    };
    const [first, second] = [held<TestView>(), held<TestView>()];
    vi.spyOn(backend, 'crmTest').mockReturnValueOnce(first.promise).mockReturnValueOnce(second.promise);
    show(CrmTest);
    await press('crm-test');
    first.answer(lacks);
    await onIt('crm-test');
    await press('crm-set-up');
    second.answer({ ...lacks, ok: true, missing: [] });
    await onIt('crm-test');
  });

  it('comes back to the sync, also where it failed', async () => {
    const sync = held<SyncView>();
    vi.spyOn(backend, 'sync').mockReturnValue(sync.promise);
    show(Sync);
    await press('sync-start');
    sync.fail('keyring_locked');
    await onIt('sync-start');
  });

  it('goes from the look for an update to what installs it', async () => {
    const look = held<NewerVersion>();
    vi.spyOn(backend, 'updateSource').mockResolvedValue('updates.example');
    vi.spyOn(backend, 'updateCheck').mockReturnValue(look.promise);
    show(Updates);
    await press('update-look');
    look.answer({ version: '9.0.0', notes: '' });
    await onIt('update-install');
  });

  it('goes from a key that was taken to what forgets it', async () => {
    const view: TrustView = { key: null, named: 'head-office+1+a', signed: true, signed_at: null };
    const taken = held<TrustView>();
    vi.spyOn(backend, 'trustView').mockResolvedValue(view);
    vi.spyOn(backend, 'trust').mockReturnValue(taken.promise);
    show(Trust);
    await press('trust-take');
    taken.answer({ ...view, key: 'head-office+1+a' });
    await onIt('trust-forget');
  });

  it('goes from settings that were set aside to what goes on', async () => {
    const mended = held<MendedView>();
    vi.spyOn(backend, 'settingsMend').mockReturnValue(mended.promise);
    show(Mend);
    await press('mend');
    mended.answer({ kept_as: '/home/anna/settings.old', key: 'kept' });
    await onIt('mend-go-on');
  });

  it('goes back to the field of a key that was kept, for its button cannot be pressed without one', async () => {
    await staff.begin();
    const kept = held<void>();
    vi.spyOn(backend, 'crmSecret').mockReturnValue(kept.promise);
    show(CrmSecret, { crm: staff.profile!.crm! });
    const field = document.querySelector<HTMLInputElement>('[data-testid="crm-secret"]')!;
    field.value = 'pat-eu1-1';
    field.dispatchEvent(new Event('input', { bubbles: true }));
    const save = document.querySelector<HTMLButtonElement>('button.primary')!;
    await vi.waitFor(() => expect(save.disabled).toBe(false));
    save.focus();
    save.click();
    await vi.waitFor(() => expect(save.disabled).toBe(true));
    lose();
    kept.answer();
    await onIt('crm-secret');
  });
});

describe('the cursor, where a form comes and goes', () => {
  it('goes into what is chosen for another device, and back to what asked', async () => {
    show(MoveOut);
    by('move-out')!.focus();
    by('move-out')!.click();
    await onIt('secret');
    const cancel = document.querySelector<HTMLButtonElement>('button.quiet')!;
    cancel.focus();
    cancel.click();
    await onIt('move-out');
  });
});
