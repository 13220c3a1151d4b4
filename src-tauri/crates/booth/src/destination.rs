//! Where an event's leads go, and who is asked about opaque badges, when a profile changes that.
//!
//! How: a secret is kept with the place for which it was entered and given to no other, so that a profile which names another
//! CRM finds none and the person is asked. A CRM that has leads of the event stays its CRM: withdrawals, erasures and
//! expiries of these would reach another in vain. What stopped for want of a right secret or right settings goes anew once
//! either is another.

use zgoda_core::Profile;
use zgoda_core::outbox::Reason;
use zgoda_core::profile::Lookup;
use zgoda_crm::Secret as CrmSecret;
use zgoda_store::Store;

use crate::Open;
use crate::by_itself::Whom;
use crate::error::Error;

/// Who answers, and at which origin.
#[derive(PartialEq, Eq)]
pub(crate) struct Place(String);

impl Place {
    pub(crate) fn crm(profile: &Profile) -> Self {
        Self::new(&profile.crm.kind, profile.crm.url.as_deref())
    }

    pub(crate) fn organiser(lookup: &Lookup) -> Self {
        Self::new(lookup.service.as_str(), Some(&lookup.url))
    }

    fn new(kind: &str, url: Option<&str>) -> Self {
        let url = url.unwrap_or_default();
        let path = url.match_indices('/').nth(2);
        let origin = path.map_or(url, |(at, _)| &url[..at]);
        Self(format!("{kind} {origin}"))
    }
}

impl Open {
    /// Keeps `secret` for `place` alone under `name`; `None` takes it out.
    pub(crate) fn keep_secret(
        &mut self,
        name: &str,
        place: &Place,
        secret: Option<&CrmSecret>,
    ) -> Result<(), Error> {
        let secret = secret.filter(|secret| !secret.is_empty());
        let text = secret.map(|secret| format!("{}\n{}", place.0, secret.expose()));
        Ok(self.store.meta_set(name, &text.unwrap_or_default())?)
    }

    /// The secret that was kept for `place` under `name`.
    pub(crate) fn kept_secret(
        &self,
        name: &str,
        place: &Place,
    ) -> Result<Option<CrmSecret>, Error> {
        let text = self.store.meta_get(name)?.unwrap_or_default();
        // One that says no place was kept before places were, for the only CRM that this store has had.
        let (whose, secret) = text.split_once('\n').unwrap_or((&place.0, &text));
        let secret = (whose == place.0).then(|| CrmSecret::new(secret));
        Ok(secret.filter(|secret| !secret.is_empty()))
    }

    /// The CRM's secret or settings are others: what stopped for want of right ones goes anew.
    pub(crate) fn try_destination_anew(&mut self) -> Result<(), Error> {
        let is_mended = |reason| matches!(reason, Reason::SignIn | Reason::Settings);
        self.store.put_back(is_mended)?;
        self.try_anew(Whom::Destination)
    }

    /// The profile in use took the place of `before`.
    pub(crate) fn follow(&mut self, before: &Profile) -> Result<(), Error> {
        if self.profile.crm != before.crm {
            self.try_destination_anew()?;
        }
        if self.profile.lookup != before.lookup {
            self.ask_organiser_anew()?;
        }
        Ok(())
    }
}

/// The profile that counts in `store`; none where this version of the program would not take it any more.
pub(crate) fn current(store: &Store) -> Result<Option<Profile>, Error> {
    let toml = store.profile()?.unwrap_or_default();
    Ok(Profile::read(&toml).ok().map(|(profile, _)| profile))
}

/// Refuses to let `next` count in `store` where it names another CRM than the one that has leads of the event.
///
/// # Errors
/// [`Error::OtherCrm`].
pub(crate) fn may_follow(store: &Store, next: &Profile) -> Result<(), Error> {
    let before = current(store)?.map(|before| Place::crm(&before));
    let moves = before.is_some_and(|before| before != Place::crm(next));
    match moves && store.crm_has_some()? {
        true => Err(Error::OtherCrm),
        false => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_who_answers_and_where_and_not_the_way_there() {
        let of = |kind, url| Place::new(kind, Some(url)).0;
        assert_eq!(of("odoo", "https://a.example"), "odoo https://a.example");
        assert_eq!(
            of("odoo", "https://a.example/x/y"),
            "odoo https://a.example"
        );
        assert_ne!(
            of("odoo", "https://a.example"),
            of("odoo", "https://b.example")
        );
        assert_ne!(
            of("odoo", "https://a.example"),
            of("zoho", "https://a.example")
        );
        assert_eq!(Place::new("file", None).0, "file ");
    }
}
