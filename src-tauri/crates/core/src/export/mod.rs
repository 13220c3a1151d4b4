//! What leaves the house as proof: the ledger as a file, and consent records in the forms that others read.

pub mod csv;
pub mod kantara;
pub mod ledger;
pub mod ts27560;

use crate::consent::{Record, Standing};
use crate::language::Language;
use crate::profile::{NoticeItem, Profile};

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
