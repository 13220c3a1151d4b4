//! Lines of a card, straightened and cut into pieces that belong together.

use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::card::geometry::Point;
use crate::card::read::RawLine;
use crate::card::read::recognise::Glyph;

/// A gap wider than this many line heights parts two columns that the detector took for one line.
const COLUMN_GAP: f32 = 2.2;
/// What stands between two statements on one line.
const BARS: &[char] = &['|', '•', '·', '●', '▪', '■', '¦', '‖', '⋅', '∙', '►', '»'];

/// A run of text on one line. Wiped when dropped.
#[derive(Clone, Default, Zeroize, ZeroizeOnDrop)]
pub(crate) struct Piece {
    pub(crate) glyphs: Vec<Glyph>,
    /// Index of the line it is cut from.
    pub(crate) line: usize,
    pub(crate) left: f32,
    pub(crate) right: f32,
    /// Of its middle; the unit of all lengths is the longer side of what was looked at.
    pub(crate) y: f32,
    pub(crate) height: f32,
}

impl Piece {
    pub(crate) fn text(&self) -> String {
        let text: String = self.glyphs.iter().map(|glyph| glyph.letter).collect();
        text.trim().to_owned()
    }

    pub(crate) fn center(&self) -> f32 {
        (self.left + self.right) / 2.0
    }

    /// Whether both share an edge or their middle, but for less than `most`.
    pub(crate) fn is_aligned(&self, other: &Self, most: f32) -> bool {
        let offsets = [
            self.left - other.left,
            self.right - other.right,
            self.center() - other.center(),
        ];
        offsets.iter().any(|offset| offset.abs() < most)
    }

    pub(crate) fn top(&self) -> f32 {
        self.y - self.height / 2.0
    }

    pub(crate) fn bottom(&self) -> f32 {
        self.y + self.height / 2.0
    }

    /// The part between two indices of characters.
    pub(crate) fn part(&self, from: usize, to: usize) -> Self {
        let mut glyphs = self.glyphs[from..to].to_vec();
        let width = self.right - self.left;
        let at = |glyph: Option<&Glyph>, otherwise: f32| glyph.map_or(otherwise, |g| g.at);
        // Half a letter on either side of the middles of the outer ones.
        let half = 0.3 * self.height / width.max(1e-6);
        let first = (at(glyphs.first(), 0.0) - half).clamp(0.0, 1.0);
        let last = (at(glyphs.last(), 1.0) + half).clamp(0.0, 1.0).max(first);
        for glyph in &mut glyphs {
            glyph.at = (glyph.at - first) / (last - first).max(1e-6);
        }
        Self {
            left: self.left + width * first,
            right: self.left + width * last,
            glyphs,
            ..self.clone()
        }
    }
}

/// The pieces of all lines, from top to bottom and left to right.
pub(crate) fn pieces(lines: &[RawLine]) -> Vec<Piece> {
    let turn = skew(lines);
    let mut pieces: Vec<Piece> = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        pieces.extend(cut(&straightened(line, index, turn)));
    }
    pieces.sort_by(|a, b| a.y.total_cmp(&b.y).then(a.left.total_cmp(&b.left)));
    pieces
}

/// The slope of the lines, the median weighted by length.
fn skew(lines: &[RawLine]) -> f32 {
    let mut slopes: Vec<(f32, f32)> = lines
        .iter()
        .map(|line| {
            let [a, b, c, d] = line.flat.0;
            let slope = ((b.y - a.y) + (c.y - d.y)).atan2((b.x - a.x) + (c.x - d.x));
            (slope, line.flat.width())
        })
        .collect();
    slopes.sort_by(|a, b| a.0.total_cmp(&b.0));
    let half: f32 = slopes.iter().map(|(_, length)| length).sum::<f32>() / 2.0;
    let mut sum = 0.0;
    for (slope, length) in slopes {
        sum += length;
        if sum >= half {
            return slope;
        }
    }
    0.0
}

fn straightened(line: &RawLine, index: usize, turn: f32) -> Piece {
    let (sin, cos) = turn.sin_cos();
    let place = |p: Point| Point::new(p.x * cos + p.y * sin, p.y * cos - p.x * sin);
    let [a, b, c, d] = line.flat.0.map(place);
    Piece {
        glyphs: line.reading.glyphs.clone(),
        line: index,
        left: (a.x + d.x) / 2.0,
        right: (b.x + c.x) / 2.0,
        y: (a.y + b.y + c.y + d.y) / 4.0,
        height: line.flat.height(),
    }
}

/// Cuts at bars and at wide gaps.
fn cut(line: &Piece) -> Vec<Piece> {
    let mut parts = Vec::new();
    let mut start = 0;
    let width = line.right - line.left;
    for (index, glyph) in line.glyphs.iter().enumerate() {
        if BARS.contains(&glyph.letter) {
            parts.push((start, index));
            start = index + 1;
        } else if glyph.letter == ' ' && index > 0 && index + 1 < line.glyphs.len() {
            let gap = (line.glyphs[index + 1].at - line.glyphs[index - 1].at) * width;
            if gap > COLUMN_GAP * line.height {
                parts.push((start, index));
                start = index + 1;
            }
        }
    }
    parts.push((start, line.glyphs.len()));
    parts
        .into_iter()
        .map(|(from, to)| trimmed(line, from, to))
        .filter(|(from, to)| from < to)
        .map(|(from, to)| line.part(from, to))
        .collect()
}

fn trimmed(line: &Piece, mut from: usize, mut to: usize) -> (usize, usize) {
    while from < to && line.glyphs[from].letter.is_whitespace() {
        from += 1;
    }
    while from < to && line.glyphs[to - 1].letter.is_whitespace() {
        to -= 1;
    }
    (from, to)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A piece as if read without doubt; `height` in thousandths of the card.
    pub(crate) fn piece(text: &str, left: f32, y: f32, height: f32) -> Piece {
        let count = text.chars().count() as f32;
        let glyphs = text.chars().enumerate().map(|(i, letter)| Glyph {
            letter,
            probability: 0.99,
            at: (i as f32 + 0.5) / count,
            rival: None,
        });
        Piece {
            glyphs: glyphs.collect(),
            line: (y * 1000.0) as usize,
            left,
            right: left + count * height * 0.5,
            y,
            height,
        }
    }

    /// The pieces of one line, each as it is left where nothing in it is a contact.
    pub(crate) fn barred(text: &str) -> Vec<Piece> {
        let pieces = cut(&piece(text, 0.1, 0.5, 0.03));
        pieces
            .iter()
            .map(|piece| piece.part(0, piece.glyphs.len()))
            .collect()
    }

    #[test]
    fn bars_and_gaps_cut() {
        let texts = |line: &Piece| cut(line).iter().map(Piece::text).collect::<Vec<_>>();
        let line = piece("T 123 | F 456", 0.1, 0.2, 0.04);
        assert_eq!(texts(&line), ["T 123", "F 456"]);
        let mut line = piece("Nowa 5 tel. 1", 0.1, 0.2, 0.04);
        for glyph in &mut line.glyphs[7..] {
            glyph.at += 0.5;
        }
        assert_eq!(texts(&line), ["Nowa 5", "tel. 1"]);
    }

    #[test]
    fn parts_keep_their_place() {
        let line = piece("abcdefgh", 0.0, 0.5, 0.1);
        let part = line.part(4, 8);
        assert_eq!(part.text(), "efgh");
        assert!((part.left - line.center()).abs() < 0.02 && part.right <= line.right);
        let again = part.part(0, 4);
        assert!((part.left - again.left).abs() < 0.02 && (part.right - again.right).abs() < 0.02);
    }
}
