//! Proof and rights across the crates: a receipt, its code, and what can be done with it when the lead is long gone.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use chrono::{DateTime, Utc};
use zgoda_booth::capture::{Typed, TypedCapture};
use zgoda_booth::report::{Form, Report, lost_device};
use zgoda_booth::rights::Who;
use zgoda_booth::view::{Asked, FieldEdit, FieldValue, LeadEdit};
use zgoda_booth::{Booth, Cost, Query, office, sync};
use zgoda_core::export::ledger::{self, Origin};
use zgoda_core::outbox::Body;
use zgoda_core::withdraw::Scope;
use zgoda_core::{
    Act, BoxRef, Candidate, Channel, Field, Language, LeadId, Rating, receipt, status,
};
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
        replies: Vec::new(),
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

/// What the CRM is still to be told.
fn still_to_tell(booth: &mut Booth) -> Vec<Body> {
    let pending = booth.pending().unwrap().into_iter();
    pending.map(|one| one.body).collect()
}

fn call_back() -> Scope {
    Scope::Box(BoxRef {
        purpose: "call_back".to_owned(),
        channel: None,
    })
}

#[test]
fn the_persons_page_speaks_their_language() {
    let home = tempfile::tempdir().unwrap();
    let mut booth = booth::open(home.path(), None, now());
    booth::capture(&mut booth, 1, now());
    let id = booth.leads(&Query::default(), now()).unwrap()[0].id;
    let edit = LeadEdit {
        edits: vec![FieldEdit {
            field: Field::Rating,
            value: Some(FieldValue::Rating(Rating::Hot)),
        }],
        promises: Vec::new(),
        replies: Vec::new(),
    };
    booth.lead_edit(id, edit, now()).unwrap();
    let page = booth.access(&Who::Lead(id)).unwrap().pages[0].html();
    for said in ["gorąca", "Zapisano dane i decyzje", "Zmieniono dane"] {
        assert!(page.contains(said), "{said}: {page}");
    }
    for code in [">hot<", ">capture<", ">change<", ">email<"] {
        assert!(!page.contains(code), "{code}: {page}");
    }
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
    let told = still_to_tell(&mut booth);
    assert!(
        told.iter()
            .any(|body| matches!(body, Body::Withdraw(all) if all.contains(&BoxRef::whole("call_back".to_owned()))))
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
    let told = still_to_tell(&mut booth);
    assert!(
        matches!(told.as_slice(), [Body::Withdraw(_), .., Body::Erase]),
        "nothing was left to keep anything for: {told:?}"
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
fn what_ends_earlier_without_a_purpose_is_told_to_the_crm() {
    let home = tempfile::tempdir().unwrap();
    let mut booth = booth::open(home.path(), None, now());
    let lead = capture(&mut booth);
    let booth = Mutex::new(booth);
    sync::run(&booth, None, now, |_| ()).unwrap();
    let mut booth = booth.into_inner().unwrap();
    let newsletter = Scope::Box(BoxRef::whole("newsletter".to_owned()));
    let who = Who::Lead(lead);
    booth
        .withdraw(&who, &newsletter, Act::Terminal, now())
        .unwrap();
    let told = still_to_tell(&mut booth);
    let [Body::Withdraw(_), Body::Upsert(kept)] = &told[..] else {
        panic!("{told:?}");
    };
    let two_years = now() + chrono::TimeDelta::days(700);
    let email = kept.told_deadlines()[&Field::Email];
    assert!(email < two_years, "not the newsletter's: {email}");
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
        // Whole values: three letters or digits of one stand in some hash by chance.
        for value in ["Ewa Lis", EMAIL, "601 000 000", "601000000"] {
            assert!(!text.contains(value), "{value}");
        }
    }
    for report in [Report::Art30, Report::Retention, Report::Consents] {
        let shown = booth.report(report).unwrap();
        assert!(shown.page.csv().lines().count() > 1, "{report:?}");
    }
}

fn again(
    booth: &mut Booth,
    asked: bool,
) -> Result<zgoda_booth::capture::Captured, zgoda_booth::Error> {
    let candidate = Candidate {
        name: "Ewa Lis".into(),
        // Another e-mail: she is known by her telephone, written as at home.
        email: vec!["ewa.prywatnie@lis.example".into()],
        phone: vec!["601 000 000".into()],
        ..Candidate::default()
    };
    let newsletter = BoxRef {
        purpose: "newsletter".to_owned(),
        channel: Some(Channel::Email),
    };
    let offer = Asked {
        purpose: "send_offer".to_owned(),
        due: None,
    };
    let request = TypedCapture {
        language: Language::De,
        edits: BTreeMap::new(),
        asked: asked.then_some(offer).into_iter().collect(),
        ticked: [newsletter].into(),
        struck: BTreeSet::new(),
        replies: Vec::new(),
        again: true,
    };
    booth.capture_typed(Typed::Fields(Box::new(candidate)), &request, now())
}

#[test]
fn who_objected_is_not_asked_again_as_if_nothing_had_been() {
    let home = tempfile::tempdir().unwrap();
    let mut booth = booth::open(home.path(), None, now());
    let who = Who::Lead(capture(&mut booth));
    let object =
        |booth: &mut Booth, who: &Who| booth.object(who, &Scope::Marketing, Act::Terminal, now());
    assert_eq!(object(&mut booth, &who).unwrap().listed, 2);
    // Again: recorded, answered plainly, nothing changes.
    let entries = |booth: &mut Booth| {
        booth
            .ledger_export(now())
            .unwrap()
            .matches("\"object\"")
            .count()
    };
    let before = entries(&mut booth);
    let taken = object(&mut booth, &who).unwrap();
    assert!(taken.leads[0].boxes.is_empty() && !taken.leads[0].erased);
    // Her telephone went with the first objection: here there is her e-mail alone by now.
    assert_eq!((taken.listed, entries(&mut booth)), (1, before + 1));
    let by_email = object(&mut booth, &Who::email(EMAIL)).unwrap();
    assert_eq!(
        (by_email.leads.len(), by_email.listed),
        (1, 1),
        "counted once"
    );

    // The list outlives the erasure, the purge and the locking of the store.
    booth.erase_person(&who, Act::Terminal, now()).unwrap();
    booth.lock();
    booth.unlock(&booth::secret(), now()).unwrap();
    assert_eq!(booth.suppression().unwrap().listed, 2);
    let captured = again(&mut booth, true).unwrap();
    assert!(captured.objected && captured.blocked.len() == 1);
    let given = captured.lead.unwrap().kept().decisions.clone();
    let given: Vec<String> = given
        .into_iter()
        .filter(|one| one.given)
        .map(|one| one.purpose)
        .collect();
    assert_eq!(given, ["send_offer"], "what she asks for is not blocked");
    assert_eq!(
        again(&mut booth, false).unwrap_err().code(),
        "objected_earlier"
    );

    // Head office's list, and a person whom this device has never met.
    let added = booth
        .suppress("jan@wilk.example\n+48 602 000 000\nnobody\n")
        .unwrap();
    assert_eq!((added.added, added.unreadable, added.listed), (2, 1, 4));
    let stranger = object(&mut booth, &Who::email("ola@zajac.example")).unwrap();
    assert_eq!((stranger.leads.len(), stranger.listed), (0, 1));
    assert!(!booth.suppressed("ola@zajac.example").unwrap().is_nothing());
    let found = booth::files_with(home.path(), "handed-over", "lis.example");
    assert_eq!(found, Vec::<String>::new());
}

#[test]
fn her_own_tick_lifts_the_objection_for_that_channel() {
    use zgoda_booth::view::{AttendeeAnswer, FieldEdit, FieldValue, HandOver};
    let home = tempfile::tempdir().unwrap();
    let mut booth = booth::open(home.path(), None, now());
    booth.suppress(EMAIL).unwrap();
    let edit = |field, value: &str| FieldEdit {
        field,
        value: Some(FieldValue::Text(value.to_owned())),
    };
    let edits = vec![
        edit(Field::Name, "Ewa Lis"),
        edit(Field::Email, "EWA@lis.example"),
    ];
    assert!(booth.type_person(edits).unwrap().objected, "staff are told");
    let request = HandOver {
        edits: Vec::new(),
        asked: Vec::new(),
        language: Language::De,
        replies: Vec::new(),
    };
    booth.hand_over(request, now()).unwrap();
    let answer = AttendeeAnswer {
        language: Language::De,
        edits: Vec::new(),
        struck: Vec::new(),
        ticked: vec![BoxRef {
            purpose: "newsletter".to_owned(),
            channel: Some(Channel::Email),
        }],
        nothing: false,
        replies: Vec::new(),
        signature: None,
    };
    assert!(!booth.attendee_answer(answer, now()).unwrap().nothing);
    booth.attendee_leave(&booth::secret(), now()).unwrap();
    let blocked = booth.suppressed(EMAIL).unwrap();
    assert!(!blocked.covers(Some(Channel::Email)));
    assert!(
        blocked.covers(Some(Channel::Phone)),
        "the telephone stays blocked"
    );
}
