//! The store's own sense of time: retention goes by the latest time ever seen.
//!
//! A clock set back shortens nothing: the latest time seen goes on counting. A clock far ahead erases nothing: until
//! somebody vouches for it ([`Store::trust_clock`]: a server's date, a person), [`Store::expire`] refuses.

use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::Connection;

use crate::error::StoreError;
use crate::rows;
use crate::store::Store;
use crate::table::meta;

/// A jump beyond this since the store was last open is not believed.
const LEAP: TimeDelta = TimeDelta::days(30);
/// A step back within this is a clock being set right, not worth a word.
const SLACK: TimeDelta = TimeDelta::minutes(5);

/// How a time compares with the latest one seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    /// As expected.
    Steady,
    /// Before the latest time seen.
    Back,
    /// So far after it that nothing is erased by it.
    Ahead,
}

impl Store {
    /// Compares `now` with the latest time seen, and remembers it where it is later and believed.
    ///
    /// # Errors
    /// What stood in the way of writing.
    pub fn see(&mut self, now: DateTime<Utc>) -> Result<Seen, StoreError> {
        let latest = self.latest_seen()?;
        let seen = compare(now, latest);
        if seen != Seen::Ahead && now > latest {
            self.trust_clock(now)?;
        }
        Ok(seen)
    }

    /// True where `now` is too far after the latest time seen to erase by it.
    ///
    /// # Errors
    /// What stood in the way of reading.
    pub fn is_ahead(&self, now: DateTime<Utc>) -> Result<bool, StoreError> {
        Ok(compare(now, self.latest_seen()?) == Seen::Ahead)
    }

    /// Somebody vouches for `now`.
    ///
    /// # Errors
    /// What stood in the way of writing.
    pub fn trust_clock(&mut self, now: DateTime<Utc>) -> Result<(), StoreError> {
        let micros = rows::micros(now).to_string();
        self.db_mut()?
            .write(|tx| meta::set(tx, meta::LATEST, &micros))?;
        // Best effort: without the note an unopened store is destroyed later, never earlier.
        let _ = self.vault.file().note_seen(now);
        Ok(())
    }

    /// The next moment, after the latest time seen, at which a field ends here or in the CRM.
    ///
    /// # Errors
    /// What stood in the way of reading.
    pub fn next_deadline(&self) -> Result<Option<DateTime<Utc>>, StoreError> {
        let after = rows::micros(self.latest_seen()?);
        let sql = "SELECT min(deadline) AS next FROM (
                       SELECT deadline FROM field UNION ALL SELECT deadline FROM answer_end
                       UNION ALL SELECT deadline FROM stub_deadline)
                   WHERE deadline > ?1";
        let mut query = self.db()?.connection().prepare(sql)?;
        query.query_one([after], |row| Ok(rows::maybe_moment(row, "next")))?
    }

    /// The latest time seen.
    ///
    /// # Errors
    /// What stood in the way of reading.
    pub fn latest_seen(&self) -> Result<DateTime<Utc>, StoreError> {
        latest(self.db()?.connection())
    }
}

/// How `now` compares with the latest time seen.
pub(crate) fn compare(now: DateTime<Utc>, latest: DateTime<Utc>) -> Seen {
    if now > latest + LEAP {
        Seen::Ahead
    } else if now < latest - SLACK {
        Seen::Back
    } else {
        Seen::Steady
    }
}

fn latest(db: &Connection) -> Result<DateTime<Utc>, StoreError> {
    let micros = meta::get(db, meta::LATEST)?.ok_or(StoreError::Damaged)?;
    let micros = micros.parse().map_err(|_| StoreError::Damaged)?;
    DateTime::from_timestamp_micros(micros).ok_or(StoreError::Damaged)
}
