//! What an organiser's badges carry: which codes, and how a delimited text is parted into fields.
//!
//! When: head office writes it into the profile's `[badge]`; the reader looks for those codes alone and parts the text
//! by that template. Both are plain data here; pixels and texts are read a floor above.

use std::collections::BTreeSet;

use zeroize::Zeroize;

/// A symbology that badges use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Zeroize)]
pub enum Symbology {
    /// QR Code (ISO/IEC 18004).
    Qr,
    /// Micro QR Code.
    MicroQr,
    /// Rectangular Micro QR Code (ISO/IEC 23941).
    RmQr,
    /// Aztec Code (ISO/IEC 24778).
    Aztec,
    /// Data Matrix ECC 200 (ISO/IEC 16022).
    DataMatrix,
    /// PDF417 (ISO/IEC 15438).
    Pdf417,
    /// Code 128 (ISO/IEC 15417).
    Code128,
}

impl Symbology {
    /// Every symbology.
    pub const ALL: [Self; 7] = [
        Self::Qr,
        Self::MicroQr,
        Self::RmQr,
        Self::Aztec,
        Self::DataMatrix,
        Self::Pdf417,
        Self::Code128,
    ];

    /// The name in profiles and in output.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Qr => "qr",
            Self::MicroQr => "micro_qr",
            Self::RmQr => "rmqr",
            Self::Aztec => "aztec",
            Self::DataMatrix => "data_matrix",
            Self::Pdf417 => "pdf417",
            Self::Code128 => "code128",
        }
    }

    /// The symbology of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == name)
    }
}

/// What to look for and how to part it: the profile's `[badge]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadgeRules {
    /// The codes that are looked for.
    pub symbols: BTreeSet<Symbology>,
    /// How a delimited text is parted, where the badges carry one.
    pub template: Option<Template>,
}

impl Default for BadgeRules {
    /// Every code, and no template.
    fn default() -> Self {
        Self {
            symbols: Symbology::ALL.into(),
            template: None,
        }
    }
}

/// How an organiser's badges part their fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    separator: String,
    columns: Vec<Column>,
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    /// The organiser's id of the person.
    Reference,
    /// The whole name.
    Name,
    /// Given name.
    FirstName,
    /// Family name.
    LastName,
    /// What stands before the name.
    Prefix,
    /// Position.
    Title,
    /// Company.
    Company,
    /// E-mail address.
    Email,
    /// Telephone number.
    Phone,
    /// Web address.
    Website,
    /// Street and number.
    Street,
    /// Postcode.
    Postcode,
    /// Town.
    City,
    /// Region.
    Region,
    /// Country.
    Country,
    /// What is not looked at.
    Skip,
}

/// The columns' names in a profile.
const NAMES: [(&str, Column); 16] = [
    ("reference", Column::Reference),
    ("name", Column::Name),
    ("first_name", Column::FirstName),
    ("last_name", Column::LastName),
    ("prefix", Column::Prefix),
    ("title", Column::Title),
    ("company", Column::Company),
    ("email", Column::Email),
    ("phone", Column::Phone),
    ("website", Column::Website),
    ("street", Column::Street),
    ("postcode", Column::Postcode),
    ("city", Column::City),
    ("region", Column::Region),
    ("country", Column::Country),
    ("skip", Column::Skip),
];

impl Column {
    /// Every column's name, in the order in which they are explained.
    pub fn names() -> impl Iterator<Item = &'static str> {
        NAMES.iter().map(|(name, _)| *name)
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        let known = NAMES.iter().find(|(_, column)| *column == self);
        known.map_or("skip", |(name, _)| *name)
    }

    /// The column of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        let known = NAMES.iter().find(|(known, _)| *known == name);
        known.map(|(_, column)| *column)
    }
}

/// A template that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// The separator is empty.
    #[error("the separator is empty")]
    Separator,
    /// There are fewer than two columns.
    #[error("a template has two columns or more")]
    TooFew,
    /// No such column.
    #[error("no such column: {0}")]
    Column(String),
    /// A column that can be there only once stands there again.
    #[error("the column stands there twice: {0}")]
    Twice(String),
    /// No column says who it is.
    #[error("no column says who it is")]
    Nobody,
}

impl Template {
    /// A template from the profile's words: what stands between fields, and the columns in order, each by its name
    /// ([`Column::names`]).
    ///
    /// # Errors
    /// An empty separator, fewer than two columns, an unknown or repeated one, none that names or reaches a person.
    pub fn new(separator: &str, columns: &[impl AsRef<str>]) -> Result<Self, TemplateError> {
        if separator.is_empty() {
            return Err(TemplateError::Separator);
        }
        if columns.len() < 2 {
            return Err(TemplateError::TooFew);
        }
        let mut known: Vec<Column> = Vec::with_capacity(columns.len());
        for name in columns.iter().map(AsRef::as_ref) {
            let column =
                Column::from_name(name).ok_or_else(|| TemplateError::Column(name.to_owned()))?;
            let many = matches!(column, Column::Skip | Column::Email | Column::Phone);
            if !many && known.contains(&column) {
                return Err(TemplateError::Twice(name.to_owned()));
            }
            known.push(column);
        }
        let who = |column: &Column| {
            matches!(
                column,
                Column::Reference
                    | Column::Name
                    | Column::FirstName
                    | Column::LastName
                    | Column::Email
                    | Column::Phone
            )
        };
        if !known.iter().any(who) {
            return Err(TemplateError::Nobody);
        }
        Ok(Self {
            separator: separator.to_owned(),
            columns: known,
        })
    }

    /// The columns with what stands in each; nothing for a text of another number of fields.
    pub fn part<'a>(&self, text: &'a str) -> Option<Vec<(Column, &'a str)>> {
        let parts: Vec<&str> = text.split(self.separator.as_str()).map(str::trim).collect();
        (parts.len() == self.columns.len())
            .then(|| self.columns.iter().copied().zip(parts).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_round_trip() {
        for one in Symbology::ALL {
            assert_eq!(Symbology::from_name(one.as_str()), Some(one));
        }
        assert_eq!(Symbology::from_name("maxicode"), None);
        for name in Column::names() {
            assert_eq!(Column::from_name(name).map(Column::name), Some(name));
        }
    }

    #[test]
    fn a_text_is_parted_by_its_template_or_not_at_all() {
        let template = Template::new("::", &["reference", "first_name", "skip"]).unwrap();
        let parts = template.part("4711:: Zofia ::VIP").unwrap();
        assert_eq!(parts[1], (Column::FirstName, "Zofia"));
        assert_eq!(template.part("4711::Zofia"), None);
        assert_eq!(template.part("4711::Zofia::VIP::more"), None);
    }

    #[test]
    fn fail_templates_that_cannot_be_used() {
        let new = |separator: &str, columns: &[&str]| Template::new(separator, columns).err();
        assert_eq!(new("", &["name", "email"]), Some(TemplateError::Separator));
        assert_eq!(new(";", &["name"]), Some(TemplateError::TooFew));
        let shoe = TemplateError::Column("shoe".to_owned());
        assert_eq!(new(";", &["name", "shoe"]), Some(shoe));
        let twice = TemplateError::Twice("name".to_owned());
        assert_eq!(new(";", &["name", "name"]), Some(twice));
        assert_eq!(new(";", &["city", "skip"]), Some(TemplateError::Nobody));
        assert_eq!(new(";", &["name", "skip", "skip"]), None);
    }
}
