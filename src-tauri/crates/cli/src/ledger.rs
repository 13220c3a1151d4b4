//! `zgoda ledger`: write the ledger as a file, and check one, offline and without the store.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Subcommand;
use serde::Serialize;
use zgoda_booth::office;
use zgoda_core::export::ledger::{self as file, Fault, Origin, Verified};
use zgoda_core::note::Verifier;
use zgoda_core::status;

use crate::args::Global;
use crate::out::{Failure, Out};
use crate::session::{self, now};

/// The ledger.
#[derive(Debug, Subcommand)]
pub(crate) enum LedgerCommand {
    /// Write the whole ledger, signed, to a file.
    Export {
        /// The file; `-` is standard output.
        file: PathBuf,
        /// The ledger of this device, whose store was taken over here, as that device signed it.
        #[arg(long, value_name = "DEVICE")]
        of: Option<String>,
    },
    /// Write this device's signed status for head office: how far the ledger goes, how much is held, how it is sealed.
    Status {
        /// The file; `-` is standard output.
        file: PathBuf,
    },
    /// Write the last status that head office countersigned, as the destination gave it back at a sync.
    Countersigned {
        /// The file; `-` is standard output.
        file: PathBuf,
    },
    /// Head office: sign a device's status beside it, so that a ledger cut short is noticed.
    Countersign {
        /// The status; it is written over with both signatures.
        file: PathBuf,
        /// Head office's key file.
        #[arg(long, value_name = "FILE")]
        office_key: PathBuf,
    },
    /// Check an exported ledger: no store, no secret, no network.
    Verify {
        /// The file.
        file: PathBuf,
        /// Head office's public key; without it the origin is not checked.
        #[arg(long, value_name = "PUB")]
        key: Option<Verifier>,
    },
}

#[derive(Serialize)]
struct Exported {
    file: String,
    entries: u64,
    hash: String,
}

#[derive(Serialize)]
struct Countersigned {
    file: String,
    countersigned: bool,
}

#[derive(Serialize)]
struct Checked {
    ok: bool,
    #[serde(flatten)]
    verified: Option<Verified>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Broken>,
}

#[derive(Serialize)]
struct Broken {
    code: &'static str,
    entry: Option<u64>,
    message: String,
}

pub(crate) fn run(
    global: &Global,
    command: &LedgerCommand,
    out: &mut Out,
) -> Result<ExitCode, Failure> {
    match command {
        LedgerCommand::Export { file, of } => {
            let mut booth = session::open(global, out)?;
            let text = match of {
                Some(device) => booth.other_ledger(device)?,
                None => booth.ledger_export(now())?,
            };
            let verified = file::verify(&text, None).map_err(zgoda_booth::Error::from)?;
            if session::is_standard(file) {
                out.line(&text);
                return Ok(ExitCode::SUCCESS);
            }
            session::write(file, text.as_bytes())?;
            let name = file.display().to_string();
            let done = Exported {
                file: name,
                entries: verified.entries,
                hash: verified.hash,
            };
            out.print(&done, |done| {
                format!("{}: {} entries", done.file, done.entries)
            });
            Ok(ExitCode::SUCCESS)
        }
        LedgerCommand::Status { file } => {
            let text = session::open(global, out)?.status(now())?;
            session::write_or_print(Some(file), &text, out)?;
            Ok(ExitCode::SUCCESS)
        }
        LedgerCommand::Countersigned { file } => {
            let text = session::open(global, out)?.countersigned()?;
            let text = text.ok_or(zgoda_booth::Error::NotCountersigned)?;
            session::write_or_print(Some(file), &text, out)?;
            Ok(ExitCode::SUCCESS)
        }
        LedgerCommand::Countersign { file, office_key } => {
            let secret = session::passphrase(global, "Passphrase of head office's key: ")?;
            let office = office::open_key(&session::read_text(office_key)?, &secret)?;
            let text = status::countersign(&session::read_text(file)?, &office);
            session::write(file, text.map_err(zgoda_booth::Error::from)?.as_bytes())?;
            let done = Countersigned {
                file: file.display().to_string(),
                countersigned: true,
            };
            out.print(&done, |done| format!("{}: countersigned", done.file));
            Ok(ExitCode::SUCCESS)
        }
        LedgerCommand::Verify { file, key } => {
            let text = session::read_text(file)?;
            let checked = check(file::verify(&text, key.as_ref().map(|key| &key.key)));
            out.print(&checked, |checked| {
                text_of(&file.display().to_string(), checked)
            });
            Ok(if checked.ok {
                ExitCode::SUCCESS
            } else {
                ExitCode::FAILURE
            })
        }
    }
}

fn check(result: Result<Verified, Fault>) -> Checked {
    match result {
        Ok(verified) => Checked {
            ok: true,
            verified: Some(verified),
            error: None,
        },
        Err(fault) => {
            let message = fault.to_string();
            let error = Broken {
                code: fault.code(),
                entry: fault.entry(),
                message,
            };
            Checked {
                ok: false,
                verified: None,
                error: Some(error),
            }
        }
    }
}

fn text_of(name: &str, checked: &Checked) -> String {
    if let Some(broken) = &checked.error {
        return format!("{name}: broken: {}", broken.message);
    }
    let Some(verified) = &checked.verified else {
        return String::new();
    };
    let origin = match verified.origin {
        Origin::Certified => "consistent, and of a device that head office certified",
        Origin::NotChecked => "consistent; origin not checked",
    };
    format!(
        "{name}: {} entries of {}, {origin}",
        verified.entries, verified.event
    )
}
