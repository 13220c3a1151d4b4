//! A person's rights: withdraw, object, correct, see, be erased (Art. 7(3), 15 to 17, 21).
//!
//! How: the person is found by lead, by receipt code or by e-mail, and each right is one call; no reason is asked. What a
//! withdrawal leaves without a purpose goes at once, here and in the CRM, and whoever has withdrawn from everything is
//! erased (Art. 17(1)(b)). Where only a stub is left, the ledger tells what had been agreed to.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Serialize;
use ts_rs::TS;
use zgoda_core::consent::{self, Record};
use zgoda_core::identity::Identity;
use zgoda_core::lead::LeadError;
use zgoda_core::ledger::{Choice, Entry, Happening, Kind};
use zgoda_core::outbox::{self, Stub};
use zgoda_core::receipt::Code;
use zgoda_core::report::access::Access;
use zgoda_core::report::page::Page;
use zgoda_core::withdraw::Scope;
use zgoda_core::{Act, BoxRef, Field, Kept, LeadId, Value};

use crate::error::Error;
use crate::{Booth, Open, suppression};

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

/// A lead, or what is left of it.
pub(crate) enum Held {
    Here(Box<Kept>),
    Stub(Box<Stub>),
}

impl Held {
    fn lead(&self) -> LeadId {
        match self {
            Self::Here(kept) => kept.id,
            Self::Stub(stub) => stub.lead,
        }
    }

    fn subject(&self) -> zgoda_core::SubjectRef {
        match self {
            Self::Here(kept) => kept.subject.clone(),
            Self::Stub(stub) => stub.subject.clone(),
        }
    }
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
        let entries = open.ledger()?;
        let records = consent::records(&entries);
        let mut leads = Vec::new();
        for held in open.find(who)? {
            leads.push(match held {
                Held::Here(kept) => {
                    let crm_id = open.store.crm_id(kept.id)?;
                    Access::of(&kept, crm_id, &entries, &open.profile)
                }
                Held::Stub(stub) => {
                    let record = records.iter().find(|record| record.subject == stub.subject);
                    Access::of_stub(&stub, record, &entries, &open.profile)
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
        let leads: Vec<LeadId> = self.staff()?.find(who)?.iter().map(Held::lead).collect();
        for lead in &leads {
            self.erase(*lead, act, now)?;
        }
        Ok(leads)
    }
}

impl Open {
    /// Every entry of the ledger.
    pub(crate) fn ledger(&self) -> Result<Vec<Entry>, Error> {
        let lines = self.store.ledger_lines()?;
        Ok(lines
            .iter()
            .filter_map(|line| serde_json::from_str(line).ok())
            .collect())
    }

    pub(crate) fn find(&self, who: &Who) -> Result<Vec<Held>, Error> {
        let stubs = self.store.stubs()?;
        let found: Vec<Held> = match who {
            Who::Lead(id) => self.held(*id, &stubs)?.into_iter().collect(),
            Who::Code(code) => {
                let leads = self.store.leads()?.into_iter();
                let here = leads.filter(|kept| Code::of(&kept.subject) == *code);
                let stubs = stubs
                    .into_iter()
                    .filter(|stub| Code::of(&stub.subject) == *code);
                here.map(|kept| Held::Here(Box::new(kept)))
                    .chain(stubs.map(|stub| Held::Stub(Box::new(stub))))
                    .collect()
            }
            Who::Email(identity) => {
                let mut found = Vec::new();
                for same in self.store.find_all(identity)? {
                    found.extend(self.held(same.lead, &stubs)?);
                }
                found
            }
        };
        match (found.is_empty(), who) {
            (false, _) => Ok(found),
            (true, Who::Code(_)) => Err(Error::UnknownCode),
            (true, _) => Err(Error::NoLead),
        }
    }

    fn held(&self, id: LeadId, stubs: &[Stub]) -> Result<Option<Held>, Error> {
        if let Some(kept) = self.store.lead(id)? {
            return Ok(Some(Held::Here(Box::new(kept))));
        }
        let stub = stubs.iter().find(|stub| stub.lead == id);
        Ok(stub.map(|stub| Held::Stub(Box::new(stub.clone()))))
    }

    fn take_back(
        &mut self,
        who: &Who,
        scope: &Scope,
        how: (Kind, Act),
        now: DateTime<Utc>,
    ) -> Result<Taken, Error> {
        let objects = how.0 == Kind::Object;
        let found = match self.find(who) {
            Err(Error::NoLead) if objects && matches!(who, Who::Email(_)) => Vec::new(),
            found => found?,
        };
        let listed = if objects {
            // First, so that whatever fails after it the person is not asked again.
            self.list_objector(who, &found, scope)?
        } else {
            0
        };
        let mut leads = Vec::new();
        for held in found {
            let (lead, subject) = (held.lead(), held.subject());
            let taken = match held {
                Held::Here(kept) => self.take_back_lead(*kept, scope, how, now)?,
                Held::Stub(stub) => self.take_back_stub(&stub, scope, how, now)?,
            };
            if taken.is_none() && objects {
                leads.push(self.note_objection(lead, subject, how.1, now)?);
            }
            leads.extend(taken);
        }
        self.make_final(now)?;
        if leads.is_empty() && !objects {
            Err(Error::NothingGiven)
        } else {
            Ok(Taken { leads, listed })
        }
    }

    fn list_objector(&mut self, who: &Who, found: &[Held], scope: &Scope) -> Result<usize, Error> {
        let mut people = Vec::new();
        if let Who::Email(identity) = who {
            people.push(identity.clone());
        }
        for held in found {
            if let Held::Here(kept) = held {
                for one in suppression::kept_people(&kept.fields, &self.profile) {
                    if !people.contains(&one) {
                        people.push(one);
                    }
                }
            }
        }
        self.put_on_list(&people, scope)?;
        let on_list = |one: &&Identity| !self.list.blocked(&[(*one).clone()]).is_nothing();
        Ok(people.iter().filter(on_list).count())
    }

    /// Nothing of it was standing: that the person said so is recorded all the same.
    fn note_objection(
        &mut self,
        lead: LeadId,
        subject: zgoda_core::SubjectRef,
        act: Act,
        now: DateTime<Utc>,
    ) -> Result<TakenLead, Error> {
        let happening = Happening {
            subject: Some(subject),
            act: Some(act),
            ..Happening::new(Kind::Object, self.local(now))
        };
        self.store.decline(happening)?;
        Ok(TakenLead {
            lead,
            boxes: Vec::new(),
            gone: Vec::new(),
            erased: false,
        })
    }

    fn take_back_lead(
        &mut self,
        mut kept: Kept,
        scope: &Scope,
        (kind, act): (Kind, Act),
        now: DateTime<Utc>,
    ) -> Result<Option<TakenLead>, Error> {
        let at = self.local(now);
        let withdrawn = kept.withdraw(scope, act, at, &self.profile);
        if withdrawn.is_nothing() {
            return Ok(None);
        }
        let happening = Happening {
            subject: Some(kept.subject.clone()),
            act: Some(act),
            language: Some(kept.language),
            choices: withdrawn.decisions.iter().map(Choice::from).collect(),
            kept: withdrawn.gone.clone(),
            ..Happening::new(kind, at)
        };
        let boxes = boxes(&happening.choices);
        // A withdrawal names purposes; where one stands on another channel, the whole lead tells it exactly.
        let stands = boxes
            .iter()
            .any(|one| !kept.accepted(&one.purpose).is_empty());
        let tell = if stands {
            outbox::Kind::Upsert
        } else {
            outbox::Kind::Withdraw
        };
        self.store.change(&kept, happening, Some(tell))?;
        let erased = !kept.has_purpose();
        if erased {
            self.erase_for_want_of_purpose(kept.id, kept.subject, act, now)?;
        }
        Ok(Some(TakenLead {
            lead: kept.id,
            boxes,
            gone: withdrawn.gone.into_iter().collect(),
            erased,
        }))
    }

    fn take_back_stub(
        &mut self,
        stub: &Stub,
        scope: &Scope,
        (kind, act): (Kind, Act),
        now: DateTime<Utc>,
    ) -> Result<Option<TakenLead>, Error> {
        let records = consent::records(&self.ledger()?);
        let record = records
            .into_iter()
            .find(|record| record.subject == stub.subject);
        let Some(mut record) = record else {
            return Ok(None);
        };
        let choices = refuse(&mut record, scope);
        if choices.is_empty() {
            return Ok(None);
        }
        let needed = record.needed(&self.profile);
        let gone = stub
            .deadlines
            .keys()
            .copied()
            .filter(|field| !needed.contains(field));
        let happening = Happening {
            subject: Some(stub.subject.clone()),
            act: Some(act),
            language: record.language,
            choices,
            kept: gone.collect(),
            ..Happening::new(kind, self.local(now))
        };
        let (boxes, gone) = (
            boxes(&happening.choices),
            happening.kept.iter().copied().collect(),
        );
        self.store.withdraw_stub(stub.lead, happening)?;
        let erased = record.standing.values().all(|one| !one.choice.given);
        if erased {
            self.erase_for_want_of_purpose(stub.lead, stub.subject.clone(), act, now)?;
        }
        Ok(Some(TakenLead {
            lead: stub.lead,
            boxes,
            gone,
            erased,
        }))
    }

    fn erase_for_want_of_purpose(
        &mut self,
        lead: LeadId,
        subject: zgoda_core::SubjectRef,
        act: Act,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        let mut happening = Happening::new(Kind::Erase, self.local(now));
        happening.act = Some(act);
        happening.subject = Some(subject);
        self.store.erase(lead, happening)?;
        Ok(())
    }
}

/// Turns to no what `scope` covers of what stands; answers the choices that turned.
fn refuse(record: &mut Record, scope: &Scope) -> Vec<Choice> {
    let mut choices = Vec::new();
    for one in record.standing.values_mut() {
        if one.choice.given && scope.covers_choice(&one.choice) {
            one.choice.given = false;
            choices.push(one.choice.clone());
        }
    }
    choices
}

fn boxes(choices: &[Choice]) -> Vec<BoxRef> {
    let of = |choice: &Choice| BoxRef {
        purpose: choice.purpose.clone(),
        channel: choice.channel,
    };
    choices.iter().map(of).collect()
}
