//! Words as they are spelled: readers lose accents, and confuse those of one language with those of another.
//!
//! How: the country tells which accents there are, a list the common words of cards that have them.

use std::collections::HashMap;
use std::sync::LazyLock;

use regex::Regex;
use zgoda_core::{Candidate, Personal};

use super::fold::{distance, fold, words};
use super::shapes::regex;
use super::titles;

/// Gives a card's fields the letters and the spelling of its country.
pub(crate) fn accents(candidate: &mut Candidate, country: &str) {
    // Not the spelling of the name: people spell theirs as they like.
    candidate.name = Personal::multiline(&letters_of(country, candidate.name.expose()));
    let address = &mut candidate.address;
    for text in [&mut address.street, &mut address.text] {
        *text = Personal::multiline(&abbreviated(text.expose(), country));
    }
    for text in [
        &mut candidate.title,
        &mut candidate.company,
        &mut address.street,
        &mut address.city,
        &mut address.text,
    ] {
        *text = Personal::multiline(&spelled(&letters_of(country, text.expose()), country));
    }
}

static PLACE: LazyLock<Regex> = LazyLock::new(|| regex(r"\b([PpAaUu])I\.(\s)"));
static BAR: LazyLock<Regex> =
    LazyLock::new(|| regex(r"(\d[A-Za-z]?) [Il] (\d{5}\b|\d{2}-\d{3}\b|\d{3} \d{2}\b)"));
static ORDINAL: LazyLock<Regex> = LazyLock::new(|| regex(r"(\d)°"));

/// "PI. Wolności" is a square, "171 I 15001" has a bar, and "3°" is an ordinal in Spain.
fn abbreviated(text: &str, country: &str) -> String {
    let text = PLACE.replace_all(text, "${1}l.$2");
    let text = BAR.replace_all(&text, "$1, $2");
    match country {
        "ES" | "PT" => ORDINAL.replace_all(&text, "${1}º").into_owned(),
        _ => text.into_owned(),
    }
}

/// A line that is no contact, as its words are spelled; that of the person's `name` keeps its own.
pub(crate) fn written(line: &str, name: &[String], country: &str) -> String {
    if line.contains(['@', '/']) || fold(line).contains("www") {
        return line.to_owned();
    }
    let line = letters_of(country, line);
    let names = words(&line).iter().any(|word| name.contains(word));
    match names {
        true => line,
        false => spelled(&titles::legal_mended(&line), country),
    }
}

/// Letters as the country's language has them: readers confuse the accents of one with those of another.
fn letters_of(country: &str, text: &str) -> String {
    const POLISH: &[(char, char)] = &[
        ('Ž', 'Ź'),
        ('ž', 'ż'),
        ('Č', 'Ć'),
        ('č', 'ć'),
        ('Š', 'Ś'),
        ('š', 'ś'),
        ('Ñ', 'Ń'),
        ('ñ', 'ń'),
        ('ň', 'ń'),
        ('Ľ', 'Ł'),
        ('ò', 'ó'),
    ];
    const CZECH: &[(char, char)] = &[
        ('Ż', 'Ž'),
        ('ż', 'ž'),
        ('Ź', 'Ž'),
        ('ź', 'ž'),
        ('Ć', 'Č'),
        ('ć', 'č'),
        ('Ś', 'Š'),
        ('ś', 'š'),
        ('ń', 'ň'),
    ];
    let table = match country {
        "PL" => POLISH,
        "CZ" | "SK" => CZECH,
        _ => return text.to_owned(),
    };
    text.chars()
        .map(|c| {
            table
                .iter()
                .find(|(read, _)| *read == c)
                .map_or(c, |(_, meant)| *meant)
        })
        .collect()
}

/// `text` with the common words of cards in their own spelling, where a reader lost an accent or took `ł` for `l` or `t`.
fn spelled(text: &str, country: &str) -> String {
    let known = languages(country);
    text.split_inclusive(|c: char| !c.is_alphabetic())
        .map(|token| {
            let word = token.trim_end_matches(|c: char| !c.is_alphabetic());
            let rest = &token[word.len()..];
            let sketched = sketch(word);
            let right = ENGLISH.contains(&fold(word).as_str());
            let lists = || {
                known
                    .iter()
                    .filter_map(|language| SPELLED.get(language))
                    .filter(|_| !right)
            };
            let meant = lists()
                .find_map(|list| list.get(&sketched))
                .filter(|_| word.chars().count() >= 4);
            match meant.or_else(|| lists().find_map(|list| nearly(list, &sketched))) {
                Some(meant) => format!("{}{rest}", as_written(meant, word)),
                None => format!("{}{rest}", street_mended(word)),
            }
        })
        .collect()
}

/// English words that are nearly those of other languages.
const ENGLISH: &[&str] = &[
    "development",
    "production",
    "consultant",
    "construction",
    "service",
];

/// The languages of the lists that a country's cards are spelled by.
fn languages(country: &str) -> &'static [&'static str] {
    match country {
        "PL" => &["PL"],
        "DE" | "AT" | "LI" => &["DE"],
        "CH" => &["DE", "FR"],
        "CZ" | "SK" => &["CZ"],
        "FR" | "BE" | "LU" => &["FR"],
        "ES" => &["ES"],
        _ => &[],
    }
}

/// Words by language, each by its sketch.
static SPELLED: LazyLock<HashMap<&'static str, HashMap<String, &'static str>>> =
    LazyLock::new(|| {
        // The hook of "ř" makes it an "f" under a bad lens.
        let hooked = |word: &str| sketch(&word.replace('ř', "f").replace('Ř', "F"));
        let mut all: HashMap<_, HashMap<_, _>> = HashMap::new();
        for (language, words) in include_str!("words/spelled.txt")
            .lines()
            .filter(|line| !line.starts_with('#'))
            .filter_map(|line| line.split_once(' '))
        {
            let words = words.split_whitespace();
            let entries = words.flat_map(|word| [(sketch(word), word), (hooked(word), word)]);
            all.entry(language).or_default().extend(entries);
        }
        all
    });

/// The long known word that `sketched` is but for a misread letter, or two in a very long one.
fn nearly<'a>(list: &'a HashMap<String, &'static str>, sketched: &str) -> Option<&'a &'static str> {
    let long = sketched.len() >= 9;
    let alike = |known: &str| {
        let apart = known.len().abs_diff(sketched.len()) <= 2
            && known.as_bytes()[..1] == sketched.as_bytes()[..1]
            && known.as_bytes()[known.len() - 2..] == sketched.as_bytes()[sketched.len() - 2..];
        apart && distance(known, sketched) <= if known.len() >= 11 { 2 } else { 1 }
    };
    list.iter()
        .find(|(known, _)| long && known.len() >= 9 && alike(known))
        .map(|(_, meant)| meant)
}

/// "Industriestralle" for "Industriestraße": no word of any language of the cards ends so.
fn street_mended(word: &str) -> String {
    let ends = ["stralle", "strable", "straBe", "strafe", "strale", "straße"];
    let end = ends
        .iter()
        .find(|end| word.to_lowercase().ends_with(&end.to_lowercase()));
    match end.and_then(|end| word.get(..word.len() - end.len())) {
        Some("") => "Straße".to_owned(),
        Some(head) if !word.chars().all(char::is_uppercase) => format!("{head}straße"),
        _ => word.to_owned(),
    }
}

/// What is left of a word under a bad lens.
fn sketch(word: &str) -> String {
    fold(word).replace(['t', 'i', 'f'], "l")
}

/// `meant` in capitals or small letters as `word` is.
pub(crate) fn as_written(meant: &str, word: &str) -> String {
    if word.chars().all(char::is_uppercase) {
        return meant.to_uppercase();
    }
    match (word.chars().next(), meant.chars().next()) {
        (Some(read), Some(first)) if read.is_uppercase() => {
            first.to_uppercase().chain(meant.chars().skip(1)).collect()
        }
        _ => meant.to_lowercase(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_words_are_spelled() {
        for (country, read, meant) in [
            ("PL", "ul. Ląkowa 3A", "ul. Łąkowa 3A"),
            (
                "PL",
                "Kierownik Dziatu Eksportu",
                "Kierownik Działu Eksportu",
            ),
            ("PL", "HUTNIK ŁÓDŻ", "HUTNIK ŁÓDŹ"),
            ("PL", "os. Żródlane 5", "os. Źródlane 5"),
            ("PL", "ul. Pásudskiego 14", "ul. Piłsudskiego 14"),
            ("PL", "ul. Józeta 3", "ul. Józefa 3"),
            ("CZ", "Ekonomická feditelka", "Ekonomická ředitelka"),
            ("CZ", "Kfižová 119", "Křížová 119"),
            ("DE", "Industriestralle 8", "Industriestraße 8"),
            ("DE", "Seestrasse 8", "Seestrasse 8"),
            ("PL", "Anna Lis", "Anna Lis"),
            ("PL", "Makler", "Makler"),
            ("GB", "Production", "Production"),
            ("FR", "Sports development", "Sports development"),
        ] {
            assert_eq!(spelled(read, country), meant);
        }
    }

    #[test]
    fn lines_are_spelled_but_names_and_contacts_are_not() {
        let name = words("Anna Dluga");
        for (read, meant) in [
            ("ŚWIT Energia Sp. z o.0.", "ŚWIT Energia Sp. z o.o."),
            ("90-562 Lódž", "90-562 Łódź"),
            ("Anna Dluga", "Anna Dluga"),
            ("anna@dluga.pl", "anna@dluga.pl"),
            ("www.dluga.pl", "www.dluga.pl"),
        ] {
            assert_eq!(written(read, &name, "PL"), meant);
        }
    }

    #[test]
    fn streets_are_abbreviated_as_usual() {
        assert_eq!(abbreviated("PI. Wolności 8", "PL"), "Pl. Wolności 8");
        assert_eq!(abbreviated("uI. Nowa 5", "PL"), "ul. Nowa 5");
        assert_eq!(abbreviated("ul. Nowa 5A I 12", "PL"), "ul. Nowa 5A I 12");
        assert_eq!(
            abbreviated("Avda. Diagonal, 171 I 15001 A Coruña", "ES"),
            "Avda. Diagonal, 171, 15001 A Coruña"
        );
        assert_eq!(
            abbreviated("Calle Mayor 5, 3° B", "ES"),
            "Calle Mayor 5, 3º B"
        );
        assert_eq!(
            abbreviated("Via Roma 5, 2° piano", "IT"),
            "Via Roma 5, 2° piano"
        );
    }

    #[test]
    fn accents_are_those_of_the_country() {
        assert_eq!(letters_of("PL", "os. Žródlane"), "os. Źródlane");
        assert_eq!(letters_of("CZ", "Żák"), "Žák");
        assert_eq!(letters_of("FR", "Žák"), "Žák");
    }
}
