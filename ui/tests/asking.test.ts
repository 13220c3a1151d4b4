/** What hangs on a purpose, a question or an option by its id, while that id is typed anew. */
import { beforeEach, describe, expect, it } from 'vitest';

import type { ProfileDraft } from '$backend';
import { begin } from '$backend/fake/editor';

import { renameOption, renamePurpose, renameQuestion, setPurpose } from '../src/staff/editor/asking';

let draft: ProfileDraft;
beforeEach(() => {
  draft = structuredClone(begin({ from: 'in_use' }).draft);
});

/** Each letter of it, as they are typed after what stands there. */
function typed(id: string, rename: (id: string) => void) {
  for (let end = 1; end <= id.length; end += 1) rename(id.slice(0, end));
}

describe('an id that is typed through the id of another', () => {
  it('takes along the questions of its own purpose alone', () => {
    const [offer, other] = draft.purposes;
    draft.questions.forEach((one, at) => (one.purpose = at % 2 ? offer!.id : other!.id));
    const long = `${offer!.id}_print`;
    typed(long, (id) => renamePurpose(draft, other!, id));
    const of = draft.questions.map((one) => one.purpose);
    expect(of).toEqual(draft.questions.map((_, at) => (at % 2 ? offer!.id : long)));
  });

  it('and may rest there, while the other gets another one', () => {
    const [offer, other] = draft.purposes;
    draft.questions.forEach((one, at) => (one.purpose = at % 2 ? offer!.id : other!.id));
    typed(offer!.id, (id) => renamePurpose(draft, other!, id));
    typed('print', (id) => renamePurpose(draft, offer!, id));
    const of = draft.questions.map((one) => one.purpose);
    expect(of).toEqual(draft.questions.map((_, at) => (at % 2 ? 'print' : other!.id)));
  });

  it('leaves a question where it was put meanwhile', () => {
    const [offer, other, third] = draft.purposes;
    draft.questions.forEach((one) => (one.purpose = other!.id));
    typed(offer!.id, (id) => renamePurpose(draft, other!, id));
    setPurpose(draft, draft.questions[0]!, third!.id);
    renamePurpose(draft, other!, 'print');
    expect(draft.questions.map((one) => one.purpose).slice(0, 2)).toEqual([third!.id, 'print']);
  });

  it('takes along what hangs on its own question and option alone', () => {
    const [machines, , , last] = draft.questions;
    const hung = draft.questions.filter((one) => one.when?.question === machines!.id);
    expect(hung.length).toBeGreaterThan(0);
    typed(`${machines!.id}_too`, (id) => renameQuestion(draft, last!, id));
    const [press, seeder] = [
      hung[0]!.when!.is,
      machines!.options.find((one) => one.id !== hung[0]!.when!.is)!,
    ];
    typed(`${press}_two`, (id) => renameOption(draft, machines!, seeder, id));
    expect(hung.map((one) => one.when)).toEqual(hung.map(() => ({ question: machines!.id, is: press })));
  });
});
