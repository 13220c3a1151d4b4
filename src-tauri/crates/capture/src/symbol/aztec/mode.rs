//! The mode message around the bullseye: how large the symbol is, and which way is up.

use std::sync::OnceLock;

use super::super::solomon::{Field, correct};
use super::sheet::Sheet;

/// A place turned by quarter turns: what is seen there is the symbol's own (x, y).
pub(super) fn turned(x: i32, y: i32, quarters: u8) -> (i32, i32) {
    match quarters {
        0 => (x, y),
        1 => (-y, x),
        2 => (-x, -y),
        _ => (y, -x),
    }
}

/// Reads the mode message: how many layers the symbol has, and how it is turned.
pub(super) fn mode(sheet: &Sheet<'_>, ring: i32, compact: bool) -> Option<(i32, u8)> {
    let map = sheet.map(&sheet.corners);
    (0..4).find_map(|turn| {
        let dark = |x: i32, y: i32| {
            let (x, y) = turned(x, y, turn);
            sheet.dark(&map, x, y)
        };
        let marks = marks(ring)
            .into_iter()
            .filter(|(x, y, is)| dark(*x, *y) == *is)
            .count();
        if marks < 10 {
            return None;
        }
        let bits: Vec<bool> = message_places(ring, compact)
            .into_iter()
            .map(|(x, y)| dark(x, y))
            .collect();
        layers(&bits, compact).map(|layers| (layers, turn))
    })
}

/// The modules at the core's corners that tell how the symbol is turned (ISO/IEC 24778, 7.2.2).
pub(super) fn marks(ring: i32) -> [(i32, i32, bool); 12] {
    let (r, i) = (ring, ring - 1);
    [
        (-r, -r, true),
        (-i, -r, true),
        (-r, -i, true),
        (r, -r, true),
        (r, -i, true),
        (i, -r, false),
        (r, r, false),
        (r, i, true),
        (i, r, false),
        (-r, r, false),
        (-r, i, false),
        (-i, r, false),
    ]
}

/// The mode message's modules in order, clockwise from the top left; a full symbol's reference grid parts each side.
fn message_places(ring: i32, compact: bool) -> Vec<(i32, i32)> {
    let along: Vec<i32> = if compact {
        (-3..=3).collect()
    } else {
        (-5..=5).filter(|at| *at != 0).collect()
    };
    let back: Vec<i32> = along.iter().rev().copied().collect();
    let top = along.iter().map(|at| (*at, -ring));
    let right = along.iter().map(|at| (ring, *at));
    let bottom = back.iter().map(|at| (*at, ring));
    let left = back.iter().map(|at| (-ring, *at));
    top.chain(right).chain(bottom).chain(left).collect()
}

fn layers(bits: &[bool], compact: bool) -> Option<i32> {
    static FIELD: OnceLock<Field> = OnceLock::new();
    let field = FIELD.get_or_init(|| Field::new(4, 0x13));
    let mut words: Vec<u16> = bits
        .chunks(4)
        .map(|four| four.iter().fold(0, |word, bit| word << 1 | u16::from(*bit)))
        .collect();
    let check = if compact { 5 } else { 6 };
    correct(field, &mut words, check, 1, &[])?;
    Some(if compact {
        1 + i32::from(words[0] >> 2)
    } else {
        1 + i32::from(words[0] << 1 | words[1] >> 3)
    })
}
