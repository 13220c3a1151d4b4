//! A card as a screen shows it: cut out of its photo, flat and upright, and where its lines stand on it.
//!
//! When: beside the fields, until they are confirmed; the photo itself, with the table and the hands on it, is not kept.

use zeroize::{Zeroize, ZeroizeOnDrop};

use super::CardReading;
use super::geometry::{Projection, Quad};
use super::pixels::Picture;
use crate::still::Still;

/// Longer side of the picture, in pixels: small print can be read on it, and no more.
const SIDE: f32 = 1000.0;
/// Room around the card, as a share of it.
const ROOM: f32 = 0.03;
/// Lines count as the card's up to this far from its outline, as a share of it.
const FAR: f32 = 0.5;

/// A card's picture. Wiped when dropped.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct Cutout {
    width: usize,
    height: usize,
    rgba: Vec<u8>,
    /// The outlines of [`CardReading::lines`] in this picture's pixels.
    #[zeroize(skip)]
    pub lines: Vec<Quad>,
}

impl Cutout {
    /// Cuts `card` out of the photo that it was read from; none where its outline has no area.
    pub fn of(still: &Still, card: &CardReading) -> Option<Self> {
        let lines: Vec<Quad> = card.lines.iter().map(|line| line.quad).collect();
        let paper = upright(&card.quad, &lines);
        let onto = Projection::from_unit_square(&paper)?;
        let seen = bounds(&onto.inverse()?, &lines);
        let frame = seen.through(&onto);
        let scale = (SIDE / frame.width().max(frame.height())).min(1.0);
        let side = |length: f32| ((length * scale) as usize).max(1);
        let picture = Picture::cut(still, &frame, side(frame.width()), side(frame.height()))?;
        let (width, height) = (picture.width, picture.height);
        let back = Projection::from_rectangle(width as f32, height as f32, &frame)?.inverse()?;
        let opaque = |pixel: &[u8]| [pixel[0], pixel[1], pixel[2], u8::MAX];
        Some(Self {
            width,
            height,
            rgba: picture.rgb.chunks_exact(3).flat_map(opaque).collect(),
            lines: lines.iter().map(|line| line.through(&back)).collect(),
        })
    }

    /// Pixels in a row.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Rows.
    pub fn height(&self) -> usize {
        self.height
    }

    /// Red, green, blue and full opacity, one byte each, row by row.
    pub fn rgba(&self) -> &[u8] {
        &self.rgba
    }
}

impl std::fmt::Debug for Cutout {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Cutout({} x {})", self.width, self.height)
    }
}

/// The outline from the corner on where the text's reading starts.
fn upright(outline: &Quad, lines: &[Quad]) -> Quad {
    let along = |quad: &Quad| {
        let [a, b, c, d] = quad.0;
        (b.x - a.x + c.x - d.x, b.y - a.y + c.y - d.y)
    };
    let text = lines.iter().map(along);
    let text = text.fold((0.0, 0.0), |sum, line| (sum.0 + line.0, sum.1 + line.1));
    let fits = |quad: &Quad| {
        let edge = along(quad);
        (edge.0 * text.0 + edge.1 * text.1) / edge.0.hypot(edge.1).max(1e-3)
    };
    let turned = (0..4).map(|quarters| outline.turned(quarters));
    turned
        .max_by(|a, b| fits(a).total_cmp(&fits(b)))
        .unwrap_or(*outline)
}

/// The card and its lines, in units of the card.
fn bounds(inverse: &Projection, lines: &[Quad]) -> Quad {
    let mut seen = [0.0_f32, 0.0, 1.0, 1.0];
    for point in lines.iter().flat_map(|line| line.through(inverse).0) {
        seen[0] = seen[0].min(point.x.max(-FAR));
        seen[1] = seen[1].min(point.y.max(-FAR));
        seen[2] = seen[2].max(point.x.min(1.0 + FAR));
        seen[3] = seen[3].max(point.y.min(1.0 + FAR));
    }
    Quad::upright(
        seen[0] - ROOM,
        seen[1] - ROOM,
        seen[2] + ROOM,
        seen[3] + ROOM,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::card::Line;
    use crate::card::geometry::Point;
    use zgoda_core::Personal;

    /// A grey photo with a white card on it, and a red mark where its text starts.
    fn photo(mark: (usize, usize)) -> Still {
        let rgba: Vec<u8> = (0..400 * 300)
            .flat_map(|at| {
                let (x, y): (usize, usize) = (at % 400, at / 400);
                let on_mark = x.abs_diff(mark.0) < 6 && y.abs_diff(mark.1) < 6;
                let on_card = (100..300).contains(&x) && (80..200).contains(&y);
                match (on_mark, on_card) {
                    (true, _) => [200, 0, 0, 255],
                    (false, true) => [255; 4],
                    (false, false) => [90, 90, 90, 255],
                }
            })
            .collect();
        Still::from_rgba(400, 300, &rgba).unwrap()
    }

    fn card(line: Quad) -> CardReading {
        CardReading {
            lines: vec![Line {
                text: Personal::new("Ewa Lis"),
                confidence: 0.9,
                quad: line,
            }],
            quad: Quad::upright(100.0, 80.0, 300.0, 200.0),
            ..CardReading::default()
        }
    }

    fn pixel(cutout: &Cutout, at: Point) -> [u8; 3] {
        let from = (at.y as usize * cutout.width + at.x as usize) * 4;
        [0, 1, 2].map(|c| cutout.rgba[from + c])
    }

    #[test]
    fn lines_stand_on_the_picture_where_they_stood_on_the_photo() {
        let line = Quad::upright(120.0, 100.0, 220.0, 120.0);
        let cutout = Cutout::of(&photo((120, 100)), &card(line)).unwrap();
        assert_eq!(pixel(&cutout, cutout.lines[0].0[0]), [200, 0, 0]);
        assert!(cutout.width > cutout.height);
    }

    #[test]
    fn a_card_on_its_head_is_shown_upright() {
        let line = Quad::upright(120.0, 160.0, 220.0, 180.0).turned(2);
        let cutout = Cutout::of(&photo((220, 180)), &card(line)).unwrap();
        let [start, end, ..] = cutout.lines[0].0;
        assert!(end.x > start.x && start.y < cutout.height as f32 / 2.0);
        assert_eq!(
            pixel(&cutout, Point::new(start.x + 1.0, start.y + 1.0)),
            [200, 0, 0]
        );
    }

    #[test]
    fn a_line_beside_the_outline_is_on_the_picture_too() {
        let line = Quad::upright(310.0, 100.0, 340.0, 120.0);
        let cutout = Cutout::of(&photo((0, 0)), &card(line)).unwrap();
        let right = cutout.lines[0].bounds()[2];
        assert!(right < cutout.width as f32, "{right} of {}", cutout.width);
    }

    #[test]
    fn debug_shows_no_pixel() {
        let cutout = Cutout::of(&photo((0, 0)), &card(Quad::default())).unwrap();
        assert!(format!("{cutout:?}").starts_with("Cutout("));
    }
}
