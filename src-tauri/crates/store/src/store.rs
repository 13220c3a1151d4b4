//! A store's life: made, opened, recovered, locked by dropping it.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use uuid::Uuid;
use zgoda_core::Profile;

use crate::database::{self, Database};
use crate::disk;
use crate::error::StoreError;
use crate::lock::Lock;
use crate::rows;
use crate::secret::{Cost, Seal, Secret};
use crate::table::{meta, profile};
use crate::vault::noted::Noting;
use crate::vault::slots::SlotFile;
use crate::vault::{self, Vault, keychain};

/// An open store. Dropping it closes the database, wipes the keys and lets go of the lock.
pub struct Store {
    pub(crate) directory: PathBuf,
    pub(crate) vault: Vault,
    /// `None` only after a purge was cut off at the moment that decides which generation counts.
    pub(crate) database: Option<Database>,
    pub(crate) profile: Option<Profile>,
    // Last, so that it is let go of last.
    _lock: Lock,
}

impl Store {
    /// True when there is a store in `directory`, even one whose slots are missing: it is never to be written over.
    pub fn exists(directory: &Path) -> bool {
        SlotFile::of(directory).exists() || is_orphaned(directory)
    }

    /// How the store is sealed, without opening it.
    ///
    /// # Errors
    /// [`StoreError::NoStore`], or what is wrong with the slots.
    pub fn seal(directory: &Path) -> Result<Seal, StoreError> {
        Ok(slots(directory)?.read()?.0.header.seal)
    }

    /// The event of the store, without opening it.
    ///
    /// # Errors
    /// As [`Store::seal`].
    pub fn event_of(directory: &Path) -> Result<String, StoreError> {
        Ok(slots(directory)?.read()?.0.header.event)
    }

    /// The moment after which nothing in the store has a reason to live, without opening it.
    ///
    /// # Errors
    /// As [`Store::seal`].
    pub fn last_deadline(directory: &Path) -> Result<Option<DateTime<Utc>>, StoreError> {
        let seconds = slots(directory)?.read()?.0.header.last_deadline;
        Ok(seconds.and_then(DateTime::from_timestamp_secs))
    }

    /// Whether this device has a keyring in which a secret can be kept: writes one, reads it, deletes it.
    pub fn keyring_available() -> bool {
        keychain::available()
    }

    /// Makes a new store for `event`, sealed with `secret`; with a `recipient`, also to head office.
    ///
    /// # Errors
    /// [`StoreError::StoreExists`], or what stood in the way; then there is no store.
    pub fn create(
        directory: &Path,
        event: &str,
        secret: &Secret,
        recipient: Option<&str>,
        cost: Cost,
        now: DateTime<Utc>,
    ) -> Result<Self, StoreError> {
        make_directory(directory)?;
        let lock = Lock::take(directory)?;
        if Self::exists(directory) {
            return Err(StoreError::StoreExists);
        }
        let creating = directory.join("creating");
        fs::write(&creating, "")?;
        disk::sync_directory(directory)?;
        remove_generations(directory, None)?;

        let vault = Vault::make(directory, event, secret, recipient, cost)?;
        let database = establish(directory, event, &vault, now).inspect_err(|_| {
            if !SlotFile::of(directory).exists() {
                vault.disown();
            }
        })?;
        disk::remove(&creating)?;
        disk::sync_directory(directory)?;
        Ok(Self {
            directory: directory.to_owned(),
            vault,
            database: Some(database),
            profile: None,
            _lock: lock,
        })
    }

    /// Opens a store. A purge that was cut off is brought to its end.
    ///
    /// # Errors
    /// [`StoreError::WrongSecret`], [`StoreError::LockedOut`], what is wrong with the keyring, or with the files.
    pub fn open(directory: &Path, secret: &Secret, now: DateTime<Utc>) -> Result<Self, StoreError> {
        slots(directory)?;
        let lock = Lock::take(directory)?;
        let vault = Vault::open(directory, secret, now)?;
        Self::with(directory, vault, lock, now)
    }

    /// Opens a store with head office's identity file, and seals it anew under `secret`.
    ///
    /// # Errors
    /// [`StoreError::NoRecovery`], [`StoreError::WrongIdentity`], or what is wrong with the files.
    pub fn recover(
        directory: &Path,
        identity_file: &str,
        secret: &Secret,
        now: DateTime<Utc>,
    ) -> Result<Self, StoreError> {
        slots(directory)?;
        let lock = Lock::take(directory)?;
        let vault = Vault::recover(directory, identity_file, secret)?;
        Self::with(directory, vault, lock, now)
    }

    /// Whether `secret` opens this store, as when leaving the attendee's screen. It counts as a try, as opening does.
    ///
    /// # Errors
    /// [`StoreError::WrongSecret`], [`StoreError::LockedOut`].
    pub fn verify_secret(&self, secret: &Secret, now: DateTime<Utc>) -> Result<(), StoreError> {
        self.vault.verify(secret, now)
    }

    /// Seals the store under another PIN or passphrase; the old one opens nothing any more.
    ///
    /// # Errors
    /// As [`Store::verify_secret`] for `old`, or what stood in the way of writing.
    pub fn change_secret(
        &mut self,
        old: &Secret,
        new: &Secret,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.vault.verify(old, now)?;
        self.vault.reseal(new)
    }

    /// Goes on with a store that is older than it was ([`StoreError::Older`]): a person has decided that what is missing is
    /// not to be had.
    ///
    /// # Errors
    /// [`StoreError::NoStore`], [`StoreError::StoreBusy`], or what stood in the way of writing.
    pub fn accept_older(directory: &Path) -> Result<(), StoreError> {
        let file = slots(directory)?;
        let _lock = Lock::take(directory)?;
        file.note_head(None)
    }

    /// Destroys a store unopened: its slots are overwritten, then every file goes.
    ///
    /// # Errors
    /// [`StoreError::NoStore`], [`StoreError::StoreBusy`], or what stood in the way of writing.
    pub fn destroy(directory: &Path) -> Result<(), StoreError> {
        let file = slots(directory)?;
        let _lock = Lock::take(directory)?;
        let header = file.read()?.0.header;
        file.destroy()?;
        // Best effort: there is nothing left that the entry could open.
        vault::forget_keyring(&header);
        remove_generations(directory, None)?;
        Ok(disk::sync_directory(directory)?)
    }

    /// Reads every page and its HMAC, and the ledger from its first entry.
    ///
    /// # Errors
    /// [`StoreError::Damaged`].
    pub fn check(&self) -> Result<(), StoreError> {
        self.db()?.check()?;
        let lines = self.ledger_lines()?;
        let head = zgoda_core::ledger::verify(lines.iter().map(String::as_str));
        match head {
            Ok(_) => Ok(()),
            Err(_) => Err(StoreError::Damaged),
        }
    }

    fn with(
        directory: &Path,
        vault: Vault,
        lock: Lock,
        now: DateTime<Utc>,
    ) -> Result<Self, StoreError> {
        let generation = vault.header().generation;
        let path = database::path(directory, generation);
        let noted = vault.file().noted_head()?;
        let mut database = Database::open(&path, vault.data(), noted.as_ref())?;
        database.note_heads(Noting::new(vault.file().clone()));
        tidy(directory, &vault)?;
        let mut store = Self {
            directory: directory.to_owned(),
            vault,
            database: Some(database),
            profile: None,
            _lock: lock,
        };
        let toml = profile::current(store.db()?.connection())?;
        store.profile = toml
            .and_then(|toml| Profile::read(&toml).ok())
            .map(|(p, _)| p);
        store.see(now)?;
        Ok(store)
    }

    pub(crate) fn db(&self) -> Result<&Database, StoreError> {
        self.database.as_ref().ok_or(StoreError::Reopen)
    }

    pub(crate) fn db_mut(&mut self) -> Result<&mut Database, StoreError> {
        self.database.as_mut().ok_or(StoreError::Reopen)
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let header = self.vault.header();
        write!(
            f,
            "Store({}, generation {})",
            header.event, header.generation
        )
    }
}

/// The first generation, on the disk, and then the slots that make it count.
fn establish(
    directory: &Path,
    event: &str,
    vault: &Vault,
    now: DateTime<Utc>,
) -> Result<Database, StoreError> {
    let path = database::path(directory, vault.header().generation);
    let mut database = Database::create(&path, vault.data())?;
    database.write(|tx| {
        meta::set(tx, meta::EVENT, event)?;
        meta::set(tx, meta::DEVICE, &Uuid::new_v4().to_string())?;
        meta::set(tx, meta::LATEST, &rows::micros(now).to_string())
    })?;
    database.checkpoint()?;
    disk::sync_path(&path)?;
    vault.establish()?;
    // Best effort, as in `trust_clock`.
    let _ = vault.file().note_seen(now);
    database.note_heads(Noting::new(vault.file().clone()));
    Ok(database)
}

fn slots(directory: &Path) -> Result<SlotFile, StoreError> {
    let file = SlotFile::of(directory);
    if file.exists() {
        Ok(file)
    } else if is_orphaned(directory) {
        Err(StoreError::Damaged)
    } else {
        Err(StoreError::NoStore)
    }
}

/// A database without slots, and not because its making was cut off.
fn is_orphaned(directory: &Path) -> bool {
    !directory.join("creating").exists() && !generations(directory).unwrap_or_default().is_empty()
}

pub(crate) fn make_directory(directory: &Path) -> Result<(), StoreError> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    Ok(builder.create(directory)?)
}

/// Ends what a cut-off purge or creation left: files of another generation, keyring entries of another serial.
fn tidy(directory: &Path, vault: &Vault) -> Result<(), StoreError> {
    remove_generations(directory, Some(vault.header().generation))?;
    disk::remove(&directory.join("slots.new"))?;
    disk::remove(&directory.join("creating"))?;
    // Best effort: what an entry of another serial could open is overwritten.
    let _ = vault.sweep_keyring();
    Ok(())
}

/// Removes the database files of every generation but `keep`.
pub(crate) fn remove_generations(directory: &Path, keep: Option<u64>) -> Result<(), StoreError> {
    for (path, generation) in generations(directory)? {
        if Some(generation) != keep {
            disk::remove(&path)?;
        }
    }
    Ok(())
}

/// Database files, WALs and journals included, with their generation.
fn generations(directory: &Path) -> Result<Vec<(PathBuf, u64)>, StoreError> {
    let mut found = Vec::new();
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str());
        let number = name
            .and_then(|name| name.strip_prefix("store-"))
            .and_then(|rest| rest.split_once(".db"))
            .and_then(|(number, _)| number.parse().ok());
        if let Some(number) = number {
            found.push((path, number));
        }
    }
    Ok(found)
}
