//! Qualifying questions: what head office wants to know of a person, each for one purpose.
//!
//! When: staff ask theirs on the sheet; the attendee's stand on their own screen, once they have agreed to the purpose. A
//! question may hang on an option of one that stands above it, so that every way through ends.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::answer::Answer;
use crate::language::Language;

/// Most questions that one person may come to.
pub const MOST_ASKED: usize = 6;

/// One question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// Id, part of the terminal's options and of the CRM's mapping.
    pub id: String,
    /// What it takes for an answer.
    pub kind: QuestionKind,
    /// On whose screen it stands.
    pub ask: Asker,
    /// The purpose that it serves.
    pub purpose: String,
    /// Its text by language.
    pub text: BTreeMap<Language, String>,
    /// What may be chosen.
    pub options: Vec<QuestionOption>,
    /// When it is asked; always, where it is not given.
    pub when: Option<Condition>,
}

/// What a question takes for an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
#[serde(rename_all = "snake_case")]
pub enum QuestionKind {
    /// One of the options.
    One,
    /// Any of the options.
    Several,
    /// Yes or no.
    YesNo,
    /// A number.
    Number,
    /// A short text.
    Text,
}

impl QuestionKind {
    /// True where an answer is one of options that the profile names.
    pub const fn has_options(self) -> bool {
        matches!(self, Self::One | Self::Several)
    }
}

/// On whose screen a question stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
#[serde(rename_all = "snake_case")]
pub enum Asker {
    /// Staff ask it, and note the answer.
    Staff,
    /// The attendee reads and answers it.
    Attendee,
}

/// What may be chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuestionOption {
    /// Id.
    pub id: String,
    /// Text by language.
    pub text: BTreeMap<Language, String>,
}

/// The answer on which a question hangs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// The question above.
    pub question: String,
    /// The option of it.
    pub is: String,
}

impl Condition {
    /// True where `answer` is the one on which it hangs.
    pub fn holds(&self, answer: &Answer) -> bool {
        answer.question == self.question && answer.has(&self.is)
    }
}

impl Question {
    /// The text in `language`; the id where the profile has none.
    pub fn text(&self, language: Language) -> &str {
        self.text.get(&language).map_or(&self.id, |text| text)
    }
}

impl QuestionOption {
    /// The text in `language`; the id where the profile has none.
    pub fn text(&self, language: Language) -> &str {
        self.text.get(&language).map_or(&self.id, |text| text)
    }

    /// Yes and no, which need no text of the profile's.
    pub fn yes_no() -> Vec<Self> {
        let words = [("yes", ["Tak", "Yes", "Ja"]), ("no", ["Nie", "No", "Nein"])];
        let languages = [Language::Pl, Language::En, Language::De];
        let option = |(id, words): (&str, [&str; 3])| Self {
            id: id.to_owned(),
            text: languages
                .into_iter()
                .zip(words.map(str::to_owned))
                .collect(),
        };
        words.map(option).into()
    }
}

/// The most of `questions` that one person can come to.
///
/// Each hangs on the first question above it that has the id, so that there is one way to each and none is a circle, also
/// in a profile that the linter is about to refuse. One that hangs on nothing above it is come to by nobody.
pub fn longest_way(questions: &[Question]) -> usize {
    let mut most = 0;
    // How many are come to behind each option of each question: what hangs on one stands below it, so from the last up.
    let mut behind: Vec<BTreeMap<&str, usize>> = vec![BTreeMap::new(); questions.len()];
    for (at, question) in questions.iter().enumerate().rev() {
        let ways = behind[at].values().copied();
        let way = 1 + match question.kind {
            QuestionKind::Several => ways.sum(),
            _ => ways.max().unwrap_or(0),
        };
        let Some(when) = &question.when else {
            most += way;
            continue;
        };
        let above = questions[..at]
            .iter()
            .position(|one| one.id == when.question);
        let chosen = |on: &usize| questions[*on].options.iter().any(|one| one.id == when.is);
        if let Some(on) = above.filter(chosen) {
            *behind[on].entry(&when.is).or_default() += way;
        }
    }
    most
}
