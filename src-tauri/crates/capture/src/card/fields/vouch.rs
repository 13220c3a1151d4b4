//! E-mail, web site, company and name mend one another: see [`agree`] for by what.

use zgoda_core::{Field, Personal};

use super::contact::Kind;
use super::seen::Seen;
use super::sheet::Sheet;
use super::{Extracted, WITH_ICON, agree, push_once, unsure};

/// Has what was read of one field mend another.
pub(crate) fn mend(out: &mut Extracted, sheet: &Sheet) {
    let read = |field: Field, kind: &Kind| {
        let sure = out.confidence.get(&field).copied().unwrap_or_default();
        Seen::new(sure, sheet.glyphs(kind))
    };
    let (mail, web) = (
        read(Field::Email, &Kind::Email),
        read(Field::Website, &Kind::Website),
    );
    let mut site = Site::new(out.candidate.website.expose());
    let company = out.candidate.company.expose().to_owned();
    let name = out.candidate.name.expose().to_owned();
    let emails: Vec<Personal> = std::mem::take(&mut out.candidate.email);
    // What was read twice alike was read right, unless the reader wavered.
    let twice = !site.host.is_empty()
        && emails
            .iter()
            .filter_map(|email| Some(email.expose().split_once('@')?.1))
            .any(|domain| domain == site.host);
    let country = sheet.told_country();
    let better = |domain: &str, seen: &Seen| {
        let ended = country.and_then(|country| agree::ending_by_country(domain, country, seen));
        let domain = ended.unwrap_or_else(|| domain.to_owned());
        agree::domain_by_company(&domain, &company, seen, twice).unwrap_or(domain)
    };
    site.host = better(&site.host, &web);
    for email in &emails {
        let Some((local, domain)) = email.expose().split_once('@') else {
            continue;
        };
        let mut domain = better(domain, &mail);
        let both = agree::one_domain((&domain, mail.sure), (&site.host, web.sure), &company);
        if let Some(one) = both.map(str::to_owned) {
            site.host.clone_from(&one);
            domain = one;
        }
        let local = agree::local_by_name(local, &name, &mail).unwrap_or_else(|| local.to_owned());
        if agree::may_have_icon(&local)
            && let Some(sure) = out.confidence.get_mut(&Field::Email)
        {
            *sure *= WITH_ICON;
        }
        push_once(&mut out.candidate.email, &format!("{local}@{domain}"));
    }
    if !site.host.is_empty() {
        let written = format!("{}{}{}", site.before, site.host, site.path);
        out.candidate.website = Personal::new(&written);
    }
    if unsure(Field::Company, &out.confidence) {
        let emails = out.candidate.email.iter();
        let mut domains: Vec<&str> = emails
            .filter_map(|email| Some(email.expose().split_once('@')?.1))
            .chain((!site.host.is_empty()).then_some(site.host.as_str()))
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

/// A web site in its parts.
struct Site {
    /// "https://www."
    before: String,
    host: String,
    path: String,
}

impl Site {
    fn new(site: &str) -> Self {
        let at = site.find("://").map_or(0, |at| at + 3);
        let www = site[at..].starts_with("www.");
        let (before, rest) = site.split_at(if www { at + 4 } else { at });
        let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        Self {
            before: before.to_owned(),
            host: host.to_owned(),
            path: path.to_owned(),
        }
    }
}
