//! What every CRM that holds leads as records does alike: read, compare, write only what differs, and class each answer.
//!
//! How: a batch is cut into runs in which no lead stands twice. For each run the CRM is asked once what it holds of those
//! leads ([`look_up`]), by the lead's own id, and for whoever is new by the e-mail, because another device may have met the
//! same person; [`crate::filed`] says what is to change ([`draft`]), and the [`Dialect`] writes it, many at once where the
//! CRM can ([`write`]). Reading first is what makes a repeat harmless after an answer that was lost.
//!
//! Where the CRM refuses a whole batch it is halved until the bad row stands alone. Where it names the columns that it
//! refuses, their values move into the notes and the row is tried once more. A lead that the CRM had and has no more was
//! erased there: to send it anew would bring the person back, so a person must look.

mod draft;
mod look_up;
mod write;

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use zgoda_core::outbox::{Answer, Found, Message, Reason};
use zgoda_core::receipt::Code;

use self::draft::Draft;
use crate::dialect::Dialect;
use crate::http::Trouble;
use crate::round_trip::Samples;
use crate::{Ask, Connector, Missing, OptOuts, Renewed, Tested, opt_outs};

/// A connector to a CRM of that dialect.
pub(crate) struct Desk<D> {
    dialect: D,
    /// Everything that has to be set up was seen.
    ready: bool,
    samples: Samples,
}

type Told = Result<String, Trouble>;

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
            if self.dialect.test()?.missing.iter().any(Missing::stops) {
                return Err(Reason::Settings.into());
            }
            self.ready = true;
        }
        Ok(())
    }

    /// Tells a run in which no lead stands twice. Leads that meet in one record go one after the other.
    fn tell(&self, run: &[&Message]) -> Vec<Told> {
        let held = match self.look_up(run) {
            Ok(held) => held,
            Err(trouble) => return vec![Err(trouble); run.len()],
        };
        let mut told = Vec::with_capacity(run.len());
        let mut drafts: Vec<Draft> = Vec::new();
        let mut later = Vec::new();
        let mut met = BTreeSet::new();
        let mut stopped: Option<Trouble> = None;
        for (message, held) in run.iter().zip(held) {
            let at = told.len();
            let planned = match (&stopped, held) {
                (Some(trouble), _) => Err(trouble.clone()),
                (None, Err(trouble)) => Err(trouble),
                (None, Ok(held)) if !held.is_first(&mut met) => {
                    later.push(at);
                    Ok(String::new())
                }
                (None, Ok(held)) => self.plan(at, message, held, &mut drafts),
            };
            if let Err(trouble) = &planned {
                stopped = Some(trouble.clone()).filter(|one| one.reason.stops_all());
            }
            told.push(planned);
        }
        if let Some(trouble) = stopped {
            // What was erased so far is; the rest comes again.
            let drafted = drafts.iter().map(|draft| draft.at);
            for at in drafted.chain(later) {
                told[at] = Err(trouble.clone());
            }
            return told;
        }
        let written = self.write(drafts, &mut told);
        self.read_back(&written, &mut told);
        self.tell_later(run, &later, &mut told);
        told
    }

    fn tell_later(&self, run: &[&Message], later: &[usize], told: &mut [Told]) {
        if later.is_empty() {
            return;
        }
        let stopped = told.iter().filter_map(|one| one.as_ref().err());
        let mut stopped = stopped.filter(|trouble| trouble.reason.stops_all());
        let messages: Vec<&Message> = later.iter().map(|at| run[*at]).collect();
        let rest = match stopped.next().cloned() {
            Some(trouble) => vec![Err(trouble); later.len()],
            None => self.tell(&messages),
        };
        for (at, one) in later.iter().zip(rest) {
            told[*at] = one;
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
                None => self.tell(&run.iter().collect::<Vec<_>>()),
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
        let rows = self.dialect.with_receipts(&[code.grouped()]);
        let rows = rows.map_err(|trouble| trouble.reason)?;
        let form = self.dialect.layout().form;
        Ok(rows.iter().find_map(|row| row.found(form, code)))
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

    fn renewed(&self) -> Option<Renewed> {
        self.dialect.renewed()
    }
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
