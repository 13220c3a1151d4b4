//! To the CRM: one trait [`Connector`], one folder per dialect.
//!
//! When: the sync loop of `booth` takes what waits in the outbox, makes messages of it, and pushes them here; the
//! connector answers one [`Answer`] per message, in the same order. How: each connector knows its CRM's dialect and
//! classes the answers itself, because status codes alone mislead. It keeps no queue, no clock and no memory of its own:
//! what was not confirmed comes again, so every write is by the lead's id and harmless when repeated.
//!
//! Nothing here names a person in an error, a log line or a `Debug`; tokens are [`Secret`].

mod batch;
mod bottlecrm;
mod dataverse;
mod desk;
mod dialect;
mod espocrm;
pub mod file;
mod filed;
mod form;
mod http;
mod hubspot;
pub mod lookup;
mod oauth;
mod odoo;
mod opt_outs;
mod pipedrive;
mod postgres;
mod record;
mod round_trip;
mod salesforce;
mod same;
pub mod secret;
mod sheet;
mod webhook;
mod zoho;

use std::path::Path;

use chrono::{DateTime, Utc};
use serde::Serialize;
use zgoda_core::outbox::{Answer, Found, Message, Reason};
use zgoda_core::profile::Profile;
use zgoda_core::receipt::Code;

use dataverse::Dataverse;
use desk::Desk;
use espocrm::EspoCrm;
use hubspot::HubSpot;
pub use oauth::browser::{
    Client, PORT as SIGN_IN_PORT, SignIn, SignInError, Stop, client_of, redirect, sign_in,
};
use odoo::Odoo;
pub use opt_outs::{Advertising, Ask, Known, OptOut, OptOuts};
use pipedrive::Pipedrive;
pub use postgres::{SQL as HUB_SQL, drain};
use salesforce::Salesforce;
pub use secret::{Renewed, Secret};
use zoho::Zoho;

/// One CRM's dialect. Blocking: the caller gives it a thread.
pub trait Connector: Send {
    /// The kind as the profile names it.
    fn kind(&self) -> &'static str;

    /// The most messages that one [`Connector::push`] should be given.
    fn batch(&self) -> usize;

    /// Tells the CRM. One answer per message, in the same order; where one stops all
    /// ([`Reason::stops_all`]) the rest get the same answer without a further request.
    fn push(&mut self, messages: &[Message]) -> Vec<Answer>;

    /// Reaches the destination and signs in without writing any person's data.
    ///
    /// # Errors
    /// Why it cannot be used at all.
    fn test(&mut self) -> Result<Tested, Reason>;

    /// True where [`Connector::set_up`] can make what is missing.
    fn can_make(&self, missing: &Missing) -> bool {
        let _ = missing;
        false
    }

    /// Makes the custom fields that are missing, as far as the CRM's interface allows it to whoever is signed in, and tests
    /// again. Only what this program uses for itself is made, never a column that the profile names.
    ///
    /// # Errors
    /// As [`Connector::test`].
    fn set_up(&mut self) -> Result<Tested, Reason> {
        self.test()
    }

    /// Whom the receipt with `code` stands for, as far as this CRM was told and can be asked: references and decisions, no
    /// value. `None` where it knows nobody, or cannot be asked.
    ///
    /// # Errors
    /// Why it did not answer.
    fn find(&mut self, code: &Code) -> Result<Option<Found>, Reason> {
        let _ = code;
        Ok(None)
    }

    /// Who has told the CRM since the last time that they want no advertising. Nobody, where it keeps no such word.
    fn opt_outs(&mut self, ask: &Ask<'_>) -> OptOuts {
        let _ = ask;
        OptOuts::default()
    }

    /// What the CRM's own clock said in its last answer, where it tells: a second source for a clock that looks wrong.
    fn date(&self) -> Option<DateTime<Utc>> {
        None
    }

    /// The refresh token that the CRM gave for the one in the secret, which it may take no more: whoever keeps the secret keeps
    /// it from now on with this one.
    fn renewed(&self) -> Option<Renewed> {
        None
    }

    /// Hands over `status`, what the device of this name says of itself, signed. Answers the one that lay there before,
    /// with head office's signature where it has countersigned; `None` where there was none, or the destination does not
    /// give one back.
    ///
    /// # Errors
    /// Why it could not be handed over. A CRM that has no place for it takes none and says nothing.
    fn hand_over_status(&mut self, device: &str, status: &str) -> Result<Option<String>, Reason> {
        let _ = (device, status);
        Ok(None)
    }
}

/// What a test of the connection found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Tested {
    /// Whom the CRM takes us for, as it names organisations; for a folder, its path.
    pub account: Option<String>,
    /// What has to be set up before leads can be sent, and what they go without ([`Missing::stops`]).
    pub missing: Vec<Missing>,
}

/// What the destination lacks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "what", content = "name", rename_all = "snake_case")]
pub enum Missing {
    /// A custom field that holds the proof of consent, by its key.
    CustomField(String),
    /// A permission of the token, as the CRM names it.
    Permission(String),
    /// A function of the database, which head office installs.
    Function(String),
    /// A subscription type of the CRM's own list of permissions, by the purpose whose id it should bear.
    SubscriptionType(String),
}

impl Missing {
    /// True where nothing is sent before it is there. Without a subscription type the consent stands in its proof alone.
    pub const fn stops(&self) -> bool {
        !matches!(self, Self::SubscriptionType(_))
    }
}

/// A kind of destination.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Kind {
    /// As the profile names it.
    pub name: &'static str,
    /// It wants `crm.url`.
    pub needs_url: bool,
    /// It wants a token or key.
    pub needs_secret: bool,
    /// Its tests run against the real server, not only against an imitation.
    pub met_real_server: bool,
    /// People can tell it that they want no advertising, and it tells us: [`Connector::opt_outs`].
    pub tells_opt_outs: bool,
}

impl Kind {
    /// A CRM in the network, with opt-outs, that has met a server of our tests alone, written from its documentation.
    const fn met_contract_server(name: &'static str) -> Self {
        Self {
            name,
            needs_url: true,
            needs_secret: true,
            met_real_server: false,
            tells_opt_outs: true,
        }
    }
}

/// The kinds that can be connected.
pub const fn kinds() -> &'static [Kind] {
    KINDS
}

/// The kind that a profile names.
pub fn kind(name: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.name == name)
}

const KINDS: &[Kind] = &[
    Kind {
        name: "file",
        needs_url: false,
        needs_secret: false,
        met_real_server: true,
        tells_opt_outs: false,
    },
    Kind {
        name: "bottlecrm",
        needs_url: true,
        needs_secret: true,
        met_real_server: true,
        tells_opt_outs: false,
    },
    Kind::met_contract_server("hubspot"),
    Kind::met_contract_server("odoo"),
    Kind::met_contract_server("espocrm"),
    Kind::met_contract_server("pipedrive"),
    Kind::met_contract_server("salesforce"),
    Kind::met_contract_server("dataverse"),
    Kind::met_contract_server("zoho"),
    Kind {
        name: "webhook",
        needs_url: true,
        needs_secret: true,
        met_real_server: false,
        tells_opt_outs: false,
    },
    Kind {
        name: "postgres",
        needs_url: true,
        needs_secret: true,
        met_real_server: true,
        tells_opt_outs: false,
    },
];

/// Why there is no connector.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConnectError {
    /// No such kind.
    #[error("no such kind of destination: {0}")]
    UnknownKind(String),
    /// The profile names no address.
    #[error("the profile names no address for the CRM")]
    NoUrl,
    /// The address is not the one that the kind wants, or not `https` (plain `http` is for this machine alone).
    #[error(
        "the CRM's address is not usable: https, for BottleCRM that of the lead webhook, postgres://HOST/DATABASE for the hub"
    )]
    BadUrl,
    /// There is no token, or not all of it: BottleCRM wants its token and the lead webhook's key, a webhook `whsec_…`,
    /// the hub a role and its password.
    #[error("there is no token for the CRM, or not all of it")]
    NoSecret,
    /// The files are to be sealed, and the profile names no recipient.
    #[error("the profile names no recipient to seal the files to")]
    NoRecipient,
    /// The recipient is none of `age`.
    #[error("the profile's recipient is not one of age")]
    BadRecipient,
    /// The kind has no sign-in by the browser.
    #[error("{0} has no sign-in by the browser: it wants a token")]
    NoBrowser(String),
    /// The port to which the browser comes back is another program's.
    #[error("another program listens on port {0} of this machine")]
    NoPort(u16),
    /// The encrypted connection could not be set up on this machine.
    #[error("no encrypted connection can be made on this machine")]
    NoTls,
}

impl ConnectError {
    /// The code that screens translate.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::UnknownKind(_) => "crm_unknown_kind",
            Self::NoUrl => "crm_no_url",
            Self::BadUrl => "crm_bad_url",
            Self::NoSecret => "crm_no_secret",
            Self::NoRecipient => "crm_no_recipient",
            Self::BadRecipient => "crm_bad_recipient",
            Self::NoBrowser(_) => "crm_no_browser",
            Self::NoPort(_) => "crm_no_port",
            Self::NoTls => "crm_no_tls",
        }
    }
}

/// The connector that `profile` asks for. Nothing is opened or reached yet: [`Connector::test`] and
/// [`Connector::push`] do. Not to be called on an async runtime's own thread: the connector blocks.
///
/// `folder` is where the `file` destination writes: the caller has joined the profile's `crm.folder` to its home.
///
/// # Errors
/// Where the profile or the secret is not enough.
pub fn connect(
    profile: &Profile,
    secret: Option<&Secret>,
    folder: &Path,
) -> Result<Box<dyn Connector>, ConnectError> {
    match profile.crm.kind.as_str() {
        "file" => Ok(Box::new(file::Folder::new(profile, folder)?)),
        "bottlecrm" => Ok(Box::new(bottlecrm::BottleCrm::new(profile, secret)?)),
        "dataverse" => Ok(Box::new(Desk::new(Dataverse::new(profile, secret)?))),
        "espocrm" => Ok(Box::new(Desk::new(EspoCrm::new(profile, secret)?))),
        "hubspot" => Ok(Box::new(Desk::new(HubSpot::new(profile, secret)?))),
        "odoo" => Ok(Box::new(Desk::new(Odoo::new(profile, secret)?))),
        "pipedrive" => Ok(Box::new(Desk::new(Pipedrive::new(profile, secret)?))),
        "salesforce" => Ok(Box::new(Desk::new(Salesforce::new(profile, secret)?))),
        "webhook" => Ok(Box::new(webhook::Webhook::new(profile, secret)?)),
        "postgres" => Ok(Box::new(postgres::Hub::new(profile, secret)?)),
        "zoho" => Ok(Box::new(Desk::new(Zoho::new(profile, secret)?))),
        kind => Err(ConnectError::UnknownKind(kind.to_owned())),
    }
}

/// The one word that a CRM's secret is.
fn secret(secret: Option<&Secret>) -> Result<Secret, ConnectError> {
    let secret = secret.filter(|secret| !secret.is_empty());
    let one_word = |secret: &&Secret| !secret.expose().contains(char::is_whitespace);
    secret
        .filter(one_word)
        .cloned()
        .ok_or(ConnectError::NoSecret)
}

/// What people read over a custom field of ours: `zgoda_lead` is "Zgoda lead".
fn label(name: &str) -> String {
    let words = name.trim_start_matches("x_").replace('_', " ");
    let mut letters = words.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

/// What stands where a CRM wants a value that no purpose needs.
const NOT_GIVEN: &str = "[not provided]";

/// For a CRM that is told one message at a time: the first trouble that stops all is the answer to the rest as well.
fn one_by_one(
    messages: &[Message],
    mut tell: impl FnMut(&Message) -> Result<String, http::Trouble>,
) -> Vec<Answer> {
    let mut stopped: Option<http::Trouble> = None;
    let answer = |message| {
        let told = stopped.clone().map_or_else(|| tell(message), Err);
        match told {
            Ok(crm_id) => Answer::Confirmed { crm_id },
            Err(trouble) => {
                if trouble.reason.stops_all() {
                    stopped = Some(trouble.clone());
                }
                trouble.into()
            }
        }
    };
    messages.iter().map(answer).collect()
}

/// The id of a lead that the CRM does not have: no id of the CRM's, so that it is looked up when it is told again.
fn nowhere(lead: &str) -> String {
    format!("none:{lead}")
}
