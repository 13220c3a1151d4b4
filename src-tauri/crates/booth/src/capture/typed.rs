//! A whole capture typed by staff in a terminal.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use zgoda_core::{Act, Asker, BoxRef, Candidate, Field, Language, Reply, Value, minimise};

use super::answer::{Captured, with_due_dates};
use super::photo::{Photo, symbol};
use super::{person, with_answers};
use crate::Booth;
use crate::error::Error;
use crate::view::Asked;

/// What a terminal captures from.
pub enum Typed<'a> {
    /// The bytes of a badge's text, in whatever character set.
    Payload(&'a [u8]),
    /// A photo's bytes.
    Photo(&'a [u8]),
    /// Typed fields.
    Fields(Box<Candidate>),
}

/// The answers that staff typed in a terminal.
#[derive(Clone, Debug)]
pub struct TypedCapture {
    /// The person's language.
    pub language: Language,
    /// Changed fields, note, tags and rating among them.
    pub edits: BTreeMap<Field, Option<Value>>,
    /// What they asked for.
    pub asked: Vec<Asked>,
    /// Boxes agreed to.
    pub ticked: BTreeSet<BoxRef>,
    /// What was struck.
    pub struck: BTreeSet<String>,
    /// What they answered to the profile's questions.
    pub replies: Vec<Reply>,
    /// Capture although the person was captured before; the newest answers replace the earlier.
    pub again: bool,
}

impl Booth {
    /// A whole capture typed by staff in a terminal; the decisions are recorded as typed, never as ticked.
    ///
    /// # Errors
    /// As for the single steps; [`Error::AlreadyCaptured`] unless `again`.
    pub fn capture_typed(
        &mut self,
        reading: Typed<'_>,
        request: &TypedCapture,
        now: DateTime<Utc>,
    ) -> Result<Captured, Error> {
        let open = self.staff()?;
        open.takes_captures()?;
        let candidate = match reading {
            Typed::Payload(bytes) => person(open.read(bytes)?)?,
            Typed::Photo(bytes) => {
                let symbol = symbol(Photo::File(bytes), open.formats())?.ok_or(Error::NoCode)?;
                person(open.read(&symbol.bytes)?)?
            }
            Typed::Fields(candidate) => *candidate,
        };
        let draft = minimise(candidate, &open.profile);
        let draft = draft.edited(request.edits.clone(), &open.profile);
        let by = [Asker::Staff, Asker::Attendee];
        let answers = &open.profile;
        let answers = answers.answered(&[], &request.replies, &by, request.language)?;
        let draft = with_answers(draft, answers, &open.profile);
        if let (false, Some(same)) = (request.again, open.same(&draft)?) {
            return Err(Error::AlreadyCaptured(same.captured_at.to_rfc3339()));
        }
        let today = open.local(now).date_naive();
        let asked = with_due_dates(request.asked.clone(), &open.profile, today)?;
        let mut answers = open.answers(request.language, &asked, Act::Terminal, now);
        answers.ticked = request.ticked.clone();
        answers.struck = request.struck.clone();
        open.store_answer(draft, &asked, &answers, now)
    }
}
