//! Forgetting: the local copy after the CRM has it, and each field after its deadline.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use rusqlite::Connection;
use zgoda_core::ledger::{self as chain, Happening};
use zgoda_core::outbox::{Kind, Stub};
use zgoda_core::{Field, Kept, LeadId, Profile, SubjectRef};

use crate::error::StoreError;
use crate::store::Store;
use crate::table::outbox::News;
use crate::table::{answer_end, lead, ledger, mark, meta, outbox, stub};
use crate::work::capture::replace_values;
use crate::work::read::{load, load_all};
use crate::work::sync::end_stub;
use crate::work::time::Seen;

impl Store {
    /// Turns local copies into stubs, each with what goes into the ledger: those that the CRM has confirmed in their
    /// newest revision and that nothing in the profile holds here. Answers which. [`Store::rotate`] makes it final.
    ///
    /// # Errors
    /// What stood in the way of writing; then nothing is forgotten.
    pub fn forget(
        &mut self,
        leads: Vec<(LeadId, Happening)>,
        now: DateTime<Utc>,
    ) -> Result<Vec<LeadId>, StoreError> {
        let profile = self.profile.clone();
        self.db_mut()?.write(|tx| {
            let mut forgotten = Vec::new();
            for (id, happening) in leads {
                if let Some(kept) = forgettable(tx, id, profile.as_ref(), now)? {
                    to_stub(tx, &kept)?;
                    ledger::append(tx, happening)?;
                    forgotten.push(id);
                }
            }
            Ok(forgotten)
        })
    }

    /// Turns a local copy into a stub, whatever the profile would keep it for: nothing that the person agreed to stands any
    /// more. False where the CRM has not confirmed its newest revision. [`Store::rotate`] makes it final.
    ///
    /// # Errors
    /// What stood in the way of writing; then it stays.
    pub fn let_go(&mut self, id: LeadId, happening: Happening) -> Result<bool, StoreError> {
        self.db_mut()?.write(|tx| {
            let kept = load(tx, id)?.filter(|kept| kept.confirmed_at.is_some());
            let told = !outbox::has(tx, id, Some(Kind::Upsert))?;
            let Some(kept) = kept.filter(|_| told) else {
                return Ok(false);
            };
            to_stub(tx, &kept)?;
            ledger::append(tx, happening)?;
            Ok(true)
        })
    }

    /// Drops every field past its deadline and answers which, by lead; a lead with nothing left goes. The CRM is told
    /// where it may have them, for leads whose local copy is gone too. [`Store::rotate`] makes it final.
    ///
    /// # Errors
    /// [`StoreError::Clock`] where `now` is too far ahead to erase by it; what stood in the way of writing.
    pub fn expire(
        &mut self,
        now: DateTime<Utc>,
        profile: &Profile,
    ) -> Result<Vec<(LeadId, BTreeSet<Field>)>, StoreError> {
        if self.see(now)? == Seen::Ahead {
            return Err(StoreError::Clock);
        }
        let now = now.max(self.latest_seen()?);
        self.learn_answer_ends(profile)?;
        self.db_mut()?.write(|tx| {
            let mut ended = Vec::new();
            for mut kept in load_all(tx)? {
                let answered = kept.answers().len();
                let mut gone = kept.expire(now);
                let mut ends = gone.clone();
                if kept.answers().len() < answered {
                    ends.insert(Field::Answers);
                }
                if !ends.is_empty() {
                    purge_line(tx, &kept.subject, &ends, profile, now)?;
                    end_fields(tx, &kept, &gone, ends != gone, now)?;
                    gone.append(&mut ends);
                    ended.push((kept.id, gone));
                }
            }
            for stub in stub::all(tx)? {
                end_stub_fields(tx, &stub, now)?;
            }
            Ok(ended)
        })
    }

    /// Answers that were stored before each had an end of its own get theirs.
    fn learn_answer_ends(&mut self, profile: &Profile) -> Result<(), StoreError> {
        let db = self.db()?.connection();
        let mut learnt = Vec::new();
        for id in answer_end::unknown(db)? {
            if let Some(mut kept) = load(db, id)? {
                kept.learn_answer_ends(profile);
                learnt.push(kept);
            }
        }
        for kept in learnt {
            self.hold(&kept)?;
            self.db_mut()?.write(|tx| replace_values(tx, &kept))?;
        }
        Ok(())
    }

    /// True when something was erased, forgotten or expired that is not yet beyond recovery: [`Store::rotate`] is due.
    ///
    /// # Errors
    /// What stood in the way of reading.
    pub fn purge_due(&self) -> Result<bool, StoreError> {
        Ok(meta::get(self.db()?.connection(), meta::PURGE_DUE)?.is_some())
    }
}

fn forgettable(
    db: &Connection,
    id: LeadId,
    profile: Option<&Profile>,
    now: DateTime<Utc>,
) -> Result<Option<Kept>, StoreError> {
    let Some(kept) = load(db, id)? else {
        return Ok(None);
    };
    let told = !outbox::has(db, id, Some(Kind::Upsert))?;
    let may = profile.map_or(kept.confirmed_at.is_some(), |profile| {
        kept.may_be_forgotten(profile, now)
    });
    Ok((told && may).then_some(kept))
}

/// Takes the values away and leaves the stub; the marks stay, so that the person can be known again.
pub(crate) fn to_stub(db: &Connection, kept: &Kept) -> Result<(), StoreError> {
    let inside = lead::inside(db, kept.id)?.ok_or(StoreError::NoSuchLead)?;
    let stub = Stub {
        lead: kept.id,
        subject: kept.subject.clone(),
        crm_id: inside.crm_id.unwrap_or_default(),
        revision: kept.revision,
        deadlines: kept.told_deadlines(),
    };
    lead::delete(db, kept.id)?;
    stub::insert(db, &stub, &inside.salt, kept.captured_at.to_utc())?;
    meta::set_purge_due(db)
}

/// `kept` is the lead as it stays, `gone` the fields that it lost. Where some of its answers have ended and others stay,
/// the CRM gets the whole lead: it knows them as one field.
fn end_fields(
    db: &Connection,
    kept: &Kept,
    gone: &BTreeSet<Field>,
    fewer_answers: bool,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let inside = lead::inside(db, kept.id)?.ok_or(StoreError::NoSuchLead)?;
    for field in gone {
        mark::delete_of(db, kept.id, *field)?;
    }
    let told: BTreeSet<Field> = gone.iter().copied().filter(|one| one.leaves()).collect();
    let mut kept = kept.clone();
    kept.revision = inside.revision + 1;
    if kept.fields.is_empty() {
        outbox::cancel_kind(db, kept.id, Kind::Upsert)?;
        lead::delete(db, kept.id)?;
        mark::delete(db, kept.id)?;
        if let Some(crm_id) = inside.crm_id.clone() {
            let stub = Stub {
                lead: kept.id,
                subject: kept.subject.clone(),
                crm_id,
                revision: kept.revision,
                deadlines: told.iter().map(|field| (*field, now)).collect(),
            };
            stub::insert(db, &stub, &inside.salt, kept.captured_at.to_utc())?;
        }
    } else {
        lead::update(db, &kept)?;
        replace_values(db, &kept)?;
        outbox::bump(db, kept.id, kept.revision)?;
    }
    let news = |kind| News {
        lead: kept.id,
        kind,
        subject: &kept.subject,
        crm_id: inside.crm_id.as_deref(),
        revision: kept.revision,
        at: now,
    };
    let known = inside.crm_may_know();
    if known && fewer_answers {
        news(Kind::Upsert).add_upsert(db)?;
    }
    if known && !told.is_empty() {
        news(Kind::Expire).add(db, &told)?;
    }
    meta::set_purge_due(db)
}

/// Queues what the CRM holds past its deadline, once.
fn end_stub_fields(db: &Connection, stub: &Stub, now: DateTime<Utc>) -> Result<(), StoreError> {
    let queued = outbox::expiring(db, stub.lead)?;
    let due = |deadline: &DateTime<Utc>| *deadline <= now;
    let gone: BTreeSet<Field> = stub
        .deadlines
        .iter()
        .filter(|(field, deadline)| due(deadline) && !queued.contains(field))
        .map(|(field, _)| *field)
        .collect();
    if gone.is_empty() {
        return end_stub(db, stub.lead);
    }
    for field in &gone {
        mark::delete_of(db, stub.lead, *field)?;
    }
    let news = News {
        lead: stub.lead,
        kind: Kind::Expire,
        subject: &stub.subject,
        crm_id: Some(&stub.crm_id),
        revision: stub.revision,
        at: now,
    };
    news.add(db, &gone)?;
    meta::set_purge_due(db)
}

fn purge_line(
    db: &Connection,
    subject: &SubjectRef,
    fields: &BTreeSet<Field>,
    profile: &Profile,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let at = now.with_timezone(&profile.event.time_zone).fixed_offset();
    let mut happening = Happening::new(chain::Kind::Purge, at);
    happening.subject = Some(subject.clone());
    happening.kept = fields.clone();
    ledger::append(db, happening)?;
    Ok(())
}
