//! The profile's `[badge]` reaches every way in: camera, photo, hand scanner, terminal.
#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use zgoda_booth::capture::{Typed, TypedCapture};
use zgoda_booth::view::{DraftView, FieldValue, ScanView, ScannerLayout, ScannerView, Typing};
use zgoda_booth::{Booth, Error, demo};
use zgoda_capture::still;
use zgoda_core::{Field, Language};
use zgoda_tests::booth;

const DEMO: &str = include_str!("../../profiles/demo.toml");

fn now() -> DateTime<Utc> {
    "2026-11-24T10:00:00Z".parse().unwrap()
}

/// A booth whose profile has this `[badge]`.
fn with_badge(badge: &str) -> (tempfile::TempDir, Booth) {
    let (head, rest) = DEMO.split_once("[badge]").unwrap();
    let (_, tail) = rest.split_once("[local_copy]").unwrap();
    let profile = format!("{head}[badge]\n{badge}\n[local_copy]{tail}");
    let home = tempfile::tempdir().unwrap();
    let booth = booth::open(home.path(), Some(&profile), now());
    (home, booth)
}

fn draft(view: ScanView) -> DraftView {
    match view {
        ScanView::Person { draft, .. } => *draft,
        _ => panic!("no person"),
    }
}

fn value(draft: &DraftView, field: Field) -> String {
    let found = draft.fields.iter().find(|one| one.field == field).unwrap();
    match &found.value {
        FieldValue::Text(text) => text.clone(),
        _ => panic!("{field:?} is no text"),
    }
}

#[test]
fn only_the_profiles_codes_are_looked_for() {
    let image = still::luma(demo::BADGE).unwrap();
    let size = (image.width() as u32, image.height() as u32);
    let photo = |booth: &mut Booth| {
        let request = TypedCapture {
            language: Language::Pl,
            edits: BTreeMap::new(),
            asked: Vec::new(),
            ticked: BTreeSet::new(),
            struck: BTreeSet::new(),
            replies: Vec::new(),
            again: false,
        };
        booth.capture_typed(Typed::Photo(demo::BADGE), &request, now())
    };

    let (_home, mut square) = with_badge("symbols = [\"qr\"]");
    let seen = square.scan_frame(image.pixels(), size.0, size.1).unwrap();
    assert!(matches!(seen, ScanView::Person { .. }));
    assert!(photo(&mut square).is_ok());

    let (_home, mut other) = with_badge("symbols = [\"aztec\", \"code128\"]");
    for _ in 0..10 {
        let seen = other.scan_frame(image.pixels(), size.0, size.1).unwrap();
        // A badge is outlined as a card may be; its code is read by nobody.
        assert!(matches!(seen, ScanView::Nothing | ScanView::Card { .. }));
    }
    assert!(matches!(photo(&mut other), Err(Error::NoCode)));
}

#[test]
fn the_profiles_template_parts_what_a_scanner_types() {
    let (_home, mut booth) = with_badge(
        "separator = \";\"\ncolumns = [\"reference\", \"last_name\", \"first_name\", \"skip\"]",
    );
    let draft = draft(
        booth
            .scan_text(&Typing::plain("A-4711;Król;Zofia;VIP"))
            .unwrap(),
    );
    assert_eq!(value(&draft, Field::Name), "Zofia Król");
    let other = booth.scan_text(&Typing::plain("A-4711;Król")).unwrap();
    assert!(matches!(other, ScanView::Other { .. }));

    let (_home, mut booth) = with_badge("symbols = [\"qr\"]");
    let plain = booth
        .scan_text(&Typing::plain("A-4711;Król;Zofia;VIP"))
        .unwrap();
    assert!(matches!(plain, ScanView::Other { .. }));
}

#[test]
fn uuid_and_names_are_parted_by_the_profiles_separator() {
    let (_home, mut booth) = with_badge(
        "separator = \"~\"\ncolumns = [\"reference\", \"first_name\", \"last_name\", \"company\"]",
    );
    let text = "0b1c3f6e-5a7d-4c8e-9f21-33c5d7e9ab10~Żegota~Łącki~Młyn Cyfrowy";
    let draft = draft(booth.scan_text(&Typing::plain(text)).unwrap());
    assert_eq!(value(&draft, Field::Name), "Żegota Łącki");
    assert_eq!(value(&draft, Field::Company), "Młyn Cyfrowy");
}

/// The scanner types on a US keyboard, the laptop has a German or a Polish one: the same person comes out, whether or not
/// somebody told the program which.
#[test]
fn a_scanner_on_another_layout_gives_the_same_person() {
    let (_home, mut booth) = with_badge("symbols = [\"qr\"]");
    let scanner = |layout: ScannerLayout| ScannerView {
        prefix: "~".to_owned(),
        suffix: "#".to_owned(),
        layout,
    };
    let (german, polish) = (
        "°MECARDÖNÖLis,EwaöEMAILÖewa?lis\"yielonzßwoy.exampleöö§\n",
        "\u{2D9}MECARDŁNŁLis,EwałEMAILŁewa?lis\"yielonz+woy.examplełł#\n",
    );
    let keyed = "~MECARD:N:Lis,Ewa;EMAIL:ewa_lis@zielony-woz.example;;#\n";
    for (shown, keyed, layout) in [
        (german.to_owned(), None, ScannerLayout::De),
        (german.to_owned(), Some(keyed), ScannerLayout::De),
        (german.to_owned(), Some(keyed), ScannerLayout::Auto),
        (polish.to_owned(), None, ScannerLayout::Pl214),
        (polish.to_owned(), Some(keyed), ScannerLayout::Auto),
        (keyed.to_owned(), Some(keyed), ScannerLayout::Pl),
        (keyed.to_owned(), None, ScannerLayout::Same),
    ] {
        let typed = Typing {
            shown,
            keyed: keyed.map(str::to_owned),
            scanner: scanner(layout),
        };
        let draft = draft(booth.scan_text(&typed).unwrap());
        assert_eq!(value(&draft, Field::Name), "Ewa Lis", "{layout:?}");
        let email = draft
            .fields
            .iter()
            .find(|one| one.field == Field::Email)
            .unwrap();
        let FieldValue::Many(all) = &email.value else {
            panic!("{layout:?}: addresses are many")
        };
        assert_eq!(all, &["ewa_lis@zielony-woz.example"], "{layout:?}");
    }
}
