//! Whose counts: of a day, a device, a purpose, or of all.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::Deserialize;
use ts_rs::TS;
use zgoda_core::Kept;
use zgoda_core::SubjectRef;
use zgoda_core::consent::{self, Record};
use zgoda_core::ledger::{Entry, Kind};
use zgoda_core::outbox::Stub;

use crate::Open;
use crate::error::Error;

/// What the overview is narrowed to; all of it where nothing is said.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, TS)]
#[serde(default, deny_unknown_fields)]
#[ts(export, rename = "OverviewPick")]
pub struct Pick {
    /// Whoever answered on this day, by the event's clock.
    pub day: Option<NaiveDate>,
    /// Whoever answered on this device.
    pub device: Option<String>,
    /// Whoever said yes to this purpose as they were captured.
    pub purpose: Option<String>,
}

impl Pick {
    /// True where `entry`, of a capture or a no to everything on `day`, is meant.
    fn takes(&self, entry: &Entry, day: NaiveDate) -> bool {
        self.day.is_none_or(|picked| picked == day)
            && self
                .device
                .as_ref()
                .is_none_or(|device| *device == entry.device)
            && self.purpose.as_ref().is_none_or(|purpose| {
                let mut yes = entry.choices.iter().filter(|choice| choice.given);
                yes.any(|choice| choice.purpose == *purpose)
            })
    }

    fn is_all(&self) -> bool {
        *self == Self::default()
    }
}

/// What is counted.
pub(super) struct Picked {
    /// Every capture and every no to everything, of whomever.
    pub(super) entries: Vec<Entry>,
    /// Consents of those who are meant, whatever they said to the picked purpose: of who said yes alone nobody says no.
    pub(super) records: Vec<Record>,
    /// Those of them who are here.
    pub(super) leads: Vec<Kept>,
    /// Those of them whom the CRM alone holds.
    pub(super) stubs: Vec<Stub>,
}

impl Open {
    pub(super) fn picked(&self, pick: &Pick) -> Result<Picked, Error> {
        let mut entries = self.ledger()?;
        let mut records = consent::records(&entries);
        let mut leads = self.store.leads()?;
        let mut stubs = self.store.stubs()?;
        entries.retain(|entry| matches!(entry.kind, Kind::Capture | Kind::Decline));
        let subjects = |pick: &Pick| -> BTreeSet<SubjectRef> {
            let meant = self.meant(&entries, pick);
            meant.filter_map(|entry| entry.subject.clone()).collect()
        };
        if !pick.is_all() {
            let asked = subjects(&Pick {
                purpose: None,
                ..pick.clone()
            });
            records.retain(|record| asked.contains(&record.subject));
            if let Some(purpose) = &pick.purpose {
                for record in &mut records {
                    record.standing.retain(|(of, _), _| of == purpose);
                }
            }
            let meant = subjects(pick);
            leads.retain(|lead| meant.contains(&lead.subject));
            stubs.retain(|stub| meant.contains(&stub.subject));
        }
        Ok(Picked {
            entries,
            records,
            leads,
            stubs,
        })
    }

    /// Those of `entries` that `pick` means.
    pub(super) fn meant<'a>(
        &'a self,
        entries: &'a [Entry],
        pick: &'a Pick,
    ) -> impl Iterator<Item = &'a Entry> {
        entries
            .iter()
            .filter(|entry| pick.takes(entry, self.local(entry.at.to_utc()).date_naive()))
    }
}
