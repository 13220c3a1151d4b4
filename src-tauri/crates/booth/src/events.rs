//! The events of a home: which there are, which one is in use, and what is due in those that are not.
//!
//! How: each event has a store of its own, so that another one in use loses nothing. Beside it lies `about.json`, which
//! tells without a secret what a list shows (name, days, counts, nothing of a person) and when the next field ends. When:
//! written as the store is opened, purged and shut; read by the list, and at unlock, when the other stores in which
//! something has ended are opened with the same secret, purged and shut again.

use std::fs;
use std::path::{Path, PathBuf};

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use zgoda_store::{Secret, Store, StoreError};

use crate::error::Error;
use crate::home::{self, Settings};
use crate::trust;
use crate::{Booth, Open, Purged};

const FILE: &str = "about.json";

/// An event of this home, as a list shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct EventRow {
    /// Id.
    pub id: String,
    /// Name; the id where it is not known.
    pub name: String,
    /// First day.
    pub starts: Option<NaiveDate>,
    /// Last day.
    pub ends: Option<NaiveDate>,
    /// True for the one that is opened by unlocking.
    pub in_use: bool,
    /// True where it takes no captures.
    pub closed: bool,
    /// Leads whose values are on this device.
    pub leads: u32,
    /// Messages that wait for the CRM, those that need a person included.
    pub waiting: u32,
    /// True where all of it lies sealed for another device: removing it loses nothing.
    pub moved: bool,
}

/// What is told of a store without opening it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct About {
    name: String,
    starts: NaiveDate,
    ends: NaiveDate,
    leads: u32,
    waiting: u32,
    closed: bool,
    #[serde(default)]
    moved: bool,
    /// The next moment at which a field ends.
    next: Option<DateTime<Utc>>,
    /// The secret of another event of this home does not open it: it is not tried again, since a try counts.
    #[serde(default)]
    other_secret: bool,
}

impl Booth {
    /// The events of this home, the latest first. Nothing is opened.
    ///
    /// # Errors
    /// Where the folder cannot be read, or an attendee holds the device.
    pub fn event_list(&mut self) -> Result<Vec<EventRow>, Error> {
        if matches!(self.mode, crate::Mode::Attendee(_)) {
            return Err(Error::NotNow);
        }
        if let Some(open) = &self.open {
            open.note();
        }
        let in_use = self.in_use()?;
        let mut rows: Vec<EventRow> = self
            .events()?
            .into_iter()
            .map(|id| {
                let about = read(&home::event_dir(&self.home, &id));
                row(id, in_use.as_deref(), about)
            })
            .collect();
        rows.sort_by(|a, b| (b.starts, &a.id).cmp(&(a.starts, &b.id)));
        Ok(rows)
    }

    /// The event of this home that begins last.
    pub(crate) fn latest_event(&self) -> Result<Option<String>, Error> {
        let starts = |id: &String| read(&home::event_dir(&self.home, id)).map(|one| one.starts);
        Ok(self.events()?.into_iter().max_by_key(starts))
    }

    /// Goes over to another event of this home. What is left of the one in use stays in its store, and its deadlines go on;
    /// a person says with `leave` that they know of it.
    ///
    /// # Errors
    /// [`Error::Unsynced`] where something is left and `leave` is not said; a secret that does not open the other one's
    /// store, or a profile in it that the head office known here did not sign, where that store was told of none itself; then
    /// this one stays open.
    pub fn event_use(
        &mut self,
        event: &str,
        secret: &Secret,
        leave: bool,
        now: DateTime<Utc>,
    ) -> Result<Purged, Error> {
        if self.staff()?.profile.event.id == event {
            return Ok(Purged::default());
        }
        self.may_leave(leave)?;
        if !self.events()?.iter().any(|one| one == event) {
            return Err(StoreError::NoStore.into());
        }
        let dir = home::event_dir(&self.home, event);
        let store = Store::open(&dir, secret, self.believed(now).now)?;
        let key = trust::goes_along(&self.staff()?.store, &store)?;
        self.lock();
        self.use_event(event)?;
        let purged = self.enter(store, secret, now)?;
        if let Some(key) = &key {
            self.staff()?.learn_key(key)?;
        }
        Ok(purged)
    }

    /// Removes an event's store for good, ledger and all. What is left in it a person has to say with `anyway` to be lost;
    /// what was moved to another device whole is not lost by it.
    ///
    /// # Errors
    /// [`Error::Unsynced`]; where `secret` does not open the store.
    pub fn event_remove(
        &mut self,
        event: &str,
        secret: &Secret,
        anyway: bool,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        if matches!(self.mode, crate::Mode::Attendee(_)) {
            return Err(Error::NotNow);
        }
        if self.syncing {
            return Err(Error::SyncRunning);
        }
        if !self.events()?.iter().any(|one| one == event) {
            return Err(StoreError::NoStore.into());
        }
        let dir = home::event_dir(&self.home, event);
        let is_open = self
            .open
            .as_ref()
            .map(|open| open.profile.event.id == event);
        let left = match (is_open, &self.open) {
            (Some(true), Some(open)) => {
                open.store.verify_secret(secret, now)?;
                lost_with(&open.store)?
            }
            _ => {
                let store = Store::open(&dir, secret, self.believed(now).now)?;
                self.ask_for_key(event, &store)?;
                lost_with(&store)?
            }
        };
        if left > 0 && !anyway {
            return Err(Error::Unsynced(left));
        }
        // Where it cannot be noted that it is gone, it stays.
        Settings::read(&self.home)?;
        if is_open == Some(true) {
            self.lock();
        }
        Store::destroy(&dir)?;
        // What is left of the folder tells nothing of anybody.
        let _ = fs::remove_dir_all(&dir);
        self.leave_removed(event)
    }

    /// Refuses to go over to another event during a sync, and where something is left of this one and nobody has said that
    /// it stays.
    pub(crate) fn may_leave(&mut self, leave: bool) -> Result<(), Error> {
        if self.syncing {
            // Its answers would be settled in the other store.
            return Err(Error::SyncRunning);
        }
        // Where it cannot be noted which event is in use, this one stays open.
        Settings::read(&self.home)?;
        match self.staff()?.left()? {
            0 => Ok(()),
            _ if leave => Ok(()),
            left => Err(Error::Unsynced(left)),
        }
    }

    /// Purges the other events' stores in which something has ended, as far as `secret` opens them.
    pub(crate) fn purge_others(
        &self,
        secret: &Secret,
        now: DateTime<Utc>,
    ) -> Result<Purged, Error> {
        let mut all = Purged::default();
        let in_use = self.in_use()?;
        for event in self.events()? {
            let dir = home::event_dir(&self.home, &event);
            // Where nothing is told of it, its secret may be another: a try that counts is not made on a guess.
            let Some(about) = read(&dir) else {
                continue;
            };
            let due = !about.other_secret && about.next.is_some_and(|next| next <= now);
            if Some(&event) == in_use.as_ref() || !due {
                continue;
            }
            let other = Self::with_cost(self.home.clone(), self.cost)?;
            let mut other = other.counting(self.boot).of_event(&event);
            match other.see_to(&dir, secret, now) {
                Ok(purged) => {
                    all.expired += purged.expired;
                    all.forgotten += purged.forgotten;
                }
                Err(Error::Store(StoreError::WrongSecret { .. })) => {
                    let about = About {
                        other_secret: true,
                        ..about
                    };
                    write(&dir, &about);
                }
                // In use by another program, or not to be opened now: the next unlock looks again.
                Err(_) => {}
            }
        }
        Ok(all)
    }

    /// Opens a store for its purge alone. That `now` is right the store in use vouches for, which has seen the days go by.
    fn see_to(&mut self, dir: &Path, secret: &Secret, now: DateTime<Utc>) -> Result<Purged, Error> {
        let mut store = Store::open(dir, secret, now)?;
        if store.is_ahead(now)? {
            store.trust_clock(now)?;
        }
        self.enter(store, secret, now)
    }

    fn in_use(&self) -> Result<Option<String>, Error> {
        match &self.event {
            Some(event) => Ok(Some(event.clone())),
            None => Ok(Settings::read(&self.home)?.event),
        }
    }
}

impl Open {
    /// Whoever is still here, waiting for the CRM or held for a promise.
    pub(crate) fn left(&self) -> Result<usize, Error> {
        Ok(self.store.outbox()?.len().max(self.store.leads()?.len()))
    }

    /// Tells beside the store what a list shows. Best effort: an older note shows older counts, and opens the store once
    /// too often.
    pub(crate) fn note(&self) {
        if let Ok(about) = self.about() {
            write(&self.dir, &about);
        }
    }

    fn about(&self) -> Result<About, Error> {
        let event = &self.profile.event;
        let counts = self.store.counts()?;
        let number = |count: u64| u32::try_from(count).unwrap_or(u32::MAX);
        Ok(About {
            name: event.name.clone(),
            starts: event.starts,
            ends: event.ends,
            leads: number(counts.leads),
            waiting: number(counts.waiting + counts.needs_person),
            closed: self.store.closed_at()?.is_some(),
            moved: self.store.moved_out()?,
            next: self.store.next_deadline()?,
            other_secret: false,
        })
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.note();
    }
}

/// What would be lost with the store: values, messages, and the stubs by which the CRM is told of deadlines and rights.
/// Nothing where all of it lies sealed for another device.
fn lost_with(store: &Store) -> Result<usize, Error> {
    if store.moved_out()? {
        return Ok(0);
    }
    let counts = store.counts()?;
    let here = counts.leads.max(counts.waiting + counts.needs_person) + counts.stubs;
    Ok(usize::try_from(here).unwrap_or(usize::MAX))
}

fn row(id: String, in_use: Option<&str>, about: Option<About>) -> EventRow {
    let in_use = in_use == Some(&id);
    match about {
        Some(about) => EventRow {
            id,
            name: about.name,
            starts: Some(about.starts),
            ends: Some(about.ends),
            in_use,
            closed: about.closed,
            leads: about.leads,
            waiting: about.waiting,
            moved: about.moved,
        },
        None => EventRow {
            name: id.clone(),
            id,
            starts: None,
            ends: None,
            in_use,
            closed: false,
            leads: 0,
            waiting: 0,
            moved: false,
        },
    }
}

fn path(dir: &Path) -> PathBuf {
    dir.join(FILE)
}

fn read(dir: &Path) -> Option<About> {
    serde_json::from_slice(&fs::read(path(dir)).ok()?).ok()
}

fn write(dir: &Path, about: &About) {
    let fresh = dir.join(format!("{FILE}.new"));
    let Ok(bytes) = serde_json::to_vec_pretty(about) else {
        return;
    };
    if fs::write(&fresh, bytes).is_ok() {
        let _ = fs::rename(fresh, path(dir));
    }
}
