//! Telling the CRM, and taking its answers.
//!
//! When: [`Store::due`], then for each row [`Store::message`]; [`Store::begin_attempt`] before the message leaves, so
//! that a crash in between leaves it in doubt and not forgotten; [`Store::settle`] with what came back.

use std::collections::BTreeSet;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::Connection;
use zgoda_core::ledger::Happening;
use zgoda_core::outbox::{Answer, Body, Kind, Message, Reason};
use zgoda_core::{Field, LeadId, Profile};

use crate::error::StoreError;
use crate::store::Store;
use crate::table::outbox::{Inside, OutboxRow, State};
use crate::table::{lead, ledger, mark, meta, outbox, stub, stub_deadline};
use crate::vault::seal::random;
use crate::work::capture::replace_values;
use crate::work::read::load;
use crate::work::withdrawn::withdrawn;

/// Ceiling of the first wait; each further one is twice as high.
const FIRST_WAIT: Duration = Duration::from_secs(5);
/// So often a withdrawal is tried that the CRM fails at, some hours long, before the person's erasure goes without it.
const LONG_ENOUGH: u32 = 24;
/// No wait is longer.
pub const LONGEST_WAIT: Duration = Duration::from_secs(3600);

/// What became of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settled {
    /// The CRM has it.
    Confirmed {
        /// The lead has changed since it was sent; the newer revision waits.
        again: bool,
    },
    /// It goes again by itself.
    Waiting {
        /// When.
        until: DateTime<Utc>,
    },
    /// It waits for a person.
    SetAside,
    /// The row was cancelled meanwhile, as by an erasure.
    Gone,
}

impl Store {
    /// Everything that the CRM has still to be told, in the order in which it was queued.
    ///
    /// # Errors
    /// What stood in the way of reading.
    pub fn outbox(&self) -> Result<Vec<OutboxRow>, StoreError> {
        outbox::all(self.db()?.connection())
    }

    /// What may go at `now`: of each lead the earliest row that does not wait for a person.
    ///
    /// # Errors
    /// What stood in the way of reading.
    pub fn due(&self, now: DateTime<Utc>) -> Result<Vec<OutboxRow>, StoreError> {
        self.first_due(now, usize::MAX, |_| true)
    }

    /// Of what may go at `now` the first `most` of which `is_wanted` holds.
    ///
    /// # Errors
    /// What stood in the way of reading.
    pub fn first_due(
        &self,
        now: DateTime<Utc>,
        most: usize,
        is_wanted: impl FnMut(&OutboxRow) -> bool,
    ) -> Result<Vec<OutboxRow>, StoreError> {
        outbox::due(self.db()?.connection(), now, most, is_wanted)
    }

    /// How much may go at `now`.
    ///
    /// # Errors
    /// What stood in the way of reading.
    pub fn count_due(&self, now: DateTime<Utc>) -> Result<u64, StoreError> {
        outbox::count_due(self.db()?.connection(), now)
    }

    /// The message of a row, made of what the store holds now. `None` where there is nothing to say any more; the row
    /// is dropped then.
    ///
    /// # Errors
    /// What stood in the way.
    pub fn message(&mut self, row: &OutboxRow) -> Result<Option<Message>, StoreError> {
        let event = self.event().to_owned();
        let profile = self.profile.as_ref();
        let event_name =
            profile.map_or_else(|| event.clone(), |profile| profile.event.name.clone());
        self.db_mut()?.write(|tx| {
            let Some((row, inside)) = outbox::one(tx, row.id)? else {
                return Ok(None);
            };
            let Some(body) = body(tx, &row, &inside)? else {
                outbox::remove(tx, row.id)?;
                return Ok(None);
            };
            let revision = lead::revision(tx, row.lead)?.unwrap_or(row.revision);
            Ok(Some(Message {
                lead: row.lead,
                crm_id: crm_id(tx, row.lead)?.or(inside.crm_id),
                again: lead::is_told(tx, row.lead)?,
                subject: inside.subject,
                revision,
                event,
                event_name,
                body,
            }))
        })
    }

    /// When the next of what waits may go by itself.
    ///
    /// # Errors
    /// What stood in the way of reading.
    pub fn next_due(&self) -> Result<Option<DateTime<Utc>>, StoreError> {
        outbox::next_due(self.db()?.connection())
    }

    /// Counts one attempt for each of the rows, before it is made.
    ///
    /// # Errors
    /// What stood in the way of writing; then nothing may be sent.
    pub fn begin_attempt(&mut self, ids: &[i64], now: DateTime<Utc>) -> Result<(), StoreError> {
        self.db_mut()?.write(|tx| {
            // What lies sealed for another device does not know of it.
            meta::remove(tx, meta::MOVED)?;
            for id in ids {
                if let Some((row, _)) = outbox::one(tx, *id)? {
                    outbox::begin(tx, row.id, now)?;
                    lead::set_told(tx, row.lead)?;
                }
            }
            Ok(())
        })
    }

    /// What is known of these leads leaves the device another way: whoever is erased after this is to be told of.
    ///
    /// # Errors
    /// What stood in the way of writing; then nothing may leave.
    pub fn note_told(&mut self, leads: &[LeadId]) -> Result<(), StoreError> {
        self.db_mut()?.write(|tx| {
            meta::remove(tx, meta::MOVED)?;
            leads.iter().try_for_each(|lead| lead::set_told(tx, *lead))
        })
    }

    /// Takes the CRM's answer to a row. `happening` goes into the ledger where it was confirmed.
    ///
    /// # Errors
    /// What stood in the way of writing; then the row stays in doubt and goes again.
    pub fn settle(
        &mut self,
        sent: &OutboxRow,
        answer: &Answer,
        now: DateTime<Utc>,
        happening: Happening,
    ) -> Result<Settled, StoreError> {
        let profile = self.profile.clone();
        self.db_mut()?.write(|tx| {
            let Some((row, inside)) = outbox::one(tx, sent.id)? else {
                // An erasure that was asked for while the lead was on its way finds it by the id which came back.
                if let Answer::Confirmed { crm_id } = answer {
                    outbox::note_crm_id(tx, sent.lead, crm_id)?;
                }
                return Ok(Settled::Gone);
            };
            match answer {
                Answer::Confirmed { crm_id } => {
                    let told = (&row, &inside);
                    let again = confirm(tx, told, crm_id, now, profile.as_ref())?;
                    let mut happening = happening;
                    happening.subject.get_or_insert(inside.subject);
                    ledger::append(tx, happening)?;
                    Ok(Settled::Confirmed { again })
                }
                Answer::Retry { reason, .. } if holds_up_erasure(tx, &row, *reason)? => {
                    outbox::postpone(tx, row.id, State::NeedsPerson, *reason, now)?;
                    Ok(Settled::SetAside)
                }
                Answer::Retry { reason, after } => {
                    let until = now + back_off(row.attempts, *after)?;
                    let state = match reason {
                        Reason::Ambiguous => State::InDoubt,
                        _ => State::Waiting,
                    };
                    outbox::postpone(tx, row.id, state, *reason, until)?;
                    Ok(Settled::Waiting { until })
                }
                Answer::NeedsPerson { reason } => {
                    outbox::postpone(tx, row.id, State::NeedsPerson, *reason, now)?;
                    Ok(Settled::SetAside)
                }
            }
        })
    }

    /// A person wants it now: what waits for this lead may go at once, what was set aside is put back.
    ///
    /// # Errors
    /// What stood in the way of writing.
    pub fn retry_now(&mut self, id: LeadId) -> Result<(), StoreError> {
        self.db_mut()?.write(|tx| outbox::hurry(tx, Some(id)))
    }

    /// What waits for a reason of which `is_over` holds may go at once.
    ///
    /// # Errors
    /// What stood in the way of writing.
    pub fn hurry_for(&mut self, is_over: impl Fn(Reason) -> bool) -> Result<(), StoreError> {
        self.db_mut()?.write(|tx| {
            let waits = |row: &OutboxRow| row.state != State::NeedsPerson;
            leads_of(tx, |row| waits(row) && row.reason.is_some_and(&is_over))?
                .into_iter()
                .try_for_each(|lead| outbox::hurry_waiting(tx, lead))
        })
    }

    /// What was set aside for a reason of which `is_mended` holds is put back.
    ///
    /// # Errors
    /// What stood in the way of writing.
    pub fn put_back(&mut self, is_mended: impl Fn(Reason) -> bool) -> Result<(), StoreError> {
        self.db_mut()?.write(|tx| {
            let is_aside = |row: &OutboxRow| row.state == State::NeedsPerson;
            leads_of(tx, |row| {
                is_aside(row) && row.reason.is_some_and(&is_mended)
            })?
            .into_iter()
            .try_for_each(|lead| outbox::hurry(tx, Some(lead)))
        })
    }

    /// As [`Store::retry_now`], for every lead.
    ///
    /// # Errors
    /// What stood in the way of writing.
    pub fn retry_all(&mut self) -> Result<(), StoreError> {
        self.db_mut()?.write(|tx| outbox::hurry(tx, None))
    }
}

/// Whom the rows are about of which `is` holds.
fn leads_of(
    db: &Connection,
    is: impl Fn(&OutboxRow) -> bool,
) -> Result<BTreeSet<LeadId>, StoreError> {
    let rows = outbox::all(db)?.into_iter().filter(is);
    Ok(rows.map(|row| row.lead).collect())
}

fn body(db: &Connection, row: &OutboxRow, inside: &Inside) -> Result<Option<Body>, StoreError> {
    Ok(match row.kind {
        Kind::Upsert => load(db, row.lead)?.map(|kept| Body::Upsert(Box::new(kept))),
        Kind::Withdraw => {
            let boxes = withdrawn(inside, load(db, row.lead)?.as_ref())?;
            (!boxes.is_empty()).then_some(Body::Withdraw(boxes))
        }
        Kind::Expire => {
            // What the person gave anew meanwhile stays.
            let again = load(db, row.lead)?.map(|kept| kept.fields);
            let again = again.unwrap_or_default();
            let mut fields: BTreeSet<Field> = inside.detail()?;
            fields.retain(|field| !again.contains_key(field));
            (!fields.is_empty()).then_some(Body::Expire(fields))
        }
        Kind::Erase => Some(Body::Erase),
    })
}

fn crm_id(db: &Connection, id: LeadId) -> Result<Option<String>, StoreError> {
    if let Some(inside) = lead::inside(db, id)? {
        return Ok(inside.crm_id);
    }
    Ok(stub::one(db, id)?.map(|stub| stub.crm_id))
}

/// The CRM has it: notes that, and answers whether there is something newer to tell.
fn confirm(
    db: &Connection,
    (row, inside): (&OutboxRow, &Inside),
    crm_id: &str,
    now: DateTime<Utc>,
    profile: Option<&Profile>,
) -> Result<bool, StoreError> {
    match row.kind {
        Kind::Upsert => {
            lead::confirm(db, row.lead, crm_id, now)?;
            recount_deadlines(db, row.lead, profile)?;
            let newest = lead::revision(db, row.lead)?;
            if newest > inside.sent_revision {
                outbox::renew(db, row.id, now)?;
                return Ok(true);
            }
        }
        Kind::Expire => end_deadlines(db, row.lead, inside)?,
        Kind::Withdraw => {}
        // Whatever was set aside of them has nobody any more whom it is about.
        Kind::Erase => outbox::cancel(db, row.lead)?,
    }
    outbox::remove(db, row.id)?;
    if row.kind != Kind::Upsert {
        end_stub(db, row.lead)?;
    }
    Ok(false)
}

/// True where the CRM has failed at a withdrawal for long, and the person's erasure waits behind it.
fn holds_up_erasure(db: &Connection, row: &OutboxRow, reason: Reason) -> Result<bool, StoreError> {
    // Twice in a row: without a network it was tried often, and never heard.
    let failed = reason.may_be_its() && row.reason.is_some_and(Reason::may_be_its);
    let for_long = row.kind == Kind::Withdraw && row.attempts >= LONG_ENOUGH && failed;
    Ok(for_long && outbox::has(db, row.lead, Some(Kind::Erase))?)
}

/// Some retentions count from the confirmation.
fn recount_deadlines(
    db: &Connection,
    id: LeadId,
    profile: Option<&Profile>,
) -> Result<(), StoreError> {
    if let (Some(mut kept), Some(profile)) = (load(db, id)?, profile) {
        kept.re_minimise(profile);
        replace_values(db, &kept)?;
    }
    Ok(())
}

fn end_deadlines(db: &Connection, id: LeadId, inside: &Inside) -> Result<(), StoreError> {
    for field in inside.detail::<Field>()? {
        stub_deadline::delete(db, id, field)?;
    }
    Ok(())
}

/// A stub goes when the CRM holds nothing of it any more and there is nothing left to tell.
pub(crate) fn end_stub(db: &Connection, id: LeadId) -> Result<(), StoreError> {
    let Some(stub) = stub::one(db, id)? else {
        return Ok(());
    };
    if stub.deadlines.is_empty() && !outbox::has(db, id, None)? {
        stub::delete(db, id)?;
        mark::delete(db, id)?;
        meta::set_purge_due(db)?;
    }
    Ok(())
}

/// Exponential back-off with full jitter (Brooker, "Exponential Backoff And Jitter", 2015), no shorter than the CRM
/// asks, no longer than an hour.
///
/// # Errors
/// [`StoreError::Clock`] never in practice; where the system gives no randomness.
pub fn back_off(attempts: u32, floor: Option<Duration>) -> Result<TimeDelta, StoreError> {
    let doublings = attempts.saturating_sub(1).min(16);
    let ceiling = FIRST_WAIT.saturating_mul(1 << doublings).min(LONGEST_WAIT);
    let floor = TimeDelta::from_std(floor.unwrap_or_default().min(LONGEST_WAIT));
    Ok(jitter(ceiling)?.max(floor.map_err(|_| StoreError::Clock)?))
}

/// A random while, no longer than `most`.
///
/// # Errors
/// As [`back_off`].
pub fn jitter(most: Duration) -> Result<TimeDelta, StoreError> {
    let share = f64::from(u32::from_be_bytes(*random::<4>()?)) / f64::from(u32::MAX);
    TimeDelta::from_std(most.mul_f64(share)).map_err(|_| StoreError::Clock)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_stay_random_and_keep_their_bounds() {
        let waits: Vec<TimeDelta> = (0..200).map(|_| back_off(4, None).unwrap()).collect();
        assert!(waits.iter().all(|one| *one <= TimeDelta::seconds(40)));
        assert!(waits.iter().any(|one| *one != waits[0]));
        let floor = Some(Duration::from_secs(90));
        assert!(back_off(1, floor).unwrap() >= TimeDelta::seconds(90));
        assert!(back_off(60, Some(Duration::MAX)).unwrap() <= TimeDelta::hours(1));
    }
}
