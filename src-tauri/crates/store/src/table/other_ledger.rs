//! The ledgers of devices whose stores were taken in: their lines as they were hashed, and the head as that device signed
//! it. Beside this device's own ledger, never part of its chain.

use rusqlite::{Connection, OptionalExtension};
use zgoda_core::SubjectRef;
use zgoda_core::ledger::Head;
use zgoda_core::profile::sha256_hex;

use crate::database::Migration;
use crate::error::StoreError;

pub(crate) const MIGRATIONS: &[Migration] = &[(
    4,
    "CREATE TABLE other_ledger (
        device TEXT NOT NULL,
        sequence INTEGER NOT NULL,
        line TEXT NOT NULL,
        PRIMARY KEY (device, sequence)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX other_ledger_by_subject ON other_ledger (line ->> '$.subject', device, sequence);
    CREATE TABLE other_head (
        device TEXT NOT NULL PRIMARY KEY,
        note TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;",
)];

/// The end of a device's chain, as far as it was taken in.
pub(crate) fn head(db: &Connection, device: &str) -> Result<Head, StoreError> {
    let sql =
        "SELECT sequence, line FROM other_ledger WHERE device = ?1 ORDER BY sequence DESC LIMIT 1";
    let last = db.query_row(sql, [device], |row| {
        Ok((
            row.get::<_, i64>("sequence")?,
            row.get::<_, String>("line")?,
        ))
    });
    Ok(last
        .optional()?
        .map_or_else(Head::default, |(sequence, line)| Head {
            sequence: sequence.unsigned_abs(),
            hash: sha256_hex(&line),
        }))
}

/// Takes a device's lines in, the first one being entry 1; those that are here already must be the same ones.
pub(crate) fn take_in(db: &Connection, device: &str, lines: &[String]) -> Result<(), StoreError> {
    let known = head(db, device)?;
    let at = usize::try_from(known.sequence).map_err(|_| StoreError::Damaged)?;
    let Some(last) = at.checked_sub(1) else {
        return append(db, device, lines, 0);
    };
    match lines.get(last) {
        // An earlier part of what is here: there is nothing in it that is new.
        None => Ok(()),
        Some(line) if sha256_hex(line) == known.hash => append(db, device, &lines[at..], at),
        Some(_) => Err(StoreError::ParcelDamaged),
    }
}

/// Notes the head as the device signed it.
pub(crate) fn set_note(db: &Connection, device: &str, note: &str) -> Result<(), StoreError> {
    let sql = "INSERT INTO other_head (device, note) VALUES (?1, ?2)
               ON CONFLICT (device) DO UPDATE SET note = excluded.note";
    db.execute(sql, [device, note])?;
    Ok(())
}

/// The head of a device as it signed it.
pub(crate) fn note(db: &Connection, device: &str) -> Result<Option<String>, StoreError> {
    let sql = "SELECT note FROM other_head WHERE device = ?1";
    Ok(db
        .query_row(sql, [device], |row| row.get("note"))
        .optional()?)
}

/// The devices that were taken in.
pub(crate) fn devices(db: &Connection) -> Result<Vec<String>, StoreError> {
    let mut query = db.prepare("SELECT DISTINCT device FROM other_ledger ORDER BY device")?;
    let devices = query.query_map((), |row| row.get("device"))?;
    Ok(devices.collect::<Result<_, _>>()?)
}

/// A device's lines, the first one first.
pub(crate) fn lines(db: &Connection, device: &str) -> Result<Vec<String>, StoreError> {
    let sql = "SELECT line FROM other_ledger WHERE device = ?1 ORDER BY sequence";
    let mut query = db.prepare(sql)?;
    let lines = query.query_map([device], |row| row.get("line"))?;
    Ok(lines.collect::<Result<_, _>>()?)
}

/// The lines about one person, by device.
pub(crate) fn of(db: &Connection, subject: &SubjectRef) -> Result<Vec<String>, StoreError> {
    let sql = "SELECT line FROM other_ledger WHERE line ->> '$.subject' = ?1
               ORDER BY device, sequence";
    let mut query = db.prepare(sql)?;
    let lines = query.query_map([subject.as_str()], |row| row.get("line"))?;
    Ok(lines.collect::<Result<_, _>>()?)
}

fn append(db: &Connection, device: &str, lines: &[String], from: usize) -> Result<(), StoreError> {
    let sql = "INSERT INTO other_ledger (device, sequence, line) VALUES (?1, ?2, ?3)";
    let mut insert = db.prepare(sql)?;
    for (at, line) in lines.iter().enumerate() {
        let sequence = i64::try_from(from + at + 1).map_err(|_| StoreError::Damaged)?;
        insert.execute((device, sequence, line))?;
    }
    Ok(())
}
