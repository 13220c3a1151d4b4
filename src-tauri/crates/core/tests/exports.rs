//! Every exported consent record is of its form, whatever was agreed to, refused or withdrawn.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeSet;

use chrono::DateTime;
use proptest::prelude::{any, prop_assert, proptest};
use serde_json::{Value as Json, json};
use zgoda_core::consent::records;
use zgoda_core::export::{csv, kantara, ts27560};
use zgoda_core::ledger::{Choice, Entry, Happening, Head, Kind, verify};
use zgoda_core::list::{Evidence, Statement, Tool};
use zgoda_core::profile::sha256_hex;
use zgoda_core::{Act, Answers, BoxRef, Channel, Decisions, Field, Language, Profile, SubjectRef};

const PROFILE: &str = include_str!("../../../../profiles/demo.toml");
const KANTARA: &str =
    include_str!("../../../../tests/fixtures/schemas/kantara-consent-receipt-1.1.json");
const TS27560: &str = include_str!("../../../../tests/fixtures/schemas/ts27560-record.json");

fn profile() -> Profile {
    Profile::read(PROFILE).expect("the demo profile is sound").0
}

/// One person's answers, and perhaps a withdrawal of the newsletter, as the ledger has them.
fn history(person: u8, [asked, struck, newsletter, call, withdrawn]: [bool; 5]) -> Vec<Entry> {
    let profile = profile();
    let tick = |purpose: &str, channel| BoxRef {
        purpose: purpose.to_owned(),
        channel: Some(channel),
    };
    let mut ticked = BTreeSet::new();
    ticked.extend(newsletter.then(|| tick("newsletter", Channel::Email)));
    ticked.extend(call.then(|| tick("call_back", Channel::Phone)));
    let set = |yes: bool| yes.then(|| "send_offer".to_owned()).into_iter().collect();
    let answers = Answers {
        language: Language::ALL[usize::from(person % 3)],
        asked: set(asked),
        struck: set(asked && struck),
        ticked,
        act: Act::AttendeeScreen,
        at: DateTime::parse_from_rfc3339("2026-11-24T10:00:00+01:00").unwrap(),
    };
    let decisions = Decisions::new(&profile, &answers).unwrap();
    let entry = |kind, choices: Vec<Choice>| {
        let happening = Happening {
            subject: Some(SubjectRef::from_random([person; 16])),
            act: Some(Act::AttendeeScreen),
            language: Some(answers.language),
            choices,
            notice: Some(profile.notice[&answers.language].reference(answers.language)),
            kept: [Field::Name, Field::Email].into(),
            ..Happening::new(kind, answers.at)
        };
        let (line, _) = Head::default().append("device", "targi", happening);
        serde_json::from_str(&line).unwrap()
    };
    let choices: Vec<Choice> = decisions.as_slice().iter().map(Choice::from).collect();
    let mut taken: Vec<Choice> = choices.clone();
    taken.retain(|choice| choice.purpose == "newsletter");
    taken.iter_mut().for_each(|choice| choice.given = false);
    let mut entries = vec![entry(Kind::Capture, choices)];
    entries.extend((newsletter && withdrawn).then(|| entry(Kind::Withdraw, taken)));
    entries
}

proptest! {
    #[test]
    fn every_record_is_of_its_form(people in proptest::collection::vec(any::<[bool; 5]>(), 1..6)) {
        let profile = profile();
        let entries: Vec<Entry> =
            (0_u8..).zip(people).flat_map(|(person, answers)| history(person, answers)).collect();
        let records = records(&entries);
        for (schema, exported) in [
            (KANTARA, json!(kantara::receipts(&records, &profile))),
            (TS27560, json!(ts27560::consent_records(&records, &profile))),
        ] {
            let schema: Json = serde_json::from_str(schema).unwrap();
            for record in exported.as_array().unwrap() {
                let wrong = faults(&schema, record);
                prop_assert!(wrong.is_empty(), "{wrong:?} in {record}");
            }
        }
        let table = csv::table(&records);
        prop_assert!(table.rows.iter().all(|row| row.len() == table.head.len()));
    }
}

#[test]
fn what_came_with_a_list_says_so_with_its_source_and_the_forms_own_words() {
    let profile = profile();
    let wording = "Send me the newsletter by e-mail.";
    let stated = format!(
        "language = \"en\"\ncollected = \"2026-11-18\"\n[[covers]]\npurpose = \"newsletter\"\n\
         channel = \"email\"\ncolumn = \"News\"\nversion = \"webinar-3\"\nwording = \"{wording}\"\n"
    );
    let at = DateTime::parse_from_rfc3339("2026-11-24T10:00:00+01:00").unwrap();
    let statement = Statement::read(&stated).unwrap();
    let evidence = Evidence::new(&statement, Tool::Zoom, &profile, at.date_naive()).unwrap();
    let (yes, _) = evidence.said(|_| "yes");
    let decisions = Decisions::of_list(&profile, &evidence, &yes, at);
    let mut head = Head::default();
    let mut entry = |happening| {
        let (line, next) = head.append("device", "targi", happening);
        head = next;
        line
    };
    let lines = [
        entry(Happening {
            list: Some("4711".to_owned()),
            evidence: Some(evidence),
            ..Happening::new(Kind::Import, at)
        }),
        entry(Happening {
            subject: Some(SubjectRef::from_random([1; 16])),
            act: Some(Act::Import),
            choices: decisions.as_slice().iter().map(Choice::from).collect(),
            kept: [Field::Name, Field::Email].into(),
            list: Some("4711".to_owned()),
            ..Happening::new(Kind::Capture, at)
        }),
    ];
    assert!(verify(lines.iter().map(String::as_str)).is_ok());
    let entries: Vec<Entry> = lines
        .iter()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let records = records(&entries);

    let receipt = json!(kantara::receipts(&records, &profile));
    let record = json!(ts27560::consent_records(&records, &profile));
    for (schema, exported) in [(KANTARA, &receipt[0]), (TS27560, &record[0])] {
        let wrong = faults(&serde_json::from_str(schema).unwrap(), exported);
        assert!(wrong.is_empty(), "{wrong:?}");
        let text = exported.to_string();
        assert!(
            text.contains("imported list (zoom)") && text.contains(wording),
            "{text}"
        );
    }
    let processing = &record[0]["processing"][0];
    assert!(
        processing["privacy_notice"]["version"].is_null(),
        "no notice was shown here"
    );
    let table = csv::table(&records);
    let row: Vec<(&String, &String)> = table.head.iter().zip(&table.rows[0]).collect();
    let value = |name: &str| {
        row.iter()
            .find(|(head, _)| *head == name)
            .unwrap()
            .1
            .as_str()
    };
    assert_eq!(
        (value("act"), value("wording_version")),
        ("import", "webinar-3")
    );
    assert_eq!(
        (value("form_column"), value("form_wording")),
        ("News", wording)
    );
    assert_eq!(value("wording_sha256"), sha256_hex(wording));
    let days = [value("since"), value("given_at")].map(|at| &at[..10]);
    assert_eq!(days, ["2026-11-18"; 2], "the form's day, in every place");
}

#[test]
fn a_withdrawn_consent_is_no_purpose_of_a_receipt_and_an_event_of_the_record() {
    let entries = history(1, [true, false, true, false, true]);
    let receipt = json!(kantara::receipts(&records(&entries), &profile()));
    let purposes = receipt[0]["services"][0]["purposes"].as_array().unwrap();
    assert_eq!(purposes.len(), 1, "{purposes:?}");
    assert_eq!(purposes[0]["purposeCategory"][0], "4 - Contact Requested");
    let record = json!(ts27560::consent_records(&records(&entries), &profile()));
    let events = record[0]["events"].as_array().unwrap();
    let states: Vec<&str> = events
        .iter()
        .map(|event| event["event_state"].as_str().unwrap())
        .collect();
    assert!(states.contains(&"dpv:ConsentWithdrawn") && states.contains(&"dpv:ConsentRefused"));
}

#[test]
fn fail_the_checker_sees_a_missing_a_strange_and_a_wrong_member() {
    let schema: Json = serde_json::from_str(KANTARA).unwrap();
    let whole = json!(kantara::receipts(
        &records(&history(1, [true; 5])),
        &profile()
    ));
    let whole = whole.as_array().and_then(|all| all.first()).cloned();
    // Struck and withdrawn leaves the call alone, or nothing: take another person where there is none.
    let whole = whole.unwrap_or_else(|| {
        json!(kantara::receipts(
            &records(&history(2, [true, false, true, true, false])),
            &profile()
        ))[0]
            .clone()
    });
    assert!(faults(&schema, &whole).is_empty());
    let changed = |change: &dyn Fn(&mut Json)| {
        let mut record = whole.clone();
        change(&mut record);
        !faults(&schema, &record).is_empty()
    };
    assert!(changed(&|record| drop(
        record.as_object_mut().unwrap().remove("policyUrl")
    )));
    assert!(changed(&|record| record["mood"] = json!("fine")));
    assert!(changed(
        &|record| record["consentTimestamp"] = json!("today")
    ));
    assert!(changed(&|record| {
        let purpose = &mut record["services"][0]["purposes"][0];
        purpose.as_object_mut().unwrap().remove("thirdPartyName");
    }));
}

/// What is wrong with `value` by `schema`, formats included.
fn faults(schema: &Json, value: &Json) -> Vec<String> {
    let options = jsonschema::options().should_validate_formats(true);
    let validator = options.build(schema).unwrap();
    validator
        .iter_errors(value)
        .map(|fault| fault.to_string())
        .collect()
}
