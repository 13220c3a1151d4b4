//! A batch of a sync: what is told together, and what its answers come to.
//!
//! How: one message of each lead, so that a lead's record is told things in order. What the CRM has failed at more than
//! once goes last, and ever fewer of it together, so that one lead at which it fails each time holds up no other.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use zgoda_core::ledger::{Happening, Kind};
use zgoda_core::outbox::{Answer, Message, Reason};
use zgoda_store::OutboxRow;

use crate::error::Error;
use crate::view::{CrmState, SyncRow, SyncView, count};
use crate::{Booth, Open};

/// The most messages that a run names one by one.
const MOST_ROWS: usize = 200;

/// Messages on their way.
pub(super) struct Batch {
    /// The CRM failed at each of them more than once.
    pub(super) suspect: bool,
    pub(super) rows: Vec<OutboxRow>,
    pub(super) messages: Vec<Message>,
    names: Vec<Option<String>>,
}

impl Booth {
    pub(super) fn sync_take(
        &mut self,
        most: usize,
        done: &BTreeSet<i64>,
        now: DateTime<Utc>,
    ) -> Result<Option<Batch>, Error> {
        let open = self.opened()?;
        let name = open.profile.event.name.clone();
        // What has nothing to say any more is dropped as it is found, and what is behind it is looked at anew.
        loop {
            let (suspect, due) = open.next_due_of(most, done, now)?;
            if due.is_empty() {
                return Ok(None);
            }
            let mut batch = Batch {
                suspect,
                rows: Vec::new(),
                messages: Vec::new(),
                names: Vec::new(),
            };
            for row in due {
                let Some(mut message) = open.store.message(&row)? else {
                    continue;
                };
                message.event_name.clone_from(&name);
                batch.names.push(open.name(row.lead)?);
                batch.messages.push(message);
                batch.rows.push(row);
            }
            if !batch.rows.is_empty() {
                let ids: Vec<i64> = batch.rows.iter().map(|row| row.id).collect();
                open.store.begin_attempt(&ids, now)?;
                return Ok(Some(batch));
            }
        }
    }

    pub(super) fn sync_settle(
        &mut self,
        batch: &Batch,
        answers: &[Answer],
        view: &mut SyncView,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        let open = self.opened()?;
        for (at, row) in batch.rows.iter().enumerate() {
            // A connector that answers too few leaves the rest in doubt: they are sent again.
            let ambiguous = Answer::Retry {
                reason: Reason::Ambiguous,
                after: None,
            };
            let answer = answers.get(at).unwrap_or(&ambiguous);
            let happening = Happening {
                subject: Some(batch.messages[at].subject.clone()),
                ..Happening::new(Kind::Confirm, open.local(now))
            };
            open.store.settle(row, answer, now, happening)?;
            let (state, reason) = match answer {
                Answer::Confirmed { .. } => (CrmState::Confirmed, None),
                Answer::Retry { reason, .. } => (CrmState::Waiting, Some(*reason)),
                Answer::NeedsPerson { reason } => (CrmState::NeedsPerson, Some(*reason)),
            };
            view.done += 1;
            match state {
                CrmState::Confirmed => view.confirmed += 1,
                CrmState::Waiting => view.waiting += 1,
                CrmState::NeedsPerson => view.needs_person += 1,
            }
            if let Some(reason) = reason.filter(|reason| reason.stops_all()) {
                view.stopped = Some(reason);
            }
            let name = batch.names[at].clone();
            view.rows.push(sync_row(row, name, state, reason));
        }
        // Of all of a run, told after each batch, one line a message would grow with its square.
        let older = view.rows.len().saturating_sub(MOST_ROWS);
        view.rows.drain(..older);
        view.more = view.done - count(view.rows.len());
        Ok(())
    }

    /// What is shown when it is over: what has still to be told, and then what was confirmed last.
    pub(super) fn sync_rows_left(&mut self, view: &mut SyncView) -> Result<(), Error> {
        let open = self.opened()?;
        let waiting = open.waiting()?;
        let mut rows = open.sync_rows(&waiting[..waiting.len().min(MOST_ROWS)])?;
        let left: BTreeSet<i64> = waiting.iter().map(|row| row.id).collect();
        let mut confirmed = std::mem::take(&mut view.rows);
        confirmed.retain(|row| row.state == CrmState::Confirmed);
        let all = confirmed.len();
        // What was changed on its way is to be told again, by the same number.
        confirmed.retain(|row| !left.contains(&row.id));
        let told = view.confirmed - count(all - confirmed.len());
        let room = MOST_ROWS - rows.len();
        let older = confirmed.len().saturating_sub(room);
        rows.extend(confirmed.into_iter().skip(older));
        view.more = (count(left.len()) + told).saturating_sub(count(rows.len()));
        view.rows = rows;
        Ok(())
    }
}

impl Open {
    /// The rows that go next, but for those of `done`, and whether the CRM has failed at each: those come when no other is left.
    fn next_due_of(
        &self,
        most: usize,
        done: &BTreeSet<i64>,
        now: DateTime<Utc>,
    ) -> Result<(bool, Vec<OutboxRow>), Error> {
        let first = |most: usize, suspect: bool| {
            // One message per lead and batch keeps the order of what a lead's CRM record is told.
            let mut leads = BTreeSet::new();
            self.store.first_due(now, most.max(1), |row| {
                is_suspect(row) == suspect && !done.contains(&row.id) && leads.insert(row.lead)
            })
        };
        let rows = first(most, false)?;
        if !rows.is_empty() {
            return Ok((false, rows));
        }
        let Some(next) = first(1, true)?.pop() else {
            return Ok((true, Vec::new()));
        };
        let fewer = most.checked_shr(2 * next.attempts).unwrap_or_default();
        Ok((true, first(fewer, true)?))
    }
}

/// True where the CRM failed more than once at what this row says, or at what went with it.
fn is_suspect(row: &OutboxRow) -> bool {
    row.attempts > 1 && row.reason.is_some_and(Reason::may_be_its)
}

fn sync_row(
    row: &OutboxRow,
    name: Option<String>,
    state: CrmState,
    reason: Option<Reason>,
) -> SyncRow {
    SyncRow {
        id: row.id,
        lead: row.lead,
        name,
        kind: row.kind,
        state,
        reason,
        attempts: row.attempts + 1,
        next_at: None,
    }
}
