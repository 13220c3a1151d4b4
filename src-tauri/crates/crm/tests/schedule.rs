//! Random schedules of faults, with edits, withdrawals, expiries and erasures among them: whatever order they come in,
//! the CRM ends with exactly the unerased leads, once each, as the booth last knew them.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

#[allow(unreachable_pub, dead_code)]
mod fake;
#[path = "../../../../tests/src/imagined.rs"]
#[allow(unreachable_pub, dead_code)]
mod imagined;
#[path = "../../../../tests/src/proxy.rs"]
#[allow(unreachable_pub, dead_code)]
mod proxy;
#[path = "../../../../tests/src/schedule.rs"]
#[allow(unreachable_pub, dead_code)]
mod schedule;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use fake::Server;
use fake::bottle::{offline, to};
use imagined::lead;
use proxy::{Proxy, Tally};
use schedule::{Dice, Row, Running};
use serde_json::Value as Json;
use zgoda_core::field::Field;

const SCHEDULES: u32 = 50;
const LEADS: u32 = 6;
const STEPS: u32 = 40;

fn run(number: u32) {
    let _running = Running(number);
    let server = Server::start();
    let connector = to(&server.webhook()).unwrap();
    let rows = fake::schedule::run(number.into(), &server, connector);
    compare(number, &rows, &server);
}

fn compare(number: u32, rows: &[Row], server: &Server) {
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

/// Runs a schedule through a proxy. Answers what it did.
fn run_by_proxy(number: u32) -> BTreeMap<&'static str, u32> {
    let _running = Running(number);
    let server = Server::start();
    let proxy = Proxy::before(server.address.trim_start_matches("http://"));
    let webhook = server.webhook();
    let (_, path) = webhook.split_once("/api/").unwrap();
    let mut devices = [to(&format!("http://{}/api/{path}", proxy.address)).unwrap()];
    let dice = Arc::new(Mutex::new(Dice::new(number.into())));
    proxy.harm(dice.clone());
    let leads = (0..LEADS).map(|n| lead(n, &offline())).collect();
    let rows = schedule::run(&dice, STEPS, &mut devices, leads, || proxy.heal());
    compare(number, &rows, &server);
    assert!(
        !proxy.was_followed(),
        "schedule {number}: a redirect was followed"
    );
    let ours = ["Bearer bcrm_pat_token", "Bearer webhook-key"].map(str::to_owned);
    assert!(proxy.tokens().is_subset(&BTreeSet::from(ours)));
    proxy.met()
}

#[test]
fn whatever_the_network_does_the_crm_ends_with_the_unerased_leads_once_each() {
    let mut tally = Tally::default();
    for number in schedule::numbers("ZGODA_SYNC_SCHEDULES", SCHEDULES) {
        tally.add(run_by_proxy(number));
    }
    tally.close("through a proxy");
}

#[test]
fn whatever_happens_on_the_way_the_crm_ends_with_the_unerased_leads_once_each() {
    (0..SCHEDULES).for_each(run);
}
