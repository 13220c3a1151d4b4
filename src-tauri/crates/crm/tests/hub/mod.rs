//! What the tests of the `postgres` connector share: one server for all, and connectors to it.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use serde_json::Value as Json;
use zgoda_core::outbox::{Answer, Body, Message, Reason};
use zgoda_core::profile::Profile;
use zgoda_crm::{ConnectError, Connector, HUB_SQL, Secret};

use crate::imagined;
use crate::postgres::{Hub, PASSWORD, Server};

/// The server of this program. It ends with it: the end closes its standard input.
pub fn server() -> &'static Server {
    static SERVER: OnceLock<Server> = OnceLock::new();
    SERVER.get_or_init(|| Server::start(None))
}

/// A hub of the test's own and device 1 at it.
pub fn hub() -> (Hub<'static>, Box<dyn Connector>) {
    let hub = server().hub(HUB_SQL);
    let device = to(&hub.device(1), PASSWORD).unwrap();
    (hub, device)
}

/// A profile; where its leads go the tests say themselves.
pub fn offline() -> Profile {
    imagined::profile("[crm]\nkind = \"file\"\nplain = true")
}

/// A connector to the hub at `url`.
pub fn to(url: &str, password: &str) -> Result<Box<dyn Connector>, ConnectError> {
    let mut profile = offline();
    profile.crm.kind = "postgres".to_owned();
    profile.crm.url = Some(url.to_owned());
    zgoda_crm::connect(&profile, Some(&Secret::new(password)), "".as_ref())
}

/// Invented person number `n` in revision `revision`.
pub fn upsert(n: u32, revision: u32) -> Message {
    let mut kept = imagined::lead(n, &offline());
    kept.revision = revision;
    imagined::upsert(&kept)
}

/// Something else about person number `n`.
pub fn about(n: u32, revision: u32, body: Body) -> Message {
    let mut kept = imagined::lead(n, &offline());
    kept.revision = revision;
    imagined::message(&kept, body)
}

pub fn withdraw(n: u32, revision: u32) -> Message {
    take_back(n, revision, "newsletter")
}

/// Person number `n` takes back one box, or a whole purpose.
pub fn take_back(n: u32, revision: u32, name: &str) -> Message {
    let boxes = BTreeSet::from([name.parse().unwrap()]);
    about(n, revision, Body::Withdraw(boxes))
}

/// All `messages` must be confirmed, each under its lead's id.
pub fn told(device: &mut dyn Connector, messages: &[Message]) {
    let answers = device.push(messages);
    assert_eq!(answers.len(), messages.len());
    for (message, answer) in messages.iter().zip(answers) {
        let crm_id = format!("hub:{}", message.lead);
        assert_eq!(answer, Answer::Confirmed { crm_id });
    }
}

pub fn retry(reason: Reason) -> Answer {
    Answer::Retry {
        reason,
        after: None,
    }
}

/// The row of person number `n`.
pub fn row(hub: &Hub<'_>, n: u32) -> Json {
    let id = imagined::lead_id(n).to_string();
    let rows = hub.rows(&format!("select * from hub.lead where id = '{id}'"));
    assert_eq!(rows.len(), 1);
    rows.into_iter().next().unwrap()
}

pub fn count(hub: &Hub<'_>) -> usize {
    hub.sql("select count(*) from hub.lead").parse().unwrap()
}
