//! A store on its way to another device: cut off in the middle nothing has happened, and it can be done again.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod support;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use support::{PASSPHRASE, PROFILE, happening, id, lead, local, salt, scratch, start};
use zeroize::Zeroizing;
use zgoda_core::SubjectRef;
use zgoda_core::ledger::{Happening, Kind};
use zgoda_store::parcel::{Opener, Parcel, Sealer};
use zgoda_store::{Cost, Secret, Store, SuppressionList, TakenIn};

fn secret() -> Secret {
    Secret::Passphrase(PASSPHRASE.to_owned().into())
}

fn store(home: &Path) -> Store {
    let event = "targi-demo-2026";
    let mut store = Store::create(home, event, &secret(), None, Cost::TEST, start()).unwrap();
    store.set_profile(PROFILE, start()).unwrap();
    store
}

fn capture(store: &mut Store, number: u32) {
    let lead = lead(number);
    let happening = happening(Kind::Capture, &lead);
    store.capture(&lead, &salt(number), happening).unwrap();
}

fn erase(store: &mut Store, number: u32) {
    let happening = happening(Kind::Erase, &lead(number));
    assert!(store.erase(id(number), happening).unwrap());
}

fn passphrase() -> Zeroizing<String> {
    "four words for a file".to_owned().into()
}

fn parcel(store: &Store, list: &Path) -> Parcel {
    let list = SuppressionList::create(list, None, &secret(), None, Cost::TEST).unwrap();
    let secret = passphrase();
    let sealed = store.parcel("signed".to_owned(), &list, &Sealer::Passphrase(&secret));
    Parcel::open(&sealed.unwrap(), &Opener::Passphrase(&secret)).unwrap()
}

fn take_in(
    store: &mut Store,
    parcel: &Parcel,
    erased: impl Fn(&SubjectRef) -> Happening,
) -> TakenIn {
    let taken = Happening::new(Kind::MoveIn, local());
    store.take_in(parcel, "note", taken, erased).unwrap()
}

fn erased(subject: &SubjectRef) -> Happening {
    Happening {
        subject: Some(subject.clone()),
        ..Happening::new(Kind::Erase, local())
    }
}

fn state(store: &Store) -> (usize, u64, usize, Vec<String>, bool) {
    (
        store.leads().unwrap().len(),
        store.head().unwrap().sequence,
        store.outbox().unwrap().len(),
        store.other_devices().unwrap(),
        store.was_erased(id(1)).unwrap(),
    )
}

#[test]
fn cut_off_in_the_middle_nothing_has_happened_and_it_is_done_again() {
    let (one, other, list) = (scratch(), scratch(), scratch());
    let (mut from, mut to) = (store(one.path()), store(other.path()));
    for number in 1..=3 {
        capture(&mut from, number);
    }
    take_in(&mut to, &parcel(&from, &list.path().join("first")), erased);
    erase(&mut from, 1);
    capture(&mut from, 4);
    let parcel = parcel(&from, &list.path().join("second"));

    // The ledger and the profiles are written when the first erasure is told of: there it is cut.
    let before = state(&to);
    let cut = catch_unwind(AssertUnwindSafe(|| {
        take_in(&mut to, &parcel, |_| panic!("cut off"))
    }));
    assert!(cut.is_err());
    assert_eq!(state(&to), before);
    drop(to);
    let mut to = Store::open(other.path(), &secret(), start()).unwrap();
    assert_eq!(state(&to), before);

    let taken = take_in(&mut to, &parcel, erased);
    assert_eq!((taken.added, taken.erased, taken.known), (1, 1, 2));
    assert_eq!(to.leads().unwrap().len(), 3);
    assert!(to.was_erased(id(1)).unwrap() && to.purge_due().unwrap());
    to.check().unwrap();
    assert!(take_in(&mut to, &parcel, erased).before);
}

#[test]
fn a_closed_event_takes_no_capture_but_takes_another_device_in() {
    let (one, other, list) = (scratch(), scratch(), scratch());
    let (mut from, mut to) = (store(one.path()), store(other.path()));
    capture(&mut from, 1);
    to.close(Happening::new(Kind::Close, local())).unwrap();
    let two = lead(2);
    let refused = to.capture(&two, &salt(2), happening(Kind::Capture, &two));
    assert_eq!(refused.unwrap_err().code(), "event_closed");
    let taken = take_in(&mut to, &parcel(&from, &list.path().join("list")), erased);
    assert_eq!(taken.added, 1);
    // The store is held until the last deadline of whoever came.
    drop(to);
    let last = Store::last_deadline(other.path()).unwrap();
    assert_eq!(last, Store::last_deadline(one.path()).unwrap());

    let mut to = Store::open(other.path(), &secret(), start()).unwrap();
    assert!(to.closed_at().unwrap().is_some());
    to.reopen(Happening::new(Kind::Reopen, local())).unwrap();
    capture(&mut to, 2);
    assert_eq!(to.leads().unwrap().len(), 2);
}

#[test]
fn a_store_of_another_event_is_refused() {
    let (one, other, list) = (scratch(), scratch(), scratch());
    let from = store(one.path());
    let mut to = Store::create(
        other.path(),
        "jesien-2026",
        &secret(),
        None,
        Cost::TEST,
        start(),
    )
    .unwrap();
    let parcel = parcel(&from, &list.path().join("list"));
    let taken = Happening::new(Kind::MoveIn, local());
    let refused = to.take_in(&parcel, "note", taken, erased);
    assert_eq!(refused.unwrap_err().code(), "other_event");
}
