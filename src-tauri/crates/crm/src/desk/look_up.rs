//! What the CRM holds of the leads of a run, and where a lead that is new there belongs.
//!
//! How: by the lead's own id; else by the CRM's own id where it has told one; else, where the CRM may know the lead without
//! our knowing it, by the code of its receipt, which a record of several leads bears beside those of the others. Whoever
//! then is still unknown is looked for by e-mail: a record of ours for the same person at the same event, made by another
//! device, takes the lead in. Records that are not of our making are never looked at.

use std::collections::{BTreeMap, BTreeSet};

use zgoda_core::outbox::{Body, Message, Reason};
use zgoda_core::receipt::Code;

use super::Desk;
use crate::dialect::Dialect;
use crate::filed::There;
use crate::http::Trouble;
use crate::record::Record;
use crate::same::{email, is_same_person};

/// What there is for a message.
#[derive(Default)]
pub(super) struct Held {
    /// The records of its lead; several only where the CRM cannot keep its id unique.
    pub(super) rows: Vec<There>,
    /// The record of another device's lead that is to take it in.
    pub(super) host: Option<There>,
    /// The address by which it was looked for.
    email: Option<String>,
}

impl Held {
    fn of(rows: Vec<There>) -> Self {
        Self {
            rows,
            ..Self::default()
        }
    }

    /// False where a message before it in the run has to do with the same record.
    pub(super) fn is_first(&self, met: &mut BTreeSet<String>) -> bool {
        let ids = self.rows.iter().chain(&self.host).map(|row| row.id.clone());
        let all: Vec<String> = ids.chain(self.email.clone()).collect();
        let first = !all.iter().any(|one| met.contains(one));
        met.extend(all);
        first
    }
}

impl<D: Dialect> Desk<D> {
    /// What the CRM holds, by message. A record that bears the id that ours once had, and is of another lead, is nobody's
    /// to write to.
    pub(super) fn look_up(&self, run: &[&Message]) -> Result<Vec<Result<Held, Trouble>>, Trouble> {
        let leads: Vec<String> = run.iter().map(|message| message.lead.to_string()).collect();
        let mut by_lead = self.by_lead(self.dialect.read(&leads)?);
        let lost = run.iter().filter(|message| {
            let unknown = !by_lead.contains_key(&message.lead.to_string());
            let told = message.again || !matches!(message.body, Body::Upsert(_));
            unknown && told && self.was_there(message).is_none()
        });
        let codes: Vec<String> = lost.map(|one| Code::of(&one.subject).grouped()).collect();
        if !codes.is_empty() {
            by_lead.extend(self.by_lead(self.dialect.with_receipts(&codes)?));
        }
        let mut held = Vec::with_capacity(run.len());
        for (message, lead) in run.iter().zip(leads) {
            held.push(match by_lead.remove(&lead) {
                Some(rows) => Ok(Held::of(rows)),
                None => self.by_id(message, &lead)?,
            });
        }
        self.take_in(run, &mut held)?;
        Ok(held)
    }

    fn by_lead(&self, rows: Vec<There>) -> BTreeMap<String, Vec<There>> {
        let form = self.dialect.layout().form;
        let mut by_lead: BTreeMap<String, Vec<There>> = BTreeMap::new();
        for row in rows {
            for lead in row.leads(form) {
                by_lead.entry(lead).or_default().push(row.clone());
            }
        }
        by_lead
    }

    /// The CRM's own id, where it took the lead once.
    pub(super) fn was_there<'a>(&self, message: &'a Message) -> Option<&'a str> {
        let id = message.crm_id.as_deref();
        id.filter(|id| self.dialect.is_id(id))
    }

    fn by_id(&self, message: &Message, lead: &str) -> Result<Result<Held, Trouble>, Trouble> {
        let form = self.dialect.layout().form;
        let Some(id) = self.was_there(message) else {
            return Ok(Ok(Held::default()));
        };
        Ok(match self.dialect.by_id(id)? {
            Some(row) if row.leads(form).iter().any(|one| one == lead) => Ok(Held::of(vec![row])),
            // It was erased, and others stay in the record.
            Some(row) if !row.filed(form).has_left(lead) => Err(Reason::NoId.into()),
            _ => Ok(Held::default()),
        })
    }

    /// Finds the records that take in whoever is new.
    fn take_in(&self, run: &[&Message], held: &mut [Result<Held, Trouble>]) -> Result<(), Trouble> {
        let layout = self.dialect.layout();
        let mut new = Vec::new();
        for (message, held) in run.iter().zip(held) {
            let Ok(held) = held else { continue };
            let unknown = held.rows.is_empty() && self.was_there(message).is_none();
            if let Body::Upsert(kept) = &message.body
                && unknown
            {
                let record = Record::new(message, kept);
                held.email = email(&record, layout);
                new.push((record, held));
            }
        }
        let emails = new.iter().filter_map(|(_, held)| held.email.clone());
        let emails: BTreeSet<String> = emails.collect();
        if emails.is_empty() {
            return Ok(());
        }
        let emails: Vec<String> = emails.into_iter().collect();
        let rows = self.dialect.with_emails(&emails)?;
        for (record, held) in new {
            let host = rows.iter().find(|row| {
                let filed = row.filed(layout.form);
                let knows = filed.has_left(&record.lead_id);
                held.email.is_some()
                    && self.dialect.may_erase(row)
                    && (knows || filed.has_room(&record.event))
                    && is_same_person(row, &record, layout)
            });
            held.host = host.cloned();
        }
        Ok(())
    }
}
