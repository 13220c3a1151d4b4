//! What the CRM holds of the leads of a run, and where a lead that is new there belongs.
//!
//! How: by the lead's own id; else by the CRM's own id where it has told one; else, where the CRM may know the lead without
//! our knowing it, by the code of its receipt, which a record of several leads bears beside those of the others. Whoever
//! then is still unknown is looked for by e-mail: a record of ours for the same person at the same event, made by another
//! device, takes the lead in. Records that are not of our making are never looked at.

use std::collections::{BTreeMap, BTreeSet};

use zgoda_core::field::Field;
use zgoda_core::outbox::{Body, Message, Reason};
use zgoda_core::receipt::Code;

use super::Desk;
use crate::dialect::Dialect;
use crate::filed::There;
use crate::form::Layout;
use crate::http::Trouble;
use crate::record::{Plain, Record};

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

/// The address by which other devices' records are looked for: the first, in lower case. None where the profile keeps it in
/// a column of its own, or where it holds anything but what addresses are commonly made of.
fn email(record: &Record, layout: &Layout) -> Option<String> {
    if layout.named.contains_key(&Field::Email) {
        return None;
    }
    let first = match record.fields.get(&Field::Email)? {
        Plain::Many(all) => all.first()?,
        Plain::Text(text) => text,
        Plain::Address(_) => return None,
    };
    let common = |byte: u8| byte.is_ascii_alphanumeric() || b"@.+-_".contains(&byte);
    first
        .bytes()
        .all(common)
        .then(|| first.to_ascii_lowercase())
}

/// True where the address is the same and the names do not say otherwise: an office's address may be of several people.
fn is_same_person(there: &There, record: &Record, layout: &Layout) -> bool {
    let column = layout.columns(Field::Email).first().copied();
    let theirs = there.text(column.unwrap_or_default()).to_lowercase();
    if email(record, layout) != Some(theirs) {
        return false;
    }
    let columns = layout.columns(Field::Name).into_iter();
    let name: Vec<&str> = columns
        .filter(|column| layout.form.blank(column) != Some(there.text(column)))
        .map(|column| there.text(column))
        .collect();
    let ours = record.fields.get(&Field::Name).map(Plain::one_line);
    let (theirs, ours) = (words(&name.join(" ")), words(&ours.unwrap_or_default()));
    theirs.is_subset(&ours) || ours.is_subset(&theirs)
}

/// The words of a name, in lower case.
fn words(name: &str) -> BTreeSet<String> {
    let name = name.to_lowercase();
    let words = name.split(|letter: char| !letter.is_alphanumeric());
    let words = words.filter(|word| !word.is_empty());
    words.map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_the_same_in_another_order_and_with_a_word_more() {
        let agree = |one: &str, other: &str| {
            let (one, other) = (words(one), words(other));
            one.is_subset(&other) || other.is_subset(&one)
        };
        assert!(agree("Zofia Lis", "LIS, Zofia Maria"));
        assert!(agree("", "Zofia Lis"));
        assert!(!agree("Zofia Lis", "Adam Lis"));
    }
}
