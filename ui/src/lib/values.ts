/** Field values as text and back. Rust is the only authority over what they become. */
import type { AddressView, AnswerView, Field, FieldValue } from '$backend';

import { ratingName } from './names';

const MANY: readonly Field[] = ['email', 'phone', 'tags'];

export const isMany = (field: Field): boolean => MANY.includes(field);

/** What the staff add; the rest is the person's. */
export const isStaffs = (field: Field): boolean => ['note', 'tags', 'rating', 'answers'].includes(field);

export function addressLine(address: AddressView): string {
  const town = [address.postcode, address.city].filter(Boolean).join(' ');
  const parts = [address.street, town, address.region, address.country].filter(Boolean);
  return parts.join(', ') || address.text.replaceAll('\n', ', ');
}

/** Question and answer in a line. */
export const answerLine = ({ asked, said }: AnswerView): string =>
  /[?:.]$/.test(asked) ? `${asked} ${said}` : `${asked}: ${said}`;

/** The value in lines. */
export function valueLines(value: FieldValue): string[] {
  switch (value.kind) {
    case 'text':
      return [value.value];
    case 'many':
      return value.value;
    case 'address':
      return [addressLine(value.value)];
    case 'rating':
      return [ratingName(value.value)];
    case 'answers':
      return value.value.map(answerLine);
    case 'signature':
      return value.value.name ? [value.value.name] : [];
  }
}

/** What a person typed, as a value for `field`; `null` clears it. */
export function parseValue(field: Field, text: string): FieldValue | null {
  const trimmed = text.trim();
  if (!trimmed) return null;
  if (!isMany(field)) return { kind: 'text', value: trimmed };
  const separator = field === 'tags' ? /\n/ : /[\n,;]/;
  return {
    kind: 'many',
    value: trimmed
      .split(separator)
      .map((one) => one.trim())
      .filter(Boolean),
  };
}
