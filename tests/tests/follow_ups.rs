//! What was promised: by its day, with its mail, told once on the due morning, and by nobody's name.
#![allow(clippy::unwrap_used)]

use std::sync::Mutex;

use chrono::{DateTime, TimeDelta, Utc};
use zgoda_booth::view::{AttendeeAnswer, HandOver};
use zgoda_booth::{Error, Morning};
use zgoda_core::Language;
use zgoda_core::follow_up::When;
use zgoda_tests::booth;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

#[test]
fn a_promise_is_told_by_its_day_until_it_is_kept() {
    let home = tempfile::tempdir().unwrap();
    let day = at("2026-11-24T09:00:00Z");
    let mut open = booth::open(home.path(), None, day);
    booth::capture(&mut open, 1, day);
    // Where staff name no day, it is promised in a week.
    let when = |days, open: &mut zgoda_booth::Booth| {
        let all = open.follow_ups(day + TimeDelta::days(days)).unwrap();
        all[0].when
    };
    let told: Vec<When> = [5, 6, 7, 8].map(|days| when(days, &mut open)).into();
    assert_eq!(
        told,
        [When::Later, When::Tomorrow, When::Today, When::Overdue]
    );
    let one = open.follow_ups(day).unwrap().remove(0);
    assert!(one.has_mail);
    let mail = open.follow_up_mail(one.id, &one.purpose).unwrap();
    assert!(
        mail.expose()
            .starts_with("mailto:osoba1@firma1.example?subject=")
    );
    assert!(mail.expose().contains("Dobre%20Maszyny"));
    open.promise_kept(one.id, &one.purpose, day).unwrap();
    assert!(open.follow_ups(day).unwrap().is_empty());
    let kept = open.follow_up_mail(one.id, &one.purpose);
    assert!(matches!(kept, Err(Error::NoPromise)));
}

#[test]
fn fail_no_mail_where_the_profile_has_no_wording() {
    let home = tempfile::tempdir().unwrap();
    let day = at("2026-11-24T09:00:00Z");
    let demo = include_str!("../../profiles/demo.toml");
    let (head, rest) = demo.split_once("[purpose.mail.pl]").unwrap();
    let (_, rest) = rest.split_once("[[purpose]]").unwrap();
    let silent = format!("{head}[[purpose]]{rest}");
    let mut open = booth::open(home.path(), Some(&silent), day);
    booth::capture(&mut open, 1, day);
    let one = open.follow_ups(day).unwrap().remove(0);
    assert!(!one.has_mail);
    let mail = open.follow_up_mail(one.id, &one.purpose);
    assert!(matches!(mail, Err(Error::NoMail)));
}

#[test]
fn the_due_morning_is_told_once_from_eight_on_and_to_staff_alone() {
    let home = tempfile::tempdir().unwrap();
    let day = at("2026-11-24T09:00:00Z");
    let mut open = booth::open(home.path(), None, day);
    booth::capture(&mut open, 1, day);
    booth::capture(&mut open, 2, day);
    let booth = Mutex::new(open);
    let mut morning = Morning::default();
    assert_eq!(
        morning.due(&booth, day).unwrap(),
        None,
        "nothing is due yet"
    );
    // Eight in Poznań in winter is seven by UTC.
    let early = at("2026-12-01T06:59:00Z");
    assert_eq!(morning.due(&booth, early).unwrap(), None);
    booth.lock().unwrap().type_person(Vec::new()).unwrap();
    let request = HandOver {
        edits: Vec::new(),
        asked: Vec::new(),
        language: Language::Pl,
        replies: Vec::new(),
    };
    booth.lock().unwrap().hand_over(request, early).unwrap();
    let eight = at("2026-12-01T07:00:00Z");
    let held = morning.due(&booth, eight);
    assert!(
        matches!(held, Err(Error::NotNow)),
        "an attendee holds the device"
    );
    let nothing = AttendeeAnswer {
        nothing: true,
        replies: Vec::new(),
        signature: None,
        language: Language::Pl,
        ticked: Vec::new(),
        struck: Vec::new(),
        edits: Vec::new(),
    };
    let mut open = booth.lock().unwrap();
    open.attendee_answer(nothing, eight).unwrap();
    open.attendee_leave(&booth::secret(), eight).unwrap();
    drop(open);
    assert_eq!(morning.due(&booth, eight).unwrap(), Some((2, Language::En)));
    assert_eq!(
        morning.due(&booth, eight + TimeDelta::hours(3)).unwrap(),
        None
    );
    let next = morning.due(&booth, eight + TimeDelta::days(1)).unwrap();
    assert_eq!(
        next,
        Some((2, Language::En)),
        "what is overdue is told each day"
    );
}
