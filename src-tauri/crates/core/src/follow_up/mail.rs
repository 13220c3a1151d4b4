//! The mail that keeps a promise: the profile's wording with the person's name in it, as a `mailto:` address.
//!
//! How: RFC 6068; every letter beyond the unreserved ones is escaped, so that neither an address nor a name can add a
//! recipient or a header. When: for one person at a time, at a tap of staff; nothing is sent from here.

use std::fmt::Write as _;

use crate::language::Language;
use crate::personal::Personal;
use crate::profile::Profile;

/// Longest wording, in characters: mail programs take about 2,000 octets of an address.
pub const MAX_BODY: usize = 600;

/// A mail's wording in one language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailText {
    /// Subject line.
    pub subject: String,
    /// Text, in lines.
    pub body: String,
}

/// What a wording may have filled in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Placeholder {
    /// The person's name.
    Name,
    /// The event's name.
    Event,
    /// The controller's name.
    Controller,
}

/// Every placeholder with its word between braces.
const WORDS: [(&str, Placeholder); 3] = [
    ("name", Placeholder::Name),
    ("event", Placeholder::Event),
    ("controller", Placeholder::Controller),
];

impl MailText {
    /// Words between braces that are no placeholder.
    pub fn unknown(&self) -> Vec<String> {
        let of = |text: &str| -> Vec<String> {
            let known = |word: &str| WORDS.iter().any(|(known, _)| *known == word);
            parts(text)
                .into_iter()
                .filter_map(|part| match part {
                    Part::Word(word) if !known(word) => Some(word.to_owned()),
                    _ => None,
                })
                .collect()
        };
        [of(&self.subject), of(&self.body)].concat()
    }
}

/// What is filled into a wording.
#[derive(Clone, Debug)]
pub struct Filling<'a> {
    /// The person's name; empty where it is not kept.
    pub name: &'a str,
    /// Who writes, and for which event.
    pub profile: &'a Profile,
}

/// The address that opens a mail to `to` in `language` for `purpose`; nothing where the profile has no wording for it.
pub fn mailto(
    to: &str,
    purpose: &str,
    language: Language,
    filling: &Filling<'_>,
) -> Option<Personal> {
    let mails = &filling.profile.purpose(purpose)?.mail;
    let first = filling.profile.languages.first();
    let mail = mails.get(&language).or_else(|| mails.get(first?))?;
    let subject = fill(&mail.subject, filling);
    let body = fill(&mail.body, filling);
    Some(Personal::new(&format!(
        "mailto:{}?subject={}&body={}",
        escape(to).replace("%40", "@"),
        escape(&crate::text::clean_line(&subject)),
        escape(&crate::text::clean_lines(&body).replace('\n', "\r\n")),
    )))
}

enum Part<'a> {
    Text(&'a str),
    /// Between braces.
    Word(&'a str),
}

fn parts(mut text: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    while let Some((before, rest)) = text.split_once('{') {
        let Some((word, after)) = rest.split_once('}') else {
            break;
        };
        parts.extend([Part::Text(before), Part::Word(word)]);
        text = after;
    }
    parts.push(Part::Text(text));
    parts
}

fn fill(text: &str, filling: &Filling<'_>) -> String {
    let word = |word: &str| {
        let known = WORDS.iter().find(|(known, _)| *known == word);
        match known.map(|(_, placeholder)| placeholder) {
            Some(Placeholder::Name) => filling.name,
            Some(Placeholder::Event) => &filling.profile.event.name,
            Some(Placeholder::Controller) => &filling.profile.controller.name,
            None => "",
        }
        .to_owned()
    };
    let filled = parts(text).into_iter().map(|part| match part {
        Part::Text(text) => text.to_owned(),
        Part::Word(name) => word(name),
    });
    filled.collect()
}

/// Percent-encoding of all but the unreserved letters (RFC 3986, 2.3).
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            escaped.push(char::from(byte));
        } else {
            write!(escaped, "%{byte:02X}").expect("a String takes what is written");
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEMO: &str = include_str!("../../../../../profiles/demo.toml");

    fn to(address: &str, name: &str, language: Language) -> Option<String> {
        let (profile, _) = Profile::read(DEMO).unwrap();
        let filling = Filling {
            name,
            profile: &profile,
        };
        mailto(address, "send_offer", language, &filling).map(|url| url.expose().to_owned())
    }

    #[test]
    fn the_wording_is_filled_in_the_persons_language() {
        let url = to("ewa@lis.example", "Ewa Lis", Language::En).unwrap();
        assert!(url.starts_with("mailto:ewa@lis.example?subject="));
        assert!(url.contains("Ewa%20Lis") && url.contains("%0D%0A"));
        assert!(!url.contains("%7B"), "no brace is left: {url}");
    }

    #[test]
    fn neither_address_nor_name_can_add_a_recipient_or_a_header() {
        let url = to(
            "a@b.example?bcc=c@d.example",
            "E&bcc=x\r\nBcc: y",
            Language::Pl,
        )
        .unwrap();
        assert_eq!(url.matches('?').count(), 1);
        assert_eq!(url.matches('&').count(), 1, "subject and body alone");
        assert!(!url.contains("bcc="));
        assert!(!url.contains("%0D%0ABcc"));
    }

    #[test]
    fn fail_a_word_that_nobody_fills_in() {
        let mail = MailText {
            subject: "{event}".to_owned(),
            body: "{naem}, {name} {".to_owned(),
        };
        assert_eq!(mail.unknown(), ["naem"]);
    }
}
