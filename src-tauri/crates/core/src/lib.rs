//! The domain of Zgoda, pure: no file, no network, no clock (`now` is an argument), no randomness (ids are arguments).

pub mod candidate;
pub mod field;
pub mod personal;
pub mod text;

pub use candidate::{Candidate, Doubt, Source};
pub use field::{Address, Extra, Field, Fields, Rating, Value};
pub use personal::Personal;
