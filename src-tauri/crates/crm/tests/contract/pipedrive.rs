//! Pipedrive as its documentation has it: custom fields by a key, lists of addresses, no id of ours kept unique, a
//! marketing status that changes only once (what is forbidden is answered as done), and deletions that are kept.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde_json::{Value as Json, json};
use zgoda_core::LeadId;
use zgoda_core::outbox::{Body, Reason};

use crate::fake::bottle::{confirmed, messages, offline, person, retry};
use crate::fake::{Deed, Request};
use crate::imagined::{email, lead, lead_id, message, upsert};
use crate::opt_outs::{OptsOut, heard_of, is_since, mark, page, row_of};
use crate::rights::TellsRights;
use crate::set_up::MakesFields;
use crate::several::Pages;
use crate::suite::{Contract, Row, Rules, Stand, text, withdraw, withdraw_email};

const FIELDS: [&str; 6] = [
    "Badge",
    "zgoda_lead",
    "zgoda_receipt",
    "zgoda_permission",
    "zgoda_proof",
    "zgoda_note",
];

struct Pipedrive {
    /// Persons, with what Pipedrive calls `email` and the custom fields by name.
    persons: BTreeMap<u64, Row>,
    others: BTreeMap<u64, Vec<Json>>,
    /// How often a status was changed since it was first set.
    changes: BTreeMap<u64, usize>,
    /// An address that has unsubscribed before.
    unsubscribed: Option<String>,
    /// The company has Campaigns: without it there is no status.
    campaigns: bool,
    /// The answer to a write does not show the status.
    is_terse: bool,
    /// The user may not ask who they are and what they may.
    is_secretive: bool,
    deleted: Vec<Row>,
    /// How many fields it tells at once, or persons that it finds; else as many as it is asked for.
    of_a_page: Option<usize>,
    rules: Rules,
    made: u64,
}

suite!(Pipedrive);
opt_outs!(Pipedrive);
several!(Pipedrive);
several!(
    Pipedrive,
    a_person_behind_the_first_page_of_an_answer_is_found
);
set_up!(Pipedrive);
rights!(Pipedrive);

impl Contract for Pipedrive {
    const KIND: &'static str = "pipedrive";
    const SECRET: &'static str = "0123456789abcdef";
    const REQUESTS: usize = 330;
    const NAMES: [&'static str; 6] = [
        "zgoda_lead",
        "zgoda_permission",
        "zgoda_proof",
        "zgoda_note",
        "email",
        "phone",
    ];

    const MAPPED: &'static str = "Badge";

    fn new() -> Self {
        Self {
            persons: BTreeMap::new(),
            others: BTreeMap::new(),
            changes: BTreeMap::new(),
            unsubscribed: None,
            campaigns: true,
            is_terse: false,
            is_secretive: false,
            deleted: Vec::new(),
            of_a_page: None,
            rules: Rules::default(),
            made: 0,
        }
    }

    fn answer(&mut self, request: &Request) -> Deed {
        if request.headers["x-api-token"] != Self::SECRET {
            return Deed::Answer(
                401,
                json!({ "success": false, "error": "unauthorized access" }),
            );
        }
        let (path, query) = request.path.split_once('?').unwrap_or((&request.path, ""));
        let asked = |name: &str| {
            let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
            pairs
                .find(|(known, _)| *known == name)
                .map(|(_, value)| value.replace("%2C", ","))
        };
        let id = path.rsplit('/').next().unwrap().parse().unwrap_or_default();
        match (request.method.as_str(), path) {
            ("POST", "/api/v1/personFields") => {
                let name = request.body["name"].as_str().unwrap();
                let long = request.body["field_type"] == "text";
                // Pipedrive keeps nothing unique.
                match self.rules.make(name, long, name == Self::NAMES[0]) {
                    true => Deed::Answer(201, json!({ "success": true, "data": {} })),
                    false => Deed::Answer(403, json!({ "success": false })),
                }
            }
            (_, "/api/v2/personFields") => self.page(self.fields(), 500, asked, |some| json!(some)),
            (_, path) if path.starts_with("/api/v1/users/") && self.is_secretive => {
                Deed::Answer(403, json!({ "success": false }))
            }
            (_, "/api/v1/users/me") => {
                Deed::Answer(200, json!({ "success": true, "data": { "id": 13_822 } }))
            }
            (_, "/api/v1/users/13822/permissions") => {
                let adds = self.rules.may("can_add_people");
                let told = json!({ "can_add_people": adds, "can_use_api": true });
                Deed::Answer(200, json!({ "success": true, "data": told }))
            }
            (_, "/api/v2/persons/search") => {
                let term = asked("term").unwrap().replace("%40", "@");
                let exact = asked("exact_match").unwrap() == "true";
                let found = match asked("fields").as_deref() {
                    Some("email") => self.search(&["email"], &term, exact),
                    _ => self.search(&FIELDS, &term, exact),
                };
                self.page(found, 100, asked, |some| json!({ "items": some }))
            }
            ("GET", "/api/v2/persons") if asked("updated_since").is_some() => {
                assert_eq!(asked("sort_by").as_deref(), Some("update_time"));
                let since = asked("updated_since").unwrap();
                let number = asked("cursor").map_or(0, |cursor| cursor.parse().unwrap());
                self.changed(&since.replace("%3A", ":"), number)
            }
            ("GET", "/api/v2/persons") => {
                let ids = asked("ids").unwrap();
                let ids = ids.split(',').filter_map(|id| id.parse().ok());
                let shown: Vec<Json> = ids.filter_map(|id| self.shown(id)).collect();
                Deed::Answer(200, json!({ "success": true, "data": shown }))
            }
            ("POST", _) if !self.rules.may("can_add_people") => {
                Deed::Answer(403, json!({ "success": false }))
            }
            ("POST", _) => {
                self.made += 1;
                self.save(self.made, &request.body)
            }
            (_, _) if !self.persons.contains_key(&id) => {
                Deed::Answer(404, json!({ "success": false }))
            }
            ("GET", _) => Deed::Answer(200, json!({ "success": true, "data": self.shown(id) })),
            ("PATCH", _) => self.save(id, &request.body),
            _ => {
                self.deleted.extend(self.persons.remove(&id));
                Deed::Answer(200, json!({ "success": true, "data": { "id": id } }))
            }
        }
    }

    fn rows(&mut self) -> Vec<&mut Row> {
        self.persons.values_mut().collect()
    }

    fn rules(&mut self) -> &mut Rules {
        &mut self.rules
    }

    fn busy() -> (Deed, Option<Duration>) {
        let head = "HTTP/1.1 429 x\r\nRetry-After: 2\r\nContent-Length: 0\r\n\r\n";
        (Deed::Raw(head.into()), Some(Duration::from_secs(2)))
    }
}

impl Pages for Pipedrive {
    const PAGE: usize = 100;

    fn before(&mut self, n: usize, mut row: Row) {
        row.insert("name".to_owned(), "Jan Sowa".into());
        self.persons.insert(1000 + n as u64, row);
    }
}

impl MakesFields for Pipedrive {
    const WANTING: &'static str = "admin";
}

impl TellsRights for Pipedrive {
    const RIGHTS: &'static [&'static str] = &["can_add_people"];
}

impl OptsOut for Pipedrive {
    const STAMP: Option<&'static str> = Some("update_time");

    fn opt_out(&mut self, lead: LeadId, at: DateTime<Utc>) {
        let row = row_of(self.rows(), Self::NAMES[0], lead);
        mark(
            row,
            ("marketing_status", json!("unsubscribed")),
            "update_time",
            at,
        );
    }
}

fn key(name: &str) -> String {
    zgoda_core::profile::sha256_hex(name)[..40].to_owned()
}

impl Pipedrive {
    /// The page of a list that is asked for, and the cursor of the next.
    fn page(
        &self,
        all: Vec<Json>,
        most: usize,
        asked: impl Fn(&str) -> Option<String>,
        told: impl Fn(&[Json]) -> Json,
    ) -> Deed {
        let limit: usize = asked("limit").map_or(100, |limit| limit.parse().unwrap());
        assert!(limit <= most, "more than Pipedrive tells at once");
        let from = asked("cursor").map_or(0, |cursor| cursor.parse().unwrap());
        let end = all.len().min(from + self.of_a_page.unwrap_or(limit));
        let next = (end < all.len()).then(|| end.to_string());
        Deed::Answer(
            200,
            json!({ "success": true, "data": told(&all[from..end]), "additional_data": { "next_cursor": next } }),
        )
    }

    fn fields(&self) -> Vec<Json> {
        let names = FIELDS
            .into_iter()
            .filter(|name| Some(*name) != self.rules.lacking);
        let all = names.map(|name| json!({ "field_name": name, "field_code": key(name) }));
        all.collect()
    }

    /// The latest first.
    fn search(&self, fields: &[&str], term: &str, exact: bool) -> Vec<Json> {
        let holds = |value: &str| value == term || (!exact && value.contains(term));
        let found = self
            .persons
            .iter()
            .rev()
            .filter(|(_, row)| fields.iter().any(|name| holds(text(row, name))));
        let items = found.map(|(id, _)| json!({ "item": { "id": id } }));
        items.collect()
    }

    /// Every person that was changed since, ours or not, with a cursor to the next page.
    fn changed(&self, since: &str, number: usize) -> Deed {
        let all = self.persons.iter();
        let all = all.filter(|(_, row)| is_since(row, "update_time", since));
        let mut all: Vec<Json> = all.filter_map(|(id, _)| self.shown(*id)).collect();
        let at = "2026-11-25T11:59:00Z";
        all.push(json!({ "id": 9, "name": "Jan Sowa", "marketing_status": "unsubscribed", "update_time": at }));
        let (shown, more) = page(all, number);
        let next = more.then(|| (number + 1).to_string());
        Deed::Answer(
            200,
            json!({ "success": true, "data": shown, "additional_data": { "next_cursor": next } }),
        )
    }

    fn shown(&self, id: u64) -> Option<Json> {
        let row = self.persons.get(&id)?;
        let list = |column: &str| {
            let first = Some(text(row, column)).filter(|value| !value.is_empty());
            let first =
                first.map(|value| json!({ "value": value, "primary": true, "label": "work" }));
            let others = self.others.get(&id).filter(|_| column == "email");
            first
                .into_iter()
                .chain(others.into_iter().flatten().cloned())
                .collect::<Vec<_>>()
        };
        let custom: Row = FIELDS
            .iter()
            .map(|name| (key(name), row.get(*name).cloned().unwrap_or_default()))
            .collect();
        Some(json!({
            "id": id, "is_deleted": false, "name": row["name"], "marketing_status": row.get("marketing_status"),
            "update_time": row.get("update_time"),
            "emails": list("email"), "phones": list("phone"), "custom_fields": custom,
        }))
    }

    fn save(&mut self, id: u64, body: &Json) -> Deed {
        let refusal = || {
            Deed::Answer(
                400,
                json!({ "success": false, "error": "Validation failed" }),
            )
        };
        let mut row = self.persons.get(&id).cloned().unwrap_or_default();
        for (column, value) in body.as_object().unwrap() {
            match column.as_str() {
                "emails" | "phones" => {
                    let first = value
                        .as_array()
                        .unwrap()
                        .iter()
                        .find(|one| one["primary"] == true);
                    row.insert(
                        column.trim_end_matches('s').to_owned(),
                        first.map_or(Json::Null, |one| one["value"].clone()),
                    );
                    let others = value
                        .as_array()
                        .unwrap()
                        .iter()
                        .filter(|one| one["primary"] != true);
                    if column == "emails" {
                        self.others.insert(id, others.cloned().collect());
                    }
                }
                "custom_fields" => {
                    for (known, value) in value.as_object().unwrap() {
                        let name = FIELDS.iter().find(|name| key(name) == *known);
                        row.insert(
                            name.expect("a key of Pipedrive's").to_string(),
                            value.clone(),
                        );
                    }
                }
                "marketing_status" if row.get(column).is_some_and(|now| now != value) => {
                    let changes = self.changes.entry(id).or_default();
                    *changes += 1;
                    // What is forbidden is answered as done.
                    if *changes == 1 {
                        row.insert(column.clone(), value.clone());
                    }
                }
                _ => drop(row.insert(column.clone(), value.clone())),
            }
        }
        let refused = self.rules.refused.as_deref() == Some(text(&row, "zgoda_lead"));
        if refused || text(&row, "name").is_empty() {
            return refusal();
        }
        let email = text(&row, "email").to_owned();
        let mut set = |status: &str| row.insert("marketing_status".to_owned(), status.into());
        match self.persons.contains_key(&id) {
            // A status is the address's, whichever person bears it.
            false if email.is_empty() => drop(set("no_consent")),
            false if self.unsubscribed.as_ref() == Some(&email) => drop(set("unsubscribed")),
            _ => {}
        }
        if !self.campaigns {
            row.remove("marketing_status");
        }
        self.persons.insert(id, row);
        let mut shown = self.shown(id).unwrap();
        if self.is_terse {
            shown.as_object_mut().unwrap().remove("marketing_status");
        }
        Deed::Answer(200, json!({ "success": true, "data": shown }))
    }
}

#[test]
fn the_marketing_status_follows_the_consent_and_changes_once() {
    let stand = Stand::<Pipedrive>::new();
    let kept = lead(1, &offline());
    stand.push(&[upsert(&kept)]);
    assert_eq!(stand.row(&kept)["marketing_status"], "subscribed");
    assert_eq!(confirmed(&stand.push(&[withdraw(&kept)])), 1);
    assert_eq!(confirmed(&stand.push(&[upsert(&kept)])), 1);
    assert_eq!(stand.row(&kept)["marketing_status"], "unsubscribed");
}

#[test]
fn where_the_status_may_not_change_the_withdrawal_is_proven_and_a_person_must_look() {
    for is_terse in [false, true] {
        let stand = Stand::<Pipedrive>::new();
        let mut kept = lead(1, &offline());
        stand.push(&[upsert(&kept)]);
        stand.crm().changes.insert(1, 1);
        stand.crm().is_terse = is_terse;
        let lost = [person(Reason::ConsentLost)];
        assert_eq!(stand.push(&[withdraw(&kept)]), lost);
        let row = stand.row(&kept);
        assert!(text(&row, "zgoda_permission").contains("newsletter:email: withdrawn"));
        assert_eq!(row["marketing_status"], "subscribed");
        // Nothing else is confirmed of the lead before somebody has set the status there.
        let news = withdraw_email(&mut kept);
        assert_eq!(stand.push(std::slice::from_ref(&news)), lost);
        for row in stand.crm().rows() {
            row.insert("marketing_status".to_owned(), "unsubscribed".into());
        }
        assert_eq!(confirmed(&stand.push(&[withdraw(&kept), news])), 2);
    }
}

#[test]
fn a_consent_that_is_archived_is_taken_back_too() {
    let stand = Stand::<Pipedrive>::new();
    let kept = lead(1, &offline());
    stand.push(&[upsert(&kept)]);
    for row in stand.crm().rows() {
        row.insert("marketing_status".to_owned(), "archived".into());
    }
    assert_eq!(confirmed(&stand.push(&[withdraw(&kept)])), 1);
    assert_eq!(stand.row(&kept)["marketing_status"], "unsubscribed");
}

#[test]
fn whom_pipedrive_does_not_subscribe_a_person_must_look_at() {
    let stand = Stand::<Pipedrive>::new();
    let kept = lead(1, &offline());
    stand.crm().unsubscribed = Some(email(1));
    // Not the sample of its request.
    let answers = stand.push(&[upsert(&lead(2, &offline())), upsert(&kept)]);
    assert_eq!(answers[1], person(Reason::ConsentLost));
    assert_eq!(confirmed(&answers), 1);
    // Told again it is the person's own word, which nobody lifts.
    assert_eq!(confirmed(&stand.push(&[upsert(&kept)])), 1);
    assert_eq!(stand.row(&kept)["marketing_status"], "unsubscribed");
}

#[test]
fn without_an_address_or_without_campaigns_there_is_no_status_to_lose() {
    let stand = Stand::<Pipedrive>::new();
    let mut kept = lead(1, &offline());
    kept.fields.remove(&zgoda_core::field::Field::Email);
    assert_eq!(confirmed(&stand.push(&[upsert(&kept)])), 1);
    assert_eq!(stand.row(&kept)["marketing_status"], "no_consent");

    let stand = Stand::<Pipedrive>::new();
    stand.crm().campaigns = false;
    let kept = lead(1, &offline());
    let all = [upsert(&kept), withdraw(&kept), upsert(&lead(2, &offline()))];
    assert_eq!(confirmed(&stand.push(&all)), 3);
}

#[test]
fn only_whoever_unsubscribes_has_said_so() {
    let stand = Stand::<Pipedrive>::new();
    let known = [lead_id(0), lead_id(1)];
    let mut connector = stand.connector();
    connector.push(&messages(2));
    let says = |status: &str| {
        let at = "2026-11-25T12:00:00Z".parse().unwrap();
        let (mut crm, column) = (stand.crm(), "marketing_status");
        let row = row_of(crm.rows(), "zgoda_lead", lead_id(1));
        mark(row, (column, json!(status)), "update_time", at);
    };
    // Of an address that it finds invalid Pipedrive says so by itself.
    says("no_consent");
    assert!(heard_of(connector.as_mut(), &known).is_empty());
    says("unsubscribed");
    assert_eq!(heard_of(connector.as_mut(), &known), [lead_id(1)].into());
}

#[test]
fn addresses_that_somebody_added_stay() {
    let stand = Stand::<Pipedrive>::new();
    let mut kept = lead(1, &offline());
    stand.push(&[upsert(&kept)]);
    let added = json!({ "value": "zofia@sowa.example", "primary": false, "label": "home" });
    stand.crm().others.insert(1, vec![added.clone()]);
    let new = zgoda_core::field::Value::Many(vec!["nowa@lisek.example".into()]);
    kept.fields
        .get_mut(&zgoda_core::field::Field::Email)
        .unwrap()
        .value = new;
    kept.revision += 1;
    assert_eq!(confirmed(&stand.push(&[upsert(&kept)])), 1);
    assert_eq!(text(&stand.row(&kept), "email"), "nowa@lisek.example");
    assert_eq!(stand.crm().others[&1], [added]);
}

#[test]
fn a_lead_that_stands_twice_is_erased_twice() {
    let stand = Stand::<Pipedrive>::new();
    let kept = lead(1, &offline());
    stand.push(&[upsert(&kept)]);
    let twin = stand.row(&kept);
    stand.crm().persons.insert(9, twin);
    assert_eq!(confirmed(&stand.push(&[message(&kept, Body::Erase)])), 1);
    let crm = stand.crm();
    assert!(crm.persons.is_empty());
    assert_eq!(crm.deleted.len(), 2);
    for row in &crm.deleted {
        let left = Json::from(row.clone()).to_string();
        assert!(
            !left.contains(&email(1)) && !left.contains("Zofia"),
            "{left}"
        );
    }
}

#[test]
fn a_lead_that_the_search_does_not_show_yet_is_changed_by_its_id() {
    let stand = Stand::<Pipedrive>::new();
    let kept = lead(1, &offline());
    stand.push(&[upsert(&kept)]);
    stand.server.fault(|request| {
        let searched = request.path.starts_with("/api/v2/persons/search");
        searched.then(|| Deed::Answer(200, json!({ "success": true, "data": { "items": [] } })))
    });
    let mut erase = message(&kept, Body::Erase);
    erase.crm_id = Some("1".to_owned());
    assert_eq!(confirmed(&stand.push(&[erase])), 1);
    assert!(stand.rows().is_empty());
}

#[test]
fn a_user_who_may_not_ask_for_their_permissions_stops_nothing() {
    let stand = Stand::<Pipedrive>::new();
    stand.crm().is_secretive = true;
    let mut connector = stand.connector();
    assert_eq!(connector.test().unwrap().missing, []);
    assert_eq!(confirmed(&connector.push(&messages(2))), 2);
}

#[test]
fn fields_of_further_pages_are_found() {
    let stand = Stand::<Pipedrive>::new();
    stand.crm().of_a_page = Some(2);
    let mut connector = stand.connector();
    assert_eq!(connector.test().unwrap().missing, []);
    assert_eq!(confirmed(&connector.push(&messages(2))), 2);
}

#[test]
fn a_lead_that_stands_on_several_pages_is_erased_on_each() {
    let stand = Stand::<Pipedrive>::new();
    let kept = lead(1, &offline());
    stand.push(&[upsert(&kept)]);
    stand.crm().of_a_page = Some(2);
    let twin = stand.row(&kept);
    let twins = (2..=5).map(|id| (id, twin.clone()));
    stand.crm().persons.extend(twins);
    assert_eq!(confirmed(&stand.push(&[message(&kept, Body::Erase)])), 1);
    assert!(stand.rows().is_empty(), "every record of the lead");
}

#[test]
fn pages_that_lead_in_a_circle_end_and_are_not_taken_for_the_whole() {
    let stand = Stand::<Pipedrive>::new();
    stand.server.fault(|request| {
        let searched = request.path.starts_with("/api/v2/persons/search");
        let json = json!({
            "success": true, "data": { "items": [] }, "additional_data": { "next_cursor": "again" },
        });
        searched.then_some(Deed::Answer(200, json))
    });
    assert_eq!(stand.push(&messages(1)), [retry(Reason::NotTheCrm)]);
    assert!(stand.rows().is_empty());
}
