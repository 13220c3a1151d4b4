//! A booth for tests: cheap keys, a passphrase, the demo's profile or another.

use std::path::Path;

use chrono::{DateTime, Utc};
use zgoda_booth::{Booth, Cost, Secret};
use zgoda_core::Language;

/// The passphrase of every test's store.
pub fn secret() -> Secret {
    Secret::Passphrase("a passphrase for tests".to_owned().into())
}

/// A new booth in `home`, with `profile` or the demo's.
///
/// # Panics
/// Where it cannot be made.
pub fn open(home: &Path, profile: Option<&str>, now: DateTime<Utc>) -> Booth {
    let mut booth = Booth::with_cost(home.to_owned(), Cost::TEST).expect("the home can be read");
    booth
        .first_start(Language::En, &secret(), profile, now)
        .expect("the store can be made");
    booth
}

/// The files below `home`, outside the folder `except`, that hold `text` in the clear.
///
/// # Panics
/// Where a file cannot be read.
pub fn files_with(home: &Path, except: &str, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(home)
        .expect("the folder can be read")
        .flatten()
    {
        let path = entry.path();
        if path.is_dir() {
            if entry.file_name() != except {
                found.extend(files_with(&path, except, text));
            }
            continue;
        }
        let bytes = std::fs::read(&path).expect("the file can be read");
        if bytes
            .windows(text.len())
            .any(|window| window == text.as_bytes())
        {
            found.push(path.display().to_string());
        }
    }
    found
}
