//! A picture as a phone sees it, 640 pixels wide, read by the program's own scanner and by one that is not ours.

use std::path::Path;
use std::process::Command;

use zgoda_capture::luma::Luma;
use zgoda_capture::symbol::{self, Budget, Formats};

/// The width of the picture.
pub const WIDTH: usize = 640;

/// A picture in any common format.
///
/// # Panics
/// Where ImageMagick is missing or cannot read it.
pub fn picture(file: &Path) -> Luma {
    let width = format!("{WIDTH}x");
    let file = file.display().to_string();
    let args = [
        "-resize",
        &width,
        "-colorspace",
        "Gray",
        "-depth",
        "8",
        "pgm:-",
    ];
    gray(Command::new("convert").arg(file).args(args))
}

/// The first page of a PDF.
///
/// # Panics
/// Where poppler is missing or cannot read it.
pub fn page(file: &Path) -> Luma {
    let width = WIDTH.to_string();
    let args = [
        "-gray",
        "-singlefile",
        "-scale-to-x",
        &width,
        "-scale-to-y",
        "-1",
    ];
    gray(Command::new("pdftoppm").args(args).arg(file))
}

/// What the two readers make of its code: ours, and `rqrr`.
///
/// # Panics
/// Where one of them finds none.
pub fn both(image: &Luma) -> [String; 2] {
    let found = symbol::read_still(image, &Formats::ALL, Budget::default());
    let ours = found.first().expect("our scanner reads a code");
    let ours = String::from_utf8(ours.bytes.to_vec()).expect("a link is text");
    let (width, height) = (image.width(), image.height());
    let at = |x: usize, y: usize| image.pixels()[y * width + x];
    let mut prepared = rqrr::PreparedImage::prepare_from_greyscale(width, height, at);
    let grids = prepared.detect_grids();
    let (_, other) = grids
        .first()
        .expect("rqrr finds a code")
        .decode()
        .expect("and reads it");
    [ours, other]
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
