//! What is asked of every connector, whatever the CRM's dialect.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use chrono::TimeDelta;
use serde_json::{Map, Value as Json, json};
use zgoda_core::SubjectRef;
use zgoda_core::decision::{Act, BoxRef, Decision};
use zgoda_core::field::{Field, Value};
use zgoda_core::lead::Kept;
use zgoda_core::outbox::{Answer, Body, Message, Reason};
use zgoda_core::profile::{Channel, Profile, sha256_hex};
use zgoda_core::receipt::Code;
use zgoda_core::withdraw::Scope;
use zgoda_crm::{ConnectError, Connector, Missing, Secret};

use crate::fake::bottle::{confirmed, messages, offline, person, retry};
use crate::fake::{Deed, Request, Server, schedule};
use crate::imagined::{SIGNED, email, lead, message, upsert};

/// A record as the CRM keeps it, flat.
pub type Row = Map<String, Json>;

/// An imitation of a CRM.
pub trait Contract: Send + 'static {
    const KIND: &'static str;
    const SECRET: &'static str;
    /// The columns of lead, permission, proof, notes, e-mail and telephone.
    const NAMES: [&'static str; 6];
    /// The most requests that a hundred new leads take, the test of the connection included. A CRM's limits are the whole
    /// organisation's.
    const REQUESTS: usize = 12;
    /// A column that the profile names for a field of ours.
    const MAPPED: &'static str = Self::NAMES[5];

    fn new() -> Self;
    fn answer(&mut self, request: &Request) -> Deed;
    fn rows(&mut self) -> Vec<&mut Row>;
    fn rules(&mut self) -> &mut Rules;

    /// The address that the profile names.
    fn url(server: &Server) -> String {
        server.address.clone()
    }

    /// "Too many requests", as this CRM says it, and how long it wants to be left alone.
    fn busy() -> (Deed, Option<Duration>);
}

/// How the imitation misbehaves.
#[derive(Default)]
pub struct Rules {
    /// A lead that is refused without naming a column.
    pub refused: Option<String>,
    /// An address that is refused by its column's name.
    pub bad_email: Option<String>,
    /// A custom field that nobody has set up.
    pub lacking: Option<&'static str>,
    /// The user may make no custom field.
    pub no_fields: bool,
    /// The proof's field is dropped without a word.
    pub strips: bool,
    /// What the user may not, in the words of the test of the connection.
    pub may_not: Vec<&'static str>,
}

impl Rules {
    pub fn may(&self, right: &str) -> bool {
        self.may_not.iter().all(|one| *one != right)
    }
}

/// An imitation behind a server.
pub struct Stand<C> {
    pub server: Server,
    crm: Arc<Mutex<C>>,
}

impl<C: Contract> Stand<C> {
    pub fn new() -> Self {
        let crm = Arc::new(Mutex::new(C::new()));
        let shared = crm.clone();
        let site = move |request: &Request| {
            let mut crm = shared.lock().unwrap();
            let deed = crm.answer(request);
            if crm.rules().strips {
                for row in crm.rows() {
                    row.remove(C::NAMES[2]);
                }
            }
            deed
        };
        Self {
            server: Server::of(Some(Box::new(site))),
            crm,
        }
    }

    pub fn crm(&self) -> MutexGuard<'_, C> {
        self.crm.lock().unwrap()
    }

    pub fn connect(&self, secret: &str) -> Result<Box<dyn Connector>, ConnectError> {
        self.connect_by(offline(), secret)
    }

    pub fn connect_by(
        &self,
        mut profile: Profile,
        secret: &str,
    ) -> Result<Box<dyn Connector>, ConnectError> {
        profile.crm.kind = C::KIND.to_owned();
        profile.crm.url = Some(C::url(&self.server));
        zgoda_crm::connect(&profile, Some(&Secret::new(secret)), "".as_ref())
    }

    pub fn connector(&self) -> Box<dyn Connector> {
        self.connect(C::SECRET).unwrap()
    }

    pub fn push(&self, messages: &[Message]) -> Vec<Answer> {
        self.connector().push(messages)
    }

    /// The records by lead; each stands once.
    pub fn rows(&self) -> BTreeMap<String, Row> {
        let mut crm = self.crm();
        let mut rows = BTreeMap::new();
        for row in crm.rows() {
            let lead = text(row, C::NAMES[0]).to_owned();
            let again = rows.insert(lead, row.clone());
            assert!(again.is_none(), "a lead stands twice");
        }
        rows
    }

    pub fn row(&self, kept: &Kept) -> Row {
        self.rows().remove(&kept.id.to_string()).unwrap()
    }
}

pub fn text<'a>(row: &'a Row, column: &str) -> &'a str {
    let value = row.get(column);
    value.and_then(Json::as_str).unwrap_or_default()
}

/// A path without its percent signs (RFC 3986, section 2.1).
pub fn decoded(path: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = path.bytes();
    while let Some(byte) = rest.next() {
        let mut digit = || char::from(rest.next().unwrap()).to_digit(16).unwrap();
        bytes.push(match byte {
            b'%' => u8::try_from(digit() * 16 + digit()).unwrap(),
            byte => byte,
        });
    }
    String::from_utf8(bytes).unwrap()
}

pub fn withdraw(kept: &Kept) -> Message {
    message(
        kept,
        Body::Withdraw(BTreeSet::from([BoxRef::whole("newsletter".to_owned())])),
    )
}

/// Lets `kept` agree to the newsletter by telephone as well.
pub fn by_telephone_too(kept: &mut Kept) {
    let is_it = |one: &&Decision| one.purpose == "newsletter";
    let mut also = kept.decisions.iter().find(is_it).unwrap().clone();
    also.channel = Some(Channel::Phone);
    kept.decisions.push(also);
}

/// Withdraws the newsletter by e-mail alone, as a device tells it where another channel of the purpose stands.
pub fn withdraw_email(kept: &mut Kept) -> Message {
    let scope = Scope::Box(BoxRef {
        purpose: "newsletter".to_owned(),
        channel: Some(Channel::Email),
    });
    let at = kept.captured_at + TimeDelta::days(1);
    let withdrawn = kept.withdraw(&scope, Act::Terminal, at, &offline());
    assert_eq!(withdrawn.decisions.len(), 1);
    let boxes = withdrawn.decisions.iter().map(Decision::box_ref).collect();
    message(kept, Body::Withdraw(boxes))
}

pub fn leads_arrive_whole_and_a_repeat_changes_nothing<C: Contract>() {
    let stand = Stand::<C>::new();
    let answers = stand.push(&messages(5));
    assert_eq!(confirmed(&answers), 5, "{answers:?}");
    let rows = stand.rows();
    assert_eq!(rows.len(), 5);
    let [_, permission, proof, notes, mail, phone] = C::NAMES;
    let sha256 = sha256_hex("Zgadzam się na biuletyn e-mailem.");
    for n in 0..5 {
        let kept = lead(n, &offline());
        let row = &rows[&kept.id.to_string()];
        assert_eq!(text(row, mail), email(n));
        assert_eq!(text(row, phone), format!("+48500{n:06}"));
        let yes = "newsletter:email: yes (2026-11-24, 2026-1)";
        assert!(text(row, permission).contains(yes), "{row:?}");
        let code = Code::of(&kept.subject).grouped();
        for proven in [
            sha256.as_str(),
            "2026-11-24T10:15:00+01:00",
            "attendee_screen",
        ] {
            assert!(text(row, proof).contains(proven), "{proven}");
        }
        assert!(
            row.values().any(|value| *value == *code),
            "the receipt's code"
        );
        let noted = text(row, notes);
        assert!(noted.contains("Pyta o pompę P-20.") && noted.contains("tags: pompy, serwis"));
        assert!(noted.contains(&format!("email: biuro.{n}@lisek.example")));
    }
    assert_eq!(stand.push(&messages(5)), answers);
    assert!(stand.rows() == rows, "a repeat changed something");
}

pub fn a_hundred_new_leads_take_few_requests<C: Contract>() {
    let stand = Stand::<C>::new();
    assert_eq!(confirmed(&stand.push(&messages(100))), 100);
    let requests = stand.server.log().len();
    println!("{}: {requests} requests for 100 new leads", C::KIND);
    assert!(requests <= C::REQUESTS, "{requests}");
}

pub fn consent_that_did_not_arrive_is_seen<C: Contract>() {
    let stand = Stand::<C>::new();
    stand.crm().rules().strips = true;
    let answers = stand.push(&messages(4));
    assert!(
        answers.contains(&person(Reason::ConsentLost)),
        "{answers:?}"
    );
    // Once the field may be written the same leads arrive whole, each once.
    stand.crm().rules().strips = false;
    assert_eq!(confirmed(&stand.push(&messages(4))), 4);
    let proof = |row: &Row| text(row, C::NAMES[2]).contains("attendee_screen");
    assert!(stand.rows().values().all(proof));
    assert_eq!(stand.rows().len(), 4);
}

pub fn no_request_is_confirmed_while_the_crm_loses_consent<C: Contract>() {
    let stand = Stand::<C>::new();
    let mut connector = stand.connector();
    // A request that tells no lead whole shows no consent either, and is nobody's turn.
    assert_eq!(
        confirmed(&connector.push(&[withdraw(&lead(90, &offline()))])),
        1
    );
    stand.crm().rules().strips = true;
    let all = messages(20);
    for request in all.chunks(2) {
        let lost = vec![person(Reason::ConsentLost); 2];
        assert_eq!(connector.push(request), lost);
    }
    stand.crm().rules().strips = false;
    assert_eq!(confirmed(&connector.push(&all)), 20);
    // Shown again, it is not looked for each time.
    stand.server.log();
    connector.push(&messages(2));
    let seldom = stand.server.log().len();
    stand.crm().rules().strips = true;
    connector.push(&messages(2));
    assert_eq!(stand.server.log().len(), seldom);
}

pub fn a_lost_answer_makes_no_second_record<C: Contract>() {
    let stand = Stand::<C>::new();
    stand.push(&messages(2));
    let requests = stand.server.log().len();
    for lost in 0..requests {
        let stand = Stand::<C>::new();
        let mut at = 0;
        stand.server.fault(move |_| {
            at += 1;
            (at == lost + 1).then(|| Deed::After(Box::new(Deed::Cut)))
        });
        let mut connector = stand.connector();
        let first = connector.push(&messages(2));
        // The last requests, one or two, read back what was confirmed: that they were cut off takes nothing back.
        let is_read_back = lost + 2 >= requests && confirmed(&first) == 2;
        let doubted = first.contains(&retry(Reason::Ambiguous));
        assert!(doubted || is_read_back, "{lost}: {first:?}");
        assert_eq!(confirmed(&connector.push(&messages(2))), 2, "{lost}");
        assert_eq!(stand.rows().len(), 2, "{lost}");
    }
}

pub fn one_refused_lead_stops_no_other<C: Contract>() {
    let stand = Stand::<C>::new();
    let all = messages(7);
    stand.crm().rules().refused = Some(all[3].lead.to_string());
    let answers = stand.push(&all);
    assert_eq!(answers[3], person(Reason::Refused));
    assert_eq!(confirmed(&answers), 6, "{answers:?}");
    assert_eq!(stand.rows().len(), 6);
}

pub fn a_value_that_the_crm_does_not_take_goes_into_the_notes<C: Contract>() {
    let stand = Stand::<C>::new();
    stand.crm().rules().bad_email = Some(email(1));
    let answers = stand.push(&messages(3));
    assert_eq!(confirmed(&answers), 3, "{answers:?}");
    let row = stand.row(&lead(1, &offline()));
    assert_eq!(text(&row, C::NAMES[4]), "");
    assert!(text(&row, C::NAMES[3]).contains(&format!("email: {}", email(1))));
}

pub fn an_erased_lead_is_gone_and_stays_gone<C: Contract>() {
    let stand = Stand::<C>::new();
    let mut told = upsert(&lead(1, &offline()));
    let answers = stand.push(&[told.clone(), upsert(&lead(2, &offline()))]);
    let Answer::Confirmed { crm_id } = &answers[0] else {
        panic!("{answers:?}")
    };
    told.crm_id = Some(crm_id.clone());
    let erase = message(&lead(1, &offline()), Body::Erase);
    let mut known = erase.clone();
    known.crm_id = Some(crm_id.clone());
    let nobody = message(&lead(9, &offline()), Body::Erase);
    for erasures in [
        [erase.clone(), nobody.clone()],
        [known, nobody],
        [erase.clone(), erase],
    ] {
        assert_eq!(confirmed(&stand.push(&erasures)), 2);
        assert_eq!(stand.rows().len(), 1);
    }
    assert_eq!(
        stand.push(&[told]),
        [person(Reason::Refused)],
        "the person came back"
    );
    assert!(
        stand
            .rows()
            .contains_key(&lead(2, &offline()).id.to_string())
    );
}

pub fn an_erasure_is_confirmed_by_the_crms_own_answer_alone<C: Contract>() {
    let stand = Stand::<C>::new();
    let kept = lead(1, &offline());
    assert_eq!(confirmed(&stand.push(&[upsert(&kept)])), 1);
    // Somebody on the way answers in its place, and it never hears of it.
    stand.server.fault(|request| {
        let said = String::from_utf8_lossy(&request.bytes).into_owned();
        let erases = request.method == "DELETE"
            || ["gdpr-delete", "unlink"]
                .iter()
                .any(|word| request.path.contains(word) || said.contains(word));
        let odd = json!({ "status": "ok", "result": [] });
        erases.then_some(Deed::Answer(200, odd))
    });
    let erase = message(&kept, Body::Erase);
    let answers = stand.push(std::slice::from_ref(&erase));
    assert_eq!(answers, [retry(Reason::NotTheCrm)]);
    assert_eq!(stand.rows().len(), 1);
    stand.server.heal();
    assert_eq!(confirmed(&stand.push(&[erase])), 1);
    assert!(stand.rows().is_empty());
}

pub fn a_withdrawal_holds_against_a_late_replay<C: Contract>() {
    let stand = Stand::<C>::new();
    let kept = lead(2, &offline());
    let all = [upsert(&kept), withdraw(&kept), upsert(&kept)];
    let answers = stand.push(&all);
    assert_eq!(confirmed(&answers), 3, "{answers:?}");
    let row = stand.row(&kept);
    let permission = text(&row, C::NAMES[1]);
    assert!(
        permission.contains("newsletter:email: withdrawn"),
        "{permission}"
    );
    assert!(permission.contains("call_back:phone: yes"), "{permission}");
    let nobody = [withdraw(&lead(8, &offline()))];
    assert_eq!(confirmed(&stand.push(&nobody)), 1);
    assert_eq!(stand.rows().len(), 1, "a withdrawal made a record");
}

pub fn an_expired_field_is_cleared_and_stays_so<C: Contract>() {
    let stand = Stand::<C>::new();
    let kept = lead(3, &offline());
    let fields = [Field::Phone, Field::Note, Field::Name];
    let expire = message(&kept, Body::Expire(BTreeSet::from(fields)));
    let answers = stand.push(&[upsert(&kept), expire, upsert(&kept)]);
    assert_eq!(confirmed(&answers), 3, "{answers:?}");
    let row = stand.row(&kept);
    assert_eq!(text(&row, C::NAMES[5]), "");
    assert_eq!(text(&row, C::NAMES[4]), email(3), "the others stay");
    let all = Json::from(row).to_string();
    for gone in ["+48500", "Pyta o", "Zofia", "Lis 3"] {
        assert!(!all.contains(gone), "{gone} still stands there: {all}");
    }
}

pub fn what_somebody_changed_in_the_crm_stays<C: Contract>() {
    let stand = Stand::<C>::new();
    let mut kept = lead(1, &offline());
    assert_eq!(confirmed(&stand.push(&[upsert(&kept)])), 1);
    let [_, _, _, notes, mail, phone] = C::NAMES;
    for row in stand.crm().rows() {
        row.insert(phone.to_owned(), "+48 600 100 200".into());
        let noted = format!("{}\nDzwoniła w piątek.", text(row, notes));
        row.insert(notes.to_owned(), noted.into());
    }
    let mut change = |field, value: &str| {
        let slot = &mut kept.fields.get_mut(&field).unwrap().value;
        *slot = Value::Many(vec![value.into()]);
    };
    change(Field::Phone, "+48 111 222 333");
    change(Field::Email, "nowa@lisek.example");
    kept.revision += 1;
    assert_eq!(confirmed(&stand.push(&[upsert(&kept)])), 1);
    let row = stand.row(&kept);
    assert_eq!(text(&row, phone), "+48 600 100 200");
    assert_eq!(
        text(&row, mail),
        "nowa@lisek.example",
        "what nobody changed follows"
    );
    assert!(text(&row, notes).contains("Dzwoniła w piątek."));
}

pub fn another_leads_record_is_never_written_to<C: Contract>() {
    let stand = Stand::<C>::new();
    let theirs = lead(1, &offline());
    let answers = stand.push(&[upsert(&theirs)]);
    let Answer::Confirmed { crm_id } = &answers[0] else {
        panic!("{answers:?}")
    };
    let before = stand.rows();
    let kept = lead(2, &offline());
    let bodies = [
        Body::Upsert(Box::new(kept.clone())),
        Body::Expire(BTreeSet::from([Field::Phone])),
        Body::Erase,
    ];
    for body in bodies {
        let mut message = message(&kept, body);
        message.crm_id = Some(crm_id.clone());
        assert_eq!(stand.push(&[message]), [person(Reason::NoId)]);
    }
    assert!(stand.rows() == before);
}

pub fn an_id_that_another_destination_gave_is_none_of_the_crms<C: Contract>() {
    let stand = Stand::<C>::new();
    let mut all = messages(3);
    all[1].crm_id = Some(format!("file:{}", all[1].lead));
    all[2].crm_id = Some(format!("none:{}", all[2].lead));
    let answers = stand.push(&all);
    assert_eq!(confirmed(&answers), 3, "{answers:?}");
    let mut erase = message(&lead(7, &offline()), Body::Erase);
    erase.crm_id = Some("webhook:7".to_owned());
    assert_eq!(confirmed(&stand.push(&[erase])), 1);
    assert_eq!(stand.rows().len(), 3);
}

pub fn too_many_requests_are_left_alone<C: Contract>() {
    let stand = Stand::<C>::new();
    stand.server.fault(|_| Some(C::busy().0));
    let reason = Reason::Throttled;
    let after = C::busy().1;
    assert_eq!(
        stand.push(&messages(3)),
        vec![Answer::Retry { reason, after }; 3]
    );
    assert_eq!(stand.server.log().len(), 1, "one refusal is enough");
    stand.server.heal();
    assert_eq!(confirmed(&stand.push(&messages(3))), 3);
}

pub fn a_wrong_token_stops_all_and_drops_nothing<C: Contract>() {
    let stand = Stand::<C>::new();
    let wrong: Vec<String> = C::SECRET
        .split(' ')
        .map(|word| format!("{word}x"))
        .collect();
    let mut connector = stand.connect(&wrong.join(" ")).unwrap();
    assert_eq!(
        connector.push(&messages(3)),
        vec![person(Reason::SignIn); 3]
    );
    assert_eq!(
        stand.server.log().len(),
        1,
        "no lead is tried with a token that is refused"
    );
    assert_eq!(connector.test(), Err(Reason::SignIn));
    assert!(stand.rows().is_empty());
    for none in ["", "  "] {
        assert_eq!(stand.connect(none).err(), Some(ConnectError::NoSecret));
    }
}

pub fn a_test_names_what_is_missing_and_nothing_goes_before_it_is_there<C: Contract>() {
    let stand = Stand::<C>::new();
    assert_eq!(stand.connector().test().unwrap().missing, []);
    for lacking in [C::NAMES[0], C::NAMES[2]] {
        stand.crm().rules().lacking = Some(lacking);
        let missing = stand.connector().test().unwrap().missing;
        assert_eq!(missing, [Missing::CustomField(lacking.to_owned())]);
        assert_eq!(stand.push(&messages(2)), vec![person(Reason::Settings); 2]);
    }
    assert!(stand.rows().is_empty());
}

pub fn a_lead_is_found_by_the_code_of_its_receipt<C: Contract>() {
    let stand = Stand::<C>::new();
    let all = messages(3);
    let answers = stand.push(&all);
    stand.push(&[withdraw(&lead(1, &offline()))]);
    let mut connector = stand.connector();
    let found = connector.find(&Code::of(&all[1].subject)).unwrap().unwrap();
    assert_eq!(
        (found.stub.lead, &found.stub.subject),
        (all[1].lead, &all[1].subject)
    );
    assert_eq!(
        answers[1],
        Answer::Confirmed {
            crm_id: found.stub.crm_id
        }
    );
    assert!(!found.stub.deadlines.is_empty());
    let given = |purpose: &str| {
        let mut of = found.decisions.iter().filter(|one| one.purpose == purpose);
        of.any(|one| one.given)
    };
    assert!(given("send_offer") && !given("newsletter"));
    let nobody = Code::of(&SubjectRef::from_random([3; 16]));
    assert_eq!(connector.find(&nobody), Ok(None));
}

pub fn a_redirect_and_a_web_page_are_not_the_crm<C: Contract>() {
    let stand = Stand::<C>::new();
    for head in [
        "302 x\r\nLocation: http://192.0.2.1/",
        "200 OK\r\nContent-Type: text/html",
        "404 Not Found\r\nContent-Type: text/html",
    ] {
        let page = format!("HTTP/1.1 {head}\r\n\r\n<html>Welcome to the fair!</html>");
        stand
            .server
            .fault(move |_| Some(Deed::Raw(page.clone().into_bytes())));
        let answers = stand.push(&messages(2));
        assert_eq!(answers, vec![retry(Reason::NotTheCrm); 2], "{head}");
        assert_eq!(stand.server.log().len(), 1, "{head}");
    }
}

pub fn whatever_happens_on_the_way_the_unerased_leads_stand_there_once<C: Contract>() {
    for number in 0..12 {
        let stand = Stand::<C>::new();
        let known = schedule::run(number, &stand.server, stand.connector());
        let mut rows = stand.rows();
        let [_, permission, _, notes, _, phone] = C::NAMES;
        for one in known {
            let row = rows.remove(&one.kept.id.to_string());
            assert_eq!(row.is_none(), one.erased, "schedule {number}");
            let Some(row) = row else { continue };
            let note = one.kept.fields[&Field::Note].value.texts().join("");
            let first = note.lines().next().unwrap();
            assert!(
                text(&row, notes).contains(first),
                "schedule {number}: {row:?}"
            );
            assert_eq!(
                text(&row, phone).is_empty(),
                one.expired,
                "schedule {number}"
            );
            let may = text(&row, permission).contains("newsletter:email: yes");
            assert_eq!(may, !one.withdrawn, "schedule {number}");
        }
        assert!(
            rows.is_empty(),
            "schedule {number}: nobody asked for {rows:?}"
        );
    }
}

pub fn a_field_goes_where_the_profile_says_and_is_cleared_there<C: Contract>() {
    let stand = Stand::<C>::new();
    let mut profile = offline();
    let column = C::MAPPED.to_owned();
    profile.crm.fields.insert(Field::Reference, column);
    let mut connector = stand.connect_by(profile, C::SECRET).unwrap();
    let mut kept = lead(4, &offline());
    kept.fields.remove(&Field::Phone);
    assert_eq!(confirmed(&connector.push(&[upsert(&kept)])), 1);
    assert_eq!(text(&stand.row(&kept), C::MAPPED), "badge-4");
    let expire = message(&kept, Body::Expire(BTreeSet::from([Field::Reference])));
    assert_eq!(confirmed(&connector.push(&[expire])), 1);
    assert_eq!(text(&stand.row(&kept), C::MAPPED), "");
}

/// An answer goes into no column of another field: where the imitation has no other, the telephone's stands elsewhere.
fn free_the_mapped<C: Contract>(profile: &mut Profile) {
    if C::MAPPED == C::NAMES[5] {
        let elsewhere = C::NAMES[4].to_owned();
        profile.crm.fields.insert(Field::Phone, elsewhere);
    }
}

/// A profile that names a column for an answer, and a lead that has it.
fn with_a_column<C: Contract>() -> (Stand<C>, Profile, Kept) {
    let mut profile = offline();
    let column = C::MAPPED.to_owned();
    profile.crm.answers.insert("hectares".to_owned(), column);
    free_the_mapped::<C>(&mut profile);
    let mut kept = lead(4, &offline());
    kept.fields.remove(&Field::Phone);
    (Stand::new(), profile, kept)
}

pub fn answers_are_lines_of_the_notes_or_columns_that_the_profile_names<C: Contract>() {
    let (stand, profile, mut kept) = with_a_column::<C>();
    let mut connector = stand.connect_by(profile, C::SECRET).unwrap();
    assert_eq!(confirmed(&connector.push(&[upsert(&kept)])), 1);
    let notes = |row: &Row| text(row, C::NAMES[3]).to_owned();
    let row = stand.row(&kept);
    assert_eq!(text(&row, C::MAPPED), "120");
    assert!(notes(&row).contains("Jaka maszyna? Pompa"), "{row:?}");
    assert!(!notes(&row).contains("hektar"), "{row:?}");
    if let Value::Answers(all) = &mut kept.fields.get_mut(&Field::Answers).unwrap().value {
        all.retain(|answer| answer.question == "hectares");
    }
    kept.revision += 1;
    assert_eq!(confirmed(&connector.push(&[upsert(&kept)])), 1);
    let row = stand.row(&kept);
    assert!(!notes(&row).contains("maszyna"), "taken back: {row:?}");
    assert_eq!(text(&row, C::MAPPED), "120");
    let expire = message(&kept, Body::Expire(BTreeSet::from([Field::Answers])));
    assert_eq!(confirmed(&connector.push(&[expire])), 1);
    assert_eq!(text(&stand.row(&kept), C::MAPPED), "");
}

pub fn an_answer_takes_the_place_of_nothing_else<C: Contract>() {
    let stand = Stand::<C>::new();
    let mut profile = offline();
    for question in ["hectares", "machine"] {
        let column = C::NAMES[4].to_owned();
        profile.crm.answers.insert(question.to_owned(), column);
    }
    let mut connector = stand.connect_by(profile.clone(), C::SECRET).unwrap();
    let kept = lead(4, &offline());
    assert_eq!(confirmed(&connector.push(&[upsert(&kept)])), 1);
    let row = stand.row(&kept);
    assert_eq!(text(&row, C::NAMES[4]), email(4));
    let notes = text(&row, C::NAMES[3]);
    assert!(
        notes.contains("Ile hektarów? 120") && notes.contains("Jaka maszyna? Pompa"),
        "{row:?}"
    );
    let expire = message(&kept, Body::Expire(BTreeSet::from([Field::Answers])));
    assert_eq!(confirmed(&connector.push(&[expire])), 1);
    assert_eq!(text(&stand.row(&kept), C::NAMES[4]), email(4));

    // Of two answers to one column, one stands there and the other in the notes.
    for column in profile.crm.answers.values_mut() {
        C::MAPPED.clone_into(column);
    }
    free_the_mapped::<C>(&mut profile);
    let mut connector = stand.connect_by(profile, C::SECRET).unwrap();
    let mut kept = lead(5, &offline());
    kept.fields.remove(&Field::Phone);
    assert_eq!(confirmed(&connector.push(&[upsert(&kept)])), 1);
    let row = stand.row(&kept);
    assert_eq!(text(&row, C::MAPPED), "120");
    assert!(
        text(&row, C::NAMES[3]).contains("Jaka maszyna? Pompa"),
        "{row:?}"
    );
}

pub fn an_answer_ends_in_the_column_that_an_earlier_profile_named<C: Contract>() {
    let (stand, profile, kept) = with_a_column::<C>();
    let mut connector = stand.connect_by(profile, C::SECRET).unwrap();
    assert_eq!(confirmed(&connector.push(&[upsert(&kept)])), 1);
    assert_eq!(text(&stand.row(&kept), C::MAPPED), "120");
    let expire = message(&kept, Body::Expire(BTreeSet::from([Field::Answers])));
    assert_eq!(confirmed(&stand.push(&[expire])), 1);
    assert_eq!(text(&stand.row(&kept), C::MAPPED), "");
}

pub fn one_of_two_answers_ends_whatever_stands_in_its_column<C: Contract>() {
    let (stand, profile, mut kept) = with_a_column::<C>();
    let mut connector = stand.connect_by(profile, C::SECRET).unwrap();
    assert_eq!(confirmed(&connector.push(&[upsert(&kept)])), 1);
    assert_eq!(text(&stand.row(&kept), C::MAPPED), "120");
    let all = kept.fields[&Field::Answers].clone();
    let end = |kept: &mut Kept| {
        if let Value::Answers(all) = &mut kept.fields.get_mut(&Field::Answers).unwrap().value {
            all.retain(|answer| answer.question != "hectares");
        }
        kept.revision += 1;
    };
    // Under a profile that does not name the column any more.
    end(&mut kept);
    assert_eq!(confirmed(&stand.push(&[upsert(&kept)])), 1);
    let row = stand.row(&kept);
    assert_eq!(text(&row, C::MAPPED), "");
    assert!(
        text(&row, C::NAMES[3]).contains("Jaka maszyna? Pompa"),
        "{row:?}"
    );

    // Somebody has corrected it there meanwhile.
    kept.fields.insert(Field::Answers, all);
    kept.revision += 1;
    assert_eq!(confirmed(&connector.push(&[upsert(&kept)])), 1);
    assert_eq!(text(&stand.row(&kept), C::MAPPED), "120");
    for row in stand.crm().rows() {
        row.insert(C::MAPPED.to_owned(), "150".into());
    }
    end(&mut kept);
    assert_eq!(confirmed(&connector.push(&[upsert(&kept)])), 1);
    assert_eq!(text(&stand.row(&kept), C::MAPPED), "");
}

pub fn a_signature_never_leaves<C: Contract>() {
    let stand = Stand::<C>::new();
    let kept = lead(4, &offline());
    assert!(kept.fields.contains_key(&Field::Signature));
    assert_eq!(confirmed(&stand.push(&[upsert(&kept)])), 1);
    let all = Json::from(stand.row(&kept)).to_string();
    assert!(!all.contains(SIGNED), "{all}");
}

pub fn fail_whatever_json_comes_instead_of_an_answer<C: Contract>() {
    let stand = Stand::<C>::new();
    assert_eq!(stand.connector().push(&[]), []);
    assert!(
        stand.server.log().is_empty(),
        "nothing to tell, nothing asked"
    );
    let kept = lead(1, &offline());
    let all = [upsert(&kept), withdraw(&kept), upsert(&lead(2, &offline()))];
    let mut connector = stand.connector();
    connector.push(&all);
    stand.server.log();
    *stand.crm() = C::new();
    connector.push(&all);
    let requests = stand.server.log().len();
    for (status, odd) in [200, 400, 500].into_iter().flat_map(odd_answers) {
        for at in 0..requests {
            *stand.crm() = C::new();
            let (mut seen, answer) = (0, odd.clone());
            stand.server.fault(move |_| {
                seen += 1;
                (seen == at + 1).then(|| Deed::Answer(status, answer.clone()))
            });
            let answers = connector.push(&all);
            assert_eq!(answers.len(), all.len());
            let rows = stand.rows();
            for (message, answer) in all.iter().zip(&answers) {
                let there = rows.contains_key(&message.lead.to_string());
                let told = matches!(answer, Answer::Confirmed { .. });
                let upserts = matches!(message.body, Body::Upsert(_));
                assert!(
                    there || !told || !upserts,
                    "request {at}, {status} {odd}: {answers:?}"
                );
            }
        }
        stand
            .server
            .fault(move |_| Some(Deed::Answer(status, odd.clone())));
        // Whatever it makes of that: it does not fall over, and nobody is found.
        let _ = connector.test();
        let found = connector.find(&Code::of(&kept.subject));
        assert!(!matches!(found, Ok(Some(_))));
    }
}

/// JSON that no CRM answers.
fn odd_answers(status: u16) -> Vec<(u16, Json)> {
    let each = |of: Json| {
        let names = ["results", "data", "value", "records", "list", "result"];
        Json::from_iter(names.map(|name| (name, of.clone())))
    };
    let odd = [
        json!([]),
        json!({}),
        json!(null),
        json!("x"),
        json!([[]]),
        each(json!({})),
        each(json!([7])),
        each(json!([{}])),
    ];
    odd.into_iter().map(|odd| (status, odd)).collect()
}

/// Asks of one contract everything, or what is named.
macro_rules! suite {
    ($contract:ty) => {
        suite!($contract,
            leads_arrive_whole_and_a_repeat_changes_nothing
            a_hundred_new_leads_take_few_requests
            consent_that_did_not_arrive_is_seen
            no_request_is_confirmed_while_the_crm_loses_consent
            a_lost_answer_makes_no_second_record
            one_refused_lead_stops_no_other
            an_erased_lead_is_gone_and_stays_gone
            an_erasure_is_confirmed_by_the_crms_own_answer_alone
            a_withdrawal_holds_against_a_late_replay
            an_expired_field_is_cleared_and_stays_so
            what_somebody_changed_in_the_crm_stays
            another_leads_record_is_never_written_to
            an_id_that_another_destination_gave_is_none_of_the_crms
            too_many_requests_are_left_alone
            a_wrong_token_stops_all_and_drops_nothing
            a_test_names_what_is_missing_and_nothing_goes_before_it_is_there
            a_lead_is_found_by_the_code_of_its_receipt
            a_redirect_and_a_web_page_are_not_the_crm
            a_field_goes_where_the_profile_says_and_is_cleared_there
            answers_are_lines_of_the_notes_or_columns_that_the_profile_names
            an_answer_takes_the_place_of_nothing_else
            an_answer_ends_in_the_column_that_an_earlier_profile_named
            one_of_two_answers_ends_whatever_stands_in_its_column
            a_signature_never_leaves
            fail_whatever_json_comes_instead_of_an_answer
            whatever_happens_on_the_way_the_unerased_leads_stand_there_once
        );
    };
    ($contract:ty, $($name:ident)+) => {
        $(#[test]
        fn $name() {
            crate::suite::$name::<$contract>();
        })+
    };
}
