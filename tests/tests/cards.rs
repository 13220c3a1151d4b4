//! Photographed business cards on their way to a draft: several in one photo, both sides of one, lines put by a finger.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::path::Path;

use chrono::{DateTime, Utc};
use zgoda_booth::capture::Photo;
use zgoda_booth::view::{DraftView, FieldValue, HandOver, ScanView};
use zgoda_booth::{Booth, Error};
use zgoda_capture::card::{Cutout, Models, Pair, Reader};
use zgoda_capture::still;
use zgoda_core::{Dropped, Field, Language};
use zgoda_tests::booth;

fn now() -> DateTime<Utc> {
    "2026-11-24T10:00:00Z".parse().unwrap()
}

/// Whether the models are there; where they must be, a test fails without them.
fn models(test: &str) -> bool {
    let found = Models::find().is_ok();
    assert!(
        found || std::env::var_os("ZGODA_REQUIRE_MODELS").is_none(),
        "run make models"
    );
    if !found {
        eprintln!("SKIPPED {test}: run make models");
    }
    found
}

fn fixture(name: &str) -> Vec<u8> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/cards");
    std::fs::read(Path::new(folder).join(name)).unwrap()
}

/// Two cards beside each other on a table, as the camera would show them.
fn both() -> (u32, u32, Vec<u8>) {
    let reader = Reader::new(Models::find().unwrap(), Pair::Light);
    let cut = |name: &str| {
        let photo = still::decode(&fixture(name)).unwrap();
        let cards = reader.read(&photo).unwrap();
        Cutout::of(&photo, &cards[0]).unwrap()
    };
    let cards = ["classic.jpg", "vertical.jpg"].map(cut);
    let gap = 120;
    let width = cards.iter().map(Cutout::width).sum::<usize>() + gap * 3;
    let height = cards.iter().map(Cutout::height).max().unwrap() + gap * 2;
    let mut rgba = [134, 126, 112, 255].repeat(width * height);
    let mut left = gap;
    for card in &cards {
        // Without the rim of its own table.
        let rim = card.width().max(card.height()) / 20;
        let rows = card.rgba().chunks_exact(card.width() * 4).enumerate();
        for (y, row) in rows.skip(rim).take(card.height() - rim * 2) {
            let to = ((y + gap) * width + left + rim) * 4;
            let row = &row[rim * 4..row.len() - rim * 4];
            rgba[to..to + row.len()].copy_from_slice(row);
        }
        left += card.width() + gap;
    }
    (width as u32, height as u32, rgba)
}

fn person(view: ScanView) -> DraftView {
    match view {
        ScanView::Person { draft, .. } => *draft,
        other => panic!("{other:?} is no person's"),
    }
}

fn name(draft: &DraftView) -> String {
    let name = draft.fields.iter().find(|one| one.field == Field::Name);
    match name.map(|one| &one.value) {
        Some(FieldValue::Text(text)) => text.clone(),
        _ => String::new(),
    }
}

fn open(home: &Path) -> Booth {
    booth::open(home, None, now())
}

/// The line of the card that says what `field` does.
fn line_of(draft: &DraftView, field: Field) -> usize {
    let lines = &draft.card.as_ref().unwrap().sides[0].lines;
    let found = lines.iter().position(|line| line.field == Some(field));
    found.unwrap_or_else(|| panic!("no line says {field:?}"))
}

#[test]
fn the_picture_stands_beside_the_draft_and_goes_with_it() {
    if !models("the_picture_stands_beside_the_draft_and_goes_with_it") {
        return;
    }
    let home = tempfile::tempdir().unwrap();
    let mut booth = open(home.path());
    let draft = person(booth.scan_photo(&fixture("classic.jpg")).unwrap());
    let card = draft.card.clone().unwrap();
    assert_eq!((card.at, card.of, card.sides.len()), (1, 1, 1));
    let side = &card.sides[0];
    let picture = booth.card_picture(0).unwrap();
    assert_eq!(picture.len() as u32, side.width * side.height * 4);
    for line in &side.lines {
        let inside = |(x, y): &(f32, f32)| {
            *x >= 0.0 && *y >= 0.0 && *x < side.width as f32 && *y < side.height as f32
        };
        assert!(line.corners.iter().all(inside), "{line:?}");
    }
    let request = HandOver {
        edits: Vec::new(),
        asked: Vec::new(),
        language: Language::Pl,
        replies: Vec::new(),
    };
    booth.hand_over(request, now()).unwrap();
    assert!(matches!(booth.card_picture(0), Err(Error::NotNow)));
    booth.attendee_leave(&booth::secret(), now()).unwrap();
    assert!(matches!(booth.card_picture(0), Err(Error::NoDraft)));
    assert!(matches!(booth.card_line(0, 0), Err(Error::NoDraft)));
    assert!(booth.card_next().unwrap().is_none());
}

#[test]
fn the_text_of_a_dropped_line_reaches_no_screen_before_it_is_touched() {
    if !models("the_text_of_a_dropped_line_reaches_no_screen_before_it_is_touched") {
        return;
    }
    let home = tempfile::tempdir().unwrap();
    let mut booth = open(home.path());
    let draft = person(booth.scan_photo(&fixture("classic.jpg")).unwrap());
    let dropped: BTreeSet<Dropped> = draft.dropped.iter().copied().collect();
    assert!(dropped.contains(&Dropped::Field(Field::Title)));
    let shown = serde_json::to_string(&draft).unwrap();
    let lines = &draft.card.as_ref().unwrap().sides[0].lines;
    let mut unseen = 0;
    for (index, line) in lines.iter().enumerate() {
        let text = booth.card_line(0, index).unwrap();
        if line.field.is_none() && text.chars().count() > 5 {
            assert!(!shown.contains(&text), "{text}");
            unseen += 1;
        }
    }
    assert!(
        unseen > 0,
        "a card without a line that is dropped proves nothing"
    );
}

#[test]
fn a_touched_line_goes_into_the_field_that_is_chosen_and_no_further() {
    if !models("a_touched_line_goes_into_the_field_that_is_chosen_and_no_further") {
        return;
    }
    let home = tempfile::tempdir().unwrap();
    let mut booth = open(home.path());
    let draft = person(booth.scan_photo(&fixture("classic.jpg")).unwrap());
    let line = line_of(&draft, Field::Name);
    let text = booth.card_line(0, line).unwrap();
    let put = booth.card_put(0, line, Field::Company).unwrap();
    let company = put.fields.iter().find(|one| one.field == Field::Company);
    let company = company.unwrap();
    assert_eq!(company.value, FieldValue::Text(text));
    assert!(company.doubts.is_empty(), "staff chose it");
    // No purpose of the demo needs a title: the finger cannot widen the draft.
    let put = booth.card_put(0, line, Field::Title).unwrap();
    assert!(put.fields.iter().all(|one| one.field != Field::Title));
    assert!(matches!(
        booth.card_put(0, 999, Field::Name),
        Err(Error::NoDraft)
    ));
}

#[test]
fn two_cards_in_one_photo_are_two_drafts_and_none_is_lost() {
    if !models("two_cards_in_one_photo_are_two_drafts_and_none_is_lost") {
        return;
    }
    let home = tempfile::tempdir().unwrap();
    let mut booth = open(home.path());
    let (width, height, rgba) = both();
    let photo = Photo::Pixels {
        rgba: &rgba,
        width,
        height,
    };
    let first = person(booth.scan(photo).unwrap());
    let card = first.card.as_ref().unwrap();
    assert_eq!((card.at, card.of), (1, 2));
    // A badge that is read between the two takes the draft in hand and nothing else.
    booth.scan_photo(zgoda_booth::demo::BADGE).unwrap();
    booth.draft_discard().unwrap();
    let second = booth.card_next().unwrap().unwrap();
    let card = second.card.as_ref().unwrap();
    assert_eq!((card.at, card.of), (2, 2));
    assert_ne!(name(&first), name(&second));
    assert!(!name(&first).is_empty() && !name(&second).is_empty());
    booth.draft_discard().unwrap();
    assert!(booth.card_next().unwrap().is_none());
    // The lock wipes what waits.
    booth.scan(photo).unwrap();
    booth.lock();
    booth.unlock(&booth::secret(), now()).unwrap();
    assert!(booth.card_next().unwrap().is_none());
}

#[test]
fn the_other_side_adds_to_the_draft_and_changes_nothing() {
    if !models("the_other_side_adds_to_the_draft_and_changes_nothing") {
        return;
    }
    let home = tempfile::tempdir().unwrap();
    let mut booth = open(home.path());
    let other = fixture("band.jpg");
    assert!(matches!(
        booth.card_side(Photo::File(&other)),
        Err(Error::NoDraft)
    ));
    let front = person(booth.scan_photo(&fixture("classic.jpg")).unwrap());
    let whole = booth.card_side(Photo::File(&other)).unwrap();
    assert_eq!(name(&whole), name(&front));
    assert_eq!(whole.card.as_ref().unwrap().sides.len(), 2);
    let mails = |draft: &DraftView| {
        let mails = draft.fields.iter().find(|one| one.field == Field::Email);
        match mails.map(|one| one.value.clone()) {
            Some(FieldValue::Many(all)) => all,
            _ => Vec::new(),
        }
    };
    assert!(mails(&whole).starts_with(&mails(&front)));
    assert!(mails(&whole).len() > mails(&front).len());
    booth.card_picture(1).unwrap();
    let blank = Photo::Pixels {
        rgba: &[255; 64 * 64 * 4],
        width: 64,
        height: 64,
    };
    assert!(matches!(booth.card_side(blank), Err(Error::NoCard)));
    // The draft is still in hand.
    assert_eq!(name(&booth.draft_edit(Vec::new()).unwrap()), name(&front));
}
