//! Proof: the device's key, the ledger as a file, the receipt that a person takes along.
//!
//! How: the device's Ed25519 key is made when it is first needed and lies in the encrypted store, nowhere else. When: a
//! receipt with every capture that keeps something; a ledger when head office wants one.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use zgoda_core::device::{self, Certificate, CertificateError};
use zgoda_core::export::ledger::{self as file, Issuer};
use zgoda_core::ledger::{Entry, Kind};
use zgoda_core::note::SecretKey;
use zgoda_core::receipt::{self, Code, ReceiptError};
use zgoda_core::{LeadId, SubjectRef};

use crate::error::Error;
use crate::qr::Modules;
use crate::view::ReceiptView;
use crate::{Booth, Open};

/// Where the device's key lies in the encrypted store.
const DEVICE_KEY: &str = "device_key";
/// Where head office's certificate of it lies.
const CERTIFICATE: &str = "device_certificate";

/// The device, as head office needs to know it.
#[derive(Clone, Debug, Serialize)]
pub struct DeviceView {
    /// Its id, in every entry of the ledger.
    pub device: String,
    /// Its public key, as `zgoda device certify` takes it.
    pub key: String,
    /// Head office's certificate, where there is one.
    pub certificate: Option<CertificateView>,
}

/// A certificate in short.
#[derive(Clone, Debug, Serialize)]
pub struct CertificateView {
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub until: NaiveDate,
    /// True where the profile names head office's key and it is by that one; none where the profile names none.
    pub by_head_office: Option<bool>,
}

impl Booth {
    /// The device and its key.
    ///
    /// # Errors
    /// Where the store is locked or cannot be written.
    pub fn device(&mut self) -> Result<DeviceView, Error> {
        let open = self.staff()?;
        let issuer = open.issuer()?;
        let office = open.profile.receipt.head_office_key.as_ref();
        let certificate = issuer.certificate.map(|one| CertificateView {
            from: one.from,
            until: one.until,
            by_head_office: office.map(|office| one.is_by(&office.key)),
        });
        let key = device::verifier(&issuer.device, issuer.key.public()).to_string();
        Ok(DeviceView {
            device: issuer.device,
            key,
            certificate,
        })
    }

    /// Takes head office's certificate of this device's key.
    ///
    /// # Errors
    /// Where it is another device's, or not by the head office that the profile names.
    pub fn take_certificate(
        &mut self,
        text: &str,
        now: DateTime<Utc>,
    ) -> Result<DeviceView, Error> {
        let open = self.staff()?;
        let certificate = Certificate::read(text.trim())?;
        let issuer = open.issuer()?;
        let own = certificate.device.to_string() == issuer.device
            && certificate.key == issuer.key.public();
        if !own {
            return Err(CertificateError::OtherDevice.into());
        }
        if let Some(office) = &open.profile.receipt.head_office_key {
            certificate.check(&office.key, now)?;
        }
        open.store.meta_set(CERTIFICATE, &certificate.to_string())?;
        self.device()
    }

    /// The whole ledger as a file that anybody can check.
    ///
    /// # Errors
    /// Where the store is locked, or the ledger does not hold.
    pub fn ledger_export(&mut self, now: DateTime<Utc>) -> Result<String, Error> {
        let open = self.staff()?;
        let issuer = open.issuer()?;
        let lines = open.store.ledger_lines()?;
        let event = open.profile.event.id.clone();
        Ok(file::write(&lines, &event, &issuer, open.local(now))?)
    }

    /// The page that verifies receipts, for the profile in use.
    ///
    /// # Errors
    /// Where the store is locked.
    pub fn receipt_page(&mut self) -> Result<String, Error> {
        Ok(receipt::page::page(&self.staff()?.profile))
    }

    /// The receipt of a lead, also where only its stub is left.
    ///
    /// # Errors
    /// Where there is no such lead here.
    pub fn receipt(&mut self, lead: LeadId) -> Result<ReceiptView, Error> {
        self.staff()?.receipt(lead)
    }
}

impl Open {
    /// The receipt of the newest capture of `lead`.
    pub(crate) fn receipt(&mut self, lead: LeadId) -> Result<ReceiptView, Error> {
        let line = self.capture_of(lead)?;
        self.receipt_of(&line)
    }

    /// The receipt of a capture, by its line of the ledger.
    pub(crate) fn receipt_of(&mut self, line: &str) -> Result<ReceiptView, Error> {
        let entry: Entry = serde_json::from_str(line).map_err(|_| ReceiptError::Entry)?;
        let subject = entry.subject.ok_or(ReceiptError::Entry)?;
        let text = receipt::issue(line, &self.issuer()?)?;
        let page = self.profile.receipt.page.as_ref();
        let link = page.map(|page| format!("{page}#{text}"));
        let code = link.as_deref().and_then(Modules::of);
        Ok(ReceiptView {
            code: Code::of(&subject).grouped(),
            qr: code.and_then(|code| code.view()),
            link,
            text,
        })
    }

    /// The ledger's line of the newest capture of `lead`.
    pub(crate) fn capture_of(&self, lead: LeadId) -> Result<String, Error> {
        let subject = self.subject(lead)?.ok_or(Error::NoLead)?;
        self.capture_line(&subject)?.ok_or(Error::NoLead)
    }

    /// True where this device captured the person.
    pub(crate) fn was_captured(&self, subject: &SubjectRef) -> Result<bool, Error> {
        Ok(self.capture_line(subject)?.is_some())
    }

    fn capture_line(&self, subject: &SubjectRef) -> Result<Option<String>, Error> {
        let is_capture = |line: &String| {
            serde_json::from_str::<Entry>(line).is_ok_and(|entry| entry.kind == Kind::Capture)
        };
        Ok(self.store.ledger_of(subject)?.into_iter().rfind(is_capture))
    }

    /// Who signs here. The key is made where there is none yet.
    pub(crate) fn issuer(&mut self) -> Result<Issuer, Error> {
        let key = match self.store.meta_get(DEVICE_KEY)? {
            Some(key) => key_of(&key)?,
            None => {
                let bytes: [u8; 32] = crate::capture::random()?;
                self.store.meta_set(DEVICE_KEY, &hex::encode(bytes))?;
                SecretKey::from_bytes(&bytes)
            }
        };
        let certificate = self.store.meta_get(CERTIFICATE)?;
        Ok(Issuer {
            device: self.store.device()?,
            key,
            certificate: certificate.and_then(|text| Certificate::read(&text).ok()),
        })
    }

    /// The reference to the person of a lead or stub.
    pub(crate) fn subject(&self, lead: LeadId) -> Result<Option<SubjectRef>, Error> {
        if let Some(kept) = self.store.lead(lead)? {
            return Ok(Some(kept.subject));
        }
        let stub = self
            .store
            .stubs()?
            .into_iter()
            .find(|stub| stub.lead == lead);
        Ok(stub.map(|stub| stub.subject))
    }
}

fn key_of(hex: &str) -> Result<SecretKey, Error> {
    let mut bytes = [0; 32];
    let read = hex::decode_to_slice(hex, &mut bytes);
    read.map_err(|_| Error::Store(zgoda_store::StoreError::Damaged))?;
    Ok(SecretKey::from_bytes(&bytes))
}
