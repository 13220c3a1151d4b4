//! What can be typed.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Args, Parser, Subcommand, ValueEnum};
use zgoda_booth::Filter;
use zgoda_core::note::Verifier;
use zgoda_core::{BoxRef, Language, LeadId, Rating};

use crate::card::CardArgs;
use crate::consents::ConsentsCommand;
use crate::device::DeviceCommand;
use crate::event::EventCommand;
use crate::follow_ups::FollowUpsArgs;
use crate::hub::HubCommand;
use crate::import::ImportArgs;
use crate::ledger::LedgerCommand;
use crate::parcel::{HandOverArgs, TakeOverArgs};
use crate::receipt::ReceiptCommand;
use crate::report::ReportCommand;
use crate::rights::{AccessArgs, CorrectArgs, ObjectArgs, WhoArgs, WithdrawArgs};
use crate::scan::ScanArgs;
use crate::secret::{RecoverArgs, SecretCommand};
use crate::suppression::SuppressionCommand;

/// Leads at a booth, with consent: scan, minimise, consent, seal, sync, forget.
#[derive(Debug, Parser)]
#[command(
    name = "zgoda",
    version,
    propagate_version = true,
    after_help = "Exit codes: 0 done, 1 failed, 2 wrong usage, 3 done but something is left, 4 locked or wrong secret."
)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Options before or after every subcommand.
#[derive(Clone, Debug, Args)]
pub(crate) struct Global {
    /// Print machine-readable JSON instead of text.
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Folder of the store.
    #[arg(long, global = true, env = "ZGODA_HOME", value_name = "DIR")]
    pub(crate) home: Option<PathBuf>,
    /// File that holds the passphrase, where there is no keyring.
    #[arg(long, global = true, value_name = "FILE", conflicts_with = "pin_file")]
    pub(crate) passphrase_file: Option<PathBuf>,
    /// File that holds the PIN, where the keyring holds the other half of the key.
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) pin_file: Option<PathBuf>,
    /// Go on although the database is older than the one last seen on this device: what came after it is lost.
    #[arg(long, global = true)]
    pub(crate) accept_older: bool,
    /// Event whose store is opened; the one in use where none is named.
    #[arg(
        long,
        global = true,
        value_name = "EVENT",
        conflicts_with = "all_events"
    )]
    pub(crate) event: Option<String>,
    /// One event's store after the other, as far as the PIN or passphrase opens them: for a person's rights, purge and
    /// sync.
    #[arg(long, global = true)]
    pub(crate) all_events: bool,
    /// Profile for a store that is made by this call, and the badges' rules for `scan`; the demo's where none is given.
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) profile: Option<PathBuf>,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// The whole way with the sample badge of an invented person.
    Demo,
    /// Make a store with --profile, or with the demo's.
    Init,
    /// Show what the reader sees in photos of badges, or in a camera's frames; it only prints.
    Scan(ScanArgs),
    /// Read the fields of photographed business cards; it only prints.
    Card(CardArgs),
    /// Check, show or take head office's profile.
    #[command(subcommand)]
    Profile(ProfileCommand),
    /// The events of this home, and the end of one.
    #[command(subcommand)]
    Event(EventCommand),
    /// Seal everything of the event for another device, as when a tablet breaks.
    HandOver(HandOverArgs),
    /// Take in what another device sealed, without doubles.
    TakeOver(TakeOverArgs),
    /// Store a person from a badge's text, a photo, or typed fields; decisions count as typed by staff.
    Capture(Box<CaptureArgs>),
    /// List the leads on this device, or find some.
    Leads(LeadsArgs),
    /// Show one lead: each field, why it is kept and until when.
    Lead(LeadArgs),
    /// Change note, tags, rating or the date of a promise.
    Edit(EditArgs),
    /// Mark a promise as kept, which starts its retention clock.
    Kept(KeptArgs),
    /// List what was promised by the day it is due, or write those days as a calendar that names nobody.
    #[command(name = "followups")]
    FollowUps(FollowUpsArgs),
    /// Import a list of people who registered, on what its form asked; take an import back.
    Import(Box<ImportArgs>),
    /// Withdraw consents: by lead, by receipt code or by e-mail.
    Withdraw(WithdrawArgs),
    /// Object to direct marketing, or to one purpose.
    Object(ObjectArgs),
    /// Correct what a person stated; the CRM is told by the next sync.
    Correct(CorrectArgs),
    /// Everything known of a person, to be handed to them.
    Access(AccessArgs),
    /// Erase a person here and, by the next sync, in the CRM.
    Erase(WhoArgs),
    /// The list of people who objected to marketing, over all events.
    #[command(subcommand)]
    Suppression(SuppressionCommand),
    /// Write the signed ledger to a file, or check such a file.
    #[command(subcommand)]
    Ledger(LedgerCommand),
    /// Show a person's receipt, or check one.
    #[command(subcommand)]
    Receipt(ReceiptCommand),
    /// Write consent records as Kantara receipts, by the field list of TS 27560, or as a table.
    #[command(subcommand)]
    Consents(ConsentsCommand),
    /// Record of processing, lost device, retention, consents: as text, page, CSV or JSON.
    #[command(subcommand)]
    Report(ReportCommand),
    /// The device's key, and head office's certificate of it.
    #[command(subcommand)]
    Device(DeviceCommand),
    /// Erase what is past its deadline, and what the CRM has confirmed.
    Purge {
        /// The clock is right, although it is far ahead of the time last seen.
        #[arg(long)]
        trust_clock: bool,
    },
    /// Change the PIN or passphrase.
    #[command(subcommand)]
    Secret(SecretCommand),
    /// Open a store whose PIN, passphrase or keyring is lost with head office's identity, and seal it anew.
    Recover(RecoverArgs),
    /// Tell the CRM what waits, then forget what it confirmed.
    Sync(SyncArgs),
    /// List destinations, test the connection, keep a token.
    #[command(subcommand)]
    Crm(CrmCommand),
    /// Head office: take what waits in the hub to the CRM.
    #[command(subcommand)]
    Hub(HubCommand),
    /// The organiser's service, which `sync` asks about badges that say a number alone.
    #[command(subcommand)]
    Lookup(LookupCommand),
    /// Print the completions for a shell, to be sourced by it.
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
    /// Write the manual pages into a folder: `zgoda.1`, and one for each subcommand.
    Manual {
        /// The folder; made where it is not there.
        folder: PathBuf,
    },
}

/// Head office's profile.
#[derive(Debug, Subcommand)]
pub(crate) enum ProfileCommand {
    /// Lint a profile: each finding with line, column and what to write instead.
    Check {
        /// The TOML file.
        file: PathBuf,
    },
    /// Show the profile in use.
    Show,
    /// Take a profile into the store.
    Use {
        /// The TOML file.
        file: PathBuf,
        /// Where it is another event's: what is left of the event in use stays in its store.
        #[arg(long)]
        leave: bool,
    },
    /// Head office: sign a profile; the signature is the last line of the file.
    Sign {
        /// The TOML file.
        file: PathBuf,
        /// Head office's key file, as `zgoda device key` makes it.
        #[arg(long, value_name = "FILE")]
        office_key: PathBuf,
        /// Write the signed profile here instead of into the file itself.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Check a profile's signature.
    Verify {
        /// The TOML file.
        file: PathBuf,
        /// Head office's public key; the one that this device knows where none is given.
        #[arg(long)]
        key: Option<Verifier>,
    },
    /// From now on take no profile but those that this head office signed.
    Trust {
        /// Head office's public key, as `zgoda device key` prints it.
        key: Verifier,
    },
    /// Take any profile again.
    Untrust,
}

/// Where the person is read from, and what was decided.
#[derive(Debug, Args)]
pub(crate) struct CaptureArgs {
    /// Photo of a badge, or file with a badge's text; `-` reads the text from standard input.
    #[arg(value_name = "IMAGE|FILE|-", conflicts_with = "payload")]
    pub(crate) input: Option<PathBuf>,
    /// A badge's text.
    #[arg(long, value_name = "TEXT")]
    pub(crate) payload: Option<String>,
    #[command(flatten)]
    pub(crate) fields: FieldArgs,
    #[command(flatten)]
    pub(crate) staff: StaffArgs,
    /// Purpose that the person asked for; may be given several times.
    #[arg(long = "ask", visible_alias = "purpose", value_name = "PURPOSE")]
    pub(crate) ask: Vec<String>,
    /// Purpose and channel agreed to, `newsletter:email`; may be given several times.
    #[arg(long, value_name = "PURPOSE[:CHANNEL]")]
    pub(crate) accept: Vec<BoxRef>,
    /// Purpose and channel refused, `call_back:phone`; what is not named is refused too.
    #[arg(long, value_name = "PURPOSE[:CHANNEL]")]
    pub(crate) refuse: Vec<BoxRef>,
    /// Language in which the person was told: pl, en, de.
    #[arg(long, value_name = "LANGUAGE")]
    pub(crate) language: Option<Language>,
    /// Day by which what was asked for is promised, `2026-12-15` or `send_offer=2026-12-15`.
    #[arg(long, value_name = "[PURPOSE=]DATE", value_parser = parse_promise)]
    pub(crate) promise: Vec<(Option<String>, NaiveDate)>,
    /// Capture although the person was captured before: the newest answers replace the earlier.
    #[arg(long)]
    pub(crate) again: bool,
}

/// Typed fields, over what was read.
#[derive(Debug, Args)]
pub(crate) struct FieldArgs {
    /// Name.
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// Company.
    #[arg(long)]
    pub(crate) company: Option<String>,
    /// Job title.
    #[arg(long)]
    pub(crate) title: Option<String>,
    /// E-mail; may be given several times.
    #[arg(long)]
    pub(crate) email: Vec<String>,
    /// Telephone; may be given several times.
    #[arg(long)]
    pub(crate) phone: Vec<String>,
}

/// What staff add.
#[derive(Debug, Args)]
pub(crate) struct StaffArgs {
    /// Note on the talk.
    #[arg(long)]
    pub(crate) note: Option<String>,
    /// Tag; may be given several times.
    #[arg(long = "tag")]
    pub(crate) tags: Vec<String>,
    /// How warm the talk was.
    #[arg(long)]
    pub(crate) rating: Option<RatingArg>,
    /// Answer to a question of the profile: an option's id, a number or a text; several times where several options are
    /// chosen, and with nothing behind = to take it back.
    #[arg(long = "answer", value_name = "QUESTION=ANSWER", value_parser = parse_answer)]
    pub(crate) answers: Vec<(String, String)>,
}

/// Which leads.
#[derive(Debug, Args)]
pub(crate) struct LeadsArgs {
    /// Part of a name, a company or an e-mail.
    pub(crate) text: Option<String>,
    /// Only these.
    #[arg(long)]
    pub(crate) filter: Option<FilterArg>,
}

/// One lead.
#[derive(Debug, Args)]
pub(crate) struct LeadArgs {
    /// Its id.
    #[arg(value_parser = parse_lead)]
    pub(crate) lead: LeadId,
}

/// Changes to one lead.
#[derive(Debug, Args)]
pub(crate) struct EditArgs {
    /// Its id.
    #[arg(value_parser = parse_lead)]
    pub(crate) lead: LeadId,
    #[command(flatten)]
    pub(crate) staff: StaffArgs,
    /// New day of a promise, `send_offer=2026-12-15`.
    #[arg(long, value_name = "PURPOSE=DATE", value_parser = parse_promise)]
    pub(crate) promise: Vec<(Option<String>, NaiveDate)>,
}

/// A promise that was kept.
#[derive(Debug, Args)]
pub(crate) struct KeptArgs {
    /// The lead's id.
    #[arg(value_parser = parse_lead)]
    pub(crate) lead: LeadId,
    /// The purpose that the promise serves; the only open one where it is not named.
    pub(crate) purpose: Option<String>,
}

/// How to sync.
#[derive(Debug, Args)]
pub(crate) struct SyncArgs {
    /// File that holds the CRM's token, where the store holds none.
    #[arg(long, value_name = "FILE")]
    pub(crate) secret_file: Option<PathBuf>,
}

/// A test of the destination.
#[derive(Debug, Args)]
pub(crate) struct TestArgs {
    #[command(flatten)]
    pub(crate) secret: SyncArgs,
    /// Make the custom fields that the CRM lacks, as far as it lets this token.
    #[arg(long)]
    pub(crate) create_fields: bool,
}

/// A sign-in by the browser.
#[derive(Debug, Args)]
pub(crate) struct SignInArgs {
    /// File that holds the client's id and its secret, as the CRM gave them to the app that was made for Zgoda; for
    /// Dataverse the tenant before them.
    #[arg(long, value_name = "FILE")]
    pub(crate) client_file: PathBuf,
    /// The port of this machine to which the browser comes back, as it is registered with the CRM.
    #[arg(long, default_value_t = zgoda_booth::crm::SIGN_IN_PORT)]
    pub(crate) port: u16,
    /// How long to wait for the browser, in seconds.
    #[arg(long, default_value_t = 300, value_parser = clap::value_parser!(u64).range(..=86_400))]
    pub(crate) wait: u64,
}

/// Destinations.
#[derive(Debug, Subcommand)]
pub(crate) enum CrmCommand {
    /// The kinds of destination that a profile can name.
    List,
    /// Reach the destination without writing anything about anybody, and say what it lacks.
    Test(TestArgs),
    /// Keep a token in the encrypted store.
    Token(SyncArgs),
    /// Head office: open every sealed file of a folder, and bring plain files up to date with what is in them.
    Open {
        /// The folder with the sealed files.
        folder: PathBuf,
        /// Identity file of `age`.
        #[arg(long, value_name = "FILE")]
        identity: PathBuf,
        /// The folder of the plain files.
        #[arg(long, value_name = "DIR")]
        into: PathBuf,
    },
    /// Sign in by the browser, and keep what the CRM gives for it (Salesforce, Dataverse, Zoho).
    SignIn(SignInArgs),
    /// Head office: print what makes a PostgreSQL the hub; `psql` reads it.
    Sql,
}

/// The organiser's service.
#[derive(Debug, Subcommand)]
pub(crate) enum LookupCommand {
    /// Keep the service's key in the encrypted store.
    Token(SyncArgs),
    /// List the leads about whom the organiser is still to be asked, and what they lack.
    List,
    /// Ask about a number that nobody has: whether the service is there, and takes the key.
    Test(SyncArgs),
}

/// A rating.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum RatingArg {
    Cold,
    Warm,
    Hot,
}

impl From<RatingArg> for Rating {
    fn from(rating: RatingArg) -> Self {
        match rating {
            RatingArg::Cold => Self::Cold,
            RatingArg::Warm => Self::Warm,
            RatingArg::Hot => Self::Hot,
        }
    }
}

/// A filter.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum FilterArg {
    Today,
    Promises,
    Waiting,
    NeedsPerson,
}

impl From<FilterArg> for Filter {
    fn from(filter: FilterArg) -> Self {
        match filter {
            FilterArg::Today => Self::Today,
            FilterArg::Promises => Self::Promises,
            FilterArg::Waiting => Self::Waiting,
            FilterArg::NeedsPerson => Self::NeedsPerson,
        }
    }
}

pub(crate) fn parse_lead(text: &str) -> Result<LeadId, String> {
    text.parse()
        .map(LeadId)
        .map_err(|_| "a lead's id, as `zgoda leads` prints it".to_owned())
}

fn parse_promise(text: &str) -> Result<(Option<String>, NaiveDate), String> {
    let (purpose, day) = match text.split_once('=') {
        Some((purpose, day)) => (Some(purpose.to_owned()), day),
        None => (None, text),
    };
    let day = day.parse().map_err(|_| "write the day as 2026-12-15")?;
    Ok((purpose, day))
}

fn parse_answer(text: &str) -> Result<(String, String), String> {
    let (question, answer) = text.split_once('=').ok_or("write it as QUESTION=ANSWER")?;
    Ok((question.to_owned(), answer.to_owned()))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn promises_read() {
        assert_eq!(parse_promise("2026-12-15").unwrap().0, None);
        assert!(parse_promise("send_offer=soon").is_err());
    }
}
