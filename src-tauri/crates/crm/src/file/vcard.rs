//! The leads as vCard 4.0 (RFC 6350): one card per lead, for address books and CRMs that import nothing else.
//!
//! How: `UID` is the lead's UUID, so that a second import finds the first; `REV` is when the person last answered. What
//! proves the consents stands in `X-ZGODA-CONSENT`, one per box, with what the table has in columns as parameters (escaped
//! as RFC 6868 has it), and once more in words in a `NOTE`, because many programs drop what they do not know.

use zgoda_core::field::Field;

use super::table;
use crate::record::{Place, Plain, Record, in_words};

/// The longest line in octets, its end not counted (section 3.2).
const LONGEST: usize = 75;

/// Writes `records` as cards.
pub(super) fn cards<'a>(records: impl Iterator<Item = &'a Record>) -> Vec<u8> {
    let cards: String = records.map(card).collect();
    cards.into_bytes()
}

fn card(record: &Record) -> String {
    let mut card = Card::default();
    card.line("BEGIN", "VCARD");
    card.line("VERSION", "4.0");
    card.line("KIND", "individual");
    card.line("UID", &format!("urn:uuid:{}", record.lead_id));
    card.line("REV", &answered(record));
    card.line("FN", &escape(&full_name(record)));
    if let Some(Plain::Text(name)) = record.fields.get(&Field::Name) {
        let (first, last) = name.rsplit_once(' ').unwrap_or(("", name));
        let prefix = record.fields.get(&Field::Prefix);
        let prefix = prefix.map(Plain::one_line).unwrap_or_default();
        let parts = [last, first, "", &prefix, ""].map(escape);
        card.line("N", &parts.join(";"));
    }
    for (field, value) in &record.fields {
        card.field(*field, value);
    }
    card.proof(record);
    card.line("END", "VCARD");
    card.text
}

/// When the person last answered, in UTC.
fn answered(record: &Record) -> String {
    let answers = record.decisions.iter().map(|proof| proof.decision.at);
    let last = answers.chain([record.captured_at]).max();
    let last = last.unwrap_or(record.captured_at).to_utc();
    last.format("%Y%m%dT%H%M%SZ").to_string()
}

/// A card must have a name: where none was needed, the company, or else the lead's id.
fn full_name(record: &Record) -> String {
    let known = [Field::Name, Field::Company].map(|field| record.fields.get(&field));
    let name = known.into_iter().flatten().next().map(Plain::one_line);
    name.unwrap_or_else(|| record.lead_id.clone())
}

#[derive(Default)]
struct Card {
    text: String,
}

impl Card {
    fn field(&mut self, field: Field, value: &Plain) {
        let name = match field {
            // Both stand in the name's own lines; a signature stays on the device.
            Field::Name | Field::Prefix | Field::Signature => return,
            Field::Title => "TITLE",
            Field::Company => "ORG",
            Field::Email => "EMAIL",
            Field::Phone => "TEL",
            Field::Website => "URL",
            Field::Address => "ADR",
            Field::Reference => "X-ZGODA-REFERENCE",
            Field::Note => "NOTE",
            Field::Tags => "CATEGORIES",
            Field::Rating => "X-ZGODA-RATING",
            Field::Answers => "X-ZGODA-ANSWER",
        };
        match value {
            // An address of the web is no text: nothing in it is escaped (section 6.7.8).
            Plain::Text(text) if field == Field::Website => {
                let bare: String = text.chars().filter(|c| !c.is_control()).collect();
                self.line(name, &bare);
            }
            Plain::Text(text) => self.line(name, &escape(text)),
            Plain::Many(all) if field == Field::Tags => {
                let all: Vec<String> = all.iter().map(|one| escape(one)).collect();
                self.line(name, &all.join(","));
            }
            Plain::Many(all) => {
                for (at, one) in all.iter().enumerate() {
                    let first = if at == 0 { ";PREF=1" } else { "" };
                    self.line(&format!("{name}{first}"), &escape(one));
                }
            }
            Plain::Answers(all) => all
                .iter()
                .for_each(|one| self.line(name, &escape(&one.line))),
            Plain::Address(place) => self.address(place),
        }
    }

    fn address(&mut self, place: &Place) {
        let parts = [
            "",
            "",
            &place.street,
            &place.city,
            &place.region,
            &place.postcode,
            &place.country,
        ];
        let label = match place.text.as_str() {
            "" => String::new(),
            text => format!(";LABEL={}", quote(text)),
        };
        self.line(&format!("ADR{label}"), &parts.map(escape).join(";"));
    }

    fn proof(&mut self, record: &Record) {
        self.line("X-ZGODA-RECEIPT", &escape(&record.receipt));
        self.line("X-ZGODA-REVISION", &record.revision.to_string());
        self.line("X-ZGODA-EVENT", &escape(&record.event_name));
        for (field, until) in &record.deadlines {
            let name = format!("X-ZGODA-UNTIL;FIELD={field}");
            self.line(&name, &until.to_rfc3339());
        }
        for proof in &record.decisions {
            let mut cells = table::PROOF.iter();
            let answer = cells
                .next()
                .map(|(_, cell)| cell(proof))
                .unwrap_or_default();
            let mut name = format!("X-ZGODA-CONSENT;BOX={}", quote(&proof.name()));
            for (what, cell) in cells {
                let value = cell(proof);
                if !value.is_empty() {
                    name = format!("{name};{}={}", what.to_uppercase(), quote(&value));
                }
            }
            self.line(&name, &answer);
        }
        self.line("NOTE", &escape(&in_words(&record.decisions)));
    }

    /// Adds a line, folded between characters (section 3.2).
    fn line(&mut self, name: &str, value: &str) {
        let mut length = 0;
        for character in format!("{name}:{value}").chars() {
            if length + character.len_utf8() > LONGEST {
                self.text.push_str("\r\n ");
                length = 1;
            }
            self.text.push(character);
            length += character.len_utf8();
        }
        self.text.push_str("\r\n");
    }
}

/// A text value (section 3.4). What is no line feed and controls something is left out.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\n' => escaped.push_str("\\n"),
            '\\' | ',' | ';' => escaped.extend(['\\', character]),
            _ if character.is_control() => {}
            _ => escaped.push(character),
        }
    }
    escaped
}

/// A parameter's value in quotes (RFC 6868).
fn quote(text: &str) -> String {
    let mut quoted = String::from("\"");
    for character in text.chars() {
        match character {
            '\n' => quoted.push_str("^n"),
            '^' => quoted.push_str("^^"),
            '"' => quoted.push_str("^'"),
            _ if character.is_control() => {}
            _ => quoted.push(character),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_value_begins_a_line_or_a_parameter() {
        let hostile = "a\r\nEND:VCARD\n;,\\\u{1b}";
        assert_eq!(escape(hostile), "a\\nEND:VCARD\\n\\;\\,\\\\");
        assert_eq!(quote("1\"\n;X=^:"), "\"1^'^n;X=^^:\"");
    }

    #[test]
    fn a_long_line_is_folded_between_characters() {
        let mut card = Card::default();
        card.line("FN", &"Żółć".repeat(40));
        for line in card.text.split("\r\n") {
            assert!(line.len() <= LONGEST, "{line}");
        }
        let whole = card.text.replace("\r\n ", "");
        assert_eq!(whole, format!("FN:{}\r\n", "Żółć".repeat(40)));
    }
}
