//! One undo for a whole import.
//!
//! How: the ids of the leads that an import makes are noted in the store before the first of them, so that what was cut
//! off is taken back too. When: within a day; what the CRM has been told by then is erased there by the next sync. Who
//! has since answered for themselves stays: that answer is no part of the list. After the day the ids are dropped.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use zgoda_core::ledger::{Happening, Kind};
use zgoda_core::list::{Evidence, Tool};
use zgoda_core::{Act, LeadId, SubjectRef};

use super::view::{ListCounts, ListImport, UNDO};
use crate::error::Error;
use crate::{Booth, Open};

/// Where the imports are noted.
const KEY: &str = "list_imports";

/// An import that can be taken back.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Import {
    id: String,
    tool: Tool,
    at: DateTime<Utc>,
    leads: Vec<LeadId>,
}

/// The imports of the last day.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Imports(Vec<Import>);

impl Imports {
    /// Notes an import before its first lead.
    pub(super) fn note(
        open: &mut Open,
        id: &str,
        evidence: &Evidence,
        leads: Vec<LeadId>,
        now: DateTime<Utc>,
    ) -> Result<ListImport, Error> {
        let mut imports = Self::read(open)?;
        imports.0.retain(|one| one.may_be_undone(now));
        let import = Import {
            id: id.to_owned(),
            tool: evidence.tool,
            at: now,
            leads,
        };
        let view = import.view(0);
        imports.0.push(import);
        imports.write(open)?;
        Ok(view)
    }

    /// Drops what is past its day.
    pub(crate) fn end_past(open: &mut Open, now: DateTime<Utc>) -> Result<(), Error> {
        let mut imports = Self::read(open)?;
        let before = imports.0.len();
        imports.0.retain(|one| one.may_be_undone(now));
        if imports.0.len() < before {
            imports.write(open)?;
        }
        Ok(())
    }

    fn read(open: &Open) -> Result<Self, Error> {
        let text = open.store.meta_get(KEY)?;
        let read = text.map(|text| serde_json::from_str(&text).unwrap_or_default());
        Ok(read.unwrap_or_default())
    }

    fn write(&self, open: &mut Open) -> Result<(), Error> {
        let text = serde_json::to_string(self).unwrap_or_default();
        Ok(open.store.meta_set(KEY, &text)?)
    }
}

impl Import {
    fn may_be_undone(&self, now: DateTime<Utc>) -> bool {
        now < self.at + UNDO
    }

    fn view(&self, kept: usize) -> ListImport {
        let counts = ListCounts {
            kept,
            ..ListCounts::default()
        };
        ListImport::of(self.id.clone(), self.tool, self.at, counts)
    }
}

impl Booth {
    /// The imports that can be taken back, the newest first.
    ///
    /// # Errors
    /// Where the store is locked or cannot be read.
    pub fn lists(&mut self, now: DateTime<Utc>) -> Result<Vec<ListImport>, Error> {
        let open = self.staff()?;
        let imports = Imports::read(open)?;
        let mut views = Vec::new();
        for import in imports.0.iter().filter(|one| one.may_be_undone(now)) {
            views.push(import.view(open.store.present(&import.leads)?));
        }
        views.reverse();
        Ok(views)
    }

    /// Takes a whole import back: everybody whom it brought is erased, here and in the CRM. Answers how many.
    ///
    /// # Errors
    /// [`Error::NoImport`] where there is none of that id, or its day is over.
    pub fn list_undo(&mut self, id: &str, now: DateTime<Utc>) -> Result<usize, Error> {
        let open = self.staff()?;
        let mut imports = Imports::read(open)?;
        let found = imports.0.iter().position(|one| one.id == id);
        let found = found.filter(|at| imports.0[*at].may_be_undone(now));
        let import = imports.0[found.ok_or(Error::NoImport)?].clone();
        let mut erased = 0;
        for (lead, subject) in open.brought(&import)? {
            let happening = Happening {
                act: Some(Act::Import),
                subject: Some(subject),
                list: Some(import.id.clone()),
                ..Happening::new(Kind::Erase, open.local(now))
            };
            erased += usize::from(open.store.erase(lead, happening)?);
        }
        imports.0.retain(|one| one.id != import.id);
        imports.write(open)?;
        open.make_final(now)?;
        Ok(erased)
    }
}

impl Open {
    /// Whom an import brought and who is still here, or in the CRM, without having answered for themselves since.
    fn brought(&self, import: &Import) -> Result<Vec<(LeadId, SubjectRef)>, Error> {
        // Of every device: somebody may have answered on another one, whose store came back with that.
        let mut answers = self.ledger()?;
        answers.retain(|entry| entry.kind == Kind::Capture);
        answers.sort_by_key(|entry| entry.at);
        let newest = answers.into_iter();
        let newest = newest.filter_map(|entry| Some((entry.subject?, entry.list)));
        let newest: BTreeMap<SubjectRef, Option<String>> = newest.collect();
        let leads: BTreeSet<LeadId> = import.leads.iter().copied().collect();
        let here = self.store.leads()?.into_iter();
        let here = here.map(|kept| (kept.id, kept.subject));
        let gone = self.store.stubs()?.into_iter();
        let gone = gone.map(|stub| (stub.lead, stub.subject));
        let all = here.chain(gone).filter(|(lead, _)| leads.contains(lead));
        let by_list = |(_, subject): &(LeadId, SubjectRef)| {
            newest.get(subject).and_then(Option::as_ref) == Some(&import.id)
        };
        Ok(all.filter(by_list).collect())
    }
}
