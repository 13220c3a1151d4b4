//! Looking at a part of a photo as if it lay flat: projected, scaled, three bytes a pixel.

use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::geometry::{Point, Projection, Quad};
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
/// The pixels that a sample stands for in either direction, at most: it is a mean of two by two.
const SAMPLE: f32 = 2.0;
/// Pixels whose places are taken to lie on a straight line, evenly: the two ends alone are projected.
const SPAN: usize = 8;

/// How much of the difference to the neighbours is added.
const SHARPEN: f32 = 1.2;

impl Picture {
    /// What `quad` encloses, drawn on `width * height` pixels.
    ///
    /// Where the photo has more pixels than the picture, a smaller copy of it is looked at, so that thin strokes survive.
    pub(crate) fn cut(still: &Still, quad: &Quad, width: usize, height: usize) -> Option<Self> {
        let (width, height) = (width.max(1), height.max(1));
        let map = Projection::from_rectangle(width as f32, height as f32, quad)?;
        let pixels = (quad.width() / width as f32).max(quad.height() / height as f32);
        let lens = Lens::of(still, pixels);
        let mut rgb = vec![0; width * height * 3];
        for (y, line) in rgb.chunks_exact_mut(width * 3).enumerate() {
            let row = map.row(y as f32 + 0.5);
            for (at, span) in line.chunks_mut(SPAN * 3).enumerate() {
                let (from, many) = (at * SPAN, span.len() / 3);
                lens.draw(row.place(from), row.place(from + many), span);
            }
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

/// Bilinear sampling in whole numbers.
struct Lens<'a> {
    rgb: &'a [u8],
    width: i32,
    height: i32,
    /// What a length in the photo is multiplied by.
    scale: f32,
}

impl<'a> Lens<'a> {
    /// Bits behind the point of a place.
    const BITS: i32 = 16;
    /// Nothing is that far out, and further the numbers end.
    const FAR: f32 = 30_000.0;

    /// On the copy of `still` on which `pixels` of it are at most [`SAMPLE`].
    fn of(mut still: &'a Still, mut pixels: f32) -> Self {
        let mut scale = 1.0;
        while pixels > SAMPLE
            && let Some(half) = still.half()
        {
            (still, pixels, scale) = (half, pixels / 2.0, scale / 2.0);
        }
        Self {
            rgb: still.rgb(),
            width: still.width() as i32,
            height: still.height() as i32,
            scale,
        }
    }

    /// Draws the places from `from` to before `to`.
    fn draw(&self, from: Point, to: Point, into: &mut [u8]) {
        let fixed = |at: f32| {
            let at = (at * self.scale - 0.5).clamp(-Self::FAR, Self::FAR);
            (at * (1 << Self::BITS) as f32) as i32
        };
        let [mut x, mut y] = [from.x, from.y].map(fixed);
        let many = (into.len() / 3).max(1) as i32;
        let step = |from: i32, to: f32| {
            ((i64::from(fixed(to)) - i64::from(from)) / i64::from(many)) as i32
        };
        let (across, down) = (step(x, to.x), step(y, to.y));
        for pixel in into.chunks_exact_mut(3) {
            pixel.copy_from_slice(&self.at(x, y));
            (x, y) = (x + across, y + down);
        }
    }

    /// The colour at a place, which counts from the centre of the first pixel.
    #[inline(always)]
    fn at(&self, x: i32, y: i32) -> [u8; 3] {
        let (left, top) = (x >> Self::BITS, y >> Self::BITS);
        if left < -1 || top < -1 || left >= self.width || top >= self.height {
            return [OUTSIDE; 3];
        }
        let part = |at: i32| ((at >> (Self::BITS - 8)) & 255) as u32;
        let (fx, fy) = (part(x), part(y));
        let (upper, lower) = (self.two(left, top), self.two(left, top + 1));
        std::array::from_fn(|i| {
            let upper = u32::from(upper[i]) * (256 - fx) + u32::from(upper[i + 3]) * fx;
            let lower = u32::from(lower[i]) * (256 - fx) + u32::from(lower[i + 3]) * fx;
            ((upper * (256 - fy) + lower * fy + (1 << 15)) >> 16) as u8
        })
    }

    /// A pixel and the next one to the right: at the photo's edges the last one twice.
    #[inline(always)]
    fn two(&self, left: i32, y: i32) -> [u8; 6] {
        let row = y.clamp(0, self.height - 1) * self.width;
        let pixels = |x: i32| &self.rgb[(row + x) as usize * 3..];
        if left >= 0
            && left + 1 < self.width
            && let Some(two) = pixels(left).first_chunk()
        {
            return *two;
        }
        let one = pixels(left.clamp(0, self.width - 1));
        std::array::from_fn(|i| one[i % 3])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A photo of `side * side` pixels, each of a colour of its own.
    fn photo(side: usize) -> Still {
        let pixels = (0..side * side).map(|at| [(at * 7 % 251) as u8, (at / side) as u8, 9]);
        Still::new(side, side, pixels.flatten().collect())
    }

    fn whole(side: usize) -> Quad {
        Quad::upright(0.0, 0.0, side as f32, side as f32)
    }

    #[test]
    fn what_is_drawn_at_its_own_size_stays_as_it_is() {
        let photo = photo(40);
        let picture = Picture::cut(&photo, &whole(40), 40, 40).unwrap();
        assert_eq!(picture.rgb, photo.rgb());
    }

    #[test]
    fn what_is_drawn_smaller_is_the_mean_of_what_was_there() {
        let photo = photo(64);
        let picture = Picture::cut(&photo, &whole(64), 16, 16).unwrap();
        let quarter = photo.half().and_then(Still::half).unwrap();
        assert_eq!(picture.rgb, quarter.rgb());
    }

    #[test]
    fn beside_the_photo_is_a_grey_table() {
        let quad = Quad::upright(-40.0, 0.0, 40.0, 40.0);
        let picture = Picture::cut(&photo(40), &quad, 20, 20).unwrap();
        let beside = picture.rgb.chunks_exact(60).flat_map(|row| &row[..27]);
        assert!(beside.copied().all(|value| value == OUTSIDE));
    }

    #[test]
    fn a_leaning_span_goes_through_the_places_of_its_pixels() {
        let quad = Quad(
            [(10.0, 8.0), (50.0, 3.0), (55.0, 60.0), (2.0, 50.0)].map(|(x, y)| Point::new(x, y)),
        );
        let slope: Vec<u8> = (0..64 * 64)
            .flat_map(|at| [(at % 64 * 4) as u8, (at / 64 * 4) as u8, 0])
            .collect();
        let picture = Picture::cut(&Still::new(64, 64, slope), &quad, 48, 48).unwrap();
        let map = Projection::from_rectangle(48.0, 48.0, &quad).unwrap();
        for (at, pixel) in picture.rgb.chunks_exact(3).enumerate() {
            let place = map.apply(Point::new((at % 48) as f32 + 0.5, (at / 48) as f32 + 0.5));
            for (value, wanted) in pixel.iter().zip([place.x, place.y]) {
                assert!((f32::from(*value) - (wanted - 0.5) * 4.0).abs() < 2.0);
            }
        }
    }
}
