//! The same rows as a capture's, written by plain SQLite: no key, no ledger's hash, no look at what is there.

use std::env;
use std::io::{BufRead, BufReader, Write, stdin, stdout};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use rusqlite::{Connection, params};
use zgoda_core::identity::Salt;
use zgoda_core::ledger::{Happening, Kind};
use zgoda_core::{Channel, Kept, Lead};

use crate::support::{email, happening, lead, salt, values};

/// Tells a process that it is the plain one, and where its database goes.
const HOME: &str = "ZGODA_BENCH_PLAIN";

/// As the store opens its file, but for the key.
const PRAGMAS: &str = include_str!("../../src/pragmas.sql");

const TABLES: &str = "
    CREATE TABLE lead (id TEXT NOT NULL PRIMARY KEY, subject TEXT NOT NULL UNIQUE, revision INTEGER NOT NULL,
        captured_at TEXT NOT NULL, language TEXT NOT NULL, salt BLOB NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE field (lead TEXT NOT NULL REFERENCES lead (id), field TEXT NOT NULL, value TEXT NOT NULL,
        deadline INTEGER NOT NULL, PRIMARY KEY (lead, field)) STRICT, WITHOUT ROWID;
    CREATE TABLE listed (captured INTEGER NOT NULL, lead BLOB NOT NULL UNIQUE, text TEXT NOT NULL,
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

/// A plain database in a process of its own, which is told a person's number and answers how long it took.
pub(crate) struct Apart {
    process: Child,
    asks: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Apart {
    pub(crate) fn start(directory: &Path) -> Self {
        let mut process = Command::new(env::current_exe().unwrap())
            .env(HOME, directory)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (asks, answers) = (
            process.stdin.take().unwrap(),
            process.stdout.take().unwrap(),
        );
        let answers = BufReader::new(answers);
        Self {
            process,
            asks,
            answers,
        }
    }

    /// Writes person `number`; how long that took.
    pub(crate) fn capture(&mut self, number: u32) -> Duration {
        writeln!(self.asks, "{number}").unwrap();
        let mut answer = String::new();
        self.answers.read_line(&mut answer).unwrap();
        Duration::from_nanos(answer.trim().parse().unwrap())
    }
}

impl Drop for Apart {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Does what [`Apart`] asks for, where this process is that one.
pub(crate) fn serve() -> bool {
    let Some(directory) = env::var_os(HOME) else {
        return false;
    };
    let mut plain = Plain::create(Path::new(&directory));
    for line in stdin().lines() {
        let number = line.unwrap().parse().unwrap();
        let (lead, salt) = (lead(number), salt(number));
        let captured = happening(Kind::Capture, &lead);
        let begun = Instant::now();
        plain.capture(number, &lead, &salt, &captured);
        println!("{}", begun.elapsed().as_nanos());
        stdout().flush().unwrap();
    }
    true
}

/// A plain database of leads.
struct Plain(Connection);

impl Plain {
    fn create(directory: &Path) -> Self {
        let connection = Connection::open(directory.join("plain.db")).unwrap();
        connection.execute_batch(PRAGMAS).unwrap();
        connection.execute_batch(TABLES).unwrap();
        Self(connection)
    }

    /// Writes what the store writes of person `number`, in one transaction.
    fn capture(&mut self, number: u32, lead: &Lead, salt: &Salt, told: &Happening) {
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
        params![micros, kept.id.0.as_bytes(), text],
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
