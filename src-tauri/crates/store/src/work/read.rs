//! Reading.

use std::collections::BTreeSet;

use chrono::{DateTime, FixedOffset, NaiveDate, Utc};
use rusqlite::Connection;
use zgoda_core::identity::Identity;
use zgoda_core::ledger::{Happening, Head, Kind};
use zgoda_core::outbox::Stub;
use zgoda_core::{Field, Kept, LeadId, Profile, SubjectRef};

use crate::error::StoreError;
use crate::store::Store;
use crate::table::listed::{Among, Place};
use crate::table::outbox::OutboxRow;
use crate::table::{
    answer_end, decision, field, lead, ledger, listed, mark, meta, other_ledger, outbox, profile,
    promise, stub, tombstone,
};

/// An earlier lead about the same person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Same {
    /// The lead.
    pub lead: LeadId,
    /// When it was captured.
    pub captured_at: DateTime<Utc>,
    /// Its local copy is gone; the CRM has it.
    pub forgotten: bool,
}

/// How much there is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Leads with their values here.
    pub leads: u64,
    /// Leads of which only a stub is here.
    pub stubs: u64,
    /// Leads erased.
    pub erased: u64,
    /// Leads ever captured.
    pub captured: u64,
    /// People who wanted nothing.
    pub declined: u64,
    /// Messages that go by themselves, those in doubt included.
    pub waiting: u64,
    /// Messages that wait for a person.
    pub needs_person: u64,
}

impl Store {
    /// One lead.
    ///
    /// # Errors
    /// What stood in the way of reading.
    pub fn lead(&self, id: LeadId) -> Result<Option<Kept>, StoreError> {
        load(self.db()?.connection(), id)
    }

    /// All leads, newest first.
    ///
    /// # Errors
    /// What stood in the way of reading.
    pub fn leads(&self) -> Result<Vec<Kept>, StoreError> {
        load_all(self.db()?.connection())
    }

    /// A page of the list: at most `limit` leads of `among` whose name, company or e-mail holds every word of `text`,
    /// whatever the case and the accents, after `after`. Where there are more, also where the page ends.
    ///
    /// # Errors
    /// What stood in the way of reading.
    pub fn page(
        &self,
        text: &str,
        among: Among,
        after: Option<&Place>,
        limit: usize,
    ) -> Result<(Vec<Kept>, Option<Place>), StoreError> {
        let db = self.db()?.connection();
        let mut places = listed::page(db, text, among, after, limit.saturating_add(1))?;
        let more = places.len() > limit;
        places.truncate(limit);
        let leads = places
            .iter()
            .map(|place| load(db, place.lead)?.ok_or(StoreError::Damaged));
        let leads = leads.collect::<Result<_, StoreError>>()?;
        Ok((leads, places.pop().filter(|_| more)))
    }

    /// The leads whose reference in the ledger is one of those that `wanted` knows.
    ///
    /// # Errors
    /// What stood in the way of reading.
    pub fn leads_of(&self, wanted: impl Fn(&SubjectRef) -> bool) -> Result<Vec<Kept>, StoreError> {
        let db = self.db()?.connection();
        let mut subjects = lead::subjects(db)?;
        subjects.retain(|(_, subject)| wanted(subject));
        let leads = subjects
            .into_iter()
            .map(|(id, _)| load(db, id)?.ok_or(StoreError::Damaged));
        leads.collect()
    }

    /// How many messages go by themselves, those in doubt included, and how many wait for a person.
    ///
    /// # Errors
    /// What stood in the way of reading.
    pub fn outbox_counts(&self) -> Result<(u64, u64), StoreError> {
        outbox::count(self.db()?.connection())
    }

    /// The newest of what the CRM has still to be told of a lead.
    ///
    /// # Errors
    /// What stood in the way of reading.
    pub fn outbox_newest(&self, lead: LeadId) -> Result<Option<OutboxRow>, StoreError> {
        outbox::newest(self.db()?.connection(), lead)
    }

    /// How many leads of `among` are here.
    ///
    /// # Errors
    /// What stood in the way of reading.
    pub fn listed(&self, among: Among) -> Result<u64, StoreError> {
        listed::count(self.db()?.connection(), among)
    }

    /// The newest lead about the person of `identity`, whether its values are here or only a stub.
    ///
    /// # Errors
    /// What stood in the way of reading.
    pub fn find_same(&self, identity: &Identity) -> Result<Option<Same>, StoreError> {
        Ok(self.find_all(identity)?.into_iter().next())
    }

    /// Every lead about the person of `identity`, newest first.
    ///
    /// # Errors
    /// What stood in the way of reading.
    pub fn find_all(&self, identity: &Identity) -> Result<Vec<Same>, StoreError> {
        let db = self.db()?.connection();
        let marks = mark::all(db)?;
        let mut found = Vec::new();
        let here = lead::salts(db)?.into_iter().map(|row| (row, false));
        let gone = stub::salts(db)?.into_iter().map(|row| (row, true));
        for ((lead, salt, captured_at), forgotten) in here.chain(gone) {
            if marks.contains(&(lead, salt.mark(identity))) {
                found.push(Same {
                    lead,
                    captured_at,
                    forgotten,
                });
            }
        }
        found.sort_by_key(|same| std::cmp::Reverse(same.captured_at));
        Ok(found)
    }

    /// The salt of a lead or stub: with the person's identity it shows which ledger entries are theirs.
    ///
    /// # Errors
    /// What stood in the way of reading.
    pub fn salt(&self, id: LeadId) -> Result<Option<zgoda_core::identity::Salt>, StoreError> {
        let db = self.db()?.connection();
        let all = lead::salts(db)?.into_iter().chain(stub::salts(db)?);
        Ok(all
            .into_iter()
            .find(|(lead, ..)| *lead == id)
            .map(|(_, salt, _)| salt))
    }

    /// The CRM's id of a lead, where it has told one.
    ///
    /// # Errors
    /// What stood in the way of reading.
    pub fn crm_id(&self, id: LeadId) -> Result<Option<String>, StoreError> {
        let db = self.db()?.connection();
        if let Some(inside) = lead::inside(db, id)? {
            return Ok(inside.crm_id);
        }
        Ok(stub::one(db, id)?.map(|stub| stub.crm_id))
    }

    /// True when the lead was erased here.
    ///
    /// # Errors
    /// What stood in the way of reading.
    pub fn was_erased(&self, id: LeadId) -> Result<bool, StoreError> {
        tombstone::has(self.db()?.connection(), id)
    }

    /// What stayed of leads whose local copy is gone.
    ///
    /// # Errors
    /// What stood in the way of reading.
    pub fn stubs(&self) -> Result<Vec<Stub>, StoreError> {
        stub::all(self.db()?.connection())
    }

    /// True where the CRM has told an id for a lead, or for what stayed of one, of whom it may still have to hear.
    ///
    /// # Errors
    /// What stood in the way of reading.
    pub fn crm_has_some(&self) -> Result<bool, StoreError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM lead WHERE confirmed_at IS NOT NULL)
                       OR EXISTS (SELECT 1 FROM stub)
                       OR EXISTS (SELECT 1 FROM outbox WHERE crm_id IS NOT NULL)";
        Ok(self
            .db()?
            .connection()
            .query_row(sql, (), |row| row.get(0))?)
    }

    /// The ledger, the first entry first.
    ///
    /// # Errors
    /// What stood in the way of reading.
    pub fn ledger_lines(&self) -> Result<Vec<String>, StoreError> {
        ledger::lines(self.db()?.connection())
    }

    /// The ledger's lines about one person: those of devices whose stores were taken in, then this one's, each in its order.
    ///
    /// # Errors
    /// What stood in the way of reading.
    pub fn ledger_of(&self, subject: &SubjectRef) -> Result<Vec<String>, StoreError> {
        let db = self.db()?.connection();
        let mut lines = other_ledger::of(db, subject)?;
        lines.extend(ledger::of(db, subject)?);
        Ok(lines)
    }

    /// Of which of these people a stub is left, each by any of their identities. One look at all, for a list.
    ///
    /// # Errors
    /// What stood in the way of reading.
    pub fn have_stubs(&self, people: &[&[Identity]]) -> Result<Vec<bool>, StoreError> {
        let db = self.db()?.connection();
        let marks = mark::all(db)?;
        let salts = stub::salts(db)?;
        let has_stub = |identity: &Identity| {
            let mut all = salts.iter();
            all.any(|(lead, salt, _)| marks.contains(&(*lead, salt.mark(identity))))
        };
        Ok(people.iter().map(|one| one.iter().any(has_stub)).collect())
    }

    /// How many of these leads there are, stubs among them.
    ///
    /// # Errors
    /// What stood in the way of reading.
    pub fn present(&self, leads: &[LeadId]) -> Result<usize, StoreError> {
        let db = self.db()?.connection();
        let mut count = 0;
        for id in leads {
            let here = lead::revision(db, *id)?.is_some() || stub::one(db, *id)?.is_some();
            count += usize::from(here);
        }
        Ok(count)
    }

    /// When each entry of a kind happened, the first one first.
    ///
    /// # Errors
    /// What stood in the way of reading.
    pub fn ledger_times(&self, kind: Kind) -> Result<Vec<DateTime<FixedOffset>>, StoreError> {
        ledger::times(self.db()?.connection(), kind)
    }

    /// How many promises are open and due by `day`.
    ///
    /// # Errors
    /// What stood in the way of reading.
    pub fn promises_due(&self, day: NaiveDate) -> Result<u64, StoreError> {
        promise::due_by(self.db()?.connection(), day)
    }

    /// The end of the ledger.
    ///
    /// # Errors
    /// What stood in the way of reading.
    pub fn head(&self) -> Result<Head, StoreError> {
        ledger::head(self.db()?.connection())
    }

    /// How much there is.
    ///
    /// # Errors
    /// What stood in the way of reading.
    pub fn counts(&self) -> Result<Counts, StoreError> {
        let db = self.db()?.connection();
        let (waiting, needs_person) = outbox::count(db)?;
        Ok(Counts {
            leads: lead::count(db)?,
            stubs: stub::count(db)?,
            erased: tombstone::count(db)?,
            captured: ledger::count(db, Kind::Capture)?,
            declined: ledger::count(db, Kind::Decline)?,
            waiting,
            needs_person,
        })
    }

    /// This device's id, as in the ledger.
    ///
    /// # Errors
    /// What stood in the way of reading.
    pub fn device(&self) -> Result<String, StoreError> {
        let device = meta::get(self.db()?.connection(), meta::DEVICE)?;
        device.ok_or(StoreError::Damaged)
    }

    /// What opens the store, in a word: `keyring_and_pin` or `passphrase`.
    pub fn sealed_by(&self) -> &'static str {
        match self.vault.header().seal {
            crate::secret::Seal::KeyringAndPin => "keyring_and_pin",
            crate::secret::Seal::Passphrase => "passphrase",
        }
    }

    /// Changes whenever the store is sealed under another PIN or passphrase, and with nothing else.
    pub fn sealed_since(&self) -> String {
        hex::encode(self.vault.header().salt)
    }

    /// The event's id.
    pub fn event(&self) -> &str {
        &self.vault.header().event
    }

    /// A small fact that a shell keeps here, such as the staff's language. Never about a person.
    ///
    /// # Errors
    /// What stood in the way of reading.
    pub fn meta_get(&self, key: &str) -> Result<Option<String>, StoreError> {
        meta::get(self.db()?.connection(), key)
    }

    /// Keeps a small fact. Keys that start with `store.` are the store's own.
    ///
    /// # Errors
    /// What stood in the way of writing.
    pub fn meta_set(&mut self, key: &str, value: &str) -> Result<(), StoreError> {
        self.db_mut()?.write(|tx| meta::set(tx, key, value))
    }

    /// Forgets a small fact.
    ///
    /// # Errors
    /// What stood in the way of writing.
    pub fn meta_remove(&mut self, key: &str) -> Result<(), StoreError> {
        self.db_mut()?.write(|tx| meta::remove(tx, key))
    }

    /// The text of the profile that counts.
    ///
    /// # Errors
    /// What stood in the way of reading.
    pub fn profile(&self) -> Result<Option<String>, StoreError> {
        profile::current(self.db()?.connection())
    }

    /// The text of a profile that counts or counted, by its SHA-256.
    ///
    /// # Errors
    /// What stood in the way of reading.
    pub fn profile_by_sha256(&self, sha256: &str) -> Result<Option<String>, StoreError> {
        profile::by_hash(self.db()?.connection(), sha256)
    }

    /// SHA-256 and first moment of every profile that counted here, oldest first.
    ///
    /// # Errors
    /// What stood in the way of reading.
    pub fn profile_history(&self) -> Result<Vec<(String, DateTime<Utc>)>, StoreError> {
        profile::history(self.db()?.connection())
    }

    /// The purposes that list answers in a profile that counts or counted here: for those the CRM may hold some.
    ///
    /// # Errors
    /// What stood in the way of reading.
    pub fn answered_purposes(&self) -> Result<BTreeSet<String>, StoreError> {
        profile::answered(self.db()?.connection())
    }

    /// Makes `toml` the profile that counts from `now` on. Nothing happens where it counts already.
    ///
    /// # Errors
    /// [`StoreError::BadProfile`], or what stood in the way of writing.
    pub fn set_profile(&mut self, toml: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
        self.take_profile(toml, None, None, now)
    }

    /// As [`Store::set_profile`], and in the same transaction what the ledger says of it, once, and a small fact.
    ///
    /// # Errors
    /// [`StoreError::BadProfile`], or what stood in the way of writing; then nothing of it is stored.
    pub fn take_profile(
        &mut self,
        toml: &str,
        happening: Option<Happening>,
        fact: Option<(&str, &str)>,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let (read, _) = Profile::read(toml).map_err(|_| StoreError::BadProfile)?;
        let same = self.profile.as_ref().map(|profile| &profile.sha256) == Some(&read.sha256);
        self.db_mut()?.write(|tx| {
            if !same {
                profile::add(tx, &read.sha256, toml, now)?;
                if let Some(happening) = happening {
                    ledger::append(tx, happening)?;
                }
            }
            fact.map_or(Ok(()), |(key, value)| meta::set(tx, key, value))
        })?;
        self.profile = Some(read);
        Ok(())
    }
}

/// A lead with all its parts.
pub(crate) fn load(db: &Connection, id: LeadId) -> Result<Option<Kept>, StoreError> {
    let Some(mut kept) = lead::one(db, id)? else {
        return Ok(None);
    };
    kept.fields = field::of(db, id)?;
    if kept.fields.contains_key(&Field::Answers) {
        kept.answer_ends = answer_end::of(db, id)?;
    }
    kept.decisions = decision::of(db, id)?;
    kept.promises = promise::of(db, id)?;
    Ok(Some(kept))
}

/// All leads with all their parts, newest first.
pub(crate) fn load_all(db: &Connection) -> Result<Vec<Kept>, StoreError> {
    let mut fields = field::all(db)?;
    let mut answer_ends = answer_end::all(db)?;
    let mut decisions = decision::all(db)?;
    let mut promises = promise::all(db)?;
    let mut leads = lead::all(db)?;
    for lead in &mut leads {
        lead.fields = fields.remove(&lead.id).unwrap_or_default();
        lead.answer_ends = answer_ends.remove(&lead.id).unwrap_or_default();
        lead.decisions = decisions.remove(&lead.id).unwrap_or_default();
        lead.promises = promises.remove(&lead.id).unwrap_or_default();
    }
    Ok(leads)
}
