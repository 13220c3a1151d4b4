//! A name and its title on one line: "Anna Lis / Agronomist".
//!
//! When: before candidates are made, so that both are weighed as lines of their own; only where the e-mail or a word of
//! titles says so, since firms have commas and dashes too.

use super::context::Context;
use super::cover::local_match;
use super::fold::words;
use super::lexicon::{GIVEN, ROLE};
use super::piece::Piece;
use super::titles;

/// An e-mail whose letters a name explains to this share is that person's.
const VOUCHED: f32 = 0.9;

/// Cuts each piece of `rest` that is a name and a title, given the `locals` of the e-mails.
pub(crate) fn part_titles(rest: &mut Vec<Piece>, locals: Vec<String>) {
    let context = Context {
        locals,
        ..Context::default()
    };
    let cut = |piece: &Piece| match parted(piece, &context) {
        Some((a, b)) => vec![piece.part(0, a), piece.part(b, piece.glyphs.len())],
        None => vec![piece.clone()],
    };
    *rest = rest.iter().flat_map(cut).collect();
}

/// Where the name ends and the title begins.
fn parted(piece: &Piece, context: &Context) -> Option<(usize, usize)> {
    let letters: Vec<char> = piece.glyphs.iter().map(|glyph| glyph.letter).collect();
    let space = |at: Option<usize>| at.and_then(|at| letters.get(at)) == Some(&' ');
    let mark = |at: usize| match letters[at] {
        ',' => space(Some(at + 1)),
        '/' | '-' | '–' | '—' => space(at.checked_sub(1)) && space(Some(at + 1)),
        _ => false,
    };
    let at = (0..letters.len()).find(|at| mark(*at))?;
    let text = |letters: &[char]| letters.iter().collect::<String>();
    let (name, title) = (text(&letters[..at]), text(&letters[at + 1..]));
    let (end, start) = (
        name.trim_end().chars().count(),
        title.trim_start().chars().count(),
    );
    is_person(name.trim(), title.trim(), context).then(|| (end, letters.len() - start))
}

fn is_person(name: &str, title: &str, context: &Context) -> bool {
    let core = words(&titles::without(name).name);
    let shown = name
        .split_whitespace()
        .all(|word| word.chars().any(char::is_uppercase));
    let lettered = !name.chars().any(|c| c.is_ascii_digit()) && !name.contains(['&', '+']);
    let shaped = (2..=4).contains(&core.len()) && shown && lettered;
    let is_firm = titles::legal_form(title).is_some() || titles::legal_form(name).is_some();
    // "Anna Lis, MBA"
    let degree = !titles::without(&format!("{name}, {title}"))
        .behind
        .is_empty();
    let vouched = local_match(&core, name, context) > VOUCHED;
    let given = core.first().is_some_and(|word| GIVEN.has(word));
    let role = ROLE.count(&words(title)) > 0;
    shaped && !is_firm && !degree && ROLE.count(&core) == 0 && (vouched || given && role)
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
    fn degrees_firms_and_double_names_stay() {
        for text in [
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
