//! Proof: the device's key, the ledger as a file, the receipt that a person takes along.
//!
//! How: the device's Ed25519 key is made when it is first needed and lies in the encrypted store, nowhere else. When: a
//! receipt with every capture that keeps something; a ledger when head office wants one.

use chrono::{DateTime, NaiveDate, Utc};
use qrcode::{EcLevel, QrCode};
use serde::Serialize;
use zgoda_core::device::{self, Certificate, CertificateError};
use zgoda_core::export::ledger::{self as file, Issuer};
use zgoda_core::ledger::{Entry, Kind};
use zgoda_core::note::SecretKey;
use zgoda_core::receipt::{self, Code};
use zgoda_core::{LeadId, SubjectRef};

use crate::error::Error;
use crate::view::{QrView, ReceiptView};
use crate::{Booth, Open};

/// Where the device's key lies in the encrypted store.
const DEVICE_KEY: &str = "device_key";
/// Where head office's certificate of it lies.
const CERTIFICATE: &str = "device_certificate";
/// Light modules around a code (ISO/IEC 18004).
const QUIET: usize = 4;

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
        let subject = self.subject(lead)?.ok_or(Error::NoLead)?;
        let lines = self.store.ledger_lines()?;
        let of_capture = |line: &&String| {
            line.contains(subject.as_str())
                && serde_json::from_str::<Entry>(line).is_ok_and(|entry| {
                    entry.kind == Kind::Capture && entry.subject.as_ref() == Some(&subject)
                })
        };
        let line = lines.iter().rev().find(of_capture).ok_or(Error::NoLead)?;
        let text = receipt::issue(line, &self.issuer()?)?;
        let link = self
            .profile
            .receipt
            .page
            .as_ref()
            .map(|page| format!("{page}#{text}"));
        Ok(ReceiptView {
            code: Code::of(&subject).grouped(),
            qr: link.as_deref().and_then(qr),
            link,
            text,
        })
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

/// A code of `text` in as few modules as hold it: a screen is clean, so the lowest correction is enough, and larger
/// modules are read from farther away.
fn qr(text: &str) -> Option<QrView> {
    let code = QrCode::with_error_correction_level(text, EcLevel::L).ok()?;
    let width = code.width();
    let colors = code.to_colors();
    let mut path = String::new();
    for (row, modules) in colors.chunks(width).enumerate() {
        let mut column = 0;
        while column < width {
            let dark = modules[column..]
                .iter()
                .take_while(|one| **one == qrcode::Color::Dark);
            let run = dark.count();
            if run > 0 {
                path.push_str(&format!(
                    "M{} {}h{run}v1h-{run}z",
                    column + QUIET,
                    row + QUIET
                ));
            }
            column += run.max(1);
        }
    }
    let size = u32::try_from(width + 2 * QUIET).ok()?;
    Some(QrView { size, path })
}

#[cfg(test)]
mod tests {
    use zgoda_capture::luma::Luma;
    use zgoda_capture::symbol::{self, Budget, Formats};

    use super::*;

    /// The path drawn as a phone's camera sees it, in `pixels` by `pixels`, 80 of 100 filled by the code.
    fn draw(view: &QrView, pixels: usize) -> Luma {
        let size = view.size as usize;
        let mut modules = vec![false; size * size];
        for run in view.path.split('M').skip(1) {
            let (place, rest) = run.split_once('h').unwrap();
            let (column, row) = place.split_once(' ').unwrap();
            let length: usize = rest.split('v').next().unwrap().parse().unwrap();
            let start = row.parse::<usize>().unwrap() * size + column.parse::<usize>().unwrap();
            modules[start..start + length].fill(true);
        }
        let side = pixels * 8 / 10;
        let edge = (pixels - side) / 2;
        Luma::from_fn(pixels, pixels, |x, y| {
            let at = |one: usize| {
                one.checked_sub(edge)
                    .filter(|one| *one < side)
                    .map(|one| one * size / side)
            };
            match (at(x), at(y)) {
                (Some(x), Some(y)) if modules[y * size + x] => 30,
                _ => 235,
            }
        })
    }

    #[test]
    fn the_longest_receipts_code_is_read_from_640_pixels_by_two_readers() {
        let text = format!(
            "https://dobremaszyny.example/zgoda#{}",
            "aZ9-".repeat(receipt::MOST / 4)
        );
        let view = qr(&text).unwrap();
        let image = draw(&view, 640);
        let found = symbol::read_still(&image, &Formats::ALL, Budget::default());
        assert_eq!(found[0].bytes.as_slice(), text.as_bytes());

        let pixels = |x: usize, y: usize| image.pixels()[y * 640 + x];
        let mut prepared = rqrr::PreparedImage::prepare_from_greyscale(640, 640, pixels);
        let (_, read) = prepared.detect_grids()[0].decode().unwrap();
        assert_eq!(read, text);
    }
}
