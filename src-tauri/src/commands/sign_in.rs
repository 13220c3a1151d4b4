//! The sign-in to the CRM by the browser: begun, waited for, and stopped.
//!
//! How: one at a time. The page begins it, shows the address, then waits; a new one ends the one before, so that a page which
//! died leaves nothing behind that holds the port. Each has a number, by which the page that began it waits for it: the call
//! of one that was ended never waits for its successor.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::Serialize;
use tauri::State;
use zeroize::Zeroizing;
use zgoda_booth::crm::{SIGN_IN_PORT, Secret, SignInError, Stop};
use zgoda_booth::sign_in::{SigningIn, finish};
use zgoda_core::Personal;

use super::{Answer, view};
use crate::{Shell, opener};

/// How long somebody may take in the browser.
const PATIENCE: Duration = Duration::from_secs(300);

/// The sign-in that is under way.
#[derive(Default)]
pub(crate) struct SignIns {
    begun: Mutex<Latest<SigningIn>>,
    stop: Mutex<Option<Stop>>,
    /// Held by who waits for the browser.
    turn: Mutex<()>,
}

impl SignIns {
    /// Ends what is under way: by the person, and before the store is locked.
    pub(crate) fn stop(&self) {
        if let Some(stop) = held(&self.stop).take() {
            stop.stop();
        }
        drop(held(&self.begun).of.take());
    }
}

/// The newest of what was begun, and its number.
struct Latest<T> {
    number: u32,
    of: Option<T>,
}

impl<T> Default for Latest<T> {
    fn default() -> Self {
        Self {
            number: 0,
            of: None,
        }
    }
}

impl<T> Latest<T> {
    /// Answers the number of `of`, by which it is taken.
    fn begin(&mut self, of: T) -> u32 {
        self.of = Some(of);
        self.number = self.number.wrapping_add(1);
        self.number
    }

    /// That of `number`, where it is still the newest and nobody has taken it.
    fn take(&mut self, number: u32) -> Option<T> {
        self.of.take_if(|_| self.number == number)
    }
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Where the person signs in.
#[derive(Serialize)]
pub(crate) struct Begun {
    /// Which sign-in it is.
    number: u32,
    /// The address.
    address: String,
    /// The system has a browser for it, or says so.
    opened: bool,
}

#[tauri::command(async)]
pub(crate) fn sign_in_begin(
    shell: State<'_, Shell>,
    sign_ins: State<'_, SignIns>,
    client: String,
) -> Answer<Begun> {
    let client = Zeroizing::new(client);
    sign_ins.stop();
    let _turn = held(&sign_ins.turn);
    let signing_in = shell
        .booth()
        .sign_in(&Secret::new(&client), SIGN_IN_PORT)
        .map_err(view)?;
    let address = signing_in.address().to_owned();
    *held(&sign_ins.stop) = Some(signing_in.stop());
    let number = held(&sign_ins.begun).begin(signing_in);
    let opened = opener::open(&Personal::new(&address));
    Ok(Begun {
        number,
        address,
        opened,
    })
}

/// Waits for the browser in the sign-in of this number, and keeps what the CRM gives.
#[tauri::command(async)]
pub(crate) fn sign_in_finish(
    shell: State<'_, Shell>,
    sign_ins: State<'_, SignIns>,
    number: u32,
) -> Answer<()> {
    let _turn = held(&sign_ins.turn);
    let begun = held(&sign_ins.begun).take(number);
    let begun = begun.ok_or_else(|| view(SignInError::Stopped.into()))?;
    finish(&shell.booth, begun, PATIENCE).map_err(view)
}

#[tauri::command(async)]
pub(crate) fn sign_in_stop(sign_ins: State<'_, SignIns>) -> Answer<()> {
    sign_ins.stop();
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_call_of_a_sign_in_that_was_ended_does_not_take_the_next() {
        let mut begun = Latest::default();
        let first = begun.begin("first");
        let second = begun.begin("second");
        assert_eq!(begun.take(first), None);
        assert_eq!(begun.take(second), Some("second"));
        assert_eq!(begun.take(second), None);
    }
}
