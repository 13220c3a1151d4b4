//! What a package lays down beside the program: manual pages and completions, made from the same arguments.

use std::path::Path;
use std::process::ExitCode;

use clap::CommandFactory as _;
use clap_complete::Shell;

use crate::args::Cli;
use crate::out::{Failure, Out};

/// `zgoda completions SHELL`.
pub(crate) fn completions(shell: Shell, out: &mut Out) -> Result<ExitCode, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "zgoda", &mut script);
    out.line(&String::from_utf8_lossy(&script));
    Ok(ExitCode::SUCCESS)
}

/// `zgoda manual FOLDER`.
pub(crate) fn pages(folder: &Path) -> Result<ExitCode, Failure> {
    let write = || {
        std::fs::create_dir_all(folder)?;
        clap_mangen::generate_to(Cli::command(), folder)
    };
    write().map_err(|source| Failure::File {
        path: folder.display().to_string(),
        source,
    })?;
    Ok(ExitCode::SUCCESS)
}
