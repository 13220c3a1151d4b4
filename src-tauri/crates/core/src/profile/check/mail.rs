//! The mail that keeps a promise: only for what was asked for, in every offered language, with words that are filled in.

use std::collections::{BTreeMap, BTreeSet};

use super::super::Basis;
use super::super::lint::Lint;
use super::super::raw::RawMail;
use super::Linter;
use crate::field::Field;
use crate::follow_up::{MAX_WORDING, MailText};
use crate::language::Language;

impl Linter<'_> {
    pub(super) fn mail(
        &mut self,
        id: &str,
        basis: Basis,
        fields: &BTreeSet<Field>,
        raw: Option<toml::Spanned<BTreeMap<Language, RawMail>>>,
        languages: &[Language],
    ) -> BTreeMap<Language, MailText> {
        let Some(raw) = raw else {
            return BTreeMap::new();
        };
        let at = raw.span().start;
        let mails: BTreeMap<Language, MailText> = raw
            .into_inner()
            .into_iter()
            .map(|(language, RawMail { subject, body })| (language, MailText { subject, body }))
            .collect();
        for (lint, language, message) in faults(basis, fields, &mails, languages) {
            self.report_of(language, lint, at, id, &message);
        }
        mails
    }
}

type Fault = (Lint, Option<Language>, String);

/// What is wrong with all of them, and with those of a language.
fn faults(
    basis: Basis,
    fields: &BTreeSet<Field>,
    mails: &BTreeMap<Language, MailText>,
    languages: &[Language],
) -> Vec<Fault> {
    let mut faults = Vec::new();
    if basis != Basis::Requested {
        let message = "only what was asked for is answered by mail from here: take mail out, or set basis = \"requested\"";
        faults.push((Lint::MailTemplate, None, message.to_owned()));
    }
    if !fields.contains(&Field::Email) {
        let message = "the mail reaches nobody: add \"email\" to fields";
        faults.push((Lint::MailTemplate, None, message.to_owned()));
    }
    for language in languages.iter().filter(|one| !mails.contains_key(one)) {
        let message = format!(
            "add mail.{language} = {{ subject = \"…\", body = \"…\" }}, or take {language} from languages"
        );
        faults.push((Lint::MailLanguage, Some(*language), message));
    }
    for (language, mail) in mails {
        let of_one = faults_of(mail, fields, *language).into_iter();
        faults.extend(of_one.map(|(lint, message)| (lint, Some(*language), message)));
    }
    faults
}

fn faults_of(mail: &MailText, fields: &BTreeSet<Field>, language: Language) -> Vec<(Lint, String)> {
    let mut faults = Vec::new();
    for word in mail.unknown() {
        let message = format!(
            "nothing is filled in for {{{word}}} in {language}: write {{name}}, {{event}} or {{controller}}"
        );
        faults.push((Lint::MailPlaceholder, message));
    }
    if mail.names() && !fields.contains(&Field::Name) {
        let message = format!(
            "the name is not kept for this: add \"name\" to fields, or take {{name}} out of the mail in {language}"
        );
        faults.push((Lint::MailName, message));
    }
    let over = mail.escaped_len().saturating_sub(MAX_WORDING);
    if over > 0 {
        let message = format!(
            "mail programs cut a longer text: shorten it in {language} by {over} letters, of which ą or ü count as six"
        );
        faults.push((Lint::MailLong, message));
    }
    if [&mail.subject, &mail.body]
        .iter()
        .any(|text| text.trim().is_empty())
    {
        let message =
            format!("the mail in {language} is half written: give it a subject and a text");
        faults.push((Lint::MailBlank, message));
    }
    faults
}
