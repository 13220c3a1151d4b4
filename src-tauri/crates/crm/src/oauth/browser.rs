//! A sign-in by the browser: authorization code with PKCE (RFC 7636) and a loopback redirect (RFC 8252, section 7.3).
//!
//! How: the program listens on this machine alone, the browser is sent to the CRM's own sign-in, and what comes back is
//! taken only with the state that went out. The code is of use to nobody who has not the verifier, which goes to the sign-in
//! alone, over TLS. What is kept is a refresh token; when: once, in Settings or by `zgoda crm sign-in`, and again where the CRM
//! lets it run out.
//!
//! HubSpot has none here: its flow wants the secret of an app that HubSpot's own developers' portal holds, in each program,
//! whether there is a verifier or not, and its redirect to this machine is for trials alone. A private app's token, made by
//! the account's administrator, does the same and no more.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::Url;
use sha2::{Digest, Sha256};
use zgoda_core::outbox::Reason;
use zgoda_core::profile::Profile;

use super::{BROWSER, NO_KEY, wipe};
use crate::http::{Http, query};
use crate::{ConnectError, Secret, dataverse, salesforce, zoho};

/// Where the browser comes back to. An administrator registers `http://localhost:47813/zgoda` with the CRM.
pub const PORT: u16 = 47_813;
const PATH: &str = "/zgoda";
/// The most of a request that is read.
const MOST: u64 = 16 << 10;
/// The longest wait for what a browser has to say once it is connected.
const PATIENCE: Duration = Duration::from_secs(5);
/// How often it is looked whether somebody has come.
const LOOK: Duration = Duration::from_millis(50);

/// What a sign-in wants to be told of the client that an administrator has registered with the CRM, beside its id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Client {
    /// The tenant, before the id.
    pub tenant: bool,
    /// The client has a secret in any case; elsewhere it may have one.
    pub secret: bool,
}

/// What the sign-in to a CRM of this kind wants; `None` where there is none by the browser.
pub fn client_of(kind: &str) -> Option<Client> {
    let (tenant, secret) = match kind {
        "salesforce" => (false, false),
        "dataverse" => (true, false),
        "zoho" => (false, true),
        _ => return None,
    };
    Some(Client { tenant, secret })
}

/// The address that is registered with the CRM, for the browser to come back to.
pub fn redirect(port: u16) -> String {
    format!("http://localhost:{port}{PATH}")
}

/// Where a CRM signs people in.
pub(crate) struct Place {
    pub(crate) http: Http,
    pub(crate) authorize: String,
    pub(crate) token: String,
    pub(crate) scope: String,
    /// What this CRM wants besides.
    pub(crate) more: &'static [(&'static str, &'static str)],
    /// What stands before the client's id in the secret.
    pub(crate) before: Vec<Secret>,
    pub(crate) id: Secret,
    /// None where the client is a public one.
    pub(crate) key: Option<Secret>,
}

/// Somebody who is about to sign in. No `Debug`: it holds the verifier.
pub struct SignIn {
    listener: TcpListener,
    place: Place,
    redirect: String,
    state: Secret,
    verifier: Secret,
    address: Url,
    stop: Stop,
}

/// Ends the wait for the browser, from another thread.
#[derive(Clone, Debug, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Nobody waits any more.
    pub fn stop(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    fn is_stopped(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Why nobody has signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignInError {
    /// The person or the CRM said no.
    #[error("the sign-in was refused")]
    Refused,
    /// Nobody came back from the browser.
    #[error("nobody has signed in in time")]
    NobodyCame,
    /// Somebody here has ended the wait.
    #[error("the sign-in was ended here")]
    Stopped,
    /// The CRM gives no refresh token: the access would end within the hour.
    #[error("the CRM gives no lasting access: may the app ask for a refresh token?")]
    NoRefreshToken,
    /// The CRM could not be asked.
    #[error("the CRM's sign-in did not answer")]
    Trouble(Reason),
}

impl SignInError {
    /// The code that screens translate.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Refused => "sign_in_refused",
            Self::NobodyCame => "sign_in_nobody_came",
            Self::Stopped => "sign_in_stopped",
            Self::NoRefreshToken => "sign_in_no_refresh_token",
            Self::Trouble(_) => "sign_in_trouble",
        }
    }
}

/// Begins a sign-in to the CRM of `profile`, for Salesforce, Dataverse and Zoho. `client` is the client's id, and its secret
/// where it has one, with a space between them; for Dataverse the tenant stands before. `port` is of this machine.
///
/// # Errors
/// Where the kind has no such sign-in, the client is not whole, or the port is another program's.
pub fn sign_in(profile: &Profile, client: &Secret, port: u16) -> Result<SignIn, ConnectError> {
    let words = crate::secret::words(Some(client));
    let place = match profile.crm.kind.as_str() {
        "salesforce" => salesforce::place(profile, &words)?,
        "dataverse" => dataverse::place(profile, &words)?,
        "zoho" => zoho::place(profile, &words)?,
        kind => return Err(ConnectError::NoBrowser(kind.to_owned())),
    };
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port));
    let listener = listener.map_err(|_| ConnectError::NoPort(port))?;
    let port = listener
        .local_addr()
        .map_err(|_| ConnectError::NoPort(port))?
        .port();
    let (state, verifier) = (random()?, random()?);
    let redirect = redirect(port);
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.expose()));
    let mut pairs = vec![
        ("response_type", "code"),
        ("client_id", place.id.expose()),
        ("redirect_uri", &redirect),
        ("scope", &place.scope),
        ("state", state.expose()),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
    ];
    pairs.extend(place.more);
    let address = place.http.address(&place.authorize, &query(&pairs))?;
    Ok(SignIn {
        listener,
        place,
        redirect,
        state,
        verifier,
        address,
        stop: Stop::default(),
    })
}

impl SignIn {
    /// What the browser opens.
    pub fn address(&self) -> &str {
        self.address.as_str()
    }

    /// What ends [`SignIn::finish`] early.
    pub fn stop(&self) -> Stop {
        self.stop.clone()
    }

    /// Waits for the browser, and fetches what the connector signs in with from now on.
    ///
    /// # Errors
    /// Why there is nothing.
    pub fn finish(self, patience: Duration) -> Result<Secret, SignInError> {
        let code = self.code(Instant::now() + patience)?;
        let mut form = vec![
            ("grant_type", "authorization_code"),
            ("code", code.expose()),
            ("redirect_uri", &self.redirect),
            ("client_id", self.place.id.expose()),
            ("code_verifier", self.verifier.expose()),
        ];
        form.extend(
            self.place
                .key
                .as_ref()
                .map(|key| ("client_secret", key.expose())),
        );
        let reply = self.place.http.post_form(&self.place.token, &form);
        let reply = reply.map_err(|trouble| SignInError::Trouble(trouble.reason))?;
        let fine = reply.status == 200 && reply.json["access_token"].is_string();
        let refresh = reply.json["refresh_token"].as_str().map(Secret::new);
        wipe(reply.json);
        if !fine {
            return Err(SignInError::Refused);
        }
        let refresh = refresh.ok_or(SignInError::NoRefreshToken)?;
        let key = self.place.key.as_ref().map_or(NO_KEY, Secret::expose);
        let before = self.place.before.iter().map(Secret::expose);
        let words = [BROWSER].into_iter().chain(before);
        let words = words.chain([self.place.id.expose(), key, refresh.expose()]);
        Ok(Secret::new(&words.collect::<Vec<_>>().join(" ")))
    }

    /// The code that the browser brings.
    fn code(&self, until: Instant) -> Result<Secret, SignInError> {
        let deaf = |_| SignInError::NobodyCame;
        self.listener.set_nonblocking(true).map_err(deaf)?;
        while Instant::now() < until {
            if self.stop.is_stopped() {
                return Err(SignInError::Stopped);
            }
            let Ok((stream, _)) = self.listener.accept() else {
                std::thread::sleep(LOOK);
                continue;
            };
            if let Some(said) = self.hear(&stream) {
                return said;
            }
        }
        Err(SignInError::NobodyCame)
    }

    /// What one caller has to say; `None` where it is not the browser that was sent out: a word that bears another state, or
    /// none, ends nothing.
    fn hear(&self, stream: &TcpStream) -> Option<Result<Secret, SignInError>> {
        stream.set_nonblocking(false).ok()?;
        stream.set_read_timeout(Some(PATIENCE)).ok()?;
        let mut line = String::new();
        BufReader::new(stream.take(MOST))
            .read_line(&mut line)
            .ok()?;
        let path = line.strip_prefix("GET ")?.split(' ').next()?;
        let url = Url::parse("http://localhost").ok()?.join(path).ok()?;
        let of = |name: &str| {
            let mut pairs = url.query_pairs();
            pairs.find(|(key, _)| key == name).map(|(_, value)| value)
        };
        if url.path() != PATH || of("state").as_deref() != Some(self.state.expose()) {
            answer(stream, "404 Not Found", "");
            return None;
        }
        match of("code").filter(|_| of("error").is_none()) {
            Some(code) => {
                answer(stream, "200 OK", "OK. This page can be closed.");
                Some(Ok(Secret::new(&code)))
            }
            None => {
                answer(
                    stream,
                    "200 OK",
                    "Nobody is signed in. This page can be closed.",
                );
                Some(Err(SignInError::Refused))
            }
        }
    }
}

/// The browser's page, which keeps nothing and asks for nothing.
fn answer(mut stream: &TcpStream, status: &str, text: &str) {
    let head = "Content-Type: text/plain; charset=utf-8\r\nCache-Control: no-store\r\n";
    let length = text.len();
    let page = format!(
        "HTTP/1.1 {status}\r\n{head}Referrer-Policy: no-referrer\r\nContent-Length: {length}\r\n\
         Connection: close\r\n\r\n{text}"
    );
    // Whether the browser shows it changes nothing.
    let _ = stream.write_all(page.as_bytes());
}

/// Thirty-two random bytes in 43 letters (RFC 7636, section 4.1).
fn random() -> Result<Secret, ConnectError> {
    let mut bytes = [0; 32];
    let provider = rustls::crypto::ring::default_provider();
    let filled = provider.secure_random.fill(&mut bytes);
    filled.map_err(|_| ConnectError::NoTls)?;
    Ok(Secret::new(&URL_SAFE_NO_PAD.encode(bytes)))
}
