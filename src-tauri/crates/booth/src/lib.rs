//! The use cases of a booth, once for every shell: set up, capture, leads, sync, purge.
//!
//! How: a [`Booth`] holds the open store, the profile and what is in hand; a shell calls one method per use case and
//! shows the [`view`] that it answers. When an attendee holds the device the mode is kept here, and every staff method
//! answers [`Error::NotNow`], whichever window asks. `now` is an argument throughout.

pub mod by_itself;
pub mod capture;
pub mod clock;
pub mod closing;
pub mod demo;
mod destination;
pub mod editor;
mod error;
pub mod events;
mod follow_ups;
mod gate;
mod home;
pub mod hush;
mod keyring;
mod leads;
pub mod list;
pub mod lookup;
pub mod mend;
pub mod models;
mod offer;
pub mod office;
pub mod overview;
mod paper;
pub mod parcel;
pub mod person;
pub mod proof;
mod purge;
mod qr;
pub mod report;
pub mod rights;
mod secrets;
mod setup;
mod show;
pub mod sign_in;
pub mod suppression;
pub mod sync;
pub mod trust;
pub mod view;

use std::path::PathBuf;

use chrono::{DateTime, FixedOffset, Utc};
use zgoda_capture::card::Watch;
use zgoda_capture::symbol::{Formats, Live};
use zgoda_core::outbox::Found;
use zgoda_core::{Draft, Language, Profile};
use zgoda_store::{Store, SuppressionList};

pub use error::Error;
pub use follow_ups::{FollowUp, Morning};
pub use home::default_home;
pub use leads::{Filter, LeadPage, LeadPlace, Query};
pub use purge::{Ended, Purged};
pub use zgoda_crm as crm;
pub use zgoda_store::{Blocked, Cost, Secret, StoreError};

use capture::{Cards, HandedOver};
use clock::Boot;
use keyring::Keyring;
use models::CardReader;

/// The booth: everything between a shell and the floors below.
pub struct Booth {
    home: PathBuf,
    /// Another event than the one in use.
    event: Option<String>,
    cost: Cost,
    /// The machine's own count since its start.
    boot: fn() -> Option<Boot>,
    language: Language,
    open: Option<Open>,
    mode: Mode,
    live: Live,
    watch: Watch,
    cards: CardReader,
    keyring: Keyring,
    syncing: bool,
    metered: bool,
}

/// What is there while the store is open.
struct Open {
    dir: PathBuf,
    store: Store,
    list: SuppressionList,
    profile: Profile,
    draft: Option<Draft>,
    cards: Cards,
    /// A list that was opened and is not yet imported or discarded.
    people: Option<list::InHand>,
    /// People whom the CRM told of, by the codes of their receipts.
    found: Vec<Found>,
}

/// Who holds the device.
enum Mode {
    Staff,
    /// An attendee; with their form, or with nothing after they answered or went away.
    Attendee(Option<Box<HandedOver>>),
}

impl Booth {
    /// A booth whose files lie in `home`. Nothing is opened.
    ///
    /// # Errors
    /// Where the folder cannot be read.
    pub fn at(home: PathBuf) -> Result<Self, Error> {
        Ok(Self::with_cost(home, Cost::default())?.counting(Boot::read))
    }

    /// A booth that judges the clock by this count of the machine's.
    #[must_use]
    pub fn counting(self, boot: fn() -> Option<Boot>) -> Self {
        Self { boot, ..self }
    }

    /// A booth that opens the store of `event`, whichever is in use. Nothing is opened, and which is in use stays.
    #[must_use]
    pub fn of_event(self, event: &str) -> Self {
        Self {
            event: Some(event.to_owned()),
            ..self
        }
    }

    /// The events that have a store in this home.
    ///
    /// # Errors
    /// Where the folder cannot be read.
    pub fn events(&self) -> Result<Vec<String>, Error> {
        let events = home::events(&self.home)?.into_iter();
        Ok(events
            .filter(|event| Store::exists(&home::event_dir(&self.home, event)))
            .collect())
    }

    /// As [`Booth::at`], with another cost of key derivation for new stores, and by the clock alone.
    ///
    /// # Errors
    /// Where the folder cannot be read.
    pub fn with_cost(home: PathBuf, cost: Cost) -> Result<Self, Error> {
        let settings = match home::Settings::read(&home) {
            // The window opens all the same, and says what to do.
            Err(Error::Settings { .. }) => home::Settings::default(),
            settings => settings?,
        };
        let language = settings.language;
        Ok(Self {
            home,
            event: None,
            cost,
            boot: || None,
            language,
            open: None,
            mode: Mode::Staff,
            live: Live::new(Formats::ALL),
            watch: Watch::default(),
            cards: CardReader::default(),
            keyring: Keyring::default(),
            syncing: false,
            metered: false,
        })
    }

    /// The open store, for staff alone.
    fn staff(&mut self) -> Result<&mut Open, Error> {
        match (&self.mode, &mut self.open) {
            (Mode::Attendee(_), _) => Err(Error::NotNow),
            (Mode::Staff, Some(open)) => Ok(open),
            (Mode::Staff, None) => Err(Error::Locked),
        }
    }
}

impl Open {
    /// `now` by the event's clock.
    fn local(&self, now: DateTime<Utc>) -> DateTime<FixedOffset> {
        now.with_timezone(&self.profile.event.time_zone)
            .fixed_offset()
    }
}
