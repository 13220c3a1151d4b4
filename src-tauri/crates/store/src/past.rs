//! A store that nobody opens any more: past its last deadline it is destroyed unopened.
//!
//! When: at every start, at unlock and at a purge, before a secret is asked for. How: the slots tell the last deadline
//! (authenticated: a later one put there keeps the store from opening, and whoever could put an earlier one there could
//! as well delete the file) and, unauthenticated, the latest time that was believed. A clock more than 30 days ahead of
//! that destroys nothing until somebody vouches for it; one set back lengthens no life.

use std::path::Path;

use chrono::{DateTime, Utc};

use crate::error::StoreError;
use crate::store::Store;
use crate::vault::slots::SlotFile;
use crate::work::time::{Seen, compare};

/// What became of a store that was looked at unopened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Passing {
    /// It has a reason to live, or another program has it open.
    Alive,
    /// By the clock it would be past its last deadline, but the clock is too far ahead to destroy by it.
    Held,
    /// It was past its last deadline: its key is gone, and its files too.
    Destroyed,
}

impl Store {
    /// Destroys the store in `directory` where it is past its last deadline. `trusted`: somebody vouches for `now`.
    ///
    /// # Errors
    /// As [`Store::last_deadline`], or what stood in the way of destroying it.
    pub fn end_when_past(
        directory: &Path,
        now: DateTime<Utc>,
        trusted: bool,
    ) -> Result<Passing, StoreError> {
        let Some(last) = Self::last_deadline(directory)? else {
            return Ok(Passing::Alive);
        };
        let file = SlotFile::of(directory);
        let latest = file.latest_seen()?;
        let believed = trusted || latest.is_some_and(|latest| compare(now, latest) != Seen::Ahead);
        let by = latest.map_or(now, |latest| now.max(latest));
        if by < last {
            if believed {
                // Best effort: a note that cannot be written makes the next look more careful, no less.
                let _ = file.note_seen(by);
            }
            return Ok(Passing::Alive);
        }
        if !believed {
            return Ok(Passing::Held);
        }
        match Self::destroy(directory) {
            Ok(()) => Ok(Passing::Destroyed),
            Err(StoreError::StoreBusy) => Ok(Passing::Alive),
            Err(error) => Err(error),
        }
    }
}
