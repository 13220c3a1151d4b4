//! A profile on its way through an editor: what a screen shows of it, and back into the same TOML.
//!
//! How: the screen gets a [`ProfileDraft`], in which everything is text as typed, so that an unfinished profile is no error;
//! [`write()`] puts it into the TOML that it was read from. What the draft does not show, comments, order and form of the
//! file stay as they are. Nothing here judges: that is the linter's part, over the text that comes out.

mod column;
mod mail;
mod place;
mod question;
mod version;
mod write;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use toml_edit::{DocumentMut, Item, TableLike};
use ts_rs::TS;

use super::lint::Finding;
use super::{Basis, Channel, NoticeItem, form};
use crate::field::Field;
use crate::language::Language;
pub use mail::MailDraft;
pub use place::field_at;
pub use question::{OptionDraft, QuestionDraft};
pub use version::{Bump, Known};
pub use write::write;

/// What an editor shows of a profile. An empty text is one that is not there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
#[serde(deny_unknown_fields)]
pub struct ProfileDraft {
    /// `[event]`: id, name, place, country, starts, ends, time_zone.
    pub event: BTreeMap<String, String>,
    /// `[controller]`: name, address, email, phone, dpo, privacy_page, supervisory_authority.
    pub controller: BTreeMap<String, String>,
    /// Languages offered to the attendee, preferred first.
    pub languages: Vec<Language>,
    /// Why data may be kept.
    pub purposes: Vec<PurposeDraft>,
    /// What is asked beyond the badge.
    pub questions: Vec<QuestionDraft>,
    /// The notice, by language.
    pub notice: BTreeMap<Language, NoticeDraft>,
    /// Tags that staff may choose from.
    pub tags: Vec<String>,
    /// What the organiser's badges carry.
    pub badge: BadgeDraft,
    /// `[lookup]`: service, url, event.
    pub lookup: BTreeMap<String, String>,
    /// `[local_copy]`: keep.
    pub local_copy: BTreeMap<String, String>,
    /// `[lock]`: after, in seconds.
    pub lock: BTreeMap<String, String>,
    /// `[crm]`: kind, url, folder, batch, and plain as `true` or `false`.
    pub crm: BTreeMap<String, String>,
    /// `[crm.fields]`: columns of the CRM by field.
    pub columns: BTreeMap<Field, String>,
    /// `[crm.answers]`: columns by an id that no question has. The others stand with their questions.
    pub stray_columns: BTreeMap<String, String>,
    /// `[recovery]`: recipient.
    pub recovery: BTreeMap<String, String>,
    /// `[receipt]`: page, withdraw, head_office_key.
    pub receipt: BTreeMap<String, String>,
}

/// A purpose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct PurposeDraft {
    /// Which of the purposes of the file it was: what is not shown of that one stays with it. None for a new one.
    pub was: Option<u32>,
    /// Id.
    pub id: String,
    /// Legal basis.
    pub basis: Basis,
    /// Fields that it needs.
    pub fields: Vec<Field>,
    /// Channels of direct marketing.
    pub channels: Vec<Channel>,
    /// `capture + P2Y`.
    pub retention: String,
    /// Short name.
    pub label: BTreeMap<Language, String>,
    /// The sentence that tells what is done.
    pub statement: BTreeMap<Language, String>,
    /// Why a signature is asked for, where it is.
    pub signature_why: BTreeMap<Language, String>,
    /// The texts of its boxes.
    pub wordings: Vec<WordingDraft>,
    /// The mail that keeps the promise.
    pub mail: BTreeMap<Language, MailDraft>,
}

/// The text of one box.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct WordingDraft {
    /// Of which channel; none where the purpose has none.
    pub channel: Option<Channel>,
    /// Version.
    pub version: String,
    /// The text.
    pub texts: BTreeMap<Language, String>,
}

/// The notice in one language.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct NoticeDraft {
    /// Version.
    pub version: String,
    /// Text by item.
    pub items: BTreeMap<NoticeItem, String>,
}

/// `[badge]`. A list that is empty is one that is not there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct BadgeDraft {
    /// Codes that are looked for.
    pub symbols: Vec<String>,
    /// What stands between the fields of a delimited text.
    pub separator: String,
    /// What each of them is.
    pub columns: Vec<String>,
}

/// Keys of each section of plain texts, in the order in which a new file has them.
const EVENT: [&str; 7] = [
    "id",
    "name",
    "place",
    "country",
    "starts",
    "ends",
    "time_zone",
];
const CONTROLLER: [&str; 7] = [
    "name",
    "address",
    "email",
    "phone",
    "dpo",
    "privacy_page",
    "supervisory_authority",
];
const LOOKUP: [&str; 3] = ["service", "url", "event"];
const LOCAL_COPY: [&str; 1] = ["keep"];
const LOCK: [&str; 1] = ["after"];
const CRM: [&str; 5] = ["kind", "url", "folder", "batch", "plain"];
const RECOVERY: [&str; 1] = ["recipient"];
const RECEIPT: [&str; 3] = ["page", "withdraw", "head_office_key"];

impl ProfileDraft {
    /// What `toml` holds of it, finished or not.
    ///
    /// # Errors
    /// Where it is no TOML.
    pub fn read(toml: &str) -> Result<Self, Box<Finding>> {
        let file = parse(toml)?;
        let section = |name: &str, keys: &[&str]| {
            let table = file.get(name).and_then(Item::as_table_like);
            table.map(|table| texts(table, keys)).unwrap_or_default()
        };
        let notice = notices(&file);
        let questions = question::read(&file);
        Ok(Self {
            event: section("event", &EVENT),
            controller: section("controller", &CONTROLLER),
            languages: languages(&file),
            purposes: purposes(&file),
            stray_columns: column::strays(&file, &questions),
            questions,
            notice,
            tags: strings(file.get("tags")),
            badge: badge(&file),
            lookup: section("lookup", &LOOKUP),
            local_copy: section("local_copy", &LOCAL_COPY),
            lock: section("lock", &LOCK),
            crm: section("crm", &CRM),
            columns: column::fields(&file),
            recovery: section("recovery", &RECOVERY),
            receipt: section("receipt", &RECEIPT),
        })
    }
}

fn parse(toml: &str) -> Result<DocumentMut, Box<Finding>> {
    toml.parse().map_err(|error: toml_edit::TomlError| {
        let at = error.span().map_or(0, |span| span.start);
        form::syntax(toml, at, error.message())
    })
}

fn text(item: &Item) -> String {
    let number = || item.as_integer().map(|number| number.to_string());
    let day = || item.as_datetime().map(ToString::to_string);
    let truth = || item.as_bool().map(|truth| truth.to_string());
    let text = item.as_str().map(str::to_owned);
    text.or_else(day)
        .or_else(number)
        .or_else(truth)
        .unwrap_or_default()
}

/// The tables of a list, in either form.
fn tables(item: Option<&Item>) -> Vec<&dyn TableLike> {
    match item {
        Some(Item::ArrayOfTables(all)) => all.iter().map(|one| one as &dyn TableLike).collect(),
        Some(item) => {
            let values = item.as_array().into_iter().flatten();
            let inline = values.filter_map(toml_edit::Value::as_inline_table);
            inline.map(|one| one as &dyn TableLike).collect()
        }
        None => Vec::new(),
    }
}

fn texts(table: &dyn TableLike, keys: &[&str]) -> BTreeMap<String, String> {
    let of = |key: &&str| {
        (
            ((*key).to_owned()),
            table.get(key).map(text).unwrap_or_default(),
        )
    };
    keys.iter().map(of).collect()
}

/// The texts of a table whose keys are of a closed list.
fn by_name<K: Ord>(item: Option<&Item>, key: impl Fn(&str) -> Option<K>) -> BTreeMap<K, String> {
    let table = item.and_then(Item::as_table_like);
    let entries = table.into_iter().flat_map(TableLike::iter);
    entries
        .filter_map(|(name, item)| Some((key(name)?, text(item))))
        .collect()
}

fn by_language(item: Option<&Item>) -> BTreeMap<Language, String> {
    by_name(item, |name| name.parse().ok())
}

fn strings(item: Option<&Item>) -> Vec<String> {
    let values = item.and_then(Item::as_array).into_iter().flatten();
    values
        .filter_map(|value| value.as_str().map(str::to_owned))
        .collect()
}

/// The names of a list that are of a closed one.
fn named<T>(item: Option<&Item>, one: impl Fn(&str) -> Option<T>) -> Vec<T> {
    strings(item).iter().filter_map(|name| one(name)).collect()
}

fn channel(name: &str) -> Option<Channel> {
    Channel::ALL.into_iter().find(|one| one.as_str() == name)
}

fn badge(file: &DocumentMut) -> BadgeDraft {
    let table = file.get("badge").and_then(Item::as_table_like);
    let table = |key: &str| table.and_then(|table| table.get(key));
    BadgeDraft {
        symbols: strings(table("symbols")),
        separator: table("separator").map(text).unwrap_or_default(),
        columns: strings(table("columns")),
    }
}

fn languages(file: &DocumentMut) -> Vec<Language> {
    match file.get("languages") {
        Some(said) => named(Some(said), |name| name.parse().ok()),
        None => notices(file).into_keys().collect(),
    }
}

fn notices(file: &DocumentMut) -> BTreeMap<Language, NoticeDraft> {
    let table = file.get("notice").and_then(Item::as_table_like);
    let entries = table.into_iter().flat_map(TableLike::iter);
    let notices = entries.filter_map(|(language, item)| {
        let items = by_name(Some(item), |name| {
            NoticeItem::ALL.into_iter().find(|one| one.as_str() == name)
        });
        let version = item.get("version").map(text).unwrap_or_default();
        Some((language.parse().ok()?, NoticeDraft { version, items }))
    });
    notices.collect()
}

fn purposes(file: &DocumentMut) -> Vec<PurposeDraft> {
    let numbered = (0..).zip(tables(file.get("purpose")));
    numbered
        .map(|(number, table)| purpose(number, table))
        .collect()
}

fn purpose(number: u32, table: &dyn TableLike) -> PurposeDraft {
    let basis = table.get("basis").and_then(Item::as_str);
    let all = [Basis::Consent, Basis::Requested, Basis::LegitimateInterest];
    let basis = all.into_iter().find(|one| Some(one.as_str()) == basis);
    let channels = named(table.get("channels"), channel);
    PurposeDraft {
        was: Some(number),
        id: table.get("id").map(text).unwrap_or_default(),
        // The form's default where nothing is said: the one that asks most of whoever writes the profile.
        basis: basis.unwrap_or(Basis::Consent),
        fields: named(table.get("fields"), |name| name.parse().ok()),
        retention: table.get("retention").map(text).unwrap_or_default(),
        label: by_language(table.get("label")),
        statement: by_language(table.get("statement")),
        signature_why: by_language(table.get("signature_why")),
        wordings: wordings(table, &channels),
        mail: mail::read(table),
        channels,
    }
}

fn wordings(table: &dyn TableLike, channels: &[Channel]) -> Vec<WordingDraft> {
    let of = |channel, item: &Item| WordingDraft {
        channel,
        version: item.get("version").map(text).unwrap_or_default(),
        texts: by_language(Some(item)),
    };
    let by_channel = table.get("wordings").and_then(Item::as_table_like);
    let entries = by_channel.into_iter().flat_map(TableLike::iter);
    let mut wordings: Vec<WordingDraft> = entries
        .filter_map(|(name, item)| Some(of(Some(channel(name)?), item)))
        .collect();
    if let Some(one) = table.get("wording") {
        // As the linter reads it: the one wording is that of the one channel.
        let channel = match channels {
            [only] => Some(*only),
            _ => None,
        };
        wordings.retain(|wording| wording.channel != channel);
        wordings.push(of(channel, one));
    }
    wordings
}
