//! BottleCRM as it was seen to answer (`tests/tests/bottlecrm.rs` asks a real one): a webhook that knows a lead by its external
//! id, one lead to an e-mail, custom fields that can be asked for their whole content alone, and lists without the leads that
//! a contact was made of.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value as Json, json};
use zgoda_core::outbox::Answer;

use crate::fake::{Deed, Request, Server};
use crate::imagined::{message, upsert};
use crate::several::met_by;
use crate::suite::{Contract, Row, Rules, Stand, decoded, text};

const CUSTOM: &str = "custom_fields.";
const FIELDS: [&str; 7] = [
    "zgoda_lead",
    "zgoda_receipt",
    "zgoda_receipt_2",
    "zgoda_receipt_3",
    "zgoda_receipt_4",
    "zgoda_permission",
    "zgoda_proof",
];

/// What somebody else does to the CRM.
type Deeds = Box<dyn FnOnce(&mut Bottle) + Send>;

/// Leads by the CRM's id, their custom fields flat.
#[derive(Default)]
struct Bottle {
    leads: BTreeMap<String, Row>,
    /// The external id of each: no request changes it, so that it stays that of the lead which made the record.
    external: BTreeMap<String, String>,
    rules: Rules,
    made: u64,
    /// What another device does just before the next lead is written.
    meanwhile: Option<Deeds>,
}

several!(Bottle,
    two_devices_that_meet_one_person_make_one_record
    both_may_come_in_one_batch
    a_second_device_fills_and_overwrites_nothing
    the_last_lead_that_goes_takes_the_record_with_it
    a_deadline_of_one_clears_nothing_that_the_other_needs
    the_most_restrictive_consent_wins
    another_person_of_the_same_address_stays_apart
    a_lead_whose_time_is_over_keeps_no_record
    an_address_in_other_letters_is_of_both
    a_lost_answer_leaves_nobody_behind
    whatever_happens_on_the_way_each_lead_stands_in_one_record
);

impl Contract for Bottle {
    const KIND: &'static str = "bottlecrm";
    const SECRET: &'static str = "bcrm_pat_token webhook-key";
    const NAMES: [&'static str; 6] = [
        "custom_fields.zgoda_lead",
        "custom_fields.zgoda_permission",
        "custom_fields.zgoda_proof",
        "description",
        "email",
        "phone",
    ];

    fn new() -> Self {
        Self::default()
    }

    fn answer(&mut self, request: &Request) -> Deed {
        let (path, query) = request.path.split_once('?').unwrap_or((&request.path, ""));
        if path == "/api/custom-fields/" {
            let definitions = FIELDS.map(|key| json!({ "key": key }));
            return Deed::Answer(200, json!({ "definitions": definitions }));
        }
        if path.starts_with("/api/public/leads/") {
            return self.receive(&request.body);
        }
        if path == "/api/leads/" {
            return self.list(query);
        }
        let id = path.trim_start_matches("/api/leads/").trim_end_matches('/');
        if !self.leads.contains_key(id) {
            return Deed::Answer(404, json!({ "detail": "No Lead matches the given query." }));
        }
        match request.method.as_str() {
            "GET" => Deed::Answer(200, json!({ "lead_obj": self.shown(id) })),
            "PATCH" => self.save(id, &request.body),
            _ => {
                self.leads.remove(id);
                Deed::Answer(200, json!({ "error": false }))
            }
        }
    }

    fn rows(&mut self) -> Vec<&mut Row> {
        self.leads.values_mut().collect()
    }

    fn rules(&mut self) -> &mut Rules {
        &mut self.rules
    }

    fn url(server: &Server) -> String {
        server.webhook()
    }

    fn busy() -> (Deed, Option<Duration>) {
        let head = "HTTP/1.1 429 x\r\nRetry-After: 56\r\nContent-Length: 0\r\n\r\n";
        (Deed::Raw(head.into()), Some(Duration::from_secs(56)))
    }
}

impl Bottle {
    fn receive(&mut self, body: &Json) -> Deed {
        let external = body["external_id"].as_str().unwrap();
        let mut all = self.external.iter();
        let known = all.find(|(id, of)| *of == external && self.leads.contains_key(*id));
        if let Some((id, _)) = known {
            return Deed::Answer(200, json!({ "result": "duplicate", "lead": id }));
        }
        self.made += 1;
        let id = format!("5e1f0000-0000-4000-8000-{:012}", self.made);
        let answer = json!({ "result": "created", "lead": id });
        let mut lead = body.as_object().unwrap().clone();
        lead.remove("external_id");
        lead.insert("id".to_owned(), id.clone().into());
        self.external.insert(id.clone(), external.to_owned());
        self.leads.insert(id, lead);
        Deed::Answer(201, answer)
    }

    fn list(&self, query: &str) -> Deed {
        let (key, value) = query.split_once('=').unwrap();
        let value = decoded(value.split('&').next().unwrap());
        let own = |(_, lead): &(&String, &Row)| match key.strip_prefix("cf_") {
            Some(key) => text(lead, &format!("{CUSTOM}{key}")) == value,
            None => {
                assert_eq!(key, "email");
                text(lead, "email").to_lowercase().contains(&value)
            }
        };
        let listed = self.leads.iter().filter(own);
        let listed = listed.filter(|(_, lead)| text(lead, "status") != "converted");
        let listed: Vec<Json> = listed.map(|(id, _)| self.shown(id)).collect();
        Deed::Answer(
            200,
            json!({ "open_leads": { "open_leads": listed }, "close_leads": { "close_leads": [] } }),
        )
    }

    fn shown(&self, id: &str) -> Json {
        let (custom, mut own): (Row, Row) = self.leads[id]
            .clone()
            .into_iter()
            .partition(|(column, _)| column.starts_with(CUSTOM));
        let custom = custom.into_iter();
        let custom: Row = custom
            .map(|(column, value)| (column.replacen(CUSTOM, "", 1), value))
            .collect();
        own.insert("custom_fields".to_owned(), custom.into());
        own.insert("external_id".to_owned(), self.external[id].clone().into());
        own.into()
    }

    fn save(&mut self, id: &str, body: &Json) -> Deed {
        if let Some(meanwhile) = self.meanwhile.take() {
            meanwhile(self);
        }
        let email = body["email"].as_str().unwrap_or_default().to_lowercase();
        let mut others = self.leads.iter().filter(|(other, _)| *other != id);
        let taken = others.any(|(_, lead)| text(lead, "email").to_lowercase() == email);
        if taken && !email.is_empty() {
            let why = ["Lead with this email already exists."];
            return Deed::Answer(400, json!({ "error": true, "errors": { "email": why } }));
        }
        let lead = self.leads.get_mut(id).unwrap();
        for (column, value) in body.as_object().unwrap() {
            match value {
                Json::Object(custom) => {
                    for (key, value) in custom {
                        let column = format!("{CUSTOM}{key}");
                        assert!(FIELDS.contains(&key.as_str()), "{key}");
                        match value.as_str().unwrap_or_default() {
                            "" => lead.remove(&column),
                            text => lead.insert(column, text.into()),
                        };
                    }
                }
                value => drop(lead.insert(column.clone(), value.clone())),
            }
        }
        Deed::Answer(200, json!({ "error": false }))
    }
}

#[test]
fn a_record_takes_as_many_leads_as_there_are_fields_for_their_receipts() {
    let stand = Stand::<Bottle>::new();
    for device in 1..=5 {
        stand.push(&[upsert(&met_by(device, 4))]);
    }
    assert_eq!(stand.rows().len(), 2);
    for device in 1..=5 {
        let mut erase = message(&met_by(device, 4), zgoda_core::outbox::Body::Erase);
        erase.again = true;
        let answers = stand.push(&[erase]);
        assert!(matches!(answers[..], [Answer::Confirmed { .. }]));
    }
    assert!(stand.rows().is_empty());
}

/// Both devices have looked, and found nobody.
#[test]
fn two_devices_that_send_one_person_in_the_same_moment_end_in_one_record() {
    let stand = Stand::<Bottle>::new();
    let (first, second) = (met_by(1, 4), met_by(2, 4));
    stand.push(&[upsert(&first)]);
    let before = stand.crm().leads.clone();
    stand.crm().leads.clear();
    stand.crm().meanwhile = Some(Box::new(move |crm: &mut Bottle| crm.leads.extend(before)));
    let answers = stand.push(&[upsert(&second)]);
    assert!(
        matches!(answers[..], [Answer::Confirmed { .. }]),
        "{answers:?}"
    );
    let rows = stand.rows();
    assert_eq!(rows.len(), 1, "the empty one has given way");
    let row = &rows[&first.id.to_string()];
    for device in [1, 2] {
        let note = format!("Rozmowa przy stoisku {device}.");
        assert!(text(row, "description").contains(&note), "{row:?}");
    }
}

/// The answer of the webhook was lost, and another device made a record meanwhile.
#[test]
fn an_empty_lead_that_was_left_behind_gives_way() {
    let stand = Stand::<Bottle>::new();
    let (first, second) = (met_by(1, 4), met_by(2, 4));
    stand.server.lose_answer_to("POST");
    stand.push(&[upsert(&second)]);
    stand.server.heal();
    assert_eq!(stand.crm().leads.len(), 1);
    stand.push(&[upsert(&first)]);
    assert_eq!(stand.crm().leads.len(), 2);
    let mut again = upsert(&second);
    again.again = true;
    stand.push(&[again]);
    assert_eq!(stand.rows().len(), 1);
}
