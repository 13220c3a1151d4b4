//! BIZCARD, MECARD's older cousin: `BIZCARD:N:First;X:Last;T:Title;C:Company;A:Address;B:Phone;E:Email;;`.

use zgoda_core::{Extra, Field};

use super::contact::{Contact, NO_PREFERENCE, Place};
use super::mecard::{fields, plain};
use super::{MAX_PROPERTIES, PayloadError, Reading};

pub(super) fn read(text: &str) -> Result<Reading, PayloadError> {
    let mut contact = Contact::default();
    let (mut first, mut last) = (String::new(), String::new());
    for (name, value) in fields(&text["BIZCARD:".len()..])
        .into_iter()
        .take(MAX_PROPERTIES)
    {
        let value = plain(&value);
        match name.as_str() {
            "N" => first = value,
            "X" => last = value,
            "T" => contact.text(Field::Title, &value),
            "C" => contact.text(Field::Company, &value),
            "A" => contact.address(&Place {
                text: &value,
                ..Place::default()
            }),
            "M" => contact.phone(&value, NO_PREFERENCE - 1),
            "B" => contact.phone(&value, NO_PREFERENCE),
            "F" => contact.extra(Extra::Fax),
            "E" => contact.email(&value, NO_PREFERENCE),
            _ => contact.extra(Extra::Other),
        }
    }
    contact.text(Field::Name, &format!("{first} {last}"));
    let candidate = contact.finish().ok_or(PayloadError::NoContact)?;
    Ok(Reading::Person {
        format: "bizcard",
        candidate,
    })
}
