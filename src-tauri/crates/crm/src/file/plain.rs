//! The plain way: the whole folder is read, told what is new, and written again.
//!
//! `leads.jsonl` and the lists are what is read back; `leads.csv` and `leads.vcf` are made of them each time, so that a
//! spreadsheet that someone saved over it harms nothing.

use std::io;
use std::path::Path;

use serde::Serialize;
use serde::de::DeserializeOwned;
use zgoda_core::outbox::Found;
use zgoda_core::receipt::Code;

use super::disk;
use super::state::{Entry, Erased, Expired, State, Withdrawn};
use super::{table, vcard};
use crate::record::Record;

const LEADS: &str = "leads.jsonl";
const TABLE: &str = "leads.csv";
const CARDS: &str = "leads.vcf";
const ERASED: &str = "erased.jsonl";
const WITHDRAWN: &str = "withdrawn.jsonl";
const EXPIRED: &str = "expired.jsonl";

/// Applies `entries` to the folder. The lists go first: should the disk fill up in between, what was erased is at least
/// known to be, and the next push does the rest.
pub(super) fn write(
    folder: &Path,
    entries: impl Iterator<Item = Entry>,
    boxes: &[String],
) -> io::Result<()> {
    // What another program writes between our reading and our writing would be written away.
    let _alone = disk::alone(folder)?;
    let mut state = read(folder)?;
    for entry in entries {
        state.apply(entry);
    }
    let withdrawn = state.withdrawn.iter();
    let withdrawn = withdrawn.map(|((lead_id, purpose), revision)| Withdrawn {
        lead_id: lead_id.clone(),
        purpose: purpose.clone(),
        revision: *revision,
    });
    let expired = state.expired.iter();
    let expired = expired.map(|((lead_id, field), revision)| Expired {
        lead_id: lead_id.clone(),
        field: *field,
        revision: *revision,
    });
    disk::replace(folder, ERASED, &lines(state.erased.iter())?)?;
    disk::replace(folder, WITHDRAWN, &lines(withdrawn)?)?;
    disk::replace(folder, EXPIRED, &lines(expired)?)?;
    disk::replace(folder, LEADS, &lines(state.leads.values())?)?;
    let table = table::csv(state.leads.values(), boxes).map_err(io::Error::other)?;
    disk::replace(folder, TABLE, &table)?;
    disk::replace(folder, CARDS, &vcard::cards(state.leads.values()))
}

/// Whom the receipt with `code` stands for.
pub(super) fn find(folder: &Path, code: &Code) -> io::Result<Option<Found>> {
    let state = read(folder)?;
    let known = |record: &Record| record.found(super::crm_id(&record.lead_id));
    let mut known = state.leads.values().filter_map(known);
    Ok(known.find(|found| found.is_of(code)))
}

/// What the folder says. A line that cannot be read stops everything: it may be a lead, and must not be written away.
fn read(folder: &Path) -> io::Result<State> {
    let mut state = State::default();
    for Erased { lead_id } in parse(&disk::read(folder, ERASED)?)? {
        state.apply(Entry::Erase { lead_id });
    }
    for Withdrawn {
        lead_id,
        purpose,
        revision,
    } in parse(&disk::read(folder, WITHDRAWN)?)?
    {
        state.note_withdrawn(&lead_id, purpose, revision);
    }
    for Expired {
        lead_id,
        field,
        revision,
    } in parse(&disk::read(folder, EXPIRED)?)?
    {
        state.note_expired(&lead_id, field, revision);
    }
    for record in parse::<Record>(&disk::read(folder, LEADS)?)? {
        state.apply(Entry::Upsert(Box::new(record)));
    }
    Ok(state)
}

/// JSON Lines: one object a line. The error of a bad line names no value: it is replaced by its kind alone.
pub(super) fn parse<T: DeserializeOwned>(text: &str) -> io::Result<Vec<T>> {
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    let parsed = lines.map(|line| serde_json::from_str(line));
    let all: Result<Vec<T>, serde_json::Error> = parsed.collect();
    all.map_err(|_| io::ErrorKind::InvalidData.into())
}

/// The other way round.
pub(super) fn lines<T: Serialize>(all: impl Iterator<Item = T>) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    for one in all {
        serde_json::to_writer(&mut text, &one)?;
        text.push(b'\n');
    }
    Ok(text)
}
