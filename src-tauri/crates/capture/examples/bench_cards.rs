//! Reads photos of cards, or typed lines, and prints what came out with its cost, one object a line; before photos, what
//! loading the models took.
//!
//! `bench_cards [--light] [--measured] [--keep] IMAGE…`, `bench_cards [--measured] --typed < lines.jsonl`, or
//! `bench_cards --again < kept.jsonl` of what `--keep` printed; see `bench/cards`.
#![allow(clippy::print_stdout, missing_docs)]

use std::error::Error;
use std::io::{BufRead, stdin};
use std::time::Instant;

use serde_json::{Value, json};
use zgoda_capture::card::bench::{Raw, load, object};
use zgoda_capture::card::{Line, Models, Pair, Reader};
use zgoda_capture::still;

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let has = |name: &str| args.iter().any(|arg| arg == name);
    if has("--typed") {
        return typed(has("--measured"));
    }
    if has("--again") {
        return again();
    }
    let pair = if has("--light") {
        Pair::Light
    } else {
        Pair::Small
    };
    let reader = Reader::new(Models::find()?, pair);
    let start = Instant::now();
    load(&reader)?;
    println!(
        "{}",
        json!({ "load_ms": start.elapsed().as_secs_f64() * 1000.0, "load_cpu_ms": cpu_seconds() * 1000.0 })
    );
    for file in args.iter().filter(|arg| !arg.starts_with("--")) {
        let before = cpu_seconds();
        let photo = still::decode(&std::fs::read(file)?)?;
        let (raw, cards) = Raw::read(&reader, &photo)?;
        let seconds = cpu_seconds() - before;
        let lines: Vec<Value> = cards
            .iter()
            .map(|card| {
                let line = |line: &Line| json!([line.text.expose(), line.confidence]);
                card.lines.iter().map(line).collect()
            })
            .collect();
        let cards: Vec<Value> = cards
            .iter()
            .map(|card| {
                let mut object = object(&card.candidate);
                let sure = card
                    .confidence
                    .iter()
                    .map(|(field, sure)| (field.to_string(), json!(sure)));
                object["confidence"] = Value::Object(sure.collect());
                object["quad"] = card.quad.0.iter().map(|p| json!([p.x, p.y])).collect();
                object
            })
            .collect();
        let measured = if has("--measured") {
            raw.measured()
        } else {
            Vec::new()
        };
        let kept = if has("--keep") {
            raw.kept()
        } else {
            Value::Null
        };
        println!(
            "{}",
            json!({ "kept": kept, "file": file, "cpu": seconds, "peak_mb": peak_megabytes(), "cards": cards, "lines": lines, "measured": measured })
        );
    }
    Ok(())
}

/// One card a line: `[[text, [left, top, right, bottom]], …]`.
fn typed(measured: bool) -> Result<(), Box<dyn Error>> {
    for line in stdin().lock().lines() {
        let lines: Vec<(String, [f32; 4])> = serde_json::from_str(&line?)?;
        let raw = Raw::typed(&lines);
        let measured = if measured { raw.measured() } else { Vec::new() };
        println!(
            "{}",
            json!({ "cards": raw.sorted("PL"), "measured": measured })
        );
    }
    Ok(())
}

/// One photo a line; fields as the program that runs makes them of lines that another one read.
fn again() -> Result<(), Box<dyn Error>> {
    for line in stdin().lock().lines() {
        let mut row: Value = serde_json::from_str(&line?)?;
        let raw = Raw::again(&row["kept"]).ok_or("not of --keep")?;
        row["cards"] = raw.sorted("PL").into();
        println!("{row}");
    }
    Ok(())
}

/// CPU time of this process so far, all threads; Linux only, 0 elsewhere.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = stat
        .rsplit(')')
        .next()
        .unwrap_or_default()
        .split_whitespace()
        .collect();
    let ticks = |index: usize| {
        fields
            .get(index)
            .and_then(|v| v.parse::<f64>().ok())
            .unwrap_or(0.0)
    };
    (ticks(11) + ticks(12)) / 100.0
}

fn peak_megabytes() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|rest| rest.split_whitespace().next()?.parse::<f64>().ok())
        .unwrap_or(0.0)
        / 1024.0
}
