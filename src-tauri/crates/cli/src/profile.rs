//! `zgoda profile`: check, show, use, sign, trust.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;

use chrono::SecondsFormat;
use serde::Serialize;
use serde_json::json;
use zgoda_booth::trust::TrustView;
use zgoda_booth::view::ProfileView;
use zgoda_booth::{Booth, Error, office};
use zgoda_core::note::Verifier;
use zgoda_core::profile::signature;
use zgoda_core::profile::{Finding, Lint, Place, Severity};

use crate::args::{Global, ProfileCommand};
use crate::out::{Failure, LEFT, Out};
use crate::session::{self, now};

/// What a check found.
#[derive(Serialize)]
struct Checked {
    file: String,
    ok: bool,
    findings: Vec<Finding>,
}

pub(crate) fn run(
    global: &Global,
    command: &ProfileCommand,
    out: &mut Out,
) -> Result<ExitCode, Failure> {
    match command {
        ProfileCommand::Check { file } => {
            let bytes = session::read_bytes(file)?;
            let findings = match str::from_utf8(&bytes) {
                Ok(toml) => Booth::profile_check(toml),
                Err(error) => vec![no_text(&bytes, error.valid_up_to())],
            };
            let ok = findings
                .iter()
                .all(|finding| finding.severity == Severity::Warning);
            let checked = Checked {
                file: file.display().to_string(),
                ok,
                findings,
            };
            out.print(&checked, checked_text);
            Ok(if ok {
                ExitCode::SUCCESS
            } else {
                ExitCode::FAILURE
            })
        }
        ProfileCommand::Show => {
            let view = session::open(global, out)?.profile_view(now())?;
            out.print(&view, profile_text);
            Ok(ExitCode::SUCCESS)
        }
        ProfileCommand::Use { file, leave } => {
            let toml = session::read_text(file)?;
            let mut booth = session::open_or_create(global, out)?;
            let secret = session::secret(&booth, global)?;
            booth.profile_import(&toml, &secret, *leave, now())?;
            let view = booth.profile_view(now())?;
            out.print(&view, profile_text);
            Ok(if view.findings.is_empty() {
                ExitCode::SUCCESS
            } else {
                ExitCode::from(LEFT)
            })
        }
        ProfileCommand::Sign {
            file,
            office_key,
            out: to,
        } => sign(global, file, office_key, to.as_deref(), out),
        ProfileCommand::Verify { file, key } => verify(global, file, key.as_ref(), out),
        ProfileCommand::Trust { key } => {
            let view = session::open(global, out)?.trust(key)?;
            out.print(&view, trust_text);
            Ok(trusting(&view))
        }
        ProfileCommand::Untrust => {
            let mut booth = session::open(global, out)?;
            let secret = session::secret(&booth, global)?;
            let view = booth.untrust(&secret, now())?;
            out.print(&view, trust_text);
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn sign(
    global: &Global,
    file: &Path,
    office_key: &Path,
    to: Option<&Path>,
    out: &mut Out,
) -> Result<ExitCode, Failure> {
    let toml = session::read_text(file)?;
    let passphrase = session::passphrase(global, "Passphrase of head office's key: ")?;
    let office = office::open_key(&session::read_text(office_key)?, &passphrase)?;
    let signed = office::sign_profile(&toml, &office, now())?;
    let to = to.unwrap_or(file);
    session::write(to, signed.as_bytes())?;
    let key = office::public(&office).to_string();
    let shown = json!({ "file": to.display().to_string(), "key": key });
    out.print(&shown, |_| {
        format!(
            "{}: signed. Devices that are to take no other: zgoda profile trust {key}",
            to.display()
        )
    });
    Ok(ExitCode::SUCCESS)
}

fn verify(
    global: &Global,
    file: &Path,
    key: Option<&Verifier>,
    out: &mut Out,
) -> Result<ExitCode, Failure> {
    let toml = session::read_text(file)?;
    let key = match key {
        Some(key) => key.clone(),
        None => known_key(global, out)?,
    };
    let signed = signature::verify(&toml, &key).map_err(Error::from)?;
    let shown = json!({ "file": file.display().to_string(), "key": key.to_string(), "signed_at": signed.at });
    out.print(&shown, |_| {
        let at = signed.at.to_rfc3339_opts(SecondsFormat::Secs, true);
        format!("{}: signed by this key at {at}", file.display())
    });
    Ok(ExitCode::SUCCESS)
}

fn known_key(global: &Global, out: &mut Out) -> Result<Verifier, Failure> {
    let view = session::open(global, out)?.trust_view()?;
    let key = view.key.and_then(|key| key.parse().ok());
    key.ok_or_else(|| Failure::Usage("this device knows no key: name one with --key".to_owned()))
}

/// Done; but something is left where the profile in use is not head office's.
fn trusting(view: &TrustView) -> ExitCode {
    if view.signed {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(LEFT)
    }
}

fn trust_text(view: &TrustView) -> String {
    match (&view.key, view.signed) {
        (None, _) => "This device takes any profile that the linter lets through.".to_owned(),
        (Some(key), true) => format!("This device takes only profiles signed by {key}."),
        (Some(key), false) => format!(
            "This device takes only profiles signed by {key}.\nThe profile in use is not: `zgoda profile use FILE` takes the signed one."
        ),
    }
}

/// A file that is no text, at the first byte that is none.
fn no_text(bytes: &[u8], at: usize) -> Finding {
    let before = String::from_utf8_lossy(&bytes[..at]);
    let line = before.matches('\n').count() + 1;
    let column = before
        .rsplit('\n')
        .next()
        .unwrap_or_default()
        .chars()
        .count()
        + 1;
    Finding {
        lint: Lint::FormSyntax,
        severity: Severity::Error,
        place: Place { line, column },
        subject: "file".to_owned(),
        name: BTreeMap::new(),
        language: None,
        choices: Vec::new(),
        message: "this is no text from here on: a profile is a TOML file, saved as UTF-8"
            .to_owned(),
    }
}

/// `file:line:column: error[lint]: message`, which editors know how to open.
pub(crate) fn finding_line(file: &str, finding: &Finding) -> String {
    let severity = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let lint = serde_json::to_value(finding.lint).ok();
    let lint = lint
        .as_ref()
        .and_then(serde_json::Value::as_str)
        .unwrap_or_default();
    let (line, column) = (finding.place.line, finding.place.column);
    let (subject, message) = (&finding.subject, &finding.message);
    format!("{file}:{line}:{column}: {severity}[{lint}] {subject}: {message}")
}

fn checked_text(checked: &Checked) -> String {
    let mut lines: Vec<String> = checked
        .findings
        .iter()
        .map(|finding| finding_line(&checked.file, finding))
        .collect();
    lines.push(if checked.ok {
        format!("{}: the profile can be used", checked.file)
    } else {
        format!("{}: the profile is refused", checked.file)
    });
    lines.join("\n")
}

fn profile_text(view: &ProfileView) -> String {
    let event = &view.event;
    let mut lines = vec![
        format!(
            "{} ({}), {} – {}",
            event.name, event.place, event.starts, event.ends
        ),
        format!(
            "Controller: {}, {}",
            event.controller, view.controller_address
        ),
        format!("Destination: {} → {}", view.crm.kind, view.crm.target),
        "Purposes:".to_owned(),
    ];
    for purpose in &view.purposes {
        let fields: Vec<&str> = purpose.fields.iter().map(|field| field.as_str()).collect();
        lines.push(format!(
            "  {:<14} {:<22} {}",
            purpose.id,
            purpose.retention,
            fields.join(", ")
        ));
    }
    lines.extend(
        view.findings
            .iter()
            .map(|finding| finding_line("profile", finding)),
    );
    lines.join("\n")
}
