//! Letters that stand for digits.

use std::sync::LazyLock;

use regex::Regex;

use super::shapes::regex;

/// Letters that stand for digits within a word of digits ("87-10o") are made digits; the number of characters stays.
pub(crate) fn digits_mended(text: &str) -> String {
    text.split_inclusive(char::is_whitespace)
        .map(word_mended)
        .collect()
}

static CODED: LazyLock<Regex> = LazyLock::new(|| regex(r"^[A-Z]{1,2}[-–]\d{4,5}\b"));

fn word_mended(word: &str) -> String {
    let digit = |c: char| match c {
        'O' | 'o' | 'Q' => Some('0'),
        'I' | 'l' | '|' => Some('1'),
        'S' => Some('5'),
        'B' => Some('8'),
        'Z' => Some('2'),
        _ => None,
    };
    let digits = word.chars().filter(char::is_ascii_digit).count();
    let letters = word.chars().filter(|c| c.is_alphabetic()).count();
    // "181B" is a house, and its letter no digit.
    let bare = word.trim_end_matches(|c: char| c.is_whitespace() || c == ',' || c == ';');
    let house = letters == 1 && bare.ends_with(['B', 'S', 'Z', 'Q', 'I']);
    // "I-20121" is a code in Italy.
    let coded = CODED.is_match(word);
    let foreign = word
        .chars()
        .any(|c| c.is_alphabetic() && digit(c).is_none());
    if coded || foreign || house || letters == 0 || digits < 2 || letters > digits {
        return word.to_owned();
    }
    word.chars().map(|c| digit(c).unwrap_or(c)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_in_numbers_are_digits_but_not_those_of_houses() {
        assert_eq!(
            digits_mended("ul. Nowa 181B, 87-10o Toruń"),
            "ul. Nowa 181B, 87-100 Toruń"
        );
        assert_eq!(digits_mended("I-20121 Milano"), "I-20121 Milano");
    }
}
