//! eventyay, by its plugin for exhibitors.
//!
//! How: a scan is 201 with the attendee, 409 with the attendee when it was scanned before. Older versions of the plugin
//! name nobody in either answer; the list of all leads is not fetched instead, so such a scan is refused.
//!
//! The key is the exhibitor's; the event is `ORGANISER/EVENT`.

use reqwest::Method;
use serde_json::json;
use zgoda_core::badge::Column;
use zgoda_core::outbox::Reason;

use super::{DEVICE, Organiser, Person, Scan, Told, usual};
use crate::http::{Sign, Trouble};

const FIELDS: [(&str, Column); 2] = [("name", Column::Name), ("email", Column::Email)];

pub(super) fn ask(organiser: &Organiser, scan: Scan<'_>) -> Result<Told, Trouble> {
    let path = format!("api/v1/event/{}/exhibitors/lead/create", organiser.event);
    let body = json!({
        "lead": scan.reference.expose(),
        "scanned": scan.at.to_rfc3339(),
        "scan_type": "lead",
        "device_name": DEVICE,
    });
    let sign = Sign::Header("exhibitor", "", &organiser.key);
    let reply = organiser
        .http
        .hear(Method::POST, &path, sign, &[], Some(&body))?;
    let reply = usual(reply)?;
    let attendee = &reply.json["attendee"];
    match reply.status {
        201 | 409 if attendee.is_object() => Ok(Told::Person(Person::of(attendee, &FIELDS))),
        // An address that is not there is answered by 404 too.
        404 if reply.json["success"] == false => Ok(Told::Nobody),
        404 => Err(Reason::Settings.into()),
        _ => Err(Reason::Refused.into()),
    }
}
