//! What the list of leads is sorted and searched by, so that a page of it costs a page.
//!
//! How: it is written where the fields are, and goes with the lead. Triggers did it until schema 7; for each of their
//! statements, which might have failed halfway, SQLite kept a copy of every page that it touched. What they called,
//! `folded` and `moment`, the older steps of a migration still call.

use chrono::{DateTime, NaiveDate, Utc};
use rusqlite::functions::FunctionFlags;
use rusqlite::types::ToSqlOutput;
use rusqlite::{Connection, Row, ToSql, params_from_iter};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use uuid::Uuid;
use zeroize::Zeroizing;
use zgoda_core::{Field, Kept, LeadId};

use crate::database::Migration;
use crate::error::StoreError;
use crate::rows;
use crate::table::field;

pub(crate) const MIGRATIONS: &[Migration] = &[
    (
        5,
        "CREATE TABLE listed (
            captured INTEGER NOT NULL,
            lead TEXT NOT NULL UNIQUE REFERENCES lead (id) ON DELETE CASCADE,
            text TEXT NOT NULL,
            PRIMARY KEY (captured, lead)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX promise_open ON promise (lead, due) WHERE kept_at IS NULL;
        CREATE TRIGGER listed_new AFTER INSERT ON lead BEGIN
            INSERT INTO listed (captured, lead, text) VALUES (moment(NEW.captured_at), NEW.id, '');
        END;
        CREATE TRIGGER listed_again AFTER UPDATE OF captured_at ON lead BEGIN
            UPDATE listed SET captured = moment(NEW.captured_at) WHERE lead = NEW.id;
        END;
        CREATE TRIGGER listed_said AFTER INSERT ON field WHEN NEW.field IN ('name', 'company', 'email') BEGIN
            UPDATE listed SET text = coalesce((
                SELECT group_concat(folded(value), char(10)) FROM field
                WHERE lead = NEW.lead AND field IN ('name', 'company', 'email')), '')
            WHERE lead = NEW.lead;
        END;
        CREATE TRIGGER listed_changed AFTER UPDATE ON field WHEN NEW.field IN ('name', 'company', 'email') BEGIN
            UPDATE listed SET text = coalesce((
                SELECT group_concat(folded(value), char(10)) FROM field
                WHERE lead = NEW.lead AND field IN ('name', 'company', 'email')), '')
            WHERE lead = NEW.lead;
        END;
        CREATE TRIGGER listed_ended AFTER DELETE ON field WHEN OLD.field IN ('name', 'company', 'email') BEGIN
            UPDATE listed SET text = coalesce((
                SELECT group_concat(folded(value), char(10)) FROM field
                WHERE lead = OLD.lead AND field IN ('name', 'company', 'email')), '')
            WHERE lead = OLD.lead;
        END;
        INSERT INTO listed (captured, lead, text)
            SELECT moment(captured_at), id, coalesce((
                SELECT group_concat(folded(value), char(10)) FROM field
                WHERE lead = id AND field IN ('name', 'company', 'email')), '')
            FROM lead;",
    ),
    (
        7,
        // `IF EXISTS`: a test goes back to schema 5 in a store that has been here.
        "DROP TRIGGER IF EXISTS listed_new;
        DROP TRIGGER IF EXISTS listed_again;
        DROP TRIGGER IF EXISTS listed_said;
        DROP TRIGGER IF EXISTS listed_changed;
        DROP TRIGGER IF EXISTS listed_ended;",
    ),
    (
        8,
        // Ids of 16 bytes: a search reads every row, and what it costs is deciphering them. The trigger stands for the key
        // that such an id cannot have into `lead`.
        "DROP TABLE listed;
        CREATE TABLE listed (
            captured INTEGER NOT NULL,
            lead BLOB NOT NULL UNIQUE,
            text TEXT NOT NULL,
            PRIMARY KEY (captured, lead)
        ) STRICT, WITHOUT ROWID;
        INSERT INTO listed (captured, lead, text)
            SELECT moment(captured_at), unhex(id, '-'), coalesce((
                SELECT group_concat(folded(value), char(10)) FROM field
                WHERE lead = id AND field IN ('name', 'company', 'email')), '')
            FROM lead ORDER BY 1, 2;
        DROP TRIGGER IF EXISTS listed_gone;
        CREATE TRIGGER listed_gone AFTER DELETE ON lead BEGIN
            DELETE FROM listed WHERE lead = unhex(OLD.id, '-');
        END;",
    ),
];

/// What a search looks in.
const SEARCHED: [Field; 3] = [Field::Company, Field::Email, Field::Name];

/// Which leads a list shows, and in which order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Among {
    /// All, the newest first.
    #[default]
    All,
    /// Captured at this moment or later, the newest first.
    Since(DateTime<Utc>),
    /// With an open promise, the earliest due first.
    Promised,
    /// With something for the CRM that goes by itself, the newest first.
    Waiting,
    /// With something for the CRM that waits for a person, the newest first.
    NeedsPerson,
}

/// Where a page of the list ends, and the next begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// When the last lead was captured, in microseconds since 1970.
    pub captured: i64,
    /// Its id.
    pub lead: LeadId,
    /// The day of its earliest open promise, where that is the order.
    pub due: Option<NaiveDate>,
}

/// Adds a lead as it is now.
pub(crate) fn insert(db: &Connection, kept: &Kept) -> Result<(), StoreError> {
    let sql = "INSERT INTO listed (captured, lead, text) VALUES (?1, ?2, ?3)";
    let captured = rows::micros(kept.captured_at.to_utc());
    let text = text(kept);
    rows::execute(db, sql, (captured, kept.id.0.as_bytes(), text.as_str()))?;
    Ok(())
}

/// Takes a lead off, before it is added anew.
pub(crate) fn delete(db: &Connection, lead: LeadId) -> Result<(), StoreError> {
    let sql = "DELETE FROM listed WHERE lead = ?1";
    rows::execute(db, sql, [lead.0.as_bytes()])?;
    Ok(())
}

fn text(kept: &Kept) -> Zeroizing<String> {
    let values = SEARCHED.iter().filter_map(|field| kept.fields.get(field));
    let lines = values.map(|kept| fold(kept.value.one_line().expose()));
    let lines: Zeroizing<Vec<String>> = Zeroizing::new(lines.collect());
    Zeroizing::new(lines.join("\n"))
}

/// Gives the connection what older steps of a migration call, and `written`: a listed id as the other tables write it.
/// Before anything is written.
pub(crate) fn teach(db: &Connection) -> Result<(), StoreError> {
    let flags = FunctionFlags::SQLITE_UTF8
        | FunctionFlags::SQLITE_DETERMINISTIC
        | FunctionFlags::SQLITE_INNOCUOUS;
    db.create_scalar_function("folded", 1, flags, |call| {
        let value: Zeroizing<String> = Zeroizing::new(call.get(0)?);
        let line = field::one_line(&value).map_err(|error| failed(error.into()))?;
        Ok(fold(&line))
    })?;
    db.create_scalar_function("moment", 1, flags, |call| {
        let text: String = call.get(0)?;
        let at = DateTime::parse_from_rfc3339(&text).map_err(|error| failed(error.into()))?;
        Ok(rows::micros(at.to_utc()))
    })?;
    db.create_scalar_function("written", 1, flags, |call| {
        let id =
            Uuid::from_slice(call.get_raw(0).as_blob()?).map_err(|error| failed(error.into()))?;
        Ok(id.to_string())
    })?;
    Ok(())
}

fn failed(error: Box<dyn std::error::Error + Send + Sync>) -> rusqlite::Error {
    rusqlite::Error::UserFunctionError(error)
}

/// The leads of a page: at most `limit` of those that hold every word of `text`, after `after`.
pub(crate) fn page(
    db: &Connection,
    text: &str,
    among: Among,
    after: Option<&Place>,
    limit: usize,
) -> Result<Vec<Place>, StoreError> {
    let mut ask = Ask::of(text, among);
    let promised = among == Among::Promised;
    if let Some(place) = after {
        let captured = ask.bind(place.captured);
        let lead = ask.bind(*place.lead.0.as_bytes());
        let beyond = format!("(captured, listed.lead) < ({captured}, {lead})");
        let beyond = match (promised, place.due) {
            (true, Some(due)) => {
                let due = ask.bind(due.to_string());
                format!("(due > {due} OR (due = {due} AND {beyond}))")
            }
            _ => beyond,
        };
        ask.wheres.push(beyond);
    }
    let limit = ask.bind(i64::try_from(limit).unwrap_or(i64::MAX));
    let (from, due, first) = if promised {
        let open = "(SELECT lead, min(due) AS due FROM promise WHERE kept_at IS NULL GROUP BY lead) AS open";
        (
            format!("{open} JOIN listed ON listed.lead = unhex(open.lead, '-')"),
            "due",
            "due, ",
        )
    } else {
        ("listed".to_owned(), "NULL AS due", "")
    };
    let sql = format!(
        "SELECT captured, listed.lead, {due} FROM {from}{} ORDER BY {first}captured DESC, listed.lead DESC LIMIT {limit}",
        ask.filter()
    );
    let mut query = db.prepare(&sql)?;
    query
        .query_and_then(params_from_iter(&ask.binds), read)?
        .collect()
}

/// How many leads are listed in all.
pub(crate) fn count(db: &Connection, among: Among) -> Result<u64, StoreError> {
    let ask = Ask::of("", among);
    let open = "(SELECT DISTINCT lead FROM promise WHERE kept_at IS NULL)";
    let from = if among == Among::Promised {
        open
    } else {
        "listed"
    };
    let sql = format!("SELECT count(*) FROM {from}{}", ask.filter());
    let read = |row: &Row<'_>| row.get::<_, i64>(0);
    let count = db.query_row(&sql, params_from_iter(&ask.binds), read)?;
    Ok(count.unsigned_abs())
}

/// The conditions of a query, with what they bind.
#[derive(Default)]
struct Ask {
    wheres: Vec<String>,
    binds: Vec<Bind>,
}

enum Bind {
    Id(uuid::Bytes),
    Number(i64),
    Text(Zeroizing<String>),
}

impl From<uuid::Bytes> for Bind {
    fn from(id: uuid::Bytes) -> Self {
        Self::Id(id)
    }
}

impl From<i64> for Bind {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<String> for Bind {
    fn from(text: String) -> Self {
        Self::Text(Zeroizing::new(text))
    }
}

impl ToSql for Bind {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        match self {
            Self::Id(id) => id.to_sql(),
            Self::Number(number) => number.to_sql(),
            Self::Text(text) => text.as_str().to_sql(),
        }
    }
}

impl Ask {
    /// No more words than this narrow a search; whoever types more has long found whom they sought.
    const WORDS: usize = 12;

    fn of(text: &str, among: Among) -> Self {
        let mut ask = Self::default();
        match among {
            Among::All | Among::Promised => {}
            Among::Since(at) => {
                let at = ask.bind(rows::micros(at));
                ask.wheres.push(format!("captured >= {at}"));
            }
            Among::Waiting => ask.wheres.push(newest_in("'waiting', 'in_doubt'")),
            Among::NeedsPerson => ask.wheres.push(newest_in("'needs_person'")),
        }
        let folded = Zeroizing::new(fold(text));
        for word in folded.split_whitespace().take(Self::WORDS) {
            let word = ask.bind(word.to_owned());
            ask.wheres.push(format!("instr(text, {word})"));
        }
        ask
    }

    fn bind(&mut self, value: impl Into<Bind>) -> String {
        self.binds.push(value.into());
        format!("?{}", self.binds.len())
    }

    fn filter(&self) -> String {
        if self.wheres.is_empty() {
            return String::new();
        }
        format!(" WHERE {}", self.wheres.join(" AND "))
    }
}

/// The newest of a lead's rows in the outbox says where the lead stands.
fn newest_in(states: &str) -> String {
    format!(
        "(SELECT state FROM outbox WHERE outbox.lead = written(listed.lead) ORDER BY id DESC LIMIT 1) IN ({states})"
    )
}

fn read(row: &Row<'_>) -> Result<Place, StoreError> {
    let due: Option<String> = row.get("due")?;
    let due = due.map(|due| due.parse()).transpose();
    Ok(Place {
        captured: row.get("captured")?,
        lead: LeadId(Uuid::from_bytes(row.get("lead")?)),
        due: due.map_err(|_| StoreError::Damaged)?,
    })
}

/// Lower case without accents; letters that Unicode does not take apart are told apart by hand.
fn fold(text: &str) -> String {
    text.nfkd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .map(|c| match c {
            'ł' => 'l',
            'ø' => 'o',
            'đ' => 'd',
            'ı' => 'i',
            c => c,
        })
        .collect::<String>()
        .replace('ß', "ss")
}

#[cfg(test)]
pub(crate) mod tests {
    use zgoda_core::ledger::Kind;
    use zgoda_core::{Kept, Value};

    use super::*;
    use crate::support::{PASSPHRASE, day, happening, id, lead, profile, salt, scratch, start};
    use crate::{Cost, Secret, Store};

    /// Every lead is listed once, by what it says now; nobody else is.
    pub(crate) fn assert_true_to_the_fields(store: &Store) {
        let leads = store.leads().unwrap();
        let mut expected: Vec<(i64, uuid::Bytes, String)> = leads
            .iter()
            .map(|kept: &Kept| {
                let captured = rows::micros(kept.captured_at.to_utc());
                (captured, *kept.id.0.as_bytes(), text(kept).to_string())
            })
            .collect();
        expected.sort();
        let db = store.db().unwrap().connection();
        let mut query = db.prepare("SELECT * FROM listed ORDER BY 1, 2").unwrap();
        let found = query.query_map((), |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)));
        let found: Vec<(i64, uuid::Bytes, String)> = found.unwrap().map(Result::unwrap).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn what_is_listed_is_what_the_fields_say() {
        let home = scratch();
        let secret = Secret::Passphrase(PASSPHRASE.to_owned().into());
        let event = "targi-demo-2026";
        let mut store =
            Store::create(home.path(), event, &secret, None, Cost::TEST, start()).unwrap();
        for number in 1..=4 {
            let captured = happening(Kind::Capture, &lead(number));
            store
                .capture(&lead(number), &salt(number), captured)
                .unwrap();
        }
        assert_true_to_the_fields(&store);

        let mut changed = lead(2).kept().clone();
        let name = Value::Text("Ewa Łąka".into());
        changed.fields.get_mut(&Field::Name).unwrap().value = name;
        changed.fields.remove(&Field::Company);
        store
            .change(&changed, happening(Kind::Change, &lead(2)), None)
            .unwrap();
        assert_true_to_the_fields(&store);
        assert_eq!(
            store.page("ewa laka", Among::All, None, 9).unwrap().0.len(),
            1
        );
        assert!(
            store
                .page("zolw-0002", Among::All, None, 9)
                .unwrap()
                .0
                .is_empty()
        );

        assert!(
            store
                .erase(id(3), happening(Kind::Erase, &lead(3)))
                .unwrap()
        );
        assert_true_to_the_fields(&store);
        // Long after: what the offer needed has ended, the newsletter goes on.
        store.trust_clock(day(400)).unwrap();
        store.expire(day(400), &profile()).unwrap();
        assert_true_to_the_fields(&store);
        store.rotate(day(400)).unwrap();
        assert_true_to_the_fields(&store);
    }

    #[test]
    fn accents_and_case_do_not_count() {
        assert_eq!(fold("ZAŻÓŁĆ Gęślą"), "zazolc gesla");
        assert_eq!(fold("Größe"), fold("GROSSE"));
    }
}
