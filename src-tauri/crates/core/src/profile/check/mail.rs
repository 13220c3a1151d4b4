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
        for message in faults(basis, fields, &mails, languages) {
            self.report(Lint::MailTemplate, at, id, &message);
        }
        let blank =
            |mail: &MailText| [&mail.subject, &mail.body].map(|text| text.trim().is_empty());
        for (language, _) in mails.iter().filter(|(_, mail)| blank(mail).contains(&true)) {
            let message =
                format!("the mail in {language} is half written: give it a subject and a text");
            self.report(Lint::MailBlank, at, id, &message);
        }
        mails
    }
}

fn faults(
    basis: Basis,
    fields: &BTreeSet<Field>,
    mails: &BTreeMap<Language, MailText>,
    languages: &[Language],
) -> Vec<String> {
    let mut faults = Vec::new();
    if basis != Basis::Requested {
        faults.push("only what was asked for is answered by mail from here: take mail out, or set basis = \"requested\"".to_owned());
    }
    if !fields.contains(&Field::Email) {
        faults.push("the mail reaches nobody: add \"email\" to fields".to_owned());
    }
    for language in languages.iter().filter(|one| !mails.contains_key(one)) {
        faults.push(format!(
            "add mail.{language} = {{ subject = \"…\", body = \"…\" }}, or take {language} from languages"
        ));
    }
    for (language, mail) in mails {
        for word in mail.unknown() {
            faults.push(format!(
                "nothing is filled in for {{{word}}} in {language}: write {{name}}, {{event}} or {{controller}}"
            ));
        }
        if mail.names() && !fields.contains(&Field::Name) {
            faults.push(format!(
                "the name is not kept for this: add \"name\" to fields, or take {{name}} out of the mail in {language}"
            ));
        }
        let over = mail.escaped_len().saturating_sub(MAX_WORDING);
        if over > 0 {
            faults.push(format!(
                "mail programs cut a longer text: shorten it in {language} by {over} letters, of which ą or ü count as six"
            ));
        }
    }
    faults
}
