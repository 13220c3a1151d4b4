//! From a code, a photo or the keyboard to a stored lead.
//!
//! How: what is read becomes a Candidate, is minimised at once, and only the Draft stays in hand; the attendee's answer
//! is minimised again, decided and stored in one transaction. When: between two people nothing stays in memory.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Days, Months, NaiveDate, Utc};
use zeroize::Zeroizing;
use zgoda_capture::card::{Models, Pair, Reader};
use zgoda_capture::payload::{self, Reading};
use zgoda_capture::still;
use zgoda_capture::symbol::{self, Budget, Formats, Symbol};
use zgoda_core::identity::{Identity, Salt};
use zgoda_core::ledger::{Choice, Happening, Kind};
use zgoda_core::retention::Anchor;
use zgoda_core::{
    Act, Answers, Basis, BoxRef, Candidate, Decisions, Draft, Dropped, Field, Language, Lead,
    LeadId, LeadIds, Promise, Source, SubjectRef, Value, minimise, outbox,
};

use zgoda_store::Secret;

use crate::error::Error;
use crate::view::{
    Asked, AttendeeAnswer, AttendeeView, DraftView, FieldEdit, HandOver, ScanView, ThanksView,
    Typing,
};
use crate::{Booth, Mode, Open, show, suppression};

/// Days until a promise is due where staff gave no date.
const PROMISE_DAYS: u64 = 7;
/// Most characters of a strange code's text that are shown.
const SHOWN_TEXT: usize = 200;

/// What an attendee holds.
pub(crate) struct HandedOver {
    draft: Draft,
    asked: Vec<Asked>,
    language: Language,
}

/// What a capture came to.
#[derive(Clone, Debug)]
pub struct Captured {
    /// The lead; none where nothing was kept.
    pub lead: Option<Lead>,
    /// The names of what was dropped.
    pub dropped: BTreeSet<Dropped>,
    /// The person objected to marketing earlier.
    pub objected: bool,
    /// Boxes that staff typed a yes to and that the objection blocks: they count as refused.
    pub blocked: BTreeSet<BoxRef>,
}

impl Booth {
    /// Reads one camera frame of brightness values, row by row.
    ///
    /// # Errors
    /// A frame that is none; a badge whose text is refused.
    pub fn scan_frame(&mut self, luma: &[u8], width: u32, height: u32) -> Result<ScanView, Error> {
        let formats = self.staff()?.formats();
        self.live.look_for(formats);
        match self.live.glance(luma, width, height)? {
            Some(symbol) => self.take_symbol(&symbol),
            None => Ok(ScanView::Nothing),
        }
    }

    /// Reads a photo's bytes (JPEG, PNG, WebP): its code, or where it has none, the business card on it. The bytes are
    /// wiped by the caller, and never written.
    ///
    /// # Errors
    /// Not a photo, or too large; a badge whose text is refused.
    pub fn scan_photo(&mut self, bytes: &[u8]) -> Result<ScanView, Error> {
        let formats = self.staff()?.formats();
        match read_photo(bytes, formats)? {
            Some(symbol) => self.take_symbol(&symbol),
            None => self.take_card(bytes),
        }
    }

    /// Reads what a hand scanner typed.
    ///
    /// # Errors
    /// A text that is refused.
    pub fn scan_text(&mut self, typed: &Typing) -> Result<ScanView, Error> {
        let text = Zeroizing::new(typed.meant());
        let reading = self.staff()?.read(text.as_bytes())?;
        self.take_reading(reading, None)
    }

    /// Starts a draft from what staff typed.
    ///
    /// # Errors
    /// Where the store is locked or an attendee holds the device.
    pub fn type_person(&mut self, edits: Vec<FieldEdit>) -> Result<DraftView, Error> {
        let candidate = Candidate {
            source: Source::Typed,
            ..Candidate::default()
        };
        self.take_candidate(candidate)?;
        self.draft_edit(edits)
    }

    /// Changes the draft in hand.
    ///
    /// # Errors
    /// Where there is none.
    pub fn draft_edit(&mut self, edits: Vec<FieldEdit>) -> Result<DraftView, Error> {
        let open = self.staff()?;
        let draft = open.draft.take().ok_or(Error::NoDraft)?;
        open.draft = Some(draft.edited(values(edits), &open.profile));
        open.draft_view()
    }

    /// Lets the draft in hand go; its values are wiped.
    ///
    /// # Errors
    /// Where the store is locked or an attendee holds the device.
    pub fn draft_discard(&mut self) -> Result<(), Error> {
        self.staff()?.draft = None;
        Ok(())
    }

    /// Hands the screen over with the draft in hand. From here on only attendee methods are answered.
    ///
    /// # Errors
    /// Where there is no draft, or something is asked for that the profile does not offer.
    pub fn hand_over(&mut self, request: HandOver, now: DateTime<Utc>) -> Result<(), Error> {
        let open = self.staff()?;
        let today = open.local(now).date_naive();
        let asked = with_due_dates(request.asked, &open.profile, today)?;
        let answers = open.answers(request.language, &asked, Act::AttendeeScreen, now);
        Decisions::new(&open.profile, &answers)?;
        let draft = open.draft.take().ok_or(Error::NoDraft)?;
        let draft = draft.edited(values(request.edits), &open.profile);
        let handed = HandedOver {
            draft,
            asked,
            language: request.language,
        };
        self.mode = Mode::Attendee(Some(Box::new(handed)));
        Ok(())
    }

    /// What the attendee's screen shows; none once they answered or went away.
    ///
    /// # Errors
    /// Where the store is locked.
    pub fn attendee_view(&self) -> Result<Option<AttendeeView>, Error> {
        let open = self.open.as_ref().ok_or(Error::Locked)?;
        let Mode::Attendee(Some(handed)) = &self.mode else {
            return Ok(None);
        };
        let mut texts = show::texts(&open.profile);
        if open.objected(&handed.draft).unnamed {
            // What they objected to earlier is not done, so it is not told as if it were.
            let interest = Basis::LegitimateInterest;
            let all = texts.values_mut();
            all.for_each(|one| one.statements.retain(|one| one.basis != interest));
        }
        Ok(Some(AttendeeView {
            controller: open.profile.controller.name.clone(),
            event: open.profile.event.name.clone(),
            languages: open.profile.languages.clone(),
            language: handed.language,
            fields: show::fields(&handed.draft, &open.profile),
            dropped: handed.draft.dropped().iter().copied().collect(),
            asked: handed.asked.clone(),
            texts,
        }))
    }

    /// Takes the attendee's answer: a lead with its consent in one transaction, or a count and nothing else.
    ///
    /// A second answer finds nothing in hand and is refused: a double tap is one consent.
    ///
    /// # Errors
    /// An answer to what was not offered; a store that cannot be written (the form stays, so that it can be tried again).
    pub fn attendee_answer(
        &mut self,
        answer: AttendeeAnswer,
        now: DateTime<Utc>,
    ) -> Result<ThanksView, Error> {
        let open = self.open.as_mut().ok_or(Error::Locked)?;
        let Mode::Attendee(Some(handed)) = &self.mode else {
            return Err(Error::NoDraft);
        };
        let mut answers = open.answers(answer.language, &handed.asked, Act::AttendeeScreen, now);
        answers.struck = answer.struck.into_iter().collect();
        answers.ticked = answer.ticked.into_iter().collect();
        let edits = values(answer.edits)
            .into_iter()
            .filter(|(field, _)| !field.is_staffs());
        let draft = handed.draft.clone().edited(edits.collect(), &open.profile);
        let asked = handed.asked.clone();
        let captured = if answer.nothing {
            open.decline(Act::AttendeeScreen, answer.language, now)?
        } else {
            open.store_answer(draft, &asked, &answers, now)?
        };
        self.mode = Mode::Attendee(None);
        let kept = captured.lead.as_ref().map(Lead::kept);
        Ok(ThanksView {
            nothing: kept.is_none(),
            kept: kept.map_or_else(Vec::new, |kept| kept.fields.keys().copied().collect()),
            contact: open.profile.controller.email.clone(),
            // The consent is stored; that a receipt cannot be made must not look as if it were not.
            receipt: kept.and_then(|kept| open.receipt(kept.id).ok()),
        })
    }

    /// Empties the attendee's form: they went away. Nothing of it is kept.
    pub fn attendee_timeout(&mut self) {
        if let Mode::Attendee(handed) = &mut self.mode {
            *handed = None;
        }
    }

    /// Gives the device back to staff.
    ///
    /// # Errors
    /// A wrong PIN or passphrase.
    pub fn attendee_leave(&mut self, secret: &Secret, now: DateTime<Utc>) -> Result<(), Error> {
        if matches!(self.mode, Mode::Staff) {
            return Ok(());
        }
        let open = self.open.as_mut().ok_or(Error::Locked)?;
        open.store.verify_secret(secret, now)?;
        self.mode = Mode::Staff;
        Ok(())
    }

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
        let candidate = match reading {
            Typed::Payload(bytes) => person(open.read(bytes)?)?,
            Typed::Photo(bytes) => {
                let symbol = read_photo(bytes, open.formats())?.ok_or(Error::NoCode)?;
                person(open.read(&symbol.bytes)?)?
            }
            Typed::Fields(candidate) => *candidate,
        };
        let draft = minimise(candidate, &open.profile);
        let draft = draft.edited(request.edits.clone(), &open.profile);
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

    /// Where the models that read cards are not installed, a photo without a code holds nothing.
    fn take_card(&mut self, bytes: &[u8]) -> Result<ScanView, Error> {
        if self.cards.is_none() {
            let country = self.staff()?.profile.event.country.clone();
            let models = Models::find().ok();
            self.cards = models.map(|models| Reader::new(models, Pair::Small).at_home_in(&country));
        }
        let Some(reader) = &self.cards else {
            return Ok(ScanView::Nothing);
        };
        let Some(reading) = reader.read(&still::decode(bytes)?)?.into_iter().next() else {
            return Ok(ScanView::Nothing);
        };
        if reading.candidate.is_empty() {
            return Ok(ScanView::Nothing);
        }
        let draft = Box::new(self.take_candidate(reading.candidate)?);
        Ok(ScanView::Person {
            draft,
            corners: None,
        })
    }

    fn take_symbol(&mut self, symbol: &Symbol) -> Result<ScanView, Error> {
        let corners = symbol.corners.iter().map(|[x, y]| (*x, *y)).collect();
        let reading = self.staff()?.read(&symbol.bytes)?;
        self.take_reading(reading, Some(corners))
    }

    fn take_reading(
        &mut self,
        reading: Reading,
        corners: Option<Vec<(f32, f32)>>,
    ) -> Result<ScanView, Error> {
        Ok(match reading {
            Reading::Person { candidate, .. } => {
                let draft = Box::new(self.take_candidate(*candidate)?);
                ScanView::Person { draft, corners }
            }
            Reading::Opaque { system, reference } => {
                let candidate = Candidate {
                    reference,
                    ..Candidate::default()
                };
                let draft = Box::new(self.take_candidate(candidate)?);
                ScanView::Opaque {
                    system: system.to_owned(),
                    draft,
                    corners,
                }
            }
            Reading::Url { address, .. } => other(address.expose(), true, corners),
            Reading::Text(text) => other(text.expose(), false, corners),
        })
    }

    fn take_candidate(&mut self, candidate: Candidate) -> Result<DraftView, Error> {
        let open = self.staff()?;
        open.draft = Some(minimise(candidate, &open.profile));
        open.draft_view()
    }
}

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
    /// Capture although the person was captured before; the newest answers replace the earlier.
    pub again: bool,
}

impl Open {
    /// The codes that the profile's badges carry.
    fn formats(&self) -> Formats {
        Formats::only(&self.profile.badge.symbols)
    }

    /// Reads a badge's text as the profile says.
    fn read(&self, bytes: &[u8]) -> Result<Reading, Error> {
        let template = self.profile.badge.template.as_ref();
        Ok(payload::read(bytes, template)?)
    }

    fn draft_view(&mut self) -> Result<DraftView, Error> {
        let draft = self.draft.clone().ok_or(Error::NoDraft)?;
        let same = self.same(&draft)?;
        let objected = !self.objected(&draft).is_nothing();
        Ok(show::draft(&draft, &self.profile, same, objected))
    }

    fn same(&mut self, draft: &Draft) -> Result<Option<zgoda_store::Same>, Error> {
        match Identity::of(|field| draft.fields().get(&field)) {
            Some(identity) => Ok(self.store.find_same(&identity)?),
            None => Ok(None),
        }
    }

    fn answers(
        &self,
        language: Language,
        asked: &[Asked],
        act: Act,
        now: DateTime<Utc>,
    ) -> Answers {
        Answers {
            language,
            asked: asked.iter().map(|one| one.purpose.clone()).collect(),
            struck: BTreeSet::new(),
            ticked: BTreeSet::new(),
            act,
            at: self.local(now),
        }
    }

    fn decline(
        &mut self,
        act: Act,
        language: Language,
        now: DateTime<Utc>,
    ) -> Result<Captured, Error> {
        let mut happening = Happening::new(Kind::Decline, self.local(now));
        happening.act = Some(act);
        happening.language = Some(language);
        self.store.decline(happening)?;
        Ok(Captured {
            lead: None,
            dropped: BTreeSet::new(),
            objected: false,
            blocked: BTreeSet::new(),
        })
    }

    /// Decides, makes the lead and stores it. The same person's earlier lead on this device is replaced by the newest
    /// answers under its own id; an earlier consent is never reused.
    fn store_answer(
        &mut self,
        draft: Draft,
        asked: &[Asked],
        answers: &Answers,
        now: DateTime<Utc>,
    ) -> Result<Captured, Error> {
        // Also what was ticked must be on offer, before a word is said of the list.
        Decisions::new(&self.profile, answers)?;
        let objection = self.objected(&draft);
        let people = suppression::people(draft.fields(), &self.profile);
        let mut answers = answers.clone();
        let blocked = self.restrict(&mut answers, &objection);
        let answers = &answers;
        let decisions = Decisions::new(&self.profile, answers)?;
        if decisions.nothing_given() && !blocked.is_empty() {
            return Err(Error::ObjectedEarlier);
        }
        if decisions.nothing_given() {
            return self.decline(answers.act, answers.language, now);
        }
        let mut dropped = draft.dropped().clone();
        let seen: Vec<Field> = draft.fields().keys().copied().collect();
        let same = self.same(&draft)?.filter(|same| !same.forgotten);
        let earlier = match same {
            Some(same) => self.store.lead(same.lead)?,
            None => None,
        };
        let promises = promises(asked, &decisions, &self.profile);
        let ids = match &earlier {
            Some(earlier) => LeadIds {
                id: earlier.id,
                subject: earlier.subject.clone(),
            },
            None => random_ids()?,
        };
        let at = self.local(now);
        let lead = Lead::new(ids, draft, decisions, promises, &self.profile, at)?;
        // What only a refused purpose would have needed is dropped too.
        let kept = &lead.kept().fields;
        let refused = seen.into_iter().filter(|field| !kept.contains_key(field));
        dropped.extend(refused.map(Dropped::Field));
        let salt = Salt::new(random()?);
        let happening = self.captured(&lead, &dropped, &salt, answers);
        match earlier {
            Some(earlier) => {
                let mut kept = lead.kept().clone();
                kept.revision = earlier.revision + 1;
                // The row keeps the salt of its first capture, so the mark of this one would not fit it.
                let happening = Happening {
                    identity: None,
                    ..happening
                };
                self.store
                    .change(&kept, happening, Some(outbox::Kind::Upsert))?;
            }
            None => {
                self.store.capture(&lead, &salt, happening)?;
            }
        }
        // After the consent is stored: should this fail, the list blocks more than it must, never less.
        if answers.act == Act::AttendeeScreen {
            self.lift(&people, &answers.ticked)?;
        }
        Ok(Captured {
            lead: Some(lead),
            dropped,
            objected: !objection.is_nothing(),
            blocked,
        })
    }

    fn captured(
        &self,
        lead: &Lead,
        dropped: &BTreeSet<Dropped>,
        salt: &Salt,
        answers: &Answers,
    ) -> Happening {
        let kept = lead.kept();
        let identity = Identity::of(|field| kept.fields.get(&field).map(|kept| &kept.value));
        let notice = self.profile.notice.get(&answers.language);
        Happening {
            subject: Some(kept.subject.clone()),
            act: Some(answers.act),
            language: Some(answers.language),
            choices: kept.decisions.iter().map(Choice::from).collect(),
            notice: notice.map(|notice| notice.reference(answers.language)),
            kept: kept.fields.keys().copied().collect(),
            dropped: dropped.clone(),
            identity: identity.map(|identity| salt.mark(&identity)),
            ..Happening::new(Kind::Capture, answers.at)
        }
    }
}

pub(crate) fn read_photo(bytes: &[u8], formats: Formats) -> Result<Option<Symbol>, Error> {
    let luma = still::luma(bytes)?;
    Ok(symbol::read_still(&luma, &formats, Budget::default())
        .into_iter()
        .next())
}

pub(crate) fn person(reading: Reading) -> Result<Candidate, Error> {
    match reading {
        Reading::Person { candidate, .. } => Ok(*candidate),
        Reading::Opaque { reference, .. } => Ok(Candidate {
            reference,
            ..Candidate::default()
        }),
        Reading::Url { .. } | Reading::Text(_) => Err(Error::NotABadge),
    }
}

fn other(text: &str, url: bool, corners: Option<Vec<(f32, f32)>>) -> ScanView {
    ScanView::Other {
        text: text.chars().take(SHOWN_TEXT).collect(),
        url,
        corners,
    }
}

fn values(edits: Vec<FieldEdit>) -> BTreeMap<Field, Option<Value>> {
    let value = |edit: FieldEdit| {
        let value = edit.value.and_then(|value| value.into_value(edit.field));
        (edit.field, value)
    };
    edits.into_iter().map(value).collect()
}

/// Gives a date to each promise: only purposes whose clock hangs on one have it.
fn with_due_dates(
    asked: Vec<Asked>,
    profile: &zgoda_core::Profile,
    today: NaiveDate,
) -> Result<Vec<Asked>, Error> {
    let later = today
        .checked_add_days(Days::new(PROMISE_DAYS))
        .unwrap_or(today);
    let dated = |one: Asked| {
        let promised = profile
            .purpose(&one.purpose)
            .is_some_and(|purpose| purpose.retention.anchor == Anchor::Promise);
        let due = match (promised, one.due) {
            (true, Some(day)) => Some(promise_day(day, today)?),
            (true, None) => Some(later),
            (false, _) => None,
        };
        Ok(Asked {
            due,
            purpose: one.purpose,
        })
    };
    asked.into_iter().map(dated).collect()
}

/// `day`, where it may be promised: from today on, within a year, since what is promised is kept until then.
pub(crate) fn promise_day(day: NaiveDate, today: NaiveDate) -> Result<NaiveDate, Error> {
    let last = today
        .checked_add_months(Months::new(12))
        .unwrap_or(NaiveDate::MAX);
    let may = (today..=last).contains(&day);
    may.then_some(day).ok_or(Error::PromiseDate)
}

fn promises(asked: &[Asked], decisions: &Decisions, profile: &zgoda_core::Profile) -> Vec<Promise> {
    let given = |id: &str| {
        decisions
            .as_slice()
            .iter()
            .any(|d| d.given && d.purpose == id)
    };
    let offered = |id: &str| profile.purpose(id).is_some();
    asked
        .iter()
        .filter(|one| given(&one.purpose) && offered(&one.purpose))
        .filter_map(|one| {
            Some(Promise {
                purpose: one.purpose.clone(),
                due: one.due?,
                kept_at: None,
            })
        })
        .collect()
}

fn random_ids() -> Result<LeadIds, Error> {
    let id = uuid::Builder::from_random_bytes(random()?).into_uuid();
    Ok(LeadIds {
        id: LeadId(id),
        subject: SubjectRef::from_random(random()?),
    })
}

pub(crate) fn random<const N: usize>() -> Result<[u8; N], Error> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| Error::Random)?;
    Ok(bytes)
}
