//! Which lines stand next to one another, and which of them look like a street or a town.

use super::super::fold::words;
use super::super::lexicon::{ROLE, STREET};
use super::super::piece::Piece;
use super::super::titles;

/// Pieces above `index` in its column, or left of it on its line, nearest first, as long as the column is dense.
pub(super) fn neighbours_above(pieces: &[Piece], index: usize) -> impl Iterator<Item = usize> + '_ {
    neighbours(pieces, index, |here, other| (other, here))
}

/// As [`neighbours_above`], downwards and to the right.
pub(super) fn neighbours_below(pieces: &[Piece], index: usize) -> impl Iterator<Item = usize> + '_ {
    neighbours(pieces, index, |here, other| (here, other))
}

/// From `index` on from one piece to the next; `order` puts the upper of two first.
fn neighbours<'a>(
    pieces: &'a [Piece],
    index: usize,
    order: impl Fn(&'a Piece, &'a Piece) -> (&'a Piece, &'a Piece) + 'a,
) -> impl Iterator<Item = usize> + 'a {
    let mut at = index;
    std::iter::from_fn(move || {
        let pair = |other: usize| order(&pieces[at], &pieces[other]);
        let next = (0..pieces.len())
            .filter(|other| *other != at && is_next(pair(*other)))
            .min_by(|a, b| distance(pair(*a)).total_cmp(&distance(pair(*b))))?;
        at = next;
        Some(next)
    })
}

fn distance((upper, lower): (&Piece, &Piece)) -> f32 {
    (lower.y - upper.y).abs() + (lower.left - upper.left).abs() * 0.1
}

/// True where `lower` may continue `upper`.
fn is_next((upper, lower): (&Piece, &Piece)) -> bool {
    let height = upper.height.max(lower.height);
    let alike = (0.68..1.45).contains(&(upper.height / lower.height));
    let gap = lower.y - upper.y;
    if upper.line == lower.line {
        return alike
            && upper.right <= lower.left + height
            && lower.left - upper.right < height * 4.0;
    }
    let aligned = upper.is_aligned(lower, height * 1.2);
    alike && aligned && gap > height * 0.3 && gap < height * 2.2
}

pub(super) fn is_street(line: &str) -> bool {
    (has_street_word(line) || is_numbered(line)) && titles::legal_form(line).is_none()
}

pub(super) fn has_number(line: &str) -> bool {
    line.chars().any(|c| c.is_ascii_digit())
}

/// "Mill Business Park", but not the firm "Harrow Lane Allotments", above a street.
pub(super) fn ends_as_street(line: &str) -> bool {
    words(line).last().is_some_and(|word| STREET.has(word))
}

pub(super) fn has_street_word(line: &str) -> bool {
    STREET.count(&words(line)) > 0
}

/// "Nádražní 27", "C/ Mayor 12, 2º B": a word and a short number, and no job title.
pub(super) fn is_numbered(line: &str) -> bool {
    let words = words(line);
    let number = |word: &String| word.len() <= 5 && word.starts_with(|c: char| c.is_ascii_digit());
    let named = words
        .iter()
        .any(|word| word.chars().filter(|c| c.is_alphabetic()).count() > 2);
    words.len() <= 7 && named && words.iter().any(number) && ROLE.count(&words) == 0
}

pub(super) fn is_town(line: &str) -> bool {
    let (_, town) = last_part(line);
    !town.is_empty() && !town.chars().any(|c| c.is_ascii_digit()) && ROLE.count(&words(&town)) == 0
}

pub(super) fn last_part(line: &str) -> (String, String) {
    let line = tidy(line);
    line.rsplit_once(',')
        .map_or((String::new(), line.to_owned()), |(a, b)| {
            (tidy(a).to_owned(), tidy(b).to_owned())
        })
}

pub(super) fn tidy(text: &str) -> &str {
    text.trim_matches(|c: char| {
        c.is_whitespace() || matches!(c, ',' | ';' | '|' | '-' | '–' | '·' | '•' | ':')
    })
}
