//! The vault from outside: what lies on the disk, who gets in, and who has to wait.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

mod support;

use std::fs;
use std::path::{Path, PathBuf};

use chrono::TimeDelta;
use support::{PASSPHRASE, PROFILE, day, happening, id, lead, salt, scratch, start, values};
use zgoda_core::ledger::{Happening, Kind};
use zgoda_store::{Cost, Passing, Seal, Secret, Seen, Store, StoreError};

fn passphrase(text: &str) -> Secret {
    Secret::Passphrase(text.to_owned().into())
}

fn create(directory: &Path, recipient: Option<&str>) -> Store {
    let secret = passphrase(PASSPHRASE);
    let mut store = Store::create(
        directory,
        "targi-demo-2026",
        &secret,
        recipient,
        Cost::TEST,
        start(),
    )
    .unwrap();
    store.set_profile(PROFILE, start()).unwrap();
    for number in 0..20 {
        let lead = lead(number);
        let captured = happening(Kind::Capture, &lead);
        store.capture(&lead, &salt(number), captured).unwrap();
    }
    store
}

fn open(directory: &Path) -> Result<Store, StoreError> {
    Store::open(directory, &passphrase(PASSPHRASE), start())
}

fn database(directory: &Path) -> PathBuf {
    directory.join("store-1.db")
}

#[test]
fn nothing_readable_lies_on_the_disk() {
    let home = scratch();
    let store = create(home.path(), None);
    let has = |bytes: &[u8], what: &[u8]| bytes.windows(what.len()).any(|window| window == what);
    let look = || {
        let mut files = 0;
        for entry in fs::read_dir(home.path()).unwrap() {
            let path = entry.unwrap().path();
            let bytes = fs::read(&path).unwrap();
            assert!(!has(&bytes, b"SQLite format 3"), "{path:?}");
            assert!(!has(&bytes, b"CREATE TABLE"), "{path:?}");
            for value in values(7) {
                assert!(!has(&bytes, value.as_bytes()), "{path:?}");
            }
            files += 1;
        }
        files
    };
    assert_eq!(look(), 4, "slots, database, WAL, lock");
    drop(store);
    assert_eq!(look(), 3, "slots, database, lock");
}

#[test]
fn another_key_does_not_open_the_file() {
    let home = scratch();
    drop(create(home.path(), None));
    for key in [
        "",
        "PRAGMA key = \"x'00'\";",
        "PRAGMA key = 'correct horse battery staple';",
    ] {
        let connection = rusqlite::Connection::open(database(home.path())).unwrap();
        connection.execute_batch(key).unwrap();
        let read = connection.query_row("SELECT count(*) FROM sqlite_schema", (), |_| Ok(()));
        let error = read.unwrap_err();
        assert_eq!(
            error.sqlite_error_code(),
            Some(rusqlite::ErrorCode::NotADatabase)
        );
    }
}

#[test]
fn attack_36_wrong_secrets_cost_a_wait_that_survives_a_restart() {
    let home = scratch();
    drop(create(home.path(), None));
    let wrong = passphrase("a guess");
    let mut now = start();
    for _ in 0..4 {
        match Store::open(home.path(), &wrong, now).unwrap_err() {
            StoreError::WrongSecret { retry_after } => assert_eq!(retry_after, None),
            other => panic!("{}", other.code()),
        }
    }
    let mut waits = Vec::new();
    for _ in 0..12 {
        let StoreError::WrongSecret {
            retry_after: Some(until),
        } = Store::open(home.path(), &wrong, now).unwrap_err()
        else {
            panic!("a wait");
        };
        waits.push((until - now).as_seconds_f64().round());
        // Neither the right secret nor another guess is even looked at before its time.
        let early = until - TimeDelta::seconds(1);
        for secret in [&wrong, &passphrase(PASSPHRASE)] {
            let error = Store::open(home.path(), secret, early).unwrap_err();
            assert!(
                matches!(error, StoreError::LockedOut { .. }),
                "{}",
                error.code()
            );
        }
        now = until;
    }
    assert_eq!(waits[..4], [30.0, 60.0, 120.0, 240.0]);
    assert_eq!(waits[11], 3600.0);

    // A clock set back starts the wait anew and does not end it.
    let error = Store::open(home.path(), &wrong, start() - TimeDelta::days(400)).unwrap_err();
    assert!(
        matches!(error, StoreError::LockedOut { until } if until > start() - TimeDelta::days(400))
    );

    let back = start() - TimeDelta::days(400) + TimeDelta::hours(1);
    let store = Store::open(home.path(), &passphrase(PASSPHRASE), back).unwrap();
    let error = store.verify_secret(&wrong, back).unwrap_err();
    assert!(
        matches!(error, StoreError::WrongSecret { retry_after: None }),
        "the count starts anew"
    );
}

#[test]
fn leaving_the_attendees_screen_shares_the_wait_with_opening() {
    let home = scratch();
    let store = create(home.path(), None);
    for _ in 0..5 {
        store
            .verify_secret(&passphrase("a guess"), start())
            .unwrap_err();
    }
    let right = passphrase(PASSPHRASE);
    assert_eq!(
        store.verify_secret(&right, start()).unwrap_err().code(),
        "locked_out"
    );
    drop(store);
    assert_eq!(open(home.path()).unwrap_err().code(), "locked_out");
    let store = Store::open(home.path(), &right, start() + TimeDelta::seconds(30)).unwrap();
    store.verify_secret(&right, start()).unwrap();
}

#[test]
fn a_changed_passphrase_opens_and_the_old_one_does_not() {
    let home = scratch();
    let mut store = create(home.path(), None);
    let new = passphrase("another long passphrase");
    let wrong = store.change_secret(&passphrase("a guess"), &new, start());
    assert_eq!(wrong.unwrap_err().code(), "wrong_secret");
    let empty = store.change_secret(&passphrase(PASSPHRASE), &passphrase(" "), start());
    assert_eq!(empty.unwrap_err().code(), "empty_secret");
    store
        .change_secret(&passphrase(PASSPHRASE), &new, start())
        .unwrap();
    store.rotate(day(1)).unwrap();
    drop(store);
    assert_eq!(open(home.path()).unwrap_err().code(), "wrong_secret");
    assert_eq!(
        Store::open(home.path(), &new, start())
            .unwrap()
            .leads()
            .unwrap()
            .len(),
        20
    );
}

#[test]
fn head_offices_identity_recovers_a_store_and_its_next_generations() {
    let home = scratch();
    let identity = age::x25519::Identity::generate();
    let recipient = identity.to_public().to_string();
    let mut store = create(home.path(), Some(&recipient));
    store.rotate(start()).unwrap();
    drop(store);
    use age::secrecy::ExposeSecret;
    let file = format!(
        "# created: today\n{}\n",
        identity.to_string().expose_secret()
    );
    let stranger = age::x25519::Identity::generate();
    let stranger = stranger.to_string().expose_secret().to_owned();
    let new = passphrase("after the recovery");

    let error = Store::recover(home.path(), &stranger, &new, start()).unwrap_err();
    assert_eq!(error.code(), "wrong_identity");
    for _ in 0..9 {
        let _ = Store::open(home.path(), &passphrase("a guess"), start());
    }
    let store = Store::recover(home.path(), &file, &new, start()).unwrap();
    assert_eq!(store.leads().unwrap().len(), 20);
    drop(store);
    Store::open(home.path(), &new, start()).expect("the wait is over with the old secret");
    assert_eq!(open(home.path()).unwrap_err().code(), "wrong_secret");
}

#[test]
fn without_a_recipient_there_is_no_recovery_and_a_bad_one_is_refused() {
    let home = scratch();
    drop(create(home.path(), None));
    let new = passphrase("new");
    let error = Store::recover(home.path(), "", &new, start()).unwrap_err();
    assert_eq!(error.code(), "no_recovery");
    let other = scratch();
    let bad = Store::create(
        other.path(),
        "e",
        &new,
        Some("age1nonsense"),
        Cost::TEST,
        start(),
    );
    assert_eq!(bad.unwrap_err().code(), "bad_recipient");
    assert!(!Store::exists(other.path()));
    Store::create(other.path(), "e", &new, None, Cost::TEST, start()).unwrap();
}

#[test]
fn a_store_is_never_written_over() {
    let home = scratch();
    drop(create(home.path(), None));
    let again = || {
        Store::create(
            home.path(),
            "e",
            &passphrase("x"),
            None,
            Cost::TEST,
            start(),
        )
        .unwrap_err()
    };
    assert_eq!(again().code(), "store_exists");
    fs::remove_file(home.path().join("slots")).unwrap();
    assert!(Store::exists(home.path()), "its database is still there");
    assert_eq!(again().code(), "store_exists");
    assert_eq!(open(home.path()).unwrap_err().code(), "damaged");
    let nowhere = home.path().join("nowhere");
    assert_eq!(open(&nowhere).unwrap_err().code(), "no_store");
    assert!(!nowhere.exists());
}

#[test]
fn attack_38_one_program_at_a_time() {
    let home = scratch();
    let store = create(home.path(), None);
    assert_eq!(open(home.path()).unwrap_err().code(), "store_busy");
    let (lock, directory) = (store, home.path().to_owned());
    let waiting = std::thread::spawn(move || open(&directory).map(drop));
    std::thread::sleep(std::time::Duration::from_millis(300));
    drop(lock);
    waiting
        .join()
        .unwrap()
        .expect("whoever waits a moment gets in");
}

#[test]
fn attack_33_a_flipped_bit_in_any_page_is_found() {
    let home = scratch();
    drop(create(home.path(), None));
    let path = database(home.path());
    let whole = fs::read(&path).unwrap();
    assert!(whole.len() > 30 * 4096);
    for page in 0..whole.len() / 4096 {
        let mut flipped = whole.clone();
        flipped[page * 4096 + 700 + page] ^= 1;
        fs::write(&path, &flipped).unwrap();
        let found = open(home.path()).and_then(|store| store.check());
        assert_eq!(found.unwrap_err().code(), "damaged", "page {page}");
    }
    fs::write(&path, &whole).unwrap();
    open(home.path()).unwrap().check().unwrap();
}

#[test]
fn a_flipped_bit_in_one_side_of_the_slots_is_mended() {
    let home = scratch();
    drop(create(home.path(), None));
    let path = home.path().join("slots");
    let whole = fs::read(&path).unwrap();
    for at in [520, 700, 8710, 9000] {
        let mut flipped = whole.clone();
        flipped[at] ^= 1;
        fs::write(&path, &flipped).unwrap();
        open(home.path()).unwrap_or_else(|error| panic!("byte {at}: {}", error.code()));
        assert_eq!(
            fs::read(&path).unwrap()[..16896],
            whole[..16896],
            "byte {at}"
        );
    }
    let mut flipped = whole.clone();
    flipped[700] ^= 1;
    flipped[9000] ^= 1;
    fs::write(&path, &flipped).unwrap();
    assert_eq!(open(home.path()).unwrap_err().code(), "damaged");
    fs::write(&path, "a shopping list").unwrap();
    assert_eq!(open(home.path()).unwrap_err().code(), "not_a_store");
    fs::write(&path, "ZGODA-9\n").unwrap();
    assert_eq!(open(home.path()).unwrap_err().code(), "newer_version");
}

#[test]
fn what_the_slots_tell_in_the_open_cannot_be_changed_unnoticed() {
    let home = scratch();
    drop(create(home.path(), None));
    let path = home.path().join("slots");
    let text = fs::read(&path).unwrap();
    // Both sides rewritten with a later deadline and a right checksum, as an attacker would.
    let length = u32::from_be_bytes(text[512..516].try_into().unwrap()) as usize;
    let json = String::from_utf8(text[516..516 + length].to_vec()).unwrap();
    let deadline = Store::last_deadline(home.path())
        .unwrap()
        .expect("a deadline")
        .timestamp();
    let changed = json.replace(&deadline.to_string(), &(deadline + 86_400).to_string());
    assert_ne!(changed, json);
    let mut side = u32::try_from(changed.len()).unwrap().to_be_bytes().to_vec();
    side.extend_from_slice(changed.as_bytes());
    use sha2::Digest;
    let sum = sha2::Sha256::digest(&side);
    side.extend_from_slice(&sum);
    let mut forged = text.clone();
    for at in [512, 8704] {
        forged[at..at + side.len()].copy_from_slice(&side);
    }
    fs::write(&path, &forged).unwrap();
    assert_eq!(open(home.path()).unwrap_err().code(), "wrong_secret");
    fs::write(&path, &text).unwrap();
    open(home.path()).unwrap();
}

#[test]
fn attack_37_a_wrong_clock_erases_nothing() {
    let home = scratch();
    let mut store = create(home.path(), None);
    assert_eq!(store.see(day(20)).unwrap(), Seen::Steady);
    assert_eq!(store.see(start()).unwrap(), Seen::Back);
    assert_eq!(
        store.latest_seen().unwrap().timestamp(),
        day(20).timestamp()
    );
    assert_eq!(store.see(day(3650)).unwrap(), Seen::Ahead);
    assert_eq!(
        store
            .expire(day(3650), &support::profile())
            .unwrap_err()
            .code(),
        "clock"
    );
    assert_eq!(store.leads().unwrap().len(), 20);
    // Back at the fair a year too early, what is due by the latest time seen is still erased.
    for on in [45, 70, 95, 120, 145, 170] {
        assert_eq!(store.see(day(on)).unwrap(), Seen::Steady);
    }
    let ended = store.expire(day(-365), &support::profile()).unwrap();
    assert_eq!(ended.len(), 20);
}

#[test]
fn a_store_past_its_last_deadline_can_be_destroyed_unopened() {
    let home = scratch();
    drop(create(home.path(), None));
    assert_eq!(Store::seal(home.path()).unwrap(), Seal::Passphrase);
    assert_eq!(Store::event_of(home.path()).unwrap(), "targi-demo-2026");
    let last = Store::last_deadline(home.path())
        .unwrap()
        .expect("leads have deadlines");
    let newsletter = day(731);
    assert!(
        last > newsletter - TimeDelta::days(1) && last < newsletter + TimeDelta::days(2),
        "{last}"
    );
    Store::destroy(home.path()).unwrap();
    assert!(!Store::exists(home.path()));
    assert_eq!(open(home.path()).unwrap_err().code(), "no_store");
}

#[test]
fn past_its_last_deadline_a_store_is_destroyed_unopened_by_the_clock_rules() {
    let home = scratch();
    drop(create(home.path(), None));
    let last = Store::last_deadline(home.path()).unwrap().unwrap();
    let look = |now, trusted| Store::end_when_past(home.path(), now, trusted).unwrap();
    assert_eq!(look(start(), false), Passing::Alive);
    // A clock that jumps ten years destroys nothing, and leaves no trace that would let a second look do it.
    assert_eq!(look(day(3650), false), Passing::Held);
    assert_eq!(look(day(3650), false), Passing::Held);
    open(home.path()).unwrap();
    // Seen month by month, the time is believed; a clock set back in between changes nothing.
    for on in (20..730).step_by(25) {
        assert_eq!(look(day(on), false), Passing::Alive);
    }
    assert_eq!(look(start(), false), Passing::Alive);
    assert_eq!(look(last - TimeDelta::seconds(1), false), Passing::Alive);
    assert_eq!(look(last, false), Passing::Destroyed);
    assert!(!Store::exists(home.path()));
    assert_eq!(open(home.path()).unwrap_err().code(), "no_store");
    assert!(
        fs::read_dir(home.path())
            .unwrap()
            .all(|entry| { entry.unwrap().file_name().to_string_lossy() == "lock" }),
        "only the lock's empty file stays"
    );
}

#[test]
fn a_store_in_use_is_not_destroyed_under_whoever_uses_it() {
    let home = scratch();
    let store = create(home.path(), None);
    let last = Store::last_deadline(home.path()).unwrap().unwrap();
    let looked = Store::end_when_past(home.path(), last, true).unwrap();
    assert_eq!(looked, Passing::Alive);
    drop(store);
    let looked = Store::end_when_past(home.path(), last, true).unwrap();
    assert_eq!(looked, Passing::Destroyed);
}

#[test]
fn the_wrong_kind_of_secret_is_not_a_guess() {
    let home = scratch();
    let store = create(home.path(), None);
    let pin = Secret::Pin("493817".to_owned().into());
    for _ in 0..9 {
        assert_eq!(
            store.verify_secret(&pin, start()).unwrap_err().code(),
            "wrong_kind_of_secret"
        );
    }
    store
        .verify_secret(&passphrase(PASSPHRASE), start())
        .unwrap();
    assert!(!format!("{store:?}").contains("correct"));
}

#[test]
fn a_profile_is_taken_with_its_ledger_entry_and_fact_or_not_at_all() {
    let home = scratch();
    let mut store = create(home.path(), None);
    let changed = support::profile_keeping("until_confirmed");
    let entries = store.ledger_lines().unwrap().len();
    let device = store.meta_get("store.device").unwrap().unwrap();
    let take = |store: &mut Store| {
        let happening = Happening::new(Kind::Profile, day(1).fixed_offset());
        store.take_profile(&changed, Some(happening), Some(("whose", "theirs")), day(1))
    };

    // Without the device's id no entry can be written.
    store.meta_remove("store.device").unwrap();
    assert_eq!(take(&mut store).unwrap_err().code(), "damaged");
    assert_eq!(store.profile().unwrap().as_deref(), Some(PROFILE));
    assert_eq!(store.profile_history().unwrap().len(), 1);
    assert_eq!(store.meta_get("whose").unwrap(), None);

    store.meta_set("store.device", &device).unwrap();
    take(&mut store).unwrap();
    take(&mut store).unwrap();
    assert_eq!(store.profile().unwrap().as_deref(), Some(changed.as_str()));
    assert_eq!(store.ledger_lines().unwrap().len(), entries + 1);
    assert_eq!(store.meta_get("whose").unwrap().as_deref(), Some("theirs"));
}

#[test]
fn profiles_are_kept_with_their_history() {
    let home = scratch();
    let mut store = create(home.path(), None);
    let changed = support::profile_keeping("until_confirmed");
    store.set_profile(&changed, day(1)).unwrap();
    store.set_profile(&changed, day(2)).unwrap();
    assert_eq!(
        store.set_profile("nonsense", day(3)).unwrap_err().code(),
        "bad_profile"
    );
    let history = store.profile_history().unwrap();
    assert_eq!(history.len(), 2);
    assert_eq!(store.profile().unwrap(), Some(changed));
    assert_eq!(
        store.profile_by_sha256(&history[0].0).unwrap().as_deref(),
        Some(PROFILE)
    );
    assert_eq!(store.lead(id(1)).unwrap().unwrap().id, id(1));
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}

#[test]
fn attack_34_an_older_copy_put_back_is_told() {
    let home = scratch();
    drop(create(home.path(), None));
    let older = fs::read(database(home.path())).unwrap();
    let mut store = open(home.path()).unwrap();
    let new = lead(20);
    store
        .capture(&new, &salt(20), happening(Kind::Capture, &new))
        .unwrap();
    drop(store);
    fs::write(database(home.path()), &older).unwrap();
    for _ in 0..2 {
        let error = open(home.path()).unwrap_err();
        assert!(
            matches!(
                error,
                StoreError::Older {
                    noted: 21,
                    found: 20
                }
            ),
            "{error}"
        );
    }
    assert_eq!(
        fs::read(database(home.path())).unwrap(),
        older,
        "nothing was written over"
    );
    Store::accept_older(home.path()).unwrap();
    let mut store = open(home.path()).unwrap();
    let new = lead(21);
    store
        .capture(&new, &salt(21), happening(Kind::Capture, &new))
        .unwrap();
    drop(store);
    open(home.path()).unwrap();
}

#[test]
fn attack_33_a_flipped_bit_in_the_wal_is_found() {
    let home = scratch();
    let crashed = home.path().join("crashed");
    let store = create(&home.path().join("store"), None);
    copy(&home.path().join("store"), &crashed);
    drop(store);
    let wal = crashed.join("store-1.db-wal");
    let whole = fs::read(&wal).unwrap();
    let mut flipped = whole.clone();
    let middle = flipped.len() / 2;
    flipped[middle] ^= 1;
    fs::write(&wal, &flipped).unwrap();
    let error = open(&crashed).unwrap_err();
    assert!(
        matches!(error, StoreError::Older { noted: 20, found } if found < 20),
        "{error}"
    );
    assert!(
        fs::read(&wal).unwrap() == flipped,
        "nothing was written over"
    );
    fs::write(&wal, &whole).unwrap();
    assert_eq!(open(&crashed).unwrap().leads().unwrap().len(), 20);
}

/// With the cost that people pay. The best of three: other work on the machine is not what is measured.
#[test]
fn unlocking_takes_less_than_a_second_and_locking_less_than_50_ms() {
    let home = scratch();
    let secret = passphrase(PASSPHRASE);
    let store = Store::create(home.path(), "e", &secret, None, Cost::STANDARD, start()).unwrap();
    drop(store);
    let (mut unlock, mut lock) = (u128::MAX, u128::MAX);
    for _ in 0..3 {
        let begin = std::time::Instant::now();
        let store = Store::open(home.path(), &secret, start()).unwrap();
        unlock = unlock.min(begin.elapsed().as_millis());
        let begin = std::time::Instant::now();
        drop(store);
        lock = lock.min(begin.elapsed().as_millis());
    }
    eprintln!("unlock {unlock} ms, lock {lock} ms");
    assert!(unlock < 1000, "unlock took {unlock} ms");
    assert!(lock < 50, "lock took {lock} ms");
}
