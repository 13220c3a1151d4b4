//! A person's rights: withdraw, object, correct, see, be erased (Art. 7(3), 15 to 17, 21).
//!
//! How: the person is found by lead, by receipt code or by e-mail, and each right is one call; no reason is asked. What a
//! withdrawal leaves without a purpose goes at once, here and in the CRM, and whoever has withdrawn from everything is
//! erased (Art. 17(1)(b)). Where only a stub is left, the ledger tells what had been agreed to; of a person whom another
//! device captured the CRM tells it ([`look_up`]).

mod find;
mod opt_outs;
mod take;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Serialize;
use ts_rs::TS;
use zgoda_core::identity::Identity;
use zgoda_core::lead::LeadError;
use zgoda_core::ledger::{Happening, Kind};
use zgoda_core::outbox;
use zgoda_core::receipt::Code;
use zgoda_core::report::access::Access;
use zgoda_core::report::page::Page;
use zgoda_core::withdraw::Scope;
use zgoda_core::{Act, BoxRef, Field, LeadId, Value};

use crate::Booth;
use crate::error::Error;
pub(crate) use find::Held;
pub use find::look_up;
pub(crate) use opt_outs::hear_opt_outs;

/// Whom it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Who {
    /// One lead.
    Lead(LeadId),
    /// The person of a receipt.
    Code(Code),
    /// Everything about the person with this e-mail.
    Email(Identity),
}

impl Who {
    /// The person with this e-mail.
    pub fn email(email: &str) -> Self {
        Self::Email(Identity::of_email(email))
    }
}

/// What a withdrawal or objection came to.
#[derive(Clone, Debug, Serialize, TS)]
#[ts(export)]
pub struct Taken {
    /// By lead.
    pub leads: Vec<TakenLead>,
    /// Of an objection: addresses and numbers of the person that are on the list over all events. None where their values
    /// are in the CRM alone.
    pub listed: usize,
}

/// What it came to for one lead.
#[derive(Clone, Debug, Serialize, TS)]
pub struct TakenLead {
    /// The lead.
    pub lead: LeadId,
    /// The boxes that turned to no.
    pub boxes: Vec<BoxRef>,
    /// Names of the fields that went with them.
    pub gone: Vec<Field>,
    /// True where nothing was left to keep anything for, so that the person was erased.
    pub erased: bool,
}

/// A correction.
#[derive(Clone, Debug, Serialize)]
pub struct Corrected {
    /// By lead, the names of what was corrected.
    pub leads: BTreeMap<LeadId, Vec<Field>>,
    /// By lead, the names of what was given and is not kept: no accepted purpose needs it.
    pub dropped: BTreeMap<LeadId, Vec<Field>>,
}

/// Everything known of a person.
#[derive(Serialize)]
pub struct Accessed {
    /// By lead.
    pub leads: Vec<Access>,
    /// The same as pages in the person's language.
    #[serde(skip)]
    pub pages: Vec<Page>,
}

impl Booth {
    /// Withdraws what `scope` covers. No reason is asked.
    ///
    /// # Errors
    /// Where nobody is found, or nothing of it had been given.
    pub fn withdraw(
        &mut self,
        who: &Who,
        scope: &Scope,
        act: Act,
        now: DateTime<Utc>,
    ) -> Result<Taken, Error> {
        self.staff()?
            .take_back(who, scope, (Kind::Withdraw, act), now)
    }

    /// Objects to all direct marketing, or to what `scope` covers (Art. 21). The person goes on the list over all events,
    /// also where nothing of it was standing, and by e-mail also where this device knows nobody. Objecting again is
    /// recorded and changes nothing.
    ///
    /// # Errors
    /// Where nobody is found by lead or code.
    pub fn object(
        &mut self,
        who: &Who,
        scope: &Scope,
        act: Act,
        now: DateTime<Utc>,
    ) -> Result<Taken, Error> {
        self.staff()?
            .take_back(who, scope, (Kind::Object, act), now)
    }

    /// Corrects what the person stated (Art. 16); the CRM is told.
    ///
    /// # Errors
    /// Where nobody is found, or the values are in the CRM alone.
    pub fn correct(
        &mut self,
        who: &Who,
        edits: &BTreeMap<Field, Option<Value>>,
        now: DateTime<Utc>,
    ) -> Result<Corrected, Error> {
        let open = self.staff()?;
        let mut corrected = Corrected {
            leads: BTreeMap::new(),
            dropped: BTreeMap::new(),
        };
        for held in open.find(who)? {
            let Held::Here(mut kept) = held else { continue };
            let fields = kept.correct(edits.clone(), &open.profile);
            let dropped = kept.without(zgoda_core::lead::given(edits));
            if !dropped.is_empty() {
                let dropped = dropped.into_iter().collect();
                corrected.dropped.insert(kept.id, dropped);
            }
            if fields.is_empty() {
                continue;
            }
            // Taking out the last field is an erasure, and has to be asked for as one.
            if kept.fields.is_empty() {
                return Err(LeadError::NothingNeeded.into());
            }
            let happening = Happening {
                subject: Some(kept.subject.clone()),
                kept: fields.clone(),
                ..Happening::new(Kind::Change, open.local(now))
            };
            open.store
                .change(&kept, happening, Some(outbox::Kind::Upsert))?;
            corrected
                .leads
                .insert(kept.id, fields.into_iter().collect());
        }
        open.make_final(now)?;
        if corrected.leads.is_empty() {
            Err(Error::NothingToCorrect)
        } else {
            Ok(corrected)
        }
    }

    /// Everything known of a person, to be handed to them (Art. 15, 20).
    ///
    /// # Errors
    /// Where nobody is found.
    pub fn access(&mut self, who: &Who) -> Result<Accessed, Error> {
        let open = self.staff()?;
        let mut leads = Vec::new();
        for held in open.find(who)? {
            let entries = open.entries_of(&held.subject())?;
            leads.push(match held {
                Held::Here(kept) => {
                    let crm_id = open.store.crm_id(kept.id)?;
                    Access::of(&kept, crm_id, &entries, &open.profile)
                }
                Held::Stub(stub) => {
                    let record = open.record_of(&stub.subject)?;
                    Access::of_stub(&stub, record.as_ref(), &entries, &open.profile)
                }
            });
        }
        let pages = leads.iter().map(|one| one.page(&open.profile)).collect();
        Ok(Accessed { leads, pages })
    }

    /// Erases a person, every lead of theirs (Art. 17). Answers which.
    ///
    /// # Errors
    /// Where nobody is found.
    pub fn erase_person(
        &mut self,
        who: &Who,
        act: Act,
        now: DateTime<Utc>,
    ) -> Result<Vec<LeadId>, Error> {
        let open = self.staff()?;
        let mut leads = Vec::new();
        for held in open.find(who)? {
            open.adopt(&held.subject(), |_| false)?;
            open.found.retain(|found| found.stub.lead != held.lead());
            leads.push(held.lead());
        }
        for lead in &leads {
            self.erase(*lead, act, now)?;
        }
        Ok(leads)
    }
}
