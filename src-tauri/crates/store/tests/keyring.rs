//! A store whose key is sealed by the keyring and a PIN.
//!
//! The keyring here is one in memory; `the_platforms_own_keyring` runs against a real gnome-keyring of its own.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

mod support;

use std::path::Path;
use std::process::Command;
use std::sync::{Mutex, MutexGuard, PoisonError};

use keyring_core::mock;
use support::{PROFILE, day, happening, lead, salt, scratch, start};
use zgoda_core::ledger::Kind;
use zgoda_store::{Cost, Seal, Secret, Store};

const EVENT: &str = "targi-demo-2026";

fn pin(text: &str) -> Secret {
    Secret::Pin(text.to_owned().into())
}

/// One test at a time has the process's keyring.
fn keyring() -> MutexGuard<'static, ()> {
    static ONE: Mutex<()> = Mutex::new(());
    let guard = ONE.lock().unwrap_or_else(PoisonError::into_inner);
    keyring_core::set_default_store(mock::Store::new().unwrap());
    guard
}

fn create(directory: &Path) -> Store {
    let pin = pin("493817");
    let mut store = Store::create(directory, EVENT, &pin, None, Cost::TEST, start()).unwrap();
    store.set_profile(PROFILE, start()).unwrap();
    let lead = lead(1);
    let captured = happening(Kind::Capture, &lead);
    store.capture(&lead, &salt(1), captured).unwrap();
    store
}

#[test]
fn keyring_and_pin_open_it_and_neither_does_alone() {
    let _keyring = keyring();
    let home = scratch();
    assert!(Store::keyring_available());
    let mut store = create(home.path());
    assert_eq!(Store::seal(home.path()).unwrap(), Seal::KeyringAndPin);
    store.rotate(day(1)).unwrap();
    store.verify_secret(&pin("493817"), start()).unwrap();
    drop(store);
    let error = Store::open(home.path(), &pin("493818"), start()).unwrap_err();
    assert_eq!(error.code(), "wrong_secret");
    let store = Store::open(home.path(), &pin(" 493817 "), start()).unwrap();
    assert_eq!(store.leads().unwrap().len(), 1);
}

#[test]
fn attack_35_no_entry_in_the_keyring_never_makes_a_new_store() {
    let _keyring = keyring();
    let home = scratch();
    drop(create(home.path()));
    let kept = std::fs::read(home.path().join("slots")).unwrap();

    keyring_core::set_default_store(mock::Store::new().unwrap());
    for _ in 0..9 {
        let error = Store::open(home.path(), &pin("493817"), start()).unwrap_err();
        assert_eq!(error.code(), "keyring_missing_entry");
    }
    let error = Store::create(home.path(), EVENT, &pin("1111"), None, Cost::TEST, start());
    assert_eq!(error.unwrap_err().code(), "store_exists");
    assert_eq!(
        std::fs::read(home.path().join("slots")).unwrap(),
        kept,
        "no try was counted"
    );
}

#[test]
fn a_purge_and_a_new_pin_leave_one_entry_in_the_keyring() {
    let _keyring = keyring();
    let home = scratch();
    let mut store = create(home.path());
    for on in 1..4 {
        store.rotate(day(on)).unwrap();
    }
    store
        .change_secret(&pin("493817"), &pin("110022"), day(4))
        .unwrap();
    store.rotate(day(5)).unwrap();
    let text =
        String::from_utf8_lossy(&std::fs::read(home.path().join("slots")).unwrap()).into_owned();
    let store_id = text.split("\"store\":\"").nth(1).unwrap()[..32].to_owned();
    let there = |serial: u64| {
        let name = format!("{EVENT}-{store_id}-{serial}");
        keyring_core::Entry::new("zgoda", &name)
            .unwrap()
            .get_secret()
            .is_ok()
    };
    let serials: Vec<u64> = (0..20).filter(|serial| there(*serial)).collect();
    assert_eq!(serials, [6], "first, three purges, a new PIN, a purge");
    drop(store);
    Store::open(home.path(), &pin("110022"), start()).unwrap();
}

#[test]
fn a_pin_may_give_way_to_a_passphrase_and_back() {
    let _keyring = keyring();
    let home = scratch();
    let mut store = create(home.path());
    let phrase = Secret::Passphrase("a long enough passphrase".to_owned().into());
    store
        .change_secret(&pin("493817"), &phrase, start())
        .unwrap();
    drop(store);
    keyring_core::set_default_store(mock::Store::new().unwrap());
    let mut store = Store::open(home.path(), &phrase, start()).unwrap();
    store.change_secret(&phrase, &pin("2222"), start()).unwrap();
    drop(store);
    Store::open(home.path(), &pin("2222"), start()).unwrap();
}

/// Runs itself once more inside a D-Bus session with an unlocked gnome-keyring.
#[test]
fn the_platforms_own_keyring() {
    let there = |program: &str| {
        Command::new("which")
            .arg(program)
            .output()
            .is_ok_and(|out| out.status.success())
    };
    if !there("dbus-run-session") || !there("gnome-keyring-daemon") {
        eprintln!(
            "SKIPPED: the_platforms_own_keyring needs dbus-run-session and gnome-keyring-daemon"
        );
        return;
    }
    let home = tempfile::tempdir().unwrap();
    let run = home.path().join("run");
    std::fs::create_dir(&run).unwrap();
    #[cfg(unix)]
    std::fs::set_permissions(&run, std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
    let script = "printf test | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1; \
                  exec \"$0\" --ignored --exact in_a_session --nocapture";
    let output = Command::new("dbus-run-session")
        .args(["--", "sh", "-c", script])
        .arg(std::env::current_exe().unwrap())
        .env("HOME", home.path())
        .env("XDG_RUNTIME_DIR", &run)
        .env_remove("DBUS_SESSION_BUS_ADDRESS")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        output.status.success(),
        "{said}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(said.contains("1 passed"), "{said}");
}

#[test]
#[ignore = "runs inside the_platforms_own_keyring"]
fn in_a_session() {
    let home = scratch();
    assert!(Store::keyring_available());
    let mut store = create(home.path());
    let begin = std::time::Instant::now();
    store.rotate(day(1)).unwrap();
    eprintln!("a purge with a real keyring: {:?}", begin.elapsed());
    drop(store);
    let store = Store::open(home.path(), &pin("493817"), start()).unwrap();
    assert_eq!(store.leads().unwrap().len(), 1);
}

/// Where there is no D-Bus at all, the program is told so quickly.
#[test]
fn attack_35_no_keyring_at_all() {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "without_a_session"])
        .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stdout)
    );
}

#[test]
#[ignore = "runs inside attack_35_no_keyring_at_all"]
fn without_a_session() {
    let home = scratch();
    assert!(!Store::keyring_available());
    let error = Store::create(
        home.path(),
        EVENT,
        &pin("493817"),
        None,
        Cost::TEST,
        start(),
    );
    assert_eq!(error.unwrap_err().code(), "keyring_locked");
    assert!(!Store::exists(home.path()));
}
