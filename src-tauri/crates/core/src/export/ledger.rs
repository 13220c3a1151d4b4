//! A ledger as a file that anybody can check: offline, without the database or its key.
//!
//! How: a first line that names the form, one line per entry as it was hashed, an empty line, and the head as a signed
//! note with the device's key and certificate in its text. When: by `zgoda ledger export`. Every byte is covered: the
//! entries by the chain, the chain's end by the note, the note by its signature.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, FixedOffset, Utc};
use serde::Serialize;

use crate::device::{self, Certificate, CertificateError};
use crate::ledger::{self, Broken, Entry, Head};
use crate::note::{self, NoteError, PublicKey, SecretKey};
use crate::profile::sha256_hex;

/// The first line.
const FORM: &str = "zgoda ledger 1\n";
/// The first line of the head.
const HEAD: &str = "zgoda ledger head";

/// Who signs: the device, with head office's word for it where there is one.
#[derive(Clone, Debug)]
pub struct Issuer {
    /// The device's id, as in the entries.
    pub device: String,
    /// Its key.
    pub key: SecretKey,
    /// Head office's word for it.
    pub certificate: Option<Certificate>,
}

/// Whether head office's key vouches for the device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// Head office certified the device's key.
    Certified,
    /// No key of head office was given: it is consistent, and may be anybody's.
    NotChecked,
}

/// A ledger that holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Verified {
    /// Number of entries.
    pub entries: u64,
    /// Hash of the last one.
    pub hash: String,
    /// The event's id.
    pub event: String,
    /// The device's id.
    pub device: String,
    /// When it was signed.
    pub at: DateTime<FixedOffset>,
    /// Whether head office vouches for the device.
    pub origin: Origin,
}

/// The first thing wrong with an exported ledger.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum Fault {
    /// Not a file of this form.
    #[error("this is not an exported ledger")]
    Form,
    /// An entry does not hold.
    #[error(transparent)]
    Entry(#[from] Broken),
    /// The entry was changed after it was signed.
    #[error("entry {0} was changed")]
    Changed(u64),
    /// Entries are missing at the end.
    #[error("entry {0} is missing: the device signed more entries")]
    Missing(u64),
    /// Entries were added at the end.
    #[error("entry {0} was added after the device signed")]
    Added(u64),
    /// The head does not hold.
    #[error("the signed head does not hold: {0}")]
    Head(#[from] NoteError),
    /// Head office's key was given, and the device's key is not certified.
    #[error("the device's key is not certified by head office")]
    NotCertified,
    /// The certificate does not hold.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
}

impl Fault {
    /// The code that screens translate.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Form => "not_a_ledger",
            Self::Entry(_) | Self::Changed(_) => "broken_entry",
            Self::Missing(_) => "missing_entry",
            Self::Added(_) => "added_entry",
            Self::Head(_) => "broken_head",
            Self::NotCertified => "not_certified",
            Self::Certificate(error) => error.code(),
        }
    }

    /// The number of the first broken entry, where it is an entry.
    pub const fn entry(&self) -> Option<u64> {
        match self {
            Self::Entry(Broken::Form(number) | Broken::Sequence(number) | Broken::Link(number))
            | Self::Changed(number)
            | Self::Missing(number)
            | Self::Added(number) => Some(*number),
            _ => None,
        }
    }
}

/// Writes the file of `lines`, which must be a whole ledger, signed by `issuer` at `at`.
///
/// # Errors
/// What is wrong with the ledger.
pub fn write(
    lines: &[String],
    event: &str,
    issuer: &Issuer,
    at: DateTime<FixedOffset>,
) -> Result<String, Fault> {
    let head = ledger::verify(lines.iter().map(String::as_str))?;
    let key = issuer.key.public();
    let text = head_text(
        event,
        &issuer.device,
        key,
        issuer.certificate.as_ref(),
        &head,
        at,
    );
    let note = note::sign(&text, &device::name(&issuer.device), &issuer.key)?;
    Ok(join(lines, &note))
}

/// Checks a file; with `office`, head office's key, the origin too.
///
/// # Errors
/// The first thing that is wrong, entries first.
pub fn verify(file: &str, office: Option<&PublicKey>) -> Result<Verified, Fault> {
    let (lines, note) = split(file)?;
    let head =
        ledger::verify(lines.iter().copied()).map_err(|broken| blame(&lines, note, broken))?;
    let signed = read_head(note)?;
    compare(&head, &signed.head)?;
    let origin = match (office, &signed.certificate) {
        (None, _) => Origin::NotChecked,
        (Some(_), None) => return Err(Fault::NotCertified),
        (Some(office), Some(certificate)) => {
            certificate.check(office, signed.at.with_timezone(&Utc))?;
            Origin::Certified
        }
    };
    Ok(Verified {
        entries: head.sequence,
        hash: head.hash,
        event: signed.event,
        device: signed.device,
        at: signed.at,
        origin,
    })
}

/// The entries of a file that [`verify`] has accepted.
pub fn entries(file: &str) -> Vec<Entry> {
    let lines = split(file).map(|(lines, _)| lines).unwrap_or_default();
    lines
        .iter()
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect()
}

/// The signed head of a file that [`verify`] has accepted.
pub fn note_of(file: &str) -> Option<&str> {
    split(file).ok().map(|(_, note)| note)
}

/// The file of `lines` and the signed head that goes with them, as [`write`] made it.
pub fn join(lines: &[String], note: &str) -> String {
    let mut file = String::from(FORM);
    for line in lines {
        file.push_str(line);
        file.push('\n');
    }
    file.push('\n');
    file.push_str(note);
    file
}

fn split(file: &str) -> Result<(Vec<&str>, &str), Fault> {
    let rest = file.strip_prefix(FORM).ok_or(Fault::Form)?;
    if let Some(note) = rest.strip_prefix('\n') {
        return Ok((Vec::new(), note));
    }
    let (lines, note) = rest.split_once("\n\n").ok_or(Fault::Form)?;
    Ok((lines.split('\n').collect(), note))
}

/// Where entry `n` does not follow the one before, the change is in that one, unless entry `n` itself was changed: then
/// what comes after, the next entry or the head, does not follow it either.
fn blame(lines: &[&str], note: &str, broken: Broken) -> Fault {
    let Broken::Link(number) = broken else {
        return broken.into();
    };
    let at = usize::try_from(number).unwrap_or(usize::MAX);
    let own = at.checked_sub(1).and_then(|own| lines.get(own));
    let follows = match lines.get(at) {
        Some(next) => serde_json::from_str(next)
            .ok()
            .map(|next: Entry| next.previous),
        None => note::peek(note)
            .ok()
            .and_then(|(text, _)| Some(parse_head(text)?.0.head.hash)),
    };
    match own {
        Some(own) if number > 1 && follows == Some(sha256_hex(own)) => Fault::Changed(number - 1),
        _ => broken.into(),
    }
}

fn compare(found: &Head, signed: &Head) -> Result<(), Fault> {
    if found.sequence < signed.sequence {
        return Err(Fault::Missing(found.sequence + 1));
    }
    if found.sequence > signed.sequence {
        return Err(Fault::Added(signed.sequence + 1));
    }
    if found.hash == signed.hash {
        Ok(())
    } else {
        Err(Fault::Changed(found.sequence))
    }
}

/// What the head's text says.
struct SignedHead {
    event: String,
    device: String,
    certificate: Option<Certificate>,
    head: Head,
    at: DateTime<FixedOffset>,
}

fn head_text(
    event: &str,
    device: &str,
    key: PublicKey,
    certificate: Option<&Certificate>,
    head: &Head,
    at: DateTime<FixedOffset>,
) -> String {
    let certificate = certificate.map_or_else(|| "none".to_owned(), Certificate::to_string);
    let mut text = format!("{HEAD}\nevent {event}\ndevice {device}\n");
    let key = URL_SAFE_NO_PAD.encode(key.to_bytes());
    let _ = write!(text, "key {key}\ncertificate {certificate}\n");
    let _ = write!(
        text,
        "sequence {}\nhash {}\nat {}\n",
        head.sequence,
        head.hash,
        at.to_rfc3339()
    );
    text
}

fn read_head(note: &str) -> Result<SignedHead, Fault> {
    let (text, _) = note::peek(note)?;
    let (signed, key) = parse_head(text).ok_or(Fault::Form)?;
    note::open(note, &[device::verifier(&signed.device, key)])?;
    let other = |certificate: &Certificate| {
        certificate.device.to_string() != signed.device || certificate.key != key
    };
    if signed.certificate.as_ref().is_some_and(other) {
        return Err(CertificateError::OtherDevice.into());
    }
    Ok(signed)
}

fn parse_head(text: &str) -> Option<(SignedHead, PublicKey)> {
    let mut lines = text.strip_suffix('\n')?.split('\n');
    if lines.next()? != HEAD {
        return None;
    }
    let mut value = |name: &str| lines.next()?.strip_prefix(name)?.strip_prefix(' ');
    let (event, device) = (value("event")?, value("device")?);
    let key = URL_SAFE_NO_PAD.decode(value("key")?).ok()?;
    let key = PublicKey::from_bytes(&key.try_into().ok()?)?;
    let certificate = match value("certificate")? {
        "none" => None,
        text => Some(Certificate::read(text).ok()?),
    };
    let sequence = value("sequence")?.parse().ok()?;
    let hash = value("hash")?.to_owned();
    let at = DateTime::parse_from_rfc3339(value("at")?).ok()?;
    let head = Head { sequence, hash };
    // Only the form that the device writes is one: no line more, no other spelling of a number.
    let same = head_text(event, device, key, certificate.as_ref(), &head, at) == text;
    let (event, device) = (event.to_owned(), device.to_owned());
    same.then_some((
        SignedHead {
            event,
            device,
            certificate,
            head,
            at,
        },
        key,
    ))
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::ledger::{Happening, Kind};

    fn at() -> DateTime<FixedOffset> {
        DateTime::parse_from_rfc3339("2026-11-24T10:00:00+01:00").unwrap()
    }

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

    fn chain(length: usize) -> Vec<String> {
        let (mut head, mut lines) = (Head::default(), Vec::new());
        for _ in 0..length {
            let happening = Happening::new(Kind::Decline, at());
            let (line, next) = head.append(&issuer().device, "targi", happening);
            lines.push(line);
            head = next;
        }
        lines
    }

    fn file(length: usize) -> String {
        write(&chain(length), "targi", &issuer(), at()).unwrap()
    }

    #[test]
    fn a_file_verifies_with_and_without_head_offices_key() {
        for length in [0, 1, 20] {
            let verified = verify(&file(length), Some(&office().public())).unwrap();
            assert_eq!(
                (verified.entries, verified.origin),
                (length as u64, Origin::Certified)
            );
            assert_eq!(
                verify(&file(length), None).unwrap().origin,
                Origin::NotChecked
            );
        }
        assert_eq!(entries(&file(3)).len(), 3);
    }

    #[test]
    fn fail_any_changed_byte() {
        let whole = file(3);
        for byte in 0..whole.len() {
            for bit in [0, 5] {
                let mut bytes = whole.clone().into_bytes();
                bytes[byte] ^= 1 << bit;
                let Ok(changed) = String::from_utf8(bytes) else {
                    continue;
                };
                assert!(verify(&changed, None).is_err(), "byte {byte}, bit {bit}");
            }
        }
        assert!(verify(&format!("{whole}\n"), None).is_err());
        assert!(verify(whole.trim_end(), None).is_err());
    }

    #[test]
    fn fail_the_first_broken_entry_is_named() {
        let whole = file(9);
        let (lines, _) = split(&whole).unwrap();
        for (number, line) in (1_u64..).zip(&lines) {
            // Another kind: still an entry in its canonical form.
            let changed = whole.replacen(line, &line.replace("decline", "confirm"), 1);
            let fault = verify(&changed, None).unwrap_err();
            assert_eq!(fault.entry(), Some(number), "{fault}");
        }
        let cut = whole.replacen(&format!("{}\n", lines[8]), "", 1);
        assert_eq!(verify(&cut, None), Err(Fault::Missing(9)));
        let hole = whole.replacen(&format!("{}\n", lines[4]), "", 1);
        assert_eq!(verify(&hole, None).unwrap_err().entry(), Some(5));
    }

    #[test]
    fn fail_another_devices_word_and_no_word() {
        let other = SecretKey::from_bytes(&[9; 32]).public();
        let not_ours = Fault::Certificate(CertificateError::NotHeadOffice);
        assert_eq!(verify(&file(2), Some(&other)), Err(not_ours));
        let bare = Issuer {
            certificate: None,
            ..issuer()
        };
        let bare = write(&chain(2), "targi", &bare, at()).unwrap();
        assert_eq!(
            verify(&bare, Some(&office().public())),
            Err(Fault::NotCertified)
        );
        let stolen = Issuer {
            key: SecretKey::from_bytes(&[8; 32]),
            ..issuer()
        };
        let stolen = write(&chain(2), "targi", &stolen, at()).unwrap();
        assert_eq!(
            verify(&stolen, None),
            Err(Fault::Certificate(CertificateError::OtherDevice))
        );
    }
}
