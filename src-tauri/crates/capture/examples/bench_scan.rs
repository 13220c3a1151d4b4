//! Reads images with one engine and prints a JSON object a line: file, milliseconds of CPU, texts. `bench/scan.py`
//! calls it for the table of `make bench-scan`.
//!
//! `bench_scan ENGINE MODE < list of files`, ENGINE one of `zgoda`, `rxing`, `rqrr`, MODE one of `still`, `frame`
//! (fitted to 1280 x 720, one frame), `ten` (the same frame ten times) and `survey` (every stage of a still alone).

use std::io::{self, BufRead, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};

use zgoda_capture::symbol::{Budget, Formats, Kind, Live, read_still, survey};
use zgoda_capture::{Luma, still};

fn main() -> io::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [engine, mode] = arguments.as_slice() else {
        return Err(io::Error::other(
            "usage: bench_scan zgoda|rxing|rqrr still|frame|ten < files",
        ));
    };
    std::panic::set_hook(Box::new(|_| {}));
    let mut out = io::stdout().lock();
    for file in io::stdin().lock().lines() {
        let file = file?;
        let decoded = std::fs::read(&file).map(|bytes| still::luma(&bytes));
        let Ok(Ok(mut image)) = decoded else {
            writeln!(
                out,
                "{}",
                serde_json::json!({ "file": file, "error": true })
            )?;
            continue;
        };
        if mode == "survey" {
            print_survey(&mut out, &file, &image)?;
            continue;
        }
        if mode != "still" {
            image = fitted(&image, 1280, 720);
        }
        let formats = formats_for(&file);
        let start = cpu_ms();
        let read = catch_unwind(AssertUnwindSafe(|| ask(engine, mode, &image, formats)));
        let ms = cpu_ms() - start;
        let (texts, stage) = read.unwrap_or_default();
        let line = serde_json::json!({ "file": file, "ms": ms, "texts": texts, "stage": stage });
        writeln!(out, "{line}")?;
    }
    Ok(())
}

/// One line for every stage: what it alone makes of the image.
fn print_survey(out: &mut impl Write, file: &str, image: &Luma) -> io::Result<()> {
    for (stage, symbols, ms) in survey(image, &formats_for(file)) {
        let texts: Vec<String> = symbols
            .iter()
            .flat_map(|s| [hex(s.text.as_bytes()), hex(&s.bytes)])
            .collect();
        let line = serde_json::json!({ "file": file, "ms": ms, "texts": texts, "stage": stage });
        writeln!(out, "{line}")?;
    }
    Ok(())
}

/// Texts in hex, and the stage that read them.
fn ask(engine: &str, mode: &str, image: &Luma, formats: Formats) -> (Vec<String>, String) {
    let symbols = match (engine, mode) {
        ("zgoda", "still") => read_still(image, &formats, Budget::default()),
        ("zgoda", mode) => frames(image, formats, if mode == "ten" { 10 } else { 1 }),
        ("rxing", _) => return (rxing_alone(image, formats), String::new()),
        _ => return (rqrr_alone(image), String::new()),
    };
    let stage = symbols
        .first()
        .map(|symbol| symbol.stage)
        .unwrap_or_default();
    let mut texts: Vec<String> = symbols.iter().map(|s| hex(s.text.as_bytes())).collect();
    texts.extend(symbols.iter().map(|s| hex(&s.bytes)));
    (texts, stage.to_owned())
}

fn frames(image: &Luma, formats: Formats, count: usize) -> Vec<zgoda_capture::symbol::Symbol> {
    let mut live = Live::new(formats);
    let (width, height) = (image.width() as u32, image.height() as u32);
    (0..count)
        .find_map(|_| live.frame(image.pixels(), width, height).ok().flatten())
        .into_iter()
        .collect()
}

fn rxing_alone(image: &Luma, formats: Formats) -> Vec<String> {
    use rxing::BarcodeFormat as Is;
    let asked = Kind::ALL
        .into_iter()
        .filter(|kind| formats.contains(*kind))
        .map(|kind| match kind {
            Kind::Qr => Is::QR_CODE,
            Kind::MicroQr => Is::MICRO_QR_CODE,
            Kind::RmQr => Is::RECTANGULAR_MICRO_QR_CODE,
            Kind::Aztec => Is::AZTEC,
            Kind::DataMatrix => Is::DATA_MATRIX,
            Kind::Pdf417 => Is::PDF_417,
            Kind::Code128 => Is::CODE_128,
        });
    let mut hints = rxing::DecodeHints {
        PossibleFormats: Some(asked.collect()),
        TryHarder: Some(true),
        AlsoInverted: Some(true),
        ..rxing::DecodeHints::default()
    };
    rxing::helpers::detect_in_luma_filtered_with_hints(
        image.pixels().to_vec(),
        image.width() as u32,
        image.height() as u32,
        None,
        &mut hints,
    )
    .map(|result| vec![hex(result.getText().as_bytes())])
    .unwrap_or_default()
}

fn rqrr_alone(image: &Luma) -> Vec<String> {
    let at = |x: usize, y: usize| image.row(y)[x];
    let mut prepared =
        rqrr::PreparedImage::prepare_from_greyscale(image.width(), image.height(), at);
    let mut texts = Vec::new();
    for grid in prepared.detect_grids() {
        let mut bytes = Vec::new();
        if grid.decode_to(&mut bytes).is_ok() {
            texts.push(hex(&bytes));
        }
    }
    texts
}

/// The kind that a set's folder is about, so that each engine looks for the same.
fn formats_for(file: &str) -> Formats {
    let kinds = [
        ("micro", Kind::MicroQr),
        ("rmqr", Kind::RmQr),
        ("aztec", Kind::Aztec),
        ("datamatrix", Kind::DataMatrix),
        ("pdf417", Kind::Pdf417),
        ("code128", Kind::Code128),
    ];
    let kind = kinds.iter().find(|(word, _)| file.contains(word));
    Formats::only(&[kind.map_or(Kind::Qr, |(_, kind)| *kind)])
}

/// Shrunk to fit, as a camera would have sent it; never enlarged.
fn fitted(image: &Luma, width: usize, height: usize) -> Luma {
    let scale = (image.width() as f64 / width as f64).max(image.height() as f64 / height as f64);
    if scale <= 1.0 {
        return image.clone();
    }
    let (width, height) = (
        (image.width() as f64 / scale) as usize,
        (image.height() as f64 / scale) as usize,
    );
    let span =
        |at: usize, of: usize, to: usize| at * of / to..((at + 1) * of / to).max(at * of / to + 1);
    Luma::from_fn(width, height, |x, y| {
        let (mut sum, mut count) = (0_u32, 0_u32);
        for row in span(y, image.height(), height) {
            for pixel in &image.row(row)[span(x, image.width(), width)] {
                sum += u32::from(*pixel);
                count += 1;
            }
        }
        (sum / count.max(1)) as u8
    })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// CPU time of this thread.
#[cfg(unix)]
fn cpu_ms() -> f64 {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    now.tv_sec as f64 * 1e3 + now.tv_nsec as f64 / 1e6
}

#[cfg(not(unix))]
fn cpu_ms() -> f64 {
    0.0
}
