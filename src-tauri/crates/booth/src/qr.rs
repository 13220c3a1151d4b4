//! A QR code of a receipt's link (ISO/IEC 18004), for a screen and for paper.

use qrcode::{Color, EcLevel, QrCode};

use crate::view::QrView;

/// Light modules around a code.
pub(crate) const QUIET: usize = 4;

/// A code as runs of dark modules.
pub(crate) struct Modules {
    /// Modules of a side, the light border included.
    pub(crate) size: usize,
    pub(crate) runs: Vec<Run>,
}

/// Dark modules beside each other; the light border counts.
pub(crate) struct Run {
    pub(crate) column: usize,
    pub(crate) row: usize,
    pub(crate) length: usize,
}

impl Modules {
    /// A code of `text` in as few modules as hold it: a screen and a printed page are clean, so the lowest correction is
    /// enough, and larger modules are read from farther away. None where the text is too long for one.
    pub(crate) fn of(text: &str) -> Option<Self> {
        let code = QrCode::with_error_correction_level(text, EcLevel::L).ok()?;
        let width = code.width();
        let mut runs = Vec::new();
        for (row, modules) in code.to_colors().chunks(width).enumerate() {
            let mut column = 0;
            while column < width {
                let dark = modules[column..].iter();
                let length = dark.take_while(|one| **one == Color::Dark).count();
                if length > 0 {
                    runs.push(Run {
                        column: column + QUIET,
                        row: row + QUIET,
                        length,
                    });
                }
                column += length.max(1);
            }
        }
        Some(Self {
            size: width + 2 * QUIET,
            runs,
        })
    }

    /// As a screen draws it.
    pub(crate) fn view(&self) -> Option<QrView> {
        let path = self.runs.iter().map(|run| {
            let Run {
                column,
                row,
                length,
            } = run;
            format!("M{column} {row}h{length}v1h-{length}z")
        });
        Some(QrView {
            size: u32::try_from(self.size).ok()?,
            path: path.collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use zgoda_capture::luma::Luma;
    use zgoda_capture::symbol::{self, Budget, Formats};
    use zgoda_core::receipt;

    use super::*;

    /// The code as a phone's camera sees it, in `pixels` by `pixels`, 80 of 100 filled by the code.
    fn seen(code: &Modules, pixels: usize) -> Luma {
        let size = code.size;
        let mut dark = vec![false; size * size];
        for run in &code.runs {
            let start = run.row * size + run.column;
            dark[start..start + run.length].fill(true);
        }
        let side = pixels * 8 / 10;
        let edge = (pixels - side) / 2;
        Luma::from_fn(pixels, pixels, |x, y| {
            let at = |one: usize| {
                one.checked_sub(edge)
                    .filter(|one| *one < side)
                    .map(|one| one * size / side)
            };
            match (at(x), at(y)) {
                (Some(x), Some(y)) if dark[y * size + x] => 30,
                _ => 235,
            }
        })
    }

    #[test]
    fn the_longest_receipts_code_is_read_from_640_pixels_by_two_readers() {
        let text = format!(
            "https://dobremaszyny.example/zgoda#{}",
            "aZ9-".repeat(receipt::MOST / 4)
        );
        let image = seen(&Modules::of(&text).unwrap(), 640);
        let found = symbol::read_still(&image, &Formats::ALL, Budget::default());
        assert_eq!(found[0].bytes.as_slice(), text.as_bytes());

        let pixels = |x: usize, y: usize| image.pixels()[y * 640 + x];
        let mut prepared = rqrr::PreparedImage::prepare_from_greyscale(640, 640, pixels);
        let (_, read) = prepared.detect_grids()[0].decode().unwrap();
        assert_eq!(read, text);
    }
}
