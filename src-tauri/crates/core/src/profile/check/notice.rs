//! The notice of Art. 13, in each language.

use std::collections::BTreeMap;

use toml::Spanned;

use super::{Lint, Linter};
use crate::language::Language;
use crate::profile::raw::RawNotice;
use crate::profile::{Basis, Controller, Notice, NoticeItem, Purpose};

impl Linter<'_> {
    pub(super) fn notices(
        &mut self,
        raw: BTreeMap<Language, Spanned<RawNotice>>,
        languages: &[Language],
        controller: &Controller,
        purposes: &[Purpose],
        start: usize,
    ) -> BTreeMap<Language, Notice> {
        for language in languages {
            if !raw.contains_key(language) {
                let message = format!("add [notice.{language}], or take {language} from languages");
                self.report_of(
                    Some(*language),
                    Lint::NoNotice,
                    start,
                    language.as_str(),
                    &message,
                );
            }
        }
        let has = |basis: Basis| purposes.iter().any(|purpose| purpose.basis == basis);
        let wanted = |item: NoticeItem| match item {
            NoticeItem::Dpo => controller.dpo.is_some(),
            NoticeItem::LegitimateInterest => {
                has(Basis::LegitimateInterest) || has(Basis::Requested)
            }
            NoticeItem::Withdrawal => has(Basis::Consent),
            _ => true,
        };
        let mut notices = BTreeMap::new();
        for (language, notice) in raw {
            let at = notice.span().start;
            let notice = Notice::from(notice.into_inner());
            for item in NoticeItem::ALL.into_iter().filter(|item| wanted(*item)) {
                if !notice.items.contains_key(&item) {
                    let subject = format!("notice.{language}.{}", item.as_str());
                    let message = format!(
                        "{} asks for it: add {} = \"…\" to [notice.{language}]",
                        item.article(),
                        item.as_str()
                    );
                    self.report(Lint::NoticeItem, at, &subject, &message);
                }
            }
            notices.insert(language, notice);
        }
        notices
    }
}
