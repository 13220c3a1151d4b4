//! What a person types, and what it costs to guess.

use std::fmt;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

use crate::error::StoreError;

/// What a person types to open a store.
#[derive(Clone)]
pub enum Secret {
    /// Opens together with the keyring's secret.
    Pin(Zeroizing<String>),
    /// Opens by itself, where there is no keyring.
    Passphrase(Zeroizing<String>),
}

/// How the data key is sealed, and so which kind of [`Secret`] to ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Seal {
    /// A secret in the operating system's keyring, and a PIN.
    KeyringAndPin,
    /// A passphrase.
    Passphrase,
}

/// What one guess costs: Argon2id (RFC 9106). Stored beside the sealed key, so that it can be raised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cost {
    /// Memory, KiB.
    pub memory: u32,
    /// Passes over it.
    pub passes: u32,
    /// Lanes.
    pub lanes: u32,
}

impl Cost {
    /// 64 MiB, three passes, one lane: about 0.6 s on a booth's laptop, above OWASP's floor of 19 MiB and two passes.
    pub const STANDARD: Self = Self {
        memory: 64 * 1024,
        passes: 3,
        lanes: 1,
    };

    /// Next to nothing: for tests alone.
    pub const TEST: Self = Self {
        memory: 64,
        passes: 1,
        lanes: 1,
    };

    /// A slot file that asks for more than this was not written by us; it would only keep the program busy.
    pub(crate) const fn is_sane(&self) -> bool {
        self.memory <= 1024 * 1024 && self.passes <= 64 && self.lanes <= 16
    }
}

impl Default for Cost {
    fn default() -> Self {
        Self::STANDARD
    }
}

impl Secret {
    /// The seal that it opens.
    pub const fn seal(&self) -> Seal {
        match self {
            Self::Pin(_) => Seal::KeyringAndPin,
            Self::Passphrase(_) => Seal::Passphrase,
        }
    }

    /// The bytes, the same on whatever keyboard they were typed: NFKC, without white space around them.
    pub(crate) fn bytes(&self) -> Result<Zeroizing<Vec<u8>>, StoreError> {
        let (Self::Pin(text) | Self::Passphrase(text)) = self;
        let mut bytes = Zeroizing::new(Vec::with_capacity(text.len() * 4));
        let mut letter = Zeroizing::new([0; 4]);
        for c in text.trim().nfkc() {
            bytes.extend_from_slice(c.encode_utf8(letter.as_mut_slice()).as_bytes());
        }
        if bytes.is_empty() {
            return Err(StoreError::EmptySecret);
        }
        Ok(bytes)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Pin(_) => "Pin(…)",
            Self::Passphrase(_) => "Passphrase(…)",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_does_not_tell_the_secret() {
        let shown = format!("{:?}", Secret::Pin("493817".to_owned().into()));
        assert_eq!(shown, "Pin(…)");
    }

    #[test]
    fn the_same_letters_typed_otherwise_are_the_same_secret() {
        let typed = |text: &str| Secret::Passphrase(text.to_owned().into()).bytes().unwrap();
        assert_eq!(typed("zażółć"), typed(" zaz\u{307}o\u{301}łc\u{301}\n"));
    }
}
