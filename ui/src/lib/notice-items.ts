/** The items of Art. 13 GDPR, as whoever writes a notice knows them. */
import type { NoticeItem } from '$backend';

import * as m from '$m';
import { LANGUAGE_NAMES } from './language.svelte';

export const ITEMS: Record<NoticeItem, () => string> = {
  controller: m.item_controller,
  dpo: m.item_dpo,
  purposes: m.item_purposes,
  legitimate_interest: m.item_legitimate_interest,
  recipients: m.item_recipients,
  transfers: m.item_transfers,
  retention: m.item_retention,
  rights: m.item_rights,
  withdrawal: m.item_withdrawal,
  complaint: m.item_complaint,
  obligation: m.item_obligation,
  automated_decisions: m.item_automated_decisions,
};

/** `notice.pl.recipients`, as a finding has it, in words. */
export function noticePlace(path: string): string {
  const [, language = '', item = ''] = path.split('.');
  const name = ITEMS[item as NoticeItem] as (() => string) | undefined;
  const spoken = LANGUAGE_NAMES[language as keyof typeof LANGUAGE_NAMES] as string | undefined;
  return name && spoken ? `${name()} (${spoken})` : path;
}
