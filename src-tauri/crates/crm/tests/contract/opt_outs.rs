//! Opt-outs that come back, asked of every dialect.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value as Json;
use zgoda_core::LeadId;
use zgoda_core::field::Field;
use zgoda_core::outbox::{Answer, Body};
use zgoda_core::profile::Channel;
use zgoda_crm::{Advertising, Ask, Connector, Known, OptOut, OptOuts};

use crate::fake::Deed;
use crate::fake::bottle::{confirmed, messages, offline};
use crate::imagined::{email, lead, lead_id, message, upsert};
use crate::several::met_by;
use crate::suite::{Contract, Row, Stand, text, withdraw};

/// A CRM in which a person can opt out.
pub trait OptsOut: Contract {
    /// True where the CRM is asked for what changed; false where leads are read in turn.
    const TELLS_CHANGES: bool = true;
    /// The column of a record's last change.
    const STAMP: Option<&'static str> = None;

    /// The person of the lead says no to e-mail; the change is stamped with `at`.
    fn opt_out(&mut self, lead: LeadId, at: DateTime<Utc>);

    /// The CRM stamps what was changed last with `at`.
    fn touch(&mut self, at: DateTime<Utc>) {
        if let Some(stamp) = Self::STAMP {
            for row in self.rows() {
                row.insert(stamp.to_owned(), at.to_rfc3339().into());
            }
        }
    }
}

/// When people opt out, unless a test says otherwise.
fn noon() -> DateTime<Utc> {
    "2026-11-25T12:00:00Z".parse().unwrap()
}

fn ask(connector: &mut dyn Connector, cursor: Option<&str>, known: &[LeadId]) -> OptOuts {
    let since = noon() - TimeDelta::days(30);
    let known = known.iter().map(|lead| Known {
        lead: *lead,
        crm_id: None,
    });
    connector.opt_outs(&Ask {
        cursor,
        since,
        now: noon() + TimeDelta::hours(1),
        known: &known.collect::<Vec<_>>(),
    })
}

/// Which of the leads of `known` the CRM says to have opted out.
pub fn heard_of(connector: &mut dyn Connector, known: &[LeadId]) -> BTreeSet<LeadId> {
    who(&ask(connector, None, known))
}

fn who(heard: &OptOuts) -> BTreeSet<LeadId> {
    heard.found.iter().map(|one| one.lead).collect()
}

pub fn a_persons_word_to_the_crm_comes_back_and_ours_does_not<C: OptsOut>() {
    let stand = Stand::<C>::new();
    let mut all = messages(5);
    // Somebody who agreed to nothing, and somebody who withdrew here: the CRM's no is of our own making.
    let mut never = lead(7, &offline());
    never.decisions.iter_mut().for_each(|one| one.given = false);
    all.push(upsert(&never));
    all.push(withdraw(&lead(1, &offline())));
    let known: Vec<LeadId> = (0..8).map(lead_id).collect();
    let mut connector = stand.connector();
    assert_eq!(confirmed(&connector.push(&all)), 7);
    let quiet = ask(connector.as_mut(), None, &known);
    assert_eq!((quiet.found, quiet.stopped), (Vec::new(), None));

    stand.crm().opt_out(lead_id(2), noon());
    let heard = ask(connector.as_mut(), None, &known);
    let [one] = &heard.found[..] else {
        panic!("{:?}", heard.found)
    };
    assert_eq!((heard.stopped, one.lead), (None, lead_id(2)));
    let newsletter = Advertising::For("newsletter".to_owned());
    assert!([Advertising::On(Channel::Email), newsletter].contains(&one.from));
    assert_eq!(one.fields[&Field::Email].texts(), [email(2).as_str()]);
    assert!(heard.cursor.is_some());
}

pub fn a_no_of_another_booth_is_nobodys_word_when_it_is_gone<C: OptsOut>() {
    let stand = Stand::<C>::new();
    let (first, mut second) = (met_by(1, 4), met_by(2, 4));
    for decision in &mut second.decisions {
        decision.given &= decision.purpose != "newsletter";
    }
    let mut connector = stand.connector();
    let erased = message(&second, Body::Erase);
    for told in [upsert(&first), upsert(&second), erased] {
        assert_eq!(confirmed(&connector.push(&[told])), 1);
    }
    let heard = ask(connector.as_mut(), None, &[first.id]);
    assert_eq!((heard.found, heard.stopped), (Vec::new(), None));
}

pub fn the_next_question_begins_a_little_before_the_last_answer<C: OptsOut>() {
    let stand = Stand::<C>::new();
    let known: Vec<LeadId> = (0..5).map(lead_id).collect();
    let mut connector = stand.connector();
    connector.push(&messages(5));
    stand
        .crm()
        .opt_out(lead_id(0), noon() - TimeDelta::hours(3));
    stand.crm().opt_out(lead_id(2), noon());
    let first = ask(connector.as_mut(), None, &known);
    assert_eq!(who(&first), BTreeSet::from([lead_id(0), lead_id(2)]));
    // A change that was stamped before the last one and seen after it.
    stand
        .crm()
        .opt_out(lead_id(4), noon() - TimeDelta::minutes(5));
    let second = ask(connector.as_mut(), first.cursor.as_deref(), &known);
    assert!(who(&second).contains(&lead_id(4)), "{:?}", second.found);
    let again = who(&second).contains(&lead_id(0));
    assert_eq!(
        again,
        !C::TELLS_CHANGES,
        "what is long told is not asked for"
    );
}

pub fn many_opt_outs_come_page_by_page<C: OptsOut>() {
    let stand = Stand::<C>::new();
    let mut connector = stand.connector();
    let all = messages(105);
    assert_eq!(confirmed(&connector.push(&all)), 105);
    for n in 0..105 {
        // All at the same moment, as when an administrator changes them together.
        stand.crm().opt_out(lead_id(n), noon());
    }
    let known: Vec<LeadId> = (0..105).map(lead_id).collect();
    let heard = ask(connector.as_mut(), None, &known);
    assert_eq!((who(&heard).len(), heard.stopped), (105, None));
}

pub fn a_pull_that_is_cut_off_goes_on_where_it_was<C: OptsOut>() {
    let stand = Stand::<C>::new();
    let mut connector = stand.connector();
    connector.push(&messages(3));
    stand.crm().opt_out(lead_id(2), noon());
    let known: Vec<LeadId> = (0..3).map(lead_id).collect();
    stand.server.fault(|_| Some(Deed::Cut));
    let cut = ask(connector.as_mut(), Some("2026-11-24T00:00:00Z"), &known);
    assert!(cut.found.is_empty() && cut.stopped.is_some());
    assert_eq!(cut.cursor.as_deref(), Some("2026-11-24T00:00:00Z"));
    stand.server.heal();
    let heard = ask(connector.as_mut(), cut.cursor.as_deref(), &known);
    assert_eq!(who(&heard), BTreeSet::from([lead_id(2)]));
}

pub fn a_stamp_of_the_far_future_hides_no_later_word<C: OptsOut>() {
    let stand = Stand::<C>::new();
    let known: Vec<LeadId> = (0..3).map(lead_id).collect();
    let mut connector = stand.connector();
    connector.push(&messages(3));
    let decades = TimeDelta::days(20_000);
    stand.crm().opt_out(lead_id(0), noon() + decades);
    let first = ask(connector.as_mut(), None, &known);
    assert_eq!(who(&first), BTreeSet::from([lead_id(0)]));
    stand
        .crm()
        .opt_out(lead_id(2), noon() + TimeDelta::minutes(55));
    let mut cursors = vec![first.cursor];
    if C::TELLS_CHANGES {
        // Such a cursor may have been kept from before.
        cursors.push(Some((noon() + decades).to_rfc3339()));
    }
    for cursor in cursors {
        let second = ask(connector.as_mut(), cursor.as_deref(), &known);
        assert!(who(&second).contains(&lead_id(2)), "{:?}", second.found);
    }
}

pub fn what_one_device_withdrew_the_other_hears<C: OptsOut>() {
    let stand = Stand::<C>::new();
    let (first, second) = (met_by(1, 4), met_by(2, 4));
    let mut connector = stand.connector();
    connector.push(&[upsert(&first)]);
    let answers = connector.push(&[upsert(&second)]);
    let [Answer::Confirmed { crm_id }] = &answers[..] else {
        panic!("{answers:?}")
    };
    for kept in [&first, &second] {
        let mut withdrawal = withdraw(kept);
        withdrawal.crm_id = Some(crm_id.clone());
        assert_eq!(confirmed(&connector.push(&[withdrawal])), 1);
        stand.crm().touch(noon());
        let known = Known {
            lead: second.id,
            crm_id: Some(crm_id.clone()),
        };
        let heard = connector.opt_outs(&Ask {
            cursor: None,
            since: noon() - TimeDelta::days(30),
            now: noon() + TimeDelta::hours(1),
            known: &[known],
        });
        let told: Vec<&OptOut> = heard.found.iter().collect();
        if kept.id == second.id {
            assert!(told.is_empty(), "both have withdrawn: {told:?}");
        } else {
            assert!(told.iter().all(|one| one.lead == second.id), "{told:?}");
            let newsletter = Advertising::For("newsletter".to_owned());
            assert_eq!(told[0].from, newsletter);
            assert!(told[0].fields.is_empty(), "a withdrawal is no objection");
        }
    }
}

/// The row of `lead`.
pub fn row_of<'a>(rows: Vec<&'a mut Row>, column: &str, lead: LeadId) -> &'a mut Row {
    let is_it = |row: &&mut Row| text(row, column) == lead.to_string();
    rows.into_iter().find(is_it).unwrap()
}

/// Sets a CRM's own field and stamps the change.
pub fn mark(row: &mut Row, (column, value): (&str, Json), stamp: &str, at: DateTime<Utc>) {
    row.insert(column.to_owned(), value);
    row.insert(stamp.to_owned(), at.to_rfc3339().into());
}

/// True where `row` was changed at `since` or later; what nobody stamped is old.
pub fn is_since(row: &Row, stamp: &str, since: &str) -> bool {
    let at = |text: &str| DateTime::parse_from_rfc3339(text).ok();
    at(text(row, stamp)).is_some_and(|changed| Some(changed) >= at(since))
}

/// The `number`th page of 40, and whether another follows.
pub fn page<T>(all: Vec<T>, number: usize) -> (Vec<T>, bool) {
    let more = all.len() > (number + 1) * 40;
    (all.into_iter().skip(number * 40).take(40).collect(), more)
}

/// Asks of one contract everything about opt-outs.
macro_rules! opt_outs {
    ($contract:ty) => {
        opt_outs!($contract,
            a_persons_word_to_the_crm_comes_back_and_ours_does_not
            a_no_of_another_booth_is_nobodys_word_when_it_is_gone
            the_next_question_begins_a_little_before_the_last_answer
            many_opt_outs_come_page_by_page
            a_pull_that_is_cut_off_goes_on_where_it_was
            what_one_device_withdrew_the_other_hears
            a_stamp_of_the_far_future_hides_no_later_word
        );
    };
    ($contract:ty, $($name:ident)+) => {
        $(#[test]
        fn $name() {
            crate::opt_outs::$name::<$contract>();
        })+
    };
}
