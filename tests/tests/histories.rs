//! Whatever happens in whatever order: no field outlives its purposes, the ledger verifies, and what waits in the outbox
//! would bring the CRM to the same state.
//!
//! How: random histories of capturing, keeping promises, withdrawing, objecting, correcting, erasing, syncing, purging
//! and clocks that jump, of messages that come late and of objections that reach head office another way. A model of a CRM
//! takes the messages by the connectors' contract (the newest revision wins, an erasure beats everything); after every step
//! the waiting ones are played to a copy.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::{Just, ProptestConfig, Strategy, any, prop, prop_oneof, proptest};
use zgoda_booth::capture::{Typed, TypedCapture};
use zgoda_booth::rights::Who;
use zgoda_booth::view::Asked;
use zgoda_booth::{Booth, Query, sync};
use zgoda_core::export::ledger;
use zgoda_core::outbox::{Body, Message};
use zgoda_core::withdraw::Scope;
use zgoda_core::{
    Act, BoxRef, Candidate, Channel, Decision, Field, Language, LeadId, Personal, Value,
};
use zgoda_tests::booth;

/// One thing that happens; `u8` is one of three people, by their e-mail.
#[derive(Clone, Debug)]
enum Step {
    Capture {
        person: u8,
        asked: bool,
        newsletter: bool,
        call: bool,
    },
    Promise(u8),
    Withdraw(u8, usize),
    Object(u8),
    Correct(u8),
    Erase(u8),
    Sync,
    /// A row of an earlier moment reaches the CRM now, as a replay or another device's delay would have it.
    Late(u8),
    /// Head office takes the person's e-mail on the list of objections.
    Suppress(u8),
    Purge,
    Clock(i64),
    TrustClock,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let person = || 0_u8..3;
    let capture = (person(), any::<[bool; 3]>()).prop_map(|(person, [asked, newsletter, call])| {
        Step::Capture {
            person,
            asked,
            newsletter,
            call,
        }
    });
    let step = prop_oneof![
        4 => capture,
        2 => person().prop_map(Step::Promise),
        2 => (person(), 0_usize..4).prop_map(|(person, what)| Step::Withdraw(person, what)),
        1 => person().prop_map(Step::Object),
        1 => person().prop_map(Step::Correct),
        1 => person().prop_map(Step::Erase),
        3 => Just(Step::Sync),
        1 => (0_u8..8).prop_map(Step::Late),
        1 => person().prop_map(Step::Suppress),
        2 => Just(Step::Purge),
        2 => prop_oneof![-5_i64..25, Just(40), Just(120), Just(800)].prop_map(Step::Clock),
        1 => Just(Step::TrustClock),
    ];
    prop::collection::vec(step, 1..16)
}

/// A CRM that does as it is told.
#[derive(Clone, Debug, Default)]
struct Crm {
    leads: BTreeMap<LeadId, Held>,
    erased: BTreeSet<LeadId>,
}

#[derive(Clone, Debug, Default)]
struct Held {
    fields: BTreeMap<Field, String>,
    boxes: BTreeSet<BoxRef>,
    revision: u32,
    /// Up to which revision a purpose is withdrawn, a field cleared.
    withdrawn: BTreeMap<BoxRef, u32>,
    expired: BTreeMap<Field, u32>,
}

impl Held {
    /// What is withdrawn or cleared holds against every revision up to its own.
    fn restrict(&mut self) {
        let revision = self.revision;
        let newer = |until: Option<&u32>| until.is_none_or(|until| *until < revision);
        self.boxes.retain(|one| {
            let whole = BoxRef::whole(one.purpose.clone());
            newer(self.withdrawn.get(one)) && newer(self.withdrawn.get(&whole))
        });
        self.fields.retain(|one, _| newer(self.expired.get(one)));
    }
}

impl Crm {
    fn take(&mut self, message: Message) {
        if self.erased.contains(&message.lead) {
            return;
        }
        let held = self.leads.entry(message.lead).or_default();
        match message.body {
            Body::Upsert(kept) if message.revision >= held.revision => {
                let value = |one: &zgoda_core::KeptField| one.value.one_line().expose().to_owned();
                let fields = kept.fields.iter().map(|(field, one)| (*field, value(one)));
                held.fields = fields.collect();
                let given = kept.decisions.iter().filter(|decision| decision.given);
                held.boxes = given.map(Decision::box_ref).collect();
                held.revision = message.revision;
            }
            Body::Upsert(_) => {}
            Body::Withdraw(boxes) => {
                for one in boxes {
                    let until = held.withdrawn.entry(one).or_default();
                    *until = message.revision.max(*until);
                }
            }
            Body::Expire(fields) => {
                for one in fields {
                    let until = held.expired.entry(one).or_default();
                    *until = message.revision.max(*until);
                }
            }
            Body::Erase => {
                self.leads.remove(&message.lead);
                self.erased.insert(message.lead);
                return;
            }
        }
        held.restrict();
    }
}

struct World {
    booth: Mutex<Booth>,
    crm: Crm,
    now: DateTime<Utc>,
    /// Everything that was ever told.
    told: Vec<Message>,
    /// The latest time that was believed.
    seen: DateTime<Utc>,
    erased: BTreeSet<LeadId>,
    suppressed: BTreeSet<u8>,
}

fn email(person: u8) -> String {
    format!("zosia.{person}@lisek.example")
}

impl World {
    fn booth(&self) -> std::sync::MutexGuard<'_, Booth> {
        self.booth.lock().unwrap()
    }

    fn leads(&self) -> Vec<LeadId> {
        let rows = self.booth().leads(&Query::default(), self.now).unwrap();
        rows.into_iter().map(|row| row.id).collect()
    }

    fn apply(&mut self, step: &Step) {
        let now = self.now;
        match step {
            Step::Capture {
                person,
                asked,
                newsletter,
                call,
            } => {
                self.capture(*person, *asked, *newsletter, *call);
            }
            Step::Promise(person) => {
                let found = self.booth().access(&Who::email(&email(*person)));
                for lead in found.map(|found| found.leads).unwrap_or_default() {
                    drop(self.booth().promise_kept(lead.lead, "send_offer", now));
                }
            }
            Step::Withdraw(person, what) => {
                let scope = match ["send_offer", "newsletter", "call_back"].get(*what) {
                    Some(purpose) => Scope::Box(BoxRef {
                        purpose: (*purpose).to_owned(),
                        channel: None,
                    }),
                    None => Scope::Consents,
                };
                let who = Who::email(&email(*person));
                let taken = self.booth().withdraw(&who, &scope, Act::Terminal, now);
                self.note_erased(taken);
            }
            Step::Object(person) => {
                let who = Who::email(&email(*person));
                let taken = self
                    .booth()
                    .object(&who, &Scope::Marketing, Act::Terminal, now);
                self.note_erased(taken);
            }
            Step::Correct(person) => {
                let name = Value::Text(Personal::new("Zofia Lisek-Wilk"));
                let phone = Value::Many(vec![Personal::new("+48 601 000 999")]);
                let edits = [(Field::Name, Some(name)), (Field::Phone, Some(phone))].into();
                drop(
                    self.booth()
                        .correct(&Who::email(&email(*person)), &edits, now),
                );
            }
            Step::Erase(person) => {
                let who = Who::email(&email(*person));
                let erased = self.booth().erase_person(&who, Act::Terminal, now);
                self.erased.extend(erased.unwrap_or_default());
            }
            Step::Sync => self.sync(),
            Step::Late(which) => {
                if let Some(message) = self.told.get(usize::from(*which)).cloned() {
                    self.crm.take(message);
                }
            }
            Step::Suppress(person) => {
                self.booth().suppress(&email(*person)).unwrap();
                self.suppressed.insert(*person);
            }
            Step::Purge => {
                let purged = self.booth().purge(now).unwrap();
                if !purged.clock_ahead {
                    self.seen = self.seen.max(now);
                    self.nothing_is_past_its_deadline();
                }
            }
            Step::Clock(days) => self.now += TimeDelta::days(*days),
            Step::TrustClock => {
                self.booth().trust_clock(now).unwrap();
                self.seen = now;
                self.nothing_is_past_its_deadline();
            }
        }
    }

    fn capture(&mut self, person: u8, asked: bool, newsletter: bool, call: bool) {
        let candidate = Candidate {
            name: format!("Zofia Lisek {person}").as_str().into(),
            title: "Kierowniczka".into(),
            company: "Lis i Wilk s.c.".into(),
            email: vec![email(person).as_str().into()],
            phone: vec![format!("+48 601 000 00{person}").as_str().into()],
            note: "pyta o prasę".into(),
            ..Candidate::default()
        };
        let tick = |purpose: &str, channel| BoxRef {
            purpose: purpose.to_owned(),
            channel,
        };
        let mut ticked = BTreeSet::new();
        ticked.extend(newsletter.then(|| tick("newsletter", Some(Channel::Email))));
        ticked.extend(call.then(|| tick("call_back", Some(Channel::Phone))));
        let request = TypedCapture {
            language: Language::Pl,
            edits: BTreeMap::new(),
            asked: asked
                .then(|| Asked {
                    purpose: "send_offer".to_owned(),
                    due: None,
                })
                .into_iter()
                .collect(),
            ticked,
            struck: BTreeSet::new(),
            replies: Vec::new(),
            again: true,
        };
        let captured =
            self.booth()
                .capture_typed(Typed::Fields(Box::new(candidate)), &request, self.now);
        let blocked = self.suppressed.contains(&person) && newsletter;
        if let (true, Ok(captured)) = (blocked, captured) {
            let kept = captured.lead.iter().flat_map(|lead| &lead.kept().decisions);
            let advertised = kept.filter(|one| one.given && one.channel == Some(Channel::Email));
            assert_eq!(
                advertised.count(),
                0,
                "a terminal's tick lifted an objection"
            );
        }
    }

    fn note_erased(&mut self, taken: Result<zgoda_booth::rights::Taken, zgoda_booth::Error>) {
        let taken = taken.map(|taken| taken.leads).unwrap_or_default();
        self.erased
            .extend(taken.iter().filter(|one| one.erased).map(|one| one.lead));
    }

    /// The real sync, to a file that confirms everything; the model hears the same.
    fn sync(&mut self) {
        let told = self.booth().pending().unwrap();
        for message in told {
            self.told.push(message.clone());
            self.crm.take(message);
        }
        let now = self.now;
        let synced = sync::run(&self.booth, None, || now, |_| ()).unwrap();
        assert_eq!((synced.waiting, synced.needs_person), (0, 0), "{synced:?}");
    }

    fn nothing_is_past_its_deadline(&self) {
        for lead in self.leads() {
            for field in self.booth().lead(lead, self.now).unwrap().fields {
                assert!(
                    field.until > self.seen,
                    "{} lives past its deadline",
                    field.field
                );
            }
        }
    }

    /// What is true after every step.
    fn check(&self) {
        let file = self.booth().ledger_export(self.now).unwrap();
        ledger::verify(&file, None).unwrap();
        let mut crm = self.crm.clone();
        for message in self.booth().pending().unwrap() {
            crm.take(message);
        }
        let here = self.leads();
        for lead in &here {
            let view = self.booth().lead(*lead, self.now).unwrap();
            for field in &view.fields {
                assert!(
                    !field.reasons.is_empty(),
                    "no accepted purpose needs {}",
                    field.field
                );
                let ends = field.reasons.iter().map(|reason| reason.until).max();
                assert_eq!(Some(field.until), ends, "{}", field.field);
            }
            let given = view.decisions.iter().filter(|decision| decision.given);
            let given: BTreeSet<BoxRef> = given
                .map(|decision| BoxRef {
                    purpose: decision.purpose.clone(),
                    channel: decision.channel,
                })
                .collect();
            assert!(
                !given.is_empty() && !view.fields.is_empty(),
                "a lead without a purpose"
            );
            let held = crm.leads.get(lead).expect("the CRM would have the lead");
            assert_eq!(held.boxes, given, "the CRM would go by other decisions");
            let fields: Vec<Field> = view.fields.iter().map(|field| field.field).collect();
            assert_eq!(held.fields.keys().copied().collect::<Vec<_>>(), fields);
        }
        for lead in &self.erased {
            assert!(
                !here.contains(lead) && !crm.leads.contains_key(lead),
                "{lead} is not gone"
            );
        }
        for (lead, held) in crm.leads.iter().filter(|(lead, _)| !here.contains(lead)) {
            self.check_forgotten(*lead, held);
        }
    }

    /// Of a lead that only the CRM has: each field it would hold still has an accepted purpose.
    fn check_forgotten(&self, lead: LeadId, held: &Held) {
        let Ok(accessed) = self.booth().access(&Who::Lead(lead)) else {
            assert!(
                held.fields.is_empty(),
                "the CRM holds what nobody here answers for: {held:?}"
            );
            return;
        };
        for field in held.fields.keys() {
            let known = accessed.leads[0]
                .fields
                .iter()
                .find(|known| known.field == *field);
            assert!(
                known.is_some_and(|known| !known.purposes.is_empty()),
                "{field} of {lead}"
            );
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn no_field_outlives_its_purposes_and_the_crm_would_agree(steps in steps()) {
        let home = tempfile::tempdir().unwrap();
        let now: DateTime<Utc> = "2026-11-24T10:00:00Z".parse().unwrap();
        let mut world = World {
            booth: Mutex::new(booth::open(home.path(), None, now)),
            crm: Crm::default(),
            now,
            told: Vec::new(),
            seen: now,
            erased: BTreeSet::new(),
            suppressed: BTreeSet::new(),
        };
        for step in &steps {
            world.apply(step);
            world.check();
        }
    }
}
