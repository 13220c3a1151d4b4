//! The SQLCipher database of one generation: opening, migrating, checking, exporting.
//!
//! WAL and `synchronous=FULL`: an acknowledged transaction survives a power cut. The WAL's index is kept in memory
//! (exclusive locking), which spares the `-shm` file and the bus error that a full disk would raise in it.

use std::path::{Path, PathBuf};
use std::sync::Once;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};
use zeroize::Zeroizing;
use zgoda_core::ledger::Head;

use crate::error::StoreError;
use crate::table::{self, ledger, listed};
use crate::vault::noted::Noting;
use crate::vault::seal::SecretKey;

/// One step of a table's history: the schema version that it leads to, and its SQL. Only ever added to.
pub(crate) type Migration = (u32, &'static str);

/// What SQLCipher allocates is locked in memory and wiped when it is freed. It holds for the whole process.
const LOCKED: &str = "PRAGMA cipher_memory_security = ON";

/// As many statements as a capture and a look at the list need stay ready.
const STATEMENTS: usize = 48;

/// An open database.
#[derive(Debug)]
pub(crate) struct Database {
    connection: Connection,
    noting: Option<Noting>,
}

/// The file of a generation.
pub(crate) fn path(directory: &Path, generation: u64) -> PathBuf {
    directory.join(format!("store-{generation}.db"))
}

/// Starts the library, once. SQLite calls itself ready before SQLCipher is: of two threads that open the process's first
/// databases at once, the second would be told that it cannot set a key. Memory is locked from here on: the first piece
/// is taken while a database is opened, before that one could be told.
fn start_library() {
    static STARTED: Once = Once::new();
    STARTED.call_once(|| {
        let _ = Connection::open_in_memory().and_then(|first| first.execute_batch(LOCKED));
    });
}

impl Database {
    /// Makes an empty database.
    pub(crate) fn create(path: &Path, key: &SecretKey) -> Result<Self, StoreError> {
        let mut database = Self::connect(path, key, OpenFlags::SQLITE_OPEN_CREATE)?;
        database.migrate(u32::MAX)?;
        Ok(database)
    }

    /// Opens one that must be there, and brings its schema up to date. Where `noted` is a head that it must hold, it is
    /// looked for before anything is written.
    pub(crate) fn open(
        path: &Path,
        key: &SecretKey,
        noted: Option<&Head>,
    ) -> Result<Self, StoreError> {
        if !path.exists() {
            return Err(StoreError::Damaged);
        }
        let mut database = Self::connect(path, key, OpenFlags::empty())?;
        if let Some(noted) = noted {
            database.look_for(noted)?;
        }
        database.migrate(u32::MAX)?;
        Ok(database)
    }

    /// One in memory, under the key of nobody: filled by `fill` as it was under `schema`, then brought up to date.
    pub(crate) fn in_memory(
        schema: u32,
        fill: impl FnOnce(&Connection) -> Result<(), StoreError>,
    ) -> Result<Self, StoreError> {
        start_library();
        let connection = Connection::open_in_memory()?;
        listed::teach(&connection)?;
        let mut database = Self {
            connection,
            noting: None,
        };
        database.migrate(schema)?;
        if database.version()? != schema {
            return Err(StoreError::NewerVersion);
        }
        fill(&database.connection)?;
        database.migrate(u32::MAX)?;
        Ok(database)
    }

    /// From now on the ledger's head is noted after each transaction.
    pub(crate) fn note_heads(&mut self, noting: Noting) {
        self.noting = Some(noting);
    }

    /// The head must be an entry of this ledger. Where it is not, closing must not tidy the WAL away: what is in it is
    /// the only copy of what is missing.
    fn look_for(&self, noted: &Head) -> Result<(), StoreError> {
        let found = ledger::head(&self.connection)?;
        if ledger::holds(&self.connection, noted)? {
            return Ok(());
        }
        let config = DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE;
        self.connection.set_db_config(config, true)?;
        Err(StoreError::Older {
            noted: noted.sequence,
            found: found.sequence,
        })
    }

    fn connect(path: &Path, key: &SecretKey, extra: OpenFlags) -> Result<Self, StoreError> {
        start_library();
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX | extra;
        let connection = Connection::open_with_flags(path, flags)?;
        let key = key.for_sqlcipher();
        let mut first = Zeroizing::new(String::with_capacity(96));
        first.push_str("PRAGMA key = \"");
        first.push_str(&key);
        first.push('"');
        connection.execute_batch(LOCKED)?;
        connection.execute_batch(&first)?;
        connection.execute_batch(include_str!("pragmas.sql"))?;
        // A plan does not depend on what is bound: else SQLite takes a statement apart anew for each value.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        listed::teach(&connection)?;
        Ok(Self {
            connection,
            noting: None,
        })
    }

    /// Runs the migrations that the file has not seen, in one transaction. `newest` is for tests that need an old one.
    fn migrate(&mut self, newest: u32) -> Result<(), StoreError> {
        let version = self.version()?;
        let mut steps: Vec<Migration> = table::MIGRATIONS.concat();
        steps.retain(|(to, _)| *to <= newest);
        steps.sort_by_key(|(to, _)| *to);
        let newest = steps.last().map_or(0, |(to, _)| *to);
        if version > newest {
            return Err(StoreError::NewerVersion);
        }
        if version == newest {
            return Ok(());
        }
        self.write(|tx| {
            for (_, sql) in steps.iter().filter(|(to, _)| *to > version) {
                tx.execute_batch(sql)?;
            }
            Ok(tx.pragma_update(None, "user_version", newest)?)
        })
    }

    pub(crate) fn version(&self) -> Result<u32, StoreError> {
        let read = |row: &rusqlite::Row<'_>| row.get(0);
        Ok(self.connection.query_row("PRAGMA user_version", (), read)?)
    }

    /// Does `work` in one transaction, all or nothing.
    pub(crate) fn write<T>(
        &mut self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let behavior = TransactionBehavior::Immediate;
        let tx = self.connection.transaction_with_behavior(behavior)?;
        let done = work(&tx)?;
        tx.commit()?;
        if let Some(noting) = &mut self.noting
            && let Ok(head) = ledger::head(&self.connection)
        {
            noting.note(&head);
        }
        Ok(done)
    }

    /// For reading.
    pub(crate) fn connection(&self) -> &Connection {
        &self.connection
    }

    /// Moves what is in the WAL into the file and empties the WAL.
    pub(crate) fn checkpoint(&self) -> Result<(), StoreError> {
        let read = |row: &rusqlite::Row<'_>| row.get::<_, i64>(0);
        match self
            .connection
            .query_row("PRAGMA wal_checkpoint(TRUNCATE)", (), read)?
        {
            0 => Ok(()),
            _ => Err(StoreError::StoreBusy),
        }
    }

    /// Reads every page: its HMAC, then SQLite's own structure, then the foreign keys.
    ///
    /// `cipher_integrity_check` ignores the WAL, so that is moved into the file first.
    pub(crate) fn check(&self) -> Result<(), StoreError> {
        self.checkpoint()?;
        for (pragma, fine) in [
            ("PRAGMA cipher_integrity_check", None),
            ("PRAGMA integrity_check", Some("ok")),
            ("PRAGMA foreign_key_check", None),
        ] {
            let mut statement = self.connection.prepare(pragma)?;
            let mut rows = statement.query(())?;
            while let Some(row) = rows.next()? {
                let said: String = row.get(0)?;
                if Some(said.as_str()) != fine {
                    return Err(StoreError::Damaged);
                }
            }
        }
        Ok(())
    }

    /// Writes every row that lives into a new file under another key. Nothing of what was deleted goes along.
    ///
    /// Not by `sqlcipher_export`: that answers a full disk like any other trouble.
    pub(crate) fn export(&self, path: &Path, key: &SecretKey) -> Result<(), StoreError> {
        Self::create(path, key)?.close()?;
        let file = path.to_str().ok_or(StoreError::NotAStore)?;
        let key = key.for_sqlcipher();
        let db = &self.connection;
        db.execute("ATTACH DATABASE ?1 AS fresh KEY ?2", (file, key.as_str()))?;
        let copied = copy_tables(db);
        if copied.is_err() && !db.is_autocommit() {
            db.execute_batch("ROLLBACK")?;
        }
        let detached = db.execute_batch("DETACH DATABASE fresh");
        copied?;
        Ok(detached?)
    }

    /// Closes the file.
    pub(crate) fn close(self) -> Result<(), StoreError> {
        self.connection.close().map_err(|(_, error)| error.into())
    }
}

/// In the order in which they were made, so that whoever is referred to is there first. The sequences of ids go along:
/// an outbox row's number is never given twice.
fn copy_tables(db: &Connection) -> Result<(), StoreError> {
    let mut query = db.prepare(
        "SELECT name FROM main.sqlite_schema
         WHERE type = 'table' AND (name NOT LIKE 'sqlite_%' OR name = 'sqlite_sequence')
         ORDER BY name = 'sqlite_sequence', rowid",
    )?;
    let tables: Vec<String> = query
        .query_map((), |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    db.execute_batch("BEGIN")?;
    for table in tables {
        db.execute_batch(&format!(
            "DELETE FROM fresh.{table}; INSERT INTO fresh.{table} SELECT * FROM main.{table}"
        ))?;
    }
    Ok(db.execute_batch("COMMIT")?)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use zgoda_core::ledger::Kind;
    use zgoda_core::{Asker, Field, Kept, Language, Profile, Reply, Value, outbox};

    use super::*;
    use crate::support::{PASSPHRASE, PROFILE, day, happening, id, lead, salt, scratch, start};
    use crate::{Cost, Secret, Store};

    fn fixture() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/store-v1")
    }

    fn secret() -> Secret {
        Secret::Passphrase(PASSPHRASE.to_owned().into())
    }

    #[test]
    fn a_store_of_the_first_version_opens_with_all_that_is_in_it() {
        let home = scratch();
        for name in ["slots", "store-1.db"] {
            fs::copy(fixture().join(name), home.path().join(name)).unwrap();
        }
        let mut store = Store::open(home.path(), &secret(), start()).unwrap();
        assert_eq!(store.db().unwrap().version().unwrap(), 8);
        store.check().unwrap();
        let (found, _) = store.page("zolw-0002", crate::Among::All, None, 9).unwrap();
        assert_eq!(found.len(), 1, "the list knows who was there before it");
        listed::tests::assert_true_to_the_fields(&store);
        let leads = store.leads().unwrap();
        assert_eq!(leads.len(), 3);
        for number in 1..=3 {
            let (kept, made) = (store.lead(id(number)).unwrap().unwrap(), lead(number));
            assert_eq!(kept.decisions, made.kept().decisions);
            let values = |lead: &zgoda_core::Kept| {
                lead.fields
                    .values()
                    .map(|kept| kept.value.clone())
                    .collect::<Vec<_>>()
            };
            assert_eq!(values(&kept), values(made.kept()));
            assert!(
                store
                    .erase(id(number), happening(Kind::Erase, &made))
                    .unwrap()
            );
        }
        // The new column was filled: the CRM is told of those that were tried.
        let told: Vec<_> = store
            .outbox()
            .unwrap()
            .iter()
            .map(|row| (row.lead, row.kind))
            .collect();
        let erase = outbox::Kind::Erase;
        assert_eq!(told, [(id(2), erase), (id(3), erase)]);
        store.rotate(day(1)).unwrap();
        drop(store);
        let store = Store::open(home.path(), &secret(), start()).unwrap();
        assert_eq!(store.db().unwrap().version().unwrap(), 8);
    }

    /// Until schema 5 the answers of one lead had one end, the first of their purposes'.
    #[test]
    fn answers_of_the_fifth_version_end_with_their_purposes_from_now_on() {
        let home = scratch();
        let event = "targi-demo-2026";
        let profile = answering();
        let mut store =
            Store::create(home.path(), event, &secret(), None, Cost::TEST, start()).unwrap();
        let kept = answered(&profile);
        store
            .capture(&lead(1), &salt(1), happening(Kind::Capture, &lead(1)))
            .unwrap();
        store
            .change(&kept, happening(Kind::Change, &lead(1)), None)
            .unwrap();
        // As the store keeps it: to the microsecond.
        let kept = store.lead(id(1)).unwrap().unwrap();
        let ends = kept.answer_ends.clone();
        let first = *ends.values().min().unwrap();
        let older = |tx: &Transaction<'_>| {
            tx.execute_batch("DROP TABLE answer_end")?;
            let sql = "UPDATE field SET deadline = ?1 WHERE field = 'answers'";
            tx.execute(sql, [first.timestamp_micros()])?;
            Ok(tx.pragma_update(None, "user_version", 5)?)
        };
        store.db_mut().unwrap().write(older).unwrap();
        drop(store);

        let mut store = Store::open(home.path(), &secret(), start()).unwrap();
        assert_eq!(
            store.lead(id(1)).unwrap().unwrap().answers(),
            kept.answers()
        );
        assert_eq!(store.expire(day(1), &profile).unwrap(), []);
        let learnt = store.lead(id(1)).unwrap().unwrap();
        assert_eq!(learnt.answer_ends, ends);
        assert_eq!(learnt.fields, kept.fields);
    }

    /// The demo's profile, whose newsletter has a question too.
    fn answering() -> Profile {
        let question = "[[question]]\nid = \"topics\"\nkind = \"text\"\nask = \"staff\"\npurpose = \"newsletter\"\ntext = { pl = \"Tematy?\", en = \"Topics?\", de = \"Themen?\" }\n\n[notice.pl]\n";
        let toml = PROFILE
            .replacen(
                "\"name\", \"email\"]",
                "\"name\", \"email\", \"answers\"]",
                1,
            )
            .replacen("[notice.pl]\n", question, 1);
        Profile::read(&toml).unwrap().0
    }

    /// A lead that answered for both purposes.
    fn answered(profile: &Profile) -> Kept {
        let mut kept = lead(1).kept().clone();
        let reply = |question: &str, value: &str| Reply {
            question: question.to_owned(),
            values: vec![value.to_owned()],
        };
        let replies = [reply("topics", "soil"), reply("hectares", "120")];
        let all = profile.answered(&[], &replies, &[Asker::Staff], Language::Pl);
        let value = Value::Answers(all.unwrap());
        kept.edit([(Field::Answers, Some(value))].into(), profile);
        assert_eq!(
            kept.answer_ends.len(),
            2,
            "the test wants somebody who agreed to both"
        );
        kept
    }

    #[test]
    fn a_store_of_a_later_version_is_left_alone() {
        let home = scratch();
        let mut store = Store::create(
            home.path(),
            "targi-demo-2026",
            &secret(),
            None,
            Cost::TEST,
            start(),
        )
        .unwrap();
        store
            .db_mut()
            .unwrap()
            .write(|tx| Ok(tx.pragma_update(None, "user_version", 99)?))
            .unwrap();
        drop(store);
        let error = Store::open(home.path(), &secret(), start()).unwrap_err();
        assert_eq!(error.code(), "newer_version");
    }

    #[test]
    fn every_table_is_strict_and_nothing_is_written_carelessly() {
        let home = scratch();
        let store = Store::create(
            home.path(),
            "targi-demo-2026",
            &secret(),
            None,
            Cost::TEST,
            start(),
        )
        .unwrap();
        let db = store.db().unwrap().connection();
        let built: Vec<String> = db
            .prepare("PRAGMA compile_options")
            .unwrap()
            .query_map((), |row| row.get(0))
            .unwrap()
            .map(Result::unwrap)
            .collect();
        let lookaside = "DEFAULT_LOOKASIDE=1200,150".to_owned();
        assert!(built.contains(&lookaside), "{built:?}");
        let lax: i64 = db
            .query_row(
                "SELECT count(*) FROM pragma_table_list
                 WHERE type = 'table' AND strict = 0 AND name NOT LIKE 'sqlite_%'",
                (),
                |row| row.get(0),
            )
            .unwrap();
        assert_eq!(lax, 0);
        for (pragma, expected) in [
            ("synchronous", "2"),
            ("journal_mode", "wal"),
            ("foreign_keys", "1"),
            ("secure_delete", "1"),
            ("locking_mode", "exclusive"),
            ("temp_store", "2"),
            ("cipher_memory_security", "1"),
        ] {
            let value: rusqlite::types::Value = db
                .query_row(&format!("PRAGMA {pragma}"), (), |row| row.get(0))
                .unwrap();
            let text = match value {
                rusqlite::types::Value::Integer(number) => number.to_string(),
                rusqlite::types::Value::Text(text) => text,
                _ => String::new(),
            };
            assert_eq!(text, expected, "{pragma}");
        }
    }
}
