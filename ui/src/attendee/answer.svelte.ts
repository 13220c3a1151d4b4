/** What the attendee has chosen so far. It begins empty: no box is ticked, nothing is struck. */
import type { AttendeeAnswer, AttendeeView, BoxRef, Channel, FieldEdit, FieldView, Language } from '$backend';

const NEEDS: Record<Channel, 'email' | 'phone'> = { email: 'email', phone: 'phone', sms: 'phone' };

export class Answer {
  edits = $state<FieldEdit[]>([]);
  struck = $state<string[]>([]);
  ticked = $state<BoxRef[]>([]);

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

  toAnswer(language: Language, nothing: boolean): AttendeeAnswer {
    if (nothing) return { language, edits: [], struck: [], ticked: [], nothing };
    return {
      language,
      edits: $state.snapshot(this.edits),
      struck: $state.snapshot(this.struck),
      ticked: $state.snapshot(this.ticked),
      nothing,
    };
  }
}
