//! The real app in a real window, and a camera without hardware before it.

pub mod camera;
mod driver;
pub mod film;

pub use driver::{Window, root};
