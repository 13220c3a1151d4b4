//! Codes that were damaged in every way at hand are read rightly or not at all; nothing panics, nothing hangs.
//!
//! How: codes are written by other people's encoders, drawn askew, then smeared, covered, cut or drowned in noise; files
//! are flipped and cut. When: 200 images in `cargo test`, as many as ZGODA_SOAK says in `make soak-scan`.
#![allow(clippy::unwrap_used)]

use std::io::Cursor;
use std::time::Duration;

use rxing::{BarcodeFormat, MultiFormatWriter, Writer};
use zgoda_capture::symbol::{Budget, Formats, FrameError, Kind, Live, read_still};
use zgoda_capture::{Luma, still};

/// More CPU than any image here may take, in a debug build too. Work is counted, not waiting: a soak runs behind all else.
const HANG: Duration = Duration::from_secs(10);

/// CPU time of this thread; wall time where the system does not tell.
fn worked() -> Duration {
    #[cfg(unix)]
    {
        let now = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
        Duration::try_from(now).unwrap()
    }
    #[cfg(not(unix))]
    {
        static START: std::sync::LazyLock<std::time::Instant> =
            std::sync::LazyLock::new(std::time::Instant::now);
        START.elapsed()
    }
}

/// Width and height of a scene.
const SIZE: (usize, usize) = (420, 400);

struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % below.max(1) as u64) as usize
    }

    fn share(&mut self) -> f32 {
        self.roll(10_001) as f32 / 10_000.0
    }
}

fn rounds() -> usize {
    std::env::var("ZGODA_SOAK")
        .ok()
        .and_then(|count| count.parse().ok())
        .unwrap_or(200)
}

const WRITTEN: [(BarcodeFormat, Kind); 5] = [
    (BarcodeFormat::QR_CODE, Kind::Qr),
    (BarcodeFormat::AZTEC, Kind::Aztec),
    (BarcodeFormat::DATA_MATRIX, Kind::DataMatrix),
    (BarcodeFormat::PDF_417, Kind::Pdf417),
    (BarcodeFormat::CODE_128, Kind::Code128),
];

/// A code as an encoder draws it, one pixel a module or more.
fn code(format: &BarcodeFormat, text: &str) -> Luma {
    let high = if *format == BarcodeFormat::CODE_128 {
        40
    } else {
        0
    };
    let bits = MultiFormatWriter.encode(text, format, 0, high).unwrap();
    Luma::from_fn(bits.width() as usize, bits.height() as usize, |x, y| {
        if bits.get(x as u32, y as u32) { 0 } else { 255 }
    })
}

/// The code on a grey table, turned and scaled.
fn scene(code: &Luma, dice: &mut Dice, degrees: f32) -> Luma {
    let (width, height) = (SIZE.0, SIZE.1);
    let fits = 330.0 / code.width().max(code.height()) as f32;
    let scale = (fits * (0.7 + 0.3 * dice.share())).min(9.0);
    let (sin, cos) = degrees.to_radians().sin_cos();
    let tilt = (dice.share() - 0.5) * 0.001;
    Luma::from_fn(width, height, |x, y| {
        let (dx, dy) = (
            x as f32 - width as f32 / 2.0,
            y as f32 - height as f32 / 2.0,
        );
        let far = 1.0 + tilt * dx;
        let (u, v) = (
            (dx * cos + dy * sin) / scale * far,
            (dy * cos - dx * sin) / scale * far,
        );
        let (u, v) = (
            u + code.width() as f32 / 2.0,
            v + code.height() as f32 / 2.0,
        );
        let margin = 4.0;
        let inside = |at: f32, size: usize| at >= 0.0 && at < size as f32;
        if inside(u, code.width()) && inside(v, code.height()) {
            return 30 + code.row(v as usize)[u as usize] / 255 * 190;
        }
        let near = |at: f32, size: usize| at >= -margin && at < size as f32 + margin;
        if near(u, code.width()) && near(v, code.height()) {
            220
        } else {
            130
        }
    })
}

fn mutate(image: &Luma, dice: &mut Dice) -> Luma {
    let (width, height) = (image.width(), image.height());
    let (way, much) = (dice.roll(7), dice.share());
    let (left, top) = (dice.roll(width), dice.roll(height));
    let (wide, high) = (
        1 + (width as f32 * much * 0.6) as usize,
        1 + (height as f32 * much * 0.6) as usize,
    );
    let seed = dice.roll(usize::MAX);
    let mut grain = Dice(seed as u64 | 1);
    match way {
        0 => Luma::from_fn(width, height, |x, y| {
            let noise = (grain.share() - 0.5) * 200.0 * much;
            (f32::from(image.row(y)[x]) + noise).clamp(0.0, 255.0) as u8
        }),
        1 => Luma::from_fn(width, height, |x, y| {
            let covered = (left..left + wide).contains(&x) && (top..top + high).contains(&y);
            if covered { seed as u8 } else { image.row(y)[x] }
        }),
        2 => Luma::from_fn(width, height, |x, y| {
            let slip = (((y as f32 / 9.0).sin() + 1.0) * 12.0 * much) as usize;
            image.row(y)[(x + slip) % width]
        }),
        3 => Luma::from_fn(
            width.saturating_sub(left).max(1),
            height.saturating_sub(top).max(1),
            |x, y| image.row((y + top).min(height - 1))[(x + left).min(width - 1)],
        ),
        4 => Luma::from_fn(width, height, |x, y| {
            let glare = (1.0
                - (x as f32 - left as f32).hypot(y as f32 - top as f32) / (20.0 + 120.0 * much))
                .max(0.0);
            (f32::from(image.row(y)[x]) + 400.0 * glare).min(255.0) as u8
        }),
        5 => Luma::from_fn(width, height, |x, y| {
            if grain.roll(100) < (30.0 * much) as usize {
                255 - image.row(y)[x]
            } else {
                image.row(y)[x]
            }
        }),
        _ => Luma::from_fn(width, height, |x, y| 255 - image.row(y)[x]),
    }
}

#[test]
fn damaged_codes_are_read_rightly_or_not_at_all() {
    let mut dice = Dice(0x5EED_2026);
    let (mut read, rounds) = ([0; WRITTEN.len()], rounds());
    for round in 0..rounds {
        let (format, kind) = &WRITTEN[round % WRITTEN.len()];
        let text = format!("ZGODA {round} {}", dice.roll(1_000_000));
        let turn = if *kind == Kind::Code128 {
            0.0
        } else {
            dice.share() * 360.0
        };
        let image = scene(&code(format, &text), &mut dice, turn);
        let image = mutate(&image, &mut dice);
        let start = worked();
        let symbols = read_still(&image, &Formats::ALL, Budget::default());
        assert!(
            (worked() - start) < HANG,
            "round {round} took {:?}",
            (worked() - start)
        );
        for symbol in &symbols {
            assert_eq!(
                (symbol.kind, symbol.text.as_str()),
                (*kind, text.as_str()),
                "round {round}"
            );
        }
        read[round % WRITTEN.len()] += usize::from(!symbols.is_empty());
    }
    let all: usize = read.iter().sum();
    assert!(
        all * 3 > rounds && read.iter().all(|one| *one > 0),
        "of {rounds} only {read:?} were read"
    );
}

#[test]
fn nothing_is_read_where_there_is_nothing() {
    let mut dice = Dice(7);
    for round in 0..rounds().div_ceil(5) {
        let (width, height) = (30 + dice.roll(300), 30 + dice.roll(220));
        let (grain, kind) = (1 + dice.roll(9), round % 3);
        let seed = dice.roll(usize::MAX) as u64 | 1;
        let image = Luma::from_fn(width, height, |x, y| {
            let cell = match kind {
                0 => (x / grain * 7919 + y / grain * 104_729) as u64,
                1 => (x / grain) as u64,
                _ => (x / grain + y / grain * 3) as u64,
            };
            if Dice(cell.wrapping_mul(seed) | 1).roll(1000) < 500 {
                20
            } else {
                235
            }
        });
        let start = worked();
        assert!(
            read_still(&image, &Formats::ALL, Budget::default()).is_empty(),
            "round {round}"
        );
        assert!((worked() - start) < HANG);
    }
}

#[test]
fn damaged_files_are_refused_or_read_never_worse() {
    let text = "ZGODA FILE";
    let mut dice = Dice(99);
    let scene = scene(&code(&BarcodeFormat::QR_CODE, text), &mut dice, 10.0);
    let grey =
        image::GrayImage::from_raw(SIZE.0 as u32, SIZE.1 as u32, scene.pixels().to_vec()).unwrap();
    for round in 0..rounds() {
        let format = [
            image::ImageFormat::Jpeg,
            image::ImageFormat::Png,
            image::ImageFormat::WebP,
        ][round % 3];
        let mut bytes = Cursor::new(Vec::new());
        image::DynamicImage::from(grey.clone())
            .to_rgb8()
            .write_to(&mut bytes, format)
            .unwrap();
        let mut bytes = bytes.into_inner();
        for _ in 0..1 + dice.roll(20) {
            let at = dice.roll(bytes.len());
            bytes[at] ^= 1 << dice.roll(8);
        }
        if dice.roll(4) == 0 {
            bytes.truncate(dice.roll(bytes.len()));
        }
        if let Ok(image) = still::luma(&bytes) {
            for symbol in read_still(&image, &Formats::QR, Budget(Duration::from_millis(50))) {
                assert_eq!(symbol.text, text);
            }
        }
    }
}

#[test]
fn lines_need_two_frames_and_squares_one() {
    let mut dice = Dice(3);
    let line = scene(&code(&BarcodeFormat::CODE_128, "ZGODA128"), &mut dice, 0.0);
    let square = scene(&code(&BarcodeFormat::QR_CODE, "ZGODA QR"), &mut dice, 0.0);
    let mut live = Live::new(Formats::ALL);
    let mut frame = |image: &Luma| {
        live.frame(image.pixels(), SIZE.0 as u32, SIZE.1 as u32)
            .unwrap()
    };
    assert!(frame(&line).is_none());
    assert_eq!(frame(&line).unwrap().text, "ZGODA128");
    let seen = frame(&square).unwrap();
    assert_eq!((seen.kind, seen.text.as_str()), (Kind::Qr, "ZGODA QR"));
    assert!(
        seen.corners
            .iter()
            .flatten()
            .all(|at| (0.0..=420.0).contains(at))
    );
    assert_eq!(live.frame(&[0; 9], 2, 2), Err(FrameError::Size));
    assert_eq!(live.frame(&[], 0, 0), Err(FrameError::Size));
    assert_eq!(live.frame(&[], 1, 1 << 20), Err(FrameError::TooLarge));
}

/// A code that no cheap stage reads is given out with a later frame, once, and not when it is long gone.
#[test]
fn what_a_further_stage_sees_comes_with_a_later_frame() {
    let mut dice = Dice(3);
    let square = scene(&code(&BarcodeFormat::QR_CODE, "ZGODA QR"), &mut dice, 0.0);
    let negative = square.pixels().iter().map(|dark| 255 - dark).collect();
    let negative = Luma::new(square.width(), square.height(), negative).unwrap();
    let empty = Luma::new(SIZE.0, SIZE.1, vec![90; SIZE.0 * SIZE.1]).unwrap();
    let mut live = Live::new(Formats::ALL);
    let mut glance = |image: &Luma| {
        std::thread::sleep(Duration::from_millis(20));
        live.glance(image.pixels(), SIZE.0 as u32, SIZE.1 as u32)
            .unwrap()
    };
    assert!(glance(&negative).is_none());
    let read = (0..500).find_map(|_| glance(&negative)).unwrap();
    assert_eq!(read.text, "ZGODA QR");
    assert_eq!((0..20).find_map(|_| glance(&empty)), None);
    assert!(glance(&negative).is_none());
    std::thread::sleep(Duration::from_millis(500));
    assert_eq!((0..20).find_map(|_| glance(&empty)), None);
    assert_eq!(glance(&square).unwrap().text, "ZGODA QR");
}

/// Found by mutation: thin and tiny images made readers run for seconds or for ever.
#[test]
fn tiny_and_thin_images_end_quickly() {
    for (width, height) in [
        (1, 1),
        (2, 2),
        (3, 22),
        (22, 3),
        (164, 1),
        (500, 1),
        (1, 500),
        (3000, 9),
        (21, 168),
    ] {
        let image = Luma::from_fn(width, height, |x, y| ((x * 53 + y * 97) % 256) as u8);
        let start = worked();
        assert!(read_still(&image, &Formats::ALL, Budget::default()).is_empty());
        assert!((worked() - start) < HANG, "{width} x {height}");
    }
}

/// The sample badges, read and understood.
#[test]
fn the_sample_badges_are_read() {
    let folder =
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests/fixtures/badges");
    for (file, name) in [
        ("demo.png", "Zofia Wiśniewska-Król"),
        ("demo.jpg", "Zofia Wiśniewska-Król"),
        ("mecard.jpg", "Żegota Łącki"),
        ("vcard21.jpg", "Józef Ślęzak"),
    ] {
        let image = still::luma(&std::fs::read(folder.join(file)).unwrap()).unwrap();
        let symbols = read_still(&image, &Formats::ALL, Budget::default());
        let reading = zgoda_capture::payload::read(&symbols[0].bytes, None).unwrap();
        let zgoda_capture::payload::Reading::Person { candidate, .. } = reading else {
            panic!("{file} is a person's badge");
        };
        assert_eq!(candidate.name.expose(), name);
    }
}
