//! Zoho CRM, as its leads (API v8).
//!
//! How: a run of leads is looked up by one query in COQL, which answers ids, and read by those; they are upserted up to
//! 100 at once with the custom field `Zgoda_Lead` as the only field by which a duplicate is told. Each row has an answer of
//! its own, whatever the status of the whole. A field that Zoho keeps unique and that another lead has goes into the notes
//! of ours. A deletion lies in the recycle bin for 60 days, so every value is cleared before. A lead that was converted is
//! not erased from here: the contact would stay, and a person must look.
//!
//! Consent: `Email_Opt_Out` says the opposite of a standing yes; the proof is in fields of its own.
//!
//! What an administrator sets up: on leads the custom fields `Zgoda_Lead` (single line, no duplicate values),
//! `Zgoda_Receipt` (single line), `Zgoda_Permission` and `Zgoda_Proof` (multi-line, large); a self client with the scopes
//! `ZohoCRM.modules.leads.ALL`, `ZohoCRM.coql.READ` and `ZohoCRM.settings.fields.READ` (with
//! `ZohoCRM.settings.fields.CREATE` Zgoda makes the fields itself, with `ZohoCRM.settings.modules.READ` it says beforehand
//! what the user's profile forbids). `crm.url` is the API's address in the account's region,
//! `https://www.zohoapis.eu`; the secret is the client's id, its secret and a refresh token with spaces between them, or
//! an access token, or what `zgoda crm sign-in` leaves: a server-based client with the redirect `http://localhost:47813/zgoda`.

mod rights;
mod set_up;
mod sign_in;

use chrono::{DateTime, SecondsFormat, Utc};
use reqwest::Method;
use serde_json::{Value as Json, json};
use zgoda_core::field::Field;
use zgoda_core::outbox::Reason;
use zgoda_core::profile::{Channel, Profile};

use crate::dialect::{Change, Dialect, Refusal, Written, by_key_or_id, quoted};
use crate::filed::There;
use crate::form::{Form, Layout, Marketing, Said, Shape};
use crate::http::{Http, Reply, Sign, Trouble, query};
use crate::oauth::Session;
use crate::opt_outs::Page;
use crate::{ConnectError, Missing, Renewed, Secret, Tested, opt_outs};

const FORM: Form = Form {
    lead: "Zgoda_Lead",
    receipt: "Zgoda_Receipt",
    permission: "Zgoda_Permission",
    proof: "Zgoda_Proof",
    notes: "Description",
    columns: |field| match field {
        Field::Name => &["First_Name", "Last_Name"],
        Field::Title => &["Designation"],
        Field::Company => &["Company"],
        Field::Email => &["Email"],
        Field::Phone => &["Phone"],
        Field::Website => &["Website"],
        Field::Address => &["Street", "Zip_Code", "City", "State", "Country"],
        // Zoho's ratings and salutations are lists of its own.
        Field::Prefix
        | Field::Reference
        | Field::Note
        | Field::Tags
        | Field::Rating
        | Field::Answers
        | Field::Signature => &[],
    },
    rating: str::to_owned,
    due: None,
    event: Some("Lead_Source"),
    country_is_code: false,
    blank: &[
        ("Last_Name", crate::NOT_GIVEN),
        ("Company", crate::NOT_GIVEN),
    ],
    most: |column| match column {
        "Zip_Code" => Some(30),
        "First_Name" => Some(40),
        "Last_Name" => Some(80),
        "Designation" | "Company" | "City" | "State" | "Country" => Some(100),
        "Lead_Source" => Some(120),
        "Website" | "Street" => Some(250),
        _ => None,
    },
    marketing: &[Marketing::opt_out(
        Channel::Email,
        "Email_Opt_Out",
        Said::Flag(false),
    )],
};

const API: &str = "crm/v8";
/// The most conditions of one query that are joined one by one. COQL nests them in pairs.
const CONDITIONS: usize = 10;
/// The most rows of one answer of COQL that cost as little as one.
const PAGE: usize = 200;
/// The most leads that are read by their ids at once.
const IDS: usize = 100;
/// When it was changed last, by whomever.
const STAMP: &str = "Modified_Time";
/// A contact, an account or a deal was made of the lead.
const CONVERTED: &str = "Converted__s";
/// The token is good, and not for this.
const SCOPE: &str = "OAUTH_SCOPE_MISMATCH";

pub(crate) use self::sign_in::place;

/// An organisation in Zoho CRM.
pub(crate) struct Zoho {
    http: Http,
    session: Session,
    layout: Layout,
}

impl Zoho {
    pub(crate) fn new(profile: &Profile, secret: Option<&Secret>) -> Result<Self, ConnectError> {
        let http = Http::at(profile)?;
        let session = sign_in::session(&http, secret)?;
        Ok(Self {
            http,
            session,
            layout: Layout::new(&FORM, profile),
        })
    }

    fn ask(&self, method: Method, path: &str, body: Option<&Json>) -> Result<Reply, Trouble> {
        let path = format!("{API}/{path}");
        let mut reply = self.session.ask(|token| {
            let sign = Sign::Header("authorization", "Zoho-oauthtoken ", token);
            let mut reply = self.http.hear(method.clone(), &path, sign, &[], body)?;
            if reply.status == 401 && reply.json["code"] == SCOPE {
                reply.status = 403;
            }
            Ok(reply)
        })?;
        match reply.busy.take() {
            Some(busy) => Err(busy),
            None => Ok(reply),
        }
    }

    /// A request that no single lead can spoil; 204 is an empty answer.
    fn whole(&self, method: Method, path: &str, body: Option<&Json>) -> Result<Json, Trouble> {
        let reply = self.ask(method, path, body)?;
        match reply.status {
            200 | 204 => Ok(reply.json),
            403 => Err(Reason::SignIn.into()),
            _ => Err(Reason::Settings.into()),
        }
    }

    /// The leads that `condition` matches, those of further pages too: who is missed is filed a second time, and has a consent
    /// that is withdrawn in the first. Without an order COQL goes by the id, so that a new lead comes last.
    fn search(&self, condition: &str) -> Result<Vec<There>, Trouble> {
        let mut leads = Vec::new();
        for offset in (0..).step_by(PAGE) {
            let select = format!("select id from Leads where {condition} limit {offset}, {PAGE}");
            let body = json!({ "select_query": select });
            let found = self.whole(Method::POST, "coql", Some(&body))?;
            let found = rows(&found)?;
            let ids = found.iter().filter_map(|row| row["id"].as_str());
            leads.extend(self.leads(&ids.collect::<Vec<_>>())?);
            if found.len() < PAGE {
                break;
            }
        }
        Ok(leads)
    }

    fn send(
        &self,
        method: Method,
        path: &str,
        mut body: Json,
        changes: &[&Change],
    ) -> Result<Vec<Written>, Refusal> {
        let rows = changes.iter().map(|change| {
            let mut columns = change.columns.clone();
            match change.handed_over(&FORM) {
                Some(id) => columns.insert("id".to_owned(), id.into()),
                None => columns.insert(FORM.lead.to_owned(), change.key.clone().into()),
            };
            Json::from(columns)
        });
        body["data"] = rows.collect();
        let reply = self.ask(method, path, Some(&body))?;
        match (reply.json["data"].as_array(), reply.status) {
            (Some(rows), _) => Ok(rows.iter().map(written).collect()),
            (None, 403) => Err(Reason::SignIn.into()),
            (None, 400..500) => Err(class(&reply.json)),
            (None, _) => Err(Reason::NotTheCrm.into()),
        }
    }

    /// The leads themselves, converted ones among them.
    fn leads(&self, ids: &[&str]) -> Result<Vec<There>, Trouble> {
        let fields = format!("{CONVERTED},{}", self.layout.everything().join(","));
        let mut leads = Vec::new();
        for ids in ids.chunks(IDS) {
            let ids = ids.join(",");
            let pairs = [
                ("ids", ids.as_str()),
                ("fields", &fields),
                ("converted", "both"),
            ];
            let path = format!("Leads?{}", query(&pairs));
            let found = self.whole(Method::GET, &path, None)?;
            leads.extend(rows(&found)?.iter().filter_map(lead));
        }
        Ok(leads)
    }
}

impl Dialect for Zoho {
    fn kind(&self) -> &'static str {
        "zoho"
    }

    /// As many ids as one query of COQL takes.
    fn batch(&self) -> usize {
        50
    }

    fn layout(&self) -> &Layout {
        &self.layout
    }

    fn read(&self, leads: &[String]) -> Result<Vec<There>, Trouble> {
        self.search(&format!("{} in ({})", FORM.lead, quoted(leads)))
    }

    fn with_emails(&self, emails: &[String]) -> Result<Vec<There>, Trouble> {
        let emails = quoted(emails);
        self.search(&format!(
            "({} is not null and Email in ({emails}))",
            FORM.lead
        ))
    }

    fn is_id(&self, id: &str) -> bool {
        checked(id).is_ok()
    }

    fn by_id(&self, id: &str) -> Result<Option<There>, Trouble> {
        Ok(self.leads(&[checked(id)?])?.into_iter().next())
    }

    fn write(&self, changes: &[&Change]) -> Result<Vec<Written>, Refusal> {
        let by_key = json!({ "duplicate_check_fields": [FORM.lead] });
        by_key_or_id(
            changes,
            &FORM,
            |some| self.send(Method::POST, "Leads/upsert", by_key.clone(), some),
            |some| self.send(Method::PUT, "Leads", json!({}), some),
        )
    }

    fn keeps_deleted(&self) -> bool {
        true
    }

    fn may_erase(&self, there: &There) -> bool {
        there.columns.get(CONVERTED) != Some(&true.into())
    }

    fn erase(&self, there: &There) -> Result<(), Trouble> {
        let path = format!("Leads/{}", checked(&there.id)?);
        let reply = self.ask(Method::DELETE, &path, None)?;
        let said = &reply.json["data"][0];
        match (reply.status, said["code"].as_str()) {
            // Zoho says so of an id that is not there.
            (200, Some("SUCCESS")) | (_, Some("INVALID_DATA")) | (204 | 404, _) => Ok(()),
            (403, _) => Err(Reason::SignIn.into()),
            (200, None) => Err(Reason::NotTheCrm.into()),
            _ => Err(Reason::Refused.into()),
        }
    }

    fn with_receipts(&self, codes: &[String]) -> Result<Vec<There>, Trouble> {
        let mut rows = Vec::new();
        for codes in codes.chunks(CONDITIONS) {
            let mut conditions = codes
                .iter()
                .map(|code| format!("{} like '%{code}%'", FORM.receipt));
            let nested = conditions
                .by_ref()
                .reduce(|all, one| format!("({all} or {one})"));
            rows.extend(self.search(&nested.unwrap_or_default())?);
        }
        Ok(rows)
    }

    /// COQL answers ids, and only of leads that were not converted.
    fn changed(&self, since: DateTime<Utc>, after: Option<&str>) -> Result<Option<Page>, Trouble> {
        let offset: usize = after.and_then(|after| after.parse().ok()).unwrap_or(0);
        let most = self.batch();
        let select = format!(
            "select id, {STAMP} from Leads where (({} is not null and {STAMP} >= '{}') \
             and Email_Opt_Out = true) order by {STAMP} asc limit {offset}, {most}",
            FORM.lead,
            since.to_rfc3339_opts(SecondsFormat::Secs, false)
        );
        let found = self.whole(
            Method::POST,
            "coql",
            Some(&json!({ "select_query": select })),
        )?;
        let found = rows(&found)?;
        let ids: Vec<&str> = found.iter().filter_map(|row| row["id"].as_str()).collect();
        let next = (found.len() == most).then(|| (offset + most).to_string());
        Ok(Some(Page {
            rows: self.leads(&ids)?,
            latest: opt_outs::latest(found, STAMP),
            after: next,
        }))
    }

    fn test(&self) -> Result<Tested, Trouble> {
        self.tested()
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

/// The rows of an answer; none where it is empty.
fn rows(json: &Json) -> Result<&[Json], Trouble> {
    match (json, json["data"].as_array()) {
        (Json::Null, _) => Ok(&[]),
        (_, Some(rows)) => Ok(rows),
        (_, None) => Err(Reason::NotTheCrm.into()),
    }
}

fn lead(row: &Json) -> Option<There> {
    There::flat(row, "id")
}

/// The answer to one row.
fn written(row: &Json) -> Written {
    if row["status"] != "success" {
        return Err(class(row));
    }
    let id = row["details"]["id"]
        .as_str()
        .filter(|id| checked(id).is_ok());
    id.map(str::to_owned).ok_or(Reason::NoId.into())
}

/// What an error means. One that is not known is taken for the row's.
fn class(error: &Json) -> Refusal {
    match error["code"].as_str().unwrap_or_default() {
        "MANDATORY_NOT_FOUND" => Reason::MissingField.into(),
        "INTERNAL_ERROR" | "RECORD_LOCKED" => Reason::ServerTrouble.into(),
        "NO_PERMISSION" => Reason::SignIn.into(),
        "INVALID_MODULE" => Reason::Settings.into(),
        _ => {
            let column = error["details"]["api_name"].as_str();
            Refusal::of(column.into_iter().map(str::to_owned).collect())
        }
    }
}

/// An id of Zoho's goes into a path: digits only.
fn checked(id: &str) -> Result<&str, Reason> {
    let fine = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit());
    fine.then_some(id).ok_or(Reason::NoId)
}
