//! A store on its way to another device: sealed with `age`, to head office's recipient or with a passphrase.
//!
//! When: a tablet breaks, or goes home before its leads do. How: the rows of every table but the store's own facts (no
//! key of the device, no token of a CRM), the ledger as the device signs it, and the list of objections with its key, as
//! one JSON text; [`seal`] it is the only form that leaves the program. It is opened into a database in memory, of the
//! schema that it was written under and then brought up to date, so that the receiving store reads it as it reads itself
//! ([`crate::Store::take_in`]). A changed byte anywhere is refused by `age`, a changed entry by the ledger.

pub(crate) mod rows;
mod seal;

use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, Zeroizing};
use zgoda_core::ledger::Head;

use crate::database::Database;
use crate::error::StoreError;
use crate::store::Store;
use crate::suppression::{Marks, SuppressionList};
use crate::table::{ledger, meta, profile};
use rows::Table;
pub use seal::{Opener, Sealer};

const FORM: &str = "zgoda store 1";

/// Everything of a store that another device needs, open, in memory.
pub struct Parcel {
    written: Written,
    database: Database,
}

/// The text of it.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    form: String,
    schema: u32,
    event: String,
    device: String,
    ledger: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    head_office_key: Option<String>,
    tables: Vec<Table>,
    list: WrittenList,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenList {
    key: String,
    marks: Marks,
}

impl Drop for WrittenList {
    fn drop(&mut self) {
        self.key.zeroize();
    }
}

impl Store {
    /// This store sealed for another device. `ledger` is its ledger as this device signs it, `head_office_key` the one that
    /// it was told.
    ///
    /// # Errors
    /// What stood in the way of reading; a recipient that is none.
    pub fn parcel(
        &self,
        ledger: String,
        head_office_key: Option<String>,
        list: &SuppressionList,
        sealer: &Sealer<'_>,
    ) -> Result<Vec<u8>, StoreError> {
        let database = self.db()?;
        let (key, marks) = list.parts();
        let written = Written {
            form: FORM.to_owned(),
            schema: database.version()?,
            event: self.event().to_owned(),
            device: self.device()?,
            ledger,
            head_office_key,
            tables: rows::read(database.connection())?,
            list: WrittenList {
                key: key.to_string(),
                marks: marks.clone(),
            },
        };
        let text = serde_json::to_vec(&written).map(Zeroizing::new);
        seal::seal(&text.map_err(|_| StoreError::Damaged)?, sealer)
    }

    /// Notes that all that is here up to `head` lies sealed for another device.
    ///
    /// # Errors
    /// What stood in the way of writing.
    pub fn note_moved_out(&mut self, head: &Head) -> Result<(), StoreError> {
        self.db_mut()?
            .write(|tx| meta::set(tx, meta::MOVED, &head.hash))
    }

    /// True where nothing has happened here since it was sealed for another device.
    ///
    /// # Errors
    /// What stood in the way of reading.
    pub fn moved_out(&self) -> Result<bool, StoreError> {
        let moved = meta::get(self.db()?.connection(), meta::MOVED)?;
        Ok(moved == Some(self.head()?.hash))
    }
}

impl Parcel {
    /// Opens a sealed store.
    ///
    /// # Errors
    /// A wrong passphrase or identity; [`StoreError::ParcelDamaged`] where a byte was changed, or it is something else;
    /// [`StoreError::NewerVersion`].
    pub fn open(sealed: &[u8], opener: &Opener<'_>) -> Result<Self, StoreError> {
        let text = seal::open(sealed, opener)?;
        let written: Written =
            serde_json::from_slice(&text).map_err(|_| StoreError::ParcelDamaged)?;
        if written.form != FORM {
            return Err(StoreError::NewerVersion);
        }
        let database = Database::in_memory(written.schema, |db| rows::write(db, &written.tables))?;
        Ok(Self { written, database })
    }

    /// The event.
    pub fn event(&self) -> &str {
        &self.written.event
    }

    /// The device that it comes from.
    pub fn device(&self) -> &str {
        &self.written.device
    }

    /// The ledger as that device signed it.
    pub fn ledger(&self) -> &str {
        &self.written.ledger
    }

    /// Head office's key that its store was told.
    pub fn head_office_key(&self) -> Option<&str> {
        self.written.head_office_key.as_deref()
    }

    /// The ledger's lines as they lay in its store.
    ///
    /// # Errors
    /// Where they cannot be read.
    pub fn ledger_lines(&self) -> Result<Vec<String>, StoreError> {
        ledger::lines(self.database.connection())
    }

    /// The profile that counted there.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub fn profile(&self) -> Result<Option<String>, StoreError> {
        profile::current(self.database.connection())
    }

    pub(crate) fn database(&self) -> &Database {
        &self.database
    }

    /// Puts whoever objected there on this device's list too.
    ///
    /// # Errors
    /// What stood in the way of writing; then nothing was put on it.
    pub fn add_objections(&self, list: &mut SuppressionList) -> Result<(), StoreError> {
        list.take_in(&self.written.list.key, &self.written.list.marks)
    }
}

impl std::fmt::Debug for Parcel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Parcel({})", self.written.event)
    }
}
