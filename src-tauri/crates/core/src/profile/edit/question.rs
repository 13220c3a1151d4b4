//! Questions on their way through an editor: `[[question]]` as drafts, and back into the same tables.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use toml_edit::{Array, DocumentMut, InlineTable, Item, Table, TableLike, Value};
use ts_rs::TS;

use super::write::{put, put_tables, put_text, put_texts, table_in};
use super::{PurposeDraft, by_language, column, tables, text};
use crate::language::Language;
use crate::question::{Asker, Condition, QuestionKind};

/// A question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct QuestionDraft {
    /// Which of the questions of the file it was. None for a new one.
    pub was: Option<u32>,
    /// Id.
    pub id: String,
    /// What it takes for an answer.
    pub kind: QuestionKind,
    /// On whose screen it stands.
    pub ask: Asker,
    /// Id of the purpose that it serves.
    pub purpose: String,
    /// Its text.
    pub text: BTreeMap<Language, String>,
    /// What may be chosen.
    pub options: Vec<OptionDraft>,
    /// When it is asked; always, where it is not given.
    pub when: Option<Condition>,
    /// The CRM's column for its answers.
    pub column: String,
}

/// What may be chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct OptionDraft {
    /// Id.
    pub id: String,
    /// Its text.
    pub text: BTreeMap<Language, String>,
}

const KINDS: [(&str, QuestionKind); 5] = [
    ("one", QuestionKind::One),
    ("several", QuestionKind::Several),
    ("yes_no", QuestionKind::YesNo),
    ("number", QuestionKind::Number),
    ("text", QuestionKind::Text),
];
const ASKERS: [(&str, Asker); 2] = [("staff", Asker::Staff), ("attendee", Asker::Attendee)];

pub(super) fn read(file: &DocumentMut) -> Vec<QuestionDraft> {
    let columns = column::answers(file);
    let numbered = (0..).zip(tables(file.get("question")));
    let with_column = |(number, table)| {
        let mut question = question(number, table);
        question.column = columns.get(&question.id).cloned().unwrap_or_default();
        question
    };
    numbered.map(with_column).collect()
}

fn question(was: u32, table: &dyn TableLike) -> QuestionDraft {
    let said = |key: &str| table.get(key).map(text).unwrap_or_default();
    // The form's defaults, where nothing that there is has been said.
    let kind = named(&KINDS, &said("kind")).unwrap_or(QuestionKind::Text);
    let ask = named(&ASKERS, &said("ask")).unwrap_or(Asker::Staff);
    let options = tables(table.get("options")).into_iter();
    let when = table.get("when").and_then(Item::as_table_like);
    QuestionDraft {
        was: Some(was),
        id: said("id"),
        kind,
        ask,
        purpose: said("purpose"),
        text: by_language(table.get("text")),
        options: options.map(option).collect(),
        when: when.map(|when| Condition {
            question: when.get("question").map(text).unwrap_or_default(),
            is: when.get("is").map(text).unwrap_or_default(),
        }),
        column: String::new(),
    }
}

fn option(table: &dyn TableLike) -> OptionDraft {
    let texts = table.iter();
    let texts = texts.filter_map(|(name, item)| Some((name.parse().ok()?, text(item))));
    OptionDraft {
        id: table.get("id").map(text).unwrap_or_default(),
        text: texts.collect(),
    }
}

fn named<T: Copy>(names: &[(&str, T)], name: &str) -> Option<T> {
    let found = names.iter().find(|(one, _)| *one == name);
    found.map(|(_, value)| *value)
}

fn name_of<T: PartialEq>(names: &[(&'static str, T)], value: &T) -> &'static str {
    let found = names.iter().find(|(_, one)| one == value);
    found.map_or("", |(name, _)| name)
}

/// A question is asked for a purpose by its id, and hangs on another by that one's: where those got new ones, it follows.
pub(super) fn follow(
    drafts: &[QuestionDraft],
    before: &[QuestionDraft],
    purposes: (&[PurposeDraft], &[PurposeDraft]),
) -> Vec<QuestionDraft> {
    let of_purpose = renamed(
        purposes.0.iter().map(|one| (one.was, one.id.as_str())),
        purposes.1.iter().map(|one| (one.was, one.id.as_str())),
    );
    let of_question = new_ids(before, drafts);
    let mut drafts = drafts.to_vec();
    for draft in &mut drafts {
        if let Some(id) = of_purpose.get(draft.purpose.as_str()) {
            draft.purpose.clone_from(id);
        }
        if let Some(when) = &mut draft.when
            && let Some(id) = of_question.get(when.question.as_str())
        {
            when.question.clone_from(id);
        }
    }
    drafts
}

/// The new ids of questions that had another, by that one.
pub(super) fn new_ids<'a>(
    before: &'a [QuestionDraft],
    now: &'a [QuestionDraft],
) -> BTreeMap<&'a str, String> {
    renamed(
        before.iter().map(|one| (one.was, one.id.as_str())),
        now.iter().map(|one| (one.was, one.id.as_str())),
    )
}

/// An id that another has taken since is that one's.
fn renamed<'a>(
    before: impl Iterator<Item = (Option<u32>, &'a str)>,
    now: impl Iterator<Item = (Option<u32>, &'a str)> + Clone,
) -> BTreeMap<&'a str, String> {
    let new = |(was, id): (Option<u32>, &'a str)| {
        let (_, now_is) = now.clone().find(|(one, _)| *one == was)?;
        let taken = now.clone().any(|(_, one)| one == id);
        (!taken).then(|| (id, now_is.to_owned()))
    };
    before.filter_map(new).collect()
}

/// Writes them, but for their columns; a file whose questions nobody changed keeps the form that they have.
pub(super) fn write(file: &mut DocumentMut, drafts: &[QuestionDraft]) {
    let alone = |drafts: &[QuestionDraft]| -> Vec<QuestionDraft> {
        let mut drafts = drafts.to_vec();
        drafts.iter_mut().for_each(|one| one.column.clear());
        drafts
    };
    if alone(&read(file)) != alone(drafts) {
        put_tables(file, "question", drafts, |one| one.was, put_question);
    }
}

fn put_question(table: &mut Table, draft: &QuestionDraft) {
    let was = question(0, table);
    put_text(table, "id", &draft.id, true);
    put_text(table, "kind", name_of(&KINDS, &draft.kind), true);
    put_text(table, "ask", name_of(&ASKERS, &draft.ask), true);
    put_text(table, "purpose", &draft.purpose, true);
    put_texts(table, "text", &draft.text, false);
    if was.options != draft.options {
        put_options(table, &draft.options);
    }
    match &draft.when {
        None => drop(table.remove("when")),
        Some(when) => {
            if !table.contains_key("when") {
                table.insert("when", Item::Value(InlineTable::new().into()));
            }
            let there = table_in(table, "when");
            put_text(there, "question", &when.question, true);
            put_text(there, "is", &when.is, true);
        }
    }
}

/// One line for each; what stood beside one that stays, stays.
fn put_options(table: &mut Table, drafts: &[OptionDraft]) {
    if drafts.is_empty() {
        table.remove("options");
        return;
    }
    let old = table.get("options").and_then(Item::as_array);
    let mut old: Vec<InlineTable> = old
        .into_iter()
        .flatten()
        .filter_map(|one| one.as_inline_table().cloned())
        .collect();
    let mut all = Array::new();
    for draft in drafts {
        let same = old.iter().position(|one| option(one).id == draft.id);
        let mut line = same.map_or_else(InlineTable::new, |at| old.remove(at));
        let new = line.is_empty();
        if new || option(&line) != *draft {
            put_option(&mut line, draft);
        }
        let mut line = Value::InlineTable(line);
        if new || line.decor().prefix().is_none() {
            line.decor_mut().set_prefix("\n    ");
        }
        all.push_formatted(line);
    }
    all.set_trailing("\n");
    all.set_trailing_comma(true);
    if table.get("options").is_some_and(|there| !there.is_value()) {
        table.remove("options");
    }
    put(table, "options", all);
}

fn put_option(line: &mut InlineTable, draft: &OptionDraft) {
    put_text(line, "id", &draft.id, true);
    for language in Language::ALL {
        let said = draft.text.get(&language).map_or("", String::as_str);
        put_text(line, language.as_str(), said, false);
    }
    line.fmt();
}
