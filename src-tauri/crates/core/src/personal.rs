//! A personal value that cannot be printed by accident.
//!
//! When: every value read from a badge, a card or a person travels in a [`Personal`] until a shell shows it or the
//! vault seals it. How: no `Display`, no `Serialize`, a redacted `Debug`, wiped when dropped (GDPR Art. 32).

use std::fmt;

use zeroize::{Zeroize, ZeroizeOnDrop};

/// Text about a person, cleaned of characters that only deceive.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Zeroize, ZeroizeOnDrop)]
pub struct Personal(String);

impl Personal {
    /// Cleans and wraps `text`: controls, bidirectional overrides and zero-width characters are removed, white space
    /// is folded to single spaces, and the rest is brought to NFC.
    pub fn new(text: &str) -> Self {
        Self(crate::text::clean_line(text))
    }

    /// As [`Personal::new`], but line breaks survive (notes, addresses).
    pub fn multiline(text: &str) -> Self {
        Self(crate::text::clean_lines(text))
    }

    /// The text itself. Callers must not log it, nor write it outside the vault.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// True when nothing is left after cleaning.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for Personal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Personal(…)")
    }
}

impl From<&str> for Personal {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_says_nothing_of_the_person() {
        let shown = format!("{:?}", Personal::new("Zofia Nowak"));
        assert!(!shown.contains("Zofia"), "{shown}");
    }
}
