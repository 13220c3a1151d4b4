//! Odoo as its documentation has it and as it was measured: `load` that is all or nothing and names its bad row, every
//! JSON-RPC error in HTTP 200, JSON-2 with status codes, transactions that lose a race, and a second `unlink` that fails.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde_json::{Value as Json, json};
use zgoda_core::decision::Decision;
use zgoda_core::field::Field;
use zgoda_core::outbox::{Body, Reason};
use zgoda_core::profile::Channel;
use zgoda_core::{BoxRef, LeadId};
use zgoda_crm::{ConnectError, Missing};

use crate::fake::bottle::{confirmed, messages, offline, person, retry};
use crate::fake::{Deed, Request, Server};
use crate::imagined::{email, lead, message, upsert};
use crate::opt_outs::{OptsOut, heard_of, row_of};
use crate::rights::TellsRights;
use crate::set_up::MakesFields;
use crate::suite::{Contract, Row, Rules, Stand, by_telephone_too, withdraw, withdraw_email};

const LOGIN: &str = "zgoda@lipa.example";
const KEY: &str = "0123456789abcdef";

struct Odoo<const OLD: bool> {
    leads: BTreeMap<u64, Row>,
    /// Records by external id.
    external: BTreeMap<String, u64>,
    /// The blacklist, with what was taken off it and is only hidden.
    listed: Vec<Json>,
    loads: usize,
    /// The next `load` loses a race.
    race: bool,
    /// The user may not read leads.
    forbidden: bool,
    /// The user may not see the blacklist.
    no_list: bool,
    /// A bad row is not named.
    silent: bool,
    rules: Rules,
    made: u64,
}

/// An exception: its class, and what it says.
type Raised = (&'static str, String);

mod json_2 {
    use super::*;
    suite!(Odoo<false>);
    opt_outs!(Odoo<false>);
    several!(Odoo<false>);
    set_up!(Odoo<false>);
    rights!(Odoo<false>);
    suite!(
        Odoo<false>,
        a_value_that_the_crm_does_not_take_goes_into_the_notes
    );
}

mod json_rpc {
    use super::*;
    suite!(Odoo<true>);
    opt_outs!(Odoo<true>);
    several!(Odoo<true>);
    set_up!(Odoo<true>);
    rights!(Odoo<true>);
    suite!(
        Odoo<true>,
        a_value_that_the_crm_does_not_take_goes_into_the_notes
    );
}

impl<const OLD: bool> Contract for Odoo<OLD> {
    const KIND: &'static str = "odoo";
    const SECRET: &'static str = if OLD {
        "zgoda@lipa.example 0123456789abcdef"
    } else {
        KEY
    };
    const NAMES: [&'static str; 6] = [
        "x_zgoda_lead",
        "x_zgoda_permission",
        "x_zgoda_proof",
        "x_zgoda_note",
        "email_from",
        "phone",
    ];

    fn new() -> Self {
        Self {
            leads: BTreeMap::new(),
            external: BTreeMap::new(),
            no_list: false,
            listed: Vec::new(),
            loads: 0,
            race: false,
            forbidden: false,
            silent: false,
            rules: Rules::default(),
            made: 0,
        }
    }

    fn answer(&mut self, request: &Request) -> Deed {
        if OLD {
            self.rpc(request)
        } else {
            self.json_2(request)
        }
    }

    fn rows(&mut self) -> Vec<&mut Row> {
        self.leads.values_mut().collect()
    }

    fn rules(&mut self) -> &mut Rules {
        &mut self.rules
    }

    fn url(server: &Server) -> String {
        format!("{}/?db=lipa", server.address)
    }

    fn busy() -> (Deed, Option<Duration>) {
        let head = "HTTP/1.1 429 x\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n";
        (Deed::Raw(head.into()), Some(Duration::from_secs(7)))
    }
}

impl<const OLD: bool> MakesFields for Odoo<OLD> {
    const WANTING: &'static str = "ir.model.fields";
}

impl<const OLD: bool> TellsRights for Odoo<OLD> {
    const RIGHTS: &'static [&'static str] = &[
        "crm.lead: create",
        "crm.lead: write",
        "crm.lead: unlink",
        "mail.blacklist: create",
        "mail.blacklist: write",
    ];
}

impl<const OLD: bool> OptsOut for Odoo<OLD> {
    fn opt_out(&mut self, lead: LeadId, at: DateTime<Utc>) {
        let row = row_of(self.rows(), Self::NAMES[0], lead);
        let email = row["email_from"].clone();
        let at = at.format("%Y-%m-%d %H:%M:%S").to_string();
        self.list(&email, &at);
    }
}

impl<const OLD: bool> Odoo<OLD> {
    fn rpc(&mut self, request: &Request) -> Deed {
        assert_eq!(request.path, "/jsonrpc");
        assert!(!request.headers.contains_key("authorization"));
        let params = &request.body["params"];
        let args = params["args"].as_array().unwrap();
        assert_eq!(args[0], "lipa");
        if params["service"] == "common" {
            let known = args[1] == LOGIN && args[2] == KEY;
            return Deed::Answer(
                200,
                json!({ "result": if known { json!(2) } else { json!(false) } }),
            );
        }
        assert_eq!((&args[1], &args[2]), (&json!(2), &json!(KEY)));
        let [model, method] = [3, 4].map(|at| args[at].as_str().unwrap());
        let ids = args[5].get(0).cloned().unwrap_or(json!([]));
        let (ids, named) = match method {
            "create" => (json!([]), json!({ "vals_list": args[5].get(0) })),
            _ => (ids, args[6].clone()),
        };
        let ran = match method {
            "check_access_rights" => {
                assert_eq!(args[6], json!({ "raise_exception": false }));
                Ok(self.may(model, &args[5][0]))
            }
            // It looks into the first of the arguments that have no name, and finds none.
            "create" if args[5] == json!([]) || args[6] != json!({}) => {
                Err(("builtins.IndexError", "tuple index out of range".to_owned()))
            }
            _ => match unknown(method, &named) {
                Some(name) => {
                    let why = format!("{method}() got an unexpected keyword argument '{name}'");
                    Err(("builtins.TypeError", why))
                }
                None => self.run(model, method, &ids, &named),
            },
        };
        let answer = match ran {
            // What gives nothing back has no result at all.
            Ok(Json::Null) => json!({ "jsonrpc": "2.0", "id": 1 }),
            Ok(result) => json!({ "jsonrpc": "2.0", "id": 1, "result": result }),
            Err((name, message)) => {
                let data = json!({ "name": name, "message": message });
                json!({ "error": { "code": 200, "message": "Odoo Server Error", "data": data } })
            }
        };
        Deed::Answer(200, answer)
    }

    fn json_2(&mut self, request: &Request) -> Deed {
        assert_eq!(request.headers["x-odoo-database"], "lipa");
        if request.headers["authorization"] != format!("Bearer {KEY}") {
            let error =
                json!({ "name": "werkzeug.exceptions.Unauthorized", "message": "Invalid apikey" });
            return Deed::Answer(401, error);
        }
        let path = request.path.strip_prefix("/json/2/").unwrap();
        let (model, method) = path.split_once('/').unwrap();
        if method == "has_access" {
            return Deed::Answer(200, self.may(model, &request.body["operation"]));
        }
        let ids = request.body["ids"].clone();
        match self.run(model, method, &ids, &request.body) {
            Ok(result) => Deed::Answer(200, result),
            Err((name, message)) => {
                let status = match name {
                    "odoo.exceptions.AccessError" => 403,
                    "odoo.exceptions.MissingError" => 404,
                    "odoo.exceptions.UserError" => 422,
                    _ => 500,
                };
                Deed::Answer(status, json!({ "name": name, "message": message }))
            }
        }
    }

    /// What the model's access rights say: a plain yes or no, also to whoever may nothing at all.
    fn may(&self, model: &str, operation: &Json) -> Json {
        let operation = operation.as_str().unwrap();
        assert!(["create", "read", "write", "unlink"].contains(&operation));
        let listed = model != "mail.blacklist" || !self.no_list;
        let may = self.rules.may(&format!("{model}: {operation}"));
        json!(!self.forbidden && listed && may)
    }

    fn run(&mut self, model: &str, method: &str, ids: &Json, named: &Json) -> Result<Json, Raised> {
        let right = if method == "load" { "create" } else { method };
        if !self.rules.may(&format!("{model}: {right}")) {
            return Err((
                "odoo.exceptions.AccessError",
                "You are not allowed".to_owned(),
            ));
        }
        if self.forbidden {
            return Err((
                "odoo.exceptions.AccessError",
                "You are not allowed".to_owned(),
            ));
        }
        if self.no_list && model == "mail.blacklist" {
            return Err(("odoo.exceptions.AccessError", "No".to_owned()));
        }
        match (model, method) {
            ("crm.lead", "fields_get") => Ok(self.fields(named)),
            ("crm.lead", "search_read") => Ok(self.search(named)),
            ("crm.lead", "load") => self.load(named),
            ("crm.lead", "unlink") => self.unlink(ids),
            ("ir.model", "search_read") => {
                assert_eq!(named["domain"], json!([["model", "=", "crm.lead"]]));
                Ok(json!([{ "id": 512 }]))
            }
            ("ir.model.fields", "create") => {
                let field = &named["vals_list"][0];
                assert_eq!(field["model_id"], 512);
                let (name, long) = (field["name"].as_str().unwrap(), field["ttype"] == "text");
                // Odoo keeps no field unique that is made by hand.
                match self.rules.make(name, long, name == Self::NAMES[0]) {
                    true => Ok(json!([9001])),
                    false => Err(("odoo.exceptions.AccessError", "No".to_owned())),
                }
            }
            ("mail.blacklist", "search_read") => Ok(self.blacklisted(named)),
            ("mail.blacklist", "search_count") => Ok(json!(0)),
            ("mail.blacklist", "write") => {
                for row in &mut self.listed {
                    if ids.as_array().unwrap().contains(&row["id"]) {
                        row["active"] = named["vals"]["active"].clone();
                    }
                }
                Ok(json!(true))
            }
            ("mail.blacklist", "create") => {
                let rows = named["vals_list"].as_array().unwrap();
                let bad = |row: &Json| row["email"].as_str() == self.rules.bad_email.as_deref();
                if rows.iter().any(bad) {
                    let why = "Invalid email address".to_owned();
                    return Err(("odoo.exceptions.UserError", why));
                }
                for row in rows {
                    self.list(&row["email"], "2026-11-25 12:00:00");
                }
                Ok(json!(vec![1; rows.len()]))
            }
            ("mail.blacklist", "action_unarchive") => {
                for row in &mut self.listed {
                    if ids.as_array().unwrap().contains(&row["id"]) {
                        row["active"] = json!(true);
                    }
                }
                Ok(Json::Null)
            }
            _ => Err((
                "odoo.exceptions.UserError",
                format!("Object {model} doesn't exist"),
            )),
        }
    }

    fn fields(&self, named: &Json) -> Json {
        let wanted = named["allfields"].as_array().unwrap();
        let names = wanted.iter().filter_map(Json::as_str);
        let names = names.filter(|name| Some(*name) != self.rules.lacking);
        names
            .map(|name| (name.to_owned(), json!({ "type": "char" })))
            .collect::<Row>()
            .into()
    }

    /// An address that is there already stays as it is, hidden too.
    fn list(&mut self, email: &Json, at: &str) {
        if self.listed.iter().all(|row| row["email"] != *email) {
            let id = self.listed.len() + 1;
            let row = json!({ "id": id, "email": email, "write_date": at, "active": true });
            self.listed.push(row);
        }
    }

    /// Who gets no mass mailing.
    fn blacklist(&self) -> Vec<&Json> {
        let listed = self.listed.iter().filter(|row| row["active"] == true);
        listed.map(|row| &row["email"]).collect()
    }

    fn blacklisted(&self, named: &Json) -> Json {
        if named["domain"] == json!([["id", "=", 0]]) {
            return json!([]);
        }
        if named["domain"][0][0] == "email" {
            assert_eq!(named["domain"][1], json!(["active", "=", false]));
            assert_eq!(named["context"]["active_test"], false);
            let emails = named["domain"][0][2].as_array().unwrap();
            let hidden = self.listed.iter().filter(|row| row["active"] == false);
            return hidden
                .filter(|row| emails.contains(&row["email"]))
                .cloned()
                .collect();
        }
        assert_eq!(named["domain"][0][0], "write_date");
        assert_eq!(named["order"], "write_date asc, id asc");
        let since = named["domain"][0][2].as_str().unwrap();
        let [offset, limit] = ["offset", "limit"].map(|name| named[name].as_u64().unwrap());
        let all = self.listed.iter();
        let all = all.filter(|row| row["active"] == true);
        let all = all.filter(|row| row["write_date"].as_str().unwrap() >= since);
        let some = all.skip(usize::try_from(offset).unwrap());
        some.take(usize::try_from(limit).unwrap())
            .cloned()
            .collect()
    }

    fn search(&self, named: &Json) -> Json {
        assert_eq!(named["context"]["active_test"], false);
        let holds = |term: &Json, id: u64, row: &Row| {
            let now = match term[0].as_str().unwrap() {
                "id" => json!(id),
                "email_normalized" => row.get("email_from").cloned().unwrap_or_default(),
                name => row.get(name).cloned().unwrap_or_default(),
            };
            match term[1].as_str().unwrap() {
                "in" => term[2].as_array().unwrap().contains(&now),
                "ilike" => now
                    .as_str()
                    .unwrap_or_default()
                    .contains(term[2].as_str().unwrap()),
                "!=" => now.is_string(),
                _ => now == term[2],
            }
        };
        let terms = named["domain"].as_array().unwrap();
        // In Polish notation: all of the terms, or as many "|" before them as join them.
        let (or, terms): (Vec<&Json>, Vec<&Json>) = terms.iter().partition(|term| **term == "|");
        assert!(or.is_empty() || or.len() + 1 == terms.len());
        let matches = |id: u64, row: &Row| match or.is_empty() {
            true => terms.iter().all(|term| holds(term, id, row)),
            false => terms.iter().any(|term| holds(term, id, row)),
        };
        let found = self.leads.iter().filter(|(id, row)| matches(**id, row));
        let found = found.map(|(id, row)| {
            let mut shown = json!({ "id": id });
            for field in named["fields"].as_array().unwrap() {
                let value = row
                    .get(field.as_str().unwrap())
                    .filter(|value| **value != "");
                shown[field.as_str().unwrap()] = value.cloned().unwrap_or(json!(false));
            }
            shown
        });
        found.collect()
    }

    fn load(&mut self, named: &Json) -> Result<Json, Raised> {
        self.loads += 1;
        if std::mem::take(&mut self.race) {
            let why = "could not serialize access due to concurrent update".to_owned();
            return Err(("psycopg2.errors.SerializationFailure", why));
        }
        let fields = named["fields"].as_array().unwrap();
        let fields: Vec<&str> = fields.iter().filter_map(Json::as_str).collect();
        let data = named["data"].as_array().unwrap();
        let cell = |row: &Json, name: &str| {
            let at = fields.iter().position(|field| *field == name);
            at.map(|at| row[at].clone()).unwrap_or_default()
        };
        for (at, row) in data.iter().enumerate() {
            let is = |name: &str, bad: &Option<String>| {
                bad.is_some() && cell(row, name).as_str() == bad.as_deref()
            };
            let id = cell(row, ".id").as_str().and_then(|id| id.parse().ok());
            let gone = id.is_some_and(|id: u64| !self.leads.contains_key(&id));
            let refused = gone || is("x_zgoda_lead", &self.rules.refused);
            if !refused && !is("email_from", &self.rules.bad_email) {
                continue;
            }
            let mut message = json!({ "type": "error", "message": "No", "record": at });
            if !refused {
                message["field"] = json!("email_from");
            }
            if self.silent {
                message = json!({ "type": "error", "message": "Unknown error during import" });
            }
            return Ok(json!({ "ids": false, "messages": [message] }));
        }
        let ids = data.iter().map(|row| {
            let id = cell(row, ".id").as_str().map(|id| id.parse().unwrap());
            let id = id.unwrap_or_else(|| {
                let external = cell(row, "id").as_str().unwrap().to_owned();
                assert!(external.starts_with("__import__.zgoda_"), "{external}");
                let made = &mut self.made;
                *self.external.entry(external).or_insert_with(|| {
                    *made += 1;
                    *made
                })
            });
            let known = self.leads.entry(id).or_default();
            for (at, field) in fields.iter().enumerate().skip(1) {
                assert!(row[at].is_string(), "a cell is text");
                known.insert((*field).to_owned(), row[at].clone());
            }
            id
        });
        Ok(json!({ "ids": ids.collect::<Vec<_>>(), "messages": [] }))
    }

    fn unlink(&mut self, ids: &Json) -> Result<Json, Raised> {
        for id in ids.as_array().unwrap() {
            let id = id.as_u64().unwrap();
            if self.leads.remove(&id).is_none() {
                return Err((
                    "odoo.exceptions.MissingError",
                    "Record does not exist".to_owned(),
                ));
            }
            self.external.retain(|_, known| *known != id);
        }
        Ok(json!(true))
    }
}

/// The first argument that `method` does not take by that name before version 16.
fn unknown<'a>(method: &str, named: &'a Json) -> Option<&'a String> {
    let takes: &[&str] = match method {
        "fields_get" => &["allfields", "attributes"],
        "search_read" => &["domain", "fields", "offset", "limit", "order"],
        "search_count" => &["args"],
        "load" => &["fields", "data"],
        "create" => &["vals_list"],
        "write" => &["vals"],
        _ => &[],
    };
    let mut names = named.as_object().into_iter().flat_map(|named| named.keys());
    names.find(|name| *name != "context" && !takes.contains(&name.as_str()))
}

fn both(check: impl Fn(bool)) {
    check(true);
    check(false);
}

fn a_race<const OLD: bool>() {
    let stand = Stand::<Odoo<OLD>>::new();
    stand.crm().race = true;
    let answers = stand.push(&messages(3));
    assert_eq!(answers, vec![retry(Reason::ServerTrouble); 3]);
    assert_eq!(confirmed(&stand.push(&messages(3))), 3);
}

#[test]
fn a_transaction_that_lost_a_race_comes_again() {
    both(|old| {
        if old {
            a_race::<true>()
        } else {
            a_race::<false>()
        }
    });
}

fn bad_row<const OLD: bool>(silent: bool, loads: usize) {
    let stand = Stand::<Odoo<OLD>>::new();
    let all = messages(8);
    stand.crm().silent = silent;
    stand.crm().rules().refused = Some(all[5].lead.to_string());
    let answers = stand.push(&all);
    assert_eq!(answers[5], person(Reason::Refused));
    assert_eq!(confirmed(&answers), 7);
    assert_eq!(stand.crm().loads, loads);
}

#[test]
fn a_bad_row_is_taken_out_by_name_or_found_by_halving() {
    both(|old| {
        let bad_row = if old {
            bad_row::<true>
        } else {
            bad_row::<false>
        };
        bad_row(false, 2);
        bad_row(true, 7);
    });
}

#[test]
fn a_hundred_leads_are_one_load() {
    let stand = Stand::<Odoo<false>>::new();
    assert_eq!(confirmed(&stand.push(&messages(100))), 100);
    assert_eq!(stand.crm().loads, 1);
}

fn withdrawn<const OLD: bool>() {
    let stand = Stand::<Odoo<OLD>>::new();
    let kept = lead(1, &offline());
    stand.push(&[upsert(&kept)]);
    assert!(stand.crm().blacklist().is_empty());
    assert_eq!(confirmed(&stand.push(&[withdraw(&kept)])), 1);
    assert_eq!(stand.crm().blacklist(), [&json!(email(1))]);
    // Somebody takes it off, which only hides it, and another lead of that address withdraws.
    stand.crm().listed[0]["active"] = json!(false);
    let mut other = lead(2, &offline());
    other
        .fields
        .insert(Field::Email, kept.fields[&Field::Email].clone());
    stand.push(&[upsert(&other)]);
    assert_eq!(confirmed(&stand.push(&[withdraw(&other)])), 1);
    assert_eq!(stand.crm().blacklist(), [&json!(email(1))]);
}

#[test]
fn an_address_whose_consent_is_withdrawn_is_on_the_blacklist() {
    both(|old| {
        if old {
            withdrawn::<true>()
        } else {
            withdrawn::<false>()
        }
    });
}

fn one_channel<const OLD: bool>() {
    let stand = Stand::<Odoo<OLD>>::new();
    let mut kept = lead(1, &offline());
    by_telephone_too(&mut kept);
    stand.push(&[upsert(&kept)]);
    assert!(stand.crm().blacklist().is_empty());
    let told = withdraw_email(&mut kept);
    assert_eq!(confirmed(&stand.push(&[told])), 1);
    assert_eq!(stand.crm().blacklist(), [&json!(email(1))]);
    let row = stand.row(&kept);
    let permission = row["x_zgoda_permission"].as_str().unwrap();
    for line in ["newsletter:email: withdrawn", "newsletter:phone: yes"] {
        assert!(permission.contains(line), "{permission}");
    }
    // It was taken back once: whom somebody takes off the list stays off it.
    stand.crm().listed[0]["active"] = json!(false);
    kept.revision += 1;
    assert_eq!(confirmed(&stand.push(&[upsert(&kept)])), 1);
    assert!(stand.crm().blacklist().is_empty());
}

#[test]
fn an_address_whose_consent_is_withdrawn_for_one_channel_is_on_the_blacklist() {
    both(|old| {
        if old {
            one_channel::<true>()
        } else {
            one_channel::<false>()
        }
    });
}

/// Two purposes by e-mail: the blacklist bars both.
fn two_purposes<const OLD: bool>() {
    let stand = Stand::<Odoo<OLD>>::new();
    let mut kept = lead(1, &offline());
    let newsletter = |one: &&Decision| one.purpose == "newsletter";
    let mut also = kept.decisions.iter().find(newsletter).unwrap().clone();
    also.purpose = "invitations".to_owned();
    kept.decisions.push(also);
    let mut connector = stand.connector();
    let told = [upsert(&kept), withdraw(&kept)];
    assert_eq!(confirmed(&connector.push(&told)), 2);
    assert!(stand.crm().blacklist().is_empty(), "invitations stand");
    assert!(heard_of(connector.as_mut(), &[kept.id]).is_empty());
    let rest = Body::Withdraw([BoxRef::whole("invitations".to_owned())].into());
    assert_eq!(confirmed(&connector.push(&[message(&kept, rest)])), 1);
    assert_eq!(stand.crm().blacklist(), [&json!(email(1))]);
}

#[test]
fn an_address_is_on_the_blacklist_once_its_last_consent_is_withdrawn() {
    both(|old| {
        if old {
            two_purposes::<true>()
        } else {
            two_purposes::<false>()
        }
    });
}

#[test]
fn whom_somebody_takes_off_the_blacklist_stays_off_it() {
    let stand = Stand::<Odoo<false>>::new();
    let mut kept = lead(1, &offline());
    stand.push(&[upsert(&kept), withdraw(&kept)]);
    assert_eq!(stand.crm().blacklist(), [&json!(email(1))]);
    stand.crm().listed[0]["active"] = json!(false);
    // Its yes was taken back before, and is not again by whatever is said of the lead later.
    kept.revision += 1;
    let expire = Body::Expire([Field::Phone].into());
    let news = [withdraw(&kept), upsert(&kept), message(&kept, expire)];
    assert_eq!(confirmed(&stand.push(&news)), 3);
    assert!(stand.crm().blacklist().is_empty());
}

#[test]
fn a_withdrawal_that_the_blacklist_did_not_hear_comes_again_whole() {
    let stand = Stand::<Odoo<false>>::new();
    let kept = lead(1, &offline());
    stand.push(&[upsert(&kept)]);
    stand.crm().list(&json!(email(1)), "2026-11-25 12:00:00");
    stand.crm().listed[0]["active"] = json!(false);
    stand.server.fault(|request| {
        let shows = request.path.ends_with("mail.blacklist/write");
        shows.then_some(Deed::Cut)
    });
    let answers = stand.push(&[withdraw(&kept)]);
    assert_eq!(answers, [retry(Reason::Ambiguous)]);
    stand.server.heal();
    assert_eq!(confirmed(&stand.push(&[withdraw(&kept)])), 1);
    assert_eq!(stand.crm().blacklist(), [&json!(email(1))]);
}

#[test]
fn an_address_that_the_blacklist_does_not_take_stops_no_other() {
    let stand = Stand::<Odoo<true>>::new();
    let (bad, good) = (lead(1, &offline()), lead(2, &offline()));
    stand.push(&[upsert(&bad), upsert(&good)]);
    stand.crm().rules().bad_email = Some(email(1));
    let answers = stand.push(&[withdraw(&bad), withdraw(&good)]);
    assert_eq!(answers[0], person(Reason::Refused));
    assert_eq!(confirmed(&answers), 1);
    assert_eq!(stand.crm().blacklist(), [&json!(email(2))]);
    let row = stand.row(&bad);
    let permission = row["x_zgoda_permission"].as_str().unwrap();
    assert!(
        permission.contains("newsletter:email: withdrawn"),
        "{permission}"
    );
}

#[test]
fn who_may_not_see_the_blacklist_is_told_where_consent_to_email_is_asked_for() {
    let stand = Stand::<Odoo<true>>::new();
    stand.crm().no_list = true;
    let missing = stand.connector().test().unwrap().missing;
    assert_eq!(missing, [Missing::Permission("mail.blacklist".to_owned())]);
    let mut calls = offline();
    calls
        .purposes
        .retain(|one| !one.channels.contains(&Channel::Email));
    let mut connector = stand.connect_by(calls, Odoo::<true>::SECRET).unwrap();
    assert_eq!(connector.test().unwrap().missing, []);
}

#[test]
fn a_lead_that_became_a_contact_needs_a_person_to_be_erased() {
    let stand = Stand::<Odoo<false>>::new();
    let kept = lead(1, &offline());
    stand.push(&[upsert(&kept)]);
    for row in stand.crm().rows() {
        row.insert("partner_id".to_owned(), json!([7, "Zofia"]));
    }
    let erase = message(&kept, Body::Erase);
    assert_eq!(stand.push(&[erase]), [person(Reason::Refused)]);
    assert_eq!(stand.rows().len(), 1);
}

#[test]
fn a_lead_that_somebody_erases_meanwhile_is_erased() {
    let stand = Stand::<Odoo<true>>::new();
    let kept = lead(1, &offline());
    stand.push(&[upsert(&kept)]);
    stand.server.fault(|request| {
        let unlinks = request.body["params"]["args"][4] == "unlink";
        let data = json!({ "name": "odoo.exceptions.MissingError", "message": "gone" });
        unlinks.then(|| Deed::Answer(200, json!({ "error": { "code": 200, "data": data } })))
    });
    assert_eq!(confirmed(&stand.push(&[message(&kept, Body::Erase)])), 1);
}

fn may_not<const OLD: bool>() {
    let stand = Stand::<Odoo<OLD>>::new();
    stand.crm().forbidden = true;
    let missing = stand.connector().test().unwrap().missing;
    let wanting = ["crm.lead", "mail.blacklist"].map(|one| Missing::Permission(one.to_owned()));
    assert_eq!(missing, wanting);
}

#[test]
fn a_user_without_access_to_leads_is_told() {
    both(|old| {
        if old {
            may_not::<true>()
        } else {
            may_not::<false>()
        }
    });
}

#[test]
fn fail_json_rpc_without_a_database_and_a_secret_of_three_words() {
    let mut profile = offline();
    profile.crm.kind = "odoo".to_owned();
    profile.crm.url = Some("https://odoo.example".to_owned());
    let failed = |secret| {
        zgoda_crm::connect(&profile, Some(&zgoda_crm::Secret::new(secret)), "".as_ref()).err()
    };
    assert_eq!(failed("login key"), Some(ConnectError::BadUrl));
    assert_eq!(failed("login key more"), Some(ConnectError::NoSecret));
    assert_eq!(failed("key"), None);
}
