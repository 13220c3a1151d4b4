//! A sync of many leads: what is told of it stays small.

use std::sync::mpsc::channel;
use std::thread;

use zgoda_booth::crm::Secret;
use zgoda_booth::rights::Who;
use zgoda_booth::sync;
use zgoda_booth::view::CrmState;
use zgoda_core::{Field, Value};

use crate::fake::Deed;
use crate::stand::{SECRET, Stand, address, now};

const LEADS: usize = 230;
/// As many as a run names one by one.
const NAMED: usize = 200;

#[test]
fn a_run_names_the_last_messages_and_counts_the_others() {
    let stand = Stand::new();
    for number in 1..=LEADS {
        stand.captures(number);
    }
    let refused = [address(1), address(LEADS)];
    let them = refused.clone();
    stand.server.fault(move |request| {
        let mail = request.body["emailAddress"].as_str().unwrap_or_default();
        let refuses = request.method == "POST" && them.iter().any(|one| one == mail);
        refuses.then(|| Deed::Answer(400, serde_json::json!({})))
    });
    let mut told = 0;
    let view = sync::run(&stand.booth, Some(&Secret::new(SECRET)), now, |view| {
        told += 1;
        assert!(view.rows.len() <= NAMED);
        if view.running {
            assert_eq!(view.rows.len() + view.more as usize, view.done as usize);
        }
    });
    let view = view.unwrap();
    assert!(told > 2, "progress is told");
    assert_eq!(
        (view.done, view.confirmed, view.needs_person),
        (230, 228, 2)
    );
    assert_eq!((view.rows.len(), view.more), (NAMED, 30));
    let states = view.rows.iter().map(|row| row.state);
    let states: Vec<bool> = states.map(|state| state == CrmState::NeedsPerson).collect();
    let [first, second, others @ ..] = &states[..] else {
        unreachable!()
    };
    assert!(
        first & second & !others.contains(&true),
        "what needs a person goes first"
    );
    let last = view.rows.last().and_then(|row| row.name.as_deref());
    assert_eq!(last, Some("Osoba 229"), "then what was confirmed last");
}

#[test]
fn what_is_changed_on_its_way_is_named_once() {
    let stand = Stand::new();
    stand.captures(1);
    let (arrive, arrived) = channel();
    let (go_on, goes_on) = channel();
    stand.server.fault(move |request| {
        if request.method == "POST" {
            arrive.send(()).unwrap();
            goes_on.recv().unwrap();
        }
        None
    });
    let secret = Secret::new(SECRET);
    let view = thread::scope(|scope| {
        let run = scope.spawn(|| sync::run(&stand.booth, Some(&secret), now, |_| ()));
        arrived.recv().unwrap();
        let company = Value::Text("Inna Firma".into());
        let edits = [(Field::Company, Some(company))].into();
        let who = Who::email(&address(1));
        stand
            .booth
            .lock()
            .unwrap()
            .correct(&who, &edits, now())
            .unwrap();
        go_on.send(()).unwrap();
        run.join().unwrap().unwrap()
    });
    let rows: Vec<CrmState> = view.rows.iter().map(|row| row.state).collect();
    assert_eq!(rows, [CrmState::Waiting], "the newer revision");
    assert_eq!((view.confirmed, view.more), (1, 0));
}
