//! A whole booth behind a network that does what it likes: its store, its sync and its connector. Whatever happens to people
//! meanwhile, in whatever order, the CRM ends with exactly the unerased, once each, with what they agreed to.
#![allow(clippy::print_stdout)]

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use chrono::{DateTime, TimeDelta, Utc};
use zgoda_booth::crm::Secret;
use zgoda_booth::rights::Who;
use zgoda_booth::view::SyncView;
use zgoda_booth::{Error, sync};
use zgoda_core::withdraw::Scope;
use zgoda_core::{Act, BoxRef};

use crate::proxy::{self, Proxy};
use crate::schedule::{self, Dice, Running};
use crate::stand::{SECRET, Stand, address, now};

const SCHEDULES: u32 = 12;
const STEPS: u32 = 30;
const PEOPLE: usize = 6;

/// What the booth knows of one person.
#[derive(Default)]
struct Person {
    erased: bool,
    /// Names of what was withdrawn.
    withdrawn: BTreeSet<&'static str>,
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

    fn happen(&mut self, what: u64, whom: u64) {
        if what < 3 && self.people.len() < PEOPLE {
            self.people.push(Person::default());
            self.stand.captures(self.people.len());
            return;
        }
        let count = self.people.len();
        if count == 0 {
            return;
        }
        let at = usize::try_from(whom).unwrap() % count;
        let who = Who::email(&address(at + 1));
        let purpose = |name: &str| Scope::Box(BoxRef::whole(name.to_owned()));
        match what {
            0..5 => self.withdraw(at, "newsletter", &purpose("newsletter")),
            5 => self.withdraw(at, "call_back", &purpose("call_back")),
            6 => {
                self.withdraw(at, "send_offer", &purpose("send_offer"));
                self.withdraw(at, "newsletter", &Scope::Consents);
            }
            _ => {
                let mut booth = self.stand.booth.lock().unwrap();
                match booth.erase_person(&who, Act::Terminal, self.at) {
                    Ok(_) => self.people[at].erased = true,
                    Err(error) => assert!(self.people[at].erased, "{error}"),
                }
            }
        }
    }

    fn withdraw(&mut self, at: usize, name: &'static str, scope: &Scope) {
        let who = Who::email(&address(at + 1));
        let mut booth = self.stand.booth.lock().unwrap();
        let person = &mut self.people[at];
        match booth.withdraw(&who, scope, Act::Terminal, self.at) {
            Ok(taken) => {
                person.withdrawn.insert(name);
                person.erased |= taken.leads.iter().any(|lead| lead.erased);
            }
            Err(Error::NothingGiven) => {}
            Err(error) => assert!(person.erased, "{error}"),
        }
    }

    fn sync(&self) -> SyncView {
        let secret = Secret::new(SECRET);
        sync::run(&self.stand.booth, Some(&secret), || self.at, |_| ()).unwrap()
    }

    fn check(&self) {
        let leads = self.stand.leads.lock().unwrap();
        let mut there = BTreeMap::new();
        for lead in leads.values() {
            let mail = lead["emailAddress"].as_str();
            let mail = mail.unwrap_or_else(|| panic!("nobody's record: {lead}"));
            let mail = mail.to_owned();
            let permission = lead["cZgodaPermission"].as_str().unwrap();
            assert!(
                there.insert(mail, permission).is_none(),
                "somebody stands twice"
            );
        }
        for (at, person) in self.people.iter().enumerate() {
            let permission = there.remove(&address(at + 1));
            assert_eq!(permission.is_none(), person.erased, "person {}", at + 1);
            let Some(permission) = permission else {
                continue;
            };
            // Whoever took it back before the CRM heard of them said no there.
            let may = permission.contains("newsletter:email: yes");
            let withdrawn = person.withdrawn.contains("newsletter");
            assert_eq!(may, !withdrawn, "{permission}");
        }
        assert!(there.is_empty(), "nobody asked for {there:?}");
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
    let waits = || world.stand.booth.lock().unwrap().pending().unwrap().len();
    for _ in 0..40 {
        world.sync();
        if waits() == 0 {
            break;
        }
    }
    assert_eq!(waits(), 0, "something waits for ever");
    world.check();
    assert!(!world.proxy.was_followed(), "a redirect was followed");
    world.proxy.met()
}

#[test]
fn whatever_the_network_does_a_whole_booth_leaves_the_unerased_in_the_crm_once_each() {
    let mut met: BTreeMap<&str, u32> = BTreeMap::new();
    let mut done = 0;
    for number in schedule::numbers("ZGODA_BOOTH_SCHEDULES", SCHEDULES) {
        for (fault, times) in run(number) {
            *met.entry(fault).or_default() += times;
        }
        done += 1;
    }
    println!("{done} schedules of a whole booth: {met:?}");
    assert_eq!(
        met.len(),
        proxy::KINDS,
        "a kind of fault did not happen: {met:?}"
    );
}
