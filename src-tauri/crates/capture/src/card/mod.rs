//! Business cards: from a photo to the fields of a [`Candidate`], offline.
//!
//! How: [`find`] outlines the cards in the photo, [`read`] turns each into lines of text with two small neural networks
//! (PP-OCRv6, run by `rten` in pure Rust), [`fields`] decides which line is what, and
//! [`code`] lets a QR code on the card confirm it. When: a photo is read once, in memory,
//! and wiped by whoever decoded it; what is handed on is text and outlines.

#[cfg(feature = "bench")]
#[doc(hidden)]
pub mod bench;

mod code;
mod cutout;
mod fields;
mod find;
mod geometry;
mod islands;
mod light;
mod models;
mod pixels;
mod read;
mod watch;

pub use cutout::Cutout;
pub use geometry::{Point, Quad};
pub use models::{Models, Pair};
pub use watch::{Advice, Sight, Watch};

use std::collections::BTreeMap;
use std::sync::OnceLock;

use zgoda_core::{Candidate, Field, Personal};

use crate::still::Still;

/// A telephone number in E.164; one without a country code is dialled from `country` (ISO 3166). Digits alone where it is no
/// number.
pub fn e164(raw: &str, country: &str) -> String {
    fields::e164(raw, country).0
}

/// Why a card was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CardError {
    /// The models are in none of the folders that [`Models::find`] looks in.
    #[error("the models that read cards are missing: run `make models` or set ZGODA_MODELS")]
    ModelsMissing,
    /// A model is not what it should be.
    #[error("the models that read cards are damaged: run `make models`")]
    ModelsDamaged,
}

impl CardError {
    /// A stable name that screens translate.
    pub const fn code(self) -> &'static str {
        match self {
            Self::ModelsMissing => "models_missing",
            Self::ModelsDamaged => "models_damaged",
        }
    }
}

/// A line as read, and where it stands in the photo: what a screen needs to let a finger put it into a field.
#[derive(Clone, Debug)]
pub struct Line {
    /// What it says.
    pub text: Personal,
    /// Mean probability of its letters, 0 to 1.
    pub confidence: f32,
    /// Its outline in the photo.
    pub quad: Quad,
}

/// One card.
#[derive(Clone, Debug, Default)]
pub struct CardReading {
    /// All lines, from top to bottom.
    pub lines: Vec<Line>,
    /// The fields, with [`Source::Card`](zgoda_core::Source) and doubts where the reader is not sure.
    pub candidate: Candidate,
    /// How sure each filled field is, 0 to 1: of fields with 0.9, nine in ten are right.
    pub confidence: BTreeMap<Field, f32>,
    /// The card's outline in the photo; the whole photo where none was found.
    pub quad: Quad,
}

/// Reads cards with one pair of models, which is loaded with the first photo.
pub struct Reader {
    models: Models,
    pair: Pair,
    home: String,
    engine: OnceLock<read::Engine>,
}

impl Reader {
    /// A reader; nothing is loaded yet.
    pub fn new(models: Models, pair: Pair) -> Self {
        Self {
            models,
            pair,
            home: "PL".to_owned(),
            engine: OnceLock::new(),
        }
    }

    /// The country (ISO 3166) of telephone numbers where neither number, address nor domain tells it: the event's.
    #[must_use]
    pub fn at_home_in(mut self, country: &str) -> Self {
        country.clone_into(&mut self.home);
        self
    }

    /// The cards in a photo, largest first; none where there is no text.
    ///
    /// # Errors
    /// [`CardError::ModelsMissing`] and [`CardError::ModelsDamaged`], with the first photo.
    pub fn read(&self, still: &Still) -> Result<Vec<CardReading>, CardError> {
        let cards = self.raw(still)?;
        Ok(self.readings(still, &cards))
    }

    /// What the lines of each card say, confirmed by the code on it.
    fn readings(&self, still: &Still, cards: &[(Vec<read::RawLine>, Quad)]) -> Vec<CardReading> {
        let codes = if cards.is_empty() {
            Vec::new()
        } else {
            code::contacts(still)
        };
        cards
            .iter()
            .map(|(lines, quad)| {
                let on = |coded: &&code::Coded| cards.len() == 1 || coded.is_on(quad);
                self.reading(lines, *quad, codes.iter().find(on))
            })
            .collect()
    }

    fn raw(&self, still: &Still) -> Result<Vec<(Vec<read::RawLine>, Quad)>, CardError> {
        let engine = self.engine()?;
        let _at_work = engine.at_work();
        let mut cards = Vec::new();
        for found in find::cards(still, &engine.scout(still)?) {
            let lines = engine.lines(still, &found.frame)?;
            if !lines.is_empty() {
                cards.push((lines, found.outline));
            }
        }
        Ok(cards)
    }

    fn reading(
        &self,
        lines: &[read::RawLine],
        quad: Quad,
        coded: Option<&code::Coded>,
    ) -> CardReading {
        let fields::Extracted {
            mut candidate,
            mut confidence,
            lines: texts,
        } = fields::extract(lines, &self.home);
        if let Some(coded) = coded {
            code::confirm(&mut candidate, &mut confidence, coded, &self.home);
        }
        fields::mark_doubts(&mut candidate, &confidence);
        let lines = lines
            .iter()
            .zip(texts)
            .map(|(line, text)| Line {
                text,
                confidence: line.reading.confidence(),
                quad: line.quad,
            })
            .collect();
        CardReading {
            lines,
            candidate,
            confidence,
            quad,
        }
    }

    fn engine(&self) -> Result<&read::Engine, CardError> {
        if self.engine.get().is_none() {
            let engine = read::Engine::load(&self.models, self.pair)?;
            // Where two threads load at once, the second result is dropped.
            let _ = self.engine.set(engine);
        }
        self.engine.get().ok_or(CardError::ModelsMissing)
    }
}
