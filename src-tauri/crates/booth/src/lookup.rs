//! Badges that say nothing but a number: the organiser is asked who it is, as the profile's `[lookup]` says.
//!
//! When: at the beginning of a sync, about people who are stored, so after they agreed; never about somebody who refused or
//! of whom no accepted purpose needs more than is here. How: one by one, without the store's lock while the network is
//! waited for. What is told goes through the badges' gate, is minimised as a badge is, and only fills what is not there.
//! Every answer is one ledger entry that names the source; it is the mark, too, that nobody asks again. Without an answer
//! all stays as it is, and the local copy stays here until there is one or its deadline comes; a service in trouble is left
//! alone for a time of its own (see [`crate::by_itself`]), unless a person asks for the sync.

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::time::Duration;

use chrono::{DateTime, FixedOffset, Utc};
use zgoda_core::identity::Identity;
use zgoda_core::ledger::{Happening, Kind};
use zgoda_core::outbox::{self, Reason};
use zgoda_core::{Basis, Candidate, Draft, Dropped, Kept, LeadId, Personal, Source, minimise};
use zgoda_crm::Secret as CrmSecret;
use zgoda_crm::lookup::{NotTold, Organiser, Person, Scan, Told};

use crate::by_itself::Whom;
use crate::destination::Place;
use crate::error::Error;
use crate::sync::lock;
use crate::view::{LookupView, SyncView, TestView, ToAskView};
use crate::{Booth, Open, gate, show};

/// Where the organiser's key lies in the encrypted store.
const LOOKUP_SECRET: &str = "lookup_secret";

/// One question.
struct Question {
    lead: LeadId,
    reference: Personal,
    at: DateTime<FixedOffset>,
}

/// Asks about everybody about whom it is to be asked; with `all` also while the service is left alone. What stands in the way
/// keeps nothing else of the sync back.
pub(crate) fn run(
    booth: &Mutex<Booth>,
    all: bool,
    view: &mut SyncView,
    clock: &impl Fn() -> DateTime<Utc>,
) -> Result<(), Error> {
    let questions = lock(booth).opened()?.questions()?;
    let wait = lock(booth).opened()?.wait(Whom::Organiser)?;
    if !questions.is_empty() && !all && wait.is_on(clock()) {
        view.not_asked = wait.reason;
        view.to_mend = wait.needs_person();
        return Ok(());
    }
    let stopped = ask(booth, &questions, view, clock)?;
    let mut booth = lock(booth);
    let open = booth.opened()?;
    open.note_end(Whom::Organiser, stopped, clock())?;
    view.to_mend = open.wait(Whom::Organiser)?.needs_person();
    Ok(())
}

/// Answers what stopped it, and for how long the service wants to be left alone.
fn ask(
    booth: &Mutex<Booth>,
    questions: &[Question],
    view: &mut SyncView,
    clock: &impl Fn() -> DateTime<Utc>,
) -> Result<Option<(Reason, Option<Duration>)>, Error> {
    if questions.is_empty() {
        return Ok(None);
    }
    let Some(organiser) = lock(booth).opened()?.organiser(None)? else {
        view.not_asked = Some(Reason::Settings);
        return Ok(Some((Reason::Settings, None)));
    };
    for question in questions {
        let scan = Scan {
            reference: &question.reference,
            at: question.at,
        };
        match organiser.ask(scan) {
            Ok(told) => {
                let name = organiser.name();
                let settled =
                    lock(booth)
                        .opened()?
                        .settle_look_up(question, told, name, clock())?;
                match settled {
                    Some(true) => view.looked_up += 1,
                    Some(false) => view.not_known += 1,
                    None => {}
                }
            }
            Err(NotTold { reason, after }) => {
                view.not_asked = Some(reason);
                if reason.stops_all() {
                    return Ok(Some((reason, after)));
                }
            }
        }
    }
    Ok(None)
}

/// Asks the organiser's service about a number that nobody has, with `key` or the one that is kept: whether it is there, and
/// lets us ask. Says nothing about anybody.
///
/// # Errors
/// Where the store is locked, or the profile names no service.
pub fn test(
    booth: &Mutex<Booth>,
    key: Option<&CrmSecret>,
    now: DateTime<Utc>,
) -> Result<TestView, Error> {
    let (organiser, at) = {
        let mut booth = lock(booth);
        let open = booth.staff()?;
        if open.profile.lookup.is_none() {
            return Err(Error::NoService);
        }
        (open.organiser(key)?, open.local(now))
    };
    let Some(organiser) = organiser else {
        return Ok(TestView {
            reason: Some(Reason::Settings),
            ..TestView::default()
        });
    };
    let reason = organiser.test(at).err().map(|not| not.reason);
    Ok(TestView {
        ok: reason.is_none(),
        account: reason.is_none().then(|| organiser.name()),
        reason,
        ..TestView::default()
    })
}

impl Booth {
    /// Keeps the key of the organiser's service in the encrypted store; `None` takes it out.
    ///
    /// # Errors
    /// Where the store is locked or cannot be written.
    pub fn set_lookup_secret(&mut self, secret: Option<&CrmSecret>) -> Result<(), Error> {
        let open = self.staff()?;
        let place = open.profile.lookup.as_ref().map(Place::organiser);
        open.keep_secret(LOOKUP_SECRET, &place.ok_or(Error::NoService)?, secret)?;
        open.ask_organiser_anew()
    }

    /// The leads about whom the organiser is still to be asked.
    ///
    /// # Errors
    /// Where the store is locked or cannot be read.
    pub fn to_ask(&mut self) -> Result<Vec<ToAskView>, Error> {
        self.staff()?.who_to_ask()
    }
}

impl Open {
    /// The key or the profile's `[lookup]` is another: what it stopped for may be mended.
    pub(crate) fn ask_organiser_anew(&mut self) -> Result<(), Error> {
        match self.wait(Whom::Organiser)?.reason {
            Some(_) => self.try_anew(Whom::Organiser),
            None => Ok(()),
        }
    }

    /// The leads about whom the organiser is still to be asked.
    pub(crate) fn to_look_up(&self) -> Result<BTreeSet<LeadId>, Error> {
        let questions = self.questions()?;
        Ok(questions.into_iter().map(|one| one.lead).collect())
    }

    fn who_to_ask(&self) -> Result<Vec<ToAskView>, Error> {
        let seen = self.store.latest_seen()?;
        let one = |kept: &Kept| ToAskView {
            lead: kept.id,
            name: show::name(kept),
            lacks: kept.lacks(&self.profile, seen),
        };
        Ok(self.unasked()?.iter().map(one).collect())
    }

    fn questions(&self) -> Result<Vec<Question>, Error> {
        let unasked = self.unasked()?.into_iter();
        let seen = self.store.latest_seen()?;
        let question = |kept: Kept| {
            let reference = kept.worth_looking_up(&self.profile, seen)?.clone();
            Some(Question {
                lead: kept.id,
                reference,
                at: kept.captured_at,
            })
        };
        Ok(unasked.filter_map(question).collect())
    }

    /// Purposes that had ended when something was last forgotten need nothing any more.
    fn unasked(&self) -> Result<Vec<Kept>, Error> {
        let mut unasked = Vec::new();
        if self.profile.lookup.is_none() {
            return Ok(unasked);
        }
        let seen = self.store.latest_seen()?;
        for kept in self.store.leads()? {
            let worth = kept.worth_looking_up(&self.profile, seen).is_some();
            if worth && !self.was_answered(&kept)? {
                unasked.push(kept);
            }
        }
        Ok(unasked)
    }

    /// True where the organiser has answered since the person's newest answers.
    fn was_answered(&self, kept: &Kept) -> Result<bool, Error> {
        let entries = self.entries_of(&kept.subject)?;
        let last = entries
            .iter()
            .rfind(|entry| matches!(entry.kind, Kind::LookUp | Kind::Capture));
        Ok(last.is_some_and(|entry| entry.kind == Kind::LookUp))
    }

    /// The service, where profile and key are enough: `key`, or the one that is kept.
    fn organiser(&self, key: Option<&CrmSecret>) -> Result<Option<Organiser>, Error> {
        let kept = self.lookup_key()?;
        let key = key.or(kept.as_ref());
        let lookup = self.profile.lookup.as_ref();
        Ok(lookup.and_then(|lookup| Organiser::new(lookup, key).ok()))
    }

    fn lookup_key(&self) -> Result<Option<CrmSecret>, Error> {
        match &self.profile.lookup {
            Some(lookup) => self.kept_secret(LOOKUP_SECRET, &Place::organiser(lookup)),
            None => Ok(None),
        }
    }

    /// The service as Settings shows it.
    pub(crate) fn lookup_view(&self) -> Result<Option<LookupView>, Error> {
        let Some(lookup) = &self.profile.lookup else {
            return Ok(None);
        };
        let to_ask = self.unasked()?.len();
        Ok(Some(LookupView {
            service: lookup.service.as_str().to_owned(),
            target: lookup.url.clone(),
            event: lookup.event.clone(),
            has_key: self.lookup_key()?.is_some(),
            to_ask: u32::try_from(to_ask).unwrap_or(u32::MAX),
        }))
    }

    /// Takes what the organiser told. Answers whether anything of it is kept; nothing where the lead has gone or changed
    /// meanwhile.
    fn settle_look_up(
        &mut self,
        question: &Question,
        told: Told,
        organiser: String,
        now: DateTime<Utc>,
    ) -> Result<Option<bool>, Error> {
        let Some(mut kept) = self.store.lead(question.lead)? else {
            return Ok(None);
        };
        let by = now.max(self.store.latest_seen()?);
        if kept.worth_looking_up(&self.profile, by) != Some(&question.reference) {
            return Ok(None);
        }
        let draft = match told {
            Told::Person(person) => candidate(&person).map(|one| minimise(one, &self.profile)),
            Told::Nobody => None,
        };
        let mut happening = Happening {
            subject: Some(kept.subject.clone()),
            organiser: Some(organiser),
            ..Happening::new(Kind::LookUp, self.local(now))
        };
        // Of a borrowed badge the organiser tells who it was made out to: that stays out.
        let draft = draft.filter(|draft| !self.is_barred(&kept, draft) && !kept.is_another(draft));
        if let Some(draft) = draft {
            happening.dropped = draft.dropped().clone();
            let told: Vec<_> = draft.fields().keys().copied().collect();
            happening.kept = kept.fill(draft, &self.profile, by);
            let refused = told
                .into_iter()
                .filter(|field| !happening.kept.contains(field));
            happening.dropped.extend(refused.map(Dropped::Field));
        }
        if happening.kept.is_empty() {
            self.store.decline(happening)?;
            return Ok(Some(false));
        }
        let identity = Identity::of(|field| kept.fields.get(&field).map(|kept| &kept.value));
        let salt = self.store.salt(kept.id)?;
        happening.identity = salt
            .zip(identity)
            .map(|(salt, identity)| salt.mark(&identity));
        self.store
            .change(&kept, happening, Some(outbox::Kind::Upsert))?;
        Ok(Some(true))
    }

    /// True where it turns out that this person has objected to what the lead has a consent for: no address comes under it.
    fn is_barred(&self, kept: &Kept, draft: &Draft) -> bool {
        let objection = self.objected(draft);
        kept.decisions
            .iter()
            .any(|one| one.given && one.basis == Basis::Consent && objection.covers(one.channel))
    }
}

fn candidate(person: &Person) -> Option<Candidate> {
    let texts = person.texts();
    let template = gate::template(texts.iter().map(|(column, _)| *column)).ok()?;
    let parts = texts.iter().map(|(_, text)| text.expose());
    gate::read(&template, parts, Source::Organiser)
}
