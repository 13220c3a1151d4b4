//! People who come as a list: who registered for a webinar, or attended one.
//!
//! Registering is no consent to marketing (Art. 7(2), 7(4); PKE Art. 398), so a list brings nobody by itself: head office
//! states what the registration form asked ([`Evidence`]), and each row's own answer decides. How: a file's text becomes a
//! [`Table`], its [`Shape`] says where the people begin and what the columns hold, [`Evidence`] which answers count for
//! what. When: at an import; a row without a yes is counted and never becomes a lead.

mod answer;
mod evidence;
mod shape;
mod table;

pub use answer::Answer;
pub use evidence::{Cover, Evidence, Statement};
pub use shape::{Shape, Tool};
pub use table::{MAX_ROWS, Row, Table};

/// Why a list, or what is stated about it, is refused. Names of columns and purposes, and numbers of lines, never a value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ListError {
    /// There is nothing in it.
    #[error("the file holds no rows")]
    Empty,
    /// It is larger than what is read.
    #[error("the file is larger than {0} MB: divide it")]
    TooLarge(usize),
    /// It has more rows than are taken at once.
    #[error("line {line}: more than {MAX_ROWS} people: divide the file")]
    TooMany {
        /// Where the first row too many stands.
        line: usize,
    },
    /// Its bytes are text in no character set that could be told.
    #[error("the file's character set cannot be told: save it as UTF-8")]
    Charset,
    /// A quotation mark is opened and never closed.
    #[error("line {line}: a quotation mark is opened and never closed")]
    Quote {
        /// Where it is opened.
        line: usize,
    },
    /// A row has more fields than any export.
    #[error("line {line}: too many fields")]
    Wide {
        /// Where.
        line: usize,
    },
    /// The list has no such column.
    #[error("the list has no column “{0}”")]
    NoColumn(String),
    /// There is no such field for a column.
    #[error("“{0}” is nothing that a column can hold")]
    NoField(String),
    /// Two columns are said to hold the same.
    #[error("two columns are said to hold “{0}”")]
    Twice(String),
    /// No column says who it is.
    #[error(
        "no column says who it is: name the one with the e-mail address, the telephone or the name"
    )]
    Nobody,
    /// What is stated about the list cannot be read.
    #[error("the statement cannot be read: {0}")]
    Statement(String),
    /// Nothing is stated that the form asked.
    #[error("state at least one thing that the form asked, with its wording and version")]
    NoEvidence,
    /// The wording of the form, or its version, is missing.
    #[error("{0}: give the wording of the registration form and its version")]
    NoWording(String),
    /// The profile has no such purpose, or does not offer that channel.
    #[error("the profile does not offer this: {0}")]
    NotOffered(String),
    /// A purpose on our own interest cannot be read from a form.
    #[error("{0}: only consent and what was asked for can come with a list")]
    Basis(String),
    /// Consent must have an answer of each person's.
    #[error("{0}: consent needs a column with each person's own answer; registering is none")]
    NoAnswers(String),
    /// One answer, or one wording, is stated for two consents.
    #[error(
        "{0}: each purpose and channel needs a question of its own; one tick for two is no consent"
    )]
    Bundled(String),
    /// The day is to come.
    #[error("the day on which the form was last answered is to come")]
    Day,
    /// The profile has no texts in that language.
    #[error("the profile does not offer this language")]
    Language,
}

impl ListError {
    /// The code that screens translate.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Empty => "list_empty",
            Self::TooLarge(_) => "list_too_large",
            Self::TooMany { .. } => "list_too_many",
            Self::Charset => "list_charset",
            Self::Quote { .. } => "list_quote",
            Self::Wide { .. } => "list_wide",
            Self::NoColumn(_) => "list_no_column",
            Self::NoField(_) => "list_no_field",
            Self::Twice(_) => "list_twice",
            Self::Nobody => "list_nobody",
            Self::Statement(_) => "list_statement",
            Self::NoEvidence => "list_no_evidence",
            Self::NoWording(_) => "list_no_wording",
            Self::NotOffered(_) => "list_not_offered",
            Self::Basis(_) => "list_basis",
            Self::NoAnswers(_) => "list_no_answers",
            Self::Bundled(_) => "list_bundled",
            Self::Day => "list_day",
            Self::Language => "language_not_offered",
        }
    }

    /// The line that it is about, where it is about one.
    pub const fn line(&self) -> Option<usize> {
        match self {
            Self::TooMany { line } | Self::Quote { line } | Self::Wide { line } => Some(*line),
            _ => None,
        }
    }

    /// The column, field or purpose that it is about.
    pub fn subject(&self) -> Option<&str> {
        match self {
            Self::NoColumn(name)
            | Self::NoField(name)
            | Self::Twice(name)
            | Self::NoWording(name)
            | Self::NotOffered(name)
            | Self::Basis(name)
            | Self::NoAnswers(name)
            | Self::Bundled(name) => Some(name),
            _ => None,
        }
    }
}
