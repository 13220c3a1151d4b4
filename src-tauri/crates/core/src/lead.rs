//! A lead: the fields that the accepted purposes need, with a deadline each.
//!
//! [`Lead::new`] is the only way to a new one, from a [`Draft`] and [`Decisions`]; there is no constructor beside it:
//!
//! ```compile_fail
//! use zgoda_core::lead::Lead;
//! let lead = Lead { fields: Default::default() };
//! ```
//!
//! What the store holds comes back as [`Kept`], which can only shrink: [`Kept::re_minimise`] drops what no living
//! purpose needs any more.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveTime, TimeZone, Utc};
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use uuid::Uuid;

use crate::candidate::Source;
use crate::decision::{Decision, Decisions};
use crate::field::{Field, Value};
use crate::identity::{Identity, is_same_name};
use crate::language::Language;
use crate::minimise::Draft;
use crate::personal::Personal;
use crate::profile::{Channel, Keep, Profile};
use crate::retention::Anchors;

/// A lead's id, made at capture; the CRM's external id too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(transparent)]
pub struct LeadId(pub Uuid);

impl std::fmt::Display for LeadId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// A random reference to a person in the ledger; it names nobody.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SubjectRef(String);

impl SubjectRef {
    /// Makes one from 16 random bytes.
    pub fn from_random(bytes: [u8; 16]) -> Self {
        Self(hex::encode(bytes))
    }

    /// Takes one from the store, as it was written.
    pub fn restore(text: String) -> Self {
        Self(text)
    }

    /// Hex, 32 characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A promise to the person: what, and by when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Promise {
    /// The purpose that it serves.
    pub purpose: String,
    /// The day by which it is to be kept.
    pub due: NaiveDate,
    /// When it was kept.
    pub kept_at: Option<DateTime<Utc>>,
}

/// A field of a lead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptField {
    /// Its value.
    pub value: Value,
    /// The last moment of its life: the latest among the accepted purposes that need it.
    pub deadline: DateTime<Utc>,
}

/// A fresh lead, not yet stored.
#[derive(Clone, Debug)]
pub struct Lead(Kept);

/// A lead as the store holds it.
#[derive(Clone, Debug)]
pub struct Kept {
    /// Id.
    pub id: LeadId,
    /// Reference in the ledger.
    pub subject: SubjectRef,
    /// Counts changes; the CRM is told of the newest.
    pub revision: u32,
    /// When it was captured, with the place's offset.
    pub captured_at: DateTime<FixedOffset>,
    /// The attendee's language.
    pub language: Language,
    /// Where it came from.
    pub source: Source,
    /// What is kept.
    pub fields: BTreeMap<Field, KeptField>,
    /// The last moment of what was answered for each purpose.
    pub answer_ends: BTreeMap<String, DateTime<Utc>>,
    /// What was decided.
    pub decisions: Vec<Decision>,
    /// What was promised.
    pub promises: Vec<Promise>,
    /// When the CRM confirmed it.
    pub confirmed_at: Option<DateTime<Utc>>,
}

/// Ids of a new lead; random, made by the caller.
#[derive(Clone, Debug)]
pub struct LeadIds {
    /// Id.
    pub id: LeadId,
    /// Reference in the ledger.
    pub subject: SubjectRef,
}

/// Why there is no lead.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum LeadError {
    /// No purpose was accepted: nothing may be kept.
    #[error("no purpose was accepted, so nothing is kept")]
    NothingAccepted,
    /// The accepted purposes need nothing of what is there.
    #[error("nothing that the accepted purposes need is there")]
    NothingNeeded,
    /// A promise serves a purpose that was not accepted.
    #[error("a promise serves a purpose that was not accepted: {0}")]
    PromiseWithoutPurpose(String),
    /// A channel was agreed to, but nothing is there to reach the person by.
    #[error("{} was agreed to, but there is no {} to use it", .0.as_str(), .0.field().as_str())]
    NoAddressForChannel(Channel),
}

impl LeadError {
    /// The code that screens translate.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NothingAccepted => "nothing_accepted",
            Self::NothingNeeded => "nothing_needed",
            Self::PromiseWithoutPurpose(_) => "promise_without_purpose",
            Self::NoAddressForChannel(_) => "no_address_for_channel",
        }
    }
}

impl Lead {
    /// Makes a lead of what the accepted purposes need of `draft`; the rest is wiped.
    ///
    /// # Errors
    /// Where nothing was accepted, nothing needed is there, or a channel was agreed to that nothing there can reach: such
    /// a consent would stand on record with no use, and a later address would come under it unasked.
    pub fn new(
        ids: LeadIds,
        draft: Draft,
        decisions: Decisions,
        promises: Vec<Promise>,
        profile: &Profile,
        captured_at: DateTime<FixedOffset>,
    ) -> Result<Self, LeadError> {
        if decisions.nothing_given() {
            return Err(LeadError::NothingAccepted);
        }
        let given = |id: &str| {
            decisions
                .as_slice()
                .iter()
                .any(|d| d.given && d.purpose == id)
        };
        if let Some(stray) = promises.iter().find(|promise| !given(&promise.purpose)) {
            return Err(LeadError::PromiseWithoutPurpose(stray.purpose.clone()));
        }
        let source = draft.source();
        let language = decisions
            .as_slice()
            .first()
            .map_or(Language::En, |d| d.language);
        let fields = draft
            .into_fields()
            .into_iter()
            .map(|(field, value)| {
                (
                    field,
                    KeptField {
                        value,
                        deadline: DateTime::<Utc>::MAX_UTC,
                    },
                )
            })
            .collect();
        let mut kept = Kept {
            id: ids.id,
            subject: ids.subject,
            revision: 1,
            captured_at,
            language,
            source,
            fields,
            answer_ends: BTreeMap::new(),
            decisions: decisions.into_vec(),
            promises,
            confirmed_at: None,
        };
        kept.re_minimise(profile);
        if kept.fields.is_empty() {
            return Err(LeadError::NothingNeeded);
        }
        match kept.channel_without_address() {
            Some(channel) => Err(LeadError::NoAddressForChannel(channel)),
            None => Ok(Self(kept)),
        }
    }

    /// The lead, to be stored or shown.
    pub fn kept(&self) -> &Kept {
        &self.0
    }
}

impl Kept {
    /// Sets each field's deadline anew and drops the fields that no accepted purpose needs. Answers the dropped names.
    pub fn re_minimise(&mut self, profile: &Profile) -> BTreeSet<Field> {
        let mut deadlines = self.deadlines(profile);
        deadlines.remove(&Field::Answers);
        deadlines.extend(
            self.minimise_answers(profile)
                .map(|end| (Field::Answers, end)),
        );
        let gone: BTreeSet<Field> = self
            .fields
            .keys()
            .copied()
            .filter(|field| !deadlines.contains_key(field))
            .collect();
        self.fields.retain(|field, kept| {
            let deadline = deadlines.get(field);
            deadline.is_some_and(|deadline| {
                kept.deadline = *deadline;
                true
            })
        });
        gone
    }

    /// Drops the fields whose deadline is at or before `now`, and of the answers those whose own purpose has ended. Answers
    /// the names of the fields that are gone.
    pub fn expire(&mut self, now: DateTime<Utc>) -> BTreeSet<Field> {
        self.expire_answers(now);
        let due = |kept: &KeptField| kept.deadline <= now;
        let gone = self
            .fields
            .iter()
            .filter(|(_, kept)| due(kept))
            .map(|(field, _)| *field)
            .collect();
        self.fields.retain(|_, kept| !due(kept));
        gone
    }

    /// Changes what the staff wrote: only staff's fields, and only where an accepted purpose needs them. The deadline is
    /// set by the caller's next [`Kept::re_minimise`], which this calls. Answers the names of what was given and is not
    /// kept.
    pub fn edit(
        &mut self,
        edits: BTreeMap<Field, Option<Value>>,
        profile: &Profile,
    ) -> BTreeSet<Field> {
        let given = given(&edits);
        for (field, value) in edits.into_iter().filter(|(field, _)| field.is_staffs()) {
            match value {
                Some(value) => {
                    self.fields.insert(
                        field,
                        KeptField {
                            value,
                            deadline: DateTime::<Utc>::MAX_UTC,
                        },
                    );
                }
                None => {
                    self.fields.remove(&field);
                }
            }
        }
        self.re_minimise(profile);
        self.revision += 1;
        self.without(given)
    }

    /// The badge's number, where an accepted purpose needs something that is not here and that the organiser's service
    /// tells. Somebody who agreed to nothing is never asked about: there is no lead of them.
    pub fn worth_looking_up(&self, profile: &Profile, now: DateTime<Utc>) -> Option<&Personal> {
        if self.lacks(profile, now).is_empty() {
            return None;
        }
        match &self.fields.get(&Field::Reference)?.value {
            Value::Text(reference) => Some(reference),
            _ => None,
        }
    }

    /// What an accepted purpose that has not ended by `now` needs, is not here, and the organiser's service tells.
    pub fn lacks(&self, profile: &Profile, now: DateTime<Utc>) -> Vec<Field> {
        let told = profile
            .lookup
            .iter()
            .flat_map(|lookup| lookup.service.tells());
        told.filter(|field| self.is_blank(**field))
            .filter(|field| self.is_needed(**field, profile, now))
            .copied()
            .collect()
    }

    /// True where an accepted purpose that has not ended by `now` needs `field`.
    fn is_needed(&self, field: Field, profile: &Profile, now: DateTime<Utc>) -> bool {
        let mut reasons = self.reasons(field, profile).into_iter();
        reasons.any(|(_, end)| end > now)
    }

    /// True where `field` may be filled from elsewhere: nothing is there, and no consent that was given to an address would
    /// come to mean one that the person has not seen.
    fn is_blank(&self, field: Field) -> bool {
        let mut given = self.decisions.iter().filter(|decision| decision.given);
        let covers = |decision: &Decision| decision.channel.map(Channel::field) == Some(field);
        !self.fields.contains_key(&field) && !given.any(covers)
    }

    /// True where `draft` plainly says somebody else: another name; where there are not two to compare, no e-mail address in
    /// common, or no telephone. A badge may be borrowed.
    pub fn is_another(&self, draft: &Draft) -> bool {
        let both = |field| {
            let ours = self.fields.get(&field).map(|kept| kept.value.texts());
            ours.zip(draft.fields().get(&field).map(Value::texts))
        };
        if let Some((ours, theirs)) = both(Field::Name) {
            return !is_same_name(&ours.join(" "), &theirs.join(" "));
        }
        let apart = |field, same: fn(&str) -> Identity| {
            let alike = |ours: &str, theirs: &&str| same(ours) == same(theirs);
            let shares = |(ours, theirs): (Vec<&str>, Vec<&str>)| {
                ours.iter()
                    .any(|one| theirs.iter().any(|other| alike(one, other)))
            };
            both(field).map(|both| !shares(both))
        };
        apart(Field::Email, Identity::of_email)
            .or_else(|| apart(Field::Phone, Identity::of_phone))
            .unwrap_or_default()
    }

    /// Takes from `draft` what is blank here and an accepted purpose needs that has not ended by `now`; what stands here
    /// stays. The source is the draft's from now on (Art. 14). Answers the names of what was taken.
    pub fn fill(&mut self, draft: Draft, profile: &Profile, now: DateTime<Utc>) -> BTreeSet<Field> {
        let source = draft.source();
        let new = draft.into_fields().into_iter();
        let new = new.filter(|(field, _)| !field.is_staffs() && self.is_blank(*field));
        let new = new.filter(|(field, _)| self.is_needed(*field, profile, now));
        let new: BTreeMap<Field, KeptField> = new
            .map(|(field, value)| {
                let deadline = DateTime::<Utc>::MAX_UTC;
                (field, KeptField { value, deadline })
            })
            .collect();
        let mut taken: BTreeSet<Field> = new.keys().copied().collect();
        self.fields.extend(new);
        self.re_minimise(profile);
        taken.retain(|field| self.fields.contains_key(field));
        if !taken.is_empty() {
            self.source = source;
            self.revision += 1;
        }
        taken
    }

    /// Those of `fields` that are not kept.
    pub fn without(&self, mut fields: BTreeSet<Field>) -> BTreeSet<Field> {
        fields.retain(|field| !self.fields.contains_key(field));
        fields
    }

    /// Marks the promise for `purpose` as kept at `now`, which starts its retention clock. False where there is none open.
    pub fn keep_promise(&mut self, purpose: &str, now: DateTime<Utc>, profile: &Profile) -> bool {
        let open = self
            .promises
            .iter_mut()
            .find(|p| p.purpose == purpose && p.kept_at.is_none());
        let Some(promise) = open else { return false };
        promise.kept_at = Some(now);
        self.re_minimise(profile);
        self.revision += 1;
        true
    }

    /// True while something that was promised is not kept.
    pub fn has_open_promise(&self) -> bool {
        self.promises
            .iter()
            .any(|promise| promise.kept_at.is_none())
    }

    /// The boxes agreed to for the purpose `id`.
    pub fn accepted(&self, id: &str) -> BTreeSet<Option<Channel>> {
        let given = self.decisions.iter().filter(|decision| decision.given);
        given
            .filter(|decision| decision.purpose == id)
            .map(|decision| decision.channel)
            .collect()
    }

    /// Until when whoever is told of this lead may hold each field without being told anew: of the answers, until the first
    /// of them ends.
    pub fn told_deadlines(&self) -> BTreeMap<Field, DateTime<Utc>> {
        let told = self.fields.iter().filter(|(field, _)| field.leaves());
        let mut deadlines: BTreeMap<_, _> =
            told.map(|(field, kept)| (*field, kept.deadline)).collect();
        if let Some(answers) = deadlines.get_mut(&Field::Answers) {
            *answers = self.answer_ends.values().min().copied().unwrap_or(*answers);
        }
        deadlines
    }

    /// True when the local copy may go: the CRM has it, and nothing in `keep` holds it here. A signature does to its last
    /// day, since no CRM has one; so do answers until those that are left end together.
    pub fn may_be_forgotten(&self, profile: &Profile, now: DateTime<Utc>) -> bool {
        let held = match profile.keep {
            Keep::UntilConfirmed => false,
            Keep::UntilPromiseKept => self.has_open_promise(),
            Keep::UntilEventEnd => now < profile.event.end(),
        };
        self.confirmed_at.is_some() && !held && !self.is_bound()
    }

    /// True while a signature, or answers that end apart, hold it here whatever the profile says.
    pub fn is_bound(&self) -> bool {
        self.fields.contains_key(&Field::Signature) || self.answers_end_apart()
    }

    /// The accepted purposes that need `field`, with the day each ends.
    pub fn reasons(&self, field: Field, profile: &Profile) -> Vec<(String, DateTime<Utc>)> {
        profile
            .purposes
            .iter()
            .filter_map(|purpose| {
                let accepted = self.accepted(&purpose.id);
                let needed = !accepted.is_empty() && purpose.needs(&accepted).contains(&field);
                let anchors = self.anchors(&purpose.id, profile);
                needed.then(|| (purpose.id.clone(), purpose.retention.deadline(&anchors)))
            })
            .collect()
    }

    /// A channel that was agreed to although the field it goes by is not there.
    fn channel_without_address(&self) -> Option<Channel> {
        let given = self.decisions.iter().filter(|decision| decision.given);
        given
            .filter_map(|decision| decision.channel)
            .find(|channel| !self.fields.contains_key(&channel.field()))
    }

    fn deadlines(&self, profile: &Profile) -> BTreeMap<Field, DateTime<Utc>> {
        Field::ALL
            .into_iter()
            .filter_map(|field| {
                let ends = self.reasons(field, profile).into_iter().map(|(_, end)| end);
                Some((field, ends.max()?))
            })
            .collect()
    }

    fn anchors(&self, purpose: &str, profile: &Profile) -> Anchors {
        let promise = self
            .promises
            .iter()
            .find(|promise| promise.purpose == purpose);
        let due = promise.map(|promise| {
            let evening = promise
                .due
                .succ_opt()
                .unwrap_or(promise.due)
                .and_time(NaiveTime::MIN);
            let local = profile
                .event
                .time_zone
                .from_local_datetime(&evening)
                .earliest();
            local.map_or_else(|| evening.and_utc(), |local| local.with_timezone(&Utc))
        });
        Anchors {
            captured: self.captured_at.with_timezone(&Utc),
            event_end: profile.event.end(),
            promise_due: due,
            promise_kept: promise.and_then(|promise| promise.kept_at),
            confirmed: self.confirmed_at,
        }
    }
}

/// The fields for which a change brings a value.
pub fn given(edits: &BTreeMap<Field, Option<Value>>) -> BTreeSet<Field> {
    let valued = edits.iter().filter(|(_, value)| value.is_some());
    valued.map(|(field, _)| *field).collect()
}
