//! The event, and who is responsible for what is gathered there.

use toml::Spanned;

use super::{Lint, Linter};
use crate::profile::raw::{RawController, RawEvent};
use crate::profile::{Controller, Event};

impl Linter<'_> {
    pub(super) fn event(&mut self, raw: RawEvent) -> Option<Event> {
        let before = self.findings.len();
        let id_is_fine = |id: &str| {
            (1..=64).contains(&id.len())
                && id
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        };
        if !id_is_fine(raw.id.as_ref()) {
            let message = "write a short id of a-z, 0-9 and -: \"targi-2026\"";
            self.report(Lint::EventId, raw.id.span().start, raw.id.as_ref(), message);
        }
        if raw.ends.as_ref() < raw.starts.as_ref() {
            let message = "the event ends before it starts: swap or correct starts and ends";
            self.report(
                Lint::EventEndsBeforeStart,
                raw.ends.span().start,
                "ends",
                message,
            );
        }
        let time_zone = raw.time_zone.as_ref().parse::<chrono_tz::Tz>();
        if time_zone.is_err() {
            let message = "write the place's IANA time zone: \"Europe/Warsaw\"";
            self.report(
                Lint::TimeZone,
                raw.time_zone.span().start,
                raw.time_zone.as_ref(),
                message,
            );
        }
        if let Some(country) = &raw.country {
            let code = country.as_ref();
            if code.len() != 2 || !code.bytes().all(|b| b.is_ascii_uppercase()) {
                let message = "write the country as two letters of ISO 3166-1: \"PL\"";
                self.report(Lint::Country, country.span().start, code, message);
            }
        }
        if self.findings.len() > before {
            return None;
        }
        Some(Event {
            id: raw.id.into_inner(),
            name: raw.name,
            place: raw.place,
            country: raw
                .country
                .map_or_else(|| "PL".to_owned(), Spanned::into_inner),
            starts: raw.starts.into_inner().0,
            ends: raw.ends.into_inner().0,
            time_zone: time_zone.ok()?,
        })
    }

    pub(super) fn controller(&mut self, raw: RawController) -> Controller {
        let email: &str = raw.email.as_ref();
        let parts: Vec<&str> = email.split('@').collect();
        if parts.len() != 2 || parts.iter().any(|part| part.is_empty()) || email.contains(' ') {
            let message =
                "write the address at which people reach you on privacy: \"rodo@firma.example\"";
            self.report(
                Lint::ControllerEmail,
                raw.email.span().start,
                "controller.email",
                message,
            );
        }
        Controller {
            name: raw.name,
            address: raw.address,
            email: raw.email.into_inner(),
            phone: raw.phone,
            dpo: raw.dpo,
            privacy_page: raw.privacy_page,
            supervisory_authority: raw.supervisory_authority,
        }
    }
}
