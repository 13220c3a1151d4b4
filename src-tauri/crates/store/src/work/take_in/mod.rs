//! Taking in what another device held, without doubles, in one transaction: cut off anywhere, nothing has happened, and
//! it can be done again.
//!
//! How, by the lead's id: an erased one stays erased, whichever side erased it; what both sides changed is brought together
//! ([`Kept::merged`]), and the CRM is told of it anew; what the CRM has confirmed on one side is confirmed; what waits there
//! waits here. The other device may go on telling the CRM, so that the CRM may know whoever came from there. A stub is
//! newer than the lead that it was forgotten from, and older than a later change. The other ledger stays a chain of its own
//! ([`other_ledger`]).

mod merge;
mod tell;

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use rusqlite::Connection;
use zgoda_core::ledger::Happening;
use zgoda_core::outbox::Stub;
use zgoda_core::{Kept, SubjectRef};

use self::merge::Merge;
use crate::error::StoreError;
use crate::parcel::Parcel;
use crate::store::Store;
use crate::table::{ledger, other_ledger, outbox, profile, stub};
use crate::work::read::load_all;

/// What taking a store in came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TakenIn {
    /// Leads that were not here.
    pub added: u64,
    /// Leads that were here and changed by it.
    pub renewed: u64,
    /// Leads that were here already, or were erased here.
    pub known: u64,
    /// Leads of this device that had been erased on the other one.
    pub erased: u64,
    /// References to leads that the CRM alone has.
    pub stubs: u64,
    /// Messages to the CRM that wait here now.
    pub waiting: u64,
    /// True where this parcel, or a later one of that device, had been taken in before: nothing was done.
    pub before: bool,
}

impl Store {
    /// Takes in the leads, decisions, stubs, erasures, messages and ledgers of `parcel`. `head` is the ledger's head as that
    /// device signed it; `taken` tells of it in this ledger, and `erased` of each person who had been erased there.
    ///
    /// # Errors
    /// Those of [`Store::took_in`], a ledger that is not the one known before; what stood in the
    /// way of writing. Then nothing was taken in.
    pub fn take_in(
        &mut self,
        parcel: &Parcel,
        note: &str,
        taken: Happening,
        erased: impl Fn(&SubjectRef) -> Happening,
    ) -> Result<TakenIn, StoreError> {
        self.took_in(parcel)?;
        let there = parcel.database().connection();
        let (leads, stubs) = (load_all(there)?, stub::all(there)?);
        if let Some(last) = last_deadline(&leads, &stubs) {
            self.vault.hold_until(last)?;
        }
        let own = self.device()?;
        let profile = self.profile.clone().ok_or(StoreError::BadProfile)?;
        self.db_mut()?.write(|here| {
            if !take_in_ledgers(here, there, parcel.device(), &own, note)? {
                return Ok(TakenIn {
                    before: true,
                    ..TakenIn::default()
                });
            }
            profile::adopt(here, there)?;
            let mut merge = Merge {
                here,
                there,
                profile: &profile,
                at: taken.at.to_utc(),
                taken: TakenIn::default(),
                fresh: BTreeSet::new(),
            };
            merge.erasures(&erased)?;
            leads
                .iter()
                .try_for_each(|lead| merge.lead(lead, &erased))?;
            stubs.iter().try_for_each(|stub| merge.stub(stub))?;
            merge.messages()?;
            let taken_in = merge.taken;
            ledger::append(here, taken)?;
            Ok(TakenIn {
                waiting: outbox::all(here)?.len() as u64,
                ..taken_in
            })
        })
    }

    /// True where nothing would be done, since this parcel or a later one of that device was taken in before.
    ///
    /// # Errors
    /// [`StoreError::OtherEvent`], [`StoreError::OwnParcel`]; [`StoreError::UnknownProfile`] where the profile that counts
    /// there never counted here: what it keeps, and for how long, this device does not know.
    pub fn took_in(&self, parcel: &Parcel) -> Result<bool, StoreError> {
        if parcel.event() != self.event() {
            return Err(StoreError::OtherEvent);
        }
        if parcel.device() == self.device()? {
            return Err(StoreError::OwnParcel);
        }
        let (here, there) = (self.db()?.connection(), parcel.database().connection());
        if let Some((sha256, _)) = profile::history(there)?.pop()
            && profile::by_hash(here, &sha256)?.is_none()
        {
            return Err(StoreError::UnknownProfile);
        }
        let known = other_ledger::head(here, parcel.device())?.sequence;
        Ok(ledger::head(there)?.sequence <= known)
    }

    /// The devices whose stores were taken in.
    ///
    /// # Errors
    /// What stood in the way of reading.
    pub fn other_devices(&self) -> Result<Vec<String>, StoreError> {
        other_ledger::devices(self.db()?.connection())
    }

    /// The ledger of a device whose store was taken in: its lines, and its head as it signed it.
    ///
    /// # Errors
    /// What stood in the way of reading.
    pub fn other_ledger(&self, device: &str) -> Result<Option<(Vec<String>, String)>, StoreError> {
        let db = self.db()?.connection();
        let Some(note) = other_ledger::note(db, device)? else {
            return Ok(None);
        };
        Ok(Some((other_ledger::lines(db, device)?, note)))
    }
}

/// False where the head of that device was here before.
fn take_in_ledgers(
    here: &Connection,
    there: &Connection,
    device: &str,
    own: &str,
    note: &str,
) -> Result<bool, StoreError> {
    let lines = ledger::lines(there)?;
    let before = other_ledger::head(here, device)?;
    other_ledger::take_in(here, device, &lines)?;
    if other_ledger::head(here, device)? == before {
        return Ok(false);
    }
    other_ledger::set_note(here, device, note)?;
    // What that device had taken in from others comes along.
    for further in other_ledger::devices(there)? {
        if further != own {
            let lines = other_ledger::lines(there, &further)?;
            let before = other_ledger::head(here, &further)?;
            other_ledger::take_in(here, &further, &lines)?;
            if other_ledger::head(here, &further)? != before
                && let Some(note) = other_ledger::note(there, &further)?
            {
                other_ledger::set_note(here, &further, &note)?;
            }
        }
    }
    Ok(true)
}

fn last_deadline(leads: &[Kept], stubs: &[Stub]) -> Option<DateTime<Utc>> {
    let fields = leads.iter().flat_map(|lead| lead.fields.values());
    let in_crm = stubs.iter().flat_map(|stub| stub.deadlines.values());
    fields
        .map(|field| field.deadline)
        .chain(in_crm.copied())
        .max()
}
