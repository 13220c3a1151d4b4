//! The `webhook` connector where the profile says `batch`: many leads in one request, packed and signed as sent.
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
use std::io::Read as _;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use fake::{Deed, Request, Server};
use flate2::read::GzDecoder;
use hmac::{Hmac, KeyInit, Mac};
use imagined::{email, lead, message, upsert};
use serde_json::{Value as Json, json};
use zgoda_core::outbox::{Answer, Body, Message, Reason};
use zgoda_crm::{Connector, Secret};

const SECRET: &str = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// A connector that sends up to `batch` at once, to a receiver that answers by `answer`.
fn to(batch: u16, answer: impl FnMut(&Request) -> Deed + Send + 'static) -> Box<dyn Connector> {
    let server = Server::start();
    let mut answer = answer;
    server.fault(move |request| Some(answer(request)));
    let toml = format!(
        "[crm]\nkind = \"webhook\"\nurl = \"{}\"\nbatch = {batch}",
        server.address
    );
    let secret = Secret::new(&format!("whsec_{SECRET}"));
    zgoda_crm::connect(&imagined::profile(&toml), Some(&secret), "".as_ref()).unwrap()
}

fn messages(count: u32) -> Vec<Message> {
    let profile = imagined::profile("[crm]\nkind = \"file\"\nplain = true");
    (0..count).map(|n| upsert(&lead(n, &profile))).collect()
}

/// What a receiver makes of a request: the signature is checked over the bytes that came, which are then unpacked.
fn opened(request: &Request) -> Json {
    let header = |name: &str| request.headers[name].as_str();
    let key = STANDARD.decode(SECRET).unwrap();
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(&key).unwrap();
    let signed = format!("{}.{}.", header("webhook-id"), header("webhook-timestamp"));
    mac.update(signed.as_bytes());
    mac.update(&request.bytes);
    let signature = format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()));
    assert_eq!(header("webhook-signature"), signature);
    assert_eq!(header("content-encoding"), "gzip");
    assert_eq!(header("content-type"), "application/json");
    let mut text = String::new();
    GzDecoder::new(&request.bytes[..])
        .read_to_string(&mut text)
        .unwrap();
    assert!(text.len() > request.bytes.len(), "it is smaller packed");
    serde_json::from_str(&text).unwrap()
}

/// What the receiver gets, in order.
type Seen = Arc<Mutex<Vec<Json>>>;

/// The same with a receiver that keeps all it gets and answers `status` and `body`.
fn keeping(batch: u16, status: u16, body: Json) -> (Box<dyn Connector>, Seen) {
    let seen = Seen::default();
    let shared = seen.clone();
    let connector = to(batch, move |request| {
        let mut got = opened(request);
        got["webhook-id"] = request.headers["webhook-id"].clone().into();
        shared.lock().unwrap().push(got);
        Deed::Answer(status, body.clone())
    });
    (connector, seen)
}

fn confirmed(message: &Message) -> Answer {
    let crm_id = format!("webhook:{}", message.lead);
    Answer::Confirmed { crm_id }
}

const REFUSED: Answer = Answer::NeedsPerson {
    reason: Reason::Refused,
};

#[test]
fn a_thousand_leads_are_one_request() {
    let (mut connector, seen) = keeping(1000, 204, json!({}));
    assert_eq!(connector.batch(), 1000);
    let messages = messages(1000);
    for _ in 0..2 {
        let answers = connector.push(&messages);
        assert!(messages.iter().map(confirmed).eq(answers));
    }
    let seen = seen.lock().unwrap();
    assert_eq!(seen.len(), 2);
    assert_eq!(seen[0]["type"], "leads");
    assert_eq!(
        seen[0]["webhook-id"], seen[1]["webhook-id"],
        "a repeat has the same id"
    );
    let leads = seen[0]["data"].as_array().unwrap();
    assert_eq!(leads.len(), 1000);
    assert_eq!(leads[617]["type"], "lead.upserted");
    assert_eq!(leads[617]["data"]["fields"]["email"][0], email(617));
    let ids: BTreeSet<&str> = leads
        .iter()
        .map(|one| one["id"].as_str().unwrap())
        .collect();
    assert_eq!(ids.len(), 1000);
}

#[test]
fn what_one_lead_is_told_keeps_its_order() {
    let (mut connector, seen) = keeping(3, 200, json!({}));
    let profile = imagined::profile("[crm]\nkind = \"file\"\nplain = true");
    let erase = message(&lead(0, &profile), Body::Erase);
    let mut told = messages(4);
    told.insert(1, erase);
    assert!(told.iter().map(confirmed).eq(connector.push(&told)));
    let seen = seen.lock().unwrap();
    let types = seen.iter().map(|one| {
        let leads = one["data"].as_array().unwrap().iter();
        leads
            .map(|one| one["type"].as_str().unwrap())
            .collect::<Vec<_>>()
    });
    let upsert = "lead.upserted";
    let expected = [
        vec![upsert],
        vec!["lead.erased", upsert, upsert],
        vec![upsert],
    ];
    assert!(types.eq(expected));
}

#[test]
fn a_receiver_may_answer_for_each() {
    let body = json!({ "answers": ["kept", "refused", "kept"] });
    let (mut connector, seen) = keeping(3, 200, body);
    let messages = messages(3);
    let expected = [confirmed(&messages[0]), REFUSED, confirmed(&messages[2])];
    assert_eq!(connector.push(&messages), expected);
    assert_eq!(seen.lock().unwrap().len(), 1);
    // As many words as leads, or nobody knows whose they are.
    for answers in [
        json!(["kept", "kept"]),
        json!([]),
        json!(["kept", "kept", "kept", "kept"]),
    ] {
        let (mut connector, _) = keeping(3, 200, json!({ "answers": answers }));
        let doubt = Answer::Retry {
            reason: Reason::Ambiguous,
            after: None,
        };
        assert_eq!(connector.push(&messages), vec![doubt; 3], "{answers}");
    }
}

#[test]
fn one_bad_lead_that_nobody_names_is_found_by_halves() {
    let messages = messages(100);
    let bad = messages[61].lead.to_string();
    let requests = Arc::new(Mutex::new(0));
    let counted = requests.clone();
    let mut connector = to(100, move |request| {
        *counted.lock().unwrap() += 1;
        let refused = opened(request).to_string().contains(&bad);
        Deed::Answer(if refused { 422 } else { 200 }, json!({}))
    });
    let answers = connector.push(&messages);
    for (at, answer) in answers.iter().enumerate() {
        let expected = if at == 61 {
            REFUSED
        } else {
            confirmed(&messages[at])
        };
        assert_eq!(*answer, expected, "{at}");
    }
    assert!(*requests.lock().unwrap() <= 15);
}

#[test]
fn trouble_of_the_whole_stops_all_and_confirms_nothing() {
    let messages = messages(6);
    let retry = |reason, after| Answer::Retry { reason, after };
    let person = |reason| Answer::NeedsPerson { reason };
    let busy = "HTTP/1.1 503 x\r\nRetry-After: 9\r\nContent-Length: 0\r\n\r\n";
    let page = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html>Welcome!";
    let half = "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{\"answers\": [";
    for (said, answer) in [
        (
            Some(busy),
            retry(Reason::ServerTrouble, Some(Duration::from_secs(9))),
        ),
        (Some(page), retry(Reason::NotTheCrm, None)),
        (Some(half), retry(Reason::Ambiguous, None)),
        (
            Some("HTTP/1.1 401 x\r\nContent-Length: 0\r\n\r\n"),
            person(Reason::SignIn),
        ),
        (
            Some("HTTP/1.1 415 x\r\nContent-Length: 0\r\n\r\n"),
            person(Reason::Settings),
        ),
        (None, retry(Reason::Ambiguous, None)),
    ] {
        let requests = Arc::new(Mutex::new(0));
        let counted = requests.clone();
        let mut connector = to(2, move |_| {
            *counted.lock().unwrap() += 1;
            said.map_or(Deed::Cut, |said| Deed::Raw(said.as_bytes().to_vec()))
        });
        assert_eq!(connector.push(&messages), vec![answer; 6], "{said:?}");
        assert_eq!(*requests.lock().unwrap(), 1, "{said:?}");
    }
}
