//! Small facts about the store itself.

use rusqlite::{Connection, OptionalExtension};

use crate::database::Migration;
use crate::error::StoreError;
use crate::rows;

pub(crate) const MIGRATIONS: &[Migration] = &[(
    1,
    "CREATE TABLE meta (
        key TEXT NOT NULL PRIMARY KEY,
        value TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;",
)];

/// This device's id, in every ledger entry.
pub(crate) const DEVICE: &str = "store.device";
/// The event's id.
pub(crate) const EVENT: &str = "store.event";
/// The latest time ever seen, in microseconds.
pub(crate) const LATEST: &str = "store.latest";
/// There while the event is closed: since when, in microseconds.
pub(crate) const CLOSED: &str = "store.closed";
/// The head up to which all that is here lies sealed for another device.
pub(crate) const MOVED: &str = "store.moved";
/// There when something was erased that a purge has not yet made unreadable.
pub(crate) const PURGE_DUE: &str = "store.purge_due";

pub(crate) fn get(db: &Connection, key: &str) -> Result<Option<String>, StoreError> {
    let sql = "SELECT value FROM meta WHERE key = ?1";
    let value = db
        .prepare_cached(sql)?
        .query_row([key], |row| row.get("value"));
    Ok(value.optional()?)
}

/// Something of a person went: the file is to be rotated under a new key.
pub(crate) fn set_purge_due(db: &Connection) -> Result<(), StoreError> {
    set(db, PURGE_DUE, "1")
}

pub(crate) fn set(db: &Connection, key: &str, value: &str) -> Result<(), StoreError> {
    let sql = "INSERT INTO meta (key, value) VALUES (?1, ?2)
               ON CONFLICT (key) DO UPDATE SET value = excluded.value";
    rows::execute(db, sql, [key, value])?;
    Ok(())
}

pub(crate) fn remove(db: &Connection, key: &str) -> Result<(), StoreError> {
    db.execute("DELETE FROM meta WHERE key = ?1", [key])?;
    Ok(())
}
