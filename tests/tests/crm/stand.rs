//! A booth whose leads go to an imitation of EspoCRM.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex};

use chrono::{DateTime, Utc};
use serde_json::{Value as Json, json};
use zgoda_booth::Booth;
use zgoda_booth::crm::Secret;
use zgoda_tests::booth;

use crate::fake::{Deed, Request, Server};

pub(crate) const SECRET: &str = "key";

pub(crate) fn now() -> DateTime<Utc> {
    "2026-11-24T10:00:00Z".parse().unwrap()
}

/// As much of an EspoCRM as a booth needs: leads by id, an opt-out each.
pub(crate) type Leads = Arc<Mutex<BTreeMap<String, Json>>>;

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
            // By id, by a receipt's code, by e-mail: whatever the question names.
            let asks = request.path.replace("%40", "@");
            let values = ["cZgodaLead", "cZgodaReceipt", "emailAddress"];
            let asked = |lead: &&Json| {
                let words = values.iter().filter_map(|column| lead[column].as_str());
                let mut words = words.flat_map(str::split_whitespace);
                words.any(|word| asks.contains(word))
            };
            json!({ "list": leads.values().filter(asked).collect::<Vec<_>>() })
        }
        ("POST", _) => {
            // As with any CRM, no id is given twice.
            static LAST: AtomicUsize = AtomicUsize::new(0);
            let id = format!("{:017x}", LAST.fetch_add(1, Relaxed) + 1);
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

pub(crate) struct Stand {
    pub(crate) leads: Leads,
    pub(crate) server: Server,
    pub(crate) booth: Mutex<Booth>,
    pub(crate) home: tempfile::TempDir,
    /// The profile.
    pub(crate) toml: String,
}

impl Stand {
    pub(crate) fn new() -> Self {
        Self::with(|toml| toml)
    }

    /// With another profile than the demo's, which `edit` makes of it.
    pub(crate) fn with(edit: impl Fn(String) -> String) -> Self {
        let leads = Leads::default();
        let home = tempfile::tempdir().unwrap();
        let server = espo(leads.clone());
        let crm = format!("kind = \"espocrm\"\nurl = \"{}\"\n", server.address);
        let toml =
            zgoda_booth::demo::profile(now()).replace("kind = \"file\"\nplain = true\n", &crm);
        let toml = edit(toml);
        let booth = Mutex::new(booth::open(home.path(), Some(&toml), now()));
        Self {
            leads,
            server,
            booth,
            home,
            toml,
        }
    }

    /// The token is entered in Settings.
    pub(crate) fn keeps_secret(&self) {
        let secret = Secret::new(SECRET);
        let mut booth = self.booth.lock().unwrap();
        booth.set_crm_secret(Some(&secret)).unwrap();
    }

    pub(crate) fn captures(&self, number: usize) {
        booth::capture(&mut self.booth.lock().unwrap(), number, now());
    }
}

/// An answer that asks to be left alone for so many seconds.
pub(crate) fn busy(status: u16, seconds: u32) -> Deed {
    let head =
        format!("HTTP/1.1 {status} x\r\nRetry-After: {seconds}\r\nContent-Length: 0\r\n\r\n");
    Deed::Raw(head.into_bytes())
}

pub(crate) fn address(number: usize) -> String {
    format!("osoba{number}@firma{number}.example")
}
