//! Somebody unsubscribes by the link in a letter: the CRM hears it, and the booth learns it with the next sync.

use serde_json::json;
use zgoda_booth::crm::Secret;
use zgoda_booth::rights::Who;
use zgoda_booth::view::SyncView;
use zgoda_booth::{Query, sync};
use zgoda_core::withdraw::Scope;
use zgoda_core::{Act, BoxRef, Channel};

use crate::stand::{SECRET, Stand, address, now};

impl Stand {
    fn sync(&self) -> SyncView {
        let view = sync::run(&self.booth, Some(&Secret::new(SECRET)), now, |_| ()).unwrap();
        assert_eq!((view.stopped, view.unheard), (None, None));
        assert_eq!(view.needs_person, 0, "{view:?}");
        view
    }

    /// Person `number` follows the link in a letter.
    pub(crate) fn unsubscribes(&self, number: usize) {
        let mut leads = self.leads.lock().unwrap();
        let mail = address(number);
        let lead = leads
            .values_mut()
            .find(|lead| lead["emailAddress"] == *mail);
        lead.unwrap()["emailAddressIsOptedOut"] = json!(true);
    }

    pub(crate) fn permission(&self, number: usize) -> String {
        let leads = self.leads.lock().unwrap();
        let mail = address(number);
        let lead = leads.values().find(|lead| lead["emailAddress"] == *mail);
        lead.unwrap()["cZgodaPermission"]
            .as_str()
            .unwrap()
            .to_owned()
    }
}

#[test]
fn who_unsubscribes_in_the_crm_is_withdrawn_and_listed_here() {
    let stand = Stand::new();
    for number in [1, 2] {
        stand.captures(number);
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
    stand.captures(1);
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
