//! Lays a symbol's grid over the image so that it fits as a whole.
//!
//! How: a grid is scored by how dark its known dark modules are, how light its known light ones, and how far from grey
//! all others: a grid in the right place samples the middle of modules, a wrong one their edges. The three finder
//! patterns give a first guess; the fourth corner is searched; then the corners, then a bend (three nodes a side), then
//! a finer net are moved for as long as the score rises. When: for symbols that a plain perspective from four points
//! does not fit (curved, crumpled, printed on cloth), or whose patterns are too damaged to be measured one by one.

use std::rc::Rc;

use super::template::{Template, expected};
use crate::symbol::bits::Bits;
use crate::symbol::geometry::{Corners, Perspective, climb};
use crate::symbol::work::Work;

/// A grid that scores less before its corners are moved will not become one that fits.
const LEAST_START: f32 = 0.35;

/// A grid over the work image: the centre of each module, the ring of quiet zone around the symbol included.
pub(super) struct Grid {
    work: Rc<Work>,
    template: &'static Template,
    /// Modules a side with the ring.
    side: usize,
    points: Vec<[f32; 2]>,
}

/// How well the modules of known colour fit a thresholded image if the symbol were seen without perspective, from -1 to
/// 1: quick, and enough to leave what is no symbol at all. `three` are the finder patterns' centres.
pub(super) fn glance(bits: &Bits, template: &Template, three: [[f32; 2]; 3]) -> f32 {
    let [tl, tr, bl] = three;
    let opposite = [tr[0] + bl[0] - tl[0], tr[1] + bl[1] - tl[1]];
    let map = perspective(template, &[tl, tr, bl, opposite]);
    let half = template.size as f32 / 2.0;
    let (mut sum, mut count) = (0.0, 0.0);
    for probe in template.probes.iter().filter(|probe| probe.sign != 0.0) {
        // What is far from all three patterns may be anywhere yet.
        if probe.u < half || probe.v < half {
            let [x, y] = map.point(probe.u, probe.v);
            let dark = bits.at(x as i32, y as i32);
            sum += dark.map_or(0.0, |dark| if dark { probe.sign } else { -probe.sign });
            count += 1.0;
        }
    }
    sum / count
}

/// `corners` are the centres of the corner patterns, three and a half modules from the edges.
fn perspective(template: &Template, corners: &Corners) -> Perspective {
    Perspective::of(3.5, template.size as f32 - 3.5, corners)
}

impl Grid {
    /// Fits a plain perspective: `three` finder patterns' centres in the work image. Also returns the score, 1 about
    /// the best. Nothing where it does not begin to fit.
    pub(super) fn rigid(
        work: &Rc<Work>,
        template: &'static Template,
        three: [[f32; 2]; 3],
    ) -> Option<(Self, f32)> {
        let side = template.size + 2;
        let mut grid = Self {
            work: Rc::clone(work),
            template,
            side,
            points: vec![[0.0; 2]; side * side],
        };
        let [tl, tr, bl] = three;
        let mut corners = [tl, tr, bl, grid.fourth_corner(three)];
        let module = work.module;
        let mut best = grid.score(&corners);
        if best < LEAST_START {
            return None;
        }
        for step in [1.0, 0.5, 0.25, 0.12] {
            for _ in 0..3 {
                let before = best;
                for corner in [3, 0, 1, 2] {
                    let reach = if corner == 3 { 1.5 * step } else { 0.7 * step };
                    best = climb(
                        &mut corners,
                        corner,
                        reach * module,
                        best,
                        &|corners: &Corners| grid.score(corners),
                    );
                }
                if best - before < 1e-4 {
                    break;
                }
            }
        }
        grid.place(&corners);
        Some((grid, best))
    }

    /// Where the fourth corner fits best, among places that perspective could bring it to.
    fn fourth_corner(&self, [tl, tr, bl]: [[f32; 2]; 3]) -> [f32; 2] {
        let right = [tr[0] - tl[0], tr[1] - tl[1]];
        let down = [bl[0] - tl[0], bl[1] - tl[1]];
        let place = |a: f32, b: f32| {
            [
                tl[0] + right[0] * a + down[0] * b,
                tl[1] + right[1] * a + down[1] * b,
            ]
        };
        let mut best = (f32::MIN, 1.0, 1.0);
        for (step, reach) in [(0.12, 3), (0.04, 1)] {
            let (_, a, b) = best;
            for (i, j) in (-reach..=reach).flat_map(|i| (-reach..=reach).map(move |j| (i, j))) {
                let (a, b) = (a + i as f32 * step, b + j as f32 * step);
                let far = (a - 1.0).powi(2) + (b - 1.0).powi(2);
                let score = self.score(&[tl, tr, bl, place(a, b)]) - 0.25 * far;
                if score > best.0 {
                    best = (score, a, b);
                }
            }
        }
        place(best.1, best.2)
    }

    fn score(&self, corners: &Corners) -> f32 {
        let map = perspective(self.template, corners);
        let (mut sum, mut weights) = (0.0, 0.0);
        for probe in &self.template.probes {
            let [x, y] = map.point(probe.u, probe.v);
            sum += judge(self.work.at(x, y), probe.sign) * probe.weight;
            weights += probe.weight;
        }
        sum / weights
    }

    fn place(&mut self, corners: &Corners) {
        let map = perspective(self.template, corners);
        for y in 0..self.side {
            for x in 0..self.side {
                self.points[y * self.side + x] = map.point(x as f32 - 0.5, y as f32 - 0.5);
            }
        }
    }

    fn expected(&self, x: usize, y: usize) -> (f32, f32) {
        expected(
            &self.template.known,
            self.template.size,
            x as i32 - 1,
            y as i32 - 1,
        )
    }

    /// Bends the grid: `nodes` a side are moved, the modules between following smoothly.
    pub(super) fn bend(&mut self, nodes: usize) {
        let weights: Vec<Vec<f32>> = (0..nodes).map(|node| self.influence(node, nodes)).collect();
        let mut moved = vec![[0.0_f32; 2]; nodes * nodes];
        let module = self.work.module;
        let stiff =
            (self.side * self.side) as f32 / (nodes * nodes) as f32 * 0.06 / (module * module);
        for step in [0.6, 0.3, 0.15] {
            for _ in 0..3 {
                let mut any = false;
                for node in 0..nodes * nodes {
                    any |= self.nudge(node, nodes, &weights, &mut moved, step * module, stiff);
                }
                if !any {
                    break;
                }
            }
        }
    }

    /// Tries to move one node; true where it moved.
    fn nudge(
        &mut self,
        node: usize,
        nodes: usize,
        weights: &[Vec<f32>],
        moved: &mut [[f32; 2]],
        step: f32,
        stiff: f32,
    ) -> bool {
        let (across, down) = (&weights[node % nodes], &weights[node / nodes]);
        let strain = |moved: &[[f32; 2]], at: [f32; 2]| -> f32 {
            neighbours(node, nodes)
                .map(|other| (moved[other][0] - at[0]).powi(2) + (moved[other][1] - at[1]).powi(2))
                .sum::<f32>()
                * stiff
        };
        let start = moved[node];
        let mut best = (
            self.local(across, down, [0.0; 2]) - strain(moved, start),
            [0.0; 2],
        );
        let first = best.0;
        for (dx, dy) in [(step, 0.0), (-step, 0.0), (0.0, step), (0.0, -step)] {
            let score =
                self.local(across, down, [dx, dy]) - strain(moved, [start[0] + dx, start[1] + dy]);
            if score > best.0 {
                best = (score, [dx, dy]);
            }
        }
        if best.0 <= first {
            return false;
        }
        moved[node] = [start[0] + best.1[0], start[1] + best.1[1]];
        for (y, b) in down.iter().enumerate().filter(|(_, b)| **b != 0.0) {
            for (x, a) in across.iter().enumerate().filter(|(_, a)| **a != 0.0) {
                let point = &mut self.points[y * self.side + x];
                point[0] += a * b * best.1[0];
                point[1] += a * b * best.1[1];
            }
        }
        true
    }

    /// The score of the modules under a node's influence if it were moved by `by`.
    fn local(&self, across: &[f32], down: &[f32], by: [f32; 2]) -> f32 {
        let mut sum = 0.0;
        for (y, b) in down.iter().enumerate().filter(|(_, b)| **b != 0.0) {
            for (x, a) in across.iter().enumerate().filter(|(_, a)| **a != 0.0) {
                let [px, py] = self.points[y * self.side + x];
                let (sign, weight) = self.expected(x, y);
                sum += judge(self.work.at(px + a * b * by[0], py + a * b * by[1]), sign) * weight;
            }
        }
        sum
    }

    /// How much each module follows a node: parabolas through three nodes, straight lines between more.
    fn influence(&self, node: usize, nodes: usize) -> Vec<f32> {
        let last = (self.side - 1) as f32;
        (0..self.side)
            .map(|module| {
                let t = module as f32 / last;
                if nodes == 3 {
                    return match node {
                        0 => (2.0 * t - 1.0) * (t - 1.0),
                        1 => 4.0 * t * (1.0 - t),
                        _ => t * (2.0 * t - 1.0),
                    };
                }
                (1.0 - (t * (nodes - 1) as f32 - node as f32).abs()).max(0.0)
            })
            .collect()
    }

    /// The symbol's modules as the grid samples them.
    pub(super) fn samples(&self) -> Vec<f32> {
        let size = self.template.size;
        let mut samples = Vec::with_capacity(size * size);
        for y in 1..=size {
            for x in 1..=size {
                let [px, py] = self.points[y * self.side + x];
                samples.push(self.work.at(px, py));
            }
        }
        samples
    }

    /// The symbol's outer corners in the image, clockwise from its own top left.
    pub(super) fn outline(&self) -> [[f32; 2]; 4] {
        let (first, last) = (0, self.side - 1);
        let at = |x: usize, y: usize, dx: isize, dy: isize| {
            let outer = self.points[y * self.side + x];
            let inner =
                self.points[y.wrapping_add_signed(dy) * self.side + x.wrapping_add_signed(dx)];
            self.work
                .outside([(outer[0] + inner[0]) / 2.0, (outer[1] + inner[1]) / 2.0])
        };
        [
            at(first, first, 1, 1),
            at(last, first, -1, 1),
            at(last, last, -1, -1),
            at(first, last, 1, -1),
        ]
    }
}

fn judge(dark: f32, sign: f32) -> f32 {
    if sign == 0.0 { dark.abs() } else { dark * sign }
}

fn neighbours(node: usize, nodes: usize) -> impl Iterator<Item = usize> {
    let (x, y) = (node % nodes, node / nodes);
    [
        (x > 0).then(|| node - 1),
        (x + 1 < nodes).then_some(node + 1),
        (y > 0).then(|| node - nodes),
        (y + 1 < nodes).then_some(node + nodes),
    ]
    .into_iter()
    .flatten()
}
