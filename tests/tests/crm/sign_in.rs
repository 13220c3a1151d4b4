//! A sign-in by the browser, from the booth to the store: what the CRM gives is kept for the event for which it was asked.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Mutex;
use std::thread::JoinHandle;
use std::time::Duration;

use serde_json::json;
use zgoda_booth::crm::Secret;
use zgoda_booth::sign_in::{SigningIn, finish};
use zgoda_booth::{Booth, Error, sync};
use zgoda_core::outbox::Reason;
use zgoda_tests::booth;

use crate::fake::{Deed, Server};
use crate::stand::now;

const SOON: Duration = Duration::from_secs(20);

/// A booth whose CRM is a Salesforce that signs everybody in.
struct Office {
    booth: Mutex<Booth>,
    url: String,
    _home: tempfile::TempDir,
}

impl Office {
    fn new() -> Self {
        let tokens = json!({ "access_token": "short", "refresh_token": "lasting" });
        Self::of(Server::of(Some(Box::new(move |_| {
            Deed::Answer(200, tokens.clone())
        }))))
    }

    fn of(server: Server) -> Self {
        let home = tempfile::tempdir().unwrap();
        let booth = booth::open(home.path(), Some(&profile(&server.address)), now());
        Self {
            booth: Mutex::new(booth),
            url: server.address,
            _home: home,
        }
    }

    fn begins(&self) -> SigningIn {
        let client = Secret::new("3MVG9.id");
        self.booth.lock().unwrap().sign_in(&client, 0).unwrap()
    }

    fn is_signed_in(&self) -> bool {
        let view = self.booth.lock().unwrap().profile_view(now()).unwrap();
        view.crm.has_secret
    }
}

fn profile(url: &str) -> String {
    let crm = format!("kind = \"salesforce\"\nurl = \"{url}\"\n");
    zgoda_booth::demo::profile(now()).replace("kind = \"file\"\nplain = true\n", &crm)
}

/// The browser comes back as the CRM sends it.
fn browse(signing_in: &SigningIn) -> JoinHandle<()> {
    let address = signing_in.address().replace("%3A", ":").replace("%2F", "/");
    let of = |name: &str| {
        let (_, rest) = address.split_once(&format!("{name}=")).unwrap();
        rest.split('&').next().unwrap().to_owned()
    };
    let (state, redirect) = (of("state"), of("redirect_uri"));
    std::thread::spawn(move || {
        let port = redirect.trim_end_matches("/zgoda").rsplit(':').next();
        let port: u16 = port.unwrap().parse().unwrap();
        let mut line = TcpStream::connect(("127.0.0.1", port)).unwrap();
        let head = format!("GET /zgoda?code=one&state={state} HTTP/1.1\r\n\r\n");
        line.write_all(head.as_bytes()).unwrap();
        line.read_to_string(&mut String::new()).unwrap();
    })
}

#[test]
fn who_signs_in_is_signed_in_for_good() {
    let office = Office::new();
    assert!(!office.is_signed_in());
    let asks = {
        let view = office.booth.lock().unwrap().profile_view(now()).unwrap();
        view.crm.sign_in.unwrap()
    };
    assert_eq!(asks.redirect, "http://localhost:47813/zgoda");
    let signing_in = office.begins();
    let browser = browse(&signing_in);
    finish(&office.booth, signing_in, SOON).unwrap();
    browser.join().unwrap();
    assert!(office.is_signed_in());
}

#[test]
fn fail_a_store_that_was_locked_meanwhile_keeps_nothing() {
    let office = Office::new();
    let signing_in = office.begins();
    let browser = browse(&signing_in);
    office.booth.lock().unwrap().lock();
    let finished = finish(&office.booth, signing_in, SOON);
    assert!(matches!(finished, Err(Error::Locked)), "{finished:?}");
    browser.join().unwrap();
    let mut booth = office.booth.lock().unwrap();
    booth.unlock(&booth::secret(), now()).unwrap();
    drop(booth);
    assert!(!office.is_signed_in());
}

#[test]
fn fail_what_was_asked_for_one_crm_is_kept_for_no_other() {
    let office = Office::new();
    let signing_in = office.begins();
    let browser = browse(&signing_in);
    let other = profile(&office.url).replace("salesforce", "espocrm");
    let mut booth = office.booth.lock().unwrap();
    booth
        .profile_import(&other, &booth::secret(), false, now())
        .unwrap();
    drop(booth);
    let finished = finish(&office.booth, signing_in, SOON);
    assert_eq!(finished.unwrap_err().code(), "sign_in_stopped");
    browser.join().unwrap();
    assert!(!office.is_signed_in());
}

#[test]
fn a_token_that_was_given_for_another_is_kept_in_its_place() {
    let mut turn = 0;
    let office = Office::of(Server::of(Some(Box::new(move |request| {
        let form = String::from_utf8(request.bytes.clone()).unwrap();
        if !form.contains("grant_type=refresh_token") {
            return Deed::Answer(200, json!({}));
        }
        if !form.ends_with(&format!("refresh_token=turn{turn}")) {
            return Deed::Answer(400, json!({ "error": "invalid_grant" }));
        }
        turn += 1;
        let next = format!("turn{turn}");
        Deed::Answer(
            200,
            json!({ "access_token": "short", "refresh_token": next }),
        )
    }))));
    let secret = Secret::new("browser 3MVG9.id - turn0");
    let kept = office.booth.lock().unwrap().set_crm_secret(Some(&secret));
    kept.unwrap();
    for _ in 0..3 {
        let tested = sync::test(&office.booth, None, false).unwrap();
        assert_ne!(tested.reason, Some(Reason::SignIn));
    }
    // What was brought and not kept stays as it is.
    let brought = sync::test(&office.booth, Some(&secret), false).unwrap();
    assert_eq!(brought.reason, Some(Reason::SignIn));
}
