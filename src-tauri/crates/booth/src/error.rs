//! What can go wrong in a use case, with the code that a screen translates.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use zgoda_capture::card::CardError;
use zgoda_capture::payload::PayloadError;
use zgoda_capture::still::StillError;
use zgoda_capture::symbol::FrameError;
use zgoda_core::decision::DecisionError;
use zgoda_core::lead::LeadError;
use zgoda_core::list::ListError;
use zgoda_core::profile::Finding;
use zgoda_core::{ReplyError, SignatureError};
use zgoda_crm::{ConnectError, SignInError};
use zgoda_store::StoreError;

use crate::view::ErrorView;

/// Why a use case did not come to its end. No variant holds a personal value.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A photo.
    #[error(transparent)]
    Still(#[from] StillError),
    /// A camera frame.
    #[error(transparent)]
    Frame(#[from] FrameError),
    /// A business card.
    #[error(transparent)]
    Card(#[from] CardError),
    /// A badge's text.
    #[error(transparent)]
    Payload(#[from] PayloadError),
    /// The answers.
    #[error(transparent)]
    Decision(#[from] DecisionError),
    /// A reply to a question.
    #[error(transparent)]
    Reply(#[from] ReplyError),
    /// A drawn signature.
    #[error(transparent)]
    Drawn(#[from] SignatureError),
    /// The lead.
    #[error(transparent)]
    Lead(#[from] LeadError),
    /// The destination's settings.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// A sign-in by the browser.
    #[error(transparent)]
    SignIn(#[from] SignInError),
    /// A device's certificate.
    #[error(transparent)]
    Certificate(#[from] zgoda_core::device::CertificateError),
    /// A ledger that does not hold.
    #[error(transparent)]
    Ledger(#[from] zgoda_core::export::ledger::Fault),
    /// A receipt.
    #[error(transparent)]
    Receipt(#[from] zgoda_core::receipt::ReceiptError),
    /// The profile breaks rules.
    #[error("the profile is refused: {} finding(s)", .0.len())]
    Profile(Vec<Finding>),
    /// The profile is not head office's.
    #[error(transparent)]
    Signature(#[from] zgoda_core::profile::signature::SignatureError),
    /// The text is no public key.
    #[error(transparent)]
    NoKey(#[from] zgoda_core::note::NoVerifier),
    /// This device knows another key of head office.
    #[error("this device knows another key of head office: let it forget that one first")]
    KeyKnown,
    /// The settings were begun anew, and another event of this home may know a key of head office.
    #[error(
        "another event on this device may know head office's key, and has not been opened since the settings were set aside: \
         open it once, or tell this event the key, or to forget it"
    )]
    KeyUnasked,
    /// The profile names another CRM than the one that has leads of this event.
    #[error(
        "this event's leads are in another CRM, which withdrawals and erasures must still reach: give the profile an event id of its own"
    )]
    OtherCrm,
    /// The secret is too short or too plain.
    #[error("choose a PIN of 4 to 12 digits, or a passphrase of at least 10 characters")]
    WeakSecret,
    /// The list of objections of this home is sealed with another secret.
    #[error(
        "this home has a list of people who objected, sealed with the PIN or passphrase that was used here before: use that one"
    )]
    ListSecret,
    /// An attendee holds the device.
    #[error("the attendee holds the device")]
    NotNow,
    /// The store is sealed.
    #[error("the store is locked")]
    Locked,
    /// There is no draft to work on.
    #[error("there is no draft: scan a badge or type the person in")]
    NoDraft,
    /// There is no such lead here.
    #[error("there is no such lead on this device")]
    NoLead,
    /// This device knows no receipt with that code.
    #[error("this device knows no receipt with that code: look it up in the CRM")]
    UnknownCode,
    /// This device knows no receipt with that code, and the CRM did not answer.
    #[error("this device knows no receipt with that code, and the CRM could not be asked: {0:?}")]
    LookUp(zgoda_core::outbox::Reason),
    /// The profile names no service of the organiser's.
    #[error("the profile names no service of the organiser's")]
    NoService,
    /// Nothing of what is taken back had been given.
    #[error("nothing of that is given: there is nothing to take back")]
    NothingGiven,
    /// The person objected to direct marketing earlier, or withdrew from it, and nothing else was wanted.
    #[error(
        "the person objected to marketing earlier, or withdrew from it: only their own tick on the attendee's screen lifts that"
    )]
    ObjectedEarlier,
    /// Neither an e-mail nor a telephone number.
    #[error("this is neither an e-mail nor a telephone number")]
    NoAddress,
    /// There is nothing here to correct.
    #[error("nothing here changes by that: the values are as said, in the CRM alone, or not kept")]
    NothingToCorrect,
    /// A promise for a day that is past, or more than a year off.
    #[error("promise a day from today on, within a year")]
    PromiseDate,
    /// The lead has no such promise open.
    #[error("no such promise is open")]
    NoPromise,
    /// A list, or what is stated about it.
    #[error(transparent)]
    List(#[from] ListError),
    /// There is no list in hand.
    #[error("there is no list: open its file first")]
    NoList,
    /// There is no such import, or it is too long ago.
    #[error("there is no such import, or its day to be undone is over")]
    NoImport,
    /// Nothing to write by: no e-mail address kept for it, or no wording.
    #[error("there is no e-mail address for this, or the profile has no wording for it")]
    NoMail,
    /// No code was found in the picture.
    #[error("no code was found in the picture")]
    NoCode,
    /// No card can be read on the photo.
    #[error("no business card can be read on the photo")]
    NoCard,
    /// The code is no person's badge.
    #[error("the code is not a person's badge")]
    NotABadge,
    /// The same person was captured before.
    #[error("already captured on {0}")]
    AlreadyCaptured(String),
    /// No status of this device came back countersigned.
    #[error("no status of this device has come back countersigned by head office yet")]
    NotCountersigned,
    /// No store of that device was taken in here.
    #[error("no store of a device with that id was taken in here")]
    NoDevice,
    /// A sync is under way.
    #[error("a sync is under way")]
    SyncRunning,
    /// The CRM has said how long it wants to be left alone.
    #[error("the CRM wants to be left alone until {until}: nothing is lost, sync again then")]
    LeftAlone {
        /// Until when.
        until: DateTime<Utc>,
    },
    /// Something of the event is left on this device, and nobody has said that it may be left.
    #[error(
        "{0} lead(s) still need this event's store: to be told to the CRM, for a promise, or for their deadlines in the CRM"
    )]
    Unsynced(usize),
    /// The system gave no random numbers.
    #[error("the system gives no random numbers")]
    Random,
    /// The home's settings. They are left as they are.
    #[error(
        "settings.json in {folder} is damaged: put it back from a copy, or set it aside (`zgoda device mend`)"
    )]
    Settings {
        /// Which home.
        folder: String,
    },
    /// Head office's key in the home's settings. It is left as it is.
    #[error(
        "head office's key in settings.json in {folder} cannot be read: put the file back from a copy, or let the device \
         forget the key (`zgoda profile untrust`)"
    )]
    NotedKey {
        /// Which home.
        folder: String,
    },
    /// The home folder.
    #[error("the folder {folder} cannot be used: {kind}")]
    Home {
        /// Which.
        folder: String,
        /// What the system says.
        kind: std::io::ErrorKind,
    },
}

impl Error {
    /// The code that screens translate.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Store(error) => error.code(),
            Self::Still(error) => error.code(),
            Self::Frame(error) => error.code(),
            Self::Card(error) => error.code(),
            Self::Payload(error) => error.code(),
            Self::Decision(error) => error.code(),
            Self::Reply(error) => error.code(),
            Self::Drawn(error) => error.code(),
            Self::Lead(error) => error.code(),
            Self::Connect(error) => error.code(),
            Self::SignIn(error) => error.code(),
            Self::Certificate(error) => error.code(),
            Self::Ledger(error) => error.code(),
            Self::Receipt(error) => error.code(),
            Self::Profile(_) => "profile_refused",
            Self::Signature(error) => error.code(),
            Self::NoKey(_) => "no_key",
            Self::KeyKnown => "key_known",
            Self::KeyUnasked => "key_unasked",
            Self::OtherCrm => "other_crm",
            Self::WeakSecret => "weak_secret",
            Self::ListSecret => "list_secret",
            Self::NotNow => "not_now",
            Self::Locked => "locked",
            Self::NoDraft => "no_draft",
            Self::NoLead => "no_lead",
            Self::UnknownCode => "unknown_code",
            Self::LookUp(_) => "look_up",
            Self::NoService => "no_service",
            Self::NothingGiven => "nothing_given",
            Self::ObjectedEarlier => "objected_earlier",
            Self::NoAddress => "no_address",
            Self::NothingToCorrect => "nothing_to_correct",
            Self::PromiseDate => "promise_date",
            Self::NoPromise => "no_promise",
            Self::NoMail => "no_mail",
            Self::List(error) => error.code(),
            Self::NoList => "no_list",
            Self::NoImport => "no_import",
            Self::NoCode => "no_code",
            Self::NoCard => "no_card",
            Self::NotABadge => "not_a_badge",
            Self::AlreadyCaptured(_) => "already_captured",
            Self::NotCountersigned => "not_countersigned",
            Self::NoDevice => "no_device",
            Self::SyncRunning => "sync_running",
            Self::LeftAlone { .. } => "left_alone",
            Self::Unsynced(_) => "unsynced",
            Self::Random => "random",
            Self::Settings { .. } => "settings_damaged",
            Self::NotedKey { .. } => "noted_key",
            Self::Home { .. } => "home",
        }
    }

    /// The error as a screen takes it; waits are told in seconds from `now`.
    pub fn view(&self, now: DateTime<Utc>) -> ErrorView {
        let mut params = BTreeMap::new();
        match self {
            Self::Store(
                StoreError::WrongSecret {
                    retry_after: Some(until),
                }
                | StoreError::LockedOut { until },
            ) => {
                let seconds = (*until - now).num_seconds().max(0) + 1;
                params.insert("seconds".to_owned(), seconds.to_string());
            }
            Self::LeftAlone { until } => {
                let minutes = (*until - now).num_minutes().max(0) + 1;
                params.insert("minutes".to_owned(), minutes.to_string());
            }
            Self::Unsynced(count) => {
                params.insert("count".to_owned(), count.to_string());
            }
            Self::AlreadyCaptured(when) => {
                params.insert("when".to_owned(), when.clone());
            }
            Self::List(error) => {
                let line = error.line().map(|line| ("line", line.to_string()));
                let subject = error.subject().map(|of| ("subject", of.to_owned()));
                let said = line.into_iter().chain(subject);
                params.extend(said.map(|(name, value)| (name.to_owned(), value)));
            }
            Self::Settings { folder } | Self::NotedKey { folder } | Self::Home { folder, .. } => {
                params.insert("folder".to_owned(), folder.clone());
            }
            _ => {}
        }
        let findings = match self {
            Self::Profile(findings) => findings.clone(),
            _ => Vec::new(),
        };
        ErrorView {
            code: self.code().to_owned(),
            params,
            findings,
        }
    }
}
