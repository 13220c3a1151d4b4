//! Badges that are a line of fields with something between them.
//!
//! How: the organiser's profile says what parts the fields and which is which; without it only the one form that gives
//! itself away is read, `uuid::First::Last::Company`. When: guessing more would put a town where a name belongs.

use zgoda_core::badge::{Column, Template};
use zgoda_core::{Field, Personal};

use super::Reading;
use super::contact::{Contact, NO_PREFERENCE, Place};
use super::opaque::is_uuid;

/// Reads a badge that has as many fields as the template; nothing for any other.
pub(super) fn read(text: &str, template: &Template) -> Option<Reading> {
    let parts = template.part(text)?;
    let find = |wanted: Column| {
        let found = parts.iter().find(|(column, _)| *column == wanted);
        found.map_or("", |(_, value)| *value)
    };
    let mut contact = Contact::default();
    for (column, value) in &parts {
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
