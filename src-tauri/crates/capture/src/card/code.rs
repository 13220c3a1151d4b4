//! The QR code on a card: what it says beats what was read, where both mean the same person.
//!
//! How: a contact in the code counts where its name, an e-mail or a telephone is near to what is printed. Then its values
//! fill what is empty and mend what was nearly read so; where the print plainly says something else, the print stands.
//! When: after the card's fields were sorted. Nothing that the code names is opened.

use std::collections::BTreeMap;
use std::time::Duration;

use zgoda_core::{Candidate, Field, Personal};

use super::fields::{bare, distance, e164};
use super::geometry::{Point, Quad};
use crate::payload::{self, Reading};
use crate::still::Still;
use crate::symbol::{Budget, Formats, read_still};

/// CPU time for the search: a code on a card is large and flat, and most cards have none.
const BUDGET: Budget = Budget(Duration::from_millis(20));
/// How sure a field is that print and code agree on.
const AGREED: f32 = 0.99;
/// How sure a field is that the code alone tells.
const TOLD: f32 = 0.95;
/// Most edits between a value read and the same value in the code, as a share of its length.
const NEAR: f32 = 0.25;

/// A contact in a code, and where the code stands in the photo.
pub(crate) struct Coded {
    contact: Box<Candidate>,
    middle: Point,
}

impl Coded {
    /// True where the code stands within `card`.
    pub(crate) fn is_on(&self, card: &Quad) -> bool {
        card.contains(self.middle)
    }
}

/// The contacts in the QR codes of a photo.
pub(crate) fn contacts(still: &Still) -> Vec<Coded> {
    let symbols = read_still(&still.luma(), &Formats::QR, BUDGET);
    let contact = |symbol: &crate::symbol::Symbol| match payload::read(&symbol.bytes, None) {
        Ok(Reading::Person { candidate, .. }) => Some(Coded {
            contact: candidate,
            middle: Quad(symbol.corners.map(|[x, y]| Point::new(x, y))).center(),
        }),
        _ => None,
    };
    symbols.iter().filter_map(contact).collect()
}

/// Mends and fills the fields of a card by its code.
pub(crate) fn confirm(
    card: &mut Candidate,
    sure: &mut BTreeMap<Field, f32>,
    coded: &Coded,
    home: &str,
) {
    let code = &*coded.contact;
    let numbers: Vec<Personal> = code
        .phone
        .iter()
        .map(|number| Personal::new(&e164(number.expose(), home).0))
        .collect();
    let shares = |read: &[Personal], told: &[Personal]| {
        read.iter().any(|a| told.iter().any(|b| is_near(a, b)))
    };
    let same = is_near(&card.name, &code.name)
        || shares(&card.email, &code.email)
        || shares(&card.phone, &numbers);
    if !same {
        return;
    }
    for (field, read, told) in [
        (Field::Name, &mut card.name, &code.name),
        (Field::Title, &mut card.title, &code.title),
        (Field::Company, &mut card.company, &code.company),
        (Field::Website, &mut card.website, &code.website),
    ] {
        settle(field, read, told, sure);
    }
    for (field, read, told) in [
        (Field::Email, &mut card.email, &code.email),
        (Field::Phone, &mut card.phone, &numbers),
    ] {
        settle_all(field, read, told, sure);
    }
    if card.address.is_empty() && !code.address.is_empty() {
        card.address = code.address.clone();
        sure.insert(Field::Address, TOLD);
    }
}

fn settle(field: Field, read: &mut Personal, told: &Personal, sure: &mut BTreeMap<Field, f32>) {
    if told.is_empty() {
        return;
    }
    if read.is_empty() {
        *read = told.clone();
        sure.insert(field, TOLD);
    } else if is_near(read, told) {
        // Codes are often written without accents: where letters alone agree, the print has the better spelling.
        if bare(read.expose()) != bare(told.expose()) {
            *read = told.clone();
        }
        sure.insert(field, AGREED);
    }
}

/// Each value that the code nearly has becomes the code's; the field is agreed on where all of them do.
fn settle_all(
    field: Field,
    read: &mut Vec<Personal>,
    told: &[Personal],
    sure: &mut BTreeMap<Field, f32>,
) {
    if read.is_empty() && !told.is_empty() {
        read.extend_from_slice(told);
        sure.insert(field, TOLD);
        return;
    }
    let mut agreed = !read.is_empty();
    for value in read {
        match told.iter().find(|other| is_near(value, other)) {
            Some(other) => *value = other.clone(),
            None => agreed = false,
        }
    }
    if agreed {
        sure.insert(field, AGREED);
    }
}

fn is_near(read: &Personal, told: &Personal) -> bool {
    let plain = |text: &Personal| {
        let text = text.expose();
        let text = text
            .trim_start_matches("https://")
            .trim_start_matches("http://");
        bare(text.trim_start_matches("www."))
    };
    let (a, b) = (plain(read), plain(told));
    let most = a.len().min(b.len()) as f32 * NEAR;
    most >= 1.0 && distance(&a, &b) as f32 <= most
}

#[cfg(test)]
mod tests {
    use super::*;

    fn card(name: &str, email: &str, phone: &str) -> Candidate {
        Candidate {
            name: Personal::new(name),
            email: vec![Personal::new(email)],
            phone: vec![Personal::new(phone)],
            ..Candidate::default()
        }
    }

    fn coded(contact: Candidate) -> Coded {
        Coded {
            contact: Box::new(contact),
            middle: Point::new(0.0, 0.0),
        }
    }

    #[test]
    fn the_code_wins_where_it_agrees() {
        let mut read = card("Anna Łuis", "anna.lis@lis.examp1e", "+48600100208");
        let mut told = card("Anna Lis", "anna.lis@lis.example", "600 100 200");
        told.company = Personal::new("Lis Sp. z o.o.");
        let mut sure = BTreeMap::from([(Field::Name, 0.5)]);
        confirm(&mut read, &mut sure, &coded(told), "PL");
        assert_eq!(read.name.expose(), "Anna Lis");
        assert_eq!(read.email[0].expose(), "anna.lis@lis.example");
        assert_eq!(read.phone[0].expose(), "+48600100200");
        assert_eq!(read.company.expose(), "Lis Sp. z o.o.");
        assert_eq!(sure[&Field::Name], AGREED);
    }

    #[test]
    fn a_code_without_accents_takes_none_away() {
        let mut read = card("Józef Łoś", "j.los@los.example", "");
        let told = card("Jozef Los", "j.los@los.example", "");
        confirm(&mut read, &mut BTreeMap::new(), &coded(told), "PL");
        assert_eq!(read.name.expose(), "Józef Łoś");
    }

    #[test]
    fn another_persons_code_changes_nothing() {
        let mut read = card("Anna Lis", "anna.lis@lis.example", "+48600100200");
        let told = card("Support Desk", "help@helpdesk.example", "+48221234567");
        confirm(&mut read, &mut BTreeMap::new(), &coded(told), "PL");
        assert_eq!(read.name.expose(), "Anna Lis");
        assert_eq!(read.email[0].expose(), "anna.lis@lis.example");
        assert_eq!(read.phone[0].expose(), "+48600100200");
    }
}
