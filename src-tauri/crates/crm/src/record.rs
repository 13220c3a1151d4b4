//! A lead as it stands outside: what is written to files and kept as proof.
//!
//! How: plain values of the accepted purposes alone, the deadline of each, and every decision with what proves it
//! (Art. 7(1): who, which wording by version and SHA-256, which language, when, by which act). There is no `Debug`: a
//! record cannot be printed by accident; values are wiped when dropped.

use std::collections::BTreeMap;

use chrono::{DateTime, FixedOffset, Utc};
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop};
use zgoda_core::answer::{Answer, Given};
use zgoda_core::candidate::Source;
use zgoda_core::decision::Decision;
use zgoda_core::field::{Address, Field, Value};
use zgoda_core::language::Language;
use zgoda_core::lead::{Kept, Promise};
use zgoda_core::outbox::{Found, Message, Stub};
use zgoda_core::receipt::Code;
use zgoda_core::{LeadId, SubjectRef};

/// A lead, whole.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(test, derive(PartialEq))]
pub(crate) struct Record {
    /// The UUID made at capture.
    pub(crate) lead_id: String,
    /// The reference to the person in the ledger: random, and what the receipt's code is made of.
    #[serde(default)]
    pub(crate) subject: String,
    /// The code of the receipt, by which a person is found over a telephone.
    #[serde(default)]
    pub(crate) receipt: String,
    /// Counts changes; the newest wins.
    pub(crate) revision: u32,
    /// The event's id.
    pub(crate) event: String,
    /// The event's name.
    pub(crate) event_name: String,
    /// When it was captured, with the place's offset.
    pub(crate) captured_at: DateTime<FixedOffset>,
    /// The attendee's language.
    pub(crate) language: Language,
    /// Where it came from.
    pub(crate) source: Source,
    /// The values.
    pub(crate) fields: BTreeMap<Field, Plain>,
    /// The last moment of each value's life.
    pub(crate) deadlines: BTreeMap<Field, DateTime<Utc>>,
    /// The decisions, refusals included.
    pub(crate) decisions: Vec<Proof>,
    /// What was promised.
    pub(crate) promises: Vec<Promise>,
}

/// One decision and what became of it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Proof {
    /// As it was made.
    #[serde(flatten)]
    pub(crate) decision: Decision,
    /// It was given once and is withdrawn.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) withdrawn: bool,
}

impl Proof {
    /// True while the person's yes stands.
    pub(crate) const fn stands(&self) -> bool {
        self.decision.given && !self.withdrawn
    }

    /// True where both answer the same box.
    pub(crate) fn is_of(&self, other: &Self) -> bool {
        let of = |proof: &Self| (proof.decision.purpose.clone(), proof.decision.channel);
        of(self) == of(other)
    }

    /// The decision, refused where it was withdrawn since.
    pub(crate) fn as_it_stands(&self) -> Decision {
        Decision {
            given: self.stands(),
            ..self.decision.clone()
        }
    }

    /// The box that it answers, in one word: `newsletter:email`, or `send_offer`.
    pub(crate) fn name(&self) -> String {
        self.decision.box_ref().to_string()
    }

    /// The names under which it may be withdrawn: its purpose's, and its box's.
    pub(crate) fn names(&self) -> [String; 2] {
        [self.decision.purpose.clone(), self.name()]
    }
}

/// A value, as JSON writes it.
#[derive(Clone, Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
#[cfg_attr(test, derive(PartialEq))]
#[serde(untagged)]
pub(crate) enum Plain {
    /// One text.
    Text(String),
    /// Several, the first preferred.
    Many(Vec<String>),
    /// Answers to the profile's questions.
    Answers(Vec<Said>),
    /// A postal address.
    Address(Place),
}

/// One question and what was answered, as both were shown.
#[derive(Clone, Serialize, Deserialize, Zeroize)]
#[cfg_attr(test, derive(PartialEq))]
#[serde(deny_unknown_fields)]
pub(crate) struct Said {
    /// The question's id.
    pub(crate) question: String,
    /// The question.
    pub(crate) asked: String,
    /// The chosen options' ids; none of a number or a text.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) options: Vec<String>,
    /// What was answered.
    pub(crate) answer: String,
    /// Both in a line.
    pub(crate) line: String,
}

impl From<&Answer> for Said {
    fn from(answer: &Answer) -> Self {
        let options = match &answer.given {
            Given::Options(all) => all.iter().map(|one| one.id.expose().to_owned()).collect(),
            Given::Text(_) => Vec::new(),
        };
        Self {
            question: answer.question.clone(),
            asked: answer.asked.clone(),
            options,
            answer: answer.said().expose().to_owned(),
            line: answer.line().expose().to_owned(),
        }
    }
}

/// A postal address; parts that are not there are left out.
#[derive(Clone, Default, Serialize, Deserialize, Zeroize)]
#[cfg_attr(test, derive(PartialEq))]
#[serde(default, deny_unknown_fields)]
#[allow(missing_docs)]
pub(crate) struct Place {
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) street: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) postcode: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) city: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) region: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) country: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) text: String,
}

impl Plain {
    /// One line of text: lists joined by commas, an address in the order in which it is spoken.
    pub(crate) fn one_line(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Many(all) => all.join(", "),
            Self::Answers(all) => {
                let lines: Vec<&str> = all.iter().map(|one| one.line.as_str()).collect();
                lines.join("; ")
            }
            Self::Address(place) => place.one_line(),
        }
    }
}

impl Place {
    fn one_line(&self) -> String {
        let address = Address {
            street: self.street.as_str().into(),
            postcode: self.postcode.as_str().into(),
            city: self.city.as_str().into(),
            region: self.region.as_str().into(),
            country: self.country.as_str().into(),
            text: zgoda_core::personal::Personal::multiline(&self.text),
        };
        address.one_line().expose().to_owned()
    }
}

impl From<&Value> for Plain {
    fn from(value: &Value) -> Self {
        match value {
            Value::Text(text) => Self::Text(text.expose().to_owned()),
            Value::Many(all) => Self::Many(all.iter().map(|one| one.expose().to_owned()).collect()),
            Value::Address(address) => Self::Address(Place {
                street: address.street.expose().to_owned(),
                postcode: address.postcode.expose().to_owned(),
                city: address.city.expose().to_owned(),
                region: address.region.expose().to_owned(),
                country: address.country.expose().to_owned(),
                text: address.text.expose().to_owned(),
            }),
            Value::Answers(all) => Self::Answers(all.iter().map(Said::from).collect()),
            Value::Rating(_) | Value::Signature(_) => {
                Self::Text(value.one_line().expose().to_owned())
            }
        }
    }
}

impl Record {
    /// The record of `kept`, as `message` carries it.
    pub(crate) fn new(message: &Message, kept: &Kept) -> Self {
        let values = kept.fields.iter().filter(|(field, _)| field.leaves());
        Self {
            lead_id: message.lead.to_string(),
            subject: message.subject.as_str().to_owned(),
            receipt: Code::of(&message.subject).grouped(),
            revision: message.revision,
            event: message.event.clone(),
            event_name: message.event_name.clone(),
            captured_at: kept.captured_at,
            language: kept.language,
            source: kept.source,
            fields: values
                .map(|(field, kept)| (*field, Plain::from(&kept.value)))
                .collect(),
            deadlines: kept.told_deadlines(),
            decisions: kept.decisions.iter().cloned().map(Proof::from).collect(),
            promises: kept.promises.clone(),
        }
    }

    /// Whom it is about, without a value.
    pub(crate) fn found(&self, crm_id: String) -> Option<Found> {
        let lead = LeadId(uuid::Uuid::parse_str(&self.lead_id).ok()?);
        Some(Found {
            stub: Stub {
                lead,
                subject: SubjectRef::restore(self.subject.clone()),
                crm_id,
                revision: self.revision,
                deadlines: self.deadlines.clone(),
            },
            event: self.event.clone(),
            captured_at: self.captured_at,
            language: self.language,
            decisions: self.decisions.iter().map(Proof::as_it_stands).collect(),
        })
    }

    /// The boxes whose yes stands, by [`Proof::name`].
    pub(crate) fn permissions(&self) -> Vec<String> {
        let standing = self.decisions.iter().filter(|proof| proof.stands());
        standing.map(Proof::name).collect()
    }
}

/// For people: one line per box.
pub(crate) fn in_words(decisions: &[Proof]) -> String {
    let lines = decisions.iter().map(|proof| {
        let word = match (proof.decision.given, proof.withdrawn) {
            (true, false) => "yes",
            (_, true) => "withdrawn",
            (false, false) => "no",
        };
        let day = proof.decision.at.date_naive();
        let version = proof
            .decision
            .wording
            .as_ref()
            .map(|text| format!(", {}", text.version));
        format!(
            "{}: {word} ({day}{})",
            proof.name(),
            version.unwrap_or_default()
        )
    });
    lines.collect::<Vec<_>>().join("\n")
}

impl From<Decision> for Proof {
    fn from(decision: Decision) -> Self {
        Self {
            decision,
            withdrawn: false,
        }
    }
}
