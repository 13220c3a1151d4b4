//! Promises by the day on which they are due: the list, the mail that keeps one, the calendar that reminds of them.
//!
//! When: from the capture until staff mark a promise as kept ([`Booth::promise_kept`]), which starts its retention clock.

use std::sync::Mutex;

use chrono::{DateTime, NaiveDate, Timelike as _, Utc};
use serde::Serialize;
use ts_rs::TS;
use zgoda_core::follow_up::{self, Filling, MORNING, When};
use zgoda_core::{Field, Kept, Language, LeadId, Personal, Profile, Value};

use crate::error::Error;
use crate::sync::lock;
use crate::{Booth, show};

/// A promise that is open.
#[derive(Clone, Debug, Serialize, TS)]
#[ts(export)]
pub struct FollowUp {
    /// The lead.
    pub id: LeadId,
    /// Its name, or the best that is known.
    pub name: String,
    /// Company.
    pub company: String,
    /// The purpose that the promise serves.
    pub purpose: String,
    /// Its day.
    pub due: NaiveDate,
    /// How that stands today, by the event's clock.
    pub when: When,
    /// True where there is an e-mail address for it, and a wording in the profile.
    pub has_mail: bool,
}

/// Says once a day that something is due, from the morning on; one for each shell.
#[derive(Debug, Default)]
pub struct Morning {
    told: Option<NaiveDate>,
}

impl Booth {
    /// What is promised and not yet kept, the earliest due first.
    ///
    /// # Errors
    /// Where the store is locked or cannot be read.
    pub fn follow_ups(&mut self, now: DateTime<Utc>) -> Result<Vec<FollowUp>, Error> {
        let open = self.staff()?;
        let today = open.local(now).date_naive();
        let leads = open.store.leads()?;
        let of_lead = |kept| of_lead(kept, &open.profile, today);
        let mut all: Vec<FollowUp> = leads.iter().flat_map(of_lead).collect();
        all.sort_by(|one, other| (one.due, &one.name).cmp(&(other.due, &other.name)));
        Ok(all)
    }

    /// The address that opens the mail which keeps a promise, in a mail program.
    ///
    /// # Errors
    /// Where no such promise is open; [`Error::NoMail`] without an e-mail address for it or a wording in the profile.
    pub fn follow_up_mail(&mut self, id: LeadId, purpose: &str) -> Result<Personal, Error> {
        let open = self.staff()?;
        let kept = open.store.lead(id)?.ok_or(Error::NoLead)?;
        let mut promises = kept.promises.iter().filter(|one| one.kept_at.is_none());
        if !promises.any(|one| one.purpose == purpose) {
            return Err(Error::NoPromise);
        }
        mail(&kept, purpose, &open.profile).ok_or(Error::NoMail)
    }

    /// The promises as a calendar file (iCalendar), in which nobody is named.
    ///
    /// # Errors
    /// Where the store is locked or cannot be read.
    pub fn follow_up_calendar(
        &mut self,
        language: Language,
        now: DateTime<Utc>,
    ) -> Result<String, Error> {
        let all = self.follow_ups(now)?;
        let promises = all.iter().map(|one| (one.purpose.as_str(), one.due));
        let profile = &self.staff()?.profile;
        Ok(follow_up::calendar(promises, profile, language, now))
    }
}

impl Morning {
    /// How many promises are due today or earlier, once a day: at the first look of staff's at or after eight by the
    /// event's clock. None where nothing is.
    ///
    /// # Errors
    /// Where the store is locked, an attendee holds the device, or it cannot be read: it is for the next look then.
    pub fn due(
        &mut self,
        booth: &Mutex<Booth>,
        now: DateTime<Utc>,
    ) -> Result<Option<(u64, Language)>, Error> {
        let mut booth = lock(booth);
        let language = booth.language;
        let open = booth.staff()?;
        let local = open.local(now);
        let today = local.date_naive();
        if local.hour() < MORNING || self.told == Some(today) {
            return Ok(None);
        }
        let due = open.store.promises_due(today)?;
        self.told = Some(today);
        Ok((due > 0).then_some((due, language)))
    }
}

fn of_lead(kept: &Kept, profile: &Profile, today: NaiveDate) -> Vec<FollowUp> {
    let open = kept.promises.iter().filter(|one| one.kept_at.is_none());
    open.map(|promise| FollowUp {
        id: kept.id,
        name: show::name(kept),
        company: text(kept, Field::Company),
        purpose: promise.purpose.clone(),
        due: promise.due,
        when: When::of(promise.due, today),
        has_mail: mail(kept, &promise.purpose, profile).is_some(),
    })
    .collect()
}

/// Filled with what is kept for this purpose alone. A mail goes to the first address alone: two would tell that both are
/// the same person's.
fn mail(kept: &Kept, purpose: &str, profile: &Profile) -> Option<Personal> {
    let needs = |field: Field| {
        let reasons = kept.reasons(field, profile);
        reasons.iter().any(|(of, _)| of == purpose)
    };
    let address = match &kept.fields.get(&Field::Email)?.value {
        Value::Many(all) if needs(Field::Email) => all.first()?.expose(),
        _ => return None,
    };
    let name = Some(Field::Name).filter(|field| needs(*field));
    let filling = Filling {
        name: &name.map_or_else(String::new, |field| text(kept, field)),
        profile,
    };
    follow_up::mailto(address, purpose, kept.language, &filling)
}

fn text(kept: &Kept, field: Field) -> String {
    let value = kept.fields.get(&field).map(|one| one.value.one_line());
    value.map_or_else(String::new, |text| text.expose().to_owned())
}
