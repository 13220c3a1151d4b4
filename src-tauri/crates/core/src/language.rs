//! Languages in which the attendee's screen speaks.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A language that screens, wordings and notices come in (ISO 639-1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// Polski.
    Pl,
    /// English.
    En,
    /// Deutsch.
    De,
}

impl Language {
    /// All of them, in the order in which screens offer them.
    pub const ALL: [Self; 3] = [Self::Pl, Self::En, Self::De];

    /// ISO 639-1 code.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pl => "pl",
            Self::En => "en",
            Self::De => "de",
        }
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// No such language is spoken here.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("the languages are pl, en and de")]
pub struct UnknownLanguage;

impl FromStr for Language {
    type Err = UnknownLanguage;

    fn from_str(code: &str) -> Result<Self, UnknownLanguage> {
        Self::ALL
            .into_iter()
            .find(|language| language.as_str() == code)
            .ok_or(UnknownLanguage)
    }
}
