//! Fields that vouch for one another: what one was misread in, another tells.
//!
//! How: a domain stands in e-mail and web site and mostly resembles the company, a local part resembles the name. Where
//! two of them differ by one edit that readers make (`l` for `i`, a lost letter after `f`), the surer one is right.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::fold::{bare, distance, fold, fold_german, words};
use super::titles;

/// Shorter names agree by chance.
const SHORTEST: usize = 5;

/// `domain` with its name as the company writes it, where they differ by one letter.
pub(crate) fn domain_by_company(domain: &str, company: &str) -> Option<String> {
    let (name, ending) = domain.split_once('.')?;
    let end = titles::legal_form(company).unwrap_or(company.len());
    let core = &company[..end];
    let joined = |by: &str| -> Vec<String> { vec![words(by).concat(), words(by).join("-")] };
    let mut wanted = joined(core);
    wanted.extend(joined(&fold_german(core)));
    let first = words(core).into_iter().next();
    wanted.extend(first.filter(|word| word.len() >= SHORTEST));
    if wanted.iter().any(|w| w == name) {
        return None;
    }
    let near = wanted
        .into_iter()
        .find(|w| w.len() >= SHORTEST && distance(w, name) == 1 && misread(name, w));
    let near = near.or_else(|| parts_by_words(name, core))?;
    Some(format!("{near}.{ending}"))
}

/// `company` with one word as the domain has it, where the others are the domain's and this one is nearly.
pub(crate) fn company_by_domain(company: &str, domain: &str) -> Option<String> {
    let name = bare(domain.split_once('.')?.0);
    let end = titles::legal_form(company).unwrap_or(company.len());
    let core = &company[..end];
    if bare(core) == name || bare(&fold_german(core)) == name {
        return None;
    }
    let tokens: Vec<&str> = core.split_inclusive([' ', '-']).collect();
    for (at, token) in tokens.iter().enumerate() {
        let word = token.trim_end_matches([' ', '-']);
        let before = bare(&tokens[..at].concat());
        let after = bare(&tokens[at + 1..].concat());
        let meant = name
            .strip_prefix(before.as_str())
            .and_then(|rest| rest.strip_suffix(after.as_str()));
        if let Some(meant) = meant.filter(|meant| is_blurred(&bare(word), meant))
            && before.len() + after.len() >= SHORTEST
        {
            let start: usize = tokens[..at].iter().map(|token| token.len()).sum();
            let rest = &company[start + word.len()..];
            return Some(format!(
                "{}{}{rest}",
                &company[..start],
                as_written(meant, word)
            ));
        }
    }
    None
}

/// True where `read` begins as `meant` does and is not far from it.
fn is_blurred(read: &str, meant: &str) -> bool {
    read.len() >= 4
        && meant.len() >= 4
        && read.as_bytes()[..1] == meant.as_bytes()[..1]
        && (1..=2).contains(&distance(read, meant))
}

/// The parts of a hyphened domain as the company's long words are written, where one letter within differs.
fn parts_by_words(name: &str, core: &str) -> Option<String> {
    let known: Vec<String> = [fold(core), fold_german(core)]
        .iter()
        .flat_map(|text| words(text))
        .collect();
    let meant = |part: &str| {
        let strange = !known.iter().any(|word| word == part);
        let near = known.iter().find(|word| within(part, word));
        near.filter(|_| strange && name.contains('-')).cloned()
    };
    let parts: Vec<&str> = name.split('-').collect();
    parts.iter().any(|part| meant(part).is_some()).then(|| {
        let mended = parts
            .iter()
            .map(|part| meant(part).unwrap_or_else(|| (*part).to_owned()));
        mended.collect::<Vec<_>>().join("-")
    })
}

/// True where `read` is `meant` but for one letter between the first and the last two, which may be an inflection's.
fn within(read: &str, meant: &str) -> bool {
    let other: Vec<usize> = read
        .bytes()
        .zip(meant.bytes())
        .enumerate()
        .filter(|(_, (a, b))| a != b)
        .map(|(at, _)| at)
        .collect();
    read.len() == meant.len()
        && read.len() > SHORTEST
        && matches!(other[..], [at] if at > 0 && at + 2 < read.len())
}

/// The surer of two domains that are nearly the same; none where they are the same or strangers.
pub(crate) fn one_domain<'a>(a: (&'a str, f32), b: (&'a str, f32)) -> Option<&'a str> {
    let far = a.0.len().min(b.0.len()) < SHORTEST || distance(a.0, b.0) > 2;
    let same_ending = a.0.rsplit('.').next() == b.0.rsplit('.').next();
    (a.0 != b.0 && !far && same_ending).then_some(if a.1 >= b.1 { a.0 } else { b.0 })
}

/// `local` with the words of the name where a word differs by one misread letter, or, where it was not `surely` read, lost
/// its last one.
pub(crate) fn local_by_name(local: &str, name: &str, surely: bool) -> Option<String> {
    let names: Vec<String> = [fold(name), fold_german(name)]
        .iter()
        .flat_map(|n| with_initials(words(n)))
        .collect();
    let cut = |part: &str, name: &str| !surely && part.len() > SHORTEST && name.starts_with(part);
    let mut changed = false;
    let mended: Vec<String> = local
        .split('.')
        .map(|part| {
            let near = names.iter().find(|n| {
                n.len() >= 4 && distance(n, part) == 1 && (misread(part, n) || cut(part, n))
            });
            let known = names.iter().any(|n| n == part);
            match near {
                Some(near) if !known => {
                    changed = true;
                    near.clone()
                }
                _ => part.to_owned(),
            }
        })
        .collect();
    changed.then(|| mended.join("."))
}

/// The words of a name, and its surname with the first initial on either side.
fn with_initials(mut words: Vec<String>) -> Vec<String> {
    if let [first, .., last] = &words[..] {
        let initial = &first[..first.chars().next().map_or(0, char::len_utf8)];
        let joined = [format!("{initial}{last}"), format!("{last}{initial}")];
        words.extend(joined);
    }
    words
}

/// The e-mail in a text whose domain lost its dots or its end, given the domain of the web site.
pub(crate) fn email_by_domain(text: &str, domain: &str) -> Option<String> {
    let folded = fold(text);
    let (before, after) = folded.split_once('@')?;
    let local = before.rsplit([' ', ':']).next()?;
    let read = bare(after);
    let meant = bare(domain);
    // What was cut off must be the end, and enough must be left to tell it from another domain.
    let cut = read.len() >= 4 && meant.starts_with(&read);
    let near = meant.len() >= SHORTEST && distance(&read, &meant) <= 1;
    let plausible = !local.is_empty()
        && local
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "._-+".contains(c));
    (plausible && (cut || near)).then(|| format!("{local}@{domain}"))
}

/// The e-mail in a text whose domain has a space where its last dot was: "anna@ lis de".
pub(crate) fn email_by_shape(text: &str) -> Option<String> {
    let folded = fold(text);
    let (before, after) = folded.split_once('@')?;
    let local = before.rsplit([' ', ':']).next()?;
    let parts: Vec<&str> = after
        .split([' ', '.', ','])
        .filter(|part| !part.is_empty())
        .collect();
    (is_domain(&parts) && is_clean(local)).then(|| format!("{local}@{}", parts.join(".")))
}

/// The web site in a text that begins as one and lost a hyphen and its dot: "https://koehler baecker de".
pub(crate) fn site_by_shape(text: &str) -> Option<String> {
    let folded = fold(text);
    let (scheme, rest) = ["https://", "http://", ""]
        .iter()
        .find_map(|scheme| Some((*scheme, folded.strip_prefix(scheme)?)))?;
    let bare = rest
        .strip_prefix("www")
        .map(|rest| rest.trim_start_matches(['.', ' ']));
    if scheme.is_empty() && bare.is_none() {
        return None;
    }
    let parts: Vec<&str> = bare
        .unwrap_or(rest)
        .split([' ', '.', ','])
        .filter(|part| !part.is_empty())
        .collect();
    let (ending, name) = parts.split_last()?;
    let www = if bare.is_some() { "www." } else { "" };
    is_domain(&parts).then(|| format!("{scheme}{www}{}.{ending}", name.join("-")))
}

/// Two or three parts that letters, digits and hyphens make up, the last a usual ending.
fn is_domain(parts: &[&str]) -> bool {
    let known = [
        "com", "net", "org", "eu", "pl", "de", "at", "ch", "uk", "us", "cz", "sk", "fr", "es", "it",
    ];
    (2..=3).contains(&parts.len())
        && parts.last().is_some_and(|last| known.contains(last))
        && parts.iter().all(|part| is_clean(part))
}

fn is_clean(part: &str) -> bool {
    !part.is_empty()
        && part
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "._-+".contains(c))
}

/// The e-mail in what looks like a web site because its `@` was read as a letter: "anna.lisglis.pl" beside "www.lis.pl".
pub(crate) fn email_by_site(text: &str, domain: &str) -> Option<String> {
    const AT: [char; 8] = ['g', 'q', 'a', 'e', 'o', '0', 'c', 'd'];
    let near =
        |tail: &str| tail == domain || domain.len() > SHORTEST + 3 && distance(tail, domain) == 1;
    let ends = text
        .char_indices()
        .filter(|(_, letter)| AT.contains(letter));
    let (local, _) = ends
        .map(|(at, _)| (&text[..at], &text[at + 1..]))
        .filter(|(_, tail)| near(tail))
        .min_by_key(|(_, tail)| distance(tail, domain))?;
    let clean = local
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || "._-".contains(c));
    (local.len() >= 3 && clean).then(|| format!("{local}@{domain}"))
}

/// The web site in a text that lost its dots, given the domain of the e-mail.
pub(crate) fn site_by_domain(text: &str, domain: &str) -> Option<String> {
    let read = bare(text);
    let meant = bare(domain);
    let at = read.len().checked_sub(meant.len())?;
    let tail = read.get(at..)?;
    let head = read[..at].trim_end_matches(['w', 'v']);
    let (scheme, rest) = match head {
        "https" => ("https://", true),
        "http" => ("http://", true),
        head => ("", head.is_empty() || head == "web" || head == "e"),
    };
    let is_site =
        rest && !text.contains('@') && meant.len() >= SHORTEST && distance(tail, &meant) <= 1;
    let www = if read[..at].len() > head.len() + 1 {
        "www."
    } else {
        ""
    };
    is_site.then(|| format!("{scheme}{www}{domain}"))
}

/// Letters as the country's language has them: readers confuse the accents of one with those of another.
pub(crate) fn letters_of(country: &str, text: &str) -> String {
    const POLISH: &[(char, char)] = &[
        ('Ž', 'Ź'),
        ('ž', 'ż'),
        ('Č', 'Ć'),
        ('č', 'ć'),
        ('Š', 'Ś'),
        ('š', 'ś'),
        ('Ñ', 'Ń'),
        ('ñ', 'ń'),
        ('ň', 'ń'),
        ('Ľ', 'Ł'),
        ('ò', 'ó'),
    ];
    const CZECH: &[(char, char)] = &[
        ('Ż', 'Ž'),
        ('ż', 'ž'),
        ('Ź', 'Ž'),
        ('ź', 'ž'),
        ('Ć', 'Č'),
        ('ć', 'č'),
        ('Ś', 'Š'),
        ('ś', 'š'),
        ('ń', 'ň'),
    ];
    let table = match country {
        "PL" => POLISH,
        "CZ" | "SK" => CZECH,
        _ => return text.to_owned(),
    };
    text.chars()
        .map(|c| {
            table
                .iter()
                .find(|(read, _)| *read == c)
                .map_or(c, |(_, meant)| *meant)
        })
        .collect()
}

/// `text` with the common words of cards in their own spelling, where a reader lost an accent or took `ł` for `l` or `t`.
pub(crate) fn spelled(text: &str) -> String {
    text.split_inclusive(|c: char| !c.is_alphabetic())
        .map(|token| {
            let word = token.trim_end_matches(|c: char| !c.is_alphabetic());
            let rest = &token[word.len()..];
            let sketched = sketch(word);
            let known = SPELLED.get(&sketched).filter(|_| word.chars().count() >= 4);
            match known.or_else(|| nearly(&sketched)) {
                Some(meant) => format!("{}{rest}", as_written(meant, word)),
                None => format!("{}{rest}", street_mended(word)),
            }
        })
        .collect()
}

static SPELLED: LazyLock<HashMap<String, &'static str>> = LazyLock::new(|| {
    let text = include_str!("words/spelled.txt");
    let words = text
        .lines()
        .filter(|line| !line.starts_with('#'))
        .flat_map(str::split_whitespace);
    // The hook of "ř" makes it an "f" under a bad lens.
    let hooked = |word: &str| sketch(&word.replace('ř', "f").replace('Ř', "F"));
    words
        .flat_map(|word| [(sketch(word), word), (hooked(word), word)])
        .collect()
});

/// The long known word that `sketched` is but for a misread letter, or two in a very long one.
fn nearly(sketched: &str) -> Option<&&'static str> {
    let long = sketched.len() >= 9;
    let alike = |known: &str| {
        let apart = known.len().abs_diff(sketched.len()) <= 2
            && known.as_bytes()[..1] == sketched.as_bytes()[..1]
            && known.as_bytes()[known.len() - 2..] == sketched.as_bytes()[sketched.len() - 2..];
        apart && distance(known, sketched) <= if known.len() >= 11 { 2 } else { 1 }
    };
    SPELLED
        .iter()
        .find(|(known, _)| long && known.len() >= 9 && alike(known))
        .map(|(_, meant)| meant)
}

/// "Industriestralle" for "Industriestraße": no word of any language of the cards ends so.
fn street_mended(word: &str) -> String {
    let ends = ["stralle", "strable", "straBe", "strafe", "strale", "straße"];
    let end = ends
        .iter()
        .find(|end| word.to_lowercase().ends_with(&end.to_lowercase()));
    match end.and_then(|end| word.get(..word.len() - end.len())) {
        Some("") => "Straße".to_owned(),
        Some(head) if !word.chars().all(char::is_uppercase) => format!("{head}straße"),
        _ => word.to_owned(),
    }
}

/// What is left of a word under a bad lens.
fn sketch(word: &str) -> String {
    fold(word).replace(['t', 'i', 'f'], "l")
}

/// `meant` in capitals or small letters as `word` is.
pub(crate) fn as_written(meant: &str, word: &str) -> String {
    if word.chars().all(char::is_uppercase) {
        return meant.to_uppercase();
    }
    match (word.chars().next(), meant.chars().next()) {
        (Some(read), Some(first)) if read.is_uppercase() => {
            first.to_uppercase().chain(meant.chars().skip(1)).collect()
        }
        _ => meant.to_lowercase(),
    }
}

/// True where the one edit from `read` to `meant` is one that readers make: a letter that looks alike, or a thin one
/// lost or doubled.
fn misread(read: &str, meant: &str) -> bool {
    const ALIKE: &[&str] = &[
        "il1tjf", "o0ce", "uvy", "gq9", "hbk", "mnrw", "s5", "b8", "z2", "ao",
    ];
    let (a, b) = (bare(read), bare(meant));
    let start = a.bytes().zip(b.bytes()).take_while(|(x, y)| x == y).count();
    if start == 0 {
        // An initial in front of a name is none too many: "alis" for Anna Lis.
        return false;
    }
    let (x, y) = (a[start..].chars().next(), b[start..].chars().next());
    let thin = |c: Option<char>| c.is_some_and(|c| "iltf1r".contains(c));
    match a.len().cmp(&b.len()) {
        std::cmp::Ordering::Equal => match (x, y) {
            (Some(x), Some(y)) => ALIKE
                .iter()
                .any(|group| group.contains(x) && group.contains(y)),
            // They differ in a hyphen only.
            _ => false,
        },
        std::cmp::Ordering::Less => thin(y),
        std::cmp::Ordering::Greater => thin(x),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_company_mends_the_domain() {
        assert_eq!(
            domain_by_company("greenfeldfoods.com", "Greenfield Foods plc").as_deref(),
            Some("greenfieldfoods.com")
        );
        assert_eq!(
            domain_by_company("switenergla.eu", "ŚWIT Energia Sp. z o.o.").as_deref(),
            Some("switenergia.eu")
        );
        assert_eq!(
            domain_by_company("switenergia.eu", "ŚWIT Energia Sp. z o.o."),
            None
        );
        assert_eq!(domain_by_company("lis.pl", "Las"), None);
        assert_eq!(
            domain_by_company("koehder-baecker.de", "Bäckereibedarf Köhler GmbH").as_deref(),
            Some("koehler-baecker.de")
        );
        assert_eq!(domain_by_company("studiu-lis.pl", "Studio Lis"), None);
    }

    #[test]
    fn the_domain_mends_a_word_of_the_company() {
        assert_eq!(
            company_by_domain("Drewno-Slpk S.A.", "drewnoslask.pl").as_deref(),
            Some("Drewno-Slask S.A.")
        );
        assert_eq!(
            company_by_domain("Drewno-Śląsk S.A.", "drewno-slask.pl"),
            None
        );
        assert_eq!(company_by_domain("Nova Trade", "novatrans.pl"), None);
        assert_eq!(company_by_domain("Müller Bau", "muellerbau.de"), None);
        assert_eq!(company_by_domain("Lis", "las.pl"), None);
    }

    #[test]
    fn the_name_mends_the_local_part() {
        assert_eq!(
            local_by_name("r.cluba", "Rozalia Ciuba", true).as_deref(),
            Some("r.ciuba")
        );
        assert_eq!(
            local_by_name("atarnowskl", "Anna Tarnowski", true).as_deref(),
            Some("atarnowski")
        );
        assert_eq!(
            local_by_name("schink", "Ildiko Schinke", false).as_deref(),
            Some("schinke")
        );
        assert_eq!(local_by_name("schink", "Ildiko Schinke", true), None);
        assert_eq!(local_by_name("biuro", "Anna Lis", true), None);
        assert_eq!(local_by_name("fmaslach", "Filip Maślach", true), None);
        assert_eq!(local_by_name("anna.lis", "Anna Lis", true), None);
    }

    #[test]
    fn lost_dots_and_ends_come_back() {
        assert_eq!(
            email_by_domain("anton@schlosser-solutions.", "schlosser-solutions.de").as_deref(),
            Some("anton@schlosser-solutions.de")
        );
        assert_eq!(
            email_by_domain("E: a.lis@buszkopl", "buszko.pl").as_deref(),
            Some("a.lis@buszko.pl")
        );
        assert_eq!(email_by_domain("a.lis@gmail.com", "buszko.pl"), None);
        assert_eq!(
            email_by_shape("magrit@ koehler-baecker de").as_deref(),
            Some("magrit@koehler-baecker.de")
        );
        assert_eq!(
            site_by_domain("www.DATAGENAGRAT", "datagenagr.at").as_deref(),
            Some("www.datagenagr.at")
        );
        assert_eq!(
            site_by_domain("https://koehler baecker de", "koehler-baecker.de").as_deref(),
            Some("https://koehler-baecker.de")
        );
        assert_eq!(
            site_by_shape("https://koehler baecker de").as_deref(),
            Some("https://koehler-baecker.de")
        );
        assert_eq!(site_by_shape("Koehler Baecker de"), None);
        assert_eq!(
            site_by_domain("Koehler Baecker", "koehler-baecker.de"),
            None
        );
    }

    #[test]
    fn a_letter_for_the_at_sign_is_told_by_the_site() {
        assert_eq!(
            email_by_site("anna.lisglis.pl", "lis.pl").as_deref(),
            Some("anna.lis@lis.pl")
        );
        assert_eq!(email_by_site("www.lis.pl", "lis.pl"), None);
        assert_eq!(
            email_by_site("anna.lisgdrewnosask.pl", "drewnoslask.pl").as_deref(),
            Some("anna.lis@drewnoslask.pl")
        );
    }

    #[test]
    fn common_words_are_spelled() {
        for (read, meant) in [
            ("ul. Ląkowa 3A", "ul. Łąkowa 3A"),
            ("Kierownik Dziatu Eksportu", "Kierownik Działu Eksportu"),
            ("HUTNIK ŁÓDŻ", "HUTNIK ŁÓDŹ"),
            ("os. Żródlane 5", "os. Źródlane 5"),
            ("ul. Pásudskiego 14", "ul. Piłsudskiego 14"),
            ("ul. Józeta 3", "ul. Józefa 3"),
            ("Ekonomická feditelka", "Ekonomická ředitelka"),
            ("Kfižová 119", "Křížová 119"),
            ("Industriestralle 8", "Industriestraße 8"),
            ("Seestrasse 8", "Seestrasse 8"),
            ("Anna Lis", "Anna Lis"),
        ] {
            assert_eq!(spelled(read), meant);
        }
    }

    #[test]
    fn accents_are_those_of_the_country() {
        assert_eq!(letters_of("PL", "os. Žródlane"), "os. Źródlane");
        assert_eq!(letters_of("CZ", "Żák"), "Žák");
        assert_eq!(letters_of("FR", "Žák"), "Žák");
    }

    #[test]
    fn the_surer_domain_wins() {
        assert_eq!(
            one_domain(("grafit-druk.pl", 0.99), ("grafit-drak.pl", 0.7)),
            Some("grafit-druk.pl")
        );
        assert_eq!(one_domain(("grafit.pl", 0.99), ("grafit.com", 0.7)), None);
    }
}
