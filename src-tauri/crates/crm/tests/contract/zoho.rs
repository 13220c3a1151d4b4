//! Zoho CRM as its documentation has it: an answer per row whatever the status, 204 for nothing found, unique fields,
//! scopes refused with 401, and a recycle bin.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde_json::{Value as Json, json};
use zgoda_core::LeadId;
use zgoda_core::outbox::{Answer, Body, Reason};
use zgoda_crm::{ConnectError, Missing};

use crate::fake::bottle::{confirmed, messages, offline, person};
use crate::fake::{Deed, Request};
use crate::imagined::{email, lead, message, upsert};
use crate::opt_outs::{OptsOut, is_since, mark, row_of};
use crate::rights::TellsRights;
use crate::set_up::MakesFields;
use crate::several::Pages;
use crate::suite::{Contract, Row, Rules, Stand, decoded, text, withdraw};

const CLIENT: &str = "1000.ID client-secret 1000.refresh";

pub(crate) struct Zoho {
    leads: BTreeMap<u64, Row>,
    bin: Vec<Row>,
    token: String,
    /// The administrator keeps addresses unique.
    unique_email: bool,
    no_coql: bool,
    /// The token has not the scope that tells of modules.
    no_modules: bool,
    /// What the sign-in says of the token.
    scope: &'static str,
    rules: Rules,
    made: u64,
}

suite!(Zoho);
opt_outs!(Zoho);
several!(Zoho);
set_up!(Zoho);
rights!(Zoho);
suite!(Zoho, a_value_that_the_crm_does_not_take_goes_into_the_notes);

impl Contract for Zoho {
    const KIND: &'static str = "zoho";
    const SECRET: &'static str = "1000.token";
    const NAMES: [&'static str; 6] = [
        "Zgoda_Lead",
        "Zgoda_Permission",
        "Zgoda_Proof",
        "Description",
        "Email",
        "Phone",
    ];

    fn new() -> Self {
        Self {
            leads: BTreeMap::new(),
            bin: Vec::new(),
            token: Self::SECRET.to_owned(),
            unique_email: false,
            no_coql: false,
            no_modules: false,
            scope: "ZohoCRM.modules.leads.ALL ZohoCRM.coql.READ ZohoCRM.settings.fields.READ",
            rules: Rules::default(),
            made: 554_023_000_000_001,
        }
    }

    fn answer(&mut self, request: &Request) -> Deed {
        if request.path == "/oauth/v2/token" {
            self.token += "x";
            return Deed::Answer(
                200,
                json!({ "access_token": self.token, "scope": self.scope, "expires_in": 3600 }),
            );
        }
        if request.headers["authorization"] != format!("Zoho-oauthtoken {}", self.token) {
            return Deed::Answer(401, json!({ "code": "INVALID_TOKEN", "status": "error" }));
        }
        let path = decoded(&request.path);
        let path = path.strip_prefix("/crm/v8/").unwrap();
        match (request.method.as_str(), path) {
            ("POST", "settings/fields?module=Leads") => {
                let field = &request.body["fields"][0];
                let name = field["field_label"].as_str().unwrap().replace(' ', "_");
                let long = field["data_type"] == "textarea";
                assert_eq!(long, field["textarea"]["type"] == "large");
                match self.rules.make(&name, long, field["unique"].is_object()) {
                    true => Deed::Answer(200, json!({ "fields": [{ "code": "SUCCESS" }] })),
                    false => Deed::Answer(401, json!({ "code": "OAUTH_SCOPE_MISMATCH" })),
                }
            }
            (_, "settings/fields?module=Leads") => self.fields(),
            (_, "settings/modules/Leads") if self.no_modules => {
                Deed::Answer(401, json!({ "code": "OAUTH_SCOPE_MISMATCH" }))
            }
            (_, "settings/modules/Leads") => {
                let mut module = json!({ "api_name": "Leads", "viewable": true });
                for right in ["creatable", "editable", "deletable"] {
                    module[right] = self.rules.may(&format!("Leads: {right}")).into();
                }
                Deed::Answer(200, json!({ "modules": [module] }))
            }
            (_, "coql") if self.no_coql => {
                Deed::Answer(401, json!({ "code": "OAUTH_SCOPE_MISMATCH" }))
            }
            (_, "coql") => self.coql(request.body["select_query"].as_str().unwrap()),
            ("PUT", "Leads") => {
                let data = request.body["data"].as_array().unwrap();
                let rows: Vec<Json> = data.iter().map(|row| self.save(row)).collect();
                Deed::Answer(200, json!({ "data": rows }))
            }
            (_, "Leads/upsert") => {
                assert_eq!(
                    request.body["duplicate_check_fields"],
                    json!(["Zgoda_Lead"])
                );
                let data = request.body["data"].as_array().unwrap();
                assert!(data.len() <= 100);
                let rows: Vec<Json> = data.iter().map(|row| self.upsert(row)).collect();
                let good = rows.iter().filter(|row| row["status"] == "success").count();
                let status = if good == rows.len() {
                    200
                } else if good == 0 {
                    400
                } else {
                    207
                };
                Deed::Answer(status, json!({ "data": rows }))
            }
            ("GET", _) => {
                let ids = path
                    .strip_prefix("Leads?ids=")
                    .unwrap()
                    .split('&')
                    .next()
                    .unwrap();
                assert!(ids.split(',').count() <= 100);
                let ids = ids.split(',').filter_map(|id| id.parse().ok());
                data(ids.filter_map(|id: u64| self.shown(id)).collect())
            }
            _ => {
                let id: u64 = path.strip_prefix("Leads/").unwrap().parse().unwrap();
                match self.leads.remove(&id) {
                    Some(row) => {
                        self.bin.push(row);
                        Deed::Answer(200, json!({ "data": [{ "code": "SUCCESS" }] }))
                    }
                    None => Deed::Answer(400, json!({ "data": [{ "code": "INVALID_DATA" }] })),
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
        (
            Deed::Answer(429, json!({ "code": "TOO_MANY_REQUESTS" })),
            None,
        )
    }
}

/// Rows, or nothing at all.
fn data(rows: Vec<Json>) -> Deed {
    match rows.is_empty() {
        true => Deed::Raw(b"HTTP/1.1 204 x\r\nConnection: close\r\n\r\n".to_vec()),
        false => Deed::Answer(
            200,
            json!({ "data": rows, "info": { "more_records": false } }),
        ),
    }
}

impl Pages for Zoho {
    const PAGE: usize = 200;

    fn before(&mut self, n: usize, row: Row) {
        self.leads.insert(n as u64, row);
    }
}

impl MakesFields for Zoho {
    const WANTING: &'static str = "ZohoCRM.settings.fields.CREATE";
}

impl TellsRights for Zoho {
    const RIGHTS: &'static [&'static str] =
        &["Leads: creatable", "Leads: editable", "Leads: deletable"];
}

impl OptsOut for Zoho {
    const STAMP: Option<&'static str> = Some("Modified_Time");

    fn opt_out(&mut self, lead: LeadId, at: DateTime<Utc>) {
        let row = row_of(self.rows(), Self::NAMES[0], lead);
        mark(row, ("Email_Opt_Out", json!(true)), "Modified_Time", at);
    }
}

impl Zoho {
    fn fields(&self) -> Deed {
        let names = Self::NAMES.into_iter().chain(["Zgoda_Receipt"]);
        let names = names.filter(|name| Some(*name) != self.rules.lacking);
        let fields = names.map(|name| {
            let unique = if name == "Zgoda_Lead" {
                json!({ "casesensitive": "false" })
            } else {
                json!({})
            };
            json!({ "api_name": name, "unique": unique })
        });
        Deed::Answer(200, json!({ "fields": fields.collect::<Vec<_>>() }))
    }

    fn shown(&self, id: u64) -> Option<Json> {
        let mut row = self.leads.get(&id)?.clone();
        row.insert("id".to_owned(), id.to_string().into());
        Some(row.into())
    }

    /// The ids of the leads that say no and were changed since, as many as are asked for.
    fn changed(&self, select: &str) -> Deed {
        let (_, since) = select.split_once("Modified_Time >= '").unwrap();
        let (since, no) = since.split_once("')").unwrap();
        let (no, limit) = no.split_once(" limit ").unwrap();
        assert_eq!(no, " and Email_Opt_Out = true) order by Modified_Time asc");
        let (offset, most) = limit.split_once(", ").unwrap();
        let all = self.leads.iter().filter(|(_, row)| {
            row.get("Email_Opt_Out") == Some(&json!(true)) && is_since(row, "Modified_Time", since)
        });
        let all = all
            .skip(offset.parse().unwrap())
            .take(most.parse().unwrap());
        data(
            all.map(
                |(id, row)| json!({ "id": id.to_string(), "Modified_Time": row["Modified_Time"] }),
            )
            .collect(),
        )
    }

    fn coql(&self, select: &str) -> Deed {
        if select.starts_with("select id, Modified_Time from Leads where ((Zgoda_Lead is not null")
        {
            return self.changed(select);
        }
        let (_, condition) = select.split_once("select id from Leads where ").unwrap();
        let (condition, limit) = condition.split_once(" limit ").unwrap();
        let (offset, most) = limit.split_once(", ").unwrap_or(("0", limit));
        let (offset, most): (usize, usize) = (offset.parse().unwrap(), most.parse().unwrap());
        assert!(most <= 200);
        let condition = condition.trim_start_matches("(Zgoda_Lead is not null and ");
        let column = condition.trim_start_matches('(').split(' ').next().unwrap();
        let values: Vec<&str> = condition.split('\'').skip(1).step_by(2).collect();
        assert!(values.len() <= 50);
        // More than two conditions stand in brackets, pair by pair.
        let joined = condition.matches(" or ").count();
        assert_eq!(
            condition.matches('(').count(),
            joined + condition.matches(" in (").count()
        );
        let found = self.leads.iter().filter(|(_, row)| {
            let value = text(row, column);
            let part = |one: &&str| value.contains(one.trim_matches('%'));
            match condition.contains(" like ") {
                true => values.iter().any(part),
                false => values.contains(&value),
            }
        });
        // A converted lead is no lead to a query.
        let found = found.filter(|(_, row)| row.get("Converted__s") != Some(&json!(true)));
        let found = found.skip(offset).take(most);
        data(
            found
                .map(|(id, _)| json!({ "id": id.to_string() }))
                .collect(),
        )
    }

    fn upsert(&mut self, new: &Json) -> Json {
        assert!(new.get("id").is_none(), "a duplicate is told by our field");
        self.save(new)
    }

    fn save(&mut self, new: &Json) -> Json {
        let fail = |code: &str, column: Option<&str>| {
            let details = column.map_or(json!({}), |column| json!({ "api_name": column }));
            json!({ "status": "error", "code": code, "details": details })
        };
        let known = self
            .leads
            .iter()
            .find(|(id, row)| match new["id"].as_str() {
                Some(known) => known == id.to_string(),
                None => row.get("Zgoda_Lead") == Some(&new["Zgoda_Lead"]),
            });
        let known = known.map(|(id, row)| (*id, row.clone()));
        let action = if known.is_some() { "update" } else { "insert" };
        let right = if known.is_some() {
            "editable"
        } else {
            "creatable"
        };
        if !self.rules.may(&format!("Leads: {right}")) {
            return fail("NO_PERMISSION", None);
        }
        let (id, mut row) = known.unwrap_or_else(|| {
            self.made += 1;
            (self.made, Row::new())
        });
        row.extend(new.as_object().unwrap().clone());
        row.remove("id");
        for mandatory in ["Last_Name", "Company"] {
            if text(&row, mandatory).is_empty() {
                return fail("MANDATORY_NOT_FOUND", Some(mandatory));
            }
        }
        let mail = text(&row, "Email");
        if self.rules.bad_email.as_deref() == Some(mail) {
            return fail("INVALID_DATA", Some("Email"));
        }
        let taken = |(other, row): (&u64, &Row)| *other != id && text(row, "Email") == mail;
        if self.unique_email && !mail.is_empty() && self.leads.iter().any(taken) {
            return fail("DUPLICATE_DATA", Some("Email"));
        }
        if self.rules.refused.as_deref() == Some(text(&row, "Zgoda_Lead")) {
            return fail("NOT_ALLOWED", None);
        }
        self.leads.insert(id, row);
        json!({ "status": "success", "code": "SUCCESS", "action": action, "details": { "id": id.to_string() } })
    }
}

#[test]
fn no_consent_is_an_opt_out_and_a_withdrawal_makes_one() {
    let stand = Stand::<Zoho>::new();
    let kept = lead(2, &offline());
    let mut never = lead(1, &offline());
    never.decisions.iter_mut().for_each(|one| one.given = false);
    stand.push(&[upsert(&kept), upsert(&never)]);
    let out = |kept| stand.row(kept)["Email_Opt_Out"].as_bool().unwrap();
    assert!(!out(&kept) && out(&never));
    assert_eq!(confirmed(&stand.push(&[withdraw(&kept), upsert(&kept)])), 2);
    assert!(out(&kept));
}

#[test]
fn an_address_that_another_lead_has_goes_into_the_notes() {
    let stand = Stand::<Zoho>::new();
    stand.crm().unique_email = true;
    let theirs = json!({ "Email": email(1), "Last_Name": "Sowa", "Company": "Sowa" });
    let theirs: Row = serde_json::from_value(theirs).unwrap();
    stand.crm().leads.insert(7, theirs.clone());
    assert_eq!(confirmed(&stand.push(&messages(3))), 3);
    assert!(stand.crm().leads[&7] == theirs);
    let row = stand.row(&lead(1, &offline()));
    assert_eq!(text(&row, "Email"), "");
    assert!(text(&row, "Description").contains(&email(1)));
}

#[test]
fn a_converted_lead_needs_a_person_and_is_not_taken_for_erased() {
    let stand = Stand::<Zoho>::new();
    let kept = lead(1, &offline());
    let answers = stand.push(&[upsert(&kept)]);
    for row in stand.crm().rows() {
        row.insert("Converted__s".to_owned(), true.into());
    }
    let mut erase = message(&kept, Body::Erase);
    let zgoda_core::outbox::Answer::Confirmed { crm_id } = &answers[0] else {
        panic!("{answers:?}")
    };
    erase.crm_id = Some(crm_id.clone());
    assert_eq!(stand.push(&[erase]), [person(Reason::Refused)]);
    assert_eq!(text(&stand.row(&kept), "Email"), email(1));
}

#[test]
fn nothing_of_the_person_lies_in_the_recycle_bin() {
    let stand = Stand::<Zoho>::new();
    let kept = lead(1, &offline());
    assert_eq!(
        confirmed(&stand.push(&[upsert(&kept), message(&kept, Body::Erase)])),
        2
    );
    let bin = Json::from(stand.crm().bin[0].clone()).to_string();
    for gone in [email(1).as_str(), "Zofia", "Pompy", "newsletter"] {
        assert!(!bin.contains(gone), "{gone}: {bin}");
    }
}

#[test]
fn fifty_leads_are_one_upsert() {
    let stand = Stand::<Zoho>::new();
    assert_eq!(confirmed(&stand.push(&messages(50))), 50);
    let log = stand.server.log();
    assert_eq!(log.iter().filter(|line| line.contains("upsert")).count(), 1);
}

#[test]
fn a_client_signs_in_by_its_refresh_token() {
    let stand = Stand::<Zoho>::new();
    let mut connector = stand.connect(CLIENT).unwrap();
    assert_eq!(confirmed(&connector.push(&messages(1))), 1);
    stand.server.fault(|request| {
        // Zoho says no in a 200.
        let signs_in = request.path.contains("oauth");
        signs_in.then(|| Deed::Answer(200, json!({ "error": "invalid_code" })))
    });
    let mut connector = stand.connect(CLIENT).unwrap();
    assert_eq!(connector.push(&messages(1)), [person(Reason::SignIn)]);
    let mut profile = offline();
    profile.crm.kind = "zoho".to_owned();
    profile.crm.url = Some("https://crm.example".to_owned());
    let secret = zgoda_crm::Secret::new(CLIENT);
    let failed = zgoda_crm::connect(&profile, Some(&secret), "".as_ref()).err();
    assert_eq!(failed, Some(ConnectError::BadUrl), "no host of Zoho's");
}

#[test]
fn too_many_tokens_of_many_devices_are_a_limit_and_no_sign_in() {
    for status in [200, 400] {
        let stand = Stand::<Zoho>::new();
        stand.server.fault(move |request| {
            let why =
                "You have made too many requests continuously. Please try again after some time.";
            let no =
                json!({ "error": "Access Denied", "error_description": why, "status": "failure" });
            request
                .path
                .contains("oauth")
                .then_some(Deed::Answer(status, no))
        });
        let (reason, after) = (Reason::Throttled, Some(Duration::from_secs(600)));
        let later = Answer::Retry { reason, after };
        let mut connector = stand.connect(CLIENT).unwrap();
        assert_eq!(connector.push(&messages(2)), vec![later; 2]);
        stand.server.heal();
        assert_eq!(confirmed(&connector.push(&messages(2))), 2);
    }
}

#[test]
fn a_scope_that_the_token_has_not_is_named() {
    let stand = Stand::<Zoho>::new();
    stand.crm().no_coql = true;
    let missing = stand.connector().test().unwrap().missing;
    assert_eq!(
        missing,
        [Missing::Permission("ZohoCRM.coql.READ".to_owned())]
    );
}

#[test]
fn a_token_that_may_only_read_is_told_by_its_scopes() {
    let stand = Stand::<Zoho>::new();
    stand.crm().scope = "ZohoCRM.modules.leads.READ ZohoCRM.coql.READ ZohoCRM.settings.fields.READ";
    let missing = stand.connect(CLIENT).unwrap().test().unwrap().missing;
    let wanting = ["CREATE", "UPDATE", "DELETE"]
        .map(|one| Missing::Permission(format!("ZohoCRM.modules.leads.{one}")));
    assert_eq!(missing, wanting);
}

#[test]
fn a_token_that_may_not_ask_what_the_profile_forbids_stops_nothing() {
    let stand = Stand::<Zoho>::new();
    stand.crm().no_modules = true;
    let mut connector = stand.connector();
    assert_eq!(connector.test().unwrap().missing, []);
    assert_eq!(confirmed(&connector.push(&messages(2))), 2);
}

#[test]
fn a_person_behind_the_first_page_of_an_answer_is_found() {
    crate::several::a_person_behind_the_first_page_of_an_answer_is_found::<Zoho>();
}
