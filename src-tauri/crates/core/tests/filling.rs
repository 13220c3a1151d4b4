//! What may be filled from the organiser's service, and what may not.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[allow(dead_code)]
mod support;

use std::collections::BTreeSet;

use chrono::TimeDelta;
use zgoda_core::{Candidate, Field, Kept, Profile, minimise};

const LOOKUP: &str =
    "[lookup]\nservice = \"pretix\"\nurl = \"https://tickets.example\"\n\n[notice.pl]\n";

fn profile() -> Profile {
    let toml = include_str!("../../../../profiles/demo.toml")
        .replacen("[notice.pl]\n", LOOKUP, 1)
        .replacen("fields = [\"name\"", "fields = [\"reference\", \"name\"", 1);
    Profile::read(&toml).unwrap().0
}

fn organiser_tells(profile: &Profile, name: &str, email: &str) -> zgoda_core::Draft {
    let candidate = Candidate {
        name: name.into(),
        email: vec![email.into()],
        ..Candidate::default()
    };
    minimise(candidate, profile)
}

/// A lead of somebody who asked for the offer and wants the newsletter.
fn lead(profile: &Profile) -> Kept {
    let candidate = Candidate {
        name: "Ewa Lis".into(),
        email: vec!["ewa@lis.example".into()],
        reference: "badge-7".into(),
        ..Candidate::default()
    };
    support::lead(profile, minimise(candidate, profile), true)
}

#[test]
fn under_a_consent_to_one_address_no_other_comes() {
    let profile = profile();
    let mut kept = lead(&profile);
    let now = kept.captured_at.to_utc();
    assert_eq!(kept.lacks(&profile, now), [Field::Company]);
    // The address was taken back, and the consent to it stands.
    kept.fields.remove(&Field::Email);
    assert_eq!(kept.lacks(&profile, now), [Field::Company]);
    let told = organiser_tells(&profile, "Ewa Lis", "another@lis.example");
    assert!(kept.fill(told, &profile, now).is_empty());
    // Without that consent it is a blank like any other.
    kept.decisions.retain(|one| one.purpose != "newsletter");
    assert_eq!(kept.lacks(&profile, now), [Field::Company, Field::Email]);
    let told = organiser_tells(&profile, "Ewa Lis", "another@lis.example");
    assert_eq!(
        kept.fill(told, &profile, now),
        BTreeSet::from([Field::Email])
    );
}

#[test]
fn what_an_ended_purpose_needed_is_neither_asked_nor_taken() {
    let profile = profile();
    let mut kept = lead(&profile);
    let reasons = kept.reasons(Field::Company, &profile);
    let end = reasons.iter().map(|(_, end)| *end).max().unwrap();
    let before = end - TimeDelta::seconds(1);
    assert_eq!(kept.lacks(&profile, before), [Field::Company]);
    assert!(kept.worth_looking_up(&profile, before).is_some());
    assert!(kept.lacks(&profile, end).is_empty());
    assert!(kept.worth_looking_up(&profile, end).is_none());
    let told = || {
        let candidate = Candidate {
            company: "Lis i Syn".into(),
            ..Candidate::default()
        };
        minimise(candidate, &profile)
    };
    let revision = kept.revision;
    assert!(kept.fill(told(), &profile, end).is_empty());
    assert_eq!(kept.revision, revision);
    let taken = kept.fill(told(), &profile, before);
    assert_eq!(taken, BTreeSet::from([Field::Company]));
}

#[test]
fn somebody_else_is_told_by_the_name_and_without_two_by_the_addresses() {
    let profile = profile();
    let mut kept = lead(&profile);
    let is_another = |kept: &Kept, name: &str, email: &str| {
        kept.is_another(&organiser_tells(&profile, name, email))
    };
    assert!(!is_another(&kept, "LIS Ewa Maria", "office@lis.example"));
    assert!(is_another(&kept, "Adam Lis", "ewa@lis.example"));
    kept.fields.remove(&Field::Name);
    assert!(!is_another(&kept, "Adam Lis", "EWA@lis.example"));
    assert!(is_another(&kept, "Ewa Lis", "office@lis.example"));
    kept.fields.remove(&Field::Email);
    assert!(!is_another(&kept, "Ewa Lis", "office@lis.example"));
}
