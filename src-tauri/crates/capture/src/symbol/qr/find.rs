//! Finder patterns, with more patience than a strict reader has.
//!
//! How: runs of 1:1:3:1:1 along a row, with wide tolerance, confirmed across it or along both diagonals; hits close to
//! each other are one pattern. Threes of patterns that could be the corners of a square seen askew are then tried in
//! the order of how well they fit together. When: a torn or smeared pattern still gives some rows that pass; what is
//! wrong is sorted out later by the fit, which looks at the whole symbol.

use crate::symbol::bits::Bits;

/// A pattern's centre, and the pixels that one of its modules spans.
#[derive(Clone, Copy, Debug)]
pub(super) struct Finder {
    pub(super) x: f32,
    pub(super) y: f32,
    pub(super) module: f32,
    hits: f32,
}

/// Three patterns in the places of a symbol's corners.
#[derive(Clone, Copy, Debug)]
pub(super) struct Triple {
    top_left: [f32; 2],
    top_right: [f32; 2],
    bottom_left: [f32; 2],
    /// Pixels a module spans, about.
    pub(super) module: f32,
    /// Modules a side, estimated.
    pub(super) size: f32,
    strangeness: f32,
}

impl Triple {
    /// The three places: top left, top right, bottom left.
    pub(super) fn points(&self) -> [[f32; 2]; 3] {
        [self.top_left, self.top_right, self.bottom_left]
    }

    /// True where both name the same three places, within a module and a half.
    pub(super) fn is_near(&self, other: &Self) -> bool {
        let near = |a: [f32; 2], b: [f32; 2]| (a[0] - b[0]).hypot(a[1] - b[1]) < 1.5 * self.module;
        near(self.top_left, other.top_left)
            && near(self.top_right, other.top_right)
            && near(self.bottom_left, other.bottom_left)
    }
}

/// Patterns kept for making threes.
const MOST_FINDERS: usize = 12;

/// The most convincing patterns, best first.
pub(super) fn finders(bits: &Bits) -> Vec<Finder> {
    let mut found: Vec<Finder> = Vec::new();
    for y in 0..bits.height() {
        let row = bits.row(y);
        each_pattern(row, |start, runs| {
            let x = start as i32 + (runs[0] + runs[1]) as i32 + runs[2] as i32 / 2;
            if let Some(finder) = confirm(bits, x, y as i32, &runs) {
                merge(&mut found, finder);
            }
        });
    }
    found.sort_by(|a, b| b.weight().total_cmp(&a.weight()));
    found.truncate(MOST_FINDERS);
    found
}

impl Finder {
    /// Share of the pattern's rows that were seen as one, with a bonus for size.
    fn weight(&self) -> f32 {
        (self.hits / (2.0 * self.module).max(1.0)).min(1.5) + self.module.ln() * 0.1
    }
}

/// Calls `hit` with the start and the five runs wherever a row shows the pattern.
fn each_pattern(row: &[u8], mut hit: impl FnMut(usize, [u32; 5])) {
    let mut runs = [0_u32; 5];
    let (mut colour, mut length) = (0, 0_u32);
    for x in 0..=row.len() {
        let here = row.get(x).copied();
        if here == Some(colour) {
            length += 1;
            continue;
        }
        runs.rotate_left(1);
        runs[4] = length;
        if colour == 1 && runs[0] > 0 && is_pattern(&runs) {
            hit(x - runs.iter().sum::<u32>() as usize, runs);
        }
        colour = here.unwrap_or(0);
        length = 1;
    }
}

/// 1:1:3:1:1 within what perspective, blur and damage do to it.
fn is_pattern(runs: &[u32; 5]) -> bool {
    let total: u32 = runs.iter().sum();
    if total < 7 {
        return false;
    }
    let module = total as f32 / 7.0;
    let slack = 0.5;
    let thin = [runs[0], runs[1], runs[3], runs[4]];
    let centre = runs[2] as f32;
    thin.iter()
        .all(|run| (*run as f32) > module * 0.3 - slack && (*run as f32) < module * 1.8 + slack)
        && centre > module * 2.0 - slack
        && centre < module * 4.2 + slack
}

fn confirm(bits: &Bits, x: i32, y: i32, runs: &[u32; 5]) -> Option<Finder> {
    let across: u32 = runs.iter().sum();
    let limit = across * 2;
    let down = runs_along(bits, x, y, (0, 1), limit);
    let (y, tall) = match down {
        Some((runs, offset)) if is_pattern(&runs) => (y as f32 + offset, runs.iter().sum::<u32>()),
        _ => {
            let passes = |step| {
                runs_along(bits, x, y, step, limit).is_some_and(|(runs, _)| is_pattern(&runs))
            };
            if !(passes((1, 1)) && passes((1, -1))) {
                return None;
            }
            (y as f32, across)
        }
    };
    if tall * 2 < across || across * 2 < tall {
        return None;
    }
    let (again, offset) = runs_along(bits, x, y as i32, (1, 0), limit)?;
    let across = again.iter().sum::<u32>().max(across.min(tall));
    Some(Finder {
        x: x as f32 + 0.5 + offset,
        y: y + 0.5,
        module: ((across * tall) as f32).sqrt() / 7.0,
        hits: 1.0,
    })
}

/// The five runs through a dark pixel in a direction, and how far their middle is from it. Steps are counted, not
/// lengths, so that diagonals compare with themselves alone.
fn runs_along(
    bits: &Bits,
    x: i32,
    y: i32,
    step: (i32, i32),
    limit: u32,
) -> Option<([u32; 5], f32)> {
    let mut runs = [0_u32; 5];
    let mut reach = [0_i32; 2];
    for (side, sign) in [(0, -1), (1, 1)] {
        let (mut ring, mut length, mut wanted) = (0, 0_u32, true);
        let mut distance = i32::from(side == 1);
        while ring < 3 {
            let at = bits.at(x + step.0 * distance * sign, y + step.1 * distance * sign);
            if at == Some(wanted) {
                length += 1;
                distance += 1;
                if length > limit {
                    return None;
                }
                continue;
            }
            if length == 0 && !(ring == 0 && side == 1) {
                return None;
            }
            match (ring, side) {
                (0, 0) => reach[0] = length as i32,
                (0, _) => reach[1] = length as i32,
                _ => {}
            }
            let place = if side == 0 { 2 - ring } else { 2 + ring };
            runs[place] += length;
            ring += 1;
            length = 0;
            wanted = !wanted;
            if at.is_none() && ring < 3 {
                return None;
            }
        }
    }
    Some((runs, (reach[1] - reach[0] + 1) as f32 / 2.0))
}

fn merge(found: &mut Vec<Finder>, new: Finder) {
    let near = found.iter_mut().find(|old| {
        let (dx, dy) = (old.x - new.x, old.y - new.y);
        let reach = 2.0 * old.module.max(new.module);
        dx * dx + dy * dy < reach * reach
            && old.module < 2.0 * new.module
            && new.module < 2.0 * old.module
    });
    match near {
        Some(old) => {
            let share = 1.0 / (old.hits + 1.0);
            old.x += (new.x - old.x) * share;
            old.y += (new.y - old.y) * share;
            old.module += (new.module - old.module) * share;
            old.hits += 1.0;
        }
        None => found.push(new),
    }
}

/// Threes that could be one symbol's corners, the least strange first.
pub(super) fn triples(bits: &Bits, finders: &[Finder]) -> Vec<Triple> {
    let mut triples = Vec::new();
    for (i, a) in finders.iter().enumerate() {
        for (j, b) in finders.iter().enumerate().skip(i + 1) {
            for c in &finders[j + 1..] {
                triples.extend(corners(bits, [a, b, c]));
            }
        }
    }
    triples.sort_by(|a, b| a.strangeness.total_cmp(&b.strangeness));
    triples
}

fn corners(bits: &Bits, three: [&Finder; 3]) -> Option<Triple> {
    let sizes = three.map(|finder| finder.module);
    let largest = sizes.iter().copied().fold(0.0, f32::max);
    let smallest = sizes.iter().copied().fold(f32::MAX, f32::min);
    if largest > 2.2 * smallest {
        return None;
    }
    let far = |a: &Finder, b: &Finder| (a.x - b.x).hypot(a.y - b.y);
    let sides = [
        far(three[1], three[2]),
        far(three[0], three[2]),
        far(three[0], three[1]),
    ];
    let longest = (0..3).max_by(|a, b| sides[*a].total_cmp(&sides[*b]))?;
    let (corner, mut one, mut two) = match longest {
        0 => (three[0], three[1], three[2]),
        1 => (three[1], three[0], three[2]),
        _ => (three[2], three[0], three[1]),
    };
    let turn = (one.x - corner.x) * (two.y - corner.y) - (one.y - corner.y) * (two.x - corner.x);
    if turn < 0.0 {
        std::mem::swap(&mut one, &mut two);
    }
    let (right, down) = (far(corner, one), far(corner, two));
    let cosine = ((one.x - corner.x) * (two.x - corner.x)
        + (one.y - corner.y) * (two.y - corner.y))
        / (right * down).max(1.0);
    if cosine.abs() > 0.75 || right > 3.0 * down || down > 3.0 * right {
        return None;
    }
    let side = |a: &Finder, b: &Finder| {
        let module = (along(bits, a, b) + along(bits, b, a)) / 2.0;
        (module, far(a, b) / module + 7.0)
    };
    let ((m1, n1), (m2, n2)) = (side(corner, one), side(corner, two));
    let size = (n1 + n2) / 2.0;
    if !(18.0..=200.0).contains(&size) {
        return None;
    }
    let hits = three.iter().map(|finder| finder.weight()).sum::<f32>();
    Some(Triple {
        top_left: [corner.x, corner.y],
        top_right: [one.x, one.y],
        bottom_left: [two.x, two.y],
        module: (m1 + m2) / 2.0,
        size,
        strangeness: cosine.abs() + (n1 / n2).ln().abs() + (largest / smallest).ln() - 0.3 * hits,
    })
}

/// The size of a module of `from` in the direction of `to`: a third of the way over its three rings' edges.
fn along(bits: &Bits, from: &Finder, to: &Finder) -> f32 {
    let length = (to.x - from.x).hypot(to.y - from.y).max(1.0);
    let (dx, dy) = ((to.x - from.x) / length, (to.y - from.y) / length);
    let reach = |sign: f32| {
        let (mut wanted, mut rings, mut at) = (true, 0, 0.0_f32);
        while at < from.module * 7.0 {
            let dark = bits.at(
                (from.x + dx * at * sign).floor() as i32,
                (from.y + dy * at * sign).floor() as i32,
            )?;
            if dark != wanted {
                wanted = !wanted;
                rings += 1;
                if rings == 3 {
                    return Some(at);
                }
            }
            at += 0.5;
        }
        None
    };
    let plausible = |module: &f32| *module > from.module * 0.5 && *module < from.module * 1.3;
    let ends = [reach(1.0), reach(-1.0)];
    match ends {
        [Some(a), Some(b)] => Some((a + b) / 7.0),
        [one, other] => one.or(other).map(|a| a / 3.5),
    }
    .filter(plausible)
    .unwrap_or(from.module)
}
