/** Which questions a person comes to, and what was answered so far. Rust is the only authority over what is kept of it. */
import type { Language, QuestionView, Reply } from '$backend';

export const valuesOf = (replies: Reply[], question: string): string[] =>
  replies.find((one) => one.question === question)?.values ?? [];

/** The questions to which the answers so far lead, in the profile's order; one hangs on another that stands above it. */
export function onTheWay(questions: QuestionView[], replies: Reply[]): QuestionView[] {
  const way: QuestionView[] = [];
  for (const question of questions) {
    const { when } = question;
    const led = when && way.some((one) => one.id === when.question);
    if (!when || (led && valuesOf(replies, when.question).includes(when.is))) way.push(question);
  }
  return way;
}

/** The replies with these `values` in the place of what was answered to `question`. */
export function answered(replies: Reply[], question: string, values: string[]): Reply[] {
  return [...replies.filter((one) => one.question !== question), { question, values }];
}

/** The replies to questions that are still on the way. */
export const standing = (questions: QuestionView[], replies: Reply[]): Reply[] => {
  const way = onTheWay(questions, replies);
  return replies.filter((reply) => way.some((one) => one.id === reply.question) && reply.values.length);
};

/** What a tap on `option` leads to: it is chosen or let go, beside the others only where several may be. */
export function toggled(question: QuestionView, values: string[], option: string): string[] {
  if (values.includes(option)) return values.filter((one) => one !== option);
  return question.kind === 'several' ? [...values, option] : [option];
}

export const questionText = (question: QuestionView, language: Language): string =>
  question.text[language] ?? question.id;
