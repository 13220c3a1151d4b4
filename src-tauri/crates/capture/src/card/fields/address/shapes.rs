//! The shapes of postal codes and the places beside them.

use std::sync::LazyLock;

use regex::Regex;

pub(super) struct Shape {
    pub(super) pattern: Regex,
    pub(super) country: Option<&'static str>,
    /// True where the town stands before the code.
    pub(super) town_first: bool,
}

pub(super) static SHAPES: LazyLock<Vec<Shape>> = LazyLock::new(|| {
    let shape = |pattern: &str, country, town_first| Shape {
        pattern: Regex::new(pattern).unwrap_or_else(|error| unreachable!("{error}")),
        country,
        town_first,
    };
    vec![
        shape(
            r"(?:\bPL[-\s]?)?\b(?P<code>\d{2}\s?[-–—]\s?\d{3})\b[\s,]*(?P<town>\p{L}[^,;|]*)?",
            Some("PL"),
            false,
        ),
        shape(
            r"(?P<town>\p{Lu}[\p{L}.'’ -]*?)?[\s,]*\b(?P<region>[A-Z]{2})\.?,?\s+(?P<code>\d{5}(?:-\d{4})?)\b",
            Some("US"),
            true,
        ),
        shape(
            r"(?P<town>\p{Lu}[\p{L}.'’ -]*?)?[\s,]*\b(?P<code>[A-Z]{1,2}\d[A-Z\d]?\s?[\dO][A-Z]{2})\b",
            Some("GB"),
            true,
        ),
        shape(
            r"(?P<town>\p{Lu}[\p{L}.'’ -]*?(?:\s\d{1,2})?)?[\s,]*\b(?P<code>[AC-FHKNPRTV-Y][\dO][\dOW]\s?[A-Z\d]{4})\b",
            Some("IE"),
            true,
        ),
        shape(
            r"\b(?:NL[-\s]?)?(?P<code>\d{4}\s?[A-Z]{2})\b[\s,]+(?P<town>\p{Lu}[^,;|]*)",
            Some("NL"),
            false,
        ),
        shape(
            r"(?:\b(?:CZ|SK)[-\s]?)?\b(?P<code>\d{3}\s\d{2})\b[\s,]*(?P<town>\p{Lu}[^,;|]*)?",
            Some("CZ"),
            false,
        ),
        shape(
            r"\b(?:D|DE)[-–\s]\s?(?P<code>\d{5})\b[\s,]*(?P<town>\p{L}[^,;|]*)?",
            Some("DE"),
            false,
        ),
        shape(
            r"\b(?:F|FR)[-–\s]\s?(?P<code>\d{5})\b[\s,]*(?P<town>\p{L}[^,;|]*)?",
            Some("FR"),
            false,
        ),
        shape(
            r"\b(?:I|IT)[-–\s]\s?(?P<code>\d{5})\b[\s,]*(?P<town>\p{L}[^,;|]*)?",
            Some("IT"),
            false,
        ),
        shape(
            r"\b(?:E|ES)[-–\s]\s?(?P<code>\d{5})\b[\s,]*(?P<town>\p{L}[^,;|]*)?",
            Some("ES"),
            false,
        ),
        shape(
            r"\b(?P<code>\d{5})\b[\s,]*(?P<town>\p{Lu}[^,;|]*)",
            None,
            false,
        ),
        shape(
            r"\b(?:A|AT)[-–\s]\s?(?P<code>\d{4})\b[\s,]*(?P<town>\p{L}[^,;|]*)?",
            Some("AT"),
            false,
        ),
        shape(
            r"\b(?:CH)[-–\s]\s?(?P<code>\d{4})\b[\s,]*(?P<town>\p{L}[^,;|]*)?",
            Some("CH"),
            false,
        ),
        shape(
            r"(?:^|,\s*|\s[-–—]\s|[A-Z]{1,2}[-–])(?P<code>[1-9]\d{3})\s+(?P<town>\p{Lu}[^,;|]*)",
            None,
            false,
        ),
    ]
});
