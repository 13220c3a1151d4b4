//! Tombstones: what stays after an erasure, the lead's id alone.

use rusqlite::Connection;
use zgoda_core::LeadId;

use crate::database::Migration;
use crate::error::StoreError;
use crate::rows;

pub(crate) const MIGRATIONS: &[Migration] = &[(
    1,
    "CREATE TABLE tombstone (
        lead TEXT NOT NULL PRIMARY KEY
    ) STRICT, WITHOUT ROWID;",
)];

pub(crate) fn insert(db: &Connection, lead: LeadId) -> Result<(), StoreError> {
    let sql = "INSERT OR IGNORE INTO tombstone (lead) VALUES (?1)";
    db.execute(sql, [lead.to_string()])?;
    Ok(())
}

/// True when the lead was erased.
pub(crate) fn has(db: &Connection, lead: LeadId) -> Result<bool, StoreError> {
    let sql = "SELECT EXISTS (SELECT 1 FROM tombstone WHERE lead = ?1)";
    let mut query = db.prepare_cached(sql)?;
    Ok(query.query_row([lead.to_string()], |row| row.get(0))?)
}

/// Every one.
pub(crate) fn all(db: &Connection) -> Result<Vec<LeadId>, StoreError> {
    let mut query = db.prepare("SELECT lead FROM tombstone ORDER BY lead")?;
    query
        .query_and_then((), |row| rows::lead_id(row, "lead"))?
        .collect()
}

/// How many.
pub(crate) fn count(db: &Connection) -> Result<u64, StoreError> {
    let count: i64 = db.query_row("SELECT count(*) FROM tombstone", (), |row| row.get(0))?;
    Ok(count.unsigned_abs())
}
