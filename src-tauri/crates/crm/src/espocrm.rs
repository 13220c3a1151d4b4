//! EspoCRM, as its leads.
//!
//! How: EspoCRM has no batch and no external id, so a run of leads is looked up at once by a custom field, and each is
//! then made or changed by itself; a lead whose answer was lost is found by that look-up. Its own search for duplicates
//! is switched off: another lead's e-mail is no reason to touch that lead.
//!
//! Consent: e-mail and text message are the address's and the number's own "opted out", telephone is "do not call". A yes
//! sets nothing: EspoCRM keeps one opt-out per address for all its records, and a booth must not lift it. A deletion only
//! hides the record, so every value is cleared before.
//!
//! What an administrator sets up: an API user with an API key and a role that may create, read, edit and delete leads; on
//! leads the custom fields `zgodaLead`, `zgodaReceipt` (varchar), `zgodaPermission` and `zgodaProof` (text), which
//! EspoCRM itself calls `cZgoda…`. `crm.url` is EspoCRM's address; the secret is the API key.

use chrono::{DateTime, Utc};
use reqwest::Method;
use serde_json::{Map, Value as Json};
use zgoda_core::field::Field;
use zgoda_core::outbox::Reason;
use zgoda_core::profile::{Channel, Profile};

use crate::dialect::{Change, Dialect, Refusal, Written, each, erased};
use crate::filed::There;
use crate::form::{Form, Layout, Marketing, Said};
use crate::http::{Http, Reply, Sign, Trouble, query};
use crate::{ConnectError, Missing, Secret, Tested};

const FORM: Form = Form {
    lead: "cZgodaLead",
    receipt: "cZgodaReceipt",
    permission: "cZgodaPermission",
    proof: "cZgodaProof",
    notes: "description",
    columns: |field| match field {
        Field::Name => &["firstName", "lastName"],
        Field::Title => &["title"],
        Field::Company => &["accountName"],
        Field::Email => &["emailAddress"],
        Field::Phone => &["phoneNumber"],
        Field::Website => &["website"],
        Field::Address => &[
            "addressStreet",
            "addressPostalCode",
            "addressCity",
            "addressState",
            "addressCountry",
        ],
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
    event: None,
    country_is_code: false,
    blank: &[("lastName", crate::NOT_GIVEN)],
    most: |column| match column {
        "firstName" | "lastName" | "title" | "addressCity" | "addressState" | "addressCountry" => {
            Some(100)
        }
        "addressPostalCode" => Some(40),
        "accountName" | "addressStreet" | "website" => Some(255),
        _ => None,
    },
    marketing: &[
        Marketing::opt_out_for_all(Channel::Email, "emailAddressIsOptedOut"),
        Marketing::opt_out(Channel::Phone, "doNotCall", Said::Nothing),
        Marketing::opt_out_for_all(Channel::Sms, "phoneNumberIsOptedOut"),
    ],
};

const LEADS: &str = "api/v1/Lead";
const EMAIL: &str = "emailAddress";
/// The most leads of one answer that EspoCRM gives unless an administrator has set another limit.
const PAGE: usize = 200;
/// The most conditions of one address, so that it stays short enough.
const CONDITIONS: usize = 10;
/// What the role has to allow.
const RIGHTS: [&str; 4] = ["create", "read", "edit", "delete"];

/// An EspoCRM.
pub(crate) struct EspoCrm {
    http: Http,
    key: Secret,
    layout: Layout,
}

impl EspoCrm {
    pub(crate) fn new(profile: &Profile, secret: Option<&Secret>) -> Result<Self, ConnectError> {
        Ok(Self {
            http: Http::at(profile)?,
            key: crate::secret(secret)?,
            layout: Layout::new(&FORM, profile),
        })
    }

    fn ask(&self, method: Method, path: &str, body: Option<&Json>) -> Result<Reply, Trouble> {
        let sign = Sign::Header("x-api-key", "", &self.key);
        let headers = [("x-skip-duplicate-check", "true")];
        let reply = self.http.hear(method, path, sign, &headers, body)?;
        match (reply.busy, reply.status) {
            (Some(busy), _) => Err(busy),
            (None, 401 | 403) => Err(Reason::SignIn.into()),
            (None, _) => Ok(Reply {
                busy: None,
                ..reply
            }),
        }
    }

    /// The leads whose `column` is one of `values`.
    fn search(&self, column: &str, values: &[String]) -> Result<Vec<There>, Trouble> {
        let mut pairs = vec![("where[0][type]", "in"), ("where[0][attribute]", column)];
        pairs.extend(
            values
                .iter()
                .map(|value| ("where[0][value][]", value.as_str())),
        );
        self.found(&pairs)
    }

    /// The leads that match `conditions`, those of further pages too: who is missed is filed a second time, and has a consent
    /// that is withdrawn in the first. The oldest come first, so that a new one shifts none.
    fn found(&self, conditions: &[(&str, &str)]) -> Result<Vec<There>, Trouble> {
        let select = self.layout.everything().join(",");
        let most = PAGE.to_string();
        let mut leads = Vec::new();
        for offset in (0..).step_by(PAGE) {
            let offset = offset.to_string();
            let mut pairs = vec![
                ("select", select.as_str()),
                ("maxSize", &most),
                ("offset", &offset),
                ("orderBy", "createdAt"),
                ("order", "asc"),
            ];
            pairs.extend_from_slice(conditions);
            let reply = self.ask(Method::GET, &format!("{LEADS}?{}", query(&pairs)), None)?;
            if reply.status != 200 {
                return Err(Reason::Settings.into());
            }
            let rows = reply.json["list"].as_array().ok_or(Reason::NotTheCrm)?;
            leads.extend(rows.iter().filter_map(lead));
            if rows.len() < PAGE {
                break;
            }
        }
        Ok(leads)
    }

    fn put(&self, id: &str, columns: &Map<String, Json>) -> Result<Reply, Trouble> {
        let body = Json::from(columns.clone());
        self.ask(
            Method::PUT,
            &format!("{LEADS}/{}", checked(id)?),
            Some(&body),
        )
    }

    fn row(&self, change: &Change) -> Written {
        let reply = match &change.id {
            Some(id) => self.put(id, &change.columns)?,
            None => self.ask(Method::POST, LEADS, Some(&change.columns.clone().into()))?,
        };
        match reply.status {
            200 | 201 => {}
            400 => return Err(Refusal::of(column(&reply.json).into_iter().collect())),
            // Somebody has deleted it since it was read.
            404 if change.id.is_some() => return Err(Reason::Refused.into()),
            404 => return Err(Reason::Settings.into()),
            _ => return Err(Reason::Refused.into()),
        }
        let id = reply.json["id"].as_str().filter(|id| checked(id).is_ok());
        id.map(str::to_owned).ok_or(Reason::NoId.into())
    }
}

impl Dialect for EspoCrm {
    fn kind(&self) -> &'static str {
        "espocrm"
    }

    fn batch(&self) -> usize {
        40
    }

    fn layout(&self) -> &Layout {
        &self.layout
    }

    fn read(&self, leads: &[String]) -> Result<Vec<There>, Trouble> {
        self.search(FORM.lead, leads)
    }

    fn with_emails(&self, emails: &[String]) -> Result<Vec<There>, Trouble> {
        let mut rows = self.search(EMAIL, emails)?;
        rows.retain(|row| !row.text(FORM.lead).is_empty());
        Ok(rows)
    }

    fn is_id(&self, id: &str) -> bool {
        checked(id).is_ok()
    }

    fn by_id(&self, id: &str) -> Result<Option<There>, Trouble> {
        let reply = self.ask(Method::GET, &format!("{LEADS}/{}", checked(id)?), None)?;
        match reply.status {
            200 => Ok(lead(&reply.json)),
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
        let path = format!("{LEADS}/{}", checked(&there.id)?);
        let reply = self.ask(Method::DELETE, &path, None)?;
        erased(&reply, |said| *said == true)
    }

    fn with_receipts(&self, codes: &[String]) -> Result<Vec<There>, Trouble> {
        let mut rows = Vec::new();
        for codes in codes.chunks(CONDITIONS) {
            let conditions = codes.iter().enumerate().flat_map(|(at, code)| {
                let key = |name: &str| format!("where[0][value][{at}][{name}]");
                [
                    (key("type"), "contains"),
                    (key("attribute"), FORM.receipt),
                    (key("value"), code.as_str()),
                ]
            });
            let conditions: Vec<(String, &str)> = conditions.collect();
            let mut pairs = vec![("where[0][type]", "or")];
            pairs.extend(conditions.iter().map(|(key, value)| (key.as_str(), *value)));
            rows.extend(self.found(&pairs)?);
        }
        Ok(rows)
    }

    fn test(&self) -> Result<Tested, Trouble> {
        let user = self.ask(Method::GET, "api/v1/App/user", None)?;
        let rights = &user.json["acl"]["table"]["Lead"];
        if user.status != 200 || !user.json["acl"].is_object() {
            return Err(Reason::Settings.into());
        }
        let lacking = |right: &&str| matches!(rights[*right].as_str(), None | Some("no"));
        let rights = RIGHTS.into_iter().filter(lacking);
        let mut missing: Vec<Missing> = rights
            .map(|right| Missing::Permission(format!("Lead: {right}")))
            .collect();
        let known = self.ask(
            Method::GET,
            "api/v1/Metadata?key=entityDefs.Lead.fields",
            None,
        )?;
        let known = known.json.as_object().ok_or(Reason::NotTheCrm)?;
        let wanted = self.layout.custom().into_iter();
        let lacking = wanted.filter(|name| !known.contains_key(*name));
        missing.extend(lacking.map(|name| Missing::CustomField(name.to_owned())));
        Ok(Tested {
            account: None,
            missing,
        })
    }

    fn date(&self) -> Option<DateTime<Utc>> {
        self.http.date()
    }
}

/// An id of EspoCRM's goes into a path: letters and digits only.
fn checked(id: &str) -> Result<&str, Reason> {
    let fine = !id.is_empty()
        && id
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    fine.then_some(id).ok_or(Reason::NoId)
}

fn lead(row: &Json) -> Option<There> {
    There::flat(row, "id")
}

/// The field that a refusal names.
fn column(refusal: &Json) -> Option<String> {
    let field = &refusal["messageTranslation"]["data"]["field"];
    field.as_str().map(str::to_owned)
}
