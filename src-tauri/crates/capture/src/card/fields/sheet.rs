//! A card after its contacts and address were recognised, and what is read off it.

use zgoda_core::{Extra, Field, Personal};

use super::assign::{self, COMPANY, Choice, NAME, TITLE};
use super::contact::{self, Item, Kind};
use super::country::country_of_domains;
use super::firm::set_free;
use super::left::left_over;
use super::lost::mend_lost;
use super::name_title::part_titles;
use super::node::{self, Node};
use super::piece::{self, Piece};
use super::wrapped::join_mails;
use super::{Extracted, address, fold, lexicon, phone, push_once, titles};
use crate::card::read::RawLine;
use crate::card::read::recognise::Glyph;

/// A card after its contacts and address were recognised.
pub(crate) struct Sheet {
    pub(crate) pieces: Vec<Piece>,
    pub(crate) items: Vec<(usize, Item)>,
    /// Pieces with what is no contact.
    pub(crate) rest: Vec<Piece>,
    pub(crate) address: address::Found,
    /// Indices in `rest` that are no part of the address.
    pub(crate) free: Vec<usize>,
    /// All words but those of names on the net, legal forms without their dots.
    words: Vec<String>,
}

impl Sheet {
    pub(crate) fn new(lines: &[RawLine]) -> Self {
        let mut pieces = piece::pieces(lines);
        join_mails(&mut pieces);
        let mut items = Vec::new();
        let mut rest = Vec::new();
        for (index, piece) in pieces.iter().enumerate() {
            let found = contact::items(piece);
            rest.extend(left_over(piece, &found));
            items.extend(found.into_iter().map(|item| (index, item)));
        }
        mend_lost(&pieces, &mut items, &mut rest);
        // Last: an e-mail without its `@` looks like a site.
        set_free(&pieces, &mut items, &mut rest);
        let locals = items.iter().filter(|(_, item)| item.kind == Kind::Email);
        let locals = locals.filter_map(|(_, item)| Some(item.text.split_once('@')?.0.to_owned()));
        part_titles(&mut rest, locals.collect());
        let words: Vec<String> = pieces
            .iter()
            .map(Piece::text)
            .filter(|text| !text.contains(['@', '/']) && !text.contains("www"))
            .flat_map(|text| fold::words(&text.replace('.', "")))
            .collect();
        let hint = country_of_domains(&items)
            .or_else(|| prefixed(&items))
            .or_else(|| lexicon::origin(&words));
        let address = address::find(&rest, hint);
        let free = (0..rest.len())
            .filter(|index| !address.pieces.contains(index))
            // A site that was not understood is no field of another kind.
            .filter(|index| !rest[*index].text().contains("://"))
            .collect();
        Self {
            pieces,
            items,
            rest,
            address,
            free,
            words,
        }
    }

    fn of(&self, kind: &Kind) -> impl Iterator<Item = (&Piece, &Item)> {
        self.items
            .iter()
            .filter(move |(_, item)| item.kind == *kind)
            .map(|(index, item)| (&self.pieces[*index], item))
    }

    pub(crate) fn contacts(&self, out: &mut Extracted, home: &str) {
        let emails: Vec<_> = self.of(&Kind::Email).collect();
        let sites: Vec<_> = self.of(&Kind::Website).collect();
        for (_, item) in &emails {
            push_once(&mut out.candidate.email, &item.text);
        }
        if let Some((_, site)) = sites.first() {
            out.candidate.website = Personal::new(&site.text);
        }
        let country = self.country(home);
        let mut valid = true;
        for (_, item) in self.of(&Kind::Phone) {
            for number in phone::apart(&item.text, country) {
                let (number, good) = phone::e164(number, country);
                valid &= good;
                push_once(&mut out.candidate.phone, &number);
            }
        }
        out.candidate.address = self.address.address.clone();
        let mut numbers: Vec<_> = self.of(&Kind::Phone).collect();
        if out.candidate.phone.is_empty() {
            numbers.clear();
        }
        let seen = [
            (Field::Email, &emails),
            (Field::Website, &sites),
            (Field::Phone, &numbers),
        ];
        for (field, items) in seen {
            if let Some(sure) = items
                .iter()
                .map(|(piece, item)| legible(&piece.glyphs[item.from..item.to]))
                .reduce(f32::min)
            {
                out.confidence.insert(
                    field,
                    sure * if field == Field::Phone && !valid {
                        0.8
                    } else {
                        1.0
                    },
                );
            }
        }
        if !out.candidate.address.is_empty() {
            let sure = self
                .address
                .pieces
                .iter()
                .map(|i| legible(&self.rest[*i].glyphs))
                .fold(1.0, f32::min);
            out.confidence.insert(Field::Address, sure);
        }
        for (kind, extra) in [
            (Kind::Fax, Extra::Fax),
            (Kind::Register, Extra::RegisterNumber),
            (Kind::Social, Extra::Social),
        ] {
            if self.of(&kind).next().is_some() {
                out.candidate.extras.insert(extra);
            }
        }
    }

    pub(crate) fn people(&self, out: &mut Extracted) {
        let nodes = node::nodes(&self.rest, &self.free);
        let context = self.context();
        let choices = assign::assign(&nodes, &context);
        let chosen = |label: usize| choices[label].node.map(|index| &nodes[index]);
        let sure = |choice: &Choice, node: &Node| choice.probability * legible(&node.place.glyphs);
        if let Some(node) = chosen(NAME) {
            let parted = titles::without(&node.text);
            out.candidate.name = Personal::new(&parted.name);
            out.candidate.prefix = Personal::new(&format!("{} {}", parted.before, parted.behind));
            out.confidence
                .insert(Field::Name, sure(&choices[NAME], node));
            if !out.candidate.prefix.is_empty() {
                out.confidence
                    .insert(Field::Prefix, sure(&choices[NAME], node));
            }
        }
        if let Some(node) = chosen(TITLE) {
            out.candidate.title = Personal::new(&node.text);
            out.confidence
                .insert(Field::Title, sure(&choices[TITLE], node));
        }
        if let Some(node) = chosen(COMPANY) {
            out.candidate.company = Personal::new(&titles::legal_mended(&node.text));
            out.confidence
                .insert(Field::Company, sure(&choices[COMPANY], node));
        }
        let used: Vec<usize> = choices
            .iter()
            .filter_map(|c| c.node)
            .flat_map(|index| nodes[index].pieces.clone())
            .collect();
        if self.free.iter().any(|index| !used.contains(index)) {
            out.candidate.extras.insert(Extra::Other);
        }
    }

    /// The letters of all items of one kind.
    pub(crate) fn glyphs(&self, kind: &Kind) -> impl Iterator<Item = &Glyph> {
        self.of(kind)
            .flat_map(|(piece, item)| &piece.glyphs[item.from..item.to])
    }

    /// The country of numbers without a prefix: that of the address, of other numbers, of the domains, of the event.
    pub(crate) fn country<'a>(&self, home: &'a str) -> &'a str {
        self.told_country().unwrap_or(home)
    }

    /// The country that the card itself tells.
    pub(crate) fn told_country(&self) -> Option<&'static str> {
        self.address
            .country
            .or_else(|| prefixed(&self.items))
            .or_else(|| country_of_domains(&self.items))
            .or_else(|| lexicon::origin(&self.words))
    }
}

/// The country whose prefix the first number has that has one.
fn prefixed(items: &[(usize, Item)]) -> Option<&'static str> {
    items
        .iter()
        .filter(|(_, item)| matches!(item.kind, Kind::Phone | Kind::Fax))
        .find_map(|(_, item)| phone::country_of(&item.text))
}

/// How surely the letters were read: the least sure one counts as much as the mean.
fn legible(glyphs: &[Glyph]) -> f32 {
    let least = glyphs
        .iter()
        .map(|glyph| glyph.probability)
        .fold(1.0, f32::min);
    let mean =
        glyphs.iter().map(|glyph| glyph.probability).sum::<f32>() / glyphs.len().max(1) as f32;
    (least * mean).sqrt()
}
