//! The report on a lost device (Art. 33), made at head office from the last signed status, without the device.
//!
//! It answers what Art. 33(3)(a) asks: which categories of people and data, and how many. What was captured after the
//! status is reported as unknown.

use std::collections::BTreeMap;

use chrono::{DateTime, FixedOffset, TimeDelta, Utc};
use serde::Serialize;

use super::page::{Page, Part};
use super::table::Table;
use super::{field_name, pick};
use crate::export::ledger::Origin;
use crate::field::Field;
use crate::language::Language;
use crate::status::Read;

/// Hours that Art. 33(1) gives from becoming aware of it.
const HOURS: i64 = 72;

/// The report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Lost {
    /// The device's id.
    pub device: String,
    /// The event's id.
    pub event: String,
    /// The moment that the status speaks of.
    pub as_of: DateTime<FixedOffset>,
    /// Until when the authority is to be told, counted from now.
    pub notify_by: DateTime<Utc>,
    /// People whose data were on the device.
    pub people: u64,
    /// People of whom only a pseudonymous stub was there.
    pub stubs: u64,
    /// Of how many people each field was there.
    pub categories: BTreeMap<Field, u64>,
    /// What opens the store.
    pub sealed: String,
    /// Whether head office can open a copy of it.
    pub recovery: bool,
    /// When it last handed leads over.
    pub last_sync: Option<DateTime<Utc>>,
    /// What had not been handed over.
    pub not_handed_over: u64,
    /// Whether head office vouches for the device.
    pub origin: Origin,
    /// Whether head office had countersigned the status.
    pub countersigned: bool,
    /// Captures after [`Lost::as_of`].
    pub captured_since: &'static str,
}

/// The report, for whoever learns of the loss at `now`.
pub fn lost(read: &Read, now: DateTime<Utc>) -> Lost {
    let status = &read.status;
    Lost {
        device: status.device.clone(),
        event: status.event.clone(),
        as_of: status.at,
        notify_by: now + TimeDelta::hours(HOURS),
        people: status.leads,
        stubs: status.stubs,
        categories: status.fields.clone(),
        sealed: status.seal.clone(),
        recovery: status.recovery,
        last_sync: status.last_sync,
        not_handed_over: status.waiting,
        origin: read.origin,
        countersigned: read.countersigned,
        captured_since: "unknown",
    }
}

impl Lost {
    /// The page.
    pub fn page(&self, language: Language) -> Page {
        let say = |texts: [&str; 3]| pick(language, texts).to_owned();
        let moment = |at: &DateTime<Utc>| at.format("%Y-%m-%d %H:%M UTC").to_string();
        let sealed = match self.sealed.as_str() {
            "keyring_and_pin" => say([
                "zaszyfrowany; klucz z pęku kluczy systemu i PIN-u",
                "encrypted; key from the system's keyring and a PIN",
                "verschlüsselt; Schlüssel aus Systemschlüsselbund und PIN",
            ]),
            _ => say([
                "zaszyfrowany; klucz z hasła",
                "encrypted; key from a passphrase",
                "verschlüsselt; Schlüssel aus einer Passphrase",
            ]),
        };
        let mut facts = Table::new(&["", ""]);
        let mut fact = |texts: [&str; 3], value: String| facts.push([say(texts), value]);
        fact(["Urządzenie", "Device", "Gerät"], self.device.clone());
        fact(["Wydarzenie", "Event", "Veranstaltung"], self.event.clone());
        fact(["Stan na", "As of", "Stand"], self.as_of.to_rfc3339());
        fact(["Osoby", "People", "Personen"], self.people.to_string());
        fact(
            ["Tylko pseudonimy", "Pseudonyms alone", "Nur Pseudonyme"],
            self.stubs.to_string(),
        );
        fact(["Zabezpieczenie", "Sealed", "Versiegelung"], sealed);
        fact(
            [
                "Ostatnie przekazanie",
                "Last handed over",
                "Zuletzt übergeben",
            ],
            self.last_sync
                .as_ref()
                .map_or_else(|| "–".to_owned(), moment),
        );
        fact(
            ["Nieprzekazane", "Not handed over", "Nicht übergeben"],
            self.not_handed_over.to_string(),
        );
        fact(
            ["Zebrane później", "Captured since", "Danach erfasst"],
            say(["nieznane", "unknown", "unbekannt"]),
        );
        fact(
            [
                "Zgłosić organowi do",
                "Tell the authority by",
                "Der Behörde melden bis",
            ],
            moment(&self.notify_by),
        );
        let mut categories = Table::new(&[
            pick(language, ["Dane", "Data", "Angabe"]),
            pick(language, ["Osoby", "People", "Personen"]),
        ]);
        for (field, count) in &self.categories {
            categories.push([field_name(*field, language).to_owned(), count.to_string()]);
        }
        Page {
            language,
            title: say([
                "Utracone urządzenie (art. 33 RODO)",
                "Lost device (GDPR Art. 33)",
                "Verlorenes Gerät (Art. 33 DSGVO)",
            ]),
            lead: Vec::new(),
            parts: vec![
                Part::table(
                    &say(["Co wiadomo", "What is known", "Was bekannt ist"]),
                    facts,
                ),
                Part::table(
                    &say(["Kategorie danych", "Categories of data", "Datenkategorien"]),
                    categories,
                ),
            ],
        }
    }
}
