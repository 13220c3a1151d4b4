//! The lints of `[badge]`: which codes are looked for, and how a delimited text is parted.

use std::collections::BTreeSet;

use toml::Spanned;

use super::{Lint, Linter};
use crate::badge::{BadgeRules, Column, Symbology, Template, TemplateError};
use crate::profile::raw::RawBadge;

/// A list of names, each with its place in the file.
type Names = Spanned<Vec<Spanned<String>>>;

impl Linter<'_> {
    pub(super) fn badge(&mut self, raw: Option<RawBadge>) -> BadgeRules {
        let Some(raw) = raw else {
            return BadgeRules::default();
        };
        let symbols = raw.symbols.map_or_else(
            || BadgeRules::default().symbols,
            |names| self.symbols(&names),
        );
        let template = self.template(raw.separator, raw.columns);
        BadgeRules { symbols, template }
    }

    fn symbols(&mut self, names: &Names) -> BTreeSet<Symbology> {
        let known: Vec<&str> = Symbology::ALL.iter().map(|one| one.as_str()).collect();
        if names.as_ref().is_empty() {
            let at = names.span().start;
            let message = format!(
                "no code would be read: list some of {}, or leave symbols out to look for all",
                known.join(", ")
            );
            self.report_choice(Lint::BadgeSymbols, at, "symbols", &message, &known);
        }
        let mut symbols = BTreeSet::new();
        for name in names.as_ref() {
            match Symbology::from_name(name.as_ref()) {
                Some(one) => {
                    symbols.insert(one);
                }
                None => {
                    let at = name.span().start;
                    self.report_name(Lint::BadgeSymbols, at, name.as_ref(), &known);
                }
            }
        }
        symbols
    }

    fn template(
        &mut self,
        separator: Option<Spanned<String>>,
        columns: Option<Names>,
    ) -> Option<Template> {
        let (separator, columns) = match (separator, columns) {
            (None, None) => return None,
            (Some(separator), Some(columns)) => (separator, columns),
            (Some(separator), None) => {
                let message = "the separator parts nothing without columns: add, say, columns = [\"reference\", \"first_name\", \"last_name\", \"company\"]";
                self.report(
                    Lint::BadgeTemplate,
                    separator.span().start,
                    "separator",
                    message,
                );
                return None;
            }
            (None, Some(columns)) => {
                let message =
                    "the columns need what stands between them: add, say, separator = \"::\"";
                self.report(
                    Lint::BadgeTemplate,
                    columns.span().start,
                    "columns",
                    message,
                );
                return None;
            }
        };
        let names: Vec<&str> = columns
            .as_ref()
            .iter()
            .map(|name| name.as_ref().as_str())
            .collect();
        match Template::new(separator.as_ref(), &names) {
            Ok(template) => Some(template),
            Err(error) => {
                let (at, subject, message) = explained(&error, &separator, &columns);
                self.report(Lint::BadgeTemplate, at, &subject, &message);
                None
            }
        }
    }
}

/// Where the mistake stands, what it is about, and what to write instead.
fn explained(
    error: &TemplateError,
    separator: &Spanned<String>,
    columns: &Names,
) -> (usize, String, String) {
    // The last of that name: of two, the second is the one too many.
    let place = |name: &String| {
        let named = columns.as_ref().iter().rfind(|one| one.as_ref() == name);
        named.map_or(columns.span().start, |one| one.span().start)
    };
    let all = columns.span().start;
    match error {
        TemplateError::Separator => (
            separator.span().start,
            "separator".to_owned(),
            "write what stands between the fields: separator = \"::\"".to_owned(),
        ),
        TemplateError::TooFew => (
            all,
            "columns".to_owned(),
            "name every field of the badge in order, two or more; \"skip\" for what is not looked at".to_owned(),
        ),
        TemplateError::Column(name) => (
            place(name),
            name.clone(),
            format!(
                "no column \"{name}\": write one of {}",
                Column::names().collect::<Vec<_>>().join(", ")
            ),
        ),
        TemplateError::Twice(name) => (
            place(name),
            name.clone(),
            format!("\"{name}\" stands there twice: write \"skip\" for the one that is not wanted"),
        ),
        TemplateError::Nobody => (
            all,
            "columns".to_owned(),
            "nothing says who it is: add name, first_name, last_name, email, phone or reference".to_owned(),
        ),
    }
}
