//! Where a bullseye may be: rows of seven equal runs, with as many rings above and below.

use super::super::bits::Bits;

/// A bullseye: its centre, and the length of a chord through its inner seven rings.
pub(super) struct Eye {
    pub(super) centre: [f32; 2],
    pub(super) chord: f32,
    hits: usize,
}

/// The eyes of a picture, the one that most rows met first.
pub(super) fn eyes(bits: &Bits) -> Vec<Eye> {
    let mut eyes: Vec<Eye> = Vec::new();
    for y in 0..bits.height() {
        let (mut runs, mut colour, mut length) = ([0_u32; 7], 0, 0_u32);
        for (x, &here) in bits.row(y).iter().enumerate() {
            if here == colour {
                length += 1;
                continue;
            }
            runs.rotate_left(1);
            runs[6] = length;
            if colour == 0 && even(&runs) {
                let chord: u32 = runs.iter().sum();
                let middle = x as i32 - (runs[4] + runs[5] + runs[6]) as i32 - runs[3] as i32 / 2;
                note(&mut eyes, bits, [middle - 1, y as i32], chord as f32);
            }
            (colour, length) = (here, 1);
        }
    }
    eyes.sort_by_key(|eye| std::cmp::Reverse(eye.hits));
    eyes
}

/// Seven runs of about the same length.
fn even(runs: &[u32; 7]) -> bool {
    let module = runs.iter().sum::<u32>() as f32 / 7.0;
    runs[0] > 0
        && runs
            .iter()
            .all(|run| (*run as f32 - module).abs() < 0.45 * module + 0.6)
}

/// Takes a crossing for an eye where the rings stand above and below it too.
fn note(eyes: &mut Vec<Eye>, bits: &Bits, [x, y]: [i32; 2], chord: f32) {
    let Some([up, down]) = ring_edges(bits, x, y, chord) else {
        return;
    };
    let centre = [x as f32 + 0.5, y as f32 + 0.5 + (down - up) / 2.0];
    let near = eyes.iter_mut().find(|eye| {
        (eye.centre[0] - centre[0]).hypot(eye.centre[1] - centre[1]) < chord / 7.0 * 1.5
    });
    match near {
        Some(eye) => {
            let share = 1.0 / (eye.hits + 1) as f32;
            eye.centre[0] += (centre[0] - eye.centre[0]) * share;
            eye.centre[1] += (centre[1] - eye.centre[1]) * share;
            eye.chord += (chord - eye.chord) * share;
            eye.hits += 1;
        }
        None => eyes.push(Eye {
            centre,
            chord,
            hits: 1,
        }),
    }
}

/// How far the fourth change of colour is, upwards and downwards; nothing where they do not match.
fn ring_edges(bits: &Bits, x: i32, y: i32, chord: f32) -> Option<[f32; 2]> {
    let edge = |sign: i32| {
        let (mut wanted, mut rings, mut steps) = (true, 0, 0_i32);
        while (steps as f32) < chord * 1.5 {
            if bits.at(x, y + sign * steps)? != wanted {
                wanted = !wanted;
                rings += 1;
                if rings == 4 {
                    return Some(steps as f32);
                }
            }
            steps += 1;
        }
        None
    };
    let edges = [edge(-1)?, edge(1)?];
    let tall = edges[0] + edges[1];
    (tall > chord * 0.45 && tall < chord * 2.2).then_some(edges)
}
