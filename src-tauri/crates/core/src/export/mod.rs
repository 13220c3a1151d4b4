//! What leaves the house as proof: the ledger as a file, and consent records in the forms that others read.

pub mod csv;
pub mod kantara;
pub mod ledger;
pub mod ts27560;

use crate::consent::{Record, Standing};
use crate::language::Language;
use crate::ledger::Choice;
use crate::list::Cover;
use crate::profile::{NoticeItem, Profile};

/// Where the data are from, where not from the person at the booth (Art. 14(2)(f)), and what that rests on.
fn source(record: &Record) -> Option<String> {
    let evidence = record.evidence.as_ref()?;
    Some(format!(
        "imported list ({}): the person's answers to a registration form, the last on {}",
        evidence.tool.as_str(),
        evidence.collected
    ))
}

/// As [`source`], with the form's questions that `wanted` takes, word for word: what proves a consent is in the record.
fn form(record: &Record, wanted: impl Fn(&Cover) -> bool) -> Option<String> {
    let covers = &record.evidence.as_ref()?.covers;
    let question = |cover: &Cover| format!("“{}” (version {})", cover.wording, cover.version);
    let asked = covers.iter().filter(|cover| wanted(cover)).map(question);
    Some(format!(
        "{}; asked: {}",
        source(record)?,
        asked.collect::<Vec<_>>().join(", ")
    ))
}

/// What the form asked, word for word, where the answer to this box came with a list.
fn asked<'a>(record: &'a Record, choice: &Choice) -> Option<&'a Cover> {
    let covers = &record.evidence.as_ref()?.covers;
    covers
        .iter()
        .find(|cover| cover.purpose == choice.purpose && cover.channel == choice.channel)
}

/// The language in which a record's texts are told: the person's, else the profile's first.
fn language(record: &Record, profile: &Profile) -> Language {
    let told = record
        .language
        .filter(|language| profile.languages.contains(language));
    told.or_else(|| profile.languages.first().copied())
        .unwrap_or(Language::En)
}

/// Who receives the data, as the notice tells it; none where the notice does not say.
fn recipients(record: &Record, profile: &Profile) -> Option<String> {
    let notice = profile.notice.get(&language(record, profile))?;
    notice.items.get(&NoticeItem::Recipients).cloned()
}

/// The boxes of one purpose that stand, or stood.
fn of_purpose<'a>(record: &'a Record, purpose: &str) -> Vec<&'a Standing> {
    let all = record.standing.values();
    all.filter(|standing| standing.choice.purpose == purpose)
        .collect()
}
