//! The attendee's turn: handing the screen over, their form, their answer, and the way back.
//!
//! When: from the hand-over on only these methods are answered, until the PIN is typed.

use chrono::{DateTime, Utc};
use zgoda_core::answer::answers;
use zgoda_core::{Act, Asker, Basis, Decisions, Draft, Field, Language, Lead, Profile, Value};
use zgoda_store::Secret;

use super::answer::with_due_dates;
use super::{values, with_answers};
use crate::error::Error;
use crate::view::{Asked, AttendeeAnswer, AttendeeView, HandOver, ThanksView};
use crate::{Booth, Mode, show};

/// What an attendee holds.
pub(crate) struct HandedOver {
    draft: Draft,
    asked: Vec<Asked>,
    language: Language,
}

impl Booth {
    /// Hands the screen over with the draft in hand. From here on only attendee methods are answered.
    ///
    /// # Errors
    /// Where there is no draft, or something is asked for that the profile does not offer.
    pub fn hand_over(&mut self, request: HandOver, now: DateTime<Utc>) -> Result<(), Error> {
        let open = self.staff()?;
        open.takes_captures()?;
        let today = open.local(now).date_naive();
        let asked = with_due_dates(request.asked, &open.profile, today)?;
        let answers = open.answers(request.language, &asked, Act::AttendeeScreen, now);
        Decisions::new(&open.profile, &answers)?;
        let noted = [Asker::Staff];
        let noted = open
            .profile
            .answered(&[], &request.replies, &noted, request.language)?;
        let draft = open.draft.take().ok_or(Error::NoDraft)?;
        open.cards.let_go();
        let draft = draft.edited(values(request.edits), &open.profile);
        let draft = with_answers(draft, noted, &open.profile);
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
        let asked = handed.asked.clone();
        let view = show::attendee(&open.profile, &handed.draft, asked, handed.language);
        Ok(Some(AttendeeView { texts, ..view }))
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
        answers.struck = answer.struck.iter().cloned().collect();
        answers.ticked = answer.ticked.iter().cloned().collect();
        let edits = values(answer.edits.clone())
            .into_iter()
            .filter(|(field, _)| !field.is_staffs());
        let draft = handed.draft.clone().edited(edits.collect(), &open.profile);
        let draft = told(draft, &answer, &open.profile)?;
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
}

/// The draft with what the attendee answered and signed. What no accepted purpose needs of it goes with the rest.
fn told(draft: Draft, answer: &AttendeeAnswer, profile: &Profile) -> Result<Draft, Error> {
    let before = answers(draft.fields().get(&Field::Answers)).to_vec();
    let by = [Asker::Attendee];
    let all = profile.answered(&before, &answer.replies, &by, answer.language)?;
    let draft = with_answers(draft, all, profile);
    let Some(signed) = &answer.signature else {
        return Ok(draft);
    };
    let value = Some(Value::Signature(signed.read()?));
    Ok(draft.edited([(Field::Signature, value)].into(), profile))
}
