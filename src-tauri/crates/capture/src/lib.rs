//! Pixels and text to a [`Candidate`](zgoda_core::Candidate): codes, payloads, business cards.
//!
//! How: [`still`] decodes a photo within limits, [`symbol`] finds the code in it (or in a camera's frame), [`payload`]
//! reads the code's text. When: all of it happens in memory, on the device; no file is written, no address is fetched,
//! and every buffer that held a photo is wiped when it is dropped.

pub mod card;
pub mod luma;
pub mod payload;
pub mod still;
pub mod symbol;

pub use luma::Luma;
