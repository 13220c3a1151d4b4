//! What is still to be told of a withdrawal, and what stays of it when the person is erased.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use rusqlite::Connection;
use zgoda_core::outbox::Kind;
use zgoda_core::withdraw::names;
use zgoda_core::{BoxRef, Decision, Kept, LeadId};

use crate::error::StoreError;
use crate::table::outbox::{self, Inside};
use crate::work::read::load;

/// The boxes of a withdrawal that hold, of a lead that is `kept` or gone.
pub(crate) fn withdrawn(
    inside: &Inside,
    kept: Option<&Kept>,
) -> Result<BTreeSet<BoxRef>, StoreError> {
    let names: BTreeSet<String> = inside.detail()?;
    let boxes: Result<BTreeSet<BoxRef>, _> = names.iter().map(|one| one.parse()).collect();
    let boxes = boxes.map_err(|_| StoreError::Damaged)?;
    Ok(match kept {
        Some(kept) => boxes
            .into_iter()
            .flat_map(|one| still_no(one, kept))
            .collect(),
        None => boxes,
    })
}

/// What of `withdrawn` the person has not agreed to anew meanwhile.
fn still_no(withdrawn: BoxRef, kept: &Kept) -> Vec<BoxRef> {
    let anew = kept.accepted(&withdrawn.purpose);
    match withdrawn.channel {
        _ if anew.is_empty() => vec![withdrawn],
        Some(_) if anew.contains(&withdrawn.channel) => Vec::new(),
        Some(_) => vec![withdrawn],
        None => {
            let of_it = kept.decisions.iter();
            let no = of_it.filter(|one| one.purpose == withdrawn.purpose && !one.given);
            no.map(Decision::box_ref).collect()
        }
    }
}

/// Cancels what is queued but what the person took back. That is told before their erasure: their other leads in the CRM's
/// record, and lists that it keeps by address, would not hear of it from that.
pub(crate) fn keep_withdrawals(
    db: &Connection,
    id: LeadId,
    revision: u32,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let kept = load(db, id)?;
    for (row, inside) in outbox::of(db, id)? {
        let holds = match row.kind {
            // What was agreed to anew is not known any more once the lead is gone.
            Kind::Withdraw => withdrawn(&inside, kept.as_ref())?,
            Kind::Upsert | Kind::Expire | Kind::Erase => BTreeSet::new(),
        };
        match holds.is_empty() {
            true => outbox::remove(db, row.id)?,
            false => outbox::restate(db, row.id, &names(&holds), revision, at)?,
        }
    }
    Ok(())
}
