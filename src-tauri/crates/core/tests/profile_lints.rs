//! Every lint has a profile that breaks it, and says where and what to write instead.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use zgoda_core::Profile;
use zgoda_core::profile::{Lint, Severity};

const DEMO: &str = include_str!("../../../../profiles/demo.toml");

/// The demo's profile with `from` replaced by `to`.
fn broken(from: &str, to: &str) -> String {
    assert!(DEMO.contains(from), "{from}");
    DEMO.replacen(from, to, 1)
}

/// The call's box in English says what the newsletter's says.
fn same_wording() -> String {
    let english = |from: &str| {
        let mut lines = DEMO.lines().filter(|line| line.starts_with("en = "));
        lines.rfind(|line| line.contains(from)).unwrap()
    };
    broken(english("Please call me"), english("by e-mail"))
}

/// The demo's profile with the number of a badge, and these lines in `[lookup]`.
fn looking_up(lines: &str) -> String {
    let with_number = broken(
        "fields = [\"name\", ",
        "fields = [\"reference\", \"name\", ",
    );
    with_number.replacen("[crm]", &format!("[lookup]\n{lines}\n\n[crm]"), 1)
}

/// The demo's profile with one more purpose that lists answers, and a question for it.
fn other_question(retention: &str, question: &str) -> String {
    let purpose = format!(
        "[[purpose]]\nid = \"study\"\nlabel = {{ en = \"Market study\" }}\nbasis = \"legitimate_interest\"\nfields = [\"name\", \"answers\"]\nretention = \"{retention}\"\nstatement = {{ pl = \"Badamy rynek.\", en = \"We study the market.\", de = \"Wir untersuchen den Markt.\" }}\n\n{question}\n\n[notice.pl]\n"
    );
    broken("[notice.pl]\n", &purpose)
}

/// The demo's profile with one question alone, under a single bracket.
fn one_question() -> String {
    let (head, rest) = DEMO.split_once("[[question]]").unwrap();
    let (_, tail) = rest.split_once("[notice.pl]").unwrap();
    format!("{head}[question]\nid = \"machines\"\n\n[notice.pl]{tail}")
}

/// The demo's profile with `line` at its top, in the place of all from `begin` to `end`.
fn in_place(begin: &str, end: &str, line: &str) -> String {
    let (head, rest) = DEMO.split_once(begin).unwrap();
    let (_, tail) = rest.split_once(end).unwrap();
    format!("{line}\n{head}{end}{tail}")
}

/// The demo's profile with a question whose options are words, without ids and texts of their own.
fn options_in_words() -> String {
    let (head, rest) = DEMO.split_once("options = [").unwrap();
    let (_, tail) = rest.split_once("\n]").unwrap();
    format!("{head}options = [\"press\", \"plough\"]{tail}")
}

/// Three further questions that everybody comes to.
fn three_more() -> String {
    let question = |at: u8| {
        format!(
            "[[question]]\nid = \"more_{at}\"\nkind = \"text\"\nask = \"staff\"\npurpose = \"send_offer\"\ntext = {{ pl = \"?\", en = \"?\", de = \"?\" }}\n\n"
        )
    };
    let more: String = (0..3).map(question).collect();
    broken("[notice.pl]\n", &format!("{more}[notice.pl]\n"))
}

fn table() -> Vec<(Lint, String)> {
    let offer_end = "[[purpose]]\nid = \"newsletter\"";
    let news = "[[purpose]]\nid = \"newsletter\"\nbasis = \"consent\"\nchannels = [\"email\"]";
    vec![
        (
            Lint::FormUnknown,
            broken("name = \"Targi", "nmae = \"Targi"),
        ),
        (Lint::FormMissing, broken("name = \"Targi", "# ")),
        (
            Lint::FormWord,
            broken("basis = \"consent\"", "basis = \"because\""),
        ),
        (
            Lint::FormWord,
            broken("\"name\", \"email\"]", "\"name\", \"blood_type\"]"),
        ),
        (Lint::FormValue, broken("basis = \"consent\"", "basis = 1")),
        (Lint::FormDay, broken("starts = 2026-11-20", "starts = 5")),
        (Lint::FormText, broken("name = \"Targi", "name = 5 # \"")),
        (
            Lint::FormNumber,
            broken("[local_copy]", "[lock]\nafter = -1\n[local_copy]"),
        ),
        (Lint::FormTruth, broken("plain = true", "plain = \"true\"")),
        (
            Lint::FormList,
            broken("fields = [\"name\", \"email\"]", "fields = \"name\""),
        ),
        (Lint::FormTable, broken("[event]", "[[event]]")),
        (Lint::FormTables, one_question()),
        (Lint::FormTables, options_in_words()),
        (
            Lint::FormTables,
            in_place("[[question]]", "[notice.pl]", "question = \"x\""),
        ),
        (
            Lint::FormTables,
            in_place("[[purpose]]", "[[question]]", "purpose = [\"x\"]"),
        ),
        (
            Lint::FormList,
            broken(
                "fields = [\"name\", \"email\"]",
                "[purpose.fields]\nname = true",
            ),
        ),
        (Lint::FormSyntax, broken("[event]", "[event")),
        (Lint::EventId, broken("targi-demo-2026", "Targi Demo")),
        (
            Lint::EventEndsBeforeStart,
            broken("ends = 2026-12-31", "ends = 2026-01-31"),
        ),
        (Lint::TimeZone, broken("Europe/Warsaw", "Europe/Poznan")),
        (
            Lint::Country,
            broken("country = \"PL\"", "country = \"Polska\""),
        ),
        (
            Lint::ControllerEmail,
            broken("email = \"rodo@dobre", "email = \"rodo dobre"),
        ),
        (
            Lint::NoPurpose,
            DEMO.replace("[[purpose]]", "[[crm.purpose]]")
                .split("[[crm")
                .next()
                .map(|head| {
                    format!(
                        "{head}[notice.pl]{}",
                        DEMO.split("[notice.pl]").nth(1).unwrap()
                    )
                })
                .unwrap(),
        ),
        (
            Lint::DuplicatePurpose,
            broken("id = \"newsletter\"", "id = \"send_offer\""),
        ),
        (
            Lint::PurposeId,
            broken("id = \"newsletter\"", "id = \"News Letter\""),
        ),
        (
            Lint::NoFields,
            broken("fields = [\"name\", \"company\", \"phone\"]", "fields = []"),
        ),
        (
            Lint::NoRetention,
            broken("retention = \"capture + P2Y\"\n", ""),
        ),
        (Lint::Retention, broken("capture + P2Y", "two years")),
        (
            Lint::LongRetention,
            broken("capture + P2Y", "capture + P9Y"),
        ),
        (
            Lint::PromiseWithoutRequest,
            broken("capture + P2Y", "promise + P2Y"),
        ),
        (
            Lint::FieldWithoutPurpose,
            broken(
                "plain = true",
                "plain = true\n[crm.fields]\naddress = \"street\"",
            ),
        ),
        (
            Lint::FieldWithoutPurpose,
            broken("\"tags\", \"rating\", ", "\"rating\", "),
        ),
        (
            Lint::MarketingWithoutConsent,
            broken("basis = \"consent\"", "basis = \"legitimate_interest\""),
        ),
        (
            Lint::BundledChannels,
            broken(news, &news.replace("[\"email\"]", "[\"email\", \"sms\"]")),
        ),
        (
            Lint::ChannelWithoutField,
            broken(
                "fields = [\"name\", \"company\", \"phone\"]",
                "fields = [\"name\"]",
            ),
        ),
        (
            Lint::NoWording,
            broken("de = \"Ich möchte", "# de = \"Ich möchte"),
        ),
        (
            Lint::NoStatement,
            broken("de = \"Wir senden", "# de = \"Wir senden"),
        ),
        (
            Lint::MailPlaceholder,
            broken("Dear {name}", "Dear {first name}"),
        ),
        (
            Lint::MailTemplate,
            broken("basis = \"requested\"", "basis = \"legitimate_interest\""),
        ),
        (Lint::MailName, broken("fields = [\"name\", ", "fields = [")),
        (
            // A text that is short by its letters and too long once they are escaped.
            Lint::MailLong,
            broken("Dear {name}", &format!("Dear {{name}} {}", "ż".repeat(250))),
        ),
        (Lint::MailLanguage, {
            let (head, tail) = DEMO.split_once("[purpose.mail.de]").unwrap();
            let (_, tail) = tail.split_once("[[purpose]]").unwrap();
            format!("{head}[[purpose]]{tail}")
        }),
        (
            Lint::MailBlank,
            broken(
                "subject = \"Oferta po rozmowie ({event})\"",
                "subject = \"\"",
            ),
        ),
        (Lint::NoLanguage, {
            let (head, tail) = DEMO.split_once("[notice.pl]").unwrap();
            let (_, tail) = tail.split_once("[badge]").unwrap();
            let head = head.replacen("languages = ", "# ", 1);
            format!("{head}[badge]{tail}")
        }),
        (
            Lint::NoNotice,
            DEMO.split("[notice.de]")
                .next()
                .map(|head| format!("{head}[crm]{}", DEMO.split("[crm]").nth(1).unwrap()))
                .unwrap(),
        ),
        (Lint::NoticeItem, broken("complaint = ", "# complaint = ")),
        (Lint::BadgeSymbols, broken("\"micro_qr\"", "\"maxicode\"")),
        (
            Lint::BadgeSymbols,
            DEMO.replace("symbols = [\"qr\", ", "symbols = [] # "),
        ),
        (
            Lint::BadgeTemplate,
            broken("separator = \"::\"", "separator = \"\""),
        ),
        (Lint::BadgeTemplate, broken("separator = \"::\"\n", "")),
        (
            Lint::BadgeTemplate,
            broken("\"last_name\", \"company\"]", "\"shoe_size\"]"),
        ),
        (
            Lint::BadgeTemplate,
            broken("\"last_name\", \"company\"]", "\"first_name\"]"),
        ),
        (
            Lint::CrmKind,
            broken("kind = \"file\"", "kind = \"abacus\""),
        ),
        (
            Lint::LookupService,
            looking_up("service = \"abacus\"\nurl = \"https://tickets.example\""),
        ),
        (
            Lint::LookupUrl,
            looking_up("service = \"pretix\"\nurl = \"http://tickets.example\""),
        ),
        (
            Lint::LookupEvent,
            looking_up("service = \"alfio\"\nurl = \"https://tickets.example\""),
        ),
        (
            Lint::LookupEvent,
            looking_up(
                "service = \"eventyay\"\nurl = \"https://tickets.example\"\nevent = \"fair/../x\"",
            ),
        ),
        (
            Lint::LookupReference,
            broken(
                "[crm]",
                "[lookup]\nservice = \"pretix\"\nurl = \"https://tickets.example\"\n\n[crm]",
            ),
        ),
        (
            Lint::CrmUrl,
            broken(
                "kind = \"file\"",
                "kind = \"bottlecrm\"\nurl = \"http://crm.example\"",
            ),
        ),
        (
            Lint::CrmUrl,
            broken(
                "kind = \"file\"",
                "kind = \"bottlecrm\"\nurl = \"http://localhost:80@crm.example/\"",
            ),
        ),
        (
            Lint::CrmUrl,
            broken(
                "kind = \"file\"",
                "kind = \"bottlecrm\"\nurl = \"https://name:word@crm.example/\"",
            ),
        ),
        (
            Lint::CrmUrl,
            broken(
                "kind = \"file\"",
                "kind = \"postgres\"\nurl = \"postgres://tablet_1:word@hub.example/leads\"",
            ),
        ),
        (
            Lint::CrmUrl,
            broken(
                "kind = \"file\"",
                "kind = \"postgres\"\nurl = \"https://hub.example/leads\"",
            ),
        ),
        (
            Lint::CrmUrl,
            broken(
                "kind = \"file\"",
                "kind = \"postgres\"\nurl = \"postgres://hub.example/leads?sslmode=disable\"",
            ),
        ),
        (
            Lint::CrmBatch,
            broken("kind = \"file\"", "kind = \"file\"\nbatch = 1001"),
        ),
        (
            Lint::CrmBatch,
            broken("kind = \"file\"", "kind = \"file\"\nbatch = 0"),
        ),
        (Lint::NoRecipient, broken("plain = true", "plain = false")),
        (
            Lint::ReceiptPage,
            broken("\npage = \"https://", "\npage = \"http://"),
        ),
        (
            Lint::ReceiptWithdraw,
            broken("withdraw = \"mailto:", "withdraw = \"tel:"),
        ),
        (
            Lint::HeadOfficeKey,
            broken(
                "[receipt]",
                "[receipt]\nhead_office_key = \"head-office+00\"",
            ),
        ),
        (
            Lint::ControllerBlank,
            broken("name = \"Dobre Maszyny Sp. z o.o.\"", "name = \" \""),
        ),
        (
            Lint::PrivacyPage,
            broken("privacy_page = \"https://", "privacy_page = \"http://"),
        ),
        (
            Lint::FieldBeyondChannels,
            broken(
                "fields = [\"name\", \"email\"]",
                "fields = [\"name\", \"email\", \"phone\"]",
            ),
        ),
        (Lint::SameWording, same_wording()),
        (
            Lint::OtherChannelNamed,
            broken("by e-mail.", "by e-mail or text message."),
        ),
        (
            Lint::NoReceiptPage,
            broken("\npage = \"https://dobremaszyny.example/zgoda\"", ""),
        ),
        (
            Lint::LockAfter,
            broken("[local_copy]", "[lock]\nafter = 3600\n[local_copy]"),
        ),
        (
            Lint::LongEvent,
            broken("ends = 2026-12-31", "ends = 2027-12-31"),
        ),
        (Lint::PlainFile, DEMO.to_owned()),
        (Lint::NoRecovery, DEMO.to_owned()),
        (Lint::PurposeId, broken(offer_end, "[[purpose]]\nid = \"\"")),
        (
            Lint::QuestionId,
            broken("id = \"hectares\"", "id = \"machines\""),
        ),
        (
            Lint::QuestionId,
            broken("id = \"hectares\"", "id = \"Hektary!\""),
        ),
        (
            Lint::QuestionPurpose,
            broken(
                "ask = \"staff\"\npurpose = \"send_offer\"",
                "ask = \"staff\"\npurpose = \"newsletter\"",
            ),
        ),
        (
            Lint::QuestionText,
            broken("text = { pl = \"Ile hektarów?\", ", "text = { "),
        ),
        (
            Lint::QuestionText,
            broken("{ id = \"winter\", pl = \"Zimą\", ", "{ id = \"winter\", "),
        ),
        (
            Lint::QuestionOptions,
            broken("id = \"square\"", "id = \"round\""),
        ),
        (
            Lint::QuestionOptions,
            broken("kind = \"several\"", "kind = \"number\""),
        ),
        (
            Lint::QuestionOptions,
            broken("kind = \"number\"", "kind = \"one\""),
        ),
        (
            Lint::QuestionWhen,
            broken("is = \"press\"", "is = \"plough\""),
        ),
        (
            Lint::QuestionWhen,
            broken("question = \"machines\"", "question = \"month\""),
        ),
        (
            Lint::QuestionWhen,
            broken(
                "question = \"demonstration\", is = \"yes\"",
                "question = \"bales\", is = \"round\"",
            ),
        ),
        (Lint::TooManyQuestions, three_more()),
        (Lint::NothingAsked, other_question("promise + P14D", "")),
        (
            Lint::AnswersEndApart,
            other_question(
                "capture + P1Y",
                "[[question]]\nid = \"heard\"\nkind = \"text\"\nask = \"staff\"\npurpose = \"study\"\ntext = { pl = \"?\", en = \"?\", de = \"?\" }",
            ),
        ),
        (
            Lint::CrmMapping,
            broken("[crm]\n", "[crm]\nanswers = { acres = \"cf_acres\" }\n"),
        ),
        (
            Lint::CrmMapping,
            broken(
                "[crm]\n",
                "[crm]\nanswers = { machines = \"cf_x\", hectares = \"CF_X\" }\n",
            ),
        ),
        (
            Lint::CrmMapping,
            broken(
                "[crm]\n",
                "[crm]\nfields = { company = \"cf_x\" }\nanswers = { hectares = \"cf_x\" }\n",
            ),
        ),
        (
            Lint::CrmMapping,
            broken(
                "[crm]\n",
                "[crm]\nfields = { signature = \"cf_signature\" }\n",
            ),
        ),
        (
            Lint::SignatureWhy,
            broken(
                "\"rating\", \"answers\"]",
                "\"rating\", \"answers\", \"signature\"]",
            ),
        ),
    ]
}

#[test]
fn attack_25_each_broken_rule_is_named_with_its_place() {
    for (lint, toml) in table() {
        let findings = match Profile::read(&toml) {
            Ok((_, warnings)) => warnings,
            Err(findings) => findings,
        };
        let found = findings.iter().find(|finding| finding.lint == lint);
        let found = found.unwrap_or_else(|| panic!("{lint:?} not among {findings:#?}"));
        let lines = toml.lines().count();
        assert!(
            (1..=lines).contains(&found.place.line) && found.place.column > 0,
            "{found:?}"
        );
        assert!(found.message.len() > 20, "{found:?}");
    }
}

#[test]
fn an_unknown_key_is_pointed_at() {
    let toml = broken("name = \"Targi", "nmae = \"Targi");
    let findings = Profile::read(&toml).unwrap_err();
    let line = toml
        .lines()
        .position(|line| line.starts_with("nmae"))
        .unwrap()
        + 1;
    assert_eq!(
        (findings[0].place.line, findings[0].place.column),
        (line, 1),
        "{findings:?}"
    );
    assert!(findings[0].message.contains("nmae"), "{findings:?}");
}

/// A screen says it in its own language by code, keys and what may stand there.
#[test]
fn what_is_not_of_the_form_is_told_by_its_keys_and_what_may_stand_there() {
    let told = |from: &str, to: &str| {
        let found = Profile::read(&broken(from, to)).unwrap_err().remove(0);
        (found.lint, found.subject, found.choices)
    };
    let about = |lint, subject: &str, choices: &[&str]| {
        let choices = choices.iter().map(|&one| one.to_owned()).collect();
        (lint, subject.to_owned(), choices)
    };
    let none = &[];
    assert_eq!(
        told("name = \"Targi", "# "),
        about(Lint::FormMissing, "event.name", none)
    );
    let (lint, subject, choices) = told("name = \"Targi", "nmae = \"Targi");
    assert_eq!((lint, subject.as_str()), (Lint::FormUnknown, "event.nmae"));
    assert!(choices.contains(&"name".to_owned()), "{choices:?}");
    assert_eq!(
        told("basis = \"consent\"", "basis = \"because\""),
        about(
            Lint::FormWord,
            "because",
            &["consent", "requested", "legitimate_interest"]
        )
    );
    assert_eq!(
        told("basis = \"consent\"", "basis = 1"),
        about(
            Lint::FormValue,
            "purpose.basis",
            &["consent", "requested", "legitimate_interest"]
        )
    );
    assert_eq!(
        told("[notice.de]", "[notice.fr]"),
        about(Lint::FormUnknown, "notice.fr", &["pl", "en", "de"])
    );
    assert_eq!(
        told("starts = 2026-11-20", "starts = 2026-11-20T09:00:00"),
        about(Lint::FormDay, "event.starts", none)
    );
    assert_eq!(
        told("pl = \"Ile hektarów?\"", "pl = 7"),
        about(Lint::FormText, "question.text.pl", none)
    );
    assert_eq!(
        told("options = [\n", "options = [\n    \"plough\",\n"),
        about(Lint::FormTables, "question.options", none)
    );
    assert_eq!(
        told("languages = [", "languages = \"pl\" # ["),
        about(Lint::FormList, "languages", none)
    );
    assert_eq!(
        told("[local_copy]", "[lock]\nafter = 99999999999\n[local_copy]"),
        about(Lint::FormNumber, "lock.after", none)
    );
}

#[test]
fn a_finding_of_a_text_names_its_language() {
    for (lint, toml) in table() {
        let findings = match Profile::read(&toml) {
            Ok((_, warnings)) => warnings,
            Err(findings) => findings,
        };
        let found = findings.iter().find(|finding| finding.lint == lint);
        let of_text = matches!(
            lint,
            Lint::MailLanguage
                | Lint::MailPlaceholder
                | Lint::MailName
                | Lint::MailLong
                | Lint::MailBlank
                | Lint::NoWording
                | Lint::NoStatement
                | Lint::QuestionText
                | Lint::NoNotice
                | Lint::OtherChannelNamed
                | Lint::SameWording
        );
        assert_eq!(found.unwrap().language.is_some(), of_text, "{found:?}");
        let of_named = matches!(
            lint,
            Lint::NoFields
                | Lint::NoRetention
                | Lint::Retention
                | Lint::LongRetention
                | Lint::PromiseWithoutRequest
                | Lint::MarketingWithoutConsent
                | Lint::BundledChannels
                | Lint::ChannelWithoutField
                | Lint::NoWording
                | Lint::NoStatement
                | Lint::MailTemplate
                | Lint::MailLanguage
                | Lint::MailPlaceholder
                | Lint::MailName
                | Lint::MailLong
                | Lint::MailBlank
                | Lint::FieldBeyondChannels
                | Lint::SameWording
                | Lint::OtherChannelNamed
                | Lint::NothingAsked
                | Lint::SignatureWhy
                | Lint::QuestionPurpose
                | Lint::QuestionText
                | Lint::QuestionOptions
                | Lint::QuestionWhen
        );
        assert_eq!(!found.unwrap().name.is_empty(), of_named, "{found:?}");
    }
}

/// As people know it, in every language that is written; of two with one id neither is meant for sure.
#[test]
fn a_finding_calls_a_purpose_a_question_and_an_option_by_its_name() {
    let named = |lint: Lint, toml: &str| {
        let findings = Profile::read(toml).unwrap_err();
        let found = findings.iter().find(|finding| finding.lint == lint);
        let found = found.unwrap_or_else(|| panic!("{lint:?} not among {findings:#?}"));
        let name = found.name.iter();
        let name = name.map(|(language, text)| format!("{language} {text}"));
        (found.subject.clone(), name.collect::<Vec<_>>().join(", "))
    };
    let about = |subject: &str, name: &str| (subject.to_owned(), name.to_owned());
    let no_fields = broken("fields = [\"name\", \"company\", \"phone\"]", "fields = []");
    assert_eq!(
        named(Lint::NoFields, &no_fields),
        about(
            "call_back",
            "pl Rozmowa telefoniczna, en Call back, de Rückruf"
        )
    );
    assert_eq!(
        named(
            Lint::NoFields,
            &no_fields.replacen("id = \"newsletter\"", "id = \"call_back\"", 1)
        ),
        about("call_back", "")
    );
    assert_eq!(
        named(
            Lint::QuestionOptions,
            &broken("kind = \"several\"", "kind = \"number\"")
        ),
        about(
            "machines",
            "pl Jakie maszyny?, en Which machines?, de Welche Maschinen?"
        )
    );
    assert_eq!(
        named(Lint::QuestionText, &broken("pl = \"Prasa\", ", "")),
        about("machines.press", "en Baler, de Presse")
    );
}

/// An empty list counts, whatever notices there are: only the list itself can be mended.
#[test]
fn an_empty_list_of_languages_is_pointed_at() {
    let toml = broken("languages = [\"pl\", \"en\", \"de\"]", "languages = []");
    let findings = Profile::read(&toml).unwrap_err();
    let found = findings.iter().find(|one| one.lint == Lint::NoLanguage);
    let found = found.unwrap_or_else(|| panic!("{findings:#?}"));
    let line = toml.lines().nth(found.place.line - 1).unwrap();
    assert_eq!((line, found.place.column), ("languages = []", 13));
    assert!(found.message.contains("take languages out"), "{found:?}");
    assert!(Profile::read(&toml.replacen("languages = []\n", "", 1)).is_ok());
}

/// Where nothing was written, nothing is said of a word.
#[test]
fn what_was_left_out_is_told_as_missing() {
    let (head, _) = DEMO.split_once("\n[crm]").unwrap();
    let findings = Profile::read(head).unwrap_err();
    assert!(findings.iter().all(|one| one.lint != Lint::CrmKind));
    let found = findings.iter().find(|one| one.lint == Lint::FormMissing);
    let found = found.unwrap_or_else(|| panic!("{findings:#?}"));
    assert_eq!(found.subject, "crm.kind");
    assert!(found.choices.contains(&"bottlecrm".to_owned()), "{found:?}");
    assert!(found.message.starts_with("add [crm]"), "{found:?}");

    let no_codes = DEMO.replace("symbols = [\"qr\", ", "symbols = [] # ");
    let findings = Profile::read(&no_codes).unwrap_err();
    let found = findings.iter().find(|one| one.lint == Lint::BadgeSymbols);
    let found = found.unwrap_or_else(|| panic!("{findings:#?}"));
    assert!(found.choices.contains(&"micro_qr".to_owned()), "{found:?}");
    assert!(found.message.contains("leave symbols out"), "{found:?}");
}

/// The place is the very name that is wrong, and the message says what may stand there.
#[test]
fn a_strange_code_or_column_is_pointed_at() {
    for (from, to, wrong, offer) in [
        ("\"aztec\"", "\"aztek\"", "\"aztek\"", "data_matrix"),
        (
            "\"first_name\", ",
            "\"frist_name\", ",
            "\"frist_name\"",
            "last_name",
        ),
    ] {
        let at = DEMO.find("\n[badge]").unwrap();
        let (head, badge) = DEMO.split_at(at);
        let toml = format!("{head}{}", badge.replacen(from, to, 1));
        let findings = Profile::read(&toml).unwrap_err();
        let finding = findings
            .iter()
            .find(|one| one.severity == Severity::Error)
            .unwrap();
        let line = toml.lines().nth(finding.place.line - 1).unwrap();
        let at: String = line.chars().skip(finding.place.column - 1).collect();
        assert!(at.starts_with(wrong), "{finding:?}");
        assert!(finding.message.contains(offer), "{finding:?}");
    }
}

#[test]
fn the_badges_rules_are_read_and_may_be_left_out() {
    use zgoda_core::badge::Symbology;
    let (profile, _) = Profile::read(DEMO).unwrap();
    assert_eq!(profile.badge.symbols.len(), Symbology::ALL.len());
    assert!(profile.badge.template.is_some());
    let (head, rest) = DEMO.split_once("[badge]").unwrap();
    let (_, tail) = rest.split_once("[local_copy]").unwrap();
    let (without, _) = Profile::read(&format!("{head}[local_copy]{tail}")).unwrap();
    assert_eq!(without.badge, zgoda_core::badge::BadgeRules::default());
    let only = format!("{head}[badge]\nsymbols = [\"aztec\"]\n[local_copy]{tail}");
    let (only, _) = Profile::read(&only).unwrap();
    assert_eq!(only.badge.symbols, [Symbology::Aztec].into());
    assert_eq!(only.badge.template, None);
}

#[test]
fn a_sound_profile_has_only_warnings() {
    let (profile, warnings) = Profile::read(DEMO).unwrap();
    assert!(
        warnings
            .iter()
            .all(|warning| warning.severity == Severity::Warning)
    );
    assert_eq!(profile.purposes.len(), 3);
    assert_eq!(profile.languages.len(), 3);
}

#[test]
fn several_channels_with_a_wording_each_are_fine() {
    let toml = broken(
        "channels = [\"phone\"]\nfields = [\"name\", \"company\", \"phone\"]",
        "channels = [\"phone\", \"sms\"]\nfields = [\"name\", \"company\", \"phone\"]",
    );
    let toml = toml.replacen(
        "[purpose.wording]\nversion = \"2026-1\"\npl = \"Proszę",
        "[purpose.wordings.sms]\nversion = \"1\"\npl = \"SMS\"\nen = \"SMS\"\nde = \"SMS\"\n[purpose.wordings.phone]\nversion = \"2026-1\"\npl = \"Proszę",
        1,
    );
    let (profile, _) = Profile::read(&toml).unwrap();
    assert_eq!(profile.purpose("call_back").unwrap().wordings.len(), 2);
}

/// Taken amid the event: what somebody agreed to is known by its version.
#[test]
fn a_changed_text_is_a_new_version() {
    let (before, _) = Profile::read(DEMO).unwrap();
    let changed = broken("with news and offers by e-mail", "with news by e-mail");
    let findings = before.read_after(&changed).unwrap_err();
    assert_eq!(findings[0].lint, Lint::WordingVersion);
    let line = changed.lines().nth(findings[0].place.line - 1).unwrap();
    assert_eq!(line, "id = \"newsletter\"");
    let (head, tail) = changed.split_once("id = \"newsletter\"").unwrap();
    let tail = tail.replacen("version = \"2026-1\"", "version = \"2026-2\"", 1);
    let renewed = format!("{head}id = \"newsletter\"{tail}");
    assert!(before.read_after(&renewed).is_ok());
    assert!(before.read_after(DEMO).is_ok());
}

/// Where a word of a comment, or of a value, looks like the key, the key's own line is meant.
#[test]
fn a_long_event_is_pointed_at_where_it_ends() {
    let toml = broken("ends = 2026-12-31", "ends = 2027-12-31");
    let toml = format!("# The fair ends in winter.\n{toml}");
    let (_, warnings) = Profile::read(&toml).unwrap();
    let found = warnings
        .iter()
        .find(|one| one.lint == Lint::LongEvent)
        .unwrap();
    let line = toml.lines().nth(found.place.line - 1).unwrap();
    assert_eq!((line, found.place.column), ("ends = 2027-12-31", 1));
}

/// Every lint has its row, so that none can be added without a profile that breaks it.
#[test]
fn no_lint_is_without_a_profile_that_breaks_it() {
    let rows: std::collections::BTreeSet<String> = table()
        .iter()
        .map(|(lint, _)| format!("{lint:?}"))
        .chain(["WordingVersion".to_owned()])
        .collect();
    let source = include_str!("../src/profile/lint.rs");
    let (_, list) = source.split_once("pub enum Lint {").unwrap();
    let (list, _) = list.split_once("\n}").unwrap();
    for lint in list
        .lines()
        .map(str::trim)
        .filter(|line| !line.starts_with("///") && !line.is_empty())
    {
        let lint = lint.trim_end_matches(',');
        assert!(rows.contains(lint), "{lint} is broken by no profile");
    }
}

#[test]
fn the_hubs_address_names_a_role_or_none() {
    for url in [
        "postgres://hub.example/leads",
        "postgres://tablet_1@hub.example:5433/leads",
    ] {
        let toml = broken(
            "kind = \"file\"",
            &format!("kind = \"postgres\"\nurl = \"{url}\""),
        );
        let (profile, _) = Profile::read(&toml.replace("plain = true\n", "")).unwrap();
        assert_eq!(profile.crm.url.as_deref(), Some(url));
    }
}
