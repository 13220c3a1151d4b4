//! What a store must survive, shown from the inside.

mod cuts;
mod erased;
#[cfg(target_os = "linux")]
mod image;
#[cfg(target_os = "linux")]
mod memory;

use std::fs;
use std::path::Path;

use zgoda_core::ledger::Kind;

use crate::support::{PROFILE, happening, id, lead, salt, start};
use crate::{Cost, Secret, Store, StoreError};

fn passphrase(text: &str) -> Secret {
    Secret::Passphrase(text.to_owned().into())
}

fn pin(text: &str) -> Secret {
    keyring();
    Secret::Pin(text.to_owned().into())
}

/// A keyring in memory, in the place of the platform's.
fn keyring() {
    use std::sync::Once;
    static ONCE: Once = Once::new();
    ONCE.call_once(|| keyring_core::set_default_store(keyring_core::mock::Store::new().unwrap()));
}

fn create(directory: &Path, secret: &Secret) -> Result<Store, StoreError> {
    Store::create(
        directory,
        "targi-demo-2026",
        secret,
        None,
        Cost::TEST,
        start(),
    )
}

/// A store with four people, one of them erased.
fn filled(directory: &Path, secret: &Secret) -> Store {
    let mut store = create(directory, secret).unwrap();
    store.set_profile(PROFILE, start()).unwrap();
    for number in 0..4 {
        let lead = lead(number);
        let captured = happening(Kind::Capture, &lead);
        store.capture(&lead, &salt(number), captured).unwrap();
    }
    assert!(
        store
            .erase(id(0), happening(Kind::Erase, &lead(0)))
            .unwrap()
    );
    store
}

/// The store is whole: three people, once each, and the ledger from its first entry.
fn assert_whole(store: &Store, at: &str) {
    assert_eq!(store.leads().unwrap().len(), 3, "{at}");
    assert_eq!(store.outbox().unwrap().len(), 3, "{at}");
    assert_eq!(store.head().unwrap().sequence, 5, "{at}");
    store
        .check()
        .unwrap_or_else(|error| panic!("{at}: {error}"));
    let databases = fs::read_dir(&store.directory).unwrap().filter(|entry| {
        let name = entry.as_ref().unwrap().file_name();
        name.to_string_lossy().ends_with(".db")
    });
    assert_eq!(databases.count(), 1, "{at}: one generation");
}
