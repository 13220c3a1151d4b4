//! A lead's fields as a CRM's columns, and as lines of its notes where no column fits.

use std::collections::BTreeMap;

use zgoda_core::field::Field;

use crate::form::{Form, Layout};
use crate::record::{Place, Plain, Record, Said};

/// What the CRM is to hold of a lead.
#[derive(Default)]
pub(crate) struct Sheet {
    /// Value by column.
    pub(crate) columns: BTreeMap<String, String>,
    /// Lines of the notes, by the field that they belong to.
    pub(crate) lines: BTreeMap<Field, Vec<String>>,
    fields: BTreeMap<String, Field>,
    /// The column of the next promise's day, which is the whole record's, until the CRM refuses it.
    due: Option<&'static str>,
}

impl Sheet {
    /// Lays out `record`.
    pub(crate) fn new(record: &Record, layout: &Layout) -> Self {
        let form = layout.form;
        let mut sheet = Self {
            due: form.due,
            ..Self::default()
        };
        for (field, value) in &record.fields {
            match (layout.named.get(field), value) {
                (Some(column), _) => sheet.put(form, *field, column, &value.one_line()),
                (None, Plain::Answers(all)) => sheet.answers(layout, *field, all),
                (None, _) => sheet.lay_out(form, *field, value),
            }
        }
        if let Some(column) = form.event {
            let event = fit(form, column, &record.event_name);
            sheet.columns.insert(column.to_owned(), event);
        }
        for (column, blank) in form.blank.iter().filter(|(_, blank)| !blank.is_empty()) {
            let column = sheet.columns.entry((*column).to_owned());
            column.or_insert_with(|| (*blank).to_owned());
        }
        sheet
    }

    /// Takes the value out of a column that refuses it and notes it as a line. False where there is no such value.
    pub(crate) fn demote(&mut self, column: &str) -> bool {
        if self.due.take_if(|due| *due == column).is_some() {
            return true;
        }
        let Some(value) = self.columns.remove(column) else {
            return false;
        };
        if let Some(field) = self.fields.get(column).copied() {
            // Of several the one with the column is the first.
            let lines = self.lines.entry(field).or_default();
            lines.insert(0, line_of(field, &value));
        }
        true
    }

    /// True where the CRM takes the day of the next promise.
    pub(crate) fn takes_day(&self) -> bool {
        self.due.is_some()
    }

    /// The field whose value stands in `column`.
    pub(crate) fn field(&self, column: &str) -> Option<Field> {
        self.fields.get(column).copied()
    }

    fn lay_out(&mut self, form: &Form, field: Field, value: &Plain) {
        let columns = (form.columns)(field);
        let column = columns.first().copied().unwrap_or_default();
        match value {
            Plain::Text(text) if columns.len() == 2 => {
                let (first, last) = text.rsplit_once(' ').unwrap_or(("", text));
                self.put(form, field, columns[0], first);
                self.put(form, field, columns[1], last);
            }
            Plain::Text(text) if !column.is_empty() => {
                let rated = (field == Field::Rating).then(|| (form.rating)(text));
                self.put(form, field, column, rated.as_deref().unwrap_or(text));
            }
            Plain::Text(text) if field == Field::Note => {
                text.lines().for_each(|line| self.note(field, line));
            }
            Plain::Text(text) => self.line(field, text),
            Plain::Many(all) if column.is_empty() => self.line(field, &all.join(", ")),
            Plain::Many(all) => {
                let mut all = all.iter();
                if let Some(first) = all.next() {
                    self.put(form, field, column, first);
                }
                all.for_each(|other| self.line(field, other));
            }
            Plain::Answers(all) => all.iter().for_each(|one| self.note(field, &one.line)),
            Plain::Address(place) => self.place(form, field, place, columns),
        }
    }

    /// Each in the column that the profile names for its question, or in a line.
    fn answers(&mut self, layout: &Layout, field: Field, all: &[Said]) {
        for one in all {
            match layout.answers.get(&one.question) {
                Some(column) => self.put(layout.form, field, column, &one.answer),
                None => self.note(field, &one.line),
            }
        }
    }

    fn place(&mut self, form: &Form, field: Field, place: &Place, columns: &[&str]) {
        let parts = [
            &place.street,
            &place.postcode,
            &place.city,
            &place.region,
            &place.country,
        ];
        let code = |text: &str| text.len() == 2 && text.bytes().all(|b| b.is_ascii_uppercase());
        for (at, part) in parts.into_iter().enumerate() {
            let fits = at < 4 || !form.country_is_code || code(part);
            match columns.get(at).filter(|column| fits && !column.is_empty()) {
                Some(column) => self.put(form, field, column, part),
                None => self.line(field, part),
            }
        }
        place.text.lines().for_each(|line| self.line(field, line));
    }

    fn put(&mut self, form: &Form, field: Field, column: &str, value: &str) {
        let value = value.trim();
        if !value.is_empty() {
            let value = fit(form, column, value);
            self.columns.insert(column.to_owned(), value);
            self.fields.insert(column.to_owned(), field);
        }
    }

    /// A line that says what it is.
    fn line(&mut self, field: Field, value: &str) {
        if !value.trim().is_empty() {
            self.note(field, &line_of(field, value));
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

/// `value` as a line of the notes that says what it is.
pub(crate) fn line_of(field: Field, value: &str) -> String {
    format!("{field}: {value}")
}

/// Cuts `value` to what the column holds.
fn fit(form: &Form, column: &str, value: &str) -> String {
    let Some(most) = (form.most)(column) else {
        return value.to_owned();
    };
    let cut: String = value.chars().take(most).collect();
    cut.trim_end().to_owned()
}
