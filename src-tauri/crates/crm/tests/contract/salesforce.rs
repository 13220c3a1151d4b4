//! Salesforce as its documentation has it: an answer per row inside HTTP 200, limits as 403, duplicate rules that a header
//! lets pass, required names, and a recycle bin.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde_json::{Value as Json, json};
use zgoda_core::LeadId;
use zgoda_core::outbox::{Body, Reason};
use zgoda_crm::{Missing, Secret};

use crate::fake::bottle::{confirmed, messages, offline, person, retry};
use crate::fake::{Deed, Request, Server};
use crate::imagined::{email, lead, message, upsert};
use crate::opt_outs::{OptsOut, is_since, mark, page, row_of};
use crate::set_up::MakesFields;
use crate::several::{Pages, behind_a_page, met_by};
use crate::suite::{Contract, Row, Rules, Stand, decoded, text, withdraw};

const STAMP: &str = "SystemModstamp";
const PAGE: usize = 200;
const CLIENT: &str = "consumer-key consumer-secret";

pub(crate) struct Salesforce {
    leads: BTreeMap<String, Row>,
    bin: Vec<Row>,
    /// Tokens that still stand.
    tokens: Vec<String>,
    /// What happens to the lead of this e-mail.
    row_error: Option<(String, Json)>,
    undeletable: bool,
    /// The organisation's storage is used up.
    full: bool,
    /// Each refresh token is good once: the number of the one that is good.
    rotates: Option<u32>,
    /// Where the rest of an answer is said to be.
    onward: String,
    /// A field that was made and that nobody sees yet.
    hidden: Option<&'static str>,
    /// Others see the field already, and write nothing there.
    is_shown: bool,
    /// The user may make fields, and not open them.
    may_not_open: bool,
    rules: Rules,
    made: u64,
}

suite!(Salesforce);
opt_outs!(Salesforce);
several!(Salesforce);
set_up!(Salesforce);
suite!(
    Salesforce,
    a_value_that_the_crm_does_not_take_goes_into_the_notes
);

impl Contract for Salesforce {
    const KIND: &'static str = "salesforce";
    const SECRET: &'static str = "00Dtoken";
    const NAMES: [&'static str; 6] = [
        "Zgoda_Lead__c",
        "Zgoda_Permission__c",
        "Zgoda_Proof__c",
        "Description",
        "Email",
        "Phone",
    ];

    fn new() -> Self {
        Self {
            leads: BTreeMap::new(),
            bin: Vec::new(),
            tokens: vec![Self::SECRET.to_owned()],
            row_error: None,
            undeletable: false,
            full: false,
            rotates: None,
            onward: "/services/data/v62.0".to_owned(),
            hidden: None,
            is_shown: false,
            may_not_open: false,
            rules: Rules::default(),
            made: 0,
        }
    }

    fn answer(&mut self, request: &Request) -> Deed {
        if request.path == "/services/oauth2/token" {
            let mut given = json!({ "token_type": "Bearer" });
            if let Some(turn) = &mut self.rotates {
                let form = String::from_utf8(request.bytes.clone()).unwrap();
                let good = format!("refresh_token=turn{turn}");
                if !form.split('&').any(|pair| pair == good) {
                    return Deed::Answer(400, json!({ "error": "invalid_grant" }));
                }
                *turn += 1;
                given["refresh_token"] = format!("turn{turn}").into();
            }
            let token = format!("00Dtoken{}", self.tokens.len());
            self.tokens.push(token.clone());
            given["access_token"] = token.into();
            return Deed::Answer(200, given);
        }
        let token = request.headers["authorization"].trim_start_matches("Bearer ");
        if !self.tokens.iter().any(|known| known == token) {
            return Deed::Answer(401, json!([{ "errorCode": "INVALID_SESSION_ID" }]));
        }
        let path = request.path.strip_prefix("/services/data/v62.0/").unwrap();
        if let Some(soql) = path.strip_prefix("query?q=") {
            assert_eq!(request.headers["sforce-query-options"], "batchSize=200");
            return self.query(soql);
        }
        if let Some(next) = path.strip_prefix("query/") {
            let next = decoded(next);
            let (number, condition) = next.split_once('-').unwrap();
            return self.asked(condition, number.parse().unwrap());
        }
        match path {
            "" => {
                let identity = "https://login.salesforce.com/id/00D000000000001/005000000000001";
                Deed::Answer(200, json!({ "sobjects": "x", "identity": identity }))
            }
            "tooling/sobjects/CustomField" => self.make_field(&request.body),
            "sobjects/FieldPermissions" if self.is_shown => {
                Deed::Answer(400, json!([{ "errorCode": "DUPLICATE_VALUE" }]))
            }
            "sobjects/FieldPermissions" => self.open_field(&request.body),
            "sobjects/FieldPermissions/01k000000000001" => {
                assert_eq!((request.method.as_str(), self.is_shown), ("PATCH", true));
                let open = json!({ "PermissionsRead": true, "PermissionsEdit": true });
                assert_eq!(request.body, open);
                if self.may_not_open {
                    let code = "INSUFFICIENT_ACCESS_OR_READONLY";
                    return Deed::Answer(400, json!([{ "errorCode": code }]));
                }
                self.hidden = None;
                Deed::Raw(b"HTTP/1.1 204 x\r\nConnection: close\r\n\r\n".to_vec())
            }
            "sobjects/Lead/describe" => self.describe(),
            "composite/sobjects/Lead/Zgoda_Lead__c" => {
                assert_eq!(
                    request.headers["sforce-duplicate-rule-header"],
                    "allowSave=true"
                );
                let records = request.body["records"].as_array().unwrap();
                assert!(records.len() <= 200 && request.body["allOrNone"] == false);
                let rows: Vec<Json> = records.iter().map(|record| self.upsert(record)).collect();
                Deed::Answer(200, rows.into())
            }
            "composite/sobjects" => {
                let records = request.body["records"].as_array().unwrap();
                let rows: Vec<Json> = records.iter().map(|record| self.update(record)).collect();
                Deed::Answer(200, rows.into())
            }
            _ => {
                let id = path.strip_prefix("sobjects/Lead/").unwrap();
                match self.leads.remove(id) {
                    Some(row) => {
                        self.bin.push(row);
                        Deed::Raw(b"HTTP/1.1 204 x\r\nConnection: close\r\n\r\n".to_vec())
                    }
                    None => Deed::Answer(404, json!([{ "errorCode": "ENTITY_IS_DELETED" }])),
                }
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
        let error = json!([{ "errorCode": "REQUEST_LIMIT_EXCEEDED", "message": "TotalRequests Limit exceeded." }]);
        (Deed::Answer(403, error), Some(Duration::from_secs(900)))
    }
}

impl OptsOut for Salesforce {
    const STAMP: Option<&'static str> = Some(STAMP);

    fn opt_out(&mut self, lead: LeadId, at: DateTime<Utc>) {
        let row = row_of(self.rows(), Self::NAMES[0], lead);
        mark(row, ("HasOptedOutOfEmail", json!(true)), STAMP, at);
    }
}

impl Pages for Salesforce {
    const PAGE: usize = PAGE;

    fn before(&mut self, n: usize, row: Row) {
        self.leads.insert(format!("00A{n:015}"), row);
    }
}

impl MakesFields for Salesforce {
    const WANTING: &'static str = "Customize Application";
}

impl Salesforce {
    fn make_field(&mut self, body: &Json) -> Deed {
        let (name, field) = (body["FullName"].as_str().unwrap(), &body["Metadata"]);
        let name = name.strip_prefix("Lead.").unwrap();
        let label = field["label"].as_str().unwrap();
        assert!(
            label.starts_with("Zgoda ") && !label.ends_with("c"),
            "{label}"
        );
        let key = field["externalId"] == true && field["unique"] == true;
        let lacking = self.rules.lacking;
        let long = field["type"] == "LongTextArea";
        if !self.rules.make(name, long, key) {
            return Deed::Answer(403, json!([{ "errorCode": "INSUFFICIENT_ACCESS" }]));
        }
        self.hidden = lacking;
        Deed::Answer(
            201,
            json!({ "id": "00N000000000001", "success": true, "errors": [] }),
        )
    }

    fn open_field(&mut self, body: &Json) -> Deed {
        if self.may_not_open {
            let code = "INSUFFICIENT_ACCESS_OR_READONLY";
            return Deed::Answer(400, json!([{ "errorCode": code }]));
        }
        assert_eq!(body["ParentId"], "0PS000000000001");
        assert!(body["PermissionsRead"] == true && body["PermissionsEdit"] == true);
        let opened = body["Field"].as_str().unwrap().strip_prefix("Lead.");
        assert_eq!(opened, self.hidden.take());
        Deed::Answer(
            201,
            json!({ "id": "01k000000000001", "success": true, "errors": [] }),
        )
    }

    fn describe(&self) -> Deed {
        let names = Self::NAMES.into_iter();
        let names = names.chain(["Zgoda_Receipt__c", "HasOptedOutOfEmail", "DoNotCall"]);
        let names =
            names.filter(|name| Some(*name) != self.rules.lacking && Some(*name) != self.hidden);
        let fields = names.map(|name| {
            let key = name == "Zgoda_Lead__c";
            json!({ "name": name, "externalId": key, "unique": key, "updateable": true })
        });
        let fields: Vec<Json> = fields.collect();
        let deletable = !self.undeletable;
        Deed::Answer(
            200,
            json!({ "createable": true, "updateable": true, "deletable": deletable, "fields": fields }),
        )
    }

    /// The leads that say no and were changed since.
    fn changed(&self, condition: &str) -> Vec<Json> {
        let (_, since) = condition.split_once(" AND SystemModstamp >= ").unwrap();
        let (since, no) = since.split_once(" AND ").unwrap();
        assert_eq!(
            no,
            "(HasOptedOutOfEmail = true OR DoNotCall = true) ORDER BY SystemModstamp"
        );
        let says_no = |row: &Row| {
            let mut flags = ["HasOptedOutOfEmail", "DoNotCall"].into_iter();
            flags.any(|name| row.get(name) == Some(&json!(true)))
        };
        let all = self.leads.iter();
        let all = all.filter(|(_, row)| says_no(row) && is_since(row, STAMP, since));
        all.map(shown).collect()
    }

    fn query(&self, soql: &str) -> Deed {
        let soql = decoded(soql);
        let ids = [
            (
                "SELECT ProfileId FROM User WHERE Id = '005000000000001'",
                "ProfileId",
                "00e000000000001",
            ),
            (
                "SELECT Id FROM PermissionSet WHERE ProfileId = '00e000000000001'",
                "Id",
                "0PS000000000001",
            ),
            (
                "SELECT Id FROM FieldPermissions WHERE ParentId = '0PS000000000001' \
                 AND Field = 'Lead.Zgoda_Proof__c'",
                "Id",
                "01k000000000001",
            ),
        ];
        if let Some((_, column, id)) = ids.iter().find(|(asked, ..)| *asked == soql) {
            return Deed::Answer(200, json!({ "done": true, "records": [{ *column: id }] }));
        }
        assert!(soql.starts_with("SELECT Id,"), "{soql}");
        let (_, condition) = soql.split_once(" FROM Lead WHERE ").unwrap();
        self.asked(condition, 0)
    }

    /// The `number`th page of the leads of which `condition` is true: 200 at most, or what the server likes better.
    fn asked(&self, condition: &str, number: usize) -> Deed {
        let (shown, more) = match condition.contains("SystemModstamp >=") {
            true => page(self.changed(condition), number),
            false => {
                let found = self.matching(condition);
                let more = found.len() > (number + 1) * PAGE;
                let shown = found.into_iter().skip(number * PAGE).take(PAGE).collect();
                (shown, more)
            }
        };
        let mut answer = json!({ "done": !more, "records": shown });
        if more {
            let next = format!("{}/query/{}-{condition}", self.onward, number + 1);
            answer["nextRecordsUrl"] = next.replace(' ', "%20").into();
        }
        Deed::Answer(200, answer)
    }

    fn matching(&self, condition: &str) -> Vec<Json> {
        let condition = condition.trim_start_matches("Zgoda_Lead__c != null AND ");
        let column = condition.split(' ').next().unwrap();
        let values: Vec<&str> = condition.split('\'').skip(1).step_by(2).collect();
        let found = self.leads.iter().filter(|(id, row)| {
            let value = if column == "Id" {
                id.as_str()
            } else {
                text(row, column)
            };
            let part = |one: &&str| value.contains(one.trim_matches('%'));
            match condition.contains(" LIKE ") {
                true => values.iter().any(part),
                false => values.contains(&value),
            }
        });
        found.map(shown).collect()
    }

    /// As an upsert, of what is there, by Salesforce's own id.
    fn update(&mut self, record: &Json) -> Json {
        let id = record["id"].as_str().unwrap();
        match self.leads.contains_key(id) {
            true => self.save(record),
            false => {
                let error =
                    json!({ "statusCode": "ENTITY_IS_DELETED", "message": "no", "fields": [] });
                json!({ "success": false, "errors": [error] })
            }
        }
    }

    fn upsert(&mut self, record: &Json) -> Json {
        assert!(
            record.get("Id").is_none() && record.get("id").is_none(),
            "only external ids are supported"
        );
        self.save(record)
    }

    fn save(&mut self, record: &Json) -> Json {
        let fail = |code: &str, fields: &[&str]| {
            let error = json!({ "statusCode": code, "message": "no", "fields": fields });
            json!({ "success": false, "errors": [error] })
        };
        assert_eq!(record["attributes"]["type"], "Lead");
        let key = &record["Zgoda_Lead__c"];
        let is_it = |id: &str, row: &Row| match record["id"].as_str() {
            Some(known) => known == id,
            None => row.get("Zgoda_Lead__c") == Some(key),
        };
        let mut known = self.leads.iter().filter(|(id, row)| is_it(id, row));
        let known = known.next().map(|(id, row)| (id.clone(), row.clone()));
        let created = known.is_none();
        let (id, mut row) = known.unwrap_or_else(|| {
            self.made += 1;
            (format!("00Q{:015}", self.made), Row::new())
        });
        for (column, value) in record.as_object().unwrap() {
            if !["attributes", "id"].contains(&column.as_str()) {
                row.insert(column.clone(), value.clone());
            }
        }
        for required in ["LastName", "Company"] {
            if text(&row, required).is_empty() {
                return fail("REQUIRED_FIELD_MISSING", &[required]);
            }
        }
        let mail = text(&row, "Email");
        if let Some((_, error)) = self.row_error.as_ref().filter(|(of, _)| of == mail) {
            return json!({ "success": false, "errors": [error] });
        }
        if self.rules.bad_email.as_deref() == Some(mail) {
            return fail("INVALID_EMAIL_ADDRESS", &["Email"]);
        }
        if self.rules.refused.as_deref() == key.as_str() {
            return fail("FIELD_CUSTOM_VALIDATION_EXCEPTION", &[]);
        }
        if created && self.full {
            return fail("STORAGE_LIMIT_EXCEEDED", &[]);
        }
        self.leads.insert(id.clone(), row);
        json!({ "id": id, "success": true, "errors": [], "created": created })
    }
}

fn shown((id, row): (&String, &Row)) -> Json {
    let mut row = row.clone();
    row.insert("Id".to_owned(), id.clone().into());
    row.into()
}

#[test]
fn a_person_behind_the_first_page_of_an_answer_is_found() {
    crate::several::a_person_behind_the_first_page_of_an_answer_is_found::<Salesforce>();
}

#[test]
fn an_answer_that_goes_on_at_another_host_is_not_followed() {
    let stand = Stand::<Salesforce>::new();
    behind_a_page(&stand);
    let elsewhere = Server::start();
    stand.crm().onward = format!("{}/services/data/v62.0", elsewhere.address);
    let answers = stand.push(&[upsert(&met_by(2, 4))]);
    assert_eq!(answers, [retry(Reason::NotTheCrm)]);
    assert_eq!(elsewhere.log(), Vec::<String>::new());
    assert_eq!(stand.rows().len(), PAGE + 1);
}

#[test]
fn no_consent_is_an_opt_out_and_a_withdrawal_makes_one() {
    let stand = Stand::<Salesforce>::new();
    let (yes, no) = (lead(2, &offline()), lead(1, &offline()));
    stand.push(&[upsert(&yes), upsert(&no)]);
    let flags = |kept| {
        let row = stand.row(kept);
        ["HasOptedOutOfEmail", "DoNotCall"].map(|name| row[name].as_bool().unwrap())
    };
    assert_eq!((flags(&yes), flags(&no)), ([false, false], [false, true]));
    assert_eq!(confirmed(&stand.push(&[withdraw(&yes)])), 1);
    assert_eq!(flags(&yes), [true, false]);
    assert_eq!(confirmed(&stand.push(&[upsert(&yes)])), 1);
    assert_eq!(flags(&yes), [true, false], "nobody is subscribed anew");
}

#[test]
fn who_opted_out_in_salesforce_stays_so() {
    let stand = Stand::<Salesforce>::new();
    let mut kept = lead(2, &offline());
    stand.push(&[upsert(&kept)]);
    for row in stand.crm().rows() {
        row.insert("HasOptedOutOfEmail".to_owned(), true.into());
    }
    kept.revision += 1;
    assert_eq!(confirmed(&stand.push(&[upsert(&kept)])), 1);
    assert_eq!(stand.row(&kept)["HasOptedOutOfEmail"], true);
}

#[test]
fn a_row_that_fails_inside_a_200_is_classed_by_its_code() {
    for (code, answer) in [
        ("REQUIRED_FIELD_MISSING", person(Reason::MissingField)),
        ("UNABLE_TO_LOCK_ROW", retry(Reason::ServerTrouble)),
        ("DUPLICATES_DETECTED", person(Reason::Refused)),
        ("INVALID_FIELD_FOR_INSERT_UPDATE", person(Reason::Settings)),
        ("STORAGE_LIMIT_EXCEEDED", person(Reason::Full)),
    ] {
        let stand = Stand::<Salesforce>::new();
        stand.crm().row_error = Some((email(1), json!({ "statusCode": code, "fields": [] })));
        let answers = stand.push(&messages(3));
        assert_eq!(answers[1], answer, "{code}");
        assert_eq!(confirmed(&answers), 2, "{code}");
    }
}

#[test]
fn a_refresh_token_that_is_good_once_is_kept_anew() {
    let stand = Stand::<Salesforce>::new();
    stand.crm().rotates = Some(0);
    let secret = "browser 3MVG9.id - turn0";
    let mut connector = stand.connect(secret).unwrap();
    assert!(connector.renewed().is_none());
    for turn in ["turn1", "turn2"] {
        assert_eq!(confirmed(&connector.push(&messages(1))), 1);
        let kept = connector.renewed().unwrap().after(&Secret::new(secret));
        assert_eq!(kept.unwrap().expose(), format!("browser 3MVG9.id - {turn}"));
        stand.crm().tokens.clear();
    }
    let late = stand.connect(secret).unwrap().push(&messages(1));
    assert_eq!(late, [person(Reason::SignIn)]);
}

#[test]
fn storage_that_is_full_stops_no_withdrawal_and_no_erasure() {
    let stand = Stand::<Salesforce>::new();
    let (gone, stays) = (lead(1, &offline()), lead(2, &offline()));
    stand.push(&[upsert(&gone), upsert(&stays)]);
    stand.crm().full = true;
    let news = [
        upsert(&lead(3, &offline())),
        withdraw(&stays),
        message(&gone, Body::Erase),
    ];
    let answers = stand.push(&news);
    assert_eq!(answers[0], person(Reason::Full));
    assert_eq!(confirmed(&answers), 2, "{answers:?}");
    assert_eq!(stand.rows().len(), 1);
    assert_eq!(stand.row(&stays)["HasOptedOutOfEmail"], true);
}

#[test]
fn a_field_that_is_made_and_may_not_be_opened_is_still_missing() {
    let stand = Stand::<Salesforce>::new();
    stand.crm().rules().lacking = Some("Zgoda_Proof__c");
    stand.crm().may_not_open = true;
    let wanting = [
        Missing::CustomField("Zgoda_Proof__c".to_owned()),
        Missing::Permission("Manage Profiles and Permission Sets".to_owned()),
    ];
    assert_eq!(stand.connector().set_up().unwrap().missing, wanting);
}

#[test]
fn a_field_that_may_be_read_alone_is_opened_to_be_written() {
    let stand = Stand::<Salesforce>::new();
    stand.crm().rules().lacking = Some("Zgoda_Proof__c");
    stand.crm().is_shown = true;
    assert_eq!(stand.connector().set_up().unwrap().missing, []);
    assert_eq!(confirmed(&stand.push(&messages(2))), 2);
    // Where that is not theirs to do they are told.
    let stand = Stand::<Salesforce>::new();
    stand.crm().rules().lacking = Some("Zgoda_Proof__c");
    stand.crm().is_shown = true;
    stand.crm().may_not_open = true;
    let wanting = Missing::Permission("Manage Profiles and Permission Sets".to_owned());
    let missing = stand.connector().set_up().unwrap().missing;
    assert!(missing.contains(&wanting), "{missing:?}");
}

#[test]
fn nothing_of_the_person_lies_in_the_recycle_bin() {
    let stand = Stand::<Salesforce>::new();
    let kept = lead(1, &offline());
    let answers = stand.push(&[upsert(&kept), message(&kept, Body::Erase)]);
    assert_eq!(confirmed(&answers), 2);
    let bin = Json::from(stand.crm().bin[0].clone()).to_string();
    for gone in [email(1).as_str(), "Zofia", "Pompy", "newsletter"] {
        assert!(!bin.contains(gone), "{gone}: {bin}");
    }
}

#[test]
fn a_converted_lead_needs_a_person_to_be_erased() {
    let stand = Stand::<Salesforce>::new();
    let kept = lead(1, &offline());
    stand.push(&[upsert(&kept)]);
    for row in stand.crm().rows() {
        row.insert("IsConverted".to_owned(), true.into());
    }
    let before = stand.rows();
    assert_eq!(
        stand.push(&[message(&kept, Body::Erase)]),
        [person(Reason::Refused)]
    );
    assert!(stand.rows() == before);
}

#[test]
fn a_client_signs_in_by_itself_and_again_when_its_token_has_run_out() {
    let stand = Stand::<Salesforce>::new();
    stand.crm().tokens.clear();
    let mut connector = stand.connect(CLIENT).unwrap();
    assert_eq!(confirmed(&connector.push(&messages(1))), 1);
    stand.crm().tokens[0] = "run out".to_owned();
    assert_eq!(confirmed(&connector.push(&messages(2))), 2);
    let signed_in = stand
        .server
        .log()
        .iter()
        .filter(|line| line.contains("oauth2"))
        .count();
    assert_eq!(signed_in, 2);
    stand.server.fault(|request| {
        let signs_in = request.path.contains("oauth2");
        signs_in.then(|| Deed::Answer(400, json!({ "error": "invalid_client" })))
    });
    let mut connector = stand.connect(CLIENT).unwrap();
    assert_eq!(connector.push(&messages(1)), [person(Reason::SignIn)]);
}

#[test]
fn a_user_who_may_not_delete_leads_is_told() {
    let stand = Stand::<Salesforce>::new();
    stand.crm().undeletable = true;
    let missing = stand.connector().test().unwrap().missing;
    assert_eq!(missing, [Missing::Permission("Lead: deletable".to_owned())]);
}
