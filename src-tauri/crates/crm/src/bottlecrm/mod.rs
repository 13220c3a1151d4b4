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
//! and a value that somebody changed in the CRM stays theirs (see [`crate::filed`]). Another lead's e-mail is no reason to touch
//! that lead: the address goes into the notes of ours. What the CRM's columns refuse goes there too.
//!
//! What an administrator sets up: a lead webhook assigned to a member of the CRM made for Zgoda; that member's token with
//! the scopes `leads:read`, `leads:write` and `custom-fields:read`; the custom fields `zgoda_lead` and `zgoda_receipt`
//! (text), `zgoda_permission` and `zgoda_proof` (long text) on leads, which `zgoda crm test --create-fields` makes with an
//! administrator's token. `crm.url` is the webhook's address; the secret is the token
//! and the webhook's key with a space between them.

use chrono::{DateTime, Utc};
use reqwest::{Method, Url};
use serde_json::{Map, Value as Json, json};
use uuid::Uuid;
use zgoda_core::field::Field;
use zgoda_core::outbox::{Answer, Body, Found, Message, Reason};
use zgoda_core::profile::Profile;
use zgoda_core::receipt::Code;

use crate::filed::{Filed, There};
use crate::form::{Form, Layout};
use crate::http::{self, Http, Reply, Trouble};
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
        Field::Note | Field::Tags => &[],
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

const CUSTOM: &str = "custom_fields.";
const TOKEN_BEGINS: &str = "bcrm_pat_";
const WEBHOOK: &str = "api/public/leads/";

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
            Body::Upsert(kept) => self.upsert(message, &Record::new(message, kept)),
            Body::Withdraw(purposes) => self.change(message, |filed, lead, there| {
                filed.withdraw(lead, message.revision, purposes, &FORM, there)
            }),
            Body::Expire(fields) => self.change(message, |filed, lead, there| {
                filed.expire(lead, message.revision, fields, &self.layout, there)
            }),
            Body::Erase => self.erase(message),
        }
    }

    fn upsert(&self, message: &Message, record: &Record) -> Result<String, Trouble> {
        let (id, fresh) = self.find(message)?;
        let there = match fresh {
            true => There::default(),
            // Somebody erased it in the CRM: to send it anew would bring the person back.
            false => self.read(&id, &record.lead_id)?.ok_or(Reason::Refused)?,
        };
        if there.filed(&FORM).revision(&record.lead_id) > record.revision {
            return Ok(id);
        }
        let mut record = record.clone();
        let (lead, revision) = (record.lead_id.clone(), record.revision);
        let filed = there.filed(&FORM);
        record
            .fields
            .retain(|field, _| !filed.is_expired(&lead, *field, revision));
        let mut sheet = Sheet::new(&record, &self.layout);
        loop {
            let filed = &mut there.filed(&FORM);
            let change = filed.upsert(&record, &sheet, &FORM, &there);
            let Reply { status, json, .. } = self.patch(&id, change)?;
            match status {
                200 => return Ok(id),
                404 => return Err(Reason::NoId.into()),
                _ => demote(&mut sheet, &json)?,
            }
        }
    }

    /// Changes what the CRM has of a lead. Where it has nothing there is nothing to change.
    fn change(
        &self,
        message: &Message,
        with: impl Fn(&mut Filed, &str, &There) -> Map<String, Json>,
    ) -> Result<String, Trouble> {
        let lead = message.lead.to_string();
        let (id, fresh) = self.find(message)?;
        if fresh {
            self.delete(&id)?;
            return Ok(crate::nowhere(&lead));
        }
        let Some(there) = self.read(&id, &lead)? else {
            return Ok(id);
        };
        let change = with(&mut there.filed(&FORM), &lead, &there);
        match self.patch(&id, change)?.status {
            200 | 404 => Ok(id),
            _ => Err(Reason::Refused.into()),
        }
    }

    fn erase(&self, message: &Message) -> Result<String, Trouble> {
        let lead = message.lead.to_string();
        let (id, _) = self.find(message)?;
        match self.read(&id, &lead)? {
            None => Ok(id),
            // The contact that was made of it would stay: a person must look.
            Some(there) if there.text("status") == "converted" => Err(Reason::Refused.into()),
            Some(_) => self.delete(&id).map(|()| id),
        }
    }

    /// The CRM's id of the lead, and whether this made it. Where the CRM's id is not known (the answer was lost), the
    /// webhook tells it, and makes an empty lead where there is none.
    fn find(&self, message: &Message) -> Result<(String, bool), Trouble> {
        let known = message
            .crm_id
            .as_deref()
            .and_then(|id| Uuid::parse_str(id).ok());
        if let Some(known) = known {
            return Ok((known.to_string(), false));
        }
        let body = json!({
            "external_id": message.lead.to_string(),
            "title": message.event_name,
        });
        let reply = self
            .http
            .send(Method::POST, &self.webhook, &self.key, Some(&body))?;
        match reply.status {
            200 | 201 => {}
            401 => return Err(Reason::SignIn.into()),
            403 | 404 => return Err(Reason::Settings.into()),
            _ => return Err(Reason::Refused.into()),
        }
        let id = reply.json["lead"].as_str();
        let id = id
            .and_then(|id| Uuid::parse_str(id).ok())
            .ok_or(Reason::NoId)?;
        Ok((id.to_string(), reply.json["result"] == "created"))
    }

    /// The lead `id`, if it is there and is the lead `lead`.
    fn read(&self, id: &str, lead: &str) -> Result<Option<There>, Trouble> {
        let mut reply = self.api(Method::GET, id, None)?;
        match reply.status {
            200 => {}
            404 => return Ok(None),
            _ => return Err(Reason::Refused.into()),
        }
        let there = reply.json.get_mut("lead_obj").map(Json::take);
        let there = there.filter(Json::is_object).ok_or(Reason::NotTheCrm)?;
        let there = flat(there);
        if there.text("external_id") == lead || there.text(FORM.lead) == lead {
            Ok(Some(there))
        } else {
            Err(Reason::NoId.into())
        }
    }

    fn patch(&self, id: &str, change: Map<String, Json>) -> Result<Reply, Trouble> {
        let (custom, mut change): (Map<_, _>, Map<_, _>) = change
            .into_iter()
            .partition(|(column, _)| column.starts_with(CUSTOM));
        let custom = custom.into_iter();
        let custom = custom.map(|(column, value)| (column.replacen(CUSTOM, "", 1), value));
        change.insert(
            "custom_fields".to_owned(),
            custom.collect::<Map<_, _>>().into(),
        );
        is_done(self.api(Method::PATCH, id, Some(&change.into()))?)
    }

    fn delete(&self, id: &str) -> Result<(), Trouble> {
        match is_done(self.api(Method::DELETE, id, None)?)?.status {
            200 | 404 => Ok(()),
            _ => Err(Reason::Refused.into()),
        }
    }

    fn api(&self, method: Method, id: &str, body: Option<&Json>) -> Result<Reply, Trouble> {
        self.signed_in(method, &format!("api/leads/{id}/"), body)
    }

    fn signed_in(&self, method: Method, path: &str, body: Option<&Json>) -> Result<Reply, Trouble> {
        let reply = self.http.send(method, path, &self.token, body)?;
        if matches!(reply.status, 401 | 403) {
            return Err(Reason::SignIn.into());
        }
        Ok(reply)
    }

    /// The leads that the CRM lists under a receipt's code; it does not list those that a contact was made of.
    fn with_receipt(&self, code: &Code) -> Result<Option<Found>, Trouble> {
        let path = format!("api/leads/?cf_{}={}", key(FORM.receipt), code.grouped());
        let reply = self.signed_in(Method::GET, &path, None)?;
        if reply.status != 200 {
            return Err(Reason::Refused.into());
        }
        let lists = [
            &reply.json["open_leads"]["open_leads"],
            &reply.json["close_leads"]["close_leads"],
        ];
        if !lists.iter().all(|list| list.is_array()) {
            return Err(Reason::NotTheCrm.into());
        }
        let listed = lists.into_iter().filter_map(Json::as_array).flatten();
        let mut known = listed.filter_map(|lead| flat(lead.clone()).found(&FORM, code));
        Ok(known.next())
    }

    /// Custom fields that are not set up. The CRM drops the values of unknown ones without a word.
    fn missing(&self) -> Result<Vec<Missing>, Trouble> {
        let path = "api/custom-fields/?target_model=Lead&active_only=true&include_counts=false";
        let reply = self.http.send(Method::GET, path, &self.token, None)?;
        let scope = "custom-fields:read";
        match reply.status {
            200 => {}
            403 if reply.json["detail"]
                .as_str()
                .is_some_and(|why| why.contains(scope)) =>
            {
                return Ok(vec![Missing::Permission(scope.to_owned())]);
            }
            401 | 403 => return Err(Reason::SignIn.into()),
            _ => return Err(Reason::Settings.into()),
        }
        let known = reply.json["definitions"]
            .as_array()
            .ok_or(Reason::NotTheCrm)?;
        let wanted = [FORM.lead, FORM.receipt, FORM.permission, FORM.proof].map(key);
        let lacking = wanted
            .into_iter()
            .filter(|key| !known.iter().any(|one| one["key"] == *key));
        Ok(lacking
            .map(|key| Missing::CustomField(key.to_owned()))
            .collect())
    }
}

/// What is missing where a field may not be made: BottleCRM asks for an administrator's token with this scope.
const MAKES_FIELDS: &str = "custom-fields:write";

impl BottleCrm {
    fn make(&self, name: &str) -> Result<Option<Missing>, Trouble> {
        let lines = [FORM.permission, FORM.proof].map(key).contains(&name);
        let body = json!({
            "target_model": "Lead",
            "key": name,
            "label": crate::label(name),
            "field_type": if lines { "textarea" } else { "text" },
        });
        let path = "api/custom-fields/";
        let reply = self
            .http
            .send(Method::POST, path, &self.token, Some(&body))?;
        match reply.status {
            201 => Ok(None),
            403 => Ok(Some(Missing::Permission(MAKES_FIELDS.to_owned()))),
            _ => Err(Reason::Settings.into()),
        }
    }
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
        self.with_receipt(code).map_err(|trouble| trouble.reason)
    }

    fn test(&mut self) -> Result<Tested, Reason> {
        let missing = self.missing().map_err(|trouble| trouble.reason)?;
        // No lead has this id: whoever may read leads is told so, anybody else is refused.
        let nobody = Uuid::nil().to_string();
        let reply = self
            .api(Method::GET, &nobody, None)
            .map_err(|trouble| trouble.reason)?;
        if reply.status != 404 {
            return Err(Reason::Settings);
        }
        // A delivery without a word of a lead: refused as empty when the key is right, and makes nothing.
        let empty = Some(&json!({}));
        let reply = self
            .http
            .send(Method::POST, &self.webhook, &self.key, empty);
        match reply.map_err(|trouble| trouble.reason)?.status {
            400 => Ok(Tested {
                account: None,
                missing,
            }),
            401 => Err(Reason::SignIn),
            _ => Err(Reason::Settings),
        }
    }

    fn can_make(&self, missing: &Missing) -> bool {
        matches!(missing, Missing::CustomField(_))
    }

    fn set_up(&mut self) -> Result<Tested, Reason> {
        let mut wanting = None;
        for missing in self.test()?.missing {
            if let Missing::CustomField(name) = missing {
                wanting = self
                    .make(&name)
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

/// The key of a custom field.
fn key(column: &'static str) -> &'static str {
    column.trim_start_matches(CUSTOM)
}

/// A lead of the CRM's with its custom fields among its columns.
fn flat(lead: Json) -> There {
    let Json::Object(mut columns) = lead else {
        return There::default();
    };
    if let Some(Json::Object(custom)) = columns.remove("custom_fields") {
        let custom = custom.into_iter();
        columns.extend(custom.map(|(key, value)| (format!("{CUSTOM}{key}"), value)));
    }
    let id = columns.get("id").and_then(Json::as_str).unwrap_or_default();
    There {
        id: id.to_owned(),
        columns,
    }
}

/// A change that was made is told by `error: false`: a page of somebody else's may be JSON as well.
fn is_done(reply: Reply) -> Result<Reply, Trouble> {
    match reply.status == 200 && reply.json["error"] != false {
        true => Err(Reason::NotTheCrm.into()),
        false => Ok(reply),
    }
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
