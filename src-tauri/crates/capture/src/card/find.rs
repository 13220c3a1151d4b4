//! Which parts of a photo are cards.
//!
//! How: the text is found first, at low resolution, because text is what a card is for and no background imitates it.
//! Outlines of paper are looked for on a thumbnail; where two or more of them each hold text and none overlaps another,
//! each is a card of its own. Otherwise all text is one card, framed along its own direction, so that a table of any
//! kind, a hand in the picture or a coloured panel across the card cannot cut anything off.

pub(super) mod paper;

use std::f32::consts::FRAC_PI_2;

use super::geometry::{Point, Quad};
use crate::still::Still;

/// Space around the text where no paper is found, as a share of the frame's shorter side: small print may be there.
const MARGIN: f32 = 0.5;
/// Space around paper, as a share of it.
const PAPER_MARGIN: f32 = 0.02;
/// Text that is turned further than this (radians) gets a frame of its own.
const ASKEW: f32 = 0.26;
/// Text on less than this share of the photo does, too.
const FEW: f32 = 0.12;
/// Text this far from paper, as a share of the paper, is not on it.
const AWAY: f32 = 0.09;
/// Text this near to paper, as a share of the paper, belongs to the same card.
const NEAR: f32 = 0.4;
/// Lines may stand out of paper by this share of it: outlines are rough.
const EDGE: f32 = 0.04;
/// A card of its own holds at least this many lines.
const FEWEST_LINES: usize = 3;
/// At most this many cards are read from one photo.
const MOST_CARDS: usize = 8;

/// A card in the photo.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Found {
    /// What to read: all its text, along the text's direction; it may still stand on its head.
    pub(crate) frame: Quad,
    /// The paper's outline, or the frame where no paper was found.
    pub(crate) outline: Quad,
}

/// The cards in `still`, given the outlines of its `text`; the one with the most text first.
pub(crate) fn cards(still: &Still, text: &[Quad]) -> Vec<Found> {
    let (mut papers, fields): (Vec<Quad>, Vec<Quad>) = paper::outlines(still, text)
        .into_iter()
        .partition(paper::is_card);
    let whole = whole(apart(papers.iter().chain(&fields)));
    papers.extend(&whole);
    let mut groups: Vec<(Quad, Vec<Quad>)> = whole
        .into_iter()
        .map(|paper| (paper, within(&paper, text)))
        .filter(|(paper, lines)| lines.len() >= FEWEST_LINES && cuts_none(paper, lines))
        .collect();
    groups.sort_by_key(|(_, lines)| std::cmp::Reverse(lines.len()));
    groups.truncate(MOST_CARDS);
    let mut found: Vec<Found> = groups
        .iter()
        .filter_map(|(paper, lines)| on_paper(paper, lines))
        .collect();
    let beside = beside(&groups, text);
    if !found.is_empty() && beside.len() >= FEWEST_LINES {
        found.extend(around(&beside).map(|frame| Found {
            frame,
            outline: frame,
        }));
    }
    if found.len() >= 2 {
        return found;
    }
    // Text on a coloured band at the paper's edge must not be cut off.
    let all_near = |paper: &Quad| {
        let (on, near) = (paper.grown(0.02), paper.grown(NEAR));
        let cut =
            |line: &&Quad| near.contains(line.center()) && line.0.iter().any(|p| !on.contains(*p));
        text.iter().filter(cut).count() == 0
    };
    let holds_most =
        |paper: &&Quad| within(paper, text).len() * 10 >= text.len() * 8 && all_near(paper);
    let largest = papers
        .iter()
        .filter(holds_most)
        .max_by(|a, b| a.area().total_cmp(&b.area()));
    largest
        .and_then(|paper| on_paper(paper, text))
        .or_else(|| without_paper(still, text))
        .into_iter()
        .collect()
}

/// The text well away from all papers: that of a card whose own paper was not found. Near text may belong to the same
/// card, of which only a coloured panel was taken for paper.
fn beside(groups: &[(Quad, Vec<Quad>)], text: &[Quad]) -> Vec<Quad> {
    let rooms: Vec<Quad> = groups.iter().map(|(paper, _)| paper.grown(AWAY)).collect();
    let inside = |line: &Quad, room: &Quad| line.0.iter().any(|corner| room.contains(*corner));
    let near = |line: &&Quad| rooms.iter().any(|room| inside(line, room));
    let on = |line: &Quad| groups.iter().any(|(_, lines)| lines.contains(line));
    if text.iter().filter(near).any(|line| !on(line)) {
        return Vec::new();
    }
    text.iter().filter(|line| !near(line)).copied().collect()
}

/// The whole paper, so that print too small for the scout is read as well.
fn on_paper(paper: &Quad, lines: &[Quad]) -> Option<Found> {
    let angle = direction(lines)?;
    let along = |quad: &Quad| {
        let [a, b, ..] = quad.0;
        ((b.x - a.x) * angle.cos() + (b.y - a.y) * angle.sin()) / a.distance(b).max(1e-3)
    };
    let turned = (0..4).map(|quarters| paper.turned(quarters));
    let frame = turned.max_by(|a, b| along(a).total_cmp(&along(b)))?;
    Some(Found {
        frame: frame.grown(PAPER_MARGIN),
        outline: *paper,
    })
}

/// The whole photo, turned as the text runs, unless the text fills but a corner of it or runs askew: the scout may have
/// missed small print anywhere.
fn without_paper(still: &Still, text: &[Quad]) -> Option<Found> {
    let frame = around(text)?;
    let (width, height) = (still.width() as f32, still.height() as f32);
    let angle = direction(text)?;
    let quarters = (angle / FRAC_PI_2).round();
    let askew = (angle - quarters * FRAC_PI_2).abs() > ASKEW;
    if askew || frame.area() < width * height * FEW {
        return Some(Found {
            frame,
            outline: frame,
        });
    }
    let whole = Quad::upright(0.0, 0.0, width, height);
    let frame_turned = whole.turned((quarters as isize).rem_euclid(4) as usize);
    Some(Found {
        frame: frame_turned,
        outline: frame,
    })
}

/// The outlines that do not overlap an earlier one.
fn apart<'a>(papers: impl Iterator<Item = &'a Quad>) -> Vec<Quad> {
    let mut chosen: Vec<Quad> = Vec::new();
    for paper in papers {
        let clear = chosen
            .iter()
            .all(|other| !other.contains(paper.center()) && !paper.contains(other.center()));
        if clear {
            chosen.push(*paper);
        }
    }
    chosen
}

/// The outlines of cards, those joined to one that are fields of colour on the same card: they touch, and together have a
/// card's proportions.
fn whole(mut papers: Vec<Quad>) -> Vec<Quad> {
    for first in 0..papers.len() {
        for second in (first + 1..papers.len()).rev() {
            if let Some(both) = paper::joined(&papers[first], &papers[second]) {
                papers[first] = both;
                papers.remove(second);
            }
        }
    }
    papers.retain(paper::is_card);
    papers
}

/// True where no line runs over the paper's edge: an edge through a word is a shadow's or a field of colour's.
fn cuts_none(paper: &Quad, lines: &[Quad]) -> bool {
    let room = paper.grown(EDGE);
    lines
        .iter()
        .all(|line| line.0.iter().all(|corner| room.contains(*corner)))
}

fn within(paper: &Quad, text: &[Quad]) -> Vec<Quad> {
    let room = paper.grown(0.02);
    text.iter()
        .filter(|line| room.contains(line.center()))
        .copied()
        .collect()
}

/// The smallest frame around `lines` along their own direction, with a margin.
fn around(lines: &[Quad]) -> Option<Quad> {
    let angle = direction(lines)?;
    let (sin, cos) = angle.sin_cos();
    let along = |p: Point| (p.x * cos + p.y * sin, p.y * cos - p.x * sin);
    let mut low = (f32::MAX, f32::MAX);
    let mut high = (f32::MIN, f32::MIN);
    for point in lines.iter().flat_map(|line| line.0) {
        let (u, v) = along(point);
        low = (low.0.min(u), low.1.min(v));
        high = (high.0.max(u), high.1.max(v));
    }
    let margin = ((high.0 - low.0).min(high.1 - low.1) * MARGIN).max(6.0);
    let back = |u: f32, v: f32| Point::new(u * cos - v * sin, u * sin + v * cos);
    let (left, top, right, bottom) = (
        low.0 - margin,
        low.1 - margin,
        high.0 + margin,
        high.1 + margin,
    );
    Some(Quad([
        back(left, top),
        back(right, top),
        back(right, bottom),
        back(left, bottom),
    ]))
}

/// The angle of the text: the median of the lines' long sides, weighted by length. Sideways text gives a quarter turn.
fn direction(lines: &[Quad]) -> Option<f32> {
    let mut upright: Vec<(f32, f32)> = Vec::new();
    let mut sideways: Vec<(f32, f32)> = Vec::new();
    for line in lines {
        let [a, b, c, d] = line.0;
        let (width, height) = (line.width(), line.height());
        if height > width * 1.3 {
            // From top to bottom; which way it is read, the reader finds out.
            let angle = ((d.y - a.y) + (c.y - b.y)).atan2((d.x - a.x) + (c.x - b.x));
            sideways.push((angle, height));
        } else if width > height * 1.3 {
            upright.push((
                ((b.y - a.y) + (c.y - d.y)).atan2((b.x - a.x) + (c.x - d.x)),
                width,
            ));
        }
    }
    let length = |all: &[(f32, f32)]| all.iter().map(|(_, length)| length).sum::<f32>();
    let mut main = if length(&sideways) > length(&upright) {
        sideways
    } else {
        upright
    };
    if main.is_empty() {
        return (!lines.is_empty()).then_some(0.0);
    }
    main.sort_by(|a, b| a.0.total_cmp(&b.0));
    let half = length(&main) / 2.0;
    let mut sum = 0.0;
    main.iter()
        .find(|(_, length)| {
            sum += length;
            sum >= half
        })
        .map(|(angle, _)| *angle)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(x: f32, y: f32, length: f32, angle: f32) -> Quad {
        let (sin, cos) = f32::sin_cos(angle);
        let at = |u: f32, v: f32| Point::new(x + u * cos - v * sin, y + u * sin + v * cos);
        Quad([
            at(0.0, 0.0),
            at(length, 0.0),
            at(length, 10.0),
            at(0.0, 10.0),
        ])
    }

    #[test]
    fn frames_follow_the_text() {
        let lines = [
            line(100.0, 100.0, 200.0, 0.2),
            line(95.0, 130.0, 150.0, 0.2),
        ];
        let frame = around(&lines).unwrap();
        let [a, b, ..] = frame.0;
        assert!(((b.y - a.y).atan2(b.x - a.x) - 0.2).abs() < 0.01);
        assert!(lines.iter().flat_map(|l| l.0).all(|p| frame.contains(p)));
    }

    #[test]
    fn sideways_text_turns_the_frame() {
        let lines = [
            Quad([
                Point::new(50.0, 10.0),
                Point::new(60.0, 10.0),
                Point::new(60.0, 210.0),
                Point::new(50.0, 210.0),
            ]),
            Quad([
                Point::new(80.0, 10.0),
                Point::new(90.0, 10.0),
                Point::new(90.0, 110.0),
                Point::new(80.0, 110.0),
            ]),
        ];
        let angle = direction(&lines).unwrap();
        assert!(
            (angle - std::f32::consts::FRAC_PI_2).abs() < 0.01,
            "{angle}"
        );
    }

    #[test]
    fn fields_of_colour_are_one_card_and_two_cards_are_two() {
        let left = Quad::upright(100.0, 100.0, 300.0, 440.0);
        let right = Quad::upright(300.0, 100.0, 660.0, 440.0);
        let both = whole(vec![left, right]);
        assert_eq!(both.len(), 1);
        assert_eq!(both[0].bounds(), [100.0, 100.0, 660.0, 440.0]);
        let below = Quad::upright(100.0, 445.0, 660.0, 785.0);
        assert_eq!(whole(vec![both[0], below]).len(), 2);
    }

    #[test]
    fn a_field_with_a_cards_proportions_is_joined_to_what_has_none() {
        let left = Quad::upright(100.0, 100.0, 520.0, 530.0);
        let right = Quad::upright(520.0, 100.0, 790.0, 530.0);
        assert!(paper::is_card(&right) && !paper::is_card(&left));
        assert_eq!(
            whole(vec![right, left])[0].bounds(),
            [100.0, 100.0, 790.0, 530.0]
        );
        assert_eq!(whole(vec![left]), []);
        let away = Quad::upright(100.0, 560.0, 370.0, 990.0);
        assert_eq!(whole(vec![away, left]), [away]);
    }

    #[test]
    fn a_card_of_two_colours_is_one_in_the_photo() {
        let (width, height) = (800_u16, 640_u16);
        let color = |x: u16, y: u16| match (x, y) {
            (100..520, 100..530) => [110, 25, 55, 255],
            (520..790, 100..530) => [240, 240, 250, 255],
            _ => [40, 100, 105, 255],
        };
        let rgba: Vec<u8> = (0..height)
            .flat_map(|y| (0..width).flat_map(move |x| color(x, y)))
            .collect();
        let still = Still::from_rgba(width.into(), height.into(), &rgba).unwrap();
        let text: Vec<Quad> = [(130.0, 150.0), (130.0, 450.0), (130.0, 490.0)]
            .into_iter()
            .chain([250.0, 280.0, 310.0, 340.0].map(|y| (550.0, y)))
            .map(|(x, y)| line(x, y, 150.0, 0.0))
            .collect();
        let found = cards(&still, &text);
        assert_eq!(found.len(), 1);
        let [left, top, right, bottom] = found[0].outline.bounds();
        let wanted = [(left, 100.0), (top, 100.0), (right, 790.0), (bottom, 530.0)];
        assert!(
            wanted.iter().all(|(is, at)| (is - at).abs() < 8.0),
            "{wanted:?}"
        );
    }

    #[test]
    fn paper_that_cuts_a_word_is_none() {
        let paper = Quad::upright(0.0, 0.0, 300.0, 180.0);
        assert!(cuts_none(&paper, &[line(20.0, 20.0, 250.0, 0.0)]));
        assert!(!cuts_none(&paper, &[line(200.0, 20.0, 200.0, 0.0)]));
    }

    #[test]
    fn no_text_is_no_card() {
        assert!(around(&[]).is_none());
    }
}
