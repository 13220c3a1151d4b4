//! What was answered to the profile's questions.
//!
//! An [`Answer`] holds the question and the chosen options as they were shown, beside their ids: head office may change its
//! questions amid an event, and earlier answers stay readable. Each belongs to its question's purpose and ends with that
//! one (Art. 5(1)(e)): [`Kept::answer_ends`] says when, purpose by purpose.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use zeroize::Zeroize;

use crate::field::{Field, Value};
use crate::language::Language;
use crate::lead::Kept;
use crate::personal::Personal;
use crate::profile::Profile;
use crate::question::{Asker, Question, QuestionKind};

/// Longest short text, in characters.
const MAX_TEXT: usize = 200;
/// Longest number, in characters.
const MAX_NUMBER: usize = 15;

/// One question with what was answered.
#[derive(Clone, Debug, PartialEq, Eq, Zeroize)]
pub struct Answer {
    /// The question's id.
    pub question: String,
    /// The purpose that it serves.
    pub purpose: String,
    /// The question as it was shown.
    pub asked: String,
    /// What was answered.
    pub given: Given,
}

/// What was answered.
#[derive(Clone, Debug, PartialEq, Eq, Zeroize)]
pub enum Given {
    /// One option or several, in the profile's order.
    Options(Vec<Chosen>),
    /// A number or a short text.
    Text(Personal),
}

/// A chosen option.
#[derive(Clone, Debug, PartialEq, Eq, Zeroize)]
pub struct Chosen {
    /// Its id.
    pub id: Personal,
    /// Its text as it was shown.
    pub text: Personal,
}

/// What came from a screen or a terminal: ids of options, or one text. No value takes an answer back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
#[serde(deny_unknown_fields)]
pub struct Reply {
    /// The question's id.
    pub question: String,
    /// Ids of options, or one number or text.
    pub values: Vec<String>,
}

/// Why a reply is no answer. It names the question alone.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum ReplyError {
    /// The profile does not ask that, or not here.
    #[error("the profile does not ask this here: {0}")]
    UnknownQuestion(String),
    /// The question has no such option.
    #[error("the question has no such option: {0}")]
    UnknownOption(String),
    /// Several were given where one is asked for.
    #[error("the question takes one answer: {0}")]
    OneAnswer(String),
    /// A number is asked for.
    #[error("the question takes a number: {0}")]
    NotANumber(String),
}

impl ReplyError {
    /// The code that screens translate.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::UnknownQuestion(_) => "unknown_question",
            Self::UnknownOption(_) => "unknown_option",
            Self::OneAnswer(_) => "one_answer",
            Self::NotANumber(_) => "not_a_number",
        }
    }
}

impl Answer {
    /// What was answered, in one line.
    pub fn said(&self) -> Personal {
        match &self.given {
            Given::Text(text) => text.clone(),
            Given::Options(all) => {
                let texts: Vec<&str> = all.iter().map(|one| one.text.expose()).collect();
                Personal::new(&texts.join(", "))
            }
        }
    }

    /// Question and answer in one line.
    pub fn line(&self) -> Personal {
        let asked = self.asked.trim();
        let between = if asked.ends_with(['?', ':', '.']) {
            " "
        } else {
            ": "
        };
        Personal::new(&format!("{asked}{between}{}", self.said().expose()))
    }

    /// True where the option `id` was chosen.
    pub fn has(&self, id: &str) -> bool {
        match &self.given {
            Given::Options(all) => all.iter().any(|one| one.id.expose() == id),
            Given::Text(_) => false,
        }
    }
}

impl Profile {
    /// The answers after `replies` on a screen of `by`, whose texts are shown in `language`; `before` are those that stand.
    /// An answer that no way leads to any more is dropped with the answer that led to it. One to a question that the
    /// profile no longer has stays.
    ///
    /// # Errors
    /// A reply to what is not asked there, or one that the question does not take.
    pub fn answered(
        &self,
        before: &[Answer],
        replies: &[Reply],
        by: &[Asker],
        language: Language,
    ) -> Result<Vec<Answer>, ReplyError> {
        let asked = |id: &str| self.question(id).filter(|one| by.contains(&one.ask));
        if let Some(stray) = replies.iter().find(|one| asked(&one.question).is_none()) {
            return Err(ReplyError::UnknownQuestion(stray.question.clone()));
        }
        let mut answers: Vec<Answer> = Vec::new();
        let mut changed: Vec<&str> = Vec::new();
        for question in &self.questions {
            let reply = replies.iter().rfind(|reply| reply.question == question.id);
            let when = question.when.as_ref();
            let led_by = |answer: &Answer| when.is_some_and(|when| when.holds(answer));
            let reached = when.is_none() || answers.iter().any(led_by);
            let moved = when.is_some_and(|when| changed.contains(&when.question.as_str()));
            if reply.is_some() || moved {
                changed.push(&question.id);
            }
            let answer = match reply {
                Some(reply) => question.answer(&reply.values, self.spoken(language))?,
                None => of(before, &question.id).cloned(),
            };
            let stands = reached || (reply.is_none() && !moved);
            answers.extend(answer.filter(|_| stands));
        }
        let older = before
            .iter()
            .filter(|one| self.question(&one.question).is_none());
        answers.extend(older.cloned());
        Ok(answers)
    }

    /// The question called `id`.
    pub fn question(&self, id: &str) -> Option<&Question> {
        self.questions.iter().find(|question| question.id == id)
    }

    /// The language in which the profile's texts are shown to who asks for `language`.
    pub fn spoken(&self, language: Language) -> Language {
        let first = self.languages.first().copied().unwrap_or(language);
        let offered = self.languages.contains(&language);
        if offered { language } else { first }
    }
}

impl Question {
    /// The answer that `values` give; none where there is nothing in them.
    fn answer(&self, values: &[String], language: Language) -> Result<Option<Answer>, ReplyError> {
        let values: Vec<&str> = values.iter().map(|value| value.trim()).collect();
        let values: Vec<&str> = values.into_iter().filter(|one| !one.is_empty()).collect();
        if values.is_empty() {
            return Ok(None);
        }
        if values.len() > 1 && self.kind != QuestionKind::Several {
            return Err(ReplyError::OneAnswer(self.id.clone()));
        }
        let given = match self.kind {
            QuestionKind::One | QuestionKind::Several | QuestionKind::YesNo => {
                self.chosen(&values, language)?
            }
            QuestionKind::Number => {
                let number = number(values[0]);
                Given::Text(number.ok_or_else(|| ReplyError::NotANumber(self.id.clone()))?)
            }
            QuestionKind::Text => {
                let cut: String = values[0].chars().take(MAX_TEXT).collect();
                Given::Text(Personal::new(&cut))
            }
        };
        Ok(Some(Answer {
            question: self.id.clone(),
            purpose: self.purpose.clone(),
            asked: self.text(language).to_owned(),
            given,
        }))
    }

    fn chosen(&self, values: &[&str], language: Language) -> Result<Given, ReplyError> {
        let known = |id: &&str| self.options.iter().any(|option| option.id == **id);
        if !values.iter().all(known) {
            return Err(ReplyError::UnknownOption(self.id.clone()));
        }
        let chosen = self
            .options
            .iter()
            .filter(|option| values.contains(&option.id.as_str()));
        let chosen = chosen.map(|option| Chosen {
            id: Personal::new(&option.id),
            text: Personal::new(option.text(language)),
        });
        Ok(Given::Options(chosen.collect()))
    }
}

impl Kept {
    /// What was answered.
    pub fn answers(&self) -> &[Answer] {
        answers(self.fields.get(&Field::Answers).map(|kept| &kept.value))
    }

    /// Drops the answers whose purpose was not accepted or does not list them any more, sets the ends of the others, and
    /// answers when the last of them ends.
    pub(crate) fn minimise_answers(&mut self, profile: &Profile) -> Option<DateTime<Utc>> {
        let reasons: BTreeMap<_, _> = self.reasons(Field::Answers, profile).into_iter().collect();
        self.retain_answers(|answer| reasons.contains_key(&answer.purpose));
        let asked = self.answered_purposes();
        self.answer_ends = reasons;
        self.answer_ends
            .retain(|purpose, _| asked.contains(purpose));
        self.answer_ends.values().max().copied()
    }

    /// Drops the answers whose own purpose has ended by `now`. The last of them go with the field.
    pub(crate) fn expire_answers(&mut self, now: DateTime<Utc>) {
        let ended: BTreeSet<String> = self
            .answer_ends
            .extract_if(.., |_, end| *end <= now)
            .map(|(purpose, _)| purpose)
            .collect();
        if !self.answer_ends.is_empty() {
            self.retain_answers(|answer| !ended.contains(&answer.purpose));
        }
    }

    /// Sets the ends of answers that were stored without: by `profile`, or with the field where it knows no more of their
    /// purpose.
    pub fn learn_answer_ends(&mut self, profile: &Profile) {
        let reasons: BTreeMap<_, _> = self.reasons(Field::Answers, profile).into_iter().collect();
        let asked = self.answered_purposes();
        let Some(kept) = self.fields.get_mut(&Field::Answers) else {
            return;
        };
        let end = |purpose: String| {
            let end = reasons.get(&purpose).copied().unwrap_or(kept.deadline);
            (purpose, end)
        };
        self.answer_ends = asked.into_iter().map(end).collect();
        kept.deadline = self
            .answer_ends
            .values()
            .max()
            .copied()
            .unwrap_or(kept.deadline);
    }

    /// True while some answers end before others: a CRM knows them as one field and has to be told of each end by the
    /// whole lead.
    pub(crate) fn answers_end_apart(&self) -> bool {
        self.answer_ends.values().collect::<BTreeSet<_>>().len() > 1
    }

    fn answered_purposes(&self) -> BTreeSet<String> {
        let purposes = self.answers().iter().map(|answer| answer.purpose.clone());
        purposes.collect()
    }

    fn retain_answers(&mut self, stays: impl Fn(&Answer) -> bool) {
        if let Some(kept) = self.fields.get_mut(&Field::Answers)
            && let Value::Answers(all) = &mut kept.value
        {
            all.retain(stays);
        }
    }
}

/// The answers in `value`; none where it holds something else.
pub fn answers(value: Option<&Value>) -> &[Answer] {
    match value {
        Some(Value::Answers(all)) => all,
        _ => &[],
    }
}

fn of<'a>(answers: &'a [Answer], question: &str) -> Option<&'a Answer> {
    answers.iter().find(|one| one.question == question)
}

/// Digits with a sign and a decimal mark or without, the mark as a point.
fn number(text: &str) -> Option<Personal> {
    let bare: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let bare = bare.replace(',', ".");
    let digits = bare.strip_prefix('-').unwrap_or(&bare);
    let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
    let plain = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let fits = bare.len() <= MAX_NUMBER && plain(whole) && plain(part);
    fits.then(|| Personal::new(&bare))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_people_write_them() {
        for (typed, read) in [("120", "120"), (" 1 200,5 ", "1200.5"), ("-3", "-3")] {
            assert_eq!(number(typed).unwrap().expose(), read);
        }
        for typed in [
            "",
            "ten",
            "1.2.3",
            "1e5",
            ".5",
            "5.",
            "٣",
            "12345678901234567",
        ] {
            assert_eq!(number(typed), None, "{typed}");
        }
    }

    #[test]
    fn debug_says_nothing_of_the_person() {
        let answer = Answer {
            question: "pests".to_owned(),
            purpose: "send_offer".to_owned(),
            asked: "What eats your crop?".to_owned(),
            given: Given::Text("stonka".into()),
        };
        assert!(!format!("{answer:?}").contains("stonka"));
        assert_eq!(answer.line().expose(), "What eats your crop? stonka");
    }
}
