//! The stages, and the order in which a photo goes through them.
//!
//! The order is by what a stage adds for its time, measured on real photos with `make bench-scan`; a stage that added
//! nothing there is not here.

use std::borrow::Cow;

use super::clock::Clock;
use super::foreign::{self, Effort, Found};
use super::pixels;
use super::qr::Patience;
use super::views::Views;
use super::{Budget, Formats, Kind, Symbol, aztec, qr};
use crate::luma::Luma;

/// Reads every code that the first successful stage sees in a photo; nothing where none is found within `budget`.
pub fn read_still(image: &Luma, formats: &Formats, budget: Budget) -> Vec<Symbol> {
    let clock = Clock::start(budget.0);
    let views = Views::of(image);
    for stage in STILL {
        if clock.is_over() {
            break;
        }
        let symbols = run(stage, &views, *formats, &clock);
        if !symbols.is_empty() {
            return symbols;
        }
    }
    Vec::new()
}

/// As [`read_still`], and then what else is in the photo: a sheet of badges, a badge with two codes. What was read is
/// painted over, so that the next look meets what it hid.
pub fn read_all(image: &Luma, formats: &Formats, budget: Budget) -> Vec<Symbol> {
    let clock = Clock::start(budget.0);
    let mut all = read_still(image, formats, budget);
    let mut rest = image.clone();
    let mut new = all.clone();
    while !new.is_empty() && all.len() < MOST_CODES && !clock.is_over() {
        for symbol in &new {
            pixels::paint_over(&mut rest, &symbol.corners);
        }
        let views = Views::of(&rest);
        new = STILL[..SECOND_LOOK]
            .iter()
            .map(|stage| run(stage, &views, *formats, &clock))
            .find(|symbols| !symbols.is_empty())
            .unwrap_or_default();
        new.retain(|symbol| !all.iter().any(|known| is_same(known, symbol)));
        all.extend(new.iter().cloned());
    }
    all
}

/// True where both are the one code on the paper: the same text at the same place.
fn is_same(a: &Symbol, b: &Symbol) -> bool {
    let middle = |symbol: &Symbol| {
        [0, 1].map(|axis| {
            symbol
                .corners
                .iter()
                .map(|corner| corner[axis])
                .sum::<f32>()
                / 4.0
        })
    };
    let (from, to, corner) = (middle(a), middle(b), a.corners[0]);
    let reach = (corner[0] - from[0]).hypot(corner[1] - from[1]);
    let apart = (to[0] - from[0]).hypot(to[1] - from[1]);
    (a.kind, &a.bytes) == (b.kind, &b.bytes) && apart <= reach
}

/// Most codes that are looked for in one photo.
const MOST_CODES: usize = 32;
/// How many of the first stages look for further codes.
const SECOND_LOOK: usize = 5;

/// What every stage alone makes of a photo, with its milliseconds of CPU. For measuring: it is how the order of the
/// stages is found, and which of them are worth their time.
pub fn survey(image: &Luma, formats: &Formats) -> Vec<(&'static str, Vec<Symbol>, f32)> {
    let alone = |stage: &Stage| {
        let clock = Clock::start(Budget::default().0);
        let symbols = run(stage, &Views::of(image), *formats, &clock);
        (stage.name, symbols, clock.spent().as_secs_f32() * 1e3)
    };
    STILL.iter().map(alone).collect()
}

/// One way to look and one way to read.
pub(super) struct Stage {
    pub(super) name: &'static str,
    look: Look,
    eye: Eye,
}

/// How the image is prepared. The number is a level's rank: 0 is the one of the best size.
#[derive(Clone, Copy)]
enum Look {
    Level(usize),
    Invert(usize),
    /// Twice the size, for images that are small to begin with.
    Double,
    Contrast(usize),
    Sharpen(usize),
    Blur(usize),
    Threshold(usize),
    Turned(f32),
}

/// Who reads.
#[derive(Clone, Copy)]
enum Eye {
    Fast,
    Hard,
    /// Our own readers of QR and Aztec.
    Own,
    /// Our own reader of QR, in a hurry.
    Glance,
    Rqrr,
}

const fn stage(name: &'static str, look: Look, eye: Eye) -> Stage {
    Stage { name, look, eye }
}

const STILL: &[Stage] = &[
    stage("fast", Look::Level(0), Eye::Fast),
    stage("hard", Look::Level(0), Eye::Hard),
    stage("own", Look::Level(0), Eye::Own),
    stage("half", Look::Level(1), Eye::Hard),
    stage("quarter", Look::Level(2), Eye::Hard),
    stage("double", Look::Double, Eye::Hard),
    stage("own_half", Look::Level(1), Eye::Own),
    stage("own_inverted", Look::Invert(0), Eye::Own),
    stage("own_sharpen", Look::Sharpen(0), Eye::Own),
    stage("own_blur", Look::Blur(0), Eye::Own),
    stage("rqrr_threshold", Look::Threshold(0), Eye::Rqrr),
    stage("rqrr", Look::Level(0), Eye::Rqrr),
    stage("contrast", Look::Contrast(0), Eye::Hard),
    stage("sharpen", Look::Sharpen(0), Eye::Hard),
    stage("blur", Look::Blur(0), Eye::Hard),
    stage("eighth", Look::Level(3), Eye::Hard),
    stage("own_double", Look::Double, Eye::Own),
    stage("own_quarter", Look::Level(2), Eye::Own),
    stage("turned_45", Look::Turned(45.0), Eye::Hard),
];

/// The row of stages for every frame of a camera.
pub(super) const EVERY_FRAME: &[Stage] = &[
    stage("fast", Look::Level(0), Eye::Fast),
    stage("glance", Look::Level(0), Eye::Glance),
];

/// The stages of which each frame gets one more, in turn.
pub(super) const IN_TURN: &[Stage] = &[
    stage("half", Look::Level(1), Eye::Hard),
    stage("own", Look::Level(0), Eye::Own),
    stage("hard", Look::Level(0), Eye::Hard),
    stage("own_half", Look::Level(1), Eye::Own),
    stage("contrast", Look::Contrast(0), Eye::Hard),
    stage("own_inverted", Look::Invert(0), Eye::Own),
    stage("quarter", Look::Level(2), Eye::Hard),
    stage("own_sharpen", Look::Sharpen(0), Eye::Own),
    stage("sharpen", Look::Sharpen(0), Eye::Hard),
    stage("own_blur", Look::Blur(0), Eye::Own),
];

/// Runs one stage, its findings in pixels of the original.
pub(super) fn run(
    stage: &Stage,
    views: &Views<'_>,
    formats: Formats,
    clock: &Clock,
) -> Vec<Symbol> {
    let Some((view, scale)) = look(stage.look, views) else {
        return Vec::new();
    };
    let found = match stage.eye {
        Eye::Fast => foreign::rxing(&view, formats, Effort::Fast),
        Eye::Hard => foreign::rxing(&view, formats, Effort::Hard),
        Eye::Own => own(&view, formats, clock),
        Eye::Glance if formats.contains(Kind::Qr) => qr::read(&view, Patience::Frame, clock)
            .into_iter()
            .collect(),
        Eye::Rqrr if formats.contains(Kind::Qr) => foreign::rqrr(&view),
        Eye::Glance | Eye::Rqrr => Vec::new(),
    };
    found
        .into_iter()
        .filter(|found| found.kind != Kind::Code128 || read_again(found, &view))
        .map(|found| Symbol {
            kind: found.kind,
            bytes: found.bytes,
            text: found.text,
            corners: found.corners.map(|[x, y]| [x * scale, y * scale]),
            stage: stage.name,
            ms: clock.ms(),
        })
        .collect()
}

fn own(view: &Luma, formats: Formats, clock: &Clock) -> Vec<Found> {
    let square = formats
        .contains(Kind::Qr)
        .then(|| qr::read(view, Patience::Still, clock))
        .flatten();
    let found = square.or_else(|| {
        formats
            .contains(Kind::Aztec)
            .then(|| aztec::read(view, clock))
            .flatten()
    });
    found.into_iter().collect()
}

/// Lines of noise are read as one-dimensional codes now and then, but not twice as the same one.
fn read_again(found: &Found, view: &Luma) -> bool {
    let formats = Formats::only(&[Kind::Code128]);
    let others: [fn(&Luma) -> Luma; 3] = [pixels::blur, pixels::half, pixels::double];
    others.iter().any(|other| {
        foreign::rxing(&other(view), formats, Effort::Hard)
            .iter()
            .any(|again| again.text == found.text)
    })
}

/// The prepared image, and how many of the original's pixels one of its pixels spans.
fn look<'a>(look: Look, views: &'a Views<'_>) -> Option<(Cow<'a, Luma>, f32)> {
    let made = |rank: usize, make: &dyn Fn(&Luma) -> Luma| {
        let (level, scale) = views.ranked(rank)?;
        Some((Cow::Owned(make(level)), scale))
    };
    let radius = |image: &Luma, part: usize| (image.width().min(image.height()) / part).max(8);
    let contrast = |image: &Luma| pixels::local_contrast(image, radius(image, 12));
    let small = |most: f32| (views.original().megapixels() < most).then(|| views.original());
    match look {
        Look::Level(rank) => views
            .ranked(rank)
            .map(|(level, scale)| (Cow::Borrowed(level), scale)),
        Look::Contrast(rank) => made(rank, &contrast),
        Look::Invert(rank) => made(rank, &pixels::invert),
        Look::Sharpen(rank) => made(rank, &pixels::sharpen),
        Look::Blur(rank) => made(rank, &pixels::blur),
        Look::Threshold(rank) => made(rank, &|image| {
            pixels::local_threshold(image, radius(image, 8), 0.05)
        }),
        Look::Double => Some((Cow::Owned(pixels::double(small(0.35)?)), 0.5)),
        Look::Turned(degrees) => made(0, &|image| pixels::rotate(image, degrees)),
    }
}
