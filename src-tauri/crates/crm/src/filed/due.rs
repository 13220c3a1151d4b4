//! The day of the next promise: the earliest that is open of any lead of the record, whoever told it.
//!
//! How: it is marked as written by each lead whose day it is, so that a day which somebody set in the CRM stays theirs. A lead
//! whose day is another one has it as a line of the notes, until its day comes into the column or its promise is kept.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value as Json};

use super::notes::Notes;
use super::part::{Part, hash};
use super::{Filed, There};
use crate::form::Form;

/// Whose day stands in the column before a change.
#[derive(Clone, Copy, PartialEq)]
enum Whose {
    Ours,
    Nobodys,
    Theirs,
}

/// The day as it stands before a change.
pub(super) struct Due {
    whose: Whose,
    /// Where the lead tells its promises: whether the CRM takes a day.
    pub(super) told: Option<bool>,
}

impl Due {
    pub(super) fn new(filed: &Filed, form: &Form, there: &There) -> Self {
        let now = form.due.map(|column| (column, there.text(column)));
        let ours = |(column, now)| {
            let mut leads = filed.leads.iter();
            leads.any(|(lead, part)| part.claims(lead, column, now))
        };
        let whose = match now {
            Some(now) if ours(now) => Whose::Ours,
            Some((_, "")) => Whose::Nobodys,
            _ => Whose::Theirs,
        };
        Self { whose, told: None }
    }

    /// Brings the column and the lines up to the leads of `filed`; `left` is no longer one of them.
    pub(super) fn settle(
        &self,
        filed: &mut Filed,
        left: (&str, &Part),
        (form, there): (&Form, &There),
        change: &mut Map<String, Json>,
        notes: &mut Notes,
    ) {
        let Some(column) = form.due else {
            return;
        };
        let now = there.text(column);
        let stands = self.next(filed, column).unwrap_or_else(|| now.to_owned());
        // What one lead alone would have it is no word of the record.
        change.remove(column);
        if stands != now {
            let empty = stands.is_empty().then(|| form.empty(column));
            change.insert(
                column.to_owned(),
                empty.unwrap_or_else(|| stands.as_str().into()),
            );
        }
        self.note(filed, left, column, &stands, notes);
    }

    /// What the column is to hold; `None` where it is left as it is.
    fn next(&self, filed: &mut Filed, column: &str) -> Option<String> {
        let counts = |part: &Part| match self.whose {
            Whose::Ours => self.told != Some(false),
            // A day that stood here was taken out by somebody.
            Whose::Nobodys => self.told == Some(true) && !part.wrote.contains_key(column),
            Whose::Theirs => false,
        };
        let days = filed.leads.values().filter(|part| counts(part));
        let next = days.filter_map(Part::due).min();
        if self.whose != Whose::Ours && next.is_none() {
            return None;
        }
        let next = next.map(|day| day.to_string()).unwrap_or_default();
        for (lead, part) in &mut filed.leads {
            let is_its = counts(part) && part.due().is_some_and(|day| day.to_string() == next);
            if self.whose == Whose::Ours {
                part.wrote.remove(column);
            }
            if is_its {
                part.wrote.insert(column.to_owned(), hash(lead, &next));
            }
        }
        Some(next)
    }

    fn note(
        &self,
        filed: &mut Filed,
        left: (&str, &Part),
        column: &str,
        stands: &str,
        notes: &mut Notes,
    ) {
        let line = |(lead, part): (&String, &Part)| {
            let day = part.due().map(|day| day.to_string());
            let day = day.filter(|day| day != stands)?;
            Some((lead.clone(), format!("promise: {day}")))
        };
        let wanted: BTreeMap<String, String> = filed.leads.iter().filter_map(line).collect();
        let is_noted = |lead: &str, part: &Part| {
            let line = wanted.get(lead);
            line.is_some_and(|line| part.day_line.as_ref() == Some(&hash(lead, line)))
        };
        let others = |text: &str| {
            let mut leads = filed.leads.iter();
            leads.any(|(lead, part)| is_noted(lead, part) && wanted[lead] == text)
        };
        let leads = filed.leads.iter().map(|(lead, part)| (lead.as_str(), part));
        for (lead, part) in leads.chain([left]).filter(|one| !is_noted(one.0, one.1)) {
            if let Some(old) = &part.day_line {
                notes.take(|text| hash(lead, text) == *old && !others(text));
            }
        }
        let mut added = BTreeSet::new();
        for (lead, part) in &mut filed.leads {
            let line = wanted.get(lead);
            let known = line.map(|line| hash(lead, line));
            if part.day_line == known {
                continue;
            }
            part.day_line = None;
            // One that stood in the column, and that somebody changed there, is no news.
            if let (Some(line), Some(_), false) = (line, self.told, part.wrote.contains_key(column))
            {
                if !notes.holds(line) && added.insert(line) {
                    notes.add(line.clone());
                }
                part.day_line = known;
            }
        }
    }
}
