//! Promises to leads.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use rusqlite::{Connection, Row};
use zgoda_core::{LeadId, Promise};

use crate::database::Migration;
use crate::error::StoreError;
use crate::rows;

pub(crate) const MIGRATIONS: &[Migration] = &[(
    1,
    "CREATE TABLE promise (
        lead TEXT NOT NULL REFERENCES lead (id) ON DELETE CASCADE,
        position INTEGER NOT NULL,
        purpose TEXT NOT NULL,
        due TEXT NOT NULL,
        kept_at INTEGER,
        PRIMARY KEY (lead, position)
    ) STRICT, WITHOUT ROWID;",
)];

/// Adds `promises`.
pub(crate) fn insert(
    db: &Connection,
    lead: LeadId,
    promises: &[Promise],
) -> Result<(), StoreError> {
    let id = lead.to_string();
    let mut insert = db.prepare_cached(
        "INSERT INTO promise (lead, position, purpose, due, kept_at) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?;
    for (position, promise) in (0_i64..).zip(promises) {
        let kept_at = promise.kept_at.map(rows::micros);
        let due = promise.due.to_string();
        insert.execute((&id, position, &promise.purpose, due, kept_at))?;
    }
    Ok(())
}

/// Removes every promise to the lead.
pub(crate) fn delete(db: &Connection, lead: LeadId) -> Result<(), StoreError> {
    let sql = "DELETE FROM promise WHERE lead = ?1";
    rows::execute(db, sql, [lead.to_string()])?;
    Ok(())
}

/// The promises to one lead.
pub(crate) fn of(db: &Connection, lead: LeadId) -> Result<Vec<Promise>, StoreError> {
    let mut query = db.prepare_cached("SELECT * FROM promise WHERE lead = ?1 ORDER BY position")?;
    query.query_and_then([lead.to_string()], read)?.collect()
}

/// The promises to all leads.
pub(crate) fn all(db: &Connection) -> Result<BTreeMap<LeadId, Vec<Promise>>, StoreError> {
    let mut query = db.prepare("SELECT * FROM promise ORDER BY lead, position")?;
    let mut leads: BTreeMap<LeadId, Vec<Promise>> = BTreeMap::new();
    let found = query.query_and_then((), |row| Ok((rows::lead_id(row, "lead")?, read(row)?)))?;
    for row in found {
        let (lead, promise) = row.map_err(|error: StoreError| error)?;
        leads.entry(lead).or_default().push(promise);
    }
    Ok(leads)
}

/// How many are open and due by `day`.
pub(crate) fn due_by(db: &Connection, day: NaiveDate) -> Result<u64, StoreError> {
    let sql = "SELECT count(*) FROM promise WHERE kept_at IS NULL AND due <= ?1";
    let count: i64 = db.query_row(sql, [day.to_string()], |row| row.get(0))?;
    Ok(count.unsigned_abs())
}

fn read(row: &Row<'_>) -> Result<Promise, StoreError> {
    let due: String = row.get("due")?;
    let due: NaiveDate = due.parse().map_err(|_| StoreError::Damaged)?;
    Ok(Promise {
        purpose: row.get("purpose")?,
        due,
        kept_at: rows::maybe_moment(row, "kept_at")?,
    })
}
