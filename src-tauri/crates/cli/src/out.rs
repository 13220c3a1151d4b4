//! What is printed: text for people, or one JSON object for scripts.

use std::io::{self, IsTerminal as _, Write as _};
use std::process::ExitCode;

use serde::Serialize;
use zgoda_booth::{Error, StoreError};

/// Done, but something is left for a person or for later.
pub(crate) const LEFT: u8 = 3;
/// The store is locked, or the secret is wrong.
const LOCKED: u8 = 4;

/// The printer.
pub(crate) struct Out {
    json: bool,
    /// The event that it is about, where one call is about several.
    event: Option<String>,
}

/// Why a command did not come to its end.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// A use case.
    #[error(transparent)]
    Booth(#[from] Error),
    /// A file that was named.
    #[error("{path}: {source}")]
    File {
        /// Which.
        path: String,
        /// What the system says.
        source: io::Error,
    },
    /// No secret was given, and there is nobody to ask.
    #[error("give the passphrase with --passphrase-file FILE, or the PIN with --pin-file FILE")]
    NoSecret,
    /// There is no store in the home.
    #[error(
        "there is no store in {}: look at --home, or make one with `zgoda init` or the first `zgoda capture`",
        .0.display()
    )]
    NoStore(std::path::PathBuf),
    /// No store of that event is in the home.
    #[error("there is no store of the event {0} here")]
    NoEvent(String),
    /// Sealed files that cannot be opened.
    #[error(transparent)]
    Sealed(zgoda_booth::crm::file::OpenError),
    /// A hub that cannot be drained.
    #[error(transparent)]
    Drain(#[from] zgoda_booth::crm::drain::DrainError),
    /// Something that was typed does not fit.
    #[error("{0}")]
    Usage(String),
}

impl Failure {
    fn code(&self) -> &'static str {
        match self {
            Self::Booth(error) => error.code(),
            Self::File { .. } => "file",
            Self::NoSecret => "no_secret",
            Self::NoStore(_) => "no_store",
            Self::NoEvent(_) => "no_event",
            Self::Sealed(error) => error.code(),
            Self::Drain(error) => error.code(),
            Self::Usage(_) => "usage",
        }
    }

    fn exit(&self) -> u8 {
        match self {
            Self::NoSecret
            | Self::Booth(
                Error::Locked
                | Error::ListSecret
                | Error::Store(
                    StoreError::WrongSecret { .. }
                    | StoreError::LockedOut { .. }
                    | StoreError::KeyringLocked
                    | StoreError::KeyringMissingEntry
                    | StoreError::WrongKindOfSecret,
                ),
            ) => LOCKED,
            Self::Usage(_) => 2,
            Self::Booth(Error::AlreadyCaptured(_) | Error::Unsynced(_)) => LEFT,
            _ => 1,
        }
    }
}

impl Out {
    pub(crate) fn new(json: bool) -> Self {
        Self { json, event: None }
    }

    /// From here on it is about this event, or about none in particular.
    pub(crate) fn about(&mut self, event: Option<String>) {
        self.event = event;
    }

    /// True where JSON is wanted.
    pub(crate) fn is_json(&self) -> bool {
        self.json
    }

    /// Prints `value` as JSON, or what `text` makes of it. A reader that went away (`| head`) is no error.
    pub(crate) fn print<T: Serialize>(&mut self, value: &T, text: impl FnOnce(&T) -> String) {
        let shown = match (self.json, &self.event) {
            (true, None) => serde_json::to_string(value).unwrap_or_default(),
            (true, Some(event)) => {
                let mut value = serde_json::to_value(value).unwrap_or_default();
                value["event"] = event.as_str().into();
                value.to_string()
            }
            (false, None) => text(value),
            (false, Some(event)) => format!("{event}\n{}", text(value)),
        };
        self.line(&shown);
    }

    /// Prints one line as it is.
    pub(crate) fn line(&mut self, text: &str) {
        let mut stdout = io::stdout().lock();
        drop(writeln!(stdout, "{}", text.trim_end()));
    }

    /// Prints a file as it is.
    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        drop(io::stdout().lock().write_all(bytes));
    }

    /// Tells the person at the terminal something that is no result.
    pub(crate) fn say(&mut self, text: &str) {
        if !self.json || io::stderr().is_terminal() {
            drop(writeln!(io::stderr().lock(), "{text}"));
        }
    }

    /// Prints why it failed, and answers the exit code.
    pub(crate) fn fail(&mut self, failure: &Failure) -> ExitCode {
        if self.json {
            let mut error =
                serde_json::json!({"code": failure.code(), "message": failure.to_string()});
            if let Some(event) = &self.event {
                error["event"] = serde_json::json!(event);
            }
            if let Failure::Booth(Error::Profile(findings)) = failure {
                error["findings"] = serde_json::json!(findings);
            }
            self.line(&serde_json::json!({ "error": error }).to_string());
        } else {
            let mut stderr = io::stderr().lock();
            let event = self.event.as_ref().map(|event| format!("{event}: "));
            let event = event.unwrap_or_default();
            drop(writeln!(stderr, "zgoda: {event}{failure}"));
            if let Failure::Booth(Error::Profile(findings)) = failure {
                for finding in findings {
                    drop(writeln!(
                        stderr,
                        "{}",
                        crate::profile::finding_line("profile", finding)
                    ));
                }
            }
        }
        ExitCode::from(failure.exit())
    }
}
