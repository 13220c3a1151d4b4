//! Decisions: each yes and no of a lead's person, with what proves it.

use std::collections::BTreeMap;

use rusqlite::{Connection, Row};
use zgoda_core::profile::TextRef;
use zgoda_core::{Channel, Decision, LeadId};

use crate::database::Migration;
use crate::error::StoreError;
use crate::rows;

pub(crate) const MIGRATIONS: &[Migration] = &[(
    1,
    "CREATE TABLE decision (
        lead TEXT NOT NULL REFERENCES lead (id) ON DELETE CASCADE,
        position INTEGER NOT NULL,
        purpose TEXT NOT NULL,
        channel TEXT,
        basis TEXT NOT NULL,
        given INTEGER NOT NULL,
        wording_version TEXT,
        wording_language TEXT,
        wording_sha256 TEXT,
        language TEXT NOT NULL,
        act TEXT NOT NULL,
        at TEXT NOT NULL,
        PRIMARY KEY (lead, position)
    ) STRICT, WITHOUT ROWID;",
)];

/// Adds `decisions`.
pub(crate) fn insert(
    db: &Connection,
    lead: LeadId,
    decisions: &[Decision],
) -> Result<(), StoreError> {
    let id = lead.to_string();
    let mut insert = db.prepare_cached(
        "INSERT INTO decision (lead, position, purpose, channel, basis, given, wording_version,
                               wording_language, wording_sha256, language, act, at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
    )?;
    for (position, decision) in (0_i64..).zip(decisions) {
        let wording = decision.wording.as_ref();
        insert.execute((
            &id,
            position,
            &decision.purpose,
            decision.channel.map(Channel::as_str),
            rows::name(decision.basis)?,
            decision.given,
            wording.map(|wording| &wording.version),
            wording.map(|wording| wording.language.as_str()),
            wording.map(|wording| &wording.sha256),
            decision.language.as_str(),
            decision.act.as_str(),
            decision.at.to_rfc3339(),
        ))?;
    }
    Ok(())
}

/// Removes every decision of the lead.
pub(crate) fn delete(db: &Connection, lead: LeadId) -> Result<(), StoreError> {
    let sql = "DELETE FROM decision WHERE lead = ?1";
    rows::execute(db, sql, [lead.to_string()])?;
    Ok(())
}

/// The decisions of one lead.
pub(crate) fn of(db: &Connection, lead: LeadId) -> Result<Vec<Decision>, StoreError> {
    let mut query =
        db.prepare_cached("SELECT * FROM decision WHERE lead = ?1 ORDER BY position")?;
    query.query_and_then([lead.to_string()], read)?.collect()
}

/// The decisions of all leads.
pub(crate) fn all(db: &Connection) -> Result<BTreeMap<LeadId, Vec<Decision>>, StoreError> {
    let mut query = db.prepare("SELECT * FROM decision ORDER BY lead, position")?;
    let mut leads: BTreeMap<LeadId, Vec<Decision>> = BTreeMap::new();
    let found = query.query_and_then((), |row| Ok((rows::lead_id(row, "lead")?, read(row)?)))?;
    for row in found {
        let (lead, decision) = row.map_err(|error: StoreError| error)?;
        leads.entry(lead).or_default().push(decision);
    }
    Ok(leads)
}

fn read(row: &Row<'_>) -> Result<Decision, StoreError> {
    let channel: Option<String> = row.get("channel")?;
    Ok(Decision {
        purpose: row.get("purpose")?,
        channel: channel.map(rows::from_name).transpose()?,
        basis: rows::named(row, "basis")?,
        given: row.get("given")?,
        wording: wording(row)?,
        language: rows::named(row, "language")?,
        act: rows::named(row, "act")?,
        at: rows::local_moment(row, "at")?,
    })
}

fn wording(row: &Row<'_>) -> Result<Option<TextRef>, StoreError> {
    let version: Option<String> = row.get("wording_version")?;
    let language: Option<String> = row.get("wording_language")?;
    let sha256: Option<String> = row.get("wording_sha256")?;
    let (Some(version), Some(language), Some(sha256)) = (version, language, sha256) else {
        return Ok(None);
    };
    Ok(Some(TextRef {
        version,
        language: rows::from_name(language)?,
        sha256,
    }))
}
