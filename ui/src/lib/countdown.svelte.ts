/** Whole seconds that are left, for a pause or a warning. */
export class Countdown {
  left = $state(0);
  #timer: ReturnType<typeof setInterval> | undefined;

  start(seconds: number, done?: () => void): void {
    this.stop();
    this.left = seconds;
    if (seconds <= 0) return;
    this.#timer = setInterval(() => {
      this.left -= 1;
      if (this.left > 0) return;
      this.stop();
      done?.();
    }, 1_000);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.left = 0;
  }
}
