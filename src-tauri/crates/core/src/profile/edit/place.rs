//! From a place in the TOML to the field of the form that it is about.

use super::ProfileDraft;
use crate::language::Language;
use crate::profile::lint::{Finding, Lint};

/// What `finding` in `toml` is about, as a path of the draft: `event.ends`, `purpose.1.retention`, `notice.pl.dpo`. The
/// whole purpose, where the place is only where the purpose begins.
pub fn field_at(toml: &str, finding: &Finding) -> String {
    // What is not there has no place in the file.
    let missing = match finding.lint {
        Lint::NoticeItem => finding.subject.clone(),
        Lint::NoLanguage => "languages".to_owned(),
        Lint::NoNotice => format!("notice.{}", finding.subject),
        Lint::ControllerBlank => format!("controller.{}", finding.subject),
        Lint::NoPurpose => "purpose".to_owned(),
        Lint::NoRecovery | Lint::NoRecipient => "recovery.recipient".to_owned(),
        Lint::NoReceiptPage => "receipt.page".to_owned(),
        Lint::CrmKind => "crm.kind".to_owned(),
        Lint::FormMissing if finding.subject == "crm.kind" => "crm.kind".to_owned(),
        Lint::CrmUrl => "crm.url".to_owned(),
        Lint::NothingAsked => fields_of(toml, &finding.subject),
        Lint::TooManyQuestions => "question".to_owned(),
        Lint::QuestionOptions => format!("{}.options", at_place(toml, finding)),
        Lint::SignatureWhy => format!("{}.signature_why", at_place(toml, finding)),
        Lint::MailTemplate => mail_at(&at_place(toml, finding)),
        Lint::MailLanguage
        | Lint::MailPlaceholder
        | Lint::MailName
        | Lint::MailLong
        | Lint::MailBlank => mail_in(&at_place(toml, finding), finding.language),
        Lint::CrmMapping | Lint::FieldWithoutPurpose => column_at(toml, finding),
        _ => at_place(toml, finding),
    };
    missing.trim_end_matches('.').to_owned()
}

/// The fields of a purpose: of those that ask for nothing, where the list is.
fn fields_of(toml: &str, purpose: &str) -> String {
    let purposes = ProfileDraft::read(toml).map_or_else(|_| Vec::new(), |draft| draft.purposes);
    let number = purposes.iter().position(|one| one.id == purpose);
    number.map_or_else(String::new, |number| format!("purpose.{number}.fields"))
}

/// The mail of a purpose, in whichever of its tables the place is.
fn mail_at(at: &str) -> String {
    let purpose = at.split('.').take(2).collect::<Vec<_>>().join(".");
    match purpose.contains('.') {
        true => format!("{purpose}.mail"),
        false => purpose,
    }
}

/// The mail in `language`.
fn mail_in(at: &str, language: Option<Language>) -> String {
    let mail = mail_at(at);
    match language {
        Some(language) if mail.ends_with(".mail") => format!("{mail}.{language}"),
        _ => mail,
    }
}

/// The column that a finding is about, whichever way its line is written.
fn column_at(toml: &str, finding: &Finding) -> String {
    let at = at_place(toml, finding);
    let mut path = at.split('.');
    match (path.next(), path.next()) {
        (Some("crm"), Some(part @ ("fields" | "answers"))) => {
            format!("crm.{part}.{}", finding.subject)
        }
        _ => at,
    }
}

fn at_place(toml: &str, finding: &Finding) -> String {
    let upto: Vec<&str> = toml.lines().take(finding.place.line).collect();
    let Some(line) = upto.last() else {
        return String::new();
    };
    let headers = || upto.iter().filter_map(|line| header(line));
    let section = headers().next_back().unwrap_or_default();
    // Which of the tables of that name it is.
    let numbered = ["purpose", "question"].into_iter().find_map(|name| {
        let rest = section.strip_prefix(name)?;
        let begins = |line: &&&str| line.starts_with("[[") && header(line).as_deref() == Some(name);
        let count = upto.iter().filter(begins).count();
        Some(format!("{name}.{}{rest}", count.saturating_sub(1)))
    });
    let section = numbered.unwrap_or(section);
    let key = line.split_once('=').map(|(key, _)| bare(key));
    let key = key.filter(|key| !line.starts_with('[') && !key.contains(char::is_whitespace));
    let key = key.as_deref();
    // Rules over a whole purpose are reported at its id.
    let own = matches!(
        finding.lint,
        Lint::PurposeId | Lint::DuplicatePurpose | Lint::EventId | Lint::QuestionId
    );
    match key {
        Some("id") if !own => section,
        Some(key) if section.is_empty() => key.to_owned(),
        Some(key) => format!("{section}.{key}"),
        None => section,
    }
}

/// The name in a table's header, whatever stands behind it.
fn header(line: &str) -> Option<String> {
    let (name, _) = line.strip_prefix('[')?.split_once(']')?;
    Some(bare(name.trim_start_matches('[')))
}

/// A key without the quotes that it may stand in.
fn bare(key: &str) -> String {
    let parts = key.split('.');
    let parts = parts.map(|part| part.trim().trim_matches(['"', '\'']));
    parts.collect::<Vec<_>>().join(".")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::Profile;

    const TOML: &str = include_str!("../../../../../../profiles/demo.toml");

    fn places(changes: &[(&str, &str)]) -> Vec<(Lint, String)> {
        let mut toml = TOML.to_owned();
        for (old, new) in changes {
            assert!(toml.contains(old), "{old}");
            toml = toml.replacen(old, new, 1);
        }
        let findings = match Profile::read(&toml) {
            Ok((_, warnings)) => warnings,
            Err(findings) => findings,
        };
        let place = |one: &Finding| (one.lint, field_at(&toml, one));
        findings.iter().map(place).collect()
    }

    #[test]
    fn a_finding_leads_to_its_field() {
        let of = |old, new, lint| {
            let found = places(&[(old, new)]);
            let place = found.into_iter().find(|(one, _)| *one == lint);
            place.map(|(_, at)| at)
        };
        let at = |path: &str| Some(path.to_owned());
        assert_eq!(
            of("2026-12-31", "2026-01-01", Lint::EventEndsBeforeStart),
            at("event.ends")
        );
        assert_eq!(
            of("capture + P2Y", "forever", Lint::Retention),
            at("purpose.1.retention")
        );
        assert_eq!(
            of(
                "per E-Mail erhalten.\"\n\n[[purpose]]",
                "per SMS.\"\n\n[[purpose]]",
                Lint::OtherChannelNamed
            ),
            at("purpose.1")
        );
        assert_eq!(
            of(
                "id = \"call_back\"",
                "id = \"newsletter\"",
                Lint::DuplicatePurpose
            ),
            at("purpose.2.id")
        );
        assert_eq!(
            of(
                "dpo = \"Data protection",
                "# dpo = \"Data protection",
                Lint::NoticeItem
            ),
            at("notice.en.dpo")
        );
        assert_eq!(
            of(
                "page = \"https://dobremaszyny.example/zgoda\"",
                "page = \"x\"",
                Lint::ReceiptPage
            ),
            at("receipt.page")
        );
        assert_eq!(
            of("[crm]", "[crm]", Lint::NoRecovery),
            at("recovery.recipient")
        );
        assert_eq!(
            of(
                "\"answers\"]",
                "\"answers\", \"signature\"]",
                Lint::SignatureWhy
            ),
            at("purpose.0.signature_why")
        );
        assert_eq!(
            of(
                "fields = [\"name\", \"email\"]",
                "fields = [\"name\", \"email\", \"answers\"]",
                Lint::NothingAsked
            ),
            at("purpose.1.fields")
        );
        let unasked = of(
            "\"rating\", \"answers\"]",
            "\"rating\"]",
            Lint::QuestionPurpose,
        );
        assert_eq!(unasked, at("question.0.purpose"));
        assert_eq!(
            of("id = \"bales\"", "id = \"Bales\"", Lint::QuestionId),
            at("question.1.id")
        );
        assert_eq!(
            of("is = \"press\"", "is = \"none\"", Lint::QuestionWhen),
            at("question.1.when")
        );
        assert_eq!(
            of(
                "kind = \"several\"",
                "kind = \"text\"",
                Lint::QuestionOptions
            ),
            at("question.0.options")
        );
        assert_eq!(
            of(
                "offer you asked for.\n\n",
                "{what} you asked for.\n\n",
                Lint::MailPlaceholder
            ),
            at("purpose.0.mail.en")
        );
        assert_eq!(
            of(
                "\"Ihr Angebot nach unserem Gespräch, {event}\"",
                "\"\"",
                Lint::MailBlank
            ),
            at("purpose.0.mail.de")
        );
        let inline = "[crm]\nanswers = { machines = \"x\", none = \"y\" }\n";
        assert_eq!(
            of("[crm]\n", inline, Lint::CrmMapping),
            at("crm.answers.none")
        );
        let table = "plain = true\n[crm.answers]\nmachines = \"x\"\nnone = \"y\"\n";
        assert_eq!(
            of("plain = true\n", table, Lint::CrmMapping),
            at("crm.answers.none")
        );
        let remarked = "plain = true\n[crm . \"answers\"] # made by IT\n\"machines\" = \"x\"\n'none' = \"y\"\n";
        assert_eq!(
            of("plain = true\n", remarked, Lint::CrmMapping),
            at("crm.answers.none")
        );
        let dotted = "plain = true\nanswers.\"none\" = \"y\"\n";
        assert_eq!(
            of("plain = true\n", dotted, Lint::CrmMapping),
            at("crm.answers.none")
        );
        let (no_crm, _) = TOML.split_once("\n[crm]").expect("the last section");
        let findings = Profile::read(no_crm).expect_err("no destination");
        let missing = findings.iter().find(|one| one.lint == Lint::FormMissing);
        assert_eq!(missing.map(|one| field_at(no_crm, one)), at("crm.kind"));
        let remarks = TOML.replace("[[purpose]]", "[[purpose]] # what for");
        let retention = remarks.replacen("capture + P2Y", "forever", 1);
        let findings = Profile::read(&retention).expect_err("no such retention");
        let retention_at = findings.iter().find(|one| one.lint == Lint::Retention);
        assert_eq!(
            retention_at.map(|one| field_at(&retention, one)),
            at("purpose.1.retention")
        );
        let unneeded = "[crm]\nfields = { address = \"street\" }\n";
        assert_eq!(
            of("[crm]\n", unneeded, Lint::FieldWithoutPurpose),
            at("crm.fields.address")
        );
        assert_eq!(of("[event]", "[event]", Lint::EventId), None);
    }
}
