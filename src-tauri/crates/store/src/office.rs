//! Head office's signing key as a file: sealed with a passphrase, as a store is.
//!
//! When: made once, kept at head office, opened to certify a device or countersign a status. How: the 32 bytes are
//! sealed with XChaCha20-Poly1305 under Argon2id of the passphrase; everything else in the file is associated data.

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::error::StoreError;
use crate::secret::{Cost, Secret};
use crate::vault::seal::{self, Sealed, SecretKey, random};

const FORM: &str = "zgoda head office key 1";

/// What everybody may know of the file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    form: String,
    public: String,
    cost: Cost,
    #[serde(with = "hex::serde")]
    salt: [u8; 16],
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyFile {
    header: Header,
    #[serde(with = "hex::serde")]
    nonce: [u8; 24],
    #[serde(with = "hex::serde")]
    sealed: Vec<u8>,
}

/// The text of a key file: `key` sealed with `secret`, `public` beside it for whoever looks.
///
/// # Errors
/// An empty passphrase.
pub fn seal_key(
    key: &[u8; 32],
    public: &str,
    secret: &Secret,
    cost: Cost,
) -> Result<String, StoreError> {
    let header = Header {
        form: FORM.to_owned(),
        public: public.to_owned(),
        cost,
        salt: *random()?,
    };
    let stretched = seal::stretch(secret, &header.salt, cost)?;
    let under = seal::derive(None, &stretched);
    let key = SecretKey::of(key).ok_or(StoreError::Damaged)?;
    let sealed = seal::seal(&under, &key, &associated(&header)?)?;
    let file = KeyFile {
        header,
        nonce: sealed.nonce,
        sealed: sealed.text,
    };
    serde_json::to_string_pretty(&file).map_err(|_| StoreError::Damaged)
}

/// The key of a key file.
///
/// # Errors
/// [`StoreError::NotAStore`] where it is no such file, [`StoreError::WrongSecret`].
pub fn open_key(text: &str, secret: &Secret) -> Result<Zeroizing<[u8; 32]>, StoreError> {
    let file: KeyFile = serde_json::from_str(text).map_err(|_| StoreError::NotAStore)?;
    if file.header.form != FORM || !file.header.cost.is_sane() {
        return Err(StoreError::NotAStore);
    }
    let stretched = seal::stretch(secret, &file.header.salt, file.header.cost)?;
    let under = seal::derive(None, &stretched);
    let sealed = Sealed {
        nonce: file.nonce,
        text: file.sealed,
    };
    let key = seal::open(&under, &sealed, &associated(&file.header)?);
    let key = key.ok_or(StoreError::WrongSecret { retry_after: None })?;
    Ok(Zeroizing::new(*key.expose()))
}

fn associated(header: &Header) -> Result<Vec<u8>, StoreError> {
    serde_json::to_vec(header).map_err(|_| StoreError::Damaged)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_file_opens_with_its_passphrase_and_unchanged_alone() {
        let secret = |text: &str| Secret::Passphrase(text.to_owned().into());
        let text = seal_key(&[7; 32], "office+1", &secret("right"), Cost::TEST).unwrap();
        assert_eq!(*open_key(&text, &secret("right")).unwrap(), [7; 32]);
        assert!(matches!(
            open_key(&text, &secret("wrong")),
            Err(StoreError::WrongSecret { .. })
        ));
        let other = text.replace("office+1", "office+2");
        assert!(open_key(&other, &secret("right")).is_err());
    }
}
