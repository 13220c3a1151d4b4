/** A webinar's list in the fake: invented people, one of each outcome. */
import type { ListImport, ListPreview, ListRow, ListView } from '../types';

const column = (
  header: string,
  holds = 'skip',
  answers?: [number, number, number],
): ListView['columns'][number] => ({
  header,
  holds,
  asks: Boolean(answers),
  yes: answers?.[0] ?? 0,
  no: answers?.[1] ?? 0,
  unclear: answers?.[2] ?? 0,
});

export const LIST: ListView = {
  tool: 'zoom',
  header_line: 9,
  people: 9,
  columns: [
    column('Attended'),
    column('First Name', 'first_name'),
    column('Last Name', 'last_name'),
    column('Email', 'email'),
    column('Organization', 'company'),
    column('Industry'),
    column('Newsletter?', 'skip', [5, 3, 1]),
    column('Call me back', 'skip', [2, 7, 0]),
    column('Registration Time'),
  ],
  holds: ['name', 'first_name', 'last_name', 'prefix', 'company', 'email', 'phone'],
};

const row = (line: number, outcome: ListRow['outcome'], name: string | null = null): ListRow => ({
  line,
  outcome,
  name,
  kept: name ? ['name', 'email'] : [],
  dropped: name ? ['company'] : [],
  given: name ? [{ purpose: 'newsletter', channel: 'email' }] : [],
});

export const PREVIEW: ListPreview = {
  counts: {
    kept: 3,
    no_evidence: 2,
    objected: 1,
    here: 1,
    twice: 1,
    no_address: 1,
    too_old: 0,
    unreadable: 0,
    unclear: 1,
  },
  unread: ['Attended', 'Industry', 'Registration Time'],
  rows: [
    row(10, 'kept', 'Zofia Wiśniewska-Król'),
    row(11, 'no_evidence'),
    row(12, 'no_evidence'),
    row(13, 'kept', 'Żegota Łącki'),
    row(14, 'objected'),
    row(15, 'here'),
    row(16, 'twice'),
    row(17, 'no_address'),
    row(18, 'kept', 'Friederike Ansgar'),
  ],
};

export const importedAt = (now: number): ListImport => ({
  id: '0123456789abcdef',
  tool: 'zoom',
  at: new Date(now).toISOString(),
  undo_until: new Date(now + 86_400_000).toISOString(),
  counts: PREVIEW.counts,
});
