//! Attack 31: the power goes at any instant of a day at the booth. Every acknowledged thing is there afterwards.
//!
//! How: one day is recorded call by call: captures, a change, syncs with the CRM, an erasure, purges, a change of
//! passphrase, closing and opening. Then images of what the disk may hold at random instants are opened.
//! `ZGODA_POWER_CUTS` sets their number (1,000 by default), `ZGODA_SEED` the dice.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

#[path = "../../../src-tauri/crates/store/tests/support/mod.rs"]
mod support;

use std::collections::BTreeSet;
use std::path::Path;

use support::{PASSPHRASE, PROFILE, day, happening, id, lead, local, salt, scratch, start};
use zgoda_core::ledger::{Happening, Kind, verify};
use zgoda_core::outbox::{self, Answer};
use zgoda_faults::image::Dice;
use zgoda_faults::record::{Op, Recording};
use zgoda_faults::{image, record};
use zgoda_store::{Cost, Secret, Store};

/// What was acknowledged, in order. The number of an acknowledgement is its place here.
#[derive(Clone, Copy, Debug)]
enum Done {
    Captured(u32),
    Erased(u32),
    Confirmed(u32),
    Purged,
    Sealed,
}

fn first() -> Secret {
    Secret::Passphrase(PASSPHRASE.to_owned().into())
}

fn second() -> Secret {
    Secret::Passphrase("another long passphrase".to_owned().into())
}

struct Day {
    done: Vec<Done>,
}

impl Day {
    fn done(&mut self, what: Done) {
        record::acknowledge(u32::try_from(self.done.len()).unwrap());
        self.done.push(what);
    }

    fn capture(&mut self, store: &mut Store, numbers: std::ops::Range<u32>) {
        for number in numbers {
            let new = lead(number);
            store
                .capture(&new, &salt(number), happening(Kind::Capture, &new))
                .unwrap();
            self.done(Done::Captured(number));
        }
    }

    fn erase(&mut self, store: &mut Store, number: u32) {
        assert!(
            store
                .erase(id(number), happening(Kind::Erase, &lead(number)))
                .unwrap()
        );
        self.done(Done::Erased(number));
    }

    fn purge(&mut self, store: &mut Store) {
        store.rotate(day(1)).unwrap();
        self.done(Done::Purged);
    }

    fn confirm(&mut self, store: &mut Store, number: u32) {
        let row = store
            .due(day(1))
            .unwrap()
            .into_iter()
            .find(|row| row.lead == id(number))
            .unwrap();
        store.begin_attempt(&[row.id], day(1)).unwrap();
        let answer = Answer::Confirmed {
            crm_id: number.to_string(),
        };
        store
            .settle(
                &row,
                &answer,
                day(1),
                Happening::new(Kind::Confirm, local()),
            )
            .unwrap();
        self.done(Done::Confirmed(number));
    }
}

/// A day at the booth, recorded.
fn record_a_day(directory: &Path) -> (Recording, Vec<Done>) {
    let mut store = Store::create(
        directory,
        "targi-demo-2026",
        &first(),
        None,
        Cost::TEST,
        start(),
    )
    .unwrap();
    store.set_profile(PROFILE, start()).unwrap();
    drop(store);

    let mut today = Day { done: Vec::new() };
    record::begin(directory);
    let mut store = Store::open(directory, &first(), start()).unwrap();
    today.capture(&mut store, 0..12);
    today.confirm(&mut store, 3);
    let kept = store.lead(id(5)).unwrap().unwrap();
    store
        .change(
            &kept,
            happening(Kind::Change, &lead(5)),
            Some(outbox::Kind::Upsert),
        )
        .unwrap();
    today.erase(&mut store, 4);
    today.purge(&mut store);
    today.capture(&mut store, 12..20);
    store.change_secret(&first(), &second(), start()).unwrap();
    today.done(Done::Sealed);
    drop(store);
    let mut store = Store::open(directory, &second(), start()).unwrap();
    today.capture(&mut store, 20..40);
    today.confirm(&mut store, 21);
    today.erase(&mut store, 21);
    today.purge(&mut store);
    today.erase(&mut store, 22);
    today.purge(&mut store);
    today.capture(&mut store, 40..60);
    drop(store);
    (record::end(), today.done)
}

/// Every other image is cut close to a sync or a change of names: that is where what counts is decided.
fn instant(recording: &Recording, dice: &mut Dice) -> usize {
    let any = dice.below(recording.ops.len() + 1);
    if dice.below(2) == 0 {
        return any;
    }
    let decides = |op: &&Op| matches!(op, Op::Sync { .. } | Op::SyncNames | Op::Name { .. });
    let chosen = dice.below(recording.ops.iter().filter(decides).count());
    let mut places = recording
        .ops
        .iter()
        .enumerate()
        .filter(|(_, op)| decides(op));
    let place = places.nth(chosen).map_or(any, |(place, _)| place);
    (place + 1)
        .saturating_sub(dice.below(4))
        .min(recording.ops.len())
}

fn acknowledged(recording: &Recording, count: usize) -> usize {
    let said = recording.ops[..count]
        .iter()
        .filter(|op| matches!(op, Op::Acknowledge(_)));
    said.count()
}

/// What is wrong with the store in `directory`, of which `done` was acknowledged and `next` may have been under way.
fn wrong(directory: &Path, done: &[Done], next: Option<&Done>) -> Result<(), String> {
    let sealed = done.iter().any(|one| matches!(one, Done::Sealed));
    let under_way = matches!(next, Some(Done::Sealed));
    let secret = if sealed { second() } else { first() };
    let store = Store::open(directory, &secret, start())
        .or_else(|error| {
            if under_way {
                Store::open(directory, &second(), start())
            } else {
                Err(error)
            }
        })
        .map_err(|error| format!("does not open: {}", error.code()))?;
    store
        .check()
        .map_err(|error| format!("check: {}", error.code()))?;
    let lines = store.ledger_lines().unwrap();
    let head = store.head().unwrap();
    if verify(lines.iter().map(String::as_str)) != Ok(head) {
        return Err("the ledger is broken".to_owned());
    }
    let leads = store.leads().unwrap();
    let there: BTreeSet<_> = leads.iter().map(|lead| lead.id).collect();
    for one in done {
        match *one {
            Done::Captured(number)
                if !there.contains(&id(number)) && !store.was_erased(id(number)).unwrap() =>
            {
                return Err(format!("{number} is lost"));
            }
            Done::Erased(number) if there.contains(&id(number)) => {
                return Err(format!("{number} is back"));
            }
            Done::Confirmed(number) => {
                let confirmed = leads.iter().find(|lead| lead.id == id(number));
                if confirmed.is_some_and(|lead| lead.confirmed_at.is_none()) {
                    return Err(format!("{number} is not confirmed any more"));
                }
            }
            _ => {}
        }
    }
    let queued: BTreeSet<_> = store.outbox().unwrap().iter().map(|row| row.lead).collect();
    for lead in &leads {
        let lines = lines
            .iter()
            .filter(|line| line.contains(lead.subject.as_str()))
            .count();
        let whole = lead.fields.len() == 5 && lead.decisions.len() == 3 && lines >= 1;
        if !whole || !(queued.contains(&lead.id) || lead.confirmed_at.is_some()) {
            return Err("a lead is there by half".to_owned());
        }
    }
    Ok(())
}

#[test]
fn attack_31_the_power_may_go_at_any_instant() {
    let number = |name: &str, otherwise| {
        std::env::var(name)
            .ok()
            .and_then(|text| text.parse().ok())
            .unwrap_or(otherwise)
    };
    let images = number("ZGODA_POWER_CUTS", 1000_u64);
    let mut dice = Dice::new(number("ZGODA_SEED", 1_u64));
    let home = scratch();
    let store = home.path().join("store");
    let (recording, done) = record_a_day(&store);
    let of = |wanted: fn(&Op) -> bool| recording.ops.iter().filter(|op| wanted(op)).count();
    let (writes, syncs) = (
        of(|op| matches!(op, Op::Write { .. })),
        of(|op| matches!(op, Op::Sync { .. } | Op::SyncNames)),
    );
    assert!(
        writes > 500 && syncs > 100,
        "the calls are seen: {writes} writes, {syncs} syncs"
    );

    let mut bad = Vec::new();
    for number in 0..images {
        let count = instant(&recording, &mut dice);
        let said = acknowledged(&recording, count);
        let left = home.path().join("left");
        let _ = std::fs::remove_dir_all(&left);
        image::write(&recording, count, &mut dice, &left).unwrap();
        if let Err(what) = wrong(&left, &done[..said], done.get(said)) {
            bad.push(format!(
                "image {number}, after {count} calls, {said} acknowledged: {what}"
            ));
        }
    }
    eprintln!(
        "{images} power cuts in {} calls ({writes} writes, {syncs} syncs, {} acknowledged): {} bad",
        recording.ops.len(),
        done.len(),
        bad.len()
    );
    assert!(bad.is_empty(), "{}", bad[..bad.len().min(10)].join("\n"));
}
