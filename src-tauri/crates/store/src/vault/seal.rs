//! Keys, and how they are sealed. `random` is random, `derive`, `stretch` and `open` are deterministic.
//!
//! The data key is 256 random bits, given raw to SQLCipher. It is sealed with XChaCha20-Poly1305 under
//! `HKDF-SHA256(keyring secret ‖ Argon2id(PIN))`, or `HKDF-SHA256(Argon2id(passphrase))`; the slot's header is the
//! associated data. For recovery it is sealed with `age` to head office's recipient too.

use std::fmt;

use argon2::{Algorithm, Argon2, Params, Version};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::{ZeroizeOnDrop, Zeroizing};

use crate::error::StoreError;
use crate::secret::{Cost, Secret};

/// `N` bytes from the operating system.
pub(crate) fn random<const N: usize>() -> Result<Zeroizing<[u8; N]>, StoreError> {
    let mut bytes = Zeroizing::new([0; N]);
    getrandom::fill(bytes.as_mut_slice()).map_err(|_| StoreError::Io(std::io::ErrorKind::Other))?;
    Ok(bytes)
}

/// 256 bits that open something. Never printed, never written in the clear, wiped when dropped; on the heap, so that
/// moving it leaves no copy behind.
#[derive(Clone, ZeroizeOnDrop)]
pub(crate) struct SecretKey(Box<[u8; 32]>);

impl SecretKey {
    /// A new one.
    pub(crate) fn random() -> Result<Self, StoreError> {
        let mut key = Self::blank();
        getrandom::fill(key.0.as_mut_slice())
            .map_err(|_| StoreError::Io(std::io::ErrorKind::Other))?;
        Ok(key)
    }

    /// One to be filled.
    pub(crate) fn blank() -> Self {
        Self(Box::new([0; 32]))
    }

    /// A copy of `bytes`, where there are 32.
    pub(crate) fn of(bytes: &[u8]) -> Option<Self> {
        let mut key = Self::blank();
        (bytes.len() == 32).then(|| key.0.copy_from_slice(bytes))?;
        Some(key)
    }

    /// The bytes.
    pub(crate) fn expose(&self) -> &[u8; 32] {
        &self.0
    }

    /// As SQLCipher takes a raw key: `x'…'`.
    pub(crate) fn for_sqlcipher(&self) -> Zeroizing<String> {
        let mut hex = Zeroizing::new([0_u8; 64]);
        hex::encode_to_slice(self.0.as_slice(), hex.as_mut_slice())
            .expect("64 digits are 32 bytes");
        let digits = std::str::from_utf8(hex.as_slice()).expect("hex is ASCII");
        let mut text = Zeroizing::new(String::with_capacity(67));
        text.push_str("x'");
        text.push_str(digits);
        text.push('\'');
        text
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretKey(…)")
    }
}

/// A data key, sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sealed {
    pub(crate) nonce: [u8; 24],
    pub(crate) text: Vec<u8>,
}

/// Argon2id of what the person typed.
pub(crate) fn stretch(
    secret: &Secret,
    salt: &[u8; 16],
    cost: Cost,
) -> Result<SecretKey, StoreError> {
    let params = Params::new(cost.memory, cost.passes, cost.lanes, Some(32))
        .map_err(|_| StoreError::Damaged)?;
    let mut out = SecretKey::blank();
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(&secret.bytes()?, salt, out.0.as_mut_slice())
        .map_err(|_| StoreError::Damaged)?;
    Ok(out)
}

/// The key that seals the data key.
pub(crate) fn derive(keyring: Option<&SecretKey>, stretched: &SecretKey) -> SecretKey {
    let mut material = Zeroizing::new(Vec::with_capacity(64));
    if let Some(keyring) = keyring {
        material.extend_from_slice(keyring.expose());
    }
    material.extend_from_slice(stretched.expose());
    let mut out = SecretKey::blank();
    Hkdf::<Sha256>::new(None, &material)
        .expand(b"zgoda vault 1", out.0.as_mut_slice())
        .expect("HKDF gives 32 bytes");
    out
}

/// Seals `data` under `key`, bound to `header`.
pub(crate) fn seal(key: &SecretKey, data: &SecretKey, header: &[u8]) -> Result<Sealed, StoreError> {
    seal_bytes(key, data.expose(), header)
}

/// Seals any bytes under `key`, bound to `header`.
pub(crate) fn seal_bytes(
    key: &SecretKey,
    plain: &[u8],
    header: &[u8],
) -> Result<Sealed, StoreError> {
    let nonce = *random::<24>()?;
    let payload = Payload {
        msg: plain,
        aad: header,
    };
    let text = cipher(key)
        .encrypt(&XNonce::from(nonce), payload)
        .map_err(|_| StoreError::Io(std::io::ErrorKind::Other))?;
    Ok(Sealed { nonce, text })
}

/// Opens what [`seal`] sealed; `None` where key or header is another.
pub(crate) fn open(key: &SecretKey, sealed: &Sealed, header: &[u8]) -> Option<SecretKey> {
    SecretKey::of(&open_bytes(key, sealed, header)?)
}

/// Opens what [`seal_bytes`] sealed; `None` where key or header is another.
pub(crate) fn open_bytes(
    key: &SecretKey,
    sealed: &Sealed,
    header: &[u8],
) -> Option<Zeroizing<Vec<u8>>> {
    let payload = Payload {
        msg: &sealed.text,
        aad: header,
    };
    let plain = cipher(key).decrypt(&XNonce::from(sealed.nonce), payload);
    plain.ok().map(Zeroizing::new)
}

/// A key of its own for one use of `key`.
pub(crate) fn derive_for(key: &SecretKey, purpose: &[u8]) -> SecretKey {
    let mut out = SecretKey::blank();
    Hkdf::<Sha256>::new(None, key.expose())
        .expand(purpose, out.0.as_mut_slice())
        .expect("HKDF gives 32 bytes");
    out
}

fn cipher(key: &SecretKey) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(<&Key>::from(key.expose()))
}

/// Seals `data` to head office's recipient.
pub(crate) fn seal_for_recovery(recipient: &str, data: &SecretKey) -> Result<Vec<u8>, StoreError> {
    let recipient: age::x25519::Recipient = recipient
        .trim()
        .parse()
        .map_err(|_| StoreError::BadRecipient)?;
    age::encrypt(&recipient, data.expose()).map_err(|_| StoreError::BadRecipient)
}

/// Opens what [`seal_for_recovery`] sealed with whichever identity of the file fits.
pub(crate) fn recover(identity_file: &str, sealed: &[u8]) -> Result<SecretKey, StoreError> {
    let identities = identity_file
        .lines()
        .filter_map(|line| line.trim().parse::<age::x25519::Identity>().ok());
    for identity in identities {
        if let Ok(plain) = age::decrypt(&identity, sealed) {
            let plain = Zeroizing::new(plain);
            return SecretKey::of(&plain).ok_or(StoreError::Damaged);
        }
    }
    Err(StoreError::WrongIdentity)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opens_only_with_the_same_key_and_header() {
        let (key, data) = (SecretKey::random().unwrap(), SecretKey::random().unwrap());
        let sealed = seal(&key, &data, b"header").unwrap();
        assert_eq!(
            open(&key, &sealed, b"header").unwrap().expose(),
            data.expose()
        );
        assert!(open(&key, &sealed, b"Header").is_none());
        assert!(open(&data, &sealed, b"header").is_none());
    }

    #[test]
    fn keyring_and_pin_are_both_needed() {
        let pin = Secret::Pin("493817".to_owned().into());
        let stretched = stretch(&pin, &[7; 16], Cost::TEST).unwrap();
        let (one, two) = (SecretKey::random().unwrap(), SecretKey::random().unwrap());
        let both = derive(Some(&one), &stretched);
        assert_ne!(both.expose(), derive(Some(&two), &stretched).expose());
        assert_ne!(both.expose(), derive(None, &stretched).expose());
        let other = Secret::Pin("493818".to_owned().into());
        let other = stretch(&other, &[7; 16], Cost::TEST).unwrap();
        assert_ne!(both.expose(), derive(Some(&one), &other).expose());
    }

    #[test]
    fn keys_print_nothing() {
        assert_eq!(format!("{:?}", SecretKey::blank()), "SecretKey(…)");
    }
}
