//! A call of one of Odoo's methods, in either of its two ways, and what its errors mean.
//!
//! JSON-RPC answers every error with HTTP 200 and an `error` member; JSON-2 has real status codes. Both name the
//! exception, and that is what is classed: a status alone would take a transaction that lost a race for a bad row.

use std::cell::OnceCell;

use chrono::{DateTime, Utc};
use reqwest::Method;
use serde_json::{Value as Json, json};
use zgoda_core::outbox::Reason;
use zgoda_core::profile::Profile;

use crate::dialect::Refusal;
use crate::http::{self, Http, Reply, Sign, Trouble};
use crate::{ConnectError, Missing, Secret};

/// Who asks, and how.
pub(super) struct Call {
    http: Http,
    database: Option<String>,
    key: Secret,
    /// Before version 19: the login, and Odoo's id of that user.
    login: Option<(String, OnceCell<u64>)>,
}

/// Why a method gave no answer.
pub(super) enum Failed {
    /// What it was to work on is not there.
    Gone,
    /// The user may not.
    Forbidden,
    /// The values are refused.
    Refused,
    /// Anything else.
    Trouble(Trouble),
}

impl Failed {
    /// Where a row may be to blame.
    pub(super) fn refusal(self) -> Refusal {
        match self {
            Self::Gone | Self::Refused => Reason::Refused.into(),
            failed => failed.whole().into(),
        }
    }

    /// Where no row is.
    pub(super) fn whole(self) -> Trouble {
        match self {
            Self::Gone | Self::Refused => Reason::Settings.into(),
            Self::Forbidden => Reason::SignIn.into(),
            Self::Trouble(trouble) => trouble,
        }
    }
}

impl From<Trouble> for Failed {
    fn from(trouble: Trouble) -> Self {
        Self::Trouble(trouble)
    }
}

impl From<Reason> for Failed {
    fn from(reason: Reason) -> Self {
        Self::Trouble(reason.into())
    }
}

impl Call {
    pub(super) fn new(profile: &Profile, secret: Option<&Secret>) -> Result<Self, ConnectError> {
        let url = http::address(profile.crm.url.as_deref().ok_or(ConnectError::NoUrl)?)?;
        let mut pairs = url.query_pairs();
        let database = pairs.find(|(name, _)| name == "db");
        let database = database.map(|(_, name)| name.into_owned());
        let (login, key) = match crate::secret::words(secret)[..] {
            [key] => (None, key),
            [login, key] => (Some((login.to_owned(), OnceCell::new())), key),
            _ => return Err(ConnectError::NoSecret),
        };
        if login.is_some() && database.is_none() {
            return Err(ConnectError::BadUrl);
        }
        Ok(Self {
            http: Http::at(profile)?,
            database,
            key: Secret::new(key),
            login,
        })
    }

    /// Calls `method` of `model` on the records `ids`, with arguments by name.
    pub(super) fn ask(
        &self,
        model: &str,
        method: &str,
        ids: &[u64],
        mut named: Json,
    ) -> Result<Json, Failed> {
        if let Some(user) = self.user()? {
            let at = if ids.is_empty() {
                json!([])
            } else {
                json!([ids])
            };
            return self.execute(user, model, method, &at, &named);
        }
        if !ids.is_empty() {
            named["ids"] = json!(ids);
        }
        self.post(model, method, &named)
    }

    /// Makes `rows` of `model`. Before version 19 they are looked for in the first place alone, and models name them as they
    /// like.
    pub(super) fn create(&self, model: &str, rows: &[Json]) -> Result<Json, Failed> {
        match self.user()? {
            Some(user) => self.execute(user, model, "create", &json!([rows]), &json!({})),
            None => self.post(model, "create", &json!({ "vals_list": rows })),
        }
    }

    /// True where the user may do `operation` to records of `model`: `create`, `read`, `write` or `unlink`. Before version 19 it
    /// is asked as Odoo's own pages do (`check_access_rights` in
    /// <https://www.odoo.com/documentation/17.0/developer/reference/external_api.html>), which version 18 calls out of date.
    pub(super) fn may(&self, model: &str, operation: &str) -> Result<bool, Failed> {
        let told = match self.user()? {
            Some(user) => {
                let quietly = json!({ "raise_exception": false });
                let operation = json!([operation]);
                self.execute(user, model, "check_access_rights", &operation, &quietly)
            }
            None => self.post(model, "has_access", &json!({ "operation": operation })),
        };
        // Only a plain no is one: what cannot be asked stops nobody.
        match told {
            Ok(told) => Ok(told != false),
            Err(Failed::Forbidden) => Ok(false),
            Err(Failed::Gone | Failed::Refused) => Ok(true),
            Err(failed) => Err(failed),
        }
    }

    /// Which of `operations` the user may not do to records of `model`.
    pub(super) fn lacking(
        &self,
        model: &str,
        operations: &[&str],
    ) -> Result<Vec<Missing>, Trouble> {
        let mut lacking = Vec::new();
        for operation in operations {
            if !self.may(model, operation).map_err(Failed::whole)? {
                lacking.push(Missing::Permission(format!("{model}: {operation}")));
            }
        }
        Ok(lacking)
    }

    /// Who is signed in, where Odoo is older than version 19.
    fn user(&self) -> Result<Option<u64>, Failed> {
        let Some((login, user)) = &self.login else {
            return Ok(None);
        };
        if let Some(user) = user.get() {
            return Ok(Some(*user));
        }
        let signed_in = self.sign_in(login)?;
        Ok(Some(*user.get_or_init(|| signed_in)))
    }

    /// Before version 19: arguments by their places, then by name.
    fn execute(
        &self,
        user: u64,
        model: &str,
        method: &str,
        at: &Json,
        named: &Json,
    ) -> Result<Json, Failed> {
        let key = self.key.expose();
        let args = json!([self.database, user, key, model, method, at, named]);
        self.rpc("object", "execute_kw", &args)
    }

    fn post(&self, model: &str, method: &str, named: &Json) -> Result<Json, Failed> {
        let database = self
            .database
            .as_deref()
            .map(|name| ("X-Odoo-Database", name));
        let headers: Vec<_> = database.into_iter().collect();
        let path = format!("json/2/{model}/{method}");
        let sign = Sign::Bearer(&self.key);
        let reply = self
            .http
            .hear(Method::POST, &path, sign, &headers, Some(named))?;
        match reply.status {
            200..300 => Ok(reply.json),
            429 | 503 => Err(reply.busy.unwrap_or(Reason::ServerTrouble.into()).into()),
            401 => Err(Reason::SignIn.into()),
            _ => Err(class(&reply.json, &reply)),
        }
    }

    /// A call that no single lead can spoil.
    pub(super) fn whole(
        &self,
        model: &str,
        method: &str,
        ids: &[u64],
        named: Json,
    ) -> Result<Json, Trouble> {
        self.ask(model, method, ids, named).map_err(Failed::whole)
    }

    pub(super) fn date(&self) -> Option<DateTime<Utc>> {
        self.http.date()
    }

    fn sign_in(&self, login: &str) -> Result<u64, Failed> {
        let args = json!([self.database, login, self.key.expose(), {}]);
        let user = self.rpc("common", "authenticate", &args)?;
        // Odoo says `false` to a stranger.
        user.as_u64().ok_or(Reason::SignIn.into())
    }

    fn rpc(&self, service: &str, method: &str, args: &Json) -> Result<Json, Failed> {
        let params = json!({ "service": service, "method": method, "args": args });
        let body = json!({ "jsonrpc": "2.0", "method": "call", "params": params, "id": 1 });
        let mut reply = self
            .http
            .hear(Method::POST, "jsonrpc", Sign::Body, &[], Some(&body))?;
        match (&reply.busy, reply.status) {
            (Some(busy), _) => return Err(busy.clone().into()),
            (None, 200) => {}
            (None, 401 | 403) => return Err(Reason::SignIn.into()),
            (None, _) => return Err(Reason::Settings.into()),
        }
        if let Some(error) = reply.json.get("error") {
            return Err(class(&error["data"], &reply));
        }
        match reply.json.get_mut("result") {
            Some(result) => Ok(result.take()),
            None => Err(Reason::NotTheCrm.into()),
        }
    }
}

/// What an exception means. One that is not known is taken for the row's: it is set aside, and stops nobody.
fn class(error: &Json, reply: &Reply) -> Failed {
    let name = error["name"].as_str().unwrap_or_default();
    match name.rsplit('.').next().unwrap_or_default() {
        "AccessDenied" | "SessionExpiredException" | "Unauthorized" => Reason::SignIn.into(),
        "AccessError" | "Forbidden" => Failed::Forbidden,
        "MissingError" => Failed::Gone,
        "SerializationFailure" | "DeadlockDetected" | "LockNotAvailable" | "OperationalError" => {
            Reason::ServerTrouble.into()
        }
        _ if is_passing(&error["message"]) => Reason::ServerTrouble.into(),
        "" => Failed::Trouble(reply.busy.clone().unwrap_or(Reason::Settings.into())),
        _ => Failed::Refused,
    }
}

/// Two transactions met: PostgreSQL's own words, which `load` passes on without a name.
pub(super) fn is_passing(message: &Json) -> bool {
    let message = message.as_str().unwrap_or_default();
    message.contains("could not serialize access") || message.contains("deadlock detected")
}
