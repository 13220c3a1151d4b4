//! EspoCRM as its documentation has it: 409 for a duplicate unless the check is skipped, a field named in a refusal, an
//! opt-out that belongs to the address, rights by role, and a deletion that only hides.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde_json::{Value as Json, json};
use zgoda_core::LeadId;
use zgoda_core::field::Field;
use zgoda_core::outbox::{Body, Reason};
use zgoda_crm::Missing;

use crate::fake::bottle::{confirmed, messages, offline, person};
use crate::fake::{Deed, Request};
use crate::imagined::{email, lead, message, upsert};
use crate::opt_outs::{OptsOut, heard_of, row_of};
use crate::several::Pages;
use crate::suite::{Contract, Row, Rules, Stand, decoded, text, withdraw};

struct Espo {
    leads: BTreeMap<String, Row>,
    /// What a deletion hides.
    deleted: Vec<Row>,
    /// Addresses that are opted out, whichever record they stand in.
    opted_out: BTreeSet<String>,
    may_delete: &'static str,
    rules: Rules,
    made: u64,
}

suite!(Espo);
opt_outs!(Espo);
several!(Espo);
suite!(Espo, a_value_that_the_crm_does_not_take_goes_into_the_notes);

impl Contract for Espo {
    const KIND: &'static str = "espocrm";
    const SECRET: &'static str = "0123456789abcdef";
    const REQUESTS: usize = 120;
    const NAMES: [&'static str; 6] = [
        "cZgodaLead",
        "cZgodaPermission",
        "cZgodaProof",
        "description",
        "emailAddress",
        "phoneNumber",
    ];

    fn new() -> Self {
        Self {
            leads: BTreeMap::new(),
            deleted: Vec::new(),
            opted_out: BTreeSet::new(),
            may_delete: "all",
            rules: Rules::default(),
            made: 0,
        }
    }

    fn answer(&mut self, request: &Request) -> Deed {
        assert!(!request.headers.contains_key("authorization"));
        if request.headers["x-api-key"] != Self::SECRET {
            return Deed::Answer(401, json!({}));
        }
        let (path, query) = request.path.split_once('?').unwrap_or((&request.path, ""));
        let id = path.strip_prefix("/api/v1/Lead/").map(str::to_owned);
        match (request.method.as_str(), path, id) {
            (_, "/api/v1/App/user", _) => {
                let rights = json!({ "create": "yes", "read": "all", "edit": "all", "delete": self.may_delete });
                Deed::Answer(200, json!({ "acl": { "table": { "Lead": rights } } }))
            }
            (_, "/api/v1/Metadata", _) => {
                assert_eq!(query, "key=entityDefs.Lead.fields");
                let names = Self::NAMES.into_iter().chain(["cZgodaReceipt"]);
                let names = names.filter(|name| Some(*name) != self.rules.lacking);
                let all: Row = names.map(|name| (name.to_owned(), json!({}))).collect();
                Deed::Answer(200, all.into())
            }
            ("GET", "/api/v1/Lead", _) => self.list(query),
            ("POST", "/api/v1/Lead", _) => self.create(request),
            (method, _, Some(id)) if self.leads.contains_key(&id) => match method {
                "GET" => Deed::Answer(200, self.shown(&id)),
                "PUT" => self.save(&id, &request.body),
                _ => {
                    self.deleted.extend(self.leads.remove(&id));
                    Deed::Answer(200, json!(true))
                }
            },
            _ => Deed::Answer(404, json!({})),
        }
    }

    fn rows(&mut self) -> Vec<&mut Row> {
        self.leads.values_mut().collect()
    }

    fn rules(&mut self) -> &mut Rules {
        &mut self.rules
    }

    fn busy() -> (Deed, Option<Duration>) {
        let head = "HTTP/1.1 429 x\r\nRetry-After: 5\r\nContent-Length: 0\r\n\r\n";
        (Deed::Raw(head.into()), Some(Duration::from_secs(5)))
    }
}

impl Pages for Espo {
    const PAGE: usize = 200;

    fn before(&mut self, n: usize, row: Row) {
        self.leads.insert(format!("00000000000000000{n:03}"), row);
    }
}

impl OptsOut for Espo {
    const TELLS_CHANGES: bool = false;

    /// By the link in a letter: the address is opted out, the lead stays as it was.
    fn opt_out(&mut self, lead: LeadId, _at: DateTime<Utc>) {
        let row = row_of(self.rows(), Self::NAMES[0], lead);
        let mail = text(row, "emailAddress").to_owned();
        self.opted_out.insert(mail);
    }
}

impl Espo {
    fn shown(&self, id: &str) -> Json {
        let mut row = self.leads[id].clone();
        row.insert("id".to_owned(), id.into());
        let out = self.opted_out.contains(text(&row, "emailAddress"));
        row.insert("emailAddressIsOptedOut".to_owned(), out.into());
        row.into()
    }

    fn list(&self, query: &str) -> Deed {
        let decoded = decoded(query);
        let pairs: Vec<(&str, &str)> = decoded
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .collect();
        let number = |name: &str| -> usize {
            let pair = pairs.iter().find(|(known, _)| *known == name);
            pair.unwrap().1.parse().unwrap()
        };
        let (offset, most) = (number("offset"), number("maxSize"));
        assert!(most <= 200, "EspoCRM forbids larger ones");
        let beside = ["select", "maxSize", "offset", "orderBy", "order"];
        let pairs: Vec<(&str, &str)> = pairs
            .into_iter()
            .filter(|(name, _)| !beside.contains(name))
            .collect();
        let of = |name: &'static str| {
            pairs
                .iter()
                .filter(move |(known, _)| *known == name)
                .map(|(_, value)| *value)
        };
        let matches = |row: &Row| match of("where[0][type]").next().unwrap() {
            "in" => {
                let column = of("where[0][attribute]").next().unwrap();
                of("where[0][value][]").any(|value| value == text(row, column))
            }
            "or" => {
                let mut terms = pairs[1..].chunks(3).filter(|term| term[0].1 == "contains");
                terms.any(|term| text(row, term[1].1).contains(term[2].1))
            }
            other => panic!("no such condition: {other}"),
        };
        let found = self.leads.iter().filter(|(_, row)| matches(row));
        let found: Vec<Json> = found.map(|(id, _)| self.shown(id)).collect();
        let total = found.len();
        let page: Vec<Json> = found.into_iter().skip(offset).take(most).collect();
        Deed::Answer(200, json!({ "total": total, "list": page }))
    }

    fn create(&mut self, request: &Request) -> Deed {
        let skips = request
            .headers
            .get("x-skip-duplicate-check")
            .is_some_and(|skip| skip == "true");
        let mail = &request.body["emailAddress"];
        let same = self
            .leads
            .iter()
            .find(|(_, row)| row.get("emailAddress") == Some(mail));
        if let Some((id, _)) = same.filter(|_| !skips) {
            return Deed::Answer(409, json!([{ "id": id }]));
        }
        self.made += 1;
        let id = format!("{:017x}", self.made);
        self.leads.insert(id.clone(), Row::new());
        let deed = self.save(&id, &request.body);
        if !matches!(deed, Deed::Answer(200, _)) {
            self.leads.remove(&id);
        }
        deed
    }

    fn save(&mut self, id: &str, body: &Json) -> Deed {
        let mut row = self.leads[id].clone();
        for (column, value) in body.as_object().unwrap() {
            row.insert(column.clone(), value.clone());
        }
        let mail = text(&row, "emailAddress").to_owned();
        let refusal = |field: &str| {
            let data = json!({ "field": field, "type": "valid" });
            Deed::Answer(
                400,
                json!({ "messageTranslation": { "label": "validationFailure", "data": data } }),
            )
        };
        if text(&row, "lastName").is_empty() {
            return refusal("lastName");
        }
        if self.rules.bad_email.as_deref() == Some(&mail) {
            return refusal("emailAddress");
        }
        if self.rules.refused.as_deref() == Some(text(&row, "cZgodaLead")) {
            return Deed::Answer(400, json!({}));
        }
        match row.remove("emailAddressIsOptedOut") {
            Some(Json::Bool(true)) => drop(self.opted_out.insert(mail)),
            Some(Json::Bool(false)) => panic!("an opt-out is never lifted"),
            _ => {}
        }
        self.leads.insert(id.to_owned(), row);
        Deed::Answer(200, self.shown(id))
    }
}

#[test]
fn no_consent_is_an_opt_out_and_a_withdrawal_makes_one() {
    let stand = Stand::<Espo>::new();
    let (yes, no) = (lead(2, &offline()), lead(1, &offline()));
    assert_eq!(confirmed(&stand.push(&[upsert(&yes), upsert(&no)])), 2);
    assert!(stand.crm().opted_out.is_empty());
    assert_eq!(stand.row(&yes).get("doNotCall"), None);
    assert_eq!(
        stand.row(&no)["doNotCall"],
        true,
        "she did not want to be called"
    );
    assert_eq!(confirmed(&stand.push(&[withdraw(&yes)])), 1);
    assert!(stand.crm().opted_out.contains(&email(2)));
}

#[test]
fn a_refusal_is_no_word_for_all_records_of_the_address() {
    let stand = Stand::<Espo>::new();
    let mut connector = stand.connector();
    let first = lead(2, &offline());
    assert_eq!(confirmed(&connector.push(&[upsert(&first)])), 1);
    // At another event the same person does not tick.
    let mut other = lead(12, &offline());
    let mail = first.fields[&Field::Email].value.clone();
    other.fields.get_mut(&Field::Email).unwrap().value = mail;
    for decision in &mut other.decisions {
        decision.given &= decision.purpose != "newsletter";
    }
    let mut told = upsert(&other);
    told.event = "jesien-2026".to_owned();
    assert_eq!(confirmed(&connector.push(&[told])), 1);
    assert_eq!(stand.rows().len(), 2);
    assert!(stand.crm().opted_out.is_empty());
    let known = [first.id, other.id];
    assert!(heard_of(connector.as_mut(), &known).is_empty());
    assert_eq!(confirmed(&connector.push(&[withdraw(&first)])), 1);
    assert!(
        stand.crm().opted_out.contains(&email(2)),
        "a yes that is taken back is one"
    );
}

#[test]
fn an_address_that_is_opted_out_stays_so() {
    let stand = Stand::<Espo>::new();
    stand.crm().opted_out.insert(email(2));
    let kept = lead(2, &offline());
    assert_eq!(confirmed(&stand.push(&[upsert(&kept), upsert(&kept)])), 2);
    assert!(stand.crm().opted_out.contains(&email(2)));
}

#[test]
fn another_lead_of_the_same_address_is_left_alone() {
    let stand = Stand::<Espo>::new();
    let theirs: Row =
        serde_json::from_value(json!({ "emailAddress": email(1), "lastName": "Sowa" })).unwrap();
    stand.crm().leads.insert("7".to_owned(), theirs.clone());
    assert_eq!(confirmed(&stand.push(&messages(2))), 2);
    assert!(stand.crm().leads["7"] == theirs);
    assert_eq!(stand.crm().leads.len(), 3);
}

#[test]
fn a_duplicate_that_the_crm_insists_on_is_set_aside_alone() {
    let stand = Stand::<Espo>::new();
    stand.server.fault(|request| {
        let second = request.method == "POST" && request.body["emailAddress"] == email(1);
        second.then(|| Deed::Answer(409, json!([{ "id": "7" }])))
    });
    let answers = stand.push(&messages(3));
    assert_eq!(answers[1], person(Reason::Refused));
    assert_eq!(confirmed(&answers), 2);
}

#[test]
fn nothing_of_the_person_stays_behind_a_deletion() {
    let stand = Stand::<Espo>::new();
    let kept = lead(1, &offline());
    assert_eq!(
        confirmed(&stand.push(&[upsert(&kept), message(&kept, Body::Erase)])),
        2
    );
    let hidden = stand.crm().deleted.clone();
    let values: Vec<&Json> = hidden[0]
        .values()
        .filter(|value| !value.is_null())
        .collect();
    let id = json!(kept.id.to_string());
    let allowed = [&id, &json!("[not provided]"), &json!(true)];
    assert!(
        values.iter().all(|value| allowed.contains(value)),
        "{values:?}"
    );
}

#[test]
fn a_role_that_may_not_delete_is_told() {
    let stand = Stand::<Espo>::new();
    stand.crm().may_delete = "no";
    let missing = stand.connector().test().unwrap().missing;
    assert_eq!(missing, [Missing::Permission("Lead: delete".to_owned())]);
}

#[test]
fn a_person_behind_the_first_page_of_an_answer_is_found() {
    crate::several::a_person_behind_the_first_page_of_an_answer_is_found::<Espo>();
}
