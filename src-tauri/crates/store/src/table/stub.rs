//! Stubs: what stays of a lead after the CRM confirmed it and the local copy went.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, Row};
use zgoda_core::identity::Salt;
use zgoda_core::outbox::Stub;
use zgoda_core::{LeadId, SubjectRef};

use crate::database::Migration;
use crate::error::StoreError;
use crate::rows;
use crate::table::stub_deadline;

pub(crate) const MIGRATIONS: &[Migration] = &[(
    1,
    "CREATE TABLE stub (
        lead TEXT NOT NULL PRIMARY KEY,
        subject TEXT NOT NULL UNIQUE,
        crm_id TEXT NOT NULL,
        revision INTEGER NOT NULL,
        salt BLOB NOT NULL,
        captured_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;",
)];

/// Adds a stub with its deadlines.
pub(crate) fn insert(
    db: &Connection,
    stub: &Stub,
    salt: &Salt,
    captured_at: DateTime<Utc>,
) -> Result<(), StoreError> {
    db.execute(
        "INSERT INTO stub (lead, subject, crm_id, revision, salt, captured_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        (
            stub.lead.to_string(),
            stub.subject.as_str(),
            &stub.crm_id,
            stub.revision,
            salt.expose().as_slice(),
            rows::micros(captured_at),
        ),
    )?;
    for (field, deadline) in &stub.deadlines {
        stub_deadline::insert(db, stub.lead, *field, *deadline)?;
    }
    Ok(())
}

/// Adds a stub, or the deadlines that the one of this lead lacks.
pub(crate) fn adopt(
    db: &Connection,
    stub: &Stub,
    salt: &Salt,
    captured_at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let Some(known) = one(db, stub.lead)? else {
        return insert(db, stub, salt, captured_at);
    };
    for (field, deadline) in &stub.deadlines {
        if !known.deadlines.contains_key(field) {
            stub_deadline::insert(db, stub.lead, *field, *deadline)?;
        }
    }
    Ok(())
}

/// Removes a stub; its deadlines go with it.
pub(crate) fn delete(db: &Connection, lead: LeadId) -> Result<bool, StoreError> {
    let gone = db.execute("DELETE FROM stub WHERE lead = ?1", [lead.to_string()])?;
    Ok(gone > 0)
}

/// The stub of `lead`.
pub(crate) fn one(db: &Connection, lead: LeadId) -> Result<Option<Stub>, StoreError> {
    let mut query = db.prepare_cached("SELECT * FROM stub WHERE lead = ?1")?;
    let mut found = query.query_and_then([lead.to_string()], |row| read(db, row))?;
    found.next().transpose()
}

/// Every stub.
pub(crate) fn all(db: &Connection) -> Result<Vec<Stub>, StoreError> {
    let mut query = db.prepare("SELECT * FROM stub ORDER BY lead")?;
    query.query_and_then((), |row| read(db, row))?.collect()
}

/// Salt and moment of capture of the stub of `lead`.
pub(crate) fn salt(
    db: &Connection,
    lead: LeadId,
) -> Result<Option<(Salt, DateTime<Utc>)>, StoreError> {
    let found = salts(db)?.into_iter().find(|(of, ..)| *of == lead);
    Ok(found.map(|(_, salt, at)| (salt, at)))
}

/// Salt and moment of capture of every stub.
pub(crate) fn salts(db: &Connection) -> Result<Vec<(LeadId, Salt, DateTime<Utc>)>, StoreError> {
    let mut query = db.prepare("SELECT lead, salt, captured_at FROM stub")?;
    query
        .query_and_then((), |row| {
            let salt = Salt::new(row.get("salt")?);
            let at = rows::moment(row, "captured_at")?;
            Ok((rows::lead_id(row, "lead")?, salt, at))
        })?
        .collect()
}

/// How many.
pub(crate) fn count(db: &Connection) -> Result<u64, StoreError> {
    let count: i64 = db.query_row("SELECT count(*) FROM stub", (), |row| row.get(0))?;
    Ok(count.unsigned_abs())
}

fn read(db: &Connection, row: &Row<'_>) -> Result<Stub, StoreError> {
    let lead = rows::lead_id(row, "lead")?;
    Ok(Stub {
        lead,
        subject: SubjectRef::restore(row.get("subject")?),
        crm_id: row.get("crm_id")?,
        revision: row.get("revision")?,
        deadlines: stub_deadline::of(db, lead)?,
    })
}
