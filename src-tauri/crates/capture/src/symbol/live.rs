//! A camera's frames, one after the other.
//!
//! How: the cheap stages run on every frame, and one further stage a frame in turn, so that a badge held still for ten
//! frames has been looked at in every way while no single frame takes long. When: one [`Live`] for as long as the
//! camera is on; it remembers whose turn it is and the one-dimensional code that waits for a second frame to agree.
//! [`Live::frame`] does both before it answers; [`Live::glance`] answers after the cheap stages, as the next frame may
//! show more, and leaves the further one to a thread of its own.

use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::cascade::{EVERY_FRAME, IN_TURN, Stage, run};
use super::clock::Clock;
use super::views::Views;
use super::{Formats, Kind, Symbol};
use crate::luma::{Luma, WrongSize};

/// Longest side of a frame, in pixels.
const MAX_FRAME_SIDE: u32 = 4_096;

/// CPU time after which nothing new is begun for a frame: the next one may show more, and waits meanwhile.
const FRAME: Duration = Duration::from_millis(40);
/// What was seen longer ago is no longer before the camera.
const FRESH: Duration = Duration::from_millis(400);
/// How much the thread of the further stages gives way to the window (Linux).
#[cfg(any(target_os = "linux", target_os = "android"))]
const NICE: i32 = 10;

/// Reads frames of one camera.
#[derive(Debug)]
pub struct Live {
    formats: Formats,
    turn: usize,
    waiting: Option<Symbol>,
    further: Option<Further>,
}

/// A further stage at work on a frame from `since`.
#[derive(Debug)]
struct Further {
    since: Instant,
    thread: JoinHandle<Option<Symbol>>,
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
            further: None,
        }
    }

    /// Looks for these kinds from here on; a line that waits for a second frame waits no longer where they differ.
    pub fn look_for(&mut self, formats: Formats) {
        if self.formats != formats {
            *self = Self::new(formats);
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
        let frame = checked(luma, width, height)?;
        let stages = EVERY_FRAME.iter().chain([self.next_in_turn()]);
        let seen = first_seen(&frame, stages, self.formats);
        Ok(seen.and_then(|symbol| self.agreed(symbol)))
    }

    /// As [`Live::frame`], for who must answer at once: what a further stage sees in this frame is given out with a later
    /// one, unless something was read meanwhile.
    pub fn glance(
        &mut self,
        luma: &[u8],
        width: u32,
        height: u32,
    ) -> Result<Option<Symbol>, FrameError> {
        let frame = checked(luma, width, height)?;
        let seen = first_seen(&frame, EVERY_FRAME, self.formats).or_else(|| self.seen_since());
        if seen.is_none() && self.further.is_none() {
            self.look_further(frame);
        }
        let read = seen.and_then(|symbol| self.agreed(symbol));
        if read.is_some() {
            self.further = None;
        }
        Ok(read)
    }

    fn next_in_turn(&mut self) -> &'static Stage {
        let mine = &IN_TURN[self.turn % IN_TURN.len()];
        self.turn = (self.turn + 1) % IN_TURN.len();
        mine
    }

    /// Where no thread is to be had, the cheap stages alone go on.
    fn look_further(&mut self, frame: Luma) {
        let (stage, formats, since) = (self.next_in_turn(), self.formats, Instant::now());
        let look = move || {
            give_way();
            first_seen(&frame, [stage], formats)
        };
        let thread = std::thread::Builder::new().spawn(look);
        self.further = thread.ok().map(|thread| Further { since, thread });
    }

    /// What the further stage saw, once it has ended.
    fn seen_since(&mut self) -> Option<Symbol> {
        let Further { since, thread } = self
            .further
            .take_if(|further| further.thread.is_finished())?;
        let seen = thread.join().ok().flatten();
        seen.filter(|_| since.elapsed() < FRESH)
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

fn checked(luma: &[u8], width: u32, height: u32) -> Result<Luma, FrameError> {
    if width.max(height) > MAX_FRAME_SIDE {
        return Err(FrameError::TooLarge);
    }
    Ok(Luma::new(width as usize, height as usize, luma.to_vec())?)
}

/// What the first of `stages` that sees something sees, within a frame's time.
fn first_seen(
    frame: &Luma,
    stages: impl IntoIterator<Item = &'static Stage>,
    formats: Formats,
) -> Option<Symbol> {
    let clock = Clock::start(FRAME);
    let views = Views::of(frame);
    stages
        .into_iter()
        .take_while(|_| !clock.is_over())
        .flat_map(|stage| run(stage, &views, formats, &clock))
        .next()
}

/// The window that shows the camera comes first. Elsewhere a thread has no rank of its own, or another way to it.
fn give_way() {
    #[cfg(any(target_os = "linux", target_os = "android"))]
    let _ = rustix::process::setpriority_process(None, NICE);
}
