//! A sync that nobody asked for: it comes when it may, and never in a storm.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;
use zgoda_booth::by_itself::ByItself;
use zgoda_booth::crm::Secret;
use zgoda_booth::{Booth, Cost, Error, closing, sync};
use zgoda_core::Language;
use zgoda_core::outbox::Reason;
use zgoda_tests::booth;

use crate::fake::Deed;
use crate::stand::{SECRET, Stand, address, busy, now};

fn after(seconds: i64) -> DateTime<Utc> {
    now() + TimeDelta::seconds(seconds)
}

impl Stand {
    /// What the shell does every five seconds from `from` to `until`; answers how often a sync began.
    pub(crate) fn passes(&self, next: &mut ByItself, from: i64, until: i64) -> usize {
        let mut begun = 0;
        for at in (from..until).step_by(5) {
            if next.is_due(&self.booth, after(at)).unwrap() {
                let secret = Secret::new(SECRET);
                sync::run_by_itself(&self.booth, Some(&secret), || after(at), |_| ()).unwrap();
                begun += 1;
            }
        }
        begun
    }

    fn held_by(&self, at: i64) -> Option<Reason> {
        self.booth.lock().unwrap().app(after(at)).unwrap().held_by
    }

    fn told(&self) -> usize {
        self.leads.lock().unwrap().len()
    }
}

#[test]
fn what_was_captured_goes_by_itself_and_once() {
    let stand = Stand::new();
    let mut next = ByItself::default();
    assert_eq!(stand.passes(&mut next, 0, 60), 0, "nothing waits");
    stand.captures(1);
    stand.captures(2);
    assert!(!next.is_due(&stand.booth, after(60)).unwrap());
    assert_eq!(stand.passes(&mut next, 60, 300), 1);
    assert_eq!(stand.told(), 2);
    assert_eq!(stand.held_by(300), None);
}

#[test]
fn opt_outs_are_asked_for_though_nothing_waits() {
    let stand = Stand::new();
    let mut next = ByItself::default();
    stand.captures(1);
    assert_eq!(stand.passes(&mut next, 0, 60), 1);
    stand.unsubscribes(1);
    assert_eq!(stand.passes(&mut next, 60, 21_600), 0);
    // Asked, told of the withdrawal, and quiet again.
    assert_eq!(stand.passes(&mut next, 21_600, 21_720), 2);
    assert!(stand.permission(1).contains("newsletter:email: withdrawn"));
    assert_eq!(stand.passes(&mut next, 21_720, 43_000), 0);
}

#[test]
fn a_network_that_is_away_is_not_stormed_and_its_return_is_used() {
    let stand = Stand::new();
    stand.captures(1);
    stand.server.fault(|_| Some(Deed::Cut));
    let mut next = ByItself::default();
    let begun = stand.passes(&mut next, 0, 7200);
    assert!((3..60).contains(&begun), "{begun} attempts in two hours");
    assert_eq!(stand.server.log().len(), begun, "each is one request");
    assert_eq!(stand.held_by(7200), Some(Reason::Ambiguous));
    stand.server.heal();
    next.network_is_back(&stand.booth, after(7200)).unwrap();
    assert_eq!(stand.passes(&mut next, 7200, 7240), 1);
    assert_eq!((stand.told(), stand.held_by(7240)), (1, None));
}

#[test]
fn a_signal_that_comes_and_goes_makes_no_storm() {
    let stand = Stand::new();
    stand.captures(1);
    stand.server.fault(|_| Some(Deed::Cut));
    let mut next = ByItself::default();
    let mut begun = 0;
    for at in (0..1200).step_by(5) {
        next.network_is_back(&stand.booth, after(at)).unwrap();
        begun += stand.passes(&mut next, at, at + 5);
    }
    // At most two begin in each minute that the return counts for.
    assert!(begun <= 60, "{begun}");
}

#[test]
fn how_long_the_crm_wants_to_be_left_alone_survives_a_restart() {
    let stand = Stand::new();
    stand.captures(1);
    stand.server.fault(|_| Some(busy(429, 3000)));
    let mut next = ByItself::default();
    assert_eq!(stand.passes(&mut next, 0, 60), 1);
    stand.server.heal();
    stand.booth.lock().unwrap().lock();
    let mut again = Booth::with_cost(stand.home.path().to_owned(), Cost::TEST).unwrap();
    again.unlock(&booth::secret(), after(60)).unwrap();
    let stand = Stand {
        booth: Mutex::new(again),
        ..stand
    };
    let mut next = ByItself::default();
    assert_eq!(stand.passes(&mut next, 60, 2990), 0);
    next.network_is_back(&stand.booth, after(2990)).unwrap();
    assert_eq!(
        stand.passes(&mut next, 2990, 3000),
        0,
        "the network is not why"
    );
    assert_eq!(stand.passes(&mut next, 3000, 3120), 1);
    assert_eq!(stand.told(), 1);
}

#[test]
fn the_button_too_leaves_a_crm_alone_for_as_long_as_it_asked() {
    let stand = Stand::new();
    stand.captures(1);
    let secret = Secret::new(SECRET);
    let press = |at| sync::run(&stand.booth, Some(&secret), || after(at), |_| ());
    stand.server.fault(|_| Some(Deed::Answer(500, json!({}))));
    press(0).unwrap();
    press(1).expect("what the device waits of itself a person may cut short");
    stand.server.fault(|_| Some(busy(429, 600)));
    press(2).unwrap();
    stand.server.heal();
    let error = press(300).unwrap_err();
    assert!(matches!(error, Error::LeftAlone { until } if until == after(602)));
    assert_eq!(error.view(after(300)).params["minutes"], "6");
    assert_eq!(stand.told(), 0);
    // A clock that was set back by a day makes no wait of a day.
    press(-86_400).unwrap();
    assert_eq!(stand.told(), 1);
}

#[test]
fn a_crm_that_asks_for_a_pause_at_one_lead_gets_it_for_all() {
    let stand = Stand::new();
    for number in 1..=3 {
        stand.captures(number);
    }
    let secret = Secret::new(SECRET);
    let press = |at| sync::run(&stand.booth, Some(&secret), || after(at), |_| ());
    // Three that it has failed at more than once: each goes by itself, and then whoever comes after it.
    stand.server.fault(|_| Some(Deed::Answer(500, json!({}))));
    for at in 0..4 {
        press(at).unwrap();
    }
    let asked = AtomicUsize::new(0);
    stand.server.fault(move |_| {
        let first = asked.fetch_add(1, Relaxed) == 0;
        first.then(|| busy(503, 600))
    });
    stand.server.log();
    let view = press(10).unwrap();
    assert_eq!(stand.server.log().len(), 1, "nothing is sent after it");
    assert_eq!(view.stopped, Some(Reason::ServerTrouble));
    let error = press(300).unwrap_err();
    assert!(matches!(error, Error::LeftAlone { until } if until == after(610)));
    press(611).unwrap();
    assert_eq!(stand.told(), 3);
}

#[test]
fn closing_an_event_says_what_waits_while_the_crm_is_left_alone() {
    let stand = Stand::new();
    stand.captures(1);
    stand.server.fault(|_| Some(busy(429, 600)));
    let secret = Secret::new(SECRET);
    let close = |at| closing::close(&stand.booth, Some(&secret), false, || after(at), |_| ());
    for at in [0, 60] {
        let view = close(at).unwrap();
        assert_eq!((view.closed_at, view.left.len()), (None, 1));
    }
    stand.server.heal();
    assert!(close(700).unwrap().closed_at.is_some());
}

#[test]
fn what_needs_a_person_waits_for_one() {
    let stand = Stand::new();
    stand.captures(1);
    stand
        .server
        .fault(|_| Some(Deed::Answer(401, serde_json::json!({}))));
    let mut next = ByItself::default();
    assert_eq!(stand.passes(&mut next, 0, 60), 1);
    stand.captures(2);
    assert_eq!(stand.passes(&mut next, 60, 7200), 0);
    assert_eq!(stand.held_by(7200), Some(Reason::SignIn));
    stand.server.heal();
    stand.keeps_secret();
    assert_eq!(stand.passes(&mut next, 7200, 7300), 1);
    assert_eq!(
        stand.told(),
        2,
        "a new token sends what was set aside for want of it"
    );
}

#[test]
fn a_lead_at_which_the_crm_fails_each_time_holds_up_no_other() {
    let stand = Stand::new();
    for number in 1..=3 {
        stand.captures(number);
    }
    stand.server.fault(|request| {
        let fails = request.method == "POST" && request.body["emailAddress"] == *address(1);
        fails.then(|| Deed::Answer(500, json!({})))
    });
    let secret = Secret::new(SECRET);
    let mut runs = 0;
    while stand.told() < 2 && runs < 10 {
        sync::run(&stand.booth, Some(&secret), now, |_| ()).unwrap();
        runs += 1;
    }
    assert_eq!((stand.told(), runs), (2, 4), "parted by and by");
    // Who comes after it does not wait for it, and it is told as soon as it can be.
    stand.captures(4);
    let view = sync::run(&stand.booth, Some(&secret), now, |_| ()).unwrap();
    assert_eq!((view.confirmed, view.waiting, view.stopped), (1, 1, None));
    let view = sync::run(&stand.booth, Some(&secret), now, |_| ()).unwrap();
    assert_eq!(view.stopped, Some(Reason::ServerTrouble));
    stand.server.heal();
    sync::run(&stand.booth, Some(&secret), now, |_| ()).unwrap();
    assert_eq!(stand.told(), 4);
}

#[test]
fn a_network_that_is_paid_by_volume_is_left_to_the_button() {
    let stand = Stand::new();
    stand.captures(1);
    stand.booth.lock().unwrap().set_metered(true);
    let mut next = ByItself::default();
    assert_eq!(stand.passes(&mut next, 0, 7200), 0);
    assert_eq!(stand.held_by(0), Some(Reason::Metered));
    let secret = Secret::new(SECRET);
    sync::run(&stand.booth, Some(&secret), now, |_| ()).unwrap();
    assert_eq!(stand.told(), 1);
}

#[test]
fn a_folder_is_written_by_the_button_alone() {
    let home = tempfile::tempdir().unwrap();
    let mut open = booth::open(home.path(), None, now());
    open.set_language(Language::En).unwrap();
    booth::capture(&mut open, 1, now());
    let booth = Mutex::new(open);
    let mut next = ByItself::default();
    let due = |at| next.is_due(&booth, after(at)).unwrap();
    assert!(!(0..7200).step_by(5).any(due));
    booth.lock().unwrap().set_metered(true);
    assert_eq!(booth.lock().unwrap().app(now()).unwrap().held_by, None);
}

#[test]
fn at_the_events_end_the_devices_begin_far_apart() {
    let stand = Stand::new();
    stand.captures(1);
    // The demo's event ends three days after its second.
    let begins = |at: i64| {
        let mut next = ByItself::default();
        let mut due = |after_that: i64| next.is_due(&stand.booth, after(at + after_that)).unwrap();
        let first = (0..700).step_by(5).find(|seconds| due(*seconds));
        first.unwrap()
    };
    let during: Vec<i64> = (0..20).map(|_| begins(0)).collect();
    assert!(during.iter().all(|seconds| *seconds <= 30), "{during:?}");
    let last_day = 3 * 24 * 3600;
    let end: Vec<i64> = (0..20).map(|_| begins(last_day)).collect();
    assert!(end.iter().any(|seconds| *seconds > 60), "{end:?}");
    assert!(end.iter().all(|seconds| *seconds <= 605), "{end:?}");
}
