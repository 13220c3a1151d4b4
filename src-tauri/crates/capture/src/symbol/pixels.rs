//! Ways to make a code stand out: scale, blur, contrast, threshold. Pure functions from image to image.

use crate::luma::Luma;

/// Makes an area grey, and a little around it: what stood there is seen no more. A line is taken for as high as half its
/// length.
pub(super) fn paint_over(image: &mut Luma, corners: &[[f32; 2]; 4]) {
    const AROUND: f32 = 1.2;
    let middle = [0, 1].map(|axis| corners.iter().map(|corner| corner[axis]).sum::<f32>() / 4.0);
    let [a, b, _, d] = *corners;
    let (across, down) = ([b[0] - a[0], b[1] - a[1]], [d[0] - a[0], d[1] - a[1]]);
    let flat = down[0].hypot(down[1]) < across[0].hypot(across[1]) * 0.05;
    let corners = if flat {
        let up = [-across[1] * 0.25, across[0] * 0.25];
        let moved = |at: [f32; 2], by: f32| [at[0] + up[0] * by, at[1] + up[1] * by];
        [moved(a, -1.0), moved(b, -1.0), moved(b, 1.0), moved(a, 1.0)]
    } else {
        *corners
    };
    let corners = corners.map(|[x, y]| {
        [
            middle[0] + (x - middle[0]) * AROUND,
            middle[1] + (y - middle[1]) * AROUND,
        ]
    });
    let inside = |x: f32, y: f32| {
        let sides = (0..4).map(|at| {
            let ([x0, y0], [x1, y1]) = (corners[at], corners[(at + 1) % 4]);
            (x1 - x0) * (y - y0) - (y1 - y0) * (x - x0)
        });
        let (left, right) = sides.fold((0, 0), |(left, right), side| {
            (
                left + usize::from(side <= 0.0),
                right + usize::from(side >= 0.0),
            )
        });
        left == 4 || right == 4
    };
    let (width, height) = (image.width(), image.height());
    let span = |axis: usize, most: usize| {
        let along = corners.map(|corner| corner[axis]);
        let low = along.iter().copied().fold(f32::MAX, f32::min).max(0.0);
        let high = along.iter().copied().fold(f32::MIN, f32::max) + 1.0;
        (low as usize).min(most)..(high.max(0.0) as usize).min(most)
    };
    let columns = span(0, width);
    for y in span(1, height) {
        let row = image.row_mut(y);
        for x in columns.clone() {
            if inside(x as f32, y as f32) {
                row[x] = 160;
            }
        }
    }
}

/// Half the width and height, each pixel the mean of four.
pub(super) fn half(image: &Luma) -> Luma {
    let (width, height) = ((image.width() / 2).max(1), (image.height() / 2).max(1));
    if image.width() < 2 || image.height() < 2 {
        return image.clone();
    }
    let mut pixels = Vec::with_capacity(width * height);
    for y in 0..height {
        let (upper, lower) = (image.row(2 * y), image.row(2 * y + 1));
        let pairs = upper.chunks_exact(2).zip(lower.chunks_exact(2)).take(width);
        pixels.extend(pairs.map(|(a, b)| {
            ((u16::from(a[0]) + u16::from(a[1]) + u16::from(b[0]) + u16::from(b[1]) + 2) / 4) as u8
        }));
    }
    Luma::from_parts(width, height, pixels)
}

/// Any smaller size, each pixel the mean of those it covers.
pub(super) fn shrink(image: &Luma, width: usize, height: usize) -> Luma {
    let width = width.clamp(1, image.width());
    let height = height.clamp(1, image.height());
    let span = |at: usize, of: usize, to: usize| {
        (at * of / to, ((at + 1) * of / to).max(at * of / to + 1))
    };
    let columns: Vec<(usize, usize)> = (0..width).map(|x| span(x, image.width(), width)).collect();
    let mut sums = vec![0_u32; image.width()];
    let mut pixels = Vec::with_capacity(width * height);
    for y in 0..height {
        let (top, bottom) = span(y, image.height(), height);
        sums.fill(0);
        for row in top..bottom {
            for (sum, pixel) in sums.iter_mut().zip(image.row(row)) {
                *sum += u32::from(*pixel);
            }
        }
        for &(left, right) in &columns {
            let sum: u32 = sums[left..right].iter().sum();
            pixels.push((sum / ((right - left) * (bottom - top)) as u32) as u8);
        }
    }
    Luma::from_parts(width, height, pixels)
}

/// Twice the width and height, interpolated.
pub(super) fn double(image: &Luma) -> Luma {
    let (width, height) = (image.width() * 2, image.height() * 2);
    let near = |at: usize, size: usize| {
        let low = (at.saturating_sub(1)) / 2;
        let (first, second) = (low, (low + 1).min(size - 1));
        if at % 2 == 1 || at == 0 {
            (first, second, 3, 1)
        } else {
            (first, second, 1, 3)
        }
    };
    let columns: Vec<_> = (0..width).map(|x| near(x, image.width())).collect();
    let mut pixels = Vec::with_capacity(width * height);
    for y in 0..height {
        let (top, bottom, a, b) = near(y, image.height());
        let (upper, lower) = (image.row(top), image.row(bottom));
        pixels.extend(columns.iter().map(|&(left, right, c, d)| {
            let mix = |row: &[u8]| c * u32::from(row[left]) + d * u32::from(row[right]);
            ((a * mix(upper) + b * mix(lower) + 8) / 16) as u8
        }));
    }
    Luma::from_parts(width, height, pixels)
}

/// Mean of each pixel and its eight neighbours.
pub(super) fn blur(image: &Luma) -> Luma {
    let (width, height) = (image.width(), image.height());
    if width < 3 || height < 3 {
        return image.clone();
    }
    let mut pixels = image.pixels().to_vec();
    let mut columns = vec![0_u16; width];
    for y in 1..height - 1 {
        let rows = [image.row(y - 1), image.row(y), image.row(y + 1)];
        for (x, sum) in columns.iter_mut().enumerate() {
            *sum = u16::from(rows[0][x]) + u16::from(rows[1][x]) + u16::from(rows[2][x]);
        }
        let out = &mut pixels[y * width + 1..(y + 1) * width - 1];
        for (pixel, sums) in out.iter_mut().zip(columns.windows(3)) {
            *pixel = ((sums[0] + sums[1] + sums[2]) / 9) as u8;
        }
    }
    Luma::from_parts(width, height, pixels)
}

/// Unsharp mask: what a double blur takes away is added twice.
pub(super) fn sharpen(image: &Luma) -> Luma {
    let soft = blur(&blur(image));
    let pixels = image
        .pixels()
        .iter()
        .zip(soft.pixels())
        .map(|(sharp, soft)| {
            let (sharp, soft) = (i32::from(*sharp), i32::from(*soft));
            (sharp + 2 * (sharp - soft)).clamp(0, 255) as u8
        })
        .collect();
    Luma::from_parts(image.width(), image.height(), pixels)
}

/// Light for dark.
pub(super) fn invert(image: &Luma) -> Luma {
    let pixels = image.pixels().iter().map(|pixel| 255 - pixel).collect();
    Luma::from_parts(image.width(), image.height(), pixels)
}

/// Local contrast: each pixel's distance from the mean of its surroundings, in units of their spread.
pub(super) fn local_contrast(image: &Luma, radius: usize) -> Luma {
    let sums = Sums::of(image);
    Luma::from_fn(image.width(), image.height(), |x, y| {
        let (mean, spread) = sums.mean_and_spread(x, y, radius);
        let pixel = f32::from(image.row(y)[x]);
        (128.0 + (pixel - mean) / spread.max(4.0) * 64.0).clamp(0.0, 255.0) as u8
    })
}

/// Black where a pixel is darker than its surroundings by more than `margin` (0.05: five per cent), white elsewhere.
pub(super) fn local_threshold(image: &Luma, radius: usize, margin: f32) -> Luma {
    let (width, height) = (image.width(), image.height());
    let keep = ((1.0 - margin) * 256.0) as u64;
    let add = |columns: &mut [u32], row: usize| {
        columns
            .iter_mut()
            .zip(image.row(row))
            .for_each(|(sum, pixel)| *sum += u32::from(*pixel));
    };
    let take = |columns: &mut [u32], row: usize| {
        columns
            .iter_mut()
            .zip(image.row(row))
            .for_each(|(sum, pixel)| *sum -= u32::from(*pixel));
    };
    let mut columns = vec![0_u32; width];
    (0..radius.min(height)).for_each(|row| add(&mut columns, row));
    let mut running = vec![0_u32; width + 1];
    let mut pixels = Vec::with_capacity(width * height);
    for y in 0..height {
        if y + radius < height {
            add(&mut columns, y + radius);
        }
        if y > radius {
            take(&mut columns, y - radius - 1);
        }
        for (x, sum) in columns.iter().enumerate() {
            running[x + 1] = running[x].wrapping_add(*sum);
        }
        let rows = (y + radius + 1).min(height) - y.saturating_sub(radius);
        for (x, pixel) in image.row(y).iter().enumerate() {
            let (left, right) = (x.saturating_sub(radius), (x + radius + 1).min(width));
            let sum = u64::from(running[right].wrapping_sub(running[left]));
            let count = (rows * (right - left)) as u64;
            // pixel < mean * (1 - margin), in whole numbers
            let dark = u64::from(*pixel) * count * 256 < sum * keep;
            pixels.push(if dark { 0 } else { 255 });
        }
    }
    Luma::from_parts(width, height, pixels)
}

/// Turned by `degrees` about its centre onto white.
pub(super) fn rotate(image: &Luma, degrees: f32) -> Luma {
    let (sin, cos) = degrees.to_radians().sin_cos();
    let (width, height) = (image.width() as f32, image.height() as f32);
    let new_width = width * cos.abs() + height * sin.abs();
    let new_height = width * sin.abs() + height * cos.abs();
    Luma::from_fn(new_width as usize, new_height as usize, |x, y| {
        let (dx, dy) = (x as f32 - new_width / 2.0, y as f32 - new_height / 2.0);
        let (sx, sy) = (
            cos * dx + sin * dy + width / 2.0,
            cos * dy - sin * dx + height / 2.0,
        );
        if sx < 0.0 || sy < 0.0 || sx >= width - 1.0 || sy >= height - 1.0 {
            return 255;
        }
        let (left, top) = (sx as usize, sy as usize);
        let (fx, fy) = (sx - left as f32, sy - top as f32);
        let mix = |row: &[u8]| f32::from(row[left]) * (1.0 - fx) + f32::from(row[left + 1]) * fx;
        (mix(image.row(top)) * (1.0 - fy) + mix(image.row(top + 1)) * fy) as u8
    })
}

/// Running sums, so that the mean of any rectangle costs four look-ups.
pub(super) struct Sums {
    width: usize,
    height: usize,
    plain: Vec<u32>,
    squares: Vec<u64>,
}

impl Sums {
    pub(super) fn of(image: &Luma) -> Self {
        let (width, height) = (image.width(), image.height());
        let stride = width + 1;
        let mut plain = vec![0_u32; stride * (height + 1)];
        let mut squares = vec![0_u64; stride * (height + 1)];
        for y in 0..height {
            let (mut sum, mut square) = (0_u32, 0_u64);
            let (above, here) = (y * stride, (y + 1) * stride);
            for (x, &pixel) in image.row(y).iter().enumerate() {
                sum += u32::from(pixel);
                square += u64::from(pixel) * u64::from(pixel);
                plain[here + x + 1] = plain[above + x + 1].wrapping_add(sum);
                squares[here + x + 1] = squares[above + x + 1] + square;
            }
        }
        Self {
            width,
            height,
            plain,
            squares,
        }
    }

    /// Mean of the square of `2 * radius + 1` pixels around a pixel, cut at the edges.
    pub(super) fn mean(&self, x: usize, y: usize, radius: usize) -> f32 {
        let (corners, count) = self.window(x, y, radius);
        let [a, b, c, d] = corners.map(|at| self.plain[at]);
        d.wrapping_sub(b).wrapping_sub(c).wrapping_add(a) as f32 / count
    }

    pub(super) fn mean_and_spread(&self, x: usize, y: usize, radius: usize) -> (f32, f32) {
        let ([a, b, c, d], count) = self.window(x, y, radius);
        let plain = &self.plain;
        let sum = plain[d]
            .wrapping_sub(plain[b])
            .wrapping_sub(plain[c])
            .wrapping_add(plain[a]);
        let mean = sum as f32 / count;
        let squares = &self.squares;
        let square = (squares[d] + squares[a] - squares[b] - squares[c]) as f32 / count;
        (mean, (square - mean * mean).max(0.0).sqrt())
    }

    fn window(&self, x: usize, y: usize, radius: usize) -> ([usize; 4], f32) {
        let (left, right) = (x.saturating_sub(radius), (x + radius + 1).min(self.width));
        let (top, bottom) = (y.saturating_sub(radius), (y + radius + 1).min(self.height));
        let stride = self.width + 1;
        let corners = [
            top * stride + left,
            top * stride + right,
            bottom * stride + left,
            bottom * stride + right,
        ];
        (corners, ((right - left) * (bottom - top)) as f32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ramp(width: usize, height: usize) -> Luma {
        Luma::from_fn(width, height, |x, y| ((x * 3 + y * 5) % 256) as u8)
    }

    #[test]
    fn sizes_are_as_said_even_at_the_edge() {
        for (width, height) in [(1, 1), (1, 9), (2, 3), (7, 5), (64, 31)] {
            let image = ramp(width, height);
            let halved = half(&image);
            assert!(halved.width() <= width && halved.height() <= height);
            assert_eq!(double(&image).width(), width * 2);
            assert_eq!(shrink(&image, 3, 3).width(), 3.min(width));
            for same in [
                blur(&image),
                sharpen(&image),
                invert(&image),
                local_contrast(&image, 8),
                local_threshold(&image, 8, 0.05),
            ] {
                assert_eq!((same.width(), same.height()), (width, height));
            }
            assert!(rotate(&image, 45.0).pixels().len() <= 4 * (width + height) * (width + height));
        }
    }

    #[test]
    fn flat_stays_flat() {
        let grey = Luma::from_fn(20, 20, |_, _| 90);
        for flat in [
            half(&grey),
            double(&grey),
            blur(&grey),
            sharpen(&grey),
            shrink(&grey, 7, 9),
        ] {
            assert!(flat.pixels().iter().all(|pixel| *pixel == 90));
        }
        assert!(
            local_contrast(&grey, 4)
                .pixels()
                .iter()
                .all(|pixel| *pixel == 128)
        );
    }

    #[test]
    fn threshold_follows_the_light() {
        let lit = Luma::from_fn(200, 20, |x, _| {
            let light = 50 + x as u32;
            (if x / 10 % 2 == 0 { light } else { light / 2 }) as u8
        });
        let cut = local_threshold(&lit, 15, 0.05);
        let wrong = (20..180)
            .filter(|&x| (cut.row(10)[x] == 255) != (x / 10 % 2 == 0))
            .count();
        assert!(wrong < 10, "{wrong}");
    }
}
