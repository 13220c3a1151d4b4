//! What head office does, without a store: make its key, certify a device, sign a profile.

use chrono::{DateTime, Days, NaiveDate, Utc};
use zgoda_core::Profile;
use zgoda_core::device::{self, Certificate, CertificateError, HEAD_OFFICE};
use zgoda_core::note::{SecretKey, Verifier};
use zgoda_core::profile::signature;
use zgoda_store::{Cost, Secret};

use crate::error::Error;

/// A new key: the text of its file, sealed with `secret`, and the public half for the profile.
///
/// # Errors
/// An empty passphrase, or no random numbers.
pub fn make_key(secret: &Secret, cost: Cost) -> Result<(String, Verifier), Error> {
    let bytes: [u8; 32] = crate::capture::random()?;
    let public = public(&SecretKey::from_bytes(&bytes));
    let file = zgoda_store::office::seal_key(&bytes, &public.to_string(), secret, cost)?;
    Ok((file, public))
}

/// The key of a key file.
///
/// # Errors
/// A file that is none, a wrong passphrase.
pub fn open_key(file: &str, secret: &Secret) -> Result<SecretKey, Error> {
    let bytes = zgoda_store::office::open_key(file, secret)?;
    Ok(SecretKey::from_bytes(&bytes))
}

/// Certifies the key of a device, for `days` from `from` on.
///
/// # Errors
/// A name that is no device's.
pub fn certify(
    office: &SecretKey,
    device: &Verifier,
    from: NaiveDate,
    days: u32,
) -> Result<Certificate, Error> {
    let id = device::of_name(&device.name).ok_or(CertificateError::Form)?;
    let until = from
        .checked_add_days(Days::new(u64::from(days)))
        .unwrap_or(NaiveDate::MAX);
    Ok(Certificate::issue(office, id, device.key, from, until))
}

/// Head office's key as everybody may know it.
pub fn public(office: &SecretKey) -> Verifier {
    Verifier {
        name: HEAD_OFFICE.to_owned(),
        key: office.public(),
    }
}

/// `toml` with head office's signature under it.
///
/// # Errors
/// A profile that the linter refuses: nobody could take it.
pub fn sign_profile(toml: &str, office: &SecretKey, now: DateTime<Utc>) -> Result<String, Error> {
    let signed = signature::sign(toml, &public(office), office, now);
    Profile::read(&signed).map_err(Error::Profile)?;
    Ok(signed)
}
