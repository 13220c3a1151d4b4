//! Points, four-cornered outlines and the plane projections between them, in pixels.

/// A point of the photo, in pixels from its top left corner.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Point {
    /// To the right.
    pub x: f32,
    /// Downwards.
    pub y: f32,
}

impl Point {
    /// The point at `x`, `y`.
    pub const fn new(x: f32, y: f32) -> Self {
        Self { x, y }
    }

    pub(crate) fn distance(self, other: Self) -> f32 {
        (self.x - other.x).hypot(self.y - other.y)
    }

    pub(crate) fn between(self, other: Self, share: f32) -> Self {
        Self::new(
            self.x + (other.x - self.x) * share,
            self.y + (other.y - self.y) * share,
        )
    }
}

/// Four corners in reading order: top left, top right, bottom right, bottom left of what they enclose, as it is read.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Quad(pub [Point; 4]);

impl Quad {
    /// An upright rectangle.
    pub(crate) fn upright(left: f32, top: f32, right: f32, bottom: f32) -> Self {
        Self([
            Point::new(left, top),
            Point::new(right, top),
            Point::new(right, bottom),
            Point::new(left, bottom),
        ])
    }

    /// Length along the text: the mean of upper and lower edge.
    pub(crate) fn width(&self) -> f32 {
        let [a, b, c, d] = self.0;
        (a.distance(b) + d.distance(c)) / 2.0
    }

    /// Length across the text: the mean of left and right edge.
    pub(crate) fn height(&self) -> f32 {
        let [a, b, c, d] = self.0;
        (a.distance(d) + b.distance(c)) / 2.0
    }

    pub(crate) fn center(&self) -> Point {
        let [a, b, c, d] = self.0;
        Point::new((a.x + b.x + c.x + d.x) / 4.0, (a.y + b.y + c.y + d.y) / 4.0)
    }

    pub(crate) fn area(&self) -> f32 {
        let sum: f32 = (0..4)
            .map(|i| (self.0[i], self.0[(i + 1) % 4]))
            .map(|(a, b)| a.x * b.y - b.x * a.y)
            .sum();
        sum.abs() / 2.0
    }

    pub(crate) fn contains(&self, point: Point) -> bool {
        let side =
            |a: Point, b: Point| (b.x - a.x) * (point.y - a.y) - (b.y - a.y) * (point.x - a.x);
        let sides: Vec<f32> = (0..4)
            .map(|i| side(self.0[i], self.0[(i + 1) % 4]))
            .collect();
        sides.iter().all(|s| *s >= 0.0) || sides.iter().all(|s| *s <= 0.0)
    }

    /// The same outline read after a quarter turn: the second corner becomes the first.
    pub(crate) fn turned(&self, quarters: usize) -> Self {
        let mut corners = self.0;
        corners.rotate_left(quarters % 4);
        Self(corners)
    }

    /// Grown by the share `by` of its own size on every side.
    pub(crate) fn grown(&self, by: f32) -> Self {
        let map = Projection::from_unit_square(self);
        map.map_or(*self, |map| {
            Self::upright(-by, -by, 1.0 + by, 1.0 + by).through(&map)
        })
    }

    pub(crate) fn through(&self, map: &Projection) -> Self {
        Self(self.0.map(|corner| map.apply(corner)))
    }

    /// Left, top, right, bottom.
    pub(crate) fn bounds(&self) -> [f32; 4] {
        let fold = |of: fn(&Point) -> f32, by: fn(f32, f32) -> f32, from: f32| {
            self.0.iter().map(of).fold(from, by)
        };
        [
            fold(|p| p.x, f32::min, f32::MAX),
            fold(|p| p.y, f32::min, f32::MAX),
            fold(|p| p.x, f32::max, f32::MIN),
            fold(|p| p.y, f32::max, f32::MIN),
        ]
    }
}

/// A projection of the plane, row by row, as in Heckbert, *Fundamentals of Texture Mapping* (1989), 2.2.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Projection([f32; 9]);

impl Projection {
    /// The projection that carries the unit square to `quad`; none where the corners have no area.
    pub(crate) fn from_unit_square(quad: &Quad) -> Option<Self> {
        let [a, b, c, d] = quad.0;
        let (sx, sy) = (a.x - b.x + c.x - d.x, a.y - b.y + c.y - d.y);
        let (ux, uy) = (b.x - c.x, b.y - c.y);
        let (vx, vy) = (d.x - c.x, d.y - c.y);
        let area = ux * vy - vx * uy;
        if !area.is_finite() || area.abs() < 1e-6 {
            return None;
        }
        let g = (sx * vy - vx * sy) / area;
        let h = (ux * sy - sx * uy) / area;
        let map = [
            b.x - a.x + g * b.x,
            d.x - a.x + h * d.x,
            a.x,
            b.y - a.y + g * b.y,
            d.y - a.y + h * d.y,
            a.y,
            g,
            h,
            1.0,
        ];
        map.iter().all(|v| v.is_finite()).then_some(Self(map))
    }

    /// The projection that carries a rectangle of `width` and `height` at the origin to `quad`.
    pub(crate) fn from_rectangle(width: f32, height: f32, quad: &Quad) -> Option<Self> {
        let mut map = Self::from_unit_square(quad)?.0;
        for row in 0..3 {
            map[row * 3] /= width;
            map[row * 3 + 1] /= height;
        }
        Some(Self(map))
    }

    /// The way back: the adjugate, which is the inverse up to a scale that a projection does not see.
    pub(crate) fn inverse(&self) -> Option<Self> {
        let [a, b, c, d, e, f, g, h, i] = self.0;
        let map = [
            e * i - f * h,
            c * h - b * i,
            b * f - c * e,
            f * g - d * i,
            a * i - c * g,
            c * d - a * f,
            d * h - e * g,
            b * g - a * h,
            a * e - b * d,
        ];
        let scale = map[8];
        let whole = scale.is_finite() && scale.abs() > 1e-12;
        whole.then(|| Self(map.map(|value| value / scale)))
    }

    /// The places of the middles of pixels in the row at height `v`, from the left.
    pub(crate) fn row(&self, v: f32) -> Row {
        let m = &self.0;
        let at = |row: usize| m[row * 3] * 0.5 + m[row * 3 + 1] * v + m[row * 3 + 2];
        Row {
            start: [at(0), at(1), at(2)],
            step: [m[0], m[3], m[6]],
        }
    }

    pub(crate) fn apply(&self, point: Point) -> Point {
        let m = &self.0;
        let w = m[6] * point.x + m[7] * point.y + m[8];
        let w = if w.abs() < 1e-9 { 1e-9 } else { w };
        Point::new(
            (m[0] * point.x + m[1] * point.y + m[2]) / w,
            (m[3] * point.x + m[4] * point.y + m[5]) / w,
        )
    }
}

/// A projected row: a division for each pixel, where [`Projection::apply`] has all products as well.
pub(crate) struct Row {
    start: [f32; 3],
    step: [f32; 3],
}

impl Row {
    /// The place of the pixel `at`, from the left.
    #[inline(always)]
    pub(crate) fn place(&self, at: i32) -> (f32, f32) {
        let [x, y, w] = std::array::from_fn(|i| self.start[i] + self.step[i] * at as f32);
        let scale = 1.0 / if w.abs() < 1e-9 { 1e-9 } else { w };
        (x * scale, y * scale)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn corners_go_to_corners() {
        let quad = Quad([
            Point::new(10.0, 20.0),
            Point::new(110.0, 10.0),
            Point::new(120.0, 90.0),
            Point::new(5.0, 70.0),
        ]);
        let map = Projection::from_rectangle(50.0, 30.0, &quad).unwrap();
        let mapped = Quad::upright(0.0, 0.0, 50.0, 30.0).through(&map);
        for (a, b) in mapped.0.iter().zip(quad.0) {
            assert!(a.distance(b) < 1e-2, "{a:?} {b:?}");
        }
    }

    #[test]
    fn rows_are_walked_as_points_are_mapped() {
        let quad = Quad(
            [(10.0, 20.0), (110.0, 10.0), (120.0, 90.0), (5.0, 70.0)]
                .map(|(x, y)| Point::new(x, y)),
        );
        let map = Projection::from_rectangle(50.0, 30.0, &quad).unwrap();
        let row = map.row(7.5);
        for u in 0..50 {
            let (x, y) = row.place(u);
            let wanted = map.apply(Point::new(u as f32 + 0.5, 7.5));
            assert!(wanted.distance(Point::new(x, y)) < 1e-2);
        }
    }

    #[test]
    fn a_line_has_no_projection() {
        let flat = Quad([Point::new(1.0, 1.0); 4]);
        assert!(Projection::from_unit_square(&flat).is_none());
    }

    #[test]
    fn growing_keeps_the_centre() {
        let grown = Quad::upright(10.0, 10.0, 20.0, 30.0).grown(0.5);
        assert_eq!(grown.bounds(), [5.0, 0.0, 25.0, 40.0]);
    }

    #[test]
    fn inside_is_told_from_outside() {
        let quad = Quad::upright(0.0, 0.0, 4.0, 2.0);
        assert!(quad.contains(Point::new(1.0, 1.0)) && !quad.contains(Point::new(5.0, 1.0)));
    }
}
