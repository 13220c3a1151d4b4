//! What a profile can begin with: purposes and texts in three languages, to be made one's own.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use zgoda_core::profile::edit::{self, ProfileDraft};

/// Sections that every preset has.
const COMMON: &str = include_str!("../../../../../profiles/presets/common.toml");

/// A kind of event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Preset {
    /// An offer, and marketing with e-mail, telephone and SMS apart.
    TradeFair,
    /// Slides, a newsletter, invitations.
    Conference,
    /// A recording, a newsletter, a call back.
    Webinar,
}

/// Who begins a profile.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Firm {
    /// Legal name.
    pub name: String,
    /// Postal address.
    pub address: String,
    /// E-mail for privacy matters.
    pub email: String,
    /// Privacy page.
    pub privacy_page: String,
    /// Supervisory authority.
    pub authority: String,
}

impl Preset {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::TradeFair, Self::Conference, Self::Webinar];

    const fn toml(self) -> &'static str {
        match self {
            Self::TradeFair => include_str!("../../../../../profiles/presets/trade-fair.toml"),
            Self::Conference => include_str!("../../../../../profiles/presets/conference.toml"),
            Self::Webinar => include_str!("../../../../../profiles/presets/webinar.toml"),
        }
    }
}

/// The text of a preset, with the firm in its words.
pub(super) fn begin(preset: Preset, firm: &Firm) -> String {
    let mut draft = read(COMMON);
    let own = read(preset.toml());
    draft.purposes = own.purposes;
    for purpose in &mut draft.purposes {
        purpose.was = None;
        for wording in &mut purpose.wordings {
            fill(&mut wording.texts, firm);
        }
    }
    for (language, notice) in own.notice {
        let whole = draft.notice.entry(language).or_default();
        whole.items.extend(notice.items);
    }
    for notice in draft.notice.values_mut() {
        fill(&mut notice.items, firm);
    }
    for (key, value) in [
        ("name", &firm.name),
        ("address", &firm.address),
        ("email", &firm.email),
        ("privacy_page", &firm.privacy_page),
        ("supervisory_authority", &firm.authority),
    ] {
        draft.controller.insert(key.to_owned(), value.clone());
    }
    // The remark at its head is for whoever edits the preset.
    let base = COMMON.split_once("\n\n").map_or(COMMON, |(_, rest)| rest);
    edit::write(base, &draft).unwrap_or_default()
}

fn read(toml: &str) -> ProfileDraft {
    ProfileDraft::read(toml).unwrap_or_default()
}

fn fill<K: Ord>(texts: &mut BTreeMap<K, String>, firm: &Firm) {
    for text in texts.values_mut() {
        for (word, value) in [
            ("{company}", &firm.name),
            ("{address}", &firm.address),
            ("{email}", &firm.email),
            ("{authority}", &firm.authority),
        ] {
            // What is not said yet stays to be seen.
            if !value.is_empty() {
                *text = text.replace(word, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use zgoda_core::profile::{Lint, NoticeItem};
    use zgoda_core::{Language, Profile};

    use super::*;

    fn firm() -> Firm {
        Firm {
            name: "Dobre Maszyny \"DM\" Sp. z o.o.".to_owned(),
            address: "ul. Przykładowa 7, 60-001 Poznań".to_owned(),
            email: "rodo@dobremaszyny.example".to_owned(),
            privacy_page: "https://dobremaszyny.example/rodo".to_owned(),
            authority: "Prezes UODO, ul. Moniuszki 1A, 00-014 Warszawa".to_owned(),
        }
    }

    #[test]
    fn a_preset_needs_the_event_and_a_recipient_and_breaks_no_rule() {
        for preset in Preset::ALL {
            let base = begin(preset, &firm());
            let mut draft = ProfileDraft::read(&base).unwrap();
            for (key, value) in [
                ("id", "targi-2027"),
                ("name", "Targi 2027"),
                ("starts", "2027-03-01"),
                ("ends", "2027-03-03"),
            ] {
                draft.event.insert(key.to_owned(), value.to_owned());
            }
            let recipient = "age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqs0xv8qk";
            draft
                .recovery
                .insert("recipient".to_owned(), recipient.to_owned());
            let toml = edit::write(&base, &draft).unwrap();
            let (profile, warnings) = Profile::read(&toml).expect(&toml);
            let lints: Vec<Lint> = warnings.iter().map(|one| one.lint).collect();
            assert_eq!(lints, [Lint::NoReceiptPage], "{preset:?}");
            assert_eq!(profile.event.starts.to_string(), "2027-03-01");
            assert!(!toml.contains("{company}") && !toml.contains("{authority}"));
            assert_eq!(profile.purposes[0].mail.len(), Language::ALL.len());
            for language in Language::ALL {
                let items = profile.notice[&language].items.len();
                assert_eq!(items, NoticeItem::ALL.len() - 1, "all but the officer");
            }
        }
    }

    #[test]
    fn the_channels_of_a_trade_fair_are_consents_of_their_own() {
        let draft = read(&begin(Preset::TradeFair, &firm()));
        let marketing = &draft.purposes[1];
        assert_eq!(marketing.wordings.len(), 3);
        let named = |text: &String| text.contains("Dobre Maszyny \"DM\" Sp. z o.o.");
        assert!(
            marketing
                .wordings
                .iter()
                .all(|one| one.texts.values().all(named))
        );
    }
}
