//! What is stated about a list, and checked before a row is looked at: which question of the form stands for what.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{Answer, ListError, Tool};
use crate::decision::BoxRef;
use crate::language::Language;
use crate::profile::{Basis, Channel, Profile, Purpose, TextRef, sha256_hex};

/// Shortest text that can be a question.
const MIN_WORDING: usize = 10;

/// What a person states: in a file, or on the screen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
#[serde(deny_unknown_fields)]
pub struct Statement {
    /// Where the list was exported; as it shows where nothing is said.
    #[serde(default)]
    pub tool: Option<Tool>,
    /// The language of the form.
    pub language: Language,
    /// The day on which the form was last answered.
    pub collected: NaiveDate,
    /// What a column holds, by its header, over what is known of it: a name of [`crate::badge::Column`].
    #[serde(default)]
    pub columns: BTreeMap<String, String>,
    /// What the form asked.
    pub covers: Vec<Cover>,
}

/// One question of the form, and what a yes to it covers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Cover {
    /// The purpose's id.
    pub purpose: String,
    /// The channel, where the purpose has any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<Channel>,
    /// Header of the column with the answers; none where registering itself was the request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// Version of the form.
    pub version: String,
    /// Its wording.
    pub wording: String,
}

impl Statement {
    /// Reads a statement from a file's text (TOML).
    ///
    /// # Errors
    /// [`ListError::Statement`], with the place.
    pub fn read(toml: &str) -> Result<Self, ListError> {
        toml::from_str(toml).map_err(|error| ListError::Statement(error.to_string()))
    }
}

/// A statement that holds for a profile: only what it covers can be decided by a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// Where the list was exported.
    pub tool: Tool,
    /// The language of the form.
    pub language: Language,
    /// The day on which the form was last answered.
    pub collected: NaiveDate,
    /// What the form asked. Consent has a column, and no two consents share one.
    pub covers: Vec<Cover>,
}

impl Evidence {
    /// Checks `statement` against what `profile` offers.
    ///
    /// # Errors
    /// What is missing, or does not prove what it is stated for.
    pub fn new(
        statement: &Statement,
        tool: Tool,
        profile: &Profile,
        today: NaiveDate,
    ) -> Result<Self, ListError> {
        if !profile.languages.contains(&statement.language) {
            return Err(ListError::Language);
        }
        if statement.collected > today {
            return Err(ListError::Day);
        }
        if statement.covers.is_empty() {
            return Err(ListError::NoEvidence);
        }
        for (at, cover) in statement.covers.iter().enumerate() {
            let purpose = check(cover, profile)?;
            let others = || {
                statement.covers[..at]
                    .iter()
                    .chain(&statement.covers[at + 1..])
            };
            if others().any(|other| other.of() == cover.of()) {
                return Err(ListError::Twice(cover.purpose.clone()));
            }
            if purpose.basis == Basis::Consent && others().any(|other| cover.shares(other)) {
                return Err(ListError::Bundled(cover.purpose.clone()));
            }
        }
        Ok(Self {
            tool: statement.tool.unwrap_or(tool),
            language: statement.language,
            collected: statement.collected,
            covers: statement.covers.clone(),
        })
    }

    /// What a person said yes to; `cell` tells what stands under a header. Also how many answers could not be told.
    pub fn said<'a>(&self, cell: impl Fn(&str) -> &'a str) -> (BTreeSet<BoxRef>, usize) {
        let mut unclear = 0;
        let mut yes = BTreeSet::new();
        for cover in &self.covers {
            let answer = cover.column.as_deref().map(&cell);
            match answer.map_or(Answer::Yes, |cell| Answer::of(cell, &cover.wording)) {
                Answer::Yes => drop(yes.insert(cover.of())),
                Answer::No => {}
                Answer::Unclear => unclear += 1,
            }
        }
        (yes, unclear)
    }
}

impl Cover {
    /// The box that it stands for.
    pub fn of(&self) -> BoxRef {
        BoxRef {
            purpose: self.purpose.clone(),
            channel: self.channel,
        }
    }

    /// One tick, or one text, for two things is a bundle (Art. 7(2); PKE Art. 398).
    fn shares(&self, other: &Self) -> bool {
        let same_column = self.column.is_some() && self.column == other.column;
        same_column || self.wording.trim() == other.wording.trim()
    }

    /// The form's text, as decisions refer to it.
    pub fn reference(&self, language: Language) -> TextRef {
        TextRef {
            version: self.version.trim().to_owned(),
            language,
            // As it is kept in the ledger, so that the hash can be made again from there.
            sha256: sha256_hex(&self.wording),
        }
    }
}

fn check<'a>(cover: &Cover, profile: &'a Profile) -> Result<&'a Purpose, ListError> {
    let name = || cover.of().to_string();
    let purpose = profile.purpose(&cover.purpose);
    let purpose = purpose.ok_or_else(|| ListError::NotOffered(name()))?;
    let offered = match purpose.basis {
        Basis::LegitimateInterest => return Err(ListError::Basis(name())),
        Basis::Requested => cover.channel.is_none(),
        Basis::Consent => purpose.boxes().contains(&cover.channel),
    };
    if !offered {
        return Err(ListError::NotOffered(name()));
    }
    if cover.version.trim().is_empty() || cover.wording.trim().chars().count() < MIN_WORDING {
        return Err(ListError::NoWording(name()));
    }
    if purpose.basis == Basis::Consent && cover.column.is_none() {
        return Err(ListError::NoAnswers(name()));
    }
    Ok(purpose)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEMO: &str = include_str!("../../../../../profiles/demo.toml");
    const STATED: &str = r#"
language = "en"
collected = "2026-11-18"
columns = { "Organisation name" = "company" }

[[covers]]
purpose = "newsletter"
channel = "email"
column = "Newsletter?"
version = "webinar-3"
wording = "Send me the newsletter by e-mail."

[[covers]]
purpose = "send_offer"
version = "webinar-3"
wording = "Register, and we send you the offer that is shown."
"#;

    fn new(toml: &str) -> Result<Evidence, ListError> {
        let (profile, _) = Profile::read(DEMO).unwrap();
        let today = NaiveDate::from_ymd_opt(2026, 11, 20).unwrap();
        Evidence::new(&Statement::read(toml)?, Tool::Zoom, &profile, today)
    }

    #[test]
    fn a_yes_covers_what_its_question_asked_and_no_more() {
        let evidence = new(STATED).unwrap();
        let names = |yes: &BTreeSet<BoxRef>| -> Vec<String> {
            yes.iter().map(|one| one.purpose.clone()).collect()
        };
        let (yes, unclear) = evidence.said(|_| "Yes");
        assert_eq!(
            (names(&yes), unclear),
            (vec!["newsletter".into(), "send_offer".into()], 0)
        );
        let (yes, unclear) = evidence.said(|_| "perhaps");
        assert_eq!((names(&yes), unclear), (vec!["send_offer".into()], 1));
    }

    #[test]
    fn fail_evidence_that_proves_nothing() {
        let broken = |from: &str, to: &str| {
            assert!(STATED.contains(from), "{from}");
            new(&STATED.replacen(from, to, 1))
                .err()
                .map(|error| error.code())
        };
        assert_eq!(
            broken("column = \"Newsletter?\"\n", ""),
            Some("list_no_answers")
        );
        assert_eq!(
            broken("version = \"webinar-3\"", "version = \" \""),
            Some("list_no_wording")
        );
        assert_eq!(
            broken("Send me the newsletter by e-mail.", "Yes!"),
            Some("list_no_wording")
        );
        assert_eq!(
            broken("channel = \"email\"\n", "channel = \"sms\"\n"),
            Some("list_not_offered")
        );
        assert_eq!(
            broken("channel = \"email\"\n", ""),
            Some("list_not_offered")
        );
        assert_eq!(
            broken("\"newsletter\"", "\"raffle\""),
            Some("list_not_offered")
        );
        assert_eq!(broken("2026-11-18", "2026-11-21"), Some("list_day"));
        assert_eq!(broken("\"2026-11-18\"", "\"soon\""), Some("list_statement"));
        let none = STATED.split("[[covers]]").next().unwrap();
        assert_eq!(
            new(&format!("{none}covers = []")).err(),
            Some(ListError::NoEvidence)
        );
    }

    #[test]
    fn fail_one_tick_or_one_text_for_two_consents() {
        let phone = |column: &str, wording: &str| {
            format!(
                "{STATED}[[covers]]\npurpose = \"call_back\"\nchannel = \"phone\"\ncolumn = \"{column}\"\n\
                 version = \"webinar-3\"\nwording = \"{wording}\"\n"
            )
        };
        let bundled =
            |column, wording| new(&phone(column, wording)).err().map(|error| error.code());
        assert_eq!(
            bundled("Newsletter?", "Please call me about it."),
            Some("list_bundled")
        );
        assert_eq!(
            bundled("Call?", "Send me the newsletter by e-mail."),
            Some("list_bundled")
        );
        assert_eq!(bundled("Call?", "Please call me about it."), None);
    }
}
