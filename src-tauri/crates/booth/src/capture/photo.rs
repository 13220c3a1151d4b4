//! A picture: its code, or where it has none, the business cards on it.
//!
//! When: a picture is read once, in memory; it is wiped by whoever brought it, and never written.

use zgoda_capture::luma::Luma;
use zgoda_capture::still::{self, Still};
use zgoda_capture::symbol::{self as codes, Budget, Formats, Symbol};
use zgoda_core::minimise;

use crate::Booth;
use crate::error::Error;
use crate::view::{DraftView, ScanView};

/// A picture that staff took.
#[derive(Clone, Copy)]
pub enum Photo<'a> {
    /// A file's bytes: JPEG, PNG or WebP.
    File(&'a [u8]),
    /// The camera's picture.
    Pixels {
        /// Four bytes a pixel, row by row.
        rgba: &'a [u8],
        /// Pixels in a row.
        width: u32,
        /// Rows.
        height: u32,
    },
}

impl Photo<'_> {
    fn luma(&self) -> Result<Luma, Error> {
        Ok(match self {
            Self::File(bytes) => still::luma(bytes)?,
            Self::Pixels { .. } => self.still()?.luma(),
        })
    }

    pub(crate) fn still(&self) -> Result<Still, Error> {
        Ok(match *self {
            Self::File(bytes) => still::decode(bytes)?,
            Self::Pixels {
                rgba,
                width,
                height,
            } => Still::from_rgba(width, height, rgba)?,
        })
    }
}

/// The code in a picture.
pub(crate) fn symbol(photo: Photo<'_>, formats: Formats) -> Result<Option<Symbol>, Error> {
    let luma = photo.luma()?;
    let found = codes::read_still(&luma, &formats, Budget::default());
    Ok(found.into_iter().next())
}

impl Booth {
    /// Reads a photo's bytes (JPEG, PNG, WebP), as [`Booth::scan`].
    ///
    /// # Errors
    /// As there.
    pub fn scan_photo(&mut self, bytes: &[u8]) -> Result<ScanView, Error> {
        self.scan(Photo::File(bytes))
    }

    /// Reads a picture: its code, or where it has none that is a person's, the business cards on it. The first card
    /// comes with the answer, the others by [`Booth::card_next`].
    ///
    /// # Errors
    /// Not a photo, or too large; a badge whose text is refused.
    pub fn scan(&mut self, photo: Photo<'_>) -> Result<ScanView, Error> {
        let formats = self.staff()?.formats();
        let coded = match symbol(photo, formats)? {
            Some(symbol) => self.take_symbol(&symbol)?,
            None => ScanView::Nothing,
        };
        if !matches!(coded, ScanView::Nothing | ScanView::Other { .. }) {
            return Ok(coded);
        }
        let cards = self.read_cards(photo)?;
        let open = self.staff()?;
        if cards.is_empty() {
            return Ok(coded);
        }
        open.cards.put(cards, &open.profile);
        open.next_card();
        let draft = Box::new(open.draft_view()?);
        Ok(ScanView::Person {
            draft,
            corners: None,
        })
    }

    /// Reads the other side of the card in hand into the same draft: what its first side says stays.
    ///
    /// # Errors
    /// [`Error::NoCard`] where nothing of a card can be read; where no card is in hand.
    pub fn card_side(&mut self, photo: Photo<'_>) -> Result<DraftView, Error> {
        self.staff()?.cards.shown()?;
        let formats = self.staff()?.formats();
        let coded = match symbol(photo, formats)? {
            Some(symbol) => super::person(self.staff()?.read(&symbol.bytes)?).ok(),
            None => None,
        };
        let side = self.read_cards(photo)?.into_iter().next();
        if coded.is_none() && side.is_none() {
            return Err(Error::NoCard);
        }
        let open = self.staff()?;
        let mut draft = open.draft.take().ok_or(Error::NoDraft)?;
        if let Some(candidate) = coded {
            draft = draft.joined(minimise(candidate, &open.profile));
        }
        if let Some((candidate, side)) = side {
            draft = draft.joined(minimise(candidate, &open.profile));
            open.cards.shown()?.sides.extend(side);
        }
        open.draft = Some(draft);
        open.draft_view()
    }
}
