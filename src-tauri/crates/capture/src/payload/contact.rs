//! The one gate between a format and a Candidate: every value is cleaned, checked and doubted here in the same way.

use zgoda_core::text::has_deceiving;
use zgoda_core::{Address, Candidate, Doubt, Extra, Field, Personal};

use super::email;

/// A Candidate in the making.
#[derive(Default)]
pub(super) struct Contact {
    candidate: Candidate,
    emails: Vec<(u32, Personal)>,
    phones: Vec<(u32, Personal)>,
}

/// A postal address as formats write it.
#[derive(Default)]
pub(super) struct Place<'a> {
    pub(super) street: &'a str,
    pub(super) city: &'a str,
    pub(super) region: &'a str,
    pub(super) postcode: &'a str,
    pub(super) country: &'a str,
    pub(super) text: &'a str,
}

/// Order of a value without a stated preference.
pub(super) const NO_PREFERENCE: u32 = 100;

impl Contact {
    /// Takes a text for `field`, unless one was taken before.
    pub(super) fn text(&mut self, field: Field, raw: &str) {
        let value = Personal::new(raw);
        let place = match field {
            Field::Name => &mut self.candidate.name,
            Field::Prefix => &mut self.candidate.prefix,
            Field::Title => &mut self.candidate.title,
            Field::Company => &mut self.candidate.company,
            Field::Reference => &mut self.candidate.reference,
            _ => return,
        };
        if place.is_empty() && !value.is_empty() {
            *place = value;
            self.look(field, raw);
        }
    }

    /// True where `field`, one of the plain texts, was taken.
    pub(super) fn has(&self, field: Field) -> bool {
        match field {
            Field::Name => !self.candidate.name.is_empty(),
            Field::Address => !self.candidate.address.is_empty(),
            _ => false,
        }
    }

    /// Takes an e-mail; the lowest `order` will be first.
    pub(super) fn email(&mut self, raw: &str, order: u32) {
        if Personal::new(raw).is_empty() {
            return;
        }
        match email::check(raw) {
            Some(checked) => {
                self.look(Field::Email, raw);
                if checked.look_alike {
                    self.candidate.doubt(Field::Email, Doubt::LookAlikeDomain);
                }
                if checked.unsure {
                    self.candidate.doubt(Field::Email, Doubt::LowConfidence);
                }
                push(&mut self.emails, order, Personal::new(&checked.address));
            }
            None => self.candidate.doubt(Field::Email, Doubt::NotUsable),
        }
    }

    /// Takes a telephone; the lowest `order` will be first.
    pub(super) fn phone(&mut self, raw: &str, order: u32) {
        if Personal::new(raw).is_empty() {
            return;
        }
        match checked_phone(raw) {
            Some(phone) => {
                self.look(Field::Phone, raw);
                push(&mut self.phones, order, phone);
            }
            None => self.candidate.doubt(Field::Phone, Doubt::NotUsable),
        }
    }

    /// Takes a web address, the first usable one.
    pub(super) fn website(&mut self, raw: &str) {
        if Personal::new(raw).is_empty() || !self.candidate.website.is_empty() {
            return;
        }
        match super::url::checked(raw) {
            Some(address) => {
                self.look(Field::Website, raw);
                self.candidate.website = address;
            }
            None => self.candidate.doubt(Field::Website, Doubt::NotUsable),
        }
    }

    /// Takes a postal address, unless one was taken before.
    pub(super) fn address(&mut self, place: &Place<'_>) {
        let address = Address {
            street: Personal::new(place.street),
            postcode: Personal::new(place.postcode),
            city: Personal::new(place.city),
            region: Personal::new(place.region),
            country: Personal::new(place.country),
            text: Personal::multiline(place.text),
        };
        if address.is_empty() || !self.candidate.address.is_empty() {
            return;
        }
        let parts = [
            place.street,
            place.postcode,
            place.city,
            place.region,
            place.country,
            place.text,
        ];
        for raw in parts {
            self.look(Field::Address, raw);
        }
        self.candidate.address = address;
    }

    /// Remembers by name that something else was there.
    pub(super) fn extra(&mut self, extra: Extra) {
        self.candidate.extras.insert(extra);
    }

    /// The Candidate; nothing where no field was filled.
    pub(super) fn finish(mut self) -> Option<Box<Candidate>> {
        self.emails.sort_by_key(|(order, _)| *order);
        self.phones.sort_by_key(|(order, _)| *order);
        self.candidate.email = self.emails.into_iter().map(|(_, email)| email).collect();
        self.candidate.phone = self.phones.into_iter().map(|(_, phone)| phone).collect();
        (!self.candidate.is_empty()).then(|| Box::new(self.candidate))
    }

    fn look(&mut self, field: Field, raw: &str) {
        let hidden = |c: char| c.is_control() && !matches!(c, '\r' | '\n' | '\t');
        if has_deceiving(raw) || raw.contains(hidden) {
            self.candidate.doubt(field, Doubt::HiddenCharacters);
        }
    }
}

fn push(list: &mut Vec<(u32, Personal)>, order: u32, value: Personal) {
    match list.iter_mut().find(|(_, known)| *known == value) {
        Some(known) => known.0 = known.0.min(order),
        None => list.push((order, value)),
    }
}

/// A telephone as it was written, without `tel:`; nothing where it holds a line break, a letter or too few digits.
fn checked_phone(raw: &str) -> Option<Personal> {
    let raw = raw.trim();
    let raw = match raw.get(..4) {
        Some(scheme) if scheme.eq_ignore_ascii_case("tel:") => &raw[4..],
        _ => raw,
    };
    if raw.contains(['\r', '\n']) {
        return None;
    }
    let (number, parameters) = raw.split_once(';').unwrap_or((raw, ""));
    let clean = Personal::new(number);
    let lower = clean.expose().to_lowercase();
    let (digits, extension) = match ["ext", "wew", "x"]
        .iter()
        .find_map(|mark| lower.split_once(mark))
    {
        Some((digits, extension)) => (digits, extension.trim_start_matches(['.', ':', ' '])),
        None => (lower.as_str(), ""),
    };
    let plain = |c: char| c.is_ascii_digit() || " +-()./*#,\u{2010}\u{2011}\u{2013}".contains(c);
    let count = digits.chars().filter(char::is_ascii_digit).count();
    if !digits.chars().all(plain) || !(3..=20).contains(&count) || !extension.chars().all(plain) {
        return None;
    }
    let stated = parameters
        .split(';')
        .find_map(|part| part.strip_prefix("ext="));
    match stated {
        Some(stated) if stated.chars().all(|c| c.is_ascii_digit()) => {
            Some(Personal::new(&format!("{} ext. {stated}", clean.expose())))
        }
        _ => Some(clean),
    }
}

/// Names of properties and keys, in any format and three languages, that no field is made for.
pub(super) fn extra_named(name: &str) -> Extra {
    let name = name.to_ascii_uppercase();
    let has = |words: &[&str]| words.iter().any(|word| name.contains(word));
    if has(&[
        "CONSENT",
        "GDPR",
        "RODO",
        "DSGVO",
        "OPTIN",
        "OPT-IN",
        "OPT_IN",
        "MARKETING",
        "NEWSLETTER",
    ]) {
        return Extra::ClaimedConsent;
    }
    if has(&["BDAY", "BIRTH", "ANNIVERSARY", "URODZ", "GEBURT"]) {
        return Extra::Birthday;
    }
    if has(&["PHOTO", "LOGO", "SOUND", "IMAGE", "AVATAR", "PICTURE"]) {
        return Extra::Media;
    }
    if has(&["GENDER", "SEX", "PLEC"]) {
        return Extra::Gender;
    }
    if has(&[
        "SOCIAL",
        "IMPP",
        "SKYPE",
        "JABBER",
        "TWITTER",
        "LINKEDIN",
        "FACEBOOK",
        "ICQ",
        "AIM",
        "MSN",
        "XING",
        "INSTAGRAM",
        "WHATSAPP",
    ]) {
        return Extra::Social;
    }
    if has(&[
        "SPOUSE",
        "ASSISTANT",
        "RELATED",
        "MEMBER",
        "AGENT",
        "MANAGER",
        "CHILD",
    ]) {
        return Extra::Relations;
    }
    if has(&["VAT", "IBAN", "NIP", "KRS", "REGON", "PESEL", "TAX"]) {
        return Extra::RegisterNumber;
    }
    match name.as_str() {
        "NOTE" | "MEMO" | "MEMORY" | "COMMENT" | "UWAGI" | "NOTES" => Extra::BadgeNote,
        "NICKNAME" | "NICK" => Extra::Nickname,
        "ROLE" | "DEPARTMENT" | "X-DEPARTMENT" | "DIVISION" => Extra::Role,
        "FAX" => Extra::Fax,
        "GEO" | "TZ" | "TIMEZONE" => Extra::Location,
        "CATEGORIES" | "KEYWORDS" | "INTERESTS" => Extra::Categories,
        "LANG" | "LANGUAGE" => Extra::Language,
        "KEY" | "CERTIFICATE" => Extra::Key,
        _ => Extra::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn telephones_are_kept_as_written_or_refused() {
        for (raw, kept) in [
            ("+48 56 555 01 23", Some("+48 56 555 01 23")),
            (
                "tel:+48-56-555-0123;ext=12",
                Some("+48-56-555-0123 ext. 12"),
            ),
            ("(056) 555.01.23 wew. 4", Some("(056) 555.01.23 wew. 4")),
            ("+48 56\r\n555", None),
            ("call me", None),
            ("12", None),
            ("+48 555 <script>", None),
        ] {
            let phone = checked_phone(raw);
            assert_eq!(phone.as_ref().map(Personal::expose), kept, "{raw:?}");
        }
    }

    #[test]
    fn preferred_come_first_and_doubles_are_one() {
        let mut contact = Contact::default();
        contact.email("b@x.example", NO_PREFERENCE);
        contact.email("a@x.example", 1);
        contact.email("b@x.example", 50);
        let candidate = contact.finish().unwrap();
        let all: Vec<&str> = candidate.email.iter().map(Personal::expose).collect();
        assert_eq!(all, ["a@x.example", "b@x.example"]);
    }

    #[test]
    fn hidden_characters_are_doubted() {
        let mut contact = Contact::default();
        contact.text(Field::Name, "Ewa\u{202E}Lis");
        contact.text(Field::Company, "A\u{0}B");
        let candidate = contact.finish().unwrap();
        assert_eq!(candidate.name.expose(), "EwaLis");
        assert!(candidate.doubts[&Field::Name].contains(&Doubt::HiddenCharacters));
        assert!(candidate.doubts[&Field::Company].contains(&Doubt::HiddenCharacters));
    }
}
