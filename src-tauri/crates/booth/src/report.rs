//! What head office and others are told: consent records and reports, from the ledger and the profile.

use serde::Serialize;
use zgoda_core::consent;
use zgoda_core::export::{csv, kantara, ts27560};
use zgoda_core::outbox::Message;

use crate::Booth;
use crate::error::Error;

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

fn json(what: &impl Serialize) -> String {
    serde_json::to_string_pretty(what).unwrap_or_default()
}
