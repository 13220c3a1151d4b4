//! The same rows as a capture's, written by plain SQLite: no key, no ledger's hash, no triggers, no look at what is there.

use std::path::Path;

use rusqlite::{Connection, params};
use zgoda_core::identity::Salt;
use zgoda_core::ledger::Happening;
use zgoda_core::{Channel, Kept, Lead};

use crate::support::{email, values};

/// As the store opens its file, but for the key.
const PRAGMAS: &str = include_str!("../../src/pragmas.sql");

const TABLES: &str = "
    CREATE TABLE lead (id TEXT NOT NULL PRIMARY KEY, subject TEXT NOT NULL UNIQUE, revision INTEGER NOT NULL,
        captured_at TEXT NOT NULL, language TEXT NOT NULL, salt BLOB NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE field (lead TEXT NOT NULL REFERENCES lead (id), field TEXT NOT NULL, value TEXT NOT NULL,
        deadline INTEGER NOT NULL, PRIMARY KEY (lead, field)) STRICT, WITHOUT ROWID;
    CREATE TABLE listed (captured INTEGER NOT NULL, lead TEXT NOT NULL UNIQUE REFERENCES lead (id), text TEXT NOT NULL,
        PRIMARY KEY (captured, lead)) STRICT, WITHOUT ROWID;
    CREATE TABLE decision (lead TEXT NOT NULL REFERENCES lead (id), position INTEGER NOT NULL, purpose TEXT NOT NULL,
        channel TEXT, given INTEGER NOT NULL, wording_version TEXT, wording_sha256 TEXT, language TEXT NOT NULL,
        act TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY (lead, position)) STRICT, WITHOUT ROWID;
    CREATE TABLE promise (lead TEXT NOT NULL REFERENCES lead (id), position INTEGER NOT NULL, purpose TEXT NOT NULL,
        due TEXT NOT NULL, PRIMARY KEY (lead, position)) STRICT, WITHOUT ROWID;
    CREATE TABLE outbox (id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, lead TEXT NOT NULL, kind TEXT NOT NULL,
        subject TEXT NOT NULL, revision INTEGER NOT NULL, next_at INTEGER NOT NULL) STRICT;
    CREATE INDEX outbox_by_lead ON outbox (lead, id);
    CREATE TABLE ledger (sequence INTEGER NOT NULL PRIMARY KEY, line TEXT NOT NULL) STRICT;";

/// A plain database of leads.
pub(crate) struct Plain(Connection);

impl Plain {
    pub(crate) fn create(directory: &Path) -> Self {
        let connection = Connection::open(directory.join("plain.db")).unwrap();
        connection.execute_batch(PRAGMAS).unwrap();
        connection.execute_batch(TABLES).unwrap();
        Self(connection)
    }

    /// Writes what the store writes of person `number`, in one transaction.
    pub(crate) fn capture(&mut self, number: u32, lead: &Lead, salt: &Salt, told: &Happening) {
        let transaction = self.0.transaction().unwrap();
        write(&transaction, number, lead.kept(), salt, told);
        transaction.commit().unwrap();
    }
}

fn write(db: &Connection, number: u32, kept: &Kept, salt: &Salt, told: &Happening) {
    let put = |sql: &str, row: &[&dyn rusqlite::ToSql]| {
        db.prepare_cached(sql).unwrap().execute(row).unwrap();
    };
    let (id, subject) = (kept.id.to_string(), kept.subject.as_str());
    let (at, language) = (kept.captured_at.to_rfc3339(), kept.language.as_str());
    let micros = kept.captured_at.timestamp_micros();
    put(
        "INSERT INTO lead VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![id, subject, kept.revision, at, language, salt.expose()],
    );
    for (field, kept) in &kept.fields {
        let deadline = kept.deadline.timestamp_micros();
        let value = format!("\"{}\"", email(number));
        put(
            "INSERT INTO field VALUES (?1, ?2, ?3, ?4)",
            params![id, field.as_str(), value, deadline],
        );
    }
    let text = values(number).join("\n");
    put(
        "INSERT INTO listed VALUES (?1, ?2, ?3)",
        params![micros, id, text],
    );
    for (position, one) in (0_i64..).zip(&kept.decisions) {
        let (channel, wording) = (one.channel.map(Channel::as_str), one.wording.as_ref());
        let version = wording.map(|wording| &wording.version);
        let hash = wording.map(|wording| &wording.sha256);
        put(
            "INSERT INTO decision VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            params![
                id,
                position,
                one.purpose,
                channel,
                one.given,
                version,
                hash,
                language,
                one.act.as_str(),
                at
            ],
        );
    }
    for (position, promise) in (0_i64..).zip(&kept.promises) {
        put(
            "INSERT INTO promise VALUES (?1, ?2, ?3, ?4)",
            params![id, position, promise.purpose, promise.due.to_string()],
        );
    }
    put(
        "INSERT INTO outbox (lead, kind, subject, revision, next_at) VALUES (?1, 'upsert', ?2, ?3, ?4)",
        params![id, subject, kept.revision, micros],
    );
    put(
        "INSERT INTO ledger (line) VALUES (?1)",
        params![format!("{told:?}")],
    );
}
