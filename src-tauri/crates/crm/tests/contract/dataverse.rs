//! Dataverse as its documentation has it: upsert at an alternate key, `If-Match` for what must be there, a duplicate as
//! HTTP 500, a limit with `Retry-After`, and metadata that tells columns and keys.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde_json::{Value as Json, json};
use zgoda_core::LeadId;
use zgoda_core::outbox::{Answer, Body, Reason};
use zgoda_crm::{ConnectError, Missing};

use crate::fake::bottle::{confirmed, messages, offline, person, retry};
use crate::fake::{Deed, Fault, Request, Server};
use crate::imagined::{email, lead, lead_id, message, upsert};
use crate::opt_outs::{OptsOut, is_since, mark, page, row_of};
use crate::rights::TellsRights;
use crate::set_up::MakesFields;
use crate::several::{Pages, behind_a_page, met_by};
use crate::suite::{Contract, Row, Rules, Stand, decoded, text, withdraw};

/// As many as the requests ask for.
const PAGE: usize = 100;
const USER: &str = "5e1f0000-0000-4000-8000-00000000cafe";
const CLIENT: &str = "lipa.example 11111111-aaaa client~secret";

pub(crate) struct Dataverse {
    leads: BTreeMap<String, Row>,
    deleted: Vec<Row>,
    token: String,
    /// The column is there, and no key on it.
    no_key: bool,
    /// The user may not read of users and roles.
    secretive: bool,
    /// What one of several requests in one comes to instead.
    part: Option<Fault>,
    rules: Rules,
    made: u64,
}

suite!(Dataverse);
opt_outs!(Dataverse);
several!(Dataverse);
set_up!(Dataverse);
rights!(Dataverse);
suite!(
    Dataverse,
    a_value_that_the_crm_does_not_take_goes_into_the_notes
);

impl Contract for Dataverse {
    const KIND: &'static str = "dataverse";
    const SECRET: &'static str = "eyJtoken";
    const REQUESTS: usize = 20;
    const NAMES: [&'static str; 6] = [
        "zgoda_lead",
        "zgoda_permission",
        "zgoda_proof",
        "description",
        "emailaddress1",
        "telephone1",
    ];

    fn new() -> Self {
        Self {
            leads: BTreeMap::new(),
            deleted: Vec::new(),
            token: Self::SECRET.to_owned(),
            no_key: false,
            secretive: false,
            part: None,
            rules: Rules::default(),
            made: 0,
        }
    }

    fn answer(&mut self, request: &Request) -> Deed {
        if request.path == "/lipa.example/oauth2/v2.0/token" {
            self.token += "x";
            return Deed::Answer(200, json!({ "access_token": self.token }));
        }
        if request.headers["authorization"] != format!("Bearer {}", self.token) {
            return Deed::Answer(401, json!({ "error": { "code": "0x80072560" } }));
        }
        let path = decoded(&request.path);
        let path = path.strip_prefix("/api/data/v9.2/").unwrap();
        if path == "$batch" {
            return self.batch(request);
        }
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        if path.starts_with("EntityDefinitions") && request.method == "POST" {
            return self.make(path, &request.body);
        }
        if path.starts_with("EntityDefinitions") {
            return self.definition();
        }
        if path == "WhoAmI" {
            let id = "be000000-0000-4000-8000-000000000001";
            return Deed::Answer(
                200,
                json!({ "BusinessUnitId": id, "UserId": USER, "OrganizationId": id }),
            );
        }
        if path.starts_with("systemusers") {
            return self.privileges(path, query);
        }
        let right = match request.method.as_str() {
            "GET" => "prvReadLead",
            "DELETE" => "prvDeleteLead",
            _ if path.contains("zgoda_lead=") => "prvCreateLead",
            _ => "prvWriteLead",
        };
        if !self.rules.may(right) {
            return error(403, "0x80040220");
        }
        if path == "leads" && query.contains("modifiedon ge ") {
            assert!(request.headers["prefer"].contains("odata.maxpagesize="));
            return self.changed(query, &request.headers["host"]);
        }
        if path == "leads" {
            return self.query(query, &request.headers["host"]);
        }
        let key = path.trim_start_matches("leads(").trim_end_matches(')');
        if let Some(lead) = key.strip_prefix("zgoda_lead=") {
            assert_eq!(request.method, "PATCH");
            return self.upsert(lead.trim_matches('\''), &request.body);
        }
        match request.method.as_str() {
            _ if !self.leads.contains_key(key) => gone(),
            "GET" => Deed::Answer(200, self.shown(key)),
            "PATCH" => {
                assert_eq!(
                    request.headers["if-match"], "*",
                    "only what is there is changed"
                );
                self.save(key, &request.body)
            }
            _ => {
                self.deleted.extend(self.leads.remove(key));
                Deed::Raw(b"HTTP/1.1 204 x\r\nConnection: close\r\n\r\n".to_vec())
            }
        }
    }

    fn rows(&mut self) -> Vec<&mut Row> {
        self.leads.values_mut().collect()
    }

    fn rules(&mut self) -> &mut Rules {
        &mut self.rules
    }

    fn busy() -> (Deed, Option<Duration>) {
        let head = "HTTP/1.1 429 x\r\nRetry-After: 35\r\nContent-Length: 0\r\n\r\n";
        (Deed::Raw(head.into()), Some(Duration::from_secs(35)))
    }
}

fn confirmed_as(id: &str) -> Answer {
    let crm_id = id.to_owned();
    Answer::Confirmed { crm_id }
}

fn error(status: u16, code: &str) -> Deed {
    Deed::Answer(
        status,
        json!({ "error": { "code": code, "message": "no" } }),
    )
}

fn gone() -> Deed {
    error(404, "0x80040217")
}

/// Which page is asked for.
fn skiptoken(query: &str) -> usize {
    let number = query.split_once("&$skiptoken=");
    number.map_or(0, |(_, number)| number.parse().unwrap())
}

/// Where the page `number` is.
fn link(query: &str, host: &str, number: usize) -> String {
    let first = query.split("&$skiptoken=").next().unwrap();
    let first = first.replace(' ', "%20");
    format!("http://{host}/api/data/v9.2/leads?{first}&$skiptoken={number}")
}

fn answered(shown: Vec<Json>, next: Option<String>) -> Deed {
    let mut answer = json!({ "value": shown });
    if let Some(next) = next {
        answer["@odata.nextLink"] = next.into();
    }
    Deed::Answer(200, answer)
}

impl Pages for Dataverse {
    const PAGE: usize = PAGE;

    fn before(&mut self, n: usize, row: Row) {
        let id = format!("00000000-0000-4000-8000-{n:012}");
        self.leads.insert(id, row);
    }
}

impl MakesFields for Dataverse {
    const WANTING: &'static str = "System Customizer";
}

impl TellsRights for Dataverse {
    const RIGHTS: &'static [&'static str] = &[
        "prvCreateLead",
        "prvReadLead",
        "prvWriteLead",
        "prvDeleteLead",
    ];
}

impl OptsOut for Dataverse {
    const STAMP: Option<&'static str> = Some("modifiedon");

    fn opt_out(&mut self, lead: LeadId, at: DateTime<Utc>) {
        let row = row_of(self.rows(), Self::NAMES[0], lead);
        mark(row, ("donotbulkemail", json!(true)), "modifiedon", at);
    }
}

impl Dataverse {
    fn make(&mut self, path: &str, body: &Json) -> Deed {
        let name = body["SchemaName"].as_str().unwrap();
        if path.ends_with("/Keys") {
            assert_eq!(body["KeyAttributes"], json!(["zgoda_lead"]));
            self.no_key = false;
            return Deed::Raw(b"HTTP/1.1 204 x\r\nConnection: close\r\n\r\n".to_vec());
        }
        let kind = body["@odata.type"].as_str().unwrap();
        let long = kind == "Microsoft.Dynamics.CRM.MemoAttributeMetadata";
        assert!(long || kind == "Microsoft.Dynamics.CRM.StringAttributeMetadata");
        // What is unique is the key, which comes after the column.
        self.no_key |= name == Self::NAMES[0];
        match self.rules.make(name, long, name == Self::NAMES[0]) {
            true => Deed::Raw(b"HTTP/1.1 204 x\r\nConnection: close\r\n\r\n".to_vec()),
            false => error(403, "0x80040220"),
        }
    }

    /// Those of the privileges asked for that the user holds.
    fn privileges(&self, path: &str, query: &str) -> Deed {
        let function = "Microsoft.Dynamics.CRM.RetrieveUserSetOfPrivilegesByNames";
        let asked = format!("systemusers({USER})/{function}(PrivilegeNames=@names)");
        assert_eq!(path, asked);
        if self.secretive {
            return error(403, "0x80040220");
        }
        let names = query.strip_prefix("@names=").unwrap();
        let names: Vec<String> = serde_json::from_str(names).unwrap();
        let held = names.iter().filter(|name| self.rules.may(name));
        let held = held.map(|name| json!({ "Depth": "Global", "PrivilegeName": name }));
        Deed::Answer(200, json!({ "RolePrivileges": held.collect::<Vec<_>>() }))
    }

    fn definition(&self) -> Deed {
        let names = Self::NAMES.into_iter().chain(["zgoda_receipt"]);
        let names = names.filter(|name| Some(*name) != self.rules.lacking);
        let attributes: Vec<Json> = names.map(|name| json!({ "LogicalName": name })).collect();
        let mut keys = vec![json!({ "KeyAttributes": ["zgoda_lead"] })];
        keys.retain(|_| !self.no_key);
        Deed::Answer(200, json!({ "Attributes": attributes, "Keys": keys }))
    }

    fn shown(&self, id: &str) -> Json {
        let mut row = self.leads[id].clone();
        row.insert("leadid".to_owned(), id.into());
        row.entry("statecode".to_owned()).or_insert(json!(0));
        row.into()
    }

    /// The leads that say no and were changed since, with a link to the next page.
    fn changed(&self, query: &str, host: &str) -> Deed {
        let (_, since) = query.split_once("modifiedon ge ").unwrap();
        let (since, no) = since.split_once(" and ").unwrap();
        let no = no.split('&').next().unwrap();
        assert_eq!(no, "(donotbulkemail eq true or donotphone eq true)");
        assert!(query.contains("&$orderby=modifiedon"));
        let number = skiptoken(query);
        let says_no = |row: &Row| {
            let mut flags = ["donotbulkemail", "donotphone"].into_iter();
            flags.any(|name| row.get(name) == Some(&json!(true)))
        };
        let all = self.leads.iter();
        let all = all.filter(|(_, row)| says_no(row) && is_since(row, "modifiedon", since));
        let (shown, more) = page(all.map(|(id, _)| self.shown(id)).collect(), number);
        answered(shown, more.then(|| link(query, host, number + 1)))
    }

    /// The leads that match, page by page.
    fn query(&self, query: &str, host: &str) -> Deed {
        let (_, filter) = query.split_once("$filter=").unwrap();
        let filter = filter.trim_start_matches("zgoda_lead ne null and ");
        let column = ["zgoda_lead", "zgoda_receipt", "emailaddress1"]
            .into_iter()
            .find(|name| filter.contains(name))
            .unwrap();
        let values: Vec<&str> = filter.split('\'').skip(1).step_by(2).collect();
        let found = self.leads.iter().filter(|(_, row)| {
            let value = text(row, column);
            match filter.starts_with("contains(") {
                true => values.iter().any(|code| value.contains(code)),
                false => values.contains(&value),
            }
        });
        let found: Vec<Json> = found.map(|(id, _)| self.shown(id)).collect();
        let number = skiptoken(query);
        let more = found.len() > (number + 1) * PAGE;
        let shown = found.into_iter().skip(number * PAGE).take(PAGE).collect();
        answered(shown, more.then(|| link(query, host, number + 1)))
    }

    fn upsert(&mut self, lead: &str, body: &Json) -> Deed {
        assert!(
            body.get("zgoda_lead").is_none(),
            "the key stands in the address"
        );
        let mut known = self
            .leads
            .iter()
            .filter(|(_, row)| text(row, "zgoda_lead") == lead);
        let id = known.next().map(|(id, _)| id.clone());
        let id = id.unwrap_or_else(|| {
            self.made += 1;
            let id = format!("5e1f0000-0000-4000-8000-{:012}", self.made);
            self.leads.insert(
                id.clone(),
                Row::from_iter([("zgoda_lead".to_owned(), json!(lead))]),
            );
            id
        });
        let before = self.leads[&id].len();
        let deed = self.save(&id, body);
        if before == 1 && !matches!(deed, Deed::Answer(200, _)) {
            self.leads.remove(&id);
        }
        deed
    }

    fn save(&mut self, id: &str, body: &Json) -> Deed {
        let mut row = self.leads[id].clone();
        for (column, value) in body.as_object().unwrap() {
            let is_number = column == "leadqualitycode";
            assert!(
                !is_number || value.is_u64() || value.is_null(),
                "a choice is a number"
            );
            row.insert(column.clone(), value.clone());
        }
        if self.rules.refused.as_deref() == Some(text(&row, "zgoda_lead")) {
            return error(500, "0x80040333");
        }
        if self.rules.bad_email.as_deref() == Some(text(&row, "emailaddress1")) {
            let why = "A validation error occurred.  The length of the 'emailaddress1' attribute of the 'lead' \
                       entity exceeded the maximum allowed length of '100'.";
            let error = json!({ "code": "0x80044331", "message": why });
            return Deed::Answer(400, json!({ "error": error }));
        }
        let lead = row["zgoda_lead"].clone();
        self.leads.insert(id.to_owned(), row);
        Deed::Answer(200, json!({ "leadid": id, "zgoda_lead": lead }))
    }

    /// One after the other, each by itself.
    fn batch(&mut self, request: &Request) -> Deed {
        let kind = &request.headers["content-type"];
        let boundary = kind.strip_prefix("multipart/mixed; boundary=").unwrap();
        assert_eq!(request.headers["prefer"], "odata.continue-on-error");
        let text = String::from_utf8(request.bytes.clone()).unwrap();
        let (parts, rest) = text.split_once(&format!("--{boundary}--\r\n")).unwrap();
        assert_eq!(rest, "");
        let between = format!("--{boundary}\r\n");
        let mut parts = parts.split(&between);
        assert_eq!(parts.next(), Some(""));
        let mut answer = String::new();
        for part in parts {
            let part = alone(part, &request.headers);
            let instead = self.part.as_mut().and_then(|instead| instead(&part));
            let deed = instead.unwrap_or_else(|| self.answer(&part));
            let Deed::Answer(status, json) = deed else {
                panic!("no answer in an answer");
            };
            answer += &format!(
                "--batchresponse_1\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n\
                 HTTP/1.1 {status} x\r\nContent-Type: application/json; odata.metadata=minimal\r\n\
                 OData-Version: 4.0\r\n\r\n{json}\r\n"
            );
        }
        mixed(&format!("{answer}--batchresponse_1--\r\n"))
    }
}

/// A request as it would have come alone.
fn alone(part: &str, outer: &BTreeMap<String, String>) -> Request {
    let (own, request) = part.split_once("\r\n\r\n").unwrap();
    assert!(own.contains("Content-Type: application/http"));
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    let mut lines = head.lines();
    let words: Vec<&str> = lines.next().unwrap().split(' ').collect();
    let [method, path, "HTTP/1.1"] = words[..] else {
        panic!("{words:?}");
    };
    let mut headers = outer.clone();
    headers.extend(lines.map(|line| {
        let (name, value) = line.split_once(": ").unwrap();
        (name.to_lowercase(), value.to_owned())
    }));
    assert_eq!(headers["prefer"], "return=representation");
    Request {
        method: method.to_owned(),
        path: path.to_owned(),
        headers,
        bytes: body.into(),
        body: serde_json::from_str(body).unwrap(),
    }
}

fn mixed(body: &str) -> Deed {
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: multipart/mixed; boundary=batchresponse_1\r\nConnection: close\r\n\
         Content-Length: {}\r\n\r\n",
        body.len()
    );
    Deed::Raw(format!("{head}{body}").into())
}

#[test]
fn no_consent_is_an_opt_out_and_a_withdrawal_makes_one() {
    let stand = Stand::<Dataverse>::new();
    let (yes, no) = (lead(2, &offline()), lead(1, &offline()));
    stand.push(&[upsert(&yes), upsert(&no)]);
    let flags = |kept| {
        let row = stand.row(kept);
        ["donotbulkemail", "donotphone"].map(|name| row[name].as_bool().unwrap())
    };
    assert_eq!((flags(&yes), flags(&no)), ([false, false], [false, true]));
    assert_eq!(confirmed(&stand.push(&[withdraw(&yes), upsert(&yes)])), 2);
    assert_eq!(flags(&yes), [true, false]);
}

#[test]
fn errors_are_classed_by_their_code() {
    for (status, code, answer) in [
        (500, "0x80040333", person(Reason::Refused)),
        (400, "0x80044331", person(Reason::Refused)),
        (400, "0x80044330", person(Reason::MissingField)),
        (412, "0x80060892", retry(Reason::ServerTrouble)),
        (500, "0x80040216", retry(Reason::ServerTrouble)),
        (403, "0x80040220", person(Reason::SignIn)),
        (400, "0x80060888", person(Reason::Settings)),
    ] {
        let stand = Stand::<Dataverse>::new();
        stand.crm().part = Some(Box::new(move |request| {
            let bad = request.body["emailaddress1"] == email(1);
            bad.then(|| error(status, code))
        }));
        let answers = stand.push(&messages(3));
        assert_eq!(answers[1], answer, "{code}");
        assert_eq!(confirmed(&answers), 2, "{code}: each stands alone");
    }
}

#[test]
fn a_lead_alone_is_refused_for_the_same_reasons() {
    for (status, code, answer) in [
        (500, "0x80040333", person(Reason::Refused)),
        (403, "0x80040220", person(Reason::SignIn)),
        (500, "0x80040216", retry(Reason::ServerTrouble)),
    ] {
        let stand = Stand::<Dataverse>::new();
        stand.server.fault(move |request| {
            let writes = request.method == "PATCH";
            writes.then(|| error(status, code))
        });
        assert_eq!(stand.push(&messages(1)), [answer], "{code}");
    }
}

#[test]
fn an_answer_that_is_cut_off_or_too_short_confirms_nobody() {
    let whole = |parts: &str| mixed(&format!("{parts}--batchresponse_1--\r\n"));
    let part = |id: &str, lead: &str| {
        let json = json!({ "leadid": id, "zgoda_lead": lead });
        format!(
            "--batchresponse_1\r\nContent-Type: application/http\r\n\r\nHTTP/1.1 200 OK\r\n\r\n{json}\r\n"
        )
    };
    let id = "5e1f0000-0000-4000-8000-000000000777";
    let leads = [0, 1].map(|n| lead_id(n).to_string());
    let first = part(id, &leads[0]);
    let ambiguous = retry(Reason::Ambiguous);
    let refused = "--batchresponse_1\r\nContent-Type: application/http\r\n\r\nHTTP/1.1 400 Bad Request\r\n\r\n\
        {\"error\":{\"code\":\"0x80040265\"}}\r\n";
    let [cut, short, shifted, whose, strange, crossed] = [
        mixed(&first),
        whole(&first),
        whole(&part(id, &leads[1])),
        whole(refused),
        whole(&format!("{first}{first}{first}")),
        whole(&(part(id, &leads[1]) + &first)),
    ];
    for (deed, expected) in [
        (cut, vec![ambiguous.clone(); 2]),
        (short, vec![confirmed_as(id), ambiguous.clone()]),
        (shifted, vec![ambiguous.clone(); 2]),
        (whose, vec![ambiguous; 2]),
        (strange, vec![retry(Reason::NotTheCrm); 2]),
        (crossed, vec![person(Reason::NoId); 2]),
    ] {
        let stand = Stand::<Dataverse>::new();
        let mut deed = Some(deed);
        stand.server.fault(move |request| {
            let writes = request.path.ends_with("$batch");
            writes.then(|| deed.take()).flatten()
        });
        let answers = stand.push(&messages(2));
        assert_eq!(answers, expected);
        stand.server.heal();
        assert_eq!(confirmed(&stand.push(&messages(2))), 2, "and comes again");
        assert_eq!(stand.rows().len(), 2);
    }
}

#[test]
fn too_many_requests_amid_several_are_left_alone() {
    let stand = Stand::<Dataverse>::new();
    let busy = "--batchresponse_1\r\nContent-Type: application/http\r\n\r\nHTTP/1.1 429 Too Many Requests\r\n\
        Retry-After: 35\r\n\r\n{\"error\":{\"code\":\"0x80072322\"}}\r\n";
    stand.server.fault(move |request| {
        let writes = request.path.ends_with("$batch");
        writes.then(|| mixed(&format!("{busy}{busy}--batchresponse_1--\r\n")))
    });
    let after = Some(Duration::from_secs(35));
    let reason = Reason::Throttled;
    assert_eq!(
        stand.push(&messages(2)),
        vec![Answer::Retry { reason, after }; 2]
    );
}

#[test]
fn a_lead_that_somebody_deletes_meanwhile_does_not_come_back() {
    let stand = Stand::<Dataverse>::new();
    let mut kept = lead(1, &offline());
    stand.push(&[upsert(&kept)]);
    kept.revision += 1;
    stand
        .server
        .fault(|request| (request.method == "PATCH").then(gone));
    assert_eq!(stand.push(&[upsert(&kept)]), [person(Reason::Refused)]);
}

#[test]
fn a_qualified_lead_needs_a_person_to_be_erased() {
    let stand = Stand::<Dataverse>::new();
    let kept = lead(1, &offline());
    stand.push(&[upsert(&kept)]);
    for row in stand.crm().rows() {
        row.insert("statecode".to_owned(), json!(1));
    }
    assert_eq!(
        stand.push(&[message(&kept, Body::Erase)]),
        [person(Reason::Refused)]
    );
    assert_eq!(text(&stand.row(&kept), "emailaddress1"), email(1));
}

#[test]
fn nothing_of_the_person_is_kept_behind_a_deletion() {
    let stand = Stand::<Dataverse>::new();
    let kept = lead(1, &offline());
    assert_eq!(
        confirmed(&stand.push(&[upsert(&kept), message(&kept, Body::Erase)])),
        2
    );
    let kept = Json::from(stand.crm().deleted[0].clone()).to_string();
    for gone in [email(1).as_str(), "Zofia", "Pompy", "newsletter"] {
        assert!(!kept.contains(gone), "{gone}: {kept}");
    }
}

#[test]
fn an_application_signs_in_by_itself() {
    let stand = Stand::<Dataverse>::new();
    let mut connector = stand.connect(CLIENT).unwrap();
    assert_eq!(confirmed(&connector.push(&messages(2))), 2);
    assert!(stand.server.log()[0].contains("/lipa.example/oauth2/v2.0/token"));
    for bad in ["lipa.example id", "../x id secret"] {
        assert_eq!(
            stand.connect(bad).err(),
            Some(ConnectError::NoSecret),
            "{bad}"
        );
    }
}

#[test]
fn a_column_without_its_key_is_missing() {
    let stand = Stand::<Dataverse>::new();
    stand.crm().no_key = true;
    let missing = stand.connector().test().unwrap().missing;
    assert_eq!(missing, [Missing::CustomField("zgoda_lead".to_owned())]);
}

#[test]
fn a_user_who_may_not_read_of_roles_stops_nothing() {
    let stand = Stand::<Dataverse>::new();
    stand.crm().secretive = true;
    let mut connector = stand.connector();
    assert_eq!(connector.test().unwrap().missing, []);
    assert_eq!(confirmed(&connector.push(&messages(2))), 2);
}

#[test]
fn a_person_behind_the_first_page_of_an_answer_is_found() {
    crate::several::a_person_behind_the_first_page_of_an_answer_is_found::<Dataverse>();
}

#[test]
fn an_answer_that_goes_on_at_another_host_is_not_followed() {
    let stand = Stand::<Dataverse>::new();
    behind_a_page(&stand);
    let elsewhere = Server::start();
    let next = format!("{}/api/data/v9.2/leads?$skiptoken=1", elsewhere.address);
    stand.server.fault(move |request| {
        let looks = request.path.contains("emailaddress1%27");
        let answer = json!({ "value": [], "@odata.nextLink": next });
        looks.then_some(Deed::Answer(200, answer))
    });
    let answers = stand.push(&[upsert(&met_by(2, 4))]);
    assert_eq!(answers, [retry(Reason::NotTheCrm)]);
    assert_eq!(elsewhere.log(), Vec::<String>::new());
}
