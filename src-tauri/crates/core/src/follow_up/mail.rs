//! The mail that keeps a promise: the profile's wording with the person's name in it, as a `mailto:` address.
//!
//! How: RFC 6068; every letter beyond the unreserved ones is escaped, so that neither an address nor a name can add a
//! recipient or a header. When: for one person at a time, at a tap of staff; nothing is sent from here.

use std::fmt::Write as _;

use crate::language::Language;
use crate::personal::Personal;
use crate::profile::Profile;

/// Longest address that is handed to a mail program, in octets: some take no more.
const MAX_ADDRESS: usize = 2_000;
/// Longest wording, in octets as they stand in the address, where a letter beyond a to z takes three to twelve. The rest
/// of [`MAX_ADDRESS`] is for the person's address and for what is filled in.
pub const MAX_WORDING: usize = 1_400;

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

    /// True where the person's name is filled in.
    pub fn names(&self) -> bool {
        let mut all = parts(&self.subject).into_iter().chain(parts(&self.body));
        all.any(|part| matches!(part, Part::Word("name")))
    }

    /// Octets that the wording takes in an address, before anything is filled in.
    pub fn escaped_len(&self) -> usize {
        self.query().len()
    }

    /// As it stands in an address.
    fn query(&self) -> String {
        let body = crate::text::clean_lines(&self.body).replace('\n', "\r\n");
        let subject = escape(&crate::text::clean_line(&self.subject));
        format!("?subject={subject}&body={}", escape(&body))
    }

    fn filled(&self, filling: &Filling<'_>) -> Self {
        Self {
            subject: fill(&self.subject, filling),
            body: fill(&self.body, filling),
        }
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
///
/// Where the whole is longer than mail programs take, the name is left out, and then the text: a mail that is cut in
/// the middle of a letter would be sent so.
pub fn mailto(
    to: &str,
    purpose: &str,
    language: Language,
    filling: &Filling<'_>,
) -> Option<Personal> {
    let mails = &filling.profile.purpose(purpose)?.mail;
    let first = filling.profile.languages.first();
    let mail = mails.get(&language).or_else(|| mails.get(first?))?;
    let nameless = mail.filled(&Filling {
        name: "",
        ..filling.clone()
    });
    let bare = MailText {
        body: String::new(),
        ..nameless.clone()
    };
    let to = escape(to).replace("%40", "@");
    let address = |mail: &MailText| format!("mailto:{to}{}", mail.query());
    let mut all = [&mail.filled(filling), &nameless].map(address).into_iter();
    let fits = all.find(|address| address.len() <= MAX_ADDRESS);
    Some(Personal::new(&fits.unwrap_or_else(|| address(&bare))))
}

#[derive(Clone, Copy)]
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

/// Fills `text`. Where there is no name, the space before it goes too; at the start of a line, the comma after it.
fn fill(text: &str, filling: &Filling<'_>) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut bare_start = false;
    for part in parts(text) {
        match part {
            Part::Text(text) if bare_start => filled += text.trim_start_matches([',', ' ']),
            Part::Text(text) => filled += text,
            Part::Word(word) => filled += value(word, filling),
        }
        bare_start = false;
        if matches!(part, Part::Word("name")) && filling.name.is_empty() {
            filled.truncate(filled.trim_end_matches(' ').len());
            bare_start = filled.is_empty() || filled.ends_with('\n');
        }
    }
    filled
}

fn value<'a>(word: &str, filling: &'a Filling<'_>) -> &'a str {
    let known = WORDS.iter().find(|(known, _)| *known == word);
    match known.map(|(_, placeholder)| placeholder) {
        Some(Placeholder::Name) => filling.name,
        Some(Placeholder::Event) => &filling.profile.event.name,
        Some(Placeholder::Controller) => &filling.profile.controller.name,
        None => "",
    }
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
    fn without_a_name_no_gap_is_left() {
        let (profile, _) = Profile::read(DEMO).unwrap();
        let filling = Filling {
            name: "",
            profile: &profile,
        };
        assert_eq!(fill("Dzień dobry {name},\n", &filling), "Dzień dobry,\n");
        assert_eq!(fill("{name}, thank you", &filling), "thank you");
        assert_eq!(fill("Hello,\n{name}, yes", &filling), "Hello,\nyes");
        let url = to("ewa@lis.example", "", Language::En).unwrap();
        assert!(url.contains("Dear%2C") && !url.contains("%20%2C"), "{url}");
    }

    #[test]
    fn an_address_is_never_longer_than_mail_programs_take() {
        let name = |times| "Żółć ".repeat(times);
        let url = to("ewa@lis.example", &name(2), Language::En).unwrap();
        assert!(
            url.contains("%C5%BB%C3%B3%C5%82"),
            "a name that fits is there"
        );
        let url = to("ewa@lis.example", &name(90), Language::En).unwrap();
        assert!(url.len() <= MAX_ADDRESS && !url.contains("%C5%BB%C3%B3%C5%82"));
        assert!(url.contains("%0D%0A"), "the text is there: {url}");
        let far = format!("{}@lis.example", "a".repeat(MAX_ADDRESS));
        let url = to(&far, "Ewa", Language::Pl).unwrap();
        assert!(url.contains("?subject=") && url.ends_with("&body="));
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
