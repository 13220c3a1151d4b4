//! `zgoda followups`: promises by the day on which they are due.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use serde::Serialize;
use zgoda_booth::FollowUp;
use zgoda_core::Language;

use crate::args::Global;
use crate::out::{Failure, Out};
use crate::session::{self, now};

/// As a list, or as a calendar.
#[derive(Debug, Args)]
pub(crate) struct FollowUpsArgs {
    /// Write a calendar (iCalendar) to this file, `-` for standard output: days and counts, no names.
    #[arg(long, value_name = "FILE")]
    ics: Option<PathBuf>,
    /// Language of the calendar.
    #[arg(long, default_value = "en", requires = "ics")]
    language: Language,
}

#[derive(Serialize)]
struct Listed {
    follow_ups: Vec<One>,
}

#[derive(Serialize)]
struct One {
    #[serde(flatten)]
    of: FollowUp,
    /// The address that opens the mail.
    mail: Option<String>,
}

pub(crate) fn run(
    global: &Global,
    args: &FollowUpsArgs,
    out: &mut Out,
) -> Result<ExitCode, Failure> {
    let mut booth = session::open(global, out)?;
    if let Some(file) = &args.ics {
        let calendar = booth.follow_up_calendar(args.language, now())?;
        session::write_or_print(Some(file), &calendar, out)?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut follow_ups = Vec::new();
    for of in booth.follow_ups(now())? {
        let mail = if of.has_mail {
            let mail = booth.follow_up_mail(of.id, &of.purpose)?;
            Some(mail.expose().to_owned())
        } else {
            None
        };
        follow_ups.push(One { of, mail });
    }
    out.print(&Listed { follow_ups }, |listed| {
        if listed.follow_ups.is_empty() {
            return "Nothing is promised.".to_owned();
        }
        let lines: Vec<String> = listed.follow_ups.iter().map(|one| line(&one.of)).collect();
        lines.join("\n")
    });
    Ok(ExitCode::SUCCESS)
}

fn line(one: &FollowUp) -> String {
    format!(
        "{}  {:<8} {}  {:<28} {:<24} {}",
        one.due,
        one.when.as_str(),
        one.id,
        one.name,
        one.company,
        one.purpose
    )
}
