/** The profile editor without Rust: the demo's profile as a draft, and a linter that knows a few of the rules. */
import type {
  AttendeeTexts,
  AttendeeView,
  Begun,
  Bump,
  EditorStart,
  FieldFinding,
  Finding,
  Language,
  Lint,
  Look,
  NoticeItem,
  ProfileDraft,
  PurposeDraft,
} from '../types';
import { NOTHING } from './findings';
import { DRAFT, PROFILE } from './people';

const LANGUAGES = PROFILE.event.languages;
const WARNS: Partial<Finding> = { severity: 'warning' };
/** The first lines of the notice. */
const FIRST: NoticeItem[] = ['controller', 'purposes', 'retention', 'rights'];

/** The drafts that were looked at: a file names its own. */
const looked: string[] = [];

const inEach = (of: (texts: AttendeeTexts) => string | undefined): Partial<Record<Language, string>> =>
  Object.fromEntries(LANGUAGES.map((one) => [one, of(PROFILE.texts[one]!) ?? '']));

function mails(): PurposeDraft['mail'] {
  return {
    pl: {
      subject: 'Oferta po rozmowie ({event})',
      body: 'Dzień dobry,\n\nw załączniku oferta.\n\n{controller}',
    },
    en: {
      subject: 'The offer you asked for at {event}',
      body: 'Dear {name},\n\nhere it is.\n\n{controller}',
    },
    de: { subject: 'Ihr Angebot, {event}', body: 'Guten Tag {name},\n\nanbei das Angebot.\n\n{controller}' },
  };
}

function purposes(): PurposeDraft[] {
  return PROFILE.purposes.map((one, was) => ({
    was,
    id: one.id,
    basis: one.basis,
    fields: [...one.fields],
    channels: [...one.channels],
    retention: one.retention,
    label: { ...one.label },
    statement:
      one.basis === 'requested'
        ? inEach((texts) => texts.statements.find(({ purpose }) => purpose === one.id)?.text)
        : {},
    signature_why: {},
    mail: one.basis === 'requested' ? mails() : {},
    wordings: one.channels.map((channel) => ({
      channel,
      version: '2026-1',
      texts: inEach((texts) => texts.boxes.find(({ purpose }) => purpose === one.id)?.text),
    })),
  }));
}

function draft(): ProfileDraft {
  const { event } = PROFILE;
  const notices = LANGUAGES.map((one) => {
    const items = PROFILE.texts[one]!.notice.map(({ item, text }) => [item, text]);
    return [one, { version: '2026-1', items: Object.fromEntries(items) }];
  });
  return {
    event: {
      id: event.id,
      name: event.name,
      place: event.place,
      country: 'PL',
      starts: event.starts,
      ends: event.ends,
      time_zone: 'Europe/Warsaw',
    },
    controller: {
      name: event.controller,
      address: PROFILE.controller_address,
      email: PROFILE.controller_email,
      phone: '',
      dpo: PROFILE.dpo ?? '',
      privacy_page: PROFILE.privacy_page,
      supervisory_authority: 'Prezes Urzędu Ochrony Danych Osobowych',
    },
    languages: [...LANGUAGES],
    purposes: purposes(),
    questions: PROFILE.questions.map((one, was) => ({
      was,
      id: one.id,
      kind: one.kind,
      ask: one.ask,
      purpose: one.purpose,
      text: { ...one.text },
      options: one.kind === 'yes_no' ? [] : structuredClone(one.options),
      when: one.when && { ...one.when },
      column: '',
    })),
    notice: Object.fromEntries(notices),
    tags: [...PROFILE.tags],
    badge: {
      symbols: ['qr', 'data_matrix'],
      separator: '::',
      columns: ['reference', 'name', 'company', 'email'],
    },
    lookup: {},
    local_copy: {},
    lock: { after: '120' },
    crm: { kind: 'file', url: '', folder: '', batch: '', plain: '' },
    columns: {},
    stray_columns: {},
    recovery: { recipient: '' },
    receipt: { page: 'https://dobremaszyny.example/zgoda', withdraw: '', head_office_key: '' },
  };
}

function inFile(toml: string): ProfileDraft {
  const number = /^# draft (\d+)$/m.exec(toml)?.[1];
  return number ? (JSON.parse(looked[Number(number)]!) as ProfileDraft) : draft();
}

function fileOf(draft: ProfileDraft): string {
  const text = JSON.stringify(draft);
  if (!looked.includes(text)) looked.push(text);
  return `[event]\nname = "${draft.event['name']}"\n# draft ${looked.indexOf(text)}\n`;
}

export function begin(start: EditorStart): Begun {
  if (start.from === 'file') return { base: start.toml, fresh: false, draft: inFile(start.toml) };
  const begun: Begun = { base: '[event]', fresh: start.from === 'preset', draft: draft() };
  if (start.from !== 'preset') return begun;
  const { name, address, email, privacy_page, authority } = start.firm;
  Object.assign(begun.draft.event, { id: '', name: '', place: '', starts: '', ends: '' });
  Object.assign(begun.draft.controller, {
    name,
    address,
    email,
    privacy_page,
    supervisory_authority: authority,
    dpo: '',
  });
  return begun;
}

export function look({ base, draft: typed, fresh }: Begun): Look {
  const draft = JSON.parse(JSON.stringify(typed)) as ProfileDraft;
  const findings = findingsOf(draft);
  const versions = fresh ? [] : bumpsOf(inFile(base), draft);
  for (const { purpose, channel, to } of versions) {
    const wordings = draft.purposes.find((one) => one.id === purpose)?.wordings ?? [];
    wordings.filter((one) => one.channel === channel).forEach((one) => (one.version = to));
  }
  return {
    toml: fileOf(draft),
    usable: findings.every(({ finding }) => finding.severity === 'warning'),
    findings,
    versions,
    attendee: seen(draft),
  };
}

function findingsOf(draft: ProfileDraft): FieldFinding[] {
  const found: FieldFinding[] = [];
  const say = (field: string, lint: Lint, subject: string, more: Partial<Finding> = {}) =>
    found.push({ field, finding: { ...NOTHING, lint, subject, ...more } });
  if (!/^[a-z0-9-]+$/.test(draft.event['id'] ?? '')) say('event.id', 'event_id', draft.event['id'] ?? '');
  if (!draft.controller['name']) say('controller.name', 'controller_blank', 'name');
  draft.purposes.forEach((one, at) => {
    const name = written(one.label);
    for (const { texts } of one.wordings)
      for (const language of draft.languages)
        if (!texts[language]?.trim()) say(`purpose.${at}`, 'no_wording', one.id, { name, language });
    if (!one.fields.length) say(`purpose.${at}`, 'no_fields', one.id, { name });
    const mails = Object.entries(one.mail);
    const ofMail = (language: Language, lint: Lint, severity: Finding['severity']) =>
      say(`purpose.${at}.mail.${language}`, lint, one.id, { name, language, severity });
    for (const language of mails.length ? draft.languages : [])
      if (!one.mail[language]) ofMail(language, 'mail_language', 'error');
    for (const [language, { subject, body }] of mails)
      if (!(subject.trim() && body.trim())) ofMail(language as Language, 'mail_blank', 'warning');
  });
  const ids = draft.purposes.map(({ id }) => id);
  ids.forEach((id, at) => {
    if (ids.indexOf(id) < at) say(`purpose.${at}.id`, 'duplicate_purpose', id);
  });
  const taken = new Set<string>();
  const column = (field: string, subject: string, name: string) => {
    if (name && taken.has(name.toLowerCase())) say(field, 'crm_mapping', subject);
    taken.add(name.toLowerCase());
  };
  for (const [field, name] of Object.entries(draft.columns)) column(`crm.fields.${field}`, field, name);
  for (const { id, column: name } of draft.questions) column(`crm.answers.${id}`, id, name);
  for (const id of Object.keys(draft.stray_columns)) say(`crm.answers.${id}`, 'crm_mapping', id);
  if (draft.crm['plain'] === 'true') say('crm.plain', 'plain_file', 'crm.plain', WARNS);
  draft.questions.forEach((one, at) => {
    const name = written(one.text);
    const purpose = draft.purposes.find(({ id }) => id === one.purpose);
    if (!purpose?.fields.includes('answers'))
      say(`question.${at}.purpose`, 'question_purpose', one.id, { name });
    const language = draft.languages.find((language) => !one.text[language]?.trim());
    if (language) say(`question.${at}`, 'question_text', one.id, { name, language });
    const above = draft.questions.slice(0, at).find(({ id }) => id === one.when?.question);
    if (one.when && above?.ask !== one.ask) say(`question.${at}.when`, 'question_when', one.id, { name });
  });
  for (const language of draft.languages) {
    for (const [item, text] of Object.entries(draft.notice[language]?.items ?? {})) {
      const field = `notice.${language}.${item}`;
      if (!text.trim() && item !== 'dpo') say(field, 'notice_item', field);
    }
  }
  if (!draft.recovery['recipient']) say('recovery.recipient', 'no_recovery', 'recovery', WARNS);
  return found;
}

function written(texts: Partial<Record<Language, string>>): Finding['name'] {
  return Object.fromEntries(Object.entries(texts).filter(([, text]) => text.trim()));
}

function bumpsOf(before: ProfileDraft, now: ProfileDraft): Bump[] {
  return now.purposes.flatMap(({ id, wordings }) =>
    wordings.flatMap(({ channel, version, texts }) => {
      const was = before.purposes
        .find((one) => one.id === id)
        ?.wordings.find((one) => one.channel === channel);
      if (!was || JSON.stringify(was.texts) === JSON.stringify(texts)) return [];
      return [{ purpose: id, channel, language: null, from: version, to: next(version) }];
    }),
  );
}

/** `2026-1` → `2026-2`. */
const next = (version: string) => version.replace(/\d+$/, (number) => String(Number(number) + 1));

function seen(draft: ProfileDraft): AttendeeView {
  const asked = draft.purposes.filter((one) => one.basis === 'requested');
  const texts = (language: Language): AttendeeTexts => ({
    statements: draft.purposes
      .filter((one) => one.basis !== 'consent')
      .map((one) => ({ purpose: one.id, basis: one.basis, text: one.statement[language] || one.id })),
    notice: Object.entries(draft.notice[language]?.items ?? {}).map(([item, text]) => ({
      item: item as NoticeItem,
      article: '',
      text,
      first_layer: FIRST.includes(item as NoticeItem),
    })),
    boxes: draft.purposes.flatMap((one) =>
      one.wordings.map(({ channel, texts }) => ({ purpose: one.id, channel, text: texts[language] ?? '' })),
    ),
  });
  const needed = new Set(draft.purposes.flatMap((one) => one.fields));
  return {
    controller: draft.controller['name'] ?? '',
    event: draft.event['name'] ?? '',
    languages: [...draft.languages],
    language: draft.languages[0] ?? 'en',
    fields: structuredClone(DRAFT.fields).filter((one) => needed.has(one.field)),
    dropped: ['website', 'birthday'],
    asked: asked.map(({ id }) => ({ purpose: id, due: null })),
    texts: Object.fromEntries(draft.languages.map((one) => [one, texts(one)])),
    questions: [],
    signatures: [],
  };
}
