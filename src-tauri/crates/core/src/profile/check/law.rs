//! Rules of the law that only the whole profile can break, whatever its single keys say.
//!
//! Where a text is judged, as for a wording that names another channel, the finding is a warning: words can mislead.

use std::collections::BTreeMap;

use super::super::lint::{Finding, Lint, Place};
use super::super::{Basis, Channel, Profile, Purpose};
use crate::field::Field;
use crate::language::Language;

/// Longest event, in days, on whose end a deadline may hang without a question.
const LONGEST_EVENT: i64 = 92;
/// Longest idle time before the store locks, in seconds.
const LATEST_LOCK: u32 = 900;

/// What `profile`, written as `text`, breaks.
pub(super) fn law(text: &str, profile: &Profile) -> Vec<Finding> {
    let mut law = Law {
        text,
        findings: Vec::new(),
    };
    law.controller(profile);
    law.event(profile);
    law.lock(profile);
    law.receipt(profile);
    for purpose in &profile.purposes {
        law.fields(purpose);
        law.other_channels(purpose);
    }
    law.same_wordings(&profile.purposes);
    law.findings
}

/// What a change from `before` to `after`, written as `text`, breaks: the text that somebody agreed to is known by its
/// version for ever (Art. 7(1)), so that a changed text is a new version.
pub(super) fn changed(text: &str, before: &Profile, after: &Profile) -> Vec<Finding> {
    let mut law = Law {
        text,
        findings: Vec::new(),
    };
    let known = texts(before);
    for (key, (version, wording)) in texts(after) {
        let same = known.get(&key);
        if same.is_some_and(|(old, was)| *old == version && *was != wording) {
            let (purpose, _, language) = &key;
            let message = format!(
                "the text of {purpose} in {language} has changed, and its version \"{version}\" has not: give it a new one"
            );
            law.report_of(
                Some(*language),
                Lint::WordingVersion,
                &id_of(purpose),
                purpose,
                &message,
            );
        }
    }
    law.findings
}

type Key = (String, Option<Channel>, Language);

/// Version and text of every wording.
fn texts(profile: &Profile) -> BTreeMap<Key, (String, String)> {
    let mut texts = BTreeMap::new();
    for purpose in &profile.purposes {
        for (channel, wording) in &purpose.wordings {
            for (language, text) in &wording.texts {
                let key = (purpose.id.clone(), *channel, *language);
                texts.insert(key, (wording.version.clone(), text.clone()));
            }
        }
    }
    texts
}

struct Law<'a> {
    text: &'a str,
    findings: Vec<Finding>,
}

impl Law<'_> {
    /// Reports at the first line that begins with `key`, or at the beginning where there is none.
    fn report(&mut self, lint: Lint, key: &str, subject: &str, message: &str) {
        self.report_of(None, lint, key, subject, message);
    }

    /// The same of a text in `language`.
    fn report_of(
        &mut self,
        language: Option<Language>,
        lint: Lint,
        key: &str,
        subject: &str,
        message: &str,
    ) {
        let mut lines = self.text.split_inclusive('\n').scan(0, |end, line| {
            let start = *end + line.len() - line.trim_start().len();
            *end += line.len();
            Some((start, line.trim_start()))
        });
        let line = lines.find(|(_, line)| line.starts_with(key));
        let at = Place::at(self.text, line.map_or(0, |(start, _)| start));
        let finding = Finding::new(lint, at, subject, message);
        self.findings.push(finding.of_language(language));
    }

    fn controller(&mut self, profile: &Profile) {
        let controller = &profile.controller;
        for (key, value) in [
            ("name", &controller.name),
            ("address", &controller.address),
            ("supervisory_authority", &controller.supervisory_authority),
        ] {
            if value.trim().is_empty() {
                let message = format!(
                    "people must be told who decides about their data and where to complain: write {key} = \"…\""
                );
                self.report(Lint::ControllerBlank, "[controller]", key, &message);
            }
        }
        if !controller.privacy_page.starts_with("https://") {
            let message = "write the address of your privacy page: privacy_page = \"https://…\"";
            self.report(
                Lint::PrivacyPage,
                "privacy_page",
                &controller.privacy_page,
                message,
            );
        }
    }

    fn event(&mut self, profile: &Profile) {
        let event = &profile.event;
        let days = (event.ends - event.starts).num_days();
        if days > LONGEST_EVENT {
            let message = "longer than three months: deadlines that count from its end come late, so split it or count from capture";
            self.report(Lint::LongEvent, "ends", &days.to_string(), message);
        }
    }

    fn lock(&mut self, profile: &Profile) {
        if profile.lock_after == 0 || profile.lock_after > LATEST_LOCK {
            let message =
                "a tablet left on a table stays open: write after = 120, and 900 seconds at most";
            self.report(
                Lint::LockAfter,
                "[lock]",
                &profile.lock_after.to_string(),
                message,
            );
        }
    }

    /// Withdrawing must be as easy as giving: by a tap on the person's own telephone.
    fn receipt(&mut self, profile: &Profile) {
        let asked = profile
            .purposes
            .iter()
            .any(|one| one.basis == Basis::Consent);
        if asked && profile.receipt.page.is_none() {
            let message = "consent is asked for on a screen and can be withdrawn by mail alone: add [receipt] with page = \"https://…\" and put there what `zgoda receipt page` writes";
            self.report(Lint::NoReceiptPage, "[receipt]", "receipt.page", message);
        }
    }

    /// A marketing purpose that keeps an address of a channel that it does not use.
    fn fields(&mut self, purpose: &Purpose) {
        if purpose.channels.is_empty() {
            return;
        }
        for field in [Field::Email, Field::Phone] {
            let used = purpose.channels.iter().any(|one| one.field() == field);
            if purpose.fields.contains(&field) && !used {
                let message = format!(
                    "no channel of {} uses \"{field}\": take it out of its fields",
                    purpose.id
                );
                self.report(
                    Lint::FieldBeyondChannels,
                    &id_of(&purpose.id),
                    &purpose.id,
                    &message,
                );
            }
        }
    }

    fn other_channels(&mut self, purpose: &Purpose) {
        for (channel, wording) in &purpose.wordings {
            let Some(channel) = channel else { continue };
            let others = Channel::ALL.into_iter().filter(|other| other != channel);
            for other in others {
                let named = wording.texts.iter().find(|(_, text)| names(text, other));
                if let Some((language, _)) = named {
                    let message = format!(
                        "the wording for {} in {language} also speaks of {}: each channel is a consent of its own",
                        channel.as_str(),
                        other.as_str()
                    );
                    self.report_of(
                        Some(*language),
                        Lint::OtherChannelNamed,
                        &id_of(&purpose.id),
                        &purpose.id,
                        &message,
                    );
                }
            }
        }
    }

    /// Two boxes that say the same cannot be told apart.
    fn same_wordings(&mut self, purposes: &[Purpose]) {
        let mut seen: BTreeMap<(Language, String), String> = BTreeMap::new();
        for purpose in purposes {
            for wording in purpose.wordings.values() {
                for (language, text) in &wording.texts {
                    let key = (*language, text.trim().to_lowercase());
                    let first = seen.insert(key, purpose.id.clone());
                    if let Some(first) = first.filter(|_| !text.trim().is_empty()) {
                        let message = format!(
                            "this box says in {language} just what one of {first} says: say what each is for"
                        );
                        self.report_of(
                            Some(*language),
                            Lint::SameWording,
                            &id_of(&purpose.id),
                            &purpose.id,
                            &message,
                        );
                    }
                }
            }
        }
    }
}

/// The line of the purpose.
fn id_of(purpose: &str) -> String {
    format!("id = \"{purpose}\"")
}

/// True where a wording speaks of the channel, in any of the three languages.
fn names(text: &str, channel: Channel) -> bool {
    let stems: &[&str] = match channel {
        Channel::Email => &["e-mail", "email", "mailow"],
        Channel::Phone => &["telefon", "telephon", "by phone", "anruf"],
        Channel::Sms => &["sms", "text message"],
    };
    let text = text.to_lowercase();
    stems.iter().any(|stem| text.contains(stem))
}
