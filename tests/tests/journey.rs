//! The whole way across the crates: scan → minimise → consent → seal → sync → forget.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Mutex;

use chrono::{DateTime, Utc};
use zgoda_booth::view::{
    Asked, AttendeeAnswer, FieldEdit, FieldValue, HandOver, Phase, ScanView, ThanksView, Typing,
};
use zgoda_booth::{Booth, Error, Query, Secret, demo, sync};
use zgoda_core::{BoxRef, Channel, Dropped, Extra, Field, Language};
use zgoda_tests::booth;

fn now() -> DateTime<Utc> {
    "2026-11-24T10:00:00Z".parse().unwrap()
}

fn open(home: &Path) -> Booth {
    booth::open(home, None, now())
}

/// What the person asks for, and the language they speak.
fn hand_over() -> HandOver {
    HandOver {
        edits: vec![FieldEdit {
            field: Field::Note,
            value: Some(FieldValue::Text("chce małą prasę".to_owned())),
        }],
        asked: vec![Asked {
            purpose: "send_offer".to_owned(),
            due: "2026-12-15".parse().ok(),
        }],
        language: Language::De,
        replies: Vec::new(),
    }
}

fn answer(ticked: &[(&str, Channel)]) -> AttendeeAnswer {
    AttendeeAnswer {
        language: Language::De,
        edits: Vec::new(),
        struck: Vec::new(),
        ticked: ticked
            .iter()
            .map(|(id, channel)| BoxRef {
                purpose: (*id).to_owned(),
                channel: Some(*channel),
            })
            .collect(),
        nothing: false,
        replies: Vec::new(),
        signature: None,
    }
}

fn consent(booth: &mut Booth, answer: AttendeeAnswer) -> Result<ThanksView, Error> {
    let ScanView::Person { .. } = booth.scan_photo(demo::BADGE)? else {
        panic!("no person")
    };
    booth.hand_over(hand_over(), now())?;
    let thanks = booth.attendee_answer(answer, now())?;
    booth.attendee_leave(&booth::secret(), now())?;
    Ok(thanks)
}

#[test]
fn a_badge_goes_all_the_way_and_nothing_is_left() {
    let home = tempfile::tempdir().unwrap();
    let mut booth = open(home.path());

    let ScanView::Person { draft, .. } = booth.scan_photo(demo::BADGE).unwrap() else {
        panic!("the sample badge is a person's")
    };
    let kept: BTreeSet<Field> = draft.fields.iter().map(|field| field.field).collect();
    assert!(
        kept.contains(&Field::Name) && kept.contains(&Field::Email),
        "{kept:?}"
    );
    let dropped: BTreeSet<Dropped> = draft.dropped.iter().copied().collect();
    assert!(
        dropped.contains(&Dropped::Extra(Extra::Birthday)),
        "{dropped:?}"
    );
    assert!(
        dropped.contains(&Dropped::Field(Field::Title)),
        "{dropped:?}"
    );

    booth.hand_over(hand_over(), now()).unwrap();
    let shown = booth.attendee_view().unwrap().unwrap();
    assert_eq!(shown.texts[&Language::De].boxes.len(), 2);
    let thanks = booth
        .attendee_answer(answer(&[("newsletter", Channel::Email)]), now())
        .unwrap();
    assert!(
        !thanks.nothing && !thanks.kept.contains(&Field::Phone),
        "{thanks:?}"
    );
    booth.attendee_leave(&booth::secret(), now()).unwrap();

    let found = booth
        .leads(
            &Query {
                text: "wisniewska".to_owned(),
                filter: None,
            },
            now(),
        )
        .unwrap();
    assert_eq!(found.len(), 1);
    let id = found[0].id;

    let booth = Mutex::new(booth);
    let first = sync::run(&booth, None, now, |_| ()).unwrap();
    assert_eq!((first.confirmed, first.held, first.forgotten), (1, 1, 0));
    booth
        .lock()
        .unwrap()
        .promise_kept(id, "send_offer", now())
        .unwrap();
    let second = sync::run(&booth, None, now, |_| ()).unwrap();
    assert_eq!((second.confirmed, second.held, second.forgotten), (1, 0, 1));
    assert!(
        booth
            .lock()
            .unwrap()
            .leads(&Query::default(), now())
            .unwrap()
            .is_empty()
    );

    let csv = std::fs::read_to_string(home.path().join("handed-over/leads.csv")).unwrap();
    assert_eq!(csv.lines().count(), 2, "one lead, once: {csv}");
    assert!(
        csv.contains("Wiśniewska") && csv.contains("newsletter"),
        "{csv}"
    );
    drop(booth);
    assert_eq!(
        booth::files_with(home.path(), "handed-over", "Wiśniewska"),
        Vec::<String>::new()
    );
    assert_eq!(
        booth::files_with(home.path(), "handed-over", "mlyn-cyfrowy"),
        Vec::<String>::new()
    );
}

#[test]
fn saving_without_a_tick_keeps_what_was_asked_for() {
    let home = tempfile::tempdir().unwrap();
    let mut booth = open(home.path());
    let thanks = consent(&mut booth, answer(&[])).unwrap();
    assert!(thanks.kept.contains(&Field::Email) && !thanks.kept.contains(&Field::Phone));
    let lead = booth.leads(&Query::default(), now()).unwrap().remove(0);
    let lead = booth.lead(lead.id, now()).unwrap();
    let refused = lead
        .decisions
        .iter()
        .filter(|decision| !decision.given)
        .count();
    assert_eq!((lead.decisions.len(), refused), (3, 2));
}

#[test]
fn nothing_thank_you_keeps_a_count_alone() {
    let home = tempfile::tempdir().unwrap();
    let mut booth = open(home.path());
    let nothing = AttendeeAnswer {
        nothing: true,
        ..answer(&[("newsletter", Channel::Email)])
    };
    let thanks = consent(&mut booth, nothing).unwrap();
    assert!(thanks.nothing && thanks.kept.is_empty());
    assert!(booth.leads(&Query::default(), now()).unwrap().is_empty());
    assert!(booth.outbox().unwrap().is_empty());
    assert_eq!(booth.app(now()).unwrap().counts.declined, 1);

    // Striking the request and ticking nothing is the same.
    let struck = AttendeeAnswer {
        struck: vec!["send_offer".to_owned()],
        ..answer(&[])
    };
    assert!(consent(&mut booth, struck).unwrap().nothing);
    assert!(booth.leads(&Query::default(), now()).unwrap().is_empty());
}

#[test]
fn attack_26_a_double_tap_is_one_consent() {
    let home = tempfile::tempdir().unwrap();
    let mut booth = open(home.path());
    booth.scan_photo(demo::BADGE).unwrap();
    booth.hand_over(hand_over(), now()).unwrap();
    booth.attendee_answer(answer(&[]), now()).unwrap();
    assert_eq!(
        booth
            .attendee_answer(answer(&[]), now())
            .unwrap_err()
            .code(),
        "no_draft"
    );
    booth.attendee_leave(&booth::secret(), now()).unwrap();
    assert_eq!(booth.leads(&Query::default(), now()).unwrap().len(), 1);
}

#[test]
fn attack_28_staff_commands_are_refused_while_an_attendee_holds_the_device() {
    let home = tempfile::tempdir().unwrap();
    let mut booth = open(home.path());
    consent(&mut booth, answer(&[])).unwrap();
    let id = booth.leads(&Query::default(), now()).unwrap()[0].id;
    booth.scan_photo(demo::BADGE).unwrap();
    booth.hand_over(hand_over(), now()).unwrap();
    assert_eq!(booth.phase().unwrap(), Phase::Attendee);

    let refused = [
        booth.leads(&Query::default(), now()).map(drop),
        booth.lead(id, now()).map(drop),
        booth.erase(id, zgoda_core::Act::Terminal, now()),
        booth.scan_photo(demo::BADGE).map(drop),
        booth.scan_text(&Typing::plain("BEGIN:VCARD")).map(drop),
        booth.outbox().map(drop),
        booth.profile_view(now()).map(drop),
        booth.draft_discard(),
    ];
    for result in refused {
        assert_eq!(result.unwrap_err().code(), "not_now");
    }
    let wrong = Secret::Passphrase("not the passphrase".to_owned().into());
    assert_eq!(
        booth.attendee_leave(&wrong, now()).unwrap_err().code(),
        "wrong_secret"
    );
    assert_eq!(booth.phase().unwrap(), Phase::Attendee);
}

#[test]
fn the_screen_cannot_widen_a_lead() {
    let home = tempfile::tempdir().unwrap();
    let mut booth = open(home.path());
    let text = |text: &str| Some(FieldValue::Text(text.to_owned()));
    let mut widened = answer(&[]);
    widened.edits = vec![
        FieldEdit {
            field: Field::Website,
            value: text("https://x.example"),
        },
        FieldEdit {
            field: Field::Title,
            value: text("Chief"),
        },
        FieldEdit {
            field: Field::Note,
            value: text("written by the attendee's screen"),
        },
        FieldEdit {
            field: Field::Name,
            value: text("Zofia Król"),
        },
    ];
    let thanks = consent(&mut booth, widened).unwrap();
    assert!(!thanks.kept.contains(&Field::Website) && !thanks.kept.contains(&Field::Title));
    let lead = booth.leads(&Query::default(), now()).unwrap().remove(0);
    assert_eq!(lead.name, "Zofia Król");
    let lead = booth.lead(lead.id, now()).unwrap();
    let note = lead
        .fields
        .iter()
        .find(|field| field.field == Field::Note)
        .unwrap();
    assert_eq!(note.value, FieldValue::Text("chce małą prasę".to_owned()));
}

#[test]
fn attack_19_the_same_badge_again_opens_the_earlier_lead() {
    let home = tempfile::tempdir().unwrap();
    let mut booth = open(home.path());
    consent(&mut booth, answer(&[("call_back", Channel::Phone)])).unwrap();
    let first = booth.leads(&Query::default(), now()).unwrap().remove(0);

    let ScanView::Person { draft, .. } = booth.scan_photo(demo::BADGE).unwrap() else {
        panic!()
    };
    assert_eq!(draft.same.unwrap().lead, first.id);

    // The newest answers count, under the same id; the earlier consent is not reused.
    consent(&mut booth, answer(&[("newsletter", Channel::Email)])).unwrap();
    let leads = booth.leads(&Query::default(), now()).unwrap();
    assert_eq!((leads.len(), leads[0].id), (1, first.id));
    assert_eq!(leads[0].consents.len(), 1);
    assert_eq!(leads[0].consents[0].purpose, "newsletter");
    let lead = booth.lead(first.id, now()).unwrap();
    assert!(!lead.fields.iter().any(|field| field.field == Field::Phone));
}

#[test]
fn erasing_leaves_nothing_of_the_person() {
    let home = tempfile::tempdir().unwrap();
    let mut booth = open(home.path());
    consent(&mut booth, answer(&[])).unwrap();
    let id = booth.leads(&Query::default(), now()).unwrap()[0].id;
    booth.erase(id, zgoda_core::Act::Terminal, now()).unwrap();
    assert!(booth.leads(&Query::default(), now()).unwrap().is_empty());
    assert_eq!(booth.lead(id, now()).unwrap_err().code(), "no_lead");
    assert!(
        booth.outbox().unwrap().is_empty(),
        "no CRM ever heard of the person"
    );
}

#[test]
fn a_store_opens_again_with_its_secret_alone() {
    let home = tempfile::tempdir().unwrap();
    let mut booth = open(home.path());
    consent(&mut booth, answer(&[])).unwrap();
    booth.lock();
    assert_eq!(
        booth.leads(&Query::default(), now()).unwrap_err().code(),
        "locked"
    );
    let wrong = Secret::Passphrase("not the passphrase".to_owned().into());
    assert_eq!(
        booth.unlock(&wrong, now()).unwrap_err().code(),
        "wrong_secret"
    );
    booth.unlock(&booth::secret(), now()).unwrap();
    assert_eq!(booth.leads(&Query::default(), now()).unwrap().len(), 1);
}

#[test]
fn what_is_past_its_deadline_goes_first_thing_at_unlock() {
    let home = tempfile::tempdir().unwrap();
    let mut booth = open(home.path());
    consent(&mut booth, answer(&[])).unwrap();
    let id = booth.leads(&Query::default(), now()).unwrap()[0].id;
    booth.promise_kept(id, "send_offer", now()).unwrap();
    booth.lock();
    let later = now() + chrono::TimeDelta::days(15);
    let purged = booth.unlock(&booth::secret(), later).unwrap();
    assert_eq!(purged.expired, 1);
    assert!(booth.leads(&Query::default(), later).unwrap().is_empty());
}

#[test]
fn a_photographed_business_card_is_minimised_too() {
    if zgoda_capture::card::Models::find().is_err() {
        assert!(
            std::env::var_os("ZGODA_REQUIRE_MODELS").is_none(),
            "run make models"
        );
        eprintln!("SKIPPED a_photographed_business_card_is_minimised_too: run make models");
        return;
    }
    let home = tempfile::tempdir().unwrap();
    let mut booth = open(home.path());
    let card = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/cards/classic.jpg");
    let ScanView::Person { draft, .. } = booth.scan_photo(&std::fs::read(card).unwrap()).unwrap()
    else {
        panic!("the card is a person's")
    };
    assert_eq!(draft.source, zgoda_core::Source::Card);
    let kept: BTreeSet<Field> = draft.fields.iter().map(|field| field.field).collect();
    assert!(
        kept.contains(&Field::Name) && kept.contains(&Field::Email),
        "{kept:?}"
    );
    let dropped: BTreeSet<Dropped> = draft.dropped.iter().copied().collect();
    assert!(
        dropped.contains(&Dropped::Field(Field::Title)),
        "{dropped:?}"
    );
}
