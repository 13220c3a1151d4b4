//! Proofs that strangers bring: receipts, certificates, signed notes, exported ledgers, withdrawal codes.

use zgoda_core::device::Certificate;
use zgoda_core::export::ledger;
use zgoda_core::note;
use zgoda_core::receipt::{self, Code};

/// Reads `bytes` as each kind of proof; true where it is one of them.
///
/// # Panics
/// Where one that was accepted can be changed and is accepted still.
pub fn read(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return false;
    };
    let is_receipt = receipt::verify(text, None).is_ok();
    let is_ledger = ledger::verify(text, None).is_ok();
    if is_receipt || is_ledger {
        assert!(receipt::verify(&changed(text), None).is_err());
        assert!(ledger::verify(&changed(text), None).is_err());
    }
    let code = text.parse::<Code>();
    if let Ok(code) = &code {
        assert_eq!(code.grouped().parse::<Code>().as_ref(), Ok(code));
    }
    let is_certificate = Certificate::read(text).is_ok();
    is_receipt || is_ledger || is_certificate || code.is_ok() || note::peek(text).is_ok()
}

/// `text` with another letter in its middle.
fn changed(text: &str) -> String {
    let middle = text.chars().count() / 2;
    let other = |(at, letter): (usize, char)| match letter {
        _ if at != middle => letter,
        'A' => 'B',
        _ => 'A',
    };
    text.chars().enumerate().map(other).collect()
}
