//! E-mail addresses: what is usable, and what only looks like it.

use zgoda_core::Personal;

/// An address that can be written to.
pub(super) struct Checked {
    pub(super) address: String,
    /// The domain uses letters that look like others; it is given in punycode.
    pub(super) look_alike: bool,
    /// The part before the @ mixes scripts.
    pub(super) unsure: bool,
}

/// Checks one address. A line break inside it would be a second header in a mail, so nothing of it is used.
pub(super) fn check(raw: &str) -> Option<Checked> {
    let raw = raw.trim();
    let raw = match raw.get(..7) {
        Some(scheme) if scheme.eq_ignore_ascii_case("mailto:") => &raw[7..],
        _ => raw,
    };
    if raw.contains(['\r', '\n']) {
        return None;
    }
    let clean = Personal::new(raw);
    let address = clean.expose();
    let forbidden = |c: char| c.is_whitespace() || "<>()[],;:\\\"".contains(c);
    let (local, domain) = address.rsplit_once('@')?;
    if local.is_empty() || local.contains('@') || address.contains(forbidden) || address.len() > 254
    {
        return None;
    }
    if !domain.contains('.')
        || domain.starts_with('.')
        || domain.ends_with('.')
        || domain.contains("..")
    {
        return None;
    }
    let (domain, look_alike) = domain_shown(domain)?;
    Some(Checked {
        address: format!("{local}@{domain}"),
        look_alike,
        unsure: !local.chars().all(plain_latin),
    })
}

/// The domain as it should be shown, and whether its letters could be taken for others. Latin letters with the marks
/// of Polish, German and their neighbours are what they seem; any other script, and Latin letters made to resemble
/// plain ones, are not worth the risk (Unicode TR 39).
fn domain_shown(domain: &str) -> Option<(String, bool)> {
    let ascii = idna::domain_to_ascii(domain)
        .ok()
        .filter(|ascii| !ascii.is_empty())?;
    if ascii
        .chars()
        .any(|c| !(c.is_ascii_alphanumeric() || c == '-' || c == '.'))
    {
        return None;
    }
    let (spelled, _) = idna::domain_to_unicode(domain);
    let honest = domain.chars().chain(spelled.chars()).all(plain_latin);
    if honest {
        return Some((domain.to_owned(), false));
    }
    Some((ascii, true))
}

fn plain_latin(c: char) -> bool {
    let resembling = matches!(
        c,
        'ı' | 'ĸ' | 'ŀ' | 'Ŀ' | 'ŉ' | 'ſ' | 'ª' | 'º' | '¹' | '²' | '³'
    );
    c.is_ascii() || (matches!(c, '\u{C0}'..='\u{17F}') && c.is_alphabetic() && !resembling)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(raw: &str) -> Option<(String, bool)> {
        check(raw).map(|checked| (checked.address, checked.look_alike))
    }

    #[test]
    fn plain_addresses_stay_as_they_are() {
        for address in [
            "zofia@mlyn.example",
            "a.b+c@x-y.co.example",
            "jan@młyn.example",
            "o'neil@müller.example",
        ] {
            assert_eq!(shown(address), Some((address.to_owned(), false)));
        }
        assert_eq!(
            shown("mailto:Ewa@Lis.example").unwrap().0,
            "Ewa@Lis.example"
        );
    }

    #[test]
    fn attack_06_look_alike_domains_are_shown_in_punycode() {
        // The first a of each is Cyrillic; the second line is Cyrillic throughout; the third has a dotless i.
        for address in [
            "jan@b\u{430}nk.example",
            "jan@\u{430}\u{440}\u{440}.example",
            "jan@m\u{131}yn.example",
        ] {
            let (shown, doubted) = shown(address).unwrap();
            assert!(doubted && shown.contains("xn--"), "{shown}");
        }
        let (shown, doubted) = shown("jan@xn--bnk-6cd.example").unwrap();
        assert!(doubted && shown.contains("xn--"), "{shown}");
    }

    #[test]
    fn attack_09_what_cannot_be_written_to_is_refused() {
        for raw in [
            "zofia",
            "@x.example",
            "a@b@c.example",
            "a b@x.example",
            "a@x",
            "a@x.example\r\nBcc: b@y.example",
            "a@.example",
            "<a@x.example>",
            "a@-.ex\u{0}ample/",
        ] {
            assert!(check(raw).is_none(), "{raw:?}");
        }
    }
}
