import { beforeEach, describe, expect, it } from 'vitest';

import type { Language } from '$backend';
import { addDays, daysUntil, dayWords, fromIsoDay, isoDay, momentWords } from '$lib/dates';
import { LANGUAGES, speak } from '$lib/language.svelte';
import { retentionWords } from '$lib/retention';

const NOW = new Date(2026, 10, 24, 11, 20);

describe('days', () => {
  it('are counted by the calendar, not by hours', () => {
    expect(daysUntil(new Date(2026, 10, 25, 0, 5), new Date(2026, 10, 24, 23, 55))).toBe(1);
    // The clocks go back in Poland in this night: the day has 25 hours.
    expect(daysUntil(new Date(2026, 9, 26), new Date(2026, 9, 25))).toBe(1);
    expect(daysUntil(fromIsoDay('2026-11-23'), NOW)).toBe(-1);
  });

  it('go to Rust and come back the same', () => {
    expect(isoDay(fromIsoDay('2027-01-01'))).toBe('2027-01-01');
    expect(isoDay(addDays(new Date(2026, 11, 30), 3))).toBe('2027-01-02');
  });
});

describe('words', () => {
  const said = (language: Language, day: Date) => {
    speak(language);
    return dayWords(day, NOW, language);
  };

  it('are those of each language', () => {
    expect(LANGUAGES.map((one) => said(one, NOW))).toEqual(['dziś', 'today', 'heute']);
    expect(LANGUAGES.map((one) => said(one, addDays(NOW, 1)))).toEqual(['jutro', 'tomorrow', 'morgen']);
    expect(said('pl', addDays(NOW, 21))).toBe('15 grudnia');
    expect(said('de', addDays(NOW, 21))).toBe('15. Dezember');
    expect(said('en', addDays(NOW, 21))).toBe('15 December');
    expect(said('pl', addDays(NOW, 60))).toBe('23 stycznia 2027');
  });

  it('hold the time where it matters', () => {
    speak('pl');
    expect(momentWords(NOW, NOW, 'pl')).toBe('dziś, 11:20');
  });
});

describe('retention', () => {
  beforeEach(() => speak('pl'));

  it('is said in words, with the right plural', () => {
    expect(retentionWords('promise + P14D')).toBe('14 dni po dotrzymaniu obietnicy');
    expect(retentionWords('capture + P2Y')).toBe('2 lata od zapisania');
    expect(retentionWords('event_end + P5M')).toBe('5 miesięcy po wydarzeniu');
    expect(retentionWords('confirmed+P1Y6M')).toBe('1 rok 6 miesięcy po potwierdzeniu przez CRM');
    speak('de');
    expect(retentionWords('capture + P1M')).toBe('1 Monat ab Erfassung');
  });

  it('shows a rule that it does not know as it is', () => {
    expect(retentionWords('moon + P1D')).toBe('moon + P1D');
  });
});
