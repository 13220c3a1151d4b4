//! The linter for the law: from the profile as written to a [`Profile`], naming every broken rule on the way.

mod badge;
mod crm;
mod event;
mod law;
mod lookup;
mod mail;
mod name;
mod notice;
mod purpose;
mod question;
mod receipt;

use std::collections::BTreeSet;

use super::Profile;
use super::lint::{Finding, Lint, Place, Severity};
use super::raw::RawProfile;
use crate::field::Field;
use crate::language::Language;
use name::Names;

/// Turns the raw profile into a [`Profile`], or names every error.
pub(super) fn check(
    text: &str,
    raw: RawProfile,
    sha256: String,
) -> Result<(Profile, Vec<Finding>), Vec<Finding>> {
    let (profile, findings) = sketch(text, raw, sha256);
    match profile {
        Some(profile) if findings.iter().all(|one| one.severity == Severity::Warning) => {
            Ok((profile, findings))
        }
        _ => Err(findings),
    }
}

/// As much of a [`Profile`] as there is, whatever the findings.
pub(super) fn sketch(
    text: &str,
    raw: RawProfile,
    sha256: String,
) -> (Option<Profile>, Vec<Finding>) {
    let mut linter = Linter {
        text,
        findings: Vec::new(),
    };
    let names = Names::of(&raw);
    let profile = linter.profile(raw, sha256);
    let mut findings = linter.findings;
    findings.extend(profile.iter().flat_map(|profile| law::law(text, profile)));
    names.put(&mut findings);
    findings.sort_by_key(|finding| finding.place);
    (profile, findings)
}

/// What taking `after`, written as `text`, in the place of `before` breaks.
pub(super) fn changed(text: &str, before: &Profile, after: &Profile) -> Vec<Finding> {
    let mut findings = law::changed(text, before, after);
    Names::of_purposes(&after.purposes).put(&mut findings);
    findings
}

struct Linter<'a> {
    text: &'a str,
    findings: Vec<Finding>,
}

impl Linter<'_> {
    fn report(&mut self, lint: Lint, offset: usize, subject: &str, message: &str) {
        self.report_of(None, lint, offset, subject, message);
    }

    /// Reports what is wrong with a text in `language`.
    fn report_of(
        &mut self,
        language: Option<Language>,
        lint: Lint,
        offset: usize,
        subject: &str,
        message: &str,
    ) {
        let place = Place::at(self.text, offset);
        let finding = Finding::new(lint, place, subject, message);
        self.findings.push(finding.of_language(language));
    }

    /// Reports a name that is none of `known`.
    fn report_name(&mut self, lint: Lint, offset: usize, name: &str, known: &[&str]) {
        let message = format!("write one of {}", known.join(", "));
        self.report_choice(lint, offset, name, &message, known);
    }

    /// Reports that one of `known` should stand there.
    fn report_choice(
        &mut self,
        lint: Lint,
        offset: usize,
        subject: &str,
        message: &str,
        known: &[&str],
    ) {
        let place = Place::at(self.text, offset);
        let finding = Finding::new(lint, place, subject, message);
        self.findings.push(finding.choices(known));
    }

    fn profile(&mut self, raw: RawProfile, sha256: String) -> Option<Profile> {
        let start = raw.event.span().start;
        let event = self.event(raw.event.into_inner());
        let listed = raw.languages.as_ref().map(|listed| listed.span().start);
        let languages = raw.languages.map_or_else(
            || raw.notice.keys().copied().collect(),
            toml::Spanned::into_inner,
        );
        if languages.is_empty() {
            let message = match listed {
                Some(_) => {
                    "nobody could read it: list pl, en or de, or take languages out, and each that has a notice is offered"
                }
                None => "nobody could read it: add [notice.pl], [notice.en] or [notice.de]",
            };
            let at = listed.unwrap_or(start);
            self.report(Lint::NoLanguage, at, "languages", message);
        }
        let controller = self.controller(raw.controller.into_inner());
        let purposes = self.purposes(raw.purpose, &languages, start);
        let notice = self.notices(raw.notice, &languages, &controller, &purposes, start);
        let needed: BTreeSet<Field> = purposes
            .iter()
            .flat_map(|purpose| purpose.fields.iter().copied())
            .collect();
        let questions = self.questions(raw.question, &languages, &purposes);
        let tags = self.tags(raw.tags, &needed);
        let badge = self.badge(raw.badge);
        let recipient = raw.recovery.map(|recovery| recovery.recipient.into_inner());
        if recipient.is_none() {
            let message = "add [recovery] with recipient = \"age1…\": without it a forgotten PIN loses what was not yet synced";
            self.report(Lint::NoRecovery, 0, "recovery", message);
        }
        let crm = self.crm(raw.crm, &needed, &questions, recipient.is_some());
        let lookup = self.lookup(raw.lookup, &needed);
        let receipt = self.receipt(raw.receipt);
        Some(Profile {
            event: event?,
            controller,
            languages,
            notice,
            purposes,
            questions,
            badge,
            tags,
            keep: raw.local_copy.keep,
            crm: crm?,
            lookup,
            recipient,
            receipt,
            lock_after: raw.lock.after,
            sha256,
        })
    }

    fn tags(
        &mut self,
        raw: Option<toml::Spanned<Vec<String>>>,
        needed: &BTreeSet<Field>,
    ) -> Vec<String> {
        let Some(raw) = raw else { return Vec::new() };
        if !raw.as_ref().is_empty() && !needed.contains(&Field::Tags) {
            let message = "tags are offered, but no purpose lists \"tags\": add it to a purpose's fields, or take the tags out";
            self.report(Lint::FieldWithoutPurpose, raw.span().start, "tags", message);
        }
        raw.into_inner()
    }
}
