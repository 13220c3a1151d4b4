//! A store with many people in it, for whoever has the module `support` too.

use std::path::Path;

use zgoda_core::ledger::Kind;
use zgoda_store::{Cost, Secret, Store};

use crate::support::{PASSPHRASE, PROFILE, happening, lead, salt, start};

/// A store of `people`, captured one after the other.
pub(crate) fn filled(directory: &Path, people: u32) -> Store {
    let secret = Secret::Passphrase(PASSPHRASE.to_owned().into());
    let event = "targi-demo-2026";
    let mut store = Store::create(directory, event, &secret, None, Cost::TEST, start()).unwrap();
    store.set_profile(PROFILE, start()).unwrap();
    for number in 0..people {
        capture(&mut store, number);
    }
    store
}

/// Captures person `number`.
pub(crate) fn capture(store: &mut Store, number: u32) {
    let lead = lead(number);
    let captured = happening(Kind::Capture, &lead);
    store.capture(&lead, &salt(number), captured).unwrap();
}
