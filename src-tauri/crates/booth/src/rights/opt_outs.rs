//! Opt-outs that a CRM heard: taken over as if they had been said here.
//!
//! When: after each sync that reached the CRM, and a sync begins for that alone where there was nothing to tell for
//! [`AGAIN`]. How: the list of objections learns the person's address first, over all events; then the consents of that
//! channel are withdrawn, as an import. Only where nothing else stands the record is left in the CRM to its deadline, where
//! a withdrawal at the booth would erase it: the record is where that CRM keeps the opt-out, and a list that an
//! administrator changed by mistake must not empty the CRM. The local copy of it goes.

use std::collections::BTreeSet;
use std::sync::Mutex;

use chrono::{DateTime, Days, NaiveTime, TimeDelta, Utc};
use zgoda_core::ledger::{Happening, Kind};
use zgoda_core::withdraw::Scope;
use zgoda_core::{Act, BoxRef, LeadId};
use zgoda_crm::{Advertising, Ask, Connector, Known, OptOut};

use super::find::Held;
use super::{Who, take::Then};
use crate::error::Error;
use crate::sync::lock;
use crate::view::SyncView;
use crate::{Booth, Open, suppression};

/// Up to where a CRM's opt-outs were heard.
const HEARD: &str = "opt_outs_heard";
/// When the CRM was asked last, whatever it answered.
const ASKED: &str = "opt_outs_asked";
/// How long after that it is asked though there is nothing to tell it.
const AGAIN: TimeDelta = TimeDelta::hours(6);
/// How long before an event leads are captured for it, to try the booth out.
const REHEARSALS: Days = Days::new(90);

/// What people told the CRM comes back. Where that fails no lead is kept back: it is asked for again.
pub(crate) fn hear_opt_outs(
    booth: &Mutex<Booth>,
    connector: &mut dyn Connector,
    view: &mut SyncView,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let (known, since, cursor) = {
        let mut booth = lock(booth);
        let open = booth.opened()?;
        open.store.meta_set(ASKED, &now.to_rfc3339())?;
        (
            open.known_to_the_crm()?,
            open.hear_since(),
            open.heard_until()?,
        )
    };
    let heard = connector.opt_outs(&Ask {
        cursor: cursor.as_deref(),
        since,
        now,
        known: &known,
    });
    let mut booth = lock(booth);
    let open = booth.opened()?;
    view.opted_out = open.learn(&heard.found, now)?;
    view.unheard = heard.stopped;
    open.note_heard(heard.cursor.as_deref())
}

impl Open {
    /// Where the first question for opt-outs begins: no lead of this event is older.
    fn hear_since(&self) -> DateTime<Utc> {
        let starts = self.profile.event.starts;
        let first = starts.checked_sub_days(REHEARSALS).unwrap_or(starts);
        first.and_time(NaiveTime::MIN).and_utc()
    }

    /// When the CRM is to be asked again though nothing waits for it: never where it has nobody of this event, or tells of no
    /// opt-outs.
    pub(crate) fn asks_again_at(&self) -> Result<Option<DateTime<Utc>>, Error> {
        let kind = zgoda_crm::kind(&self.profile.crm.kind);
        if !kind.is_some_and(|kind| kind.tells_opt_outs) {
            return Ok(None);
        }
        let asked = self.store.meta_get(ASKED)?.unwrap_or_default();
        let Ok(asked) = DateTime::parse_from_rfc3339(&asked) else {
            return Ok(None);
        };
        let has_some = self.store.crm_has_some()?;
        Ok(has_some.then(|| asked.to_utc() + AGAIN))
    }

    /// Where the last question of this destination ended.
    fn heard_until(&self) -> Result<Option<String>, Error> {
        let kept = self.store.meta_get(HEARD)?.unwrap_or_default();
        let cursor = kept.strip_prefix(&self.destination());
        Ok(cursor
            .map(str::to_owned)
            .filter(|cursor| !cursor.is_empty()))
    }

    fn note_heard(&mut self, cursor: Option<&str>) -> Result<(), Error> {
        let Some(cursor) = cursor else {
            return Ok(());
        };
        let kept = format!("{}{cursor}", self.destination());
        Ok(self.store.meta_set(HEARD, &kept)?)
    }

    /// A cursor is one destination's, and another understands it otherwise.
    fn destination(&self) -> String {
        let crm = &self.profile.crm;
        format!("{} {}\n", crm.kind, crm.url.as_deref().unwrap_or_default())
    }

    /// The leads that the CRM may tell of.
    fn known_to_the_crm(&self) -> Result<Vec<Known>, Error> {
        let mut known = Vec::new();
        for kept in self.store.leads()? {
            if kept.confirmed_at.is_some() {
                known.push(Known {
                    lead: kept.id,
                    crm_id: self.store.crm_id(kept.id)?,
                });
            }
        }
        let stubs = self.store.stubs()?.into_iter();
        known.extend(stubs.map(|stub| Known {
            lead: stub.lead,
            crm_id: Some(stub.crm_id),
        }));
        Ok(known)
    }

    /// Takes over what people told the CRM. Answers how many of them this device had not known of.
    fn learn(&mut self, found: &[OptOut], now: DateTime<Utc>) -> Result<u32, Error> {
        let mut news = BTreeSet::new();
        for one in found {
            let scope = scope(&one.from);
            let people = suppression::people(&one.fields, &self.profile);
            let before = self.list.blocked(&people);
            self.put_on_list(&people, &scope)?;
            let taken = self.take_over(one.lead, &scope, now)?;
            if taken || self.list.blocked(&people) != before {
                news.insert(one.lead);
            }
        }
        Ok(u32::try_from(news.len()).unwrap_or(u32::MAX))
    }

    /// Withdraws what the lead's person had agreed to. False where nothing of it stood, or the lead is another device's.
    fn take_over(
        &mut self,
        lead: LeadId,
        scope: &Scope,
        now: DateTime<Utc>,
    ) -> Result<bool, Error> {
        let held = match self.find(&Who::Lead(lead)) {
            Err(Error::NoLead) => return Ok(false),
            held => held?.into_iter().next(),
        };
        let how = (Kind::Withdraw, Act::Import);
        let taken = match held {
            Some(Held::Here(kept)) => {
                let else_stands = kept
                    .decisions
                    .iter()
                    .any(|one| one.given && !scope.covers(one));
                let concerned = kept
                    .decisions
                    .iter()
                    .any(|one| one.given && scope.covers(one));
                if !concerned || else_stands {
                    self.take_back_lead(*kept, scope, how, now)?
                } else {
                    let gone = Happening {
                        subject: Some(kept.subject.clone()),
                        kept: kept.fields.keys().copied().collect(),
                        ..Happening::new(Kind::Purge, self.local(now))
                    };
                    // A newer revision waits: the CRM tells of the lead again once it has it.
                    if !self.store.let_go(lead, gone)? {
                        return Ok(false);
                    }
                    return self.take_over(lead, scope, now);
                }
            }
            Some(Held::Stub(stub)) => {
                self.take_back_stub(&stub, scope, how, Then::LeaveToItsDeadline, now)?
            }
            None => None,
        };
        self.make_final(now)?;
        Ok(taken.is_some())
    }
}

fn scope(from: &Advertising) -> Scope {
    match from {
        Advertising::On(channel) => Scope::Channel(*channel),
        Advertising::For(purpose) => Scope::Box(BoxRef {
            purpose: purpose.clone(),
            channel: Some(zgoda_core::Channel::Email),
        }),
    }
}
