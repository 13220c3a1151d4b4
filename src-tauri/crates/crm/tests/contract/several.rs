//! Several devices that meet the same person, asked of every dialect.

use std::collections::BTreeSet;

use serde_json::Value as Json;
use zgoda_core::SubjectRef;
use zgoda_core::field::{Field, Value};
use zgoda_core::lead::Kept;
use zgoda_core::outbox::{Answer, Body, Message, Reason};
use zgoda_core::receipt::Code;

use crate::fake::Deed;
use crate::fake::bottle::{confirmed, offline, person, retry};
use crate::fake::schedule;
use crate::imagined::{email, lead, lead_id, message, upsert};
use crate::suite::{Contract, Row, Stand, by_telephone_too, text, withdraw, withdraw_email};

/// Person number `n` as device number `device` met them: the same badge, another conversation.
pub fn met_by(device: u32, n: u32) -> Kept {
    let mut kept = lead(n, &offline());
    kept.id = lead_id(n + 1000 * device);
    kept.subject = SubjectRef::from_random([u8::try_from(device * 16 + n).unwrap(); 16]);
    note(&mut kept, &format!("Rozmowa przy stoisku {device}."));
    kept
}

fn note(kept: &mut Kept, note: &str) {
    kept.fields.get_mut(&Field::Note).unwrap().value = Value::Text(note.into());
}

fn set(kept: &mut Kept, field: Field, value: &str) {
    let value = match field {
        Field::Phone | Field::Email => Value::Many(vec![value.into()]),
        _ => Value::Text(value.into()),
    };
    kept.fields.get_mut(&field).unwrap().value = value;
}

fn erase(kept: &Kept) -> Message {
    message(kept, Body::Erase)
}

fn again(mut message: Message) -> Message {
    message.again = true;
    message
}

fn crm_id(answers: &[Answer]) -> String {
    match answers {
        [Answer::Confirmed { crm_id }] => crm_id.clone(),
        other => panic!("not confirmed: {other:?}"),
    }
}

impl<C: Contract> Stand<C> {
    fn tell(&self, message: Message) -> String {
        crm_id(&self.push(&[message]))
    }

    /// The only record there is.
    fn only(&self) -> Row {
        let mut rows = self.rows();
        assert_eq!(rows.len(), 1);
        rows.pop_first().unwrap().1
    }
}

fn holds(row: &Row, lead: &Kept) -> bool {
    Json::from(row.clone())
        .to_string()
        .contains(&lead.id.to_string())
}

pub fn two_devices_that_meet_one_person_make_one_record<C: Contract>() {
    let stand = Stand::<C>::new();
    let (first, second) = (met_by(1, 4), met_by(2, 4));
    let id = stand.tell(upsert(&first));
    assert_eq!(stand.tell(upsert(&second)), id);
    let row = stand.only();
    let [_, permission, proof, notes, mail, phone] = C::NAMES;
    for device in [1, 2] {
        let note = format!("Rozmowa przy stoisku {device}.");
        assert!(text(&row, notes).contains(&note), "{row:?}");
    }
    assert_eq!(text(&row, notes).matches("tags: pompy, serwis").count(), 1);
    assert_eq!(
        (text(&row, mail), text(&row, phone)),
        (email(4).as_str(), "+48500000004")
    );
    assert!(text(&row, permission).contains("newsletter:email: yes"));
    assert_eq!(text(&row, proof).matches("attendee_screen").count(), 6);
    // Whichever tells again, nothing changes; each is found by the code of their own receipt.
    assert_eq!(stand.tell(again(upsert(&first))), id);
    assert_eq!(stand.tell(again(upsert(&second))), id);
    assert!(stand.only() == row, "a repeat changed something");
    for kept in [&first, &second] {
        let found = stand.connector().find(&Code::of(&kept.subject));
        let found = found.unwrap().unwrap().stub;
        assert_eq!((found.lead, found.crm_id.as_str()), (kept.id, id.as_str()));
    }
}

pub fn both_may_come_in_one_batch<C: Contract>() {
    let stand = Stand::<C>::new();
    let all: Vec<Message> = [met_by(1, 4), met_by(1, 5), met_by(2, 4), met_by(3, 4)]
        .iter()
        .map(upsert)
        .collect();
    assert_eq!(confirmed(&stand.push(&all)), 4);
    assert_eq!(stand.rows().len(), 2);
    let erasures = [
        erase(&met_by(3, 4)),
        erase(&met_by(1, 4)),
        erase(&met_by(2, 4)),
    ];
    assert_eq!(confirmed(&stand.push(&erasures)), 3);
    assert!(holds(&stand.only(), &met_by(1, 5)));
}

pub fn a_second_device_fills_and_overwrites_nothing<C: Contract>() {
    let stand = Stand::<C>::new();
    let [_, _, _, notes, mail, phone] = C::NAMES;
    let (mut first, mut second) = (met_by(1, 4), met_by(2, 4));
    first.fields.remove(&Field::Phone);
    stand.tell(upsert(&first));
    stand.tell(upsert(&second));
    assert_eq!(text(&stand.only(), phone), "+48500000004", "it was empty");
    // The first hears of another number: the second's stands, theirs is noted.
    let number = second.fields[&Field::Phone].clone();
    first.fields.insert(Field::Phone, number);
    set(&mut first, Field::Phone, "+48600000000");
    first.revision += 1;
    stand.tell(again(upsert(&first)));
    let row = stand.only();
    assert_eq!(text(&row, phone), "+48500000004");
    assert!(text(&row, notes).contains("phone: +48600000000"));
    // What somebody changes in the CRM is theirs, whoever tells again.
    for row in stand.crm().rows() {
        row.insert(phone.to_owned(), "+48 700 100 200".into());
    }
    second.revision += 1;
    set(&mut second, Field::Phone, "+48800000000");
    stand.tell(again(upsert(&second)));
    stand.tell(again(upsert(&first)));
    let row = stand.only();
    assert_eq!(text(&row, phone), "+48 700 100 200");
    assert_eq!(text(&row, mail), email(4));
}

pub fn the_last_lead_that_goes_takes_the_record_with_it<C: Contract>() {
    for [gone, stays] in [[1, 2], [2, 1]] {
        let stand = Stand::<C>::new();
        let (gone, stays) = (met_by(gone, 4), met_by(stays, 4));
        let mut told = stand.tell(upsert(&met_by(1, 4)));
        told = stand.tell(upsert(&met_by(2, 4))).max(told);
        let (mut first, mut last) = (erase(&gone), erase(&stays));
        first.crm_id = Some(told.clone());
        // The second of them has heard no answer.
        assert_eq!(stand.tell(first.clone()), told);
        let row = stand.only();
        assert!(!holds(&row, &gone) && holds(&row, &stays));
        let [lead, _, _, notes, mail, _] = C::NAMES;
        assert_eq!(text(&row, lead), stays.id.to_string());
        assert_eq!(text(&row, mail), email(4), "the other still needs it");
        let of = |kept: &Kept| kept.fields[&Field::Note].value.texts().join("");
        assert!(!text(&row, notes).contains(&of(&gone)) && text(&row, notes).contains(&of(&stays)));
        let nobody = stand.connector().find(&Code::of(&gone.subject));
        assert_eq!(nobody, Ok(None));
        // An erasure that comes again finds nothing, and a late upsert brings nobody back.
        stand.tell(first.clone());
        first.crm_id = None;
        stand.tell(again(first));
        assert_eq!(stand.push(&[upsert(&gone)]), [person(Reason::Refused)]);
        assert!(stand.only() == row);
        last.crm_id = None;
        stand.tell(again(last));
        assert!(stand.rows().is_empty());
    }
}

pub fn a_deadline_of_one_clears_nothing_that_the_other_needs<C: Contract>() {
    let stand = Stand::<C>::new();
    let [_, _, _, notes, _, phone] = C::NAMES;
    let (first, mut second) = (met_by(1, 4), met_by(2, 4));
    set(&mut second, Field::Company, "Inna firma");
    stand.tell(upsert(&first));
    stand.tell(upsert(&second));
    let expire = |kept: &Kept, field| message(kept, Body::Expire(BTreeSet::from([field])));
    stand.tell(again(expire(&first, Field::Phone)));
    stand.tell(again(expire(&first, Field::Note)));
    let row = stand.only();
    assert_eq!(text(&row, phone), "+48500000004");
    assert!(!text(&row, notes).contains("stoisku 1.") && text(&row, notes).contains("stoisku 2."));
    // What the first alone wrote goes, though the second has a value of its own for it.
    let theirs = first.fields[&Field::Company].value.texts().join("");
    assert!(Json::from(row).to_string().contains("Inna firma"));
    stand.tell(again(expire(&first, Field::Company)));
    let all = Json::from(stand.only()).to_string();
    assert!(
        !all.contains(&theirs.replace('"', "\\\"")) && all.contains("Inna firma"),
        "{all}"
    );
    stand.tell(again(expire(&second, Field::Phone)));
    assert_eq!(text(&stand.only(), phone), "");
}

pub fn the_most_restrictive_consent_wins<C: Contract>() {
    let says = |stand: &Stand<C>, word: &str| {
        let row = stand.only();
        let line = format!("newsletter:email: {word}");
        assert!(text(&row, C::NAMES[1]).contains(&line), "{word}: {row:?}");
    };
    let refuse = |kept: &mut Kept| {
        for decision in &mut kept.decisions {
            decision.given &= decision.purpose != "newsletter";
        }
    };
    let stand = Stand::<C>::new();
    let (mut first, mut second) = (met_by(1, 4), met_by(2, 4));
    refuse(&mut second);
    stand.tell(upsert(&first));
    says(&stand, "yes");
    stand.tell(upsert(&second));
    says(&stand, "no");
    stand.tell(again(erase(&second)));
    says(&stand, "yes");
    // A withdrawal bars the purpose for all who are there and who come, also when whoever said it is gone.
    let third = met_by(3, 4);
    stand.tell(upsert(&third));
    stand.tell(again(withdraw(&first)));
    says(&stand, "withdrawn");
    refuse(&mut first);
    first.revision += 1;
    stand.tell(again(upsert(&first)));
    stand.tell(again(erase(&first)));
    says(&stand, "withdrawn");
    stand.tell(upsert(&met_by(4, 4)));
    stand.tell(again(upsert(&third)));
    says(&stand, "withdrawn");
    let row = stand.only();
    assert!(
        text(&row, C::NAMES[1]).contains("send_offer: yes"),
        "what was asked for is no consent"
    );
}

pub fn a_channel_that_one_withdraws_is_barred_for_all_and_no_other<C: Contract>() {
    // As a device tells it, and by the lead as it stands then alone.
    for whole in [false, true] {
        a_channel_that_one_withdraws::<C>(whole);
    }
}

fn a_channel_that_one_withdraws<C: Contract>(whole: bool) {
    let stand = Stand::<C>::new();
    let says = |word: &str| {
        let row = stand.only();
        let permission = text(&row, C::NAMES[1]);
        let lines = [
            format!("newsletter:email: {word}"),
            "newsletter:phone: yes".to_owned(),
        ];
        let all = lines.iter().all(|line| permission.contains(line));
        assert!(all, "{word}: {permission}");
    };
    let [mut first, mut second] = [met_by(1, 4), met_by(2, 4)];
    for kept in [&mut first, &mut second] {
        by_telephone_too(kept);
        stand.tell(upsert(kept));
    }
    says("yes");
    let mut told = withdraw_email(&mut first);
    if whole {
        told = upsert(&first);
    }
    stand.tell(again(told.clone()));
    says("withdrawn");
    stand.tell(again(told));
    // Also by what is said of the lead later, and when it is gone.
    first.revision += 1;
    stand.tell(again(upsert(&first)));
    says("withdrawn");
    stand.tell(again(erase(&first)));
    says("withdrawn");
}

pub fn another_person_of_the_same_address_stays_apart<C: Contract>() {
    let stand = Stand::<C>::new();
    let (first, mut second) = (met_by(1, 4), met_by(2, 4));
    set(&mut second, Field::Name, "Adam Sowa");
    stand.tell(upsert(&first));
    stand.tell(upsert(&second));
    assert_eq!(stand.rows().len(), 2);
    stand.tell(again(erase(&second)));
    assert!(holds(&stand.only(), &first));
}

pub fn a_lead_whose_time_is_over_keeps_no_record<C: Contract>() {
    let stand = Stand::<C>::new();
    let (first, second) = (met_by(1, 4), met_by(2, 4));
    stand.tell(upsert(&first));
    stand.tell(upsert(&second));
    let all: BTreeSet<Field> = first.fields.keys().copied().collect();
    stand.tell(again(message(&first, Body::Expire(all))));
    assert!(text(&stand.only(), C::NAMES[4]).contains(&email(4)));
    stand.tell(again(erase(&second)));
    assert!(stand.rows().is_empty());
}

pub fn an_address_in_other_letters_is_of_both<C: Contract>() {
    let stand = Stand::<C>::new();
    let (first, mut second) = (met_by(1, 4), met_by(2, 4));
    let address = email(4).to_uppercase();
    set(&mut second, Field::Email, &address);
    stand.tell(upsert(&first));
    stand.tell(upsert(&second));
    stand.tell(again(erase(&first)));
    let row = stand.only();
    assert_eq!(text(&row, C::NAMES[4]), email(4), "{row:?}");
}

pub fn a_lost_answer_leaves_nobody_behind<C: Contract>() {
    let count = {
        let stand = Stand::<C>::new();
        stand.tell(upsert(&met_by(1, 4)));
        stand.server.log();
        stand.tell(upsert(&met_by(2, 4)));
        stand.server.log().len()
    };
    for lost in 0..count {
        let stand = Stand::<C>::new();
        let (first, second) = (met_by(1, 4), met_by(2, 4));
        stand.tell(upsert(&first));
        let mut at = 0;
        stand.server.fault(move |_| {
            at += 1;
            (at == lost + 1).then(|| Deed::After(Box::new(Deed::Cut)))
        });
        let answers = stand.push(&[upsert(&second)]);
        let doubted = answers == [retry(Reason::Ambiguous)] || confirmed(&answers) == 1;
        assert!(doubted, "{lost}: {answers:?}");
        stand.server.heal();
        // Told again it is there once; erased without ever having heard an answer, it is gone.
        stand.tell(again(upsert(&second)));
        assert!(holds(&stand.only(), &second));
        stand.tell(again(erase(&second)));
        let row = stand.only();
        assert!(holds(&row, &first) && !holds(&row, &second), "{lost}");
    }
}

pub fn what_another_device_writes_to_as_well_is_in_doubt_until_it_is_read_again<C: Contract>() {
    let first = |stand: &Stand<C>| {
        stand.tell(upsert(&met_by(1, 4)));
        stand.server.log();
    };
    let stand = Stand::<C>::new();
    first(&stand);
    stand.tell(upsert(&met_by(2, 4)));
    let last = stand.server.log().len();
    let stand = Stand::<C>::new();
    first(&stand);
    let mut at = 0;
    stand.server.fault(move |_| {
        at += 1;
        (at == last).then_some(Deed::Cut)
    });
    let second = met_by(2, 4);
    let answers = stand.push(&[upsert(&second)]);
    assert_eq!(answers, [retry(Reason::Ambiguous)]);
    assert!(holds(&stand.only(), &second), "it was written");
    stand.server.heal();
    stand.tell(again(upsert(&second)));
    assert!(holds(&stand.only(), &second));
}

pub fn a_full_record_takes_no_further_lead<C: Contract>() {
    let stand = Stand::<C>::new();
    for device in 1..=9 {
        stand.tell(upsert(&met_by(device, 4)));
    }
    assert_eq!(stand.rows().len(), 2);
    for device in 1..=9 {
        stand.tell(again(erase(&met_by(device, 4))));
    }
    assert!(stand.rows().is_empty());
}

pub fn whatever_happens_on_the_way_each_lead_stands_in_one_record<C: Contract>() {
    for number in 0..12 {
        let stand = Stand::<C>::new();
        let mut devices = [stand.connector(), stand.connector()];
        let people = (0..3).flat_map(|n| [met_by(1, n), met_by(2, n)]);
        let rows = schedule::several(number, &stand.server, &mut devices, people.collect());
        let mut there = stand.rows();
        for (n, met) in rows.chunks(2).enumerate() {
            let living: Vec<&schedule::Row> = met.iter().filter(|row| !row.erased).collect();
            let record = living
                .iter()
                .find_map(|row| there.remove(&row.kept.id.to_string()));
            assert_eq!(record.is_none(), living.is_empty(), "{number}: person {n}");
            let Some(record) = record else { continue };
            for row in met {
                assert_eq!(
                    holds(&record, &row.kept),
                    !row.erased,
                    "{number}: person {n}"
                );
                let note = row.kept.fields[&Field::Note].value.texts().join("");
                let noted = text(&record, C::NAMES[3]).contains(&note);
                assert_eq!(noted, !row.erased, "{number}: person {n}, {record:?}");
            }
            let expired = living.iter().all(|row| row.expired);
            assert_eq!(
                text(&record, C::NAMES[5]).is_empty(),
                expired,
                "{number}: person {n}"
            );
            let yes = text(&record, C::NAMES[1]).contains("newsletter:email: yes");
            if living.iter().any(|row| row.withdrawn) {
                assert!(!yes, "{number}: person {n}");
            } else if met.iter().all(|row| !row.withdrawn) {
                assert!(yes, "{number}: person {n}");
            }
        }
        assert!(there.is_empty(), "{number}: nobody asked for {there:?}");
    }
}

/// A CRM that answers a search page by page.
pub trait Pages: Contract {
    /// The most records of a page of leads that are looked for by e-mail.
    const PAGE: usize;

    /// Keeps another record of ours, the `n`th, before all that were made by us.
    fn before(&mut self, n: usize, row: Row);
}

/// A lead that has withdrawn, behind more of the same address than one answer holds.
pub fn behind_a_page<C: Pages>(stand: &Stand<C>) -> Kept {
    let first = met_by(1, 4);
    stand.push(&[upsert(&first), withdraw(&first)]);
    for n in 0..C::PAGE {
        let lead = format!("another event's {n}");
        let pairs = [(C::NAMES[0], lead), (C::NAMES[4], email(4))];
        let row = pairs.map(|(column, value)| (column.to_owned(), value.into()));
        stand.crm().before(n, Row::from_iter(row));
    }
    first
}

pub fn a_person_behind_the_first_page_of_an_answer_is_found<C: Pages>() {
    let stand = Stand::<C>::new();
    let first = behind_a_page(&stand);
    assert_eq!(confirmed(&stand.push(&[upsert(&met_by(2, 4))])), 1);
    assert_eq!(stand.rows().len(), C::PAGE + 1, "the person stands twice");
    let row = stand.row(&first);
    let permission = text(&row, C::NAMES[1]);
    assert!(
        permission.contains("newsletter:email: withdrawn"),
        "{permission}"
    );
}

/// Asks of one contract everything about several devices.
macro_rules! several {
    ($contract:ty) => {
        several!($contract,
            two_devices_that_meet_one_person_make_one_record
            both_may_come_in_one_batch
            a_second_device_fills_and_overwrites_nothing
            the_last_lead_that_goes_takes_the_record_with_it
            a_deadline_of_one_clears_nothing_that_the_other_needs
            the_most_restrictive_consent_wins
            a_channel_that_one_withdraws_is_barred_for_all_and_no_other
            another_person_of_the_same_address_stays_apart
            a_lead_whose_time_is_over_keeps_no_record
            an_address_in_other_letters_is_of_both
            a_lost_answer_leaves_nobody_behind
            what_another_device_writes_to_as_well_is_in_doubt_until_it_is_read_again
            a_full_record_takes_no_further_lead
            whatever_happens_on_the_way_each_lead_stands_in_one_record
        );
    };
    ($contract:ty, $($name:ident)+) => {
        $(#[test]
        fn $name() {
            crate::several::$name::<$contract>();
        })+
    };
}
