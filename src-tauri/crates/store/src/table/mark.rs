//! Marks: `HMAC(salt, identity)` of each way in which a person could be known again, after the values have gone too.
//!
//! When: made at capture and at a change; a mark goes with the field it was made of, and all go with the salt. Leads
//! and stubs share them, so a mark outlives its lead where a stub stays.

use std::collections::{BTreeMap, HashSet};

use rusqlite::Connection;
use zgoda_core::identity::{Identity, Salt};
use zgoda_core::{Field, KeptField, LeadId};

use crate::database::Migration;
use crate::error::StoreError;
use crate::rows;

pub(crate) const MIGRATIONS: &[Migration] = &[(
    1,
    "CREATE TABLE mark (
        lead TEXT NOT NULL,
        field TEXT NOT NULL,
        mark TEXT NOT NULL,
        PRIMARY KEY (lead, field, mark)
    ) STRICT, WITHOUT ROWID;",
)];

/// Adds the marks of `fields`.
pub(crate) fn insert(
    db: &Connection,
    lead: LeadId,
    fields: &BTreeMap<Field, KeptField>,
    salt: &Salt,
) -> Result<(), StoreError> {
    let mut insert =
        db.prepare_cached("INSERT OR IGNORE INTO mark (lead, field, mark) VALUES (?1, ?2, ?3)")?;
    for (field, identity) in identities(fields) {
        insert.execute((lead.to_string(), field.as_str(), salt.mark(&identity)))?;
    }
    Ok(())
}

/// Removes the marks made of `field`.
pub(crate) fn delete_of(db: &Connection, lead: LeadId, field: Field) -> Result<(), StoreError> {
    let sql = "DELETE FROM mark WHERE lead = ?1 AND field = ?2";
    rows::execute(db, sql, (lead.to_string(), field.as_str()))?;
    Ok(())
}

/// Removes every mark of the lead.
pub(crate) fn delete(db: &Connection, lead: LeadId) -> Result<(), StoreError> {
    let sql = "DELETE FROM mark WHERE lead = ?1";
    rows::execute(db, sql, [lead.to_string()])?;
    Ok(())
}

/// Takes the marks of the lead from another database.
pub(crate) fn copy(to: &Connection, from: &Connection, lead: LeadId) -> Result<(), StoreError> {
    let mut query = from.prepare("SELECT field, mark FROM mark WHERE lead = ?1")?;
    let sql = "INSERT OR IGNORE INTO mark (lead, field, mark) VALUES (?1, ?2, ?3)";
    let mut insert = to.prepare(sql)?;
    let mut rows = query.query([lead.to_string()])?;
    while let Some(row) = rows.next()? {
        let (field, mark): (String, String) = (row.get("field")?, row.get("mark")?);
        insert.execute((lead.to_string(), field, mark))?;
    }
    Ok(())
}

/// Every mark, with whom it is of.
pub(crate) fn all(db: &Connection) -> Result<HashSet<(LeadId, String)>, StoreError> {
    let mut query = db.prepare("SELECT lead, mark FROM mark")?;
    query
        .query_and_then((), |row| {
            Ok((rows::lead_id(row, "lead")?, row.get("mark")?))
        })?
        .collect()
}

/// Each e-mail, each telephone, and what core takes for the person's identity where there is neither.
fn identities(fields: &BTreeMap<Field, KeptField>) -> Vec<(Field, Identity)> {
    let texts = |field| {
        let value = fields.get(&field).map(|kept| &kept.value);
        value.map(|value| value.texts()).unwrap_or_default()
    };
    let emails = texts(Field::Email).into_iter();
    let phones = texts(Field::Phone).into_iter();
    let mut all: Vec<(Field, Identity)> = emails
        .map(|email| (Field::Email, Identity::of_email(email)))
        .chain(phones.map(|phone| (Field::Phone, Identity::of_phone(phone))))
        .collect();
    if all.is_empty() {
        let named = Identity::of(|field| fields.get(&field).map(|kept| &kept.value));
        all.extend(named.map(|identity| (Field::Name, identity)));
    }
    all
}
