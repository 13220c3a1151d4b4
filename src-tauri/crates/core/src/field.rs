//! The names of what can be known about a person, and the values themselves.
//!
//! Names follow vCard (RFC 6350) where it has one. A profile's purposes list [`Field`]s; whatever else a badge holds is
//! an [`Extra`]: it has a name, so that the person can be told that it was dropped, and never a value.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use zeroize::Zeroize;

use crate::answer::Answer;
use crate::personal::Personal;
use crate::signature::Signature;

/// A field that a purpose may need.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// The person's name as they write it (`FN`).
    Name,
    /// Academic and honorific titles before the name (`N`, honorific prefixes): "dr inż.".
    Prefix,
    /// Job title (`TITLE`).
    Title,
    /// Organisation (`ORG`).
    Company,
    /// E-mail addresses (`EMAIL`).
    Email,
    /// Telephone numbers, fax excepted (`TEL`).
    Phone,
    /// Web site (`URL`).
    Website,
    /// Postal address (`ADR`).
    Address,
    /// An organiser's reference for the person: an opaque badge id (`UID`).
    Reference,
    /// What the staff noted.
    Note,
    /// Tags the staff chose from the profile's list.
    Tags,
    /// Cold, warm or hot.
    Rating,
    /// What was answered to the profile's questions.
    Answers,
    /// A signature, drawn or typed on the attendee's screen.
    Signature,
}

impl Field {
    /// Every field, in the order in which screens show them.
    pub const ALL: [Self; 14] = [
        Self::Name,
        Self::Prefix,
        Self::Title,
        Self::Company,
        Self::Email,
        Self::Phone,
        Self::Website,
        Self::Address,
        Self::Reference,
        Self::Note,
        Self::Tags,
        Self::Rating,
        Self::Answers,
        Self::Signature,
    ];

    /// The name in profiles, files and the ledger.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Prefix => "prefix",
            Self::Title => "title",
            Self::Company => "company",
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Website => "website",
            Self::Address => "address",
            Self::Reference => "reference",
            Self::Note => "note",
            Self::Tags => "tags",
            Self::Rating => "rating",
            Self::Answers => "answers",
            Self::Signature => "signature",
        }
    }

    /// True for what is added at the booth and staff may correct; false for what a badge, a card or the person states.
    pub const fn is_staffs(self) -> bool {
        matches!(self, Self::Note | Self::Tags | Self::Rating | Self::Answers)
    }

    /// False for what stays on the device: no destination gets a signature.
    pub const fn leaves(self) -> bool {
        !matches!(self, Self::Signature)
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// `name` is no field that a purpose could need.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("no such field")]
pub struct UnknownField;

impl FromStr for Field {
    type Err = UnknownField;

    fn from_str(name: &str) -> Result<Self, UnknownField> {
        Self::ALL
            .into_iter()
            .find(|field| field.as_str() == name)
            .ok_or(UnknownField)
    }
}

/// What badges and cards hold beyond fields. Only the name is ever kept: it is a closed list, so that a hostile badge
/// cannot write a value into the ledger in the guise of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Extra {
    /// `BDAY`, `ANNIVERSARY`.
    Birthday,
    /// `PHOTO`, `LOGO`, `SOUND`: inline or by reference, never opened.
    Media,
    /// `GENDER`.
    Gender,
    /// `NOTE` on the badge itself (the staff's own note is [`Field::Note`]).
    BadgeNote,
    /// A home address or home telephone.
    Home,
    /// `TEL;TYPE=fax`.
    Fax,
    /// `NICKNAME`.
    Nickname,
    /// `ROLE`, `X-DEPARTMENT` and the like.
    Role,
    /// `IMPP`, social profiles, handles.
    Social,
    /// `GEO`, `TZ`.
    Location,
    /// `CATEGORIES`.
    Categories,
    /// `LANG`.
    Language,
    /// `RELATED`, `MEMBER`, `X-SPOUSE`, `X-ASSISTANT`.
    Relations,
    /// `KEY` and certificates.
    Key,
    /// A claim of consent: a badge cannot consent for a person.
    ClaimedConsent,
    /// Tax, register or bank numbers on a card (NIP, KRS, REGON, VAT, IBAN).
    RegisterNumber,
    /// Anything else.
    Other,
}

/// How warm the talk was.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS, Zeroize,
)]
#[serde(rename_all = "snake_case")]
pub enum Rating {
    /// Not now.
    Cold,
    /// Interested.
    Warm,
    /// Wants to buy.
    Hot,
}

impl Rating {
    /// Every rating.
    pub const ALL: [Self; 3] = [Self::Cold, Self::Warm, Self::Hot];

    /// The name in files and CRMs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Cold => "cold",
            Self::Warm => "warm",
            Self::Hot => "hot",
        }
    }
}

/// A postal address (RFC 6350, 6.3.1). `text` is how the source wrote it, in lines.
#[derive(Clone, Debug, Default, PartialEq, Eq, Zeroize)]
pub struct Address {
    /// Street and number.
    pub street: Personal,
    /// Postal code.
    pub postcode: Personal,
    /// Town.
    pub city: Personal,
    /// Region or state.
    pub region: Personal,
    /// Country, as written.
    pub country: Personal,
    /// The whole, in lines, where the parts could not be told.
    pub text: Personal,
}

impl Address {
    /// True when no part holds anything.
    pub fn is_empty(&self) -> bool {
        [
            &self.street,
            &self.postcode,
            &self.city,
            &self.region,
            &self.country,
            &self.text,
        ]
        .iter()
        .all(|part| part.is_empty())
    }

    /// The address in one line.
    pub fn one_line(&self) -> Personal {
        let town = join(&[&self.postcode, &self.city], " ");
        let parts = join(&[&self.street, &town, &self.region, &self.country], ", ");
        if parts.is_empty() {
            return Personal::new(&self.text.expose().replace('\n', ", "));
        }
        parts
    }
}

fn join(parts: &[&Personal], with: &str) -> Personal {
    let filled: Vec<&str> = parts
        .iter()
        .map(|part| part.expose())
        .filter(|part| !part.is_empty())
        .collect();
    Personal::new(&filled.join(with))
}

/// The value of one field.
#[derive(Clone, Debug, PartialEq, Eq, Zeroize)]
pub enum Value {
    /// One text.
    Text(Personal),
    /// Several texts, the first preferred: e-mails, telephones, tags.
    Many(Vec<Personal>),
    /// A postal address.
    Address(Address),
    /// A rating.
    Rating(Rating),
    /// Answers to the profile's questions, in its order.
    Answers(Vec<Answer>),
    /// A signature.
    Signature(Signature),
}

impl Value {
    /// The value as one line of text, for screens, searches and CRMs.
    pub fn one_line(&self) -> Personal {
        match self {
            Self::Text(text) => Personal::new(text.expose()),
            Self::Many(all) => join(&all.iter().collect::<Vec<_>>(), ", "),
            Self::Address(address) => address.one_line(),
            Self::Rating(rating) => Personal::new(rating.as_str()),
            Self::Answers(all) => {
                let lines: Vec<Personal> = all.iter().map(Answer::line).collect();
                join(&lines.iter().collect::<Vec<_>>(), "; ")
            }
            Self::Signature(signature) => signature.in_words(),
        }
    }

    /// Every single text of the value, the preferred one first.
    pub fn texts(&self) -> Vec<&str> {
        match self {
            Self::Text(text) => vec![text.expose()],
            Self::Many(all) => all.iter().map(Personal::expose).collect(),
            Self::Address(_) | Self::Rating(_) | Self::Answers(_) | Self::Signature(_) => {
                Vec::new()
            }
        }
    }
}

/// Values by field.
pub type Fields = BTreeMap<Field, Value>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_round_trip() {
        for field in Field::ALL {
            assert_eq!(field.as_str().parse(), Ok(field));
            assert_eq!(
                serde_json::to_string(&field).unwrap(),
                format!("\"{field}\"")
            );
        }
        assert_eq!("bday".parse::<Field>(), Err(UnknownField));
    }

    #[test]
    fn address_reads_as_one_line() {
        let address = Address {
            street: "ul. Mostowa 40".into(),
            postcode: "87-100".into(),
            city: "Toruń".into(),
            ..Address::default()
        };
        assert_eq!(address.one_line().expose(), "ul. Mostowa 40, 87-100 Toruń");
    }
}
