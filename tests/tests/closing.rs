//! The end of an event loses nothing, and other events of the home go on by themselves.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::path::Path;
use std::process::Command;
use std::sync::Mutex;

use chrono::{DateTime, TimeDelta, Utc};
use zgoda_booth::crm::Secret as CrmSecret;
use zgoda_booth::{Booth, Query, closing};
use zgoda_core::status;
use zgoda_tests::booth::{self, secret};

fn day(days: i64) -> DateTime<Utc> {
    let start: DateTime<Utc> = "2026-11-24T10:00:00Z".parse().unwrap();
    start + TimeDelta::days(days)
}

/// A CRM that cannot be reached from here: nothing listens at the address.
fn offline() -> String {
    let profile = zgoda_booth::demo::profile(day(0));
    let crm = "kind = \"webhook\"\nurl = \"http://127.0.0.1:9/leads\"";
    let changed = profile.replacen("kind = \"file\"", crm, 1);
    assert_ne!(profile, changed);
    changed.replacen("plain = true\n", "", 1)
}

/// Head office's recipient, and who opens what is sealed to it.
fn with_recipient(profile: &str) -> (String, age::x25519::Identity) {
    let identity = age::x25519::Identity::generate();
    let recovery = format!("\n[recovery]\nrecipient = \"{}\"\n", identity.to_public());
    assert!(!profile.contains("\n[recovery]"));
    (format!("{profile}{recovery}"), identity)
}

fn token() -> CrmSecret {
    CrmSecret::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
}

fn close(booth: &Mutex<Booth>, anyway: bool, now: DateTime<Utc>) -> closing::ClosingView {
    closing::close(booth, Some(&token()), anyway, || now, |_| ()).unwrap()
}

fn code<T: std::fmt::Debug>(refused: Result<T, zgoda_booth::Error>) -> &'static str {
    refused.unwrap_err().code()
}

#[test]
fn a_closed_event_takes_nobody_until_it_is_reopened_and_its_head_is_handed_in() {
    let home = tempfile::tempdir().unwrap();
    let mut booth = booth::open(home.path(), None, day(0));
    booth::capture(&mut booth, 1, day(0));
    let booth = Mutex::new(booth);
    let view = close(&booth, false, day(3));
    assert!(view.closed_at.is_some() && view.left.is_empty());
    // Told to the CRM, and kept here for the promise.
    assert_eq!((view.here, view.promised), (1, 1));
    assert!(view.handed_in);

    // What lies at the destination is this very head.
    let folder = home.path().join("handed-over/status");
    let file = std::fs::read_dir(folder).unwrap().next().unwrap().unwrap();
    let handed = std::fs::read_to_string(file.path()).unwrap();
    let handed = status::read(&handed, None).unwrap().status;
    assert_eq!(
        (handed.head.hash, handed.head.sequence),
        (view.hash.clone(), view.entries.into())
    );

    let mut booth = booth.into_inner().unwrap();
    assert!(booth.app(day(3)).unwrap().event.unwrap().closed);
    let person = zgoda_core::Candidate {
        name: "Osoba Druga".into(),
        ..Default::default()
    };
    let request = |booth: &mut Booth| {
        let request = zgoda_booth::capture::TypedCapture {
            language: zgoda_core::Language::Pl,
            edits: Default::default(),
            asked: vec![zgoda_booth::view::Asked {
                purpose: "send_offer".to_owned(),
                due: None,
            }],
            ticked: Default::default(),
            struck: Default::default(),
            replies: Vec::new(),
            again: false,
        };
        let typed = zgoda_booth::capture::Typed::Fields(Box::new(person.clone()));
        booth.capture_typed(typed, &request, day(3))
    };
    assert_eq!(code(request(&mut booth)), "event_closed");

    // It stays closed over a lock, and its deadlines go on.
    booth.lock();
    booth.unlock(&secret(), day(4)).unwrap();
    assert_eq!(code(request(&mut booth)), "event_closed");
    assert_eq!(booth.reopen(day(4)).unwrap().closed_at, None);
    request(&mut booth).unwrap();
    assert_eq!(booth.leads(&Query::default(), day(4)).unwrap().len(), 2);
}

#[test]
fn what_waits_keeps_an_event_open_until_a_person_says_so_and_is_lost_by_nothing() {
    let home = tempfile::tempdir().unwrap();
    let (profile, identity) = with_recipient(&offline());
    let mut open = booth::open(home.path(), Some(&profile), day(0));
    booth::capture(&mut open, 1, day(0));
    booth::capture(&mut open, 2, day(0));
    let booth = Mutex::new(open);

    let view = close(&booth, false, day(3));
    assert_eq!(view.closed_at, None);
    let [left] = view.left.as_slice() else {
        panic!("{view:?}")
    };
    assert_eq!(
        (left.count, left.reason),
        (2, Some(zgoda_core::outbox::Reason::Offline))
    );
    assert!(view.can_export && !view.handed_in);

    // Sealed to head office, it opens there and nowhere else, and goes on waiting here.
    let export = home.path().join("to-head-office");
    assert_eq!(booth.lock().unwrap().export_waiting(&export).unwrap(), 2);
    assert!(booth::files_with(&export, "", "osoba1").is_empty());
    let key = age::secrecy::ExposeSecret::expose_secret(&identity.to_string()).to_owned();
    let into = home.path().join("opened");
    zgoda_booth::crm::file::open(&export, &CrmSecret::new(&key), &into).unwrap();
    let opened = std::fs::read_to_string(into.join("leads.jsonl")).unwrap();
    assert_eq!(opened.lines().count(), 2);
    assert!(opened.contains("osoba1@firma1.example"));
    assert_eq!(booth.lock().unwrap().outbox().unwrap().len(), 2);

    // Whoever is erased after the export is told of, though no sync had reached the CRM.
    let lead = booth
        .lock()
        .unwrap()
        .leads(&Query::default(), day(3))
        .unwrap()[0]
        .id;
    let mut guard = booth.lock().unwrap();
    guard
        .erase(lead, zgoda_core::Act::Terminal, day(3))
        .unwrap();
    let kinds: Vec<_> = guard.outbox().unwrap().iter().map(|row| row.kind).collect();
    assert!(
        kinds.contains(&zgoda_core::outbox::Kind::Erase),
        "{kinds:?}"
    );
    drop(guard);

    let view = close(&booth, true, day(3));
    assert!(view.closed_at.is_some());
    assert_eq!(view.left.iter().map(|left| left.count).sum::<u32>(), 2);
    let mut booth = booth.into_inner().unwrap();
    booth.lock();
    booth.unlock(&secret(), day(3)).unwrap();
    assert_eq!(booth.outbox().unwrap().len(), 2, "closing loses nothing");
    let refused = booth.event_remove("targi-demo-2026", &secret(), false, day(3));
    assert_eq!(code(refused), "unsynced");
    booth
        .event_remove("targi-demo-2026", &secret(), true, day(3))
        .unwrap();
    assert!(booth.events().unwrap().is_empty());
}

#[test]
fn the_report_counts_and_names_nobody() {
    let home = tempfile::tempdir().unwrap();
    let mut open = booth::open(home.path(), None, day(0));
    booth::capture(&mut open, 1, day(0));
    booth::capture(&mut open, 2, day(0));
    let booth = Mutex::new(open);
    let view = close(&booth, false, day(3));
    let mut booth = booth.into_inner().unwrap();
    let file = home.path().join("report.pdf");
    std::fs::write(&file, booth.closing_pdf(day(3)).unwrap()).unwrap();
    let output = Command::new("pdftotext").arg(&file).arg("-").output();
    let text = String::from_utf8(output.expect("`make setup-test` installs it").stdout).unwrap();
    let one_line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for said in [
        "End of the event",
        "Captured: 2",
        "yes 2, no 0",
        "Closed 2026-11-27",
    ] {
        assert!(one_line.contains(said), "{said}: {one_line}");
    }
    assert!(one_line.contains(&view.hash[..32]), "{one_line}");
    for value in ["Osoba", "Firma 1", "osoba1@", "601 000"] {
        assert!(!one_line.contains(value), "{value} is in the report");
    }
}

/// The demo's profile as that of another event.
fn another() -> String {
    let demo = zgoda_booth::demo::profile(day(0));
    demo.replace("targi-demo-2026", "jesien-2026")
}

fn rows(booth: &mut Booth) -> Vec<(String, bool, u32)> {
    let rows = booth.event_list().unwrap().into_iter();
    rows.map(|row| (row.id, row.in_use, row.leads)).collect()
}

#[test]
fn going_over_to_another_event_asks_first_and_loses_nothing() {
    let home = tempfile::tempdir().unwrap();
    let mut booth = booth::open(home.path(), None, day(0));
    booth::capture(&mut booth, 1, day(0));
    let refused = booth.profile_import(&another(), &secret(), false, day(0));
    assert_eq!(code(refused), "unsynced");
    booth
        .profile_import(&another(), &secret(), true, day(0))
        .unwrap();
    let two = |demo: bool, leads| {
        vec![
            ("jesien-2026".to_owned(), !demo, leads),
            ("targi-demo-2026".to_owned(), demo, 1),
        ]
    };
    assert_eq!(rows(&mut booth), two(false, 0));
    booth::capture(&mut booth, 2, day(0));

    let stay = booth.event_use("targi-demo-2026", &secret(), false, day(0));
    assert_eq!(code(stay), "unsynced");
    let wrong = zgoda_booth::Secret::Passphrase("not the passphrase".to_owned().into());
    let refused = booth.event_use("targi-demo-2026", &wrong, true, day(0));
    assert_eq!(code(refused), "wrong_secret");
    assert_eq!(
        booth.profile().unwrap().event.id,
        "jesien-2026",
        "the one in use stays open"
    );
    booth
        .event_use("targi-demo-2026", &secret(), true, day(0))
        .unwrap();
    let names = |booth: &mut Booth| {
        let leads = booth.leads(&Query::default(), day(0)).unwrap();
        leads.into_iter().map(|row| row.name).collect::<Vec<_>>()
    };
    assert_eq!(names(&mut booth), ["Osoba 1"]);
    assert_eq!(rows(&mut booth), two(true, 1));
    // The list is read without a secret, and names no person.
    booth.lock();
    assert_eq!(rows(&mut booth), two(true, 1));
    assert!(booth::files_with(home.path(), "", "Osoba 1").is_empty());
}

fn field_ends(home: &Path) -> Option<String> {
    let about = std::fs::read_to_string(home.join("events/targi-demo-2026/about.json")).unwrap();
    let about: serde_json::Value = serde_json::from_str(&about).unwrap();
    about["next"].as_str().map(str::to_owned)
}

#[test]
fn the_deadlines_of_an_event_that_is_not_in_use_go_on() {
    let home = tempfile::tempdir().unwrap();
    let mut booth = booth::open(home.path(), None, day(0));
    booth::capture(&mut booth, 1, day(0));
    booth
        .profile_import(&another(), &secret(), true, day(0))
        .unwrap();
    booth.lock();
    let first = field_ends(home.path()).unwrap();
    // Opened day by day, the one in use sees to the other when its first field ends, and not before.
    let mut expired = 0;
    for number in (20..=140).step_by(20) {
        expired += booth.unlock(&secret(), day(number)).unwrap().expired;
        booth.lock();
    }
    assert_eq!(expired, 1, "the company goes with the promise");
    let next = field_ends(home.path()).unwrap();
    assert!(next > first, "{next} is not after {first}");
}

#[test]
fn a_store_of_which_nothing_is_told_is_not_tried_with_the_secret_of_another() {
    let home = tempfile::tempdir().unwrap();
    let mut booth = booth::open(home.path(), None, day(0));
    booth::capture(&mut booth, 1, day(0));
    booth
        .profile_import(&another(), &secret(), true, day(0))
        .unwrap();
    let new = zgoda_booth::Secret::Passphrase("another passphrase for tests".to_owned().into());
    booth.change_secret(&secret(), &new, day(0)).unwrap();
    booth.lock();
    std::fs::remove_file(home.path().join("events/targi-demo-2026/about.json")).unwrap();
    for _ in 0..12 {
        booth.unlock(&new, day(0)).unwrap();
        booth.lock();
    }
    booth.unlock(&new, day(0)).unwrap();
    booth
        .event_use("targi-demo-2026", &secret(), true, day(0))
        .expect("no try was counted");
}
