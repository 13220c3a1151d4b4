import { mount, tick, unmount, type Component } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { backend } from '$backend/staff';
import { BY_BROWSER, ORGANISER } from '$backend/fake/crm';
import type { FakeControl } from '$backend/fake/index';
import { speak } from '$lib/language.svelte';

import Organiser from '../src/staff/settings/Organiser.svelte';
import ImportProfile from '../src/staff/settings/ImportProfile.svelte';
import CrmTest from '../src/staff/settings/CrmTest.svelte';
import CrmSignIn from '../src/staff/settings/CrmSignIn.svelte';
import Updates from '../src/staff/settings/Updates.svelte';
import Progress from '../src/staff/sync/Progress.svelte';
import Result from '../src/staff/scan/Result.svelte';
import TypePerson from '../src/staff/scan/TypePerson.svelte';
import { staff } from '../src/staff/state.svelte';

const by = <E extends HTMLElement = HTMLElement>(id: string) =>
  document.querySelector<E>(`[data-testid="${id}"]`);
const type = (field: HTMLInputElement, text: string) => {
  field.value = text;
  field.dispatchEvent(new Event('input', { bubbles: true }));
};
let shown: Record<string, unknown> | undefined;

function show<Props extends Record<string, unknown>>(component: Component<Props>, props: Props) {
  document.body.innerHTML = '<div id="app"></div>';
  shown = mount(component, { target: document.getElementById('app')!, props });
}

beforeEach(() => speak('en'));
afterEach(async () => {
  if (shown) await unmount(shown);
  shown = undefined;
  vi.restoreAllMocks();
});

describe('a test of the connection', () => {
  it('says that it works, and what leads go without', async () => {
    const missing = [{ what: 'subscription_type' as const, name: 'newsletter' }];
    const tested = { ok: true, reason: null, account: null, missing, can_make: false };
    vi.spyOn(backend, 'crmTest').mockResolvedValue(tested);
    show(CrmTest, {});
    by('crm-test')!.click();
    await vi.waitFor(() => expect(by('crm-missing')?.textContent).toContain('newsletter'));
    expect(by('crm-missing')!.textContent).toContain('No subscription type');
    expect(document.querySelector('[role="status"]')!.textContent).toContain('The connection works.');
  });
});

describe('a sign-in by the browser', () => {
  const asks = BY_BROWSER.sign_in!;

  async function begin() {
    show(CrmSignIn, { asks, signedIn: false });
    await vi.waitFor(() => expect(by('sign-in-begin')).not.toBeNull());
    type(document.querySelector('#sign-in-tenant')!, ' lipa.example ');
    type(by<HTMLInputElement>('sign-in-client')!, 'client-7');
    await vi.waitFor(() => expect(by<HTMLButtonElement>('sign-in-begin')!.disabled).toBe(false));
    by('sign-in-begin')!.closest('form')!.requestSubmit();
  }

  it('wants to be told what the CRM wants, and sends it as one', async () => {
    const begun = vi.spyOn(backend, 'signInBegin');
    show(CrmSignIn, { asks, signedIn: false });
    expect(by<HTMLButtonElement>('sign-in-begin')!.disabled).toBe(true);
    await unmount(shown!);
    await begin();
    await vi.waitFor(() => expect(staff.toast?.text).toBe('Signed in to the CRM'));
    expect(begun).toHaveBeenCalledExactlyOnceWith('lipa.example client-7');
    expect(staff.signingIn).toBe(false);
  });

  it('begins once, however often the button is pressed before the browser is open', async () => {
    let open = () => {};
    const begun = vi
      .spyOn(backend, 'signInBegin')
      .mockReturnValue(
        new Promise(
          (yes) => (open = () => yes({ number: 7, address: 'https://crm.example/', opened: true })),
        ),
      );
    const finished = vi.spyOn(backend, 'signInFinish').mockResolvedValue();
    await begin();
    await vi.waitFor(() => expect(by('sign-in-begin')!.closest('fieldset')!.disabled).toBe(true));
    const form = by('sign-in-begin')!.closest('form')!;
    form.dispatchEvent(new SubmitEvent('submit', { bubbles: true, cancelable: true }));
    open();
    await vi.waitFor(() => expect(finished).toHaveBeenCalledExactlyOnceWith(7));
    expect(begun).toHaveBeenCalledOnce();
    await vi.waitFor(() => expect(staff.signingIn).toBe(false));
    expect(by('sign-in-begin')!.closest('fieldset')!.disabled).toBe(false);
  });

  it('shows where to go while it waits, keeps the lock open, and can be ended', async () => {
    let end = () => {};
    vi.spyOn(backend, 'signInFinish').mockReturnValue(
      new Promise((_, no) => (end = () => no({ code: 'sign_in_stopped', params: {}, findings: [] }))),
    );
    const stopped = vi.spyOn(backend, 'signInStop').mockImplementation(async () => end());
    await begin();
    await vi.waitFor(() => expect(by('sign-in-stop')).not.toBeNull());
    expect(document.querySelector<HTMLInputElement>('#sign-in-address')!.value).toContain('https://');
    expect(staff.signingIn).toBe(true);
    by('sign-in-stop')!.click();
    await vi.waitFor(() => expect(by('sign-in-begin')).not.toBeNull());
    expect(stopped).toHaveBeenCalledOnce();
    expect(by('error')).toBeNull();
    expect(staff.signingIn).toBe(false);
  });

  it('is ended where the page is left', async () => {
    vi.spyOn(backend, 'signInFinish').mockReturnValue(new Promise(() => undefined));
    const stopped = vi.spyOn(backend, 'signInStop').mockResolvedValue();
    await begin();
    await vi.waitFor(() => expect(by('sign-in-stop')).not.toBeNull());
    await unmount(shown!);
    shown = undefined;
    expect(stopped).toHaveBeenCalledOnce();
    staff.signingIn = false;
  });

  it('says why nobody has signed in', async () => {
    await backend.appState();
    (globalThis as unknown as { zgodaFake: FakeControl }).zgodaFake.fail = 'sign_in_no_refresh_token';
    await begin();
    await vi.waitFor(() => expect(by('error')?.textContent).toContain('lasting access'));
    expect(by('sign-in-begin')).not.toBeNull();
  });
});

describe('the organiser’s service', () => {
  it('that only a person can mend is said to be asked no more', async () => {
    const sync = { ...(await backend.sync()), running: false, not_asked: 'settings' as const };
    show(Progress, { sync: { ...sync, to_mend: false } });
    expect(document.body.textContent).toContain('The next sync asks again');
    await unmount(shown!);
    show(Progress, { sync: { ...sync, to_mend: true } });
    expect(document.body.textContent).toContain('not asked by itself any more');
    expect(document.body.textContent).not.toContain('The next sync asks again');
  });

  it('says who is still to be asked about, and is tested once the key is there', async () => {
    const tested = vi.spyOn(backend, 'lookupTest');
    show(Organiser, { lookup: ORGANISER });
    expect(by('organiser')!.textContent).toContain('3');
    expect(by<HTMLButtonElement>('lookup-test')!.disabled).toBe(true);
    await unmount(shown!);
    await backend.lookupKey('WRONG');
    show(Organiser, { lookup: { ...ORGANISER, has_key: true } });
    by('lookup-test')!.click();
    await vi.waitFor(() => expect(document.body.textContent).toContain('refuses the key'));
    await backend.lookupKey('ABCDE123');
    by('lookup-test')!.click();
    await vi.waitFor(() => expect(document.body.textContent).toContain('takes the key'));
    expect(tested).toHaveBeenCalledTimes(2);
  });

  it('names people only while the list is open, and as they are then', async () => {
    const asked = vi.spyOn(backend, 'lookupWho');
    show(Organiser, { lookup: ORGANISER });
    await tick();
    expect(asked).not.toHaveBeenCalled();
    const list = by<HTMLDetailsElement>('organiser-who')!;
    list.open = true;
    list.dispatchEvent(new Event('toggle'));
    await vi.waitFor(() => expect(list.textContent).toContain('Jolanta Żółw'));
    asked.mockResolvedValue([]);
    await staff.refresh();
    await vi.waitFor(() => expect(list.textContent).not.toContain('Jolanta Żółw'));
  });
});

describe('a profile that the system hands over', () => {
  const offer = { name: 'dni-pola.zgoda.toml', toml: 'other', event: 'Dni Pola', replaces: false };
  let hear = () => {};

  beforeEach(async () => {
    vi.spyOn(backend, 'onOpened').mockImplementation((heard) => (hear = heard));
    await staff.start();
    staff.go('scan');
  });
  afterEach(() => ([staff.opened, staff.read] = [null, null]));

  it('opens the page where profiles are taken, checked, and is put aside once it is used', async () => {
    vi.spyOn(backend, 'profileOpened').mockResolvedValueOnce(offer);
    const checked = vi.spyOn(backend, 'profileCheck').mockResolvedValue([]);
    hear();
    await vi.waitFor(() => expect(staff.opened).toEqual(offer));
    expect([staff.page, staff.part]).toEqual(['settings', 'event']);
    show(ImportProfile, {});
    await vi.waitFor(() => expect(by('profile-use')).not.toBeNull());
    expect(checked).toHaveBeenCalledExactlyOnceWith('other');
    expect(by('profile-opened')!.textContent).toContain('Dni Pola');
    vi.spyOn(backend, 'profileImport').mockResolvedValue(await backend.appState());
    by('profile-use')!.click();
    await vi.waitFor(() => expect(staff.opened).toBeNull());
  });

  it('waits while somebody is in hand', async () => {
    const asked = vi.spyOn(backend, 'profileOpened').mockResolvedValue(null);
    staff.takeDraft(structuredClone(await backend.typePerson([])));
    hear();
    await Promise.resolve();
    expect(asked).not.toHaveBeenCalled();
    await staff.discard();
    expect(asked).toHaveBeenCalledOnce();
  });

  it('is asked for again once nobody is typed in any more', async () => {
    const asked = vi.spyOn(backend, 'profileOpened').mockResolvedValue(null);
    staff.typing = true;
    hear();
    await Promise.resolve();
    expect(asked).not.toHaveBeenCalled();
    show(TypePerson, {});
    document.querySelector('dialog')!.dispatchEvent(new Event('close'));
    expect(staff.typing).toBe(false);
    expect(asked).toHaveBeenCalledOnce();
  });

  it('is asked for again once another code is put aside, unless somebody is typed in then', async () => {
    const asked = vi.spyOn(backend, 'profileOpened').mockResolvedValue(null);
    const other = { outcome: 'other', text: 'WIFI:', url: false, corners: null } as const;
    staff.read = other;
    hear();
    show(Result, {});
    await vi.waitFor(() => expect(by('scan-on')).not.toBeNull());
    by('scan-on')!.previousElementSibling!.dispatchEvent(new MouseEvent('click', { bubbles: true }));
    expect(staff.typing).toBe(true);
    expect(asked).not.toHaveBeenCalled();
    [staff.typing, staff.read] = [false, other];
    await vi.waitFor(() => expect(by('scan-on')).not.toBeNull());
    by('scan-on')!.click();
    expect(asked).toHaveBeenCalled();
  });
});

describe('updates', () => {
  const newer = { version: '0.2.0', notes: 'Quicker.' };

  it('are not there where the build takes none, and nobody is asked', async () => {
    const source = vi.spyOn(backend, 'updateSource').mockResolvedValue(null);
    const asked = vi.spyOn(backend, 'updateCheck');
    show(Updates, {});
    await vi.waitFor(() => expect(source).toHaveBeenCalledOnce());
    expect(document.querySelector('button')).toBeNull();
    expect(asked).not.toHaveBeenCalled();
  });

  it('are looked for on a press alone, told, and installed on another', async () => {
    vi.spyOn(backend, 'updateSource').mockResolvedValue('updates.example');
    const asked = vi.spyOn(backend, 'updateCheck').mockResolvedValueOnce(null).mockResolvedValue(newer);
    let tell: (progress: { received: number; total: number | null }) => void = () => {};
    vi.spyOn(backend, 'onUpdate').mockImplementation((heard) => (tell = heard));
    let refuse: (error: unknown) => void = () => {};
    const install = vi
      .spyOn(backend, 'updateInstall')
      .mockImplementation(() => new Promise((_, no) => (refuse = no)));
    show(Updates, {});
    await vi.waitFor(() => expect(by('update-look')).not.toBeNull());
    expect(asked).not.toHaveBeenCalled();
    by('update-look')!.click();
    await vi.waitFor(() => expect(document.body.textContent).toContain('This is the newest version.'));
    by('update-look')!.click();
    await vi.waitFor(() => expect(by('update-notes')?.textContent).toBe('Quicker.'));
    expect(install).not.toHaveBeenCalled();
    by('update-install')!.click();
    await vi.waitFor(() => expect(document.querySelector('progress')).not.toBeNull());
    tell({ received: 50, total: 200 });
    await vi.waitFor(() => expect(document.body.textContent).toContain('25% loaded'));
    refuse({ code: 'update_signature', params: {}, findings: [] });
    await vi.waitFor(() => expect(by('error')?.dataset['code']).toBe('update_signature'));
    expect(by('update-install')).not.toBeNull();
  });
});
