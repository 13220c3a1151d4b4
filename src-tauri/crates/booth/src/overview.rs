//! The fair at a glance, from the ledger and the deadlines: how many came, what they agreed to, what is erased when.
//! Counts alone; no value of a person is read.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Timelike, Utc};
use serde::Serialize;
use ts_rs::TS;
use zgoda_core::ledger::{Entry, Kind};
use zgoda_core::report::{consents, retention};
use zgoda_core::{Basis, Channel, Field, consent};

use crate::error::Error;
use crate::{Booth, Open};

/// The overview.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct OverviewView {
    /// Today, by the event's clock.
    pub today: NaiveDate,
    /// Days on which somebody was captured, the earliest first.
    pub days: Vec<DayCount>,
    /// How each box fared, in the profile's order.
    pub boxes: Vec<BoxCount>,
    /// What is erased, by day, the soonest first.
    pub ends: Vec<EndCount>,
}

/// A day's captures.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct DayCount {
    /// The day.
    pub day: NaiveDate,
    /// Captured people, by hour of the day from 0 to 23.
    pub hours: Vec<u32>,
    /// People who wanted nothing.
    pub declined: u32,
}

/// What was answered to one box.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct BoxCount {
    /// The purpose's id.
    pub purpose: String,
    /// The channel.
    pub channel: Option<Channel>,
    /// Agreed, and still do.
    pub given: u32,
    /// Refused.
    pub refused: u32,
    /// Agreed, and withdrew or objected.
    pub withdrawn: u32,
}

/// Values of a field that end on a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct EndCount {
    /// The day.
    pub day: NaiveDate,
    /// The field.
    pub field: Field,
    /// On this device.
    pub here: u32,
    /// In the CRM alone.
    pub in_crm: u32,
}

impl Booth {
    /// The fair at a glance.
    ///
    /// # Errors
    /// Where the store is locked or cannot be read.
    pub fn overview(&mut self, now: DateTime<Utc>) -> Result<OverviewView, Error> {
        let open = self.staff()?;
        let entries = open.ledger()?;
        let ends = retention::retention(&open.store.leads()?, &open.store.stubs()?).ends;
        Ok(OverviewView {
            today: open.local(now).date_naive(),
            days: open.days(&entries),
            boxes: open.boxes(&entries),
            ends: ends
                .into_iter()
                .map(|end| EndCount {
                    day: end.day,
                    field: end.field,
                    here: end.here,
                    in_crm: end.in_crm,
                })
                .collect(),
        })
    }
}

impl Open {
    fn days(&self, entries: &[Entry]) -> Vec<DayCount> {
        let mut days: BTreeMap<NaiveDate, DayCount> = BTreeMap::new();
        for entry in entries {
            if !matches!(entry.kind, Kind::Capture | Kind::Decline) {
                continue;
            }
            let at = self.local(entry.at.to_utc());
            let day = days.entry(at.date_naive()).or_insert_with(|| DayCount {
                day: at.date_naive(),
                hours: vec![0; 24],
                declined: 0,
            });
            match entry.kind {
                Kind::Decline => day.declined += 1,
                _ => day.hours[at.hour() as usize] += 1,
            }
        }
        days.into_values().collect()
    }

    fn boxes(&self, entries: &[Entry]) -> Vec<BoxCount> {
        let lines = consents::consents(&consent::records(entries)).lines;
        let asked = self
            .profile
            .purposes
            .iter()
            .filter(|purpose| purpose.basis == Basis::Consent);
        asked
            .flat_map(|purpose| {
                purpose
                    .boxes()
                    .into_iter()
                    .map(|channel| (purpose.id.clone(), channel))
            })
            .map(|(purpose, channel)| {
                let of_box = || {
                    lines
                        .iter()
                        .filter(|line| line.purpose == purpose && line.channel == channel)
                };
                BoxCount {
                    given: of_box().map(|line| line.given).sum(),
                    refused: of_box().map(|line| line.refused).sum(),
                    withdrawn: of_box().map(|line| line.withdrawn).sum(),
                    purpose: purpose.clone(),
                    channel,
                }
            })
            .collect()
    }
}
