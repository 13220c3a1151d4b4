//! Connected parts of a mask.
//!
//! Written out here because contours that are followed by their nesting lose lines that stand close below one another.

use rten_imageproc::PointF;

/// A connected part, row by row: all that the hull around it needs.
pub(crate) struct Island {
    /// Height, first and last column of each row.
    rows: Vec<(usize, usize, usize)>,
}

impl Island {
    /// The ends of its rows.
    pub(crate) fn ends(&self) -> Vec<PointF> {
        let point = |x: usize, y: usize| PointF::from_yx(y as f32, x as f32);
        self.rows
            .iter()
            .flat_map(|&(y, a, b)| [point(a, y), point(b, y)])
            .collect()
    }

    /// Pixels from end to end of its rows, holes included.
    pub(crate) fn area(&self) -> f32 {
        self.rows.iter().map(|(_, a, b)| (b - a + 1) as f32).sum()
    }
}

/// The connected parts of `mask`, which is `width` wide; corners connect.
pub(crate) fn islands(mask: &[bool], width: usize) -> Vec<Island> {
    let mut left = mask.to_vec();
    let mut islands = Vec::new();
    let mut open = Vec::new();
    for start in 0..left.len() {
        if !std::mem::take(&mut left[start]) {
            continue;
        }
        let first = start / width;
        let mut spans: Vec<(usize, usize)> = Vec::new();
        open.push(start);
        while let Some(index) = open.pop() {
            let (x, y) = (index % width, index / width);
            // The first pixel met is in the topmost row.
            if spans.len() <= y - first {
                spans.resize(y - first + 1, (usize::MAX, 0));
            }
            let span = &mut spans[y - first];
            *span = (span.0.min(x), span.1.max(x));
            for near_y in y.saturating_sub(1)..=y + 1 {
                for near_x in x.saturating_sub(1)..=(x + 1).min(width - 1) {
                    let near = near_y * width + near_x;
                    if left.get_mut(near).is_some_and(std::mem::take) {
                        open.push(near);
                    }
                }
            }
        }
        let rows = spans
            .into_iter()
            .enumerate()
            .map(|(i, (a, b))| (first + i, a, b))
            .collect();
        islands.push(Island { rows });
    }
    islands
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn islands_are_told_apart() {
        let rows = ["##..#", ".#...", "...##", "...##"];
        let mask: Vec<bool> = rows.concat().bytes().map(|b| b == b'#').collect();
        let islands = islands(&mask, 5);
        assert_eq!(
            islands.iter().map(|i| i.rows.len()).collect::<Vec<_>>(),
            [2, 1, 2]
        );
        assert_eq!(islands[2].area(), 4.0);
    }
}
