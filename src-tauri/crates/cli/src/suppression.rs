//! `zgoda suppression`: the list of people who objected to marketing. No value is ever printed.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Subcommand;
use zgoda_booth::suppression::Suppression;

use crate::args::Global;
use crate::out::{Failure, Out};
use crate::session;

/// The list.
#[derive(Debug, Subcommand)]
pub(crate) enum SuppressionCommand {
    /// How many addresses and numbers are on it.
    Count,
    /// Whether marketing to an address is blocked, and on which channels.
    Check {
        /// E-mail or telephone number.
        address: String,
    },
    /// Put an address on it: an objection that reached you another way.
    Add {
        /// E-mail or telephone number.
        address: String,
    },
    /// Put the addresses of a file on it, one a line.
    Import {
        /// The file.
        file: PathBuf,
    },
}

pub(crate) fn run(
    global: &Global,
    command: &SuppressionCommand,
    out: &mut Out,
) -> Result<ExitCode, Failure> {
    let done = match command {
        SuppressionCommand::Count => session::open(global, out)?.suppression()?,
        SuppressionCommand::Check { address } => {
            let blocked = session::open(global, out)?.suppressed(address)?;
            out.print(&blocked, |blocked| {
                let channels = blocked.channels.iter().map(|channel| channel.as_str());
                let names: Vec<&str> = channels.chain(blocked.unnamed.then_some("other")).collect();
                if names.is_empty() {
                    "not on the list".to_owned()
                } else {
                    format!("marketing blocked: {}", names.join(", "))
                }
            });
            return Ok(ExitCode::SUCCESS);
        }
        SuppressionCommand::Add { address } => {
            // Asked first, so that a slip of the keyboard is told as one.
            let mut booth = session::open(global, out)?;
            booth.suppressed(address)?;
            booth.suppress(address)?
        }
        SuppressionCommand::Import { file } => {
            let lines = session::read_text(file)?;
            session::open(global, out)?.suppress(&lines)?
        }
    };
    out.print(&done, text);
    Ok(if done.unreadable > 0 {
        ExitCode::from(crate::out::LEFT)
    } else {
        ExitCode::SUCCESS
    })
}

fn text(done: &Suppression) -> String {
    let mut text = format!("{} added, {} on the list", done.added, done.listed);
    if done.unreadable > 0 {
        text.push_str(&format!("; {} line(s) are no address", done.unreadable));
    }
    text
}
