//! `zgoda card`: what the reader makes of photographed business cards.
//!
//! When: to check models and cards from a terminal. How: it only prints; it needs no store and no profile, and it keeps
//! nothing. The models are loaded once for all photos.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use serde_json::{Map, Value, json};
use zgoda_capture::card::{CardReading, Models, Pair, Reader};
use zgoda_capture::still;
use zgoda_core::{Candidate, Personal};

use crate::photo::{self, Problem};

/// What to read, and how to print it.
#[derive(Debug, Args)]
pub(crate) struct CardArgs {
    /// Photos of business cards: JPEG, PNG or WebP.
    #[arg(required = true, value_name = "IMAGE")]
    images: Vec<PathBuf>,
    /// Print the lines as read, from top to bottom, instead of fields.
    #[arg(long)]
    text: bool,
    /// Use the light models, for slow machines.
    #[arg(long)]
    light: bool,
    /// Country (ISO 3166) of telephone numbers that do not tell theirs.
    #[arg(long, default_value = "PL", value_name = "CODE")]
    country: String,
}

/// Prints one object, or with `--text` one block of lines, per card. Fails where a photo was not read.
pub(crate) fn run(args: &CardArgs, json: bool) -> ExitCode {
    let models = match Models::find() {
        Ok(models) => models,
        Err(error) => {
            eprintln!("zgoda: {error}");
            return ExitCode::FAILURE;
        }
    };
    let pair = if args.light { Pair::Light } else { Pair::Small };
    let reader = Reader::new(models, pair).at_home_in(&args.country);
    let mut out = io::stdout().lock();
    let mut failed = false;
    for image in &args.images {
        let cards = read(&reader, image);
        failed |= cards.is_err();
        let printed = match (&cards, args.text, json) {
            (Ok(cards), true, _) => print_lines(&mut out, cards),
            (Ok(cards), false, true) => print_json(&mut out, image, cards),
            (Ok(cards), false, false) => print_fields(&mut out, image, cards),
            (Err(problem), ..) => print_problem(&mut out, image, problem, json),
        };
        if printed.is_err() {
            // Whoever reads the pipe went away.
            return ExitCode::FAILURE;
        }
    }
    if failed {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    }
}

fn read(reader: &Reader, image: &Path) -> Result<Vec<CardReading>, Problem> {
    let photo = still::decode(&photo::bytes(image)?)?;
    Ok(reader.read(&photo)?)
}

fn print_lines(out: &mut impl Write, cards: &[CardReading]) -> io::Result<()> {
    for line in cards.iter().flat_map(|card| &card.lines) {
        writeln!(out, "{}", line.text.expose())?;
    }
    writeln!(out)
}

fn print_json(out: &mut impl Write, image: &Path, cards: &[CardReading]) -> io::Result<()> {
    if cards.is_empty() {
        // A photo without text is a card without fields.
        return writeln!(out, "{}", object(image, &CardReading::default()));
    }
    for card in cards {
        writeln!(out, "{}", object(image, card))?;
    }
    Ok(())
}

fn print_problem(
    out: &mut impl Write,
    image: &Path,
    problem: &Problem,
    json: bool,
) -> io::Result<()> {
    if json {
        let object = json!({ "file": image.display().to_string(), "error": problem.code(), "message": problem.to_string() });
        return writeln!(out, "{object}");
    }
    eprintln!("{}: {problem}", image.display());
    Ok(())
}

/// The object that `--json` prints. Fields that the card lacks are empty.
fn object(image: &Path, card: &CardReading) -> Value {
    let Candidate {
        name,
        prefix,
        title,
        company,
        email,
        phone,
        website,
        address,
        ..
    } = &card.candidate;
    let all = |list: &[Personal]| {
        list.iter()
            .map(|text| text.expose().to_owned())
            .collect::<Vec<_>>()
    };
    let confidence: Map<String, Value> = card
        .confidence
        .iter()
        .map(|(field, sure)| (field.to_string(), json!((sure * 1000.0).round() / 1000.0)))
        .collect();
    json!({
        "file": image.display().to_string(),
        "name": name.expose(),
        "prefix": prefix.expose(),
        "title": title.expose(),
        "company": company.expose(),
        "email": all(email),
        "phone": all(phone),
        "website": website.expose(),
        "address": {
            "text": address.text.expose().replace('\n', ", "),
            "street": address.street.expose(),
            "postcode": address.postcode.expose(),
            "city": address.city.expose(),
            "country": address.country.expose(),
        },
        "confidence": confidence,
    })
}

fn print_fields(out: &mut impl Write, image: &Path, cards: &[CardReading]) -> io::Result<()> {
    for card in cards {
        writeln!(out, "{}", image.display())?;
        for (field, value) in card.candidate.clone().into_fields() {
            let sure = card.confidence.get(&field).copied().unwrap_or_default() * 100.0;
            writeln!(
                out,
                "  {:<8} {}  ({sure:.0} %)",
                field.as_str(),
                value.one_line().expose()
            )?;
        }
    }
    Ok(())
}
