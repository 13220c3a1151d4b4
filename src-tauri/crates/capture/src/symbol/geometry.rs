//! Planes seen askew.

/// From a square in a plane to where it is seen (Heckbert's square-to-quadrilateral mapping).
pub(super) struct Perspective {
    rows: [[f32; 3]; 3],
    first: f32,
    span: f32,
}

/// Where the corners of a square are seen: top left, top right, bottom left, bottom right.
pub(super) type Corners = [[f32; 2]; 4];

impl Perspective {
    /// The square runs from `first` to `last` in both of its coordinates.
    pub(super) fn of(first: f32, last: f32, corners: &Corners) -> Self {
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
            first,
            span: last - first,
        }
    }

    /// Where a point of the plane is seen.
    pub(super) fn point(&self, u: f32, v: f32) -> [f32; 2] {
        let (s, t) = ((u - self.first) / self.span, (v - self.first) / self.span);
        let [x, y, w] = self.rows.map(|[a, b, c]| a * s + b * t + c);
        [x / w, y / w]
    }
}

/// Moves one corner to the best of its four neighbours at `step`, as long as the score rises; returns the best score.
pub(super) fn climb(
    corners: &mut Corners,
    corner: usize,
    step: f32,
    mut best: f32,
    score: &impl Fn(&Corners) -> f32,
) -> f32 {
    for (dx, dy) in [(step, 0.0), (-step, 0.0), (0.0, step), (0.0, -step)] {
        let mut tried = *corners;
        tried[corner][0] += dx;
        tried[corner][1] += dy;
        let reached = score(&tried);
        if reached > best {
            best = reached;
            *corners = tried;
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn corners_are_seen_where_they_were_put() {
        let corners = [[10.0, 20.0], [110.0, 35.0], [5.0, 140.0], [95.0, 120.0]];
        let seen = Perspective::of(2.0, 9.0, &corners);
        for ((u, v), expected) in [(2.0, 2.0), (9.0, 2.0), (2.0, 9.0), (9.0, 9.0)]
            .into_iter()
            .zip(corners)
        {
            let [x, y] = seen.point(u, v);
            assert!((x - expected[0]).abs() < 1e-3 && (y - expected[1]).abs() < 1e-3);
        }
    }
}
