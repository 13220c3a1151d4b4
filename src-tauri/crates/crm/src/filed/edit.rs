//! The changes to a record that one of its leads asks for.
//!
//! How: a value belongs to every lead that wrote it and is taken away with the last of them. Where another lead's value
//! stands, ours does not take its place: it becomes a line of the notes.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json};
use zgoda_core::field::Field;

use super::due::Due;
use super::notes::Notes;
use super::part::{Part, hash};
use super::{Filed, There};
use crate::form::{Form, Layout};
use crate::record::{Proof, in_words};

/// A record while it is changed for one lead.
pub(super) struct Edit<'a> {
    /// The record without that lead.
    filed: &'a mut Filed,
    lead: String,
    pub(super) part: Part,
    form: &'a Form,
    there: &'a There,
    change: Map<String, Json>,
    notes: Notes,
    pub(super) due: Due,
    /// Purposes that stood for e-mail before.
    stood: BTreeSet<String>,
}

impl<'a> Edit<'a> {
    pub(super) fn new(filed: &'a mut Filed, lead: &str, form: &'a Form, there: &'a There) -> Self {
        Self {
            stood: filed.standing(),
            due: Due::new(filed, form, there),
            part: filed.leads.remove(lead).unwrap_or_default(),
            filed,
            lead: lead.to_owned(),
            form,
            there,
            change: Map::new(),
            notes: Notes::new(there.text(form.notes)),
        }
    }

    /// Sets one column, unless somebody else has changed it since it was written. False where another lead's value stands.
    pub(super) fn set(&mut self, column: &str, value: Option<&str>) -> bool {
        let now = self.there.text(column);
        // The same in other letters, such as an address, is of both.
        let is_same = |value: &str| value.to_lowercase() == now.to_lowercase();
        let shared = value.is_some_and(is_same) && self.is_others(column, now);
        let value = if shared { Some(now) } else { value };
        let free = now.is_empty() || self.form.blank(column) == Some(now);
        if !free && self.is_others(column, now) && value != Some(now) {
            self.part.wrote.remove(column);
            return false;
        }
        let ours = match self.part.wrote.contains_key(column) {
            true => self.part.claims(&self.lead, column, now),
            false => free || self.is_others(column, now),
        };
        if ours {
            self.put(column, value);
        }
        true
    }

    /// Brings the lines of `field` up to `lines`; a line of ours that somebody has taken out or changed stays so.
    pub(super) fn note(&mut self, field: Field, lines: &[String]) {
        let wrote = self.part.lines.remove(&field).unwrap_or_default();
        let is_ours = |line: &str| wrote.contains(&hash(&self.lead, line));
        let others = &self.filed.leads;
        let is_others = |line: &str| others.iter().any(|(lead, part)| part.noted(lead, line));
        let here = self.notes.take(|line| is_ours(line) && !is_others(line));
        for line in lines {
            let stands = !is_ours(line) || here.contains(line);
            if stands && !(is_others(line) && self.notes.holds(line)) {
                self.notes.add(line.clone());
            }
        }
        if !lines.is_empty() {
            let hashes = lines.iter().map(|line| hash(&self.lead, line));
            self.part.lines.insert(field, hashes.collect());
        }
    }

    /// Clears `field`, whoever wrote it last: its purpose has ended. Where another lead still needs it, only what that one
    /// did not write.
    pub(super) fn clear(&mut self, field: Field, layout: &Layout) {
        self.part.deadlines.remove(&field);
        self.note(field, &[]);
        let needed = self.is_needed(field);
        let columns = layout.columns(field).into_iter();
        for column in columns.filter(|column| !column.is_empty()) {
            let now = self.there.text(column);
            let ours = self.part.claims(&self.lead, column, now);
            self.part.wrote.remove(column);
            if !needed || (ours && !self.is_others(column, now)) {
                self.change
                    .insert(column.to_owned(), self.form.empty(column));
            }
        }
        for column in self.part.columns(field, self.form) {
            self.clear_earlier(&column, needed);
        }
    }

    /// True where another lead still needs `field`.
    pub(super) fn is_needed(&self, field: Field) -> bool {
        let mut others = self.filed.leads.values();
        others.any(|part| part.deadlines.contains_key(&field))
    }

    /// Clears what stands for a field in a column that the profile does not name any more, or whose answer has ended. Such
    /// a column is not read by every connector: what is not shown counts as unchanged.
    pub(super) fn clear_earlier(&mut self, column: &str, needed: bool) {
        let shown = self.there.columns.contains_key(column);
        let ours = !shown
            || self
                .part
                .claims(&self.lead, column, self.there.text(column));
        self.part.wrote.remove(column);
        let mut others = self.filed.leads.values();
        let shared = others.any(|part| part.wrote.contains_key(column));
        if !needed || (ours && !shared) {
            self.change
                .insert(column.to_owned(), self.form.empty(column));
        }
    }

    /// The changes, with the lead in the record.
    pub(super) fn keep(mut self) -> Map<String, Json> {
        let mut part = std::mem::take(&mut self.part);
        part.named
            .retain(|column, _| part.wrote.contains_key(column));
        self.filed.leads.insert(self.lead.clone(), part);
        self.close()
    }

    /// The changes that take the lead out of the record; other leads stay in it.
    pub(super) fn leave(mut self) -> Map<String, Json> {
        let columns: Vec<String> = self.part.wrote.keys().cloned().collect();
        for column in columns {
            if self.there.columns.contains_key(&column) {
                self.set(&column, None);
            } else {
                self.clear_earlier(&column, true);
            }
        }
        let noted: Vec<Field> = self.part.lines.keys().copied().collect();
        for field in noted {
            self.note(field, &[]);
        }
        self.filed.bar(&self.part);
        self.filed.gone.insert(hash(&self.lead, ""));
        self.close()
    }

    fn close(self) -> Map<String, Json> {
        let (filed, form, mut change) = (self.filed, self.form, self.change);
        let (left, mut notes) = ((self.lead.as_str(), &self.part), self.notes);
        let looks = (form, self.there);
        self.due.settle(filed, left, looks, &mut change, &mut notes);
        if let Some(text) = notes.changed() {
            change.insert(form.notes.to_owned(), text.into());
        }
        filed.market(form, self.there, &mut change);
        let stands = filed.standing();
        filed
            .taken_back
            .extend(self.stood.difference(&stands).cloned());
        // Where the lead that the CRM knows the record by is gone, the record is handed to the next.
        let key = self.there.text(form.lead);
        let key = filed.leads.get_key_value(key).map(|(key, _)| key);
        if let Some(key) = key.or_else(|| filed.leads.keys().next()) {
            change.insert(form.lead.to_owned(), key.clone().into());
        }
        let codes = filed.leads.values().filter_map(Part::code);
        let codes: Vec<String> = codes.map(|code| code.grouped()).collect();
        change.insert(form.receipt.to_owned(), codes.join(" ").into());
        let boxes: Vec<Proof> = filed.merged().into_iter().map(|(proof, _)| proof).collect();
        change.insert(form.permission.to_owned(), in_words(&boxes).into());
        let proof = serde_json::json!(filed).to_string();
        change.insert(form.proof.to_owned(), proof.into());
        change
    }

    fn put(&mut self, column: &str, value: Option<&str>) {
        let change = match value {
            Some(value) => {
                let hash = hash(&self.lead, value);
                self.part.wrote.insert(column.to_owned(), hash);
                value.into()
            }
            None => {
                self.part.wrote.remove(column);
                self.form.empty(column)
            }
        };
        self.change.insert(column.to_owned(), change);
    }

    /// True where another lead wrote `value` to `column`.
    fn is_others(&self, column: &str, value: &str) -> bool {
        let mut others = self.filed.leads.iter();
        others.any(|(lead, part)| part.claims(lead, column, value))
    }
}
