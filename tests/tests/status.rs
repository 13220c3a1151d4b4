//! The device's word on itself goes to the destination with each sync, and gives away a database put back from a copy.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use chrono::{DateTime, TimeDelta, Utc};
use zgoda_booth::view::SyncView;
use zgoda_booth::{Booth, Cost, sync};
use zgoda_core::device::Certificate;
use zgoda_core::note::{SecretKey, Verifier};
use zgoda_core::status;
use zgoda_tests::booth;

fn hour(hours: i64) -> DateTime<Utc> {
    let start: DateTime<Utc> = "2026-11-24T09:00:00Z".parse().unwrap();
    start + TimeDelta::hours(hours)
}

fn synced(open: Booth, now: DateTime<Utc>) -> (Booth, SyncView) {
    let open = Mutex::new(open);
    let view = sync::run(&open, None, || now, |_| ()).unwrap();
    (open.into_inner().unwrap(), view)
}

fn unlocked(home: &Path, now: DateTime<Utc>) -> Booth {
    let mut open = Booth::with_cost(home.to_owned(), Cost::TEST).unwrap();
    open.unlock(&booth::secret(), now).unwrap();
    open
}

/// The one status in the folder where leads are handed over.
fn handed(home: &Path) -> PathBuf {
    let folder = home.join("handed-over/status");
    let files: Vec<_> = fs::read_dir(folder).unwrap().flatten().collect();
    assert_eq!(files.len(), 1);
    files[0].path()
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

#[test]
fn each_sync_hands_over_what_a_lost_device_is_told_by() {
    let home = tempfile::tempdir().unwrap();
    let mut open = booth::open(home.path(), None, hour(0));
    booth::capture(&mut open, 1, hour(0));
    let (mut open, view) = synced(open, hour(1));
    assert!(view.stopped.is_none() && !view.older);
    let first = fs::read_to_string(handed(home.path())).unwrap();
    let read = status::read(&first, None).unwrap();
    assert_eq!((read.status.leads, read.status.waiting), (1, 0));
    assert_eq!(read.status.last_sync, Some(hour(1)));
    assert!(!first.contains("osoba1") && !first.contains("Osoba"));

    booth::capture(&mut open, 2, hour(2));
    let (_, view) = synced(open, hour(3));
    assert!(!view.older);
    let second = status::read(&fs::read_to_string(handed(home.path())).unwrap(), None).unwrap();
    assert!(second.status.head.sequence > read.status.head.sequence);
}

#[test]
fn a_database_put_back_from_a_copy_is_noticed_at_the_destination() {
    let home = tempfile::tempdir().unwrap();
    let kept = tempfile::tempdir().unwrap();
    let mut open = booth::open(home.path(), None, hour(0));
    booth::capture(&mut open, 1, hour(0));
    drop(open);
    copy(home.path(), kept.path());

    let mut open = unlocked(home.path(), hour(1));
    booth::capture(&mut open, 2, hour(1));
    let (open, view) = synced(open, hour(1));
    assert!(!view.older);
    drop(open);

    // The folder of the leads is head office's; the rest is put back as it was.
    fs::rename(
        home.path().join("handed-over"),
        kept.path().join("handed-over"),
    )
    .unwrap();
    let (open, view) = synced(unlocked(kept.path(), hour(2)), hour(2));
    assert!(view.older, "the destination knows of a second person");
    // It is told once: what is handed over then is the state from which the device goes on.
    let (_, view) = synced(open, hour(3));
    assert!(!view.older);
}

#[test]
fn head_offices_countersignature_comes_back_and_a_strangers_word_counts_for_nothing() {
    let home = tempfile::tempdir().unwrap();
    let office = SecretKey::from_bytes(&[9; 32]);
    let key = Verifier {
        name: zgoda_core::device::HEAD_OFFICE.to_owned(),
        key: office.public(),
    };
    let profile = include_str!("../../profiles/demo.toml");
    let profile = profile.replace(
        "[receipt]",
        &format!("[receipt]\nhead_office_key = \"{key}\""),
    );
    assert!(profile.contains("head_office_key"));
    let mut open = booth::open(home.path(), Some(&profile), hour(0));
    let device: Verifier = open.device().unwrap().key.parse().unwrap();
    let (from, until) = ("2026-11-01".parse().unwrap(), "2027-11-01".parse().unwrap());
    let id = zgoda_core::device::of_name(&device.name).unwrap();
    let certificate = Certificate::issue(&office, id, device.key, from, until);
    open.take_certificate(&certificate.to_string(), hour(0))
        .unwrap();
    booth::capture(&mut open, 1, hour(0));
    let (mut open, _) = synced(open, hour(1));
    assert_eq!(open.countersigned().unwrap(), None);

    let path = handed(home.path());
    let both = status::countersign(&fs::read_to_string(&path).unwrap(), &office).unwrap();
    fs::write(&path, &both).unwrap();
    let (mut open, view) = synced(open, hour(2));
    assert!(!view.older);
    assert_eq!(open.countersigned().unwrap(), Some(both.clone()));

    // Words of another device, and no words at all.
    for word in [
        both.replace("\"sequence\":1", "\"sequence\":9"),
        "nonsense".to_owned(),
    ] {
        fs::write(&path, word).unwrap();
        let (again, view) = synced(open, hour(3));
        open = again;
        assert!(!view.older);
        assert_eq!(open.countersigned().unwrap(), Some(both.clone()));
    }
}
