//! Where the organiser of an event is asked about a badge that says nothing but a number: the profile's `[lookup]`.
//!
//! When: after the person has agreed and is stored, never before; the organiser learns by it at which booth they were.
//! The notice has to say so (Art. 13(1)(e)).

use crate::field::Field;

/// The organiser's ticketing, and where it answers. Never a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lookup {
    /// What answers there.
    pub service: Service,
    /// Its address.
    pub url: String,
    /// The event as the service names it; see [`Service::event_parts`].
    pub event: Option<String>,
}

/// A ticketing system that answers exhibitors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Service {
    /// pretix, with its plugin for exhibitors.
    Pretix,
    /// alf.io, as a sponsor's scan.
    Alfio,
    /// eventyay, with its plugin for exhibitors.
    Eventyay,
    /// Cvent, its BadgeKit.
    Cvent,
}

impl Service {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Pretix, Self::Alfio, Self::Eventyay, Self::Cvent];

    /// The name in profiles.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pretix => "pretix",
            Self::Alfio => "alfio",
            Self::Eventyay => "eventyay",
            Self::Cvent => "cvent",
        }
    }

    /// The service of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == name)
    }

    /// What [`Lookup::event`] is made of, with a `/` between: nothing, where the key tells the event.
    pub const fn event_parts(self) -> &'static [&'static str] {
        match self {
            Self::Pretix => &[],
            Self::Alfio => &["EVENT"],
            Self::Eventyay => &["ORGANISER", "EVENT"],
            Self::Cvent => &["EVENT", "EXHIBITOR"],
        }
    }
    /// What it tells exhibitors of a person, as far as is known of it.
    pub const fn tells(self) -> &'static [Field] {
        match self {
            Self::Pretix | Self::Cvent => &[
                Field::Name,
                Field::Title,
                Field::Company,
                Field::Email,
                Field::Phone,
                Field::Address,
            ],
            Self::Alfio | Self::Eventyay => &[Field::Name, Field::Email],
        }
    }
}
