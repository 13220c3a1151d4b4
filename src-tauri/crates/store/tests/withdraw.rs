//! Taking back: what the CRM is told of it, box by box, and before an erasure.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

mod support;

use std::path::Path;

use chrono::TimeDelta;
use support::{PASSPHRASE, PROFILE, day, happening, id, lead, local, salt, scratch, start};
use zgoda_core::ledger::{Choice, Happening, Kind};
use zgoda_core::outbox::{self, Answer, Body, Message, Reason};
use zgoda_core::{Channel, Decision, Field};
use zgoda_store::{Cost, Secret, Settled, Store};

/// A store of one lead, whom the CRM has.
fn confirmed(home: &Path) -> Store {
    let secret = Secret::Passphrase(PASSPHRASE.to_owned().into());
    let mut store =
        Store::create(home, "targi-demo-2026", &secret, None, Cost::TEST, start()).unwrap();
    store.set_profile(PROFILE, start()).unwrap();
    let capture = happening(Kind::Capture, &lead(1));
    store.capture(&lead(1), &salt(1), capture).unwrap();
    let row = store.due(day(1)).unwrap().remove(0);
    store.begin_attempt(&[row.id], day(1)).unwrap();
    let answer = Answer::Confirmed {
        crm_id: "crm-1".to_owned(),
    };
    let line = Happening::new(Kind::Confirm, local());
    store.settle(&row, &answer, day(1), line).unwrap();
    store
}

/// The boxes that a message takes back, by name.
fn taken_back(message: &Message) -> Vec<String> {
    match &message.body {
        Body::Withdraw(boxes) => boxes.iter().map(ToString::to_string).collect(),
        body => panic!("a withdrawal, not {:?}", body.kind()),
    }
}

#[test]
fn a_withdrawal_shrinks_the_lead_and_reaches_the_crm() {
    let home = scratch();
    let mut store = confirmed(home.path());
    let mut kept = store.lead(id(1)).unwrap().unwrap();
    for decision in kept
        .decisions
        .iter_mut()
        .filter(|one| one.purpose == "call_back")
    {
        decision.given = false;
    }
    assert!(
        kept.re_minimise(&support::profile())
            .contains(&Field::Phone)
    );
    let mut withdrawn = happening(Kind::Withdraw, &lead(1));
    withdrawn.choices = kept.decisions.iter().map(Into::into).collect();
    store
        .change(&kept, withdrawn, Some(outbox::Kind::Withdraw))
        .unwrap();

    let rows = store.outbox().unwrap();
    let kinds: Vec<_> = rows.iter().map(|row| row.kind).collect();
    assert_eq!(kinds, [outbox::Kind::Withdraw, outbox::Kind::Expire]);
    let message = store.message(&rows[0]).unwrap().unwrap();
    assert_eq!(taken_back(&message), ["call_back"]);
    let message = store.message(&rows[1]).unwrap().unwrap();
    assert!(matches!(message.body, Body::Expire(fields) if fields == [Field::Phone].into()));
    assert_eq!(store.due(day(1)).unwrap().len(), 1, "one after the other");
}

#[test]
fn one_channel_is_taken_back_alone_and_what_was_agreed_to_anew_stands() {
    let home = scratch();
    let mut store = confirmed(home.path());
    let mut kept = store.lead(id(1)).unwrap().unwrap();
    let by_email = kept
        .decisions
        .iter()
        .find(|one| one.purpose == "newsletter");
    let by_phone = Decision {
        channel: Some(Channel::Phone),
        ..by_email.unwrap().clone()
    };
    kept.decisions.push(by_phone);
    store
        .change(&kept, happening(Kind::Change, &lead(1)), None)
        .unwrap();

    let mut withdraw = |store: &mut Store, channel| {
        let mut of_it = kept.decisions.iter_mut();
        let one = of_it.find(|one| one.purpose == "newsletter" && one.channel == Some(channel));
        let one = one.unwrap();
        one.given = false;
        let mut withdrawn = happening(Kind::Withdraw, &lead(1));
        withdrawn.choices = vec![Choice::from(&*one)];
        store
            .change(&kept, withdrawn, Some(outbox::Kind::Withdraw))
            .unwrap();
    };
    withdraw(&mut store, Channel::Email);
    withdraw(&mut store, Channel::Phone);
    let rows = store.outbox().unwrap();
    let told = |store: &mut Store, at: usize| {
        let message = store.message(&rows[at]).unwrap();
        message.map(|message| taken_back(&message))
    };
    let names = |names: &[&str]| Some(names.iter().map(|one| (*one).to_owned()).collect());
    assert_eq!(told(&mut store, 0), names(&["newsletter:email"]));
    assert_eq!(
        told(&mut store, 1),
        names(&["newsletter"]),
        "nothing of it stands"
    );

    // Agreed to anew by e-mail: the telephone's no is told, and the rest is not.
    for one in kept
        .decisions
        .iter_mut()
        .filter(|one| one.channel == Some(Channel::Email))
    {
        one.given = true;
    }
    store
        .change(&kept, happening(Kind::Change, &lead(1)), None)
        .unwrap();
    assert_eq!(told(&mut store, 0), None);
    assert_eq!(told(&mut store, 1), names(&["newsletter:phone"]));

    // So it is before their erasure.
    let newest = store.lead(id(1)).unwrap().unwrap().revision;
    let erase = happening(Kind::Erase, &lead(1));
    store.erase(id(1), erase).unwrap();
    let rows = store.outbox().unwrap();
    let kinds: Vec<_> = rows.iter().map(|row| row.kind).collect();
    assert_eq!(kinds, [outbox::Kind::Withdraw, outbox::Kind::Erase]);
    let message = store.message(&rows[0]).unwrap().unwrap();
    assert_eq!(taken_back(&message), ["newsletter:phone"]);
    assert_eq!(message.revision, newest, "no older than the lead was");
}

/// A store whose person took back everything and is erased.
fn erased(home: &Path) -> Store {
    let mut store = confirmed(home);
    let mut kept = store.lead(id(1)).unwrap().unwrap();
    for decision in &mut kept.decisions {
        decision.given = false;
    }
    let mut withdrawn = happening(Kind::Withdraw, &lead(1));
    withdrawn.choices = kept.decisions.iter().map(Into::into).collect();
    kept.re_minimise(&support::profile());
    store
        .change(&kept, withdrawn, Some(outbox::Kind::Withdraw))
        .unwrap();
    store
        .erase(id(1), happening(Kind::Erase, &lead(1)))
        .unwrap();

    store
}

#[test]
fn what_a_person_took_back_is_told_before_their_erasure() {
    let home = scratch();
    let mut store = erased(home.path());
    let rows = store.outbox().unwrap();
    let kinds: Vec<_> = rows.iter().map(|row| row.kind).collect();
    assert_eq!(kinds, [outbox::Kind::Withdraw, outbox::Kind::Erase]);
    let message = store.message(&rows[0]).unwrap().unwrap();
    assert_eq!(
        taken_back(&message),
        ["call_back", "newsletter", "send_offer"]
    );
    assert_eq!(message.crm_id.as_deref(), Some("crm-1"));
    assert_eq!(store.due(day(1)).unwrap(), rows[..1], "one after the other");
}

#[test]
fn an_erasure_waits_some_hours_for_a_withdrawal_at_which_the_crm_fails_and_no_longer() {
    let home = scratch();
    let mut store = erased(home.path());
    let mut now = day(1);
    let settle = |store: &mut Store, now, answer: &Answer| {
        let row = store.due(now).unwrap().remove(0);
        store.begin_attempt(&[row.id], now).unwrap();
        let line = Happening::new(Kind::Confirm, local());
        (row.kind, store.settle(&row, answer, now, line).unwrap())
    };
    let retry = |reason| Answer::Retry {
        reason,
        after: None,
    };
    for _ in 0..40 {
        // That there is no network says nothing against the withdrawal.
        let (kind, settled) = settle(&mut store, now, &retry(Reason::Offline));
        assert!(matches!(settled, Settled::Waiting { .. }));
        assert_eq!(kind, outbox::Kind::Withdraw);
        now += TimeDelta::hours(1);
    }
    let (_, settled) = settle(&mut store, now, &retry(Reason::ServerTrouble));
    assert!(matches!(settled, Settled::Waiting { .. }));
    now += TimeDelta::hours(1);
    let (kind, settled) = settle(&mut store, now, &retry(Reason::ServerTrouble));
    assert_eq!((kind, settled), (outbox::Kind::Withdraw, Settled::SetAside));
    let confirmed = Answer::Confirmed {
        crm_id: "crm-1".to_owned(),
    };
    let (kind, _) = settle(&mut store, now, &confirmed);
    assert_eq!(kind, outbox::Kind::Erase);
    assert_eq!(
        store.outbox().unwrap(),
        [],
        "nobody is left whom it is about"
    );
}
