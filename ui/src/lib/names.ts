/** Names of what crosses from Rust, in the language of the screen. Written out, so that a missing one does not compile. */
import type { Doubt, Dropped, Extra, Field, Rating } from '$backend';

import * as m from '$m';

type Say = () => string;

const FIELDS: Record<Field, Say> = {
  name: m.field_name,
  prefix: m.field_prefix,
  title: m.field_title,
  company: m.field_company,
  email: m.field_email,
  phone: m.field_phone,
  website: m.field_website,
  address: m.field_address,
  reference: m.field_reference,
  note: m.field_note,
  tags: m.field_tags,
  rating: m.field_rating,
  answers: m.field_answers,
  signature: m.field_signature,
};

/** Every field, in the order in which screens show them. */
export const ALL_FIELDS = Object.keys(FIELDS) as Field[];

const EXTRAS: Record<Extra, Say> = {
  birthday: m.extra_birthday,
  media: m.extra_media,
  gender: m.extra_gender,
  badge_note: m.extra_badge_note,
  home: m.extra_home,
  fax: m.extra_fax,
  nickname: m.extra_nickname,
  role: m.extra_role,
  social: m.extra_social,
  location: m.extra_location,
  categories: m.extra_categories,
  language: m.extra_language,
  relations: m.extra_relations,
  key: m.extra_key,
  claimed_consent: m.extra_claimed_consent,
  register_number: m.extra_register_number,
  other: m.extra_other,
};

export const RATINGS: Record<Rating, Say> = {
  cold: m.rating_cold,
  warm: m.rating_warm,
  hot: m.rating_hot,
};

export const fieldName = (field: Field): string => FIELDS[field]();

export const droppedName = (name: Dropped): string =>
  name in FIELDS ? FIELDS[name as Field]() : (EXTRAS[name as Extra] ?? m.extra_other)();

export const ratingName = (rating: Rating): string => RATINGS[rating]();

export const DOUBTS: Record<Doubt, Say> = {
  hidden_characters: m.doubt_hidden_characters,
  look_alike_domain: m.doubt_look_alike_domain,
  low_confidence: m.doubt_low_confidence,
  not_usable: m.doubt_not_usable,
};
