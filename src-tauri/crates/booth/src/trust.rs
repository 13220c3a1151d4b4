//! Which head office's profiles this device takes: any, or those alone that one key signed.
//!
//! When: staff tell the device the key once; from then on every profile that is taken is verified, whichever way it comes.
//! How: the key lies in the encrypted store of the event in which staff told it, and of each event that took a profile
//! which it verified since, was gone over to under one, or took in a device that was told it; there a changed file cannot
//! put another in its place. It also lies in the home's settings, which are asked only where the open store was told
//! nothing, or none is open. A store that was told a key, or to forget it, keeps to that, whatever the settings or another
//! event's store say, and goes on under the profile that counts in it.

use chrono::{DateTime, Utc};
use serde::Serialize;
use ts_rs::TS;
use zgoda_core::Profile;
use zgoda_core::ledger::{Happening, Kind};
use zgoda_core::note::Verifier;
use zgoda_core::profile::signature::{self, ProfileRef, SignatureError};
use zgoda_store::{Secret, Store};

use crate::destination;
use crate::error::Error;
use crate::home::Settings;
use crate::{Booth, Open};

/// Where the key lies in an event's encrypted store.
const KEY: &str = "head_office_key";
/// What lies there once a person let the store forget its key.
const FORGOTTEN: &str = "forgotten";

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
    toml: String,
    by: Option<ProfileRef>,
}

impl Booth {
    /// Whose profiles this device takes.
    ///
    /// # Errors
    /// Where the store is locked or cannot be read.
    pub fn trust_view(&mut self) -> Result<TrustView, Error> {
        self.staff()?;
        let key = self.required_key()?;
        let open = self.staff()?;
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
        self.staff()?;
        let known = match self.required_key() {
            Err(Error::KeyUnasked) => None,
            known => known?,
        };
        if known.is_some_and(|known| known != *key) {
            return Err(Error::KeyKnown);
        }
        self.note_key(Some(key))?;
        self.staff()?.store.meta_set(KEY, &key.to_string())?;
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
        self.staff()?.store.meta_set(KEY, FORGOTTEN)?;
        self.trust_view()
    }

    /// The key that a profile must be signed with to be taken here. The settings are asked alone where the open store was
    /// told nothing, or none is open.
    ///
    /// # Errors
    /// [`Error::KeyUnasked`] where the settings were begun anew and another event of this home may know a key.
    pub(crate) fn required_key(&self) -> Result<Option<Verifier>, Error> {
        let told = match &self.open {
            Some(open) => Told::read(&open.store)?,
            None => Told::Nothing,
        };
        match told {
            Told::Key(key) => Ok(Some(*key)),
            Told::Forget => Ok(None),
            Told::Nothing => {
                let settings = Settings::read(&self.home)?;
                match self.unasked(&settings) {
                    Some(_) => Err(Error::KeyUnasked),
                    None => settings.head_office_key(&self.home),
                }
            }
        }
    }

    fn note_key(&self, key: Option<&Verifier>) -> Result<(), Error> {
        let mut settings = Settings::read(&self.home)?;
        settings.head_office_key = key.map(Verifier::to_string);
        settings.unasked.clear();
        settings.write(&self.home)
    }
}

/// What an event's store was told of head office's key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Told {
    /// Nothing yet: it learns the key that a profile of it is first verified by.
    Nothing,
    /// To take no profile but those that this key signed.
    Key(Box<Verifier>),
    /// To forget the key that it was told. A person said so with the secret; no other store's key undoes it.
    Forget,
}

impl Told {
    /// A key that cannot be read any more lets no profile in.
    pub(crate) fn read(store: &Store) -> Result<Self, Error> {
        Ok(match store.meta_get(KEY)?.as_deref() {
            None => Self::Nothing,
            Some(FORGOTTEN) => Self::Forget,
            Some(known) => {
                let key = known.parse().map(Box::new);
                Self::Key(key.map_err(|_| zgoda_store::StoreError::Damaged)?)
            }
        })
    }

    pub(crate) fn key(self) -> Option<Verifier> {
        match self {
            Self::Key(key) => Some(*key),
            Self::Nothing | Self::Forget => None,
        }
    }
}

/// The key that goes along from the store in use, `from`, to `to`: none where that one was told its own, to whose profile one
/// may always come back.
///
/// # Errors
/// Where the key did not sign the profile in `to`.
pub(crate) fn goes_along(from: &Store, to: &Store) -> Result<Option<Verifier>, Error> {
    let key = match Told::read(to)? {
        Told::Nothing => Told::read(from)?.key(),
        Told::Key(_) | Told::Forget => None,
    };
    if let Some(key) = &key {
        signature::verify(&to.profile()?.unwrap_or_default(), key)?;
    }
    Ok(key)
}

impl Open {
    /// Keeps the key that went along.
    pub(crate) fn learn_key(&mut self, key: &Verifier) -> Result<(), Error> {
        Ok(self.store.meta_set(KEY, &key.to_string())?)
    }

    /// Keeps the key of a device whose store was taken in, where this store was told nothing and the key signed the profile in
    /// use: a parcel alone ties no device to a key.
    pub(crate) fn learn_moved_key(&mut self, key: &str) -> Result<(), Error> {
        let Ok(key) = key.parse() else {
            return Ok(());
        };
        let toml = self.store.profile()?.unwrap_or_default();
        let signed = signature::verify(&toml, &key).is_ok();
        if signed && Told::read(&self.store)? == Told::Nothing {
            self.learn_key(&key)?;
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

    /// The profile that takes the place of the one in `store`: signed no earlier than that one, of the CRM that has leads of
    /// the event already, and under the version of a wording that ever counted there it says the same.
    pub(crate) fn next(store: &Store, toml: &str, key: Option<&Verifier>) -> Result<Self, Error> {
        let accepted = Self::first(toml, key)?;
        if let (Some(key), Some(by)) = (key, &accepted.by) {
            let current = store.profile()?.unwrap_or_default();
            let current = signature::verify(&current, key).ok();
            if current.is_some_and(|current| current.at > by.signed_at) {
                return Err(SignatureError::Older.into());
            }
        }
        destination::may_follow(store, &accepted.profile)?;
        for (sha256, _) in store.profile_history()? {
            let before = store.profile_by_sha256(&sha256)?.unwrap_or_default();
            // One that an older version of the program took and this one would not is no measure.
            if let Ok((before, _)) = Profile::read(&before) {
                before.read_after(&accepted.toml).map_err(Error::Profile)?;
            }
        }
        Ok(accepted)
    }

    /// Makes it the profile that counts in `store`. The ledger's entry of whose it is, and the key where the store was told
    /// nothing yet, come with it or not at all.
    pub(crate) fn put_in_use(
        self,
        store: &mut Store,
        now: DateTime<Utc>,
    ) -> Result<Profile, Error> {
        let learnt = match (Told::read(store)?, &self.by) {
            (Told::Nothing, Some(by)) => Some(by.key.clone()),
            _ => None,
        };
        let at = now
            .with_timezone(&self.profile.event.time_zone)
            .fixed_offset();
        let happening = self.by.map(|by| Happening {
            profile: Some(by),
            ..Happening::new(Kind::Profile, at)
        });
        let fact = learnt.as_deref().map(|key| (KEY, key));
        store.take_profile(&self.toml, happening, fact, now)?;
        Ok(self.profile)
    }
}
