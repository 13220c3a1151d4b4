//! `zgoda`: the booth's use cases in a terminal, for head office, cron and checks.
//!
//! Exit codes: 0 done · 1 it failed · 2 wrong usage · 3 done, but something is left for a person or for later ·
//! 4 the store is locked, or the secret is wrong.

mod args;
mod capture;
mod card;
mod consents;
mod crm;
mod demo;
mod device;
mod event;
mod events;
mod follow_ups;
mod hub;
mod import;
mod leads;
mod ledger;
mod manual;
mod out;
mod parcel;
mod photo;
mod profile;
mod receipt;
mod report;
mod rights;
mod scan;
mod secret;
mod session;
mod suppression;

use std::process::ExitCode;

use clap::Parser as _;

use args::{Cli, Command, Global};
use out::{Failure, Out};

fn main() -> ExitCode {
    zgoda_booth::hush::hush();
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return wrong_usage(&error),
    };
    let mut out = Out::new(cli.global.json);
    let global = &cli.global;
    let result = if global.all_events {
        events::run_in_each(&cli, &mut out)
    } else {
        run(global, &cli.command, &mut out)
    };
    result.unwrap_or_else(|failure| out.fail(&failure))
}

/// Does what was asked, in the event in use or the one named.
fn run(global: &Global, command: &Command, out: &mut Out) -> Result<ExitCode, Failure> {
    match command {
        Command::Demo => demo::run(global, out),
        Command::Init => secret::init(global, out),
        Command::Secret(command) => secret::run(global, command, out),
        Command::Recover(command) => secret::recover(global, command, out),
        Command::Profile(command) => profile::run(global, command, out),
        Command::Event(command) => event::run(global, command, out),
        Command::HandOver(command) => parcel::hand_over(global, command, out),
        Command::TakeOver(command) => parcel::take_over(global, command, out),
        Command::Capture(command) => capture::run(global, command, out),
        Command::Leads(command) => leads::list(global, command, out),
        Command::Lead(command) => leads::show(global, command, out),
        Command::Edit(command) => leads::edit(global, command, out),
        Command::Kept(command) => leads::kept(global, command, out),
        Command::FollowUps(command) => follow_ups::run(global, command, out),
        Command::Import(command) => import::run(global, command, out),
        Command::Withdraw(command) => rights::withdraw(global, command, out),
        Command::Object(command) => rights::object(global, command, out),
        Command::Correct(command) => rights::correct(global, command, out),
        Command::Access(command) => rights::access(global, command, out),
        Command::Erase(command) => rights::erase(global, command, out),
        Command::Ledger(command) => ledger::run(global, command, out),
        Command::Receipt(command) => receipt::run(global, command, out),
        Command::Consents(command) => consents::run(global, command, out),
        Command::Report(command) => report::run(global, command, out),
        Command::Device(command) => device::run(global, command, out),
        Command::Suppression(command) => suppression::run(global, command, out),
        Command::Purge { trust_clock } => leads::purge(global, *trust_clock, out),
        Command::Scan(command) => scan::run(global, command),
        Command::Card(command) => Ok(card::run(command, global.json)),
        Command::Sync(command) => crm::sync(global, command, out),
        Command::Crm(command) => crm::run(global, command, out),
        Command::Hub(command) => hub::run(global, command, out),
        Command::Lookup(command) => crm::lookup(global, command, out),
        Command::Completions { shell } => manual::completions(*shell, out),
        Command::Manual { folder } => manual::pages(folder),
    }
}

/// Help and version are no errors; a script that wants JSON gets it for a wrong call too.
fn wrong_usage(error: &clap::Error) -> ExitCode {
    let wants_json = std::env::args_os().any(|argument| argument == "--json");
    if wants_json && error.use_stderr() {
        let first = error.to_string();
        let message = first.lines().next().unwrap_or_default();
        let message = message.trim_start_matches("error: ").to_owned();
        return Out::new(true).fail(&Failure::Usage(message));
    }
    error.exit()
}
