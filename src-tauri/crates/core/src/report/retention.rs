//! What will be erased when (Art. 5(1)(e)): by day and field, here and in the CRM.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;

use super::page::{Page, Part};
use super::table::Table;
use super::{field_name, pick};
use crate::field::Field;
use crate::language::Language;
use crate::lead::Kept;
use crate::outbox::Stub;

/// The report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Retention {
    /// One line per day, field and place.
    pub ends: Vec<End>,
}

/// So many values of a field end on a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct End {
    /// The day, UTC.
    pub day: NaiveDate,
    /// The field.
    pub field: Field,
    /// Values on this device.
    pub here: u32,
    /// Values that the CRM alone holds.
    pub in_crm: u32,
}

/// The report on `leads` and `stubs`.
pub fn retention(leads: &[Kept], stubs: &[Stub]) -> Retention {
    let mut ends: BTreeMap<(NaiveDate, Field), (u32, u32)> = BTreeMap::new();
    let day = |until: &DateTime<Utc>| until.date_naive();
    for lead in leads {
        for (field, kept) in &lead.fields {
            let days = match field {
                Field::Answers => lead.answer_ends.values().map(day).collect(),
                _ => BTreeSet::new(),
            };
            let days = match days.is_empty() {
                true => BTreeSet::from([day(&kept.deadline)]),
                false => days,
            };
            for day in days {
                ends.entry((day, *field)).or_default().0 += 1;
            }
        }
    }
    for (field, until) in stubs.iter().flat_map(|stub| &stub.deadlines) {
        ends.entry((day(until), *field)).or_default().1 += 1;
    }
    let ends = ends.into_iter().map(|((day, field), (here, in_crm))| End {
        day,
        field,
        here,
        in_crm,
    });
    Retention {
        ends: ends.collect(),
    }
}

impl Retention {
    /// The page.
    pub fn page(&self, language: Language) -> Page {
        let mut table = Table::new(&[
            pick(language, ["Dzień", "Day", "Tag"]),
            pick(language, ["Dane", "Data", "Angabe"]),
            pick(language, ["Tutaj", "Here", "Hier"]),
            pick(language, ["W CRM", "In the CRM", "Im CRM"]),
        ]);
        for end in &self.ends {
            table.push([
                end.day.to_string(),
                field_name(end.field, language).to_owned(),
                end.here.to_string(),
                end.in_crm.to_string(),
            ]);
        }
        let title = [
            "Co i kiedy zostanie usunięte",
            "What will be erased when",
            "Was wann gelöscht wird",
        ];
        let title = pick(language, title).to_owned();
        let part = Part::table(&title, table);
        Page {
            language,
            title,
            lead: Vec::new(),
            parts: vec![part],
        }
    }
}
