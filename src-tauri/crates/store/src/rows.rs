//! How plain things are written in columns.

use chrono::{DateTime, FixedOffset, Utc};
use rusqlite::{Connection, Params, Row};
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;
use zgoda_core::LeadId;

use crate::error::StoreError;

/// Runs a statement that a capture or a change runs each time: it is taken apart once.
pub(crate) fn execute(db: &Connection, sql: &str, row: impl Params) -> Result<usize, StoreError> {
    Ok(db.prepare_cached(sql)?.execute(row)?)
}

/// Microseconds since 1970; even the end of time fits.
pub(crate) const fn micros(at: DateTime<Utc>) -> i64 {
    at.timestamp_micros()
}

/// The moment in column `at`.
pub(crate) fn moment(row: &Row<'_>, at: &str) -> Result<DateTime<Utc>, StoreError> {
    let micros: i64 = row.get(at)?;
    DateTime::from_timestamp_micros(micros).ok_or(StoreError::Damaged)
}

/// The moment in column `at`, where there is one.
pub(crate) fn maybe_moment(row: &Row<'_>, at: &str) -> Result<Option<DateTime<Utc>>, StoreError> {
    let micros: Option<i64> = row.get(at)?;
    micros
        .map(|micros| DateTime::from_timestamp_micros(micros).ok_or(StoreError::Damaged))
        .transpose()
}

/// The moment with its offset in column `at`.
pub(crate) fn local_moment(row: &Row<'_>, at: &str) -> Result<DateTime<FixedOffset>, StoreError> {
    let text: String = row.get(at)?;
    DateTime::parse_from_rfc3339(&text).map_err(|_| StoreError::Damaged)
}

/// The lead's id in column `at`.
pub(crate) fn lead_id(row: &Row<'_>, at: &str) -> Result<LeadId, StoreError> {
    let text: String = row.get(at)?;
    let id = Uuid::parse_str(&text).map_err(|_| StoreError::Damaged)?;
    Ok(LeadId(id))
}

/// A unit variant's name, as serde writes it.
pub(crate) fn name(of: impl Serialize) -> Result<String, StoreError> {
    match serde_json::to_value(of) {
        Ok(serde_json::Value::String(name)) => Ok(name),
        _ => Err(StoreError::Damaged),
    }
}

/// The unit variant whose name is in column `at`.
pub(crate) fn named<T: DeserializeOwned>(row: &Row<'_>, at: &str) -> Result<T, StoreError> {
    let name: String = row.get(at)?;
    from_name(name)
}

/// The unit variant called `name`.
pub(crate) fn from_name<T: DeserializeOwned>(name: String) -> Result<T, StoreError> {
    let value = serde_json::Value::String(name);
    serde_json::from_value(value).map_err(|_| StoreError::Damaged)
}
