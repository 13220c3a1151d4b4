//! From a device that breaks to another one: all that its store holds, sealed, and taken in there without doubles.
//!
//! How: [`zgoda_store::parcel`] and [`zgoda_store::Store::take_in`] do it; here the ledger is signed before it leaves and
//! checked before it is taken in. When: at any time, as often as wanted. What was sealed stays where it is too: once the
//! other device has it, this one's store may be removed ([`Booth::event_remove`]).

use chrono::{DateTime, Utc};
use serde::Serialize;
use ts_rs::TS;
use zgoda_core::export::ledger as file;
use zgoda_core::ledger::{self, Happening, Kind};
use zgoda_core::{Language, Profile};
pub use zgoda_store::parcel::{Opener, Parcel, Sealer};
use zgoda_store::{Secret, StoreError};

use crate::Booth;
use crate::error::Error;
use crate::trust::Told;

/// What taking a store in came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct MovedIn {
    /// The device that it came from.
    pub device: String,
    /// Leads that were not here.
    pub added: u32,
    /// Leads that were here in an older revision.
    pub renewed: u32,
    /// Leads that were here already, or were erased here.
    pub known: u32,
    /// Leads of this device that had been erased on the other one.
    pub erased: u32,
    /// References to leads that the CRM alone has.
    pub stubs: u32,
    /// Messages to the CRM that wait here now.
    pub waiting: u32,
    /// True where nothing was done, since this or a later state of that device had been taken in before.
    pub before: bool,
}

impl Booth {
    /// Seals everything of the event in use for another device. `keep` puts it where it is to lie; only then it counts as
    /// moved.
    ///
    /// # Errors
    /// Where the store is locked, a sync is under way, the recipient is none, or `keep` fails.
    pub fn move_out<T, E: From<Error>>(
        &mut self,
        sealer: &Sealer<'_>,
        now: DateTime<Utc>,
        keep: impl FnOnce(&[u8]) -> Result<T, E>,
    ) -> Result<T, E> {
        let sealed = self.sealed(sealer, now)?;
        let kept = keep(&sealed)?;
        let moved = self.staff().and_then(|open| {
            let head = open.store.head()?;
            open.store.note_moved_out(&head)?;
            open.note();
            Ok(())
        });
        moved?;
        Ok(kept)
    }

    fn sealed(&mut self, sealer: &Sealer<'_>, now: DateTime<Utc>) -> Result<Vec<u8>, Error> {
        if self.syncing {
            // What the CRM is being told would wait on both devices.
            return Err(Error::SyncRunning);
        }
        let open = self.staff()?;
        let happening = Happening::new(Kind::MoveOut, open.local(now));
        open.store.decline(happening)?;
        let ledger = self.ledger_export(now)?;
        let open = self.staff()?;
        let key = Told::read(&open.store)?.key();
        let key = key.map(|key| key.to_string());
        Ok(open.store.parcel(ledger, key, &open.list, sealer)?)
    }

    /// Takes in what another device sealed. Doing it again changes nothing.
    ///
    /// # Errors
    /// Where it is of another event, of this very device, under a profile that is not known here, or its ledger does not
    /// hold.
    pub fn move_in(&mut self, parcel: &Parcel, now: DateTime<Utc>) -> Result<MovedIn, Error> {
        let open = self.staff()?;
        let note = checked(parcel)?;
        let at = open.local(now);
        if !open.store.took_in(parcel)? {
            parcel.add_objections(&mut open.list)?;
        }
        let taken =
            open.store
                .take_in(parcel, note, Happening::new(Kind::MoveIn, at), |subject| {
                    Happening {
                        subject: Some(subject.clone()),
                        ..Happening::new(Kind::Erase, at)
                    }
                })?;
        if let Some(key) = parcel.head_office_key() {
            self.staff()?.learn_moved_key(key)?;
        }
        self.purge(now)?;
        let number = |count: u64| u32::try_from(count).unwrap_or(u32::MAX);
        Ok(MovedIn {
            device: parcel.device().to_owned(),
            added: number(taken.added),
            renewed: number(taken.renewed),
            known: number(taken.known),
            erased: number(taken.erased),
            stubs: number(taken.stubs),
            waiting: number(taken.waiting),
            before: taken.before,
        })
    }

    /// The first start of a device that takes another one's store over: its profile comes along, and the store is made with
    /// it under this device's own `secret`. All of it happens, or nothing.
    ///
    /// # Errors
    /// As [`Booth::first_start`] and [`Booth::move_in`]: a device that knows head office's key takes no store under a profile
    /// that this key did not sign.
    pub fn first_take_over(
        &mut self,
        language: Language,
        secret: &Secret,
        parcel: &Parcel,
        now: DateTime<Utc>,
    ) -> Result<MovedIn, Error> {
        checked(parcel)?;
        let toml = parcel.profile()?.ok_or(StoreError::ParcelDamaged)?;
        let (profile, _) = Profile::read(&toml).map_err(Error::Profile)?;
        if profile.event.id != parcel.event() {
            // The store would be made of another event than the one that is taken in.
            return Err(StoreError::ParcelDamaged.into());
        }
        let is_new = !self.events()?.contains(&profile.event.id);
        // Of this device's clock nothing is known yet: that device's, as it signed, is the time to measure it by.
        let seen = now.min(file::verify(parcel.ledger(), None)?.at.to_utc());
        let begun = self.begin(language, secret, Some(&toml), seen, now);
        let moved = begun.and_then(|()| self.move_in(parcel, now));
        if moved.is_err() && is_new {
            // The next try begins anew. Where nothing was made, there is nothing to remove: why it failed is told.
            let _ = self.event_remove(parcel.event(), secret, true, now);
        }
        moved
    }

    /// The ledger of a device whose store was taken in, as that device signed it.
    ///
    /// # Errors
    /// [`Error::NoDevice`] where none of that id was.
    pub fn other_ledger(&mut self, device: &str) -> Result<String, Error> {
        let open = self.staff()?;
        let (lines, note) = open.store.other_ledger(device)?.ok_or(Error::NoDevice)?;
        Ok(file::join(&lines, &note))
    }
}

/// The signed head of a parcel's ledger, where it holds and is that of the lines.
fn checked(parcel: &Parcel) -> Result<&str, Error> {
    let signed = file::verify(parcel.ledger(), None)?;
    let lines = parcel.ledger_lines()?;
    let head = ledger::verify(lines.iter().map(String::as_str)).ok();
    let same = head.is_some_and(|head| head.hash == signed.hash)
        && signed.event == parcel.event()
        && signed.device == parcel.device();
    let note = file::note_of(parcel.ledger()).filter(|_| same);
    Ok(note.ok_or(StoreError::ParcelDamaged)?)
}
