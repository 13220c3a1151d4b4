/** Something that cannot be taken back is done a few seconds late, so that it can. */

export interface Pending {
  readonly name: string;
  readonly key: string;
}

/** Waits `ms`, then does it; `undo` prevents it, `flush` does it at once: on leaving the page nothing is forgotten. */
export class Delayed {
  #timer: ReturnType<typeof setTimeout>;
  #done = false;

  constructor(
    private readonly act: () => Promise<void>,
    ms: number,
  ) {
    this.#timer = setTimeout(() => void this.flush(), ms);
  }

  /** True where it came in time. */
  undo(): boolean {
    if (this.#done) return false;
    this.#done = true;
    clearTimeout(this.#timer);
    return true;
  }

  async flush(): Promise<void> {
    if (!this.undo()) return;
    await this.act();
  }
}

export const UNDO_MS = 5_000;
