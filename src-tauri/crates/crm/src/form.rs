//! How a CRM's form for a lead looks: one constant per dialect.
//!
//! A column is a field of the CRM's record by the CRM's own name. The profile may name another column for a field of ours
//! (`[crm.fields]`); everything else is the dialect's default.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value as Json};
use zgoda_core::field::Field;
use zgoda_core::profile::{Channel, Profile};

/// What the columns are called, and what they take.
pub(crate) struct Form {
    /// Custom field: the lead's UUID, by which the CRM knows it again.
    pub(crate) lead: &'static str,
    /// Custom field: the code of the receipt, by which a person is found.
    pub(crate) receipt: &'static str,
    /// Custom field: the decisions in words.
    pub(crate) permission: &'static str,
    /// Custom field: the proof of consent, and what was last written.
    pub(crate) proof: &'static str,
    /// Free text about the person.
    pub(crate) notes: &'static str,
    /// Where each field goes, in the order in which a value is laid out: a name as first and last, or whole where there
    /// is one column; an address as street, postcode, city, region and country. An empty name, or none, means the notes.
    pub(crate) columns: fn(Field) -> &'static [&'static str],
    /// The rating as the CRM writes it.
    pub(crate) rating: fn(&str) -> String,
    /// The day of the next promise.
    pub(crate) due: Option<&'static str>,
    /// The event's name.
    pub(crate) event: Option<&'static str>,
    /// The country's column takes a code of two letters and nothing else.
    pub(crate) country_is_code: bool,
    /// Columns that may not be null, and what stands there instead.
    pub(crate) blank: &'static [(&'static str, &'static str)],
    /// The most characters that a column holds. A cut e-mail or telephone would be wrong: those have no limit here, and
    /// where the CRM refuses them they become a line of the notes.
    pub(crate) most: fn(&str) -> Option<usize>,
    /// The CRM's own marketing fields.
    pub(crate) marketing: &'static [Marketing],
}

/// A field by which the CRM itself knows whether advertising may go to the person.
pub(crate) struct Marketing {
    /// The channel that it stands for.
    pub(crate) channel: Channel,
    /// Its column.
    pub(crate) column: &'static str,
    /// A consent stands.
    pub(crate) yes: Said,
    /// None was given.
    pub(crate) no: Said,
    /// It was given and is withdrawn.
    pub(crate) out: Said,
    /// It is kept with the address by an add-on of the CRM's: without an address there is nothing to subscribe, and where
    /// it is not shown the company has no such add-on.
    pub(crate) subscribes: bool,
}

impl Marketing {
    /// A flag that is set for whoever may not be written to; `yes` is what stands there for a new person who may.
    pub(crate) const fn opt_out(channel: Channel, column: &'static str, yes: Said) -> Self {
        Self {
            channel,
            column,
            yes,
            no: Said::Flag(true),
            out: Said::Flag(true),
            subscribes: false,
        }
    }

    /// The same, of a flag that the CRM keeps with the address or number for all records that bear it: only a yes that was
    /// taken back is a word there.
    pub(crate) const fn opt_out_for_all(channel: Channel, column: &'static str) -> Self {
        Self {
            no: Said::Nothing,
            ..Self::opt_out(channel, column, Said::Nothing)
        }
    }

    /// True where a field that holds `now` says no, whoever wrote it.
    pub(crate) fn is_no(&self, now: &Json) -> bool {
        let says_no = !matches!(self.no, Said::Nothing) && self.no.is(now);
        says_no || self.out.is(now)
    }
}

/// What a marketing field says.
#[derive(Clone, Copy)]
pub(crate) enum Said {
    /// It is left as it is, which is no opt-out.
    Nothing,
    Flag(bool),
    Word(&'static str),
}

impl Said {
    /// True where a field that holds `now` says this.
    pub(crate) fn is(self, now: &Json) -> bool {
        match self {
            Self::Nothing => *now == false,
            said => *now == said.json(),
        }
    }

    pub(crate) fn json(self) -> Json {
        match self {
            Self::Nothing => Json::Null,
            Self::Flag(flag) => flag.into(),
            Self::Word(word) => word.into(),
        }
    }
}

impl Shape {
    /// The most characters of a line.
    pub(crate) const fn length(self) -> usize {
        match self {
            Self::Id => 36,
            Self::Line | Self::Lines => 100,
        }
    }
}

impl Form {
    /// How a column is emptied.
    pub(crate) fn empty(&self, column: &str) -> Json {
        self.blank(column).map_or(Json::Null, Json::from)
    }

    /// What stands in a column that may not be null.
    pub(crate) fn blank(&self, column: &str) -> Option<&'static str> {
        let known = self.blank.iter().find(|(known, _)| *known == column);
        known.map(|(_, blank)| *blank)
    }
}

/// What a custom field of ours has to hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// The lead's UUID, unique where the CRM can keep it so.
    Id,
    /// A line.
    Line,
    /// Lines without a limit that matters.
    Lines,
}

/// Where each field goes: the form, and what the profile names instead.
pub(crate) struct Layout {
    pub(crate) form: &'static Form,
    pub(crate) named: BTreeMap<Field, String>,
    /// Columns of answers, by question, each of one answer and nothing else; the others are lines of the notes.
    pub(crate) answers: BTreeMap<String, String>,
}

impl Layout {
    pub(crate) fn new(form: &'static Form, profile: &Profile) -> Self {
        let mut layout = Self {
            form,
            named: profile.crm.fields.clone(),
            answers: BTreeMap::new(),
        };
        // An answer that shared a column would take the place of what the person said of themselves, or of another answer,
        // and its end would clear both.
        let taken = layout.everything().into_iter();
        let mut taken: BTreeSet<String> = taken.map(str::to_lowercase).collect();
        for (question, column) in &profile.crm.answers {
            if taken.insert(column.to_lowercase()) {
                layout.answers.insert(question.clone(), column.clone());
            }
        }
        layout
    }

    /// The columns of `field`.
    pub(crate) fn columns(&self, field: Field) -> Vec<&str> {
        match self.named.get(&field) {
            Some(named) => vec![named],
            None if field == Field::Answers => self.answers.values().map(String::as_str).collect(),
            None => (self.form.columns)(field).to_vec(),
        }
    }

    /// Custom fields that an administrator of the CRM sets up; the first must be unique where the CRM can.
    pub(crate) fn custom(&self) -> Vec<&str> {
        let form = self.form;
        let named = self.named.values().chain(self.answers.values());
        let named = named.map(String::as_str);
        let own = [form.lead, form.receipt, form.permission, form.proof];
        own.into_iter().chain(named).collect()
    }

    /// How the custom field `name` has to be; `None` where it is none of ours to make.
    pub(crate) fn shape(&self, name: &str) -> Option<Shape> {
        let form = self.form;
        match name {
            _ if name == form.lead => Some(Shape::Id),
            _ if name == form.receipt => Some(Shape::Line),
            _ if [form.permission, form.proof, form.notes].contains(&name) => Some(Shape::Lines),
            _ => None,
        }
    }

    /// Every column emptied but that of the lead's id, by which an erasure whose answer is lost finds the record again,
    /// and the marketing fields, which name nobody.
    pub(crate) fn emptied(&self) -> Map<String, Json> {
        let marketing = |column: &str| self.form.marketing.iter().any(|one| one.column == column);
        let mut columns = self.everything();
        columns.retain(|column| *column != self.form.lead && !marketing(column));
        let columns = columns.into_iter();
        columns
            .map(|column| (column.to_owned(), self.form.empty(column)))
            .collect()
    }

    /// Every column that is ever written, once: what has to be read to know what stands there.
    pub(crate) fn everything(&self) -> Vec<&str> {
        let form = self.form;
        let mut all = self.custom();
        all.push(form.notes);
        all.extend(Field::ALL.iter().flat_map(|field| self.columns(*field)));
        all.extend(form.due);
        all.extend(form.event);
        all.extend(form.marketing.iter().map(|marketing| marketing.column));
        all.extend(form.blank.iter().map(|(column, _)| *column));
        all.retain(|column| !column.is_empty());
        all.sort_unstable();
        all.dedup();
        all
    }
}
