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
