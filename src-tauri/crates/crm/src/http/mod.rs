//! Requests to a CRM across a fair's network, which is hostile until shown otherwise.
//!
//! How: TLS by the system's roots, no redirect is followed (the token would travel along) and no path to another host, no
//! cookie is kept, no body is decompressed, an answer is read up to [`answer::MOST_BYTES`] and for [`PATIENCE`] at most,
//! and what is neither JSON nor several answers of it ([`mixed`]) is not taken for the CRM's. When a request fails, [`Trouble`] says whether it can have arrived.

mod address;
mod answer;
mod mixed;
pub(crate) mod until;

use std::cell::Cell;
use std::sync::Once;
use std::time::Duration;

use chrono::{DateTime, Utc};
use reqwest::blocking::{Client, RequestBuilder, Response};
use reqwest::header::CONTENT_TYPE;
use reqwest::{Method, Url, redirect};
use serde_json::Value as Json;
use zgoda_core::outbox::Reason;
use zgoda_core::profile::Profile;

use self::address::is_here;
pub(crate) use self::address::{address, query};
pub(crate) use self::answer::{Posted, Reply, Trouble, is_io, is_tls};
use self::answer::{busy, date, json, unsent};
use crate::{ConnectError, Secret};

/// The longest wait for an answer, and again for its body.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);
/// The slowest line that a batch still goes through, in bytes a second. Without it a large one would be cut off and sent
/// anew for ever.
const SLOWEST: u64 = 16 << 10;
/// The longest wait for a connection.
const CONNECT_PATIENCE: Duration = Duration::from_secs(10);

/// A client for one CRM.
pub(crate) struct Http {
    client: Client,
    base: Url,
    patience: Duration,
    /// What the CRM's clock said last.
    date: Cell<Option<DateTime<Utc>>>,
}

/// How a request is signed.
pub(crate) enum Sign<'a> {
    /// `Authorization: Bearer …` (RFC 6750).
    Bearer(&'a Secret),
    /// A header of the CRM's own, and what stands before the token.
    Header(&'static str, &'static str, &'a Secret),
    /// Not at all: the body says who asks.
    Body,
}

impl Http {
    /// A client for the CRM that `profile` names.
    pub(crate) fn at(profile: &Profile) -> Result<Self, ConnectError> {
        Self::to(profile.crm.url.as_deref().ok_or(ConnectError::NoUrl)?)
    }

    /// A client for what answers below `url`.
    pub(crate) fn to(url: &str) -> Result<Self, ConnectError> {
        let mut base = address(url)?;
        if !base.path().ends_with('/') {
            base.set_path(&format!("{}/", base.path()));
        }
        base.set_query(None);
        base.set_fragment(None);
        Self::new(base)
    }

    /// A client for the CRM's sign-in, which has a host of its own; a CRM on this machine signs in here too.
    pub(crate) fn sign_in_at(&self, host: &str) -> Result<Self, ConnectError> {
        match is_here(&self.base) {
            true => Self::new(self.base.clone()),
            false => Self::new(address(host)?),
        }
    }

    /// The CRM's scheme, host and port.
    pub(crate) fn origin(&self) -> String {
        self.base.origin().ascii_serialization()
    }

    /// What a browser opens: `path` with `query` behind it.
    pub(crate) fn address(&self, path: &str, query: &str) -> Result<Url, ConnectError> {
        let mut url = self.base.join(path).map_err(|_| ConnectError::BadUrl)?;
        url.set_query(Some(query));
        let same = url.origin() == self.base.origin();
        same.then_some(url).ok_or(ConnectError::BadUrl)
    }

    /// A client for the CRM whose paths begin at `base`.
    pub(crate) fn new(base: Url) -> Result<Self, ConnectError> {
        Self::with_patience(base, PATIENCE)
    }

    fn with_patience(base: Url, patience: Duration) -> Result<Self, ConnectError> {
        static PROVIDER: Once = Once::new();
        PROVIDER.call_once(|| {
            // An error says that the program has chosen its own already.
            let _ = rustls::crypto::ring::default_provider().install_default();
        });
        let mut builder = Client::builder()
            .user_agent(concat!("zgoda/", env!("CARGO_PKG_VERSION")))
            .redirect(redirect::Policy::none())
            .referer(false)
            .timeout(patience)
            .connect_timeout(CONNECT_PATIENCE);
        if is_here(&base) {
            builder = builder.no_proxy();
        }
        let client = builder.build().map_err(|_| ConnectError::NoTls)?;
        Ok(Self {
            client,
            base,
            patience,
            date: Cell::new(None),
        })
    }

    /// Sends one request and takes JSON for an answer. `path` begins without a slash and is joined to the base.
    pub(crate) fn send(
        &self,
        method: Method,
        path: &str,
        token: &Secret,
        body: Option<&Json>,
    ) -> Result<Reply, Trouble> {
        let reply = self.hear(method, path, Sign::Bearer(token), &[], body)?;
        match reply.busy {
            Some(trouble) => Err(trouble),
            None => Ok(reply),
        }
    }

    /// Like [`Http::send`], with headers of the CRM's own; 429 and a server's trouble are a reply where their body is
    /// JSON, for a CRM that says there what it means.
    pub(crate) fn hear(
        &self,
        method: Method,
        path: &str,
        sign: Sign<'_>,
        headers: &[(&'static str, &str)],
        body: Option<&Json>,
    ) -> Result<Reply, Trouble> {
        let request = self.request(method, path, sign, headers)?;
        self.reply(match body {
            Some(body) => request.json(body),
            None => request,
        })
    }

    /// Posts several requests in one, as `headers` say of `body`. Where the answer is in parts, these; else it is the reply
    /// alone.
    pub(crate) fn hear_mixed(
        &self,
        path: &str,
        sign: Sign<'_>,
        headers: &[(&'static str, &str)],
        body: String,
    ) -> Result<(Reply, Vec<Reply>), Trouble> {
        let patience = self.patience + to_send(body.len());
        let request = self.request(Method::POST, path, sign, headers)?;
        let (response, busy) = self.exchange(request.timeout(patience).body(body))?;
        let status = response.status().as_u16();
        let Some(boundary) = mixed::boundary(response.headers()) else {
            return Ok((read(response, self.patience, busy)?, Vec::new()));
        };
        let parts = mixed::answers(&boundary, &answer::body(response, patience)?)?;
        let json = Json::Null;
        Ok((Reply { status, json, busy }, parts))
    }

    fn request(
        &self,
        method: Method,
        path: &str,
        sign: Sign<'_>,
        headers: &[(&'static str, &str)],
    ) -> Result<RequestBuilder, Trouble> {
        let url = self.base.join(path).map_err(|_| Reason::Settings)?;
        // A path that leads to another host would take the token along.
        if url.origin() != self.base.origin() {
            return Err(Reason::Settings.into());
        }
        let mut request = self.client.request(method, url);
        request = match sign {
            Sign::Bearer(token) => request.bearer_auth(token.expose()),
            Sign::Header(name, before, token) => {
                request.header(name, format!("{before}{}", token.expose()))
            }
            Sign::Body => request,
        };
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        Ok(request)
    }

    /// Posts a form to a sign-in (RFC 6749, section 4.4.2).
    pub(crate) fn post_form(&self, path: &str, form: &[(&str, &str)]) -> Result<Reply, Trouble> {
        let url = self.base.join(path).map_err(|_| Reason::Settings)?;
        let request = self.client.post(url).body(query(form));
        let request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        let reply = self.reply(request)?;
        match reply.busy {
            Some(busy) => Err(busy),
            None => Ok(reply),
        }
    }

    fn reply(&self, request: RequestBuilder) -> Result<Reply, Trouble> {
        let (response, busy) = self.exchange(request)?;
        read(response, self.patience, busy)
    }

    /// Posts JSON to the base itself, packed or not as `headers` say. A web page is no answer.
    pub(crate) fn post(
        &self,
        headers: Vec<(&'static str, String)>,
        body: Vec<u8>,
    ) -> Result<Posted, Trouble> {
        let request = self
            .client
            .post(self.base.clone())
            .header(CONTENT_TYPE, "application/json");
        let request = headers.into_iter().fold(request, |request, (name, value)| {
            request.header(name, value)
        });
        let patience = self.patience + to_send(body.len());
        let response = self.answered(request.timeout(patience).body(body))?;
        let kind = response.headers().get(CONTENT_TYPE);
        if kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/html")) {
            return Err(Reason::NotTheCrm.into());
        }
        Ok(Posted {
            status: response.status().as_u16(),
            response,
            patience: self.patience,
        })
    }

    /// The date that the CRM's last answer bore (RFC 9110, section 6.6.1).
    pub(crate) fn date(&self) -> Option<DateTime<Utc>> {
        self.date.get()
    }

    /// Sends, and sorts out what is nobody's answer to the request itself.
    fn answered(&self, request: RequestBuilder) -> Result<Response, Trouble> {
        match self.exchange(request)? {
            (_, Some(busy)) => Err(busy),
            (response, None) => Ok(response),
        }
    }

    fn exchange(&self, request: RequestBuilder) -> Result<(Response, Option<Trouble>), Trouble> {
        if until::is_over() {
            return Err(Reason::Offline.into());
        }
        let response = request.send().map_err(|error| unsent(&error))?;
        // A captive portal cannot say it: TLS ends at the CRM.
        self.date.set(date(response.headers()).or(self.date.get()));
        let status = response.status().as_u16();
        // 407 and 511 are a proxy's and a venue's sign-in; a redirect leads to one as often as not.
        if matches!(status, 300..400 | 407 | 511) {
            return Err(Reason::NotTheCrm.into());
        }
        let busy = busy(status, response.headers());
        Ok((response, busy))
    }
}

fn read(response: Response, patience: Duration, busy: Option<Trouble>) -> Result<Reply, Trouble> {
    let status = response.status().as_u16();
    let body = match status {
        204 => Ok(Json::Null),
        _ => json(response, patience),
    };
    match (body, busy) {
        (Ok(json), busy) => Ok(Reply { status, json, busy }),
        (Err(_), Some(busy)) => Err(busy),
        (Err(trouble), None) => Err(trouble),
    }
}

/// How much longer an answer may take for the sake of `bytes` that go out first.
pub(crate) fn to_send(bytes: usize) -> Duration {
    Duration::from_secs(bytes as u64 / SLOWEST)
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpListener;

    use super::*;

    /// Answers one request by `answer`, then keeps the line open as long as the test listens.
    fn slow(answer: &'static [u8], piece: usize) -> Result<Reply, Trouble> {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}/", listener.local_addr().unwrap());
        std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            assert!(stream.read(&mut [0; 4096]).unwrap() > 0);
            for piece in answer.chunks(piece) {
                if stream.write_all(piece).is_err() {
                    break;
                }
                std::thread::sleep(Duration::from_millis(20));
            }
            std::thread::sleep(Duration::from_secs(2));
        });
        let patience = Duration::from_millis(300);
        let http = Http::with_patience(address(&base).unwrap(), patience).unwrap();
        http.send(Method::GET, "x", &Secret::new("t"), None)
    }

    #[test]
    fn a_batch_has_the_time_that_a_slow_line_takes() {
        assert_eq!(to_send(4000), Duration::ZERO);
        assert_eq!(to_send(2_500_000), Duration::from_secs(152));
    }

    #[test]
    fn no_answer_and_a_trickle_end_in_doubt() {
        let silent = slow(b"", 1);
        let trickle = slow(&[b'1'; 400], 1);
        let half = slow(
            b"HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\n{\"lead\": 1111111111111111",
            1 << 10,
        );
        let slow_body = slow(
            b"HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\n{\"lead\": 11111111111111111111111111111111111111111111",
            60,
        );
        for reply in [silent, trickle, half, slow_body] {
            assert_eq!(reply.err(), Some(Reason::Ambiguous.into()));
        }
    }

    #[test]
    fn no_path_takes_the_token_to_another_host() {
        let thief = TcpListener::bind("127.0.0.1:0").unwrap();
        let elsewhere = thief.local_addr().unwrap();
        let http = Http::new(address("http://127.0.0.1:9/crm/").unwrap()).unwrap();
        for path in [format!("//{elsewhere}/x"), format!("http://{elsewhere}/x")] {
            let reply = http.send(Method::GET, &path, &Secret::new("t"), None);
            assert_eq!(reply.err(), Some(Reason::Settings.into()), "{path}");
        }
        thief.set_nonblocking(true).unwrap();
        assert!(thief.accept().is_err(), "somebody was sent there");
    }

    #[test]
    fn credentials_go_to_the_sign_in_alone() {
        let http = |url| Http::new(address(url).unwrap()).unwrap();
        let cloud = http("https://crm.example/").sign_in_at("https://sign-in.example/");
        assert_eq!(cloud.unwrap().origin(), "https://sign-in.example");
        let here = http("http://127.0.0.1:9/").sign_in_at("https://sign-in.example/");
        assert_eq!(here.unwrap().origin(), "http://127.0.0.1:9");
    }
}
