//! `zgoda report`: what head office and the authority need.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Subcommand, ValueEnum};
use zgoda_booth::report::{self, Report, Shown};
use zgoda_core::Language;
use zgoda_core::note::Verifier;

use crate::args::Global;
use crate::out::{Failure, Out};
use crate::session::{self, now};

/// Reports.
#[derive(Debug, Subcommand)]
#[expect(clippy::large_enum_variant, reason = "made once per call")]
pub(crate) enum ReportCommand {
    /// Record of processing activities (Art. 30), from the profile.
    Art30(FormArgs),
    /// Lost device (Art. 33), from its last signed status: no store, no secret.
    LostDevice {
        /// The status, as `zgoda ledger status` wrote it.
        status: PathBuf,
        /// Head office's public key; without it the origin is not checked.
        #[arg(long, value_name = "PUB")]
        key: Option<Verifier>,
        /// Language of the report.
        #[arg(long, default_value = "en")]
        language: Language,
        #[command(flatten)]
        form: FormArgs,
    },
    /// What will be erased when, here and in the CRM.
    Retention(FormArgs),
    /// Consents by purpose, channel, language and version of the wording.
    Consents(FormArgs),
}

/// In which form, and where to.
#[derive(Debug, Args)]
pub(crate) struct FormArgs {
    /// The form; JSON with --json.
    #[arg(long = "as", value_name = "FORM", default_value = "text")]
    form: FormArg,
    /// The file; standard output where none is named.
    #[arg(long, value_name = "FILE")]
    to: Option<PathBuf>,
}

/// A form.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum FormArg {
    /// Markdown.
    Text,
    /// One HTML page.
    Page,
    /// Tables, comma-separated.
    Csv,
    /// JSON.
    Json,
}

pub(crate) fn run(
    global: &Global,
    command: &ReportCommand,
    out: &mut Out,
) -> Result<ExitCode, Failure> {
    let (shown, form) = match command {
        ReportCommand::Art30(form) => (session::open(global, out)?.report(Report::Art30)?, form),
        ReportCommand::Retention(form) => {
            (session::open(global, out)?.report(Report::Retention)?, form)
        }
        ReportCommand::Consents(form) => {
            (session::open(global, out)?.report(Report::Consents)?, form)
        }
        ReportCommand::LostDevice {
            status,
            key,
            language,
            form,
        } => {
            let office = key.as_ref().map(|key| &key.key);
            let text = session::read_text(status)?;
            (report::lost_device(&text, office, *language, now())?, form)
        }
    };
    let text = text_of(&shown, form.form, out.is_json());
    session::write_or_print(form.to.as_deref(), &text, out)?;
    Ok(ExitCode::SUCCESS)
}

fn text_of(shown: &Shown, form: FormArg, json: bool) -> String {
    match form {
        FormArg::Text if json => shown.json.to_string(),
        FormArg::Text => shown.page.markdown(),
        FormArg::Page => shown.page.html(),
        FormArg::Csv => shown.page.csv(),
        FormArg::Json => serde_json::to_string_pretty(&shown.json).unwrap_or_default(),
    }
}
