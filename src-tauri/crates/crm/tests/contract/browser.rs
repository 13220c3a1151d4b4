//! The sign-in by the browser, against an authorization server of ours that does as RFC 6749, 7636 and 8252 say: a code is
//! good once, for whoever has the verifier of its challenge, and for the redirect for which it was given.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;
use sha2::{Digest, Sha256};
use zgoda_crm::{ConnectError, Secret, SignIn, SignInError, client_of, sign_in};

use crate::dataverse::Dataverse;
use crate::fake::bottle::{confirmed, messages, offline};
use crate::fake::{Deed, Request};
use crate::salesforce::Salesforce;
use crate::suite::{Contract, Stand, decoded};
use crate::zoho::Zoho;

const SOON: Duration = Duration::from_secs(20);
const CODE: &str = "one-time code/+";
const REFRESH: &str = "1000.refresh";

type Pairs = BTreeMap<String, String>;

/// The pairs of a query or a form.
fn pairs(text: &str) -> Pairs {
    let pairs = text.split('&').filter_map(|pair| pair.split_once('='));
    let pairs = pairs.map(|(key, value)| (key.to_owned(), decoded(value)));
    pairs.collect()
}

/// What the browser is asked to do.
fn asked(address: &str) -> Pairs {
    pairs(address.split_once('?').unwrap().1)
}

impl<C: Contract> Stand<C> {
    fn sign_in(&self, client: &str) -> Result<SignIn, ConnectError> {
        let mut profile = offline();
        profile.crm.kind = C::KIND.to_owned();
        profile.crm.url = Some(C::url(&self.server));
        sign_in(&profile, &Secret::new(client), 0)
    }

    /// From now on the server gives a token for the code of whom it has sent back.
    fn authorize(&self, sent: &SignIn) {
        let asked = asked(sent.address());
        assert_eq!(asked["response_type"], "code");
        assert_eq!(asked["code_challenge_method"], "S256");
        assert!(sent.address().starts_with(&self.server.address));
        let good = Arc::new(Mutex::new(true));
        self.server.fault(move |request| {
            let form = String::from_utf8(request.bytes.clone()).unwrap_or_default();
            let form = pairs(&form);
            let exchange = form.get("grant_type").map(String::as_str) == Some("authorization_code");
            exchange.then(|| match redeem(request, &form, &asked, &good) {
                true => Deed::Answer(
                    200,
                    json!({ "access_token": "short", "refresh_token": REFRESH, "expires_in": 3600 }),
                ),
                false => Deed::Answer(400, json!({ "error": "invalid_grant" })),
            })
        });
    }
}

fn redeem(request: &Request, form: &Pairs, asked: &Pairs, good: &Mutex<bool>) -> bool {
    assert!(request.path.ends_with("token") && request.method == "POST");
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(&form["code_verifier"]));
    assert!(form["code_verifier"].len() >= 43);
    let fits = form["code"] == CODE
        && challenge == asked["code_challenge"]
        && form["redirect_uri"] == asked["redirect_uri"]
        && form["client_id"] == asked["client_id"];
    fits && std::mem::take(&mut *good.lock().unwrap())
}

/// What a browser brings to this machine. Answers what it is shown.
fn browse(address: &str, query: &str) -> String {
    let asked = asked(address);
    let (_, rest) = asked["redirect_uri"].split_once("localhost:").unwrap();
    let (port, path) = rest.split_once('/').unwrap();
    let mut line = TcpStream::connect(("127.0.0.1", port.parse().unwrap())).unwrap();
    let query = query.replace("STATE", &asked["state"]);
    write!(
        line,
        "GET /{path}?{query} HTTP/1.1\r\nHost: localhost\r\n\r\n"
    )
    .unwrap();
    let mut shown = String::new();
    line.read_to_string(&mut shown).unwrap();
    shown
}

fn browse_later(
    sent: &SignIn,
    queries: &'static [&'static str],
) -> std::thread::JoinHandle<Vec<String>> {
    let address = sent.address().to_owned();
    std::thread::spawn(move || queries.iter().map(|one| browse(&address, one)).collect())
}

const GOOD: &str = "code=one-time%20code%2F%2B&state=STATE";

fn all_the_way<C: Contract>(client: &str, kept: &str) {
    let stand = Stand::<C>::new();
    let sent = stand.sign_in(client).unwrap();
    stand.authorize(&sent);
    let browser = browse_later(&sent, &[GOOD]);
    let secret = sent.finish(SOON).unwrap();
    assert_eq!(secret.expose(), kept);
    assert!(browser.join().unwrap()[0].starts_with("HTTP/1.1 200 OK"));
    let mut connector = stand.connect(secret.expose()).unwrap();
    assert_eq!(confirmed(&connector.push(&messages(2))), 2);
    // The token runs out, and another is fetched.
    let mut connector = stand.connect(secret.expose()).unwrap();
    assert_eq!(confirmed(&connector.push(&messages(3))), 3);
}

#[test]
fn who_signs_in_by_the_browser_needs_no_token() {
    all_the_way::<Salesforce>("3MVG9.id", "browser 3MVG9.id - 1000.refresh");
    all_the_way::<Salesforce>("3MVG9.id key", "browser 3MVG9.id key 1000.refresh");
    all_the_way::<Dataverse>(
        "lipa.example 11111111-aaaa",
        "browser lipa.example 11111111-aaaa - 1000.refresh",
    );
    all_the_way::<Zoho>("1000.id key", "browser 1000.id key 1000.refresh");
}

#[test]
fn fail_a_word_that_bears_another_state_ends_nothing() {
    let stand = Stand::<Salesforce>::new();
    let sent = stand.sign_in("id").unwrap();
    stand.authorize(&sent);
    let strangers = [
        "code=theirs&state=guessed",
        "code=theirs",
        "error=access_denied",
        "",
        GOOD,
    ];
    let browser = browse_later(&sent, Box::leak(Box::new(strangers)));
    assert!(sent.finish(SOON).is_ok());
    let shown = browser.join().unwrap();
    let refused = shown
        .iter()
        .filter(|page| page.starts_with("HTTP/1.1 404"))
        .count();
    assert_eq!(refused, 4);
}

#[test]
fn fail_who_says_no_or_never_comes() {
    let stand = Stand::<Zoho>::new();
    let sent = stand.sign_in("id key").unwrap();
    let browser = browse_later(&sent, &["error=access_denied&state=STATE"]);
    assert_eq!(sent.finish(SOON), Err(SignInError::Refused));
    browser.join().unwrap();
    let sent = stand.sign_in("id key").unwrap();
    let nobody = sent.finish(Duration::from_millis(200));
    assert_eq!(nobody, Err(SignInError::NobodyCame));
}

#[test]
fn fail_who_is_told_to_stop_waits_no_more() {
    let stand = Stand::<Zoho>::new();
    let sent = stand.sign_in("id key").unwrap();
    let stop = sent.stop();
    let address = sent.address().to_owned();
    let waits = std::thread::spawn(move || sent.finish(SOON));
    stop.stop();
    assert_eq!(waits.join().unwrap(), Err(SignInError::Stopped));
    // The port is free for the next one.
    let port = asked(&address)["redirect_uri"].clone();
    let port = port.trim_end_matches("/zgoda").rsplit(':').next().unwrap();
    assert!(TcpStream::connect(("127.0.0.1", port.parse().unwrap())).is_err());
}

#[test]
fn fail_a_code_of_somebody_else_and_a_sign_in_without_lasting_access() {
    let stand = Stand::<Salesforce>::new();
    let sent = stand.sign_in("id").unwrap();
    stand.authorize(&sent);
    let browser = browse_later(&sent, &["code=another&state=STATE"]);
    assert_eq!(sent.finish(SOON), Err(SignInError::Refused));
    browser.join().unwrap();
    let sent = stand.sign_in("id").unwrap();
    stand
        .server
        .fault(|_| Some(Deed::Answer(200, json!({ "access_token": "short" }))));
    let browser = browse_later(&sent, &[GOOD]);
    assert_eq!(sent.finish(SOON), Err(SignInError::NoRefreshToken));
    browser.join().unwrap();
}

#[test]
fn each_sign_in_has_a_secret_of_its_own() {
    let stand = Stand::<Salesforce>::new();
    let [one, other] = [(); 2].map(|()| asked(stand.sign_in("id").unwrap().address()));
    for name in ["state", "code_challenge"] {
        assert_ne!(one[name], other[name], "{name}");
        assert_eq!(one[name].len(), 43, "{name}");
    }
}

/// What a screen asks a person for is what the sign-in begins with.
fn begins_with_what_it_asks_for<C: Contract>() {
    let stand = Stand::<C>::new();
    let wants = client_of(C::KIND).unwrap();
    let words = |secret: bool| {
        let tenant = wants.tenant.then_some("lipa.example");
        let words = tenant.into_iter().chain(["id"]);
        words
            .chain(secret.then_some("key"))
            .collect::<Vec<_>>()
            .join(" ")
    };
    assert!(stand.sign_in(&words(true)).is_ok());
    assert_eq!(stand.sign_in(&words(false)).is_ok(), !wants.secret);
}

#[test]
fn a_sign_in_begins_with_what_it_asks_for() {
    begins_with_what_it_asks_for::<Salesforce>();
    begins_with_what_it_asks_for::<Dataverse>();
    begins_with_what_it_asks_for::<Zoho>();
}

#[test]
fn what_is_not_whole_begins_no_sign_in() {
    let none = |client: &str| Stand::<Zoho>::new().sign_in(client).err();
    assert_eq!(
        none("id"),
        Some(ConnectError::NoSecret),
        "Zoho gives none without a key"
    );
    assert_eq!(none(""), Some(ConnectError::NoSecret));
    let tenant = Stand::<Dataverse>::new().sign_in("../x id").err();
    assert_eq!(tenant, Some(ConnectError::NoSecret));
    let mut profile = offline();
    profile.crm.kind = "pipedrive".to_owned();
    assert_eq!(client_of("pipedrive"), None);
    let none = sign_in(&profile, &Secret::new("id"), 0).err();
    assert_eq!(none, Some(ConnectError::NoBrowser("pipedrive".to_owned())));
}
