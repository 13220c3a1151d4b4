//! The rules that a profile must keep, by name, and the findings that report a broken one with line and column.

use std::collections::BTreeMap;

use serde::Serialize;
use ts_rs::TS;

use crate::language::Language;

/// Whether a finding keeps the profile from being used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The profile is refused.
    Error,
    /// The profile works; somebody should look.
    Warning,
}

/// A rule. The name in snake case is the code that screens translate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Lint {
    /// Not TOML.
    FormSyntax,
    /// A key that every profile has is missing. It is about the keys that lead there, as `event.name`.
    FormMissing,
    /// A key that no profile has.
    FormUnknown,
    /// A word that is none of those that may stand there.
    FormWord,
    /// No word where one of a few should stand. This and the next are about the keys that lead there.
    FormValue,
    /// No text in quotes where there should be one.
    FormText,
    /// No whole number, or one out of bounds.
    FormNumber,
    /// Neither true nor false.
    FormTruth,
    /// No list of words.
    FormList,
    /// No section, or several of one.
    FormTable,
    /// One section, or none, where there may be several.
    FormTables,
    /// No day.
    FormDay,
    /// The event's id is not of `a-z`, `0-9`, `-`.
    EventId,
    /// The event ends before it starts.
    EventEndsBeforeStart,
    /// No such time zone.
    TimeZone,
    /// No such country code.
    Country,
    /// Not an e-mail address.
    ControllerEmail,
    /// No purpose at all (Art. 5(1)(b)).
    NoPurpose,
    /// Two purposes share an id.
    DuplicatePurpose,
    /// A purpose id is not of `a-z`, `0-9`, `_`.
    PurposeId,
    /// A purpose lists no field.
    NoFields,
    /// A purpose has no retention (Art. 5(1)(e)).
    NoRetention,
    /// The retention cannot be read.
    Retention,
    /// Longer than three years: somebody should be able to say why.
    LongRetention,
    /// Counted from a promise, but nothing is promised: only what is requested can be.
    PromiseWithoutRequest,
    /// A field is mapped or offered that no purpose needs (Art. 5(1)(c)).
    FieldWithoutPurpose,
    /// Direct marketing by e-mail, telephone or SMS without consent (PKE Art. 398, 400).
    MarketingWithoutConsent,
    /// Several channels in one box (Art. 7(2), EDPB 05/2020).
    BundledChannels,
    /// A channel whose field the purpose does not list.
    ChannelWithoutField,
    /// A consent without a wording in an offered language (Art. 7(1)).
    NoWording,
    /// A request without the sentence that tells the attendee of it.
    NoStatement,
    /// A mail that nothing promised needs, or that reaches nobody.
    MailTemplate,
    /// An offered language lacks its mail.
    MailLanguage,
    /// A mail has a placeholder that nothing is filled in for.
    MailPlaceholder,
    /// A mail names the person, and the purpose does not keep the name.
    MailName,
    /// A mail is longer than mail programs take.
    MailLong,
    /// A mail without a subject or without a text.
    MailBlank,
    /// No language is offered.
    NoLanguage,
    /// No notice in an offered language (Art. 13).
    NoNotice,
    /// The notice misses an item of Art. 13.
    NoticeItem,
    /// A code that is not read, or none at all.
    BadgeSymbols,
    /// The template of a delimited badge cannot be used.
    BadgeTemplate,
    /// No connector of that name.
    CrmKind,
    /// The connector needs an address.
    CrmUrl,
    /// Leads in one request: none, or more than a thousand.
    CrmBatch,
    /// No organiser's service of that name.
    LookupService,
    /// The organiser's service needs an `https` address.
    LookupUrl,
    /// The event is not named as the organiser's service names it.
    LookupEvent,
    /// Badges' numbers are to be looked up, and no purpose keeps one.
    LookupReference,
    /// A sealed file needs head office's recipient.
    NoRecipient,
    /// The file destination is written in the clear.
    PlainFile,
    /// The receipt's page is not an `https` address without `#`.
    ReceiptPage,
    /// The place where a withdrawal goes is neither `mailto:` nor `https`.
    ReceiptWithdraw,
    /// Not a public key, as `zgoda device show` and `zgoda device key` print it.
    HeadOfficeKey,
    /// Without head office's recipient a lost PIN loses the leads that have not been synced.
    NoRecovery,
    /// Who decides, or where to complain, is left blank (Art. 13(1)(a), 13(2)(d)).
    ControllerBlank,
    /// The privacy page is not an `https` address (Art. 12).
    PrivacyPage,
    /// A marketing purpose keeps the address of a channel that it does not use (Art. 5(1)(c)).
    FieldBeyondChannels,
    /// Two boxes say the same (Art. 7(2)).
    SameWording,
    /// The wording of one channel speaks of another too (PKE Art. 398, 400).
    OtherChannelNamed,
    /// Consent is asked for on a screen, and there is no page to withdraw it on (Art. 7(3)).
    NoReceiptPage,
    /// The store stays open on a table (Art. 32).
    LockAfter,
    /// The event lasts so long that deadlines from its end come late (Art. 5(1)(e)).
    LongEvent,
    /// A text has changed and its version has not (Art. 7(1)).
    WordingVersion,
    /// A question's id is not of `a-z`, `0-9`, `_`, or is another one's too.
    QuestionId,
    /// A question serves no purpose that lists `answers` (Art. 5(1)(b)).
    QuestionPurpose,
    /// A question or an option without a text in an offered language.
    QuestionText,
    /// A question's options cannot be chosen from.
    QuestionOptions,
    /// A question hangs on what stands not above it, or on another screen.
    QuestionWhen,
    /// One person may come to more questions than they came for (Art. 5(1)(c)).
    TooManyQuestions,
    /// A purpose lists `answers`, and nothing is asked for it (Art. 5(1)(c)).
    NothingAsked,
    /// The answers of one lead end on different days, which keeps it here until the rest end together.
    AnswersEndApart,
    /// A column is named twice, for a question that is not asked, or for a signature, which stays here.
    CrmMapping,
    /// A signature is asked for, and nobody is told why (Art. 5(1)(c)).
    SignatureWhy,
}

/// What a rule is about, where people have a name for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum About {
    Purpose,
    /// A question, or an option of one.
    Question,
}

impl Lint {
    /// What [`Finding::subject`] is the id of. Rules over an id itself are about that.
    pub(super) const fn about(self) -> Option<About> {
        match self {
            Self::NoFields
            | Self::NoRetention
            | Self::Retention
            | Self::LongRetention
            | Self::PromiseWithoutRequest
            | Self::MarketingWithoutConsent
            | Self::BundledChannels
            | Self::ChannelWithoutField
            | Self::NoWording
            | Self::NoStatement
            | Self::MailTemplate
            | Self::MailLanguage
            | Self::MailPlaceholder
            | Self::MailName
            | Self::MailLong
            | Self::MailBlank
            | Self::FieldBeyondChannels
            | Self::SameWording
            | Self::OtherChannelNamed
            | Self::WordingVersion
            | Self::NothingAsked
            | Self::SignatureWhy => Some(About::Purpose),
            Self::QuestionPurpose
            | Self::QuestionText
            | Self::QuestionOptions
            | Self::QuestionWhen => Some(About::Question),
            _ => None,
        }
    }
}

/// Line and column, both from 1; columns count characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, TS)]
pub struct Place {
    /// Line.
    pub line: usize,
    /// Column.
    pub column: usize,
}

impl Place {
    /// The place of byte `offset` in `text`.
    pub(super) fn at(text: &str, offset: usize) -> Self {
        let before = text.get(..offset.min(text.len())).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Self {
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
        }
    }
}

/// One thing wrong with a profile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct Finding {
    /// The rule.
    pub lint: Lint,
    /// Refused, or a warning.
    pub severity: Severity,
    /// Where in the TOML.
    #[serde(flatten)]
    pub place: Place,
    /// What it is about: a purpose's id, a field, a language, an item.
    pub subject: String,
    /// What people call it, where the profile says so.
    pub name: BTreeMap<Language, String>,
    /// The language of the text that it is about, where it is about one text.
    pub language: Option<Language>,
    /// What may stand there, as it is written in a profile.
    pub choices: Vec<String>,
    /// What is wrong and what to write instead, in English; screens translate by `lint` and the rest.
    pub message: String,
}

impl Finding {
    pub(super) fn new(lint: Lint, place: Place, subject: &str, message: &str) -> Self {
        let severity = match lint {
            Lint::LongRetention
            | Lint::PlainFile
            | Lint::NoRecovery
            | Lint::NoStatement
            | Lint::MailBlank
            | Lint::FieldBeyondChannels
            | Lint::OtherChannelNamed
            | Lint::NoReceiptPage
            | Lint::LockAfter
            | Lint::NothingAsked
            | Lint::AnswersEndApart
            | Lint::SignatureWhy
            | Lint::LongEvent => Severity::Warning,
            _ => Severity::Error,
        };
        Self {
            lint,
            severity,
            place,
            subject: subject.to_owned(),
            name: BTreeMap::new(),
            language: None,
            choices: Vec::new(),
            message: message.to_owned(),
        }
    }

    /// It is about a text in `language`.
    pub(super) fn of_language(self, language: Option<Language>) -> Self {
        Self { language, ..self }
    }

    /// One of `choices` may stand there.
    pub(super) fn choices(self, choices: &[&str]) -> Self {
        Self {
            choices: choices.iter().map(|&one| one.to_owned()).collect(),
            ..self
        }
    }
}
