//! Whom it is about: on this device, or in the CRM, where another device captured them.

use std::collections::BTreeSet;
use std::sync::Mutex;

use zgoda_core::consent::{self, Record};
use zgoda_core::ledger::{Entry, Kind};
use zgoda_core::outbox::{Found, Stub};
use zgoda_core::receipt::Code;
use zgoda_core::{Field, Kept, LeadId, SubjectRef};
use zgoda_crm::{Connector, Secret as CrmSecret};

use super::Who;
use crate::error::Error;
use crate::sync::{keep_renewed, lock};
use crate::{Booth, Open};

/// A lead, or what is left of it.
pub(crate) enum Held {
    Here(Box<Kept>),
    Stub(Box<Stub>),
}

impl Held {
    pub(super) fn lead(&self) -> LeadId {
        match self {
            Self::Here(kept) => kept.id,
            Self::Stub(stub) => stub.lead,
        }
    }

    pub(super) fn subject(&self) -> SubjectRef {
        match self {
            Self::Here(kept) => kept.subject.clone(),
            Self::Stub(stub) => stub.subject.clone(),
        }
    }
}

/// Asks the CRM for the person of a receipt that this device does not know; true where it knows them. From then on their
/// rights are carried out from here as if they had been captured here. The network is waited for without the store's lock.
///
/// # Errors
/// Where the store is locked, or the CRM did not answer ([`Error::LookUp`]).
pub fn look_up(
    booth: &Mutex<Booth>,
    secret: Option<&CrmSecret>,
    code: &Code,
) -> Result<bool, Error> {
    let Some(mut connector) = lock(booth).look_up_begin(secret, code)? else {
        return Ok(true);
    };
    let found = connector.find(code);
    keep_renewed(booth, connector.as_ref())?;
    let found = found.map_err(Error::LookUp)?;
    // A CRM that answers somebody else's record is not believed.
    let found = found.filter(|found| found.is_of(code));
    let known = found.is_some();
    lock(booth).staff()?.found.extend(found);
    Ok(known)
}

impl Booth {
    /// The connector to ask; none where the person's decisions are known already.
    fn look_up_begin(
        &mut self,
        secret: Option<&CrmSecret>,
        code: &Code,
    ) -> Result<Option<Box<dyn Connector>>, Error> {
        if self.staff()?.knows(code)? {
            return Ok(None);
        }
        self.connector(secret).map(Some)
    }
}

impl Open {
    fn knows(&self, code: &Code) -> Result<bool, Error> {
        let held = match self.find(&Who::Code(code.clone())) {
            Err(Error::UnknownCode) => return Ok(false),
            held => held?,
        };
        for one in held {
            if matches!(one, Held::Stub(_)) && self.record_of(&one.subject())?.is_none() {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// A person's consents: by the ledger of this device, else as the CRM told them.
    pub(super) fn record_of(&self, subject: &SubjectRef) -> Result<Option<Record>, Error> {
        let entries = self.entries_of(subject)?;
        let own = consent::records(&self.with_imports(&entries)?).pop();
        // What was taken back here the CRM may not have heard yet.
        let found = || Some(self.found_of(subject)?.record().after(&entries));
        Ok(own.or_else(found))
    }

    /// A person's entries, with those of the imports that they came with: these name nobody, and hold the evidence.
    fn with_imports(&self, entries: &[Entry]) -> Result<Vec<Entry>, Error> {
        let lists: BTreeSet<&String> = entries.iter().filter_map(|one| one.list.as_ref()).collect();
        if lists.is_empty() {
            return Ok(entries.to_vec());
        }
        let of_list = |one: &Entry| one.list.as_ref().is_some_and(|list| lists.contains(list));
        let mut imports = self.ledger()?;
        imports.retain(|one| one.kind == Kind::Import && of_list(one));
        imports.extend_from_slice(entries);
        Ok(imports)
    }

    fn found_of(&self, subject: &SubjectRef) -> Option<&Found> {
        self.found
            .iter()
            .find(|found| found.stub.subject == *subject)
    }

    /// Takes the stub of somebody whom the CRM told of, as far as `fields` go: it lasts until the CRM has heard what
    /// becomes of them.
    pub(super) fn adopt(
        &mut self,
        subject: &SubjectRef,
        fields: impl Fn(&Field) -> bool,
    ) -> Result<(), Error> {
        if let Some(found) = self.found_of(subject).cloned() {
            let mut stub = found.stub;
            stub.deadlines.retain(|field, _| fields(field));
            self.store.adopt(&stub, found.captured_at.to_utc())?;
        }
        Ok(())
    }

    /// Every entry about one person, the earliest first.
    pub(crate) fn entries_of(&self, subject: &SubjectRef) -> Result<Vec<Entry>, Error> {
        Ok(by_time(&self.store.ledger_of(subject)?))
    }

    /// Every entry of the ledger and of those of devices whose stores were taken in, the earliest first.
    pub(crate) fn ledger(&self) -> Result<Vec<Entry>, Error> {
        let mut lines = Vec::new();
        for device in self.store.other_devices()? {
            let other = self.store.other_ledger(&device)?;
            lines.extend(other.map(|(lines, _)| lines).unwrap_or_default());
        }
        lines.extend(self.store.ledger_lines()?);
        Ok(by_time(&lines))
    }

    pub(crate) fn find(&self, who: &Who) -> Result<Vec<Held>, Error> {
        let stubs = self.stubs()?;
        let found: Vec<Held> = match who {
            Who::Lead(id) => self.held(*id, &stubs)?.into_iter().collect(),
            Who::Code(code) => {
                let is_of = |subject: &SubjectRef| Code::of(subject) == *code;
                let mut leads = self.store.leads()?;
                leads.retain(|kept| is_of(&kept.subject));
                let stubs = stubs.into_iter().filter(|stub| is_of(&stub.subject));
                let here = leads.into_iter().map(|kept| Held::Here(Box::new(kept)));
                here.chain(stubs.map(|stub| Held::Stub(Box::new(stub))))
                    .collect()
            }
            Who::Email(identity) => {
                let mut found = Vec::new();
                for same in self.store.find_all(identity)? {
                    found.extend(self.held(same.lead, &stubs)?);
                }
                found
            }
        };
        match (found.is_empty(), who) {
            (false, _) => Ok(found),
            (true, Who::Code(_)) => Err(Error::UnknownCode),
            (true, _) => Err(Error::NoLead),
        }
    }

    /// The stubs of this device, and what would be those of the people whom the CRM told of.
    fn stubs(&self) -> Result<Vec<Stub>, Error> {
        let mut stubs = self.store.stubs()?;
        for told in self.found.iter().map(|found| &found.stub) {
            if stubs.iter().all(|stub| stub.lead != told.lead) {
                stubs.push(told.clone());
            }
        }
        Ok(stubs)
    }

    fn held(&self, id: LeadId, stubs: &[Stub]) -> Result<Option<Held>, Error> {
        if let Some(kept) = self.store.lead(id)? {
            return Ok(Some(Held::Here(Box::new(kept))));
        }
        let stub = stubs.iter().find(|stub| stub.lead == id);
        Ok(stub.map(|stub| Held::Stub(Box::new(stub.clone()))))
    }
}

/// Entries of several ledgers as they happened; those of one moment stay in their ledger's order.
fn by_time(lines: &[String]) -> Vec<Entry> {
    let read = lines.iter().map(|line| serde_json::from_str(line));
    let mut entries: Vec<Entry> = read.filter_map(Result::ok).collect();
    entries.sort_by_key(|entry| entry.at);
    entries
}
