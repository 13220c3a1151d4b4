//! What is known of a QR symbol before it is read: its function modules and the order of its data modules
//! (ISO/IEC 18004, clause 6 and 7.7).

use std::sync::OnceLock;

use rxing::qrcode::common::{Version, VersionRef};

/// The layout of one version.
pub(super) struct Template {
    /// Modules a side.
    pub(super) size: usize,
    pub(super) version: VersionRef,
    /// By module, row by row: +1 known dark, -1 known light, 0 carries data, format or version.
    pub(super) known: Vec<i8>,
    /// Data modules as indices, in the order in which codewords fill them.
    pub(super) order: Vec<u32>,
    /// Some of the modules, and of the ring of quiet zone, by which a grid is judged.
    pub(super) probes: Vec<Probe>,
    /// Both copies of the format's 15 bits as indices, most significant first.
    pub(super) format: [[u32; 15]; 2],
}

/// A module to look at when a grid is judged.
#[derive(Clone, Copy)]
pub(super) struct Probe {
    /// Its centre, in modules from the symbol's top left.
    pub(super) u: f32,
    pub(super) v: f32,
    /// +1 dark, -1 light, 0 not known.
    pub(super) sign: f32,
    pub(super) weight: f32,
}

/// The weight of a module whose colour is not known against one that is.
pub(super) const UNKNOWN: f32 = 0.5;
/// The weight of the quiet zone's first ring.
pub(super) const QUIET: f32 = 0.4;
/// About as many probes of known and of unknown colour are taken; more would only cost time.
const PROBES: usize = 220;

impl Template {
    /// The template of `version` (1 to 40), made once.
    pub(super) fn of(version: usize) -> Option<&'static Self> {
        static ALL: [OnceLock<Option<Template>>; 41] = [const { OnceLock::new() }; 41];
        ALL.get(version)?
            .get_or_init(|| Self::make(version))
            .as_ref()
    }

    fn make(version: usize) -> Option<Self> {
        let reference = Version::getVersionForNumber(version as u32).ok()?;
        let size = 17 + 4 * version;
        let mut known = vec![0; size * size];
        timing(&mut known, size);
        alignments(&mut known, size, reference.getAlignmentPatternCenters());
        for (x, y) in [(3, 3), (size - 4, 3), (3, size - 4)] {
            rings(&mut known, size, x as i32, y as i32, 4);
        }
        known[(size - 8) * size + 8] = 1;
        let function = reference.buildFunctionPattern().ok()?;
        let free = |x: usize, y: usize| !function.get(x as u32, y as u32);
        Some(Self {
            size,
            version: reference,
            probes: probes(&known, size),
            known,
            order: zigzag(size, free),
            format: format_places(size),
        })
    }
}

/// What a module shows (+1 dark, -1 light, 0 unknown) and what it weighs; -1 and `size` are the ring around.
pub(super) fn expected(known: &[i8], size: usize, x: i32, y: i32) -> (f32, f32) {
    if x < 0 || y < 0 || x >= size as i32 || y >= size as i32 {
        return (-1.0, QUIET);
    }
    match known[y as usize * size + x as usize] {
        0 => (0.0, UNKNOWN),
        colour => (f32::from(colour), 1.0),
    }
}

fn probes(known: &[i8], size: usize) -> Vec<Probe> {
    let colours = known.iter().filter(|colour| **colour != 0).count();
    let every = |count: usize| (count / PROBES).max(1) as i32;
    let (of_known, of_unknown) = (every(colours), every(known.len() - colours));
    let mut probes = Vec::new();
    for y in -1..=size as i32 {
        for x in -1..=size as i32 {
            let (sign, weight) = expected(known, size, x, y);
            let step = if sign == 0.0 { of_unknown } else { of_known };
            // A slanted pattern of steps, so that no row or column is left out.
            if (x * 5 + y * 3).rem_euclid(step) == 0 {
                let (u, v) = (x as f32 + 0.5, y as f32 + 0.5);
                probes.push(Probe {
                    u,
                    v,
                    sign,
                    weight: weight * step as f32,
                });
            }
        }
    }
    probes
}

/// Squares of alternating colour around a dark centre: a finder pattern with its separator (4), an alignment one (2).
fn rings(known: &mut [i8], size: usize, x: i32, y: i32, radius: i32) {
    for dy in -radius..=radius {
        for dx in -radius..=radius {
            let (px, py) = (x + dx, y + dy);
            if px < 0 || py < 0 || px >= size as i32 || py >= size as i32 {
                continue;
            }
            let ring = dx.abs().max(dy.abs());
            let dark = if radius == 4 {
                ring != 2 && ring != 4
            } else {
                ring != 1
            };
            known[py as usize * size + px as usize] = if dark { 1 } else { -1 };
        }
    }
}

fn timing(known: &mut [i8], size: usize) {
    for at in 8..size - 8 {
        let colour = if at % 2 == 0 { 1 } else { -1 };
        known[6 * size + at] = colour;
        known[at * size + 6] = colour;
    }
}

fn alignments(known: &mut [i8], size: usize, centres: &[u32]) {
    for &y in centres {
        for &x in centres {
            let (x, y) = (x as usize, y as usize);
            let at_finder = (x == 6 && (y == 6 || y == size - 7)) || (x == size - 7 && y == 6);
            if !at_finder {
                rings(known, size, x as i32, y as i32, 2);
            }
        }
    }
}

fn zigzag(size: usize, free: impl Fn(usize, usize) -> bool) -> Vec<u32> {
    let mut order = Vec::new();
    let mut up = true;
    let mut right = size - 1;
    while right > 0 {
        if right == 6 {
            right -= 1;
        }
        for step in 0..size {
            let y = if up { size - 1 - step } else { step };
            for x in [right, right - 1] {
                if free(x, y) {
                    order.push((y * size + x) as u32);
                }
            }
        }
        up = !up;
        right = right.saturating_sub(2);
    }
    order
}

fn format_places(size: usize) -> [[u32; 15]; 2] {
    let index = |(x, y): (usize, usize)| (y * size + x) as u32;
    let around_corner = |bit: usize| match bit {
        0..=5 => (bit, 8),
        6 => (7, 8),
        7 => (8, 8),
        8 => (8, 7),
        _ => (8, 14 - bit),
    };
    let split = |bit: usize| {
        if bit < 7 {
            (8, size - 1 - bit)
        } else {
            (size - 15 + bit, 8)
        }
    };
    [
        std::array::from_fn(|bit| index(around_corner(bit))),
        std::array::from_fn(|bit| index(split(bit))),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_modules_hold_all_codewords() {
        for version in 1..=40 {
            let template = Template::of(version).unwrap();
            let codewords = template.version.getTotalCodewords() as usize;
            assert_eq!(template.order.len() / 8, codewords, "version {version}");
            assert!(
                template
                    .order
                    .iter()
                    .all(|at| template.known[*at as usize] == 0)
            );
        }
        assert!(Template::of(0).is_none() && Template::of(41).is_none());
    }

    /// Every known module must be so in a symbol that another writer made.
    #[test]
    fn known_modules_agree_with_a_written_symbol() {
        for version in [1, 2, 7, 14, 32, 40] {
            let code = qrcode::QrCode::with_version(
                b"zgoda",
                qrcode::Version::Normal(version),
                qrcode::EcLevel::M,
            )
            .unwrap();
            let template = Template::of(version as usize).unwrap();
            for (colour, known) in code.to_colors().iter().zip(&template.known) {
                let dark = *colour == qrcode::Color::Dark;
                assert!(*known == 0 || (*known == 1) == dark, "version {version}");
            }
        }
    }
}
