//! A home that nobody opens any more: each store goes at its last deadline, unopened, by the clock rules.
#![allow(clippy::unwrap_used)]

use chrono::{DateTime, TimeDelta, Utc};
use zgoda_booth::view::Phase;
use zgoda_booth::{Booth, Cost, Secret};
use zgoda_core::Language;
use zgoda_tests::booth::{self, files_with};

fn day(days: i64) -> DateTime<Utc> {
    let start: DateTime<Utc> = "2026-11-24T10:00:00Z".parse().unwrap();
    start + TimeDelta::days(days)
}

fn forgotten_device() -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    let mut booth = booth::open(home.path(), None, day(0));
    booth::capture(&mut booth, 1, day(0));
    home
}

fn at(home: &tempfile::TempDir) -> Booth {
    Booth::with_cost(home.path().to_owned(), Cost::TEST).unwrap()
}

#[test]
fn a_device_that_nobody_unlocks_forgets_by_itself() {
    let home = forgotten_device();
    for on in (0..=725).step_by(25) {
        assert_eq!(at(&home).app(day(on)).unwrap().phase, Phase::Locked);
    }
    // The newsletter's two years are the last deadline.
    assert_eq!(at(&home).app(day(740)).unwrap().phase, Phase::FirstStart);
    let unlocked = at(&home).unlock(&booth::secret(), day(740));
    assert_eq!(unlocked.unwrap_err().code(), "no_store");
    // The list of objections is no store of an event: it has no last deadline.
    let events = home.path().join("events");
    assert_eq!(files_with(&events, "", "ZGODA-1"), Vec::<String>::new());
    // And the device is as good as new.
    booth::open(home.path(), None, day(741));
}

#[test]
fn the_next_store_takes_the_secret_of_the_list_of_objections() {
    let home = forgotten_device();
    for on in (0..=740).step_by(20) {
        at(&home).app(day(on)).unwrap();
    }
    assert_eq!(at(&home).app(day(740)).unwrap().phase, Phase::FirstStart);
    let another = Secret::Passphrase("another passphrase for tests".to_owned().into());
    let made = at(&home).first_start(Language::En, &another, None, day(740));
    assert_eq!(made.unwrap_err().code(), "list_secret");
    // Nothing was made that would stand in the way of the right one.
    assert_eq!(at(&home).app(day(740)).unwrap().phase, Phase::FirstStart);
    let mut open = booth::open(home.path(), None, day(740));
    assert_eq!(open.app(day(740)).unwrap().phase, Phase::Staff);
}

#[test]
fn attack_37_a_clock_ten_years_ahead_destroys_no_store() {
    let home = forgotten_device();
    for _ in 0..3 {
        let ended = at(&home).end_past(day(3650), false).unwrap();
        assert_eq!((ended.destroyed.len(), ended.held.len()), (0, 1));
        assert_eq!(at(&home).app(day(3650)).unwrap().phase, Phase::Locked);
    }
    let purged = at(&home).unlock(&booth::secret(), day(3650)).unwrap();
    assert!(purged.clock_ahead && purged.destroyed == 0, "{purged:?}");
    // A person vouches for the clock.
    let ended = at(&home).end_past(day(3650), true).unwrap();
    assert_eq!((ended.destroyed.len(), ended.held.len()), (1, 0));
}
