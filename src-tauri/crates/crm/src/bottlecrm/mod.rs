//! BottleCRM (`django-crm` on PyPI), by its lead webhook and its REST API together.
//!
//! How a lead gets there, and why in two steps:
//! 1. `POST /api/public/leads/<webhook>/` with the lead's id as `external_id` and the event's name, nothing else. The
//!    CRM's database makes that id unique, so a repeat answers the same lead (`duplicate`) and never a second. Nothing
//!    personal goes this way, for the webhook keeps every delivery for 30 days, beyond an erasure, and would merge the
//!    lead into another of the same e-mail.
//! 2. `PATCH /api/leads/<id>/` with the values and the proof in custom fields, in one write. The title stays the event's
//!    name: the CRM's activity log copies titles, or else names, and keeps them after a deletion.
//!
//! Older never overwrites newer: an existing lead is read first, a revision that the CRM has surpassed changes nothing,
//! and a value that somebody changed in the CRM stays theirs (see [`crate::filed`]). A person whom another device met at the same
//! event is looked for by e-mail before anything is made, and joins that record (docs/merge.md): its external id stays that of
//! the lead which made it, so a lead that shares it is found by its receipt's code. A custom field can be asked for its whole
//! content alone, hence one field for each of the codes, and no more than four leads. Another person's e-mail is no reason to
//! touch their lead: the address goes into the notes of ours. What the CRM's columns refuse goes there too.
//!
//! A lead has no field by which a person could tell this CRM that they want no advertising: there are no opt-outs to hear of.
//!
//! What an administrator sets up: a lead webhook assigned to a member of the CRM made for Zgoda; that member's token with
//! the scopes `leads:read`, `leads:write` and `custom-fields:read`; the custom fields `zgoda_lead`, `zgoda_receipt` and
//! `zgoda_receipt_2` to `_4` (text), `zgoda_permission` and `zgoda_proof` (long text) on leads, which `zgoda crm test
//! --create-fields` makes with an administrator's token; the profile names a custom field as `custom_fields.<key>`, and nothing
//! goes before it is there, because the CRM drops what it does not know. `crm.url` is the webhook's address; the secret is the token
//! and the webhook's key with a space between them.

mod api;
mod find;

use chrono::{DateTime, Utc};
use reqwest::Url;
use serde_json::{Map, Value as Json};
use uuid::Uuid;
use zgoda_core::field::Field;
use zgoda_core::outbox::{Answer, Body, Found, Message, Reason};
use zgoda_core::profile::Profile;
use zgoda_core::receipt::Code;

use self::api::{CUSTOM, WEBHOOK, is_own};
use self::find::nothing;
use crate::filed::{Filed, There};
use crate::form::{Form, Layout};
use crate::http::{self, Http, Trouble};
use crate::record::Record;
use crate::sheet::Sheet;
use crate::{ConnectError, Connector, Missing, Secret, Tested};

/// Its form for a lead; custom fields are flattened to `custom_fields.<key>`.
const FORM: Form = Form {
    lead: "custom_fields.zgoda_lead",
    receipt: "custom_fields.zgoda_receipt",
    permission: "custom_fields.zgoda_permission",
    proof: "custom_fields.zgoda_proof",
    notes: "description",
    columns: |field| match field {
        Field::Name => &["first_name", "last_name"],
        Field::Prefix => &["salutation"],
        Field::Title => &["job_title"],
        Field::Company => &["company_name"],
        Field::Email => &["email"],
        Field::Phone => &["phone"],
        Field::Website => &["website"],
        Field::Address => &["address_line", "postcode", "city", "state", "country"],
        Field::Reference => &["source_ref"],
        Field::Rating => &["rating"],
        Field::Note | Field::Tags | Field::Answers | Field::Signature => &[],
    },
    rating: str::to_uppercase,
    due: Some("next_follow_up"),
    event: Some("source_detail"),
    country_is_code: true,
    blank: &[("source_ref", ""), ("source_detail", "")],
    most: |column| match column {
        "email" | "phone" => None,
        "salutation" | "postcode" => Some(64),
        "source_detail" => Some(100),
        _ => Some(255),
    },
    marketing: &[],
};

/// One custom field for each receipt's code, the first of them [`FORM`]'s: a record takes as many leads.
const RECEIPTS: [&str; 4] = [
    FORM.receipt,
    "custom_fields.zgoda_receipt_2",
    "custom_fields.zgoda_receipt_3",
    "custom_fields.zgoda_receipt_4",
];

const TOKEN_BEGINS: &str = "bcrm_pat_";

/// A BottleCRM.
pub(crate) struct BottleCrm {
    http: Http,
    webhook: String,
    key: Secret,
    token: Secret,
    layout: Layout,
    /// The custom fields were seen.
    ready: bool,
}

impl BottleCrm {
    pub(crate) fn new(profile: &Profile, secret: Option<&Secret>) -> Result<Self, ConnectError> {
        let url = profile.crm.url.as_deref().ok_or(ConnectError::NoUrl)?;
        let (base, webhook) = split(url)?;
        let (token, key): (Vec<&str>, Vec<&str>) = crate::secret::words(secret)
            .into_iter()
            .partition(|word| word.starts_with(TOKEN_BEGINS));
        let ([token], [key]) = (&token[..], &key[..]) else {
            return Err(ConnectError::NoSecret);
        };
        Ok(Self {
            http: Http::new(base)?,
            webhook: format!("{WEBHOOK}{webhook}/"),
            key: Secret::new(key),
            token: Secret::new(token),
            layout: Layout::new(&FORM, profile),
            ready: false,
        })
    }

    fn tell(&mut self, message: &Message) -> Result<String, Trouble> {
        if !self.ready {
            if !self.missing()?.is_empty() {
                return Err(Reason::Settings.into());
            }
            self.ready = true;
        }
        match &message.body {
            Body::Upsert(kept) => self.upsert(message, Record::new(message, kept)),
            Body::Withdraw(boxes) => self.change(message, |filed, lead, there| {
                filed.withdraw(lead, message.revision, boxes, &FORM, there)
            }),
            Body::Expire(fields) => self.change(message, |filed, lead, there| {
                filed.expire(lead, message.revision, fields, &self.layout, there)
            }),
            Body::Erase => self.erase(message),
        }
    }

    fn upsert(&self, message: &Message, record: Record) -> Result<String, Trouble> {
        let mut there = self.place(message, &record)?;
        loop {
            match self.write(&there, &record)? {
                Written::Done => return Ok(there.id),
                // Another device has made a record of this person meanwhile: ours, which is empty, gives way.
                Written::Belongs(host) => {
                    self.give_way(&there.id)?;
                    there = host;
                }
            }
        }
    }

    /// Writes `record` into the record that stands as `there`.
    fn write(&self, there: &There, record: &Record) -> Result<Written, Trouble> {
        let mut record = record.clone();
        let (lead, revision) = (record.lead_id.clone(), record.revision);
        let filed = there.filed(&FORM);
        if filed.has_left(&lead) {
            return Err(Reason::Refused.into());
        }
        if filed.revision(&lead) > revision {
            return Ok(Written::Done);
        }
        record
            .fields
            .retain(|field, _| !filed.is_expired(&lead, *field, revision));
        let mut sheet = Sheet::new(&record, &self.layout);
        loop {
            let filed = &mut there.filed(&FORM);
            let change = filed.upsert(&record, &sheet, &FORM, there);
            let reply = self.patch(&there.id, change)?;
            match reply.status {
                200 if filed.is_shared(&lead) => {
                    self.has_arrived(&there.id, filed, &lead)?;
                    return Ok(Written::Done);
                }
                200 => return Ok(Written::Done),
                404 => return Err(Reason::NoId.into()),
                _ => match self.taken_by(there, &reply.json, &record)? {
                    Some(host) => return Ok(Written::Belongs(host)),
                    None => demote(&mut sheet, &reply.json)?,
                },
            }
        }
    }

    /// The record that has the e-mail for which the CRM refuses one without a proof, and takes this lead in.
    fn taken_by(
        &self,
        there: &There,
        refusal: &Json,
        record: &Record,
    ) -> Result<Option<There>, Trouble> {
        let is_new = there.text(FORM.proof).is_empty();
        match is_new && !refusal["errors"]["email"].is_null() {
            true => self.host(record),
            false => Ok(None),
        }
    }

    /// Reads again what other devices write to as well: one that wrote at the same moment did not know of this lead.
    fn has_arrived(&self, id: &str, wrote: &Filed, lead: &str) -> Result<(), Trouble> {
        match self.read_any(id)? {
            Some(now) if wrote.agrees(&now.filed(&FORM), lead) => Ok(()),
            _ => Err(Reason::Ambiguous.into()),
        }
    }

    /// Changes what the CRM has of a lead. Where it has nothing there is nothing to change.
    fn change(
        &self,
        message: &Message,
        with: impl Fn(&mut Filed, &str, &There) -> Map<String, Json>,
    ) -> Result<String, Trouble> {
        let lead = message.lead.to_string();
        let Some(there) = self.its(message)? else {
            return Ok(nothing(message));
        };
        let filed = &mut there.filed(&FORM);
        if filed.has_left(&lead) {
            return Ok(there.id);
        }
        let change = with(filed, &lead, &there);
        self.narrow(there.id, change, filed, &lead)
    }

    /// Erases the record, or the lead from a record that another lead needs.
    fn erase(&self, message: &Message) -> Result<String, Trouble> {
        let lead = message.lead.to_string();
        let Some(there) = self.its(message)? else {
            return Ok(nothing(message));
        };
        let filed = &mut there.filed(&FORM);
        if filed.has_left(&lead) {
            return Ok(there.id);
        }
        // The contact that was made of it would stay: a person must look.
        if there.text("status") == "converted" {
            return Err(Reason::Refused.into());
        }
        if !filed.is_shared(&lead) {
            return self.delete(&there.id).map(|()| there.id);
        }
        let change = filed.leave(&lead, &FORM, &there);
        self.narrow(there.id, change, filed, &lead)
    }

    /// Writes what takes something away from a lead.
    fn narrow(
        &self,
        id: String,
        change: Map<String, Json>,
        filed: &Filed,
        lead: &str,
    ) -> Result<String, Trouble> {
        match self.patch(&id, change)?.status {
            200 if filed.is_shared(lead) => self.has_arrived(&id, filed, lead)?,
            200 | 404 => {}
            _ => return Err(Reason::Refused.into()),
        }
        Ok(id)
    }
}

/// How a write went.
enum Written {
    Done,
    /// It was not written: this record takes the lead in.
    Belongs(There),
}

impl Connector for BottleCrm {
    fn kind(&self) -> &'static str {
        "bottlecrm"
    }

    fn batch(&self) -> usize {
        50
    }

    fn push(&mut self, messages: &[Message]) -> Vec<Answer> {
        crate::one_by_one(messages, |message| self.tell(message))
    }

    fn find(&mut self, code: &Code) -> Result<Option<Found>, Reason> {
        let rows = self.with_receipt(code).map_err(|trouble| trouble.reason)?;
        Ok(rows.iter().find_map(|row| row.found(&FORM, code)))
    }

    fn test(&mut self) -> Result<Tested, Reason> {
        let tested = self.missing().and_then(|mut missing| {
            missing.extend(self.unscoped()?);
            self.knock()?;
            Ok(Tested {
                account: None,
                missing,
            })
        });
        tested.map_err(|trouble| trouble.reason)
    }

    fn can_make(&self, missing: &Missing) -> bool {
        matches!(missing, Missing::CustomField(name) if is_own(name))
    }

    fn set_up(&mut self) -> Result<Tested, Reason> {
        let mut wanting = None;
        for missing in self.test()?.missing {
            if let Missing::CustomField(name) = &missing
                && self.can_make(&missing)
            {
                wanting = self
                    .make(name)
                    .map_err(|trouble| trouble.reason)?
                    .or(wanting);
            }
        }
        let mut tested = self.test()?;
        tested.missing.extend(wanting);
        Ok(tested)
    }

    fn date(&self) -> Option<DateTime<Utc>> {
        self.http.date()
    }
}

/// The CRM's address and the webhook's id: `https://crm.example/api/public/leads/<id>/`.
fn split(url: &str) -> Result<(Url, Uuid), ConnectError> {
    let mut base = http::address(url)?;
    let path = base.path().to_owned();
    let (before, webhook) = path.split_once(WEBHOOK).ok_or(ConnectError::BadUrl)?;
    let webhook = Uuid::parse_str(webhook.trim_end_matches('/'));
    base.set_path(before);
    base.set_query(None);
    base.set_fragment(None);
    Ok((base, webhook.map_err(|_| ConnectError::BadUrl)?))
}

/// Moves the values that the CRM names in a refusal into the notes. An error where it names none.
fn demote(sheet: &mut Sheet, refusal: &Json) -> Result<(), Trouble> {
    let errors = refusal["errors"].as_object().ok_or(Reason::Refused)?;
    let custom = errors.get("custom_fields").and_then(Json::as_object);
    if custom.is_some_and(|custom| custom.values().any(|why| why == "is required")) {
        return Err(Reason::MissingField.into());
    }
    let mut moved = false;
    for column in errors.keys().filter(|column| *column != "custom_fields") {
        moved |= sheet.demote(column);
    }
    for key in custom.into_iter().flat_map(serde_json::Map::keys) {
        moved |= sheet.demote(&format!("{CUSTOM}{key}"));
    }
    if moved {
        Ok(())
    } else {
        Err(Reason::Refused.into())
    }
}
