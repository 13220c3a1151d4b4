/** What the profile's linter finds, in words. Apart from the other sentences: few windows ever show one. */
import type { Finding, Lint } from '$backend';

import * as m from '$m';
import { language, LANGUAGE_NAMES } from './language.svelte';
import { noticePlace } from './notice-items';

/** What is filled in in a mail. */
export const MAIL_WORDS = '{name}, {event}, {controller}';

type Say = () => string;
/** What a sentence may say: what it is about, the language of the text, what may stand there, what a mail fills in. */
interface Words {
  subject: string;
  language: string;
  choices: string;
  words: string;
}
type Sentence = (inputs: Words) => string;

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
  question_id: m.lint_question_id,
  question_purpose: m.lint_question_purpose,
  question_text: m.lint_question_text,
  question_options: m.lint_question_options,
  question_when: m.lint_question_when,
  too_many_questions: m.lint_too_many_questions,
  nothing_asked: m.lint_nothing_asked,
  answers_end_apart: plain(m.lint_answers_end_apart),
  crm_mapping: m.lint_crm_mapping,
  signature_why: m.lint_signature_why,
  badge_symbols: m.lint_badge_symbols,
  badge_template: m.lint_badge_template,
  form_syntax: plain(m.lint_form_syntax),
  form_missing: (words) => (words.choices ? m.lint_form_missing_of(words) : m.lint_form_missing(words)),
  form_unknown: m.lint_form_unknown,
  form_word: m.lint_form_word,
  form_value: m.lint_form_value,
  form_text: m.lint_form_text,
  form_number: m.lint_form_number,
  form_truth: m.lint_form_truth,
  form_list: m.lint_form_list,
  form_table: m.lint_form_table,
  form_tables: m.lint_form_tables,
  form_day: m.lint_form_day,
  event_id: plain(m.lint_event_id),
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
  mail_template: m.lint_mail_template,
  mail_language: m.lint_mail_language,
  mail_placeholder: m.lint_mail_placeholder,
  mail_name: m.lint_mail_name,
  mail_long: m.lint_mail_long,
  mail_blank: m.lint_mail_blank,
  no_language: plain(m.lint_no_language),
  no_notice: m.lint_no_notice,
  notice_item: ({ subject }) => m.lint_notice_item({ subject: noticePlace(subject) }),
  crm_kind: m.lint_crm_kind,
  crm_url: plain(m.lint_crm_url),
  crm_batch: m.lint_crm_batch,
  lookup_service: m.lint_lookup_service,
  lookup_url: plain(m.lint_lookup_url),
  lookup_event: m.lint_lookup_event,
  lookup_reference: plain(m.lint_lookup_reference),
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
  if (!sentence) return finding.message;
  const spoken = finding.language;
  return sentence({
    subject: finding.name[language()] ?? finding.subject,
    language: spoken ? LANGUAGE_NAMES[spoken] : '',
    choices: finding.choices.join(', '),
    words: MAIL_WORDS,
  });
}
