//! HubSpot, by its contacts API (v3) and its communication preferences (v4).
//!
//! How: a contact is known by the custom property `zgoda_lead`, which HubSpot keeps unique; it is read, created and
//! updated by that in batches. The e-mail is never the key: another contact may have it, and then it goes into the
//! notes of ours and theirs is left alone, but for a withdrawal, which the subscriptions of the address hear. An answer may be
//! in parts (207): each row is told by the id that it bears, and a row that is not named was not written.
//!
//! Consent: a subscription type of the same name as the purpose is set to subscribed, with the proof as the explanation of
//! its legal basis, only where HubSpot has no word on it yet; a withdrawal sets it to unsubscribed. Erasing is HubSpot's own
//! deletion for the GDPR, which cannot be undone.
//!
//! What an administrator sets up: a private app with the scopes `crm.objects.contacts.read`, `crm.objects.contacts.write`
//! and, for consents to e-mail, `communication_preferences.read_write`; the contact properties `zgoda_lead` (single line,
//! unique values), `zgoda_receipt` (single line), `zgoda_permission`, `zgoda_proof` and `zgoda_note` (multi-line), which
//! Zgoda makes itself where the app has the scope `crm.schemas.contacts.write`.
//! `crm.url` is `https://api.hubapi.com`; the secret is the app's token.

mod subscriptions;

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use chrono::{DateTime, Utc};
use reqwest::Method;
use serde_json::{Value as Json, json};
use uuid::Uuid;
use zgoda_core::field::Field;
use zgoda_core::outbox::Reason;
use zgoda_core::profile::{Channel, Profile};

use crate::dialect::{Change, Dialect, Permit, Refusal, Written, by_key_or_id, erased};
use crate::filed::There;
use crate::form::{Form, Layout, Shape};
use crate::http::{Http, Reply, Sign, Trouble};
use crate::opt_outs::Advertising;
use crate::{ConnectError, Missing, Secret, Tested};

const FORM: Form = Form {
    lead: "zgoda_lead",
    receipt: "zgoda_receipt",
    permission: "zgoda_permission",
    proof: "zgoda_proof",
    notes: "zgoda_note",
    columns: |field| match field {
        Field::Name => &["firstname", "lastname"],
        Field::Prefix => &["salutation"],
        Field::Title => &["jobtitle"],
        Field::Company => &["company"],
        Field::Email => &["email"],
        Field::Phone => &["phone"],
        Field::Website => &["website"],
        Field::Address => &["address", "zip", "city", "state", "country"],
        Field::Reference
        | Field::Note
        | Field::Tags
        | Field::Rating
        | Field::Answers
        | Field::Signature => &[],
    },
    rating: str::to_owned,
    due: None,
    event: None,
    country_is_code: false,
    blank: &[],
    most: |_| None,
    marketing: &[],
};

const CONTACTS: &str = "crm/v3/objects/contacts";
/// The most groups of filters of one search.
const GROUPS: usize = 3;
/// How long a day's limit keeps us away, where HubSpot does not say.
const DAY_IS_FULL: Duration = Duration::from_secs(3600);

/// A HubSpot account.
pub(crate) struct HubSpot {
    http: Http,
    token: Secret,
    layout: Layout,
    /// The purposes for which the profile asks for consent to e-mail: for these subscriptions matter.
    subscribes: Vec<String>,
    /// HubSpot's id of a subscription type, by its name.
    types: OnceCell<BTreeMap<String, u64>>,
}

impl HubSpot {
    pub(crate) fn new(profile: &Profile, secret: Option<&Secret>) -> Result<Self, ConnectError> {
        let by_email = profile
            .purposes
            .iter()
            .filter(|one| one.channels.contains(&Channel::Email));
        Ok(Self {
            http: Http::at(profile)?,
            token: crate::secret(secret)?,
            layout: Layout::new(&FORM, profile),
            subscribes: by_email.map(|one| one.id.clone()).collect(),
            types: OnceCell::new(),
        })
    }

    fn ask(&self, method: Method, path: &str, body: Option<&Json>) -> Result<Reply, Trouble> {
        let reply = self
            .http
            .hear(method, path, Sign::Bearer(&self.token), &[], body)?;
        match (reply.busy.clone(), reply.status) {
            (Some(mut busy), 429) => {
                if reply.json["policyName"] == "DAILY" {
                    busy.after = busy.after.or(Some(DAY_IS_FULL));
                }
                Err(busy)
            }
            (Some(busy), _) => Err(busy),
            (None, 401) => Err(Reason::SignIn.into()),
            // 423 is a lock, 477 a move to another data centre: both pass.
            (None, 423 | 477) => Err(Reason::ServerTrouble.into()),
            (None, _) => Ok(reply),
        }
    }

    /// A request that no single lead can spoil.
    fn ask_whole(&self, method: Method, path: &str, body: Option<&Json>) -> Result<Json, Trouble> {
        let reply = self.ask(method, path, body)?;
        match reply.status {
            200 | 201 | 207 => Ok(reply.json),
            403 => Err(Reason::SignIn.into()),
            _ => Err(Reason::Settings.into()),
        }
    }

    /// The contacts in whose unique `property` one of `values` stands.
    fn contacts(&self, property: &str, values: &[String]) -> Result<Vec<There>, Trouble> {
        let inputs: Vec<Json> = values.iter().map(|value| json!({ "id": value })).collect();
        let properties = self.layout.everything();
        let body = json!({ "idProperty": property, "properties": properties, "inputs": inputs });
        let json = self.ask_whole(Method::POST, &format!("{CONTACTS}/batch/read"), Some(&body))?;
        // What is not found is named as an error; any other leaves us not knowing.
        let mut errors = json["errors"].as_array().into_iter().flatten();
        if errors.any(|error| error["category"] != "OBJECT_NOT_FOUND") {
            return Err(Reason::ServerTrouble.into());
        }
        let rows = json["results"].as_array().ok_or(Reason::NotTheCrm)?;
        Ok(rows.iter().filter_map(contact).collect())
    }

    /// Writes them in one batch, which `what` is.
    fn send(&self, what: &str, changes: &[&Change]) -> Result<Vec<Written>, Refusal> {
        let inputs: Vec<Json> = changes.iter().map(|change| input(change)).collect();
        let body = json!({ "inputs": inputs });
        let reply = self.ask(
            Method::POST,
            &format!("{CONTACTS}/batch/{what}"),
            Some(&body),
        )?;
        match reply.status {
            200 | 201 | 207 => {}
            403 => return Err(Reason::SignIn.into()),
            _ => return Err(Refusal::of(columns(&reply.json))),
        }
        let results = reply.json["results"]
            .as_array()
            .ok_or(Trouble::from(Reason::NotTheCrm))?;
        let errors = reply.json["errors"]
            .as_array()
            .map_or(&[][..], Vec::as_slice);
        let written = changes.iter().map(|change| {
            let of_it = |row: &&Json| match change.handed_over(&FORM) {
                Some(id) => row["id"] == *id,
                None => row["properties"][FORM.lead] == *change.key,
            };
            let id = results
                .iter()
                .find(of_it)
                .and_then(|row| row["id"].as_str());
            if let Some(id) = id {
                return Ok(id.to_owned());
            }
            let named = |error: &&Json| {
                let ids = error["context"]["objectWriteTraceId"].as_array();
                ids.is_some_and(|ids| ids.iter().any(|id| *id == *change.key))
            };
            let error = errors.iter().find(named);
            Err(error.map_or(Reason::NoId.into(), |error| Refusal::of(columns(error))))
        });
        Ok(written.collect())
    }

    /// The scopes that HubSpot asks for in a refusal.
    fn lacking(&self, path: &str, body: &Json) -> Result<Vec<Missing>, Trouble> {
        scopes(&self.ask(Method::POST, path, Some(body))?)
    }
}

/// The scopes that a refusal asks for.
fn scopes(reply: &Reply) -> Result<Vec<Missing>, Trouble> {
    if reply.status != 403 {
        return Ok(Vec::new());
    }
    let errors = reply.json["errors"].as_array().into_iter().flatten();
    let scopes = errors.filter_map(|error| error["context"]["requiredGranularScopes"].as_array());
    let scopes = scopes.flatten().filter_map(Json::as_str);
    let scopes: BTreeSet<&str> = scopes.collect();
    match scopes.is_empty() {
        true => Err(Reason::SignIn.into()),
        false => Ok(scopes
            .into_iter()
            .map(|one| Missing::Permission(one.to_owned()))
            .collect()),
    }
}

impl Dialect for HubSpot {
    fn kind(&self) -> &'static str {
        "hubspot"
    }

    fn batch(&self) -> usize {
        100
    }

    fn layout(&self) -> &Layout {
        &self.layout
    }

    fn read(&self, leads: &[String]) -> Result<Vec<There>, Trouble> {
        self.contacts(FORM.lead, leads)
    }

    fn with_emails(&self, emails: &[String]) -> Result<Vec<There>, Trouble> {
        let mut rows = self.contacts("email", emails)?;
        rows.retain(|row| !row.text(FORM.lead).is_empty());
        Ok(rows)
    }

    fn is_id(&self, id: &str) -> bool {
        id.parse::<u64>().is_ok()
    }

    fn by_id(&self, id: &str) -> Result<Option<There>, Trouble> {
        let id: u64 = id.parse().map_err(|_| Reason::NoId)?;
        let properties = self.layout.everything().join(",");
        let path = format!("{CONTACTS}/{id}?properties={properties}");
        let reply = self.ask(Method::GET, &path, None)?;
        match reply.status {
            200 => Ok(contact(&reply.json)),
            404 => Ok(None),
            403 => Err(Reason::SignIn.into()),
            _ => Err(Reason::Settings.into()),
        }
    }

    fn write(&self, changes: &[&Change]) -> Result<Vec<Written>, Refusal> {
        by_key_or_id(
            changes,
            &FORM,
            |some| self.send("upsert", some),
            |some| self.send("update", some),
        )
    }

    fn erase(&self, there: &There) -> Result<(), Trouble> {
        let body = json!({ "objectId": there.id });
        let path = format!("{CONTACTS}/gdpr-delete");
        let reply = self.ask(Method::POST, &path, Some(&body))?;
        match reply.status {
            403 => Err(Reason::SignIn.into()),
            _ => erased(&reply, |_| false),
        }
    }

    fn permit(&self, permits: &[Permit]) -> Result<(), Trouble> {
        self.subscribe(permits)
    }

    /// A subscription is kept by address and leaves the contact as it was, so that leads are read in turn.
    fn refusals<'a>(&self, rows: &'a [There]) -> Result<Vec<(&'a There, Advertising)>, Trouble> {
        self.unsubscribed(rows)
    }

    /// HubSpot finds words; whether it takes a code for one or for two, each half is the beginning or the end of a word.
    fn with_receipts(&self, codes: &[String]) -> Result<Vec<There>, Trouble> {
        let half = |word: String| json!({ "propertyName": FORM.receipt, "operator": "CONTAINS_TOKEN", "value": word });
        let group = |code: &String| {
            let (left, right) = code.split_once('-').unwrap_or((code, ""));
            json!({ "filters": [half(format!("{left}*")), half(format!("*{right}"))] })
        };
        let properties = self.layout.everything();
        let mut found = Vec::new();
        for codes in codes.chunks(GROUPS) {
            let groups: Vec<Json> = codes.iter().map(group).collect();
            let body = json!({ "filterGroups": groups, "properties": properties });
            let json = self.ask_whole(Method::POST, &format!("{CONTACTS}/search"), Some(&body))?;
            let rows = json["results"].as_array().ok_or(Reason::NotTheCrm)?;
            found.extend(rows.iter().filter_map(contact));
        }
        Ok(found)
    }

    fn test(&self) -> Result<Tested, Trouble> {
        // Nobody has this id, and nothing is in an empty batch: whoever may not read or write is told so.
        let nobody =
            json!({ "idProperty": FORM.lead, "properties": [], "inputs": [{ "id": Uuid::nil() }] });
        let empty = json!({ "inputs": [] });
        let mut missing = self.lacking(&format!("{CONTACTS}/batch/read"), &nobody)?;
        missing.extend(self.lacking(&format!("{CONTACTS}/batch/upsert"), &empty)?);
        let mut untold = Vec::new();
        if !self.subscribes.is_empty() {
            let lacking = self.lacking(&subscriptions::read(), &empty)?;
            if lacking.is_empty() {
                untold = self.untold()?;
            }
            missing.extend(lacking);
        }
        let json = self.ask_whole(Method::GET, "crm/v3/properties/contacts", None)?;
        let known = json["results"].as_array().ok_or(Reason::NotTheCrm)?;
        let there = |name: &str| {
            let unique = |one: &Json| name != FORM.lead || one["hasUniqueValue"] == true;
            known.iter().any(|one| one["name"] == name && unique(one))
        };
        let wanted = self.layout.custom().into_iter().chain([FORM.notes]);
        let lacking = wanted.filter(|name| !there(name));
        missing.extend(lacking.map(|name| Missing::CustomField(name.to_owned())));
        missing.extend(untold);
        Ok(Tested {
            account: None,
            missing,
        })
    }

    fn makes_fields(&self) -> bool {
        true
    }

    fn make(&mut self, name: &str, shape: Shape) -> Result<Option<Missing>, Trouble> {
        let lines = shape == Shape::Lines;
        let body = json!({
            "name": name,
            "label": crate::label(name),
            "groupName": "contactinformation",
            "type": "string",
            "fieldType": if lines { "textarea" } else { "text" },
            "hasUniqueValue": shape == Shape::Id,
        });
        let reply = self.ask(Method::POST, "crm/v3/properties/contacts", Some(&body))?;
        match reply.status {
            // It is there already.
            200 | 201 | 409 => Ok(None),
            403 => Ok(scopes(&reply)?.into_iter().next()),
            _ => Err(Reason::Settings.into()),
        }
    }

    fn date(&self) -> Option<DateTime<Utc>> {
        self.http.date()
    }
}

fn input(change: &Change) -> Json {
    // HubSpot empties a property by an empty text.
    let columns = change.columns.iter().map(|(column, value)| match value {
        Json::Null => (column.clone(), "".into()),
        value => (column.clone(), value.clone()),
    });
    let mut input = json!({
        "objectWriteTraceId": change.key,
        "properties": columns.collect::<serde_json::Map<_, _>>(),
    });
    match change.handed_over(&FORM) {
        Some(id) => input["id"] = id.into(),
        None => {
            input["idProperty"] = FORM.lead.into();
            input["id"] = change.key.clone().into();
        }
    }
    input
}

fn contact(row: &Json) -> Option<There> {
    Some(There {
        id: row["id"].as_str()?.to_owned(),
        columns: row["properties"].as_object()?.clone(),
    })
}

/// The properties that a refusal names: as a list at the end of its message, or the e-mail where another contact has it.
fn columns(error: &Json) -> Vec<String> {
    if error["category"] == "CONFLICT" {
        return vec!["email".to_owned()];
    }
    let message = error["message"].as_str().unwrap_or_default();
    let list = message
        .find('[')
        .map(|at| &message[at..])
        .unwrap_or_default();
    let list: Vec<Json> = serde_json::from_str(list).unwrap_or_default();
    let names = list.iter().filter_map(|one| one["name"].as_str());
    names.map(str::to_owned).collect()
}
