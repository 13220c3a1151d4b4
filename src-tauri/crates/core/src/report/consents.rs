//! Consent statistics by purpose, channel, language and version of the wording, from the ledger alone.

use std::collections::BTreeMap;

use serde::Serialize;

use super::page::{Page, Part};
use super::pick;
use super::table::Table;
use crate::consent::Record;
use crate::language::Language;
use crate::profile::Channel;

/// The report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Consents {
    /// One line per purpose, channel, language and version.
    pub lines: Vec<Line>,
}

/// How one text fared.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Line {
    /// The purpose's id.
    pub purpose: String,
    /// The channel.
    pub channel: Option<Channel>,
    /// The language in which it was asked.
    pub language: Option<Language>,
    /// Version of the wording.
    pub version: Option<String>,
    /// People who were asked.
    pub asked: u32,
    /// Who agreed, and still do.
    pub given: u32,
    /// Who refused.
    pub refused: u32,
    /// Who agreed and withdrew or objected.
    pub withdrawn: u32,
}

/// The statistics of `records`.
pub fn consents(records: &[Record]) -> Consents {
    let mut lines: BTreeMap<_, Line> = BTreeMap::new();
    for record in records {
        for ((purpose, channel), one) in &record.standing {
            let version = one
                .choice
                .wording
                .as_ref()
                .map(|wording| wording.version.clone());
            let place = (purpose.clone(), *channel, record.language, version.clone());
            let line = lines.entry(place).or_insert_with(|| Line {
                purpose: purpose.clone(),
                channel: *channel,
                language: record.language,
                version,
                ..Line::default()
            });
            line.asked += 1;
            match (one.choice.given, one.given_at) {
                (true, _) => line.given += 1,
                (false, Some(_)) => line.withdrawn += 1,
                (false, None) => line.refused += 1,
            }
        }
    }
    Consents {
        lines: lines.into_values().collect(),
    }
}

impl Consents {
    /// The page.
    pub fn page(&self, language: Language) -> Page {
        let mut table = Table::new(&[
            pick(language, ["Cel", "Purpose", "Zweck"]),
            pick(language, ["Kanał", "Channel", "Kanal"]),
            pick(language, ["Język", "Language", "Sprache"]),
            pick(language, ["Wersja", "Version", "Version"]),
            pick(language, ["Zapytano", "Asked", "Gefragt"]),
            pick(language, ["Zgoda", "Given", "Zugestimmt"]),
            pick(language, ["Odmowa", "Refused", "Abgelehnt"]),
            pick(language, ["Odwołano", "Withdrawn", "Widerrufen"]),
        ]);
        for line in &self.lines {
            table.push([
                line.purpose.clone(),
                line.channel.map_or("", Channel::as_str).to_owned(),
                line.language.map_or("", Language::as_str).to_owned(),
                line.version.clone().unwrap_or_default(),
                line.asked.to_string(),
                line.given.to_string(),
                line.refused.to_string(),
                line.withdrawn.to_string(),
            ]);
        }
        let title = pick(
            language,
            [
                "Zgody w liczbach",
                "Consents in numbers",
                "Einwilligungen in Zahlen",
            ],
        );
        let part = Part::table(title, table);
        Page {
            language,
            title: title.to_owned(),
            lead: Vec::new(),
            parts: vec![part],
        }
    }
}
