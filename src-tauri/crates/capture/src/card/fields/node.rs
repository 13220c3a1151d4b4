//! Candidates for name, title and company: pieces, parts of pieces, and pieces stacked as one text.

use super::fold::words;
use super::lexicon::SLOGAN;
use super::piece::Piece;

/// At most this many lines make one name, title or company.
const MOST_LINES: usize = 3;
/// Parts of one line are tried up to this many, so that a hostile card cannot make work.
const MOST_PARTS: usize = 4;
/// At most this many candidates are weighed.
const MOST_NODES: usize = 48;

/// A run of text that may be a field.
#[derive(Clone)]
pub(crate) struct Node {
    pub(crate) text: String,
    /// The pieces it covers, from top to bottom.
    pub(crate) pieces: Vec<usize>,
    /// Characters of the first piece that it covers, where it is a part of one.
    pub(crate) span: Option<(usize, usize)>,
    /// True where one of its lines goes on in the next: "Kierownik Działu", "ds. Sprzedaży".
    pub(crate) continues: bool,
    /// All of it in one box; the letters only tell where it ends.
    pub(crate) place: Piece,
}

impl Node {
    /// True where both claim the same letters.
    pub(crate) fn overlaps(&self, other: &Self) -> bool {
        let shared = self.pieces.iter().any(|piece| other.pieces.contains(piece));
        match (self.span, other.span) {
            (Some((a, b)), Some((c, d))) => shared && a < d && c < b,
            _ => shared,
        }
    }
}

/// The candidates among those `pieces` that are `free`.
pub(crate) fn nodes(pieces: &[Piece], free: &[usize]) -> Vec<Node> {
    let mut nodes: Vec<Node> = Vec::new();
    for &index in free {
        nodes.push(whole(pieces, &[index]));
    }
    for &index in free {
        let mut stack = vec![index];
        while stack.len() < MOST_LINES {
            let next = below(pieces, free, *stack.last().unwrap_or(&index));
            let Some(next) = next.filter(|next| !is_claim(&pieces[*next])) else {
                break;
            };
            stack.push(next);
            nodes.push(whole(pieces, &stack));
        }
    }
    for &index in free {
        nodes.extend(parts(pieces, index));
    }
    nodes.truncate(MOST_NODES);
    nodes
}

fn whole(pieces: &[Piece], stack: &[usize]) -> Node {
    let texts: Vec<String> = stack.iter().map(|index| pieces[*index].text()).collect();
    let goes_on = |two: &[String]| is_open(&two[0]) || starts_small(&two[1]);
    let continues = texts.windows(2).any(goes_on);
    let mut place = pieces[stack[0]].clone();
    for piece in stack.iter().skip(1).map(|index| &pieces[*index]) {
        place.glyphs.extend(piece.glyphs.iter().cloned());
        place.left = place.left.min(piece.left);
        place.right = place.right.max(piece.right);
    }
    let bottom = stack.last().map_or(0.0, |index| pieces[*index].y);
    place.y = (place.y + bottom) / 2.0;
    place.height =
        stack.iter().map(|index| pieces[*index].height).sum::<f32>() / stack.len() as f32;
    Node {
        text: texts.join(" "),
        pieces: stack.to_vec(),
        span: None,
        continues,
        place,
    }
}

/// Words that nothing ends with.
const OPEN: &str = " i oraz a ds do na w z ze u o od dla przy pod nad und fur der die das des dem den im am zur zum vom von van zu bei an and of for the in at to de d del della dello delle dei degli di da du la le les l et en el los las y e con per pro ve v s k ";

/// True where `text` cannot end there: "Head of", "Leitung Finanzen &", "Specjalista ds.".
pub(crate) fn is_open(text: &str) -> bool {
    let text = text.trim_end();
    let last = words(text).pop().unwrap_or_default();
    text.ends_with(['&', '+', '-', '–', ',', '/', '\'', '’']) || OPEN.contains(&format!(" {last} "))
}

fn starts_small(text: &str) -> bool {
    let first = text.chars().find(|c| c.is_alphanumeric());
    first.is_some_and(char::is_lowercase) || text.starts_with(['&', '+'])
}

/// A line of slogan words alone goes on from none.
fn is_claim(piece: &Piece) -> bool {
    let words = words(&piece.text());
    !words.is_empty() && SLOGAN.count(&words) == words.len()
}

/// The piece right below `index` that looks set in the same type, if there is one.
fn below(pieces: &[Piece], free: &[usize], index: usize) -> Option<usize> {
    let here = &pieces[index];
    free.iter()
        .copied()
        .filter(|other| {
            let there = &pieces[*other];
            let height = here.height.max(there.height);
            let gap = there.y - here.y;
            let aligned = here.is_aligned(there, height * 0.8);
            let alike = (0.74..1.36).contains(&(here.height / there.height));
            *other != index && aligned && alike && gap > height * 0.4 && gap < height * 1.8
        })
        .min_by(|a, b| pieces[*a].y.total_cmp(&pieces[*b].y))
}

/// Where a comma, a dash between spaces or a slash may part a name from a title.
pub(crate) fn marks(letters: &[char]) -> impl Iterator<Item = usize> {
    let space = |at: Option<usize>| at.and_then(|at| letters.get(at)) == Some(&' ');
    (0..letters.len()).filter(move |at| match letters[*at] {
        ',' | ';' => true,
        '-' | '–' | '—' | '/' => space(at.checked_sub(1)) && space(Some(at + 1)),
        _ => false,
    })
}

/// What stands between those marks, and several of it together.
fn parts(pieces: &[Piece], index: usize) -> Vec<Node> {
    let piece = &pieces[index];
    let letters: Vec<char> = piece.glyphs.iter().map(|glyph| glyph.letter).collect();
    let mut cuts = vec![0];
    cuts.extend(marks(&letters).map(|at| at + 1).take(MOST_PARTS - 1));
    cuts.push(letters.len() + 1);
    let mut nodes = Vec::new();
    if cuts.len() == 2 {
        return nodes;
    }
    for from in 0..cuts.len() - 1 {
        for to in from + 1..cuts.len() {
            if from == 0 && to == cuts.len() - 1 {
                continue;
            }
            let (mut a, mut b) = (cuts[from], (cuts[to] - 1).min(letters.len()));
            while a < b && !letters[a].is_alphanumeric() {
                a += 1;
            }
            while a < b && letters[b - 1].is_whitespace() {
                b -= 1;
            }
            if b - a >= 2 {
                let place = piece.part(a, b);
                nodes.push(Node {
                    text: place.text(),
                    pieces: vec![index],
                    span: Some((a, b)),
                    continues: false,
                    place,
                });
            }
        }
    }
    nodes
}

#[cfg(test)]
mod tests {
    use super::super::piece::tests::piece;
    use super::*;

    fn texts(pieces: &[Piece]) -> Vec<String> {
        let free: Vec<usize> = (0..pieces.len()).collect();
        nodes(pieces, &free)
            .into_iter()
            .map(|node| node.text)
            .collect()
    }

    #[test]
    fn stacked_lines_of_one_type_are_tried_together() {
        let stacked = [
            piece("Anna", 0.1, 0.2, 0.05),
            piece("Lis", 0.1, 0.26, 0.05),
            piece("Designer", 0.1, 0.31, 0.03),
        ];
        assert!(texts(&stacked).contains(&"Anna Lis".to_owned()));
        assert!(!texts(&stacked).contains(&"Lis Designer".to_owned()));
    }

    #[test]
    fn lines_that_cannot_end_there_go_on_in_the_next() {
        for (first, second, wanted) in [
            ("Kierownik Działu", "ds. Sprzedaży", true),
            ("Leitung Finanzen &", "Controlling", true),
            ("Reader in", "Soil Science", true),
            ("Clinique vétérinaire", "des Saules", true),
            ("Anna Lis", "Designer", false),
        ] {
            let stacked = [piece(first, 0.1, 0.2, 0.05), piece(second, 0.1, 0.26, 0.05)];
            let both = nodes(&stacked, &[0, 1]);
            let node = both.iter().find(|node| node.pieces.len() == 2);
            assert_eq!(node.map(|node| node.continues), Some(wanted), "{first}");
        }
    }

    #[test]
    fn a_comma_may_part_name_and_title() {
        let line = [piece("Anna Lis, Designer", 0.1, 0.2, 0.05)];
        let texts = texts(&line);
        assert!(texts.contains(&"Anna Lis".to_owned()) && texts.contains(&"Designer".to_owned()));
    }

    #[test]
    fn parts_overlap_only_the_whole() {
        let line = [piece("Anna Lis, Designer", 0.1, 0.2, 0.05)];
        let nodes = nodes(&line, &[0]);
        assert!(nodes[0].overlaps(&nodes[1]) && !nodes[1].overlaps(&nodes[2]));
    }
}
