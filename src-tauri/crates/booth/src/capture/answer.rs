//! From answers to a stored lead: decided, minimised again, and written in one transaction.

use std::collections::BTreeSet;

use chrono::{DateTime, Days, Months, NaiveDate, Utc};
use zgoda_core::identity::{Identity, Salt};
use zgoda_core::ledger::{Choice, Happening, Kind};
use zgoda_core::retention::Anchor;
use zgoda_core::{
    Act, Answers, BoxRef, Decisions, Draft, Dropped, Field, Language, Lead, LeadId, LeadIds,
    Promise, SubjectRef, outbox,
};

use super::random;
use crate::error::Error;
use crate::view::Asked;
use crate::{Open, suppression};

/// Days until a promise is due where staff gave no date.
const PROMISE_DAYS: u64 = 7;

/// What a capture came to.
#[derive(Clone, Debug)]
pub struct Captured {
    /// The lead; none where nothing was kept.
    pub lead: Option<Lead>,
    /// The names of what was dropped.
    pub dropped: BTreeSet<Dropped>,
    /// The person objected to marketing earlier.
    pub objected: bool,
    /// Boxes that staff typed a yes to and that the objection blocks: they count as refused.
    pub blocked: BTreeSet<BoxRef>,
}

impl Open {
    /// A person is refused before they are asked, not after: the store would take nobody either.
    pub(crate) fn takes_captures(&self) -> Result<(), Error> {
        match self.store.closed_at()? {
            Some(_) => Err(zgoda_store::StoreError::EventClosed.into()),
            None => Ok(()),
        }
    }

    pub(super) fn answers(
        &self,
        language: Language,
        asked: &[Asked],
        act: Act,
        now: DateTime<Utc>,
    ) -> Answers {
        Answers {
            language,
            asked: asked.iter().map(|one| one.purpose.clone()).collect(),
            struck: BTreeSet::new(),
            ticked: BTreeSet::new(),
            act,
            at: self.local(now),
        }
    }

    pub(super) fn decline(
        &mut self,
        act: Act,
        language: Language,
        now: DateTime<Utc>,
    ) -> Result<Captured, Error> {
        let mut happening = Happening::new(Kind::Decline, self.local(now));
        happening.act = Some(act);
        happening.language = Some(language);
        self.store.decline(happening)?;
        Ok(Captured {
            lead: None,
            dropped: BTreeSet::new(),
            objected: false,
            blocked: BTreeSet::new(),
        })
    }

    /// Decides, makes the lead and stores it. The same person's earlier lead on this device is replaced by the newest
    /// answers under its own id; an earlier consent is never reused.
    pub(super) fn store_answer(
        &mut self,
        draft: Draft,
        asked: &[Asked],
        answers: &Answers,
        now: DateTime<Utc>,
    ) -> Result<Captured, Error> {
        // Also what was ticked must be on offer, before a word is said of the list.
        Decisions::new(&self.profile, answers)?;
        let objection = self.objected(&draft);
        let people = suppression::people(draft.fields(), &self.profile);
        let mut answers = answers.clone();
        let blocked = self.restrict(&mut answers, &objection);
        let answers = &answers;
        let decisions = Decisions::new(&self.profile, answers)?;
        if decisions.nothing_given() && !blocked.is_empty() {
            return Err(Error::ObjectedEarlier);
        }
        if decisions.nothing_given() {
            return self.decline(answers.act, answers.language, now);
        }
        let mut dropped = draft.dropped().clone();
        let seen: Vec<Field> = draft.fields().keys().copied().collect();
        let same = self.same(&draft)?.filter(|same| !same.forgotten);
        let earlier = match same {
            Some(same) => self.store.lead(same.lead)?,
            None => None,
        };
        let promises = promises(asked, &decisions, &self.profile);
        let ids = match &earlier {
            Some(earlier) => LeadIds {
                id: earlier.id,
                subject: earlier.subject.clone(),
            },
            None => random_ids()?,
        };
        let at = self.local(now);
        let lead = Lead::new(ids, draft, decisions, promises, &self.profile, at)?;
        // What only a refused purpose would have needed is dropped too.
        let kept = &lead.kept().fields;
        let refused = seen.into_iter().filter(|field| !kept.contains_key(field));
        dropped.extend(refused.map(Dropped::Field));
        let salt = Salt::new(random()?);
        let happening = self.captured(&lead, &dropped, &salt, answers);
        match earlier {
            Some(earlier) => {
                let mut kept = lead.kept().clone();
                kept.revision = earlier.revision + 1;
                // The row keeps the salt of its first capture, so the mark of this one would not fit it.
                let happening = Happening {
                    identity: None,
                    ..happening
                };
                self.store
                    .change(&kept, happening, Some(outbox::Kind::Upsert))?;
            }
            None => {
                self.store.capture(&lead, &salt, happening)?;
            }
        }
        // After the consent is stored: should this fail, the list blocks more than it must, never less.
        if answers.act == Act::AttendeeScreen {
            self.lift(&people, &answers.ticked)?;
        }
        Ok(Captured {
            lead: Some(lead),
            dropped,
            objected: !objection.is_nothing(),
            blocked,
        })
    }

    fn captured(
        &self,
        lead: &Lead,
        dropped: &BTreeSet<Dropped>,
        salt: &Salt,
        answers: &Answers,
    ) -> Happening {
        let kept = lead.kept();
        let identity = Identity::of(|field| kept.fields.get(&field).map(|kept| &kept.value));
        let notice = self.profile.notice.get(&answers.language);
        Happening {
            subject: Some(kept.subject.clone()),
            act: Some(answers.act),
            language: Some(answers.language),
            choices: kept.decisions.iter().map(Choice::from).collect(),
            notice: notice.map(|notice| notice.reference(answers.language)),
            kept: kept.fields.keys().copied().collect(),
            dropped: dropped.clone(),
            identity: identity.map(|identity| salt.mark(&identity)),
            ..Happening::new(Kind::Capture, answers.at)
        }
    }
}

/// Gives a date to each promise: only purposes whose clock hangs on one have it.
pub(crate) fn with_due_dates(
    asked: Vec<Asked>,
    profile: &zgoda_core::Profile,
    today: NaiveDate,
) -> Result<Vec<Asked>, Error> {
    let later = today
        .checked_add_days(Days::new(PROMISE_DAYS))
        .unwrap_or(today);
    let dated = |one: Asked| {
        let promised = profile
            .purpose(&one.purpose)
            .is_some_and(|purpose| purpose.retention.anchor == Anchor::Promise);
        let due = match (promised, one.due) {
            (true, Some(day)) => Some(promise_day(day, today)?),
            (true, None) => Some(later),
            (false, _) => None,
        };
        Ok(Asked {
            due,
            purpose: one.purpose,
        })
    };
    asked.into_iter().map(dated).collect()
}

/// `day`, where it may be promised: from today on, within a year, since what is promised is kept until then.
pub(crate) fn promise_day(day: NaiveDate, today: NaiveDate) -> Result<NaiveDate, Error> {
    let last = today
        .checked_add_months(Months::new(12))
        .unwrap_or(NaiveDate::MAX);
    let may = (today..=last).contains(&day);
    may.then_some(day).ok_or(Error::PromiseDate)
}

pub(crate) fn promises(
    asked: &[Asked],
    decisions: &Decisions,
    profile: &zgoda_core::Profile,
) -> Vec<Promise> {
    let given = |id: &str| {
        decisions
            .as_slice()
            .iter()
            .any(|d| d.given && d.purpose == id)
    };
    let offered = |id: &str| profile.purpose(id).is_some();
    asked
        .iter()
        .filter(|one| given(&one.purpose) && offered(&one.purpose))
        .filter_map(|one| {
            Some(Promise {
                purpose: one.purpose.clone(),
                due: one.due?,
                kept_at: None,
            })
        })
        .collect()
}

pub(crate) fn random_ids() -> Result<LeadIds, Error> {
    let id = uuid::Builder::from_random_bytes(random()?).into_uuid();
    Ok(LeadIds {
        id: LeadId(id),
        subject: SubjectRef::from_random(random()?),
    })
}
