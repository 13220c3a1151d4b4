//! The ledger's lines, as they were hashed. Never changed, never removed.

use chrono::{DateTime, FixedOffset};
use rusqlite::{Connection, OptionalExtension};
use zgoda_core::SubjectRef;
use zgoda_core::ledger::{Happening, Head, Kind};
use zgoda_core::profile::sha256_hex;

use crate::database::Migration;
use crate::error::StoreError;
use crate::rows;
use crate::table::meta;

pub(crate) const MIGRATIONS: &[Migration] = &[
    (
        1,
        "CREATE TABLE ledger (
        sequence INTEGER NOT NULL PRIMARY KEY,
        line TEXT NOT NULL
    ) STRICT;",
    ),
    (
        3,
        "CREATE INDEX ledger_by_subject ON ledger (line ->> '$.subject', sequence);
         CREATE INDEX ledger_by_kind ON ledger (line ->> '$.kind', sequence);",
    ),
];

/// Appends what happened and answers the new head.
pub(crate) fn append(db: &Connection, happening: Happening) -> Result<Head, StoreError> {
    let device = meta::get(db, meta::DEVICE)?.ok_or(StoreError::Damaged)?;
    let event = meta::get(db, meta::EVENT)?.ok_or(StoreError::Damaged)?;
    let (line, head) = head(db)?.append(&device, &event, happening);
    let sql = "INSERT INTO ledger (sequence, line) VALUES (?1, ?2)";
    let sequence = i64::try_from(head.sequence).map_err(|_| StoreError::Damaged)?;
    db.prepare_cached(sql)?.execute((sequence, line))?;
    Ok(head)
}

/// The end of the chain.
pub(crate) fn head(db: &Connection) -> Result<Head, StoreError> {
    let sql = "SELECT sequence, line FROM ledger ORDER BY sequence DESC LIMIT 1";
    let last = db.prepare_cached(sql)?.query_row((), |row| {
        let line: String = row.get("line")?;
        Ok((row.get::<_, i64>("sequence")?, line))
    });
    Ok(last
        .optional()?
        .map_or_else(Head::default, |(sequence, line)| Head {
            sequence: sequence.unsigned_abs(),
            hash: sha256_hex(&line),
        }))
}

/// True when `head` is the end of the chain, or was once.
pub(crate) fn holds(db: &Connection, head: &Head) -> Result<bool, StoreError> {
    let sequence = i64::try_from(head.sequence).map_err(|_| StoreError::Damaged)?;
    let sql = "SELECT line FROM ledger WHERE sequence = ?1";
    let line = db.query_row(sql, [sequence], |row| row.get::<_, String>("line"));
    Ok(line
        .optional()?
        .is_some_and(|line| sha256_hex(&line) == head.hash))
}

/// Every line, the first one first.
pub(crate) fn lines(db: &Connection) -> Result<Vec<String>, StoreError> {
    let mut query = db.prepare("SELECT line FROM ledger ORDER BY sequence")?;
    let lines = query.query_map((), |row| row.get("line"))?;
    Ok(lines.collect::<Result<_, _>>()?)
}

/// The lines about one person, the first one first.
pub(crate) fn of(db: &Connection, subject: &SubjectRef) -> Result<Vec<String>, StoreError> {
    let sql = "SELECT line FROM ledger WHERE line ->> '$.subject' = ?1 ORDER BY sequence";
    let mut query = db.prepare(sql)?;
    let lines = query.query_map([subject.as_str()], |row| row.get("line"))?;
    Ok(lines.collect::<Result<_, _>>()?)
}

/// When each entry of a kind happened, the first one first.
pub(crate) fn times(db: &Connection, kind: Kind) -> Result<Vec<DateTime<FixedOffset>>, StoreError> {
    let sql =
        "SELECT line ->> '$.at' AS at FROM ledger WHERE line ->> '$.kind' = ?1 ORDER BY sequence";
    let mut query = db.prepare(sql)?;
    let times = query.query_and_then([rows::name(kind)?], |row| {
        let at: String = row.get("at")?;
        DateTime::parse_from_rfc3339(&at).map_err(|_| StoreError::Damaged)
    })?;
    times.collect()
}

/// How many entries of a kind.
pub(crate) fn count(db: &Connection, kind: Kind) -> Result<u64, StoreError> {
    let sql = "SELECT count(*) FROM ledger WHERE line ->> '$.kind' = ?1";
    let count: i64 = db.query_row(sql, [rows::name(kind)?], |row| row.get(0))?;
    Ok(count.unsigned_abs())
}
