//! From a photo and the outline of a card in it to lines of text.
//!
//! How: the card is drawn flat and small enough for the detector, the detector outlines the text, and each line is cut
//! from the photo itself again, at the photo's own sharpness, for the recogniser.

pub(crate) mod detect;
pub(crate) mod recognise;

use rten::Model;
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::geometry::{Point, Projection, Quad};
use super::models::{Models, Pair};
use super::pixels::Picture;
use super::{CardError, Still};
use detect::STEP;
use recognise::{LINE_HEIGHT, Reading};

/// Longest side of what the detector sees, in pixels.
const DETECT_SIDE: f32 = 960.0;
/// Small photos are drawn larger by at most this much.
const MOST_GROWTH: f32 = 1.5;
/// A line read with less than this is noise, not text.
const LEGIBLE: f32 = 0.45;
/// The longest line that is read, in heights: longer ones are table edges and patterns.
const LONGEST: f32 = 50.0;

/// A line of text on a card. Wiped when dropped.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub(crate) struct RawLine {
    pub(crate) reading: Reading,
    /// Where it stands in the photo.
    #[zeroize(skip)]
    pub(crate) quad: Quad,
    /// Where it stands on the card drawn flat: the unit is the card's longer side.
    #[zeroize(skip)]
    pub(crate) flat: Quad,
}

/// A detector and a recogniser, loaded.
pub(crate) struct Engine {
    detector: Model,
    recogniser: Model,
    letters: Vec<char>,
}

impl Engine {
    pub(crate) fn load(models: &Models, pair: Pair) -> Result<Self, CardError> {
        let (detector, recogniser, letters) = models.load(pair)?;
        Ok(Self {
            detector,
            recogniser,
            letters,
        })
    }

    /// The outlines of text within `frame`, in the photo, with the frame drawn at most `side` pixels long.
    pub(crate) fn outlines(
        &self,
        still: &Still,
        frame: &Quad,
        side: f32,
    ) -> Result<Vec<(Quad, Quad)>, CardError> {
        let (width, height) = (frame.width(), frame.height());
        let scale = (side / width.max(height)).min(MOST_GROWTH);
        let steps = |length: f32| ((length * scale / STEP as f32).round() as usize).max(1) * STEP;
        let (columns, rows) = (steps(width), steps(height));
        let Some(picture) = Picture::cut(still, frame, columns, rows) else {
            return Ok(Vec::new());
        };
        let Some(map) = Projection::from_rectangle(columns as f32, rows as f32, frame) else {
            return Ok(Vec::new());
        };
        let unit = width.max(height);
        let (sx, sy) = (width / unit / columns as f32, height / unit / rows as f32);
        let outlines = detect::detect(&self.detector, &picture)?;
        let flat = |quad: &Quad| Quad(quad.0.map(|p| Point::new(p.x * sx, p.y * sy)));
        Ok(outlines
            .iter()
            .map(|quad| (quad.through(&map), flat(quad)))
            .collect())
    }

    /// What stands within `quad` of the photo.
    pub(crate) fn line(&self, still: &Still, quad: &Quad) -> Result<Reading, CardError> {
        let ratio = quad.width() / quad.height().max(1.0);
        if !(0.1..LONGEST).contains(&ratio) {
            return Ok(Reading::default());
        }
        let columns = (ratio * LINE_HEIGHT as f32).ceil().max(16.0) as usize;
        let Some(picture) = Picture::cut(still, quad, columns, LINE_HEIGHT) else {
            return Ok(Reading::default());
        };
        recognise::recognise(&self.recogniser, &self.letters, &picture)
    }

    /// The lines within `frame`, from top to bottom.
    pub(crate) fn lines(&self, still: &Still, frame: &Quad) -> Result<Vec<RawLine>, CardError> {
        let mut lines = Vec::new();
        for (quad, flat) in self.outlines(still, frame, DETECT_SIDE)? {
            let tall = quad.height() > quad.width() * 1.5;
            let quarters = usize::from(tall);
            let reading = self.line(still, &quad.turned(quarters))?;
            if reading.confidence() >= LEGIBLE && !reading.text().trim().is_empty() {
                lines.push(RawLine {
                    reading,
                    quad: quad.turned(quarters),
                    flat: flat.turned(quarters),
                });
            }
        }
        lines.sort_by(|a, b| a.flat.center().y.total_cmp(&b.flat.center().y));
        Ok(lines)
    }
}
