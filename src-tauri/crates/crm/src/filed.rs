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
use zgoda_core::profile::Channel;
use zgoda_core::profile::sha256_hex;
use zgoda_core::receipt::Code;
use zgoda_core::{LeadId, SubjectRef};

use crate::dialect::Permit;
use crate::form::{Form, Layout, Said};
use crate::record::{Proof, Record, in_words};
use crate::sheet::Sheet;

/// The content of the proof's field.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Filed {
    /// The reference to the person in the ledger.
    subject: String,
    /// The newest revision that was written.
    pub(crate) revision: u32,
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
    /// Marketing fields that were set to no from here: their no is nobody's own word to the CRM.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    shut: BTreeSet<String>,
    /// Hashes of the lines that were written to the notes, by field.
    lines: BTreeMap<Field, BTreeSet<String>>,
}

/// A lead as the CRM shows it: its columns, flat. The default is a lead that is not there yet.
#[derive(Clone, Default)]
pub(crate) struct There {
    /// The CRM's own id.
    pub(crate) id: String,
    pub(crate) columns: Map<String, Json>,
}

impl There {
    /// A column's text; empty where there is none.
    pub(crate) fn text(&self, column: &str) -> &str {
        let value = self.columns.get(column);
        value.and_then(Json::as_str).unwrap_or_default()
    }

    /// Of a CRM that shows its columns flat, its own id among them as `id`.
    pub(crate) fn flat(row: &Json, id: &str) -> Option<Self> {
        Some(Self {
            id: row[id].as_str()?.to_owned(),
            columns: row.as_object()?.clone(),
        })
    }

    fn is_new(&self) -> bool {
        self.columns.is_empty()
    }

    /// What was filed with it. A proof that somebody has made unreadable counts as none.
    pub(crate) fn filed(&self, form: &Form) -> Filed {
        serde_json::from_str(self.text(form.proof)).unwrap_or_default()
    }

    /// Whom it is about, where this program filed it.
    pub(crate) fn found(&self, form: &Form) -> Option<Found> {
        let lead = Uuid::parse_str(self.text(form.lead)).ok()?;
        self.filed(form).found(lead, &self.id)
    }
}

impl Filed {
    /// The changes that bring the CRM's lead up to `record`, laid out as `sheet`.
    pub(crate) fn upsert(
        &mut self,
        record: &Record,
        sheet: &Sheet,
        form: &Form,
        there: &There,
    ) -> Map<String, Json> {
        self.take_over(record);
        let mut change = Map::new();
        let mut notes = Notes::new(there.text(form.notes));
        for (column, value) in &sheet.columns {
            self.set(record, column, Some(value), form, there, &mut change);
        }
        let known: Vec<String> = self.wrote.keys().cloned().collect();
        for column in known
            .iter()
            .filter(|column| !sheet.columns.contains_key(*column))
        {
            self.set(record, column, None, form, there, &mut change);
        }
        // What the staff noted goes first: it is what people look for.
        let noted = Field::ALL
            .into_iter()
            .partition::<Vec<_>, _>(|field| field.is_staffs());
        for field in noted.0.into_iter().chain(noted.1) {
            let lines = sheet.lines.get(&field).map_or(&[][..], Vec::as_slice);
            self.note(&record.lead_id, field, lines, &mut notes);
        }
        self.finish(&record.lead_id, change, notes, form, there)
    }

    /// The changes that withdraw `purposes`.
    pub(crate) fn withdraw(
        &mut self,
        lead: &str,
        revision: u32,
        purposes: &BTreeSet<String>,
        form: &Form,
        there: &There,
    ) -> Map<String, Json> {
        for purpose in purposes {
            let known = self.withdrawn.entry(purpose.clone()).or_default();
            *known = revision.max(*known);
        }
        self.restrict();
        let notes = Notes::new(there.text(form.notes));
        self.finish(lead, Map::new(), notes, form, there)
    }

    /// The changes that clear `fields`, whoever wrote them last: their purpose has ended.
    pub(crate) fn expire(
        &mut self,
        lead: &str,
        revision: u32,
        fields: &BTreeSet<Field>,
        layout: &Layout,
        there: &There,
    ) -> Map<String, Json> {
        let form = layout.form;
        let mut change = Map::new();
        let mut notes = Notes::new(there.text(form.notes));
        for field in fields {
            let known = self.expired.entry(*field).or_default();
            *known = revision.max(*known);
            self.deadlines.remove(field);
            self.note(lead, *field, &[], &mut notes);
            let columns = layout.columns(*field).into_iter();
            for column in columns.filter(|column| !column.is_empty()) {
                self.wrote.remove(column);
                change.insert(column.to_owned(), form.empty(column));
            }
        }
        self.finish(lead, change, notes, form, there)
    }

    /// True where `field` is cleared for `revision`.
    pub(crate) fn is_expired(&self, field: Field, revision: u32) -> bool {
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
        record: &Record,
        column: &str,
        value: Option<&String>,
        form: &Form,
        there: &There,
        change: &mut Map<String, Json>,
    ) {
        let lead = &record.lead_id;
        let now = there.text(column);
        let ours = match self.wrote.get(column) {
            Some(wrote) => *wrote == hash(lead, now),
            None => now.is_empty() || form.blank(column) == Some(now),
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
                change.insert(column.to_owned(), form.empty(column));
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

    fn finish(
        &mut self,
        lead: &str,
        mut change: Map<String, Json>,
        notes: Notes,
        form: &Form,
        there: &There,
    ) -> Map<String, Json> {
        if let Some(text) = notes.changed() {
            change.insert(form.notes.to_owned(), text.into());
        }
        self.market(form, there, &mut change);
        change.insert(form.lead.to_owned(), lead.into());
        if let Some(code) = self.code() {
            change.insert(form.receipt.to_owned(), code.grouped().into());
        }
        change.insert(form.permission.to_owned(), in_words(&self.decisions).into());
        let proof = serde_json::json!(self).to_string();
        change.insert(form.proof.to_owned(), proof.into());
        change
    }

    /// Sets the CRM's own marketing fields. Only a new lead is ever subscribed: what stands at no may be the person's own
    /// word to the CRM, and the most restrictive wins. A channel other than e-mail that nobody was asked about is left
    /// alone, because its field bars more than advertising.
    fn market(&mut self, form: &Form, there: &There, change: &mut Map<String, Json>) {
        for field in form.marketing {
            let mut asked = self
                .decisions
                .iter()
                .filter(|proof| proof.decision.channel == Some(field.channel))
                .peekable();
            if field.channel != Channel::Email && asked.peek().is_none() {
                continue;
            }
            let may = asked.any(Proof::stands);
            let now = there.columns.get(field.column).filter(|now| !now.is_null());
            let said = match now {
                _ if there.is_new() && may => field.yes,
                None if !may => field.no,
                Some(now) if !may && field.yes.is(now) => field.out,
                _ => continue,
            };
            if !may {
                self.shut.insert(field.column.to_owned());
            }
            if !matches!(said, Said::Nothing) {
                change.insert(field.column.to_owned(), said.json());
            }
        }
    }

    /// The channels on which the CRM's own marketing fields say no, and not because it was written from here.
    pub(crate) fn refused(&self, form: &Form, there: &There) -> Vec<Channel> {
        let refused = form.marketing.iter().filter(|field| {
            let now = there.columns.get(field.column);
            let is_no = now.is_some_and(|now| field.no.is(now) || field.out.is(now));
            is_no && !self.shut.contains(field.column)
        });
        refused.map(|field| field.channel).collect()
    }

    /// The consents to e-mail, for a list that the CRM keeps by address.
    pub(crate) fn permits(&self, email: &str) -> Vec<Permit> {
        let code = self.code();
        let code = code.map(|code| code.grouped()).unwrap_or_default();
        let boxes = self.decisions.iter();
        let boxes = boxes.filter(|proof| proof.decision.channel == Some(Channel::Email));
        let permit = |proof: &Proof| {
            let wording = proof.decision.wording.as_ref();
            let (version, sha256) = wording
                .map(|text| (text.version.as_str(), text.sha256.as_str()))
                .unwrap_or_default();
            let at = proof.decision.at.to_rfc3339();
            Permit {
                email: email.to_owned(),
                purpose: proof.decision.purpose.clone(),
                stands: proof.stands(),
                withdrawn: proof.withdrawn,
                proof: format!("{version} sha256:{sha256} {at} {code}"),
            }
        };
        boxes.map(permit).collect()
    }

    /// The code of the person's receipt.
    fn code(&self) -> Option<Code> {
        let subject = SubjectRef::restore(self.subject.clone());
        (!self.subject.is_empty()).then(|| Code::of(&subject))
    }

    /// Whom it is about, without a value: the lead `id`, `crm_id` of the CRM's.
    pub(crate) fn found(&self, id: Uuid, crm_id: &str) -> Option<Found> {
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
