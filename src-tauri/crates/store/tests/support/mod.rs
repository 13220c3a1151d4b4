//! Invented people at an invented fair, for the store's tests.

#![allow(dead_code, unreachable_pub, reason = "each test takes what it needs")]

use std::collections::BTreeSet;
use std::sync::LazyLock;

use chrono::{DateTime, FixedOffset, NaiveDate, TimeDelta, Utc};
use uuid::Uuid;
use zgoda_core::identity::Salt;
use zgoda_core::ledger::{Happening, Kind};
use zgoda_core::{
    Act, Answers, BoxRef, Candidate, Channel, Decisions, Language, Lead, LeadId, LeadIds, Profile,
    Promise, SubjectRef, minimise,
};

/// The demo profile: an offer on request, a newsletter by e-mail, a call by telephone.
pub const PROFILE: &str = include_str!("../../../../../profiles/demo.toml");

/// The passphrase of every test store.
pub const PASSPHRASE: &str = "correct horse battery staple";

/// The moment at which tests begin.
pub fn start() -> DateTime<Utc> {
    local().to_utc()
}

/// The same moment at the fair.
pub fn local() -> DateTime<FixedOffset> {
    DateTime::parse_from_rfc3339("2026-11-24T10:00:00.123456789+01:00").expect("a moment")
}

/// Some days after the beginning.
pub fn day(number: i64) -> DateTime<Utc> {
    start() + TimeDelta::days(number)
}

/// The demo profile, read once: who fills a store with many people needs it for each.
pub fn profile() -> Profile {
    static READ: LazyLock<Profile> =
        LazyLock::new(|| Profile::read(PROFILE).expect("the demo profile is sound").0);
    READ.clone()
}

/// The demo profile with other lines about the local copy.
pub fn profile_keeping(keep: &str) -> String {
    let changed = PROFILE.replace(
        "keep = \"until_promise_kept\"",
        &format!("keep = \"{keep}\""),
    );
    assert_ne!(
        changed, PROFILE,
        "the demo profile says how long the local copy stays"
    );
    changed
}

/// A directory in memory where there is one: what these tests show does not hang on the disk, and syncing it is slow.
pub fn scratch() -> tempfile::TempDir {
    let memory = std::path::Path::new("/dev/shm");
    if memory.is_dir() {
        return tempfile::tempdir_in(memory).expect("a directory");
    }
    tempfile::tempdir().expect("a directory")
}

/// The id of person `number`.
pub fn id(number: u32) -> LeadId {
    LeadId(Uuid::from_u128(
        0x5eed_0000_0000_4000_8000_0000_0000_0000 | u128::from(number),
    ))
}

/// The salt of person `number`.
pub fn salt(number: u32) -> Salt {
    let mut bytes = [0xa5; 32];
    bytes[..4].copy_from_slice(&number.to_be_bytes());
    Salt::new(bytes)
}

/// The e-mail of person `number`.
pub fn email(number: u32) -> String {
    format!("zosia.{number}@lisek.example")
}

/// Person `number`, who asked for the offer and agreed to all boxes.
pub fn lead(number: u32) -> Lead {
    let boxes = [
        ("newsletter", Channel::Email),
        ("call_back", Channel::Phone),
    ];
    lead_who(number, &["send_offer"], &boxes)
}

/// Person `number`, who asked for `asked` and ticked `ticked`.
pub fn lead_who(number: u32, asked: &[&str], ticked: &[(&str, Channel)]) -> Lead {
    let profile = profile();
    let candidate = Candidate {
        name: format!("Zofia Żółw-{number:04}").as_str().into(),
        company: "Żubr i Łoś sp. z o.o.".into(),
        email: vec![email(number).as_str().into()],
        phone: vec![format!("+48 500 {number:06}").as_str().into()],
        note: format!("notka-{number:04}").as_str().into(),
        ..Candidate::default()
    };
    let ticked = ticked.iter().map(|(purpose, channel)| BoxRef {
        purpose: (*purpose).to_owned(),
        channel: Some(*channel),
    });
    let answers = Answers {
        language: Language::Pl,
        asked: asked.iter().map(|purpose| (*purpose).to_owned()).collect(),
        struck: BTreeSet::new(),
        ticked: ticked.collect(),
        act: Act::AttendeeScreen,
        at: local(),
    };
    let decisions = Decisions::new(&profile, &answers).expect("the profile offers these");
    let promises = asked.iter().map(|purpose| Promise {
        purpose: (*purpose).to_owned(),
        due: NaiveDate::from_ymd_opt(2026, 12, 15).expect("a day"),
        kept_at: None,
    });
    let ids = LeadIds {
        id: id(number),
        subject: SubjectRef::from_random(
            Uuid::from_u128(u128::from(number) | 1 << 100).into_bytes(),
        ),
    };
    let draft = minimise(candidate, &profile);
    Lead::new(ids, draft, decisions, promises.collect(), &profile, local()).expect("a lead")
}

/// What the ledger is told of a lead.
pub fn happening(kind: Kind, lead: &Lead) -> Happening {
    let kept = lead.kept();
    Happening {
        subject: Some(kept.subject.clone()),
        act: Some(Act::AttendeeScreen),
        language: Some(kept.language),
        choices: kept.decisions.iter().map(Into::into).collect(),
        kept: kept.fields.keys().copied().collect(),
        ..Happening::new(kind, local())
    }
}

/// Values of person `number` that must not be found where they were erased.
pub fn values(number: u32) -> [String; 5] {
    [
        format!("Żółw-{number:04}"),
        // As the list is searched by.
        format!("zolw-{number:04}"),
        email(number),
        format!("500 {number:06}"),
        format!("notka-{number:04}"),
    ]
}
