//! Our own eye for Aztec codes: finds and flattens them, and leaves the reading to `rxing`.
//!
//! How: the bullseye's rings are found in rows of equal runs and fitted as a whole; the mode message around them says
//! how large the symbol is; the fit then grows outwards to the whole symbol by the same rule as for QR (modules should
//! be sampled where they are furthest from grey). The sampled modules are drawn as a clean picture, which `rxing` reads:
//! its decoder is good, its detector is what fails on photos. When: after `rxing` alone has seen nothing.

mod eyes;
mod mode;
mod sheet;

use eyes::{Eye, eyes};
use mode::{marks, mode, turned};
use sheet::{INNER, Sheet, known};

use super::bits::Bits;
use super::clock::Clock;
use super::foreign::{self, Effort, Found};
use super::work::Work;
use super::{Formats, Kind, pixels};
use crate::luma::Luma;

/// Bullseyes that are followed up, for each threshold.
const MOST_EYES: usize = 4;
/// Bullseyes that fit worse are none.
const LEAST_FIT: f32 = 0.45;
/// Modules from the centre that are cut out: more than most badges' symbols have.
const REACH: f32 = 48.0;

/// Reads one Aztec symbol.
pub(super) fn read(image: &Luma, clock: &Clock) -> Option<Found> {
    let side = image.width().min(image.height());
    if side < 15 {
        return None;
    }
    [side / 8, side / 24].into_iter().find_map(|radius| {
        let bits = Bits::of(&pixels::local_threshold(image, radius.max(6), 0.05));
        eyes(&bits)
            .iter()
            .take(MOST_EYES)
            .take_while(|_| !clock.is_over())
            .find_map(|eye| with_eye(image, eye))
    })
}

fn with_eye(image: &Luma, eye: &Eye) -> Option<Found> {
    let module = eye.chord / 7.0;
    let work = Work::around(image, &[eye.centre], module, REACH * module)?;
    let mut sheet = Sheet::over(&work, work.inside(eye.centre), work.module)?;
    [true, false].into_iter().find_map(|compact| {
        let start = sheet.corners;
        let found = with_core(&mut sheet, compact);
        sheet.corners = start;
        sheet.radius = INNER;
        found
    })
}

fn with_core(sheet: &mut Sheet<'_>, compact: bool) -> Option<Found> {
    let ring = if compact { 5 } else { 7 };
    sheet.grow(ring - 1, compact);
    if sheet.score(&sheet.corners, compact) < LEAST_FIT {
        return None;
    }
    sheet.grow(ring, compact);
    let (layers, turn) = mode(sheet, ring, compact)?;
    let radius = match (compact, layers) {
        (true, layers) => 5 + 2 * layers,
        (false, layers) => {
            let half = 7 + 2 * layers;
            half + (half - 1) / 15
        }
    };
    for reach in (ring..radius).step_by(2).skip(1).chain([radius]) {
        sheet.grow(reach, compact);
    }
    let clean = draw(sheet, radius, ring, compact, turn);
    let mut found = foreign::rxing(&clean, Formats::only(&[Kind::Aztec]), Effort::Fast).pop()?;
    found.corners = sheet.outline(radius);
    Some(found)
}

/// A clean picture of the symbol, upright, what is known of it drawn as it must be.
fn draw(sheet: &Sheet<'_>, radius: i32, ring: i32, compact: bool, turn: u8) -> Luma {
    const PIXELS: usize = 4;
    const MARGIN: i32 = 3;
    let map = sheet.map(&sheet.corners);
    let marks = marks(ring);
    let side = (2 * (radius + MARGIN) + 1) as usize * PIXELS;
    Luma::from_fn(side, side, |px, py| {
        let (x, y) = (
            (px / PIXELS) as i32 - radius - MARGIN,
            (py / PIXELS) as i32 - radius - MARGIN,
        );
        if x.abs().max(y.abs()) > radius {
            return 255;
        }
        let mark = marks
            .iter()
            .find(|(mx, my, _)| (*mx, *my) == (x, y))
            .map(|(_, _, dark)| *dark);
        let dark = match (known(x, y, compact), mark) {
            (_, Some(dark)) => dark,
            (sign, None) if sign != 0.0 => sign > 0.0,
            _ => {
                let (x, y) = turned(x, y, turn);
                sheet.dark(&map, x, y)
            }
        };
        if dark { 0 } else { 255 }
    })
}
