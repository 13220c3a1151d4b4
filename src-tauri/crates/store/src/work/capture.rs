//! Storing: a lead, its consent, its ledger entry and its outbox row in one transaction, all or none.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use rusqlite::Connection;
use zgoda_core::answer::answers;
use zgoda_core::identity::Salt;
use zgoda_core::ledger::{self as chain, Happening, Head};
use zgoda_core::outbox::{Kind, Stub};
use zgoda_core::withdraw;
use zgoda_core::{BoxRef, Field, Kept, KeptField, Lead, LeadId, SubjectRef};

use crate::error::StoreError;
use crate::store::Store;
use crate::table::outbox::News;
use crate::table::{
    answer_end, decision, field, lead, ledger, listed, mark, meta, outbox, promise, stub, tombstone,
};
use crate::vault::seal::random;
use crate::work::close::refuse_when_closed;
use crate::work::withdrawn::keep_withdrawals;

impl Store {
    /// Stores a lead. Storing the same lead again, as after an error that came too late, changes nothing.
    ///
    /// # Errors
    /// What stood in the way; then nothing of it is stored.
    pub fn capture(
        &mut self,
        new: &Lead,
        salt: &Salt,
        happening: Happening,
    ) -> Result<Head, StoreError> {
        let kept = new.kept();
        self.hold(kept)?;
        self.db_mut()?.write(|tx| {
            if is_known(tx, kept.id)? {
                return ledger::head(tx);
            }
            refuse_when_closed(tx)?;
            lead::insert(tx, kept, salt)?;
            add_parts(tx, kept, salt)?;
            let news = News {
                lead: kept.id,
                kind: Kind::Upsert,
                subject: &kept.subject,
                crm_id: None,
                revision: kept.revision,
                at: happening.at.to_utc(),
            };
            news.add(tx, &BTreeSet::<Field>::new())?;
            ledger::append(tx, happening)
        })
    }

    /// Notes in the ledger what touches no lead's values: a person who wanted nothing, a clock that looked wrong.
    ///
    /// # Errors
    /// What stood in the way of writing.
    pub fn decline(&mut self, happening: Happening) -> Result<Head, StoreError> {
        self.db_mut()?.write(|tx| ledger::append(tx, happening))
    }

    /// Puts `kept` in the place of the lead as it was, and queues what the CRM is to be told: [`Kind::Upsert`],
    /// [`Kind::Withdraw`] of what `happening` says is no longer given. Fields that `kept` no longer has are cleared in the
    /// CRM too, where it may have them.
    ///
    /// # Errors
    /// [`StoreError::NoSuchLead`], or what stood in the way of writing.
    pub fn change(
        &mut self,
        kept: &Kept,
        happening: Happening,
        tell: impl IntoIterator<Item = Kind>,
    ) -> Result<Head, StoreError> {
        self.hold(kept)?;
        let tell: BTreeSet<Kind> = tell.into_iter().collect();
        let profile = self.profile.clone();
        self.db_mut()?.write(|tx| {
            if happening.kind == chain::Kind::Capture {
                refuse_when_closed(tx)?;
            }
            let inside = lead::inside(tx, kept.id)?.ok_or(StoreError::NoSuchLead)?;
            let before = field::of(tx, kept.id)?;
            let mut kept = kept.clone();
            kept.revision = kept.revision.max(inside.revision + 1);
            if kept.confirmed_at != inside.confirmed_at {
                // Confirmed since the caller read it: the deadlines count from that.
                kept.confirmed_at = inside.confirmed_at;
                if let Some(profile) = &profile {
                    kept.re_minimise(profile);
                }
            }
            lead::update(tx, &kept)?;
            replace_parts(tx, &kept, &inside.salt)?;
            outbox::bump(tx, kept.id, kept.revision)?;

            let news = |kind| News {
                lead: kept.id,
                kind,
                subject: &kept.subject,
                crm_id: inside.crm_id.as_deref(),
                revision: kept.revision,
                at: happening.at.to_utc(),
            };
            let gone: BTreeSet<Field> = before
                .keys()
                .copied()
                .filter(|field| !kept.fields.contains_key(field))
                .collect();
            // First, so that a right does not wait behind a refused field.
            if tell.contains(&Kind::Withdraw) && inside.crm_may_know() {
                let refused = happening.choices.iter().filter(|choice| !choice.given);
                let boxes = withdraw::told(refused, |id| !kept.accepted(id).is_empty());
                news(Kind::Withdraw).add(tx, &withdraw::names(&boxes))?;
            }
            if tell.contains(&Kind::Upsert) {
                news(Kind::Upsert).add_upsert(tx)?;
            }
            let left: BTreeSet<Field> = gone.iter().copied().filter(|one| one.leaves()).collect();
            if !left.is_empty() && inside.crm_may_know() {
                news(Kind::Expire).add(tx, &left)?;
            }
            let answered = |kept: Option<&KeptField>| answers(kept.map(|kept| &kept.value)).len();
            let fewer = answered(before.get(&Field::Answers)) > kept.answers().len();
            if !gone.is_empty() || fewer {
                meta::set_purge_due(tx)?;
            }
            ledger::append(tx, happening)
        })
    }

    /// A withdrawal or objection by somebody of whom only a stub is left: the CRM is told of `boxes`, and clears the fields
    /// that `happening` says have ended with them.
    ///
    /// # Errors
    /// [`StoreError::NoSuchLead`], or what stood in the way of writing.
    pub fn withdraw_stub(
        &mut self,
        id: LeadId,
        boxes: &BTreeSet<BoxRef>,
        happening: Happening,
    ) -> Result<Head, StoreError> {
        self.db_mut()?.write(|tx| {
            let stub = stub::one(tx, id)?.ok_or(StoreError::NoSuchLead)?;
            let news = |kind| News {
                lead: id,
                kind,
                subject: &stub.subject,
                crm_id: Some(&stub.crm_id),
                revision: stub.revision,
                at: happening.at.to_utc(),
            };
            news(Kind::Withdraw).add(tx, &withdraw::names(boxes))?;
            let queued = outbox::expiring(tx, id)?;
            let held =
                |field: &&Field| stub.deadlines.contains_key(field) && !queued.contains(field);
            let gone: BTreeSet<Field> = happening.kept.iter().filter(held).copied().collect();
            if !gone.is_empty() {
                for field in &gone {
                    mark::delete_of(tx, id, *field)?;
                }
                news(Kind::Expire).add(tx, &gone)?;
                meta::set_purge_due(tx)?;
            }
            ledger::append(tx, happening)
        })
    }

    /// Takes the stub of a person whom another device captured, as the CRM tells it, so that a right of theirs can be
    /// carried out from here. Nothing happens to what this device knows already.
    ///
    /// # Errors
    /// What stood in the way of writing.
    pub fn adopt(&mut self, stub: &Stub, captured_at: DateTime<Utc>) -> Result<(), StoreError> {
        let salt = Salt::new(*random::<32>()?);
        self.db_mut()?.write(|tx| {
            if lead::revision(tx, stub.lead)?.is_some() || tombstone::has(tx, stub.lead)? {
                return Ok(());
            }
            stub::adopt(tx, stub, &salt, captured_at)
        })
    }

    /// Erases a person: row, salt, marks and stub go, what was queued is cancelled but for what they took back, the id
    /// stays as a tombstone, and the CRM is told where it may know them. False where there is nobody. [`Store::rotate`]
    /// makes it final.
    ///
    /// # Errors
    /// What stood in the way of writing; then nothing is erased.
    pub fn erase(&mut self, id: LeadId, happening: Happening) -> Result<bool, StoreError> {
        self.db_mut()?.write(|tx| {
            let erased = erase_rows(tx, id, happening.at.to_utc())?;
            if erased.is_some() {
                ledger::append(tx, happening)?;
            }
            Ok(erased.is_some())
        })
    }

    /// Before something is stored: the slots tell until when the store has a reason to live.
    pub(crate) fn hold(&mut self, kept: &Kept) -> Result<(), StoreError> {
        self.db()?;
        let last = kept.fields.values().map(|field| field.deadline).max();
        last.map_or(Ok(()), |deadline| self.vault.hold_until(deadline))
    }
}

/// Fields, decisions, promises and marks of a lead that has none yet.
pub(crate) fn add_parts(db: &Connection, kept: &Kept, salt: &Salt) -> Result<(), StoreError> {
    add_values(db, kept)?;
    decision::insert(db, kept.id, &kept.decisions)?;
    promise::insert(db, kept.id, &kept.promises)?;
    mark::insert(db, kept.id, &kept.fields, salt)
}

/// The same, in the place of those that it has.
pub(crate) fn replace_parts(db: &Connection, kept: &Kept, salt: &Salt) -> Result<(), StoreError> {
    remove_values(db, kept.id)?;
    decision::delete(db, kept.id)?;
    promise::delete(db, kept.id)?;
    mark::delete(db, kept.id)?;
    add_parts(db, kept, salt)
}

/// Fields with their deadlines, and those of the answers, in the place of those that the lead has.
pub(crate) fn replace_values(db: &Connection, kept: &Kept) -> Result<(), StoreError> {
    remove_values(db, kept.id)?;
    add_values(db, kept)
}

/// Nothing else writes values, so that the list never shows or finds what is gone.
fn add_values(db: &Connection, kept: &Kept) -> Result<(), StoreError> {
    field::insert(db, kept.id, &kept.fields)?;
    answer_end::insert(db, kept.id, &kept.answer_ends)?;
    listed::insert(db, kept)
}

fn remove_values(db: &Connection, id: LeadId) -> Result<(), StoreError> {
    field::delete(db, id)?;
    answer_end::delete(db, id)?;
    listed::delete(db, id)
}

/// Takes away every row of a lead or stub but its tombstone, and queues what the CRM is to be told. Answers whom it was
/// about; `None` where there is nobody.
pub(crate) fn erase_rows(
    db: &Connection,
    id: LeadId,
    at: DateTime<Utc>,
) -> Result<Option<SubjectRef>, StoreError> {
    let here = lead::inside(db, id)?;
    let stub = stub::one(db, id)?;
    let (subject, crm_id, revision, may_know) = match (here, stub) {
        (Some(here), _) => {
            let may_know = here.crm_may_know();
            (here.subject, here.crm_id, here.revision, may_know)
        }
        (None, Some(stub)) => (stub.subject, Some(stub.crm_id), stub.revision, true),
        (None, None) => return Ok(None),
    };
    keep_withdrawals(db, id, revision, at)?;
    if may_know {
        let news = News {
            lead: id,
            kind: Kind::Erase,
            subject: &subject,
            crm_id: crm_id.as_deref(),
            revision,
            at,
        };
        news.add(db, &BTreeSet::<Field>::new())?;
    }
    lead::delete(db, id)?;
    stub::delete(db, id)?;
    mark::delete(db, id)?;
    tombstone::insert(db, id)?;
    meta::set_purge_due(db)?;
    Ok(Some(subject))
}

fn is_known(db: &Connection, id: LeadId) -> Result<bool, StoreError> {
    Ok(
        lead::revision(db, id)?.is_some()
            || stub::one(db, id)?.is_some()
            || tombstone::has(db, id)?,
    )
}
