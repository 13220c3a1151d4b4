//! Lays a symbol's grid over the image so that it fits as a whole.
//!
//! How: a grid is scored by how dark its known dark modules are, how light its known light ones, and how far from grey
//! all others: a grid in the right place samples the middle of modules, a wrong one their edges. The three finder
//! patterns give a first guess; the fourth corner is searched; then the corners, then a bend (three nodes a side), then
//! a finer net are moved for as long as the score rises. When: for symbols that a plain perspective from four points
//! does not fit (curved, crumpled, printed on cloth), or whose patterns are too damaged to be measured one by one.

use super::template::Template;
use super::work::Work;

/// The weight of a module whose colour is not known against one that is.
const UNKNOWN: f32 = 0.5;
/// The weight of the quiet zone's first ring.
const QUIET: f32 = 0.4;

/// A grid over the work image: the centre of each module, the ring of quiet zone around the symbol included.
pub(super) struct Grid<'a> {
    work: &'a Work,
    template: &'static Template,
    /// Modules a side with the ring.
    side: usize,
    points: Vec<[f32; 2]>,
}

/// Centres of the four corner patterns: top left, top right, bottom left, bottom right.
type Corners = [[f32; 2]; 4];

impl<'a> Grid<'a> {
    /// Fits a plain perspective: `three` finder patterns' centres in the work image. Also returns the score, 1 about
    /// the best.
    pub(super) fn rigid(
        work: &'a Work,
        template: &'static Template,
        three: [[f32; 2]; 3],
    ) -> (Self, f32) {
        let side = template.size + 2;
        let mut grid = Self {
            work,
            template,
            side,
            points: vec![[0.0; 2]; side * side],
        };
        let [tl, tr, bl] = three;
        let mut corners = [tl, tr, bl, [0.0; 2]];
        corners[3] = grid.fourth_corner(three);
        let module = work.module;
        let mut best = grid.score(&corners);
        for step in [1.0, 0.5, 0.25, 0.12] {
            for _ in 0..3 {
                let before = best;
                for corner in [3, 0, 1, 2] {
                    let reach = if corner == 3 { 1.5 * step } else { 0.7 * step };
                    best = grid.climb(&mut corners, corner, reach * module, best);
                }
                if best - before < 1e-4 {
                    break;
                }
            }
        }
        grid.place(&corners);
        (grid, best)
    }

    fn climb(&self, corners: &mut Corners, corner: usize, step: f32, mut best: f32) -> f32 {
        for (dx, dy) in [(step, 0.0), (-step, 0.0), (0.0, step), (0.0, -step)] {
            let mut tried = *corners;
            tried[corner][0] += dx;
            tried[corner][1] += dy;
            let score = self.score(&tried);
            if score > best {
                best = score;
                *corners = tried;
            }
        }
        best
    }

    /// Where the fourth corner fits best, among places that perspective could bring it to.
    fn fourth_corner(&self, [tl, tr, bl]: [[f32; 2]; 3]) -> [f32; 2] {
        let right = [tr[0] - tl[0], tr[1] - tl[1]];
        let down = [bl[0] - tl[0], bl[1] - tl[1]];
        let mut best = (f32::MIN, tl);
        for i in -5..=5 {
            for j in -5..=5 {
                let (a, b) = (1.0 + i as f32 * 0.06, 1.0 + j as f32 * 0.06);
                let place = [
                    tl[0] + right[0] * a + down[0] * b,
                    tl[1] + right[1] * a + down[1] * b,
                ];
                let far = (i * i + j * j) as f32 * 0.001;
                let score = self.score(&[tl, tr, bl, place]) - far;
                if score > best.0 {
                    best = (score, place);
                }
            }
        }
        best.1
    }

    fn score(&self, corners: &Corners) -> f32 {
        let map = Perspective::of(self.template.size, corners);
        let (mut sum, mut weights) = (0.0, 0.0);
        // A large symbol has modules to spare: every third unknown one is enough to feel the grid.
        let stride = if self.side > 60 { 3 } else { 1 };
        for y in 0..self.side {
            for x in 0..self.side {
                let (sign, weight) = self.expected(x, y);
                if sign == 0.0 && (x + y) % stride != 0 {
                    continue;
                }
                let [px, py] = map.point(x as f32 - 0.5, y as f32 - 0.5);
                sum += judge(self.work.at(px, py), sign) * weight;
                weights += weight;
            }
        }
        sum / weights
    }

    fn place(&mut self, corners: &Corners) {
        let map = Perspective::of(self.template.size, corners);
        for y in 0..self.side {
            for x in 0..self.side {
                self.points[y * self.side + x] = map.point(x as f32 - 0.5, y as f32 - 0.5);
            }
        }
    }

    /// What a module should show (+1 dark, -1 light, 0 unknown) and what it weighs.
    fn expected(&self, x: usize, y: usize) -> (f32, f32) {
        let last = self.side - 1;
        if x == 0 || y == 0 || x == last || y == last {
            return (-1.0, QUIET);
        }
        match self.template.known[(y - 1) * self.template.size + x - 1] {
            0 => (0.0, UNKNOWN),
            known => (f32::from(known), 1.0),
        }
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

/// From module coordinates to the work image.
struct Perspective {
    rows: [[f32; 3]; 3],
    first: f32,
    span: f32,
}

impl Perspective {
    /// `corners` are the centres of the corner patterns, three and a half modules from the edges (Heckbert's
    /// square-to-quadrilateral mapping).
    fn of(size: usize, corners: &Corners) -> Self {
        let [p0, p1, p3, p2] = *corners;
        let (dx1, dx2, sx) = (p1[0] - p2[0], p3[0] - p2[0], p0[0] - p1[0] + p2[0] - p3[0]);
        let (dy1, dy2, sy) = (p1[1] - p2[1], p3[1] - p2[1], p0[1] - p1[1] + p2[1] - p3[1]);
        let area = dx1 * dy2 - dx2 * dy1;
        let area = if area.abs() < 1e-6 { 1e-6 } else { area };
        let g = (sx * dy2 - dx2 * sy) / area;
        let h = (dx1 * sy - sx * dy1) / area;
        Self {
            rows: [
                [p1[0] - p0[0] + g * p1[0], p3[0] - p0[0] + h * p3[0], p0[0]],
                [p1[1] - p0[1] + g * p1[1], p3[1] - p0[1] + h * p3[1], p0[1]],
                [g, h, 1.0],
            ],
            first: 3.5,
            span: size as f32 - 7.0,
        }
    }

    fn point(&self, u: f32, v: f32) -> [f32; 2] {
        let (s, t) = ((u - self.first) / self.span, (v - self.first) / self.span);
        let [x, y, w] = self.rows.map(|[a, b, c]| a * s + b * t + c);
        [x / w, y / w]
    }
}
