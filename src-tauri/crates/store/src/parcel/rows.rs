//! Rows as text: whatever columns a table has, so that a new one goes along by itself.

use rusqlite::types::{ToSqlOutput, Value, ValueRef};
use rusqlite::{Connection, ToSql, params_from_iter};
use serde::{Deserialize, Serialize};
use zeroize::Zeroize;

use crate::error::StoreError;

/// The store's own facts stay where they are: the device's key, the CRM's token, what is due. What the list is sorted by
/// nobody reads there; it is written anew with each lead that is taken over.
const STAYS: [&str; 2] = ["meta", "listed"];

/// A table with all its rows.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Table {
    name: String,
    columns: Vec<String>,
    rows: Vec<Vec<Cell>>,
}

/// One value.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Cell {
    Null,
    Integer(i64),
    Text(String),
    /// In hex.
    Blob(String),
}

impl Drop for Cell {
    fn drop(&mut self) {
        if let Self::Text(text) | Self::Blob(text) = self {
            text.zeroize();
        }
    }
}

impl Cell {
    fn of(value: ValueRef<'_>) -> Result<Self, StoreError> {
        Ok(match value {
            ValueRef::Null => Self::Null,
            ValueRef::Integer(number) => Self::Integer(number),
            ValueRef::Text(text) => Self::Text(
                str::from_utf8(text)
                    .map_err(|_| StoreError::Damaged)?
                    .to_owned(),
            ),
            ValueRef::Blob(bytes) => Self::Blob(hex::encode(bytes)),
            ValueRef::Real(_) => return Err(StoreError::Damaged),
        })
    }
}

impl ToSql for Cell {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Self::Null => ToSqlOutput::Owned(Value::Null),
            Self::Integer(number) => ToSqlOutput::Owned(Value::Integer(*number)),
            Self::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
            Self::Blob(text) => {
                let bytes = hex::decode(text);
                let bytes =
                    bytes.map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))?;
                ToSqlOutput::Owned(Value::Blob(bytes))
            }
        })
    }
}

/// Every table that goes along, in the order in which they were made.
pub(super) fn read(db: &Connection) -> Result<Vec<Table>, StoreError> {
    names(db)?.into_iter().map(|name| table(db, name)).collect()
}

/// Fills the empty tables of `db`.
pub(super) fn write(db: &Connection, tables: &[Table]) -> Result<(), StoreError> {
    let known = names(db)?;
    for table in tables {
        if !known.contains(&table.name) {
            return Err(StoreError::ParcelDamaged);
        }
        let columns = columns(db, &table.name)?;
        if columns != table.columns {
            return Err(StoreError::ParcelDamaged);
        }
        let places = vec!["?"; columns.len()].join(", ");
        let sql = format!("INSERT INTO {} VALUES ({places})", table.name);
        let mut insert = db.prepare(&sql)?;
        for row in &table.rows {
            let written = insert.execute(params_from_iter(row));
            written.map_err(|_| StoreError::ParcelDamaged)?;
        }
    }
    let mut strays = db.prepare("PRAGMA foreign_key_check")?;
    match strays.query(())?.next()? {
        Some(_) => Err(StoreError::ParcelDamaged),
        None => Ok(()),
    }
}

fn table(db: &Connection, name: String) -> Result<Table, StoreError> {
    let columns = columns(db, &name)?;
    let mut query = db.prepare(&format!("SELECT * FROM {name}"))?;
    let width = columns.len();
    let rows = query.query_and_then((), |row| {
        let cells = (0..width).map(|at| Cell::of(row.get_ref(at)?));
        cells.collect::<Result<Vec<Cell>, StoreError>>()
    })?;
    let rows = rows.collect::<Result<_, _>>()?;
    Ok(Table {
        name,
        columns,
        rows,
    })
}

fn names(db: &Connection) -> Result<Vec<String>, StoreError> {
    let sql = "SELECT name FROM sqlite_schema
               WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT IN (?1, ?2) ORDER BY rowid";
    let mut query = db.prepare(sql)?;
    let names = query.query_map(STAYS, |row| row.get(0))?;
    Ok(names.collect::<Result<_, _>>()?)
}

fn columns(db: &Connection, table: &str) -> Result<Vec<String>, StoreError> {
    let mut query = db.prepare("SELECT name FROM pragma_table_info(?1) ORDER BY cid")?;
    let names = query.query_map([table], |row| row.get(0))?;
    Ok(names.collect::<Result<_, _>>()?)
}
