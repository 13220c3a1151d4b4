/** What Svelte warns of in development fails the test that brought it about. */
import { afterEach, beforeEach, expect, vi } from 'vitest';

const said: string[] = [];

beforeEach(() => {
  const warn = console.warn.bind(console);
  vi.spyOn(console, 'warn').mockImplementation((...all: unknown[]) => {
    if (String(all[0]).includes('[svelte]')) said.push(String(all[0]));
    else warn(...all);
  });
});

afterEach(() => {
  expect(said.splice(0)).toEqual([]);
});
