//! E-mails that are too long for their line and go on in the next, before or behind their `@`.

use super::contact;
use super::lexicon::GIVEN;
use super::piece::Piece;
use super::shapes::{MAIL_BEGINS, MAIL_ENDS, is_known_ending};

/// Makes one piece of two lines that are one e-mail together. Where a whole one stands on the card, the rest are handles.
pub(crate) fn join_mails(pieces: &mut Vec<Piece>) {
    if pieces.iter().any(|piece| has(piece, contact::Kind::Email)) {
        return;
    }
    let mut at = 0;
    while at < pieces.len() {
        let whole = (at + 1..pieces.len())
            .filter(|next| is_below(&pieces[at], &pieces[*next]))
            .find_map(|next| Some((next, joined(&pieces[at], &pieces[next])?)));
        if let Some((next, whole)) = whole {
            pieces[at] = whole;
            pieces.remove(next);
        }
        at += 1;
    }
}

/// Both as one, where only together they are an e-mail.
fn joined(upper: &Piece, lower: &Piece) -> Option<Piece> {
    let (head, tail) = (upper.text(), lower.text());
    // The sign stands at the end of one of them.
    let sign = head.ends_with('@') != tail.starts_with('@');
    if !sign || !MAIL_BEGINS.is_match(&head) || !MAIL_ENDS.is_match(&tail) {
        return None;
    }
    if tail.starts_with('@') && !(is_mailbox(upper) && is_domain(&tail)) {
        return None;
    }
    let mut whole = upper.clone();
    let share = head.chars().count() as f32 / (head.chars().count() + tail.chars().count()) as f32;
    for glyph in &mut whole.glyphs {
        glyph.at *= share;
    }
    whole
        .glyphs
        .extend(lower.glyphs.iter().cloned().map(|mut glyph| {
            glyph.at = share + glyph.at * (1.0 - share);
            glyph
        }));
    whole.left = upper.left.min(lower.left);
    whole.right = upper.right.max(lower.right);
    has(&whole, contact::Kind::Email).then_some(whole)
}

/// A given name, a label before it, or a mark or a digit in it: what no other word and no web site above somebody's "@handle" is.
fn is_mailbox(piece: &Piece) -> bool {
    let text = piece.text();
    let marked = text.contains([' ', ':', '.', '_']) || text.contains(|c: char| c.is_ascii_digit());
    let named = GIVEN.has(text.as_str());
    (marked || named) && !text.starts_with("www") && !has(piece, contact::Kind::Website)
}

/// "@lis.pl", but not "@salon.lis": a handle may have a dot.
fn is_domain(tail: &str) -> bool {
    let ending = tail.rsplit('.').next().unwrap_or_default();
    is_known_ending(&ending.to_lowercase())
}

fn has(piece: &Piece, kind: contact::Kind) -> bool {
    contact::items(piece).iter().any(|item| item.kind == kind)
}

fn is_below(upper: &Piece, lower: &Piece) -> bool {
    let height = upper.height.max(lower.height);
    let gap = lower.y - upper.y;
    // A label or an icon may stand before the first of the two.
    let inside = lower.left >= upper.left - height && lower.left < upper.right;
    let aligned = inside || upper.is_aligned(lower, height);
    (0.65..1.5).contains(&(upper.height / lower.height))
        && aligned
        && gap > height * 0.4
        && gap < height * 2.2
}

#[cfg(test)]
mod tests {
    use super::super::piece::tests::piece;
    use super::*;

    fn texts(upper: &str, lower: &str) -> Vec<String> {
        let mut pieces = vec![piece(upper, 0.1, 0.5, 0.03), piece(lower, 0.1, 0.54, 0.03)];
        join_mails(&mut pieces);
        pieces.iter().map(Piece::text).collect()
    }

    #[test]
    fn an_email_goes_on_in_the_next_line() {
        for (upper, lower, wanted) in [
            (
                "anna.lis",
                "@zielony-krag.com.pl",
                "anna.lis@zielony-krag.com.pl",
            ),
            ("e: anna_lis@", "lis.pl", "e: anna_lis@lis.pl"),
            ("anna", "@lisowska-ogrody.pl", "anna@lisowska-ogrody.pl"),
        ] {
            assert_eq!(texts(upper, lower), [wanted]);
        }
    }

    #[test]
    fn a_handle_and_a_name_stay_apart() {
        for (upper, lower) in [
            ("Anna Lis", "@lis.pl"),
            ("anna.lis", "@annalis"),
            ("anna@lis.pl", "lis.pl"),
            ("600 100 200", "@lis.pl"),
            ("lis-studio.com", "@lis.studio"),
            ("www.acme.de", "@acme.de"),
            ("designer", "@anna.design"),
            ("kosmetolog", "@salon.lis"),
            ("mobile", "@acme.pl"),
        ] {
            assert_eq!(texts(upper, lower).len(), 2, "{upper}");
        }
    }

    #[test]
    fn nothing_is_joined_beside_a_whole_email() {
        let lines = ["max@acme.de", "max.lis", "@acme.de"];
        let at = |(i, text): (usize, &&str)| piece(text, 0.1, 0.5 + i as f32 * 0.04, 0.03);
        let mut pieces: Vec<Piece> = lines.iter().enumerate().map(at).collect();
        join_mails(&mut pieces);
        assert_eq!(pieces.len(), 3);
    }
}
