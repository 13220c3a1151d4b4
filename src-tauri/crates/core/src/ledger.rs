//! The ledger: an append-only, hash-chained list of what happened, with no personal value in it.
//!
//! How: an entry's line is its JSON in the field order of [`Entry`]; its hash is SHA-256 over that line, which holds the
//! hash of the line before. When: an entry is appended in the transaction of what it tells of.

use std::collections::BTreeSet;

use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};

use crate::decision::{Act, BoxRef, Decision};
use crate::field::Field;
use crate::language::Language;
use crate::lead::SubjectRef;
use crate::list::Evidence;
use crate::minimise::Dropped;
use crate::profile::sha256_hex;
use crate::profile::signature::ProfileRef;
use crate::profile::{Basis, Channel, TextRef};

/// The hash before the first entry.
pub const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A lead was stored, with its decisions.
    Capture,
    /// The person wanted nothing; only this count is kept.
    Decline,
    /// A consent was given later.
    Grant,
    /// A consent was refused later.
    Deny,
    /// A consent was withdrawn.
    Withdraw,
    /// The person objected.
    Object,
    /// Something of the lead was corrected or a promise kept.
    Change,
    /// The person was erased.
    Erase,
    /// The local copy, or fields of it, ended.
    Purge,
    /// The CRM confirmed.
    Confirm,
    /// The clock looked wrong.
    Clock,
    /// The event was closed: no more captures.
    Close,
    /// It was opened again.
    Reopen,
    /// All that this device holds was sealed for another device.
    MoveOut,
    /// What another device held was taken in.
    MoveIn,
    /// A list was imported, on this evidence.
    Import,
    /// The organiser was asked about a badge's number. `kept` names what came of it; nothing where they know nobody.
    LookUp,
    /// A profile that head office signed was taken.
    Profile,
}

/// One decision as the ledger keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// The purpose's id.
    pub purpose: String,
    /// The channel.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub channel: Option<Channel>,
    /// Legal basis.
    pub basis: Basis,
    /// Yes or no.
    pub given: bool,
    /// The text that was shown.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub wording: Option<TextRef>,
}

impl Choice {
    /// The box that it answers.
    pub fn box_ref(&self) -> BoxRef {
        BoxRef {
            purpose: self.purpose.clone(),
            channel: self.channel,
        }
    }
}

impl From<&Decision> for Choice {
    fn from(decision: &Decision) -> Self {
        Self {
            purpose: decision.purpose.clone(),
            channel: decision.channel,
            basis: decision.basis,
            given: decision.given,
            wording: decision.wording.clone(),
        }
    }
}

/// One entry. The order of the fields is the order in the line; it never changes, and
/// what is new comes last and only where it is said, so that older lines stay as they are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// From 1, without gaps.
    pub sequence: u64,
    /// Hash of the entry before; [`GENESIS`] before the first.
    pub previous: String,
    /// The device's id.
    pub device: String,
    /// The event's id.
    pub event: String,
    /// When, with the place's offset.
    pub at: DateTime<FixedOffset>,
    /// What.
    pub kind: Kind,
    /// Whom, by a random reference.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub subject: Option<SubjectRef>,
    /// How it was decided.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub act: Option<Act>,
    /// In which language.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub language: Option<Language>,
    /// What was decided.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub choices: Vec<Choice>,
    /// The notice that was shown.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub notice: Option<TextRef>,
    /// Names of the fields kept, or ended.
    #[serde(skip_serializing_if = "BTreeSet::is_empty", default)]
    pub kept: BTreeSet<Field>,
    /// Names of what was seen and dropped.
    #[serde(skip_serializing_if = "BTreeSet::is_empty", default)]
    pub dropped: BTreeSet<Dropped>,
    /// `HMAC(salt, identity)`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub identity: Option<String>,
    /// The import that it belongs to, by a random id.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub list: Option<String>,
    /// What the import rests on, texts included: whoever checks it later needs no other file.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub evidence: Option<Evidence>,
    /// Who was asked for data beyond the badge: the service and its host (Art. 14(2)(f)).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub organiser: Option<String>,
    /// Which profile was taken, and who signed it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub profile: Option<ProfileRef>,
}

/// What an entry tells, before it has its place in the chain.
#[derive(Clone, Debug)]
pub struct Happening {
    /// When.
    pub at: DateTime<FixedOffset>,
    /// What.
    pub kind: Kind,
    /// Whom.
    pub subject: Option<SubjectRef>,
    /// How.
    pub act: Option<Act>,
    /// In which language.
    pub language: Option<Language>,
    /// What was decided.
    pub choices: Vec<Choice>,
    /// Which notice.
    pub notice: Option<TextRef>,
    /// Names kept, or ended.
    pub kept: BTreeSet<Field>,
    /// Names dropped.
    pub dropped: BTreeSet<Dropped>,
    /// `HMAC(salt, identity)`.
    pub identity: Option<String>,
    /// The import that it belongs to.
    pub list: Option<String>,
    /// What the import rests on.
    pub evidence: Option<Evidence>,
    /// Who was asked for data beyond the badge.
    pub organiser: Option<String>,
    /// Which profile was taken, and who signed it.
    pub profile: Option<ProfileRef>,
}

impl Happening {
    /// A bare one, to be filled.
    pub fn new(kind: Kind, at: DateTime<FixedOffset>) -> Self {
        Self {
            at,
            kind,
            subject: None,
            act: None,
            language: None,
            choices: Vec::new(),
            notice: None,
            kept: BTreeSet::new(),
            dropped: BTreeSet::new(),
            identity: None,
            list: None,
            evidence: None,
            organiser: None,
            profile: None,
        }
    }
}

/// The end of a chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// Number of entries.
    pub sequence: u64,
    /// Hash of the last one.
    pub hash: String,
}

impl Default for Head {
    fn default() -> Self {
        Self {
            sequence: 0,
            hash: GENESIS.to_owned(),
        }
    }
}

impl Head {
    /// Appends `happening`: answers the line to store and the new head.
    pub fn append(&self, device: &str, event: &str, happening: Happening) -> (String, Self) {
        let entry = Entry {
            sequence: self.sequence + 1,
            previous: self.hash.clone(),
            device: device.to_owned(),
            event: event.to_owned(),
            at: happening.at,
            kind: happening.kind,
            subject: happening.subject,
            act: happening.act,
            language: happening.language,
            choices: happening.choices,
            notice: happening.notice,
            kept: happening.kept,
            dropped: happening.dropped,
            identity: happening.identity,
            list: happening.list,
            evidence: happening.evidence,
            organiser: happening.organiser,
            profile: happening.profile,
        };
        let line = serde_json::to_string(&entry).expect("an entry has only plain members");
        let head = Self {
            sequence: entry.sequence,
            hash: sha256_hex(&line),
        };
        (line, head)
    }
}

/// The first thing wrong with a chain.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum Broken {
    /// A line is not an entry in its canonical form.
    #[error("entry {0} is not an entry in its canonical form")]
    Form(u64),
    /// The numbers do not go up by one.
    #[error("entry {0} is missing, doubled or out of order")]
    Sequence(u64),
    /// An entry does not hold the hash of the one before.
    #[error("entry {0} does not follow the one before it")]
    Link(u64),
}

/// Checks `lines` from the first entry on and answers the head.
///
/// # Errors
/// The first broken entry, by its number.
pub fn verify<'a>(lines: impl IntoIterator<Item = &'a str>) -> Result<Head, Broken> {
    let mut head = Head::default();
    for line in lines {
        let expected = head.sequence + 1;
        let entry: Entry = serde_json::from_str(line).map_err(|_| Broken::Form(expected))?;
        let canonical = serde_json::to_string(&entry).map_err(|_| Broken::Form(expected))?;
        if canonical != line {
            return Err(Broken::Form(expected));
        }
        if entry.sequence != expected {
            return Err(Broken::Sequence(expected));
        }
        if entry.previous != head.hash {
            return Err(Broken::Link(expected));
        }
        head = Head {
            sequence: expected,
            hash: sha256_hex(line),
        };
    }
    Ok(head)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chain(length: usize) -> (Vec<String>, Head) {
        let at = DateTime::parse_from_rfc3339("2026-11-24T10:00:00+01:00").unwrap();
        let mut head = Head::default();
        let mut lines = Vec::new();
        for _ in 0..length {
            let (line, next) = head.append("device", "targi", Happening::new(Kind::Decline, at));
            lines.push(line);
            head = next;
        }
        (lines, head)
    }

    #[test]
    fn a_chain_verifies() {
        let (lines, head) = chain(20);
        assert_eq!(verify(lines.iter().map(String::as_str)), Ok(head));
    }

    #[test]
    fn fail_any_changed_byte() {
        let (lines, head) = chain(3);
        for at in 0..lines[1].len() {
            let mut bytes = lines[1].clone().into_bytes();
            bytes[at] ^= 1;
            let Ok(changed) = String::from_utf8(bytes) else {
                continue;
            };
            let result = verify([lines[0].as_str(), &changed, &lines[2]]);
            assert!(result.is_err() && result != Ok(head.clone()), "byte {at}");
        }
    }

    #[test]
    fn fail_a_missing_entry_is_named() {
        let (lines, _) = chain(5);
        let cut: Vec<&str> = [0, 1, 3, 4].iter().map(|at| lines[*at].as_str()).collect();
        assert_eq!(verify(cut), Err(Broken::Sequence(3)));
    }
}
