//! Attack 32: the n-th call fails, once or from then on: no space, a broken disk, half a write. The error is told, the
//! earlier data are whole, and what failed can be done again without doing it twice.
//!
//! Every fifth call is tried, each way of failing from another one on; with `ZGODA_SOAK` every call in every way.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

#[path = "../../../src-tauri/crates/store/tests/support/mod.rs"]
mod support;

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use support::{PASSPHRASE, PROFILE, day, happening, id, lead, salt, scratch, start};
use zgoda_core::ledger::Kind;
use zgoda_faults::fail::{self, How};
use zgoda_store::{Cost, Secret, Store, StoreError};

const BEFORE: u32 = 3;
const CODES: [&str; 5] = ["disk_full", "io", "read_only", "reopen", "damaged"];

fn secret() -> Secret {
    Secret::Passphrase(PASSPHRASE.to_owned().into())
}

fn capture(store: &mut Store, number: u32) -> Result<(), StoreError> {
    let new = lead(number);
    store
        .capture(&new, &salt(number), happening(Kind::Capture, &new))
        .map(drop)
}

fn create(directory: &Path) -> Store {
    let mut store = Store::create(
        directory,
        "targi-demo-2026",
        &secret(),
        None,
        Cost::TEST,
        start(),
    )
    .unwrap();
    store.set_profile(PROFILE, start()).unwrap();
    for number in 0..BEFORE {
        capture(&mut store, number).unwrap();
    }
    store
}

fn copy(from: &Path, to: &Path) -> Store {
    std::fs::create_dir(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
    Store::open(to, &secret(), start()).unwrap()
}

/// Captures, an erasure and purges until something fails. Answers how many captures were acknowledged.
fn work(store: &mut Store) -> (u32, Result<(), StoreError>) {
    let mut acknowledged = BEFORE;
    let mut all = || {
        for number in BEFORE..BEFORE + 4 {
            capture(store, number)?;
            acknowledged = number + 1;
        }
        store.erase(id(0), happening(Kind::Erase, &lead(0)))?;
        store.rotate(day(1))
    };
    let result = all();
    (acknowledged, result)
}

#[test]
fn attack_32_any_call_may_fail() {
    let _one = one_at_a_time();
    let soak = std::env::var_os("ZGODA_SOAK").is_some();
    let stride = if soak { 1 } else { 5 };
    let template = scratch();
    drop(create(template.path()));
    let (mut runs, mut told, mut first) = (0, 0, 0);
    for how in [How::Full, How::Broken, How::Half] {
        for for_good in [false, true] {
            first += 1;
            for calls in (first % stride..).step_by(stride) {
                let home = scratch();
                let directory = home.path().join("store");
                let mut store = copy(template.path(), &directory);
                fail::after(calls, how, for_good, &directory);
                let (acknowledged, result) = work(&mut store);
                let met = fail::off();
                let at = format!("{how:?}, for good: {for_good}, call {calls}");
                if !met {
                    result.unwrap();
                    break;
                }
                runs += 1;
                if let Err(error) = &result {
                    told += 1;
                    assert!(CODES.contains(&error.code()), "{at}: {}", error.code());
                }
                look(store, &directory, acknowledged, &at);
            }
        }
    }
    eprintln!("{runs} failing calls, {told} told, 0 lost, 0 half, 0 twice");
    assert!(runs > 1500 / stride, "{runs}");
}

#[test]
fn attack_32_a_change_of_passphrase_that_failed_leaves_the_old_one() {
    let _one = one_at_a_time();
    let new = Secret::Passphrase("another long passphrase".to_owned().into());
    for how in [How::Full, How::Broken, How::Half] {
        for calls in 0.. {
            let home = scratch();
            let directory = home.path().join("store");
            let mut store = create(&directory);
            fail::after(calls, how, false, &directory);
            let result = store.change_secret(&secret(), &new, start());
            let met = fail::off();
            drop(store);
            let opens = if result.is_ok() { &new } else { &secret() };
            let store = Store::open(&directory, opens, start());
            let store = store.unwrap_or_else(|error| panic!("{how:?}, {calls}: {}", error.code()));
            assert_eq!(store.leads().unwrap().len(), BEFORE as usize);
            if !met {
                break;
            }
        }
    }
}

/// Calls fail for the whole process.
fn one_at_a_time() -> MutexGuard<'static, ()> {
    static ONE: Mutex<()> = Mutex::new(());
    ONE.lock().unwrap_or_else(PoisonError::into_inner)
}

fn look(mut store: Store, directory: &Path, acknowledged: u32, at: &str) {
    // Again in the same program, where the store goes on, and then in the next one.
    if let Err(error) = capture(&mut store, acknowledged) {
        assert_eq!(error.code(), "reopen", "{at}");
    }
    drop(store);
    let mut store = Store::open(directory, &secret(), start())
        .unwrap_or_else(|error| panic!("{at}: {}", error.code()));
    capture(&mut store, acknowledged).unwrap();
    store
        .check()
        .unwrap_or_else(|error| panic!("{at}: {}", error.code()));
    for number in 0..=acknowledged {
        let there = store.lead(id(number)).unwrap().is_some();
        let erased = store.was_erased(id(number)).unwrap();
        assert!(there != erased, "{at}: {number}");
    }
    let lines = store.ledger_lines().unwrap();
    for lead in store.leads().unwrap() {
        let captured = lines
            .iter()
            .filter(|line| line.contains(lead.subject.as_str()));
        assert_eq!(captured.count(), 1, "{at}: captured twice");
    }
    store
        .rotate(day(1))
        .unwrap_or_else(|error| panic!("{at}: {}", error.code()));
}
