//! What was read from a badge or card, before minimisation.
//!
//! A [`Candidate`] lives in memory only: it cannot be serialised, its `Debug` shows no value, and each [`Personal`] in it is wiped
//! when dropped. The only way on is `minimise`.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use zeroize::Zeroize;

use crate::field::{Address, Extra, Field, Fields, Rating, Value};
use crate::personal::Personal;

/// How a Candidate came in; Art. 14 wants the source where it is not the person.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS,
)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// A code on a badge.
    #[default]
    Badge,
    /// A photographed business card.
    Card,
    /// Typed in at the booth.
    Typed,
    /// An imported list.
    Import,
    /// A badge's number, about which the organiser was asked after the person had agreed.
    Organiser,
}

/// Why a field wants a second look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Doubt {
    /// Hidden or reordering characters were taken out.
    HiddenCharacters,
    /// The e-mail's domain uses letters that look like others; it is shown in punycode.
    LookAlikeDomain,
    /// The reader is not sure of it.
    LowConfidence,
    /// The value was not of its kind and was left out.
    NotUsable,
}

/// Everything that was read, in memory only.
#[derive(Clone, Debug, Default, Zeroize)]
pub struct Candidate {
    /// Name as one text.
    pub name: Personal,
    /// Academic and honorific titles.
    pub prefix: Personal,
    /// Job title.
    pub title: Personal,
    /// Organisation.
    pub company: Personal,
    /// E-mails, preferred first.
    pub email: Vec<Personal>,
    /// Telephones, preferred first, without fax.
    pub phone: Vec<Personal>,
    /// Web site, `http` or `https` only.
    pub website: Personal,
    /// Postal address.
    pub address: Address,
    /// Opaque badge id.
    pub reference: Personal,
    /// The staff's note.
    pub note: Personal,
    /// The staff's tags.
    pub tags: Vec<Personal>,
    /// The staff's rating.
    pub rating: Option<Rating>,
    /// Names of what was seen beyond fields.
    #[zeroize(skip)]
    pub extras: BTreeSet<Extra>,
    /// Fields that want a second look, and why.
    #[zeroize(skip)]
    pub doubts: BTreeMap<Field, BTreeSet<Doubt>>,
    /// Where it came from.
    #[zeroize(skip)]
    pub source: Source,
}

impl Candidate {
    /// Marks `field` for a second look.
    pub fn doubt(&mut self, field: Field, doubt: Doubt) {
        self.doubts.entry(field).or_default().insert(doubt);
    }

    /// True when neither a field nor an extra was read.
    pub fn is_empty(&self) -> bool {
        self.extras.is_empty() && self.clone().into_fields().is_empty()
    }

    /// The filled fields. The Candidate is used up, and what was not handed on is wiped.
    pub fn into_fields(mut self) -> Fields {
        let mut fields = Fields::new();
        let texts = [
            (Field::Name, &mut self.name),
            (Field::Prefix, &mut self.prefix),
            (Field::Title, &mut self.title),
            (Field::Company, &mut self.company),
            (Field::Website, &mut self.website),
            (Field::Reference, &mut self.reference),
            (Field::Note, &mut self.note),
        ];
        for (field, text) in texts {
            if !text.is_empty() {
                fields.insert(field, Value::Text(std::mem::take(text)));
            }
        }
        let lists = [
            (Field::Email, &mut self.email),
            (Field::Phone, &mut self.phone),
            (Field::Tags, &mut self.tags),
        ];
        for (field, list) in lists {
            let filled: Vec<Personal> = std::mem::take(list)
                .into_iter()
                .filter(|text| !text.is_empty())
                .collect();
            if !filled.is_empty() {
                fields.insert(field, Value::Many(filled));
            }
        }
        if !self.address.is_empty() {
            fields.insert(
                Field::Address,
                Value::Address(std::mem::take(&mut self.address)),
            );
        }
        if let Some(rating) = self.rating {
            fields.insert(Field::Rating, Value::Rating(rating));
        }
        fields
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_filled_fields_come_out() {
        let candidate = Candidate {
            name: "Ewa Lis".into(),
            email: vec!["".into(), "ewa@lis.example".into()],
            ..Candidate::default()
        };
        let fields = candidate.into_fields();
        assert_eq!(
            fields.keys().copied().collect::<Vec<_>>(),
            [Field::Name, Field::Email]
        );
        assert_eq!(fields[&Field::Email].texts(), ["ewa@lis.example"]);
    }

    #[test]
    fn debug_shows_no_value() {
        let candidate = Candidate {
            name: "Ewa Lis".into(),
            ..Candidate::default()
        };
        assert!(!format!("{candidate:?}").contains("Ewa"));
    }
}
