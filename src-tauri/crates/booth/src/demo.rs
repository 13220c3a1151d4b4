//! The built-in demo: an invented company at an invented fair, and a sample badge, so that nobody meets an empty screen.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use chrono::{DateTime, Days, Utc};
use serde::Serialize;
use zgoda_capture::symbol::Formats;
use zgoda_core::{
    Basis, BoxRef, Candidate, Dropped, Field, Language, LeadId, Profile, Question, Reply,
};

use crate::capture::{self, Typed, TypedCapture};
use crate::error::Error;
use crate::sync::lock;
use crate::view::{Asked, DecisionView, SyncView};
use crate::{Booth, Query, show, sync};

/// The demo's profile as it lies in the project.
const PROFILE: &str = include_str!("../../../../profiles/demo.toml");

/// The id of the demo's event.
pub const EVENT: &str = "targi-demo-2026";

/// A photo of an invented person's badge, PNG.
pub const BADGE: &[u8] = include_bytes!("../../../../tests/fixtures/badges/demo.png");

/// The demo's profile, with a fair that started yesterday and lasts three days from `now` on.
pub fn profile(now: DateTime<Utc>) -> String {
    let day = |offset: i64| {
        let today = now.date_naive();
        let day = if offset < 0 {
            today.checked_sub_days(Days::new(offset.unsigned_abs()))
        } else {
            today.checked_add_days(Days::new(offset.unsigned_abs()))
        };
        day.unwrap_or(today).to_string()
    };
    PROFILE
        .lines()
        .map(|line| match line.split_once(" = ") {
            Some(("starts", _)) => format!("starts = {}\n", day(-1)),
            Some(("ends", _)) => format!("ends = {}\n", day(3)),
            _ => format!("{line}\n"),
        })
        .collect()
}

/// What the demo did, step by step.
#[derive(Clone, Debug, Serialize)]
pub struct Demo {
    /// What the badge says, by field, and the names of what is no field.
    pub read: BTreeMap<String, String>,
    /// What the accepted purposes kept, with the last moment of each field.
    pub kept: BTreeMap<Field, DateTime<Utc>>,
    /// Names of what was dropped.
    pub dropped: Vec<Dropped>,
    /// What was decided.
    pub decisions: Vec<DecisionView>,
    /// The lead that was stored.
    pub stored: Option<LeadId>,
    /// What came of the two syncs: before and after the promise was kept.
    pub synced: Vec<Synced>,
    /// What is left of the person on this device.
    pub erased: Erased,
}

/// One sync of the demo.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Synced {
    /// Messages confirmed.
    pub confirmed: u32,
    /// Leads that stay, since a promise is open.
    pub held: u32,
    /// Local copies erased.
    pub forgotten: u32,
}

/// The end of the demo.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Erased {
    /// True where the lead is on this device no more.
    pub local_copy_gone: bool,
    /// Leads of the demo left here.
    pub left: usize,
}

/// The whole way with the sample badge, in an open store: read, minimise, decide, store, sync, keep the promise, sync
/// again, forget. The first offered consent is given, the others are refused; decisions are recorded as typed.
///
/// # Errors
/// As for the single steps.
pub fn run(booth: &Mutex<Booth>, clock: impl Fn() -> DateTime<Utc>) -> Result<Demo, Error> {
    let symbol =
        capture::symbol(capture::Photo::File(BADGE), Formats::ALL)?.ok_or(Error::NoCode)?;
    let candidate = capture::person(zgoda_capture::payload::read(&symbol.bytes, None)?)?;
    let mut demo = Demo {
        read: read(&candidate),
        kept: BTreeMap::new(),
        dropped: Vec::new(),
        decisions: Vec::new(),
        stored: None,
        synced: Vec::new(),
        erased: Erased {
            local_copy_gone: false,
            left: 0,
        },
    };
    let request = request(lock(booth).profile()?);
    let captured =
        lock(booth).capture_typed(Typed::Fields(Box::new(candidate)), &request, clock())?;
    demo.dropped = captured.dropped.into_iter().collect();
    let Some(lead) = captured.lead else {
        return Ok(demo);
    };
    let kept = lead.kept();
    demo.kept = kept
        .fields
        .iter()
        .map(|(field, one)| (*field, one.deadline))
        .collect();
    demo.decisions = show::decisions(kept);
    demo.stored = Some(kept.id);
    demo.synced
        .push(synced(&sync::run(booth, None, &clock, |_| ())?));
    for promise in &kept.promises {
        lock(booth).promise_kept(kept.id, &promise.purpose, clock())?;
    }
    demo.synced
        .push(synced(&sync::run(booth, None, &clock, |_| ())?));
    let left = lock(booth).leads(&Query::default(), clock())?;
    let own = left.iter().filter(|row| row.id == kept.id).count();
    demo.erased = Erased {
        local_copy_gone: own == 0,
        left: own,
    };
    Ok(demo)
}

fn synced(view: &SyncView) -> Synced {
    Synced {
        confirmed: view.confirmed,
        held: view.held,
        forgotten: view.forgotten,
    }
}

fn read(candidate: &Candidate) -> BTreeMap<String, String> {
    let extras = candidate.extras.iter().map(|extra| {
        let name = serde_json::to_value(extra).ok();
        let name = name
            .as_ref()
            .and_then(serde_json::Value::as_str)
            .unwrap_or("other")
            .to_owned();
        (name, String::new())
    });
    let fields = candidate.clone().into_fields().into_iter();
    let fields = fields.map(|(field, value)| {
        (
            field.as_str().to_owned(),
            value.one_line().expose().to_owned(),
        )
    });
    extras.chain(fields).collect()
}

fn request(profile: &Profile) -> TypedCapture {
    let asked = profile
        .purposes
        .iter()
        .filter(|purpose| purpose.basis == Basis::Requested);
    let boxes = profile.purposes.iter().flat_map(|purpose| {
        let of = move |channel| BoxRef {
            purpose: purpose.id.clone(),
            channel,
        };
        purpose.boxes().into_iter().map(of)
    });
    TypedCapture {
        language: profile.languages.first().copied().unwrap_or(Language::En),
        edits: BTreeMap::new(),
        asked: asked
            .map(|purpose| Asked {
                purpose: purpose.id.clone(),
                due: None,
            })
            .collect(),
        ticked: boxes.take(1).collect(),
        struck: BTreeSet::new(),
        replies: profile.questions.iter().filter_map(reply).collect(),
        again: true,
    }
}

/// The first option of a question; the demo types nothing.
fn reply(question: &Question) -> Option<Reply> {
    let first = question.options.first()?;
    Some(Reply {
        question: question.id.clone(),
        values: vec![first.id.clone()],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_demo_profile_breaks_no_rule() {
        let now = "2027-03-01T10:00:00Z".parse().unwrap();
        let (profile, warnings) = zgoda_core::Profile::read(&profile(now)).unwrap();
        assert_eq!(profile.event.id, EVENT);
        assert_eq!(profile.event.starts.to_string(), "2027-02-28");
        assert_eq!(profile.purposes.len(), 3);
        let lints: Vec<_> = warnings.iter().map(|finding| finding.lint).collect();
        use zgoda_core::profile::Lint;
        assert_eq!(lints, [Lint::NoRecovery, Lint::PlainFile]);
    }
}
