//! Brightness of an image, the only thing that decoders need.

use zeroize::{Zeroize, ZeroizeOnDrop};

/// A grey image, row by row from the top left, one byte a pixel, 0 black. Wiped when dropped: it shows a person's badge.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Luma {
    width: usize,
    height: usize,
    pixels: Vec<u8>,
}

/// `pixels` does not hold `width * height` bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the pixels do not fill the frame")]
pub struct WrongSize;

impl Luma {
    /// Wraps `pixels`, which must hold exactly `width * height` bytes, neither side being zero.
    pub fn new(width: usize, height: usize, pixels: Vec<u8>) -> Result<Self, WrongSize> {
        match width.checked_mul(height) {
            Some(size) if size > 0 && size == pixels.len() => Ok(Self {
                width,
                height,
                pixels,
            }),
            _ => Err(WrongSize),
        }
    }

    /// For callers who made `pixels` to measure.
    pub(crate) fn from_parts(width: usize, height: usize, pixels: Vec<u8>) -> Self {
        debug_assert_eq!(width * height, pixels.len());
        Self {
            width,
            height,
            pixels,
        }
    }

    /// An image of `width * height` pixels, each as `at(x, y)` says.
    pub fn from_fn(width: usize, height: usize, mut at: impl FnMut(usize, usize) -> u8) -> Self {
        let (width, height) = (width.max(1), height.max(1));
        let mut pixels = Vec::with_capacity(width * height);
        for y in 0..height {
            for x in 0..width {
                pixels.push(at(x, y));
            }
        }
        Self::from_parts(width, height, pixels)
    }

    pub(crate) fn row_mut(&mut self, y: usize) -> &mut [u8] {
        &mut self.pixels[y * self.width..(y + 1) * self.width]
    }

    /// Pixels in a row.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Rows.
    pub fn height(&self) -> usize {
        self.height
    }

    /// All pixels, row by row.
    pub fn pixels(&self) -> &[u8] {
        &self.pixels
    }

    /// One row; `y` must be below the height.
    pub fn row(&self, y: usize) -> &[u8] {
        &self.pixels[y * self.width..(y + 1) * self.width]
    }

    /// Pixels in all, in millions.
    pub fn megapixels(&self) -> f32 {
        (self.width * self.height) as f32 / 1e6
    }
}

impl std::fmt::Debug for Luma {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Luma({} x {})", self.width, self.height)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn size_must_fit() {
        assert!(Luma::new(2, 2, vec![0; 4]).is_ok());
        assert_eq!(Luma::new(2, 2, vec![0; 5]), Err(WrongSize));
        assert_eq!(Luma::new(0, 2, vec![]), Err(WrongSize));
        assert_eq!(Luma::new(usize::MAX, 2, vec![0; 4]), Err(WrongSize));
    }

    #[test]
    fn debug_shows_no_pixel() {
        let image = Luma::from_fn(3, 2, |_, _| 77);
        assert_eq!(format!("{image:?}"), "Luma(3 x 2)");
    }
}
