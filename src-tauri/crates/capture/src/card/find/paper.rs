//! Outlines of paper: four-cornered shapes of a card's proportions that stand out from the table.
//!
//! How: on a thumbnail, brightness and two colour differences are each split in two (Otsu 1979); what is one piece and
//! nearly fills a four-cornered shape is paper. Cheap and fallible: it only ever parts cards and draws the outline.

use std::cmp::Ordering::Equal;
use std::ops::Range;

use rten_imageproc::{PointF, convex_hull};

use crate::card::geometry::{Point, Quad};
use crate::card::islands::islands;
use crate::card::pixels::Picture;
use crate::still::Still;

/// Longer side of the thumbnail, in pixels.
const THUMBNAIL: f32 = 320.0;
/// Smallest and largest share of the photo.
const SHARE: Range<f32> = 0.03..0.97;
/// A card's longer side over its shorter one: 85 by 55 mm is 1.55, tilted it may look otherwise.
const ASPECT: Range<f32> = 1.15..2.3;
/// The same of a field of colour that is part of a card: from a half to a narrow band.
const FIELD_ASPECT: Range<f32> = 1.0..5.0;
/// The usual proportion, how far from it (as a logarithm) two fields of one card may be, and how they fill it.
const CARD: f32 = 1.6;
const UNLIKE: f32 = 0.3;
const JOINED: Range<f32> = 0.93..1.05;
/// Most that neighbours on the same paper differ by, and most that light may change it from end to end, of 255.
const STEP: i32 = 12;
const DRIFT: i32 = 70;
/// Corners of the hull among which the four are chosen.
const MOST_POINTS: usize = 12;
/// Share of the four-cornered shape that the piece must fill.
const FILLED: f32 = 0.9;

/// The outlines, in the photo; those of a card's proportions first, of each kind those that fill their shape best. The
/// others may be fields of colour, of which [`joined`] makes a card.
///
/// Each line of `text` is a seed too: what has its surroundings' colour is the paper that it is printed on.
pub(super) fn outlines(still: &Still, text: &[Quad]) -> Vec<Quad> {
    let whole = Quad::upright(0.0, 0.0, still.width() as f32, still.height() as f32);
    let scale = (THUMBNAIL / whole.width().max(whole.height())).min(1.0);
    let side = |length: f32| ((length * scale) as usize).max(2);
    let Some(small) = Picture::cut(still, &whole, side(whole.width()), side(whole.height())) else {
        return Vec::new();
    };
    let mut found: Vec<(f32, Quad)> = Vec::new();
    for plane in planes(&small) {
        let threshold = otsu(&plane);
        for above in [true, false] {
            let mask: Vec<bool> = plane.iter().map(|v| (*v > threshold) == above).collect();
            found.extend(shapes(&small, &mask, &FIELD_ASPECT));
        }
    }
    let mut poured = vec![false; small.width * small.height];
    for line in text {
        let [a, b, ..] = line.0;
        let above = a.between(b, 0.5);
        let seed = Point::new(above.x * scale, above.y * scale - 1.0);
        if let Some(mask) = pour(&small, seed, &mut poured) {
            found.extend(shapes(&small, &mask, &FIELD_ASPECT));
        }
    }
    found.sort_by(|a, b| {
        (is_card(&b.1), b.0)
            .partial_cmp(&(is_card(&a.1), a.0))
            .unwrap_or(Equal)
    });
    let grow = |p: Point| {
        Point::new(
            p.x / small.width as f32 * whole.width(),
            p.y / small.height as f32 * whole.height(),
        )
    };
    found
        .into_iter()
        .map(|(_, quad)| Quad(quad.0.map(grow)))
        .collect()
}

/// The outlines in a grey picture, in its own pixels: by brightness alone, and by what is joined to the middle of the
/// picture and of its halves, where a card is held.
pub(in crate::card) fn in_grey(picture: &Picture) -> Vec<Quad> {
    let plane: Vec<u8> = picture.rgb.iter().step_by(3).copied().collect();
    let threshold = otsu(&plane);
    let mut found = Vec::new();
    for above in [true, false] {
        let mask: Vec<bool> = plane.iter().map(|v| (*v > threshold) == above).collect();
        found.extend(shapes(picture, &mask, &ASPECT));
    }
    let mut poured = vec![false; plane.len()];
    let (width, height) = (picture.width as f32, picture.height as f32);
    for (x, y) in [
        (0.5, 0.5),
        (0.35, 0.5),
        (0.65, 0.5),
        (0.5, 0.35),
        (0.5, 0.65),
    ] {
        let seed = Point::new(width * x, height * y);
        if let Some(mask) = pour(picture, seed, &mut poured) {
            found.extend(shapes(picture, &mask, &ASPECT));
        }
    }
    found.into_iter().map(|(_, quad)| quad).collect()
}

/// One outline around two that touch, where it is filled by both and more like a card than the less likely of them: a
/// field of colour may have a card's proportions, but what is left of the card beside it does not.
pub(super) fn joined(a: &Quad, b: &Quad) -> Option<Quad> {
    let points: Vec<PointF> =
        a.0.iter()
            .chain(&b.0)
            .map(|p| PointF::from_yx(p.y, p.x))
            .collect();
    let both = four_corners(&convex_hull(&points))?;
    let filled = (a.area() + b.area()) / both.area().max(1.0);
    let unlike = |quad: &Quad| (aspect(quad) / CARD).ln().abs();
    let better = unlike(&both) < unlike(a).max(unlike(b)) && unlike(&both) < UNLIKE;
    (better && JOINED.contains(&filled)).then_some(both)
}

/// True where it has a card's proportions.
pub(super) fn is_card(quad: &Quad) -> bool {
    ASPECT.contains(&aspect(quad))
}

fn aspect(quad: &Quad) -> f32 {
    let (width, height) = (quad.width(), quad.height());
    width.max(height) / width.min(height).max(1.0)
}

/// What is joined to `seed` by steps of small differences in colour; none where an earlier seed was poured already.
fn pour(picture: &Picture, seed: Point, poured: &mut [bool]) -> Option<Vec<bool>> {
    let (width, height) = (picture.width, picture.height);
    let inside =
        seed.x >= 0.0 && seed.y >= 0.0 && (seed.x as usize) < width && (seed.y as usize) < height;
    let start = inside.then(|| seed.y as usize * width + seed.x as usize)?;
    if poured[start] {
        return None;
    }
    let color = |at: usize| [0, 1, 2].map(|c| i32::from(picture.rgb[at * 3 + c]));
    let apart = |a: [i32; 3], b: [i32; 3]| (0..3).map(|c| (a[c] - b[c]).abs()).max().unwrap_or(0);
    let first = color(start);
    let mut mask = vec![false; width * height];
    let mut open = vec![start];
    mask[start] = true;
    while let Some(at) = open.pop() {
        poured[at] = true;
        let (x, here) = (at % width, color(at));
        let left = (x > 0).then(|| at - 1);
        let right = (x + 1 < width).then(|| at + 1);
        for next in [left, right, at.checked_sub(width), Some(at + width)]
            .into_iter()
            .flatten()
        {
            let fits = next < mask.len() && !mask[next];
            if fits && apart(here, color(next)) <= STEP && apart(first, color(next)) <= DRIFT {
                mask[next] = true;
                open.push(next);
            }
        }
    }
    Some(mask)
}

/// Brightness, blue against yellow, red against green.
fn planes(picture: &Picture) -> [Vec<u8>; 3] {
    let plane = |of: fn(i32, i32, i32) -> i32| {
        picture
            .rgb
            .chunks_exact(3)
            .map(|p| of(p[0].into(), p[1].into(), p[2].into()).clamp(0, 255) as u8)
            .collect()
    };
    [
        plane(|r, g, b| (r * 3 + g * 6 + b) / 10),
        plane(|r, g, b| 128 + b - (r + g) / 2),
        plane(|r, g, _| 128 + r - g),
    ]
}

/// The threshold that parts the values with the greatest variance between the parts.
fn otsu(plane: &[u8]) -> u8 {
    let mut histogram = [0_u32; 256];
    for value in plane {
        histogram[usize::from(*value)] += 1;
    }
    let total = plane.len() as f32;
    let sum: f32 = histogram
        .iter()
        .enumerate()
        .map(|(v, n)| v as f32 * *n as f32)
        .sum();
    let (mut below, mut below_sum, mut best) = (0.0, 0.0, (0.0, 128));
    for (value, count) in histogram.iter().enumerate() {
        below += *count as f32;
        below_sum += value as f32 * *count as f32;
        let above = total - below;
        if below < 1.0 || above < 1.0 {
            continue;
        }
        let apart = below_sum / below - (sum - below_sum) / above;
        let variance = below * above * apart * apart;
        if variance > best.0 {
            best = (variance, value as u8);
        }
    }
    best.1
}

fn shapes(picture: &Picture, mask: &[bool], aspects: &Range<f32>) -> Vec<(f32, Quad)> {
    let all = (picture.width * picture.height) as f32;
    let edge = |p: &Point| {
        p.x < 1.5
            || p.y < 1.5
            || p.x > picture.width as f32 - 2.5
            || p.y > picture.height as f32 - 2.5
    };
    islands(mask, picture.width)
        .iter()
        .filter(|island| SHARE.contains(&(island.area() / all)))
        .filter_map(|island| {
            let quad = four_corners(&convex_hull(&island.ends()))?;
            let area = quad.area();
            let filled = island.area().min(area) / island.area().max(area);
            let fits =
                aspects.contains(&aspect(&quad)) && filled > FILLED && !quad.0.iter().any(edge);
            fits.then_some((filled, quad))
        })
        .collect()
}

/// The four points of the hull that enclose the most, from the top left one clockwise.
fn four_corners(hull: &[PointF]) -> Option<Quad> {
    let points = thinned(hull.iter().map(|p| Point::new(p.x, p.y)).collect());
    let mut best: Option<(f32, [Point; 4])> = None;
    for a in 0..points.len() {
        for b in a + 1..points.len() {
            for c in b + 1..points.len() {
                for d in c + 1..points.len() {
                    let corners = [points[a], points[b], points[c], points[d]];
                    let area = Quad(corners).area();
                    if best.is_none_or(|(most, _)| area > most) {
                        best = Some((area, corners));
                    }
                }
            }
        }
    }
    let mut corners = best?.1;
    let center = corners
        .iter()
        .fold((0.0, 0.0), |sum, p| (sum.0 + p.x / 4.0, sum.1 + p.y / 4.0));
    let angle = |p: &Point| (p.y - center.1).atan2(p.x - center.0);
    corners.sort_by(|a, b| angle(a).total_cmp(&angle(b)));
    let first = (0..4).min_by(|a, b| {
        (corners[*a].x + corners[*a].y).total_cmp(&(corners[*b].x + corners[*b].y))
    })?;
    corners.rotate_left(first);
    Some(Quad(corners))
}

/// At most [`MOST_POINTS`] of the points: those that matter least to the area go first.
fn thinned(mut points: Vec<Point>) -> Vec<Point> {
    while points.len() > MOST_POINTS {
        let count = points.len();
        let matters = |i: usize| {
            let (before, after) = (points[(i + count - 1) % count], points[(i + 1) % count]);
            let (here, dx, dy) = (points[i], after.x - before.x, after.y - before.y);
            ((here.x - before.x) * dy - (here.y - before.y) * dx).abs()
        };
        let least = (0..count).min_by(|a, b| matters(*a).total_cmp(&matters(*b)));
        points.remove(least.unwrap_or_default());
    }
    points
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn otsu_parts_two_peaks() {
        let plane: Vec<u8> = (0..200)
            .map(|i| if i % 3 == 0 { 40 } else { 200 })
            .collect();
        let threshold = otsu(&plane);
        assert!((40..200).contains(&threshold), "{threshold}");
    }

    #[test]
    fn paper_is_poured_up_to_its_edge() {
        let (width, height) = (40, 30);
        let card = |x: usize, y: usize| (8..30).contains(&x) && (6..22).contains(&y);
        let shade = |x: usize| 150 + x as u8;
        let rgb = (0..width * height)
            .flat_map(|i| {
                if card(i % width, i / width) {
                    [shade(i % width); 3]
                } else {
                    [90; 3]
                }
            })
            .collect();
        let picture = Picture { width, height, rgb };
        let mask = pour(
            &picture,
            Point::new(20.0, 10.0),
            &mut vec![false; width * height],
        )
        .unwrap();
        assert_eq!(mask.iter().filter(|m| **m).count(), 22 * 16);
    }

    #[test]
    fn corners_start_top_left() {
        let square = [(10.0, 10.0), (10.0, 40.0), (60.0, 40.0), (60.0, 10.0)];
        let hull: Vec<PointF> = square
            .iter()
            .map(|(x, y)| PointF::from_yx(*y, *x))
            .collect();
        let quad = four_corners(&hull).unwrap();
        assert_eq!(quad.0[0], Point::new(10.0, 10.0));
        assert_eq!(quad.0[2], Point::new(60.0, 40.0));
    }
}
