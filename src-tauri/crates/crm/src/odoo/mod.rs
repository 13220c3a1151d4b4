//! Odoo, as leads of its CRM app: from version 19 by JSON-2, before it by JSON-RPC ([`call`] hides which).
//!
//! How: leads are written by `load`, whose external id `__import__.zgoda_<lead>` makes a repeat find the first. `load` is
//! all or nothing: where it names a bad row, that row is taken out and the rest goes again; where it names none, the batch
//! is halved. Rows of one `load` have the same columns, so that what is not to change is not named.
//!
//! Consent: Odoo keeps no permission with a lead, so it stands in custom fields; a consent to e-mail that is withdrawn puts
//! the address on `mail.blacklist` as well, which bars mass mailing, also where somebody took it off before. Whom somebody
//! takes off it afterwards stays off, and nobody is ever taken off it from here. A lead of which a contact was made is not
//! erased from here: the contact would stay, and a person must look.
//!
//! What an administrator sets up: a user made for Zgoda who may create, change and delete all leads (which the administrators
//! of Sales may; its other users may not delete), for consents to e-mail the blacklist too (which Email Marketing's users
//! may), and an API key; on `crm.lead` the custom fields `x_zgoda_lead` and
//! `x_zgoda_receipt` (text, indexed), `x_zgoda_permission`, `x_zgoda_proof` and `x_zgoda_note` (multi-line text). `crm.url` is Odoo's address, with `?db=` and the database where there are several, and always before
//! version 19. The secret is the API key; before version 19 it is the login and the key with a space between them.

mod blacklist;
mod call;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde_json::{Value as Json, json};
use zgoda_core::field::Field;
use zgoda_core::outbox::Reason;
use zgoda_core::profile::{Channel, Profile};

use self::blacklist::LISTED;
use self::call::{Call, Failed};
use crate::dialect::{Change, Dialect, Refusal, Written};
use crate::filed::There;
use crate::form::{Form, Layout, Shape};
use crate::http::Trouble;
use crate::opt_outs::{Advertising, Page};
use crate::{ConnectError, Missing, Secret, Tested};

const FORM: Form = Form {
    lead: "x_zgoda_lead",
    receipt: "x_zgoda_receipt",
    permission: "x_zgoda_permission",
    proof: "x_zgoda_proof",
    notes: "x_zgoda_note",
    columns: |field| match field {
        Field::Name => &["contact_name"],
        Field::Title => &["function"],
        Field::Company => &["partner_name"],
        Field::Email => &["email_from"],
        Field::Phone => &["phone"],
        Field::Website => &["website"],
        // Region and country are records of their own in Odoo.
        Field::Address => &["street", "zip", "city"],
        Field::Rating => &["priority"],
        Field::Prefix
        | Field::Reference
        | Field::Note
        | Field::Tags
        | Field::Answers
        | Field::Signature => &[],
    },
    rating: |word| match word {
        "hot" => "3".to_owned(),
        "warm" => "2".to_owned(),
        _ => "1".to_owned(),
    },
    due: None,
    event: Some("name"),
    country_is_code: false,
    blank: &[],
    most: |_| None,
    marketing: &[],
};

const LEADS: &str = "crm.lead";
/// What the user has to be allowed to do to leads. Reading is asked by the names of the fields.
const RIGHTS: [&str; 3] = ["create", "write", "unlink"];

/// An Odoo.
pub(crate) struct Odoo {
    call: Call,
    layout: Layout,
    /// The profile asks for consent to e-mail, so that the blacklist matters.
    lists: bool,
}

impl Odoo {
    pub(crate) fn new(profile: &Profile, secret: Option<&Secret>) -> Result<Self, ConnectError> {
        let mut purposes = profile.purposes.iter();
        Ok(Self {
            call: Call::new(profile, secret)?,
            layout: Layout::new(&FORM, profile),
            lists: purposes.any(|one| one.channels.contains(&Channel::Email)),
        })
    }

    /// The leads that `domain` matches, those that somebody archived as lost among them.
    fn search(&self, domain: &Json) -> Result<Vec<There>, Trouble> {
        let mut fields = self.layout.everything();
        fields.push("partner_id");
        let named = json!({
            "domain": domain,
            "fields": fields,
            "context": { "active_test": false },
        });
        let rows = self.call.whole(LEADS, "search_read", &[], named)?;
        let rows = rows.as_array().ok_or(Reason::NotTheCrm)?;
        Ok(rows.iter().filter_map(lead).collect())
    }

    /// Loads rows of the same columns. `None` stands for a row that is yet to be told.
    fn load(&self, columns: &[&str], changes: &[&Change]) -> Result<Vec<Written>, Refusal> {
        let id = if changes.iter().all(|one| one.id.is_some()) {
            ".id"
        } else {
            "id"
        };
        let mut written: Vec<Option<Written>> = vec![None; changes.len()];
        loop {
            let waiting: Vec<usize> = (0..changes.len())
                .filter(|at| written[*at].is_none())
                .collect();
            if waiting.is_empty() {
                return Ok(written.into_iter().flatten().collect());
            }
            let rows = waiting.iter().map(|at| row(columns, changes[*at]));
            let rows: Vec<Json> = rows.collect();
            let fields: Vec<&str> = [id].into_iter().chain(columns.iter().copied()).collect();
            let named = json!({ "fields": fields, "data": rows });
            let loaded = self.call.ask(LEADS, "load", &[], named);
            let loaded = loaded.map_err(Failed::refusal)?;
            match loaded["ids"].as_array() {
                Some(ids) if ids.len() == waiting.len() => {
                    for (at, id) in waiting.into_iter().zip(ids) {
                        let id = id.as_u64().map(|id| id.to_string());
                        written[at] = Some(id.ok_or(Reason::NoId.into()));
                    }
                }
                Some(_) => return Err(Reason::NoId.into()),
                None => {
                    for (row, refusal) in named_rows(&loaded["messages"], waiting.len())? {
                        written[waiting[row]] = Some(Err(refusal));
                    }
                }
            }
        }
    }
}

impl Dialect for Odoo {
    fn kind(&self) -> &'static str {
        "odoo"
    }

    fn batch(&self) -> usize {
        100
    }

    fn layout(&self) -> &Layout {
        &self.layout
    }

    fn read(&self, leads: &[String]) -> Result<Vec<There>, Trouble> {
        self.search(&json!([[FORM.lead, "in", leads]]))
    }

    fn with_emails(&self, emails: &[String]) -> Result<Vec<There>, Trouble> {
        self.search(&of_ours(&json!(emails)))
    }

    fn is_id(&self, id: &str) -> bool {
        id.parse::<u64>().is_ok()
    }

    fn by_id(&self, id: &str) -> Result<Option<There>, Trouble> {
        let id: u64 = id.parse().map_err(|_| Reason::NoId)?;
        Ok(self.search(&json!([["id", "=", id]]))?.into_iter().next())
    }

    fn write(&self, changes: &[&Change]) -> Result<Vec<Written>, Refusal> {
        let mut alike: BTreeMap<(bool, Vec<&str>), Vec<usize>> = BTreeMap::new();
        for (at, change) in changes.iter().enumerate() {
            let columns = change.columns.keys().map(String::as_str).collect();
            let kind = (change.id.is_some(), columns);
            alike.entry(kind).or_default().push(at);
        }
        let mut written = BTreeMap::new();
        for ((_, columns), which) in alike {
            let some: Vec<&Change> = which.iter().map(|at| changes[*at]).collect();
            written.extend(which.into_iter().zip(self.load(&columns, &some)?));
        }
        Ok(written.into_values().collect())
    }

    fn may_erase(&self, there: &There) -> bool {
        !there.columns.contains_key("partner_id")
    }

    fn erase(&self, there: &There) -> Result<(), Trouble> {
        let id: u64 = there.id.parse().map_err(|_| Reason::NoId)?;
        match self.call.ask(LEADS, "unlink", &[id], json!({})) {
            Ok(done) if done == true => Ok(()),
            Ok(_) => Err(Reason::NotTheCrm.into()),
            Err(Failed::Gone) => Ok(()),
            Err(failed) => Err(failed.refusal().trouble),
        }
    }

    fn take_back(&self, emails: &[String]) -> Result<(), Trouble> {
        self.list(emails)
    }

    fn with_receipts(&self, codes: &[String]) -> Result<Vec<There>, Trouble> {
        let or = vec![json!("|"); codes.len().saturating_sub(1)];
        let any = codes
            .iter()
            .map(|code| json!([FORM.receipt, "ilike", code]));
        self.search(&or.into_iter().chain(any).collect())
    }

    /// An address on the blacklist leaves the lead as it was: the list is asked for, and then the leads of its addresses.
    fn changed(&self, since: DateTime<Utc>, after: Option<&str>) -> Result<Option<Page>, Trouble> {
        if !self.lists {
            return Ok(Some(Page::default()));
        }
        let offset: usize = after.and_then(|after| after.parse().ok()).unwrap_or(0);
        let (emails, latest) = self.listed(since, offset)?;
        let rows = match emails.is_empty() {
            true => Vec::new(),
            false => self.search(&of_ours(&json!(emails)))?,
        };
        Ok(Some(Page {
            rows,
            latest,
            after: (emails.len() == LISTED).then(|| (offset + LISTED).to_string()),
        }))
    }

    /// All of them are on the blacklist. Whoever has no consent that stands was put there from here.
    fn refusals<'a>(&self, rows: &'a [There]) -> Result<Vec<(&'a There, Advertising)>, Trouble> {
        let stands = |there: &&There| {
            let permits = there.filed(&FORM).permits("");
            permits.iter().any(|permit| permit.stands)
        };
        let by_email = |there| (there, Advertising::On(Channel::Email));
        Ok(rows.iter().filter(stands).map(by_email).collect())
    }

    fn test(&self) -> Result<Tested, Trouble> {
        let mut wanted = self.layout.custom();
        wanted.push(FORM.notes);
        let named = json!({ "allfields": wanted, "attributes": ["type"] });
        let mut missing = match self.call.ask(LEADS, "fields_get", &[], named) {
            Ok(known) => {
                let known = known.as_object().ok_or(Reason::NotTheCrm)?;
                let lacking = wanted.into_iter().filter(|name| !known.contains_key(*name));
                let lacking = lacking.map(|name| Missing::CustomField(name.to_owned()));
                let rights = self.call.lacking(LEADS, &RIGHTS)?;
                lacking.chain(rights).collect()
            }
            Err(Failed::Forbidden) => vec![Missing::Permission(LEADS.to_owned())],
            Err(failed) => return Err(failed.whole()),
        };
        if self.lists {
            missing.extend(self.forbidden()?);
        }
        Ok(Tested {
            account: None,
            missing,
        })
    }

    fn makes_fields(&self) -> bool {
        true
    }

    /// A field that is made by hand, as Odoo calls it: its name begins with `x_`.
    fn make(&mut self, name: &str, shape: Shape) -> Result<Option<Missing>, Trouble> {
        let named = json!({ "domain": [["model", "=", LEADS]], "fields": ["id"] });
        let made = self
            .call
            .ask("ir.model", "search_read", &[], named)
            .and_then(|models| {
                let model = models[0]["id"].as_u64().ok_or(Reason::NotTheCrm)?;
                let lines = shape == Shape::Lines;
                let field = json!({
                    "name": name,
                    "field_description": crate::label(name),
                    "model_id": model,
                    "ttype": if lines { "text" } else { "char" },
                    "index": !lines,
                });
                self.call.create("ir.model.fields", &[field])
            });
        match made {
            Ok(_) => Ok(None),
            Err(Failed::Forbidden) => Ok(Some(Missing::Permission("ir.model.fields".to_owned()))),
            Err(failed) => Err(failed.whole()),
        }
    }

    fn date(&self) -> Option<DateTime<Utc>> {
        self.call.date()
    }
}

/// The leads of these addresses that were made from here.
fn of_ours(emails: &Json) -> Json {
    json!([["email_normalized", "in", emails], [FORM.lead, "!=", false]])
}

/// A row of `load`. Its external id stays that of the lead that made it; what is there already goes by Odoo's own id.
fn row(columns: &[&str], change: &Change) -> Json {
    let id = match &change.id {
        Some(id) => id.clone(),
        None => format!("__import__.zgoda_{}", change.key.replace('-', "")),
    };
    let cells = columns.iter().map(|column| match &change.columns[*column] {
        Json::Null => "".into(),
        value => value.clone(),
    });
    let cells: Vec<Json> = [id.into()].into_iter().chain(cells).collect();
    cells.into()
}

/// A lead of Odoo's, which says `false` for what is empty.
fn lead(row: &Json) -> Option<There> {
    let columns = row.as_object()?.iter();
    let columns = columns.filter(|(_, value)| **value != false);
    Some(There {
        id: row["id"].as_u64()?.to_string(),
        columns: columns
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect(),
    })
}

/// The rows that a refused `load` names, and why. Where it names none, no row can be told from the others.
fn named_rows(messages: &Json, rows: usize) -> Result<Vec<(usize, Refusal)>, Refusal> {
    let messages = messages.as_array().map_or(&[][..], Vec::as_slice);
    if messages.iter().any(|one| call::is_passing(&one["message"])) {
        return Err(Reason::ServerTrouble.into());
    }
    let mut named: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    for message in messages.iter().filter(|one| one["type"] == "error") {
        let row = message["record"]
            .as_u64()
            .and_then(|row| usize::try_from(row).ok());
        if let Some(row) = row.filter(|row| *row < rows) {
            let column = message["field"].as_str().map(str::to_owned);
            named.entry(row).or_default().extend(column);
        }
    }
    if named.is_empty() {
        return Err(Reason::Refused.into());
    }
    let refused = named.into_iter();
    Ok(refused
        .map(|(row, columns)| (row, Refusal::of(columns)))
        .collect())
}
