//! What people call the purposes and questions that findings are about.

use std::collections::BTreeMap;

use super::super::Purpose;
use super::super::lint::{About, Finding};
use super::super::raw::{RawOption, RawProfile};
use crate::language::Language;

/// Names by id; of an option, by its question's id and its own: `machines.press`.
type Called = BTreeMap<String, BTreeMap<Language, String>>;

#[derive(Default)]
pub(super) struct Names {
    purposes: Called,
    questions: Called,
}

impl Names {
    pub(super) fn of(raw: &RawProfile) -> Self {
        let mut names = Self::default();
        for purpose in &raw.purpose {
            let purpose = purpose.as_ref();
            let id = purpose.id.as_ref().clone();
            call(&mut names.purposes, id, &purpose.label);
        }
        for question in &raw.question {
            let question = question.as_ref();
            let id = question.id.as_ref();
            call(&mut names.questions, id.clone(), &question.text);
            for option in &question.options {
                let option = option.as_ref();
                let id = format!("{id}.{}", option.id);
                call(&mut names.questions, id, &option_text(option));
            }
        }
        names
    }

    pub(super) fn of_purposes(purposes: &[Purpose]) -> Self {
        let called = purposes
            .iter()
            .map(|one| (one.id.clone(), said(&one.label)));
        Self {
            purposes: called.collect(),
            questions: Called::new(),
        }
    }

    pub(super) fn put(&self, findings: &mut [Finding]) {
        for finding in findings {
            let called = match finding.lint.about() {
                Some(About::Purpose) => self.purposes.get(&finding.subject),
                Some(About::Question) => self.questions.get(&finding.subject),
                None => None,
            };
            finding.name = called.cloned().unwrap_or_default();
        }
    }
}

/// Of two with one id, a finding's subject does not tell which is meant: neither is named.
fn call(called: &mut Called, id: String, texts: &BTreeMap<Language, String>) {
    called
        .entry(id)
        .and_modify(BTreeMap::clear)
        .or_insert_with(|| said(texts));
}

fn option_text(option: &RawOption) -> BTreeMap<Language, String> {
    let texts = [
        (Language::Pl, &option.pl),
        (Language::En, &option.en),
        (Language::De, &option.de),
    ];
    let written = texts.into_iter();
    written
        .filter_map(|(language, text)| Some((language, text.clone()?)))
        .collect()
}

fn said(texts: &BTreeMap<Language, String>) -> BTreeMap<Language, String> {
    let mut texts = texts.clone();
    texts.retain(|_, text| !text.trim().is_empty());
    texts
}
