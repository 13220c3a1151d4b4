//! Convolution of all channels into each: a product of the weights with what the window sees from every pixel.

use super::map::{Map, Room, sized};
use super::multiply::{Columns, Matrix, Place};
use super::window::Window;

pub(super) struct Convolution {
    pub(super) matrix: Matrix,
    pub(super) window: Window,
    /// Nothing below this comes out.
    pub(super) least: f32,
}

impl Convolution {
    /// The layer's output of `inputs`, whose channels follow one another; none where they do not fit.
    pub(super) fn run(&self, inputs: &[&Map], room: &mut Room) -> Option<Map> {
        let first = inputs.first()?;
        let [high, wide] = self.window.side;
        let channels: usize = inputs.iter().map(|map| map.channels).sum();
        let fits = inputs.iter().all(|map| map.size() == first.size());
        if !fits || channels * high * wide != self.matrix.inner() {
            return None;
        }
        match inputs {
            [one] if self.window.is_point() => Some(self.points(one, room)),
            _ => self.rows(inputs, room),
        }
    }

    fn points(&self, input: &Map, room: &mut Room) -> Map {
        let mut output = room.map(self.matrix.rows(), input.size());
        let count = input.height * input.width;
        let rows: Vec<usize> = (0..input.channels).map(|channel| channel * count).collect();
        let columns = Columns {
            data: &input.data,
            rows: &rows,
            count,
        };
        let place = Place {
            data: &mut output.data,
            start: 0,
            stride: count,
        };
        self.matrix
            .multiply(&columns, place, self.least, &mut room.panels);
        output
    }

    /// Row by row of the output: the rows of the input that it sees are laid out, each of them once.
    fn rows(&self, inputs: &[&Map], room: &mut Room) -> Option<Map> {
        let size = inputs.first()?.size();
        let [height, width] = size;
        let [high, wide] = self.window.side;
        let out = self.window.output(size)?;
        let mut output = room.map(self.matrix.rows(), out);
        let slot = self.window.slot(width);
        let line = slot * self.window.stride[1];
        let planes: Vec<&[f32]> = inputs.iter().flat_map(|map| map.planes()).collect();
        let strip = sized(&mut room.strip, planes.len() * high * line);
        strip.fill(0.0);
        let mut starts = Vec::with_capacity(self.matrix.inner());
        let mut next = 0;
        for y in 0..out[0] {
            let top = y * self.window.stride[0];
            for row in next.max(top)..top + high {
                let seen = row.checked_sub(self.window.before[0]);
                let seen = seen.filter(|row| *row < height);
                for (plane, lines) in planes.iter().zip(strip.chunks_exact_mut(high * line)) {
                    let into = &mut lines[row % high * line..][..line];
                    match seen {
                        Some(row) => {
                            self.window.lay(&plane[row * width..][..width], slot, into);
                        }
                        None => into.fill(0.0),
                    }
                }
            }
            next = top + high;
            starts.clear();
            for channel in 0..planes.len() {
                for row in top..top + high {
                    let start = (channel * high + row % high) * line;
                    starts.extend((0..wide).map(|u| start + self.window.column(u, slot)));
                }
            }
            let columns = Columns {
                data: strip,
                rows: &starts,
                count: out[1],
            };
            let place = Place {
                data: &mut output.data,
                start: y * out[1],
                stride: out[0] * out[1],
            };
            self.matrix
                .multiply(&columns, place, self.least, &mut room.panels);
        }
        Some(output)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::card::read::net::tests::{number, plainly};

    #[test]
    fn every_number_is_what_the_plain_sum_says() {
        let windows = [
            ([3, 3], [1, 1], [1, 1], [1, 1]),
            ([3, 3], [2, 2], [1, 1], [1, 1]),
            ([2, 2], [1, 1], [0, 0], [1, 1]),
            ([1, 1], [1, 1], [0, 0], [0, 0]),
            ([1, 5], [1, 3], [0, 2], [0, 2]),
        ];
        for (side, stride, before, behind) in windows {
            for (height, width) in [(1, 1), (5, 3), (4, 64), (7, 70)] {
                let window = Window {
                    side,
                    stride,
                    before,
                    behind,
                };
                let Some(size) = window.output([height, width]) else {
                    continue;
                };
                let map = |channels: usize| Map {
                    channels,
                    height,
                    width,
                    data: (0..channels * height * width).map(number).collect(),
                };
                let (a, b, out) = (map(2), map(1), 7);
                let weights: Vec<f32> = (0..out * 3 * side[0] * side[1]).map(number).collect();
                let bias: Vec<f32> = (0..out).map(|i| number(i * 3)).collect();
                let wanted = plainly(&[&a, &b], &weights, &bias, &window, false);
                let layer = Convolution {
                    matrix: Matrix::new(&weights, &bias),
                    window,
                    least: 0.0,
                };
                let output = layer.run(&[&a, &b], &mut Room::dirty()).unwrap();
                assert_eq!((output.channels, output.size()), (out, size));
                for (is, wanted) in output.data.iter().zip(wanted) {
                    assert!(
                        (is - wanted.max(0.0)).abs() < 1e-4,
                        "{side:?} {stride:?} {width}"
                    );
                }
            }
        }
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let layer = Convolution {
            matrix: Matrix::new(&[0.0; 6], &[0.0; 2]),
            window: Window {
                side: [1, 1],
                stride: [1, 1],
                before: [0; 2],
                behind: [0; 2],
            },
            least: 0.0,
        };
        let mut room = Room::default();
        let four = room.map(4, [2, 2]);
        assert!(layer.run(&[&four], &mut room).is_none());
    }
}
