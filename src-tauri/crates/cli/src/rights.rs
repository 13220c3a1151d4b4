//! `zgoda withdraw`, `object`, `correct`, `access`, `erase`: a person's rights, one command each; no reason is asked.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::{Mutex, PoisonError};

use clap::Args;
use serde::Serialize;
use zgoda_booth::rights::{self, Accessed, Corrected, Taken, Who};
use zgoda_booth::{Booth, Error};
use zgoda_core::receipt::Code;
use zgoda_core::report::page::Page;
use zgoda_core::withdraw::Scope;
use zgoda_core::{Act, BoxRef, Field, LeadId};

use crate::args::{FieldArgs, Global, parse_lead};
use crate::capture::field_edits;
use crate::out::{Failure, Out};
use crate::session::{self, now};

/// Whom it is about.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct WhoArgs {
    /// The lead's id.
    #[arg(value_parser = parse_lead)]
    lead: Option<LeadId>,
    /// The code of the person's receipt, as they read it out.
    #[arg(long, value_name = "CODE")]
    code: Option<Code>,
    /// The person's e-mail: everything about them.
    #[arg(long, value_name = "EMAIL")]
    by_email: Option<String>,
}

/// What is withdrawn.
#[derive(Debug, Args)]
pub(crate) struct WithdrawArgs {
    #[command(flatten)]
    who: WhoArgs,
    /// Purpose and channel, `newsletter:email`, or a purpose with all of its channels; every consent where none is named.
    #[arg(long, value_name = "PURPOSE[:CHANNEL]")]
    purpose: Vec<BoxRef>,
}

/// What is objected to.
#[derive(Debug, Args)]
pub(crate) struct ObjectArgs {
    #[command(flatten)]
    who: WhoArgs,
    /// Purpose; all direct marketing where none is named.
    #[arg(long, value_name = "PURPOSE[:CHANNEL]")]
    purpose: Vec<BoxRef>,
}

/// What is corrected.
#[derive(Debug, Args)]
pub(crate) struct CorrectArgs {
    #[command(flatten)]
    who: WhoArgs,
    #[command(flatten)]
    fields: FieldArgs,
}

/// What is known of a person.
#[derive(Debug, Args)]
pub(crate) struct AccessArgs {
    #[command(flatten)]
    who: WhoArgs,
    /// Write the page for the person, in their language, to this file (HTML).
    #[arg(long, value_name = "FILE")]
    page: Option<PathBuf>,
}

#[derive(Serialize)]
struct Erased {
    erased: LeadId,
    leads: Vec<LeadId>,
}

impl WhoArgs {
    fn who(&self) -> Who {
        match (self.lead, &self.code, &self.by_email) {
            (Some(lead), ..) => Who::Lead(lead),
            (_, Some(code), _) => Who::Code(code.clone()),
            (_, _, email) => Who::email(email.as_deref().unwrap_or_default()),
        }
    }
}

pub(crate) fn withdraw(
    global: &Global,
    args: &WithdrawArgs,
    out: &mut Out,
) -> Result<ExitCode, Failure> {
    let mut booth = open(global, &args.who, out)?;
    let taken = each(&args.purpose, Scope::Consents, |scope| {
        booth.withdraw(&args.who.who(), scope, Act::Terminal, now())
    })?;
    out.print(&taken, taken_text);
    Ok(ExitCode::SUCCESS)
}

pub(crate) fn object(
    global: &Global,
    args: &ObjectArgs,
    out: &mut Out,
) -> Result<ExitCode, Failure> {
    let mut booth = open(global, &args.who, out)?;
    let taken = each(&args.purpose, Scope::Marketing, |scope| {
        booth.object(&args.who.who(), scope, Act::Terminal, now())
    })?;
    out.print(&taken, objected_text);
    Ok(ExitCode::SUCCESS)
}

pub(crate) fn correct(
    global: &Global,
    args: &CorrectArgs,
    out: &mut Out,
) -> Result<ExitCode, Failure> {
    let edits = field_edits(&args.fields);
    if edits.is_empty() {
        return Err(Failure::Usage(
            "say what is right: --name, --company, --email, …".to_owned(),
        ));
    }
    let corrected = open(global, &args.who, out)?.correct(&args.who.who(), &edits, now())?;
    out.print(&corrected, corrected_text);
    Ok(ExitCode::SUCCESS)
}

pub(crate) fn access(
    global: &Global,
    args: &AccessArgs,
    out: &mut Out,
) -> Result<ExitCode, Failure> {
    let accessed = open(global, &args.who, out)?.access(&args.who.who())?;
    if let Some(path) = &args.page {
        let page = Page::joined(&accessed.pages)
            .map(|page| page.html())
            .unwrap_or_default();
        session::write(&session::named_for(path, global), page.as_bytes())?;
    }
    out.print(&accessed, accessed_text);
    Ok(ExitCode::SUCCESS)
}

pub(crate) fn erase(global: &Global, args: &WhoArgs, out: &mut Out) -> Result<ExitCode, Failure> {
    let leads = open(global, args, out)?.erase_person(&args.who(), Act::Terminal, now())?;
    let erased = leads
        .first()
        .copied()
        .ok_or(Failure::Booth(Error::NoLead))?;
    out.print(&Erased { erased, leads }, |_| {
        "Erased. Nothing of this person is left on this device; the CRM is told by the next sync."
            .to_owned()
    });
    Ok(ExitCode::SUCCESS)
}

/// The open booth. Whoever is named by a code that this device does not know is looked for in the CRM; that it did not
/// answer is said.
fn open(global: &Global, who: &WhoArgs, out: &mut Out) -> Result<Booth, Failure> {
    let booth = Mutex::new(session::open(global, out)?);
    if let Some(code) = &who.code {
        match rights::look_up(&booth, None, code) {
            Ok(_) => {}
            Err(error @ (Error::LookUp(_) | Error::Connect(_))) => {
                out.say(&format!("zgoda: {error}"));
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(booth.into_inner().unwrap_or_else(PoisonError::into_inner))
}

/// Does it for each purpose that was named, or once for `all`.
fn each(
    named: &[BoxRef],
    all: Scope,
    mut work: impl FnMut(&Scope) -> Result<Taken, Error>,
) -> Result<Taken, Failure> {
    if named.is_empty() {
        return Ok(work(&all)?);
    }
    let mut taken = Taken {
        leads: Vec::new(),
        listed: 0,
    };
    for one in named {
        let one = work(&Scope::Box(one.clone()))?;
        taken.leads.extend(one.leads);
        taken.listed = taken.listed.max(one.listed);
    }
    Ok(taken)
}

fn objected_text(taken: &Taken) -> String {
    let list = match taken.listed {
        0 => "Their address is in the CRM alone: `zgoda suppression add` puts it on the list over all events.".to_owned(),
        listed => format!("On the list over all events: {listed} address(es) and number(s)."),
    };
    format!("{}\n{list}", taken_text(taken))
}

fn taken_text(taken: &Taken) -> String {
    let mut lines = Vec::new();
    for lead in &taken.leads {
        if lead.boxes.is_empty() {
            lines.push(format!(
                "{}  nothing of it was standing; recorded",
                lead.lead
            ));
            continue;
        }
        let boxes = lead.boxes.iter().map(|one| match one.channel {
            Some(channel) => format!("{} by {}", one.purpose, channel.as_str()),
            None => one.purpose.clone(),
        });
        lines.push(format!(
            "{}  no longer: {}",
            lead.lead,
            boxes.collect::<Vec<_>>().join(", ")
        ));
        if !lead.gone.is_empty() {
            lines.push(format!("  gone with it: {}", names(&lead.gone)));
        }
        if lead.erased {
            lines.push("  nothing was left to keep anything for: erased".to_owned());
        }
    }
    lines.push("The CRM is told by the next sync.".to_owned());
    lines.join("\n")
}

fn corrected_text(corrected: &Corrected) -> String {
    let lines = corrected
        .leads
        .iter()
        .map(|(lead, fields)| format!("{lead}  {}", names(fields)));
    let dropped = corrected.dropped.iter().map(|(lead, fields)| {
        let names = names(fields);
        format!("{lead}  not kept, no accepted purpose needs it: {names}")
    });
    lines.chain(dropped).collect::<Vec<_>>().join("\n")
}

fn accessed_text(accessed: &Accessed) -> String {
    accessed
        .pages
        .iter()
        .map(Page::markdown)
        .collect::<Vec<_>>()
        .join("\n")
}

fn names(fields: &[Field]) -> String {
    fields
        .iter()
        .map(|field| field.as_str())
        .collect::<Vec<_>>()
        .join(", ")
}
