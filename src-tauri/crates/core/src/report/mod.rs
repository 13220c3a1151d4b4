//! Reports: for head office, the authority, and the person themselves.
//!
//! How: each is a plain shape that becomes JSON, and a [`page::Page`] that becomes HTML, Markdown or CSV.

pub mod page;
pub mod table;
