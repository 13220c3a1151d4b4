//! `zgoda profile`: check, show, use.

use std::process::ExitCode;

use serde::Serialize;
use zgoda_booth::Booth;
use zgoda_booth::view::ProfileView;
use zgoda_core::profile::{Finding, Severity};

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
            let findings = Booth::profile_check(&session::read_text(file)?);
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
        ProfileCommand::Use { file } => {
            let toml = session::read_text(file)?;
            let mut booth = session::open(global, out)?;
            let secret = session::secret(&booth, global)?;
            booth.profile_import(&toml, &secret, now())?;
            let view = booth.profile_view(now())?;
            out.print(&view, profile_text);
            Ok(if view.findings.is_empty() {
                ExitCode::SUCCESS
            } else {
                ExitCode::from(LEFT)
            })
        }
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
