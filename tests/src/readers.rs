//! A picture as a phone sees it, 640 pixels wide, read by the program's own scanner and by one that is not ours.

use std::path::Path;
use std::process::Command;

use zgoda_capture::luma::Luma;
use zgoda_capture::symbol::{self, Budget, Formats};

/// The widths of a phone's frames while a hand holds it.
const WIDTHS: [u32; 5] = [640, 632, 624, 616, 608];

/// A picture in any common format, as frames.
///
/// # Panics
/// Where ImageMagick is missing or cannot read it.
pub fn picture(file: &Path) -> Vec<Luma> {
    let frame = |width: u32| {
        let size = format!("{width}x");
        let args = [
            "-resize",
            &size,
            "-colorspace",
            "Gray",
            "-depth",
            "8",
            "pgm:-",
        ];
        gray(Command::new("convert").arg(file).args(args))
    };
    WIDTHS.map(frame).into()
}

/// The first page of a PDF, as frames.
///
/// # Panics
/// Where poppler is missing or cannot read it.
pub fn page(file: &Path) -> Vec<Luma> {
    let frame = |width: u32| {
        let width = width.to_string();
        let size = ["-scale-to-x", &width, "-scale-to-y", "-1"];
        let args = ["-gray", "-singlefile"];
        gray(Command::new("pdftoppm").args(args).args(size).arg(file))
    };
    WIDTHS.map(frame).into()
}

/// What the two readers make of its code: ours of the first frame, and `rqrr` of the first that it can read.
///
/// # Panics
/// Where one of them reads none.
pub fn both(frames: &[Luma]) -> [String; 2] {
    let found = symbol::read_still(&frames[0], &Formats::ALL, Budget::default());
    let ours = found.first().expect("our scanner reads a code");
    let ours = String::from_utf8(ours.bytes.to_vec()).expect("a link is text");
    let other = frames.iter().find_map(other).expect("rqrr reads a code");
    [ours, other]
}

fn other(frame: &Luma) -> Option<String> {
    let (width, height) = (frame.width(), frame.height());
    let at = |x: usize, y: usize| frame.pixels()[y * width + x];
    let mut prepared = rqrr::PreparedImage::prepare_from_greyscale(width, height, at);
    let grids = prepared.detect_grids();
    grids.iter().find_map(|grid| Some(grid.decode().ok()?.1))
}

/// Runs what prints a portable gray map (binary PGM).
fn gray(command: &mut Command) -> Luma {
    let output = command.output().expect("`make setup-test` installs it");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    let map = output.stdout;
    let mut words = map.splitn(4, |byte| byte.is_ascii_whitespace());
    assert_eq!(words.next(), Some(&b"P5"[..]));
    let mut number = || {
        let word = words.next().and_then(|word| std::str::from_utf8(word).ok());
        word.and_then(|word| word.parse::<usize>().ok())
            .expect("a size")
    };
    let (width, height) = (number(), number());
    let pixels = &map[map.len() - width * height..];
    Luma::from_fn(width, height, |x, y| pixels[y * width + x])
}
