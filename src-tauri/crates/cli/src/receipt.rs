//! `zgoda receipt`: show a person's receipt, and check one.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Subcommand;
use serde::Serialize;
use zgoda_booth::Error;
use zgoda_booth::view::ReceiptView;
use zgoda_core::LeadId;
use zgoda_core::note::Verifier;
use zgoda_core::receipt::{self, Receipt};

use crate::args::{Global, parse_lead};
use crate::out::{Failure, Out};
use crate::session;

/// Receipts.
#[derive(Debug, Subcommand)]
pub(crate) enum ReceiptCommand {
    /// Show the receipt of a lead: withdrawal code, link, and the receipt itself.
    Show {
        /// The lead's id.
        #[arg(value_parser = parse_lead)]
        lead: LeadId,
    },
    /// Write the receipt of a lead as a page to print (PDF).
    Export {
        /// The lead's id.
        #[arg(value_parser = parse_lead)]
        lead: LeadId,
        /// The file that is written; `-` is standard output.
        file: PathBuf,
    },
    /// Check a receipt, offline.
    Verify {
        /// The receipt, its link, or a file that holds one of them.
        receipt: String,
        /// Head office's public key; without it the origin is not checked.
        #[arg(long, value_name = "PUB")]
        key: Option<Verifier>,
    },
    /// Write the page that verifies receipts in the browser and starts a withdrawal; put it where the profile says.
    Page {
        /// The file that is written.
        file: PathBuf,
    },
}

#[derive(Serialize)]
struct Checked {
    code: String,
    origin_checked: bool,
    #[serde(flatten)]
    receipt: Receipt,
}

#[derive(Serialize)]
struct Written {
    file: String,
}

impl Written {
    fn to(file: &Path) -> Self {
        Self {
            file: file.display().to_string(),
        }
    }

    fn text(&self) -> String {
        format!("{}: written", self.file)
    }
}

pub(crate) fn run(
    global: &Global,
    command: &ReceiptCommand,
    out: &mut Out,
) -> Result<ExitCode, Failure> {
    match command {
        ReceiptCommand::Show { lead } => {
            let view = session::open(global, out)?.receipt(*lead)?;
            out.print(&view, view_text);
        }
        ReceiptCommand::Export { lead, file } => {
            let pdf = session::open(global, out)?.receipt_pdf(*lead)?;
            if session::is_standard(file) {
                out.bytes(&pdf);
                return Ok(ExitCode::SUCCESS);
            }
            session::write(file, &pdf)?;
            out.print(&Written::to(file), Written::text);
        }
        ReceiptCommand::Verify { receipt, key } => {
            let path = PathBuf::from(receipt);
            // A receipt and its link have dots; whatever else looks like a path is meant as one.
            let is_path = path.is_file() || (receipt.contains('/') && !receipt.contains("://"));
            let text = if is_path {
                session::read_text(&path)?
            } else {
                receipt.clone()
            };
            let jws = text.trim().rsplit('#').next().unwrap_or_default();
            let office = key.as_ref().map(|key| &key.key);
            let receipt = receipt::verify(jws, office).map_err(Error::from)?;
            let code = receipt
                .code()
                .map(|code| code.grouped())
                .unwrap_or_default();
            let checked = Checked {
                code,
                origin_checked: office.is_some(),
                receipt,
            };
            out.print(&checked, checked_text);
        }
        ReceiptCommand::Page { file } => {
            let page = session::open(global, out)?.receipt_page()?;
            session::write(file, page.as_bytes())?;
            out.print(&Written::to(file), Written::text);
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn view_text(view: &ReceiptView) -> String {
    let mut lines = vec![view.code.clone()];
    lines.push(view.link.clone().unwrap_or_else(|| view.text.clone()));
    lines.join("\n")
}

fn checked_text(checked: &Checked) -> String {
    let origin = if checked.origin_checked {
        "of a certified device"
    } else {
        "origin not checked"
    };
    let receipt = &checked.receipt;
    let at = receipt.at().map(|at| at.to_rfc3339()).unwrap_or_default();
    let list = |all: &[String]| {
        if all.is_empty() {
            "–".to_owned()
        } else {
            all.join(", ")
        }
    };
    format!(
        "{}: a whole receipt, {origin}\n{} {at}\nyes: {}\nno: {}",
        checked.code,
        receipt.evt,
        list(&receipt.yes),
        list(&receipt.no)
    )
}
