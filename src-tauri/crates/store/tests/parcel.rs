//! A store on its way to another device: cut off in the middle nothing has happened, and it can be done again.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod listing;
mod support;

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use chrono::TimeDelta;
use listing::assert_listed;
use support::{PASSPHRASE, PROFILE, happening, id, lead, local, profile, salt, scratch, start};
use zeroize::Zeroizing;
use zgoda_core::ledger::{Happening, Kind};
use zgoda_core::outbox::{self, Answer, Body};
use zgoda_core::withdraw::Scope;
use zgoda_core::{Act, Asker, BoxRef, Field, Language, Personal, Reply, SubjectRef, Value};
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
    let sealed = store.parcel(
        "signed".to_owned(),
        None,
        &list,
        &Sealer::Passphrase(&secret),
    );
    Parcel::open(&sealed.unwrap(), &Opener::Passphrase(&secret)).unwrap()
}

fn take_in(
    store: &mut Store,
    parcel: &Parcel,
    erased: impl Fn(&SubjectRef) -> Happening,
) -> TakenIn {
    let taken = Happening::new(Kind::MoveIn, local());
    let taken = store.take_in(parcel, "note", taken, erased).unwrap();
    assert_listed(store);
    taken
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

/// The two devices that hold person 1 in the same revision.
struct Two {
    from: Store,
    to: Store,
    homes: [tempfile::TempDir; 3],
    passed: usize,
}

impl Two {
    fn new() -> Self {
        let homes = [scratch(), scratch(), scratch()];
        let (mut from, to) = (store(homes[0].path()), store(homes[1].path()));
        capture(&mut from, 1);
        let mut two = Self {
            from,
            to,
            homes,
            passed: 0,
        };
        assert_eq!(two.pass().added, 1);
        two
    }

    fn pass(&mut self) -> TakenIn {
        self.passed += 1;
        let list = self.homes[2].path().join(self.passed.to_string());
        // Every parcel tells something that the one before did not.
        let line = Happening::new(Kind::MoveOut, local());
        self.from.decline(line).unwrap();
        take_in(&mut self.to, &parcel(&self.from, &list), erased)
    }
}

fn box_of(purpose: &str) -> Scope {
    Scope::Box(BoxRef {
        purpose: purpose.to_owned(),
        channel: None,
    })
}

/// The person takes back `scope`, so many hours after the capture.
fn withdraw(store: &mut Store, scope: &Scope, hours: i64) {
    let at = local() + TimeDelta::hours(hours);
    let mut kept = store.lead(id(1)).unwrap().unwrap();
    let withdrawn = kept.withdraw(scope, Act::Terminal, at, &profile());
    assert!(!withdrawn.is_nothing());
    let happening = Happening {
        subject: Some(kept.subject.clone()),
        choices: withdrawn.decisions.iter().map(Into::into).collect(),
        ..Happening::new(Kind::Withdraw, at)
    };
    store
        .change(&kept, happening, Some(outbox::Kind::Withdraw))
        .unwrap();
}

/// Staff write a note.
fn note(store: &mut Store, text: &str) {
    let mut kept = store.lead(id(1)).unwrap().unwrap();
    let value = Value::Text(Personal::multiline(text));
    kept.edit([(Field::Note, Some(value))].into(), &profile());
    let happening = happening(Kind::Change, &lead(1));
    store
        .change(&kept, happening, Some(outbox::Kind::Upsert))
        .unwrap();
}

/// Staff ask how many hectares there are.
fn answer(store: &mut Store) {
    let mut kept = store.lead(id(1)).unwrap().unwrap();
    let reply = Reply {
        question: "hectares".to_owned(),
        values: vec!["120".to_owned()],
    };
    let answers = profile().answered(&[], &[reply], &[Asker::Staff], Language::Pl);
    let value = Value::Answers(answers.unwrap());
    kept.edit([(Field::Answers, Some(value))].into(), &profile());
    let happening = happening(Kind::Change, &lead(1));
    store
        .change(&kept, happening, Some(outbox::Kind::Upsert))
        .unwrap();
}

/// The CRM is told all that waits, and confirms it.
fn sync(store: &mut Store) {
    for row in store.due(support::day(1)).unwrap() {
        store.begin_attempt(&[row.id], start()).unwrap();
        let answer = Answer::Confirmed {
            crm_id: "crm-1".to_owned(),
        };
        let line = Happening::new(Kind::Confirm, local());
        store.settle(&row, &answer, start(), line).unwrap();
    }
}

fn forget(store: &mut Store) {
    let line = happening(Kind::Purge, &lead(1));
    assert!(store.let_go(id(1), line).unwrap());
}

fn agrees(store: &Store, purpose: &str) -> bool {
    let kept = store.lead(id(1)).unwrap().unwrap();
    !kept.accepted(purpose).is_empty()
}

fn field(store: &Store, field: Field) -> Option<String> {
    let kept = store.lead(id(1)).unwrap().unwrap();
    let field = kept.fields.get(&field)?;
    Some(field.value.one_line().expose().to_owned())
}

fn queued(store: &Store) -> Vec<outbox::Kind> {
    let rows = store.outbox().unwrap();
    rows.iter().map(|row| row.kind).collect()
}

#[test]
fn a_withdrawal_here_is_not_lost_by_more_changes_there() {
    let mut two = Two::new();
    two.from.note_told(&[id(1)]).unwrap();
    note(&mut two.to, "first");
    note(&mut two.to, "second");
    withdraw(&mut two.from, &box_of("call_back"), 1);
    assert_eq!(two.pass().renewed, 1);
    assert!(!agrees(&two.to, "call_back") && agrees(&two.to, "newsletter"));
    assert_eq!(field(&two.to, Field::Note).as_deref(), Some("second"));
    assert_eq!(field(&two.to, Field::Phone), None);
    assert!(two.to.purge_due().unwrap(), "the number is made unreadable");
    assert_eq!(two.to.lead(id(1)).unwrap().unwrap().revision, 4);
    // What was queued for the CRM still says it.
    let rows = two.to.outbox().unwrap();
    let told = rows
        .iter()
        .filter_map(|row| two.to.message(row).unwrap())
        .any(|message| matches!(message.body, Body::Withdraw(all) if all.contains(&BoxRef::whole("call_back".to_owned()))));
    assert!(told && queued(&two.to).contains(&outbox::Kind::Upsert));
}

#[test]
fn a_withdrawal_there_is_not_lost_by_more_changes_here() {
    let mut two = Two::new();
    withdraw(&mut two.to, &box_of("call_back"), 1);
    note(&mut two.from, "first");
    note(&mut two.from, "second");
    two.pass();
    assert!(!agrees(&two.to, "call_back"));
    assert_eq!(field(&two.to, Field::Note).as_deref(), Some("second"));
    assert_eq!(field(&two.to, Field::Phone), None);
}

#[test]
fn of_as_many_changes_on_both_sides_the_crm_is_told_of_what_came_of_them() {
    let mut two = Two::new();
    note(&mut two.from, "known to the CRM");
    sync(&mut two.from);
    withdraw(&mut two.to, &box_of("call_back"), 1);
    two.pass();
    assert!(!agrees(&two.to, "call_back"));
    assert_eq!(two.to.lead(id(1)).unwrap().unwrap().revision, 3);
    let kinds = queued(&two.to);
    assert!(kinds.contains(&outbox::Kind::Upsert), "{kinds:?}");
    assert!(kinds.contains(&outbox::Kind::Expire), "{kinds:?}");
    // The same on both sides is told by nobody again.
    sync(&mut two.to);
    std::mem::swap(&mut two.from, &mut two.to);
    two.pass();
    std::mem::swap(&mut two.from, &mut two.to);
    assert!(two.from.lead(id(1)).unwrap().is_some_and(|kept| {
        let other = two.to.lead(id(1)).unwrap().unwrap();
        kept.says_the_same(&other) && kept.revision == other.revision
    }));
    assert!(!queued(&two.from).contains(&outbox::Kind::Upsert));
}

#[test]
fn a_yes_after_the_withdrawal_counts_on_both_sides() {
    let mut two = Two::new();
    withdraw(&mut two.to, &box_of("call_back"), 1);
    let mut anew = two.from.lead(id(1)).unwrap().unwrap();
    anew.captured_at += TimeDelta::hours(2);
    for decision in &mut anew.decisions {
        decision.at += TimeDelta::hours(2);
    }
    let line = happening(Kind::Capture, &lead(1));
    two.from
        .change(&anew, line, Some(outbox::Kind::Upsert))
        .unwrap();
    two.pass();
    assert!(agrees(&two.to, "call_back"));
    assert!(field(&two.to, Field::Phone).is_some());
}

#[test]
fn who_took_back_one_half_here_and_the_other_there_is_erased() {
    let mut two = Two::new();
    withdraw(&mut two.to, &Scope::Consents, 1);
    withdraw(&mut two.from, &box_of("send_offer"), 2);
    assert_eq!(two.pass().erased, 1);
    assert!(two.to.was_erased(id(1)).unwrap());
    let told = [
        outbox::Kind::Withdraw,
        outbox::Kind::Withdraw,
        outbox::Kind::Erase,
    ];
    assert_eq!(queued(&two.to), told, "both halves, and then the erasure");
}

#[test]
fn what_a_person_took_back_before_their_erasure_goes_along_with_it() {
    for known_here in [true, false] {
        let mut two = Two::new();
        capture(&mut two.from, 2);
        if known_here {
            // Erased here too, by the other device's word.
            two.pass();
        }
        sync(&mut two.from);
        let mut kept = two.from.lead(id(2)).unwrap().unwrap();
        let at = local() + TimeDelta::hours(1);
        let back = kept.withdraw(&Scope::Consents, Act::Terminal, at, &profile());
        let line = Happening {
            choices: back.decisions.iter().map(Into::into).collect(),
            ..happening(Kind::Withdraw, &lead(2))
        };
        let tell = Some(outbox::Kind::Withdraw);
        two.from.change(&kept, line, tell).unwrap();
        erase(&mut two.from, 2);
        two.pass();
        let rows = two.to.outbox().unwrap();
        let of_it = rows.iter().filter(|row| row.lead == id(2));
        let kinds: Vec<_> = of_it.clone().map(|row| row.kind).collect();
        let told = [outbox::Kind::Withdraw, outbox::Kind::Erase];
        assert_eq!(kinds, told, "known here: {known_here}");
        let revisions: BTreeSet<u32> = of_it.map(|row| row.revision).collect();
        assert_eq!(revisions.len(), 1, "{rows:?}");
    }
}

#[test]
fn what_was_taken_back_reaches_the_crm_though_the_other_device_forgot_the_lead() {
    for forgets_here in [true, false] {
        let mut two = Two::new();
        let (forgets, takes_back) = match forgets_here {
            true => (&mut two.to, &mut two.from),
            false => (&mut two.from, &mut two.to),
        };
        note(forgets, "told");
        sync(forgets);
        forget(forgets);
        withdraw(takes_back, &box_of("call_back"), 1);
        two.pass();
        assert!(two.to.lead(id(1)).unwrap().is_none());
        let rows = two.to.outbox().unwrap();
        let told = rows
            .iter()
            .filter_map(|row| two.to.message(row).unwrap())
            .map(|message| message.body)
            .any(|body| matches!(body, Body::Withdraw(all) if all.contains(&BoxRef::whole("call_back".to_owned()))));
        assert!(told, "{rows:?}");
        assert_eq!(two.to.crm_id(id(1)).unwrap().as_deref(), Some("crm-1"));
    }
}

/// The offer's answers stay needed; the call's, in a profile of before, went to the CRM in the same column.
#[test]
fn answers_of_what_was_taken_back_leave_the_crm_though_the_other_device_forgot_the_lead() {
    for forgets_here in [true, false] {
        let mut two = Two::new();
        let lists = "fields = [\"name\", \"company\", \"phone\"";
        let before = PROFILE.replacen(lists, &format!("{lists}, \"answers\""), 1);
        for store in [&mut two.from, &mut two.to] {
            store.set_profile(&before, start()).unwrap();
            store.set_profile(PROFILE, start()).unwrap();
            answer(store);
        }
        let (forgets, takes_back) = match forgets_here {
            true => (&mut two.to, &mut two.from),
            false => (&mut two.from, &mut two.to),
        };
        note(forgets, "told");
        sync(forgets);
        forget(forgets);
        withdraw(takes_back, &box_of("call_back"), 1);
        two.pass();
        let rows = two.to.outbox().unwrap();
        let told = rows
            .iter()
            .filter_map(|row| two.to.message(row).unwrap())
            .map(|message| message.body)
            .any(|body| matches!(body, Body::Expire(all) if all.contains(&Field::Answers)));
        assert!(told, "{rows:?}");
    }
}

/// The newsletter's answer ends there with the newsletter; the offer's stays, and the field with it.
#[test]
fn an_answer_that_ends_by_what_came_is_made_unreadable_though_others_stay() {
    let toml = PROFILE
        .replacen(
            "fields = [\"name\", \"email\"]",
            "fields = [\"name\", \"email\", \"answers\"]",
            1,
        )
        .replacen(
            "kind = \"number\"\nask = \"staff\"\npurpose = \"send_offer\"",
            "kind = \"number\"\nask = \"staff\"\npurpose = \"newsletter\"",
            1,
        );
    let mut two = Two::new();
    let reply = |question: &str, value: &str| Reply {
        question: question.to_owned(),
        values: vec![value.to_owned()],
    };
    let replies = [reply("machines", "seeder"), reply("hectares", "120")];
    let profile = zgoda_core::Profile::read(&toml).unwrap().0;
    for store in [&mut two.from, &mut two.to] {
        store.set_profile(&toml, start()).unwrap();
        let mut kept = store.lead(id(1)).unwrap().unwrap();
        let answers = profile.answered(&[], &replies, &[Asker::Staff], Language::Pl);
        let value = Value::Answers(answers.unwrap());
        kept.edit([(Field::Answers, Some(value))].into(), &profile);
        let happening = happening(Kind::Change, &lead(1));
        store.change(&kept, happening, None).unwrap();
        assert_eq!(kept.answers().len(), 2);
    }
    two.to.rotate(start()).unwrap();
    assert!(!two.to.purge_due().unwrap());

    let mut kept = two.from.lead(id(1)).unwrap().unwrap();
    kept.withdraw(
        &box_of("newsletter"),
        Act::Terminal,
        local() + TimeDelta::hours(1),
        &profile,
    );
    assert_eq!(kept.answers().len(), 1);
    let happening = happening(Kind::Withdraw, &lead(1));
    two.from.change(&kept, happening, None).unwrap();
    two.pass();
    let here = two.to.lead(id(1)).unwrap().unwrap();
    assert_eq!(here.answers().len(), 1);
    assert!(two.to.purge_due().unwrap());
}

#[test]
fn whoever_came_from_another_device_is_erased_in_the_crm_too() {
    let mut two = Two::new();
    erase(&mut two.to, 1);
    assert_eq!(queued(&two.to), [outbox::Kind::Erase]);

    // Forgotten here, and changed there since: the CRM's name for them stays known.
    let mut two = Two::new();
    sync(&mut two.to);
    forget(&mut two.to);
    note(&mut two.from, "newer");
    assert_eq!(two.pass().renewed, 1);
    assert_eq!(two.to.crm_id(id(1)).unwrap().as_deref(), Some("crm-1"));
}

#[test]
fn what_was_sealed_is_not_all_any_more_once_the_crm_was_told() {
    let home = scratch();
    let mut store = store(home.path());
    capture(&mut store, 1);
    let head = store.head().unwrap();
    let row = store.outbox().unwrap()[0].id;
    store.note_moved_out(&head).unwrap();
    assert!(store.moved_out().unwrap());
    store.begin_attempt(&[row], start()).unwrap();
    assert!(!store.moved_out().unwrap());
    store.note_moved_out(&head).unwrap();
    store.note_told(&[id(1)]).unwrap();
    assert!(!store.moved_out().unwrap());
}

#[test]
fn a_store_lives_as_long_as_the_references_that_it_took_in() {
    let homes = [scratch(), scratch(), scratch()];
    let (mut from, mut to) = (store(homes[0].path()), store(homes[1].path()));
    capture(&mut from, 1);
    sync(&mut from);
    forget(&mut from);
    let taken = take_in(
        &mut to,
        &parcel(&from, &homes[2].path().join("list")),
        erased,
    );
    assert_eq!((taken.added, taken.stubs), (0, 1));
    drop(to);
    let last = Store::last_deadline(homes[1].path()).unwrap();
    assert!(last.is_some());
    assert_eq!(last, Store::last_deadline(homes[0].path()).unwrap());
}

#[test]
fn a_store_under_a_newer_profile_waits_for_that_profile() {
    let homes = [scratch(), scratch(), scratch()];
    let (mut from, mut to) = (store(homes[0].path()), store(homes[1].path()));
    let newer = format!("{PROFILE}\n# newer\n");
    from.set_profile(&newer, start()).unwrap();
    capture(&mut from, 1);
    let parcel = parcel(&from, &homes[2].path().join("list"));
    let taken = Happening::new(Kind::MoveIn, local());
    let refused = to.take_in(&parcel, "note", taken, erased).unwrap_err();
    assert_eq!(refused.code(), "unknown_profile");
    assert!(to.leads().unwrap().is_empty() && to.other_devices().unwrap().is_empty());
    to.set_profile(&newer, start()).unwrap();
    assert_eq!(take_in(&mut to, &parcel, erased).added, 1);
}
