//! Changing one's mind: withdrawing a consent, objecting, correcting (Art. 7(3), 16, 21).
//!
//! When: whenever the person says so; no reason is asked. How: the decisions turn to no, and what only they needed goes
//! at once ([`Kept::re_minimise`]). What it was a minute ago stays provable by the ledger.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, FixedOffset, Utc};

use crate::decision::{Act, BoxRef, Decision};
use crate::field::{Field, Value};
use crate::lead::{Kept, KeptField};
use crate::ledger::Choice;
use crate::minimise::bounded;
use crate::profile::{Basis, Channel, Profile};

/// What is taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// One purpose on one channel, or on all of its channels where none is named.
    Box(BoxRef),
    /// All direct marketing on one channel, whatever for.
    Channel(Channel),
    /// Every consent (withdrawal).
    Consents,
    /// All direct marketing (Art. 21(2)): what rests on consent, and what rests on a legitimate interest.
    Marketing,
}

impl Scope {
    /// True where it takes back `decision`.
    pub fn covers(&self, decision: &Decision) -> bool {
        self.takes(&decision.purpose, decision.channel, decision.basis)
    }

    /// True where it takes back `choice`, as the ledger tells it.
    pub fn covers_choice(&self, choice: &Choice) -> bool {
        self.takes(&choice.purpose, choice.channel, choice.basis)
    }

    fn takes(&self, purpose: &str, channel: Option<Channel>, basis: Basis) -> bool {
        match self {
            Self::Box(one) => {
                one.purpose == purpose && (one.channel.is_none() || one.channel == channel)
            }
            Self::Channel(one) => basis != Basis::Requested && channel == Some(*one),
            Self::Consents => basis == Basis::Consent,
            Self::Marketing => basis != Basis::Requested,
        }
    }
}

/// What a CRM is told of `choices` that turned to no: the whole purpose where nothing of it `stands`, the box alone
/// where something does.
pub fn told<'a>(
    choices: impl IntoIterator<Item = &'a Choice>,
    stands: impl Fn(&str) -> bool,
) -> BTreeSet<BoxRef> {
    let name = |choice: &Choice| match stands(&choice.purpose) {
        true => choice.box_ref(),
        false => BoxRef::whole(choice.purpose.clone()),
    };
    choices.into_iter().map(name).collect()
}

/// Boxes by name, as files and stores write them.
pub fn names(boxes: &BTreeSet<BoxRef>) -> BTreeSet<String> {
    boxes.iter().map(BoxRef::to_string).collect()
}

/// What a withdrawal came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Withdrawn {
    /// The decisions as they stand now, those alone that turned to no.
    pub decisions: Vec<Decision>,
    /// Names of the fields that went with them.
    pub gone: BTreeSet<Field>,
}

impl Withdrawn {
    /// True where nothing had been given of what was taken back.
    pub fn is_nothing(&self) -> bool {
        self.decisions.is_empty()
    }
}

impl Kept {
    /// Takes back what `scope` covers: the decisions turn to no, their promises end, and fields that nothing else needs
    /// are dropped.
    pub fn withdraw(
        &mut self,
        scope: &Scope,
        act: Act,
        at: DateTime<FixedOffset>,
        profile: &Profile,
    ) -> Withdrawn {
        let mut decisions = Vec::new();
        for decision in self
            .decisions
            .iter_mut()
            .filter(|one| one.given && scope.covers(one))
        {
            decision.given = false;
            decision.act = act;
            decision.at = at;
            decisions.push(decision.clone());
        }
        if decisions.is_empty() {
            return Withdrawn::default();
        }
        let stands: BTreeSet<&str> = self
            .decisions
            .iter()
            .filter(|decision| decision.given)
            .map(|decision| decision.purpose.as_str())
            .collect();
        self.promises
            .retain(|promise| stands.contains(promise.purpose.as_str()));
        self.revision += 1;
        let gone = self.re_minimise(profile);
        Withdrawn { decisions, gone }
    }

    /// True while some purpose is accepted: otherwise there is no reason to keep anything.
    pub fn has_purpose(&self) -> bool {
        self.decisions.iter().any(|decision| decision.given)
    }

    /// Corrects what the person stated, and only that: a correction brings in no field that was not kept, unless an
    /// accepted purpose needs it. Answers the names of what was corrected.
    pub fn correct(
        &mut self,
        edits: BTreeMap<Field, Option<Value>>,
        profile: &Profile,
    ) -> BTreeSet<Field> {
        let mut corrected = BTreeSet::new();
        for (field, value) in edits.into_iter().filter(|(field, _)| !field.is_staffs()) {
            let value = value.and_then(bounded);
            let before = self.fields.get(&field).map(|kept| &kept.value);
            if before == value.as_ref() || self.reasons(field, profile).is_empty() {
                continue;
            }
            match value {
                Some(value) => {
                    let deadline = DateTime::<Utc>::MAX_UTC;
                    self.fields.insert(field, KeptField { value, deadline });
                }
                None => {
                    self.fields.remove(&field);
                }
            }
            corrected.insert(field);
        }
        self.re_minimise(profile);
        if !corrected.is_empty() {
            self.revision += 1;
        }
        corrected
    }
}
