//! `--all-events`: the same in one event's store after the other, each printed by itself.
//!
//! Nobody found in one event is no failure where another knows the person. A store that the PIN or passphrase does not
//! open is named, the others are seen to, and the exit code says so.

use std::process::ExitCode;

use zgoda_booth::{Booth, Error};

use crate::args::{Cli, Command, Global};
use crate::out::{Failure, Out};
use crate::{run, session};

/// Does what was asked in each event of the home.
pub(crate) fn run_in_each(cli: &Cli, out: &mut Out) -> Result<ExitCode, Failure> {
    if !reaches_all(&cli.command) {
        return Err(Failure::Usage(
            "--all-events is for withdraw, object, correct, access, erase, purge and sync"
                .to_owned(),
        ));
    }
    let home = session::home(&cli.global);
    let events = Booth::at(home.clone())?.events()?;
    if events.is_empty() {
        return Err(Failure::NoStore(home));
    }
    let (mut done, mut nobody, mut last) = (false, None, ExitCode::SUCCESS);
    for event in events {
        let global = Global {
            event: Some(event),
            ..cli.global.clone()
        };
        out.about(global.event.clone());
        match run(&global, &cli.command, out) {
            Ok(code) => {
                done = true;
                if code != ExitCode::SUCCESS {
                    last = code;
                }
            }
            Err(
                failure @ Failure::Booth(Error::NoLead | Error::UnknownCode | Error::NothingGiven),
            ) => {
                nobody = Some(failure);
            }
            Err(failure) => {
                done = true;
                last = out.fail(&failure);
            }
        }
    }
    out.about(None);
    match nobody {
        Some(failure) if !done => Err(failure),
        _ => Ok(last),
    }
}

fn reaches_all(command: &Command) -> bool {
    matches!(
        command,
        Command::Withdraw(_)
            | Command::Object(_)
            | Command::Correct(_)
            | Command::Access(_)
            | Command::Erase(_)
            | Command::Purge { .. }
            | Command::Sync(_)
    )
}
