//! Head office's signature under a profile: the last line of the file, a comment, so that the TOML stays as readable as it was.
//!
//! When: head office signs what it hands out; a device that knows its key takes no other profile. How: the line is
//! `# signature: MOMENT base64(key hash ‖ Ed25519 signature)`, over a line of its own kind, the moment, and all that stands
//! before it with line ends as `\n`: an editor that writes others, a byte order mark, or empty lines at the end changes
//! nothing. The moment tells the newer of two profiles.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};

use crate::note::{SecretKey, Verifier};

/// What the signature is over, before the profile: no other signed thing begins like it.
const DOMAIN: &str = "zgoda profile 1\n";
const LINE: &str = "# signature: ";

/// Why a profile is not taken as head office's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// There is no signature.
    #[error("the profile is not signed: this device takes only profiles that head office signed")]
    Unsigned,
    /// The signature is by another key.
    #[error("the profile is signed by another key than the one that this device knows")]
    OtherKey,
    /// What was signed is not what stands there.
    #[error("the profile was changed after it was signed: take the file as head office sent it")]
    Changed,
    /// It was signed before the one in use.
    #[error("the profile was signed before the one in use: ask head office for the newest")]
    Older,
}

impl SignatureError {
    /// The code that screens translate.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Unsigned => "profile_unsigned",
            Self::OtherKey => "profile_other_key",
            Self::Changed => "profile_changed",
            Self::Older => "profile_older",
        }
    }
}

/// A profile whose signature was verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    /// The text as it was signed, with the signature.
    pub toml: String,
    /// When, by the clock of head office.
    pub at: DateTime<Utc>,
}

/// Which signed profile a device took, as its ledger keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProfileRef {
    /// SHA-256 of the profile's text, in hex.
    pub sha256: String,
    /// The key that signed it, as [`Verifier`] is written.
    pub key: String,
    /// When it was signed.
    pub signed_at: DateTime<Utc>,
}

/// `toml` with the signature of `office` under it, in the place of one that was there.
pub fn sign(toml: &str, office: &Verifier, key: &SecretKey, at: DateTime<Utc>) -> String {
    let (body, _) = parts(toml);
    let at = moment(at);
    let mut bytes = office.hash().to_vec();
    bytes.extend(key.sign(&signed(&body, &at)));
    format!("{body}{LINE}{at} {}\n", STANDARD.encode(bytes))
}

/// The profile, where `office` signed it.
///
/// # Errors
/// What is wrong.
pub fn verify(toml: &str, office: &Verifier) -> Result<Signed, SignatureError> {
    let (body, line) = parts(toml);
    let Some(line) = line else {
        // Something was written below the signature.
        let was = body.lines().any(|line| line.starts_with(LINE));
        return Err(if was {
            SignatureError::Changed
        } else {
            SignatureError::Unsigned
        });
    };
    let (at, signature) = line.split_once(' ').ok_or(SignatureError::Changed)?;
    let bytes = STANDARD
        .decode(signature)
        .map_err(|_| SignatureError::Changed)?;
    let (hash, signature) = bytes.split_at_checked(4).ok_or(SignatureError::Changed)?;
    let signature = signature.try_into().map_err(|_| SignatureError::Changed)?;
    if hash != office.hash() {
        return Err(SignatureError::OtherKey);
    }
    if !office.key.verifies(&signed(&body, at), &signature) {
        return Err(SignatureError::Changed);
    }
    Ok(Signed {
        at: at.parse().map_err(|_| SignatureError::Changed)?,
        toml: format!("{body}{LINE}{line}\n"),
    })
}

/// True where somebody signed it, whoever.
pub fn is_signed(toml: &str) -> bool {
    parts(toml).1.is_some()
}

/// `toml` without its signature.
pub fn unsigned(toml: &str) -> String {
    parts(toml).0
}

/// What is signed, and what stands in the signature's line.
fn parts(toml: &str) -> (String, Option<String>) {
    let text = toml.trim_start_matches('\u{feff}').replace("\r\n", "\n");
    let text = text.trim_end();
    let start = text.rfind('\n').map_or(0, |newline| newline + 1);
    match text[start..].strip_prefix(LINE) {
        Some(line) => (ended(&text[..start]), Some(line.to_owned())),
        None => (ended(text), None),
    }
}

fn ended(body: &str) -> String {
    format!("{}\n", body.trim_end())
}

fn signed(body: &str, at: &str) -> Vec<u8> {
    format!("{DOMAIN}{at}\n{body}").into_bytes()
}

fn moment(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::device::HEAD_OFFICE;

    const TOML: &str = "[event]\nname = \"Targi\"\n\n# Ąę\nnote = \"\"\"\na\n\"\"\"\n";

    fn office(seed: u8) -> (Verifier, SecretKey) {
        let key = SecretKey::from_bytes(&[seed; 32]);
        let name = HEAD_OFFICE.to_owned();
        let public = key.public();
        (Verifier { name, key: public }, key)
    }

    fn at() -> DateTime<Utc> {
        "2026-11-24T10:00:00Z".parse().unwrap()
    }

    fn signed_toml() -> String {
        let (public, key) = office(3);
        sign(TOML, &public, &key, at())
    }

    #[test]
    fn what_was_signed_verifies_and_is_read_as_it_was() {
        let signed = verify(&signed_toml(), &office(3).0).unwrap();
        assert_eq!(signed.at, at());
        assert_eq!(unsigned(&signed.toml), TOML);
        assert_eq!(signed.toml, signed_toml());
    }

    #[test]
    fn line_ends_a_mark_and_empty_lines_of_an_editor_change_nothing() {
        let windows = format!("\u{feff}{}\r\n\r\n", signed_toml().replace('\n', "\r\n"));
        let read = verify(&windows, &office(3).0).unwrap();
        assert_eq!(read.toml, signed_toml());
    }

    #[test]
    fn signing_again_puts_one_signature_in_the_place_of_the_other() {
        let (public, key) = office(4);
        let again = sign(&signed_toml(), &public, &key, at());
        assert_eq!(again.matches(LINE).count(), 1);
        assert_eq!(verify(&again, &office(3).0), Err(SignatureError::OtherKey));
        assert!(verify(&again, &public).is_ok());
    }

    #[test]
    fn fail_unsigned_and_added_below() {
        assert_eq!(verify(TOML, &office(3).0), Err(SignatureError::Unsigned));
        let below = format!("{}tags = []\n", signed_toml());
        assert_eq!(verify(&below, &office(3).0), Err(SignatureError::Changed));
    }

    #[test]
    fn fail_any_changed_character() {
        let toml = signed_toml();
        let kept = toml.trim_end().chars().count();
        for place in 0..kept {
            let mut changed: Vec<char> = toml.chars().collect();
            changed[place] = if changed[place] == 'x' { 'y' } else { 'x' };
            let changed: String = changed.into_iter().collect();
            assert!(verify(&changed, &office(3).0).is_err(), "character {place}");
        }
    }
}
