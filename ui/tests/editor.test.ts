import { mount, tick, unmount } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { PROFILE } from '$backend/fake/people';
import { backend } from '$backend/staff';
import { language, speak } from '$lib/language.svelte';

import { Editing, idOf, kept, partOf, setChannel } from '../src/staff/editor/editing.svelte';
import Editor from '../src/staff/editor/Editor.svelte';
import Finish from '../src/staff/editor/Finish.svelte';
import Trust from '../src/staff/settings/Trust.svelte';
import { staff } from '../src/staff/state.svelte';

const by = <T extends HTMLElement = HTMLElement>(id: string) =>
  document.querySelector<T>(`[data-testid="${id}"]`);
let shown: Record<string, unknown> | undefined;

async function show(onuse: ((toml: string) => void) | null = null) {
  staff.profile = await backend.profileView();
  document.body.innerHTML = '<div id="app"></div>';
  shown = mount(Editor, {
    target: document.getElementById('app')!,
    props: { onclose: () => undefined, onuse },
  });
  await tick();
}

async function begun() {
  await show();
  by('editor-in-use')!.click();
  await vi.waitFor(() => expect(by('seen')).not.toBeNull());
}

async function write(id: string, value: string) {
  const field = by<HTMLInputElement>(id)!;
  field.value = value;
  field.dispatchEvent(new Event('input', { bubbles: true }));
  await tick();
}

/** Head office's key is given, and signs. */
async function signs() {
  const input = by<HTMLInputElement>('key-file')!;
  Object.defineProperty(input, 'files', { value: [new File(['{}'], 'office.key')], configurable: true });
  input.dispatchEvent(new Event('change', { bubbles: true }));
  await vi.waitFor(() => expect(by('key-pass')).not.toBeNull());
  await write('key-pass', 'zielone pole rzepaku');
  by('key-sign')!.click();
  await vi.waitFor(() => expect(by('editor-sign')!.textContent).toContain('Signed'));
}

async function finishes() {
  by('editor-finish')!.click();
  await vi.waitFor(() => expect(by('editor-save')).not.toBeNull());
}

function undoKey(at: EventTarget): KeyboardEvent {
  const event = new KeyboardEvent('keydown', { key: 'z', ctrlKey: true, bubbles: true, cancelable: true });
  at.dispatchEvent(event);
  return event;
}

const seen = () => by('seen')!.textContent;

beforeEach(() => {
  localStorage.clear();
  speak('en');
});

afterEach(async () => {
  vi.restoreAllMocks();
  if (shown) await unmount(shown);
  shown = undefined;
});

describe('the visitor’s screen in the editor', () => {
  it('is the attendee’s own page, in a language of its own, and cannot be touched', async () => {
    await begun();
    expect(by('seen')!.querySelector('[data-testid="ask"]')).not.toBeNull();
    expect(by('seen')!.querySelector('[inert]')).not.toBeNull();
    by('seen-de')!.click();
    await tick();
    expect(seen()).toContain('Speichern');
    expect(language(), 'the form around it').toBe('en');
    expect(by('editor-finish')!.textContent).toBe('Finish');
  });

  it('shows what is typed once typing rests', async () => {
    await begun();
    by('part-purposes')!.click();
    await tick();
    await write('at-purpose.1.email.en', 'Send me news of ploughs.');
    await vi.waitFor(() => expect(seen()).toContain('Send me news of ploughs.'));
    expect(by('purpose.1-bump')!.textContent).toContain('2026-2');
  });
});

describe('the editor', () => {
  it('leads from a finding to its field', async () => {
    await begun();
    await write('at-event.id', 'Targi 2027');
    await vi.waitFor(() => expect(by('says')!.textContent).toContain('a–z'));
    by('part-notice')!.click();
    await tick();
    expect(by('at-event.id')).toBeNull();
    by('say-0')!.click();
    await vi.waitFor(() => expect(document.activeElement).toBe(by('at-event.id')));
  });

  it('takes one field out of a purpose, puts one in, and leaves the others as they stand', async () => {
    await begun();
    const look = vi.spyOn(backend, 'editorLook');
    const fields = () => look.mock.lastCall?.[0].draft.purposes[0]!.fields;
    by('part-purposes')!.click();
    await tick();
    by('purpose.0-rating')!.click();
    await vi.waitFor(() =>
      expect(fields()).toEqual(['name', 'prefix', 'company', 'email', 'note', 'tags', 'answers']),
    );
    expect(by('at-purpose.0.signature_why.en')).toBeNull();
    by('purpose.0-signature')!.click();
    await tick();
    await write('at-purpose.0.signature_why.en', 'The order is binding.');
    await vi.waitFor(() => expect(fields()?.slice(-2)).toEqual(['answers', 'signature']));
    const why = look.mock.lastCall?.[0].draft.purposes[0]!.signature_why;
    expect(why).toEqual({ en: 'The order is binding.' });
  });

  it('shows what is wrong with a question where it stands, and naming its purpose mends it', async () => {
    await begun();
    by('part-purposes')!.click();
    await tick();
    by('purpose.0-answers')!.click();
    await vi.waitFor(() => expect(by('says')!.textContent).toContain('machines'));
    by('say-0')!.click();
    const purpose = () => by<HTMLSelectElement>('question.0-purpose')!;
    await vi.waitFor(() => expect(document.activeElement).toBe(purpose()));
    expect(purpose().closest('label')!.textContent).toContain('machines');
    // Choosing it is choosing that it keeps answers.
    purpose().dispatchEvent(new Event('change', { bubbles: true }));
    await vi.waitFor(() => expect(by('says')!.textContent).not.toContain('machines'));
  });

  it('moves purposes and questions with the cursor, and what names another by its id follows', async () => {
    await begun();
    const look = vi.spyOn(backend, 'editorLook');
    const draft = () => look.mock.lastCall![0].draft;
    by('part-purposes')!.click();
    await tick();
    const last = PROFILE.purposes.length - 1;
    const ids = PROFILE.purposes.map((one) => one.id);
    by('purpose-0-down')!.click();
    await vi.waitFor(() => expect(draft().purposes[1]!.id).toBe(ids[0]));
    expect(document.activeElement).toBe(by('purpose-1-down'));
    const chosen = document.querySelectorAll('[data-testid^="purpose-"] input[type=radio]:checked');
    expect(chosen.length).toBe(PROFILE.purposes.length);
    expect(by<HTMLButtonElement>('purpose-0-up')!.disabled).toBe(true);
    expect(by<HTMLButtonElement>(`purpose-${last}-down`)!.disabled).toBe(true);
    await write('at-purpose.1.id', 'offer');
    await vi.waitFor(() => expect(draft().questions.every((one) => one.purpose === 'offer')).toBe(true));

    by('part-questions')!.click();
    await tick();
    await write('at-question.0.id', 'tools');
    await vi.waitFor(() => expect(draft().questions[1]!.when?.question).toBe('tools'));
    // Below what hangs on it, it can be hung on no more.
    by('question-0-down')!.click();
    await vi.waitFor(() => expect(by('says')!.textContent).toContain('bales'));
    by('editor-undo')!.click();
    await vi.waitFor(() => expect(by('says')!.textContent).not.toContain('bales'));
  });

  it('leaves the cursor beside what was removed, and in the field whose change was undone', async () => {
    await begun();
    expect(document.activeElement?.tagName).toBe('H1');
    by('part-purposes')!.click();
    await tick();
    const last = PROFILE.purposes.length - 1;
    by(`purpose-${last}-remove`)!.click();
    await vi.waitFor(() => expect(document.activeElement).toBe(by(`purpose-${last - 1}-remove`)));
    for (let left = last; left > 0; left -= 1) by('purpose-0-remove')!.click();
    await vi.waitFor(() => expect(document.activeElement).toBe(by('purpose-add')));
    const look = vi.spyOn(backend, 'editorLook');
    by('purpose-add')!.click();
    await vi.waitFor(() => expect(look.mock.lastCall?.[0].draft.purposes).toHaveLength(1));
    await write('at-purpose.0.label.en', 'News');
    by('at-purpose.0.label.en')!.focus();
    undoKey(by('at-purpose.0.label.en')!);
    await vi.waitFor(() => expect(by<HTMLInputElement>('at-purpose.0.label.en')?.value).toBe(''));
    await vi.waitFor(() => expect(document.activeElement).toBe(by('at-purpose.0.label.en')));
  });

  it('asks something new, of whom and after which answer', async () => {
    await begun();
    const look = vi.spyOn(backend, 'editorLook');
    const asked = () => look.mock.lastCall![0].draft.questions.at(-1)!;
    const at = `question.${PROFILE.questions.length}`;
    by('part-questions')!.click();
    await tick();
    by('question-add')!.click();
    await vi.waitFor(() => expect(asked().options).toHaveLength(2));
    expect(asked().purpose).toBe('send_offer');
    await write(`at-${at}.text.en`, 'Which colour?');
    await write(`at-${at}.options.0.en`, 'Red');
    by(`${at}-option-add`)!.click();
    await vi.waitFor(() =>
      expect(asked().options.map((one) => one.text.en)).toEqual(['Red', undefined, undefined]),
    );
    const when = by<HTMLSelectElement>(`${at}-when`)!;
    when.value = 'machines/press';
    when.dispatchEvent(new Event('change', { bubbles: true }));
    await vi.waitFor(() => expect(asked().when).toEqual({ question: 'machines', is: 'press' }));
    by(`${at}-text`)!.click();
    await vi.waitFor(() => expect(asked().options).toEqual([]));
  });

  it('writes a mail in each language, says where one is missing, and lets go of it with the request', async () => {
    await begun();
    const look = vi.spyOn(backend, 'editorLook');
    const mail = () => look.mock.lastCall![0].draft.purposes[0]!.mail;
    by('part-purposes')!.click();
    await tick();
    expect(by('purpose.1-mail'), 'of a consent').toBeNull();
    await write('at-purpose.0.mail.en.subject', 'Our offer');
    await vi.waitFor(() => expect(mail().en).toMatchObject({ subject: 'Our offer' }));
    expect(mail().en!.body).toContain('{name}');
    await write('at-purpose.0.mail.de.subject', '');
    await vi.waitFor(() => expect(by('purpose.0-mail')!.textContent).toContain('half written'));
    await write('at-purpose.0.mail.de.body', '');
    await vi.waitFor(() => expect(Object.keys(mail())).toEqual(['pl', 'en']));
    expect(by('purpose.0-mail')!.textContent).toContain('no mail in an offered language (Deutsch)');
    by('part-event')!.click();
    await tick();
    by('say-0')!.click();
    const first = () => by('at-purpose.0.mail.de.subject');
    await vi.waitFor(() => expect(document.activeElement).toBe(first()));
    by('purpose-0')!.querySelectorAll<HTMLInputElement>('[type=radio]')[1]!.click();
    await vi.waitFor(() => expect(mail()).toEqual({}));
    expect(by('purpose.0-mail')).toBeNull();
  });

  it('shows a mail in a language that is not offered until the cursor leaves it empty', async () => {
    const { base, draft } = await backend.editorBegin({ from: 'in_use' });
    draft.languages = ['pl', 'en'];
    draft.purposes[0]!.mail.de!.body = '';
    localStorage.setItem('zgoda.profile', JSON.stringify({ base, fresh: false, draft }));
    await show();
    by('editor-resume')!.click();
    await vi.waitFor(() => expect(by('says')?.textContent).toContain('(Deutsch) is half written'));
    by('say-0')!.click();
    const subject = () => by('at-purpose.0.mail.de.subject');
    await vi.waitFor(() => expect(document.activeElement).toBe(subject()));
    await write('at-purpose.0.mail.de.subject', '');
    await vi.waitFor(() => expect(by('says')!.textContent).not.toContain('Deutsch'));
    expect(document.activeElement).toBe(subject());
    by('at-purpose.0.mail.en.subject')!.focus();
    await vi.waitFor(() => expect(subject()).toBeNull());
  });

  it('names the purpose whose id is taken by that id', async () => {
    await begun();
    by('part-purposes')!.click();
    await tick();
    await write('at-purpose.1.id', by<HTMLInputElement>('at-purpose.0.id')!.value);
    await vi.waitFor(() => expect(by('says')!.textContent).toContain('called “send_offer”'));
  });

  it('keeps an entry that is shown for its text alone until the cursor leaves it', async () => {
    const { base, draft } = await backend.editorBegin({ from: 'in_use' });
    draft.columns = { address: 'street' };
    draft.crm['url'] = 'x';
    localStorage.setItem('zgoda.profile', JSON.stringify({ base, fresh: false, draft }));
    await show();
    by('editor-resume')!.click();
    await vi.waitFor(() => expect(by('part-around')).not.toBeNull());
    by('part-around')!.click();
    await tick();
    for (const id of ['at-crm.url', 'at-crm.fields.address']) {
      by(id)!.focus();
      await write(id, '');
      expect(document.activeElement, id).toBe(by(id));
      by('at-crm.kind')!.focus();
      await vi.waitFor(() => expect(by(id), id).toBeNull());
    }
    expect(by('crm-columns')).toBeNull();
  });

  it('names the CRM’s columns by field and by question, and says where one is taken', async () => {
    await begun();
    const look = vi.spyOn(backend, 'editorLook');
    const draft = () => look.mock.lastCall![0].draft;
    by('part-around')!.click();
    await tick();
    expect(by('crm-columns'), 'files have none').toBeNull();
    by('crm-plain')!.click();
    await vi.waitFor(() => expect(draft().crm['plain']).toBe('true'));
    expect(by('at-crm.url')).toBeNull();
    const kind = by<HTMLSelectElement>('at-crm.kind')!;
    kind.value = 'hubspot';
    kind.dispatchEvent(new Event('change', { bubbles: true }));
    await vi.waitFor(() => expect(by('crm-columns')).not.toBeNull());
    expect(by('at-crm.url')).not.toBeNull();
    expect(by('at-crm.fields.signature')).toBeNull();
    await write('at-crm.fields.company', 'firm');
    await write('at-crm.answers.hectares', 'Firm');
    await vi.waitFor(() => expect(by('says')!.textContent).toContain('“How many hectares?”'));
    expect(by('at-crm.answers.hectares')!.closest('[data-at]')!.textContent).toContain(
      '“How many hectares?”',
    );
    await write('at-crm.answers.hectares', 'cf_hectares');
    await vi.waitFor(() => expect(draft().questions[2]!.column).toBe('cf_hectares'));
    expect(draft().columns).toEqual({ company: 'firm' });
    await write('at-crm.fields.company', '');
    await vi.waitFor(() => expect(draft().columns).toEqual({}));
  });

  it('shows a column of no question, and takes it out', async () => {
    const { base, draft } = await backend.editorBegin({ from: 'in_use' });
    draft.stray_columns = { colour: 'cf_9' };
    localStorage.setItem('zgoda.profile', JSON.stringify({ base, fresh: false, draft }));
    await show();
    by('editor-resume')!.click();
    await vi.waitFor(() => expect(by('says')?.textContent).toContain('“colour”'));
    by('say-0')!.click();
    await vi.waitFor(() => expect(document.activeElement).toBe(by('stray-colour-remove')));
    by('stray-colour-remove')!.click();
    await vi.waitFor(() => expect(by('says')!.textContent).not.toContain('“colour”'));
    expect(document.activeElement, 'the cursor has a place').toBe(by('at-crm.kind'));
    expect(by('crm-columns')).toBeNull();
  });

  it('makes head office’s key, which is in hand at once and signs', async () => {
    const made = vi.spyOn(backend, 'officeKeyMake');
    await begun();
    await finishes();
    by('key-make')!.click();
    await vi.waitFor(() => expect(by('secret')).not.toBeNull());
    await write('secret', 'zielone pole rzepaku');
    await write('secret-again', 'zielone pole rzepak');
    by('secret')!.closest('form')!.requestSubmit();
    await tick();
    expect(made).not.toHaveBeenCalled();
    await write('secret-again', 'zielone pole rzepaku');
    by('secret')!.closest('form')!.requestSubmit();
    await vi.waitFor(() => expect(by('key-public')?.textContent).toContain('head-office+'));
    expect(made).toHaveBeenCalledExactlyOnceWith('zielone pole rzepaku');
    const sign = vi.spyOn(backend, 'profileSign');
    await write('key-pass', 'zielone pole rzepaku');
    by('key-sign')!.click();
    await vi.waitFor(() => expect(by('editor-sign')!.textContent).toContain('Signed'));
    expect(sign.mock.lastCall?.slice(1)).toEqual(['{}', 'zielone pole rzepaku']);
  });

  it('names what the notice misses in the reader’s language', async () => {
    await begun();
    by('part-notice')!.click();
    await tick();
    by('notice-pl')!.click();
    await tick();
    await write('at-notice.pl.recipients', '');
    await vi.waitFor(() => expect(by('says')!.textContent).toContain('“Who receives it (Polski)”'));
  });

  it('undoes and redoes, step by step', async () => {
    await begun();
    const name = () => by<HTMLInputElement>('at-event.name')!.value;
    const first = name();
    await write('at-event.name', 'Targi Dwa');
    await vi.waitFor(() => expect(by<HTMLButtonElement>('editor-undo')!.disabled).toBe(false));
    await write('at-event.name', 'Targi Trzy');
    by('editor-undo')!.click();
    await vi.waitFor(() => expect(name()).toBe('Targi Dwa'));
    by('editor-undo')!.click();
    await vi.waitFor(() => expect(name()).toBe(first));
    by('editor-redo')!.click();
    await vi.waitFor(() => expect(name()).toBe('Targi Dwa'));
  });

  it('keeps an unfinished draft for the next time, until it is discarded or saved', async () => {
    await begun();
    expect(kept()).toBeNull();
    await write('at-event.name', 'Targi Dwa');
    await vi.waitFor(() => expect(kept()?.draft.event['name']).toBe('Targi Dwa'));
    await unmount(shown!);
    await show();
    by('editor-resume')!.click();
    await vi.waitFor(() => expect(by<HTMLInputElement>('at-event.name')?.value).toBe('Targi Dwa'));
    await finishes();
    by('editor-save')!.click();
    await vi.waitFor(() => expect(kept()).toBeNull());
  });

  it('asks before it discards what is nowhere else', async () => {
    await begun();
    await write('at-event.name', 'Targi Dwa');
    await vi.waitFor(() => expect(kept()).not.toBeNull());
    by('editor-discard')!.click();
    await tick();
    expect(by<HTMLDialogElement>('discard')!.open).toBe(true);
    expect(kept()).not.toBeNull();
    by('discard-sure')!.click();
    await vi.waitFor(() => expect(by('preset-trade_fair')).not.toBeNull());
    expect(kept()).toBeNull();
    expect(by('editor-resume')).toBeNull();
  });

  it('signs with the key and hands on the signed text', async () => {
    const use = vi.fn();
    await show(use);
    by('editor-in-use')!.click();
    await vi.waitFor(() => expect(by('seen')).not.toBeNull());
    await finishes();
    const sign = vi.spyOn(backend, 'profileSign');
    await signs();
    expect(sign.mock.calls[0]?.slice(1)).toEqual(['{}', 'zielone pole rzepaku']);
    by('editor-use')!.click();
    expect(use.mock.calls[0]?.[0]).toContain('# signature: ');
  });

  it('makes a text that is changed after the file was saved a new version', async () => {
    const save = vi.spyOn(backend, 'profileSave');
    const look = vi.spyOn(backend, 'editorLook');
    await show();
    await write('firm-name', 'Dobre Maszyny Sp. z o.o.');
    by('preset-trade_fair')!.click();
    await vi.waitFor(() => expect(by('seen')).not.toBeNull());
    await write('at-event.name', 'Targi Dwa');
    by('part-purposes')!.click();
    await tick();
    await write('at-purpose.1.email.en', 'Send me news of ploughs.');
    await finishes();
    await signs();
    by('editor-save')!.click();
    await vi.waitFor(() => expect(document.body.textContent).toContain('Saved'));
    expect(by('editor-sign')!.textContent, 'what was saved is what was signed').toContain('Signed');
    const [first] = save.mock.calls[0]!;
    expect(first).toContain('# signature: ');
    by('editor-on')!.click();
    await tick();
    expect(by('purpose.1-bump')).toBeNull();
    expect(by<HTMLButtonElement>('editor-undo')!.disabled, 'what was handed out is not undone').toBe(true);
    await write('at-purpose.1.email.en', 'Send me news of harrows.');
    await vi.waitFor(() => expect(by('purpose.1-bump')!.textContent).toContain('2026-2'));
    const { base, fresh } = look.mock.lastCall![0];
    expect(first.startsWith(base)).toBe(true);
    expect(fresh).toBe(false);
    await finishes();
    by('editor-save')!.click();
    await vi.waitFor(() => expect(save).toHaveBeenCalledTimes(2));
    const [second] = save.mock.calls[1]!;
    const { draft } = await backend.editorBegin({ from: 'file', toml: second });
    expect(draft.purposes[1]!.wordings[0]).toMatchObject({
      version: '2026-2',
      texts: { en: 'Send me news of harrows.' },
    });
  });

  it('names a new event’s id after it, and leaves that of a known one', async () => {
    const id = () => by<HTMLInputElement>('at-event.id')!.value;
    await show();
    by('preset-trade_fair')!.click();
    await vi.waitFor(() => expect(by('at-event.name')).not.toBeNull());
    await write('at-event.name', 'Targi Dwa');
    expect(id()).toBe('targi-dwa');
    await finishes();
    by('editor-save')!.click();
    await vi.waitFor(() => expect(kept()).toBeNull());
    by('editor-on')!.click();
    await vi.waitFor(() => expect(by('at-event.name')).not.toBeNull());
    await write('at-event.name', 'Targi Trzy');
    expect(id()).toBe('targi-dwa');
  });

  it('undoes nothing on the last page, whose fields have an undo of their own', async () => {
    await begun();
    await write('at-event.name', 'Targi Dwa');
    expect(undoKey(by('at-event.name')!).defaultPrevented, 'in the form').toBe(true);
    await write('at-event.name', 'Targi Trzy');
    await finishes();
    const undo = vi.spyOn(Editing.prototype, 'undo');
    expect(undoKey(by('editor-save')!).defaultPrevented).toBe(false);
    expect(undo).not.toHaveBeenCalled();
    expect(by('editor-undo')).toBeNull();
  });

  it('forgets a signature once the profile is another', async () => {
    const editing = new Editing();
    await editing.begin({ from: 'in_use' });
    await editing.rest();
    const use = vi.fn();
    document.body.innerHTML = '<div id="app"></div>';
    shown = mount(Finish, {
      target: document.getElementById('app')!,
      props: {
        get look() {
          return editing.look!;
        },
        onsaved: () => Promise.resolve(),
        onused: () => undefined,
        onback: () => undefined,
        onuse: use,
      },
    });
    await tick();
    await signs();
    editing.draft!.event['name'] = 'Targi Dwa';
    await editing.rest();
    await tick();
    expect(by('editor-sign')!.textContent).not.toContain('Signed');
    by('editor-use')!.click();
    expect(use.mock.calls[0]?.[0]).toBe(editing.look!.toml);
  });

  it('does not offer a profile with errors for use', async () => {
    await begun();
    await write('at-event.id', '');
    await vi.waitFor(() => expect(by('says')!.querySelector('.error')).not.toBeNull());
    by('editor-finish')!.click();
    await vi.waitFor(() => expect(by('editor-save')).not.toBeNull());
    expect(by('profile-use')).toBeNull();
    expect(by('key-file')).toBeNull();
  });
});

describe('what is typed', () => {
  it('drops an answer that comes after a newer one', async () => {
    const editing = new Editing();
    await editing.begin({ from: 'in_use' });
    await vi.waitFor(() => expect(editing.look).not.toBeNull());
    const real = await backend.editorLook({ base: '', fresh: false, draft: editing.draft! });
    const answers: ((toml: string) => void)[] = [];
    vi.spyOn(backend, 'editorLook').mockImplementation(
      () => new Promise((done) => answers.push((toml) => done({ ...real, toml }))),
    );
    editing.draft!.event['name'] = 'first';
    const first = editing.rest();
    editing.draft!.event['name'] = 'second';
    const second = editing.rest();
    answers[1]!('new');
    answers[0]!('old');
    await Promise.all([first, second]);
    expect(editing.look?.toml).toBe('new');
  });

  it('parts a consent by channel and brings the field that a channel needs', async () => {
    const { draft } = await backend.editorBegin({ from: 'in_use' });
    const news = draft.purposes[1]!;
    const text = news.wordings[0];
    setChannel(news, 'sms', true);
    expect(news.wordings.map((one) => one.channel)).toEqual(['email', 'sms']);
    expect(news.wordings[0]).toEqual(text);
    expect(news.fields).toContain('phone');
    setChannel(news, 'email', false);
    expect(news.wordings.map((one) => one.channel)).toEqual(['sms']);
  });

  it('makes an id of a name', () => {
    expect(idOf('Targi Łódź 2027!')).toBe('targi-lodz-2027');
    expect(idOf('Grüße – Straße')).toBe('grusse-strasse');
  });

  it('stands in the part of the form that findings name', () => {
    expect(
      ['event.ends', 'purpose.1', 'notice.pl.dpo', 'crm', 'languages', 'question.0.when', 'lock.after'].map(
        partOf,
      ),
    ).toEqual(['event', 'purposes', 'notice', 'around', 'event', 'questions', 'device']);
  });
});

describe('whose profiles are taken', () => {
  it('a key is taken from the profile after a look at it, and forgotten with the PIN alone', async () => {
    document.body.innerHTML = '<div id="app"></div>';
    shown = mount(Trust, { target: document.getElementById('app')! });
    await vi.waitFor(() => expect(by<HTMLInputElement>('trust-key')?.value).toContain('head-office+'));
    by('trust-take')!.click();
    await vi.waitFor(() => expect(by('trust-forget')).not.toBeNull());
    const untrust = vi.spyOn(backend, 'untrust');
    by('trust-forget')!.click();
    await tick();
    expect(by('trust')!.querySelector('input')).not.toBeNull();
    expect(untrust).not.toHaveBeenCalled();
  });

  it('a key that the settings no longer tell can be forgotten, and none is told in its place before', async () => {
    const unread = { code: 'noted_key', params: { folder: '/srv/leads' }, findings: [] };
    vi.spyOn(backend, 'trustView').mockRejectedValueOnce(unread);
    document.body.innerHTML = '<div id="app"></div>';
    shown = mount(Trust, { target: document.getElementById('app')! });
    await vi.waitFor(() => expect(by('trust-forget')).not.toBeNull());
    expect(by('trust')!.textContent).toContain('/srv/leads');
    expect(by('trust-key')).toBeNull();
  });
});
