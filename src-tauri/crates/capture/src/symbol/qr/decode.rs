//! A grid of sampled modules to a payload.
//!
//! How: format and mask are the best match of both copies together, not a hard read of either; codewords whose modules
//! were hard to tell are tried as erasures (generalised minimum distance decoding). What comes out is written again and
//! compared with the samples, so that luck with many tries is not taken for a reading.

use std::sync::OnceLock;

use rxing::qrcode::common::ErrorCorrectionLevel as Level;
use rxing::qrcode::cpp_port::decoder::DecodeBitStream;
use rxing::qrcode::decoder::DataBlock;

use super::template::Template;
use crate::symbol::solomon::{Field, correct};

/// What a symbol says.
pub(super) struct Payload {
    pub(super) bytes: Vec<u8>,
    pub(super) text: String,
}

/// Most of the bits that may have been sampled wrongly for the reading to be believed.
const MOST_WRONG: f32 = 0.2;
/// Codewords kept from the correction's reach as a check against false readings.
const RESERVE: usize = 2;

/// Decodes modules, row by row, positive where dark; the further from zero, the surer.
pub(super) fn decode(template: &Template, modules: &[f32]) -> Option<Payload> {
    formats(template, modules)
        .into_iter()
        .find_map(|(level, mask)| with_format(template, modules, level, mask))
}

/// Format words (ISO/IEC 18004, annex C): level and mask in five bits, BCH check, fixed mask.
fn format_word(data: u32) -> u32 {
    let mut rest = data << 10;
    for bit in (10..15).rev() {
        if rest >> bit & 1 == 1 {
            rest ^= 0x537 << (bit - 10);
        }
    }
    (data << 10 | rest) ^ 0x5412
}

/// The two formats that match best, each as level and mask.
fn formats(template: &Template, modules: &[f32]) -> Vec<(Level, u32)> {
    let mut scored: Vec<(f32, u32)> = (0..32)
        .map(|data| {
            let word = format_word(data);
            let score = (0..15).map(|bit| {
                let sum: f32 = template
                    .format
                    .iter()
                    .map(|copy| modules[copy[bit] as usize].clamp(-1.0, 1.0))
                    .sum();
                if word >> (14 - bit) & 1 == 1 {
                    sum
                } else {
                    -sum
                }
            });
            (score.sum(), data)
        })
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0));
    scored
        .into_iter()
        .take(2)
        .filter_map(|(_, data)| Some((Level::forBits((data >> 3) as u8).ok()?, data & 7)))
        .collect()
}

fn masked(mask: u32, index: u32, size: u32) -> bool {
    let (x, y) = (index % size, index / size);
    match mask {
        0 => (x + y) % 2 == 0,
        1 => y % 2 == 0,
        2 => x % 3 == 0,
        3 => (x + y) % 3 == 0,
        4 => (y / 2 + x / 3) % 2 == 0,
        5 => x * y % 2 + x * y % 3 == 0,
        6 => (x * y % 2 + x * y % 3) % 2 == 0,
        _ => ((x + y) % 2 + x * y % 3) % 2 == 0,
    }
}

fn with_format(template: &Template, modules: &[f32], level: Level, mask: u32) -> Option<Payload> {
    let size = template.size as u32;
    let (mut words, mut trust) = (Vec::new(), Vec::new());
    for places in template.order.chunks_exact(8) {
        let (mut word, mut least) = (0_u8, f32::MAX);
        for &place in places {
            let value = modules[place as usize];
            word = word << 1 | u8::from((value > 0.0) != masked(mask, place, size));
            least = least.min(value.abs());
        }
        words.push(word);
        trust.push((least * 255.0).clamp(0.0, 255.0) as u8);
    }
    let blocks = DataBlock::getDataBlocks(&words, template.version, level).ok()?;
    let trusts = DataBlock::getDataBlocks(&trust, template.version, level).ok()?;
    let mut data = Vec::new();
    let mut wrong_bits = 0;
    for (block, trust) in blocks.iter().zip(&trusts) {
        let fixed = fix(
            block.getCodewords(),
            trust.getCodewords(),
            block.getNumDataCodewords() as usize,
        )?;
        let pairs = fixed.iter().zip(block.getCodewords());
        wrong_bits += pairs.map(|(a, b)| (a ^ b).count_ones()).sum::<u32>();
        data.extend_from_slice(&fixed[..block.getNumDataCodewords() as usize]);
    }
    if wrong_bits as f32 > MOST_WRONG * 8.0 * words.len() as f32 {
        return None;
    }
    let decoded = DecodeBitStream(&data, template.version, level).ok()?;
    let text = decoded.text();
    (decoded.isValid() && !text.is_empty()).then(|| Payload {
        // Where the symbol states a character set, its text is what was meant, whatever the bytes are.
        bytes: if decoded.content().has_eci {
            text.as_bytes().to_vec()
        } else {
            decoded.content().bytes().to_vec()
        },
        text,
    })
}

/// Corrects one block: plainly first, then with ever more of the least trusted words erased.
fn fix(words: &[u8], trust: &[u8], data: usize) -> Option<Vec<u8>> {
    static FIELD: OnceLock<Field> = OnceLock::new();
    let field = FIELD.get_or_init(|| Field::new(8, 0x11D));
    let check = words.len() - data;
    let mut doubtful: Vec<usize> = (0..words.len()).collect();
    doubtful.sort_by_key(|&index| trust[index]);
    let most = check.saturating_sub(8);
    for erased in (0..=most).step_by(2) {
        let mut tried: Vec<u16> = words.iter().map(|word| u16::from(*word)).collect();
        let Some(wrong) = correct(field, &mut tried, check, 0, &doubtful[..erased]) else {
            continue;
        };
        if erased == 0 || erased + 2 * wrong + RESERVE <= check {
            return Some(tried.iter().map(|word| *word as u8).collect());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn modules(version: i16, level: qrcode::EcLevel, text: &[u8]) -> Vec<f32> {
        let code =
            qrcode::QrCode::with_version(text, qrcode::Version::Normal(version), level).unwrap();
        let dark = |colour: &qrcode::Color| {
            if *colour == qrcode::Color::Dark {
                1.0
            } else {
                -1.0
            }
        };
        code.to_colors().iter().map(dark).collect()
    }

    #[test]
    fn written_symbols_are_read() {
        for version in [1, 2, 5, 7, 10, 21, 27, 40] {
            for level in [
                qrcode::EcLevel::L,
                qrcode::EcLevel::M,
                qrcode::EcLevel::Q,
                qrcode::EcLevel::H,
            ] {
                let modules = modules(version, level, "Łódź".as_bytes());
                let template = Template::of(version as usize).unwrap();
                let read = decode(template, &modules).unwrap();
                assert_eq!(read.bytes, "Łódź".as_bytes(), "version {version}");
            }
        }
    }

    /// A third of the symbol under glare is more than level Q corrects as errors, and less than it corrects as erasures.
    #[test]
    fn glare_is_read_as_erasures() {
        let mut modules = modules(
            6,
            qrcode::EcLevel::Q,
            b"Zgoda reads what lies under a lamp, too",
        );
        let size = 41;
        for y in 12..30 {
            for x in 12..28 {
                modules[y * size + x] = -0.01;
            }
        }
        let read = decode(Template::of(6).unwrap(), &modules).unwrap();
        assert!(read.text.starts_with("Zgoda reads"));
    }

    #[test]
    fn noise_is_not_read() {
        let mut dice = 88_172_645_463_325_252_u64;
        for version in [1, 2, 4, 9] {
            let template = Template::of(version).unwrap();
            for _ in 0..300 {
                let noise: Vec<f32> = (0..template.size * template.size)
                    .map(|_| {
                        dice ^= dice << 13;
                        dice ^= dice >> 7;
                        dice ^= dice << 17;
                        (dice % 2001) as f32 / 1000.0 - 1.0
                    })
                    .collect();
                assert!(decode(template, &noise).is_none());
            }
        }
    }
}
