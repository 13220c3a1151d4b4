//! A film of badges held before a camera, one after the other, with an empty desk in between: for a camera without
//! hardware, and for measuring how soon the draft is there.
//!
//! How: each frame is drawn from the badge's plane through a slight tilt, with a shaking hand, a light that falls off to
//! one side, the lens's blur and the sensor's noise. A patch in the corner is lit for as long as a badge is shown, so that
//! a page can tell the first frame that shows it.

use std::io;
use std::path::Path;

use image::{GrayImage, Luma};
use qrcode::{Color, EcLevel, QrCode};

/// A frame's size, as the camera gives it.
pub const SIZE: (u32, u32) = (1280, 720);
/// Frames a second.
pub const PER_SECOND: u32 = 30;
/// Frames that show one badge.
pub const SHOWN: u32 = 24;
/// Frames of the empty desk before it.
pub const EMPTY: u32 = 24;
/// The patch: its left and top edge and its side.
pub const PATCH: (u32, u32, u32) = (1200, 640, 64);

const QUIET: f32 = 4.0;
/// A colour's place where there is none.
const NO_COLOUR: u8 = 128;

/// One badge, and how it is held.
struct Scene {
    modules: Vec<bool>,
    side: f32,
    /// Pixels of a module in the middle of the badge.
    scale: f32,
    turn: f32,
    tilt: f32,
    light: f32,
}

/// Writes `scenes` badges as `0000.yuy2`, `0001.yuy2` and so on into `folder`: as a camera gives them, so that nothing of
/// the machine goes into unpacking them.
///
/// # Errors
/// Where they cannot be written.
pub fn shoot(folder: &Path, scenes: u32) -> io::Result<()> {
    std::fs::create_dir_all(folder)?;
    for number in 0..scenes {
        let scene = Scene::number(number);
        for at in 0..EMPTY + SHOWN {
            let count = number * (EMPTY + SHOWN) + at;
            let grey = frame(&scene, at, count);
            let bytes: Vec<u8> = grey.iter().flat_map(|luma| [*luma, NO_COLOUR]).collect();
            std::fs::write(folder.join(format!("{count:04}.yuy2")), bytes)?;
        }
    }
    Ok(())
}

/// One frame, in memory: `shown` of the badge of this number, else of the empty desk.
pub fn still(number: u32, shown: bool) -> GrayImage {
    frame(&Scene::number(number), if shown { EMPTY } else { 0 }, 0)
}

impl Scene {
    fn number(number: u32) -> Self {
        let text = format!(
            "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Wierzba;Zofia {number};;;\r\nFN:Zofia {number} Wierzba\r\n\
             ORG:Pompy Wisła sp. z o.o.\r\nTITLE:Kierowniczka zakupów\r\n\
             EMAIL:zofia.{number}@pompy-wisla.example\r\nTEL;TYPE=CELL:+48600100{:03}\r\nEND:VCARD\r\n",
            100 + number
        );
        let code = QrCode::with_error_correction_level(text, EcLevel::M)
            .unwrap_or_else(|_| unreachable!("a vCard of this length fits"));
        // Some near, some far; some straight, some askew; some in the shade.
        let step = |of: u32| (number * 7 % of) as f32 / (of - 1) as f32;
        Self {
            side: code.width() as f32,
            modules: code.to_colors().iter().map(|c| *c == Color::Dark).collect(),
            scale: 4.0 + 4.0 * step(5),
            turn: (step(9) - 0.5) * 0.9,
            tilt: (step(4) - 0.5) * 0.5,
            light: 0.55 + 0.45 * step(6),
        }
    }

    /// How bright the badge is at a place of its plane, in modules from its middle; nothing beside it.
    fn at(&self, x: f32, y: f32) -> Option<f32> {
        let half = self.side / 2.0;
        let edge = half + QUIET;
        if x.abs() > edge || !(-edge..edge + 14.0).contains(&y) {
            return None;
        }
        let (column, row) = ((x + half).floor(), (y + half).floor());
        let inside = |at: f32| (0.0..self.side).contains(&at);
        if inside(column) && inside(row) {
            let dark = self.modules[row as usize * self.side as usize + column as usize];
            return Some(if dark { 28.0 } else { 232.0 });
        }
        // The name under the code, as a badge has one.
        let letters = (half + 6.0..half + 10.0).contains(&y) && x.abs() < half * 0.8;
        let stroke = (x * 1.7).rem_euclid(3.0) < 1.6;
        Some(if letters && stroke { 45.0 } else { 232.0 })
    }
}

fn frame(scene: &Scene, at: u32, seed: u32) -> GrayImage {
    let shown = at >= EMPTY;
    let hand = at as f32 / (EMPTY + SHOWN) as f32 * std::f32::consts::TAU;
    let (shake_x, shake_y) = (6.0 * hand.sin(), 4.0 * (2.0 * hand).cos());
    let (sin, cos) = scene.turn.sin_cos();
    let mut noise = Noise(0x9E37_79B9 ^ seed.wrapping_mul(0x85EB_CA6B) | 1);
    let (middle_x, middle_y) = (SIZE.0 as f32 / 2.0 + shake_x, SIZE.1 as f32 / 2.0 + shake_y);
    let desk = |x: f32, y: f32| 96.0 + 14.0 * (x * 0.021).sin() + 9.0 * (y * 0.13 + x * 0.01).sin();
    let look = |x: f32, y: f32| {
        let (right, down) = (x - middle_x, y - middle_y);
        let depth = scene.scale * (1.0 + scene.tilt * right / SIZE.0 as f32);
        let (u, v) = (
            (right * cos + down * sin) / depth,
            (down * cos - right * sin) / depth,
        );
        let seen = shown.then(|| scene.at(u, v)).flatten();
        seen.unwrap_or_else(|| desk(x, y)) * scene.light * (1.0 - 0.25 * x / SIZE.0 as f32)
    };
    let (left, top, side) = PATCH;
    GrayImage::from_fn(SIZE.0, SIZE.1, |x, y| {
        if (left..left + side).contains(&x) && (top..top + side).contains(&y) {
            return Luma([if shown { 235 } else { 20 }]);
        }
        // Five looks around the pixel's middle are the lens's blur.
        let spots = [
            (0.0, 0.0),
            (-0.6, -0.3),
            (0.6, 0.3),
            (-0.3, 0.6),
            (0.3, -0.6),
        ];
        let sum: f32 = spots
            .iter()
            .map(|(dx, dy)| look(x as f32 + dx, y as f32 + dy))
            .sum();
        Luma([(sum / 5.0 + noise.next() * 6.0).clamp(0.0, 255.0) as u8])
    })
}

/// Noise that is the same in every run.
struct Noise(u32);

impl Noise {
    /// Between -1 and 1, mostly near 0.
    fn next(&mut self) -> f32 {
        let mut one = || {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 17;
            self.0 ^= self.0 << 5;
            self.0 as f32 / u32::MAX as f32 - 0.5
        };
        one() + one()
    }
}
