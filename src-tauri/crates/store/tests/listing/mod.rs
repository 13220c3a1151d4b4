//! The list tells the truth, whatever was done to the leads before.

use zgoda_core::{Field, LeadId};
use zgoda_store::{Among, Store};

/// Every lead is listed once, in the list's order; the newest are found by what they say now.
pub(crate) fn assert_listed(store: &Store) {
    let leads = store.leads().unwrap();
    let found = |text: &str| -> Vec<LeadId> {
        let (page, _) = store.page(text, Among::All, None, 1_000).unwrap();
        page.iter().map(|kept| kept.id).collect()
    };
    let all: Vec<LeadId> = leads.iter().map(|kept| kept.id).collect();
    assert_eq!(found(""), all);
    for kept in leads.iter().take(20) {
        for field in [Field::Name, Field::Company, Field::Email] {
            let Some(value) = kept.fields.get(&field) else {
                continue;
            };
            let text = value.value.one_line();
            assert!(found(text.expose()).contains(&kept.id), "{field:?}");
        }
    }
}
