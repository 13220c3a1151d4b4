//! What the CRM is told of what came of two devices, and what the other one had still to tell.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use zgoda_core::ledger::Choice;
use zgoda_core::outbox::{Kind, Stub};
use zgoda_core::withdraw;
use zgoda_core::{Decision, Field, Kept, LeadId, SubjectRef};

use super::merge::Merge;
use crate::error::StoreError;
use crate::table::outbox::News;
use crate::table::{lead, mark, meta, outbox, profile, tombstone};
use crate::work::capture::replace_parts;

impl Merge<'_> {
    /// Each side took back what the other one had left, and neither told the CRM of both.
    pub(super) fn tell_of_halves(
        &self,
        own: &Kept,
        other: &Kept,
        mut merged: Kept,
    ) -> Result<(), StoreError> {
        let inside = lead::inside(self.here, own.id)?.ok_or(StoreError::NoSuchLead)?;
        merged.revision = own.revision.max(other.revision) + 1;
        lead::update(self.here, &merged)?;
        replace_parts(self.here, &merged, &inside.salt)?;
        let sides = || own.decisions.iter().chain(&other.decisions);
        let gave =
            |one: &&Decision| sides().any(|side| side.given && side.box_ref() == one.box_ref());
        let back: Vec<Choice> = merged
            .decisions
            .iter()
            .filter(gave)
            .map(Choice::from)
            .collect();
        let news = News {
            lead: own.id,
            kind: Kind::Withdraw,
            subject: &own.subject,
            crm_id: inside.crm_id.as_deref(),
            revision: merged.revision,
            at: self.at,
        };
        news.add(
            self.here,
            &withdraw::names(&withdraw::told(&back, |_| false)),
        )
    }

    /// Neither device has told the CRM what came of both.
    pub(super) fn tell_of_both(
        &self,
        own: &Kept,
        other: &Kept,
        merged: &Kept,
    ) -> Result<(), StoreError> {
        let crm_id = lead::inside(self.here, own.id)?.and_then(|inside| inside.crm_id);
        let news = |kind| News {
            lead: own.id,
            kind,
            subject: &own.subject,
            crm_id: crm_id.as_deref(),
            revision: merged.revision,
            at: self.at,
        };
        news(Kind::Upsert).add_upsert(self.here)?;
        let fields = own.fields.keys().chain(other.fields.keys());
        let queued = outbox::expiring(self.here, own.id)?;
        let mut gone = merged.without(fields.copied().collect());
        gone.retain(|field| field.leaves() && !queued.contains(field));
        if !gone.is_empty() {
            news(Kind::Expire).add(self.here, &gone)?;
        }
        Ok(())
    }

    /// What the person took back of `kept` while the other device made `stub` of it, which does not tell what was decided:
    /// the CRM is told, unless the stub is of a later capture.
    pub(super) fn taken_back(
        &self,
        kept: &Kept,
        stub: &Stub,
        captured: Option<DateTime<Utc>>,
    ) -> Result<(), StoreError> {
        let of_late = |at: DateTime<Utc>| captured.is_none_or(|captured| at > captured);
        let back = kept
            .decisions
            .iter()
            .filter(|one| !one.given && one.at > kept.captured_at && of_late(one.at.to_utc()));
        let back: Vec<Choice> = back.map(Choice::from).collect();
        if back.is_empty() {
            return Ok(());
        }
        let boxes = withdraw::told(&back, |id| !kept.accepted(id).is_empty());
        let news = |kind| News {
            lead: stub.lead,
            kind,
            subject: &stub.subject,
            crm_id: Some(&stub.crm_id),
            revision: stub.revision,
            at: self.at,
        };
        news(Kind::Withdraw).add(self.here, &withdraw::names(&boxes))?;
        let mut gone = kept.without(stub.deadlines.keys().copied().collect());
        // Which answers the CRM has is not known here: they go together.
        if stub.deadlines.contains_key(&Field::Answers)
            && profile::answered(self.here)?
                .iter()
                .any(|one| back.iter().any(|choice| choice.purpose == *one))
        {
            gone.insert(Field::Answers);
        }
        let queued = outbox::expiring(self.here, stub.lead)?;
        gone.retain(|field| field.leaves() && !queued.contains(field));
        if !gone.is_empty() {
            for field in &gone {
                mark::delete_of(self.here, stub.lead, *field)?;
            }
            news(Kind::Expire).add(self.here, &gone)?;
            meta::set_purge_due(self.here)?;
        }
        Ok(())
    }

    /// What that device had still to tell.
    pub(super) fn messages(&self) -> Result<(), StoreError> {
        for (row, inside) in outbox::whole(self.there)? {
            let erased = tombstone::has(self.here, row.lead)?;
            let wanted = match row.kind {
                Kind::Upsert => self.fresh.contains(&row.lead),
                Kind::Withdraw => !erased || self.is_erasing(row.lead)?,
                Kind::Expire => !erased,
                Kind::Erase => erased,
            };
            if wanted && !outbox::has_same(self.here, &row, &inside)? {
                outbox::copy(self.here, &row, &inside)?;
            }
            if wanted && erased && row.kind == Kind::Withdraw {
                outbox::put_last(self.here, row.lead, Kind::Erase)?;
                outbox::level(self.here, row.lead, row.revision)?;
            }
        }
        Ok(())
    }

    /// True where one of the devices has still to tell of the erasure: what the person took back goes before it.
    fn is_erasing(&self, lead: LeadId) -> Result<bool, StoreError> {
        let erase = Some(Kind::Erase);
        Ok(outbox::has(self.here, lead, erase)? || outbox::has(self.there, lead, erase)?)
    }

    /// Erased here, while the other device had told the CRM of them.
    pub(super) fn erase_in_crm(
        &self,
        subject: &SubjectRef,
        other: &Kept,
        there: &lead::Inside,
    ) -> Result<(), StoreError> {
        if !there.crm_may_know() {
            return Ok(());
        }
        self.tell_of_erasure(subject, other.id, there.crm_id.as_deref(), other.revision)
    }

    pub(super) fn tell_of_erasure(
        &self,
        subject: &SubjectRef,
        lead: LeadId,
        crm_id: Option<&str>,
        revision: u32,
    ) -> Result<(), StoreError> {
        if outbox::has(self.here, lead, Some(Kind::Erase))? {
            return outbox::level(self.here, lead, revision);
        }
        let news = News {
            lead,
            kind: Kind::Erase,
            subject,
            crm_id,
            revision,
            at: self.at,
        };
        news.add(self.here, &BTreeSet::<Field>::new())
    }
}
