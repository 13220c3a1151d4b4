//! Where a lead is in BottleCRM, or belongs.
//!
//! How: by the CRM's own id where it has told one. Where a lead may be there without our knowing its id, by its receipt's code,
//! which a record of several leads bears in a field of its own, and then by the webhook, which knows the lead that made a
//! record. One that is new is looked for by e-mail first.

use serde_json::Value as Json;
use uuid::Uuid;
use zgoda_core::outbox::{Message, Reason};
use zgoda_core::receipt::Code;

use super::{BottleCrm, FORM, RECEIPTS};
use crate::filed::There;
use crate::http::Trouble;
use crate::record::Record;
use crate::same;

impl BottleCrm {
    /// The record that `record` belongs in, as it stands; one that is made for it is empty.
    pub(super) fn place(&self, message: &Message, record: &Record) -> Result<There, Trouble> {
        let lead = &record.lead_id;
        if let Some(id) = known(message) {
            // Somebody erased it in the CRM: to send it anew would bring the person back.
            return Ok(self.read(&id, lead)?.ok_or(Reason::Refused)?);
        }
        let may_be_there = match message.again {
            true => self.shared(message)?,
            false => self.host(record)?,
        };
        if let Some(there) = may_be_there {
            return Ok(there);
        }
        let (id, there) = match self.by_webhook(message)? {
            (id, true) => (id, There::default()),
            (id, false) => {
                let there = self.read(&id, lead)?.ok_or(Reason::Refused)?;
                (id, there)
            }
        };
        if message.again
            && there.text(FORM.proof).is_empty()
            && let Some(host) = self.host(record)?
        {
            self.give_way(&id)?;
            return Ok(host);
        }
        Ok(There { id, ..there })
    }

    /// Deletes the record `id`, which is empty: another takes its lead in. What somebody has typed there meanwhile, or made a
    /// contact of, is theirs: a person must look.
    pub(super) fn give_way(&self, id: &str) -> Result<(), Trouble> {
        match self.read_any(id)? {
            Some(there) if is_empty(&there) => self.delete(id),
            Some(_) => Err(Reason::Refused.into()),
            None => Ok(()),
        }
    }

    /// The record of another device's lead that is to take this one in, or has done so.
    pub(super) fn host(&self, record: &Record) -> Result<Option<There>, Trouble> {
        let lead = &record.lead_id;
        let Some(email) = same::email(record, &self.layout) else {
            return Ok(None);
        };
        let takes_in = |row: &There| {
            let (filed, leads) = (row.filed(&FORM), row.leads(&FORM));
            let room = filed.has_room(&record.event) && leads.len() < RECEIPTS.len();
            (leads.contains(lead) || filed.has_left(lead) || room)
                && same::is_same_person(row, record, &self.layout)
        };
        let host = self.with_email(&email)?.into_iter().find(takes_in);
        match host {
            // What is listed may be older than the record.
            Some(host) => Ok(self.read_any(&host.id)?.filter(takes_in)),
            None => Ok(None),
        }
    }

    /// The record that holds the lead of `message`, or held it; none where the CRM has nothing of it.
    pub(super) fn its(&self, message: &Message) -> Result<Option<There>, Trouble> {
        let lead = message.lead.to_string();
        if let Some(id) = known(message) {
            return self.read(&id, &lead);
        }
        if let Some(there) = self.shared(message)? {
            return Ok(Some(there));
        }
        match self.by_webhook(message)? {
            (id, true) => self.delete(&id).map(|()| None),
            (id, false) => self.read(&id, &lead),
        }
    }

    /// The record of several leads, or of one that is handed over, by the code of this lead's receipt.
    fn shared(&self, message: &Message) -> Result<Option<There>, Trouble> {
        let (lead, code) = (message.lead.to_string(), Code::of(&message.subject));
        let rows = self.with_receipt(&code)?.into_iter();
        let mut held = rows.filter(|row| row.leads(&FORM).contains(&lead));
        match held.next() {
            Some(row) => self.read_any(&row.id),
            None => Ok(None),
        }
    }
}

/// What the CRM itself fills in a lead that the webhook makes, and the event, which is all that the webhook is told.
const ITS_OWN: [&str; 21] = [
    "id",
    "title",
    "status",
    "source",
    "source_detail",
    "currency",
    "assigned_to",
    "teams",
    "tags",
    "created_by",
    "created_at",
    "updated_at",
    "is_active",
    "stage",
    "kanban_order",
    "external_source",
    "external_id",
    "last_enquiry_at",
    "waiting_since",
    "is_unanswered",
    "is_sample",
];

/// True where nothing is there but what the CRM fills itself. A column of a CRM still to come counts as somebody's.
fn is_empty(there: &There) -> bool {
    let is_blank = |value: &Json| match value {
        Json::Null => true,
        Json::Bool(_) => false,
        Json::Number(number) => number.as_f64() == Some(0.0),
        Json::String(text) => text.trim().is_empty(),
        Json::Array(all) => all.is_empty(),
        Json::Object(all) => all.is_empty(),
    };
    let mut columns = there.columns.iter();
    there.text("status") != "converted"
        && columns.all(|(column, value)| ITS_OWN.contains(&column.as_str()) || is_blank(value))
}

/// The CRM's id of the lead, where it has told one.
pub(super) fn known(message: &Message) -> Option<String> {
    let id = Uuid::parse_str(message.crm_id.as_deref()?).ok()?;
    Some(id.to_string())
}

/// What is answered where the CRM has nothing of a lead.
pub(super) fn nothing(message: &Message) -> String {
    known(message).unwrap_or_else(|| crate::nowhere(&message.lead.to_string()))
}
