//! The commands: each one takes the booth, calls one use case, and hands its view to the screen.

pub(crate) mod attendee;
pub(crate) mod capture;
pub(crate) mod event;
pub(crate) mod follow_ups;
pub(crate) mod leads;
pub(crate) mod lists;
pub(crate) mod overview;
pub(crate) mod person;
pub(crate) mod profile;
pub(crate) mod setup;
pub(crate) mod sign_in;
pub(crate) mod sync;

use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};
use zgoda_booth::view::ErrorView;
use zgoda_booth::{Booth, Error};

use crate::Shell;

/// What a command answers: a view, or an error that the screen translates.
pub(crate) type Answer<T> = Result<T, ErrorView>;

impl Shell {
    /// The shell of `booth`.
    pub(crate) const fn of(booth: Booth) -> Self {
        Self {
            booth: Mutex::new(booth),
        }
    }

    /// The booth. A panic in one use case leaves the store whole, so the next goes on.
    pub(crate) fn booth(&self) -> MutexGuard<'_, Booth> {
        self.booth.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub(crate) fn now() -> DateTime<Utc> {
    Utc::now()
}

pub(crate) fn view(error: Error) -> ErrorView {
    error.view(now())
}

/// A window that could not be opened or closed.
pub(crate) fn window_error(_: tauri::Error) -> ErrorView {
    failure("window")
}

/// What the shell alone can say went wrong.
pub(crate) fn failure(code: &str) -> ErrorView {
    ErrorView {
        code: code.to_owned(),
        params: Default::default(),
        findings: Vec::new(),
    }
}
