//! Codes in pixels.
//!
//! How: a cascade of stages, each one way to look at the image and one way to read it, from the cheap and likely to the
//! dear and rare; it ends at the first stage that reads something. When: [`read_still`] runs the whole cascade on a
//! photo within a [`Budget`]; [`Live`] runs the cheap stages on every frame of a camera and one further stage a frame
//! in turn. Codes are never guessed: what a stage reads has passed its error correction and, where a symbol has too
//! little of it (one-dimensional codes), a second reading that agrees.

mod aztec;
mod bits;
mod cascade;
mod clock;
mod foreign;
mod geometry;
mod live;
mod pixels;
mod qr;
mod solomon;
mod views;
mod work;

use std::fmt;
use std::time::Duration;

use zeroize::{Zeroize, ZeroizeOnDrop};

pub use cascade::{read_all, read_still, survey};
pub use live::{FrameError, Live};
pub use zgoda_core::badge::Symbology as Kind;

/// The kinds to look for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Formats(u8);

impl Formats {
    /// Every kind.
    pub const ALL: Self = Self(0x7F);
    /// QR alone, the fastest.
    pub const QR: Self = Self(1 << Kind::Qr as u8);

    /// These kinds alone.
    pub fn only<'a>(kinds: impl IntoIterator<Item = &'a Kind>) -> Self {
        let bits = kinds
            .into_iter()
            .fold(0, |set, kind| set | 1 << *kind as u8);
        Self(bits)
    }

    /// True where `kind` is looked for.
    pub const fn contains(self, kind: Kind) -> bool {
        self.0 & (1 << kind as u8) != 0
    }

    /// The kinds in both.
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// True where nothing is looked for.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }
}

impl Default for Formats {
    fn default() -> Self {
        Self::ALL
    }
}

/// How long a photo may be worked on, in CPU time of this thread (wall clock where the system does not tell). It is
/// looked at between stages, so that the last one may run over by its own length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget(pub Duration);

impl Default for Budget {
    fn default() -> Self {
        Self(Duration::from_millis(700))
    }
}

/// A code that was read. Wiped when dropped: it holds what a badge says.
#[derive(Clone, PartialEq, Zeroize, ZeroizeOnDrop)]
pub struct Symbol {
    /// Which symbology.
    pub kind: Kind,
    /// The payload's bytes, before any character set.
    pub bytes: Vec<u8>,
    /// The payload as the decoder took it to be; [`crate::payload`] has a better look at the bytes.
    pub text: String,
    /// Its corners in pixels of the image, clockwise from the symbol's own top left.
    pub corners: [[f32; 2]; 4],
    /// The stage of the cascade that read it.
    #[zeroize(skip)]
    pub stage: &'static str,
    /// Milliseconds from the start of the reading.
    pub ms: f32,
}

impl fmt::Debug for Symbol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Symbol({}, {} bytes, {})",
            self.kind.as_str(),
            self.bytes.len(),
            self.stage
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_hold_what_they_are_given() {
        for kind in Kind::ALL {
            assert!(Formats::ALL.contains(kind));
            assert_eq!(Formats::QR.contains(kind), kind == Kind::Qr);
            assert!(Formats::only(&[kind]).contains(kind));
        }
        assert!(Formats::only(&[]).is_empty());
    }

    #[test]
    fn debug_shows_no_payload() {
        let symbol = Symbol {
            kind: Kind::Qr,
            bytes: b"Zofia".to_vec(),
            text: "Zofia".into(),
            corners: [[0.0; 2]; 4],
            stage: "fast",
            ms: 1.0,
        };
        assert!(!format!("{symbol:?}").contains("Zofia"));
    }
}
