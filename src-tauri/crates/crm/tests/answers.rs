//! A CRM's answers: which are a yes, which come again, which need a person.
#![allow(clippy::unwrap_used)]

#[allow(unreachable_pub, dead_code)]
mod fake;
#[path = "../../../../tests/src/imagined.rs"]
#[allow(unreachable_pub, dead_code)]
mod imagined;
#[path = "../../../../tests/src/schedule.rs"]
#[allow(unreachable_pub, dead_code)]
mod schedule;

use std::collections::BTreeSet;

use fake::bottle::{confirmed, messages, offline, person, raw, retry, to};
use fake::{Deed, Server};
use imagined::{lead, message, upsert};
use serde_json::json;
use zgoda_core::SubjectRef;
use zgoda_core::field::{Field, Value};
use zgoda_core::outbox::{Answer, Body, Reason};
use zgoda_core::receipt::Code;
use zgoda_crm::{ConnectError, Secret};

#[test]
fn attack_40_an_answer_without_the_right_id_is_no_confirmation() {
    let stranger = "5e1f0000-0000-4000-8000-00000000beef";
    for answer in [
        json!({ "result": "created" }),
        json!({ "result": "created", "lead": null }),
        json!({ "result": "created", "lead": 7 }),
        json!({ "result": "created", "lead": "7" }),
        json!({ "result": "created", "lead": stranger }),
        json!({ "result": "merged", "lead": stranger }),
        json!([]),
    ] {
        let server = Server::start();
        let others = json!({ "external_id": "somebody else's", "email": "kept@lisek.example" });
        server
            .crm
            .lock()
            .unwrap()
            .leads
            .insert(stranger.to_owned(), others.clone());
        let said = answer.clone();
        server.fault(move |request| {
            (request.method == "POST" && said["result"] != "created")
                .then(|| Deed::Answer(200, said.clone()))
        });
        if answer["result"] == "created" {
            // Such an id is nowhere in the CRM.
            server.crm.lock().unwrap().leads.clear();
            let said = answer.clone();
            server.fault(move |request| {
                (request.method == "POST").then(|| Deed::Answer(201, said.clone()))
            });
        }
        let answers = to(&server.webhook()).unwrap().push(&messages(1));
        assert!(
            matches!(answers[..], [Answer::NeedsPerson { .. }]),
            "{answer}: {answers:?}"
        );
        let crm = server.crm.lock().unwrap();
        assert!(
            crm.leads.values().all(|lead| *lead == others),
            "another lead was written to"
        );
    }
}

#[test]
fn attack_40_a_lead_that_is_not_the_right_one_is_never_written_to() {
    let server = Server::start();
    let others = json!({ "external_id": "somebody else's" });
    let id = "5e1f0000-0000-4000-8000-00000000beef";
    server
        .crm
        .lock()
        .unwrap()
        .leads
        .insert(id.to_owned(), others.clone());
    let mut message = messages(1).remove(0);
    message.crm_id = Some(id.to_owned());
    let mut all = vec![message.clone()];
    message.body = Body::Expire(BTreeSet::from([Field::Phone]));
    all.push(message.clone());
    message.body = Body::Erase;
    all.push(message);
    let answers = to(&server.webhook()).unwrap().push(&all);
    assert_eq!(
        answers,
        [
            person(Reason::NoId),
            person(Reason::NoId),
            person(Reason::NoId)
        ]
    );
    assert_eq!(server.crm.lock().unwrap().leads[id], others);
}

#[test]
fn attack_41_a_lost_answer_makes_no_second_lead() {
    for method in ["POST", "PATCH"] {
        let server = Server::start();
        let mut connector = to(&server.webhook()).unwrap();
        server.lose_answer_to(method);
        let first = connector.push(&messages(3));
        assert_eq!(
            first,
            vec![retry(Reason::Ambiguous); 3],
            "in doubt, and the rest wait"
        );
        assert_eq!(confirmed(&connector.push(&messages(3))), 3);
        assert_eq!(
            server.crm.lock().unwrap().leads.len(),
            3,
            "after a lost answer to {method}"
        );
    }
}

#[test]
fn attack_41_a_lost_answer_to_an_erasure_leaves_nobody() {
    let server = Server::start();
    let mut connector = to(&server.webhook()).unwrap();
    let kept = lead(1, &offline());
    assert_eq!(confirmed(&connector.push(&[upsert(&kept)])), 1);
    server.lose_answer_to("DELETE");
    let erase = [message(&kept, Body::Erase)];
    assert_eq!(connector.push(&erase), [retry(Reason::Ambiguous)]);
    assert_eq!(confirmed(&connector.push(&erase)), 1);
    assert!(server.crm.lock().unwrap().leads.is_empty());
}

#[test]
fn attack_43_one_refused_lead_does_not_hold_up_the_rest() {
    let server = Server::start();
    server.fault(|request| {
        let refused = request.method == "PATCH" && request.body["last_name"] == "3";
        refused.then(|| Deed::Answer(400, json!({ "error": true, "errors": "not this one" })))
    });
    let answers = to(&server.webhook()).unwrap().push(&messages(6));
    assert_eq!(answers[3], person(Reason::Refused));
    assert_eq!(confirmed(&answers), 5);
    let required = json!({ "errors": { "custom_fields": { "region": "is required" } } });
    server.fault(move |request| {
        (request.method == "PATCH").then(|| Deed::Answer(400, required.clone()))
    });
    let answers = to(&server.webhook()).unwrap().push(&messages(2));
    assert_eq!(answers, vec![person(Reason::MissingField); 2]);
}

#[test]
fn attack_47_an_expired_token_drops_nothing() {
    for status in [401, 403] {
        let server = Server::start();
        let why = json!({ "detail": "Organization context is required. Please login again." });
        server.fault(move |_| Some(Deed::Answer(status, why.clone())));
        let mut connector = to(&server.webhook()).unwrap();
        assert_eq!(
            connector.push(&messages(3)),
            vec![person(Reason::SignIn); 3]
        );
        assert_eq!(
            server.log().len(),
            1,
            "no lead is tried with a token that is refused"
        );
        server.heal();
        assert_eq!(confirmed(&connector.push(&messages(3))), 3);
    }
}

#[test]
fn attack_48_what_somebody_changed_in_the_crm_stays() {
    let server = Server::start();
    let mut connector = to(&server.webhook()).unwrap();
    let first = lead(1, &offline());
    let answers = connector.push(&[upsert(&first)]);
    let [Answer::Confirmed { crm_id }] = &answers[..] else {
        panic!("{answers:?}")
    };
    // Somebody at head office rang the person and wrote the number down.
    server.crm.lock().unwrap().leads.get_mut(crm_id).unwrap()["phone"] = "+48 600 100 200".into();
    let mut newer = first.clone();
    for (field, value) in [
        (Field::Phone, "+48 111 222 333"),
        (Field::Title, "Dyrektorka"),
    ] {
        let slot = &mut newer.fields.get_mut(&field).unwrap().value;
        *slot = match slot {
            Value::Many(_) => Value::Many(vec![value.into()]),
            _ => Value::Text(value.into()),
        };
    }
    newer.revision += 1;
    let mut message = upsert(&newer);
    message.crm_id = Some(crm_id.clone());
    assert_eq!(confirmed(&connector.push(&[message])), 1);
    let crm = server.crm.lock().unwrap();
    assert_eq!(crm.leads[crm_id]["phone"], "+48 600 100 200");
    assert_eq!(
        crm.leads[crm_id]["job_title"], "Dyrektorka",
        "what nobody changed follows"
    );
}

#[test]
fn each_token_goes_where_it_belongs() {
    let server = Server::start();
    assert_eq!(
        confirmed(&to(&server.webhook()).unwrap().push(&messages(1))),
        1
    );
    let tokens = std::mem::take(&mut server.crm.lock().unwrap().tokens);
    assert_eq!(server.log().len(), 4);
    assert_eq!(
        tokens,
        [
            "Bearer bcrm_pat_token",
            "Bearer bcrm_pat_token",
            "Bearer webhook-key",
            "Bearer bcrm_pat_token"
        ]
    );
}

#[test]
fn fail_where_the_settings_are_not_enough() {
    for url in [
        "https://crm.example/",
        "https://crm.example/api/public/leads/",
        "https://crm.example/api/public/leads/7/",
        "http://crm.example/api/public/leads/0f14d0ab-9605-4a62-a9e4-5ed26688389b/",
    ] {
        assert_eq!(to(url).err(), Some(ConnectError::BadUrl), "{url}");
    }
    let mut profile = offline();
    profile.crm.kind = "bottlecrm".to_owned();
    assert_eq!(
        zgoda_crm::connect(&profile, None, "".as_ref()).err(),
        Some(ConnectError::NoUrl)
    );
    profile.crm.url = Some(Server::start().webhook());
    for half in ["", "bcrm_pat_token", "webhook-key", "webhook-key another"] {
        let failed = zgoda_crm::connect(&profile, Some(&Secret::new(half)), "".as_ref()).err();
        assert_eq!(failed, Some(ConnectError::NoSecret), "{half}");
    }
    profile.crm.kind = "fax".to_owned();
    let failed = zgoda_crm::connect(&profile, None, "".as_ref()).err();
    assert_eq!(failed, Some(ConnectError::UnknownKind("fax".to_owned())));
}

#[test]
fn a_lead_is_found_by_the_code_of_its_receipt() {
    let server = Server::start();
    let mut connector = to(&server.webhook()).unwrap();
    let messages = messages(3);
    assert_eq!(confirmed(&connector.push(&messages)), 3);
    let code = Code::of(&messages[1].subject);
    let found = connector.find(&code).unwrap().unwrap();
    assert_eq!(found.stub.lead, messages[1].lead);
    assert_eq!(found.stub.subject, messages[1].subject);
    assert!(!found.stub.deadlines.is_empty() && found.decisions.iter().any(|one| one.given));
    let nobody = Code::of(&SubjectRef::from_random([3; 16]));
    assert_eq!(connector.find(&nobody), Ok(None));
}

#[test]
fn fail_a_look_up_whose_answer_is_another_persons_or_no_list() {
    let server = Server::start();
    let mut connector = to(&server.webhook()).unwrap();
    let messages = messages(2);
    connector.push(&messages);
    let other = server
        .crm
        .lock()
        .unwrap()
        .leads
        .values()
        .next()
        .cloned()
        .unwrap();
    let lists =
        json!({ "open_leads": { "open_leads": [other] }, "close_leads": { "close_leads": [] } });
    server.fault(move |_| Some(Deed::Answer(200, lists.clone())));
    let nobody = Code::of(&SubjectRef::from_random([3; 16]));
    assert_eq!(connector.find(&nobody), Ok(None));
    for (deed, reason) in [
        (Deed::Answer(200, json!({})), Reason::NotTheCrm),
        (Deed::Answer(401, json!({})), Reason::SignIn),
        (
            raw("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n<html>x\r\n"),
            Reason::NotTheCrm,
        ),
    ] {
        let mut deed = Some(deed);
        server.fault(move |_| deed.take());
        assert_eq!(connector.find(&nobody), Err(reason));
    }
}
