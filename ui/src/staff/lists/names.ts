/** Names that only the lists' screens say. */
import type { ListOutcome, ListTool, ListView } from '$backend';

import { fieldName } from '$lib/names';
import * as m from '$m';

/** A maker's own name is the same in every language. */
const TOOLS: Record<ListTool, () => string> = {
  zoom: () => 'Zoom',
  teams: () => 'Microsoft Teams',
  clickmeeting: () => 'ClickMeeting',
  livestorm: () => 'Livestorm',
  other: m.list_tool_other,
};
export const TOOL_NAMES = Object.entries(TOOLS) as [ListTool, () => string][];
export const toolName = (tool: ListTool): string => TOOLS[tool]();

const HOLDS: Record<string, () => string> = {
  skip: m.list_hold_skip,
  first_name: m.list_hold_first_name,
  last_name: m.list_hold_last_name,
  street: m.list_hold_street,
  postcode: m.list_hold_postcode,
  city: m.list_hold_city,
  region: m.list_hold_region,
  country: m.list_hold_country,
};
/** What a column can hold: a field, or a part of one. */
export const holdsName = (name: ListView['holds'][number]): string =>
  HOLDS[name]?.() ?? fieldName(name as Parameters<typeof fieldName>[0]);

export const OUTCOMES: Record<ListOutcome, () => string> = {
  kept: m.list_kept,
  no_evidence: m.list_no_evidence,
  objected: m.list_objected,
  here: m.list_here,
  twice: m.list_twice,
  no_address: m.list_no_address,
  too_old: m.list_too_old,
  unreadable: m.list_unreadable,
};
