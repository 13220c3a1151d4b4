/** Invented people and companies only; domains end in .example (RFC 2606). Days are told from `now`. */
import type {
  DecisionView,
  DraftView,
  Field,
  FieldValue,
  FollowUp,
  LeadFieldView,
  LeadRow,
  LeadView,
  Rating,
  Reply,
  SyncRow,
} from '../types';
import { answersOf, SIGNATURE } from './further';
import { PROFILE } from './profile';

const DAY = 86_400_000;
const text = (value: string): FieldValue => ({ kind: 'text', value });
const many = (...value: string[]): FieldValue => ({ kind: 'many', value });

export const DRAFT: DraftView = {
  fields: [
    {
      field: 'name',
      value: text('Zofia Wiśniewska-Król'),
      doubts: [],
      purposes: ['send_offer', 'newsletter', 'call_back'],
    },
    { field: 'prefix', value: text('dr inż.'), doubts: [], purposes: ['send_offer'] },
    {
      field: 'company',
      value: text('Młyn Cyfrowy Sp. z o.o.'),
      doubts: [],
      purposes: ['send_offer', 'call_back'],
    },
    {
      field: 'email',
      value: many('zofia@mlyn-cyfrowy.example'),
      doubts: [],
      purposes: ['send_offer', 'newsletter'],
    },
    { field: 'phone', value: many('+48 56 555 01 23'), doubts: [], purposes: ['call_back'] },
  ],
  dropped: ['title', 'website', 'birthday', 'badge_note', 'home'],
  source: 'badge',
  language: 'pl',
  same: null,
  objected: false,
  card: null,
};

interface Person {
  name: string;
  company: string;
  email: string;
  phone?: string;
  minutes: number;
  due?: number;
  kept?: boolean;
  newsletter?: boolean;
  call?: boolean;
  rating?: Rating;
  note?: string;
  replies?: Reply[];
  signed?: boolean;
  tags?: string[];
  crm?: LeadRow['crm'];
  reason?: LeadRow['reason'];
}

const PEOPLE: Person[] = [
  { name: 'Zofia Wiśniewska-Król', company: 'Młyn Cyfrowy Sp. z o.o.', email: 'zofia@mlyn-cyfrowy.example', phone: '+48 56 555 01 23', minutes: 4, due: 21, newsletter: true, rating: 'hot', note: 'Dwa siewniki, dostawa przed wiosną.', tags: ['maszyny'], replies: [{ question: 'machines', values: ['press', 'seeder'] }, { question: 'bales', values: ['round'] }, { question: 'hectares', values: ['120'] }], signed: true },
  { name: 'Żegota Łącki', company: 'Huta Szkła Świteź', email: 'zegota.lacki@switez.example', minutes: 17, due: 7, rating: 'warm', tags: ['serwis'], crm: 'waiting', reason: 'offline' },
  { name: 'Józef Ślęzak', company: 'Cegła i Zaprawa', email: 'jozef@cegla.example', phone: '+48 71 555 03 21', minutes: 26, call: true },
  { name: 'Friederike Ansgar', company: 'Ackerwerk Lüneburg GmbH', email: 'f.ansgar@ackerwerk.example', minutes: 41, due: 0, newsletter: true, rating: 'warm', tags: ['dystrybucja'] },
  { name: 'Bronisława Gżegżółka', company: 'Spółdzielnia Dolina', email: 'bronislawa@dolina.example', minutes: 58, due: 1, rating: 'hot', crm: 'needs_person', reason: 'refused' },
  { name: 'Tobias Henneberg', company: 'Saatgut Henneberg', email: 'tobias@henneberg.example', phone: '+49 30 555 0147', minutes: 75, call: true, newsletter: true, rating: 'cold' },
  { name: 'Eleanor Whitcombe', company: 'Fenland Growers Ltd', email: 'eleanor@fenland.example', minutes: 102, due: 7, rating: 'warm', crm: 'confirmed' },
  { name: 'Kazimierz Ćwik', company: 'Gospodarstwo Ćwik', email: 'kazimierz@cwik.example', minutes: 1_520, due: -1, rating: 'hot', crm: 'confirmed' },
  { name: 'Aldona Piórkowska', company: 'Pasieka Wrzos', email: 'aldona@wrzos.example', minutes: 1_610, due: 3, kept: true, newsletter: true, crm: 'confirmed' },
]; // prettier-ignore

const iso = (at: number) => new Date(at).toISOString();
const day = (at: number) => iso(at).slice(0, 10);

function make(person: Person, at: number, now: number): LeadView {
  const captured = now - person.minutes * 60_000;
  const asked = person.due !== undefined;
  const due = now + (person.due ?? 0) * DAY;
  const ends = { offer: due + 104 * DAY, newsletter: captured + 730 * DAY, call: captured + 128 * DAY };
  const decision = (purpose: string, channel: DecisionView['channel'], given: boolean): DecisionView => ({
    purpose, channel, basis: channel ? 'consent' : 'requested', given, act: 'attendee_screen', at: iso(captured), wording: channel ? '2026-1' : null,
  }); // prettier-ignore
  const fields: LeadFieldView[] = [];
  const add = (field: Field, value: FieldValue | undefined, of: (keyof typeof ends)[]) => {
    const ids = { offer: 'send_offer', newsletter: 'newsletter', call: 'call_back' } as const;
    const has = { offer: asked, newsletter: person.newsletter, call: person.call };
    const reasons = of.filter((one) => has[one]).map((one) => ({ purpose: ids[one], until: iso(ends[one]) }));
    if (!value || !reasons.length) return;
    fields.push({
      field,
      value,
      reasons,
      until: reasons
        .map((one) => one.until)
        .sort()
        .at(-1)!,
    });
  };
  add('name', text(person.name), ['offer', 'newsletter', 'call']);
  add('company', text(person.company), ['offer', 'call']);
  add('email', many(person.email), ['offer', 'newsletter']);
  add('phone', person.phone ? many(person.phone) : undefined, ['call']);
  add('note', person.note ? text(person.note) : undefined, ['offer']);
  add('tags', person.tags ? many(...person.tags) : undefined, ['offer']);
  const answers = person.replies ? answersOf([], person.replies, 'pl') : [];
  add('answers', answers.length ? { kind: 'answers', value: answers } : undefined, ['offer']);
  add('signature', person.signed ? SIGNATURE : undefined, ['offer']);
  add('rating', person.rating ? { kind: 'rating', value: person.rating } : undefined, ['offer']);
  const consents = [
    ...(person.newsletter ? [{ purpose: 'newsletter', channel: 'email' as const }] : []),
    ...(person.call ? [{ purpose: 'call_back', channel: 'phone' as const }] : []),
  ];
  const timeline = [{ at: iso(captured), kind: 'capture', fields: fields.map((one) => one.field) }];
  if (person.crm === 'confirmed')
    timeline.push({ at: iso(captured + 3_600_000), kind: 'confirm', fields: [] });
  return {
    row: {
      id: `00000000-0000-4000-8000-00000000000${at}`,
      name: person.name,
      company: asked || person.call ? person.company : '',
      asked: asked ? ['send_offer'] : [],
      consents,
      promises: asked
        ? [{ purpose: 'send_offer', due: day(due), kept_at: person.kept ? iso(now - 7_200_000) : null }]
        : [],
      rating: person.rating ?? null,
      crm: person.crm ?? 'waiting',
      reason: person.reason ?? null,
      captured_at: iso(captured),
      today: person.minutes < 600,
    },
    fields,
    decisions: [
      ...(asked ? [decision('send_offer', null, true)] : []),
      decision('newsletter', 'email', Boolean(person.newsletter)),
      decision('call_back', 'phone', Boolean(person.call)),
    ],
    language: person.email.includes('ackerwerk') ? 'de' : 'pl',
    source: 'badge',
    timeline,
    editable: asked ? ['note', 'tags', 'rating', 'answers'] : [],
    dropped: [],
  };
}

/** The invented people; `rounds` of them for a long list. */
export const leadsAt = (now: number, rounds = 1): LeadView[] =>
  Array.from({ length: rounds }, (_, round) =>
    PEOPLE.map((person, at) => make(person, round * PEOPLE.length + at, now)),
  ).flat();

export function followUpsOf(leads: LeadView[], now: number): FollowUp[] {
  const whens: [string, FollowUp['when']][] = [
    [day(now), 'today'],
    [day(now + DAY), 'tomorrow'],
  ];
  const when = (due: string) =>
    whens.find(([of]) => of === due)?.[1] ?? (due < day(now) ? 'overdue' : 'later');
  return leads
    .flatMap(({ row, fields }) =>
      row.promises
        .filter((one) => !one.kept_at)
        .map(({ purpose, due }) => ({
          id: row.id,
          name: row.name,
          company: row.company,
          purpose,
          due,
          when: when(due),
          has_mail: fields.some((one) => one.field === 'email') && row.crm !== 'needs_person',
        })),
    )
    .sort((one, other) => one.due.localeCompare(other.due));
}

export function outboxOf(leads: LeadView[]): SyncRow[] {
  return leads
    .filter((one) => one.row.crm !== 'confirmed')
    .map(({ row }, at) => ({
      id: at + 1,
      lead: row.id,
      name: row.name,
      kind: 'upsert',
      state: row.crm,
      reason: row.reason,
      attempts: row.reason ? 2 : 0,
      next_at: null,
    }));
}

export { PROFILE };

/** What is left of somebody whose values the CRM alone has. */
export const STUB = {
  lead: 'c0ffee00-0000-4000-8000-000000000009',
  code: 'YZEAR-8BGSZ',
  until: '2028-11-24T22:59:59Z',
  receipt: true,
};
