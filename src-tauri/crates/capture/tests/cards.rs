//! Whole photos of invented people's cards, read with the real models.
#![allow(clippy::unwrap_used)]
#![allow(missing_docs)]

use std::io::Cursor;
use std::path::{Path, PathBuf};

use image::{DynamicImage, ImageFormat, RgbImage};
use zgoda_capture::card::{CardReading, Models, Pair, Reader};
use zgoda_capture::still::{self, Still};
use zgoda_core::{Extra, Field, Personal, Source};

fn fixture(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests/fixtures/cards");
    std::fs::read(folder.join(name)).unwrap()
}

/// None, loudly, on a machine without the models; a failure where they are required.
fn reader(pair: Pair) -> Option<Reader> {
    match Models::find() {
        Ok(models) => Some(Reader::new(models, pair)),
        Err(error) if std::env::var_os("ZGODA_REQUIRE_MODELS").is_some() => panic!("{error}"),
        Err(error) => {
            eprintln!("\n*** SKIPPED: {error} ***\n");
            None
        }
    }
}

fn still_of(image: &DynamicImage) -> Still {
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, ImageFormat::Png).unwrap();
    still::decode(&bytes.into_inner()).unwrap()
}

fn all(list: &[Personal]) -> Vec<&str> {
    list.iter().map(Personal::expose).collect()
}

/// Case, spacing and punctuation aside.
fn plain(text: &str) -> String {
    text.to_lowercase()
        .chars()
        .filter(|c| c.is_alphanumeric())
        .collect()
}

fn one(cards: &[CardReading]) -> &CardReading {
    assert_eq!(cards.len(), 1);
    &cards[0]
}

#[test]
fn a_card_comes_out_field_by_field() {
    let Some(reader) = reader(Pair::Small) else {
        return;
    };
    let cards = reader
        .read(&still::decode(&fixture("band.jpg")).unwrap())
        .unwrap();
    let card = one(&cards);
    let candidate = &card.candidate;
    assert_eq!(candidate.name.expose(), "Karol Gorzelańczyk");
    // Its thin capitals are at the limit of what the photo shows.
    assert!(plain(candidate.title.expose()).starts_with("projektantwn"));
    assert_eq!(
        plain(candidate.company.expose()),
        plain("Agencja Reklamowa Żar Sp. z o.o.")
    );
    assert_eq!(all(&candidate.phone), ["+48512656192", "+48718958052"]);
    assert_eq!(candidate.email.len(), 1);
    assert_eq!(candidate.address.street.expose(), "Jana Pawła II 173");
    assert_eq!(candidate.address.postcode.expose(), "90-562");
    assert_eq!(candidate.address.city.expose(), "Łódź");
    assert_eq!(candidate.source, Source::Card);
    assert!(card.confidence[&Field::Name] > 0.8);
    assert!(!candidate.doubts.contains_key(&Field::Name));
    assert!(!candidate.extras.contains(&Extra::Fax));
    assert!(card.lines.len() >= 6);
}

#[test]
fn the_light_models_read_too() {
    let Some(reader) = reader(Pair::Light) else {
        return;
    };
    let cards = reader
        .read(&still::decode(&fixture("classic.jpg")).unwrap())
        .unwrap();
    assert_eq!(one(&cards).candidate.name.expose(), "Wilfredo Ramos");
}

/// The same photo, held in each of the four ways.
#[test]
fn photos_are_read_whichever_way_they_lie() {
    let Some(reader) = reader(Pair::Light) else {
        return;
    };
    let image = image::load_from_memory(&fixture("classic.jpg")).unwrap();
    for (turned, way) in [
        (image.rotate180(), "on its head"),
        (image.rotate90(), "to the right"),
        (image.rotate270(), "to the left"),
    ] {
        let cards = reader.read(&still_of(&turned)).unwrap();
        assert_eq!(
            one(&cards).candidate.name.expose(),
            "Wilfredo Ramos",
            "{way}"
        );
    }
}

#[test]
fn two_cards_in_one_photo_are_two() {
    let Some(reader) = reader(Pair::Light) else {
        return;
    };
    let [a, b] = ["classic.jpg", "band.jpg"]
        .map(|name| image::load_from_memory(&fixture(name)).unwrap().into_rgb8());
    let mut both = RgbImage::from_pixel(
        a.width() + b.width(),
        a.height().max(b.height()),
        *a.get_pixel(5, 5),
    );
    image::imageops::replace(&mut both, &a, 0, 0);
    image::imageops::replace(&mut both, &b, i64::from(a.width()), 0);
    let cards = reader.read(&still_of(&both.into())).unwrap();
    let mut names: Vec<&str> = cards
        .iter()
        .map(|card| card.candidate.name.expose())
        .collect();
    names.sort_unstable();
    assert_eq!(names, ["Karol Gorzelańczyk", "Wilfredo Ramos"]);
}

#[test]
fn photos_without_text_hold_no_card() {
    let Some(reader) = reader(Pair::Light) else {
        return;
    };
    let blank = DynamicImage::from(RgbImage::from_pixel(400, 300, image::Rgb([200, 190, 180])));
    assert!(reader.read(&still_of(&blank)).unwrap().is_empty());
    let dot = DynamicImage::from(RgbImage::from_pixel(1, 1, image::Rgb([0, 0, 0])));
    assert!(reader.read(&still_of(&dot)).unwrap().is_empty());
}

#[test]
fn missing_models_have_a_code() {
    let error = Models::in_folder(PathBuf::from("no/such/folder")).unwrap_err();
    assert_eq!(error.code(), "models_missing");
}

/// 50 here, 5,000 by `make soak-cards`.
#[test]
fn mutated_photos_do_not_panic() {
    let Some(reader) = reader(Pair::Light) else {
        return;
    };
    let count: u64 = std::env::var("ZGODA_SOAK")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(50);
    let image = image::load_from_memory(&fixture("classic.jpg"))
        .unwrap()
        .thumbnail(480, 480);
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, ImageFormat::Jpeg).unwrap();
    let whole = bytes.into_inner();
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut random = move || {
        // xorshift64 (Marsaglia 2003): the same mutations on every machine.
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    let mut read = 0;
    for _ in 0..count {
        let mut mutated = whole.clone();
        for _ in 0..=random() % 8 {
            let at = (random() % mutated.len() as u64) as usize;
            mutated[at] = random() as u8;
        }
        if random() % 10 == 0 {
            mutated.truncate((random() % mutated.len() as u64) as usize);
        }
        if let Ok(photo) = still::decode(&mutated) {
            read += usize::from(reader.read(&photo).is_ok());
        }
    }
    eprintln!("{read} of {count} mutated photos were still images");
    assert!(read > 0);
}
