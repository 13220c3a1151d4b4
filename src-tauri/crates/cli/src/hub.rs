//! `zgoda hub`: head office's side of the hub, without a store and without a secret of any device.
//!
//! The CRM is the one of `--profile`: the event's own profile with another `[crm]`, for in the devices' the hub stands there;
//! or a folder. A drainer keeps nothing, so that it may be stopped at any moment, and any number may run.

use std::path::PathBuf;
use std::process::ExitCode;
use std::thread::sleep;
use std::time::Duration;

use clap::{Args, Subcommand};
use serde::Serialize;
use zeroize::Zeroizing;
use zgoda_booth::Error;
use zgoda_booth::crm::drain::{Aside, Drained, Drainer, LeftOver};
use zgoda_booth::crm::{ConnectError, Connector, Secret, connect};
use zgoda_core::Profile;
use zgoda_core::outbox::Reason;

use crate::args::Global;
use crate::crm::reason_text;
use crate::out::{Failure, LEFT, Out};
use crate::session;

/// The longest wait after failures.
const LONGEST: Duration = Duration::from_secs(600);

/// Head office's side of the hub.
#[derive(Debug, Subcommand)]
pub(crate) enum HubCommand {
    /// Take what waits to the CRM of --profile, or to a folder, and clear the hub of it.
    Drain(DrainArgs),
    /// How many leads wait, and since when.
    State(HubArgs),
}

/// Which hub.
#[derive(Debug, Args)]
pub(crate) struct HubArgs {
    /// The hub's address, `postgres://HOST/DATABASE`.
    #[arg(long, value_name = "URL")]
    hub: String,
    /// File that holds the drainer's role and its password, with a space between them.
    #[arg(long, value_name = "FILE")]
    hub_secret_file: PathBuf,
}

/// How to drain.
#[derive(Debug, Args)]
pub(crate) struct DrainArgs {
    #[command(flatten)]
    hub: HubArgs,
    /// File that holds the CRM's token.
    #[arg(long, value_name = "FILE")]
    secret_file: Option<PathBuf>,
    /// Write to this folder instead of telling the CRM: sealed to the profile's recipient.
    #[arg(long, value_name = "DIR")]
    to: Option<PathBuf>,
    /// Write to the folder in the clear.
    #[arg(long, requires = "to")]
    plain: bool,
    /// Go on, and look again after so many seconds; otherwise it ends once nothing is left that can be told.
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=86_400))]
    every: Option<u64>,
    /// Drain once; what it does where --every is not given.
    #[arg(long, conflicts_with = "every")]
    once: bool,
    /// The most leads that are taken at once.
    #[arg(long, value_name = "LEADS", default_value_t = 100, value_parser = clap::value_parser!(u16).range(1..=1000))]
    most: u16,
    /// For how long nobody else is given them, in seconds; what half of it is not enough for is given back.
    #[arg(long, value_name = "SECONDS", default_value_t = 600, value_parser = clap::value_parser!(u64).range(180..=3600))]
    lease: u64,
    /// First let what was set aside be told once more.
    #[arg(long)]
    again: bool,
}

/// What one draining came to.
#[derive(Default, Serialize)]
struct Done {
    confirmed: usize,
    newer: usize,
    set_aside: Vec<Aside>,
    stopped: Option<Reason>,
    left: Option<LeftOver>,
}

impl Done {
    fn add(&mut self, round: Drained) {
        self.confirmed += round.confirmed;
        self.newer += round.newer;
        self.set_aside.extend(round.set_aside);
        self.stopped = round.stopped;
    }

    fn is_news(&self) -> bool {
        self.confirmed + self.newer > 0 || !self.set_aside.is_empty() || self.stopped.is_some()
    }

    fn leaves_nothing(&self) -> bool {
        let left = self.left.as_ref().map(|left| left.waiting);
        self.stopped.is_none() && left == Some(0)
    }
}

pub(crate) fn run(
    global: &Global,
    command: &HubCommand,
    out: &mut Out,
) -> Result<ExitCode, Failure> {
    match command {
        HubCommand::Drain(args) => drain(global, args, out),
        HubCommand::State(args) => {
            let left = drainer(args, 1, 60)?.left_over()?;
            out.print(&left, left_text);
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn drain(global: &Global, args: &DrainArgs, out: &mut Out) -> Result<ExitCode, Failure> {
    let mut crm = crm(global, args)?;
    let mut drainer = drainer(&args.hub, args.most, args.lease)?;
    if args.again {
        drainer.again()?;
    }
    let Some(every) = args.every.map(Duration::from_secs) else {
        let (done, _) = once(&mut drainer, crm.as_mut())?;
        out.print(&done, text);
        return Ok(match done.leaves_nothing() {
            true => ExitCode::SUCCESS,
            false => ExitCode::from(LEFT),
        });
    };
    let mut failures = 0;
    loop {
        let after = match once(&mut drainer, crm.as_mut()) {
            Ok((done, after)) => {
                if done.is_news() {
                    out.print(&done, text);
                }
                failures = done.stopped.map_or(0, |_| failures + 1);
                after
            }
            // The hub may come back; what needs a person does not mend by waiting.
            Err(Failure::Drain(error)) if error.may_pass() => {
                out.say(&format!("zgoda: {error}"));
                failures += 1;
                Duration::ZERO
            }
            Err(failure) => return Err(failure),
        };
        sleep(wait(every, failures).max(after));
    }
}

/// Drains until nothing is given out any more, or the CRM is out. Answers how long it wants to be left alone, too.
fn once(drainer: &mut Drainer, crm: &mut dyn Connector) -> Result<(Done, Duration), Failure> {
    let mut done = Done::default();
    loop {
        let round = drainer.round(crm)?;
        let after = Duration::from_secs(round.after.unwrap_or_default());
        let ends = round.taken == 0 || round.stopped.is_some();
        done.add(round);
        if ends {
            done.left = Some(drainer.left_over()?);
            return Ok((done, after.min(LONGEST)));
        }
    }
}

/// Twice as long after each failure.
fn wait(every: Duration, failures: u32) -> Duration {
    let doubled = every.saturating_mul(2_u32.saturating_pow(failures));
    doubled.min(LONGEST.max(every))
}

fn drainer(args: &HubArgs, most: u16, lease: u64) -> Result<Drainer, Failure> {
    let secret = Zeroizing::new(session::read_text(&args.hub_secret_file)?);
    let lease = Duration::from_secs(lease);
    Ok(Drainer::new(&args.hub, &Secret::new(&secret), most, lease)?)
}

/// Where it goes.
fn crm(global: &Global, args: &DrainArgs) -> Result<Box<dyn Connector>, Failure> {
    let Some(path) = &global.profile else {
        let message = "name the profile of the CRM with --profile FILE";
        return Err(Failure::Usage(message.to_owned()));
    };
    let read = Profile::read(&session::read_text(path)?);
    let (mut profile, _) = read.map_err(|findings| Failure::Booth(Error::Profile(findings)))?;
    if args.to.is_some() {
        profile.crm.kind = "file".to_owned();
        profile.crm.plain = args.plain;
    }
    match (profile.crm.kind.as_str(), &args.to) {
        ("postgres", _) => Err(Failure::Usage(
            "this profile's destination is a hub: name a profile whose [crm] is the CRM, or a folder with --to DIR"
                .to_owned(),
        )),
        ("file", None) => Err(Failure::Usage("name the folder with --to DIR".to_owned())),
        _ => {
            let secret = args.secret_file.as_deref().map(session::read_text);
            let secret = secret.transpose()?.map(Zeroizing::new);
            let secret = secret.map(|text| Secret::new(&text));
            let folder = args.to.clone().unwrap_or_default();
            let connected: Result<_, ConnectError> = connect(&profile, secret.as_ref(), &folder);
            Ok(connected.map_err(Error::Connect)?)
        }
    }
}

fn text(done: &Done) -> String {
    let mut lines: Vec<String> = done.set_aside.iter().map(aside_text).collect();
    lines.push(format!(
        "{} told, and the hub is cleared of them",
        done.confirmed
    ));
    if done.newer > 0 {
        lines.push(format!(
            "{} told, of which a device has said something newer",
            done.newer
        ));
    }
    if let Some(reason) = done.stopped {
        lines.push(format!(
            "Stopped: {}. Nothing is lost.",
            reason_text(reason)
        ));
    }
    lines.extend(done.left.as_ref().map(left_text));
    lines.join("\n")
}

fn aside_text(aside: &Aside) -> String {
    let why = aside
        .reason
        .map_or("the hub's row cannot be read", reason_text);
    format!("{}  set aside: {why}", aside.lead)
}

fn left_text(left: &LeftOver) -> String {
    let since = left
        .since
        .map(|since| format!(", the oldest since {since}"));
    format!(
        "{} waiting{}; {} of them with a drainer, {} set aside",
        left.waiting,
        since.unwrap_or_default(),
        left.given_out,
        left.set_aside
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_failures_it_waits_longer_and_never_without_end() {
        let seconds = |every, failures| wait(Duration::from_secs(every), failures).as_secs();
        assert_eq!(
            [seconds(10, 0), seconds(10, 1), seconds(10, 3)],
            [10, 20, 80]
        );
        assert_eq!([seconds(10, 40), seconds(3600, 40)], [600, 3600]);
    }
}
