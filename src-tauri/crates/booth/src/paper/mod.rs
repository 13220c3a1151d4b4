//! A receipt on paper: one A4 page as PDF, in the person's language, tagged for those who hear it read (PDF/UA-1).
//!
//! When: a person wants it printed, or sent on afterwards. How: it says what the code on the screen says and no more,
//! references and decisions, without name or contact, so that a page left in a printer tells nothing about anybody.

mod close;
mod sheet;
mod words;

use zgoda_core::ledger::Entry;
use zgoda_core::receipt::ReceiptError;
use zgoda_core::{Language, LeadId, Profile};

use self::sheet::{Sheet, Style};
use self::words::words;
use crate::error::Error;
use crate::qr::Modules;
use crate::view::ReceiptView;
use crate::{Booth, Open};

impl Booth {
    /// The receipt of a lead as a page to print (PDF), also where only its stub is left.
    ///
    /// # Errors
    /// Where there is no such lead here.
    pub fn receipt_pdf(&mut self, lead: LeadId) -> Result<Vec<u8>, Error> {
        let open = self.staff()?;
        let line = open.capture_of(lead)?;
        let view = open.receipt_of(&line)?;
        let entry: Entry = serde_json::from_str(&line).map_err(|_| ReceiptError::Entry)?;
        open.paper(&view, &entry)
    }
}

impl Open {
    fn paper(&self, view: &ReceiptView, entry: &Entry) -> Result<Vec<u8>, Error> {
        let profile = &self.profile;
        let language = entry.language.unwrap_or(Language::En);
        let words = words(language);
        let controller = &profile.controller;
        let mut sheet = Sheet::new(language, words.title);
        sheet.text(Style::Title, words.title);
        sheet.text(
            Style::Body,
            &format!("{}, {}", controller.name, controller.address),
        );
        let event = &profile.event;
        let at = entry.at.format("%Y-%m-%d %H:%M");
        sheet.text(
            Style::Body,
            &format!("{}, {} · {at}", event.name, event.place),
        );
        sheet.text(Style::Heading, words.decided);
        for line in choices(entry, profile) {
            sheet.text(Style::Body, &line);
        }
        sheet.text(Style::Heading, words.code);
        sheet.text(Style::Code, &view.code);
        let how = [Some(&controller.email), controller.phone.as_ref()];
        let how: Vec<&str> = how.into_iter().flatten().map(String::as_str).collect();
        sheet.text(Style::Body, &words.withdraw.replace("{}", &how.join(", ")));
        // Without a page to open, the code holds the receipt itself.
        let content = view.link.as_ref().unwrap_or(&view.text);
        if let Some(code) = Modules::of(content) {
            sheet.code(code, words.scan);
        }
        sheet.text(Style::Small, words.nameless);
        Ok(sheet.finish().ok_or(ReceiptError::Entry)?)
    }
}

/// One line a decision: the purpose, its channel, yes or no.
fn choices(entry: &Entry, profile: &Profile) -> Vec<String> {
    let language = entry.language.unwrap_or(Language::En);
    let words = words(language);
    let line = |choice: &zgoda_core::ledger::Choice| {
        let purpose = profile.purpose(&choice.purpose);
        let label = purpose.map_or_else(|| choice.purpose.clone(), |one| one.label(language));
        let channel = choice
            .channel
            .map(|channel| format!(" ({})", words::channel(channel, language)));
        let given = if choice.given { words.yes } else { words.no };
        format!("{label}{}: {given}", channel.unwrap_or_default())
    };
    entry.choices.iter().map(line).collect()
}
