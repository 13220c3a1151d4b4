//! The receipt on paper: its code is read from a picture of 640 pixels, and the page says what was decided, no name.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::path::PathBuf;
use std::process::Command;

use chrono::{DateTime, Utc};
use zgoda_booth::{Booth, Query, sync};
use zgoda_core::receipt;
use zgoda_tests::{booth, readers};

fn now() -> DateTime<Utc> {
    "2026-11-24T10:00:00Z".parse().unwrap()
}

/// The page of the one lead of `booth`.
fn printed(booth: &mut Booth, folder: &std::path::Path) -> PathBuf {
    let lead = booth.leads(&Query::default(), now()).unwrap()[0].id;
    let file = folder.join("receipt.pdf");
    std::fs::write(&file, booth.receipt_pdf(lead).unwrap()).unwrap();
    file
}

fn text_of(file: &std::path::Path) -> String {
    let output = Command::new("pdftotext").arg(file).arg("-").output();
    String::from_utf8(output.expect("`make setup-test` installs it").stdout).unwrap()
}

#[test]
fn its_code_is_read_from_640_pixels_by_two_readers_and_verifies() {
    let home = tempfile::tempdir().unwrap();
    let mut booth = booth::open(home.path(), None, now());
    booth::capture(&mut booth, 7, now());
    let file = printed(&mut booth, home.path());
    let image = readers::page(&file);
    let lead = booth.leads(&Query::default(), now()).unwrap()[0].id;
    let link = booth.receipt(lead).unwrap().link.unwrap();
    assert_eq!(readers::both(&image), [link.clone(), link.clone()]);
    let (_, jws) = link.split_once('#').unwrap();
    assert!(receipt::verify(jws, None).is_ok());
}

#[test]
fn it_says_what_was_decided_and_names_nobody() {
    let home = tempfile::tempdir().unwrap();
    let mut booth = booth::open(home.path(), None, now());
    booth::capture(&mut booth, 7, now());
    let text = text_of(&printed(&mut booth, home.path()));
    for said in ["Potwierdzenie zgód", "tak", "nie", "Kod odwołania", "rodo@"] {
        assert!(text.contains(said), "{said}: {text}");
    }
    for value in ["Osoba 7", "Firma 7", "osoba7@", "601 000"] {
        assert!(!text.contains(value), "{value} is on the page");
    }
}

#[test]
fn it_is_printed_when_only_the_reference_is_left_and_without_a_page_to_open() {
    let profile = zgoda_booth::demo::profile(now())
        .replace("page = \"https://dobremaszyny.example/zgoda\"\n", "");
    let home = tempfile::tempdir().unwrap();
    let mut booth = booth::open(home.path(), Some(&profile), now());
    booth::capture(&mut booth, 7, now());
    let lead = booth.leads(&Query::default(), now()).unwrap()[0].id;
    booth.promise_kept(lead, "send_offer", now()).unwrap();
    let booth = std::sync::Mutex::new(booth);
    assert_eq!(sync::run(&booth, None, now, |_| ()).unwrap().forgotten, 1);
    let mut booth = booth.into_inner().unwrap();

    let file = home.path().join("receipt.pdf");
    std::fs::write(&file, booth.receipt_pdf(lead).unwrap()).unwrap();
    let [ours, other] = readers::both(&readers::page(&file));
    assert_eq!(ours, other);
    assert!(
        receipt::verify(&ours, None).is_ok(),
        "the code is the receipt itself"
    );
}
