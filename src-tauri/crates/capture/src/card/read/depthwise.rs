//! Depthwise convolution: each channel of a picture convolved with a square of weights of its own.
//!
//! Why: `rten` computes it number by number, for lack of a vectorised kernel. Here a row is computed by whole vectors of
//! the processor.

use rten_simd::ops::{BitOps, NumOps};
use rten_simd::{Isa, SimdOp};
use rten_tensor::NdTensor;
use rten_tensor::prelude::*;

use crate::card::CardError;

/// Vectors that are computed side by side: enough for the processor to wait for none.
const ABREAST: usize = 4;

/// The weights of a layer: of each channel a square of an odd side, and what is added.
pub(super) struct Depthwise {
    weights: Vec<f32>,
    bias: Vec<f32>,
    side: usize,
}

impl Depthwise {
    /// Of weights shaped channels, 1, side, side.
    pub(super) fn new(shape: &[usize], weights: &[f32], bias: &[f32]) -> Option<Self> {
        let &[channels, 1, side, width] = shape else {
            return None;
        };
        let fits = side == width && side % 2 == 1 && bias.len() == channels;
        let fits = fits && weights.len() == channels * side * side;
        fits.then(|| Self {
            weights: weights.to_vec(),
            bias: bias.to_vec(),
            side,
        })
    }

    /// The layer's output, of the size of its input: beyond the edges stand zeros.
    pub(super) fn run(&self, input: &NdTensor<f32, 4>) -> Result<NdTensor<f32, 4>, CardError> {
        let shape = input.shape();
        let [1, channels, height, width] = shape else {
            return Err(CardError::ModelsDamaged);
        };
        let values = input.data().filter(|_| channels == self.bias.len());
        let values = values.ok_or(CardError::ModelsDamaged)?;
        let mut output = Vec::with_capacity(values.len());
        let mut field = Field::new(width, height, self.side / 2);
        let squares = self.weights.chunks_exact(self.side * self.side);
        for ((channel, weights), bias) in values
            .chunks_exact((width * height).max(1))
            .zip(squares)
            .zip(&self.bias)
        {
            field.fill(channel);
            let layer = Channel {
                field: &field,
                weights,
                side: self.side,
                bias: *bias,
                output: &mut output,
            };
            layer.dispatch();
        }
        Ok(NdTensor::from_data(shape, output))
    }
}

/// One channel with zeros around it, and to the right as many as a row of vectors may reach over.
struct Field {
    values: Vec<f32>,
    width: usize,
    height: usize,
    edge: usize,
    /// Numbers from one row to the next.
    stride: usize,
}

impl Field {
    /// The most that the vectors abreast hold (16 numbers each, by AVX-512).
    const REACH: usize = 16 * ABREAST;

    fn new(width: usize, height: usize, edge: usize) -> Self {
        let stride = width.next_multiple_of(Self::REACH) + 2 * edge;
        Self {
            values: vec![0.0; stride * (height + 2 * edge)],
            width,
            height,
            edge,
            stride,
        }
    }

    fn fill(&mut self, channel: &[f32]) {
        let rows = self.values.chunks_exact_mut(self.stride).skip(self.edge);
        for (into, from) in rows.zip(channel.chunks_exact(self.width)) {
            into[self.edge..self.edge + self.width].copy_from_slice(from);
        }
    }
}

/// What is computed of one channel.
struct Channel<'a> {
    field: &'a Field,
    weights: &'a [f32],
    side: usize,
    bias: f32,
    output: &'a mut Vec<f32>,
}

impl SimdOp for Channel<'_> {
    type Output = ();

    #[inline(always)]
    fn eval<I: Isa>(self, isa: I) {
        let ops = isa.f32();
        let step = ops.len() * ABREAST;
        let mut row = vec![0.0; self.field.width.next_multiple_of(step)];
        for y in 0..self.field.height {
            for (at, into) in row.chunks_exact_mut(step).enumerate() {
                let mut sums = [ops.splat(self.bias); ABREAST];
                for (v, weights) in self.weights.chunks_exact(self.side).enumerate() {
                    let from = &self.field.values[(y + v) * self.field.stride + at * step..];
                    for (u, weight) in weights.iter().enumerate() {
                        let weight = ops.splat(*weight);
                        let values = ops.load_many::<ABREAST>(&from[u..]);
                        for (sum, value) in sums.iter_mut().zip(values) {
                            *sum = ops.mul_add(value, weight, *sum);
                        }
                    }
                }
                for (sum, part) in sums.into_iter().zip(into.chunks_exact_mut(ops.len())) {
                    ops.store(sum, part);
                }
            }
            self.output.extend_from_slice(&row[..self.field.width]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plainly(input: &NdTensor<f32, 4>, weights: &[f32], bias: &[f32], side: usize) -> Vec<f32> {
        let [_, channels, height, width] = input.shape();
        let edge = side / 2;
        let mut out = Vec::new();
        for c in 0..channels {
            for (y, x) in (0..height).flat_map(|y| (0..width).map(move |x| (y, x))) {
                let mut sum = bias[c];
                for (v, u) in (0..side).flat_map(|v| (0..side).map(move |u| (v, u))) {
                    let (row, column) = ((y + v).checked_sub(edge), (x + u).checked_sub(edge));
                    let (Some(row), Some(column)) = (row, column) else {
                        continue;
                    };
                    if row < height && column < width {
                        sum += input[[0, c, row, column]] * weights[(c * side + v) * side + u];
                    }
                }
                out.push(sum);
            }
        }
        out
    }

    #[test]
    fn every_number_is_what_the_plain_sum_says() {
        // Narrower and wider than the vectors, and just as wide.
        for (width, height, side) in [(1, 1, 7), (5, 3, 7), (64, 9, 5), (70, 4, 7), (192, 6, 3)] {
            let number = |at: usize| ((at * 37 + 11) % 101) as f32 / 50.0 - 1.0;
            let (channels, many) = (3, width * height * 3);
            let data: Vec<f32> = (0..many).map(number).collect();
            let input = NdTensor::from_data([1, channels, height, width], data);
            let weights: Vec<f32> = (0..channels * side * side).map(|i| number(i * 3)).collect();
            let bias = [0.5, -1.0, 0.0];
            let layer = Depthwise::new(&[channels, 1, side, side], &weights, &bias).unwrap();
            let output = layer.run(&input).unwrap();
            assert_eq!(output.shape(), input.shape());
            let wanted = plainly(&input, &weights, &bias, side);
            for (number, wanted) in output.iter().zip(wanted) {
                assert!((number - wanted).abs() < 1e-4, "{width} {number} {wanted}");
            }
        }
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        assert!(Depthwise::new(&[2, 1, 4, 4], &[0.0; 32], &[0.0; 2]).is_none());
        assert!(Depthwise::new(&[2, 1, 3, 3], &[0.0; 17], &[0.0; 2]).is_none());
        let layer = Depthwise::new(&[2, 1, 3, 3], &[0.0; 18], &[0.0; 2]).unwrap();
        let three = NdTensor::<f32, 4>::zeros([1, 3, 4, 4]);
        assert!(matches!(layer.run(&three), Err(CardError::ModelsDamaged)));
    }
}
