import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { NOTHING } from '$backend/fake/findings';
import { LANGUAGES, speak } from '$lib/language.svelte';
import { ERRORS, errorText, waitSeconds } from '$lib/errors';
import { findingText, LINTS, MAIL_WORDS } from '$lib/findings';
import { REASONS } from '$lib/staff-names';
import * as m from '$m';

type Entry = string | { declarations: string[]; match: Record<string, string> }[];

/** Folder of the screens' sources. */
const UI = join(import.meta.dirname, '..');

const read = (language: string) =>
  JSON.parse(readFileSync(join(UI, `messages/${language}.json`), 'utf8')) as Record<string, Entry>;
const all = Object.fromEntries(LANGUAGES.map((one) => [one, read(one)]));
const keys = Object.keys(all['en']!).filter((key) => key !== '$schema');
const inputs = (entry: Entry): string[] =>
  typeof entry === 'string'
    ? [...entry.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!).sort()
    : entry[0]!.declarations.filter((one) => one.startsWith('input ')).map((one) => one.slice(6));
const texts = (entry: Entry): string[] =>
  typeof entry === 'string' ? [entry] : Object.values(entry[0]!.match);

describe('messages', () => {
  it.each(LANGUAGES)('are complete in %s', (language) => {
    expect(Object.keys(all[language]!).sort()).toEqual(Object.keys(all['en']!).sort());
    for (const key of keys) {
      expect(inputs(all[language]![key]!), key).toEqual(inputs(all['en']![key]!));
      for (const text of texts(all[language]![key]!)) expect(text.trim(), key).not.toBe('');
    }
  });

  it('have every plural form of their language', () => {
    const forms = { pl: ['few', 'many', 'one', 'other'], en: ['one', 'other'], de: ['one', 'other'] };
    for (const language of LANGUAGES) {
      for (const key of keys) {
        const entry = all[language]![key]!;
        if (typeof entry === 'string') continue;
        const has = Object.keys(entry[0]!.match).map((one) => one.replace('form=', ''));
        expect(has.sort(), `${language} ${key}`).toEqual(forms[language]);
      }
    }
  });

  it('speak proper Polish of numbers', () => {
    speak('pl');
    expect([1, 2, 5, 12, 22, 25].map((count) => m.leads_count({ count }))).toEqual([
      '1 kontakt',
      '2 kontakty',
      '5 kontaktów',
      '12 kontaktów',
      '22 kontakty',
      '25 kontaktów',
    ]);
    expect(m.rail_waiting({ count: 3 })).toBe('3 czekają na CRM');
  });

  it('are all said somewhere', () => {
    const root = join(UI, 'src');
    const files = readdirSync(root, { recursive: true, encoding: 'utf8' });
    const source = files
      .filter((path) => /\.(svelte|ts)$/.test(path) && !path.includes('paraglide'))
      .map((path) => readFileSync(join(root, path), 'utf8'))
      .join('\n');
    const unsaid = keys.filter((key) => !new RegExp(`\\bm\\.${key}\\b`).test(source));
    expect(unsaid).toEqual([]);
  });

  it('hold no wording of consent: that is data from the profile', () => {
    const profile = readFileSync(join(UI, '../profiles/demo.toml'), 'utf8');
    const wordings = [...profile.matchAll(/^(?:pl|en|de) = "(.{30,})"$/gm)].map(([, text]) => text!);
    const said = LANGUAGES.flatMap((one) => keys.flatMap((key) => texts(all[one]![key]!)));
    expect(wordings.length).toBeGreaterThan(5);
    expect(wordings.filter((one) => said.includes(one))).toEqual([]);
  });
});

describe('errors', () => {
  /** The codes of the contract; a code that is added there is added here. */
  const CODES =
    `wrong_secret locked_out weak_secret no_store store_exists keyring_locked keyring_missing_entry store_busy
    disk_full read_only io damaged newer_version clock not_an_image image_too_large image_damaged image_format
    payload_too_long payload_charset payload_damaged no_draft nothing_accepted nothing_needed promise_without_purpose
    unknown_purpose unknown_channel language_not_offered profile_refused not_now no_lead sync_running
    settings_damaged noted_key`.split(/\s+/);

  it.each(LANGUAGES)('are all translated in %s', (language) => {
    speak(language);
    const fallback = m.err_fallback({ code: '' });
    const spoken = [...CODES, ...Object.keys(REASONS)].map((code) =>
      errorText({ code, params: {}, findings: [] }),
    );
    expect(new Set(spoken).size).toBe(spoken.length);
    expect(spoken.some((one) => one.startsWith(fallback.slice(0, 12)))).toBe(false);
    for (const code of Object.keys(ERRORS)) {
      const error = { code, params: { count: '3', folder: '/srv/leads' }, findings: [] };
      expect(errorText(error), code).not.toContain('undefined');
    }
  });

  it('fall back with the code where Rust is newer', () => {
    speak('en');
    expect(errorText({ code: 'brand_new', params: {}, findings: [] })).toContain('brand_new');
  });

  it('know how long to wait', () => {
    const error = (params: Record<string, string>) => ({ code: 'wrong_secret', params, findings: [] });
    expect(waitSeconds(error({ seconds: '8' }))).toBe(8);
    expect(waitSeconds(error({}))).toBe(0);
    expect(waitSeconds(error({ seconds: 'soon' }))).toBe(0);
  });
});

describe('findings', () => {
  it.each(LANGUAGES)('are all translated in %s, with what they are about', (language) => {
    speak(language);
    for (const lint of Object.keys(LINTS) as (keyof typeof LINTS)[]) {
      const text = findingText({
        ...NOTHING,
        lint,
        subject: 'SUBJ',
        language: 'de',
        choices: ['CHOICE'],
        message: 'MSG',
      });
      expect(text, lint).not.toContain('MSG');
      expect(text.replace(MAIL_WORDS, ''), lint).not.toMatch(/[{}]|undefined/u);
      // What may stand there is told of by another sentence than that nothing does.
      const key = lint === 'form_missing' ? 'lint_form_missing_of' : `lint_${lint}`;
      const asks = (input: string) => inputs(all['en']![key]!).includes(input);
      expect(text.includes('SUBJ'), lint).toBe(asks('subject'));
      expect(text.includes('CHOICE'), lint).toBe(asks('choices'));
      expect(text.includes('Deutsch'), lint).toBe(asks('language'));
    }
  });

  it('say the same things in every language', () => {
    for (const key of keys.filter((one) => one.startsWith('lint_'))) {
      const [first, ...others] = LANGUAGES.map((one) => new Set(inputs(all[one]![key]!)));
      for (const other of others) expect(other, key).toEqual(first);
    }
  });

  it.each([
    'form_word',
    'form_value',
    'form_unknown',
    'form_missing_of',
    'crm_kind',
    'lookup_service',
    'badge_symbols',
  ])('%s says what may stand there', (lint) => {
    for (const language of LANGUAGES)
      expect(inputs(all[language]![`lint_${lint}`]!), language).toContain('choices');
  });

  it('call a purpose and the language of its text by their names', () => {
    speak('en');
    const finding = {
      ...NOTHING,
      lint: 'mail_blank' as const,
      subject: 'send_offer',
      name: { pl: 'Oferta', en: 'Offer' },
      language: 'pl' as const,
    };
    expect(findingText(finding)).toContain('The mail of “Offer” (Polski)');
    speak('de');
    expect(findingText(finding), 'has no German name').toContain('„send_offer“ (Polski)');
  });

  it('say what may stand in the place of a word that does not fit', () => {
    speak('de');
    const finding = {
      ...NOTHING,
      lint: 'form_word' as const,
      subject: 'because',
      choices: ['consent', 'requested'],
      message: 'write one of consent, requested',
    };
    expect(findingText(finding)).toBe(
      '„because“ passt hier nicht. Schreiben Sie eines davon: consent, requested.',
    );
  });

  it('say of what is missing what it may be, where that is known', () => {
    speak('en');
    const finding = { ...NOTHING, lint: 'form_missing' as const, subject: 'crm.kind' };
    expect(findingText({ ...finding, choices: ['file', 'odoo'] })).toBe(
      '“crm.kind” is missing. Add it with one of these values: file, odoo.',
    );
    expect(findingText(finding)).toBe('“crm.kind” is missing. Add it.');
  });

  it('are in English where the rule is newer than the screen', () => {
    const finding = { ...NOTHING, lint: 'brand_new' as never, message: 'Mend it.' };
    expect(findingText(finding)).toBe('Mend it.');
  });
});
