//! Whatever happens in whatever order, the CRM hears of each lead in order, and of the erased nothing but what they took back
//! before, and that.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

mod listing;
mod support;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::{Just, ProptestConfig, Strategy, prop_oneof, proptest};
use support::{PASSPHRASE, PROFILE, happening, id, lead, local, salt, scratch, start};
use zgoda_core::LeadId;
use zgoda_core::ledger::{Choice, Happening, Kind};
use zgoda_core::outbox::{self, Answer, Body, Reason};
use zgoda_store::{Cost, Secret, Settled, State, Store};

#[derive(Clone, Debug)]
enum Step {
    Capture(u32),
    Change(u32),
    Withdraw(u32),
    Erase(u32),
    /// Everything that is due is sent; the answers come by this number.
    Sync(u8),
    /// Sent, then the program died.
    SyncAndDie,
    RetryAll,
    Wait(i64),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let person = 0_u32..3;
    let step = prop_oneof![
        3 => person.clone().prop_map(Step::Capture),
        2 => person.clone().prop_map(Step::Change),
        2 => person.clone().prop_map(Step::Withdraw),
        1 => person.prop_map(Step::Erase),
        4 => (0_u8..255).prop_map(Step::Sync),
        1 => Just(Step::SyncAndDie),
        1 => Just(Step::RetryAll),
        2 => (1_i64..4000).prop_map(Step::Wait),
    ];
    proptest::collection::vec(step, 1..30)
}

struct World {
    store: Store,
    now: DateTime<Utc>,
    /// The highest revision told of each lead.
    told: BTreeMap<LeadId, u32>,
    attempted: BTreeSet<LeadId>,
    erased: BTreeSet<LeadId>,
    /// Erased in the CRM.
    gone: BTreeSet<LeadId>,
}

impl World {
    fn step(&mut self, step: &Step) {
        let line = |number: u32, kind| happening(kind, &lead(number));
        match *step {
            Step::Capture(number) => {
                let new = lead(number);
                self.store
                    .capture(&new, &salt(number), line(number, Kind::Capture))
                    .unwrap();
            }
            Step::Change(number) => {
                if let Some(kept) = self.store.lead(id(number)).unwrap() {
                    let tell = Some(outbox::Kind::Upsert);
                    self.store
                        .change(&kept, line(number, Kind::Change), tell)
                        .unwrap();
                }
            }
            Step::Withdraw(number) => {
                if let Some(mut kept) = self.store.lead(id(number)).unwrap() {
                    for decision in kept
                        .decisions
                        .iter_mut()
                        .filter(|one| one.purpose == "call_back")
                    {
                        decision.given = false;
                    }
                    kept.re_minimise(&support::profile());
                    let tell = Some(outbox::Kind::Withdraw);
                    let withdrawn = Happening {
                        choices: kept.decisions.iter().map(Choice::from).collect(),
                        ..line(number, Kind::Withdraw)
                    };
                    self.store.change(&kept, withdrawn, tell).unwrap();
                }
            }
            Step::Erase(number) => {
                let before = self.queued(id(number));
                if self
                    .store
                    .erase(id(number), line(number, Kind::Erase))
                    .unwrap()
                {
                    self.erased.insert(id(number));
                    let mut expected = before;
                    expected.retain(|kind| *kind == outbox::Kind::Withdraw);
                    if self.attempted.contains(&id(number)) {
                        expected.push(outbox::Kind::Erase);
                    }
                    let queued = self.queued(id(number));
                    assert_eq!(
                        queued, expected,
                        "the CRM is told exactly where it may know"
                    );
                }
            }
            Step::Sync(answers) => self.sync(Some(answers)),
            Step::SyncAndDie => self.sync(None),
            Step::RetryAll => self.store.retry_all().unwrap(),
            Step::Wait(seconds) => self.now += TimeDelta::seconds(seconds),
        }
    }

    /// What is queued of a lead, in order.
    fn queued(&self, lead: LeadId) -> Vec<outbox::Kind> {
        let rows = self.store.outbox().unwrap().into_iter();
        let of_it = rows.filter(|row| row.lead == lead);
        of_it.map(|row| row.kind).collect()
    }

    fn sync(&mut self, answers: Option<u8>) {
        let due = self.store.due(self.now).unwrap();
        let leads: BTreeSet<_> = due.iter().map(|row| row.lead).collect();
        assert_eq!(leads.len(), due.len(), "of each lead one at a time");
        for (at, row) in due.iter().enumerate() {
            let earlier = self.store.outbox().unwrap().into_iter().filter(|other| {
                other.lead == row.lead && other.id < row.id && other.state != State::NeedsPerson
            });
            assert_eq!(earlier.count(), 0, "nothing overtakes what can still go");
            let message = self.store.message(row).unwrap().expect("something to say");
            let told = self.told.entry(row.lead).or_default();
            assert!(message.revision >= *told, "never an older revision");
            *told = message.revision;
            match message.body {
                Body::Upsert(_) | Body::Expire(_) => {
                    assert!(
                        !self.erased.contains(&row.lead),
                        "nothing new of the erased"
                    );
                }
                Body::Withdraw(_) => assert!(!self.gone.contains(&row.lead), "never after it"),
                Body::Erase => assert!(self.erased.contains(&row.lead)),
            }
            self.store.begin_attempt(&[row.id], self.now).unwrap();
            self.attempted.insert(row.lead);
            if let Some(answers) = answers {
                let answer = answer(answers.wrapping_add(u8::try_from(at).unwrap_or_default()));
                let line = Happening::new(Kind::Confirm, local());
                let settled = self.store.settle(row, &answer, self.now, line).unwrap();
                assert_ne!(settled, Settled::Gone);
                let confirmed = matches!(settled, Settled::Confirmed { .. });
                if confirmed && row.kind == outbox::Kind::Erase {
                    assert_eq!(self.queued(row.lead), [], "nothing is left of them");
                    self.gone.insert(row.lead);
                }
            }
        }
    }
}

fn answer(number: u8) -> Answer {
    match number % 5 {
        0 | 1 => Answer::Confirmed {
            crm_id: "crm".to_owned(),
        },
        2 => Answer::Retry {
            reason: Reason::Ambiguous,
            after: None,
        },
        3 => Answer::Retry {
            reason: Reason::Offline,
            after: None,
        },
        _ => Answer::NeedsPerson {
            reason: Reason::Refused,
        },
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_crm_hears_of_each_lead_in_order(steps in steps()) {
        let home = scratch();
        let secret = Secret::Passphrase(PASSPHRASE.to_owned().into());
        let mut store =
            Store::create(home.path(), "targi-demo-2026", &secret, None, Cost::TEST, start()).unwrap();
        store.set_profile(PROFILE, start()).unwrap();
        let mut world = World {
            store,
            now: start(),
            told: BTreeMap::new(),
            attempted: BTreeSet::new(),
            erased: BTreeSet::new(),
            gone: BTreeSet::new(),
        };
        for step in &steps {
            world.step(step);
        }
        listing::assert_listed(&world.store);

        // In the end everything is told, whatever came between.
        world.store.retry_all().unwrap();
        for _ in 0..100 {
            for row in world.store.due(world.now).unwrap() {
                world.store.begin_attempt(&[row.id], world.now).unwrap();
                let line = Happening::new(Kind::Confirm, local());
                let answer = Answer::Confirmed { crm_id: "crm".to_owned() };
                world.store.settle(&row, &answer, world.now, line).unwrap();
            }
        }
        assert_eq!(world.store.outbox().unwrap(), []);
        for kept in world.store.leads().unwrap() {
            assert!(kept.confirmed_at.is_some());
        }
        listing::assert_listed(&world.store);
        world.store.check().unwrap();
    }
}
