//! What is measured on a candidate, and on two candidates together.
//!
//! How: numbers between about -3 and 3, so that weights can be compared. Each has a name, which is also its key in the
//! table of weights; training reads them by `bench/cards/train.py`.

use super::context::Context;
use super::cover::{domain_cover, local_match};
use super::fold::{bare, fold, words};
use super::lexicon::{GIVEN, MEMBER, PARTICLE, ROLE, SLOGAN, STREET, TRADE, WORK};
use super::node::{Node, is_open};
use super::piece::Piece;
use super::titles;

/// One label's view of a candidate, in the order of the table of weights.
#[cfg(any(test, feature = "bench"))]
pub(crate) const UNARY: &[&str] = &[
    "bias",
    "size",
    "tallest",
    "smaller",
    "height_on_card",
    "top",
    "bottom",
    "one_word",
    "two_words",
    "three_words",
    "four_words",
    "many_words",
    "length",
    "all_capitals",
    "capitalised",
    "starts_small",
    "digit",
    "sentence_end",
    "comma",
    "ampersand",
    "role",
    "role_more",
    "role_first",
    "work",
    "trade",
    "slogan",
    "street",
    "given",
    "given_first",
    "legal_form",
    "legal_only",
    "academic",
    "local_part",
    "domain",
    "domain_whole",
    "stacked",
    "part",
    "near_contacts",
    "few_lines",
    "short",
    "small_words",
    "slash",
    "quoted",
    "continues",
    "open_end",
    "crowded",
    "listing",
    "initials",
    "particle",
    "member",
];

/// Two labels' view of two candidates.
#[cfg(any(test, feature = "bench"))]
pub(crate) const PAIR: &[&str] = &[
    "both",
    "same_line",
    "next_below",
    "near_below",
    "above",
    "next_above",
    "gap",
    "same_left",
    "aligned",
    "larger",
    "much_larger",
    "same_size",
    "shared_words",
];

pub(crate) fn unary(node: &Node, context: &Context) -> Vec<f32> {
    let text = &node.text;
    let folded = fold(text);
    let all = words(text);
    let core: Vec<String> = words(titles::without(text).name.as_str());
    let count = core.len();
    let flag = |yes: bool| f32::from(u8::from(yes));
    let place = &node.place;
    let size = (place.height / context.height.max(1e-6)).ln();
    let span = (context.bottom - context.top).max(1e-6);
    let height = (place.y - context.top) / span;
    let letters: Vec<char> = text.chars().filter(|c| c.is_alphabetic()).collect();
    let written: Vec<&str> = text
        .split_whitespace()
        .filter(|w| w.chars().any(char::is_alphabetic))
        .collect();
    let capital = |word: &str| {
        word.chars()
            .find(|c| c.is_alphabetic())
            .is_some_and(char::is_uppercase)
    };
    let capitals = written.iter().filter(|word| capital(word)).count();
    let share = |n: usize| n as f32 / all.len().max(1) as f32;
    let legal = titles::legal_form(text);
    let nearest = context
        .contacts
        .iter()
        .map(|(_, y)| (y - place.y).abs())
        .fold(f32::MAX, f32::min);
    let domain = domain_cover(text, context);
    vec![
        1.0,
        size.clamp(-1.5, 1.5),
        flag(place.height >= context.tallest * 0.93),
        flag(place.height < context.tallest * 0.6),
        height,
        flag(place.y - context.top < place.height * 0.8),
        flag(context.bottom - place.y < place.height * 0.8),
        flag(count == 1),
        flag(count == 2),
        flag(count == 3),
        flag(count == 4),
        flag(count > 5),
        (letters.len() as f32 / 20.0).min(3.0),
        flag(letters.len() > 1 && letters.iter().all(|c| c.is_uppercase())),
        flag(!written.is_empty() && capitals == written.len()),
        flag(!written.is_empty() && !capital(written[0])),
        flag(all.iter().any(|w| w.chars().any(|c| c.is_ascii_digit()))),
        flag(text.ends_with(['!', '?']) || text.ends_with('.') && legal.is_none() && count > 2),
        flag(text.contains(',')),
        flag(text.contains('&') || text.contains('+')),
        flag(ROLE.count(&all) > 0),
        flag(ROLE.count(&all) > 1),
        flag(all.first().is_some_and(|w| ROLE.has(w))),
        (WORK.count(&all) as f32).min(2.0),
        (TRADE.count(&all) as f32).min(2.0),
        share(SLOGAN.count(&all)),
        flag(STREET.count(&all) > 0),
        flag(GIVEN.count(&core) > 0),
        flag(core.first().is_some_and(|w| GIVEN.has(w))),
        flag(legal.is_some()),
        flag(legal.is_some_and(|at| bare(&text[..at]).len() < 2)),
        flag(titles::without(text).any()),
        local_match(&core, text, context),
        domain,
        flag(domain > 0.85),
        flag(node.pieces.len() > 1),
        flag(node.span.is_some()),
        1.0 - (nearest / span * 3.0).min(1.0),
        flag(context.free <= 3),
        flag(letters.len() <= 3),
        (written.len() - capitals) as f32 / written.len().max(1) as f32,
        flag(text.contains('/')),
        flag(folded.contains(['"', '„', '”', '“', '«', '…'])),
        flag(node.continues),
        flag(is_open(text)),
        flag(context.crowded.contains(&place.line)),
        flag(text.matches([',', ';']).count() > 1 || text.contains(": ")),
        flag(all.iter().all(|word| word.chars().count() < 2)),
        flag(core.iter().skip(1).any(|word| PARTICLE.has(word)) || glued(&node.text)),
        flag(MEMBER.iter().any(|phrase| folded.contains(phrase))),
    ]
}

pub(crate) fn pair(a: &Node, b: &Node, context: &Context) -> Vec<f32> {
    let flag = |yes: bool| f32::from(u8::from(yes));
    let (p, q) = (&a.place, &b.place);
    let unit = context.height.max(1e-6);
    let line = a.pieces.iter().any(|piece| b.pieces.contains(piece)) || p.line == q.line;
    let down = edge_gap(p, q) / unit;
    let up = edge_gap(q, p) / unit;
    let below = q.y > p.y && !line;
    let above = q.y < p.y && !line;
    let left = (p.left - q.left).abs() < unit * 0.8;
    let aligned = left
        || (p.right - q.right).abs() < unit * 0.8
        || (p.center() - q.center()).abs() < unit * 0.8;
    let ratio = (p.height / q.height.max(1e-6)).ln();
    let shared = words(&a.text)
        .iter()
        .filter(|w| w.len() > 2 && words(&b.text).contains(w))
        .count();
    vec![
        1.0,
        flag(line),
        flag(below && down < 0.7 && aligned),
        flag(below && down < 2.0 && aligned),
        flag(above),
        flag(above && up < 1.2 && aligned),
        if line {
            0.0
        } else {
            (p.y - q.y).abs() / unit / 5.0
        }
        .min(2.0),
        flag(left && !line),
        flag(aligned && !line),
        ratio.clamp(-1.2, 1.2),
        flag(ratio > 0.25),
        flag(ratio.abs() < 0.1),
        flag(shared > 0),
    ]
}

/// "O'Brien", "McLeod", "D'Angelo".
fn glued(text: &str) -> bool {
    text.split_whitespace().any(|word| {
        let rest = ["O'", "O’", "D'", "D’", "Mc", "Fitz"]
            .iter()
            .find_map(|head| word.strip_prefix(head));
        rest.is_some_and(|rest| rest.starts_with(char::is_uppercase))
    })
}

fn edge_gap(upper: &Piece, lower: &Piece) -> f32 {
    (lower.top() - upper.bottom()).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::super::node::nodes;
    use super::super::piece::tests::piece;
    use super::*;

    #[test]
    fn weights_are_those_of_the_features() {
        use super::super::weights;
        assert!(
            weights::UNARY
                .iter()
                .map(|row| row.0)
                .eq(UNARY.iter().copied())
        );
        assert!(
            weights::PAIR
                .iter()
                .map(|row| row.0)
                .eq(PAIR.iter().copied())
        );
    }

    /// What `feature` says of the one candidate in `text`, `context` being the rest of the card.
    fn measured(feature: &str, text: &str, context: &Context) -> bool {
        let pieces = [piece(text, 0.1, 0.2, 0.05)];
        let node = &nodes(&pieces, &[0])[0];
        let at = UNARY.iter().position(|name| *name == feature);
        at.is_some_and(|at| unary(node, context)[at] > 0.0)
    }

    #[test]
    fn particles_lists_initials_and_groups_are_told() {
        for (feature, yes, no) in [
            (
                "particle",
                &["Annie von Ritter", "Sean O'Brien", "Ida McLeod"][..],
                "Anna Lis",
            ),
            (
                "listing",
                &["Neubau, Umbau, Sanierung", "Filialen: Ulm"],
                "Malerbetrieb, Ulm",
            ),
            ("initials", &["W&E", "G + S"], "BMW"),
            (
                "member",
                &["Ein Unternehmen der Ortech-Gruppe", "członek Grupy Mertis"],
                "Unternehmensberatung Ortech",
            ),
        ] {
            for text in yes {
                assert!(measured(feature, text, &Context::default()), "{text}");
            }
            assert!(!measured(feature, no, &Context::default()), "{no}");
        }
    }

    #[test]
    fn a_line_with_several_texts_is_crowded() {
        let line = piece("Beratung", 0.1, 0.2, 0.05).line;
        let crowded = Context {
            crowded: vec![line],
            ..Context::default()
        };
        assert!(measured("crowded", "Beratung", &crowded));
        assert!(!measured("crowded", "Beratung", &Context::default()));
    }
}
