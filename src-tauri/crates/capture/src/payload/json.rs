//! JSON badges: contacts under whatever names their makers chose, jCard (RFC 7095), and Indico's tickets.

use serde_json::{Map, Value};
use zgoda_core::{Field, Personal};

use super::contact::{Contact, NO_PREFERENCE, Place, extra_named};
use super::vcard::Card;
use super::{MAX_PROPERTIES, PayloadError, Reading};

/// Reads a JSON payload; nothing where it is not JSON, so that it can be shown as text.
pub(super) fn read(text: &str) -> Option<Result<Reading, PayloadError>> {
    match serde_json::from_str::<Value>(text).ok()? {
        Value::Array(parts) if parts.first().and_then(Value::as_str) == Some("vcard") => {
            Some(jcard(&parts))
        }
        Value::Object(map) => indico(&map).map(Ok).or_else(|| object(&map).map(Ok)),
        _ => None,
    }
}

/// Version 1 is an object with a check-in secret, version 2 `{"i":[2, host, base64 of a UUID]}`.
fn indico(map: &Map<String, Value>) -> Option<Reading> {
    let secret = map
        .get("checkin_secret")
        .filter(|_| map.contains_key("registrant_id"))
        .or_else(|| map.get("i")?.as_array()?.get(2))?;
    Some(Reading::Opaque {
        system: "indico",
        reference: Personal::new(secret.as_str()?),
    })
}

fn object(map: &Map<String, Value>) -> Option<Reading> {
    let mut person = Person::default();
    person.object(map, 0);
    person.finish()
}

#[derive(Default)]
struct Person {
    contact: Contact,
    seen: usize,
    first: String,
    middle: String,
    last: String,
    street: String,
    city: String,
    postcode: String,
    region: String,
    country: String,
    id: String,
    other_fields: bool,
}

impl Person {
    fn object(&mut self, map: &Map<String, Value>, depth: usize) {
        for (key, value) in map {
            self.seen += 1;
            if self.seen > MAX_PROPERTIES {
                return;
            }
            self.entry(key, value, depth);
        }
    }

    fn entry(&mut self, key: &str, value: &Value, depth: usize) {
        let plain: String = key
            .chars()
            .filter(|c| c.is_alphanumeric())
            .flat_map(char::to_lowercase)
            .collect();
        match value {
            Value::Null | Value::Bool(_) if !is_claim(&plain) => {}
            Value::Object(inner) if is_address(&plain) => self.address_parts(inner),
            Value::Object(inner) if depth < 2 => self.object(inner, depth + 1),
            Value::Array(items) => {
                for item in items.iter().take(MAX_PROPERTIES) {
                    match item {
                        Value::Object(inner) => {
                            match inner.get("value").or_else(|| inner.get("address")) {
                                Some(inner) => self.single(key, &plain, inner),
                                None => self.contact.extra(extra_named(key)),
                            }
                        }
                        other => self.single(key, &plain, other),
                    }
                }
            }
            other => self.single(key, &plain, other),
        }
    }

    fn single(&mut self, key: &str, plain: &str, value: &Value) {
        let text = match value {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            _ => {
                self.contact.extra(extra_named(key));
                return;
            }
        };
        if text.trim().is_empty() {
            return;
        }
        self.other_fields |= !is_id(plain);
        match plain {
            "name" | "fullname" | "fn" | "displayname" | "imieinazwisko" | "attendeename" => {
                self.contact.text(Field::Name, &text)
            }
            "firstname" | "first" | "given" | "givenname" | "forename" | "imie" | "imię"
            | "vorname" | "fname" => self.first = text,
            "middlename" => self.middle = text,
            "lastname" | "last" | "surname" | "family" | "familyname" | "nazwisko" | "nachname"
            | "lname" => self.last = text,
            "prefix" | "salutation" | "honorific" | "honorificprefix" | "tytul" | "tytuł" => {
                self.contact.text(Field::Prefix, &text)
            }
            "title" | "jobtitle" | "job" | "position" | "stanowisko" | "funktion" => {
                self.contact.text(Field::Title, &text)
            }
            "company" | "organization" | "organisation" | "org" | "firma" | "companyname"
            | "employer" | "affiliation" => self.contact.text(Field::Company, &text),
            "email" | "mail" | "emailaddress" | "emails" => {
                self.contact.email(&text, NO_PREFERENCE)
            }
            "phone" | "tel" | "telephone" | "phonenumber" | "mobile" | "mobilephone"
            | "telefon" | "cell" | "phones" => self.contact.phone(&text, NO_PREFERENCE),
            "website" | "url" | "web" | "www" | "homepage" | "site" => self.contact.website(&text),
            "street" | "ulica" | "strasse" | "straße" | "addressline1" => self.street = text,
            "city" | "town" | "miasto" | "ort" | "locality" => self.city = text,
            "postcode" | "zip" | "zipcode" | "postalcode" | "plz" | "kodpocztowy" => {
                self.postcode = text
            }
            "region" | "state" | "province" => self.region = text,
            "country" | "kraj" | "land" | "countryname" => self.country = text,
            word if is_address(word) => self.contact.address(&Place {
                text: &text,
                ..Place::default()
            }),
            word if is_id(word) => self.id = text,
            _ => self.contact.extra(extra_named(key)),
        }
    }

    fn address_parts(&mut self, map: &Map<String, Value>) {
        for (key, value) in map {
            let plain: String = key
                .chars()
                .filter(|c| c.is_alphanumeric())
                .flat_map(char::to_lowercase)
                .collect();
            let Some(text) = value.as_str() else { continue };
            self.other_fields = true;
            match plain.as_str() {
                "street" | "line1" | "ulica" | "streetaddress" => self.street = text.to_owned(),
                "city" | "town" | "miasto" | "locality" | "addresslocality" => {
                    self.city = text.to_owned()
                }
                "postcode" | "zip" | "postalcode" | "code" => self.postcode = text.to_owned(),
                "region" | "state" => self.region = text.to_owned(),
                "country" | "kraj" => self.country = text.to_owned(),
                _ => {}
            }
        }
    }

    fn finish(mut self) -> Option<Reading> {
        let id = Personal::new(&self.id);
        if !self.other_fields && !id.is_empty() {
            return Some(Reading::Opaque {
                system: "json",
                reference: id,
            });
        }
        self.contact.text(
            Field::Name,
            &format!("{} {} {}", self.first, self.middle, self.last),
        );
        self.contact.address(&Place {
            street: &self.street,
            city: &self.city,
            region: &self.region,
            postcode: &self.postcode,
            country: &self.country,
            text: "",
        });
        self.contact.text(Field::Reference, &self.id);
        let candidate = self.contact.finish()?;
        Some(Reading::Person {
            format: "json",
            candidate,
        })
    }
}

fn is_address(word: &str) -> bool {
    matches!(
        word,
        "address" | "adr" | "adres" | "adresse" | "postaladdress"
    )
}

fn is_id(word: &str) -> bool {
    matches!(
        word,
        "id" | "uid"
            | "uuid"
            | "badge"
            | "badgeid"
            | "ticket"
            | "ticketid"
            | "attendeeid"
            | "registrationid"
            | "ref"
            | "reference"
            | "code"
    )
}

fn is_claim(word: &str) -> bool {
    extra_named(word) == zgoda_core::Extra::ClaimedConsent
}

fn jcard(parts: &[Value]) -> Result<Reading, PayloadError> {
    let mut card = Card::default();
    let properties = parts
        .get(1)
        .and_then(Value::as_array)
        .ok_or(PayloadError::NoContact)?;
    for property in properties.iter().take(MAX_PROPERTIES) {
        let Some([Value::String(name), parameters, _, values @ ..]) =
            property.as_array().map(Vec::as_slice)
        else {
            continue;
        };
        let types = match parameters.get("type") {
            Some(Value::String(one)) => vec![one.clone()],
            Some(Value::Array(many)) => many
                .iter()
                .filter_map(Value::as_str)
                .map(str::to_owned)
                .collect(),
            _ => Vec::new(),
        };
        let order = parameters.get("pref").and_then(|pref| match pref {
            Value::String(text) => text.parse().ok(),
            other => other.as_u64().map(|order| order as u32),
        });
        let Some(value) = values.first() else {
            continue;
        };
        if name != "version" {
            card.take_plain(name, &types, order, texts(value));
        }
    }
    let candidate = card.finish().ok_or(PayloadError::NoContact)?;
    Ok(Reading::Person {
        format: "jcard",
        candidate,
    })
}

/// The parts of a jCard value; a part that is a list is one text with commas.
fn texts(value: &Value) -> Vec<String> {
    let one = |value: &Value| match value {
        Value::String(text) => text.clone(),
        Value::Array(many) => many
            .iter()
            .filter_map(Value::as_str)
            .collect::<Vec<_>>()
            .join(", "),
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    };
    match value {
        Value::Array(parts) => parts.iter().map(one).collect(),
        other => vec![one(other)],
    }
}
