//! A store's life from the first day to the last: made, filled, told to the CRM, forgotten, purged.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

mod listing;
mod support;

use std::path::Path;

use chrono::TimeDelta;
use support::{PASSPHRASE, PROFILE, day, happening, id, lead, local, salt, scratch, start};
use zgoda_core::identity::Identity;
use zgoda_core::ledger::{Happening, Kind, verify};
use zgoda_core::outbox::{self, Answer, Body, Reason};
use zgoda_core::{Field, LeadId};
use zgoda_store::{Among, Cost, Secret, Settled, State, Store};

fn secret() -> Secret {
    Secret::Passphrase(PASSPHRASE.to_owned().into())
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
    .expect("a new store");
    store.set_profile(PROFILE, start()).unwrap();
    store
}

fn open(directory: &Path) -> Store {
    Store::open(directory, &secret(), start()).expect("the store opens")
}

fn add(store: &mut Store, number: u32) {
    let lead = lead(number);
    store
        .capture(&lead, &salt(number), happening(Kind::Capture, &lead))
        .unwrap();
}

fn confirm(store: &mut Store, lead: LeadId) -> Settled {
    let row = store
        .due(day(1))
        .unwrap()
        .into_iter()
        .find(|row| row.lead == lead)
        .expect("a due row");
    store.message(&row).unwrap().expect("something to say");
    store.begin_attempt(&[row.id], day(1)).unwrap();
    let answer = Answer::Confirmed {
        crm_id: format!("crm-{lead}"),
    };
    store
        .settle(
            &row,
            &answer,
            day(1),
            Happening::new(Kind::Confirm, local()),
        )
        .unwrap()
}

#[test]
fn the_whole_way() {
    let home = scratch();
    let mut store = create(home.path());
    for number in 0..5 {
        add(&mut store, number);
    }
    store
        .decline(Happening::new(Kind::Decline, local()))
        .unwrap();
    drop(store);

    let mut store = open(home.path());
    let kept = store.lead(id(3)).unwrap().expect("stored");
    let made = lead(3);
    assert_eq!(kept.fields.len(), made.kept().fields.len());
    for (field, value) in &made.kept().fields {
        assert_eq!(kept.fields[field].value, value.value, "{field}");
    }
    assert_eq!(kept.decisions, made.kept().decisions);
    assert_eq!(kept.promises, made.kept().promises);
    assert_eq!(kept.captured_at, made.kept().captured_at);
    assert_eq!(store.leads().unwrap().len(), 5);
    assert_eq!(
        store
            .page("ZOLW-0003 los", Among::All, None, 9)
            .unwrap()
            .0
            .len(),
        1
    );
    assert_eq!(store.outbox().unwrap().len(), 5);

    let same = store
        .find_same(&Identity::of_email(&support::email(2)))
        .unwrap()
        .expect("known");
    assert_eq!((same.lead, same.forgotten), (id(2), false));
    let same = store
        .find_same(&Identity::of_phone("0048 500 000002"))
        .unwrap();
    assert_eq!(same.map(|same| same.lead), Some(id(2)));

    for number in 0..3 {
        assert_eq!(
            confirm(&mut store, id(number)),
            Settled::Confirmed { again: false }
        );
    }
    assert_eq!(store.outbox().unwrap().len(), 2);

    // An open promise holds the local copy; keeping it lets go.
    let purge = |number| vec![(id(number), happening(Kind::Purge, &lead(number)))];
    assert_eq!(store.forget(purge(0), day(1)).unwrap(), []);
    let mut kept = store.lead(id(0)).unwrap().unwrap();
    assert!(kept.keep_promise("send_offer", day(2), &support::profile()));
    store
        .change(
            &kept,
            happening(Kind::Change, &lead(0)),
            Some(outbox::Kind::Upsert),
        )
        .unwrap();
    assert_eq!(
        store.forget(purge(0), day(2)).unwrap(),
        [],
        "the newest revision is not told yet"
    );
    confirm_at(&mut store, id(0), 3);
    assert_eq!(store.forget(purge(0), day(3)).unwrap(), [id(0)]);
    listing::assert_listed(&store);
    assert!(store.purge_due().unwrap());
    store.rotate(day(3)).unwrap();
    assert!(!store.purge_due().unwrap());

    assert!(store.lead(id(0)).unwrap().is_none());
    let same = store
        .find_same(&Identity::of_email(&support::email(0)))
        .unwrap()
        .expect("a stub");
    assert!(same.forgotten);
    assert_eq!(store.stubs().unwrap()[0].crm_id, format!("crm-{}", id(0)));
    drop(store);

    let store = open(home.path());
    assert_eq!(store.leads().unwrap().len(), 4);
    let lines = store.ledger_lines().unwrap();
    assert_eq!(
        verify(lines.iter().map(String::as_str)),
        Ok(store.head().unwrap())
    );
    store.check().unwrap();
    let counts = store.counts().unwrap();
    assert_eq!(
        (
            counts.captured,
            counts.declined,
            counts.stubs,
            counts.waiting
        ),
        (5, 1, 1, 2)
    );
}

fn confirm_at(store: &mut Store, lead: LeadId, on: i64) {
    let row = store
        .due(day(on))
        .unwrap()
        .into_iter()
        .find(|row| row.lead == lead)
        .unwrap();
    store.begin_attempt(&[row.id], day(on)).unwrap();
    let answer = Answer::Confirmed {
        crm_id: format!("crm-{lead}"),
    };
    store
        .settle(
            &row,
            &answer,
            day(on),
            Happening::new(Kind::Confirm, local()),
        )
        .unwrap();
}

#[test]
fn a_capture_repeated_is_one_capture() {
    let home = scratch();
    let mut store = create(home.path());
    add(&mut store, 1);
    let head = store.head().unwrap();
    add(&mut store, 1);
    assert_eq!(store.head().unwrap(), head);
    assert_eq!(store.outbox().unwrap().len(), 1);
}

#[test]
fn a_batch_reads_no_more_of_what_waits_than_it_takes() {
    let home = scratch();
    let mut store = create(home.path());
    (1..=30).for_each(|number| add(&mut store, number));
    assert_eq!(store.count_due(start()).unwrap(), 30);
    let mut read = 0;
    let batch = store.first_due(start(), 3, |row| {
        read += 1;
        row.lead != id(2)
    });
    let batch: Vec<LeadId> = batch.unwrap().iter().map(|row| row.lead).collect();
    assert_eq!((batch, read), (vec![id(1), id(3), id(4)], 4));
}

#[test]
fn a_change_while_it_travels_is_told_again() {
    let home = scratch();
    let mut store = create(home.path());
    add(&mut store, 1);
    let row = store.due(start()).unwrap().remove(0);
    store.begin_attempt(&[row.id], start()).unwrap();
    let kept = store.lead(id(1)).unwrap().unwrap();
    store
        .change(
            &kept,
            happening(Kind::Change, &lead(1)),
            Some(outbox::Kind::Upsert),
        )
        .unwrap();
    let answer = Answer::Confirmed {
        crm_id: "7".to_owned(),
    };
    let settled = store.settle(
        &row,
        &answer,
        day(1),
        Happening::new(Kind::Confirm, local()),
    );
    assert_eq!(settled.unwrap(), Settled::Confirmed { again: true });
    let row = store.due(day(1)).unwrap().remove(0);
    let message = store.message(&row).unwrap().unwrap();
    assert_eq!(
        (message.revision, message.crm_id.as_deref()),
        (2, Some("7"))
    );
}

#[test]
fn answers_put_rows_where_they_belong() {
    let home = scratch();
    let mut store = create(home.path());
    add(&mut store, 1);
    let line = || Happening::new(Kind::Confirm, local());
    let row = store.due(start()).unwrap().remove(0);
    let before = store.head().unwrap();

    store.begin_attempt(&[row.id], start()).unwrap();
    assert_eq!(
        store.outbox().unwrap()[0].state,
        State::InDoubt,
        "as after a crash"
    );
    let after = std::time::Duration::from_secs(60);
    let answer = Answer::Retry {
        reason: Reason::Throttled,
        after: Some(after),
    };
    let settled = store.settle(&row, &answer, start(), line()).unwrap();
    assert_eq!(
        settled,
        Settled::Waiting {
            until: start() + TimeDelta::seconds(60)
        }
    );
    assert!(
        store
            .due(start() + TimeDelta::seconds(59))
            .unwrap()
            .is_empty()
    );
    assert_eq!(
        store.due(start() + TimeDelta::seconds(60)).unwrap()[0].attempts,
        1
    );

    let answer = Answer::NeedsPerson {
        reason: Reason::Refused,
    };
    assert_eq!(
        store.settle(&row, &answer, start(), line()).unwrap(),
        Settled::SetAside
    );
    assert!(store.due(day(9)).unwrap().is_empty());
    assert_eq!(
        store.head().unwrap(),
        before,
        "only a confirmation is told to the ledger"
    );
    store.retry_now(id(1)).unwrap();
    let row = store.due(start()).unwrap().remove(0);
    assert_eq!(
        (row.state, row.reason),
        (State::Waiting, Some(Reason::Refused))
    );
}

#[test]
fn erasing_tells_the_crm_only_what_it_may_know() {
    let home = scratch();
    let mut store = create(home.path());
    for number in 1..=3 {
        add(&mut store, number);
    }
    confirm(&mut store, id(2));
    let row = store
        .due(day(1))
        .unwrap()
        .into_iter()
        .find(|row| row.lead == id(3))
        .unwrap();
    store.begin_attempt(&[row.id], day(1)).unwrap();

    for number in 1..=3 {
        let lead = lead(number);
        assert!(
            store
                .erase(id(number), happening(Kind::Erase, &lead))
                .unwrap()
        );
        assert!(store.was_erased(id(number)).unwrap());
        assert!(
            !store
                .erase(id(number), happening(Kind::Erase, &lead))
                .unwrap()
        );
    }
    let rows = store.outbox().unwrap();
    let told: Vec<_> = rows.iter().map(|row| (row.lead, row.kind)).collect();
    assert_eq!(
        told,
        [(id(2), outbox::Kind::Erase), (id(3), outbox::Kind::Erase)]
    );
    let message = store.message(&rows[0]).unwrap().unwrap();
    assert_eq!(message.crm_id, Some(format!("crm-{}", id(2))));
    assert!(matches!(message.body, Body::Erase));
    let late = Answer::Confirmed {
        crm_id: "late".to_owned(),
    };
    let settled = store.settle(&row, &late, day(1), Happening::new(Kind::Confirm, local()));
    assert_eq!(settled.unwrap(), Settled::Gone);
    add(&mut store, 2);
    assert!(
        store.lead(id(2)).unwrap().is_none(),
        "an erased lead does not come back"
    );
}

#[test]
fn an_erasure_amid_a_sync_names_the_id_that_came_back() {
    let home = scratch();
    let mut store = create(home.path());
    add(&mut store, 1);
    let row = store.due(day(1)).unwrap().remove(0);
    store.begin_attempt(&[row.id], day(1)).unwrap();
    assert!(
        store
            .erase(id(1), happening(Kind::Erase, &lead(1)))
            .unwrap()
    );
    let answer = Answer::Confirmed {
        crm_id: "crm-1".to_owned(),
    };
    let line = Happening::new(Kind::Confirm, local());
    let settled = store.settle(&row, &answer, day(1), line).unwrap();
    assert_eq!(settled, Settled::Gone);
    let erase = store.due(day(1)).unwrap().remove(0);
    let message = store.message(&erase).unwrap().unwrap();
    assert_eq!(message.crm_id.as_deref(), Some("crm-1"));
    assert!(matches!(message.body, Body::Erase));
}

#[test]
fn what_waits_behind_a_row_that_was_set_aside_has_no_time() {
    let home = scratch();
    let mut store = create(home.path());
    assert_eq!(store.next_due().unwrap(), None);
    add(&mut store, 1);
    confirm(&mut store, id(1));
    let kept = store.lead(id(1)).unwrap().unwrap();
    let withdrawal = happening(Kind::Withdraw, &lead(1));
    let kind = outbox::Kind::Withdraw;
    store.change(&kept, withdrawal, Some(kind)).unwrap();
    let row = store.due(day(1)).unwrap().remove(0);
    assert_eq!(store.next_due().unwrap(), Some(row.next_at));
    store.begin_attempt(&[row.id], day(1)).unwrap();
    let answer = Answer::NeedsPerson {
        reason: Reason::SignIn,
    };
    let line = || Happening::new(Kind::Confirm, local());
    store.settle(&row, &answer, day(1), line()).unwrap();
    let edit = happening(Kind::Change, &lead(1));
    store
        .change(&kept, edit, Some(outbox::Kind::Upsert))
        .unwrap();
    assert_eq!(store.outbox().unwrap().len(), 2);
    assert_eq!(store.due(day(9)).unwrap(), []);
    assert_eq!(store.next_due().unwrap(), None);
    store.put_back(|reason| reason == Reason::Settings).unwrap();
    assert_eq!(store.next_due().unwrap(), None);
    store.put_back(|reason| reason == Reason::SignIn).unwrap();
    assert_eq!(store.due(day(9)).unwrap().len(), 1);
}

#[test]
fn deadlines_end_fields_here_and_in_the_crm() {
    let home = scratch();
    let mut store = create(home.path());
    let profile = support::profile();
    add(&mut store, 1);
    add(&mut store, 2);
    confirm(&mut store, id(1));
    assert_eq!(store.expire(day(20), &profile).unwrap(), []);
    assert_eq!(
        store.expire(day(400), &profile).unwrap_err().code(),
        "clock"
    );
    store.trust_clock(day(400)).unwrap();

    let ended = store.expire(day(400), &profile).unwrap();
    assert_eq!(ended.len(), 2);
    assert!(ended[0].1.contains(&Field::Phone) && !ended[0].1.contains(&Field::Email));
    let kept = store.lead(id(2)).unwrap().unwrap();
    assert_eq!(
        kept.fields.keys().copied().collect::<Vec<_>>(),
        [Field::Name, Field::Email]
    );
    let rows = store.outbox().unwrap();
    let told: Vec<_> = rows.iter().map(|row| (row.lead, row.kind)).collect();
    let expected = [(id(2), outbox::Kind::Upsert), (id(1), outbox::Kind::Expire)];
    assert_eq!(told, expected, "whom the CRM never met it is not told of");

    store.trust_clock(day(800)).unwrap();
    assert_eq!(store.expire(day(800), &profile).unwrap().len(), 2);
    assert_eq!(store.leads().unwrap().len(), 0);
    assert_eq!(
        store.stubs().unwrap().len(),
        1,
        "until the CRM has cleared the rest"
    );
    for _ in 0..2 {
        let row = store.due(day(800)).unwrap().remove(0);
        store.begin_attempt(&[row.id], day(800)).unwrap();
        let answer = Answer::Confirmed {
            crm_id: String::new(),
        };
        store
            .settle(
                &row,
                &answer,
                day(800),
                Happening::new(Kind::Confirm, local()),
            )
            .unwrap();
    }
    assert_eq!(
        (store.stubs().unwrap().len(), store.outbox().unwrap().len()),
        (0, 0)
    );
}

#[test]
fn what_the_crm_holds_of_a_stub_is_cleared_when_its_time_comes() {
    let home = scratch();
    let mut store = create(home.path());
    store
        .set_profile(&support::profile_keeping("until_confirmed"), start())
        .unwrap();
    let profile = support::profile();
    add(&mut store, 1);
    confirm(&mut store, id(1));
    let purge = vec![(id(1), happening(Kind::Purge, &lead(1)))];
    assert_eq!(store.forget(purge, day(1)).unwrap(), [id(1)]);
    listing::assert_listed(&store);
    store.trust_clock(day(400)).unwrap();
    for _ in 0..2 {
        assert_eq!(store.expire(day(400), &profile).unwrap(), []);
        assert_eq!(store.outbox().unwrap().len(), 1, "told once");
    }
    let found = store
        .find_same(&Identity::of_phone("+48 500 000001"))
        .unwrap();
    assert_eq!(found, None, "the telephone's mark went with its deadline");
    assert!(
        store
            .find_same(&Identity::of_email(&support::email(1)))
            .unwrap()
            .is_some()
    );
}
