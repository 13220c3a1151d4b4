//! Until when the CRM may hold each field of a lead whose local copy is gone.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use rusqlite::Connection;
use zgoda_core::{Field, LeadId};

use crate::database::Migration;
use crate::error::StoreError;
use crate::rows;

pub(crate) const MIGRATIONS: &[Migration] = &[(
    1,
    "CREATE TABLE stub_deadline (
        lead TEXT NOT NULL REFERENCES stub (lead) ON DELETE CASCADE,
        field TEXT NOT NULL,
        deadline INTEGER NOT NULL,
        PRIMARY KEY (lead, field)
    ) STRICT, WITHOUT ROWID;",
)];

pub(crate) fn insert(
    db: &Connection,
    lead: LeadId,
    field: Field,
    deadline: DateTime<Utc>,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO stub_deadline (lead, field, deadline) VALUES (?1, ?2, ?3)";
    db.execute(
        sql,
        (lead.to_string(), field.as_str(), rows::micros(deadline)),
    )?;
    Ok(())
}

/// The deadline of `field` is past and the CRM has been told.
pub(crate) fn delete(db: &Connection, lead: LeadId, field: Field) -> Result<(), StoreError> {
    let sql = "DELETE FROM stub_deadline WHERE lead = ?1 AND field = ?2";
    db.execute(sql, (lead.to_string(), field.as_str()))?;
    Ok(())
}

/// The deadlines of one stub.
pub(crate) fn of(
    db: &Connection,
    lead: LeadId,
) -> Result<BTreeMap<Field, DateTime<Utc>>, StoreError> {
    let mut query = db.prepare("SELECT field, deadline FROM stub_deadline WHERE lead = ?1")?;
    query
        .query_and_then([lead.to_string()], |row| {
            Ok((rows::named(row, "field")?, rows::moment(row, "deadline")?))
        })?
        .collect()
}
