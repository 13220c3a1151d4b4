//! What crosses to a screen, and what comes back: plain shapes, written to TypeScript by `cargo test`.
//!
//! A view holds values only of what some purpose needs: it is made from a Draft, a Kept or the profile, never from a
//! Candidate.

use std::collections::BTreeMap;

use chrono::{DateTime, FixedOffset, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use zeroize::{Zeroize, ZeroizeOnDrop};
use zgoda_capture::payload::wedge;
use zgoda_core::profile::{Finding, Keep, NoticeItem};
use zgoda_core::{
    Act, Address, Basis, BoxRef, Channel, Doubt, Dropped, Field, Language, LeadId, Personal,
    Promise, Rating, Source, Value, outbox,
};

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
    /// True for the built-in demo.
    pub demo: bool,
    /// The controller's name.
    pub controller: String,
    /// Languages offered to attendees.
    pub languages: Vec<Language>,
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
    /// Tags to choose from.
    pub tags: Vec<String>,
    /// Fields that some purpose needs.
    pub needed: Vec<Field>,
    /// When the local copy goes.
    pub keep: Keep,
    /// Where leads go.
    pub crm: CrmView,
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
}

/// The value of a field on a screen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", content = "value", rename_all = "snake_case")]
pub enum FieldValue {
    /// One text.
    Text(String),
    /// Several.
    Many(Vec<String>),
    /// An address.
    Address(AddressView),
    /// A rating.
    Rating(Rating),
}

/// A postal address on a screen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct AddressView {
    /// Street and number.
    pub street: String,
    /// Postal code.
    pub postcode: String,
    /// Town.
    pub city: String,
    /// Region.
    pub region: String,
    /// Country.
    pub country: String,
    /// The whole in lines, where the parts could not be told.
    pub text: String,
}

/// A kept field on a screen.
#[derive(Clone, Debug, Serialize, TS)]
pub struct FieldView {
    /// Which.
    pub field: Field,
    /// Its value.
    pub value: FieldValue,
    /// Why it wants a second look.
    pub doubts: Vec<Doubt>,
    /// Purposes that need it, by id.
    pub purposes: Vec<String>,
}

/// A changed field from a screen; `None` clears it.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
#[serde(deny_unknown_fields)]
pub struct FieldEdit {
    /// Which.
    pub field: Field,
    /// The new value.
    pub value: Option<FieldValue>,
}

/// What was read, after minimisation.
#[derive(Clone, Debug, Serialize, TS)]
#[ts(export)]
pub struct DraftView {
    /// What would be kept.
    pub fields: Vec<FieldView>,
    /// Names of what was dropped.
    pub dropped: Vec<Dropped>,
    /// Where it came from.
    pub source: Source,
    /// The language that the person may speak, guessed.
    pub language: Language,
    /// The same person, captured before.
    pub same: Option<SameView>,
    /// They objected to direct marketing earlier: it is blocked, what they ask for is not, and only their own tick on the
    /// attendee's screen lifts it.
    pub objected: bool,
}

/// An earlier capture of the same person.
#[derive(Clone, Debug, Serialize, TS)]
pub struct SameView {
    /// The earlier lead.
    pub lead: LeadId,
    /// When.
    pub captured_at: DateTime<FixedOffset>,
    /// True where the CRM has it and the local copy is gone.
    pub forgotten: bool,
}

/// What a hand scanner typed. Wiped when dropped: it is what a badge says.
#[derive(Deserialize, TS, Zeroize, ZeroizeOnDrop)]
#[ts(export)]
pub struct Typing {
    /// The characters as the system's layout made them.
    pub shown: String,
    /// What a US keyboard has on the same keys; none where a key's place is not known.
    pub keyed: Option<String>,
    /// How the scanner is set up.
    #[zeroize(skip)]
    pub scanner: ScannerView,
}

/// How a hand scanner is set up; the screen remembers it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ScannerView {
    /// What it types before the code.
    pub prefix: String,
    /// What it types after the code.
    pub suffix: String,
    /// The system's layout.
    pub layout: ScannerLayout,
}

/// The layout that turns a scanner's US key presses into other characters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ScannerLayout {
    /// Not known: what makes sense is right.
    #[default]
    Auto,
    /// The scanner's own, or US: nothing to repair.
    Same,
    /// Polish programmer's: US, with a dead tilde.
    Pl,
    /// Polish 214.
    Pl214,
    /// German.
    De,
}

impl Typing {
    /// A text that needs no repair, as pasted.
    pub fn plain(text: &str) -> Self {
        Self {
            shown: text.to_owned(),
            keyed: None,
            scanner: ScannerView::default(),
        }
    }

    /// What the code says.
    pub(crate) fn meant(&self) -> String {
        use wedge::{Keys, Layout};
        let keys = match self.scanner.layout {
            ScannerLayout::Auto => Keys::Guess,
            ScannerLayout::Same => Keys::AsShown,
            ScannerLayout::Pl => Keys::Repair(Layout::PolishProgrammers),
            ScannerLayout::Pl214 => Keys::Repair(Layout::Polish214),
            ScannerLayout::De => Keys::Repair(Layout::German),
        };
        let scanner = wedge::Scanner {
            prefix: self.scanner.prefix.clone(),
            suffix: self.scanner.suffix.clone(),
            keys,
        };
        wedge::meant(&self.shown, self.keyed.as_deref(), &scanner)
    }
}

/// What came of a frame, a photo or a text.
#[derive(Clone, Debug, Serialize, TS)]
#[ts(export)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum ScanView {
    /// No code in the picture.
    Nothing,
    /// A person was read.
    Person {
        /// The draft.
        draft: Box<DraftView>,
        /// The code's corners in pixels of the frame.
        corners: Option<Vec<(f32, f32)>>,
    },
    /// An opaque badge: a reference that only the organiser can resolve.
    Opaque {
        /// The system that issued it, by name.
        system: String,
        /// A draft that holds at most the reference.
        draft: Box<DraftView>,
        /// The code's corners.
        corners: Option<Vec<(f32, f32)>>,
    },
    /// A code that is no badge: shown, never opened, nothing kept.
    Other {
        /// Its text, cut to 200 characters.
        text: String,
        /// True for an address: it is never opened.
        url: bool,
        /// The code's corners.
        corners: Option<Vec<(f32, f32)>>,
    },
}

/// What the person asked for.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct Asked {
    /// The purpose's id.
    pub purpose: String,
    /// By when it is promised.
    pub due: Option<NaiveDate>,
}

/// Staff hand the screen over.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
#[serde(deny_unknown_fields)]
pub struct HandOver {
    /// Changed fields, note, tags and rating among them.
    pub edits: Vec<FieldEdit>,
    /// What the person asked for.
    pub asked: Vec<Asked>,
    /// The language to begin with.
    pub language: Language,
}

/// What the attendee's screen shows.
#[derive(Clone, Debug, Serialize, TS)]
#[ts(export)]
pub struct AttendeeView {
    /// The controller's name.
    pub controller: String,
    /// The event's name.
    pub event: String,
    /// Languages to choose from.
    pub languages: Vec<Language>,
    /// The language to begin with.
    pub language: Language,
    /// What is kept.
    pub fields: Vec<FieldView>,
    /// Names of what is not.
    pub dropped: Vec<Dropped>,
    /// What they asked for, with the date promised.
    pub asked: Vec<Asked>,
    /// All texts, by language.
    pub texts: BTreeMap<Language, AttendeeTexts>,
}

/// The profile's texts for the attendee in one language.
#[derive(Clone, Debug, Serialize, TS)]
pub struct AttendeeTexts {
    /// Sentences of what is done without a box (requested, legitimate interest).
    pub statements: Vec<StatementText>,
    /// The notice, in the order of Art. 13.
    pub notice: Vec<NoticeText>,
    /// One box per purpose and channel.
    pub boxes: Vec<BoxText>,
}

/// A sentence of what is done without a box.
#[derive(Clone, Debug, Serialize, TS)]
pub struct StatementText {
    /// The purpose's id.
    pub purpose: String,
    /// Its basis.
    pub basis: Basis,
    /// The sentence.
    pub text: String,
}

/// One item of the notice.
#[derive(Clone, Debug, Serialize, TS)]
pub struct NoticeText {
    /// Which.
    pub item: NoticeItem,
    /// The article that asks for it.
    pub article: String,
    /// The text.
    pub text: String,
    /// True for the four lines that are shown at once.
    pub first_layer: bool,
}

/// One box.
#[derive(Clone, Debug, Serialize, TS)]
pub struct BoxText {
    /// The purpose's id.
    pub purpose: String,
    /// The channel.
    pub channel: Option<Channel>,
    /// The wording.
    pub text: String,
}

/// What the attendee answered.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
#[serde(deny_unknown_fields)]
pub struct AttendeeAnswer {
    /// The language in which they read.
    pub language: Language,
    /// What they corrected.
    pub edits: Vec<FieldEdit>,
    /// What they struck, by purpose.
    pub struck: Vec<String>,
    /// What they ticked.
    pub ticked: Vec<BoxRef>,
    /// "Nothing, thank you": everything is struck.
    pub nothing: bool,
}

/// The thank-you.
#[derive(Clone, Debug, Serialize, TS)]
#[ts(export)]
pub struct ThanksView {
    /// True where nothing was kept.
    pub nothing: bool,
    /// Names of what was kept.
    pub kept: Vec<Field>,
    /// The controller's e-mail, to change one's mind.
    pub contact: String,
    /// What the person takes along; none where nothing was kept.
    pub receipt: Option<ReceiptView>,
}

/// A receipt, signed: references and hashes, no name and no contact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct ReceiptView {
    /// The withdrawal code, in two groups, to be read out over a telephone.
    pub code: String,
    /// The page that verifies it, with the receipt behind `#`; none where the profile names no page.
    pub link: Option<String>,
    /// The receipt itself, a compact JWS.
    pub text: String,
    /// The link as a code to photograph.
    pub qr: Option<QrView>,
}

/// A QR code to draw: `<svg viewBox="0 0 {size} {size}"><path d="{path}"/></svg>`, dark on light.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct QrView {
    /// Modules of a side, the light border included.
    pub size: u32,
    /// The dark modules as a path, one unit each.
    pub path: String,
}

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
}

/// One message of the outbox.
#[derive(Clone, Debug, Serialize, TS)]
#[ts(export)]
pub struct SyncRow {
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
    /// Kept here though confirmed, since a promise is open or the profile says so.
    pub held: u32,
    /// Why it stopped early.
    pub stopped: Option<outbox::Reason>,
    /// Each message that is not confirmed, and each that was in this run.
    pub rows: Vec<SyncRow>,
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

impl From<&Value> for FieldValue {
    fn from(value: &Value) -> Self {
        match value {
            Value::Text(text) => Self::Text(text.expose().to_owned()),
            Value::Many(all) => Self::Many(all.iter().map(|t| t.expose().to_owned()).collect()),
            Value::Address(address) => Self::Address(AddressView {
                street: address.street.expose().to_owned(),
                postcode: address.postcode.expose().to_owned(),
                city: address.city.expose().to_owned(),
                region: address.region.expose().to_owned(),
                country: address.country.expose().to_owned(),
                text: address.text.expose().to_owned(),
            }),
            Value::Rating(rating) => Self::Rating(*rating),
        }
    }
}

impl FieldValue {
    /// The value in the domain's terms, shaped for `field`; `None` where the shape does not fit.
    pub fn into_value(self, field: Field) -> Option<Value> {
        match (field, self) {
            (Field::Note, Self::Text(text)) => Some(Value::Text(Personal::multiline(&text))),
            (Field::Email | Field::Phone | Field::Tags, Self::Many(all)) => Some(Value::Many(
                all.iter().map(|text| Personal::new(text)).collect(),
            )),
            (Field::Email | Field::Phone | Field::Tags, Self::Text(text)) => {
                Some(Value::Many(vec![Personal::new(&text)]))
            }
            (Field::Address, Self::Address(address)) => Some(Value::Address(Address {
                street: Personal::new(&address.street),
                postcode: Personal::new(&address.postcode),
                city: Personal::new(&address.city),
                region: Personal::new(&address.region),
                country: Personal::new(&address.country),
                text: Personal::multiline(&address.text),
            })),
            (Field::Address, Self::Text(text)) => Some(Value::Address(Address {
                text: Personal::multiline(&text),
                ..Address::default()
            })),
            (Field::Rating, Self::Rating(rating)) => Some(Value::Rating(rating)),
            (
                Field::Name
                | Field::Prefix
                | Field::Title
                | Field::Company
                | Field::Website
                | Field::Reference,
                Self::Text(text),
            ) => Some(Value::Text(Personal::new(&text))),
            _ => None,
        }
    }
}
