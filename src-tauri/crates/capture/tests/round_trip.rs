//! Any contact, written in each format, is read back equal.

use proptest::prelude::*;
use zgoda_capture::payload::{self, Reading};
use zgoda_core::{Candidate, Personal};

#[derive(Clone, Debug)]
struct Contact {
    first: String,
    last: String,
    company: String,
    title: String,
    email: String,
    phone: String,
}

/// Words with letters of three languages and every mark that a format must escape.
fn words() -> impl Strategy<Value = String> {
    "[A-ZĄĆĘŁŃÓŚŹŻÄÖÜ][a-ząćęłńóśźżäöüß]{1,12}([ ,;:&'\"\\\\./-][A-Za-złóżü]{1,8}){0,2}"
}

fn contacts() -> impl Strategy<Value = Contact> {
    let name = "[A-ZĄĆĘŁŃÓŚŹŻ][a-ząćęłńóśźż]{1,12}(-[A-ZŁŻ][a-zł]{1,8})?";
    (
        name,
        name,
        words(),
        words(),
        "[a-z][a-z0-9.+_-]{0,10}[a-z0-9]@[a-z][a-z0-9-]{0,8}[a-z]\\.example",
        "\\+48 [1-9][0-9]{2} [0-9]{3} [0-9]{3}",
    )
        .prop_map(|(first, last, company, title, email, phone)| Contact {
            first,
            last,
            company,
            title,
            email,
            phone,
        })
}

fn escaped(text: &str, marks: &str) -> String {
    text.chars()
        .flat_map(|c| {
            if marks.contains(c) {
                vec!['\\', c]
            } else {
                vec![c]
            }
        })
        .collect()
}

fn quoted(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'=' | 127.. | 0..=31 => format!("={byte:02X}"),
            plain => char::from(plain).to_string(),
        })
        .collect()
}

impl Contact {
    fn vcard(&self, version: &str, fold: usize) -> String {
        let text = |value: &str| escaped(value, "\\;,");
        let lines = [
            "BEGIN:VCARD".to_owned(),
            format!("VERSION:{version}"),
            format!("N:{};{};;;", self.last, self.first),
            format!("FN:{} {}", self.first, self.last),
            format!("ORG:{}", text(&self.company)),
            format!("TITLE:{}", text(&self.title)),
            format!("EMAIL;TYPE=WORK:{}", self.email),
            format!("TEL;TYPE=WORK:{}", self.phone),
            "END:VCARD".to_owned(),
        ];
        lines.map(|line| folded(&line, fold)).join("\r\n")
    }

    fn vcard21(&self) -> String {
        let coded = |key: &str, value: &str| {
            format!(
                "{key};CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:{}",
                quoted(&escaped(value, ";\\"))
            )
        };
        [
            "BEGIN:VCARD\r\nVERSION:2.1".to_owned(),
            coded("FN", &format!("{} {}", self.first, self.last)),
            coded("ORG", &self.company),
            coded("TITLE", &self.title),
            format!("EMAIL;INTERNET:{}", self.email),
            format!("TEL;WORK;VOICE:{}", self.phone),
            "END:VCARD".to_owned(),
        ]
        .join("\r\n")
    }

    fn jcard(&self) -> String {
        serde_json::json!(["vcard", [
            ["version", {}, "text", "4.0"],
            ["fn", {}, "text", format!("{} {}", self.first, self.last)],
            ["org", {}, "text", self.company],
            ["title", {}, "text", self.title],
            ["email", {"type": "work"}, "text", self.email],
            ["tel", {"type": "work"}, "text", self.phone],
        ]])
        .to_string()
    }

    fn mecard(&self) -> String {
        let text = |value: &str| escaped(value, "\\;:,");
        format!(
            "MECARD:N:{},{};ORG:{};TITLE:{};EMAIL:{};TEL:{};;",
            text(&self.last),
            text(&self.first),
            text(&self.company),
            text(&self.title),
            text(&self.email),
            self.phone
        )
    }

    fn bizcard(&self) -> String {
        let text = |value: &str| escaped(value, "\\;:,");
        format!(
            "BIZCARD:N:{};X:{};C:{};T:{};E:{};B:{};;",
            text(&self.first),
            text(&self.last),
            text(&self.company),
            text(&self.title),
            text(&self.email),
            self.phone
        )
    }

    fn json(&self) -> String {
        serde_json::json!({
            "first_name": self.first, "last_name": self.last, "company": self.company,
            "title": self.title, "email": self.email, "phone": self.phone,
        })
        .to_string()
    }

    fn is(&self, candidate: &Candidate) -> bool {
        let one = |list: &[Personal]| {
            list.first()
                .map(|text| text.expose().to_owned())
                .unwrap_or_default()
        };
        candidate.name == Personal::new(&format!("{} {}", self.first, self.last))
            && candidate.company == Personal::new(&self.company)
            && candidate.title == Personal::new(&self.title)
            && one(&candidate.email) == self.email
            && one(&candidate.phone) == self.phone
            && candidate.extras.is_empty()
            && candidate.doubts.is_empty()
    }
}

/// Folds as RFC 6350 has it, but between characters.
fn folded(line: &str, width: usize) -> String {
    let characters: Vec<char> = line.chars().collect();
    characters
        .chunks(width)
        .map(|part| part.iter().collect::<String>())
        .collect::<Vec<_>>()
        .join("\r\n ")
}

proptest! {
    #[test]
    fn written_in_each_format_it_is_read_back_equal(contact in contacts(), fold in 20_usize..80) {
        for (format, payload) in [
            ("vcard3.0", contact.vcard("3.0", fold)),
            ("vcard4.0", contact.vcard("4.0", fold)),
            ("vcard2.1", contact.vcard21()),
            ("jcard", contact.jcard()),
            ("mecard", contact.mecard()),
            ("bizcard", contact.bizcard()),
            ("json", contact.json()),
        ] {
            match payload::read(payload.as_bytes(), None) {
                Ok(Reading::Person { format: seen, candidate }) => {
                    prop_assert_eq!(seen, format);
                    prop_assert!(contact.is(&candidate), "{}", payload);
                }
                other => prop_assert!(false, "{} {:?}", payload, other.is_ok()),
            }
        }
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        let _ = payload::read(&bytes, None);
    }

    #[test]
    fn no_damaged_card_makes_it_panic(contact in contacts(), at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        for payload in [contact.vcard("3.0", 30), contact.vcard21(), contact.jcard(), contact.mecard(), contact.json()] {
            let mut bytes = payload.into_bytes();
            let at = at.index(bytes.len());
            bytes[at] = byte;
            let _ = payload::read(&bytes, None);
            let _ = payload::read(&bytes[..at], None);
        }
    }
}
