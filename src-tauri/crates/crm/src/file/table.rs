//! The leads as CSV (RFC 4180): one row per lead, one column per fact, the proof of consent in columns of its own.
//!
//! A cell that a spreadsheet would take for a formula is led by an apostrophe (OWASP, CSV injection). The text is UTF-8
//! without a byte order mark.

use std::collections::{BTreeMap, BTreeSet};

use zgoda_core::field::Field;

use crate::record::{Plain, Proof, Record, Said};

const FACTS: [&str; 8] = [
    "lead_id",
    "receipt",
    "revision",
    "event",
    "event_name",
    "captured_at",
    "language",
    "source",
];

/// Writes `records` as CSV. `boxes` are the profile's, by [`Proof::name`], in its order; a box that only a record knows
/// comes after them.
///
/// # Errors
/// None but of memory; the writer is a buffer.
pub(super) fn csv<'a>(
    records: impl Iterator<Item = &'a Record> + Clone,
    boxes: &[String],
) -> Result<Vec<u8>, csv::Error> {
    let boxes = all_boxes(records.clone(), boxes);
    let questions = all_questions(records.clone());
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new());
    writer.write_record(header(&boxes, &questions))?;
    for record in records {
        let row = row(record, &boxes, &questions);
        writer.write_record(row.iter().map(|cell| neutral(cell)))?;
    }
    writer
        .into_inner()
        .map_err(|failed| csv::Error::from(failed.into_error()))
}

fn all_boxes<'a>(records: impl Iterator<Item = &'a Record>, known: &[String]) -> Vec<String> {
    let strangers: BTreeSet<String> = records
        .flat_map(|record| record.decisions.iter().map(Proof::name))
        .filter(|name| !known.contains(name))
        .collect();
    known.iter().cloned().chain(strangers).collect()
}

/// Every question to which there is an answer: each has a column of its own, besides the one that has all in words.
fn all_questions<'a>(records: impl Iterator<Item = &'a Record>) -> BTreeSet<String> {
    records
        .flat_map(answers)
        .map(|one| one.question.clone())
        .collect()
}

fn answers(record: &Record) -> &[Said] {
    match record.fields.get(&Field::Answers) {
        Some(Plain::Answers(all)) => all,
        _ => &[],
    }
}

/// The fields that a file may hold.
fn leaving() -> impl Iterator<Item = Field> {
    Field::ALL.into_iter().filter(|field| field.leaves())
}

fn header(boxes: &[String], questions: &BTreeSet<String>) -> Vec<String> {
    let facts = FACTS.into_iter().map(str::to_owned);
    let fields = leaving().map(|field| field.to_string());
    let plan = ["permissions".to_owned(), "promises".to_owned()];
    let deadlines = leaving().map(|field| format!("{field}_until"));
    let proofs = boxes.iter().flat_map(|name| {
        PROOF
            .iter()
            .map(move |(what, _)| format!("{name} {what}").trim_end().to_owned())
    });
    facts
        .chain(fields)
        .chain(plan)
        .chain(deadlines)
        .chain(proofs)
        .chain(
            questions
                .iter()
                .map(|question| format!("answers.{question}")),
        )
        .collect()
}

fn row(record: &Record, boxes: &[String], questions: &BTreeSet<String>) -> Vec<String> {
    let mut cells = vec![
        record.lead_id.clone(),
        record.receipt.clone(),
        record.revision.to_string(),
        record.event.clone(),
        record.event_name.clone(),
        record.captured_at.to_rfc3339(),
        record.language.to_string(),
        word(&record.source),
    ];
    cells.extend(leaving().map(|field| {
        let value = record.fields.get(&field);
        value.map(Plain::one_line).unwrap_or_default()
    }));
    cells.push(record.permissions().join(" "));
    cells.push(promises(record));
    cells.extend(leaving().map(|field| {
        let until = record.deadlines.get(&field);
        until.map(|until| until.to_rfc3339()).unwrap_or_default()
    }));
    let proofs: BTreeMap<String, &Proof> = record
        .decisions
        .iter()
        .map(|proof| (proof.name(), proof))
        .collect();
    for name in boxes {
        let proof = proofs.get(name);
        cells.extend(
            PROOF
                .iter()
                .map(|(_, cell)| proof.map(|proof| cell(proof)).unwrap_or_default()),
        );
    }
    cells.extend(questions.iter().map(|question| {
        let mut said = answers(record).iter();
        let said = said.find(|one| one.question == *question);
        said.map(|one| one.answer.clone()).unwrap_or_default()
    }));
    cells
}

/// What a column of a box says.
pub(super) type Cell = fn(&Proof) -> String;

/// The columns of one box; the first is called as the box itself.
pub(super) const PROOF: [(&str, Cell); 7] = [
    ("", |proof| {
        let word = match (proof.decision.given, proof.withdrawn) {
            (true, false) => "yes",
            (true, true) => "withdrawn",
            (false, _) => "no",
        };
        word.to_owned()
    }),
    ("basis", |proof| word(&proof.decision.basis)),
    ("wording", |proof| {
        let wording = proof.decision.wording.as_ref();
        wording.map(|text| text.version.clone()).unwrap_or_default()
    }),
    ("sha256", |proof| {
        let wording = proof.decision.wording.as_ref();
        wording.map(|text| text.sha256.clone()).unwrap_or_default()
    }),
    ("language", |proof| proof.decision.language.to_string()),
    ("time", |proof| proof.decision.at.to_rfc3339()),
    ("act", |proof| proof.decision.act.as_str().to_owned()),
];

fn promises(record: &Record) -> String {
    let said = record.promises.iter().map(|promise| {
        let kept = if promise.kept_at.is_some() {
            " kept"
        } else {
            ""
        };
        format!("{} by {}{kept}", promise.purpose, promise.due)
    });
    said.collect::<Vec<_>>().join("; ")
}

/// The name by which a plain enum is written in JSON.
fn word(value: &impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}

/// Leads a cell by an apostrophe where a spreadsheet would compute it; the full-width signs count too.
fn neutral(cell: &str) -> String {
    let dangerous = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];
    if cell.starts_with(dangerous) {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_neutralised() {
        for cell in ["=1+1", "+48 500", "-1", "@SUM(A1)", "\tx", "\rx", "＝1"] {
            assert_eq!(neutral(cell), format!("'{cell}"));
        }
        assert_eq!(neutral("Łódź"), "Łódź");
        assert_eq!(neutral(""), "");
    }
}
