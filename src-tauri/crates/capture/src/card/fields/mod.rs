//! Which line of a card is what.
//!
//! How: what has a shape of its own (e-mail, web site, telephone, numbers that are no field) is taken first by
//! [`contact`], then the postal [`address`]; name, title and company are decided together among what is left
//! ([`assign`]). E-mail and web site vouch for name and company, and all of them for the country of the telephones.

mod address;
mod agree;
mod assign;
mod contact;
mod features;
mod fold;
mod lexicon;
mod node;
mod phone;
mod piece;
mod titles;
mod town;
mod weights;

pub(super) use fold::{bare, distance};
pub(super) use phone::e164;

use std::collections::BTreeMap;

use zgoda_core::{Candidate, Doubt, Extra, Field, Personal, Source};

use self::assign::{COMPANY, Choice, NAME, TITLE};
use self::contact::{Item, Kind};
use self::features::Context;
use self::fold::words;
use self::node::Node;
use self::piece::Piece;
use crate::card::read::RawLine;

/// Below this a field is marked for a second look.
const SURE: f32 = 0.85;

/// What stands on a card.
pub(crate) struct Extracted {
    pub(crate) candidate: Candidate,
    /// How sure each filled field is, 0 to 1.
    pub(crate) confidence: BTreeMap<Field, f32>,
}

/// Sorts `lines` into fields. `home` is the country (ISO 3166) of numbers that do not tell theirs.
pub(crate) fn extract(lines: &[RawLine], home: &str) -> Extracted {
    let sheet = Sheet::new(lines);
    let mut out = Extracted {
        candidate: Candidate {
            source: Source::Card,
            ..Candidate::default()
        },
        confidence: BTreeMap::new(),
    };
    sheet.contacts(&mut out, home);
    sheet.people(&mut out);
    agree_all(&mut out);
    let country = sheet.country(home);
    if unsure(Field::Address, &out.confidence) {
        town::mend(&mut out.candidate.address, country);
    }
    accents(&mut out.candidate, country);
    out
}

/// Marks what is not [`SURE`] for a second look.
pub(crate) fn mark_doubts(candidate: &mut Candidate, confidence: &BTreeMap<Field, f32>) {
    for (field, _) in confidence.iter().filter(|(_, sure)| **sure < SURE) {
        candidate.doubt(*field, Doubt::LowConfidence);
    }
}

fn unsure(field: Field, confidence: &BTreeMap<Field, f32>) -> bool {
    confidence.get(&field).is_some_and(|sure| *sure < SURE)
}

fn accents(candidate: &mut Candidate, country: &str) {
    let address = &mut candidate.address;
    for text in [
        &mut candidate.name,
        &mut candidate.title,
        &mut candidate.company,
        &mut address.street,
        &mut address.city,
        &mut address.text,
    ] {
        *text = Personal::multiline(&agree::letters_of(country, text.expose()));
    }
    // Not the name: people spell theirs as they like.
    for text in [
        &mut candidate.title,
        &mut candidate.company,
        &mut address.street,
        &mut address.city,
        &mut address.text,
    ] {
        *text = Personal::multiline(&agree::spelled(text.expose()));
    }
}

/// Has e-mail, web site, company and name mend one another.
fn agree_all(out: &mut Extracted) {
    let sure =
        |field: Field, out: &Extracted| out.confidence.get(&field).copied().unwrap_or_default();
    let site = out.candidate.website.expose().to_owned();
    let at = site.find("://").map_or(0, |at| at + 3);
    let start = if site[at..].starts_with("www.") {
        at + 4
    } else {
        at
    };
    let end = site[start..]
        .find('/')
        .map_or(site.len(), |path| start + path);
    let mut host = site[start..end].to_owned();
    let company = out.candidate.company.expose().to_owned();
    if let Some(better) = agree::domain_by_company(&host, &company) {
        host = better;
    }
    let name = out.candidate.name.expose().to_owned();
    let emails: Vec<Personal> = std::mem::take(&mut out.candidate.email);
    for email in &emails {
        let Some((local, domain)) = email.expose().split_once('@') else {
            continue;
        };
        let mut domain =
            agree::domain_by_company(domain, &company).unwrap_or_else(|| domain.to_owned());
        let both = agree::one_domain(
            (&domain, sure(Field::Email, out)),
            (&host, sure(Field::Website, out)),
        );
        if let Some(one) = both.map(str::to_owned) {
            host.clone_from(&one);
            domain = one;
        }
        let surely = !unsure(Field::Email, &out.confidence);
        let local = agree::local_by_name(local, &name, surely).unwrap_or_else(|| local.to_owned());
        push_once(&mut out.candidate.email, &format!("{local}@{domain}"));
    }
    if !site.is_empty() {
        out.candidate.website = Personal::new(&format!("{}{host}{}", &site[..start], &site[end..]));
    }
    if unsure(Field::Company, &out.confidence) {
        let emails = out.candidate.email.iter();
        let mut domains: Vec<&str> = emails
            .filter_map(|email| Some(email.expose().split_once('@')?.1))
            .chain((!host.is_empty()).then_some(host.as_str()))
            .collect();
        domains.dedup();
        // Two that differ vouch for nothing.
        if let [domain] = domains[..]
            && let Some(better) = agree::company_by_domain(&company, domain)
        {
            out.candidate.company = Personal::new(&better);
        }
    }
}

/// Candidates and their features, for training.
#[cfg(feature = "bench")]
pub(crate) fn measured(lines: &[RawLine]) -> serde_json::Value {
    let sheet = Sheet::new(lines);
    let nodes = node::nodes(&sheet.rest, &sheet.free);
    let context = sheet.context();
    let unary: Vec<_> = nodes
        .iter()
        .map(|node| features::unary(node, &context))
        .collect();
    let table = |of: fn(&Node, &Node, &Context) -> serde_json::Value| -> serde_json::Value {
        nodes
            .iter()
            .map(|a| {
                nodes
                    .iter()
                    .map(|b| of(a, b, &context))
                    .collect::<serde_json::Value>()
            })
            .collect()
    };
    serde_json::json!({
        "texts": nodes.iter().map(|node| node.text.as_str()).collect::<Vec<_>>(),
        "unary_names": features::UNARY,
        "pair_names": features::PAIR,
        "unary": unary,
        "pairs": table(|a, b, context| features::pair(a, b, context).into()),
        "overlaps": table(|a, b, _| a.overlaps(b).into()),
    })
}

/// A card after its contacts and address were recognised.
struct Sheet {
    pieces: Vec<Piece>,
    items: Vec<(usize, Item)>,
    /// Pieces with what is no contact.
    rest: Vec<Piece>,
    address: address::Found,
    /// Indices in `rest` that are no part of the address.
    free: Vec<usize>,
    /// All words but those of names on the net, legal forms without their dots.
    words: Vec<String>,
}

impl Sheet {
    fn new(lines: &[RawLine]) -> Self {
        let pieces = piece::pieces(lines);
        let mut items = Vec::new();
        let mut rest = Vec::new();
        for (index, piece) in pieces.iter().enumerate() {
            let found = contact::items(piece);
            rest.extend(left_over(piece, &found));
            items.extend(found.into_iter().map(|item| (index, item)));
        }
        mend_lost(&pieces, &mut items, &mut rest);
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

    fn contacts(&self, out: &mut Extracted, home: &str) {
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

    fn people(&self, out: &mut Extracted) {
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
    fn country<'a>(&self, home: &'a str) -> &'a str {
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

    fn context(&self) -> Context {
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

/// Words before a contact that only say what follows.
const LABELS: &str = " t tel telefon telefono telephone phone ph p fon m mob mobil mobile movil cell cellulare portable handy gsm kom komorka komorkowy c direct dir d durchwahl office o biuro buro bureau ufficio oficina zentrale centrala \
    f fax faks telefax e email mail e-mail eml poczta w web www website internet url http https strona adres address adresse adr adresa indirizzo direccion a i h und and oraz l s fixe fisso fijo std tf linkedin facebook instagram twitter x youtube xing in fb whatsapp skype nr ";

/// E-mails and web sites that lost their dots, or their end at the edge of the photo, told by one another.
fn mend_lost(pieces: &[Piece], items: &mut Vec<(usize, Item)>, rest: &mut Vec<Piece>) {
    let domain = |items: &[(usize, Item)], kind: Kind| {
        let item = items
            .iter()
            .find(|(_, item)| item.kind == kind)
            .map(|(_, item)| item.text.clone())?;
        let host = item
            .rsplit_once('@')
            .map_or(item.as_str(), |(_, domain)| domain);
        let host = host.rsplit("://").next()?.split('/').next()?;
        Some(host.trim_start_matches("www.").to_owned())
    };
    if domain(items, Kind::Email).is_none() {
        let sites: Vec<String> = items
            .iter()
            .filter(|(_, item)| item.kind == Kind::Website)
            .map(|(_, item)| item.text.trim_start_matches("www.").to_owned())
            .collect();
        for (_, item) in items
            .iter_mut()
            .filter(|(_, item)| item.kind == Kind::Website)
        {
            if let Some(email) = sites
                .iter()
                .find_map(|site| agree::email_by_site(&item.text, site))
            {
                (item.kind, item.text) = (Kind::Email, email);
                break;
            }
        }
    }
    if domain(items, Kind::Email).is_none() {
        let site = domain(items, Kind::Website);
        take(pieces, items, rest, Kind::Email, |text| {
            let vouched = site
                .as_deref()
                .and_then(|site| agree::email_by_domain(text, site));
            vouched.or_else(|| agree::email_by_shape(text))
        });
    }
    if let (Some(email), None) = (domain(items, Kind::Email), domain(items, Kind::Website)) {
        take(pieces, items, rest, Kind::Website, |text| {
            agree::site_by_domain(text, &email).or_else(|| agree::site_by_shape(text))
        });
    }
}

/// Makes the first piece of the rest that `read` understands an item of `kind`.
fn take(
    pieces: &[Piece],
    items: &mut Vec<(usize, Item)>,
    rest: &mut Vec<Piece>,
    kind: Kind,
    read: impl Fn(&str) -> Option<String>,
) {
    for at in 0..rest.len() {
        let Some(text) = read(&rest[at].text()) else {
            continue;
        };
        let Some(index) = pieces.iter().position(|piece| {
            piece.line == rest[at].line
                && piece.left <= rest[at].center()
                && rest[at].center() <= piece.right
        }) else {
            continue;
        };
        let to = pieces[index].glyphs.len();
        items.push((
            index,
            Item {
                kind,
                text,
                from: 0,
                to,
            },
        ));
        rest.remove(at);
        return;
    }
}

/// What is left of a piece without its contacts, unless it is but their labels.
fn left_over(piece: &Piece, items: &[Item]) -> Vec<Piece> {
    let mut parts = Vec::new();
    let mut from = 0;
    for (start, end) in items
        .iter()
        .map(|item| (item.from, item.to))
        .chain([(piece.glyphs.len(), piece.glyphs.len())])
    {
        if from < start {
            parts.push((from, start));
        }
        from = end.max(from);
    }
    parts
        .into_iter()
        .filter_map(|(a, b)| stripped(piece, a, b, !items.is_empty()))
        .collect()
}

/// The part from `a` to `b` without labels at its ends; none where nothing else is in it.
fn stripped(piece: &Piece, a: usize, b: usize, beside_contact: bool) -> Option<Piece> {
    let letters: Vec<char> = piece.glyphs[a..b]
        .iter()
        .map(|glyph| glyph.letter)
        .collect();
    let text: String = letters.iter().collect();
    if beside_contact
        && words(&text)
            .iter()
            .all(|word| LABELS.contains(&format!(" {word} ")))
    {
        return None;
    }
    if letters.iter().filter(|c| c.is_alphanumeric()).count() < 2 {
        return None;
    }
    let mut end = b;
    if beside_contact {
        // "87-100 Toruń, tel." before a number.
        while let Some(last) = text[..byte(&text, end - a)].split_whitespace().next_back() {
            let is_label = words(last)
                .iter()
                .all(|word| LABELS.contains(&format!(" {word} ")));
            let count = last.chars().count();
            let trailing = text[..byte(&text, end - a)]
                .chars()
                .rev()
                .take_while(|c| c.is_whitespace())
                .count();
            if !is_label || end < a + count + trailing {
                break;
            }
            end -= count + trailing;
        }
    }
    (end > a).then(|| piece.part(a, end))
}

fn byte(text: &str, letters: usize) -> usize {
    text.char_indices()
        .nth(letters)
        .map_or(text.len(), |(byte, _)| byte)
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
fn legible(glyphs: &[crate::card::read::recognise::Glyph]) -> f32 {
    let least = glyphs
        .iter()
        .map(|glyph| glyph.probability)
        .fold(1.0, f32::min);
    let mean =
        glyphs.iter().map(|glyph| glyph.probability).sum::<f32>() / glyphs.len().max(1) as f32;
    (least * mean).sqrt()
}

fn push_once(list: &mut Vec<Personal>, text: &str) {
    let value = Personal::new(text);
    if !value.is_empty() && !list.contains(&value) {
        list.push(value);
    }
}
