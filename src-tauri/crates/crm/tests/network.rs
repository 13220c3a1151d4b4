//! A fair's network: what is answered for each message, and what is never taken for a yes.
#![allow(clippy::unwrap_used)]

#[allow(unreachable_pub, dead_code)]
mod fake;
#[path = "../../../../tests/src/imagined.rs"]
#[allow(unreachable_pub, dead_code)]
mod imagined;
#[path = "../../../../tests/src/schedule.rs"]
#[allow(unreachable_pub, dead_code)]
mod schedule;

use std::net::TcpListener;
use std::time::{Duration, Instant};

use fake::bottle::{confirmed, messages, offline, raw, retry, to, under};
use fake::{Deed, Server};
use imagined::{lead, message, upsert};
use zgoda_core::outbox::{Answer, Body, Reason};

#[test]
fn attack_42_waits_are_bounded_and_nothing_is_lost() {
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
fn attack_42_a_venues_sign_in_page_is_not_the_crm() {
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
fn attack_42_a_page_instead_of_a_404_erases_nobody() {
    let server = Server::start();
    let mut connector = to(&server.webhook()).unwrap();
    let kept = lead(1, &offline());
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
fn attack_44_endless_and_packed_bodies_are_cut() {
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
fn attack_45_a_redirect_is_refused_and_the_token_stays() {
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
fn attack_46_a_certificate_that_nobody_vouches_for_is_refused() {
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
