//! What the attendee's window shows and answers.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use zgoda_core::profile::NoticeItem;
use zgoda_core::{Basis, BoxRef, Channel, Dropped, Field, Language, Reply};

use super::{FieldEdit, FieldView, QuestionView, SignatureAsk, Signed};

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
    /// What was answered to staff's questions.
    #[serde(default)]
    pub replies: Vec<Reply>,
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
    /// What is asked once its purpose is agreed to.
    pub questions: Vec<QuestionView>,
    /// Where a signature is asked for, likewise.
    pub signatures: Vec<SignatureAsk>,
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
    /// What they answered.
    #[serde(default)]
    pub replies: Vec<Reply>,
    /// Their signature; none where they declined.
    #[serde(default)]
    pub signature: Option<Signed>,
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
