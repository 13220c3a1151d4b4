//! Invented people and a profile for them, for tests that push to a destination. Used by `zgoda-crm`'s own tests too.

use std::collections::BTreeMap;

use chrono::{DateTime, Duration, FixedOffset, NaiveDate};
use uuid::Uuid;
use zgoda_core::answer::{Answer, Chosen, Given};
use zgoda_core::candidate::Source;
use zgoda_core::decision::{Act, Decision};
use zgoda_core::field::{Address, Field, Rating, Value};
use zgoda_core::language::Language;
use zgoda_core::lead::{Kept, KeptField, LeadId, Promise, SubjectRef};
use zgoda_core::outbox::{Body, Message};
use zgoda_core::personal::Personal;
use zgoda_core::profile::{Basis, Channel, Profile};
use zgoda_core::signature::Signature;

const PROFILE: &str = r#"
languages = ["pl"]
tags = ["pompy", "serwis"]

[event]
id = "targi-2026"
name = "Targi Techniki 2026"
place = "Poznań"
country = "PL"
starts = 2026-11-24
ends = 2026-11-27
time_zone = "Europe/Warsaw"

[controller]
name = "Lipa Maszyny sp. z o.o."
address = "ul. Mostowa 40, 87-100 Toruń"
email = "rodo@lipa.example"
privacy_page = "https://lipa.example/rodo"
supervisory_authority = "Prezes UODO"

[notice.pl]
version = "1"
controller = "Lipa Maszyny sp. z o.o."
dpo = "nie powołano"
purposes = "oferta, biuletyn, telefon"
legitimate_interest = "odpowiedź na prośbę"
recipients = "nikt"
transfers = "brak"
retention = "jak niżej"
rights = "dostęp, sprostowanie, usunięcie, sprzeciw"
withdrawal = "w każdej chwili"
complaint = "Prezes UODO"
obligation = "dobrowolne"
automated_decisions = "brak"

[[purpose]]
id = "send_offer"
basis = "requested"
fields = ["name", "prefix", "title", "company", "email", "phone", "website", "address", "reference", "note", "tags", "rating", "answers", "signature"]
retention = "event_end + P90D"
statement = { pl = "Wyślemy ofertę, o którą Pani/Pan prosi." }

[[purpose]]
id = "newsletter"
basis = "consent"
channels = ["email"]
fields = ["name", "email"]
retention = "capture + P2Y"
[purpose.wordings.email]
version = "2026-1"
pl = "Zgadzam się na biuletyn e-mailem."

[[purpose]]
id = "call_back"
basis = "consent"
channels = ["phone"]
fields = ["name", "phone"]
retention = "capture + P1Y"
[purpose.wordings.phone]
version = "2026-1"
pl = "Zgadzam się na telefon z ofertą."
"#;

/// The profile, with `crm` as its `[crm]` section and what follows it.
pub fn profile(crm: &str) -> Profile {
    match Profile::read(&format!("{PROFILE}\n{crm}")) {
        Ok((profile, _)) => profile,
        Err(findings) => panic!("the tests' profile is not one: {findings:#?}"),
    }
}

/// The lead of invented person number `n`: always the same for the same number.
pub fn lead(n: u32, profile: &Profile) -> Kept {
    let at = at();
    let mut kept = Kept {
        id: lead_id(n),
        subject: SubjectRef::from_random(
            Uuid::from_u128(0x5eed << 64 | u128::from(n)).into_bytes(),
        ),
        revision: 1,
        captured_at: at,
        language: Language::Pl,
        source: Source::Badge,
        fields: fields(n),
        answer_ends: BTreeMap::new(),
        decisions: vec![
            decision("send_offer", None, Basis::Requested, true, profile),
            decision(
                "newsletter",
                Some(Channel::Email),
                Basis::Consent,
                true,
                profile,
            ),
            decision(
                "call_back",
                Some(Channel::Phone),
                Basis::Consent,
                n.is_multiple_of(2),
                profile,
            ),
        ],
        promises: vec![Promise {
            purpose: "send_offer".to_owned(),
            due: NaiveDate::from_ymd_opt(2026, 12, 15).unwrap_or_default(),
            kept_at: None,
        }],
        confirmed_at: None,
    };
    kept.re_minimise(profile);
    kept
}

/// The id of person number `n`: a UUID of version 4, as every lead's.
pub fn lead_id(n: u32) -> LeadId {
    let bytes = (0x2a90_0a00 << 96 | u128::from(n)).to_be_bytes();
    LeadId(uuid::Builder::from_random_bytes(bytes).into_uuid())
}

/// The e-mail address of person number `n`.
pub fn email(n: u32) -> String {
    format!("zosia.{n}@lisek.example")
}

/// A message about `kept`.
pub fn message(kept: &Kept, body: Body) -> Message {
    Message {
        lead: kept.id,
        subject: kept.subject.clone(),
        revision: kept.revision,
        event: "targi-2026".to_owned(),
        event_name: "Targi Techniki 2026".to_owned(),
        crm_id: None,
        again: false,
        body,
    }
}

/// The message that tells `kept` whole.
pub fn upsert(kept: &Kept) -> Message {
    message(kept, Body::Upsert(Box::new(kept.clone())))
}

fn at() -> DateTime<FixedOffset> {
    DateTime::parse_from_rfc3339("2026-11-24T10:15:00+01:00").unwrap_or_default()
}

fn fields(n: u32) -> BTreeMap<Field, KeptField> {
    let text = |text: &str| Value::Text(Personal::new(text));
    let many = |all: &[&str]| Value::Many(all.iter().map(|one| Personal::new(one)).collect());
    let values = [
        (Field::Name, text(&format!("Zofia Żółć-Lis {n}"))),
        (Field::Prefix, text("dr inż.")),
        (Field::Title, text("Kierowniczka utrzymania ruchu")),
        (Field::Company, text(&format!("Pompy \"Łoś\", spółka {n}"))),
        (
            Field::Email,
            many(&[&email(n), &format!("biuro.{n}@lisek.example")]),
        ),
        (Field::Phone, many(&[&format!("+48500{n:06}")])),
        (Field::Website, text("https://lisek.example")),
        (
            Field::Address,
            Value::Address(Address {
                street: "ul. Mostowa 40".into(),
                postcode: "87-100".into(),
                city: "Toruń".into(),
                country: "PL".into(),
                ..Address::default()
            }),
        ),
        (Field::Reference, text(&format!("badge-{n}"))),
        (
            Field::Note,
            Value::Text(Personal::multiline(
                "Pyta o pompę P-20.\nOddzwonić po targach.",
            )),
        ),
        (Field::Tags, many(&["pompy", "serwis"])),
        (Field::Rating, Value::Rating(Rating::Hot)),
        (Field::Answers, Value::Answers(answers())),
        (Field::Signature, signature()),
    ];
    let deadline = at().to_utc() + Duration::days(90);
    values
        .into_iter()
        .map(|(field, value)| (field, KeptField { value, deadline }))
        .collect()
}

fn answers() -> Vec<Answer> {
    let answer = |question: &str, asked: &str, given: Given| Answer {
        question: question.to_owned(),
        purpose: "send_offer".to_owned(),
        asked: asked.to_owned(),
        given,
    };
    let chosen = Chosen {
        id: "pump".into(),
        text: "Pompa".into(),
    };
    vec![
        answer("machine", "Jaka maszyna?", Given::Options(vec![chosen])),
        answer("hectares", "Ile hektarów?", Given::Text("120".into())),
    ]
}

/// The name that signs, which no destination may get.
pub const SIGNED: &str = "Podpisano Z. Lis";

fn signature() -> Value {
    match Signature::typed(SIGNED) {
        Ok(signature) => Value::Signature(signature),
        Err(error) => panic!("the tests' signature is none: {error}"),
    }
}

fn decision(
    purpose: &str,
    channel: Option<Channel>,
    basis: Basis,
    given: bool,
    profile: &Profile,
) -> Decision {
    let known = profile.purpose(purpose);
    let wording = known.and_then(|known| known.wordings.get(&channel));
    Decision {
        purpose: purpose.to_owned(),
        channel,
        basis,
        given,
        wording: wording.and_then(|wording| wording.reference(Language::Pl)),
        language: Language::Pl,
        act: Act::AttendeeScreen,
        at: at(),
    }
}
