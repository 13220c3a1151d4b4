/** The language of the screens. Messages read it through Paraglide, so that a change shows at once, without a reload. */
import { overwriteGetLocale } from '$runtime';

import type { Language } from '$backend';

export const LANGUAGES: readonly Language[] = ['pl', 'en', 'de'];

/** Each language by its own name, so that whoever speaks it finds it. */
export const LANGUAGE_NAMES: Record<Language, string> = { pl: 'Polski', en: 'English', de: 'Deutsch' };

let current = $state<Language>('en');

/** The language of what is being made by {@link speaking}. */
let scoped: Language | null = null;

overwriteGetLocale(language);

export function language(): Language {
  return scoped ?? current;
}

/** What `make` puts on the screen speaks `spoken` for good, whatever the screen around it does. */
export function speaking<T>(spoken: Language, make: () => T): T {
  scoped = spoken;
  try {
    return make();
  } finally {
    scoped = null;
  }
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
