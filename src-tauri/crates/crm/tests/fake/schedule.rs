//! Schedules of faults and of what happens to leads meanwhile, each by its number.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use serde_json::json;
use zgoda_core::field::{Field, Value};
use zgoda_core::lead::Kept;
use zgoda_core::outbox::{Answer, Body, Message};
use zgoda_crm::Connector;

use super::{Deed, Server, bottle};
use crate::imagined::{lead, message};

const LEADS: u32 = 6;
const STEPS: u32 = 40;

/// A small generator (SplitMix64), so that a schedule can be run again by its number.
struct Dice(u64);

impl Dice {
    fn throw(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % sides
    }
}

/// One lead as the booth knows it, and what the CRM has still to be told of it.
pub struct Row {
    pub kept: Kept,
    crm_id: Option<String>,
    waiting: Vec<Waiting>,
    pub erased: bool,
    pub withdrawn: bool,
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
                let note = format!("Notatka {}.", self.kept.revision);
                let note = Value::Text(note.as_str().into());
                self.kept.fields.get_mut(&Field::Note).unwrap().value = note;
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
            Waiting::Withdraw => Body::Withdraw(BTreeSet::from(["newsletter".to_owned()])),
            Waiting::Expire => Body::Expire(BTreeSet::from([Field::Phone])),
            Waiting::Erase => Body::Erase,
        };
        let mut message = message(&self.kept, body);
        message.crm_id.clone_from(&self.crm_id);
        Some(message)
    }
}

fn fault(dice: &mut Dice) -> Option<Deed> {
    let page = |head: &str| Deed::Raw(format!("HTTP/1.1 {head}\r\n\r\n<html>").into_bytes());
    Some(match dice.throw(24) {
        0 => Deed::Cut,
        1 => Deed::After(Box::new(Deed::Cut)),
        2 => Deed::After(Box::new(page("502 Bad Gateway"))),
        3 => Deed::After(Box::new(page("200 OK"))),
        4 => page("404 Not Found"),
        5 => page("503 Busy"),
        6 => Deed::Answer(429, json!({})),
        7 => Deed::Answer(401, json!({ "detail": "expired" })),
        8 => Deed::After(Box::new(Deed::Raw(
            b"HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n{".to_vec(),
        ))),
        9 => Deed::Raw(b"HTTP/1.1 302 x\r\nLocation: http://192.0.2.1/\r\n\r\n".to_vec()),
        _ => return None,
    })
}

fn push(connector: &mut dyn Connector, rows: &mut [Row]) {
    let (at, messages): (Vec<usize>, Vec<Message>) = rows
        .iter()
        .enumerate()
        .filter_map(|(at, row)| Some((at, row.message()?)))
        .unzip();
    let answers = connector.push(&messages);
    assert_eq!(answers.len(), messages.len());
    for (at, answer) in at.into_iter().zip(answers) {
        match answer {
            Answer::Confirmed { crm_id } => {
                rows[at].crm_id = Some(crm_id);
                rows[at].waiting.remove(0);
            }
            Answer::NeedsPerson { reason } => assert!(reason.stops_all(), "{reason:?}"),
            Answer::Retry { .. } => {}
        }
    }
}

/// Runs schedule `number` to its end, where nothing waits any more. Answers what the booth then knows.
pub fn run(number: u64, server: &Server, connector: &mut dyn Connector) -> Vec<Row> {
    let dice = Arc::new(Mutex::new(Dice(number)));
    let shared = dice.clone();
    server.fault(move |_| fault(&mut shared.lock().unwrap()));
    let profile = bottle::offline();
    let mut rows: Vec<Row> = (0..LEADS).map(|n| Row::new(lead(n, &profile))).collect();
    for _ in 0..STEPS {
        let (row, what) = {
            let mut dice = dice.lock().unwrap();
            (dice.throw(LEADS.into()), dice.throw(9))
        };
        rows[usize::try_from(row).unwrap()].happen(what);
        push(connector, &mut rows);
    }
    server.heal();
    while rows.iter().any(|row| !row.waiting.is_empty()) {
        push(connector, &mut rows);
    }
    rows
}
