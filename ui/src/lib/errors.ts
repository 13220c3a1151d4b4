/** Error codes in words: what happened, what is safe, what to do. The codes are Rust's; nobody matches its sentences. */
import type { ErrorView, Finding, Lint, Reason } from '$backend';

import * as m from '$m';
import { REASONS } from './staff-names';

type Say = () => string;

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

type Sentence = (inputs: { subject: string; message: string }) => string;

const plain =
  (say: Say): Sentence =>
  () =>
    say();

export const LINTS: Record<Lint, Sentence> = {
  controller_blank: m.lint_controller_blank,
  privacy_page: plain(m.lint_privacy_page),
  field_beyond_channels: m.lint_field_beyond_channels,
  same_wording: m.lint_same_wording,
  other_channel_named: m.lint_other_channel_named,
  no_receipt_page: plain(m.lint_no_receipt_page),
  lock_after: m.lint_lock_after,
  long_event: m.lint_long_event,
  wording_version: m.lint_wording_version,
  badge_symbols: m.lint_badge_symbols,
  badge_template: m.lint_badge_template,
  form: m.lint_form,
  event_id: m.lint_event_id,
  event_ends_before_start: plain(m.lint_event_ends_before_start),
  time_zone: m.lint_time_zone,
  country: m.lint_country,
  controller_email: m.lint_controller_email,
  no_purpose: plain(m.lint_no_purpose),
  duplicate_purpose: m.lint_duplicate_purpose,
  purpose_id: m.lint_purpose_id,
  no_fields: m.lint_no_fields,
  no_retention: m.lint_no_retention,
  retention: m.lint_retention,
  long_retention: m.lint_long_retention,
  promise_without_request: m.lint_promise_without_request,
  field_without_purpose: m.lint_field_without_purpose,
  marketing_without_consent: m.lint_marketing_without_consent,
  bundled_channels: m.lint_bundled_channels,
  channel_without_field: m.lint_channel_without_field,
  no_wording: m.lint_no_wording,
  no_statement: m.lint_no_statement,
  no_notice: m.lint_no_notice,
  notice_item: m.lint_notice_item,
  crm_kind: m.lint_crm_kind,
  crm_url: plain(m.lint_crm_url),
  no_recipient: plain(m.lint_no_recipient),
  plain_file: plain(m.lint_plain_file),
  receipt_page: plain(m.lint_receipt_page),
  receipt_withdraw: plain(m.lint_receipt_withdraw),
  head_office_key: plain(m.lint_head_office_key),
  no_recovery: plain(m.lint_no_recovery),
};

/** A finding in the screen's language; in Rust's English where the rule is newer than this screen. */
export function findingText(finding: Finding): string {
  const sentence: Sentence | undefined = LINTS[finding.lint];
  return sentence ? sentence(finding) : finding.message;
}
