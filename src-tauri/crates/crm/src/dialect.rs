//! What one CRM does in its own way, behind [`crate::desk`].

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde_json::{Map, Value as Json};
use zgoda_core::outbox::Reason;

use crate::filed::There;
use crate::form::{Form, Layout, Shape};
use crate::http::{Reply, Trouble};
use crate::opt_outs::{Advertising, Page};
use crate::{Missing, Renewed, Tested, opt_outs};

/// What one CRM does in its own way.
pub(crate) trait Dialect: Send {
    /// The kind as the profile names it.
    fn kind(&self) -> &'static str;

    /// The most leads of one request.
    fn batch(&self) -> usize;

    /// Where the fields go.
    fn layout(&self) -> &Layout;

    /// The records of ours that the CRM knows by these leads; what it does not know is left out.
    fn read(&self, leads: &[String]) -> Result<Vec<There>, Trouble>;

    /// The records of ours in whose e-mail column one of these addresses stands, in lower case.
    fn with_emails(&self, emails: &[String]) -> Result<Vec<There>, Trouble>;

    /// True where `id` can be one of this CRM's: another destination may have given it.
    fn is_id(&self, id: &str) -> bool;

    /// The record with the CRM's own id. Asked only where [`Dialect::read`] does not find a lead that the CRM once took.
    fn by_id(&self, id: &str) -> Result<Option<There>, Trouble>;

    /// Writes the changes: one result each in the same order, or why none was written.
    fn write(&self, changes: &[&Change]) -> Result<Vec<Written>, Refusal>;

    /// A deletion only hides the record, for a time or for good: every value is cleared before it.
    fn keeps_deleted(&self) -> bool {
        false
    }

    /// False where the person's data stand in a second place as well, so that a person must look.
    fn may_erase(&self, there: &There) -> bool {
        let _ = there;
        true
    }

    /// Erases one record; a record that is not there is erased.
    fn erase(&self, there: &There) -> Result<(), Trouble>;

    /// Brings the CRM's own list of permissions by e-mail address up to date, where it keeps one beside its records.
    fn permit(&self, permits: &[Permit]) -> Result<(), Trouble> {
        let _ = permits;
        Ok(())
    }

    /// Puts these addresses, in lower case, on the CRM's own list of whom it sends no e-mail, where it keeps one beside its
    /// records: each takes back a yes by what is about to be written. Told first, so that what fails comes again whole.
    fn take_back(&self, emails: &[String]) -> Result<(), Trouble> {
        let _ = emails;
        Ok(())
    }

    /// The records in whose column of receipts one of these codes stands, among others or alone.
    fn with_receipts(&self, codes: &[String]) -> Result<Vec<There>, Trouble>;

    /// A page of the leads of ours that say no to advertising and were changed since, the oldest change first; the first
    /// page where there is no `after`. `None` where the CRM's answer would miss some: then leads are read in turn.
    fn changed(&self, since: DateTime<Utc>, after: Option<&str>) -> Result<Option<Page>, Trouble> {
        let _ = (since, after);
        Ok(None)
    }

    /// Which of these leads want no advertising by their own word, and from what they have opted out.
    fn refusals<'a>(&self, rows: &'a [There]) -> Result<Vec<(&'a There, Advertising)>, Trouble> {
        Ok(opt_outs::by_columns(self.layout(), rows))
    }

    /// Signs in and says what is not set up, without writing any person's data.
    fn test(&self) -> Result<Tested, Trouble>;

    /// True where the CRM's interface makes custom fields.
    fn makes_fields(&self) -> bool {
        false
    }

    /// Makes the custom field `name`; one that is there already is left as it is. Answers the permission that is wanting.
    fn make(&mut self, name: &str, shape: Shape) -> Result<Option<Missing>, Trouble> {
        let _ = (name, shape);
        Ok(None)
    }

    /// What the CRM's clock said last.
    fn date(&self) -> Option<DateTime<Utc>>;

    /// As [`crate::Connector::renewed`].
    fn renewed(&self) -> Option<Renewed> {
        None
    }
}

/// What the answer to a deletion means. One with a body counts where it is the CRM's own, which `is_done` tells: somebody on
/// the way may have answered in its place.
pub(crate) fn erased(reply: &Reply, is_done: impl Fn(&Json) -> bool) -> Result<(), Trouble> {
    match reply.status {
        204 | 404 => Ok(()),
        200 if is_done(&reply.json) => Ok(()),
        200 => Err(Reason::NotTheCrm.into()),
        _ => Err(Reason::Refused.into()),
    }
}

/// What is to be written to one record.
pub(crate) struct Change {
    /// The lead by which the CRM knows the record, or is to know it where it has to be made.
    pub(crate) key: String,
    /// The CRM's own id; `None` for a record to be made.
    pub(crate) id: Option<String>,
    /// Only the columns that change.
    pub(crate) columns: Map<String, Json>,
    /// What stood there.
    pub(crate) before: Map<String, Json>,
}

impl Change {
    /// The record's own id where the CRM is to know it by another lead from now on: the lead by which it did is gone.
    pub(crate) fn handed_over(&self, form: &Form) -> Option<&str> {
        let key = self.columns.get(form.lead).and_then(Json::as_str);
        let moves = key.is_some_and(|key| key != self.key);
        self.id.as_deref().filter(|_| moves)
    }
}

/// Writes by the lead's id what keeps it, and by the CRM's own what is handed over to another lead.
pub(crate) fn by_key_or_id(
    changes: &[&Change],
    form: &Form,
    by_key: impl Fn(&[&Change]) -> Result<Vec<Written>, Refusal>,
    by_id: impl Fn(&[&Change]) -> Result<Vec<Written>, Refusal>,
) -> Result<Vec<Written>, Refusal> {
    let is_moved = |at: &usize| changes[*at].handed_over(form).is_some();
    let (moved, kept): (Vec<usize>, Vec<usize>) = (0..changes.len()).partition(is_moved);
    let some = |which: &[usize]| which.iter().map(|at| changes[*at]).collect::<Vec<_>>();
    let mut written = BTreeMap::new();
    if !kept.is_empty() {
        let told = by_key(&some(&kept))?;
        written.extend(kept.into_iter().zip(told));
    }
    if !moved.is_empty() {
        let told = by_id(&some(&moved))?;
        written.extend(moved.into_iter().zip(told));
    }
    Ok(written.into_values().collect())
}

/// The CRM's own id, or why there is none.
pub(crate) type Written = Result<String, Refusal>;

/// Why a row was not written.
#[derive(Clone)]
pub(crate) struct Refusal {
    pub(crate) trouble: Trouble,
    /// The columns whose values the CRM does not take, where it names them.
    pub(crate) columns: Vec<String>,
}

impl From<Trouble> for Refusal {
    fn from(trouble: Trouble) -> Self {
        Self {
            trouble,
            columns: Vec::new(),
        }
    }
}

impl From<Reason> for Refusal {
    fn from(reason: Reason) -> Self {
        Trouble::from(reason).into()
    }
}

impl Refusal {
    /// The CRM does not take what stands in `columns`.
    pub(crate) fn of(columns: Vec<String>) -> Self {
        Self {
            trouble: Reason::Refused.into(),
            columns,
        }
    }
}

/// A consent to e-mail, as a list by address wants it. No `Debug`: it holds an address.
pub(crate) struct Permit {
    pub(crate) email: String,
    /// The address stands in the notes: another record has it, or the CRM does not take it.
    pub(crate) aside: bool,
    pub(crate) purpose: String,
    /// The person's yes stands.
    pub(crate) stands: bool,
    /// It was given and is withdrawn.
    pub(crate) withdrawn: bool,
    /// What proves it, in a line.
    pub(crate) proof: String,
}

/// Words that hold no quotation mark as the texts of a query's list.
pub(crate) fn quoted(words: &[String]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("'{word}'")).collect();
    quoted.join(",")
}

/// One condition for each code, any of which is enough.
pub(crate) fn any_of(codes: &[String], or: &str, condition: impl Fn(&str) -> String) -> String {
    let all: Vec<String> = codes.iter().map(|code| condition(code)).collect();
    all.join(or)
}

/// For a CRM that takes one row at a time: the first trouble that stops all is the answer to the rest as well.
pub(crate) fn each(
    changes: &[&Change],
    mut write: impl FnMut(&Change) -> Written,
) -> Result<Vec<Written>, Refusal> {
    let mut stopped: Option<Refusal> = None;
    let one = |change: &&Change| {
        let written = stopped.clone().map_or_else(|| write(change), Err);
        if let Err(refusal) = &written {
            stopped = Some(refusal.clone()).filter(|_| refusal.trouble.reason.stops_all());
        }
        written
    };
    Ok(changes.iter().map(one).collect())
}
