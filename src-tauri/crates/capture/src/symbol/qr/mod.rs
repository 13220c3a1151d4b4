//! Our own QR reader, for what plain readers leave: curved, crumpled, torn, glaring, seen askew.
//!
//! How: [`find`] looks for finder patterns with wide tolerance, [`fit`] lays the whole symbol's grid over the image,
//! [`decode`] reads the grid with erasures where modules were hard to tell. When: after the plain readers have failed;
//! it is slower than they are, and needs no help from them.

mod decode;
mod find;
mod fit;
mod template;
pub(super) mod work;

use self::find::{Bits, Triple};
use self::fit::Grid;
use self::template::Template;
use self::work::Work;
use super::foreign::Found;
use super::{Kind, pixels};
use crate::luma::Luma;

/// Threes of finder patterns that are tried.
const MOST_TRIPLES: usize = 8;
/// A grid that fits worse is no symbol.
const LEAST_FIT: f32 = 0.42;

/// Reads one QR symbol.
pub(super) fn read(image: &Luma) -> Option<Found> {
    let side = image.width().min(image.height());
    if side < 21 {
        return None;
    }
    [side / 8, side / 30].into_iter().find_map(|radius| {
        let bits = Bits::of(&pixels::local_threshold(image, radius.max(6), 0.05));
        let finders = find::finders(&bits);
        find::triples(&bits, &finders)
            .iter()
            .take(MOST_TRIPLES)
            .find_map(|triple| with_triple(image, triple))
    })
}

fn with_triple(image: &Luma, triple: &Triple) -> Option<Found> {
    let Triple {
        top_left,
        top_right,
        bottom_left,
        module,
        ..
    } = *triple;
    let opposite = [
        top_right[0] + bottom_left[0] - top_left[0],
        top_right[1] + bottom_left[1] - top_left[1],
    ];
    let points = [top_left, top_right, bottom_left, opposite];
    let reach = (top_right[0] - top_left[0]).hypot(top_right[1] - top_left[1]);
    let work = Work::around(image, &points, module, 6.0 * module + 0.15 * reach)?;
    let three = [top_left, top_right, bottom_left].map(|point| work.inside(point));
    let mut fits: Vec<(Grid<'_>, f32, &'static Template)> = versions(triple.size)
        .filter_map(Template::of)
        .map(|template| {
            let (grid, score) = Grid::rigid(&work, template, three);
            (grid, score, template)
        })
        .filter(|(_, score, _)| *score > LEAST_FIT)
        .collect();
    fits.sort_by(|a, b| b.1.total_cmp(&a.1));
    fits.into_iter()
        .take(2)
        .find_map(|(grid, _, template)| with_grid(grid, template))
}

/// Versions near an estimated size, the nearest first.
fn versions(size: f32) -> impl Iterator<Item = usize> {
    let exact = (size - 17.0) / 4.0;
    let nearest = exact.round() as i32;
    let spread = if nearest > 8 { 2 } else { 1 };
    let mut near: Vec<i32> = (nearest - spread..=nearest + spread).collect();
    near.sort_by(|a, b| {
        (*a as f32 - exact)
            .abs()
            .total_cmp(&(*b as f32 - exact).abs())
    });
    near.into_iter()
        .filter(|version| (1..=40).contains(version))
        .map(|version| version as usize)
}

fn with_grid(mut grid: Grid<'_>, template: &'static Template) -> Option<Found> {
    let fine = (template.size / 6).clamp(4, 12);
    for nodes in [0, 3, fine] {
        if nodes > 0 {
            grid.bend(nodes);
        }
        let samples = grid.samples();
        let evened = against_neighbours(&samples, template.size);
        let turned = transposed(&evened, template.size);
        let payload = [&evened, &samples, &turned]
            .into_iter()
            .find_map(|modules| decode::decode(template, modules));
        if let Some(payload) = payload {
            return Some(Found {
                kind: Kind::Qr,
                bytes: payload.bytes,
                text: payload.text,
                corners: grid.outline(),
            });
        }
    }
    None
}

/// A mirrored symbol is one whose rows are columns.
fn transposed(modules: &[f32], size: usize) -> Vec<f32> {
    (0..size * size)
        .map(|at| modules[(at % size) * size + at / size])
        .collect()
}

/// Each module against the middle between the dark and the light ones around it, in units of half their distance: how
/// sure its colour is. Where all around is alike (glare, a stain) nothing is sure.
fn against_neighbours(samples: &[f32], size: usize) -> Vec<f32> {
    const REACH: usize = 4;
    let mut evened = Vec::with_capacity(samples.len());
    for y in 0..size {
        for x in 0..size {
            let (mut dark, mut light) = ((0.0, 0.0), (0.0, 0.0));
            for row in y.saturating_sub(REACH)..(y + REACH + 1).min(size) {
                let from = row * size + x.saturating_sub(REACH);
                for value in &samples[from..row * size + (x + REACH + 1).min(size)] {
                    let class = if *value > 0.0 { &mut dark } else { &mut light };
                    class.0 += value;
                    class.1 += 1.0;
                }
            }
            let (dark, light) = (
                dark.0 / f32::max(dark.1, 1.0),
                light.0 / f32::max(light.1, 1.0),
            );
            let half = ((dark - light) / 2.0).max(0.25);
            evened.push((samples[y * size + x] - (dark + light) / 2.0) / half);
        }
    }
    evened
}
