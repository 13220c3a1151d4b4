//! Until when what a lead answered for each purpose may live.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use rusqlite::{Connection, Row};
use zgoda_core::LeadId;

use crate::database::Migration;
use crate::error::StoreError;
use crate::rows;

pub(crate) const MIGRATIONS: &[Migration] = &[(
    6,
    "CREATE TABLE answer_end (
        lead TEXT NOT NULL REFERENCES lead (id) ON DELETE CASCADE,
        purpose TEXT NOT NULL,
        deadline INTEGER NOT NULL,
        PRIMARY KEY (lead, purpose)
    ) STRICT, WITHOUT ROWID;",
)];

/// Adds `ends`.
pub(crate) fn insert(
    db: &Connection,
    lead: LeadId,
    ends: &BTreeMap<String, DateTime<Utc>>,
) -> Result<(), StoreError> {
    let id = lead.to_string();
    let mut insert =
        db.prepare_cached("INSERT INTO answer_end (lead, purpose, deadline) VALUES (?1, ?2, ?3)")?;
    for (purpose, deadline) in ends {
        insert.execute((&id, purpose, rows::micros(*deadline)))?;
    }
    Ok(())
}

/// Removes those of the lead.
pub(crate) fn delete(db: &Connection, lead: LeadId) -> Result<(), StoreError> {
    let sql = "DELETE FROM answer_end WHERE lead = ?1";
    rows::execute(db, sql, [lead.to_string()])?;
    Ok(())
}

/// Those of one lead.
pub(crate) fn of(
    db: &Connection,
    lead: LeadId,
) -> Result<BTreeMap<String, DateTime<Utc>>, StoreError> {
    let mut query =
        db.prepare_cached("SELECT purpose, deadline FROM answer_end WHERE lead = ?1")?;
    query.query_and_then([lead.to_string()], read)?.collect()
}

/// Those of all leads.
pub(crate) fn all(
    db: &Connection,
) -> Result<BTreeMap<LeadId, BTreeMap<String, DateTime<Utc>>>, StoreError> {
    let mut query = db.prepare("SELECT lead, purpose, deadline FROM answer_end")?;
    let mut leads: BTreeMap<LeadId, BTreeMap<String, DateTime<Utc>>> = BTreeMap::new();
    let found = query.query_and_then((), |row| Ok((rows::lead_id(row, "lead")?, read(row)?)))?;
    for row in found {
        let (lead, (purpose, deadline)) = row.map_err(|error: StoreError| error)?;
        leads.entry(lead).or_default().insert(purpose, deadline);
    }
    Ok(leads)
}

/// Leads whose answers were stored before this table was there.
pub(crate) fn unknown(db: &Connection) -> Result<Vec<LeadId>, StoreError> {
    let mut query = db.prepare(
        "SELECT lead FROM field
         WHERE field = 'answers' AND lead NOT IN (SELECT lead FROM answer_end)",
    )?;
    query
        .query_and_then((), |row| rows::lead_id(row, "lead"))?
        .collect()
}

fn read(row: &Row<'_>) -> Result<(String, DateTime<Utc>), StoreError> {
    Ok((row.get("purpose")?, rows::moment(row, "deadline")?))
}
