//! A clock that has run ahead of the machine's own count erases nothing until a person vouches for it.
#![allow(clippy::unwrap_used)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use zgoda_booth::clock::Boot;
use zgoda_booth::crm::Secret;
use zgoda_booth::{Booth, Cost, Query, sync};
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
    let held = ["held", "held", "vouched"];
    assert_eq!(
        clock_entries(&mut open, jumped),
        held,
        "once each time, not once a look"
    );
}

/// What the ledger tells of the clock.
fn clock_entries(booth: &mut Booth, now: DateTime<Utc>) -> Vec<&'static str> {
    let file = booth.ledger_export(now).unwrap();
    zgoda_core::export::ledger::verify(&file, None).unwrap();
    let of_clock = file
        .lines()
        .filter(|line| line.contains("\"kind\":\"clock\""));
    of_clock
        .map(|line| {
            if line.contains("terminal") {
                "vouched"
            } else {
                "held"
            }
        })
        .collect()
}

/// A receiver that answers everything with a 200 of this date, until its listener is dropped.
fn receiver(date: DateTime<Utc>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let mut reader = BufReader::new(stream);
            let mut length = 0;
            loop {
                let mut line = String::new();
                if reader.read_line(&mut line).unwrap_or_default() <= 2 {
                    break;
                }
                let line = line.to_ascii_lowercase();
                if let Some(value) = line.strip_prefix("content-length:") {
                    length = value.trim().parse().unwrap();
                }
            }
            reader.read_exact(&mut vec![0; length]).unwrap();
            let date = date.format("%a, %d %b %Y %H:%M:%S GMT");
            let head = format!(
                "HTTP/1.1 200 OK\r\nDate: {date}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            );
            reader.get_mut().write_all(head.as_bytes()).unwrap();
        }
    });
    address
}

#[test]
fn attack_37_the_date_of_the_crms_answer_is_a_second_source() {
    fn counted() -> Option<Boot> {
        Some(Boot {
            id: "another start".to_owned(),
            since: Duration::from_secs(3600),
        })
    }
    let jumped = hour(60 * 24);
    for (told, agrees) in [(hour(0), false), (jumped + TimeDelta::minutes(3), true)] {
        let home = tempfile::tempdir().unwrap();
        let section = format!("[crm]\nkind = \"webhook\"\nurl = \"{}\"\n", receiver(told));
        let profile = include_str!("../../profiles/demo.toml")
            .replace("[crm]\nkind = \"file\"\nplain = true\n", &section);
        drop(booth::open(home.path(), Some(&profile), hour(0)));
        let mut open = Booth::with_cost(home.path().to_owned(), Cost::TEST)
            .unwrap()
            .counting(counted);
        open.unlock(&booth::secret(), hour(0)).unwrap();
        booth::capture(&mut open, 1, hour(0));
        assert!(open.purge(jumped).unwrap().clock_ahead);

        let open = Mutex::new(open);
        let secret = Secret::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        let synced = sync::run(&open, Some(&secret), || jumped, |_| ()).unwrap();
        assert_eq!(synced.confirmed, 1);
        let mut open = open.into_inner().unwrap();
        assert_eq!(open.app(jumped).unwrap().clock_ahead, !agrees, "{told}");
        assert_eq!(open.purge(jumped).unwrap().clock_ahead, !agrees);
    }
}
