//! Pipedrive, as its persons (API v2).
//!
//! How: Pipedrive keeps no id of ours unique and knows custom fields by a key of its own. So the keys are looked up once,
//! each lead is searched by its id in a custom field, and then made or changed by itself. The search is an index that
//! follows by seconds: a lead whose answer was lost and that comes again at once could stand twice, and an erasure
//! therefore takes every record of the lead. A deletion is undone by anybody for 30 days, so every value is cleared before.
//!
//! Consent: `marketing_status` is set with a new person; it may change only once, and a withdrawal is that change. A change
//! that Pipedrive forbids leaves the status as it was and is answered as done, so that the status in the answer is compared
//! (`marketing_status` in <https://developers.pipedrive.com/docs/api/v1/Persons>). Where it is not what was written the proof
//! is there nevertheless, and a person must look. Only companies with Campaigns have a status; for others the proof says it.
//!
//! Opt-outs: `unsubscribed` alone is heard. `no_consent` is what Pipedrive says by itself of an address that is new to it, or
//! that it finds invalid, and nobody's word.
//!
//! Rights: the token may what its user may. Whether that user may add persons is asked beforehand (`can_add_people` in
//! <https://developers.pipedrive.com/changelog/post/introducing-item-specific-create-and-update-permissions>); what they have
//! added they may always change. By which name Pipedrive tells that somebody may not delete persons is not documented.
//!
//! What an administrator sets up: a user made for Zgoda whose permission set lets them add and delete persons (a regular user
//! deletes none unless that is switched on) and that user's API token; on persons the custom fields
//! `zgoda_lead` and `zgoda_receipt` (text), `zgoda_permission`, `zgoda_proof` and `zgoda_note` (large text). `crm.url` is
//! `https://<company>.pipedrive.com`; the secret is the token. The profile's `[crm.fields]` name fields as
//! Pipedrive shows them.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use reqwest::Method;
use serde_json::{Map, Value as Json, json};
use zgoda_core::field::Field;
use zgoda_core::outbox::Reason;
use zgoda_core::profile::{Channel, Profile};

use crate::dialect::{Change, Dialect, Refusal, Written, each, erased};
use crate::filed::There;
use crate::form::{Form, Layout, Marketing, Said, Shape};
use crate::http::{Http, Reply, Sign, Trouble, query};
use crate::opt_outs::{Page, stamp};
use crate::{ConnectError, Missing, Secret, Tested, opt_outs};

const FORM: Form = Form {
    lead: "zgoda_lead",
    receipt: "zgoda_receipt",
    permission: "zgoda_permission",
    proof: "zgoda_proof",
    notes: "zgoda_note",
    columns: |field| match field {
        Field::Name => &["name"],
        Field::Email => &["email"],
        Field::Phone => &["phone"],
        // A company is a record of its own in Pipedrive.
        _ => &[],
    },
    rating: str::to_owned,
    due: None,
    event: None,
    country_is_code: false,
    blank: &[("name", crate::NOT_GIVEN)],
    most: |column| (column == "name").then_some(255),
    marketing: &[Marketing {
        channel: Channel::Email,
        column: MARKETING,
        yes: Said::Word("subscribed"),
        no: Said::Word("no_consent"),
        out: Said::Word("unsubscribed"),
        subscribes: true,
    }],
};

/// The permission to add persons.
const ADDS: &str = "can_add_people";
const PERSONS: &str = "api/v2/persons";
const MARKETING: &str = "marketing_status";
/// Where a search looks: in all custom fields.
const CUSTOM: &str = "custom_fields";
/// When it was changed last, by whomever.
const STAMP: &str = "update_time";
/// Columns of ours that are lists of Pipedrive's.
const LISTS: [(&str, &str); 2] = [("email", "emails"), ("phone", "phones")];

/// A company's Pipedrive.
pub(crate) struct Pipedrive {
    http: Http,
    token: Secret,
    layout: Layout,
    /// Pipedrive's keys of custom fields, by their names.
    keys: OnceCell<BTreeMap<String, String>>,
}

impl Pipedrive {
    pub(crate) fn new(profile: &Profile, secret: Option<&Secret>) -> Result<Self, ConnectError> {
        Ok(Self {
            http: Http::at(profile)?,
            token: crate::secret(secret)?,
            layout: Layout::new(&FORM, profile),
            keys: OnceCell::new(),
        })
    }

    fn ask(&self, method: Method, path: &str, body: Option<&Json>) -> Result<Reply, Trouble> {
        let sign = Sign::Header("x-api-token", "", &self.token);
        let mut reply = self.http.hear(method, path, sign, &[], body)?;
        match (reply.busy.take(), reply.status) {
            (Some(busy), _) => Err(busy),
            (None, 401 | 403) => Err(Reason::SignIn.into()),
            // The plan or the account has run out.
            (None, 402) => Err(Reason::Settings.into()),
            (None, _) => Ok(reply),
        }
    }

    /// The `data` of an answer to a request that no single lead can spoil.
    fn data(&self, path: &str) -> Result<Json, Trouble> {
        Ok(self.whole(path)?["data"].take())
    }

    /// As [`Pipedrive::data`], with what stands beside it.
    fn whole(&self, path: &str) -> Result<Json, Trouble> {
        let reply = self.ask(Method::GET, path, None)?;
        match reply.status {
            200 if reply.json.get("data").is_some() => Ok(reply.json),
            200 => Err(Reason::NotTheCrm.into()),
            _ => Err(Reason::Settings.into()),
        }
    }

    /// What the user is not allowed, of what leads need. A user who may not be told their permissions is told of none.
    fn lacking(&self) -> Result<Vec<Missing>, Trouble> {
        let quietly = |path: &str| match self.data(path) {
            Err(trouble) if matches!(trouble.reason, Reason::SignIn | Reason::Settings) => {
                Ok(Json::Null)
            }
            told => told,
        };
        let Some(me) = quietly("api/v1/users/me")?["id"].as_u64() else {
            return Ok(Vec::new());
        };
        let told = quietly(&format!("api/v1/users/{me}/permissions"))?;
        let lacks = told[ADDS] == false;
        Ok(lacks
            .then(|| Missing::Permission(ADDS.to_owned()))
            .into_iter()
            .collect())
    }

    /// A list to its last page, which stands at `place` in each: a person who is missed would be filed a second time.
    fn list(&self, path: &str, pairs: &[(&str, &str)], place: &str) -> Result<Vec<Json>, Trouble> {
        let mut all = Vec::new();
        let mut known = BTreeSet::new();
        let mut cursor: Option<String> = None;
        loop {
            let mut asked = pairs.to_vec();
            asked.extend(cursor.as_deref().map(|cursor| ("cursor", cursor)));
            let mut found = self.whole(&format!("{path}?{}", query(&asked)))?;
            match found.pointer_mut(place).map(Json::take) {
                Some(Json::Array(some)) => all.extend(some),
                _ => return Err(Reason::NotTheCrm.into()),
            }
            let next = found["additional_data"]["next_cursor"].as_str();
            let Some(next) = next.filter(|next| !next.is_empty()) else {
                return Ok(all);
            };
            // Pages that lead in a circle would be followed for ever.
            if !known.insert(next.to_owned()) {
                return Err(Reason::NotTheCrm.into());
            }
            cursor = Some(next.to_owned());
        }
    }

    fn keys(&self) -> Result<&BTreeMap<String, String>, Trouble> {
        if self.keys.get().is_none() {
            let all = self.list("api/v2/personFields", &[("limit", "500")], "/data")?;
            let named = all.iter().filter_map(|field| {
                let word = |key: &str| field[key].as_str().map(str::to_owned);
                Some((word("field_name")?, word("field_code")?))
            });
            // It was empty a moment ago, and nobody else has it.
            let _ = self.keys.set(named.collect());
        }
        self.keys.get().ok_or_else(|| Reason::Settings.into())
    }

    /// The persons in whose `fields` a value is `term`, or holds it.
    fn search(&self, term: &str, fields: &str, exact: bool) -> Result<Vec<u64>, Trouble> {
        let pairs = [
            ("term", term),
            ("fields", fields),
            ("exact_match", if exact { "true" } else { "false" }),
            ("limit", "100"),
        ];
        let items = self.list(&format!("{PERSONS}/search"), &pairs, "/data/items")?;
        Ok(items
            .iter()
            .filter_map(|one| one["item"]["id"].as_u64())
            .collect())
    }

    /// The persons themselves, whole.
    fn persons(&self, ids: &[u64]) -> Result<Vec<There>, Trouble> {
        let mut all = Vec::new();
        for ids in ids.chunks(100) {
            let ids: Vec<String> = ids.iter().map(u64::to_string).collect();
            let pairs = [("ids", ids.join(",")), ("limit", "100".to_owned())];
            let pairs = pairs.each_ref().map(|(key, value)| (*key, value.as_str()));
            let path = format!("{PERSONS}?{}&include_fields={MARKETING}", query(&pairs));
            let rows = self.data(&path)?;
            let keys = self.keys()?;
            let rows = rows.as_array().ok_or(Reason::NotTheCrm)?;
            all.extend(rows.iter().filter_map(|row| person(row, keys)));
        }
        Ok(all)
    }

    fn row(&self, change: &Change) -> Written {
        let keys = self.keys()?;
        let mut columns = change.columns.clone();
        // A change of the status may be refused, and goes alone, so that the rest arrives.
        let status = match change.id {
            Some(_) => columns.remove(MARKETING),
            None => None,
        };
        let body = body(&columns, &change.before, keys);
        let reply = match &change.id {
            Some(id) => self.ask(Method::PATCH, &path(id)?, Some(&body))?,
            None => self.ask(Method::POST, PERSONS, Some(&body))?,
        };
        let shown = &reply.json["data"][MARKETING];
        let id = match reply.status {
            200 | 201 => reply.json["data"]["id"]
                .as_u64()
                .ok_or(Reason::NoId)?
                .to_string(),
            _ => return Err(Reason::Refused.into()),
        };
        match (status, change.columns.get(MARKETING)) {
            (Some(status), _) => self.shut(&id, &status, change)?,
            (None, Some(wrote)) if !shown.is_null() && shown != wrote => {
                return Err(Reason::ConsentLost.into());
            }
            _ => {}
        }
        Ok(id)
    }

    /// Sets the status of a person to a no, and looks whether it is one.
    fn shut(&self, id: &str, status: &Json, change: &Change) -> Result<(), Trouble> {
        let body = json!({ MARKETING: status });
        let reply = self.ask(Method::PATCH, &path(id)?, Some(&body))?;
        if reply.status != 200 {
            return Err(Reason::Refused.into());
        }
        let mut shown = reply.json["data"][MARKETING].clone();
        if shown.is_null() {
            let there = self.by_id(id)?.unwrap_or_default();
            shown = there.columns.get(MARKETING).cloned().unwrap_or_default();
        }
        let had = change
            .before
            .get(MARKETING)
            .is_some_and(|had| !had.is_null());
        let is_no = FORM.marketing.iter().any(|field| field.is_no(&shown));
        // Without Campaigns there is no status before or after.
        let has_none = shown.is_null() && !had;
        match is_no || has_none {
            true => Ok(()),
            false => Err(Reason::ConsentLost.into()),
        }
    }
}

impl Dialect for Pipedrive {
    fn kind(&self) -> &'static str {
        "pipedrive"
    }

    fn batch(&self) -> usize {
        20
    }

    fn layout(&self) -> &Layout {
        &self.layout
    }

    fn read(&self, leads: &[String]) -> Result<Vec<There>, Trouble> {
        let mut ids = Vec::new();
        for lead in leads {
            ids.extend(self.search(lead, CUSTOM, true)?);
        }
        let mut rows = self.persons(&ids)?;
        rows.retain(|row| leads.iter().any(|lead| lead == row.text(FORM.lead)));
        Ok(rows)
    }

    /// Pipedrive looks for one address at a time.
    fn with_emails(&self, emails: &[String]) -> Result<Vec<There>, Trouble> {
        let mut ids = Vec::new();
        for email in emails {
            ids.extend(self.search(email, "email", true)?);
        }
        let mut rows = self.persons(&ids)?;
        rows.retain(|row| !row.text(FORM.lead).is_empty());
        Ok(rows)
    }

    fn is_id(&self, id: &str) -> bool {
        id.parse::<u64>().is_ok()
    }

    fn by_id(&self, id: &str) -> Result<Option<There>, Trouble> {
        let reply = self.ask(
            Method::GET,
            &format!("{}?include_fields={MARKETING}", path(id)?),
            None,
        )?;
        match reply.status {
            200 => Ok(person(&reply.json["data"], self.keys()?)),
            404 => Ok(None),
            _ => Err(Reason::Settings.into()),
        }
    }

    fn write(&self, changes: &[&Change]) -> Result<Vec<Written>, Refusal> {
        each(changes, |change| self.row(change))
    }

    fn keeps_deleted(&self) -> bool {
        true
    }

    fn erase(&self, there: &There) -> Result<(), Trouble> {
        let reply = self.ask(Method::DELETE, &path(&there.id)?, None)?;
        match reply.status {
            410 => Ok(()),
            _ => erased(&reply, |said| said["success"] == true),
        }
    }

    fn with_receipts(&self, codes: &[String]) -> Result<Vec<There>, Trouble> {
        let mut ids = Vec::new();
        for code in codes {
            ids.extend(self.search(code, CUSTOM, false)?);
        }
        self.persons(&ids)
    }

    /// Pipedrive tells of every person; those that bear no id of ours are let go unread.
    fn changed(&self, since: DateTime<Utc>, after: Option<&str>) -> Result<Option<Page>, Trouble> {
        let since = stamp(since);
        let mut pairs = vec![
            ("updated_since", since.as_str()),
            ("sort_by", STAMP),
            ("sort_direction", "asc"),
            ("include_fields", MARKETING),
            ("limit", "100"),
        ];
        pairs.extend(after.map(|cursor| ("cursor", cursor)));
        let found = self.whole(&format!("{PERSONS}?{}", query(&pairs)))?;
        let keys = self.keys()?;
        let rows = found["data"].as_array().ok_or(Reason::NotTheCrm)?;
        let ours = rows.iter().filter_map(|row| person(row, keys));
        let next = found["additional_data"]["next_cursor"].as_str();
        Ok(Some(Page {
            rows: ours.filter(|row| !row.text(FORM.lead).is_empty()).collect(),
            latest: opt_outs::latest(rows, STAMP),
            after: next.map(str::to_owned),
        }))
    }

    fn test(&self) -> Result<Tested, Trouble> {
        let keys = self.keys()?;
        let wanted = self.layout.custom().into_iter().chain([FORM.notes]);
        let lacking = wanted.filter(|name| !keys.contains_key(*name));
        let missing = lacking.map(|name| Missing::CustomField(name.to_owned()));
        Ok(Tested {
            account: None,
            missing: missing.chain(self.lacking()?).collect(),
        })
    }

    fn makes_fields(&self) -> bool {
        true
    }

    fn make(&mut self, name: &str, shape: Shape) -> Result<Option<Missing>, Trouble> {
        let kind = match shape {
            Shape::Id | Shape::Line => "varchar",
            Shape::Lines => "text",
        };
        let body = json!({ "name": name, "field_type": kind });
        let made = self.ask(Method::POST, "api/v1/personFields", Some(&body));
        // Its key is Pipedrive's to choose.
        self.keys = OnceCell::new();
        match made {
            Ok(reply) if matches!(reply.status, 200 | 201) => Ok(None),
            Ok(_) => Err(Reason::Settings.into()),
            Err(trouble) if trouble.reason == Reason::SignIn => {
                Ok(Some(Missing::Permission("admin".to_owned())))
            }
            Err(trouble) => Err(trouble),
        }
    }

    fn date(&self) -> Option<DateTime<Utc>> {
        self.http.date()
    }
}

fn path(id: &str) -> Result<String, Reason> {
    let id: u64 = id.parse().map_err(|_| Reason::NoId)?;
    Ok(format!("{PERSONS}/{id}"))
}

/// The columns as Pipedrive wants them: lists of addresses and numbers, and custom fields by key. Of a list only the first
/// is ours; what somebody added behind it stays.
fn body(
    columns: &Map<String, Json>,
    before: &Map<String, Json>,
    keys: &BTreeMap<String, String>,
) -> Json {
    let mut body = Map::new();
    let mut custom = Map::new();
    for (column, value) in columns {
        if let Some((_, list)) = LISTS.iter().find(|(ours, _)| ours == column) {
            let others = before.get(*list).and_then(Json::as_array);
            let others = others
                .into_iter()
                .flatten()
                .filter(|one| one["primary"] != true);
            let all: Vec<Json> = match value {
                Json::Null => Vec::new(),
                value => {
                    let first = json!({ "value": value, "primary": true, "label": "work" });
                    [first].into_iter().chain(others.cloned()).collect()
                }
            };
            body.insert((*list).to_owned(), all.into());
        } else if let Some(key) = keys.get(column).filter(|key| is_custom(key)) {
            custom.insert(key.clone(), value.clone());
        } else {
            let code = keys.get(column).unwrap_or(column);
            body.insert(code.clone(), value.clone());
        }
    }
    body.insert("custom_fields".to_owned(), custom.into());
    body.into()
}

/// A custom field's key is 40 hexadecimal digits; a field of Pipedrive's own has a word.
fn is_custom(key: &str) -> bool {
    key.len() == 40 && key.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn person(row: &Json, keys: &BTreeMap<String, String>) -> Option<There> {
    if row["is_deleted"] == true {
        return None;
    }
    let mut columns = row.as_object()?.clone();
    for (ours, list) in LISTS {
        let all = row[list].as_array().into_iter().flatten();
        let first = all.clone().find(|one| one["primary"] == true);
        if let Some(first) = first.or_else(|| all.clone().next()) {
            columns.insert(ours.to_owned(), first["value"].clone());
        }
    }
    for (name, key) in keys {
        let value = match is_custom(key) {
            true => row["custom_fields"].get(key),
            false => row.get(key),
        };
        if let Some(value) = value {
            columns.insert(name.clone(), value.clone());
        }
    }
    Some(There {
        id: row["id"].as_u64()?.to_string(),
        columns,
    })
}
