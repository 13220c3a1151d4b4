//! What is measured on a candidate, and on two candidates together.
//!
//! How: numbers between about -3 and 3, so that weights can be compared. Each has a name, which is also its key in the
//! table of weights; training reads them by `bench/cards/train.py`.

use super::fold::{bare, distance, fold, fold_german, words};
use super::lexicon::{GIVEN, MEMBER, PARTICLE, ROLE, SLOGAN, STREET, TRADE, WORK};
use super::node::{Node, is_open};
use super::piece::Piece;
use super::titles;

/// What the rest of the card says about its owner.
#[derive(Default)]
pub(crate) struct Context {
    /// What stands before the `@` of the e-mails.
    pub(crate) locals: Vec<String>,
    /// Names of domains without ending: "switenergia".
    pub(crate) domains: Vec<String>,
    /// Middle height of all pieces.
    pub(crate) height: f32,
    /// Greatest height of a free piece.
    pub(crate) tallest: f32,
    pub(crate) top: f32,
    pub(crate) bottom: f32,
    /// Middles of the pieces with contacts or address.
    pub(crate) contacts: Vec<(f32, f32)>,
    /// Number of free pieces.
    pub(crate) free: usize,
    /// Lines of which more than one piece is left: lists of what a firm does.
    pub(crate) crowded: Vec<usize>,
}

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

/// How well the words are those of an e-mail's local part: 1 where they explain all of it, with a word written out.
pub(crate) fn local_match(core: &[String], text: &str, context: &Context) -> f32 {
    let german = words(&fold_german(text));
    context
        .locals
        .iter()
        .flat_map(|local| [local_cover(core, local), local_cover(&german, local)])
        .fold(0.0, f32::max)
}

/// Explains `local` from the left by words, their initials and separators; fraction of letters that whole words explain.
fn local_cover(words: &[String], local: &str) -> f32 {
    let letters: Vec<char> = local.chars().filter(|c| c.is_ascii_alphabetic()).collect();
    if letters.len() < 3 {
        return 0.0;
    }
    let mut best = 0.0_f32;
    for order in [words.to_vec(), words.iter().rev().cloned().collect()] {
        best = best.max(explained(&letters, &order));
    }
    for part in local
        .split(|c: char| !c.is_ascii_alphabetic())
        .filter(|part| part.len() >= 4)
    {
        if words
            .iter()
            .any(|word| word.len() >= 4 && distance(word, part) <= usize::from(part.len() > 5))
        {
            best = best.max(0.6 + 0.4 * part.len() as f32 / letters.len() as f32);
        }
    }
    best
}

/// 1 where every letter is a word's or an initial's, in the order of the words, some left out.
fn explained(letters: &[char], words: &[String]) -> f32 {
    let text: String = letters.iter().collect();
    let mut rest = text.as_str();
    let mut whole = 0;
    for word in words {
        if word.len() >= 3 && rest.starts_with(word.as_str()) {
            rest = &rest[word.len()..];
            whole += word.len();
        } else if let Some(after) = word.chars().next().and_then(|c| rest.strip_prefix(c)) {
            rest = after;
        }
    }
    if rest.is_empty() && whole >= 3 {
        1.0
    } else {
        0.0
    }
}

/// Share of a domain's name that the words explain, in their order, words, beginnings and initials alike.
pub(crate) fn domain_cover(text: &str, context: &Context) -> f32 {
    let end = titles::legal_form(text).unwrap_or(text.len());
    let core = &text[..end];
    let both = [words(core), words(&fold_german(core))];
    let mut best = 0.0_f32;
    for domain in &context.domains {
        let name: String = domain
            .chars()
            .filter(|c| c.is_ascii_alphanumeric())
            .collect();
        for words in &both {
            best = best.max(cover(&name, words));
        }
    }
    best
}

fn cover(name: &str, words: &[String]) -> f32 {
    if name.len() < 2 || words.is_empty() {
        return 0.0;
    }
    let joined = words.concat();
    if joined == name {
        return 1.0;
    }
    let mut rest = name;
    let mut found = 0;
    let mut initials = 0;
    for word in words {
        let common = rest
            .bytes()
            .zip(word.bytes())
            .take_while(|(a, b)| a == b)
            .count();
        if common >= 3 || common == word.len() && common > 1 {
            found += common;
            rest = &rest[common..];
        } else if common > 0 && word.len() > 1 {
            initials += 1;
            rest = &rest[1..];
        } else if word.len() >= 4 && rest.contains(word.as_str()) {
            found += word.len();
        }
    }
    if rest.is_empty() && found == 0 && initials == name.len() && initials >= 2 {
        return 0.8;
    }
    let near = if joined.len() >= 5 && distance(&joined, name) <= 1 {
        0.9
    } else {
        0.0
    };
    (found as f32 / name.len() as f32).min(1.0).max(near)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn context(local: &str, domain: &str) -> Context {
        Context {
            locals: vec![local.to_owned()],
            domains: vec![domain.to_owned()],
            ..Context::default()
        }
    }

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

    #[test]
    fn local_parts_point_to_names() {
        for (local, name) in [
            ("anna.lis", "Anna Lis"),
            ("a.lis", "Anna Lis"),
            ("mkuzior", "Marcelina Kuzior-Kościukiewicz"),
            ("kuziorm", "Marcelina Kuzior"),
            ("szuta", "Karol Szuta"),
            ("m.mueller", "Max Müller"),
        ] {
            let matched = local_match(&words(name), name, &context(local, ""));
            assert!(matched > 0.55, "{local} {name} {matched}");
        }
        assert!(
            local_match(
                &words("Prezes Zarządu"),
                "Prezes Zarządu",
                &context("anna.lis", "")
            ) < 0.3
        );
    }

    #[test]
    fn domains_point_to_firms() {
        for (domain, company) in [
            ("switenergia", "ŚWIT Energia Sp. z o.o."),
            ("gruenwald-mb", "Grünwald Maschinenbau GmbH"),
            ("zuraw-logistyka", "Żuraw Logistyka Sp. z o.o."),
        ] {
            let covered = domain_cover(company, &context("", domain));
            assert!(covered > 0.7, "{domain} {company} {covered}");
        }
        assert!(domain_cover("Anna Lis", &context("", "switenergia")) < 0.2);
    }
}
