//! Questions and signatures on a screen.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use zgoda_core::answer::{Answer, Given};
use zgoda_core::question::{Condition, Question};
use zgoda_core::signature::{HEIGHT, WIDTH};
use zgoda_core::{Asker, Language, Profile, QuestionKind, Signature, SignatureError};

/// A question.
#[derive(Clone, Debug, Serialize, TS)]
#[ts(export)]
pub struct QuestionView {
    /// Its id.
    pub id: String,
    /// What it takes for an answer.
    pub kind: QuestionKind,
    /// On whose screen it stands.
    pub ask: Asker,
    /// The purpose that it serves.
    pub purpose: String,
    /// Its text by language; where the profile does not offer one, that of the profile's first.
    pub text: BTreeMap<Language, String>,
    /// What may be chosen.
    pub options: Vec<OptionView>,
    /// When it is asked; always, where it is not given.
    pub when: Option<Condition>,
}

/// What may be chosen.
#[derive(Clone, Debug, Serialize, TS)]
pub struct OptionView {
    /// Its id.
    pub id: String,
    /// Its text by language, as the question's.
    pub text: BTreeMap<Language, String>,
}

/// A question with its answer, as both were shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AnswerView {
    /// The question's id.
    pub question: String,
    /// The purpose that it serves.
    pub purpose: String,
    /// The question.
    pub asked: String,
    /// The chosen options' ids, or the number or text.
    pub values: Vec<String>,
    /// What was answered, in words.
    pub said: String,
}

/// A signature to draw: `<svg viewBox="0 0 {width} {height}"><path d="{path}"/></svg>`, or the typed name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SignatureView {
    /// Width of the box.
    pub width: u16,
    /// Height of the box.
    pub height: u16,
    /// The strokes; empty where it was typed.
    pub path: String,
    /// The typed name.
    pub name: Option<String>,
}

/// A signature that a purpose asks for.
#[derive(Clone, Debug, Serialize, TS)]
pub struct SignatureAsk {
    /// The purpose's id.
    pub purpose: String,
    /// Why it is needed, by language.
    pub why: BTreeMap<Language, String>,
}

/// What the attendee signed with.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
#[serde(tag = "by", content = "value", rename_all = "snake_case")]
pub enum Signed {
    /// Strokes of points, across and down, in the box of a [`SignatureView`].
    Drawn(Vec<Vec<(u16, u16)>>),
    /// A typed name.
    Typed(String),
}

impl Signed {
    /// The signature.
    ///
    /// # Errors
    /// More than a signature, or nothing.
    pub fn read(&self) -> Result<Signature, SignatureError> {
        match self {
            Self::Drawn(strokes) => Signature::drawn(strokes),
            Self::Typed(name) => Signature::typed(name),
        }
    }
}

impl QuestionView {
    pub(crate) fn new(question: &Question, profile: &Profile) -> Self {
        let options = question.options.iter().map(|option| OptionView {
            id: option.id.clone(),
            text: in_each(profile, |language| option.text(language)),
        });
        Self {
            id: question.id.clone(),
            kind: question.kind,
            ask: question.ask,
            purpose: question.purpose.clone(),
            text: in_each(profile, |language| question.text(language)),
            options: options.collect(),
            when: question.when.clone(),
        }
    }
}

/// What a screen in each language shows.
fn in_each<'a>(
    profile: &Profile,
    text: impl Fn(Language) -> &'a str,
) -> BTreeMap<Language, String> {
    let shown = |language| (language, text(profile.spoken(language)).to_owned());
    Language::ALL.into_iter().map(shown).collect()
}

impl From<&Answer> for AnswerView {
    fn from(answer: &Answer) -> Self {
        let values = match &answer.given {
            Given::Options(all) => all.iter().map(|one| one.id.expose().to_owned()).collect(),
            Given::Text(text) => vec![text.expose().to_owned()],
        };
        Self {
            question: answer.question.clone(),
            purpose: answer.purpose.clone(),
            asked: answer.asked.clone(),
            values,
            said: answer.said().expose().to_owned(),
        }
    }
}

impl From<&Signature> for SignatureView {
    fn from(signature: &Signature) -> Self {
        Self {
            width: WIDTH,
            height: HEIGHT,
            path: signature.path(),
            name: signature.name().map(|name| name.expose().to_owned()),
        }
    }
}
