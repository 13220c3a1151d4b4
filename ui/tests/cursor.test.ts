import { beforeEach, describe, expect, it } from 'vitest';

import { keepCursor } from '$lib/cursor';

const by = (id: string) => document.getElementById(id) as HTMLButtonElement;

describe('the cursor', () => {
  beforeEach(() => {
    document.body.innerHTML =
      '<h2 id="title" tabindex="-1"></h2><button id="go"></button><button id="on"></button>';
    by('go').focus();
  });

  it('comes back to a button that was disabled for a while', async () => {
    await keepCursor(
      async () => {
        by('go').blur();
        by('go').disabled = true;
        await Promise.resolve();
        by('go').disabled = false;
      },
      () => by('title'),
    );
    expect(document.activeElement).toBe(by('go'));
  });

  it('goes to what comes next where the button is gone, or stays disabled', async () => {
    await keepCursor(
      async () => {
        by('go').blur();
        by('go').disabled = true;
      },
      () => by('on'),
    );
    expect(document.activeElement).toBe(by('on'));
    await keepCursor(
      async () => by('on').remove(),
      () => by('title'),
    );
    expect(document.activeElement).toBe(by('title'));
  });

  it('stays where somebody has put it meanwhile, and comes back after an error too', async () => {
    await keepCursor(
      async () => by('on').focus(),
      () => by('title'),
    );
    expect(document.activeElement).toBe(by('on'));
    const failed = keepCursor(
      async () => {
        by('on').blur();
        throw new Error('offline');
      },
      () => by('title'),
    );
    await expect(failed).rejects.toThrow('offline');
    expect(document.activeElement).toBe(by('on'));
  });
});
