//! Signed notes: a text, and under it who signed it (C2SP `signed-note`).
//!
//! When: for the head of an exported ledger and for a status. How: the text ends in a newline; after an empty line comes
//! one line per signature, `— <name> base64(key hash ‖ Ed25519 signature)`, the key hash being the first four bytes of
//! SHA-256 over `name ‖ 0x0A ‖ 0x01 ‖ public key`. C2SP lets a reader skip signatures that it does not know; here every
//! line must verify, so that no byte of a note can change unnoticed.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, Signer as _, VerifyingKey};
use sha2::{Digest, Sha256};

/// What begins a signature line.
const DASH: &str = "\u{2014} ";
/// C2SP's number for Ed25519.
const ED25519: u8 = 1;

/// A secret Ed25519 key. Never printed; wiped when dropped.
#[derive(Clone)]
pub struct SecretKey(ed25519_dalek::SigningKey);

impl SecretKey {
    /// The key of 32 random bytes.
    pub fn from_bytes(bytes: &[u8; 32]) -> Self {
        Self(ed25519_dalek::SigningKey::from_bytes(bytes))
    }

    /// The public half.
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key())
    }

    /// Signs `message` as it is.
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.0.sign(message).to_bytes()
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretKey(…)")
    }
}

/// A public Ed25519 key.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PublicKey(VerifyingKey);

impl PublicKey {
    /// The key of 32 bytes; none where they are no point of the curve, or a weak one.
    pub fn from_bytes(bytes: &[u8; 32]) -> Option<Self> {
        let key = VerifyingKey::from_bytes(bytes).ok()?;
        (!key.is_weak()).then_some(Self(key))
    }

    /// The 32 bytes.
    pub fn to_bytes(self) -> [u8; 32] {
        self.0.to_bytes()
    }

    /// Whether `signature` over `message` is this key's (RFC 8032, strict: no malleable signature, no small order).
    pub fn verifies(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        let signature = Signature::from_bytes(signature);
        self.0.verify_strict(message, &signature).is_ok()
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({})", STANDARD.encode(self.to_bytes()))
    }
}

/// Who signs, and with which key: C2SP's *verifier key*, `<name>+<key hash>+<base64>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verifier {
    /// The name in signature lines: no white space, no `+`.
    pub name: String,
    /// The key.
    pub key: PublicKey,
}

impl Verifier {
    /// The first bytes of a hash of name and key, by which a reader tells the key before it verifies.
    pub(crate) fn hash(&self) -> [u8; 4] {
        let mut hash = Sha256::new();
        hash.update(self.name.as_bytes());
        hash.update([b'\n', ED25519]);
        hash.update(self.key.to_bytes());
        let hash = hash.finalize();
        [hash[0], hash[1], hash[2], hash[3]]
    }
}

impl fmt::Display for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = vec![ED25519];
        bytes.extend(self.key.to_bytes());
        let hash = hex::encode(self.hash());
        write!(f, "{}+{hash}+{}", self.name, STANDARD.encode(bytes))
    }
}

/// The text is no verifier key.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("a public key is written as name+hash+base64, as `zgoda device show` prints it")]
pub struct NoVerifier;

impl FromStr for Verifier {
    type Err = NoVerifier;

    fn from_str(text: &str) -> Result<Self, NoVerifier> {
        let mut parts = text.trim().splitn(3, '+');
        let (Some(name), Some(_), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(NoVerifier);
        };
        let bytes = STANDARD.decode(key).map_err(|_| NoVerifier)?;
        let (Some((&ED25519, key)), true) = (bytes.split_first(), is_name(name)) else {
            return Err(NoVerifier);
        };
        let key: [u8; 32] = key.try_into().map_err(|_| NoVerifier)?;
        let key = PublicKey::from_bytes(&key).ok_or(NoVerifier)?;
        let read = Self {
            name: name.to_owned(),
            key,
        };
        // The hash in the text guards against slips of the pen.
        if read.to_string() == text.trim() {
            Ok(read)
        } else {
            Err(NoVerifier)
        }
    }
}

/// Why a note is not to be believed.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum NoteError {
    /// Not a text, an empty line and signature lines.
    #[error("this is not a signed note")]
    Form,
    /// A signature by somebody else.
    #[error("a signature is by a key that is not known here")]
    UnknownKey,
    /// A signature that does not fit the text.
    #[error("a signature does not fit the text")]
    Signature,
}

/// Puts the signature of `name` under `text`, which must end in a newline and hold no empty line.
///
/// # Errors
/// [`NoteError::Form`] where the text or the name is not fit for a note.
pub fn sign(text: &str, name: &str, key: &SecretKey) -> Result<String, NoteError> {
    if !text.ends_with('\n') || text.contains("\n\n") || !is_name(name) {
        return Err(NoteError::Form);
    }
    Ok(format!("{text}\n{}", signature_line(text, name, key)))
}

/// Adds the signature of `name` to a note that was signed before, without judging that signature.
///
/// # Errors
/// [`NoteError::Form`] where it is no note.
pub fn countersign(note: &str, name: &str, key: &SecretKey) -> Result<String, NoteError> {
    let (text, lines) = split(note)?;
    let own = signature_line(text, name, key);
    if !is_name(name) || lines.contains(&own.trim_end()) {
        return Err(NoteError::Form);
    }
    Ok(format!("{note}{own}"))
}

/// The text of `note`, where exactly `signers` signed it, in their order.
///
/// # Errors
/// What is wrong with it.
pub fn open<'a>(note: &'a str, signers: &[Verifier]) -> Result<&'a str, NoteError> {
    let (text, lines) = split(note)?;
    if lines.len() != signers.len() {
        return Err(NoteError::UnknownKey);
    }
    for (line, signer) in lines.iter().zip(signers) {
        let (name, signature) = line
            .strip_prefix(DASH)
            .and_then(|rest| rest.split_once(' '))
            .ok_or(NoteError::Form)?;
        let bytes = STANDARD.decode(signature).map_err(|_| NoteError::Form)?;
        let (hash, signature) = bytes.split_at_checked(4).ok_or(NoteError::Form)?;
        let signature: [u8; 64] = signature.try_into().map_err(|_| NoteError::Form)?;
        if name != signer.name || hash != signer.hash() {
            return Err(NoteError::UnknownKey);
        }
        if !signer.key.verifies(text.as_bytes(), &signature) {
            return Err(NoteError::Signature);
        }
    }
    Ok(text)
}

/// The text of a note and the number of its signatures, unverified: only to learn which keys to verify it with.
///
/// # Errors
/// [`NoteError::Form`].
pub fn peek(note: &str) -> Result<(&str, usize), NoteError> {
    let (text, lines) = split(note)?;
    Ok((text, lines.len()))
}

fn split(note: &str) -> Result<(&str, Vec<&str>), NoteError> {
    let at = note.find("\n\n").ok_or(NoteError::Form)?;
    let (text, rest) = (&note[..=at], &note[at + 2..]);
    let body = rest.strip_suffix('\n').ok_or(NoteError::Form)?;
    let lines: Vec<&str> = body.split('\n').collect();
    if lines.iter().all(|line| line.starts_with(DASH)) {
        Ok((text, lines))
    } else {
        Err(NoteError::Form)
    }
}

fn signature_line(text: &str, name: &str, key: &SecretKey) -> String {
    let signer = Verifier {
        name: name.to_owned(),
        key: key.public(),
    };
    let mut bytes = signer.hash().to_vec();
    bytes.extend(key.sign(text.as_bytes()));
    format!("{DASH}{name} {}\n", STANDARD.encode(bytes))
}

fn is_name(name: &str) -> bool {
    let plain = |c: char| !c.is_whitespace() && !c.is_control() && c != '+';
    !name.is_empty() && name.chars().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(seed: u8) -> SecretKey {
        SecretKey::from_bytes(&[seed; 32])
    }

    fn signer(name: &str, seed: u8) -> Verifier {
        Verifier {
            name: name.to_owned(),
            key: key(seed).public(),
        }
    }

    #[test]
    fn a_note_opens_for_its_signers_in_their_order() {
        let note = sign("head 5\n", "device/1", &key(1)).unwrap();
        assert_eq!(open(&note, &[signer("device/1", 1)]), Ok("head 5\n"));
        let both = countersign(&note, "office", &key(2)).unwrap();
        let signers = [signer("device/1", 1), signer("office", 2)];
        assert_eq!(open(&both, &signers), Ok("head 5\n"));
        assert_eq!(open(&both, &signers[..1]), Err(NoteError::UnknownKey));
        assert_eq!(
            open(&note, &[signer("device/1", 2)]),
            Err(NoteError::UnknownKey)
        );
    }

    #[test]
    fn fail_any_changed_byte() {
        let note = sign("head 5\nhash abc\n", "device/1", &key(1)).unwrap();
        let signers = [signer("device/1", 1)];
        for at in 0..note.len() {
            for bit in [0, 5] {
                let mut bytes = note.clone().into_bytes();
                bytes[at] ^= 1 << bit;
                if let Ok(changed) = String::from_utf8(bytes) {
                    assert!(open(&changed, &signers).is_err(), "byte {at}, bit {bit}");
                }
            }
        }
        assert!(open(&format!("{note}\n"), &signers).is_err());
        assert!(open(note.trim_end(), &signers).is_err());
    }

    #[test]
    fn a_verifier_key_reads_as_it_was_written() {
        let one = signer("device/1", 1);
        assert_eq!(one.to_string().parse(), Ok(one.clone()));
        let slipped = one.to_string().replace("device/1", "device/2");
        assert_eq!(slipped.parse::<Verifier>(), Err(NoVerifier));
    }

    #[test]
    fn the_key_hash_is_the_specifications() {
        // The example of C2SP signed-note: PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW
        let text = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
        assert_eq!(text.parse::<Verifier>().unwrap().to_string(), text);
    }

    #[test]
    fn debug_does_not_tell_the_secret() {
        assert_eq!(format!("{:?}", key(7)), "SecretKey(…)");
    }
}
