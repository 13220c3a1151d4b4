//! `zgoda demo`: the main job in a terminal, with an invented person.

use std::process::ExitCode;
use std::sync::Mutex;

use zeroize::Zeroizing;
use zgoda_booth::demo::{self, Demo};
use zgoda_booth::view::Phase;
use zgoda_booth::{Booth, Secret};
use zgoda_core::{Dropped, Language};

use crate::args::Global;
use crate::out::{Failure, Out};
use crate::session::{self, now};

/// Seals a store that the demo makes where no secret is given: its only person is invented.
const PASSPHRASE: &str = "zgoda-demo-passphrase";

pub(crate) fn run(global: &Global, out: &mut Out) -> Result<ExitCode, Failure> {
    let temporary = tempfile::tempdir().map_err(|source| Failure::File {
        path: "temporary folder".to_owned(),
        source,
    })?;
    let booth = match &global.home {
        Some(_) => in_home(global, out)?,
        None => fresh(Booth::at(temporary.path().to_owned())?)?,
    };
    let demo = demo::run(&Mutex::new(booth), now)?;
    out.print(&demo, text);
    let whole = demo.stored.is_some() && demo.erased.local_copy_gone;
    Ok(if whole {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(crate::out::LEFT)
    })
}

fn in_home(global: &Global, out: &mut Out) -> Result<Booth, Failure> {
    let booth = session::at_home(global)?;
    let given = global.passphrase_file.is_some() || global.pin_file.is_some();
    if booth.phase()? != Phase::FirstStart {
        return session::open(global, out).map_err(|failure| match failure {
            Failure::NoSecret => Failure::Usage(format!(
                "there is a store in this folder already: give its secret with --passphrase-file FILE \
                 (the demo's own is {PASSPHRASE}) or --pin-file FILE, or name a new folder"
            )),
            other => other,
        });
    }
    if given {
        return session::open_or_create(global, out);
    }
    out.say(&format!(
        "zgoda: the demo's store is sealed with the passphrase {PASSPHRASE}"
    ));
    fresh(booth)
}

fn fresh(mut booth: Booth) -> Result<Booth, Failure> {
    let secret = Secret::Passphrase(Zeroizing::new(PASSPHRASE.to_owned()));
    booth.first_start(Language::En, &secret, None, now())?;
    Ok(booth)
}

fn text(demo: &Demo) -> String {
    let mut lines = vec!["Read from the sample badge (an invented person):".to_owned()];
    for (name, value) in &demo.read {
        lines.push(format!("  {name:<14} {value}"));
    }
    lines.push("Kept, since an accepted purpose needs it, and until when:".to_owned());
    for (field, until) in &demo.kept {
        lines.push(format!(
            "  {:<14} {}",
            field.as_str(),
            until.format("%Y-%m-%d")
        ));
    }
    let dropped: Vec<String> = demo.dropped.iter().map(dropped_name).collect();
    lines.push(format!(
        "Dropped, no purpose needs it: {}",
        dropped.join(", ")
    ));
    lines.push("Decided (typed here; at the booth the attendee ticks):".to_owned());
    for decision in &demo.decisions {
        let channel = decision.channel.map_or("", |channel| channel.as_str());
        let answer = if decision.given { "yes" } else { "no" };
        lines.push(format!("  {:<14} {channel:<6} {answer}", decision.purpose));
    }
    if let Some(lead) = demo.stored {
        lines.push(format!("Stored, sealed: lead {lead}"));
    }
    for (at, sync) in demo.synced.iter().enumerate() {
        let when = if at == 0 {
            "Synced"
        } else {
            "Promise kept, synced again"
        };
        lines.push(format!(
            "{when}: {} confirmed, {} held while a promise is open, {} erased here",
            sync.confirmed, sync.held, sync.forgotten
        ));
    }
    lines.push(if demo.erased.local_copy_gone {
        "Erased. Nothing of this person is left on this device.".to_owned()
    } else {
        format!(
            "{} lead(s) of the demo are left on this device.",
            demo.erased.left
        )
    });
    lines.join("\n")
}

/// The name of something dropped, as in files.
pub(crate) fn dropped_name(dropped: &Dropped) -> String {
    let name = serde_json::to_value(dropped).ok();
    name.as_ref()
        .and_then(serde_json::Value::as_str)
        .unwrap_or("other")
        .to_owned()
}
