//! A badge that says nothing but a number: the organiser is asked at the sync, about who agreed, for what they agreed to.

use std::collections::BTreeSet;
use std::sync::Mutex;

use serde_json::Value as Json;
use zgoda_booth::by_itself::ByItself;
use zgoda_booth::capture::{Typed, TypedCapture};
use zgoda_booth::crm::Secret;
use zgoda_booth::rights::Who;
use zgoda_booth::view::{Asked, SyncView};
use zgoda_booth::{Booth, Query, lookup, sync};
use zgoda_core::field::Value;
use zgoda_core::outbox::Reason;
use zgoda_core::withdraw::Scope;
use zgoda_core::{Act, BoxRef, Field, Language, LeadId, Personal, Source};
use zgoda_tests::booth::secret;

use crate::fake::organisers::{self, KEY, PRETIX};
use crate::fake::{Deed, Server};
use crate::stand::{SECRET, Stand, busy, now};

/// Purposes beside the demo's: one that needs the name, one that needs no more than the number.
const PURPOSES: &str = r#"
[[purpose]]
id = "raffle"
basis = "requested"
fields = ["reference", "name"]
retention = "capture + P30D"
statement = { pl = "Losujemy nagrodę.", en = "We draw a prize.", de = "Wir verlosen einen Preis." }

[[purpose]]
id = "stamp"
basis = "requested"
fields = ["reference"]
retention = "capture + P30D"
statement = { pl = "Stempel.", en = "A stamp.", de = "Ein Stempel." }
"#;

/// A booth at a fair whose organiser has pretix, and the CRM behind it.
struct Fair {
    stand: Stand,
    organiser: Server,
}

impl Fair {
    fn new() -> Self {
        let organiser = Server::of(Some(organisers::pretix()));
        let lookup = format!(
            "[lookup]\nservice = \"pretix\"\nurl = \"{}\"\n\n[crm]",
            organiser.address
        );
        let stand = Stand::with(|toml| {
            toml.replace("[crm]", &lookup)
                .replacen("fields = [\"name\"", "fields = [\"reference\", \"name\"", 1)
                .replacen("[notice.pl]", &format!("{PURPOSES}\n[notice.pl]"), 1)
                .replace("until_promise_kept", "until_confirmed")
        });
        let fair = Self { stand, organiser };
        fair.booth()
            .lock()
            .unwrap()
            .set_lookup_secret(Some(&Secret::new(KEY)))
            .unwrap();
        fair
    }

    fn booth(&self) -> &Mutex<Booth> {
        &self.stand.booth
    }

    /// Captures whoever wears `badge` and asks for `purposes`.
    fn captures(&self, badge: &str, purposes: &[&str]) -> Option<LeadId> {
        self.captures_with(badge, purposes, &[])
    }

    /// The same, with what was typed beside it.
    fn captures_with(
        &self,
        badge: &str,
        purposes: &[&str],
        typed: &[(Field, &str)],
    ) -> Option<LeadId> {
        let text = |(field, text): &(Field, &str)| {
            let value = match field {
                Field::Email | Field::Phone => Value::Many(vec![Personal::new(text)]),
                _ => Value::Text(Personal::new(text)),
            };
            (*field, Some(value))
        };
        let asked = purposes.iter().map(|purpose| Asked {
            purpose: (*purpose).to_owned(),
            due: None,
        });
        let request = TypedCapture {
            language: Language::Pl,
            edits: typed.iter().map(text).collect(),
            asked: asked.collect(),
            ticked: BTreeSet::new(),
            struck: BTreeSet::new(),
            replies: Vec::new(),
            again: false,
        };
        let mut booth = self.booth().lock().unwrap();
        let captured = booth.capture_typed(Typed::Payload(badge.as_bytes()), &request, now());
        captured.unwrap().lead.map(|lead| lead.kept().id)
    }

    fn syncs(&self) -> SyncView {
        sync::run(self.booth(), Some(&Secret::new(SECRET)), now, |_| ()).unwrap()
    }

    /// How often the organiser was asked since the last time.
    fn asked(&self) -> usize {
        self.organiser.log().len()
    }

    /// All that the CRM holds, as text.
    fn in_crm(&self) -> String {
        let leads = self.stand.leads.lock().unwrap();
        leads.values().map(Json::to_string).collect()
    }

    fn here(&self) -> usize {
        let leads = self.booth().lock().unwrap().leads(&Query::default(), now());
        leads.unwrap().len()
    }
}

#[test]
fn who_agreed_is_looked_up_and_the_crm_gets_what_the_purpose_needs() {
    let fair = Fair::new();
    let lead = fair.captures(PRETIX, &["send_offer"]).unwrap();
    assert_eq!(fair.asked(), 0, "nobody is asked at the scan");
    let synced = fair.syncs();
    assert_eq!((synced.looked_up, synced.not_known), (1, 0));
    assert_eq!((synced.not_asked, synced.confirmed), (None, 1));
    assert_eq!(fair.asked(), 1);
    let crm = fair.in_crm();
    for told in ["Ewa", "Lis", "ewa@lis.example", "Lis i Syn"] {
        assert!(crm.contains(told), "{told}: {crm}");
    }
    // The offer needs no telephone, and nobody a diet.
    assert!(!crm.contains("+48") && !crm.contains("gluten"), "{crm}");

    let mut booth = fair.booth().lock().unwrap();
    let ledger = booth.ledger_export(now()).unwrap();
    assert!(ledger.contains("look_up") && ledger.contains("pretix 127.0.0.1"));
    assert!(!ledger.contains("Ewa") && !ledger.contains("lis.example"));
    let access = booth.access(&Who::Lead(lead)).unwrap();
    let history = serde_json::to_value(&access.leads[0].history).unwrap();
    let told = history
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["kind"] == "look_up");
    assert_eq!(told.unwrap()["organiser"], "pretix 127.0.0.1");
}

#[test]
fn the_source_is_told_while_the_copy_is_here() {
    let fair = Fair::new();
    let lead = fair.captures(PRETIX, &["raffle"]).unwrap();
    fair.stand.server.fault(|_| Some(Deed::Cut));
    assert_eq!(fair.syncs().looked_up, 1);
    let mut booth = fair.booth().lock().unwrap();
    assert_eq!(booth.lead(lead, now()).unwrap().source, Source::Organiser);
    let page = booth.access(&Who::Lead(lead)).unwrap();
    assert_eq!(page.leads[0].source, Some(Source::Organiser));
}

#[test]
fn a_purpose_that_needs_the_name_gets_the_name_alone() {
    let fair = Fair::new();
    fair.captures(PRETIX, &["raffle"]).unwrap();
    assert_eq!(fair.syncs().looked_up, 1);
    let crm = fair.in_crm();
    assert!(crm.contains("Lis"), "{crm}");
    assert!(
        !crm.contains("lis.example") && !crm.contains("Syn"),
        "{crm}"
    );
}

#[test]
fn about_who_refused_or_needs_nothing_more_nobody_is_asked() {
    let fair = Fair::new();
    assert_eq!(fair.captures(PRETIX, &[]), None);
    fair.captures(PRETIX, &["stamp"]).unwrap();
    fair.stand.captures(1);
    let synced = fair.syncs();
    assert_eq!(
        (synced.looked_up, synced.not_known, synced.confirmed),
        (0, 0, 2)
    );
    assert_eq!(synced.not_asked, None);
    assert_eq!(fair.asked(), 0);
}

#[test]
fn a_lead_with_a_name_gets_what_is_blank_and_keeps_what_is_there() {
    let fair = Fair::new();
    let typed = [
        (Field::Name, "Ewa Maria Lis"),
        (Field::Company, "Lis z o.o."),
    ];
    let lead = fair.captures_with(PRETIX, &["send_offer"], &typed).unwrap();
    let to_ask = fair.booth().lock().unwrap().to_ask().unwrap();
    assert_eq!((to_ask.len(), to_ask[0].lead), (1, lead));
    assert_eq!(
        (to_ask[0].name.as_str(), &to_ask[0].lacks[..]),
        ("Ewa Maria Lis", &[Field::Email][..])
    );
    let synced = fair.syncs();
    assert_eq!((synced.looked_up, synced.not_known), (1, 0));
    let crm = fair.in_crm();
    for there in ["Maria", "Lis z o.o.", "ewa@lis.example"] {
        assert!(crm.contains(there), "{there}: {crm}");
    }
    assert!(!crm.contains("Lis i Syn"), "what was typed stays: {crm}");
    assert!(fair.booth().lock().unwrap().to_ask().unwrap().is_empty());
    assert_eq!(fair.asked(), 1);
    // Who lacks nothing is not asked about.
    let whole = [
        (Field::Name, "Jan Bor"),
        (Field::Company, "Bór"),
        (Field::Email, "jan@bor.example"),
    ];
    fair.captures_with("k4bq9zwxy2m7ah3cdefg5jnprstuv222", &["send_offer"], &whole)
        .unwrap();
    fair.syncs();
    assert_eq!(fair.asked(), 0);
}

#[test]
fn of_a_borrowed_badge_its_owner_does_not_come_into_the_lead() {
    for typed in [
        (Field::Name, "Adam Wilk"),
        (Field::Email, "adam@wilk.example"),
    ] {
        let fair = Fair::new();
        fair.captures_with(PRETIX, &["send_offer", "raffle"], &[typed])
            .unwrap();
        let synced = fair.syncs();
        assert_eq!((synced.looked_up, synced.not_known), (0, 1));
        let crm = fair.in_crm();
        assert!(
            crm.contains("ilk") && !crm.contains("ewa@") && !crm.contains("Syn"),
            "{crm}"
        );
        assert!(!crm.contains("Ewa"), "{crm}");
        assert_eq!(fair.syncs().not_known, 0, "that is final");
    }
}

#[test]
fn without_an_answer_the_copy_stays_and_the_next_sync_asks_again() {
    let fair = Fair::new();
    fair.captures(PRETIX, &["send_offer"]).unwrap();
    fair.organiser.fault(|_| Some(Deed::Cut));
    let synced = fair.syncs();
    assert_eq!(synced.not_asked, Some(Reason::Ambiguous));
    // The CRM is not kept waiting; the local copy is, though the CRM has confirmed.
    assert_eq!((synced.confirmed, synced.forgotten, synced.held), (1, 0, 1));
    assert!(!fair.in_crm().contains("Ewa"));
    assert_eq!(fair.asked(), 1);

    fair.organiser.heal();
    let synced = fair.syncs();
    assert_eq!(
        (synced.looked_up, synced.confirmed, synced.forgotten),
        (1, 1, 1)
    );
    assert!(fair.in_crm().contains("ewa@lis.example"));
    assert_eq!(
        fair.stand.leads.lock().unwrap().len(),
        1,
        "one record, filled"
    );
    assert_eq!(fair.here(), 0);
}

#[test]
fn nobody_of_that_number_is_final() {
    let fair = Fair::new();
    fair.captures("k4bq9zwxy2m7ah3cdefg5jnprstuv222", &["send_offer"])
        .unwrap();
    let synced = fair.syncs();
    assert_eq!((synced.looked_up, synced.not_known), (0, 1));
    assert_eq!((synced.confirmed, synced.forgotten), (1, 1));
    assert_eq!(fair.asked(), 1);
    assert_eq!(fair.syncs().not_known, 0);
    assert_eq!(fair.asked(), 0);
}

#[test]
fn a_wrong_key_stops_the_asking_and_not_the_sync() {
    let fair = Fair::new();
    let set = |key: Option<&Secret>| fair.booth().lock().unwrap().set_lookup_secret(key).unwrap();
    fair.captures(PRETIX, &["send_offer"]).unwrap();
    fair.captures(PRETIX, &["raffle"]).unwrap();
    set(Some(&Secret::new("WRONG")));
    let synced = fair.syncs();
    assert_eq!(
        (synced.not_asked, synced.confirmed),
        (Some(Reason::SignIn), 2)
    );
    assert_eq!(fair.asked(), 1, "the others would fare alike");
    set(None);
    assert_eq!(fair.syncs().not_asked, Some(Reason::Settings));
    assert_eq!(fair.asked(), 0);
}

#[test]
fn who_is_still_to_be_asked_about_is_said_and_the_key_can_be_tried() {
    let fair = Fair::new();
    let to_ask = || {
        let mut booth = fair.booth().lock().unwrap();
        let lookup = booth.profile_view(now()).unwrap().lookup.unwrap();
        assert!(lookup.has_key && lookup.service == "pretix");
        assert_eq!(booth.closing().unwrap().to_ask, lookup.to_ask);
        lookup.to_ask
    };
    let test = |key: Option<&Secret>| lookup::test(fair.booth(), key, now()).unwrap();
    assert!(test(None).ok);
    let wrong = test(Some(&Secret::new("WRONG")));
    assert_eq!((wrong.ok, wrong.reason), (false, Some(Reason::SignIn)));
    let none = test(Some(&Secret::new("two words")));
    assert_eq!((none.ok, none.reason), (false, Some(Reason::Settings)));

    assert_eq!(to_ask(), 0);
    fair.captures(PRETIX, &["send_offer"]).unwrap();
    fair.captures("k4bq9zwxy2m7ah3cdefg5jnprstuv222", &["raffle"])
        .unwrap();
    fair.captures("k4bq9zwxy2m7ah3cdefg5jnprstuv333", &["stamp"])
        .unwrap();
    assert_eq!(to_ask(), 2, "a stamp needs nobody's name");
    let lookup = fair.booth().lock().unwrap().profile_view(now());
    let kept_by_the_window = format!("{:?}", lookup.unwrap().lookup.unwrap());
    assert!(!kept_by_the_window.contains(PRETIX), "{kept_by_the_window}");
    let who = fair.booth().lock().unwrap().to_ask().unwrap();
    assert!(
        who.iter()
            .any(|one| one.name == PRETIX && one.lacks.contains(&Field::Name))
    );
    assert_eq!(who.len(), 2);
    fair.syncs();
    assert_eq!(to_ask(), 0);
}

#[test]
fn fail_a_profile_without_a_service_has_none_to_test() {
    let stand = Stand::new();
    let test = lookup::test(&stand.booth, None, now());
    assert_eq!(test.unwrap_err().code(), "no_service");
    let mut booth = stand.booth.lock().unwrap();
    assert!(booth.profile_view(now()).unwrap().lookup.is_none());
}

#[test]
fn a_service_in_trouble_is_left_alone_and_asked_again_by_itself() {
    let fair = Fair::new();
    fair.captures(PRETIX, &["send_offer"]).unwrap();
    fair.organiser.fault(|_| Some(busy(429, 3000)));
    let mut next = ByItself::default();
    assert_eq!(fair.stand.passes(&mut next, 0, 60), 1);
    assert_eq!(fair.asked(), 1);
    fair.organiser.heal();
    // The CRM has everything: nothing else waits. Another capture goes to it, and the service is not asked.
    assert_eq!(fair.stand.passes(&mut next, 60, 1000), 0);
    fair.stand.captures(1);
    assert_eq!(fair.stand.passes(&mut next, 1000, 2990), 1);
    assert_eq!(fair.asked(), 0);
    assert_eq!(fair.stand.passes(&mut next, 3000, 3120), 1);
    assert_eq!(fair.asked(), 1);
    assert!(fair.in_crm().contains("ewa@lis.example"));
    assert_eq!(
        fair.stand.passes(&mut next, 3120, 7200),
        0,
        "nobody is left"
    );
}

#[test]
fn a_person_who_asks_for_the_sync_is_not_made_to_wait_for_the_service() {
    let fair = Fair::new();
    fair.captures(PRETIX, &["send_offer"]).unwrap();
    fair.organiser.fault(|_| Some(Deed::Cut));
    assert_eq!(fair.syncs().not_asked, Some(Reason::Ambiguous));
    fair.organiser.heal();
    assert_eq!(fair.syncs().looked_up, 1);
}

#[test]
fn a_key_that_was_wanting_is_used_by_itself_once_it_is_there() {
    let fair = Fair::new();
    let set = |key: &str| {
        let key = Secret::new(key);
        fair.booth()
            .lock()
            .unwrap()
            .set_lookup_secret(Some(&key))
            .unwrap();
    };
    set("WRONG");
    fair.captures(PRETIX, &["send_offer"]).unwrap();
    let mut next = ByItself::default();
    assert_eq!(fair.stand.passes(&mut next, 0, 7200), 1);
    assert_eq!(fair.asked(), 1);
    set(KEY);
    assert_eq!(fair.stand.passes(&mut next, 7200, 7300), 1);
    assert!(fair.in_crm().contains("ewa@lis.example"));
}

#[test]
fn a_service_that_stopped_is_asked_again_once_head_office_has_mended_the_profile() {
    let fair = Fair::new();
    let takes = |toml: &str| {
        let mut booth = fair.booth().lock().unwrap();
        booth.profile_import(toml, &secret(), false, now()).unwrap();
    };
    fair.captures(PRETIX, &["send_offer"]).unwrap();
    fair.organiser.fault(|_| Some(Deed::Cut));
    let synced = fair.syncs();
    assert!(synced.not_asked.is_some() && !synced.to_mend, "{synced:?}");
    fair.organiser
        .fault(|_| Some(Deed::Answer(401, Json::Null)));
    let synced = fair.syncs();
    assert!(synced.not_asked.is_some() && synced.to_mend, "{synced:?}");
    fair.organiser.heal();
    fair.asked();
    let mut next = ByItself::default();
    assert_eq!(fair.stand.passes(&mut next, 0, 7200), 0);
    // Another text is no other service.
    let worded = fair.stand.toml.replace("Losujemy nagrodę.", "Losujemy.");
    takes(&worded);
    assert_eq!(fair.stand.passes(&mut next, 7200, 9000), 0);
    assert_eq!(fair.asked(), 0);
    let (address, service) = (&fair.organiser.address, "service = \"pretix\"\nurl = ");
    let before = format!("{service}\"{address}\"");
    takes(&worded.replace(&before, &format!("{service}\"{address}/\"")));
    assert_eq!(fair.stand.passes(&mut next, 9000, 9100), 1);
    assert!(fair.in_crm().contains("ewa@lis.example"));
}

#[test]
fn whoever_is_erased_before_the_sync_is_not_asked_about() {
    let fair = Fair::new();
    let lead = fair.captures(PRETIX, &["send_offer"]).unwrap();
    fair.booth()
        .lock()
        .unwrap()
        .erase(lead, Act::Terminal, now())
        .unwrap();
    assert_eq!(fair.syncs().looked_up, 0);
    assert_eq!(fair.asked(), 0);
}

#[test]
fn what_was_looked_up_goes_from_the_crm_with_the_purpose_that_needed_it() {
    let fair = Fair::new();
    let lead = fair.captures(PRETIX, &["raffle", "send_offer"]).unwrap();
    let synced = fair.syncs();
    assert_eq!((synced.looked_up, synced.forgotten), (1, 1));
    assert!(fair.in_crm().contains("lis.example"));
    let offer = Scope::Box(BoxRef {
        purpose: "send_offer".to_owned(),
        channel: None,
    });
    fair.booth()
        .lock()
        .unwrap()
        .withdraw(&Who::Lead(lead), &offer, Act::Terminal, now())
        .unwrap();
    assert_eq!(fair.syncs().needs_person, 0);
    let crm = fair.in_crm();
    assert!(
        !crm.contains("lis.example") && !crm.contains("Syn"),
        "{crm}"
    );
    assert!(crm.contains("Ewa"), "the raffle stands: {crm}");
}
