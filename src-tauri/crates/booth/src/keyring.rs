//! Whether the system has a keyring, asked ahead of whoever wants to know.
//!
//! Why: a keyring answers in a tenth of a second, and a first start would stand empty for so long. When: a shell calls
//! [`Booth::ask_keyring_ahead`] before it opens a window. The answer holds for one question; the next asks again, for a
//! keyring may be locked meanwhile.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::{JoinHandle, spawn};

use zgoda_store::Store;

use crate::Booth;
use crate::view::Phase;

/// The question, and the answer that is on its way, if any.
pub(crate) struct Keyring {
    ask: fn() -> bool,
    asked: Mutex<Option<JoinHandle<bool>>>,
}

impl Default for Keyring {
    fn default() -> Self {
        Self::asking(Store::keyring_available)
    }
}

impl Keyring {
    fn asking(ask: fn() -> bool) -> Self {
        Self {
            ask,
            asked: Mutex::default(),
        }
    }

    fn ask_ahead(&self) {
        *self.asked() = Some(spawn(self.ask));
    }

    /// True where half of a key can be kept there.
    pub(crate) fn is_there(&self) -> bool {
        let asked = self.asked().take();
        let answer = asked.and_then(|asked| asked.join().ok());
        answer.unwrap_or_else(self.ask)
    }

    fn asked(&self) -> MutexGuard<'_, Option<JoinHandle<bool>>> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Booth {
    /// Asks on a thread of its own, where a store is still to be made; one that is there knows how it was sealed.
    pub fn ask_keyring_ahead(&self) {
        if let Ok(Phase::FirstStart) = self.phase() {
            self.keyring.ask_ahead();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn what_was_asked_ahead_answers_once_and_then_it_is_asked_anew() {
        static ASKED: AtomicUsize = AtomicUsize::new(0);
        // It is there at the first question alone: it is locked meanwhile.
        let keyring = Keyring::asking(|| ASKED.fetch_add(1, Ordering::SeqCst) == 0);
        keyring.ask_ahead();
        assert!(keyring.is_there());
        assert_eq!(ASKED.load(Ordering::SeqCst), 1);
        assert!(!keyring.is_there());
        assert_eq!(ASKED.load(Ordering::SeqCst), 2);
    }

    #[test]
    fn an_answer_that_never_came_is_asked_for_again() {
        static ASKED: AtomicUsize = AtomicUsize::new(0);
        let keyring = Keyring::asking(|| {
            assert!(ASKED.fetch_add(1, Ordering::SeqCst) > 0, "the first fails");
            true
        });
        keyring.ask_ahead();
        assert!(keyring.is_there());
    }
}
