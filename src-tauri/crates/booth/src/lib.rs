//! The use cases of a booth, once for every shell.

pub mod view;
