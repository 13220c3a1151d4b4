//! MECARD (NTT DoCoMo): `MECARD:N:Last,First;TEL:…;;`.

use zgoda_core::{Extra, Field, Personal};

use super::contact::{Contact, NO_PREFERENCE, Place, extra_named};
use super::{MAX_PROPERTIES, PayloadError, Reading};

/// Reads a MECARD. One that holds nothing but an id (Eventmaker's badges) is an opaque reference.
pub(super) fn read(text: &str) -> Result<Reading, PayloadError> {
    let mut contact = Contact::default();
    let mut only_id = true;
    let mut id = String::new();
    for (name, value) in fields(&text["MECARD:".len()..])
        .into_iter()
        .take(MAX_PROPERTIES)
    {
        only_id &= name == "UID";
        match name.as_str() {
            "N" => contact.text(Field::Name, &spoken_name(&value)),
            "ORG" | "COMPANY" => contact.text(Field::Company, &plain(&value)),
            "TITLE" => contact.text(Field::Title, &plain(&value)),
            "TEL" => contact.phone(&plain(&value), NO_PREFERENCE),
            "TEL-AV" => contact.phone(&plain(&value), NO_PREFERENCE + 1),
            "EMAIL" => contact.email(&plain(&value), NO_PREFERENCE),
            "URL" => contact.website(&plain(&value)),
            "ADR" => address(&mut contact, &value),
            "UID" => {
                id = plain(&value);
                contact.text(Field::Reference, &id);
            }
            "SOUND" => contact.extra(Extra::Other),
            other => contact.extra(extra_named(other)),
        }
    }
    if only_id && !Personal::new(&id).is_empty() {
        return Ok(Reading::Opaque {
            system: "eventmaker",
            reference: Personal::new(&id),
        });
    }
    let candidate = contact.finish().ok_or(PayloadError::NoContact)?;
    Ok(Reading::Person {
        format: "mecard",
        candidate,
    })
}

/// `NAME:value` pairs at unescaped semicolons, the values still escaped.
pub(super) fn fields(body: &str) -> Vec<(String, String)> {
    split(body, ';')
        .into_iter()
        .filter_map(|field| {
            let (name, value) = field.split_once(':')?;
            let filled = !value.trim().is_empty();
            filled.then(|| (name.trim().to_ascii_uppercase(), value.to_owned()))
        })
        .collect()
}

/// Undoes `\:` and its like.
pub(super) fn plain(value: &str) -> String {
    let (mut out, mut escaped) = (String::new(), false);
    for c in value.chars() {
        match (escaped, c) {
            (false, '\\') => escaped = true,
            (true, 'n') => {
                out.push('\n');
                escaped = false;
            }
            _ => {
                out.push(c);
                escaped = false;
            }
        }
    }
    out
}

fn spoken_name(value: &str) -> String {
    let mut parts: Vec<String> = split(value, ',').iter().map(|part| plain(part)).collect();
    if parts.len() > 1 {
        let family = parts.remove(0);
        parts.push(family);
    }
    parts.join(" ")
}

/// Seven parts as in a vCard, or free text.
fn address(contact: &mut Contact, value: &str) {
    let parts: Vec<String> = split(value, ',').iter().map(|part| plain(part)).collect();
    if parts.len() != 7 {
        contact.address(&Place {
            text: &plain(value),
            ..Place::default()
        });
        return;
    }
    contact.address(&Place {
        street: &[parts[2].trim(), parts[1].trim(), parts[0].trim()]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(", "),
        city: &parts[3],
        region: &parts[4],
        postcode: &parts[5],
        country: &parts[6],
        text: "",
    });
}

/// Parts at an unescaped mark, escapes left in.
fn split(text: &str, at: char) -> Vec<String> {
    let (mut parts, mut escaped) = (vec![String::new()], false);
    for c in text.chars() {
        if c == at && !escaped {
            parts.push(String::new());
        } else if let Some(last) = parts.last_mut() {
            last.push(c);
        }
        escaped = c == '\\' && !escaped;
    }
    parts
}
