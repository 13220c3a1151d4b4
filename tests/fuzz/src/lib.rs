//! What comes from strangers, thrown at its readers.
//!
//! How: one module for each reader, with one `read` that takes any bytes and answers whether they were taken for
//! something; it panics where a promise is broken. When: `make fuzz` lets libFuzzer look for such bytes;
//! `tests/seeds.rs` reads every committed seed, and what was once found, in each `cargo test`.

pub mod crm;
pub mod payload;
pub mod profile;
pub mod receipt;
pub mod still;

#[path = "../../src/imagined.rs"]
#[allow(dead_code, missing_docs, unreachable_pub)]
mod imagined;

/// A reader: any bytes in; whether they were taken for something.
pub type Target = fn(&[u8]) -> bool;

/// Every target, by name.
pub const TARGETS: [(&str, Target); 5] = [
    ("crm", crm::read),
    ("payload", payload::read),
    ("profile", profile::read),
    ("receipt", receipt::read),
    ("still", still::read),
];
