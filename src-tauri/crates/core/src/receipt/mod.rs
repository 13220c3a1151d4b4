//! What the attendee takes along: a signed receipt of references and hashes, without name or contact.
//!
//! When: on the thank-you screen, as a QR. How: a compact JWS (RFC 7515) signed with the device's Ed25519 key (RFC
//! 8037), whose payload holds head office's certificate of that key; at most [`MOST`] bytes. There is one form alone: the
//! header is fixed, base64url is strict (RFC 4648, section 3.5), the payload is re-written and compared, so that any
//! changed byte fails. The withdrawal [`Code`] is made from the reference to the person and is short enough to be read
//! out over a telephone.

pub mod page;

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::decision::Act;
use crate::device::{Certificate, CertificateError};
use crate::export::ledger::Issuer;
use crate::language::Language;
use crate::lead::SubjectRef;
use crate::ledger::Entry;
use crate::note::PublicKey;
use crate::profile::sha256_hex;

/// Most bytes of a receipt, the certificate included: a QR of it is read from 640 pixels.
pub const MOST: usize = 700;
/// The only header.
const HEADER: &str = r#"{"alg":"EdDSA","typ":"zgoda-receipt"}"#;

/// What a receipt says. The order of the members is the order in the payload.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    /// The event's id.
    pub evt: String,
    /// The reference to the person: 16 bytes, base64url.
    pub sub: String,
    /// When: seconds since 1970.
    pub iat: i64,
    /// The language of the texts.
    pub lng: Language,
    /// How it was decided.
    pub act: Act,
    /// Number of the ledger's entry.
    pub seq: u64,
    /// SHA-256 of the entry's line, base64url: it covers every choice, wording and notice.
    pub ent: String,
    /// Purposes, with the channel after a colon, that were agreed to. Left out where there is no room.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub yes: Vec<String>,
    /// Those refused.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub no: Vec<String>,
    /// Head office's certificate of the device's key.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub crt: Option<String>,
    /// The device's key itself, where there is no certificate.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub key: Option<String>,
}

/// Why a receipt is not to be believed, or cannot be made.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum ReceiptError {
    /// Not a receipt in its only form.
    #[error("this is not a receipt")]
    Form,
    /// The signature does not fit.
    #[error("the signature does not fit the receipt")]
    Signature,
    /// Head office's key was given, and the device's key is not certified.
    #[error("the device's key is not certified by head office")]
    NotCertified,
    /// The certificate does not hold.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
    /// The entry names no person, or is too long.
    #[error("no receipt can be made of this entry")]
    Entry,
}

impl ReceiptError {
    /// The code that screens translate.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Form => "not_a_receipt",
            Self::Signature => "receipt_signature",
            Self::NotCertified => "not_certified",
            Self::Certificate(error) => error.code(),
            Self::Entry => "no_receipt",
        }
    }
}

/// Makes the receipt of an entry, by its line, signed by `issuer`.
///
/// # Errors
/// [`ReceiptError::Entry`].
pub fn issue(line: &str, issuer: &Issuer) -> Result<String, ReceiptError> {
    let entry: Entry = serde_json::from_str(line).map_err(|_| ReceiptError::Entry)?;
    let mut receipt = Receipt::of(&entry, line, issuer).ok_or(ReceiptError::Entry)?;
    let mut jws = receipt.sign(issuer);
    if jws.len() > MOST {
        // The hash of the entry still covers every choice.
        (receipt.yes, receipt.no) = (Vec::new(), Vec::new());
        jws = receipt.sign(issuer);
    }
    if jws.len() > MOST {
        Err(ReceiptError::Entry)
    } else {
        Ok(jws)
    }
}

/// Reads a receipt and checks its signature; with `office`, head office's key, its origin too.
///
/// # Errors
/// What is wrong with it.
pub fn verify(jws: &str, office: Option<&PublicKey>) -> Result<Receipt, ReceiptError> {
    let (signed, signature) = jws.rsplit_once('.').ok_or(ReceiptError::Form)?;
    let (header, payload) = signed.split_once('.').ok_or(ReceiptError::Form)?;
    let receipt = Receipt::decode(header, payload).ok_or(ReceiptError::Form)?;
    let certificate = receipt.crt.as_deref().map(Certificate::read).transpose()?;
    let key = match (&certificate, &receipt.key) {
        (Some(certificate), None) => certificate.key,
        (None, Some(key)) => decode_key(key).ok_or(ReceiptError::Form)?,
        _ => return Err(ReceiptError::Form),
    };
    let signature = URL_SAFE_NO_PAD
        .decode(signature)
        .map_err(|_| ReceiptError::Form)?;
    let signature: [u8; 64] = signature.try_into().map_err(|_| ReceiptError::Form)?;
    if !key.verifies(signed.as_bytes(), &signature) {
        return Err(ReceiptError::Signature);
    }
    if let Some(office) = office {
        let certificate = certificate.ok_or(ReceiptError::NotCertified)?;
        certificate.check(office, receipt.at().ok_or(ReceiptError::Form)?)?;
    }
    Ok(receipt)
}

impl Receipt {
    /// When it was given.
    pub fn at(&self) -> Option<DateTime<Utc>> {
        DateTime::from_timestamp_secs(self.iat)
    }

    /// The reference to the person, as in the ledger.
    pub fn subject(&self) -> Option<SubjectRef> {
        let bytes = URL_SAFE_NO_PAD.decode(&self.sub).ok()?;
        Some(SubjectRef::from_random(bytes.try_into().ok()?))
    }

    /// The withdrawal code.
    pub fn code(&self) -> Option<Code> {
        Some(Code::of(&self.subject()?))
    }

    /// Whether it is the receipt of the entry with this line.
    pub fn is_of(&self, line: &str) -> bool {
        self.ent == hash(line)
    }

    fn of(entry: &Entry, line: &str, issuer: &Issuer) -> Option<Self> {
        let subject = hex::decode(entry.subject.as_ref()?.as_str()).ok()?;
        let chosen = |given: bool| entry.choices.iter().filter(move |one| one.given == given);
        let own_key = || URL_SAFE_NO_PAD.encode(issuer.key.public().to_bytes());
        Some(Self {
            evt: entry.event.clone(),
            sub: URL_SAFE_NO_PAD.encode(subject),
            iat: entry.at.timestamp(),
            lng: entry.language?,
            act: entry.act?,
            seq: entry.sequence,
            ent: hash(line),
            yes: chosen(true)
                .map(|choice| choice.box_ref().to_string())
                .collect(),
            no: chosen(false)
                .map(|choice| choice.box_ref().to_string())
                .collect(),
            crt: issuer.certificate.as_ref().map(Certificate::to_string),
            key: issuer.certificate.is_none().then(own_key),
        })
    }

    fn sign(&self, issuer: &Issuer) -> String {
        let payload = serde_json::to_string(self).expect("a receipt has only plain members");
        let header = URL_SAFE_NO_PAD.encode(HEADER);
        let signed = format!("{header}.{}", URL_SAFE_NO_PAD.encode(payload));
        let signature = issuer.key.sign(signed.as_bytes());
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    fn decode(header: &str, payload: &str) -> Option<Self> {
        if header != URL_SAFE_NO_PAD.encode(HEADER) {
            return None;
        }
        let payload = URL_SAFE_NO_PAD.decode(payload).ok()?;
        let receipt: Self = serde_json::from_slice(&payload).ok()?;
        let again = serde_json::to_vec(&receipt).ok()?;
        (again == payload).then_some(receipt)
    }
}

fn hash(line: &str) -> String {
    let bytes = hex::decode(sha256_hex(line)).unwrap_or_default();
    URL_SAFE_NO_PAD.encode(bytes)
}

fn decode_key(text: &str) -> Option<PublicKey> {
    PublicKey::from_bytes(&URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()?)
}

/// Digits and letters that sound and look like no other: without 0, 1, I, L, O. There are 31, a prime.
const ALPHABET: &[u8; 31] = b"23456789ABCDEFGHJKMNPQRSTUVWXYZ";
/// Characters before the check character: 44 bits, so that nobody guesses another's code.
const CHARACTERS: usize = 9;

/// The withdrawal code: `K7QH4-2MX9R`. It names a receipt; with it everything can be withdrawn, and no reason is asked.
///
/// How: nine characters of SHA-256 over the reference to the person, and one that makes the sum of value times place
/// divisible by 31, which finds every single slip and every exchange of two characters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Code(String);

impl Code {
    /// The code of a person's reference.
    pub fn of(subject: &SubjectRef) -> Self {
        let mut hash = Sha256::new();
        hash.update(b"zgoda withdrawal code 1\n");
        hash.update(subject.as_str().as_bytes());
        let hash = hash.finalize();
        let mut number = hash[..8]
            .iter()
            .fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
        let mut values = Vec::with_capacity(CHARACTERS + 1);
        for _ in 0..CHARACTERS {
            values.push(number % 31);
            number /= 31;
        }
        values.push(check(&values));
        let letters = values.iter().map(|value| letter(*value));
        Self(letters.collect())
    }

    /// In two groups, as it is shown and read out.
    pub fn grouped(&self) -> String {
        let (left, right) = self.0.split_at(5);
        format!("{left}-{right}")
    }

    /// Ten characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.grouped())
    }
}

/// The text is no withdrawal code.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("a withdrawal code has ten characters, as K7QH4-2MX9R; one of them was misread")]
pub struct NoCode;

impl FromStr for Code {
    type Err = NoCode;

    fn from_str(text: &str) -> Result<Self, NoCode> {
        let letters = text.chars().filter(|c| !c.is_whitespace() && *c != '-');
        let code: String = letters.map(|c| c.to_ascii_uppercase()).collect();
        let value = |byte: u8| {
            ALPHABET
                .iter()
                .position(|one| *one == byte)
                .map(|at| at as u64)
        };
        let values: Vec<u64> = code
            .bytes()
            .map(value)
            .collect::<Option<_>>()
            .ok_or(NoCode)?;
        let fits =
            values.len() == CHARACTERS + 1 && values.last() == Some(&check(&values[..CHARACTERS]));
        if fits { Ok(Self(code)) } else { Err(NoCode) }
    }
}

fn letter(value: u64) -> char {
    let at = usize::try_from(value % 31).unwrap_or_default();
    char::from(ALPHABET[at])
}

/// The value that brings the sum of value times place (from 2) plus itself to a multiple of 31.
fn check(values: &[u64]) -> u64 {
    let sum: u64 = (2..).zip(values).map(|(place, value)| place * value).sum();
    (31 - sum % 31) % 31
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::ledger::{Choice, Happening, Head, Kind};
    use crate::note::SecretKey;
    use crate::profile::{Basis, Channel, TextRef};

    fn office() -> SecretKey {
        SecretKey::from_bytes(&[1; 32])
    }

    fn issuer() -> Issuer {
        let (device, key) = (Uuid::from_bytes([7; 16]), SecretKey::from_bytes(&[2; 32]));
        let day = |text: &str| text.parse().unwrap();
        let (from, until) = (day("2026-11-01"), day("2026-12-31"));
        let certificate = Certificate::issue(&office(), device, key.public(), from, until);
        Issuer {
            device: device.to_string(),
            key,
            certificate: Some(certificate),
        }
    }

    fn line(purposes: usize) -> String {
        let at = DateTime::parse_from_rfc3339("2026-11-24T10:00:00+01:00").unwrap();
        let choice = |number: usize| Choice {
            purpose: ["send_offer", "newsletter", "call_back"][number % 3].to_owned(),
            channel: [None, Some(Channel::Email), Some(Channel::Phone)][number % 3],
            basis: Basis::Consent,
            given: number % 3 != 2,
            wording: Some(TextRef {
                version: "2026-1".to_owned(),
                language: Language::De,
                sha256: sha256_hex("text"),
            }),
        };
        let happening = Happening {
            subject: Some(SubjectRef::from_random([9; 16])),
            act: Some(Act::AttendeeScreen),
            language: Some(Language::De),
            choices: (0..purposes).map(choice).collect(),
            ..Happening::new(Kind::Capture, at)
        };
        Head::default()
            .append(&issuer().device, "targi-demo-2026", happening)
            .0
    }

    #[test]
    fn a_receipt_verifies_names_its_choices_and_is_short() {
        let jws = issue(&line(3), &issuer()).unwrap();
        assert!(jws.len() <= MOST, "{} bytes", jws.len());
        let receipt = verify(&jws, Some(&office().public())).unwrap();
        assert_eq!(receipt.yes, ["send_offer", "newsletter:email"]);
        assert_eq!(receipt.no, ["call_back:phone"]);
        assert!(receipt.is_of(&line(3)) && !receipt.is_of(&line(2)));
        assert_eq!(receipt.subject(), Some(SubjectRef::from_random([9; 16])));
    }

    #[test]
    fn with_too_many_choices_the_entrys_hash_speaks_for_them() {
        let jws = issue(&line(30), &issuer()).unwrap();
        assert!(jws.len() <= MOST);
        assert!(
            verify(&jws, Some(&office().public()))
                .unwrap()
                .yes
                .is_empty()
        );
    }

    #[test]
    fn fail_any_changed_character() {
        let jws = issue(&line(3), &issuer()).unwrap();
        let bare = issue(
            &line(3),
            &Issuer {
                certificate: None,
                ..issuer()
            },
        )
        .unwrap();
        for whole in [jws, bare] {
            for at in 0..whole.len() {
                for bit in [0, 5] {
                    let mut bytes = whole.clone().into_bytes();
                    bytes[at] ^= 1 << bit;
                    let changed = String::from_utf8(bytes).unwrap();
                    assert!(verify(&changed, None).is_err(), "byte {at}, bit {bit}");
                }
            }
            assert!(verify(&format!("{whole}="), None).is_err());
        }
    }

    #[test]
    fn fail_a_key_that_head_office_does_not_know() {
        let bare = issue(
            &line(3),
            &Issuer {
                certificate: None,
                ..issuer()
            },
        )
        .unwrap();
        assert!(verify(&bare, None).is_ok());
        let verdict = verify(&bare, Some(&office().public()));
        assert_eq!(verdict, Err(ReceiptError::NotCertified));
        let jws = issue(&line(3), &issuer()).unwrap();
        let other = SecretKey::from_bytes(&[6; 32]).public();
        let verdict = verify(&jws, Some(&other));
        assert_eq!(verdict, Err(CertificateError::NotHeadOffice.into()));
    }

    #[test]
    fn a_code_survives_the_telephone_and_no_slip() {
        let code = Code::of(&SubjectRef::from_random([9; 16]));
        let spoken = code.grouped().to_lowercase().replace('-', " - ");
        assert_eq!(spoken.parse(), Ok(code.clone()));
        let text = code.as_str().as_bytes();
        for at in 0..text.len() {
            for other in ALPHABET.iter().filter(|other| **other != text[at]) {
                let mut slip = text.to_vec();
                slip[at] = *other;
                assert!(String::from_utf8(slip).unwrap().parse::<Code>().is_err());
            }
            for other in (at + 1..text.len()).filter(|other| text[*other] != text[at]) {
                let mut exchanged = text.to_vec();
                exchanged.swap(at, other);
                assert!(
                    String::from_utf8(exchanged)
                        .unwrap()
                        .parse::<Code>()
                        .is_err()
                );
            }
        }
    }
}
