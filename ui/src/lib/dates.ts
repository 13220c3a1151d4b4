/** Dates as people say them. The language is an argument, and so is `now`: both are the caller's to know. */
import * as m from '$m';

import type { Language } from '$backend';

const DAY = 86_400_000;

/** The day stands before the month in Europe's English too. */
export const intlTag = (language: Language): string => (language === 'en' ? 'en-GB' : language);

/** Midnight by the local clock. */
function midnight(of: Date): Date {
  return new Date(of.getFullYear(), of.getMonth(), of.getDate());
}

/** Whole days from `now` to `day`, by the calendar: a day of 23 hours counts as one. */
export function daysUntil(day: Date, now: Date): number {
  return Math.round((midnight(day).getTime() - midnight(now).getTime()) / DAY);
}

/** `2026-11-24`, as Rust reads a day. */
export function isoDay(day: Date): string {
  const two = (n: number) => String(n).padStart(2, '0');
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;
}

/** A day of Rust's: local midnight, never UTC, or it would be the day before west of Greenwich. */
export function fromIsoDay(day: string): Date {
  const [year = 1970, month = 1, date = 1] = day.split('-').map(Number);
  return new Date(year, month - 1, date);
}

export function addDays(day: Date, days: number): Date {
  return new Date(day.getFullYear(), day.getMonth(), day.getDate() + days);
}

/** "today", "tomorrow", "Tue, 1 December", with the year where it is another one. */
export function dayWords(day: Date, now: Date, language: Language): string {
  const away = daysUntil(day, now);
  if (away === 0) return m.today();
  if (away === 1) return m.tomorrow();
  if (away === -1) return m.yesterday();
  const near = away > 1 && away < 7;
  return new Intl.DateTimeFormat(intlTag(language), {
    day: 'numeric',
    month: 'long',
    ...(near ? { weekday: 'short' } : {}),
    ...(day.getFullYear() === now.getFullYear() ? {} : { year: 'numeric' }),
  }).format(day);
}

/** A day in full, for the last day of a field: "14 January 2027". */
export function fullDay(day: Date, language: Language): string {
  return new Intl.DateTimeFormat(intlTag(language), {
    day: 'numeric',
    month: 'long',
    year: 'numeric',
  }).format(day);
}

/** "14:05", or "yesterday, 14:05". */
export function momentWords(moment: Date, now: Date, language: Language): string {
  const time = new Intl.DateTimeFormat(intlTag(language), { hour: '2-digit', minute: '2-digit' }).format(
    moment,
  );
  return `${dayWords(moment, now, language)}, ${time}`;
}

/** "20–22 November 2026". */
export function rangeWords(from: Date, to: Date, language: Language): string {
  const form = new Intl.DateTimeFormat(intlTag(language), { day: 'numeric', month: 'long', year: 'numeric' });
  return form.formatRange(from, to);
}
