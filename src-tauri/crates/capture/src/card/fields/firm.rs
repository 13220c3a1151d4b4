//! Names of firms that look like web sites.

use super::contact::{Item, Kind};
use super::piece::Piece;

/// Beside a site that says so ("www", "https"), a name with a dot that is no domain of an e-mail is a firm's: "nordwind.media".
pub(crate) fn set_free(pieces: &[Piece], items: &mut Vec<(usize, Item)>, rest: &mut Vec<Piece>) {
    let certain = |item: &Item| item.text.starts_with("www.") || item.text.contains("://");
    let sites = || items.iter().filter(|(_, item)| item.kind == Kind::Website);
    let mailed = |item: &Item| {
        items.iter().any(|(_, other)| {
            other.kind == Kind::Email && other.text.ends_with(&format!("@{}", item.text))
        })
    };
    if !sites().any(|(_, item)| certain(item)) {
        return;
    }
    let names: Vec<usize> = sites()
        .filter(|(_, item)| !certain(item) && !mailed(item))
        .map(|(index, _)| *index)
        // Alone, or before its legal form.
        .filter(|index| items.iter().filter(|(other, _)| other == index).count() == 1)
        .collect();
    for index in names {
        items.retain(|(other, _)| *other != index);
        rest.retain(|piece| {
            piece.line != pieces[index].line
                || piece.left < pieces[index].left
                || piece.right > pieces[index].right + 1e-6
        });
        rest.push(pieces[index].clone());
    }
    rest.sort_by(|a, b| a.y.total_cmp(&b.y).then(a.left.total_cmp(&b.left)));
}

#[cfg(test)]
mod tests {
    use super::super::contact::items;
    use super::super::left::left_over;
    use super::super::piece::tests::piece;
    use super::*;

    /// What is left of a card as text once its firms are set free.
    fn freed(lines: &[&str]) -> Vec<String> {
        let pieces: Vec<Piece> = lines
            .iter()
            .enumerate()
            .map(|(at, text)| piece(text, 0.1, 0.1 + at as f32 * 0.1, 0.03))
            .collect();
        let (mut found, mut rest) = (Vec::new(), Vec::new());
        for (index, piece) in pieces.iter().enumerate() {
            let of_piece = items(piece);
            rest.extend(left_over(piece, &of_piece));
            found.extend(of_piece.into_iter().map(|item| (index, item)));
        }
        set_free(&pieces, &mut found, &mut rest);
        rest.iter().map(Piece::text).collect()
    }

    #[test]
    fn a_firm_with_a_dot_is_no_site_beside_a_certain_one() {
        for (lines, left) in [
            (
                &["nordwind.media", "www.lis.pl"][..],
                &["nordwind.media"][..],
            ),
            (
                &["nordwind.media GmbH", "https://lis.pl"],
                &["nordwind.media GmbH"],
            ),
            // No site that says so, or an e-mail that vouches.
            (&["nordwind.media", "anna@lis.pl"], &[]),
            (
                &["nordwind.media", "www.lis.pl", "a.lis@nordwind.media"],
                &[],
            ),
        ] {
            assert_eq!(freed(lines), left, "{lines:?}");
        }
    }
}
