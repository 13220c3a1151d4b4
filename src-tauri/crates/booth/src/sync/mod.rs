//! To the CRM: what waits is told, what is confirmed may be forgotten.
//!
//! How: the store's lock is held only to take a batch and to settle its answers, never while the network is waited for,
//! so that capturing goes on. When: by the button, by `zgoda sync`; a reason that stops all ends the run, the rows wait.

mod batch;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use zgoda_core::outbox::Answer;
use zgoda_core::{LeadId, Profile};
use zgoda_crm::{Connector, Missing, Secret as CrmSecret};

use crate::by_itself::Whom;
use crate::destination::Place;
use crate::error::Error;
use crate::report::{HANDED_IN, LAST_SYNC};
use crate::view::{MissingKind, MissingView, SyncView, TestView};
use crate::{Booth, Open, lookup, rights, show};

/// Where the CRM's token lies in the encrypted store.
pub(crate) const CRM_SECRET: &str = "crm_secret";

/// The destinations that have a place for a device's signed status; the others take it and keep nothing.
const TAKES_STATUS: [&str; 3] = ["file", "webhook", "postgres"];

/// The folder of the `file` destination where the profile names none.
pub(crate) fn folder(profile: &Profile, home: &Path) -> PathBuf {
    let name = profile
        .crm
        .folder
        .clone()
        .unwrap_or_else(|| "handed-over".to_owned());
    home.join(name)
}

/// So many batches in a row at which the CRM fails, and it is out.
const TOO_MANY: u32 = 3;

/// Tells the CRM everything that waits, then purges.
///
/// `progress` is called after every batch. `clock` is read anew for every batch.
///
/// # Errors
/// Where the store is locked, a sync is under way, the destination wants to be left alone, or its settings are not enough.
pub fn run(
    booth: &Mutex<Booth>,
    secret: Option<&CrmSecret>,
    clock: impl Fn() -> DateTime<Utc>,
    mut progress: impl FnMut(&SyncView),
) -> Result<SyncView, Error> {
    let connector = lock(booth).sync_begin(secret, true)?;
    run_to_the_end(booth, connector, true, &clock, &mut progress)
}

/// As [`run`], without a person: what has to wait still does. See [`crate::by_itself`] for when.
///
/// # Errors
/// As [`run`].
pub fn run_by_itself(
    booth: &Mutex<Booth>,
    secret: Option<&CrmSecret>,
    clock: impl Fn() -> DateTime<Utc>,
    mut progress: impl FnMut(&SyncView),
) -> Result<SyncView, Error> {
    let connector = lock(booth).sync_begin(secret, false)?;
    run_to_the_end(booth, connector, false, &clock, &mut progress)
}

/// A sync that has begun ends in every way that it can go.
fn run_to_the_end(
    booth: &Mutex<Booth>,
    mut connector: Box<dyn Connector>,
    all: bool,
    clock: &impl Fn() -> DateTime<Utc>,
    progress: &mut impl FnMut(&SyncView),
) -> Result<SyncView, Error> {
    // Even where a connector panics the next sync may begin.
    let _under_way = UnderWay(booth);
    let result = run_with(booth, connector.as_mut(), all, clock, progress);
    let kept = keep_renewed(booth, connector.as_ref());
    result.and_then(|view| kept.map(|()| view))
}

struct UnderWay<'a>(&'a Mutex<Booth>);

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        lock(self.0).syncing = false;
    }
}

/// Keeps the token that the CRM gave in the place of the one that is kept. In a store that was locked meanwhile it is not kept:
/// somebody has to sign in anew where the CRM does not take the old one.
pub(crate) fn keep_renewed(booth: &Mutex<Booth>, connector: &dyn Connector) -> Result<(), Error> {
    let Some(renewed) = connector.renewed() else {
        return Ok(());
    };
    let mut booth = lock(booth);
    let Some(open) = booth.open.as_mut() else {
        return Ok(());
    };
    let place = Place::crm(&open.profile);
    let kept = open.kept_secret(CRM_SECRET, &place)?;
    match kept.and_then(|kept| renewed.after(&kept)) {
        Some(after) => open.keep_secret(CRM_SECRET, &place, Some(&after)),
        None => Ok(()),
    }
}

/// Reaches the destination without writing anything about a person. With `set_up` the custom fields that are missing are
/// made there first, as far as the CRM lets whoever is signed in.
///
/// # Errors
/// Where the store is locked or the settings are not enough.
pub fn test(
    booth: &Mutex<Booth>,
    secret: Option<&CrmSecret>,
    set_up: bool,
) -> Result<TestView, Error> {
    let mut connector = lock(booth).connector(secret)?;
    let tested = match set_up {
        true => connector.set_up(),
        false => connector.test(),
    };
    keep_renewed(booth, connector.as_ref())?;
    Ok(match tested {
        Ok(tested) => TestView {
            ok: !tested.missing.iter().any(Missing::stops),
            reason: None,
            account: tested.account,
            can_make: tested.missing.iter().any(|one| connector.can_make(one)),
            missing: tested.missing.into_iter().map(missing).collect(),
        },
        Err(reason) => TestView {
            reason: Some(reason),
            ..TestView::default()
        },
    })
}

fn missing(missing: Missing) -> MissingView {
    let (what, name) = match missing {
        Missing::CustomField(name) => (MissingKind::CustomField, name),
        Missing::Permission(name) => (MissingKind::Permission, name),
        Missing::Function(name) => (MissingKind::Function, name),
        Missing::SubscriptionType(name) => (MissingKind::SubscriptionType, name),
    };
    MissingView { what, name }
}

fn run_with(
    booth: &Mutex<Booth>,
    connector: &mut dyn Connector,
    all: bool,
    clock: &impl Fn() -> DateTime<Utc>,
    progress: &mut impl FnMut(&SyncView),
) -> Result<SyncView, Error> {
    let mut view = SyncView {
        running: true,
        ..SyncView::default()
    };
    lookup::run(booth, all, &mut view, clock)?;
    lock(booth).opened()?.leave_alone(clock())?;
    view.total = lock(booth).sync_total(clock())?;
    progress(&view);
    let mut done: BTreeSet<i64> = BTreeSet::new();
    let (mut failed, mut why) = (0, None);
    let mut after = None;
    while view.stopped.is_none() {
        let Some(batch) = lock(booth).sync_take(connector.batch(), &done, clock())? else {
            break;
        };
        done.extend(batch.rows.iter().map(|row| row.id));
        let answers = connector.push(&batch.messages);
        lock(booth).sync_settle(&batch, &answers, &mut view, clock())?;
        keep_renewed(booth, connector)?;
        after = after.max(answers.iter().filter_map(asked_for).max());
        failed = match view.stopped {
            Some(reason) if batch.suspect && reason.may_be_its() => failed + 1,
            _ => 0,
        };
        if after.is_none() && (1..TOO_MANY).contains(&failed) {
            // It may have failed at these alone. One that asks for a pause is meant for all.
            why = view.stopped.take();
        }
        progress(&view);
    }
    if view.confirmed == 0 {
        view.stopped = view.stopped.or(why);
    }
    let stopped = view.stopped.map(|reason| (reason, after));
    lock(booth)
        .opened()?
        .note_end(Whom::Destination, stopped, clock())?;
    if let Some(told) = connector.date() {
        lock(booth).hear(told, clock())?;
    }
    if view.stopped.is_none() {
        rights::hear_opt_outs(booth, connector, &mut view, clock())?;
    }
    lock(booth).sync_end(&mut view, clock())?;
    if view.stopped.is_none() {
        hand_over_status(booth, connector, &mut view, clock())?;
    }
    progress(&view);
    Ok(view)
}

/// How long the CRM wants to be left alone.
const fn asked_for(answer: &Answer) -> Option<Duration> {
    match answer {
        Answer::Retry { after, .. } => *after,
        Answer::Confirmed { .. } | Answer::NeedsPerson { .. } => None,
    }
}

/// Head office gets the device's word on itself with each sync. A destination that does not take it keeps no lead back:
/// the next sync brings the next status.
pub(crate) fn hand_over_status(
    booth: &Mutex<Booth>,
    connector: &mut dyn Connector,
    view: &mut SyncView,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let (device, status, head) = {
        let mut booth = lock(booth);
        let open = booth.opened()?;
        (open.store.device()?, open.status(now)?, open.store.head()?)
    };
    let Ok(before) = connector.hand_over_status(&device, &status) else {
        return Ok(());
    };
    let mut booth = lock(booth);
    let open = booth.opened()?;
    if TAKES_STATUS.contains(&connector.kind()) {
        open.store.meta_set(HANDED_IN, &head.hash)?;
    }
    if let Some(before) = before {
        view.older = open.compare_status(&before)?;
    }
    Ok(())
}

/// A panic in one use case leaves the store whole (every change is one transaction), so the booth goes on.
pub(crate) fn lock(booth: &Mutex<Booth>) -> std::sync::MutexGuard<'_, Booth> {
    booth.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Booth {
    /// Keeps the CRM's token in the encrypted store; `None` takes it out.
    ///
    /// # Errors
    /// Where the store is locked or cannot be written.
    pub fn set_crm_secret(&mut self, secret: Option<&CrmSecret>) -> Result<(), Error> {
        let open = self.staff()?;
        let place = Place::crm(&open.profile);
        open.keep_secret(CRM_SECRET, &place, secret)?;
        open.try_destination_anew()
    }

    pub(crate) fn connector(
        &mut self,
        secret: Option<&CrmSecret>,
    ) -> Result<Box<dyn Connector>, Error> {
        let home = self.home.clone();
        let open = self.staff()?;
        let kept = open.kept_secret(CRM_SECRET, &Place::crm(&open.profile))?;
        let secret = secret.or(kept.as_ref()).filter(|secret| !secret.is_empty());
        let folder = folder(&open.profile, &home);
        Ok(zgoda_crm::connect(&open.profile, secret, &folder)?)
    }

    /// With `all`, what has to wait goes too. Nothing may fail once the sync is said to be under way.
    fn sync_begin(
        &mut self,
        secret: Option<&CrmSecret>,
        all: bool,
    ) -> Result<Box<dyn Connector>, Error> {
        if self.syncing {
            return Err(Error::SyncRunning);
        }
        let connector = self.connector(secret)?;
        if all {
            self.opened()?.store.retry_all()?;
        }
        self.syncing = true;
        Ok(connector)
    }

    /// The open store, whoever holds the device: a sync under way goes on while an attendee reads.
    pub(crate) fn opened(&mut self) -> Result<&mut Open, Error> {
        self.open.as_mut().ok_or(Error::Locked)
    }

    fn sync_total(&mut self, now: DateTime<Utc>) -> Result<u32, Error> {
        let due = self.opened()?.store.count_due(now)?;
        Ok(u32::try_from(due).unwrap_or(u32::MAX))
    }

    fn sync_end(&mut self, view: &mut SyncView, now: DateTime<Utc>) -> Result<(), Error> {
        let open = self.opened()?;
        if view.stopped.is_none() {
            open.store.meta_set(LAST_SYNC, &now.to_rfc3339())?;
        }
        let purged = self.purge(now)?;
        view.forgotten = purged.forgotten;
        view.held = purged.held;
        self.sync_rows_left(view)?;
        view.running = false;
        Ok(())
    }
}

impl Open {
    /// The name of the person, while the local copy is here.
    pub(crate) fn name(&mut self, lead: LeadId) -> Result<Option<String>, Error> {
        Ok(self.store.lead(lead)?.as_ref().map(show::name))
    }
}
