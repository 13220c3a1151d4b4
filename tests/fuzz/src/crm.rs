//! What a CRM answers, or whoever stands between.
//!
//! The bytes are parted at NUL; each part is what one request meets, as it goes over the wire; when they are used up
//! the connection is closed without a word.

use std::collections::VecDeque;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;

use zgoda_core::outbox::{Answer, Message};
use zgoda_core::profile::Profile;
use zgoda_crm::Secret;

use crate::imagined;

type Parts = Arc<Mutex<VecDeque<Vec<u8>>>>;

/// The answers to come, and where they are given.
static PEER: LazyLock<(Parts, u16)> = LazyLock::new(serve);

/// Every CRM and a webhook are told of a lead and meet `bytes`; true where any took it.
///
/// # Panics
/// Where not every message is answered once.
pub fn read(bytes: &[u8]) -> bool {
    let port = PEER.1;
    let bottlecrm =
        format!("http://127.0.0.1:{port}/api/public/leads/0f14d0ab-9605-4a62-a9e4-5ed26688389b/");
    let token = "bcrm_pat_token webhook-key";
    let key = format!("whsec_{}", "A".repeat(32));
    let here = format!("http://127.0.0.1:{port}/");
    let odoo = format!("{here}?db=crm");
    let taken = [
        ("bottlecrm", bottlecrm.as_str(), token),
        ("webhook", &here, &key),
        ("hubspot", &here, "token"),
        ("odoo", &odoo, "key"),
        ("odoo", &odoo, "login key"),
        ("espocrm", &here, "key"),
        ("pipedrive", &here, "token"),
        ("salesforce", &here, "key secret"),
        ("dataverse", &here, "tenant id secret"),
        ("zoho", &here, "id secret refresh"),
    ]
    .map(|(kind, url, secret)| told(kind, url, secret, bytes));
    taken.contains(&true)
}

fn told(kind: &str, url: &str, secret: &str, bytes: &[u8]) -> bool {
    let profile = profile(kind, url);
    let message = message(&profile);
    set(bytes);
    let connector = zgoda_crm::connect(&profile, Some(&Secret::new(secret)), "".as_ref());
    let Ok(mut connector) = connector else {
        panic!("{kind}: the connector was not made");
    };
    let _ = connector.test();
    set(bytes);
    let answers = connector.push(std::slice::from_ref(&message));
    assert_eq!(answers.len(), 1, "{kind}");
    matches!(&answers[..], [Answer::Confirmed { crm_id }] if !crm_id.is_empty() || kind == "webhook")
}

fn profile(kind: &str, url: &str) -> Profile {
    let mut profile = imagined::profile("[crm]\nkind = \"file\"\nplain = true");
    profile.crm.kind = kind.to_owned();
    profile.crm.url = Some(url.to_owned());
    profile
}

fn message(profile: &Profile) -> Message {
    imagined::upsert(&imagined::lead(1, profile))
}

fn set(bytes: &[u8]) {
    let mut parts = PEER
        .0
        .lock()
        .unwrap_or_else(|poisoned| poisoned.into_inner());
    *parts = bytes.split(|byte| *byte == 0).map(<[u8]>::to_vec).collect();
}

fn serve() -> (Parts, u16) {
    let parts = Parts::default();
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port of this machine");
    let port = listener.local_addr().expect("its number").port();
    let given = Arc::clone(&parts);
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            // A client that is gone is no concern of the server's.
            let _ = stream.set_read_timeout(Some(Duration::from_millis(200)));
            request(&mut stream);
            let next = given.lock().map(|mut parts| parts.pop_front());
            if let Ok(Some(part)) = next {
                let _ = stream.write_all(&part);
            }
            // Closed in order: an answer must not be lost to a reset.
            let _ = stream.shutdown(std::net::Shutdown::Write);
            let _ = stream.read(&mut [0; 1]);
        }
    });
    (parts, port)
}

/// Takes a request whole: its head, and as much as its `content-length` says.
fn request(stream: &mut impl Read) {
    let mut seen = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        if let Some(end) = seen.windows(4).position(|four| four == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&seen[..end]).to_lowercase();
            let length = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length:"))
                .and_then(|number| number.trim().parse().ok())
                .unwrap_or(0);
            if seen.len() >= end + 4 + length {
                return;
            }
        }
        match stream.read(&mut buffer) {
            Ok(count) if count > 0 => seen.extend_from_slice(&buffer[..count]),
            _ => return,
        }
    }
}
