/** The attendee's second page: after “Save”, only for what was agreed to, and skipped as quickly as answered. */
import { mount, tick, unmount } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { backend } from '$backend/attendee';

import Ask from '../src/attendee/Ask.svelte';
import { connect } from '../src/backend/fake';

const by = (id: string) => document.querySelector<HTMLElement>(`[data-testid="${id}"]`);
const view = (await connect('?lang=en&scene=questions,signature').attendeeView())!;
const onthanks = vi.fn();
const ontimeout = vi.fn();
const send = vi.spyOn(backend, 'attendeeAnswer');
let shown: Record<string, unknown> | undefined;

function show() {
  document.body.innerHTML = '<div id="app"></div>';
  shown = mount(Ask, {
    target: document.getElementById('app')!,
    props: { view, send: backend.attendeeAnswer, onthanks, ontimeout },
  });
}

beforeEach(() => void vi.clearAllMocks());

afterEach(async () => {
  vi.useRealTimers();
  if (shown) await unmount(shown);
});

const save = async () => {
  by('save')!.click();
  await vi.waitFor(() => expect(by('further')).not.toBeNull());
};

describe('what went wrong', () => {
  it('comes into view with the ways out, and lies on no box', async () => {
    send.mockRejectedValueOnce({ code: 'store', message: '' });
    const scrolled = vi.spyOn(Element.prototype, 'scrollIntoView');
    show();
    await save();
    by('further-skip')!.click();
    await vi.waitFor(() => expect(document.querySelector('[role=alert]')!.textContent).not.toBe(''));
    await tick();
    expect(scrolled.mock.contexts).toEqual([by('further-skip')!.closest('footer')]);
    expect(onthanks).not.toHaveBeenCalled();
  });
});

describe('the second page', () => {
  it('comes after Save and is sent with it, in one answer', async () => {
    show();
    await save();
    expect(send).not.toHaveBeenCalled();
    expect(by('question-month')).toBeNull();
    by('answer-demonstration-yes')!.click();
    await tick();
    by('answer-month-spring')!.click();
    by('sign-other')!.click();
    await tick();
    const name = by('sign-name') as HTMLInputElement;
    name.value = 'Zofia Wiśniewska-Król';
    name.dispatchEvent(new Event('input', { bubbles: true }));
    by('further-done')!.click();
    await vi.waitFor(() => expect(onthanks).toHaveBeenCalledOnce());
    expect(send).toHaveBeenCalledOnce();
    expect(send.mock.calls[0]![0]).toMatchObject({
      nothing: false,
      replies: [
        { question: 'demonstration', values: ['yes'] },
        { question: 'month', values: ['spring'] },
      ],
      signature: { by: 'typed', value: 'Zofia Wiśniewska-Król' },
    });
  });

  it('is skipped in one tap, by a button of the same size', async () => {
    show();
    await save();
    by('answer-demonstration-yes')!.click();
    expect(by('further-skip')!.className).toBe(by('further-done')!.className);
    by('further-skip')!.click();
    await vi.waitFor(() => expect(onthanks).toHaveBeenCalledOnce());
    expect(send.mock.calls[0]![0]).toMatchObject({ replies: [], signature: null });
  });

  it('does not come where its purpose was struck', async () => {
    show();
    document.querySelector<HTMLElement>('[data-testid="strike-send_offer"]')!.click();
    await tick();
    by('save')!.click();
    await vi.waitFor(() => expect(onthanks).toHaveBeenCalledOnce());
    expect(by('further')).toBeNull();
  });

  it('that is left alone loses no choice that was saved', async () => {
    vi.useFakeTimers();
    show();
    await save();
    by('answer-demonstration-yes')!.click();
    await vi.advanceTimersByTimeAsync(95_000);
    expect(onthanks).toHaveBeenCalledOnce();
    expect(ontimeout).not.toHaveBeenCalled();
    expect(send.mock.calls[0]![0]).toMatchObject({ replies: [], signature: null });
  });
});
