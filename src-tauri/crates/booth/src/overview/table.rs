//! Each part of the overview as a table for a file, as far as the same pick goes.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use ts_rs::TS;
use zgoda_core::Language;
use zgoda_core::report::table::Table;
use zgoda_core::report::{consents, pick, retention};

use super::{DayCount, DeviceCount, Pick, PromiseCount, asked, count};
use crate::error::Error;
use crate::{Booth, Open};

/// A part of the overview.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export, rename = "OverviewPart")]
pub enum Part {
    /// Captures by day and hour.
    Hours,
    /// Captures by device.
    Devices,
    /// Consents by purpose, channel, language and version of the wording.
    Answers,
    /// How each question with options was answered.
    Questions,
    /// Open promises by day.
    Promises,
    /// What will be erased when.
    Ends,
}

impl Part {
    /// Its name, for a file.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Hours => "hours",
            Self::Devices => "devices",
            Self::Answers => "consents",
            Self::Questions => "answers",
            Self::Promises => "promises",
            Self::Ends => "retention",
        }
    }
}

impl Booth {
    /// A part of the overview as CSV, in the language of the staff's screens.
    ///
    /// # Errors
    /// Where the store is locked or cannot be read.
    pub fn overview_csv(
        &mut self,
        part: Part,
        pick: &Pick,
        now: DateTime<Utc>,
    ) -> Result<String, Error> {
        let language = self.language;
        let open = self.staff()?;
        let picked = open.picked(pick)?;
        Ok(match part {
            Part::Hours => hours(&open.days(&picked.entries, pick), pick, language).csv(),
            Part::Devices => {
                devices(&open.devices(&picked.entries, pick)?, pick, open, language).csv()
            }
            Part::Answers => consents::consents(&picked.records).page(language).csv(),
            Part::Questions => {
                let questions = asked::questions(&picked.leads, &open.profile, pick, language);
                asked::table(&questions, asked::ratings(&picked.leads), language).csv()
            }
            Part::Promises => {
                let today = open.local(now).date_naive();
                promises(&count::promises(&picked.leads, pick, today), language).csv()
            }
            Part::Ends => retention::retention(&picked.leads, &picked.stubs)
                .page(language)
                .csv(),
        })
    }
}

fn hours(days: &[DayCount], picked: &Pick, language: Language) -> Table {
    let mut table = Table::new(&[
        pick(language, ["Dzień", "Day", "Tag"]),
        pick(language, ["Godzina", "Hour", "Stunde"]),
        pick(language, ["Osoby", "People", "Personen"]),
    ]);
    let meant = days
        .iter()
        .filter(|day| picked.day.is_none_or(|one| one == day.day));
    for day in meant {
        for (hour, count) in day
            .hours
            .iter()
            .enumerate()
            .filter(|(_, count)| **count > 0)
        {
            table.push([
                day.day.to_string(),
                format!("{hour:02}:00"),
                count.to_string(),
            ]);
        }
    }
    table
}

fn devices(devices: &[DeviceCount], picked: &Pick, open: &Open, language: Language) -> Table {
    let mut table = Table::new(&[
        pick(language, ["Urządzenie", "Device", "Gerät"]),
        pick(language, ["Osoby", "People", "Personen"]),
        pick(
            language,
            ["Nie chciały nic", "Wanted nothing", "Wollten nichts"],
        ),
        pick(language, ["Ostatnio", "Last", "Zuletzt"]),
    ]);
    let is_meant = |one: &&DeviceCount| {
        picked
            .device
            .as_ref()
            .is_none_or(|device| *device == one.device)
    };
    for one in devices.iter().filter(is_meant) {
        table.push([
            one.device.clone(),
            one.captured.to_string(),
            one.declined.to_string(),
            one.last
                .map(|at| open.local(at).to_rfc3339())
                .unwrap_or_default(),
        ]);
    }
    table
}

fn promises(promises: &[PromiseCount], language: Language) -> Table {
    let mut table = Table::new(&[
        pick(language, ["Dzień", "Day", "Tag"]),
        pick(
            language,
            ["Otwarte obietnice", "Open promises", "Offene Zusagen"],
        ),
    ]);
    for one in promises {
        table.push([one.due.to_string(), one.open.to_string()]);
    }
    table
}
