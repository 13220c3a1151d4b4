/** Error codes in words: what happened, what is safe, what to do. The codes are Rust's; nobody matches its sentences. */
import type { ErrorView, Reason } from '$backend';

import * as m from '$m';
import { REASONS } from './staff-names';

export const ERRORS: Record<string, (error: ErrorView) => string> = {
  wrong_secret: m.err_wrong_secret,
  locked_out: m.err_locked_out,
  weak_secret: m.err_weak_secret,
  list_secret: m.err_list_secret,
  no_store: m.err_no_store,
  store_exists: m.err_store_exists,
  keyring_locked: m.err_keyring_locked,
  keyring_missing_entry: m.err_keyring_missing_entry,
  store_busy: m.err_store_busy,
  disk_full: m.err_disk_full,
  read_only: m.err_read_only,
  io: m.err_io,
  damaged: m.err_damaged,
  older: m.err_older,
  newer_version: m.err_newer_version,
  clock: m.err_clock,
  not_an_image: m.err_not_an_image,
  image_too_large: m.err_image_too_large,
  image_damaged: m.err_image_damaged,
  image_format: m.err_image_format,
  payload_too_long: m.err_payload_too_long,
  payload_charset: m.err_payload_charset,
  payload_damaged: m.err_payload_damaged,
  no_draft: m.err_no_draft,
  nothing_accepted: m.err_nothing_accepted,
  nothing_needed: m.err_nothing_needed,
  promise_without_purpose: m.err_promise_without_purpose,
  unknown_purpose: m.err_unknown_purpose,
  unknown_channel: m.err_unknown_channel,
  language_not_offered: m.err_language_not_offered,
  profile_refused: m.err_profile_refused,
  not_now: m.err_not_now,
  no_lead: m.err_no_lead,
  sync_running: m.err_sync_running,
  locked: m.err_locked,
  no_promise: m.err_no_promise,
  already_captured: m.err_already_captured,
  unsynced: ({ params }) => m.err_unsynced({ count: Number(params['count'] ?? 0) }),
  event_closed: m.err_event_closed,
  parcel_damaged: m.err_parcel_damaged,
  own_parcel: m.err_own_parcel,
  other_event: m.err_other_event,
  home: ({ params }) => m.err_home({ folder: params['folder'] ?? '' }),
  wrong_kind_of_secret: m.err_wrong_kind_of_secret,
  empty_secret: m.err_empty_secret,
  reopen: m.err_reopen,
  bad_profile: m.err_bad_profile,
  bad_recipient: m.err_bad_profile,
  window: m.err_window,
  // Several codes that ask the same of a person.
  no_such_lead: m.err_no_lead,
  not_a_store: m.err_damaged,
  database: m.err_io,
  image_empty: m.err_image_damaged,
  no_code: m.nothing_body,
  no_card: m.err_no_card,
  not_a_badge: m.other_body,
  payload_empty: m.other_body,
  payload_no_contact: m.other_body,
  payload_scheme: m.other_url_body,
  crm_unknown_kind: m.reason_settings,
  crm_no_url: m.reason_settings,
  crm_bad_url: m.reason_settings,
  crm_no_recipient: m.reason_settings,
  crm_bad_recipient: m.reason_settings,
  crm_no_tls: m.reason_certificate,
  crm_no_secret: m.crm_secret_missing,
  ...(REASONS as Record<Reason, () => string>),
};

export function errorText(error: ErrorView): string {
  return ERRORS[error.code]?.(error) ?? m.err_fallback({ code: error.code });
}

/** Seconds to wait before the next attempt. */
export function waitSeconds(error: ErrorView): number {
  return Math.max(0, Math.ceil(Number(error.params['seconds'] ?? 0)) || 0);
}
