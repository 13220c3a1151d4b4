//! The purge that makes erasing final: survivors move to a new file under a new key, and the old key is destroyed.
//!
//! Why: DELETE leaves what it deleted in the WAL, in free pages and on the raw device. What was sealed under a key that
//! is nowhere any more is gone, wherever its bytes still lie.
//!
//! How, in the only order that can be cut off anywhere: keyring entry, new file, sync; then the slots, which is the
//! moment that counts; then the old keyring entry and the old file. [`Store::open`] ends what was cut off.

use chrono::{DateTime, Utc};

use crate::database::{self, Database};
use crate::disk;
use crate::error::StoreError;
use crate::rows;
use crate::store::{Store, remove_generations};
use crate::table::{lead, ledger, meta, outbox, stub, tombstone};
use crate::vault::Vault;
use crate::vault::noted::Noting;

/// When the last purge was, in microseconds.
const PURGED: &str = "store.purged";

impl Store {
    /// Makes final what was erased, forgotten or expired.
    ///
    /// # Errors
    /// What stood in the way: before the moment that counts the store goes on as it was; at that moment it shuts, and
    /// [`StoreError::Reopen`] follows until it is opened anew; after it the store goes on in its new file, and a later
    /// purge or opening ends the old one.
    pub fn rotate(&mut self, now: DateTime<Utc>) -> Result<(), StoreError> {
        self.db()?;
        let (next, mut fresh) = self.prepare(now).inspect_err(|_| self.abandon())?;
        let old = self.database.take();
        next.commit()?;
        fresh.note_heads(Noting::new(next.file().clone()));
        self.vault = next;
        self.database = Some(fresh);
        if let Some(old) = old {
            // The file goes next; whether it closed well does not matter.
            let _ = old.close();
        }
        let swept = self.vault.sweep_keyring();
        remove_generations(&self.directory, Some(self.vault.header().generation))?;
        disk::sync_directory(&self.directory)?;
        swept?;
        self.db_mut()?.write(|tx| meta::remove(tx, meta::PURGE_DUE))
    }

    /// The new keys, and the new file on the disk with all survivors in it.
    fn prepare(&self, now: DateTime<Utc>) -> Result<(Vault, Database), StoreError> {
        remove_generations(&self.directory, Some(self.vault.header().generation))?;
        let next = self.vault.next()?;
        let path = database::path(&self.directory, next.header().generation);
        disk::step("before export")?;
        self.db()?.export(&path, next.data())?;
        disk::sync_path(&path)?;
        disk::sync_directory(&self.directory)?;
        let mut fresh = Database::open(&path, next.data(), None)?;
        if census(&fresh)? != census(self.db()?)? {
            return Err(StoreError::Damaged);
        }
        fresh.write(|tx| meta::set(tx, PURGED, &rows::micros(now).to_string()))?;
        fresh.checkpoint()?;
        disk::sync_directory(&self.directory)?;
        Ok((next, fresh))
    }

    /// Takes back what [`Store::prepare`] left, as far as that goes; the rest falls to the next opening.
    fn abandon(&self) {
        let _ = self.vault.sweep_keyring();
        let _ = remove_generations(&self.directory, Some(self.vault.header().generation));
    }
}

/// Enough to see that nothing was left behind.
fn census(database: &Database) -> Result<(String, [u64; 4]), StoreError> {
    let db = database.connection();
    let rows = [
        lead::count(db)?,
        stub::count(db)?,
        tombstone::count(db)?,
        outbox::all(db)?.len() as u64,
    ];
    Ok((ledger::head(db)?.hash, rows))
}
