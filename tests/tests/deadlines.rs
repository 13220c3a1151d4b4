//! Each field lives as long as a purpose needs it, here and in the CRM, whether or not the local copy is still there.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::path::Path;
use std::sync::Mutex;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value as Json;
use zgoda_booth::{Booth, Query, sync};
use zgoda_core::LeadId;
use zgoda_tests::booth;

fn day(days: i64) -> DateTime<Utc> {
    let start: DateTime<Utc> = "2026-11-24T10:00:00Z".parse().unwrap();
    start + TimeDelta::days(days)
}

/// The person agreed to the newsletter (two years) and asked for the offer (14 days after it was sent).
fn captured(home: &Path) -> (Mutex<Booth>, LeadId) {
    let mut booth = booth::open(home, None, day(0));
    booth::capture(&mut booth, 1, day(0));
    let lead = booth.leads(&Query::default(), day(0)).unwrap()[0].id;
    (Mutex::new(booth), lead)
}

fn synced(booth: &Mutex<Booth>, now: DateTime<Utc>) {
    let synced = sync::run(booth, None, || now, |_| ()).unwrap();
    assert_eq!((synced.waiting, synced.needs_person), (0, 0), "{synced:?}");
}

/// The fields that the CRM has of the one lead.
fn in_the_crm(home: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(home.join("handed-over/leads.jsonl")).unwrap();
    let lead: Json = serde_json::from_str(text.lines().next().unwrap()).unwrap();
    lead["fields"]
        .as_object()
        .unwrap()
        .keys()
        .cloned()
        .collect()
}

#[test]
fn a_field_past_its_deadline_is_cleared_in_the_crm_when_the_local_copy_is_long_gone() {
    let home = tempfile::tempdir().unwrap();
    let (booth, lead) = captured(home.path());
    booth
        .lock()
        .unwrap()
        .promise_kept(lead, "send_offer", day(1))
        .unwrap();
    synced(&booth, day(1));
    assert!(
        booth
            .lock()
            .unwrap()
            .leads(&Query::default(), day(1))
            .unwrap()
            .is_empty()
    );
    assert_eq!(in_the_crm(home.path()), ["name", "company", "email"]);

    // A day before the deadline nothing happens, a day after it the CRM is told.
    booth.lock().unwrap().purge(day(14)).unwrap();
    synced(&booth, day(14));
    assert_eq!(in_the_crm(home.path()), ["name", "company", "email"]);
    booth.lock().unwrap().purge(day(16)).unwrap();
    synced(&booth, day(16));
    assert_eq!(
        in_the_crm(home.path()),
        ["name", "email"],
        "the newsletter's stay"
    );

    // The newsletter's too, at the end of its two years; some weeks at a time, as a device in use sees it.
    for month in (30..=760).step_by(25) {
        booth.lock().unwrap().purge(day(month)).unwrap();
        synced(&booth, day(month));
    }
    assert_eq!(in_the_crm(home.path()), Vec::<String>::new());
    let left = booth::files_with(home.path(), "", "osoba1@");
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn an_open_promise_keeps_the_local_copy_and_marking_it_sent_starts_its_clock() {
    let home = tempfile::tempdir().unwrap();
    let (booth, lead) = captured(home.path());
    synced(&booth, day(1));
    let fields = |now| {
        let fields = booth.lock().unwrap().lead(lead, now).unwrap().fields;
        fields
            .into_iter()
            .map(|one| one.field.to_string())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        fields(day(20)),
        ["name", "company", "email"],
        "nothing is sent yet"
    );
    booth
        .lock()
        .unwrap()
        .promise_kept(lead, "send_offer", day(20))
        .unwrap();
    // Before the CRM has heard of it, the clock runs.
    booth.lock().unwrap().purge(day(20)).unwrap();
    booth.lock().unwrap().purge(day(33)).unwrap();
    assert_eq!(fields(day(33)), ["name", "company", "email"]);
    booth.lock().unwrap().purge(day(35)).unwrap();
    assert_eq!(fields(day(35)), ["name", "email"]);
    synced(&booth, day(35));
    assert_eq!(in_the_crm(home.path()), ["name", "email"]);
}
