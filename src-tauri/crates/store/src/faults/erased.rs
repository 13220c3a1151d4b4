//! What was erased is gone: from the database, from the directory, from the device under it.

use std::fs;
use std::path::{Path, PathBuf};

use age::secrecy::ExposeSecret;
use zgoda_core::ledger::Kind;

use super::{filled, passphrase};
use crate::support::{PASSPHRASE, PROFILE, day, happening, id, lead, salt, scratch, start, values};
use crate::vault::open_slot;
use crate::vault::seal::{recover, stretch};
use crate::vault::slots::Slot;
use crate::{Cost, Store};

/// What the database holds, without its seal.
fn in_the_clear(store: &Store) -> Vec<u8> {
    let db = store.db().unwrap().connection();
    let export = store.directory.join("plain.db");
    fs::write(&export, "").unwrap();
    db.execute(
        "ATTACH DATABASE ?1 AS plain KEY ''",
        [export.to_str().unwrap()],
    )
    .unwrap();
    db.query_row("SELECT sqlcipher_export('plain')", (), |_| Ok(()))
        .unwrap();
    db.execute_batch("DETACH DATABASE plain").unwrap();
    let plain = fs::read(&export).unwrap();
    fs::remove_file(&export).unwrap();
    plain
}

#[test]
fn of_two_hundred_erased_nothing_is_found() {
    const ERASED: std::ops::Range<u32> = 1000..1200;
    let home = scratch();
    let mut store = filled(home.path(), &passphrase(PASSPHRASE));
    for number in ERASED {
        let lead = lead(number);
        let captured = happening(Kind::Capture, &lead);
        store.capture(&lead, &salt(number), captured).unwrap();
    }
    let found = |bytes: &[u8], numbers: std::ops::Range<u32>| {
        let values = numbers.flat_map(values);
        let is_there = |value: &String| {
            let value = value.as_bytes();
            bytes.windows(value.len()).any(|window| window == value)
        };
        values.filter(is_there).count()
    };
    assert_eq!(
        found(&in_the_clear(&store), 1000..1010),
        50,
        "the search finds what is there"
    );
    for number in ERASED {
        let erased = happening(Kind::Erase, &lead(number));
        assert!(store.erase(id(number), erased).unwrap());
    }
    store.rotate(day(1)).unwrap();
    let plain = in_the_clear(&store);
    assert_eq!((found(&plain, ERASED), found(&plain, 1..4)), (0, 15));
    // The files as they lie, WAL and slots among them: sealed, so nothing of the living either.
    let look = || {
        for entry in fs::read_dir(home.path()).unwrap() {
            let bytes = fs::read(entry.unwrap().path()).unwrap();
            assert_eq!((found(&bytes, ERASED), found(&bytes, 1..4)), (0, 0));
        }
    };
    look();
    drop(store);
    look();
}

#[test]
fn after_a_purge_nothing_of_the_erased_is_there_and_no_old_key_opens() {
    let secret = passphrase(PASSPHRASE);
    let home = scratch();
    let mut store = filled(home.path(), &secret);
    let old_slots = fs::read(home.path().join("slots")).unwrap();
    let old_salt = fs::read(home.path().join("store-1.db")).unwrap()[..16].to_vec();
    store.rotate(day(1)).unwrap();

    let plain = in_the_clear(&store);
    let has = |bytes: &[u8], what: &[u8]| bytes.windows(what.len()).any(|window| window == what);
    for value in values(0) {
        assert!(
            !has(&plain, value.as_bytes()),
            "an erased value is in the new generation"
        );
    }
    for value in values(1) {
        assert!(has(&plain, value.as_bytes()), "the search finds what lives");
    }

    let new_slots = fs::read(home.path().join("slots")).unwrap();
    for side in [512..8704, 8704..16896] {
        assert_ne!(
            old_slots[side.clone()],
            new_slots[side],
            "both sides are overwritten"
        );
    }
    for entry in fs::read_dir(home.path()).unwrap() {
        let path = entry.unwrap().path();
        let bytes = fs::read(&path).unwrap();
        assert!(
            !has(&bytes, &old_salt),
            "a page of the old generation is in {path:?}"
        );
        for value in values(0).iter().chain(&values(1)) {
            assert!(
                !has(&bytes, value.as_bytes()),
                "a value in the clear in {path:?}"
            );
        }
    }
}

/// A small ext4 of its own, in a file.
struct Device {
    image: PathBuf,
    mounted: PathBuf,
}

impl Device {
    fn new(home: &Path) -> Option<Self> {
        let (image, mounted) = (home.join("device"), home.join("mounted"));
        fs::File::create(&image).unwrap().set_len(16 << 20).unwrap();
        fs::create_dir(&mounted).unwrap();
        let run = |program: &str, arguments: &[&std::ffi::OsStr]| {
            let output = std::process::Command::new(program).args(arguments).output();
            output.is_ok_and(|output| output.status.success())
        };
        let made = run("mkfs.ext4", &["-q".as_ref(), "-F".as_ref(), image.as_ref()])
            && run(
                "mount",
                &[
                    "-o".as_ref(),
                    "loop".as_ref(),
                    image.as_ref(),
                    mounted.as_ref(),
                ],
            );
        made.then_some(Self { image, mounted })
    }

    /// Every byte of it, as whoever takes the disk out reads it.
    fn raw(self) -> Vec<u8> {
        let image = self.image.clone();
        drop(self);
        fs::read(image).unwrap()
    }
}

impl Drop for Device {
    fn drop(&mut self) {
        let _ = std::process::Command::new("umount")
            .arg(&self.mounted)
            .status();
    }
}

/// Every slot that lies anywhere on the device, in whatever file or none.
fn slots_on(raw: &[u8]) -> Vec<Slot> {
    let start = b"{\"edition\":";
    let places = raw
        .windows(start.len())
        .enumerate()
        .filter(|(_, window)| window == start);
    let parse = |(at, _): (usize, _)| {
        serde_json::Deserializer::from_slice(&raw[at..])
            .into_iter::<Slot>()
            .next()?
            .ok()
    };
    places.filter_map(parse).collect()
}

#[test]
fn on_the_raw_device_no_living_secret_opens_the_key_of_what_was_erased() {
    let home = scratch();
    let Some(device) = Device::new(home.path()) else {
        eprintln!("SKIPPED: the raw device needs root, mkfs.ext4 and a loop device");
        return;
    };
    let directory = device.mounted.join("store");
    let identity = age::x25519::Identity::generate();
    let recipient = identity.to_public().to_string();
    let identity = identity.to_string();
    let secret = passphrase(PASSPHRASE);
    let mut store = Store::create(
        &directory,
        "targi-demo-2026",
        &secret,
        Some(&recipient),
        Cost::TEST,
        start(),
    )
    .unwrap();
    store.set_profile(PROFILE, start()).unwrap();
    for number in 0..50 {
        let lead = lead(number);
        store
            .capture(&lead, &salt(number), happening(Kind::Capture, &lead))
            .unwrap();
    }
    let mut old = Vec::new();
    for number in 0..10 {
        assert!(
            store
                .erase(id(number), happening(Kind::Erase, &lead(number)))
                .unwrap()
        );
        old.push(*store.vault.data().expose());
        store.rotate(day(1)).unwrap();
    }
    let living = *store.vault.data().expose();
    drop(store);

    let raw = device.raw();
    // What all of the invented values have in common.
    for value in ["Żółw-", "zosia.", "+48 500", "notka-"] {
        let found = raw
            .windows(value.len())
            .any(|window| window == value.as_bytes());
        assert!(!found, "a value in the clear on the device");
    }
    let slots = slots_on(&raw);
    assert!(slots.len() >= 2, "both sides are found: {}", slots.len());
    let mut opened = 0;
    for slot in &slots {
        let stretched = stretch(&secret, &slot.header.salt, slot.header.cost).unwrap();
        let by_passphrase = open_slot(slot, None, &stretched);
        let by_identity = recover(identity.expose_secret(), &slot.recovery).ok();
        for key in by_passphrase.iter().chain(&by_identity) {
            assert!(
                !old.contains(key.expose()),
                "a key of what was erased is still to be had"
            );
            opened += u32::from(*key.expose() == living);
        }
    }
    assert!(
        opened >= 4,
        "two sides, each by passphrase and by identity: {opened}"
    );
}
