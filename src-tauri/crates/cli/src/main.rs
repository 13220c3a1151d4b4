//! `zgoda`: the booth's use cases in a terminal, for head office, cron and checks.

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Leads at a booth, with consent: scan, minimise, consent, seal, sync, forget.
#[derive(Debug, Parser)]
#[command(name = "zgoda", version, propagate_version = true)]
struct Cli {
    /// Print machine-readable JSON instead of text.
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
enum Command {}

fn main() -> ExitCode {
    let cli = Cli::parse();
    match cli.command {}
}
