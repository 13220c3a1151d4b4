/**
 * A stand-in for Rust, for tests, pictures and `npm run dev`: it plays the same commands over invented people. Scenes come
 * from the address (`?scene=locked,empty&lang=pl`), so that a script can ask for any state of any screen.
 */
import type {
  AppView,
  AttendeeBackend,
  AttendeeView,
  Backend,
  DecisionView,
  DraftView,
  ErrorView,
  FieldEdit,
  Language,
  LeadView,
  ListImport,
  PersonRef,
  ProfileOffer,
  ScanView,
  StaffBackend,
  SyncView,
  Taken,
  TrustView,
  UpdateProgress,
} from '../index';
import { BY_BROWSER, lookedUp, ORGANISER, SIGN_IN_ADDRESS, tested, TO_ASK } from './crm';
import { cardDraft, lineText, MODELS, picture, withBack } from './card';
import { importedAt, LIST, PREVIEW } from './list';
import { RECEIPT } from './receipt';
import { begin, look } from './editor';
import { NOTHING } from './findings';
import { closingOf, eventsOf } from './events';
import { answersOf, SIGNATURES } from './further';
import { overviewOf } from './overview';
import { DRAFT, followUpsOf, leadsAt, STUB, outboxOf, PROFILE } from './people';

/** Leads of one page, as Rust has it. */
const PAGE = 60;

export const PIN = '2580';
const OFFICE = 'head-office+3f1c9a52+AZ1pCX2hVqS3kq0pXlM3zJmQhU0c1V7b0Kq9yTf0nDkL';
const NEWER = {
  version: '0.2.0',
  notes: 'Odczyt kodów w ciemnej hali.\nKrótszy start programu.',
};
export const PASSPHRASE = 'zielone pole rzepaku';

export interface FakeControl {
  /** What the next frame, photo or text comes to. */
  scan: ScanView | null;
  /** The code that the next command is rejected with. */
  fail: string | null;
}

const wait = (ms: number) => new Promise((done) => setTimeout(done, ms));
const error = (code: string, params: Record<string, string> = {}): ErrorView => ({
  code,
  params,
  findings: [],
});

export function connect(query = location.search): Backend {
  const asked = new URLSearchParams(query);
  const scenes = new Set((asked.get('scene') ?? '').split(','));
  const has = (scene: string) => scenes.has(scene);
  const control: FakeControl = { scan: null, fail: null };
  (globalThis as { zgodaFake?: FakeControl }).zgodaFake = control;

  let leads: LeadView[] = has('empty') ? [] : leadsAt(Date.now(), has('many') ? 40 : 1);
  let draft = structuredClone(DRAFT);
  /** Cards of the photo that wait. */
  const cards: DraftView[] = [];
  let models = MODELS;
  let imports: ListImport[] = [];
  let tries = 0;
  let heardPhase: (view: AppView) => void = () => undefined;
  let heardUpdate: (progress: UpdateProgress) => void = () => undefined;
  let heardSync: (view: SyncView) => void = () => undefined;
  const profile = structuredClone(PROFILE);
  if (has('over')) profile.event.over = true;
  if (has('closed')) profile.event.closed = true;
  if (has('crm')) {
    profile.crm = {
      kind: 'bottlecrm',
      target: 'https://crm.dobremaszyny.example',
      plain: false,
      needs_secret: true,
      has_secret: false,
      sign_in: null,
    };
  }
  if (has('browser')) profile.crm = structuredClone(BY_BROWSER);
  if (has('organiser')) profile.lookup = structuredClone(ORGANISER);
  const app: AppView = {
    phase: has('first') ? 'first_start' : has('locked') ? 'locked' : has('away') ? 'attendee' : 'staff',
    seal: has('passphrase') ? 'passphrase' : 'pin',
    language: (asked.get('lang') ?? 'pl') as Language,
    event: profile.event,
    counts: { today: 0, declined: 2, waiting: 0, needs_person: 0, promises_due: 0 },
    lock_after: 300,
    clock_ahead: has('clock'),
    held_by: has('metered') ? 'metered' : null,
    version: '0.1.0',
  };

  let offered: ProfileOffer | null = has('opened')
    ? { name: 'dni-pola.zgoda.toml', toml: '[event] # other', event: 'Wiosenne Dni Pola', replaces: false }
    : null;
  let older = has('older');
  let damaged = has('settings-damaged');
  let endSignIn: () => void = () => undefined;
  let organiserKey = '';
  let trust: TrustView = {
    key: has('trusted') ? OFFICE : null,
    signed: has('trusted'),
    signed_at: null,
    named: OFFICE,
  };

  const state = (): AppView => {
    const today = new Date().toISOString().slice(0, 10);
    const open = leads.flatMap(({ row }) => row.promises.filter((one) => !one.kept_at));
    const count = (crm: string) => leads.filter(({ row }) => row.crm === crm).length;
    app.counts = {
      ...app.counts,
      today: leads.filter(({ row }) => row.today).length,
      waiting: count('waiting'),
      needs_person: count('needs_person'),
      promises_due: open.filter((one) => one.due <= today).length,
    };
    return structuredClone(app);
  };
  const enter = (phase: AppView['phase']): AppView => {
    app.phase = phase;
    heardPhase(state());
    return state();
  };
  const open = async (secret: string): Promise<void> => {
    await wait(150);
    if (secret === PIN || secret === PASSPHRASE) return void (tries = 0);
    tries += 1;
    throw error(tries > 4 ? 'locked_out' : 'wrong_secret', { seconds: String(tries > 1 ? 2 ** tries : 0) });
  };
  const take = async (photo?: ScanView): Promise<ScanView> => {
    await wait(60);
    if (control.fail) {
      const code = control.fail;
      control.fail = null;
      throw error(code);
    }
    const scan = photo ?? control.scan ?? ({ outcome: 'nothing' } as const);
    if (!photo) control.scan = null;
    if ('draft' in scan) draft = structuredClone(scan.draft);
    return scan;
  };
  const person = (): ScanView => ({
    outcome: 'person',
    draft: has('card') ? cardDraft(1, has('cards') ? 2 : 1) : structuredClone(DRAFT),
    corners: null,
  });
  const edit = (edits: FieldEdit[]) => {
    for (const { field, value } of edits) {
      draft.fields = draft.fields.filter((one) => one.field !== field);
      if (value) draft.fields.push({ field, value, doubts: [], purposes: [] });
    }
    draft.fields.sort((a, b) => profile.needed.indexOf(a.field) - profile.needed.indexOf(b.field));
    return structuredClone(draft);
  };
  const find = (id: string): LeadView => {
    const lead = leads.find((one) => one.row.id === id);
    if (!lead) throw error('no_lead');
    return lead;
  };

  const takeBack = (person: PersonRef, covers: (one: DecisionView) => boolean): Taken => {
    if (person.by !== 'lead') return { leads: [], listed: 1 };
    const lead = find(person.value);
    const taken = lead.decisions.filter((one) => one.given && covers(one));
    for (const one of taken) one.given = false;
    const boxes = taken.map(({ purpose, channel }) => ({ purpose, channel }));
    return { leads: [{ lead: person.value, boxes, gone: [], erased: false }], listed: 0 };
  };

  return {
    appState: async () => {
      if (has('keyring')) throw error('keyring_locked');
      if (damaged) throw error('settings_damaged', { folder: '/home/zgoda/.local/share/org.zgoda.booth' });
      return state();
    },
    firstStart: async (language) => {
      await wait(300);
      app.language = language;
      return enter('staff');
    },
    firstTakeOver: async (language, _secret, _file, passphrase) => {
      await wait(300);
      if (passphrase !== PASSPHRASE) throw error('wrong_secret');
      app.language = language;
      return enter('staff');
    },
    unlock: async (secret) => {
      await open(secret);
      if (older) throw error('older');
      return enter('staff');
    },
    lock: async () => enter('locked'),
    acceptOlder: async () => void (older = false),
    trustClock: async () => {
      app.clock_ahead = false;
      return state();
    },
    changeSecret: async (old) => open(old),
    settingsMend: async () => {
      damaged = false;
      const kept_as = '/home/zgoda/.local/share/org.zgoda.booth/settings.damaged-20261124-101500.json';
      return { kept_as, key: has('settings-key') ? 'unknown' : 'in_events' };
    },
    setLanguage: async (language) => {
      app.language = language;
      return state();
    },
    profileView: async () => structuredClone(profile),
    profileCheck: async (toml) =>
      toml.includes('[event]')
        ? profile.findings.slice(0, 1)
        : [
            {
              ...NOTHING,
              lint: 'form_word',
              line: 31,
              column: 9,
              subject: 'marketing',
              choices: ['consent', 'requested', 'legitimate_interest'],
            },
          ],
    profileImport: async (toml, secret, leave) => {
      if (toml.includes('other') && !leave && leads.length)
        throw error('unsynced', { count: String(leads.length) });
      if (toml.includes('other') && !secret) throw error('empty_secret');
      if (secret) await open(secret);
      return state();
    },
    profileOpened: async () => {
      const offer = offered;
      offered = null;
      return offer;
    },
    editorBegin: async (start) => begin(start),
    editorLook: async (begun) => look(begun),
    profileSave: async () => '/home/anna/Pobrane/profile-targi-demo-2026.zgoda.toml',
    profileSign: async (toml, _key, passphrase) => {
      await open(passphrase);
      return `${toml}# signature: 2026-11-24T10:00:00Z AAAA\n`;
    },
    officeKeyMake: async () => ({
      path: '/home/anna/Pobrane/head-office.key',
      office_key: '{}',
      public: OFFICE,
    }),
    trustView: async () => structuredClone(trust),
    trust: async (key) => {
      if (!key.startsWith('head-office+')) throw error('no_key');
      trust = { ...trust, key };
      return structuredClone(trust);
    },
    untrust: async (secret) => {
      await open(secret);
      trust = { ...trust, key: null };
      return structuredClone(trust);
    },
    eventList: async () => eventsOf(profile.event, leads, !has('one-event')),
    eventUse: async (event, secret, leave) => {
      if (!leave && leads.length) throw error('unsynced', { count: String(leads.length) });
      if (!secret) throw error('empty_secret');
      await open(secret);
      profile.event = { ...profile.event, id: event, name: 'Wiosenne Dni Pola', closed: true };
      app.event = profile.event;
      leads = [];
      return state();
    },
    eventRemove: async (_, secret) => {
      await open(secret);
      return state();
    },
    closing: async () => closingOf(profile.event, leads, outboxOf(leads)),
    eventClose: async (anyway) => {
      await wait(150);
      for (const { row } of leads)
        if (row.crm === 'waiting' && !has('offline')) Object.assign(row, { crm: 'confirmed', reason: null });
        else if (row.crm === 'waiting') row.reason = 'offline';
      leads = leads.filter(({ row }) => row.crm !== 'confirmed' || row.promises.some((one) => !one.kept_at));
      const left = outboxOf(leads);
      if (anyway || !left.length) profile.event.closed = true;
      return closingOf(profile.event, leads, left);
    },
    eventReopen: async () => {
      profile.event.closed = false;
      return closingOf(profile.event, leads, outboxOf(leads));
    },
    closingSave: async () => '/home/zgoda/Downloads/zgoda-closing.pdf',
    waitingExport: async () => '/home/zgoda/Downloads/zgoda-waiting',
    moveOut: async () => '/home/zgoda/Downloads/zgoda-device.zgoda',
    moveOutTo: async () => '/home/zgoda/Downloads/zgoda-device.zgoda',
    moveIn: async (_, passphrase) => {
      if (passphrase !== PASSPHRASE) throw error('wrong_secret');
      return {
        device: '5eed0000-0000-4000-8000-000000000000',
        added: 12,
        renewed: 1,
        known: 3,
        erased: 1,
        stubs: 31,
        waiting: 4,
        before: has('moved-before'),
      };
    },
    scanFrame: () => take(),
    cardFrame: () => take(),
    scanPhoto: async () => {
      // Taken at once: a frame of the camera that is on its way sees nothing of the photo.
      const scan = control.scan ?? (has('no-code') ? ({ outcome: 'nothing' } as const) : person());
      control.scan = null;
      if (has('cards')) cards.push(cardDraft(2, 2));
      return take(scan);
    },
    cardSide: async () => {
      if (has('no-code')) throw error('no_card');
      draft = withBack(draft);
      return structuredClone(draft);
    },
    cardNext: async () => {
      const next = cards.shift() ?? null;
      if (next) draft = structuredClone(next);
      return next;
    },
    cardPicture: async (side) => picture(side),
    cardLine: async (side, line) => lineText(side, line),
    cardPut: async (side, line, field) => {
      const text = lineText(side, line);
      const many = field === 'email' || field === 'phone';
      return edit([{ field, value: many ? { kind: 'many', value: [text] } : { kind: 'text', value: text } }]);
    },
    cardModels: async () => ({ ...models, installed: !has('no-models') }),
    setCardModels: async (choice) => {
      models = { ...models, choice, light: choice === 'light' };
      return models;
    },
    scanText: async () => {
      control.scan ??= person();
      return take();
    },
    demoBadge: async () => new Uint8Array(8),
    typePerson: async (edits) => {
      draft = { ...structuredClone(DRAFT), fields: [], dropped: [], source: 'typed' };
      return edit(edits);
    },
    draftEdit: async (edits) => edit(edits),
    draftDiscard: async () => undefined,
    handOver: async () => {
      await wait(150);
      enter('attendee');
    },
    leads: async ({ text, filter }, after) => {
      const words = text.trim().toLocaleLowerCase();
      const due = new Date().toISOString().slice(0, 10);
      const found = leads
        .map(({ row, fields }) => ({
          row,
          hay: [row.name, row.company, ...fields.map((one) => JSON.stringify(one.value))].join(' '),
        }))
        .filter(({ hay }) => hay.toLocaleLowerCase().includes(words))
        .map(({ row }) => structuredClone(row))
        .filter(
          (row) =>
            !filter ||
            (filter === 'today' && row.today) ||
            (filter === 'promises' && row.promises.some((one) => !one.kept_at && one.due <= due)) ||
            row.crm === filter,
        );
      const from = after?.captured ?? 0;
      const rows = found.slice(from, from + PAGE);
      const end = from + PAGE;
      const last = rows.at(-1);
      return {
        rows,
        next: last && end < found.length ? { captured: end, lead: last.id, due: null } : null,
        total: words || after ? null : found.length,
      };
    },
    lead: async (id) => structuredClone(find(id)),
    leadEdit: async (id, { edits, promises, replies }) => {
      const lead = find(id);
      if (replies.length) {
        const kept = lead.fields.find((one) => one.field === 'answers');
        const before = kept?.value.kind === 'answers' ? kept.value.value : [];
        edits = [{ field: 'answers', value: { kind: 'answers', value: answersOf(before, replies, 'pl') } }];
      }
      for (const { field, value } of edits) {
        const kept = lead.fields.find((one) => one.field === field);
        if (kept && value) kept.value = value;
        else if (value)
          lead.fields.push({ field, value, reasons: lead.fields[0]!.reasons, until: lead.fields[0]!.until });
        else lead.fields = lead.fields.filter((one) => one.field !== field);
      }
      for (const { purpose, due } of promises) {
        const promise = lead.row.promises.find((one) => one.purpose === purpose);
        if (promise && due) promise.due = due;
      }
      lead.timeline.push({
        at: new Date().toISOString(),
        kind: 'change',
        fields: edits.map((one) => one.field),
      });
      return structuredClone(lead);
    },
    promiseKept: async (id, purpose) => {
      const lead = find(id);
      const promise = lead.row.promises.find((one) => one.purpose === purpose);
      if (promise) promise.kept_at = new Date().toISOString();
      lead.timeline.push({ at: new Date().toISOString(), kind: 'change', fields: [] });
      return structuredClone(lead);
    },
    erase: async (id) => {
      leads = leads.filter((one) => one.row.id !== id);
    },
    followUps: async () => followUpsOf(leads, Date.now()),
    followUpWrite: async () => {
      if (has('no-mail-program')) throw error('mail_program');
    },
    listOpen: async () => {
      if (has('no-list')) throw error('list_quote', { line: '14' });
      return structuredClone(LIST);
    },
    listPreview: async () => structuredClone(PREVIEW),
    listImport: async () => {
      await wait(150);
      imports = [importedAt(Date.now())];
      return imports[0]!;
    },
    listDiscard: async () => undefined,
    lists: async () => structuredClone(imports),
    listUndo: async () => {
      const count = imports[0]?.counts.kept ?? 0;
      imports = [];
      return count;
    },
    followUpsSave: async () => '/home/zgoda/Downloads/zgoda-followups.ics',
    person: async (person) => ({
      leads: [],
      stubs: has('reference') && person.by === 'said' && /[@\d]/.test(person.value) ? [STUB] : [],
    }),
    withdraw: async (person, what) => takeBack(person, (one) => !what || one.purpose === what.purpose),
    object: async (person) => takeBack(person, (one) => one.basis === 'consent'),
    correct: async (id, edits) => {
      const lead = find(id);
      for (const { field, value } of edits) {
        const kept = lead.fields.find((one) => one.field === field);
        if (kept && value) kept.value = value;
        if (field === 'name' && value?.kind === 'text') lead.row.name = value.value;
      }
      return structuredClone(lead);
    },
    access: async () => '/home/zgoda/Downloads/zgoda-access.html',
    receiptSave: async () => '/home/zgoda/Downloads/zgoda-receipt.pdf',
    overview: async (pick) => overviewOf(leads, pick),
    overviewSave: async (part) => `/home/zgoda/Downloads/zgoda-${part}.csv`,
    networkIsBack: async () => undefined,
    sync: async () => {
      if (has('left-alone')) throw error('left_alone', { minutes: '12' });
      const rows = outboxOf(leads);
      const view: SyncView = {
        running: true,
        done: 0,
        total: rows.length,
        confirmed: 0,
        waiting: rows.length,
        needs_person: 0,
        forgotten: 0,
        held: 0,
        opted_out: has('opted-out') ? 2 : 0,
        unheard: null,
        looked_up: 0,
        not_known: 0,
        not_asked: null,
        to_mend: false,
        stopped: null,
        older: has('copied'),
        rows,
        more: has('crowd') ? 1_240 : 0,
      };
      if (has('offline')) {
        for (const row of rows)
          Object.assign(row, {
            reason: row.state === 'waiting' ? 'offline' : row.reason,
            attempts: row.attempts + 1,
          });
        return {
          ...view,
          running: false,
          waiting: rows.filter((one) => one.state === 'waiting').length,
          needs_person: 1,
          stopped: 'offline',
        };
      }
      for (const row of rows) {
        heardSync(structuredClone(view));
        await wait(has('slow') ? 4_000 : 120);
        const ok = row.state === 'waiting';
        Object.assign(row, ok ? { state: 'confirmed', reason: null } : {});
        view.done += 1;
        view.waiting -= 1;
        view[ok ? 'confirmed' : 'needs_person'] += 1;
        const lead = find(row.lead);
        if (!ok) continue;
        lead.row.crm = 'confirmed';
        lead.row.reason = null;
        const held = lead.row.promises.some((one) => !one.kept_at);
        view[held ? 'held' : 'forgotten'] += 1;
        if (!held) leads = leads.filter((one) => one !== lead);
      }
      view.running = false;
      return structuredClone(view);
    },
    outbox: async () => outboxOf(leads),
    retry: async (id) => {
      Object.assign(find(id).row, { crm: 'waiting', reason: null });
      return outboxOf(leads);
    },
    crmSecret: async () => {
      profile.crm.has_secret = true;
    },
    crmTest: async (setUp) => {
      await wait(200);
      return tested(has('offline'), has('bare-crm') ? 'bare' : has('untold-crm') ? 'untold' : 'whole', setUp);
    },
    signInBegin: async () => ({ number: 1, address: SIGN_IN_ADDRESS, opened: !has('no-browser') }),
    signInFinish: async () => {
      if (control.fail) {
        const code = control.fail;
        control.fail = null;
        throw error(code);
      }
      await new Promise<void>((done, failed) => {
        endSignIn = () => failed(error('sign_in_stopped'));
        if (!has('slow')) setTimeout(done, 200);
      });
      profile.crm.has_secret = true;
    },
    signInStop: async () => endSignIn(),
    lookupKey: async (key) => {
      organiserKey = key;
      if (profile.lookup) profile.lookup.has_key = true;
    },
    lookupTest: async () => {
      await wait(200);
      return lookedUp(has('offline'), organiserKey);
    },
    lookupWho: async () => TO_ASK,
    updateSource: async () => (has('updates') ? 'updates.dobremaszyny.example' : null),
    updateCheck: async () => (has('newest') ? null : NEWER),
    updateInstall: async () => {
      if (!has('installing')) throw error('update_signature');
      heardUpdate({ received: 7_340_032, total: 18_874_368 });
      await new Promise(() => undefined);
    },
    onUpdate: (heard) => (heardUpdate = heard),
    onPhase: (heard) => (heardPhase = heard),
    onOpened: () => undefined,
    onSync: (heard) => (heardSync = heard),

    attendeeView: async () => {
      if (has('nobody')) return null;
      return attendee(app.language, has('questions'), has('signature'));
    },
    attendeeAnswer: async (answer) => {
      await wait(150);
      if (has('full')) throw error('disk_full');
      const kept = answer.nothing
        ? []
        : (['name', 'prefix', 'company', 'email', 'note', 'tags', 'rating'] as const);
      return {
        nothing: answer.nothing,
        kept: [...kept],
        contact: profile.controller_email,
        receipt: answer.nothing || !has('receipt') ? null : RECEIPT,
      };
    },
    attendeeTimeout: async () => undefined,
    attendeeLeave: async (secret) => {
      await open(secret);
      enter('staff');
    },
  };
}

export const connectStaff = (): StaffBackend => connect();
export const connectAttendee = (): AttendeeBackend => connect();

function attendee(language: Language, questions: boolean, signature: boolean): AttendeeView {
  return {
    controller: PROFILE.event.controller,
    event: PROFILE.event.name,
    languages: PROFILE.event.languages,
    language,
    fields: [
      ...structuredClone(DRAFT.fields),
      {
        field: 'note',
        value: { kind: 'text', value: 'Dwa siewniki, dostawa przed wiosną.' },
        doubts: [],
        purposes: ['send_offer'],
      },
      { field: 'tags', value: { kind: 'many', value: ['maszyny'] }, doubts: [], purposes: ['send_offer'] },
      { field: 'rating', value: { kind: 'rating', value: 'hot' }, doubts: [], purposes: ['send_offer'] },
    ],
    dropped: DRAFT.dropped,
    asked: [
      { purpose: 'send_offer', due: new Date(Date.now() + 21 * 86_400_000).toISOString().slice(0, 10) },
    ],
    texts: PROFILE.texts,
    questions: questions ? PROFILE.questions.filter((one) => one.ask === 'attendee') : [],
    signatures: signature ? SIGNATURES : [],
  };
}
