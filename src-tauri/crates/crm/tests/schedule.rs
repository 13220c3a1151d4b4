//! Random schedules of faults, with edits, withdrawals, expiries and erasures among them: whatever order they come in,
//! the CRM ends with exactly the unerased leads, once each, as the booth last knew them.
#![allow(clippy::unwrap_used)]

#[allow(unreachable_pub, dead_code)]
mod fake;
#[path = "../../../../tests/src/imagined.rs"]
#[allow(unreachable_pub, dead_code)]
mod imagined;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use fake::{Deed, Server};
use imagined::{lead, message, profile};
use serde_json::{Value as Json, json};
use zgoda_core::field::{Field, Value};
use zgoda_core::lead::Kept;
use zgoda_core::outbox::{Answer, Body, Message};
use zgoda_crm::{Connector, Secret};

const SCHEDULES: u64 = 50;
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
struct Row {
    kept: Kept,
    crm_id: Option<String>,
    waiting: Vec<Waiting>,
    erased: bool,
    withdrawn: bool,
    expired: bool,
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

fn run(number: u64) {
    let profile = profile("[crm]\nkind = \"file\"\nplain = true");
    let server = Server::start();
    let dice = Arc::new(Mutex::new(Dice(number)));
    let shared = dice.clone();
    server.fault(move |_| fault(&mut shared.lock().unwrap()));
    let mut here = profile.clone();
    here.crm.kind = "bottlecrm".to_owned();
    here.crm.url = Some(server.webhook());
    let secret = Secret::new("bcrm_pat_token webhook-key");
    let mut connector = zgoda_crm::connect(&here, Some(&secret), "".as_ref()).unwrap();
    let mut rows: Vec<Row> = (0..LEADS).map(|n| Row::new(lead(n, &profile))).collect();
    for _ in 0..STEPS {
        let (row, what) = {
            let mut dice = dice.lock().unwrap();
            (dice.throw(LEADS.into()), dice.throw(9))
        };
        rows[usize::try_from(row).unwrap()].happen(what);
        push(connector.as_mut(), &mut rows);
    }
    server.heal();
    while rows.iter().any(|row| !row.waiting.is_empty()) {
        push(connector.as_mut(), &mut rows);
    }
    compare(number, &rows, &server);
}

fn compare(number: u64, rows: &[Row], server: &Server) {
    let crm = server.crm.lock().unwrap();
    let mut there: BTreeMap<String, &Json> = BTreeMap::new();
    for lead in crm.leads.values() {
        let id = lead["external_id"].as_str().unwrap().to_owned();
        assert!(
            there.insert(id, lead).is_none(),
            "schedule {number}: a lead stands twice"
        );
    }
    for row in rows {
        let lead = there.remove(&row.kept.id.to_string());
        assert_eq!(lead.is_none(), row.erased, "schedule {number}");
        let Some(lead) = lead else { continue };
        let notes = lead["description"].as_str().unwrap();
        let note = row.kept.fields[&Field::Note].value.texts().join("");
        assert!(
            notes.contains(note.lines().next().unwrap()),
            "schedule {number}: {notes}"
        );
        assert_eq!(lead["phone"].is_null(), row.expired, "schedule {number}");
        let permission = lead["custom_fields"]["zgoda_permission"].as_str().unwrap();
        let may = permission.contains("newsletter:email: yes");
        assert_eq!(may, !row.withdrawn, "schedule {number}: {permission}");
    }
    assert!(
        there.is_empty(),
        "schedule {number}: nobody asked for {there:?}"
    );
    let ours = ["Bearer bcrm_pat_token", "Bearer webhook-key"];
    assert!(
        crm.tokens
            .iter()
            .all(|token| ours.contains(&token.as_str()))
    );
}

#[test]
fn whatever_happens_on_the_way_the_crm_ends_with_the_unerased_leads_once_each() {
    (0..SCHEDULES).for_each(run);
}
