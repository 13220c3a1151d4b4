//! The device's key, and head office's word for it.
//!
//! A ledger or receipt that names only its own key proves that it is whole, not where it is from. When: head office
//! certifies each device's key once; the certificate travels in exports and receipts, and whoever knows head office's
//! key can tell the origin. How: 121 bytes (version, device, key, first and last day, Ed25519 signature), base64url.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use crate::note::{PublicKey, SecretKey, Verifier};

/// What head office's signature is over, before the certificate's own bytes: no other signed thing begins like it.
const DOMAIN: &[u8] = b"zgoda device certificate 1\n";
const VERSION: u8 = 1;
const BODY: usize = 1 + 16 + 32 + 4 + 4;
const LENGTH: usize = BODY + 64;

/// Head office's name in signature lines.
pub const HEAD_OFFICE: &str = "head-office";

/// The name of `device` in signature lines.
pub fn name(device: &str) -> String {
    format!("device/{device}")
}

/// The verifier of `device` with its key.
pub fn verifier(device: &str, key: PublicKey) -> Verifier {
    Verifier {
        name: name(device),
        key,
    }
}

/// The device's id in its name, where `name` is a device's.
pub fn of_name(name: &str) -> Option<Uuid> {
    name.strip_prefix("device/")?.parse().ok()
}

/// Head office's word that a key is a device's.
#[derive(Clone, PartialEq, Eq)]
pub struct Certificate {
    /// The device's id.
    pub device: Uuid,
    /// Its key.
    pub key: PublicKey,
    /// First day, UTC.
    pub from: NaiveDate,
    /// Last day, UTC.
    pub until: NaiveDate,
    signature: [u8; 64],
}

/// Why a certificate is not to be believed.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum CertificateError {
    /// Not a certificate in its only form.
    #[error("this is not a device's certificate")]
    Form,
    /// Not signed by this head office.
    #[error("the certificate is not by this head office")]
    NotHeadOffice,
    /// It does not cover that day.
    #[error("the certificate does not cover that day")]
    Day,
    /// It is for another device or key.
    #[error("the certificate is for another device")]
    OtherDevice,
}

impl CertificateError {
    /// The code that screens translate.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Form => "no_certificate",
            Self::NotHeadOffice => "not_head_office",
            Self::Day => "certificate_day",
            Self::OtherDevice => "other_device",
        }
    }
}

impl Certificate {
    /// Head office certifies `key` as `device`'s.
    pub fn issue(
        office: &SecretKey,
        device: Uuid,
        key: PublicKey,
        from: NaiveDate,
        until: NaiveDate,
    ) -> Self {
        let mut certificate = Self {
            device,
            key,
            from,
            until,
            signature: [0; 64],
        };
        certificate.signature = office.sign(&certificate.signed());
        certificate
    }

    /// Reads one. Its signature is judged by [`Certificate::check`].
    ///
    /// # Errors
    /// [`CertificateError::Form`].
    pub fn read(text: &str) -> Result<Self, CertificateError> {
        Self::decode(text).ok_or(CertificateError::Form)
    }

    /// Whether `office` signed it, and it covers `at`.
    ///
    /// # Errors
    /// What is wrong.
    pub fn check(&self, office: &PublicKey, at: DateTime<Utc>) -> Result<(), CertificateError> {
        if !self.is_by(office) {
            return Err(CertificateError::NotHeadOffice);
        }
        if (self.from..=self.until).contains(&at.date_naive()) {
            Ok(())
        } else {
            Err(CertificateError::Day)
        }
    }

    /// Whether `office` signed it, whatever the day.
    pub fn is_by(&self, office: &PublicKey) -> bool {
        office.verifies(&self.signed(), &self.signature)
    }

    fn signed(&self) -> Vec<u8> {
        let mut bytes = DOMAIN.to_vec();
        bytes.extend(self.body());
        bytes
    }

    fn body(&self) -> Vec<u8> {
        let mut bytes = vec![VERSION];
        bytes.extend(self.device.as_bytes());
        bytes.extend(self.key.to_bytes());
        bytes.extend(day_number(self.from).to_be_bytes());
        bytes.extend(day_number(self.until).to_be_bytes());
        bytes
    }

    fn decode(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        if bytes.len() != LENGTH || bytes[0] != VERSION {
            return None;
        }
        Some(Self {
            device: Uuid::from_slice(&bytes[1..17]).ok()?,
            key: PublicKey::from_bytes(bytes[17..49].try_into().ok()?)?,
            from: day(u32::from_be_bytes(bytes[49..53].try_into().ok()?))?,
            until: day(u32::from_be_bytes(bytes[53..57].try_into().ok()?))?,
            signature: bytes[57..].try_into().ok()?,
        })
    }
}

/// Base64url, 162 characters.
impl fmt::Display for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = self.body();
        bytes.extend(self.signature);
        f.write_str(&URL_SAFE_NO_PAD.encode(bytes))
    }
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Certificate({}, {} to {})",
            self.device, self.from, self.until
        )
    }
}

/// Days since 1970-01-01.
fn day_number(day: NaiveDate) -> u32 {
    let days = day
        .signed_duration_since(DateTime::UNIX_EPOCH.date_naive())
        .num_days();
    u32::try_from(days).unwrap_or(0)
}

fn day(number: u32) -> Option<NaiveDate> {
    let days = chrono::Days::new(u64::from(number));
    DateTime::UNIX_EPOCH.date_naive().checked_add_days(days)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn office() -> SecretKey {
        SecretKey::from_bytes(&[3; 32])
    }

    fn certificate() -> Certificate {
        let key = SecretKey::from_bytes(&[4; 32]).public();
        let day = |text: &str| text.parse().unwrap();
        let device = Uuid::from_bytes([5; 16]);
        Certificate::issue(&office(), device, key, day("2026-11-01"), day("2026-12-31"))
    }

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn a_certificate_reads_as_it_was_written() {
        let text = certificate().to_string();
        assert_eq!(text.len(), 162);
        let read = Certificate::read(&text).unwrap();
        assert_eq!(read, certificate());
        assert_eq!(
            read.check(&office().public(), at("2026-11-24T10:00:00Z")),
            Ok(())
        );
    }

    #[test]
    fn fail_another_office_and_another_day() {
        let other = SecretKey::from_bytes(&[9; 32]).public();
        let now = at("2026-11-24T10:00:00Z");
        assert_eq!(
            certificate().check(&other, now),
            Err(CertificateError::NotHeadOffice)
        );
        let late = at("2027-01-01T00:00:00Z");
        assert_eq!(
            certificate().check(&office().public(), late),
            Err(CertificateError::Day)
        );
    }

    #[test]
    fn fail_any_changed_character() {
        let text = certificate().to_string();
        for at_byte in 0..text.len() {
            for other in ['A', 'B', '_', '=', '/'] {
                let mut changed: Vec<char> = text.chars().collect();
                if changed[at_byte] == other {
                    continue;
                }
                changed[at_byte] = other;
                let changed: String = changed.into_iter().collect();
                let verdict = Certificate::read(&changed)
                    .and_then(|one| one.check(&office().public(), at("2026-11-24T10:00:00Z")));
                assert!(verdict.is_err(), "character {at_byte} as {other}");
            }
        }
    }
}
