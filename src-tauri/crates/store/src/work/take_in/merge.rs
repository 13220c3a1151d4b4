//! One lead, stub or erasure after the other, from a parcel into a store: the rules of [`super`].

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use rusqlite::Connection;
use zgoda_core::answer::Answer;
use zgoda_core::ledger::Happening;
use zgoda_core::outbox::{Kind, Stub};
use zgoda_core::{Kept, LeadId, Profile, SubjectRef};

use super::TakenIn;
use crate::error::StoreError;
use crate::table::{lead, ledger, mark, meta, outbox, stub, tombstone};
use crate::work::capture::{erase_rows, replace_parts};
use crate::work::forget::to_stub;
use crate::work::read::load;

pub(super) struct Merge<'a> {
    pub(super) here: &'a Connection,
    pub(super) there: &'a Connection,
    pub(super) profile: &'a Profile,
    pub(super) at: DateTime<Utc>,
    pub(super) taken: TakenIn,
    /// Leads that are here as they are there.
    pub(super) fresh: BTreeSet<LeadId>,
}

impl Merge<'_> {
    /// Whoever was erased there goes here.
    pub(super) fn erasures(
        &mut self,
        erased: &impl Fn(&SubjectRef) -> Happening,
    ) -> Result<(), StoreError> {
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

    pub(super) fn lead(
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
        replace_parts(self.here, other, &there.salt)?;
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
            self.tell_of_halves(own, other, merged)?;
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
        replace_parts(self.here, merged, &inside.salt)?;
        outbox::bump(self.here, own.id, merged.revision)?;
        let gone = merged.without(own.fields.keys().copied().collect());
        // What stands of the answers is one field: fewer of them are something gone too.
        let still = |one: &Answer| {
            merged
                .answers()
                .iter()
                .any(|now| now.question == one.question)
        };
        if !gone.is_empty() || !own.answers().iter().all(still) {
            meta::set_purge_due(self.here)?;
        }
        self.taken.renewed += 1;
        Ok(())
    }

    fn crm_state(&self, id: LeadId, there: &lead::Inside) -> Result<(), StoreError> {
        lead::set_told(self.here, id)?;
        if let (Some(crm_id), Some(at)) = (&there.crm_id, there.confirmed_at) {
            lead::confirm(self.here, id, crm_id, at)?;
        }
        Ok(())
    }

    pub(super) fn stub(&mut self, other: &Stub) -> Result<(), StoreError> {
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
}
