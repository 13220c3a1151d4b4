/** Calls `idle` after `seconds` without a touch or a key. Answers how to stop. */
export function whenIdle(seconds: number, idle: () => void): () => void {
  if (seconds <= 0) return () => undefined;
  let last = Date.now();
  const touched = () => (last = Date.now());
  const events = ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart'] as const;
  for (const event of events) window.addEventListener(event, touched, { capture: true, passive: true });
  // By the clock and not by one long timer: a device that slept through its time locks as it wakes.
  const timer = setInterval(() => {
    if (Date.now() - last < seconds * 1_000) return;
    last = Date.now();
    idle();
  }, 1_000);
  return () => {
    clearInterval(timer);
    for (const event of events) window.removeEventListener(event, touched, { capture: true });
  };
}
