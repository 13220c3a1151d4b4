//! The film that the camera without hardware shows: badges that can be read, and a desk that is empty.
#![allow(clippy::unwrap_used)]

use zgoda_capture::symbol::{Formats, Kind, Live};
use zgoda_tests::window::film;

fn read(frame: &image::GrayImage) -> Option<String> {
    let mut live = Live::new(Formats::only(&[Kind::Qr]));
    (0..10).find_map(|_| {
        let seen = live.frame(frame.as_raw(), frame.width(), frame.height());
        seen.unwrap().map(|symbol| symbol.text.clone())
    })
}

#[test]
fn a_badge_of_the_film_is_read() {
    let text = read(&film::still(3, true)).unwrap();
    assert!(text.contains("zofia.3@pompy-wisla.example"), "{text}");
}

#[test]
fn the_desk_between_two_badges_holds_nothing() {
    assert_eq!(read(&film::still(3, false)), None);
}
