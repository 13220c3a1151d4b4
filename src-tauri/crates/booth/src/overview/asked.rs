//! What was answered to the profile's questions, counted: how many chose what, and how warm the talks were.
//!
//! When: with the rest of the overview. How: of the values alone that may be chosen; a number or a text is nobody else's
//! and stays on its lead's page. What the CRM alone holds is not known here and not counted.

use serde::Serialize;
use ts_rs::TS;
use zgoda_core::answer::{Answer, Given};
use zgoda_core::report::table::Table;
use zgoda_core::report::{field_name, pick, rating_name};
use zgoda_core::{Field, Kept, Language, Profile, Rating, Value};

use super::Pick;

/// A question that has options, and how it was answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct QuestionCount {
    /// The question's id.
    pub question: String,
    /// The question, in the language of the staff's screens, or in the profile's first where it does not offer that one; as
    /// it was shown, where the profile asks it no more.
    pub asked: String,
    /// People who answered it.
    pub people: u32,
    /// Each option with the people who chose it, in the profile's order.
    pub options: Vec<OptionCount>,
}

/// An option and who chose it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct OptionCount {
    /// The option's id.
    pub option: String,
    /// Its text.
    pub text: String,
    /// People who chose it.
    pub people: u32,
}

/// People by how warm the talk was.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, TS)]
pub struct RatingCount {
    /// Cold.
    pub cold: u32,
    /// Warm.
    pub warm: u32,
    /// Hot.
    pub hot: u32,
}

/// Each question of the picked purpose, those of the profile first.
pub(super) fn questions(
    leads: &[Kept],
    profile: &Profile,
    picked: &Pick,
    language: Language,
) -> Vec<QuestionCount> {
    let meant = |purpose: &str| picked.purpose.as_ref().is_none_or(|one| one == purpose);
    let language = profile.spoken(language);
    let asked = profile.questions.iter().filter(|one| meant(&one.purpose));
    let mut counts: Vec<QuestionCount> = asked
        .filter(|question| !question.options.is_empty())
        .map(|question| QuestionCount {
            question: question.id.clone(),
            asked: question.text(language).to_owned(),
            people: 0,
            options: question
                .options
                .iter()
                .map(|option| OptionCount {
                    option: option.id.clone(),
                    text: option.text(language).to_owned(),
                    people: 0,
                })
                .collect(),
        })
        .collect();
    for answer in leads.iter().flat_map(Kept::answers) {
        if meant(&answer.purpose) {
            count(&mut counts, answer);
        }
    }
    counts
}

fn count(counts: &mut Vec<QuestionCount>, answer: &Answer) {
    let Given::Options(chosen) = &answer.given else {
        return;
    };
    let known = counts
        .iter()
        .position(|one| one.question == answer.question);
    let at = known.unwrap_or_else(|| {
        counts.push(QuestionCount {
            question: answer.question.clone(),
            asked: answer.asked.clone(),
            people: 0,
            options: Vec::new(),
        });
        counts.len() - 1
    });
    counts[at].people += 1;
    for one in chosen {
        let options = &mut counts[at].options;
        match options
            .iter_mut()
            .find(|known| known.option == one.id.expose())
        {
            Some(known) => known.people += 1,
            None => options.push(OptionCount {
                option: one.id.expose().to_owned(),
                text: one.text.expose().to_owned(),
                people: 1,
            }),
        }
    }
}

/// How warm the talks were.
pub(super) fn ratings(leads: &[Kept]) -> RatingCount {
    let mut counts = RatingCount::default();
    for lead in leads {
        match lead.fields.get(&Field::Rating).map(|kept| &kept.value) {
            Some(Value::Rating(Rating::Cold)) => counts.cold += 1,
            Some(Value::Rating(Rating::Warm)) => counts.warm += 1,
            Some(Value::Rating(Rating::Hot)) => counts.hot += 1,
            _ => {}
        }
    }
    counts
}

/// Both as one table.
pub(super) fn table(
    questions: &[QuestionCount],
    ratings: RatingCount,
    language: Language,
) -> Table {
    let mut table = Table::new(&[
        pick(language, ["Pytanie", "Question", "Frage"]),
        pick(language, ["Odpowiedź", "Answer", "Antwort"]),
        pick(language, ["Osoby", "People", "Personen"]),
    ]);
    for question in questions {
        for option in &question.options {
            table.push([
                question.asked.clone(),
                option.text.clone(),
                option.people.to_string(),
            ]);
        }
    }
    for (rating, people) in [
        (Rating::Hot, ratings.hot),
        (Rating::Warm, ratings.warm),
        (Rating::Cold, ratings.cold),
    ] {
        table.push([
            field_name(Field::Rating, language).to_owned(),
            rating_name(rating, language).to_owned(),
            people.to_string(),
        ]);
    }
    table
}
