//! Telephone numbers in the form of E.164, the country being inferred where the card leaves it out.

use phonenumber::Mode;
use phonenumber::country::Id;

/// A number has at least and at most this many digits.
pub(crate) const LEAST_DIGITS: usize = 7;
pub(crate) const MOST_DIGITS: usize = 15;

/// `raw` in E.164, and whether it is a valid number of its country. Where the number cannot be parsed, its digits stay.
pub(crate) fn e164(raw: &str, country: &str) -> (String, bool) {
    // "(0)" stands for a zero that is dialled at home only.
    let mut clean = raw.replace("(0)", " ").replace("( 0 )", " ");
    if let Some(rest) = clean.trim_start().strip_prefix("00") {
        clean = format!("+{rest}");
    }
    if let Some(rest) = clean
        .trim_start()
        .strip_prefix("(+")
        .or_else(|| clean.trim_start().strip_prefix("(00"))
    {
        clean = format!("+{rest}");
    }
    // The parser strips the home country's trunk prefix even behind a foreign country code.
    let home: Option<Id> = country_of(&clean).unwrap_or(country).parse().ok();
    match phonenumber::parse(home, &clean) {
        Ok(number) if !phonenumber::is_valid(&number) => {
            let written = number.format().mode(Mode::E164).to_string();
            prefix_mended(&written, country).map_or((written, false), |meant| (meant, true))
        }
        Ok(number) => (number.format().mode(Mode::E164).to_string(), true),
        Err(_) => {
            let plus = if clean.trim_start().starts_with('+') {
                "+"
            } else {
                ""
            };
            let digits: String = clean.chars().filter(char::is_ascii_digit).collect();
            (format!("{plus}{digits}"), false)
        }
    }
}

/// The numbers in `raw`, where two may stand with only spaces or a slash between them: the cut that makes both valid, and of
/// several the one nearest to the middle. What is too long for one and makes no two is none.
pub(crate) fn apart<'a>(raw: &'a str, country: &str) -> Vec<&'a str> {
    if digits(raw) <= MOST_DIGITS {
        return vec![raw];
    }
    let valid = |part: &str| e164(part, country).1;
    cuts(raw)
        .into_iter()
        .filter(|(a, b)| valid(a) && valid(b))
        .min_by_key(|(a, b)| digits(a).abs_diff(digits(b)))
        .or_else(|| {
            // One misread digit makes a number invalid, and leaves a slash between two of one form.
            raw.split_once('/')
                .map(|(a, b)| (a.trim(), b.trim()))
                .filter(|(a, b)| digits(a) == digits(b) && cuts(raw).contains(&(*a, *b)))
        })
        // Two that are written alike, whatever country numbers them so.
        .or_else(|| {
            // So are the groups of an account, but they begin unlike each other.
            let alike = |(a, b): &(&str, &str)| outline(a) == outline(b) && a != b;
            let group = |part: &str| {
                part.split(|c: char| !c.is_ascii_digit())
                    .next()
                    .map(str::to_owned)
            };
            let begun = |(a, b): &(&str, &str)| {
                let dialled = |part: &str| part.starts_with(['+', '0', '(']);
                dialled(a) && dialled(b) || group(a) == group(b)
            };
            let marked = raw.contains(['-', '.', '/', '+', '(']);
            cuts(raw)
                .into_iter()
                .find(|two| alike(two) && begun(two))
                .filter(|_| marked)
        })
        .map_or_else(Vec::new, |(a, b)| vec![a, b])
}

/// The two parts of `raw` at each gap where either is long enough for a number.
pub(crate) fn cuts(raw: &str) -> Vec<(&str, &str)> {
    const MARKS: [char; 2] = [' ', '/'];
    let long = |part: &str| (LEAST_DIGITS..=MOST_DIGITS).contains(&digits(part));
    let gaps = raw
        .match_indices(char::is_whitespace)
        .map(|(at, _)| raw.split_at(at))
        .map(|(a, b)| (a.trim_end_matches(MARKS), b.trim_start_matches(MARKS)));
    gaps.filter(|(a, b)| long(a) && long(b)).collect()
}

/// The marks between the groups of a number, and how long each group is.
fn outline(number: &str) -> String {
    let any = |c: char| if c.is_ascii_digit() { '0' } else { c };
    number.chars().map(any).collect()
}

fn digits(text: &str) -> usize {
    text.chars().filter(char::is_ascii_digit).count()
}

/// "+13…" on a French card is "+33…": one digit of the country's prefix misread, and valid with the right one.
fn prefix_mended(written: &str, country: &str) -> Option<String> {
    let (prefix, _) = PREFIXES.iter().find(|(_, known)| *known == country)?;
    let digits = written.strip_prefix('+')?;
    let (read, rest) = digits.split_at_checked(prefix.len())?;
    let known = PREFIXES.iter().any(|(known, _)| *known == read);
    let wrong = read
        .bytes()
        .zip(prefix.bytes())
        .filter(|(a, b)| a != b)
        .count();
    let meant = format!("+{prefix}{rest}");
    let valid = phonenumber::parse(None, &meant).is_ok_and(|number| phonenumber::is_valid(&number));
    (wrong == 1 && prefix.len() > 1 && !known && valid).then_some(meant)
}

/// Countries' prefixes, of those that the cards come from.
const PREFIXES: &[(&str, &str)] = &[
    ("48", "PL"),
    ("49", "DE"),
    ("43", "AT"),
    ("41", "CH"),
    ("44", "GB"),
    ("353", "IE"),
    ("1", "US"),
    ("420", "CZ"),
    ("421", "SK"),
    ("33", "FR"),
    ("34", "ES"),
    ("39", "IT"),
    ("31", "NL"),
    ("32", "BE"),
    ("352", "LU"),
    ("45", "DK"),
];

/// The country whose prefix a number in E.164 bears, if it is one of those the cards come from.
pub(crate) fn country_of(raw: &str) -> Option<&'static str> {
    let trimmed = raw.trim_start_matches(['(', ' ']);
    let digits: String = trimmed.chars().filter(char::is_ascii_digit).collect();
    let international = if trimmed.starts_with('+') {
        digits.as_str()
    } else {
        digits.strip_prefix("00")?
    };
    PREFIXES
        .iter()
        .find(|(prefix, _)| international.starts_with(prefix))
        .map(|(_, country)| *country)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_out_as_e164() {
        for (raw, country, wanted) in [
            ("+48 22 867 13 44", "DE", "+48228671344"),
            ("0048 774 643 248", "PL", "+48774643248"),
            ("621 849 683", "PL", "+48621849683"),
            ("+44 (0)113 255 5954", "PL", "+441132555954"),
            ("+44 (0)113 255 5954", "US", "+441132555954"),
            ("(0511) 12 34 56", "DE", "+49511123456"),
            ("04 72 49 55 72", "FR", "+33472495572"),
            ("(415) 555-2671", "US", "+14155552671"),
            ("02 1234 5678", "IT", "+390212345678"),
            ("+13 6 67 47 44 28", "FR", "+33667474428"),
            ("+33 (0)7 02 92 01 95", "ES", "+33702920195"),
        ] {
            assert_eq!(e164(raw, country).0, wanted, "{raw}");
        }
    }

    #[test]
    fn two_numbers_with_only_spaces_between_are_two() {
        for (raw, country, wanted) in [
            (
                "22 867 13 44 601 849 683",
                "PL",
                &["22 867 13 44", "601 849 683"][..],
            ),
            (
                "+48 22 867 13 44 601 849 683",
                "PL",
                &["+48 22 867 13 44", "601 849 683"],
            ),
            (
                "030 1234567 / 0172 6201468",
                "DE",
                &["030 1234567", "0172 6201468"],
            ),
            ("(0511) 12 34 56", "DE", &["(0511) 12 34 56"]),
            (
                "750 247 654 / 736 339 627",
                "ES",
                &["750 247 654", "736 339 627"],
            ),
            (
                "1-555-010-3022 1-701-555-0161",
                "US",
                &["1-555-010-3022", "1-701-555-0161"],
            ),
            ("12 1020 5558 1111 1234 5678 9012", "PL", &[]),
            ("1020 5558 1111 1234", "PL", &[]),
            ("1020-5558 1111-1234", "PL", &[]),
            ("12345678/90 12345678/90", "PL", &[]),
        ] {
            assert_eq!(apart(raw, country), wanted, "{raw}");
        }
    }

    #[test]
    fn prefixes_name_countries() {
        assert_eq!(country_of("+420 602 998 714"), Some("CZ"));
        assert_eq!(country_of("0043 1 234"), Some("AT"));
        assert_eq!(country_of("602 998 714"), None);
    }
}
