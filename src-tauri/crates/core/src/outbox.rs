//! What the CRM has still to be told, and what it answers.
//!
//! A row holds a lead id and a revision, not a copy: the message is made from the store when it is sent, so that what was
//! erased or withdrawn meanwhile cannot travel.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use chrono::{DateTime, FixedOffset, Utc};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::consent::{Record, Standing};
use crate::decision::{BoxRef, Decision};
use crate::field::Field;
use crate::language::Language;
use crate::lead::{Kept, LeadId, SubjectRef};
use crate::ledger::Choice;
use crate::receipt::Code;

/// What the CRM is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Here is a lead, or its newest revision.
    Upsert,
    /// These purposes, or some of their channels, were withdrawn or objected to.
    Withdraw,
    /// These fields are past their deadline: clear them.
    Expire,
    /// Erase the person.
    Erase,
}

impl Kind {
    /// The name in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Upsert => "upsert",
            Self::Withdraw => "withdraw",
            Self::Expire => "expire",
            Self::Erase => "erase",
        }
    }
}

/// One message to a CRM.
#[derive(Clone, Debug)]
pub struct Message {
    /// The lead's id, the CRM's external id.
    pub lead: LeadId,
    /// Reference in the ledger.
    pub subject: SubjectRef,
    /// The lead's revision.
    pub revision: u32,
    /// The event's id.
    pub event: String,
    /// The event's name.
    pub event_name: String,
    /// The CRM's own id, where it has told one.
    pub crm_id: Option<String>,
    /// The lead was told before: the CRM may know it, also where it has told no id.
    pub again: bool,
    /// What it says.
    pub body: Body,
}

/// What a message says.
#[derive(Clone, Debug)]
pub enum Body {
    /// A lead, whole.
    Upsert(Box<Kept>),
    /// Boxes withdrawn or objected to; one without a channel stands for its whole purpose.
    Withdraw(BTreeSet<BoxRef>),
    /// Fields to clear.
    Expire(BTreeSet<Field>),
    /// Erase.
    Erase,
}

impl Body {
    /// The kind of message.
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Upsert(_) => Kind::Upsert,
            Self::Withdraw(_) => Kind::Withdraw,
            Self::Expire(_) => Kind::Expire,
            Self::Erase => Kind::Erase,
        }
    }
}

/// A CRM's answer to one message, classed by the connector that knows its dialect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It has it, under this id. Only this starts the purge.
    Confirmed {
        /// The CRM's own id.
        crm_id: String,
    },
    /// Not now; again by itself, no sooner than `after` where the CRM said so.
    Retry {
        /// Why.
        reason: Reason,
        /// The CRM's own wish.
        after: Option<Duration>,
    },
    /// Never without a person: set aside, the rest go on.
    NeedsPerson {
        /// Why.
        reason: Reason,
    },
}

/// Why a message was not confirmed. The name in snake case is the code that screens translate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// No connection.
    Offline,
    /// No answer in time, or it broke off: it may have arrived.
    Ambiguous,
    /// Too many requests.
    Throttled,
    /// The CRM has trouble of its own.
    ServerTrouble,
    /// The answer is not the CRM's: a venue's sign-in page, a proxy.
    NotTheCrm,
    /// The certificate is not to be trusted.
    Certificate,
    /// The token or key is refused or expired.
    SignIn,
    /// The CRM refused this lead.
    Refused,
    /// The CRM has no room for more leads; what it has can still be changed.
    Full,
    /// The CRM wants a field that the purposes do not need.
    MissingField,
    /// The CRM answered without the id that it must give.
    NoId,
    /// The CRM took the lead and does not show the consent that was written with it.
    ConsentLost,
    /// The folder or file could not be written.
    NotWritable,
    /// The profile's settings for the CRM are not enough.
    Settings,
    /// The network is paid by volume, so that nothing goes by itself. No answer of a CRM's.
    Metered,
}

impl Reason {
    /// True where waiting mends nothing.
    pub const fn needs_person(self) -> bool {
        matches!(
            self,
            Self::SignIn
                | Self::Settings
                | Self::Refused
                | Self::Full
                | Self::MissingField
                | Self::NoId
                | Self::ConsentLost
        )
    }

    /// True where the CRM itself failed: at the very message, or altogether.
    pub const fn may_be_its(self) -> bool {
        matches!(
            self,
            Self::ServerTrouble | Self::Ambiguous | Self::NotTheCrm
        )
    }

    /// True where the whole destination is out, not just this message: the others would fare alike.
    pub const fn stops_all(self) -> bool {
        !matches!(
            self,
            Self::Refused | Self::Full | Self::MissingField | Self::NoId | Self::ConsentLost
        )
    }
}

/// What stays after the CRM confirmed and the local copy went: pseudonymous, with a retention of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stub {
    /// The lead's id.
    pub lead: LeadId,
    /// Reference in the ledger.
    pub subject: SubjectRef,
    /// The CRM's own id.
    pub crm_id: String,
    /// Last revision that the CRM has.
    pub revision: u32,
    /// Deadlines of the fields that the CRM holds.
    pub deadlines: BTreeMap<Field, DateTime<Utc>>,
}

/// Whom a CRM knows by the code of a receipt: references and decisions, no value. Another device captured them, or this one
/// before its store was lost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// What a stub of this device would hold.
    pub stub: Stub,
    /// The event's id.
    pub event: String,
    /// When the person answered.
    pub captured_at: DateTime<FixedOffset>,
    /// In which language.
    pub language: Language,
    /// Every decision; what was withdrawn is not given.
    pub decisions: Vec<Decision>,
}

impl Found {
    /// True where it is whom the receipt with `code` stands for.
    pub fn is_of(&self, code: &Code) -> bool {
        Code::of(&self.stub.subject) == *code
    }

    /// The consents, as the ledger of the device that captured them would tell them.
    pub fn record(&self) -> Record {
        let standing = self.decisions.iter().map(|one| {
            let standing = Standing {
                choice: Choice::from(one),
                since: one.at,
                act: Some(one.act),
                given_at: one.given.then_some(one.at),
            };
            ((one.purpose.clone(), one.channel), standing)
        });
        Record {
            subject: self.stub.subject.clone(),
            event: self.event.clone(),
            device: String::new(),
            captured_at: self.captured_at,
            language: Some(self.language),
            act: self.decisions.first().map(|one| one.act),
            notice: None,
            kept: self.stub.deadlines.keys().copied().collect(),
            sequence: 0,
            standing: standing.collect(),
            evidence: None,
        }
    }
}
