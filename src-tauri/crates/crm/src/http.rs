//! Requests to a CRM across a fair's network, which is hostile until shown otherwise.
//!
//! How: TLS by the system's roots, no redirect is followed (the token would travel along), no cookie is kept, no body is
//! decompressed, an answer is read up to [`MOST_BYTES`] and for [`PATIENCE`] at most, and what is not JSON is not taken
//! for the CRM's. When a request fails, [`Trouble`] says whether it can have arrived.

use std::cell::Cell;
use std::io::Read;
use std::net::IpAddr;
use std::sync::Once;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use reqwest::blocking::{Client, RequestBuilder, Response};
use reqwest::header::{CONTENT_ENCODING, CONTENT_TYPE, DATE, HeaderMap, RETRY_AFTER};
use reqwest::{Method, Url, redirect};
use serde_json::Value as Json;
use zgoda_core::outbox::{Answer, Reason};
use zgoda_core::profile::Profile;

use crate::{ConnectError, Secret};

/// The most that is read of one answer.
const MOST_BYTES: u64 = 4 << 20;
/// The longest wait for an answer, and again for its body.
const PATIENCE: Duration = Duration::from_secs(30);
/// The longest wait for a connection.
const CONNECT_PATIENCE: Duration = Duration::from_secs(10);
/// However long a server asks us to wait, after this we try again.
const LONGEST_WAIT: Duration = Duration::from_secs(3600);

/// A client for one CRM.
pub(crate) struct Http {
    client: Client,
    base: Url,
    patience: Duration,
    /// What the CRM's clock said last.
    date: Cell<Option<DateTime<Utc>>>,
}

/// An answer that is the CRM's: JSON, neither a redirect nor a server's trouble.
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) json: Json,
    /// What the status alone says where it is 429 or a server's trouble. Only [`Http::hear`] answers such a reply.
    pub(crate) busy: Option<Trouble>,
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

/// Why there is no [`Reply`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Trouble {
    pub(crate) reason: Reason,
    pub(crate) after: Option<Duration>,
}

impl From<Reason> for Trouble {
    fn from(reason: Reason) -> Self {
        Self {
            reason,
            after: None,
        }
    }
}

impl From<Trouble> for Answer {
    /// What a person must mend waits for a person; everything else comes again by itself.
    fn from(Trouble { reason, after }: Trouble) -> Self {
        match reason {
            Reason::SignIn
            | Reason::Settings
            | Reason::Refused
            | Reason::MissingField
            | Reason::NoId => Self::NeedsPerson { reason },
            _ => Self::Retry { reason, after },
        }
    }
}

/// What stands behind the question mark of a path.
pub(crate) fn query(pairs: &[(&str, &str)]) -> String {
    let url = Url::parse_with_params("https://query.invalid/", pairs);
    let query = url.ok().and_then(|url| url.query().map(str::to_owned));
    // Every reader understands a space so, and a plus is written in another way.
    query.unwrap_or_default().replace('+', "%20")
}

/// Reads an address: `https`, or `http` to this machine alone.
pub(crate) fn address(text: &str) -> Result<Url, ConnectError> {
    let url = Url::parse(text).map_err(|_| ConnectError::BadUrl)?;
    let fine = url.scheme() == "https" || (url.scheme() == "http" && is_here(&url));
    let bare = url.username().is_empty() && url.password().is_none();
    if fine && bare && url.has_host() {
        Ok(url)
    } else {
        Err(ConnectError::BadUrl)
    }
}

fn is_here(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let number = host.trim_matches(['[', ']']).parse();
    host == "localhost" || number.is_ok_and(|address: IpAddr| address.is_loopback())
}

impl Http {
    /// A client for the CRM that `profile` names.
    pub(crate) fn at(profile: &Profile) -> Result<Self, ConnectError> {
        let mut base = address(profile.crm.url.as_deref().ok_or(ConnectError::NoUrl)?)?;
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
        if let Some(body) = body {
            request = request.json(body);
        }
        self.reply(request)
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
        let status = response.status().as_u16();
        let body = match status {
            204 => Ok(Json::Null),
            _ => json(response, self.patience),
        };
        match (body, busy) {
            (Ok(json), busy) => Ok(Reply { status, json, busy }),
            (Err(_), Some(busy)) => Err(busy),
            (Err(trouble), None) => Err(trouble),
        }
    }

    /// Posts JSON to the base itself; only the answer's status counts, and a web page is none.
    pub(crate) fn post<const N: usize>(
        &self,
        headers: [(&'static str, String); N],
        body: String,
    ) -> Result<u16, Trouble> {
        let request = self
            .client
            .post(self.base.clone())
            .header(CONTENT_TYPE, "application/json");
        let request = headers.into_iter().fold(request, |request, (name, value)| {
            request.header(name, value)
        });
        let response = self.answered(request.body(body))?;
        let kind = response.headers().get(CONTENT_TYPE);
        if kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/html")) {
            return Err(Reason::NotTheCrm.into());
        }
        Ok(response.status().as_u16())
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
        let response = request.send().map_err(|error| unsent(&error))?;
        let after = retry_after(response.headers());
        // A captive portal cannot say it: TLS ends at the CRM.
        self.date.set(date(response.headers()).or(self.date.get()));
        let reason = match response.status().as_u16() {
            429 => Reason::Throttled,
            // 407 and 511 are a proxy's and a venue's sign-in; a redirect leads to one as often as not.
            300..400 | 407 | 511 => return Err(Reason::NotTheCrm.into()),
            500.. => Reason::ServerTrouble,
            _ => return Ok((response, None)),
        };
        Ok((response, Some(Trouble { reason, after })))
    }
}

/// The body as JSON, within limits of size and time.
fn json(mut response: Response, patience: Duration) -> Result<Json, Trouble> {
    let encoding = response.headers().get(CONTENT_ENCODING);
    if encoding.is_some_and(|encoding| encoding != "identity") {
        return Err(Reason::NotTheCrm.into());
    }
    let started = Instant::now();
    let mut body = Vec::new();
    let mut piece = [0; 16 * 1024];
    loop {
        let read = response.read(&mut piece).map_err(|_| Reason::Ambiguous)?;
        if read == 0 {
            break;
        }
        body.extend_from_slice(&piece[..read]);
        if body.len() as u64 > MOST_BYTES {
            return Err(Reason::NotTheCrm.into());
        }
        if started.elapsed() > patience {
            return Err(Reason::Ambiguous.into());
        }
    }
    serde_json::from_slice(&body).map_err(|_| Reason::NotTheCrm.into())
}

fn date(headers: &HeaderMap) -> Option<DateTime<Utc>> {
    let text = headers.get(DATE)?.to_str().ok()?;
    DateTime::parse_from_rfc2822(text)
        .ok()
        .map(|at| at.to_utc())
}

/// Seconds only; a date, a negative or an unreadable number is no wish. Never longer than [`LONGEST_WAIT`].
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if seconds.is_empty() || !seconds.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let wish = seconds.parse().map_or(LONGEST_WAIT, Duration::from_secs);
    Some(wish.min(LONGEST_WAIT))
}

/// Why a request got no answer. Only a connection that never stood says that nothing arrived.
fn unsent(error: &reqwest::Error) -> Trouble {
    let reason = if is_tls(error) {
        Reason::Certificate
    } else if error.is_builder() {
        Reason::Settings
    } else if error.is_connect() {
        Reason::Offline
    } else {
        Reason::Ambiguous
    };
    reason.into()
}

/// True where TLS itself failed. An `io::Error` hides what it wraps from `source`, so both are looked into.
fn is_tls(error: &(dyn std::error::Error + 'static)) -> bool {
    if error.is::<rustls::Error>() {
        return true;
    }
    let wrapped = error
        .downcast_ref::<std::io::Error>()
        .and_then(std::io::Error::get_ref);
    match wrapped {
        Some(inner) => is_tls(inner),
        None => error.source().is_some_and(is_tls),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;
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
    fn the_answers_date_is_heard() {
        let date = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(DATE, text.parse().unwrap());
            super::date(&headers).map(|at| at.to_rfc3339())
        };
        let told = date("Fri, 27 Nov 2026 16:25:19 GMT");
        assert_eq!(told.as_deref(), Some("2026-11-27T16:25:19+00:00"));
        assert_eq!(date("yesterday"), None);
    }

    #[test]
    fn only_https_or_this_machine() {
        for fine in [
            "https://crm.example/x/",
            "http://127.0.0.1:1/",
            "http://localhost/",
            "http://[::1]:8/",
        ] {
            assert!(address(fine).is_ok(), "{fine}");
        }
        for bad in [
            "http://crm.example/",
            "http://127.0.0.1.crm.example/",
            "http://localhost.example/",
            "https://name:word@crm.example/",
            "file:///etc/passwd",
            "crm.example",
            "",
        ] {
            assert_eq!(address(bad), Err(ConnectError::BadUrl), "{bad}");
        }
    }

    #[test]
    fn a_servers_wish_is_bounded() {
        let wish = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(RETRY_AFTER, text.parse().unwrap());
            retry_after(&headers)
        };
        assert_eq!(wish("56"), Some(Duration::from_secs(56)));
        assert_eq!(wish("86400"), Some(LONGEST_WAIT));
        assert_eq!(wish("99999999999999999999999"), Some(LONGEST_WAIT));
        for none in ["-5", "", "soon", "Wed, 21 Oct 2026 07:28:00 GMT", "1.5"] {
            assert_eq!(wish(none), None, "{none}");
        }
    }
}
