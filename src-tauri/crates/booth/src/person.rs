//! A person as a screen names them: by the lead on it, or by what they say over a telephone, a receipt's code or an
//! e-mail. [`crate::rights`] does what they ask for.

use std::sync::Mutex;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use zgoda_core::receipt::Code;
use zgoda_core::report::page::Page;
use zgoda_core::withdraw::Scope;
use zgoda_core::{Act, BoxRef, Field, LeadId, Value};

use crate::Booth;
use crate::error::Error;
use crate::rights::{self, Held, Taken, Who};
use crate::sync::lock;
use crate::view::{FieldEdit, LeadView};

/// Whom it is about.
#[derive(Clone, Deserialize, TS)]
#[serde(tag = "by", content = "value", rename_all = "snake_case")]
#[ts(export)]
pub enum PersonRef {
    /// A lead, here or as a reference.
    Lead(LeadId),
    /// What a person says: a receipt's code, or an e-mail.
    Said(String),
}

/// What this device knows of a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct PersonView {
    /// Leads on this device.
    pub leads: Vec<LeadId>,
    /// What is left of leads whose values are in the CRM alone.
    pub stubs: Vec<StubView>,
}

/// A reference without values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct StubView {
    /// The lead.
    pub lead: LeadId,
    /// The code of the person's receipt.
    pub code: String,
    /// When the last of the person's values is erased in the CRM.
    pub until: Option<DateTime<Utc>>,
    /// True where this device captured them, and has the receipt.
    pub receipt: bool,
}

/// An answer to a request for access, ready to be handed over.
pub struct Handed {
    /// The page in the person's language.
    pub html: String,
    /// The same for machines.
    pub json: String,
}

impl PersonRef {
    fn who(&self) -> Result<Who, Error> {
        match self {
            Self::Lead(lead) => Ok(Who::Lead(*lead)),
            Self::Said(text) if text.contains('@') => Ok(Who::email(text.trim())),
            Self::Said(text) => {
                let code: Result<Code, _> = text.parse();
                code.map(Who::Code).map_err(|_| Error::UnknownCode)
            }
        }
    }
}

/// Finds a person as [`Booth::person`] does; whoever is named by a code that this device does not know is looked for in
/// the CRM. Where that does not answer nobody is found.
///
/// # Errors
/// Where the store is locked or cannot be read.
pub fn find(booth: &Mutex<Booth>, person: &PersonRef) -> Result<PersonView, Error> {
    if let Ok(Who::Code(code)) = person.who() {
        match rights::look_up(booth, None, &code) {
            Ok(_) | Err(Error::LookUp(_) | Error::Connect(_)) => {}
            Err(error) => return Err(error),
        }
    }
    lock(booth).person(person)
}

impl Booth {
    /// Finds a person; nobody is no error.
    ///
    /// # Errors
    /// Where the store is locked or cannot be read.
    pub fn person(&mut self, person: &PersonRef) -> Result<PersonView, Error> {
        let open = self.staff()?;
        let found = match person.who().and_then(|who| open.find(&who)) {
            Err(Error::UnknownCode | Error::NoLead) => Vec::new(),
            found => found?,
        };
        let mut view = PersonView {
            leads: Vec::new(),
            stubs: Vec::new(),
        };
        for held in found {
            match held {
                Held::Here(kept) => view.leads.push(kept.id),
                Held::Stub(stub) => view.stubs.push(StubView {
                    lead: stub.lead,
                    code: Code::of(&stub.subject).grouped(),
                    until: stub.deadlines.values().max().copied(),
                    receipt: open.was_captured(&stub.subject)?,
                }),
            }
        }
        Ok(view)
    }

    /// Withdraws one box, or every consent.
    ///
    /// # Errors
    /// As [`Booth::withdraw`].
    pub fn person_withdraws(
        &mut self,
        person: &PersonRef,
        what: Option<BoxRef>,
        now: DateTime<Utc>,
    ) -> Result<Taken, Error> {
        self.staff()?;
        let scope = what.map_or(Scope::Consents, Scope::Box);
        self.withdraw(&person.who()?, &scope, Act::Terminal, now)
    }

    /// Objects to all direct marketing.
    ///
    /// # Errors
    /// As [`Booth::object`].
    pub fn person_objects(
        &mut self,
        person: &PersonRef,
        now: DateTime<Utc>,
    ) -> Result<Taken, Error> {
        self.staff()?;
        self.object(&person.who()?, &Scope::Marketing, Act::Terminal, now)
    }

    /// Corrects what the person stated, and shows the lead as it is then.
    ///
    /// # Errors
    /// As [`Booth::correct`].
    pub fn lead_correct(
        &mut self,
        id: LeadId,
        edits: Vec<FieldEdit>,
        now: DateTime<Utc>,
    ) -> Result<LeadView, Error> {
        self.staff()?;
        let value = |one: FieldEdit| -> (_, Option<Value>) {
            let value = one.value.and_then(|value| value.into_value(one.field));
            (one.field, value)
        };
        // A signature is the person's own hand: it can be taken out, and not be written.
        let is_forged = |one: &FieldEdit| one.field == Field::Signature && one.value.is_some();
        let edits = edits.into_iter().filter(|one| !is_forged(one));
        let edits = edits.map(value).collect();
        let corrected = self.correct(&Who::Lead(id), &edits, now)?;
        let dropped = corrected.dropped.into_values().flatten().collect();
        Ok(LeadView {
            dropped,
            ..self.lead(id, now)?
        })
    }

    /// Everything known of a person, to be handed to them.
    ///
    /// # Errors
    /// As [`Booth::access`].
    pub fn person_access(&mut self, person: &PersonRef) -> Result<Handed, Error> {
        self.staff()?;
        let accessed = self.access(&person.who()?)?;
        let page = Page::joined(&accessed.pages).ok_or(Error::NoLead)?;
        Ok(Handed {
            html: page.html(),
            json: serde_json::to_string_pretty(&accessed).unwrap_or_default(),
        })
    }
}
