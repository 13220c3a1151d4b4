//! The mail that keeps a promise on its way through an editor: `[purpose.mail.pl]` as a draft, and back.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use toml_edit::{Item, Table, TableLike};
use ts_rs::TS;

use super::text;
use super::write::{put_text, table_in};
use crate::language::Language;

/// A mail's wording in one language; one without a word is none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct MailDraft {
    /// Subject line.
    pub subject: String,
    /// Text, in lines.
    pub body: String,
}

impl MailDraft {
    /// True where there is nothing to send.
    pub fn is_empty(&self) -> bool {
        self.subject.is_empty() && self.body.is_empty()
    }
}

pub(super) fn read(purpose: &dyn TableLike) -> BTreeMap<Language, MailDraft> {
    let all = purpose.get("mail").and_then(Item::as_table_like);
    let entries = all.into_iter().flat_map(TableLike::iter);
    let said = |item: &Item, key| item.get(key).map(text).unwrap_or_default();
    let mails = entries.filter_map(|(language, item)| {
        let (subject, body) = (said(item, "subject"), said(item, "body"));
        Some((language.parse().ok()?, MailDraft { subject, body }))
    });
    mails.collect()
}

pub(super) fn write(purpose: &mut Table, mails: &BTreeMap<Language, MailDraft>) {
    if mails.values().all(MailDraft::is_empty) {
        purpose.remove("mail");
        return;
    }
    let made = !purpose.contains_key("mail");
    let all = table_in(purpose, "mail");
    for language in Language::ALL {
        match mails.get(&language).filter(|mail| !mail.is_empty()) {
            // One half of a mail would have no form, and hide the rest of the profile: the linter says what is blank.
            Some(mail) => {
                let there = table_in(all, language.as_str());
                put_text(there, "subject", &mail.subject, true);
                put_text(there, "body", &mail.body, true);
            }
            None => drop(all.remove(language.as_str())),
        }
    }
    if made && let Some(all) = purpose.get_mut("mail").and_then(Item::as_table_mut) {
        all.set_implicit(true);
    }
}
