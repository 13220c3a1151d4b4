//! `zgoda leads`, `lead`, `edit`, `kept`, `purge`.

use std::process::ExitCode;

use serde::Serialize;
use zgoda_booth::view::{Asked, FieldEdit, FieldValue, LeadEdit, LeadRow, LeadView, Phase};
use zgoda_booth::{Error, Purged, Query};

use crate::args::{EditArgs, Global, KeptArgs, LeadArgs, LeadsArgs};
use crate::capture::{check_tags, replies, staff_edits};
use crate::out::{Failure, LEFT, Out};
use crate::session::{self, now};

#[derive(Serialize)]
struct Listed {
    leads: Vec<LeadRow>,
}

pub(crate) fn list(global: &Global, args: &LeadsArgs, out: &mut Out) -> Result<ExitCode, Failure> {
    let query = Query {
        text: args.text.clone().unwrap_or_default(),
        filter: args.filter.map(Into::into),
    };
    let leads = session::open(global, out)?.leads(&query, now())?;
    out.print(&Listed { leads }, |listed| {
        if listed.leads.is_empty() {
            return "No leads here.".to_owned();
        }
        listed
            .leads
            .iter()
            .map(row_text)
            .collect::<Vec<_>>()
            .join("\n")
    });
    Ok(ExitCode::SUCCESS)
}

pub(crate) fn show(global: &Global, args: &LeadArgs, out: &mut Out) -> Result<ExitCode, Failure> {
    let view = session::open(global, out)?.lead(args.lead, now())?;
    out.print(&view, lead_text);
    Ok(ExitCode::SUCCESS)
}

pub(crate) fn edit(global: &Global, args: &EditArgs, out: &mut Out) -> Result<ExitCode, Failure> {
    let staff = &args.staff;
    if staff.note.is_none()
        && staff.tags.is_empty()
        && staff.rating.is_none()
        && staff.answers.is_empty()
        && args.promise.is_empty()
    {
        return Err(Failure::Usage(
            "say what changes: --note, --tag, --rating, --answer or --promise".to_owned(),
        ));
    }
    let mut booth = session::open(global, out)?;
    check_tags(&args.staff, booth.profile()?)?;
    let edits = staff_edits(&args.staff)
        .into_iter()
        .map(|(field, value)| FieldEdit {
            field,
            value: value.as_ref().map(FieldValue::from),
        });
    let promises = args.promise.iter().map(|(purpose, day)| match purpose {
        Some(purpose) => Ok(Asked {
            purpose: purpose.clone(),
            due: Some(*day),
        }),
        None => Err(Failure::Usage(
            "name the purpose: --promise send_offer=2026-12-15".to_owned(),
        )),
    });
    let edit = LeadEdit {
        edits: edits.collect(),
        promises: promises.collect::<Result<_, _>>()?,
        replies: replies(&args.staff),
    };
    let view = booth.lead_edit(args.lead, edit, now())?;
    out.print(&view, lead_text);
    Ok(ExitCode::SUCCESS)
}

pub(crate) fn kept(global: &Global, args: &KeptArgs, out: &mut Out) -> Result<ExitCode, Failure> {
    let mut booth = session::open(global, out)?;
    let purpose = match &args.purpose {
        Some(purpose) => purpose.clone(),
        None => {
            let view = booth.lead(args.lead, now())?;
            let mut open = view
                .row
                .promises
                .into_iter()
                .filter(|one| one.kept_at.is_none());
            match (open.next(), open.next()) {
                (Some(only), None) => only.purpose,
                (None, _) => return Err(Error::NoPromise.into()),
                _ => {
                    return Err(Failure::Usage(
                        "name the purpose: several are open".to_owned(),
                    ));
                }
            }
        }
    };
    let view = booth.promise_kept(args.lead, &purpose, now())?;
    out.print(&view, lead_text);
    Ok(ExitCode::SUCCESS)
}

pub(crate) fn purge(
    global: &Global,
    trust_clock: bool,
    out: &mut Out,
) -> Result<ExitCode, Failure> {
    let destroyed = end_past(global, trust_clock, out)?;
    let nothing_left = session::at_home(global)?.phase()? == Phase::FirstStart;
    let mut purged = if destroyed > 0 && nothing_left {
        Purged::default()
    } else {
        // Opening purges already; what it did is told here.
        let (mut booth, purged) = session::open_purging(global, out)?;
        if purged.clock_ahead && trust_clock {
            booth.trust_clock(now())?
        } else {
            purged
        }
    };
    purged.destroyed += destroyed;
    out.print(&purged, |purged: &Purged| {
        format!(
            "{} lead(s) lost fields past their deadline, {} local copies erased, {} held",
            purged.expired, purged.forgotten, purged.held
        )
    });
    if purged.clock_ahead {
        out.say("zgoda: the clock is far ahead of the time last seen; nothing was erased by it. If it is right: --trust-clock");
        return Ok(ExitCode::from(LEFT));
    }
    if purged.unfinished {
        out.say("zgoda: what was erased could not yet be made unreadable on the disk; the next call tries again");
        return Ok(ExitCode::from(LEFT));
    }
    Ok(ExitCode::SUCCESS)
}

/// What is past its last deadline goes without a secret, so that cron needs none for it. Answers how many stores.
fn end_past(global: &Global, trust_clock: bool, out: &mut Out) -> Result<u32, Failure> {
    let ended = session::at_home(global)?.end_past(now(), trust_clock)?;
    for event in &ended.held {
        out.say(&format!(
            "zgoda: by the clock the store of {event} is past its last deadline, but the clock is far ahead of the time last seen. If it is right: --trust-clock"
        ));
    }
    for event in &ended.destroyed {
        out.say(&format!(
            "zgoda: the store of {event} was past its last deadline: destroyed unopened"
        ));
    }
    Ok(u32::try_from(ended.destroyed.len()).unwrap_or(u32::MAX))
}

fn row_text(row: &LeadRow) -> String {
    let promise = row
        .promises
        .iter()
        .find(|promise| promise.kept_at.is_none());
    let promise = promise.map_or_else(String::new, |one| format!("  due {}", one.due));
    let state = serde_json::to_value(row.crm).ok();
    let state = state
        .as_ref()
        .and_then(serde_json::Value::as_str)
        .unwrap_or_default()
        .to_owned();
    format!(
        "{}  {:<28} {:<24} {state}{promise}",
        row.id, row.name, row.company
    )
}

fn lead_text(view: &LeadView) -> String {
    let mut lines = vec![row_text(&view.row)];
    for one in &view.fields {
        let value = match &one.value {
            FieldValue::Text(text) => text.clone(),
            FieldValue::Many(all) => all.join(", "),
            FieldValue::Rating(rating) => format!("{rating:?}").to_lowercase(),
            FieldValue::Answers(all) => {
                let lines = all
                    .iter()
                    .map(|one| format!("{} {}={}", one.asked, one.question, one.said));
                lines.collect::<Vec<_>>().join("; ")
            }
            FieldValue::Signature(signature) => {
                let drawn = || "drawn, see the screen or `access`".to_owned();
                signature.name.clone().unwrap_or_else(drawn)
            }
            FieldValue::Address(address) => {
                format!("{}, {} {}", address.street, address.postcode, address.city)
            }
        };
        let reasons: Vec<&str> = one
            .reasons
            .iter()
            .map(|reason| reason.purpose.as_str())
            .collect();
        let until = one.until.format("%Y-%m-%d");
        lines.push(format!(
            "  {:<10} {value}  ({}, until {until})",
            one.field,
            reasons.join(", ")
        ));
    }
    for decision in &view.decisions {
        let channel = decision.channel.map_or("", |channel| channel.as_str());
        let answer = if decision.given { "yes" } else { "no" };
        lines.push(format!(
            "  {:<14} {channel:<6} {answer}  {}",
            decision.purpose,
            decision.act.as_str()
        ));
    }
    if !view.dropped.is_empty() {
        let names: Vec<&str> = view.dropped.iter().map(|field| field.as_str()).collect();
        lines.push(format!(
            "  Not kept, no accepted purpose needs it: {}",
            names.join(", ")
        ));
    }
    lines.join("\n")
}
