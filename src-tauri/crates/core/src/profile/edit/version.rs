//! A changed text is a new version: whoever agreed to the old one agreed to that one (Art. 7(1)).

use std::collections::BTreeMap;

use serde::Serialize;
use ts_rs::TS;

use super::ProfileDraft;
use crate::language::Language;
use crate::profile::{Channel, NoticeItem, Profile};

/// A version that went up because its text changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct Bump {
    /// The purpose's id; none for a notice.
    pub purpose: Option<String>,
    /// The channel of the wording.
    pub channel: Option<Channel>,
    /// The language of the notice; all of them for a wording.
    pub language: Option<Language>,
    /// The version of before, under which earlier records stay.
    pub from: String,
    /// The new one.
    pub to: String,
}

type Box = (String, Option<Channel>);

/// Texts that people may have agreed to, or were told, by their version.
#[derive(Clone, Debug, Default)]
pub struct Known {
    wordings: BTreeMap<(Box, String, Language), String>,
    notices: BTreeMap<(Language, String), BTreeMap<NoticeItem, String>>,
}

impl Known {
    /// Learns the texts of a profile that counts or counted. What two of them say under one version, the first said.
    pub fn learn(&mut self, profile: &Profile) {
        for purpose in &profile.purposes {
            for (channel, wording) in &purpose.wordings {
                for (language, text) in &wording.texts {
                    let of = (purpose.id.clone(), *channel);
                    let key = (of, wording.version.clone(), *language);
                    self.wordings.entry(key).or_insert_with(|| text.clone());
                }
            }
        }
        for (language, notice) in &profile.notice {
            let key = (*language, notice.version.clone());
            let items = || notice.items.clone();
            self.notices.entry(key).or_insert_with(items);
        }
    }

    /// Gives each changed text of `draft` a version under which nothing else was ever said. Answers which those are.
    pub fn settle(&self, draft: &mut ProfileDraft) -> Vec<Bump> {
        let mut bumps = Vec::new();
        for purpose in &mut draft.purposes {
            for wording in &mut purpose.wordings {
                let of = (purpose.id.clone(), wording.channel);
                let texts = &wording.texts;
                let free = |version: &str| self.says(&of, version, texts);
                if let Some(to) = next(&wording.version, free) {
                    bumps.push(Bump {
                        purpose: Some(purpose.id.clone()),
                        channel: wording.channel,
                        language: None,
                        from: std::mem::replace(&mut wording.version, to.clone()),
                        to,
                    });
                }
            }
        }
        for (language, notice) in &mut draft.notice {
            let free = |version: &str| {
                let known = self.notices.get(&(*language, version.to_owned()));
                known.is_none_or(|known| same(known, &notice.items))
            };
            if let Some(to) = next(&notice.version, free) {
                bumps.push(Bump {
                    purpose: None,
                    channel: None,
                    language: Some(*language),
                    from: std::mem::replace(&mut notice.version, to.clone()),
                    to,
                });
            }
        }
        bumps
    }

    /// True where `version` never said anything else than `texts`. A language that is new in it is no change.
    fn says(&self, of: &Box, version: &str, texts: &BTreeMap<Language, String>) -> bool {
        Language::ALL.iter().all(|language| {
            let key = (of.clone(), version.to_owned(), *language);
            let (known, said) = (self.wordings.get(&key), texts.get(language));
            known.is_none_or(|known| said.is_none_or(|said| said.is_empty() || said == known))
        })
    }
}

fn same(known: &BTreeMap<NoticeItem, String>, said: &BTreeMap<NoticeItem, String>) -> bool {
    let text = |of: &BTreeMap<NoticeItem, String>, item| of.get(&item).cloned().unwrap_or_default();
    NoticeItem::ALL
        .into_iter()
        .all(|item| text(known, item) == text(said, item))
}

/// The first version after `version` that is free; none where it is free itself. `2026-1` is followed by `2026-2`.
fn next(version: &str, free: impl Fn(&str) -> bool) -> Option<String> {
    if free(version) {
        return None;
    }
    let digits = version.len() - version.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    let (stem, number) = version.split_at(version.len() - digits);
    let (stem, first) = match number.parse::<u32>() {
        // A version that is a date, or another long number, is none to count on.
        Ok(number) if digits < 6 => (stem.to_owned(), number.saturating_add(1)),
        _ => (format!("{version}-"), 2),
    };
    (first..)
        .map(|number| format!("{stem}{number}"))
        .find(|version| free(version))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOML: &str = include_str!("../../../../../../profiles/demo.toml");

    fn known(toml: &str) -> (Known, ProfileDraft) {
        let mut known = Known::default();
        known.learn(&Profile::read(toml).unwrap().0);
        (known, ProfileDraft::read(toml).unwrap())
    }

    #[test]
    fn a_changed_text_gets_the_next_version_and_the_old_text_its_own_back() {
        let (known, mut draft) = known(TOML);
        assert_eq!(known.settle(&mut draft), []);
        let before = draft.clone();
        let news = &mut draft.purposes[1].wordings[0];
        news.texts.insert(Language::En, "Send me news.".to_owned());
        let notice = draft.notice.get_mut(&Language::De).unwrap();
        notice.items.remove(&NoticeItem::Dpo);
        let bumps = known.settle(&mut draft);
        let said: Vec<_> = bumps
            .iter()
            .map(|one| (one.purpose.as_deref(), one.language, one.to.as_str()))
            .collect();
        assert_eq!(
            said,
            [
                (Some("newsletter"), None, "2026-2"),
                (None, Some(Language::De), "2026-2")
            ]
        );
        assert_eq!(draft.purposes[1].wordings[0].version, "2026-2");
        assert_eq!(draft.purposes[2], before.purposes[2]);

        let mut back = before.clone();
        assert_eq!(known.settle(&mut back), []);
        assert_eq!(back, before);
    }

    #[test]
    fn a_version_that_once_said_something_else_is_not_given_again() {
        let (mut known, mut draft) = known(TOML);
        let second = TOML.replacen("version = \"2026-1\"", "version = \"2026-2\"", 1);
        let second = second.replacen("I want to receive", "I would like", 1);
        known.learn(&Profile::read(&second).unwrap().0);
        let news = &mut draft.purposes[1].wordings[0];
        news.texts
            .insert(Language::En, "Something else.".to_owned());
        assert_eq!(known.settle(&mut draft)[0].to, "2026-3");
    }

    #[test]
    fn versions_go_on_as_they_are_written() {
        let after = |version: &str| next(version, |one| one != version).unwrap();
        assert_eq!(after("2026-1"), "2026-2");
        assert_eq!(after("v9"), "v10");
        assert_eq!(after("spring"), "spring-2");
        assert_eq!(after("20261124"), "20261124-2");
        assert_eq!(next("x", |_| true), None);
    }
}
