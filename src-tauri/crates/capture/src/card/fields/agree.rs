//! Fields that vouch for one another: what one was misread in, another tells.
//!
//! How: a domain stands in e-mail and web site and mostly resembles the company, a local part resembles the name. Where
//! two of them differ by one edit that readers make (`l` for `i`, a lost letter after `f`), the surer one is right.

use super::fold::{bare, distance, fold, fold_german, words};
use super::seen::{Seen, alike};
use super::spelling::as_written;
use super::titles;

/// From here on no letter was overlooked.
const SURELY_ALL: f32 = 0.95;
/// Shorter names agree by chance.
const SHORTEST: usize = 5;

/// `domain` with its name as the company writes it, where they differ by one letter. One that is `twice` on the card is
/// believed unless the reader wavered at that letter.
pub(crate) fn domain_by_company(
    domain: &str,
    company: &str,
    seen: &Seen,
    twice: bool,
) -> Option<String> {
    let (name, ending) = domain.split_once('.')?;
    let wanted = domains_of(company);
    if wanted.iter().any(|w| w == name) {
        return None;
    }
    // A letter is not lost where all were read surely: "thistlewoo" for "Thistle Wool" is how they write it.
    let all_there = |meant: &str| seen.sure < SURELY_ALL || meant.len() == name.len();
    let misread = |meant: &str| match twice {
        true => seen.doubted(name, meant),
        false => seen.misread(name, meant) && all_there(meant),
    };
    let near = wanted
        .into_iter()
        .find(|w| w.len() >= SHORTEST && distance(w, name) == 1 && misread(w));
    let by_words = || parts_by_words(name, titles::core(company)).filter(|_| !twice);
    Some(format!("{}.{ending}", near.or_else(by_words)?))
}

/// What a company's domain may be called.
fn domains_of(company: &str) -> Vec<String> {
    let core = titles::core(company);
    let joined = |by: &str| -> Vec<String> { vec![words(by).concat(), words(by).join("-")] };
    let mut wanted = joined(core);
    wanted.extend(joined(&fold_german(core)));
    let first = words(core).into_iter().next();
    wanted.extend(first.filter(|word| word.len() >= SHORTEST));
    wanted
}

/// `domain` with the ending of `country` (ISO 3166), where one letter of the ending was misread: "lis.tr" on a French card.
pub(crate) fn ending_by_country(domain: &str, country: &str, seen: &Seen) -> Option<String> {
    // Endings that stand for no country to most who use them.
    const GENERIC: &[&str] = &["ai", "cc", "co", "eu", "fm", "io", "me", "tv", "ws"];
    let (name, read) = domain.rsplit_once('.')?;
    let meant = match country {
        "GB" => "uk".to_owned(),
        country => country.to_lowercase(),
    };
    let apart: Vec<(char, char)> = read
        .chars()
        .zip(meant.chars())
        .filter(|(a, b)| a != b)
        .collect();
    let [(x, y)] = apart[..] else {
        return None;
    };
    let misread = seen.wavered(x, y) || !seen.surely() && alike(x, y);
    let fits = read.len() == 2 && !GENERIC.contains(&read);
    (fits && misread).then(|| format!("{name}.{meant}"))
}

/// `company` with one word as the domain has it, where the others are the domain's and this one is nearly.
pub(crate) fn company_by_domain(company: &str, domain: &str) -> Option<String> {
    let name = bare(domain.split_once('.')?.0);
    let core = titles::core(company);
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
        // "hydrotech" is cut short in hydrote.pl, not misread.
        && !read.starts_with(meant)
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

/// Of two domains that are nearly the same the one that begins more as the company does, or else the surer; none where
/// they are the same or strangers.
pub(crate) fn one_domain<'a>(
    a: (&'a str, f32),
    b: (&'a str, f32),
    company: &str,
) -> Option<&'a str> {
    let far = a.0.len().min(b.0.len()) < SHORTEST || distance(a.0, b.0) > 2;
    let same_ending = a.0.rsplit('.').next() == b.0.rsplit('.').next();
    if a.0 == b.0 || far || !same_ending {
        return None;
    }
    let wanted = domains_of(company);
    let common = |a: &str, b: &str| a.bytes().zip(b.bytes()).take_while(|(x, y)| x == y).count();
    let begun = |domain: &str| wanted.iter().map(|w| common(domain, w)).max().unwrap_or(0);
    let (first, second) = (begun(a.0), begun(b.0));
    let told = first != second && first.max(second) >= SHORTEST;
    let is_first = if told { first > second } else { a.1 >= b.1 };
    Some(if is_first { a.0 } else { b.0 })
}

/// `local` with the words of the name where a word differs by one misread letter, or, where it was not surely read, by any
/// one beside another word of the name, lost its last one, or stands behind an icon.
pub(crate) fn local_by_name(local: &str, name: &str, seen: &Seen) -> Option<String> {
    let names: Vec<String> = [fold(name), fold_german(name)]
        .iter()
        .flat_map(|n| with_initials(words(n)))
        .collect();
    let parts: Vec<&str> = local.split_inclusive(SEPARATORS).collect();
    let known = |part: &str| names.iter().any(|n| n == part);
    let plain = |part: &str| part.trim_end_matches(SEPARATORS).to_owned();
    let beside = |at: usize| {
        let mut others = parts.iter().enumerate().filter(|(other, _)| *other != at);
        !seen.surely() && others.any(|(_, part)| part.len() > 3 && known(&plain(part)))
    };
    let mut changed = false;
    let mended: Vec<String> = parts
        .iter()
        .enumerate()
        .map(|(at, part)| {
            let read = plain(part);
            let cut = |n: &str| !seen.surely() && read.len() > SHORTEST && n.starts_with(&read);
            let blurred = |n: &str| beside(at) && n.len() > 4 && within(&read, n);
            let near = names.iter().find(|n| {
                n.len() >= 4
                    && distance(n, &read) == 1
                    && (seen.misread(&read, n) || cut(n) || blurred(n))
            });
            let iconed = || names.iter().find(|n| n.len() >= 4 && icon_before(&read, n));
            match near.or_else(iconed) {
                Some(near) if !known(&read) => {
                    changed = true;
                    format!("{near}{}", &part[read.len()..])
                }
                _ => (*part).to_owned(),
            }
        })
        .collect();
    changed.then(|| mended.concat())
}

/// What parts the words of a local part.
const SEPARATORS: [char; 3] = ['.', '_', '-'];

/// True where `read` is `meant` behind a digit, as which the icon of an envelope is read, or behind the label "E".
fn icon_before(read: &str, meant: &str) -> bool {
    read.strip_prefix(|c: char| c.is_ascii_digit() || c == 'e') == Some(meant)
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

#[cfg(test)]
mod tests {
    use super::super::seen::tests::seen;
    use super::*;

    #[test]
    fn the_company_mends_the_domain() {
        assert_eq!(
            domain_by_company(
                "greenfeldfoods.com",
                "Greenfield Foods plc",
                &seen(0.8, &[]),
                false
            )
            .as_deref(),
            Some("greenfieldfoods.com")
        );
        assert_eq!(
            domain_by_company(
                "switenergla.eu",
                "ŚWIT Energia Sp. z o.o.",
                &seen(0.8, &[]),
                false
            )
            .as_deref(),
            Some("switenergia.eu")
        );
        assert_eq!(
            domain_by_company(
                "switenergia.eu",
                "ŚWIT Energia Sp. z o.o.",
                &seen(0.8, &[]),
                false
            ),
            None
        );
        assert_eq!(
            domain_by_company("lis.pl", "Las", &seen(0.8, &[]), false),
            None
        );
        assert_eq!(
            domain_by_company(
                "koehder-baecker.de",
                "Bäckereibedarf Köhler GmbH",
                &seen(0.8, &[]),
                false
            )
            .as_deref(),
            Some("koehler-baecker.de")
        );
        assert_eq!(
            domain_by_company("studiu-lis.pl", "Studio Lis", &seen(0.8, &[]), false),
            None
        );
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
        assert_eq!(
            company_by_domain("Klinika Źrenica", "klinikazreni.pl"),
            None
        );
    }

    #[test]
    fn the_name_mends_the_local_part() {
        assert_eq!(
            local_by_name("r.cluba", "Rozalia Ciuba", &seen(0.9, &[])).as_deref(),
            Some("r.ciuba")
        );
        assert_eq!(
            local_by_name("atarnowskl", "Anna Tarnowski", &seen(0.9, &[])).as_deref(),
            Some("atarnowski")
        );
        assert_eq!(
            local_by_name("schink", "Ildiko Schinke", &seen(0.8, &[])).as_deref(),
            Some("schinke")
        );
        assert_eq!(
            local_by_name("schink", "Ildiko Schinke", &seen(0.9, &[])),
            None
        );
        assert_eq!(
            local_by_name("1osoriop", "Pilar Osorio", &seen(0.9, &[])).as_deref(),
            Some("osoriop")
        );
        assert_eq!(
            local_by_name("perkinsr", "PERKINS Reginald", &seen(0.9, &[])),
            None
        );
        assert_eq!(
            local_by_name("eclotilde", "Clotilde Rodriguez", &seen(0.9, &[])).as_deref(),
            Some("clotilde")
        );
        assert_eq!(
            local_by_name("eclotilde", "Clotilde Estrada", &seen(0.9, &[])),
            None
        );
        assert_eq!(local_by_name("1biuro", "Anna Lis", &seen(0.9, &[])), None);
        assert!(may_have_icon("1biuro") && !may_have_icon("24") && !may_have_icon("biuro1"));
        assert_eq!(local_by_name("biuro", "Anna Lis", &seen(0.9, &[])), None);
        assert_eq!(
            local_by_name("fmaslach", "Filip Maślach", &seen(0.9, &[])),
            None
        );
        assert_eq!(local_by_name("anna.lis", "Anna Lis", &seen(0.9, &[])), None);
    }

    #[test]
    fn the_surer_domain_wins() {
        assert_eq!(
            one_domain(("grafit-druk.pl", 0.99), ("grafit-drak.pl", 0.7), ""),
            Some("grafit-druk.pl")
        );
        assert_eq!(
            one_domain(("grafit.pl", 0.99), ("grafit.com", 0.7), ""),
            None
        );
    }

    #[test]
    fn a_letter_at_which_the_reader_wavered_is_told_by_the_company() {
        let wavered = seen(0.8, &[('i', 'l')]);
        for (seen, twice, wanted) in [
            (&wavered, true, Some("stahlbau.at")),
            (&seen(0.8, &[]), true, None),
            (&seen(0.8, &[]), false, Some("stahlbau.at")),
        ] {
            let mended = domain_by_company("stahibau.at", "Stahlbau Weiß OG", seen, twice);
            assert_eq!(mended.as_deref(), wanted);
        }
        assert_eq!(
            domain_by_company("thistlewoo.uk", "Thistle Wool", &seen(0.99, &[]), false),
            None
        );
        assert_eq!(
            one_domain(
                ("malerbetriebkna.de", 0.7),
                ("malerbetricbkna.de", 0.8),
                "MALERBETRIEB CORINNA KNAPPE"
            ),
            Some("malerbetriebkna.de")
        );
    }

    #[test]
    fn the_country_mends_the_ending() {
        let unsure = seen(0.7, &[]);
        for (domain, country, wanted) in [
            ("quaro.tr", "FR", Some("quaro.fr")),
            ("quaro.lt", "IT", Some("quaro.it")),
            ("quaro.ai", "AT", None),
            ("quaro.com", "FR", None),
            ("quaro.fr", "FR", None),
            ("quaro.de", "FR", None),
        ] {
            let mended = ending_by_country(domain, country, &unsure);
            assert_eq!(mended.as_deref(), wanted, "{domain}");
        }
        assert_eq!(ending_by_country("quaro.tr", "FR", &seen(0.9, &[])), None);
    }

    #[test]
    fn a_word_of_the_name_vouches_for_the_one_beside_it() {
        for (local, name, sure, wanted) in [
            (
                "satine_francois",
                "Sabine François",
                0.5,
                Some("sabine_francois"),
            ),
            ("satine_francois", "Sabine François", 0.9, None),
            ("satine_info", "Sabine François", 0.5, None),
            ("jana.novakova", "Jana Novaková", 0.5, None),
        ] {
            let mended = local_by_name(local, name, &seen(sure, &[]));
            assert_eq!(mended.as_deref(), wanted, "{local} {sure}");
        }
        let wavered = seen(0.8, &[('k', 'l')]);
        assert_eq!(
            local_by_name("merak", "Meral BARKHOLZ", &wavered).as_deref(),
            Some("meral")
        );
    }
}
