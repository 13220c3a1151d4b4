//! A list of people from a webinar or a form: looked at, previewed, imported as a whole, and taken back as a whole.
//!
//! How: the file's bytes become a table in memory and are never written; each row goes the way of a badge, through the
//! same gate, minimised and decided by what [`zgoda_core::list::Evidence`] covers. When: from the opening of the file to
//! its import, its discarding, or the lock. No notice is recorded as shown: these people stood before no screen.

mod columns;
mod plan;
mod undo;
mod view;

use chrono::{DateTime, Utc};
use zeroize::Zeroizing;
use zgoda_capture::payload::charset;
use zgoda_core::identity::{Identity, Salt};
use zgoda_core::ledger::{Choice, Happening, Kind};
use zgoda_core::list::{Evidence, ListError, Shape, Statement, Table};
use zgoda_core::{Act, Dropped, Lead};

use crate::capture::random;
use crate::error::Error;
use crate::{Booth, Open};

use columns::Columns;
use plan::Planned;
pub(crate) use undo::Imports;
pub use view::{ListColumn, ListCounts, ListImport, ListPreview, ListRow, ListView, Outcome};

/// Largest file that is read, in megabytes.
const MAX_MEGABYTES: usize = 5;

/// A list that was opened: in memory alone, wiped when it is let go.
pub(crate) struct InHand {
    table: Table,
    shape: Shape,
}

impl InHand {
    fn read(bytes: &[u8]) -> Result<Self, ListError> {
        if bytes.len() > MAX_MEGABYTES * 1_000_000 {
            return Err(ListError::TooLarge(MAX_MEGABYTES));
        }
        let text = charset::decode(bytes, None).map_err(|_| ListError::Charset)?;
        let table = Table::read(&Zeroizing::new(text))?;
        let shape = Shape::of(&table)?;
        Ok(Self { table, shape })
    }
}

impl Booth {
    /// Opens a list: where its people are and what its columns hold, as far as that shows. Takes the place of one that was
    /// open.
    ///
    /// # Errors
    /// [`Error::List`] where it is no list, or too long a one.
    pub fn list_open(&mut self, bytes: &[u8]) -> Result<ListView, Error> {
        let open = self.staff()?;
        open.people = None;
        let list = InHand::read(bytes)?;
        let view = view::list(&list, &open.profile);
        open.people = Some(list);
        Ok(view)
    }

    /// Lets the list go; its values are wiped.
    ///
    /// # Errors
    /// Where the store is locked or an attendee holds the device.
    pub fn list_discard(&mut self) -> Result<(), Error> {
        self.staff()?.people = None;
        Ok(())
    }

    /// What an import on this statement would keep and drop, row by row. Nothing is stored.
    ///
    /// # Errors
    /// Where no list is open, or the event is closed; [`Error::List`] where the statement does not prove what it is made for.
    pub fn list_preview(
        &mut self,
        statement: &Statement,
        now: DateTime<Utc>,
    ) -> Result<ListPreview, Error> {
        let open = self.staff()?;
        open.takes_captures()?;
        let list = open.people.take().ok_or(Error::NoList)?;
        let planned = open.plan(&list, statement, now);
        let preview = planned
            .map(|(evidence, columns, rows)| view::preview(&list, &evidence, &columns, &rows));
        open.people = Some(list);
        preview
    }

    /// Imports the list: every row that the evidence covers, each in a transaction of its own. Which leads it makes is
    /// noted before the first, so that one undo takes the whole back, also where this was cut off.
    ///
    /// # Errors
    /// As for the preview, or what stood in the way of writing: then the import can be undone, or made again, which skips
    /// those who are here.
    pub fn list_import(
        &mut self,
        statement: &Statement,
        now: DateTime<Utc>,
    ) -> Result<ListImport, Error> {
        let open = self.staff()?;
        open.takes_captures()?;
        let list = open.people.take().ok_or(Error::NoList)?;
        let done = open.import(&list, statement, now);
        if done.is_err() {
            open.people = Some(list);
        }
        done
    }
}

impl Open {
    fn plan(
        &mut self,
        list: &InHand,
        statement: &Statement,
        now: DateTime<Utc>,
    ) -> Result<(Evidence, Columns, Vec<Planned>), Error> {
        let today = self.local(now).date_naive();
        let evidence = Evidence::new(statement, list.shape.tool, &self.profile, today)?;
        let columns = Columns::of(list, statement)?;
        let rows = self.planned(list, &columns, &evidence, now)?;
        Ok((evidence, columns, rows))
    }

    fn import(
        &mut self,
        list: &InHand,
        statement: &Statement,
        now: DateTime<Utc>,
    ) -> Result<ListImport, Error> {
        let (evidence, _, rows) = self.plan(list, statement, now)?;
        let counts = view::counts(&rows);
        let leads: Vec<Planned> = rows.into_iter().filter(|row| row.lead.is_some()).collect();
        let id = hex::encode(random::<16>()?);
        if leads.is_empty() {
            return Ok(ListImport::of(id, evidence.tool, now, counts));
        }
        let ids = leads.iter().filter_map(|row| row.lead.as_ref());
        let ids = ids.map(|lead| lead.kept().id).collect();
        let import = Imports::note(self, &id, &evidence, ids, now)?;
        self.store.decline(Happening {
            act: Some(Act::Import),
            language: Some(evidence.language),
            list: Some(id),
            evidence: Some(evidence),
            ..Happening::new(Kind::Import, self.local(now))
        })?;
        for row in &leads {
            if let Some(lead) = &row.lead {
                self.store_row(lead, row, &import.id, now)?;
            }
        }
        Ok(ListImport { counts, ..import })
    }

    fn store_row(
        &mut self,
        lead: &Lead,
        row: &Planned,
        list: &str,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        let kept = lead.kept();
        let salt = Salt::new(random()?);
        let identity = Identity::of(|field| kept.fields.get(&field).map(|kept| &kept.value));
        let happening = Happening {
            subject: Some(kept.subject.clone()),
            act: Some(Act::Import),
            language: Some(kept.language),
            choices: kept.decisions.iter().map(Choice::from).collect(),
            kept: kept.fields.keys().copied().collect(),
            dropped: row.dropped.iter().copied().map(Dropped::Field).collect(),
            identity: identity.map(|identity| salt.mark(&identity)),
            list: Some(list.to_owned()),
            ..Happening::new(Kind::Capture, self.local(now))
        };
        self.store.capture(lead, &salt, happening)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use zgoda_core::Language;
    use zgoda_store::{Cost, Secret};

    use super::*;
    use crate::Query;

    const LIST: &str = "First Name,Last Name,Email,Newsletter\nEwa,Lis,ewa@lis.example,Yes\nJan,Wilk,jan@wilk.example,Yes\n";
    const STATED: &str = "language = \"en\"\ncollected = \"2026-11-18\"\n[[covers]]\npurpose = \"newsletter\"\n\
        channel = \"email\"\ncolumn = \"Newsletter\"\nversion = \"1\"\nwording = \"Send me the newsletter by e-mail.\"\n";

    fn secret() -> Secret {
        Secret::Passphrase("a passphrase for tests".to_owned().into())
    }

    /// As a power cut would have it: the import is noted, its entry and one of its two rows are written.
    fn cut_off(open: &mut Open, now: DateTime<Utc>) {
        let list = InHand::read(LIST.as_bytes()).unwrap();
        let statement = Statement::read(STATED).unwrap();
        let (evidence, _, rows) = open.plan(&list, &statement, now).unwrap();
        let ids = rows.iter().map(|row| row.lead.as_ref().unwrap().kept().id);
        let import = Imports::note(open, "4711", &evidence, ids.collect(), now).unwrap();
        open.store_row(rows[0].lead.as_ref().unwrap(), &rows[0], &import.id, now)
            .unwrap();
    }

    #[test]
    fn an_import_that_was_cut_off_is_taken_back_too() {
        let home = tempfile::tempdir().unwrap();
        let now: DateTime<Utc> = "2026-11-24T10:00:00Z".parse().unwrap();
        let booth = || Booth::with_cost(home.path().to_owned(), Cost::TEST).unwrap();
        let mut before = booth();
        before
            .first_start(Language::En, &secret(), None, now)
            .unwrap();
        cut_off(before.staff().unwrap(), now);
        drop(before);

        let mut after = booth();
        after.unlock(&secret(), now).unwrap();
        let recent = after.lists(now).unwrap();
        assert_eq!((recent.len(), recent[0].counts.kept), (1, 1));
        assert_eq!(after.list_undo("4711", now).unwrap(), 1);
        assert!(after.leads(&Query::default(), now).unwrap().is_empty());
    }

    #[test]
    fn after_its_day_the_ids_of_an_import_are_dropped() {
        let home = tempfile::tempdir().unwrap();
        let now: DateTime<Utc> = "2026-11-24T10:00:00Z".parse().unwrap();
        let mut booth = Booth::with_cost(home.path().to_owned(), Cost::TEST).unwrap();
        booth
            .first_start(Language::En, &secret(), None, now)
            .unwrap();
        cut_off(booth.staff().unwrap(), now);
        let noted = |booth: &mut Booth| booth.staff().unwrap().store.meta_get("list_imports");
        assert!(noted(&mut booth).unwrap().unwrap().contains("4711"));
        booth.purge(now + chrono::TimeDelta::hours(24)).unwrap();
        assert!(!noted(&mut booth).unwrap().unwrap().contains("4711"));
        assert_eq!(booth.leads(&Query::default(), now).unwrap().len(), 1);
    }
}
