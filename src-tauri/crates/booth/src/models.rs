//! Which models read business cards: the thorough pair, or the light one for slow tablets.
//!
//! How: staff choose in the settings, or leave it to the first card, which is read by the thorough pair and timed. When:
//! models are loaded with the first card, and anew where the choice or the event's country changes.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use zgoda_capture::card::{Models, Pair, Reader};
use zgoda_core::Candidate;

use crate::Booth;
use crate::capture::{Photo, Side};
use crate::error::Error;
use crate::home::Settings;

/// A card that takes the thorough pair longer than this, in ms, is read by the light one from then on: nobody waits
/// longer with a visitor before them.
const SLOW: u32 = 2_500;

/// Which models read cards.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum CardChoice {
    /// As the first card shows.
    #[default]
    Auto,
    /// The better reader.
    Thorough,
    /// Less than half the work, a few more mistakes.
    Light,
}

/// What the settings show of the models.
#[derive(Clone, Copy, Debug, Serialize, TS)]
#[ts(export)]
pub struct CardModelsView {
    /// What staff chose.
    pub choice: CardChoice,
    /// Whether the light ones read.
    pub light: bool,
    /// What the first card took by the thorough ones, in ms.
    pub first_card: Option<u32>,
    /// False where the models are not installed: cards are not read.
    pub installed: bool,
}

/// The models, as far as they are known.
#[derive(Default)]
pub(crate) struct CardReader {
    folder: Option<PathBuf>,
    models: Option<Models>,
    loaded: Option<(Pair, String, Reader)>,
}

impl CardReader {
    pub(crate) fn installed(&mut self) -> bool {
        if self.models.is_none() {
            let bundled = self.folder.clone().map(Models::in_folder);
            self.models = bundled.and_then(Result::ok).or_else(|| Models::find().ok());
        }
        self.models.is_some()
    }

    fn reader(&mut self, pair: Pair, country: &str) -> Option<&Reader> {
        let fits = |(at, home, _): &(Pair, String, Reader)| *at == pair && home == country;
        if !self.loaded.as_ref().is_some_and(fits) && self.installed() {
            let reader = Reader::new(self.models.clone()?, pair).at_home_in(country);
            self.loaded = Some((pair, country.to_owned(), reader));
        }
        self.loaded.as_ref().map(|(_, _, reader)| reader)
    }
}

impl Settings {
    fn pair(&self) -> Pair {
        match (self.cards, self.first_card) {
            (CardChoice::Light, _) => Pair::Light,
            (CardChoice::Auto, Some(took)) if took > SLOW => Pair::Light,
            (CardChoice::Auto | CardChoice::Thorough, _) => Pair::Small,
        }
    }
}

impl Booth {
    /// Looks for the models in `folder` first: where the shell's bundle keeps them.
    pub fn look_for_models_in(&mut self, folder: PathBuf) {
        self.cards.folder = Some(folder);
    }

    /// Which models read cards.
    ///
    /// # Errors
    /// Where the home folder cannot be read.
    pub fn card_models(&mut self) -> Result<CardModelsView, Error> {
        let settings = Settings::read(&self.home)?;
        Ok(CardModelsView {
            choice: settings.cards,
            light: settings.pair() == Pair::Light,
            first_card: settings.first_card,
            installed: self.cards.installed(),
        })
    }

    /// Chooses the models. Leaving it to the machine measures anew.
    ///
    /// # Errors
    /// Where the home folder cannot be written.
    pub fn set_card_models(&mut self, choice: CardChoice) -> Result<CardModelsView, Error> {
        let mut settings = Settings::read(&self.home)?;
        settings.cards = choice;
        if choice == CardChoice::Auto {
            settings.first_card = None;
        }
        settings.write(&self.home)?;
        self.card_models()
    }

    /// The cards in a photo, the one with the most text first; none where the models are not installed.
    pub(crate) fn read_cards(
        &mut self,
        photo: Photo<'_>,
    ) -> Result<Vec<(Candidate, Option<Side>)>, Error> {
        let country = self.staff()?.profile.event.country.clone();
        let settings = Settings::read(&self.home)?;
        let pair = settings.pair();
        let Some(reader) = self.cards.reader(pair, &country) else {
            return Ok(Vec::new());
        };
        let still = photo.still()?;
        let start = Instant::now();
        let readings = reader.read(&still)?;
        self.note_time(settings, pair, start.elapsed(), readings.len());
        let read = readings.into_iter().map(|reading| {
            let side = Side::of(&still, &reading);
            (reading.candidate, side)
        });
        Ok(read
            .filter(|(candidate, _)| !candidate.is_empty())
            .collect())
    }

    fn note_time(&self, mut settings: Settings, pair: Pair, took: Duration, cards: usize) {
        if cards == 0 || pair != Pair::Small || settings.first_card.is_some() {
            return;
        }
        let each = took.as_millis() / cards as u128;
        settings.first_card = Some(u32::try_from(each).unwrap_or(u32::MAX));
        // A folder that cannot be written costs the measurement, not the card.
        let _ = settings.write(&self.home);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(cards: CardChoice, first_card: Option<u32>) -> Pair {
        let settings = Settings {
            cards,
            first_card,
            ..Settings::default()
        };
        settings.pair()
    }

    #[test]
    fn a_slow_first_card_chooses_the_light_models() {
        assert_eq!(pair(CardChoice::Auto, None), Pair::Small);
        assert_eq!(pair(CardChoice::Auto, Some(SLOW)), Pair::Small);
        assert_eq!(pair(CardChoice::Auto, Some(SLOW + 1)), Pair::Light);
    }

    #[test]
    fn what_staff_choose_holds_however_slow_it_is() {
        assert_eq!(pair(CardChoice::Thorough, Some(SLOW * 9)), Pair::Small);
        assert_eq!(pair(CardChoice::Light, Some(1)), Pair::Light);
    }

    #[test]
    fn the_first_card_is_measured_once_and_a_choice_is_kept() {
        let home = tempfile::tempdir().unwrap();
        let mut booth = Booth::with_cost(home.path().to_owned(), crate::Cost::TEST).unwrap();
        let settings = || Settings::read(home.path()).unwrap();
        booth.note_time(settings(), Pair::Small, Duration::from_secs(8), 2);
        assert_eq!(settings().first_card, Some(4_000));
        booth.note_time(settings(), Pair::Small, Duration::from_secs(1), 1);
        assert!(booth.card_models().unwrap().light);
        let chosen = booth.set_card_models(CardChoice::Thorough).unwrap();
        assert!(!chosen.light && chosen.first_card == Some(4_000));
        let anew = booth.set_card_models(CardChoice::Auto).unwrap();
        assert_eq!(anew.first_card, None);
    }
}
