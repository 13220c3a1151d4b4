/** The cursor of who works by keyboard, where a button that they pressed is disabled for a while, or goes. */
import { tick } from 'svelte';

/**
 * Runs `act`, then gives the cursor back where it was lost: to what had it, or to what `next` answers where that is gone or
 * cannot be pressed any more.
 */
export async function keepCursor<T>(act: () => Promise<T>, next?: () => HTMLElement | undefined): Promise<T> {
  const had = document.activeElement;
  try {
    return await act();
  } finally {
    await tick();
    const lost = () => document.activeElement === document.body;
    if (lost() && had instanceof HTMLElement && !had.matches(':disabled')) had.focus();
    if (lost()) next?.()?.focus();
  }
}
