//! Cut off between any two of the vault's steps: old or new opens, nothing lost, nothing twice.
//!
//! Each step is a write, a sync, a rename, a removal or a call to the keyring. The directory is kept as it was at the
//! moment of the cut, and opened by itself. Where the slots had been written but not synced, they are opened torn too.

use std::fs;
use std::path::Path;

use super::{assert_whole, create, filled, passphrase, pin};
use crate::disk::cut;
use crate::secret::Seal;
use crate::support::{PASSPHRASE, day, scratch, start};
use crate::vault::seal::SecretKey;
use crate::vault::slots::Header;
use crate::vault::{entry_name, keychain};
use crate::{Secret, Store, StoreError};

/// More steps than anything here takes.
const MANY: usize = 200;
/// Torn variants of each half-written slot file.
const TORN: u64 = 4;

/// Mixes the sectors of two versions of a file, as a power cut may.
fn tear(old: &[u8], new: &[u8], seed: u64) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut mixed = old.to_vec();
    for (at, sector) in new.chunks(512).enumerate() {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        if state & 1 == 1 {
            mixed[at * 512..at * 512 + sector.len()].copy_from_slice(sector);
        }
    }
    mixed
}

/// Runs `work` on a fresh store cut after 0, 1, 2 … steps, and `look` at what each cut left. Answers the number of cuts.
fn cut_everywhere(
    secret: &Secret,
    work: impl Fn(&mut Store) -> Result<(), StoreError>,
    look: impl Fn(&Path, &str),
) -> usize {
    for steps in 0..MANY {
        let home = scratch();
        let (from, to) = (home.path().join("store"), home.path().join("left"));
        let mut store = filled(&from, secret);
        let old = fs::read(from.join("slots")).unwrap();
        cut::after(steps, &from, &to);
        let result = work(&mut store);
        let Some(name) = cut::off() else {
            result.unwrap();
            return steps;
        };
        let header = store.vault.header().clone();
        drop(store);
        let at = format!("step {steps}, {name}");
        let entries = Entries::of(&header);
        let new = fs::read(to.join("slots")).unwrap();
        if new != old && name == "before sync" {
            for seed in 1..=TORN {
                let torn = home.path().join(format!("torn-{seed}"));
                fs::create_dir(&torn).unwrap();
                for entry in fs::read_dir(&to).unwrap() {
                    let entry = entry.unwrap();
                    fs::copy(entry.path(), torn.join(entry.file_name())).unwrap();
                }
                // Of what was written since the last sync any part may be there. The cut just before the write shows
                // what was there for certain; that is `old` for the first side.
                let base = base_before_last_write(&old, &new);
                fs::write(torn.join("slots"), tear(&base, &new, seed)).unwrap();
                look(&torn, &format!("{at}, torn {seed}"));
                entries.put_back();
            }
        }
        look(&to, &at);
    }
    panic!("more than {MANY} steps");
}

/// The keyring as a cut left it: looking at one variant of what is on the disk must not sweep it for the next.
struct Entries(Vec<(String, Option<SecretKey>)>);

impl Entries {
    fn of(header: &Header) -> Self {
        let names = (0..6).map(|serial| entry_name(header, serial));
        let read = |name: String| {
            let sealed = header.seal == Seal::KeyringAndPin;
            let secret = sealed.then(|| keychain::get(&name).ok()).flatten();
            (name, secret)
        };
        Self(names.map(read).collect())
    }

    fn put_back(&self) {
        for (name, secret) in &self.0 {
            if let Some(secret) = secret {
                keychain::set(name, secret).unwrap();
            }
        }
    }
}

/// `new` with the side that was written last put back to what it was before: if both differ, the first one written is
/// on the disk already.
fn base_before_last_write(old: &[u8], new: &[u8]) -> Vec<u8> {
    let sides = [512..8704, 8704..16896];
    let mut base = new.to_vec();
    let changed: Vec<_> = sides
        .into_iter()
        .filter(|side| old[side.clone()] != new[side.clone()])
        .collect();
    let last = match changed.as_slice() {
        // The idle side is the first to be written; from equal sides that is the second one.
        [first, _] => first.clone(),
        [only] => only.clone(),
        _ => return old.to_vec(),
    };
    base[last.clone()].copy_from_slice(&old[last]);
    base
}

fn look_after(secret: Secret) -> impl Fn(&Path, &str) {
    move |left, at| {
        let mut store = Store::open(left, &secret, day(1))
            .unwrap_or_else(|error| panic!("{at}: {}", error.code()));
        assert_whole(&store, at);
        store.rotate(day(1)).unwrap();
        assert_whole(&store, at);
        drop(store);
        assert_whole(&Store::open(left, &secret, day(1)).unwrap(), at);
    }
}

#[test]
fn a_purge_may_be_cut_off_anywhere() {
    let secret = passphrase(PASSPHRASE);
    let cuts = cut_everywhere(
        &secret,
        |store| store.rotate(day(1)),
        look_after(secret.clone()),
    );
    assert!(cuts >= 19, "{cuts}");
}

/// The keyring is one for the test's process, so each cut finds the entries as that cut left them.
#[test]
fn a_purge_with_a_keyring_may_be_cut_off_anywhere() {
    let secret = pin("493817");
    let cuts = cut_everywhere(
        &secret,
        |store| store.rotate(day(1)),
        |left, at| {
            let store = Store::open(left, &secret, day(1))
                .unwrap_or_else(|error| panic!("{at}: {}", error.code()));
            assert_whole(&store, at);
        },
    );
    assert!(cuts > 24, "{cuts}");
}

#[test]
fn a_change_of_passphrase_may_be_cut_off_anywhere() {
    let (old, new) = (
        passphrase(PASSPHRASE),
        passphrase("another long passphrase"),
    );
    cut_everywhere(
        &old,
        |store| store.change_secret(&old, &new, day(1)),
        |left, at| {
            let store =
                Store::open(left, &old, day(1)).or_else(|_| Store::open(left, &new, day(1)));
            let store = store.unwrap_or_else(|error| panic!("{at}: {}", error.code()));
            assert_whole(&store, at);
        },
    );
}

#[test]
fn a_change_of_pin_may_be_cut_off_anywhere() {
    let (old, new) = (pin("493817"), pin("110022"));
    cut_everywhere(
        &old,
        |store| store.change_secret(&old, &new, day(1)),
        |left, at| {
            let store =
                Store::open(left, &old, day(1)).or_else(|_| Store::open(left, &new, day(1)));
            let store = store.unwrap_or_else(|error| panic!("{at}: {}", error.code()));
            assert_whole(&store, at);
        },
    );
}

#[test]
fn opening_after_a_cut_may_be_cut_off_too() {
    let secret = passphrase(PASSPHRASE);
    let home = scratch();
    let (from, left) = (home.path().join("store"), home.path().join("left"));
    let mut store = filled(&from, &secret);
    // After the first side of the slots: the new generation counts, the old one is still there.
    for steps in 0..MANY {
        let _ = fs::remove_dir_all(&left);
        cut::after(steps, &from, &left);
        let result = store.rotate(day(1));
        assert!(result.is_err(), "a cut was found before the end");
        cut::off();
        if store.database.is_none() && left.join("store-2.db").exists() {
            break;
        }
    }
    drop(store);
    for steps in 0..MANY {
        let (again, twice) = (
            home.path().join(format!("again-{steps}")),
            home.path().join(format!("twice-{steps}")),
        );
        fs::create_dir(&again).unwrap();
        for entry in fs::read_dir(&left).unwrap() {
            let entry = entry.unwrap();
            fs::copy(entry.path(), again.join(entry.file_name())).unwrap();
        }
        cut::after(steps, &again, &twice);
        let opened = Store::open(&again, &secret, day(1));
        let Some(name) = cut::off() else {
            assert_whole(&opened.unwrap(), "uncut");
            assert!(steps > 6, "{steps}");
            return;
        };
        drop(opened);
        look_after(secret.clone())(&twice, &format!("step {steps}, {name}"));
    }
}

#[test]
fn making_a_store_may_be_cut_off_anywhere() {
    let secret = pin("493817");
    for steps in 0..MANY {
        let home = scratch();
        let (from, left) = (home.path().join("store"), home.path().join("left"));
        cut::after(steps, &from, &left);
        let made = create(&from, &secret);
        let Some(name) = cut::off() else {
            made.unwrap();
            return;
        };
        drop(made);
        let at = format!("step {steps}, {name}");
        if Store::exists(&left) {
            Store::open(&left, &secret, start())
                .unwrap_or_else(|error| panic!("{at}: {}", error.code()));
        } else {
            create(&left, &secret).unwrap_or_else(|error| panic!("{at}: {}", error.code()));
        }
    }
}

#[test]
fn a_capture_may_be_cut_off_while_the_slots_are_written() {
    let secret = passphrase(PASSPHRASE);
    let work = |store: &mut Store| {
        let late = day(900);
        store.vault.hold_until(late)
    };
    let cuts = cut_everywhere(&secret, work, look_after(secret.clone()));
    assert_eq!(cuts, 8, "two sides, each written and synced");
}
