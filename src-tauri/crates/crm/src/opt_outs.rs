//! Opt-outs that come back: who has told the CRM, and not us, that they want no advertising.
//!
//! How: a CRM that can say what has changed is asked for what has since the last time, less [`OVERLAP`], because a change
//! may be seen later than it was stamped; only leads of ours that say no are asked for. Where that question does not find
//! an opt-out (it is kept with the address and leaves the lead unchanged), the leads that this device knows are read in
//! turn, [`IN_TURN`] at a time. When: after every sync. What this program itself wrote as a no is nobody's word.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value as Json;
use uuid::Uuid;
use zgoda_core::LeadId;
use zgoda_core::field::{Field, Value};
use zgoda_core::outbox::Reason;
use zgoda_core::profile::Channel;

use crate::dialect::Dialect;
use crate::filed::There;
use crate::form::Layout;
use crate::http::Trouble;

/// How far a question reaches back behind the last answer: clocks of a cluster differ, transactions last.
const OVERLAP: TimeDelta = TimeDelta::minutes(10);
/// The most leads that are read in turn after one sync.
const IN_TURN: usize = 200;
/// The most pages of one pull, however many more there are said to be.
const MOST_PAGES: usize = 1000;

/// What is asked.
pub struct Ask<'a> {
    /// Where the last pull ended, as [`OptOuts::cursor`] said.
    pub cursor: Option<&'a str>,
    /// Where the first one begins.
    pub since: DateTime<Utc>,
    /// The moment of asking.
    pub now: DateTime<Utc>,
    /// The leads that this device knows in the CRM.
    pub known: &'a [Known],
}

/// A lead that the CRM has.
#[derive(Clone, Debug)]
pub struct Known {
    /// The lead.
    pub lead: LeadId,
    /// The CRM's own id of the record that holds it: another device's lead may have made that.
    pub crm_id: Option<String>,
}

/// What a CRM said.
#[derive(Default)]
pub struct OptOuts {
    /// Whoever has opted out.
    pub found: Vec<OptOut>,
    /// Where the next pull goes on; none where it begins anew. Only the connector that gave it understands it.
    pub cursor: Option<String>,
    /// Why it ended before its end. What was found until then counts.
    pub stopped: Option<Reason>,
}

/// One person's word to the CRM.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OptOut {
    /// The lead, of this device or of another.
    pub lead: LeadId,
    /// What they want no more.
    pub from: Advertising,
    /// The e-mail and telephone that the CRM has of them; in memory only.
    pub fields: BTreeMap<Field, Value>,
}

/// Advertising that somebody has opted out from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Advertising {
    /// All of it on a channel.
    On(Channel),
    /// That of one purpose by e-mail.
    For(String),
}

/// A page of leads that were changed.
#[derive(Default)]
pub(crate) struct Page {
    pub(crate) rows: Vec<There>,
    /// The newest change on it, by the CRM's clock.
    pub(crate) latest: Option<DateTime<Utc>>,
    /// Where the next page begins, in the CRM's own words.
    pub(crate) after: Option<String>,
}

/// Asks the CRM.
pub(crate) fn pull(dialect: &impl Dialect, ask: &Ask<'_>) -> OptOuts {
    // A stamp of the far future, which a wrong clock gives, must not hide what is said until then.
    let last = ask.cursor.and_then(moment).map(|at| at.min(ask.now));
    let since = last.unwrap_or(ask.since) - OVERLAP;
    let mut heard = OptOuts {
        cursor: ask.cursor.map(str::to_owned),
        ..OptOuts::default()
    };
    let (mut latest, mut after) = (last, None);
    for _ in 0..MOST_PAGES {
        let page = match dialect.changed(since, after.as_deref()) {
            Ok(Some(page)) => page,
            Ok(None) => return in_turn(dialect, ask),
            Err(trouble) => return heard.cut_off(trouble.reason),
        };
        if let Err(reason) = heard.learn(dialect, &page.rows) {
            return heard.cut_off(reason);
        }
        latest = latest.max(page.latest.map(|at| at.min(ask.now)));
        heard.cursor = latest.map(|at| at.to_rfc3339());
        if page.after.is_none() || page.after == after {
            break;
        }
        after = page.after;
    }
    heard
}

/// Reads the next leads that are known here.
fn in_turn(dialect: &impl Dialect, ask: &Ask<'_>) -> OptOuts {
    let last = ask.cursor.and_then(|text| Uuid::parse_str(text).ok());
    let mut leads: Vec<&Known> = ask.known.iter().collect();
    leads.sort_unstable_by_key(|known| known.lead);
    let next = leads.partition_point(|known| Some(known.lead.0) <= last);
    leads.rotate_left(next);
    leads.truncate(IN_TURN);
    let mut heard = OptOuts {
        cursor: ask.cursor.map(str::to_owned),
        ..OptOuts::default()
    };
    for some in leads.chunks(dialect.batch()) {
        let ids: Vec<String> = some.iter().map(|known| known.lead.to_string()).collect();
        let learned = read(dialect, some, &ids).map_err(|trouble| trouble.reason);
        let learned = learned.and_then(|rows| heard.learn(dialect, &rows));
        if let Err(reason) = learned {
            return heard.cut_off(reason);
        }
        heard.cursor = ids.into_iter().next_back();
    }
    heard
}

/// The records of these leads, also those that other devices' leads have made.
fn read(dialect: &impl Dialect, some: &[&Known], ids: &[String]) -> Result<Vec<There>, Trouble> {
    let mut rows = dialect.read(ids)?;
    let form = dialect.layout().form;
    let found: BTreeSet<String> = rows.iter().flat_map(|row| row.leads(form)).collect();
    for (known, lead) in some.iter().zip(ids) {
        let id = known.crm_id.as_deref().filter(|id| dialect.is_id(id));
        if let Some(id) = id.filter(|_| !found.contains(lead)) {
            let row = dialect.by_id(id)?;
            rows.extend(row.filter(|row| row.leads(form).contains(lead)));
        }
    }
    Ok(rows)
}

impl OptOuts {
    fn learn(&mut self, dialect: &impl Dialect, rows: &[There]) -> Result<(), Reason> {
        let layout = dialect.layout();
        let refusals = dialect.refusals(rows).map_err(|trouble| trouble.reason)?;
        for (there, from) in refusals {
            for lead in there.leads(layout.form) {
                self.note(&lead, from.clone(), addresses(layout, there));
            }
        }
        for there in rows {
            // What was withdrawn from another device is no objection: no list learns the address.
            for (lead, from) in there.filed(layout.form).overruled() {
                self.note(lead, from, BTreeMap::new());
            }
        }
        Ok(())
    }

    fn note(&mut self, lead: &str, from: Advertising, fields: BTreeMap<Field, Value>) {
        let lead = Uuid::parse_str(lead).map(LeadId);
        let told = lead.map(|lead| OptOut { lead, from, fields });
        self.found.extend(told.ok());
    }

    fn cut_off(self, reason: Reason) -> Self {
        Self {
            stopped: Some(reason),
            ..self
        }
    }
}

/// What the CRM's own marketing fields say no to, where this program did not write it.
pub(crate) fn by_columns<'a>(layout: &Layout, rows: &'a [There]) -> Vec<(&'a There, Advertising)> {
    let refusals = rows.iter().flat_map(|there| {
        let channels = there.filed(layout.form).refused(layout.form, there);
        channels
            .into_iter()
            .map(move |one| (there, Advertising::On(one)))
    });
    refusals.collect()
}

/// The e-mail and the telephone of a record, by which a person is known again.
fn addresses(layout: &Layout, there: &There) -> BTreeMap<Field, Value> {
    let of = |field| {
        let columns = layout.columns(field);
        let text = columns.first().map(|column| there.text(column));
        let text = text.filter(|text| !text.is_empty())?;
        Some((field, Value::Many(vec![text.into()])))
    };
    [Field::Email, Field::Phone]
        .into_iter()
        .filter_map(of)
        .collect()
}

/// A moment as RFC 3339 writes it, or nearly: some CRMs leave out the colon of the offset.
pub(crate) fn moment(text: &str) -> Option<DateTime<Utc>> {
    let loose = || DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f%z");
    let at = DateTime::parse_from_rfc3339(text).or_else(|_| loose());
    at.ok().map(|at| at.to_utc())
}

/// The newest of what `column` says of these rows.
pub(crate) fn latest(rows: &[Json], column: &str) -> Option<DateTime<Utc>> {
    let all = rows.iter().filter_map(|row| row[column].as_str());
    all.filter_map(moment).max()
}

/// A moment as most CRMs want it in a query.
pub(crate) fn stamp(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crms_moment_is_understood_with_and_without_the_colon() {
        for text in [
            "2026-11-24T09:15:00Z",
            "2026-11-24T09:15:00.000+0000",
            "2026-11-24T10:15:00+01:00",
        ] {
            let at = moment(text).map(stamp);
            assert_eq!(at.as_deref(), Some("2026-11-24T09:15:00Z"), "{text}");
        }
        assert_eq!(moment("yesterday"), None);
    }
}
