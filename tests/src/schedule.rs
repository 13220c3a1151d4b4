//! Schedules of faults and of what happens to leads meanwhile, each by its number.
#![allow(clippy::print_stdout)]

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use zgoda_core::BoxRef;
use zgoda_core::field::{Field, Value};
use zgoda_core::lead::Kept;
use zgoda_core::outbox::{Answer, Body, Message, Reason};
use zgoda_crm::Connector;

use crate::imagined::message;

/// A small generator (SplitMix64), so that a schedule can be run again by its number.
pub struct Dice(u64);

impl Dice {
    /// The dice of schedule `number`.
    pub const fn new(number: u64) -> Self {
        Self(number)
    }

    /// A number from 0 to one less than `sides`.
    pub fn throw(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % sides
    }
}

/// Which schedules a test runs, from 0 unless told otherwise by `ZGODA_FIRST_SCHEDULE`; every fiftieth is said.
pub fn numbers(wanted: &str, otherwise: u32) -> impl Iterator<Item = u32> {
    let first = told("ZGODA_FIRST_SCHEDULE", 0);
    (first..first + told(wanted, otherwise)).inspect(move |number| {
        if *number > first && (*number - first).is_multiple_of(50) {
            println!("schedules {first} to {} are done", number - 1);
        }
    })
}

/// A number that the environment tells: `make soak-sync` wants more.
pub fn told(name: &str, otherwise: u32) -> u32 {
    let told = std::env::var(name).ok().and_then(|told| told.parse().ok());
    told.unwrap_or(otherwise)
}

/// Says which schedule it was, where one ends with a panic, whatever that is about.
pub struct Running(pub u32);

impl Drop for Running {
    fn drop(&mut self) {
        if std::thread::panicking() {
            println!(
                "schedule {0} failed: ZGODA_FIRST_SCHEDULE={0} begins with it",
                self.0
            );
        }
    }
}

/// One lead as the booth knows it, and what the CRM has still to be told of it.
pub struct Row {
    /// As it is now.
    pub kept: Kept,
    crm_id: Option<String>,
    /// It was told once, whatever came of it.
    told: bool,
    waiting: Vec<Waiting>,
    /// The person was erased.
    pub erased: bool,
    /// The newsletter was withdrawn.
    pub withdrawn: bool,
    /// The telephone is past its deadline.
    pub expired: bool,
}

#[derive(Clone, Copy, PartialEq)]
enum Waiting {
    Upsert,
    Withdraw,
    Expire,
    Erase,
}

impl Row {
    fn new(kept: Kept) -> Self {
        Self {
            kept,
            crm_id: None,
            told: false,
            waiting: vec![Waiting::Upsert],
            erased: false,
            withdrawn: false,
            expired: false,
        }
    }

    fn happen(&mut self, what: u64) {
        if self.erased {
            return;
        }
        match what {
            0..5 => {
                self.kept.revision += 1;
                let note = format!(
                    "Notatka {} o {}.",
                    self.kept.revision,
                    self.kept.id.0.as_u128() % 10_007
                );
                let note = Value::Text(note.as_str().into());
                if let Some(kept) = self.kept.fields.get_mut(&Field::Note) {
                    kept.value = note;
                }
                self.wait(Waiting::Upsert);
            }
            5 => {
                self.kept.revision += 1;
                for decision in &mut self.kept.decisions {
                    decision.given &= decision.purpose != "newsletter";
                }
                self.withdrawn = true;
                self.wait(Waiting::Withdraw);
            }
            6 => {
                self.kept.revision += 1;
                self.kept.fields.remove(&Field::Phone);
                self.expired = true;
                self.wait(Waiting::Expire);
            }
            _ => {
                self.erased = true;
                self.waiting = vec![Waiting::Erase];
            }
        }
    }

    fn wait(&mut self, what: Waiting) {
        if !self.waiting.contains(&what) {
            self.waiting.push(what);
        }
    }

    fn message(&self) -> Option<Message> {
        let body = match self.waiting.first()? {
            Waiting::Upsert => Body::Upsert(Box::new(self.kept.clone())),
            Waiting::Withdraw => {
                Body::Withdraw(BTreeSet::from([BoxRef::whole("newsletter".to_owned())]))
            }
            Waiting::Expire => Body::Expire(BTreeSet::from([Field::Phone])),
            Waiting::Erase => Body::Erase,
        };
        let mut message = message(&self.kept, body);
        message.crm_id.clone_from(&self.crm_id);
        message.again = self.told;
        Some(message)
    }
}

/// Lets each device tell what it has to; the rows are dealt to them in turn.
fn push(devices: &mut [Box<dyn Connector>], rows: &mut [Row]) {
    let all = devices.len();
    for (device, connector) in devices.iter_mut().enumerate() {
        let own = (0..rows.len()).filter(|at| at % all == device);
        push_of(connector.as_mut(), rows, own.collect());
    }
}

fn push_of(connector: &mut dyn Connector, rows: &mut [Row], own: Vec<usize>) {
    let (at, messages): (Vec<usize>, Vec<Message>) = own
        .into_iter()
        .filter_map(|at| Some((at, rows[at].message()?)))
        .unzip();
    at.iter().for_each(|at| rows[*at].told = true);
    let answers = connector.push(&messages);
    assert_eq!(answers.len(), messages.len());
    for (at, answer) in at.into_iter().zip(answers) {
        match answer {
            Answer::Confirmed { crm_id } => {
                rows[at].crm_id = Some(crm_id);
                rows[at].waiting.remove(0);
            }
            // A person signs in, or looks and sends it again.
            Answer::NeedsPerson { reason } => {
                assert!(reason.stops_all() || reason == Reason::NoId, "{reason:?}");
            }
            Answer::Retry { .. } => {}
        }
    }
}

/// Runs schedule `number` to its end, where nothing waits any more: every step something happens to one of `leads`, which
/// are dealt to `devices` in turn, and each device tells what it has to. `heal` ends the faults, so that there is an end.
/// Answers what the booths then know.
///
/// # Panics
/// Where a lead is refused, which no fault of the way may bring about.
pub fn run(
    dice: &Mutex<Dice>,
    steps: u32,
    devices: &mut [Box<dyn Connector>],
    leads: Vec<Kept>,
    heal: impl FnOnce(),
) -> Vec<Row> {
    let mut rows: Vec<Row> = leads.into_iter().map(Row::new).collect();
    let count = rows.len() as u64;
    for _ in 0..steps {
        let (row, what) = {
            let mut dice = dice.lock().unwrap_or_else(PoisonError::into_inner);
            (dice.throw(count), dice.throw(9))
        };
        rows[usize::try_from(row).unwrap_or_default()].happen(what);
        push(devices, &mut rows);
    }
    heal();
    while rows.iter().any(|row| !row.waiting.is_empty()) {
        push(devices, &mut rows);
    }
    rows
}
