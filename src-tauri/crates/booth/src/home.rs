//! The home folder: `settings.json` (no secret, nothing of a person), and one folder per event below `events/`.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use zgoda_core::Language;
use zgoda_core::note::Verifier;

use crate::error::Error;
use crate::models::CardChoice;

/// What is known before the store is open.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Settings {
    /// Language of the staff's screens.
    pub(crate) language: Language,
    /// The event in use.
    pub(crate) event: Option<String>,
    /// Which models read cards.
    pub(crate) cards: CardChoice,
    /// What the first card took, in ms.
    pub(crate) first_card: Option<u32>,
    /// Head office's public key, for a store that is made later; as it is written there, so that one which cannot be read is
    /// written back as it was.
    pub(crate) head_office_key: Option<String>,
    /// They were begun anew in the place of damaged ones: the events that may know head office's key and have not been
    /// opened since. Empty once one of them told it.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub(crate) unasked: BTreeSet<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            language: Language::Pl,
            event: None,
            cards: CardChoice::default(),
            first_card: None,
            head_office_key: None,
            unasked: BTreeSet::new(),
        }
    }
}

impl Settings {
    /// The settings in `home`; the defaults where there are none yet.
    ///
    /// # Errors
    /// [`Error::Settings`] where they cannot be read as such: defaults in their place would free the device of head office's
    /// key, and the next write would leave nothing to mend.
    pub(crate) fn read(home: &Path) -> Result<Self, Error> {
        match fs::read(home.join(FILE)) {
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(|_| Error::Settings {
                folder: home.display().to_string(),
            }),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(home_error(home, &error)),
        }
    }

    /// Writes them whole or not at all.
    pub(crate) fn write(&self, home: &Path) -> Result<(), Error> {
        let write = || -> std::io::Result<()> {
            fs::create_dir_all(home)?;
            let fresh = home.join(format!("{FILE}.new"));
            let mut file = fs::File::create(&fresh)?;
            file.write_all(&serde_json::to_vec_pretty(self)?)?;
            file.sync_all()?;
            fs::rename(fresh, home.join(FILE))
        };
        write().map_err(|error| home_error(home, &error))
    }

    /// Head office's public key.
    ///
    /// # Errors
    /// [`Error::NotedKey`] where one is there and cannot be read.
    pub(crate) fn head_office_key(&self, home: &Path) -> Result<Option<Verifier>, Error> {
        let key = self.head_office_key.as_deref().map(str::parse);
        key.transpose().map_err(|_| Error::NotedKey {
            folder: home.display().to_string(),
        })
    }

    /// The folder of the event in use.
    pub(crate) fn event_dir(&self, home: &Path) -> Option<PathBuf> {
        self.event.as_deref().map(|event| event_dir(home, event))
    }
}

/// `ZGODA_HOME`, else the folder that the system gives to this program's data on this machine: what Windows calls roaming
/// it would copy to a domain's server, where nothing is ever erased.
pub fn default_home() -> PathBuf {
    let given = std::env::var_os("ZGODA_HOME")
        .filter(|home| !home.is_empty())
        .map(PathBuf::from);
    let system = || dirs::data_local_dir().map(|data| data.join("org.zgoda.booth"));
    given
        .or_else(system)
        .unwrap_or_else(|| PathBuf::from("zgoda-home"))
}

pub(crate) const FILE: &str = "settings.json";

/// The folder of `event`; event ids are of `a-z`, `0-9`, `-` (the linter sees to it).
pub(crate) fn event_dir(home: &Path, event: &str) -> PathBuf {
    home.join("events").join(event)
}

/// The events that have a folder in `home`.
pub(crate) fn events(home: &Path) -> Result<Vec<String>, Error> {
    let entries = match fs::read_dir(home.join("events")) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(home_error(home, &error)),
    };
    let names = entries.map(|entry| entry.map(|entry| entry.file_name()));
    let names: std::io::Result<Vec<_>> = names.collect();
    let names = names.map_err(|error| home_error(home, &error))?;
    let mut events: Vec<String> = names
        .into_iter()
        .filter_map(|name| name.into_string().ok())
        .collect();
    events.sort();
    Ok(events)
}

pub(crate) fn home_error(home: &Path, error: &std::io::Error) -> Error {
    Error::Home {
        folder: home.display().to_string(),
        kind: error.kind(),
    }
}
