//! Writing what was drafted, and looking whether it has arrived.

use std::collections::BTreeMap;

use serde_json::Value as Json;
use zgoda_core::outbox::Reason;

use super::{Desk, Draft, Told};
use crate::dialect::{Change, Dialect, Permit, Written};
use crate::filed::There;
use crate::form::Form;
use crate::http::Trouble;
use crate::round_trip::{self, Look};

impl<D: Dialect> Desk<D> {
    /// Answers the rows that were written.
    pub(super) fn write(&self, mut drafts: Vec<Draft>, told: &mut [Told]) -> Vec<Draft> {
        self.take_back(&mut drafts, told);
        let layout = self.dialect.layout();
        let mut done = Vec::new();
        let mut permits = Vec::new();
        while !drafts.is_empty() {
            let changes: Vec<&Change> = drafts.iter().map(|draft| &draft.change).collect();
            let written = self.halve(&changes);
            let mut again = Vec::new();
            for (mut draft, written) in drafts.into_iter().zip(written) {
                match written {
                    Ok(id) if told[draft.at].is_ok() => {
                        permits.extend(
                            draft
                                .permits(layout)
                                .into_iter()
                                .map(|permit| (draft.at, permit)),
                        );
                        told[draft.at] = Ok(id);
                        done.push(draft);
                    }
                    Ok(_) => {}
                    Err(refusal) if draft.demote(&refusal.columns, layout) => again.push(draft),
                    Err(refusal) => told[draft.at] = Err(refusal.trouble),
                }
            }
            drafts = again;
        }
        let (whose, permits): (Vec<usize>, Vec<Permit>) = permits.into_iter().unzip();
        let permitted = each_told(&permits, &|some| self.dialect.permit(some));
        for (at, permitted) in whose.into_iter().zip(permitted) {
            if let Err(trouble) = permitted {
                told[at] = Err(trouble);
            }
        }
        done.retain(|draft| told[draft.at].is_ok());
        done
    }

    /// Writes, halving what the CRM refuses as a whole, so that one bad row stops no other.
    pub(super) fn halve(&self, changes: &[&Change]) -> Vec<Written> {
        match self.dialect.write(changes) {
            Ok(written) if written.len() == changes.len() => written,
            Ok(_) => vec![Err(Reason::NoId.into()); changes.len()],
            Err(refusal) if changes.len() == 1 || refusal.trouble.reason.stops_all() => {
                vec![Err(refusal); changes.len()]
            }
            Err(_) => {
                let (first, second) = changes.split_at(changes.len() / 2);
                let mut written = self.halve(first);
                let troubles = written.iter().filter_map(|one| one.as_ref().err());
                let mut stopped = troubles.filter(|refusal| refusal.trouble.reason.stops_all());
                match stopped.next_back().cloned() {
                    Some(stopped) => written.extend(vec![Err(stopped); second.len()]),
                    None => written.extend(self.halve(second)),
                }
                written
            }
        }
    }

    /// Tells the CRM's own list who takes a yes back. What cannot be told now is not written either; an address that the list
    /// does not take waits for a person, and the record says all the same that the yes is withdrawn.
    fn take_back(&self, drafts: &mut Vec<Draft>, told: &mut [Told]) {
        let layout = self.dialect.layout();
        let back = drafts
            .iter()
            .filter_map(|draft| Some((draft.at, draft.takes_back(layout)?)));
        let (whose, emails): (Vec<usize>, Vec<String>) = back.unzip();
        let listed = each_told(&emails, &|some| self.dialect.take_back(some));
        for (at, listed) in whose.into_iter().zip(listed) {
            if let Err(trouble) = listed {
                told[at] = Err(trouble);
            }
        }
        drafts.retain(|draft| {
            let trouble = told[draft.at].as_ref().err();
            !trouble.is_some_and(|trouble| trouble.reason.stops_all())
        });
    }

    /// Reads one of the leads that were written, and all of them where consent has not arrived; of records that other
    /// devices write to as well, every one. Where these cannot be read it is in doubt whether they say what was written; of
    /// the others that nothing can be read at the moment says nothing against what was confirmed, as long as the CRM has not
    /// been seen to lose a consent.
    pub(super) fn read_back(&self, written: &[Draft], told: &mut [Told]) {
        let form = self.dialect.layout().form;
        let (shared, alone): (Vec<&Draft>, Vec<&Draft>) = written
            .iter()
            .partition(|draft| draft.now().filed(form).is_shared(&draft.lead));
        let there = self.shown(&shared);
        for draft in shared {
            let doubt = match &there {
                // Another device wrote at the same moment, and did not know of this.
                Ok(there) => there
                    .get(draft.key_now(form))
                    .is_some_and(|row| !draft.agrees(row, form))
                    .then_some(None),
                Err(trouble) => Some(trouble.after),
            };
            if let Some(after) = doubt {
                let reason = Reason::Ambiguous;
                told[draft.at] = Err(Trouble { reason, after });
            }
        }
        let whole = alone.into_iter().filter(|one| one.whole.is_some());
        self.sample(&whole.collect::<Vec<_>>(), told);
    }

    /// Looks whether the consents of these leads have arrived, where it is their turn.
    fn sample(&self, whole: &[&Draft], told: &mut [Told]) {
        let [sample, ..] = whole else { return };
        let is_lost = |trouble: &Trouble| trouble.reason == Reason::ConsentLost;
        let lacks = || matches!(&self.consents(&[sample])[..], [Err(one)] if is_lost(one));
        match self.samples.next() {
            Look::Nothing => return,
            Look::Sample if !lacks() => return,
            Look::Sample | Look::Whole => {}
        }
        let consents = self.consents(whole);
        self.samples.note(consents.iter().any(Result::is_err));
        for (draft, arrived) in whole.iter().zip(consents) {
            if let Err(trouble) = arrived {
                told[draft.at] = Err(trouble);
            }
        }
    }

    /// Whether the CRM shows the consent of each of these; it is in doubt where the lead is not shown.
    fn consents(&self, drafts: &[&Draft]) -> Vec<Result<(), Trouble>> {
        let form = self.dialect.layout().form;
        let doubt = |after| {
            let reason = Reason::Ambiguous;
            Err(Trouble { reason, after })
        };
        let there = match self.shown(drafts) {
            Ok(there) => there,
            Err(trouble) => return vec![doubt(trouble.after); drafts.len()],
        };
        let arrived = |draft: &&Draft| match there.get(draft.key_now(form)) {
            Some(row) if round_trip::arrived(form, &draft.change, row) => Ok(()),
            Some(_) => Err(Reason::ConsentLost.into()),
            None => doubt(None),
        };
        drafts.iter().map(arrived).collect()
    }

    /// What the CRM shows of these, by their leads.
    fn shown(&self, drafts: &[&Draft]) -> Result<BTreeMap<String, There>, Trouble> {
        let form = self.dialect.layout().form;
        let keys = drafts.iter().map(|draft| draft.key_now(form).to_owned());
        let keys: Vec<String> = keys.collect();
        let rows = match keys.is_empty() {
            true => Vec::new(),
            false => self.dialect.read(&keys)?,
        };
        let keyed = rows
            .into_iter()
            .map(|row| (row.text(form.lead).to_owned(), row));
        Ok(keyed.collect())
    }
}

/// Tells what the CRM keeps by address, halving what it refuses as a whole: one address stops no other.
fn each_told<T>(
    all: &[T],
    tell: &impl Fn(&[T]) -> Result<(), Trouble>,
) -> Vec<Result<(), Trouble>> {
    if all.is_empty() {
        return Vec::new();
    }
    let told = tell(all);
    let stops = |one: &Result<(), Trouble>| {
        let trouble = one.as_ref().err();
        trouble.is_some_and(|trouble| trouble.reason.stops_all())
    };
    if told.is_ok() || stops(&told) || all.len() == 1 {
        return vec![told; all.len()];
    }
    let (first, second) = all.split_at(all.len() / 2);
    let mut done = each_told(first, tell);
    match done.iter().find(|one| stops(one)).cloned() {
        Some(stopped) => done.extend(vec![stopped; second.len()]),
        None => done.extend(each_told(second, tell)),
    }
    done
}

impl Draft {
    /// The lead by which the CRM knows the record once it is written.
    fn key_now(&self, form: &Form) -> &str {
        let key = self.change.columns.get(form.lead).and_then(Json::as_str);
        key.unwrap_or(&self.change.key)
    }

    /// True where the CRM shows the lead as it was written.
    fn agrees(&self, row: &There, form: &Form) -> bool {
        let wrote = self.now().filed(form);
        wrote.agrees(&row.filed(form), &self.lead)
    }
}
