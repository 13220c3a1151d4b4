//! A whole booth behind a network that does what it likes: its store, its sync and its connector. Whatever happens to people
//! meanwhile, in whatever order, the CRM ends with exactly the unerased, once each, with what they agreed to.
#![allow(clippy::print_stdout)]

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use chrono::{DateTime, TimeDelta, Utc};
use zgoda_booth::crm::Secret;
use zgoda_booth::rights::Who;
use zgoda_booth::view::SyncView;
use zgoda_booth::{Booth, Error, sync};
use zgoda_core::withdraw::Scope;
use zgoda_core::{Act, BoxRef, Field, Value};
use zgoda_tests::booth;

use crate::proxy::{Proxy, Tally};
use crate::schedule::{self, Dice, Running};
use crate::stand::{SECRET, Stand, address, now};

const SCHEDULES: u32 = 12;
const STEPS: u32 = 30;
const PEOPLE: usize = 6;

#[derive(Clone, Copy, Default)]
struct Person {
    erased: bool,
    /// They answered more than once: a lead that is forgotten here gets another beside it, and what the one took back bars
    /// the other in the CRM, whatever it says.
    again: bool,
}

struct World {
    stand: Stand,
    proxy: Proxy,
    people: Vec<Person>,
    at: DateTime<Utc>,
}

impl World {
    fn new() -> Self {
        let proxy = RefCell::new(None);
        let stand = Stand::with(|toml| {
            let (_, rest) = toml.split_once("url = \"http://").unwrap();
            let upstream = rest.split('"').next().unwrap();
            let before = Proxy::before(upstream);
            let toml = toml.replace(upstream, &before.address);
            proxy.replace(Some(before));
            toml
        });
        Self {
            stand,
            proxy: proxy.take().unwrap(),
            people: Vec::new(),
            at: now(),
        }
    }

    /// Something happens to somebody.
    fn happen(&mut self, what: u64, whom: u64) {
        let count = self.people.len();
        if what < 3 && count < PEOPLE {
            self.people.push(Person::default());
            self.stand.captures(count + 1);
            return;
        }
        let at = usize::try_from(whom).unwrap() % count.max(1);
        let Some(person) = self.people.get_mut(at).filter(|one| !one.erased) else {
            return;
        };
        let (number, now) = (at + 1, self.at);
        let who = Who::email(&address(number));
        let booth = &mut *self.stand.booth.lock().unwrap();
        let purpose = |name: &str| Scope::Box(BoxRef::whole(name.to_owned()));
        match what {
            0 => {
                booth::capture_again(booth, number, now);
                person.again = true;
            }
            1..3 => {
                let company = Value::Text(format!("Firma {number} {now}").as_str().into());
                let edits = [(Field::Company, Some(company))].into();
                match booth.correct(&who, &edits, now) {
                    Ok(_) | Err(Error::NothingToCorrect) => {}
                    Err(error) => panic!("{error}"),
                }
            }
            3..5 => person.erased = withdraw(booth, &who, &purpose("newsletter"), now),
            5 => person.erased = withdraw(booth, &who, &purpose("send_offer"), now),
            6 => person.erased = withdraw(booth, &who, &Scope::Consents, now),
            _ => {
                booth.erase_person(&who, Act::Terminal, now).unwrap();
                person.erased = true;
            }
        }
    }

    /// How much has still to be told.
    fn waits(&self) -> usize {
        let mut booth = self.stand.booth.lock().unwrap();
        booth.pending().unwrap().len()
    }

    /// A press of the button, when the CRM may be reached again.
    fn sync(&mut self) -> SyncView {
        let secret = Secret::new(SECRET);
        let press = |at| sync::run(&self.stand.booth, Some(&secret), || at, |_| ());
        match press(self.at) {
            Err(Error::LeftAlone { until }) => {
                self.at = until;
                press(until).unwrap()
            }
            pressed => pressed.unwrap(),
        }
    }

    /// The CRM says what the booth says, and of nobody else.
    fn check(&self) {
        let leads = self.stand.leads.lock().unwrap();
        let mut there = BTreeMap::new();
        for lead in leads.values() {
            let mail = lead["emailAddress"].as_str();
            let mail = mail.unwrap_or_else(|| panic!("nobody's record: {lead}"));
            assert!(
                there.insert(mail.to_owned(), lead).is_none(),
                "{mail} stands twice"
            );
        }
        let mut booth = self.stand.booth.lock().unwrap();
        for (at, person) in self.people.iter().enumerate() {
            let lead = there.remove(&address(at + 1));
            assert_eq!(lead.is_none(), person.erased, "person {}", at + 1);
            let Some(lead) = lead else { continue };
            let known = booth.access(&Who::email(&address(at + 1))).unwrap().leads;
            let agrees = |purpose: &str| {
                let mut decisions = known.iter().flat_map(|lead| &lead.decisions);
                decisions.any(|one| one.purpose == purpose && one.given)
            };
            let permission = lead["cZgodaPermission"].as_str().unwrap();
            for (purpose, name) in [
                ("newsletter", "newsletter:email"),
                ("send_offer", "send_offer"),
            ] {
                let may = permission.contains(&format!("{name}: yes"));
                assert!(agrees(purpose) || !may, "{purpose}: {permission}");
                assert!(
                    may || person.again || !agrees(purpose),
                    "{purpose}: {permission}"
                );
            }
            let mut fields = known.iter().flat_map(|lead| &lead.fields);
            let company = fields.rfind(|one| one.field == Field::Company);
            if let Some(company) = company.and_then(|one| one.value.as_ref())
                && !person.again
            {
                assert_eq!(lead["accountName"], *company);
            }
        }
        assert!(there.is_empty(), "nobody asked for {there:?}");
    }
}

/// Answers whether nothing was left to keep the person for.
fn withdraw(booth: &mut Booth, who: &Who, scope: &Scope, now: DateTime<Utc>) -> bool {
    match booth.withdraw(who, scope, Act::Terminal, now) {
        Ok(_) | Err(Error::NothingGiven) => booth.access(who).is_err(),
        Err(error) => panic!("{error}"),
    }
}

/// Runs a schedule to its end, where nothing waits any more. Answers which faults happened.
fn run(number: u32) -> BTreeMap<&'static str, u32> {
    let _running = Running(number);
    let mut world = World::new();
    let dice = Arc::new(Mutex::new(Dice::new(number.into())));
    world.proxy.harm(dice.clone());
    let throw = |sides| dice.lock().unwrap().throw(sides);
    for _ in 0..STEPS {
        world.happen(throw(8), throw(100));
        world.at += TimeDelta::seconds(i64::try_from(throw(600)).unwrap());
        world.sync();
    }
    world.proxy.heal();
    for _ in 0..40 {
        world.sync();
        if world.waits() == 0 {
            break;
        }
    }
    assert_eq!(world.waits(), 0, "something waits for ever");
    world.check();
    assert!(!world.proxy.was_followed(), "a redirect was followed");
    world.proxy.met()
}

#[test]
fn whatever_the_network_does_a_whole_booth_leaves_the_unerased_in_the_crm_once_each() {
    let mut tally = Tally::default();
    for number in schedule::numbers("ZGODA_BOOTH_SCHEDULES", SCHEDULES) {
        tally.add(run(number));
    }
    tally.close("of a whole booth");
}
