//! `zgoda init`, `zgoda secret` and `zgoda recover`: a store is made, gets another secret, or is opened by head office.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Subcommand};
use serde_json::json;
use zeroize::Zeroizing;
use zgoda_booth::view::{Phase, Seal};
use zgoda_booth::{Booth, Purged, Secret, StoreError};

use crate::args::Global;
use crate::out::{Failure, LEFT, Out};
use crate::session::{self, now};

/// The PIN or passphrase.
#[derive(Debug, Subcommand)]
pub(crate) enum SecretCommand {
    /// Seal the store under another PIN or passphrase; the old one opens nothing any more.
    Change(NewSecret),
}

/// What a store is sealed with from now on; asked for at a terminal where no file is named.
#[derive(Debug, Args)]
pub(crate) struct NewSecret {
    /// File that holds the new passphrase.
    #[arg(long, value_name = "FILE", conflicts_with = "new_pin_file")]
    new_passphrase_file: Option<PathBuf>,
    /// File that holds the new PIN, where the keyring holds the other half of the key.
    #[arg(long, value_name = "FILE")]
    new_pin_file: Option<PathBuf>,
}

/// How to get back in.
#[derive(Debug, Args)]
pub(crate) struct RecoverArgs {
    /// Head office's age identity file, whose recipient the profile names under [recovery].
    #[arg(long, value_name = "FILE")]
    identity: PathBuf,
    #[command(flatten)]
    new: NewSecret,
}

pub(crate) fn init(global: &Global, out: &mut Out) -> Result<ExitCode, Failure> {
    let mut booth = session::at_home(global)?;
    if booth.phase()? != Phase::FirstStart {
        return Err(zgoda_booth::Error::from(StoreError::StoreExists).into());
    }
    session::create(&mut booth, global, out)?;
    let event = booth.profile()?.event.id.clone();
    out.print(&json!({ "event": event }), |_| {
        format!("The store of {event} is made.")
    });
    Ok(ExitCode::SUCCESS)
}

pub(crate) fn run(
    global: &Global,
    command: &SecretCommand,
    out: &mut Out,
) -> Result<ExitCode, Failure> {
    let SecretCommand::Change(new) = command;
    let mut booth = session::at_home(global)?;
    session::require_store(&booth, global)?;
    session::accept_older(&mut booth, global, out)?;
    let old = session::secret(&booth, global)?;
    let kind = booth.seal()?;
    // Asked for before anything is opened, so that the store is not held while a person thinks.
    let new = new_secret(new, kind)?;
    booth.unlock(&old, now())?;
    booth.change_secret(&old, &new, now())?;
    out.print(&json!({ "changed": true }), |_| {
        "Changed: the old one opens nothing any more.".to_owned()
    });
    Ok(ExitCode::SUCCESS)
}

pub(crate) fn recover(
    global: &Global,
    args: &RecoverArgs,
    out: &mut Out,
) -> Result<ExitCode, Failure> {
    let mut booth = session::at_home(global)?;
    session::require_store(&booth, global)?;
    let identity = Zeroizing::new(session::read_text(&args.identity)?);
    let kind = if Booth::keyring_available() {
        Seal::Pin
    } else {
        Seal::Passphrase
    };
    let new = new_secret(&args.new, kind)?;
    session::accept_older(&mut booth, global, out)?;
    let purged = booth.recover(&identity, &new, now())?;
    out.print(&purged, recovered);
    Ok(if purged.unfinished {
        ExitCode::from(LEFT)
    } else {
        ExitCode::SUCCESS
    })
}

fn recovered(purged: &Purged) -> String {
    let gone = purged.expired + purged.forgotten;
    format!(
        "Opened, and sealed anew. {gone} lead(s) were due and went; the old secret opens nothing any more."
    )
}

fn new_secret(args: &NewSecret, kind: Seal) -> Result<Secret, Failure> {
    if let Some(path) = &args.new_passphrase_file {
        return Ok(Secret::Passphrase(session::first_line(path)?));
    }
    if let Some(path) = &args.new_pin_file {
        return Ok(Secret::Pin(session::first_line(path)?));
    }
    let [prompt, again] = match kind {
        Seal::Pin => ["New PIN: ", "Once more: "],
        Seal::Passphrase => ["New passphrase: ", "Once more: "],
    };
    let missing = "give the new secret with --new-passphrase-file FILE or --new-pin-file FILE";
    let typed = session::ask(prompt).map_err(|_| Failure::Usage(missing.to_owned()))?;
    if session::ask(again)?.as_str() != typed.as_str() {
        return Err(Failure::Usage(
            "the two differ: nothing was changed".to_owned(),
        ));
    }
    Ok(match kind {
        Seal::Pin => Secret::Pin(typed),
        Seal::Passphrase => Secret::Passphrase(typed),
    })
}
