//! Who a lead is about, in a form that can be compared without being kept.
//!
//! The identity is the first e-mail, else the first telephone, else name and company, normalised; the ledger and the
//! stub hold only `HMAC-SHA256(salt, identity)`. Dropping the salt ends what can be told.

use std::collections::BTreeSet;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::field::{Field, Value};
use crate::personal::Personal;

/// 32 random bytes, one per lead.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Salt([u8; 32]);

impl Salt {
    /// Wraps 32 random bytes.
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes, for the vault.
    pub const fn expose(&self) -> &[u8; 32] {
        &self.0
    }

    /// `HMAC-SHA256(salt, identity)`, in hex.
    pub fn mark(&self, identity: &Identity) -> String {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes any key length");
        mac.update(identity.0.expose().as_bytes());
        hex::encode(mac.finalize().into_bytes())
    }
}

impl std::fmt::Debug for Salt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Salt(…)")
    }
}

/// A normalised identity, in memory only.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Identity(Personal);

impl Identity {
    /// The identity of an e-mail address.
    pub fn of_email(email: &str) -> Self {
        Self(Personal::new(&format!("email:{}", fold(email))))
    }

    /// The identity of a telephone number; digits count, a leading `00` is a `+`.
    pub fn of_phone(phone: &str) -> Self {
        let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
        let digits = digits.strip_prefix("00").unwrap_or(&digits);
        Self(Personal::new(&format!("phone:{digits}")))
    }

    /// The best identity that the fields give, if they give one.
    pub fn of<'a>(get: impl Fn(Field) -> Option<&'a Value>) -> Option<Self> {
        let first = |field| get(field).and_then(|value| value.texts().first().map(|t| fold(t)));
        if let Some(email) = first(Field::Email) {
            return Some(Self::of_email(&email));
        }
        if let Some(phone) = first(Field::Phone) {
            return Some(Self::of_phone(&phone));
        }
        let name = first(Field::Name)?;
        let company = first(Field::Company).unwrap_or_default();
        Some(Self(Personal::new(&format!("name:{name}|{company}"))))
    }
}

/// True where the names may be of one person: the words of one are all among those of the other, in any order, upper and
/// lower case alike, with and without diacritics. No name speaks against none.
pub fn is_same_name(one: &str, other: &str) -> bool {
    let (one, other) = (words(one), words(other));
    one.is_subset(&other) || other.is_subset(&one)
}

fn words(name: &str) -> BTreeSet<String> {
    let plain = name.to_lowercase().replace('ł', "l").replace('ß', "ss");
    let plain: String = plain
        .nfkd()
        .filter(|one| !is_combining_mark(*one))
        .collect();
    let words = plain.split(|letter: char| !letter.is_alphanumeric());
    let words = words.filter(|word| !word.is_empty());
    words.map(str::to_owned).collect()
}

/// NFKC, lower case, cleaned: the same person however the badge wrote them.
fn fold(text: &str) -> String {
    crate::text::clean_line(&text.nfkc().collect::<String>()).to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_the_same_in_another_order_with_a_word_more_and_in_plain_letters() {
        assert!(is_same_name("Zofia Lis", "LIS, Zofia Maria"));
        assert!(is_same_name("Łucja Żółć-Groß", "lucja zolc gross"));
        assert!(is_same_name("", "Zofia Lis"));
        assert!(!is_same_name("Zofia Lis", "Adam Lis"));
        assert!(!is_same_name("Zofia Lis", "Zofia Lisek"));
    }

    #[test]
    fn attack_07_same_person_in_nfc_nfd_and_with_zero_widths() {
        assert_eq!(
            Identity::of_email("ZOË@firma.example"),
            Identity::of_email("zoe\u{308}@firma\u{200B}.example")
        );
        assert_eq!(
            Identity::of_phone("+48 583-874-219"),
            Identity::of_phone("0048583874219")
        );
    }

    #[test]
    fn salts_part_the_same_person() {
        let ewa = Identity::of_email("ewa@lis.example");
        assert_ne!(Salt::new([1; 32]).mark(&ewa), Salt::new([2; 32]).mark(&ewa));
        assert_eq!(Salt::new([1; 32]).mark(&ewa), Salt::new([1; 32]).mark(&ewa));
    }
}
