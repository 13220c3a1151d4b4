/** Until which day answers keep a lead here. */
import { mount, unmount } from 'svelte';
import { afterEach, expect, it } from 'vitest';

import type { LeadView } from '$backend';

import { connect } from '../src/backend/fake';
import Answers from '../src/staff/leads/Answers.svelte';

const backend = connect('?lang=en&scene=many');
let shown: Record<string, unknown> | undefined;

afterEach(async () => {
  if (shown) await unmount(shown);
});

async function said(ends: Record<string, string>) {
  const { rows } = await backend.leads({ text: '', filter: null }, null);
  const lead: LeadView = structuredClone(await backend.lead(rows[0]!.id));
  const value = Object.keys(ends).map((purpose) => ({
    question: purpose,
    purpose,
    asked: 'What?',
    values: ['this'],
    said: 'this',
  }));
  const reasons = Object.entries(ends).map(([purpose, until]) => ({ purpose, until }));
  lead.fields = [
    { field: 'answers', value: { kind: 'answers', value }, reasons, until: reasons.at(-1)!.until },
  ];
  document.body.innerHTML = '<div id="app"></div>';
  shown = mount(Answers, { target: document.getElementById('app')!, props: { lead, onreply: () => {} } });
  return document.querySelector('[data-testid="answers-stay"]')?.textContent;
}

it('is named where the answers end on different days: the last day but one', async () => {
  const line = await said({ offer: '2026-12-08T22:59:59Z', newsletter: '2028-11-24T22:59:59Z' });
  expect(line).toContain('December 2026');
});

it('is not where they end together', async () => {
  expect(await said({ offer: '2026-12-08T22:59:59Z', call: '2026-12-08T22:59:59Z' })).toBeUndefined();
});
