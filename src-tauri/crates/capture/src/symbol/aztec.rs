//! Our own eye for Aztec codes: finds and flattens them, and leaves the reading to `rxing`.
//!
//! How: the bullseye's rings are found in rows of equal runs and fitted as a whole; the mode message around them says
//! how large the symbol is; the fit then grows outwards to the whole symbol by the same rule as for QR (modules should
//! be sampled where they are furthest from grey). The sampled modules are drawn as a clean picture, which `rxing` reads:
//! its decoder is good, its detector is what fails on photos. When: after `rxing` alone has seen nothing.

use std::sync::OnceLock;

use super::bits::Bits;
use super::foreign::{self, Effort, Found};
use super::geometry::{Corners, Perspective, climb};
use super::solomon::{Field, correct};
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
pub(super) fn read(image: &Luma) -> Option<Found> {
    let side = image.width().min(image.height());
    if side < 15 {
        return None;
    }
    [side / 8, side / 24].into_iter().find_map(|radius| {
        let bits = Bits::of(&pixels::local_threshold(image, radius.max(6), 0.05));
        eyes(&bits)
            .iter()
            .take(MOST_EYES)
            .find_map(|eye| with_eye(image, eye))
    })
}

/// A bullseye: its centre, and the length of a chord through its inner seven rings.
struct Eye {
    centre: [f32; 2],
    chord: f32,
    hits: usize,
}

fn eyes(bits: &Bits) -> Vec<Eye> {
    let mut eyes: Vec<Eye> = Vec::new();
    for y in 0..bits.height() {
        let (mut runs, mut colour, mut length) = ([0_u32; 7], 0, 0_u32);
        for (x, &here) in bits.row(y).iter().enumerate() {
            if here == colour {
                length += 1;
                continue;
            }
            runs.rotate_left(1);
            runs[6] = length;
            if colour == 0 && even(&runs) {
                let chord: u32 = runs.iter().sum();
                let middle = x as i32 - (runs[4] + runs[5] + runs[6]) as i32 - runs[3] as i32 / 2;
                note(&mut eyes, bits, [middle - 1, y as i32], chord as f32);
            }
            (colour, length) = (here, 1);
        }
    }
    eyes.sort_by_key(|eye| std::cmp::Reverse(eye.hits));
    eyes
}

/// Seven runs of about the same length.
fn even(runs: &[u32; 7]) -> bool {
    let module = runs.iter().sum::<u32>() as f32 / 7.0;
    runs[0] > 0
        && runs
            .iter()
            .all(|run| (*run as f32 - module).abs() < 0.45 * module + 0.6)
}

/// Takes a crossing for an eye where the rings stand above and below it too.
fn note(eyes: &mut Vec<Eye>, bits: &Bits, [x, y]: [i32; 2], chord: f32) {
    let Some([up, down]) = ring_edges(bits, x, y, chord) else {
        return;
    };
    let centre = [x as f32 + 0.5, y as f32 + 0.5 + (down - up) / 2.0];
    let near = eyes.iter_mut().find(|eye| {
        (eye.centre[0] - centre[0]).hypot(eye.centre[1] - centre[1]) < chord / 7.0 * 1.5
    });
    match near {
        Some(eye) => {
            let share = 1.0 / (eye.hits + 1) as f32;
            eye.centre[0] += (centre[0] - eye.centre[0]) * share;
            eye.centre[1] += (centre[1] - eye.centre[1]) * share;
            eye.chord += (chord - eye.chord) * share;
            eye.hits += 1;
        }
        None => eyes.push(Eye {
            centre,
            chord,
            hits: 1,
        }),
    }
}

/// How far the fourth change of colour is, upwards and downwards; nothing where they do not match.
fn ring_edges(bits: &Bits, x: i32, y: i32, chord: f32) -> Option<[f32; 2]> {
    let edge = |sign: i32| {
        let (mut wanted, mut rings, mut steps) = (true, 0, 0_i32);
        while (steps as f32) < chord * 1.5 {
            if bits.at(x, y + sign * steps)? != wanted {
                wanted = !wanted;
                rings += 1;
                if rings == 4 {
                    return Some(steps as f32);
                }
            }
            steps += 1;
        }
        None
    };
    let edges = [edge(-1)?, edge(1)?];
    let tall = edges[0] + edges[1];
    (tall > chord * 0.45 && tall < chord * 2.2).then_some(edges)
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

/// The innermost rings, which both kinds of Aztec have.
const INNER: i32 = 4;

/// A grid that is centred on the bullseye and seen in perspective.
struct Sheet<'a> {
    work: &'a Work,
    /// Where the corners of the square of `radius` modules around the centre are seen.
    corners: Corners,
    radius: i32,
}

impl<'a> Sheet<'a> {
    /// Lays the bullseye over the image: the best of several turns, then the corners moved.
    fn over(work: &'a Work, centre: [f32; 2], chord_module: f32) -> Option<Self> {
        let turned = |step: usize| {
            let (sin, cos) = (step as f32 * 7.5).to_radians().sin_cos();
            // A chord through a turned square is longer than its side.
            let reach = (INNER as f32 + 0.5) * chord_module * sin.abs().max(cos.abs());
            [(-1.0, -1.0), (1.0, -1.0), (-1.0, 1.0), (1.0, 1.0)].map(|(x, y)| {
                [
                    centre[0] + (x * cos - y * sin) * reach,
                    centre[1] + (x * sin + y * cos) * reach,
                ]
            })
        };
        let mut sheet = Self {
            work,
            corners: turned(0),
            radius: INNER,
        };
        let best = (0..12)
            .map(|step| (sheet.score(&turned(step), true), step))
            .max_by(|a, b| a.0.total_cmp(&b.0))?;
        sheet.corners = turned(best.1);
        sheet.climb(&[1.0, 0.5, 0.25, 0.12], true);
        (sheet.score(&sheet.corners, true) > LEAST_FIT).then_some(sheet)
    }

    /// Extends the square to `radius` and fits it again.
    fn grow(&mut self, radius: i32, compact: bool) {
        let map = self.map(&self.corners);
        let reach = radius as f32 + 0.5;
        self.corners = [
            [-reach, -reach],
            [reach, -reach],
            [-reach, reach],
            [reach, reach],
        ]
        .map(|[u, v]| map.point(u, v));
        self.radius = radius;
        self.climb(&[0.8, 0.4, 0.2, 0.1], compact);
    }

    fn climb(&mut self, steps: &[f32], compact: bool) {
        let mut corners = self.corners;
        let score = |corners: &Corners| self.score(corners, compact);
        let mut best = score(&corners);
        for step in steps {
            for _ in 0..3 {
                let before = best;
                for corner in 0..4 {
                    best = climb(&mut corners, corner, step * self.work.module, best, &score);
                }
                if best - before < 1e-4 {
                    break;
                }
            }
        }
        self.corners = corners;
    }

    fn map(&self, corners: &Corners) -> Perspective {
        let reach = self.radius as f32 + 0.5;
        Perspective::of(-reach, reach, corners)
    }

    fn score(&self, corners: &Corners, compact: bool) -> f32 {
        let map = self.map(corners);
        let stride = if self.radius > 14 { 3 } else { 1 };
        let (mut sum, mut weights) = (0.0, 0.0);
        for y in -self.radius..=self.radius {
            for x in -self.radius..=self.radius {
                let sign = known(x, y, compact);
                if sign == 0.0 && (x + y).rem_euclid(stride) != 0 {
                    continue;
                }
                let [px, py] = map.point(x as f32, y as f32);
                let dark = self.work.at(px, py);
                let weight = if sign == 0.0 { 0.5 } else { 1.0 };
                sum += weight * if sign == 0.0 { dark.abs() } else { dark * sign };
                weights += weight;
            }
        }
        sum / weights
    }

    fn dark(&self, map: &Perspective, x: i32, y: i32) -> bool {
        let [px, py] = map.point(x as f32, y as f32);
        self.work.at(px, py) > 0.0
    }

    /// The symbol's corners in the image, clockwise.
    fn outline(&self, radius: i32) -> [[f32; 2]; 4] {
        let map = self.map(&self.corners);
        let reach = radius as f32 + 0.5;
        [
            [-reach, -reach],
            [reach, -reach],
            [reach, reach],
            [-reach, reach],
        ]
        .map(|[u, v]| self.work.outside(map.point(u, v)))
    }
}

/// +1 for a module that is dark in every symbol, -1 for a light one, 0 for the rest: the rings, and in full symbols the
/// reference grid.
fn known(x: i32, y: i32, compact: bool) -> f32 {
    let ring = x.abs().max(y.abs());
    let colour = |even: bool| if even { 1.0 } else { -1.0 };
    if ring <= if compact { 4 } else { 6 } {
        return colour(ring % 2 == 0);
    }
    match (compact, x % 16 == 0, y % 16 == 0) {
        (false, true, _) => colour(y % 2 == 0),
        (false, _, true) => colour(x % 2 == 0),
        _ => 0.0,
    }
}

/// A place turned by quarter turns: what is seen there is the symbol's own (x, y).
fn turned(x: i32, y: i32, quarters: u8) -> (i32, i32) {
    match quarters {
        0 => (x, y),
        1 => (-y, x),
        2 => (-x, -y),
        _ => (y, -x),
    }
}

/// Reads the mode message: how many layers the symbol has, and how it is turned.
fn mode(sheet: &Sheet<'_>, ring: i32, compact: bool) -> Option<(i32, u8)> {
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
fn marks(ring: i32) -> [(i32, i32, bool); 12] {
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
