/** The language of the screens. Messages read it through Paraglide, so that a change shows at once, without a reload. */
import { overwriteGetLocale } from '$runtime';

import type { Language } from '$backend';

export const LANGUAGES: readonly Language[] = ['pl', 'en', 'de'];

/** Each language by its own name, so that whoever speaks it finds it. */
export const LANGUAGE_NAMES: Record<Language, string> = { pl: 'Polski', en: 'English', de: 'Deutsch' };

let current = $state<Language>('en');

overwriteGetLocale(() => current);

export function language(): Language {
  return current;
}

export function speak(next: Language): void {
  current = next;
  document.documentElement.lang = next;
}

/** The system's language where it is one of ours. */
export function systemLanguage(): Language {
  const wanted = navigator.languages.map((tag) => tag.slice(0, 2));
  return LANGUAGES.find((one) => one === wanted.find((tag) => LANGUAGES.includes(tag as Language))) ?? 'en';
}
