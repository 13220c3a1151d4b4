//! `zgoda hand-over` and `zgoda take-over`: everything of an event, sealed, from one device to another.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use serde::Serialize;
use zeroize::Zeroizing;
use zgoda_booth::Booth;
use zgoda_booth::parcel::{MovedIn, Opener, Parcel, Sealer};
use zgoda_booth::view::Phase;
use zgoda_core::Language;

use crate::args::Global;
use crate::out::{Failure, LEFT, Out};
use crate::session::{self, now};

/// For whom it is sealed; where neither is named, a passphrase is asked for.
#[derive(Debug, Args)]
pub(crate) struct HandOverArgs {
    /// The file; one that is there is not written over.
    file: PathBuf,
    /// Recipient of `age`, such as head office's: its identity opens the file.
    #[arg(long, value_name = "RECIPIENT", conflicts_with = "file_passphrase")]
    to: Option<String>,
    /// File that holds a passphrase for this file alone, of at least 10 characters.
    #[arg(long, value_name = "FILE")]
    file_passphrase: Option<PathBuf>,
}

/// How it is opened; where neither is named, the passphrase is asked for.
#[derive(Debug, Args)]
pub(crate) struct TakeOverArgs {
    /// The file that `zgoda hand-over` wrote.
    file: PathBuf,
    /// Identity file of `age`.
    #[arg(long, value_name = "FILE", conflicts_with = "file_passphrase")]
    identity: Option<PathBuf>,
    /// File that holds the passphrase of this file.
    #[arg(long, value_name = "FILE")]
    file_passphrase: Option<PathBuf>,
}

#[derive(Serialize)]
struct HandedOver {
    file: String,
    leads: usize,
    waiting: usize,
}

pub(crate) fn hand_over(
    global: &Global,
    args: &HandOverArgs,
    out: &mut Out,
) -> Result<ExitCode, Failure> {
    let passphrase = match &args.to {
        Some(_) => None,
        None => Some(new_passphrase(args.file_passphrase.as_ref())?),
    };
    let sealer = match (&args.to, &passphrase) {
        (Some(recipient), _) => Sealer::Recipient(recipient),
        (None, Some(text)) => Sealer::Passphrase(text),
        (None, None) => return Err(Failure::NoSecret),
    };
    let mut booth = session::open(global, out)?;
    booth.move_out(&sealer, now(), |sealed| {
        session::write_new(&args.file, sealed)
    })?;
    let done = HandedOver {
        file: args.file.display().to_string(),
        leads: booth.leads(&zgoda_booth::Query::default(), now())?.len(),
        waiting: booth.outbox()?.len(),
    };
    out.print(&done, |done| {
        format!(
            "{}: {} lead(s), {} waiting for the CRM. They stay here too: once the other device has taken them over, \
             `zgoda event remove` empties this one.",
            done.file, done.leads, done.waiting
        )
    });
    Ok(ExitCode::SUCCESS)
}

pub(crate) fn take_over(
    global: &Global,
    args: &TakeOverArgs,
    out: &mut Out,
) -> Result<ExitCode, Failure> {
    let parcel = open(args)?;
    let mut booth = session::at_home(global)?;
    let moved = if booth.phase()? == Phase::FirstStart {
        let secret = session::secret(&booth, global)?;
        let moved = booth.first_take_over(Language::En, &secret, &parcel, now())?;
        out.say("zgoda: made a new store with the profile of the other device");
        moved
    } else {
        session::open(global, out)?.move_in(&parcel, now())?
    };
    out.print(&moved, text);
    Ok(match moved.waiting {
        0 => ExitCode::SUCCESS,
        _ => ExitCode::from(LEFT),
    })
}

fn open(args: &TakeOverArgs) -> Result<Parcel, Failure> {
    let sealed = session::read_bytes(&args.file)?;
    let opened = match &args.identity {
        Some(path) => {
            let identity = Zeroizing::new(session::read_text(path)?);
            Parcel::open(&sealed, &Opener::Identity(&identity))
        }
        None => {
            let text = match &args.file_passphrase {
                Some(path) => session::first_line(path)?,
                None => session::ask("Passphrase of the file: ")?,
            };
            Parcel::open(&sealed, &Opener::Passphrase(&text))
        }
    };
    Ok(opened.map_err(zgoda_booth::Error::from)?)
}

fn new_passphrase(file: Option<&PathBuf>) -> Result<Zeroizing<String>, Failure> {
    let text = match file {
        Some(path) => session::first_line(path)?,
        None => {
            let missing = "give a recipient with --to, or a passphrase with --file-passphrase FILE";
            let missing = |_| Failure::Usage(missing.to_owned());
            let text = session::ask("Passphrase for the file: ").map_err(missing)?;
            if session::ask("Once more: ")?.as_str() != text.as_str() {
                return Err(Failure::Usage(
                    "the two differ: nothing was written".to_owned(),
                ));
            }
            text
        }
    };
    match Booth::is_strong_passphrase(&text) {
        true => Ok(text),
        false => Err(zgoda_booth::Error::WeakSecret.into()),
    }
}

fn text(moved: &MovedIn) -> String {
    if moved.before {
        return "This, or a later state of that device, was taken over before: nothing was done."
            .to_owned();
    }
    format!(
        "From {}: {} lead(s) new, {} newer, {} known; {} erased there and now here, {} in the CRM alone; {} waiting for the CRM.",
        moved.device,
        moved.added,
        moved.renewed,
        moved.known,
        moved.erased,
        moved.stubs,
        moved.waiting
    )
}
