//! What can go wrong with a store. No error holds a personal value, a key, or SQL.

use std::io;

use chrono::{DateTime, Utc};

/// Why a store did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// There is no store in the directory.
    #[error("there is no store here")]
    NoStore,
    /// There is one already.
    #[error("there is a store here already")]
    StoreExists,
    /// The PIN or passphrase is wrong. `retry_after` is when the next try is allowed; `None` is at once.
    #[error("the PIN or passphrase is wrong{}", wait(*retry_after))]
    WrongSecret {
        /// When the next try is allowed.
        retry_after: Option<DateTime<Utc>>,
    },
    /// Too many wrong ones: nothing was tried.
    #[error("too many wrong tries{}", wait(Some(*until)))]
    LockedOut {
        /// When the next try is allowed.
        until: DateTime<Utc>,
    },
    /// A PIN was given where a passphrase seals the store, or the other way round.
    #[error("this store is sealed with another kind of secret")]
    WrongKindOfSecret,
    /// An empty PIN or passphrase.
    #[error("the PIN or passphrase is empty")]
    EmptySecret,
    /// The operating system's keyring is not there or is locked.
    #[error("the keyring cannot be reached or is locked")]
    KeyringLocked,
    /// The keyring is there, but the store's entry is not. Never a reason to make a new store: recovery is.
    #[error("the keyring has no entry for this store")]
    KeyringMissingEntry,
    /// Another program holds the store.
    #[error("another program is using the store")]
    StoreBusy,
    /// No space left.
    #[error("the disk is full")]
    DiskFull,
    /// The directory or file cannot be written.
    #[error("the store cannot be written")]
    ReadOnly,
    /// Reading or writing failed.
    #[error("reading or writing failed: {0}")]
    Io(io::ErrorKind),
    /// A bit has flipped, a page or a file is missing, a row cannot be read.
    #[error("the store is damaged")]
    Damaged,
    /// The ledger ends before the head that was noted: an older copy was put back, or the end of the WAL cannot be read.
    /// Nothing was written over; [`Store::accept_older`](crate::Store::accept_older) goes on with what is there.
    #[error("the store is older than it was: entry {found} of {noted}")]
    Older {
        /// Entries that there were.
        noted: u64,
        /// Entries that there are.
        found: u64,
    },
    /// The file is no store of ours.
    #[error("this is not a store")]
    NotAStore,
    /// A newer program wrote it.
    #[error("a newer version of the program wrote this store")]
    NewerVersion,
    /// The clock is too far from the time last seen to erase by it.
    #[error("the clock is far ahead of the time last seen")]
    Clock,
    /// Head office's recipient is not an `age` recipient.
    #[error("the recovery recipient is not an age recipient")]
    BadRecipient,
    /// The store was made without a recovery recipient.
    #[error("the store has no recovery")]
    NoRecovery,
    /// No identity in the file opens the recovery slot.
    #[error("the identity does not open this store")]
    WrongIdentity,
    /// A purge was cut off; the store is to be opened again.
    #[error("the store must be opened again")]
    Reopen,
    /// There is no such lead.
    #[error("there is no such lead")]
    NoSuchLead,
    /// What was given is no store that was sealed for another device, or a byte of it was changed.
    #[error("this is no store that was sealed for another device, or it was changed")]
    ParcelDamaged,
    /// A store that was sealed here was given to this very device.
    #[error("this was sealed on this very device: it is taken in on another one")]
    OwnParcel,
    /// It is of another event than the store.
    #[error("this is of another event than the one in use")]
    OtherEvent,
    /// It was made under a profile that never counted here.
    #[error(
        "this was made under a profile that this device does not know: take that profile first"
    )]
    UnknownProfile,
    /// The event is closed: nobody is captured until it is opened again.
    #[error("the event is closed: nobody is captured until it is reopened")]
    EventClosed,
    /// The profile's text does not read.
    #[error("the profile cannot be read")]
    BadProfile,
    /// The database refused the statement; the number is SQLite's extended result code.
    #[error("the database answered {0}")]
    Database(i32),
}

impl StoreError {
    /// The code that screens translate.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoStore => "no_store",
            Self::StoreExists => "store_exists",
            Self::WrongSecret { .. } => "wrong_secret",
            Self::LockedOut { .. } => "locked_out",
            Self::WrongKindOfSecret => "wrong_kind_of_secret",
            Self::EmptySecret => "empty_secret",
            Self::KeyringLocked => "keyring_locked",
            Self::KeyringMissingEntry => "keyring_missing_entry",
            Self::StoreBusy => "store_busy",
            Self::DiskFull => "disk_full",
            Self::ReadOnly => "read_only",
            Self::Io(_) => "io",
            Self::Damaged => "damaged",
            Self::Older { .. } => "older",
            Self::NotAStore => "not_a_store",
            Self::NewerVersion => "newer_version",
            Self::Clock => "clock",
            Self::BadRecipient => "bad_recipient",
            Self::NoRecovery => "no_recovery",
            Self::WrongIdentity => "wrong_identity",
            Self::Reopen => "reopen",
            Self::NoSuchLead => "no_such_lead",
            Self::ParcelDamaged => "parcel_damaged",
            Self::OwnParcel => "own_parcel",
            Self::OtherEvent => "other_event",
            Self::UnknownProfile => "unknown_profile",
            Self::EventClosed => "event_closed",
            Self::BadProfile => "bad_profile",
            Self::Database(_) => "database",
        }
    }
}

fn wait(until: Option<DateTime<Utc>>) -> String {
    until.map_or_else(String::new, |until| {
        format!(
            "; the next is allowed at {} UTC",
            until.format("%Y-%m-%d %H:%M:%S")
        )
    })
}

impl From<io::Error> for StoreError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::DiskFull,
            io::ErrorKind::ReadOnlyFilesystem | io::ErrorKind::PermissionDenied => Self::ReadOnly,
            kind => Self::Io(kind),
        }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode;
        let rusqlite::Error::SqliteFailure(failure, _) = error else {
            // What is stored does not read as what was written.
            return Self::Damaged;
        };
        match failure.code {
            ErrorCode::DiskFull => Self::DiskFull,
            ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied => {
                Self::ReadOnly
            }
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Self::StoreBusy,
            ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => Self::Damaged,
            ErrorCode::SystemIoFailure => Self::Io(io::ErrorKind::Other),
            _ => Self::Database(failure.extended_code),
        }
    }
}
