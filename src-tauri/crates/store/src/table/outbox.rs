//! The outbox: what the CRM has still to be told, by lead and revision, never a copy.
//!
//! Of one lead only the earliest row is due, so that the CRM hears things in order. One exception: a withdrawal, an expiry
//! or an erasure does not wait behind a row that was set aside for a person; a right is not held up by a refused field.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use rusqlite::{Connection, Row};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use zgoda_core::outbox::{Kind, Reason};
use zgoda_core::{Field, LeadId, SubjectRef};

use crate::database::Migration;
use crate::error::StoreError;
use crate::rows;

pub(crate) const MIGRATIONS: &[Migration] = &[(
    1,
    "CREATE TABLE outbox (
        id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
        lead TEXT NOT NULL,
        kind TEXT NOT NULL,
        subject TEXT NOT NULL,
        crm_id TEXT,
        revision INTEGER NOT NULL,
        detail TEXT NOT NULL,
        attempts INTEGER NOT NULL,
        state TEXT NOT NULL,
        reason TEXT,
        sent_revision INTEGER,
        next_at INTEGER NOT NULL,
        last_at INTEGER
    ) STRICT;
    CREATE INDEX outbox_by_lead ON outbox (lead, id);",
)];

/// Where a row stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It goes when its time comes.
    Waiting,
    /// It was sent and no clear answer came: it may have arrived. It goes again when its time comes.
    InDoubt,
    /// Set aside until a person has looked.
    NeedsPerson,
}

/// One thing that the CRM has still to be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutboxRow {
    /// Its number; never given twice.
    pub id: i64,
    /// Whom it is about.
    pub lead: LeadId,
    /// What it says.
    pub kind: Kind,
    /// The lead's revision that it stands for.
    pub revision: u32,
    /// How often it was tried.
    pub attempts: u32,
    /// Where it stands.
    pub state: State,
    /// Why it was not confirmed the last time.
    pub reason: Option<Reason>,
    /// When it may go.
    pub next_at: DateTime<Utc>,
    /// When it was last tried.
    pub last_at: Option<DateTime<Utc>>,
}

/// What a row holds beside what screens see.
#[derive(Debug)]
pub(crate) struct Inside {
    pub(crate) subject: SubjectRef,
    pub(crate) crm_id: Option<String>,
    /// The revision that the last attempt carried.
    pub(crate) sent_revision: Option<u32>,
    detail: String,
}

impl Inside {
    /// The boxes of a withdrawal by name, or the fields of an expiry.
    pub(crate) fn detail<T: DeserializeOwned + Ord>(&self) -> Result<BTreeSet<T>, StoreError> {
        serde_json::from_str(&self.detail).map_err(|_| StoreError::Damaged)
    }
}

/// Something new to be told.
#[derive(Debug)]
pub(crate) struct News<'a> {
    pub(crate) lead: LeadId,
    pub(crate) kind: Kind,
    pub(crate) subject: &'a SubjectRef,
    pub(crate) crm_id: Option<&'a str>,
    pub(crate) revision: u32,
    pub(crate) at: DateTime<Utc>,
}

impl News<'_> {
    /// Queues it, with the boxes or fields that it names.
    pub(crate) fn add<T: Serialize>(
        &self,
        db: &Connection,
        detail: &BTreeSet<T>,
    ) -> Result<(), StoreError> {
        let detail = serde_json::to_string(detail).map_err(|_| StoreError::Damaged)?;
        rows::execute(
            db,
            "INSERT INTO outbox (lead, kind, subject, crm_id, revision, detail, attempts, state, next_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0, 'waiting', ?7)",
            (
                self.lead.to_string(),
                self.kind.as_str(),
                self.subject.as_str(),
                self.crm_id,
                self.revision,
                detail,
                rows::micros(self.at),
            ),
        )?;
        Ok(())
    }

    /// Queues a lead's newest revision. Where one is queued already that one stands for it, and gets a new chance.
    pub(crate) fn add_upsert(&self, db: &Connection) -> Result<(), StoreError> {
        if bump(db, self.lead, self.revision)? {
            let sql = "UPDATE outbox SET state = 'waiting', next_at = min(next_at, ?2)
                       WHERE lead = ?1 AND kind = 'upsert' AND state = 'needs_person'";
            db.execute(sql, (self.lead.to_string(), rows::micros(self.at)))?;
            return Ok(());
        }
        self.add(db, &BTreeSet::<Field>::new())
    }
}

/// A queued upsert of the lead now stands for `revision`. False where none is queued.
pub(crate) fn bump(db: &Connection, lead: LeadId, revision: u32) -> Result<bool, StoreError> {
    let sql = "UPDATE outbox SET revision = ?2 WHERE lead = ?1 AND kind = 'upsert'";
    Ok(rows::execute(db, sql, (lead.to_string(), revision))? > 0)
}

/// Cancels what is queued of one kind about a lead.
pub(crate) fn cancel_kind(db: &Connection, lead: LeadId, kind: Kind) -> Result<(), StoreError> {
    let sql = "DELETE FROM outbox WHERE lead = ?1 AND kind = ?2";
    db.execute(sql, (lead.to_string(), kind.as_str()))?;
    Ok(())
}

/// A row names these boxes from now on, and stands for `revision`. Where it was set aside it gets a new chance.
pub(crate) fn restate(
    db: &Connection,
    id: i64,
    detail: &BTreeSet<String>,
    revision: u32,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let detail = serde_json::to_string(detail).map_err(|_| StoreError::Damaged)?;
    let sql = "UPDATE outbox SET detail = ?2, revision = ?3, next_at = min(next_at, ?4),
                      state = CASE state WHEN 'needs_person' THEN 'waiting' ELSE state END
               WHERE id = ?1";
    rows::execute(db, sql, (id, detail, revision, rows::micros(at)))?;
    Ok(())
}

/// Everything queued about a lead stands for the newest revision of it, no older than `revision`.
pub(crate) fn level(db: &Connection, lead: LeadId, revision: u32) -> Result<(), StoreError> {
    let sql = "UPDATE outbox
               SET revision = (SELECT max(max(revision), ?2) FROM outbox WHERE lead = ?1)
               WHERE lead = ?1";
    rows::execute(db, sql, (lead.to_string(), revision))?;
    Ok(())
}

/// Cancels everything queued about a lead.
pub(crate) fn cancel(db: &Connection, lead: LeadId) -> Result<(), StoreError> {
    db.execute("DELETE FROM outbox WHERE lead = ?1", [lead.to_string()])?;
    Ok(())
}

/// Removes a row.
pub(crate) fn remove(db: &Connection, id: i64) -> Result<(), StoreError> {
    db.execute("DELETE FROM outbox WHERE id = ?1", [id])?;
    Ok(())
}

/// Counts an attempt before it is made.
pub(crate) fn begin(db: &Connection, id: i64, now: DateTime<Utc>) -> Result<(), StoreError> {
    let sql = "UPDATE outbox SET attempts = attempts + 1, state = 'in_doubt',
                      sent_revision = revision, last_at = ?2
               WHERE id = ?1";
    db.execute(sql, (id, rows::micros(now)))?;
    Ok(())
}

/// Notes why it was not confirmed, and when it goes again.
pub(crate) fn postpone(
    db: &Connection,
    id: i64,
    state: State,
    reason: Reason,
    next_at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let sql = "UPDATE outbox SET state = ?2, reason = ?3, next_at = ?4 WHERE id = ?1";
    let (state, reason) = (rows::name(state)?, rows::name(reason)?);
    db.execute(sql, (id, state, reason, rows::micros(next_at)))?;
    Ok(())
}

/// The revision sent was confirmed, but a newer one waits: the row starts anew.
pub(crate) fn renew(db: &Connection, id: i64, now: DateTime<Utc>) -> Result<(), StoreError> {
    let sql = "UPDATE outbox SET attempts = 0, state = 'waiting', reason = NULL,
                      sent_revision = NULL, next_at = ?2
               WHERE id = ?1";
    db.execute(sql, (id, rows::micros(now)))?;
    Ok(())
}

/// A person pressed the button: everything, or everything of one lead, may go at once.
pub(crate) fn hurry(db: &Connection, lead: Option<LeadId>) -> Result<(), StoreError> {
    let sql = "UPDATE outbox SET next_at = 0,
                      state = CASE state WHEN 'needs_person' THEN 'waiting' ELSE state END
               WHERE ?1 IS NULL OR lead = ?1";
    db.execute(sql, [lead.map(|lead| lead.to_string())])?;
    Ok(())
}

/// What waits by itself for this lead may go at once.
pub(crate) fn hurry_waiting(db: &Connection, lead: LeadId) -> Result<(), StoreError> {
    let sql = "UPDATE outbox SET next_at = 0 WHERE lead = ?1 AND state <> 'needs_person'";
    db.execute(sql, [lead.to_string()])?;
    Ok(())
}

/// Every row, in the order in which they were queued.
pub(crate) fn all(db: &Connection) -> Result<Vec<OutboxRow>, StoreError> {
    let mut query = db.prepare("SELECT * FROM outbox ORDER BY id")?;
    query.query_and_then((), read)?.collect()
}

/// The newest row about a lead: where the lead stands.
pub(crate) fn newest(db: &Connection, lead: LeadId) -> Result<Option<OutboxRow>, StoreError> {
    let sql = "SELECT * FROM outbox WHERE lead = ?1 ORDER BY id DESC LIMIT 1";
    let mut query = db.prepare_cached(sql)?;
    let mut found = query.query_and_then([lead.to_string()], read)?;
    found.next().transpose()
}

/// How many rows go by themselves, and how many wait for a person.
pub(crate) fn count(db: &Connection) -> Result<(u64, u64), StoreError> {
    let sql = "SELECT count(*) FILTER (WHERE state <> 'needs_person') AS going,
                      count(*) FILTER (WHERE state = 'needs_person') AS aside FROM outbox";
    let read = |row: &Row<'_>| Ok((row.get::<_, i64>("going")?, row.get::<_, i64>("aside")?));
    let (going, aside) = db.query_row(sql, (), read)?;
    Ok((going.unsigned_abs(), aside.unsigned_abs()))
}

/// Every row, with what it holds beside.
pub(crate) fn whole(db: &Connection) -> Result<Vec<(OutboxRow, Inside)>, StoreError> {
    let mut query = db.prepare("SELECT * FROM outbox ORDER BY id")?;
    query.query_and_then((), read_whole)?.collect()
}

/// Every row about a lead, with what it holds beside.
pub(crate) fn of(db: &Connection, lead: LeadId) -> Result<Vec<(OutboxRow, Inside)>, StoreError> {
    let mut query = db.prepare("SELECT * FROM outbox WHERE lead = ?1 ORDER BY id")?;
    query
        .query_and_then([lead.to_string()], read_whole)?
        .collect()
}

/// True when the same is queued about the lead already.
pub(crate) fn has_same(
    db: &Connection,
    row: &OutboxRow,
    inside: &Inside,
) -> Result<bool, StoreError> {
    let sql = "SELECT EXISTS (SELECT 1 FROM outbox
               WHERE lead = ?1 AND kind = ?2 AND (kind = 'upsert' OR detail = ?3))";
    let same = (row.lead.to_string(), row.kind.as_str(), &inside.detail);
    Ok(db.query_row(sql, same, |row| row.get(0))?)
}

/// Queues a row of another device as it stands there, under a number of its own.
pub(crate) fn copy(db: &Connection, row: &OutboxRow, inside: &Inside) -> Result<(), StoreError> {
    let sql = "INSERT INTO outbox (lead, kind, subject, crm_id, revision, detail, attempts, state,
                                   reason, sent_revision, next_at, last_at)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)";
    db.execute(
        sql,
        (
            row.lead.to_string(),
            row.kind.as_str(),
            inside.subject.as_str(),
            &inside.crm_id,
            row.revision,
            &inside.detail,
            row.attempts,
            rows::name(row.state)?,
            row.reason.map(rows::name).transpose()?,
            inside.sent_revision,
            rows::micros(row.next_at),
            row.last_at.map(rows::micros),
        ),
    )?;
    Ok(())
}

/// What is queued of one kind about a lead goes after everything that is queued.
pub(crate) fn put_last(db: &Connection, lead: LeadId, kind: Kind) -> Result<(), StoreError> {
    for (row, inside) in of(db, lead)?.iter().filter(|(row, _)| row.kind == kind) {
        remove(db, row.id)?;
        copy(db, row, inside)?;
    }
    Ok(())
}

/// Which rows go by themselves when their time comes: of one lead the earliest.
const GOES: &str = "state <> 'needs_person' AND NOT EXISTS (
         SELECT 1 FROM outbox AS earlier
         WHERE earlier.lead = row.lead AND earlier.id < row.id
           AND (earlier.state <> 'needs_person' OR row.kind = 'upsert'))";

/// What may go at `now` and is wanted, the first `most` of it: of the others no more is read than it takes to find these.
pub(crate) fn due(
    db: &Connection,
    now: DateTime<Utc>,
    most: usize,
    mut is_wanted: impl FnMut(&OutboxRow) -> bool,
) -> Result<Vec<OutboxRow>, StoreError> {
    let sql = format!("SELECT * FROM outbox AS row WHERE next_at <= ?1 AND {GOES} ORDER BY id");
    let mut query = db.prepare(&sql)?;
    let rows = query.query_and_then([rows::micros(now)], read)?;
    let wanted = rows.filter(|row| row.as_ref().map_or(true, &mut is_wanted));
    wanted.take(most).collect()
}

/// How much may go at `now`.
pub(crate) fn count_due(db: &Connection, now: DateTime<Utc>) -> Result<u64, StoreError> {
    let sql = format!("SELECT count(*) FROM outbox AS row WHERE next_at <= ?1 AND {GOES}");
    let count: i64 = db.query_row(&sql, [rows::micros(now)], |row| row.get(0))?;
    Ok(count.unsigned_abs())
}

/// When the next row may go; none where each waits for a person, or behind one that does.
pub(crate) fn next_due(db: &Connection) -> Result<Option<DateTime<Utc>>, StoreError> {
    let sql = format!("SELECT min(next_at) AS next_at FROM outbox AS row WHERE {GOES}");
    db.query_row(&sql, (), |row| Ok(rows::maybe_moment(row, "next_at")))?
}

/// The CRM's id for a lead, told when nothing waited for it any more: what is still to be said of the lead names it.
pub(crate) fn note_crm_id(db: &Connection, lead: LeadId, crm_id: &str) -> Result<(), StoreError> {
    let sql = "UPDATE outbox SET crm_id = ?2 WHERE lead = ?1 AND crm_id IS NULL";
    db.execute(sql, (lead.to_string(), crm_id))?;
    Ok(())
}

/// One row, with what it holds beside.
pub(crate) fn one(db: &Connection, id: i64) -> Result<Option<(OutboxRow, Inside)>, StoreError> {
    let mut query = db.prepare("SELECT * FROM outbox WHERE id = ?1")?;
    let mut found = query.query_and_then([id], read_whole)?;
    found.next().transpose()
}

/// The fields of which the CRM is still to be told that they have expired.
pub(crate) fn expiring(db: &Connection, lead: LeadId) -> Result<BTreeSet<Field>, StoreError> {
    let sql = "SELECT * FROM outbox WHERE lead = ?1 AND kind = 'expire'";
    let mut query = db.prepare(sql)?;
    let mut fields = BTreeSet::new();
    for inside in query.query_and_then([lead.to_string()], read_inside)? {
        fields.extend(inside?.detail::<Field>()?);
    }
    Ok(fields)
}

/// True when something of this kind, or of any, is queued about the lead.
pub(crate) fn has(db: &Connection, lead: LeadId, kind: Option<Kind>) -> Result<bool, StoreError> {
    let sql = "SELECT EXISTS (SELECT 1 FROM outbox WHERE lead = ?1 AND (?2 IS NULL OR kind = ?2))";
    let kind = kind.map(Kind::as_str);
    Ok(db.query_row(sql, (lead.to_string(), kind), |row| row.get(0))?)
}

fn read(row: &Row<'_>) -> Result<OutboxRow, StoreError> {
    let reason: Option<String> = row.get("reason")?;
    Ok(OutboxRow {
        id: row.get("id")?,
        lead: rows::lead_id(row, "lead")?,
        kind: rows::named(row, "kind")?,
        revision: row.get("revision")?,
        attempts: row.get("attempts")?,
        state: rows::named(row, "state")?,
        reason: reason.map(rows::from_name).transpose()?,
        next_at: rows::moment(row, "next_at")?,
        last_at: rows::maybe_moment(row, "last_at")?,
    })
}

fn read_whole(row: &Row<'_>) -> Result<(OutboxRow, Inside), StoreError> {
    Ok((read(row)?, read_inside(row)?))
}

fn read_inside(row: &Row<'_>) -> Result<Inside, StoreError> {
    Ok(Inside {
        subject: SubjectRef::restore(row.get("subject")?),
        crm_id: row.get("crm_id")?,
        sent_revision: row.get("sent_revision")?,
        detail: row.get("detail")?,
    })
}
