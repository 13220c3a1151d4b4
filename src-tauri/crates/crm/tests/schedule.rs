//! Random schedules of faults, with edits, withdrawals, expiries and erasures among them: whatever order they come in,
//! the CRM ends with exactly the unerased leads, once each, as the booth last knew them.
#![allow(clippy::unwrap_used)]

#[allow(unreachable_pub, dead_code)]
mod fake;
#[path = "../../../../tests/src/imagined.rs"]
#[allow(unreachable_pub, dead_code)]
mod imagined;

use std::collections::BTreeMap;

use fake::Server;
use fake::bottle::to;
use fake::schedule::Row;
use serde_json::Value as Json;
use zgoda_core::field::Field;

const SCHEDULES: u64 = 50;

fn run(number: u64) {
    let server = Server::start();
    let mut connector = to(&server.webhook()).unwrap();
    let rows = fake::schedule::run(number, &server, connector.as_mut());
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
