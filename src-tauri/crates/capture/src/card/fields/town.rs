//! A town by its postal code: what a blurred "Kkn" behind "50996" stands for.
//!
//! When: only where an address was read without certainty, and a large town of that code is nearly what was read.

use std::sync::LazyLock;

use zgoda_core::{Address, Personal};

use super::fold::{bare, distance};
use super::spelling::as_written;

/// Most letters that the name may have been misread in.
const MOST_WRONG: usize = 2;
/// Shorter names are near to anything.
const SHORTEST: usize = 3;

/// The large town of `country` (ISO 3166) and postal `code` that `read` nearly is; none where it is spelled so already.
pub(crate) fn by_code(country: &str, code: &str, read: &str) -> Option<&'static str> {
    let plain = bare(read);
    let near = |town: &str| {
        let meant = bare(town);
        let wrong = distance(&plain, &meant);
        plain.as_bytes().first() == meant.as_bytes().first() && (1..=MOST_WRONG).contains(&wrong)
    };
    let of_code = || {
        TOWNS
            .iter()
            .filter(|(of, start, _)| *of == country && code.starts_with(start))
            .map(|(_, _, town)| *town)
    };
    // "Praha 1" has a district behind it.
    let known = of_code().any(|town| plain.starts_with(&bare(town)));
    (plain.len() >= SHORTEST && !known)
        .then(|| of_code().find(|town| near(town)))
        .flatten()
}

/// Ends that no town has, and those that are meant.
const ENDS: &[(&str, &str)] = &[
    ("dort", "dorf"),
    ("heirn", "heim"),
    ("burq", "burg"),
    ("bnrg", "burg"),
    ("berq", "berg"),
];

/// A town where German is spoken with its end as towns there end: "Deggendort".
fn by_end(country: &str, read: &str) -> Option<String> {
    let german = matches!(country, "DE" | "AT" | "CH" | "LI");
    let low = read.to_lowercase();
    let (end, meant) = ENDS.iter().find(|(end, _)| low.ends_with(end))?;
    // "Dort" alone is none, and what was lengthened in lower case cannot be cut by bytes.
    let head = read.get(..read.len().checked_sub(end.len())?)?;
    let tail = &read[head.len()..];
    (german && !head.is_empty() && low.len() == read.len())
        .then(|| format!("{head}{}", as_written(meant, tail)))
}

/// Mends the town of `address`, in its text too.
pub(crate) fn mend(address: &mut Address, country: &str) {
    let read = address.city.expose().to_owned();
    let coded = by_code(country, address.postcode.expose(), &read);
    let Some(town) = coded
        .map(|town| as_written(town, &read))
        .or_else(|| by_end(country, &read))
    else {
        return;
    };
    let text = address.text.expose();
    if let Some(at) = text.rfind(&read) {
        let mended = format!("{}{town}{}", &text[..at], &text[at + read.len()..]);
        address.text = Personal::multiline(&mended);
        address.city = Personal::new(&town);
    }
}

static TOWNS: LazyLock<Vec<(&str, &str, &str)>> = LazyLock::new(|| {
    let lines = include_str!("words/town.txt").lines();
    let entries = |line: &'static str| {
        let (country, towns) = line.split_once(' ')?;
        let entry = move |entry: &'static str| {
            let (start, town) = entry.split_once(' ')?;
            Some((country, start, town))
        };
        Some(towns.split('|').filter_map(entry))
    };
    lines
        .filter(|line| !line.starts_with('#'))
        .filter_map(entries)
        .flatten()
        .collect()
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blurred_towns_are_told_by_their_codes() {
        for (country, code, read, meant) in [
            ("DE", "50996", "Kkn", Some("Köln")),
            ("CZ", "603 00", "Bmo", Some("Brno")),
            ("PL", "41-902", "Bytorn", Some("Bytom")),
            ("PL", "41-902", "Bytom", None),
            ("DE", "50996", "Bonn", None),
            ("PL", "05-270", "Marki", None),
            ("CZ", "110 00", "Praha 1", None),
        ] {
            assert_eq!(by_code(country, code, read), meant, "{code} {read}");
        }
    }

    #[test]
    fn an_end_that_no_town_has_is_mended() {
        for (country, read, meant) in [
            ("DE", "Deggendort", Some("Deggendorf")),
            ("DE", "BAD DÜRKHEIRN", Some("BAD DÜRKHEIM")),
            ("DE", "Dort", None),
            ("PL", "Deggendort", None),
            ("DE", "Dortmund", None),
        ] {
            assert_eq!(by_end(country, read).as_deref(), meant, "{read}");
        }
    }

    #[test]
    fn the_text_is_mended_with_the_town() {
        let mut address = Address {
            postcode: Personal::new("50996"),
            city: Personal::new("KKN"),
            text: Personal::multiline("Am Kai 3\n50996 KKN"),
            ..Address::default()
        };
        mend(&mut address, "DE");
        assert_eq!(address.city.expose(), "KÖLN");
        assert_eq!(address.text.expose(), "Am Kai 3\n50996 KÖLN");
    }
}
