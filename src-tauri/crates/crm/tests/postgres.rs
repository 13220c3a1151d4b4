//! The `postgres` connector and the hub's own SQL, on a real PostgreSQL: what stands there after all that was told.
#![allow(clippy::unwrap_used)]

#[allow(unreachable_pub, dead_code)]
mod hub;
#[path = "../../../../tests/src/imagined.rs"]
#[allow(unreachable_pub, dead_code)]
mod imagined;
#[path = "../../../../tests/src/postgres.rs"]
#[allow(unreachable_pub, dead_code)]
mod postgres;

use std::collections::BTreeSet;

use chrono::{TimeDelta, Utc};
use hub::{about, count, hub, offline, row, take_back, told, upsert, withdraw};
use imagined::{email, lead, lead_id};
use serde_json::{Value as Json, json};
use zgoda_core::field::{Field, Value};
use zgoda_core::outbox::{Answer, Body, Message, Reason};
use zgoda_core::personal::Personal;
use zgoda_core::receipt::Code;

#[test]
fn a_thousand_leads_are_one_call_and_stand_once_after_a_replay() {
    let (hub, mut device) = hub();
    let messages: Vec<Message> = (0..1000).map(|n| upsert(n, 1)).collect();
    assert_eq!(device.batch(), 1000);
    told(device.as_mut(), &messages);
    let marks = "select md5(string_agg(waits::text, '' order by id)) from hub.lead";
    let before = hub.sql(marks);
    assert_eq!(hub.sql("select count(distinct told_at) from hub.lead"), "1");
    told(device.as_mut(), &messages);
    assert_eq!(count(&hub), 1000);
    assert_eq!(hub.sql(marks), before, "a repeat changes nothing");
    let payload = &row(&hub, 617)["payload"];
    assert_eq!(payload["fields"]["email"][0], email(617));
    assert_eq!(payload["fields"]["answers"][1]["answer"], "120");
    assert_eq!(payload["fields"].get("signature"), None);
    assert_eq!(payload["decisions"][1]["wording"]["version"], "2026-1");
    assert_eq!(row(&hub, 617)["event"], "targi-2026");
    let off = Utc::now() - device.date().unwrap();
    assert!(off.abs() < TimeDelta::seconds(60), "{off}");
}

#[test]
fn older_never_overwrites_newer() {
    let (hub, mut device) = hub();
    told(device.as_mut(), &[upsert(1, 2)]);
    let newer = row(&hub, 1);
    told(device.as_mut(), &[upsert(1, 1)]);
    assert_eq!(row(&hub, 1), newer, "not even its mark is new");
    assert_eq!(newer["payload"]["revision"], 2);
    told(device.as_mut(), &[upsert(1, 3)]);
    assert_eq!(row(&hub, 1)["payload"]["revision"], 3);
    assert_eq!(row(&hub, 1)["revision"], 3);
    assert_eq!(count(&hub), 1);
}

#[test]
fn an_erased_lead_never_comes_back() {
    let (hub, mut device) = hub();
    told(device.as_mut(), &[upsert(1, 1), upsert(2, 1)]);
    told(device.as_mut(), &[about(1, 1, Body::Erase)]);
    let tombstone = row(&hub, 1);
    assert_eq!(
        (&tombstone["erased"], &tombstone["payload"]),
        (&json!(true), &Json::Null)
    );
    // By it the drainer finds the lead in a record of several; it names nobody, and goes with the confirmation.
    let subject = lead(1, &offline()).subject;
    assert_eq!(tombstone["subject"], subject.as_str());
    for late in [upsert(1, 9), withdraw(1, 9), about(1, 9, Body::Erase)] {
        told(device.as_mut(), &[late]);
        assert_eq!(row(&hub, 1), tombstone);
    }
    let anywhere = "select count(*) from hub.lead where lead::text like '%Żółć-Lis 1%'";
    assert_eq!(hub.sql(anywhere), "0");
    // Nobody told of this one before: the tombstone stands all the same.
    told(device.as_mut(), &[about(3, 1, Body::Erase)]);
    told(device.as_mut(), &[upsert(3, 1)]);
    assert_eq!(row(&hub, 3)["payload"], Json::Null);
    assert_eq!(row(&hub, 2)["payload"]["fields"]["email"][0], email(2));
}

#[test]
fn a_withdrawal_and_an_expiry_hold_whenever_they_come() {
    let (hub, mut device) = hub();
    let expire = |n| about(n, 1, Body::Expire(BTreeSet::from([Field::Phone])));
    // After the lead, and before it.
    told(device.as_mut(), &[upsert(1, 1), withdraw(1, 1), expire(1)]);
    told(device.as_mut(), &[expire(2), withdraw(2, 1), upsert(2, 1)]);
    for n in [1, 2] {
        let payload = &row(&hub, n)["payload"];
        assert_eq!(payload["fields"]["phone"], Json::Null);
        assert_eq!(payload["deadlines"]["phone"], Json::Null);
        assert_eq!(payload["fields"]["email"][0], email(n));
        assert_eq!(payload["decisions"][1]["withdrawn"], true, "the newsletter");
        assert_eq!(
            payload["decisions"][0]["withdrawn"],
            Json::Null,
            "the offer"
        );
        assert_eq!(payload["decisions"].as_array().unwrap().len(), 3);
    }
    // One box by its channel, and a channel that the lead says nothing of.
    told(device.as_mut(), &[upsert(3, 1), upsert(4, 1)]);
    let boxes = [(3, "newsletter:email"), (4, "newsletter:phone")];
    told(
        device.as_mut(),
        &boxes.map(|(n, name)| take_back(n, 1, name)),
    );
    for (n, withdrawn) in [(3, json!(true)), (4, Json::Null)] {
        let newsletter = &row(&hub, n)["payload"]["decisions"][1];
        assert_eq!(newsletter["withdrawn"], withdrawn, "{n}");
    }
    // A newer yes of the person's own counts.
    told(device.as_mut(), &[upsert(1, 2)]);
    let payload = &row(&hub, 1)["payload"];
    assert_eq!(payload["decisions"][1]["withdrawn"], Json::Null);
    assert_eq!(payload["fields"]["phone"][0], "+48500000001");
}

#[test]
fn a_bad_row_stops_no_other() {
    let (hub, mut device) = hub();
    let mut long = lead(5, &offline());
    long.fields.get_mut(&Field::Note).unwrap().value =
        Value::Text(Personal::multiline(&"ż".repeat(70_000)));
    let mut messages: Vec<Message> = (0..10).map(|n| upsert(n, 1)).collect();
    messages[5] = imagined::upsert(&long);
    let answers = device.push(&messages);
    let refused = Answer::NeedsPerson {
        reason: Reason::Refused,
    };
    assert_eq!(answers.iter().filter(|one| **one == refused).count(), 1);
    assert_eq!(answers[5], refused);
    assert_eq!(count(&hub), 9);
    // Where the database refuses the whole call for one row's sake, it is found by halves.
    hub.sql("alter table hub.lead add check (event <> 'elsewhere')");
    let mut elsewhere = upsert(7, 2);
    elsewhere.event = "elsewhere".to_owned();
    let mut messages: Vec<Message> = (0..10).map(|n| upsert(n, 2)).collect();
    messages[7] = elsewhere;
    let answers = device.push(&messages);
    assert_eq!(answers.iter().filter(|one| **one == refused).count(), 1);
    assert_eq!(answers[7], refused);
    let newer = "select count(*) from hub.lead where revision = 2";
    assert_eq!(hub.sql(newer), "9");
}

#[test]
fn what_the_drainer_confirms_is_cleared() {
    let (hub, mut device) = hub();
    let erase = about(3, 1, Body::Erase);
    told(device.as_mut(), &[upsert(1, 4), upsert(2, 1), erase]);
    let waiting = hub.rows("select * from hub.waiting(10)");
    assert_eq!(waiting.len(), 3);
    // The second is told anew while the drainer is at work.
    told(device.as_mut(), &[upsert(2, 2)]);
    for row in &waiting {
        let (id, waits) = (row["id"].as_str().unwrap(), row["waits"].as_str().unwrap());
        let confirmed = hub.sql(&format!("select hub.confirm('{id}', '{waits}')"));
        let newer = id == lead_id(2).to_string();
        assert_eq!(confirmed, if newer { "f" } else { "t" });
    }
    let cleared = |n: u32, revision: u32, erased: bool| {
        json!({
            "id": lead_id(n).to_string(), "revision": revision, "erased": erased, "event": null,
            "receipt": null, "payload": null, "withdrawn": {}, "expired": {}, "told_by": null,
            "told_at": null, "waits": null, "leased_until": null,
            "leased_as": null, "subject": null, "set_aside": null,
        })
    };
    assert_eq!(row(&hub, 1), cleared(1, 4, false));
    assert_eq!(row(&hub, 3), cleared(3, 0, true));
    assert_eq!(row(&hub, 2)["payload"]["revision"], 2);
    // A repeat is no news; a withdrawal is.
    told(device.as_mut(), &[upsert(1, 4)]);
    assert_eq!(row(&hub, 1), cleared(1, 4, false));
    told(device.as_mut(), &[withdraw(1, 4)]);
    let waiting = hub.rows("select * from hub.waiting(10)");
    assert_eq!(waiting.len(), 2);
    assert_eq!(waiting[1]["withdrawn"], json!({ "newsletter": 4 }));
    assert_eq!(waiting[1]["payload"], Json::Null);
}

#[test]
fn two_drainers_are_given_different_leads_until_the_lease_runs_out() {
    let (hub, mut device) = hub();
    told(
        device.as_mut(),
        &(0..5).map(|n| upsert(n, 1)).collect::<Vec<_>>(),
    );
    let take = |most: u32, seconds: u32| {
        let rows = hub.rows(&format!("select * from hub.take({most}, {seconds})"));
        let ids = rows
            .iter()
            .map(|row| row["id"].as_str().unwrap().to_owned());
        ids.collect::<std::collections::BTreeSet<_>>()
    };
    let (one, other) = (take(2, 600), take(10, 600));
    assert_eq!((one.len(), other.len()), (2, 3));
    assert!(one.is_disjoint(&other));
    assert!(take(10, 600).is_empty(), "all of them are given out");
    hub.sql("update hub.lead set leased_until = now() - interval '1 second'");
    assert_eq!(
        take(10, 600).len(),
        5,
        "a drainer that has died holds nothing up"
    );
    // No lease is longer than an hour, whatever was asked for.
    let far = "select count(*) from hub.lead where leased_until > now() + interval '1 hour'";
    hub.sql("update hub.lead set leased_until = null");
    take(10, 1_000_000);
    assert_eq!(hub.sql(far), "0");
}

#[test]
fn what_a_device_says_of_a_lead_that_is_given_out_waits_for_the_same_drainer() {
    let (hub, mut device) = hub();
    told(device.as_mut(), &[upsert(1, 1)]);
    let [given] = &hub.rows("select * from hub.take(10, 600)")[..] else {
        panic!("one lead waits");
    };
    let confirm = |row: &Json| {
        let word = |name: &str| row[name].as_str().unwrap().to_owned();
        hub.sql(&format!(
            "select hub.confirm('{}', '{}')",
            word("id"),
            word("waits")
        ))
    };
    told(device.as_mut(), &[withdraw(1, 1)]);
    assert!(hub.rows("select * from hub.take(10, 600)").is_empty());
    assert_eq!(confirm(given), "f", "it did not see the withdrawal");
    // Which is given out at once: nobody works on the lead any more.
    let again = hub.rows("select * from hub.take(10, 600)");
    assert_eq!(again[0]["withdrawn"], json!({ "newsletter": 1 }));
    assert_eq!(confirm(&again[0]), "t");
    assert_eq!(row(&hub, 1)["leased_until"], Json::Null);
    assert!(hub.rows("select * from hub.take(10, 600)").is_empty());
}

#[test]
fn a_drainer_that_was_late_ends_no_lease_but_its_own() {
    let (hub, mut device) = hub();
    told(device.as_mut(), &[upsert(1, 1)]);
    let take = || hub.rows("select * from hub.take(10, 600)");
    let late = take().remove(0);
    hub.sql("update hub.lead set leased_until = now() - interval '1 second'");
    let next = take().remove(0);
    let confirm = |row: &Json| {
        let (id, waits) = (row["id"].as_str().unwrap(), row["waits"].as_str().unwrap());
        hub.sql(&format!("select hub.confirm('{id}', '{waits}')"))
    };
    assert_eq!(confirm(&late), "f", "another works on it");
    told(device.as_mut(), &[withdraw(1, 1)]);
    assert_eq!(confirm(&late), "f");
    assert!(take().is_empty(), "the other still works on it");
    assert_eq!(confirm(&next), "f", "it did not see the withdrawal");
    assert_eq!(confirm(&take()[0]), "t");
    assert!(take().is_empty());
}

#[test]
fn a_hub_from_before_there_were_leases_gets_them() {
    let (hub, mut device) = hub();
    told(device.as_mut(), &[upsert(1, 1)]);
    hub.sql("drop function hub.take(bigint, bigint)");
    hub.sql("drop function hub.waiting(bigint)");
    hub.sql("alter table hub.lead drop column leased_until, drop column leased_as");
    hub.sql("alter table hub.lead drop column subject, drop column set_aside");
    hub.install(zgoda_crm::HUB_SQL);
    assert_eq!(hub.rows("select * from hub.take(10, 600)").len(), 1);
}

#[test]
fn a_withdrawal_outlives_the_drainer_for_a_revision_still_to_come() {
    let (hub, mut device) = hub();
    told(device.as_mut(), &[withdraw(1, 3)]);
    let confirm_all = "select hub.confirm(id, waits) from hub.waiting(10)";
    assert_eq!(hub.sql(confirm_all), "t");
    told(device.as_mut(), &[upsert(1, 3)]);
    assert_eq!(row(&hub, 1)["payload"]["decisions"][1]["withdrawn"], true);
    assert_eq!(hub.sql(confirm_all), "t");
    assert_eq!(row(&hub, 1)["withdrawn"], json!({}));
}

#[test]
fn a_lead_is_found_by_the_code_of_its_receipt_while_it_waits() {
    let (hub, mut device) = hub();
    let kept = lead(1, &offline());
    let code = Code::of(&kept.subject);
    assert_eq!(device.find(&code), Ok(None));
    told(
        device.as_mut(),
        &[upsert(1, 1), upsert(2, 1), withdraw(1, 1)],
    );
    let found = device.find(&code).unwrap().unwrap();
    assert_eq!(found.stub.lead, kept.id);
    assert_eq!(found.stub.subject, kept.subject);
    assert!(found.stub.deadlines.contains_key(&Field::Email));
    let given: Vec<bool> = found.decisions.iter().map(|one| one.given).collect();
    assert_eq!(given, [true, false, false], "the newsletter is withdrawn");
    let said = hub.sql(&format!("select hub.find('{}')", code.grouped()));
    assert!(
        said.contains("send_offer") && !said.contains("lisek"),
        "{said}"
    );
    hub.sql("select hub.confirm(id, waits) from hub.waiting(10)");
    assert_eq!(device.find(&code), Ok(None));
}

#[test]
fn two_devices_at_once_leave_each_lead_once_and_newest() {
    let (hub, _) = hub();
    hub.device(2);
    // The strictest isolation: the database takes calls back that met, and they are made again.
    hub.sql(
        "do $$ begin execute format('alter database %I set default_transaction_isolation = serializable', \
         current_database()); end $$",
    );
    let all = |device: usize| {
        let url = hub.url(device, hub::server().port);
        move || {
            let mut device_at = hub::to(&url, postgres::PASSWORD).unwrap();
            for round in 0..5_u32 {
                // Each goes through the leads in its own order, and has the newer half of them.
                let newest =
                    |n: u32| 1 + round * 2 + u32::from(n.is_multiple_of(2) == (device == 1));
                let mut messages: Vec<Message> = (0..300).map(|n| upsert(n, newest(n))).collect();
                if device == 2 {
                    messages.reverse();
                }
                while messages
                    .iter()
                    .zip(device_at.push(&messages))
                    .any(|(_, answer)| {
                        matches!(
                            answer,
                            Answer::Retry {
                                reason: Reason::ServerTrouble,
                                ..
                            }
                        )
                    })
                {}
            }
        }
    };
    let threads = [1, 2].map(|device| std::thread::spawn(all(device)));
    for thread in threads {
        thread.join().unwrap();
    }
    assert_eq!(count(&hub), 300);
    assert_eq!(
        hub.sql("select min(revision), max(revision) from hub.lead"),
        "10|10"
    );
    let same = "select count(*) from hub.lead where (payload->>'revision')::bigint = revision";
    assert_eq!(hub.sql(same), "300");
}
