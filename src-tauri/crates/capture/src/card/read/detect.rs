//! Where the text is: a probability for each pixel, outlines around what is probable (DB, arXiv:1911.08947).

use rten_imageproc::{PointF, RotatedRect, min_area_rect};

use crate::card::CardError;
use crate::card::geometry::{Point, Quad};
use crate::card::islands::islands;
use crate::card::pixels::Picture;
use crate::card::read::net::{Net, Workroom};

/// A pixel above this belongs to text.
const PIXEL: f32 = 0.3;
/// An outline whose mean is below this is noise.
const REGION: f32 = 0.45;
/// Outlines shrink in training; they are grown by this times area over circumference.
const UNCLIP: f32 = 1.6;
/// Thinner outlines (in the detector's pixels) are no text.
const THINNEST: f32 = 3.0;
/// The network halves the picture five times.
pub(crate) const STEP: usize = 32;

/// The outlines of text in `picture`, in its pixels; each is longer than high or turned a quarter.
///
/// Both sides of the picture must be multiples of [`STEP`].
pub(crate) fn detect(
    detector: &Net,
    picture: &Picture,
    workroom: &Workroom,
) -> Result<Vec<Quad>, CardError> {
    let (width, height) = (picture.width, picture.height);
    let output = detector.run(picture.planes(width), workroom)?;
    if output.data.len() != width * height {
        return Err(CardError::ModelsDamaged);
    }
    let map = Odds {
        width,
        height,
        probability: &output.data,
    };
    Ok(islands(&map.mask(), width)
        .iter()
        .filter_map(|island| map.region(&island.ends()))
        .collect())
}

/// How probably each pixel belongs to text.
struct Odds<'a> {
    width: usize,
    height: usize,
    probability: &'a [f32],
}

impl Odds<'_> {
    fn mask(&self) -> Vec<bool> {
        // One pixel of growth to the right and down joins the letters of one word at small scale.
        let near = |index: usize| {
            let (x, y) = (index % self.width, index / self.width);
            let left = x > 0;
            let above = y > 0;
            self.probability[index] > PIXEL
                || (left && self.probability[index - 1] > PIXEL)
                || (above && self.probability[index - self.width] > PIXEL)
                || (left && above && self.probability[index - self.width - 1] > PIXEL)
        };
        (0..self.probability.len()).map(near).collect()
    }

    fn region(&self, outline: &[PointF]) -> Option<Quad> {
        let rect = min_area_rect(outline)?;
        let (width, height) = (rect.width(), rect.height());
        if width.min(height) < THINNEST || self.mean(&rect) < REGION {
            return None;
        }
        let grow = width * height * UNCLIP / (width + height);
        let corners = rect.expanded(grow, grow).corners();
        Some(in_reading_order(corners.map(|p| Point::new(p.x, p.y))))
    }

    fn mean(&self, rect: &RotatedRect) -> f32 {
        let corners = Quad(rect.corners().map(|p| Point::new(p.x, p.y)));
        let [left, top, right, bottom] = corners.bounds();
        let clip = |v: f32, size: usize| (v.max(0.0) as usize).min(size - 1);
        let (mut sum, mut count) = (0.0, 0);
        for y in clip(top, self.height)..=clip(bottom, self.height) {
            for x in clip(left, self.width)..=clip(right, self.width) {
                if rect.contains(PointF::from_yx(y as f32, x as f32)) {
                    sum += self.probability[y * self.width + x];
                    count += 1;
                }
            }
        }
        sum / count.max(1) as f32
    }
}

/// Corners from top left, for text that runs more or less to the right.
fn in_reading_order(mut corners: [Point; 4]) -> Quad {
    corners.sort_by(|a, b| a.x.total_cmp(&b.x));
    let [a, b, c, d] = corners;
    let (top_left, bottom_left) = if a.y <= b.y { (a, b) } else { (b, a) };
    let (top_right, bottom_right) = if c.y <= d.y { (c, d) } else { (d, c) };
    Quad([top_left, top_right, bottom_right, bottom_left])
}
