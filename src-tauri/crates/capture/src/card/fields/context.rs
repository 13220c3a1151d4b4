//! What a card says about its owner beyond the candidate that is looked at.

use super::contact::Kind;
use super::piece::Piece;
use super::sheet::Sheet;

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

impl Sheet {
    pub(crate) fn context(&self) -> Context {
        let mut heights: Vec<f32> = self.pieces.iter().map(|piece| piece.height).collect();
        heights.sort_by(f32::total_cmp);
        let free = || self.free.iter().map(|index| &self.rest[*index]);
        let mut context = Context {
            height: heights.get(heights.len() / 2).copied().unwrap_or(1.0),
            tallest: free().map(|piece| piece.height).fold(0.0, f32::max),
            top: self.pieces.iter().map(Piece::top).fold(f32::MAX, f32::min),
            bottom: self
                .pieces
                .iter()
                .map(Piece::bottom)
                .fold(f32::MIN, f32::max),
            free: self.free.len(),
            crowded: crowded(&self.rest, &self.free),
            ..Context::default()
        };
        for (index, item) in &self.items {
            let piece = &self.pieces[*index];
            context.contacts.push((piece.center(), piece.y));
            if item.kind == Kind::Email
                && let Some((local, _)) = item.text.split_once('@')
            {
                context.locals.push(local.to_owned());
            }
            let name = item.host().and_then(|host| host.split('.').next());
            context.domains.extend(name.map(str::to_owned));
        }
        context.contacts.extend(
            self.address
                .pieces
                .iter()
                .map(|index| (self.rest[*index].center(), self.rest[*index].y)),
        );
        context
    }
}

/// Lines of which more than one free piece was cut.
fn crowded(rest: &[Piece], free: &[usize]) -> Vec<usize> {
    let lines: Vec<usize> = free.iter().map(|index| rest[*index].line).collect();
    let often = |line: &usize| lines.iter().filter(|other| *other == line).count() > 1;
    lines.iter().copied().filter(often).collect()
}

#[cfg(test)]
mod tests {
    use super::super::piece::tests::{barred, piece};
    use super::*;

    #[test]
    fn only_lines_cut_in_several_are_crowded() {
        let mut rest = barred("Projekt | Nadzór | Wycena");
        let line = rest[0].line;
        rest.push(piece("Anna Lis", 0.1, 0.9, 0.05));
        assert_eq!(crowded(&rest, &[0, 1, 3]), [line, line]);
        // What is part of the address is not left.
        assert!(crowded(&rest, &[0, 3]).is_empty());
    }
}
