//! The lints of `[lookup]`: whom the organiser's badges are asked about, and that a purpose keeps their number.

use std::collections::BTreeSet;

use toml::Spanned;

use super::crm::is_web;
use super::{Lint, Linter};
use crate::field::Field;
use crate::profile::raw::RawLookup;
use crate::profile::{Lookup, Service};

impl Linter<'_> {
    pub(super) fn lookup(
        &mut self,
        raw: Option<Spanned<RawLookup>>,
        needed: &BTreeSet<Field>,
    ) -> Option<Lookup> {
        let raw = raw?;
        let at = raw.span().start;
        let raw = raw.into_inner();
        if !needed.contains(&Field::Reference) {
            let message = "no purpose keeps the badge's number, so nothing can be looked up: add \"reference\" to the fields of a purpose, or take [lookup] out";
            self.report(Lint::LookupReference, at, "lookup", message);
        }
        if !is_web(raw.url.as_ref()) {
            let message =
                "write the organiser's address: url = \"https://…\" (http only to this machine)";
            self.report(Lint::LookupUrl, raw.url.span().start, "lookup.url", message);
        }
        let name: &str = raw.service.as_ref();
        let Some(service) = Service::from_name(name) else {
            let known = Service::ALL.map(Service::as_str);
            self.report_name(Lint::LookupService, raw.service.span().start, name, &known);
            return None;
        };
        let place = raw.event.as_ref().map_or(at, |event| event.span().start);
        let event = raw.event.map(Spanned::into_inner);
        self.lookup_event(service, event.as_deref(), place);
        Some(Lookup {
            service,
            url: raw.url.into_inner(),
            event,
        })
    }

    /// What becomes part of an address has to be a name.
    fn lookup_event(&mut self, service: Service, event: Option<&str>, at: usize) {
        let wanted = service.event_parts();
        let parts: Vec<&str> = event.map_or_else(Vec::new, |event| event.split('/').collect());
        let is_name = |part: &&str| {
            let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
            !part.is_empty() && !part.starts_with('.') && part.bytes().all(plain)
        };
        if parts.len() == wanted.len() && parts.iter().all(is_name) {
            return;
        }
        let name = service.as_str();
        let message = match wanted {
            [] => format!("{name} knows the event by the key: leave event out"),
            _ => format!("{name} wants event = \"{}\"", wanted.join("/")),
        };
        self.report(Lint::LookupEvent, at, name, &message);
    }
}
