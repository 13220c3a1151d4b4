//! Which line of a card is what.
//!
//! How: what has a shape of its own (e-mail, web site, telephone, numbers that are no field) is taken first by
//! [`contact`], then the postal [`address`]; name, title and company are decided together among what is left
//! ([`assign`]). E-mail and web site vouch for name and company, and all of them for the country of the telephones.

mod address;
mod agree;
mod assign;
mod contact;
mod context;
mod country;
mod cover;
mod digits;
mod features;
mod firm;
mod fold;
mod left;
mod lexicon;
mod lost;
mod name_title;
mod node;
mod phone;
mod piece;
mod seen;
mod shapes;
mod sheet;
mod spelling;
mod titles;
mod town;
mod vouch;
mod weights;
mod wrapped;

pub(super) use fold::{bare, distance};
pub(super) use phone::e164;

use std::collections::BTreeMap;

use zgoda_core::{Candidate, Doubt, Field, Personal, Source};

use self::fold::words;
use self::sheet::Sheet;
use crate::card::read::RawLine;

/// Below this a field is marked for a second look.
const SURE: f32 = 0.85;
/// How much surer an e-mail would be without a digit in front that may be an icon.
const WITH_ICON: f32 = 0.8;

/// What stands on a card.
pub(crate) struct Extracted {
    pub(crate) candidate: Candidate,
    /// How sure each filled field is, 0 to 1.
    pub(crate) confidence: BTreeMap<Field, f32>,
    /// What each line says, in the spelling of the card's country.
    pub(crate) lines: Vec<Personal>,
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
        lines: Vec::new(),
    };
    sheet.contacts(&mut out, home);
    sheet.people(&mut out);
    vouch::mend(&mut out, &sheet);
    let country = sheet.country(home);
    if unsure(Field::Address, &out.confidence) {
        town::mend(&mut out.candidate.address, country);
    }
    spelling::accents(&mut out.candidate, country);
    let name = words(out.candidate.name.expose());
    out.lines = lines
        .iter()
        .map(|line| Personal::new(&spelling::written(&line.reading.text(), &name, country)))
        .collect();
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
    let table = |of: fn(&node::Node, &node::Node, &context::Context) -> serde_json::Value| -> serde_json::Value {
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

fn push_once(list: &mut Vec<Personal>, text: &str) {
    let value = Personal::new(text);
    if !value.is_empty() && !list.contains(&value) {
        list.push(value);
    }
}

#[cfg(test)]
mod tests {
    use super::piece::tests::piece;
    use super::*;
    use crate::card::geometry::Quad;
    use crate::card::read::recognise::Reading;

    /// A line that was read surely; in units of the card's longer side, half as wide as high for each letter.
    fn line(text: &str, left: f32, top: f32, height: f32) -> RawLine {
        let mut piece = piece(text, left, top, height);
        let flat = Quad::upright(left, top, piece.right, top + height);
        RawLine {
            reading: Reading {
                glyphs: std::mem::take(&mut piece.glyphs),
            },
            quad: flat,
            flat,
        }
    }

    fn email_of(name: &str, email: &str) -> (String, f32) {
        let lines = [
            line(name, 0.1, 0.1, 0.05),
            line("Gestora de Proyectos", 0.1, 0.16, 0.03),
            line(email, 0.1, 0.4, 0.03),
        ];
        let out = extract(&lines, "ES");
        let email = out.candidate.email[0].expose().to_owned();
        (email, out.confidence[&Field::Email])
    }

    #[test]
    fn a_digit_before_an_email_is_doubted_where_the_name_does_not_take_it_off() {
        let (email, sure) = email_of("Pilar Osorio", "1osoriop@lis.example");
        assert_eq!(email, "osoriop@lis.example");
        assert!(sure > SURE);
        let (email, sure) = email_of("Pilar Osorio", "1ventas@lis.example");
        assert_eq!(email, "1ventas@lis.example");
        assert!(sure < SURE);
    }

    #[test]
    fn an_email_that_lost_its_sign_is_told_by_the_site_beside_it() {
        let mut lines = [
            line("Sabine François", 0.1, 0.1, 0.05),
            line("Jardinière", 0.1, 0.16, 0.03),
            line("satine_francoisgindolis.fr", 0.1, 0.4, 0.03),
            line("https://www.indolis.fr", 0.1, 0.5, 0.03),
        ];
        for glyph in &mut lines[2].reading.glyphs {
            glyph.probability = 0.6;
        }
        let out = extract(&lines, "FR").candidate;
        assert_eq!(out.email[0].expose(), "sabine_francois@indolis.fr");
        assert_eq!(out.website.expose(), "https://www.indolis.fr");
    }

    #[test]
    fn a_site_may_have_a_line_in_its_path_but_not_in_its_name() {
        let site = |text: &str| {
            let lines = [
                line("Anna Lis", 0.1, 0.1, 0.05),
                line("a.lis@lis.pl", 0.1, 0.4, 0.03),
                line(text, 0.1, 0.5, 0.03),
            ];
            let out = extract(&lines, "PL");
            out.candidate.website.expose().to_owned()
        };
        assert_eq!(site("www.lis.pl/o_nas"), "www.lis.pl/o_nas");
        assert_eq!(site("www.anna_lis.pl"), "");
    }

    #[test]
    fn what_email_and_site_agree_on_the_company_does_not_change() {
        let domain = |site: &str| {
            let lines = [
                line("Anna Lis", 0.1, 0.1, 0.05),
                line("Geschäftsführerin", 0.1, 0.16, 0.03),
                line("Stahlbau Weiß GmbH", 0.1, 0.25, 0.04),
                line("a.lis@stahibau.at", 0.1, 0.4, 0.03),
                line(site, 0.1, 0.5, 0.03),
            ];
            let email = extract(&lines, "AT").candidate.email[0].expose().to_owned();
            email.split_once('@').map(|(_, domain)| domain.to_owned())
        };
        assert_eq!(domain("www.stahibau.at").as_deref(), Some("stahibau.at"));
        assert_eq!(domain("+43 664 1114663").as_deref(), Some("stahlbau.at"));
    }

    #[test]
    fn a_label_of_one_letter_names_no_country() {
        let lines = [
            line("Zdravko Eberth", 0.1, 0.1, 0.05),
            line("E 0172 6201468", 0.1, 0.4, 0.03),
            line("Fax +49 30 1234567", 0.1, 0.5, 0.03),
            line("Hauptweg 7, 99423 Weimar", 0.1, 0.6, 0.03),
        ];
        let out = extract(&lines, "PL").candidate;
        assert_eq!(out.phone[0].expose(), "+491726201468");
    }

    #[test]
    fn a_claim_below_the_company_is_no_part_of_it() {
        let lines = [
            line("Edeltrud Buchholz", 0.1, 0.08, 0.05),
            line("Bäcker", 0.1, 0.14, 0.03),
            line("Telefon", 0.1, 0.25, 0.018),
            line("+49 (0) 172 62014687", 0.1, 0.27, 0.026),
            line("e-mail", 0.1, 0.31, 0.018),
            line("ebuchholz@brunnenbauzoe.example", 0.1, 0.33, 0.026),
            line("Brunnenbau Zöllner", 0.1, 0.54, 0.034),
            line("Innungsbetrieb", 0.1, 0.577, 0.027),
        ];
        let out = extract(&lines, "DE");
        assert_eq!(out.candidate.company.expose(), "Brunnenbau Zöllner");
    }
}
