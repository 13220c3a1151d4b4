//! Columns of the CRM on their way through an editor: `[crm.fields]` by field, and `[crm.answers]` by question, each of
//! which a draft shows with its question.

use std::collections::BTreeMap;

use toml_edit::{DocumentMut, Item};

use super::question::new_ids;
use super::write::{put_text, table_in};
use super::{ProfileDraft, QuestionDraft, by_name};
use crate::field::Field;

/// Columns by field.
pub(super) fn fields(file: &DocumentMut) -> BTreeMap<Field, String> {
    by_name(of(file, "fields"), |name| name.parse().ok())
}

/// Columns by what is called a question.
pub(super) fn answers(file: &DocumentMut) -> BTreeMap<String, String> {
    by_name(of(file, "answers"), |name| Some(name.to_owned()))
}

/// Those of no question, for whoever reads the linter's word on them.
pub(super) fn strays(file: &DocumentMut, questions: &[QuestionDraft]) -> BTreeMap<String, String> {
    let mut columns = answers(file);
    columns.retain(|id, _| questions.iter().all(|one| one.id != *id));
    columns
}

fn of<'a>(file: &'a DocumentMut, key: &str) -> Option<&'a Item> {
    let crm = file.get("crm").and_then(Item::as_table_like)?;
    crm.get(key)
}

/// A column is a question's by its id: it goes over to the new one with what stands beside it.
pub(super) fn follow(file: &mut DocumentMut, before: &[QuestionDraft], now: &[QuestionDraft]) {
    let crm = file.get_mut("crm").and_then(Item::as_table_like_mut);
    let columns = crm.and_then(|crm| crm.get_mut("answers")?.as_table_like_mut());
    let Some(columns) = columns else { return };
    let new_ids = new_ids(before, now);
    let moved = new_ids.iter().filter_map(|(old, new)| {
        let around = columns.key(old)?.leaf_decor().clone();
        Some((new.clone(), around, columns.remove(old)?))
    });
    for (id, around, column) in moved.collect::<Vec<_>>() {
        columns.insert(&id, column);
        if let Some(mut key) = columns.key_mut(&id) {
            // The remark above it.
            *key.leaf_decor_mut() = around;
        }
    }
}

/// Writes what `draft` and its questions, as `asked`, say.
pub(super) fn write(file: &mut DocumentMut, draft: &ProfileDraft, asked: &[QuestionDraft]) {
    let by_field = draft.columns.iter();
    let by_field = by_field.map(|(field, column)| (field.as_str(), column.as_str()));
    let there = fields(file).into_keys().map(Field::as_str);
    put_columns(file, "fields", &there.collect::<Vec<_>>(), said(by_field));
    let strays = draft.stray_columns.iter();
    let strays = strays.map(|(id, column)| (id.as_str(), column.as_str()));
    // Of two questions that have one id for now, the first says.
    let asked = asked.iter().rev();
    let asked = asked.map(|one| (one.id.as_str(), one.column.as_str()));
    let there: Vec<String> = answers(file).into_keys().collect();
    let there: Vec<&str> = there.iter().map(String::as_str).collect();
    put_columns(file, "answers", &there, said(strays.chain(asked)));
}

/// An empty column is none.
fn said<'a>(columns: impl Iterator<Item = (&'a str, &'a str)>) -> BTreeMap<&'a str, &'a str> {
    columns.filter(|(_, column)| !column.is_empty()).collect()
}

fn put_columns(file: &mut DocumentMut, key: &str, there: &[&str], said: BTreeMap<&str, &str>) {
    if said.is_empty() && there.is_empty() {
        return;
    }
    let crm = table_in(file.as_table_mut(), "crm");
    let columns = table_in(crm, key);
    for name in there.iter().filter(|name| !said.contains_key(*name)) {
        columns.remove(name);
    }
    for (name, column) in said {
        put_text(columns, name, column, false);
    }
    if columns.is_empty() {
        crm.remove(key);
    }
}
