//! Our own QR reader, for what plain readers leave: curved, crumpled, torn, glaring, seen askew.
//!
//! How: [`find`] looks for finder patterns with wide tolerance, [`fit`] lays the whole symbol's grid over the image,
//! [`decode`] reads the grid with erasures where modules were hard to tell. When: after the plain readers have failed;
//! it is slower than they are, and needs no help from them.

mod deblur;
mod decode;
mod find;
mod fit;
mod template;

use std::rc::Rc;

use self::find::Triple;
use self::fit::Grid;
use self::template::Template;
use super::bits::Bits;
use super::clock::Clock;
use super::foreign::Found;
use super::work::Work;
use super::{Kind, pixels};
use crate::luma::Luma;

/// Threes of finder patterns that are glanced at, for each threshold, and those that are fitted.
const MOST_TRIPLES: usize = 40;
const MOST_FITTED: usize = 6;
/// A grid that fits so well is read at once, before others are fitted.
const SURE_FIT: f32 = 0.78;
/// A grid that fits worse is no symbol.
const LEAST_FIT: f32 = 0.5;
/// Grids that are read as they are, and those of them that are bent: the best by fit.
const MOST_READ: usize = 8;
const MOST_BENT: usize = 3;

/// Reads one QR symbol.
///
/// Fitting is quick and tells symbols well from what only looks like one, so all threes are fitted first, and the dear
/// part, bending and decoding, is left to the few that fit best.
pub(super) fn read(image: &Luma, patience: Patience, clock: &Clock) -> Option<Found> {
    let side = image.width().min(image.height());
    if side < 21 {
        return None;
    }
    let mut tried: Vec<Triple> = Vec::new();
    let mut fits: Vec<Fit> = Vec::new();
    for radius in patience.radii(side) {
        if clock.is_over() {
            break;
        }
        let bits = Bits::of(&pixels::local_threshold(image, radius.max(6), 0.05));
        let finders = find::finders(&bits);
        let mut triples = find::triples(&bits, &finders);
        triples.retain(|triple| !tried.iter().any(|known| known.is_near(triple)));
        triples.truncate(MOST_TRIPLES);
        let likely = likely(&bits, &triples, patience.least_glance());
        for likely in likely.into_iter().take(patience.fitted()) {
            if clock.is_over() {
                break;
            }
            for fit in fit_all(image, &likely) {
                if fit.score > SURE_FIT
                    && let Some(found) = read_grid(&fit.grid, fit.template)
                {
                    return Some(found);
                }
                fits.push(fit);
            }
        }
        tried.extend(triples);
    }
    read_best(fits, patience, clock)
}

/// How long the reader looks.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Patience {
    /// As long as a frame of a camera allows: one threshold, few grids, none bent.
    Frame,
    /// As long as there is something to try.
    Still,
}

impl Patience {
    fn radii(self, side: usize) -> Vec<usize> {
        match self {
            Self::Frame => vec![side / 8],
            Self::Still => vec![side / 8, side / 30],
        }
    }

    /// Less of its known modules' contrast at first glance, and it is no symbol.
    fn least_glance(self) -> f32 {
        match self {
            Self::Frame => 0.4,
            Self::Still => 0.2,
        }
    }

    fn fitted(self) -> usize {
        match self {
            Self::Frame => 3,
            Self::Still => MOST_FITTED,
        }
    }
}

/// A grid on its place, and how well it fits.
struct Fit {
    grid: Grid,
    template: &'static Template,
    score: f32,
}

/// Reads the grids that fit best as they are, then bent.
fn read_best(mut fits: Vec<Fit>, patience: Patience, clock: &Clock) -> Option<Found> {
    fits.sort_by(|a, b| b.score.total_cmp(&a.score));
    fits.truncate(if patience == Patience::Frame {
        2
    } else {
        MOST_READ
    });
    let flat = fits
        .iter()
        .filter(|fit| fit.score <= SURE_FIT)
        .take_while(|_| !clock.is_over())
        .find_map(|fit| read_grid(&fit.grid, fit.template));
    if patience == Patience::Frame {
        return flat;
    }
    flat.or_else(|| {
        fits.truncate(MOST_BENT);
        fits.iter_mut()
            .take_while(|_| !clock.is_over())
            .find_map(|fit| read_bent(&mut fit.grid, fit.template))
    })
}

fn cut_out(image: &Luma, triple: &Triple) -> Option<Work> {
    let [top_left, top_right, bottom_left] = triple.points();
    let opposite = [
        top_right[0] + bottom_left[0] - top_left[0],
        top_right[1] + bottom_left[1] - top_left[1],
    ];
    let points = [top_left, top_right, bottom_left, opposite];
    let reach = (top_right[0] - top_left[0]).hypot(top_right[1] - top_left[1]);
    Work::around(
        image,
        &points,
        triple.module,
        6.0 * triple.module + 0.15 * reach,
    )
}

/// A three of patterns, with the versions that it could be at first glance.
struct Likely<'a> {
    triple: &'a Triple,
    templates: Vec<&'static Template>,
    glance: f32,
}

fn likely<'a>(bits: &Bits, triples: &'a [Triple], least: f32) -> Vec<Likely<'a>> {
    let mut likely: Vec<Likely<'_>> = triples
        .iter()
        .filter_map(|triple| {
            let mut seen: Vec<(f32, &'static Template)> = versions(triple.size)
                .filter_map(Template::of)
                .map(|template| (fit::glance(bits, template, triple.points()), template))
                .filter(|(glance, _)| *glance > least)
                .collect();
            seen.sort_by(|a, b| b.0.total_cmp(&a.0));
            let glance = seen.first()?.0;
            let templates = seen
                .into_iter()
                .take(2)
                .map(|(_, template)| template)
                .collect();
            Some(Likely {
                triple,
                templates,
                glance,
            })
        })
        .collect();
    likely.sort_by(|a, b| b.glance.total_cmp(&a.glance));
    likely.truncate(MOST_FITTED);
    likely
}

fn fit_all(image: &Luma, likely: &Likely<'_>) -> Vec<Fit> {
    let Some(work) = cut_out(image, likely.triple).map(Rc::new) else {
        return Vec::new();
    };
    let three = likely.triple.points().map(|point| work.inside(point));
    likely
        .templates
        .iter()
        .filter_map(|template| {
            let (grid, score) = Grid::rigid(&work, template, three)?;
            (score > LEAST_FIT).then_some(Fit {
                grid,
                template,
                score,
            })
        })
        .collect()
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

/// Bends the grid ever more finely until it can be read.
fn read_bent(grid: &mut Grid, template: &'static Template) -> Option<Found> {
    let fine = (template.size / 6).clamp(4, 12);
    [3, fine].into_iter().find_map(|nodes| {
        grid.bend(nodes);
        read_grid(grid, template)
    })
}

fn read_grid(grid: &Grid, template: &'static Template) -> Option<Found> {
    let samples = grid.samples();
    let evened = against_neighbours(&samples, template.size);
    let read = |modules: &[f32]| decode::decode(template, modules);
    let payload = read(&evened)
        .or_else(|| read(&samples))
        .or_else(|| read(&transposed(&evened, template.size)))
        .or_else(|| {
            deblur::SPILLS
                .into_iter()
                .find_map(|spill| read(&deblur::deblurred(&samples, template.size, spill)))
        })?;
    Some(Found {
        kind: Kind::Qr,
        bytes: payload.bytes,
        text: payload.text,
        corners: grid.outline(),
    })
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
