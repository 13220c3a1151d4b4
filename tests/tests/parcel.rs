//! From one device to another: nobody doubled, nobody lost, the erased stay erased, and what was changed is refused.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::path::Path;
use std::sync::Mutex;

use chrono::{DateTime, TimeDelta, Utc};
use zgoda_booth::parcel::{MovedIn, Opener, Parcel, Sealer};
use zgoda_booth::rights::Who;
use zgoda_booth::{Booth, Cost, Error, Query, StoreError, sync};
use zgoda_core::ledger::{Entry, Kind};
use zgoda_core::{Act, Language, LeadId, outbox};
use zgoda_store::{Store, SuppressionList};
use zgoda_tests::booth::{self, secret};

fn day(days: i64) -> DateTime<Utc> {
    let start: DateTime<Utc> = "2026-11-24T10:00:00Z".parse().unwrap();
    start + TimeDelta::days(days)
}

struct Office {
    identity: age::x25519::Identity,
}

impl Office {
    fn new() -> Self {
        Self {
            identity: age::x25519::Identity::generate(),
        }
    }

    /// What `from` sends.
    fn sealed(&self, from: &mut Booth, now: DateTime<Utc>) -> Vec<u8> {
        let recipient = self.identity.to_public().to_string();
        from.move_out(&Sealer::Recipient(&recipient), now, |sealed| {
            Ok::<_, Error>(sealed.to_vec())
        })
        .unwrap()
    }

    fn open(&self, sealed: &[u8]) -> Result<Parcel, StoreError> {
        use age::secrecy::ExposeSecret as _;
        let text = format!("# remark\n{}\n", self.identity.to_string().expose_secret());
        Parcel::open(sealed, &Opener::Identity(&text))
    }

    fn pass(&self, from: &mut Booth, to: &mut Booth, now: DateTime<Utc>) -> MovedIn {
        let sealed = self.sealed(from, now);
        to.move_in(&self.open(&sealed).unwrap(), now).unwrap()
    }
}

fn two() -> (tempfile::TempDir, tempfile::TempDir, Booth, Booth) {
    let (old, new) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let one = booth::open(old.path(), None, day(0));
    let other = booth::open(new.path(), None, day(0));
    (old, new, one, other)
}

fn names(booth: &mut Booth) -> Vec<String> {
    let leads = booth.leads(&Query::default(), day(0)).unwrap().into_iter();
    let mut names: Vec<String> = leads.map(|row| row.name).collect();
    names.sort();
    names
}

fn id(booth: &mut Booth, number: usize) -> LeadId {
    let leads = booth.leads(&Query::default(), day(0)).unwrap();
    let name = format!("Osoba {number}");
    leads.iter().find(|row| row.name == name).unwrap().id
}

fn kinds(booth: &mut Booth) -> Vec<outbox::Kind> {
    booth.outbox().unwrap().iter().map(|row| row.kind).collect()
}

#[test]
fn a_new_device_takes_a_store_over_with_its_profile() {
    let (old, new) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let toml = zgoda_booth::demo::profile(day(0)).replace("Rolnej", "Leśnej");
    let mut from = booth::open(old.path(), Some(&toml), day(0));
    booth::capture(&mut from, 1, day(0));
    let office = Office::new();
    let parcel = office.open(&office.sealed(&mut from, day(1))).unwrap();
    let mut to = Booth::with_cost(new.path().to_owned(), zgoda_booth::Cost::TEST).unwrap();
    let weak = zgoda_booth::Secret::Passphrase("short".to_owned().into());
    let refused = to.first_take_over(Language::Pl, &weak, &parcel, day(1));
    assert_eq!(refused.unwrap_err().code(), "weak_secret");
    let moved = to
        .first_take_over(Language::Pl, &secret(), &parcel, day(1))
        .unwrap();
    assert_eq!((moved.added, moved.waiting), (1, 1));
    assert_eq!(names(&mut to), ["Osoba 1"]);
    assert_eq!(
        to.profile().unwrap().event.name,
        "Targi Techniki Leśnej 2026"
    );
    assert_eq!(to.language(), Language::Pl);
    // A first start alone: from now on parcels are taken over in the Settings.
    let again = to.first_take_over(Language::Pl, &secret(), &parcel, day(1));
    assert_eq!(again.unwrap_err().code(), "store_exists");
}

/// The new device's clock is a year and a half ahead, and nothing there tells so but the parcel.
#[test]
fn a_clock_far_ahead_erases_nothing_of_what_a_new_device_takes_over() {
    let (old, new) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mut from = booth::open(old.path(), None, day(0));
    booth::capture(&mut from, 1, day(0));
    let office = Office::new();
    let parcel = office.open(&office.sealed(&mut from, day(1))).unwrap();
    let mut to = Booth::with_cost(new.path().to_owned(), zgoda_booth::Cost::TEST).unwrap();
    to.first_take_over(Language::Pl, &secret(), &parcel, day(900))
        .unwrap();
    assert!(to.app(day(900)).unwrap().clock_ahead);
    let (one, kinds) = (id(&mut to, 1), kinds(&mut to));
    let kept = |booth: &mut Booth| booth.lead(one, day(1)).unwrap().fields.len();
    assert_eq!(
        (kept(&mut to), kinds),
        (kept(&mut from), vec![outbox::Kind::Upsert])
    );
    // Nor is the store destroyed while it is shut.
    to.lock();
    let ended = to.end_past(day(900), false).unwrap();
    assert_eq!(ended.held.len(), 1, "{ended:?}");
    // Somebody who vouches for the clock is believed.
    to.unlock(&secret(), day(900)).unwrap();
    assert_eq!(to.trust_clock(day(900)).unwrap().expired, 1);
}

/// What no device seals: the store is of one event and its profile of another.
#[test]
fn a_failed_first_take_over_removes_no_store_that_it_did_not_make() {
    let (old, new) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mut from = booth::open(old.path(), None, day(0));
    let ledger = from.ledger_export(day(0)).unwrap();
    drop(from);
    let event = "targi-demo-2026";
    let dir = old.path().join("events").join(event);
    let mut store = Store::open(&dir, &secret(), day(0)).unwrap();
    let others = zgoda_booth::demo::profile(day(0)).replace(event, "targi-inne-2026");
    store.set_profile(&others, day(0)).unwrap();
    let list = old.path().join("list");
    let list = SuppressionList::create(&list, None, &secret(), None, Cost::TEST).unwrap();
    let office = Office::new();
    let recipient = office.identity.to_public().to_string();
    let sealed = store.parcel(ledger, None, &list, &Sealer::Recipient(&recipient));
    let parcel = office.open(&sealed.unwrap()).unwrap();

    // A home that has a store of the parcel's event, and none in use.
    let mut here = booth::open(new.path(), None, day(0));
    booth::capture(&mut here, 1, day(0));
    drop(here);
    std::fs::remove_file(new.path().join("settings.json")).unwrap();
    let mut to = Booth::with_cost(new.path().to_owned(), Cost::TEST).unwrap();
    let refused = to.first_take_over(Language::Pl, &secret(), &parcel, day(1));
    assert_eq!(refused.unwrap_err().code(), "parcel_damaged");
    assert_eq!(
        to.events().unwrap(),
        [event],
        "it stays, and no other was made"
    );

    // Of the right event: that its store is there already is told, and it stays.
    let mut from = booth::open(tempfile::tempdir().unwrap().path(), None, day(0));
    let parcel = office.open(&office.sealed(&mut from, day(1))).unwrap();
    let refused = to.first_take_over(Language::Pl, &secret(), &parcel, day(1));
    assert_eq!(refused.unwrap_err().code(), "store_exists");
    assert_eq!(to.events().unwrap(), [event]);
}

#[test]
fn leads_decisions_and_what_waits_go_along_and_a_second_time_changes_nothing() {
    let (_old, new, mut from, mut to) = two();
    booth::capture(&mut from, 1, day(0));
    booth::capture(&mut from, 2, day(0));
    booth::capture(&mut to, 3, day(0));
    let office = Office::new();
    let sealed = office.sealed(&mut from, day(1));
    for value in ["Osoba", "osoba1@", "newsletter"] {
        let found = sealed
            .windows(value.len())
            .any(|part| part == value.as_bytes());
        assert!(!found, "{value} can be read");
    }
    let parcel = office.open(&sealed).unwrap();
    let moved = to.move_in(&parcel, day(1)).unwrap();
    assert_eq!((moved.added, moved.known, moved.waiting), (2, 0, 3));
    assert_eq!(names(&mut to), ["Osoba 1", "Osoba 2", "Osoba 3"]);
    assert_eq!(kinds(&mut to), [outbox::Kind::Upsert; 3]);

    let again = to.move_in(&parcel, day(1)).unwrap();
    assert!(again.before, "{again:?}");
    assert_eq!(names(&mut to).len(), 3);
    assert_eq!(kinds(&mut to).len(), 3);

    // The whole lead came: its decisions, its receipt, its history; and it is told to the CRM from here.
    let lead = id(&mut to, 1);
    let (here, there) = (
        to.lead(lead, day(1)).unwrap(),
        from.lead(lead, day(1)).unwrap(),
    );
    assert_eq!(here.decisions.len(), there.decisions.len());
    assert_eq!(here.timeline.len(), 1);
    assert_eq!(
        to.receipt(lead).unwrap().code,
        from.receipt(lead).unwrap().code
    );
    let to = Mutex::new(to);
    let synced = sync::run(&to, None, || day(1), |_| ()).unwrap();
    assert_eq!(synced.confirmed, 3);
    let handed = std::fs::read_to_string(new.path().join("handed-over/leads.jsonl")).unwrap();
    assert_eq!(handed.lines().count(), 3);
}

#[test]
fn of_two_revisions_the_newer_counts_and_what_the_crm_confirmed_is_not_told_again() {
    let (_old, _new, mut from, mut to) = two();
    for number in 1..=3 {
        booth::capture(&mut from, number, day(0));
    }
    let office = Office::new();
    office.pass(&mut from, &mut to, day(0));
    let (one, two, three) = (id(&mut to, 1), id(&mut to, 2), id(&mut to, 3));

    // Changed here, changed there, and forgotten here after the CRM confirmed it.
    to.promise_kept(one, "send_offer", day(1)).unwrap();
    from.promise_kept(two, "send_offer", day(1)).unwrap();
    to.promise_kept(three, "send_offer", day(1)).unwrap();
    let guard = Mutex::new(to);
    sync::run(&guard, None, || day(1), |_| ()).unwrap();
    let mut to = guard.into_inner().unwrap();
    assert_eq!(names(&mut to), ["Osoba 2"]);

    let moved = office.pass(&mut from, &mut to, day(2));
    assert_eq!((moved.added, moved.renewed, moved.known), (0, 1, 2));
    assert_eq!(names(&mut to), ["Osoba 2"]);
    assert!(
        to.lead(two, day(2)).unwrap().row.promises[0]
            .kept_at
            .is_some()
    );
    assert_eq!(kinds(&mut to), [outbox::Kind::Upsert]);
}

#[test]
fn whoever_is_erased_on_either_side_stays_erased_and_the_crm_is_told() {
    let (_old, new, mut from, mut to) = two();
    booth::capture(&mut to, 4, day(0));
    let office = Office::new();
    office.pass(&mut to, &mut from, day(0));
    for number in 1..=3 {
        booth::capture(&mut from, number, day(0));
    }
    office.pass(&mut from, &mut to, day(0));
    let (one, two, three) = (id(&mut to, 1), id(&mut to, 2), id(&mut to, 3));
    from.erase(two, Act::Terminal, day(1)).unwrap();
    // Erased here before any word to the CRM, which the other device may have told, and then does.
    to.erase(one, Act::Terminal, day(1)).unwrap();
    to.erase(three, Act::Terminal, day(1)).unwrap();
    use outbox::Kind::{Erase, Upsert};
    assert_eq!(kinds(&mut to), [Upsert, Upsert, Erase, Erase]);
    let guard = Mutex::new(from);
    sync::run(&guard, None, || day(1), |_| ()).unwrap();
    let mut from = guard.into_inner().unwrap();

    let moved = office.pass(&mut from, &mut to, day(2));
    assert_eq!((moved.added, moved.erased), (0, 1));
    assert_eq!(names(&mut to), ["Osoba 4"]);
    let told: Vec<_> = to
        .outbox()
        .unwrap()
        .into_iter()
        .filter(|row| row.kind == outbox::Kind::Erase)
        .map(|row| row.lead)
        .collect();
    assert!(told.contains(&one) && told.contains(&three), "{told:?}");
    assert_eq!(told.len(), 3, "{told:?}");
    let left = booth::files_with(new.path(), "", "Osoba");
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn objections_go_along_though_the_lists_have_keys_of_their_own() {
    let (_old, _new, mut from, mut to) = two();
    from.suppress("nikt@nigdzie.example\n+48 601 000 009")
        .unwrap();
    to.suppress("inny@gdzies.example").unwrap();
    booth::capture(&mut from, 1, day(0));
    let who = Who::email("osoba1@firma1.example");
    from.object(
        &who,
        &zgoda_core::withdraw::Scope::Marketing,
        Act::Terminal,
        day(0),
    )
    .unwrap();
    let office = Office::new();
    office.pass(&mut from, &mut to, day(1));
    for address in [
        "nikt@nigdzie.example",
        "601 000 009",
        "inny@gdzies.example",
        "osoba1@firma1.example",
    ] {
        assert!(!to.suppressed(address).unwrap().is_nothing(), "{address}");
    }
    assert!(to.suppressed("ktos@inny.example").unwrap().is_nothing());
    let listed = to.suppression().unwrap().listed;
    office.pass(&mut from, &mut to, day(2));
    assert_eq!(to.suppression().unwrap().listed, listed);

    // On to a third device, which knows neither key.
    let third = tempfile::tempdir().unwrap();
    let profile = zgoda_booth::demo::profile(day(0));
    let mut third = booth::open(third.path(), Some(&profile), day(2));
    office.pass(&mut to, &mut third, day(3));
    assert!(
        !third
            .suppressed("nikt@nigdzie.example")
            .unwrap()
            .is_nothing()
    );
    assert_eq!(names(&mut third), ["Osoba 1"]);
}

#[test]
fn the_other_ledger_stays_whole_as_that_device_signed_it() {
    let (_old, _new, mut from, mut to) = two();
    booth::capture(&mut from, 1, day(0));
    let office = Office::new();
    let moved = office.pass(&mut from, &mut to, day(1));
    let kept = to.other_ledger(&moved.device).unwrap();
    let verified = zgoda_core::export::ledger::verify(&kept, None).unwrap();
    assert_eq!(verified.device, from.device().unwrap().device);
    let entries: Vec<Entry> = zgoda_core::export::ledger::entries(&kept);
    let told: Vec<Kind> = entries.iter().map(|entry| entry.kind).collect();
    assert_eq!(told, [Kind::Capture, Kind::MoveOut]);
    let own = to.ledger_export(day(1)).unwrap();
    assert!(zgoda_core::export::ledger::verify(&own, None).is_ok());
    assert_eq!(to.other_ledger("nobody").unwrap_err().code(), "no_device");
    // The person's consents are proved from here on.
    let form = zgoda_booth::report::Form::Csv;
    let (here, there) = (to.consents(form).unwrap(), from.consents(form).unwrap());
    assert_eq!(here, there);
    assert!(here.contains("newsletter"));
}

#[test]
fn consents_are_told_in_the_order_in_which_they_were_given_on_all_devices() {
    let (_old, _new, mut from, mut to) = two();
    booth::capture(&mut from, 1, day(0));
    let office = Office::new();
    office.pass(&mut from, &mut to, day(0));
    let lead = id(&mut to, 1);
    let newsletter = zgoda_core::withdraw::Scope::Consents;
    to.withdraw(&Who::Lead(lead), &newsletter, Act::Terminal, day(1))
        .unwrap();
    office.pass(&mut to, &mut from, day(2));
    let form = zgoda_booth::report::Form::Csv;
    let (here, there) = (from.consents(form).unwrap(), to.consents(form).unwrap());
    assert_eq!(here, there);
    let times = |booth: &mut Booth| {
        let lines = booth.lead(lead, day(2)).unwrap().timeline;
        lines.into_iter().map(|line| line.at).collect::<Vec<_>>()
    };
    assert!(times(&mut from).is_sorted());
    assert_eq!(times(&mut from), times(&mut to));
}

#[test]
fn a_file_that_is_refused_puts_nobody_on_the_list() {
    let (_old, _new, mut from, _to) = two();
    from.suppress("nikt@nigdzie.example").unwrap();
    let office = Office::new();
    let sealed = office.sealed(&mut from, day(1));
    let parcel = office.open(&sealed).unwrap();
    let newer = format!("{}\n# newer\n", zgoda_booth::demo::profile(day(0)));
    let another = newer.replace("targi-demo-2026", "jesien-2026");
    let home = tempfile::tempdir().unwrap();
    let mut of_another = booth::open(home.path(), Some(&another), day(0));
    let home = tempfile::tempdir().unwrap();
    let mut of_newer = booth::open(home.path(), Some(&newer), day(0));
    for (to, code) in [
        (&mut of_another, "other_event"),
        (&mut of_newer, "unknown_profile"),
    ] {
        assert_eq!(to.move_in(&parcel, day(1)).unwrap_err().code(), code);
        assert!(to.suppressed("nikt@nigdzie.example").unwrap().is_nothing());
    }
}

#[test]
fn a_changed_byte_a_wrong_passphrase_and_another_identity_are_refused() {
    let (_old, _new, mut from, mut to) = two();
    booth::capture(&mut from, 1, day(0));
    let office = Office::new();
    let sealed = office.sealed(&mut from, day(1));
    let step = sealed.len() / 40;
    for at in (0..sealed.len()).step_by(step) {
        let mut changed = sealed.clone();
        changed[at] ^= 1;
        assert!(office.open(&changed).is_err(), "byte {at}");
        assert!(office.open(&sealed[..at]).is_err(), "cut at {at}");
    }
    let stranger = Office::new().open(&sealed).unwrap_err();
    assert_eq!(stranger.code(), "wrong_identity");

    let text = |text: &str| String::from(text).into();
    let right = text("four words for a file");
    let sealed = from
        .move_out(&Sealer::Passphrase(&right), day(1), |sealed| {
            Ok::<_, Error>(sealed.to_vec())
        })
        .unwrap();
    let wrong = text("other words for a file");
    let refused = Parcel::open(&sealed, &Opener::Passphrase(&wrong)).unwrap_err();
    assert_eq!(refused.code(), "wrong_secret");
    assert_eq!(office.open(&sealed).unwrap_err().code(), "wrong_identity");
    let parcel = Parcel::open(&sealed, &Opener::Passphrase(&right)).unwrap();
    assert_eq!(to.move_in(&parcel, day(1)).unwrap().added, 1);
    let own = from.move_in(&parcel, day(1)).unwrap_err();
    assert_eq!(own.code(), "own_parcel");
    assert_eq!(names(&mut to), ["Osoba 1"]);
}

fn removed(booth: &mut Booth) -> Result<(), Error> {
    booth.event_remove("targi-demo-2026", &secret(), false, day(2))
}

fn is_moved(booth: &mut Booth) -> bool {
    booth.event_list().unwrap()[0].moved
}

fn nothing_in(home: &Path) -> bool {
    !home.join("events/targi-demo-2026").exists()
}

#[test]
fn the_end_of_the_event_after_its_hand_over_keeps_the_old_device_from_nothing() {
    let (old, _new, from, _to) = two();
    let guard = Mutex::new(from);
    booth::capture(&mut guard.lock().unwrap(), 1, day(0));
    sync::run(&guard, None, || day(1), |_| ()).unwrap();
    let mut from = guard.into_inner().unwrap();
    assert!(!is_moved(&mut from));
    Office::new().sealed(&mut from, day(1));
    assert!(is_moved(&mut from));
    let guard = Mutex::new(from);
    let view = zgoda_booth::closing::close(&guard, None, false, || day(1), |_| ()).unwrap();
    assert!(view.closed_at.is_some());
    let mut from = guard.into_inner().unwrap();
    assert!(is_moved(&mut from));
    from.reopen(day(1)).unwrap();
    assert!(is_moved(&mut from));
    // Somebody who comes after it lies nowhere else.
    booth::capture(&mut from, 2, day(1));
    assert!(!is_moved(&mut from));
    Office::new().sealed(&mut from, day(1));
    removed(&mut from).unwrap();
    assert!(nothing_in(old.path()));
}

#[test]
fn the_old_device_may_be_emptied_once_all_of_it_lies_sealed() {
    let (old, _new, mut from, _to) = two();
    booth::capture(&mut from, 1, day(0));
    assert_eq!(removed(&mut from).unwrap_err().code(), "unsynced");
    let refused = from.move_out(&Sealer::Recipient("age1nobody"), day(1), |_| {
        Ok::<_, Error>(())
    });
    assert_eq!(refused.unwrap_err().code(), "bad_recipient");
    let office = Office::new();
    let recipient = office.identity.to_public().to_string();
    // A file that could not be written moves nobody.
    let full = from.move_out(&Sealer::Recipient(&recipient), day(1), |_| {
        Err::<(), Error>(StoreError::DiskFull.into())
    });
    assert_eq!(full.unwrap_err().code(), "disk_full");
    assert_eq!(removed(&mut from).unwrap_err().code(), "unsynced");
    office.sealed(&mut from, day(1));
    booth::capture(&mut from, 2, day(1));
    assert_eq!(
        removed(&mut from).unwrap_err().code(),
        "unsynced",
        "somebody came after it"
    );
    office.sealed(&mut from, day(1));
    removed(&mut from).unwrap();
    assert!(nothing_in(old.path()));
    assert!(from.event_list().unwrap().is_empty());
}

#[test]
fn an_import_is_taken_back_but_for_who_has_answered_on_the_other_device() {
    let (_old, _new, mut from, mut to) = two();
    let list =
        "Name,Email,Newsletter\nOsoba 1,osoba1@firma1.example,Yes\nEwa Lis,ewa@lis.example,Yes\n";
    let statement = "language = \"en\"\ncollected = \"2026-11-18\"\n[[covers]]\npurpose = \"newsletter\"\n\
        channel = \"email\"\ncolumn = \"Newsletter\"\nversion = \"1\"\nwording = \"Send me the newsletter.\"\n";
    let statement = zgoda_core::list::Statement::read(statement).unwrap();
    from.list_open(list.as_bytes()).unwrap();
    let import = from.list_import(&statement, day(0)).unwrap();
    assert_eq!(import.counts.kept, 2);

    let office = Office::new();
    let later = day(0) + TimeDelta::hours(1);
    assert_eq!(office.pass(&mut from, &mut to, later).added, 2);
    booth::capture_again(&mut to, 1, later);
    office.pass(&mut to, &mut from, later);
    assert_eq!(from.list_undo(&import.id, later).unwrap(), 1);
    assert_eq!(names(&mut from), ["Osoba 1"]);
}
