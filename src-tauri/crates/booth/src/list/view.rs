//! A list as a screen or a terminal shows it. Of a row that is not kept there is its line and the reason, and no value.

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;
use ts_rs::TS;
use zgoda_core::list::{Answer, Evidence, Shape, Tool};
use zgoda_core::{BoxRef, Decision, Field, Profile};

use super::InHand;
use super::columns::Columns;
use super::plan::Planned;
use crate::show;

/// How long an import can be taken back as a whole.
pub(super) const UNDO: TimeDelta = TimeDelta::hours(24);

/// A list that was opened.
#[derive(Clone, Debug, Serialize, TS)]
#[ts(export)]
pub struct ListView {
    /// Where it was exported, as far as that shows.
    pub tool: Tool,
    /// Line of the headers.
    pub header_line: usize,
    /// People in it.
    pub people: usize,
    /// Its columns.
    pub columns: Vec<ListColumn>,
    /// What a column can hold, by name: what some purpose needs.
    pub holds: Vec<String>,
}

/// A column, by its header. Its values are not shown.
#[derive(Clone, Debug, Serialize, TS)]
pub struct ListColumn {
    /// Header, told apart where two are alike.
    pub header: String,
    /// What it holds.
    pub holds: String,
    /// True where the header reads like a question about consent.
    pub asks: bool,
    /// Plain yeses in it.
    pub yes: usize,
    /// Noes, and nothing.
    pub no: usize,
    /// Answers that cannot be told.
    pub unclear: usize,
}

/// What becomes of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It becomes a lead.
    Kept,
    /// No plain yes to anything that the evidence covers.
    NoEvidence,
    /// The person objected earlier, or withdrew, and nothing but that was agreed to.
    Objected,
    /// The person is on this device already: what they said here counts.
    Here,
    /// The same person stands further up.
    Twice,
    /// Nothing is there to reach them by, or to know them by.
    NoAddress,
    /// The answer is older than what it was given for is kept.
    TooOld,
    /// It cannot be read as a person, or has more cells than there are headers.
    Unreadable,
}

/// How many rows come to what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, TS)]
pub struct ListCounts {
    /// People that become leads.
    pub kept: usize,
    /// Rows without a yes.
    pub no_evidence: usize,
    /// People who objected earlier, or withdrew.
    pub objected: usize,
    /// People who are here already.
    pub here: usize,
    /// The same people again.
    pub twice: usize,
    /// Rows without an address.
    pub no_address: usize,
    /// Answers older than what they were given for is kept.
    pub too_old: usize,
    /// Rows that cannot be read.
    pub unreadable: usize,
    /// Rows with an answer that cannot be told; it counts as a no.
    pub unclear: usize,
}

/// What an import would do.
#[derive(Clone, Debug, Serialize, TS)]
#[ts(export)]
pub struct ListPreview {
    /// In all.
    pub counts: ListCounts,
    /// Headers of the columns that are not read.
    pub unread: Vec<String>,
    /// Each row.
    pub rows: Vec<ListRow>,
}

/// A row of the preview.
#[derive(Clone, Debug, Serialize, TS)]
pub struct ListRow {
    /// Its line in the file.
    pub line: usize,
    /// What becomes of it.
    pub outcome: Outcome,
    /// The person's name, or the best that is known, where it is kept.
    pub name: Option<String>,
    /// Names of what is kept.
    pub kept: Vec<Field>,
    /// Names of what was read and is not kept.
    pub dropped: Vec<Field>,
    /// What the person agreed to or asked for.
    pub given: Vec<BoxRef>,
}

/// An import that was made.
#[derive(Clone, Debug, Serialize, TS)]
#[ts(export)]
pub struct ListImport {
    /// Its id.
    pub id: String,
    /// Where the list was exported.
    pub tool: Tool,
    /// When it was made.
    pub at: DateTime<Utc>,
    /// Until when it can be taken back as a whole.
    pub undo_until: DateTime<Utc>,
    /// What became of the rows; of an earlier import, how many of its people are here or in the CRM.
    pub counts: ListCounts,
}

impl ListImport {
    pub(super) fn of(id: String, tool: Tool, at: DateTime<Utc>, counts: ListCounts) -> Self {
        let undo_until = at + UNDO;
        Self {
            id,
            tool,
            at,
            undo_until,
            counts,
        }
    }
}

pub(super) fn list(list: &InHand, profile: &Profile) -> ListView {
    let people = &list.table.rows()[list.shape.people.clone()];
    let columns = list.shape.columns.iter().enumerate();
    let columns = columns.map(|(at, (header, column))| {
        let answers = people.iter().map(|row| Answer::of(row.cell(at), ""));
        let count = |wanted| answers.clone().filter(|one| *one == wanted).count();
        ListColumn {
            header: header.clone(),
            holds: column.name().to_owned(),
            asks: Shape::asks(header),
            yes: count(Answer::Yes),
            no: count(Answer::No),
            unclear: count(Answer::Unclear),
        }
    });
    ListView {
        tool: list.shape.tool,
        header_line: list.shape.header_line,
        people: people.len(),
        columns: columns.collect(),
        holds: holds(profile),
    }
}

/// Only what some purpose needs is offered: whatever else is in the list is not even read.
fn holds(profile: &Profile) -> Vec<String> {
    let needed = profile.needed();
    let names = |field: &Field| -> &[&str] {
        match field {
            Field::Name => &["name", "first_name", "last_name"],
            Field::Address => &["street", "postcode", "city", "region", "country"],
            Field::Note | Field::Tags | Field::Rating | Field::Answers | Field::Signature => &[],
            Field::Prefix => &["prefix"],
            Field::Title => &["title"],
            Field::Company => &["company"],
            Field::Email => &["email"],
            Field::Phone => &["phone"],
            Field::Website => &["website"],
            Field::Reference => &["reference"],
        }
    };
    let names = needed.keys().flat_map(names);
    names.map(|name| (*name).to_owned()).collect()
}

pub(super) fn preview(
    list: &InHand,
    evidence: &Evidence,
    columns: &Columns,
    rows: &[Planned],
) -> ListPreview {
    let answers = |header: &String| {
        let mut covers = evidence.covers.iter();
        covers.any(|cover| cover.column.as_ref() == Some(header))
    };
    let headers = list.shape.columns.iter().enumerate();
    let unread = headers.filter(|(at, (header, _))| !columns.reads(*at) && !answers(header));
    ListPreview {
        counts: counts(rows),
        unread: unread.map(|(_, (header, _))| header.clone()).collect(),
        rows: rows.iter().map(row).collect(),
    }
}

fn row(planned: &Planned) -> ListRow {
    let kept = planned.lead.as_ref().map(zgoda_core::Lead::kept);
    let given = kept.into_iter().flat_map(|kept| &kept.decisions);
    let given = given.filter(|one| one.given).map(Decision::box_ref);
    ListRow {
        line: planned.line,
        outcome: planned.outcome,
        name: kept.map(show::name),
        kept: kept.map_or_else(Vec::new, |kept| kept.fields.keys().copied().collect()),
        dropped: kept.map_or_else(Vec::new, |_| planned.dropped.iter().copied().collect()),
        given: given.collect(),
    }
}

pub(super) fn counts(rows: &[Planned]) -> ListCounts {
    let mut counts = ListCounts::default();
    for row in rows {
        let count = match row.outcome {
            Outcome::Kept => &mut counts.kept,
            Outcome::NoEvidence => &mut counts.no_evidence,
            Outcome::Objected => &mut counts.objected,
            Outcome::Here => &mut counts.here,
            Outcome::Twice => &mut counts.twice,
            Outcome::NoAddress => &mut counts.no_address,
            Outcome::TooOld => &mut counts.too_old,
            Outcome::Unreadable => &mut counts.unreadable,
        };
        *count += 1;
        counts.unclear += usize::from(row.unclear);
    }
    counts
}
