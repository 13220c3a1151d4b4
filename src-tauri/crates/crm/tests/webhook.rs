//! The `webhook` connector: what a receiver gets, and what its answers mean.
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
use std::sync::{Arc, Mutex};
use std::time::Duration;

use fake::{Deed, Server};
use imagined::{email, lead, message, profile, upsert};
use serde_json::{Value as Json, json};
use zgoda_core::BoxRef;
use zgoda_core::field::Field;
use zgoda_core::outbox::{Answer, Body, Message, Reason};
use zgoda_crm::{ConnectError, Connector, Secret, Tested};

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

fn to(url: &str, secret: &str) -> Result<Box<dyn Connector>, ConnectError> {
    let mut profile = profile("[crm]\nkind = \"file\"\nplain = true");
    profile.crm.kind = "webhook".to_owned();
    profile.crm.url = Some(url.to_owned());
    zgoda_crm::connect(&profile, Some(&Secret::new(secret)), "".as_ref())
}

fn everything() -> Vec<Message> {
    let kept = lead(1, &profile("[crm]\nkind = \"file\"\nplain = true"));
    vec![
        upsert(&kept),
        message(
            &kept,
            Body::Withdraw(BTreeSet::from([BoxRef::whole("newsletter".to_owned())])),
        ),
        message(&kept, Body::Expire(BTreeSet::from([Field::Phone]))),
        message(&kept, Body::Erase),
    ]
}

/// Pushes everything to a receiver that answers `deed`, and returns the answers and how many requests it took.
fn under(deed: impl Fn() -> Deed + Send + 'static) -> (Vec<Answer>, usize) {
    let server = Server::start();
    server.fault(move |_| Some(deed()));
    let answers = to(&server.address, SECRET).unwrap().push(&everything());
    (answers, server.log().len())
}

#[test]
fn each_message_is_an_event_with_an_id_of_its_own() {
    let server = Server::start();
    let seen = Arc::new(Mutex::new(Vec::<(String, Json)>::new()));
    let shared = seen.clone();
    server.fault(move |request| {
        let id = request.headers["webhook-id"].clone();
        assert!(request.headers["webhook-signature"].starts_with("v1,"));
        assert!(request.headers["webhook-timestamp"].parse::<i64>().unwrap() > 0);
        assert!(!request.headers.contains_key("authorization"));
        shared.lock().unwrap().push((id, request.body.clone()));
        Some(Deed::Answer(204, json!({})))
    });
    let mut connector = to(&server.address, SECRET).unwrap();
    for _ in 0..2 {
        for (message, answer) in everything().iter().zip(connector.push(&everything())) {
            let crm_id = format!("webhook:{}", message.lead);
            assert_eq!(answer, Answer::Confirmed { crm_id });
        }
    }
    assert_eq!(connector.test(), Ok(Tested::default()));
    let seen = seen.lock().unwrap();
    let types: Vec<&str> = seen[..4]
        .iter()
        .map(|(_, body)| body["type"].as_str().unwrap())
        .collect();
    assert_eq!(
        types,
        [
            "lead.upserted",
            "lead.withdrawn",
            "lead.expired",
            "lead.erased"
        ]
    );
    assert_eq!(seen[0].1["data"]["fields"]["email"][0], email(1));
    assert_eq!(
        seen[0].1["data"]["decisions"][1]["wording"]["version"],
        "2026-1"
    );
    assert_eq!(seen[1].1["data"]["purposes"], json!(["newsletter"]));
    assert_eq!(seen[2].1["data"]["fields"], json!(["phone"]));
    let erased = &seen[3].1["data"];
    assert_eq!(
        *erased,
        json!({ "kind": "erase", "lead_id": everything()[0].lead.to_string() })
    );
    let ids: BTreeSet<&String> = seen[..4].iter().map(|(id, _)| id).collect();
    assert_eq!(ids.len(), 4);
    assert!(
        seen[4..8].iter().all(|(id, _)| ids.contains(id)),
        "a repeat has the same id"
    );
    assert_eq!(
        (seen[8].1["type"].as_str(), &seen[8].1["data"]),
        (Some("zgoda.test"), &json!({}))
    );
}

#[test]
fn answers_are_classed() {
    let person = |reason| Answer::NeedsPerson { reason };
    for (status, reason, requests) in [
        (410, Reason::Settings, 1),
        (404, Reason::Settings, 1),
        (401, Reason::SignIn, 1),
        (400, Reason::Refused, 4),
        (422, Reason::Refused, 4),
    ] {
        let answers = under(move || Deed::Answer(status, json!({})));
        assert_eq!(answers, (vec![person(reason); 4], requests), "{status}");
    }
    let retry = |reason, after| (vec![Answer::Retry { reason, after }; 4], 1);
    let raw = |text: &'static str| under(move || Deed::Raw(text.as_bytes().to_vec()));
    let wait = Some(Duration::from_secs(9));
    let busy = "HTTP/1.1 503 x\r\nRetry-After: 9\r\nContent-Length: 0\r\n\r\n";
    assert_eq!(raw(busy), retry(Reason::ServerTrouble, wait));
    let many = "HTTP/1.1 429 x\r\nRetry-After: 9\r\nContent-Length: 0\r\n\r\n";
    assert_eq!(raw(many), retry(Reason::Throttled, wait));
    let page = "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<html>Welcome!";
    assert_eq!(raw(page), retry(Reason::NotTheCrm, None));
    let moved = "HTTP/1.1 307 x\r\nLocation: http://192.0.2.1/\r\nContent-Length: 0\r\n\r\n";
    assert_eq!(raw(moved), retry(Reason::NotTheCrm, None));
    assert_eq!(under(|| Deed::Cut), retry(Reason::Ambiguous, None));
}

#[test]
fn fail_where_the_settings_are_not_enough() {
    assert_eq!(
        to("http://crm.example/", SECRET).err(),
        Some(ConnectError::BadUrl)
    );
    for secret in ["", "whsec_", "whsec_c2hvcnQ=", "bcrm_pat_token key"] {
        assert_eq!(
            to("https://crm.example/", secret).err(),
            Some(ConnectError::NoSecret),
            "{secret}"
        );
    }
}

#[test]
fn the_devices_word_on_itself_is_an_event_too() {
    let server = Server::start();
    let seen = Arc::new(Mutex::new(Vec::<Json>::new()));
    let shared = seen.clone();
    server.fault(move |request| {
        assert!(request.headers["webhook-signature"].starts_with("v1,"));
        shared.lock().unwrap().push(request.body.clone());
        Some(Deed::Answer(204, json!({})))
    });
    let mut connector = to(&server.address, SECRET).unwrap();
    let given_back = connector.hand_over_status("device-1", "zgoda status");
    assert_eq!(given_back, Ok(None));
    let body = seen.lock().unwrap()[0].clone();
    assert_eq!(body["type"], "device.status");
    assert_eq!(
        body["data"],
        json!({ "device": "device-1", "status": "zgoda status" })
    );

    let before = "zgoda status\nsigned twice";
    server.fault(move |_| Some(Deed::Answer(200, json!({ "status": before }))));
    let given_back = connector.hand_over_status("device-1", "zgoda status");
    assert_eq!(given_back, Ok(Some(before.to_owned())));
    // Words that are no JSON, and a status that is no text, are none.
    for body in ["thank you", "{\"status\": 7}"] {
        let head = format!(
            "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        server.fault(move |_| Some(Deed::Raw(head.as_bytes().to_vec())));
        let given_back = connector.hand_over_status("device-1", "zgoda status");
        assert_eq!(given_back, Ok(None), "{body}");
    }

    server.fault(|_| Some(Deed::Answer(401, json!({}))));
    let refused = connector.hand_over_status("device-1", "zgoda status");
    assert_eq!(refused, Err(Reason::SignIn));
}
