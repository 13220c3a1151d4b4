//! Disks that are full or cannot be written: a clear error, the earlier data whole, the capture repeatable.
//!
//! As root on Linux a small file system in memory is mounted; without root the full disk is skipped, loudly.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]
#![cfg(target_os = "linux")]

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use support::{PASSPHRASE, PROFILE, day, happening, id, lead, salt, start};
use zgoda_core::ledger::Kind;
use zgoda_store::{Cost, Secret, Store, StoreError};

fn secret() -> Secret {
    Secret::Passphrase(PASSPHRASE.to_owned().into())
}

/// A file system of its own, unmounted when dropped.
struct Mount(PathBuf);

impl Mount {
    fn small(at: &Path, size: &str) -> Option<Self> {
        fs::create_dir_all(at).unwrap();
        let options = format!("size={size}");
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &options, "zgoda"])
            .arg(at)
            .output();
        mounted
            .is_ok_and(|out| out.status.success())
            .then(|| Self(at.to_owned()))
    }

    fn option(&self, option: &str) {
        let mut mount = Command::new("mount");
        mount
            .args(["-o", &format!("remount,{option}")])
            .arg(&self.0);
        assert!(mount.status().unwrap().success());
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

fn create(directory: &Path, people: u32) -> Store {
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
    for number in 0..people {
        capture(&mut store, number).unwrap();
    }
    store
}

fn capture(store: &mut Store, number: u32) -> Result<(), StoreError> {
    let lead = lead(number);
    store
        .capture(&lead, &salt(number), happening(Kind::Capture, &lead))
        .map(drop)
}

fn assert_whole(store: &Store, people: u32) {
    store.check().unwrap();
    assert_eq!(store.leads().unwrap().len(), people as usize);
    assert_eq!(store.outbox().unwrap().len(), people as usize);
    assert_eq!(store.head().unwrap().sequence, u64::from(people));
}

#[test]
fn attack_32_a_full_disk() {
    let home = tempfile::tempdir().unwrap();
    let at = home.path().join("small");
    let Some(mount) = Mount::small(&at, "1m") else {
        eprintln!("SKIPPED: attack_32_a_full_disk needs root to mount a small disk");
        return;
    };
    let directory = at.join("store");
    let mut store = create(&directory, 5);
    let ballast = at.join("ballast");
    let fill = || {
        // Whatever is free, to the last byte.
        let _ = fs::write(&ballast, vec![7; 4 << 20]);
    };
    fill();
    let mut kept = 5;
    let error = loop {
        match capture(&mut store, kept) {
            Ok(()) => kept += 1,
            Err(error) => break error,
        }
        assert!(kept < 1000, "the disk never filled");
        fill();
    };
    assert_eq!(error.code(), "disk_full");
    assert_eq!(
        store.leads().unwrap().len(),
        kept as usize,
        "reading goes on"
    );
    assert_eq!(store.rotate(day(1)).unwrap_err().code(), "disk_full");
    assert_eq!(capture(&mut store, kept).unwrap_err().code(), "disk_full");
    drop(store);

    // Opening needs no space: the count of tries is written in place.
    let reopened = Store::open(&directory, &secret(), start());
    match reopened {
        Ok(store) => assert_eq!(store.leads().unwrap().len(), kept as usize),
        Err(error) => assert_eq!(error.code(), "disk_full"),
    }
    fs::remove_file(&ballast).unwrap();
    let mut store = Store::open(&directory, &secret(), start()).unwrap();
    assert_whole(&store, kept);
    capture(&mut store, kept).unwrap();
    capture(&mut store, kept).unwrap();
    assert_whole(&store, kept + 1);
    assert!(
        store
            .erase(id(0), happening(Kind::Erase, &lead(0)))
            .unwrap()
    );
    store.rotate(day(1)).unwrap();
    drop(store);
    drop(mount);
}

#[test]
fn attack_32_a_disk_that_cannot_be_written() {
    let home = tempfile::tempdir().unwrap();
    let at = home.path().join("small");
    let Some(mount) = Mount::small(&at, "4m") else {
        eprintln!("SKIPPED: attack_32_a_disk_that_cannot_be_written needs root to mount a disk");
        return;
    };
    let directory = at.join("store");
    drop(create(&directory, 5));
    mount.option("ro");
    let error = Store::open(&directory, &secret(), start()).unwrap_err();
    assert_eq!(error.code(), "read_only");
    let other = Store::create(&at.join("other"), "e", &secret(), None, Cost::TEST, start());
    assert_eq!(other.unwrap_err().code(), "read_only");
    mount.option("rw");
    assert_whole(&Store::open(&directory, &secret(), start()).unwrap(), 5);
}

#[test]
fn attack_32_a_directory_that_may_not_be_written() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    let home = tempfile::tempdir().unwrap();
    if fs::metadata(home.path()).unwrap().uid() == 0 {
        eprintln!(
            "SKIPPED: attack_32_a_directory_that_may_not_be_written: root may write everywhere"
        );
        return;
    }
    let directory = home.path().join("store");
    drop(create(&directory, 5));
    let allow = |mode| fs::set_permissions(&directory, fs::Permissions::from_mode(mode)).unwrap();
    allow(0o500);
    let error = Store::open(&directory, &secret(), start()).unwrap_err();
    assert_eq!(error.code(), "read_only");
    allow(0o700);
    assert_whole(&Store::open(&directory, &secret(), start()).unwrap(), 5);
}
