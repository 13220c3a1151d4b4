//! Somebody unsubscribes by the link in a letter: the CRM hears it, and the booth learns it with the next sync.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[path = "../../src-tauri/crates/crm/tests/fake/mod.rs"]
#[allow(unreachable_pub, dead_code)]
mod fake;
#[path = "../src/imagined.rs"]
#[allow(unreachable_pub, dead_code)]
mod imagined;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use chrono::{DateTime, Utc};
use serde_json::{Value as Json, json};
use zgoda_booth::crm::Secret;
use zgoda_booth::rights::Who;
use zgoda_booth::view::SyncView;
use zgoda_booth::{Booth, Query, sync};
use zgoda_core::withdraw::Scope;
use zgoda_core::{Act, BoxRef, Channel};
use zgoda_tests::booth;

use fake::{Deed, Request, Server};

fn now() -> DateTime<Utc> {
    "2026-11-24T10:00:00Z".parse().unwrap()
}

/// As much of an EspoCRM as a booth needs: leads by id, an opt-out each.
type Leads = Arc<Mutex<BTreeMap<String, Json>>>;

fn espo(leads: Leads) -> Server {
    let site = move |request: &Request| answer(&mut leads.lock().unwrap(), request);
    Server::of(Some(Box::new(site)))
}

fn answer(leads: &mut BTreeMap<String, Json>, request: &Request) -> Deed {
    let path = request.path.split('?').next().unwrap();
    let id = path.trim_start_matches("/api/v1/Lead").trim_matches('/');
    let json = match (request.method.as_str(), path) {
        (_, "/api/v1/App/user") => {
            let rights = json!({ "create": "yes", "read": "all", "edit": "all", "delete": "all" });
            json!({ "acl": { "table": { "Lead": rights } } })
        }
        (_, "/api/v1/Metadata") => json!({
            "cZgodaLead": {}, "cZgodaReceipt": {}, "cZgodaPermission": {}, "cZgodaProof": {},
        }),
        ("GET", _) => {
            let asked = |lead: &&Json| request.path.contains(lead["cZgodaLead"].as_str().unwrap());
            json!({ "list": leads.values().filter(asked).collect::<Vec<_>>() })
        }
        ("POST", _) => {
            let id = format!("{:017x}", leads.len() + 1);
            let mut lead = request.body.clone();
            lead["id"] = json!(id);
            leads.insert(id, lead.clone());
            lead
        }
        ("DELETE", _) => json!(leads.remove(id).is_some()),
        _ => {
            let lead = leads.get_mut(id).unwrap();
            for (column, value) in request.body.as_object().unwrap() {
                lead[column] = value.clone();
            }
            lead.clone()
        }
    };
    Deed::Answer(200, json)
}

struct Stand {
    leads: Leads,
    booth: Mutex<Booth>,
    _home: tempfile::TempDir,
}

impl Stand {
    fn new() -> Self {
        let leads = Leads::default();
        let home = tempfile::tempdir().unwrap();
        let crm = format!(
            "kind = \"espocrm\"\nurl = \"{}\"\n",
            espo(leads.clone()).address
        );
        let toml =
            zgoda_booth::demo::profile(now()).replace("kind = \"file\"\nplain = true\n", &crm);
        let booth = Mutex::new(booth::open(home.path(), Some(&toml), now()));
        Self {
            leads,
            booth,
            _home: home,
        }
    }

    fn sync(&self) -> SyncView {
        let view = sync::run(&self.booth, Some(&Secret::new("key")), now, |_| ()).unwrap();
        assert_eq!((view.stopped, view.unheard), (None, None));
        assert_eq!(view.needs_person, 0, "{view:?}");
        view
    }

    /// Person `number` follows the link in a letter.
    fn unsubscribes(&self, number: usize) {
        let mut leads = self.leads.lock().unwrap();
        let mail = address(number);
        let lead = leads
            .values_mut()
            .find(|lead| lead["emailAddress"] == *mail);
        lead.unwrap()["emailAddressIsOptedOut"] = json!(true);
    }

    fn permission(&self, number: usize) -> String {
        let leads = self.leads.lock().unwrap();
        let mail = address(number);
        let lead = leads.values().find(|lead| lead["emailAddress"] == *mail);
        lead.unwrap()["cZgodaPermission"]
            .as_str()
            .unwrap()
            .to_owned()
    }
}

fn address(number: usize) -> String {
    format!("osoba{number}@firma{number}.example")
}

#[test]
fn who_unsubscribes_in_the_crm_is_withdrawn_and_listed_here() {
    let stand = Stand::new();
    for number in [1, 2] {
        booth::capture(&mut stand.booth.lock().unwrap(), number, now());
    }
    assert_eq!(stand.sync().opted_out, 0);
    stand.unsubscribes(1);
    assert_eq!(stand.sync().opted_out, 1);
    {
        let mut booth = stand.booth.lock().unwrap();
        let blocked = booth.suppressed(&address(1)).unwrap();
        assert!(blocked.covers(Some(Channel::Email)) && !blocked.covers(Some(Channel::Phone)));
        assert!(booth.suppressed(&address(2)).unwrap().is_nothing());
        // What they asked for is not advertising and stands; the newsletter does not.
        let access = booth.access(&Who::email(&address(1))).unwrap();
        let given = |purpose: &str| {
            let mut decisions = access.leads[0].decisions.iter();
            decisions.any(|one| one.purpose == purpose && one.given)
        };
        assert!(given("send_offer") && !given("newsletter"));
    }
    // The CRM's own proof follows, and what is known is no news.
    assert_eq!(stand.sync().opted_out, 0);
    assert!(stand.permission(1).contains("newsletter:email: withdrawn"));
    assert!(stand.permission(2).contains("newsletter:email: yes"));
}

#[test]
fn where_nothing_else_stands_the_copy_here_goes_and_the_crms_record_stays() {
    let stand = Stand::new();
    booth::capture(&mut stand.booth.lock().unwrap(), 1, now());
    stand.sync();
    let offer = Scope::Box(BoxRef {
        purpose: "send_offer".to_owned(),
        channel: None,
    });
    let who = Who::email(&address(1));
    let taken = stand
        .booth
        .lock()
        .unwrap()
        .withdraw(&who, &offer, Act::Terminal, now());
    assert!(!taken.unwrap().leads[0].erased);
    stand.sync();
    stand.unsubscribes(1);
    assert_eq!(stand.sync().opted_out, 1);
    stand.sync();
    assert!(stand.permission(1).contains("newsletter:email: withdrawn"));
    let mut booth = stand.booth.lock().unwrap();
    assert!(booth.leads(&Query::default(), now()).unwrap().is_empty());
    assert!(
        booth
            .suppressed(&address(1))
            .unwrap()
            .covers(Some(Channel::Email))
    );
    assert_eq!(stand.leads.lock().unwrap().len(), 1);
}
