//! The part of an image that a symbol would take, brought to a common size and evened out.

use super::pixels::{self, Sums};
use crate::luma::Luma;

/// Darkness around a symbol: positive where darker than the surroundings, in units of their contrast. Averaged over
/// about half a module, so that it peaks in the middle of modules.
pub(super) struct Work {
    width: usize,
    height: usize,
    dark: Vec<f32>,
    /// Pixels of the image that one of these spans.
    pub(super) scale: f32,
    left: f32,
    top: f32,
    /// Pixels here that a module spans, about.
    pub(super) module: f32,
}

/// Pixels a module should span: enough to tell it, few enough to be quick.
const GOOD_MODULE: f32 = 5.0;

impl Work {
    /// Cuts out what lies within `margin` pixels around `points`.
    pub(super) fn around(
        image: &Luma,
        points: &[[f32; 2]],
        module: f32,
        margin: f32,
    ) -> Option<Self> {
        let fold = |pick: usize, by: fn(f32, f32) -> f32, start: f32| {
            points
                .iter()
                .fold(start, |edge, point| by(edge, point[pick]))
        };
        let cut = |edge: f32, size: usize| edge.clamp(0.0, size as f32) as usize;
        let left = cut(fold(0, f32::min, f32::MAX) - margin, image.width());
        let right = cut(fold(0, f32::max, f32::MIN) + margin, image.width());
        let top = cut(fold(1, f32::min, f32::MAX) - margin, image.height());
        let bottom = cut(fold(1, f32::max, f32::MIN) + margin, image.height());
        if right < left + 11 || bottom < top + 11 {
            return None;
        }
        let cropped = Luma::from_fn(right - left, bottom - top, |x, y| {
            image.row(top + y)[left + x]
        });
        let wanted = (module / GOOD_MODULE).max(1.0);
        let small = if wanted > 1.15 {
            let by = |size: usize| (size as f32 / wanted).round().max(1.0) as usize;
            pixels::shrink(&cropped, by(cropped.width()), by(cropped.height()))
        } else {
            cropped
        };
        let scale = (right - left) as f32 / small.width() as f32;
        let module = module / scale;
        Some(Self {
            width: small.width(),
            height: small.height(),
            dark: even(&small, module),
            scale,
            left: left as f32,
            top: top as f32,
            module,
        })
    }

    /// From a point of the image to one here.
    pub(super) fn inside(&self, point: [f32; 2]) -> [f32; 2] {
        [
            (point[0] - self.left) / self.scale,
            (point[1] - self.top) / self.scale,
        ]
    }

    /// From a point here to one of the image.
    pub(super) fn outside(&self, point: [f32; 2]) -> [f32; 2] {
        [
            point[0] * self.scale + self.left,
            point[1] * self.scale + self.top,
        ]
    }

    /// Darkness at a point, interpolated; nothing is known outside.
    pub(super) fn at(&self, x: f32, y: f32) -> f32 {
        let (x, y) = (x - 0.5, y - 0.5);
        if !(x >= 0.0 && y >= 0.0) {
            return 0.0;
        }
        let (column, row) = (x as usize, y as usize);
        if column + 1 >= self.width || row + 1 >= self.height {
            return 0.0;
        }
        let (fx, fy) = (x - column as f32, y - row as f32);
        let at = row * self.width + column;
        let (upper, lower) = (
            &self.dark[at..at + 2],
            &self.dark[at + self.width..at + self.width + 2],
        );
        let above = upper[0] + (upper[1] - upper[0]) * fx;
        let below = lower[0] + (lower[1] - lower[0]) * fx;
        above + (below - above) * fy
    }
}

/// Contrast in units of the surroundings', softened to the size of a module's middle.
fn even(image: &Luma, module: f32) -> Vec<f32> {
    let sums = Sums::of(image);
    let radius = ((module * 5.0) as usize).max(4);
    let (_, overall) = sums.mean_and_spread(
        image.width() / 2,
        image.height() / 2,
        image.width() + image.height(),
    );
    let least = (overall * 0.3).max(3.0);
    let soft = (module * 0.3) as usize;
    let mut dark = Vec::with_capacity(image.pixels().len());
    for y in 0..image.height() {
        let row = image.row(y);
        for (x, pixel) in row.iter().enumerate() {
            let (mean, spread) = sums.mean_and_spread(x, y, radius);
            let value = match soft {
                0 => f32::from(*pixel),
                soft => sums.mean(x, y, soft),
            };
            dark.push(((mean - value) / spread.max(least)).clamp(-1.5, 1.5));
        }
    }
    dark
}
