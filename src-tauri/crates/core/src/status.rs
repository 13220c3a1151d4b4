//! What a device says of itself, signed: how far its ledger goes, how much it holds, how that is sealed.
//!
//! When: handed to head office at each sync, and countersigned there. Why: cutting a ledger's tail is invisible on the
//! device, but not to whoever holds a later status; and when a device is lost, the last status tells what was on it
//! (Art. 33). How: a signed note whose text is one line of JSON in its only form; head office's signature goes beside.

use std::collections::BTreeMap;

use chrono::{DateTime, FixedOffset, Utc};
use serde::{Deserialize, Serialize};

use crate::device::{self, Certificate, CertificateError, HEAD_OFFICE};
use crate::export::ledger::{Fault, Issuer, Origin};
use crate::field::Field;
use crate::ledger::Head;
use crate::note::{self, PublicKey, SecretKey, Verifier};

const FORM: &str = "zgoda status\n";

/// A device's word on itself. No personal value is in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Status {
    /// The event's id.
    pub event: String,
    /// The device's id.
    pub device: String,
    /// When it was said.
    pub at: DateTime<FixedOffset>,
    /// The end of the ledger.
    pub head: Head,
    /// Leads whose values are on the device.
    pub leads: u64,
    /// Leads of which only a stub is there.
    pub stubs: u64,
    /// Messages that wait for the CRM.
    pub waiting: u64,
    /// Of how many leads each field is there.
    pub fields: BTreeMap<Field, u64>,
    /// What opens the store: `keyring_and_pin` or `passphrase`.
    pub seal: String,
    /// Whether head office can open it too.
    pub recovery: bool,
    /// When it last synced.
    pub last_sync: Option<DateTime<Utc>>,
}

/// A status as it is signed: with the key that signs, or the certificate that holds it.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Signed {
    status: Status,
    key: String,
    certificate: Option<String>,
}

/// A status that holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Read {
    /// What it says.
    pub status: Status,
    /// The key that signed it.
    #[serde(skip)]
    pub key: PublicKey,
    /// Whether head office vouches for the device.
    pub origin: Origin,
    /// Whether head office has countersigned it.
    pub countersigned: bool,
}

impl Status {
    /// The signed note of it.
    ///
    /// # Errors
    /// An event or device that is not fit for a note.
    pub fn sign(self, issuer: &Issuer) -> Result<String, Fault> {
        let key = device::verifier(&issuer.device, issuer.key.public()).to_string();
        let certificate = issuer.certificate.as_ref().map(Certificate::to_string);
        let signed = Signed {
            status: self,
            key,
            certificate,
        };
        let json = serde_json::to_string(&signed).map_err(|_| Fault::Form)?;
        let name = device::name(&issuer.device);
        Ok(note::sign(&format!("{FORM}{json}\n"), &name, &issuer.key)?)
    }
}

/// Reads a status and checks whatever signs it; with `office`, head office's key, its origin too.
///
/// # Errors
/// What is wrong with it.
pub fn read(text: &str, office: Option<&PublicKey>) -> Result<Read, Fault> {
    let (body, signatures) = note::peek(text)?;
    let json = body
        .strip_prefix(FORM)
        .and_then(|rest| rest.strip_suffix('\n'));
    let json = json.ok_or(Fault::Form)?;
    let signed: Signed = serde_json::from_str(json).map_err(|_| Fault::Form)?;
    if serde_json::to_string(&signed).ok().as_deref() != Some(json) {
        return Err(Fault::Form);
    }
    let verifier: Verifier = signed.key.parse().map_err(|_| Fault::Form)?;
    if verifier.name != device::name(&signed.status.device) {
        return Err(CertificateError::OtherDevice.into());
    }
    let countersigned = signatures > 1;
    let mut signers = vec![verifier.clone()];
    if let (true, Some(office)) = (countersigned, office) {
        signers.push(Verifier {
            name: HEAD_OFFICE.to_owned(),
            key: *office,
        });
    }
    note::open(text, &signers)?;
    let origin = match (
        office,
        signed
            .certificate
            .as_deref()
            .map(Certificate::read)
            .transpose()?,
    ) {
        (None, _) => Origin::NotChecked,
        (Some(_), None) => return Err(Fault::NotCertified),
        (Some(office), Some(certificate)) => {
            if certificate.key != verifier.key
                || certificate.device.to_string() != signed.status.device
            {
                return Err(CertificateError::OtherDevice.into());
            }
            certificate.check(office, signed.status.at.with_timezone(&Utc))?;
            Origin::Certified
        }
    };
    Ok(Read {
        status: signed.status,
        key: verifier.key,
        origin,
        countersigned,
    })
}

/// Head office's signature beside the device's, where the status is of a device that it certified.
///
/// # Errors
/// What is wrong with the status.
pub fn countersign(text: &str, office: &SecretKey) -> Result<String, Fault> {
    read(text, Some(&office.public()))?;
    Ok(note::countersign(text, HEAD_OFFICE, office)?)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::note::NoteError;

    fn office() -> SecretKey {
        SecretKey::from_bytes(&[1; 32])
    }

    fn signed() -> String {
        let (id, key) = (Uuid::from_bytes([7; 16]), SecretKey::from_bytes(&[2; 32]));
        let day = |text: &str| text.parse().unwrap();
        let (from, until) = (day("2026-11-01"), day("2026-12-31"));
        let certificate = Certificate::issue(&office(), id, key.public(), from, until);
        let issuer = Issuer {
            device: id.to_string(),
            key,
            certificate: Some(certificate),
        };
        let status = Status {
            event: "targi".to_owned(),
            device: issuer.device.clone(),
            at: DateTime::parse_from_rfc3339("2026-11-24T10:00:00+01:00").unwrap(),
            head: Head::default(),
            leads: 3,
            stubs: 1,
            waiting: 2,
            fields: [(Field::Name, 3), (Field::Email, 2)].into(),
            seal: "passphrase".to_owned(),
            recovery: true,
            last_sync: None,
        };
        status.sign(&issuer).unwrap()
    }

    #[test]
    fn a_status_is_read_and_countersigned() {
        let public = office().public();
        let read_back = read(&signed(), Some(&public)).unwrap();
        assert_eq!(
            (read_back.status.leads, read_back.countersigned),
            (3, false)
        );
        let both = countersign(&signed(), &office()).unwrap();
        let read_back = read(&both, Some(&public)).unwrap();
        assert_eq!(
            (read_back.origin, read_back.countersigned),
            (Origin::Certified, true)
        );
        assert!(countersign(&both, &office()).is_err(), "once is enough");
    }

    #[test]
    fn fail_any_changed_byte() {
        let both = countersign(&signed(), &office()).unwrap();
        for at in 0..both.len() {
            let mut bytes = both.clone().into_bytes();
            bytes[at] ^= 1;
            let Ok(changed) = String::from_utf8(bytes) else {
                continue;
            };
            assert!(
                read(&changed, Some(&office().public())).is_err(),
                "byte {at}"
            );
        }
        let other = SecretKey::from_bytes(&[5; 32]).public();
        assert_eq!(
            read(&both, Some(&other)),
            Err(Fault::Head(NoteError::UnknownKey))
        );
    }
}
