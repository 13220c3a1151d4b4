//! A clock that has run ahead of the machine's own count erases nothing until a person vouches for it.
#![allow(clippy::unwrap_used)]

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use zgoda_booth::clock::Boot;
use zgoda_booth::{Booth, Cost, Query};
use zgoda_tests::booth;

/// Hours that the machine has counted.
static COUNTED: AtomicU64 = AtomicU64::new(0);

fn counted() -> Option<Boot> {
    let hours = COUNTED.load(Ordering::Relaxed);
    Some(Boot {
        id: "one start".to_owned(),
        since: Duration::from_secs(3600 * hours),
    })
}

fn hour(hours: i64) -> DateTime<Utc> {
    let start: DateTime<Utc> = "2026-11-24T09:00:00Z".parse().unwrap();
    start + TimeDelta::hours(hours)
}

fn at(home: &std::path::Path) -> Booth {
    let booth = Booth::with_cost(home.to_owned(), Cost::TEST).unwrap();
    booth.counting(counted)
}

fn leads(booth: &mut Booth, now: DateTime<Utc>) -> usize {
    booth.leads(&Query::default(), now).unwrap().len()
}

#[test]
fn attack_37_a_jump_beyond_the_machines_own_count_is_held_until_a_person_agrees() {
    let home = tempfile::tempdir().unwrap();
    let profile = include_str!("../../profiles/demo.toml");
    let short = |retention: &str| format!("retention = \"{retention}\"");
    let profile = ["promise + P14D", "capture + P2Y", "event_end + P3M"]
        .iter()
        .fold(profile.to_owned(), |toml, old| {
            assert!(toml.contains(&short(old)), "{old}");
            toml.replace(&short(old), &short("capture + P10D"))
        });
    drop(booth::open(home.path(), Some(&profile), hour(0)));
    let mut open = at(home.path());
    open.unlock(&booth::secret(), hour(0)).unwrap();
    booth::capture(&mut open, 1, hour(0));

    // Eleven days later by the clock, an hour by the machine: the store's own thirty days would believe it.
    COUNTED.store(1, Ordering::Relaxed);
    let jumped = hour(11 * 24);
    let purged = open.purge(jumped).unwrap();
    assert!(purged.clock_ahead && purged.expired == 0, "{purged:?}");
    assert!(open.app(jumped).unwrap().clock_ahead);
    open.lock();
    let mut open = at(home.path());
    let purged = open.unlock(&booth::secret(), jumped).unwrap();
    assert!(purged.clock_ahead && purged.expired == 0, "{purged:?}");
    assert_eq!(leads(&mut open, jumped), 1);

    // Set right, it is as if nothing had been.
    let purged = open.purge(hour(1)).unwrap();
    assert!(!purged.clock_ahead && purged.expired == 0, "{purged:?}");
    assert!(!open.app(hour(1)).unwrap().clock_ahead);

    // A day at a time is no way around it.
    assert!(!open.purge(hour(36)).unwrap().clock_ahead);
    assert!(open.purge(hour(71)).unwrap().clock_ahead);

    // Or a person says that it is right: what is due goes.
    assert!(open.purge(jumped).unwrap().clock_ahead);
    let purged = open.trust_clock(jumped).unwrap();
    assert!(!purged.clock_ahead && purged.expired == 1, "{purged:?}");
    assert_eq!(leads(&mut open, jumped), 0);
}
