//! First start, unlocking, locking, and taking a profile.

use chrono::{DateTime, Utc};
use zeroize::Zeroizing;
use zgoda_core::profile::Finding;
use zgoda_core::{Language, Profile};
use zgoda_store::{Secret, Store};

use crate::destination::{self, Place};
use crate::error::Error;
use crate::home::{Settings, event_dir};
use crate::suppression::{self, open_list};
use crate::sync::CRM_SECRET;
use crate::trust::{Accepted, Told};
use crate::view::{AppView, Counts, Phase, ProfileView, Seal};
use crate::{Booth, Mode, Open, Purged, demo, show};

/// Fewest and most digits of a PIN.
const PIN_DIGITS: std::ops::RangeInclusive<usize> = 4..=12;
/// Fewest characters of a passphrase.
const PASSPHRASE_CHARS: usize = 10;

impl Booth {
    /// The whole state in one look; works in every phase.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn app(&mut self, now: DateTime<Utc>) -> Result<AppView, Error> {
        if self.open.is_none() {
            // What cannot be read or destroyed is told at unlock.
            let _ = self.end_past(now, false);
        }
        let phase = self.phase()?;
        let seal = self.seal()?;
        let (event, counts, lock_after) = match &mut self.open {
            Some(open) => (
                Some(show::event(
                    &open.profile,
                    open.store.closed_at()?.is_some(),
                    now,
                )),
                open.counts(now)?,
                open.profile.lock_after,
            ),
            None => (None, Counts::default(), 0),
        };
        let clock_ahead = match &self.open {
            Some(open) => self.believed(now).ahead || open.store.is_ahead(now)?,
            None => false,
        };
        let version = env!("CARGO_PKG_VERSION").to_owned();
        Ok(AppView {
            clock_ahead,
            held_by: self.held_by(),
            phase,
            seal,
            language: self.language,
            event,
            counts,
            lock_after,
            version,
        })
    }

    /// Where the program stands.
    ///
    /// # Errors
    /// Where the home folder cannot be read.
    pub fn phase(&self) -> Result<Phase, Error> {
        Ok(match (&self.mode, &self.open) {
            (Mode::Attendee(_), _) => Phase::Attendee,
            (Mode::Staff, Some(_)) => Phase::Staff,
            (Mode::Staff, None) if self.dir()?.is_some_and(|dir| Store::exists(&dir)) => {
                Phase::Locked
            }
            (Mode::Staff, None) => Phase::FirstStart,
        })
    }

    /// Makes the store of a first start: `toml` is head office's profile, or the demo's where there is none.
    ///
    /// # Errors
    /// A weak secret, a refused profile, a store that is there already.
    pub fn first_start(
        &mut self,
        language: Language,
        secret: &Secret,
        toml: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        self.begin(language, secret, toml, now, now)
    }

    /// As [`Booth::first_start`], of a store that has seen `seen` as the latest time: a clock that is far ahead of it is not
    /// believed.
    pub(crate) fn begin(
        &mut self,
        language: Language,
        secret: &Secret,
        toml: Option<&str>,
        seen: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        if self.phase()? != Phase::FirstStart {
            return Err(zgoda_store::StoreError::StoreExists.into());
        }
        if !is_strong(secret) {
            return Err(Error::WeakSecret);
        }
        let toml = toml.map_or_else(|| demo::profile(now), str::to_owned);
        let accepted = Accepted::first(&toml, self.required_key()?.as_ref())?;
        self.create(accepted, secret, seen, now)?;
        self.set_language(language)
    }

    /// Opens the store of the event in use, and first thing erases what is due; a store that is past its last deadline is
    /// destroyed instead of opened.
    ///
    /// # Errors
    /// A wrong secret, a keyring that is locked, a store that is damaged or in use.
    pub fn unlock(&mut self, secret: &Secret, now: DateTime<Utc>) -> Result<Purged, Error> {
        if self.open.is_some() {
            return Ok(Purged::default());
        }
        let ended = self.end_past(now, false).unwrap_or_default();
        let dir = self.dir()?.ok_or(zgoda_store::StoreError::NoStore)?;
        let store = Store::open(&dir, secret, self.believed(now).now)?;
        let mut purged = self.enter(store, secret, now)?;
        if self.event.is_none() && !purged.clock_ahead {
            // What cannot be seen to in the others now does not keep this one shut.
            let others = self.purge_others(secret, now).unwrap_or_default();
            purged.expired += others.expired;
            purged.forgotten += others.forgotten;
        }
        Ok(Purged {
            destroyed: u32::try_from(ended.destroyed.len()).unwrap_or(u32::MAX),
            ..purged
        })
    }

    /// Takes an opened store, and first thing erases what is due.
    pub(crate) fn enter(
        &mut self,
        store: Store,
        secret: &Secret,
        now: DateTime<Utc>,
    ) -> Result<Purged, Error> {
        let toml = store.profile()?.ok_or(zgoda_store::StoreError::NotAStore)?;
        let (profile, _) = Profile::read(&toml).map_err(Error::Profile)?;
        self.opened_with(store, profile, secret, now)?;
        self.tell_mended_settings()?;
        self.purge(now)
    }

    /// Closes the store and wipes its keys. An attendee's form in hand is wiped with it.
    pub fn lock(&mut self) {
        self.open = None;
        self.mode = Mode::Staff;
    }

    /// The language of the staff's screens.
    pub fn language(&self) -> Language {
        self.language
    }

    /// Sets the language of the staff's screens.
    ///
    /// # Errors
    /// Where the home folder cannot be written.
    pub fn set_language(&mut self, language: Language) -> Result<(), Error> {
        let mut settings = Settings::read(&self.home)?;
        settings.language = language;
        settings.write(&self.home)?;
        self.language = language;
        Ok(())
    }

    /// The profile in use.
    ///
    /// # Errors
    /// Where the store is locked.
    pub fn profile(&mut self) -> Result<&Profile, Error> {
        Ok(&self.staff()?.profile)
    }

    /// The profile in use, as Settings shows it.
    ///
    /// # Errors
    /// Where the store is locked.
    pub fn profile_view(&mut self, now: DateTime<Utc>) -> Result<ProfileView, Error> {
        let home = self.home.clone();
        let open = self.staff()?;
        let place = Place::crm(&open.profile);
        let has_secret = open.kept_secret(CRM_SECRET, &place)?.is_some();
        let toml = open.store.profile()?.unwrap_or_default();
        let findings = Profile::read(&toml).map_or_else(|errors| errors, |(_, warnings)| warnings);
        let closed = open.store.closed_at()?.is_some();
        Ok(show::profile(
            &open.profile,
            closed,
            findings,
            has_secret,
            open.lookup_view()?,
            &home,
            now,
        ))
    }

    /// Lints a profile without taking it.
    pub fn profile_check(toml: &str) -> Vec<Finding> {
        Profile::read(toml).map_or_else(|errors| errors, |(_, warnings)| warnings)
    }

    /// Takes a profile. One of the same event replaces the profile in use (a new version of a wording counts from now
    /// on, earlier records keep theirs); one of another event needs `secret` to open or make that event's store. What is left
    /// of the event in use stays in its own; a person says with `leave` that they know of it.
    ///
    /// # Errors
    /// A refused profile, [`Error::Signature`] among them where the device knows head office's key; [`Error::Unsynced`]
    /// where something is left and `leave` is not said.
    pub fn profile_import(
        &mut self,
        toml: &str,
        secret: &Secret,
        leave: bool,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        let key = self.required_key()?;
        let accepted = Accepted::first(toml, key.as_ref())?;
        let event = accepted.profile.event.id.clone();
        let open = self.staff()?;
        if open.profile.event.id == event {
            let accepted = Accepted::next(&open.store, toml, key.as_ref())?;
            let next = accepted.put_in_use(&mut open.store, now)?;
            let before = std::mem::replace(&mut open.profile, next);
            return open.follow(&before);
        }
        self.may_leave(leave)?;
        self.staff()?.store.verify_secret(secret, now)?;
        let dir = event_dir(&self.home, &event);
        if !Store::exists(&dir) {
            self.lock();
            return self.create(accepted, secret, now, now);
        }
        let mut store = Store::open(&dir, secret, self.believed(now).now)?;
        let key = Told::read(&store)?.key().or(key);
        let accepted = Accepted::next(&store, toml, key.as_ref())?;
        let before = destination::current(&store)?;
        self.lock();
        let profile = accepted.put_in_use(&mut store, now)?;
        self.use_event(&event)?;
        self.opened_with(store, profile, secret, now)?;
        let open = self.staff()?;
        if let Some(before) = before {
            open.follow(&before)?;
        }
        open.ask_organiser_anew()
    }

    fn create(
        &mut self,
        accepted: Accepted,
        secret: &Secret,
        seen: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        let event = &accepted.profile.event.id;
        let dir = event_dir(&self.home, event);
        let recipient = accepted.profile.recipient.as_deref();
        suppression::check_secret(&self.home, secret, now)?;
        let mut store = Store::create(&dir, event, secret, recipient, self.cost, seen)?;
        let profile = accepted.put_in_use(&mut store, now)?;
        self.use_event(&profile.event.id)?;
        self.opened_with(store, profile, secret, now)?;
        // The device has its key from the first moment on, so that a copy put back later still signs with it.
        self.staff()?.issuer()?;
        Ok(())
    }

    pub(crate) fn opened_with(
        &mut self,
        mut store: Store,
        profile: Profile,
        secret: &Secret,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        let sealing = (secret, profile.recipient.as_deref());
        let list = open_list(&self.home, &mut store, sealing, self.cost, now)?;
        let dir = event_dir(&self.home, &profile.event.id);
        let open = Open {
            dir,
            store,
            list,
            profile,
            draft: None,
            people: None,
            cards: crate::capture::Cards::default(),
            found: Vec::new(),
        };
        open.note();
        self.open = Some(open);
        Ok(())
    }

    pub(crate) fn use_event(&self, event: &str) -> Result<(), Error> {
        let mut settings = Settings::read(&self.home)?;
        settings.event = Some(event.to_owned());
        settings.write(&self.home)
    }

    pub(crate) fn dir(&self) -> Result<Option<std::path::PathBuf>, Error> {
        match &self.event {
            Some(event) => Ok(Some(event_dir(&self.home, event))),
            None => Ok(Settings::read(&self.home)?.event_dir(&self.home)),
        }
    }

    /// What the store is opened with, or would be.
    ///
    /// # Errors
    /// Where the store's seal cannot be read.
    pub fn seal(&self) -> Result<Seal, Error> {
        let dir = self.dir()?.filter(|dir| Store::exists(dir));
        let keyring = match dir {
            Some(dir) => Store::seal(&dir)? == zgoda_store::Seal::KeyringAndPin,
            None => self.keyring.is_there(),
        };
        Ok(if keyring { Seal::Pin } else { Seal::Passphrase })
    }

    /// True where `text` is no weaker than the passphrase of a store has to be.
    pub fn is_strong_passphrase(text: &Zeroizing<String>) -> bool {
        is_strong(&Secret::Passphrase(text.clone()))
    }

    /// True where the system has a keyring in which half of a key can be kept.
    pub fn keyring_available() -> bool {
        Store::keyring_available()
    }

    /// What was typed, as the kind of secret that the store wants, or would want.
    ///
    /// # Errors
    /// Where the store's seal cannot be read.
    pub fn secret(&self, typed: &str) -> Result<Secret, Error> {
        let typed = Zeroizing::new(typed.trim_end_matches(['\r', '\n']).to_owned());
        Ok(match self.seal()? {
            Seal::Pin => Secret::Pin(typed),
            Seal::Passphrase => Secret::Passphrase(typed),
        })
    }
}

pub(crate) fn is_strong(secret: &Secret) -> bool {
    match secret {
        Secret::Pin(pin) => {
            PIN_DIGITS.contains(&pin.len()) && pin.bytes().all(|b| b.is_ascii_digit())
        }
        Secret::Passphrase(text) => text.chars().count() >= PASSPHRASE_CHARS,
    }
}
