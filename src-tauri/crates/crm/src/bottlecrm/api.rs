//! The requests to BottleCRM: its lead webhook, its leads, and the names of its custom fields.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Map, Value as Json, json};
use uuid::Uuid;
use zgoda_core::field::Field;
use zgoda_core::outbox::{Message, Reason};
use zgoda_core::receipt::Code;

use super::{BottleCrm, FORM, RECEIPTS};
use crate::Missing;
use crate::filed::There;
use crate::http::{Reply, Trouble, query};

pub(super) const CUSTOM: &str = "custom_fields.";
pub(super) const WEBHOOK: &str = "api/public/leads/";
/// The most leads of one answer: more than four of one address, and of those whose address ends in it, are not looked at.
const MOST_LISTED: &str = "50";

impl BottleCrm {
    /// The CRM's id of the record that the lead of `message` has made, and whether this made it: the webhook tells it, and
    /// makes an empty lead where there is none.
    pub(super) fn by_webhook(&self, message: &Message) -> Result<(String, bool), Trouble> {
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

    /// The record `id`, if it is there and holds the lead `lead`, or held it.
    pub(super) fn read(&self, id: &str, lead: &str) -> Result<Option<There>, Trouble> {
        let Some(there) = self.read_any(id)? else {
            return Ok(None);
        };
        let is_of = there.text("external_id") == lead
            || there.leads(&FORM).iter().any(|held| held == lead)
            || there.filed(&FORM).has_left(lead);
        match is_of {
            true => Ok(Some(there)),
            false => Err(Reason::NoId.into()),
        }
    }

    /// The record `id`, if it is there.
    pub(super) fn read_any(&self, id: &str) -> Result<Option<There>, Trouble> {
        let mut reply = self.api(Method::GET, id, None)?;
        match reply.status {
            200 => {}
            404 => return Ok(None),
            _ => return Err(Reason::Refused.into()),
        }
        let mut taken = |key: &str| reply.json.get_mut(key).map(Json::take);
        let lead = taken("lead_obj").filter(Json::is_object);
        let mut there = flat(lead.ok_or(Reason::NotTheCrm)?);
        // What people add beside the columns.
        for beside in ["comments", "attachments"] {
            there
                .columns
                .extend(taken(beside).map(|added| (beside.to_owned(), added)));
        }
        id.clone_into(&mut there.id);
        Ok(Some(there))
    }

    /// Changes a lead; the codes of the receipts that it holds go into a field each.
    pub(super) fn patch(&self, id: &str, mut change: Map<String, Json>) -> Result<Reply, Trouble> {
        spread(&mut change);
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

    pub(super) fn delete(&self, id: &str) -> Result<(), Trouble> {
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
    pub(super) fn with_receipt(&self, code: &Code) -> Result<Vec<There>, Trouble> {
        let mut found = Vec::new();
        for column in RECEIPTS {
            found = self.listed(&[(&format!("cf_{}", key(column)), &code.grouped())])?;
            if !found.is_empty() {
                break;
            }
        }
        Ok(found)
    }

    /// The leads in whose address this one stands, upper and lower case alike.
    pub(super) fn with_email(&self, email: &str) -> Result<Vec<There>, Trouble> {
        self.listed(&[("email", email), ("limit", MOST_LISTED)])
    }

    fn listed(&self, asked: &[(&str, &str)]) -> Result<Vec<There>, Trouble> {
        let path = format!("api/leads/?{}", query(asked));
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
        Ok(listed.map(|lead| flat(lead.clone())).collect())
    }

    /// Custom fields that are not set up, and columns of the profile's that are none: the CRM drops the values of both without a
    /// word.
    pub(super) fn missing(&self) -> Result<Vec<Missing>, Trouble> {
        let path = "api/custom-fields/?target_model=Lead&active_only=true&include_counts=false";
        let reply = self.http.send(Method::GET, path, &self.token, None)?;
        let scope = "custom-fields:read";
        match reply.status {
            200 => {}
            403 if names(&reply, scope) => {
                return Ok(vec![Missing::Permission(scope.to_owned())]);
            }
            401 | 403 => return Err(Reason::SignIn.into()),
            _ => return Err(Reason::Settings.into()),
        }
        let known = reply.json["definitions"]
            .as_array()
            .ok_or(Reason::NotTheCrm)?;
        let named = self
            .layout
            .named
            .values()
            .chain(self.layout.answers.values());
        let wanted = OWN.into_iter().chain(named.map(String::as_str));
        let is_there = |column: &&str| match column.strip_prefix(CUSTOM) {
            Some(key) => known.iter().any(|one| one["key"] == *key),
            None => takes_a_value(column),
        };
        let lacking: BTreeSet<&str> = wanted.filter(|column| !is_there(column)).map(key).collect();
        Ok(lacking
            .into_iter()
            .map(|key| Missing::CustomField(key.to_owned()))
            .collect())
    }

    /// Makes the custom field `name`. Answers the permission that is wanting.
    pub(super) fn make(&self, name: &str) -> Result<Option<Missing>, Trouble> {
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

    /// The scopes that the token has not. No lead has the id that is asked for: who may read and change leads is told so, and
    /// scopes are looked at before it.
    pub(super) fn unscoped(&self) -> Result<Vec<Missing>, Trouble> {
        let empty = json!({});
        let mut missing = Vec::new();
        let nobody = format!("api/leads/{}/", Uuid::nil());
        let asked = [
            (Method::GET, None, "leads:read"),
            (Method::PATCH, Some(&empty), "leads:write"),
        ];
        for (method, body, scope) in asked {
            let reply = self.http.send(method, &nobody, &self.token, body)?;
            match reply.status {
                404 => {}
                403 if names(&reply, scope) => missing.push(Missing::Permission(scope.to_owned())),
                401 | 403 => return Err(Reason::SignIn.into()),
                _ => return Err(Reason::Settings.into()),
            }
        }
        Ok(missing)
    }

    /// Knocks at the webhook with a delivery in which nothing is: it is refused as empty when the key is right, and makes
    /// nothing.
    pub(super) fn knock(&self) -> Result<(), Trouble> {
        let empty = json!({});
        let reply = self
            .http
            .send(Method::POST, &self.webhook, &self.key, Some(&empty))?;
        match reply.status {
            400 => Ok(()),
            401 => Err(Reason::SignIn.into()),
            _ => Err(Reason::Settings.into()),
        }
    }
}

/// True where a refusal names the scope that the token has not.
fn names(refusal: &Reply, scope: &str) -> bool {
    let why = refusal.json["detail"].as_str();
    why.is_some_and(|why| why.contains(scope))
}

/// What is missing where a field may not be made: BottleCRM asks for an administrator's token with this scope.
const MAKES_FIELDS: &str = "custom-fields:write";

/// Custom fields that this program uses for itself.
const OWN: [&str; 7] = [
    FORM.lead,
    FORM.permission,
    FORM.proof,
    RECEIPTS[0],
    RECEIPTS[1],
    RECEIPTS[2],
    RECEIPTS[3],
];

/// True for a custom field, by its key, that may be made: never one that the profile names.
pub(super) fn is_own(name: &str) -> bool {
    OWN.map(key).contains(&name)
}

/// Columns of a lead that no field has by itself, and that the profile may name.
const FURTHER: [&str; 6] = [
    "close_date",
    "industry",
    "last_contacted",
    "linkedin_url",
    "opportunity_amount",
    "probability",
];

/// True for a column of the CRM's own that the profile may name. The title is not among them: the CRM's log keeps it.
fn takes_a_value(column: &str) -> bool {
    let mut fields = Field::ALL.iter();
    FURTHER.contains(&column) || fields.any(|field| (FORM.columns)(*field).contains(&column))
}

/// The codes of the receipts, one to a field.
fn spread(change: &mut Map<String, Json>) {
    let Some(Json::String(codes)) = change.get(FORM.receipt).cloned() else {
        return;
    };
    let mut codes = codes.split(' ').filter(|code| !code.is_empty());
    for column in RECEIPTS {
        let code = codes.next().map_or(Json::Null, Json::from);
        change.insert(column.to_owned(), code);
    }
}

/// The key of a custom field.
fn key(column: &str) -> &str {
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
