//! Which head office's profiles this device takes: any, or those alone that one key signed.
//!
//! When: staff tell the device the key once; from then on every profile that is taken is verified, whichever way it comes.
//! How: the key lies in the encrypted store of each event that was opened since, where a changed file cannot put another in
//! its place, and in the home's settings for a store that is made later. A store that knows a key keeps to it, whatever the
//! settings say.

use std::path::Path;

use chrono::{DateTime, Utc};
use serde::Serialize;
use ts_rs::TS;
use zgoda_core::Profile;
use zgoda_core::ledger::{Happening, Kind};
use zgoda_core::note::Verifier;
use zgoda_core::profile::signature::{self, ProfileRef, SignatureError};
use zgoda_store::{Secret, Store};

use crate::error::Error;
use crate::home::Settings;
use crate::{Booth, Open};

/// Where the key lies in an event's encrypted store.
const KEY: &str = "head_office_key";

/// Whose profiles this device takes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct TrustView {
    /// Head office's public key; none where any profile is taken.
    pub key: Option<String>,
    /// True where the profile in use is signed by it.
    pub signed: bool,
    /// When the profile in use was signed.
    pub signed_at: Option<DateTime<Utc>>,
    /// The key that the profile in use names, which a person may compare and take.
    pub named: Option<String>,
}

/// A profile that may be taken.
pub(crate) struct Accepted {
    pub(crate) profile: Profile,
    pub(crate) toml: String,
    by: Option<ProfileRef>,
}

impl Booth {
    /// Whose profiles this device takes.
    ///
    /// # Errors
    /// Where the store is locked or cannot be read.
    pub fn trust_view(&mut self) -> Result<TrustView, Error> {
        let open = self.staff()?;
        let key = trusted(&open.store)?;
        let toml = open.store.profile()?.unwrap_or_default();
        let signed = key
            .as_ref()
            .and_then(|key| signature::verify(&toml, key).ok());
        let named = open.profile.receipt.head_office_key.as_ref();
        Ok(TrustView {
            signed: signed.is_some(),
            signed_at: signed.map(|signed| signed.at),
            named: named.map(Verifier::to_string),
            key: key.map(|key| key.to_string()),
        })
    }

    /// From now on this device takes no profile but those that `key` signed. The one in use goes on.
    ///
    /// # Errors
    /// [`Error::KeyKnown`] where another key is known: that one has to be forgotten first.
    pub fn trust(&mut self, key: &Verifier) -> Result<TrustView, Error> {
        let open = self.staff()?;
        if trusted(&open.store)?.is_some_and(|known| known != *key) {
            return Err(Error::KeyKnown);
        }
        open.store.meta_set(KEY, &key.to_string())?;
        self.note_key(Some(key))?;
        self.trust_view()
    }

    /// From now on this event, and those that are made later, take any profile again.
    ///
    /// # Errors
    /// Where `secret` does not open the store.
    pub fn untrust(&mut self, secret: &Secret, now: DateTime<Utc>) -> Result<TrustView, Error> {
        let open = self.staff()?;
        open.store.verify_secret(secret, now)?;
        // The settings first: a store that still knows the key is the safe half.
        self.note_key(None)?;
        self.staff()?.store.meta_remove(KEY)?;
        self.trust_view()
    }

    /// The key that a profile must be signed with to be taken here.
    pub(crate) fn required_key(&self) -> Result<Option<Verifier>, Error> {
        if let Some(open) = &self.open
            && let Some(key) = trusted(&open.store)?
        {
            return Ok(Some(key));
        }
        noted_key(&self.home)
    }

    fn note_key(&self, key: Option<&Verifier>) -> Result<(), Error> {
        let mut settings = Settings::read(&self.home)?;
        settings.head_office_key = key.map(Verifier::to_string);
        settings.write(&self.home)
    }
}

impl Open {
    /// Keeps `key` in a store that knows none yet.
    pub(crate) fn learn_key(&mut self, key: Option<&Verifier>) -> Result<(), Error> {
        match (trusted(&self.store)?, key) {
            (None, Some(key)) => Ok(self.store.meta_set(KEY, &key.to_string())?),
            _ => Ok(()),
        }
    }

    /// Puts `accepted` in the place of the profile in use.
    pub(crate) fn put_in_use(
        &mut self,
        accepted: Accepted,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        let changes = self.profile.sha256 != accepted.profile.sha256;
        self.store.set_profile(&accepted.toml, now)?;
        self.profile = accepted.profile;
        if changes {
            self.record(accepted.by, now)
        } else {
            Ok(())
        }
    }

    /// Tells the ledger whose profile was taken.
    pub(crate) fn record(
        &mut self,
        by: Option<ProfileRef>,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        if let Some(by) = by {
            let happening = Happening {
                profile: Some(by),
                ..Happening::new(Kind::Profile, self.local(now))
            };
            self.store.decline(happening)?;
        }
        Ok(())
    }
}

impl Accepted {
    /// The profile of a store that is made with it.
    pub(crate) fn first(toml: &str, key: Option<&Verifier>) -> Result<Self, Error> {
        let (toml, by) = match key {
            None => (toml.to_owned(), None),
            Some(key) => {
                let signed = signature::verify(toml, key)?;
                (signed.toml, Some((key, signed.at)))
            }
        };
        let (profile, _) = Profile::read(&toml).map_err(Error::Profile)?;
        let by = by.map(|(key, signed_at)| ProfileRef {
            sha256: profile.sha256.clone(),
            key: key.to_string(),
            signed_at,
        });
        Ok(Self { profile, toml, by })
    }

    /// The profile that takes the place of the one in `store`: signed no earlier than that one, and under the version of a
    /// wording that ever counted there it says the same.
    pub(crate) fn next(store: &Store, toml: &str, key: Option<&Verifier>) -> Result<Self, Error> {
        let accepted = Self::first(toml, key)?;
        if let (Some(key), Some(by)) = (key, &accepted.by) {
            let current = store.profile()?.unwrap_or_default();
            let current = signature::verify(&current, key).ok();
            if current.is_some_and(|current| current.at > by.signed_at) {
                return Err(SignatureError::Older.into());
            }
        }
        for (sha256, _) in store.profile_history()? {
            let before = store.profile_by_sha256(&sha256)?.unwrap_or_default();
            // One that an older version of the program took and this one would not is no measure.
            if let Ok((before, _)) = Profile::read(&before) {
                before.read_after(&accepted.toml).map_err(Error::Profile)?;
            }
        }
        Ok(accepted)
    }

    pub(crate) fn by(&self) -> Option<ProfileRef> {
        self.by.clone()
    }
}

/// The key that the home's settings name.
pub(crate) fn noted_key(home: &Path) -> Result<Option<Verifier>, Error> {
    let noted = Settings::read(home)?.head_office_key;
    Ok(noted.and_then(|key| key.parse().ok()))
}

/// The key that the store knows. One that cannot be read any more lets no profile in.
pub(crate) fn trusted(store: &Store) -> Result<Option<Verifier>, Error> {
    let Some(known) = store.meta_get(KEY)? else {
        return Ok(None);
    };
    let key = known.parse();
    key.map(Some)
        .map_err(|_| zgoda_store::StoreError::Damaged.into())
}
