//! The values of leads, each with its deadline: the only table that holds personal values.
//!
//! [`Personal`] has no `Serialize` on purpose; this is the one place that writes it down, inside
//! the sealed file.

use std::collections::BTreeMap;

use rusqlite::{Connection, Row};
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, Zeroizing};
use zgoda_core::{Address, Field, KeptField, LeadId, Personal, Rating, Value};

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

/// Puts `fields` in the place of all that the lead had.
pub(crate) fn replace(
    db: &Connection,
    lead: LeadId,
    fields: &BTreeMap<Field, KeptField>,
) -> Result<(), StoreError> {
    let id = lead.to_string();
    db.execute("DELETE FROM field WHERE lead = ?1", [&id])?;
    let mut insert =
        db.prepare("INSERT INTO field (lead, field, value, deadline) VALUES (?1, ?2, ?3, ?4)")?;
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

/// The fields of one lead.
pub(crate) fn of(db: &Connection, lead: LeadId) -> Result<BTreeMap<Field, KeptField>, StoreError> {
    let mut query = db.prepare("SELECT field, value, deadline FROM field WHERE lead = ?1")?;
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
}

fn write(value: &Value) -> Result<Zeroizing<String>, StoreError> {
    let plain = |text: &Personal| text.expose().to_owned();
    let written = Zeroizing::new(match value {
        Value::Text(text) => Written::Text(plain(text)),
        Value::Many(all) => Written::Many(all.iter().map(plain).collect()),
        Value::Rating(rating) => Written::Rating(*rating),
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
        ] {
            assert_eq!(parse(&write(&value).unwrap()).unwrap(), value);
        }
    }
}
