//! A profile that the system hands over: what taking it would do, said before anybody agrees.

use zgoda_core::Profile;

use crate::error::Error;
use crate::view::{Phase, ProfileOffer};
use crate::{Booth, Mode};

impl Booth {
    /// Refuses where no profile can be taken now.
    ///
    /// # Errors
    /// [`Error::NotNow`] while an attendee holds the device, [`Error::Locked`] where a store is there and sealed.
    pub fn may_take_profile(&self) -> Result<(), Error> {
        match (&self.mode, self.phase()?) {
            (Mode::Attendee(_), _) => Err(Error::NotNow),
            (_, Phase::Locked) => Err(Error::Locked),
            _ => Ok(()),
        }
    }

    /// What is in the file `name`. One that the linter refuses is of no event; the linter's word on it follows.
    ///
    /// # Errors
    /// As [`Booth::may_take_profile`].
    pub fn profile_offer(&self, name: String, toml: String) -> Result<ProfileOffer, Error> {
        self.may_take_profile()?;
        let event = Profile::read(&toml).ok().map(|(profile, _)| profile.event);
        let used = self.open.as_ref().map(|open| &open.profile.event.id);
        Ok(ProfileOffer {
            replaces: event.as_ref().is_some_and(|event| Some(&event.id) == used),
            event: event.map(|event| event.name),
            name,
            toml,
        })
    }
}
