//! Evening out the light on a card, so that pale print on dark paper and print under a gloss stand out alike.
//!
//! How: mean and spread of brightness are taken over the surroundings of each cell of a coarse grid; where the spread is
//! small, differences to the mean are enlarged. When: before text is looked for; it is read from the photo as it is.

use super::pixels::Picture;

/// Side of a cell of the grid, in pixels.
const CELL: usize = 16;
/// Cells on every side that count as surroundings.
const AROUND: usize = 2;
/// The spread of brightness (standard deviation) that is aimed at.
const SPREAD: f32 = 36.0;
/// What the noise of a lens may spread; it is not enlarged without bound.
const NOISE: f32 = 6.0;
/// Differences grow by this at most.
const MOST: f32 = 2.0;
/// Where the mean is moved to: away from both ends, so that what was enlarged is not cut off.
const MIDDLE: std::ops::RangeInclusive<f32> = 60.0..=200.0;

/// Evens out the light of `picture`.
pub(crate) fn even(picture: &mut Picture) {
    let grid = Grid::of(picture);
    let across: Vec<Between> = (0..picture.width)
        .map(|x| Between::cells(x, grid.columns))
        .collect();
    let row = picture.width * 3;
    for (y, pixels) in picture.rgb.chunks_exact_mut(row).enumerate() {
        let cells = grid.row(y);
        for (pixel, place) in pixels.chunks_exact_mut(3).zip(&across) {
            let (mean, gain) = place.mix(&cells);
            let middle = mean.clamp(*MIDDLE.start(), *MIDDLE.end());
            for value in pixel {
                *value = (middle + (f32::from(*value) - mean) * gain).clamp(0.0, 255.0) as u8;
            }
        }
    }
}

/// Mean brightness about each cell, and what differences to it are multiplied by.
struct Grid {
    columns: usize,
    rows: usize,
    cells: Vec<(f32, f32)>,
}

impl Grid {
    fn of(picture: &Picture) -> Self {
        let (columns, rows) = (picture.width.div_ceil(CELL), picture.height.div_ceil(CELL));
        let mut sums = vec![[0.0_f32; 3]; columns * rows];
        for (at, pixel) in picture.rgb.chunks_exact(3).enumerate() {
            let (x, y) = (at % picture.width, at / picture.width);
            let [red, green, blue] = [pixel[0], pixel[1], pixel[2]].map(f32::from);
            let bright = red * 0.3 + green * 0.6 + blue * 0.1;
            let sum = &mut sums[y / CELL * columns + x / CELL];
            *sum = [sum[0] + 1.0, sum[1] + bright, sum[2] + bright * bright];
        }
        let near = |at: usize, size: usize| at.saturating_sub(AROUND)..(at + AROUND + 1).min(size);
        let cell = |at: usize| {
            let mut total = [0.0_f32; 3];
            for y in near(at / columns, rows) {
                for sum in near(at % columns, columns).map(|x| sums[y * columns + x]) {
                    total = std::array::from_fn(|i| total[i] + sum[i]);
                }
            }
            let mean = total[1] / total[0];
            let spread = (total[2] / total[0] - mean * mean).max(0.0).sqrt();
            (mean, (SPREAD / (spread + NOISE)).clamp(1.0, MOST))
        };
        let cells = (0..columns * rows).map(cell).collect();
        Self {
            columns,
            rows,
            cells,
        }
    }

    /// Mean and gain at the height of a row of pixels, for each column of cells.
    fn row(&self, y: usize) -> Vec<(f32, f32)> {
        let place = Between::cells(y, self.rows);
        let column = |x: usize| {
            let at = |row: usize| self.cells[row * self.columns + x];
            place.of(at(place.low), at(place.high))
        };
        (0..self.columns).map(column).collect()
    }
}

/// A pixel's place between the middles of the two nearest cells.
struct Between {
    low: usize,
    high: usize,
    share: f32,
}

impl Between {
    fn cells(at: usize, count: usize) -> Self {
        let place = ((at as f32 + 0.5) / CELL as f32 - 0.5).clamp(0.0, (count - 1) as f32);
        let low = place as usize;
        Self {
            low,
            high: (low + 1).min(count - 1),
            share: place - low as f32,
        }
    }

    fn mix(&self, cells: &[(f32, f32)]) -> (f32, f32) {
        self.of(cells[self.low], cells[self.high])
    }

    fn of(&self, a: (f32, f32), b: (f32, f32)) -> (f32, f32) {
        let by = |a: f32, b: f32| a + (b - a) * self.share;
        (by(a.0, b.0), by(a.1, b.1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pale_print_on_dark_paper_stands_out() {
        let (width, height) = (96, 64);
        let mut rgb = vec![20; width * height * 3];
        for row in rgb.chunks_exact_mut(width * 3).step_by(4) {
            row.fill(44);
        }
        let mut picture = Picture { width, height, rgb };
        even(&mut picture);
        let (print, paper) = (picture.rgb[0], picture.rgb[width * 3]);
        assert!(print - paper >= 45, "{print} {paper}");
    }

    #[test]
    fn strong_print_stays_as_it_is() {
        let (width, height) = (32, 32);
        let rgb: Vec<u8> = (0..width * height * 3)
            .map(|at| if at / (width * 3) % 2 == 0 { 70 } else { 190 })
            .collect();
        let mut picture = Picture { width, height, rgb };
        let before = picture.rgb.clone();
        even(&mut picture);
        let most = picture
            .rgb
            .iter()
            .zip(before)
            .map(|(a, b)| a.abs_diff(b))
            .max();
        assert!(most <= Some(1));
    }
}
