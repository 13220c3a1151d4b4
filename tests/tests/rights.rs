//! Proof and rights across the crates: a receipt, its code, and what can be done with it when the lead is long gone.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use chrono::{DateTime, Utc};
use zgoda_booth::capture::{Typed, TypedCapture};
use zgoda_booth::report::{Form, Report, lost_device};
use zgoda_booth::rights::Who;
use zgoda_booth::view::Asked;
use zgoda_booth::{Booth, Cost, office, sync};
use zgoda_core::export::ledger::{self, Origin};
use zgoda_core::outbox::Body;
use zgoda_core::withdraw::Scope;
use zgoda_core::{Act, BoxRef, Candidate, Channel, Field, Language, LeadId, receipt, status};
use zgoda_tests::booth;

const EMAIL: &str = "ewa@lis.example";

fn now() -> DateTime<Utc> {
    "2026-11-24T10:00:00Z".parse().unwrap()
}

fn capture(booth: &mut Booth) -> LeadId {
    let candidate = Candidate {
        name: "Ewa Lis".into(),
        email: vec![EMAIL.into()],
        phone: vec!["+48 601 000 000".into()],
        ..Candidate::default()
    };
    let tick = |purpose: &str, channel| BoxRef {
        purpose: purpose.to_owned(),
        channel: Some(channel),
    };
    let request = TypedCapture {
        language: Language::De,
        edits: BTreeMap::new(),
        asked: vec![Asked {
            purpose: "send_offer".to_owned(),
            due: None,
        }],
        ticked: [
            tick("newsletter", Channel::Email),
            tick("call_back", Channel::Phone),
        ]
        .into(),
        struck: BTreeSet::new(),
        again: false,
    };
    let captured = booth
        .capture_typed(Typed::Fields(Box::new(candidate)), &request, now())
        .unwrap();
    captured.lead.unwrap().kept().id
}

/// Captured, told to the CRM, and forgotten here.
fn forgotten(booth: Booth) -> (Mutex<Booth>, LeadId) {
    let booth = Mutex::new(booth);
    let lead = capture(&mut booth.lock().unwrap());
    booth
        .lock()
        .unwrap()
        .promise_kept(lead, "send_offer", now())
        .unwrap();
    let synced = sync::run(&booth, None, now, |_| ()).unwrap();
    assert_eq!(synced.forgotten, 1);
    (booth, lead)
}

fn call_back() -> Scope {
    Scope::Box(BoxRef {
        purpose: "call_back".to_owned(),
        channel: None,
    })
}

#[test]
fn a_code_withdraws_in_the_crm_when_the_lead_is_long_gone() {
    let home = tempfile::tempdir().unwrap();
    let (booth, lead) = forgotten(booth::open(home.path(), None, now()));
    let mut booth = booth.into_inner().unwrap();
    let code = booth
        .receipt(lead)
        .unwrap()
        .code
        .to_lowercase()
        .parse()
        .unwrap();
    let taken = booth
        .withdraw(&Who::Code(code), &call_back(), Act::Terminal, now())
        .unwrap();
    assert_eq!((taken.leads[0].lead, taken.leads[0].erased), (lead, false));
    assert_eq!(taken.leads[0].gone, [Field::Phone]);
    let told: Vec<Body> = booth
        .pending()
        .unwrap()
        .into_iter()
        .map(|one| one.body)
        .collect();
    assert!(
        told.iter()
            .any(|body| matches!(body, Body::Withdraw(all) if all.contains("call_back")))
    );
    assert!(
        told.iter()
            .any(|body| matches!(body, Body::Expire(all) if all.contains(&Field::Phone)))
    );

    // The rest by e-mail: the person is known by the stub's marks alone.
    let all = [
        Scope::Consents,
        Scope::Box(BoxRef {
            purpose: "send_offer".to_owned(),
            channel: None,
        }),
    ];
    for scope in all {
        booth
            .withdraw(&Who::email("EWA@lis.example"), &scope, Act::Terminal, now())
            .unwrap();
    }
    let told: Vec<Body> = booth
        .pending()
        .unwrap()
        .into_iter()
        .map(|one| one.body)
        .collect();
    assert!(
        matches!(told.as_slice(), [Body::Erase]),
        "nothing was left to keep anything for"
    );
    assert_eq!(
        booth.access(&Who::email(EMAIL)).err().unwrap().code(),
        "no_lead"
    );
}

#[test]
fn withdrawing_one_purpose_takes_what_only_it_needed() {
    let home = tempfile::tempdir().unwrap();
    let mut booth = booth::open(home.path(), None, now());
    let lead = capture(&mut booth);
    let who = Who::Lead(lead);
    booth
        .withdraw(&who, &call_back(), Act::Terminal, now())
        .unwrap();
    let fields: Vec<Field> = booth
        .lead(lead, now())
        .unwrap()
        .fields
        .iter()
        .map(|f| f.field)
        .collect();
    assert_eq!(fields, [Field::Name, Field::Email]);
    let again = booth.withdraw(&who, &call_back(), Act::Terminal, now());
    assert_eq!(again.unwrap_err().code(), "nothing_given");
    let page = booth.access(&who).unwrap().pages[0].html();
    assert!(page.contains("lang=\"de\"") && page.contains("Ewa Lis"));
    let unknown = "22222-22222".parse().unwrap();
    assert_eq!(
        booth.access(&Who::Code(unknown)).err().unwrap().code(),
        "unknown_code"
    );
}

#[test]
fn what_a_certified_device_signs_is_known_to_be_its_own() {
    let home = tempfile::tempdir().unwrap();
    let (file, public) = office::make_key(&booth::secret(), Cost::TEST).unwrap();
    let key = office::open_key(&file, &booth::secret()).unwrap();
    let named = format!("[receipt]\nhead_office_key = \"{public}\"");
    let profile = zgoda_booth::demo::profile(now()).replacen("[receipt]", &named, 1);
    let (booth, lead) = forgotten(booth::open(home.path(), Some(&profile), now()));
    let mut booth = booth.into_inner().unwrap();
    let device = booth.device().unwrap().key.parse().unwrap();
    let certificate = office::certify(&key, &device, now().date_naive(), 30).unwrap();
    booth
        .take_certificate(&certificate.to_string(), now())
        .unwrap();

    let jws = booth.receipt(lead).unwrap().text;
    assert!(jws.len() <= receipt::MOST);
    receipt::verify(&jws, Some(&public.key)).unwrap();
    let file = booth.ledger_export(now()).unwrap();
    assert_eq!(
        ledger::verify(&file, Some(&public.key)).unwrap().origin,
        Origin::Certified
    );
    let signed = status::countersign(&booth.status(now()).unwrap(), &key).unwrap();
    let shown = lost_device(&signed, Some(&public.key), Language::Pl, now()).unwrap();
    assert_eq!(shown.json["stubs"], 1);
    assert_eq!(shown.json["captured_since"], "unknown");
    for text in [&jws, &file, &signed, &booth.consents(Form::Csv).unwrap()] {
        assert!(!text.contains("Ewa") && !text.contains(EMAIL) && !text.contains("601"));
    }
    for report in [Report::Art30, Report::Retention, Report::Consents] {
        let shown = booth.report(report).unwrap();
        assert!(shown.page.csv().lines().count() > 1, "{report:?}");
    }
}
