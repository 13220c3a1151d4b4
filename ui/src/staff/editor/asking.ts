/** Questions of a profile that is being written: new ones, other ids, and what they may hang on. */
import type { OptionDraft, ProfileDraft, PurposeDraft, QuestionDraft } from '$backend';
import * as m from '$m';

/** Moves what stands at `from` to `to`. */
export function reorder<T>(list: T[], from: number, to: number): void {
  list.splice(to, 0, ...list.splice(from, 1));
}

function free(taken: string[], stem: string): string {
  let number = taken.length + 1;
  while (taken.includes(`${stem}_${number}`)) number += 1;
  return `${stem}_${number}`;
}

/** A question for `purpose`, which keeps answers from now on. */
export function setPurpose(draft: ProfileDraft, question: QuestionDraft, id: string): void {
  question.purpose = id;
  const purpose = draft.purposes.find((one) => one.id === id);
  if (purpose && !purpose.fields.includes('answers')) purpose.fields.push('answers');
}

export function newQuestion(draft: ProfileDraft): void {
  const ids = draft.questions.map((one) => one.id);
  draft.questions.push({
    was: null,
    id: free(ids, 'question'),
    kind: 'one',
    ask: 'staff',
    purpose: '',
    text: {},
    options: [],
    when: null,
    column: '',
  });
  const question = draft.questions.at(-1)!;
  for (let count = 0; count < 2; count += 1) newOption(question);
  const answered = draft.purposes.find((one) => one.fields.includes('answers'));
  setPurpose(draft, question, (answered ?? draft.purposes[0])?.id ?? '');
}

export function newOption(question: QuestionDraft): void {
  const ids = question.options.map((one) => one.id);
  question.options.push({ id: free(ids, 'option'), text: {} });
}

/** An answer without options has none. */
export function setKind(question: QuestionDraft, kind: QuestionDraft['kind']): void {
  question.kind = kind;
  const chosen = kind === 'one' || kind === 'several';
  if (!chosen) question.options = [];
  while (chosen && question.options.length < 2) newOption(question);
}

interface Named {
  id: string;
}

/** The questions that hang on each by its id, as they were while nothing else had that id too. */
const followers = new WeakMap<Named, QuestionDraft[]>();

/**
 * `one` of `all` gets another id, letter by letter: on its way through the id of another the two are told apart by what hung
 * on each before. `hang` answers the questions that name an id, `lead` gives one the new id.
 */
function rename<T extends Named>(
  all: T[],
  one: T,
  id: string,
  hang: (id: string) => QuestionDraft[],
  lead: (question: QuestionDraft) => void,
): void {
  const times = (wanted: string) => all.filter((other) => other.id === wanted).length;
  for (const other of all) if (times(other.id) === 1) followers.set(other, hang(other.id));
  const named = hang(one.id);
  one.id = id;
  // Those that were hung on something else meanwhile stay there.
  for (const question of followers.get(one) ?? []) if (named.includes(question)) lead(question);
}

export function renamePurpose(draft: ProfileDraft, purpose: PurposeDraft, id: string): void {
  const hang = (of: string) => draft.questions.filter((one) => one.purpose === of);
  rename(draft.purposes, purpose, id, hang, (one) => (one.purpose = id));
}

export function renameQuestion(draft: ProfileDraft, question: QuestionDraft, id: string): void {
  const hang = (of: string) => draft.questions.filter((one) => one.when?.question === of);
  rename(draft.questions, question, id, hang, (one) => (one.when!.question = id));
}

export function renameOption(
  draft: ProfileDraft,
  question: QuestionDraft,
  option: OptionDraft,
  id: string,
): void {
  const hang = (of: string) =>
    draft.questions.filter(({ when }) => when?.question === question.id && when.is === of);
  rename(question.options, option, id, hang, (one) => (one.when!.is = id));
}

/** What an answer can be, where it is one of few. */
export function optionsOf(question: QuestionDraft): OptionDraft[] {
  if (question.kind !== 'yes_no') return question.options;
  const said = (of: () => string) => ({ pl: of(), en: of(), de: of() });
  return [
    { id: 'yes', text: said(m.decision_yes) },
    { id: 'no', text: said(m.decision_no) },
  ];
}

/** The questions above it on the same screen, of whose options it may hang on one. */
export function above(draft: ProfileDraft, question: QuestionDraft): QuestionDraft[] {
  const before = draft.questions.slice(0, draft.questions.indexOf(question));
  return before.filter((one) => one.ask === question.ask && optionsOf(one).length);
}
