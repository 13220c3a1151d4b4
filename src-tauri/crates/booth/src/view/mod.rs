//! What crosses to a screen, and what comes back: plain shapes, written to TypeScript by `cargo test`.
//!
//! A view holds values only of what some purpose needs: it is made from a Draft, a Kept or the profile, never from a
//! Candidate.

mod attendee;
mod card;
mod field;
mod lead;
mod question;
mod scan;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Serialize;
use ts_rs::TS;
use zgoda_core::outbox::Reason;
use zgoda_core::profile::{Finding, Keep};
use zgoda_core::{Basis, Channel, Field, Language, LeadId};

pub use attendee::{
    Asked, AttendeeAnswer, AttendeeTexts, AttendeeView, BoxText, HandOver, NoticeText, QrView,
    ReceiptView, StatementText, ThanksView,
};
pub use card::{CardAdvice, CardView, LineView, SideView};
pub use field::{AddressView, FieldEdit, FieldValue, FieldView};
pub use lead::{
    CrmState, DecisionView, LeadEdit, LeadFieldView, LeadRow, LeadView, MissingKind, MissingView,
    ReasonView, SyncRow, SyncView, TestView, TimelineView,
};
pub use question::{AnswerView, OptionView, QuestionView, SignatureAsk, SignatureView, Signed};
pub use scan::{DraftView, SameView, ScanView, ScannerLayout, ScannerView, Typing};

/// How many, as screens take it.
pub(crate) fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

/// Where the program stands; the screen follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// There is no store yet.
    FirstStart,
    /// There is one, sealed.
    Locked,
    /// Staff work.
    Staff,
    /// An attendee holds the device: only attendee commands are answered.
    Attendee,
}

/// What the store is opened with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Seal {
    /// A PIN, together with a secret in the system's keyring.
    Pin,
    /// A passphrase, where there is no keyring.
    Passphrase,
}

/// The whole state in one look.
#[derive(Clone, Debug, Serialize, TS)]
#[ts(export)]
pub struct AppView {
    /// Where the program stands.
    pub phase: Phase,
    /// What the store is opened with, or would be.
    pub seal: Seal,
    /// Language of the staff's screens.
    pub language: Language,
    /// The event, once the store is open.
    pub event: Option<EventView>,
    /// Counters for the rail.
    pub counts: Counts,
    /// Idle seconds until the store locks.
    pub lock_after: u32,
    /// True where the clock is not believed: nothing is erased by it until somebody vouches for it.
    pub clock_ahead: bool,
    /// Why what waits for the CRM does not go by itself at present.
    pub held_by: Option<Reason>,
    /// Version of the program.
    pub version: String,
}

/// Counters for the rail.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, TS)]
pub struct Counts {
    /// Leads captured today.
    pub today: u32,
    /// People who wanted nothing, today.
    pub declined: u32,
    /// Messages that wait for the CRM.
    pub waiting: u32,
    /// Messages set aside for a person.
    pub needs_person: u32,
    /// Open promises due today or earlier.
    pub promises_due: u32,
}

/// The event and who runs the booth.
#[derive(Clone, Debug, Serialize, TS)]
pub struct EventView {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Place.
    pub place: String,
    /// First day.
    pub starts: NaiveDate,
    /// Last day.
    pub ends: NaiveDate,
    /// True when the last day is past.
    pub over: bool,
    /// True where it was closed: nobody is captured until it is reopened.
    pub closed: bool,
    /// True for the built-in demo.
    pub demo: bool,
    /// The controller's name.
    pub controller: String,
    /// Languages offered to attendees.
    pub languages: Vec<Language>,
}

/// A profile that the system hands over, before anybody agrees to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct ProfileOffer {
    /// The file's name.
    pub name: String,
    /// Its text.
    pub toml: String,
    /// The name of its event; none where the linter refuses it.
    pub event: Option<String>,
    /// It would take the place of the profile in use.
    pub replaces: bool,
}

/// The profile as Settings shows it.
#[derive(Clone, Debug, Serialize, TS)]
#[ts(export)]
pub struct ProfileView {
    /// The event.
    pub event: EventView,
    /// The controller's address.
    pub controller_address: String,
    /// The controller's e-mail for privacy matters.
    pub controller_email: String,
    /// Privacy page.
    pub privacy_page: String,
    /// Data protection officer.
    pub dpo: Option<String>,
    /// What data are kept for.
    pub purposes: Vec<PurposeView>,
    /// What staff and attendees are asked.
    pub questions: Vec<QuestionView>,
    /// Tags to choose from.
    pub tags: Vec<String>,
    /// Fields that some purpose needs.
    pub needed: Vec<Field>,
    /// When the local copy goes.
    pub keep: Keep,
    /// Where leads go.
    pub crm: CrmView,
    /// Head office's `age` recipient, where the profile names one.
    pub recipient: Option<String>,
    /// The organiser's service, where the profile names one.
    pub lookup: Option<LookupView>,
    /// Warnings of the linter.
    pub findings: Vec<Finding>,
    /// As the attendee will read it.
    pub texts: BTreeMap<Language, AttendeeTexts>,
}

/// A purpose as staff see it.
#[derive(Clone, Debug, Serialize, TS)]
pub struct PurposeView {
    /// Id.
    pub id: String,
    /// Legal basis.
    pub basis: Basis,
    /// Short name by language.
    pub label: BTreeMap<Language, String>,
    /// Channels.
    pub channels: Vec<Channel>,
    /// Fields that it needs.
    pub fields: Vec<Field>,
    /// The rule of its retention: `promise + P14D`.
    pub retention: String,
    /// True where its clock hangs on a promise.
    pub promised: bool,
}

/// Where leads go.
#[derive(Clone, Debug, Serialize, TS)]
pub struct CrmView {
    /// Connector.
    pub kind: String,
    /// Address, or folder.
    pub target: String,
    /// Written in the clear.
    pub plain: bool,
    /// True where it needs a token.
    pub needs_secret: bool,
    /// True where the token is there.
    pub has_secret: bool,
    /// What a sign-in by the browser wants, where this CRM has one.
    pub sign_in: Option<SignInAsks>,
}

/// What a sign-in by the browser wants to be told, beside the id of the client that was registered with the CRM.
#[derive(Clone, Debug, Serialize, TS)]
pub struct SignInAsks {
    /// The tenant too.
    pub tenant: bool,
    /// The client's secret in any case; elsewhere it may have one.
    pub needs_secret: bool,
    /// Where the browser comes back to, as it is registered with the CRM.
    pub redirect: String,
}

/// The organiser's service, which is asked about badges' numbers.
#[derive(Clone, Debug, Serialize, TS)]
pub struct LookupView {
    /// Its name in profiles.
    pub service: String,
    /// Its address.
    pub target: String,
    /// The event as it names it.
    pub event: Option<String>,
    /// True where its key is there.
    pub has_key: bool,
    /// Leads about whom it is still to be asked.
    pub to_ask: u32,
}

/// A lead about whom the organiser is still to be asked.
#[derive(Clone, Debug, Serialize, TS)]
#[ts(export)]
pub struct ToAskView {
    /// Its id.
    pub lead: LeadId,
    /// The name, or the best that is known: the badge's number where nothing else is.
    pub name: String,
    /// What is asked for.
    pub lacks: Vec<Field>,
}

/// An error as a screen shows it: a code to translate, and what to put into the sentence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct ErrorView {
    /// Snake-case code.
    pub code: String,
    /// What to put into the sentence: never a personal value.
    pub params: BTreeMap<String, String>,
    /// Findings of the linter, where a profile was refused.
    pub findings: Vec<Finding>,
}
