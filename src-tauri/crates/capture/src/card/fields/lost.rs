//! E-mails and web sites that lost their dots, their `@`, or their end at the edge of the photo, told by one another.

use super::contact::{Item, Kind};
use super::fold::{bare, distance, fold};
use super::piece::Piece;

/// Shorter names agree by chance.
const SHORTEST: usize = 5;

/// E-mails and web sites that lost their dots, or their end at the edge of the photo, told by one another.
pub(crate) fn mend_lost(pieces: &[Piece], items: &mut Vec<(usize, Item)>, rest: &mut Vec<Piece>) {
    let domain = |items: &[(usize, Item)], kind: Kind| {
        items
            .iter()
            .find(|(_, item)| item.kind == kind)
            .and_then(|(_, item)| item.host())
            .map(str::to_owned)
    };
    if domain(items, Kind::Email).is_none() {
        let sites: Vec<String> = items
            .iter()
            .filter(|(_, item)| item.kind == Kind::Website)
            .filter_map(|(_, item)| item.host().map(str::to_owned))
            .collect();
        for (_, item) in items
            .iter_mut()
            .filter(|(_, item)| item.kind == Kind::Website)
        {
            if let Some(email) = sites
                .iter()
                .find_map(|site| email_by_site(&item.text, site))
            {
                (item.kind, item.text) = (Kind::Email, email);
                break;
            }
        }
    }
    // No site's name has one, an e-mail's may.
    let named = |item: &Item| {
        item.kind == Kind::Website && item.host().is_some_and(|host| host.contains('_'))
    };
    items.retain(|(_, item)| !named(item));
    if domain(items, Kind::Email).is_none() {
        let site = domain(items, Kind::Website);
        take(pieces, items, rest, Kind::Email, |text| {
            let vouched = site.as_deref().and_then(|site| email_by_domain(text, site));
            vouched.or_else(|| email_by_shape(text))
        });
    }
    if let (Some(email), None) = (domain(items, Kind::Email), domain(items, Kind::Website)) {
        take(pieces, items, rest, Kind::Website, |text| {
            site_by_domain(text, &email).or_else(|| site_by_shape(text))
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

/// The e-mail in a text whose domain lost its dots or its end, given the domain of the web site.
fn email_by_domain(text: &str, domain: &str) -> Option<String> {
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
fn email_by_shape(text: &str) -> Option<String> {
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
fn site_by_shape(text: &str) -> Option<String> {
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
fn email_by_site(text: &str, domain: &str) -> Option<String> {
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
    // "www.drewno.pl" begins as a site does, whatever letter follows.
    let begins = local.trim_matches(['w', '.']).is_empty();
    (local.len() >= 3 && clean && !begins).then(|| format!("{local}@{domain}"))
}

/// The web site in a text that lost its dots, given the domain of the e-mail.
fn site_by_domain(text: &str, domain: &str) -> Option<String> {
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
    // "Solarpark Heide" is the firm of solarparkhei.de.
    let spelled = head.is_empty() && text.split_whitespace().count() > 1;
    let shown = text.chars().any(char::is_uppercase);
    let is_site = rest
        && !(spelled && shown)
        && !text.contains('@')
        && meant.len() >= SHORTEST
        && distance(tail, &meant) <= 1;
    let www = if read[..at].len() > head.len() + 1 {
        "www."
    } else {
        ""
    };
    is_site.then(|| format!("{scheme}{www}{domain}"))
}

#[cfg(test)]
mod tests {
    use super::*;

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
        assert_eq!(site_by_domain("Solarpark Heide", "solarparkhei.de"), None);
        assert_eq!(
            site_by_domain("solarpark heide", "solarpark.heide").as_deref(),
            Some("solarpark.heide")
        );
    }

    #[test]
    fn a_letter_for_the_at_sign_is_told_by_the_site() {
        assert_eq!(
            email_by_site("anna.lisglis.pl", "lis.pl").as_deref(),
            Some("anna.lis@lis.pl")
        );
        assert_eq!(email_by_site("www.lis.pl", "lis.pl"), None);
        assert_eq!(email_by_site("www.drewnoslask.pl", "drewnoslask.pl"), None);
        assert_eq!(
            email_by_site("anna.lisgdrewnosask.pl", "drewnoslask.pl").as_deref(),
            Some("anna.lis@drewnoslask.pl")
        );
    }
}
