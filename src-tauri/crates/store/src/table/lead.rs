//! Leads, without their values.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, Row};
use zgoda_core::identity::Salt;
use zgoda_core::{Kept, LeadId, SubjectRef};

use crate::database::Migration;
use crate::error::StoreError;
use crate::rows;

pub(crate) const MIGRATIONS: &[Migration] = &[
    (
        1,
        "CREATE TABLE lead (
        id TEXT NOT NULL PRIMARY KEY,
        subject TEXT NOT NULL UNIQUE,
        revision INTEGER NOT NULL,
        captured_at TEXT NOT NULL,
        language TEXT NOT NULL,
        source TEXT NOT NULL,
        salt BLOB NOT NULL,
        confirmed_at INTEGER,
        crm_id TEXT
    ) STRICT, WITHOUT ROWID;",
    ),
    (
        2,
        "ALTER TABLE lead ADD COLUMN told INTEGER NOT NULL DEFAULT 0;
         UPDATE lead SET told = 1 WHERE id IN (SELECT lead FROM outbox WHERE attempts > 0);",
    ),
];

/// What the store knows of a lead beside what [`Kept`] tells.
#[derive(Debug)]
pub(crate) struct Inside {
    pub(crate) subject: SubjectRef,
    pub(crate) revision: u32,
    pub(crate) salt: Salt,
    pub(crate) confirmed_at: Option<DateTime<Utc>>,
    pub(crate) crm_id: Option<String>,
    /// An attempt was made: the CRM may know it.
    pub(crate) told: bool,
}

impl Inside {
    /// True when the CRM may know the lead.
    pub(crate) const fn crm_may_know(&self) -> bool {
        self.told || self.confirmed_at.is_some()
    }
}

/// Adds the row of a new lead.
pub(crate) fn insert(db: &Connection, lead: &Kept, salt: &Salt) -> Result<(), StoreError> {
    rows::execute(
        db,
        "INSERT INTO lead (id, subject, revision, captured_at, language, source, salt, confirmed_at, told)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 0)",
        (
            lead.id.to_string(),
            lead.subject.as_str(),
            lead.revision,
            lead.captured_at.to_rfc3339(),
            lead.language.as_str(),
            rows::name(lead.source)?,
            salt.expose().as_slice(),
            lead.confirmed_at.map(rows::micros),
        ),
    )?;
    Ok(())
}

/// Sets what a later capture or a change may set of a lead's row. Confirming is [`confirm`]'s alone.
pub(crate) fn update(db: &Connection, lead: &Kept) -> Result<(), StoreError> {
    let sql = "UPDATE lead SET revision = ?2, captured_at = ?3, language = ?4, source = ?5
               WHERE id = ?1";
    let row = (
        lead.id.to_string(),
        lead.revision,
        lead.captured_at.to_rfc3339(),
        lead.language.as_str(),
        rows::name(lead.source)?,
    );
    rows::execute(db, sql, row)?;
    Ok(())
}

/// The CRM has it, under `crm_id`; the first confirmation counts.
pub(crate) fn confirm(
    db: &Connection,
    id: LeadId,
    crm_id: &str,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let sql =
        "UPDATE lead SET crm_id = ?2, confirmed_at = coalesce(confirmed_at, ?3) WHERE id = ?1";
    db.execute(sql, (id.to_string(), crm_id, rows::micros(at)))?;
    Ok(())
}

/// From now on the CRM may know it.
pub(crate) fn set_told(db: &Connection, id: LeadId) -> Result<(), StoreError> {
    db.execute("UPDATE lead SET told = 1 WHERE id = ?1", [id.to_string()])?;
    Ok(())
}

/// True where the CRM may know it.
pub(crate) fn is_told(db: &Connection, id: LeadId) -> Result<bool, StoreError> {
    let sql = "SELECT EXISTS (SELECT 1 FROM lead WHERE id = ?1 AND told = 1)";
    Ok(db.query_row(sql, [id.to_string()], |row| row.get(0))?)
}

/// Removes the row; fields, decisions, promises and marks go with it.
pub(crate) fn delete(db: &Connection, id: LeadId) -> Result<bool, StoreError> {
    let gone = db.execute("DELETE FROM lead WHERE id = ?1", [id.to_string()])?;
    Ok(gone > 0)
}

/// The row of `id`, its parts still empty.
pub(crate) fn one(db: &Connection, id: LeadId) -> Result<Option<Kept>, StoreError> {
    let mut query = db.prepare_cached("SELECT * FROM lead WHERE id = ?1")?;
    let mut found = query.query_and_then([id.to_string()], bare)?;
    found.next().transpose()
}

/// All rows, newest first, their parts still empty.
pub(crate) fn all(db: &Connection) -> Result<Vec<Kept>, StoreError> {
    let mut query = db.prepare("SELECT * FROM lead")?;
    let mut leads: Vec<Kept> = query.query_and_then((), bare)?.collect::<Result<_, _>>()?;
    leads.sort_by_key(|lead| std::cmp::Reverse((lead.captured_at, lead.id)));
    Ok(leads)
}

/// Every lead's reference in the ledger.
pub(crate) fn subjects(db: &Connection) -> Result<Vec<(LeadId, SubjectRef)>, StoreError> {
    let mut query = db.prepare("SELECT id, subject FROM lead")?;
    let read = |row: &Row<'_>| {
        let subject = SubjectRef::restore(row.get("subject")?);
        Ok((rows::lead_id(row, "id")?, subject))
    };
    query.query_and_then((), read)?.collect()
}

/// What the store knows of `id` beside.
pub(crate) fn inside(db: &Connection, id: LeadId) -> Result<Option<Inside>, StoreError> {
    let mut query = db.prepare_cached("SELECT * FROM lead WHERE id = ?1")?;
    let mut found = query.query_and_then([id.to_string()], read_inside)?;
    found.next().transpose()
}

/// Salt and moment of capture of every lead.
pub(crate) fn salts(db: &Connection) -> Result<Vec<(LeadId, Salt, DateTime<Utc>)>, StoreError> {
    let mut query = db.prepare("SELECT id, salt, captured_at FROM lead")?;
    query
        .query_and_then((), |row| {
            let at = rows::local_moment(row, "captured_at")?;
            let salt = Salt::new(row.get("salt")?);
            Ok((rows::lead_id(row, "id")?, salt, at.to_utc()))
        })?
        .collect()
}

/// How many.
pub(crate) fn count(db: &Connection) -> Result<u64, StoreError> {
    let count: i64 = db.query_row("SELECT count(*) FROM lead", (), |row| row.get(0))?;
    Ok(count.unsigned_abs())
}

/// The revision that counts, where the lead is still here.
pub(crate) fn revision(db: &Connection, id: LeadId) -> Result<Option<u32>, StoreError> {
    let sql = "SELECT revision FROM lead WHERE id = ?1";
    let revision = db
        .prepare_cached(sql)?
        .query_row([id.to_string()], |row| row.get(0));
    Ok(revision.optional()?)
}

fn bare(row: &Row<'_>) -> Result<Kept, StoreError> {
    Ok(Kept {
        id: rows::lead_id(row, "id")?,
        subject: SubjectRef::restore(row.get("subject")?),
        revision: row.get("revision")?,
        captured_at: rows::local_moment(row, "captured_at")?,
        language: rows::named(row, "language")?,
        source: rows::named(row, "source")?,
        fields: BTreeMap::new(),
        answer_ends: BTreeMap::new(),
        decisions: Vec::new(),
        promises: Vec::new(),
        confirmed_at: rows::maybe_moment(row, "confirmed_at")?,
    })
}

fn read_inside(row: &Row<'_>) -> Result<Inside, StoreError> {
    Ok(Inside {
        subject: SubjectRef::restore(row.get("subject")?),
        revision: row.get("revision")?,
        salt: Salt::new(row.get("salt")?),
        confirmed_at: rows::maybe_moment(row, "confirmed_at")?,
        crm_id: row.get("crm_id")?,
        told: row.get("told")?,
    })
}
