//! What a camera, a photo, a hand scanner or a keyboard brought.

use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use zeroize::{Zeroize, ZeroizeOnDrop};
use zgoda_capture::payload::wedge;
use zgoda_core::{Dropped, Language, LeadId, Source};

use super::{CardAdvice, CardView, FieldView};

/// What was read, after minimisation.
#[derive(Clone, Debug, Serialize, TS)]
#[ts(export)]
pub struct DraftView {
    /// What would be kept.
    pub fields: Vec<FieldView>,
    /// Names of what was dropped.
    pub dropped: Vec<Dropped>,
    /// Where it came from.
    pub source: Source,
    /// The language that the person may speak, guessed.
    pub language: Language,
    /// The same person, captured before.
    pub same: Option<SameView>,
    /// They objected to direct marketing earlier: it is blocked, what they ask for is not, and only their own tick on the
    /// attendee's screen lifts it.
    pub objected: bool,
    /// The card that it was read from, until it is handed over or discarded.
    pub card: Option<CardView>,
}

/// An earlier capture of the same person.
#[derive(Clone, Debug, Serialize, TS)]
pub struct SameView {
    /// The earlier lead.
    pub lead: LeadId,
    /// When.
    pub captured_at: DateTime<FixedOffset>,
    /// True where the CRM has it and the local copy is gone.
    pub forgotten: bool,
}

/// What a hand scanner typed. Wiped when dropped: it is what a badge says.
#[derive(Deserialize, TS, Zeroize, ZeroizeOnDrop)]
#[ts(export)]
pub struct Typing {
    /// The characters as the system's layout made them.
    pub shown: String,
    /// What a US keyboard has on the same keys; none where a key's place is not known.
    pub keyed: Option<String>,
    /// How the scanner is set up.
    #[zeroize(skip)]
    pub scanner: ScannerView,
}

/// How a hand scanner is set up; the screen remembers it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ScannerView {
    /// What it types before the code.
    pub prefix: String,
    /// What it types after the code.
    pub suffix: String,
    /// The system's layout.
    pub layout: ScannerLayout,
}

/// The layout that turns a scanner's US key presses into other characters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ScannerLayout {
    /// Not known: what makes sense is right.
    #[default]
    Auto,
    /// The scanner's own, or US: nothing to repair.
    Same,
    /// Polish programmer's: US, with a dead tilde.
    Pl,
    /// Polish 214.
    Pl214,
    /// German.
    De,
}

impl Typing {
    /// A text that needs no repair, as pasted.
    pub fn plain(text: &str) -> Self {
        Self {
            shown: text.to_owned(),
            keyed: None,
            scanner: ScannerView::default(),
        }
    }

    /// What the code says.
    pub(crate) fn meant(&self) -> String {
        use wedge::{Keys, Layout};
        let keys = match self.scanner.layout {
            ScannerLayout::Auto => Keys::Guess,
            ScannerLayout::Same => Keys::AsShown,
            ScannerLayout::Pl => Keys::Repair(Layout::PolishProgrammers),
            ScannerLayout::Pl214 => Keys::Repair(Layout::Polish214),
            ScannerLayout::De => Keys::Repair(Layout::German),
        };
        let scanner = wedge::Scanner {
            prefix: self.scanner.prefix.clone(),
            suffix: self.scanner.suffix.clone(),
            keys,
        };
        wedge::meant(&self.shown, self.keyed.as_deref(), &scanner)
    }
}

/// What came of a frame, a photo or a text.
#[derive(Clone, Debug, Serialize, TS)]
#[ts(export)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum ScanView {
    /// Neither a code nor a card in the picture.
    Nothing,
    /// A card in the camera's frame, not read yet.
    Card {
        /// Its corners in pixels of the frame.
        corners: [(f32, f32); 4],
        /// What to do; nothing while it is about to be taken, or was.
        advice: Option<CardAdvice>,
    },
    /// A person was read.
    Person {
        /// The draft.
        draft: Box<DraftView>,
        /// The code's corners in pixels of the frame.
        corners: Option<Vec<(f32, f32)>>,
    },
    /// An opaque badge: a reference that only the organiser can resolve.
    Opaque {
        /// The system that issued it, by name.
        system: String,
        /// A draft that holds at most the reference.
        draft: Box<DraftView>,
        /// The code's corners.
        corners: Option<Vec<(f32, f32)>>,
    },
    /// A code that is no badge: shown, never opened, nothing kept.
    Other {
        /// Its text, cut to 200 characters.
        text: String,
        /// True for an address: it is never opened.
        url: bool,
        /// The code's corners.
        corners: Option<Vec<(f32, f32)>>,
    },
}
