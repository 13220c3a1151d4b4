//! Salesforce, as its leads, by the collections of its REST API.
//!
//! How: leads are looked up by one query and upserted by the external id `Zgoda_Lead__c`, up to 200 at once; each row has
//! an answer of its own inside HTTP 200. Salesforce's duplicate rules are told to let the row be saved: another lead's
//! e-mail is no reason to touch that lead, nor to lose ours. A limit that is used up is HTTP 403 without a word of when
//! to come back. Where the organisation's storage is full (`STORAGE_LIMIT_EXCEEDED`) new leads wait for a person;
//! withdrawals and erasures go on. A deletion lies in the recycle bin for 15 days, so every value is cleared before. A lead
//! of which a contact was made is not erased from here: the contact would stay, and a person must look.
//!
//! Consent: `HasOptedOutOfEmail` and `DoNotCall` say the opposite of a standing yes; the proof is in fields of its own.
//!
//! What an administrator sets up: on leads the custom fields `Zgoda_Lead__c` (text of 36, unique, external id),
//! `Zgoda_Receipt__c` (text), `Zgoda_Permission__c` and `Zgoda_Proof__c` (long text), all of them, and the two marketing
//! fields, open to a user made for Zgoda who may create, read, edit and delete leads; Zgoda makes and opens the custom fields
//! itself where that user may "Customize Application" and "Manage Profiles and Permission Sets". `crm.url` is the
//! organisation's own domain, `https://<company>.my.salesforce.com`; the secret is a connected app's consumer key and secret
//! for the client credentials flow with a space between them, an access token, or what `zgoda crm sign-in` leaves: the app
//! then has the callback `http://localhost:47813/zgoda` and the scopes `api` and `refresh_token`.

mod set_up;

use std::time::Duration;

use chrono::{DateTime, Utc};
use reqwest::Method;
use serde_json::{Value as Json, json};
use zgoda_core::field::Field;
use zgoda_core::outbox::Reason;
use zgoda_core::profile::{Channel, Profile};

use crate::dialect::{Change, Dialect, Refusal, Written, any_of, by_key_or_id, erased, quoted};
use crate::filed::There;
use crate::form::{Form, Layout, Marketing, Said, Shape};
use crate::http::{Http, Reply, Sign, Trouble, query};
use crate::oauth::browser::Place;
use crate::oauth::{BROWSER, Client, Session, refreshing};
use crate::opt_outs::{Page, stamp};
use crate::{ConnectError, Missing, Renewed, Secret, Tested, opt_outs};

const FORM: Form = Form {
    lead: "Zgoda_Lead__c",
    receipt: "Zgoda_Receipt__c",
    permission: "Zgoda_Permission__c",
    proof: "Zgoda_Proof__c",
    notes: "Description",
    columns: |field| match field {
        Field::Name => &["FirstName", "LastName"],
        Field::Prefix => &["Salutation"],
        Field::Title => &["Title"],
        Field::Company => &["Company"],
        Field::Email => &["Email"],
        Field::Phone => &["Phone"],
        Field::Website => &["Website"],
        Field::Address => &["Street", "PostalCode", "City", "State", "Country"],
        Field::Rating => &["Rating"],
        Field::Reference | Field::Note | Field::Tags | Field::Answers | Field::Signature => &[],
    },
    rating: |word| match word {
        "hot" => "Hot".to_owned(),
        "warm" => "Warm".to_owned(),
        _ => "Cold".to_owned(),
    },
    due: None,
    event: Some("LeadSource"),
    country_is_code: false,
    blank: &[
        ("LastName", crate::NOT_GIVEN),
        ("Company", crate::NOT_GIVEN),
    ],
    most: |column| match column {
        "FirstName" | "Salutation" | "City" => Some(40),
        "LastName" | "State" | "Country" => Some(80),
        "PostalCode" => Some(20),
        "Title" => Some(128),
        "Company" | "Website" | "Street" | "LeadSource" => Some(255),
        _ => None,
    },
    marketing: &[
        Marketing::opt_out(Channel::Email, "HasOptedOutOfEmail", Said::Flag(false)),
        Marketing::opt_out(Channel::Phone, "DoNotCall", Said::Flag(false)),
    ],
};

const TOKEN: &str = "services/oauth2/token";
const API: &str = "services/data/v62.0";
/// A contact, an account or a deal was made of the lead.
const CONVERTED: &str = "IsConverted";
/// When it was changed last, by whomever.
const STAMP: &str = "SystemModstamp";
/// As few leads of an answer as Salesforce gives: 2,000 with their proofs would be more than is read of one.
const PAGE: &str = "batchSize=200";
/// How long a limit that is used up keeps us away: it is counted over a day, and Salesforce does not say.
const LIMIT_IS_FULL: Duration = Duration::from_secs(900);

/// A Salesforce organisation.
pub(crate) struct Salesforce {
    http: Http,
    session: Session,
    layout: Layout,
}

impl Salesforce {
    pub(crate) fn new(profile: &Profile, secret: Option<&Secret>) -> Result<Self, ConnectError> {
        let session = match crate::secret::words(secret)[..] {
            [token] => Session::with_token(Secret::new(token)),
            [BROWSER, id, key, token] => Session::with_client(Client {
                http: Http::at(profile)?,
                path: TOKEN.to_owned(),
                form: refreshing(id, key, token),
                too_many: None,
            }),
            [id, key] => Session::with_client(Client {
                http: Http::at(profile)?,
                path: TOKEN.to_owned(),
                form: vec![
                    ("grant_type", Secret::new("client_credentials")),
                    ("client_id", Secret::new(id)),
                    ("client_secret", Secret::new(key)),
                ],
                too_many: None,
            }),
            _ => return Err(ConnectError::NoSecret),
        };
        Ok(Self {
            http: Http::at(profile)?,
            session,
            layout: Layout::new(&FORM, profile),
        })
    }

    fn ask(&self, method: Method, path: &str, body: Option<&Json>) -> Result<Reply, Trouble> {
        let headers = [
            ("sforce-duplicate-rule-header", "allowSave=true"),
            ("sforce-query-options", PAGE),
        ];
        let path = format!("{API}/{path}");
        let mut reply = self.session.ask(|token| {
            let sign = Sign::Bearer(token);
            self.http.hear(method.clone(), &path, sign, &headers, body)
        })?;
        if let Some(busy) = reply.busy.take() {
            return Err(busy);
        }
        match (reply.status, code(&reply.json)) {
            (403, "REQUEST_LIMIT_EXCEEDED") => Err(Trouble {
                reason: Reason::Throttled,
                after: Some(LIMIT_IS_FULL),
            }),
            (403, _) => Err(Reason::SignIn.into()),
            _ => Ok(reply),
        }
    }

    /// The leads of which `condition` is true, those of further pages too: who is missed is filed a second time, and has
    /// a consent that is withdrawn in the first.
    fn query(&self, condition: &str) -> Result<Vec<There>, Trouble> {
        let mut leads = Vec::new();
        let mut path = Some(self.soql(condition));
        while let Some(asked) = path {
            let found = self.found(&asked)?;
            let rows = found["records"].as_array().ok_or(Reason::NotTheCrm)?;
            leads.extend(rows.iter().filter_map(lead));
            path = rest(&found)?;
        }
        Ok(leads)
    }

    fn soql(&self, condition: &str) -> String {
        let columns = self.layout.everything().join(",");
        let soql = format!("SELECT Id,{CONVERTED},{STAMP},{columns} FROM Lead WHERE {condition}");
        format!("query?{}", query(&[("q", &soql)]))
    }

    fn patch(&self, path: &str, changes: &[&Change]) -> Result<Vec<Written>, Refusal> {
        let records: Vec<Json> = changes.iter().map(|change| record(change)).collect();
        let body = json!({ "allOrNone": false, "records": records });
        let reply = self.ask(Method::PATCH, path, Some(&body))?;
        if reply.status != 200 {
            return Err(class(code(&reply.json), Vec::new()));
        }
        let rows = reply.json.as_array();
        let rows = rows.ok_or(Trouble::from(Reason::NotTheCrm))?;
        Ok(rows.iter().map(written).collect())
    }

    fn found(&self, path: &str) -> Result<Json, Trouble> {
        let reply = self.ask(Method::GET, path, None)?;
        match reply.status {
            200 => Ok(reply.json),
            _ => Err(Reason::Settings.into()),
        }
    }
}

/// Where people sign in: the organisation's own domain.
pub(crate) fn place(profile: &Profile, words: &[&str]) -> Result<Place, ConnectError> {
    let (id, key) = match words {
        [id] => (id, None),
        [id, key] => (id, Some(Secret::new(key))),
        _ => return Err(ConnectError::NoSecret),
    };
    Ok(Place {
        http: Http::at(profile)?,
        authorize: "services/oauth2/authorize".to_owned(),
        token: TOKEN.to_owned(),
        scope: "api refresh_token".to_owned(),
        more: &[],
        before: Vec::new(),
        id: Secret::new(id),
        key,
    })
}

impl Dialect for Salesforce {
    fn kind(&self) -> &'static str {
        "salesforce"
    }

    /// Half of what one call takes, so that the query's address stays short enough.
    fn batch(&self) -> usize {
        100
    }

    fn layout(&self) -> &Layout {
        &self.layout
    }

    fn read(&self, leads: &[String]) -> Result<Vec<There>, Trouble> {
        self.query(&format!("{} IN ({})", FORM.lead, quoted(leads)))
    }

    fn with_emails(&self, emails: &[String]) -> Result<Vec<There>, Trouble> {
        let emails = quoted(emails);
        self.query(&format!("{} != null AND Email IN ({emails})", FORM.lead))
    }

    fn is_id(&self, id: &str) -> bool {
        checked(id).is_ok()
    }

    fn by_id(&self, id: &str) -> Result<Option<There>, Trouble> {
        let rows = self.query(&format!("Id = '{}'", checked(id)?))?;
        Ok(rows.into_iter().next())
    }

    fn write(&self, changes: &[&Change]) -> Result<Vec<Written>, Refusal> {
        let by_key = format!("composite/sobjects/Lead/{}", FORM.lead);
        by_key_or_id(
            changes,
            &FORM,
            |some| self.patch(&by_key, some),
            |some| self.patch("composite/sobjects", some),
        )
    }

    fn keeps_deleted(&self) -> bool {
        true
    }

    fn may_erase(&self, there: &There) -> bool {
        there.columns.get(CONVERTED) != Some(&true.into())
    }

    fn erase(&self, there: &There) -> Result<(), Trouble> {
        let path = format!("sobjects/Lead/{}", checked(&there.id)?);
        erased(&self.ask(Method::DELETE, &path, None)?, |_| false)
    }

    fn with_receipts(&self, codes: &[String]) -> Result<Vec<There>, Trouble> {
        self.query(&any_of(codes, " OR ", |code| {
            format!("{} LIKE '%{code}%'", FORM.receipt)
        }))
    }

    fn changed(&self, since: DateTime<Utc>, after: Option<&str>) -> Result<Option<Page>, Trouble> {
        let no: Vec<String> = FORM
            .marketing
            .iter()
            .map(|field| format!("{} = true", field.column))
            .collect();
        let condition = format!(
            "{} != null AND {STAMP} >= {} AND ({}) ORDER BY {STAMP}",
            FORM.lead,
            stamp(since),
            no.join(" OR ")
        );
        let first = || self.soql(&condition);
        let found = self.found(&after.map_or_else(first, str::to_owned))?;
        let rows = found["records"].as_array().ok_or(Reason::NotTheCrm)?;
        Ok(Some(Page {
            rows: rows.iter().filter_map(lead).collect(),
            latest: opt_outs::latest(rows, STAMP),
            after: rest(&found)?,
        }))
    }

    fn test(&self) -> Result<Tested, Trouble> {
        let reply = self.ask(Method::GET, "sobjects/Lead/describe", None)?;
        match reply.status {
            200 => {}
            404 => {
                let missing = vec![Missing::Permission("Lead".to_owned())];
                return Ok(Tested {
                    account: None,
                    missing,
                });
            }
            _ => return Err(Reason::Settings.into()),
        }
        let rights = ["createable", "updateable", "deletable"];
        let lacking = rights
            .into_iter()
            .filter(|right| reply.json[right] == false);
        let mut missing: Vec<Missing> = lacking
            .map(|right| Missing::Permission(format!("Lead: {right}")))
            .collect();
        let known = reply.json["fields"].as_array().ok_or(Reason::NotTheCrm)?;
        let fits = |field: &Json, name: &str| {
            let key = field["externalId"] == true && field["unique"] == true;
            field["name"] == name && field["updateable"] != false && (name != FORM.lead || key)
        };
        let marketing = FORM.marketing.iter().map(|field| field.column);
        let wanted = self.layout.custom().into_iter().chain(marketing);
        let lacking = wanted.filter(|name| !known.iter().any(|field| fits(field, name)));
        missing.extend(lacking.map(|name| Missing::CustomField(name.to_owned())));
        Ok(Tested {
            account: None,
            missing,
        })
    }

    fn makes_fields(&self) -> bool {
        true
    }

    fn make(&mut self, name: &str, shape: Shape) -> Result<Option<Missing>, Trouble> {
        self.made(name, shape)
    }

    fn date(&self) -> Option<DateTime<Utc>> {
        self.http.date()
    }

    fn renewed(&self) -> Option<Renewed> {
        self.session.renewed()
    }
}

fn record(change: &Change) -> Json {
    let mut columns = change.columns.clone();
    columns.insert("attributes".to_owned(), json!({ "type": "Lead" }));
    match change.handed_over(&FORM) {
        Some(id) => columns.insert("id".to_owned(), id.into()),
        None => columns.insert(FORM.lead.to_owned(), change.key.clone().into()),
    };
    columns.into()
}

fn lead(row: &Json) -> Option<There> {
    There::flat(row, "Id")
}

/// Where an answer goes on, below [`API`]. One that goes on nowhere we may ask is not taken for the whole.
fn rest(found: &Json) -> Result<Option<String>, Trouble> {
    let next = found["nextRecordsUrl"].as_str();
    if next.is_none() && found["done"] != false {
        return Ok(None);
    }
    let next = next.and_then(|path| path.strip_prefix(&format!("/{API}/")));
    Ok(Some(next.ok_or(Reason::NotTheCrm)?.to_owned()))
}

/// The answer to one row.
fn written(row: &Json) -> Written {
    if row["success"] == true {
        let id = row["id"].as_str().filter(|id| checked(id).is_ok());
        return id.map(str::to_owned).ok_or(Reason::NoId.into());
    }
    let error = &row["errors"][0];
    let columns = error["fields"].as_array().into_iter().flatten();
    let columns = columns.filter_map(Json::as_str).map(str::to_owned);
    let code = error["statusCode"].as_str().unwrap_or_default();
    Err(class(code, columns.collect()))
}

/// What an error means. One that is not known is taken for the row's.
fn class(code: &str, columns: Vec<String>) -> Refusal {
    match code {
        "REQUIRED_FIELD_MISSING" => Reason::MissingField.into(),
        "UNABLE_TO_LOCK_ROW" | "SERVER_UNAVAILABLE" => Reason::ServerTrouble.into(),
        "STORAGE_LIMIT_EXCEEDED" => Reason::Full.into(),
        // A field that is not there: every other row fares alike.
        "INVALID_FIELD" | "INVALID_FIELD_FOR_INSERT_UPDATE" | "NOT_FOUND" => {
            Reason::Settings.into()
        }
        _ => Refusal::of(columns),
    }
}

/// The code of an answer that is an error as a whole.
fn code(json: &Json) -> &str {
    json[0]["errorCode"].as_str().unwrap_or_default()
}

/// An id of Salesforce's goes into a path and a query: letters and digits only.
fn checked(id: &str) -> Result<&str, Reason> {
    let fine = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
    fine.then_some(id).ok_or(Reason::NoId)
}
