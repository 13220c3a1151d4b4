//! A photo's bytes to pixels, within limits.
//!
//! How: the kind is told from the first bytes alone (JPEG, PNG, WebP; nothing else is decoded, whatever a file is
//! called), size is checked before anything is unpacked, and of all metadata only the EXIF orientation is read.
//! When: [`luma`] for codes, which takes a JPEG's own Y plane and so spares the colours; [`decode`] where colour helps
//! (business cards). Both wipe what they hand out when it is dropped; the codecs' own scratch memory is theirs.

use std::io::Cursor;

use image::metadata::Orientation;
use image::{ImageDecoder, ImageFormat, ImageReader};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use crate::luma::Luma;

/// Longest side that is decoded, in pixels.
pub const MAX_SIDE: u32 = 12_000;
/// Most memory for the pixels of one photo, in bytes.
pub const MAX_ALLOC: u64 = 256 * 1024 * 1024;
/// Largest file that is looked at, in bytes.
pub const MAX_FILE: usize = 64 * 1024 * 1024;

/// Decodes a photo in colour.
pub fn decode(bytes: &[u8]) -> Result<Still, StillError> {
    let format = sniff(bytes)?;
    unpack(bytes, format)
}

/// Decodes a photo's brightness alone.
pub fn luma(bytes: &[u8]) -> Result<Luma, StillError> {
    match sniff(bytes)? {
        ImageFormat::Jpeg => y_plane(bytes),
        format => Ok(unpack(bytes, format)?.luma()),
    }
}

/// A decoded photo, turned the right way up. Wiped when dropped.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct Still {
    width: usize,
    height: usize,
    rgb: Vec<u8>,
}

impl Still {
    /// A picture of the camera: `rgba` holds four bytes a pixel, row by row.
    pub fn from_rgba(width: u32, height: u32, rgba: &[u8]) -> Result<Self, StillError> {
        if width.max(height) > MAX_SIDE || rgba.len() as u64 > MAX_ALLOC {
            return Err(StillError::TooLarge);
        }
        let (width, height) = (width as usize, height as usize);
        if rgba.is_empty() || rgba.len() != width * height * 4 {
            return Err(StillError::Damaged);
        }
        let rgb = rgba
            .chunks_exact(4)
            .flat_map(|pixel| [pixel[0], pixel[1], pixel[2]])
            .collect();
        Ok(Self { width, height, rgb })
    }

    /// Pixels in a row.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Rows.
    pub fn height(&self) -> usize {
        self.height
    }

    /// Red, green, blue, one byte each, row by row.
    pub fn rgb(&self) -> &[u8] {
        &self.rgb
    }

    /// Brightness (ITU-R BT.601, as JPEG's Y).
    pub fn luma(&self) -> Luma {
        let pixels = self
            .rgb
            .chunks_exact(3)
            .map(|p| {
                ((u32::from(p[0]) * 19_595
                    + u32::from(p[1]) * 38_470
                    + u32::from(p[2]) * 7_471
                    + 32_768)
                    >> 16) as u8
            })
            .collect();
        Luma::from_parts(self.width, self.height, pixels)
    }
}

impl std::fmt::Debug for Still {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Still({} x {})", self.width, self.height)
    }
}

/// Why a photo was not decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StillError {
    /// There is nothing in the file.
    #[error("the file is empty")]
    Empty,
    /// The bytes are no JPEG, PNG or WebP.
    #[error("not a JPEG, PNG or WebP image")]
    Format,
    /// The file, a side or the pixels are over the limit.
    #[error("the image is too large")]
    TooLarge,
    /// The file is cut short or damaged.
    #[error("the image is damaged or cut short")]
    Damaged,
}

impl StillError {
    /// A stable name that screens translate.
    pub fn code(self) -> &'static str {
        match self {
            Self::Empty => "image_empty",
            Self::Format => "image_format",
            Self::TooLarge => "image_too_large",
            Self::Damaged => "image_damaged",
        }
    }
}

fn sniff(bytes: &[u8]) -> Result<ImageFormat, StillError> {
    if bytes.is_empty() {
        return Err(StillError::Empty);
    }
    if bytes.len() > MAX_FILE {
        return Err(StillError::TooLarge);
    }
    match bytes {
        [0xFF, 0xD8, 0xFF, ..] if jpeg_is_whole(bytes) => Ok(ImageFormat::Jpeg),
        [0xFF, 0xD8, 0xFF, ..] => Err(StillError::Damaged),
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1A, b'\n', ..] => Ok(ImageFormat::Png),
        [
            b'R',
            b'I',
            b'F',
            b'F',
            _,
            _,
            _,
            _,
            b'W',
            b'E',
            b'B',
            b'P',
            ..,
        ] => Ok(ImageFormat::WebP),
        _ => Err(StillError::Format),
    }
}

/// True when the main image ends in an end marker. The decoder would fill a cut file with grey, and half a badge read
/// as a whole one is worse than a clear refusal. Thumbnails inside EXIF have end markers too, hence the walk over the
/// segments up to the first scan; bytes after the image (phones append their own) do no harm.
fn jpeg_is_whole(bytes: &[u8]) -> bool {
    let mut at = 2;
    while let Some(&[0xFF, marker, high, low]) = bytes.get(at..at + 4) {
        match marker {
            0xFF => at += 1,
            0x01 | 0xD0..=0xD8 => at += 2,
            _ => at += 2 + usize::from(high) * 256 + usize::from(low),
        }
        if marker == 0xDA {
            return bytes
                .get(at..)
                .is_some_and(|scan| scan.windows(2).any(|pair| pair == [0xFF, 0xD9]));
        }
    }
    false
}

fn unpack(bytes: &[u8], format: ImageFormat) -> Result<Still, StillError> {
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = image::Limits::default();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_ALLOC);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(refused)?;
    let (width, height) = decoder.dimensions();
    let size = decoder.total_bytes();
    check_size(width, height, size.max(rgb_size(width, height)))?;
    let turn = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let color = decoder.color_type();
    let mut raw = Zeroizing::new(vec![0; size as usize]);
    decoder.read_image(&mut raw).map_err(refused)?;
    let channels = usize::from(color.channel_count());
    let depth = usize::from(color.bytes_per_pixel()) / channels.max(1);
    let rgb = Zeroizing::new(to_rgb(&raw, channels, depth).ok_or(StillError::Format)?);
    let (width, height, rgb) = upright(&rgb, 3, width as usize, height as usize, turn);
    Ok(Still { width, height, rgb })
}

fn y_plane(bytes: &[u8]) -> Result<Luma, StillError> {
    let options = DecoderOptions::default()
        .set_strict_mode(false)
        .set_max_width(MAX_SIDE as usize)
        .set_max_height(MAX_SIDE as usize);
    let mut decoder = zune_jpeg::JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    decoder
        .decode_headers()
        .map_err(|_| too_large_or_damaged(bytes))?;
    if !matches!(
        decoder.input_colorspace(),
        Some(ColorSpace::YCbCr | ColorSpace::Luma)
    ) {
        return Ok(unpack(bytes, ImageFormat::Jpeg)?.luma());
    }
    let info = decoder.info().ok_or(StillError::Damaged)?;
    let (width, height) = (u32::from(info.width), u32::from(info.height));
    check_size(width, height, rgb_size(width, height))?;
    let turn = decoder
        .exif()
        .and_then(|exif| Orientation::from_exif_chunk(exif))
        .unwrap_or(Orientation::NoTransforms);
    decoder.set_options(options.jpeg_set_out_colorspace(ColorSpace::Luma));
    let raw = Zeroizing::new(decoder.decode().map_err(|_| StillError::Damaged)?);
    if raw.len() != width as usize * height as usize {
        return Err(StillError::Damaged);
    }
    let (width, height, pixels) = upright(&raw, 1, width as usize, height as usize, turn);
    Ok(Luma::from_parts(width, height, pixels))
}

fn check_size(width: u32, height: u32, bytes: u64) -> Result<(), StillError> {
    if width == 0 || height == 0 {
        return Err(StillError::Damaged);
    }
    if width > MAX_SIDE || height > MAX_SIDE || bytes > MAX_ALLOC {
        return Err(StillError::TooLarge);
    }
    Ok(())
}

fn rgb_size(width: u32, height: u32) -> u64 {
    u64::from(width) * u64::from(height) * 3
}

/// The JPEG decoder has one error for both; the header's own size tells them apart.
fn too_large_or_damaged(bytes: &[u8]) -> StillError {
    let frame = bytes
        .windows(9)
        .find(|w| w[0] == 0xFF && matches!(w[1], 0xC0..=0xC2));
    match frame {
        Some(w) if u32::from(w[5]) * 256 + u32::from(w[6]) > MAX_SIDE => StillError::TooLarge,
        Some(w) if u32::from(w[7]) * 256 + u32::from(w[8]) > MAX_SIDE => StillError::TooLarge,
        _ => StillError::Damaged,
    }
}

fn refused(error: image::ImageError) -> StillError {
    match error {
        image::ImageError::Limits(_) => StillError::TooLarge,
        image::ImageError::Unsupported(_) => StillError::Format,
        _ => StillError::Damaged,
    }
}

/// Any of the decoders' layouts to three bytes a pixel; what is transparent shows white paper.
fn to_rgb(raw: &[u8], channels: usize, depth: usize) -> Option<Vec<u8>> {
    let byte = |pixel: &[u8], channel: usize| match depth {
        1 => pixel[channel],
        _ => (u16::from_ne_bytes([pixel[channel * 2], pixel[channel * 2 + 1]]) >> 8) as u8,
    };
    if !(1..=4).contains(&channels) || !(1..=2).contains(&depth) {
        return None;
    }
    let coloured = channels >= 3;
    let mut rgb = Vec::with_capacity(raw.len() / (channels * depth) * 3);
    for pixel in raw.chunks_exact(channels * depth) {
        let alpha = match channels {
            2 | 4 => u32::from(byte(pixel, channels - 1)),
            _ => 255,
        };
        for channel in 0..3 {
            let value = u32::from(byte(pixel, if coloured { channel } else { 0 }));
            rgb.push(((value * alpha + 255 * (255 - alpha)) / 255) as u8);
        }
    }
    Some(rgb)
}

/// Applies EXIF's orientation. Done here rather than by the image crate, which leaves unwiped copies behind.
fn upright(
    raw: &[u8],
    channels: usize,
    width: usize,
    height: usize,
    turn: Orientation,
) -> (usize, usize, Vec<u8>) {
    if turn == Orientation::NoTransforms {
        return (width, height, raw.to_vec());
    }
    let swap = matches!(
        turn,
        Orientation::Rotate90
            | Orientation::Rotate270
            | Orientation::Rotate90FlipH
            | Orientation::Rotate270FlipH
    );
    let (new_width, new_height) = if swap {
        (height, width)
    } else {
        (width, height)
    };
    let mut out = Vec::with_capacity(raw.len());
    for y in 0..new_height {
        for x in 0..new_width {
            let (from_x, from_y) = match turn {
                Orientation::NoTransforms => (x, y),
                Orientation::Rotate90 => (y, height - 1 - x),
                Orientation::Rotate180 => (width - 1 - x, height - 1 - y),
                Orientation::Rotate270 => (width - 1 - y, x),
                Orientation::FlipHorizontal => (width - 1 - x, y),
                Orientation::FlipVertical => (x, height - 1 - y),
                Orientation::Rotate90FlipH => (y, x),
                Orientation::Rotate270FlipH => (width - 1 - y, height - 1 - x),
            };
            let at = (from_y * width + from_x) * channels;
            out.extend_from_slice(&raw[at..at + channels]);
        }
    }
    (new_width, new_height, out)
}

#[cfg(test)]
mod tests {
    use image::{DynamicImage, GrayImage, Rgb, RgbImage};

    use super::*;

    fn file(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        image.write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }

    fn photo(width: u32, height: u32) -> DynamicImage {
        RgbImage::from_fn(width, height, |x, y| {
            Rgb([(x * 8) as u8, (y * 8) as u8, 40])
        })
        .into()
    }

    #[test]
    fn three_formats_are_decoded_and_agree() {
        let expected = luma(&file(&photo(30, 20), ImageFormat::Png)).unwrap();
        for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP] {
            let bytes = file(&photo(30, 20), format);
            let (direct, still) = (luma(&bytes).unwrap(), decode(&bytes).unwrap().luma());
            assert_eq!((direct.width(), direct.height()), (30, 20));
            for (index, pixel) in expected.pixels().iter().enumerate() {
                let read = [direct.pixels()[index], still.pixels()[index]];
                assert!(read.iter().all(|r| r.abs_diff(*pixel) < 12), "{format:?}");
            }
        }
    }

    #[test]
    fn transparent_pixels_are_paper() {
        let image = image::RgbaImage::from_pixel(4, 4, image::Rgba([0, 0, 0, 0]));
        let bytes = file(&image.into(), ImageFormat::Png);
        assert_eq!(luma(&bytes).unwrap().pixels()[0], 255);
    }

    #[test]
    fn attack_23_other_files_are_refused() {
        assert_eq!(decode(b"").unwrap_err(), StillError::Empty);
        for bytes in [
            &b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>"[..],
            b"GIF89a\x01\x00\x01\x00",
            b"II*\0\x08\0\0\0",
            b"BM____",
            b"\xFF",
            b"%PDF-1.7",
        ] {
            assert_eq!(decode(bytes).unwrap_err(), StillError::Format);
            assert_eq!(luma(bytes).unwrap_err(), StillError::Format);
        }
    }

    #[test]
    fn attack_21_cut_files_are_refused() {
        for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP] {
            let bytes = file(&photo(64, 64), format);
            for keep in [3, 13, 40, bytes.len() / 2, bytes.len() - 20] {
                assert!(luma(&bytes[..keep]).is_err(), "{format:?} cut at {keep}");
                assert!(decode(&bytes[..keep]).is_err(), "{format:?} cut at {keep}");
            }
        }
    }

    #[test]
    fn one_pixel_is_an_image() {
        let bytes = file(&photo(1, 1), ImageFormat::Png);
        assert_eq!(luma(&bytes).unwrap().pixels().len(), 1);
    }

    /// A PNG's header states the size first of all; nothing behind it is needed to refuse it.
    #[test]
    fn attack_20_bombs_are_refused_before_they_open() {
        let mut png = file(&photo(2, 2), ImageFormat::Png);
        for (width, height) in [(50_000_u32, 50_000_u32), (11_999, 11_999), (12_001, 1)] {
            png[16..20].copy_from_slice(&width.to_be_bytes());
            png[20..24].copy_from_slice(&height.to_be_bytes());
            let crc = crc32(&png[12..29]);
            png[29..33].copy_from_slice(&crc.to_be_bytes());
            assert_eq!(luma(&png).unwrap_err(), StillError::TooLarge);
        }
        let mut jpeg = file(&photo(16, 16), ImageFormat::Jpeg);
        let frame = jpeg.windows(2).position(|w| w == [0xFF, 0xC0]).unwrap();
        for (height, width) in [(50_000_u16, 50_000_u16), (11_999, 11_999), (1, 12_001)] {
            jpeg[frame + 5..frame + 7].copy_from_slice(&height.to_be_bytes());
            jpeg[frame + 7..frame + 9].copy_from_slice(&width.to_be_bytes());
            assert_eq!(luma(&jpeg).unwrap_err(), StillError::TooLarge);
            assert_eq!(decode(&jpeg).unwrap_err(), StillError::TooLarge);
        }
    }

    /// Left half black, right half white, 16 x 8, as each of EXIF's eight orientations turns it.
    #[test]
    fn attack_22_orientation_is_used() {
        let image = GrayImage::from_fn(16, 8, |x, _| image::Luma([if x < 8 { 0 } else { 255 }]));
        let plain = file(&image.into(), ImageFormat::Jpeg);
        for orientation in 1..=8_u8 {
            let mut bytes = plain[..2].to_vec();
            bytes.extend_from_slice(b"\xFF\xE1\x00\x22Exif\0\0MM\0*\0\0\0\x08\0\x01");
            bytes.extend_from_slice(b"\x01\x12\0\x03\0\0\0\x01\0");
            bytes.extend_from_slice(&[orientation, 0, 0, 0, 0, 0, 0]);
            bytes.extend_from_slice(&plain[2..]);
            let (a, b) = (luma(&bytes).unwrap(), decode(&bytes).unwrap().luma());
            assert_eq!(a, b);
            assert_eq!((a.width(), a.height()) == (8, 16), orientation >= 5);
            let dark_first = a.pixels()[0] < 128;
            assert_eq!(
                dark_first,
                matches!(orientation, 1 | 4 | 5 | 6),
                "{orientation}"
            );
        }
    }

    fn crc32(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(!0_u32, |crc, byte| {
            (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
                (crc >> 1) ^ (0xEDB8_8320 & (crc & 1).wrapping_neg())
            })
        })
    }
}
