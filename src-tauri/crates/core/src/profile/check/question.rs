//! The lints of `[[question]]`, and of a signature: what is asked of a person beyond what they came with.
//!
//! A question may hang on one that stands above it alone, so that no way through is a circle.

use std::collections::{BTreeMap, BTreeSet};

use toml::Spanned;

use super::{Lint, Linter};
use crate::field::Field;
use crate::language::Language;
use crate::profile::Purpose;
use crate::profile::raw::{RawCrm, RawOption, RawQuestion};
use crate::question::{Condition, MOST_ASKED, Question, QuestionKind, QuestionOption, longest_way};

/// Most options that a thumb finds its way among.
const MOST_OPTIONS: usize = 12;

impl Linter<'_> {
    pub(super) fn questions(
        &mut self,
        raw: Vec<Spanned<RawQuestion>>,
        languages: &[Language],
        purposes: &[Purpose],
    ) -> Vec<Question> {
        let start = raw.first().map_or(0, |first| first.span().start);
        let mut questions: Vec<Question> = Vec::new();
        for one in raw {
            let at = one.span().start;
            let one = self.question(one.into_inner(), languages, purposes, &questions, at);
            questions.push(one);
        }
        let most = longest_way(&questions);
        if most > MOST_ASKED {
            let message = format!(
                "one person may come to {most} questions, and stands at a booth: leave at most {MOST_ASKED} on any way, or hang some on an option of others by when"
            );
            self.report(Lint::TooManyQuestions, start, &most.to_string(), &message);
        }
        self.asked_for(purposes, &questions, start);
        questions
    }

    fn question(
        &mut self,
        raw: RawQuestion,
        languages: &[Language],
        purposes: &[Purpose],
        above: &[Question],
        at: usize,
    ) -> Question {
        let id: String = raw.id.as_ref().clone();
        if !is_id(&id) || above.iter().any(|one| one.id == id) {
            let message = "write a short id of a-z, 0-9 and _ that no other question has: \"crop\"";
            self.report(Lint::QuestionId, raw.id.span().start, &id, message);
        }
        let purpose = purposes.iter().find(|one| one.id == *raw.purpose.as_ref());
        if purpose.is_none_or(|one| !one.fields.contains(&Field::Answers)) {
            let message = format!(
                "{id} is asked for nothing: name a purpose of this profile whose fields list \"answers\""
            );
            self.report(
                Lint::QuestionPurpose,
                raw.purpose.span().start,
                &id,
                &message,
            );
        }
        self.spoken(&id, &raw.text, languages, at);
        let options = self.options(&id, raw.kind, raw.options, languages, at);
        let question = Question {
            id,
            kind: raw.kind,
            ask: raw.ask,
            purpose: raw.purpose.into_inner(),
            text: raw.text,
            options,
            when: raw.when.as_ref().map(|when| when.as_ref().clone()),
        };
        if let Some(when) = raw.when {
            self.when(&question, when.as_ref(), above, when.span().start);
        }
        question
    }

    fn options(
        &mut self,
        id: &str,
        kind: QuestionKind,
        raw: Vec<Spanned<RawOption>>,
        languages: &[Language],
        at: usize,
    ) -> Vec<QuestionOption> {
        let places: Vec<usize> = raw.iter().map(|option| option.span().start).collect();
        let options: Vec<QuestionOption> = raw
            .into_iter()
            .map(|option| option.into_inner().into())
            .collect();
        let mut seen = BTreeSet::new();
        let named = options
            .iter()
            .all(|one| is_id(&one.id) && seen.insert(&one.id));
        let message = match (kind.has_options(), options.len()) {
            (true, 2..=MOST_OPTIONS) if named => None,
            (true, 2..=MOST_OPTIONS) => Some(format!(
                "each option of {id} wants an id of its own, of a-z, 0-9 and _"
            )),
            (true, _) => Some(format!(
                "{id} is chosen from 2 to {MOST_OPTIONS} options: options = [{{ id = \"…\", pl = \"…\", en = \"…\", de = \"…\" }}, …]"
            )),
            (false, 0) => None,
            (false, _) => Some(format!(
                "{id} is answered without options: take them out, or write kind = \"one\" or \"several\""
            )),
        };
        if let Some(message) = message {
            self.report(Lint::QuestionOptions, at, id, &message);
        }
        for (option, at) in options.iter().zip(places) {
            self.spoken(&format!("{id}.{}", option.id), &option.text, languages, at);
        }
        match kind {
            QuestionKind::YesNo => QuestionOption::yes_no(),
            _ => options,
        }
    }

    /// A text in every offered language.
    fn spoken(
        &mut self,
        subject: &str,
        text: &BTreeMap<Language, String>,
        languages: &[Language],
        at: usize,
    ) {
        let blank = |language: &&Language| {
            let text = text.get(language);
            text.is_none_or(|text| text.trim().is_empty())
        };
        if let Some(language) = languages.iter().find(blank) {
            let message = format!("{subject} says nothing in {language}: add {language} = \"…\"");
            self.report_of(Some(*language), Lint::QuestionText, at, subject, &message);
        }
    }

    fn when(&mut self, question: &Question, when: &Condition, above: &[Question], at: usize) {
        let id = &question.id;
        let message = match above.iter().find(|one| one.id == when.question) {
            None => format!("{id} hangs on a question that does not stand above it"),
            Some(on) if on.ask != question.ask => {
                format!(
                    "{id} hangs on a question of the other screen: ask both of staff, or both of the attendee"
                )
            }
            Some(on) if on.options.iter().all(|option| option.id != when.is) => {
                format!(
                    "{} has no option \"{}\" for {id} to hang on",
                    on.id, when.is
                )
            }
            Some(_) => return,
        };
        self.report(Lint::QuestionWhen, at, id, &message);
    }

    fn asked_for(&mut self, purposes: &[Purpose], questions: &[Question], start: usize) {
        let answered: Vec<&Purpose> = purposes
            .iter()
            .filter(|purpose| purpose.fields.contains(&Field::Answers))
            .collect();
        let asks = |purpose: &&&Purpose| questions.iter().any(|one| one.purpose == purpose.id);
        for purpose in answered.iter().filter(|purpose| !asks(purpose)) {
            let message = format!(
                "{} needs answers, and no [[question]] is for it: add one, or take \"answers\" out of its fields",
                purpose.id
            );
            self.report(Lint::NothingAsked, start, &purpose.id, &message);
        }
        let ends: BTreeSet<String> = answered
            .iter()
            .filter(asks)
            .map(|purpose| purpose.retention.to_string())
            .collect();
        if ends.len() > 1 {
            let message = "each answer ends with its purpose, and until those that are left end together the person stays on the device, also where the CRM has them: give the purposes of the questions one retention, or know that it is so";
            self.report(Lint::AnswersEndApart, start, "answers", message);
        }
    }

    /// Columns for answers are of questions that are asked, and each holds one thing alone; a signature has none.
    pub(super) fn crm_answers(&mut self, raw: &RawCrm, questions: &[Question]) {
        for (id, name) in &raw.answers {
            if questions.iter().all(|question| question.id != *id) {
                let message = format!("answers.{id} is no question of this profile");
                self.report(Lint::CrmMapping, name.span().start, id, &message);
            }
        }
        if let Some(name) = raw.fields.get(&Field::Signature) {
            let message = "a signature stays on the device, and goes with a copy for the person alone: take the mapping out";
            self.report(Lint::CrmMapping, name.span().start, "signature", message);
        }
        let fields = raw.fields.iter();
        let fields = fields.map(|(field, name)| (field.as_str(), name));
        let answers = raw.answers.iter();
        let answers = answers.map(|(question, name)| (question.as_str(), name));
        let mut taken: BTreeMap<String, &str> = BTreeMap::new();
        for (subject, name) in fields.chain(answers) {
            // Some CRMs take a name in small and in capital letters for the same.
            let column = name.as_ref().to_lowercase();
            if let Some(first) = taken.get(&column) {
                let message = format!(
                    "\"{}\" is the column of {first} already, and {subject} would stand in its place: name another",
                    name.as_ref()
                );
                self.report(Lint::CrmMapping, name.span().start, subject, &message);
            } else {
                taken.insert(column, subject);
            }
        }
    }

    pub(super) fn signature(
        &mut self,
        id: &str,
        fields: &BTreeSet<Field>,
        why: &BTreeMap<Language, String>,
        languages: &[Language],
        at: usize,
    ) {
        let told =
            |language: &Language| why.get(language).is_some_and(|why| !why.trim().is_empty());
        if fields.contains(&Field::Signature) && !languages.iter().all(told) {
            let message = "why is a signature needed? A ticked box proves consent without one: take \"signature\" out, or say it to the person in each language: signature_why = { pl = \"…\", en = \"…\", de = \"…\" }";
            self.report(Lint::SignatureWhy, at, id, message);
        }
    }
}

fn is_id(id: &str) -> bool {
    let fine = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
    (1..=64).contains(&id.len()) && id.bytes().all(fine)
}
