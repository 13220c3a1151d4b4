//! Promises by the day on which they are due: the list, the mail that keeps one, the calendar that reminds of them.
//!
//! When: from the capture until staff mark a promise as kept ([`Booth::promise_kept`]), which starts its retention clock.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use zgoda_core::follow_up::{self, Filling, When};
use zgoda_core::{Field, Kept, Language, LeadId, Profile, Value};

use crate::error::Error;
use crate::{Booth, show};

/// A promise that is open.
#[derive(Clone, Debug, Serialize)]
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
    /// The address that opens the mail; nothing without an e-mail address or a wording in the profile.
    pub mail: Option<String>,
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

    /// The same as a calendar file (iCalendar), in which nobody is named.
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

fn of_lead(kept: &Kept, profile: &Profile, today: NaiveDate) -> Vec<FollowUp> {
    let open = kept.promises.iter().filter(|one| one.kept_at.is_none());
    open.map(|promise| FollowUp {
        id: kept.id,
        name: show::name(kept),
        company: text(kept, Field::Company),
        purpose: promise.purpose.clone(),
        due: promise.due,
        when: When::of(promise.due, today),
        mail: mail(kept, &promise.purpose, profile),
    })
    .collect()
}

/// A mail goes to the first address alone: two would tell that both are the same person's.
fn mail(kept: &Kept, purpose: &str, profile: &Profile) -> Option<String> {
    let address = match &kept.fields.get(&Field::Email)?.value {
        Value::Many(all) => all.first()?.expose(),
        _ => return None,
    };
    let filling = Filling {
        name: &text(kept, Field::Name),
        profile,
    };
    follow_up::mailto(address, purpose, kept.language, &filling).map(|url| url.expose().to_owned())
}

fn text(kept: &Kept, field: Field) -> String {
    let value = kept.fields.get(&field).map(|one| one.value.one_line());
    value.map_or_else(String::new, |text| text.expose().to_owned())
}
