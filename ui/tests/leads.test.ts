/** The list of leads: pages of one query, read once each. */
import { mount, tick, unmount } from 'svelte';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { backend } from '$backend/staff';

import { connect } from '../src/backend/fake';
import Leads from '../src/staff/leads/Leads.svelte';
import { LeadPages } from '../src/staff/leads/pages.svelte';
import { staff } from '../src/staff/state.svelte';

const many = connect('?lang=en&scene=many') as typeof backend;
const leads = vi.spyOn(backend, 'leads');
const rested = () => new Promise((done) => setTimeout(done, 60));
let shown: Record<string, unknown> | undefined;

beforeEach(() => {
  vi.clearAllMocks();
  leads.mockImplementation(many.leads);
  vi.stubGlobal(
    'IntersectionObserver',
    class {
      observe() {}
      disconnect() {}
    },
  );
});

afterEach(async () => {
  if (shown) await unmount(shown);
  shown = undefined;
});

it('is read once, and once more for each news', async () => {
  document.body.innerHTML = '<div id="app"></div>';
  shown = mount(Leads, { target: document.getElementById('app')! });
  await rested();
  expect(leads).toHaveBeenCalledTimes(1);
  staff.stale += 1;
  await rested();
  expect(leads).toHaveBeenCalledTimes(2);
});

it('grows by pages, and news leave as many as were shown', async () => {
  const pages = new LeadPages();
  const all = { text: '', filter: null };
  await pages.load(all);
  const [first] = pages.rows!;
  expect(pages.total).toBeGreaterThan(pages.rows!.length);
  await pages.more();
  const { length } = pages.rows!;
  expect(new Set(pages.rows!.map(({ id }) => id)).size).toBe(length);
  await pages.load(all);
  expect([pages.rows!.length, pages.rows![0]]).toEqual([length, first]);
});

it('asks for no further page of one list while another is on its way', async () => {
  const pages = new LeadPages();
  await pages.load({ text: '', filter: null });
  const coming = pages.load({ text: 'lis', filter: null });
  await pages.more();
  await coming;
  await tick();
  expect(leads.mock.calls.filter(([, after]) => after)).toEqual([]);
});
