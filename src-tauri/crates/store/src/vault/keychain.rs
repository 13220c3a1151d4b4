//! The secret in the operating system's keyring.
//!
//! Trap: on Linux "no entry" may mean that the collection is not unlocked. So no entry is never a reason to make a new
//! store; see [`StoreError::KeyringMissingEntry`].

use std::collections::HashMap;

use keyring_core::api::CredentialPersistence;
use keyring_core::{Entry, Error};
use zeroize::Zeroizing;

use crate::disk::step;
use crate::error::StoreError;
use crate::vault::seal::{SecretKey, random};

/// Name under which keyrings list our secrets.
const SERVICE: &str = "zgoda";

/// Whether a secret can be kept there: writes one, reads it, deletes it.
pub(crate) fn available() -> bool {
    let probe = || {
        let name = format!("probe-{}", hex::encode(*random::<8>()?));
        let secret = SecretKey::random()?;
        set(&name, &secret)?;
        let read = get(&name);
        delete(&name)?;
        Ok::<_, StoreError>(read?.expose() == secret.expose())
    };
    probe().unwrap_or(false)
}

/// The secret called `name`.
pub(crate) fn get(name: &str) -> Result<SecretKey, StoreError> {
    let bytes = Zeroizing::new(entry(name)?.get_secret().map_err(unreachable)?);
    SecretKey::of(&bytes).ok_or(StoreError::KeyringMissingEntry)
}

/// Writes the secret called `name`.
pub(crate) fn set(name: &str, secret: &SecretKey) -> Result<(), StoreError> {
    step("before keyring write")?;
    entry(name)?
        .set_secret(secret.expose())
        .map_err(unreachable)?;
    Ok(step("after keyring write")?)
}

/// Deletes the secret called `name`; one that is not there is as good as deleted.
pub(crate) fn delete(name: &str) -> Result<(), StoreError> {
    step("before keyring deletion")?;
    match entry(name)?.delete_credential() {
        Ok(()) | Err(Error::NoEntry) => Ok(step("after keyring deletion")?),
        Err(error) => Err(unreachable(error)),
    }
}

/// The platform's store, unless the program has brought one of its own (phones do, and tests).
fn entry(name: &str) -> Result<Entry, StoreError> {
    if keyring_core::get_default_store().is_none() {
        let platform = keyring::Entry::store_status();
        platform.as_ref().map_err(|_| StoreError::KeyringLocked)?;
    }
    Entry::new_with_modifiers(SERVICE, name, &modifiers()).map_err(unreachable)
}

/// Windows gives an entry to the person's other machines of a domain, unless it is told to keep it here. Other stores know
/// no such word, nor do those for tests, which forget.
fn modifiers() -> HashMap<&'static str, &'static str> {
    let keeps = keyring_core::get_default_store().map(|store| store.persistence());
    let may_roam = cfg!(windows) && matches!(keeps, Some(CredentialPersistence::UntilDelete));
    may_roam
        .then_some(("persistence", "local"))
        .into_iter()
        .collect()
}

#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
fn unreachable(error: Error) -> StoreError {
    match error {
        Error::NoEntry => StoreError::KeyringMissingEntry,
        _ => StoreError::KeyringLocked,
    }
}
