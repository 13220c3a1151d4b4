//! Today's leads and the others: find one, look at it, edit what staff wrote, keep a promise, erase.

use std::collections::BTreeMap;

use chrono::{DateTime, FixedOffset, Utc};
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use zgoda_core::ledger::{Happening, Kind};
use zgoda_core::receipt::Code;
use zgoda_core::{Act, Field, Kept, LeadId, outbox};

use crate::capture::promise_day;
use crate::error::Error;
use crate::view::{Counts, CrmState, LeadEdit, LeadRow, LeadView, SyncRow, TimelineView};
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

type States = BTreeMap<LeadId, (CrmState, Option<outbox::Reason>)>;

impl Booth {
    /// The leads on this device, newest first.
    ///
    /// # Errors
    /// Where the store is locked or cannot be read.
    pub fn leads(&mut self, query: &Query, now: DateTime<Utc>) -> Result<Vec<LeadRow>, Error> {
        let open = self.staff()?;
        let found = match query.text.trim() {
            "" => open.store.leads()?,
            text => match text.parse::<Code>() {
                Ok(code) => open.by_code(&code)?,
                Err(_) => open.store.search(text)?,
            },
        };
        let states = open.states()?;
        let mut rows: Vec<LeadRow> = found
            .iter()
            .map(|kept| show::row(kept, &open.profile, state_of(&states, kept.id), now))
            .filter(|row| query.filter.is_none_or(|filter| passes(row, filter)))
            .collect();
        if query.filter == Some(Filter::Promises) {
            rows.sort_by_key(|row| row.promises.iter().filter(is_open).map(|p| p.due).min());
        }
        Ok(rows)
    }

    /// One lead, whole.
    ///
    /// # Errors
    /// Where it is not on this device.
    pub fn lead(&mut self, id: LeadId, now: DateTime<Utc>) -> Result<LeadView, Error> {
        let open = self.staff()?;
        let kept = open.store.lead(id)?.ok_or(Error::NoLead)?;
        let states = open.states()?;
        let timeline = open.timeline(&kept)?;
        let needed = |field: &Field| !kept.reasons(*field, &open.profile).is_empty();
        let editable = Field::ALL
            .into_iter()
            .filter(|field| field.is_staffs() && needed(field));
        Ok(LeadView {
            row: show::row(&kept, &open.profile, state_of(&states, id), now),
            fields: show::lead_fields(&kept, &open.profile),
            decisions: show::decisions(&kept),
            language: kept.language,
            source: kept.source,
            timeline,
            editable: editable.collect(),
            dropped: Vec::new(),
        })
    }

    /// Changes note, tags, rating, or the date of an open promise.
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
        let dropped = kept.edit(edits.collect(), &open.profile);
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
        self.staff()?.sync_rows()
    }

    /// Puts a set-aside lead back into the queue.
    ///
    /// # Errors
    /// Where the store is locked or cannot be written.
    pub fn retry(&mut self, lead: LeadId) -> Result<Vec<SyncRow>, Error> {
        let open = self.staff()?;
        open.store.retry_now(lead)?;
        open.sync_rows()
    }
}

impl Open {
    fn by_code(&self, code: &Code) -> Result<Vec<Kept>, Error> {
        let mut leads = self.store.leads()?;
        leads.retain(|kept| Code::of(&kept.subject) == *code);
        Ok(leads)
    }

    pub(crate) fn counts(&mut self, now: DateTime<Utc>) -> Result<Counts, Error> {
        let zone = self.profile.event.time_zone;
        let today = now.with_timezone(&zone).date_naive();
        let on_today = |times: Vec<DateTime<FixedOffset>>| {
            let days = times.iter().map(|at| at.with_timezone(&zone).date_naive());
            count(days.filter(|day| *day == today).count())
        };
        let mut counts = Counts {
            today: on_today(self.store.capture_times()?),
            declined: on_today(self.store.ledger_times(Kind::Decline)?),
            promises_due: u32::try_from(self.store.promises_due(today)?).unwrap_or(u32::MAX),
            ..Counts::default()
        };
        for row in self.store.outbox()? {
            match show::crm_state(row.state) {
                CrmState::NeedsPerson => counts.needs_person += 1,
                CrmState::Waiting | CrmState::Confirmed => counts.waiting += 1,
            }
        }
        Ok(counts)
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

    fn states(&mut self) -> Result<States, Error> {
        let mut states = States::new();
        for row in self.store.outbox()? {
            states.insert(row.lead, (show::crm_state(row.state), row.reason));
        }
        Ok(states)
    }

    pub(crate) fn sync_rows(&mut self) -> Result<Vec<SyncRow>, Error> {
        let mut rows = Vec::new();
        for row in self.store.outbox()? {
            let name = self.name(row.lead)?;
            rows.push(SyncRow {
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

fn state_of(states: &States, id: LeadId) -> (CrmState, Option<outbox::Reason>) {
    states
        .get(&id)
        .copied()
        .unwrap_or((CrmState::Confirmed, None))
}

fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

fn is_open(promise: &&zgoda_core::Promise) -> bool {
    promise.kept_at.is_none()
}

fn passes(row: &LeadRow, filter: Filter) -> bool {
    match filter {
        Filter::Today => row.today,
        Filter::Promises => row.promises.iter().any(|promise| promise.kept_at.is_none()),
        Filter::Waiting => row.crm == CrmState::Waiting,
        Filter::NeedsPerson => row.crm == CrmState::NeedsPerson,
    }
}
