//! A convolutional network, run by our own kernels.
//!
//! Why: of the time that `rten` took for a card's four networks, half went into packing the same weights anew for
//! each run, gathering windows number by number, and depthwise layers that it does not vectorise. How: [`compile`] makes
//! steps of an ONNX graph as far as it consists of what detectors and the recognisers' first parts are made of; what lies
//! behind (attention, and the letters' probabilities) is `rten`'s.

mod compile;
mod convolution;
mod depthwise;
mod fuse;
mod graph;
mod map;
mod multiply;
mod step;
mod window;

use rten_onnx::onnx::GraphProto;

pub(crate) use graph::{behind, input_of};
pub(crate) use map::{Map, Workroom};

use crate::card::CardError;
use map::Room;
use step::{Input, Step};

/// A network, ready to run.
pub(crate) struct Net {
    layers: Vec<Layer>,
}

/// A step, what it takes, and what is not needed behind it. What it makes bears the number of the layer, from one on; the
/// network's input is 0.
struct Layer {
    step: Step,
    from: Vec<usize>,
    last: Vec<usize>,
}

impl Net {
    /// The part of `graph` that ends in `output`.
    pub(crate) fn of(graph: &GraphProto, output: &str) -> Result<Self, CardError> {
        compile::compile(graph, output).ok_or(CardError::ModelsDamaged)
    }

    pub(crate) fn run(&self, input: Map, workroom: &Workroom) -> Result<Map, CardError> {
        let output = workroom.with(|room| self.run_in(room, input));
        output.ok_or(CardError::ModelsDamaged)
    }

    fn run_in(&self, room: &mut Room, input: Map) -> Option<Map> {
        let mut values: Vec<Option<Map>> = vec![Some(input)];
        for layer in &self.layers {
            let output = layer.run(&mut values, room)?;
            values.push(Some(output));
        }
        values.pop().flatten()
    }
}

impl Layer {
    fn run(&self, values: &mut [Option<Map>], room: &mut Room) -> Option<Map> {
        let mut last: Vec<(usize, Map)> = Vec::new();
        for at in &self.last {
            last.push((*at, values.get_mut(*at)?.take()?));
        }
        let mut inputs = Vec::with_capacity(self.from.len());
        for at in &self.from {
            let own = last.iter().position(|(number, _)| number == at);
            inputs.push(match own {
                Some(own) => Input::Last(last.swap_remove(own).1),
                None => Input::Shared(values.get(*at)?.as_ref()?),
            });
        }
        self.step.run(inputs, room)
    }
}

#[cfg(test)]
mod tests {
    use super::window::Window;
    use super::*;

    pub(super) fn number(at: usize) -> f32 {
        ((at * 37 + 11) % 101) as f32 / 50.0 - 1.0
    }

    /// A convolution by its definition, of all channels into each or of each alone.
    pub(super) fn plainly(
        inputs: &[&Map],
        weights: &[f32],
        bias: &[f32],
        window: &Window,
        alone: bool,
    ) -> Vec<f32> {
        let [height, width] = inputs[0].size();
        let planes: Vec<&[f32]> = inputs.iter().flat_map(|map| map.planes()).collect();
        let [rows, columns] = window.output([height, width]).unwrap();
        let [high, wide] = window.side;
        let seen = |c: usize, y: usize, x: usize, v: usize, u: usize| {
            let row = (y * window.stride[0] + v).checked_sub(window.before[0])?;
            let column = (x * window.stride[1] + u).checked_sub(window.before[1])?;
            (row < height && column < width).then(|| planes[c][row * width + column])
        };
        let mut out = Vec::new();
        for (o, bias) in bias.iter().enumerate() {
            let channels: Vec<usize> = if alone {
                vec![o]
            } else {
                (0..planes.len()).collect()
            };
            for (y, x) in (0..rows).flat_map(|y| (0..columns).map(move |x| (y, x))) {
                let mut sum = *bias;
                for (at, c) in channels.iter().enumerate() {
                    for (v, u) in (0..high).flat_map(|v| (0..wide).map(move |u| (v, u))) {
                        let weight = ((o * channels.len() + at) * high + v) * wide + u;
                        sum += seen(*c, y, x, v, u).unwrap_or(0.0) * weights[weight];
                    }
                }
                out.push(sum);
            }
        }
        out
    }
}
