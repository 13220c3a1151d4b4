//! Depthwise convolution: each channel of a picture convolved with a window of weights of its own, by whole vectors of the
//! processor; as in products, they are walked by number.
#![allow(clippy::needless_range_loop)]

use rten_simd::ops::{BitOps, NumOps};
use rten_simd::{Isa, SimdOp};

use super::map::{Map, Room, sized};
use super::window::Window;

/// Vectors that are computed side by side: enough for the processor to wait for none.
const ABREAST: usize = 4;
/// The most numbers that they hold (16 each, by AVX-512).
const REACH: usize = 16 * ABREAST;

/// The weights of a layer: of each channel a window, and what is added.
pub(super) struct Depthwise {
    pub(super) weights: Vec<f32>,
    pub(super) bias: Vec<f32>,
    pub(super) window: Window,
}

impl Depthwise {
    /// The layer's output; none where the input does not fit.
    pub(super) fn run(&self, input: &Map, room: &mut Room) -> Option<Map> {
        let [high, wide] = self.window.side;
        let channels = self.bias.len();
        if input.channels != channels || self.weights.len() != channels * high * wide {
            return None;
        }
        let size = self.window.output(input.size())?;
        let mut output = room.map(channels, size);
        let reach = size[1].next_multiple_of(REACH) + wide;
        let slot = self.window.slot(input.width).max(reach);
        let line = slot * self.window.stride[1];
        let [before, behind] = [self.window.before[0], self.window.behind[0]];
        let field = sized(&mut room.strip, line * (before + input.height + behind));
        field.fill(0.0);
        let windows = self.weights.chunks_exact(high * wide).zip(&self.bias);
        let outputs = output.data.chunks_exact_mut((size[0] * size[1]).max(1));
        for ((plane, (weights, bias)), output) in input.planes().zip(windows).zip(outputs) {
            let lines = field.chunks_exact_mut(line).skip(before);
            for (into, row) in lines.zip(plane.chunks_exact(input.width)) {
                self.window.lay(row, slot, into);
            }
            let channel = Channel {
                window: &self.window,
                field,
                slot,
                weights,
                bias: *bias,
                width: size[1],
                output,
            };
            channel.dispatch();
        }
        Some(output)
    }
}

/// What is computed of one channel.
struct Channel<'a> {
    window: &'a Window,
    /// The channel with zeros around it.
    field: &'a [f32],
    slot: usize,
    weights: &'a [f32],
    bias: f32,
    width: usize,
    output: &'a mut [f32],
}

impl SimdOp for Channel<'_> {
    type Output = ();

    #[inline(always)]
    fn eval<I: Isa>(self, isa: I) {
        let ops = isa.f32();
        let step = ops.len() * ABREAST;
        let [down, across] = self.window.stride;
        let wide = self.window.side[1];
        let columns: Vec<usize> = (0..wide)
            .map(|at| self.window.column(at, self.slot))
            .collect();
        for (y, row) in self.output.chunks_exact_mut(self.width).enumerate() {
            for (at, into) in row.chunks_mut(step).enumerate() {
                let mut sums = [ops.splat(self.bias); ABREAST];
                for (v, weights) in self.weights.chunks_exact(wide).enumerate() {
                    let start = (y * down + v) * self.slot * across + at * step;
                    for (weight, column) in weights.iter().zip(&columns) {
                        let weight = ops.splat(*weight);
                        let values = ops.load_many::<ABREAST>(&self.field[start + column..]);
                        for i in 0..ABREAST {
                            sums[i] = ops.mul_add(values[i], weight, sums[i]);
                        }
                    }
                }
                let mut whole = [0.0; REACH];
                let place = match into.len() == step {
                    true => &mut *into,
                    false => &mut whole[..step],
                };
                for i in 0..ABREAST {
                    ops.store(sums[i], &mut place[i * ops.len()..]);
                }
                if into.len() < step {
                    into.copy_from_slice(&whole[..into.len()]);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::card::read::net::tests::{number, plainly};

    fn window(side: usize, stride: [usize; 2]) -> Window {
        Window {
            side: [side; 2],
            stride,
            before: [side / 2; 2],
            behind: [side / 2; 2],
        }
    }

    #[test]
    fn every_number_is_what_the_plain_sum_says() {
        // Narrower and wider than the vectors, and just as wide.
        for (width, height, side) in [(1, 1, 7), (5, 3, 7), (64, 9, 5), (70, 4, 7), (192, 6, 3)] {
            for stride in [[1, 1], [2, 1], [2, 2], [1, 3]] {
                let channels = 3;
                let input = Map {
                    channels,
                    height,
                    width,
                    data: (0..channels * width * height).map(number).collect(),
                };
                let layer = Depthwise {
                    weights: (0..channels * side * side).map(|i| number(i * 3)).collect(),
                    bias: vec![0.5, -1.0, 0.0],
                    window: window(side, stride),
                };
                let output = layer.run(&input, &mut Room::dirty()).unwrap();
                assert_eq!(Some(output.size()), layer.window.output(input.size()));
                let wanted = plainly(&[&input], &layer.weights, &layer.bias, &layer.window, true);
                for (number, wanted) in output.data.iter().zip(wanted) {
                    assert!((number - wanted).abs() < 1e-4, "{width} {stride:?}");
                }
            }
        }
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let layer = Depthwise {
            weights: vec![0.0; 18],
            bias: vec![0.0; 2],
            window: window(3, [1, 1]),
        };
        let mut room = Room::default();
        let three = room.map(3, [4, 4]);
        assert!(layer.run(&three, &mut room).is_none());
    }
}
