//! Settings that cannot be read: set aside under another name, and begun anew.
//!
//! When: a person says so, because nothing opens while `settings.json` is damaged. How: the damaged file is copied first and
//! replaced then, so that no power cut leaves the home without settings. What may be lost with it is which head office's
//! profiles are taken: a key that can still be read in the damaged file counts on, the events keep what their stores were
//! told, and the first of them that is unlocked and was told a key tells the settings again. Until then, or until each was
//! asked, a store that was told nothing takes no profile. Whatever else, it is said.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use chrono::{DateTime, Utc};
use serde::Serialize;
use ts_rs::TS;
use zgoda_core::Language;
use zgoda_core::note::Verifier;
use zgoda_store::Store;

use crate::error::Error;
use crate::home::{self, Settings};
use crate::trust::Told;
use crate::{Booth, Mode};

/// What became of settings that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct MendedView {
    /// Where the damaged file lies now.
    pub kept_as: String,
    /// What is left of head office's key.
    pub key: MendedKey,
}

/// What is left of head office's key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum MendedKey {
    /// It could be read in the damaged file, and counts on.
    Kept,
    /// It could not; the events on this device keep what they were told.
    InEvents,
    /// It could not, if there was one, and no event is left that would know.
    Unknown,
}

impl Booth {
    /// Sets damaged settings aside and begins new ones, with the event that was in use, as far as that can be told, else the
    /// latest, and the screens in `language`. `None` where they can be read: then nothing happens.
    ///
    /// # Errors
    /// Where the home cannot be written; then the damaged file stays where it is.
    pub fn settings_mend(
        &mut self,
        language: Language,
        now: DateTime<Utc>,
    ) -> Result<Option<MendedView>, Error> {
        if matches!(self.mode, Mode::Attendee(_)) {
            return Err(Error::NotNow);
        }
        match Settings::read(&self.home) {
            Err(Error::Settings { .. }) => {}
            settings => return settings.map(|_| None),
        }
        let (damaged, kept_as) = self.copy_damaged(now)?;
        let key = readable_key(&damaged);
        let events = self.events()?;
        let in_use = match &self.open {
            Some(open) => Some(open.profile.event.id.clone()),
            None => readable_event(&damaged).filter(|event| events.contains(event)),
        };
        let event = match in_use {
            Some(event) => Some(event),
            None => self.latest_event()?,
        };
        let left = match (&key, &event) {
            (Some(_), _) => MendedKey::Kept,
            (None, Some(_)) => MendedKey::InEvents,
            (None, None) => MendedKey::Unknown,
        };
        let settings = Settings {
            language,
            unasked: match key {
                Some(_) => BTreeSet::new(),
                None => events.into_iter().collect(),
            },
            event,
            head_office_key: key.as_ref().map(Verifier::to_string),
            ..Settings::default()
        };
        settings.write(&self.home)?;
        self.language = language;
        self.tell_mended_settings()?;
        Ok(Some(MendedView {
            kept_as: kept_as.display().to_string(),
            key: left,
        }))
    }

    /// The damaged file's bytes, and where a copy of them lies from now on.
    fn copy_damaged(&self, now: DateTime<Utc>) -> Result<(Vec<u8>, PathBuf), Error> {
        let copy = || -> std::io::Result<(Vec<u8>, PathBuf)> {
            let damaged = fs::read(self.home.join(home::FILE))?;
            let stem = format!("settings.damaged-{}", now.format("%Y%m%d-%H%M%S"));
            let names = std::iter::once(format!("{stem}.json"))
                .chain((2..).map(|number| format!("{stem}-{number}.json")));
            for path in names.map(|name| self.home.join(name)) {
                let mut open = fs::File::options();
                match open.write(true).create_new(true).open(&path) {
                    Ok(mut file) => {
                        std::io::Write::write_all(&mut file, &damaged)?;
                        file.sync_all()?;
                        return Ok((damaged, path));
                    }
                    Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
                    Err(error) => return Err(error),
                }
            }
            Err(std::io::ErrorKind::AlreadyExists.into())
        };
        copy().map_err(|error| home::home_error(&self.home, &error))
    }

    /// After settings were begun anew: the key that the store in use was told is told to them too, for stores that are made
    /// later.
    pub(crate) fn tell_mended_settings(&self) -> Result<(), Error> {
        match &self.open {
            Some(open) => self.ask_for_key(&open.profile.event.id, &open.store),
            None => Ok(()),
        }
    }

    /// Asks the store of `event` for head office's key, where settings that were begun anew do not know it yet. Where there
    /// was none before, this device takes fewer profiles than it did, never more.
    pub(crate) fn ask_for_key(&self, event: &str, store: &Store) -> Result<(), Error> {
        // Those that cannot be read say so elsewhere.
        let Ok(mut settings) = Settings::read(&self.home) else {
            return Ok(());
        };
        if settings.unasked.is_empty() {
            return Ok(());
        }
        match Told::read(store)?.key() {
            Some(key) => {
                settings.head_office_key = Some(key.to_string());
                settings.unasked.clear();
            }
            None => drop(settings.unasked.remove(event)),
        }
        settings.write(&self.home)
    }

    /// An event of this home that may know head office's key and has not been asked.
    pub(crate) fn unasked(&self, settings: &Settings) -> Option<String> {
        let mut unasked = settings.unasked.iter();
        let there = |event: &&String| Store::exists(&home::event_dir(&self.home, event));
        unasked.find(there).cloned()
    }

    /// The store of `event` is gone. Where it was in use, another one is that has still to be asked for head office's key:
    /// nothing new begins before.
    pub(crate) fn leave_removed(&self, event: &str) -> Result<(), Error> {
        let mut settings = Settings::read(&self.home)?;
        if settings.event.as_deref() != Some(event) {
            return Ok(());
        }
        settings.event = self.unasked(&settings);
        settings.write(&self.home)
    }
}

/// Head office's key, where it stands whole among damaged text: it carries a check of its own.
fn readable_key(damaged: &[u8]) -> Option<Verifier> {
    let text = String::from_utf8_lossy(damaged);
    let mut quoted = text.split('"');
    quoted.find_map(|part| part.parse().ok())
}

/// The event that was in use, where it stands whole among damaged text.
fn readable_event(damaged: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(damaged);
    let mut quoted = text.split('"').skip_while(|part| *part != "event").skip(1);
    let is_colon = quoted.next()?.trim() == ":";
    let event = quoted.next().filter(|_| is_colon)?;
    // Cut off in the middle, no quote ends it.
    quoted.next().map(|_| event.to_owned())
}
