//! What is to be written to each record.

use serde_json::{Map, Value as Json};
use zgoda_core::field::Field;
use zgoda_core::outbox::{Body, Message, Reason};

use super::look_up::Held;
use super::{Desk, Told};
use crate::dialect::{Change, Dialect, Permit};
use crate::filed::{Filed, There};
use crate::form::{Form, Layout};
use crate::http::Trouble;
use crate::record::Record;
use crate::sheet::Sheet;

/// A row on its way: which message it belongs to, what stands in the CRM, and what is to.
pub(super) struct Draft {
    pub(super) at: usize,
    pub(super) lead: String,
    pub(super) there: There,
    /// What there is to say, where it is a lead whole.
    pub(super) whole: Option<(Record, Sheet)>,
    pub(super) change: Change,
}

impl<D: Dialect> Desk<D> {
    /// Erases at once, and drafts what is to be written. Answers what the message is confirmed by if that goes well.
    pub(super) fn plan(
        &self,
        at: usize,
        message: &Message,
        held: Held,
        drafts: &mut Vec<Draft>,
    ) -> Told {
        let mut rows = held.rows;
        let id = rows
            .first()
            .map_or_else(|| known(message), |row| row.id.clone());
        match &message.body {
            Body::Upsert(kept) => {
                rows.extend(held.host);
                drafts.extend(self.upsert(at, message, Record::new(message, kept), rows)?);
            }
            Body::Erase => {
                for row in rows {
                    drafts.extend(self.erase(at, message, row)?);
                }
            }
            Body::Withdraw(_) | Body::Expire(_) => {
                drafts.extend(rows.into_iter().map(|row| self.narrow(at, message, row)));
            }
        }
        Ok(id)
    }

    /// Erases the record, or the lead from a record that another lead needs.
    fn erase(&self, at: usize, message: &Message, there: There) -> Result<Option<Draft>, Trouble> {
        if !self.dialect.may_erase(&there) {
            return Err(Reason::Refused.into());
        }
        let layout = self.dialect.layout();
        let (lead, mut filed) = (message.lead.to_string(), there.filed(layout.form));
        if filed.is_shared(&lead) {
            let columns = filed.leave(&lead, layout.form, &there);
            return Ok(Some(draft(at, message, layout.form, there, columns)));
        }
        if self.dialect.keeps_deleted() {
            let mut emptied = layout.emptied();
            // Also those that an earlier profile named.
            for column in filed.written() {
                let empty = || layout.form.empty(column);
                emptied.entry(column.clone()).or_insert_with(empty);
            }
            let emptied = draft(at, message, layout.form, there.clone(), emptied);
            let written = self.halve(&[&emptied.change]).into_iter();
            let refused = written.filter_map(Result::err).next();
            refused.map_or(Ok(()), |refusal| Err(refusal.trouble))?;
        }
        self.dialect.erase(&there).map(|()| None)
    }

    /// The row of `record`, where the CRM has to be told.
    fn upsert(
        &self,
        at: usize,
        message: &Message,
        mut record: Record,
        rows: Vec<There>,
    ) -> Result<Option<Draft>, Trouble> {
        let layout = self.dialect.layout();
        let there = rows.into_iter().next();
        if there.is_none() && self.was_there(message).is_some() {
            return Err(Reason::Refused.into());
        }
        let there = there.unwrap_or_default();
        let filed = there.filed(layout.form);
        let lead = &record.lead_id;
        if filed.has_left(lead) {
            return Err(Reason::Refused.into());
        }
        if filed.revision(lead) > record.revision {
            return Ok(None);
        }
        let (lead, revision) = (record.lead_id.clone(), record.revision);
        record
            .fields
            .retain(|field, _| !filed.is_expired(&lead, *field, revision));
        let sheet = Sheet::new(&record, layout);
        let mut draft = draft(at, message, layout.form, there, Map::new());
        draft.whole = Some((record, sheet));
        draft.lay_out(layout);
        Ok(Some(draft))
    }

    /// The row that a withdrawal or an expiry leaves.
    fn narrow(&self, at: usize, message: &Message, there: There) -> Draft {
        let layout = self.dialect.layout();
        let filed = &mut there.filed(layout.form);
        let (lead, revision) = (message.lead.to_string(), message.revision);
        let columns = match &message.body {
            Body::Withdraw(boxes) => filed.withdraw(&lead, revision, boxes, layout.form, &there),
            Body::Expire(fields) => filed.expire(&lead, revision, fields, layout, &there),
            Body::Upsert(_) | Body::Erase => Map::new(),
        };
        draft(at, message, layout.form, there, columns)
    }
}

impl Draft {
    fn lay_out(&mut self, layout: &Layout) {
        if let Some((record, sheet)) = &self.whole {
            let filed = &mut self.there.filed(layout.form);
            self.change.columns = filed.upsert(record, sheet, layout.form, &self.there);
        }
    }

    /// Moves the values of `columns` into the notes. False where there is nothing to move.
    pub(super) fn demote(&mut self, columns: &[String], layout: &Layout) -> bool {
        let Some((_, sheet)) = &mut self.whole else {
            return false;
        };
        let moved = columns.iter().filter(|column| sheet.demote(column)).count();
        if moved > 0 {
            self.lay_out(layout);
        }
        moved > 0
    }

    /// What it says of e-mail, at the address of its column or else at the one in its notes.
    pub(super) fn permits(&self, layout: &Layout) -> Vec<Permit> {
        let filed = self.now().filed(layout.form);
        let (_, email) = self.text(layout.columns(Field::Email).first());
        if !email.is_empty() {
            return filed.permits(email);
        }
        let (_, notes) = self.text(Some(&layout.form.notes));
        let Some(email) = filed.noted_email(notes) else {
            return Vec::new();
        };
        let mut permits = filed.permits(email);
        permits.iter_mut().for_each(|permit| permit.aside = true);
        permits
    }

    /// The address, in lower case, for which it takes back the last yes to e-mail, where it does: while another stands, the
    /// CRM's own list of whom it sends nothing would bar that too.
    pub(super) fn takes_back(&self, layout: &Layout) -> Option<String> {
        let (old, email) = self.text(layout.columns(Field::Email).first());
        let email = email.to_lowercase();
        let before = match old.to_lowercase() == email {
            true => self.there.filed(layout.form),
            // What was taken back at another address is not at this one.
            false => Filed::default(),
        };
        let now = self.now().filed(layout.form);
        let takes_back = now.takes_back(&before) && now.standing().is_empty();
        Some(email).filter(|email| takes_back && !email.is_empty())
    }

    /// The text that stands in `column`, and the one that is to.
    fn text(&self, column: Option<&&str>) -> (&str, &str) {
        let column = column.copied().unwrap_or_default();
        let old = self.there.text(column);
        let new = self.change.columns.get(column).and_then(Json::as_str);
        (old, new.unwrap_or(old))
    }

    /// What was written, as the CRM is to show it.
    pub(super) fn now(&self) -> There {
        There {
            id: String::new(),
            columns: self.change.columns.clone(),
        }
    }
}

fn draft(
    at: usize,
    message: &Message,
    form: &Form,
    there: There,
    columns: Map<String, Json>,
) -> Draft {
    let lead = message.lead.to_string();
    let key = Some(there.text(form.lead)).filter(|key| !key.is_empty());
    Draft {
        at,
        change: Change {
            key: key.unwrap_or(&lead).to_owned(),
            id: Some(there.id.clone()).filter(|id| !id.is_empty()),
            columns,
            before: there.columns.clone(),
        },
        lead,
        there,
        whole: None,
    }
}

/// What a message is confirmed by where the CRM holds nothing.
fn known(message: &Message) -> String {
    let nowhere = || crate::nowhere(&message.lead.to_string());
    message.crm_id.clone().unwrap_or_else(nowhere)
}
