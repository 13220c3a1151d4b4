//! A booth for tests: cheap keys, a passphrase, the demo's profile or another.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use chrono::{DateTime, Utc};
use zgoda_booth::capture::{Typed, TypedCapture};
use zgoda_booth::view::Asked;
use zgoda_booth::{Booth, Cost, Secret};
use zgoda_core::{BoxRef, Channel, Language};

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

/// Captures an invented person, who asks for the offer and agrees to the newsletter.
///
/// # Panics
/// Where it cannot be stored.
pub fn capture(booth: &mut Booth, number: usize, now: DateTime<Utc>) {
    capture_typed(booth, number, false, now);
}

/// The same person answers anew.
///
/// # Panics
/// Where it cannot be stored.
pub fn capture_again(booth: &mut Booth, number: usize, now: DateTime<Utc>) {
    capture_typed(booth, number, true, now);
}

fn capture_typed(booth: &mut Booth, number: usize, again: bool, now: DateTime<Utc>) {
    let card = format!(
        "BEGIN:VCARD\nVERSION:4.0\nFN:Osoba {number}\nORG:Firma {number}\n\
         EMAIL:osoba{number}@firma{number}.example\nTEL:+48 601 {:03} {:03}\nEND:VCARD\n",
        number / 1000,
        number % 1000
    );
    let newsletter = BoxRef {
        purpose: "newsletter".to_owned(),
        channel: Some(Channel::Email),
    };
    let request = TypedCapture {
        language: Language::Pl,
        edits: BTreeMap::new(),
        asked: vec![Asked {
            purpose: "send_offer".to_owned(),
            due: None,
        }],
        ticked: [newsletter].into(),
        struck: BTreeSet::new(),
        replies: Vec::new(),
        again,
    };
    let captured = booth.capture_typed(Typed::Payload(card.as_bytes()), &request, now);
    assert!(captured.expect("it can be stored").lead.is_some());
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
