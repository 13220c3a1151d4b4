//! What is missing is made from here, where the CRM's interface makes it.

use zgoda_core::outbox::Reason;
use zgoda_crm::Missing;

use crate::fake::bottle::{confirmed, messages, person};
use crate::suite::{Contract, Rules, Stand};

/// A CRM whose interface makes custom fields.
pub trait MakesFields: Contract {
    /// What stands there for whoever may not make them.
    const WANTING: &'static str;
}

impl Rules {
    /// Makes the field `name`, `long` or a line, `unique` or not. False where the user may not.
    pub fn make(&mut self, name: &str, long: bool, unique: bool) -> bool {
        if self.no_fields {
            return false;
        }
        assert_eq!(Some(name), self.lacking, "only what is missing is made");
        let word = name.trim_end_matches("__c").to_lowercase();
        assert_eq!(unique, word.ends_with("lead"), "{name}");
        assert_eq!(
            long,
            !word.ends_with("lead") && !word.ends_with("receipt"),
            "{name}"
        );
        self.lacking = None;
        true
    }
}

pub fn a_missing_field_is_made_and_leads_go<C: MakesFields>() {
    for lacking in [C::NAMES[0], C::NAMES[1], C::NAMES[2]] {
        let stand = Stand::<C>::new();
        stand.crm().rules().lacking = Some(lacking);
        let mut connector = stand.connector();
        let missing = Missing::CustomField(lacking.to_owned());
        assert!(connector.can_make(&missing));
        assert_eq!(
            connector.push(&messages(2)),
            vec![person(Reason::Settings); 2]
        );
        assert_eq!(connector.set_up().unwrap().missing, [], "{lacking}");
        assert_eq!(confirmed(&connector.push(&messages(2))), 2);
    }
    assert!(
        !Stand::<C>::new()
            .connector()
            .can_make(&Missing::CustomField("Badge".to_owned()))
    );
}

pub fn who_may_make_no_field_is_told_what_is_wanting<C: MakesFields>() {
    let stand = Stand::<C>::new();
    stand.crm().rules().lacking = Some(C::NAMES[2]);
    stand.crm().rules().no_fields = true;
    let wanting = [
        Missing::CustomField(C::NAMES[2].to_owned()),
        Missing::Permission(C::WANTING.to_owned()),
    ];
    assert_eq!(stand.connector().set_up().unwrap().missing, wanting);
}

/// Asks of one contract everything about the setting up.
macro_rules! set_up {
    ($contract:ty) => {
        #[test]
        fn a_missing_field_is_made_and_leads_go() {
            crate::set_up::a_missing_field_is_made_and_leads_go::<$contract>();
        }

        #[test]
        fn who_may_make_no_field_is_told_what_is_wanting() {
            crate::set_up::who_may_make_no_field_is_told_what_is_wanting::<$contract>();
        }
    };
}
