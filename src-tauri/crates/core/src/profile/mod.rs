//! The profile: one TOML file from head office, the only configuration that has legal weight.
//!
//! [`Profile::read`] is the only way to one: it parses, lints, and answers either a profile with its warnings or every
//! error with line, column and what to write instead.

mod check;
pub mod edit;
mod form;
mod lint;
mod lookup;
mod raw;
pub mod signature;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, NaiveTime, TimeZone, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use ts_rs::TS;

use crate::badge::BadgeRules;
use crate::field::Field;
use crate::follow_up::MailText;
use crate::language::Language;
use crate::note::Verifier;
use crate::question::Question;
use crate::retention::Retention;
pub use lint::{Finding, Lint, Place, Severity};
pub use lookup::{Lookup, Service};

/// Head office's rules for one event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// The fair, conference or webinar.
    pub event: Event,
    /// Who decides why data are kept (Art. 4(7)).
    pub controller: Controller,
    /// Languages offered to the attendee, preferred first.
    pub languages: Vec<Language>,
    /// The information of Art. 13, by language.
    pub notice: BTreeMap<Language, Notice>,
    /// Why data may be kept.
    pub purposes: Vec<Purpose>,
    /// What staff and attendees are asked, in the order in which it stands on a screen.
    pub questions: Vec<Question>,
    /// Which codes the badges carry, and how a delimited text is parted.
    pub badge: BadgeRules,
    /// Tags that staff may choose from.
    pub tags: Vec<String>,
    /// When the local copy goes.
    pub keep: Keep,
    /// Where leads go.
    pub crm: Crm,
    /// Where the organiser is asked about badges that say a number alone; nowhere where it is not given.
    pub lookup: Option<Lookup>,
    /// Head office's `age` recipient, for recovery and sealed files.
    pub recipient: Option<String>,
    /// What the attendee takes along.
    pub receipt: ReceiptRules,
    /// Idle seconds until the store locks.
    pub lock_after: u32,
    /// SHA-256 of the TOML text, in hex.
    pub sha256: String,
}

/// A fair, conference or webinar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Short id, part of file names: `a-z`, `0-9`, `-`.
    pub id: String,
    /// Name as people say it.
    pub name: String,
    /// Place.
    pub place: String,
    /// ISO 3166-1 country, the default for telephone numbers.
    pub country: String,
    /// First day.
    pub starts: NaiveDate,
    /// Last day.
    pub ends: NaiveDate,
    /// Time zone of the place.
    pub time_zone: chrono_tz::Tz,
}

impl Event {
    /// The end of the last day, by the place's clock.
    pub fn end(&self) -> DateTime<Utc> {
        let midnight = self
            .ends
            .succ_opt()
            .unwrap_or(self.ends)
            .and_time(NaiveTime::MIN);
        self.time_zone
            .from_local_datetime(&midnight)
            .earliest()
            .map_or_else(|| midnight.and_utc(), |local| local.with_timezone(&Utc))
    }
}

/// Who decides why data are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Controller {
    /// Legal name.
    pub name: String,
    /// Postal address.
    pub address: String,
    /// E-mail for privacy matters.
    pub email: String,
    /// Telephone.
    pub phone: Option<String>,
    /// Contact of the data protection officer, where there is one.
    pub dpo: Option<String>,
    /// Privacy page.
    pub privacy_page: String,
    /// Supervisory authority (Art. 77).
    pub supervisory_authority: String,
}

/// Why data are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Purpose {
    /// Id, part of ledger entries and of the terminal's options.
    pub id: String,
    /// Legal basis (Art. 6(1)).
    pub basis: Basis,
    /// Fields that it needs.
    pub fields: BTreeSet<Field>,
    /// Channels of direct marketing, each with a consent of its own.
    pub channels: Vec<Channel>,
    /// How long.
    pub retention: Retention,
    /// Short name by language, for staff and lists.
    pub label: BTreeMap<Language, String>,
    /// The sentence that tells the attendee what they asked for, by language.
    pub statement: BTreeMap<Language, String>,
    /// Texts of the consent boxes: by channel, or under `None` where the purpose has no channel.
    pub wordings: BTreeMap<Option<Channel>, Wording>,
    /// The mail that keeps the promise, by language; none where staff write it themselves.
    pub mail: BTreeMap<Language, MailText>,
    /// Why a signature is needed, by language, for the attendee to read above it.
    pub signature_why: BTreeMap<Language, String>,
}

impl Purpose {
    /// Short name in `language`; the id in words where the profile has none.
    pub fn label(&self, language: Language) -> String {
        let spaced = || self.id.replace(['_', '-'], " ");
        self.label.get(&language).cloned().unwrap_or_else(spaced)
    }

    /// The boxes that the attendee sees: one per channel, or one where there is no channel. None without consent.
    pub fn boxes(&self) -> Vec<Option<Channel>> {
        match (self.basis, self.channels.is_empty()) {
            (Basis::Consent, true) => vec![None],
            (Basis::Consent, false) => self.channels.iter().copied().map(Some).collect(),
            _ => Vec::new(),
        }
    }

    /// Fields needed when just `accepted` of the boxes are agreed to: the telephone is not needed for a newsletter by
    /// e-mail that was also offered by telephone and refused there.
    pub fn needs(&self, accepted: &BTreeSet<Option<Channel>>) -> BTreeSet<Field> {
        let of = |channel: &Channel| channel.field();
        let offered: BTreeSet<Field> = self.channels.iter().map(of).collect();
        let agreed: BTreeSet<Field> = accepted.iter().flatten().map(of).collect();
        let refused = |field: &Field| offered.contains(field) && !agreed.contains(field);
        self.fields
            .iter()
            .copied()
            .filter(|field| !refused(field))
            .collect()
    }
}

/// Legal basis of a purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// Art. 6(1)(a): a box ticked by the person.
    Consent,
    /// What the person asked for: Art. 6(1)(b), or 6(1)(f) with the right to object said on the screen.
    Requested,
    /// Art. 6(1)(f).
    LegitimateInterest,
}

impl Basis {
    /// The name in profiles and exports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Consent => "consent",
            Self::Requested => "requested",
            Self::LegitimateInterest => "legitimate_interest",
        }
    }
}

/// A channel of direct marketing; each is a consent of its own (PKE Art. 398, 400).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// E-mail.
    Email,
    /// Telephone calls.
    Phone,
    /// Text messages.
    Sms,
}

impl Channel {
    /// All channels.
    pub const ALL: [Self; 3] = [Self::Email, Self::Phone, Self::Sms];

    /// The name in profiles and on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Sms => "sms",
        }
    }

    /// The field without which the channel cannot be used.
    pub const fn field(self) -> Field {
        match self {
            Self::Email => Field::Email,
            Self::Phone | Self::Sms => Field::Phone,
        }
    }
}

/// The text of one consent box, versioned, per language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wording {
    /// Version that head office gave it.
    pub version: String,
    /// The text by language.
    pub texts: BTreeMap<Language, String>,
}

/// Which text was shown: enough to find it, and to prove that it was this one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
pub struct TextRef {
    /// Version that head office gave it.
    pub version: String,
    /// Language in which it was shown.
    pub language: Language,
    /// SHA-256 of the text in UTF-8, in hex.
    pub sha256: String,
}

impl Wording {
    /// The reference to the text in `language`, if there is one.
    pub fn reference(&self, language: Language) -> Option<TextRef> {
        let text = self.texts.get(&language)?;
        Some(TextRef {
            version: self.version.clone(),
            language,
            sha256: sha256_hex(text),
        })
    }
}

/// One item of the information that Art. 13 asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum NoticeItem {
    /// Art. 13(1)(a): who, and how to reach them.
    Controller,
    /// Art. 13(1)(b): data protection officer.
    Dpo,
    /// Art. 13(1)(c): why, and on which legal basis.
    Purposes,
    /// Art. 13(1)(d): which legitimate interests.
    LegitimateInterest,
    /// Art. 13(1)(e): who receives the data.
    Recipients,
    /// Art. 13(1)(f): transfers to third countries.
    Transfers,
    /// Art. 13(2)(a): how long.
    Retention,
    /// Art. 13(2)(b): the rights.
    Rights,
    /// Art. 13(2)(c): withdrawing consent.
    Withdrawal,
    /// Art. 13(2)(d): complaint to the authority.
    Complaint,
    /// Art. 13(2)(e): whether one must provide the data.
    Obligation,
    /// Art. 13(2)(f): automated decisions.
    AutomatedDecisions,
}

impl NoticeItem {
    /// All items, in the order of the article.
    pub const ALL: [Self; 12] = [
        Self::Controller,
        Self::Dpo,
        Self::Purposes,
        Self::LegitimateInterest,
        Self::Recipients,
        Self::Transfers,
        Self::Retention,
        Self::Rights,
        Self::Withdrawal,
        Self::Complaint,
        Self::Obligation,
        Self::AutomatedDecisions,
    ];

    /// The four lines of the first layer: who, why, how long, your rights.
    pub const FIRST_LAYER: [Self; 4] = [
        Self::Controller,
        Self::Purposes,
        Self::Retention,
        Self::Rights,
    ];

    /// The key in profiles.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Controller => "controller",
            Self::Dpo => "dpo",
            Self::Purposes => "purposes",
            Self::LegitimateInterest => "legitimate_interest",
            Self::Recipients => "recipients",
            Self::Transfers => "transfers",
            Self::Retention => "retention",
            Self::Rights => "rights",
            Self::Withdrawal => "withdrawal",
            Self::Complaint => "complaint",
            Self::Obligation => "obligation",
            Self::AutomatedDecisions => "automated_decisions",
        }
    }

    /// The article and letter that asks for it.
    pub const fn article(self) -> &'static str {
        match self {
            Self::Controller => "GDPR 13(1)(a)",
            Self::Dpo => "GDPR 13(1)(b)",
            Self::Purposes => "GDPR 13(1)(c)",
            Self::LegitimateInterest => "GDPR 13(1)(d)",
            Self::Recipients => "GDPR 13(1)(e)",
            Self::Transfers => "GDPR 13(1)(f)",
            Self::Retention => "GDPR 13(2)(a)",
            Self::Rights => "GDPR 13(2)(b)",
            Self::Withdrawal => "GDPR 13(2)(c)",
            Self::Complaint => "GDPR 13(2)(d)",
            Self::Obligation => "GDPR 13(2)(e)",
            Self::AutomatedDecisions => "GDPR 13(2)(f)",
        }
    }
}

/// The notice in one language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Version that head office gave it.
    pub version: String,
    /// Text by item.
    pub items: BTreeMap<NoticeItem, String>,
}

impl Notice {
    /// Which notice was shown. The hash is over `key=text` lines in the article's order.
    pub fn reference(&self, language: Language) -> TextRef {
        let lines: Vec<String> = self
            .items
            .iter()
            .map(|(item, text)| format!("{}={text}", item.as_str()))
            .collect();
        TextRef {
            version: self.version.clone(),
            language,
            sha256: sha256_hex(&lines.join("\n")),
        }
    }
}

/// When the local copy goes (storage limitation: no second copy without need).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Keep {
    /// As soon as the CRM confirmed.
    UntilConfirmed,
    /// Once the CRM confirmed and no promise is open.
    #[default]
    UntilPromiseKept,
    /// Once the CRM confirmed and the event is over.
    UntilEventEnd,
}

/// Where leads go. Never a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Crm {
    /// The connector: `file`, `bottlecrm`, `hubspot`, …
    pub kind: String,
    /// The CRM's address.
    pub url: Option<String>,
    /// Folder of the `file` destination; beside the store where it is not given.
    pub folder: Option<String>,
    /// `webhook`: how many leads go in one request. One by one where it is not given.
    pub batch: Option<u16>,
    /// `file`: written in the clear. Otherwise sealed to [`Profile::recipient`].
    pub plain: bool,
    /// Field of the CRM by field of ours, where the connector's default does not fit.
    pub fields: BTreeMap<Field, String>,
    /// Field of the CRM by question; the other answers are lines of its notes.
    pub answers: BTreeMap<String, String>,
}

/// What the attendee takes along, and where a withdrawal goes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReceiptRules {
    /// The page that verifies receipts, `https`. Without it there is a code, and no link.
    pub page: Option<String>,
    /// Where a withdrawal goes: `mailto:` or `https`. The controller's e-mail where it is not given.
    pub withdraw: Option<String>,
    /// Head office's public key, which vouches for devices.
    pub head_office_key: Option<Verifier>,
}

impl Profile {
    /// Reads and lints a profile.
    ///
    /// # Errors
    /// All findings, at least one of them an error.
    pub fn read(toml: &str) -> Result<(Self, Vec<Finding>), Vec<Finding>> {
        let raw = raw::parse(toml).map_err(|finding| vec![*finding])?;
        check::check(toml, raw, sha256_hex(toml))
    }

    /// Reads a profile that is being written: as much of it as there is, for showing it and nothing else, with all findings.
    pub fn sketch(toml: &str) -> (Option<Self>, Vec<Finding>) {
        match raw::parse(toml) {
            Ok(raw) => check::sketch(toml, raw, sha256_hex(toml)),
            Err(finding) => (None, vec![*finding]),
        }
    }

    /// Reads and lints a profile that takes the place of `self` amid the event.
    ///
    /// # Errors
    /// As [`Profile::read`]; a text that has changed under the same version is refused too.
    pub fn read_after(&self, toml: &str) -> Result<(Self, Vec<Finding>), Vec<Finding>> {
        let (after, warnings) = Self::read(toml)?;
        let changed = check::changed(toml, self, &after);
        if changed.is_empty() {
            Ok((after, warnings))
        } else {
            Err(changed)
        }
    }

    /// The purpose called `id`.
    pub fn purpose(&self, id: &str) -> Option<&Purpose> {
        self.purposes.iter().find(|purpose| purpose.id == id)
    }

    /// Fields that some purpose needs, and the purposes that need each.
    pub fn needed(&self) -> BTreeMap<Field, Vec<&Purpose>> {
        let mut needed: BTreeMap<Field, Vec<&Purpose>> = BTreeMap::new();
        for purpose in &self.purposes {
            for field in &purpose.fields {
                needed.entry(*field).or_default().push(purpose);
            }
        }
        needed
    }
}

/// SHA-256 of `text` in UTF-8, in lower-case hex.
pub fn sha256_hex(text: &str) -> String {
    hex::encode(Sha256::digest(text.as_bytes()))
}
