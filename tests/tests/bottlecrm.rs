//! The `bottlecrm` connector and a real BottleCRM. Where there is none the tests are listed as ignored.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::collections::{BTreeMap, BTreeSet};
use std::process::ExitCode;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use libtest_mimic::{Arguments, Trial};
use serde_json::Value as Json;
use zgoda_core::BoxRef;
use zgoda_core::SubjectRef;
use zgoda_core::field::{Field, Value};
use zgoda_core::lead::Kept;
use zgoda_core::outbox::{Answer, Body, Message, Reason};
use zgoda_core::profile::{Profile, sha256_hex};
use zgoda_core::receipt::Code;
use zgoda_crm::{Connector, Missing, Secret};
use zgoda_tests::bottlecrm::{Server, available};
use zgoda_tests::imagined::{email, lead, lead_id, message, profile, upsert};
use zgoda_tests::proxy::{Proxy, Tally};
use zgoda_tests::schedule::{self, Dice, Running};

type Test = fn(&Server);

/// One for all, emptied before each. It ends with this program, whose end closes its standard input.
static SHARED: OnceLock<Option<Mutex<Server>>> = OnceLock::new();

const TESTS: [(&str, Test); 17] = [
    (
        "two_hundred_people_captured_are_two_hundred_in_the_crm",
        journey,
    ),
    ("two_hundred_leads_stand_once_after_a_replay", replay),
    ("the_proof_of_consent_is_in_the_crm", proof),
    (
        "a_newer_revision_changes_the_lead_and_an_older_does_not",
        revision,
    ),
    (
        "what_somebody_changed_in_the_crm_stays_theirs",
        edited_there,
    ),
    (
        "an_email_of_another_lead_leaves_that_lead_alone",
        shared_email,
    ),
    (
        "two_devices_that_meet_one_person_make_one_record_and_the_last_takes_it_along",
        two_devices,
    ),
    (
        "a_lead_that_joined_and_heard_no_answer_is_told_changed_and_erased",
        joined_unheard,
    ),
    ("a_withdrawal_reaches_the_crm_and_holds", withdrawal),
    ("a_lead_is_found_by_the_code_of_its_receipt", by_code),
    ("a_field_past_its_deadline_is_cleared", expiry),
    ("nothing_of_an_erased_person_stays_in_any_table", erasure),
    ("a_lead_whose_answer_was_lost_is_found_again", lost_answer),
    (
        "the_test_of_the_connection_says_what_is_missing",
        connection,
    ),
    ("a_missing_field_is_made_where_the_token_may", set_up),
    ("the_crms_own_limit_is_honoured", throttled),
    (
        "whatever_the_network_does_the_crm_ends_with_the_unerased_leads_once_each",
        network,
    ),
];

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    // Listing must not wait for an installation.
    let ignored = !arguments.list && !available();
    let trials = TESTS.map(|(name, test)| {
        let run = move || {
            let server = SHARED.get_or_init(|| Server::start().map(Mutex::new));
            let server = server.as_ref().ok_or("there is no BottleCRM")?;
            // A test that panicked leaves leads behind, which are cleared away here.
            let server = server.lock().unwrap_or_else(PoisonError::into_inner);
            server.empty();
            test(&server);
            Ok(())
        };
        Trial::test(name, run).with_ignored_flag(ignored)
    });
    libtest_mimic::run(&arguments, trials.into()).exit_code()
}

/// The whole way: captured, synced, there once each, nothing left here; and again nothing new.
fn journey(server: &Server) {
    let home = tempfile::tempdir().unwrap();
    let now = || "2026-11-24T10:00:00Z".parse().unwrap();
    let toml = zgoda_booth::demo::profile(now())
        .replace("[crm]\nkind = \"file\"\nplain = true\n", &server.section())
        .replace("until_promise_kept", "until_confirmed");
    let mut booth = zgoda_tests::booth::open(home.path(), Some(&toml), now());
    for number in 0..200 {
        zgoda_tests::booth::capture(&mut booth, number, now());
    }
    let booth = Mutex::new(booth);
    let secret = Secret::new(&server.secret);
    let sync = || zgoda_booth::sync::run(&booth, Some(&secret), now, |_| ()).unwrap();
    let first = sync();
    assert_eq!(
        (first.confirmed, first.forgotten, first.stopped),
        (200, 200, None)
    );
    assert_eq!(server.count_leads(), 200);
    let second = sync();
    assert_eq!((second.total, server.count_leads()), (0, 200));
    let left = booth
        .lock()
        .unwrap()
        .leads(&zgoda_booth::Query::default(), now())
        .unwrap();
    assert!(left.is_empty());
    drop(booth);
    let files = zgoda_tests::booth::files_with(home.path(), "", "osoba17@");
    assert!(files.is_empty(), "{files:?}");
}

fn connect(server: &Server) -> (Profile, Box<dyn Connector>) {
    let profile = profile(&server.section());
    let connector = connector(&profile, &server.secret);
    (profile, connector)
}

fn connector(profile: &Profile, secret: &str) -> Box<dyn Connector> {
    zgoda_crm::connect(profile, Some(&Secret::new(secret)), "".as_ref()).unwrap()
}

/// Pushes one message, which must be confirmed. Answers the CRM's id.
fn confirmed(connector: &mut dyn Connector, message: &Message) -> String {
    match &connector.push(std::slice::from_ref(message))[..] {
        [Answer::Confirmed { crm_id }] => crm_id.clone(),
        other => panic!("not confirmed: {other:?}"),
    }
}

fn with_id(mut message: Message, crm_id: &str) -> Message {
    message.crm_id = Some(crm_id.to_owned());
    message
}

fn there(server: &Server, kept: &Kept) -> Json {
    server
        .lead(&kept.id.to_string())
        .expect("the CRM has the lead")
}

fn edited(kept: &Kept, profile: &Profile, field: Field, value: &str) -> Kept {
    let mut newer = kept.clone();
    let slot = newer.fields.get_mut(&field).unwrap();
    slot.value = match slot.value {
        Value::Many(_) => Value::Many(vec![value.into()]),
        _ => Value::Text(zgoda_core::personal::Personal::multiline(value)),
    };
    newer.revision += 1;
    newer.re_minimise(profile);
    newer
}

fn replay(server: &Server) {
    let (profile, mut connector) = connect(server);
    let messages: Vec<Message> = (0..200).map(|n| upsert(&lead(n, &profile))).collect();
    let mut ids = Vec::new();
    for _ in 0..2 {
        let answers: Vec<Answer> = messages
            .chunks(50)
            .flat_map(|some| connector.push(some))
            .collect();
        assert!(
            answers
                .iter()
                .all(|answer| matches!(answer, Answer::Confirmed { .. }))
        );
        assert_eq!(server.count_leads(), 200);
        ids.push(answers);
    }
    assert_eq!(ids[0], ids[1], "the same lead has the same id");
    for n in [0, 99, 199] {
        assert_eq!(there(server, &lead(n, &profile))["email"], email(n));
    }
}

fn proof(server: &Server) {
    let (profile, mut connector) = connect(server);
    let kept = lead(7, &profile);
    confirmed(connector.as_mut(), &upsert(&kept));
    let row = there(server, &kept);
    let expected = [
        ("title", "Targi Techniki 2026"),
        ("salutation", "dr inż."),
        ("first_name", "Zofia Żółć-Lis"),
        ("last_name", "7"),
        ("job_title", "Kierowniczka utrzymania ruchu"),
        ("company_name", "Pompy \"Łoś\", spółka 7"),
        ("phone", "+48500000007"),
        ("address_line", "ul. Mostowa 40"),
        ("postcode", "87-100"),
        ("city", "Toruń"),
        ("country", "PL"),
        ("source_ref", "badge-7"),
        ("rating", "HOT"),
        ("next_follow_up", "2026-12-15"),
    ];
    for (column, value) in expected {
        assert_eq!(row[column], value, "{column}");
    }
    let notes = row["description"].as_str().unwrap();
    for line in [
        "Pyta o pompę P-20.",
        "tags: pompy, serwis",
        "email: biuro.7@lisek.example",
    ] {
        assert!(notes.contains(line), "{notes}");
    }
    let custom = &row["custom_fields"];
    assert_eq!(custom["zgoda_lead"], kept.id.to_string());
    let permission = custom["zgoda_permission"].as_str().unwrap();
    assert!(
        permission.contains("newsletter:email: yes (2026-11-24, 2026-1)"),
        "{permission}"
    );
    assert!(permission.contains("call_back:phone: no"), "{permission}");
    let proof: Json = serde_json::from_str(custom["zgoda_proof"].as_str().unwrap()).unwrap();
    let decision = &proof["leads"][kept.id.to_string()]["decisions"][1];
    assert_eq!(decision["wording"]["version"], "2026-1");
    assert_eq!(
        decision["wording"]["sha256"],
        sha256_hex("Zgadzam się na biuletyn e-mailem.")
    );
    assert_eq!(decision["language"], "pl");
    assert_eq!(decision["act"], "attendee_screen");
    assert_eq!(decision["at"], "2026-11-24T10:15:00+01:00");
    assert!(proof["leads"][kept.id.to_string()]["deadlines"]["email"].is_string());
}

fn revision(server: &Server) {
    let (profile, mut connector) = connect(server);
    let first = lead(1, &profile);
    let second = edited(&first, &profile, Field::Note, "Kupuje pompę.");
    let id = confirmed(connector.as_mut(), &upsert(&first));
    assert_eq!(
        confirmed(connector.as_mut(), &with_id(upsert(&second), &id)),
        id
    );
    assert_eq!(
        confirmed(connector.as_mut(), &upsert(&first)),
        id,
        "late, and older"
    );
    let row = there(server, &first);
    let notes = row["description"].as_str().unwrap();
    assert!(
        notes.starts_with("Kupuje pompę.") && !notes.contains("P-20"),
        "{notes}"
    );
    assert_eq!(server.count_leads(), 1);
}

fn edited_there(server: &Server) {
    let (profile, mut connector) = connect(server);
    let first = lead(1, &profile);
    let id = confirmed(connector.as_mut(), &upsert(&first));
    server.sql(
        "update lead set phone = '+48 600 100 200', company_name = 'Łoś i Syn',
         description = description || E'\\nZadzwonił 1 grudnia.'",
    );
    let mut newer = edited(&first, &profile, Field::Phone, "+48 111 222 333");
    newer = edited(&newer, &profile, Field::Title, "Dyrektorka");
    newer = edited(&newer, &profile, Field::Note, "Nowa notatka.");
    confirmed(connector.as_mut(), &with_id(upsert(&newer), &id));
    let row = there(server, &first);
    assert_eq!(row["phone"], "+48 600 100 200");
    assert_eq!(row["company_name"], "Łoś i Syn");
    assert_eq!(row["job_title"], "Dyrektorka");
    let notes = row["description"].as_str().unwrap();
    assert!(
        notes.starts_with("Nowa notatka.") && notes.ends_with("Zadzwonił 1 grudnia."),
        "{notes}"
    );
    assert!(!notes.contains("P-20"), "{notes}");
}

fn shared_email(server: &Server) {
    let (profile, mut connector) = connect(server);
    let theirs = lead(1, &profile);
    confirmed(connector.as_mut(), &upsert(&theirs));
    let before = there(server, &theirs);
    let mut ours = edited(&lead(2, &profile), &profile, Field::Email, &email(1));
    ours = edited(&ours, &profile, Field::Phone, "wewnętrzny 12");
    let id = confirmed(connector.as_mut(), &upsert(&ours));
    assert_eq!(there(server, &theirs), before);
    let row = there(server, &ours);
    assert_eq!((&row["email"], &row["phone"]), (&Json::Null, &Json::Null));
    let notes = row["description"].as_str().unwrap();
    assert!(notes.contains(&format!("email: {}", email(1))), "{notes}");
    assert!(notes.contains("phone: wewnętrzny 12"), "{notes}");
    let gone = message(
        &ours,
        Body::Expire(BTreeSet::from([Field::Email, Field::Phone])),
    );
    confirmed(connector.as_mut(), &with_id(gone, &id));
    let notes = there(server, &ours)["description"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(
        !notes.contains("email:") && !notes.contains("phone:"),
        "{notes}"
    );
}

/// Person number `n` as device number `device` met them: the same badge, another conversation.
fn met_by(device: u8, n: u32, profile: &Profile) -> Kept {
    let mut kept = lead(n, profile);
    kept.id = lead_id(n + 1000 * u32::from(device));
    kept.subject = SubjectRef::from_random([device; 16]);
    let note = format!("Rozmowa przy stoisku {device}.");
    kept.fields.get_mut(&Field::Note).unwrap().value = Value::Text(note.as_str().into());
    kept
}

/// The only lead that the CRM holds.
fn only(server: &Server) -> Json {
    assert_eq!(server.count_leads(), 1);
    serde_json::from_str(&server.sql("select row_to_json(l) from lead l")).unwrap()
}

fn noted(row: &Json, device: u8) -> bool {
    let note = format!("stoisku {device}.");
    row["description"].as_str().unwrap().contains(&note)
}

fn two_devices(server: &Server) {
    let (profile, mut first) = connect(server);
    let mut second = connector(&profile, &server.secret);
    let (one, other) = (met_by(1, 4, &profile), met_by(2, 4, &profile));
    let id = confirmed(first.as_mut(), &upsert(&one));
    assert_eq!(confirmed(second.as_mut(), &upsert(&other)), id);
    let row = only(server);
    assert!(noted(&row, 1) && noted(&row, 2), "{row}");
    assert_eq!(row["email"], email(4));
    // Whichever tells again, nothing is doubled; each is found by the code of their own receipt.
    confirmed(first.as_mut(), &with_id(upsert(&one), &id));
    confirmed(second.as_mut(), &upsert(&other));
    only(server);
    for kept in [&one, &other] {
        let found = first.find(&Code::of(&kept.subject)).unwrap().unwrap();
        assert_eq!((found.stub.lead, &found.stub.crm_id), (kept.id, &id));
    }
    // Who made the record is erased: it stays for the other, under the other's name for it.
    confirmed(first.as_mut(), &with_id(message(&one, Body::Erase), &id));
    let row = only(server);
    assert!(!noted(&row, 1) && noted(&row, 2), "{row}");
    let custom = &row["custom_fields"];
    assert_eq!(custom["zgoda_lead"], other.id.to_string());
    assert_eq!(custom["zgoda_receipt_2"], Json::Null);
    assert_eq!(first.find(&Code::of(&one.subject)), Ok(None));
    let late = first.push(&[upsert(&one)]);
    let reason = Reason::Refused;
    assert_eq!(late, [Answer::NeedsPerson { reason }], "nobody comes back");
    confirmed(second.as_mut(), &with_id(message(&other, Body::Erase), &id));
    assert_eq!(server.count_leads(), 0);
    assert_eq!(server.tables_with(&email(4)), [""; 0]);
}

fn joined_unheard(server: &Server) {
    let (profile, mut connector) = connect(server);
    let (one, other) = (met_by(1, 4, &profile), met_by(2, 4, &profile));
    let id = confirmed(connector.as_mut(), &upsert(&one));
    confirmed(connector.as_mut(), &upsert(&other));
    let again = |body| Message {
        again: true,
        ..message(&other, body)
    };
    let newsletter = BTreeSet::from([BoxRef::whole("newsletter".to_owned())]);
    let told = [
        again(Body::Upsert(Box::new(other.clone()))),
        again(Body::Withdraw(newsletter)),
        again(Body::Expire(BTreeSet::from([Field::Note]))),
    ];
    for message in &told {
        assert_eq!(confirmed(connector.as_mut(), message), id);
    }
    let row = only(server);
    assert!(noted(&row, 1) && !noted(&row, 2), "{row}");
    let permission = row["custom_fields"]["zgoda_permission"].as_str().unwrap();
    assert!(
        permission.contains("newsletter:email: withdrawn"),
        "{permission}"
    );
    assert_eq!(confirmed(connector.as_mut(), &again(Body::Erase)), id);
    assert_eq!(
        only(server)["custom_fields"]["zgoda_lead"],
        one.id.to_string()
    );
}

fn withdrawal(server: &Server) {
    let (profile, mut connector) = connect(server);
    let kept = lead(2, &profile);
    let id = confirmed(connector.as_mut(), &upsert(&kept));
    let newsletter = BTreeSet::from([BoxRef::whole("newsletter".to_owned())]);
    let withdraw = with_id(message(&kept, Body::Withdraw(newsletter)), &id);
    for again in [withdraw.clone(), upsert(&kept), withdraw] {
        confirmed(connector.as_mut(), &again);
        let row = there(server, &kept);
        let permission = row["custom_fields"]["zgoda_permission"].as_str().unwrap();
        assert!(
            permission.contains("newsletter:email: withdrawn"),
            "{permission}"
        );
        assert!(permission.contains("call_back:phone: yes"), "{permission}");
        assert_eq!(
            row["email"],
            email(2),
            "still needed for what was requested"
        );
    }
}

/// Another device asks by the code alone.
fn by_code(server: &Server) {
    let (profile, mut connector) = connect(server);
    let messages: Vec<Message> = (0..3).map(|n| upsert(&lead(n, &profile))).collect();
    for message in &messages {
        confirmed(connector.as_mut(), message);
    }
    let code = Code::of(&messages[1].subject);
    let mut other = self::connector(&profile, &server.secret);
    let found = other.find(&code).unwrap().unwrap();
    assert_eq!(
        (found.stub.lead, &found.stub.subject),
        (messages[1].lead, &messages[1].subject)
    );
    assert!(found.decisions.iter().any(|one| one.given));
    let mut erase = messages[1].clone();
    erase.body = Body::Erase;
    confirmed(other.as_mut(), &with_id(erase, &found.stub.crm_id));
    assert_eq!(other.find(&code), Ok(None));
}

fn expiry(server: &Server) {
    let (profile, mut connector) = connect(server);
    let kept = lead(3, &profile);
    let id = confirmed(connector.as_mut(), &upsert(&kept));
    server.sql("update lead set job_title = 'Dyrektorka'");
    let fields = [
        Field::Phone,
        Field::Address,
        Field::Note,
        Field::Title,
        Field::Reference,
        Field::Name,
    ];
    let expire = with_id(message(&kept, Body::Expire(BTreeSet::from(fields))), &id);
    for again in [expire.clone(), upsert(&kept), expire] {
        confirmed(connector.as_mut(), &again);
        let row = there(server, &kept);
        for column in [
            "phone",
            "address_line",
            "city",
            "country",
            "job_title",
            "first_name",
            "last_name",
        ] {
            assert_eq!(row[column], Json::Null, "{column}");
        }
        assert_eq!(
            (&row["phone_e164"], &row["source_ref"]),
            (&"".into(), &"".into())
        );
        assert_eq!(row["email"], email(3));
        let notes = row["description"].as_str().unwrap();
        assert!(
            !notes.contains("P-20") && notes.contains("tags: pompy"),
            "{notes}"
        );
        let proof: BTreeMap<String, Json> =
            serde_json::from_str(row["custom_fields"]["zgoda_proof"].as_str().unwrap()).unwrap();
        assert_eq!(proof["leads"][kept.id.to_string()]["expired"]["phone"], 1);
    }
    assert_eq!(server.tables_with("48500000003"), [""; 0]);
}

fn erasure(server: &Server) {
    let (profile, mut connector) = connect(server);
    let (gone, stays) = (lead(4, &profile), lead(5, &profile));
    let id = confirmed(connector.as_mut(), &upsert(&gone));
    confirmed(connector.as_mut(), &upsert(&stays));
    let newer = edited(&gone, &profile, Field::Note, "Kupuje.");
    confirmed(connector.as_mut(), &with_id(upsert(&newer), &id));
    assert_eq!(server.tables_with(&email(4)), ["lead"]);
    let erase = with_id(message(&gone, Body::Erase), &id);
    for _ in 0..2 {
        assert_eq!(confirmed(connector.as_mut(), &erase), id);
        assert_eq!(server.count_leads(), 1);
    }
    for text in [email(4).as_str(), "48500000004", "Żółć-Lis 4", "spółka 4"] {
        assert_eq!(server.tables_with(text), [""; 0], "{text}");
    }
    // A late upsert that still carries the CRM's id does not bring the person back.
    let late = connector.push(&[with_id(upsert(&gone), &id)]);
    assert_eq!(
        late,
        [Answer::NeedsPerson {
            reason: Reason::Refused
        }]
    );
    assert_eq!(server.count_leads(), 1);
    assert_eq!(server.tables_with(&email(4)), [""; 0]);
    // Once converted, the person stands in the CRM's contacts too: somebody must look.
    server.sql("update lead set status = 'converted'");
    let erase = connector.push(&[message(&stays, Body::Erase)]);
    assert_eq!(
        erase,
        [Answer::NeedsPerson {
            reason: Reason::Refused
        }]
    );
}

fn network(server: &Server) {
    let leads = schedule::told("ZGODA_REAL_LEADS", 40);
    let mut tally = Tally::default();
    for number in schedule::numbers("ZGODA_REAL_SCHEDULES", 5) {
        let _running = Running(number);
        server.empty();
        let proxy = Proxy::before(server.url.trim_start_matches("http://"));
        let section = server
            .section()
            .replace(&server.url, &format!("http://{}", proxy.address));
        let profile = profile(&section);
        let mut devices = [connector(&profile, &server.secret)];
        let dice = Arc::new(Mutex::new(Dice::new(number.into())));
        proxy.harm(dice.clone());
        let people = (0..leads).map(|n| lead(n, &profile)).collect();
        let rows = schedule::run(&dice, leads, &mut devices, people, || proxy.heal());
        for row in &rows {
            stands_as_it_should(server, row, number);
        }
        let living = rows.iter().filter(|row| !row.erased).count();
        assert_eq!(server.count_leads(), living, "schedule {number}");
        assert!(!proxy.was_followed(), "schedule {number}");
        let ours = server
            .secret
            .split(' ')
            .map(|word| format!("Bearer {word}"));
        assert!(proxy.tokens().is_subset(&ours.collect()));
        tally.add(proxy.met());
        println!("schedule {number}: {} requests", proxy.requests());
    }
    tally.close(&format!("of {leads} leads through a proxy"));
}

fn stands_as_it_should(server: &Server, row: &schedule::Row, number: u32) {
    let there = server.lead(&row.kept.id.to_string());
    assert_eq!(there.is_none(), row.erased, "schedule {number}");
    let Some(there) = there else { return };
    let text = |value: &Json| value.as_str().unwrap_or_default().to_owned();
    let note = row.kept.fields[&Field::Note].value.texts().join("");
    let noted = text(&there["description"]);
    assert!(
        noted.contains(note.lines().next().unwrap()),
        "schedule {number}: {noted}"
    );
    assert_eq!(
        text(&there["phone"]).is_empty(),
        row.expired,
        "schedule {number}"
    );
    let permission = text(&there["custom_fields"]["zgoda_permission"]);
    let may = permission.contains("newsletter:email: yes");
    assert_eq!(may, !row.withdrawn, "schedule {number}: {permission}");
}

fn lost_answer(server: &Server) {
    let (profile, mut connector) = connect(server);
    let kept = lead(6, &profile);
    let id = confirmed(connector.as_mut(), &upsert(&kept));
    // The answer was lost, so the outbox knows no id: each of these finds the lead by its external id.
    assert_eq!(confirmed(connector.as_mut(), &upsert(&kept)), id);
    let expire = message(&kept, Body::Expire(BTreeSet::from([Field::Phone])));
    assert_eq!(confirmed(connector.as_mut(), &expire), id);
    assert_eq!(
        confirmed(connector.as_mut(), &message(&kept, Body::Erase)),
        id
    );
    assert_eq!(server.count_leads(), 0);
    // Never sent at all: there is nothing to erase or to clear, and nothing is left behind by looking.
    confirmed(connector.as_mut(), &message(&kept, Body::Erase));
    let nowhere = confirmed(connector.as_mut(), &expire);
    assert_eq!(server.count_leads(), 0);
    confirmed(connector.as_mut(), &with_id(upsert(&kept), &nowhere));
    assert_eq!(server.count_leads(), 1);
}

fn connection(server: &Server) {
    let (profile, mut connector) = connect(server);
    assert_eq!(connector.test().unwrap().missing, []);
    let (token, key) = server.secret.split_once(' ').unwrap();
    let wrong = format!("bcrm_pat_wrong {key}");
    assert_eq!(
        self::connector(&profile, &wrong).test(),
        Err(Reason::SignIn)
    );
    let answers = self::connector(&profile, &wrong).push(&[upsert(&lead(1, &profile))]);
    assert_eq!(
        answers,
        [Answer::NeedsPerson {
            reason: Reason::SignIn
        }]
    );
    let wrong = format!("{token} wrong-key");
    assert_eq!(
        self::connector(&profile, &wrong).test(),
        Err(Reason::SignIn)
    );
    let scopes = |words: &str| {
        let set = format!("update personal_access_token set scopes = '[{words}]'");
        server.sql(&format!("{set}::jsonb where name = 'zgoda'"));
    };
    scopes(r#""leads:read", "custom-fields:read""#);
    let missing = connector.test().unwrap().missing;
    assert_eq!(missing, [Missing::Permission("leads:write".to_owned())]);
    assert_eq!(server.count_leads(), 0);
    scopes(r#""leads:read", "leads:write", "custom-fields:read""#);
    server.sql("update custom_field_definition set is_active = false where key = 'zgoda_proof'");
    let missing = connector.test().unwrap().missing;
    assert_eq!(missing, [Missing::CustomField("zgoda_proof".to_owned())]);
    let answers = connector.push(&[upsert(&lead(1, &profile)), upsert(&lead(2, &profile))]);
    assert!(answers.iter().all(|a| *a
        == Answer::NeedsPerson {
            reason: Reason::Settings
        }));
    assert_eq!(
        server.count_leads(),
        0,
        "no lead goes where its proof would be lost"
    );
}

fn set_up(server: &Server) {
    let (profile, mut booths) = connect(server);
    let (_, key) = server.secret.split_once(' ').unwrap();
    let mut admins = connector(&profile, &format!("{} {key}", server.admin_token));
    server.sql("delete from custom_field_definition where key in ('zgoda_lead', 'zgoda_proof')");
    let permission = Missing::Permission("custom-fields:write".to_owned());
    let refused = booths.set_up().unwrap().missing;
    assert_eq!(refused.len(), 3, "{refused:?}");
    assert!(refused.contains(&permission));
    assert_eq!(admins.set_up().unwrap().missing, []);
    let lead = lead(1, &profile);
    confirmed(booths.as_mut(), &upsert(&lead));
    let row = server.lead(&lead.id.to_string()).unwrap();
    let proof = row["custom_fields"]["zgoda_proof"].as_str().unwrap();
    assert!(proof.contains("attendee_screen"));
}

fn throttled(_: &Server) {
    let server = Server::start_with(&[("LEAD_INTAKE_THROTTLE_MINUTE", "2/min")]).unwrap();
    let (profile, mut connector) = connect(&server);
    let messages: Vec<Message> = (0..4).map(|n| upsert(&lead(n, &profile))).collect();
    let answers = connector.push(&messages);
    assert!(matches!(
        answers[..2],
        [Answer::Confirmed { .. }, Answer::Confirmed { .. }]
    ));
    for answer in &answers[2..] {
        let Answer::Retry {
            reason: Reason::Throttled,
            after: Some(after),
        } = answer
        else {
            panic!("not throttled: {answer:?}");
        };
        assert!(
            (Duration::from_secs(1)..=Duration::from_secs(60)).contains(after),
            "{after:?}"
        );
    }
    assert_eq!(server.count_leads(), 2);
}
