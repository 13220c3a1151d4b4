//! A badge's text.

use zgoda_capture::payload::{self, MAX_BYTES, Reading};

/// Reads `bytes` as a badge; true where a contact is in it.
///
/// # Panics
/// Where what is over the limit is read.
pub fn read(bytes: &[u8]) -> bool {
    let reading = payload::read(bytes, None);
    assert!(bytes.len() <= MAX_BYTES || reading.is_err());
    matches!(reading, Ok(Reading::Person { .. }))
}
