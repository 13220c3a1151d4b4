//! A signature from the attendee's screen: strokes of finger, pen or mouse, or a typed name.
//!
//! How: points are whole numbers in a box of [`WIDTH`] by [`HEIGHT`]. They are kept as differences, zigzag and in groups
//! of seven bits (as in Protocol Buffers), with a length before each stroke: neither pressure nor time, which would be
//! biometric (Art. 9), is ever taken.

use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::personal::Personal;

/// Width of the box in which the points lie.
pub const WIDTH: u16 = 1000;
/// Height of the box in which the points lie.
pub const HEIGHT: u16 = 320;
/// Most strokes.
pub const MAX_STROKES: usize = 64;
/// Most points of all strokes together.
pub const MAX_POINTS: usize = 4_000;
/// Most bytes of the encoded strokes.
pub const MAX_BYTES: usize = 8_192;
/// Longest typed name, in characters.
const MAX_NAME: usize = 120;

/// A point: across and down.
pub type Point = (u16, u16);

/// A signature. Wiped when dropped; its `Debug` shows nothing.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Signature(Kind);

#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
enum Kind {
    /// Encoded strokes, at least one.
    Drawn(Vec<u8>),
    /// A typed name, for who cannot draw.
    Typed(Personal),
}

/// Why strokes are no signature.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum SignatureError {
    /// Nothing was drawn or typed.
    #[error("nothing was drawn or typed")]
    Empty,
    /// More strokes, points or bytes than a signature has.
    #[error(
        "more than a signature: at most {MAX_STROKES} strokes, {MAX_POINTS} points, {MAX_BYTES} bytes"
    )]
    TooLarge,
    /// A point lies outside the box, or the bytes are no strokes.
    #[error("not the strokes of a signature")]
    Form,
}

impl SignatureError {
    /// The code that screens translate.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Empty => "signature_empty",
            Self::TooLarge => "signature_too_large",
            Self::Form => "signature_form",
        }
    }
}

impl Signature {
    /// Of drawn strokes; those without a point do not count.
    ///
    /// # Errors
    /// Nothing drawn, too much of it, or a point outside the box.
    pub fn drawn(strokes: &[Vec<Point>]) -> Result<Self, SignatureError> {
        let strokes: Vec<&Vec<Point>> = strokes.iter().filter(|one| !one.is_empty()).collect();
        let points = strokes.iter().map(|one| one.len()).sum::<usize>();
        if points == 0 {
            return Err(SignatureError::Empty);
        }
        if strokes.len() > MAX_STROKES || points > MAX_POINTS {
            return Err(SignatureError::TooLarge);
        }
        let outside = |(x, y): &Point| *x > WIDTH || *y > HEIGHT;
        if strokes.iter().any(|stroke| stroke.iter().any(outside)) {
            return Err(SignatureError::Form);
        }
        let mut bytes = Vec::new();
        let mut last = (0, 0);
        for stroke in strokes {
            put(&mut bytes, u32::try_from(stroke.len()).unwrap_or(u32::MAX));
            for (x, y) in stroke {
                let point = (i32::from(*x), i32::from(*y));
                put(&mut bytes, zigzag(point.0 - last.0));
                put(&mut bytes, zigzag(point.1 - last.1));
                last = point;
            }
        }
        Self::encoded(bytes)
    }

    /// Of a typed name.
    ///
    /// # Errors
    /// Where nothing is in it.
    pub fn typed(name: &str) -> Result<Self, SignatureError> {
        let cut: String = name.trim().chars().take(MAX_NAME).collect();
        let name = Personal::new(&cut);
        if name.is_empty() {
            return Err(SignatureError::Empty);
        }
        Ok(Self(Kind::Typed(name)))
    }

    /// Of bytes as [`Signature::bytes`] has them.
    ///
    /// # Errors
    /// Where they are no strokes, or too many.
    pub fn encoded(bytes: Vec<u8>) -> Result<Self, SignatureError> {
        if bytes.len() > MAX_BYTES {
            return Err(SignatureError::TooLarge);
        }
        decode(&bytes).ok_or(SignatureError::Form)?;
        Ok(Self(Kind::Drawn(bytes)))
    }

    /// The encoded strokes, where it was drawn.
    pub fn bytes(&self) -> Option<&[u8]> {
        match &self.0 {
            Kind::Drawn(bytes) => Some(bytes),
            Kind::Typed(_) => None,
        }
    }

    /// The typed name, where it was typed.
    pub fn name(&self) -> Option<&Personal> {
        match &self.0 {
            Kind::Drawn(_) => None,
            Kind::Typed(name) => Some(name),
        }
    }

    /// The strokes as the path of an SVG whose view box is `0 0 WIDTH HEIGHT`; empty where it was typed.
    pub fn path(&self) -> String {
        let strokes = self.bytes().and_then(decode).unwrap_or_default();
        let point = |(x, y): &Point| format!("{x} {y}");
        let stroke = |points: &Vec<Point>| {
            let points: Vec<String> = points.iter().map(point).collect();
            match points.as_slice() {
                // A dot is a line to itself, which a round end makes visible.
                [dot] => format!("M{dot}L{dot}"),
                _ => format!("M{}", points.join("L")),
            }
        };
        strokes.iter().map(stroke).collect()
    }

    /// The strokes as an SVG of its own; none where it was typed.
    pub fn svg(&self) -> Option<String> {
        self.bytes().map(|_| {
            format!(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" width=\"{}\"><path d=\"{}\" fill=\"none\" stroke=\"#1b1b1b\" stroke-width=\"4\" stroke-linecap=\"round\" stroke-linejoin=\"round\"/></svg>",
                WIDTH / 2,
                self.path()
            )
        })
    }

    /// For where no picture can stand: the typed name, or how many strokes there are.
    pub fn in_words(&self) -> Personal {
        match &self.0 {
            Kind::Typed(name) => name.clone(),
            Kind::Drawn(bytes) => {
                let strokes = decode(bytes).unwrap_or_default().len();
                Personal::new(&format!("drawn, strokes: {strokes}"))
            }
        }
    }
}

impl std::fmt::Debug for Signature {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Signature(…)")
    }
}

const fn zigzag(difference: i32) -> u32 {
    ((difference << 1) ^ (difference >> 31)).cast_unsigned()
}

const fn unzigzag(coded: u32) -> i32 {
    (coded >> 1).cast_signed() ^ -((coded & 1).cast_signed())
}

fn put(bytes: &mut Vec<u8>, mut number: u32) {
    while number >= 0x80 {
        bytes.push(number.to_le_bytes()[0] | 0x80);
        number >>= 7;
    }
    bytes.push(number.to_le_bytes()[0]);
}

fn take(bytes: &mut &[u8]) -> Option<u32> {
    let mut number = 0_u32;
    for shift in [0, 7, 14] {
        let (first, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= u32::from(first & 0x7f) << shift;
        if first & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

fn decode(mut bytes: &[u8]) -> Option<Vec<Vec<Point>>> {
    let mut strokes = Vec::new();
    let (mut last, mut points) = ((0_i32, 0_i32), 0);
    let inside = |at: i32, most: u16| u16::try_from(at).ok().filter(|at| *at <= most);
    while !bytes.is_empty() {
        let length = usize::try_from(take(&mut bytes)?).ok()?;
        points += length;
        if length == 0 || points > MAX_POINTS || strokes.len() == MAX_STROKES {
            return None;
        }
        let mut stroke = Vec::with_capacity(length);
        for _ in 0..length {
            last.0 += unzigzag(take(&mut bytes)?);
            last.1 += unzigzag(take(&mut bytes)?);
            stroke.push((inside(last.0, WIDTH)?, inside(last.1, HEIGHT)?));
        }
        strokes.push(stroke);
    }
    Some(strokes).filter(|all| !all.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strokes_come_back_as_they_were_drawn() {
        let strokes = vec![
            vec![(0, 0), (1000, 320), (999, 0)],
            vec![(500, 160)],
            vec![(20, 300), (24, 296), (30, 290)],
        ];
        let drawn = Signature::drawn(&strokes).unwrap();
        assert_eq!(decode(drawn.bytes().unwrap()).unwrap(), strokes);
        assert_eq!(
            drawn.path(),
            "M0 0L1000 320L999 0M500 160L500 160M20 300L24 296L30 290"
        );
        let again = Signature::encoded(drawn.bytes().unwrap().to_vec()).unwrap();
        assert_eq!(again, drawn);
    }

    #[test]
    fn a_line_of_small_steps_takes_two_bytes_a_point() {
        let line: Vec<Point> = (0..500).map(|at| (at, at % 300)).collect();
        let drawn = Signature::drawn(&[line]).unwrap();
        assert!(drawn.bytes().unwrap().len() <= 2 + 2 * 502);
    }

    #[test]
    fn fail_more_than_a_signature_is_refused() {
        let dots = vec![vec![(1, 1)]; MAX_STROKES + 1];
        assert_eq!(Signature::drawn(&dots), Err(SignatureError::TooLarge));
        let long = vec![vec![(1, 1); MAX_POINTS + 1]];
        assert_eq!(Signature::drawn(&long), Err(SignatureError::TooLarge));
        let leaps = (0..3_000).map(|at| if at % 2 == 0 { (0, 0) } else { (1000, 320) });
        let heavy = vec![leaps.collect::<Vec<Point>>()];
        assert_eq!(Signature::drawn(&heavy), Err(SignatureError::TooLarge));
        assert_eq!(Signature::drawn(&[vec![]]), Err(SignatureError::Empty));
        let beside = vec![vec![(1001, 1)]];
        assert_eq!(Signature::drawn(&beside), Err(SignatureError::Form));
    }

    #[test]
    fn fail_bytes_that_are_no_strokes_are_refused() {
        for bytes in [
            vec![],
            vec![0],
            vec![2, 2, 2],
            vec![1, 1, 1],
            vec![0xff, 0xff, 0xff, 0x01],
            vec![1, 0xff, 0xff, 0x7f, 0],
        ] {
            assert_eq!(Signature::encoded(bytes), Err(SignatureError::Form));
        }
    }

    #[test]
    fn debug_shows_nothing() {
        let typed = Signature::typed(" Ewa  Lis ").unwrap();
        assert_eq!(typed.in_words().expose(), "Ewa Lis");
        assert!(!format!("{typed:?}").contains("Ewa"));
        assert_eq!(Signature::typed(" "), Err(SignatureError::Empty));
    }
}
