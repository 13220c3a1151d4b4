//! `zgoda capture`: a person from a badge's text, a photo, or typed fields.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::Path;
use std::process::ExitCode;

use chrono::{DateTime, Utc};
use serde::Serialize;
use zeroize::Zeroizing;
use zgoda_booth::Error;
use zgoda_booth::capture::{Captured, Typed, TypedCapture};
use zgoda_booth::view::Asked;
use zgoda_core::decision::DecisionError;
use zgoda_core::profile::Basis;
use zgoda_core::{
    Act, BoxRef, Candidate, Channel, Dropped, Field, LeadId, Personal, Profile, Promise, Reply,
    Source, Value,
};

use crate::args::{CaptureArgs, FieldArgs, Global, StaffArgs};
use crate::demo::dropped_name;
use crate::out::{Failure, Out};
use crate::session::{self, now};

/// What was stored; names and dates, no values.
#[derive(Serialize)]
struct Stored {
    lead: Option<LeadId>,
    kept: BTreeMap<Field, DateTime<Utc>>,
    dropped: Vec<Dropped>,
    decisions: Vec<Decided>,
    promises: Vec<Promise>,
    /// The person objected to marketing earlier.
    objected: bool,
    /// Boxes that were typed as agreed and that the objection blocks.
    blocked: Vec<BoxRef>,
}

#[derive(Serialize)]
struct Decided {
    purpose: String,
    channel: Option<Channel>,
    given: bool,
    act: Act,
}

pub(crate) fn run(global: &Global, args: &CaptureArgs, out: &mut Out) -> Result<ExitCode, Failure> {
    let input = input(args)?;
    let mut booth = session::open_or_create(global, out)?;
    let request = request(args, booth.profile()?)?;
    let captured = booth.capture_typed(input.typed(), &request, now())?;
    out.print(&stored(captured), text);
    Ok(ExitCode::SUCCESS)
}

enum Input {
    Payload(Zeroizing<Vec<u8>>),
    Photo(Zeroizing<Vec<u8>>),
    Fields,
}

impl Input {
    fn typed(&self) -> Typed<'_> {
        match self {
            Self::Payload(text) => Typed::Payload(text),
            Self::Photo(bytes) => Typed::Photo(bytes),
            Self::Fields => Typed::Fields(Box::new(Candidate {
                source: Source::Typed,
                ..Candidate::default()
            })),
        }
    }
}

fn input(args: &CaptureArgs) -> Result<Input, Failure> {
    if let Some(text) = &args.payload {
        return Ok(Input::Payload(Zeroizing::new(text.clone().into_bytes())));
    }
    let Some(path) = &args.input else {
        let fields = &args.fields;
        if fields.name.is_none() && fields.email.is_empty() && fields.phone.is_empty() {
            let message = "name an image or a badge's text, or type --name, --email or --phone";
            return Err(Failure::Usage(message.to_owned()));
        }
        return Ok(Input::Fields);
    };
    let bytes = if path == Path::new("-") {
        standard_input()?
    } else {
        session::read_bytes(path)?
    };
    // A photo starts with bytes that no badge's text has.
    let is_photo = bytes.starts_with(b"\xFF\xD8")
        || bytes.starts_with(b"\x89PNG")
        || bytes.starts_with(b"RIFF");
    if is_photo {
        return Ok(Input::Photo(bytes));
    }
    Ok(Input::Payload(bytes))
}

fn standard_input() -> Result<Zeroizing<Vec<u8>>, Failure> {
    let mut bytes = Zeroizing::new(Vec::new());
    std::io::stdin()
        .read_to_end(&mut bytes)
        .map_err(|source| Failure::File {
            path: "-".to_owned(),
            source,
        })?;
    Ok(bytes)
}

fn request(args: &CaptureArgs, profile: &Profile) -> Result<TypedCapture, Failure> {
    check(args, profile)?;
    check_tags(&args.staff, profile)?;
    let is_consent = |id: &str| {
        profile
            .purpose(id)
            .is_none_or(|purpose| purpose.basis == Basis::Consent)
    };
    let asked = args.ask.iter().map(String::as_str);
    let accepted = args.accept.iter().map(|one| one.purpose.as_str());
    let mut ids: Vec<&str> = asked.chain(accepted.filter(|id| !is_consent(id))).collect();
    ids.sort_unstable();
    ids.dedup();
    let due = |id: &str| {
        let named = args
            .promise
            .iter()
            .find(|(purpose, _)| purpose.as_deref() == Some(id));
        let plain = args.promise.iter().find(|(purpose, _)| purpose.is_none());
        named.or(plain).map(|(_, day)| *day)
    };
    let language = args.language.or_else(|| profile.languages.first().copied());
    let struck = args.refuse.iter().filter(|one| !is_consent(&one.purpose));
    let mut edits = field_edits(&args.fields);
    edits.extend(staff_edits(&args.staff));
    Ok(TypedCapture {
        language: language.unwrap_or(zgoda_core::Language::En),
        edits,
        asked: ids
            .iter()
            .map(|id| Asked {
                purpose: (*id).to_owned(),
                due: due(id),
            })
            .collect(),
        ticked: args
            .accept
            .iter()
            .filter(|one| is_consent(&one.purpose))
            .map(|one| with_only_channel(one, profile))
            .collect(),
        struck: struck.map(|one| one.purpose.clone()).collect(),
        replies: replies(&args.staff),
        again: args.again,
    })
}

/// A name that the profile does not have, or an answer that is both yes and no, is a slip of the keyboard: it must never
/// pass for a decision.
fn check(args: &CaptureArgs, profile: &Profile) -> Result<(), Failure> {
    let promised = args
        .promise
        .iter()
        .filter_map(|(purpose, _)| purpose.as_ref());
    let refused = args.refuse.iter().map(|one| &one.purpose);
    if let Some(unknown) = promised
        .chain(refused)
        .find(|id| profile.purpose(id).is_none())
    {
        return Err(Error::from(DecisionError::UnknownPurpose(unknown.clone())).into());
    }
    let contradicts = |yes: &BoxRef| {
        args.refuse.iter().any(|no| {
            let same_channel =
                no.channel.is_none() || yes.channel.is_none() || no.channel == yes.channel;
            no.purpose == yes.purpose && same_channel
        })
    };
    match args.accept.iter().find(|yes| contradicts(yes)) {
        Some(both) => Err(Failure::Usage(format!(
            "{} is both accepted and refused",
            both.purpose
        ))),
        None => Ok(()),
    }
}

/// A consent purpose of one channel may be named without it.
fn with_only_channel(one: &BoxRef, profile: &Profile) -> BoxRef {
    let boxes = profile
        .purpose(&one.purpose)
        .map(zgoda_core::profile::Purpose::boxes);
    match (one.channel, boxes.as_deref()) {
        (None, Some([only])) => BoxRef {
            purpose: one.purpose.clone(),
            channel: *only,
        },
        _ => one.clone(),
    }
}

pub(crate) fn field_edits(args: &FieldArgs) -> BTreeMap<Field, Option<Value>> {
    let mut edits = BTreeMap::new();
    let texts = [
        (Field::Name, &args.name),
        (Field::Company, &args.company),
        (Field::Title, &args.title),
    ];
    for (field, text) in texts {
        if let Some(text) = text {
            edits.insert(field, Some(Value::Text(Personal::new(text))));
        }
    }
    for (field, all) in [(Field::Email, &args.email), (Field::Phone, &args.phone)] {
        if !all.is_empty() {
            let all = all.iter().map(|text| Personal::new(text)).collect();
            edits.insert(field, Some(Value::Many(all)));
        }
    }
    edits
}

/// Tags come from the profile's list: a free word would be a note in disguise, and none that a CRM counts.
pub(crate) fn check_tags(args: &StaffArgs, profile: &Profile) -> Result<(), Failure> {
    let Some(unknown) = args.tags.iter().find(|tag| !profile.tags.contains(tag)) else {
        return Ok(());
    };
    let known = match profile.tags.join(", ") {
        none if none.is_empty() => "none".to_owned(),
        some => some,
    };
    Err(Failure::Usage(format!(
        "the profile has no tag {unknown:?}; its tags: {known}"
    )))
}

/// What staff add, as edits; an empty note takes the note out.
pub(crate) fn staff_edits(args: &StaffArgs) -> BTreeMap<Field, Option<Value>> {
    let mut edits = BTreeMap::new();
    if let Some(note) = &args.note {
        let note = Personal::multiline(note);
        edits.insert(
            Field::Note,
            Some(Value::Text(note)).filter(|_| args.note.as_deref() != Some("")),
        );
    }
    if !args.tags.is_empty() {
        let tags = args.tags.iter().map(|tag| Personal::new(tag)).collect();
        edits.insert(Field::Tags, Some(Value::Many(tags)));
    }
    if let Some(rating) = args.rating {
        edits.insert(Field::Rating, Some(Value::Rating(rating.into())));
    }
    edits
}

/// What was answered, by question.
pub(crate) fn replies(args: &StaffArgs) -> Vec<Reply> {
    let mut replies: Vec<Reply> = Vec::new();
    for (question, answer) in &args.answers {
        match replies.iter_mut().find(|reply| reply.question == *question) {
            Some(reply) => reply.values.push(answer.clone()),
            None => replies.push(Reply {
                question: question.clone(),
                values: vec![answer.clone()],
            }),
        }
    }
    replies
}

fn stored(captured: Captured) -> Stored {
    let dropped = captured.dropped.into_iter().collect();
    let (objected, blocked) = (captured.objected, captured.blocked.into_iter().collect());
    let Some(lead) = captured.lead else {
        return Stored {
            lead: None,
            kept: BTreeMap::new(),
            dropped,
            decisions: Vec::new(),
            promises: Vec::new(),
            objected,
            blocked,
        };
    };
    let kept = lead.kept();
    Stored {
        lead: Some(kept.id),
        kept: kept
            .fields
            .iter()
            .map(|(field, one)| (*field, one.deadline))
            .collect(),
        dropped,
        decisions: kept
            .decisions
            .iter()
            .map(|one| Decided {
                purpose: one.purpose.clone(),
                channel: one.channel,
                given: one.given,
                act: one.act,
            })
            .collect(),
        promises: kept.promises.clone(),
        objected,
        blocked,
    }
}

fn text(stored: &Stored) -> String {
    let Some(lead) = stored.lead else {
        return "Nothing was accepted: nothing is kept but a count.".to_owned();
    };
    let mut lines = vec![format!("Stored: {lead}"), "Kept until:".to_owned()];
    for (field, until) in &stored.kept {
        lines.push(format!(
            "  {:<10} {}",
            field.as_str(),
            until.format("%Y-%m-%d")
        ));
    }
    let dropped: Vec<String> = stored.dropped.iter().map(dropped_name).collect();
    if !dropped.is_empty() {
        lines.push(format!(
            "Dropped, no purpose needs it: {}",
            dropped.join(", ")
        ));
    }
    if stored.objected {
        lines.push(
            "This person objected to marketing earlier, or withdrew from it: it stays refused."
                .to_owned(),
        );
    }
    for promise in &stored.promises {
        lines.push(format!("Promised: {} by {}", promise.purpose, promise.due));
    }
    lines.join("\n")
}
