//! Ids that say nothing by themselves: recognised by their form, kept as a reference.
//!
//! Forms: pretix's ticket secrets are 32 characters of a set without look-alikes, or, signed, base64 written backwards
//! (version, two lengths, protobuf, Ed25519 signature); eventyay's and pretix's badge ids are ten capitals; alf.io
//! writes a UUID and a MAC; SpotMe `SB` and an id; Eventbrite a long number.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zgoda_core::Personal;

use super::Reading;

pub(super) fn read(text: &str) -> Option<Reading> {
    if text.chars().any(char::is_whitespace) {
        return None;
    }
    let system = system(text)?;
    Some(Reading::Opaque {
        system,
        reference: Personal::new(text),
    })
}

fn system(text: &str) -> Option<&'static str> {
    let all = |allowed: &str| text.chars().all(|c| allowed.contains(c));
    if text.len() == 32 && all("abcdefghjklmnpqrstuvwxyz23456789") {
        return Some("pretix");
    }
    if is_signed_pretix(text) {
        return Some("pretix_sig1");
    }
    if text.len() == 10 && all("ABCDEFGHJKLMNPQRSTUVWXYZ3789") {
        return Some("eventyay");
    }
    if let Some((id, mac)) = text.split_once('/') {
        let plausible = mac.len() >= 20
            && mac
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "+/=_-".contains(c));
        return (is_uuid(id) && plausible).then_some("alfio");
    }
    if is_uuid(text) {
        return Some("uuid");
    }
    if let Some(id) = text.strip_prefix("SB") {
        let digits = id.chars().filter(char::is_ascii_digit).count();
        let plausible = (4..=64).contains(&id.len())
            && digits >= 2
            && id.chars().all(|c| c.is_ascii_alphanumeric());
        return plausible.then_some("spotme");
    }
    let number = (18..=24).contains(&text.len()) && text.chars().all(|c| c.is_ascii_digit());
    number.then_some("eventbrite")
}

/// True for the usual form of a UUID, 8-4-4-4-12.
pub(super) fn is_uuid(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
    lengths == [8, 4, 4, 4, 12]
        && parts
            .iter()
            .all(|part| part.chars().all(|c| c.is_ascii_hexdigit()))
}

fn is_signed_pretix(text: &str) -> bool {
    let forwards: String = text.chars().rev().collect();
    let Ok(bytes) = STANDARD.decode(&forwards) else {
        return false;
    };
    let [1, a, b, c, d, rest @ ..] = bytes.as_slice() else {
        return false;
    };
    let (payload, signature) = (
        usize::from(*a) * 256 + usize::from(*b),
        usize::from(*c) * 256 + usize::from(*d),
    );
    signature == 64 && rest.len() == payload + signature
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_told_apart() {
        let mut signed = vec![1, 0, 4, 0, 64];
        signed.extend([7; 68]);
        let signed: String = STANDARD.encode(signed).chars().rev().collect();
        for (text, expected) in [
            ("k4bq9zwxy2m7ah3cdefg5jnprstuv268", Some("pretix")),
            (signed.as_str(), Some("pretix_sig1")),
            ("A7XK9QWMZ3", Some("eventyay")),
            ("1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed", Some("uuid")),
            (
                "1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed/0123456789abcdef0123456789abcdef",
                Some("alfio"),
            ),
            ("SB12345678", Some("spotme")),
            ("SBAHN", None),
            ("103724044913328343101", Some("eventbrite")),
            ("Zofia", None),
            ("Zofia Nowak", None),
            ("12345", None),
        ] {
            assert_eq!(system(text), expected, "{text}");
        }
    }
}
