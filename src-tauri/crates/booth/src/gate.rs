//! The badges' gate for what comes in parts already: a list's row, an organiser's answer.
//!
//! How: the parts are joined to a delimited text and read as a badge's would be, so that every value is cleaned, checked and
//! doubted in the one way that there is.

use zeroize::Zeroizing;
use zgoda_capture::payload::{self, Reading};
use zgoda_core::badge::{Column, Template, TemplateError};
use zgoda_core::{Candidate, Source};

/// What parts the fields; no text holds it (ASCII 31, unit separator).
const SEPARATOR: &str = "\u{1F}";

/// The template of parts that hold these `columns`, in order.
pub(crate) fn template(columns: impl Iterator<Item = Column>) -> Result<Template, TemplateError> {
    // The first field is the separator's own: what a row begins with is never taken for another format.
    let names: Vec<&str> = std::iter::once(Column::Skip)
        .chain(columns)
        .map(Column::name)
        .collect();
    Template::new(SEPARATOR, &names)
}

/// Reads the `parts` of a person who comes from `source`. Nothing where there is nobody in them.
pub(crate) fn read<'a>(
    template: &Template,
    parts: impl Iterator<Item = &'a str>,
    source: Source,
) -> Option<Candidate> {
    let mut text = Zeroizing::new(String::from("row"));
    for part in parts {
        text.push_str(SEPARATOR);
        let clean = |letter: char| if letter.is_control() { ' ' } else { letter };
        text.extend(part.chars().map(clean));
    }
    match payload::read(text.as_bytes(), Some(template)) {
        Ok(Reading::Person { candidate, .. }) => Some(Candidate {
            source,
            ..*candidate
        }),
        _ => None,
    }
}
