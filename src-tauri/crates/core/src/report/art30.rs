//! The record of processing activities (Art. 30(1)), from the profile.

use serde::Serialize;

use super::page::{Page, Part};
use super::table::Table;
use super::{field_name, pick};
use crate::language::Language;
use crate::profile::{Basis, NoticeItem, Profile};

/// The record, by the letters of Art. 30(1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Art30 {
    /// (a) The controller, and its data protection officer.
    pub controller: String,
    /// (a) Contact.
    pub contact: String,
    /// (a) Data protection officer.
    pub dpo: Option<String>,
    /// The event.
    pub event: String,
    /// (b), (c), (f) The activities.
    pub activities: Vec<Activity>,
    /// (d) Recipients.
    pub recipients: String,
    /// (e) Transfers to third countries.
    pub transfers: String,
    /// (g) Security measures of Art. 32(1).
    pub security: Vec<String>,
    /// SHA-256 of the profile that it was made of.
    pub profile_sha256: String,
}

/// One purpose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Activity {
    /// (b) The purpose.
    pub purpose: String,
    /// Its legal basis.
    pub basis: Basis,
    /// (c) Categories of data.
    pub data: Vec<String>,
    /// (c) Categories of people.
    pub people: String,
    /// (f) Time limit for erasure.
    pub retention: String,
}

/// The record of `profile`, in `language`.
pub fn art30(profile: &Profile, language: Language) -> Art30 {
    let notice = |item: NoticeItem| {
        let notice = profile
            .notice
            .get(&language)
            .or_else(|| profile.notice.values().next());
        notice
            .and_then(|notice| notice.items.get(&item))
            .cloned()
            .unwrap_or_default()
    };
    let people = pick(
        language,
        [
            "uczestnicy wydarzenia, którzy rozmawiali na stoisku",
            "visitors of the event who talked at the booth",
            "Besucherinnen und Besucher, die am Stand sprachen",
        ],
    );
    let activities = profile.purposes.iter().map(|purpose| Activity {
        purpose: purpose.label(language),
        basis: purpose.basis,
        data: purpose
            .fields
            .iter()
            .map(|field| field_name(*field, language).to_owned())
            .collect(),
        people: people.to_owned(),
        retention: purpose.retention.to_string(),
    });
    let controller = &profile.controller;
    Art30 {
        controller: format!("{}, {}", controller.name, controller.address),
        contact: controller.email.clone(),
        dpo: controller.dpo.clone(),
        event: format!("{}, {}", profile.event.name, profile.event.place),
        activities: activities.collect(),
        recipients: notice(NoticeItem::Recipients),
        transfers: notice(NoticeItem::Transfers),
        security: security(profile, language),
        profile_sha256: profile.sha256.clone(),
    }
}

fn security(profile: &Profile, language: Language) -> Vec<String> {
    let say = |texts: [&str; 3]| pick(language, texts).to_owned();
    let mut measures = vec![
        say([
            "Baza na urządzeniu zaszyfrowana (SQLCipher); klucz z pęku kluczy i PIN-u albo z hasła (Argon2id).",
            "The database on the device is encrypted (SQLCipher); key from keyring and PIN, or from a passphrase (Argon2id).",
            "Datenbank auf dem Gerät verschlüsselt (SQLCipher); Schlüssel aus Schlüsselbund und PIN oder aus Passphrase (Argon2id).",
        ]),
        say([
            "Minimalizacja przed zapisem; terminy usunięcia dla każdego pola; usuwanie ze zmianą klucza.",
            "Minimised before anything is stored; a deadline for each field; erasing with a change of key.",
            "Minimierung vor dem Speichern; Löschfrist je Feld; Löschen mit Schlüsselwechsel.",
        ]),
        say([
            "Dziennik zdarzeń bez danych osobowych, łańcuch skrótów z podpisem urządzenia.",
            "A ledger without personal values, hash-chained and signed by the device.",
            "Protokoll ohne personenbezogene Werte, verkettet und vom Gerät signiert.",
        ]),
    ];
    if profile.crm.kind == "file" && profile.crm.plain {
        measures.push(say([
            "Uwaga: pliki dla CRM są zapisywane bez szyfrowania.",
            "Note: files for the CRM are written in the clear.",
            "Achtung: Dateien für das CRM entstehen unverschlüsselt.",
        ]));
    }
    measures
}

impl Art30 {
    /// The page.
    pub fn page(&self, language: Language) -> Page {
        let say = |texts: [&str; 3]| pick(language, texts).to_owned();
        let mut table = Table::new(&[
            pick(language, ["Cel", "Purpose", "Zweck"]),
            pick(language, ["Podstawa", "Basis", "Grundlage"]),
            pick(language, ["Dane", "Data", "Angaben"]),
            pick(language, ["Osoby", "People", "Personen"]),
            pick(language, ["Termin usunięcia", "Erased", "Löschfrist"]),
        ]);
        for one in &self.activities {
            table.push([
                one.purpose.clone(),
                one.basis.as_str().to_owned(),
                one.data.join(", "),
                one.people.clone(),
                one.retention.clone(),
            ]);
        }
        let mut lead = vec![self.controller.clone(), self.contact.clone()];
        lead.extend(self.dpo.clone());
        lead.push(self.event.clone());
        Page {
            language,
            title: say([
                "Rejestr czynności przetwarzania (art. 30 RODO)",
                "Record of processing activities (GDPR Art. 30)",
                "Verzeichnis von Verarbeitungstätigkeiten (Art. 30 DSGVO)",
            ]),
            lead,
            parts: vec![
                Part::table(&say(["Czynności", "Activities", "Tätigkeiten"]), table),
                Part::text(
                    &say(["Odbiorcy", "Recipients", "Empfänger"]),
                    vec![self.recipients.clone()],
                ),
                Part::text(
                    &say(["Państwa trzecie", "Third countries", "Drittländer"]),
                    vec![self.transfers.clone()],
                ),
                Part::text(
                    &say([
                        "Środki bezpieczeństwa",
                        "Security measures",
                        "Sicherheitsmaßnahmen",
                    ]),
                    self.security.clone(),
                ),
            ],
        }
    }
}
