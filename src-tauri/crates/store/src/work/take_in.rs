//! Taking in what another device held, without doubles, in one transaction: cut off anywhere, nothing has happened, and
//! it can be done again.
//!
//! How, by the lead's id: an erased one stays erased, whichever side erased it; what both sides changed is brought together
//! ([`Kept::merged`]), and the CRM is told of it anew; what the CRM has confirmed on one side is confirmed; what waits there
//! waits here. The other device may go on telling the CRM, so that the CRM may know whoever came from there. A stub is
//! newer than the lead that it was forgotten from, and older than a later change. The other ledger stays a chain of its own
//! ([`other_ledger`]).

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use rusqlite::Connection;
use zgoda_core::ledger::Happening;
use zgoda_core::outbox::{Kind, Stub};
use zgoda_core::{Field, Kept, LeadId, Profile, SubjectRef};

use crate::error::StoreError;
use crate::parcel::Parcel;
use crate::store::Store;
use crate::table::outbox::News;
use crate::table::{lead, ledger, mark, meta, other_ledger, outbox, profile, stub, tombstone};
use crate::work::capture::{erase_rows, write_parts};
use crate::work::forget::to_stub;
use crate::work::read::{load, load_all};

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

struct Merge<'a> {
    here: &'a Connection,
    there: &'a Connection,
    profile: &'a Profile,
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

    fn lead(
        &mut self,
        other: &Kept,
        erased: &impl Fn(&SubjectRef) -> Happening,
    ) -> Result<(), StoreError> {
        let there = lead::inside(self.there, other.id)?.ok_or(StoreError::ParcelDamaged)?;
        if tombstone::has(self.here, other.id)? {
            self.taken.known += 1;
            return self.erase_in_crm(&there.subject, other, &there);
        }
        if let Some(own) = load(self.here, other.id)? {
            return self.known_lead(&own, other, &there, erased);
        }
        let stub = stub::one(self.here, other.id)?;
        match &stub {
            // Forgotten here since: nothing newer was said there, but something may have been taken back.
            Some(stub) if stub.revision >= other.revision => {
                self.taken.known += 1;
                let captured = stub::salt(self.here, other.id)?.map(|(_, at)| at);
                return self.taken_back(other, stub, captured);
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
        if let Some(stub) = stub {
            lead::confirm(self.here, other.id, &stub.crm_id, self.at)?;
        }
        self.crm_state(other.id, &there)
    }

    /// It is here too: the later decisions count, and what the CRM knows.
    fn known_lead(
        &mut self,
        own: &Kept,
        other: &Kept,
        there: &lead::Inside,
        erased: &impl Fn(&SubjectRef) -> Happening,
    ) -> Result<(), StoreError> {
        self.crm_state(other.id, there)?;
        let mut merged = own.merged(other, self.profile);
        if own.has_purpose() && other.has_purpose() && !merged.has_purpose() {
            // Each side took back what the other one had left.
            erase_rows(self.here, other.id, self.at)?;
            ledger::append(self.here, erased(&own.subject))?;
            self.taken.erased += 1;
            return Ok(());
        }
        let (as_own, as_other) = (merged.says_the_same(own), merged.says_the_same(other));
        let newest = own.revision.max(other.revision);
        let apart = !(as_own && own.revision == newest && (as_other || other.revision < newest)
            || as_other && other.revision > own.revision);
        merged.revision = newest + u32::from(apart);
        if merged.revision > own.revision {
            self.renew(own, &merged)?;
        } else {
            self.taken.known += 1;
        }
        if apart {
            return self.tell_of_both(own, other, &merged);
        }
        if as_other && other.revision == newest {
            let told = there.confirmed_at.is_some()
                && !outbox::has(self.there, other.id, Some(Kind::Upsert))?;
            if told {
                outbox::cancel_kind(self.here, other.id, Kind::Upsert)?;
            }
            if other.revision > own.revision {
                self.fresh.insert(other.id);
            }
        }
        Ok(())
    }

    /// Puts `merged` in the place of `own`.
    fn renew(&mut self, own: &Kept, merged: &Kept) -> Result<(), StoreError> {
        let inside = lead::inside(self.here, own.id)?.ok_or(StoreError::NoSuchLead)?;
        lead::update(self.here, merged)?;
        write_parts(self.here, merged, &inside.salt)?;
        outbox::bump(self.here, own.id, merged.revision)?;
        if !merged
            .without(own.fields.keys().copied().collect())
            .is_empty()
        {
            meta::set(self.here, meta::PURGE_DUE, "1")?;
        }
        self.taken.renewed += 1;
        Ok(())
    }

    /// Neither device has told the CRM what came of both.
    fn tell_of_both(&self, own: &Kept, other: &Kept, merged: &Kept) -> Result<(), StoreError> {
        let crm_id = lead::inside(self.here, own.id)?.and_then(|inside| inside.crm_id);
        let news = |kind| News {
            lead: own.id,
            kind,
            subject: &own.subject,
            crm_id: crm_id.as_deref(),
            revision: merged.revision,
            at: self.at,
        };
        news(Kind::Upsert).add_upsert(self.here)?;
        let fields = own.fields.keys().chain(other.fields.keys());
        let queued = outbox::expiring(self.here, own.id)?;
        let mut gone = merged.without(fields.copied().collect());
        gone.retain(|field| !queued.contains(field));
        if !gone.is_empty() {
            news(Kind::Expire).add(self.here, &gone)?;
        }
        Ok(())
    }

    fn crm_state(&self, id: LeadId, there: &lead::Inside) -> Result<(), StoreError> {
        lead::set_told(self.here, id)?;
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
                let there = stub::salt(self.there, id)?.ok_or(StoreError::ParcelDamaged)?;
                outbox::cancel_kind(self.here, id, Kind::Upsert)?;
                to_stub(self.here, &kept)?;
                // What the CRM holds beyond it ends there too.
                stub::adopt(self.here, other, &there.0, there.1)?;
                self.taken.stubs += 1;
                return self.taken_back(&kept, other, Some(there.1));
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

    /// What the person took back of `kept` while the other device made `stub` of it, which does not tell what was decided:
    /// the CRM is told, unless the stub is of a later capture.
    fn taken_back(
        &self,
        kept: &Kept,
        stub: &Stub,
        captured: Option<DateTime<Utc>>,
    ) -> Result<(), StoreError> {
        let of_late = |at: DateTime<Utc>| captured.is_none_or(|captured| at > captured);
        let back = kept
            .decisions
            .iter()
            .filter(|one| !one.given && one.at > kept.captured_at && of_late(one.at.to_utc()));
        let purposes: BTreeSet<&str> = back.map(|one| one.purpose.as_str()).collect();
        if purposes.is_empty() {
            return Ok(());
        }
        let news = |kind| News {
            lead: stub.lead,
            kind,
            subject: &stub.subject,
            crm_id: Some(&stub.crm_id),
            revision: stub.revision,
            at: self.at,
        };
        news(Kind::Withdraw).add(self.here, &purposes)?;
        let mut gone = kept.without(stub.deadlines.keys().copied().collect());
        let queued = outbox::expiring(self.here, stub.lead)?;
        gone.retain(|field| !queued.contains(field));
        if !gone.is_empty() {
            for field in &gone {
                mark::delete_of(self.here, stub.lead, *field)?;
            }
            news(Kind::Expire).add(self.here, &gone)?;
            meta::set(self.here, meta::PURGE_DUE, "1")?;
        }
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
