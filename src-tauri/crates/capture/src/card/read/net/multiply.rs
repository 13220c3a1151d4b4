//! Products of matrices, as convolutions need them: few rows of weights by many columns of pixels.
//!
//! How: as in Goto and van de Geijn, *Anatomy of High-Performance Matrix Multiplication* (2008): weights are packed once,
//! columns panel by panel, and six rows by two vectors of sums stay in the processor's registers. Vectors are walked by
//! number: an iterator over them is a function that a compiler cannot make part of one for another processor.
#![allow(clippy::needless_range_loop)]

use rten_simd::ops::{BitOps, NumOps};
use rten_simd::{Isa, SimdOp};

use super::map::sized;

/// Rows that are computed side by side.
const ROWS: usize = 6;
/// Numbers in the panels that are packed at a time: they stay in a core's second cache.
const PACKED: usize = 40 * 1024;
/// Numbers in a panel's row, at most: four vectors of AVX-512.
const WIDEST: usize = 64;

/// Weights, and what is added to each row of the product.
pub(super) struct Matrix {
    /// Six rows beside each other, so that six weights of one column follow one another.
    blocks: Vec<f32>,
    bias: Vec<[f32; ROWS]>,
    rows: usize,
    inner: usize,
}

/// What is multiplied: numbers that lie side by side, each row of them anywhere in `data`.
pub(super) struct Columns<'a> {
    pub(super) data: &'a [f32],
    /// Where each row begins.
    pub(super) rows: &'a [usize],
    pub(super) count: usize,
}

/// Where the product goes: the first row to `start`, each further one `stride` behind it.
pub(super) struct Place<'a> {
    pub(super) data: &'a mut [f32],
    pub(super) start: usize,
    pub(super) stride: usize,
}

impl Matrix {
    /// Of `weights` row by row, with a bias for each.
    pub(super) fn new(weights: &[f32], bias: &[f32]) -> Self {
        let rows = bias.len();
        let inner = weights.len() / rows.max(1);
        let mut blocks = vec![0.0; rows.next_multiple_of(ROWS) * inner];
        let (columns, _) = blocks.as_chunks_mut::<ROWS>();
        for (row, weights) in weights.chunks_exact(inner.max(1)).enumerate() {
            let columns = &mut columns[row / ROWS * inner..][..inner];
            for (column, weight) in columns.iter_mut().zip(weights) {
                column[row % ROWS] = *weight;
            }
        }
        let added = |part: &[f32]| std::array::from_fn(|i| part.get(i).copied().unwrap_or(0.0));
        Self {
            blocks,
            bias: bias.chunks(ROWS).map(added).collect(),
            rows,
            inner,
        }
    }

    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    pub(super) fn inner(&self) -> usize {
        self.inner
    }

    /// The product and the bias; nothing in it is below `least`. `panels` is room to work in.
    pub(super) fn multiply(
        &self,
        columns: &Columns,
        place: Place,
        least: f32,
        panels: &mut Vec<f32>,
    ) {
        debug_assert_eq!(columns.rows.len(), self.inner);
        let product = Product {
            matrix: self,
            columns,
            place,
            least,
            panels: sized(panels, PACKED.max(self.inner * WIDEST)),
        };
        product.dispatch();
    }
}

struct Product<'a> {
    matrix: &'a Matrix,
    columns: &'a Columns<'a>,
    place: Place<'a>,
    least: f32,
    panels: &'a mut [f32],
}

impl SimdOp for Product<'_> {
    type Output = ();

    #[inline(always)]
    fn eval<I: Isa>(self, isa: I) {
        // Narrow vectors come with as many more registers (NEON), or are slow anyway.
        if isa.f32().len() <= 4 {
            self.run::<I, 4>(isa);
        } else {
            self.run::<I, 2>(isa);
        }
    }
}

impl Product<'_> {
    #[inline(always)]
    fn run<I: Isa, const VECTORS: usize>(mut self, isa: I) {
        let width = isa.f32().len() * VECTORS;
        let panel = self.matrix.inner * width;
        let group = (PACKED / panel.max(1)).clamp(1, 64);
        let (panels, _) = std::mem::take(&mut self.panels).split_at_mut(group * panel);
        for first in (0..self.columns.count).step_by(group * width) {
            let starts = (first..self.columns.count).step_by(width);
            for (panel, at) in panels.chunks_exact_mut(panel).zip(starts.clone()) {
                pack::<I, VECTORS>(isa, self.columns, at, panel);
            }
            let block = self.matrix.inner * ROWS;
            let blocks = self.matrix.blocks.chunks_exact(block);
            for (number, (weights, bias)) in blocks.zip(&self.matrix.bias).enumerate() {
                for (panel, at) in panels.chunks_exact(panel).zip(starts.clone()) {
                    let sums = tile::<I, VECTORS>(isa, weights, panel, bias);
                    self.store::<I, VECTORS>(isa, number * ROWS, at, sums);
                }
            }
        }
    }

    #[inline(always)]
    fn store<I: Isa, const VECTORS: usize>(
        &mut self,
        isa: I,
        row: usize,
        at: usize,
        sums: [[I::F32; VECTORS]; ROWS],
    ) {
        let ops = isa.f32();
        let (length, width) = (ops.len(), ops.len() * VECTORS);
        let least = ops.splat(self.least);
        let wanted = (self.columns.count - at).min(width);
        for i in 0..ROWS {
            if row + i < self.matrix.rows {
                let start = self.place.start + (row + i) * self.place.stride + at;
                let into = &mut self.place.data[start..start + wanted];
                let mut whole = [0.0; WIDEST];
                let is_whole = wanted == width;
                let part = if is_whole {
                    &mut *into
                } else {
                    &mut whole[..width]
                };
                for v in 0..VECTORS {
                    ops.store(ops.max(sums[i][v], least), &mut part[v * length..]);
                }
                if !is_whole {
                    into.copy_from_slice(&whole[..wanted]);
                }
            }
        }
    }
}

/// Copies the columns from `at` on, row below row. What stands behind the last one is computed too, and not stored.
#[inline(always)]
fn pack<I: Isa, const VECTORS: usize>(isa: I, columns: &Columns, at: usize, panel: &mut [f32]) {
    let ops = isa.f32();
    let width = ops.len() * VECTORS;
    for (into, row) in panel.chunks_exact_mut(width).zip(columns.rows) {
        let from = &columns.data[row + at..];
        if from.len() >= width {
            let values = ops.load_many::<VECTORS>(from);
            for v in 0..VECTORS {
                ops.store(values[v], &mut into[v * ops.len()..]);
            }
        } else {
            into[..from.len()].copy_from_slice(from);
            into[from.len()..].fill(0.0);
        }
    }
}

/// Six rows of the product of one panel.
#[inline(always)]
fn tile<I: Isa, const VECTORS: usize>(
    isa: I,
    weights: &[f32],
    panel: &[f32],
    bias: &[f32; ROWS],
) -> [[I::F32; VECTORS]; ROWS] {
    let ops = isa.f32();
    let mut sums = [[ops.zero(); VECTORS]; ROWS];
    for i in 0..ROWS {
        sums[i] = [ops.splat(bias[i]); VECTORS];
    }
    let (weights, _) = weights.as_chunks::<ROWS>();
    let values = panel.chunks_exact(ops.len() * VECTORS);
    for (weights, values) in weights.iter().zip(values) {
        let values = ops.load_many::<VECTORS>(values);
        for i in 0..ROWS {
            let weight = ops.splat(weights[i]);
            for v in 0..VECTORS {
                sums[i][v] = ops.mul_add(values[v], weight, sums[i][v]);
            }
        }
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_is_what_the_plain_sum_says() {
        let number = |at: usize| ((at * 37 + 11) % 101) as f32 / 50.0 - 1.0;
        for (rows, inner, count) in [
            (1, 1, 1),
            (6, 5, 16),
            (7, 48, 33),
            (24, 300, 201),
            (13, 9, 64),
        ] {
            let weights: Vec<f32> = (0..rows * inner).map(number).collect();
            let bias: Vec<f32> = (0..rows).map(|i| number(i * 5)).collect();
            let data: Vec<f32> = (0..inner * count).map(|i| number(i * 3)).collect();
            let starts: Vec<usize> = (0..inner).map(|row| row * count).collect();
            let columns = Columns {
                data: &data,
                rows: &starts,
                count,
            };
            let (stride, mut out) = (count + 3, vec![9.0; 2 + rows * (count + 3)]);
            let place = Place {
                data: &mut out,
                start: 2,
                stride,
            };
            Matrix::new(&weights, &bias).multiply(
                &columns,
                place,
                -0.5,
                &mut vec![f32::NAN; PACKED],
            );
            for (row, bias) in bias.iter().enumerate() {
                for at in 0..count {
                    let sum = (0..inner).map(|k| weights[row * inner + k] * data[k * count + at]);
                    let wanted = (sum.sum::<f32>() + bias).max(-0.5);
                    let is = out[2 + row * stride + at];
                    assert!(
                        (is - wanted).abs() < 1e-3,
                        "{rows} {inner} {count}: {is} {wanted}"
                    );
                }
                assert_eq!(out[2 + row * stride + count], 9.0);
            }
        }
    }
}
