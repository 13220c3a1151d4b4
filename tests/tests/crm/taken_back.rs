//! Somebody takes back everything: the CRM hears what, and then that they are to be erased.

use std::sync::{Arc, Mutex};

use zgoda_booth::crm::Secret;
use zgoda_booth::rights::Who;
use zgoda_booth::sync;
use zgoda_core::withdraw::Scope;
use zgoda_core::{Act, BoxRef};

use crate::stand::{SECRET, Stand, address, now};

#[test]
fn who_takes_back_everything_is_withdrawn_in_the_crm_before_they_are_erased() {
    let stand = Stand::new();
    stand.captures(1);
    let sync = || sync::run(&stand.booth, Some(&Secret::new(SECRET)), now, |_| ()).unwrap();
    sync();
    let said = Arc::new(Mutex::new(Vec::new()));
    let heard = said.clone();
    stand.server.fault(move |request| {
        let permission = request.body["cZgodaPermission"].as_str();
        let line = permission.into_iter().flat_map(str::lines);
        let newsletter = line.filter(|line| line.starts_with("newsletter:email: "));
        let mut heard = heard.lock().unwrap();
        heard.extend(newsletter.map(str::to_owned));
        if request.method == "DELETE" {
            heard.push("DELETE".to_owned());
        }
        None
    });
    let offer = Scope::Box(BoxRef::whole("send_offer".to_owned()));
    for scope in [offer, Scope::Consents] {
        let who = Who::email(&address(1));
        let mut booth = stand.booth.lock().unwrap();
        booth.withdraw(&who, &scope, Act::Terminal, now()).unwrap();
    }
    let view = sync();
    assert_eq!((view.stopped, view.needs_person), (None, 0), "{view:?}");
    let said = said.lock().unwrap();
    let at = |what: &str| said.iter().position(|one| one.starts_with(what));
    let withdrawn = at("newsletter:email: withdrawn");
    assert!(withdrawn.is_some() && withdrawn < at("DELETE"), "{said:?}");
    assert!(stand.leads.lock().unwrap().is_empty());
}
