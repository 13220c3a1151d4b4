//! `zgoda import`: a list of people who registered, on what its form asked.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use serde::Serialize;
use zgoda_booth::list::{ListCounts, ListImport, ListPreview, ListRow, ListView, Outcome};
use zgoda_booth::{Booth, Error};
use zgoda_core::list::Statement;

use crate::args::Global;
use crate::out::{Failure, Out};
use crate::session::{self, now};

/// Which list, and on what it rests.
#[derive(Debug, Args)]
#[command(
    after_help = "The evidence is a TOML file: tool, language, collected = \"2026-11-18\", columns = { \"Header\" = \"company\" }, \
                  and for each question of the form [[covers]] with purpose, channel, column, version and wording. Without \
                  --evidence the file is only looked at. It is read and never copied."
)]
pub(crate) struct ImportArgs {
    /// The exported list (CSV), from Zoom, Teams, ClickMeeting, Livestorm or another tool.
    #[arg(value_name = "FILE", required_unless_present_any = ["undo", "recent"])]
    file: Option<PathBuf>,
    /// What the registration form asked, and what a yes covers.
    #[arg(long, value_name = "FILE", requires = "file")]
    evidence: Option<PathBuf>,
    /// Say what would be kept and dropped, row by row, and store nothing.
    #[arg(long, requires = "evidence")]
    dry_run: bool,
    /// Take a whole import back, within a day.
    #[arg(long, value_name = "ID", conflicts_with_all = ["file", "recent"])]
    undo: Option<String>,
    /// List the imports that can be taken back.
    #[arg(long, conflicts_with = "file")]
    recent: bool,
}

#[derive(Serialize)]
struct Recent {
    imports: Vec<ListImport>,
}

#[derive(Serialize)]
struct Undone {
    erased: usize,
}

pub(crate) fn run(global: &Global, args: &ImportArgs, out: &mut Out) -> Result<ExitCode, Failure> {
    let mut booth = session::open(global, out)?;
    match (&args.file, &args.undo) {
        (Some(file), _) => file_of(&mut booth, file, args, out)?,
        (None, Some(id)) => {
            let erased = booth.list_undo(id, now())?;
            out.print(&Undone { erased }, |undone| {
                format!("{} people of this import are erased", undone.erased)
            });
        }
        (None, None) => {
            let imports = booth.lists(now())?;
            out.print(&Recent { imports }, |recent| {
                if recent.imports.is_empty() {
                    return "No import can be undone.".to_owned();
                }
                let lines: Vec<String> = recent.imports.iter().map(import).collect();
                lines.join("\n")
            });
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn file_of(
    booth: &mut Booth,
    file: &Path,
    args: &ImportArgs,
    out: &mut Out,
) -> Result<(), Failure> {
    let bytes = session::read_bytes(file)?;
    let view = booth.list_open(&bytes)?;
    let Some(evidence) = &args.evidence else {
        out.print(&view, columns);
        return Ok(());
    };
    let statement = Statement::read(&session::read_text(evidence)?).map_err(Error::from)?;
    if args.dry_run {
        out.print(&booth.list_preview(&statement, now())?, preview);
    } else {
        out.print(&booth.list_import(&statement, now())?, import);
    }
    Ok(())
}

fn columns(view: &ListView) -> String {
    let mut lines = vec![format!(
        "{} people below line {}, from {}",
        view.people,
        view.header_line,
        view.tool.as_str()
    )];
    for one in &view.columns {
        let asks = if one.asks { "  asks for consent?" } else { "" };
        lines.push(format!(
            "{:<40} {:<12} yes {}, no {}, other {}{asks}",
            one.header, one.holds, one.yes, one.no, one.unclear
        ));
    }
    lines.push("State what the form asked in a file, and give it with --evidence.".to_owned());
    lines.join("\n")
}

fn preview(preview: &ListPreview) -> String {
    let mut lines: Vec<String> = preview.rows.iter().map(row).collect();
    lines.push(format!("not read: {}", preview.unread.join(", ")));
    lines.push(counts(&preview.counts));
    lines.push("Nothing was stored.".to_owned());
    lines.join("\n")
}

fn row(row: &ListRow) -> String {
    let fields = |all: &[zgoda_core::Field]| -> String {
        let names: Vec<&str> = all.iter().map(|field| field.as_str()).collect();
        names.join(", ")
    };
    let mut line = format!("line {:>5}  {:<12}", row.line, word(row.outcome));
    if let Some(name) = &row.name {
        line.push_str(&format!("{name}: {}", fields(&row.kept)));
        if !row.dropped.is_empty() {
            line.push_str(&format!("; dropped {}", fields(&row.dropped)));
        }
    }
    line
}

const fn word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Kept => "kept",
        Outcome::NoEvidence => "no yes",
        Outcome::Objected => "objected",
        Outcome::Here => "here already",
        Outcome::Twice => "twice",
        Outcome::NoAddress => "no address",
        Outcome::TooOld => "too old",
        Outcome::Unreadable => "unreadable",
    }
}

fn import(one: &ListImport) -> String {
    if one.counts.kept == 0 {
        return counts(&one.counts);
    }
    format!(
        "{}\nimport {} of {}; `zgoda import --undo {}` takes it back until {}",
        counts(&one.counts),
        one.id,
        one.tool.as_str(),
        one.id,
        one.undo_until.to_rfc3339()
    )
}

fn counts(counts: &ListCounts) -> String {
    format!(
        "kept {}, without a yes {}, objected {}, here already {}, twice {}, no address {}, too old {}, unreadable {}; unclear answers {}",
        counts.kept,
        counts.no_evidence,
        counts.objected,
        counts.here,
        counts.twice,
        counts.no_address,
        counts.too_old,
        counts.unreadable,
        counts.unclear
    )
}
