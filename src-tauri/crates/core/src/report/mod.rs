//! Reports: for head office, the authority, and the person themselves.
//!
//! How: each is a plain shape that becomes JSON, and a [`page::Page`] that becomes HTML, Markdown or CSV.

pub mod access;
pub mod art30;
pub mod consents;
pub mod lost;
pub mod page;
pub mod retention;
pub mod table;

use crate::field::Field;
use crate::language::Language;

/// What a field is called in a report.
pub const fn field_name(field: Field, language: Language) -> &'static str {
    let [pl, en, de] = match field {
        Field::Name => ["Imię i nazwisko", "Name", "Name"],
        Field::Prefix => ["Tytuł", "Title", "Titel"],
        Field::Title => ["Stanowisko", "Position", "Position"],
        Field::Company => ["Firma", "Company", "Firma"],
        Field::Email => ["E-mail", "E-mail", "E-Mail"],
        Field::Phone => ["Telefon", "Telephone", "Telefon"],
        Field::Website => ["Strona WWW", "Web site", "Website"],
        Field::Address => ["Adres", "Address", "Anschrift"],
        Field::Reference => ["Numer identyfikatora", "Badge reference", "Ausweisnummer"],
        Field::Note => ["Notatka", "Note", "Notiz"],
        Field::Tags => ["Etykiety", "Tags", "Schlagworte"],
        Field::Rating => ["Ocena", "Rating", "Einstufung"],
        Field::Answers => ["Odpowiedzi", "Answers", "Antworten"],
        Field::Signature => ["Podpis", "Signature", "Unterschrift"],
    };
    pick(language, [pl, en, de])
}

/// The text of `language` among a Polish, an English and a German one.
pub const fn pick(language: Language, [pl, en, de]: [&str; 3]) -> &str {
    match language {
        Language::Pl => pl,
        Language::En => en,
        Language::De => de,
    }
}
