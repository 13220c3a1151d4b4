//! The readers that others wrote: `rxing` for every symbology, `rqrr` as a second opinion on QR.
//!
//! Both can panic on hostile pixels, so each call stands in `catch_unwind`. `rxing` is told the formats one by one:
//! with its default list it never returns from some tiny images (MaxiCode).

use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use rxing::aztec::AztecReader;
use rxing::common::HybridBinarizer;
use rxing::datamatrix::DataMatrixReader;
use rxing::multi::MultipleBarcodeReader;
use rxing::oned::MultiFormatOneDReader;
use rxing::pdf417::PDF417Reader;
use rxing::qrcode::QRCodeReader;
use rxing::qrcode::cpp_port::QrReader;
use rxing::{BarcodeFormat, BinaryBitmap, DecodeHints, Luma8Source, RXingResult, Reader};

use super::{Formats, Kind};
use crate::luma::Luma;

/// A code in a view, in the view's own pixels.
pub(super) struct Found {
    pub(super) kind: Kind,
    pub(super) bytes: Vec<u8>,
    pub(super) text: String,
    pub(super) corners: [[f32; 2]; 4],
}

/// How much `rxing` is asked to try.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Effort {
    Fast,
    /// Every third row instead of a few, and the negative too.
    Hard,
}

/// Below this no symbol fits: the lowest, rMQR R7, has 7 modules.
const LEAST_SIDE: usize = 8;
/// Thinner images hold no square code, and some readers take seconds for them.
const MOST_ASPECT: usize = 8;

/// Asks `rxing`.
pub(super) fn rxing(view: &Luma, formats: Formats, effort: Effort) -> Vec<Found> {
    let (width, height) = (view.width(), view.height());
    if width.min(height) < LEAST_SIDE {
        return Vec::new();
    }
    let thin = width.max(height) > MOST_ASPECT * width.min(height);
    let flat = Formats::only(&[Kind::Code128, Kind::DataMatrix, Kind::RmQr, Kind::Pdf417]);
    let formats = if thin { formats.and(flat) } else { formats };
    let asked = AssertUnwindSafe(|| {
        let source =
            Luma8Source::new_with_slice(view.pixels(), width as u32, height as u32).ok()?;
        let mut bitmap = BinaryBitmap::new(HybridBinarizer::new(source));
        let mut found = each_format(&mut bitmap, formats, effort);
        if found.is_empty() && effort == Effort::Hard {
            bitmap.invert();
            found = each_format(&mut bitmap, formats, effort);
        }
        Some(found)
    });
    catch_unwind(asked).ok().flatten().unwrap_or_default()
}

type Bitmap<'a> = BinaryBitmap<HybridBinarizer<Luma8Source<'a>>>;

fn each_format(bitmap: &mut Bitmap<'_>, formats: Formats, effort: Effort) -> Vec<Found> {
    let mut found = Vec::new();
    let mut square = Vec::new();
    for kind in [Kind::Qr, Kind::MicroQr, Kind::RmQr] {
        if formats.contains(kind) {
            square.push(kind);
        }
    }
    if !square.is_empty() {
        let results = QrReader.decode_multiple_with_hints(bitmap, &hints(&square, effort));
        found.extend(results.unwrap_or_default().iter().filter_map(kept));
    }
    if found.is_empty() && formats.contains(Kind::Qr) {
        let result = QRCodeReader.decode_with_hints(bitmap, &hints(&[Kind::Qr], effort));
        found.extend(result.ok().as_ref().and_then(kept));
    }
    for kind in [Kind::DataMatrix, Kind::Aztec, Kind::Pdf417, Kind::Code128] {
        if !found.is_empty() || !formats.contains(kind) {
            continue;
        }
        let hints = hints(&[kind], effort);
        let result = match kind {
            Kind::DataMatrix => DataMatrixReader.decode_with_hints(bitmap, &hints),
            Kind::Aztec => AztecReader.decode_with_hints(bitmap, &hints),
            Kind::Pdf417 => PDF417Reader.decode_with_hints(bitmap, &hints),
            _ => MultiFormatOneDReader::new(&hints).decode_with_hints(bitmap, &hints),
        };
        found.extend(result.ok().as_ref().and_then(kept));
    }
    found
}

fn hints(kinds: &[Kind], effort: Effort) -> DecodeHints {
    let formats: HashSet<BarcodeFormat> = kinds
        .iter()
        .map(|kind| match kind {
            Kind::Qr => BarcodeFormat::QR_CODE,
            Kind::MicroQr => BarcodeFormat::MICRO_QR_CODE,
            Kind::RmQr => BarcodeFormat::RECTANGULAR_MICRO_QR_CODE,
            Kind::Aztec => BarcodeFormat::AZTEC,
            Kind::DataMatrix => BarcodeFormat::DATA_MATRIX,
            Kind::Pdf417 => BarcodeFormat::PDF_417,
            Kind::Code128 => BarcodeFormat::CODE_128,
        })
        .collect();
    DecodeHints {
        PossibleFormats: Some(formats),
        TryHarder: Some(effort == Effort::Hard),
        AlsoInverted: Some(false),
        ..DecodeHints::default()
    }
}

fn kept(result: &RXingResult) -> Option<Found> {
    let kind = match result.getBarcodeFormat() {
        BarcodeFormat::QR_CODE => Kind::Qr,
        BarcodeFormat::MICRO_QR_CODE => Kind::MicroQr,
        BarcodeFormat::RECTANGULAR_MICRO_QR_CODE => Kind::RmQr,
        BarcodeFormat::AZTEC => Kind::Aztec,
        BarcodeFormat::DATA_MATRIX => Kind::DataMatrix,
        BarcodeFormat::PDF_417 => Kind::Pdf417,
        BarcodeFormat::CODE_128 => Kind::Code128,
        _ => return None,
    };
    let text = result.getText().to_owned();
    if text.is_empty() {
        return None;
    }
    let points: Vec<[f32; 2]> = result.getPoints().iter().map(|p| [p.x, p.y]).collect();
    Some(Found {
        kind,
        bytes: payload_bytes(kind, result, &text),
        text,
        corners: quadrilateral(&points),
    })
}

/// The payload's own bytes where the reader has them and no character set is stated; else the text's.
fn payload_bytes(kind: Kind, result: &RXingResult, text: &str) -> Vec<u8> {
    use rxing::{RXingResultMetadataType as Meta, RXingResultMetadataValue as Is};
    let metadata = result.getRXingResultMetadata();
    if let Some(Is::SymbologyIdentifier(named)) = metadata.get(&Meta::SYMBOLOGY_IDENTIFIER)
        && ["]Q2", "]Q4", "]Q6"].contains(&named.as_str())
    {
        return text.as_bytes().to_vec();
    }
    match metadata.get(&Meta::BYTE_SEGMENTS) {
        // The segments leave out what was written in another mode, so they are the payload only if nothing else was.
        Some(Is::ByteSegments(parts)) if parts.concat().len() == text.chars().count() => {
            parts.concat()
        }
        None if matches!(kind, Kind::Qr | Kind::MicroQr | Kind::RmQr)
            && !result.getRawBytes().is_empty() =>
        {
            result.getRawBytes().to_vec()
        }
        _ => text.as_bytes().to_vec(),
    }
}

/// Four corners from what readers give: four corners, three finder patterns, or the two ends of a line.
fn quadrilateral(points: &[[f32; 2]]) -> [[f32; 2]; 4] {
    match *points {
        [] => [[0.0; 2]; 4],
        [only] => [only; 4],
        [start, end] => [start, end, end, start],
        [bottom_left, top_left, top_right] => {
            let bottom_right = [
                bottom_left[0] + top_right[0] - top_left[0],
                bottom_left[1] + top_right[1] - top_left[1],
            ];
            [top_left, top_right, bottom_right, bottom_left]
        }
        // Readers do not agree on whether the last two go around or in rows.
        [a, b, c, d] if crosses(a, b, c) != crosses(b, c, d) => [a, b, d, c],
        [a, b, c, d] => [a, b, c, d],
        _ => bounds(points),
    }
}

/// True where the way from `a` over `b` to `c` turns left.
fn crosses(a: [f32; 2], b: [f32; 2], c: [f32; 2]) -> bool {
    (b[0] - a[0]) * (c[1] - b[1]) - (b[1] - a[1]) * (c[0] - b[0]) < 0.0
}

fn bounds(points: &[[f32; 2]]) -> [[f32; 2]; 4] {
    let start = [f32::MAX, f32::MAX, f32::MIN, f32::MIN];
    let [left, top, right, bottom] = points.iter().fold(start, |[l, t, r, b], [x, y]| {
        [l.min(*x), t.min(*y), r.max(*x), b.max(*y)]
    });
    [[left, top], [right, top], [right, bottom], [left, bottom]]
}

/// Asks `rqrr`.
pub(super) fn rqrr(view: &Luma) -> Vec<Found> {
    if view.width().min(view.height()) < LEAST_SIDE {
        return Vec::new();
    }
    let asked = AssertUnwindSafe(|| {
        let at = |x: usize, y: usize| view.row(y)[x];
        let mut image =
            rqrr::PreparedImage::prepare_from_greyscale(view.width(), view.height(), at);
        let grids = image.detect_grids();
        grids.iter().filter_map(grid).collect::<Vec<Found>>()
    });
    catch_unwind(asked).unwrap_or_default()
}

fn grid<G: rqrr::BitGrid>(grid: &rqrr::Grid<G>) -> Option<Found> {
    let mut bytes = Vec::new();
    grid.decode_to(&mut bytes).ok()?;
    // What is not UTF-8 is what the standard says where nothing is said: ISO 8859-1.
    let text = std::str::from_utf8(&bytes).map_or_else(
        |_| bytes.iter().copied().map(char::from).collect(),
        str::to_owned,
    );
    (!text.is_empty()).then(|| Found {
        kind: Kind::Qr,
        bytes,
        text,
        corners: grid.bounds.map(|p| [p.x as f32, p.y as f32]),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn corners_go_around() {
        let around = [[0.0, 0.0], [9.0, 0.0], [9.0, 9.0], [0.0, 9.0]];
        assert_eq!(quadrilateral(&around), around);
        assert_eq!(
            quadrilateral(&[around[0], around[1], around[3], around[2]]),
            around
        );
        assert_eq!(quadrilateral(&[around[3], around[0], around[1]]), around);
        assert_eq!(quadrilateral(&[[1.0, 2.0], [8.0, 2.0]])[3], [1.0, 2.0]);
        assert_eq!(quadrilateral(&[]), [[0.0; 2]; 4]);
    }

    #[test]
    fn tiny_and_thin_images_are_left_quickly() {
        for (width, height) in [(1, 1), (3, 22), (164, 1), (500, 1), (12, 12), (11, 300)] {
            let image = Luma::from_fn(width, height, |x, y| ((x * 37 + y * 91) % 256) as u8);
            assert!(rxing(&image, Formats::ALL, Effort::Hard).is_empty());
            assert!(rqrr(&image).is_empty());
        }
    }
}
