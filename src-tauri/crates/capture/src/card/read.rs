//! From a photo and the outline of a card in it to lines of text.
//!
//! How: the card is drawn flat and small enough for the detector, the detector outlines the text, and each line is cut
//! from the photo itself again, at the photo's own sharpness, for the recogniser.

pub(crate) mod detect;
pub(crate) mod net;
pub(crate) mod recognise;
mod threads;

use std::collections::BTreeMap;

use zeroize::{Zeroize, ZeroizeOnDrop};

use super::geometry::{Point, Projection, Quad};
use super::light;
use super::models::{Models, Pair};
use super::pixels::Picture;
use super::{CardError, Still};
use detect::STEP;
use net::{Net, Workroom};
use recognise::{LINE_HEIGHT, Reading, Recogniser};
use threads::side_by_side;

/// Longest side of what the detector sees, in pixels.
const DETECT_SIDE: f32 = 768.0;
/// Longest side of the whole photo as the scout sees it; the larger one where it found too little on the other.
const SCOUT_SIDES: [f32; 2] = [576.0, 896.0];
/// Fewer lines than this may be but the largest of a card that lies far away.
const FEW_LINES: usize = 5;
/// A line read with less than this is read again.
const READ_ONCE: f32 = 0.94;
/// Lines that are asked which way is up, at most.
const MOST_ASKED: usize = 5;
/// Those about this many times longer than high are asked first: enough letters, little work.
const ASKED_LENGTH: f32 = 6.0;
/// A line of words read with more than this stands upright.
const CERTAIN: f32 = 0.94;
/// One way is up when its lines are read with this much more confidence in sum.
const CLEARLY: f32 = 0.2;
/// Outlines that are this much higher than long run up or down.
const TALL: f32 = 1.5;
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
    scout: Net,
    detector: Net,
    recogniser: Recogniser,
    workroom: Workroom,
}

impl Engine {
    pub(crate) fn load(models: &Models, pair: Pair) -> Result<Self, CardError> {
        Ok(Self {
            scout: models.load_detector(Pair::Light)?,
            detector: models.load_detector(pair)?,
            recogniser: models.load_recogniser(pair)?,
            workroom: Workroom::default(),
        })
    }

    /// What reading a photo takes is wiped and given back with this, however reading ends.
    pub(crate) fn at_work(&self) -> AtWork<'_> {
        AtWork(&self.workroom)
    }

    /// Roughly where text is in the whole photo.
    pub(crate) fn scout(&self, still: &Still) -> Result<Vec<Quad>, CardError> {
        let whole = Quad::upright(0.0, 0.0, still.width() as f32, still.height() as f32);
        let [small, large] = SCOUT_SIDES;
        let mut seen = self.outlines(&self.scout, still, &whole, [small, 1.0])?;
        if seen.len() < FEW_LINES {
            seen = self.outlines(&self.scout, still, &whole, [large, 1.0])?;
        }
        Ok(seen.into_iter().map(|(quad, _)| quad).collect())
    }

    /// What stands within `quad` of the photo.
    pub(crate) fn line(&self, still: &Still, quad: &Quad) -> Result<Reading, CardError> {
        self.line_cut(still, quad, false)
    }

    fn line_cut(&self, still: &Still, quad: &Quad, sharpen: bool) -> Result<Reading, CardError> {
        let ratio = quad.width() / quad.height().max(1.0);
        if !(0.1..LONGEST).contains(&ratio) {
            return Ok(Reading::default());
        }
        let columns = (ratio * LINE_HEIGHT as f32).ceil().max(16.0) as usize;
        let Some(mut picture) = Picture::cut(still, quad, columns, LINE_HEIGHT) else {
            return Ok(Reading::default());
        };
        if sharpen {
            picture.sharpen();
        }
        recognise::recognise(&self.recogniser, &picture, &self.workroom)
    }

    /// A line of which `first` was read: what reads badly is cut again, sharper, wider and narrower, and the surest reading
    /// counts.
    fn line_well(&self, still: &Still, quad: &Quad, first: Reading) -> Result<Reading, CardError> {
        let mut best = first;
        for (grow, sharpen) in [(0.0, true), (0.09, false), (-0.07, false)] {
            if best.confidence() >= READ_ONCE || best.glyphs.len() < 2 {
                break;
            }
            let again = self.line_cut(still, &across(quad, grow), sharpen)?;
            if again.glyphs.len() + 1 >= best.glyphs.len() && again.confidence() > best.confidence()
            {
                best = again;
            }
        }
        Ok(best)
    }

    /// The lines within `frame`, which may stand on its head, from top to bottom.
    pub(crate) fn lines(&self, still: &Still, frame: &Quad) -> Result<Vec<RawLine>, CardError> {
        let scale = [DETECT_SIDE, MOST_GROWTH];
        let found = self.outlines(&self.detector, still, frame, scale)?;
        let frame = self.upright(still, frame, &found)?;
        let read = side_by_side(&found, |at, outline| {
            self.outlined(still, &frame, at, outline)
        });
        let lines: Result<Vec<Option<RawLine>>, CardError> = read.into_iter().collect();
        let mut lines: Vec<RawLine> = lines?.into_iter().flatten().collect();
        lines.sort_by(|a, b| a.flat.center().y.total_cmp(&b.flat.center().y));
        Ok(lines)
    }

    /// The line at `at` among the outlines of a frame; none where nothing is legible.
    fn outlined(
        &self,
        still: &Still,
        frame: &Stand,
        at: usize,
        (quad, flat): &(Quad, Quad),
    ) -> Result<Option<RawLine>, CardError> {
        let (quad, flat) = (quad.turned(frame.turns), flat.turned(frame.turns));
        let (quarters, first) = match frame.read.get(&at) {
            Some(known) => (0, known.clone()),
            None if quad.height() > quad.width() * TALL => self.sideways(still, &quad)?,
            None => (0, self.line(still, &quad)?),
        };
        let quad = quad.turned(quarters);
        let reading = self.line_well(still, &quad, first)?;
        let is_legible = reading.confidence() >= LEGIBLE && !reading.text().trim().is_empty();
        Ok(is_legible.then(|| RawLine {
            reading,
            quad,
            flat: frame.place(&flat).turned(quarters),
        }))
    }

    /// A line that runs up or down beside the others: the surer reading of both, and the quarters that it is turned by.
    fn sideways(&self, still: &Still, quad: &Quad) -> Result<(usize, Reading), CardError> {
        let down = self.line(still, &quad.turned(1))?;
        let up = self.line(still, &quad.turned(3))?;
        Ok(match up.confidence() > down.confidence() {
            true => (3, up),
            false => (1, down),
        })
    }

    /// Whether the frame stands on its head: lines are read both ways until one way is clearly surer.
    fn upright(
        &self,
        still: &Still,
        frame: &Quad,
        found: &[(Quad, Quad)],
    ) -> Result<Stand, CardError> {
        let quads = found.iter().map(|(quad, _)| quad).enumerate();
        let mut asked: Vec<(usize, &Quad)> = quads
            .filter(|(_, quad)| quad.width() > quad.height() * 2.0)
            .collect();
        let unlike = |quad: &Quad| (quad.width() / quad.height() / ASKED_LENGTH).ln().abs();
        asked.sort_by(|(_, a), (_, b)| unlike(a).total_cmp(&unlike(b)));
        asked.truncate(MOST_ASKED);
        let (mut here, mut head) = (0.0_f32, 0.0_f32);
        let (mut read_here, mut read_head) = (BTreeMap::new(), BTreeMap::new());
        for (at, quad) in asked {
            let reading = self.line(still, quad)?;
            // Digits read well on their heads too; words do not.
            let is_sure = reading.confidence() > CERTAIN && reading.letters() >= 6;
            here += reading.confidence();
            read_here.insert(at, reading);
            if is_sure {
                head = 0.0;
                break;
            }
            let turned = self.line(still, &quad.turned(2))?;
            head += turned.confidence();
            read_head.insert(at, turned);
            if (here - head).abs() > CLEARLY {
                break;
            }
        }
        let unit = frame.width().max(frame.height());
        let (turns, read) = match head > here {
            true => (2, read_head),
            false => (0, read_here),
        };
        Ok(Stand {
            turns,
            read,
            width: frame.width() / unit,
            height: frame.height() / unit,
        })
    }

    /// The outlines of text within `frame`, in the photo and on the frame drawn flat, with the frame at most `side` pixels
    /// long and enlarged at most `growth` times.
    fn outlines(
        &self,
        detector: &Net,
        still: &Still,
        frame: &Quad,
        [side, growth]: [f32; 2],
    ) -> Result<Vec<(Quad, Quad)>, CardError> {
        let (width, height) = (frame.width(), frame.height());
        let scale = (side / width.max(height)).min(growth);
        let steps = |length: f32| ((length * scale / STEP as f32).round() as usize).max(1) * STEP;
        let (columns, rows) = (steps(width), steps(height));
        let Some(mut picture) = Picture::cut(still, frame, columns, rows) else {
            return Ok(Vec::new());
        };
        light::even(&mut picture);
        let Some(map) = Projection::from_rectangle(columns as f32, rows as f32, frame) else {
            return Ok(Vec::new());
        };
        let unit = width.max(height);
        let (sx, sy) = (width / unit / columns as f32, height / unit / rows as f32);
        let found = detect::detect(detector, &picture, &self.workroom)?;
        let flat = |quad: &Quad| Quad(quad.0.map(|p| Point::new(p.x * sx, p.y * sy)));
        Ok(found
            .iter()
            .map(|quad| (quad.through(&map), flat(quad)))
            .collect())
    }
}

/// See [`Engine::at_work`].
pub(crate) struct AtWork<'a>(&'a Workroom);

impl Drop for AtWork<'_> {
    fn drop(&mut self) {
        self.0.clear();
    }
}

/// The outline grown across the text by the share `by` of its height.
fn across(quad: &Quad, by: f32) -> Quad {
    let [a, b, c, d] = quad.0;
    let low = |from: Point, to: Point| from.between(to, -by);
    Quad([low(a, d), low(b, c), low(c, b), low(d, a)])
}

/// How a frame stands, and its sides in units of the longer one.
struct Stand {
    turns: usize,
    /// What was read on the way, by the place among the outlines.
    read: BTreeMap<usize, Reading>,
    width: f32,
    height: f32,
}

impl Stand {
    fn place(&self, flat: &Quad) -> Quad {
        if self.turns == 0 {
            return *flat;
        }
        Quad(
            flat.0
                .map(|p| Point::new(self.width - p.x, self.height - p.y)),
        )
    }
}
