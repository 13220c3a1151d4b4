//! The drainer: takes what waits in a hub to a CRM, by one of our connectors, and has the hub cleared of it.
//!
//! How: [`Drainer::round`] takes leads with a lease, tells each one's messages in order, and confirms in one call what the
//! CRM has. What the CRM refuses is set aside for a person, by its reason, once what ended of the lead is told; an erasure
//! waits a day at most for what was taken back before it, where the CRM fails at that; where the CRM is out altogether the
//! rest is given back and the round ends. Nothing is kept between rounds: a drainer that dies between the CRM's answer and the
//! hub's is followed by one that tells the same again, by the lead's own id, when the lease is over.
//!
//! When does a round stop early? Where more than half of the lease has passed, by a clock that goes on while the machine
//! sleeps: no request begins after that, also not amid a lead, and what is not told to its end is given back, so that no other
//! drainer is given what this one still tells. The CRM is told a few leads at once at first, more while it is quick, and
//! half as many where half of the lease was over before they were told. A request that outlives the lease all the same may
//! bring back whom another drainer has erased meanwhile: the hub then gives the tombstone out again.

use std::collections::VecDeque;
use std::time::Duration;

use chrono::{TimeDelta, Utc};
use serde::Serialize;
use serde_json::{Value as Json, json};
use uuid::Uuid;
use zeroize::Zeroizing;
use zgoda_core::outbox::{Answer, Body, Kind, Message, Reason};
use zgoda_core::{LeadId, SubjectRef};

use super::parsed;
use super::row::Row;
use super::wire::Wire;
use crate::http::until::{self, Moment};
use crate::{ConnectError, Connector, Missing, Secret};

/// A drainer at a hub.
pub struct Drainer {
    wire: Wire,
    most: u16,
    lease: Duration,
    /// How many leads the CRM is told of at once.
    pace: usize,
}

/// How many that are at first.
const FIRST_PACE: usize = 5;

/// For how many seconds a lead at which the CRM failed is given out to nobody: longer than any wait between two rounds, or the
/// same would be the first in each.
const PUT_OFF: u64 = 900;

/// For so long an erasure waits for what was taken back before it, where the CRM fails at that.
const LONG: TimeDelta = TimeDelta::days(1);

/// What one round did.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
pub struct Drained {
    /// Leads that the hub gave out.
    pub taken: usize,
    /// Leads that the CRM has, and that the hub was cleared of.
    pub confirmed: usize,
    /// Leads that the CRM has, of which a device has said something newer meanwhile: they come again.
    pub newer: usize,
    /// Leads that were given back untold, or not told to the end.
    pub given_back: usize,
    /// Leads that wait for a person.
    pub set_aside: Vec<Aside>,
    /// Why the round ended before all was told.
    pub stopped: Option<Reason>,
    /// How long the CRM wants to be left alone, in seconds.
    pub after: Option<u64>,
}

/// A lead that the CRM does not take.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Aside {
    /// Its id.
    pub lead: LeadId,
    /// Why; `None` where the hub's row cannot be read.
    pub reason: Option<Reason>,
}

/// What still waits in the hub.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, serde::Deserialize)]
pub struct LeftOver {
    /// Leads that wait, all together.
    pub waiting: u64,
    /// Those of them that a drainer works on.
    pub given_out: u64,
    /// Those of them that wait for a person.
    pub set_aside: u64,
    /// When a device last said something of the one that waits longest.
    pub since: Option<chrono::DateTime<chrono::Utc>>,
}

/// Why the hub cannot be drained.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DrainError {
    /// Address or secret are not enough.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// The hub lacks a function: its SQL is to be installed, or installed again.
    #[error("the hub lacks {0}: install its SQL again (zgoda crm sql | psql)")]
    NoFunction(String),
    /// The role may not drain.
    #[error("the role may not drain this hub: it is no member of {0}")]
    NoPermission(String),
    /// The hub did not answer as it should.
    #[error("the hub did not answer as it should")]
    Hub(Reason),
}

impl DrainError {
    /// The code that scripts look at.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Connect(error) => error.code(),
            Self::NoFunction(_) => "hub_no_function",
            Self::NoPermission(_) => "hub_no_permission",
            Self::Hub(Reason::SignIn) => "hub_sign_in",
            Self::Hub(Reason::Settings) => "hub_settings",
            Self::Hub(Reason::Certificate) => "hub_certificate",
            Self::Hub(Reason::Offline) => "hub_offline",
            Self::Hub(_) => "hub_trouble",
        }
    }

    /// True where waiting may mend it.
    pub const fn may_pass(&self) -> bool {
        match self {
            Self::Hub(reason) => !reason.needs_person(),
            _ => false,
        }
    }
}

/// How far one lead has come.
struct Way {
    lead: LeadId,
    mark: Uuid,
    /// What the CRM is still to be told, in order.
    open: VecDeque<Message>,
    /// What it is to be told besides, where it does not take the lead.
    made_good: Vec<Message>,
    /// Why it waits for a person, where it does: what was refused first, or `None` where it cannot be read.
    refused: Option<Option<Reason>>,
    /// The CRM failed at it: the next round is to start with another.
    failed: bool,
    /// What was taken back before an erasure has waited for long: where the CRM fails at it the erasure goes without.
    overdue: bool,
    /// Whom it is about, where the CRM was told of the lead and may have it.
    filed: Option<SubjectRef>,
}

impl Way {
    fn of(row: Row) -> Self {
        Self {
            lead: row.lead,
            mark: row.mark,
            open: row.news.messages.into(),
            made_good: row.news.made_good,
            refused: row.news.unreadable.then_some(None),
            failed: false,
            overdue: row.told_at.is_some_and(|at| Utc::now() - at > LONG),
            filed: None,
        }
    }

    /// True where the next message is of what was taken back before an erasure, and the erasure waits no longer for it.
    fn goes_without(&self) -> bool {
        let is =
            |message: Option<&Message>, kind| message.is_some_and(|one| one.body.kind() == kind);
        self.overdue && is(self.open.front(), Kind::Withdraw) && is(self.open.back(), Kind::Erase)
    }

    /// The CRM does not take the next message. What comes after it takes something away from what the CRM may have of
    /// earlier revisions, and goes on.
    fn refuse(&mut self, reason: Reason) {
        self.refused.get_or_insert(Some(reason));
        let refused = self.open.pop_front();
        if refused.is_some_and(|message| matches!(message.body, Body::Upsert(_))) {
            self.open.extend(self.made_good.drain(..));
        }
    }
}

impl Drainer {
    /// A drainer at the hub of this address, `postgres://HOST/DATABASE`, by `secret`: its role and its password with a space
    /// between them, or the password alone where the address names the role. It takes at most `most` leads a round, for as
    /// long as `lease`.
    ///
    /// # Errors
    /// Where address or secret are not enough.
    pub fn new(url: &str, secret: &Secret, most: u16, lease: Duration) -> Result<Self, DrainError> {
        Ok(Self {
            wire: Wire::new(url, secret)?,
            most,
            lease,
            pace: FIRST_PACE,
        })
    }

    /// Whom the hub takes us for: `ROLE@HOST/DATABASE`.
    pub fn account(&self) -> String {
        self.wire.account()
    }

    /// Takes what waits, tells `connector`, and confirms. Nothing was taken where nothing waits.
    ///
    /// # Errors
    /// The hub's. What the CRM has by then and the hub was not told comes again.
    pub fn round(&mut self, connector: &mut dyn Connector) -> Result<Drained, DrainError> {
        let begun = Moment::now();
        let mut ways = self.take()?;
        let mut drained = Drained {
            taken: ways.len(),
            ..Drained::default()
        };
        let most = self.lease / 2;
        while drained.stopped.is_none() && begun.passed() < most {
            let open = (0..ways.len()).filter(|at| !ways[*at].open.is_empty());
            let some: Vec<usize> = open.take(self.pace.min(connector.batch()).max(1)).collect();
            if some.is_empty() {
                break;
            }
            let asked = Moment::now();
            let told = || tell(connector, &mut ways, &some, &mut drained);
            let ((), held_back) = until::within(begun, most, told);
            if held_back {
                // Fewer come to their end.
                self.pace = (some.len() / 2).max(1);
                if drained.stopped.is_some_and(says_little) {
                    // No trouble of the CRM's: it kept a request from beginning, or from being read again what was written.
                    drained.stopped = None;
                    ways.iter_mut().for_each(|way| way.failed = false);
                }
                break;
            }
            self.keep_pace(asked.passed(), connector.batch());
            if ways.iter().any(|way| way.failed) {
                // Where the CRM is told of many by one request, this finds the one at which it fails.
                self.pace = 1;
            }
        }
        self.settle(&ways, &mut drained)?;
        Ok(drained)
    }

    /// Lets what was set aside be given out again. Answers how many leads those are.
    ///
    /// # Errors
    /// The hub's.
    pub fn again(&mut self) -> Result<u64, DrainError> {
        let said = self.call("hub.again", "select hub.again()::text", &[])?;
        parsed(said.as_deref()).map_err(|trouble| DrainError::Hub(trouble.reason))
    }

    /// What still waits.
    ///
    /// # Errors
    /// The hub's.
    pub fn left_over(&mut self) -> Result<LeftOver, DrainError> {
        let said = self.call("hub.left_over", "select hub.left_over()::text", &[])?;
        parsed(said.as_deref()).map_err(|trouble| DrainError::Hub(trouble.reason))
    }

    fn take(&mut self) -> Result<Vec<Way>, DrainError> {
        let (most, seconds) = (self.most.to_string(), self.lease.as_secs().to_string());
        let said = self.call(
            "hub.take",
            "select (select coalesce(jsonb_agg(taken), '[]')::text \
             from hub.take($1::bigint, $2::bigint) as taken)",
            &[&most, &seconds],
        )?;
        let said = said.map(Zeroizing::new);
        let rows: Vec<Json> = parsed(said.as_deref().map(String::as_str))
            .map_err(|trouble| DrainError::Hub(trouble.reason))?;
        let rows: Option<Vec<Row>> = rows.into_iter().map(Row::read).collect();
        let rows = rows.ok_or(DrainError::Hub(Reason::NotTheCrm))?;
        Ok(rows.into_iter().map(Way::of).collect())
    }

    /// Twice as many at once where the last ones took a twentieth of the lease or less, half as many where they took more.
    fn keep_pace(&mut self, took: Duration, most: usize) {
        self.pace = match took <= self.lease / 20 {
            true => self.pace.saturating_mul(2).min(most.max(1)),
            false => (self.pace / 2).max(1),
        };
    }

    /// Tells the hub what became of each.
    fn settle(&mut self, ways: &[Way], drained: &mut Drained) -> Result<(), DrainError> {
        let mut told: Vec<Json> = Vec::new();
        let mut back: Vec<Json> = Vec::new();
        let mut off: Vec<Json> = Vec::new();
        for way in ways {
            let (lead, seen) = (way.lead, way.mark);
            match way.refused {
                // Whatever was refused: what is untold yet comes again.
                _ if !way.open.is_empty() => {
                    drained.given_back += 1;
                    let given = if way.failed { &mut off } else { &mut back };
                    given.push(settled(lead, seen, None));
                }
                Some(reason) => {
                    drained.set_aside.push(Aside { lead, reason });
                    back.push(settled(lead, seen, Some(word(reason))));
                }
                None => told.push(settled(lead, seen, None)),
            }
        }
        let confirmed = self.each("hub.confirm", "hub.confirm(lead_id, seen)", &mut told)?;
        drained.confirmed = confirmed.iter().filter(|done| **done).count();
        drained.newer = confirmed.len() - drained.confirmed;
        let taken = self.each(
            "hub.give_back",
            "hub.give_back(lead_id, seen, why)",
            &mut back,
        )?;
        let called = format!("hub.put_off(lead_id, seen, {PUT_OFF})");
        let kept_off = self.each("hub.put_off", &called, &mut off)?;
        self.erase_again(ways, &off, &kept_off)?;
        self.erase_again(ways, &told, &confirmed)?;
        self.erase_again(ways, &back, &taken)
    }

    /// Whose state is not the one that was told any more, and whom the CRM may have got from us: where they were erased, they
    /// are to be erased once more.
    fn erase_again(
        &mut self,
        ways: &[Way],
        settled: &[Json],
        as_seen: &[bool],
    ) -> Result<(), DrainError> {
        let changed = settled.iter().zip(as_seen).filter(|(_, same)| !**same);
        let changed: Vec<&Json> = changed.map(|(one, _)| &one["lead_id"]).collect();
        let told = ways
            .iter()
            .filter_map(|way| Some((way.lead, way.filed.as_ref()?)));
        let mut late: Vec<Json> = told
            .map(|(lead, subject)| json!({ "lead_id": lead, "why": subject.as_str() }))
            .filter(|one| changed.contains(&&one["lead_id"]))
            .collect();
        self.each(
            "hub.erase_again",
            "hub.erase_again(lead_id, why)",
            &mut late,
        )?;
        Ok(())
    }

    /// Calls a function for each of `all` in one transaction, in one order for all drainers.
    fn each(
        &mut self,
        function: &str,
        called: &str,
        all: &mut [Json],
    ) -> Result<Vec<bool>, DrainError> {
        if all.is_empty() {
            return Ok(Vec::new());
        }
        all.sort_by(|one, other| one["lead_id"].as_str().cmp(&other["lead_id"].as_str()));
        let count = all.len();
        let query = format!(
            "select (select coalesce(jsonb_agg({called}), '[]')::text \
             from jsonb_to_recordset($1::jsonb) as one (lead_id uuid, seen uuid, why text))"
        );
        let said = self.call(function, &query, &[&Json::from(&*all).to_string()])?;
        let said: Vec<bool> =
            parsed(said.as_deref()).map_err(|trouble| DrainError::Hub(trouble.reason))?;
        match said.len() == count {
            true => Ok(said),
            false => Err(DrainError::Hub(Reason::NotTheCrm)),
        }
    }

    fn call(
        &mut self,
        function: &str,
        query: &str,
        parameters: &[&str],
    ) -> Result<Option<String>, DrainError> {
        self.wire.call(query, parameters).map_err(|trouble| {
            match self.wire.lacking(function, "hub_drainer") {
                Some(Missing::Function(name)) => DrainError::NoFunction(name),
                Some(Missing::Permission(role)) => DrainError::NoPermission(role),
                _ => DrainError::Hub(trouble.reason),
            }
        })
    }
}

/// Tells the next message of each of `some`, which are different leads.
fn tell(connector: &mut dyn Connector, ways: &mut [Way], some: &[usize], drained: &mut Drained) {
    let next = some.iter().filter_map(|at| ways[*at].open.front().cloned());
    let messages: Vec<Message> = next.collect();
    for (at, message) in some.iter().zip(&messages) {
        if matches!(message.body, Body::Upsert(_)) {
            ways[*at].filed = Some(message.subject.clone());
        }
    }
    let answers = connector.push(&messages);
    for ((at, message), answer) in some.iter().zip(&messages).zip(answers) {
        let (reason, after) = match answer {
            // By its own id the CRM knows nobody; without the reference nobody knows whether it stands in another's record.
            Answer::Confirmed { crm_id }
                if message.subject.as_str().is_empty()
                    && crm_id == crate::nowhere(&message.lead.to_string()) =>
            {
                (Reason::NoId, None)
            }
            Answer::Confirmed { .. } => {
                ways[*at].open.pop_front();
                continue;
            }
            Answer::Retry { reason, after } => (reason, after),
            Answer::NeedsPerson { reason } => (reason, None),
        };
        if reason.stops_all() && !(reason.may_be_its() && ways[*at].goes_without()) {
            ways[*at].failed = reason.may_be_its() && drained.stopped.is_none();
            if drained.stopped.is_none_or(says_little) {
                drained.stopped = Some(reason);
            }
            drained.after = drained.after.max(after.map(|after| after.as_secs()));
        } else {
            ways[*at].refuse(reason);
        }
    }
}

/// True where the line may have failed, and no answer of the CRM's says more.
fn says_little(reason: Reason) -> bool {
    matches!(reason, Reason::Offline | Reason::Ambiguous)
}

fn settled(lead: LeadId, seen: Uuid, why: Option<String>) -> Json {
    json!({ "lead_id": lead, "seen": seen, "why": why })
}

/// The reason in one word, which names nobody.
fn word(reason: Option<Reason>) -> String {
    let code = reason.and_then(|reason| serde_json::to_value(reason).ok());
    let code = code.and_then(|code| code.as_str().map(str::to_owned));
    code.unwrap_or_else(|| "unreadable".to_owned())
}
