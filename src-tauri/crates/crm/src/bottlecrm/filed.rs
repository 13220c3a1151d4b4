//! What lies beside a lead in the CRM: the proof of consent, and what this program last wrote.
//!
//! The proof stands in a custom field as JSON, with a second field that people can read. What was last written is kept
//! as short hashes: where the CRM's value is still the one that was written, a newer one may take its place; where
//! somebody changed it there, theirs stays. Deadlines and withdrawals are ours and hold in any case.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, FixedOffset, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use uuid::Uuid;
use zgoda_core::field::Field;
use zgoda_core::language::Language;
use zgoda_core::lead::Promise;
use zgoda_core::outbox::{Found, Stub};
use zgoda_core::profile::sha256_hex;
use zgoda_core::receipt::Code;
use zgoda_core::{LeadId, SubjectRef};

use super::sheet::{Mapping, Sheet, empty};
use crate::record::{Proof, Record};

/// The custom fields that an administrator of the CRM sets up.
pub(super) const LEAD: &str = "zgoda_lead";
/// The code of the receipt: the CRM finds a lead by the content of a custom field.
pub(super) const RECEIPT: &str = "zgoda_receipt";
pub(super) const PERMISSION: &str = "zgoda_permission";
pub(super) const PROOF: &str = "zgoda_proof";

/// The content of the proof's field.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Filed {
    /// The reference to the person in the ledger.
    subject: String,
    /// The newest revision that was written.
    pub(super) revision: u32,
    event: String,
    event_name: String,
    captured_at: Option<DateTime<FixedOffset>>,
    language: Option<Language>,
    source: Option<zgoda_core::candidate::Source>,
    decisions: Vec<Proof>,
    promises: Vec<Promise>,
    deadlines: BTreeMap<Field, DateTime<Utc>>,
    /// Up to which revision a purpose is withdrawn.
    withdrawn: BTreeMap<String, u32>,
    /// Up to which revision a field is cleared.
    expired: BTreeMap<Field, u32>,
    /// Hash of what was written, by column.
    wrote: BTreeMap<String, String>,
    /// Hashes of the lines that were written to the notes, by field.
    lines: BTreeMap<Field, BTreeSet<String>>,
}

/// A lead as the CRM shows it.
pub(super) struct There<'a>(pub(super) &'a Json);

impl There<'_> {
    /// A column's text; empty where there is none.
    fn text(&self, column: &str) -> &str {
        let value = match column.strip_prefix("custom_fields.") {
            Some(key) => &self.0["custom_fields"][key],
            None => &self.0[column],
        };
        value.as_str().unwrap_or_default()
    }

    /// True where it is the record of the lead `id`.
    pub(super) fn is_of(&self, id: &str) -> bool {
        self.text("external_id") == id || self.0["custom_fields"][LEAD] == *id
    }

    /// A contact was made of it: its data stand in two places.
    pub(super) fn is_converted(&self) -> bool {
        self.text("status") == "converted"
    }

    /// What was filed with it. A proof that somebody has made unreadable counts as none.
    pub(super) fn filed(&self) -> Filed {
        let proof = self.0["custom_fields"][PROOF].as_str().unwrap_or_default();
        serde_json::from_str(proof).unwrap_or_default()
    }
}

impl Filed {
    /// The changes that bring the CRM's lead up to `record`, laid out as `sheet`.
    pub(super) fn upsert(&mut self, record: &Record, sheet: &Sheet, there: &There<'_>) -> Json {
        self.take_over(record);
        let mut change = Map::new();
        let mut notes = Notes::new(there.text("description"));
        for (column, value) in &sheet.columns {
            self.set(&record.lead_id, column, Some(value), there, &mut change);
        }
        let known: Vec<String> = self.wrote.keys().cloned().collect();
        for column in known
            .iter()
            .filter(|column| !sheet.columns.contains_key(*column))
        {
            self.set(&record.lead_id, column, None, there, &mut change);
        }
        // What the staff noted goes first: it is what people look for.
        let noted = Field::ALL
            .into_iter()
            .partition::<Vec<_>, _>(|field| field.is_staffs());
        for field in noted.0.into_iter().chain(noted.1) {
            let lines = sheet.lines.get(&field).map_or(&[][..], Vec::as_slice);
            self.note(&record.lead_id, field, lines, &mut notes);
        }
        self.finish(&record.lead_id, change, notes)
    }

    /// The changes that withdraw `purposes`.
    pub(super) fn withdraw(
        &mut self,
        lead: &str,
        revision: u32,
        purposes: &BTreeSet<String>,
        there: &There<'_>,
    ) -> Json {
        for purpose in purposes {
            let known = self.withdrawn.entry(purpose.clone()).or_default();
            *known = revision.max(*known);
        }
        self.restrict();
        self.finish(lead, Map::new(), Notes::new(there.text("description")))
    }

    /// The changes that clear `fields`, whoever wrote them last: their purpose has ended.
    pub(super) fn expire(
        &mut self,
        lead: &str,
        revision: u32,
        fields: &BTreeSet<Field>,
        mapping: &Mapping,
        there: &There<'_>,
    ) -> Json {
        let mut change = Map::new();
        let mut notes = Notes::new(there.text("description"));
        for field in fields {
            let known = self.expired.entry(*field).or_default();
            *known = revision.max(*known);
            self.deadlines.remove(field);
            self.note(lead, *field, &[], &mut notes);
            for column in mapping.columns(*field) {
                self.wrote.remove(column);
                change.insert(column.to_owned(), empty(column));
            }
        }
        self.finish(lead, change, notes)
    }

    /// True where `field` is cleared for `revision`.
    pub(super) fn is_expired(&self, field: Field, revision: u32) -> bool {
        self.expired
            .get(&field)
            .is_some_and(|until| *until >= revision)
    }

    fn take_over(&mut self, record: &Record) {
        self.revision = record.revision;
        self.subject.clone_from(&record.subject);
        self.language = Some(record.language);
        self.event.clone_from(&record.event);
        self.event_name.clone_from(&record.event_name);
        self.captured_at = Some(record.captured_at);
        self.source = Some(record.source);
        self.decisions.clone_from(&record.decisions);
        self.promises.clone_from(&record.promises);
        self.deadlines.clone_from(&record.deadlines);
        self.restrict();
    }

    fn restrict(&mut self) {
        for proof in &mut self.decisions {
            let until = self.withdrawn.get(&proof.decision.purpose);
            if proof.decision.given && until.is_some_and(|until| *until >= self.revision) {
                proof.withdrawn = true;
            }
        }
    }

    /// Sets one column, unless somebody else has changed it since it was written.
    fn set(
        &mut self,
        lead: &str,
        column: &str,
        value: Option<&String>,
        there: &There<'_>,
        change: &mut Map<String, Json>,
    ) {
        let now = there.text(column);
        let ours = match self.wrote.get(column) {
            Some(wrote) => *wrote == hash(lead, now),
            None => now.is_empty(),
        };
        if !ours {
            return;
        }
        match value {
            Some(value) => {
                self.wrote.insert(column.to_owned(), hash(lead, value));
                change.insert(column.to_owned(), value.clone().into());
            }
            None => {
                self.wrote.remove(column);
                change.insert(column.to_owned(), empty(column));
            }
        }
    }

    /// Brings the lines of `field` up to `lines`; a line of ours that somebody has taken out or changed stays so.
    fn note(&mut self, lead: &str, field: Field, lines: &[String], notes: &mut Notes) {
        let wrote = self.lines.remove(&field).unwrap_or_default();
        let here = notes.take(|line| wrote.contains(&hash(lead, line)));
        let fresh = |line: &&String| !wrote.contains(&hash(lead, line)) || here.contains(*line);
        notes.ours.extend(lines.iter().filter(fresh).cloned());
        if !lines.is_empty() {
            self.lines
                .insert(field, lines.iter().map(|line| hash(lead, line)).collect());
        }
    }

    fn finish(&self, lead: &str, mut change: Map<String, Json>, notes: Notes) -> Json {
        if let Some(text) = notes.changed() {
            change.insert("description".to_owned(), text.into());
        }
        let mut custom = Map::new();
        let named: Vec<String> = change
            .keys()
            .filter(|column| column.starts_with("custom_fields."))
            .cloned()
            .collect();
        for column in named {
            let value = change.remove(&column).unwrap_or_default();
            custom.insert(column.replacen("custom_fields.", "", 1), value);
        }
        custom.insert(LEAD.to_owned(), lead.into());
        if let Some(code) = self.code() {
            custom.insert(RECEIPT.to_owned(), code.grouped().into());
        }
        custom.insert(PERMISSION.to_owned(), self.permission().into());
        custom.insert(PROOF.to_owned(), serde_json::json!(self).to_string().into());
        change.insert("custom_fields".to_owned(), custom.into());
        change.into()
    }

    /// The code of the person's receipt.
    fn code(&self) -> Option<Code> {
        let subject = SubjectRef::restore(self.subject.clone());
        (!self.subject.is_empty()).then(|| Code::of(&subject))
    }

    /// Whom it is about, without a value: the lead `id`, `crm_id` of the CRM's.
    pub(super) fn found(&self, id: Uuid, crm_id: &str) -> Option<Found> {
        Some(Found {
            stub: Stub {
                lead: LeadId(id),
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

    /// For people: one line per box.
    fn permission(&self) -> String {
        let lines = self.decisions.iter().map(|proof| {
            let word = match (proof.decision.given, proof.withdrawn) {
                (true, false) => "yes",
                (true, true) => "withdrawn",
                (false, _) => "no",
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
}

/// The CRM's notes on a lead: lines of ours, which go first, and lines of others.
struct Notes {
    before: String,
    ours: Vec<String>,
    others: Vec<String>,
}

impl Notes {
    fn new(text: &str) -> Self {
        Self {
            before: text.to_owned(),
            ours: Vec::new(),
            others: text.lines().map(str::to_owned).collect(),
        }
    }

    fn take(&mut self, is_ours: impl Fn(&str) -> bool) -> BTreeSet<String> {
        let (ours, others): (Vec<String>, Vec<String>) = std::mem::take(&mut self.others)
            .into_iter()
            .partition(|line| is_ours(line));
        self.others = others;
        ours.into_iter().collect()
    }

    /// The notes anew, where they differ.
    fn changed(self) -> Option<String> {
        let all: Vec<String> = self.ours.into_iter().chain(self.others).collect();
        let text = all.join("\n").trim().to_owned();
        (text != self.before.trim()).then_some(text)
    }
}

/// Salted with the lead's random id, so that equal values of two people do not look alike.
fn hash(lead: &str, value: &str) -> String {
    sha256_hex(&format!("{lead}\n{value}"))[..16].to_owned()
}
