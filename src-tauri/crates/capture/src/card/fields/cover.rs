//! How much of an address on the net the words of a name or of a firm explain.

use super::context::Context;
use super::fold::{distance, fold_german, words};
use super::titles;

/// How well the words are those of an e-mail's local part: 1 where they explain all of it, with a word written out.
pub(crate) fn local_match(core: &[String], text: &str, context: &Context) -> f32 {
    let german = words(&fold_german(text));
    context
        .locals
        .iter()
        .flat_map(|local| [local_cover(core, local), local_cover(&german, local)])
        .fold(0.0, f32::max)
}

/// Explains `local` from the left by words, their initials and separators; fraction of letters that whole words explain.
fn local_cover(words: &[String], local: &str) -> f32 {
    let letters: Vec<char> = local.chars().filter(|c| c.is_ascii_alphabetic()).collect();
    if letters.len() < 3 {
        return 0.0;
    }
    let mut best = 0.0_f32;
    for order in [words.to_vec(), words.iter().rev().cloned().collect()] {
        best = best.max(explained(&letters, &order));
    }
    for part in local
        .split(|c: char| !c.is_ascii_alphabetic())
        .filter(|part| part.len() >= 4)
    {
        if words
            .iter()
            .any(|word| word.len() >= 4 && distance(word, part) <= usize::from(part.len() > 5))
        {
            best = best.max(0.6 + 0.4 * part.len() as f32 / letters.len() as f32);
        }
    }
    best
}

/// 1 where every letter is a word's or an initial's, in the order of the words, some left out.
fn explained(letters: &[char], words: &[String]) -> f32 {
    let text: String = letters.iter().collect();
    let mut rest = text.as_str();
    let mut whole = 0;
    for word in words {
        if word.len() >= 3 && rest.starts_with(word.as_str()) {
            rest = &rest[word.len()..];
            whole += word.len();
        } else if let Some(after) = word.chars().next().and_then(|c| rest.strip_prefix(c)) {
            rest = after;
        }
    }
    if rest.is_empty() && whole >= 3 {
        1.0
    } else {
        0.0
    }
}

/// Share of a domain's name that the words explain, in their order, words, beginnings and initials alike.
pub(crate) fn domain_cover(text: &str, context: &Context) -> f32 {
    let core = titles::core(text);
    let both = [words(core), words(&fold_german(core))];
    let mut best = 0.0_f32;
    for domain in &context.domains {
        let name: String = domain
            .chars()
            .filter(|c| c.is_ascii_alphanumeric())
            .collect();
        for words in &both {
            best = best.max(cover(&name, words));
        }
    }
    best
}

fn cover(name: &str, words: &[String]) -> f32 {
    if name.len() < 2 || words.is_empty() {
        return 0.0;
    }
    let joined = words.concat();
    if joined == name {
        return 1.0;
    }
    let mut rest = name;
    let mut found = 0;
    let mut initials = 0;
    for word in words {
        let common = rest
            .bytes()
            .zip(word.bytes())
            .take_while(|(a, b)| a == b)
            .count();
        if common >= 3 || common == word.len() && common > 1 {
            found += common;
            rest = &rest[common..];
        } else if common > 0 && word.len() > 1 {
            initials += 1;
            rest = &rest[1..];
        } else if word.len() >= 4 && rest.contains(word.as_str()) {
            found += word.len();
        }
    }
    if rest.is_empty() && found == 0 && initials == name.len() && initials >= 2 {
        return 0.8;
    }
    let near = if joined.len() >= 5 && distance(&joined, name) <= 1 {
        0.9
    } else {
        0.0
    };
    (found as f32 / name.len() as f32).min(1.0).max(near)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn context(local: &str, domain: &str) -> Context {
        Context {
            locals: vec![local.to_owned()],
            domains: vec![domain.to_owned()],
            ..Context::default()
        }
    }

    #[test]
    fn local_parts_point_to_names() {
        for (local, name) in [
            ("anna.lis", "Anna Lis"),
            ("a.lis", "Anna Lis"),
            ("mkuzior", "Marcelina Kuzior-Kościukiewicz"),
            ("kuziorm", "Marcelina Kuzior"),
            ("szuta", "Karol Szuta"),
            ("m.mueller", "Max Müller"),
        ] {
            let matched = local_match(&words(name), name, &context(local, ""));
            assert!(matched > 0.55, "{local} {name} {matched}");
        }
        assert!(
            local_match(
                &words("Prezes Zarządu"),
                "Prezes Zarządu",
                &context("anna.lis", "")
            ) < 0.3
        );
    }

    #[test]
    fn domains_point_to_firms() {
        for (domain, company) in [
            ("switenergia", "ŚWIT Energia Sp. z o.o."),
            ("gruenwald-mb", "Grünwald Maschinenbau GmbH"),
            ("zuraw-logistyka", "Żuraw Logistyka Sp. z o.o."),
        ] {
            let covered = domain_cover(company, &context("", domain));
            assert!(covered > 0.7, "{domain} {company} {covered}");
        }
        assert!(domain_cover("Anna Lis", &context("", "switenergia")) < 0.2);
    }
}
