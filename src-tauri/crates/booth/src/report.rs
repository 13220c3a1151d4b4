//! What head office and others are told: consent records and reports, from the ledger and the profile.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Serialize;
use zgoda_core::consent;
use zgoda_core::export::{csv, kantara, ts27560};
use zgoda_core::ledger;
use zgoda_core::note::PublicKey;
use zgoda_core::outbox::Message;
use zgoda_core::report::page::Page;
use zgoda_core::report::{art30, consents, lost, retention};
use zgoda_core::status::{self, Status};
use zgoda_core::{Field, Language};

use crate::error::Error;
use crate::{Booth, Open};

/// The last status that head office countersigned.
const COUNTERSIGNED: &str = "countersigned_status";
/// The hash of the ledger's head that the destination took last, signed.
pub(crate) const HANDED_IN: &str = "handed_in_head";
/// When everything that waited was last told, in the encrypted store.
pub(crate) const LAST_SYNC: &str = "last_sync";

/// A form of consent records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Kantara consent receipts 1.1.
    Kantara,
    /// The field list of ISO/IEC TS 27560:2023.
    Ts27560,
    /// A table.
    Csv,
}

impl Booth {
    /// What the CRM would be told if everything that waits went now, in that order. Nothing is sent.
    ///
    /// # Errors
    /// Where the store is locked or cannot be read.
    pub fn pending(&mut self) -> Result<Vec<Message>, Error> {
        let open = self.staff()?;
        let mut messages = Vec::new();
        for row in open.store.outbox()? {
            messages.extend(open.store.message(&row)?);
        }
        Ok(messages)
    }

    /// The consent records of everybody who was not erased, those included whose local copy is gone.
    ///
    /// # Errors
    /// Where the store is locked or cannot be read.
    pub fn consents(&mut self, form: Form) -> Result<String, Error> {
        let open = self.staff()?;
        let records = consent::records(&open.ledger()?);
        let profile = &open.profile;
        Ok(match form {
            Form::Kantara => json(&kantara::receipts(&records, profile)),
            Form::Ts27560 => json(&ts27560::consent_records(&records, profile)),
            Form::Csv => csv::table(&records).csv(),
        })
    }
}

/// A report of this booth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Report {
    /// Record of processing activities (Art. 30).
    Art30,
    /// What will be erased when.
    Retention,
    /// Consent statistics.
    Consents,
}

/// A report, ready to be shown in each of its forms.
pub struct Shown {
    /// The plain shape.
    pub json: serde_json::Value,
    /// The page.
    pub page: Page,
}

impl Shown {
    fn of(what: &impl Serialize, page: Page) -> Self {
        let json = serde_json::to_value(what).unwrap_or_default();
        Self { json, page }
    }
}

impl Booth {
    /// A report, in the profile's first language.
    ///
    /// # Errors
    /// Where the store is locked or cannot be read.
    pub fn report(&mut self, report: Report) -> Result<Shown, Error> {
        let open = self.staff()?;
        let language = open
            .profile
            .languages
            .first()
            .copied()
            .unwrap_or(Language::En);
        Ok(match report {
            Report::Art30 => {
                let record = art30::art30(&open.profile, language);
                Shown::of(&record, record.page(language))
            }
            Report::Retention => {
                let ends = retention::retention(&open.store.leads()?, &open.store.stubs()?);
                Shown::of(&ends, ends.page(language))
            }
            Report::Consents => {
                let numbers = consents::consents(&consent::records(&open.ledger()?));
                Shown::of(&numbers, numbers.page(language))
            }
        })
    }

    /// What this device says of itself, signed: for head office, which countersigns it.
    ///
    /// # Errors
    /// Where the store is locked or cannot be read.
    pub fn status(&mut self, now: DateTime<Utc>) -> Result<String, Error> {
        self.staff()?.status(now)
    }

    /// The last status that head office has countersigned, as the destination gave it back.
    ///
    /// # Errors
    /// Where the store is locked or cannot be read.
    pub fn countersigned(&mut self) -> Result<Option<String>, Error> {
        Ok(self.staff()?.store.meta_get(COUNTERSIGNED)?)
    }
}

impl Open {
    /// As [`Booth::status`], whoever holds the device.
    pub(crate) fn status(&mut self, now: DateTime<Utc>) -> Result<String, Error> {
        let issuer = self.issuer()?;
        let leads = self.store.leads()?;
        let mut fields: BTreeMap<Field, u64> = BTreeMap::new();
        for field in leads.iter().flat_map(|lead| lead.fields.keys()) {
            *fields.entry(*field).or_default() += 1;
        }
        let last_sync = self.store.meta_get(LAST_SYNC)?;
        let status = Status {
            event: self.profile.event.id.clone(),
            device: issuer.device.clone(),
            at: self.local(now),
            head: self.store.head()?,
            leads: leads.len() as u64,
            stubs: self.store.stubs()?.len() as u64,
            waiting: self.store.outbox()?.len() as u64,
            fields,
            seal: self.store.sealed_by().to_owned(),
            recovery: self.profile.recipient.is_some(),
            last_sync: last_sync.and_then(|at| at.parse().ok()),
        };
        Ok(status.sign(&issuer)?)
    }

    /// Keeps the status that lay at the destination, where head office has countersigned it. Answers whether it tells of
    /// more than this ledger holds, or of another one: then the database was put back from a copy.
    pub(crate) fn compare_status(&mut self, before: &str) -> Result<bool, Error> {
        let office = self.profile.receipt.head_office_key.as_ref();
        let office = office.map(|office| office.key);
        // A device that head office has not certified signs for itself all the same.
        let read = status::read(before, office.as_ref()).or_else(|_| status::read(before, None));
        let issuer = self.issuer()?;
        // Anybody can write into a folder: what this device has not signed proves nothing.
        let Some(read) = read.ok().filter(|read| read.key == issuer.key.public()) else {
            return Ok(false);
        };
        if read.countersigned && office.is_some() {
            self.store.meta_set(COUNTERSIGNED, before)?;
        }
        let then = read.status.head;
        let lines = self.store.ledger_lines()?;
        let count = usize::try_from(then.sequence).unwrap_or(usize::MAX);
        let Some(lines) = lines.get(..count) else {
            return Ok(true);
        };
        let here = ledger::verify(lines.iter().map(String::as_str));
        Ok(here.is_ok_and(|head| head != then))
    }
}

/// The report on a lost device, from its last signed status; no store is needed.
///
/// # Errors
/// A status that does not hold.
pub fn lost_device(
    status: &str,
    office: Option<&PublicKey>,
    language: Language,
    now: DateTime<Utc>,
) -> Result<Shown, Error> {
    let lost = lost::lost(&status::read(status, office)?, now);
    Ok(Shown::of(&lost, lost.page(language)))
}

fn json(what: &impl Serialize) -> String {
    serde_json::to_string_pretty(what).unwrap_or_default()
}
