//! Taking in what another device held, without doubles, in one transaction: cut off anywhere, nothing has happened, and
//! it can be done again.
//!
//! How, by the lead's id: an erased one stays erased, whichever side erased it; of two revisions the newer counts; what the
//! CRM has confirmed on one side is confirmed; what waits there waits here. A stub is newer than the lead that it was
//! forgotten from, and older than a later change. The other ledger stays a chain of its own ([`other_ledger`]).

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use rusqlite::Connection;
use zgoda_core::ledger::Happening;
use zgoda_core::outbox::{Kind, Stub};
use zgoda_core::{Field, Kept, LeadId, SubjectRef};

use crate::error::StoreError;
use crate::parcel::Parcel;
use crate::store::Store;
use crate::table::outbox::News;
use crate::table::{lead, ledger, mark, other_ledger, outbox, profile, stub, tombstone};
use crate::work::capture::{erase_rows, write_parts};
use crate::work::forget::to_stub;
use crate::work::read::{load, load_all};

/// What taking a store in came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TakenIn {
    /// Leads that were not here.
    pub added: u64,
    /// Leads that were here in an older revision.
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
    /// [`StoreError::OwnParcel`], [`StoreError::OtherEvent`], a ledger that is not the one known before; what stood in the
    /// way of writing. Then nothing was taken in.
    pub fn take_in(
        &mut self,
        parcel: &Parcel,
        note: &str,
        taken: Happening,
        erased: impl Fn(&SubjectRef) -> Happening,
    ) -> Result<TakenIn, StoreError> {
        if parcel.event() != self.event() {
            return Err(StoreError::OtherEvent);
        }
        if parcel.device() == self.device()? {
            return Err(StoreError::OwnParcel);
        }
        let there = parcel.database().connection();
        let leads = load_all(there)?;
        if let Some(last) = last_deadline(&leads) {
            self.vault.hold_until(last)?;
        }
        let own = self.device()?;
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
                at: taken.at.to_utc(),
                taken: TakenIn::default(),
                fresh: BTreeSet::new(),
            };
            merge.erasures(&erased)?;
            leads.iter().try_for_each(|lead| merge.lead(lead))?;
            stub::all(there)?
                .iter()
                .try_for_each(|stub| merge.stub(stub))?;
            merge.messages()?;
            let taken_in = merge.taken;
            ledger::append(here, taken)?;
            Ok(TakenIn {
                waiting: outbox::all(here)?.len() as u64,
                ..taken_in
            })
        })
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

fn last_deadline(leads: &[Kept]) -> Option<DateTime<Utc>> {
    let fields = leads.iter().flat_map(|lead| lead.fields.values());
    fields.map(|field| field.deadline).max()
}

struct Merge<'a> {
    here: &'a Connection,
    there: &'a Connection,
    at: DateTime<Utc>,
    taken: TakenIn,
    /// Leads that are here as they are there.
    fresh: BTreeSet<LeadId>,
}

impl Merge<'_> {
    /// Whoever was erased there goes here.
    fn erasures(&mut self, erased: &impl Fn(&SubjectRef) -> Happening) -> Result<(), StoreError> {
        for id in tombstone::all(self.there)? {
            match erase_rows(self.here, id, self.at)? {
                Some(subject) => {
                    ledger::append(self.here, erased(&subject))?;
                    self.taken.erased += 1;
                }
                None => tombstone::insert(self.here, id)?,
            }
        }
        Ok(())
    }

    fn lead(&mut self, other: &Kept) -> Result<(), StoreError> {
        let there = lead::inside(self.there, other.id)?.ok_or(StoreError::ParcelDamaged)?;
        if tombstone::has(self.here, other.id)? {
            self.taken.known += 1;
            return self.erase_in_crm(&there.subject, other, &there);
        }
        if let Some(here) = lead::inside(self.here, other.id)? {
            return self.known_lead(other, &here, &there);
        }
        match stub::one(self.here, other.id)? {
            // Forgotten here since, and nothing newer was said there.
            Some(stub) if stub.revision >= other.revision => {
                self.taken.known += 1;
                return Ok(());
            }
            Some(_) => {
                stub::delete(self.here, other.id)?;
                self.taken.renewed += 1;
            }
            None => self.taken.added += 1,
        }
        lead::insert(self.here, other, &there.salt)?;
        write_parts(self.here, other, &there.salt)?;
        self.fresh.insert(other.id);
        self.crm_state(other.id, &there)
    }

    /// It is here too: the newer revision counts, and what the CRM knows.
    fn known_lead(
        &mut self,
        other: &Kept,
        here: &lead::Inside,
        there: &lead::Inside,
    ) -> Result<(), StoreError> {
        if other.revision > here.revision {
            lead::update(self.here, other)?;
            write_parts(self.here, other, &here.salt)?;
            outbox::bump(self.here, other.id, other.revision)?;
            self.fresh.insert(other.id);
            self.taken.renewed += 1;
        } else {
            self.taken.known += 1;
        }
        let told =
            there.confirmed_at.is_some() && !outbox::has(self.there, other.id, Some(Kind::Upsert))?;
        if told && other.revision >= here.revision {
            outbox::cancel_kind(self.here, other.id, Kind::Upsert)?;
        }
        self.crm_state(other.id, there)
    }

    fn crm_state(&self, id: LeadId, there: &lead::Inside) -> Result<(), StoreError> {
        if there.told {
            lead::set_told(self.here, id)?;
        }
        if let (Some(crm_id), Some(at)) = (&there.crm_id, there.confirmed_at) {
            lead::confirm(self.here, id, crm_id, at)?;
        }
        Ok(())
    }

    fn stub(&mut self, other: &Stub) -> Result<(), StoreError> {
        let id = other.lead;
        if tombstone::has(self.here, id)? {
            return self.tell_of_erasure(&other.subject, id, Some(&other.crm_id), other.revision);
        }
        if let Some(kept) = load(self.here, id)? {
            let at = self.at;
            lead::confirm(self.here, id, &other.crm_id, at)?;
            lead::set_told(self.here, id)?;
            if kept.revision <= other.revision {
                outbox::cancel_kind(self.here, id, Kind::Upsert)?;
                to_stub(self.here, &kept)?;
                self.taken.stubs += 1;
            }
            return Ok(());
        }
        if stub::one(self.here, id)?.is_some() {
            return Ok(());
        }
        let (salt, captured_at) = stub::salt(self.there, id)?.ok_or(StoreError::ParcelDamaged)?;
        stub::insert(self.here, other, &salt, captured_at)?;
        mark::copy(self.here, self.there, id)?;
        self.taken.stubs += 1;
        Ok(())
    }

    /// What that device had still to tell.
    fn messages(&self) -> Result<(), StoreError> {
        for (row, inside) in outbox::whole(self.there)? {
            let erased = tombstone::has(self.here, row.lead)?;
            let wanted = match row.kind {
                Kind::Upsert => self.fresh.contains(&row.lead),
                Kind::Withdraw | Kind::Expire => !erased,
                Kind::Erase => erased,
            };
            if wanted && !outbox::has_same(self.here, &row, &inside)? {
                outbox::copy(self.here, &row, &inside)?;
            }
        }
        Ok(())
    }

    /// Erased here, while the other device had told the CRM of them.
    fn erase_in_crm(
        &self,
        subject: &SubjectRef,
        other: &Kept,
        there: &lead::Inside,
    ) -> Result<(), StoreError> {
        if !there.crm_may_know() {
            return Ok(());
        }
        self.tell_of_erasure(subject, other.id, there.crm_id.as_deref(), other.revision)
    }

    fn tell_of_erasure(
        &self,
        subject: &SubjectRef,
        lead: LeadId,
        crm_id: Option<&str>,
        revision: u32,
    ) -> Result<(), StoreError> {
        if outbox::has(self.here, lead, Some(Kind::Erase))? {
            return Ok(());
        }
        let news = News {
            lead,
            kind: Kind::Erase,
            subject,
            crm_id,
            revision,
            at: self.at,
        };
        news.add(self.here, &BTreeSet::<Field>::new())
    }
}
