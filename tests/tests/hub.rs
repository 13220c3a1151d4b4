//! The whole way to the hub and out of it, on a real PostgreSQL: captured, told, drained, and the rights that come later.
#![allow(clippy::unwrap_used)]

use std::path::Path;
use std::sync::Mutex;

use chrono::{DateTime, Utc};
use serde_json::{Value as Json, json};
use zgoda_booth::rights::{Who, look_up};
use zgoda_booth::view::SyncView;
use zgoda_booth::{Booth, Query, sync};
use zgoda_core::device::{Certificate, HEAD_OFFICE};
use zgoda_core::note::{SecretKey, Verifier};
use zgoda_core::receipt::Code;
use zgoda_core::withdraw::Scope;
use zgoda_core::{Act, LeadId, status};
use zgoda_crm::{HUB_SQL, Secret};
use zgoda_tests::booth;
use zgoda_tests::postgres::{Hub, PASSWORD, Server};

fn now() -> DateTime<Utc> {
    "2026-11-24T10:00:00Z".parse().unwrap()
}

/// The demo's profile for device number `n` of `hub`, with head office's key.
fn profile(hub: &Hub<'_>, n: usize, office: &SecretKey) -> String {
    let section = format!("[crm]\nkind = \"postgres\"\nurl = \"{}\"\n", hub.device(n));
    let key = Verifier {
        name: HEAD_OFFICE.to_owned(),
        key: office.public(),
    };
    let toml = zgoda_booth::demo::profile(now())
        .replace("[crm]\nkind = \"file\"\nplain = true\n", &section)
        .replace(
            "[receipt]",
            &format!("[receipt]\nhead_office_key = \"{key}\""),
        )
        .replace("until_promise_kept", "until_confirmed");
    assert!(toml.contains(&section) && toml.contains("head_office_key"));
    toml
}

/// Device number `n`, certified by head office.
fn device(home: &Path, hub: &Hub<'_>, n: usize) -> Mutex<Booth> {
    let office = SecretKey::from_bytes(&[9; 32]);
    let mut open = booth::open(home, Some(&profile(hub, n, &office)), now());
    let device: Verifier = open.device().unwrap().key.parse().unwrap();
    let (from, until) = ("2026-11-01".parse().unwrap(), "2027-11-01".parse().unwrap());
    let id = zgoda_core::device::of_name(&device.name).unwrap();
    let certificate = Certificate::issue(&office, id, device.key, from, until);
    open.take_certificate(&certificate.to_string(), now())
        .unwrap();
    Mutex::new(open)
}

fn synced(booth: &Mutex<Booth>) -> SyncView {
    let view = sync::run(booth, Some(&Secret::new(PASSWORD)), now, |_| ()).unwrap();
    assert_eq!(
        (view.stopped, view.waiting, view.needs_person),
        (None, 0, 0)
    );
    view
}

fn first_lead(booth: &Mutex<Booth>) -> LeadId {
    let leads = booth.lock().unwrap().leads(&Query::default(), now());
    leads.unwrap()[0].id
}

/// What a drainer does, with a CRM that takes everything. Answers what it saw.
fn drained(hub: &Hub<'_>) -> Vec<Json> {
    let waiting = hub.rows("select * from hub.waiting(1000)");
    for row in &waiting {
        let (id, waits) = (row["id"].as_str().unwrap(), row["waits"].as_str().unwrap());
        let confirmed = hub.sql(&format!("select hub.confirm('{id}', '{waits}')"));
        assert_eq!(confirmed, "t");
    }
    assert_eq!(
        hub.sql("select count(*) from hub.lead where lead::text like '%osoba%'"),
        "0"
    );
    waiting
}

#[test]
fn twenty_people_captured_are_twenty_in_the_hub_and_none_once_it_is_drained() {
    let server = Server::start(None);
    let hub = server.hub(HUB_SQL);
    let home = tempfile::tempdir().unwrap();
    let here = device(home.path(), &hub, 1);
    for number in 0..20 {
        booth::capture(&mut here.lock().unwrap(), number, now());
    }
    let lead = first_lead(&here);
    let first = synced(&here);
    assert_eq!((first.confirmed, first.forgotten), (20, 20));
    assert_eq!(synced(&here).total, 0);
    let seen = drained(&hub);
    assert_eq!(seen.len(), 20);
    let mails: std::collections::BTreeSet<&str> = seen
        .iter()
        .map(|row| row["payload"]["fields"]["email"][0].as_str().unwrap())
        .collect();
    assert_eq!(mails.len(), 20);
    assert!(mails.contains("osoba17@firma17.example"));

    // Long gone here and there: the erasure still goes through the hub to the CRM.
    here.lock()
        .unwrap()
        .erase(lead, Act::Terminal, now())
        .unwrap();
    assert_eq!(synced(&here).confirmed, 1);
    let seen = drained(&hub);
    assert_eq!(seen.len(), 1);
    assert_eq!(
        (&seen[0]["id"], &seen[0]["erased"]),
        (&json!(lead.to_string()), &json!(true))
    );
    drop(here);
    assert!(booth::files_with(home.path(), "", "osoba17@").is_empty());
}

#[test]
fn head_offices_countersignature_comes_back_through_the_hub() {
    let server = Server::start(None);
    let hub = server.hub(HUB_SQL);
    let home = tempfile::tempdir().unwrap();
    let here = device(home.path(), &hub, 1);
    booth::capture(&mut here.lock().unwrap(), 1, now());
    synced(&here);
    assert_eq!(here.lock().unwrap().countersigned().unwrap(), None);

    let row = &hub.rows("select * from hub.statuses()")[0];
    let text = row["status"].as_str().unwrap();
    let both = status::countersign(text, &SecretKey::from_bytes(&[9; 32])).unwrap();
    let (role, name) = (
        row["told_by"].as_str().unwrap(),
        row["device"].as_str().unwrap(),
    );
    let put = hub.sql(&format!(
        "select hub.countersign('{role}', '{name}', $signed${both}$signed$)"
    ));
    assert_eq!(put, "t");
    assert!(!synced(&here).older);
    let kept = here.lock().unwrap().countersigned().unwrap();
    assert_eq!(kept.as_deref(), Some(both.as_str()));
    let read = status::read(
        &kept.unwrap(),
        Some(&SecretKey::from_bytes(&[9; 32]).public()),
    )
    .unwrap();
    assert!(read.countersigned);
    assert_eq!((read.status.leads, read.status.stubs), (0, 1));
}

#[test]
fn a_withdrawal_by_the_code_of_another_devices_receipt_goes_through_the_hub() {
    let server = Server::start(None);
    let hub = server.hub(HUB_SQL);
    let homes = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let there = device(homes[0].path(), &hub, 1);
    booth::capture(&mut there.lock().unwrap(), 7, now());
    let lead = first_lead(&there);
    let code: Code = there
        .lock()
        .unwrap()
        .receipt(lead)
        .unwrap()
        .code
        .parse()
        .unwrap();
    synced(&there);

    let here = device(homes[1].path(), &hub, 2);
    assert!(look_up(&here, Some(&Secret::new(PASSWORD)), &code).unwrap());
    let who = Who::Code(code);
    let taken = here
        .lock()
        .unwrap()
        .withdraw(&who, &Scope::Consents, Act::Terminal, now());
    assert_eq!(taken.unwrap().leads.len(), 1);
    assert_eq!(synced(&here).confirmed, 1);
    let seen = drained(&hub);
    assert_eq!(seen.len(), 1);
    assert_eq!(seen[0]["withdrawn"], json!({ "newsletter": 1 }));
    let decisions = seen[0]["payload"]["decisions"].as_array().unwrap();
    let newsletter = decisions
        .iter()
        .find(|one| one["purpose"] == "newsletter")
        .unwrap();
    assert_eq!(newsletter["withdrawn"], true);
}
