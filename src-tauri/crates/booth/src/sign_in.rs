//! A sign-in to the CRM by the browser.
//!
//! When: a person asks for it, in Settings or in the terminal. How: [`Booth::sign_in`] begins, the shell opens the address,
//! [`finish`] waits without the booth's lock and keeps what the CRM gives in the encrypted store; in that of the event for
//! which it was begun, or in none.

use std::sync::Mutex;
use std::time::Duration;

use zgoda_core::Profile;
use zgoda_crm::{Secret as CrmSecret, SignIn, SignInError, Stop};

use crate::Booth;
use crate::error::Error;
use crate::sync::lock;

/// Somebody who is about to sign in.
pub struct SigningIn {
    sign_in: SignIn,
    of: Of,
}

/// Of what the sign-in is: the event, and its CRM.
#[derive(PartialEq)]
struct Of {
    event: String,
    kind: String,
    url: Option<String>,
}

impl Of {
    fn profile(profile: &Profile) -> Self {
        Self {
            event: profile.event.id.clone(),
            kind: profile.crm.kind.clone(),
            url: profile.crm.url.clone(),
        }
    }
}

impl SigningIn {
    /// What the browser opens.
    pub fn address(&self) -> &str {
        self.sign_in.address()
    }

    /// What ends [`finish`] early.
    pub fn stop(&self) -> Stop {
        self.sign_in.stop()
    }
}

impl Booth {
    /// Begins a sign-in to the profile's CRM by the browser, which comes back to `port` of this machine. `client` is what an
    /// administrator has registered with the CRM.
    ///
    /// # Errors
    /// Where the store is locked, or that CRM has no such sign-in for `client`.
    pub fn sign_in(&mut self, client: &CrmSecret, port: u16) -> Result<SigningIn, Error> {
        let open = self.staff()?;
        Ok(SigningIn {
            sign_in: zgoda_crm::sign_in(&open.profile, client, port)?,
            of: Of::profile(&open.profile),
        })
    }
}

/// Waits for the browser, and keeps what the connector signs in with from now on.
///
/// # Errors
/// Why nobody has signed in; or the store was locked, or another event came into use, meanwhile.
pub fn finish(
    booth: &Mutex<Booth>,
    signing_in: SigningIn,
    patience: Duration,
) -> Result<(), Error> {
    let SigningIn { sign_in, of } = signing_in;
    let secret = sign_in.finish(patience)?;
    let mut booth = lock(booth);
    if Of::profile(&booth.staff()?.profile) != of {
        return Err(SignInError::Stopped.into());
    }
    booth.set_crm_secret(Some(&secret))
}
