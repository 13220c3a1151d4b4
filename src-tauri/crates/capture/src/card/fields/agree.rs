//! Fields that vouch for one another: what one was misread in, another tells.
//!
//! How: a domain stands in e-mail and web site and mostly resembles the company, a local part resembles the name. Where
//! two of them differ by one edit that readers make (`l` for `i`, a lost letter after `f`), the surer one is right.

use super::fold::{bare, distance, fold, fold_german, words};
use super::spelling::as_written;
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
/// its last one, or stands behind an icon.
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
            let near = near.or_else(|| names.iter().find(|n| n.len() >= 4 && icon_before(part, n)));
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

/// True where `read` is `meant` behind a digit, as which the icon of an envelope is read.
fn icon_before(read: &str, meant: &str) -> bool {
    read.strip_prefix(|c: char| c.is_ascii_digit()) == Some(meant)
}

/// True where `local` begins with a digit before a letter: it may be an icon.
pub(crate) fn may_have_icon(local: &str) -> bool {
    let rest = local.strip_prefix(|c: char| c.is_ascii_digit());
    rest.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_alphabetic()))
}

/// The words of a name, and each with another's initial on either side: which is the surname is not known.
fn with_initials(mut words: Vec<String>) -> Vec<String> {
    let initial = |word: &str| word.chars().take(1).collect::<String>();
    let mut joined = Vec::new();
    for (at, word) in words.iter().enumerate() {
        for other in words.iter().enumerate().filter(|(other, _)| *other != at) {
            let initial = initial(other.1);
            joined.extend([format!("{initial}{word}"), format!("{word}{initial}")]);
        }
    }
    words.extend(joined);
    words
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
        assert_eq!(
            local_by_name("1osoriop", "Pilar Osorio", true).as_deref(),
            Some("osoriop")
        );
        assert_eq!(local_by_name("perkinsr", "PERKINS Reginald", true), None);
        assert_eq!(local_by_name("1biuro", "Anna Lis", true), None);
        assert!(may_have_icon("1biuro") && !may_have_icon("24") && !may_have_icon("biuro1"));
        assert_eq!(local_by_name("biuro", "Anna Lis", true), None);
        assert_eq!(local_by_name("fmaslach", "Filip Maślach", true), None);
        assert_eq!(local_by_name("anna.lis", "Anna Lis", true), None);
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
