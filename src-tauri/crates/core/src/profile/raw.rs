//! The profile as it stands in TOML, with the place of everything that a lint may name.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Deserialize;
use serde::de::Unexpected;
use toml::Spanned;

use super::form;
use super::lint::Finding;
use super::{Basis, Channel, Keep, Notice, NoticeItem, Wording};
use crate::field::Field;
use crate::language::Language;
use crate::question::{Asker, Condition, QuestionKind, QuestionOption};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawProfile {
    pub(super) event: Spanned<RawEvent>,
    pub(super) controller: Spanned<RawController>,
    pub(super) languages: Option<Spanned<Vec<Language>>>,
    #[serde(default)]
    pub(super) notice: BTreeMap<Language, Spanned<RawNotice>>,
    #[serde(default)]
    pub(super) purpose: Vec<Spanned<RawPurpose>>,
    #[serde(default)]
    pub(super) question: Vec<Spanned<RawQuestion>>,
    pub(super) tags: Option<Spanned<Vec<String>>>,
    pub(super) badge: Option<RawBadge>,
    #[serde(default)]
    pub(super) local_copy: RawLocalCopy,
    pub(super) crm: Option<Spanned<RawCrm>>,
    pub(super) lookup: Option<Spanned<RawLookup>>,
    pub(super) recovery: Option<RawRecovery>,
    #[serde(default)]
    pub(super) receipt: RawReceipt,
    #[serde(default)]
    pub(super) lock: RawLock,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawEvent {
    pub(super) id: Spanned<String>,
    pub(super) name: String,
    #[serde(default)]
    pub(super) place: String,
    pub(super) country: Option<Spanned<String>>,
    pub(super) starts: Spanned<Day>,
    pub(super) ends: Spanned<Day>,
    pub(super) time_zone: Spanned<String>,
}

/// A day, as a TOML local date (`2026-11-24`) or as text of the same form.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Day(pub(super) NaiveDate);

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = match toml::Value::deserialize(deserializer)? {
            toml::Value::Datetime(date) => date.to_string(),
            toml::Value::String(text) => text,
            _ => String::new(),
        };
        let other = || serde::de::Error::invalid_value(Unexpected::Str(&text), &"a day");
        text.parse().map(Self).map_err(|_| other())
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawController {
    pub(super) name: String,
    pub(super) address: String,
    pub(super) email: Spanned<String>,
    pub(super) phone: Option<String>,
    pub(super) dpo: Option<String>,
    pub(super) privacy_page: String,
    pub(super) supervisory_authority: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawNotice {
    pub(super) version: String,
    pub(super) controller: Option<String>,
    pub(super) dpo: Option<String>,
    pub(super) purposes: Option<String>,
    pub(super) legitimate_interest: Option<String>,
    pub(super) recipients: Option<String>,
    pub(super) transfers: Option<String>,
    pub(super) retention: Option<String>,
    pub(super) rights: Option<String>,
    pub(super) withdrawal: Option<String>,
    pub(super) complaint: Option<String>,
    pub(super) obligation: Option<String>,
    pub(super) automated_decisions: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawPurpose {
    pub(super) id: Spanned<String>,
    pub(super) basis: Spanned<Basis>,
    #[serde(default)]
    pub(super) fields: Vec<Spanned<Field>>,
    pub(super) channels: Option<Spanned<Vec<Channel>>>,
    pub(super) retention: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) label: BTreeMap<Language, String>,
    #[serde(default)]
    pub(super) statement: BTreeMap<Language, String>,
    pub(super) wording: Option<Spanned<RawWording>>,
    #[serde(default)]
    pub(super) wordings: BTreeMap<Channel, Spanned<RawWording>>,
    pub(super) mail: Option<Spanned<BTreeMap<Language, RawMail>>>,
    #[serde(default)]
    pub(super) signature_why: BTreeMap<Language, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawQuestion {
    pub(super) id: Spanned<String>,
    pub(super) kind: QuestionKind,
    pub(super) ask: Asker,
    pub(super) purpose: Spanned<String>,
    #[serde(default)]
    pub(super) text: BTreeMap<Language, String>,
    #[serde(default)]
    pub(super) options: Vec<Spanned<RawOption>>,
    pub(super) when: Option<Spanned<Condition>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawOption {
    pub(super) id: String,
    pub(super) pl: Option<String>,
    pub(super) en: Option<String>,
    pub(super) de: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawMail {
    pub(super) subject: String,
    pub(super) body: String,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawWording {
    pub(super) version: String,
    pub(super) pl: Option<String>,
    pub(super) en: Option<String>,
    pub(super) de: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawBadge {
    pub(super) symbols: Option<Spanned<Vec<Spanned<String>>>>,
    pub(super) separator: Option<Spanned<String>>,
    pub(super) columns: Option<Spanned<Vec<Spanned<String>>>>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawLocalCopy {
    #[serde(default)]
    pub(super) keep: Keep,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawCrm {
    pub(super) kind: Spanned<String>,
    pub(super) url: Option<Spanned<String>>,
    pub(super) folder: Option<String>,
    pub(super) batch: Option<Spanned<i64>>,
    #[serde(default)]
    pub(super) plain: bool,
    #[serde(default)]
    pub(super) fields: BTreeMap<Field, Spanned<String>>,
    #[serde(default)]
    pub(super) answers: BTreeMap<String, Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawLookup {
    pub(super) service: Spanned<String>,
    pub(super) url: Spanned<String>,
    pub(super) event: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawRecovery {
    pub(super) recipient: Spanned<String>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawReceipt {
    pub(super) page: Option<Spanned<String>>,
    pub(super) withdraw: Option<Spanned<String>>,
    pub(super) head_office_key: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawLock {
    #[serde(default = "RawLock::default_after")]
    pub(super) after: u32,
}

impl RawLock {
    /// Two minutes: a tablet left on a table.
    const fn default_after() -> u32 {
        120
    }
}

impl Default for RawLock {
    fn default() -> Self {
        Self {
            after: Self::default_after(),
        }
    }
}

/// Reads the TOML; the first thing that is not of a profile's form ends it.
pub(super) fn parse(text: &str) -> Result<RawProfile, Box<Finding>> {
    form::read(text)
}

impl From<RawWording> for Wording {
    fn from(raw: RawWording) -> Self {
        Self {
            version: raw.version,
            texts: by_language(raw.pl, raw.en, raw.de),
        }
    }
}

impl From<RawOption> for QuestionOption {
    fn from(raw: RawOption) -> Self {
        Self {
            id: raw.id,
            text: by_language(raw.pl, raw.en, raw.de),
        }
    }
}

fn by_language(
    pl: Option<String>,
    en: Option<String>,
    de: Option<String>,
) -> BTreeMap<Language, String> {
    let texts = [(Language::Pl, pl), (Language::En, en), (Language::De, de)];
    let written = texts.into_iter();
    written
        .filter_map(|(language, text)| Some((language, text?)))
        .collect()
}

impl From<RawNotice> for Notice {
    fn from(raw: RawNotice) -> Self {
        let items = [
            (NoticeItem::Controller, raw.controller),
            (NoticeItem::Dpo, raw.dpo),
            (NoticeItem::Purposes, raw.purposes),
            (NoticeItem::LegitimateInterest, raw.legitimate_interest),
            (NoticeItem::Recipients, raw.recipients),
            (NoticeItem::Transfers, raw.transfers),
            (NoticeItem::Retention, raw.retention),
            (NoticeItem::Rights, raw.rights),
            (NoticeItem::Withdrawal, raw.withdrawal),
            (NoticeItem::Complaint, raw.complaint),
            (NoticeItem::Obligation, raw.obligation),
            (NoticeItem::AutomatedDecisions, raw.automated_decisions),
        ];
        let items = items
            .into_iter()
            .filter_map(|(item, text)| Some((item, text.filter(|text| !text.trim().is_empty())?)));
        Self {
            version: raw.version,
            items: items.collect(),
        }
    }
}
