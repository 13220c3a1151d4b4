//! HubSpot as its documentation has it: batches answered in parts (207), a unique e-mail, a day's limit, scopes, and
//! subscriptions kept by address beside the contacts.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde_json::{Value as Json, json};
use zgoda_core::decision::Decision;
use zgoda_core::outbox::Reason;
use zgoda_core::profile::Channel;
use zgoda_core::{Field, LeadId};
use zgoda_crm::Missing;

use crate::fake::bottle::{confirmed, messages, offline, person, retry};
use crate::fake::{Deed, Request};
use crate::imagined::{email, lead, lead_id, upsert};
use crate::opt_outs::{OptsOut, row_of};
use crate::set_up::MakesFields;
use crate::suite::{Contract, Row, Rules, Stand, by_telephone_too, text, withdraw, withdraw_email};

/// The subscription type of the newsletter.
const NEWSLETTER: u64 = 71;

struct HubSpot {
    contacts: BTreeMap<u64, Row>,
    subscriptions: BTreeMap<String, String>,
    /// Addresses that have opted out of all e-mail, whatever their types say.
    out_of_all: Vec<String>,
    /// An address that takes no subscription.
    unsubscribable: Option<String>,
    explanations: Vec<String>,
    /// The names of the subscription types.
    types: Vec<&'static str>,
    /// Scopes that the token has not.
    forbidden: Option<&'static str>,
    rules: Rules,
    made: u64,
}

suite!(HubSpot);
opt_outs!(HubSpot);
several!(HubSpot);
set_up!(HubSpot);
suite!(
    HubSpot,
    a_value_that_the_crm_does_not_take_goes_into_the_notes
);

impl Contract for HubSpot {
    const KIND: &'static str = "hubspot";
    const SECRET: &'static str = "pat-eu1-token";
    const NAMES: [&'static str; 6] = [
        "zgoda_lead",
        "zgoda_permission",
        "zgoda_proof",
        "zgoda_note",
        "email",
        "phone",
    ];

    fn new() -> Self {
        Self {
            contacts: BTreeMap::new(),
            subscriptions: BTreeMap::new(),
            out_of_all: Vec::new(),
            unsubscribable: None,
            explanations: Vec::new(),
            types: vec!["newsletter"],
            forbidden: None,
            rules: Rules::default(),
            made: 100,
        }
    }

    fn answer(&mut self, request: &Request) -> Deed {
        if request.headers["authorization"] != format!("Bearer {}", Self::SECRET) {
            return Deed::Answer(401, json!({ "category": "INVALID_AUTHENTICATION" }));
        }
        let path = request.path.split('?').next().unwrap();
        if let Some(scope) = self.forbidden.filter(|scope| needs(path) == *scope) {
            let context = json!({ "requiredGranularScopes": [scope] });
            let errors = json!([{ "context": context }]);
            return Deed::Answer(
                403,
                json!({ "category": "MISSING_SCOPES", "errors": errors }),
            );
        }
        let inputs = request.body["inputs"]
            .as_array()
            .map_or(&[][..], Vec::as_slice);
        assert!(inputs.len() <= 100, "more than one request takes");
        match path {
            "/crm/v3/properties/contacts" if request.method == "POST" => self.make(&request.body),
            "/crm/v3/properties/contacts" => self.properties(),
            "/crm/v3/objects/contacts/batch/read" => {
                self.read(request.body["idProperty"].as_str().unwrap(), inputs)
            }
            "/crm/v3/objects/contacts/batch/upsert" => self.write(inputs, true),
            "/crm/v3/objects/contacts/batch/update" => self.write(inputs, false),
            "/crm/v3/objects/contacts/gdpr-delete" => self.delete(&request.body),
            "/crm/v3/objects/contacts/search" => self.search(&request.body),
            "/communication-preferences/v4/definitions" => {
                let all = self.types.iter().zip(NEWSLETTER..);
                let all = all.map(|(name, id)| json!({ "id": id.to_string(), "name": name }));
                Deed::Answer(200, json!({ "results": all.collect::<Vec<_>>() }))
            }
            "/communication-preferences/v4/statuses/batch/read" => self.statuses(inputs),
            "/communication-preferences/v4/statuses/batch/unsubscribe-all/read" => {
                assert!(request.path.ends_with("?channel=EMAIL"));
                self.out_of_all(inputs)
            }
            "/communication-preferences/v4/statuses/batch/write" => self.subscribe(inputs),
            _ => {
                let id = path.rsplit('/').next().unwrap().parse().unwrap();
                match self.contacts.get(&id) {
                    Some(row) => Deed::Answer(200, contact(id, row)),
                    None => Deed::Answer(404, json!({ "category": "OBJECT_NOT_FOUND" })),
                }
            }
        }
    }

    fn rows(&mut self) -> Vec<&mut Row> {
        self.contacts.values_mut().collect()
    }

    fn rules(&mut self) -> &mut Rules {
        &mut self.rules
    }

    fn busy() -> (Deed, Option<Duration>) {
        let body = json!({ "errorType": "RATE_LIMIT", "policyName": "DAILY" });
        (Deed::Answer(429, body), Some(Duration::from_secs(3600)))
    }
}

impl MakesFields for HubSpot {
    const WANTING: &'static str = "crm.schemas.contacts.write";
}

impl OptsOut for HubSpot {
    const TELLS_CHANGES: bool = false;

    /// By the link in a letter: the contact stays as it was.
    fn opt_out(&mut self, lead: LeadId, _at: DateTime<Utc>) {
        let row = row_of(self.rows(), Self::NAMES[0], lead);
        let mail = text(row, "email").to_owned();
        self.subscriptions.insert(mail, "UNSUBSCRIBED".to_owned());
    }
}

fn needs(path: &str) -> &'static str {
    match path {
        "/crm/v3/objects/contacts/batch/upsert" => "crm.objects.contacts.write",
        _ if path.starts_with("/communication") => "communication_preferences.read_write",
        _ => "crm.objects.contacts.read",
    }
}

fn contact(id: u64, row: &Row) -> Json {
    json!({ "id": id.to_string(), "properties": row })
}

impl HubSpot {
    fn make(&mut self, body: &Json) -> Deed {
        assert_eq!(body["groupName"], "contactinformation");
        assert_eq!(body["type"], "string");
        let (name, long) = (
            body["name"].as_str().unwrap(),
            body["fieldType"] == "textarea",
        );
        match self.rules.make(name, long, body["hasUniqueValue"] == true) {
            true => Deed::Answer(201, body.clone()),
            false => {
                let context = json!({ "requiredGranularScopes": ["crm.schemas.contacts.write"] });
                Deed::Answer(403, json!({ "errors": [{ "context": context }] }))
            }
        }
    }

    fn properties(&self) -> Deed {
        let names = Self::NAMES.into_iter().chain(["zgoda_receipt"]);
        let names = names.filter(|name| Some(*name) != self.rules.lacking);
        let all = names.map(|name| json!({ "name": name, "hasUniqueValue": name == "zgoda_lead" }));
        Deed::Answer(200, json!({ "results": all.collect::<Vec<_>>() }))
    }

    fn of(&self, property: &str, value: &Json) -> Option<(u64, &Row)> {
        let mut all = self.contacts.iter();
        let found = all.find(|(_, row)| row.get(property) == Some(value));
        found.map(|(id, row)| (*id, row))
    }

    fn read(&self, property: &str, inputs: &[Json]) -> Deed {
        assert!(["zgoda_lead", "email"].contains(&property), "not unique");
        let found: Vec<Json> = inputs
            .iter()
            .filter_map(|input| self.of(property, &input["id"]))
            .map(|(id, row)| contact(id, row))
            .collect();
        if found.len() == inputs.len() {
            return Deed::Answer(200, json!({ "status": "COMPLETE", "results": found }));
        }
        let errors = json!([{ "category": "OBJECT_NOT_FOUND", "status": "error" }]);
        Deed::Answer(
            207,
            json!({ "status": "COMPLETE", "results": found, "numErrors": 1, "errors": errors }),
        )
    }

    fn write(&mut self, inputs: &[Json], upserts: bool) -> Deed {
        assert!(inputs.len() <= 100, "a batch of HubSpot's is of 100");
        let refused = self.rules.refused.as_deref();
        let refused = |input: &Json| input["id"].as_str() == refused;
        if inputs.iter().any(refused) {
            let why = json!({ "category": "VALIDATION_ERROR", "message": "Invalid input JSON" });
            return Deed::Answer(400, why);
        }
        let (mut results, mut errors) = (Vec::new(), Vec::new());
        for input in inputs {
            assert_eq!(input["idProperty"] == "zgoda_lead", upserts);
            let known = match upserts {
                true => self.of("zgoda_lead", &input["id"]).map(|(id, _)| id),
                false => Some(input["id"].as_str().unwrap().parse().unwrap()),
            };
            match self.row(known, input) {
                Ok(id) => results.push(contact(id, &self.contacts[&id])),
                Err((category, message)) => {
                    let context = json!({ "objectWriteTraceId": [input["objectWriteTraceId"]] });
                    errors.push(
                        json!({ "category": category, "message": message, "context": context }),
                    );
                }
            }
        }
        let status = if errors.is_empty() { 200 } else { 207 };
        Deed::Answer(
            status,
            json!({ "results": results, "numErrors": errors.len(), "errors": errors }),
        )
    }

    fn row(&mut self, known: Option<u64>, input: &Json) -> Result<u64, (&'static str, String)> {
        let mail = &input["properties"]["email"];
        if mail.as_str() == self.rules.bad_email.as_deref() && mail.is_string() {
            let list = json!([{ "isValid": false, "error": "INVALID_EMAIL", "name": "email" }]);
            return Err((
                "VALIDATION_ERROR",
                format!("Property values were not valid: {list}"),
            ));
        }
        let taken = |(id, row): (&u64, &Row)| Some(*id) != known && row.get("email") == Some(mail);
        if mail.as_str().is_some_and(|mail| !mail.is_empty()) && self.contacts.iter().any(taken) {
            return Err((
                "CONFLICT",
                "Contact already exists. Existing ID: 51".to_owned(),
            ));
        }
        let id = known.unwrap_or_else(|| {
            self.made += 1;
            self.made
        });
        let row = self.contacts.entry(id).or_default();
        for (column, value) in input["properties"].as_object().unwrap() {
            assert!(value.is_string(), "{column} is emptied by an empty text");
            row.insert(column.clone(), value.clone());
        }
        Ok(id)
    }

    fn delete(&mut self, body: &Json) -> Deed {
        let id = body["objectId"].as_str().unwrap().parse().unwrap();
        match self.contacts.remove(&id) {
            Some(_) => Deed::Raw(b"HTTP/1.1 204 x\r\nConnection: close\r\n\r\n".to_vec()),
            None => Deed::Answer(404, json!({ "category": "OBJECT_NOT_FOUND" })),
        }
    }

    fn search(&self, body: &Json) -> Deed {
        let groups = body["filterGroups"].as_array().unwrap();
        assert!(groups.len() <= 3);
        let holds = |row: &Row, filter: &Json| {
            assert_eq!(filter["operator"], "CONTAINS_TOKEN");
            let value = text(row, filter["propertyName"].as_str().unwrap());
            let mut words = value.split([' ', '-']);
            let term = filter["value"].as_str().unwrap();
            words.any(|word| word == term.trim_matches('*'))
        };
        let matches = |row: &Row| {
            let all = |group: &Json| {
                let mut filters = group["filters"].as_array().unwrap().iter();
                filters.all(|filter| holds(row, filter))
            };
            groups.iter().any(all)
        };
        let found = self.contacts.iter().filter(|(_, row)| matches(row));
        let found: Vec<Json> = found.map(|(id, row)| contact(*id, row)).collect();
        Deed::Answer(200, json!({ "total": found.len(), "results": found }))
    }

    fn statuses(&self, inputs: &[Json]) -> Deed {
        let row = |mail: &Json| {
            let known = (NEWSLETTER..).zip(&self.types).map(|(id, _)| {
                let status = self.subscriptions.get(&kept_as(mail.as_str().unwrap(), id));
                let status = status.map_or("NOT_SPECIFIED", String::as_str);
                json!({ "subscriptionId": id, "status": status })
            });
            json!({ "subscriberIdString": mail, "statuses": known.collect::<Vec<_>>() })
        };
        let results: Vec<Json> = inputs.iter().map(row).collect();
        Deed::Answer(200, json!({ "results": results }))
    }

    fn out_of_all(&self, inputs: &[Json]) -> Deed {
        let row = |mail: &Json| {
            let out = self.out_of_all.iter().any(|one| mail == one.as_str());
            let status = if out { "UNSUBSCRIBED" } else { "NOT_SPECIFIED" };
            let wide =
                json!([{ "status": status, "wideStatusType": "PORTAL_WIDE", "channel": "EMAIL" }]);
            json!({ "subscriberIdString": mail, "wideStatuses": wide })
        };
        let results: Vec<Json> = inputs.iter().map(row).collect();
        Deed::Answer(200, json!({ "status": "COMPLETE", "results": results }))
    }

    fn subscribe(&mut self, inputs: &[Json]) -> Deed {
        let (bad, inputs): (Vec<&Json>, Vec<&Json>) = inputs.iter().partition(|input| {
            let mail = input["subscriberIdString"].as_str();
            mail.is_some() && mail == self.unsubscribable.as_deref()
        });
        for input in inputs {
            let id = input["subscriptionId"].as_u64().unwrap();
            assert_eq!(input["channel"], "EMAIL");
            assert!(
                (NEWSLETTER..)
                    .zip(&self.types)
                    .any(|(known, _)| known == id)
            );
            assert_eq!(input["legalBasis"], "CONSENT_WITH_NOTICE");
            let words = ["subscriberIdString", "statusState", "legalBasisExplanation"];
            let [mail, state, why] = words.map(|key| input[key].as_str().unwrap().to_owned());
            let before = self.subscriptions.insert(kept_as(&mail, id), state.clone());
            assert!(
                before.as_deref() != Some("UNSUBSCRIBED"),
                "nobody is subscribed anew"
            );
            self.explanations.push(why);
        }
        let errors: Vec<Json> = bad
            .iter()
            .map(|_| json!({ "category": "VALIDATION_ERROR", "message": "not valid" }))
            .collect();
        Deed::Answer(
            if errors.is_empty() { 200 } else { 207 },
            json!({ "status": "COMPLETE", "results": [], "numErrors": errors.len(), "errors": errors }),
        )
    }
}

/// Where the imitation keeps a subscription: the newsletter's by the address alone.
fn kept_as(mail: &str, id: u64) -> String {
    match id {
        NEWSLETTER => mail.to_owned(),
        id => format!("{mail} {id}"),
    }
}

#[test]
fn several_purposes_of_many_leads_are_told_in_as_many_requests_as_it_takes() {
    let stand = Stand::<HubSpot>::new();
    stand.crm().types.push("invitations");
    let mut all = Vec::new();
    for n in 0..80 {
        let mut kept = lead(n, &offline());
        let newsletter = |one: &&Decision| one.purpose == "newsletter";
        let mut also = kept.decisions.iter().find(newsletter).unwrap().clone();
        also.purpose = "invitations".to_owned();
        kept.decisions.push(also);
        all.push(upsert(&kept));
    }
    assert_eq!(confirmed(&stand.push(&all)), 80);
    let subscribed = stand.crm().subscriptions.clone();
    assert_eq!(subscribed.len(), 160);
    assert!(subscribed.values().all(|state| state == "SUBSCRIBED"));
}

#[test]
fn a_yes_that_is_withdrawn_for_email_alone_is_a_no_where_hubspot_has_no_word() {
    let stand = Stand::<HubSpot>::new();
    let mut kept = lead(1, &offline());
    by_telephone_too(&mut kept);
    assert_eq!(confirmed(&stand.push(&[upsert(&kept)])), 1);
    assert_eq!(stand.crm().subscriptions[&email(1)], "SUBSCRIBED");
    stand.crm().subscriptions.clear();
    let told = withdraw_email(&mut kept);
    assert_eq!(confirmed(&stand.push(&[told])), 1);
    assert_eq!(stand.crm().subscriptions[&email(1)], "UNSUBSCRIBED");
}

#[test]
fn a_consent_is_a_subscription_with_its_proof_and_a_withdrawal_ends_it() {
    let stand = Stand::<HubSpot>::new();
    let kept = lead(1, &offline());
    assert_eq!(confirmed(&stand.push(&[upsert(&kept)])), 1);
    assert_eq!(stand.crm().subscriptions[&email(1)], "SUBSCRIBED");
    let why = stand.crm().explanations[0].clone();
    let code = zgoda_core::receipt::Code::of(&kept.subject).grouped();
    let sha256 = zgoda_core::profile::sha256_hex("Zgadzam się na biuletyn e-mailem.");
    for proven in ["2026-1", &sha256, "2026-11-24T10:15:00+01:00", &code] {
        assert!(why.contains(proven), "{proven}: {why}");
    }
    assert_eq!(confirmed(&stand.push(&[withdraw(&kept)])), 1);
    assert_eq!(stand.crm().subscriptions[&email(1)], "UNSUBSCRIBED");
    assert_eq!(confirmed(&stand.push(&[upsert(&kept)])), 1);
    assert_eq!(stand.crm().subscriptions[&email(1)], "UNSUBSCRIBED");
}

#[test]
fn a_withdrawal_is_an_unsubscription_even_where_there_was_none() {
    let stand = Stand::<HubSpot>::new();
    let (kept, no) = (lead(1, &offline()), {
        let mut no = lead(3, &offline());
        no.decisions.iter_mut().for_each(|one| one.given = false);
        no
    });
    assert_eq!(confirmed(&stand.push(&[upsert(&kept), upsert(&no)])), 2);
    assert!(
        !stand.crm().subscriptions.contains_key(&email(3)),
        "a no is no word"
    );
    stand.crm().subscriptions.clear();
    assert_eq!(confirmed(&stand.push(&[withdraw(&kept)])), 1);
    assert_eq!(stand.crm().subscriptions[&email(1)], "UNSUBSCRIBED");
}

#[test]
fn who_unsubscribed_in_hubspot_is_not_subscribed_by_a_booth() {
    let stand = Stand::<HubSpot>::new();
    stand
        .crm()
        .subscriptions
        .insert(email(1), "UNSUBSCRIBED".to_owned());
    assert_eq!(confirmed(&stand.push(&[upsert(&lead(1, &offline()))])), 1);
    assert_eq!(stand.crm().subscriptions[&email(1)], "UNSUBSCRIBED");
}

#[test]
fn who_wants_no_email_at_all_is_not_subscribed_and_the_opt_out_comes_back() {
    let stand = Stand::<HubSpot>::new();
    stand.crm().out_of_all.push(email(1));
    assert_eq!(confirmed(&stand.push(&messages(3))), 3);
    let subscribed: Vec<String> = stand.crm().subscriptions.keys().cloned().collect();
    assert_eq!(subscribed, [email(0), email(2)]);
    // One who said so later is heard of.
    stand.crm().out_of_all.push(email(2));
    let heard = crate::opt_outs::heard_of(stand.connector().as_mut(), &[0, 2].map(lead_id));
    assert_eq!(heard, [lead_id(2)].into());
}

#[test]
fn an_address_that_takes_no_subscription_stops_no_other() {
    let stand = Stand::<HubSpot>::new();
    stand.crm().unsubscribable = Some(email(2));
    let answers = stand.push(&messages(5));
    assert_eq!(confirmed(&answers), 4);
    assert_eq!(answers[2], person(Reason::ConsentLost));
    assert_eq!(stand.crm().subscriptions.len(), 4);
}

#[test]
fn a_withdrawal_that_did_not_reach_the_subscription_comes_again() {
    let stand = Stand::<HubSpot>::new();
    let kept = lead(1, &offline());
    stand.push(&[upsert(&kept)]);
    let half = json!({ "status": "COMPLETE", "results": [], "numErrors": 1, "errors": [{}] });
    stand.server.fault(move |request| {
        let writes = request.path.ends_with("statuses/batch/write");
        writes.then(|| Deed::Answer(207, half.clone()))
    });
    assert_eq!(
        stand.push(&[withdraw(&kept)]),
        [retry(Reason::ServerTrouble)]
    );
    stand.server.heal();
    assert_eq!(confirmed(&stand.push(&[withdraw(&kept)])), 1);
    assert_eq!(stand.crm().subscriptions[&email(1)], "UNSUBSCRIBED");
}

#[test]
fn a_contact_of_the_same_email_is_left_alone() {
    let stand = Stand::<HubSpot>::new();
    let theirs: Row =
        serde_json::from_value(json!({ "email": email(1), "lastname": "Sowa" })).unwrap();
    stand.crm().contacts.insert(51, theirs.clone());
    assert_eq!(confirmed(&stand.push(&messages(2))), 2);
    assert!(stand.crm().contacts[&51] == theirs);
    let row = stand.row(&lead(1, &offline()));
    assert_eq!(text(&row, "email"), "");
    assert!(text(&row, "zgoda_note").contains(&email(1)));
}

/// HubSpot has a contact of its own with the address of lead 1, who subscribed by themselves.
fn with_theirs() -> Stand<HubSpot> {
    let stand = Stand::<HubSpot>::new();
    let theirs: Row = serde_json::from_value(json!({ "email": email(1) })).unwrap();
    let mut crm = stand.crm();
    crm.contacts.insert(51, theirs);
    crm.subscriptions.insert(email(1), "SUBSCRIBED".to_owned());
    drop(crm);
    stand
}

#[test]
fn the_subscription_of_an_address_that_hubspots_own_contact_has_hears_a_withdrawal() {
    let stand = with_theirs();
    let kept = lead(1, &offline());
    assert_eq!(confirmed(&stand.push(&[upsert(&kept)])), 1);
    assert_eq!(stand.crm().subscriptions[&email(1)], "SUBSCRIBED");
    assert_eq!(confirmed(&stand.push(&[withdraw(&kept)])), 1);
    assert_eq!(stand.crm().subscriptions[&email(1)], "UNSUBSCRIBED");
    assert_eq!(stand.crm().contacts[&51].len(), 1);
}

#[test]
fn nobody_elses_subscription_hears_a_yes_or_a_no() {
    let stand = with_theirs();
    let mut no = lead(1, &offline());
    no.decisions.iter_mut().for_each(|one| one.given = false);
    assert_eq!(confirmed(&stand.push(&[upsert(&no)])), 1);
    assert_eq!(stand.crm().subscriptions[&email(1)], "SUBSCRIBED");
    // A yes would stand there when our contact is gone.
    let stand = with_theirs();
    stand.crm().subscriptions.clear();
    assert_eq!(confirmed(&stand.push(&messages(2))), 2);
    let subscribed: Vec<String> = stand.crm().subscriptions.keys().cloned().collect();
    assert_eq!(subscribed, [email(0)]);
}

#[test]
fn what_one_of_two_people_of_an_address_withdraws_is_not_the_others_word() {
    let stand = Stand::<HubSpot>::new();
    let anna = lead(1, &offline());
    let mut jan = lead(2, &offline());
    jan.fields
        .insert(Field::Email, anna.fields[&Field::Email].clone());
    assert_eq!(confirmed(&stand.push(&[upsert(&anna)])), 1);
    assert_eq!(confirmed(&stand.push(&[upsert(&jan)])), 1);
    assert_eq!(stand.rows().len(), 2, "two people");
    assert_eq!(confirmed(&stand.push(&[withdraw(&jan)])), 1);
    assert_eq!(stand.crm().subscriptions[&email(1)], "SUBSCRIBED");
    let heard = crate::opt_outs::heard_of(stand.connector().as_mut(), &[1, 2].map(lead_id));
    assert_eq!(heard, [].into());
}

#[test]
fn an_address_that_hubspot_takes_for_none_is_no_subscriber() {
    let stand = Stand::<HubSpot>::new();
    stand.crm().rules.bad_email = Some(email(1));
    assert_eq!(confirmed(&stand.push(&messages(2))), 2);
    let subscribed: Vec<String> = stand.crm().subscriptions.keys().cloned().collect();
    assert_eq!(subscribed, [email(0)]);
}

#[test]
fn a_hundred_leads_are_one_batch() {
    let stand = Stand::<HubSpot>::new();
    stand.connector().test().unwrap();
    stand.server.log();
    assert_eq!(confirmed(&stand.push(&messages(100))), 100);
    let log = stand.server.log();
    let writes = log
        .iter()
        .filter(|line| line.contains("batch/upsert"))
        .count();
    assert_eq!(
        writes, 2,
        "one of the test, which is empty, and one of the leads: {log:?}"
    );
}

#[test]
fn a_row_that_hubspot_does_not_name_is_no_confirmation() {
    let stand = Stand::<HubSpot>::new();
    stand.server.fault(|request| {
        let writes =
            request.path.ends_with("batch/upsert") && request.body["inputs"][0].is_object();
        writes.then(|| Deed::Answer(207, json!({ "results": [{ "id": "7", "properties": {} }] })))
    });
    assert_eq!(stand.push(&messages(2)), vec![person(Reason::NoId); 2]);
}

#[test]
fn scopes_that_the_token_has_not_are_named() {
    for scope in [
        "crm.objects.contacts.write",
        "communication_preferences.read_write",
    ] {
        let stand = Stand::<HubSpot>::new();
        stand.crm().forbidden = Some(scope);
        let missing = stand.connector().test().unwrap().missing;
        assert_eq!(missing, [Missing::Permission(scope.to_owned())]);
    }
}

#[test]
fn a_purpose_without_a_subscription_type_is_told_and_stops_nothing() {
    let stand = Stand::<HubSpot>::new();
    stand.crm().types = vec!["One to One"];
    let mut connector = stand.connector();
    let untold = [Missing::SubscriptionType("newsletter".to_owned())];
    assert_eq!(connector.test().unwrap().missing, untold);
    assert!(!untold[0].stops() && !connector.can_make(&untold[0]));
    assert_eq!(confirmed(&connector.push(&messages(2))), 2);
    assert!(stand.crm().subscriptions.is_empty());
    // Nor does it where no consent to e-mail is asked for.
    let mut calls = offline();
    calls
        .purposes
        .retain(|one| !one.channels.contains(&Channel::Email));
    let mut connector = stand.connect_by(calls, HubSpot::SECRET).unwrap();
    assert_eq!(connector.test().unwrap().missing, []);
}
