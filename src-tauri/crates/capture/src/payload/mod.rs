//! What a code's text says about a person.
//!
//! How: the character set is told first ([`charset`]), then the format by its own marks, never by trial of every
//! parser; each format fills a [`Candidate`] through one gate (`contact`), which cleans, checks and doubts every value
//! in the same way. When: after a symbol was read, and for text that a hand scanner typed or staff pasted. Nothing is
//! fetched, whatever an address points at; what no field is made for is remembered by name alone.

pub mod charset;
pub mod wedge;

mod bizcard;
mod contact;
mod delimited;
mod email;
mod json;
mod mecard;
mod opaque;
mod url;
mod vcard;

pub use zgoda_core::badge::Template;
use zgoda_core::{Candidate, Personal};

/// Longest payload that is looked at, in bytes. A QR code holds 2,953.
pub const MAX_BYTES: usize = 4_096;
/// Most properties of a contact that are read; the rest is dropped.
pub const MAX_PROPERTIES: usize = 64;

/// What a payload is.
#[derive(Clone, Debug)]
pub enum Reading {
    /// A contact.
    Person {
        /// Which format it was written in: `vcard2.1`, `vcard3.0`, `vcard4.0`, `jcard`, `mecard`, `bizcard`, `json`,
        /// `delimited`, `mailto`, `tel`.
        format: &'static str,
        /// What was read. In memory only.
        candidate: Box<Candidate>,
    },
    /// An id that only the organiser can resolve.
    Opaque {
        /// Whose id it looks like: `pretix`, `pretix_sig1`, `alfio`, `eventyay`, `spotme`, `eventbrite`, `indico`,
        /// `eventmaker`, `uuid`, `json`.
        system: &'static str,
        /// The id.
        reference: Personal,
    },
    /// A web address. It is shown, and never opened by the program.
    Url {
        /// The address, `http` or `https`.
        address: Personal,
        /// The part of it that names the person, where one stands out.
        token: Option<Personal>,
    },
    /// Anything else: staff decide.
    Text(Personal),
}

/// Why a payload was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PayloadError {
    /// There is nothing in it.
    #[error("the code is empty")]
    Empty,
    /// It is over [`MAX_BYTES`].
    #[error("the code holds more than 4 kB")]
    TooLong,
    /// Its bytes are text in no character set that could be told.
    #[error("the code's character set cannot be told")]
    Charset,
    /// It is an address that would run something (`javascript:`, `data:`) or reach into the device (`file:`).
    #[error("the code is an address that is not opened")]
    Scheme,
    /// It says that it is a contact, and holds none.
    #[error("the code holds no contact")]
    NoContact,
}

impl PayloadError {
    /// A stable name that screens translate.
    pub fn code(self) -> &'static str {
        match self {
            Self::Empty => "payload_empty",
            Self::TooLong => "payload_too_long",
            Self::Charset => "payload_charset",
            Self::Scheme => "payload_scheme",
            Self::NoContact => "payload_no_contact",
        }
    }
}

/// Reads a payload's bytes. `template` says how the organiser's badges part their fields, where the profile has one.
pub fn read(bytes: &[u8], template: Option<&Template>) -> Result<Reading, PayloadError> {
    if bytes.len() > MAX_BYTES {
        return Err(PayloadError::TooLong);
    }
    let bytes = bytes.trim_ascii();
    if bytes.is_empty() {
        return Err(PayloadError::Empty);
    }
    // A vCard states a character set for each property, so it is parted into lines before it is decoded.
    if vcard::is_one(bytes) {
        return vcard::read(bytes);
    }
    let text = charset::decode(bytes, None)?;
    let text = text.trim_start_matches('\u{FEFF}').trim();
    if Personal::new(text).is_empty() {
        return Err(PayloadError::Empty);
    }
    if let Some(reading) = template.and_then(|template| delimited::read(text, template)) {
        return Ok(reading);
    }
    known_format(text)
}

fn known_format(text: &str) -> Result<Reading, PayloadError> {
    if vcard::is_one(text.as_bytes()) {
        return vcard::read(text.as_bytes());
    }
    let starts = |mark: &str| {
        text.get(..mark.len())
            .is_some_and(|head| head.eq_ignore_ascii_case(mark))
    };
    if starts("MECARD:") {
        return mecard::read(text);
    }
    if starts("BIZCARD:") {
        return bizcard::read(text);
    }
    if text.starts_with(['{', '['])
        && let Some(reading) = json::read(text)
    {
        return reading;
    }
    if let Some(reading) = url::read(text) {
        return reading;
    }
    if let Some(reading) = opaque::read(text) {
        return Ok(reading);
    }
    if let Some(reading) = delimited::with_uuid(text) {
        return Ok(reading);
    }
    Ok(Reading::Text(Personal::multiline(text)))
}
