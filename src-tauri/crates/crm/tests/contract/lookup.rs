//! Organisers' services, asked about a badge's number.

use zgoda_core::Personal;
use zgoda_core::outbox::Reason;
use zgoda_core::profile::{Lookup, Service};
use zgoda_crm::lookup::{NotTold, Organiser, Scan, Told};
use zgoda_crm::{ConnectError, Secret};

use crate::fake::organisers::{self, ALFIO, CVENT, EVENTYAY, KEY, PRETIX};
use crate::fake::{Deed, Server, Site};

/// A service with what it takes, and the number that it knows.
struct Stand {
    server: Server,
    lookup: Lookup,
    key: &'static str,
    known: &'static str,
}

impl Stand {
    fn new(service: Service, event: Option<&str>, known: &'static str, site: Site) -> Self {
        let server = Server::of(Some(site));
        let lookup = Lookup {
            service,
            url: server.address.clone(),
            event: event.map(str::to_owned),
        };
        let key = match service {
            Service::Cvent => "ABCDE123 s3cret",
            _ => KEY,
        };
        Self {
            server,
            lookup,
            key,
            known,
        }
    }

    fn all() -> [Self; 4] {
        [
            Self::new(Service::Pretix, None, PRETIX, organisers::pretix()),
            Self::new(Service::Alfio, Some("fair"), ALFIO, organisers::alfio()),
            Self::new(
                Service::Eventyay,
                Some("org/fair"),
                EVENTYAY,
                organisers::eventyay(true),
            ),
            Self::new(Service::Cvent, Some("E1/X1"), CVENT, organisers::cvent()),
        ]
    }

    fn ask_with(&self, key: &str, reference: &str) -> Result<Told, Reason> {
        let organiser = Organiser::new(&self.lookup, Some(&Secret::new(key))).unwrap();
        let at = "2026-11-24T10:00:00+01:00".parse().unwrap();
        let told = organiser.ask(Scan {
            reference: &Personal::new(reference),
            at,
        });
        told.map_err(|not| not.reason)
    }

    fn ask(&self, reference: &str) -> Result<Told, Reason> {
        self.ask_with(self.key, reference)
    }
}

/// The texts, each with its column's name; `None` for nobody.
fn texts(told: Told) -> Option<Vec<(&'static str, String)>> {
    match told {
        Told::Person(person) => {
            let texts = person.texts().iter();
            let texts = texts.map(|(column, text)| (column.name(), text.expose().to_owned()));
            Some(texts.collect())
        }
        Told::Nobody => None,
    }
}

#[test]
fn whoever_is_known_is_told_and_told_again() {
    for stand in Stand::all() {
        for _ in 0..2 {
            let texts = texts(stand.ask(stand.known).unwrap()).unwrap();
            let has = |column: &str, text: &str| texts.contains(&(column, text.to_owned()));
            assert!(has("email", "ewa@lis.example"), "{texts:?}");
            let named =
                has("name", "Ewa Lis") || has("first_name", "Ewa") && has("last_name", "Lis");
            assert!(named, "{texts:?}");
        }
    }
}

#[test]
fn a_number_that_nobody_has_is_nobody() {
    for stand in Stand::all() {
        assert_eq!(texts(stand.ask("NOBODY99").unwrap()), None);
    }
}

#[test]
fn a_refused_key_is_said() {
    for stand in Stand::all() {
        let key = stand.key.replace(KEY, "WRONG");
        let answer = stand.ask_with(&key, stand.known);
        assert_eq!(
            answer.unwrap_err(),
            Reason::SignIn,
            "{:?}",
            stand.lookup.service
        );
    }
}

#[test]
fn a_test_says_whether_the_service_lets_us_ask_and_leaves_no_scan() {
    for stand in Stand::all() {
        let test = |key: &str, lookup: &Lookup| {
            let organiser = Organiser::new(lookup, Some(&Secret::new(key))).unwrap();
            let tested = organiser.test("2026-11-24T10:00:00+01:00".parse().unwrap());
            tested.map_err(|not| not.reason)
        };
        assert_eq!(test(stand.key, &stand.lookup), Ok(()));
        let wrong = stand.key.replace(KEY, "WRONG");
        assert_eq!(test(&wrong, &stand.lookup), Err(Reason::SignIn));
        let elsewhere = Lookup {
            event: Some("no/event".to_owned()),
            ..stand.lookup.clone()
        };
        let of_another_event = test(stand.key, &elsewhere);
        match stand.lookup.service {
            // The key tells the event, and what Cvent says of an event that it does not know is what it says of a number.
            Service::Pretix | Service::Cvent => assert_eq!(of_another_event, Ok(())),
            Service::Alfio | Service::Eventyay => {
                assert_eq!(of_another_event, Err(Reason::Settings));
            }
        }
    }
}

#[test]
fn how_long_the_service_wants_to_be_left_alone_is_told() {
    let [pretix, ..] = Stand::all();
    let busy = b"HTTP/1.1 429 x\r\nRetry-After: 90\r\nContent-Length: 0\r\n\r\n";
    pretix.server.fault(|_| Some(Deed::Raw(busy.to_vec())));
    let organiser = Organiser::new(&pretix.lookup, Some(&Secret::new(KEY))).unwrap();
    let not = organiser.test("2026-11-24T10:00:00+01:00".parse().unwrap());
    let after = std::time::Duration::from_secs(90);
    let throttled = NotTold {
        reason: Reason::Throttled,
        after: Some(after),
    };
    assert_eq!(not, Err(throttled));
}

#[test]
fn what_is_no_answer_of_theirs_is_asked_again_and_no_key_travels() {
    let thief = Server::of(Some(Box::new(|_| Deed::Cut)));
    let redirect = format!(
        "HTTP/1.1 302 Found\r\nLocation: {}/login\r\nContent-Length: 0\r\n\r\n",
        thief.address
    );
    let page = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>";
    for (answer, reason) in [
        (redirect.as_str(), Reason::NotTheCrm),
        (page, Reason::NotTheCrm),
        (
            "HTTP/1.1 503 x\r\nContent-Length: 0\r\n\r\n",
            Reason::ServerTrouble,
        ),
        (
            "HTTP/1.1 429 x\r\nContent-Length: 0\r\n\r\n",
            Reason::Throttled,
        ),
        ("", Reason::Ambiguous),
    ] {
        for stand in Stand::all() {
            let raw = answer.as_bytes().to_vec();
            stand.server.fault(move |_| Some(Deed::Raw(raw.clone())));
            assert_eq!(stand.ask(stand.known).unwrap_err(), reason);
        }
    }
    assert_eq!(thief.log(), [""; 0]);
}

#[test]
fn the_address_of_a_home_is_not_looked_at() {
    let [.., cvent] = Stand::all();
    let texts = texts(cvent.ask(CVENT).unwrap()).unwrap();
    assert!(texts.contains(&("city", "Toruń".to_owned())));
    assert!(
        texts
            .iter()
            .all(|(_, text)| !text.contains("Chełmno") && !text.ends_with("008"))
    );
}

#[test]
fn who_is_not_checked_in_yet_is_asked_about_again() {
    let [_, alfio, ..] = Stand::all();
    let early = alfio.ask("00000000-0000-4000-8000-000000000001");
    assert_eq!(early.unwrap_err(), Reason::Refused);
    let elsewhere = Stand::new(Service::Alfio, Some("other"), ALFIO, organisers::alfio());
    assert_eq!(elsewhere.ask(ALFIO).unwrap_err(), Reason::Settings);
}

#[test]
fn an_older_eventyay_that_names_nobody_is_a_refusal_and_a_wrong_event_is_no_unknown_person() {
    let site = || organisers::eventyay(false);
    let older = Stand::new(Service::Eventyay, Some("org/fair"), EVENTYAY, site());
    assert_eq!(older.ask(EVENTYAY).unwrap_err(), Reason::Refused);
    let elsewhere = Stand::new(Service::Eventyay, Some("org/other"), EVENTYAY, site());
    assert_eq!(elsewhere.ask(EVENTYAY).unwrap_err(), Reason::Settings);
}

#[test]
fn an_invalid_request_to_pretix_finishes_nobody_off() {
    let [pretix, ..] = Stand::all();
    pretix.server.fault(|_| {
        Some(Deed::Answer(
            400,
            serde_json::json!({ "scanned": ["Wrong format"] }),
        ))
    });
    assert_eq!(pretix.ask(PRETIX).unwrap_err(), Reason::Refused);
}

#[test]
fn without_the_whole_key_nothing_is_asked() {
    let [pretix, _, _, cvent] = Stand::all();
    for (stand, key) in [(&pretix, ""), (&pretix, "a b"), (&cvent, "a")] {
        let organiser = Organiser::new(&stand.lookup, Some(&Secret::new(key)));
        assert_eq!(organiser.err(), Some(ConnectError::NoSecret));
    }
    let plain = Lookup {
        url: "http://tickets.example".to_owned(),
        ..pretix.lookup
    };
    let organiser = Organiser::new(&plain, Some(&Secret::new(KEY)));
    assert_eq!(organiser.err(), Some(ConnectError::BadUrl));
}
