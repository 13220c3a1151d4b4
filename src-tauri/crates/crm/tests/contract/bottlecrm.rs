//! BottleCRM as it was seen to answer (`tests/tests/bottlecrm.rs` asks a real one): a webhook that knows a lead by its external
//! id, one lead to an e-mail, custom fields that can be asked for their whole content alone, and lists without the leads that
//! a contact was made of.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::{NaiveDate, Utc};
use serde_json::{Value as Json, json};
use zgoda_core::field::Field;
use zgoda_core::lead::Kept;
use zgoda_core::outbox::{Answer, Body, Message, Reason};
use zgoda_core::profile::Profile;
use zgoda_crm::Missing;

use crate::fake::bottle::{messages, offline};
use crate::fake::{Deed, Request, Server};
use crate::imagined::{message, upsert};
use crate::several::met_by;
use crate::suite::{Contract, Row, Rules, Stand, decoded, text};

const CUSTOM: &str = "custom_fields.";
const FIELDS: [&str; 8] = [
    "hectares",
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
    /// What people have said beside each lead.
    comments: Vec<Json>,
    /// What another device does just before the next lead is written.
    meanwhile: Option<Deeds>,
}

suite!(Bottle,
    a_field_goes_where_the_profile_says_and_is_cleared_there
    answers_are_lines_of_the_notes_or_columns_that_the_profile_names
    a_signature_never_leaves
);

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
    const MAPPED: &'static str = "custom_fields.hectares";
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
            let lacking = self.rules.lacking;
            let there = FIELDS.iter().filter(|key| lacking != Some(key));
            let definitions: Vec<Json> = there.map(|key| json!({ "key": key })).collect();
            return Deed::Answer(200, json!({ "definitions": definitions }));
        }
        if path.starts_with("/api/public/leads/") {
            return self.receive(&request.body);
        }
        // Scopes are looked at before a lead is looked for.
        let scope = match request.method.as_str() {
            "GET" => "leads:read",
            _ => "leads:write",
        };
        if !self.rules.may(scope) {
            let why = format!("This token is not scoped for it. It needs the {scope} scope.");
            return Deed::Answer(403, json!({ "detail": why }));
        }
        if path == "/api/leads/" {
            return self.list(query);
        }
        let id = path.trim_start_matches("/api/leads/").trim_end_matches('/');
        if !self.leads.contains_key(id) {
            return Deed::Answer(404, json!({ "detail": "No Lead matches the given query." }));
        }
        match request.method.as_str() {
            "GET" => Deed::Answer(
                200,
                json!({ "lead_obj": self.shown(id), "comments": self.comments, "attachments": [] }),
            ),
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
        let Some(external) = body["external_id"].as_str() else {
            return Deed::Answer(400, json!({ "error": true }));
        };
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
        let filled = json!({
            "status": "assigned", "source": "", "source_detail": "", "source_ref": "", "email": null, "phone": null,
            "phone_e164": "", "probability": 0, "kanban_order": "0.000000", "stage": null, "is_active": true,
            "is_sample": false, "is_unanswered": true, "created_at": "2026-11-24T09:15:00Z", "contacts": [], "tags": [],
            "assigned_to": [{ "id": "5e1f0000-0000-4000-9000-000000000001" }],
        });
        lead.extend(filled.as_object().unwrap().clone());
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
        let mut erase = message(&met_by(device, 4), Body::Erase);
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

/// Somebody works with the lead that was left behind: it is theirs, and a person looks.
#[test]
fn a_lead_that_somebody_has_typed_in_is_not_deleted() {
    type Touch = fn(&mut Bottle, &str);
    fn set(crm: &mut Bottle, id: &str, column: &str, value: &str) {
        let lead = crm.leads.get_mut(id).unwrap();
        lead.insert(column.to_owned(), value.into());
    }
    let touches: [Touch; 6] = [
        |crm, id| set(crm, id, "description", "Dzwoniła w piątek."),
        |crm, id| set(crm, id, "company_name", "Lis i Syn"),
        |crm, id| set(crm, id, "custom_fields.region", "Kujawy"),
        |crm, id| set(crm, id, "opportunity_amount", "1200.00"),
        |crm, id| set(crm, id, "status", "converted"),
        |crm, _| crm.comments.push(json!({ "comment": "Oddzwonić." })),
    ];
    for (at, touch) in touches.into_iter().enumerate() {
        for again in [true, false] {
            let stand = Stand::<Bottle>::new();
            let (first, second) = (met_by(1, 4), met_by(2, 4));
            stand.server.lose_answer_to("POST");
            stand.push(&[upsert(&second)]);
            stand.server.heal();
            let empty = stand.crm().leads.keys().next().unwrap().clone();
            stand.push(&[upsert(&first)]);
            let theirs = stand.crm().leads.clone();
            let mut told = upsert(&second);
            told.again = again;
            if !again {
                // The other record is not seen before ours is written.
                let host: BTreeMap<_, _> =
                    theirs.into_iter().filter(|(id, _)| *id != empty).collect();
                stand.crm().leads.retain(|id, _| *id == empty);
                stand.crm().meanwhile = Some(Box::new(move |crm| crm.leads.extend(host)));
            }
            touch(&mut stand.crm(), &empty);
            let before = stand.crm().leads[&empty].clone();
            let answers = stand.push(&[told]);
            let refused = Answer::NeedsPerson {
                reason: Reason::Refused,
            };
            assert_eq!(answers, [refused], "{at}, again {again}");
            assert_eq!(stand.crm().leads[&empty], before, "{at}, again {again}");
        }
    }
}

/// What this CRM does not know it drops without a word: nothing goes before it is there, and only our own is made.
#[test]
fn a_column_that_the_crm_does_not_have_is_missing_and_drops_no_answer() {
    let stand = Stand::<Bottle>::new();
    stand.crm().rules.lacking = Some("hectares");
    type Names = fn(&mut Profile);
    let cases: [(Names, &str); 4] = [
        (
            |profile| answer_in(profile, "custom_fields.hectares"),
            "hectares",
        ),
        (|profile| answer_in(profile, "hectares"), "hectares"),
        (|profile| answer_in(profile, "title"), "title"),
        (
            |profile| drop(profile.crm.fields.insert(Field::Company, "firm".to_owned())),
            "firm",
        ),
    ];
    for (name, missing) in cases {
        let mut profile = offline();
        name(&mut profile);
        let mut connector = stand.connect_by(profile, Bottle::SECRET).unwrap();
        let missing = [Missing::CustomField(missing.to_owned())];
        assert_eq!(connector.test().unwrap().missing, missing);
        assert!(!connector.can_make(&missing[0]));
        assert_eq!(connector.set_up().unwrap().missing, missing);
        let refused = Answer::NeedsPerson {
            reason: Reason::Settings,
        };
        assert_eq!(connector.push(&messages(1)), [refused]);
    }
    assert!(stand.rows().is_empty());
    stand.crm().rules.lacking = None;
    let mut profile = offline();
    answer_in(&mut profile, "custom_fields.hectares");
    let mut connector = stand.connect_by(profile, Bottle::SECRET).unwrap();
    assert_eq!(connector.test().unwrap().missing, []);
}

fn answer_in(profile: &mut Profile, column: &str) {
    let column = column.to_owned();
    profile.crm.answers.insert("hectares".to_owned(), column);
}

/// What `message` asks for, of a device that has not heard where its lead is.
fn unheard(mut message: Message) -> Message {
    message.again = true;
    message
}

/// Each device has promised something by another day.
#[test]
fn the_next_promise_of_all_leads_stands_there_until_the_last_is_kept() {
    let by = |device: u32, day: u32| {
        let mut kept = met_by(device, 4);
        kept.promises[0].due = NaiveDate::from_ymd_opt(2026, 12, day).unwrap();
        kept
    };
    let keep = |mut kept: Kept| {
        kept.promises[0].kept_at = Some(Utc::now());
        kept.revision += 1;
        upsert(&kept)
    };
    let (early, late) = (by(1, 10), by(2, 15));
    for [first, second] in [[&early, &late], [&late, &early]] {
        let told = || {
            let stand = Stand::<Bottle>::new();
            stand.push(&[upsert(first), upsert(second)]);
            stand
        };
        let says = |stand: &Stand<Bottle>, day: &str, lines: usize| {
            let rows = stand.rows();
            let row = rows.values().next().unwrap();
            assert_eq!(
                (rows.len(), text(row, "next_follow_up")),
                (1, day),
                "{row:?}"
            );
            let notes = text(row, "description");
            assert_eq!(notes.matches("promise: ").count(), lines, "{row:?}");
            assert_eq!(
                notes.matches("promise: 2026-12-15").count(),
                lines,
                "{row:?}"
            );
        };
        let stand = told();
        says(&stand, "2026-12-10", 1);
        stand.push(&[unheard(upsert(first)), unheard(upsert(second))]);
        says(&stand, "2026-12-10", 1);
        stand.push(&[unheard(keep(early.clone()))]);
        says(&stand, "2026-12-15", 0);
        stand.push(&[unheard(keep(late.clone()))]);
        says(&stand, "", 0);
        let stand = told();
        stand.push(&[unheard(message(&early, Body::Erase))]);
        says(&stand, "2026-12-15", 0);
        let stand = told();
        stand.push(&[unheard(message(&late, Body::Erase))]);
        says(&stand, "2026-12-10", 0);
        // The time of the first is over, and nobody will keep its promise.
        let stand = told();
        let all = early.fields.keys().copied().collect();
        stand.push(&[unheard(message(&early, Body::Expire(all)))]);
        says(&stand, "2026-12-15", 0);
        // A day that somebody sets in the CRM is theirs.
        let stand = told();
        for row in stand.crm().rows() {
            row.insert("next_follow_up".to_owned(), "2026-12-20".into());
        }
        stand.push(&[unheard(keep(early.clone()))]);
        says(&stand, "2026-12-20", 1);
    }
}

#[test]
fn a_token_that_may_only_read_is_told() {
    for scope in ["leads:read", "leads:write"] {
        let stand = Stand::<Bottle>::new();
        stand.crm().rules().may_not = vec![scope];
        let missing = stand.connector().test().unwrap().missing;
        assert_eq!(missing, [Missing::Permission(scope.to_owned())]);
        assert!(stand.rows().is_empty());
    }
}
