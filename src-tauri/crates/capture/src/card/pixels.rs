//! Looking at a part of a photo as if it lay flat: projected, scaled, three bytes a pixel.

use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::geometry::{Projection, Quad};
use super::read::net::Map;
use crate::still::Still;

/// A small picture cut out of a photo. Wiped when dropped.
#[derive(Zeroize, ZeroizeOnDrop)]
pub(crate) struct Picture {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) rgb: Vec<u8>,
}

/// What lies outside the photo looks like a grey table: no edge that a detector would take for a stroke.
const OUTSIDE: u8 = 127;
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
        let mut sums = vec![Sum::default(); width];
        let mut places = vec![(0, 0); width * across];
        for y in 0..height {
            sums.fill(Sum::default());
            for v in y * down..(y + 1) * down {
                let row = map.row(v as f32 + 0.5);
                for (place, at) in places.iter_mut().zip(0..) {
                    let (x, y) = row.place(at);
                    *place = (Lens::fixed(x - 0.5), Lens::fixed(y - 0.5));
                }
                for (sum, places) in sums.iter_mut().zip(places.chunks_exact(across)) {
                    for (x, y) in places {
                        lens.add(*x, *y, sum);
                    }
                }
            }
            let mean = |sum: u32| ((sum + whole / 2) / whole) as u8;
            rgb.extend(sums.iter().flat_map(|sum| sum.parts().map(mean)));
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

    /// What the models were trained on: blue, green, red planes, -1 to 1, `padded` columns wide.
    pub(crate) fn planes(&self, padded: usize) -> Map {
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
        Map {
            channels: 3,
            height: self.height,
            width: padded,
            data: out,
        }
    }
}

/// Sums of red and blue, which are computed together as one number's halves, and of green.
#[derive(Clone, Copy, Default)]
struct Sum {
    ends: u64,
    green: u32,
}

impl Sum {
    fn of(pixel: [u8; 3]) -> Self {
        let [red, green, blue] = pixel;
        Self {
            ends: u64::from(red) | u64::from(blue) << 32,
            green: u32::from(green),
        }
    }

    fn add(&mut self, color: Self, weight: u32) {
        self.ends += color.ends * u64::from(weight);
        self.green += color.green * weight;
    }

    fn parts(&self) -> [u32; 3] {
        [self.ends as u32, self.green, (self.ends >> 32) as u32]
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

    /// A place in 256ths of a pixel, counted from the centre of the first one, above zero.
    #[inline(always)]
    fn fixed(at: f32) -> i32 {
        ((at + Self::SHIFT as f32) * 256.0) as i32
    }

    /// Adds the colour at a place to `sum`.
    #[inline]
    fn add(&self, x: i32, y: i32, sum: &mut Sum) {
        let (left, top) = ((x >> 8) - Self::SHIFT, (y >> 8) - Self::SHIFT);
        if left < -1 || top < -1 || left >= self.width || top >= self.height {
            sum.add(Sum::of([OUTSIDE; 3]), Self::ONE);
            return;
        }
        let (fx, fy) = ((x & 255) as u32, (y & 255) as u32);
        let [[a, b], [c, d]] = self.four(left, top);
        sum.add(Sum::of(a), (256 - fx) * (256 - fy));
        sum.add(Sum::of(b), fx * (256 - fy));
        sum.add(Sum::of(c), (256 - fx) * fy);
        sum.add(Sum::of(d), fx * fy);
    }

    /// A pixel and the next one to the right, and those below: at the photo's edges the last one twice.
    #[inline(always)]
    fn four(&self, left: i32, top: i32) -> [[[u8; 3]; 2]; 2] {
        if left >= 0 && top >= 0 && left + 1 < self.width && top + 1 < self.height {
            let row = self.width as usize * 3;
            let from = top as usize * row + left as usize * 3;
            let both = self.rgb.get(from..from + row + 6);
            let upper = both.and_then(|both| both.first_chunk::<6>());
            let lower = both.and_then(|both| both.last_chunk::<6>());
            if let (Some([a, b, c, d, e, f]), Some([g, h, i, j, k, l])) = (upper, lower) {
                return [[[*a, *b, *c], [*d, *e, *f]], [[*g, *h, *i], [*j, *k, *l]]];
            }
        }
        let pixel = |x: i32, y: i32| {
            let (x, y) = (x.clamp(0, self.width - 1), y.clamp(0, self.height - 1));
            let pixel = &self.rgb[(y * self.width + x) as usize * 3..];
            [pixel[0], pixel[1], pixel[2]]
        };
        let two = |y: i32| [pixel(left, y), pixel(left + 1, y)];
        [two(top), two(top + 1)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The colour at a place by the definition: what the four pixels about it say, by their distance.
    fn plainly(still: &Still, x: f32, y: f32) -> [f32; 3] {
        let (width, height) = (still.width() as i32, still.height() as i32);
        let pixel = |x: i32, y: i32, c: usize| {
            let (x, y) = (x.clamp(0, width - 1), y.clamp(0, height - 1));
            f32::from(still.rgb()[(y * width + x) as usize * 3 + c])
        };
        let (left, top) = (x.floor(), y.floor());
        let (fx, fy) = (x - left, y - top);
        let (left, top) = (left as i32, top as i32);
        std::array::from_fn(|c| {
            let row = |y: i32| pixel(left, y, c) * (1.0 - fx) + pixel(left + 1, y, c) * fx;
            row(top) * (1.0 - fy) + row(top + 1) * fy
        })
    }

    #[test]
    fn samples_are_what_the_four_pixels_about_them_say() {
        let (width, height) = (7, 5);
        let rgba: Vec<u8> = (0..width * height * 4)
            .map(|i| (i * 53 % 251) as u8)
            .collect();
        let still = Still::from_rgba(width, height, &rgba).unwrap();
        let lens = Lens::of(&still);
        // Within the photo, on its edges and beside it by less than a pixel.
        for (x, y) in [
            (2.25, 1.5),
            (0.0, 0.0),
            (6.0, 4.0),
            (-0.5, 2.75),
            (6.5, -0.25),
            (3.0, 4.5),
        ] {
            let mut sum = Sum::default();
            lens.add(Lens::fixed(x), Lens::fixed(y), &mut sum);
            let wanted = plainly(&still, x, y);
            for (is, wanted) in sum.parts().into_iter().zip(wanted) {
                let is = is as f32 / Lens::ONE as f32;
                assert!((is - wanted).abs() < 0.01, "{x} {y}: {is} {wanted}");
            }
        }
        let mut sum = Sum::default();
        lens.add(Lens::fixed(-3.0), Lens::fixed(1.0), &mut sum);
        assert_eq!(sum.parts(), [u32::from(OUTSIDE) * Lens::ONE; 3]);
    }
}
