//! The hub: a PostgreSQL where hundreds of devices hand their leads over, and from where a drainer takes them to the CRM.
//!
//! How: up to a thousand messages are one call of one function, `hub.push`, that `hub.sql` beside this file installs. The
//! database itself sees to it that newer beats older and that a tombstone beats everything, and answers one word for each
//! message. The device's role may call the functions and read nothing. `docs/hub.md` tells how it is set up and drained.
//!
//! When is a message confirmed? Once the call's transaction is committed. A call that broke off is sent again: told twice
//! is told once.
//!
//! `crm.url` is `postgres://HOST/DATABASE`, one for all devices, and the secret is the device's role and its password with a
//! space between them; or the address names the role, `postgres://ROLE@HOST/DATABASE`, and the secret is its password.

pub mod drain;
mod failure;
mod row;
mod wire;

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value as Json;
use zeroize::Zeroizing;
use zgoda_core::outbox::{Answer, Found, Message, Reason};
use zgoda_core::profile::Profile;
use zgoda_core::receipt::Code;

use self::wire::Wire;
use crate::batch::{self, Said};
use crate::file::Entry;
use crate::http::Trouble;
use crate::record::Record;
use crate::{ConnectError, Connector, Secret, Tested};

/// What head office installs with `psql`.
pub const SQL: &str = include_str!("hub.sql");

/// The most messages that the function takes at once.
const MOST: usize = 1000;

/// A message as the function takes it: as it stands in files, and whom it is about.
#[derive(Serialize)]
#[serde(untagged)]
enum Told {
    /// A lead, which says that itself.
    Whole(Entry),
    News {
        #[serde(flatten)]
        entry: Entry,
        subject: String,
    },
}

impl From<&Message> for Told {
    fn from(message: &Message) -> Self {
        match Entry::from(message) {
            entry @ Entry::Upsert(_) => Self::Whole(entry),
            entry => Self::News {
                entry,
                subject: message.subject.as_str().to_owned(),
            },
        }
    }
}

/// A hub.
pub(crate) struct Hub {
    wire: Wire,
}

impl Hub {
    pub(crate) fn new(profile: &Profile, secret: Option<&Secret>) -> Result<Self, ConnectError> {
        let url = profile.crm.url.as_deref().ok_or(ConnectError::NoUrl)?;
        let secret = secret.ok_or(ConnectError::NoSecret)?;
        Ok(Self {
            wire: Wire::new(url, secret)?,
        })
    }

    fn tell(&mut self, some: &[Message]) -> Result<Said, Trouble> {
        let entries: Vec<Told> = some.iter().map(Told::from).collect();
        let batch = serde_json::to_string(&entries).map_err(|_| Reason::Refused)?;
        let batch = Zeroizing::new(batch);
        let said = self
            .wire
            .call("select hub.push($1::jsonb)::text", &[&batch])?;
        let said: Vec<Json> = parsed(said.as_deref())?;
        let word = |(message, said): (&Message, Json)| match said.as_str() {
            Some("kept") => Ok(crm_id(&message.lead.to_string())),
            _ => Err(Reason::Refused),
        };
        if said.len() == some.len() {
            Ok(some.iter().zip(said).map(word).collect())
        } else {
            Err(Reason::NotTheCrm.into())
        }
    }
}

impl Connector for Hub {
    fn kind(&self) -> &'static str {
        "postgres"
    }

    fn batch(&self) -> usize {
        MOST
    }

    fn push(&mut self, messages: &[Message]) -> Vec<Answer> {
        batch::in_batches(messages, MOST, |some| self.tell(some))
    }

    /// Hands over nothing: whether the role may call the function is what counts.
    fn test(&mut self) -> Result<Tested, Reason> {
        let called = self.wire.call("select hub.push('[]'::jsonb)::text", &[]);
        let missing = match called {
            Ok(_) => Vec::new(),
            Err(trouble) => match self.wire.lacking("hub.push", "hub_device") {
                Some(missing) => vec![missing],
                None => return Err(trouble.reason),
            },
        };
        Ok(Tested {
            account: Some(self.wire.account()),
            missing,
        })
    }

    /// Known while the lead waits for the drainer; what was cleared is found in the CRM alone.
    fn find(&mut self, code: &Code) -> Result<Option<Found>, Reason> {
        let said = self
            .wire
            .call("select hub.find($1)::text", &[&code.grouped()])
            .map_err(|trouble| trouble.reason)?;
        let Some(said) = said else {
            return Ok(None);
        };
        let record: Record = parsed(Some(&said)).map_err(|trouble| trouble.reason)?;
        let found = record.found(crm_id(&record.lead_id));
        Ok(found.filter(|found| found.is_of(code)))
    }

    fn hand_over_status(&mut self, device: &str, status: &str) -> Result<Option<String>, Reason> {
        self.wire
            .call("select hub.hand_over_status($1, $2)", &[device, status])
            .map_err(|trouble| trouble.reason)
    }

    fn date(&self) -> Option<DateTime<Utc>> {
        self.wire.date()
    }
}

/// The id of a lead in the hub. The CRM's own is the drainer's to know.
fn crm_id(lead: &str) -> String {
    format!("hub:{lead}")
}

/// An answer of the function as JSON. Anything else is not the hub's.
fn parsed<T: serde::de::DeserializeOwned>(text: Option<&str>) -> Result<T, Trouble> {
    let json = text.and_then(|text| serde_json::from_str(text).ok());
    json.ok_or_else(|| Reason::NotTheCrm.into())
}
