//! The attendee's yes or no to one purpose and channel.
//!
//! Two makers, and no third. [`Decisions::new`] is of a screen or a terminal: every offered box gets a decision, and a box that was not ticked is a refusal
//! (Art. 4(11), recital 32: silence is no consent). What the person asked for is kept unless they strike it. [`Decisions::of_list`] is of an imported
//! list: only what its evidence covers is decided.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::language::Language;
use crate::list::Evidence;
use crate::profile::{Basis, Channel, Profile, TextRef};

/// How a decision was made. Only the first says that the attendee ticked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// The attendee, on the attendee's screen.
    AttendeeScreen,
    /// Staff typed it in a terminal.
    Terminal,
    /// It came with an imported list.
    Import,
}

impl Act {
    /// The name in ledgers and exports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AttendeeScreen => "attendee_screen",
            Self::Terminal => "terminal",
            Self::Import => "import",
        }
    }
}

/// One box, ticked or named: a purpose, and the channel where it has one. Written `purpose` or `purpose:channel`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
pub struct BoxRef {
    /// The purpose's id.
    pub purpose: String,
    /// The channel.
    pub channel: Option<Channel>,
}

impl BoxRef {
    /// The whole purpose.
    pub const fn whole(purpose: String) -> Self {
        Self {
            purpose,
            channel: None,
        }
    }
}

impl fmt::Display for BoxRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.channel {
            Some(channel) => write!(f, "{}:{}", self.purpose, channel.as_str()),
            None => f.write_str(&self.purpose),
        }
    }
}

/// A text names no box: its channel is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the channels are email, phone and sms")]
pub struct NoChannel;

impl FromStr for BoxRef {
    type Err = NoChannel;

    fn from_str(text: &str) -> Result<Self, NoChannel> {
        let Some((purpose, name)) = text.split_once(':') else {
            return Ok(Self::whole(text.to_owned()));
        };
        let mut channels = Channel::ALL.into_iter();
        let channel = channels.find(|one| one.as_str() == name);
        Ok(Self {
            purpose: purpose.to_owned(),
            channel: Some(channel.ok_or(NoChannel)?),
        })
    }
}

/// What came back from the screen or the terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answers {
    /// The language in which the texts were shown.
    pub language: Language,
    /// What the person asked the staff for.
    pub asked: BTreeSet<String>,
    /// What they struck of it on the screen, or objected to.
    pub struck: BTreeSet<String>,
    /// The boxes they ticked.
    pub ticked: BTreeSet<BoxRef>,
    /// How the answers were given.
    pub act: Act,
    /// When, with the place's offset.
    pub at: DateTime<FixedOffset>,
}

/// One decision, with what proves it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// The purpose's id.
    pub purpose: String,
    /// The channel.
    pub channel: Option<Channel>,
    /// The purpose's basis.
    pub basis: Basis,
    /// Yes or no.
    pub given: bool,
    /// The text that was shown: for consent always, for others that of a registration form alone.
    pub wording: Option<TextRef>,
    /// The language in which it was asked.
    pub language: Language,
    /// How it was made.
    pub act: Act,
    /// When.
    pub at: DateTime<FixedOffset>,
}

impl Decision {
    /// The box that it answers.
    pub fn box_ref(&self) -> BoxRef {
        BoxRef {
            purpose: self.purpose.clone(),
            channel: self.channel,
        }
    }
}

/// All decisions of one person at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decisions(Vec<Decision>);

/// Why answers could not become decisions.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum DecisionError {
    /// The profile has no such purpose, or not on this basis.
    #[error("the profile offers no such purpose: {0}")]
    UnknownPurpose(String),
    /// The purpose is not offered on that channel.
    #[error("the purpose is not offered on that channel: {0}")]
    UnknownChannel(String),
    /// The texts do not exist in that language.
    #[error("the profile does not offer this language: {0}")]
    Language(Language),
}

impl DecisionError {
    /// The code that screens translate.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::UnknownPurpose(_) => "unknown_purpose",
            Self::UnknownChannel(_) => "unknown_channel",
            Self::Language(_) => "language_not_offered",
        }
    }
}

impl Decisions {
    /// Turns `answers` into one decision for every box that `profile` offers and for everything that was asked for.
    ///
    /// # Errors
    /// An answer to something that the profile does not offer.
    pub fn new(profile: &Profile, answers: &Answers) -> Result<Self, DecisionError> {
        check(profile, answers)?;
        let decisions = profile.purposes.iter().flat_map(|purpose| {
            let decision = |channel: Option<Channel>, given: bool| Decision {
                purpose: purpose.id.clone(),
                channel,
                basis: purpose.basis,
                given,
                wording: purpose
                    .wordings
                    .get(&channel)
                    .and_then(|w| w.reference(answers.language)),
                language: answers.language,
                act: answers.act,
                at: answers.at,
            };
            let struck = answers.struck.contains(&purpose.id);
            match purpose.basis {
                Basis::Consent => purpose
                    .boxes()
                    .into_iter()
                    .map(|channel| {
                        let one = BoxRef {
                            purpose: purpose.id.clone(),
                            channel,
                        };
                        decision(channel, answers.ticked.contains(&one))
                    })
                    .collect(),
                Basis::Requested if !answers.asked.contains(&purpose.id) => Vec::new(),
                Basis::Requested | Basis::LegitimateInterest => vec![decision(None, !struck)],
            }
        });
        Ok(Self(decisions.collect()))
    }

    /// What the evidence of a list proves of a person who said yes to `yes`: a decision for each question of the form, by
    /// the form's own text. What the form did not ask is neither yes nor no.
    pub fn of_list(
        profile: &Profile,
        evidence: &Evidence,
        yes: &BTreeSet<BoxRef>,
        at: DateTime<FixedOffset>,
    ) -> Self {
        let decisions = profile.purposes.iter().flat_map(|purpose| {
            let covers = evidence.covers.iter();
            covers
                .filter(|cover| cover.purpose == purpose.id)
                .map(|cover| Decision {
                    purpose: purpose.id.clone(),
                    channel: cover.channel,
                    basis: purpose.basis,
                    given: yes.contains(&cover.of()),
                    wording: Some(cover.reference(evidence.language)),
                    language: evidence.language,
                    act: Act::Import,
                    at,
                })
        });
        Self(decisions.collect())
    }

    /// The decisions, in the profile's order.
    pub fn as_slice(&self) -> &[Decision] {
        &self.0
    }

    /// True when nothing was agreed to, asked for, or left standing.
    pub fn nothing_given(&self) -> bool {
        self.0.iter().all(|decision| !decision.given)
    }

    pub(crate) fn into_vec(self) -> Vec<Decision> {
        self.0
    }
}

fn check(profile: &Profile, answers: &Answers) -> Result<(), DecisionError> {
    if !profile.languages.contains(&answers.language) {
        return Err(DecisionError::Language(answers.language));
    }
    let unknown = |id: &String| DecisionError::UnknownPurpose(id.clone());
    for id in &answers.asked {
        let requested = profile
            .purpose(id)
            .filter(|purpose| purpose.basis == Basis::Requested);
        requested.ok_or_else(|| unknown(id))?;
    }
    for id in &answers.struck {
        let strikable = profile
            .purpose(id)
            .filter(|purpose| purpose.basis != Basis::Consent);
        strikable.ok_or_else(|| unknown(id))?;
    }
    for ticked in &answers.ticked {
        let purpose = profile
            .purpose(&ticked.purpose)
            .ok_or_else(|| unknown(&ticked.purpose))?;
        if !purpose.boxes().contains(&ticked.channel) {
            return Err(DecisionError::UnknownChannel(ticked.purpose.clone()));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_box_is_read_as_it_is_written() {
        for name in ["newsletter", "newsletter:email", "newsletter:sms"] {
            assert_eq!(name.parse::<BoxRef>().unwrap().to_string(), name);
        }
        assert_eq!("newsletter:pigeon".parse::<BoxRef>(), Err(NoChannel));
    }
}
