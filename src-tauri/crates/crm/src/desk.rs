//! What every CRM that holds leads as records does alike: read, compare, write only what differs, and class each answer.
//!
//! How: a batch is cut into runs in which no lead stands twice. For each run the CRM is asked once what it holds of those
//! leads, by the lead's own id; [`crate::filed`] says what is to change, and the [`Dialect`] writes it, many at once where
//! the CRM can. Reading first is what makes a repeat harmless after an answer that was lost.
//!
//! Where the CRM refuses a whole batch it is halved until the bad row stands alone. Where it names the columns that it
//! refuses, their values move into the notes and the row is tried once more. A lead that the CRM had and has no more was
//! erased there: to send it anew would bring the person back, so a person must look.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use serde_json::{Map, Value as Json};
use zgoda_core::field::Field;
use zgoda_core::outbox::{Answer, Body, Found, Message, Reason};
use zgoda_core::receipt::Code;

use crate::dialect::{Change, Dialect, Permit, Written};
use crate::filed::There;
use crate::form::Layout;
use crate::http::Trouble;
use crate::record::Record;
use crate::round_trip::{self, Samples};
use crate::sheet::Sheet;
use crate::{Ask, Connector, Missing, OptOuts, Tested, opt_outs};

/// A connector to a CRM of that dialect.
pub(crate) struct Desk<D> {
    dialect: D,
    /// Everything that has to be set up was seen.
    ready: bool,
    samples: Samples,
}

type Told = Result<String, Trouble>;
/// The records of a message's lead; several only where the CRM cannot keep its id unique.
type Held = Result<Vec<There>, Trouble>;

/// A row on its way: which message it belongs to, what stands in the CRM, and what is to.
struct Draft {
    at: usize,
    there: There,
    lead: Option<(Record, Sheet)>,
    change: Change,
}

impl<D: Dialect> Desk<D> {
    pub(crate) fn new(dialect: D) -> Self {
        Self {
            dialect,
            ready: false,
            samples: Samples::default(),
        }
    }

    /// CRMs drop the values of unknown fields without a word, or refuse every row: nothing goes before all is there.
    fn get_ready(&mut self) -> Result<(), Trouble> {
        if !self.ready {
            if !self.dialect.test()?.missing.is_empty() {
                return Err(Reason::Settings.into());
            }
            self.ready = true;
        }
        Ok(())
    }

    /// Tells a run in which no lead stands twice.
    fn tell(&self, run: &[Message]) -> Vec<Told> {
        let held = match self.look_up(run) {
            Ok(held) => held,
            Err(trouble) => return vec![Err(trouble); run.len()],
        };
        let mut told = Vec::with_capacity(run.len());
        let mut drafts = Vec::new();
        let mut stopped: Option<Trouble> = None;
        for (message, rows) in run.iter().zip(held) {
            let planned = match (&stopped, rows) {
                (Some(trouble), _) => Err(trouble.clone()),
                (None, Err(trouble)) => Err(trouble),
                (None, Ok(rows)) => self.plan(told.len(), message, rows, &mut drafts),
            };
            if let Err(trouble) = &planned {
                stopped = Some(trouble.clone()).filter(|one| one.reason.stops_all());
            }
            told.push(planned);
        }
        if let Some(trouble) = stopped {
            // What was erased so far is; the rest comes again.
            for draft in drafts {
                told[draft.at] = Err(trouble.clone());
            }
            return told;
        }
        let written = self.write(drafts, &mut told);
        if self.samples.is_due() {
            self.read_back(&written, &mut told);
        }
        told
    }

    /// Reads one of the leads that were written, and all of them where its consent has not arrived. That nothing can be read
    /// at the moment says nothing against what was confirmed.
    fn read_back(&self, written: &[(usize, Change)], told: &mut [Told]) {
        let [(_, sample), ..] = written else { return };
        if self.lacking(&[sample]).is_empty() {
            return;
        }
        let all: Vec<&Change> = written.iter().map(|(_, change)| change).collect();
        let lacking = self.lacking(&all);
        for (at, change) in written {
            if lacking.contains(&change.lead) {
                told[*at] = Err(Reason::ConsentLost.into());
            }
        }
    }

    /// The leads whose consent the CRM does not show.
    fn lacking(&self, changes: &[&Change]) -> BTreeSet<String> {
        let leads: Vec<String> = changes.iter().map(|change| change.lead.clone()).collect();
        let form = self.dialect.layout().form;
        let mut there = BTreeMap::new();
        for row in self.dialect.read(&leads).unwrap_or_default() {
            there.insert(row.text(form.lead).to_owned(), row);
        }
        let lacks = |change: &&&Change| {
            let row = there.get(&change.lead);
            row.is_some_and(|row| !round_trip::arrived(form, change, row))
        };
        let lacking = changes.iter().filter(lacks);
        lacking.map(|change| change.lead.clone()).collect()
    }

    /// What the CRM holds, by message. A record that bears the id that ours once had, and is of another lead, is nobody's
    /// to write to.
    fn look_up(&self, run: &[Message]) -> Result<Vec<Held>, Trouble> {
        let leads: Vec<String> = run.iter().map(|message| message.lead.to_string()).collect();
        let form = self.dialect.layout().form;
        let mut by_lead: BTreeMap<String, Vec<There>> = BTreeMap::new();
        for row in self.dialect.read(&leads)? {
            let lead = row.text(form.lead).to_owned();
            by_lead.entry(lead).or_default().push(row);
        }
        let held = run.iter().zip(leads).map(|(message, lead)| {
            let rows = by_lead.remove(&lead).unwrap_or_default();
            let Some(id) = self.was_there(message).filter(|_| rows.is_empty()) else {
                return Ok(Ok(rows));
            };
            Ok(match self.dialect.by_id(id)? {
                Some(row) if row.text(form.lead) != lead => Err(Reason::NoId.into()),
                row => Ok(row.into_iter().collect()),
            })
        });
        held.collect()
    }

    /// The CRM's own id, where it took the lead once.
    fn was_there<'a>(&self, message: &'a Message) -> Option<&'a str> {
        let id = message.crm_id.as_deref();
        id.filter(|id| self.dialect.is_id(id))
    }

    /// Erases at once, and drafts what is to be written. Answers what the message is confirmed by if that goes well.
    fn plan(
        &self,
        at: usize,
        message: &Message,
        rows: Vec<There>,
        drafts: &mut Vec<Draft>,
    ) -> Told {
        let id = rows
            .first()
            .map_or_else(|| known(message), |row| row.id.clone());
        match &message.body {
            Body::Upsert(kept) => {
                drafts.extend(self.upsert(at, message, Record::new(message, kept), rows)?);
            }
            Body::Erase => rows.iter().try_for_each(|row| self.erase(message, row))?,
            Body::Withdraw(_) | Body::Expire(_) => {
                drafts.extend(rows.into_iter().map(|row| self.narrow(at, message, row)));
            }
        }
        Ok(id)
    }

    fn erase(&self, message: &Message, there: &There) -> Result<(), Trouble> {
        if !self.dialect.may_erase(there) {
            return Err(Reason::Refused.into());
        }
        if self.dialect.keeps_deleted() {
            let emptied = change(message, there, self.dialect.layout().emptied());
            let written = self.halve(&[&emptied]).into_iter();
            let refused = written.filter_map(Result::err).next();
            refused.map_or(Ok(()), |refusal| Err(refusal.trouble))?;
        }
        self.dialect.erase(there)
    }

    /// The row of `record`, where the CRM has to be told.
    fn upsert(
        &self,
        at: usize,
        message: &Message,
        mut record: Record,
        rows: Vec<There>,
    ) -> Result<Option<Draft>, Trouble> {
        let layout = self.dialect.layout();
        let form = layout.form;
        let there = rows.into_iter().next();
        if there.is_none() && self.was_there(message).is_some() {
            return Err(Reason::Refused.into());
        }
        let there = there.unwrap_or_default();
        let filed = there.filed(form);
        if filed.revision > record.revision {
            return Ok(None);
        }
        let revision = record.revision;
        record
            .fields
            .retain(|field, _| !filed.is_expired(*field, revision));
        let sheet = Sheet::new(&record, layout);
        let mut draft = Draft {
            at,
            change: change(message, &there, Map::new()),
            there,
            lead: Some((record, sheet)),
        };
        draft.lay_out(layout);
        Ok(Some(draft))
    }

    /// The row that a withdrawal or an expiry leaves.
    fn narrow(&self, at: usize, message: &Message, there: There) -> Draft {
        let layout = self.dialect.layout();
        let filed = &mut there.filed(layout.form);
        let (lead, revision) = (message.lead.to_string(), message.revision);
        let columns = match &message.body {
            Body::Withdraw(purposes) => {
                filed.withdraw(&lead, revision, purposes, layout.form, &there)
            }
            Body::Expire(fields) => filed.expire(&lead, revision, fields, layout, &there),
            Body::Upsert(_) | Body::Erase => Map::new(),
        };
        Draft {
            at,
            change: change(message, &there, columns),
            there,
            lead: None,
        }
    }

    /// Answers the leads that were written, and what of them.
    fn write(&self, mut drafts: Vec<Draft>, told: &mut [Told]) -> Vec<(usize, Change)> {
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
                        permits.extend(draft.permits(layout).map(|permit| (draft.at, permit)));
                        told[draft.at] = Ok(id);
                        if draft.lead.is_some() {
                            done.push((draft.at, draft.change));
                        }
                    }
                    Ok(_) => {}
                    Err(refusal) if draft.demote(&refusal.columns, layout) => again.push(draft),
                    Err(refusal) => told[draft.at] = Err(refusal.trouble),
                }
            }
            drafts = again;
        }
        let (whose, permits): (Vec<usize>, Vec<Permit>) = permits.into_iter().unzip();
        if !permits.is_empty()
            && let Err(trouble) = self.dialect.permit(&permits)
        {
            whose
                .into_iter()
                .for_each(|at| told[at] = Err(trouble.clone()));
        }
        done.retain(|(at, _)| told[*at].is_ok());
        done
    }

    /// Writes, halving what the CRM refuses as a whole, so that one bad row stops no other.
    fn halve(&self, changes: &[&Change]) -> Vec<Written> {
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
}

impl<D: Dialect> Connector for Desk<D> {
    fn kind(&self) -> &'static str {
        self.dialect.kind()
    }

    fn batch(&self) -> usize {
        self.dialect.batch()
    }

    fn push(&mut self, messages: &[Message]) -> Vec<Answer> {
        if messages.is_empty() {
            return Vec::new();
        }
        let mut stopped = self.get_ready().err();
        let mut answers = Vec::with_capacity(messages.len());
        for run in runs(messages, self.dialect.batch()) {
            let told = match &stopped {
                Some(trouble) => vec![Err(trouble.clone()); run.len()],
                None => self.tell(run),
            };
            for one in told {
                answers.push(match one {
                    Ok(crm_id) => Answer::Confirmed { crm_id },
                    Err(trouble) => {
                        stopped =
                            stopped.or_else(|| trouble.reason.stops_all().then(|| trouble.clone()));
                        trouble.into()
                    }
                });
            }
        }
        answers
    }

    fn test(&mut self) -> Result<Tested, Reason> {
        self.dialect.test().map_err(|trouble| trouble.reason)
    }

    fn can_make(&self, missing: &Missing) -> bool {
        let Missing::CustomField(name) = missing else {
            return false;
        };
        self.dialect.makes_fields() && self.dialect.layout().shape(name).is_some()
    }

    fn set_up(&mut self) -> Result<Tested, Reason> {
        let mut wanting = Vec::new();
        for missing in self.test()?.missing {
            let Missing::CustomField(name) = missing else {
                continue;
            };
            let shape = self.dialect.layout().shape(&name);
            let Some(shape) = shape.filter(|_| self.dialect.makes_fields()) else {
                continue;
            };
            let made = self.dialect.make(&name, shape);
            wanting.extend(made.map_err(|trouble| trouble.reason)?);
        }
        let mut tested = self.test()?;
        wanting.dedup();
        tested.missing.extend(wanting);
        Ok(tested)
    }

    fn find(&mut self, code: &Code) -> Result<Option<Found>, Reason> {
        let rows = self.dialect.with_receipt(&code.grouped());
        let rows = rows.map_err(|trouble| trouble.reason)?;
        let form = self.dialect.layout().form;
        let mut found = rows.iter().filter_map(|row| row.found(form));
        Ok(found.find(|found| found.is_of(code)))
    }

    fn opt_outs(&mut self, ask: &Ask<'_>) -> OptOuts {
        match self.get_ready() {
            Ok(()) => opt_outs::pull(&self.dialect, ask),
            Err(trouble) => OptOuts {
                cursor: ask.cursor.map(str::to_owned),
                stopped: Some(trouble.reason),
                ..OptOuts::default()
            },
        }
    }

    fn date(&self) -> Option<DateTime<Utc>> {
        self.dialect.date()
    }
}

impl Draft {
    fn lay_out(&mut self, layout: &Layout) {
        if let Some((record, sheet)) = &self.lead {
            let filed = &mut self.there.filed(layout.form);
            self.change.columns = filed.upsert(record, sheet, layout.form, &self.there);
        }
    }

    /// Moves the values of `columns` into the notes. False where there is nothing to move.
    fn demote(&mut self, columns: &[String], layout: &Layout) -> bool {
        let Some((_, sheet)) = &mut self.lead else {
            return false;
        };
        let moved = columns.iter().filter(|column| sheet.demote(column)).count();
        if moved > 0 {
            self.lay_out(layout);
        }
        moved > 0
    }

    /// What it says of e-mail.
    fn permits(&self, layout: &Layout) -> impl Iterator<Item = Permit> {
        let column = layout
            .columns(Field::Email)
            .first()
            .map(|one| (*one).to_owned());
        let column = column.unwrap_or_default();
        let new = self.change.columns.get(&column).and_then(Json::as_str);
        let email = new.unwrap_or_else(|| self.there.text(&column)).to_owned();
        let now = There {
            id: String::new(),
            columns: self.change.columns.clone(),
        };
        let permits = now.filed(layout.form).permits(&email);
        permits
            .into_iter()
            .filter(|permit| !permit.email.is_empty())
    }
}

fn change(message: &Message, there: &There, columns: Map<String, Json>) -> Change {
    Change {
        lead: message.lead.to_string(),
        id: Some(there.id.clone()).filter(|id| !id.is_empty()),
        columns,
        before: there.columns.clone(),
    }
}

/// What a message is confirmed by where the CRM holds nothing.
fn known(message: &Message) -> String {
    let nowhere = || crate::nowhere(&message.lead.to_string());
    message.crm_id.clone().unwrap_or_else(nowhere)
}

/// Cuts a batch so that no run holds a lead twice, nor more than `most`.
fn runs(messages: &[Message], most: usize) -> Vec<&[Message]> {
    let mut runs = Vec::new();
    let (mut from, mut leads) = (0, BTreeSet::new());
    for (at, message) in messages.iter().enumerate() {
        if at - from == most || leads.contains(&message.lead) {
            runs.push(&messages[from..at]);
            from = at;
            leads.clear();
        }
        leads.insert(message.lead);
    }
    runs.push(&messages[from..]);
    runs
}
