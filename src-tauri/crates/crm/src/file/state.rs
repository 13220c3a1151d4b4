//! What a folder of leads says after all that was told to it.
//!
//! How: every message is an [`Entry`]; applying one twice, or several in another order, gives the same [`State`]. That
//! is what makes a replay harmless, and what lets head office open sealed files in any order. The newest revision of a
//! lead wins; an erasure beats everything; a withdrawal or an expiry holds against every revision up to its own.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use zgoda_core::field::Field;
use zgoda_core::outbox::{Body, Message};
use zgoda_core::withdraw::names;

use crate::record::Record;

/// One message as a line of a file.
#[derive(Clone, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Entry {
    /// A lead, whole.
    Upsert(Box<Record>),
    /// Purposes withdrawn, or boxes of them.
    Withdraw {
        /// The lead.
        lead_id: String,
        /// The lead's revision.
        revision: u32,
        /// Their names: `purpose`, or `purpose:channel` where another channel of it stands.
        purposes: BTreeSet<String>,
    },
    /// Fields cleared.
    Expire {
        /// The lead.
        lead_id: String,
        /// The lead's revision.
        revision: u32,
        /// Their names.
        fields: BTreeSet<Field>,
    },
    /// The person erased.
    Erase {
        /// The lead.
        lead_id: String,
    },
}

impl From<&Message> for Entry {
    fn from(message: &Message) -> Self {
        let lead_id = message.lead.to_string();
        let revision = message.revision;
        match &message.body {
            Body::Upsert(kept) => Self::Upsert(Box::new(Record::new(message, kept))),
            Body::Withdraw(boxes) => Self::Withdraw {
                lead_id,
                revision,
                purposes: names(boxes),
            },
            Body::Expire(fields) => Self::Expire {
                lead_id,
                revision,
                fields: fields.clone(),
            },
            Body::Erase => Self::Erase { lead_id },
        }
    }
}

/// What `message` says, without a value of the person: the same text each time the same is told.
pub(crate) fn told(message: &Message) -> String {
    let what = match &message.body {
        Body::Upsert(_) => "upsert".to_owned(),
        Body::Withdraw(boxes) => format!("withdraw {:?}", names(boxes)),
        Body::Expire(fields) => format!("expire {fields:?}"),
        Body::Erase => "erase".to_owned(),
    };
    format!("{} {} {what}", message.lead, message.revision)
}

/// The whole folder.
#[derive(Clone, Default)]
#[cfg_attr(test, derive(PartialEq))]
pub(super) struct State {
    /// The leads by id.
    pub(super) leads: BTreeMap<String, Record>,
    /// Ids of the erased: nothing else stays of them.
    pub(super) erased: BTreeSet<Erased>,
    /// Up to which revision a lead's purpose, or a box of it, is withdrawn.
    pub(super) withdrawn: BTreeMap<(String, String), u32>,
    /// Up to which revision a lead's field is cleared.
    pub(super) expired: BTreeMap<(String, Field), u32>,
}

/// A line of the erasure list.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Erased {
    /// The lead.
    pub(super) lead_id: String,
}

/// A line of the list of withdrawals.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Withdrawn {
    /// The lead.
    pub(super) lead_id: String,
    /// The purpose, or the box.
    pub(super) purpose: String,
    /// The lead's revision.
    pub(super) revision: u32,
}

/// A line of the list of cleared fields.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Expired {
    /// The lead.
    pub(super) lead_id: String,
    /// The field.
    pub(super) field: Field,
    /// The lead's revision.
    pub(super) revision: u32,
}

impl State {
    /// Takes in one entry.
    pub(super) fn apply(&mut self, entry: Entry) {
        match entry {
            Entry::Upsert(record) => self.upsert(*record),
            Entry::Withdraw {
                lead_id,
                revision,
                purposes,
            } => {
                for purpose in purposes {
                    self.note_withdrawn(&lead_id, purpose, revision);
                }
                self.restrict(&lead_id);
            }
            Entry::Expire {
                lead_id,
                revision,
                fields,
            } => {
                for field in fields {
                    self.note_expired(&lead_id, field, revision);
                }
                self.restrict(&lead_id);
            }
            Entry::Erase { lead_id } => self.erase(lead_id),
        }
    }

    /// Notes that `purpose` is withdrawn for all revisions up to `revision`.
    pub(super) fn note_withdrawn(&mut self, lead: &str, purpose: String, revision: u32) {
        if !self.is_erased(lead) {
            let known = self
                .withdrawn
                .entry((lead.to_owned(), purpose))
                .or_default();
            *known = revision.max(*known);
        }
    }

    /// Notes that `field` is cleared for all revisions up to `revision`.
    pub(super) fn note_expired(&mut self, lead: &str, field: Field, revision: u32) {
        if !self.is_erased(lead) {
            let known = self.expired.entry((lead.to_owned(), field)).or_default();
            *known = revision.max(*known);
        }
    }

    fn is_erased(&self, lead: &str) -> bool {
        let erased = Erased {
            lead_id: lead.to_owned(),
        };
        self.erased.contains(&erased)
    }

    fn upsert(&mut self, record: Record) {
        let lead = record.lead_id.clone();
        let known = self.leads.get(&lead).map(|known| known.revision);
        if self.is_erased(&lead) || known.is_some_and(|known| known >= record.revision) {
            return;
        }
        self.leads.insert(lead.clone(), record);
        self.restrict(&lead);
    }

    fn erase(&mut self, lead: String) {
        self.leads.remove(&lead);
        self.withdrawn.retain(|(other, _), _| *other != lead);
        self.expired.retain(|(other, _), _| *other != lead);
        self.erased.insert(Erased { lead_id: lead });
    }

    fn restrict(&mut self, lead: &str) {
        let Some(record) = self.leads.get_mut(lead) else {
            return;
        };
        let held = |until: Option<&u32>| until.is_some_and(|until| *until >= record.revision);
        let mut cleared: Vec<Field> = Field::ALL.to_vec();
        cleared.retain(|field| held(self.expired.get(&(lead.to_owned(), *field))));
        let mut withdrawn: Vec<usize> = (0..record.decisions.len()).collect();
        withdrawn.retain(|index| {
            let proof = &record.decisions[*index];
            let keys = proof.names().map(|name| (lead.to_owned(), name));
            proof.decision.given && keys.iter().any(|key| held(self.withdrawn.get(key)))
        });
        for field in cleared {
            record.fields.remove(&field);
            record.deadlines.remove(&field);
        }
        for index in withdrawn {
            record.decisions[index].withdrawn = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn record(lead: u8, revision: u32) -> Record {
        let decision = serde_json::json!({
            "purpose": "newsletter", "channel": "email", "basis": "consent", "given": true,
            "wording": null, "language": "pl", "act": "attendee_screen",
            "at": "2026-11-24T10:15:00+01:00",
        });
        let record = serde_json::json!({
            "lead_id": lead.to_string(), "revision": revision, "event": "e", "event_name": "E",
            "captured_at": "2026-11-24T10:15:00+01:00", "language": "pl", "source": "badge",
            "fields": { "name": format!("Zofia {revision}"), "phone": ["+48 500 000 000"] },
            "deadlines": { "name": "2027-01-01T00:00:00Z", "phone": "2027-01-01T00:00:00Z" },
            "decisions": [decision], "promises": [],
        });
        serde_json::from_value(record).unwrap()
    }

    /// Lead, revision, and what is said of it: numbers, because an entry has no `Debug`.
    type Said = (u8, u32, u8);

    fn anything() -> impl Strategy<Value = Vec<Said>> {
        proptest::collection::vec((0_u8..3, 1_u32..4, 0_u8..9), 0..12)
    }

    fn entry((lead, revision, what): Said) -> Entry {
        let lead_id = lead.to_string();
        match what {
            0..5 => Entry::Upsert(Box::new(record(lead, revision))),
            5..7 => Entry::Withdraw {
                lead_id,
                revision,
                purposes: BTreeSet::from(["newsletter".to_owned()]),
            },
            7 => Entry::Expire {
                lead_id,
                revision,
                fields: BTreeSet::from([Field::Phone]),
            },
            _ => Entry::Erase { lead_id },
        }
    }

    fn told(all: &[Said]) -> State {
        let mut state = State::default();
        for said in all {
            state.apply(entry(*said));
        }
        state
    }

    proptest! {
        #[test]
        fn order_and_repetition_do_not_matter(
            (all, shuffled) in anything().prop_flat_map(|all| (Just(all.clone()), Just(all).prop_shuffle()))
        ) {
            let twice = [all.clone(), shuffled.clone()].concat();
            prop_assert!(told(&all) == told(&shuffled));
            prop_assert!(told(&all) == told(&twice));
        }

        #[test]
        fn nothing_of_an_erased_lead_stays(all in anything()) {
            let state = told(&all);
            for Erased { lead_id } in &state.erased {
                prop_assert!(!state.leads.contains_key(lead_id));
                prop_assert!(state.withdrawn.keys().all(|(lead, _)| lead != lead_id));
            }
        }
    }
}
