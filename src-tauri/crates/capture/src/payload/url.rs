//! Web addresses: shown, kept where a purpose needs them, never fetched.

use zgoda_core::{Extra, Field, Personal};

use super::contact::{Contact, NO_PREFERENCE};
use super::{PayloadError, Reading};

/// Schemes that run something or reach into the device; a code that holds one is refused.
const FORBIDDEN: [&str; 7] = [
    "javascript",
    "data",
    "file",
    "vbscript",
    "blob",
    "content",
    "intent",
];

/// A payload that is one address.
pub(super) fn read(text: &str) -> Option<Result<Reading, PayloadError>> {
    let text = ["URLTO:", "URL:"]
        .into_iter()
        .find_map(|mark| {
            text.get(..mark.len())
                .filter(|head| head.eq_ignore_ascii_case(mark))
                .map(|_| &text[mark.len()..])
        })
        .unwrap_or(text)
        .trim();
    let (scheme, rest) = text.split_once(':')?;
    let scheme = scheme.trim().to_ascii_lowercase();
    if FORBIDDEN.contains(&scheme.as_str()) {
        return Some(Err(PayloadError::Scheme));
    }
    match scheme.as_str() {
        "mailto" => Some(Ok(single("mailto", |contact| mail(contact, rest))?)),
        "tel" => Some(Ok(single("tel", |contact| {
            contact.phone(rest, NO_PREFERENCE)
        })?)),
        "http" | "https" => {
            let address = checked(text)?;
            let token = token(address.expose());
            Some(Ok(Reading::Url { address, token }))
        }
        _ => None,
    }
}

/// An address that a contact states: `http` or `https`, the scheme added where it was left out. Nothing for any other.
pub(super) fn checked(raw: &str) -> Option<Personal> {
    let raw = raw.trim();
    if raw.contains(['\r', '\n']) {
        return None;
    }
    let clean = Personal::new(raw);
    let text = clean.expose();
    let forbidden = |c: char| c.is_whitespace() || "<>\"{}|\\^`".contains(c);
    if text.contains(forbidden) {
        return None;
    }
    let lower = text.to_ascii_lowercase();
    let host = match ["http://", "https://"]
        .iter()
        .find_map(|scheme| lower.strip_prefix(scheme))
    {
        Some(host) => host,
        None if lower
            .split(['/', '?', '#'])
            .next()
            .is_some_and(|head| head.contains(':')) =>
        {
            return None;
        }
        None => {
            let named = lower
                .split(['/', '?', '#'])
                .next()
                .is_some_and(|host| host.contains('.'));
            return (named && !lower.starts_with(['.', '/']))
                .then(|| Personal::new(&format!("https://{text}")));
        }
    };
    (!host.is_empty() && !host.starts_with(['/', '?', '#', ':', '.'])).then_some(clean)
}

fn single(format: &'static str, fill: impl FnOnce(&mut Contact)) -> Option<Reading> {
    let mut contact = Contact::default();
    fill(&mut contact);
    contact
        .finish()
        .map(|candidate| Reading::Person { format, candidate })
}

fn mail(contact: &mut Contact, rest: &str) {
    let (address, query) = rest.split_once('?').unwrap_or((rest, ""));
    contact.email(address, NO_PREFERENCE);
    if !query.is_empty() {
        contact.extra(Extra::Other);
    }
    contact.text(Field::Name, "");
}

/// The part of an address that stands for the person: a stated parameter, or a last segment that looks made up.
fn token(address: &str) -> Option<Personal> {
    let (_, rest) = address.split_once("://")?;
    let (rest, _) = rest.split_once('#').unwrap_or((rest, ""));
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let named = query.split('&').find_map(|pair| {
        let (key, value) = pair.split_once('=')?;
        let known = [
            "pk", "t", "token", "id", "code", "uid", "uuid", "ticket", "badge", "ref", "c", "q",
        ];
        (known.contains(&key.to_ascii_lowercase().as_str()) && !value.is_empty()).then_some(value)
    });
    let last = path
        .split('/')
        .skip(1)
        .filter(|part| !part.is_empty())
        .last();
    let made_up = |part: &&str| {
        part.len() >= 6 && part.chars().any(|c| c.is_ascii_digit()) && !part.contains('.')
    };
    named.or(last.filter(made_up)).map(Personal::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attack_11_only_web_addresses_pass() {
        for (raw, kept) in [
            (
                "https://mlyn.example/a?b=c",
                Some("https://mlyn.example/a?b=c"),
            ),
            ("HTTP://MLYN.example", Some("HTTP://MLYN.example")),
            ("www.mlyn.example", Some("https://www.mlyn.example")),
            ("javascript:alert(1)", None),
            ("data:text/html,x", None),
            ("file:///etc/passwd", None),
            ("ftp://x.example", None),
            ("https://", None),
            ("https://a.example\r\nx", None),
            ("java\u{200B}script:alert(1)", None),
            ("mlyn", None),
        ] {
            assert_eq!(checked(raw).as_ref().map(Personal::expose), kept, "{raw:?}");
        }
    }

    #[test]
    fn tokens_stand_out() {
        for (address, expected) in [
            ("https://lu.ma/check-in/evt-abc?pk=g-Xy12", Some("g-Xy12")),
            ("https://b.example/v/8f3k2m9q", Some("8f3k2m9q")),
            ("https://b.example/about", None),
            ("https://b.example/", None),
        ] {
            assert_eq!(
                token(address).as_ref().map(Personal::expose),
                expected,
                "{address}"
            );
        }
    }
}
