//! What each person's consents are, read from the ledger alone: it outlives the local copy.
//!
//! How: a capture sets all choices of a reference, a later entry changes those that it names, an erasure takes the person
//! out. When: for exports, statistics, and for people of whom only a stub is left.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, FixedOffset, NaiveTime, TimeDelta};

use crate::decision::Act;
use crate::field::Field;
use crate::language::Language;
use crate::lead::SubjectRef;
use crate::ledger::{Choice, Entry, Kind};
use crate::list::Evidence;
use crate::profile::{Channel, Profile, TextRef};

/// How one box stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The choice, as it is now.
    pub choice: Choice,
    /// When it became so.
    pub since: DateTime<FixedOffset>,
    /// How.
    pub act: Option<Act>,
    /// When it was first given, where it ever was.
    pub given_at: Option<DateTime<FixedOffset>>,
}

/// One person's consents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The reference.
    pub subject: SubjectRef,
    /// The event's id.
    pub event: String,
    /// The device's id.
    pub device: String,
    /// When the newest answers were given; to a list's form, on the day that its evidence states.
    pub captured_at: DateTime<FixedOffset>,
    /// In which language.
    pub language: Option<Language>,
    /// How.
    pub act: Option<Act>,
    /// Which notice was shown.
    pub notice: Option<TextRef>,
    /// Names of the fields kept at capture.
    pub kept: BTreeSet<Field>,
    /// Number of the capture's entry.
    pub sequence: u64,
    /// Each box.
    pub standing: BTreeMap<(String, Option<Channel>), Standing>,
    /// What an imported list rests on, where the newest answers came with one.
    pub evidence: Option<Evidence>,
}

impl Record {
    /// The boxes agreed to for `purpose`.
    pub fn accepted(&self, purpose: &str) -> BTreeSet<Option<Channel>> {
        let given = self.standing.values().filter(|one| one.choice.given);
        given
            .filter(|one| one.choice.purpose == purpose)
            .map(|one| one.choice.channel)
            .collect()
    }

    /// As it stands after what `entries`, of the same person, tell beside.
    #[must_use]
    pub fn after<'a>(mut self, entries: impl IntoIterator<Item = &'a Entry>) -> Self {
        for entry in entries {
            change(&mut self, entry, entry.at);
        }
        self
    }

    /// The fields that the purposes accepted now need, of those that were kept.
    pub fn needed(&self, profile: &Profile) -> BTreeSet<Field> {
        let needs = profile.purposes.iter().flat_map(|purpose| {
            let accepted = self.accepted(&purpose.id);
            if accepted.is_empty() {
                BTreeSet::new()
            } else {
                purpose.needs(&accepted)
            }
        });
        needs.filter(|field| self.kept.contains(field)).collect()
    }
}

/// The consents of everybody who was not erased, in the order of their capture.
pub fn records<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> Vec<Record> {
    let mut records: BTreeMap<SubjectRef, Record> = BTreeMap::new();
    let mut lists: BTreeMap<&str, &Evidence> = BTreeMap::new();
    for entry in entries {
        if let (Kind::Import, Some(list), Some(evidence)) =
            (entry.kind, &entry.list, &entry.evidence)
        {
            lists.insert(list, evidence);
        }
        let Some(subject) = &entry.subject else {
            continue;
        };
        match entry.kind {
            Kind::Erase => {
                records.remove(subject);
            }
            Kind::Capture => {
                let before = records.remove(subject);
                let evidence = entry.list.as_deref().and_then(|list| lists.get(list));
                let record = capture(subject, entry, before, evidence.copied());
                records.insert(subject.clone(), record);
            }
            _ => {
                if let Some(record) = records.get_mut(subject) {
                    change(record, entry, entry.at);
                }
            }
        }
    }
    let mut records: Vec<Record> = records.into_values().collect();
    records.sort_by_key(|record| record.sequence);
    records
}

fn capture(
    subject: &SubjectRef,
    entry: &Entry,
    before: Option<Record>,
    evidence: Option<&Evidence>,
) -> Record {
    let at = evidence.map_or(entry.at, |evidence| answered(evidence, entry.at));
    let mut record = Record {
        subject: subject.clone(),
        event: entry.event.clone(),
        device: entry.device.clone(),
        captured_at: at,
        language: entry.language,
        act: entry.act,
        notice: entry.notice.clone(),
        kept: entry.kept.clone(),
        sequence: entry.sequence,
        standing: before.map(|before| before.standing).unwrap_or_default(),
        evidence: evidence.cloned(),
    };
    // A later capture is a whole new answer: what it does not name does not stand any more.
    let named: BTreeSet<_> = entry.choices.iter().map(place).collect();
    record.standing.retain(|place, _| named.contains(place));
    change(&mut record, entry, at);
    record
}

/// When a list's people answered: on the day that is stated, not when the list was read. No later than that, `at`.
fn answered(evidence: &Evidence, at: DateTime<FixedOffset>) -> DateTime<FixedOffset> {
    let noon = evidence.collected.and_time(NaiveTime::MIN) + TimeDelta::hours(12);
    let noon = noon.and_local_timezone(*at.offset()).earliest();
    noon.map_or(at, |noon| noon.min(at))
}

fn change(record: &mut Record, entry: &Entry, at: DateTime<FixedOffset>) {
    if entry.kind == Kind::LookUp {
        record.kept.extend(&entry.kept);
    }
    for choice in &entry.choices {
        let before = record.standing.get(&place(choice));
        let given_at = before.and_then(|before| before.given_at);
        let given_at = given_at.or_else(|| choice.given.then_some(at));
        // A withdrawal that names no wording is of the one that was agreed to.
        let wording = choice.wording.clone();
        let wording = wording.or_else(|| before.and_then(|one| one.choice.wording.clone()));
        let standing = Standing {
            choice: Choice {
                wording,
                ..choice.clone()
            },
            since: at,
            act: entry.act,
            given_at,
        };
        record.standing.insert(place(choice), standing);
    }
}

fn place(choice: &Choice) -> (String, Option<Channel>) {
    (choice.purpose.clone(), choice.channel)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::{Happening, Head};
    use crate::profile::Basis;

    fn entry(kind: Kind, subject: u8, choices: &[(&str, bool)]) -> Entry {
        let at = DateTime::parse_from_rfc3339("2026-11-24T10:00:00+01:00").unwrap();
        let choices = choices.iter().map(|(purpose, given)| Choice {
            purpose: (*purpose).to_owned(),
            channel: Some(Channel::Email),
            basis: Basis::Consent,
            given: *given,
            wording: None,
        });
        let happening = Happening {
            subject: Some(SubjectRef::from_random([subject; 16])),
            choices: choices.collect(),
            ..Happening::new(kind, at)
        };
        let (line, _) = Head::default().append("device", "targi", happening);
        serde_json::from_str(&line).unwrap()
    }

    #[test]
    fn later_entries_change_what_they_name_and_erasure_takes_out() {
        let entries = [
            entry(Kind::Capture, 1, &[("newsletter", true), ("events", true)]),
            entry(Kind::Capture, 2, &[("newsletter", true)]),
            entry(Kind::Withdraw, 1, &[("events", false)]),
            entry(Kind::Erase, 2, &[]),
        ];
        let records = records(&entries);
        assert_eq!(records.len(), 1);
        assert!(!records[0].accepted("newsletter").is_empty());
        assert!(records[0].accepted("events").is_empty());
        let events = &records[0].standing[&("events".to_owned(), Some(Channel::Email))];
        assert!(events.given_at.is_some(), "it once was given");
    }

    #[test]
    fn a_new_capture_is_a_whole_new_answer() {
        let entries = [
            entry(Kind::Capture, 1, &[("newsletter", true), ("events", true)]),
            entry(Kind::Capture, 1, &[("newsletter", false)]),
        ];
        assert!(records(&entries)[0].accepted("events").is_empty());
    }
}
