//! alf.io, as a sponsor's scan.
//!
//! How: a refused scan is HTTP 200 as well, `result.status` tells. A scan writes its notes over those of an earlier one by
//! the same operator, so this program is an operator of its own. Badges and tickets begin with the ticket's UUID; what a
//! ticket has behind it, its signature, is nobody's business here. Somebody who has not been checked in yet is told of all
//! the same: that answer does not count, and is asked for again.
//!
//! The key is an API key of the role sponsor; the event is its short name.

use reqwest::Method;
use serde_json::json;
use zgoda_core::badge::Column;
use zgoda_core::outbox::Reason;

use super::{DEVICE, Organiser, Person, Scan, Told, usual};
use crate::http::{Sign, Trouble};

const SCANS: &str = "api/attendees/sponsor-scan/bulk";
const FIELDS: [(&str, Column); 2] = [("fullName", Column::Name), ("email", Column::Email)];

pub(super) fn ask(organiser: &Organiser, scan: Scan<'_>) -> Result<Told, Trouble> {
    let badge = scan.reference.expose();
    let ticket = badge.split_once('/').map_or(badge, |(ticket, _)| ticket);
    let body = json!([{
        "eventName": organiser.event,
        "ticketIdentifier": ticket,
        "notes": "",
        "leadStatus": "WARM",
        "timestamp": scan.at.timestamp_millis(),
    }]);
    let sign = Sign::Header("authorization", "ApiKey ", &organiser.key);
    let operator = [("alfio-operator", DEVICE)];
    let reply = organiser
        .http
        .hear(Method::POST, SCANS, sign, &operator, Some(&body))?;
    let reply = usual(reply)?;
    let answer = &reply.json[0];
    match (reply.status, answer["result"]["status"].as_str()) {
        (200, Some("SUCCESS")) => Ok(Told::Person(Person::of(&answer["ticket"], &FIELDS))),
        (200, Some("TICKET_NOT_FOUND")) => Ok(Told::Nobody),
        (200, Some("EVENT_NOT_FOUND")) => Err(Reason::Settings.into()),
        (200, None) => Err(Reason::NotTheCrm.into()),
        _ => Err(Reason::Refused.into()),
    }
}
