//! The controller's list of people who objected to direct marketing (GDPR Art. 21(3)), over all events.
//!
//! Why: whoever objected once must not be asked again at the next fair as if nothing had been; and to know them again
//! their address need not be kept. How: `HMAC-SHA256(key, identity)` of each normalised e-mail and telephone, and which
//! channels it blocks. One directory, beside the events:
//!
//! | file | what |
//! |---|---|
//! | `slots` | how the list's key is sealed, as an event's is |
//! | `list` | the marks, XChaCha20-Poly1305 under a key derived from it; replaced whole |
//! | `lock` | held while it is changed |
//!
//! A list that came from another device with its leads keeps its own key, before each of its marks.
//!
//! The key is random and stays: no purge, no erasure and no new event changes it, for every mark hangs on it. The caller
//! keeps a copy in the encrypted store of each event, so that unlocking costs one derivation and not two.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;
use zgoda_core::Channel;
use zgoda_core::identity::{Identity, Salt};

use crate::disk;
use crate::error::StoreError;
use crate::lock::Lock;
use crate::secret::{Cost, Secret};
use crate::store::make_directory;
use crate::vault::Vault;
use crate::vault::seal::{self, Sealed, SecretKey};
use crate::vault::slots::SlotFile;

/// Name of the vault, where an event's id stands in others.
const NAME: &str = "suppression-list";
const SEALED: &[u8] = b"zgoda suppression list 1";
const MARKS: &[u8] = b"zgoda suppression marks 1";
const NONCE: usize = 24;
/// Stands between the key of a list that was taken in and a mark of it.
const OTHERS: &str = ":";

/// What an objection blocks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Blocked {
    /// Channels of direct marketing.
    pub channels: BTreeSet<Channel>,
    /// Marketing that names no channel.
    pub unnamed: bool,
}

impl Blocked {
    /// All direct marketing.
    pub fn all() -> Self {
        Self {
            channels: Channel::ALL.into_iter().collect(),
            unnamed: true,
        }
    }

    /// Marketing on one channel, or that which names none.
    pub fn on(channel: Option<Channel>) -> Self {
        Self {
            channels: channel.into_iter().collect(),
            unnamed: channel.is_none(),
        }
    }

    /// True where nothing is blocked.
    pub fn is_nothing(&self) -> bool {
        self.channels.is_empty() && !self.unnamed
    }

    /// True where marketing on `channel`, or that which names none, is blocked.
    pub fn covers(&self, channel: Option<Channel>) -> bool {
        channel.map_or(self.unnamed, |channel| self.channels.contains(&channel))
    }

    /// Blocks what `other` blocks too.
    pub fn extend(&mut self, other: &Self) {
        self.channels.extend(&other.channels);
        self.unnamed |= other.unnamed;
    }

    fn lift(&mut self, channel: Option<Channel>) {
        match channel {
            Some(channel) => drop(self.channels.remove(&channel)),
            None => self.unnamed = false,
        }
    }
}

pub(crate) type Marks = BTreeMap<String, Blocked>;

/// The open list. Nothing of it names a person.
pub struct SuppressionList {
    directory: PathBuf,
    key: SecretKey,
    marks: Marks,
}

impl SuppressionList {
    /// True when there is a list in `directory`.
    pub fn exists(directory: &Path) -> bool {
        SlotFile::of(directory).exists()
    }

    /// Makes an empty list sealed with `secret`, around `key` where one is known already, and with a `recipient` also to
    /// head office.
    ///
    /// # Errors
    /// [`StoreError::StoreExists`], or what stood in the way.
    pub fn create(
        directory: &Path,
        key: Option<&str>,
        secret: &Secret,
        recipient: Option<&str>,
        cost: Cost,
    ) -> Result<Self, StoreError> {
        make_directory(directory)?;
        let _lock = Lock::take(directory)?;
        if Self::exists(directory) {
            return Err(StoreError::StoreExists);
        }
        let key = key.map_or_else(SecretKey::random, read_key)?;
        let vault = Vault::around(key, directory, NAME, secret, recipient, cost)?;
        let list = Self::load(directory, vault.data().clone())?;
        if let Err(error) = vault
            .establish()
            .and_then(|()| Ok(disk::sync_directory(directory)?))
        {
            vault.disown();
            return Err(error);
        }
        Ok(list)
    }

    /// Opens the list with what the person typed.
    ///
    /// # Errors
    /// As opening a store.
    pub fn open(directory: &Path, secret: &Secret, now: DateTime<Utc>) -> Result<Self, StoreError> {
        let vault = Vault::open(directory, secret, now)?;
        Self::load(directory, vault.data().clone())
    }

    /// Opens the list with its key, as [`SuppressionList::key`] told it.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] where it is another list's.
    pub fn open_with(directory: &Path, key: &str) -> Result<Self, StoreError> {
        Self::load(directory, read_key(key)?)
    }

    /// Seals the list's key under another PIN or passphrase; the key itself stays.
    ///
    /// # Errors
    /// What stood in the way of writing.
    pub fn reseal(&self, secret: &Secret) -> Result<(), StoreError> {
        let _lock = Lock::take(&self.directory)?;
        Vault::known(&self.directory, self.key.clone(), secret).map(drop)
    }

    /// The key in hex, to be kept in an encrypted store and nowhere else.
    pub fn key(&self) -> Zeroizing<String> {
        Zeroizing::new(hex::encode(self.key.expose()))
    }

    /// How many addresses and numbers are on it.
    pub fn len(&self) -> usize {
        self.marks.len()
    }

    /// True where nobody is on it.
    pub fn is_empty(&self) -> bool {
        self.marks.is_empty()
    }

    /// What the objections of whoever has one of these addresses and numbers block.
    pub fn blocked(&self, people: &[Identity]) -> Blocked {
        let mut blocked = Blocked::default();
        let marks = people.iter().flat_map(|one| self.marks_of(one));
        for found in marks.filter_map(|mark| self.marks.get(&mark)) {
            blocked.extend(found);
        }
        blocked
    }

    /// Puts these addresses and numbers on the list. Answers how many were not on it before.
    ///
    /// # Errors
    /// What stood in the way of writing; then nothing was put on it.
    pub fn add(&mut self, people: &[Identity], blocked: &Blocked) -> Result<usize, StoreError> {
        let salt = salt(&self.key);
        self.change(|marks| {
            let before = marks.len();
            for one in people {
                marks.entry(salt.mark(one)).or_default().extend(blocked);
            }
            marks.len() - before
        })
    }

    /// A tick of the person's own lifts the block of its channel.
    ///
    /// # Errors
    /// What stood in the way of writing; then the block stays.
    pub fn lift(
        &mut self,
        people: &[Identity],
        channels: &BTreeSet<Option<Channel>>,
    ) -> Result<(), StoreError> {
        let theirs: Vec<String> = people.iter().flat_map(|one| self.marks_of(one)).collect();
        self.change(|marks| {
            for mark in theirs {
                if let Some(blocked) = marks.get_mut(&mark) {
                    channels.iter().for_each(|channel| blocked.lift(*channel));
                    if blocked.is_nothing() {
                        marks.remove(&mark);
                    }
                }
            }
        })
    }

    /// Its key in hex and its marks, for another device's list.
    pub(crate) fn parts(&self) -> (Zeroizing<String>, &Marks) {
        (self.key(), &self.marks)
    }

    /// Puts whoever is on another device's list on this one. What their marks were made of is not known here, so that they
    /// cannot be made anew under this list's key: each keeps its own key before it.
    pub(crate) fn take_in(&mut self, key: &str, others: &Marks) -> Result<(), StoreError> {
        read_key(key)?;
        let own = self.key();
        let plain = |mark: &str| match mark.split_once(OTHERS) {
            Some((of, mark)) if of == own.as_str() => mark.to_owned(),
            None if key != own.as_str() => format!("{key}{OTHERS}{mark}"),
            _ => mark.to_owned(),
        };
        self.change(|marks| {
            for (mark, blocked) in others {
                marks.entry(plain(mark)).or_default().extend(blocked);
            }
        })
    }

    /// The marks that `one` can have on this list: under its own key, and under those of the lists that were taken in.
    fn marks_of(&self, one: &Identity) -> Vec<String> {
        let keys: BTreeSet<&str> = self
            .marks
            .keys()
            .filter_map(|mark| Some(mark.split_once(OTHERS)?.0))
            .collect();
        let others = keys.into_iter().filter_map(|hex| {
            let salt = salt(&read_key(hex).ok()?);
            Some(format!("{hex}{OTHERS}{}", salt.mark(one)))
        });
        std::iter::once(salt(&self.key).mark(one))
            .chain(others)
            .collect()
    }

    fn load(directory: &Path, key: SecretKey) -> Result<Self, StoreError> {
        let marks = read(directory, &key)?;
        Ok(Self {
            directory: directory.to_owned(),
            key,
            marks,
        })
    }

    /// Another program may have changed the list since it was read.
    fn change<T>(&mut self, work: impl FnOnce(&mut Marks) -> T) -> Result<T, StoreError> {
        let _lock = Lock::take(&self.directory)?;
        let before = read(&self.directory, &self.key)?;
        let mut marks = before.clone();
        let done = work(&mut marks);
        if marks != before {
            write(&self.directory, &self.key, &marks)?;
        }
        self.marks = marks;
        Ok(done)
    }
}

impl fmt::Debug for SuppressionList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SuppressionList({})", self.marks.len())
    }
}

fn salt(key: &SecretKey) -> Salt {
    Salt::new(*seal::derive_for(key, MARKS).expose())
}

fn read_key(hex: &str) -> Result<SecretKey, StoreError> {
    let bytes = hex::decode(hex).map(Zeroizing::new);
    let bytes = bytes.map_err(|_| StoreError::Damaged)?;
    SecretKey::of(&bytes).ok_or(StoreError::Damaged)
}

fn read(directory: &Path, key: &SecretKey) -> Result<Marks, StoreError> {
    let bytes = match fs::read(directory.join("list")) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Marks::new()),
        Err(error) => return Err(error.into()),
    };
    let (nonce, text) = bytes.split_at_checked(NONCE).ok_or(StoreError::Damaged)?;
    let sealed = Sealed {
        nonce: nonce.try_into().map_err(|_| StoreError::Damaged)?,
        text: text.to_vec(),
    };
    let plain = seal::open_bytes(&seal::derive_for(key, SEALED), &sealed, SEALED);
    serde_json::from_slice(&plain.ok_or(StoreError::Damaged)?).map_err(|_| StoreError::Damaged)
}

fn write(directory: &Path, key: &SecretKey, marks: &Marks) -> Result<(), StoreError> {
    let plain = serde_json::to_vec(marks).map_err(|_| StoreError::Damaged)?;
    let sealed = seal::seal_bytes(&seal::derive_for(key, SEALED), &plain, SEALED)?;
    let fresh = directory.join("list.new");
    let mut file = File::create(&fresh)?;
    disk::write_at(
        &mut file,
        0,
        &[sealed.nonce.as_slice(), &sealed.text].concat(),
    )?;
    disk::sync(&file)?;
    disk::rename(&fresh, &directory.join("list"))?;
    Ok(disk::sync_directory(directory)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(text: &str) -> Secret {
        Secret::Passphrase(text.to_owned().into())
    }

    fn now() -> DateTime<Utc> {
        "2026-11-24T10:00:00Z".parse().unwrap()
    }

    fn ewa() -> [Identity; 2] {
        [
            Identity::of_email("ewa@lis.example"),
            Identity::of_phone("+48601000000"),
        ]
    }

    fn create(directory: &Path) -> SuppressionList {
        SuppressionList::create(directory, None, &secret("one secret"), None, Cost::TEST).unwrap()
    }

    #[test]
    fn an_objection_blocks_by_either_address_until_the_persons_own_tick() {
        let home = tempfile::tempdir().unwrap();
        let mut list = create(home.path());
        assert_eq!(list.add(&ewa(), &Blocked::all()).unwrap(), 2);
        assert_eq!(list.add(&ewa(), &Blocked::all()).unwrap(), 0);
        let by_phone = [Identity::of_phone("0048 601 000 000")];
        assert_eq!(list.blocked(&by_phone), Blocked::all());
        assert!(
            list.blocked(&[Identity::of_email("jan@lis.example")])
                .is_nothing()
        );

        list.lift(&ewa(), &[Some(Channel::Email)].into()).unwrap();
        let blocked = list.blocked(&ewa());
        assert!(!blocked.covers(Some(Channel::Email)));
        assert!(blocked.covers(Some(Channel::Phone)) && blocked.covers(None));
        let rest = [Some(Channel::Phone), Some(Channel::Sms), None];
        list.lift(&ewa(), &rest.into()).unwrap();
        assert!(list.is_empty());
    }

    #[test]
    fn it_opens_with_its_secret_alone_and_keeps_its_key_under_another() {
        let home = tempfile::tempdir().unwrap();
        let mut list = create(home.path());
        list.add(&ewa(), &Blocked::all()).unwrap();
        let key = list.key();
        list.reseal(&secret("another secret")).unwrap();
        let open = |text: &str| SuppressionList::open(home.path(), &secret(text), now());
        assert_eq!(open("one secret").unwrap_err().code(), "wrong_secret");
        let again = open("another secret").unwrap();
        assert_eq!((again.len(), again.key()), (2, key.clone()));
        assert_eq!(
            SuppressionList::open_with(home.path(), &key).unwrap().len(),
            2
        );
        let other = SuppressionList::open_with(home.path(), &"00".repeat(32));
        assert_eq!(other.unwrap_err().code(), "damaged");
    }

    #[test]
    fn nothing_of_a_person_and_no_mark_lies_readable_on_the_disk() {
        let home = tempfile::tempdir().unwrap();
        let mut list = create(home.path());
        list.add(&ewa(), &Blocked::all()).unwrap();
        let mark = salt(&list.key).mark(&ewa()[0]);
        for entry in fs::read_dir(home.path()).unwrap() {
            let bytes = fs::read(entry.unwrap().path()).unwrap();
            for text in ["ewa@lis", "601000000", mark.as_str(), "channels"] {
                assert!(
                    !bytes
                        .windows(text.len())
                        .any(|part| part == text.as_bytes())
                );
            }
        }
    }
}
