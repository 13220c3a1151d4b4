/** What the attendee has chosen so far. It begins empty: no box is ticked, nothing is struck. */
import type {
  AttendeeAnswer,
  AttendeeView,
  BoxRef,
  Channel,
  FieldEdit,
  FieldView,
  Language,
  QuestionView,
  Reply,
  SignatureAsk,
} from '$backend';
import { standing } from '$lib/questions';

import { Pad } from './signature.svelte';

const NEEDS: Record<Channel, 'email' | 'phone'> = { email: 'email', phone: 'phone', sms: 'phone' };

export class Answer {
  edits = $state<FieldEdit[]>([]);
  struck = $state<string[]>([]);
  ticked = $state<BoxRef[]>([]);
  replies = $state.raw<Reply[]>([]);
  readonly pad = new Pad();

  readonly #view: AttendeeView;

  constructor(view: AttendeeView) {
    this.#view = view;
  }

  isTicked(box: BoxRef): boolean {
    return this.ticked.some((one) => one.purpose === box.purpose && one.channel === box.channel);
  }

  tick(box: BoxRef, on: boolean): void {
    this.ticked = this.ticked.filter((one) => one.purpose !== box.purpose || one.channel !== box.channel);
    if (on) this.ticked.push({ purpose: box.purpose, channel: box.channel });
  }

  strike(purpose: string): void {
    const has = this.struck.includes(purpose);
    this.struck = has ? this.struck.filter((one) => one !== purpose) : [...this.struck, purpose];
  }

  edit(edit: FieldEdit): void {
    this.edits = [...this.edits.filter((one) => one.field !== edit.field), edit];
  }

  /** The fields as they stand with the corrections. */
  get fields(): FieldView[] {
    const shown = this.#view.fields.map((one) => {
      const edit = this.edits.find((changed) => changed.field === one.field);
      return edit ? { ...one, value: edit.value, doubts: [] } : one;
    });
    const added = this.edits.filter((edit) => !this.#view.fields.some((one) => one.field === edit.field));
    return [
      ...shown.filter((one): one is FieldView => one.value !== null),
      ...added.flatMap((edit) =>
        edit.value ? [{ field: edit.field, value: edit.value, doubts: [], purposes: [] }] : [],
      ),
    ];
  }

  /** Fields that a ticked box cannot do without, and that are empty. */
  get missing(): ('email' | 'phone')[] {
    const needed = new Set(this.ticked.flatMap((box) => (box.channel ? [NEEDS[box.channel]] : [])));
    return [...needed].filter((field) => !this.fields.some((one) => one.field === field));
  }

  /** The purposes that are agreed to as it stands: ticked, asked for and not struck, or done without a box and not struck. */
  #agreed(language: Language): Set<string> {
    const unticked = (this.#view.texts[language]?.statements ?? []).filter(
      (one) => one.basis !== 'requested' || this.#view.asked.some((asked) => asked.purpose === one.purpose),
    );
    const all = [...this.ticked, ...unticked].map((one) => one.purpose);
    return new Set(all.filter((one) => !this.struck.includes(one)));
  }

  /** What is asked now that its purpose is agreed to. */
  questions(language: Language): QuestionView[] {
    const agreed = this.#agreed(language);
    return this.#view.questions.filter((one) => agreed.has(one.purpose));
  }

  /** The purposes agreed to that ask for a signature. */
  signatures(language: Language): SignatureAsk[] {
    const agreed = this.#agreed(language);
    return this.#view.signatures.filter((one) => agreed.has(one.purpose));
  }

  /** `further` is false where the second page was skipped: nothing of it is sent. */
  toAnswer(language: Language, nothing: boolean, further = false): AttendeeAnswer {
    const none = { replies: [], signature: null };
    if (nothing) return { language, edits: [], struck: [], ticked: [], nothing, ...none };
    return {
      language,
      edits: $state.snapshot(this.edits),
      struck: $state.snapshot(this.struck),
      ticked: $state.snapshot(this.ticked),
      nothing,
      replies: further ? standing(this.questions(language), this.replies) : [],
      signature: further && this.signatures(language).length ? this.pad.signed : null,
    };
  }
}
