//! Closing an event, and opening it again.
//!
//! How: a fact in the store, set in the transaction of its ledger entry, and looked at in the transaction of each capture.
//! A closed event is told to the CRM, corrected, withdrawn from and erased by its deadlines as before; it takes nobody new.

use chrono::{DateTime, Utc};
use rusqlite::Connection;
use zgoda_core::ledger::{Happening, Head};

use crate::error::StoreError;
use crate::rows;
use crate::store::Store;
use crate::table::{ledger, meta};

impl Store {
    /// When the event was closed; `None` while it takes captures.
    ///
    /// # Errors
    /// What stood in the way of reading.
    pub fn closed_at(&self) -> Result<Option<DateTime<Utc>>, StoreError> {
        closed_at(self.db()?.connection())
    }

    /// Closes the event. One that is closed stays so, with its first day.
    ///
    /// # Errors
    /// What stood in the way of writing; then it is open.
    pub fn close(&mut self, happening: Happening) -> Result<Head, StoreError> {
        self.db_mut()?.write(|tx| {
            if closed_at(tx)?.is_some() {
                return ledger::head(tx);
            }
            let at = rows::micros(happening.at.to_utc()).to_string();
            meta::set(tx, meta::CLOSED, &at)?;
            append(tx, happening)
        })
    }

    /// Opens the event again. Nothing happens to one that is open.
    ///
    /// # Errors
    /// What stood in the way of writing; then it is as it was.
    pub fn reopen(&mut self, happening: Happening) -> Result<Head, StoreError> {
        self.db_mut()?.write(|tx| {
            if closed_at(tx)?.is_none() {
                return ledger::head(tx);
            }
            meta::remove(tx, meta::CLOSED)?;
            append(tx, happening)
        })
    }
}

/// Before somebody is stored.
pub(crate) fn refuse_when_closed(db: &Connection) -> Result<(), StoreError> {
    match closed_at(db)? {
        Some(_) => Err(StoreError::EventClosed),
        None => Ok(()),
    }
}

/// What lies sealed for another device goes on being all that is here: the end of an event adds nobody.
fn append(db: &Connection, happening: Happening) -> Result<Head, StoreError> {
    let moved = meta::get(db, meta::MOVED)? == Some(ledger::head(db)?.hash);
    let head = ledger::append(db, happening)?;
    if moved {
        meta::set(db, meta::MOVED, &head.hash)?;
    }
    Ok(head)
}

fn closed_at(db: &Connection) -> Result<Option<DateTime<Utc>>, StoreError> {
    let Some(micros) = meta::get(db, meta::CLOSED)? else {
        return Ok(None);
    };
    let micros = micros.parse().map_err(|_| StoreError::Damaged)?;
    let at = DateTime::from_timestamp_micros(micros).ok_or(StoreError::Damaged)?;
    Ok(Some(at))
}
