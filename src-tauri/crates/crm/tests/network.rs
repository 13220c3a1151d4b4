//! A fair's network and a CRM in trouble: what is answered for each message, and what is never taken for a yes.
#![allow(clippy::unwrap_used)]

#[allow(unreachable_pub)]
mod fake;
#[path = "../../../../tests/src/imagined.rs"]
#[allow(unreachable_pub)]
mod imagined;

use std::collections::BTreeSet;
use std::net::TcpListener;
use std::time::{Duration, Instant};

use fake::{Deed, Server};
use imagined::{lead, message, profile, upsert};
use serde_json::json;
use zgoda_core::field::Field;
use zgoda_core::outbox::{Answer, Body, Message, Reason};
use zgoda_crm::{ConnectError, Connector, Secret};

const SECRET: &str = "bcrm_pat_token webhook-key";

fn to(url: &str) -> Result<Box<dyn Connector>, ConnectError> {
    let mut profile = profile("[crm]\nkind = \"file\"\nplain = true");
    profile.crm.kind = "bottlecrm".to_owned();
    profile.crm.url = Some(url.to_owned());
    zgoda_crm::connect(&profile, Some(&Secret::new(SECRET)), "".as_ref())
}

fn messages(count: u32) -> Vec<Message> {
    let profile = profile("[crm]\nkind = \"file\"\nplain = true");
    (0..count).map(|n| upsert(&lead(n, &profile))).collect()
}

fn retry(reason: Reason) -> Answer {
    Answer::Retry {
        reason,
        after: None,
    }
}

fn person(reason: Reason) -> Answer {
    Answer::NeedsPerson { reason }
}

fn confirmed(answers: &[Answer]) -> usize {
    answers
        .iter()
        .filter(|answer| matches!(answer, Answer::Confirmed { .. }))
        .count()
}

fn raw(text: &str) -> Deed {
    Deed::Raw(text.as_bytes().to_vec())
}

/// Pushes three leads while every request meets `deed`. Answers what was said to them, and how many requests it took.
fn under(deed: impl Fn() -> Deed + Send + 'static) -> (Vec<Answer>, usize) {
    let server = Server::start();
    server.fault(move |_| Some(deed()));
    let answers = to(&server.webhook()).unwrap().push(&messages(3));
    assert!(server.crm.lock().unwrap().leads.is_empty());
    (answers, server.log().len())
}

#[test]
fn fail_40_an_answer_without_the_right_id_is_no_confirmation() {
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
fn fail_40_a_lead_that_is_not_the_right_one_is_never_written_to() {
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
fn row_41_a_lost_answer_makes_no_second_lead() {
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
fn row_41_a_lost_answer_to_an_erasure_leaves_nobody() {
    let server = Server::start();
    let mut connector = to(&server.webhook()).unwrap();
    let kept = lead(1, &profile("[crm]\nkind = \"file\"\nplain = true"));
    assert_eq!(confirmed(&connector.push(&[upsert(&kept)])), 1);
    server.lose_answer_to("DELETE");
    let erase = [message(&kept, Body::Erase)];
    assert_eq!(connector.push(&erase), [retry(Reason::Ambiguous)]);
    assert_eq!(confirmed(&connector.push(&erase)), 1);
    assert!(server.crm.lock().unwrap().leads.is_empty());
}

#[test]
fn row_42_waits_are_bounded_and_nothing_is_lost() {
    let throttled = |header: &'static str| {
        under(move || {
            raw(&format!(
                "HTTP/1.1 429 x\r\n{header}Content-Length: 2\r\n\r\n{{}}"
            ))
        })
    };
    for (header, after) in [
        ("Retry-After: 56\r\n", Some(Duration::from_secs(56))),
        ("Retry-After: 31536000\r\n", Some(Duration::from_secs(3600))),
        ("Retry-After: -1\r\n", None),
        ("", None),
    ] {
        let reason = Reason::Throttled;
        assert_eq!(
            throttled(header),
            (vec![Answer::Retry { reason, after }; 3], 1),
            "{header}"
        );
    }
    for status in ["500 x", "502 Bad Gateway", "503 Service Unavailable"] {
        let page = move || raw(&format!("HTTP/1.1 {status}\r\n\r\n<html>sorry</html>"));
        assert_eq!(
            under(page),
            (vec![retry(Reason::ServerTrouble); 3], 1),
            "{status}"
        );
    }
}

#[test]
fn row_42_a_venues_sign_in_page_is_not_the_crm() {
    for head in [
        "200 OK",
        "201 Created",
        "400 Bad",
        "401 x",
        "403 x",
        "404 Not Found",
        "407 x",
        "511 x",
    ] {
        let page = format!(
            "HTTP/1.1 {head}\r\nContent-Type: text/html\r\n\r\n<html>Welcome to the fair!</html>"
        );
        let (answers, requests) = under(move || raw(&page));
        assert_eq!(
            (answers, requests),
            (vec![retry(Reason::NotTheCrm); 3], 1),
            "{head}"
        );
    }
    let half = "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{\"lead\": \"5e1f";
    assert_eq!(
        under(move || raw(half)).0,
        vec![retry(Reason::Ambiguous); 3]
    );
    assert_eq!(under(|| Deed::Cut).0, vec![retry(Reason::Ambiguous); 3]);
}

#[test]
fn row_42_a_page_instead_of_a_404_erases_nobody() {
    let server = Server::start();
    let mut connector = to(&server.webhook()).unwrap();
    let kept = lead(1, &profile("[crm]\nkind = \"file\"\nplain = true"));
    assert_eq!(confirmed(&connector.push(&[upsert(&kept)])), 1);
    server.fault(|request| {
        let page = "HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\n\r\n<html>404</html>";
        (request.method == "DELETE").then(|| raw(page))
    });
    assert_eq!(
        connector.push(&[message(&kept, Body::Erase)]),
        [retry(Reason::NotTheCrm)]
    );
}

#[test]
fn row_43_one_refused_lead_does_not_hold_up_the_rest() {
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
fn row_44_endless_and_packed_bodies_are_cut() {
    let started = Instant::now();
    assert_eq!(
        under(|| Deed::Endless),
        (vec![retry(Reason::NotTheCrm); 3], 1)
    );
    let packed = || {
        raw(
            "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\n\x1f\x0b\x08\x00",
        )
    };
    assert_eq!(under(packed), (vec![retry(Reason::NotTheCrm); 3], 1));
    assert!(started.elapsed() < Duration::from_secs(10));
}

#[test]
fn row_45_a_redirect_is_refused_and_the_token_stays() {
    let thief = TcpListener::bind("127.0.0.1:0").unwrap();
    let elsewhere = format!("http://{}/", thief.local_addr().unwrap());
    for status in [301, 302, 303, 307, 308] {
        let head = format!(
            "HTTP/1.1 {status} x\r\nLocation: {elsewhere}\r\nContent-Length: 2\r\n\r\n{{}}"
        );
        assert_eq!(
            under(move || raw(&head)),
            (vec![retry(Reason::NotTheCrm); 3], 1),
            "{status}"
        );
    }
    thief.set_nonblocking(true).unwrap();
    let came = thief.accept().err().map(|none| none.kind());
    assert_eq!(
        came,
        Some(std::io::ErrorKind::WouldBlock),
        "somebody was sent there"
    );
}

#[test]
fn row_46_a_certificate_that_nobody_vouches_for_is_refused() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let own = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    let key = rustls::pki_types::PrivateKeyDer::try_from(own.signing_key.serialize_der()).unwrap();
    let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![own.cert.der().clone()], key)
        .unwrap();
    let config = std::sync::Arc::new(config);
    let seen = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut tls = rustls::ServerConnection::new(config).unwrap();
        let mut said = Vec::new();
        while tls.complete_io(&mut stream).is_ok_and(|(read, _)| read > 0) {
            let _ = std::io::Read::read_to_end(&mut tls.reader(), &mut said);
        }
        said
    });
    let url = format!("https://{address}/api/public/leads/0f14d0ab-9605-4a62-a9e4-5ed26688389b/");
    assert_eq!(
        to(&url).unwrap().push(&messages(2)),
        vec![retry(Reason::Certificate); 2]
    );
    assert_eq!(
        seen.join().unwrap(),
        b"",
        "nothing is said to a server that nobody vouches for"
    );
}

#[test]
fn row_47_an_expired_token_drops_nothing() {
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
fn without_a_network_one_attempt_is_made() {
    let nobody = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let url = format!("http://{nobody}/api/public/leads/0f14d0ab-9605-4a62-a9e4-5ed26688389b/");
    let mut connector = to(&url).unwrap();
    assert_eq!(
        connector.push(&messages(3)),
        vec![retry(Reason::Offline); 3]
    );
    assert_eq!(connector.test(), Err(Reason::Offline));
}

#[test]
fn each_token_goes_where_it_belongs() {
    let server = Server::start();
    assert_eq!(
        confirmed(&to(&server.webhook()).unwrap().push(&messages(1))),
        1
    );
    let tokens = std::mem::take(&mut server.crm.lock().unwrap().tokens);
    assert_eq!(server.log().len(), 3);
    assert_eq!(
        tokens,
        [
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
    let mut profile = profile("[crm]\nkind = \"file\"\nplain = true");
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
