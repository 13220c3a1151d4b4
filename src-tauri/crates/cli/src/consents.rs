//! `zgoda consents`: the consent records in the forms that others read.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Subcommand, ValueEnum};
use zgoda_booth::report::Form;

use crate::args::Global;
use crate::out::{Failure, Out};
use crate::session;

/// Consent records.
#[derive(Debug, Subcommand)]
pub(crate) enum ConsentsCommand {
    /// Write the record of everybody who was not erased.
    Export(ExportArgs),
}

/// How and where to.
#[derive(Debug, Args)]
pub(crate) struct ExportArgs {
    /// The form.
    #[arg(long = "as", value_name = "FORM")]
    form: FormArg,
    /// The file; standard output where none is named.
    file: Option<PathBuf>,
}

/// A form.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum FormArg {
    /// Kantara consent receipts 1.1, JSON.
    Kantara,
    /// The field list of ISO/IEC TS 27560:2023, JSON.
    Ts27560,
    /// A table, one line per person and box.
    Csv,
}

pub(crate) fn run(
    global: &Global,
    command: &ConsentsCommand,
    out: &mut Out,
) -> Result<ExitCode, Failure> {
    let ConsentsCommand::Export(args) = command;
    let form = match args.form {
        FormArg::Kantara => Form::Kantara,
        FormArg::Ts27560 => Form::Ts27560,
        FormArg::Csv => Form::Csv,
    };
    let text = session::open(global, out)?.consents(form)?;
    session::write_or_print(args.file.as_deref(), &text, out)?;
    Ok(ExitCode::SUCCESS)
}
