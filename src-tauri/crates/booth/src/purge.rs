//! Forgetting: what is past its deadline, and the local copies that the CRM has confirmed.
//!
//! When: first thing after unlocking, after every sync, and by `zgoda purge`. How: rows go, then the file is rotated, so
//! that what is erased is gone from the disk as well. The store keeps the latest time ever seen, so that a clock set
//! back lengthens no life; a clock far ahead erases nothing until somebody vouches for it.

use chrono::{DateTime, Utc};
use serde::Serialize;
use zgoda_core::ledger::{Happening, Kind};
use zgoda_core::{Act, Kept, LeadId};
use zgoda_store::{Passing, Store, StoreError};

use crate::error::Error;
use crate::list::Imports;
use crate::view::count;
use crate::{Booth, Open};

/// What a purge did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Purged {
    /// Leads that lost fields past their deadline.
    pub expired: u32,
    /// Local copies erased, the CRM having them.
    pub forgotten: u32,
    /// Confirmed leads that stay while a promise is open, while the organiser is still to be asked about them, as the
    /// profile says, or for a signature or answers that end apart.
    pub held: u32,
    /// Stores of this home that were past their last deadline: destroyed unopened.
    pub destroyed: u32,
    /// True where the clock is too far ahead of the time last seen, or of what the machine counts since its start: nothing
    /// was erased by it.
    pub clock_ahead: bool,
    /// True where what was erased could not yet be made unreadable on the disk: it stays due and is tried again.
    pub unfinished: bool,
}

/// What was found of the stores that are not open.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ended {
    /// Events whose store was past its last deadline: destroyed unopened, the ledger with it.
    pub destroyed: Vec<String>,
    /// Events whose store would be, if the clock were believed.
    pub held: Vec<String>,
}

impl Booth {
    /// Destroys every store of this home that is past its last deadline, without a secret. `trusted`: a person vouches for
    /// the clock.
    ///
    /// # Errors
    /// Where the home cannot be read or a store not be destroyed; the others are seen to first.
    pub fn end_past(&mut self, now: DateTime<Utc>, trusted: bool) -> Result<Ended, Error> {
        let mut ended = Ended::default();
        let mut failed = None;
        if trusted {
            self.vouch(now);
        }
        let now = self.believed(now).now;
        for event in crate::home::events(&self.home)? {
            let dir = crate::home::event_dir(&self.home, &event);
            match Store::end_when_past(&dir, now, trusted) {
                Ok(Passing::Alive) | Err(StoreError::NoStore) => {}
                Ok(Passing::Held) => ended.held.push(event),
                Ok(Passing::Destroyed) => {
                    // Damaged settings say so elsewhere.
                    let _ = self.leave_removed(&event);
                    ended.destroyed.push(event);
                }
                Err(error) => failed = Some(error),
            }
        }
        failed.map_or(Ok(ended), |error| Err(error.into()))
    }

    /// Erases what is due.
    ///
    /// # Errors
    /// Where the store is locked or cannot be written.
    pub fn purge(&mut self, now: DateTime<Utc>) -> Result<Purged, Error> {
        let believed = self.believed(now);
        let open = self.open.as_mut().ok_or(Error::Locked)?;
        let mut purged = open.purge(believed.now)?;
        purged.clock_ahead |= believed.ahead;
        open.hold_clock(purged.clock_ahead, now)?;
        open.note();
        Ok(purged)
    }

    /// A person vouches for the clock: from now on it counts again.
    ///
    /// # Errors
    /// Where the store is locked or cannot be written.
    pub fn trust_clock(&mut self, now: DateTime<Utc>) -> Result<Purged, Error> {
        self.staff()?;
        self.believe(Some(Act::Terminal), now)?;
        self.purge(now)
    }
}

impl Open {
    pub(crate) fn purge(&mut self, now: DateTime<Utc>) -> Result<Purged, Error> {
        let mut purged = Purged::default();
        match self.store.expire(now, &self.profile) {
            Ok(expired) => purged.expired = count(expired.len()),
            Err(StoreError::Clock) => purged.clock_ahead = true,
            Err(error) => return Err(error.into()),
        }
        let leads = self.store.leads()?;
        let confirmed: Vec<(LeadId, Happening)> = leads
            .iter()
            .filter(|kept| kept.confirmed_at.is_some())
            .map(|kept| (kept.id, self.purge_of(kept, now)))
            .collect();
        let held = confirmed.len();
        let waiting = self.to_look_up()?;
        let free = confirmed
            .into_iter()
            .filter(|(lead, _)| !waiting.contains(lead));
        let forgotten = self.store.forget(free.collect(), now)?;
        purged.forgotten = count(forgotten.len());
        purged.held = count(held) - purged.forgotten;
        Imports::end_past(self, now)?;
        purged.unfinished = !self.make_final(now)?;
        Ok(purged)
    }

    /// Makes unreadable on the disk what was erased. Answers false where that failed and the store goes on: what was erased
    /// is in no list any more, and unlocking, each sync and each further erasure try again.
    pub(crate) fn make_final(&mut self, now: DateTime<Utc>) -> Result<bool, Error> {
        if !self.store.purge_due()? {
            return Ok(true);
        }
        match self.store.rotate(now) {
            Ok(()) => Ok(true),
            Err(_) if self.store.purge_due().is_ok() => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    fn purge_of(&self, kept: &Kept, now: DateTime<Utc>) -> Happening {
        Happening {
            subject: Some(kept.subject.clone()),
            kept: kept.fields.keys().copied().collect(),
            ..Happening::new(Kind::Purge, self.local(now))
        }
    }
}
