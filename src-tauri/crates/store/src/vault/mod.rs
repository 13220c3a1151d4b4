//! The vault: the open keys of one store, and how they change.
//!
//! When: from unlock to lock. The stretched secret stays in memory meanwhile, so that a purge can seal a new data key
//! without asking for the PIN again.

pub(crate) mod attempts;
pub(crate) mod keychain;
pub(crate) mod noted;
pub(crate) mod seal;
pub(crate) mod slots;

use std::path::Path;

use chrono::{DateTime, Utc};

use crate::error::StoreError;
use crate::secret::{Cost, Seal, Secret};
use seal::{Sealed, SecretKey, random};
use slots::{Header, Slot, SlotFile};

/// Open keys.
#[derive(Debug)]
pub(crate) struct Vault {
    file: SlotFile,
    slot: Slot,
    stretched: SecretKey,
    keyring: Option<SecretKey>,
    data: SecretKey,
}

impl Vault {
    /// New keys for a new store; nothing is written but the keyring's secret.
    pub(crate) fn make(
        directory: &Path,
        event: &str,
        secret: &Secret,
        recipient: Option<&str>,
        cost: Cost,
    ) -> Result<Self, StoreError> {
        Self::around(
            SecretKey::random()?,
            directory,
            event,
            secret,
            recipient,
            cost,
        )
    }

    /// As [`Vault::make`], around a data key that is there already.
    pub(crate) fn around(
        data: SecretKey,
        directory: &Path,
        event: &str,
        secret: &Secret,
        recipient: Option<&str>,
        cost: Cost,
    ) -> Result<Self, StoreError> {
        let header = Header {
            event: event.to_owned(),
            store: hex::encode(*random::<16>()?),
            generation: 1,
            seal: secret.seal(),
            cost,
            salt: *random()?,
            serial: 1,
            recipient: recipient.map(str::to_owned),
            last_deadline: None,
        };
        let stretched = seal::stretch(secret, &header.salt, cost)?;
        if let Some(recipient) = recipient {
            seal::seal_for_recovery(recipient, &data)?;
        }
        let keyring = fresh_keyring(&header)?;
        let slot = make_slot(1, header, keyring.as_ref(), &stretched, &data)?;
        Ok(Self {
            file: SlotFile::of(directory),
            slot,
            stretched,
            keyring,
            data,
        })
    }

    /// Writes the slot file of a new store: from here on it exists.
    pub(crate) fn establish(&self) -> Result<(), StoreError> {
        self.file.create(&self.slot)
    }

    /// Takes back the keyring's secret of a store that never came to be.
    pub(crate) fn disown(&self) {
        forget_keyring(&self.slot.header);
    }

    /// Opens the keys with what the person typed.
    pub(crate) fn open(
        directory: &Path,
        secret: &Secret,
        now: DateTime<Utc>,
    ) -> Result<Self, StoreError> {
        let file = SlotFile::of(directory);
        let (slot, same) = file.read()?;
        if secret.seal() != slot.header.seal {
            return Err(StoreError::WrongKindOfSecret);
        }
        secret.bytes()?;
        let keyring = read_keyring(&slot.header)?;
        let attempts = attempts::begin(&file, now)?;
        let stretched = seal::stretch(secret, &slot.header.salt, slot.header.cost)?;
        let Some(data) = open_slot(&slot, keyring.as_ref(), &stretched) else {
            let retry_after = attempts.until();
            return Err(StoreError::WrongSecret { retry_after });
        };
        attempts::right(&file, attempts)?;
        if !same {
            // A purge was cut off, or a bit has flipped: the side that does not count may hold an old sealed key.
            file.replace(&slot)?;
        }
        Ok(Self {
            file,
            slot,
            stretched,
            keyring,
            data,
        })
    }

    /// The vault of a data key that is known, to be sealed anew under `secret`.
    pub(crate) fn known(
        directory: &Path,
        data: SecretKey,
        secret: &Secret,
    ) -> Result<Self, StoreError> {
        let file = SlotFile::of(directory);
        let (slot, _) = file.read()?;
        let mut vault = Self {
            stretched: SecretKey::blank(),
            keyring: None,
            file,
            slot,
            data,
        };
        vault.reseal(secret)?;
        Ok(vault)
    }

    /// Opens the keys with head office's identity and seals them anew under `secret`.
    pub(crate) fn recover(
        directory: &Path,
        identity_file: &str,
        secret: &Secret,
    ) -> Result<Self, StoreError> {
        let file = SlotFile::of(directory);
        let (slot, _) = file.read()?;
        if slot.recovery.is_empty() {
            return Err(StoreError::NoRecovery);
        }
        let data = seal::recover(identity_file, &slot.recovery)?;
        let vault = Self::known(directory, data, secret)?;
        let attempts = vault.file.attempts()?;
        attempts::right(&vault.file, attempts)?;
        Ok(vault)
    }

    /// Whether `secret` is the one that opened the vault; it counts as a try.
    pub(crate) fn verify(&self, secret: &Secret, now: DateTime<Utc>) -> Result<(), StoreError> {
        let header = &self.slot.header;
        if secret.seal() != header.seal {
            return Err(StoreError::WrongKindOfSecret);
        }
        secret.bytes()?;
        let attempts = attempts::begin(&self.file, now)?;
        let stretched = seal::stretch(secret, &header.salt, header.cost)?;
        if open_slot(&self.slot, self.keyring.as_ref(), &stretched).is_none() {
            let retry_after = attempts.until();
            return Err(StoreError::WrongSecret { retry_after });
        }
        attempts::right(&self.file, attempts)
    }

    /// Seals the same data key under another secret, with a new keyring secret and salt.
    pub(crate) fn reseal(&mut self, secret: &Secret) -> Result<(), StoreError> {
        let mut header = self.slot.header.clone();
        let before = header.clone();
        header.seal = secret.seal();
        header.salt = *random()?;
        header.serial += 1;
        let stretched = seal::stretch(secret, &header.salt, header.cost)?;
        let keyring = fresh_keyring(&header)?;
        let edition = self.slot.edition + 1;
        let slot = make_slot(edition, header, keyring.as_ref(), &stretched, &self.data)?;
        if let Err(error) = self.file.replace(&slot) {
            // Whoever is told that it failed must find the old secret still opens it.
            let mut back = self.slot.clone();
            back.edition = slot.edition + 1;
            if self.file.replace(&back).is_ok() {
                self.slot = back;
            }
            return Err(error);
        }
        self.slot = slot;
        self.stretched = stretched;
        self.keyring = keyring;
        forget_keyring(&before);
        Ok(())
    }

    /// Keys for the next generation: a new data key and a new keyring secret under the same typed secret. Nothing
    /// counts until [`Vault::commit`].
    pub(crate) fn next(&self) -> Result<Self, StoreError> {
        let mut header = self.slot.header.clone();
        header.generation += 1;
        header.serial += 1;
        let keyring = fresh_keyring(&header)?;
        let data = SecretKey::random()?;
        let edition = self.slot.edition + 1;
        let slot = make_slot(edition, header, keyring.as_ref(), &self.stretched, &data)?;
        Ok(Self {
            file: self.file.clone(),
            slot,
            stretched: self.stretched.clone(),
            keyring,
            data,
        })
    }

    /// Makes these keys the ones that count.
    pub(crate) fn commit(&self) -> Result<(), StoreError> {
        self.file.replace(&self.slot)
    }

    /// Notes that the store holds something until `deadline`: whoever finds it locked later may destroy it unopened.
    pub(crate) fn hold_until(&mut self, deadline: DateTime<Utc>) -> Result<(), StoreError> {
        const DAY: i64 = 86_400;
        let day = deadline.timestamp().div_euclid(DAY).saturating_add(1);
        let day = day.saturating_mul(DAY);
        if self.slot.header.last_deadline >= Some(day) {
            return Ok(());
        }
        let mut header = self.slot.header.clone();
        header.last_deadline = Some(day);
        let edition = self.slot.edition + 1;
        let keyring = self.keyring.as_ref();
        let slot = make_slot(edition, header, keyring, &self.stretched, &self.data)?;
        self.file.replace(&slot)?;
        self.slot = slot;
        Ok(())
    }

    /// Deletes the keyring entries of the generation before and of one that never came to count.
    pub(crate) fn sweep_keyring(&self) -> Result<(), StoreError> {
        let header = &self.slot.header;
        if header.seal == Seal::KeyringAndPin {
            keychain::delete(&entry_name(header, header.serial.saturating_sub(1)))?;
            keychain::delete(&entry_name(header, header.serial + 1))?;
        }
        Ok(())
    }

    pub(crate) fn file(&self) -> &SlotFile {
        &self.file
    }

    pub(crate) fn header(&self) -> &Header {
        &self.slot.header
    }

    #[cfg(test)]
    pub(crate) fn stretched(&self) -> &SecretKey {
        &self.stretched
    }

    pub(crate) fn data(&self) -> &SecretKey {
        &self.data
    }
}

fn make_slot(
    edition: u64,
    header: Header,
    keyring: Option<&SecretKey>,
    stretched: &SecretKey,
    data: &SecretKey,
) -> Result<Slot, StoreError> {
    let key = seal::derive(keyring, stretched);
    let Sealed { nonce, text } = seal::seal(&key, data, &associated(&header))?;
    let recovery = match &header.recipient {
        Some(recipient) => seal::seal_for_recovery(recipient, data)?,
        None => Vec::new(),
    };
    Ok(Slot {
        edition,
        header,
        nonce,
        sealed: text,
        recovery,
    })
}

/// The data key of a slot, where these open it.
pub(crate) fn open_slot(
    slot: &Slot,
    keyring: Option<&SecretKey>,
    stretched: &SecretKey,
) -> Option<SecretKey> {
    let key = seal::derive(keyring, stretched);
    let sealed = Sealed {
        nonce: slot.nonce,
        text: slot.sealed.clone(),
    };
    seal::open(&key, &sealed, &associated(&slot.header))
}

fn associated(header: &Header) -> Vec<u8> {
    serde_json::to_vec(header).expect("a header has only plain members")
}

pub(crate) fn entry_name(header: &Header, serial: u64) -> String {
    format!("{}-{}-{serial}", header.event, header.store)
}

fn read_keyring(header: &Header) -> Result<Option<SecretKey>, StoreError> {
    match header.seal {
        Seal::Passphrase => Ok(None),
        Seal::KeyringAndPin => Ok(Some(keychain::get(&entry_name(header, header.serial))?)),
    }
}

fn fresh_keyring(header: &Header) -> Result<Option<SecretKey>, StoreError> {
    match header.seal {
        Seal::Passphrase => Ok(None),
        Seal::KeyringAndPin => {
            let secret = SecretKey::random()?;
            keychain::set(&entry_name(header, header.serial), &secret)?;
            Ok(Some(secret))
        }
    }
}

/// Best effort: a leftover entry opens nothing that is still on the disk.
pub(crate) fn forget_keyring(header: &Header) {
    if header.seal == Seal::KeyringAndPin {
        let _ = keychain::delete(&entry_name(header, header.serial));
    }
}
