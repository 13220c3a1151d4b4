//! From the draft back into the TOML: what differs is changed where it stands, and nothing else.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use toml_edit::{
    Array, ArrayOfTables, Datetime, DocumentMut, InlineTable, Item, Table, TableLike, Value, value,
};

use super::{
    BadgeDraft, CONTROLLER, CRM, EVENT, LOCAL_COPY, LOCK, LOOKUP, NoticeDraft, ProfileDraft,
    PurposeDraft, RECEIPT, RECOVERY, WordingDraft, badge as read_badge, column, languages, mail,
    parse, purpose as read_purpose, purposes as read_purposes, question, strings, text,
};
use crate::language::Language;
use crate::profile::Channel;
use crate::profile::lint::Finding;

/// Keys that a profile cannot be read without: they stay, empty.
const NEEDED: [&str; 12] = [
    "id",
    "name",
    "starts",
    "ends",
    "time_zone",
    "address",
    "email",
    "privacy_page",
    "supervisory_authority",
    "kind",
    "recipient",
    "version",
];

/// `base` with what `draft` says.
///
/// # Errors
/// Where `base` is no TOML.
pub fn write(base: &str, draft: &ProfileDraft) -> Result<String, Box<Finding>> {
    let mut file = parse(base)?;
    if languages(&file) != draft.languages {
        let names = draft.languages.iter().map(|one| one.as_str());
        put(file.as_table_mut(), "languages", list(names));
    }
    if strings(file.get("tags")) != draft.tags {
        put(file.as_table_mut(), "tags", list(draft.tags.iter()));
    }
    section(&mut file, "event", &EVENT, &draft.event);
    section(&mut file, "controller", &CONTROLLER, &draft.controller);
    let (purposes_before, asked_before) = (read_purposes(&file), question::read(&file));
    let between = (&purposes_before[..], &draft.purposes[..]);
    let asked = question::follow(&draft.questions, &asked_before, between);
    purposes(&mut file, &purposes_before, &draft.purposes);
    question::write(&mut file, &asked);
    for (language, notice) in &draft.notice {
        put_notice(&mut file, *language, notice);
    }
    put_badge(&mut file, &draft.badge);
    section(&mut file, "lookup", &LOOKUP, &draft.lookup);
    section(&mut file, "local_copy", &LOCAL_COPY, &draft.local_copy);
    section(&mut file, "lock", &LOCK, &draft.lock);
    section(&mut file, "receipt", &RECEIPT, &draft.receipt);
    section(&mut file, "recovery", &RECOVERY, &draft.recovery);
    column::follow(&mut file, &asked_before, &asked);
    column::write(&mut file, draft, &asked);
    section(&mut file, "crm", &CRM, &draft.crm);
    Ok(file.to_string())
}

/// A section of plain texts; one that would hold nothing is not made.
fn section(file: &mut DocumentMut, name: &str, keys: &[&str], said: &BTreeMap<String, String>) {
    let empty = keys
        .iter()
        .all(|key| said.get(*key).is_none_or(String::is_empty));
    if empty {
        let shown_alone = |table: &dyn TableLike| table.iter().all(|(key, _)| keys.contains(&key));
        let there = file.get(name).and_then(Item::as_table_like);
        // A section that has to be there stays, so that the linter says what is missing in it.
        if there.is_some_and(shown_alone) && matches!(name, "recovery" | "receipt" | "lookup") {
            file.remove(name);
        }
        if !file.contains_key(name) && !matches!(name, "event" | "controller") {
            return;
        }
    }
    let table = table_in(file.as_table_mut(), name);
    for key in keys {
        let said = said.get(*key).map_or("", String::as_str);
        put_said(table, key, said, NEEDED.contains(key), || {
            typed(name, key, said)
        });
    }
}

/// A value in the form that the profile wants it in at that place; a text that has not that form, as it is.
fn typed(section: &str, key: &str, said: &str) -> Value {
    let text = || Value::from(said);
    match (section, key) {
        ("event", "starts" | "ends") if said.parse::<NaiveDate>().is_ok() => said
            .parse::<Datetime>()
            .map_or_else(|_| text(), Value::from),
        ("lock", "after") | ("crm", "batch") => {
            said.parse::<i64>().map_or_else(|_| text(), Value::from)
        }
        ("crm", "plain") => said.parse::<bool>().map_or_else(|_| text(), Value::from),
        _ => text(),
    }
}

fn put_badge(file: &mut DocumentMut, draft: &BadgeDraft) {
    let was = read_badge(file);
    if was == *draft {
        return;
    }
    let table = table_in(file.as_table_mut(), "badge");
    if was.symbols != draft.symbols {
        put_list(table, "symbols", list(draft.symbols.iter()));
    }
    put_text(table, "separator", &draft.separator, false);
    if was.columns != draft.columns {
        put_list(table, "columns", list(draft.columns.iter()));
    }
    if table.is_empty() {
        file.remove("badge");
    }
}

fn purposes(file: &mut DocumentMut, before: &[PurposeDraft], drafts: &[PurposeDraft]) {
    if before != drafts {
        put_tables(file, "purpose", drafts, |one| one.was, put_purpose);
    }
}

/// Writes a list of tables in the place of another: each into the one that it came from, in the order of `drafts`.
pub(super) fn put_tables<T>(
    file: &mut DocumentMut,
    key: &str,
    drafts: &[T],
    was: impl Fn(&T) -> Option<u32>,
    put: impl Fn(&mut Table, &T),
) {
    let old = file.remove(key).unwrap_or_default();
    let old = old.into_array_of_tables().unwrap_or_default();
    let moved = moves(drafts.iter().map(&was));
    let mut all = ArrayOfTables::new();
    for draft in drafts {
        let number = was(draft);
        let there = number.and_then(|at| old.get(usize::try_from(at).ok()?));
        let mut table = there.cloned().unwrap_or_default();
        if number.is_none() {
            table.decor_mut().set_prefix("\n");
        }
        if moved {
            let_go_of_place(&mut table);
        }
        put(&mut table, draft);
        all.push(table);
    }
    if !all.is_empty() {
        file.insert(key, Item::ArrayOfTables(all));
    }
}

/// True where tables of a list cannot stand where they stood, by the places that they had.
fn moves(was: impl Iterator<Item = Option<u32>> + Clone) -> bool {
    let order: Vec<u32> = was.clone().flatten().collect();
    let swapped = order.windows(2).any(|pair| pair[0] >= pair[1]);
    // A new one has no place of its own: what stands after it must have none either.
    let mut from_new_on = was.skip_while(Option::is_some);
    swapped || from_new_on.any(|one| one.is_some())
}

/// A table is written where it stood; one that moves stands after the one before it.
fn let_go_of_place(table: &mut Table) {
    table.set_position(None);
    for (_, item) in table.iter_mut() {
        if let Some(table) = item.as_table_mut() {
            let_go_of_place(table);
        }
    }
}

fn put_purpose(table: &mut Table, draft: &PurposeDraft) {
    let was = read_purpose(0, table);
    put_text(table, "id", &draft.id, true);
    put_text(table, "basis", draft.basis.as_str(), true);
    if was.channels != draft.channels {
        let names = draft.channels.iter().map(|one| one.as_str());
        put_list(table, "channels", list(names));
    }
    if was.fields != draft.fields {
        put(
            table,
            "fields",
            list(draft.fields.iter().map(|one| one.as_str())),
        );
    }
    put_text(table, "retention", &draft.retention, false);
    put_texts(table, "label", &draft.label, false);
    put_texts(table, "statement", &draft.statement, true);
    put_texts(table, "signature_why", &draft.signature_why, true);
    put_wordings(table, draft);
    if was.mail != draft.mail {
        mail::write(table, &draft.mail);
    }
}

fn put_wordings(table: &mut Table, draft: &PurposeDraft) {
    let has = |table: &Table, channel: Channel| {
        let by_channel = table.get("wordings").and_then(Item::as_table_like);
        by_channel.is_some_and(|all| all.contains_key(channel.as_str()))
    };
    let alone = |table: &Table, wording: &WordingDraft| match wording.channel {
        None => true,
        Some(channel) => draft.channels == [channel] && !has(table, channel),
    };
    let one = draft.wordings.iter().find(|one| alone(table, one));
    let one_is = one.map(|one| one.channel);
    match one {
        Some(one) => put_wording(table_in(table, "wording"), one),
        None => drop(table.remove("wording")),
    }
    let many = draft
        .wordings
        .iter()
        .filter(|one| Some(one.channel) != one_is);
    let many: Vec<(&str, &WordingDraft)> = many
        .filter_map(|one| Some((one.channel?.as_str(), one)))
        .collect();
    if many.is_empty() {
        table.remove("wordings");
        return;
    }
    let made = !table.contains_key("wordings");
    let all = table_in(table, "wordings");
    let gone = |name: &str| !many.iter().any(|(one, _)| *one == name);
    let names: Vec<String> = all.iter().map(|(name, _)| name.to_owned()).collect();
    for name in names.iter().filter(|name| gone(name)) {
        all.remove(name);
    }
    for (name, wording) in many {
        put_wording(table_in(all, name), wording);
    }
    if made && let Some(all) = table.get_mut("wordings").and_then(Item::as_table_mut) {
        all.set_implicit(true);
    }
}

fn put_wording(table: &mut dyn TableLike, wording: &WordingDraft) {
    put_text(table, "version", &wording.version, true);
    for language in Language::ALL {
        let text = wording.texts.get(&language).map_or("", String::as_str);
        put_text(table, language.as_str(), text, false);
    }
}

fn put_notice(file: &mut DocumentMut, language: Language, notice: &NoticeDraft) {
    let all = table_in(file.as_table_mut(), "notice");
    let table = table_in(all, language.as_str());
    put_text(table, "version", &notice.version, true);
    for item in crate::profile::NoticeItem::ALL {
        let text = notice.items.get(&item).map_or("", String::as_str);
        put_text(table, item.as_str(), text, false);
    }
    if let Some(all) = file.get_mut("notice").and_then(Item::as_table_mut)
        && all.iter().all(|(_, item)| item.is_table())
    {
        all.set_implicit(true);
    }
}

/// Texts by language: a table of its own where they are sentences, in one line where they are names.
pub(super) fn put_texts(
    table: &mut Table,
    key: &str,
    texts: &BTreeMap<Language, String>,
    long: bool,
) {
    let said = texts.values().any(|text| !text.is_empty());
    if !table.contains_key(key) {
        if !said {
            return;
        }
        let empty = if long {
            Item::Table(Table::new())
        } else {
            value(InlineTable::new())
        };
        table.insert(key, empty);
    }
    if !said {
        table.remove(key);
        return;
    }
    let Some(texts_there) = table.get_mut(key).and_then(Item::as_table_like_mut) else {
        return;
    };
    for language in Language::ALL {
        let text = texts.get(&language).map_or("", String::as_str);
        put_text(texts_there, language.as_str(), text, false);
    }
    if !long && let Some(line) = table.get_mut(key).and_then(Item::as_inline_table_mut) {
        line.fmt();
    }
}

/// The table `key` of `parent`, made where there is none.
pub(super) fn table_in<'a>(parent: &'a mut dyn TableLike, key: &str) -> &'a mut dyn TableLike {
    if parent.get(key).and_then(Item::as_table_like).is_none() {
        parent.insert(key, Item::Table(Table::new()));
    }
    let item = parent.get_mut(key).and_then(Item::as_table_like_mut);
    item.expect("it is there, and a table")
}

/// Writes a text in the place of another; an empty one takes the key out unless it is `needed`.
pub(super) fn put_text(table: &mut dyn TableLike, key: &str, said: &str, needed: bool) {
    put_said(table, key, said, needed, || Value::from(said));
}

fn put_said(
    table: &mut dyn TableLike,
    key: &str,
    said: &str,
    needed: bool,
    new: impl FnOnce() -> Value,
) {
    let there = table.get(key);
    if there.map(text).unwrap_or_default() == said && (there.is_some() || !needed) {
        // An empty text that stood there for nothing may go on standing.
        return;
    }
    if said.is_empty() && !needed {
        table.remove(key);
        return;
    }
    put(table, key, new());
}

fn put_list(table: &mut dyn TableLike, key: &str, names: Array) {
    if names.is_empty() {
        table.remove(key);
    } else {
        put(table, key, names);
    }
}

/// Writes a value in the place of another, with the comment that stood behind that one.
pub(super) fn put(table: &mut dyn TableLike, key: &str, new: impl Into<Value>) {
    let mut new = new.into();
    if let Some(old) = table.get_mut(key).and_then(Item::as_value_mut) {
        *new.decor_mut() = old.decor().clone();
        *old = new;
    } else {
        table.insert(key, value(new));
    }
}

fn list(names: impl Iterator<Item = impl AsRef<str>>) -> Array {
    names.map(|name| name.as_ref().to_owned()).collect()
}
