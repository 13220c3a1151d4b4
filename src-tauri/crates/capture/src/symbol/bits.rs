//! Thresholded images.

use crate::luma::Luma;

/// A thresholded image: 0 light, 1 dark.
pub(super) struct Bits {
    width: usize,
    height: usize,
    dark: Vec<u8>,
}

impl Bits {
    /// Takes an image of 0 (black) and 255 (white).
    pub(super) fn of(thresholded: &Luma) -> Self {
        Self {
            width: thresholded.width(),
            height: thresholded.height(),
            dark: thresholded
                .pixels()
                .iter()
                .map(|pixel| u8::from(*pixel < 128))
                .collect(),
        }
    }

    pub(super) fn at(&self, x: i32, y: i32) -> Option<bool> {
        let inside = x >= 0 && y >= 0 && (x as usize) < self.width && (y as usize) < self.height;
        inside.then(|| self.dark[y as usize * self.width + x as usize] == 1)
    }

    pub(super) fn height(&self) -> usize {
        self.height
    }

    /// One row, 1 where dark.
    pub(super) fn row(&self, y: usize) -> &[u8] {
        &self.dark[y * self.width..(y + 1) * self.width]
    }
}
