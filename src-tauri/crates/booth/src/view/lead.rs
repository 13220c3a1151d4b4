//! What was captured: leads, their fields and choices, and how they stand with the CRM.

use chrono::{DateTime, FixedOffset, Utc};
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use zgoda_core::{
    Act, Basis, BoxRef, Channel, Field, Language, LeadId, Promise, Rating, Reply, Source, outbox,
};

use super::{Asked, FieldEdit, FieldValue};

/// How a lead stands with the CRM.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum CrmState {
    /// Waits for the next sync.
    Waiting,
    /// The CRM has it.
    Confirmed,
    /// Set aside for a person.
    NeedsPerson,
}

/// A lead in the list.
#[derive(Clone, Debug, Serialize, TS)]
#[ts(export)]
pub struct LeadRow {
    /// Id.
    pub id: LeadId,
    /// Name, or the best that is known.
    pub name: String,
    /// Company.
    pub company: String,
    /// What was asked for, by purpose.
    pub asked: Vec<String>,
    /// Consents given, by box.
    pub consents: Vec<BoxRef>,
    /// What was promised.
    pub promises: Vec<Promise>,
    /// Rating.
    pub rating: Option<Rating>,
    /// How it stands with the CRM.
    pub crm: CrmState,
    /// Why it waits or is set aside.
    pub reason: Option<outbox::Reason>,
    /// When it was captured.
    pub captured_at: DateTime<FixedOffset>,
    /// True where that was today, by the event's clock.
    pub today: bool,
}

/// A lead, whole.
#[derive(Clone, Debug, Serialize, TS)]
#[ts(export)]
pub struct LeadView {
    /// As in the list.
    pub row: LeadRow,
    /// What is kept, why and how long.
    pub fields: Vec<LeadFieldView>,
    /// What was decided.
    pub decisions: Vec<DecisionView>,
    /// The person's language.
    pub language: Language,
    /// Where it came from.
    pub source: Source,
    /// What happened, from the ledger, newest last.
    pub timeline: Vec<TimelineView>,
    /// Staff's fields that an accepted purpose lets them write.
    pub editable: Vec<Field>,
    /// After a change: what was given and is not kept, since no accepted purpose needs it. Names alone.
    pub dropped: Vec<Field>,
}

/// A kept field with its reasons.
#[derive(Clone, Debug, Serialize, TS)]
pub struct LeadFieldView {
    /// Which.
    pub field: Field,
    /// Its value.
    pub value: FieldValue,
    /// Purposes that need it, with the last day of each.
    pub reasons: Vec<ReasonView>,
    /// The last moment of its life.
    pub until: DateTime<Utc>,
}

/// A purpose and its last day.
#[derive(Clone, Debug, Serialize, TS)]
pub struct ReasonView {
    /// The purpose's id.
    pub purpose: String,
    /// Its end.
    pub until: DateTime<Utc>,
}

/// A decision on a staff screen.
#[derive(Clone, Debug, Serialize, TS)]
pub struct DecisionView {
    /// The purpose's id.
    pub purpose: String,
    /// The channel.
    pub channel: Option<Channel>,
    /// Basis.
    pub basis: Basis,
    /// Yes or no.
    pub given: bool,
    /// How.
    pub act: Act,
    /// When.
    pub at: DateTime<FixedOffset>,
    /// Version of the wording.
    pub wording: Option<String>,
}

/// A line of the ledger in short.
#[derive(Clone, Debug, Serialize, TS)]
pub struct TimelineView {
    /// When.
    pub at: DateTime<FixedOffset>,
    /// What: the ledger's kind.
    pub kind: String,
    /// Fields that it concerned.
    pub fields: Vec<Field>,
}

/// What staff change of a lead.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
#[serde(deny_unknown_fields)]
pub struct LeadEdit {
    /// Note, tags, rating.
    pub edits: Vec<FieldEdit>,
    /// New dates of open promises.
    pub promises: Vec<Asked>,
    /// New answers.
    #[serde(default)]
    pub replies: Vec<Reply>,
}

/// One message of the outbox.
#[derive(Clone, Debug, Serialize, TS)]
#[ts(export)]
pub struct SyncRow {
    /// The message's number.
    #[ts(type = "number")]
    pub id: i64,
    /// The lead.
    pub lead: LeadId,
    /// Its name, while the local copy is there.
    pub name: Option<String>,
    /// What the CRM is to be told.
    pub kind: outbox::Kind,
    /// How it stands.
    pub state: CrmState,
    /// Why.
    pub reason: Option<outbox::Reason>,
    /// Attempts made.
    pub attempts: u32,
    /// When it is tried again.
    pub next_at: Option<DateTime<Utc>>,
}

/// Progress or result of a sync.
#[derive(Clone, Debug, Default, Serialize, TS)]
#[ts(export)]
pub struct SyncView {
    /// True while it runs.
    pub running: bool,
    /// Messages done.
    pub done: u32,
    /// Messages in all.
    pub total: u32,
    /// Confirmed.
    pub confirmed: u32,
    /// Waiting still.
    pub waiting: u32,
    /// Set aside.
    pub needs_person: u32,
    /// Local copies erased after it.
    pub forgotten: u32,
    /// Kept here though confirmed, since a promise is open, the organiser is still to be asked, the profile says so, or a
    /// signature or answers that end apart hold them.
    pub held: u32,
    /// People who told the CRM that they want no advertising, of whom this device had not known.
    pub opted_out: u32,
    /// Why what people told the CRM was not heard to its end. It is asked for again with the next sync.
    pub unheard: Option<outbox::Reason>,
    /// Badges' numbers for which the organiser told what the accepted purposes need.
    pub looked_up: u32,
    /// Badges' numbers for which there was nothing to be had: the organiser knows nobody, or tells nothing that is needed.
    pub not_known: u32,
    /// Why the organiser was not asked about the others, or did not answer. The next sync asks again.
    pub not_asked: Option<outbox::Reason>,
    /// The organiser is asked by itself no more, until its key or the profile's `[lookup]` is another or a person syncs.
    pub to_mend: bool,
    /// Why it stopped early.
    pub stopped: Option<outbox::Reason>,
    /// True where the destination knows a later state of this device: its database was put back from a copy.
    pub older: bool,
    /// While it runs, the messages of this run, the last ones where they are many. Then each that is not confirmed, and what
    /// was confirmed in this run, as far as there is room.
    pub rows: Vec<SyncRow>,
    /// So many further ones are not named.
    pub more: u32,
}

/// What a test of the connection came to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct TestView {
    /// The CRM is there, lets us in, and has everything that leads need.
    pub ok: bool,
    /// Why it was not reached, or does not let us in.
    pub reason: Option<outbox::Reason>,
    /// Whom the CRM takes us for; for a folder, its path.
    pub account: Option<String>,
    /// What has to be set up before leads can be sent, and what they go without.
    pub missing: Vec<MissingView>,
    /// Some of it can be made from here.
    pub can_make: bool,
}

/// What the destination lacks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct MissingView {
    /// What it is.
    pub what: MissingKind,
    /// As the CRM names it.
    pub name: String,
}

/// What kind of thing a destination lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum MissingKind {
    /// A custom field of leads.
    CustomField,
    /// A permission of the token.
    Permission,
    /// A function of the hub, which head office installs.
    Function,
    /// A subscription type named as a purpose: leads go without it, and the consent stands in its proof alone.
    SubscriptionType,
}
