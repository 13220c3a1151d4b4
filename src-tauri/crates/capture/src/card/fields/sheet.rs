//! A card after its contacts and address were recognised, and what is read off it.

use zgoda_core::{Extra, Field, Personal};

use super::assign::{self, COMPANY, Choice, NAME, TITLE};
use super::contact::{self, Item, Kind};
use super::features::Context;
use super::left::left_over;
use super::lost::mend_lost;
use super::node::{self, Node};
use super::piece::{self, Piece};
use super::{Extracted, address, fold, lexicon, phone, push_once, titles};
use crate::card::read::RawLine;
use crate::card::read::recognise::Glyph;

/// A card after its contacts and address were recognised.
pub(crate) struct Sheet {
    pieces: Vec<Piece>,
    items: Vec<(usize, Item)>,
    /// Pieces with what is no contact.
    pub(crate) rest: Vec<Piece>,
    address: address::Found,
    /// Indices in `rest` that are no part of the address.
    pub(crate) free: Vec<usize>,
    /// All words but those of names on the net, legal forms without their dots.
    words: Vec<String>,
}

impl Sheet {
    pub(crate) fn new(lines: &[RawLine]) -> Self {
        let pieces = piece::pieces(lines);
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
        let words: Vec<String> = pieces
            .iter()
            .map(Piece::text)
            .filter(|text| !text.contains(['@', '/']) && !text.contains("www"))
            .flat_map(|text| fold::words(&text.replace('.', "")))
            .collect();
        let hint = country_of_domains(&items).or_else(|| lexicon::origin(&words));
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
            let (number, good) = phone::e164(&item.text, country);
            valid &= good;
            push_once(&mut out.candidate.phone, &number);
        }
        out.candidate.address = self.address.address.clone();
        let numbers: Vec<_> = self.of(&Kind::Phone).collect();
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

    /// The country of numbers without a prefix: that of the address, of other numbers, of the domains, of the event.
    pub(crate) fn country<'a>(&self, home: &'a str) -> &'a str {
        let prefixed = || {
            self.of(&Kind::Phone)
                .chain(self.of(&Kind::Fax))
                .find_map(|(_, item)| phone::country_of(&item.text))
        };
        self.address
            .country
            .or_else(prefixed)
            .or_else(|| country_of_domains(&self.items))
            .or_else(|| lexicon::origin(&self.words))
            .unwrap_or(home)
    }

    pub(crate) fn context(&self) -> Context {
        let mut heights: Vec<f32> = self.pieces.iter().map(|piece| piece.height).collect();
        heights.sort_by(f32::total_cmp);
        let free = || self.free.iter().map(|index| &self.rest[*index]);
        let mut context = Context {
            height: heights.get(heights.len() / 2).copied().unwrap_or(1.0),
            tallest: free().map(|piece| piece.height).fold(0.0, f32::max),
            top: self.pieces.iter().map(Piece::top).fold(f32::MAX, f32::min),
            bottom: self
                .pieces
                .iter()
                .map(Piece::bottom)
                .fold(f32::MIN, f32::max),
            free: self.free.len(),
            crowded: crowded(&self.rest, &self.free),
            ..Context::default()
        };
        for (index, item) in &self.items {
            let piece = &self.pieces[*index];
            context.contacts.push((piece.center(), piece.y));
            let domain = match item.kind {
                Kind::Email => item.text.split_once('@').map(|(local, domain)| {
                    context.locals.push(local.to_owned());
                    domain
                }),
                Kind::Website => Some(
                    item.text
                        .trim_start_matches("https://")
                        .trim_start_matches("http://")
                        .trim_start_matches("www."),
                ),
                _ => None,
            };
            context.domains.extend(
                domain
                    .and_then(|domain| domain.split('.').next())
                    .map(str::to_owned),
            );
        }
        context.contacts.extend(
            self.address
                .pieces
                .iter()
                .map(|index| (self.rest[*index].center(), self.rest[*index].y)),
        );
        context
    }
}

/// Beside a site that says so ("www", "https"), a name with a dot that is no domain of an e-mail is a firm's: "nordwind.media".
fn set_free(pieces: &[Piece], items: &mut Vec<(usize, Item)>, rest: &mut Vec<Piece>) {
    let certain = |item: &Item| item.text.starts_with("www.") || item.text.contains("://");
    let sites = || items.iter().filter(|(_, item)| item.kind == Kind::Website);
    let mailed = |item: &Item| {
        items.iter().any(|(_, other)| {
            other.kind == Kind::Email && other.text.ends_with(&format!("@{}", item.text))
        })
    };
    if !sites().any(|(_, item)| certain(item)) {
        return;
    }
    let names: Vec<usize> = sites()
        .filter(|(_, item)| !certain(item) && !mailed(item))
        .map(|(index, _)| *index)
        // Alone, or before its legal form.
        .filter(|index| items.iter().filter(|(other, _)| other == index).count() == 1)
        .collect();
    for index in names {
        items.retain(|(other, _)| *other != index);
        rest.retain(|piece| {
            piece.line != pieces[index].line
                || piece.left < pieces[index].left
                || piece.right > pieces[index].right + 1e-6
        });
        rest.push(pieces[index].clone());
    }
    rest.sort_by(|a, b| a.y.total_cmp(&b.y).then(a.left.total_cmp(&b.left)));
}

/// Lines of which more than one free piece was cut.
fn crowded(rest: &[Piece], free: &[usize]) -> Vec<usize> {
    let lines: Vec<usize> = free.iter().map(|index| rest[*index].line).collect();
    let often = |line: &usize| lines.iter().filter(|other| *other == line).count() > 1;
    lines.iter().copied().filter(often).collect()
}

fn country_of_domains(items: &[(usize, Item)]) -> Option<&'static str> {
    const ENDINGS: &[(&str, &str)] = &[
        ("pl", "PL"),
        ("de", "DE"),
        ("at", "AT"),
        ("ch", "CH"),
        ("uk", "GB"),
        ("ie", "IE"),
        ("us", "US"),
        ("cz", "CZ"),
        ("sk", "SK"),
        ("fr", "FR"),
        ("es", "ES"),
        ("it", "IT"),
        ("nl", "NL"),
        ("be", "BE"),
        ("dk", "DK"),
        ("lu", "LU"),
    ];
    items
        .iter()
        .filter(|(_, item)| matches!(item.kind, Kind::Email | Kind::Website))
        .find_map(|(_, item)| {
            let host = item
                .text
                .trim_start_matches("https://")
                .trim_start_matches("http://")
                .split('/')
                .next()?;
            let (_, ending) = host.rsplit_once('.')?;
            ENDINGS
                .iter()
                .find(|(known, _)| *known == ending)
                .map(|(_, country)| *country)
        })
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
