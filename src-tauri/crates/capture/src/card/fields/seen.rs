//! How a field was read: how surely, and what else its letters may be.

use super::SURE;
use super::fold::{bare, fold};
use crate::card::read::recognise::Glyph;

/// A letter's next best one counts from here; below it stands for noise.
const RIVAL: f32 = 0.05;
/// Letters that look alike.
const ALIKE: &[&str] = &[
    "il1tjf", "o0ce", "uvy", "gq9", "hbk", "mnrw", "s5", "b8", "z2", "ao",
];

/// How the letters of a field were read.
#[derive(Default)]
pub(crate) struct Seen {
    pub(crate) sure: f32,
    /// Letters as read and what came next to each, folded.
    rivals: Vec<(char, char)>,
}

impl Seen {
    pub(crate) fn new<'a>(sure: f32, glyphs: impl Iterator<Item = &'a Glyph>) -> Self {
        let folded = |c: char| fold(c.encode_utf8(&mut [0; 4])).chars().next();
        let rivals = glyphs.filter_map(|glyph| {
            let (rival, _) = glyph.rival.filter(|(_, share)| *share >= RIVAL)?;
            Some((folded(glyph.letter)?, folded(rival)?))
        });
        Self {
            sure,
            rivals: rivals.collect(),
        }
    }

    pub(crate) fn surely(&self) -> bool {
        self.sure >= SURE
    }

    /// True where the one edit from `read` to `meant` is one that readers make: a letter that looks alike, or a thin one
    /// lost or doubled; or another letter where the reader itself wavered.
    pub(crate) fn misread(&self, read: &str, meant: &str) -> bool {
        match edit(read, meant) {
            Some(Edit::Swap(x, y)) => alike(x, y) || self.wavered(x, y),
            Some(Edit::Thin) => true,
            None => false,
        }
    }

    /// True where `read` is `meant` but for one letter at which the reader wavered between both.
    pub(crate) fn doubted(&self, read: &str, meant: &str) -> bool {
        matches!(edit(read, meant), Some(Edit::Swap(x, y)) if self.wavered(x, y))
    }

    pub(crate) fn wavered(&self, read: char, meant: char) -> bool {
        self.rivals.contains(&(read, meant))
    }
}

/// True for letters that are read for one another.
pub(crate) fn alike(x: char, y: char) -> bool {
    let both = |group: &str| group.contains(x) && group.contains(y);
    ALIKE.iter().any(|group| both(group))
}

enum Edit {
    Swap(char, char),
    /// A thin letter too few or too many.
    Thin,
}

/// The edit behind the first letter that makes `meant` of `read`, given that there is but one.
fn edit(read: &str, meant: &str) -> Option<Edit> {
    let (a, b) = (bare(read), bare(meant));
    let start = a.bytes().zip(b.bytes()).take_while(|(x, y)| x == y).count();
    if start == 0 {
        // An initial in front of a name is none too many: "alis" for Anna Lis.
        return None;
    }
    let (x, y) = (a[start..].chars().next(), b[start..].chars().next());
    let thin = |c: Option<char>| {
        c.is_some_and(|c| "iltf1r".contains(c))
            .then_some(Edit::Thin)
    };
    match a.len().cmp(&b.len()) {
        // Where they are the same they differ in a hyphen only.
        std::cmp::Ordering::Equal => {
            (a[start..].get(1..) == b[start..].get(1..)).then_some(Edit::Swap(x?, y?))
        }
        std::cmp::Ordering::Less => thin(y),
        std::cmp::Ordering::Greater => thin(x),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::super::piece::tests::piece;
    use super::*;

    /// As read with `sure`, the letters of `rivals` being in doubt.
    pub(crate) fn seen(sure: f32, rivals: &[(char, char)]) -> Seen {
        Seen {
            sure,
            rivals: rivals.to_vec(),
        }
    }

    #[test]
    fn where_the_reader_wavered_another_letter_is_believed() {
        let mut glyphs = piece("Merak", 0.1, 0.5, 0.03).glyphs.clone();
        assert!(!Seen::new(0.9, glyphs.iter()).misread("merak", "meral"));
        glyphs[4].rival = Some(('L', 0.25));
        let seen = Seen::new(0.9, glyphs.iter());
        assert!(seen.misread("merak", "meral") && seen.doubted("merak", "meral"));
        assert!(!seen.doubted("merak", "merek") && !seen.misread("kora", "lora"));
        glyphs[4].rival = Some(('l', 0.03));
        assert!(!Seen::new(0.9, glyphs.iter()).doubted("merak", "meral"));
    }
}
