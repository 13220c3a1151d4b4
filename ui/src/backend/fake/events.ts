/** Events of an invented home, and how far the one in use is from its end. */
import type { ClosingView, EventRow, EventView, LeadView, SyncRow } from '../index';

export function eventsOf(event: EventView, leads: LeadView[], others: boolean): EventRow[] {
  const here = {
    id: event.id,
    name: event.name,
    starts: event.starts,
    ends: event.ends,
    in_use: true,
    closed: event.closed,
    leads: leads.length,
    waiting: leads.filter(({ row }) => row.crm !== 'confirmed').length,
    moved: false,
  };
  const spring = {
    id: 'wiosna-2026',
    name: 'Wiosenne Dni Pola',
    starts: '2026-04-17',
    ends: '2026-04-19',
    in_use: false,
    closed: true,
    leads: 2,
    waiting: 0,
    moved: false,
  };
  return others ? [here, spring] : [here];
}

export function closingOf(event: EventView, leads: LeadView[], rows: SyncRow[]): ClosingView {
  const left = new Map<string, ClosingView['left'][number]>();
  for (const { state, reason } of rows) {
    const key = `${state}/${reason}`;
    const one = left.get(key) ?? { state, reason, count: 0 };
    left.set(key, { ...one, count: one.count + 1 });
  }
  const promised = leads.filter(({ row }) => row.promises.some((one) => !one.kept_at));
  return {
    closed_at: event.closed ? '2026-11-27T16:05:00+01:00' : null,
    destination: 'file',
    left: [...left.values()],
    here: leads.length,
    promised: promised.length,
    to_ask: 0,
    bound: leads.filter(({ fields }) => fields.some((one) => one.field === 'signature')).length,
    in_crm: 31,
    last_sync: null,
    entries: 142,
    hash: '5d41402abc4b2a76b9719d911017c592b1946ac92492d2347c6235b4d2611184',
    handed_in: event.closed && rows.length === 0,
    can_export: true,
  };
}
