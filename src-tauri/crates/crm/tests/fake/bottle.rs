//! What the tests of the `bottlecrm` connector say, and how they read what it answers.

use zgoda_core::outbox::{Answer, Message, Reason};
use zgoda_core::profile::Profile;
use zgoda_crm::{ConnectError, Connector, Secret};

use super::{Deed, Server};
use crate::imagined;

/// A token and a webhook's key.
const SECRET: &str = "bcrm_pat_token webhook-key";

/// A profile; where its leads go the tests say themselves.
pub fn offline() -> Profile {
    imagined::profile("[crm]\nkind = \"file\"\nplain = true")
}

/// A connector to a BottleCRM.
pub fn to(url: &str) -> Result<Box<dyn Connector>, ConnectError> {
    let mut profile = offline();
    profile.crm.kind = "bottlecrm".to_owned();
    profile.crm.url = Some(url.to_owned());
    zgoda_crm::connect(&profile, Some(&Secret::new(SECRET)), "".as_ref())
}

pub fn messages(count: u32) -> Vec<Message> {
    let profile = offline();
    (0..count)
        .map(|n| imagined::upsert(&imagined::lead(n, &profile)))
        .collect()
}

pub fn retry(reason: Reason) -> Answer {
    Answer::Retry {
        reason,
        after: None,
    }
}

pub fn person(reason: Reason) -> Answer {
    Answer::NeedsPerson { reason }
}

pub fn confirmed(answers: &[Answer]) -> usize {
    answers
        .iter()
        .filter(|answer| matches!(answer, Answer::Confirmed { .. }))
        .count()
}

pub fn raw(text: &str) -> Deed {
    Deed::Raw(text.as_bytes().to_vec())
}

/// Pushes three leads while every request meets `deed`. Answers what was said to them, and how many requests it took.
pub fn under(deed: impl Fn() -> Deed + Send + 'static) -> (Vec<Answer>, usize) {
    let server = Server::start();
    server.fault(move |_| Some(deed()));
    let answers = to(&server.webhook()).unwrap().push(&messages(3));
    assert!(server.crm.lock().unwrap().leads.is_empty());
    (answers, server.log().len())
}
