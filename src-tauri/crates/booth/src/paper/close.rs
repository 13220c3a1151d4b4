//! The report on an event that ends, on paper: counts, consent by purpose, what was erased, the ledger's head. Nobody is
//! named on it.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use zgoda_core::ledger::{Entry, Kind};
use zgoda_core::receipt::ReceiptError;
use zgoda_core::{Language, SubjectRef};

use super::sheet::{Sheet, Style};
use super::words;
use crate::closing::ClosingView;
use crate::error::Error;
use crate::overview::{BoxCount, Pick};
use crate::{Booth, Open};

impl Booth {
    /// The report on the event as a page to print and to file (PDF), in the language of the staff's screens.
    ///
    /// # Errors
    /// Where the store is locked or cannot be read.
    pub fn closing_pdf(&mut self, now: DateTime<Utc>) -> Result<Vec<u8>, Error> {
        let language = self.language;
        let boxes = self.overview(&Pick::default(), now)?.boxes;
        let closing = self.closing()?;
        self.staff()?.closing_paper(language, &boxes, &closing, now)
    }
}

impl Open {
    fn closing_paper(
        &mut self,
        language: Language,
        boxes: &[BoxCount],
        closing: &ClosingView,
        now: DateTime<Utc>,
    ) -> Result<Vec<u8>, Error> {
        let words = Words::of(language);
        let entries = self.ledger()?;
        let here = self.store.leads()?;
        let count = Count::of(&entries, &here.iter().map(|kept| &kept.subject).collect());
        let device = self.store.device()?;
        let event = &self.profile.event;
        let mut sheet = Sheet::new(language, words.title);
        sheet.text(Style::Title, words.title);
        let place = format!("{}, {}", event.name, event.place);
        let days = format!("{} – {}", event.starts, event.ends);
        let at = self.local(now).format("%Y-%m-%d %H:%M");
        for line in [
            place,
            format!("{days} · {}", self.profile.controller.name),
            format!("{} {at}", words.written),
            closing.closed_at.map_or_else(
                || words.open.to_owned(),
                |at| format!("{} {}", words.closed, at.format("%Y-%m-%d %H:%M")),
            ),
        ] {
            sheet.text(Style::Body, &line);
        }
        let figures = |sheet: &mut Sheet, heading: &str, lines: &[(&str, u64)]| {
            sheet.text(Style::Heading, heading);
            for (what, number) in lines {
                sheet.text(Style::Body, &format!("{what}: {number}"));
            }
        };
        figures(
            &mut sheet,
            words.people,
            &[
                (words.captured, count.captured),
                (words.declined, count.declined),
                (words.withdrawn, count.withdrawn),
                (words.erased, count.erased),
            ],
        );
        sheet.text(Style::Heading, words.consents);
        for one in boxes {
            sheet.text(Style::Body, &self.box_line(one, language));
        }
        let waiting: u64 = closing.left.iter().map(|left| u64::from(left.count)).sum();
        figures(
            &mut sheet,
            words.data,
            &[
                (words.here, closing.here.into()),
                (words.promised, closing.promised.into()),
                (words.bound, closing.bound.into()),
                (words.in_crm, closing.in_crm.into()),
                (words.waiting, waiting),
                (words.forgotten, count.forgotten),
            ],
        );
        sheet.text(Style::Heading, words.ledger);
        let handed_in = match closing.handed_in {
            true => words.handed_in,
            false => words.not_handed_in,
        };
        for line in [
            format!("{}: {device}", words.device),
            format!("{}: {}", words.entries, closing.entries),
            format!("SHA-256: {}", halves(&closing.hash)),
            handed_in.to_owned(),
        ] {
            sheet.text(Style::Body, &line);
        }
        sheet.text(Style::Small, words.nameless);
        Ok(sheet.finish().ok_or(ReceiptError::Entry)?)
    }

    fn box_line(&self, one: &BoxCount, language: Language) -> String {
        let words = Words::of(language);
        let purpose = self.profile.purpose(&one.purpose);
        let label = purpose.map_or_else(|| one.purpose.clone(), |purpose| purpose.label(language));
        let channel = one
            .channel
            .map(|channel| format!(" ({})", words::channel(channel, language)))
            .unwrap_or_default();
        format!(
            "{label}{channel}: {} {}, {} {}, {} {}",
            words.given, one.given, words.refused, one.refused, words.taken_back, one.withdrawn
        )
    }
}

/// What the ledger tells in numbers.
struct Count {
    captured: u64,
    declined: u64,
    withdrawn: u64,
    erased: u64,
    forgotten: u64,
}

impl Count {
    /// Whoever is still `here` lost a part past its deadline, and is not forgotten.
    fn of(entries: &[Entry], here: &BTreeSet<&SubjectRef>) -> Self {
        let subjects = |kinds: &[Kind]| -> BTreeSet<&SubjectRef> {
            let told = entries.iter().filter(|entry| kinds.contains(&entry.kind));
            told.filter_map(|entry| entry.subject.as_ref()).collect()
        };
        let people = |kinds: &[Kind]| subjects(kinds).len() as u64;
        let declined = entries.iter().filter(|entry| entry.kind == Kind::Decline);
        Self {
            captured: people(&[Kind::Capture]),
            declined: declined.count() as u64,
            withdrawn: people(&[Kind::Withdraw, Kind::Object]),
            erased: people(&[Kind::Erase]),
            forgotten: subjects(&[Kind::Purge]).difference(here).count() as u64,
        }
    }
}

/// A hash in two lines' worth of words, so that a line can end within it.
fn halves(hash: &str) -> String {
    let (one, other) = hash.split_at_checked(hash.len() / 2).unwrap_or((hash, ""));
    format!("{one} {other}")
}

struct Words {
    title: &'static str,
    written: &'static str,
    open: &'static str,
    closed: &'static str,
    people: &'static str,
    captured: &'static str,
    declined: &'static str,
    withdrawn: &'static str,
    erased: &'static str,
    consents: &'static str,
    given: &'static str,
    refused: &'static str,
    taken_back: &'static str,
    data: &'static str,
    here: &'static str,
    promised: &'static str,
    bound: &'static str,
    in_crm: &'static str,
    waiting: &'static str,
    forgotten: &'static str,
    ledger: &'static str,
    device: &'static str,
    entries: &'static str,
    handed_in: &'static str,
    not_handed_in: &'static str,
    nameless: &'static str,
}

impl Words {
    const fn of(language: Language) -> &'static Self {
        match language {
            Language::Pl => &PL,
            Language::En => &EN,
            Language::De => &DE,
        }
    }
}

static PL: Words = Words {
    title: "Zamknięcie wydarzenia",
    written: "Sporządzono",
    open: "Wydarzenie nie jest jeszcze zamknięte.",
    closed: "Zamknięto",
    people: "Osoby",
    captured: "Zapisane",
    declined: "Nie chciały niczego",
    withdrawn: "Odwołały zgodę albo wniosły sprzeciw",
    erased: "Usunięte na żądanie",
    consents: "Zgody według celu",
    given: "tak",
    refused: "nie",
    taken_back: "odwołane",
    data: "Dane",
    here: "Osoby z danymi na tym urządzeniu",
    promised: "w tym z otwartą obietnicą",
    bound: "w tym zatrzymane tu przez podpis albo odpowiedzi o różnych terminach",
    in_crm: "Osoby z danymi tylko w CRM",
    waiting: "Wiadomości czekające na CRM",
    forgotten: "Osoby, których dane usunięto z tego urządzenia po potwierdzeniu przez CRM albo po terminie",
    ledger: "Rejestr",
    device: "Urządzenie",
    entries: "Liczba wpisów",
    handed_in: "Podpisany stan rejestru jest już w systemie docelowym.",
    not_handed_in: "Podpisany stan rejestru nie został jeszcze przekazany: należy przekazać centrali plik, który leży obok tego raportu.",
    nameless: "W tym raporcie nie ma danych osobowych, są tylko liczby i skrót kryptograficzny.",
};

static EN: Words = Words {
    title: "End of the event",
    written: "Written",
    open: "The event is not closed yet.",
    closed: "Closed",
    people: "People",
    captured: "Captured",
    declined: "Wanted nothing",
    withdrawn: "Withdrew a consent, or objected",
    erased: "Erased at their request",
    consents: "Consent by purpose",
    given: "yes",
    refused: "no",
    taken_back: "withdrawn",
    data: "Data",
    here: "People with data on this device",
    promised: "of them with a promise that is still to be kept",
    bound: "of them held here by a signature, or by answers that end on different days",
    in_crm: "People with data in the CRM alone",
    waiting: "Messages that wait for the CRM",
    forgotten: "People whose data were erased from this device, confirmed by the CRM or past their deadline",
    ledger: "Ledger",
    device: "Device",
    entries: "Entries",
    handed_in: "The destination has the ledger's head, signed.",
    not_handed_in: "The ledger's head has not been handed in yet: give head office the file that lies beside this report.",
    nameless: "This report holds no personal data, only counts and a cryptographic hash.",
};

static DE: Words = Words {
    title: "Abschluss der Veranstaltung",
    written: "Erstellt",
    open: "Die Veranstaltung ist noch nicht abgeschlossen.",
    closed: "Abgeschlossen",
    people: "Personen",
    captured: "Erfasst",
    declined: "Wollten nichts",
    withdrawn: "Haben widerrufen oder widersprochen",
    erased: "Auf Verlangen gelöscht",
    consents: "Einwilligungen nach Zweck",
    given: "ja",
    refused: "nein",
    taken_back: "widerrufen",
    data: "Daten",
    here: "Personen mit Daten auf diesem Gerät",
    promised: "davon mit einer noch offenen Zusage",
    bound: "davon wegen einer Unterschrift oder verschieden endender Antworten noch hier",
    in_crm: "Personen mit Daten nur im CRM",
    waiting: "Nachrichten, die auf das CRM warten",
    forgotten: "Personen, deren Daten auf diesem Gerät gelöscht wurden, vom CRM bestätigt oder nach Fristablauf",
    ledger: "Protokoll",
    device: "Gerät",
    entries: "Einträge",
    handed_in: "Der signierte Stand des Protokolls liegt am Ziel vor.",
    not_handed_in: "Der signierte Stand des Protokolls ist noch nicht übergeben: die Datei neben diesem Bericht gehört an die Zentrale.",
    nameless: "Dieser Bericht enthält keine personenbezogenen Daten, nur Zahlen und eine kryptografische Prüfsumme.",
};
