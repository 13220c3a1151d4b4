//! Cvent, its BadgeKit.
//!
//! How: key and secret are changed for a token, then one attendee is read. The answer has addresses and telephones of home
//! and work; the home's are not even looked at.
//!
//! The key is BadgeKit's API key and its secret, with a space between; the event is `EVENT/EXHIBITOR`, the address
//! `https://io-eur.cvent.com/onsite/v1` in Europe.

use reqwest::Method;
use zgoda_core::badge::Column;
use zgoda_core::outbox::Reason;

use super::{Organiser, Person, Scan, Told, usual};
use crate::Secret;
use crate::http::{Sign, Trouble};
use crate::secret::words;

const FIELDS: [(&str, Column); 6] = [
    ("firstName", Column::FirstName),
    ("lastName", Column::LastName),
    ("email", Column::Email),
    ("company", Column::Company),
    ("title", Column::Title),
    ("workPhone", Column::Phone),
];
const WORK: [(&str, Column); 5] = [
    ("address1", Column::Street),
    ("zip", Column::Postcode),
    ("city", Column::City),
    ("state", Column::Region),
    ("country", Column::Country),
];

pub(super) fn ask(organiser: &Organiser, scan: Scan<'_>) -> Result<Told, Trouble> {
    let (event, exhibitor) = organiser.event.split_once('/').ok_or(Reason::Settings)?;
    let token = token(organiser)?;
    let path = path(event, exhibitor, scan.reference.expose());
    let reply = organiser
        .http
        .hear(Method::GET, &path, Sign::Bearer(&token), &[], None)?;
    let reply = usual(reply)?;
    match reply.status {
        200 => {
            let mut person = Person::of(&reply.json, &FIELDS);
            for (name, column) in WORK {
                person.add(column, &reply.json["workAddress"][name]);
            }
            Ok(Told::Person(person))
        }
        404 => Ok(Told::Nobody),
        _ => Err(Reason::Refused.into()),
    }
}

fn token(organiser: &Organiser) -> Result<Secret, Trouble> {
    let [key, secret] = words(Some(&organiser.key))[..] else {
        return Err(Reason::SignIn.into());
    };
    let headers = [("apikey", key), ("secret", secret)];
    let reply = organiser
        .http
        .hear(Method::GET, "auth", Sign::Body, &headers, None)?;
    let reply = usual(reply)?;
    let token = reply.json["accessToken"].as_str().unwrap_or_default();
    match (reply.status, token) {
        (200, token) if !token.is_empty() => Ok(Secret::new(token)),
        _ => Err(Reason::SignIn.into()),
    }
}

/// A badge's number is a stranger's: every byte that could lead elsewhere is written as `%XX`.
fn path(event: &str, exhibitor: &str, reference: &str) -> String {
    let written = |byte: u8| match byte {
        b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'-' | b'_' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    let reference: String = reference.bytes().map(written).collect();
    format!("events/{event}/exhibitors/{exhibitor}/attendees/{reference}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_leads_nowhere_else() {
        let path = path("E", "X", "../../a?b#c");
        assert_eq!(
            path,
            "events/E/exhibitors/X/attendees/%2E%2E%2F%2E%2E%2Fa%3Fb%23c"
        );
    }
}
