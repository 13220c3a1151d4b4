//! A photo, and a camera's frame.
//!
//! The first byte says which: an even one is a file's bytes follow; an odd one is the width of a picture whose pixels
//! follow as they are, for a change of a file's bytes seldom survives its checksum.

use std::time::Duration;

use zgoda_capture::symbol::{Budget, Formats, Live, read_still};
use zgoda_capture::{Luma, payload, still};

/// Work on one picture: a hundredth of what a person waits, so that many are tried.
const BUDGET: Budget = Budget(Duration::from_millis(20));
/// More pixels than this are decoded but not searched.
const MOST_PIXELS: usize = 1 << 14;

/// Decodes and searches; true where a code was read.
///
/// # Panics
/// Where a code's corners are no numbers.
pub fn read(bytes: &[u8]) -> bool {
    let Some((kind, rest)) = bytes.split_first() else {
        return false;
    };
    match kind % 2 {
        0 => still::luma(rest).is_ok_and(|photo| search(&photo)),
        _ => pixels(usize::from(*kind), rest).is_some_and(|frame| search(&frame)),
    }
}

fn pixels(width: usize, rest: &[u8]) -> Option<Luma> {
    let height = rest.len() / width;
    let pixels = rest.get(..width * height)?.to_vec();
    Luma::new(width, height, pixels).ok()
}

fn search(picture: &Luma) -> bool {
    if picture.width() * picture.height() > MOST_PIXELS {
        return false;
    }
    let (width, height) = (picture.width() as u32, picture.height() as u32);
    // A frame that is refused says so; it must not break what follows.
    let _ = Live::new(Formats::ALL).frame(picture.pixels(), width, height);
    let symbols = read_still(picture, &Formats::ALL, BUDGET);
    for symbol in &symbols {
        assert!(
            symbol
                .corners
                .as_flattened()
                .iter()
                .all(|at| at.is_finite())
        );
        // What a code says is read as a badge, whatever it is.
        let _ = payload::read(&symbol.bytes, None);
    }
    !symbols.is_empty()
}
