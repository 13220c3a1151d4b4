//! The slot file: the sealed data key, on two sides, and the count of wrong secrets.
//!
//! How: the file has its full length from the first day and is only ever overwritten in place and synced. A new slot
//! goes to the side that is not in use; that is the moment at which it counts. Then it goes to the other side too, so
//! that the old sealed key is nowhere: a deleted or renamed slot file would stay on the disk, for whoever still has the
//! passphrase or the recovery identity. A side is a length, JSON, and a SHA-256 over both.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use zgoda_core::ledger::Head;

use crate::disk;
use crate::error::StoreError;
use crate::secret::{Cost, Seal};
use crate::vault::attempts::Attempts;

const MAGIC: &[u8; 8] = b"ZGODA-1\n";
const SIDE: usize = 8192;
const SIDES: [u64; 2] = [512, 512 + SIDE as u64];
const ATTEMPTS: [u64; 2] = [512 + 2 * SIDE as u64, 1024 + 2 * SIDE as u64];
const SECTOR: usize = 512;
const LENGTH: u64 = 1536 + 2 * SIDE as u64;

/// The note of the ledger's head has a part of the first sector to itself.
const NOTE: u64 = 16;
const NOTE_SIZE: usize = 240;
/// So has the latest time seen, seconds since 1970.
const SEEN: u64 = 256;
const SEEN_SIZE: usize = 64;

/// What everybody may know of a slot. It is the associated data of the sealed key: none of it can be changed unnoticed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Header {
    /// The event's id.
    pub(crate) event: String,
    /// Random id of the store, part of the keyring entry's name.
    pub(crate) store: String,
    /// Which database file.
    pub(crate) generation: u64,
    /// How the key is sealed.
    pub(crate) seal: Seal,
    /// What a guess costs.
    pub(crate) cost: Cost,
    /// Salt of the secret.
    #[serde(with = "hex::serde")]
    pub(crate) salt: [u8; 16],
    /// Which keyring entry.
    pub(crate) serial: u64,
    /// Head office's recipient.
    pub(crate) recipient: Option<String>,
    /// The day after the last deadline in the store, seconds since 1970.
    pub(crate) last_deadline: Option<i64>,
}

/// One slot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Slot {
    /// Goes up with each write.
    pub(crate) edition: u64,
    /// What is not secret.
    pub(crate) header: Header,
    /// Nonce of the sealed data key.
    #[serde(with = "hex::serde")]
    pub(crate) nonce: [u8; 24],
    /// The data key, sealed.
    #[serde(with = "hex::serde")]
    pub(crate) sealed: Vec<u8>,
    /// The data key, sealed to the recipient.
    #[serde(with = "hex::serde")]
    pub(crate) recovery: Vec<u8>,
}

/// The slot file of a directory.
#[derive(Clone, Debug)]
pub(crate) struct SlotFile {
    path: PathBuf,
}

impl SlotFile {
    /// The slot file of `directory`, there or not.
    pub(crate) fn of(directory: &Path) -> Self {
        Self {
            path: directory.join("slots"),
        }
    }

    /// True when it is there.
    pub(crate) fn exists(&self) -> bool {
        self.path.exists()
    }

    /// Makes it, with `slot` on both sides.
    pub(crate) fn create(&self, slot: &Slot) -> Result<(), StoreError> {
        let fresh = self.path.with_extension("new");
        let mut bytes = vec![0; usize::try_from(LENGTH).expect("a small file")];
        bytes[..8].copy_from_slice(MAGIC);
        let side = frame(slot, SIDE)?;
        for at in SIDES {
            put(&mut bytes, at, &side);
        }
        let none = frame(&Attempts::default(), SECTOR)?;
        for at in ATTEMPTS {
            put(&mut bytes, at, &none);
        }
        let mut file = File::create(&fresh)?;
        disk::write_at(&mut file, 0, &bytes)?;
        disk::sync(&file)?;
        Ok(disk::rename(&fresh, &self.path)?)
    }

    /// The slot that counts, and whether both sides hold it.
    pub(crate) fn read(&self) -> Result<(Slot, bool), StoreError> {
        let (_, bytes) = self.load()?;
        let sides = SIDES.map(|at| unframe::<Slot>(&bytes, at, SIDE));
        let same = sides[0] == sides[1];
        let newest = sides.into_iter().flatten().max_by_key(|slot| slot.edition);
        let slot = newest.ok_or(StoreError::Damaged)?;
        let header = &slot.header;
        if !header.cost.is_sane() {
            return Err(StoreError::Damaged);
        }
        Ok((slot, same))
    }

    /// Puts `slot` in the place of the one that counts: first on the idle side, then, once that is on the disk, over it.
    pub(crate) fn replace(&self, slot: &Slot) -> Result<(), StoreError> {
        let (mut file, bytes) = self.load()?;
        let edition = |at| unframe::<Slot>(&bytes, at, SIDE).map(|slot| slot.edition);
        let order = if edition(SIDES[0]) < edition(SIDES[1]) {
            SIDES
        } else {
            [SIDES[1], SIDES[0]]
        };
        let side = frame(slot, SIDE)?;
        for at in order {
            disk::write_at(&mut file, at, &side)?;
            disk::sync(&file)?;
        }
        Ok(())
    }

    /// Overwrites both sides with nothing: whatever they sealed is gone.
    pub(crate) fn destroy(&self) -> Result<(), StoreError> {
        let (mut file, _) = self.load()?;
        for at in SIDES {
            disk::write_at(&mut file, at, &[0; SIDE])?;
            disk::sync(&file)?;
        }
        Ok(disk::remove(&self.path)?)
    }

    /// How often a wrong secret was typed.
    pub(crate) fn attempts(&self) -> Result<Attempts, StoreError> {
        let (_, bytes) = self.load()?;
        let sides = ATTEMPTS.map(|at| unframe::<Attempts>(&bytes, at, SECTOR));
        let newest = sides.into_iter().flatten().max_by_key(|one| one.edition);
        newest.ok_or(StoreError::Damaged)
    }

    /// Notes how often, in the place of the older note.
    pub(crate) fn note_attempts(&self, attempts: &Attempts) -> Result<(), StoreError> {
        let (mut file, _) = self.load()?;
        let at = ATTEMPTS[usize::from(attempts.edition % 2 == 1)];
        disk::write_at(&mut file, at, &frame(attempts, SECTOR)?)?;
        Ok(disk::sync(&file)?)
    }

    /// The head that was noted last, where the note can be read.
    pub(crate) fn noted_head(&self) -> Result<Option<Head>, StoreError> {
        let (_, bytes) = self.load()?;
        Ok(unframe::<Option<Head>>(&bytes, NOTE, NOTE_SIZE).flatten())
    }

    /// Notes a head, or that none counts. Not synced: see [`crate::vault::noted`].
    pub(crate) fn note_head(&self, head: Option<&Head>) -> Result<(), StoreError> {
        let mut file = File::options().write(true).open(&self.path)?;
        Ok(disk::write_at(&mut file, NOTE, &frame(&head, NOTE_SIZE)?)?)
    }

    /// The latest time that was believed, where the note can be read.
    pub(crate) fn latest_seen(&self) -> Result<Option<DateTime<Utc>>, StoreError> {
        let (_, bytes) = self.load()?;
        let seconds = unframe::<i64>(&bytes, SEEN, SEEN_SIZE);
        Ok(seconds.and_then(DateTime::from_timestamp_secs))
    }

    /// Notes it. Not synced: an older note makes whoever reads it more careful.
    pub(crate) fn note_seen(&self, latest: DateTime<Utc>) -> Result<(), StoreError> {
        let mut file = File::options().write(true).open(&self.path)?;
        let side = frame(&latest.timestamp(), SEEN_SIZE)?;
        Ok(disk::write_at(&mut file, SEEN, &side)?)
    }

    fn load(&self) -> Result<(File, Vec<u8>), StoreError> {
        let mut options = File::options();
        let file = options.read(true).write(true).open(&self.path);
        let mut file = file.map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => StoreError::NoStore,
            _ => error.into(),
        })?;
        let mut bytes = Vec::new();
        file.seek(SeekFrom::Start(0))?;
        (&file).take(LENGTH + 1).read_to_end(&mut bytes)?;
        match bytes.get(..8) {
            Some(start) if start == MAGIC => {}
            Some(start) if start.starts_with(b"ZGODA-") => return Err(StoreError::NewerVersion),
            _ => return Err(StoreError::NotAStore),
        }
        if bytes.len() as u64 != LENGTH {
            return Err(StoreError::Damaged);
        }
        Ok((file, bytes))
    }
}

fn put(bytes: &mut [u8], at: u64, what: &[u8]) {
    let at = usize::try_from(at).expect("a small file");
    bytes[at..at + what.len()].copy_from_slice(what);
}

fn frame(what: &impl Serialize, size: usize) -> Result<Vec<u8>, StoreError> {
    let json = serde_json::to_vec(what).map_err(|_| StoreError::Damaged)?;
    let length = u32::try_from(json.len()).map_err(|_| StoreError::Damaged)?;
    let mut bytes = length.to_be_bytes().to_vec();
    bytes.extend_from_slice(&json);
    let sum = Sha256::digest(&bytes);
    bytes.extend_from_slice(&sum);
    if bytes.len() > size {
        return Err(StoreError::BadRecipient);
    }
    bytes.resize(size, 0);
    Ok(bytes)
}

fn unframe<T: for<'de> Deserialize<'de>>(bytes: &[u8], at: u64, size: usize) -> Option<T> {
    let at = usize::try_from(at).ok()?;
    let side = bytes.get(at..at + size)?;
    let length = u32::from_be_bytes(side.get(..4)?.try_into().ok()?);
    let end = 4 + usize::try_from(length).ok()?;
    let sum = side.get(end..end.checked_add(32)?)?;
    if Sha256::digest(side.get(..end)?).as_slice() != sum {
        return None;
    }
    serde_json::from_slice(&side[4..end]).ok()
}
