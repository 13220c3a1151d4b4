//! Wrong secrets, and the wait that they cost.
//!
//! How: a try is counted and synced before it is made, so that pulling the plug does not save it; only the right secret
//! takes the count back. When: the first four cost nothing, the fifth 30 s, each further one twice as much, up to an
//! hour. A clock set back starts the wait anew; it never shortens it. A clock set forward does: whoever may set it and copy
//! the files is held off by what a guess costs, and by the keyring.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::error::StoreError;
use crate::vault::slots::SlotFile;

const FREE: u32 = 4;
const FIRST_WAIT: i64 = 30;
const LONGEST_WAIT: i64 = 3600;

/// The note in the slot file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Attempts {
    /// Goes up with each note.
    pub(crate) edition: u64,
    /// Wrong ones in a row.
    pub(crate) wrong: u32,
    /// When the last one was made, microseconds since 1970.
    pub(crate) last: i64,
}

impl Attempts {
    fn wait(&self) -> TimeDelta {
        let doublings = self.wrong.saturating_sub(FREE + 1).min(16);
        let seconds = if self.wrong > FREE {
            (FIRST_WAIT << doublings).min(LONGEST_WAIT)
        } else {
            0
        };
        TimeDelta::seconds(seconds)
    }

    /// When the next try is allowed; `None` is at once.
    pub(crate) fn until(&self) -> Option<DateTime<Utc>> {
        let last = DateTime::from_timestamp_micros(self.last)?;
        (self.wrong > FREE).then(|| last + self.wait())
    }
}

/// Counts a try at `now`, before it is made.
///
/// # Errors
/// [`StoreError::LockedOut`] while earlier ones cost a wait.
pub(crate) fn begin(file: &SlotFile, now: DateTime<Utc>) -> Result<Attempts, StoreError> {
    let mut attempts = file.attempts()?;
    if now.timestamp_micros() < attempts.last && attempts.wrong > FREE {
        attempts.last = now.timestamp_micros();
        attempts.edition += 1;
        file.note_attempts(&attempts)?;
    }
    if let Some(until) = attempts.until().filter(|until| now < *until) {
        return Err(StoreError::LockedOut { until });
    }
    attempts.wrong = attempts.wrong.saturating_add(1);
    attempts.last = now.timestamp_micros();
    attempts.edition += 1;
    file.note_attempts(&attempts)?;
    Ok(attempts)
}

/// The secret was right: the count starts anew.
pub(crate) fn right(file: &SlotFile, mut attempts: Attempts) -> Result<(), StoreError> {
    attempts.wrong = 0;
    attempts.edition += 1;
    file.note_attempts(&attempts)
}
