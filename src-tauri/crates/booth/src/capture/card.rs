//! Business cards in hand: the picture of the one whose draft is shown, and those that wait for their turn.
//!
//! How: each card is minimised as it is read. Its picture, cut out of the photo, and its lines' texts stay in memory here
//! beside the draft, so that a finger can put a line into a field. To the screen go the picture and the lines' outlines;
//! a line's text goes there when staff touched it, and not before. When: until the draft is handed over or discarded, and
//! no longer than the store is open; all of it is wiped when dropped.

use std::collections::{BTreeMap, VecDeque};

use zgoda_capture::card::{CardReading, Cutout, e164};
use zgoda_capture::still::Still;
use zgoda_core::{Address, Candidate, Draft, Field, Personal, Profile, Value, minimise};

use crate::error::Error;
use crate::view::{CardView, DraftView, LineView, SideView};
use crate::{Booth, Open};

/// Fewest letters and digits in common that make a line a field's.
const ALIKE: usize = 4;
/// Last digits by which telephone numbers are the same, however their country is written.
const LAST_DIGITS: usize = 7;

/// A photographed side of a card.
pub(crate) struct Side {
    picture: Cutout,
    texts: Vec<Personal>,
}

/// A card, and its place among those of its photo.
pub(crate) struct Card {
    at: usize,
    of: usize,
    pub(super) sides: Vec<Side>,
}

/// The cards in hand.
#[derive(Default)]
pub(crate) struct Cards {
    shown: Option<Card>,
    waiting: VecDeque<(Draft, Card)>,
}

impl Side {
    /// None where the card's outline has no area.
    pub(crate) fn of(still: &Still, reading: &CardReading) -> Option<Self> {
        let texts = reading.lines.iter().map(|line| line.text.clone());
        Some(Self {
            picture: Cutout::of(still, reading)?,
            texts: texts.collect(),
        })
    }

    fn view(&self, draft: &Draft) -> SideView {
        let line = |(quad, text): (&zgoda_capture::card::Quad, &Personal)| LineView {
            corners: quad.0.map(|point| (point.x, point.y)),
            field: field_of(text.expose(), draft),
        };
        SideView {
            width: self.picture.width() as u32,
            height: self.picture.height() as u32,
            lines: self
                .picture
                .lines
                .iter()
                .zip(&self.texts)
                .map(line)
                .collect(),
        }
    }
}

impl Cards {
    /// Minimises the cards of one photo and lets them wait before all others.
    pub(super) fn put(&mut self, cards: Vec<(Candidate, Option<Side>)>, profile: &Profile) {
        let of = cards.len();
        for (index, (candidate, side)) in cards.into_iter().enumerate().rev() {
            let card = Card {
                at: index + 1,
                of,
                sides: side.into_iter().collect(),
            };
            self.waiting
                .push_front((minimise(candidate, profile), card));
        }
    }

    /// The card whose draft is in hand.
    pub(super) fn shown(&mut self) -> Result<&mut Card, Error> {
        self.shown.as_mut().ok_or(Error::NoDraft)
    }

    /// Wipes the card whose draft was in hand; those that wait stay.
    pub(super) fn let_go(&mut self) {
        self.shown = None;
    }

    pub(super) fn view(&self, draft: &Draft) -> Option<CardView> {
        self.shown.as_ref().map(|card| CardView {
            at: card.at as u32,
            of: card.of as u32,
            sides: card.sides.iter().map(|side| side.view(draft)).collect(),
        })
    }

    fn side(&self, side: usize) -> Result<&Side, Error> {
        let shown = self.shown.as_ref();
        shown
            .and_then(|card| card.sides.get(side))
            .ok_or(Error::NoDraft)
    }

    fn text(&self, side: usize, line: usize) -> Result<&Personal, Error> {
        self.side(side)?.texts.get(line).ok_or(Error::NoDraft)
    }
}

impl Open {
    /// Takes the first card that waits in hand.
    pub(super) fn next_card(&mut self) {
        if let Some((draft, card)) = self.cards.waiting.pop_front() {
            self.draft = Some(draft);
            self.cards.shown = Some(card);
        }
    }
}

impl Booth {
    /// The draft of the next card of the photo; none while a draft is in hand, and where all had their turn.
    ///
    /// # Errors
    /// Where the store is locked or an attendee holds the device.
    pub fn card_next(&mut self) -> Result<Option<DraftView>, Error> {
        let open = self.staff()?;
        if open.draft.is_some() || open.cards.waiting.is_empty() {
            return Ok(None);
        }
        open.next_card();
        open.draft_view().map(Some)
    }

    /// The picture of a side of the card in hand: four bytes a pixel, of the size that its view tells.
    ///
    /// # Errors
    /// Where there is no such side.
    pub fn card_picture(&mut self, side: usize) -> Result<Vec<u8>, Error> {
        Ok(self.staff()?.cards.side(side)?.picture.rgba().to_vec())
    }

    /// What a line of the card in hand says, which staff touched.
    ///
    /// # Errors
    /// Where there is no such line.
    pub fn card_line(&mut self, side: usize, line: usize) -> Result<String, Error> {
        Ok(self.staff()?.cards.text(side, line)?.expose().to_owned())
    }

    /// Puts a line of the card in hand into `field`. E-mails and telephones are added to those there are, address lines
    /// below one another; elsewhere the line replaces what was there.
    ///
    /// # Errors
    /// Where there is no such line.
    pub fn card_put(&mut self, side: usize, line: usize, field: Field) -> Result<DraftView, Error> {
        let open = self.staff()?;
        let text = open.cards.text(side, line)?;
        let draft = open.draft.as_ref().ok_or(Error::NoDraft)?;
        let before = draft.fields().get(&field);
        if let Some(value) = value(field, text, before, &open.profile.event.country) {
            let edits = BTreeMap::from([(field, Some(value))]);
            let draft = open.draft.take().ok_or(Error::NoDraft)?;
            open.draft = Some(draft.edited(edits, &open.profile));
        }
        open.draft_view()
    }
}

/// A card's line as the value of `field`, beside what the field holds; none for what no card says.
fn value(field: Field, line: &Personal, before: Option<&Value>, country: &str) -> Option<Value> {
    let text = line.expose();
    let added = |one: Personal| {
        let mut all = match before {
            Some(Value::Many(all)) => all.clone(),
            _ => Vec::new(),
        };
        all.push(one);
        Value::Many(all)
    };
    Some(match field {
        Field::Name | Field::Prefix | Field::Title | Field::Company => Value::Text(line.clone()),
        Field::Website => Value::Text(Personal::new(word(text, '.'))),
        Field::Email => added(Personal::new(word(text, '@'))),
        Field::Phone => added(Personal::new(&e164(number(text), country))),
        Field::Address => {
            let above = match before {
                Some(Value::Address(address)) => address.text.expose(),
                _ => "",
            };
            let lines = if above.is_empty() {
                text.to_owned()
            } else {
                format!("{above}\n{text}")
            };
            Value::Address(Address {
                text: Personal::multiline(&lines),
                ..Address::default()
            })
        }
        Field::Reference
        | Field::Note
        | Field::Tags
        | Field::Rating
        | Field::Answers
        | Field::Signature => return None,
    })
}

/// The word with `mark` in it, which is what a line is about; the whole line where there is none.
fn word(text: &str, mark: char) -> &str {
    let marked = text.split_whitespace().rfind(|word| word.contains(mark));
    marked.unwrap_or(text)
}

/// A line from its first figure on: before it stand words as "Tel."
fn number(text: &str) -> &str {
    let start = text.find(|letter: char| letter == '+' || letter == '(' || letter.is_ascii_digit());
    &text[start.unwrap_or(0)..]
}

/// The field of the draft that a line says, or is a part of.
fn field_of(line: &str, draft: &Draft) -> Option<Field> {
    let line = plain(line);
    if line.chars().count() < ALIKE {
        return None;
    }
    let says = |field: Field, value: &Value| {
        value.texts().into_iter().any(|text| {
            let text = plain(text);
            if field == Field::Phone {
                let last = text.len().saturating_sub(LAST_DIGITS);
                return text.get(last..).is_some_and(|last| line.contains(last));
            }
            text.chars().count() >= ALIKE && (line.contains(&text) || text.contains(&line))
        })
    };
    let mut fields = draft.fields().iter();
    fields
        .find(|(field, value)| says(**field, value))
        .map(|(field, _)| *field)
}

/// Letters and digits alone, small.
fn plain(text: &str) -> String {
    let kept = text.chars().filter(|letter| letter.is_alphanumeric());
    kept.flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(field: Field, line: &str, before: Option<&Value>) -> Vec<String> {
        let value = value(field, &Personal::new(line), before, "PL").unwrap();
        value.texts().into_iter().map(str::to_owned).collect()
    }

    #[test]
    fn a_line_becomes_what_its_field_holds() {
        assert_eq!(
            put(Field::Phone, "tel. kom. 601 234 567", None),
            ["+48601234567"]
        );
        assert_eq!(
            put(Field::Email, "E-mail: ewa@lis.example", None),
            ["ewa@lis.example"]
        );
        assert_eq!(
            put(Field::Website, "www: lis.example", None),
            ["lis.example"]
        );
        assert_eq!(
            put(Field::Title, "Kierownik działu", None),
            ["Kierownik działu"]
        );
    }

    #[test]
    fn numbers_and_address_lines_are_added() {
        let first = Value::Many(vec!["+48601234567".into()]);
        assert_eq!(
            put(Field::Phone, "22 123 45 67", Some(&first)),
            ["+48601234567", "+48221234567"]
        );
        let street = value(Field::Address, &"ul. Polna 3".into(), None, "PL").unwrap();
        let whole = value(
            Field::Address,
            &"00-001 Warszawa".into(),
            Some(&street),
            "PL",
        );
        let Some(Value::Address(address)) = whole else {
            panic!("an address stays one")
        };
        assert_eq!(address.text.expose(), "ul. Polna 3\n00-001 Warszawa");
    }

    #[test]
    fn what_staff_add_is_no_line_of_a_card() {
        for field in [
            Field::Note,
            Field::Tags,
            Field::Rating,
            Field::Reference,
            Field::Answers,
            Field::Signature,
        ] {
            assert!(value(field, &"Ewa Lis".into(), None, "PL").is_none());
        }
    }
}
