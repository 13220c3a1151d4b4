//! The profile editor, from a draft to what is used.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use zgoda_booth::editor::{Firm, Look, Preset, Start, file_stem};
use zgoda_booth::view::HandOver;
use zgoda_booth::{Booth, Query};
use zgoda_core::profile::{Lint, Severity};
use zgoda_core::{Field, Language};
use zgoda_tests::booth::{self, secret};

fn now() -> DateTime<Utc> {
    "2026-11-24T10:00:00Z".parse().unwrap()
}

/// The profile in use with another English wording of the newsletter.
fn reworded(booth: &mut Booth, text: &str) -> Look {
    let mut begun = booth.editor_begin(Start::InUse).unwrap();
    let wording = &mut begun.draft.purposes[1].wordings[0];
    wording.texts.insert(Language::En, text.to_owned());
    booth.editor_look(&begun, now()).unwrap()
}

/// The version of the newsletter's wording in each lead, by the person's name.
fn versions(booth: &mut Booth) -> BTreeMap<String, String> {
    let rows = booth.leads(&Query::default(), now()).unwrap();
    let mut versions = BTreeMap::new();
    for row in rows {
        let lead = booth.lead(row.id, now()).unwrap();
        let mut decisions = lead.decisions.into_iter();
        let news = decisions.find(|one| one.purpose == "newsletter").unwrap();
        versions.insert(row.name, news.wording.unwrap());
    }
    versions
}

#[test]
fn a_wording_changed_in_the_editor_is_a_new_version_and_earlier_records_keep_theirs() {
    let home = tempfile::tempdir().unwrap();
    let mut booth = booth::open(home.path(), None, now());
    booth::capture(&mut booth, 1, now());

    let look = reworded(&mut booth, "Send me news by e-mail.");
    assert!(look.usable);
    let [bump] = &look.versions[..] else {
        panic!("{:?}", look.versions)
    };
    assert_eq!((bump.from.as_str(), bump.to.as_str()), ("2026-1", "2026-2"));
    let attendee = look.attendee.unwrap();
    assert_eq!(
        attendee.texts[&Language::En].boxes[0].text,
        "Send me news by e-mail."
    );

    booth
        .profile_import(&look.toml, &secret(), false, now())
        .unwrap();
    booth::capture(&mut booth, 2, now());
    let found = versions(&mut booth);
    assert_eq!(found["Osoba 1"], "2026-1");
    assert_eq!(found["Osoba 2"], "2026-2");

    // Another change goes on from there; the first text again takes its first version again.
    let third = reworded(&mut booth, "Something else.");
    assert_eq!(third.versions[0].to, "2026-3");
    let mut begun = booth.editor_begin(Start::InUse).unwrap();
    let first = "I want to receive the newsletter of Dobre Maszyny Sp. z o.o. with news and offers by e-mail.";
    let wording = &mut begun.draft.purposes[1].wordings[0];
    wording.texts.insert(Language::En, first.to_owned());
    wording.version = "2026-1".to_owned();
    let back = booth.editor_look(&begun, now()).unwrap();
    assert!(back.versions.is_empty());
    booth
        .profile_import(&back.toml, &secret(), false, now())
        .unwrap();
}

#[test]
fn an_unfinished_profile_is_shown_with_what_is_missing_and_where() {
    let home = tempfile::tempdir().unwrap();
    // Before there is any store.
    let mut booth = Booth::with_cost(home.path().to_owned(), zgoda_booth::Cost::TEST).unwrap();
    let firm = Firm {
        name: "Firma".to_owned(),
        ..Firm::default()
    };
    let preset = Preset::TradeFair;
    let mut begun = booth.editor_begin(Start::Preset { preset, firm }).unwrap();
    let look = booth.editor_look(&begun, now()).unwrap();
    assert!(!look.usable);
    // The visitor's screen is there from the first moment on, although nothing is said of the event.
    assert_eq!(look.attendee.unwrap().controller, "Firma");
    let said: Vec<_> = look
        .findings
        .iter()
        .map(|one| (one.finding.lint, one.field.as_str()))
        .collect();
    for day in ["event.starts", "event.ends"] {
        assert!(said.contains(&(Lint::FormDay, day)), "{said:?}");
    }
    assert!(said.contains(&(Lint::EventId, "event.id")), "{said:?}");

    for (key, value) in [
        ("id", "targi-2027"),
        ("name", "Targi"),
        ("starts", "2027-03-01"),
        ("ends", "2027-03-02"),
    ] {
        begun.draft.event.insert(key.to_owned(), value.to_owned());
    }
    begun.draft.purposes[1].wordings[2]
        .texts
        .remove(&Language::De);
    let look = booth.editor_look(&begun, now()).unwrap();
    let errors = look
        .findings
        .iter()
        .filter(|one| one.finding.severity == Severity::Error);
    let errors: Vec<_> = errors
        .map(|one| (one.finding.lint, one.field.as_str()))
        .collect();
    assert!(
        errors.contains(&(Lint::NoWording, "purpose.1")),
        "{errors:?}"
    );
    assert!(
        errors.contains(&(Lint::ControllerEmail, "controller.email")),
        "{errors:?}"
    );
    assert!(
        errors.contains(&(Lint::NoRecipient, "recovery.recipient")),
        "{errors:?}"
    );
    // The screen is shown all the same, with an invented person, as the real one would be.
    let attendee = look.attendee.unwrap();
    let shown: Vec<Field> = attendee.fields.iter().map(|one| one.field).collect();
    assert_eq!(
        shown,
        [Field::Name, Field::Company, Field::Email, Field::Phone]
    );
    assert_eq!(attendee.texts[&Language::Pl].boxes.len(), 3);
    assert_eq!(attendee.texts[&Language::De].boxes.len(), 2);
    assert_eq!(file_stem(&look.toml), "profile-targi-2027");
    assert_eq!(file_stem("event = { id = \"../../etc\" }"), "profile-etc");
}

#[test]
fn a_file_that_is_no_toml_is_refused_with_its_line_and_a_signature_is_let_go() {
    let home = tempfile::tempdir().unwrap();
    let mut booth = booth::open(home.path(), None, now());
    let broken = "[event]\nid = \n".to_owned();
    let error = booth
        .editor_begin(Start::File { toml: broken })
        .unwrap_err();
    assert_eq!(error.view(now()).findings[0].place.line, 2);

    let demo = zgoda_booth::demo::profile(now());
    let key = zgoda_core::note::SecretKey::from_bytes(&[3; 32]);
    let toml = zgoda_booth::office::sign_profile(&demo, &key, now()).unwrap();
    let begun = booth.editor_begin(Start::File { toml }).unwrap();
    assert_eq!(booth.editor_look(&begun, now()).unwrap().toml, demo);
}

#[test]
fn while_an_attendee_holds_the_device_nothing_is_edited() {
    let home = tempfile::tempdir().unwrap();
    let mut booth = booth::open(home.path(), None, now());
    let begun = booth.editor_begin(Start::InUse).unwrap();
    booth.scan_photo(zgoda_booth::demo::BADGE).unwrap();
    let request = HandOver {
        replies: Vec::new(),
        edits: Vec::new(),
        asked: Vec::new(),
        language: Language::Pl,
    };
    booth.hand_over(request, now()).unwrap();
    let refused = booth.editor_look(&begun, now()).unwrap_err();
    assert_eq!(refused.code(), "not_now");
    let preset = Start::Preset {
        preset: Preset::Webinar,
        firm: Firm::default(),
    };
    assert_eq!(booth.editor_begin(preset).unwrap_err().code(), "not_now");
    assert_eq!(booth.trust_view().unwrap_err().code(), "not_now");
}
