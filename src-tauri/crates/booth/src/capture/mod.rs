//! From a code, a photo or the keyboard to a stored lead.
//!
//! How: what is read becomes a Candidate, is minimised at once, and only the Draft stays in hand; the attendee's answer
//! is minimised again, decided and stored in one transaction. When: between two people nothing stays in memory but the
//! drafts of cards that were photographed together ([`card`]), until their turn or the lock.

mod answer;
mod attendee;
mod card;
mod photo;
mod typed;

use std::collections::BTreeMap;

use zeroize::Zeroizing;
use zgoda_capture::luma::Luma;
use zgoda_capture::payload::{self, Reading};
use zgoda_capture::symbol::{Formats, FrameError, Symbol};
use zgoda_core::identity::Identity;
use zgoda_core::{Answer, Candidate, Draft, Field, Profile, Source, Value, minimise};

use crate::error::Error;
use crate::view::{DraftView, FieldEdit, ScanView, Typing};
use crate::{Booth, Open, show};

pub use answer::Captured;
pub(crate) use answer::{promise_day, promises, random_ids, with_due_dates};
pub(crate) use attendee::HandedOver;
pub(crate) use card::{Cards, Side};
pub use photo::Photo;
pub(crate) use photo::symbol;
pub use typed::{Typed, TypedCapture};

/// Most characters of a strange code's text that are shown.
const SHOWN_TEXT: usize = 200;

impl Booth {
    /// Reads one camera frame of brightness values, row by row: its code, or where a card is in it.
    ///
    /// # Errors
    /// A frame that is none; a badge whose text is refused.
    pub fn scan_frame(&mut self, luma: &[u8], width: u32, height: u32) -> Result<ScanView, Error> {
        let formats = self.staff()?.formats();
        self.live.look_for(formats);
        if let Some(symbol) = self.live.glance(luma, width, height)? {
            return self.take_symbol(&symbol);
        }
        self.card_frame(luma, width, height)
    }

    /// Looks where a card is in a camera frame, and reads no code: while the other side of a card is asked for.
    ///
    /// # Errors
    /// A frame that is none.
    pub fn card_frame(&mut self, luma: &[u8], width: u32, height: u32) -> Result<ScanView, Error> {
        self.staff()?;
        if !self.cards.installed() {
            return Ok(ScanView::Nothing);
        }
        let frame = Luma::new(width as usize, height as usize, luma.to_vec());
        let seen = self.watch.look(&frame.map_err(FrameError::from)?);
        Ok(seen.map_or(ScanView::Nothing, |sight| ScanView::Card {
            corners: sight.outline.0.map(|corner| (corner.x, corner.y)),
            advice: sight.advice.map(Into::into),
        }))
    }

    /// Reads what a hand scanner typed.
    ///
    /// # Errors
    /// A text that is refused.
    pub fn scan_text(&mut self, typed: &Typing) -> Result<ScanView, Error> {
        let text = Zeroizing::new(typed.meant());
        let reading = self.staff()?.read(text.as_bytes())?;
        self.take_reading(reading, None)
    }

    /// Starts a draft from what staff typed.
    ///
    /// # Errors
    /// Where the store is locked or an attendee holds the device.
    pub fn type_person(&mut self, edits: Vec<FieldEdit>) -> Result<DraftView, Error> {
        let candidate = Candidate {
            source: Source::Typed,
            ..Candidate::default()
        };
        self.take_candidate(candidate)?;
        self.draft_edit(edits)
    }

    /// Changes the draft in hand.
    ///
    /// # Errors
    /// Where there is none.
    pub fn draft_edit(&mut self, edits: Vec<FieldEdit>) -> Result<DraftView, Error> {
        let open = self.staff()?;
        let draft = open.draft.take().ok_or(Error::NoDraft)?;
        open.draft = Some(draft.edited(values(edits), &open.profile));
        open.draft_view()
    }

    /// Lets the draft in hand go; its values are wiped.
    ///
    /// # Errors
    /// Where the store is locked or an attendee holds the device.
    pub fn draft_discard(&mut self) -> Result<(), Error> {
        let open = self.staff()?;
        open.draft = None;
        open.cards.let_go();
        Ok(())
    }

    fn take_symbol(&mut self, symbol: &Symbol) -> Result<ScanView, Error> {
        let corners = symbol.corners.iter().map(|[x, y]| (*x, *y)).collect();
        let reading = self.staff()?.read(&symbol.bytes)?;
        self.take_reading(reading, Some(corners))
    }

    fn take_reading(
        &mut self,
        reading: Reading,
        corners: Option<Vec<(f32, f32)>>,
    ) -> Result<ScanView, Error> {
        Ok(match reading {
            Reading::Person { candidate, .. } => {
                let draft = Box::new(self.take_candidate(*candidate)?);
                ScanView::Person { draft, corners }
            }
            Reading::Opaque { system, reference } => {
                let candidate = Candidate {
                    reference,
                    ..Candidate::default()
                };
                let draft = Box::new(self.take_candidate(candidate)?);
                ScanView::Opaque {
                    system: system.to_owned(),
                    draft,
                    corners,
                }
            }
            Reading::Url { address, .. } => other(address.expose(), true, corners),
            Reading::Text(text) => other(text.expose(), false, corners),
        })
    }

    fn take_candidate(&mut self, candidate: Candidate) -> Result<DraftView, Error> {
        let open = self.staff()?;
        open.cards.let_go();
        open.draft = Some(minimise(candidate, &open.profile));
        open.draft_view()
    }
}

impl Open {
    /// The codes that the profile's badges carry.
    fn formats(&self) -> Formats {
        Formats::only(&self.profile.badge.symbols)
    }

    /// Reads a badge's text as the profile says.
    fn read(&self, bytes: &[u8]) -> Result<Reading, Error> {
        let template = self.profile.badge.template.as_ref();
        Ok(payload::read(bytes, template)?)
    }

    fn draft_view(&mut self) -> Result<DraftView, Error> {
        let draft = self.draft.clone().ok_or(Error::NoDraft)?;
        let same = self.same(&draft)?;
        let objected = !self.objected(&draft).is_nothing();
        let card = self.cards.view(&draft);
        Ok(show::draft(&draft, &self.profile, same, objected, card))
    }

    fn same(&mut self, draft: &Draft) -> Result<Option<zgoda_store::Same>, Error> {
        match Identity::of(|field| draft.fields().get(&field)) {
            Some(identity) => Ok(self.store.find_same(&identity)?),
            None => Ok(None),
        }
    }
}

pub(crate) fn person(reading: Reading) -> Result<Candidate, Error> {
    match reading {
        Reading::Person { candidate, .. } => Ok(*candidate),
        Reading::Opaque { reference, .. } => Ok(Candidate {
            reference,
            ..Candidate::default()
        }),
        Reading::Url { .. } | Reading::Text(_) => Err(Error::NotABadge),
    }
}

fn other(text: &str, url: bool, corners: Option<Vec<(f32, f32)>>) -> ScanView {
    ScanView::Other {
        text: text.chars().take(SHOWN_TEXT).collect(),
        url,
        corners,
    }
}

/// The draft with these answers in the place of its own.
fn with_answers(draft: Draft, answers: Vec<Answer>, profile: &Profile) -> Draft {
    let value = Some(Value::Answers(answers));
    draft.edited([(Field::Answers, value)].into(), profile)
}

fn values(edits: Vec<FieldEdit>) -> BTreeMap<Field, Option<Value>> {
    // Answers come as replies, and a signature from the attendee's hand alone.
    let elsewhere = |edit: &FieldEdit| matches!(edit.field, Field::Answers | Field::Signature);
    let edits = edits.into_iter().filter(|edit| !elsewhere(edit));
    let value = |edit: FieldEdit| {
        let value = edit.value.and_then(|value| value.into_value(edit.field));
        (edit.field, value)
    };
    edits.map(value).collect()
}

pub(crate) fn random<const N: usize>() -> Result<[u8; N], Error> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| Error::Random)?;
    Ok(bytes)
}
