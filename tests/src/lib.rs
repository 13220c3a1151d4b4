//! What the tests across crates share: invented people, and real servers to send them to.

pub mod booth;
pub mod bottlecrm;
pub mod imagined;
pub mod postgres;
pub mod proxy;
pub mod readers;
pub mod schedule;
pub mod window;
