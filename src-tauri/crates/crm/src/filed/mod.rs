//! What lies beside the data in a CRM's record: the proof of consent, and what this program last wrote.
//!
//! The proof stands in a custom field as JSON, with a second field that people can read. What was last written is kept
//! as short hashes: where the CRM's value is still the one that was written, a newer one may take its place; where
//! somebody changed it there, theirs stays. Deadlines and withdrawals are ours and hold in any case.
//!
//! A record may hold several leads: devices that met the same person (docs/merge.md). Each has its part here. A value that
//! two of them wrote is of both, and stays until the last of them lets it go.

mod consent;
mod due;
mod edit;
mod notes;
mod part;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use zgoda_core::BoxRef;
use zgoda_core::field::Field;
use zgoda_core::outbox::Found;
use zgoda_core::receipt::Code;

use self::edit::Edit;
use self::part::{Part, hash};
use crate::form::{Form, Layout};
use crate::record::Record;
use crate::sheet::{Sheet, line_of};

/// The most leads of one record: the codes of their receipts stand in one column of 100 characters.
const MOST_LEADS: usize = 8;

/// The content of the proof's field.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Filed {
    leads: BTreeMap<String, Part>,
    /// Marketing fields that were set to no from here: their no is nobody's own word to the CRM.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    shut: BTreeSet<String>,
    /// Purposes whose yes to e-mail was taken back from here: a list that stands at no then is nobody's own word either.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    taken_back: BTreeSet<String>,
    /// Purposes that a lead withdrew which is gone, and boxes (`purpose:channel`) where another channel stood.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    out: BTreeSet<String>,
    /// Hashes of the ids of leads that were here and are erased.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    gone: BTreeSet<String>,
}

/// A record as the CRM shows it: its columns, flat. The default is a record that is not there yet.
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

    /// The leads that it holds; that of its key where no proof says more.
    pub(crate) fn leads(&self, form: &Form) -> Vec<String> {
        let leads: Vec<String> = self.filed(form).leads.into_keys().collect();
        let key = self.text(form.lead);
        match leads.is_empty() && !key.is_empty() {
            true => vec![key.to_owned()],
            false => leads,
        }
    }

    /// Whom it is about, where this program filed them.
    pub(crate) fn found(&self, form: &Form, code: &Code) -> Option<Found> {
        let filed = self.filed(form);
        let mut all = filed.leads.iter();
        all.find_map(|(lead, part)| part.found(lead, &self.id).filter(|found| found.is_of(code)))
    }
}

impl Filed {
    /// The newest revision that was written of `lead`; 0 where there is none.
    pub(crate) fn revision(&self, lead: &str) -> u32 {
        self.leads.get(lead).map_or(0, |part| part.revision)
    }

    /// True where another lead than `lead` still needs the record.
    pub(crate) fn is_shared(&self, lead: &str) -> bool {
        let mut others = self.leads.iter().filter(|(known, _)| *known != lead);
        others.any(|(_, part)| part.is_needed())
    }

    /// True where `lead` was here and is erased.
    pub(crate) fn has_left(&self, lead: &str) -> bool {
        !self.leads.contains_key(lead) && self.gone.contains(&hash(lead, ""))
    }

    /// Every column that was ever written for its leads and not emptied since.
    pub(crate) fn written(&self) -> impl Iterator<Item = &String> {
        self.leads.values().flat_map(|part| part.wrote.keys())
    }

    /// True where a further lead of this event has room here.
    pub(crate) fn has_room(&self, event: &str) -> bool {
        let some = (1..MOST_LEADS).contains(&self.leads.len());
        let needed = self.leads.values().any(Part::is_needed);
        some && needed && self.leads.values().all(|part| part.event == event)
    }

    /// True where `lead` stands here as it does in `other`.
    pub(crate) fn agrees(&self, other: &Self, lead: &str) -> bool {
        self.leads.get(lead) == other.leads.get(lead)
    }

    /// True where `field` of `lead` is cleared for `revision`.
    pub(crate) fn is_expired(&self, lead: &str, field: Field, revision: u32) -> bool {
        let part = self.leads.get(lead);
        let until = part.and_then(|part| part.expired.get(&field));
        until.is_some_and(|until| *until >= revision)
    }

    /// The changes that bring the CRM's record up to `record`, laid out as `sheet`.
    pub(crate) fn upsert(
        &mut self,
        record: &Record,
        sheet: &Sheet,
        form: &Form,
        there: &There,
    ) -> Map<String, Json> {
        let mut edit = Edit::new(self, &record.lead_id, form, there);
        edit.part.take_over(record);
        edit.due.told = Some(sheet.takes_day());
        let mut lines = sheet.lines.clone();
        for (column, value) in &sheet.columns {
            let stands = edit.set(column, Some(value));
            match sheet.field(column) {
                Some(field) if !stands => {
                    let lines = lines.entry(field).or_default();
                    lines.push(line_of(field, value));
                }
                Some(field) if !(form.columns)(field).contains(&column.as_str()) => {
                    edit.part.named.insert(column.clone(), field);
                }
                _ => {
                    edit.part.named.remove(column);
                }
            }
        }
        let known: Vec<String> = edit.part.wrote.keys().cloned().collect();
        for column in known.iter().filter(|one| !sheet.columns.contains_key(*one)) {
            match edit.part.named.get(column) {
                // It has ended, or stands elsewhere; what the CRM refuses there keeps its column in the sheet.
                Some(Field::Answers) if sheet.field(column).is_none() => {
                    edit.clear_earlier(column, edit.is_needed(Field::Answers));
                }
                _ => {
                    edit.set(column, None);
                }
            }
        }
        // What the staff noted goes first: it is what people look for.
        let noted = Field::ALL
            .into_iter()
            .partition::<Vec<_>, _>(|field| field.is_staffs());
        for field in noted.0.into_iter().chain(noted.1) {
            edit.note(field, lines.get(&field).map_or(&[][..], Vec::as_slice));
        }
        edit.keep()
    }

    /// The changes that withdraw `boxes` of `lead`.
    pub(crate) fn withdraw(
        &mut self,
        lead: &str,
        revision: u32,
        boxes: &BTreeSet<BoxRef>,
        form: &Form,
        there: &There,
    ) -> Map<String, Json> {
        let mut edit = Edit::new(self, lead, form, there);
        edit.part.withdraw(revision, boxes);
        edit.keep()
    }

    /// The changes that clear `fields` of `lead`.
    pub(crate) fn expire(
        &mut self,
        lead: &str,
        revision: u32,
        fields: &BTreeSet<Field>,
        layout: &Layout,
        there: &There,
    ) -> Map<String, Json> {
        let mut edit = Edit::new(self, lead, layout.form, there);
        for field in fields {
            let known = edit.part.expired.entry(*field).or_default();
            *known = revision.max(*known);
            edit.clear(*field, layout);
        }
        edit.keep()
    }

    /// The changes that take `lead` out of a record which other leads still need.
    pub(crate) fn leave(&mut self, lead: &str, form: &Form, there: &There) -> Map<String, Json> {
        Edit::new(self, lead, form, there).leave()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_codes_of_all_leads_fit_into_the_column_of_receipts() {
        let code = Code::of(&zgoda_core::SubjectRef::from_random([7; 16])).grouped();
        assert!((code.len() + 1) * MOST_LEADS - 1 <= crate::form::Shape::Line.length());
    }

    const FORM: Form = Form {
        lead: "lead",
        receipt: "receipt",
        permission: "permission",
        proof: "proof",
        notes: "notes",
        columns: |_| &[],
        rating: str::to_owned,
        due: None,
        event: None,
        country_is_code: false,
        blank: &[],
        most: |_| None,
        marketing: &[],
    };

    /// A record of the leads `a` and `b`, who both have answers: in a column that the profile does not name any more, and
    /// that a connector which asks for its columns by name is not shown.
    fn two(layout: &Layout, b_wrote: Option<&str>) -> (Filed, There) {
        let until = "2027-03-08T22:59:59Z";
        let part = |lead: &str, value: Option<&str>| {
            let wrote = value.map(|value| ("cf_old", hash(lead, value)));
            serde_json::json!({
                "deadlines": { "answers": until },
                "wrote": wrote.into_iter().collect::<BTreeMap<_, _>>(),
                "named": { "cf_old": "answers" },
            })
        };
        let leads = serde_json::json!({ "leads": { "a": part("a", Some("120")), "b": part("b", b_wrote) } });
        let shown = layout.everything().into_iter();
        let there = There {
            id: "7".to_owned(),
            columns: shown.map(|one| (one.to_owned(), Json::Null)).collect(),
        };
        (serde_json::from_value(leads).unwrap(), there)
    }

    #[test]
    fn what_stands_in_a_column_of_an_earlier_profile_goes_with_the_last_who_wrote_it() {
        let layout = Layout {
            form: &FORM,
            named: BTreeMap::new(),
            answers: BTreeMap::new(),
        };
        let answers = BTreeSet::from([Field::Answers]);
        let (mut filed, there) = two(&layout, None);
        let change = filed.expire("a", 1, &answers, &layout, &there);
        assert_eq!(change.get("cf_old"), Some(&Json::Null), "{change:?}");

        let (mut filed, there) = two(&layout, Some("120"));
        let change = filed.expire("a", 1, &answers, &layout, &there);
        assert_eq!(change.get("cf_old"), None, "{change:?}");
        let change = filed.expire("b", 1, &answers, &layout, &there);
        assert_eq!(change.get("cf_old"), Some(&Json::Null), "{change:?}");

        let (mut filed, there) = two(&layout, None);
        let change = filed.leave("a", layout.form, &there);
        assert_eq!(change.get("cf_old"), Some(&Json::Null), "{change:?}");
        let (mut filed, there) = two(&layout, Some("120"));
        let change = filed.leave("a", layout.form, &there);
        assert_eq!(change.get("cf_old"), None, "{change:?}");
    }
}
