//! Looking at a part of a photo as if it lay flat: projected, scaled, three bytes a pixel.

use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::geometry::{Projection, Quad};
use crate::still::Still;

/// A small picture cut out of a photo. Wiped when dropped.
#[derive(Zeroize, ZeroizeOnDrop)]
pub(crate) struct Picture {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) rgb: Vec<u8>,
}

/// What lies outside the photo looks like a grey table: no edge that a detector would take for a stroke.
const OUTSIDE: u32 = 127;
/// At most this many samples a pixel and direction.
const MAX_SAMPLES: usize = 3;
/// The pixels that a sample stands for in either direction: it is a mean of two by two.
const SAMPLE: f32 = 1.5;

/// How much of the difference to the neighbours is added.
const SHARPEN: f32 = 1.2;

impl Picture {
    /// What `quad` encloses, drawn on `width * height` pixels.
    ///
    /// Where the photo has more pixels than the picture, several samples are averaged, so that thin strokes survive.
    pub(crate) fn cut(still: &Still, quad: &Quad, width: usize, height: usize) -> Option<Self> {
        let (width, height) = (width.max(1), height.max(1));
        let samples = |from: f32, to: usize| {
            let wanted = (from / to as f32 / SAMPLE).ceil() as usize;
            wanted.clamp(1, MAX_SAMPLES)
        };
        let across = samples(quad.width(), width);
        let down = samples(quad.height(), height);
        let map =
            Projection::from_rectangle((width * across) as f32, (height * down) as f32, quad)?;
        let lens = Lens::of(still);
        let whole = (across * down) as u32 * Lens::ONE;
        let mut rgb = Vec::with_capacity(width * height * 3);
        let mut sums = vec![[0_u32; 3]; width];
        for y in 0..height {
            sums.fill([0; 3]);
            for v in y * down..(y + 1) * down {
                let mut row = map.row(v as f32 + 0.5);
                for sum in &mut sums {
                    for _ in 0..across {
                        let (at_x, at_y) = row.next_place();
                        lens.add(at_x - 0.5, at_y - 0.5, sum);
                    }
                }
            }
            let mean = |sum: &u32| ((sum + whole / 2) / whole) as u8;
            rgb.extend(sums.iter().flatten().map(mean));
        }
        Some(Self { width, height, rgb })
    }

    /// Unsharp masking along the rows and columns: blurred strokes part again, at the price of noise.
    pub(crate) fn sharpen(&mut self) {
        let from = Zeroizing::new(std::mem::take(&mut self.rgb));
        let row = self.width * 3;
        self.rgb = (0..from.len())
            .map(|at| {
                let value = |other: Option<usize>| {
                    f32::from(*other.and_then(|i| from.get(i)).unwrap_or(&from[at]))
                };
                let here = f32::from(from[at]);
                let around = value(at.checked_sub(3))
                    + value(at.checked_add(3))
                    + value(at.checked_sub(row))
                    + value(at.checked_add(row));
                (here + SHARPEN * (here - around / 4.0)).clamp(0.0, 255.0) as u8
            })
            .collect();
    }

    /// The tensor that the models were trained on: blue, green, red planes, -1 to 1, `padded` columns wide.
    pub(crate) fn planes(&self, padded: usize) -> Vec<f32> {
        let padded = padded.max(self.width);
        let plane = padded * self.height;
        let mut out = vec![0.0; plane * 3];
        for y in 0..self.height {
            for x in 0..self.width {
                let from = (y * self.width + x) * 3;
                for c in 0..3 {
                    out[c * plane + y * padded + x] =
                        f32::from(self.rgb[from + 2 - c]) / 127.5 - 1.0;
                }
            }
        }
        out
    }
}

/// Bilinear sampling in whole numbers: rounding a float down is a call on processors without SSE 4.1.
struct Lens<'a> {
    rgb: &'a [u8],
    width: i32,
    height: i32,
}

impl<'a> Lens<'a> {
    /// A sample's weight: 8 bits behind the point for either direction.
    const ONE: u32 = 1 << 16;
    /// Keeps places beside the photo above zero, where cutting off rounds down.
    const SHIFT: i32 = 1 << 13;

    fn of(still: &'a Still) -> Self {
        Self {
            rgb: still.rgb(),
            width: still.width() as i32,
            height: still.height() as i32,
        }
    }

    /// Adds the colour at a place to `sum`; `x` and `y` count from the centre of the first pixel.
    #[inline]
    fn add(&self, x: f32, y: f32, sum: &mut [u32; 3]) {
        let fixed = |v: f32| ((v + Self::SHIFT as f32) * 256.0) as i32;
        let (x, y) = (fixed(x), fixed(y));
        let (left, top) = ((x >> 8) - Self::SHIFT, (y >> 8) - Self::SHIFT);
        if left < -1 || top < -1 || left >= self.width || top >= self.height {
            for part in sum {
                *part += OUTSIDE * Self::ONE;
            }
            return;
        }
        let (fx, fy) = ((x & 255) as u32, (y & 255) as u32);
        let (upper, lower) = (self.two(left, top), self.two(left, top + 1));
        for i in 0..3 {
            let upper = upper[i] * (256 - fx) + upper[i + 3] * fx;
            let lower = lower[i] * (256 - fx) + lower[i + 3] * fx;
            sum[i] += upper * (256 - fy) + lower * fy;
        }
    }

    /// A pixel and the next one to the right: at the photo's edges the last one twice.
    #[inline(always)]
    fn two(&self, left: i32, y: i32) -> [u32; 6] {
        let row = y.clamp(0, self.height - 1) * self.width;
        let pixels = |x: i32| &self.rgb[(row + x) as usize * 3..];
        if left >= 0
            && left + 1 < self.width
            && let Some(two) = pixels(left).first_chunk::<6>()
        {
            return two.map(u32::from);
        }
        let one = pixels(left.clamp(0, self.width - 1));
        std::array::from_fn(|i| u32::from(one[i % 3]))
    }
}
