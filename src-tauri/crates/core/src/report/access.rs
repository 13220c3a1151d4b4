//! What the controller knows of one person, for that person (Art. 15, 20): one JSON and one page in their language.
//!
//! How: everything that is stored, why, until when and since when, read from the lead, the ledger and the profile. Where
//! the local copy is gone the values are in the CRM, and the page says so.

use std::collections::BTreeMap;

use chrono::{DateTime, FixedOffset, Utc};
use serde::Serialize;

use super::page::{Page, Part};
use super::table::Table;
use crate::candidate::Source;
use crate::consent::Record;
use crate::decision::Act;
use crate::field::{Field, Rating, Value};
use crate::language::Language;
use crate::lead::{Kept, LeadId, Promise};
use crate::ledger::{Entry, Kind};
use crate::profile::{Basis, Channel, NoticeItem, Profile, TextRef};
use crate::receipt::Code;

/// What is known of one lead. It holds personal values, so it is never printed by accident: there is no `Debug`.
#[derive(Clone, Serialize)]
pub struct Access {
    /// The lead's id.
    pub lead: LeadId,
    /// The withdrawal code.
    pub receipt: String,
    /// The person's language.
    pub language: Language,
    /// Who decides why data are kept.
    pub controller: String,
    /// How to reach them.
    pub contact: String,
    /// Where and when the person was met.
    pub event: String,
    /// When.
    pub captured_at: Option<DateTime<FixedOffset>>,
    /// Where the data came from (Art. 15(1)(g)).
    pub source: Option<Source>,
    /// False where the local copy is gone and the CRM holds the values.
    pub held_here: bool,
    /// The CRM's id, where it has told one.
    pub crm_id: Option<String>,
    /// What is stored.
    pub fields: Vec<Known>,
    /// What was decided.
    pub decisions: Vec<Decided>,
    /// What was promised.
    pub promises: Vec<Promise>,
    /// Recipients, retention, rights, complaint: the notice, by item.
    pub notice: BTreeMap<NoticeItem, String>,
    /// What happened.
    pub history: Vec<Happened>,
}

/// One stored field.
#[derive(Clone, Serialize)]
pub struct Known {
    /// Which.
    pub field: Field,
    /// Its value in one line; none where only the CRM holds it.
    pub value: Option<String>,
    /// A drawn signature as an SVG.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub svg: Option<String>,
    /// Purposes that need it.
    pub purposes: Vec<String>,
    /// The last moment of its life.
    pub until: DateTime<Utc>,
}

/// One decision.
#[derive(Clone, Serialize)]
pub struct Decided {
    /// The purpose.
    pub purpose: String,
    /// The channel.
    pub channel: Option<Channel>,
    /// The legal basis.
    pub basis: Basis,
    /// Yes or no.
    pub given: bool,
    /// Since when.
    pub since: DateTime<FixedOffset>,
    /// How it was made.
    pub act: Option<Act>,
    /// The text that was agreed to or refused.
    pub wording: Option<TextRef>,
}

/// One entry of the ledger, in short.
#[derive(Clone, Serialize)]
pub struct Happened {
    /// When.
    pub at: DateTime<FixedOffset>,
    /// What.
    pub kind: Kind,
    /// Names of the fields that it concerned.
    pub fields: Vec<Field>,
    /// Who was asked for them, where not the person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organiser: Option<String>,
}

impl Access {
    /// Of a lead whose values are here.
    pub fn of(kept: &Kept, crm_id: Option<String>, entries: &[Entry], profile: &Profile) -> Self {
        let fields =
            kept.fields
                .iter()
                .flat_map(|(field, one)| match kept.answer_ends.is_empty() {
                    false if *field == Field::Answers => answered(kept),
                    _ => vec![Known {
                        field: *field,
                        value: Some(one.value.one_line().expose().to_owned()),
                        svg: match &one.value {
                            Value::Signature(signature) => signature.svg(),
                            _ => None,
                        },
                        purposes: kept
                            .reasons(*field, profile)
                            .into_iter()
                            .map(|(id, _)| id)
                            .collect(),
                        until: one.deadline,
                    }],
                });
        let decisions = kept.decisions.iter().map(|one| Decided {
            purpose: one.purpose.clone(),
            channel: one.channel,
            basis: one.basis,
            given: one.given,
            since: one.at,
            act: Some(one.act),
            wording: one.wording.clone(),
        });
        Self {
            captured_at: Some(kept.captured_at),
            source: Some(kept.source),
            held_here: true,
            crm_id,
            fields: fields.collect(),
            decisions: decisions.collect(),
            promises: kept.promises.clone(),
            ..Self::bare(kept.id, &Code::of(&kept.subject), kept.language, profile)
        }
        .with_history(entries, kept.subject.as_str())
    }

    /// Of a lead of which only the stub is here: the ledger and the deadlines speak for it.
    pub fn of_stub(
        stub: &crate::outbox::Stub,
        record: Option<&Record>,
        entries: &[Entry],
        profile: &Profile,
    ) -> Self {
        let language = record.and_then(|record| record.language);
        let language = language.or_else(|| profile.languages.first().copied());
        let purposes = |field: &Field| -> Vec<String> {
            let needing = profile.purposes.iter().filter(|purpose| {
                let accepted = record.map(|record| record.accepted(&purpose.id));
                accepted
                    .is_some_and(|boxes| !boxes.is_empty() && purpose.needs(&boxes).contains(field))
            });
            needing.map(|purpose| purpose.id.clone()).collect()
        };
        let fields = stub.deadlines.iter().map(|(field, until)| Known {
            field: *field,
            value: None,
            svg: None,
            purposes: purposes(field),
            until: *until,
        });
        let standing = record
            .into_iter()
            .flat_map(|record| record.standing.values());
        let decisions = standing.map(|one| Decided {
            purpose: one.choice.purpose.clone(),
            channel: one.choice.channel,
            basis: one.choice.basis,
            given: one.choice.given,
            since: one.since,
            act: one.act,
            wording: one.choice.wording.clone(),
        });
        let code = Code::of(&stub.subject);
        Self {
            captured_at: record.map(|record| record.captured_at),
            crm_id: Some(stub.crm_id.clone()),
            fields: fields.collect(),
            decisions: decisions.collect(),
            ..Self::bare(stub.lead, &code, language.unwrap_or(Language::En), profile)
        }
        .with_history(entries, stub.subject.as_str())
    }

    fn bare(lead: LeadId, code: &Code, language: Language, profile: &Profile) -> Self {
        let notice = profile
            .notice
            .get(&language)
            .or_else(|| profile.notice.values().next());
        Self {
            lead,
            receipt: code.grouped(),
            language,
            controller: format!(
                "{}, {}",
                profile.controller.name, profile.controller.address
            ),
            contact: profile.controller.email.clone(),
            event: format!("{}, {}", profile.event.name, profile.event.place),
            captured_at: None,
            source: None,
            held_here: false,
            crm_id: None,
            fields: Vec::new(),
            decisions: Vec::new(),
            promises: Vec::new(),
            notice: notice
                .map(|notice| notice.items.clone())
                .unwrap_or_default(),
            history: Vec::new(),
        }
    }

    fn with_history(mut self, entries: &[Entry], subject: &str) -> Self {
        let own = entries.iter().filter(|entry| {
            entry
                .subject
                .as_ref()
                .is_some_and(|one| one.as_str() == subject)
        });
        self.history = own
            .map(|entry| Happened {
                at: entry.at,
                kind: entry.kind,
                fields: entry.kept.iter().copied().collect(),
                organiser: entry.organiser.clone(),
            })
            .collect();
        self
    }

    /// The page for the person, in their language.
    pub fn page(&self, profile: &Profile) -> Page {
        let words = words(self.language);
        let day = |at: &DateTime<FixedOffset>| at.format("%Y-%m-%d %H:%M").to_string();
        let label = |id: &str| {
            profile
                .purpose(id)
                .map_or_else(|| id.to_owned(), |one| one.label(self.language))
        };
        let mut fields = Table::new(&words.fields);
        let mut pictures = Vec::new();
        for one in &self.fields {
            // What is drawn has no word of its own.
            let said = match (&one.svg, &one.value) {
                (Some(_), _) => words.drawn.to_owned(),
                (None, Some(value)) if one.field == Field::Rating => rated(value, self.language),
                (None, Some(value)) => value.clone(),
                (None, None) => words.in_crm.to_owned(),
            };
            if let Some(svg) = &one.svg {
                pictures.push(Part::picture(
                    super::field_name(one.field, self.language),
                    svg.clone(),
                ));
            }
            fields.push([
                super::field_name(one.field, self.language).to_owned(),
                said,
                one.purposes
                    .iter()
                    .map(|id| label(id))
                    .collect::<Vec<_>>()
                    .join(", "),
                one.until.format("%Y-%m-%d").to_string(),
            ]);
        }
        let mut decisions = Table::new(&words.decisions);
        for one in &self.decisions {
            let channel = one
                .channel
                .map_or("", |channel| super::channel_name(channel, self.language));
            let version = one.wording.as_ref().map(|wording| wording.version.clone());
            decisions.push([
                label(&one.purpose),
                channel.to_owned(),
                if one.given { words.yes } else { words.no }.to_owned(),
                day(&one.since),
                version.unwrap_or_default(),
            ]);
        }
        let mut history = Table::new(&words.history);
        for one in &self.history {
            let names = one
                .fields
                .iter()
                .map(|field| super::field_name(*field, self.language));
            let names: Vec<&str> = names.collect();
            let kind = super::kind_name(one.kind, self.language);
            history.push([day(&one.at), kind.to_owned(), names.join(", ")]);
        }
        let mut lead = vec![
            self.controller.clone(),
            format!("{}: {}", words.contact, self.contact),
            format!("{}: {}", words.event, self.event),
            format!("{}: {}", words.receipt, self.receipt),
        ];
        if self.source == Some(Source::Import) {
            lead.push(words.listed.to_owned());
        }
        let told = self.history.iter().filter(|one| !one.fields.is_empty());
        if let Some(organiser) = told.filter_map(|one| one.organiser.as_ref()).next_back() {
            lead.push(format!("{} ({organiser})", words.looked_up));
        }
        let mut parts = vec![Part::table(words.stored, fields)];
        parts.extend(pictures);
        parts.extend([
            Part::table(words.decided, decisions),
            Part::text(words.rights, self.notice.values().cloned().collect()),
            Part::table(words.happened, history),
        ]);
        Page {
            language: self.language,
            title: words.title.to_owned(),
            lead,
            parts,
        }
    }
}

/// What was answered for each purpose, which ends with it.
fn answered(kept: &Kept) -> Vec<Known> {
    let known = |(purpose, until): (&String, &DateTime<Utc>)| {
        let own = kept.answers().iter().filter(|one| one.purpose == *purpose);
        let lines: Vec<String> = own.map(|one| one.line().expose().to_owned()).collect();
        Known {
            field: Field::Answers,
            value: Some(lines.join("; ")),
            svg: None,
            purposes: vec![purpose.clone()],
            until: *until,
        }
    };
    kept.answer_ends.iter().map(known).collect()
}

/// A rating in the person's language; the JSON has the word of the profile's.
fn rated(value: &str, language: Language) -> String {
    let known = Rating::ALL.into_iter().find(|one| one.as_str() == value);
    known.map_or_else(
        || value.to_owned(),
        |rating| super::rating_name(rating, language).to_owned(),
    )
}

struct Words {
    title: &'static str,
    contact: &'static str,
    event: &'static str,
    receipt: &'static str,
    stored: &'static str,
    decided: &'static str,
    rights: &'static str,
    happened: &'static str,
    yes: &'static str,
    no: &'static str,
    in_crm: &'static str,
    drawn: &'static str,
    /// Where the data came from, where not from the person at the booth.
    listed: &'static str,
    looked_up: &'static str,
    fields: [&'static str; 4],
    decisions: [&'static str; 5],
    history: [&'static str; 3],
}

const fn words(language: Language) -> Words {
    match language {
        Language::Pl => Words {
            title: "Pana/Pani dane",
            contact: "Kontakt",
            event: "Wydarzenie",
            receipt: "Kod odwołania",
            stored: "Co przechowujemy",
            decided: "Pana/Pani decyzje",
            rights: "Informacje i prawa",
            happened: "Co się wydarzyło",
            yes: "tak",
            no: "nie",
            in_crm: "(w systemie CRM)",
            drawn: "(odręczny, na obrazku poniżej)",
            listed: "Źródło danych: formularz rejestracyjny, z listy uczestników",
            looked_up: "Źródło danych spoza identyfikatora: organizator wydarzenia",
            fields: ["Dane", "Wartość", "Cele", "Do kiedy"],
            decisions: ["Cel", "Kanał", "Zgoda", "Od kiedy", "Wersja tekstu"],
            history: ["Kiedy", "Co", "Dane"],
        },
        Language::En => Words {
            title: "Your data",
            contact: "Contact",
            event: "Event",
            receipt: "Withdrawal code",
            stored: "What we store",
            decided: "What you decided",
            rights: "Information and rights",
            happened: "What happened",
            yes: "yes",
            no: "no",
            in_crm: "(in the CRM)",
            drawn: "(drawn, in the picture below)",
            listed: "Source of the data: a registration form, by a list of participants",
            looked_up: "Source of what the badge did not say: the event’s organiser",
            fields: ["Data", "Value", "Purposes", "Until"],
            decisions: [
                "Purpose",
                "Channel",
                "Given",
                "Since",
                "Version of the text",
            ],
            history: ["When", "What", "Data"],
        },
        Language::De => Words {
            title: "Ihre Daten",
            contact: "Kontakt",
            event: "Veranstaltung",
            receipt: "Widerrufscode",
            stored: "Was wir speichern",
            decided: "Ihre Entscheidungen",
            rights: "Informationen und Rechte",
            happened: "Was geschehen ist",
            yes: "ja",
            no: "nein",
            in_crm: "(im CRM)",
            drawn: "(gezeichnet, im Bild unten)",
            listed: "Herkunft der Daten: ein Anmeldeformular, über eine Teilnehmerliste",
            looked_up: "Herkunft dessen, was nicht auf dem Badge stand: der Veranstalter",
            fields: ["Angabe", "Wert", "Zwecke", "Bis"],
            decisions: [
                "Zweck",
                "Kanal",
                "Einwilligung",
                "Seit",
                "Version des Textes",
            ],
            history: ["Wann", "Was", "Angaben"],
        },
    }
}
