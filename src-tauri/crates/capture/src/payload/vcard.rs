//! vCard 2.1, 3.0 (RFC 2426) and 4.0 (RFC 6350), and what phones, Outlook and badge printers make of them.
//!
//! How: bytes are parted into properties first (unfolding, soft breaks of quoted-printable), because in version 2.1
//! each property may have a character set of its own; then each value is decoded and handed to the one gate. When: for
//! every payload that begins with `BEGIN:VCARD`, however broken the rest is: a missing end, a missing version, line
//! breaks written as `\n`, a value that runs over the line.
//!
//! Why not a library: `calcard` 0.3.14 was run over the 118 vCards of the corpus (tests/fixtures/payloads). It reads well
//! what keeps the rules, and loses the values of 18 that badges really carry: line breaks written as `\n` (5) or as bare
//! carriage returns (5), character sets that nothing states (6) or that are Shift-JIS (1), a value that runs over the line
//! (1). It takes text where only the properties tell the character set of their bytes, and it does not bound their number.

use zgoda_core::{Extra, Field};

use super::contact::{Contact, NO_PREFERENCE, Place, extra_named};
use super::{MAX_PROPERTIES, PayloadError, Reading, charset};

/// UTF-8's byte order mark, which Windows programs write.
const MARK_OF_ORDER: &[u8] = b"\xEF\xBB\xBF";

/// True where the bytes say that they are a vCard.
pub(super) fn is_one(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix(MARK_OF_ORDER).unwrap_or(bytes);
    let head: Vec<u8> = bytes
        .iter()
        .take(32)
        .filter(|b| !b.is_ascii_whitespace())
        .copied()
        .collect();
    head.get(..11)
        .is_some_and(|mark| mark.eq_ignore_ascii_case(b"BEGIN:VCARD"))
}

/// Reads the first vCard in the bytes.
pub(super) fn read(bytes: &[u8]) -> Result<Reading, PayloadError> {
    let bytes = with_line_breaks(bytes.strip_prefix(MARK_OF_ORDER).unwrap_or(bytes));
    let mut card = Card::default();
    let mut format = "vcard3.0";
    for line in properties(&bytes) {
        let Some(property) = Property::parse(&line) else {
            continue;
        };
        match property.name.as_str() {
            "BEGIN" => {}
            "END" => break,
            "VERSION" => format = version(&property.text()?),
            _ => card.take(&property)?,
        }
    }
    let candidate = card.finish().ok_or(PayloadError::NoContact)?;
    Ok(Reading::Person { format, candidate })
}

fn version(text: &str) -> &'static str {
    match text.trim() {
        "2.1" | "2.0" | "1.0" => "vcard2.1",
        "4.0" | "4" => "vcard4.0",
        _ => "vcard3.0",
    }
}

/// Some generators write the two characters `\n` where a line should end, or nothing but semicolons' worth of spaces.
fn with_line_breaks(bytes: &[u8]) -> Vec<u8> {
    if bytes.iter().any(|b| matches!(b, b'\n' | b'\r')) {
        return bytes.to_vec();
    }
    let text = bytes.to_vec();
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_slice();
    while let Some((first, tail)) = rest.split_first() {
        let escaped = [&b"\\r\\n"[..], b"\\n", b"\\N"]
            .into_iter()
            .find(|mark| rest.starts_with(mark));
        match escaped {
            Some(mark) => {
                out.push(b'\n');
                rest = &rest[mark.len()..];
            }
            None => {
                out.push(*first);
                rest = tail;
            }
        }
    }
    out
}

/// Logical lines: folded ones joined, soft breaks of quoted-printable joined, bounded in number.
fn properties(bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut lines: Vec<Vec<u8>> = Vec::new();
    let mut soft = false;
    for raw in physical_lines(bytes) {
        if lines.len() > MAX_PROPERTIES + 3 {
            break;
        }
        let Some(last) = lines.last_mut() else {
            lines.push(raw.to_vec());
            continue;
        };
        if soft {
            last.pop();
            last.extend_from_slice(raw);
        } else if raw.first().is_some_and(|b| matches!(b, b' ' | b'\t')) {
            last.extend_from_slice(&raw[1..]);
        } else if raw.is_empty() {
            continue;
        } else if has_name(raw) {
            lines.push(raw.to_vec());
        } else {
            // A value with a bare line break in it; the gate refuses one where it would do harm.
            last.push(b'\n');
            last.extend_from_slice(raw);
        }
        soft = lines
            .last()
            .is_some_and(|line| line.ends_with(b"=") && is_quoted(line));
    }
    lines
}

fn physical_lines(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    bytes
        .split(|b| *b == b'\n')
        .map(|line| line.strip_suffix(b"\r").unwrap_or(line))
        .flat_map(|line| line.split(|b| *b == b'\r'))
}

/// True where a line begins as a property does: a name, then a colon or a parameter.
fn has_name(line: &[u8]) -> bool {
    let line = line.trim_ascii_start();
    let length = line
        .iter()
        .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_'))
        .count();
    length > 0
        && line[length..]
            .trim_ascii_start()
            .first()
            .is_some_and(|b| matches!(b, b':' | b';'))
        && line[length..].contains(&b':')
}

fn is_quoted(line: &[u8]) -> bool {
    let head = line.split(|b| *b == b':').next().unwrap_or_default();
    head.to_ascii_uppercase()
        .windows(16)
        .any(|w| w == b"QUOTED-PRINTABLE")
}

/// One property, its value still as bytes.
struct Property {
    name: String,
    group: String,
    /// Parameters in upper case; those that 2.1 writes without a name have an empty one.
    parameters: Vec<(String, String)>,
    value: Vec<u8>,
}

impl Property {
    fn parse(line: &[u8]) -> Option<Self> {
        let mut quoted = false;
        let colon = line.iter().position(|b| {
            quoted ^= *b == b'"';
            *b == b':' && !quoted
        })?;
        let head = String::from_utf8_lossy(&line[..colon]).into_owned();
        let mut parts = split_outside_quotes(&head, ';').into_iter();
        let full = parts.next()?.trim().to_ascii_uppercase();
        let (group, name) = full.rsplit_once('.').unwrap_or(("", &full));
        let parameters = parts
            .flat_map(|part| {
                let (key, value) = match part.split_once('=') {
                    Some((key, value)) => (key.trim().to_ascii_uppercase(), value.to_owned()),
                    None => (String::new(), part.clone()),
                };
                split_outside_quotes(&value, ',')
                    .into_iter()
                    .map(move |one| {
                        (
                            key.clone(),
                            one.trim().trim_matches('"').to_ascii_uppercase(),
                        )
                    })
                    .collect::<Vec<_>>()
            })
            .collect();
        Some(Self {
            name: name.to_owned(),
            group: group.to_owned(),
            parameters,
            value: line[colon + 1..].to_vec(),
        })
    }

    fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// True where a type is stated, in either version's way.
    fn is(&self, kind: &str) -> bool {
        self.parameters
            .iter()
            .any(|(key, value)| (key == "TYPE" || key.is_empty()) && value == kind)
    }

    fn order(&self) -> u32 {
        match self.parameter("PREF").and_then(|pref| pref.parse().ok()) {
            Some(order) => order,
            None if self.is("PREF") => 1,
            None => NO_PREFERENCE,
        }
    }

    fn text(&self) -> Result<String, PayloadError> {
        let encoding = |kind: &str| self.parameter("ENCODING") == Some(kind) || self.is(kind);
        let bytes = if encoding("QUOTED-PRINTABLE") {
            quoted_printable::decode(&self.value, quoted_printable::ParseMode::Robust)
                .unwrap_or_else(|_| self.value.clone())
        } else {
            self.value.clone()
        };
        charset::decode(&bytes, self.parameter("CHARSET"))
    }
}

fn split_outside_quotes(text: &str, at: char) -> Vec<String> {
    let (mut parts, mut quoted) = (vec![String::new()], false);
    for c in text.chars() {
        quoted ^= c == '"';
        match parts.last_mut() {
            Some(last) if c != at || quoted => last.push(c),
            _ => parts.push(String::new()),
        }
    }
    parts
}

/// Parts a structured value at unescaped `;` and undoes the escapes.
pub(super) fn components(value: &str) -> Vec<String> {
    let (mut parts, mut escaped) = (vec![String::new()], false);
    for c in value.chars() {
        let last = parts.len() - 1;
        match (escaped, c) {
            (false, '\\') => escaped = true,
            (false, ';') => parts.push(String::new()),
            (true, 'n' | 'N') => {
                parts[last].push('\n');
                escaped = false;
            }
            (true, ';' | ',' | '\\' | ':' | '"') => {
                parts[last].push(c);
                escaped = false;
            }
            (true, other) => {
                parts[last].extend(['\\', other]);
                escaped = false;
            }
            (false, other) => parts[last].push(other),
        }
    }
    parts
}

/// Undoes the escapes of a value that is not structured.
pub(super) fn unescaped(value: &str) -> String {
    components(value).join(";")
}

/// Collects what the properties say until all are seen.
#[derive(Default)]
pub(super) struct Card {
    contact: Contact,
    taken: usize,
    name_parts: Vec<String>,
    /// Groups that a label calls a fax (Apple writes the label as a property of its own).
    fax_groups: Vec<String>,
    grouped_phones: Vec<(String, String, u32)>,
    label: Option<String>,
}

impl Card {
    fn take(&mut self, property: &Property) -> Result<(), PayloadError> {
        self.taken += 1;
        if self.taken > MAX_PROPERTIES {
            return Ok(());
        }
        // Pictures and keys are large, and are not decoded to be thrown away.
        if matches!(property.name.as_str(), "PHOTO" | "LOGO" | "SOUND" | "KEY") {
            self.contact.extra(extra_named(&property.name));
            return Ok(());
        }
        let text = property.text()?;
        if text.trim().is_empty() {
            return Ok(());
        }
        self.property(property, &text);
        Ok(())
    }

    fn property(&mut self, property: &Property, text: &str) {
        let private = property.is("HOME") && !property.is("WORK");
        match property.name.as_str() {
            "FN" => self.contact.text(Field::Name, &unescaped(text)),
            "N" if self.name_parts.is_empty() => self.name_parts = components(text),
            "ORG" => self.organisation(text),
            "TITLE" => self.contact.text(Field::Title, &unescaped(text)),
            "EMAIL" => self.contact.email(&unescaped(text), property.order()),
            "TEL" => self.telephone(property, text, private),
            "URL" => self.contact.website(&unescaped(text)),
            "ADR" if private => self.contact.extra(Extra::Home),
            "ADR" => self.address(text),
            "LABEL" if private => self.contact.extra(Extra::Home),
            "LABEL" => self.label = Some(unescaped(text)),
            "UID" => self.contact.text(Field::Reference, &unescaped(text)),
            "X-ABLABEL" if text.to_ascii_uppercase().contains("FAX") => {
                self.fax_groups.push(property.group.clone());
            }
            "VERSION" | "PRODID" | "REV" | "KIND" | "PROFILE" | "NAME" | "SOURCE" | "CLASS"
            | "MAILER" | "SORT-STRING" | "CLIENTPIDMAP" | "XML" | "X-ABLABEL" | "X-ABADR"
            | "X-ABUID" => {}
            other => self.contact.extra(extra_named(other)),
        }
    }

    fn organisation(&mut self, text: &str) {
        let parts = components(text);
        let mut filled = parts.iter().filter(|part| !part.trim().is_empty());
        if let Some(company) = filled.next() {
            self.contact.text(Field::Company, company);
        }
        if filled.next().is_some() {
            self.contact.extra(Extra::Role);
        }
    }

    fn telephone(&mut self, property: &Property, text: &str, private: bool) {
        let fax = property
            .parameters
            .iter()
            .any(|(key, value)| (key == "TYPE" || key.is_empty()) && value.contains("FAX"));
        let usable = ["CELL", "VOICE", "MAIN", "IPHONE"]
            .iter()
            .any(|kind| property.is(kind));
        let mobile = property.is("CELL") || property.is("IPHONE");
        if fax && !usable {
            self.contact.extra(Extra::Fax);
        } else if private && !mobile {
            self.contact.extra(Extra::Home);
        } else if ["PAGER", "MODEM", "BBS", "TEXTPHONE"]
            .iter()
            .any(|kind| property.is(kind))
        {
            self.contact.extra(Extra::Other);
        } else {
            let number = components(text).join(";");
            self.grouped_phones
                .push((property.group.clone(), number, property.order()));
        }
    }

    fn address(&mut self, text: &str) {
        let parts = components(text);
        let at = |index: usize| parts.get(index).map_or("", |part| part.trim());
        let street = [at(2), at(1), at(0)]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(", ");
        if parts.len() < 4 {
            self.contact.address(&Place {
                text: &parts.join("\n"),
                ..Place::default()
            });
            return;
        }
        self.contact.address(&Place {
            street: &street,
            city: at(3),
            region: at(4),
            postcode: at(5),
            country: at(6),
            text: "",
        });
    }

    pub(super) fn finish(mut self) -> Option<Box<zgoda_core::Candidate>> {
        let at = |index: usize| self.name_parts.get(index).map_or("", |part| part.trim());
        self.contact.text(Field::Prefix, at(3));
        if !self.contact.has(Field::Name) {
            let spoken = [at(1), at(2), at(0), at(4)].join(" ");
            self.contact.text(Field::Name, &spoken);
        }
        for (group, number, order) in std::mem::take(&mut self.grouped_phones) {
            if !group.is_empty() && self.fax_groups.contains(&group) {
                self.contact.extra(Extra::Fax);
            } else {
                self.contact.phone(&number, order);
            }
        }
        if let Some(label) = self.label.take() {
            self.contact.address(&Place {
                text: &label,
                ..Place::default()
            });
        }
        self.contact.finish()
    }

    /// Takes a property of a jCard, whose values are not escaped.
    pub(super) fn take_plain(
        &mut self,
        name: &str,
        types: &[String],
        order: Option<u32>,
        parts: Vec<String>,
    ) {
        let escaped = |part: &String| {
            part.replace('\\', "\\\\")
                .replace(';', "\\;")
                .replace('\n', "\\n")
        };
        let value = parts.iter().map(escaped).collect::<Vec<_>>().join(";");
        let mut parameters: Vec<(String, String)> = types
            .iter()
            .map(|kind| ("TYPE".to_owned(), kind.to_ascii_uppercase()))
            .collect();
        if let Some(order) = order {
            parameters.push(("PREF".to_owned(), order.to_string()));
        }
        let property = Property {
            name: name.to_ascii_uppercase(),
            group: String::new(),
            parameters,
            value: value.clone().into_bytes(),
        };
        self.taken += 1;
        if self.taken > MAX_PROPERTIES || value.trim().is_empty() {
            return;
        }
        self.property(&property, &value);
    }
}
