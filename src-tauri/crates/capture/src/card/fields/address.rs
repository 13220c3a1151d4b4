//! Postal addresses, by the shapes of their postal codes: PL, DE, AT, CH, GB, IE, US, CZ, SK, FR, ES, IT, NL.
//!
//! How: the line with the postal code is the anchor; street and house are looked for in front of the code, on the same
//! line, and on the lines above in the same column; the country after it and below.

mod lines;
mod shapes;

use zgoda_core::{Address, Personal};

use self::lines::{
    ends_as_street, has_number, has_street_word, is_numbered, is_street, is_town, last_part,
    neighbours_above, neighbours_below, tidy,
};
use self::shapes::{SHAPES, Shape};
use super::digits::digits_mended;
use super::fold::{fold, words};
use super::lexicon;
use super::piece::Piece;
use super::titles;

/// An address, and which pieces it is made of.
#[derive(Default)]
pub(crate) struct Found {
    pub(crate) address: Address,
    /// Indices of pieces, from top to bottom.
    pub(crate) pieces: Vec<usize>,
    /// ISO 3166, from the country's name or the shape of the postal code.
    pub(crate) country: Option<&'static str>,
}

/// The address on a card, given the `pieces` that are no contact. `hint` is the country of the card's domains, if any.
pub(crate) fn find(pieces: &[Piece], hint: Option<&'static str>) -> Found {
    let anchors = (0..pieces.len()).filter_map(|index| anchored(pieces, index, hint));
    anchors
        .max_by_key(completeness)
        .or_else(|| (0..pieces.len()).find_map(|index| without_code(pieces, index)))
        .unwrap_or_default()
}

/// Street, then number of lines: of two addresses the fuller one; `max_by_key` keeps the last of equals, hence the index.
fn completeness(found: &Found) -> (bool, bool, std::cmp::Reverse<usize>) {
    let first = found.pieces.first().copied().unwrap_or_default();
    (
        !found.address.street.is_empty(),
        !found.address.city.is_empty(),
        std::cmp::Reverse(first),
    )
}

fn anchored(pieces: &[Piece], index: usize, hint: Option<&'static str>) -> Option<Found> {
    let text = digits_mended(&pieces[index].text());
    let (shape, groups) = SHAPES
        .iter()
        .find_map(|shape| Some((shape, shape.pattern.captures(&text)?)))?;
    let group = |name: &str| groups.name(name).map_or("", |m| m.as_str().trim());
    let start = match groups.name("town") {
        Some(town) if shape.town_first => town.start(),
        _ => groups.get(0).map_or(0, |m| m.start()),
    };
    let end = groups.get(0).map_or(text.len(), |m| m.end());
    let mut town = tidy(group("town")).to_owned();
    let mut before = tidy(&text[..start]).to_owned();
    let after = tidy(&text[end..]).to_owned();
    if is_year(group("code"), shape, &before) || words(&town).len() > 6 {
        return None;
    }
    let mut used = vec![index];
    let mut street = Vec::new();
    if shape.town_first && town.is_empty() && before.is_empty() {
        // The code stands alone: the town is on the line above.
        let above =
            neighbours_above(pieces, index).find(|above| is_town(&pieces[*above].text()))?;
        let (left, last) = last_part(&pieces[above].text());
        (before, town) = (left, last);
        used.push(above);
    }
    let mut looks = 0;
    let anchor = *used.last().unwrap_or(&index);
    if before.is_empty() || !is_street(&before) {
        for above in neighbours_above(pieces, anchor) {
            let line = pieces[above].text();
            let is_first = looks == 0;
            looks += 1;
            let fits = is_street(&line) && (is_first || has_number(&line) || ends_as_street(&line));
            if looks > 3 || !(fits || is_first && is_numbered(&line)) {
                break;
            }
            street.push(digits_mended(&line));
            used.push(above);
        }
        street.reverse();
    } else if let Some(above) = neighbours_above(pieces, anchor).next() {
        // A house or business park may stand above the street.
        let line = pieces[above].text();
        if has_street_word(&line) && line.chars().any(|c| c.is_ascii_digit()) {
            street.push(line);
            used.push(above);
        }
    }
    if !before.is_empty() {
        street.push(before);
    }
    let mut rest_below: Vec<usize> = neighbours_below(pieces, index).take(3).collect();
    if street.is_empty() && follows(&after, shape) {
        street.push(after.clone());
    } else if street.is_empty()
        && let Some(below) = rest_below.first().copied()
        && follows(&pieces[below].text(), shape)
    {
        street.push(digits_mended(&pieces[below].text()));
        used.push(below);
        rest_below.remove(0);
    }
    let mut country = String::new();
    let mut named = None;
    let below = rest_below
        .first()
        .map(|below| (*below, pieces[*below].text()));
    for part in std::iter::once(after.as_str()).chain(below.iter().map(|(_, line)| line.as_str())) {
        if let Some(code) = lexicon::country(&fold(part)).filter(|_| country.is_empty()) {
            country = part.to_owned();
            named = Some(code);
            if let Some((below, line)) = below.as_ref().filter(|(_, line)| line == part) {
                debug_assert!(!line.is_empty());
                used.push(*below);
            }
        }
    }
    used.sort_by(|a, b| {
        pieces[*a]
            .y
            .total_cmp(&pieces[*b].y)
            .then(pieces[*a].left.total_cmp(&pieces[*b].left))
    });
    let lines: Vec<String> = used
        .iter()
        .map(|i| digits_mended(&pieces[*i].text()))
        .collect();
    Some(Found {
        address: Address {
            street: Personal::new(&street.join(", ")),
            postcode: Personal::new(&group("code").replace(['–', '—'], "-")),
            city: Personal::new(&town),
            region: Personal::new(group("region")),
            country: Personal::new(&country),
            text: Personal::multiline(&lines.join("\n")),
        },
        pieces: used,
        country: named
            .or(shape.country)
            .or_else(|| four_digits(group("code"), hint)),
    })
}

/// A street and number without a postal code, the town perhaps after a comma.
fn without_code(pieces: &[Piece], index: usize) -> Option<Found> {
    let text = pieces[index].text();
    if !has_street_word(&text) || !text.chars().any(|c| c.is_ascii_digit()) {
        return None;
    }
    let (street, town) = text
        .rsplit_once(',')
        .map_or((text.as_str(), ""), |(a, b)| (a, b.trim()));
    let (street, town) = if town.chars().any(|c| c.is_ascii_digit()) {
        (text.as_str(), "")
    } else {
        (street, town)
    };
    Some(Found {
        address: Address {
            street: Personal::new(street),
            city: Personal::new(town),
            text: Personal::new(&text),
            ..Address::default()
        },
        pieces: vec![index],
        country: None,
    })
}

fn four_digits(code: &str, hint: Option<&'static str>) -> Option<&'static str> {
    let usual = if code.len() == 4 {
        ["AT", "CH", "BE", "DK", "LU"].as_slice()
    } else {
        ["DE", "FR", "ES", "IT"].as_slice()
    };
    hint.filter(|hint| usual.contains(hint))
}

/// "Since 1990 Quality": four digits are a year unless something before them is a street, or nothing is.
fn is_year(code: &str, shape: &Shape, before: &str) -> bool {
    code.len() == 4 && shape.country.is_none() && !before.is_empty() && !is_street(before)
}

/// True where `line`, behind a place that no street stands before, is its street: "26-600 Radom, Handlowa 168". Only in
/// Poland is a place so often set first that a number is enough.
fn follows(line: &str, shape: &Shape) -> bool {
    let street = has_street_word(line) || shape.country == Some("PL") && is_numbered(line);
    has_number(line) && street && !shape.town_first && titles::legal_form(line).is_none()
}

#[cfg(test)]
mod tests {
    use super::super::piece::tests::piece;
    use super::*;

    fn read(lines: &[&str]) -> [String; 5] {
        let pieces: Vec<Piece> = lines
            .iter()
            .enumerate()
            .map(|(i, line)| piece(line, 0.1, 0.1 + i as f32 * 0.045, 0.03))
            .collect();
        let Found { address, .. } = find(&pieces, None);
        [
            &address.street,
            &address.postcode,
            &address.city,
            &address.region,
            &address.country,
        ]
        .map(|p| p.expose().to_owned())
    }

    #[test]
    fn the_street_may_stand_behind_the_place() {
        for (lines, street, city) in [
            (
                &["26-600 Radom", "Handlowa 168", "Polska"][..],
                "Handlowa 168",
                "Radom",
            ),
            (
                &["00-950 Warszawa, al. Niepodległości 165a"],
                "al. Niepodległości 165a",
                "Warszawa",
            ),
            (&["31100 Treviso", "Via Roma 5"], "Via Roma 5", "Treviso"),
            (&["50996 Köln", "ISO 9001"], "", "Köln"),
            (
                &["Am Heumarkt 10 – 6850 Dornbirn"],
                "Am Heumarkt 10",
                "Dornbirn",
            ),
            (
                &["Harrow Lane Allotments", "57B Davis Lake", "Leeds LS10 1RT"],
                "57B Davis Lake",
                "Leeds",
            ),
        ] {
            let read = read(lines);
            assert_eq!([&read[0], &read[2]], [street, city]);
        }
    }

    #[test]
    fn a_street_and_its_place_may_be_parted_by_a_bar() {
        let lines = super::super::piece::tests::barred("Hauptstr. 117/39 | 94469 Deggendorf");
        let Found { address, .. } = find(&lines, None);
        assert_eq!(address.street.expose(), "Hauptstr. 117/39");
    }

    #[test]
    fn shapes_of_ten_countries() {
        let cases: [(&[&str], [&str; 5]); 14] = [
            (
                &["ul. Mostowa 40, 87-100 Toruń"],
                ["ul. Mostowa 40", "87-100", "Toruń", "", ""],
            ),
            (
                &["os. Źródlane 5", "31-567 Kraków", "Polska"],
                ["os. Źródlane 5", "31-567", "Kraków", "", "Polska"],
            ),
            (
                &["Industriestraße 118a, 50996 Köln"],
                ["Industriestraße 118a", "50996", "Köln", "", ""],
            ),
            (
                &["Lindengasse 12/3", "A-1070 Wien", "Österreich"],
                ["Lindengasse 12/3", "1070", "Wien", "", "Österreich"],
            ),
            (
                &["Seefeldstrasse 5", "8008 Zürich"],
                ["Seefeldstrasse 5", "8008", "Zürich", "", ""],
            ),
            (
                &["Unit 7, Riverside Park", "Leeds LS10 1RT"],
                ["Unit 7, Riverside Park", "LS10 1RT", "Leeds", "", ""],
            ),
            (
                &["12 High Street", "Ludlow", "SY8 1BE"],
                ["12 High Street", "SY8 1BE", "Ludlow", "", ""],
            ),
            (
                &["1200 Market Street, Suite 400", "San Francisco, CA 94102"],
                [
                    "1200 Market Street, Suite 400",
                    "94102",
                    "San Francisco",
                    "CA",
                    "",
                ],
            ),
            (
                &["18 Harcourt Street", "Dublin D02 XY45"],
                ["18 Harcourt Street", "D02 XY45", "Dublin", "", ""],
            ),
            (
                &["Nádražní 27", "702 00 Ostrava"],
                ["Nádražní 27", "702 00", "Ostrava", "", ""],
            ),
            (
                &["12, rue de la République", "69002 Lyon", "France"],
                ["12, rue de la République", "69002", "Lyon", "", "France"],
            ),
            (
                &["C/ Mayor 12, 2º B", "28013 Madrid"],
                ["C/ Mayor 12, 2º B", "28013", "Madrid", "", ""],
            ),
            (
                &["Via Garibaldi, 21", "20121 Milano (MI)"],
                ["Via Garibaldi, 21", "20121", "Milano (MI)", "", ""],
            ),
            (
                &["ul. Mostowa 40, 87-10o Toruń"],
                ["ul. Mostowa 40", "87-100", "Toruń", "", ""],
            ),
        ];
        for (lines, wanted) in cases {
            assert_eq!(read(lines), wanted, "{lines:?}");
        }
    }

    #[test]
    fn names_and_slogans_are_no_streets() {
        assert_eq!(read(&["Anna Lis", "87-100 Toruń"])[0], "");
        assert_eq!(read(&["Kvalita od roku 1990"]), [""; 5]);
    }
}
