//! Another PIN or passphrase, the way back in for head office, and going on with an older store.

use chrono::{DateTime, Utc};
use zgoda_store::{Secret, Store, StoreError};

use crate::error::Error;
use crate::setup::is_strong;
use crate::{Booth, Mode, Purged};

impl Booth {
    /// Seals the store, and the list over all events, under another PIN or passphrase. The old one opens nothing more.
    ///
    /// # Errors
    /// A wrong old secret, which counts as a try; a weak new one; a store that is locked or cannot be written.
    pub fn change_secret(
        &mut self,
        old: &Secret,
        new: &Secret,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        let open = self.staff()?;
        if !is_strong(new) {
            return Err(Error::WeakSecret);
        }
        open.store.change_secret(old, new, now)?;
        // The change is made. Where the list cannot follow now, the next unlock sees that it has not and seals it.
        let _ = open.reseal_list(new);
        Ok(())
    }

    /// Opens the store of the event in use with head office's identity file, where PIN, passphrase or keyring are lost,
    /// and seals it under `secret` and a new secret in the keyring.
    ///
    /// # Errors
    /// An identity that does not open it; a store that is sealed to none; a weak secret.
    pub fn recover(
        &mut self,
        identity_file: &str,
        secret: &Secret,
        now: DateTime<Utc>,
    ) -> Result<Purged, Error> {
        if matches!(self.mode, Mode::Attendee(_)) {
            return Err(Error::NotNow);
        }
        if !is_strong(secret) {
            return Err(Error::WeakSecret);
        }
        self.lock();
        let dir = self.dir()?.ok_or(StoreError::NoStore)?;
        let store = Store::recover(&dir, identity_file, secret, now)?;
        self.enter(store, secret, now)
    }

    /// Goes on with a store that is older than the one last seen here ([`StoreError::Older`]): a person has decided that
    /// what is missing is not to be had. Opens nothing.
    ///
    /// # Errors
    /// Where there is no store, or it is in use.
    pub fn accept_older(&mut self) -> Result<(), Error> {
        if matches!(self.mode, Mode::Attendee(_)) {
            return Err(Error::NotNow);
        }
        let dir = self.dir()?.ok_or(StoreError::NoStore)?;
        Ok(Store::accept_older(&dir)?)
    }
}
