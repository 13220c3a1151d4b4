//! A name and its title on one line: "Anna Lis / Agronomist".
//!
//! When: before candidates are made, so that both are weighed as lines of their own; only where the e-mail or a word of
//! titles says so, since firms have commas and dashes too.

use super::context::Context;
use super::cover::local_match;
use super::fold::words;
use super::lexicon::{GIVEN, ROLE};
use super::node;
use super::piece::Piece;
use super::titles;

/// An e-mail whose letters a name explains to this share is that person's.
const VOUCHED: f32 = 0.9;

/// Behind a name and before its title, and no degree.
const SUFFIXES: [&str; 6] = ["jr", "sr", "esq", "ii", "iii", "iv"];

/// Cuts each piece of `rest` that is a name and a title, given the `locals` of the e-mails.
pub(crate) fn part_titles(rest: &mut Vec<Piece>, locals: Vec<String>) {
    let context = Context {
        locals,
        ..Context::default()
    };
    let names: Vec<String> = rest.iter().map(|piece| first_part(&piece.text())).collect();
    let vouched = |name: &String| local_match(&words(name), name, &context) > VOUCHED;
    let cut = |(at, piece): (usize, &Piece)| {
        let mut others = names.iter().enumerate().filter(|(other, _)| *other != at);
        // Its name alone on a line, or the e-mail's person on another: this one is a firm's.
        let is_elsewhere = others.any(|(_, other)| *other == names[at] || vouched(other));
        match parted(piece, &context).filter(|_| !is_elsewhere) {
            Some((a, b)) => vec![piece.part(0, a), piece.part(b, piece.glyphs.len())],
            None => vec![piece.clone()],
        }
    };
    *rest = rest.iter().enumerate().flat_map(cut).collect();
}

/// Before the first mark.
fn first_part(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let end = marks(&letters).next().unwrap_or(letters.len());
    let part: String = letters[..end].iter().collect();
    part.trim().to_owned()
}

/// Where a name may end: at any of a node's marks with a space behind it, but no semicolon.
fn marks(letters: &[char]) -> impl Iterator<Item = usize> {
    let spaced = |at: &usize| letters.get(at + 1) == Some(&' ');
    node::marks(letters).filter(move |at| letters[*at] != ';' && spaced(at))
}

/// Where the name ends and the title begins: at the first mark behind which no degree stands.
fn parted(piece: &Piece, context: &Context) -> Option<(usize, usize)> {
    let letters: Vec<char> = piece.glyphs.iter().map(|glyph| glyph.letter).collect();
    let text = |letters: &[char]| letters.iter().collect::<String>().trim().to_owned();
    let name = first_part(&text(&letters));
    let at = marks(&letters).find(|at| {
        let behind = &letters[at + 1..];
        let end = marks(behind).next().unwrap_or(behind.len());
        !is_degree(&name, &text(&behind[..end]))
    })?;
    let by_dash = matches!(letters[at], '-' | '–' | '—');
    let title = text(&letters[at + 1..]);
    let spaces = |from: usize| letters[from..].iter().take_while(|c| **c == ' ').count();
    let end = spaces(0) + text(&letters[..at]).chars().count();
    is_person(&name, &title, by_dash, context).then(|| (end, at + 1 + spaces(at + 1)))
}

/// "MBA" behind "Anna Lis", "Jr." behind "John Smith".
fn is_degree(name: &str, part: &str) -> bool {
    let suffix = words(part);
    let is_suffix = matches!(suffix.as_slice(), [one] if SUFFIXES.contains(&one.as_str()));
    let core = titles::without(name).name;
    is_suffix
        || !titles::without(&format!("{core}, {part}"))
            .behind
            .is_empty()
}

fn is_person(name: &str, title: &str, by_dash: bool, context: &Context) -> bool {
    let core = words(&titles::without(name).name);
    let shown = name
        .split_whitespace()
        .all(|word| word.chars().any(char::is_uppercase));
    let is_plain = |text: &str| !text.chars().any(|c| c.is_ascii_digit());
    let lettered = is_plain(name) && is_plain(title) && !name.contains(['&', '+']);
    let shaped = (2..=4).contains(&core.len()) && shown && lettered;
    let is_firm = titles::legal_form(title).is_some() || titles::legal_form(name).is_some();
    let given = core.first().is_some_and(|word| GIVEN.has(word));
    let role = ROLE.count(&words(title)) > 0;
    // A married name has a dash too: "Anna Nowak - Kowalska".
    let vouched = local_match(&core, name, context) > VOUCHED && !by_dash;
    shaped && !is_firm && ROLE.count(&core) == 0 && (vouched || given && role)
}

#[cfg(test)]
mod tests {
    use super::super::piece::tests::piece;
    use super::*;

    fn texts(text: &str) -> Vec<String> {
        let mut rest = vec![piece(text, 0.1, 0.5, 0.03)];
        part_titles(&mut rest, vec!["z.lisowska".to_owned()]);
        rest.iter().map(Piece::text).collect()
    }

    #[test]
    fn a_title_behind_the_name_is_parted() {
        for (text, wanted) in [
            ("Zyta Lisowska / Prokurent", ["Zyta Lisowska", "Prokurent"]),
            (
                "Anna Nowak – Key Account Manager",
                ["Anna Nowak", "Key Account Manager"],
            ),
            (
                "Zyta Lisowska, Ofen und Herd",
                ["Zyta Lisowska", "Ofen und Herd"],
            ),
        ] {
            assert_eq!(texts(text), wanted);
        }
    }

    #[test]
    fn degrees_stay_with_the_name() {
        for (text, name, title) in [
            (
                "Anna Lis, PhD, Head of Research",
                "Anna Lis, PhD",
                "Head of Research",
            ),
            (
                "Jan Kowalski, MBA / Dyrektor",
                "Jan Kowalski, MBA",
                "Dyrektor",
            ),
            ("John Smith, Jr., Director", "John Smith, Jr.", "Director"),
        ] {
            assert_eq!(texts(text), [name, title]);
        }
    }

    #[test]
    fn a_firm_named_after_a_person_stays() {
        for (lines, mail) in [
            (["Max Müller, Gartenbau", "Max Müller"], "max.mueller"),
            (["Peter Schmidt – Steuerberater", "Anna Berg"], "anna.berg"),
        ] {
            let at = |(i, text): (usize, &&str)| piece(text, 0.1, 0.3 + i as f32 * 0.1, 0.03);
            let mut rest: Vec<Piece> = lines.iter().enumerate().map(at).collect();
            part_titles(&mut rest, vec![mail.to_owned()]);
            assert_eq!(rest.len(), 2, "{lines:?}");
        }
    }

    #[test]
    fn degrees_firms_and_double_names_stay() {
        for text in [
            "Zyta Lisowska – Król",
            "Zyta Lisowska, Chef Straße 5",
            "Zyta Lisowska, MBA",
            "Zyta Lisowska-Manager",
            "Hüte, Schals, Mützen",
            "Anna Nowak, Lisowska & Partner GmbH",
            "Sales Director, Nordics",
        ] {
            assert_eq!(texts(text), [text]);
        }
    }
}
