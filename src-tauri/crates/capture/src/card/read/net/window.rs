//! The square of a picture that a convolution looks at, and how it is moved over it.

/// Rows, then columns.
pub(super) struct Window {
    pub(super) side: [usize; 2],
    pub(super) stride: [usize; 2],
    /// Zeros before and behind the picture.
    pub(super) before: [usize; 2],
    pub(super) behind: [usize; 2],
}

impl Window {
    /// One pixel, at every pixel.
    pub(super) fn is_point(&self) -> bool {
        let edges = [self.side, self.stride];
        edges == [[1; 2]; 2] && self.before == [0; 2] && self.behind == [0; 2]
    }

    /// The size of what comes out; none where the picture is too small.
    pub(super) fn output(&self, size: [usize; 2]) -> Option<[usize; 2]> {
        let along = |i: usize| {
            let room = (size[i] + self.before[i] + self.behind[i]).checked_sub(self.side[i])?;
            Some(room / self.stride[i] + 1)
        };
        Some([along(0)?, along(1)?])
    }

    /// Numbers that a row takes for each of the columns' places in the stride.
    pub(super) fn slot(&self, width: usize) -> usize {
        (self.before[1] + width + self.behind[1]).div_ceil(self.stride[1])
    }

    /// Lays a row out with zeros around it, the columns parted by their place in the stride, each part `slot` long: so what
    /// neighbours multiply lies side by side.
    pub(super) fn lay(&self, row: &[f32], slot: usize, into: &mut [f32]) {
        let [before, stride] = [self.before[1], self.stride[1]];
        match stride {
            1 => into[before..before + row.len()].copy_from_slice(row),
            2 if before == 1 && !row.is_empty() => {
                let (even, odd) = into.split_at_mut(slot);
                odd[0] = row[0];
                let (pairs, rest) = row[1..].as_chunks::<2>();
                let places = even[1..].iter_mut().zip(&mut odd[1..]);
                for ([a, b], (even, odd)) in pairs.iter().zip(places) {
                    (*even, *odd) = (*a, *b);
                }
                if let [last] = rest {
                    even[pairs.len() + 1] = *last;
                }
            }
            _ => {
                for (at, value) in (before..).zip(row) {
                    into[at % stride * slot + at / stride] = *value;
                }
            }
        }
    }

    /// Where the column `at` of the window begins in such a row.
    pub(super) fn column(&self, at: usize, slot: usize) -> usize {
        at % self.stride[1] * slot + at / self.stride[1]
    }
}
