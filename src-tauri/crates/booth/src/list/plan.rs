//! What becomes of each row, before anything is stored.
//!
//! How: every row is read and each person's rows are brought together first, for a no in one of them stands against a yes
//! in another; then the first of them that says yes to anything is decided as a badge is.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveTime, TimeDelta, TimeZone as _, Utc};
use zgoda_core::identity::Identity;
use zgoda_core::list::{Evidence, Row};
use zgoda_core::profile::Purpose;
use zgoda_core::retention::Anchors;
use zgoda_core::{Basis, BoxRef, Decisions, Draft, Dropped, Field, Lead, Profile, Value, minimise};

use super::InHand;
use super::columns::Columns;
use super::view::Outcome;
use crate::capture::{promises, random_ids, with_due_dates};
use crate::error::Error;
use crate::view::Asked;
use crate::{Open, suppression};

/// A row, looked at.
pub(super) struct Planned {
    pub(super) line: usize,
    pub(super) outcome: Outcome,
    /// Where it is to be kept.
    pub(super) lead: Option<Lead>,
    /// Names of what was read of it and is not kept.
    pub(super) dropped: BTreeSet<Field>,
    /// An answer that could not be told; it counts as a no.
    pub(super) unclear: bool,
}

/// A row, read: who it is, and what it says.
struct Said {
    line: usize,
    /// None where it cannot be read as a person.
    draft: Option<Draft>,
    who: Vec<Identity>,
    /// The same as a stub's marks have it, which were made of telephones as they were written.
    marked: Vec<Identity>,
    yes: BTreeSet<BoxRef>,
    unclear: bool,
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
        let rows = list.table.rows()[list.shape.people.clone()].iter();
        let said: Vec<Said> = rows
            .map(|row| said(row, list, columns, evidence, &self.profile))
            .collect();
        let first = firsts(&said);
        let given = given(&said, &first, &self.profile);
        let known = self.known(&said, &first)?;
        let mut look = Look {
            open: self,
            evidence,
            collected: self.noon(evidence.collected).min(self.local(now)),
            now,
            decided: BTreeSet::new(),
        };
        let mut rows = Vec::new();
        for (said, first) in said.into_iter().zip(first) {
            let mut row = look.at(said, first, given.get(&first))?;
            if known.contains(&first) && row.lead.take().is_some() {
                row.outcome = Outcome::Here;
            }
            rows.push(row);
        }
        Ok(rows)
    }

    /// Who is on this device already, with their values or as a stub, by their first rows; what they said here counts.
    fn known(&self, rows: &[Said], firsts: &[usize]) -> Result<BTreeSet<usize>, Error> {
        let mut here = BTreeSet::new();
        for kept in self.store.leads()? {
            let values = kept.fields.iter();
            let values = values.map(|(field, kept)| (*field, kept.value.clone()));
            here.extend(every_identity(&values.collect(), &self.profile));
        }
        let marked: Vec<&[Identity]> = rows.iter().map(|row| row.marked.as_slice()).collect();
        let stubs = self.store.have_stubs(&marked)?;
        let is_here = |row: &Said| row.who.iter().any(|one| here.contains(one));
        let known = rows.iter().zip(stubs).zip(firsts);
        let known = known.filter(|((row, stub), _)| *stub || is_here(row));
        Ok(known.map(|(_, first)| *first).collect())
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
    evidence: &'a Evidence,
    collected: DateTime<FixedOffset>,
    now: DateTime<Utc>,
    /// Persons of whom a row was decided already, above, by their first row.
    decided: BTreeSet<usize>,
}

impl Look<'_> {
    /// What becomes of a row of the person whose first row is `first`, and who gave `given` by all of their rows.
    fn at(
        &mut self,
        said: Said,
        first: usize,
        given: Option<&BTreeSet<BoxRef>>,
    ) -> Result<Planned, Error> {
        let mut planned = Planned {
            line: said.line,
            outcome: Outcome::NoEvidence,
            lead: None,
            dropped: BTreeSet::new(),
            unclear: said.unclear,
        };
        let Some(draft) = said.draft else {
            planned.outcome = Outcome::Unreadable;
            return Ok(planned);
        };
        let given = given.filter(|given| !given.is_disjoint(&said.yes));
        let Some(given) = given else {
            return Ok(planned);
        };
        if !self.decided.insert(first) {
            planned.outcome = Outcome::Twice;
            return Ok(planned);
        }
        planned.dropped = draft.dropped().iter().filter_map(field).collect();
        planned.dropped.extend(draft.fields().keys());
        planned.outcome = match self.lead(draft, &said.who, given.clone())? {
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
        &self,
        draft: Draft,
        who: &[Identity],
        mut yes: BTreeSet<BoxRef>,
    ) -> Result<Result<Lead, Outcome>, Error> {
        let profile = &self.open.profile;
        // An objection outlasts any form: no list lifts it, and it blocks marketing, not what was asked for.
        let blocked = self.open.objected(&draft);
        yes.retain(|one| !(is_consent(profile, one) && blocked.covers(one.channel)));
        if yes.is_empty() {
            return Ok(Err(Outcome::Objected));
        }
        yes.retain(|one| is_reachable(profile, one, &draft));
        if who.is_empty() || yes.is_empty() {
            return Ok(Err(Outcome::NoAddress));
        }
        yes.retain(|one| !self.has_ended(one));
        if yes.is_empty() {
            return Ok(Err(Outcome::TooOld));
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
        let lead = Lead::new(random_ids()?, draft, decisions, promises, profile, at);
        Ok(lead.map_err(|_| Outcome::NoAddress))
    }

    /// True where what was said yes to on the day of the form would not be kept any more.
    fn has_ended(&self, one: &BoxRef) -> bool {
        let profile = &self.open.profile;
        let anchors = Anchors {
            captured: self.collected.to_utc(),
            event_end: profile.event.end(),
            promise_due: None,
            promise_kept: None,
            confirmed: None,
        };
        let purpose = profile.purpose(&one.purpose);
        purpose.is_some_and(|purpose| purpose.retention.deadline(&anchors) <= self.now)
    }
}

fn said(
    row: &Row,
    list: &InHand,
    columns: &Columns,
    evidence: &Evidence,
    profile: &Profile,
) -> Said {
    let mut said = Said {
        line: row.line,
        draft: None,
        who: Vec::new(),
        marked: Vec::new(),
        yes: BTreeSet::new(),
        unclear: false,
    };
    if row.overflows(list.shape.columns.len()) {
        // Its answers may stand under another question: they are not even looked at.
        return said;
    }
    let cell = |header: &str| list.shape.place(header).map_or("", |at| row.cell(at));
    let (yes, unclear) = evidence.said(cell);
    let candidate = columns.candidate(row);
    said.draft = candidate.map(|candidate| minimise(candidate, profile));
    if let Some(draft) = &said.draft {
        said.who = identities(draft, profile);
        said.marked = said.who.clone();
        if !draft.fields().contains_key(&Field::Email) {
            let phones = draft.fields().get(&Field::Phone).map(Value::texts);
            let phones = phones.unwrap_or_default().into_iter();
            said.marked.extend(phones.map(Identity::of_phone));
        }
    }
    said.unclear = unclear > 0;
    said.yes = yes;
    said
}

/// Of each row, the first one that is of the same person; a row with two identities brings their rows together.
fn firsts(rows: &[Said]) -> Vec<usize> {
    let mut firsts: Vec<usize> = (0..rows.len()).collect();
    let mut holders: BTreeMap<&Identity, usize> = BTreeMap::new();
    for (at, row) in rows.iter().enumerate() {
        for identity in &row.who {
            let holder = *holders.entry(identity).or_insert(at);
            let (one, other) = (firsts[at], firsts[holder]);
            let same = firsts[..=at].iter_mut();
            same.filter(|first| **first == one || **first == other)
                .for_each(|first| *first = one.min(other));
        }
    }
    firsts
}

/// What each person gave, by their first row: a consent where none of their rows says anything else (Art. 7(1): it has to
/// be shown), and whatever any of them asks for.
fn given(rows: &[Said], firsts: &[usize], profile: &Profile) -> BTreeMap<usize, BTreeSet<BoxRef>> {
    let mut given: BTreeMap<usize, BTreeSet<BoxRef>> = BTreeMap::new();
    for (row, first) in rows.iter().zip(firsts) {
        let Some(all) = given.get_mut(first) else {
            given.insert(*first, row.yes.clone());
            continue;
        };
        all.retain(|one| !is_consent(profile, one) || row.yes.contains(one));
        let asked = row.yes.iter().filter(|one| !is_consent(profile, one));
        all.extend(asked.cloned());
    }
    given
}

fn is_consent(profile: &Profile, one: &BoxRef) -> bool {
    let purpose = profile.purpose(&one.purpose);
    purpose.is_some_and(|purpose| purpose.basis == Basis::Consent)
}

/// True where what was said yes to can be done: on its channel, or by any address that the purpose names.
fn is_reachable(profile: &Profile, one: &BoxRef, draft: &Draft) -> bool {
    let has = |field: &Field| draft.fields().contains_key(field);
    if let Some(channel) = one.channel {
        return has(&channel.field());
    }
    let by = |purpose: &Purpose| -> Vec<Field> {
        let all = [Field::Email, Field::Phone, Field::Address].into_iter();
        all.filter(|field| purpose.fields.contains(field)).collect()
    };
    let by = profile.purpose(&one.purpose).map_or_else(Vec::new, by);
    by.is_empty() || by.iter().any(has)
}

/// Whom a row is about: by its e-mails, else by its telephones, for several people share one switchboard; else by name.
fn identities(draft: &Draft, profile: &Profile) -> Vec<Identity> {
    let mut fields = draft.fields().clone();
    if fields.contains_key(&Field::Email) {
        fields.remove(&Field::Phone);
    }
    every_identity(&fields, profile)
}

/// Every way in which the person of these fields can be known.
fn every_identity(fields: &BTreeMap<Field, Value>, profile: &Profile) -> Vec<Identity> {
    let mut all = suppression::people(fields, profile);
    if all.is_empty() {
        all.extend(Identity::of(|field| fields.get(&field)));
    }
    all
}

fn field(dropped: &Dropped) -> Option<Field> {
    match dropped {
        Dropped::Field(field) => Some(*field),
        Dropped::Extra(_) => None,
    }
}
