//! Whatever a badge holds and whatever a screen sends back: nothing is in a lead that no accepted purpose needs.

#![allow(
    clippy::field_reassign_with_default,
    clippy::unwrap_used,
    reason = "a test may panic, and fills a candidate line by line"
)]

#[allow(dead_code)]
mod support;

use std::collections::{BTreeMap, BTreeSet};

use chrono::DateTime;
use proptest::prelude::{Just, Strategy, any, prop, prop_assert, prop_assert_eq, proptest};
use support::{answered, ids};
use zgoda_core::lead::LeadError;
use zgoda_core::{
    Act, Answers, BoxRef, Candidate, Channel, Decisions, Draft, Extra, Field, Language, Lead,
    Personal, Profile, Promise, Rating, Value, minimise,
};

const PROFILE: &str = include_str!("../../../../profiles/demo.toml");

fn profile() -> Profile {
    Profile::read(PROFILE).expect("the demo profile is sound").0
}

fn text() -> impl Strategy<Value = Personal> {
    "[a-zA-Ząćęłńóśźż@. +0-9]{0,12}".prop_map(|text| Personal::new(&text))
}

fn candidate() -> impl Strategy<Value = Candidate> {
    let texts = prop::collection::vec(text(), 8);
    let lists = prop::collection::vec(prop::collection::vec(text(), 0..8), 3);
    let rating = prop::option::of(Just(Rating::Hot));
    let extras = prop::collection::btree_set(
        prop::sample::select(vec![Extra::Birthday, Extra::Home, Extra::ClaimedConsent]),
        0..3,
    );
    (texts, lists, rating, extras).prop_map(|(texts, lists, rating, extras)| {
        let mut candidate = Candidate::default();
        candidate.name = texts[0].clone();
        candidate.prefix = texts[1].clone();
        candidate.title = texts[2].clone();
        candidate.company = texts[3].clone();
        candidate.website = texts[4].clone();
        candidate.reference = texts[5].clone();
        candidate.note = texts[6].clone();
        candidate.address.city = texts[7].clone();
        candidate.email = lists[0].clone();
        candidate.phone = lists[1].clone();
        candidate.tags = lists[2].clone();
        candidate.rating = rating;
        candidate.extras = extras;
        candidate
    })
}

fn edits() -> impl Strategy<Value = BTreeMap<Field, Option<Value>>> {
    let value = prop::option::of(text().prop_map(Value::Text));
    prop::collection::btree_map(prop::sample::select(Field::ALL.to_vec()), value, 0..6)
}

fn answers() -> impl Strategy<Value = Answers> {
    (any::<[bool; 4]>()).prop_map(|[asked, struck, newsletter, call]| {
        let set = |yes: bool| yes.then(|| "send_offer".to_owned()).into_iter().collect();
        let mut ticked = BTreeSet::new();
        if newsletter {
            let purpose = "newsletter".to_owned();
            ticked.insert(BoxRef {
                purpose,
                channel: Some(Channel::Email),
            });
        }
        if call {
            let purpose = "call_back".to_owned();
            ticked.insert(BoxRef {
                purpose,
                channel: Some(Channel::Phone),
            });
        }
        Answers {
            language: Language::De,
            asked: set(asked),
            struck: set(asked && struck),
            ticked,
            act: Act::AttendeeScreen,
            at: DateTime::parse_from_rfc3339("2026-11-24T10:00:00+01:00").unwrap(),
        }
    })
}

/// What the accepted purposes of `decisions` list, read from the profile anew.
fn allowed(profile: &Profile, decisions: &Decisions) -> BTreeSet<Field> {
    let accepted = decisions
        .as_slice()
        .iter()
        .filter(|decision| decision.given);
    accepted
        .filter_map(|decision| profile.purpose(&decision.purpose))
        .flat_map(|purpose| purpose.fields.iter().copied())
        .collect()
}

proptest! {
    #[test]
    fn no_field_outside_the_accepted_purposes(
        candidate in candidate(), edits in edits(), answers in answers()
    ) {
        let profile = profile();
        let decisions = Decisions::new(&profile, &answers).unwrap();
        let allowed = allowed(&profile, &decisions);
        let draft = minimise(candidate, &profile).edited(edits, &profile);
        let nothing_given = decisions.nothing_given();
        let present: BTreeSet<Field> = draft.fields().keys().copied().collect();
        match Lead::new(ids(), draft, decisions, Vec::new(), &profile, answers.at) {
            Ok(lead) => {
                let kept: BTreeSet<Field> = lead.kept().fields.keys().copied().collect();
                prop_assert!(!nothing_given && kept.is_subset(&allowed), "{kept:?} of {allowed:?}");
                for decision in lead.kept().decisions.iter().filter(|decision| decision.given) {
                    let address = decision.channel.map(Channel::field);
                    prop_assert!(address.is_none_or(|address| kept.contains(&address)));
                }
                for (field, one) in &lead.kept().fields {
                    let ends: Vec<_> =
                        lead.kept().reasons(*field, &profile).into_iter().map(|r| r.1).collect();
                    prop_assert_eq!(Some(one.deadline), ends.into_iter().max());
                }
            }
            Err(LeadError::NothingAccepted) => prop_assert!(nothing_given),
            Err(LeadError::NoAddressForChannel(channel)) => prop_assert!(
                answers.ticked.iter().any(|one| one.channel == Some(channel))
                    && !present.contains(&channel.field())
            ),
            Err(error) => prop_assert_eq!(error, LeadError::NothingNeeded),
        }
    }

    #[test]
    fn a_draft_holds_only_what_some_purpose_needs(candidate in candidate(), edits in edits()) {
        let profile = profile();
        let draft = minimise(candidate, &profile).edited(edits, &profile);
        let needed: BTreeSet<Field> = profile.needed().into_keys().collect();
        prop_assert!(draft.fields().keys().all(|field| needed.contains(field)));
        prop_assert!(!draft.fields().contains_key(&Field::Address));
    }

    #[test]
    fn fail_no_profile_text_panics(text in "[\\[\\]a-z=\"0-9\\n.{},ż ]{0,80}") {
        prop_assert!(Profile::read(&text).is_err());
    }
}

fn full_draft(profile: &Profile) -> Draft {
    let candidate = Candidate {
        name: "Ewa Lis".into(),
        company: "Lis i Wilk s.c.".into(),
        email: vec!["ewa@lis.example".into()],
        phone: vec!["+48 601 000 000".into()],
        note: "wants the small press".into(),
        ..Candidate::default()
    };
    minimise(candidate, profile)
}

#[test]
fn refusing_marketing_never_loses_what_was_requested() {
    let profile = profile();
    let answers = answered(&["send_offer"], &[]);
    let decisions = Decisions::new(&profile, &answers).unwrap();
    assert_eq!(decisions.as_slice().iter().filter(|d| !d.given).count(), 2);
    let lead = Lead::new(
        ids(),
        full_draft(&profile),
        decisions,
        Vec::new(),
        &profile,
        answers.at,
    )
    .unwrap();
    let kept: Vec<Field> = lead.kept().fields.keys().copied().collect();
    assert_eq!(
        kept,
        [Field::Name, Field::Company, Field::Email, Field::Note]
    );
}

#[test]
fn fail_a_channel_without_an_address() {
    let profile = profile();
    let answers = answered(
        &["send_offer"],
        &[
            ("newsletter", Channel::Email),
            ("call_back", Channel::Phone),
        ],
    );
    let decisions = Decisions::new(&profile, &answers).unwrap();
    let draft = full_draft(&profile).edited([(Field::Phone, None)].into(), &profile);
    let refused = Lead::new(ids(), draft, decisions, Vec::new(), &profile, answers.at);
    let error = refused.unwrap_err();
    assert_eq!(error, LeadError::NoAddressForChannel(Channel::Phone));
    assert_eq!(error.code(), "no_address_for_channel");
}

#[test]
fn what_an_edit_gives_and_nothing_needs_is_told() {
    let profile = profile();
    let answers = answered(&[], &[("newsletter", Channel::Email)]);
    let decisions = Decisions::new(&profile, &answers).unwrap();
    let draft = full_draft(&profile);
    let lead = Lead::new(ids(), draft, decisions, Vec::new(), &profile, answers.at).unwrap();
    let note = Value::Text(Personal::new("asks for the large press"));
    let dropped = lead
        .kept()
        .clone()
        .edit([(Field::Note, Some(note))].into(), &profile);
    assert_eq!(dropped, [Field::Note].into());
}

#[test]
fn every_field_lives_until_its_latest_purpose_ends() {
    let profile = profile();
    let answers = answered(
        &[],
        &[
            ("newsletter", Channel::Email),
            ("call_back", Channel::Phone),
        ],
    );
    let decisions = Decisions::new(&profile, &answers).unwrap();
    let lead = Lead::new(
        ids(),
        full_draft(&profile),
        decisions,
        Vec::new(),
        &profile,
        answers.at,
    )
    .unwrap();
    let until = |field| lead.kept().fields[&field].deadline.date_naive().to_string();
    assert_eq!(until(Field::Email), "2028-11-24");
    assert_eq!(until(Field::Name), "2028-11-24");
    assert_eq!(until(Field::Phone), "2027-03-31");
    assert_eq!(until(Field::Company), "2027-03-31");

    let mut kept = lead.kept().clone();
    let gone = kept.expire("2027-04-01T00:00:00Z".parse().unwrap());
    assert_eq!(gone, [Field::Company, Field::Phone].into_iter().collect());
    assert!(kept.fields.contains_key(&Field::Email));
}

#[test]
fn a_kept_promise_starts_the_clock_of_its_fields() {
    let profile = profile();
    let answers = answered(&["send_offer"], &[]);
    let decisions = Decisions::new(&profile, &answers).unwrap();
    let promise = Promise {
        purpose: "send_offer".to_owned(),
        due: "2026-12-15".parse().unwrap(),
        kept_at: None,
    };
    let lead = Lead::new(
        ids(),
        full_draft(&profile),
        decisions,
        vec![promise],
        &profile,
        answers.at,
    );
    let mut kept = lead.unwrap().kept().clone();
    assert!(kept.has_open_promise());
    assert!(kept.keep_promise(
        "send_offer",
        "2026-12-14T12:00:00Z".parse().unwrap(),
        &profile
    ));
    let until = kept.fields[&Field::Email].deadline;
    assert_eq!(
        until,
        "2026-12-28T12:00:00Z"
            .parse::<DateTime<chrono::Utc>>()
            .unwrap()
    );
    assert!(!kept.keep_promise("send_offer", until, &profile));
}

#[test]
fn a_decision_proves_which_text_was_shown() {
    let profile = profile();
    let answers = answered(&[], &[("newsletter", Channel::Email)]);
    let decisions = Decisions::new(&profile, &answers).unwrap();
    let newsletter = &decisions.as_slice()[0];
    let wording = newsletter.wording.as_ref().unwrap();
    let text = &profile.purposes[1].wordings[&Some(Channel::Email)].texts[&Language::Pl];
    assert_eq!(wording.sha256, zgoda_core::profile::sha256_hex(text));
    assert_eq!(
        (wording.version.as_str(), wording.language),
        ("2026-1", Language::Pl)
    );
    assert!(newsletter.given && newsletter.purpose == "newsletter");
}

#[test]
fn fail_answers_to_what_was_not_offered() {
    let profile = profile();
    for (asked, ticked) in [
        (vec!["newsletter"], vec![]),
        (vec!["gift"], vec![]),
        (vec![], vec![("newsletter", Channel::Phone)]),
        (vec![], vec![("send_offer", Channel::Email)]),
    ] {
        let answers = answered(&asked, &ticked);
        assert!(
            Decisions::new(&profile, &answers).is_err(),
            "{asked:?} {ticked:?}"
        );
    }
}
