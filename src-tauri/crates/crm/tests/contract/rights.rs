//! Whoever may only read is told so before anything goes.

use zgoda_core::outbox::Reason;
use zgoda_crm::{Connector, Missing};

use crate::fake::bottle::{confirmed, messages, person};
use crate::suite::{Contract, Stand};

/// A CRM that tells what the user may.
pub trait TellsRights: Contract {
    /// What leads need, as it stands among what is missing: the more that a CRM tells apart, the more.
    const RIGHTS: &'static [&'static str];
}

fn missing(connector: &mut dyn Connector) -> Vec<Missing> {
    connector.test().unwrap().missing
}

fn permissions(rights: &[&str]) -> Vec<Missing> {
    let rights = rights.iter().map(|one| (*one).to_owned());
    rights.map(Missing::Permission).collect()
}

pub fn who_may_only_read_is_told_before_anything_goes<C: TellsRights>() {
    let stand = Stand::<C>::new();
    stand.crm().rules().may_not = C::RIGHTS.to_vec();
    let mut connector = stand.connector();
    assert_eq!(missing(connector.as_mut()), permissions(C::RIGHTS));
    let refused = vec![person(Reason::Settings); 2];
    assert_eq!(connector.push(&messages(2)), refused);
    assert!(stand.rows().is_empty());
    // Once the user may, the same leads arrive.
    stand.crm().rules().may_not.clear();
    assert_eq!(missing(connector.as_mut()), []);
    assert_eq!(confirmed(&connector.push(&messages(2))), 2);
}

pub fn each_right_that_is_wanting_is_named<C: TellsRights>() {
    for right in C::RIGHTS {
        let stand = Stand::<C>::new();
        stand.crm().rules().may_not = vec![*right];
        let told = missing(stand.connector().as_mut());
        assert_eq!(told, permissions(&[*right]));
    }
}

/// Asks of one contract everything about rights.
macro_rules! rights {
    ($contract:ty) => {
        #[test]
        fn who_may_only_read_is_told_before_anything_goes() {
            crate::rights::who_may_only_read_is_told_before_anything_goes::<$contract>();
        }

        #[test]
        fn each_right_that_is_wanting_is_named() {
            crate::rights::each_right_that_is_wanting_is_named::<$contract>();
        }
    };
}
