//! The form of a profile: from TOML to its keys and values.
//!
//! serde tells what does not fit in a sentence of English. Here each such thing has a code of its own, and the words that
//! could stand in its place, so that a screen can say it in its language.

mod value;

use std::fmt;
use std::ops::Range;

use serde::Deserialize;
use serde::de::{Error as _, Expected, Unexpected};
use toml::de::{DeTable, DeValue};

use super::lint::{Finding, Lint, Place};
use value::At;

/// Reads `text`; the first thing that is not of the form ends it.
pub(super) fn read<'de, T: Deserialize<'de>>(text: &'de str) -> Result<T, Box<Finding>> {
    let table = DeTable::parse(text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        syntax(text, at, error.message())
    })?;
    let span = table.span();
    let root = At {
        value: DeValue::Table(table.into_inner()),
        span,
    };
    T::deserialize(root).map_err(|fault| fault.finding(text))
}

/// A text that is no TOML, from byte `at` on.
pub(super) fn syntax(text: &str, at: usize, message: &str) -> Box<Finding> {
    let place = Place::at(text, at);
    Box::new(Finding::new(Lint::FormSyntax, place, "profile", message))
}

/// What is not of the form.
#[derive(Debug)]
struct Fault {
    lint: Lint,
    /// The keys that lead to it, innermost last.
    path: Vec<String>,
    /// What stands there, where the fault is about that and not about its key.
    word: Option<String>,
    /// What may stand there.
    choices: &'static [&'static str],
    span: Option<Range<usize>>,
}

impl Fault {
    fn new(lint: Lint) -> Self {
        Self {
            lint,
            path: Vec::new(),
            word: None,
            choices: &[],
            span: None,
        }
    }

    /// Its place, where no inner one is known.
    fn at(mut self, span: &Range<usize>) -> Self {
        self.span.get_or_insert_with(|| span.clone());
        self
    }

    /// It lies under `key`.
    fn under(mut self, key: &str) -> Self {
        self.path.insert(0, key.to_owned());
        self
    }

    /// It lies in a list: where one of its elements is no section, there may be several.
    fn in_list(mut self) -> Self {
        if self.lint == Lint::FormTable && self.path.is_empty() {
            self.lint = Lint::FormTables;
        }
        self
    }

    fn finding(self, text: &str) -> Box<Finding> {
        let place = Place::at(text, self.span.map_or(0, |span| span.start));
        let lint = match (self.lint, self.path.last()) {
            (Lint::FormList | Lint::FormTables, Some(key)) => list_of(key),
            (lint, _) => lint,
        };
        let path = self.path.join(".");
        let message = message(lint, &path, &self.choices.join(", "));
        let subject = self.word.unwrap_or(path);
        Box::new(Finding::new(lint, place, &subject, &message).choices(self.choices))
    }
}

/// What should stand at `key`, which is a list: sections or words.
fn list_of(key: &str) -> Lint {
    match key {
        "purpose" | "question" | "options" => Lint::FormTables,
        _ => Lint::FormList,
    }
}

/// What to write instead at `path`, in English.
fn message(lint: Lint, path: &str, choices: &str) -> String {
    match lint {
        Lint::FormMissing => format!("{path} is missing: add it"),
        Lint::FormUnknown => {
            format!("there is no {path}: correct it, or take it out; there are {choices}")
        }
        Lint::FormWord => format!("write one of {choices}"),
        Lint::FormValue => format!("write one of {choices}, in quotes"),
        Lint::FormNumber => "write a whole number, 0 or more and without quotes: 120".to_owned(),
        Lint::FormTruth => "write true or false, without quotes".to_owned(),
        Lint::FormList => "write a list: [\"…\", \"…\"]".to_owned(),
        Lint::FormTable => format!("write a section with values of its own, once: [{path}]"),
        Lint::FormTables => {
            format!("there may be several, so write two brackets: [[{path}]]")
        }
        Lint::FormDay => "write a day as 2026-11-24, without a time".to_owned(),
        _ => "write a text in quotes: \"…\"".to_owned(),
    }
}

impl serde::de::Error for Fault {
    /// Nothing that a profile is made of says anything of its own.
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self::new(Lint::FormText)
    }

    fn missing_field(field: &'static str) -> Self {
        Self::new(Lint::FormMissing).under(field)
    }

    fn unknown_field(field: &str, expected: &'static [&'static str]) -> Self {
        Self {
            choices: expected,
            ..Self::new(Lint::FormUnknown).under(field)
        }
    }

    fn unknown_variant(variant: &str, expected: &'static [&'static str]) -> Self {
        Self {
            choices: expected,
            word: Some(variant.to_owned()),
            ..Self::new(Lint::FormWord)
        }
    }

    /// The kind is asked for before a value is read (see [`At`]); what is left is a value out of bounds.
    fn invalid_value(found: Unexpected<'_>, _: &dyn Expected) -> Self {
        Self::new(match found {
            Unexpected::Signed(_) | Unexpected::Unsigned(_) => Lint::FormNumber,
            _ => Lint::FormDay,
        })
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::invalid_value(found, expected)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&message(self.lint, "…", &self.choices.join(", ")))
    }
}

impl std::error::Error for Fault {}

/// The key of a table, as a fault of its own: a word that is none of those is a key that is none.
fn of_key(key: &str, fault: Fault) -> Fault {
    match fault.lint {
        Lint::FormWord => Fault::unknown_field(key, fault.choices),
        _ => fault,
    }
}
