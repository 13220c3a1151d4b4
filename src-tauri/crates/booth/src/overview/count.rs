//! The counting.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{NaiveDate, Timelike as _};
use zgoda_core::Basis;
use zgoda_core::Kept;
use zgoda_core::consent::Record;
use zgoda_core::follow_up::When;
use zgoda_core::ledger::{Entry, Kind};
use zgoda_core::outbox::Stub;
use zgoda_core::report::{consents, retention};

use super::{BoxCount, DayCount, DeviceCount, EndCount, Pick, PromiseCount};
use crate::Open;
use crate::error::Error;

impl Open {
    pub(super) fn on(&self, entries: &[Entry]) -> Vec<NaiveDate> {
        let days = entries
            .iter()
            .map(|entry| self.local(entry.at.to_utc()).date_naive());
        days.collect::<BTreeSet<_>>().into_iter().collect()
    }

    pub(super) fn days(&self, entries: &[Entry], pick: &Pick) -> Vec<DayCount> {
        let mut days: BTreeMap<NaiveDate, DayCount> = BTreeMap::new();
        let whole = Pick {
            day: None,
            ..pick.clone()
        };
        for entry in self.meant(entries, &whole) {
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

    pub(super) fn devices(
        &self,
        entries: &[Entry],
        pick: &Pick,
    ) -> Result<Vec<DeviceCount>, Error> {
        let own = self.store.device()?;
        let others = self.store.other_devices()?;
        let mut devices: Vec<DeviceCount> = std::iter::once(own.clone())
            .chain(others)
            .map(|device| DeviceCount {
                own: device == own,
                device,
                captured: 0,
                declined: 0,
                last: None,
            })
            .collect();
        let any = Pick {
            device: None,
            ..pick.clone()
        };
        for entry in self.meant(entries, &any) {
            let Some(count) = devices.iter_mut().find(|one| one.device == entry.device) else {
                continue;
            };
            match entry.kind {
                Kind::Decline => count.declined += 1,
                _ => count.captured += 1,
            }
            count.last = count.last.max(Some(entry.at.to_utc()));
        }
        Ok(devices)
    }

    pub(super) fn boxes(&self, records: &[Record], pick: &Pick) -> Vec<BoxCount> {
        let lines = consents::consents(records).lines;
        let asked = self.profile.purposes.iter().filter(|purpose| {
            purpose.basis == Basis::Consent
                && pick
                    .purpose
                    .as_ref()
                    .is_none_or(|picked| *picked == purpose.id)
        });
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

pub(super) fn ends(leads: &[Kept], stubs: &[Stub]) -> Vec<EndCount> {
    let ends = retention::retention(leads, stubs).ends.into_iter();
    ends.map(|end| EndCount {
        day: end.day,
        field: end.field,
        here: end.here,
        in_crm: end.in_crm,
    })
    .collect()
}

pub(super) fn promises(leads: &[Kept], pick: &Pick, today: NaiveDate) -> Vec<PromiseCount> {
    let mut days: BTreeMap<NaiveDate, u32> = BTreeMap::new();
    for promise in leads.iter().flat_map(|lead| &lead.promises) {
        let is_picked = pick
            .purpose
            .as_ref()
            .is_none_or(|purpose| *purpose == promise.purpose);
        if promise.kept_at.is_none() && is_picked {
            *days.entry(promise.due).or_default() += 1;
        }
    }
    days.into_iter()
        .map(|(due, open)| PromiseCount {
            due,
            when: When::of(due, today),
            open,
        })
        .collect()
}
