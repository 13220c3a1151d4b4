//! `zgoda sync` and `zgoda crm`.

use std::io::Read as _;
use std::path::Path;
use std::process::ExitCode;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use serde::Serialize;
use zeroize::Zeroizing;
use zgoda_booth::crm::{HUB_SQL, Secret, file, kinds};
use zgoda_booth::view::{CrmState, MissingKind, MissingView, SyncRow, SyncView, TestView};
use zgoda_booth::{lookup as booth_lookup, sign_in, sync as booth_sync};
use zgoda_core::outbox::Reason;

use crate::args::{CrmCommand, Global, LookupCommand, SyncArgs};
use crate::out::{Failure, LEFT, Out};
use crate::session::{self, now};

pub(crate) fn sync(global: &Global, args: &SyncArgs, out: &mut Out) -> Result<ExitCode, Failure> {
    let secret = secret(args)?;
    let booth = Mutex::new(session::open(global, out)?);
    let view = booth_sync::run(&booth, secret.as_ref(), now, |view| {
        if view.running && view.total > 0 && !out.is_json() {
            out.say(&format!("{} of {}", view.done, view.total));
        }
    })?;
    out.print(&view, text);
    let left = view.waiting + view.needs_person > 0 || view.stopped.is_some();
    Ok(if left {
        ExitCode::from(LEFT)
    } else {
        ExitCode::SUCCESS
    })
}

pub(crate) fn run(
    global: &Global,
    command: &CrmCommand,
    out: &mut Out,
) -> Result<ExitCode, Failure> {
    match command {
        CrmCommand::List => {
            out.print(&kinds(), |kinds| {
                let line = |kind: &zgoda_booth::crm::Kind| {
                    let met = if kind.met_real_server {
                        "met a real server"
                    } else {
                        "contract server"
                    };
                    format!("{:<12} {met}", kind.name)
                };
                kinds.iter().map(line).collect::<Vec<_>>().join("\n")
            });
            Ok(ExitCode::SUCCESS)
        }
        CrmCommand::Test(args) => {
            let secret = secret(&args.secret)?;
            let booth = Mutex::new(session::open(global, out)?);
            let tested = booth_sync::test(&booth, secret.as_ref(), args.create_fields)?;
            out.print(&tested, tested_text);
            Ok(if tested.ok {
                ExitCode::SUCCESS
            } else {
                ExitCode::FAILURE
            })
        }
        CrmCommand::Open {
            folder,
            identity,
            into,
        } => open_sealed(folder, identity, into, out),
        CrmCommand::Token(args) => {
            let secret = match secret(args)? {
                Some(secret) => secret,
                None => typed_token()?,
            };
            session::open(global, out)?.set_crm_secret(Some(&secret))?;
            out.print(&serde_json::json!({"kept": true}), |_| {
                "The token is kept in the encrypted store.".to_owned()
            });
            Ok(ExitCode::SUCCESS)
        }
        CrmCommand::SignIn(args) => {
            let client = Zeroizing::new(session::read_text(&args.client_file)?);
            let booth = Mutex::new(session::open(global, out)?);
            let mut held = booth.lock().unwrap_or_else(PoisonError::into_inner);
            let signing_in = held.sign_in(&Secret::new(&client), args.port)?;
            drop(held);
            let told = serde_json::json!({ "open": signing_in.address() });
            out.print(&told, |_| {
                format!(
                    "Open this address in a browser, and sign in:\n{}",
                    signing_in.address()
                )
            });
            sign_in::finish(&booth, signing_in, Duration::from_secs(args.wait))?;
            out.print(&serde_json::json!({"kept": true}), |_| {
                "Signed in. It is kept in the encrypted store.".to_owned()
            });
            Ok(ExitCode::SUCCESS)
        }
        CrmCommand::Sql => {
            out.line(HUB_SQL);
            Ok(ExitCode::SUCCESS)
        }
    }
}

pub(crate) fn lookup(
    global: &Global,
    command: &LookupCommand,
    out: &mut Out,
) -> Result<ExitCode, Failure> {
    match command {
        LookupCommand::Token(args) => {
            let secret = match secret(args)? {
                Some(secret) => secret,
                None => typed_token()?,
            };
            session::open(global, out)?.set_lookup_secret(Some(&secret))?;
            out.print(&serde_json::json!({"kept": true}), |_| {
                "The key is kept in the encrypted store.".to_owned()
            });
            Ok(ExitCode::SUCCESS)
        }
        LookupCommand::List => {
            let to_ask = session::open(global, out)?.to_ask()?;
            out.print(&to_ask, |to_ask| {
                let lines = to_ask.iter().map(|one| {
                    let lacks: Vec<&str> = one.lacks.iter().map(|field| field.as_str()).collect();
                    format!("{}  {}: {}", one.lead, one.name, lacks.join(", "))
                });
                lines.collect::<Vec<_>>().join("\n")
            });
            Ok(ExitCode::SUCCESS)
        }
        LookupCommand::Test(args) => {
            let key = secret(args)?;
            let booth = Mutex::new(session::open(global, out)?);
            let tested = booth_lookup::test(&booth, key.as_ref(), now())?;
            out.print(&tested, |tested| match tested.reason {
                Some(reason) => format!("Not to be asked: {}", organiser_text(reason)),
                None => format!("Answers: {}", tested.account.as_deref().unwrap_or_default()),
            });
            Ok(if tested.ok {
                ExitCode::SUCCESS
            } else {
                ExitCode::FAILURE
            })
        }
    }
}

fn tested_text(tested: &TestView) -> String {
    if let Some(reason) = tested.reason {
        return format!("Not reached: {}", reason_text(reason));
    }
    let mut lines = vec![format!(
        "Reached: {}",
        tested.account.as_deref().unwrap_or("ready")
    )];
    lines.extend(tested.missing.iter().map(|MissingView { what, name }| match what {
        MissingKind::CustomField => format!("Missing: the custom field {name}"),
        MissingKind::Permission => format!("Missing: the permission {name}"),
        MissingKind::Function => {
            format!("Missing: the function {name}; head office installs it: zgoda crm sql | psql")
        }
        MissingKind::SubscriptionType => {
            format!("No subscription type {name}: the consent stands in its proof alone")
        }
    }));
    if tested.can_make {
        lines.push("Fields can be made from here: zgoda crm test --create-fields".to_owned());
    }
    lines.join("\n")
}

pub(crate) fn secret(args: &SyncArgs) -> Result<Option<Secret>, Failure> {
    let text = args
        .secret_file
        .as_deref()
        .map(session::read_text)
        .transpose()?;
    Ok(text.map(Zeroizing::new).map(|text| Secret::new(&text)))
}

fn typed_token() -> Result<Secret, Failure> {
    let mut text = Zeroizing::new(String::new());
    std::io::stdin()
        .read_to_string(&mut text)
        .map_err(|source| Failure::File {
            path: "-".to_owned(),
            source,
        })?;
    Ok(Secret::new(&text))
}

#[derive(Serialize)]
struct Opened {
    into: String,
    files: usize,
}

fn open_sealed(
    folder: &Path,
    identity: &Path,
    into: &Path,
    out: &mut Out,
) -> Result<ExitCode, Failure> {
    let text = Zeroizing::new(session::read_text(identity)?);
    // An identity file has remarks beside its one identity.
    let line = text
        .lines()
        .find(|line| line.starts_with("AGE-SECRET-KEY-"));
    let identity = Secret::new(line.unwrap_or_default());
    let files = file::open(folder, &identity, into).map_err(Failure::Sealed)?;
    let into = into.display().to_string();
    out.print(&Opened { into, files }, |opened| {
        format!(
            "{} sealed file(s) opened into {}",
            opened.files, opened.into
        )
    });
    Ok(ExitCode::SUCCESS)
}

fn text(view: &SyncView) -> String {
    let mut lines: Vec<String> = view.rows.iter().map(row_text).collect();
    if view.more > 0 {
        lines.push(format!("and {} more", view.more));
    }
    lines.push(format!(
        "{} confirmed, {} waiting, {} need a person; {} local copies erased, {} held",
        view.confirmed, view.waiting, view.needs_person, view.forgotten, view.held
    ));
    if view.opted_out > 0 {
        lines.push(format!(
            "{} told the CRM that they want no advertising: it is noted here, and their address is on the list",
            view.opted_out
        ));
    }
    if view.looked_up + view.not_known > 0 {
        lines.push(format!(
            "Badges looked up at the organiser's: {} filled, {} without anything that is needed",
            view.looked_up, view.not_known
        ));
    }
    if let Some(reason) = view.not_asked {
        lines.push(format!(
            "Not every badge was looked up at the organiser's: {}. {}",
            organiser_text(reason),
            match view.to_mend {
                true =>
                    "It is asked again once its key or the profile is mended, or when you sync.",
                false => "They are asked about with the next sync.",
            }
        ));
    }
    if let Some(reason) = view.unheard {
        lines.push(format!(
            "Opt-outs were not heard to the end: {}. They are asked for again with the next sync.",
            reason_text(reason)
        ));
    }
    if view.older {
        lines.push(
            "The destination knows a later state of this device: its database was put back from an older copy. \
             What came after that copy is not here; tell head office."
                .to_owned(),
        );
    }
    if let Some(reason) = view.stopped {
        lines.push(format!(
            "Stopped: {}. Nothing is lost; sync again.",
            reason_text(reason)
        ));
    }
    lines.join("\n")
}

fn row_text(row: &SyncRow) -> String {
    let state = match row.state {
        CrmState::Waiting => "waiting",
        CrmState::Confirmed => "confirmed",
        CrmState::NeedsPerson => "needs a person",
    };
    let reason = row
        .reason
        .map_or_else(String::new, |reason| format!(": {}", reason_text(reason)));
    format!("{}  {:<9} {state}{reason}", row.lead, row.kind.as_str())
}

/// What stands between us and the organiser's service.
const fn organiser_text(reason: Reason) -> &'static str {
    match reason {
        Reason::Offline => "no connection",
        Reason::Certificate => "its certificate is not to be trusted",
        Reason::SignIn => "it refuses the key",
        Reason::Settings => "address, event or key are not enough (zgoda lookup token)",
        Reason::NotTheCrm => "something else answers at that address",
        Reason::Refused => "it refused a badge",
        _ => "it did not answer as it should",
    }
}

/// What to do about it, in a few words.
pub(crate) fn reason_text(reason: Reason) -> &'static str {
    match reason {
        Reason::Offline => "no connection",
        Reason::Ambiguous => "the answer broke off; it is sent again",
        Reason::Throttled => "the CRM asks to wait",
        Reason::ServerTrouble => "the CRM has trouble of its own",
        Reason::NotTheCrm => "something else answers at that address: a venue's sign-in page?",
        Reason::Certificate => "the server's certificate is not to be trusted",
        Reason::SignIn => "the CRM refuses the token",
        Reason::Refused => "the CRM refused this lead",
        Reason::MissingField => "the CRM wants a field that no purpose needs",
        Reason::NoId => "the CRM confirmed without an id",
        Reason::Full => "the CRM has no room for more leads",
        Reason::ConsentLost => "the CRM did not keep the consent: may the token write its field?",
        Reason::NotWritable => "the folder cannot be written",
        Reason::Metered => "the network is paid by volume",
        Reason::Settings => "the profile's settings for the CRM are not enough",
    }
}
