//! What a network does to its maps, one layer after another.

use rten_simd::{SimdOp, SimdUnaryOp};
use rten_vecmath::{Gelu, Sigmoid, Sum};

use super::convolution::Convolution;
use super::depthwise::Depthwise;
use super::map::{Map, Room};

pub(super) enum Step {
    Convolution(Convolution),
    Depthwise(Depthwise),
    /// A pixel becomes two by two: the layer's rows are those of each channel in turn.
    Transposed(Convolution),
    /// The largest of a pixel and those to its right, below, and below to the right.
    MaxPool,
    /// The mean of each channel.
    GlobalAveragePool,
    Gelu,
    Relu,
    Sigmoid,
    HardSigmoid {
        slope: f32,
        shift: f32,
    },
    /// Each channel of the first by the second's number for it, `and_itself`: and the first added.
    Scale {
        and_itself: bool,
    },
    Add,
    /// Each pixel becomes a square of them.
    Upsample(usize),
}

/// A map that a step may change: its only copy, or one that others still need.
pub(super) enum Input<'a> {
    Last(Map),
    Shared(&'a Map),
}

impl Input<'_> {
    fn get(&self) -> &Map {
        match self {
            Self::Last(map) => map,
            Self::Shared(map) => map,
        }
    }

    fn own(self, room: &mut Room) -> Map {
        match self {
            Self::Last(map) => map,
            Self::Shared(map) => room.copy(map),
        }
    }

    fn is_last(&self) -> bool {
        matches!(self, Self::Last(_))
    }
}

impl Step {
    /// What comes out; none where the inputs do not fit.
    pub(super) fn run(&self, mut inputs: Vec<Input>, room: &mut Room) -> Option<Map> {
        let output = match self {
            Self::Convolution(layer) => {
                let maps: Vec<&Map> = inputs.iter().map(Input::get).collect();
                layer.run(&maps, room)?
            }
            Self::Depthwise(layer) => layer.run(inputs.first()?.get(), room)?,
            Self::Transposed(layer) => {
                let parts = layer.run(&[inputs.first()?.get()], room)?;
                let output = woven(&parts, room);
                room.give_back(parts);
                output
            }
            Self::MaxPool => max_pool(inputs.first()?.get(), room),
            Self::GlobalAveragePool => global_average_pool(inputs.first()?.get(), room),
            Self::Upsample(by) => upsampled(inputs.first()?.get(), *by, room),
            Self::Gelu => changed(&mut inputs, room, |data| Gelu {}.map_mut(data))?,
            Self::Sigmoid => changed(&mut inputs, room, |data| Sigmoid {}.map_mut(data))?,
            Self::Relu => changed(&mut inputs, room, |data| {
                data.iter_mut().for_each(|value| *value = value.max(0.0));
            })?,
            Self::HardSigmoid { slope, shift } => changed(&mut inputs, room, |data| {
                let along = |value: f32| (value * slope + shift).clamp(0.0, 1.0);
                data.iter_mut().for_each(|value| *value = along(*value));
            })?,
            Self::Scale { and_itself } => scaled(&mut inputs, *and_itself, room)?,
            Self::Add => added(&mut inputs, room)?,
        };
        for input in inputs {
            if let Input::Last(map) = input {
                room.give_back(map);
            }
        }
        Some(output)
    }
}

fn changed(inputs: &mut Vec<Input>, room: &mut Room, by: impl Fn(&mut [f32])) -> Option<Map> {
    let mut map = inputs.pop()?.own(room);
    by(&mut map.data);
    Some(map)
}

fn scaled(inputs: &mut Vec<Input>, and_itself: bool, room: &mut Room) -> Option<Map> {
    let factors = inputs.pop()?;
    let mut map = inputs.pop()?.own(room);
    let area = (map.height * map.width).max(1);
    let planes = map.data.chunks_exact_mut(area);
    if factors.get().data.len() != map.channels {
        return None;
    }
    for (plane, factor) in planes.zip(&factors.get().data) {
        let factor = if and_itself { factor + 1.0 } else { *factor };
        plane.iter_mut().for_each(|value| *value *= factor);
    }
    inputs.push(factors);
    Some(map)
}

fn added(inputs: &mut Vec<Input>, room: &mut Room) -> Option<Map> {
    let (mut a, mut b) = (inputs.pop()?, inputs.pop()?);
    if b.is_last() {
        std::mem::swap(&mut a, &mut b);
    }
    let mut map = a.own(room);
    if map.size() != b.get().size() || map.channels != b.get().channels {
        return None;
    }
    for (value, more) in map.data.iter_mut().zip(&b.get().data) {
        *value += more;
    }
    inputs.push(b);
    Some(map)
}

fn global_average_pool(input: &Map, room: &mut Room) -> Map {
    let mut output = room.map(input.channels, [1, 1]);
    for (mean, plane) in output.data.iter_mut().zip(input.planes()) {
        *mean = Sum::new(plane).dispatch() / plane.len() as f32;
    }
    output
}

fn max_pool(input: &Map, room: &mut Room) -> Map {
    let mut output = room.map(input.channels, input.size());
    let width = input.width.max(1);
    let last = input.height.max(1) - 1;
    let area = (input.height * width).max(1);
    for (into, plane) in output.data.chunks_exact_mut(area).zip(input.planes()) {
        for (y, into) in into.chunks_exact_mut(width).enumerate() {
            let (upper, lower) = (&plane[y * width..], &plane[(y + 1).min(last) * width..]);
            let both = upper[..width].iter().zip(&lower[..width]);
            for (value, (upper, lower)) in into.iter_mut().zip(both) {
                *value = if upper > lower { *upper } else { *lower };
            }
            for x in 1..width {
                into[x - 1] = if into[x] > into[x - 1] {
                    into[x]
                } else {
                    into[x - 1]
                };
            }
        }
    }
    output
}

fn upsampled(input: &Map, by: usize, room: &mut Room) -> Map {
    let mut output = room.map(input.channels, input.size().map(|side| side * by));
    let (width, wide) = (input.width.max(1), output.width.max(1));
    let rows = input.data.chunks_exact(width);
    for (into, row) in output.data.chunks_exact_mut(wide * by).zip(rows) {
        let (first, others) = into.split_at_mut(wide);
        for (pixels, value) in first.chunks_exact_mut(by).zip(row) {
            pixels.fill(*value);
        }
        for other in others.chunks_exact_mut(wide) {
            other.copy_from_slice(first);
        }
    }
    output
}

/// Four channels each become one, twice as high and wide.
fn woven(parts: &Map, room: &mut Room) -> Map {
    let mut output = room.map(parts.channels / 4, parts.size().map(|side| side * 2));
    let (area, width) = (parts.height * parts.width, parts.width.max(1));
    let rows = output.data.chunks_exact_mut(width * 2);
    let height = output.height.max(1);
    for (at, into) in rows.enumerate() {
        let (channel, y) = (at / height, at % height);
        let from = (channel * 4 + y % 2 * 2) * area + y / 2 * width;
        let [left, right] = [from, from + area].map(|from| &parts.data[from..from + width]);
        let (pairs, _) = into.as_chunks_mut::<2>();
        for (pair, values) in pairs.iter_mut().zip(left.iter().zip(right)) {
            *pair = [*values.0, *values.1];
        }
    }
    output
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::card::read::net::multiply::Matrix;
    use crate::card::read::net::tests::number;
    use crate::card::read::net::window::Window;

    fn map(channels: usize, [height, width]: [usize; 2]) -> Map {
        Map {
            channels,
            height,
            width,
            data: (0..channels * height * width).map(number).collect(),
        }
    }

    /// What comes out, whichever of the inputs are the last of their kind.
    fn run(step: &Step, maps: &[Map]) -> Map {
        let of = |last: usize| {
            let mut room = Room::dirty();
            let inputs = maps
                .iter()
                .enumerate()
                .map(|(at, map)| match last >> at & 1 {
                    0 => Input::Shared(map),
                    _ => Input::Last(Room::default().copy(map)),
                });
            step.run(inputs.collect(), &mut room).unwrap()
        };
        let output = of(0);
        for last in 1..1 << maps.len() {
            assert_eq!(of(last).data, output.data);
        }
        output
    }

    /// A layer that makes of each pixel's channels as many others.
    fn points(channels: usize, least: f32) -> (Convolution, Vec<f32>) {
        let weights: Vec<f32> = (0..channels * channels).map(|at| number(at * 3)).collect();
        let layer = Convolution {
            matrix: Matrix::new(&weights, &vec![0.5; channels]),
            window: Window {
                side: [1; 2],
                stride: [1; 2],
                before: [0; 2],
                behind: [0; 2],
            },
            least,
        };
        (layer, weights)
    }

    #[test]
    fn layers_write_all_of_their_output() {
        let input = map(4, [3, 5]);
        let (layer, weights) = points(4, f32::NEG_INFINITY);
        let wanted = |row: usize, pixel: usize| {
            let parts = (0..4).map(|c| weights[row * 4 + c] * input.data[c * 15 + pixel]);
            parts.sum::<f32>() + 0.5
        };
        let near = |is: f32, wanted: f32| assert!((is - wanted).abs() < 1e-5, "{is} {wanted}");
        let plain = run(&Step::Convolution(layer), std::slice::from_ref(&input));
        for (at, is) in plain.data.iter().enumerate() {
            near(*is, wanted(at / 15, at % 15));
        }
        let (layer, _) = points(4, 0.0);
        let larger = run(&Step::Transposed(layer), std::slice::from_ref(&input));
        assert_eq!((larger.channels, larger.size()), (1, [6, 10]));
        for (at, is) in larger.data.iter().enumerate() {
            let (y, x) = (at / 10, at % 10);
            let pixel = y / 2 * 5 + x / 2;
            near(*is, wanted(y % 2 * 2 + x % 2, pixel).max(0.0));
        }
        let alone = Depthwise {
            weights: vec![2.0; 4],
            bias: vec![1.0; 4],
            window: points(1, 0.0).0.window,
        };
        let each = run(&Step::Depthwise(alone), std::slice::from_ref(&input));
        for (is, value) in each.data.iter().zip(&input.data) {
            near(*is, value * 2.0 + 1.0);
        }
    }

    #[test]
    fn every_number_is_changed() {
        let input = map(3, [5, 7]);
        let hard = Step::HardSigmoid {
            slope: 0.7,
            shift: 0.4,
        };
        // The normal distribution, by its usual approximation.
        let normal = |x: f32| 0.5 * (1.0 + (0.797_884_6 * (x + 0.044_715 * x.powi(3))).tanh());
        let by: [(Step, &dyn Fn(f32) -> f32); 4] = [
            (Step::Relu, &|x| x.max(0.0)),
            (Step::Sigmoid, &|x| 1.0 / (1.0 + (-x).exp())),
            (hard, &|x| (x * 0.7 + 0.4).clamp(0.0, 1.0)),
            (Step::Gelu, &|x| x * normal(x)),
        ];
        for (step, wanted) in by {
            let output = run(&step, std::slice::from_ref(&input));
            for (is, value) in output.data.iter().zip(&input.data) {
                assert!((is - wanted(*value)).abs() < 1e-3, "{value}: {is}");
            }
        }
        let means = run(&Step::GlobalAveragePool, std::slice::from_ref(&input));
        assert_eq!((means.channels, means.size()), (3, [1, 1]));
        for (is, plane) in means.data.iter().zip(input.planes()) {
            assert!((is - plane.iter().sum::<f32>() / 35.0).abs() < 1e-6);
        }
    }

    #[test]
    fn the_largest_of_four_stands_for_a_pixel() {
        let input = map(2, [3, 5]);
        let output = run(&Step::MaxPool, std::slice::from_ref(&input));
        for (at, is) in output.data.iter().enumerate() {
            let (channel, y, x) = (at / 15, at / 5 % 3, at % 5);
            let near = [(y, x), (y + 1, x), (y, x + 1), (y + 1, x + 1)];
            let near = near.into_iter().filter(|(y, x)| *y < 3 && *x < 5);
            let near = near.map(|(y, x)| input.data[channel * 15 + y * 5 + x]);
            assert_eq!(*is, near.fold(f32::MIN, f32::max));
        }
    }

    #[test]
    fn channels_are_scaled_and_added() {
        let (a, factors) = (map(2, [1, 3]), map(2, [1, 1]));
        let [f, g] = [factors.data[0], factors.data[1]];
        let (values, maps) = (a.data.clone(), [a, factors]);
        let plain = run(&Step::Scale { and_itself: false }, &maps);
        assert_eq!(
            (plain.data[2], plain.data[3]),
            (values[2] * f, values[3] * g)
        );
        let more = run(&Step::Scale { and_itself: true }, &maps);
        assert!((more.data[3] - values[3] * (g + 1.0)).abs() < 1e-6);
        let twice = run(&Step::Add, &[map(2, [1, 3]), map(2, [1, 3])]);
        let doubled: Vec<f32> = values.iter().map(|value| value * 2.0).collect();
        assert_eq!(twice.data, doubled);
        let other = [map(2, [1, 3]), map(2, [3, 1])];
        let inputs = other.iter().map(Input::Shared).collect();
        assert!(Step::Add.run(inputs, &mut Room::default()).is_none());
    }

    #[test]
    fn pixels_grow_and_are_woven() {
        let input = map(4, [2, 3]);
        let large = run(&Step::Upsample(2), std::slice::from_ref(&input));
        assert_eq!(large.size(), [4, 6]);
        for (at, is) in large.data.iter().enumerate() {
            let (channel, y, x) = (at / 24, at / 6 % 4, at % 6);
            assert_eq!(*is, input.data[channel * 6 + y / 2 * 3 + x / 2]);
        }
        let one = woven(&input, &mut Room::dirty());
        assert_eq!((one.channels, one.size()), (1, [4, 6]));
        // Third row, last column: the second row of pixels, of its four the upper right one.
        assert_eq!(one.data[2 * 6 + 5], input.data[6 + 5]);
        assert_eq!(one.data[3 * 6], input.data[2 * 6 + 3]);
    }
}
