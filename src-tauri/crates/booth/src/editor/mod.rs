//! The profile editor: a profile is begun, looked at while it is written, and leaves as the TOML that everybody reads.
//!
//! How: nothing is kept here. The screen holds the text that it began with and a [`ProfileDraft`]; each look puts the draft
//! into that text, lints what comes out and shows the attendee's screen as it would be, with an invented person. When: in
//! head office, with a store or without one; what comes of it is taken as any other profile is.

mod preset;

use chrono::{DateTime, Days, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use zgoda_core::profile::edit::{self, Bump, Known, ProfileDraft};
use zgoda_core::profile::{Finding, Lint, Severity, signature};
use zgoda_core::{Basis, Candidate, Extra, Language, Profile, minimise};

use crate::error::Error;
use crate::view::{Asked, AttendeeView};
use crate::{Booth, Mode, show};

pub use preset::{Firm, Preset};

/// What an editor begins with.
#[derive(Clone, Debug, Deserialize, TS)]
#[serde(tag = "from", rename_all = "snake_case")]
#[ts(export)]
pub enum Start {
    /// The profile in use.
    InUse,
    /// A profile's file.
    File {
        /// Its text.
        toml: String,
    },
    /// A preset, for a firm.
    Preset {
        /// Which.
        preset: Preset,
        /// Whose.
        firm: Firm,
    },
}

/// A profile that is being written.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
#[serde(deny_unknown_fields)]
pub struct Begun {
    /// The text that the draft is put into.
    pub base: String,
    /// True where nobody has read the texts of `base` yet, so that changing them is no new version.
    pub fresh: bool,
    /// What is edited.
    pub draft: ProfileDraft,
}

/// A profile as it stands.
#[derive(Clone, Debug, Serialize, TS)]
#[ts(export)]
pub struct Look {
    /// The file.
    pub toml: String,
    /// True where it can be used.
    pub usable: bool,
    /// What the linter says, errors first.
    pub findings: Vec<FieldFinding>,
    /// Versions that went up.
    pub versions: Vec<Bump>,
    /// The attendee's screen with an invented person; none where the profile has no form yet.
    pub attendee: Option<AttendeeView>,
}

/// A finding, and the field of the form that it is about.
#[derive(Clone, Debug, Serialize, TS)]
pub struct FieldFinding {
    /// `event.ends`, `purpose.1.retention`, `notice.pl.dpo`.
    pub field: String,
    /// The finding.
    pub finding: Finding,
}

impl Booth {
    /// Begins a profile.
    ///
    /// # Errors
    /// A file that is no TOML; where an attendee holds the device, or the profile in use is wanted and the store is locked.
    pub fn editor_begin(&mut self, start: Start) -> Result<Begun, Error> {
        self.may_edit()?;
        let (base, fresh) = match start {
            Start::InUse => (self.staff()?.store.profile()?.unwrap_or_default(), false),
            Start::File { toml } => (toml, false),
            Start::Preset { preset, firm } => (preset::begin(preset, &firm), true),
        };
        // A signature is of the text as it was.
        let base = signature::unsigned(&base);
        let draft = ProfileDraft::read(&base).map_err(|finding| Error::Profile(vec![*finding]))?;
        Ok(Begun { base, fresh, draft })
    }

    /// How a profile stands: the file that it makes, the linter's word on it, and the attendee's screen.
    ///
    /// # Errors
    /// A base that is no TOML; where an attendee holds the device.
    pub fn editor_look(&mut self, begun: &Begun, now: DateTime<Utc>) -> Result<Look, Error> {
        self.may_edit()?;
        let mut draft = begun.draft.clone();
        let versions = self.known_texts(begun)?.settle(&mut draft);
        let written = |draft: &ProfileDraft| {
            edit::write(&begun.base, draft).map_err(|finding| Error::Profile(vec![*finding]))
        };
        let toml = written(&draft)?;
        let no_days = without_days(&mut draft, now);
        let (profile, all) = Profile::sketch(&written(&draft)?);
        let all = all.into_iter().map(|finding| FieldFinding {
            field: edit::field_at(&toml, &finding),
            finding,
        });
        let mut findings: Vec<FieldFinding> = missing_days(&toml, no_days).chain(all).collect();
        let seen = match &profile {
            Some(profile) => Some(profile.clone()),
            None => Profile::sketch(&written(&with_some_event(draft))?).0,
        };
        findings.sort_by_key(|one| one.finding.severity == Severity::Warning);
        let errors = |one: &FieldFinding| one.finding.severity == Severity::Error;
        Ok(Look {
            usable: profile.is_some() && !findings.iter().any(errors),
            attendee: seen.map(|profile| attendee(&profile, now)),
            toml,
            findings,
            versions,
        })
    }

    /// What people may have read already: the texts of the file that the draft came from, and of every profile that counted
    /// here for the same event.
    fn known_texts(&self, begun: &Begun) -> Result<Known, Error> {
        let mut known = Known::default();
        let mut learn = |toml: &str| {
            if let Ok((profile, _)) = Profile::read(toml) {
                known.learn(&profile);
            }
        };
        let same =
            |open: &&crate::Open| begun.draft.event.get("id") == Some(&open.profile.event.id);
        if let Some(open) = self.open.as_ref().filter(same) {
            for (sha256, _) in open.store.profile_history()? {
                learn(&open.store.profile_by_sha256(&sha256)?.unwrap_or_default());
            }
        }
        if !begun.fresh {
            learn(&begun.base);
        }
        Ok(known)
    }

    /// Refuses while an attendee holds the device: what a shell does with a profile outside the booth, it asks here first.
    ///
    /// # Errors
    /// [`Error::NotNow`].
    pub fn may_edit(&self) -> Result<(), Error> {
        match self.mode {
            Mode::Attendee(_) => Err(Error::NotNow),
            Mode::Staff => Ok(()),
        }
    }

    /// Refuses while an end of the app would lose something: an attendee holds the device, or somebody's data are in hand.
    ///
    /// # Errors
    /// [`Error::NotNow`].
    pub fn may_end(&self) -> Result<(), Error> {
        self.may_edit()?;
        match &self.open {
            Some(open) if open.draft.is_some() || open.people.is_some() => Err(Error::NotNow),
            _ => Ok(()),
        }
    }
}

/// Gives the event today for each of its days that is none yet, so that the rest can be looked at. Answers which.
fn without_days(draft: &mut ProfileDraft, now: DateTime<Utc>) -> Vec<&'static str> {
    let event = &mut draft.event;
    let mut missing = vec!["starts", "ends"];
    missing.retain(|key| {
        let day = event.get(*key).map(|day| day.parse::<NaiveDate>());
        !matches!(day, Some(Ok(_)))
    });
    for key in &missing {
        event.insert((*key).to_owned(), now.date_naive().to_string());
    }
    missing
}

/// The draft with an event that has its form: the visitor's screen is shown although the event is not yet said.
fn with_some_event(mut draft: ProfileDraft) -> ProfileDraft {
    for (key, value) in [
        ("id", "event"),
        ("country", ""),
        ("time_zone", "Europe/Warsaw"),
    ] {
        draft.event.insert(key.to_owned(), value.to_owned());
    }
    let day = |draft: &ProfileDraft, key| draft.event.get(key).cloned().unwrap_or_default();
    if day(&draft, "ends") < day(&draft, "starts") {
        let starts = day(&draft, "starts");
        draft.event.insert("ends".to_owned(), starts);
    }
    draft
}

/// What the linter says of a day that is none: it ends there, so that it says it of the first alone.
fn missing_days(toml: &str, days: Vec<&'static str>) -> impl Iterator<Item = FieldFinding> + use<> {
    let first = if days.is_empty() {
        None
    } else {
        let first = Profile::sketch(toml).1.into_iter().next();
        first.filter(|one| one.lint == Lint::FormDay)
    };
    days.into_iter().filter_map(move |key| {
        let field = format!("event.{key}");
        let finding = Finding {
            subject: field.clone(),
            ..first.clone()?
        };
        Some(FieldFinding { field, finding })
    })
}

/// The name of a profile's file, after its event; nothing that a path could be made of.
pub fn file_stem(toml: &str) -> String {
    let draft = ProfileDraft::read(toml).unwrap_or_default();
    let id = draft.event.get("id").map_or("", String::as_str);
    let plain = |c: &char| c.is_ascii_lowercase() || c.is_ascii_digit() || *c == '-';
    let id: String = id.chars().filter(plain).take(64).collect();
    if id.is_empty() {
        "profile".to_owned()
    } else {
        format!("profile-{id}")
    }
}

/// The screen as a person would get it who asked for all that is offered.
fn attendee(profile: &Profile, now: DateTime<Utc>) -> AttendeeView {
    let due = now.date_naive().checked_add_days(Days::new(7));
    let asked = profile
        .purposes
        .iter()
        .filter(|purpose| purpose.basis == Basis::Requested)
        .map(|purpose| Asked {
            purpose: purpose.id.clone(),
            due,
        });
    let draft = minimise(invented(), profile);
    let language = profile.languages.first().copied();
    show::attendee(
        profile,
        &draft,
        asked.collect(),
        language.unwrap_or(Language::En),
    )
}

/// Nobody: what a badge usually says.
fn invented() -> Candidate {
    Candidate {
        name: "Anna Przykładowa".into(),
        title: "Kierowniczka zakupów".into(),
        company: "Przykład Sp. z o.o.".into(),
        email: vec!["anna@przyklad.example".into()],
        phone: vec!["+48 61 555 01 99".into()],
        website: "https://przyklad.example".into(),
        extras: [Extra::Birthday].into(),
        ..Candidate::default()
    }
}
