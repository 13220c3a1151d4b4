//! Taking back what was given, of a lead that is here and of one that only the CRM has.

use chrono::{DateTime, Utc};
use zgoda_core::consent::Record;
use zgoda_core::identity::Identity;
use zgoda_core::ledger::{Choice, Happening, Kind};
use zgoda_core::outbox::{self, Stub};
use zgoda_core::withdraw::{self, Scope};
use zgoda_core::{Act, Basis, BoxRef, Field, Kept, LeadId};
use zgoda_store::Blocked;

use super::find::Held;
use super::{Taken, TakenLead, Who};
use crate::error::Error;
use crate::{Open, suppression};

/// What becomes of a lead of which nothing stands any more.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Then {
    /// The person is erased (Art. 17(1)(b)).
    Erase,
    /// The CRM keeps the record to its deadline, for it holds the opt-out itself.
    LeaveToItsDeadline,
}

impl Open {
    pub(super) fn take_back(
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
            self.list_withdrawn(who, &found, scope)?;
            0
        };
        let mut leads = Vec::new();
        for held in found {
            let (lead, subject) = (held.lead(), held.subject());
            let taken = match held {
                Held::Here(kept) => self.take_back_lead(*kept, scope, how, now)?,
                Held::Stub(stub) => self.take_back_stub(&stub, scope, how, Then::Erase, now)?,
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
        let people = self.addresses(who, found);
        self.put_on_list(&people, scope)?;
        let on_list = |one: &&Identity| !self.list.blocked(&[(*one).clone()]).is_nothing();
        Ok(people.iter().filter(on_list).count())
    }

    /// The consents that end are not to come back by a form that was answered before: the person's own tick alone brings
    /// them again, so the list learns their channels.
    fn list_withdrawn(&mut self, who: &Who, found: &[Held], scope: &Scope) -> Result<(), Error> {
        let mut ended = Blocked::default();
        for held in found {
            let choices: Vec<Choice> = match held {
                Held::Here(kept) => kept.decisions.iter().map(Choice::from).collect(),
                Held::Stub(stub) => {
                    let record = self.record_of(&stub.subject)?.into_iter();
                    let standing = record.flat_map(|record| record.standing.into_values());
                    standing.map(|one| one.choice).collect()
                }
            };
            let ends = |one: &&Choice| {
                one.given && one.basis == Basis::Consent && scope.covers_choice(one)
            };
            for choice in choices.iter().filter(ends) {
                ended.extend(&Blocked::on(choice.channel));
            }
        }
        let people = self.addresses(who, found);
        if !ended.is_nothing() && !people.is_empty() {
            self.list.add(&people, &ended)?;
        }
        Ok(())
    }

    /// Every address and number of the person that is known here.
    fn addresses(&self, who: &Who, found: &[Held]) -> Vec<Identity> {
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
        people
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

    pub(super) fn take_back_lead(
        &mut self,
        mut kept: Kept,
        scope: &Scope,
        (kind, act): (Kind, Act),
        now: DateTime<Utc>,
    ) -> Result<Option<TakenLead>, Error> {
        let at = self.local(now);
        let (answered, deadlines) = (kept.answers().len(), kept.told_deadlines());
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
        // Where some of the answers went along, or what stays ends earlier now, the whole lead tells which and when.
        let fewer = (1..answered).contains(&kept.answers().len());
        let mut left = kept.told_deadlines().into_iter();
        let sooner = left.any(|(field, deadline)| deadlines.get(&field) != Some(&deadline));
        let whole = (fewer || sooner).then_some(outbox::Kind::Upsert);
        let tell = std::iter::once(outbox::Kind::Withdraw).chain(whole);
        self.store.change(&kept, happening, tell)?;
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

    pub(super) fn take_back_stub(
        &mut self,
        stub: &Stub,
        scope: &Scope,
        (kind, act): (Kind, Act),
        then: Then,
        now: DateTime<Utc>,
    ) -> Result<Option<TakenLead>, Error> {
        let Some(mut record) = self.record_of(&stub.subject)? else {
            return Ok(None);
        };
        let choices = refuse(&mut record, scope);
        if choices.is_empty() {
            return Ok(None);
        }
        let needed = record.needed(&self.profile);
        let nothing_stands = record.standing.values().all(|one| !one.choice.given);
        let stays = nothing_stands && then == Then::LeaveToItsDeadline;
        // Which answers the CRM has is not known here: they go together.
        let answered = self.store.answered_purposes()?;
        let unanswered = choices.iter().any(|one| answered.contains(&one.purpose));
        let gone = |field: &Field| {
            !stays && (!needed.contains(field) || (unanswered && *field == Field::Answers))
        };
        self.adopt(&stub.subject, gone)?;
        let happening = Happening {
            subject: Some(stub.subject.clone()),
            act: Some(act),
            language: record.language,
            choices,
            kept: stub.deadlines.keys().copied().filter(gone).collect(),
            ..Happening::new(kind, self.local(now))
        };
        let (boxes, gone) = (
            boxes(&happening.choices),
            happening.kept.iter().copied().collect(),
        );
        let stands = |id: &str| {
            let mut standing = record.standing.values();
            standing.any(|one| one.choice.given && one.choice.purpose == id)
        };
        let told = withdraw::told(&happening.choices, stands);
        self.store.withdraw_stub(stub.lead, &told, happening)?;
        let erased = nothing_stands && !stays;
        if erased {
            self.erase_for_want_of_purpose(stub.lead, stub.subject.clone(), act, now)?;
            self.found.retain(|found| found.stub.lead != stub.lead);
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
    choices.iter().map(Choice::box_ref).collect()
}
