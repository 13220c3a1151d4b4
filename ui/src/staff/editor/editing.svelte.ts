/**
 * A profile that is being written. Rust makes the file of it, lints it and shows the attendee's screen; here is what was
 * typed, and the way back. It names nobody, so that it may be kept on this device until it is saved or given up.
 */
import {
  asError,
  type Begun,
  type Channel,
  type EditorStart,
  type ErrorView,
  type Field,
  type FieldFinding,
  type Language,
  type Look,
  type ProfileDraft,
  type PurposeDraft,
} from '$backend';
import { backend } from '$backend/staff';
import { language } from '$lib/language.svelte';
import { ALL_FIELDS, fieldName } from '$lib/names';
import * as m from '$m';

/** Parts of the form. */
export type FormPart = 'event' | 'purposes' | 'questions' | 'notice' | 'device' | 'around';
export const FORM_PARTS: readonly FormPart[] = [
  'event',
  'purposes',
  'questions',
  'notice',
  'device',
  'around',
];
const DEVICE = ['badge', 'lookup', 'local_copy', 'lock'];

const KEY = 'zgoda.profile';
/** How long typing rests before the profile is looked at, in milliseconds. */
const REST = 250;
const NEEDS: Record<Channel, Field> = { email: 'email', phone: 'phone', sms: 'phone' };

/** Which part of the form shows the field of a finding. */
export function partOf(field: string): FormPart {
  const section = field.split('.')[0];
  if (section === 'purpose') return 'purposes';
  if (section === 'question') return 'questions';
  if (section === 'notice') return 'notice';
  if (DEVICE.includes(section ?? '')) return 'device';
  return section === 'event' || section === 'controller' || section === 'languages' ? 'event' : 'around';
}

/** The draft that was left, if there is one. */
export function kept(): Begun | null {
  try {
    const left = JSON.parse(localStorage.getItem(KEY) ?? 'null') as Begun | null;
    // A draft of an earlier version of the app lacks what that one did not show.
    return left && 'columns' in left.draft ? left : null;
  } catch {
    return null;
  }
}

function keep(begun: Begun | null): void {
  try {
    if (begun) localStorage.setItem(KEY, JSON.stringify(begun));
    else localStorage.removeItem(KEY);
  } catch {
    // A forbidden storage costs the draft when the window locks, nothing else.
  }
}

export class Editing {
  draft = $state<ProfileDraft | null>(null);
  look = $state.raw<Look | null>(null);
  error = $state.raw<ErrorView | null>(null);
  part = $state<FormPart>('event');
  /** There is something that no file and no store has yet. */
  unsaved = $state(false);
  #base = '';
  #fresh = false;
  #now = '';
  #past = $state.raw<string[]>([]);
  #future = $state.raw<string[]>([]);
  #asked = 0;
  #seen: Promise<void> = Promise.resolve();
  #timer: ReturnType<typeof setTimeout> | undefined;

  async begin(start: EditorStart): Promise<void> {
    try {
      this.#take(await backend.editorBegin(start), false);
    } catch (thrown) {
      this.error = asError(thrown);
    }
  }

  /** Goes on with the draft that was left. */
  resume(left: Begun): void {
    this.#take(left, true);
  }

  #take(begun: Begun, unsaved: boolean): void {
    [this.#base, this.#fresh, this.#past, this.#future] = [begun.base, begun.fresh, [], []];
    this.draft = begun.draft;
    this.#now = JSON.stringify(begun.draft);
    [this.part, this.unsaved, this.error] = ['event', unsaved, null];
    this.#see();
  }

  /** Gives the draft up, or it has its place in a store. */
  done(): void {
    keep(null);
    this.unsaved = false;
    clearTimeout(this.#timer);
    this.#asked += 1;
    [this.draft, this.look] = [null, null];
  }

  /** `toml` lies in a file, and may be read from now on: what is written next is a change of that one. */
  async saved(toml: string): Promise<void> {
    const { part } = this;
    this.#take(await backend.editorBegin({ from: 'file', toml }), false);
    this.part = part;
    keep(null);
    await this.#seen;
  }

  /** Something was typed: it is looked at once typing rests. */
  changed(): void {
    if (JSON.stringify(this.draft) === this.#now) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.rest(), REST);
  }

  /** Typing rests: one step that can be undone. Done once the look is of the draft as it stands. */
  async rest(): Promise<void> {
    clearTimeout(this.#timer);
    const now = JSON.stringify(this.draft);
    if (this.draft && now !== this.#now) {
      this.#past = [...this.#past, this.#now];
      this.#future = [];
      this.#now = now;
      this.#see();
    }
    await this.#seen;
  }

  /** Nobody has the profile yet. */
  get fresh(): boolean {
    return this.#fresh;
  }

  get canUndo(): boolean {
    return this.#past.length > 0;
  }

  get canRedo(): boolean {
    return this.#future.length > 0;
  }

  async undo(): Promise<void> {
    await this.rest();
    const before = this.#past.at(-1);
    if (before === undefined) return;
    [this.#past, this.#future] = [this.#past.slice(0, -1), [...this.#future, this.#now]];
    await this.#put(before);
  }

  async redo(): Promise<void> {
    await this.rest();
    const after = this.#future.at(-1);
    if (after === undefined) return;
    [this.#past, this.#future] = [[...this.#past, this.#now], this.#future.slice(0, -1)];
    await this.#put(after);
  }

  async #put(draft: string): Promise<void> {
    this.#now = draft;
    this.draft = JSON.parse(draft) as ProfileDraft;
    this.#see();
    await this.#seen;
  }

  #see(): void {
    this.#seen = this.#ask();
  }

  async #ask(): Promise<void> {
    const mine = (this.#asked += 1);
    const begun: Begun = {
      base: this.#base,
      fresh: this.#fresh,
      draft: JSON.parse(this.#now) as ProfileDraft,
    };
    if (this.#past.length || this.#future.length) this.unsaved = true;
    if (this.unsaved) keep(begun);
    try {
      const look = await backend.editorLook(begun);
      // An answer that came late is of an earlier draft.
      if (mine === this.#asked) [this.look, this.error] = [look, null];
    } catch (thrown) {
      if (mine === this.#asked) this.error = asError(thrown);
    }
  }

  /** What the linter says, of purposes and questions by the names that people gave them. */
  readonly findings: FieldFinding[] = $derived.by(() => {
    const { draft, look } = this;
    return draft && look ? look.findings.map((one) => named(draft, one)) : [];
  });

  /** What the linter says of this very field. */
  says(field: string): FieldFinding[] {
    return this.findings.filter((one) => one.field === field);
  }

  /** How many findings a part of the form has. */
  count(part: FormPart): number {
    return this.findings.filter((one) => partOf(one.field) === part).length;
  }

  /** The version that a text has now, where changing it made it a new one. */
  bump(purpose: string | null, channel: Channel | null, language: Language | null) {
    return this.look?.versions.find(
      (one) => one.purpose === purpose && one.channel === channel && one.language === language,
    );
  }
}

/** What the form calls the keys that a finding may be about. */
const LABELS: Record<string, () => string> = {
  'event.starts': m.ed_starts,
  'event.ends': m.ed_ends,
  'controller.name': m.ed_firm,
  'controller.address': m.field_address,
  'controller.email': m.ed_privacy_email,
  'controller.supervisory_authority': m.ed_authority,
  'crm.batch': m.ed_crm_batch,
  'lock.after': m.ed_lock_after,
};

const isField = (name: string): name is Field => (ALL_FIELDS as string[]).includes(name);

/** A finding whose subject is a key or a field, by its name in the form. */
function named(draft: ProfileDraft, one: FieldFinding): FieldFinding {
  const { subject } = one.finding;
  const [, part] = one.field.split('.');
  let name: string | undefined;
  if (part === 'answers') name = draft.questions.find(({ id }) => id === subject)?.text[language()];
  else if (part === 'fields' && isField(subject)) name = fieldName(subject);
  else if (one.field.endsWith(subject)) name = LABELS[one.field]?.();
  return name ? { ...one, finding: { ...one.finding, subject: name } } : one;
}

/** Languages that are offered have a notice. */
export function offer(draft: ProfileDraft, language: Language, on: boolean): void {
  draft.languages = draft.languages.filter((one) => one !== language);
  if (!on) return;
  draft.languages.push(language);
  draft.notice[language] ??= { version: '1', items: {} };
}

export function setChannel(purpose: PurposeDraft, channel: Channel, on: boolean): void {
  const order: Channel[] = ['email', 'phone', 'sms'];
  const has = (one: Channel) => (one === channel ? on : purpose.channels.includes(one));
  purpose.channels = order.filter(has);
  if (on && !purpose.fields.includes(NEEDS[channel])) purpose.fields.push(NEEDS[channel]);
  settle(purpose);
}

/**
 * A consent has one text for each of its boxes; what is no consent has none, and no channel. Only what was asked for is
 * answered by mail.
 */
export function settle(purpose: PurposeDraft): void {
  if (purpose.basis !== 'consent') [purpose.channels, purpose.wordings] = [[], []];
  if (purpose.basis !== 'requested') purpose.mail = {};
  const consent = purpose.basis === 'consent';
  const boxes = !consent ? [] : purpose.channels.length ? purpose.channels : [null];
  purpose.wordings = boxes.map(
    (channel) =>
      purpose.wordings.find((one) => one.channel === channel) ?? { channel, version: '1', texts: {} },
  );
}

export function newPurpose(draft: ProfileDraft): void {
  const taken = (id: string) => draft.purposes.some((one) => one.id === id);
  let number = draft.purposes.length + 1;
  while (taken(`purpose_${number}`)) number += 1;
  draft.purposes.push({
    was: null,
    id: `purpose_${number}`,
    basis: 'consent',
    fields: ['name'],
    channels: [],
    retention: 'capture + P1Y',
    label: {},
    statement: {},
    signature_why: {},
    wordings: [{ channel: null, version: '1', texts: {} }],
    mail: {},
  });
}

/** An id of the event's name: `Targi Łódź 2027` → `targi-lodz-2027`. */
export function idOf(name: string): string {
  const plain = name.toLowerCase().replaceAll('ł', 'l').replaceAll('ß', 'ss').normalize('NFD');
  return plain
    .replaceAll(/[^a-z0-9]+/g, (run) => (/^\p{M}+$/u.test(run) ? '' : '-'))
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 64);
}
