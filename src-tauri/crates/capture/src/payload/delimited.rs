//! Badges that are a line of fields with something between them.
//!
//! How: the organiser's profile says what parts the fields and which is which; without it only the one form that gives
//! itself away is read, `uuid::First::Last::Company`. When: guessing more would put a town where a name belongs.

use zgoda_core::{Field, Personal};

use super::Reading;
use super::contact::{Contact, NO_PREFERENCE, Place};
use super::opaque::is_uuid;

/// How an organiser's badges part their fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    separator: String,
    columns: Vec<Column>,
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Column {
    Reference,
    Name,
    FirstName,
    LastName,
    Prefix,
    Title,
    Company,
    Email,
    Phone,
    Website,
    Street,
    Postcode,
    City,
    Region,
    Country,
    Skip,
}

/// The columns' names in a profile.
const NAMES: [(&str, Column); 16] = [
    ("reference", Column::Reference),
    ("name", Column::Name),
    ("first_name", Column::FirstName),
    ("last_name", Column::LastName),
    ("prefix", Column::Prefix),
    ("title", Column::Title),
    ("company", Column::Company),
    ("email", Column::Email),
    ("phone", Column::Phone),
    ("website", Column::Website),
    ("street", Column::Street),
    ("postcode", Column::Postcode),
    ("city", Column::City),
    ("region", Column::Region),
    ("country", Column::Country),
    ("skip", Column::Skip),
];

/// A template that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// The separator is empty.
    #[error("the separator is empty")]
    Separator,
    /// There are fewer than two columns.
    #[error("a template has two columns or more")]
    TooFew,
    /// No such column.
    #[error("no such column: {0}")]
    Column(String),
}

impl Template {
    /// A template from the profile's words: what stands between fields, and the columns in order (`reference`, `name`,
    /// `first_name`, `last_name`, `prefix`, `title`, `company`, `email`, `phone`, `website`, `street`, `postcode`,
    /// `city`, `region`, `country`, `skip`).
    pub fn new(separator: &str, columns: &[impl AsRef<str>]) -> Result<Self, TemplateError> {
        if separator.is_empty() {
            return Err(TemplateError::Separator);
        }
        if columns.len() < 2 {
            return Err(TemplateError::TooFew);
        }
        let column = |name: &str| {
            let known = NAMES.iter().find(|(known, _)| *known == name);
            known
                .map(|(_, column)| *column)
                .ok_or_else(|| TemplateError::Column(name.to_owned()))
        };
        let columns = columns
            .iter()
            .map(|name| column(name.as_ref()))
            .collect::<Result<_, _>>()?;
        Ok(Self {
            separator: separator.to_owned(),
            columns,
        })
    }
}

/// Reads a badge that has as many fields as the template; nothing for any other.
pub(super) fn read(text: &str, template: &Template) -> Option<Reading> {
    let parts: Vec<&str> = text.split(template.separator.as_str()).collect();
    if parts.len() != template.columns.len() {
        return None;
    }
    let find = |wanted: Column| {
        let at = template.columns.iter().position(|column| *column == wanted);
        at.map_or("", |at| parts[at].trim())
    };
    let mut contact = Contact::default();
    for (column, value) in template.columns.iter().zip(&parts) {
        match column {
            Column::Reference => contact.text(Field::Reference, value),
            Column::Name => contact.text(Field::Name, value),
            Column::Prefix => contact.text(Field::Prefix, value),
            Column::Title => contact.text(Field::Title, value),
            Column::Company => contact.text(Field::Company, value),
            Column::Email => contact.email(value, NO_PREFERENCE),
            Column::Phone => contact.phone(value, NO_PREFERENCE),
            Column::Website => contact.website(value),
            _ => {}
        }
    }
    let spoken = format!("{} {}", find(Column::FirstName), find(Column::LastName));
    contact.text(Field::Name, &spoken);
    contact.address(&Place {
        street: find(Column::Street),
        city: find(Column::City),
        region: find(Column::Region),
        postcode: find(Column::Postcode),
        country: find(Column::Country),
        text: "",
    });
    let candidate = contact.finish()?;
    Some(Reading::Person {
        format: "delimited",
        candidate,
    })
}

/// Reads `uuid::First::Last::Company`, with any of the usual separators.
pub(super) fn with_uuid(text: &str) -> Option<Reading> {
    let separator = ["::", "||", "|", ";", "\t"]
        .into_iter()
        .find(|mark| text.contains(mark))?;
    let parts: Vec<&str> = text.split(separator).map(str::trim).collect();
    let (first, rest) = parts.split_first()?;
    let [given, family, more @ ..] = rest else {
        return None;
    };
    if !is_uuid(first) || Personal::new(given).is_empty() {
        return None;
    }
    let mut contact = Contact::default();
    contact.text(Field::Reference, first);
    contact.text(Field::Name, &format!("{given} {family}"));
    for part in more {
        if part.contains('@') {
            contact.email(part, NO_PREFERENCE);
        } else {
            contact.text(Field::Company, part);
        }
    }
    let candidate = contact.finish()?;
    Some(Reading::Person {
        format: "delimited",
        candidate,
    })
}
