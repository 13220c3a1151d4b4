//! A profile that names another CRM than the one before.

use zgoda_booth::crm::Secret;
use zgoda_booth::{Error, sync};
use zgoda_tests::booth;

use crate::fake::Server;
use crate::stand::{SECRET, Stand, now};

impl Stand {
    fn import(&self, toml: &str) -> Result<(), Error> {
        let mut booth = self.booth.lock().unwrap();
        booth.profile_import(toml, &booth::secret(), false, now())
    }

    fn at(&self, other: &Server) -> String {
        self.toml.replace(&self.server.address, &other.address)
    }

    fn has_secret(&self) -> bool {
        let mut booth = self.booth.lock().unwrap();
        booth.profile_view(now()).unwrap().crm.has_secret
    }
}

#[test]
fn a_secret_is_given_to_no_other_crm() {
    let stand = Stand::new();
    stand.keeps_secret();
    stand.captures(1);
    let other = Server::start();
    stand.import(&stand.at(&other)).unwrap();
    assert!(!stand.has_secret());
    let run = sync::run(&stand.booth, None, now, |_| ());
    assert_eq!(run.unwrap_err().code(), "crm_no_secret");
    assert_eq!(other.log(), [""; 0], "nobody was asked with it");
    // For the CRM that it was entered for it is still there.
    stand.import(&stand.toml).unwrap();
    assert!(stand.has_secret());
    let view = sync::run(&stand.booth, None, now, |_| ()).unwrap();
    assert_eq!(view.confirmed, 1);
}

#[test]
fn a_crm_that_has_leads_stays_the_events_crm() {
    let stand = Stand::new();
    let secret = Secret::new(SECRET);
    stand.captures(1);
    sync::run(&stand.booth, Some(&secret), now, |_| ()).unwrap();
    let other = Server::start();
    let refused = stand.import(&stand.at(&other));
    assert_eq!(refused.unwrap_err().code(), "other_crm");
    // Its settings may change all the same.
    let address = &stand.server.address;
    let elsewhere = stand.toml.replace(address, &format!("{address}/crm"));
    stand.import(&elsewhere).unwrap();
}
