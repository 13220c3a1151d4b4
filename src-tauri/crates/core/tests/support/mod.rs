//! Leads of the tests in this folder.

use std::collections::BTreeSet;

use chrono::DateTime;
use zgoda_core::{
    Act, Answers, BoxRef, Channel, Decisions, Draft, Kept, Language, Lead, LeadId, LeadIds,
    Profile, SubjectRef,
};

pub(crate) fn ids() -> LeadIds {
    LeadIds {
        id: LeadId(uuid::Uuid::from_bytes([7; 16])),
        subject: SubjectRef::from_random([9; 16]),
    }
}

/// What was said on the attendee's screen: what was asked for, and which boxes were ticked.
pub(crate) fn answered(asked: &[&str], ticked: &[(&str, Channel)]) -> Answers {
    let boxes = ticked.iter().map(|(purpose, channel)| BoxRef {
        purpose: (*purpose).to_owned(),
        channel: Some(*channel),
    });
    Answers {
        language: Language::Pl,
        asked: asked.iter().map(|id| (*id).to_owned()).collect(),
        struck: BTreeSet::new(),
        ticked: boxes.collect(),
        act: Act::AttendeeScreen,
        at: DateTime::parse_from_rfc3339("2026-11-24T10:00:00+01:00").unwrap(),
    }
}

/// The lead of a draft whose person asked for the offer and wants the newsletter or not.
pub(crate) fn lead(profile: &Profile, draft: Draft, newsletter: bool) -> Kept {
    let newsletter: &[_] = if newsletter {
        &[("newsletter", Channel::Email)]
    } else {
        &[]
    };
    let said = answered(&["send_offer"], newsletter);
    let decisions = Decisions::new(profile, &said).unwrap();
    let lead = Lead::new(ids(), draft, decisions, Vec::new(), profile, said.at).unwrap();
    lead.kept().clone()
}
