//! `zgoda scan`: what the reader sees in photos, or in the frames of a camera.
//!
//! When: to check badges, printers and the reader itself from a terminal. How: it only prints; it needs no store and no
//! profile, keeps nothing and minimises nothing. One process reads many files. With `--json` each file is one object a
//! line: `{file, symbols: [{kind, text, bytes, corners, branch, ms}], fields}`, bytes in base64, corners in pixels, branch
//! the stage of the cascade that read the code; `ms` count from the start of the reading. `fields` are the first person's.
//! A file that cannot be read has an `error` beside. `--profile FILE` says which codes are looked for and how a delimited
//! text is parted. Exit code 0: every file was looked at, 1: one or more could not be, 2: wrong usage. A file without a
//! code is not an error.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use clap::Args;
use serde_json::{Value, json};
use zgoda_booth::Error;
use zgoda_capture::Luma;
use zgoda_capture::payload::{self, PayloadError, Reading};
use zgoda_capture::still;
use zgoda_capture::symbol::{Budget, Formats, Kind, Live, Symbol, read_all};
use zgoda_core::badge::{BadgeRules, Template};
use zgoda_core::{Candidate, Personal, Profile};

use crate::args::Global;
use crate::out::Failure;
use crate::photo::{self, Problem};
use crate::session;

/// What to read.
#[derive(Debug, Args)]
pub(crate) struct ScanArgs {
    /// Photos: JPEG, PNG or WebP.
    #[arg(required_unless_present = "frames", value_name = "IMAGE")]
    images: Vec<PathBuf>,
    /// Read the images of a folder, in the order of their names, as one camera's frames.
    #[arg(long, value_name = "DIR", conflicts_with = "images")]
    frames: Option<PathBuf>,
    /// Look for these kinds alone: qr, micro_qr, rmqr, aztec, data_matrix, pdf417, code128.
    #[arg(long, value_name = "KIND", value_delimiter = ',', value_parser = kind)]
    only: Vec<Kind>,
}

fn kind(name: &str) -> Result<Kind, String> {
    Kind::from_name(name).ok_or_else(|| "no such kind of code".to_owned())
}

/// What to look for, and how to part what was read.
struct Rules {
    formats: Formats,
    template: Option<Template>,
}

impl Rules {
    /// By the profile that was named, `--only` first; every code and no template without one.
    fn of(global: &Global, args: &ScanArgs) -> Result<Self, Failure> {
        let badge = match &global.profile {
            Some(path) => {
                let toml = session::read_text(path)?;
                Profile::read(&toml).map_err(Error::Profile)?.0.badge
            }
            None => BadgeRules::default(),
        };
        let formats = if args.only.is_empty() {
            Formats::only(&badge.symbols)
        } else {
            Formats::only(&args.only)
        };
        Ok(Self {
            formats,
            template: badge.template,
        })
    }

    fn read(&self, symbol: &Symbol) -> Result<Reading, PayloadError> {
        payload::read(&symbol.bytes, self.template.as_ref())
    }
}

/// Prints what was seen in each file.
pub(crate) fn run(global: &Global, args: &ScanArgs) -> Result<ExitCode, Failure> {
    let rules = Rules::of(global, args)?;
    quiet_decoders();
    let mut out = io::stdout().lock();
    let done = match &args.frames {
        Some(folder) => {
            let files = images_in(folder).map_err(|source| Failure::File {
                path: folder.display().to_string(),
                source,
            })?;
            frames(&files, &rules, global.json, &mut out)
        }
        None => stills(&args.images, &rules, global.json, &mut out),
    };
    // Whoever reads the pipe may go away.
    Ok(match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) | Err(_) => ExitCode::FAILURE,
    })
}

/// Other people's decoders panic on some images; the reader catches that and goes on, so the message helps nobody.
fn quiet_decoders() {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let file = panic.location().map_or("", |location| location.file());
        if !file.contains("rxing") && !file.contains("rqrr") {
            usual(panic);
        }
    }));
}

fn stills(files: &[PathBuf], rules: &Rules, json: bool, out: &mut impl Write) -> io::Result<bool> {
    let mut whole = true;
    for file in files {
        let seen = pixels(file).map(|image| read_all(&image, &rules.formats, Budget::default()));
        whole &= seen.is_ok();
        print(out, file, &seen, rules, json)?;
    }
    Ok(whole)
}

fn frames(files: &[PathBuf], rules: &Rules, json: bool, out: &mut impl Write) -> io::Result<bool> {
    let mut live = Live::new(rules.formats);
    let mut whole = true;
    for file in files {
        let seen = pixels(file).and_then(|image| {
            let seen = live.frame(image.pixels(), image.width() as u32, image.height() as u32)?;
            Ok(seen.into_iter().collect())
        });
        whole &= seen.is_ok();
        print(out, file, &seen, rules, json)?;
    }
    Ok(whole)
}

/// What was seen in a file.
type Seen = Result<Vec<Symbol>, Problem>;

fn images_in(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<io::Result<_>>()?;
    files.retain(|file| is_image(file));
    files.sort();
    Ok(files)
}

fn is_image(file: &Path) -> bool {
    let ending = file.extension().unwrap_or_default().to_ascii_lowercase();
    ["jpg", "jpeg", "png", "webp"]
        .iter()
        .any(|known| ending == *known)
}

fn pixels(file: &Path) -> Result<Luma, Problem> {
    Ok(still::luma(&photo::bytes(file)?)?)
}

fn print(
    out: &mut impl Write,
    file: &Path,
    seen: &Seen,
    rules: &Rules,
    json: bool,
) -> io::Result<()> {
    if json {
        return writeln!(out, "{}", object(file, seen, rules));
    }
    match seen {
        Err(problem) => writeln!(io::stderr().lock(), "{}: {problem}", file.display()),
        Ok(symbols) if symbols.is_empty() => writeln!(out, "{}: no code found", file.display()),
        Ok(symbols) => symbols
            .iter()
            .try_for_each(|symbol| text(out, file, symbol, rules)),
    }
}

/// The object that `--json` prints: fields always have the same keys, empty where the code does not fill them.
fn object(file: &Path, seen: &Seen, rules: &Rules) -> Value {
    let symbols = seen.as_deref().unwrap_or_default();
    let readings = symbols.iter().map(|symbol| rules.read(symbol));
    let person = readings.flatten().find_map(|reading| match reading {
        Reading::Person { candidate, .. } => Some(candidate),
        _ => None,
    });
    let mut object = json!({
        "file": file.display().to_string(),
        "symbols": symbols.iter().map(symbol).collect::<Vec<_>>(),
        "fields": fields(&person.unwrap_or_default()),
    });
    if let Err(problem) = seen {
        object["error"] = json!({ "code": problem.code(), "message": problem.to_string() });
    }
    object
}

fn symbol(symbol: &Symbol) -> Value {
    json!({
        "kind": symbol.kind.as_str(),
        "text": symbol.text,
        "bytes": STANDARD.encode(&symbol.bytes),
        "corners": symbol.corners.map(|corner| corner.map(|at| round(at, 10.0))),
        "branch": symbol.stage,
        "ms": round(symbol.ms, 100.0),
    })
}

fn round(number: f32, parts: f64) -> f64 {
    (f64::from(number) * parts).round() / parts
}

fn fields(candidate: &Candidate) -> Value {
    let all = |list: &[Personal]| {
        list.iter()
            .map(|one| one.expose().to_owned())
            .collect::<Vec<_>>()
    };
    let address = &candidate.address;
    json!({
        "name": candidate.name.expose(),
        "prefix": candidate.prefix.expose(),
        "title": candidate.title.expose(),
        "company": candidate.company.expose(),
        "email": all(&candidate.email),
        "phone": all(&candidate.phone),
        "website": candidate.website.expose(),
        "reference": candidate.reference.expose(),
        "address": {
            "street": address.street.expose(),
            "postcode": address.postcode.expose(),
            "city": address.city.expose(),
            "region": address.region.expose(),
            "country": address.country.expose(),
            "text": address.text.expose(),
        },
    })
}

fn text(out: &mut impl Write, file: &Path, symbol: &Symbol, rules: &Rules) -> io::Result<()> {
    let how = format!(
        "{} read by \"{}\" in {:.0} ms",
        symbol.kind.as_str(),
        symbol.stage,
        symbol.ms
    );
    writeln!(out, "{}: {how}", file.display())?;
    match rules.read(symbol) {
        Ok(Reading::Person { format, candidate }) => {
            writeln!(out, "  format   {format}")?;
            let extras: Vec<String> = candidate
                .extras
                .iter()
                .filter_map(|extra| Some(json!(extra).as_str()?.to_owned()))
                .collect();
            for (field, value) in candidate.into_fields() {
                writeln!(out, "  {:<8} {}", field.as_str(), value.one_line().expose())?;
            }
            if !extras.is_empty() {
                writeln!(out, "  and      {}", extras.join(", "))?;
            }
            Ok(())
        }
        Ok(Reading::Opaque { system, reference }) => {
            writeln!(out, "  {system} id {}", reference.expose())
        }
        Ok(Reading::Url { address, .. }) => writeln!(out, "  address  {}", address.expose()),
        Ok(Reading::Text(text)) => writeln!(out, "  text     {}", text.expose()),
        Err(error) => writeln!(out, "  refused: {error}"),
    }
}
