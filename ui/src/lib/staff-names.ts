/** Names that only the staff's screens say; apart from the others, so that they stay out of the attendee's window. */
import type { Act, Basis, Channel, CrmState, Keep, Kind, Reason, Source } from '$backend';

import * as m from '$m';

type Say = () => string;

const CHANNELS: Record<Channel, Say> = { email: m.channel_email, phone: m.channel_phone, sms: m.channel_sms };
export const channelName = (channel: Channel): string => CHANNELS[channel]();

export const SOURCES: Record<Source, Say> = {
  badge: m.source_badge,
  card: m.source_card,
  typed: m.source_typed,
  import: m.source_import,
  organiser: m.source_organiser,
};

export const BASES: Record<Basis, { name: Say; article: Say }> = {
  consent: { name: m.basis_consent, article: m.basis_consent_article },
  requested: { name: m.basis_requested, article: m.basis_requested_article },
  legitimate_interest: {
    name: m.basis_legitimate_interest,
    article: m.basis_legitimate_interest_article,
  },
};

export const ACTS: Record<Act, Say> = {
  attendee_screen: m.act_attendee_screen,
  terminal: m.act_terminal,
  import: m.act_import,
};

export const CRM_STATES: Record<CrmState, Say> = {
  waiting: m.crm_waiting,
  confirmed: m.crm_confirmed,
  needs_person: m.crm_needs_person,
};

export const KINDS: Record<Kind, Say> = {
  upsert: m.kind_upsert,
  withdraw: m.kind_withdraw,
  expire: m.kind_expire,
  erase: m.kind_erase,
};

export const KEEPS: Record<Keep, Say> = {
  until_confirmed: m.keep_until_confirmed,
  until_promise_kept: m.keep_until_promise_kept,
  until_event_end: m.keep_until_event_end,
};

export const REASONS: Record<Reason, Say> = {
  offline: m.reason_offline,
  ambiguous: m.reason_ambiguous,
  throttled: m.reason_throttled,
  server_trouble: m.reason_server_trouble,
  not_the_crm: m.reason_not_the_crm,
  certificate: m.reason_certificate,
  sign_in: m.reason_sign_in,
  refused: m.reason_refused,
  missing_field: m.reason_missing_field,
  no_id: m.reason_no_id,
  consent_lost: m.reason_consent_lost,
  full: m.reason_full,
  not_writable: m.reason_not_writable,
  settings: m.reason_settings,
  metered: m.reason_metered,
};

/** The same between us and the organiser's service, where that asks something else of a person. */
export const ORGANISER_REASONS: Partial<Record<Reason, Say>> = {
  offline: m.organiser_reason_offline,
  certificate: m.reason_certificate,
  not_the_crm: m.organiser_reason_not_theirs,
  sign_in: m.organiser_reason_sign_in,
  settings: m.organiser_reason_settings,
  throttled: m.organiser_reason_throttled,
};

/** As their makers write them. */
export const SERVICES: Record<string, string> = {
  pretix: 'pretix',
  alfio: 'alf.io',
  eventyay: 'eventyay',
  cvent: 'Cvent BadgeKit',
};

const TIMELINE: Record<string, Say> = {
  capture: m.timeline_capture,
  decline: m.timeline_decline,
  grant: m.timeline_grant,
  deny: m.timeline_deny,
  withdraw: m.timeline_withdraw,
  object: m.timeline_object,
  change: m.timeline_change,
  erase: m.timeline_erase,
  purge: m.timeline_purge,
  confirm: m.timeline_confirm,
  clock: m.timeline_clock,
  import: m.timeline_import,
  look_up: m.timeline_look_up,
};

export const timelineName = (kind: string): string => TIMELINE[kind]?.() ?? m.timeline_other({ kind });

/** What is a maker's own name is the same in every language. */
export const CONNECTORS: Record<string, Say> = {
  file: m.crm_kind_file,
  bottlecrm: m.crm_kind_bottlecrm,
  hubspot: () => 'HubSpot',
  odoo: () => 'Odoo',
  espocrm: () => 'EspoCRM',
  pipedrive: () => 'Pipedrive',
  salesforce: () => 'Salesforce',
  dataverse: () => 'Microsoft Dataverse',
  zoho: () => 'Zoho CRM',
  webhook: m.crm_kind_webhook,
  postgres: m.crm_kind_postgres,
};
export const connectorName = (kind: string): string => CONNECTORS[kind]?.() ?? kind;
