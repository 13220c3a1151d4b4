//! Faults of the imitation itself, request by request, in the schedules of the tests.

use std::sync::{Arc, Mutex};

use serde_json::json;
use zgoda_core::lead::Kept;
use zgoda_crm::Connector;

use super::{Deed, Server, bottle};
use crate::imagined::lead;
pub use crate::schedule::Row;
use crate::schedule::{self, Dice};

const LEADS: u32 = 6;
const STEPS: u32 = 40;

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

/// Runs schedule `number` with one device.
pub fn run(number: u64, server: &Server, connector: Box<dyn Connector>) -> Vec<Row> {
    let profile = bottle::offline();
    let leads = (0..LEADS).map(|n| lead(n, &profile)).collect();
    several(number, server, &mut [connector], leads)
}

/// As [`run`], of several devices to which `leads` are dealt in turn.
pub fn several(
    number: u64,
    server: &Server,
    devices: &mut [Box<dyn Connector>],
    leads: Vec<Kept>,
) -> Vec<Row> {
    let dice = Arc::new(Mutex::new(Dice::new(number)));
    let shared = dice.clone();
    server.fault(move |_| fault(&mut shared.lock().unwrap()));
    schedule::run(&dice, STEPS, devices, leads, || server.heal())
}
