//! The values of leads, each with its deadline: the only table that holds personal values.
//!
//! [`Personal`] has no `Serialize` on purpose; this is the one place that writes it down, inside
//! the sealed file.

use std::collections::BTreeMap;

use rusqlite::{Connection, Row};
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, Zeroizing};
use zgoda_core::answer::{Answer, Chosen, Given};
use zgoda_core::{Address, Field, KeptField, LeadId, Personal, Rating, Signature, Value};

use crate::database::Migration;
use crate::error::StoreError;
use crate::rows;

pub(crate) const MIGRATIONS: &[Migration] = &[(
    1,
    "CREATE TABLE field (
        lead TEXT NOT NULL REFERENCES lead (id) ON DELETE CASCADE,
        field TEXT NOT NULL,
        value TEXT NOT NULL,
        deadline INTEGER NOT NULL,
        PRIMARY KEY (lead, field)
    ) STRICT, WITHOUT ROWID;",
)];

/// Adds `fields`. `capture::add_values` alone calls it, which lists the lead anew too.
pub(crate) fn insert(
    db: &Connection,
    lead: LeadId,
    fields: &BTreeMap<Field, KeptField>,
) -> Result<(), StoreError> {
    let id = lead.to_string();
    let mut insert = db.prepare_cached(
        "INSERT INTO field (lead, field, value, deadline) VALUES (?1, ?2, ?3, ?4)",
    )?;
    for (field, kept) in fields {
        let value = write(&kept.value)?;
        insert.execute((
            &id,
            field.as_str(),
            value.as_str(),
            rows::micros(kept.deadline),
        ))?;
    }
    Ok(())
}

/// Removes every field of the lead.
pub(crate) fn delete(db: &Connection, lead: LeadId) -> Result<(), StoreError> {
    let sql = "DELETE FROM field WHERE lead = ?1";
    rows::execute(db, sql, [lead.to_string()])?;
    Ok(())
}

/// The fields of one lead.
pub(crate) fn of(db: &Connection, lead: LeadId) -> Result<BTreeMap<Field, KeptField>, StoreError> {
    let mut query =
        db.prepare_cached("SELECT field, value, deadline FROM field WHERE lead = ?1")?;
    query.query_and_then([lead.to_string()], read)?.collect()
}

/// The fields of all leads.
pub(crate) fn all(
    db: &Connection,
) -> Result<BTreeMap<LeadId, BTreeMap<Field, KeptField>>, StoreError> {
    let mut query = db.prepare("SELECT lead, field, value, deadline FROM field")?;
    let mut leads: BTreeMap<LeadId, BTreeMap<Field, KeptField>> = BTreeMap::new();
    let rows = query.query_and_then((), |row| Ok((rows::lead_id(row, "lead")?, read(row)?)))?;
    for row in rows {
        let (lead, (field, kept)) = row.map_err(|error: StoreError| error)?;
        leads.entry(lead).or_default().insert(field, kept);
    }
    Ok(leads)
}

fn read(row: &Row<'_>) -> Result<(Field, KeptField), StoreError> {
    let text = Zeroizing::new(row.get::<_, String>("value")?);
    let field = rows::named(row, "field")?;
    let deadline = rows::moment(row, "deadline")?;
    let value = parse(&text)?;
    Ok((field, KeptField { value, deadline }))
}

/// The form of a value in its column.
#[derive(Serialize, Deserialize, Zeroize)]
#[serde(rename_all = "snake_case")]
enum Written {
    Text(String),
    Many(Vec<String>),
    Address {
        street: String,
        postcode: String,
        city: String,
        region: String,
        country: String,
        text: String,
    },
    Rating(Rating),
    Answers(Vec<WrittenAnswer>),
    /// A drawn signature, its strokes in hex.
    Strokes(String),
    /// A typed signature.
    Signed(String),
}

/// An answer: of options the id and the text that was shown, else the text.
#[derive(Serialize, Deserialize, Zeroize)]
struct WrittenAnswer {
    question: String,
    purpose: String,
    asked: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    options: Vec<(String, String)>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    text: String,
}

impl From<&Answer> for WrittenAnswer {
    fn from(answer: &Answer) -> Self {
        let plain = |text: &Personal| text.expose().to_owned();
        let (options, text) = match &answer.given {
            Given::Text(text) => (Vec::new(), plain(text)),
            Given::Options(all) => {
                let all = all.iter().map(|one| (plain(&one.id), plain(&one.text)));
                (all.collect(), String::new())
            }
        };
        Self {
            question: answer.question.clone(),
            purpose: answer.purpose.clone(),
            asked: answer.asked.clone(),
            options,
            text,
        }
    }
}

impl From<&WrittenAnswer> for Answer {
    fn from(written: &WrittenAnswer) -> Self {
        let chosen = |(id, text): &(String, String)| Chosen {
            id: Personal::new(id),
            text: Personal::new(text),
        };
        let given = match written.options.as_slice() {
            [] => Given::Text(Personal::new(&written.text)),
            options => Given::Options(options.iter().map(chosen).collect()),
        };
        Self {
            question: written.question.clone(),
            purpose: written.purpose.clone(),
            asked: written.asked.clone(),
            given,
        }
    }
}

fn write(value: &Value) -> Result<Zeroizing<String>, StoreError> {
    let plain = |text: &Personal| text.expose().to_owned();
    let written = Zeroizing::new(match value {
        Value::Text(text) => Written::Text(plain(text)),
        Value::Many(all) => Written::Many(all.iter().map(plain).collect()),
        Value::Rating(rating) => Written::Rating(*rating),
        Value::Answers(all) => Written::Answers(all.iter().map(WrittenAnswer::from).collect()),
        Value::Signature(signature) => match (signature.bytes(), signature.name()) {
            (Some(strokes), _) => Written::Strokes(hex::encode(strokes)),
            (None, name) => Written::Signed(name.map(plain).unwrap_or_default()),
        },
        Value::Address(address) => Written::Address {
            street: plain(&address.street),
            postcode: plain(&address.postcode),
            city: plain(&address.city),
            region: plain(&address.region),
            country: plain(&address.country),
            text: plain(&address.text),
        },
    });
    serde_json::to_string(&*written)
        .map(Zeroizing::new)
        .map_err(|_| StoreError::Damaged)
}

/// A value as it is written, in one line.
pub(super) fn one_line(written: &str) -> Result<Zeroizing<String>, StoreError> {
    Ok(Zeroizing::new(
        parse(written)?.one_line().expose().to_owned(),
    ))
}

fn parse(text: &str) -> Result<Value, StoreError> {
    let written: Written = serde_json::from_str(text).map_err(|_| StoreError::Damaged)?;
    let written = Zeroizing::new(written);
    Ok(match &*written {
        Written::Text(text) => Value::Text(Personal::multiline(text)),
        Written::Many(all) => Value::Many(all.iter().map(|text| Personal::new(text)).collect()),
        Written::Rating(rating) => Value::Rating(*rating),
        Written::Answers(all) => Value::Answers(all.iter().map(Answer::from).collect()),
        Written::Strokes(strokes) => {
            let strokes = hex::decode(strokes).map_err(|_| StoreError::Damaged)?;
            Value::Signature(Signature::encoded(strokes).map_err(|_| StoreError::Damaged)?)
        }
        Written::Signed(name) => {
            Value::Signature(Signature::typed(name).map_err(|_| StoreError::Damaged)?)
        }
        Written::Address {
            street,
            postcode,
            city,
            region,
            country,
            text,
        } => Value::Address(Address {
            street: Personal::new(street),
            postcode: Personal::new(postcode),
            city: Personal::new(city),
            region: Personal::new(region),
            country: Personal::new(country),
            text: Personal::multiline(text),
        }),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(given: Given) -> Answer {
        Answer {
            question: "machines".to_owned(),
            purpose: "send_offer".to_owned(),
            asked: "Which machines?".to_owned(),
            given,
        }
    }

    #[test]
    fn every_kind_of_value_comes_back_as_it_was() {
        let address = Address {
            street: "ul. Mostowa 40".into(),
            city: "Toruń".into(),
            text: Personal::multiline("ul. Mostowa 40\nToruń"),
            ..Address::default()
        };
        for value in [
            Value::Text(Personal::multiline("two\nlines")),
            Value::Many(vec!["a@lis.example".into(), "b@lis.example".into()]),
            Value::Rating(Rating::Hot),
            Value::Address(address),
            Value::Answers(vec![
                answer(Given::Options(vec![Chosen {
                    id: "press".into(),
                    text: "Baler".into(),
                }])),
                answer(Given::Text("1200.5".into())),
            ]),
            Value::Signature(Signature::drawn(&[vec![(1, 2), (1000, 320)]]).unwrap()),
            Value::Signature(Signature::typed("Ewa Lis").unwrap()),
        ] {
            assert_eq!(parse(&write(&value).unwrap()).unwrap(), value);
        }
    }
}
