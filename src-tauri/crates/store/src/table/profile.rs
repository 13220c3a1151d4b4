//! The profiles that this store worked under, by their hash; the newest counts.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension};
use zgoda_core::{Field, Profile};

use crate::database::Migration;
use crate::error::StoreError;
use crate::rows;

pub(crate) const MIGRATIONS: &[Migration] = &[(
    1,
    "CREATE TABLE profile (
        position INTEGER NOT NULL PRIMARY KEY,
        sha256 TEXT NOT NULL,
        toml TEXT NOT NULL,
        since INTEGER NOT NULL
    ) STRICT;",
)];

/// The text that counts.
pub(crate) fn current(db: &Connection) -> Result<Option<String>, StoreError> {
    let sql = "SELECT toml FROM profile ORDER BY position DESC LIMIT 1";
    Ok(db.query_row(sql, (), |row| row.get("toml")).optional()?)
}

/// The text with the hash `sha256`, whenever it counted.
pub(crate) fn by_hash(db: &Connection, sha256: &str) -> Result<Option<String>, StoreError> {
    let sql = "SELECT toml FROM profile WHERE sha256 = ?1 LIMIT 1";
    let toml = db.query_row(sql, [sha256], |row| row.get("toml"));
    Ok(toml.optional()?)
}

/// Makes `toml` the one that counts.
pub(crate) fn add(
    db: &Connection,
    sha256: &str,
    toml: &str,
    since: DateTime<Utc>,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO profile (sha256, toml, since) VALUES (?1, ?2, ?3)";
    db.execute(sql, (sha256, toml, rows::micros(since)))?;
    Ok(())
}

/// Takes the profiles of another database that are not here, as earlier ones: the one that counts here goes on counting.
pub(crate) fn adopt(to: &Connection, from: &Connection) -> Result<(), StoreError> {
    let mut query =
        from.prepare("SELECT sha256, toml, since FROM profile ORDER BY position DESC")?;
    let sql = "INSERT INTO profile (position, sha256, toml, since)
               SELECT coalesce(min(position), 1) - 1, ?1, ?2, ?3 FROM profile";
    let mut insert = to.prepare(sql)?;
    let mut rows = query.query(())?;
    while let Some(row) = rows.next()? {
        let (sha256, toml): (String, String) = (row.get("sha256")?, row.get("toml")?);
        if by_hash(to, &sha256)?.is_some() {
            continue;
        }
        insert.execute((sha256, toml, row.get::<_, i64>("since")?))?;
    }
    Ok(())
}

/// The purposes that list answers in the profile that counts, or listed them in one that did: for those the CRM may hold
/// some.
pub(crate) fn answered(db: &Connection) -> Result<BTreeSet<String>, StoreError> {
    let mut query = db.prepare("SELECT toml FROM profile")?;
    let texts = query.query_and_then((), |row| row.get::<_, String>("toml"))?;
    let mut purposes = BTreeSet::new();
    for toml in texts {
        // One that an older version of the program took, and this one would not, is read all the same.
        let (profile, _) = Profile::sketch(&toml?);
        let all = profile.into_iter().flat_map(|profile| profile.purposes);
        let answered = all.filter(|purpose| purpose.fields.contains(&Field::Answers));
        purposes.extend(answered.map(|purpose| purpose.id));
    }
    Ok(purposes)
}

/// Hash and first moment of each, oldest first.
pub(crate) fn history(db: &Connection) -> Result<Vec<(String, DateTime<Utc>)>, StoreError> {
    let mut query = db.prepare("SELECT sha256, since FROM profile ORDER BY position")?;
    query
        .query_and_then((), |row| {
            Ok((row.get("sha256")?, rows::moment(row, "since")?))
        })?
        .collect()
}
