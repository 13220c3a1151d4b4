//! pretix, by the interface that its plugin for exhibitors has for scanning apps.
//!
//! How: submitting a lead answers what the organiser shows to this exhibitor. Tags and rating `null` and notes `""` leave
//! alone what an earlier scan wrote there. The fields are dynamic; those whose ids say what they hold are read. A number
//! that is not known is "invalid data"; its documentation says no more, so only a refusal that names the code is final.
//!
//! The key is the exhibitor's access code; it tells the event.

use reqwest::Method;
use serde_json::{Value as Json, json};
use zgoda_core::badge::Column;
use zgoda_core::outbox::Reason;

use super::{DEVICE, Organiser, Person, Scan, Told, usual};
use crate::http::{Sign, Trouble};

const LEADS: &str = "exhibitors/api/v1/leads/";
const FIELDS: [(&str, Column); 9] = [
    ("attendee_name", Column::Name),
    ("attendee_email", Column::Email),
    ("attendee_company", Column::Company),
    ("attendee_job_title", Column::Title),
    ("attendee_phone", Column::Phone),
    ("attendee_street", Column::Street),
    ("attendee_zipcode", Column::Postcode),
    ("attendee_city", Column::City),
    ("attendee_country", Column::Country),
];

pub(super) fn ask(organiser: &Organiser, scan: Scan<'_>) -> Result<Told, Trouble> {
    let body = json!({
        "code": scan.reference.expose(),
        "notes": "",
        "scanned": scan.at.to_rfc3339(),
        "scan_type": "lead",
        "tags": null,
        "rating": null,
        "device_name": DEVICE,
        "device_uuid": null,
    });
    let sign = Sign::Header("authorization", "Exhibitor ", &organiser.key);
    let reply = organiser
        .http
        .hear(Method::POST, LEADS, sign, &[], Some(&body))?;
    let reply = usual(reply)?;
    match reply.status {
        200 | 201 => person(&reply.json["attendee"]["fields"]),
        404 => Ok(Told::Nobody),
        400 if !reply.json["code"].is_null() => Ok(Told::Nobody),
        _ => Err(Reason::Refused.into()),
    }
}

fn person(fields: &Json) -> Result<Told, Trouble> {
    let fields = fields.as_array().ok_or(Reason::NotTheCrm)?;
    let mut person = Person::default();
    for field in fields {
        let known = FIELDS.iter().find(|(id, _)| field["id"] == *id);
        if let Some((_, column)) = known {
            person.add(*column, &field["value"]);
        }
    }
    Ok(Told::Person(person))
}
