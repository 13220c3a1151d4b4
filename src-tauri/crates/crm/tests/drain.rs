//! The hub's drainer, from a real PostgreSQL to a contract server or a folder: what the CRM holds afterwards, and what stays
//! in the hub.
#![allow(clippy::unwrap_used)]

#[allow(unreachable_pub, dead_code)]
mod fake;
#[allow(unreachable_pub, dead_code)]
mod hub;
#[path = "../../../../tests/src/imagined.rs"]
#[allow(unreachable_pub, dead_code)]
mod imagined;
#[path = "../../../../tests/src/postgres.rs"]
#[allow(unreachable_pub, dead_code)]
mod postgres;
#[path = "../../../../tests/src/schedule.rs"]
#[allow(unreachable_pub, dead_code)]
mod schedule;

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use fake::{Deed, Server};
use hub::{about, hub, offline, row, server, told, upsert, withdraw};
use imagined::{email, lead, lead_id};
use postgres::{Hub, PASSWORD};
use serde_json::{Value as Json, json};
use zgoda_core::field::{Field, Value};
use zgoda_core::lead::Kept;
use zgoda_core::outbox::{Answer, Body, Kind, Message, Reason};
use zgoda_core::personal::Personal;
use zgoda_crm::drain::{Aside, DrainError, Drained, Drainer};
use zgoda_crm::{Connector, HUB_SQL, Secret, Tested};

/// Drainer number `n` of `hub`; its lease is long enough for no test to outlive it.
fn drainer(hub: &Hub<'_>, n: usize, most: u16) -> Drainer {
    leasing(hub, n, most, Duration::from_secs(600))
}

fn leasing(hub: &Hub<'_>, n: usize, most: u16, lease: Duration) -> Drainer {
    let role = hub.role(n, "in role hub_drainer");
    assert!(hub.url(n, 0).contains(&role));
    let url = hub.url(n, server().port);
    Drainer::new(&url, &Secret::new(PASSWORD), most, lease).unwrap()
}

fn crm(server: &Server) -> Box<dyn Connector> {
    fake::bottle::to(&server.webhook()).unwrap()
}

fn folder(path: &Path) -> Box<dyn Connector> {
    zgoda_crm::connect(&offline(), None, path).unwrap()
}

/// The leads in the CRM, by their ids; each must stand there once.
fn held(server: &Server) -> BTreeMap<String, Json> {
    let crm = server.crm.lock().unwrap();
    let mut held = BTreeMap::new();
    for lead in crm.leads.values() {
        let id = lead["external_id"].as_str().unwrap().to_owned();
        assert!(held.insert(id, lead.clone()).is_none(), "it stands twice");
    }
    held
}

/// The newest revision of each lead in a folder.
fn in_folder(path: &Path) -> BTreeMap<String, Json> {
    let text = std::fs::read_to_string(path.join("leads.jsonl")).unwrap_or_default();
    let mut held = BTreeMap::new();
    for line in text.lines() {
        let lead: Json = serde_json::from_str(line).unwrap();
        let id = lead["lead_id"].as_str().unwrap().to_owned();
        assert!(held.insert(id, lead).is_none(), "it stands twice");
    }
    held
}

fn waiting(hub: &Hub<'_>) -> usize {
    hub.rows("select id from hub.waiting(100000)").len()
}

fn values(hub: &Hub<'_>) -> String {
    hub.sql("select count(*) from hub.lead where lead::text like '%lisek%' or subject is not null or payload is not null")
}

/// As if the lease were over.
fn let_leases_end(hub: &Hub<'_>) {
    hub.sql("update hub.lead set leased_until = now() - interval '1 second'");
}

#[test]
fn what_devices_told_stands_in_the_crm_and_the_hub_is_cleared_of_it() {
    let (hub, mut device) = hub();
    let site = Server::start();
    let mut crm = crm(&site);
    let mut drainer = drainer(&hub, 2, 100);
    told(
        device.as_mut(),
        &(0..4).map(|n| upsert(n, 1)).collect::<Vec<_>>(),
    );
    let drained = drainer.round(crm.as_mut()).unwrap();
    let all = Drained {
        taken: 4,
        confirmed: 4,
        ..Drained::default()
    };
    assert_eq!(drained, all);
    assert_eq!((held(&site).len(), values(&hub)), (4, "0".to_owned()));
    assert_eq!(drainer.round(crm.as_mut()).unwrap(), Drained::default());

    // What is told later goes on to the CRM too, although the hub holds nothing of the lead any more.
    let news = [
        about(0, 1, Body::Erase),
        withdraw(1, 1),
        expire(2, 1, Field::Phone),
        upsert(3, 2),
    ];
    told(device.as_mut(), &news);
    assert_eq!(drainer.round(crm.as_mut()).unwrap(), all);
    let held = held(&site);
    let of = |n: u32| &held[&lead_id(n).to_string()];
    assert!(!held.contains_key(&lead_id(0).to_string()), "erased");
    assert_eq!(held.len(), 3);
    let permission = |n: u32| of(n)["custom_fields"]["zgoda_permission"].as_str().unwrap();
    assert!(
        permission(1).contains("newsletter:email: withdrawn"),
        "{}",
        permission(1)
    );
    assert!(permission(2).contains("newsletter:email: yes"));
    assert_eq!(of(2)["phone"], Json::Null);
    assert_eq!(of(1)["phone"], "+48500000001");
    assert!(
        of(3)["custom_fields"]["zgoda_proof"]
            .as_str()
            .unwrap()
            .contains("\"revision\":2")
    );
    assert_eq!(values(&hub), "0");
    let stays = hub.sql("select count(*) from hub.lead where erased");
    assert_eq!(stays, "1", "the tombstone");
    let left = drainer.left_over().unwrap();
    assert_eq!((left.waiting, left.set_aside, left.since), (0, 0, None));
}

#[test]
fn what_was_withdrawn_before_it_was_drained_never_stood_in_the_crm() {
    let (hub, mut device) = hub();
    let site = Server::start();
    told(device.as_mut(), &[upsert(1, 1), withdraw(1, 1)]);
    site.fault(|request| {
        let said = String::from_utf8_lossy(&request.bytes).into_owned();
        assert!(!said.contains("newsletter:email: yes"), "{said}");
        None
    });
    let drained = drainer(&hub, 2, 100).round(crm(&site).as_mut()).unwrap();
    assert_eq!(drained.confirmed, 1);
    let held = held(&site);
    let permission = &held[&lead_id(1).to_string()]["custom_fields"]["zgoda_permission"];
    assert!(permission.as_str().unwrap().contains("send_offer: yes"));
}

/// Two leads of one person, by two devices: the second one joins the first one's record.
fn one_person() -> [Kept; 2] {
    let (one, mut other) = (lead(1, &offline()), lead(2, &offline()));
    for field in [Field::Name, Field::Email] {
        let value = one.fields[&field].value.clone();
        other.fields.get_mut(&field).unwrap().value = value;
    }
    [one, other]
}

#[test]
fn the_lead_that_joined_anothers_record_is_found_there_again_and_erased() {
    let (hub, mut device) = hub();
    let site = Server::start();
    let (mut crm, mut drainer) = (crm(&site), drainer(&hub, 2, 100));
    let [one, other] = one_person();
    told(
        device.as_mut(),
        &[imagined::upsert(&one), imagined::upsert(&other)],
    );
    assert_eq!(drainer.round(crm.as_mut()).unwrap().confirmed, 2);
    assert_eq!(held(&site).len(), 1, "one record");
    // The hub knows neither a value nor an id of the CRM's; the second lead is in the record by its receipt's code alone.
    told(device.as_mut(), &[imagined::message(&other, Body::Erase)]);
    assert_eq!(drainer.round(crm.as_mut()).unwrap().confirmed, 1);
    let record = held(&site).into_values().next().unwrap();
    assert_eq!(record["external_id"], one.id.to_string());
    let proof = record["custom_fields"]["zgoda_proof"].as_str().unwrap();
    assert!(proof.contains(&one.id.to_string()) && !proof.contains(&other.id.to_string()));
    told(device.as_mut(), &[imagined::message(&one, Body::Erase)]);
    assert_eq!(drainer.round(crm.as_mut()).unwrap().confirmed, 1);
    assert!(held(&site).is_empty());
}

#[test]
fn what_a_person_took_back_before_their_erasure_holds_for_their_other_lead() {
    let (hub, mut device) = hub();
    let site = Server::start();
    let (mut crm, mut drainer) = (crm(&site), drainer(&hub, 2, 100));
    let [one, other] = one_person();
    let leads = [imagined::upsert(&one), imagined::upsert(&other)];
    told(device.as_mut(), &leads);
    assert_eq!(drainer.round(crm.as_mut()).unwrap().confirmed, 2);
    // Both are told to the hub before anybody drains it.
    let newsletter = BTreeSet::from(["newsletter".parse().unwrap()]);
    let gone = [Body::Withdraw(newsletter), Body::Erase];
    told(
        device.as_mut(),
        &gone.map(|body| imagined::message(&other, body)),
    );
    assert_eq!(drainer.round(crm.as_mut()).unwrap().confirmed, 1);
    let record = held(&site).into_values().next().unwrap();
    let of_it = |name: &str| record["custom_fields"][name].as_str().unwrap();
    assert!(!of_it("zgoda_proof").contains(&other.id.to_string()));
    let permission = of_it("zgoda_permission");
    assert!(
        permission.contains("newsletter:email: withdrawn"),
        "{permission}"
    );
    // The hub keeps nothing of it.
    let left = "select count(*) from hub.lead where withdrawn <> '{}' or subject is not null";
    assert_eq!(hub.sql(left), "0");
}

#[test]
fn what_was_agreed_to_anew_before_an_erasure_is_not_told_as_taken_back() {
    let (hub, mut device) = hub();
    let site = Server::start();
    let (mut crm, mut drainer) = (crm(&site), drainer(&hub, 2, 100));
    let [one, mut other] = one_person();
    let leads = [imagined::upsert(&one), imagined::upsert(&other)];
    told(device.as_mut(), &leads);
    assert_eq!(drainer.round(crm.as_mut()).unwrap().confirmed, 2);
    other.revision = 2;
    let newsletter = BTreeSet::from(["newsletter".parse().unwrap()]);
    let withdrawn = imagined::message(&other, Body::Withdraw(newsletter));
    other.revision = 3;
    let erased = imagined::message(&other, Body::Erase);
    told(
        device.as_mut(),
        &[withdrawn, imagined::upsert(&other), erased],
    );
    assert_eq!(drainer.round(crm.as_mut()).unwrap().confirmed, 1);
    let record = held(&site).into_values().next().unwrap();
    let permission = record["custom_fields"]["zgoda_permission"]
        .as_str()
        .unwrap();
    assert!(permission.contains("newsletter:email: yes"), "{permission}");
}

/// A CRM that fails at every withdrawal.
struct Failing(Vec<Kind>);

impl Connector for Failing {
    fn kind(&self) -> &'static str {
        "failing"
    }

    fn batch(&self) -> usize {
        10
    }

    fn push(&mut self, messages: &[Message]) -> Vec<Answer> {
        let answer = |message: &Message| match message.body.kind() {
            Kind::Withdraw => Answer::Retry {
                reason: Reason::ServerTrouble,
                after: None,
            },
            _ => Answer::Confirmed {
                crm_id: "crm".to_owned(),
            },
        };
        self.0.extend(messages.iter().map(|one| one.body.kind()));
        messages.iter().map(answer).collect()
    }

    fn test(&mut self) -> Result<Tested, Reason> {
        Ok(Tested::default())
    }
}

#[test]
fn an_erasure_waits_a_day_for_a_withdrawal_at_which_the_crm_fails_and_no_longer() {
    let (hub, mut device) = hub();
    let mut drainer = drainer(&hub, 2, 100);
    told(device.as_mut(), &[withdraw(1, 1), about(1, 1, Body::Erase)]);
    let mut crm = Failing(Vec::new());
    let drained = drainer.round(&mut crm).unwrap();
    assert_eq!(drained.stopped, Some(Reason::ServerTrouble));
    assert_eq!(crm.0, [Kind::Withdraw]);

    hub.sql("update hub.lead set told_at = told_at - interval '25 hours'");
    let_leases_end(&hub);
    let drained = drainer.round(&mut crm).unwrap();
    assert_eq!(crm.0[1..], [Kind::Withdraw, Kind::Erase]);
    assert_eq!(drained.stopped, None);
    let reason = Some(Reason::ServerTrouble);
    let lead = lead_id(1);
    assert_eq!(drained.set_aside, [Aside { lead, reason }]);
}

#[test]
fn two_drainers_at_once_tell_each_lead_once() {
    let (hub, mut device) = hub();
    let site = Server::start();
    let count = 60;
    told(
        device.as_mut(),
        &(0..count).map(|n| upsert(n, 1)).collect::<Vec<_>>(),
    );
    let drainers = [drainer(&hub, 2, 7), drainer(&hub, 3, 7)];
    let threads = drainers.map(|mut drainer| {
        let mut crm = crm(&site);
        std::thread::spawn(move || {
            let mut confirmed = 0;
            loop {
                let drained = drainer.round(crm.as_mut()).unwrap();
                confirmed += drained.confirmed;
                if drained.taken == 0 {
                    return confirmed;
                }
            }
        })
    });
    let confirmed = threads.map(|thread| thread.join().unwrap());
    assert_eq!(confirmed.iter().sum::<usize>(), count as usize);
    assert!(
        confirmed.iter().all(|one| *one > 0),
        "both worked: {confirmed:?}"
    );
    assert_eq!(held(&site).len(), count as usize);
    // Not one was sent twice.
    let sent = site.log();
    let sent = sent
        .iter()
        .filter(|line| line.starts_with("POST /api/public/leads/"));
    assert_eq!(sent.count(), count as usize);
}

#[test]
fn two_drainers_in_one_folder_write_nothing_of_each_other_away() {
    let (hub, mut device) = hub();
    let home = tempfile::tempdir().unwrap();
    told(
        device.as_mut(),
        &(0..80).map(|n| upsert(n, 1)).collect::<Vec<_>>(),
    );
    let drainers = [drainer(&hub, 2, 5), drainer(&hub, 3, 5)];
    let threads = drainers.map(|mut drainer| {
        let mut folder = folder(home.path());
        std::thread::spawn(move || while drainer.round(folder.as_mut()).unwrap().taken > 0 {})
    });
    threads
        .into_iter()
        .for_each(|thread| thread.join().unwrap());
    assert_eq!(in_folder(home.path()).len(), 80);
    assert_eq!(values(&hub), "0");
}

/// Tells the destination, and dies before anybody hears of it, one time in three.
struct Dies {
    inner: Box<dyn Connector>,
    pushes: u32,
}

impl Connector for Dies {
    fn kind(&self) -> &'static str {
        self.inner.kind()
    }

    fn batch(&self) -> usize {
        self.inner.batch()
    }

    fn push(&mut self, messages: &[Message]) -> Vec<Answer> {
        let answers = self.inner.push(messages);
        self.pushes += 1;
        assert!(self.pushes % 3 != 1, "the drainer dies here");
        answers
    }

    fn test(&mut self) -> Result<Tested, Reason> {
        self.inner.test()
    }
}

#[test]
fn a_drainer_that_dies_between_the_crms_answer_and_the_hubs_leaves_nothing_twice() {
    let (hub, mut device) = hub();
    let site = Server::start();
    let (mut dies, mut drainer) = (
        Dies {
            inner: crm(&site),
            pushes: 0,
        },
        drainer(&hub, 2, 5),
    );
    told(
        device.as_mut(),
        &(0..20).map(|n| upsert(n, 1)).collect::<Vec<_>>(),
    );
    told(device.as_mut(), &[withdraw(3, 1), about(4, 1, Body::Erase)]);
    let mut deaths = 0;
    while waiting(&hub) > 0 {
        let ended = catch_unwind(AssertUnwindSafe(|| drainer.round(&mut dies)));
        match ended {
            Ok(drained) => assert_eq!(drained.unwrap().stopped, None),
            Err(_) => {
                deaths += 1;
                // Until its lease is over nobody else is given what it had.
                assert!(
                    hub.rows("select * from hub.take(100, 1) where leased_until is null")
                        .is_empty()
                );
                let_leases_end(&hub);
            }
        }
    }
    assert!(deaths >= 2, "{deaths}");
    assert_eq!(held(&site).len(), 19);
    assert_eq!(values(&hub), "0");
}

#[test]
fn a_lead_that_the_crm_refuses_is_set_aside_and_stops_no_other() {
    let (hub, mut device) = hub();
    let site = Server::start();
    let (mut crm, mut drainer) = (crm(&site), drainer(&hub, 2, 2));
    told(
        device.as_mut(),
        &(0..5).map(|n| upsert(n, 1)).collect::<Vec<_>>(),
    );
    let bad = lead_id(1).to_string();
    let shunned = bad.clone();
    site.fault(move |request| {
        let refused = request.body["external_id"] == *shunned;
        refused.then(|| Deed::Answer(400, json!({ "errors": { "last_name": "no" } })))
    });
    let mut aside = Vec::new();
    let mut taken = 0;
    loop {
        let drained = drainer.round(crm.as_mut()).unwrap();
        if drained.taken == 0 {
            break;
        }
        taken += drained.taken;
        aside.extend(drained.set_aside);
    }
    let reason = Some(Reason::Refused);
    assert_eq!(
        aside,
        [Aside {
            lead: lead_id(1),
            reason
        }]
    );
    assert_eq!(
        (taken, held(&site).len()),
        (5, 4),
        "it is not taken again and again"
    );
    assert_eq!(row(&hub, 1)["set_aside"], "refused");
    assert_eq!(drainer.left_over().unwrap().set_aside, 1);
    // A person has looked; or a device says something newer.
    assert_eq!(drainer.again().unwrap(), 1);
    assert_eq!(drainer.round(crm.as_mut()).unwrap().set_aside.len(), 1);
    site.heal();
    told(device.as_mut(), &[upsert(1, 2)]);
    assert_eq!(drainer.round(crm.as_mut()).unwrap().confirmed, 1);
    assert!(held(&site).contains_key(&bad));
}

fn expire(n: u32, revision: u32, field: Field) -> Message {
    about(n, revision, Body::Expire(BTreeSet::from([field])))
}

#[test]
fn what_ended_reaches_the_crm_also_where_it_does_not_take_the_lead() {
    let (hub, mut device) = hub();
    let site = Server::start();
    let (mut crm, mut drainer) = (crm(&site), drainer(&hub, 2, 100));
    told(device.as_mut(), &[upsert(1, 1), upsert(2, 1)]);
    assert_eq!(drainer.round(crm.as_mut()).unwrap().confirmed, 2);
    // The telephone of the first revision has ended, and was given anew in the second.
    for n in [1, 2] {
        told(device.as_mut(), &[expire(n, 1, Field::Phone)]);
        told(device.as_mut(), &[upsert(n, 2)]);
        told(device.as_mut(), &[withdraw(n, 2)]);
    }
    // The one is refused by the CRM, the other cannot be read.
    site.fault(|request| {
        let said = String::from_utf8_lossy(&request.bytes).into_owned();
        let refused = said.contains("\\\"revision\\\":2");
        refused.then(|| Deed::Answer(400, json!({ "errors": { "stage": "no" } })))
    });
    hub.sql(&format!(
        "update hub.lead set payload = payload || '{{\"fields\": 1}}' where id = '{}'",
        lead_id(2)
    ));
    let drained = drainer.round(crm.as_mut()).unwrap();
    assert_eq!((drained.confirmed, drained.stopped), (0, None));
    let mut why: Vec<_> = drained.set_aside.iter().map(|one| one.reason).collect();
    why.sort();
    assert_eq!(why, [None, Some(Reason::Refused)]);
    for n in [1, 2] {
        let lead = &held(&site)[&lead_id(n).to_string()];
        let permission = lead["custom_fields"]["zgoda_permission"].as_str().unwrap();
        assert!(
            permission.contains("newsletter:email: withdrawn"),
            "{n}: {permission}"
        );
        assert_eq!(lead["phone"], Json::Null, "{n}");
    }
}

#[test]
fn what_was_given_anew_outlives_the_end_of_what_was_there_before() {
    let (hub, mut device) = hub();
    let site = Server::start();
    told(device.as_mut(), &[expire(1, 1, Field::Phone)]);
    told(device.as_mut(), &[withdraw(1, 1)]);
    told(device.as_mut(), &[upsert(1, 2)]);
    let drained = drainer(&hub, 2, 100).round(crm(&site).as_mut()).unwrap();
    assert_eq!(drained.confirmed, 1);
    let lead = &held(&site)[&lead_id(1).to_string()];
    assert_eq!(lead["phone"], "+48500000001");
    let permission = lead["custom_fields"]["zgoda_permission"].as_str().unwrap();
    assert!(permission.contains("newsletter:email: yes"), "{permission}");
}

#[test]
fn a_row_that_no_device_wrote_is_set_aside_and_tells_the_crm_nothing() {
    let (hub, mut device) = hub();
    told(device.as_mut(), &[upsert(1, 1), upsert(2, 1)]);
    hub.sql(&format!(
        "update hub.lead set payload = jsonb_set(payload, '{{fields,email}}', '{{\"a\": 1}}') where id = '{}'",
        lead_id(1)
    ));
    let home = tempfile::tempdir().unwrap();
    let drained = drainer(&hub, 2, 100)
        .round(folder(home.path()).as_mut())
        .unwrap();
    assert_eq!((drained.confirmed, drained.set_aside.len()), (1, 1));
    assert_eq!(drained.set_aside[0].reason, None);
    assert_eq!(row(&hub, 1)["set_aside"], "unreadable");
    assert_eq!(in_folder(home.path()).len(), 1);
}

#[test]
fn a_crm_that_is_out_gets_nothing_and_the_hub_gives_it_all_out_again() {
    let (hub, mut device) = hub();
    let site = Server::start();
    let (mut crm, mut drainer) = (crm(&site), drainer(&hub, 2, 100));
    told(
        device.as_mut(),
        &(0..6).map(|n| upsert(n, 1)).collect::<Vec<_>>(),
    );
    let mut posts = 0;
    site.fault(move |request| {
        posts += u32::from(request.method == "POST");
        (posts > 2).then(|| {
            Deed::Raw(b"HTTP/1.1 429 x\r\nRetry-After: 56\r\nContent-Length: 0\r\n\r\n".to_vec())
        })
    });
    let drained = drainer.round(crm.as_mut()).unwrap();
    assert_eq!(
        (drained.taken, drained.confirmed, drained.given_back),
        (6, 2, 4)
    );
    assert_eq!(
        (drained.stopped, drained.after),
        (Some(Reason::Throttled), Some(56))
    );
    assert!(drained.set_aside.is_empty());
    site.heal();
    // At once, without waiting for the lease.
    assert_eq!(drainer.round(crm.as_mut()).unwrap().confirmed, 4);
    assert_eq!(held(&site).len(), 6);
}

#[test]
fn a_lead_at_which_the_crm_fails_each_time_holds_up_one_round_alone() {
    let (hub, mut device) = hub();
    let site = Server::start();
    let (mut crm, mut drainer) = (crm(&site), drainer(&hub, 2, 100));
    told(
        device.as_mut(),
        &(0..4).map(|n| upsert(n, 1)).collect::<Vec<_>>(),
    );
    let bad = lead_id(0).to_string();
    site.fault(move |request| {
        let fails = request.body["external_id"] == *bad;
        fails.then(|| Deed::Answer(500, json!({})))
    });
    let drained = drainer.round(crm.as_mut()).unwrap();
    assert_eq!(
        (drained.stopped, drained.given_back),
        (Some(Reason::ServerTrouble), 4)
    );
    let drained = drainer.round(crm.as_mut()).unwrap();
    assert_eq!((drained.stopped, drained.confirmed), (None, 3));
    assert_eq!(drainer.round(crm.as_mut()).unwrap().taken, 0);
    assert_eq!(waiting(&hub), 1, "it comes again later");
    let_leases_end(&hub);
    site.heal();
    assert_eq!(drainer.round(crm.as_mut()).unwrap().confirmed, 1);
}

/// Lets something happen before it first tells the CRM.
struct Meanwhile<'a> {
    inner: Box<dyn Connector>,
    meanwhile: Option<Box<dyn FnOnce() + Send + 'a>>,
}

impl Connector for Meanwhile<'_> {
    fn kind(&self) -> &'static str {
        self.inner.kind()
    }

    fn batch(&self) -> usize {
        self.inner.batch()
    }

    fn push(&mut self, messages: &[Message]) -> Vec<Answer> {
        if let Some(meanwhile) = self.meanwhile.take() {
            meanwhile();
        }
        self.inner.push(messages)
    }

    fn test(&mut self) -> Result<Tested, Reason> {
        self.inner.test()
    }
}

#[test]
fn what_a_device_says_while_the_crm_is_told_comes_with_the_next_round() {
    let (hub, mut device) = hub();
    let site = Server::start();
    let mut drainer = drainer(&hub, 2, 100);
    told(device.as_mut(), &[upsert(1, 1), upsert(2, 1)]);
    let mut crm = Meanwhile {
        inner: crm(&site),
        meanwhile: Some(Box::new(|| {
            told(device.as_mut(), &[about(1, 1, Body::Erase)])
        })),
    };
    let drained = drainer.round(&mut crm).unwrap();
    assert_eq!((drained.confirmed, drained.newer), (1, 1));
    assert!(held(&site).contains_key(&lead_id(1).to_string()));
    assert_eq!(drainer.round(&mut crm).unwrap().confirmed, 1);
    let left: Vec<String> = held(&site).into_keys().collect();
    assert_eq!(left, [lead_id(2).to_string()]);
}

#[test]
fn whom_a_late_drainer_brings_back_is_erased_again() {
    let (hub, mut device) = hub();
    let site = Server::start();
    let (mut late, mut other) = (drainer(&hub, 2, 100), drainer(&hub, 3, 100));
    // Two of one record: the second is found there by the reference that went with the confirmation.
    let [one, two] = one_person();
    told(device.as_mut(), &[imagined::upsert(&one)]);
    assert_eq!(other.round(crm(&site).as_mut()).unwrap().confirmed, 1);
    told(device.as_mut(), &[imagined::upsert(&two)]);
    let (there, erased) = (&hub, imagined::message(&two, Body::Erase));
    let mut by_other = crm(&site);
    // It sleeps until its lease is over and another has erased the lead.
    let mut sleeper = Meanwhile {
        inner: crm(&site),
        meanwhile: Some(Box::new(|| {
            let_leases_end(there);
            told(device.as_mut(), &[erased]);
            assert_eq!(other.round(by_other.as_mut()).unwrap().confirmed, 1);
            assert_eq!(waiting(there), 0);
        })),
    };
    let drained = late.round(&mut sleeper).unwrap();
    assert_eq!((drained.confirmed, drained.newer), (0, 1));
    drop(sleeper);
    let stands = |id: &str| {
        let held = held(&site).into_values();
        held.map(|lead| lead["custom_fields"]["zgoda_proof"].to_string())
            .any(|proof| proof.contains(id))
    };
    assert_eq!(late.round(crm(&site).as_mut()).unwrap().confirmed, 1);
    assert!(!stands(&two.id.to_string()) && stands(&one.id.to_string()));
    assert_eq!((waiting(&hub), values(&hub)), (0, "0".to_owned()));
}

#[test]
fn a_slow_crm_is_asked_nothing_once_half_of_the_lease_has_passed() {
    let (hub, mut device) = hub();
    let site = Server::start();
    let all: Vec<Message> = (0..5).map(|n| upsert(n, 1)).collect();
    told(device.as_mut(), &all);
    let lease = Duration::from_secs(6);
    let mut slow = leasing(&hub, 2, 100, lease);
    let begun = Instant::now();
    let asked = Arc::new(Mutex::new(Duration::ZERO));
    let last = asked.clone();
    site.fault(move |_| {
        *last.lock().unwrap() = begun.elapsed();
        std::thread::sleep(Duration::from_millis(500));
        None
    });
    // All of them in one go, which takes longer than the lease.
    let drained = slow.round(crm(&site).as_mut()).unwrap();
    let at = *asked.lock().unwrap();
    let slack = Duration::from_millis(250);
    assert!(at < lease / 2 + slack, "the CRM was asked after {at:?}");
    assert_eq!((drained.taken, drained.stopped), (5, None));
    assert_eq!(drained.confirmed + drained.given_back, 5);
    assert!(drained.given_back > 0, "{drained:?}");
    // Whoever comes next is given them at once, and makes nobody twice.
    site.heal();
    let rest = drainer(&hub, 3, 100).round(crm(&site).as_mut()).unwrap();
    assert_eq!(rest.confirmed, drained.given_back);
    assert_eq!((held(&site).len(), waiting(&hub)), (5, 0));
}

/// Tells of all by its last request, as a CRM that is told of many at once: what comes before it is confirmed to nobody.
struct AllOrNone(Box<dyn Connector>);

impl Connector for AllOrNone {
    fn kind(&self) -> &'static str {
        self.0.kind()
    }

    fn batch(&self) -> usize {
        self.0.batch()
    }

    fn push(&mut self, messages: &[Message]) -> Vec<Answer> {
        let answers = self.0.push(messages);
        let open = answers
            .iter()
            .find(|one| matches!(one, Answer::Retry { .. }));
        match open.cloned() {
            Some(open) => vec![open; messages.len()],
            None => answers,
        }
    }

    fn test(&mut self) -> Result<Tested, Reason> {
        self.0.test()
    }
}

#[test]
fn a_crm_too_slow_for_many_at_once_is_told_of_fewer() {
    let (hub, mut device) = hub();
    let site = Server::start();
    let all: Vec<Message> = (0..5).map(|n| upsert(n, 1)).collect();
    told(device.as_mut(), &all);
    let mut crm = AllOrNone(crm(&site));
    let mut slow = leasing(&hub, 2, 100, Duration::from_secs(4));
    site.fault(|_| {
        std::thread::sleep(Duration::from_millis(100));
        None
    });
    let mut rounds = 0;
    while waiting(&hub) > 0 {
        rounds += 1;
        assert!(rounds <= 20, "it goes round for ever");
        assert_eq!(slow.round(&mut crm).unwrap().stopped, None);
    }
    assert_eq!(held(&site).len(), 5);
}

/// Says no to the first of each push; the others come too late.
struct Busy(Box<dyn Connector>);

impl Connector for Busy {
    fn kind(&self) -> &'static str {
        self.0.kind()
    }

    fn batch(&self) -> usize {
        self.0.batch()
    }

    fn push(&mut self, messages: &[Message]) -> Vec<Answer> {
        std::thread::sleep(Duration::from_millis(1100));
        let mut answers = self.0.push(messages);
        answers[0] = Answer::Retry {
            reason: Reason::Throttled,
            after: Some(Duration::from_secs(56)),
        };
        answers
    }

    fn test(&mut self) -> Result<Tested, Reason> {
        self.0.test()
    }
}

#[test]
fn what_the_crm_said_before_the_time_was_over_is_heard() {
    let (hub, mut device) = hub();
    let site = Server::start();
    told(device.as_mut(), &[upsert(1, 1), upsert(2, 1)]);
    let mut drainer = leasing(&hub, 2, 100, Duration::from_secs(2));
    let drained = drainer.round(&mut Busy(crm(&site))).unwrap();
    assert!(site.log().is_empty(), "half of the lease is over");
    assert_eq!(
        (drained.stopped, drained.after),
        (Some(Reason::Throttled), Some(56))
    );
    assert_eq!((drained.confirmed, drained.given_back), (0, 2));
}

#[test]
fn what_a_device_without_references_withdraws_and_erases_is_told_by_the_leads_id() {
    let (hub, mut device) = hub();
    let site = Server::start();
    let (mut crm, mut drainer) = (crm(&site), drainer(&hub, 2, 100));
    let [one, other] = one_person();
    told(
        device.as_mut(),
        &[
            imagined::upsert(&one),
            imagined::upsert(&other),
            upsert(3, 1),
        ],
    );
    assert_eq!(drainer.round(crm.as_mut()).unwrap().confirmed, 3);
    let push = |what: Json| hub.sql(&format!("select hub.push('[{what}]')"));
    let without = |lead: &Kept| json!({ "kind": "erase", "lead_id": lead.id });
    let withdrawn = json!({
        "kind": "withdraw", "lead_id": lead_id(3), "revision": 1, "purposes": ["newsletter"],
    });
    assert_eq!(push(withdrawn), "[\"kept\"]");
    assert_eq!(push(without(&other)), "[\"kept\"]");
    let mut nameless = json!({ "kind": "upsert", "lead_id": lead_id(4), "revision": 1 });
    for (name, value) in [
        ("fields", json!({})),
        ("deadlines", json!({})),
        ("decisions", json!([])),
    ] {
        nameless[name] = value;
    }
    assert_eq!(push(nameless), "[\"refused\"]");
    // In the record of another's lead nobody is found without the reference: that is no erasure.
    let drained = drainer.round(crm.as_mut()).unwrap();
    assert_eq!(drained.confirmed, 1);
    let (lead, reason) = (other.id, Some(Reason::NoId));
    assert_eq!(drained.set_aside, [Aside { lead, reason }]);
    let permission = &held(&site)[&lead_id(3).to_string()]["custom_fields"]["zgoda_permission"];
    assert!(
        permission
            .as_str()
            .unwrap()
            .contains("newsletter:email: withdrawn")
    );
    // The device is updated and tells it again.
    push(without(&other));
    assert_eq!(drainer.round(crm.as_mut()).unwrap().taken, 0, "no news");
    told(device.as_mut(), &[imagined::message(&other, Body::Erase)]);
    assert_eq!(drainer.round(crm.as_mut()).unwrap().confirmed, 1);
    let proof = held(&site)[&one.id.to_string()]["custom_fields"]["zgoda_proof"].to_string();
    assert!(!proof.contains(&other.id.to_string()));
    told(device.as_mut(), &[imagined::message(&other, Body::Erase)]);
    push(without(&one));
    assert_eq!(drainer.round(crm.as_mut()).unwrap().confirmed, 1);
    assert_eq!((waiting(&hub), held(&site).len()), (0, 1));
}

#[test]
fn a_tombstone_that_is_about_to_be_confirmed_waits_again_too() {
    let (hub, mut device) = hub();
    told(device.as_mut(), &[about(1, 1, Body::Erase), upsert(2, 1)]);
    let taken = hub.rows("select * from hub.take(10, 600) where erased");
    let (id, mark) = (&taken[0]["id"], &taken[0]["waits"]);
    let again = |id: &str| hub.sql(&format!("select hub.erase_again('{id}', null)"));
    let (id, mark) = (id.as_str().unwrap(), mark.as_str().unwrap());
    assert_eq!(again(id), "t");
    assert_eq!(again(&lead_id(2).to_string()), "f", "it is not erased");
    assert_eq!(
        hub.sql(&format!("select hub.confirm('{id}', '{mark}')")),
        "f"
    );
    assert_eq!(hub.rows("select * from hub.take(10, 600)").len(), 1);
}

#[test]
fn a_leads_own_words_arrive_as_the_device_wrote_them() {
    let (hub, mut device) = hub();
    let mut kept = lead(8, &offline());
    let note = "Pyta o pompę, P-20.\nOddzwonić; „po targach”.";
    kept.fields.get_mut(&Field::Note).unwrap().value = Value::Text(Personal::multiline(note));
    told(device.as_mut(), &[imagined::upsert(&kept)]);
    let (by_hub, by_device) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    drainer(&hub, 2, 100)
        .round(folder(by_hub.path()).as_mut())
        .unwrap();
    folder(by_device.path()).push(&[imagined::upsert(&kept)]);
    for name in ["leads.jsonl", "leads.csv", "leads.vcf"] {
        let [one, other] =
            [&by_hub, &by_device].map(|home| std::fs::read(home.path().join(name)).unwrap());
        assert!(one == other && !one.is_empty(), "{name}");
    }
    assert_eq!(
        in_folder(by_hub.path())[&kept.id.to_string()]["fields"]["email"][0],
        email(8)
    );
}

#[test]
fn who_may_not_drain_is_told_what_is_missing() {
    let bare = server().bare();
    let nobody = |n: usize, member: &str| {
        bare.role(n, member);
        let url = bare.url(n, server().port);
        let lease = Duration::from_secs(60);
        Drainer::new(&url, &Secret::new(PASSWORD), 10, lease).unwrap()
    };
    let home = tempfile::tempdir().unwrap();
    let mut folder = folder(home.path());
    let mut refused = |drainer: &mut Drainer| drainer.round(folder.as_mut()).unwrap_err();
    let none = refused(&mut nobody(1, ""));
    assert_eq!(none, DrainError::NoFunction("hub.take".to_owned()));
    bare.install(HUB_SQL);
    let device = refused(&mut nobody(2, "in role hub_device"));
    assert_eq!(device, DrainError::NoPermission("hub_drainer".to_owned()));
    assert!(!device.may_pass());
    assert_eq!(
        nobody(3, "in role hub_drainer")
            .left_over()
            .unwrap()
            .waiting,
        0
    );
    let url = bare.url(3, server().port);
    let lease = Duration::from_secs(60);
    let mut stranger = Drainer::new(&url, &Secret::new("another word"), 10, lease).unwrap();
    let wrong = refused(&mut stranger);
    assert_eq!((wrong.code(), wrong.may_pass()), ("hub_sign_in", false));
}
