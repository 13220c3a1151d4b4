/** The overview of the invented fair: two days before today, and today as far as it went. */
import type { LeadView, OverviewView } from '../index';

const DAY = 86_400_000;
const day = (from: number) => new Date(Date.now() + from * DAY).toISOString().slice(0, 10);
const hours = (counts: Record<number, number>) => Array.from({ length: 24 }, (_, hour) => counts[hour] ?? 0);

export function overviewOf(leads: LeadView[]): OverviewView {
  const today = day(0);
  if (!leads.length) return { today, days: [], boxes: [], ends: [] };
  return {
    today,
    days: [
      {
        day: day(-2),
        hours: hours({ 9: 4, 10: 11, 11: 14, 12: 9, 13: 6, 14: 12, 15: 10, 16: 5 }),
        declined: 3,
      },
      {
        day: day(-1),
        hours: hours({ 9: 6, 10: 13, 11: 17, 12: 8, 13: 7, 14: 15, 15: 9, 16: 4 }),
        declined: 5,
      },
      { day: today, hours: hours({ 9: 7, 10: 12, 11: 19, 12: 5 }), declined: 2 },
    ],
    boxes: [
      { purpose: 'newsletter', channel: 'email', given: 74, refused: 91, withdrawn: 2 },
      { purpose: 'call_back', channel: 'phone', given: 38, refused: 129, withdrawn: 0 },
    ],
    ends: [
      { day: day(1), field: 'phone', here: 4, in_crm: 11 },
      { day: day(6), field: 'note', here: 9, in_crm: 0 },
      { day: day(14), field: 'phone', here: 17, in_crm: 21 },
      { day: day(14), field: 'title', here: 6, in_crm: 0 },
      { day: day(29), field: 'company', here: 12, in_crm: 40 },
      { day: day(90), field: 'name', here: 60, in_crm: 120 },
      { day: day(700), field: 'email', here: 31, in_crm: 74 },
    ],
  };
}
