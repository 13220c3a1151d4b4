//! A photographed card beside its draft.

use serde::Serialize;
use ts_rs::TS;
use zgoda_capture::card::Advice;
use zgoda_core::Field;

/// The card whose draft is shown.
#[derive(Clone, Debug, Serialize, TS)]
pub struct CardView {
    /// Its place among the cards of its photo, from 1.
    pub at: u32,
    /// How many these are.
    pub of: u32,
    /// Its photographed sides.
    pub sides: Vec<SideView>,
}

/// One side: its picture is asked for apart, the lines' texts one by one as they are touched.
#[derive(Clone, Debug, Serialize, TS)]
pub struct SideView {
    /// Pixels in a row of the picture.
    pub width: u32,
    /// Rows of it.
    pub height: u32,
    /// Its lines of text, from top to bottom.
    pub lines: Vec<LineView>,
}

/// Where a line of text stands.
#[derive(Clone, Debug, Serialize, TS)]
pub struct LineView {
    /// Its corners in pixels of the picture, from the start of the text clockwise.
    pub corners: [(f32, f32); 4],
    /// The field of the draft that it says.
    pub field: Option<Field>,
}

/// What to do about a card in the viewfinder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum CardAdvice {
    /// Too dark.
    Light,
    /// Too small.
    Closer,
    /// It moves, or is not sharp.
    Still,
    /// Take it now; said once.
    Ready,
}

impl From<Advice> for CardAdvice {
    fn from(advice: Advice) -> Self {
        match advice {
            Advice::Light => Self::Light,
            Advice::Closer => Self::Closer,
            Advice::Still => Self::Still,
            Advice::Ready => Self::Ready,
        }
    }
}
