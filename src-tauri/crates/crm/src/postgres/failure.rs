//! What the failures of a PostgreSQL mean. Of an error nothing but its SQLSTATE and its severity are looked at: the server's
//! words may hold a person's values.

use tokio_postgres::error::{DbError, Error as PgError, Severity};
use zgoda_core::outbox::Reason;

use crate::{Missing, http};

/// Why a call was not answered.
pub(super) enum Failure {
    Connecting(PgError),
    Asking(PgError),
    NotConnected,
    Waiting,
}

impl Failure {
    /// True where the database refused the call and listens on.
    pub(super) fn spares_the_line(&self) -> bool {
        let Self::Asking(error) = self else {
            return false;
        };
        let severity = error.as_db_error().and_then(DbError::parsed_severity);
        severity == Some(Severity::Error)
    }

    pub(super) fn state(&self) -> Option<&str> {
        match self {
            Self::Connecting(error) | Self::Asking(error) => error.code().map(|code| code.code()),
            Self::NotConnected | Self::Waiting => None,
        }
    }

    pub(super) fn reason(&self) -> Reason {
        let (error, unsaid) = match self {
            Self::NotConnected => return Reason::Offline,
            Self::Waiting => return Reason::Ambiguous,
            Self::Asking(error) => (error, Reason::Ambiguous),
            Self::Connecting(error) => (error, Reason::Offline),
        };
        match self.state() {
            Some(state) => said(state),
            None if http::is_tls(error) => Reason::Certificate,
            None if http::is_io(error) || error.is_closed() => unsaid,
            // No TLS, or words that no database speaks: something else answers there, or stands between.
            None => Reason::NotTheCrm,
        }
    }
}

/// True where the database took a call back for the sake of another that went on.
pub(super) fn was_taken_back(state: &str) -> bool {
    matches!(state, "40001" | "40P01")
}

/// What a SQLSTATE means (PostgreSQL's documentation, appendix A).
fn said(state: &str) -> Reason {
    match state {
        "42501" => Reason::SignIn,
        "3D000" | "3F000" => Reason::Settings,
        // A limit of what a statement may hold: fewer messages may pass.
        "54000" => Reason::Refused,
        _ => match state.get(..2).unwrap_or_default() {
            "28" => Reason::SignIn,
            "42" => Reason::Settings,
            "22" | "23" => Reason::Refused,
            "08" => Reason::Ambiguous,
            _ => Reason::ServerTrouble,
        },
    }
}

/// What is missing where a call of `function`, which `role` may make, failed for this SQLSTATE.
pub(super) fn lacking(state: &str, function: &str, role: &str) -> Option<Missing> {
    match state {
        "42883" | "3F000" | "42P01" => Some(Missing::Function(function.to_owned())),
        "42501" => Some(Missing::Permission(role.to_owned())),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sqlstate_says_whose_turn_it_is() {
        for (state, reason) in [
            ("28P01", Reason::SignIn),
            ("42501", Reason::SignIn),
            ("42883", Reason::Settings),
            ("3D000", Reason::Settings),
            ("22P05", Reason::Refused),
            ("23514", Reason::Refused),
            ("57P01", Reason::ServerTrouble),
            ("53300", Reason::ServerTrouble),
            ("40001", Reason::ServerTrouble),
            ("25006", Reason::ServerTrouble),
            ("08006", Reason::Ambiguous),
            ("", Reason::ServerTrouble),
        ] {
            assert_eq!(said(state), reason, "{state}");
        }
    }
}
