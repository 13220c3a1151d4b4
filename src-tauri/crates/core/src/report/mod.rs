//! Reports: for head office, the authority, and the person themselves.
//!
//! How: each is a plain shape that becomes JSON, and a [`page::Page`] that becomes HTML, Markdown or CSV.

pub mod access;
pub mod art30;
pub mod consents;
pub mod lost;
mod names;
pub mod page;
pub mod retention;
pub mod table;

pub use names::{channel_name, field_name, kind_name, rating_name};

use crate::language::Language;

/// The text of `language` among a Polish, an English and a German one.
pub const fn pick(language: Language, [pl, en, de]: [&str; 3]) -> &str {
    match language {
        Language::Pl => pl,
        Language::En => en,
        Language::De => de,
    }
}
