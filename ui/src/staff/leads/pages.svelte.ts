/** The list of leads as far as it was scrolled: page after page of one query. */
import { asError, type LeadPage, type LeadQuery, type LeadRow, type PersonView } from '$backend';
import { backend } from '$backend/staff';

import { staff } from '../state.svelte';

export class LeadPages {
  rows = $state.raw<LeadRow[] | null>(null);
  next = $state.raw<LeadPage['next']>(null);
  /** How many there are in all, where that is known. */
  total = $state.raw<number | null>(null);
  /** References of a person whose copy is gone, where a search found nobody. */
  stubs = $state.raw<PersonView['stubs']>([]);
  /** What the rows answer to; beside the state, so that reading it makes nobody read again. */
  #shown: LeadQuery | null = null;
  #length = 0;
  #turn = 0;
  #loading = false;

  /** The first page; where the same list is read again, as many as were shown, so that nothing jumps. */
  async load(query: LeadQuery): Promise<void> {
    const mine = ++this.#turn;
    this.#loading = true;
    const same = query.text === this.#shown?.text && query.filter === this.#shown.filter;
    const wanted = same ? this.#length : 0;
    try {
      let page = await backend.leads(query, null);
      const { total } = page;
      let found = page.rows;
      while (page.next && found.length < wanted && mine === this.#turn) {
        page = await backend.leads(query, page.next);
        found = [...found, ...page.rows];
      }
      const mark = query.text.trim();
      const person = mark && !found.length ? await backend.person({ by: 'said', value: mark }) : null;
      // An older answer that comes late must not overwrite a newer one.
      if (mine !== this.#turn) return;
      this.#shown = query;
      this.#show(found, page.next);
      [this.total, this.stubs] = [total, person?.stubs ?? []];
    } catch (thrown) {
      staff.error = asError(thrown);
    } finally {
      if (mine === this.#turn) this.#loading = false;
    }
  }

  /** The page after what is shown. */
  async more(): Promise<void> {
    if (!this.next || !this.#shown || this.#loading) return;
    const mine = this.#turn;
    try {
      const page = await backend.leads(this.#shown, this.next);
      if (mine === this.#turn) this.#show([...(this.rows ?? []), ...page.rows], page.next);
    } catch (thrown) {
      staff.error = asError(thrown);
    }
  }

  #show(rows: LeadRow[], next: LeadPage['next']): void {
    [this.rows, this.next, this.#length] = [rows, next, rows.length];
  }
}
