//! A token or key of a CRM: no `Display`, no `Serialize`, a redacted `Debug`, wiped when dropped.

use std::fmt;

use zeroize::{Zeroize, ZeroizeOnDrop};

/// A token or key. Comes from the keyring or a file that the caller read; surrounding white space is no part of it.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Secret(String);

impl Secret {
    /// Wraps `text`, trimmed.
    pub fn new(text: &str) -> Self {
        Self(text.trim().to_owned())
    }

    /// The text itself: only for the header of a request to the CRM.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// True when there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// A refresh token that was good once, and the one that a sign-in gave for it.
#[derive(Clone, Debug)]
pub struct Renewed {
    pub(crate) from: Secret,
    pub(crate) to: Secret,
}

impl Renewed {
    /// What is to be kept in the place of `kept`; nothing where that does not end in the token that was shown.
    pub fn after(&self, kept: &Secret) -> Option<Secret> {
        let before = kept.expose().strip_suffix(self.from.expose())?;
        let whole = before.ends_with(char::is_whitespace);
        whole.then(|| Secret::new(&format!("{before}{}", self.to.expose())))
    }
}

/// The parts of a secret that is made of several, apart by white space; none where there is no secret.
pub(crate) fn words(secret: Option<&Secret>) -> Vec<&str> {
    let text = secret.map(Secret::expose).unwrap_or_default();
    text.split_whitespace().collect()
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_nothing() {
        let secret = Secret::new(" bcrm_pat_abc\n");
        assert_eq!(secret.expose(), "bcrm_pat_abc");
        assert_eq!(format!("{secret:?}"), "Secret(…)");
    }

    #[test]
    fn only_the_token_that_was_shown_is_taken_for_another() {
        let renewed = Renewed {
            from: Secret::new("old"),
            to: Secret::new("new"),
        };
        let after = |kept: &str| renewed.after(&Secret::new(kept));
        let kept = after("browser id - old").unwrap();
        assert_eq!(kept.expose(), "browser id - new");
        assert_eq!(after("browser id - older"), None);
        assert_eq!(after("browser id - bold"), None);
    }
}
