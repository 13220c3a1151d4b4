//! The rights as the screens reach them: by what a person says on the telephone, also when only a reference is left.
#![allow(clippy::unwrap_used)]

use chrono::{DateTime, TimeDelta, Utc};
use zgoda_booth::person::PersonRef;
use zgoda_booth::view::{FieldEdit, FieldValue};
use zgoda_booth::{Booth, Query};
use zgoda_core::{Act, BoxRef, Channel, Field, LeadId};
use zgoda_tests::booth;

fn start() -> DateTime<Utc> {
    "2026-11-24T09:00:00Z".parse().unwrap()
}

fn later() -> DateTime<Utc> {
    start() + TimeDelta::hours(1)
}

fn said(text: &str) -> PersonRef {
    PersonRef::Said(text.to_owned())
}

fn find(booth: &mut Booth, text: &str) -> Vec<LeadId> {
    let query = Query {
        text: text.to_owned(),
        filter: None,
    };
    let rows = booth.leads(&query, later()).unwrap();
    rows.iter().map(|row| row.id).collect()
}

fn newsletter() -> BoxRef {
    BoxRef {
        purpose: "newsletter".to_owned(),
        channel: Some(Channel::Email),
    }
}

#[test]
fn one_box_is_withdrawn_and_the_rest_stands() {
    let home = tempfile::tempdir().unwrap();
    let mut open = booth::open(home.path(), None, start());
    booth::capture(&mut open, 1, start());
    let lead = find(&mut open, "Osoba")[0];
    let taken = open.person_withdraws(&PersonRef::Lead(lead), Some(newsletter()), later());
    assert_eq!(taken.unwrap().leads[0].boxes, [newsletter()]);
    let view = open.lead(lead, later()).unwrap();
    let given: Vec<_> = view.decisions.iter().filter(|one| one.given).collect();
    assert!(given.iter().all(|one| one.purpose != "newsletter") && !given.is_empty());
    let again = open.person_withdraws(&PersonRef::Lead(lead), Some(newsletter()), later());
    assert_eq!(again.unwrap_err().code(), "nothing_given");
}

#[test]
fn a_person_is_found_by_the_receipts_code_and_by_e_mail() {
    let home = tempfile::tempdir().unwrap();
    let mut open = booth::open(home.path(), None, start());
    booth::capture(&mut open, 1, start());
    booth::capture(&mut open, 2, start());
    let lead = find(&mut open, "Osoba 2")[0];
    let code = open.receipt(lead).unwrap().code;
    assert_eq!(find(&mut open, &code), [lead]);
    assert_eq!(find(&mut open, &code.to_lowercase()), [lead]);
    for text in [code.as_str(), "OSOBA2@firma2.example"] {
        assert_eq!(open.person(&said(text)).unwrap().leads, [lead], "{text}");
    }
    for nobody in ["nobody@firma2.example", "AAAAA-AAAAA", "Osoba", ""] {
        let view = open.person(&said(nobody)).unwrap();
        assert!(view.leads.is_empty() && view.stubs.is_empty(), "{nobody}");
    }
}

#[test]
fn an_objection_is_remembered_and_a_correction_is_shown() {
    let home = tempfile::tempdir().unwrap();
    let mut open = booth::open(home.path(), None, start());
    booth::capture(&mut open, 1, start());
    let lead = find(&mut open, "Osoba")[0];
    let name = FieldEdit {
        field: Field::Name,
        value: Some(FieldValue::Text("Osoba Pierwsza".to_owned())),
    };
    let view = open.lead_correct(lead, vec![name], later()).unwrap();
    assert_eq!(view.row.name, "Osoba Pierwsza");
    let taken = open
        .person_objects(&PersonRef::Lead(lead), later())
        .unwrap();
    assert!(taken.listed > 0 && !taken.leads[0].erased);
    assert_eq!(taken.leads[0].boxes, [newsletter()]);
}

#[test]
fn access_is_a_page_for_people_and_json_for_machines() {
    let home = tempfile::tempdir().unwrap();
    let mut open = booth::open(home.path(), None, start());
    booth::capture(&mut open, 1, start());
    let handed = open.person_access(&said("osoba1@firma1.example")).unwrap();
    assert!(handed.html.contains("osoba1@firma1.example") && handed.html.contains("lang=\"pl\""));
    let json: serde_json::Value = serde_json::from_str(&handed.json).unwrap();
    assert_eq!(json["leads"].as_array().map(Vec::len), Some(1));
    let nobody = open.person_access(&said("nobody@firma1.example"));
    assert_eq!(nobody.err().map(|error| error.code()), Some("no_lead"));
}

#[test]
fn a_reference_alone_is_found_and_erased() {
    let home = tempfile::tempdir().unwrap();
    let profile = include_str!("../../profiles/demo.toml").replace(
        "keep = \"until_promise_kept\"",
        "keep = \"until_confirmed\"",
    );
    let mut open = booth::open(home.path(), Some(&profile), start());
    booth::capture(&mut open, 1, start());
    let lead = find(&mut open, "Osoba")[0];
    let code = open.receipt(lead).unwrap().code;
    let open = std::sync::Mutex::new(open);
    zgoda_booth::sync::run(&open, None, later, |_| ()).unwrap();
    let mut open = open.into_inner().unwrap();
    assert!(find(&mut open, &code).is_empty());
    let view = open.person(&said("osoba1@firma1.example")).unwrap();
    assert_eq!((view.stubs[0].lead, &view.stubs[0].code), (lead, &code));
    assert!(view.stubs[0].until.is_some());
    let handed = open.person_access(&said(&code)).unwrap();
    assert!(!handed.html.contains("osoba1@firma1.example"));
    open.erase(lead, Act::Terminal, later()).unwrap();
    assert!(open.person(&said(&code)).unwrap().stubs.is_empty());
}
