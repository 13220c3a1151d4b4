//! Today's leads and the others: find one, look at it, edit what staff wrote, keep a promise, erase.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use zgoda_core::ledger::{Happening, Kind};
use zgoda_core::receipt::Code;
use zgoda_core::{Act, Asker, Field, Kept, LeadId, Reply, Value, outbox};
use zgoda_store::{Among, OutboxRow, Place, State};

use crate::capture::promise_day;
use crate::error::Error;
use crate::view::{Counts, CrmState, LeadEdit, LeadRow, LeadView, SyncRow, TimelineView, count};
use crate::{Booth, Open, show};

/// Which leads to list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Filter {
    /// Captured today, by the event's clock.
    Today,
    /// With an open promise, the earliest due first.
    Promises,
    /// Waiting for the CRM.
    Waiting,
    /// Set aside for a person.
    NeedsPerson,
}

/// A search among the leads.
#[derive(Clone, Debug, Default, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Query {
    /// Part of a name, a company or an e-mail, or the code of a receipt; empty for all.
    #[serde(default)]
    pub text: String,
    /// A filter, or all.
    #[serde(default)]
    pub filter: Option<Filter>,
}

/// Leads of one page.
const PAGE: usize = 60;

/// A page of the list.
#[derive(Clone, Debug, Serialize, TS)]
#[ts(export)]
pub struct LeadPage {
    /// Its leads.
    pub rows: Vec<LeadRow>,
    /// Where the next page begins; nothing on the last.
    pub next: Option<LeadPlace>,
    /// How many there are on all pages, where that is known: on the first page of a list that is not searched.
    pub total: Option<u32>,
}

/// Where a page ends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct LeadPlace {
    /// When its last lead was captured, in microseconds since 1970.
    #[ts(type = "number")]
    captured: i64,
    /// That lead.
    lead: LeadId,
    /// The day of its earliest open promise, where that is the order.
    due: Option<NaiveDate>,
}

impl From<Place> for LeadPlace {
    fn from(
        Place {
            captured,
            lead,
            due,
        }: Place,
    ) -> Self {
        Self {
            captured,
            lead,
            due,
        }
    }
}

impl From<LeadPlace> for Place {
    fn from(
        LeadPlace {
            captured,
            lead,
            due,
        }: LeadPlace,
    ) -> Self {
        Self {
            captured,
            lead,
            due,
        }
    }
}

impl Booth {
    /// A page of the leads on this device: as many as fit a few screens, and where the next page begins.
    ///
    /// # Errors
    /// Where the store is locked or cannot be read.
    pub fn lead_page(
        &mut self,
        query: &Query,
        after: Option<LeadPlace>,
        now: DateTime<Utc>,
    ) -> Result<LeadPage, Error> {
        let open = self.staff()?;
        if let Ok(code) = query.text.trim().parse::<Code>() {
            let found = open.store.leads_of(|subject| Code::of(subject) == code)?;
            let mut rows = open.rows(&found, now)?;
            rows.retain(|row| query.filter.is_none_or(|filter| passes(row, filter)));
            return Ok(LeadPage {
                total: Some(count(rows.len())),
                rows,
                next: None,
            });
        }
        let among = open.among(query.filter, now);
        let place = after.map(Place::from);
        let (found, next) = open.store.page(&query.text, among, place.as_ref(), PAGE)?;
        let total = match query.text.trim() {
            "" if place.is_none() => Some(open.store.listed(among)?),
            _ => None,
        };
        Ok(LeadPage {
            rows: open.rows(&found, now)?,
            total: total.map(|total| u32::try_from(total).unwrap_or(u32::MAX)),
            next: next.map(LeadPlace::from),
        })
    }

    /// The leads on this device, newest first: all pages at once.
    ///
    /// # Errors
    /// Where the store is locked or cannot be read.
    pub fn leads(&mut self, query: &Query, now: DateTime<Utc>) -> Result<Vec<LeadRow>, Error> {
        let mut rows = Vec::new();
        let mut after = None;
        loop {
            let page = self.lead_page(query, after, now)?;
            rows.extend(page.rows);
            after = match page.next {
                Some(next) => Some(next),
                None => return Ok(rows),
            };
        }
    }

    /// One lead, whole.
    ///
    /// # Errors
    /// Where it is not on this device.
    pub fn lead(&mut self, id: LeadId, now: DateTime<Utc>) -> Result<LeadView, Error> {
        let open = self.staff()?;
        let kept = open.store.lead(id)?.ok_or(Error::NoLead)?;
        let timeline = open.timeline(&kept)?;
        let needed = |field: &Field| !kept.reasons(*field, &open.profile).is_empty();
        let editable = Field::ALL
            .into_iter()
            .filter(|field| field.is_staffs() && needed(field));
        Ok(LeadView {
            row: show::row(&kept, &open.profile, open.state_of(id)?, now),
            fields: show::lead_fields(&kept, &open.profile),
            decisions: show::decisions(&kept),
            language: kept.language,
            source: kept.source,
            timeline,
            editable: editable.collect(),
            dropped: Vec::new(),
        })
    }

    /// Changes note, tags, rating, answers, or the date of an open promise.
    ///
    /// # Errors
    /// Where it is not on this device.
    pub fn lead_edit(
        &mut self,
        id: LeadId,
        edit: LeadEdit,
        now: DateTime<Utc>,
    ) -> Result<LeadView, Error> {
        let open = self.staff()?;
        let mut kept = open.store.lead(id)?.ok_or(Error::NoLead)?;
        let today = open.local(now).date_naive();
        for change in &edit.promises {
            let promise = kept
                .promises
                .iter_mut()
                .find(|promise| promise.purpose == change.purpose && promise.kept_at.is_none())
                .ok_or(Error::NoPromise)?;
            if let Some(day) = change.due.filter(|day| *day != promise.due) {
                promise.due = promise_day(day, today)?;
            }
        }
        let edits = edit.edits.into_iter().map(|one| {
            (
                one.field,
                one.value.and_then(|value| value.into_value(one.field)),
            )
        });
        let mut edits: BTreeMap<Field, Option<Value>> = edits.collect();
        edits.remove(&Field::Answers);
        if !edit.replies.is_empty() {
            let by = [Asker::Staff, Asker::Attendee];
            let profile = &open.profile;
            let all = profile.answered(kept.answers(), &edit.replies, &by, kept.language)?;
            let all = Some(all).filter(|all| !all.is_empty());
            edits.insert(Field::Answers, all.map(Value::Answers));
        }
        let mut dropped = kept.edit(edits, &open.profile);
        dropped.extend(lost(&edit.replies, &kept));
        open.changed(&kept, now)?;
        Ok(LeadView {
            dropped: dropped.into_iter().collect(),
            ..self.lead(id, now)?
        })
    }

    /// Marks what was promised for `purpose` as done, which starts its retention clock.
    ///
    /// # Errors
    /// Where there is no such lead or no open promise.
    pub fn promise_kept(
        &mut self,
        id: LeadId,
        purpose: &str,
        now: DateTime<Utc>,
    ) -> Result<LeadView, Error> {
        let open = self.staff()?;
        let mut kept = open.store.lead(id)?.ok_or(Error::NoLead)?;
        if !kept.keep_promise(purpose, now, &open.profile) {
            return Err(Error::NoPromise);
        }
        open.changed(&kept, now)?;
        self.lead(id, now)
    }

    /// Erases a person: row, salt and stub go, the CRM is told, the file is rotated. Only the tombstone's id stays.
    ///
    /// # Errors
    /// Where there is no such lead here.
    pub fn erase(&mut self, id: LeadId, act: Act, now: DateTime<Utc>) -> Result<(), Error> {
        let open = self.staff()?;
        let kept = open.store.lead(id)?;
        let mut happening = Happening::new(Kind::Erase, open.local(now));
        happening.act = Some(act);
        happening.subject = open.subject(id)?;
        if let Some(kept) = kept {
            happening.kept = kept.fields.keys().copied().collect();
        }
        if !open.store.erase(id, happening)? {
            return Err(Error::NoLead);
        }
        open.make_final(now)?;
        Ok(())
    }

    /// What the CRM has still to be told.
    ///
    /// # Errors
    /// Where the store is locked or cannot be read.
    pub fn outbox(&mut self) -> Result<Vec<SyncRow>, Error> {
        let open = self.staff()?;
        let waiting = open.waiting()?;
        open.sync_rows(&waiting)
    }

    /// Puts a set-aside lead back into the queue.
    ///
    /// # Errors
    /// Where the store is locked or cannot be written.
    pub fn retry(&mut self, lead: LeadId) -> Result<Vec<SyncRow>, Error> {
        let open = self.staff()?;
        open.store.retry_now(lead)?;
        let waiting = open.waiting()?;
        open.sync_rows(&waiting)
    }
}

impl Open {
    fn among(&self, filter: Option<Filter>, now: DateTime<Utc>) -> Among {
        match filter {
            None => Among::All,
            Some(Filter::Today) => Among::Since(self.midnight(now)),
            Some(Filter::Promises) => Among::Promised,
            Some(Filter::Waiting) => Among::Waiting,
            Some(Filter::NeedsPerson) => Among::NeedsPerson,
        }
    }

    /// The beginning of the day of `now`, by the event's clock.
    fn midnight(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        begins(now, self.profile.event.time_zone)
    }

    fn rows(&self, found: &[Kept], now: DateTime<Utc>) -> Result<Vec<LeadRow>, Error> {
        let row = |kept: &Kept| {
            let state = self.state_of(kept.id)?;
            Ok(show::row(kept, &self.profile, state, now))
        };
        found.iter().map(row).collect()
    }

    pub(crate) fn counts(&mut self, now: DateTime<Utc>) -> Result<Counts, Error> {
        let zone = self.profile.event.time_zone;
        let today = now.with_timezone(&zone).date_naive();
        let declines = self.store.ledger_times(Kind::Decline)?;
        let declines = declines
            .iter()
            .map(|at| at.with_timezone(&zone).date_naive());
        let number = |count: u64| u32::try_from(count).unwrap_or(u32::MAX);
        let (waiting, needs_person) = self.store.outbox_counts()?;
        Ok(Counts {
            today: number(self.store.listed(Among::Since(self.midnight(now)))?),
            declined: count(declines.filter(|day| *day == today).count()),
            waiting: number(waiting),
            needs_person: number(needs_person),
            promises_due: number(self.store.promises_due(today)?),
        })
    }

    fn timeline(&mut self, kept: &Kept) -> Result<Vec<TimelineView>, Error> {
        let own = self.entries_of(&kept.subject)?;
        Ok(own
            .into_iter()
            .map(|entry| TimelineView {
                at: entry.at,
                kind: serde_json::to_value(entry.kind)
                    .ok()
                    .and_then(|kind| kind.as_str().map(str::to_owned))
                    .unwrap_or_default(),
                fields: entry.kept.into_iter().collect(),
            })
            .collect())
    }

    fn changed(&mut self, kept: &Kept, now: DateTime<Utc>) -> Result<(), Error> {
        let happening = Happening {
            subject: Some(kept.subject.clone()),
            kept: kept.fields.keys().copied().collect(),
            ..Happening::new(Kind::Change, self.local(now))
        };
        self.store
            .change(kept, happening, Some(outbox::Kind::Upsert))?;
        Ok(())
    }

    fn state_of(&self, id: LeadId) -> Result<(CrmState, Option<outbox::Reason>), Error> {
        let newest = self.store.outbox_newest(id)?;
        Ok(newest.map_or((CrmState::Confirmed, None), |row| {
            (show::crm_state(row.state), row.reason)
        }))
    }

    /// What has still to be told, what waits for a person before the rest.
    pub(crate) fn waiting(&self) -> Result<Vec<OutboxRow>, Error> {
        let mut waiting = self.store.outbox()?;
        waiting.sort_by_key(|row| row.state != State::NeedsPerson);
        Ok(waiting)
    }

    pub(crate) fn sync_rows(&mut self, waiting: &[OutboxRow]) -> Result<Vec<SyncRow>, Error> {
        let mut rows = Vec::new();
        for row in waiting {
            let name = self.name(row.lead)?;
            rows.push(SyncRow {
                id: row.id,
                lead: row.lead,
                name,
                kind: row.kind,
                state: show::crm_state(row.state),
                reason: row.reason,
                attempts: row.attempts,
                next_at: Some(row.next_at),
            });
        }
        Ok(rows)
    }
}

/// The answers, where one of `replies` is not kept: its purpose was not accepted.
fn lost(replies: &[Reply], kept: &Kept) -> Option<Field> {
    let given = |reply: &&Reply| reply.values.iter().any(|value| !value.trim().is_empty());
    let is_kept = |reply: &Reply| {
        let mut all = kept.answers().iter();
        all.any(|answer| answer.question == reply.question)
    };
    let mut given = replies.iter().filter(given);
    given.any(|reply| !is_kept(reply)).then_some(Field::Answers)
}

/// The beginning of the day of `now` in `zone`. Where clocks go forward at midnight, a day begins at one.
fn begins(now: DateTime<Utc>, zone: Tz) -> DateTime<Utc> {
    let day = now.with_timezone(&zone).date_naive();
    let hours = (0..3).filter_map(|hour| day.and_hms_opt(hour, 0, 0));
    let mut begins = hours.filter_map(|at| at.and_local_timezone(zone).earliest());
    begins.next().map_or(now, |at| at.to_utc())
}

fn passes(row: &LeadRow, filter: Filter) -> bool {
    match filter {
        Filter::Today => row.today,
        Filter::Promises => row.promises.iter().any(|promise| promise.kept_at.is_none()),
        Filter::Waiting => row.crm == CrmState::Waiting,
        Filter::NeedsPerson => row.crm == CrmState::NeedsPerson,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_at_midnight_or_where_the_clock_first_is() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        let noon = at("2026-11-24T11:00:00Z");
        assert_eq!(
            begins(noon, chrono_tz::Europe::Warsaw),
            at("2026-11-23T23:00:00Z")
        );
        // In Santiago the clock went from midnight to one on this day.
        let forward = at("2026-09-06T15:00:00Z");
        assert_eq!(
            begins(forward, chrono_tz::America::Santiago),
            at("2026-09-06T04:00:00Z")
        );
    }
}
