//! A lead's fields as BottleCRM's columns, and as lines of its notes where no column fits.

use std::collections::BTreeMap;

use zgoda_core::field::Field;

use crate::record::{Plain, Record};

/// Columns that may not be null; they are cleared by an empty text.
const NEVER_NULL: [&str; 2] = ["source_ref", "source_detail"];

/// Where each field goes; the profile may name another column for one.
pub(super) struct Mapping(pub(super) BTreeMap<Field, String>);

impl Mapping {
    /// The columns of `field`, in the order in which a value is laid out.
    pub(super) fn columns(&self, field: Field) -> Vec<&str> {
        if let Some(named) = self.0.get(&field) {
            return vec![named];
        }
        match field {
            Field::Name => vec!["first_name", "last_name"],
            Field::Prefix => vec!["salutation"],
            Field::Title => vec!["job_title"],
            Field::Company => vec!["company_name"],
            Field::Email => vec!["email"],
            Field::Phone => vec!["phone"],
            Field::Website => vec!["website"],
            Field::Address => vec!["address_line", "postcode", "city", "state", "country"],
            Field::Reference => vec!["source_ref"],
            Field::Rating => vec!["rating"],
            Field::Note | Field::Tags => Vec::new(),
        }
    }
}

/// What the CRM is to hold of a lead.
#[derive(Default)]
pub(super) struct Sheet {
    /// Value by column.
    pub(super) columns: BTreeMap<String, String>,
    /// Lines of the notes, by the field that they belong to.
    pub(super) lines: BTreeMap<Field, Vec<String>>,
    fields: BTreeMap<String, Field>,
}

impl Sheet {
    /// Lays out `record`.
    pub(super) fn new(record: &Record, mapping: &Mapping) -> Self {
        let mut sheet = Self::default();
        for (field, value) in &record.fields {
            let columns = mapping.columns(*field);
            if mapping.0.contains_key(field) {
                sheet.put(*field, columns[0], &value.one_line());
            } else {
                sheet.lay_out(*field, value, &columns);
            }
        }
        let open = record
            .promises
            .iter()
            .filter(|promise| promise.kept_at.is_none());
        if let Some(due) = open.map(|promise| promise.due).min() {
            sheet
                .columns
                .insert("next_follow_up".to_owned(), due.to_string());
        }
        sheet.columns.insert(
            "source_detail".to_owned(),
            fit("source_detail", &record.event_name),
        );
        sheet
    }

    /// Takes the value out of a column that refuses it and notes it as a line. False where there is no such value.
    pub(super) fn demote(&mut self, column: &str) -> bool {
        let Some(value) = self.columns.remove(column) else {
            return false;
        };
        if let Some(field) = self.fields.get(column).copied() {
            self.note(field, &format!("{field}: {value}"));
        }
        true
    }

    fn lay_out(&mut self, field: Field, value: &Plain, columns: &[&str]) {
        match value {
            Plain::Text(text) if field == Field::Name => {
                let (first, last) = text.rsplit_once(' ').unwrap_or(("", text));
                self.put(field, columns[0], first);
                self.put(field, columns[1], last);
            }
            Plain::Text(text) if field == Field::Rating => {
                self.put(field, columns[0], &text.to_uppercase());
            }
            Plain::Text(text) => match columns.first() {
                Some(column) => self.put(field, column, text),
                None => text.lines().for_each(|line| self.note(field, line)),
            },
            Plain::Many(all) => match columns.first() {
                Some(column) => {
                    let mut all = all.iter();
                    if let Some(first) = all.next() {
                        self.put(field, column, first);
                    }
                    all.for_each(|other| self.note(field, &format!("{field}: {other}")));
                }
                None => self.note(field, &format!("{field}: {}", all.join(", "))),
            },
            Plain::Address(place) => {
                let parts = [&place.street, &place.postcode, &place.city, &place.region];
                for (column, part) in columns.iter().zip(parts) {
                    self.put(field, column, part);
                }
                let is_code = place.country.len() == 2
                    && place.country.bytes().all(|byte| byte.is_ascii_uppercase());
                if is_code {
                    self.put(field, columns[4], &place.country);
                } else if !place.country.is_empty() {
                    self.note(field, &format!("{field}: {}", place.country));
                }
                for line in place.text.lines() {
                    self.note(field, &format!("{field}: {line}"));
                }
            }
        }
    }

    fn put(&mut self, field: Field, column: &str, value: &str) {
        let value = value.trim();
        if !value.is_empty() {
            self.columns.insert(column.to_owned(), fit(column, value));
            self.fields.insert(column.to_owned(), field);
        }
    }

    fn note(&mut self, field: Field, line: &str) {
        if !line.trim().is_empty() {
            self.lines
                .entry(field)
                .or_default()
                .push(line.trim().to_owned());
        }
    }
}

/// How a column is emptied.
pub(super) fn empty(column: &str) -> serde_json::Value {
    if NEVER_NULL.contains(&column) {
        "".into()
    } else {
        serde_json::Value::Null
    }
}

/// Cuts `value` to what the column holds. A cut e-mail or telephone would be wrong: those go whole, and where the CRM
/// refuses them they become a line.
fn fit(column: &str, value: &str) -> String {
    let most = match column {
        "email" | "phone" => return value.to_owned(),
        "salutation" | "postcode" => 64,
        "source_detail" => 100,
        _ => 255,
    };
    let cut: String = value.chars().take(most).collect();
    cut.trim_end().to_owned()
}
