//! What becomes of each row, before anything is stored.

use std::collections::BTreeSet;

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveTime, TimeDelta, TimeZone as _, Utc};
use zeroize::Zeroizing;
use zgoda_capture::payload::{self, Reading};
use zgoda_core::badge::{Column, Template, TemplateError};
use zgoda_core::identity::Identity;
use zgoda_core::list::{Evidence, ListError, Row, Statement};
use zgoda_core::{
    Basis, BoxRef, Candidate, Decisions, Draft, Dropped, Field, Lead, Profile, Source, minimise,
};

use super::InHand;
use super::view::Outcome;
use crate::capture::{promises, random_ids, with_due_dates};
use crate::error::Error;
use crate::view::Asked;
use crate::{Open, suppression};

/// What parts the fields of a row on its way through the badges' gate; no text holds it (ASCII 31, unit separator).
const SEPARATOR: &str = "\u{1F}";

/// A row, looked at.
pub(super) struct Planned {
    pub(super) line: usize,
    pub(super) outcome: Outcome,
    /// Where it is to be kept.
    pub(super) lead: Option<Lead>,
    /// Names of what was read of it and is not kept.
    pub(super) dropped: BTreeSet<Field>,
    /// Every way in which the person could be known again, where a lead is to be made.
    people: Vec<Identity>,
    /// An answer that could not be told; it counts as a no.
    pub(super) unclear: bool,
}

impl Planned {
    /// Nothing of it is kept.
    fn of(line: usize, outcome: Outcome) -> Self {
        Self {
            line,
            outcome,
            lead: None,
            dropped: BTreeSet::new(),
            people: Vec::new(),
            unclear: false,
        }
    }
}

/// What the columns hold, by their places.
pub(super) struct Columns {
    held: Vec<(usize, Column)>,
    template: Template,
}

impl Columns {
    /// As the list shows it, and over that as the statement says.
    pub(super) fn of(list: &InHand, statement: &Statement) -> Result<Self, ListError> {
        let mut columns: Vec<Column> = list.shape.columns.iter().map(|(_, one)| *one).collect();
        let said = |(header, name): (&String, &String)| {
            let place = list.shape.place(header);
            let place = place.ok_or_else(|| ListError::NoColumn(header.clone()))?;
            let column = Column::from_name(name).ok_or_else(|| ListError::NoField(name.clone()))?;
            Ok((place, column))
        };
        let said: Result<Vec<_>, ListError> = statement.columns.iter().map(said).collect();
        let said = said?;
        for (_, column) in &said {
            // What a person says stands against what was guessed.
            for guess in columns.iter_mut().filter(|guess| *guess == column) {
                *guess = Column::Skip;
            }
        }
        for (place, column) in said {
            columns[place] = column;
        }
        for cover in &statement.covers {
            let asked = cover
                .column
                .iter()
                .find(|one| list.shape.place(one).is_none());
            asked.map_or(Ok(()), |header| Err(ListError::NoColumn(header.clone())))?;
        }
        let held = columns.into_iter().enumerate();
        let held: Vec<_> = held.filter(|(_, one)| *one != Column::Skip).collect();
        let names = held.iter().map(|(_, column)| column.name());
        // The first field is the separator's own: what a row begins with is never taken for another format.
        let names: Vec<&str> = std::iter::once(Column::Skip.name()).chain(names).collect();
        let template = Template::new(SEPARATOR, &names).map_err(|error| match error {
            TemplateError::Twice(name) => ListError::Twice(name),
            _ => ListError::Nobody,
        })?;
        Ok(Self { held, template })
    }

    /// True where the column at `place` is read.
    pub(super) fn reads(&self, place: usize) -> bool {
        self.held.iter().any(|(of, _)| *of == place)
    }

    /// Reads a row as a badge would be read: cleaned, checked and doubted in the same way.
    fn candidate(&self, row: &Row) -> Option<Candidate> {
        let mut text = Zeroizing::new(String::from("row"));
        for (place, _) in &self.held {
            text.push_str(SEPARATOR);
            let clean = |letter: char| if letter.is_control() { ' ' } else { letter };
            text.extend(row.cell(*place).chars().map(clean));
        }
        match payload::read(text.as_bytes(), Some(&self.template)) {
            Ok(Reading::Person { candidate, .. }) => Some(Candidate {
                source: Source::Import,
                ..*candidate
            }),
            _ => None,
        }
    }
}

impl Open {
    /// Looks at every row, the first one first.
    pub(super) fn planned(
        &mut self,
        list: &InHand,
        columns: &Columns,
        evidence: &Evidence,
        now: DateTime<Utc>,
    ) -> Result<Vec<Planned>, Error> {
        let mut look = Look {
            open: self,
            columns,
            evidence,
            collected: self.noon(evidence.collected),
            now,
            seen: BTreeSet::new(),
        };
        let mut rows = Vec::new();
        let width = list.shape.columns.len();
        for row in &list.table.rows()[list.shape.people.clone()] {
            if row.overflows(width) {
                // Its answers may stand under another question: they are not even looked at.
                rows.push(Planned::of(row.line, Outcome::Unreadable));
                continue;
            }
            let cell = |header: &str| list.shape.place(header).map_or("", |at| row.cell(at));
            let (yes, unclear) = evidence.said(cell);
            rows.push(look.at(row, yes, unclear > 0)?);
        }
        let people: Vec<&[Identity]> = rows.iter().map(|row| row.people.as_slice()).collect();
        let known = self.store.known(&people)?;
        for (row, known) in rows.iter_mut().zip(known) {
            if known {
                row.outcome = Outcome::Here;
                row.lead = None;
            }
        }
        Ok(rows)
    }

    /// A moment of that day, whichever zone it is told in.
    fn noon(&self, day: NaiveDate) -> DateTime<FixedOffset> {
        let noon = day.and_time(NaiveTime::MIN) + TimeDelta::hours(12);
        let local = self.profile.event.time_zone.from_local_datetime(&noon);
        let told = |local: DateTime<_>| local.fixed_offset();
        local
            .earliest()
            .map_or_else(|| noon.and_utc().fixed_offset(), told)
    }
}

struct Look<'a> {
    open: &'a Open,
    columns: &'a Columns,
    evidence: &'a Evidence,
    collected: DateTime<FixedOffset>,
    now: DateTime<Utc>,
    /// Who stands in the list already, above.
    seen: BTreeSet<Identity>,
}

impl Look<'_> {
    /// A row without a yes is not even read; the others are minimised and decided as a badge is.
    fn at(&mut self, row: &Row, yes: BTreeSet<BoxRef>, unclear: bool) -> Result<Planned, Error> {
        let mut planned = Planned {
            unclear,
            ..Planned::of(row.line, Outcome::NoEvidence)
        };
        if yes.is_empty() {
            return Ok(planned);
        }
        let Some(candidate) = self.columns.candidate(row) else {
            planned.outcome = Outcome::Unreadable;
            return Ok(planned);
        };
        let profile = &self.open.profile;
        let draft = minimise(candidate, profile);
        planned.dropped = draft.dropped().iter().filter_map(field).collect();
        planned.dropped.extend(draft.fields().keys());
        planned.outcome = match self.lead(draft, yes, &mut planned.people)? {
            Ok(lead) => {
                let kept = &lead.kept().fields;
                planned.dropped.retain(|field| !kept.contains_key(field));
                planned.lead = Some(lead);
                Outcome::Kept
            }
            Err(outcome) => outcome,
        };
        Ok(planned)
    }

    fn lead(
        &mut self,
        draft: Draft,
        mut yes: BTreeSet<BoxRef>,
        people: &mut Vec<Identity>,
    ) -> Result<Result<Lead, Outcome>, Error> {
        let profile = &self.open.profile;
        // An objection outlasts any form: no list lifts it, and it blocks marketing, not what was asked for.
        let blocked = self.open.objected(&draft);
        yes.retain(|one| !(is_consent(profile, one) && blocked.covers(one.channel)));
        if yes.is_empty() {
            return Ok(Err(Outcome::Objected));
        }
        let who = identities(&draft, profile);
        if who.is_empty() {
            return Ok(Err(Outcome::NoAddress));
        }
        let double = who.iter().any(|one| self.seen.contains(one));
        self.seen.extend(who.iter().cloned());
        if double {
            return Ok(Err(Outcome::Twice));
        }
        let decisions = Decisions::of_list(profile, self.evidence, &yes, self.collected);
        let asked = yes.iter().filter(|one| !is_consent(profile, one));
        let asked = asked.map(|one| Asked {
            purpose: one.purpose.clone(),
            due: None,
        });
        let today = self.open.local(self.now).date_naive();
        let asked = with_due_dates(asked.collect(), profile, today)?;
        let promises = promises(&asked, &decisions, profile);
        // What is kept for a time from the answer is kept from the form's, not from the day on which the list is read.
        let at = self.collected;
        let lead = match Lead::new(random_ids()?, draft, decisions, promises, profile, at) {
            Ok(lead) => lead,
            Err(_) => return Ok(Err(Outcome::NoAddress)),
        };
        let mut left = lead.kept().clone();
        left.expire(self.now);
        if left.fields.is_empty() {
            return Ok(Err(Outcome::TooOld));
        }
        *people = who;
        Ok(Ok(lead))
    }
}

fn is_consent(profile: &Profile, one: &BoxRef) -> bool {
    let purpose = profile.purpose(&one.purpose);
    purpose.is_some_and(|purpose| purpose.basis == Basis::Consent)
}

/// Every way in which the person could be known again; see the store's marks.
fn identities(draft: &Draft, profile: &Profile) -> Vec<Identity> {
    let mut all = suppression::people(draft.fields(), profile);
    if all.is_empty() {
        all.extend(Identity::of(|field| draft.fields().get(&field)));
    }
    all
}

fn field(dropped: &Dropped) -> Option<Field> {
    match dropped {
        Dropped::Field(field) => Some(*field),
        Dropped::Extra(_) => None,
    }
}
