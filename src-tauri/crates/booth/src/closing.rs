//! The guided end of an event: everything is told once more, what still waits is named with its reason, what is due is
//! forgotten, and the ledger's head is handed in.
//!
//! How: [`close`] syncs and then closes, unless something waits and nobody has said that it may. Closing loses nothing: the
//! store stays, its deadlines go on, a later sync tells what waits, and [`Booth::reopen`] takes captures again. What waits
//! can be handed to head office meanwhile, sealed to its recipient ([`Booth::export_waiting`]).

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Mutex;

use chrono::{DateTime, FixedOffset, Utc};
use serde::Serialize;
use ts_rs::TS;
use zgoda_core::ledger::{Happening, Kind};
use zgoda_core::outbox::{Answer, Reason};
use zgoda_crm::Secret as CrmSecret;

use crate::error::Error;
use crate::report::{HANDED_IN, LAST_SYNC};
use crate::sync::{self, lock};
use crate::view::{CrmState, SyncView, count};
use crate::{Booth, Open, show};

/// How far an event is from its end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct ClosingView {
    /// Since when it takes no captures.
    pub closed_at: Option<DateTime<FixedOffset>>,
    /// The destination's kind.
    pub destination: String,
    /// What the destination has not confirmed, by state and reason.
    pub left: Vec<LeftView>,
    /// Leads whose values are on this device.
    pub here: u32,
    /// Of them, those with an open promise.
    pub promised: u32,
    /// Of them, those about whom the organiser is still to be asked.
    pub to_ask: u32,
    /// Of them, those whom a signature, or answers that end apart, hold here.
    pub bound: u32,
    /// Leads of which the CRM alone has the values.
    pub in_crm: u32,
    /// When everything that waited was last told.
    pub last_sync: Option<DateTime<Utc>>,
    /// Entries of the ledger.
    pub entries: u32,
    /// Hash of the last one.
    pub hash: String,
    /// True where the destination has this very head, signed.
    pub handed_in: bool,
    /// True where the profile names head office's recipient, to whom what waits can be sealed.
    pub can_export: bool,
}

/// Messages that wait for the same reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct LeftView {
    /// How they stand.
    pub state: CrmState,
    /// Why; none where they were not tried yet.
    pub reason: Option<Reason>,
    /// How many.
    pub count: u32,
}

/// Tells the destination what waits, and closes the event where nothing waits any more, or `anyway`.
///
/// # Errors
/// Where the store is locked, a sync is under way, or the destination's settings are not enough and it is not to be closed
/// anyway.
pub fn close(
    booth: &Mutex<Booth>,
    secret: Option<&CrmSecret>,
    anyway: bool,
    clock: impl Fn() -> DateTime<Utc>,
    progress: impl FnMut(&SyncView),
) -> Result<ClosingView, Error> {
    let left_alone = match sync::run(booth, secret, &clock, progress) {
        Err(Error::Connect(_)) if anyway => false,
        // What waits, and why, is told below.
        Err(Error::LeftAlone { .. }) => true,
        synced => synced.map(|_| false)?,
    };
    let view = lock(booth).close_here(anyway, clock())?;
    if view.closed_at.is_none() || view.handed_in || left_alone {
        return Ok(view);
    }
    // The entry that tells of the end is handed in with the head. Where that fails the next sync does it.
    let connector = lock(booth).connector(secret);
    if let Ok(mut connector) = connector {
        sync::hand_over_status(booth, connector.as_mut(), &mut SyncView::default(), clock())?;
    }
    lock(booth).closing()
}

impl Booth {
    /// How far the event is from its end. Changes nothing.
    ///
    /// # Errors
    /// Where the store is locked or cannot be read.
    pub fn closing(&mut self) -> Result<ClosingView, Error> {
        self.staff()?.closing()
    }

    /// Takes captures again. Nothing happens to an event that is open.
    ///
    /// # Errors
    /// Where the store is locked or cannot be written.
    pub fn reopen(&mut self, now: DateTime<Utc>) -> Result<ClosingView, Error> {
        let open = self.staff()?;
        open.store
            .reopen(Happening::new(Kind::Reopen, open.local(now)))?;
        open.note();
        open.closing()
    }

    /// Seals what waits to head office's recipient, as a file in `folder` that `zgoda crm open` reads. It goes on waiting;
    /// answers how many messages are in the file.
    ///
    /// # Errors
    /// Where the profile names no recipient, or the folder cannot be written.
    pub fn export_waiting(&mut self, folder: &Path) -> Result<u32, Error> {
        let messages = self.pending()?;
        let open = self.staff()?;
        let mut profile = open.profile.clone();
        "file".clone_into(&mut profile.crm.kind);
        profile.crm.plain = false;
        let mut connector = zgoda_crm::connect(&profile, None, folder)?;
        // Noted first: whoever is erased after this is erased at head office too.
        let leads: Vec<_> = messages.iter().map(|message| message.lead).collect();
        open.store.note_told(&leads)?;
        let answers = connector.push(&messages);
        let written = |answer: &Answer| matches!(answer, Answer::Confirmed { .. });
        if !answers.iter().all(written) {
            return Err(Error::Home {
                folder: folder.display().to_string(),
                kind: std::io::ErrorKind::PermissionDenied,
            });
        }
        Ok(count(messages.len()))
    }

    fn close_here(&mut self, anyway: bool, now: DateTime<Utc>) -> Result<ClosingView, Error> {
        self.staff()?;
        self.purge(now)?;
        let open = self.staff()?;
        if anyway || open.store.outbox()?.is_empty() {
            open.draft = None;
            open.people = None;
            open.cards = crate::capture::Cards::default();
            open.store
                .close(Happening::new(Kind::Close, open.local(now)))?;
            open.note();
        }
        open.closing()
    }
}

impl Open {
    fn closing(&mut self) -> Result<ClosingView, Error> {
        let mut left: BTreeMap<(bool, Option<String>), LeftView> = BTreeMap::new();
        for row in self.store.outbox()? {
            let state = show::crm_state(row.state);
            let place = (
                state != CrmState::NeedsPerson,
                row.reason.map(|reason| format!("{reason:?}")),
            );
            let of_reason = left.entry(place).or_insert(LeftView {
                state,
                reason: row.reason,
                count: 0,
            });
            of_reason.count += 1;
        }
        let leads = self.store.leads()?;
        let promised = |kept: &&zgoda_core::Kept| {
            kept.promises
                .iter()
                .any(|promise| promise.kept_at.is_none())
        };
        let head = self.store.head()?;
        let last_sync = self.store.meta_get(LAST_SYNC)?;
        let closed_at = self.store.closed_at()?;
        Ok(ClosingView {
            closed_at: closed_at.map(|at| self.local(at)),
            destination: self.profile.crm.kind.clone(),
            left: left.into_values().collect(),
            here: count(leads.len()),
            promised: count(leads.iter().filter(promised).count()),
            to_ask: count(self.to_look_up()?.len()),
            bound: count(leads.iter().filter(|kept| kept.is_bound()).count()),
            in_crm: count(self.store.stubs()?.len()),
            last_sync: last_sync.and_then(|at| at.parse().ok()),
            entries: u32::try_from(head.sequence).unwrap_or(u32::MAX),
            handed_in: self.store.meta_get(HANDED_IN)?.as_ref() == Some(&head.hash),
            hash: head.hash,
            can_export: self.profile.recipient.is_some(),
        })
    }
}
