//! A batch of a sync: what is told together, and what its answers come to.
//!
//! How: one message of each lead, so that a lead's record is told things in order. What the CRM has failed at more than
//! once goes last, and ever fewer of it together, so that one lead at which it fails each time holds up no other.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use zgoda_core::ledger::{Happening, Kind};
use zgoda_core::outbox::{Answer, Message, Reason};
use zgoda_store::OutboxRow;

use crate::Booth;
use crate::error::Error;
use crate::view::{CrmState, SyncRow, SyncView};

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
        let due = open.store.due(now)?.into_iter();
        let due: Vec<OutboxRow> = due.filter(|row| !done.contains(&row.id)).collect();
        let suspect = due.iter().all(is_suspect);
        let most = match due.first().filter(|_| suspect) {
            Some(first) => most.checked_shr(2 * first.attempts).unwrap_or_default(),
            None => most,
        };
        let mut batch = Batch {
            suspect,
            rows: Vec::new(),
            messages: Vec::new(),
            names: Vec::new(),
        };
        let mut leads = BTreeSet::new();
        for row in due.into_iter().filter(|row| suspect || !is_suspect(row)) {
            // One message per lead and batch keeps the order of what a lead's CRM record is told.
            if batch.rows.len() >= most.max(1) || !leads.insert(row.lead) {
                continue;
            }
            let Some(mut message) = open.store.message(&row)? else {
                continue;
            };
            message.event_name.clone_from(&name);
            batch.names.push(open.name(row.lead)?);
            batch.messages.push(message);
            batch.rows.push(row);
        }
        if batch.rows.is_empty() {
            return Ok(None);
        }
        let ids: Vec<i64> = batch.rows.iter().map(|row| row.id).collect();
        open.store.begin_attempt(&ids, now)?;
        Ok(Some(batch))
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
        Ok(())
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
        lead: row.lead,
        name,
        kind: row.kind,
        state,
        reason,
        attempts: row.attempts + 1,
        next_at: None,
    }
}
