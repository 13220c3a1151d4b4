//! What is filed of one lead.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, FixedOffset, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use zgoda_core::field::Field;
use zgoda_core::language::Language;
use zgoda_core::lead::Promise;
use zgoda_core::outbox::{Found, Stub};
use zgoda_core::profile::sha256_hex;
use zgoda_core::receipt::Code;
use zgoda_core::{BoxRef, LeadId, SubjectRef};

use crate::form::Form;
use crate::record::{Proof, Record};

/// One lead of a record.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Part {
    /// The reference to the person in the ledger.
    pub(super) subject: String,
    /// The newest revision that was written.
    pub(super) revision: u32,
    pub(super) event: String,
    event_name: String,
    captured_at: Option<DateTime<FixedOffset>>,
    language: Option<Language>,
    source: Option<zgoda_core::candidate::Source>,
    pub(super) decisions: Vec<Proof>,
    promises: Vec<Promise>,
    pub(super) deadlines: BTreeMap<Field, DateTime<Utc>>,
    /// Up to which revision a purpose, or a box of it, is withdrawn, by name.
    pub(super) withdrawn: BTreeMap<String, u32>,
    /// Up to which revision a field is cleared.
    pub(super) expired: BTreeMap<Field, u32>,
    /// Hash of what was written, by column.
    pub(super) wrote: BTreeMap<String, String>,
    /// The field of each such column that the profile of then named: the one of today may name another, or none.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) named: BTreeMap<String, Field>,
    /// Hashes of the lines that were written to the notes, by field.
    pub(super) lines: BTreeMap<Field, BTreeSet<String>>,
    /// Hash of the line that tells the day of its next promise, where another's day stands in the column.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) day_line: Option<String>,
}

impl Part {
    pub(super) fn take_over(&mut self, record: &Record) {
        self.revision = record.revision;
        self.subject.clone_from(&record.subject);
        self.language = Some(record.language);
        self.event.clone_from(&record.event);
        self.event_name.clone_from(&record.event_name);
        self.captured_at = Some(record.captured_at);
        self.source = Some(record.source);
        self.decide(&record.decisions);
        self.promises.clone_from(&record.promises);
        self.deadlines.clone_from(&record.deadlines);
        self.restrict();
    }

    /// Takes the decisions over. A yes of before that is a no now was taken back, whatever message tells it.
    fn decide(&mut self, decisions: &[Proof]) {
        let before = std::mem::replace(&mut self.decisions, decisions.to_vec());
        for proof in self.decisions.iter_mut().filter(|one| !one.decision.given) {
            let known = before.iter().find(|known| known.is_of(proof));
            proof.withdrawn |= known.is_some_and(|known| known.stands() || known.withdrawn);
        }
    }

    pub(super) fn withdraw(&mut self, revision: u32, boxes: &BTreeSet<BoxRef>) {
        for one in boxes {
            let known = self.withdrawn.entry(one.to_string()).or_default();
            *known = revision.max(*known);
        }
        self.restrict();
    }

    fn restrict(&mut self) {
        for proof in &mut self.decisions {
            let until = proof.names().map(|name| self.withdrawn.get(&name).copied());
            if proof.decision.given && until.into_iter().flatten().max() >= Some(self.revision) {
                proof.withdrawn = true;
            }
        }
    }

    /// True until its last deadline.
    pub(super) fn is_needed(&self) -> bool {
        !self.deadlines.is_empty()
    }

    /// The day of its next promise; none once its time is over.
    pub(super) fn due(&self) -> Option<NaiveDate> {
        let open = self.promises.iter().filter(|one| one.kept_at.is_none());
        let next = open.map(|promise| promise.due).min();
        next.filter(|_| self.is_needed())
    }

    /// True where the box of this decision, or its whole purpose, was withdrawn and not agreed to anew.
    pub(super) fn has_withdrawn(&self, proof: &Proof) -> bool {
        let mut names = proof.names().into_iter();
        !proof.stands() && names.any(|name| self.withdrawn.contains_key(&name))
    }

    /// True where the yes to this box was given once and is taken back.
    pub(super) fn is_out_of(&self, proof: &Proof) -> bool {
        proof.withdrawn || self.has_withdrawn(proof)
    }

    /// True where the lead, which is `lead`, wrote `value` to `column`.
    pub(super) fn claims(&self, lead: &str, column: &str, value: &str) -> bool {
        let wrote = self.wrote.get(column);
        wrote.is_some_and(|wrote| *wrote == hash(lead, value))
    }

    /// The columns that were written for `field`, whichever the profile names today.
    pub(super) fn columns(&self, field: Field, form: &Form) -> Vec<String> {
        let own = (form.columns)(field);
        let is_its = |column: &&String| match self.named.get(*column) {
            Some(named) => *named == field,
            None => own.contains(&column.as_str()),
        };
        self.wrote.keys().filter(is_its).cloned().collect()
    }

    /// True where the lead, which is `lead`, wrote `line` to the notes.
    pub(super) fn noted(&self, lead: &str, line: &str) -> bool {
        let mut fields = self.lines.keys();
        fields.any(|field| self.noted_as(lead, *field, line))
    }

    /// As [`Part::noted`], for `field`.
    pub(super) fn noted_as(&self, lead: &str, field: Field, line: &str) -> bool {
        let lines = self.lines.get(&field);
        lines.is_some_and(|lines| lines.contains(&hash(lead, line)))
    }

    /// The code of the person's receipt.
    pub(super) fn code(&self) -> Option<Code> {
        let subject = SubjectRef::restore(self.subject.clone());
        (!self.subject.is_empty()).then(|| Code::of(&subject))
    }

    /// Whom it is about, without a value: the lead `lead`, `crm_id` of the CRM's.
    pub(super) fn found(&self, lead: &str, crm_id: &str) -> Option<Found> {
        Some(Found {
            stub: Stub {
                lead: LeadId(Uuid::parse_str(lead).ok()?),
                subject: SubjectRef::restore(self.subject.clone()),
                crm_id: crm_id.to_owned(),
                revision: self.revision,
                deadlines: self.deadlines.clone(),
            },
            event: self.event.clone(),
            captured_at: self.captured_at?,
            language: self.language?,
            decisions: self.decisions.iter().map(Proof::as_it_stands).collect(),
        })
    }
}

/// Salted with the lead's random id, so that equal values of two people do not look alike.
pub(super) fn hash(lead: &str, value: &str) -> String {
    sha256_hex(&format!("{lead}\n{value}"))[..16].to_owned()
}
