//! What a line says: letters by connectionist temporal classification (CTC), each with its rivals.

use rten::Model;
use rten_tensor::prelude::*;
use rten_tensor::{NdTensor, Tensor};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::card::CardError;
use crate::card::pixels::Picture;
use crate::card::read::net::{Map, Net, Workroom};

/// Height of a line as the recogniser was trained, in pixels.
pub(crate) const LINE_HEIGHT: usize = 48;
/// Narrower pictures are padded: the network halves the width several times.
const NARROWEST: usize = 64;
/// Rivals below this are not worth keeping.
const RIVAL: f32 = 0.02;

/// A letter as read.
#[derive(Clone, Debug, PartialEq, Zeroize)]
pub(crate) struct Glyph {
    pub(crate) letter: char,
    /// 0 to 1.
    pub(crate) probability: f32,
    /// Place along the line: 0 is the left edge, 1 the right one.
    pub(crate) at: f32,
    /// The next best letter, if any came near, and its probability.
    pub(crate) rival: Option<(char, f32)>,
}

/// A line as read. Wiped when dropped.
#[derive(Clone, Default, Zeroize, ZeroizeOnDrop)]
pub(crate) struct Reading {
    pub(crate) glyphs: Vec<Glyph>,
}

impl Reading {
    pub(crate) fn text(&self) -> String {
        self.glyphs.iter().map(|glyph| glyph.letter).collect()
    }

    /// How many of the glyphs are letters.
    pub(crate) fn letters(&self) -> usize {
        self.glyphs
            .iter()
            .filter(|glyph| glyph.letter.is_alphabetic())
            .count()
    }

    /// Mean probability of the letters, 0 where there is none.
    pub(crate) fn confidence(&self) -> f32 {
        let sum: f32 = self.glyphs.iter().map(|glyph| glyph.probability).sum();
        sum / self.glyphs.len().max(1) as f32
    }
}

/// A recogniser, loaded: what looks at the pixels, and what makes letters of that.
pub(crate) struct Recogniser {
    pub(crate) looks: Net,
    pub(crate) reads: Model,
    /// The classes from 1 on; class 0 is the blank.
    pub(crate) letters: Vec<char>,
}

impl Recogniser {
    /// How probable each class is, step by step along the line.
    pub(crate) fn run(&self, line: Map, workroom: &Workroom) -> Result<Tensor<f32>, CardError> {
        let mut seen = self.looks.run(line, workroom)?;
        let shape = [1, seen.channels, seen.height, seen.width];
        let tensor = NdTensor::from_data(shape, std::mem::take(&mut seen.data));
        let output = self.reads.run_one(tensor.view().into(), None);
        tensor.into_data().zeroize();
        let output = output.map_err(|_| CardError::ModelsDamaged)?;
        output.try_into().map_err(|_| CardError::ModelsDamaged)
    }
}

/// Reads `line`, which must be [`LINE_HEIGHT`] high.
pub(crate) fn recognise(
    recogniser: &Recogniser,
    line: &Picture,
    workroom: &Workroom,
) -> Result<Reading, CardError> {
    let letters = &recogniser.letters;
    let padded = line.width.max(NARROWEST);
    let output = recogniser.run(line.planes(padded), workroom)?;
    let shape: Result<[usize; 3], _> = output.shape().try_into();
    let probability = Zeroizing::new(output.into_data());
    let Ok([1, steps, classes]) = shape else {
        return Err(CardError::ModelsDamaged);
    };
    if classes != letters.len() + 1 {
        return Err(CardError::ModelsDamaged);
    }
    let mut reading = Reading::default();
    let mut last = 0;
    for (step, row) in probability.chunks_exact(classes).enumerate() {
        let (best, second) = best_two(row);
        let at = (step as f32 + 0.5) / steps as f32 * padded as f32 / line.width as f32;
        if best == last && best != 0 {
            if let Some(glyph) = reading
                .glyphs
                .last_mut()
                .filter(|glyph| glyph.probability < row[best])
            {
                glyph.probability = row[best];
                glyph.rival = rival(letters, row, second);
            }
        } else if best != 0 {
            reading.glyphs.push(Glyph {
                letter: letters[best - 1],
                probability: row[best],
                at,
                rival: rival(letters, row, second),
            });
        }
        last = best;
    }
    Ok(reading)
}

fn rival(letters: &[char], row: &[f32], class: usize) -> Option<(char, f32)> {
    (class != 0 && row[class] >= RIVAL).then(|| (letters[class - 1], row[class]))
}

/// The most probable class, and the most probable letter besides it.
fn best_two(row: &[f32]) -> (usize, usize) {
    let (mut best, mut second) = (0, 0);
    for (class, value) in row.iter().enumerate().skip(1) {
        if *value > row[best] {
            if best != 0 {
                second = best;
            }
            best = class;
        } else if second == 0 || *value > row[second] {
            second = class;
        }
    }
    (best, second)
}
