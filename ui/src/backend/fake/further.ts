/** Answers and signatures of invented people. */
import type { AnswerView, FieldValue, Language, QuestionView, Reply, SignatureAsk } from '../types';
import { PROFILE } from './profile';

export const SIGNATURES: SignatureAsk[] = [
  {
    purpose: 'send_offer',
    why: {
      pl: 'Podpis potwierdza odbiór próbki, którą bierze Pan/Pani ze sobą.',
      en: 'It confirms that you took a sample along.',
      de: 'Sie bestätigt, dass Sie ein Muster mitgenommen haben.',
    },
  },
];

/** Drawn by nobody: a few waves. */
export const SIGNATURE: FieldValue = {
  kind: 'signature',
  value: {
    width: 1000,
    height: 320,
    path: 'M80 220L120 90L170 60L150 180L130 240L220 150L250 210L290 150L320 215L360 140L400 220L470 110L520 70L500 200L560 160L600 215L640 165L700 205L820 150M300 270L880 235',
    name: null,
  },
};

function answer(question: QuestionView, values: string[], language: Language): AnswerView {
  const text = (id: string) => question.options.find((one) => one.id === id)?.text[language] ?? id;
  return {
    question: question.id,
    purpose: question.purpose,
    asked: question.text[language] ?? question.id,
    values,
    said: values.map(text).join(', '),
  };
}

/** The answers after `replies`, as Rust would keep them. */
export function answersOf(before: AnswerView[], replies: Reply[], language: Language): AnswerView[] {
  return PROFILE.questions.flatMap((question) => {
    const reply = replies.find((one) => one.question === question.id);
    const known = before.find((one) => one.question === question.id);
    if (!reply) return known ? [known] : [];
    return reply.values.length ? [answer(question, reply.values, language)] : [];
  });
}
