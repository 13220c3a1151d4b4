//! Sealed with `age`: to a recipient, or with a passphrase (scrypt).

use std::io::{Read as _, Write as _};

use age::secrecy::SecretString;
use age::{DecryptError, Decryptor, Encryptor};
use zeroize::Zeroizing;

use crate::error::StoreError;

/// What a guess of the passphrase costs, as a power of two: 128 MiB and about half a second.
const WORK: u8 = 17;
/// A file that asks for more was not written by us.
const MOST_WORK: u8 = 20;

/// For whom it is sealed.
#[derive(Debug)]
pub enum Sealer<'a> {
    /// Whoever holds the identity of this recipient: `age1…`.
    Recipient(&'a str),
    /// Whoever knows the passphrase.
    Passphrase(&'a Zeroizing<String>),
}

/// Who opens it.
#[derive(Debug)]
pub enum Opener<'a> {
    /// The text of an identity file.
    Identity(&'a str),
    /// The passphrase.
    Passphrase(&'a Zeroizing<String>),
}

pub(super) fn seal(plain: &[u8], sealer: &Sealer<'_>) -> Result<Vec<u8>, StoreError> {
    let recipient: Box<dyn age::Recipient> = match sealer {
        Sealer::Recipient(text) => {
            let recipient: age::x25519::Recipient =
                text.trim().parse().map_err(|_| StoreError::BadRecipient)?;
            Box::new(recipient)
        }
        Sealer::Passphrase(text) => {
            let mut recipient = age::scrypt::Recipient::new(passphrase(text)?);
            recipient.set_work_factor(WORK);
            Box::new(recipient)
        }
    };
    let encryptor = Encryptor::with_recipients(std::iter::once(recipient.as_ref()));
    let encryptor = encryptor.map_err(|_| StoreError::BadRecipient)?;
    let mut sealed = Vec::new();
    let mut writer = encryptor.wrap_output(&mut sealed)?;
    writer.write_all(plain)?;
    writer.finish()?;
    Ok(sealed)
}

pub(super) fn open(sealed: &[u8], opener: &Opener<'_>) -> Result<Zeroizing<Vec<u8>>, StoreError> {
    let decryptor = Decryptor::new(sealed).map_err(|_| StoreError::ParcelDamaged)?;
    let identities: Vec<Box<dyn age::Identity>> = match opener {
        Opener::Identity(file) => file
            .lines()
            .filter_map(|line| line.trim().parse::<age::x25519::Identity>().ok())
            .map(|identity| Box::new(identity) as _)
            .collect(),
        Opener::Passphrase(text) => {
            let mut identity = age::scrypt::Identity::new(passphrase(text)?);
            identity.set_max_work_factor(MOST_WORK);
            vec![Box::new(identity)]
        }
    };
    let reader = decryptor.decrypt(identities.iter().map(AsRef::as_ref));
    let mut reader = reader.map_err(|error| refused(&error, opener))?;
    let mut plain = Zeroizing::new(Vec::with_capacity(sealed.len()));
    let read = reader.read_to_end(&mut plain);
    read.map_err(|_| StoreError::ParcelDamaged)?;
    Ok(plain)
}

/// A passphrase that is wrong cannot be told from a key part that was changed; either opens nothing.
fn refused(error: &DecryptError, opener: &Opener<'_>) -> StoreError {
    match (error, opener) {
        (
            DecryptError::DecryptionFailed | DecryptError::KeyDecryptionFailed,
            Opener::Passphrase(_),
        ) => StoreError::WrongSecret { retry_after: None },
        (DecryptError::NoMatchingKeys, Opener::Passphrase(_)) => StoreError::WrongKindOfSecret,
        (DecryptError::NoMatchingKeys, Opener::Identity(_)) => StoreError::WrongIdentity,
        _ => StoreError::ParcelDamaged,
    }
}

fn passphrase(text: &Zeroizing<String>) -> Result<SecretString, StoreError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(StoreError::EmptySecret);
    }
    Ok(SecretString::from(text.to_owned()))
}
