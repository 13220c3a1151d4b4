import { describe, expect, it } from 'vitest';

import { Answer } from '../src/attendee/answer.svelte';
import { connect } from '../src/backend/fake';

const view = (await connect('?lang=de').attendeeView())!;
const box = { purpose: 'newsletter', channel: 'email' } as const;

describe('the attendee’s answer', () => {
  it('begins empty: nothing is ticked, nothing struck', () => {
    expect(new Answer(view).toAnswer('de', false)).toEqual({
      language: 'de',
      edits: [],
      struck: [],
      ticked: [],
      nothing: false,
      replies: [],
      signature: null,
    });
  });

  it('takes a tick back as easily as it was given', () => {
    const answer = new Answer(view);
    answer.tick(box, true);
    expect(answer.toAnswer('de', false).ticked).toEqual([box]);
    answer.tick(box, false);
    expect(answer.toAnswer('de', false).ticked).toEqual([]);
  });

  it('carries nothing of what was ticked or typed where the person wants nothing', () => {
    const answer = new Answer(view);
    answer.tick(box, true);
    answer.edit({ field: 'name', value: { kind: 'text', value: 'Zofia' } });
    const none = {
      language: 'de',
      edits: [],
      struck: [],
      ticked: [],
      nothing: true,
      replies: [],
      signature: null,
    };
    expect(answer.toAnswer('de', true)).toEqual(none);
  });

  it('asks for the e-mail only where a ticked box needs one that is not there', () => {
    const answer = new Answer({ ...view, fields: view.fields.filter((one) => one.field !== 'email') });
    expect(answer.missing).toEqual([]);
    answer.tick(box, true);
    expect(answer.missing).toEqual(['email']);
    answer.edit({ field: 'email', value: { kind: 'many', value: ['zofia@mlyn.example'] } });
    expect(answer.missing).toEqual([]);
  });

  it('is asked and signs only for what is agreed to, and sends none of it where the page was skipped', async () => {
    const asking = (await connect('?lang=de&scene=questions,signature').attendeeView())!;
    const topics = { ...asking.questions[0]!, id: 'topics', purpose: 'newsletter', when: null };
    const answer = new Answer({ ...asking, questions: [...asking.questions, topics] });
    const asked = () => answer.questions('de').map((one) => one.id);
    expect(asked()).toEqual(['demonstration', 'month']);
    answer.tick(box, true);
    expect(asked()).toEqual(['demonstration', 'month', 'topics']);
    answer.replies = [
      { question: 'demonstration', values: ['yes'] },
      { question: 'topics', values: ['yes'] },
    ];
    answer.pad.begin(0.5, 0.5);
    const sent = answer.toAnswer('de', false, true);
    expect(sent.replies).toHaveLength(2);
    expect(sent.signature?.by).toBe('drawn');
    answer.tick(box, false);
    expect(answer.toAnswer('de', false, true).replies).toEqual([
      { question: 'demonstration', values: ['yes'] },
    ]);
    answer.strike('send_offer');
    expect(answer.toAnswer('de', false, true)).toMatchObject({ replies: [], signature: null });
    answer.strike('send_offer');
    expect(answer.toAnswer('de', false, false)).toMatchObject({ replies: [], signature: null });
  });
});
