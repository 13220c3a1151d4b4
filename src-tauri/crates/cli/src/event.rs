//! `zgoda event`: the events of a home, and the end of one.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Mutex;

use clap::{Args, Subcommand};
use serde::Serialize;
use zgoda_booth::closing::{self, ClosingView, LeftView};
use zgoda_booth::events::EventRow;
use zgoda_booth::view::CrmState;

use crate::args::{Global, SyncArgs};
use crate::crm;
use crate::out::{Failure, LEFT, Out};
use crate::session::{self, now};

/// Events.
#[derive(Debug, Subcommand)]
pub(crate) enum EventCommand {
    /// List the events of this home; no secret is needed.
    List,
    /// Go over to another event of this home.
    Use(UseArgs),
    /// Say how far the event is from its end: what waits and why, what is here, what the ledger comes to.
    Status,
    /// Tell the destination what waits, forget what is due, and take no captures any more.
    Close(CloseArgs),
    /// Take captures again.
    Reopen,
    /// Seal what waits to head office's recipient, into a folder that `zgoda crm open` reads there.
    Export {
        /// The folder.
        folder: PathBuf,
    },
    /// Remove an event's store for good, ledger and all.
    Remove(RemoveArgs),
}

/// Which event.
#[derive(Debug, Args)]
pub(crate) struct UseArgs {
    /// Its id, as `zgoda event list` prints it.
    // Not called `event`: clap would take it for the global option of that name.
    #[arg(value_name = "EVENT")]
    which: String,
    /// What is left of the event in use stays in its store.
    #[arg(long)]
    leave: bool,
}

/// How to close.
#[derive(Debug, Args)]
pub(crate) struct CloseArgs {
    #[command(flatten)]
    secret: SyncArgs,
    /// Close although something waits for the destination: it goes on waiting, and a later sync tells it.
    #[arg(long)]
    anyway: bool,
    /// Write the report on the event to this file, as PDF.
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// Write this device's signed status to this file: it holds the ledger's head.
    #[arg(long, value_name = "FILE")]
    status: Option<PathBuf>,
}

/// What to remove.
#[derive(Debug, Args)]
pub(crate) struct RemoveArgs {
    /// Its id.
    #[arg(value_name = "EVENT")]
    which: String,
    /// Although what is left in it is lost.
    #[arg(long)]
    anyway: bool,
}

#[derive(Serialize)]
struct Listed {
    events: Vec<EventRow>,
}

#[derive(Serialize)]
struct Exported {
    folder: String,
    messages: u32,
}

#[derive(Serialize)]
struct Removed {
    removed: String,
}

pub(crate) fn run(
    global: &Global,
    command: &EventCommand,
    out: &mut Out,
) -> Result<ExitCode, Failure> {
    match command {
        EventCommand::List => {
            let events = session::at_home(global)?.event_list()?;
            out.print(&Listed { events }, listed);
            Ok(ExitCode::SUCCESS)
        }
        EventCommand::Use(args) => go_over(global, args, out),
        EventCommand::Status => {
            let view = session::open(global, out)?.closing()?;
            out.print(&view, text);
            Ok(code(&view))
        }
        EventCommand::Close(args) => close(global, args, out),
        EventCommand::Reopen => {
            let view = session::open(global, out)?.reopen(now())?;
            out.print(&view, text);
            Ok(ExitCode::SUCCESS)
        }
        EventCommand::Export { folder } => {
            let messages = session::open(global, out)?.export_waiting(folder)?;
            let folder = folder.display().to_string();
            out.print(&Exported { folder, messages }, |done| {
                format!(
                    "{}: {} message(s), sealed to head office; they go on waiting here",
                    done.folder, done.messages
                )
            });
            Ok(ExitCode::SUCCESS)
        }
        EventCommand::Remove(args) => {
            let mut booth = session::at_home(global)?;
            let secret = session::secret(&booth, global)?;
            booth.event_remove(&args.which, &secret, args.anyway, now())?;
            let removed = args.which.clone();
            out.print(&Removed { removed }, |done| {
                format!("The store of {} is removed.", done.removed)
            });
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn go_over(global: &Global, args: &UseArgs, out: &mut Out) -> Result<ExitCode, Failure> {
    let mut booth = session::open(global, out)?;
    let secret = session::secret(&booth, global)?;
    if !booth.events()?.contains(&args.which) {
        return Err(Failure::NoEvent(args.which.clone()));
    }
    booth.event_use(&args.which, &secret, args.leave, now())?;
    let events = booth.event_list()?;
    out.print(&Listed { events }, listed);
    Ok(ExitCode::SUCCESS)
}

fn close(global: &Global, args: &CloseArgs, out: &mut Out) -> Result<ExitCode, Failure> {
    let token = crm::secret(&args.secret)?;
    let booth = Mutex::new(session::open(global, out)?);
    let view = closing::close(&booth, token.as_ref(), args.anyway, now, |_| ())?;
    let mut booth = booth.into_inner().unwrap_or_else(|held| held.into_inner());
    if let Some(file) = &args.report {
        session::write(file, &booth.closing_pdf(now())?)?;
    }
    if let Some(file) = &args.status {
        session::write(file, booth.status(now())?.as_bytes())?;
    }
    out.print(&view, text);
    Ok(code(&view))
}

/// Something is left while it waits, while it is kept here, or while the event is open.
fn code(view: &ClosingView) -> ExitCode {
    match view.closed_at.is_some() && view.left.is_empty() && view.here == 0 {
        true => ExitCode::SUCCESS,
        false => ExitCode::from(LEFT),
    }
}

fn listed(listed: &Listed) -> String {
    let line = |one: &EventRow| {
        let day =
            |day: Option<chrono::NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
        format!(
            "{} {:<24} {:<32} {:>10} {:>10}  {} here, {} waiting{}",
            if one.in_use { '*' } else { ' ' },
            one.id,
            one.name,
            day(one.starts),
            day(one.ends),
            one.leads,
            one.waiting,
            if one.closed { ", closed" } else { "" },
        )
    };
    let lines: Vec<String> = listed.events.iter().map(line).collect();
    lines.join("\n")
}

fn text(view: &ClosingView) -> String {
    let mut lines: Vec<String> = view.left.iter().map(left_text).collect();
    lines.push(format!(
        "{} lead(s) here, {} with an open promise; {} in the CRM alone",
        view.here, view.promised, view.in_crm
    ));
    if view.to_ask > 0 {
        lines.push(format!(
            "{} of them the organiser is still to be asked about: the next sync asks",
            view.to_ask
        ));
    }
    if view.bound > 0 {
        lines.push(format!(
            "{} of them stay here for a signature, or for answers that end on different days",
            view.bound
        ));
    }
    lines.push(format!(
        "Ledger: {} entries, head {}, {}",
        view.entries,
        view.hash,
        match view.handed_in {
            true => "handed in",
            false => "not handed in (`zgoda ledger status FILE` writes it)",
        }
    ));
    lines.push(match (view.closed_at, view.left.is_empty()) {
        (Some(at), _) => format!("Closed since {}.", at.format("%Y-%m-%d %H:%M")),
        (None, true) => "Open.".to_owned(),
        (None, false) => "Open: something waits. Sync again, export it to head office \
                          (`zgoda event export`), or close with --anyway: it goes on waiting."
            .to_owned(),
    });
    lines.join("\n")
}

fn left_text(left: &LeftView) -> String {
    let state = match left.state {
        CrmState::NeedsPerson => "need a person",
        CrmState::Waiting | CrmState::Confirmed => "waiting",
    };
    let reason = left.reason.map_or("not tried yet", crm::reason_text);
    format!("{} {state}: {reason}", left.count)
}
