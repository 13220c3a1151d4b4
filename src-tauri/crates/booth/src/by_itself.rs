//! Syncing by itself: when, so that neither the venue's network nor the CRM is stormed.
//!
//! How: a shell asks [`ByItself::is_due`] every few seconds; that asks the network nothing. Something has to wait, its
//! time to have come, and the destination's own wait to be over: after each sync that stopped early that wait doubles,
//! with full jitter and no shorter than the CRM asked for, and it is kept in the store, so that a restart shortens
//! nothing. What the CRM asked for holds for the button too; the rest is the device's own caution, which a person may
//! cut short. Then a random while is added, longer from the event's last day on, when hundreds of devices find a
//! network at once. The first request is the test whether the CRM can be reached. When the system tells that the
//! network is back, what failed for want of it may go anew. The organiser's service has a wait of its own, kept alike:
//! what it left unanswered is asked again when that is over, though nothing else waits; and the CRM is asked for
//! opt-outs some times a day. What needs a person waits for the button, and what stopped for want of a right secret or
//! settings for others of these; what waits behind it begins no sync either. A folder is written by the button alone:
//! it may be a stick that somebody is about to pull out.

use std::sync::Mutex;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use zgoda_core::outbox::Reason;
use zgoda_store::{LONGEST_WAIT, back_off, jitter};

use crate::error::Error;
use crate::sync::lock;
use crate::{Booth, Open};

/// Who is left alone for a time.
#[derive(Clone, Copy)]
pub(crate) enum Whom {
    Destination,
    Organiser,
}

impl Whom {
    /// Where the wait is kept.
    const fn place(self) -> &'static str {
        match self {
            Self::Destination => "destination_wait",
            Self::Organiser => "organiser_wait",
        }
    }
}

/// The random while before a sync on the event's days: several captures go together, several devices not.
const SPREAD: Duration = Duration::from_secs(30);
/// The same from the last day on.
const SPREAD_AT_THE_END: Duration = Duration::from_secs(600);
/// The system's word that the network is back counts once in this time: a weak signal comes and goes.
const BACK_AGAIN: TimeDelta = TimeDelta::seconds(60);

/// When the next sync begins by itself; one for each shell.
#[derive(Debug, Default)]
pub struct ByItself {
    starts: Option<DateTime<Utc>>,
    back: Option<DateTime<Utc>>,
}

/// What somebody's last failures come to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Wait {
    failures: u32,
    /// `None`: until a person has seen to it.
    until: Option<DateTime<Utc>>,
    pub(crate) reason: Option<Reason>,
    /// Until when they asked to be left alone: that holds for the button too.
    #[serde(default)]
    asked: Option<DateTime<Utc>>,
}

impl Wait {
    /// Until when not even a person's press is to reach them. A clock that was set back makes it no longer than it could be.
    fn asked_until(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let asked = self.asked.filter(|until| *until > now)?;
        (asked <= now + LONGEST_WAIT).then_some(asked)
    }

    /// True while nobody is to be asked without a person.
    pub(crate) fn is_on(&self, now: DateTime<Utc>) -> bool {
        self.reason.is_some() && self.until.is_none_or(|until| until > now)
    }

    /// True where only a person ends it.
    pub(crate) fn needs_person(&self) -> bool {
        self.reason.is_some() && self.until.is_none()
    }
}

impl ByItself {
    /// True where a sync is to begin now; see [`crate::sync::run_by_itself`].
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn is_due(&mut self, booth: &Mutex<Booth>, now: DateTime<Utc>) -> Result<bool, Error> {
        let Some((from, spread)) = lock(booth).may_sync_from(now)? else {
            self.starts = None;
            return Ok(false);
        };
        if from > now {
            self.starts = None;
            return Ok(false);
        }
        let starts = match self.starts {
            Some(starts) => starts,
            None => now + jitter(spread)?,
        };
        let due = starts <= now;
        self.starts = (!due).then_some(starts);
        Ok(due)
    }

    /// The system says that there is a network again.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn network_is_back(
        &mut self,
        booth: &Mutex<Booth>,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        if self.back.is_some_and(|back| now < back + BACK_AGAIN) {
            return Ok(());
        }
        self.back = Some(now);
        lock(booth).network_is_back()
    }
}

/// True for a failure that a better network mends.
const fn is_networks(reason: Reason) -> bool {
    matches!(
        reason,
        Reason::Offline | Reason::Ambiguous | Reason::NotTheCrm | Reason::Certificate
    )
}

impl Booth {
    /// From when on what waits may go by itself, and over what time the devices' beginnings are spread. `None` where
    /// nothing waits that may, where staff does not hold the device, or a sync is under way.
    fn may_sync_from(
        &mut self,
        now: DateTime<Utc>,
    ) -> Result<Option<(DateTime<Utc>, Duration)>, Error> {
        if self.syncing || self.metered {
            return Ok(None);
        }
        let Ok(open) = self.staff() else {
            return Ok(None);
        };
        if open.profile.crm.url.is_none() {
            return Ok(None);
        }
        let organiser = open.wait(Whom::Organiser)?.until;
        let all = [open.store.next_due()?, organiser, open.asks_again_at()?];
        let Some(first) = all.into_iter().flatten().min() else {
            return Ok(None);
        };
        let wait = open.wait(Whom::Destination)?;
        let Some(until) = wait
            .until
            .or_else(|| wait.reason.is_none().then_some(first))
        else {
            return Ok(None);
        };
        let last_day = open.local(now).date_naive() >= open.profile.event.ends;
        let spread = if last_day { SPREAD_AT_THE_END } else { SPREAD };
        Ok(Some((first.max(until), spread)))
    }

    fn network_is_back(&mut self) -> Result<(), Error> {
        let Ok(open) = self.staff() else {
            return Ok(());
        };
        let for_want_of_it =
            |open: &Open, whom| Ok::<_, Error>(open.wait(whom)?.reason.is_some_and(is_networks));
        if for_want_of_it(open, Whom::Destination)? {
            open.try_anew(Whom::Destination)?;
            open.store.hurry_for(is_networks)?;
        }
        if for_want_of_it(open, Whom::Organiser)? {
            open.try_anew(Whom::Organiser)?;
        }
        Ok(())
    }

    /// Whether the network is paid by volume: then only the button sends.
    pub fn set_metered(&mut self, metered: bool) {
        self.metered = metered;
    }

    /// Why what waits does not go by itself at present.
    pub(crate) fn held_by(&self) -> Option<Reason> {
        let open = self.open.as_ref()?;
        let in_network = open.profile.crm.url.is_some();
        let metered = self.metered.then_some(Reason::Metered);
        let failed = || open.wait(Whom::Destination).ok()?.reason;
        metered.filter(|_| in_network).or_else(failed)
    }
}

impl Open {
    pub(crate) fn wait(&self, whom: Whom) -> Result<Wait, Error> {
        let kept = self.store.meta_get(whom.place())?;
        let wait = kept.map(|text| serde_json::from_str(&text));
        // What cannot be read is no wait: the CRM says itself where it wants one.
        Ok(wait.and_then(Result::ok).unwrap_or_default())
    }

    /// Fails while the CRM wants to be left alone. The organiser's service may be asked all the same.
    pub(crate) fn leave_alone(&self, now: DateTime<Utc>) -> Result<(), Error> {
        let wait = self.wait(Whom::Destination)?;
        let until = wait.asked_until(now);
        until.map_or(Ok(()), |until| Err(Error::LeftAlone { until }))
    }

    /// What stood in the way may be gone.
    pub(crate) fn try_anew(&mut self, whom: Whom) -> Result<(), Error> {
        let anew = match whom {
            Whom::Destination => Wait::default(),
            // What was left unanswered is no row of the outbox: that it is to be asked is known by this alone.
            Whom::Organiser => Wait {
                until: Some(DateTime::UNIX_EPOCH),
                ..self.wait(whom)?
            },
        };
        self.set_wait(whom, &anew)
    }

    fn set_wait(&mut self, whom: Whom, wait: &Wait) -> Result<(), Error> {
        let text = serde_json::to_string(wait).unwrap_or_default();
        Ok(self.store.meta_set(whom.place(), &text)?)
    }

    /// Notes how it ended with `whom`: well, or for a reason that stops all, with how long they asked for.
    pub(crate) fn note_end(
        &mut self,
        whom: Whom,
        stopped: Option<(Reason, Option<Duration>)>,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        let before = self.wait(whom)?;
        let wait = match stopped {
            None => Wait::default(),
            Some((reason, after)) => {
                let failures = before.failures.saturating_add(1);
                let until = match reason.needs_person() {
                    true => None,
                    false => Some(now + back_off(failures, after)?),
                };
                Wait {
                    failures,
                    until,
                    reason: Some(reason),
                    asked: after.map(|after| now + after.min(LONGEST_WAIT)),
                }
            }
        };
        match wait == before {
            true => Ok(()),
            false => self.set_wait(whom, &wait),
        }
    }
}
