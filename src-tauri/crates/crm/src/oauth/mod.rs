//! A token that a CRM's sign-in gives for a client's credentials or for a refresh token (RFC 6749, sections 4.4 and 6).
//!
//! How: the secret is either a token, used as it is, or the credentials of a client made for Zgoda, or what a sign-in by
//! [`browser`] has left. Those go to the sign-in alone, the token to the CRM alone. A token that has run out is asked for
//! anew, once for each request. Some sign-ins give a new refresh token along with it, and take the old one no more (RFC 6749,
//! section 6): whoever keeps the secret is told by [`Session::renewed`].

pub(crate) mod browser;

use std::cell::RefCell;
use std::time::Duration;

use serde_json::Value as Json;
use zgoda_core::outbox::Reason;

use crate::http::{Http, Reply, Trouble};
use crate::secret::{Renewed, Secret};

/// The first word of a secret that a sign-in by the browser has left.
pub(crate) const BROWSER: &str = "browser";
/// What stands there for the key of a client that has none.
pub(crate) const NO_KEY: &str = "-";

const REFRESH_TOKEN: &str = "refresh_token";

/// What a sign-in wants for a refresh token.
pub(crate) fn refreshing(id: &str, key: &str, token: &str) -> Vec<(&'static str, Secret)> {
    let mut form = vec![
        ("grant_type", Secret::new("refresh_token")),
        ("client_id", Secret::new(id)),
        (REFRESH_TOKEN, Secret::new(token)),
    ];
    if key != NO_KEY {
        form.push(("client_secret", Secret::new(key)));
    }
    form
}

/// Who is signed in.
pub(crate) struct Session {
    token: RefCell<Option<Secret>>,
    client: Option<Client>,
    /// The refresh token that took the place of the client's.
    newer: RefCell<Option<Secret>>,
    /// What the token is good for, where the sign-in says so (RFC 6749, section 5.1).
    scope: RefCell<Option<String>>,
}

/// What the sign-in wants.
pub(crate) struct Client {
    pub(crate) http: Http,
    pub(crate) path: String,
    pub(crate) form: Vec<(&'static str, Secret)>,
    /// What stands as the `error` where it gives no further token for now, and for how long that is; RFC 6749 has no word.
    pub(crate) too_many: Option<(&'static str, Duration)>,
}

impl Session {
    /// A token that somebody has brought.
    pub(crate) fn with_token(token: Secret) -> Self {
        Self {
            token: RefCell::new(Some(token)),
            client: None,
            newer: RefCell::new(None),
            scope: RefCell::new(None),
        }
    }

    /// A client that signs in by itself.
    pub(crate) fn with_client(client: Client) -> Self {
        Self {
            token: RefCell::new(None),
            client: Some(client),
            newer: RefCell::new(None),
            scope: RefCell::new(None),
        }
    }

    /// Asks with the token, and once more with a new one where that has run out.
    pub(crate) fn ask(
        &self,
        ask: impl Fn(&Secret) -> Result<Reply, Trouble>,
    ) -> Result<Reply, Trouble> {
        let known = self.token.borrow().clone();
        let fresh = known.is_none();
        let token = match known {
            Some(token) => token,
            None => self.sign_in()?,
        };
        let reply = ask(&token)?;
        if reply.status != 401 {
            return Ok(reply);
        }
        if fresh || self.client.is_none() {
            return Err(Reason::SignIn.into());
        }
        let reply = ask(&self.sign_in()?)?;
        match reply.status {
            401 => Err(Reason::SignIn.into()),
            _ => Ok(reply),
        }
    }

    fn sign_in(&self) -> Result<Secret, Trouble> {
        let client = self.client.as_ref().ok_or(Reason::SignIn)?;
        let newer = self.newer.borrow().clone();
        let pair = |(name, value)| {
            let newer = newer.as_ref().filter(|_| name == REFRESH_TOKEN);
            (name, newer.unwrap_or(value).expose())
        };
        let form = client.form.iter().map(|(name, value)| pair((*name, value)));
        let form: Vec<(&str, &str)> = form.collect();
        let reply = client.http.post_form(&client.path, &form)?;
        if let Some((word, after)) = client.too_many
            && reply.json["error"] == word
        {
            return Err(Trouble {
                reason: Reason::Throttled,
                after: Some(after),
            });
        }
        // What says no in a 200 gives no token either.
        let token = reply.json["access_token"].as_str().map(Secret::new);
        let token = token
            .filter(|_| reply.status == 200)
            .ok_or(Reason::SignIn)?;
        if let Some(newer) = reply.json[REFRESH_TOKEN].as_str() {
            self.newer.replace(Some(Secret::new(newer)));
        }
        let scope = reply.json["scope"].as_str().map(str::to_owned);
        self.scope.replace(scope);
        wipe(reply.json);
        self.token.replace(Some(token.clone()));
        Ok(token)
    }

    /// What the token is good for, as the sign-in said with it. `None` before, and of a token that somebody has brought.
    pub(crate) fn scope(&self) -> Option<String> {
        self.scope.borrow().clone()
    }

    /// The refresh token that the sign-in gave for the one it was shown, where it is another.
    pub(crate) fn renewed(&self) -> Option<Renewed> {
        let form = &self.client.as_ref()?.form;
        let (_, from) = form.iter().find(|(name, _)| *name == REFRESH_TOKEN)?;
        let to = self.newer.borrow().clone().filter(|to| to != from)?;
        let from = from.clone();
        Some(Renewed { from, to })
    }
}

fn wipe(json: Json) {
    if let Json::Object(members) = json {
        for (_, value) in members {
            if let Json::String(mut text) = value {
                zeroize::Zeroize::zeroize(&mut text);
            }
        }
    }
}
