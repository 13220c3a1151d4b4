//! The vault and the database: what is kept, sealed; what is purged, gone.
//!
//! One directory per event:
//!
//! | file | what |
//! |---|---|
//! | `slots` | how the data key is sealed, how often a wrong secret was typed, the latest time seen, and the ledger's head; preallocated, overwritten in place |
//! | `store-<generation>.db` | the SQLCipher database under the data key |
//! | `lock` | held while a [`Store`] is open, so that app and terminal never harm each other |
//! | `creating` | there only while a store is being made |
//!
//! Beside the events lies the controller's [`SuppressionList`], in a directory of its own.
//!
//! When: [`Store::create`] once per event, [`Store::open`] at every unlock; dropping the [`Store`] locks it and wipes
//! the keys. Whatever is erased is gone for good after [`Store::rotate`].

mod database;
mod disk;
mod error;
#[cfg(test)]
mod faults;
mod lock;
pub mod office;
pub mod parcel;
mod past;
mod rows;
mod secret;
mod store;
#[cfg(test)]
#[path = "../tests/support/mod.rs"]
mod support;
pub mod suppression;
mod table;
mod vault;
mod work;

pub use error::StoreError;
pub use past::Passing;
pub use secret::{Cost, Seal, Secret};
pub use store::Store;
pub use suppression::{Blocked, SuppressionList};
pub use table::listed::{Among, Place};
pub use table::outbox::{OutboxRow, State};
pub use work::read::{Counts, Same};
pub use work::sync::{LONGEST_WAIT, Settled, back_off, jitter};
pub use work::take_in::TakenIn;
pub use work::time::Seen;
