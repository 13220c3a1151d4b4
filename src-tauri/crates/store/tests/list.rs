//! The list of leads comes in pages, and knows nothing of a value longer than the value lasts.
#![allow(clippy::unwrap_used)]

mod crowd;
mod support;

use std::collections::BTreeSet;

use crowd::filled;
use support::{day, email, id, scratch, start};
use zgoda_core::ledger::{Happening, Kind};
use zgoda_core::{Field, LeadId};
use zgoda_store::{Among, Place, Store};

fn all(store: &Store, text: &str, among: Among, page: usize) -> Vec<LeadId> {
    let mut ids = Vec::new();
    let mut after: Option<Place> = None;
    loop {
        let (found, next) = store.page(text, among, after.as_ref(), page).unwrap();
        assert!(found.len() <= page);
        ids.extend(found.iter().map(|kept| kept.id));
        after = next;
        if after.is_none() {
            return ids;
        }
    }
}

#[test]
fn pages_hold_each_lead_once_in_the_list_s_order() {
    let home = scratch();
    let store = filled(home.path(), 23);
    let whole: Vec<LeadId> = store.leads().unwrap().iter().map(|kept| kept.id).collect();
    for among in [Among::All, Among::Since(start()), Among::Waiting] {
        for page in [1, 7, 23, 60] {
            assert_eq!(
                all(&store, "", among, page),
                whole,
                "{among:?}, {page} a page"
            );
        }
        assert_eq!(store.listed(among).unwrap(), 23);
    }
    assert_eq!(all(&store, "", Among::Promised, 5).len(), 23);
    assert_eq!(store.listed(Among::Promised).unwrap(), 23);
    assert!(all(&store, "", Among::NeedsPerson, 5).is_empty());
    assert!(all(&store, "", Among::Since(day(1)), 5).is_empty());
}

#[test]
fn every_word_is_sought_in_name_company_and_e_mail_whatever_the_accents() {
    let home = scratch();
    let store = filled(home.path(), 12);
    assert_eq!(all(&store, "ZOLW-0003 los", Among::All, 5), [id(3)]);
    assert_eq!(all(&store, "zosia.7@", Among::All, 5), [id(7)]);
    assert_eq!(all(&store, "żubr", Among::All, 5).len(), 12);
    assert!(
        all(&store, "notka-0003", Among::All, 5).is_empty(),
        "a note is not sought"
    );
    assert!(all(&store, "zolw-0003 zolw-0004", Among::All, 5).is_empty());
    assert!(all(&store, "%", Among::All, 5).is_empty(), "no pattern");
}

#[test]
fn promises_come_by_their_day() {
    let home = scratch();
    let mut store = filled(home.path(), 6);
    for (number, due) in [(0, "2026-12-20"), (4, "2026-12-01"), (2, "2026-12-20")] {
        let mut kept = store.lead(id(number)).unwrap().unwrap();
        kept.promises[0].due = due.parse().unwrap();
        kept.revision += 1;
        store
            .change(&kept, Happening::new(Kind::Change, support::local()), None)
            .unwrap();
    }
    let days: Vec<_> = all(&store, "", Among::Promised, 2)
        .into_iter()
        .map(|id| store.lead(id).unwrap().unwrap().promises[0].due)
        .collect();
    assert!(days.is_sorted() && days.len() == 6, "{days:?}");
}

#[test]
fn a_value_that_ended_is_not_found() {
    let home = scratch();
    let mut store = filled(home.path(), 3);
    let mut kept = store.lead(id(1)).unwrap().unwrap();
    kept.fields.remove(&Field::Email);
    kept.revision += 1;
    store
        .change(&kept, Happening::new(Kind::Change, support::local()), None)
        .unwrap();
    assert!(all(&store, &email(1), Among::All, 5).is_empty());
    assert_eq!(all(&store, "zolw-0001", Among::All, 5), [id(1)]);
    assert_eq!(all(&store, "", Among::All, 5).len(), 3);

    assert!(
        store
            .erase(id(1), Happening::new(Kind::Erase, support::local()))
            .unwrap()
    );
    assert!(all(&store, "zolw-0001", Among::All, 5).is_empty());
    let left: BTreeSet<LeadId> = all(&store, "", Among::All, 5).into_iter().collect();
    assert_eq!(left, BTreeSet::from([id(0), id(2)]));
}
