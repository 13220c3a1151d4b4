//! What an error of Dataverse's means: its code says more than the status, and its words name the column.

use serde_json::Value as Json;
use zgoda_core::outbox::Reason;

use crate::dialect::Refusal;
use crate::http::Reply;

/// The answer to one request, where it is no failure.
pub(super) fn told(mut reply: Reply) -> Result<Reply, Refusal> {
    let busy = reply.busy.take();
    match (busy, class(&reply.json)) {
        // A row's own trouble, whatever the status says.
        (_, Some(reason)) if !reason.stops_all() => Err(Refusal {
            trouble: reason.into(),
            columns: too_long(&reply.json),
        }),
        (Some(busy), _) => Err(busy.into()),
        (None, Some(reason)) => Err(reason.into()),
        (None, None) if matches!(reply.status, 401 | 403) => Err(Reason::SignIn.into()),
        (None, None) => Ok(reply),
    }
}

/// What the code of an error means, where it says more than the status.
fn class(json: &Json) -> Option<Reason> {
    match json["error"]["code"].as_str()? {
        // A duplicate by a rule; a value too long; a plug-in of the customer's that says no.
        "0x80040333" | "0x80044331" | "0x80040265" => Some(Reason::Refused),
        // A column that is required.
        "0x80044330" | "0x80040203" => Some(Reason::MissingField),
        // Two requests met at the alternate key: the repeat finds what the other made.
        "0x80060892" | "0x80040237" => Some(Reason::ServerTrouble),
        // A column that is not there; the user may not.
        "0x80060888" => Some(Reason::Settings),
        "0x80040220" => Some(Reason::SignIn),
        _ => None,
    }
}

/// The column whose value is too long. It is named in English alone; in other languages the row waits for a person.
fn too_long(json: &Json) -> Vec<String> {
    let message = json["error"]["message"].as_str().unwrap_or_default();
    let named = message.split_once("The length of the '");
    let named = named.and_then(|(_, rest)| rest.split_once("' attribute"));
    named
        .into_iter()
        .map(|(column, _)| column.to_owned())
        .collect()
}
