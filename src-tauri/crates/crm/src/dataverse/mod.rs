//! Microsoft Dataverse (Dynamics 365 Sales), as its leads, by the Web API 9.2.
//!
//! How: a run of leads is looked up by one query and written by one request ([`batch`]). A new lead is put at its alternate key, the column `zgoda_lead`, so that
//! a repeat finds the first; a known one is changed by its own id and only while it is there (`If-Match: *`). Dataverse
//! answers a refusal of its duplicate rules with HTTP 500, and what it means in a code.
//!
//! Consent: `donotbulkemail` and `donotphone` say the opposite of a standing yes; the proof is in columns of its own.
//! A lead that was qualified is not erased from here: the contact would stay, and a person must look.
//!
//! What an administrator sets up: a publisher with the prefix `zgoda`; on leads the columns `zgoda_lead` (text of 36, with
//! an alternate key on it alone), `zgoda_receipt` (text), `zgoda_permission` and `zgoda_proof` (multiline, 100,000); the
//! description's length raised to 10,000; an application user with a role that may create, read, write and delete leads.
//! `crm.url` is the environment, `https://<company>.crm4.dynamics.com`; the secret is the tenant, the application's id and
//! its client secret with spaces between them, an access token, or what `zgoda crm sign-in` leaves: the application then has
//! the redirect `http://localhost:47813/zgoda`, and the person who signs in those rights. It has to be done anew where 90
//! days have passed.

mod batch;
mod columns;
mod failure;
mod rights;

use chrono::{DateTime, Utc};
use reqwest::Method;
use serde_json::Value as Json;
use uuid::Uuid;
use zgoda_core::field::Field;
use zgoda_core::outbox::Reason;
use zgoda_core::profile::{Channel, Profile};

use crate::dialect::{Change, Dialect, Refusal, Written, any_of, each, erased, quoted};
use crate::filed::There;
use crate::form::{Form, Layout, Marketing, Said, Shape};
use crate::http::{Http, Reply, Sign, Trouble, query};
use crate::oauth::browser::Place;
use crate::oauth::{BROWSER, Client, Session, refreshing};
use crate::opt_outs::{Page, stamp};
use crate::{ConnectError, Missing, Renewed, Secret, Tested, opt_outs};

const FORM: Form = Form {
    lead: "zgoda_lead",
    receipt: "zgoda_receipt",
    permission: "zgoda_permission",
    proof: "zgoda_proof",
    notes: "description",
    columns: |field| match field {
        Field::Name => &["firstname", "lastname"],
        Field::Prefix => &["salutation"],
        Field::Title => &["jobtitle"],
        Field::Company => &["companyname"],
        Field::Email => &["emailaddress1"],
        Field::Phone => &["telephone1"],
        Field::Website => &["websiteurl"],
        Field::Address => &[
            "address1_line1",
            "address1_postalcode",
            "address1_city",
            "address1_stateorprovince",
            "address1_country",
        ],
        Field::Rating => &[RATING],
        Field::Reference | Field::Note | Field::Tags | Field::Answers | Field::Signature => &[],
    },
    rating: |word| match word {
        "hot" => "1".to_owned(),
        "warm" => "2".to_owned(),
        _ => "3".to_owned(),
    },
    due: None,
    event: Some("subject"),
    country_is_code: false,
    blank: &[("lastname", crate::NOT_GIVEN)],
    most: |column| match column {
        "firstname" | "lastname" | "address1_stateorprovince" => Some(50),
        "address1_postalcode" => Some(20),
        "address1_city" | "address1_country" => Some(80),
        "salutation" | "jobtitle" | "companyname" => Some(100),
        "websiteurl" => Some(200),
        "address1_line1" => Some(250),
        "subject" => Some(300),
        _ => None,
    },
    marketing: &[
        Marketing::opt_out(Channel::Email, "donotbulkemail", Said::Flag(false)),
        Marketing::opt_out(Channel::Phone, "donotphone", Said::Flag(false)),
    ],
};

const API: &str = "api/data/v9.2";
/// A choice, which the Web API writes as a number.
const RATING: &str = "leadqualitycode";
/// When it was changed last, by whomever.
const STAMP: &str = "modifiedon";
const STATE: &str = "statecode";
/// A contact, an account or a deal was made of the lead.
const QUALIFIED: u64 = 1;
const TOKEN: &str = "oauth2/v2.0/token";
const SIGN_IN: &str = "https://login.microsoftonline.com/";

/// An environment of Dataverse.
pub(crate) struct Dataverse {
    http: Http,
    session: Session,
    layout: Layout,
}

impl Dataverse {
    pub(crate) fn new(profile: &Profile, secret: Option<&Secret>) -> Result<Self, ConnectError> {
        let http = Http::at(profile)?;
        let session = match crate::secret::words(secret)[..] {
            [token] => Session::with_token(Secret::new(token)),
            [BROWSER, tenant, id, key, token] if checked(tenant) => Session::with_client(Client {
                http: http.sign_in_at(SIGN_IN)?,
                path: format!("{tenant}/{TOKEN}"),
                form: refreshing(id, key, token),
                too_many: None,
            }),
            [tenant, id, key] if checked(tenant) => Session::with_client(Client {
                http: http.sign_in_at(SIGN_IN)?,
                path: format!("{tenant}/{TOKEN}"),
                form: vec![
                    ("grant_type", Secret::new("client_credentials")),
                    ("client_id", Secret::new(id)),
                    ("client_secret", Secret::new(key)),
                    ("scope", Secret::new(&format!("{}/.default", http.origin()))),
                ],
                too_many: None,
            }),
            _ => return Err(ConnectError::NoSecret),
        };
        Ok(Self {
            http,
            session,
            layout: Layout::new(&FORM, profile),
        })
    }

    fn ask(
        &self,
        method: Method,
        path: &str,
        only_if_there: bool,
        body: Option<&Json>,
    ) -> Result<Reply, Trouble> {
        let told = self.tell(method, path, only_if_there, body);
        told.map_err(|refusal| refusal.trouble)
    }

    /// As [`Dataverse::ask`], with the column that a refusal names.
    fn tell(
        &self,
        method: Method,
        path: &str,
        only_if_there: bool,
        body: Option<&Json>,
    ) -> Result<Reply, Refusal> {
        let mut headers = vec![
            ("odata-version", "4.0"),
            ("prefer", "return=representation,odata.maxpagesize=100"),
            ("mscrm.suppressduplicatedetection", "true"),
        ];
        if only_if_there {
            headers.push(("if-match", "*"));
        }
        let path = format!("{API}/{path}");
        failure::told(self.session.ask(|token| {
            let sign = Sign::Bearer(token);
            self.http.hear(method.clone(), &path, sign, &headers, body)
        })?)
    }

    fn select(&self) -> String {
        format!(
            "leadid,{STATE},{STAMP},{}",
            self.layout.everything().join(",")
        )
    }

    /// The leads that match `filter`, those of further pages too: who is missed is filed a second time, and has a consent that
    /// is withdrawn in the first.
    fn search(&self, filter: &str) -> Result<Vec<There>, Trouble> {
        let pairs = query(&[("$select", &self.select()), ("$filter", filter)]);
        let mut leads = Vec::new();
        let mut path = Some(format!("leads?{pairs}"));
        while let Some(asked) = path {
            let found = self.found(&asked)?;
            let rows = found["value"].as_array().ok_or(Reason::NotTheCrm)?;
            leads.extend(rows.iter().filter_map(lead));
            path = self.rest(&found)?;
        }
        Ok(leads)
    }

    /// Where an answer goes on, below [`API`]. One that goes on nowhere we may ask is not taken for the whole.
    fn rest(&self, found: &Json) -> Result<Option<String>, Trouble> {
        let Some(next) = found["@odata.nextLink"].as_str() else {
            return Ok(None);
        };
        let next = next.strip_prefix(&self.http.origin());
        let next = next.and_then(|path| path.strip_prefix(&format!("/{API}/")));
        Ok(Some(next.ok_or(Reason::NotTheCrm)?.to_owned()))
    }

    fn found(&self, path: &str) -> Result<Json, Trouble> {
        let reply = self.ask(Method::GET, path, false, None)?;
        match reply.status {
            200 => Ok(reply.json),
            _ => Err(Reason::Settings.into()),
        }
    }

    fn row(&self, change: &Change) -> Written {
        let ask = Ask::of(change)?;
        let there = ask.only_if_there;
        let reply = self.tell(Method::PATCH, &ask.path, there, Some(&ask.body))?;
        id_of(&reply, change)
    }
}

/// How one lead is written.
struct Ask {
    /// Below [`API`].
    path: String,
    only_if_there: bool,
    body: Json,
}

impl Ask {
    fn of(change: &Change) -> Result<Self, Reason> {
        let mut columns = change.columns.clone();
        let path = match &change.id {
            Some(id) => path(id)?,
            None => {
                columns.remove(FORM.lead);
                format!("leads({}='{}')", FORM.lead, change.key)
            }
        };
        if let Some(rating) = columns.get_mut(RATING) {
            let number = rating.as_str().and_then(|text| text.parse::<u64>().ok());
            *rating = number.into();
        }
        let shown = format!("leadid,{}", FORM.lead);
        Ok(Self {
            path: format!("{path}?{}", query(&[("$select", &shown)])),
            only_if_there: change.id.is_some(),
            body: columns.into(),
        })
    }
}

/// The id of the lead that was written. An answer about another lead is none.
fn id_of(reply: &Reply, change: &Change) -> Written {
    if !matches!(reply.status, 200 | 201) {
        return Err(Reason::Refused.into());
    }
    let lead = change.columns.get(FORM.lead).and_then(Json::as_str);
    let is_its = reply.json[FORM.lead] == lead.unwrap_or(&change.key);
    let id = reply.json["leadid"].as_str();
    let id = id.filter(|id| is_its && Uuid::parse_str(id).is_ok());
    id.map(str::to_owned).ok_or(Reason::NoId.into())
}

/// Where people sign in: the tenant's own door at Microsoft.
pub(crate) fn place(profile: &Profile, words: &[&str]) -> Result<Place, ConnectError> {
    let (tenant, id, key) = match words {
        [tenant, id] if checked(tenant) => (tenant, id, None),
        [tenant, id, key] if checked(tenant) => (tenant, id, Some(Secret::new(key))),
        _ => return Err(ConnectError::NoSecret),
    };
    let http = Http::at(profile)?;
    Ok(Place {
        scope: format!("{}/.default offline_access", http.origin()),
        http: http.sign_in_at(SIGN_IN)?,
        authorize: format!("{tenant}/oauth2/v2.0/authorize"),
        token: format!("{tenant}/{TOKEN}"),
        more: &[],
        before: vec![Secret::new(tenant)],
        id: Secret::new(id),
        key,
    })
}

impl Dialect for Dataverse {
    fn kind(&self) -> &'static str {
        "dataverse"
    }

    fn batch(&self) -> usize {
        40
    }

    fn layout(&self) -> &Layout {
        &self.layout
    }

    fn read(&self, leads: &[String]) -> Result<Vec<There>, Trouble> {
        self.search(&is_one_of(FORM.lead, leads))
    }

    fn with_emails(&self, emails: &[String]) -> Result<Vec<There>, Trouble> {
        let email = is_one_of("emailaddress1", emails);
        self.search(&format!("{} ne null and {email}", FORM.lead))
    }

    fn is_id(&self, id: &str) -> bool {
        Uuid::parse_str(id).is_ok()
    }

    fn by_id(&self, id: &str) -> Result<Option<There>, Trouble> {
        let select = query(&[("$select", &self.select())]);
        let reply = self.ask(Method::GET, &format!("{}?{select}", path(id)?), false, None)?;
        match reply.status {
            200 => Ok(lead(&reply.json)),
            404 => Ok(None),
            _ => Err(Reason::Settings.into()),
        }
    }

    fn write(&self, changes: &[&Change]) -> Result<Vec<Written>, Refusal> {
        match changes {
            [] | [_] => each(changes, |change| self.row(change)),
            several => self.rows(several),
        }
    }

    /// Environments may keep deleted rows for a while.
    fn keeps_deleted(&self) -> bool {
        true
    }

    fn may_erase(&self, there: &There) -> bool {
        there.columns.get(STATE) != Some(&QUALIFIED.into())
    }

    fn erase(&self, there: &There) -> Result<(), Trouble> {
        let reply = self.ask(Method::DELETE, &path(&there.id)?, false, None)?;
        erased(&reply, |_| false)
    }

    fn with_receipts(&self, codes: &[String]) -> Result<Vec<There>, Trouble> {
        self.search(&any_of(codes, " or ", |code| {
            format!("contains({},'{code}')", FORM.receipt)
        }))
    }

    fn changed(&self, since: DateTime<Utc>, after: Option<&str>) -> Result<Option<Page>, Trouble> {
        let no: Vec<String> = FORM
            .marketing
            .iter()
            .map(|field| format!("{} eq true", field.column))
            .collect();
        let filter = format!(
            "{} ne null and {STAMP} ge {} and ({})",
            FORM.lead,
            stamp(since),
            no.join(" or ")
        );
        let first = || {
            let select = self.select();
            let pairs = [
                ("$select", &*select),
                ("$filter", &filter),
                ("$orderby", STAMP),
            ];
            format!("leads?{}", query(&pairs))
        };
        let found = self.found(&after.map_or_else(first, str::to_owned))?;
        let rows = found["value"].as_array().ok_or(Reason::NotTheCrm)?;
        Ok(Some(Page {
            rows: rows.iter().filter_map(lead).collect(),
            latest: opt_outs::latest(rows, STAMP),
            after: self.rest(&found)?,
        }))
    }

    fn test(&self) -> Result<Tested, Trouble> {
        let mut tested = self.lacking()?;
        tested.missing.extend(self.unprivileged()?);
        Ok(tested)
    }

    fn makes_fields(&self) -> bool {
        true
    }

    fn make(&mut self, name: &str, shape: Shape) -> Result<Option<Missing>, Trouble> {
        self.make_column(name, shape)
    }

    fn date(&self) -> Option<DateTime<Utc>> {
        self.http.date()
    }

    fn renewed(&self) -> Option<Renewed> {
        self.session.renewed()
    }
}

fn is_one_of(column: &str, values: &[String]) -> String {
    let values = quoted(values);
    format!("Microsoft.Dynamics.CRM.In(PropertyName='{column}',PropertyValues=[{values}])")
}

fn path(id: &str) -> Result<String, Reason> {
    let id = Uuid::parse_str(id).map_err(|_| Reason::NoId)?;
    Ok(format!("leads({id})"))
}

/// A tenant goes into a path: an id or a domain.
fn checked(tenant: &str) -> bool {
    tenant
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.')
}

fn lead(row: &Json) -> Option<There> {
    let mut columns = row.as_object()?.clone();
    if let Some(rating) = columns.get(RATING).and_then(Json::as_u64) {
        columns.insert(RATING.to_owned(), rating.to_string().into());
    }
    Some(There {
        id: row["leadid"].as_str()?.to_owned(),
        columns,
    })
}
