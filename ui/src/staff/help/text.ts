/** The help as data: the same chapters and topics in each language, loaded when it is opened. */
import type { Language } from '$backend';

/** A question and its answer. */
export interface Topic {
  id: string;
  title: string;
  text: string[];
}

/** What one kind of person wants to know. */
export interface Chapter {
  id: string;
  title: string;
  topics: Topic[];
}

const TEXTS: Record<Language, () => Promise<{ HELP: Chapter[] }>> = {
  pl: () => import('./pl'),
  en: () => import('./en'),
  de: () => import('./de'),
};

export const helpIn = async (language: Language): Promise<Chapter[]> => (await TEXTS[language]()).HELP;

/** The chapters with the topics that hold every word of `text`. */
export function found(chapters: Chapter[], text: string): Chapter[] {
  const words = text.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  const fits = ({ title, text: answer }: Topic) => {
    const hay = [title, ...answer].join(' ').toLocaleLowerCase();
    return words.every((word) => hay.includes(word));
  };
  return chapters
    .map((one) => ({ ...one, topics: one.topics.filter(fits) }))
    .filter((one) => one.topics.length);
}
