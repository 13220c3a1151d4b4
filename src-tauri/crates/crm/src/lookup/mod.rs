//! Asking the organiser about a badge that says nothing but a number.
//!
//! When: `booth` asks after the person has agreed and is stored, before the CRM is told; never at the scan. How: one
//! small file per ticketing system; the same client as for CRMs, so no redirect, no other host, bounded answers. What
//! comes back is named texts ([`Person`]), which go through the badges' gate and are minimised like a badge's; only
//! what a service documents is read of its answer, and an answer is never kept.
//!
//! None of the services asks whether the person agreed; each notes the scan for itself. None of them has met a real
//! server: `tests/contract/lookup.rs` has imitations written from their documentation and source.

mod alfio;
mod cvent;
mod eventyay;
mod pretix;

use std::time::Duration;

use chrono::{DateTime, FixedOffset};
use serde_json::Value as Json;
use zgoda_core::Personal;
use zgoda_core::badge::Column;
use zgoda_core::outbox::Reason;
use zgoda_core::profile::{Lookup, Service};

use crate::http::{Http, Reply, Trouble, address};
use crate::secret::words;
use crate::{ConnectError, Secret};

/// How the scanning device calls itself there.
const DEVICE: &str = "Zgoda";
/// A number that no badge of any of these services bears: alf.io's are random, the others' of another form.
const NOBODY: &str = "00000000-0000-4000-8000-000000000000";

/// What the organiser says of a badge's number.
#[derive(Clone, Debug)]
pub enum Told {
    /// Who it is, as far as the organiser tells exhibitors.
    Person(Person),
    /// Nobody of that number. That is final.
    Nobody,
}

/// Why there is no answer that counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotTold {
    /// Why.
    pub reason: Reason,
    /// For how long the service wants to be left alone, where it says so.
    pub after: Option<Duration>,
}

/// What is told of a person: texts by what they hold, each at most once.
#[derive(Clone, Debug, Default)]
pub struct Person(Vec<(Column, Personal)>);

impl Person {
    /// The texts.
    pub fn texts(&self) -> &[(Column, Personal)] {
        &self.0
    }

    /// Notes what `json` holds, if it is a text; the first one of a column counts.
    fn add(&mut self, column: Column, json: &Json) {
        let known = self.0.iter().any(|(of, _)| *of == column);
        let text = Personal::new(json.as_str().unwrap_or_default());
        if !known && !text.is_empty() {
            self.0.push((column, text));
        }
    }

    /// The members of `json` by their names.
    fn of(json: &Json, members: &[(&str, Column)]) -> Self {
        let mut person = Self::default();
        for (name, column) in members {
            person.add(*column, &json[*name]);
        }
        person
    }
}

/// One scan.
#[derive(Clone, Copy, Debug)]
pub struct Scan<'a> {
    /// What the badge says.
    pub reference: &'a Personal,
    /// When it was scanned.
    pub at: DateTime<FixedOffset>,
}

/// The organiser's service, ready to be asked. Blocking.
pub struct Organiser {
    service: Service,
    http: Http,
    key: Secret,
    event: String,
    host: String,
}

impl Organiser {
    /// The service that the profile names. Nothing is reached yet.
    ///
    /// # Errors
    /// Where address or key are not enough.
    pub fn new(lookup: &Lookup, key: Option<&Secret>) -> Result<Self, ConnectError> {
        let host = address(&lookup.url)?;
        Ok(Self {
            service: lookup.service,
            http: Http::to(&lookup.url)?,
            key: key_of(lookup.service, key)?,
            event: lookup.event.clone().unwrap_or_default(),
            host: host.host_str().unwrap_or_default().to_owned(),
        })
    }

    /// The source of what is told: the service and its host (Art. 14(2)(f)).
    pub fn name(&self) -> String {
        format!("{} {}", self.service.as_str(), self.host)
    }

    /// Asks who that is.
    ///
    /// # Errors
    /// Why there is no answer that counts; it may be asked again.
    pub fn ask(&self, scan: Scan<'_>) -> Result<Told, NotTold> {
        let told = match self.service {
            Service::Pretix => pretix::ask(self, scan),
            Service::Alfio => alfio::ask(self, scan),
            Service::Eventyay => eventyay::ask(self, scan),
            Service::Cvent => cvent::ask(self, scan),
        };
        told.map_err(|Trouble { reason, after }| NotTold { reason, after })
    }

    /// Asks about a number that nobody has: that needs address, event and key as every question does, names nobody, and
    /// leaves no scan there.
    ///
    /// # Errors
    /// Why there is no answer that counts.
    pub fn test(&self, at: DateTime<FixedOffset>) -> Result<(), NotTold> {
        let reference = &Personal::new(NOBODY);
        self.ask(Scan { reference, at }).map(|_| ())
    }
}

/// One word, or two at Cvent.
fn key_of(service: Service, key: Option<&Secret>) -> Result<Secret, ConnectError> {
    let wanted = if service == Service::Cvent { 2 } else { 1 };
    key.filter(|key| words(Some(key)).len() == wanted)
        .cloned()
        .ok_or(ConnectError::NoSecret)
}

/// What every service means by these answers; the others are its own.
fn usual(reply: Reply) -> Result<Reply, Trouble> {
    match (reply.busy, reply.status) {
        (Some(busy), _) => Err(busy),
        (None, 401 | 403) => Err(Reason::SignIn.into()),
        (None, _) => Ok(Reply {
            busy: None,
            ..reply
        }),
    }
}
