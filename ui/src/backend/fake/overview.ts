/** The overview of the invented fair: two days before today, and today as far as it went, on two tablets. */
import { language } from '$lib/language.svelte';

import type { LeadView, OverviewPick, OverviewView } from '../index';
import { PROFILE } from './profile';

const DAY = 86_400_000;
const day = (from: number) => new Date(Date.now() + from * DAY).toISOString().slice(0, 10);
const OWN = '4f0c1a77d2e94b21';
const OTHER = '9be2d06c51aa4e83';

/** Captures by hour of a day, on this device and on the other. */
const FAIR: { from: number; own: Record<number, number>; other: Record<number, number>; declined: number }[] =
  [
    {
      from: -2,
      own: { 9: 3, 10: 7, 11: 8, 12: 5, 13: 4, 14: 7, 15: 6, 16: 3 },
      other: { 9: 1, 10: 4, 11: 6, 12: 4, 13: 2, 14: 5, 15: 4, 16: 2 },
      declined: 3,
    },
    {
      from: -1,
      own: { 9: 4, 10: 7, 11: 10, 12: 5, 13: 4, 14: 9, 15: 5, 16: 2 },
      other: { 9: 2, 10: 6, 11: 7, 12: 3, 13: 3, 14: 6, 15: 4, 16: 2 },
      declined: 5,
    },
    { from: 0, own: { 9: 7, 10: 12, 11: 19, 12: 5 }, other: {}, declined: 2 },
  ];

const sum = (counts: Iterable<number>) => [...counts].reduce((all, one) => all + one, 0);

export function overviewOf(leads: LeadView[], pick: OverviewPick): OverviewView {
  const today = day(0);
  if (!leads.length) {
    return {
      today,
      on: [],
      days: [],
      boxes: [],
      questions: [],
      ratings: { cold: 0, warm: 0, hot: 0 },
      elsewhere: 0,
      ends: [],
      promises: [],
      devices: [device(OWN, [])],
    };
  }
  const picked = FAIR.filter(({ from }) => !pick.day || day(from) === pick.day);
  const share = shareOf(pick);
  const part = (count: number) => Math.round(count * share);
  const boxes: OverviewView['boxes'] = [
    { purpose: 'newsletter', channel: 'email', given: part(74), refused: part(91), withdrawn: part(2) },
    { purpose: 'call_back', channel: 'phone', given: part(38), refused: part(129), withdrawn: 0 },
  ];
  const ends: OverviewView['ends'] = [
    { day: day(1), field: 'phone', here: 4, in_crm: 11 },
    { day: day(6), field: 'note', here: 9, in_crm: 0 },
    { day: day(14), field: 'phone', here: 17, in_crm: 21 },
    { day: day(14), field: 'title', here: 6, in_crm: 0 },
    { day: day(29), field: 'company', here: 12, in_crm: 40 },
    { day: day(90), field: 'name', here: 60, in_crm: 120 },
    { day: day(700), field: 'email', here: 31, in_crm: 74 },
  ];
  return {
    today,
    on: FAIR.map(({ from }) => day(from)),
    days: FAIR.map(({ from, own, other, declined }) => ({
      day: day(from),
      hours: Array.from({ length: 24 }, (_, hour) => {
        const here = pick.device === OTHER ? 0 : (own[hour] ?? 0);
        return here + (pick.device === OWN ? 0 : (other[hour] ?? 0));
      }),
      declined: pick.purpose ? 0 : declined,
    })),
    boxes: boxes.filter(({ purpose }) => !pick.purpose || purpose === pick.purpose),
    questions: questionsOf(pick, part),
    ratings: { hot: part(21), warm: part(34), cold: part(9) },
    elsewhere: part(96),
    ends: ends.map((end) => ({ ...end, here: part(end.here), in_crm: part(end.in_crm) })),
    promises: [
      { due: day(-1), when: 'overdue', open: 2 },
      { due: today, when: 'today', open: 3 },
      { due: day(4), when: 'later', open: 6 },
    ],
    devices: [device(OWN, picked, 'own'), device(OTHER, picked, 'other')],
  };
}

/** How often each option was chosen, by question. */
const CHOSEN: Record<string, number[]> = {
  machines: [31, 18, 12],
  bales: [22, 9],
  demonstration: [17, 24],
  month: [3, 11, 2],
};

function questionsOf(pick: OverviewPick, part: (count: number) => number): OverviewView['questions'] {
  const meant = PROFILE.questions.filter(
    ({ purpose, options }) => options.length && (!pick.purpose || purpose === pick.purpose),
  );
  return meant.map(({ id, kind, text, options }) => {
    const counts = options.map((_, at) => part(CHOSEN[id]?.[at] ?? 0));
    return {
      question: id,
      asked: text[language()] ?? id,
      people: kind === 'several' ? Math.max(...counts) + 9 : sum(counts),
      options: options.map((option, at) => ({
        option: option.id,
        text: option.text[language()] ?? option.id,
        people: counts[at] ?? 0,
      })),
    };
  });
}

/** How much of the fair's numbers a choice leaves; that of a purpose leaves the hours, which is enough to be looked at. */
function shareOf(pick: OverviewPick): number {
  const of = (days: typeof FAIR) =>
    sum(days.flatMap(({ own, other }) => [...Object.values(own), ...Object.values(other)]));
  const day_ = pick.day ? of(FAIR.filter(({ from }) => day(from) === pick.day)) / of(FAIR) : 1;
  return pick.device ? day_ / 2 : day_;
}

function device(
  id: string,
  days: typeof FAIR,
  side: 'own' | 'other' = 'own',
): OverviewView['devices'][number] {
  const own = side === 'own';
  const last = days.findLast((one) => Object.keys(one[side]).length);
  return {
    device: id,
    own,
    captured: sum(days.flatMap((one) => Object.values(one[side]))),
    declined: own ? sum(days.map((one) => one.declined)) : 0,
    last: last ? new Date(Date.now() + last.from * DAY).toISOString() : null,
  };
}
