//! The tables, one file each: its migrations, its row, its queries.
//!
//! All are STRICT. A moment is a number of microseconds since 1970; a moment whose offset matters is RFC 3339.

pub(crate) mod answer_end;
pub(crate) mod decision;
pub(crate) mod field;
pub(crate) mod lead;
pub(crate) mod ledger;
pub(crate) mod listed;
pub(crate) mod mark;
pub(crate) mod meta;
pub(crate) mod other_ledger;
pub(crate) mod outbox;
pub(crate) mod profile;
pub(crate) mod promise;
pub(crate) mod stub;
pub(crate) mod stub_deadline;
pub(crate) mod tombstone;

use crate::database::Migration;

/// Every table's migrations; within one version they run in this order.
pub(crate) const MIGRATIONS: [&[Migration]; 15] = [
    meta::MIGRATIONS,
    profile::MIGRATIONS,
    lead::MIGRATIONS,
    field::MIGRATIONS,
    answer_end::MIGRATIONS,
    decision::MIGRATIONS,
    promise::MIGRATIONS,
    mark::MIGRATIONS,
    ledger::MIGRATIONS,
    outbox::MIGRATIONS,
    stub::MIGRATIONS,
    stub_deadline::MIGRATIONS,
    tombstone::MIGRATIONS,
    other_ledger::MIGRATIONS,
    listed::MIGRATIONS,
];
