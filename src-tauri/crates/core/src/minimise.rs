//! From what was read to what some purpose needs: the only door from a [`Candidate`] to a [`Draft`].
//!
//! When: at once after reading, before anything is shown or stored; and again on whatever the attendee's screen sends
//! back. How: a field stays where a purpose of the profile lists it; of all others the name stays, the value is wiped.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::candidate::{Candidate, Doubt, Source};
use crate::field::{Extra, Field, Fields, Value};
use crate::personal::Personal;
use crate::profile::Profile;

/// Longest text that a field keeps, in characters; a longer one is cut (a note is a note, not a file).
const MAX_TEXT: usize = 500;
/// Most e-mails, telephones or tags that are kept.
const MAX_MANY: usize = 5;

/// The name of something that was read and not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(untagged)]
pub enum Dropped {
    /// A field that no purpose needs.
    Field(Field),
    /// Something that is no field at all.
    Extra(Extra),
}

impl From<Extra> for Dropped {
    fn from(extra: Extra) -> Self {
        Self::Extra(extra)
    }
}

/// A Candidate after minimisation. Its fields cannot be set from outside.
#[derive(Clone, Debug)]
pub struct Draft {
    fields: Fields,
    dropped: BTreeSet<Dropped>,
    doubts: BTreeMap<Field, BTreeSet<Doubt>>,
    source: Source,
}

impl Draft {
    /// What would be kept, if every purpose were accepted.
    pub fn fields(&self) -> &Fields {
        &self.fields
    }

    /// Names of what was read and dropped.
    pub fn dropped(&self) -> &BTreeSet<Dropped> {
        &self.dropped
    }

    /// Kept fields that want a second look.
    pub fn doubts(&self) -> &BTreeMap<Field, BTreeSet<Doubt>> {
        &self.doubts
    }

    /// Where it came from.
    pub fn source(&self) -> Source {
        self.source
    }

    /// The draft with `edits` put in: a value replaces, `None` removes. The result is minimised again, so that a screen
    /// cannot widen it; names of dropped things stay.
    #[must_use]
    pub fn edited(mut self, edits: BTreeMap<Field, Option<Value>>, profile: &Profile) -> Self {
        let needed = profile.needed();
        for (field, value) in edits {
            self.doubts.remove(&field);
            match value.and_then(bounded) {
                Some(value) if needed.contains_key(&field) => {
                    self.fields.insert(field, value);
                }
                Some(_) => {
                    self.dropped.insert(Dropped::Field(field));
                }
                None => {
                    self.fields.remove(&field);
                }
            }
        }
        self
    }

    /// The draft with what `other` has beyond it: the other side of the same card. What this one says stays; e-mails,
    /// telephones and tags are those of both.
    #[must_use]
    pub fn joined(mut self, other: Self) -> Self {
        let Self {
            fields,
            dropped,
            mut doubts,
            ..
        } = other;
        for (field, value) in fields {
            let value = match (self.fields.remove(&field), value) {
                (None, value) => {
                    if let Some(doubts) = doubts.remove(&field) {
                        self.doubts.insert(field, doubts);
                    }
                    Some(value)
                }
                (Some(Value::Many(mut mine)), Value::Many(more)) => {
                    mine.extend(more);
                    bounded(Value::Many(mine))
                }
                (mine, _) => mine,
            };
            self.fields.extend(value.map(|value| (field, value)));
        }
        self.dropped.extend(dropped);
        self
    }

    pub(crate) fn into_fields(self) -> Fields {
        self.fields
    }
}

/// Keeps of `candidate` what some purpose of `profile` needs; of the rest the names.
pub fn minimise(mut candidate: Candidate, profile: &Profile) -> Draft {
    let needed = profile.needed();
    let doubts = std::mem::take(&mut candidate.doubts);
    let source = candidate.source;
    let mut dropped: BTreeSet<Dropped> = candidate
        .extras
        .iter()
        .copied()
        .map(Dropped::Extra)
        .collect();
    let mut fields = Fields::new();
    for (field, value) in candidate.into_fields() {
        if !needed.contains_key(&field) {
            dropped.insert(Dropped::Field(field));
        } else if let Some(value) = bounded(value) {
            fields.insert(field, value);
        }
    }
    let doubts = doubts
        .into_iter()
        .filter(|(field, _)| needed.contains_key(field))
        .collect();
    Draft {
        fields,
        dropped,
        doubts,
        source,
    }
}

/// `value` within its bounds; `None` where nothing is in it.
pub(crate) fn bounded(value: Value) -> Option<Value> {
    let cut = |text: &Personal| -> Personal {
        let end = text.expose().char_indices().nth(MAX_TEXT).map(|(at, _)| at);
        end.map_or_else(
            || text.clone(),
            |end| Personal::multiline(&text.expose()[..end]),
        )
    };
    match value {
        Value::Text(text) => Some(Value::Text(cut(&text))).filter(|_| !text.is_empty()),
        Value::Many(all) => {
            let mut kept: Vec<Personal> = Vec::new();
            for text in all.iter().filter(|text| !text.is_empty()).map(cut) {
                if !kept.contains(&text) && kept.len() < MAX_MANY {
                    kept.push(text);
                }
            }
            Some(kept).filter(|kept| !kept.is_empty()).map(Value::Many)
        }
        Value::Address(address) => Some(Value::Address(address)).filter(|value| match value {
            Value::Address(address) => !address.is_empty(),
            _ => false,
        }),
        Value::Answers(all) => Some(all).filter(|all| !all.is_empty()).map(Value::Answers),
        bounded @ (Value::Rating(_) | Value::Signature(_)) => Some(bounded),
    }
}
