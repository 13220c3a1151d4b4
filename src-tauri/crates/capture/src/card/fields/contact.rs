//! What can be told from its own shape: e-mails, web sites, telephone numbers, and numbers and handles that are no field.

use regex::Regex;

use super::digits::digits_mended;
use super::fold::{fold, words};
use super::lexicon::STREET;
use super::phone;
use super::piece::Piece;
use super::shapes::{
    EMAIL, EXTENSION, HOURS, HOUSE_AND_CODE, IBAN, PHONE, REGISTER, SOCIAL, WEBSITE, YEARS, ZIP,
    is_known_ending,
};
use crate::card::read::recognise::Glyph;

/// The first letter of an e-mail is an icon where it is this many times as far from the second as letters mostly are, and
/// was read with less than this.
const ICON_GAP: f32 = 1.8;
const ICON_AT_MOST: f32 = 0.95;

/// What a span of a piece is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Email,
    Website,
    Phone,
    Fax,
    /// Tax, register or bank number.
    Register,
    /// A profile or handle in a social network.
    Social,
}

/// A recognised span.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Item {
    pub(crate) kind: Kind,
    /// As it should have been read.
    pub(crate) text: String,
    /// Indices of characters in the piece.
    pub(crate) from: usize,
    pub(crate) to: usize,
}

impl Item {
    /// The domain of an e-mail, the host of a web site without "www".
    pub(crate) fn host(&self) -> Option<&str> {
        match self.kind {
            Kind::Email => self.text.rsplit('@').next(),
            Kind::Website => {
                let host = self.text.rsplit("://").next()?.split('/').next()?;
                Some(host.trim_start_matches("www."))
            }
            _ => None,
        }
    }
}

/// The items of `piece`, from left to right, none overlapping.
pub(crate) fn items(piece: &Piece) -> Vec<Item> {
    let text: String = piece.glyphs.iter().map(|glyph| glyph.letter).collect();
    let text = digits_mended(&text);
    let mut found = Found {
        text: &text,
        items: Vec::new(),
    };
    found.all(&EMAIL, |span, _| Some((Kind::Email, email(span)?)));
    found.all(&IBAN, |span, _| Some((Kind::Register, span.to_owned())));
    found.all(&SOCIAL, |span, _| {
        // "anna@lis.pl / lis.pl": a site behind a slash is no handle.
        let behind = span.trim_start().strip_prefix('/').map(str::trim_start);
        let handle = behind.is_none_or(|text| website(text).is_none());
        handle.then(|| (Kind::Social, span.trim().to_owned()))
    });
    found.all(&REGISTER, |span, _| Some((Kind::Register, span.to_owned())));
    found.all(&WEBSITE, |span, _| Some((Kind::Website, website(span)?)));
    found.all(&PHONE, number);
    let mut items = found.items;
    items.sort_by_key(|item| item.from);
    let next: Vec<usize> = items.iter().skip(1).map(|item| item.from).collect();
    for (at, item) in items.iter_mut().enumerate() {
        drop_icon(item, &piece.glyphs);
        with_extension(item, &text);
        item.to = item.to.min(next.get(at).copied().unwrap_or(item.to));
    }
    items
}

/// A number in E.164 has no extension, so that one belongs to the number's place on the card, but not to its text.
fn with_extension(item: &mut Item, text: &str) {
    if !matches!(item.kind, Kind::Phone | Kind::Fax) {
        return;
    }
    let behind: String = text.chars().skip(item.to).collect();
    if let Some(found) = EXTENSION.find(&behind) {
        let dialled = found
            .as_str()
            .trim_end_matches(|c: char| !c.is_ascii_digit());
        item.to += dialled.chars().count();
    }
}

/// Takes an icon that was read as a letter off an e-mail: it stands further away than the letters of a word do.
fn drop_icon(item: &mut Item, glyphs: &[Glyph]) {
    let glyphs = &glyphs[item.from..item.to];
    let mut steps: Vec<f32> = glyphs.windows(2).map(|two| two[1].at - two[0].at).collect();
    let first = steps.first().copied().unwrap_or_default();
    steps.sort_by(f32::total_cmp);
    let middle = steps.get(steps.len() / 2).copied().unwrap_or_default();
    let unsure = glyphs[0].probability < ICON_AT_MOST;
    if item.kind == Kind::Email && unsure && first > middle * ICON_GAP {
        let rest: String = glyphs[1..].iter().map(|glyph| glyph.letter).collect();
        if let Some(text) = email(&rest) {
            item.text = text;
            item.from += 1;
        }
    }
}

struct Found<'a> {
    text: &'a str,
    items: Vec<Item>,
}

impl Found<'_> {
    /// Keeps what `read` makes of each match that overlaps no earlier item; `read` sees the text before the match too.
    fn all(&mut self, pattern: &Regex, read: impl Fn(&str, &str) -> Option<(Kind, String)>) {
        let index = |byte: usize| self.text[..byte].chars().count();
        for span in pattern.find_iter(self.text) {
            let (from, to) = (index(span.start()), index(span.end()));
            if self
                .items
                .iter()
                .any(|item| from < item.to && item.from < to)
            {
                continue;
            }
            if let Some((kind, text)) = read(span.as_str(), &self.text[..span.start()]) {
                self.items.push(Item {
                    kind,
                    text,
                    from,
                    to,
                });
            }
        }
    }
}

/// An address is ASCII (internationalised ones are shown in punycode on cards, if at all), so a diacritic is a misreading.
fn email(span: &str) -> Option<String> {
    let joined: String = span.chars().filter(|c| !c.is_whitespace()).collect();
    let clean = fold(&joined).replace(['©', '®'], "@").replace(',', ".");
    let (local, domain) = clean.split_once('@')?;
    let domain = domain.split("www").next()?.trim_matches('.');
    let local = local.trim_start_matches("mailto:").trim_matches('.');
    let (_, ending) = domain.rsplit_once('.')?;
    let plausible =
        ending.chars().all(|c| c.is_ascii_alphabetic() || c == '1') && !local.is_empty();
    plausible.then(|| format!("{local}@{}", ending_repaired(domain)))
}

/// "p1" for "pl", "corn" for "com": endings are few, so a near one is meant.
fn ending_repaired(domain: &str) -> String {
    let Some((name, ending)) = domain.rsplit_once('.') else {
        return domain.to_owned();
    };
    let meant = match ending {
        "p1" | "pi" | "pt1" => "pl",
        "corn" | "c0m" | "con" | "cam" | "oom" => "com",
        "0rg" | "orq" => "org",
        "c2" => "cz",
        "1t" | "lt1" => "it",
        ending => ending,
    };
    format!("{name}.{meant}")
}

fn website(span: &str) -> Option<String> {
    let joined: String = span.chars().filter(|c| !c.is_whitespace()).collect();
    let clean = fold(&joined);
    let (scheme, rest) = match clean.find("://") {
        Some(at) => (
            if clean[..at].ends_with('s') {
                "https://"
            } else {
                "http://"
            },
            &clean[at + 3..],
        ),
        None => ("", clean.as_str()),
    };
    // "w.www.lis.pl" behind the label "w."
    let rest = rest
        .strip_prefix("w.")
        .filter(|rest| rest.starts_with("www"))
        .unwrap_or(rest);
    let start = rest.trim_start_matches(['w', 'v']);
    let has_www = rest.len() - start.len() >= 2 && start.starts_with(['.', ',']);
    let rest = if has_www { &start[1..] } else { rest };
    let (domain, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let domain = ending_repaired(domain);
    let (name, ending) = domain.rsplit_once('.')?;
    let believed = is_known_ending(ending);
    // "Sp.k", "e.V.", "& Co. GmbH": initials of legal forms have no name before the ending.
    let named = name.split('.').any(|part| part.len() >= 2) && name != "co";
    let certain = has_www || !scheme.is_empty();
    // "Avda. de la Constitución 5"
    let street = span.contains(". ") && STREET.has(name);
    let plausible = named
        && (certain || believed && !street)
        && ending.chars().all(|c| c.is_ascii_alphabetic());
    plausible.then(|| {
        format!(
            "{scheme}{}{domain}{}",
            if has_www { "www." } else { "" },
            path.trim_end_matches(['.', ','])
        )
    })
}

/// A telephone's label ends it.
fn is_dialled(before: &str) -> bool {
    const LABELS: [&str; 8] = ["t", "m", "mob", "mobil", "mobile", "phone", "fon", "kom"];
    let label = words(before).pop().unwrap_or_default();
    label.starts_with("tel") || LABELS.contains(&label.as_str())
}

/// Digits as they stand, with a leading plus kept; the kind by the word before.
fn number(span: &str, before: &str) -> Option<(Kind, String)> {
    let digits = span.chars().filter(char::is_ascii_digit).count();
    // With only spaces between them, two stand in one match: which they are the country tells, see `phone::apart`.
    if digits > phone::MOST_DIGITS && phone::cuts(span).is_empty() {
        return Some((Kind::Register, span.trim().to_owned()));
    }
    if digits < phone::LEAST_DIGITS
        || YEARS.is_match(span.trim())
        || ZIP.is_match(&format!("{before}{span}"))
        || HOUSE_AND_CODE.is_match(span.trim()) && !is_dialled(before)
        || HOURS.is_match(span.trim())
    {
        return None;
    }
    let label = fold(before);
    let label = label
        .rsplit(|c: char| c.is_ascii_digit())
        .next()
        .unwrap_or_default();
    let words: Vec<&str> = label
        .split(|c: char| !c.is_alphabetic())
        .filter(|w| !w.is_empty())
        .collect();
    let is_fax = words.last().is_some_and(|w| {
        w.contains("fax") || w.contains("faks") || w.starts_with("telecop") || *w == "f"
    }) && !words
        .iter()
        .rev()
        .nth(1)
        .is_some_and(|w| w.starts_with("tel"));
    Some((
        if is_fax { Kind::Fax } else { Kind::Phone },
        span.trim().to_owned(),
    ))
}

#[cfg(test)]
mod tests {
    use super::super::piece::tests::piece;
    use super::*;

    fn read(text: &str) -> Vec<(Kind, String)> {
        items(&piece(text, 0.0, 0.5, 0.03))
            .into_iter()
            .map(|i| (i.kind, i.text))
            .collect()
    }

    #[test]
    fn emails_are_mended() {
        for (text, wanted) in [
            ("E: anna.lis@lis.example", "anna.lis@lis.example"),
            ("e-mail: anna . lis @ lis . pl", "anna.lis@lis.pl"),
            ("anna©lis.pl", "anna@lis.pl"),
            ("łucja@żuraw.pl", "lucja@zuraw.pl"),
            ("a@lis.pl www.lis.pl", "a@lis.pl"),
            ("jan@lis.com.p1", "jan@lis.com.pl"),
        ] {
            assert_eq!(read(text)[0], (Kind::Email, wanted.to_owned()), "{text}");
        }
    }

    #[test]
    fn an_icon_is_no_letter_of_the_email() {
        let mut line = piece("1osoriop@lis.example", 0.0, 0.5, 0.03);
        line.glyphs[0].probability = 0.85;
        assert_eq!(items(&line)[0].text, "1osoriop@lis.example");
        let count = line.glyphs.len() as f32 + 2.0;
        for (at, glyph) in line.glyphs.iter_mut().enumerate() {
            glyph.at = (at as f32 + 0.5 + if at > 0 { 2.0 } else { 0.0 }) / count;
        }
        let email = &items(&line)[0];
        assert_eq!(
            (email.text.as_str(), email.from),
            ("osoriop@lis.example", 1)
        );
        line.glyphs[0].probability = 0.99;
        assert_eq!(items(&line)[0].text, "1osoriop@lis.example");
    }

    #[test]
    fn an_extension_is_part_of_no_number_and_nothing_else() {
        use super::super::left::left_over;
        for (text, wanted) in [
            ("(202) 555-0143 x12", "(202) 555-0143"),
            ("tel. 22 345 67 89 wew. 441", "22 345 67 89"),
            ("+43 1 234 56 78, DW: 12", "+43 1 234 56 78"),
            ("+420 222 123 456, kl. 7", "+420 222 123 456"),
        ] {
            let line = piece(text, 0.0, 0.5, 0.03);
            assert_eq!(read(text), [(Kind::Phone, wanted.to_owned())]);
            assert!(left_over(&line, &items(&line)).is_empty(), "{text}");
        }
        // A town, and a second number behind its label.
        assert!(
            EXTENSION.find(" w 34-700 Rabka").is_none()
                && EXTENSION.find(" w 600 100 200").is_none()
        );
    }

    #[test]
    fn a_slash_between_name_and_title_begins_no_handle() {
        assert_eq!(read("Anna Lis / Key Account Manager"), []);
        assert_eq!(read("dyrektor / właściciel"), []);
        for text in [
            "/drewnoslask",
            "/ drewnoslask",
            "in/annalis",
            "Anna Lis in / annalis",
        ] {
            assert_eq!(read(text)[0].0, Kind::Social, "{text}");
        }
    }

    #[test]
    fn websites_are_told_from_legal_forms() {
        assert_eq!(
            read("www.lis.example"),
            [(Kind::Website, "www.lis.example".into())]
        );
        assert_eq!(
            read("https://lis.com/pl"),
            [(Kind::Website, "https://lis.com/pl".into())]
        );
        assert_eq!(
            read("WWW.LIS-TRANS.COM.PL"),
            [(Kind::Website, "www.lis-trans.com.pl".into())]
        );
        for text in [
            "Avda. de la Constitución 28",
            "Lis Sp. z o.o.",
            "Lis Sp.k.",
            "Lis s.r.o.",
            "Kovo a.s.",
            "Dipl.-Ing. Jan Lis",
            "Lis S.p.A.",
            "Lis e.K.",
            "Lis & Co. GmbH",
        ] {
            assert_eq!(read(text), [], "{text}");
        }
    }

    #[test]
    fn fax_and_registers_are_no_telephones() {
        assert_eq!(read("tel. +48 22 123 45 67")[0].0, Kind::Phone);
        assert_eq!(read("Fax: +48 22 123 45 67")[0].0, Kind::Fax);
        assert_eq!(read("F +49 30 1234567")[0].0, Kind::Fax);
        assert_eq!(read("Télécopie : 04 97 86 35 85")[0].0, Kind::Fax);
        assert_eq!(read("Tel./Fax 030 1234567")[0].0, Kind::Phone);
        for text in [
            "NIP 525-000-12-34",
            "KRS 0000123456",
            "REGON: 012345678",
            "USt-IdNr.: DE123456789",
            "HRB 12345",
            "IČO: 12345678",
            "SIRET 123 456 789 00012",
            "P.IVA 01234567890",
            "IBAN DE12 5001 0517 0648 4898 90",
            "License # 1234567",
            "Registered in England 1234567",
        ] {
            assert_eq!(
                read(text).first().map(|i| i.0.clone()),
                Some(Kind::Register),
                "{text}"
            );
        }
    }

    #[test]
    fn hours_and_houses_are_no_telephones() {
        for text in [
            "Mo bis Fr 7.30 – 16.30 Uhr",
            "pon.–pt. 9.00–17.00, sob. 9:00-13:00",
            "Schillerplatz 175 – 48143 Münster",
            "Rynek 93/17 – 37-700 Przemyśl",
            "Pl. Wolności 96 20-601 Lublin",
            "Habartovská 180 – 110 00 Praha 1",
        ] {
            assert_eq!(read(text), [], "{text}");
        }
        for text in ["030 – 1234567", "tel. 601 12-345"] {
            assert_eq!(read(text)[0].0, Kind::Phone, "{text}");
        }
    }

    #[test]
    fn of_two_registers_on_a_line_neither_is_a_telephone() {
        for text in [
            "NIP: 1234567890 REGON: 123456789",
            "IČO: 12345678 DIČ: CZ12345678",
            "UID CHE-123.456.789 MWST",
        ] {
            let found = read(text);
            assert!(!found.is_empty(), "{text}");
            assert!(
                found.iter().all(|(kind, _)| *kind == Kind::Register),
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_read_never_overlaps() {
        let text = "T 030 123 45 678 w 3d-druck.de";
        let items = items(&piece(text, 0.1, 0.5, 0.03));
        assert!(items.windows(2).all(|two| two[0].to <= two[1].from));
        assert_eq!(read("nr konta 1020-5558-1111")[0].0, Kind::Register);
    }

    #[test]
    fn two_numbers_on_a_line() {
        let kinds: Vec<Kind> = read("T 030 1234567  F 030 1234568")
            .into_iter()
            .map(|i| i.0)
            .collect();
        assert_eq!(kinds, [Kind::Phone, Kind::Fax]);
    }

    #[test]
    fn a_site_behind_a_slash_is_no_handle() {
        for (text, site) in [
            ("anna@lis.pl / lis.pl", "lis.pl"),
            ("anna@lis.pl / w.www.lis.pl", "www.lis.pl"),
        ] {
            assert_eq!(read(text)[1], (Kind::Website, site.into()), "{text}");
        }
        assert_eq!(read("anna@lis.pl / anna.lis")[1].0, Kind::Social);
    }

    #[test]
    fn handles_are_social() {
        for text in [
            "linkedin.com/in/anna-lis",
            "@annalis",
            "in/annalis",
            "Skype: anna.lis",
            "/ KuchniaLis",
        ] {
            assert_eq!(
                read(text).first().map(|i| i.0.clone()),
                Some(Kind::Social),
                "{text}"
            );
        }
    }
}
