//! The list of people who objected to direct marketing, over all events of this home.
//!
//! When: an objection puts a person on it; a capture looks there. Marketing to them is blocked, what they ask for is not;
//! their own tick on the attendee's screen lifts the block of its channel. How: see [`zgoda_store::suppression`]; the key
//! lies, beside its own slots, in each event's encrypted store.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use chrono::{DateTime, Utc};
use serde::Serialize;
use zgoda_capture::card::e164;
use zgoda_core::identity::Identity;
use zgoda_core::withdraw::Scope;
use zgoda_core::{Act, Answers, Basis, BoxRef, Draft, Field, KeptField, Profile, Value};
use zgoda_store::{Blocked, Cost, Secret, Store, StoreError, SuppressionList};

use crate::error::Error;
use crate::{Booth, Open};

/// Where the list's key lies in an event's encrypted store.
const KEY: &str = "suppression_key";
/// Under which secret the list was sealed last, by [`Store::sealed_since`].
const SEALED: &str = "suppression_sealed";
/// The list's folder in the home.
const FOLDER: &str = "suppression";

/// What a change of the list, or a look at it, came to. Never a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Suppression {
    /// Addresses and numbers that were not on it before.
    pub added: usize,
    /// Lines that are neither an e-mail nor a telephone number.
    pub unreadable: usize,
    /// Addresses and numbers on it.
    pub listed: usize,
}

impl Booth {
    /// How many addresses and numbers are on the list.
    ///
    /// # Errors
    /// Where the store is locked.
    pub fn suppression(&mut self) -> Result<Suppression, Error> {
        Ok(self.staff()?.suppression(0, 0))
    }

    /// Whether direct marketing to this e-mail or telephone is blocked, and on which channels.
    ///
    /// # Errors
    /// Where the store is locked; [`Error::NoAddress`] where it is neither.
    pub fn suppressed(&mut self, address: &str) -> Result<Blocked, Error> {
        let open = self.staff()?;
        let person = identity(address, &open.profile).ok_or(Error::NoAddress)?;
        Ok(open.list.blocked(&[person]))
    }

    /// Puts e-mails and telephones, one a line, on the list: objections that reached head office another way.
    ///
    /// # Errors
    /// Where the store is locked or the list cannot be written.
    pub fn suppress(&mut self, lines: &str) -> Result<Suppression, Error> {
        let open = self.staff()?;
        let lines = lines.lines().map(str::trim).filter(|line| !line.is_empty());
        let (known, unreadable): (Vec<_>, Vec<_>) = lines
            .map(|line| identity(line, &open.profile))
            .partition(Option::is_some);
        let people: Vec<Identity> = known.into_iter().flatten().collect();
        let added = open.list.add(&people, &Blocked::all())?;
        Ok(open.suppression(added, unreadable.len()))
    }
}

impl Open {
    fn suppression(&self, added: usize, unreadable: usize) -> Suppression {
        Suppression {
            added,
            unreadable,
            listed: self.list.len(),
        }
    }

    /// What earlier objections of the person of `draft` block.
    pub(crate) fn objected(&self, draft: &Draft) -> Blocked {
        self.list.blocked(&people(draft.fields(), &self.profile))
    }

    /// Puts the person of these fields on the list, as far as `scope` is direct marketing.
    pub(crate) fn put_on_list(&mut self, people: &[Identity], scope: &Scope) -> Result<(), Error> {
        let blocked = blocked_by(scope, &self.profile);
        if !blocked.is_nothing() && !people.is_empty() {
            self.list.add(people, &blocked)?;
        }
        Ok(())
    }

    /// Seals the list's key under another secret of the same store.
    pub(crate) fn reseal_list(&mut self, secret: &Secret) -> Result<(), Error> {
        self.list.reseal(secret)?;
        Ok(self.store.meta_set(SEALED, &self.store.sealed_since())?)
    }

    /// The person's own ticks lift what an earlier objection blocks on their channels.
    pub(crate) fn lift(
        &mut self,
        people: &[Identity],
        ticked: &BTreeSet<BoxRef>,
    ) -> Result<(), Error> {
        let channels: BTreeSet<_> = ticked.iter().map(|one| one.channel).collect();
        if !channels.is_empty() && !self.list.blocked(people).is_nothing() {
            self.list.lift(people, &channels)?;
        }
        Ok(())
    }

    /// Takes out of `answers` what an earlier objection blocks. On the attendee's screen a tick is the person's own and
    /// stands; in a terminal it does not. Answers the boxes that were taken out.
    pub(crate) fn restrict(&self, answers: &mut Answers, blocked: &Blocked) -> BTreeSet<BoxRef> {
        if blocked.unnamed {
            let interests = self.profile.purposes.iter();
            let interests = interests.filter(|one| one.basis == Basis::LegitimateInterest);
            answers.struck.extend(interests.map(|one| one.id.clone()));
        }
        if answers.act == Act::AttendeeScreen {
            return BTreeSet::new();
        }
        let out = |one: &&BoxRef| blocked.covers(one.channel);
        let taken: BTreeSet<BoxRef> = answers.ticked.iter().filter(out).cloned().collect();
        answers.ticked.retain(|one| !taken.contains(one));
        taken
    }
}

/// Refuses a secret that does not open the list of this home, before a store is made under it.
pub(crate) fn check_secret(home: &Path, secret: &Secret, now: DateTime<Utc>) -> Result<(), Error> {
    let folder = home.join(FOLDER);
    if !SuppressionList::exists(&folder) {
        return Ok(());
    }
    match SuppressionList::open(&folder, secret, now) {
        Err(StoreError::WrongSecret { .. }) => Err(Error::ListSecret),
        opened => Ok(opened.map(drop)?),
    }
}

/// The list of this home, opened or made. Its key comes from the event's store where it lies there, else from its slots.
pub(crate) fn open_list(
    home: &Path,
    store: &mut Store,
    (secret, recipient): (&Secret, Option<&str>),
    cost: Cost,
    now: DateTime<Utc>,
) -> Result<SuppressionList, Error> {
    let folder = home.join(FOLDER);
    let kept = store.meta_get(KEY)?;
    let sealed = store.sealed_since();
    let list = match (SuppressionList::exists(&folder), &kept) {
        (false, key) => SuppressionList::create(&folder, key.as_deref(), secret, recipient, cost)?,
        (true, Some(key)) => {
            let list = SuppressionList::open_with(&folder, key)?;
            if store.meta_get(SEALED)?.as_ref() != Some(&sealed) {
                list.reseal(secret)?;
            }
            list
        }
        (true, None) => SuppressionList::open(&folder, secret, now)?,
    };
    if kept.is_none() {
        store.meta_set(KEY, &list.key())?;
    }
    store.meta_set(SEALED, &sealed)?;
    Ok(list)
}

/// Every e-mail and every telephone among `fields`, normalised.
pub(crate) fn people(fields: &BTreeMap<Field, Value>, profile: &Profile) -> Vec<Identity> {
    let texts = |field| fields.get(&field).map(Value::texts).unwrap_or_default();
    let emails = texts(Field::Email).into_iter().map(Identity::of_email);
    let phones = texts(Field::Phone).into_iter();
    let country = &profile.event.country;
    emails
        .chain(phones.map(|phone| Identity::of_phone(&e164(phone, country))))
        .collect()
}

/// As [`people`], of what is kept.
pub(crate) fn kept_people(fields: &BTreeMap<Field, KeptField>, profile: &Profile) -> Vec<Identity> {
    let values = fields
        .iter()
        .map(|(field, kept)| (*field, kept.value.clone()));
    people(&values.collect(), profile)
}

fn identity(address: &str, profile: &Profile) -> Option<Identity> {
    if address
        .split_once('@')
        .is_some_and(|(name, host)| !name.is_empty() && !host.is_empty())
    {
        return Some(Identity::of_email(address));
    }
    let digits = address.chars().filter(char::is_ascii_digit).count();
    let other = address.chars().any(char::is_alphabetic);
    (digits >= 5 && !other).then(|| Identity::of_phone(&e164(address, &profile.event.country)))
}

fn blocked_by(scope: &Scope, profile: &Profile) -> Blocked {
    match scope {
        Scope::Marketing => Blocked::all(),
        Scope::Channel(channel) => Blocked::on(Some(*channel)),
        Scope::Consents => Blocked::default(),
        Scope::Box(one) => {
            let purpose = profile.purpose(&one.purpose);
            let Some(purpose) = purpose.filter(|purpose| purpose.basis != Basis::Requested) else {
                return Blocked::default();
            };
            match one.channel {
                Some(channel) => Blocked::on(Some(channel)),
                None => Blocked {
                    channels: purpose.channels.iter().copied().collect(),
                    unnamed: purpose.channels.is_empty(),
                },
            }
        }
    }
}
