//! A symbol that the lens smeared until neighbouring modules ran into each other.
//!
//! How: with the grid on its place, blur is a matter of modules alone: each is what it is, less what it lost to its
//! neighbours, and more what it had of them. That can be undone, which on pixels it can hardly be. When: after the
//! samples as they are did not make sense; a wrong share makes none either.

/// Shares that are tried. A lens's blur of half a module (one standard deviation) spills 0.16, of 0.6 modules 0.2.
pub(super) const SPILLS: [f32; 3] = [0.12, 0.18, 0.23];

/// What the lens smeared, put back: a module's darkness without what spilled over from its neighbours (Van Cittert's
/// iteration). `spill` is the share that goes to either side in a row, and in a column.
pub(super) fn deblurred(samples: &[f32], size: usize, spill: f32) -> Vec<f32> {
    const STEPS: usize = 8;
    let mut sharp = samples.to_vec();
    for _ in 0..STEPS {
        let smeared = smeared(&smeared(&sharp, size, 1, spill), size, size, spill);
        for ((now, seen), smeared) in sharp.iter_mut().zip(samples).zip(smeared) {
            *now = (*now + seen - smeared).clamp(-1.5, 1.5);
        }
    }
    sharp
}

/// Each module mixed with the two beside it along `step` (1 in a row, the size in a column).
fn smeared(modules: &[f32], size: usize, step: usize, spill: f32) -> Vec<f32> {
    let place = |at: usize| if step == 1 { at % size } else { at / size };
    (0..modules.len())
        .map(|at| {
            // Beside the symbol is the quiet zone, which is light.
            let before = if place(at) > 0 {
                modules[at - step]
            } else {
                -1.0
            };
            let after = if place(at) + 1 < size {
                modules[at + step]
            } else {
                -1.0
            };
            modules[at] * (1.0 - 2.0 * spill) + (before + after) * spill
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::decode::decode;
    use super::super::template::Template;
    use super::*;

    const TEXT: &str = "MECARD:N:Wierzba,Zofia;EMAIL:zofia@lipa.example;;";

    #[test]
    fn a_smeared_symbol_is_read_when_it_is_put_back() {
        let version = qrcode::Version::Normal(5);
        let code = qrcode::QrCode::with_version(TEXT, version, qrcode::EcLevel::M).unwrap();
        let (template, size) = (Template::of(5).unwrap(), code.width());
        let colours = code.to_colors();
        let dark = |colour: &qrcode::Color| {
            if *colour == qrcode::Color::Dark {
                1.0
            } else {
                -1.0
            }
        };
        let modules: Vec<f32> = colours.iter().map(dark).collect();
        let seen = smeared(&smeared(&modules, size, 1, 0.21), size, size, 0.21);
        assert!(decode(template, &seen).is_none());
        let read = |spill| decode(template, &deblurred(&seen, size, spill));
        let payload = SPILLS.into_iter().find_map(read).unwrap();
        assert_eq!(payload.text, TEXT);
    }
}
