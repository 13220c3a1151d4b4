//! Questions and signatures, the whole way: asked once their purpose is agreed to, kept with it, told, and gone with it.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::path::Path;
use std::process::Command;
use std::sync::Mutex;

use chrono::{DateTime, Duration, Utc};
use zgoda_booth::parcel::{Opener, Parcel, Sealer};
use zgoda_booth::rights::Who;
use zgoda_booth::view::{
    Asked, AttendeeAnswer, FieldEdit, FieldValue, HandOver, LeadEdit, LeadView, Signed, SyncView,
};
use zgoda_booth::{Booth, Error, Query, demo, sync};
use zgoda_core::outbox::Body;
use zgoda_core::withdraw::Scope;
use zgoda_core::{Act, BoxRef, Channel, Field, Language, LeadId, Reply};
use zgoda_tests::booth;

fn now() -> DateTime<Utc> {
    "2026-11-24T10:00:00Z".parse().unwrap()
}

const DEMO: &str = include_str!("../../profiles/demo.toml");

/// The demo's profile, whose newsletter asks for topics and whose offer is signed.
fn profile() -> String {
    let question = "[[question]]\nid = \"topics\"\nkind = \"text\"\nask = \"attendee\"\npurpose = \"newsletter\"\ntext = { pl = \"Tematy?\", en = \"Topics?\", de = \"Themen?\" }\n\n[notice.pl]\n";
    DEMO.replacen(
        "fields = [\"name\", \"email\"]",
        "fields = [\"name\", \"email\", \"answers\"]",
        1,
    )
    .replacen(
        "\"rating\", \"answers\"]",
        "\"rating\", \"answers\", \"signature\"]\nsignature_why = { pl = \"Odbiór próbki.\", en = \"For the sample that you take along.\", de = \"Für das Muster.\" }",
        1,
    )
    .replacen("[notice.pl]\n", question, 1)
}

fn open(home: &Path) -> Booth {
    booth::open(home, Some(&profile()), now())
}

fn reply(question: &str, values: &[&str]) -> Reply {
    Reply {
        question: question.to_owned(),
        values: values.iter().map(|value| (*value).to_owned()).collect(),
    }
}

fn newsletter() -> BoxRef {
    BoxRef {
        purpose: "newsletter".to_owned(),
        channel: Some(Channel::Email),
    }
}

/// What a person whom staff asked of machines and hectares answers on their own screen.
fn answer(ticked: bool) -> AttendeeAnswer {
    AttendeeAnswer {
        language: Language::En,
        edits: Vec::new(),
        struck: Vec::new(),
        ticked: ticked.then(newsletter).into_iter().collect(),
        nothing: false,
        replies: vec![
            reply("demonstration", &["yes"]),
            reply("month", &["spring"]),
            reply("topics", &["soil and seeds"]),
        ],
        signature: Some(Signed::Drawn(vec![vec![(10, 200), (60, 90), (120, 210)]])),
    }
}

fn hand_over(booth: &mut Booth) {
    booth.scan_photo(demo::BADGE).unwrap();
    let request = HandOver {
        edits: Vec::new(),
        asked: vec![Asked {
            purpose: "send_offer".to_owned(),
            due: None,
        }],
        language: Language::De,
        replies: vec![reply("machines", &["press"]), reply("hectares", &["120"])],
    };
    booth.hand_over(request, now()).unwrap();
}

fn captured(booth: &mut Booth, answer: AttendeeAnswer) -> LeadId {
    hand_over(booth);
    booth.attendee_answer(answer, now()).unwrap();
    booth.attendee_leave(&booth::secret(), now()).unwrap();
    booth.leads(&Query::default(), now()).unwrap()[0].id
}

fn value(lead: &LeadView, field: Field) -> Option<FieldValue> {
    let found = lead.fields.iter().find(|one| one.field == field);
    found.map(|one| one.value.clone())
}

fn said(booth: &mut Booth, id: LeadId) -> Vec<String> {
    let lead = booth.lead(id, now()).unwrap();
    let Some(FieldValue::Answers(all)) = value(&lead, Field::Answers) else {
        return Vec::new();
    };
    let line = |one: &zgoda_booth::view::AnswerView| format!("{} {}", one.asked, one.said);
    all.iter().map(line).collect()
}

#[test]
fn what_was_answered_is_kept_with_what_was_shown() {
    let home = tempfile::tempdir().unwrap();
    let mut booth = open(home.path());
    hand_over(&mut booth);
    let shown = booth.attendee_view().unwrap().unwrap();
    let asked: Vec<&str> = shown.questions.iter().map(|one| one.id.as_str()).collect();
    assert_eq!(asked, ["demonstration", "month", "topics"]);
    assert_eq!(shown.signatures[0].purpose, "send_offer");
    booth.attendee_answer(answer(true), now()).unwrap();
    booth.attendee_leave(&booth::secret(), now()).unwrap();
    let id = booth.leads(&Query::default(), now()).unwrap()[0].id;
    assert_eq!(
        said(&mut booth, id),
        [
            "Welche Maschinen? Presse",
            "Wie viele Hektar? 120",
            "Shall we show the machine at work on your farm? Yes",
            "When would suit you best? In spring",
            "Topics? soil and seeds",
        ]
    );
    let lead = booth.lead(id, now()).unwrap();
    let Some(FieldValue::Signature(signature)) = value(&lead, Field::Signature) else {
        panic!("no signature")
    };
    assert_eq!(signature.path, "M10 200L60 90L120 210");
    let found = booth::files_with(home.path(), "handed-over", "soil and seeds");
    assert_eq!(found, Vec::<String>::new());
}

#[test]
fn without_the_consent_its_answer_is_not_kept() {
    let home = tempfile::tempdir().unwrap();
    let mut booth = open(home.path());
    let id = captured(&mut booth, answer(false));
    let all = said(&mut booth, id);
    assert_eq!(all.len(), 4, "{all:?}");
    assert!(!all.join(" ").contains("soil"), "{all:?}");
}

#[test]
fn whoever_strikes_the_request_answered_and_signed_nothing() {
    let home = tempfile::tempdir().unwrap();
    let mut booth = open(home.path());
    let struck = AttendeeAnswer {
        struck: vec!["send_offer".to_owned()],
        ..answer(true)
    };
    let id = captured(&mut booth, struck);
    assert_eq!(said(&mut booth, id), ["Topics? soil and seeds"]);
    let lead = booth.lead(id, now()).unwrap();
    assert_eq!(value(&lead, Field::Signature), None);
}

#[test]
fn a_withdrawal_takes_its_answers_out_of_the_destination_too() {
    let home = tempfile::tempdir().unwrap();
    let mut booth = open(home.path());
    let id = captured(&mut booth, answer(true));
    let booth = Mutex::new(booth);
    sync::run(&booth, None, now, |_| ()).unwrap();
    let folder = home.path().join("handed-over");
    let told = || std::fs::read_to_string(folder.join("leads.jsonl")).unwrap();
    let line: serde_json::Value = serde_json::from_str(told().trim()).unwrap();
    let answers = line["fields"]["answers"].as_array().unwrap();
    assert_eq!(answers.len(), 5);
    assert_eq!(answers[0]["options"][0], "press");
    assert!(line["fields"].get("signature").is_none(), "{line}");
    assert!(line["deadlines"].get("signature").is_none(), "{line}");
    let csv = std::fs::read_to_string(folder.join("leads.csv")).unwrap();
    assert!(csv.lines().next().unwrap().contains(",answers.hectares,"));

    let scope = Scope::Box(newsletter());
    {
        let mut booth = booth.lock().unwrap();
        booth
            .withdraw(&Who::Lead(id), &scope, Act::Terminal, now())
            .unwrap();
        assert_eq!(said(&mut booth, id).len(), 4);
    }
    sync::run(&booth, None, now, |_| ()).unwrap();
    assert!(!told().contains("soil"), "{}", told());
    assert!(told().contains("Welche Maschinen"));
}

/// An unsigned lead with answers for both purposes, whose offer was sent and of which the destination was told.
fn sent(home: &Path) -> (Mutex<Booth>, LeadId, SyncView) {
    let mut booth = open(home);
    let unsigned = AttendeeAnswer {
        signature: None,
        ..answer(true)
    };
    let id = captured(&mut booth, unsigned);
    booth.promise_kept(id, "send_offer", now()).unwrap();
    let booth = Mutex::new(booth);
    let synced = sync::run(&booth, None, now, |_| ()).unwrap();
    (booth, id, synced)
}

/// The offer was sent on the 24th: two weeks later its answers are over, the newsletter's last two years.
#[test]
fn each_answer_ends_with_its_purpose_here_and_at_the_destination() {
    let home = tempfile::tempdir().unwrap();
    let (booth, id, synced) = sent(home.path());
    assert_eq!((synced.held, synced.forgotten), (1, 0));
    let told = || std::fs::read_to_string(home.path().join("handed-over/leads.jsonl")).unwrap();
    assert!(told().contains("Welche Maschinen") && told().contains("soil"));

    let later = || now() + Duration::days(15);
    {
        let mut booth = booth.lock().unwrap();
        assert_eq!(booth.purge(later()).unwrap().expired, 1);
        assert_eq!(said(&mut booth, id), ["Topics? soil and seeds"]);
    }
    let synced = sync::run(&booth, None, later, |_| ()).unwrap();
    assert_eq!((synced.held, synced.forgotten), (0, 1));
    assert!(!told().contains("Welche Maschinen"), "{}", told());
    assert!(told().contains("soil"), "{}", told());

    let last = || now() + Duration::days(735);
    let mut booth = booth.into_inner().unwrap();
    booth.trust_clock(last()).unwrap();
    let booth = Mutex::new(booth);
    sync::run(&booth, None, last, |_| ()).unwrap();
    assert!(!told().contains("soil"), "{}", told());
}

#[test]
fn who_lost_some_answers_is_held_here_and_counts_as_erased_only_when_gone() {
    let home = tempfile::tempdir().unwrap();
    let (booth, ..) = sent(home.path());
    let report = |at| {
        let file = home.path().join("report.pdf");
        std::fs::write(&file, booth.lock().unwrap().closing_pdf(at).unwrap()).unwrap();
        let output = Command::new("pdftotext").arg(&file).arg("-").output();
        let text = output.expect("`make setup-test` installs it").stdout;
        let text = String::from_utf8(text).unwrap();
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let bound = || booth.lock().unwrap().closing().unwrap().bound;
    assert_eq!(bound(), 1);
    assert!(report(now()).contains("answers that end on different days: 1"));

    let later = || now() + Duration::days(15);
    booth.lock().unwrap().purge(later()).unwrap();
    assert_eq!(
        booth
            .lock()
            .unwrap()
            .leads(&Query::default(), later())
            .unwrap()
            .len(),
        1
    );
    assert_eq!(bound(), 0);
    let part = report(later());
    assert!(part.contains("past their deadline: 0"), "{part}");
    assert_eq!(sync::run(&booth, None, later, |_| ()).unwrap().forgotten, 1);
    let gone = report(later());
    assert!(gone.contains("past their deadline: 1"), "{gone}");
}

#[test]
fn a_withdrawal_takes_the_answers_to_a_question_that_is_gone_out_of_the_crm() {
    let home = tempfile::tempdir().unwrap();
    let (booth, id, _) = sent(home.path());
    // The offer's answers are over first; the newsletter's are left in the CRM alone.
    let later = || now() + Duration::days(15);
    booth.lock().unwrap().purge(later()).unwrap();
    let synced = sync::run(&booth, None, later, |_| ()).unwrap();
    assert_eq!(synced.forgotten, 1);
    let mut booth = booth.into_inner().unwrap();
    // The newsletter asks for nothing any more.
    booth
        .profile_import(DEMO, &booth::secret(), false, later())
        .unwrap();
    let scope = Scope::Box(newsletter());
    booth
        .withdraw(&Who::Lead(id), &scope, Act::Terminal, later())
        .unwrap();
    let told = booth.pending().unwrap().into_iter().map(|one| one.body);
    let told: Vec<Body> = told.collect();
    assert!(
        told.iter()
            .any(|body| matches!(body, Body::Expire(all) if all.contains(&Field::Answers))),
        "{told:?}"
    );
}

#[test]
fn a_signed_lead_stays_until_its_signatures_last_day() {
    let home = tempfile::tempdir().unwrap();
    let mut booth = open(home.path());
    let id = captured(&mut booth, answer(false));
    booth.promise_kept(id, "send_offer", now()).unwrap();
    let booth = Mutex::new(booth);
    let synced = sync::run(&booth, None, now, |_| ()).unwrap();
    assert_eq!((synced.confirmed, synced.held, synced.forgotten), (1, 1, 0));
    let mut booth = booth.into_inner().unwrap();
    assert_eq!(booth.closing().unwrap().bound, 1);
    let access = booth.access(&Who::Lead(id)).unwrap();
    let page = access.pages[0].html();
    assert!(page.contains("<path d=\"M10 200L60 90L120 210\""), "{page}");
    assert!(
        page.contains("(drawn, in the picture below)") && !page.contains("strokes"),
        "{page}"
    );
    assert!(page.contains("Wie viele Hektar? 120"), "{page}");
    // Kept on the 24th: 14 days later all of it is over.
    booth.purge(now() + Duration::days(15)).unwrap();
    assert!(booth.leads(&Query::default(), now()).unwrap().is_empty());
}

#[test]
fn staff_correct_an_answer_and_learn_what_is_not_kept() {
    let home = tempfile::tempdir().unwrap();
    let mut booth = open(home.path());
    let id = captured(&mut booth, answer(false));
    let edit = |replies: Vec<Reply>| LeadEdit {
        edits: Vec::new(),
        promises: Vec::new(),
        replies,
    };
    let replies = vec![
        reply("hectares", &["80"]),
        reply("demonstration", &[]),
        reply("topics", &["harvest"]),
    ];
    let after = booth.lead_edit(id, edit(replies), now()).unwrap();
    assert_eq!(
        after.dropped,
        [Field::Answers],
        "the newsletter was refused"
    );
    assert_eq!(
        said(&mut booth, id),
        ["Welche Maschinen? Presse", "How many hectares? 80"]
    );
    let wrong = edit(vec![reply("machines", &["plough"])]);
    let refused = booth.lead_edit(id, wrong, now()).unwrap_err();
    assert_eq!(refused.code(), "unknown_option");
    // No edit of fields reaches them.
    let forged = |field| FieldEdit {
        field,
        value: Some(FieldValue::Text("x".to_owned())),
    };
    let edits = LeadEdit {
        edits: vec![forged(Field::Answers), forged(Field::Signature)],
        ..edit(Vec::new())
    };
    booth.lead_edit(id, edits, now()).unwrap();
    let nothing = booth.lead_correct(id, vec![forged(Field::Signature)], now());
    assert_eq!(nothing.unwrap_err().code(), "nothing_to_correct");
    assert_eq!(said(&mut booth, id).len(), 2);
    let lead = booth.lead(id, now()).unwrap();
    assert!(matches!(
        value(&lead, Field::Signature),
        Some(FieldValue::Signature(_))
    ));
}

#[test]
fn attack_28_the_attendee_answers_no_question_of_the_staffs() {
    let home = tempfile::tempdir().unwrap();
    let mut booth = open(home.path());
    hand_over(&mut booth);
    let strange = AttendeeAnswer {
        replies: vec![reply("hectares", &["9"])],
        ..answer(false)
    };
    let refused = booth.attendee_answer(strange, now()).unwrap_err();
    assert_eq!(refused.code(), "unknown_question");
    let flood = AttendeeAnswer {
        signature: Some(Signed::Drawn(vec![vec![(1, 1); 5_000]])),
        ..answer(false)
    };
    let refused = booth.attendee_answer(flood, now()).unwrap_err();
    assert_eq!(refused.code(), "signature_too_large");
    // The form is still there.
    assert!(!booth.attendee_answer(answer(false), now()).unwrap().nothing);
}

#[test]
fn answers_and_signature_go_over_to_another_device() {
    use age::secrecy::ExposeSecret as _;
    let (old, new) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (mut from, mut to) = (open(old.path()), open(new.path()));
    let id = captured(&mut from, answer(true));
    let identity = age::x25519::Identity::generate();
    let recipient = identity.to_public().to_string();
    let pass = |from: &mut Booth, to: &mut Booth| {
        let sealed = from
            .move_out(&Sealer::Recipient(&recipient), now(), |sealed| {
                Ok::<_, Error>(sealed.to_vec())
            })
            .unwrap();
        let text = format!("{}\n", identity.to_string().expose_secret());
        let parcel = Parcel::open(&sealed, &Opener::Identity(&text)).unwrap();
        to.move_in(&parcel, now()).unwrap()
    };
    assert_eq!(pass(&mut from, &mut to).added, 1);
    assert_eq!(said(&mut to, id).len(), 5);
    let lead = to.lead(id, now()).unwrap();
    assert!(value(&lead, Field::Signature).is_some());
    // Taken back there, changed here: of each what counts.
    let later = now() + Duration::hours(1);
    to.withdraw(
        &Who::Lead(id),
        &Scope::Box(newsletter()),
        Act::Terminal,
        later,
    )
    .unwrap();
    pass(&mut from, &mut to);
    assert_eq!(said(&mut to, id).len(), 4, "what was taken back stays so");
}

#[test]
fn erased_with_the_person() {
    let home = tempfile::tempdir().unwrap();
    let mut booth = open(home.path());
    let id = captured(&mut booth, answer(true));
    booth.erase(id, Act::Terminal, now()).unwrap();
    assert!(booth.lead(id, now()).is_err());
    let nobody = booth.access(&Who::Lead(id)).err().unwrap();
    assert_eq!(nobody.code(), "no_lead");
}
