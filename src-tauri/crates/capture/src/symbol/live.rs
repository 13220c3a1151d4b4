//! A camera's frames, one after the other.
//!
//! How: the cheap stages run on every frame, and one further stage a frame in turn, so that a badge held still for ten
//! frames has been looked at in every way while no single frame takes long. When: one [`Live`] for as long as the
//! camera is on; it remembers whose turn it is and the one-dimensional code that waits for a second frame to agree.

use std::time::Duration;

use super::cascade::{EVERY_FRAME, IN_TURN, run};
use super::clock::Clock;
use super::views::Views;
use super::{Formats, Kind, Symbol};
use crate::luma::{Luma, WrongSize};

/// Longest side of a frame, in pixels.
const MAX_FRAME_SIDE: u32 = 4_096;

/// CPU time after which nothing new is begun for a frame: the next one may show more, and waits meanwhile.
const FRAME: Duration = Duration::from_millis(40);

/// Reads frames of one camera.
#[derive(Debug)]
pub struct Live {
    formats: Formats,
    turn: usize,
    waiting: Option<Symbol>,
}

/// A frame that cannot be looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    /// The bytes are not `width * height` many, or a side is zero.
    #[error("the frame's bytes do not fill its size")]
    Size,
    /// A side is over the limit.
    #[error("the frame is too large")]
    TooLarge,
}

impl FrameError {
    /// A stable name that screens translate.
    pub fn code(self) -> &'static str {
        match self {
            Self::Size => "frame_size",
            Self::TooLarge => "frame_too_large",
        }
    }
}

impl From<WrongSize> for FrameError {
    fn from(_: WrongSize) -> Self {
        Self::Size
    }
}

impl Live {
    /// Starts with the first turn.
    pub fn new(formats: Formats) -> Self {
        Self {
            formats,
            turn: 0,
            waiting: None,
        }
    }

    /// Looks for these kinds from here on; a line that waits for a second frame waits no longer where they differ.
    pub fn look_for(&mut self, formats: Formats) {
        if self.formats != formats {
            self.formats = formats;
            self.waiting = None;
        }
    }

    /// Looks at one frame: `luma` holds `width * height` bytes, row by row. A one-dimensional code is given out when a
    /// second frame has said the same.
    pub fn frame(
        &mut self,
        luma: &[u8],
        width: u32,
        height: u32,
    ) -> Result<Option<Symbol>, FrameError> {
        if width.max(height) > MAX_FRAME_SIDE {
            return Err(FrameError::TooLarge);
        }
        let frame = Luma::new(width as usize, height as usize, luma.to_vec())?;
        let clock = Clock::start(FRAME);
        let views = Views::of(&frame);
        let mine = &IN_TURN[self.turn % IN_TURN.len()];
        self.turn = (self.turn + 1) % IN_TURN.len();
        let stages = EVERY_FRAME.iter().chain([mine]);
        let seen = stages
            .take_while(|_| !clock.is_over())
            .flat_map(|stage| run(stage, &views, self.formats, &clock))
            .next();
        Ok(seen.and_then(|symbol| self.agreed(symbol)))
    }

    fn agreed(&mut self, symbol: Symbol) -> Option<Symbol> {
        if symbol.kind != Kind::Code128 {
            return Some(symbol);
        }
        match self.waiting.take() {
            Some(earlier) if earlier.text == symbol.text => Some(symbol),
            _ => {
                self.waiting = Some(symbol);
                None
            }
        }
    }
}
