//! The grid of an Aztec symbol over the photo, grown from the bullseye outwards.

use super::super::geometry::{Corners, Perspective, climb};
use super::super::work::Work;
use super::LEAST_FIT;

/// The innermost rings, which both kinds of Aztec have.
pub(super) const INNER: i32 = 4;

/// A grid that is centred on the bullseye and seen in perspective.
pub(super) struct Sheet<'a> {
    work: &'a Work,
    /// Where the corners of the square of `radius` modules around the centre are seen.
    pub(super) corners: Corners,
    pub(super) radius: i32,
}

impl<'a> Sheet<'a> {
    /// Lays the bullseye over the image: the best of several turns, then the corners moved.
    pub(super) fn over(work: &'a Work, centre: [f32; 2], chord_module: f32) -> Option<Self> {
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
    pub(super) fn grow(&mut self, radius: i32, compact: bool) {
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

    pub(super) fn map(&self, corners: &Corners) -> Perspective {
        let reach = self.radius as f32 + 0.5;
        Perspective::of(-reach, reach, corners)
    }

    pub(super) fn score(&self, corners: &Corners, compact: bool) -> f32 {
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

    pub(super) fn dark(&self, map: &Perspective, x: i32, y: i32) -> bool {
        let [px, py] = map.point(x as f32, y as f32);
        self.work.at(px, py) > 0.0
    }

    /// The symbol's corners in the image, clockwise.
    pub(super) fn outline(&self, radius: i32) -> [[f32; 2]; 4] {
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
pub(super) fn known(x: i32, y: i32, compact: bool) -> f32 {
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
