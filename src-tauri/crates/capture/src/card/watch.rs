//! The card in the viewfinder: its outline in each frame, what to do about it, and when to take it.
//!
//! How: paper is looked for on a thumbnail of the frame's brightness ([`paper`](super::find::paper)); text on it is told,
//! and judged sharp, by how much of its contrast lies between two neighbouring pixels. When: on every frame without a
//! code; a card that stays in its place and sharp for a few frames is ready, once, until it was taken away.

use super::find::paper;
use super::geometry::Quad;
use super::pixels::Picture;
use crate::luma::Luma;

/// Longer side of the thumbnail, in pixels.
const THUMBNAIL: usize = 320;
/// Brightness, of 255, that the lightest twentieth of a picture reaches where there is light enough.
const LIT: u8 = 80;
/// Longer side of a card over that of the frame below which small print is lost.
const NEAR: f32 = 0.42;
/// Most that a corner of a card at rest moves from frame to frame, as a share of the card's longer side.
const REST: f32 = 0.015;
/// A card that moved this far from where it was taken is another one, or another side.
const TAKEN_AWAY: f32 = 0.2;
/// Frames without a card after which the next one is another.
const GONE: u32 = 4;
/// Share of the contrast that lies between two neighbouring pixels of sharp print.
const SHARP: f32 = 0.34;
/// Contrast within a few pixels, of 255, that only print makes.
const PRINT: u8 = 48;
/// Fewest places with print on a card.
const FEWEST: u32 = 60;
/// Frames at rest and sharp before a card is taken.
const CALM: u32 = 4;

/// What to do about a card in the viewfinder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Advice {
    /// Too dark.
    Light,
    /// Too small to be read.
    Closer,
    /// It moves, or is not sharp.
    Still,
    /// Take it now; said once.
    Ready,
}

/// A card in a frame.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sight {
    /// Its outline, in pixels of the frame.
    pub outline: Quad,
    /// What to do; nothing while it is about to be taken, or was.
    pub advice: Option<Advice>,
}

/// Watches the frames of one camera.
#[derive(Debug, Default)]
pub struct Watch {
    before: Option<Quad>,
    missing: u32,
    calm: u32,
    taken: Option<Quad>,
}

impl Watch {
    /// Looks at one frame; none where no card is in it.
    pub fn look(&mut self, frame: &Luma) -> Option<Sight> {
        let small = thumbnail(frame);
        let Some(outline) = card(&small, frame) else {
            self.miss();
            return None;
        };
        let moved = self.before.map_or(f32::MAX, |old| drift(&old, &outline));
        self.before = Some(outline);
        self.missing = 0;
        if self
            .taken
            .is_some_and(|taken| drift(&taken, &outline) > TAKEN_AWAY)
        {
            self.taken = None;
        }
        let advice = self.advise(&small, frame, &outline, moved);
        Some(Sight { outline, advice })
    }

    fn advise(
        &mut self,
        small: &Picture,
        frame: &Luma,
        outline: &Quad,
        moved: f32,
    ) -> Option<Advice> {
        let longest = outline.width().max(outline.height());
        let wanting = if lightest(small) < LIT {
            Some(Advice::Light)
        } else if longest < NEAR * frame.width().max(frame.height()) as f32 {
            Some(Advice::Closer)
        } else if moved > REST || sharpness(frame, outline).is_none_or(|sharp| sharp < SHARP) {
            Some(Advice::Still)
        } else {
            None
        };
        if self.taken.is_some() {
            return None;
        }
        if wanting.is_some() {
            self.calm = 0;
            return wanting;
        }
        self.calm += 1;
        if self.calm < CALM {
            return None;
        }
        self.taken = Some(*outline);
        Some(Advice::Ready)
    }

    fn miss(&mut self) {
        self.before = None;
        self.calm = 0;
        self.missing += 1;
        if self.missing >= GONE {
            self.taken = None;
        }
    }
}

/// The largest piece of paper that stands out from what is around it.
fn card(small: &Picture, frame: &Luma) -> Option<Quad> {
    let found = paper::in_grey(small);
    let largest = found
        .into_iter()
        .max_by(|a, b| a.area().total_cmp(&b.area()))?;
    let (x, y) = (
        frame.width() as f32 / small.width as f32,
        frame.height() as f32 / small.height as f32,
    );
    Some(Quad(largest.0.map(|p| super::Point::new(p.x * x, p.y * y))))
}

/// The frame's brightness, each pixel the mean of what it covers.
fn thumbnail(frame: &Luma) -> Picture {
    let step = frame.width().max(frame.height()).div_ceil(THUMBNAIL).max(1);
    let (width, height) = (
        (frame.width() / step).max(1),
        (frame.height() / step).max(1),
    );
    let mut rgb = Vec::with_capacity(width * height * 3);
    for y in 0..height {
        for x in 0..width {
            let mut sum = 0_u32;
            for row in (y * step..(y + 1) * step).filter(|row| *row < frame.height()) {
                let to = ((x + 1) * step).min(frame.width());
                sum += frame.row(row)[x * step..to]
                    .iter()
                    .map(|v| u32::from(*v))
                    .sum::<u32>();
            }
            rgb.extend([(sum / (step * step) as u32) as u8; 3]);
        }
    }
    Picture { width, height, rgb }
}

/// The brightness that a twentieth of the picture reaches.
fn lightest(small: &Picture) -> u8 {
    let mut values: Vec<u8> = small.rgb.iter().step_by(3).copied().collect();
    let at = values.len() * 19 / 20;
    *values.select_nth_unstable(at).1
}

/// The largest distance of a corner from its old place, as a share of the card's longer side. Corners are paired by the
/// nearest turn: which one comes first may change with a slight tilt.
fn drift(old: &Quad, new: &Quad) -> f32 {
    let worst = |turned: Quad| {
        let pairs = turned.0.iter().zip(old.0);
        pairs.map(|(a, b)| a.distance(b)).fold(0.0, f32::max)
    };
    let nearest = (0..4)
        .map(|q| worst(new.turned(q)))
        .fold(f32::MAX, f32::min);
    nearest / new.width().max(new.height()).max(1.0)
}

/// How sharp the print within `outline` is, 0 to 1; none where there is hardly any.
fn sharpness(frame: &Luma, outline: &Quad) -> Option<f32> {
    const WINDOW: usize = 9;
    let inner = outline.grown(-0.05);
    let [left, top, right, bottom] = inner.bounds().map(|at| at.max(0.0) as usize);
    let (right, bottom) = (right.min(frame.width()), bottom.min(frame.height()));
    let (mut count, mut sum) = (0_u32, 0.0);
    for y in (top..bottom).step_by(3) {
        let row = frame.row(y);
        for x in (left..right.saturating_sub(WINDOW)).step_by(WINDOW - 1) {
            if !inner.contains(super::Point::new((x + WINDOW / 2) as f32, y as f32)) {
                continue;
            }
            let window = &row[x..x + WINDOW];
            let (low, high) = window
                .iter()
                .fold((u8::MAX, 0), |(low, high), v| (low.min(*v), high.max(*v)));
            if high - low < PRINT {
                continue;
            }
            let steps = window.windows(2).map(|pair| pair[0].abs_diff(pair[1]));
            count += 1;
            sum += f32::from(steps.max().unwrap_or(0)) / f32::from(high - low);
        }
    }
    (count >= FEWEST).then(|| sum / count as f32)
}
