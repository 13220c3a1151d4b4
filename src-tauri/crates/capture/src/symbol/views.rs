//! Views of one image, made when a stage first asks for them.

use std::cell::OnceCell;

use super::pixels;
use crate::luma::Luma;

/// Size, in megapixels, at which readers do best: a module is a few pixels wide, and noise is averaged away.
const BEST: f32 = 0.8;
/// Smaller levels hold no code that the larger ones do not.
const LEAST: f32 = 0.03;

/// An image and its halvings, the one nearest the best size first.
pub(super) struct Views<'a> {
    original: &'a Luma,
    halvings: Vec<OnceCell<Luma>>,
    order: Vec<usize>,
}

impl<'a> Views<'a> {
    pub(super) fn of(original: &'a Luma) -> Self {
        let size = |level: usize| original.megapixels() / 4_f32.powi(level as i32);
        let mut order: Vec<usize> = (0..12)
            .filter(|&level| level == 0 || size(level) > LEAST)
            .collect();
        let distance = |level: usize| (size(level) / BEST).ln().abs();
        order.sort_by(|a, b| distance(*a).total_cmp(&distance(*b)));
        Self {
            original,
            halvings: (0..12).map(|_| OnceCell::new()).collect(),
            order,
        }
    }

    /// The `rank`th best level and its scale: how many of the original's pixels one of its pixels spans.
    pub(super) fn ranked(&self, rank: usize) -> Option<(&Luma, f32)> {
        let level = *self.order.get(rank)?;
        Some((self.level(level), (1 << level) as f32))
    }

    /// The original, and the halving that follows the best level.
    pub(super) fn original(&self) -> &Luma {
        self.original
    }

    fn level(&self, level: usize) -> &Luma {
        match level.checked_sub(1) {
            None => self.original,
            Some(above) => self.halvings[above].get_or_init(|| pixels::half(self.level(above))),
        }
    }
}
